"""Reads the small tables that people keep in a spreadsheet beside the form.

A table is CSV in UTF-8, with or without byte order mark, parted by commas, semicolons or tabs (Excel writes semicolons
where the decimal sign is a comma), or the first sheet of an .xlsx workbook. Rows are numbered as the spreadsheet
shows them; empty rows and rows that begin with ``#`` are left out.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from survey_app.i18n import _
from survey_app.indicators.faults import TableError, TableFault, listing, nearest
from survey_app.text import tidy

Source = str | Path | bytes

_GROUPED = re.compile(r"[+-]?\d{1,3}([.,])\d{3}")
_PLAIN = re.compile(r"[+-]?\d+([.,]\d+)?")
_THOUSANDS = (re.compile(r"[+-]?\d{1,3}(\.\d{3})+(,\d+)?"), re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?"))


@dataclass(frozen=True)
class TableRow:
    """A row of a table.

    Attributes:
        number: the number the spreadsheet shows.
        cells: tidy text by column name; a missing cell is ``""``.
    """

    number: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


def read_table(
    source: Source, name: str, known: Sequence[str], needed: Sequence[str], column_of: Callable[[str], str] = str
) -> list[TableRow]:
    """Return the rows of a table.

    Args:
        source: path of a .csv or .xlsx file, or its bytes.
        name: what the table is called in messages.
        known: the columns that mean something; others are kept and ignored.
        needed: the columns that must be there.
        column_of: gives the column that a head stands for, where a table may have other heads.

    Raises:
        TableError: the file cannot be read as a table, or a needed column is missing.
    """
    blob = source if isinstance(source, bytes) else _bytes(Path(source), name)
    grid = _sheet(blob, name) if blob[:2] == b"PK" else _csv(_text(blob, name), known)
    numbered = [(number, cells) for number, cells in grid if any(cells) and not cells[0].startswith("#")]
    if not numbered:
        raise TableError(name, [TableFault(0, "", _("The table {name} is empty.").format(name=name))])
    header_number, heads = numbered[0]
    header = [column_of(head) for head in heads]
    _check_header(name, header_number, header, needed)
    return [TableRow(number, dict(zip(header, cells, strict=False))) for number, cells in numbered[1:]]


def _check_header(name: str, number: int, header: list[str], needed: Sequence[str]) -> None:
    faults = []
    for column in needed:
        if column not in header:
            message = _("The column “{column}” is missing.").format(column=column)
            faults.append(TableFault(number, column, message + nearest(column, [cell for cell in header if cell])))
    for column in {cell for cell in header if cell and header.count(cell) > 1}:
        faults.append(TableFault(number, column, _("The column “{column}” is there twice.").format(column=column)))
    if faults:
        raise TableError(name, faults)


def _bytes(path: Path, name: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        message = _("The file {file} cannot be opened.").format(file=path.name)
        raise TableError(name, [TableFault(0, "", message)]) from error


def _text(blob: bytes, name: str) -> str:
    encoding = "utf-16" if blob[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return blob.decode(encoding)
    except UnicodeDecodeError as error:
        message = _("The file is not UTF-8. In Excel choose “Save as”, type “CSV UTF-8”.")
        raise TableError(name, [TableFault(0, "", message)]) from error


def _csv(text: str, known: Sequence[str]) -> list[tuple[int, list[str]]]:
    first = next((line for line in text.splitlines() if line.strip() and not line.startswith("#")), "")

    def understood(separator: str) -> int:
        return sum(cell.strip().strip('"') in known for cell in first.split(separator))

    separator = max(",;\t", key=understood)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    found: list[tuple[int, list[str]]] = []
    for number, cells in enumerate(reader, start=1):
        found.append((number, [tidy(cell) for cell in cells]))
    return found


def _sheet(blob: bytes, name: str) -> list[tuple[int, list[str]]]:
    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles and extensions of a workbook do not matter here
            book = openpyxl.load_workbook(io.BytesIO(blob), read_only=True, data_only=True)
            rows = [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
            book.close()
    except Exception as error:  # openpyxl raises whatever the damaged part makes it raise
        message = _("The file is not a readable .xlsx workbook.")
        raise TableError(name, [TableFault(0, "", message)]) from error
    return [(number, [_cell(value) for value in row] or [""]) for number, row in enumerate(rows, start=1)]


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return tidy(str(value))


def number_in(text: str) -> float | None:
    """Return the number written with a decimal point or comma, None when it is no number or can be read in two ways.

    ``69,67`` and ``69.67`` are the same; ``1.234`` may be 1234 or 1,234, so nobody guesses.
    """
    compact = text.replace("\u00a0", "").replace(" ", "")
    grouped = _GROUPED.fullmatch(compact)
    if grouped and not compact.lstrip("+-").startswith("0"):
        return None
    if _PLAIN.fullmatch(compact):
        return float(compact.replace(",", "."))
    for pattern, (group, decimal) in zip(_THOUSANDS, ((".", ","), (",", ".")), strict=True):
        if pattern.fullmatch(compact):
            return float(compact.replace(group, "").replace(decimal, "."))
    return None


def number_fault(text: str) -> str:
    """Return why ``number_in`` found no number."""
    if _GROUPED.fullmatch(text.replace("\u00a0", "").replace(" ", "")):
        return _("“{text}” can be read in two ways; write it without a thousands sign or with two decimals.").format(
            text=text
        )
    return _("“{text}” is not a number.").format(text=text)


def one_of(text: str, allowed: Sequence[str]) -> str:
    """Return why a word is not allowed, ``""`` when it is."""
    if text in allowed:
        return ""
    message = _("“{text}” is not one of: {allowed}.").format(text=text, allowed=listing(allowed))
    return message + nearest(text, allowed)
