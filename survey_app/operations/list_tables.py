"""Household lists as communes have them: a workbook (.xlsx, .xls, .ods) or a text table in any delimiter and encoding.

Every cell becomes text as a person would read it, so that nothing below this file knows what a spreadsheet is.
"""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.operations.old_encodings import is_syllable

WORKBOOKS = (".xlsx", ".xls", ".xlsm", ".ods")
TEXTS = (".csv", ".txt", ".tsv")
LARGEST_BYTES = 1 << 27
MOST_ROWS = 200_000
_DELIMITERS = ",;\t|"
_LOOKED_AT = 40
_SOUND = 0.8


class NotAList(SurveyAppError):  # noqa: N818 - the name says what is wrong
    """The file cannot be read as a table."""

    def __init__(self) -> None:
        super().__init__(
            "LST-01",
            _("This file cannot be read as a table."),
            _("Open it in Excel, save it as .xlsx or .csv, and choose it again. Nothing was imported."),
        )


@dataclass(frozen=True)
class Table:
    """A table as text.

    Attributes:
        name: of the file, without its folder.
        rows: every row, all of the same width; row ``n`` stands in line ``n + 1`` of the file.
        sheet: name of the sheet, blank for a text table.
        sheets: names of all sheets.
        read_as: encoding of a text table, blank for a workbook.
    """

    name: str
    rows: tuple[tuple[str, ...], ...]
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    read_as: str = ""

    @property
    def width(self) -> int:
        """Return the number of columns."""
        return len(self.rows[0]) if self.rows else 0


def read_table(path: Path, sheet: str = "") -> Table:
    """Read a table.

    Args:
        path: the file.
        sheet: name of the sheet of a workbook; the one with most rows when blank.

    Raises:
        NotAList: it is no table, is empty, or is larger than a household list can be.
    """
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise NotAList
        table = _workbook(path, sheet) if path.suffix.lower() in WORKBOOKS else _text(path)
    except OSError as error:
        raise NotAList from error
    if not table.rows or len(table.rows) > MOST_ROWS:
        raise NotAList
    return table


def _workbook(path: Path, sheet: str) -> Table:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            names = tuple(book.sheet_names)
            read = {
                name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
                for name in ([sheet] if sheet in names else names)
            }
    except (CalamineError, ValueError) as error:
        raise NotAList from error
    if not read:
        raise NotAList
    chosen = max(read, key=lambda name: len(read[name]))
    return Table(path.name, _even([[_cell(cell) for cell in row] for row in read[chosen]]), chosen, names)


def _cell(value: object) -> str:
    """Return a cell as a person reads it: whole numbers without a point, dates day first."""
    if isinstance(value, bool):
        return "x" if value else ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, dt.datetime | dt.date):
        return f"{value.day}/{value.month}/{value.year}"
    return "" if value is None else str(value)


def _text(path: Path) -> Table:
    text, encoding = _decoded(path.read_bytes())
    if "\0" in text:
        raise NotAList
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)))
    except csv.Error as error:
        raise NotAList from error
    return Table(path.name, _even(rows), read_as=encoding)


def _even(rows: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    width = max((len(row) for row in rows), default=0)
    return tuple((*row, *[""] * (width - len(row))) for row in rows) if width else ()


def _decoded(content: bytes) -> tuple[str, str]:
    """Return the text and the encoding it is in; the old Vietnamese ones are left to ``old_encodings``."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            return content.decode(encoding, errors="replace"), encoding
    if content[1:200:2].count(0) > len(content[1:200:2]) // 2:
        return content.decode("utf-16-le", errors="replace"), "utf-16-le"
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    text = content.decode("cp1258", errors="replace")
    words = [word for word in re.split(r"[\s,;|]+", text[:20_000]) if not word.isascii()]
    if words and sum(is_syllable(word) for word in words) >= _SOUND * len(words):
        return text, "cp1258"
    return content.decode("cp1252", errors="replace"), "cp1252"


def _delimiter(text: str) -> str:
    """Return the delimiter that parts the first lines into equally many cells, and into most."""
    lines = [line for _number, line in zip(range(_LOOKED_AT), _lines(text), strict=False) if line.strip()]

    def even(delimiter: str) -> tuple[float, int]:
        counts = [line.count(delimiter) for line in lines]
        usual = max(set(counts), key=counts.count) if counts else 0
        return (counts.count(usual) / len(counts) if usual else 0.0, usual)

    best = max(_DELIMITERS, key=even)
    return best if even(best)[1] else ","


def _lines(text: str) -> Iterator[str]:
    return iter(io.StringIO(text))
