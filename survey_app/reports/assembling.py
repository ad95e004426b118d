"""Puts a report together from compared tables; knows nothing of files."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from survey_app.i18n import N_, _, language, ngettext
from survey_app.indicators import FEWEST, Indicator, Target
from survey_app.indicators.disaggregations import DISAGGREGATIONS, PLACE_LEVELS
from survey_app.records import Place, Round
from survey_app.reports.charts import Bar, Chart
from survey_app.reports.method import definitions, method, sources
from survey_app.reports.model import Cell, Report, ReportColumn, ReportTable
from survey_app.reports.words import WITHHELD_MARK, group_word, target_figure
from survey_app.text import show_date, show_number, sort_key

if TYPE_CHECKING:
    import pandas as pd

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

_TITLES = {
    "summary": N_("Results against targets"),
    "communes": N_("By commune"),
    "villages": N_("By village"),
    "sex": N_("By sex"),
    "age": N_("By age group"),
    "poverty": N_("By poverty status"),
}
_MOST_BARS = 40
_BLANKS: tuple[Cell, ...] = (None,) * 7


@dataclass(frozen=True)
class Facts:
    """What stands around the figures.

    Attributes:
        form: the form, for the words of its choices.
        round: the round, None when there is none.
        places: the catalogue by code.
        listed: households on the list.
        submissions: submissions that count.
        complete: completed interviews.
        people: members of the completed ones.
        in_conflict: submissions that count with a provisional value.
        least: fewest people or households that a figure may tell of, 0 when everything is shown.
        store_name: where the answers are.
        moment: when the report is made.
    """

    form: FormDefinition | None
    round: Round | None
    places: Mapping[str, Place]
    listed: int
    submissions: int
    complete: int
    people: int
    in_conflict: int
    store_name: str
    moment: dt.datetime
    least: int = 0


def assemble(
    indicators: Sequence[Indicator], targets: Sequence[Target], tables: Mapping[str, pd.DataFrame], facts: Facts
) -> Report:
    """Return the report.

    Args:
        indicators: all indicators.
        targets: all targets.
        tables: a compared table for each name of ``BREAKDOWNS``.
        facts: what stands around the figures.
    """
    teller = _Teller(indicators, facts)
    frames = {name: list(_records(frame)) for name, frame in tables.items()}
    broken_down = [teller.table(name, frames[name]) for name in BREAKDOWNS if name != "summary"]
    used = {str(row["target_id"]) for rows in frames.values() for row in rows} - {""}
    return Report(
        title=_("Digital readiness of households"),
        subtitle=_subtitle(facts),
        made=_("Made on {date} at {time} from {store}.").format(
            date=show_date(facts.moment.date()), time=f"{facts.moment:%H:%M}", store=facts.store_name
        ),
        coverage=_coverage(facts),
        tables=(teller.summary(frames["summary"]), *broken_down, teller.answers(frames["summary"])),
        charts=tuple(teller.charts(frames)),
        method=method(),
        definitions=definitions(indicators),
        sources=sources([target for target in targets if target.id in used], indicators),
        notes=(*_notes(facts), *_withheld_note(facts, frames)),
    )


def _records(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    for row in frame.to_dict("records"):
        yield {str(name): value for name, value in row.items()}


def _subtitle(facts: Facts) -> str:
    if facts.round is None:
        return ""
    place = facts.places.get(facts.round.commune_code)
    parts = [place.name if place else "", facts.round.title, _as_of(facts.round.reference_date)]
    return " · ".join(part for part in parts if part)


def _as_of(day: str) -> str:
    try:
        return _("as of {date}").format(date=show_date(dt.date.fromisoformat(day)))
    except ValueError:
        return ""


def _coverage(facts: Facts) -> tuple[tuple[str, str], ...]:
    def number(value: int) -> str:
        return show_number(value, 0, language())

    return (
        (_("Households on the list"), number(facts.listed)),
        (_("Questionnaires counted"), number(facts.submissions)),
        (_("Completed interviews"), number(facts.complete)),
        (_("People in them"), number(facts.people)),
    )


def _notes(facts: Facts) -> tuple[str, ...]:
    if not facts.submissions:
        return (_("No questionnaires have been merged yet, so there are no figures."),)
    if not facts.in_conflict:
        return ()
    words = ngettext(
        "{count} questionnaire still has conflicting answers; it counts with what stood before.",
        "{count} questionnaires still have conflicting answers; they count with what stood before.",
        facts.in_conflict,
    )
    return (words.format(count=facts.in_conflict),)


def _withheld_note(facts: Facts, frames: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterator[str]:
    if any(row.get("withheld") for rows in frames.values() for row in rows):
        words = _("{mark} withheld: it tells of fewer than {count}, or would give such a figure away.")
        yield words.format(mark=WITHHELD_MARK, count=facts.least)


def _title(name: str) -> str:
    return _(_TITLES[name])


class _Teller:
    """Turns records into rows of words and figures."""

    def __init__(self, indicators: Sequence[Indicator], facts: Facts) -> None:
        self.by_key = {indicator.key: indicator for indicator in indicators}
        self.facts = facts
        self.labels = _labels(facts.form)

    def summary(self, rows: Sequence[Mapping[str, Any]]) -> ReportTable:
        """Return every indicator once, under the headings of its groups, headlines first."""
        ordered = sorted(self._single(rows), key=lambda row: not self.by_key[str(row["indicator"])].headline)
        cells: list[tuple[Cell, ...]] = []
        numbers, headings = set(), set()
        groups = dict.fromkeys(self.by_key[str(row["indicator"])].group for row in self._single(rows))
        for group in groups:
            headings.add(len(cells))
            cells.append((group_word(group), *_BLANKS))
            for row in (row for row in ordered if self.by_key[str(row["indicator"])].group == group):
                if not self.by_key[str(row["indicator"])].in_percent:
                    numbers.add(len(cells))
                cells.append((self._name(row), *self._figures(row), self._gap(row), row["status"]))
        columns = (ReportColumn(_("Indicator"), "text", 58), *_figures_columns(), _gap_column(), _status_column())
        note = _("Percentages count answers that are not known as “no”; the column “Not known” says how many they are.")
        title = _title("summary")
        return ReportTable("summary", title, note, columns, tuple(cells), frozenset(numbers), frozenset(headings))

    def table(self, name: str, rows: Sequence[Mapping[str, Any]]) -> ReportTable:
        """Return a broken-down table, one line an indicator and group."""
        by = BREAKDOWNS[name][0]
        shown = [row for row in self._single(rows) if row[by] != "all" and row["denominator"]]
        if by in PLACE_LEVELS:
            shown.sort(key=lambda row: (sort_key(self.code_name(by, str(row[by]))), str(row[by])))
        numbers = {n for n, row in enumerate(shown) if not self.by_key[str(row["indicator"])].in_percent}
        cells = tuple(
            (self.code_name(by, str(row[by])), self._name(row), *self._figures(row), row["status"]) for row in shown
        )
        title = next(_(one.title) for one in DISAGGREGATIONS if one.name == by)
        columns = (
            ReportColumn(title, "text", 26),
            ReportColumn(_("Indicator"), "text", 52),
            *_figures_columns(),
            _status_column(),
        )
        return ReportTable(name, _title(name), "", columns, cells, frozenset(numbers))

    def answers(self, rows: Sequence[Mapping[str, Any]]) -> ReportTable:
        """Return the distributions: each answer of the questions that were asked so."""
        shown = [row for row in rows if row["category"] and row["denominator"]]
        cells = tuple((self._name(row), self._choice(row), *self._figures(row)[:4]) for row in shown)
        figures = _figures_columns()
        columns = (
            ReportColumn(_("Indicator"), "text", 52),
            ReportColumn(_("Answer"), "text", 40),
            *figures[:3],
            ReportColumn(_("Share"), "percent", 10),
        )
        note = _("Several answers were possible where the shares add up to more than 100 %.")
        return ReportTable("answers", _("Answers by kind"), note, columns, cells)

    def charts(self, frames: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterator[Chart]:
        """Yield a chart for each headline that has a target, by commune where there are several, else by village."""
        by = "commune" if len({row["commune"] for row in frames["communes"]}) > 1 else "village"
        rows = frames["communes" if by == "commune" else "villages"]
        for total in self._single(frames["summary"]):
            indicator = self.by_key[str(total["indicator"])]
            own = [row for row in rows if row["indicator"] == indicator.key and row["denominator"]]
            here = [row for row in own if not row.get("withheld")]
            if indicator.headline and indicator.in_percent and here and len(here) <= _MOST_BARS:
                yield self._chart(indicator, by, here)

    def _chart(self, indicator: Indicator, by: str, rows: Sequence[Mapping[str, Any]]) -> Chart:
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
        return Chart(
            f"{indicator.name(language())}, {part}", bars, value, str(operator), FEWEST, indicator.level == "member"
        )

    def code_name(self, by: str, code: str) -> str:
        """Return the words for a code of a breakdown."""
        if by in PLACE_LEVELS and code in self.facts.places:
            return self.facts.places[code].name
        if code == "unknown":
            return _("Not known")
        question = {"sex": "m_sex"}.get(by, by)
        return self.labels.get(question, {}).get(code, code)

    def _single(self, rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        return [row for row in rows if not row["category"]]

    def _name(self, row: Mapping[str, Any]) -> str:
        return self.by_key[str(row["indicator"])].name(language())

    def _choice(self, row: Mapping[str, Any]) -> str:
        indicator = self.by_key[str(row["indicator"])]
        question = indicator.numerator_text.strip().removeprefix("${").removesuffix("}").strip()
        code = str(row["category"])
        return self.labels.get(question, {}).get(code, code)

    def _figures(self, row: Mapping[str, Any]) -> tuple[Cell, ...]:
        indicator = self.by_key[str(row["indicator"])]
        value = _number(row["value"]) if row["target"] else None
        target = target_figure(str(row["operator"]), value, indicator.in_percent)
        if row.get("withheld"):
            return WITHHELD_MARK, _count(row["denominator"]), WITHHELD_MARK, WITHHELD_MARK, target
        counts = tuple(_count(row[column]) for column in ("numerator", "denominator", "unknown"))
        return (*counts, _number(row["estimate"]), target)

    def _gap(self, row: Mapping[str, Any]) -> Cell:
        is_compared = row["status"] in ("met", "not_met", "inconclusive")
        return float(row["estimate"]) - float(row["value"]) if is_compared else None


def _figures_columns() -> tuple[ReportColumn, ...]:
    return (
        ReportColumn(_("Numerator"), "count", 10),
        ReportColumn(_("Denominator"), "count", 10),
        ReportColumn(_("Not known"), "count", 10),
        ReportColumn(_("Result"), "estimate", 11),
        ReportColumn(_("Target"), "target", 11),
    )


def _gap_column() -> ReportColumn:
    return ReportColumn(_("Gap"), "estimate", 10)


def _status_column() -> ReportColumn:
    return ReportColumn(_("Against target"), "status", 17)


def _number(value: Any) -> float | None:
    return None if value is None or math.isnan(float(value)) else float(value)


def _count(value: Any) -> Cell:
    if math.isnan(float(value)):
        return WITHHELD_MARK
    return int(value) if float(value).is_integer() else float(value)


def _labels(form: FormDefinition | None) -> dict[str, dict[str, str]]:
    """Return the words of each question's choices in the language spoken now."""
    if form is None:
        return {}
    tongue = next((one for one in form.languages if one.endswith(f"({language()})")), form.default_language)
    return {
        question.path.rpartition("/")[2]: {choice.value: choice.label(tongue) for choice in question.choices}
        for question in form.questions.values()
        if question.choices
    }
