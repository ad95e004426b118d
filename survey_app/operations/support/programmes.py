"""Programmes of device support in a store: begun from a table, or given another one.

A table is kept as CSV in the record that opened the programme; what was decided stays when it is replaced.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

from survey_app import crypto
from survey_app.clock import Clock, system_clock
from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.indicators import Codebook, codebook_of
from survey_app.indicators.tables import read_table
from survey_app.operations.access import needs
from survey_app.operations.starting import stored_form
from survey_app.operations.support.register import add_record, register_of
from survey_app.operations.support.who import must_be_supervisor
from survey_app.roles import DECIDE
from survey_app.store import Store
from survey_app.support.programme import COLUMNS, FILE, Programme, load_programme
from survey_app.support.register import OPENED, Record, Register


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
    said = {"table": _as_csv(source), "key": key, "after": " ".join(one.id for one in before)}
    standing = register_of(store).tables().get(programme.code)
    if standing is not None and standing.said.get("table") == said["table"]:
        return programme
    add_record(store, Record("", OPENED, programme.code, "", "", by, said=said), clock)
    return programme


def programmes(store: Store) -> tuple[str, ...]:
    """Return the codes of the programmes known here."""
    return tuple(sorted(register_of(store).tables()))


def _as_csv(source: Path | bytes) -> str:
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([[row[column] for column in COLUMNS] for row in read_table(source, FILE, COLUMNS, COLUMNS)])
    return written.getvalue()


def questions(store: Store) -> Codebook:
    """Return the questions of the household form, which the conditions read.

    Raises:
        SurveyAppError: there is no round (``VIS-06``).
    """
    now = store.round()
    if now is None:
        raise SurveyAppError(
            "VIS-06", _("There is no survey round on this machine yet."), _("Load the file the commune has given you.")
        )
    return codebook_of(stored_form(store, now.form_id, now.form_version))


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
