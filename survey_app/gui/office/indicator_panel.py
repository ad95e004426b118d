"""One indicator by one breakdown: title, chart or table, and the detail strip."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from survey_app import i18n
from survey_app.gui import theme
from survey_app.gui.office.chart_view import BARS, MAP, SPREAD, TILES, TREND, ChartView
from survey_app.gui.office.detail_strip import DetailStrip, Fact
from survey_app.gui.office.figures import ALL, BREAKDOWNS, Figures, base_words, points, shown, too_few
from survey_app.gui.office.results_table import ResultsTable
from survey_app.gui.parts import SMALL, STATUS, Banner, Button, Label, Panel, Segmented, word_of
from survey_app.gui.parts.flow import Flow
from survey_app.gui.theme import Type
from survey_app.i18n import N_, _
from survey_app.indicators.disclosure import WITHHELD
from survey_app.operations.dashboard import ROUND
from survey_app.text import show_date, show_percent

if TYPE_CHECKING:
    from survey_app.operations.results import Result
    from survey_app.places.shapes import Shapes
    from survey_app.reports.charts import Bar, Chart


_MOST_OTHERS = 4
"""Most figures of other sources that are told above a chart."""
TABLE = "table"
VIEWS = ((BARS, N_("Chart")), (SPREAD, N_("Spread")), (TILES, N_("Tiles")), (MAP, N_("Map")), (TABLE, N_("Table")))
"""How an indicator can be shown; the chart of rounds is a line, and without a map of these places there are tiles."""


class IndicatorPanel(Panel):
    """Shows what it is given; reads nothing itself."""

    breakdown_chosen = Signal(str)
    opened = Signal(str)
    """Sent with the code of the group that is to be opened: its villages, its households, its part of the figures."""
    view_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(pad=14, gap=10, parent=parent)
        self._figures: Figures | None = None
        self._total: Result | None = None
        self._groups: list[Result] = []
        self._shapes: Shapes | None = None
        self.view = BARS
        self._title = Label("", Type.PANEL, weight=600, wrap=True, figures=True)
        self.views = Segmented([(key, word) for key, word in VIEWS], BARS)
        self.views.chosen.connect(self.show_as)
        self.breakdowns = Segmented([(name, word) for name, word in BREAKDOWNS], "village")
        self.breakdowns.chosen.connect(self.breakdown_chosen)
        head = QHBoxLayout()
        head.setSpacing(theme.px(8))
        head.addWidget(self._title, 1)
        head.addWidget(self.views, 0, Qt.AlignmentFlag.AlignTop)
        self.note = Banner("info")
        self.chart = ChartView()
        self.chart.row_chosen.connect(lambda bar: self._show_facts(bar.key))
        self.chart.row_pointed.connect(self._pointed)
        self.chart.row_opened.connect(lambda bar: self.opened.emit(bar.key))
        self.table = ResultsTable()
        self.table.row_changed.connect(lambda row: self._show_facts(row.place) if row is not None else None)
        self.table.opened.connect(lambda row: self.opened.emit(row.place))
        self.strip = DetailStrip()
        self.open_button = Button("", "quiet", icon="list", key="Enter", shortcut="", height=SMALL)
        self.open_button.clicked.connect(lambda: self.opened.emit(self.current))
        self.copy_button = Button("", "quiet", icon="file-text", key="Ctrl+Shift+C", shortcut="", height=SMALL)
        self.save_button = Button("", "quiet", icon="save", key="Ctrl+S", shortcut="", height=SMALL)
        foot = Flow(theme.px(8))
        for button in (self.open_button, self.copy_button, self.save_button):
            foot.addWidget(button)
        self.column.addLayout(head)
        self.column.addWidget(self.breakdowns, 0, Qt.AlignmentFlag.AlignLeft)
        for widget in (self.note, self.chart, self.table, self.strip):
            self.column.addWidget(widget)
        self.column.addLayout(foot)
        for widget in (self.note, self.table, self.strip):
            widget.hide()

    def retranslate(self) -> None:
        """Say the fixed words in the language spoken now; figures follow with ``show_indicator``."""
        self.breakdowns.say({name: _(word) for name, word in BREAKDOWNS}, _("Broken down by"))
        self.views.say({key: _(word) for key, word in VIEWS}, _("Shown as"))
        self.copy_button.setText(_("Copy the chart"))
        self.save_button.setText(_("Save the chart"))
        self.table.setAccessibleName(_("Figures as a table"))

    def wait(self) -> None:
        """Say that figures are on their way."""
        if not self.is_table:
            self.chart.wait()

    def fail(self) -> None:
        """Show nothing; the failure is told elsewhere."""
        self.chart.hide()

    def keep_map(self, shapes: Shapes | None) -> None:
        """Take the map of the office, None when it has none."""
        self._shapes = shapes
        self._show()

    @property
    def has_map(self) -> bool:
        """Whether the map of the office has a place of the breakdown that is shown."""
        return self._shapes is not None and any(result.place in self._shapes.codes for result in self._groups)

    @property
    def is_table(self) -> bool:
        """Whether the table is shown."""
        return self.view == TABLE

    @property
    def current(self) -> str:
        """Code of the group that is current, ``""`` for none."""
        if self.table.isVisibleTo(self):
            row = self.table.current_row()
            return row.place if row is not None else ""
        return self.chart.selected

    def show_as(self, view: str) -> None:
        """Show one of ``VIEWS``; the one that is shown already gives way to the chart."""
        self.view = BARS if view == self.view else view
        self.views.set_value(self.view)
        self._show()
        (self.table if self.table.isVisibleTo(self) else self.chart).setFocus(Qt.FocusReason.OtherFocusReason)
        self.view_changed.emit()

    def show_indicator(self, figures: Figures, total: Result, groups: Sequence[Result]) -> None:
        """Show an indicator by the breakdown of ``figures``."""
        self._figures, self._total, self._groups = figures, total, list(groups)
        self.breakdowns.set_value(figures.by)
        self._show()

    def _show(self) -> None:
        if self._figures is None or self._total is None:
            return
        word = dict(BREAKDOWNS).get(self._figures.by, self._figures.by)
        by = _(word)
        title = _("{indicator}, by {breakdown}").format(indicator=self._total.name, breakdown=by.lower())
        self._title.setText(title)
        undivided = bool(self._groups) and all(result.place == ALL for result in self._groups)
        others = other_words(self._total.indicator, self._figures)
        self.note.setVisible(undivided or bool(others))
        if undivided or others:
            told = _("This indicator counts households; they have no {breakdown}.").format(breakdown=by.lower())
            self.note.say("", " ".join(part for part in (told if undivided else "", others) if part))
        is_chart = not self.is_table and self._total.in_percent
        self.chart.setVisible(is_chart)
        self.table.setVisible(not is_chart)
        self.views.setEnabled(self._total.in_percent)
        self.views.set_enabled(MAP, self.has_map)
        self.table.show_results(self._groups, by)
        rows = min(max(len(self._groups), 3), 14)
        self.table.setFixedHeight(theme.px(34) + rows * theme.px(36) + 2)
        for button in (self.copy_button, self.save_button):
            button.setVisible(is_chart)
        if is_chart:
            kind = TREND if self._figures.by == ROUND else TILES if self.view == MAP and not self.has_map else self.view
            self.chart.show_chart(self.chart_of(self._groups), self.chart.selected, kind)
        self._show_facts(self.chart.selected if is_chart else "")

    def offer(self, names: Sequence[str]) -> None:
        """Let only these breakdowns be chosen."""
        for name, _word in BREAKDOWNS:
            self.breakdowns.set_enabled(name, name in names)
        self.breakdowns.set_shown("district", "district" in names)

    def chart_of(self, groups: Sequence[Result]) -> Chart:
        """Return the chart of these figures under the title that is shown."""
        from survey_app.reports.charts import chart_of

        return chart_of(self._title.text(), groups, self._shapes)

    # the detail strip

    def _pointed(self, bar: Bar | None) -> None:
        self._show_facts(bar.key if bar is not None else self.chart.selected)

    def _show_facts(self, key: str) -> None:
        if self._figures is None or self._total is None:
            return
        group = next((result for result in self._groups if result.place == key), None)
        words = _opens(self._figures.by) if group is not None and group.place not in (ALL, "unknown") else ""
        self.open_button.setVisible(bool(words))
        self.open_button.setText(words)
        self.strip.show_facts(facts(group or self._total, self._figures))


def _opens(by: str) -> str:
    """Return what opening a group of a breakdown does, ``""`` for nothing."""
    if by == "district":
        return _("Show its communes")
    if by == "commune":
        return _("Show its villages")
    if by == "village":
        return _("Show its households")
    return "" if by == ROUND else _("Only this group, by place")


def facts(result: Result, figures: Figures) -> list[Fact]:
    """Return what the strip says about a figure: range, target with its source, base and coverage."""
    found = [_range_fact(result)]
    if result.value is not None:
        found.append(_target_fact(result))
    coverage = figures.coverage
    share = ""
    if coverage.listed:
        told = show_percent(100 * coverage.submissions / coverage.listed, 0, i18n.language())
        share = _("{share} of the households on the list were visited").format(share=told)
    found.append(Fact("users", "text2", base_words(result), share))
    return found


def other_words(indicator: str, figures: Figures) -> str:
    """Return what other sources say of an indicator, ``""`` when none does."""
    from survey_app.operations.results import place_name
    from survey_app.reports.words import figure

    of = figures.basis
    in_percent = next((each.in_percent for each in of.indicators if each.key == indicator), True)
    found = [each for each in of.others if each.indicator == indicator and not each.category]
    told = [
        f"{each.source}, {place_name(each.place, of.places)}, {each.period}: {figure(each.value, in_percent)}"
        + (f" ({each.document})" if each.document else "")
        for each in found[-_MOST_OTHERS:]
    ]
    return _("Other sources, in no sum with the survey: {figures}.").format(figures="; ".join(told)) if told else ""


def _judged(result: Result) -> str:
    """Return how a figure stands to its target, and why."""
    from survey_app.operations.results import reason_words

    word = word_of(result.status)
    if result.reason:
        return f"{word}: {reason_words(result.reason)}"
    if result.gap is None:
        return word
    words = (
        _("{word}: {points} points above the target")
        if result.gap >= 0
        else _("{word}: {points} points below the target")
    )
    if not result.in_percent:
        words = _("{word}: {points} above the target") if result.gap >= 0 else _("{word}: {points} below the target")
    return words.format(word=word, points=points(result.gap))


def _range_fact(result: Result) -> Fact:
    from survey_app.reports.words import figure

    known = STATUS.get(result.status, STATUS["no_target"])
    tone = "text2" if known.tone == "neutral" else known.tone
    place = result.place_name or _("All together")
    if result.status == WITHHELD:
        return Fact(known.icon, tone, _("{place}: withheld").format(place=place), _("It would tell of very few."))
    if result.estimate is None:
        return Fact(
            known.icon, tone, _("{place}: no figure").format(place=place), _("Nobody was asked, or nobody knew")
        )
    if few := too_few(result):
        return Fact(known.icon, tone, place, few)
    title = f"{place}: {shown(result)}"
    unknown = figure(100 * result.unknown / result.denominator if result.denominator else 0.0, True)
    if result.upper is not None and result.upper - result.estimate >= 0.05:
        upper = figure(result.upper, result.in_percent)
        title = _("{place}: {low} to {high}").format(place=place, low=shown(result), high=upper)
    if result.ends is not None:
        low, high = (figure(end, result.in_percent) for end in result.ends)
        title = _("{title} (95 %: {low} – {high})").format(title=title, low=low, high=high)
    if result.status == "inconclusive":
        return Fact(
            known.icon, tone, title, _("The range touches the target: {unknown} not known").format(unknown=unknown)
        )
    said = _("{unknown} not known").format(unknown=unknown)
    return Fact(known.icon, tone, title, f"{_judged(result)}; {said}")


def _target_fact(result: Result) -> Fact:
    from survey_app.reports.words import target_figure

    goal = target_figure(result.target.split(" ")[0], result.value, result.in_percent)
    title = _("Target {goal}").format(goal=goal)
    if result.due is not None:
        title = _("Target {goal} by {day}").format(goal=goal, day=show_date(result.due))
    said = f"“{result.statement}”" if result.statement else ""
    source = _("Source: {source}").format(source=result.source) if result.source else ""
    return Fact("target", "text2", title, " ".join(part for part in (said, source) if part))
