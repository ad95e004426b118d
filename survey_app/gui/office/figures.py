"""What the results screen shows, in words and in order: figures by one breakdown, of everybody or of a part."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from survey_app import i18n
from survey_app.gui.office.heat import HeatCell, HeatColumn, HeatRow
from survey_app.gui.office.indicator_list import Entry
from survey_app.gui.parts import word_of
from survey_app.i18n import N_, _
from survey_app.indicators.disclosure import WITHHELD
from survey_app.operations.dashboard import GROUP_BREAKDOWNS, OLD_BREAKDOWNS, ROUND, Board, Only, read_board
from survey_app.progress import SILENT, Monitor
from survey_app.text import show_number, sort_key

if TYPE_CHECKING:
    from survey_app.operations.coverage import Coverage
    from survey_app.operations.results import Basis, Result
    from survey_app.store import Store
    from survey_app.xforms import FormDefinition

BREAKDOWNS = (
    ("commune", N_("Commune")),
    ("village", N_("Village")),
    ("sex", N_("Sex")),
    ("age_group", N_("Age group")),
    ("poverty_status", N_("Poverty")),
    (ROUND, N_("Round")),
    ("district", N_("District")),
)
"""Name of the breakdown and its word; districts only in the units of before 01/07/2025."""

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
        board: what figures are asked from.
        by: the breakdown.
        only: what is counted.
        total: every indicator over what is counted.
        by_key: the same by key.
        rounds: the board of all rounds, once somebody asked for them.
    """

    board: Board
    by: str
    only: Only
    total: tuple[Result, ...]
    by_key: Mapping[str, Result] = field(default_factory=dict)
    rounds: Board | None = None

    @property
    def basis(self) -> Basis:
        """Form, indicators and targets."""
        return self.board.basis

    @property
    def coverage(self) -> Coverage:
        """What the figures stand on."""
        return self.board.coverage

    @property
    def place(self) -> str:
        """Name of the commune, ``""`` when there are several."""
        from survey_app.operations.results import place_name

        commune = self.only.commune or self.board.coverage.within().commune
        return place_name(commune, self.basis.places) if commune else ""

    def groups_of(self, key: str, least: int = 0) -> tuple[Result, ...]:
        """Return one indicator by the breakdown; rounds in their order.

        Args:
            key: the indicator.
            least: withhold what tells of fewer people or households; 0: show all.
        """
        board = self.rounds if self.by == ROUND else self.board
        if board is None:
            return ()
        shown = self.by, self.only
        found = board.published(*shown, key, least) if least else board.results(*shown, [key])
        if self.by == ROUND:
            return _rounds_named(found, board)
        named = _named(found, self.by, self.basis.form)
        return _with_sources(named, self.coverage) if self.by == "commune" else named

    @cached_property
    def heat_keys(self) -> tuple[str, ...]:
        """Indicators of the heat table: those with a target, headline ones first."""
        chosen = [result for result in self.total if result.in_percent and result.value is not None]
        chosen = sorted(chosen, key=lambda result: not result.headline)[:HEAT_COLUMNS]
        return tuple(result.indicator for result in chosen)

    @property
    def heat_by(self) -> str:
        """Places of the heat table: communes while there are several, else villages (a province has thousands)."""
        return widest(self.board, self.only)

    @cached_property
    def heat_places(self) -> tuple[Result, ...]:
        """These indicators by place."""
        return self.board.results(self.heat_by, self.only, self.heat_keys) if self.heat_keys else ()


def read_boards(
    store: Store,
    known: tuple[Board | None, Board | None],
    with_rounds: bool,
    units: str = "",
    monitor: Monitor = SILENT,
) -> tuple[Board, Board | None]:
    """Count what is not known yet; runs in the store's lane and also loads what draws charts.

    Args:
        store: an open store.
        known: the board that was read last, and that of all rounds.
        with_rounds: whether that one is needed.
        units: ISO date of the administrative units; today's when ``""``.
        monitor: hears how far it is.
    """
    import matplotlib.backends.backend_qtagg  # noqa: F401 - loaded here so that the window never waits for it

    board, rounds = read_board(store, known[0], units=units, monitor=monitor), known[1]
    if with_rounds:
        rounds = read_board(store, rounds, every_round=True, units=units, monitor=monitor)
    return board, rounds


