"""Answers as tables for other programs: one table a level, one row a household, member or line of a repeat.

Only what the submissions say now is written: neither voided submissions nor drafts, and nothing of a household that
withdrew. The files are plain; whoever writes them out of the encrypted store answers for where they lie, so the window
says so before. They are readable by their owner alone, and none has its name before all are complete.

**Pseudonymised** export leaves out what names a person or a dwelling: everything a person wrote in words, pictures,
coordinates, and every calculation that reads them. Dates become months, dates of birth years. Ids become keyed hashes:
the key is made anew for each export and thrown away, and so is the order of the rows, so that two exports cannot be
joined and nobody can go back; within one export the tables still belong together. It does not make small villages
anonymous: rare combinations of answers remain.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from survey_app.errors import SurveyAppError
from survey_app.i18n import _, language
from survey_app.indicators.columns import HEAD_SEX
from survey_app.indicators.faults import listing
from survey_app.indicators.rows import locate
from survey_app.join import Current
from survey_app.operations.access import needs
from survey_app.operations.contents import form_language
from survey_app.operations.exported import surroundings
from survey_app.operations.forms import asked_forms
from survey_app.operations.in_force import in_force
from survey_app.operations.results import Basis, basis_of_answers, counts
from survey_app.progress import SILENT, Monitor
from survey_app.reports.tables import (
    FORMATS,
    Layout,
    Level,
    Parts,
    Row,
    Variable,
    layout_of,
    parts,
    write_codebook,
    write_tables,
)
from survey_app.reports.tables.variables import HOUSEHOLD, MEMBER, SUBMISSION
from survey_app.roles import NAMES
from survey_app.store import Store
from survey_app.store.attachments import names_in
from survey_app.store.deeds import EXPORTED
from survey_app.xforms import FormDefinition, load_form

ATTACHMENTS = "attachments"
"""Folder of the pictures and files beside the tables; a pseudonymised export has none."""
_IDS = frozenset({SUBMISSION, "household_id", "hh_uuid", "interviewer_id", "unit_id", "ds_hh_uuid"})
_DWELLING = frozenset({"hh_no", "m_birth_month", "m_birth_day", "unit_name"})
"""Coded answers that single a person or dwelling out all the same."""
_BIRTH = re.compile(r"(^|_)(birth|born|dob|sinh|ngay_?sinh)(_|$|day|date)", re.IGNORECASE)
_DAY_OR_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}(T[0-9:.]+(Z|[+-]\d{2}:\d{2})?)?")

Change = Callable[[str, str], str]
"""From column and text to the text that is written."""


@dataclass(frozen=True)
class Exported:
    """What was written.

    Attributes:
        files: the tables, then the attachments.
        codebook: the workbook that explains them.
        rows: number of rows of each table.
        left_out: questions that pseudonymising left out.
    """

    files: tuple[Path, ...]
    codebook: Path
    rows: Mapping[str, int]
    left_out: tuple[str, ...]

    @property
    def households(self) -> int:
        """Rows of households."""
        return self.rows[HOUSEHOLD]

    @property
    def members(self) -> int:
        """Rows of the first repeat."""
        return self.rows.get(MEMBER, 0)


@needs(NAMES)
def export_answers(
    store: Store,
    folder: Path | str,
    format: str = "csv",
    pseudonymise: bool = False,
    *,
    words: str = "",
    monitor: Monitor = SILENT,
) -> Exported:
    """Write the answers as tables, and a codebook beside them.

    Keys and columns: ``reports.tables.variables``. Several choices are codes parted by blanks (in the formats with
    types also a column of 0 and 1 for each); blank means no answer.

    Args:
        store: an open store.
        folder: where to; made when missing. Files of the same name are replaced when all new ones are complete.
        format: ``csv`` (UTF-8, for programs; a text that a spreadsheet would run as a formula begins with an
            apostrophe), ``xlsx`` (for Excel: one workbook, a sheet a level), ``parquet``, ``stata``, ``spss``, ``r``
            (typed and labelled), ``sqlite`` (one database file), or ``jsonl`` (one JSON object a line, blanks left
            out). Beside Parquet stand the form
            and its tables, so that figures can be worked out from it (``operations.exported``), and there is a column
            for the sex of the head.
        pseudonymise: leave out what names people and dwellings, and replace ids.
        words: ``"vi"`` or ``"en"``: language of labels; blank for that of the program.
        monitor: hears how far it is.

    Raises:
        SurveyAppError: another format, or the folder cannot be written; what was there before stays.
    """
    if format not in FORMATS:
        message = _("Answers cannot be written as “{format}”.").format(format=format)
        raise SurveyAppError("EXP-01", message, _("Available: {names}.").format(names=listing(FORMATS)))
    of = basis_of_answers(store)
    layout = _layout(store, of, words or language())
    if format == "parquet":
        layout = _with_head(layout)
    others = tuple(_others(store, of, words or language()))
    levels = (*layout.levels, *(level for other in others for level in other.levels))
    left_out: tuple[str, ...] = ()
    change: Change = _unchanged
    if pseudonymise:
        levels, left_out = without_telling(levels)
        change = _pseudonyms(levels)
    none_yet = Counter({level.name: 0 for level in levels})
    answers = _Answers(store, of, layout, change, pseudonymise, none_yet, others)
    try:
        written, codebook = _write(answers, Path(folder), format, levels, monitor)
    except Exception as error:
        if not _is_of_the_disk(error):
            raise
        message = _("The folder {folder} cannot be written to.").format(folder=str(folder))
        hint = _("Choose another folder or free some space. The answers in the store are unchanged.")
        raise SurveyAppError("EXP-02", message, hint) from error
    rows = sum(answers.counted.values())
    store.note_deed(EXPORTED, what="answers", format=format, pseudonymised=int(pseudonymise), rows=rows)
    return Exported(tuple(written), codebook, dict(answers.counted), left_out)


@dataclass(frozen=True)
class _Other:
    """A form that the round asks besides its own; its tables bear its name.

    Attributes:
        form: its id.
        layout: where each answer goes.
    """

    form: str
    layout: Layout

    def named(self, level: str) -> str:
        """Return the name of the table of a level of the form."""
        return self.form if level == HOUSEHOLD else f"{self.form}_{level}"

    @property
    def levels(self) -> tuple[Level, ...]:
        """Return its tables."""
        return tuple(replace(level, name=self.named(level.name)) for level in self.layout.levels)


@dataclass(frozen=True)
class _Answers:
    """What is to be written.

    Attributes:
        store: where from.
        of: form, round and places.
        layout: where each answer goes.
        change: what a text becomes.
        closed: pseudonymised: in an order that chance decides, without attachments.
        counted: number of rows so far, by level.
        others: the other forms that the round asks.
    """

    store: Store
    of: Basis
    layout: Layout
    change: Change
    closed: bool
    counted: Counter[str]
    others: tuple[_Other, ...] = ()

    def submissions(self) -> Iterator[Current]:
        """Yield what counts."""
        every = self.store.currents(shuffled=self.closed)
        return (each for each in every if counts(each, self.of) and each.form_id == self.of.form.id)

    def rows(self, monitor: Monitor) -> Iterator[Row]:
        """Yield the rows of every submission."""
        for done, current in enumerate(self.submissions(), start=1):
            for level, row in self._rows_of(current):
                self.counted[level] += 1
                yield level, self._changed(row)
            monitor.step(done, max(self.of.listed, done), _("Writing answers"))

        for other in self.others:
            for current in (each for each in self.store.currents(form=other.form) if in_force(each, self.of.round)):
                for level, row in other.layout.rows(current.submission, current.answers):
                    self.counted[other.named(level)] += 1
                    yield other.named(level), self._changed(row)

    def _changed(self, row: Mapping[str, str]) -> dict[str, str]:
        return {name: self.change(name, text) for name, text in row.items() if text}

    def _rows_of(self, current: Current) -> Iterator[Row]:
        """Yield the rows of a submission, the household's with what follows from places and members."""
        found = self.layout.rows(current.submission, current.answers)
        _level, household = next(found)
        row, others = dict(household), found
        columns = self.layout.levels[0].columns
        if HEAD_SEX in columns:
            every = list(found)
            row[HEAD_SEX] = next((each.get("m_sex", "") for _, each in every if each.get("m_relation") == "head"), "")
            others = iter(every)
        if "commune_code" in columns or "province_code" in columns:
            locate(row, self.of.places)
        yield HOUSEHOLD, row
        yield from others


