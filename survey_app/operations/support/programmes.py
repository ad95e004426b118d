"""Programmes of device support in a store: begun from a table, or given another one.

A table is kept as CSV in the record that opened the programme; what was decided stays when it is replaced.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from survey_app import crypto
from survey_app.clock import Clock, system_clock
from survey_app.disk import write_durably
from survey_app.errors import SurveyAppError
from survey_app.i18n import _, language
from survey_app.indicators import Codebook, codebook_of
from survey_app.indicators.tables import read_table
from survey_app.operations.access import needs
from survey_app.operations.starting import stored_form
from survey_app.operations.support.register import add_record, register_of
from survey_app.operations.support.who import must_be_supervisor
from survey_app.records import HOUSEHOLD
from survey_app.roles import DECIDE
from survey_app.store import Store
from survey_app.support.programme import COLUMNS, FILE, NEEDED, OFFICIAL_POVERTY, Programme, load_programme
from survey_app.support.register import OPENED, Record, Register
from survey_app.xforms import FormDefinition


@needs(DECIDE)
def open_programme(store: Store, source: Path | bytes, by: str, *, clock: Clock = system_clock) -> Programme:
    """Begin a programme, or put another table in the place of its table; the records stay.

    Args:
        store: the office's store.
        source: the table, .csv or .xlsx; see ``support.programme``.
        by: id of a supervisor.
        clock: where the time comes from.

    Raises:
        TableError: the table has faults, each with row and column; nothing was changed.
        SurveyAppError: no supervisor (``SUP-02``), or no round (``VIS-06``).
    """
    must_be_supervisor(store, by)
    programme = load_programme(source, questions(store))
    before = [one for one in register_of(store).all if one.what == OPENED and one.programme == programme.code]
    key = next((one.said["key"] for one in before if one.said.get("key")), "") or crypto.random_bytes(32).hex()
    said = {"table": table_of_rows(_rows(source)).decode(), "key": key, "after": " ".join(one.id for one in before)}
    standing = register_of(store).tables().get(programme.code)
    if standing is not None and standing.said.get("table") == said["table"]:
        return programme
    add_record(store, Record("", OPENED, programme.code, "", "", by, said=said), clock)
    return programme


def programmes(store: Store) -> tuple[str, ...]:
    """Return the codes of the programmes known here."""
    return tuple(sorted(register_of(store).tables()))


# --- rules as rows ---------------------------------------------------------------------------------------------------


FIRST_ROW = 2
"""Number that a spreadsheet shows for the row below the heads."""


@dataclass(frozen=True)
class Rules:
    """The table of a programme for people who change it row by row.

    Attributes:
        code: code of the programme, blank for one that is not begun yet.
        rows: text by column, in the order of the table; the first one is row ``FIRST_ROW`` of the spreadsheet.
        questions: name and label of what conditions may read.
    """

    code: str
    rows: tuple[dict[str, str], ...]
    questions: tuple[tuple[str, str], ...]


@needs(DECIDE)
def read_rules(store: Store, by: str, programme: str = "") -> Rules:
    """Return the rules of a programme.

    Raises:
        SurveyAppError: as ``read_support``.
    """
    must_be_supervisor(store, by)
    record = table_of(register_of(store), programme)
    return Rules(record.programme, tuple(_rows(record.said["table"].encode())), _offered(store))


@needs(DECIDE)
def new_rules(store: Store, by: str) -> Rules:
    """Return the rows that a new programme cannot do without, to be filled in; nothing is written.

    Raises:
        SurveyAppError: no supervisor (``SUP-02``), or no round (``VIS-06``).
    """
    must_be_supervisor(store, by)
    return Rules("", tuple(dict.fromkeys(COLUMNS, "") | {"row": kind} for kind in NEEDED), _offered(store))


def table_of_rows(rows: Iterable[Mapping[str, str]], separator: str = ",") -> bytes:
    """Return rows as the table they are rows of, CSV in UTF-8; Excel here parts columns by semicolons."""
    written = io.StringIO()
    writer = csv.writer(written, delimiter=separator, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([[row.get(column, "") for column in COLUMNS] for row in rows])
    return written.getvalue().encode()


def write_rules(store: Store, by: str, rows: Iterable[Mapping[str, str]], path: Path) -> Path:
    """Write rows as a table for Excel; it is brought back by ``open_programme``.

    Raises:
        SurveyAppError: no supervisor (``SUP-02``), or the place cannot be written to.
    """
    must_be_supervisor(store, by)
    try:
        write_durably(path, codecs.BOM_UTF8 + table_of_rows(rows, ";"))
    except OSError as error:
        message = _("The table could not be written to {path}.").format(path=path)
        raise SurveyAppError("SUP-12", message, _("Choose another folder. Nothing else was changed.")) from error
    return path


def _rows(source: Path | bytes) -> list[dict[str, str]]:
    return [{column: row[column] for column in COLUMNS} for row in read_table(source, FILE, COLUMNS, COLUMNS)]


def _offered(store: Store) -> tuple[tuple[str, str], ...]:
    """Return the questions that conditions may read, with their labels in the language spoken."""
    form = _form(store)
    labels = {question.name: question.label(language()) for question in form.questions.values()}
    columns = codebook_of(form).columns.values()
    said = [(one.name, labels.get(one.name, "")) for one in columns if one.level == HOUSEHOLD]
    return ((OFFICIAL_POVERTY, _("what the commune's list of poor households says")), *said)


def questions(store: Store) -> Codebook:
    """Return the questions of the household form, which the conditions read.

    Raises:
        SurveyAppError: there is no round (``VIS-06``).
    """
    return codebook_of(_form(store))


def _form(store: Store) -> FormDefinition:
    now = store.round()
    if now is None:
        raise SurveyAppError(
            "VIS-06", _("There is no survey round on this machine yet."), _("Load the file the commune has given you.")
        )
    return stored_form(store, now.form_id, now.form_version)


def table_of(register: Register, code: str) -> Record:
    """Return the record that holds the table of a programme; a blank code means the only one.

    Raises:
        SurveyAppError: there is none (``SUP-01``), or several and none was named (``SUP-08``).
    """
    tables = register.tables()
    if not code and len(tables) == 1:
        return next(iter(tables.values()))
    if code in tables:
        return tables[code]
    if code or not tables:
        raise SurveyAppError(
            "SUP-01",
            _("There is no such programme of device support here."),
            _("Load the table of the programme first (programme.csv)."),
        )
    raise SurveyAppError(
        "SUP-08",
        _("There are several programmes here: {codes}.").format(codes=", ".join(sorted(tables))),
        _("Say which one is meant."),
    )


def latest(register: Register) -> str:
    """Return the code of the programme whose table was put to use last, blank when there is none."""
    return max(register.tables().values(), key=lambda one: (one.at, one.id)).programme if register.tables() else ""


def names_of(register: Register) -> tuple[tuple[str, str], ...]:
    """Return code and name of each programme, in the language spoken, by code."""
    found = []
    for code, record in sorted(register.tables().items()):
        head = next((row for row in _rows(record.said["table"].encode()) if row["row"] == "programme"), {})
        found.append((code, head.get(f"name_{language()}", "") or code))
    return tuple(found)
