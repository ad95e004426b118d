"""Turns compared tables into the tables and charts of a report, in the words of the language spoken now."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from survey_app.i18n import N_, _, language
from survey_app.indicators import FEWEST, Indicator
from survey_app.indicators.disaggregations import DISAGGREGATIONS, PLACE_LEVELS
from survey_app.indicators.disclosure import WITHHELD
from survey_app.records import Place
from survey_app.reports.charts import Bar, Chart
from survey_app.reports.model import Cell, Goal, ReportColumn, ReportTable
from survey_app.reports.words import DASH, WITHHELD_MARK, figure, group_word, interval
from survey_app.text import show_number, sort_key

if TYPE_CHECKING:
    from survey_app.xforms import FormDefinition

BREAKDOWNS: dict[str, tuple[str, ...]] = {
    "summary": (),
    "communes": ("commune",),
    "villages": ("village",),
    "sex": ("sex",),
    "age": ("age_group",),
    "poverty": ("poverty_status",),
}
"""The tables a report needs, by name."""
TITLES = {
    "summary": N_("Results against targets"),
    "communes": N_("By commune"),
    "villages": N_("By village"),
    "sex": N_("By sex"),
    "age": N_("By age group"),
    "poverty": N_("By poverty status"),
    "others": N_("Figures of other sources"),
}
MOST_BARS = 40
MOST_ACROSS = 7
"""Most indicators that stand side by side on paper."""
Row = Mapping[str, Any]


class Teller:
    """Turns records into rows of words and figures.

    A rate of fewer than ``FEWEST`` people or households is not told, as in the window: counts stand there, and a dash.
    """

    def __init__(
        self, indicators: Sequence[Indicator], forms: Sequence[FormDefinition], places: Mapping[str, Place]
    ) -> None:
        self.by_key = {indicator.key: indicator for indicator in indicators}
        self.places = places
        self.labels = _labels(forms)

    def summary(self, rows: Sequence[Row]) -> ReportTable:
        """Return every indicator once, under the headings of its groups, headlines first."""
        lines = _Lines(self)
        ordered = sorted(_single(rows), key=lambda row: not self.of(row).headline)
        has_ends = any(_has_ends(row) for row in ordered)
        for group in dict.fromkeys(self.of(row).group for row in _single(rows)):
            lines.heading(group_word(group), 8 + has_ends)
            for row in (row for row in ordered if self.of(row).group == group):
                figures = self.figures(row, with_ends=has_ends)
                lines.add(row, (self.name(row), *figures, self._gap(row), row["status"]))
        columns = (
            ReportColumn(_("Indicator"), "text", 44),
            *_figures_columns(with_ends=has_ends),
            ReportColumn(_("Gap"), "gap", 12),
            _status_column(),
        )
        note = _("Percentages count answers that are not known as “no”; the column “Not known” says how many they are.")
        return lines.table("summary", _title("summary"), note, columns)

    def table(self, name: str, rows: Sequence[Row], totals: Sequence[Row]) -> ReportTable:
        """Return a broken-down table: the groups of each indicator one below the other, and their total."""
        by = BREAKDOWNS[name][0]
        lines = _Lines(self)
        has_ends = any(_has_ends(row) for row in rows)
        whole = {row["indicator"]: row for row in _single(totals)}
        for key, group in groupby(self._groups(by, rows), key=lambda row: row["indicator"]):
            own = list(group)
            first = len(lines.rows)
            for row in own:
                figures = self.figures(row, with_ends=has_ends)
                lines.add(row, (self.code_name(by, str(row[by])), self.name(row), *figures, row["status"]))
            total = whole.get(key)
            if total is not None and len(own) > 1 and _adds_up(own, total):
                lines.totals[len(lines.rows)] = first, len(lines.rows) - 1
                figures = self.figures(total, with_ends=has_ends)
                lines.add(total, (_("Total"), self.name(total), *figures, total["status"]))
        columns = (
            ReportColumn(_by_title(by), "text", 26),
            ReportColumn(_("Indicator"), "text", 52),
            *_figures_columns(with_ends=has_ends),
            _status_column(),
        )
        return lines.table(name, _title(name), "", columns)

    def digests(self, name: str, rows: Sequence[Row]) -> Iterator[ReportTable]:
        """Yield a broken-down table for paper: groups down, headline indicators across, a few at a time."""
        by = BREAKDOWNS[name][0]
        shown = [row for row in self._groups(by, rows) if self.of(row).headline and self.of(row).in_percent]
        if by in PLACE_LEVELS:
            shown = self._of_several_places(by, shown)
        keys = list(dict.fromkeys(str(row["indicator"]) for row in shown))
        groups = sorted(dict.fromkeys(str(row[by]) for row in shown), key=lambda code: self._rank(by, code))
        cells = {(str(row[by]), str(row["indicator"])): self._share(row) for row in shown}
        parts = -(-len(keys) // MOST_ACROSS) or 1
        most = -(-len(keys) // parts)
        for part in range(parts if keys else 0):
            here = keys[part * most : (part + 1) * most]
            columns = [ReportColumn(_by_title(by), "text", 26)]
            columns += [ReportColumn(self.by_key[key].short(language()), "share", 13) for key in here]
            told = tuple((self.code_name(by, code), *(cells.get((code, key)) for key in here)) for code in groups)
            title = _title(name) if parts == 1 else f"{_title(name)} ({part + 1}/{parts})"
            note = _("Result, and in brackets how many people or households it is of; – fewer than {count}.")
            if any(_has_ends(row) for row in shown):
                note = _("Result, its 95 % interval, and in brackets how many it is of; – fewer than {count}.")
            yield ReportTable(name, title, note.format(count=FEWEST), tuple(columns), told)

    def others(self, rows: Sequence[Row]) -> ReportTable:
        """Return the figures of others, each beside what the survey found of the same place: two columns, no sum.

        A row has besides the columns of ``compare`` the ``place``, ``source``, ``period``, ``document`` and ``survey``:
        the row of the survey, None where it has none.
        """
        lines = _Lines(self)
        for row in rows:
            own = row["survey"]
            ours = self.figures(own)[3] if own is not None else None
            name = f"{self.name(row)}: {self._choice(row)}" if row["category"] else self.name(row)
            target = self.figures({**row, "numerator": 0, "denominator": math.inf, "unknown": 0})[4]
            told = (name, self.code_name("commune", str(row["place"])), str(row["source"]), str(row["period"]))
            lines.add(row, (*told, str(row["document"]), float(row["estimate"]), ours, target, row["status"]))
        columns = (
            ReportColumn(_("Indicator"), "text", 44),
            ReportColumn(_("Place"), "text", 20),
            ReportColumn(_("Source"), "text", 20),
            ReportColumn(_("Period"), "text", 12),
            ReportColumn(_("Document"), "text", 20),
            ReportColumn(_("Their figure"), "estimate", 13),
            ReportColumn(_("Survey"), "estimate", 13),
            ReportColumn(_("Target"), "target", 15),
            ReportColumn(_("Against target"), "status", 18),
        )
        note = _("Others keep these figures; they are in no sum with the survey's. The status is that of their figure.")
        return lines.table("others", _title("others"), note, columns)

    def answers(self, rows: Sequence[Row]) -> ReportTable:
        """Return the distributions: each answer of the questions that were asked so."""
        lines = _Lines(self)
        shown = [row for row in rows if row["category"] and row["denominator"]]
        has_ends = any(_has_ends(row) for row in shown)
        for row in shown:
            lines.add(row, (self.name(row), self._choice(row), *self.figures(row, with_ends=has_ends)[:-1]))
        figures = _figures_columns(with_ends=has_ends)
        columns = (
            ReportColumn(_("Indicator"), "text", 52),
            ReportColumn(_("Answer"), "text", 40),
            *figures[:3],
            ReportColumn(_("Share"), "percent", 14),
            *figures[4:-1],
        )
        note = _("Several answers were possible where the shares add up to more than 100 %.")
        return lines.table("answers", _("Answers by kind"), note, columns)

    def charts(self, frames: Mapping[str, Sequence[Row]]) -> Iterator[Chart]:
        """Yield a chart for each headline, by commune where there are several, else by village."""
        several = len({row["commune"] for row in frames.get("communes", ())}) > 1
        name = "communes" if several else "villages"
        by = BREAKDOWNS[name][0]
        for total in _single(frames["summary"]):
            indicator = self.of(total)
            own = [row for row in frames.get(name, ()) if row["indicator"] == indicator.key and row["denominator"]]
            here = [row for row in own if not row.get("withheld") and str(row[by]) != "all"]
            if indicator.headline and indicator.in_percent and 1 < len(here) <= MOST_BARS:
                yield self._chart(indicator, by, here)

    def _chart(self, indicator: Indicator, by: str, rows: Sequence[Row]) -> Chart:
        goals = {(row["operator"], row["value"]) for row in rows if row["target"]}
        operator, value = next(iter(goals)) if len(goals) == 1 else (">=", None)
        bars = tuple(
            Bar(
                self.code_name(by, str(row[by])),
                _number(row["estimate"]),
                100.0 * float(row["unknown"]) / float(row["denominator"]),
                int(row["denominator"]),
                str(row["status"]),
                str(row[by]),
            )
            for row in rows
        )
        part = _("by commune") if by == "commune" else _("by village")
        fewest = FEWEST if indicator.is_estimate else 1
        return Chart(
            f"{indicator.name(language())}, {part}", bars, value, str(operator), fewest, indicator.level == "member"
        )

    def of(self, row: Row) -> Indicator:
        """Return the indicator of a row."""
        return self.by_key[str(row["indicator"])]

    def name(self, row: Row) -> str:
        """Return the name of a row's indicator."""
        return self.of(row).name(language())

    def code_name(self, by: str, code: str) -> str:
        """Return the words for a code of a breakdown."""
        if by in PLACE_LEVELS and code in self.places:
            return self.places[code].name
        if code == "unknown":
            return _("Not known")
        question = {"sex": "m_sex"}.get(by, by)
        return self.labels.get(question, {}).get(code, code)

    def figures(self, row: Row, *, with_ends: bool = False) -> tuple[Cell, ...]:
        """Return numerator, denominator, unknown, result, of a sample its interval, and target."""
        value = _number(row["value"]) if row["target"] else None
        target = None if value is None else Goal(str(row["operator"]), value, self.of(row).in_percent)
        ends = (self._ends(row),) if with_ends else ()
        if row.get("withheld"):
            return WITHHELD_MARK, _count(row["denominator"]), WITHHELD_MARK, WITHHELD_MARK, *ends, target
        counts = tuple(_count(row[column]) for column in ("numerator", "denominator", "unknown"))
        return (*counts, None if self.is_of_few(row) else _number(row["estimate"]), *ends, target)

    def _ends(self, row: Row) -> str:
        """Return the interval of a result that is told, ``""`` where there is none."""
        if row.get("withheld") or self.is_of_few(row) or not _has_ends(row):
            return ""
        return interval(row["lower"], row["upper"], self.of(row).in_percent)

    def is_of_few(self, row: Row) -> bool:
        """Tell whether too few people or households stand behind a rate for it to be told."""
        return self.of(row).is_estimate and float(row["denominator"]) < FEWEST

    def is_share(self, row: Row) -> bool:
        """Tell whether a result that is told is a hundred times numerator over denominator."""
        told = not row.get("withheld") and not self.is_of_few(row) and self.of(row).in_percent
        if not told or _number(row["estimate"]) is None or not row["denominator"]:
            return False
        return math.isclose(100.0 * row["numerator"] / row["denominator"], row["estimate"], abs_tol=1e-9)

    def _share(self, row: Row) -> str:
        if row.get("withheld"):
            return WITHHELD_MARK
        told = DASH if self.is_of_few(row) else figure(_number(row["estimate"]), True)
        ends = f"; {self._ends(row)}" if self._ends(row) else ""
        return f"{told}{ends} ({show_number(float(row['denominator']), 0, language())})"

    def _groups(self, by: str, rows: Sequence[Row]) -> list[Row]:
        """Return the rows of groups, those of an indicator together, places by name."""
        shown = [row for row in _single(rows) if row[by] != "all" and row["denominator"]]
        order = {key: n for n, key in enumerate(self.by_key)}
        return sorted(shown, key=lambda row: (order[str(row["indicator"])], self._rank(by, str(row[by]))))

    def _rank(self, by: str, code: str) -> tuple[Any, ...]:
        """Return where a group stands: places by name, others in their own order, what is not known last."""
        own = next(one.order for one in DISAGGREGATIONS if one.name == by)
        place = own.index(code) if code in own else len(own)
        by_name = (sort_key(self.code_name(by, code)), code) if by in PLACE_LEVELS else ()
        return (code == "unknown", place, by_name)

    def _of_several_places(self, by: str, rows: Sequence[Row]) -> list[Row]:
        """Leave out indicators known of one place only: what is asked of a whole commune has no villages."""
        places = {key: {row[by] for row in rows if row["indicator"] == key} for key in self.by_key}
        return [row for row in rows if len(places[str(row["indicator"])]) > 1]

    def _choice(self, row: Row) -> str:
        """Return the words of an answer; of a share of several sums the question that was summed."""
        code = str(row["category"])
        question = self.of(row).numerator_text.strip().removeprefix("${").removesuffix("}").strip()
        question = "" if self.of(row).aggregate == "shares" else question
        return self.labels.get(question, {}).get(code, code)

    def _gap(self, row: Row) -> Cell:
        is_compared = row["status"] in ("met", "not_met", "inconclusive") and not self.is_of_few(row)
        return float(row["estimate"]) - float(row["value"]) if is_compared else None


