"""A report before it has a format: headings, words and tables that every writer lays out its own way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from survey_app.reports.charts import Chart
from survey_app.reports.words import target_figure

ColumnKind = Literal[
    "text", "count", "numerator", "denominator", "unknown", "estimate", "target", "gap", "percent", "share", "status"
]
COUNTS = frozenset({"count", "numerator", "denominator", "unknown"})
"""Kinds of columns that hold whole numbers."""


@dataclass(frozen=True)
class Goal:
    """A target as a number that is read with its sign, ``≥ 80 %``.

    Attributes:
        operator: ``>=``, ``<=``, ...
        value: number in the indicator's unit.
        in_percent: the unit is percent.
    """

    operator: str
    value: float
    in_percent: bool

    def __str__(self) -> str:
        """Return it for people."""
        return target_figure(self.operator, self.value, self.in_percent)


Cell = str | float | int | Goal | None


@dataclass(frozen=True)
class ReportColumn:
    """A column of a table.

    Attributes:
        title: heading.
        kind: ``text`` · ``count``, ``numerator``, ``denominator``, ``unknown``: whole number · ``estimate``:
            percentage or number, see ``ReportTable.numbers`` · ``target``: a ``Goal`` · ``gap``: estimate less target ·
            ``percent``: always a percentage · ``share``: a percentage with its base in words · ``status``: a code of
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
        shares: numbers of the rows whose estimate is a hundred times numerator over denominator.
        totals: rows that add up others, with the first and the last of these.
    """

    key: str
    title: str
    note: str
    columns: tuple[ReportColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numbers: frozenset[int] = frozenset()
    headings: frozenset[int] = frozenset()
    shares: frozenset[int] = frozenset()
    totals: Mapping[int, tuple[int, int]] = field(default_factory=dict)


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
        place: name of the place whose People's Committee reports.
        day: the day on which it was made.
        made: when and from what it was made, one line.
        about: ``(what, words)``: place, round, kind of survey, catalogue, who made it, ...
        coverage: ``(what, how much)``: list, interviews, what came of the others.
        tables: tables in their order; the first is the summary. Complete, for workbooks and other programs.
        digests: the broken-down tables for reading on paper: groups down, headline indicators across.
        charts: charts.
        method: how the figures are worked out.
        definitions: table of the indicators' definitions.
        sources: table of the targets with document and sentence.
        notes: what the reader must know first, for example answers in conflict; may be empty.
    """

    title: str
    subtitle: str
    place: str
    day: dt.date
    made: str
    about: tuple[tuple[str, str], ...]
    coverage: tuple[tuple[str, str], ...]
    tables: tuple[ReportTable, ...]
    digests: tuple[ReportTable, ...]
    charts: tuple[Chart, ...]
    method: tuple[Section, ...]
    definitions: ReportTable
    sources: ReportTable
    notes: tuple[str, ...] = field(default=())
