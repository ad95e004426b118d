"""A report as pieces for reading on paper: words, tables, drawings. Word and PDF are written from the same ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from survey_app.i18n import _, language
from survey_app.reports.charts import Chart
from survey_app.reports.model import COUNTS, Cell, Report, ReportColumn, ReportTable
from survey_app.reports.words import DASH, figure, status_word
from survey_app.text import show_number

NOT_ON_PAPER = 2
"""Last columns of the definitions, code and version: names for programs, too long for a page; the workbook has them."""


@dataclass(frozen=True)
class Words:
    """A paragraph.

    Attributes:
        text: what it says.
        kind: ``heading`` below the template's own headings, ``text``, or ``note``: what the reader must know first.
    """

    text: str
    kind: Literal["heading", "text", "note"] = "text"


@dataclass(frozen=True)
class Grid:
    """A table of words.

    Attributes:
        title: caption, ``""`` for none.
        note: a sentence below the caption, ``""`` for none.
        heads: headings of the columns; empty for a table without a head.
        widths: their widths as shares of the whole.
        right: columns whose cells stand at the right.
        rows: cells.
        headings: rows that are headings of a group; only their first cell is filled.
        tones: the status of a row, where its last cell says it.
    """

    title: str
    note: str
    heads: tuple[str, ...]
    widths: tuple[float, ...]
    right: frozenset[int]
    rows: tuple[tuple[str, ...], ...]
    headings: frozenset[int] = frozenset()
    tones: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Drawing:
    """A chart."""

    chart: Chart


Piece = Words | Grid | Drawing


def pieces(report: Report) -> dict[str, tuple[Piece, ...]]:
    """Return what stands in the place of each block of a template (``survey_app.reports.template.BLOCKS``)."""
    summary, answers = report.tables[0], report.tables[-1]
    return {
        "about": (_pairs(report.about),),
        "coverage": (_pairs(report.coverage),),
        "notes": tuple(Words(note, "note") for note in report.notes),
        "results": (_grid(summary),),
        "charts": tuple(Drawing(chart) for chart in report.charts),
        "breakdowns": tuple(_breakdowns(report.digests, answers)) or (Words(_("No figures yet"), "note"),),
        "method": tuple(_method(report)),
        "definitions": (_grid(_without(report.definitions, NOT_ON_PAPER)),),
        "targets": (_grid(report.sources),),
    }


def _breakdowns(digests: Sequence[ReportTable], answers: ReportTable) -> Iterator[Grid]:
    yield from (_grid(table) for table in digests)
    if answers.rows:
        yield _under_names(answers)


def _under_names(table: ReportTable) -> Grid:
    """Return a table with what stands in its first column as headings of the rows that have it in common."""
    found = _grid(_without(table, 1, first=True))
    rows: list[tuple[str, ...]] = []
    headings = set()
    for number, cells in enumerate(found.rows):
        name = str(table.rows[number][0])
        if not number or name != str(table.rows[number - 1][0]):
            headings.add(len(rows))
            rows.append((name, *[""] * (len(cells) - 1)))
        rows.append(cells)
    return replace(found, rows=tuple(rows), headings=frozenset(headings))


def _without(table: ReportTable, count: int, *, first: bool = False) -> ReportTable:
    """Return a table without its last columns, or without its first."""
    kept = slice(count, None) if first else slice(None, -count)
    return replace(table, columns=table.columns[kept], rows=tuple(cells[kept] for cells in table.rows))


def _pairs(pairs: Sequence[tuple[str, str]]) -> Grid:
    rows = tuple(pair for pair in pairs if pair[1])
    return Grid("", "", (), (0.5, 0.5), frozenset(), rows)


def _method(report: Report) -> list[Piece]:
    found: list[Piece] = []
    for section in report.method:
        found.append(Words(section.title, "heading"))
        found.extend(Words(line) for line in section.lines)
    return found


def _grid(table: ReportTable) -> Grid:
    whole = sum(column.width for column in table.columns)
    rows = tuple(_row(table, number) for number in range(len(table.rows)))
    status = len(table.columns) - 1 if table.columns[-1].kind == "status" else None
    tones = {
        number: str(cells[status])
        for number, cells in enumerate(table.rows)
        if status is not None and number not in table.headings
    }
    return Grid(
        table.title,
        table.note if rows else _("No figures yet"),
        tuple(column.title for column in table.columns),
        tuple(column.width / whole for column in table.columns),
        frozenset(n for n, column in enumerate(table.columns) if column.kind not in ("text", "status")),
        rows,
        table.headings,
        tones,
    )


def _row(table: ReportTable, number: int) -> tuple[str, ...]:
    cells = table.rows[number]
    if number in table.headings:
        return (str(cells[0]), *[""] * (len(cells) - 1))
    is_number = number in table.numbers
    return tuple(said(cell, column, is_number) for cell, column in zip(cells, table.columns, strict=True))


def said(cell: Cell, column: ReportColumn, is_number: bool = False) -> str:
    """Return a cell for people in the language spoken now.

    Args:
        cell: the cell.
        column: its column.
        is_number: the row's estimates are no percentages.
    """
    if column.kind == "status":
        return status_word(str(cell))
    if cell is None:
        return DASH
    if column.kind == "gap" and isinstance(cell, int | float):
        sign = "+" if cell > 0 else "−" if cell < 0 else ""
        return sign + show_number(abs(cell), 1, language())  # points: a percentage less a percentage is none
    if isinstance(cell, int | float):
        return figure(cell, not (column.kind in COUNTS or (is_number and column.kind == "estimate")))
    return str(cell)
