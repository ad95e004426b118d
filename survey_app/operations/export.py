"""Answers as tables for other programs: one file a level, one row a household or member.

Only what the submissions say now is written: neither voided submissions nor drafts. The files are plain; whoever writes
them out of the encrypted store answers for where they lie, so the window says so before.

**Pseudonymised** export leaves out what names a person or a dwelling, and replaces ids by keyed hashes: the key is made
anew for each export and thrown away, so two exports cannot be joined and nobody can go back; within one export the
household and its members still belong together. It does not make small villages anonymous: rare combinations remain.
"""

from __future__ import annotations

import csv
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from survey_app.disk import sync_file
from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.indicators.codebook import codebook_of
from survey_app.indicators.columns import HEAD_SEX, Codebook
from survey_app.indicators.dialects import quoted
from survey_app.indicators.faults import listing
from survey_app.indicators.rows import LINE_COLUMN, SUBMISSION, flat
from survey_app.operations.exported import write_surroundings
from survey_app.operations.results import basis_of_answers, counted
from survey_app.progress import SILENT, Monitor
from survey_app.store import Store
from survey_app.store.attachments import names_in
from survey_app.text import for_spreadsheet

FORMATS = ("csv", "xlsx", "jsonl", "parquet")
LEVELS = ("household", "member")
ATTACHMENTS = "attachments"
"""Folder of the pictures and files beside the tables; a pseudonymised export has none."""
_HOUSEHOLD_ID = "household_id"
_IDS = (SUBMISSION, _HOUSEHOLD_ID, "hh_uuid", "interviewer_id")
_DWELLING = frozenset({"hh_no", "m_birth_month", "m_birth_day"})
"""Coded answers that single a person or dwelling out all the same."""
_ROWS_AT_ONCE = 20_000
_SHEET_ROWS = 1_048_576


@dataclass(frozen=True)
class Exported:
    """What was written.

    Attributes:
        files: the files.
        households: rows of households.
        members: rows of members.
        left_out: questions that pseudonymising left out.
    """

    files: tuple[Path, ...]
    households: int
    members: int
    left_out: tuple[str, ...]


def export_answers(
    store: Store,
    folder: Path | str,
    format: str = "csv",
    pseudonymise: bool = False,
    *,
    monitor: Monitor = SILENT,
) -> Exported:
    """Write the answers as tables: ``household`` and ``member``.

    Columns are ``submission_id``, for members ``line`` (a number a member keeps when another is removed), then the
    questions by name in the order of the form. Several choices are codes parted by blanks; blank means no answer.

    Args:
        store: an open store.
        folder: where to; made when missing. Files of the same name are replaced in one step each.
        format: ``csv`` (UTF-8, for programs; a text that a spreadsheet would run as a formula begins with an
            apostrophe), ``xlsx`` (for Excel: one workbook, a sheet a level), ``jsonl`` (one JSON object a line,
            blanks left out) or ``parquet`` (with the form and its tables beside it, so that figures can be worked out
            from it: ``operations.exported``; there is a column for the sex of the head).
        pseudonymise: leave out what names people and dwellings, and replace ids.
        monitor: hears how far it is.

    Raises:
        SurveyAppError: another format, or the folder cannot be written.
    """
    if format not in FORMATS:
        message = _("Answers cannot be written as “{format}”.").format(format=format)
        raise SurveyAppError("EXP-01", message, _("Available: {names}.").format(names=listing(FORMATS)))
    of = basis_of_answers(store)
    book = codebook_of(of.form)
    columns = _columns(book)
    if format == "parquet" and HEAD_SEX in book:
        columns["household"].append(HEAD_SEX)
    left_out: tuple[str, ...] = ()
    if pseudonymise:
        telling = telling_columns(book)
        left_out = tuple(name for level in LEVELS for name in columns[level] if name in telling)
        columns = {level: [name for name in names if name not in left_out] for level, names in columns.items()}
    change = _hasher() if pseudonymise else _unchanged
    rows = _rows(store, of, book, change, monitor)
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
        files, counts = _WRITERS[format](Path(folder), columns, rows)
        if format == "parquet":
            files += _surroundings(store, of, Path(folder))
        files = [*files, *([] if pseudonymise else _write_attachments(store, Path(folder) / ATTACHMENTS))]
    except OSError as error:
        message = _("The folder {folder} cannot be written to.").format(folder=str(folder))
        hint = _("Choose another folder or free some space. The answers in the store are unchanged.")
        raise SurveyAppError("EXP-02", message, hint) from error
    return Exported(tuple(files), counts["household"], counts["member"], left_out)