class _Lines:
    """Collects the rows of a table and what is special about them."""

    def __init__(self, teller: Teller) -> None:
        self.teller = teller
        self.rows: list[tuple[Cell, ...]] = []
        self.numbers: set[int] = set()
        self.headings: set[int] = set()
        self.shares: set[int] = set()
        self.totals: dict[int, tuple[int, int]] = {}

    def heading(self, text: str, columns: int) -> None:
        self.headings.add(len(self.rows))
        self.rows.append((text, *[None] * (columns - 1)))

    def add(self, row: Row, cells: tuple[Cell, ...]) -> None:
        if not self.teller.of(row).in_percent:
            self.numbers.add(len(self.rows))
        if "survey" not in row and self.teller.is_share(row):
            self.shares.add(len(self.rows))
        self.rows.append(cells)

    def table(self, key: str, title: str, note: str, columns: Sequence[ReportColumn]) -> ReportTable:
        marks = frozenset(self.numbers), frozenset(self.headings), frozenset(self.shares)
        return ReportTable(key, title, note, tuple(columns), tuple(self.rows), *marks, self.totals)


def _single(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if not row["category"]]


def _adds_up(rows: Sequence[Row], total: Row) -> bool:
    """Tell whether all counts of rows are told and add up to those of the total."""
    if total.get("withheld") or any(row["status"] == WITHHELD or row.get("withheld") for row in rows):
        return False
    names = ("numerator", "denominator", "unknown")
    return all(math.isclose(sum(row[name] for row in rows), total[name], abs_tol=1e-6) for name in names)