def figures_of(board: Board, by: str, only: Only, rounds: Board | None = None) -> Figures:
    """Return the figures by a breakdown.

    Args:
        board: what they are asked from.
        by: breakdown; ``""`` for communes when there are several, else villages.
        only: what is counted.
        rounds: the board of all rounds.
    """
    chosen = by or widest(board, only)
    total = board.results("", only)
    return Figures(board, chosen, only, total, {result.indicator: result for result in total}, rounds)


def widest(board: Board, only: Only) -> str:
    """Return the widest places that divide what is counted."""
    several = len(board.coverage.communes - {""}) > 1
    return "commune" if several and not only.commune and not only.village else "village"


@dataclass(frozen=True)
class Choices:
    """What figures can be limited to: codes and their words.

    Attributes:
        districts: where figures are told in the units of before 01/07/2025.
        communes: every one, or those of a district.
        villages: those of one commune.
        groups: ``breakdown:code``.
    """

    districts: Sequence[tuple[str, str]] = ()
    communes: Sequence[tuple[str, str]] = ()
    villages: Sequence[tuple[str, str]] = ()
    groups: Sequence[tuple[str, str]] = ()


def choices_of(board: Board, only: Only) -> Choices:
    """Return what figures can be limited to; villages of the chosen commune, or of the only one."""
    from survey_app.operations.results import place_name

    if not board.can_filter:
        return Choices()
    places, form = board.basis.places, board.basis.form

    def offered(level: str, above: str) -> list[tuple[str, str]]:
        codes = [code for code in board.codes(level) if code != "unknown"]
        inside = [code for code in codes if not above or (code in places and places[code].parent == above)]
        return sorted(((code, place_name(code, places)) for code in inside), key=lambda pair: sort_key(pair[1]))

    communes = offered("commune", only.district)
    here = only.commune or (communes[0][0] if len(communes) == 1 else "")
    groups = [
        (f"{name}:{code}", word)
        for name in GROUP_BREAKDOWNS
        for code in board.codes(name)
        if code not in ("unknown", ALL)
        for word in [words_of(name, form).get(code, code)]
    ]
    districts = offered("district", "") if board.basis.units else []
    villages = offered("village", here) if here or not communes else []
    return Choices(districts, communes, villages, groups)


def breakdowns_for(only: Only, board: Board) -> tuple[str, ...]:
    """Return the breakdowns that figures of a part can be told by."""
    if board.can_filter and only.group:
        return (*board.place_breakdowns, only.group)
    return tuple(name for name, _word in BREAKDOWNS if name != "district" or board.basis.units)


def _with_sources(results: Sequence[Result], coverage: Coverage) -> tuple[Result, ...]:
    """Return the figures of communes, those that were handed up marked as such."""
    handed = {each.commune for each in coverage.sources if each.kind == "aggregate"}
    words = _("{place} (aggregate)")
    return tuple(
        replace(each, place_name=words.format(place=each.place_name)) if each.place in handed else each
        for each in results
    )


def words_of(by: str, form: FormDefinition) -> dict[str, str]:
    """Return the words of the codes of a breakdown, as far as they are known."""
    words = {"unknown": _("Not known"), ALL: _("All households")}
    question = next((q for path, q in form.questions.items() if path.endswith(f"/{CODED.get(by, '')}")), None)
    if by in CODED and question is not None:
        spoken = next((name for name in form.languages if f"({i18n.language()})" in name), form.default_language)
        words |= {choice.value: choice.label(spoken) for choice in question.choices}
    if by == "age_group":
        from survey_app.indicators.disaggregations import AGE_GROUPS

        words |= {ages: _("aged {ages}").format(ages=ages.replace("-", "–")) for ages in AGE_GROUPS}
    return words