def _write(
    answers: _Answers, folder: Path, format: str, levels: Sequence[Level], monitor: Monitor
) -> tuple[list[Path], Path]:
    """Write tables, attachments and codebook; return the codebook apart from the others."""
    with parts(folder) as files:
        coded = write_tables(files, format, levels, answers.rows(monitor))
        if not answers.closed:
            _write_attachments(answers, files)
        if format == "parquet":
            _write_surroundings(answers, files)
        write_codebook(files, levels, coded, _notes(answers, format))
        *written, codebook = files.settle()
    return written, codebook


def _is_of_the_disk(error: Exception) -> bool:
    """Tell whether the disk is to blame: the libraries that write tables have errors of their own for it."""
    kinds = {f"{type(error).__module__.partition('.')[0]}.{type(error).__name__}"}
    return isinstance(error, OSError) or bool(
        kinds & {"_duckdb.IOException", "duckdb.IOException", "xlsxwriter.FileCreateError", "pyreadstat.ReadstatError"}
    )


def _layout(store: Store, of: Basis, words: str) -> Layout:
    """Return the tables of the form in use and of its older versions."""
    return _layout_of(store, of.form, words)


def _layout_of(store: Store, newest: FormDefinition, words: str) -> Layout:
    versions = [stored for stored in store.forms() if stored.id == newest.id and stored.version != newest.version]
    older = [load_form(stored.xform.encode(), stored.files) for stored in reversed(versions)]
    return layout_of([newest, *older], lambda form: form_language(form, words))


