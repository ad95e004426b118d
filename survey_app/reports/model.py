"""A report before it has a format: headings, words and tables that every writer lays out its own way."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from survey_app.reports.charts import Chart

ColumnKind = Literal["text", "count", "estimate", "target", "percent", "status"]
Cell = str | float | int | None


@dataclass(frozen=True)
class ReportColumn:
    """A column of a table.

    Attributes:
        title: heading.
        kind: ``text`` · ``count``: whole number · ``estimate``: percentage or number, see ``ReportTable.numbers`` ·
            ``target``: text such as ``≥ 80 %`` · ``percent``: always a percentage · ``status``: a code of
            ``survey_app.indicators.STATUSES``.
        width: width in letters.
    """

    title: str
    kind: ColumnKind
    width: float


@dataclass(frozen=True)
class ReportTable:
    """A table of a report.

    Attributes:
        key: short name in English, for file names: ``summary``, ``communes``, ...
        title: heading.
        note: one sentence below the heading, may be ``""``.
        columns: columns.
        rows: cells; a percentage is a number from 0 to 100, None is no figure.
        numbers: numbers of the rows whose estimates are no percentages.
        headings: numbers of the rows that are headings of a group; only their first cell is filled.
    """

    key: str
    title: str
    note: str
    columns: tuple[ReportColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numbers: frozenset[int] = frozenset()
    headings: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Section:
    """Words under a heading.

    Attributes:
        title: heading.
        lines: paragraphs.
    """

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """What a report says.

    Attributes:
        title: heading of the whole.
        subtitle: where and when.
        made: when and from what it was made, one line.
        coverage: ``(what, how much)``.
        tables: tables in their order; the first is the summary.
        charts: charts.
        method: how the figures are worked out.
        definitions: table of the indicators' definitions.
        sources: table of the targets with document and sentence.
        notes: what the reader must know first, for example answers in conflict; may be empty.
    """

    title: str
    subtitle: str
    made: str
    coverage: tuple[tuple[str, str], ...]
    tables: tuple[ReportTable, ...]
    charts: tuple[Chart, ...]
    method: tuple[Section, ...]
    definitions: ReportTable
    sources: ReportTable
    notes: tuple[str, ...] = field(default=())