def _write_attachments(store: Store, folder: Path) -> Iterator[Path]:
    """Write the pictures and files that the answers name, under these names."""
    there = store.attachment_sizes().keys()
    if not there:
        return
    named = {name for current in store.currents() if current.state != "void" for name in names_in(current.answers)}
    for name in sorted(named & there):
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / name
        path.write_bytes(store.attachment(name) or b"")
        sync_file(path)
        yield path


def telling_columns(book: Codebook) -> frozenset[str]:
    """Return the questions that may name a person or dwelling.

    These are all that were written freely (names, telephones, addresses, remarks), choices made from such words, and
    every calculation that reads one of them; and the few codes that single somebody out.
    """
    told = {name for name, column in book.columns.items() if column.is_free}
    while more := {name for name, column in book.columns.items() if told.intersection(column.sources)} - told:
        told |= more
    return frozenset(told | _DWELLING)


def _columns(book: Codebook) -> dict[str, list[str]]:
    household = [name for name in book.names("household") if name != HEAD_SEX]
    member = [name for name, column in book.columns.items() if column.level == "member"]
    return {"household": [SUBMISSION, *household], "member": [SUBMISSION, LINE_COLUMN, *member]}


Row = tuple[str, Mapping[str, str]]


def _rows(store: Store, of: Any, book: Codebook, change: Callable[[str], str], monitor: Monitor) -> Iterator[Row]:
    """Yield ``(level, row)``: each household and then its members."""
    for done, current in enumerate(counted(store, of), start=1):
        household, members = flat(current, book, of.places)
        for level, row in (("household", household), *(("member", member) for member in members)):
            yield level, {name: change(value) if name in _IDS and value else value for name, value in row.items()}
        monitor.step(done, max(of.listed, done), _("Writing answers"))


def _unchanged(text: str) -> str:
    return text


def _hasher() -> Callable[[str], str]:
    key = secrets.token_bytes(32)
    return lambda text: hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:32]


_Written = tuple[list[Path], dict[str, int]]


def _write_csv(folder: Path, columns: Mapping[str, Sequence[str]], rows: Iterator[Row]) -> _Written:
    parts = {level: folder / f"{level}.csv.part" for level in LEVELS}
    counts = dict.fromkeys(LEVELS, 0)
    try:
        with (
            parts["household"].open("w", encoding="utf-8", newline="") as households,
            parts["member"].open("w", encoding="utf-8", newline="") as members,
        ):
            writers = {"household": csv.writer(households), "member": csv.writer(members)}
            for level, writer in writers.items():
                writer.writerow(columns[level])
            for level, row in rows:
                writers[level].writerow([for_spreadsheet(row.get(name, "")) for name in columns[level]])
                counts[level] += 1
        return [_settle(part) for part in parts.values()], counts
    finally:
        _forget(parts.values())


def _write_jsonl(folder: Path, columns: Mapping[str, Sequence[str]], rows: Iterator[Row]) -> _Written:
    parts = {level: folder / f"{level}.jsonl.part" for level in LEVELS}
    counts = dict.fromkeys(LEVELS, 0)
    try:
        with (
            parts["household"].open("w", encoding="utf-8", newline="\n") as households,
            parts["member"].open("w", encoding="utf-8", newline="\n") as members,
        ):
            files = {"household": households, "member": members}
            for level, row in rows:
                kept = {name: row[name] for name in columns[level] if row.get(name)}
                files[level].write(json.dumps(kept, ensure_ascii=False) + "\n")
                counts[level] += 1
        return [_settle(part) for part in parts.values()], counts
    finally:
        _forget(parts.values())