def _others(store: Store, of: Basis, words: str) -> Iterator[_Other]:
    for asked in asked_forms(store):
        if asked.stored.id != of.form.id:
            form = load_form(asked.stored.xform.encode(), asked.stored.files)
            yield _Other(form.id, _layout_of(store, form, words))


def _notes(answers: _Answers, format: str) -> list[str]:
    store, of = answers.store, answers.of
    title, version = of.form.title or of.form.id, of.form.version
    notes = [_("Form: {title}, version {version}. From: {name}.").format(title=title, version=version, name=store.name)]
    if of.round is not None:
        notes.append(_("Round: {title}.").format(title=of.round.title))
    notes.append(_("A blank is no answer; it is not zero and not “no”."))
    if format in ("xlsx", "spss"):
        notes.append(_("A text longer than this format can hold ends in “…”; the CSV format has it whole."))
    if answers.closed:
        notes.append(
            _("Pseudonymised: names, telephones, remarks, pictures and coordinates are left out; dates are months,")
            + " "
            + _("dates of birth are years; ids are replaced and cannot be joined with those of another export.")
        )
    else:
        notes.append(_("These files are not encrypted and name people. Keep them safe."))
    return notes


def _with_head(layout: Layout) -> Layout:
    """Return the layout with a column for the sex of the head, where members have one."""
    household, *others = layout.levels
    sexes = [
        each.choices for level in others for each in level.variables if level.name == MEMBER and each.name == "m_sex"
    ]
    if not sexes or HEAD_SEX in household.columns:
        return layout
    head = Variable(HEAD_SEX, _("Sex of the head of household"), "code", sexes[0], asked=False, calculated=True)
    return replace(layout, levels=(replace(household, variables=(*household.variables, head)), *others))


def _write_surroundings(answers: _Answers, files: Parts) -> None:
    """Write the form, its tables, the round and the places beside the answers."""
    of = answers.of
    stored = answers.store.form(of.form.id, of.form.version)
    beside = stored.files if stored else {}
    for name, content in surroundings(of.form.xml, beside, of.round, [*of.places.values()]).items():
        files.new(name).write_bytes(content)


def _write_attachments(answers: _Answers, files: Parts) -> None:
    """Write the pictures and files that the answers name, under these names."""
    store = answers.store
    there = store.attachment_sizes().keys()
    if not there:
        return
    named = {name for current in answers.submissions() for name in names_in(current.answers)}
    for name in sorted(named & there):
        files.new(f"{ATTACHMENTS}/{name}").write_bytes(store.attachment(name) or b"")


def _unchanged(_column: str, text: str) -> str:
    return text


# --- pseudonymised -------------------------------------------------------------------------------------------------


def without_telling(levels: tuple[Level, ...]) -> tuple[tuple[Level, ...], tuple[str, ...]]:
    """Return the levels without what may name a person or dwelling, dates coarsened, and what was left out."""
    telling = telling_names(levels)
    left_out = tuple(each.name for level in levels for each in level.variables if each.name in telling)
    kept = (level.without(telling) for level in levels)
    return tuple(replace(level, variables=tuple(map(_coarse, level.variables))) for level in kept), left_out


def telling_names(levels: tuple[Level, ...]) -> frozenset[str]:
    """Return the questions that may name a person or dwelling.

    These are all that were written freely (names, telephones, addresses, remarks), choices made from such words, what
    was taken from the machine, and every calculation that reads one of them, an id or a date; and the few codes that
    single somebody out.
    """
    every = [variable for level in levels for variable in level.variables]
    told = {each.name for each in every if each.is_free or each.preload}
    dates = {each.name for each in every if each.kind in ("date", "moment")}
    read = told | _IDS | dates | _DWELLING
    while more := {each.name for each in every if read.intersection(each.sources)} - read:
        told |= more
        read |= more
    return frozenset((told | _DWELLING) - _IDS)


def _coarse(variable: Variable) -> Variable:
    if variable.kind not in ("date", "moment"):
        return variable
    return replace(variable, kind="integer" if _BIRTH.search(variable.name) else "text", calculated=True)


def _pseudonyms(levels: tuple[Level, ...]) -> Change:
    """Return what ids, dates and moments become; the key is known to nobody."""
    key = secrets.token_bytes(32)
    codes = {each.name for level in levels for each in level.variables if each.kind in ("code", "codes", "decimal")}

    def change(column: str, text: str) -> str:
        if column in _IDS:
            return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:32]
        if column not in codes and _DAY_OR_MOMENT.fullmatch(text):
            return text[:4] if _BIRTH.search(column) else text[:7]
        return text

    return change