def _rounds_named(results: Sequence[Result], board: Board) -> tuple[Result, ...]:
    """Return the figures of rounds by their titles, in their order."""
    dates, titles = board.rounds.dates, board.rounds.titles
    named = [replace(each, place_name=titles.get(each.place) or each.place) for each in results]
    return tuple(sorted(named, key=lambda each: (str(dates.get(each.place)), each.place)))


def leaving(store: Store, figures: Figures, key: str) -> tuple[Result, ...]:
    """Return an indicator by the breakdown as it may leave the office; runs in the store's lane."""
    from survey_app.operations.results import least_of

    return figures.groups_of(key, least_of(store))


def _named(results: Sequence[Result], by: str, form: FormDefinition) -> tuple[Result, ...]:
    """Return results whose groups have the words of the form instead of codes."""
    if by in OLD_BREAKDOWNS:
        return tuple(results)
    words = words_of(by, form)
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
    from survey_app.reports.words import WITHHELD_MARK, figure

    if result.status == WITHHELD:
        return WITHHELD_MARK
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
    if math.isnan(result.denominator):
        return _("Fewer than may be told")
    number = show_number(result.denominator, 0, i18n.language())
    words = i18n.ngettext("{count} person", "{count} people", int(result.denominator))
    if result.level == "household":
        words = i18n.ngettext("{count} household", "{count} households", int(result.denominator))
    return words.format(count=number)


# --- heat table ----------------------------------------------------------------------------------------------------


def heat(figures: Figures) -> tuple[list[HeatColumn], list[HeatRow]]:
    """Return the table of places by the indicators that have a target, headline ones first."""
    from survey_app.indicators import FEWEST
    from survey_app.reports.words import target_figure

    chosen = [figures.by_key[key] for key in figures.heat_keys]
    columns = []
    for result in chosen:
        goal = target_figure(result.target.split(" ")[0], result.value or 0.0, True)
        columns.append(HeatColumn(result.indicator, result.short or result.name, _("target {goal}").format(goal=goal)))
    cells: dict[str, dict[str, HeatCell]] = {}
    names: dict[str, str] = {}
    for result in figures.heat_places:
        names[result.place] = result.place_name
        cells.setdefault(result.place, {})[result.indicator] = _heat_cell(result, FEWEST)
    blank = HeatCell(words=_("none yet"))
    rows = [
        HeatRow(names[code], tuple(cells[code].get(column.key, blank) for column in columns))
        for code in sorted(cells, key=lambda code: sort_key(names[code]))
    ]
    return columns, rows


def _heat_cell(result: Result, fewest: int) -> HeatCell:
    if result.status == WITHHELD:
        return HeatCell(words=word_of(WITHHELD))
    if result.denominator < fewest:
        return HeatCell(words=f"n < {fewest}" if result.denominator else _("none yet"))
    if result.estimate is None or math.isnan(result.estimate):
        return HeatCell(words=_("none yet"))
    return HeatCell(result.estimate, result.status == "met")


def heat_of_rounds(figures: Figures, key: str) -> tuple[list[HeatColumn], list[HeatRow]]:
    """Return the table of places by rounds for one indicator."""
    from survey_app.indicators import FEWEST

    board = figures.rounds
    result = figures.by_key.get(key)
    if board is None or not board.can_filter or result is None or not result.in_percent:
        return [], []
    rounds = [each.place for each in figures.groups_of(key)]
    columns = [HeatColumn(code, board.rounds.titles.get(code) or code, "") for code in rounds]
    cells: dict[str, dict[str, HeatCell]] = {}
    names: dict[str, str] = {}
    for code in rounds:
        for each in board.results(figures.heat_by, replace(figures.only, round=code), [key]):
            names[each.place] = each.place_name
            cells.setdefault(each.place, {})[code] = _heat_cell(each, FEWEST)
    blank = HeatCell(words=_("none yet"))
    ordered = sorted(cells, key=lambda code: sort_key(names[code]))
    return columns, [HeatRow(names[one], tuple(cells[one].get(code, blank) for code in rounds)) for one in ordered]
