"""What the results screen shows, worked out in the store's lane: figures by one breakdown, in words and in order."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from survey_app import i18n
from survey_app.gui.office.heat import HeatCell, HeatColumn, HeatRow
from survey_app.gui.office.indicator_list import Entry
from survey_app.i18n import N_, _
from survey_app.text import show_number, sort_key

if TYPE_CHECKING:
    from survey_app.operations.results import Basis, Coverage, Result
    from survey_app.store import Store
    from survey_app.xforms import FormDefinition

BREAKDOWNS = (
    ("commune", N_("Commune")),
    ("village", N_("Village")),
    ("sex", N_("Sex")),
    ("age_group", N_("Age group")),
    ("poverty_status", N_("Poverty")),
)
"""Name of the breakdown and its word."""

CODED = {"sex": "m_sex", "poverty_status": "poverty_status"}
"""Breakdowns whose codes are the choices of a question."""

GROUPS = {
    "household": N_("Of households"),
    "person": N_("Of people"),
    "support": N_("Device support"),
    "quality": N_("Quality of the survey"),
}
"""Headings of the list."""

ALL = "all"
HEAT_COLUMNS = 8


@dataclass(frozen=True)
class Figures:
    """Everything on the screen.

    Attributes:
        by: breakdown of ``groups``.
        total: every indicator over all answers.
        groups: the same for each group.
        villages: the same for each village, for the heat table.
        basis: form, indicators and targets.
        coverage: what it stands on.
        place: name of the commune, ``""`` when there are several.
    """

    by: str
    total: tuple[Result, ...]
    groups: tuple[Result, ...]
    villages: tuple[Result, ...]
    basis: Basis
    coverage: Coverage
    place: str = ""
    by_key: Mapping[str, Result] = field(default_factory=dict)


def read_figures(store: Store, by: str) -> Figures:
    """Work out all figures; runs in the store's lane and also loads what draws them.

    Args:
        store: an open store.
        by: breakdown; ``""`` for communes when there are several, else villages.
    """
    import matplotlib.backends.backend_qtagg  # noqa: F401 - loaded here so that the window never waits for it

    from survey_app.operations.results import basis, place_name, results_of, tables

    of = basis(store)
    wanted = by or "village"
    (total, villages, groups), coverage = tables(store, of, [[], ["village"], [wanted]])
    if not by and len(coverage.communes - {""}) > 1:
        wanted = "commune"
        (groups,), _coverage = tables(store, of, [["commune"]])
    found = _named(results_of(groups, of, wanted), wanted, of.form)
    if wanted == "commune":
        found = _with_sources(found, coverage)
    communes = coverage.communes - {""}
    totals = results_of(total, of)
    return Figures(
        wanted,
        totals,
        found,
        results_of(villages, of, "village"),
        of,
        coverage,
        place_name(next(iter(communes)), of.places) if len(communes) == 1 else "",
        {result.indicator: result for result in totals},
    )


def _with_sources(results: Sequence[Result], coverage: Coverage) -> tuple[Result, ...]:
    """Return the figures of communes, those that were handed up marked as such."""
    handed = {each.commune for each in coverage.sources if each.kind == "aggregate"}
    words = _("{place} (aggregate)")
    return tuple(
        replace(each, place_name=words.format(place=each.place_name)) if each.place in handed else each
        for each in results
    )


def _named(results: Sequence[Result], by: str, form: FormDefinition) -> tuple[Result, ...]:
    """Return results whose groups have the words of the form instead of codes."""
    if by in ("commune", "village"):
        return tuple(results)
    words = {"unknown": _("Not known"), ALL: _("All households")}
    question = next((q for path, q in form.questions.items() if path.endswith(f"/{CODED.get(by, '')}")), None)
    if by in CODED and question is not None:
        spoken = next((name for name in form.languages if f"({i18n.language()})" in name), form.default_language)
        words |= {choice.value: choice.label(spoken) for choice in question.choices}
    if by == "age_group":
        return tuple(
            replace(r, place_name=words.get(r.place) or _("aged {ages}").format(ages=r.place)) for r in results
        )
    return tuple(replace(result, place_name=words.get(result.place, result.place)) for result in results)


# --- words ---------------------------------------------------------------------------------------------------------


def points(value: float) -> str:
    """Return a distance to a target with one decimal, without its sign."""
    return show_number(abs(value), 1, i18n.language())


def gap_words(result: Result) -> str:
    """Return target and distance, for the list."""
    from survey_app.reports.words import target_figure

    if result.value is None:
        return _("no target") if result.status == "no_target" else _("no target here")
    operator = result.target.split(" ")[0]
    goal = target_figure(operator, result.value, result.in_percent)
    if result.gap is None:
        return _("target {goal}").format(goal=goal)
    above = result.gap >= 0
    words = _("target {goal}, {points} above") if above else _("target {goal}, {points} below")
    return words.format(goal=goal, points=points(result.gap))


def too_few(result: Result) -> str:
    """Return the words that stand instead of a rate of too few people or households, ``""`` when there are enough."""
    from survey_app.indicators import FEWEST

    if not result.in_percent or not 0 < result.denominator < FEWEST:
        return ""
    if result.level == "household":
        return _("Fewer than {count} households, no rate shown").format(count=FEWEST)
    return _("Fewer than {count} people, no rate shown").format(count=FEWEST)


def shown(result: Result) -> str:
    """Return the estimate as people read it; a dash where too few stand behind it."""
    from survey_app.reports.words import figure

    if too_few(result):
        return "–"
    return figure(result.estimate, result.in_percent, 1 if result.in_percent else 0)


def entries(results: Sequence[Result], *, every: bool) -> list[Entry]:
    """Return the lines of the list: headline indicators and those with a target, or all, under their headings."""
    kept = [result for result in results if every or result.headline or result.value is not None]
    kept = kept or list(results)
    groups = dict.fromkeys(result.group for result in kept)
    lines: list[Entry] = []
    for group in groups:
        if len(groups) > 1:
            lines.append(Entry("", _(GROUPS.get(group, group))))
        lines += [
            Entry(result.indicator, result.short or result.name, gap_words(result), shown(result), result.status)
            for result in kept
            if result.group == group
        ]
    return lines


def met_words(results: Sequence[Result]) -> str:
    """Return how many of the indicators with a target meet it."""
    judged = [result for result in results if result.status in ("met", "not_met", "inconclusive")]
    met = sum(result.status == "met" for result in judged)
    return _("{met} of {all} met").format(met=met, all=len(judged)) if judged else ""


def base_words(result: Result) -> str:
    """Return how many people or households stand behind a figure."""
    number = show_number(result.denominator, 0, i18n.language())
    words = i18n.ngettext("{count} person", "{count} people", int(result.denominator))
    if result.level == "household":
        words = i18n.ngettext("{count} household", "{count} households", int(result.denominator))
    return words.format(count=number)


# --- heat table ----------------------------------------------------------------------------------------------------


def heat(figures: Figures) -> tuple[list[HeatColumn], list[HeatRow]]:
    """Return the table of villages by the indicators that have a target, headline ones first."""
    from survey_app.indicators import FEWEST
    from survey_app.reports.words import target_figure

    chosen = [result for result in figures.total if result.in_percent and result.value is not None]
    chosen = sorted(chosen, key=lambda result: not result.headline)[:HEAT_COLUMNS]
    columns = []
    for result in chosen:
        goal = target_figure(result.target.split(" ")[0], result.value or 0.0, True)
        columns.append(HeatColumn(result.indicator, result.short or result.name, _("target {goal}").format(goal=goal)))
    cells: dict[str, dict[str, HeatCell]] = {}
    names: dict[str, str] = {}
    for result in figures.villages:
        names[result.place] = result.place_name
        cells.setdefault(result.place, {})[result.indicator] = _heat_cell(result, FEWEST)
    blank = HeatCell(words=_("none yet"))
    rows = [
        HeatRow(names[code], tuple(cells[code].get(column.key, blank) for column in columns))
        for code in sorted(cells, key=lambda code: sort_key(names[code]))
    ]
    return columns, rows


def _heat_cell(result: Result, fewest: int) -> HeatCell:
    if result.denominator < fewest:
        return HeatCell(words=f"n < {fewest}" if result.denominator else _("none yet"))
    if result.estimate is None or math.isnan(result.estimate):
        return HeatCell(words=_("none yet"))
    return HeatCell(result.estimate, result.status == "met")