def _has_ends(row: Row) -> bool:
    return _number(row.get("lower")) is not None and row.get("lower") != row.get("upper")


def _title(name: str) -> str:
    return _(TITLES[name])


def _by_title(by: str) -> str:
    return next(_(one.title) for one in DISAGGREGATIONS if one.name == by)


def _figures_columns(*, with_ends: bool = False) -> list[ReportColumn]:
    return [
        ReportColumn(_("Numerator"), "numerator", 19),
        ReportColumn(_("Denominator"), "denominator", 22),
        ReportColumn(_("Not known"), "unknown", 12),
        ReportColumn(_("Result"), "estimate", 14),
        *([ReportColumn(_("95 % interval"), "text", 15)] if with_ends else []),
        ReportColumn(_("Target"), "target", 15),
    ]


def _status_column() -> ReportColumn:
    return ReportColumn(_("Against target"), "status", 21)


def _number(value: Any) -> float | None:
    return None if value is None or math.isnan(float(value)) else float(value)


def _count(value: Any) -> Cell:
    if math.isnan(float(value)):
        return WITHHELD_MARK
    return int(value) if float(value).is_integer() else float(value)


def _labels(forms: Sequence[FormDefinition]) -> dict[str, dict[str, str]]:
    """Return the words of each question's choices in the language spoken now, and under ``""`` those of questions."""
    found: dict[str, dict[str, str]] = {"": {}}
    for form in reversed(forms):  # where two have a name in common, the round's own form says it
        tongue = next((one for one in form.languages if one.endswith(f"({language()})")), form.default_language)
        for question in form.questions.values():
            name = question.path.rpartition("/")[2]
            found[""][name] = question.label(tongue) or name
            if question.choices:
                found[name] = {choice.value: choice.label(tongue) for choice in question.choices}
    return found