def _write_xlsx(folder: Path, columns: Mapping[str, Sequence[str]], rows: Iterator[Row]) -> _Written:
    import xlsxwriter

    part = folder / "answers.xlsx.part"
    counts = dict.fromkeys(LEVELS, 0)
    try:
        # Rows stay in memory: xlsxwriter's other way keeps them in plain temporary files elsewhere on the disk.
        options = {
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "in_memory": True,
        }
        book = xlsxwriter.Workbook(str(part), options)
        head = book.add_format({"bold": True, "bottom": 1})
        sheets = {level: book.add_worksheet(level) for level in LEVELS}
        for level, sheet in sheets.items():
            sheet.write_row(0, 0, columns[level], head)
            sheet.freeze_panes(1, 1)
        for level, row in rows:
            counts[level] += 1
            if counts[level] >= _SHEET_ROWS:
                raise SurveyAppError("EXP-03", _("There are more rows than a worksheet can hold."), _("Choose CSV."))
            for number, name in enumerate(columns[level]):
                if row.get(name):
                    sheets[level].write_string(counts[level], number, row[name])
        book.close()
        return [_settle(part)], counts
    finally:
        _forget([part])


def _write_parquet(folder: Path, columns: Mapping[str, Sequence[str]], rows: Iterator[Row]) -> _Written:
    from survey_app.indicators.engines.in_memory import connect

    parts = {level: folder / f"{level}.parquet.part" for level in LEVELS}
    counts = dict.fromkeys(LEVELS, 0)
    waiting: dict[str, list[Mapping[str, str]]] = {level: [] for level in LEVELS}
    connection = connect()
    try:
        for level in LEVELS:
            declared = ", ".join(f"{quoted(name)} VARCHAR" for name in columns[level])
            connection.execute(f"CREATE TABLE {level} ({declared})")
        for level, row in rows:
            counts[level] += 1
            waiting[level].append(row)
            if len(waiting[level]) >= _ROWS_AT_ONCE:
                _append(connection, level, columns[level], waiting[level])
        for level in LEVELS:
            _append(connection, level, columns[level], waiting[level])
            name = str(parts[level]).replace("'", "''")
            connection.execute(f"COPY {level} TO '{name}' (FORMAT parquet, COMPRESSION zstd)")
        return [_settle(part) for part in parts.values()], counts
    finally:
        connection.close()
        _forget(parts.values())


def _append(connection: Any, table: str, columns: Sequence[str], rows: list[Mapping[str, str]]) -> None:
    """Put rows into a table of the engine, blanks as NULL, and forget them."""
    import numpy as np

    if not rows:
        return
    arrays = {}
    for name in columns:
        values = np.empty(len(rows), dtype=object)
        values[:] = [row.get(name) or None for row in rows]
        arrays[name] = values
    connection.register("arriving", arrays)
    shown = ", ".join(f"CAST({quoted(name)} AS VARCHAR) AS {quoted(name)}" for name in columns)
    connection.execute(f"INSERT INTO {table} BY NAME SELECT {shown} FROM arriving")
    connection.unregister("arriving")
    rows.clear()


def _surroundings(store: Store, of: Any, folder: Path) -> list[Path]:
    """Write the form, its tables, the round and the places beside the answers."""
    stored = store.form(of.form.id, of.form.version)
    files = dict(stored.files) if stored else {}
    return write_surroundings(folder, of.form.xml, files, of.round, [*of.places.values()])


_WRITERS: dict[str, Callable[[Path, Mapping[str, Sequence[str]], Iterator[Row]], _Written]] = {
    "csv": _write_csv,
    "jsonl": _write_jsonl,
    "xlsx": _write_xlsx,
    "parquet": _write_parquet,
}


def _settle(part: Path) -> Path:
    """Give a finished file its name in one step."""
    sync_file(part)
    return part.replace(part.with_suffix(""))


def _forget(parts: Any) -> None:
    """Leave no half-written plain answers behind."""
    for part in parts:
        Path(part).unlink(missing_ok=True)
