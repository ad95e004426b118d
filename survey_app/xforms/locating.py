"""Where in a workbook the conversion fails, when it does not say so itself: found by leaving parts out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from survey_app.i18n import _
from survey_app.xforms.columns import column_of
from survey_app.xforms.errors import Fault
from survey_app.xforms.question_types import block_of
from survey_app.xforms.sheets import Book, Row, Table

MOST_ROWS = 3_000
"""Larger workbooks are not searched: each try converts them anew."""
_MOST_HEADINGS = 80
_NEEDED = frozenset(("type", "name", "list_name", "label"))
Outcome = Literal["converted", "refused", "crashed"]
Convert = Callable[[Book], Outcome]


def fault_of_crash(kind: str, book: Book, convert: Convert) -> Fault:
    """Return the fault of a workbook on which the conversion fails without a message for its author.

    Args:
        kind: kind of the failure, for those who help.
        book: the workbook.
        convert: tells what becomes of a smaller workbook.
    """
    found = _search(book, convert) if sum(len(table.rows) for table in book.tables.values()) <= MOST_ROWS else None
    if found is None:
        message = _("The workbook cannot be turned into a form ({kind}). Look for cells with unusual content.")
        return Fault(message.format(kind=kind))
    message = _("What stands here cannot be turned into a form ({kind}). Clear it, or write it in another way.")
    text = found.row.cells.get(found.heading, "") if found.row is not None and found.heading else ""
    number = found.row.number if found.row is not None else 1
    return Fault(message.format(kind=kind), found.sheet, number, found.heading, "", text)


@dataclass(frozen=True)
class _Place:
    sheet: str
    heading: str
    row: Row | None


def _search(book: Book, convert: Convert) -> _Place | None:
    columns = [(sheet, heading) for sheet, table in book.tables.items() for heading in table.headings][:_MOST_HEADINGS]
    columns.sort(key=lambda one: column_of(one[1], one[0]) in _NEEDED)
    outcomes = {place: convert(_without(book, *place)) for place in columns}
    for sheet, heading in columns:
        if outcomes[sheet, heading] == "converted":
            return _in_column(book, sheet, heading, convert)
    for sheet, table in book.tables.items():
        if convert(_with(book, sheet, replace(table, rows=_bare(table.rows, 0, sheet)))) == "converted":
            return _in_rows(book, sheet, convert)
    return next((_Place(*place, None) for place in columns if outcomes[place] == "refused"), None)


def _in_rows(book: Book, sheet: str, convert: Convert) -> _Place:
    table = book.tables[sheet]
    rows = table.rows

    def with_rows(kept: int) -> bool:
        return convert(_with(book, sheet, replace(table, rows=_bare(rows, kept, sheet)))) == "crashed"

    at = _first(len(rows), with_rows)
    return _Place(sheet, "", rows[at - 1] if at else None)


def _in_column(book: Book, sheet: str, heading: str, convert: Convert) -> _Place:
    """Return the first cell of a column with which the conversion fails; its heading when no cell is needed for it."""
    rows = book.tables[sheet].rows

    def with_cells(kept: int) -> bool:
        cut = [*rows[:kept], *(Row(row.number, _but(row, heading)) for row in rows[kept:])]
        return convert(_with(book, sheet, replace(book.tables[sheet], rows=cut))) == "crashed"

    at = _first(len(rows), with_cells)
    return _Place(sheet, heading, rows[at - 1] if at else None)


def _first(most: int, fails: Callable[[int], bool]) -> int:
    """Return how many rows are needed at least until it fails."""
    low, high = 0, most
    while low < high:
        middle = (low + high) // 2
        if fails(middle):
            high = middle
        else:
            low = middle + 1
    return low


def _with(book: Book, sheet: str, table: Table) -> Book:
    return replace(book, tables={**book.tables, sheet: table})


def _without(book: Book, sheet: str, heading: str) -> Book:
    table = book.tables[sheet]
    rows = [Row(row.number, _but(row, heading)) for row in table.rows]
    return _with(book, sheet, Table([one for one in table.headings if one != heading], rows))


def _but(row: Row, heading: str) -> dict[str, str]:
    return {one: text for one, text in row.cells.items() if one != heading}


def _bare(rows: Sequence[Row], kept: int, sheet: str) -> list[Row]:
    """Return the rows, those behind the first ``kept`` with nothing but type and name, so that groups still end."""
    return [*rows[:kept], *(Row(row.number, dict(_plain(row, sheet))) for row in rows[kept:])]


def _plain(row: Row, sheet: str) -> Iterator[tuple[str, str]]:
    for heading, text in row.cells.items():
        column = column_of(heading, sheet)
        if sheet == "survey" and column == "type":
            yield heading, text if block_of(" ".join(text.split())) is not None else "hidden"
        elif column in ("name", "list_name"):
            yield heading, text
