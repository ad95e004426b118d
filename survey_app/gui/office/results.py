"""Results against targets: the indicators at the left, one of them as ranked bars or table, places as a heat table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from survey_app import i18n
from survey_app.errors import SurveyAppError
from survey_app.gui import theme
from survey_app.gui.desk import Desk
from survey_app.gui.lanes import LaneMonitor
from survey_app.gui.office.answers_out import AnswersOut
from survey_app.gui.office.chart_out import ask_where, copy_chart, save_chart
from survey_app.gui.office.chart_view import MAP, SPREAD, TILES
from survey_app.gui.office.figure_filters import FigureFilters
from survey_app.gui.office.figures import (
    BREAKDOWNS,
    Figures,
    breakdowns_for,
    choices_of,
    entries,
    figures_of,
    heat,
    heat_of_rounds,
    leaving,
    met_words,
    read_boards,
)
from survey_app.gui.office.heat import HeatScale, HeatTable
from survey_app.gui.office.how_panel import HowPanel
from survey_app.gui.office.indicator_list import IndicatorList
from survey_app.gui.office.indicator_panel import TABLE, IndicatorPanel
from survey_app.gui.office.report_out import ReportOut
from survey_app.gui.parts import Banner, Button, EmptyState, Label, Panel, ProgressPanel, Scrolled, Segmented
from survey_app.gui.parts.columns import NARROW, Columns, Head, Page, bring_into_view, show_whole
from survey_app.gui.screen import Hint, Screen
from survey_app.gui.theme import Type
from survey_app.i18n import N_, _, ngettext
from survey_app.indicators.disclosure import WITHHELD
from survey_app.operations.behind import may_list
from survey_app.operations.dashboard import OLD_BREAKDOWNS, ROUND, Board, Only
from survey_app.operations.maps import map_of
from survey_app.progress import Cancelled
from survey_app.roles import NAMES, READER, may
from survey_app.store import Store
from survey_app.store.deeds import EXPORTED
from survey_app.text import show_number, show_percent

if TYPE_CHECKING:
    from survey_app.operations.results import Result

LIST_WIDTH = 288
"""Of the indicators in design pixels: their width beside the figures, their height above them in a narrow window."""
_LATE_MS = 500
"""Work that takes longer shows how far it is, and can be stopped."""
_VIEWS = (("headline", N_("Main")), ("all", N_("All")))


class ResultsScreen(Screen):
    """Reads the figures in the store's lane whenever it is shown."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._figures: Figures | None = None
        self._board: Board | None = None
        self._rounds: Board | None = None
        self._monitor: LaneMonitor | None = None
        self._by = ""
        self._asked = 0
        self._heat_shown: tuple[int, str] = (0, "")
        self._build()
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.setInterval(_LATE_MS)
        self._late.timeout.connect(self.progress_panel.show)
        self.retranslate()
        QShortcut(QKeySequence("Ctrl+Shift+C"), self).activated.connect(self.copy_chart)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Save), self).activated.connect(self.save_chart)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self).activated.connect(self.copy)

    # build

    def _build(self) -> None:
        self.told = Banner("ok")
        self.told.hide()
        self.empty = EmptyState(icon="package-plus", kind="primary")
        self.empty.acted.connect(lambda: self.desk.go("merge"))
        self.empty_panel = Panel(pad=0)
        self.empty_panel.column.addWidget(self.empty)
        side = self._make_list()
        self.columns = Columns(self._make_right(), side, LIST_WIDTH, first=True, gap=12)
        whole = Page.filling(self)
        whole.setContentsMargins(theme.px(16), theme.px(12), theme.px(4), theme.px(12))
        whole.setSpacing(theme.px(12))
        self.filters = FigureFilters()
        self.filters.changed.connect(self._narrow)
        self.filters.units_chosen.connect(self._tell_in)
        self.progress_panel = Panel(pad=14)
        self.progress = ProgressPanel()
        self.progress_panel.column.addWidget(self.progress)
        self.progress_panel.hide()
        whole.addWidget(self._make_head())
        whole.addWidget(self.filters)
        whole.addWidget(self.told)
        whole.addWidget(self.progress_panel)
        whole.addWidget(self.empty_panel, 1)
        whole.addWidget(self.columns, 1)
        self.empty_panel.hide()

    def _make_head(self) -> Head:
        self._title = Label("", Type.TITLE)
        self._fact = Label("", Type.TABLE, "text2", elide=True, figures=True)
        self.how_button = Button("", icon="info", key="I", shortcut="")
        self.how_button.clicked.connect(self.toggle_how)
        self.quality_button = Button("", icon="list-checks", key="Q", shortcut="")
        self.quality_button.clicked.connect(lambda: self.desk.go("quality"))
        self.report_out = ReportOut(self.desk, self, self.told)
        self.answers_out = AnswersOut(self.desk, self, self.told)
        head = Head(
            (self._title, self._fact),
            (self.how_button, self.quality_button, self.answers_out.button, self.report_out.button),
        )
        head.setContentsMargins(0, 0, theme.px(12), 0)
        return head

    def _make_list(self) -> Panel:
        self.list_panel = Panel(pad=(8, 10, 4, 8), gap=8)
        self._list_title = Label("", Type.PANEL, weight=600)
        self._met = Label("", Type.CAPTION, "text3", figures=True)
        self._which = Segmented([(key, word) for key, word in _VIEWS], "headline")
        self._which.chosen.connect(self._show_list)
        self.list = IndicatorList()
        self.list.chosen.connect(lambda _key: self._show_indicator())
        head = QHBoxLayout()
        head.setContentsMargins(theme.px(8), 0, theme.px(8), 0)
        head.addWidget(self._list_title)
        head.addStretch()
        head.addWidget(self._met)
        self.list_panel.column.addLayout(head)
        self.list_panel.column.addWidget(self._which)
        self.list_panel.column.addWidget(self.list, 1)
        return self.list_panel

    def _make_right(self) -> Scrolled:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(12))
        self.how = HowPanel()
        self.how.closed.connect(self.toggle_how)
        self.how.hide()
        self.panel = IndicatorPanel()
        self.panel.breakdown_chosen.connect(self.break_down)
        self.panel.opened.connect(self.open_group)
        self.panel.view_changed.connect(self.hints_changed)
        self.panel.copy_button.clicked.connect(self.copy_chart)
        self.panel.save_button.clicked.connect(self.save_chart)
        self.heat_panel = Panel(pad=14, gap=10)
        self._heat_title = Label("", Type.PANEL, weight=600)
        self._heat_key = Label("", Type.CAPTION, "text3")
        head = QHBoxLayout()
        head.setSpacing(theme.px(8))
        head.addWidget(self._heat_title)
        head.addStretch()
        head.addWidget(self._heat_key)
        head.addWidget(HeatScale())
        self.heat = HeatTable()
        self.heat.picked.connect(self.choose)
        self.heat_panel.column.addLayout(head)
        self.heat_panel.column.addWidget(self.heat)
        for panel in (self.how, self.panel, self.heat_panel):
            column.addWidget(panel)
        column.addStretch()
        self.scrolled = Scrolled(page)
        return self.scrolled

    # what it says

    def title(self) -> str:
        """Return the screen's name."""
        return _("Results against targets")

    def hints(self) -> list[Hint]:
        """Return the shortcuts that work here."""
        if self._figures is None or not self._figures.coverage.submissions:
            return [Hint(("F1",), _("Help"))]
        view = _("Show the chart") if self.panel.is_table else _("Show as table")
        return [
            Hint(("Up", "Down"), _("Choose an indicator")),
            Hint(("C",), _("To the chart")),
            Hint(("B",), view),
            Hint(("D",), _("Spread")),
            Hint(("T",), _("Tiles")),
            *([Hint(("M",), _("Map"))] if self.panel.has_map else []),
            Hint(("1", "–", "7" if self._figures.basis.units else "6"), _("Break down")),
            Hint(("Enter",), _("Look inside")),
            Hint(("F",), _("Filter")),
            Hint(("F1",), _("Help")),
        ]

    def quiet_fact(self) -> str:
        """Return which questionnaire the figures come from."""
        if self._figures is None:
            return ""
        form = self._figures.basis.form
        return _("Questionnaire version {version}").format(version=form.version)

    def help_text(self) -> str:
        """Return what F1 shows."""
        return "\n\n".join(
            (
                _("Every figure is the share of people or households who said so, of all who were asked."),
                _("“Don't know” and missing answers count below the line only; the hatched part shows them."),
                _("If the bar misses the target but bar and hatched part together reach it, nothing can be concluded."),
                _("Enter looks inside: the villages of a commune, the households of a village, the places of a group."),
                _("Below 30 people or households no rate is shown: one answer more or less would change it too much."),
                _("Forms in conflict count with the version both agreed on before; settle them to be exact."),
            )
        )

    def first_focus(self) -> QWidget | None:
        """Return the list, or the button that leads to the merge."""
        return self.empty.button if self.empty_panel.isVisible() else self.list

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self._title.setText(self.title())
        self.how_button.setText(_("How it is computed"))
        self.quality_button.setText(_("Quality"))
        self.report_out.retranslate()
        self.answers_out.retranslate()
        self.filters.retranslate()
        self.progress.say(
            _("Counting answers"), _("Nothing is changed. It is counted only when something is new."), _("Stop")
        )
        self._list_title.setText(_("Indicators"))
        self._which.say({key: _(word) for key, word in _VIEWS}, _("Indicators shown"))
        self.list.setAccessibleName(_("Indicators"))
        self._heat_key.setText(_("Percent"))
        self.empty.say(
            _("Results appear here when bundles have been merged."),
            _("Every indicator is then held against its target, by commune and village."),
            _("Merge bundles"),
        )
        self.panel.retranslate()
        if self._figures is not None:
            self.refresh()

    # reading

    def refresh(self, **arguments: object) -> None:
        """Work the figures out anew; ``indicator`` makes one current."""
        wanted = arguments.get("indicator")
        if isinstance(wanted, str) and self._figures is not None:
            self.list.choose(wanted)
        self._asked += 1
        asked = self._asked
        if self._figures is None:
            self.panel.wait()
            for button in self._needing_figures():
                button.setEnabled(False)
        self._monitor = LaneMonitor(self)
        self.progress.follow(self._monitor)
        self._late.start()
        self.desk.run(map_of, done=self.panel.keep_map)
        self.desk.run(
            read_boards,
            (self._board, self._rounds),
            self._by == ROUND,
            self.filters.told_in,
            done=lambda boards: self._take(boards, asked),
            failed=self._failed,
            monitor=self._monitor,
        )

    def _tell_in(self, _units: str) -> None:
        """Tell the figures in other administrative units: answers are counted anew."""
        self.filters.choose(Only(group=self.filters.only.group, code=self.filters.only.code), tell=False)
        self._by, self._rounds = ("" if self._by in OLD_BREAKDOWNS else self._by), None
        self.panel.wait()
        self.refresh()

    def _needing_figures(self) -> tuple[Button, ...]:
        return self.how_button, self.report_out.button, self.answers_out.button

    def _take(self, boards: tuple[Board, Board | None], asked: int) -> None:
        if asked != self._asked:
            return
        self._finish()
        self._board, self._rounds = boards
        nothing = self._board.coverage.submissions == 0
        was_empty = self.empty_panel.isVisible()
        self.empty_panel.setVisible(nothing)
        self.columns.setVisible(not nothing)
        self.filters.setVisible(not nothing and (self._board.can_filter or self._board.has_units))
        for button in self._needing_figures():
            button.setEnabled(not nothing)
        self.answers_out.button.setVisible(may(self.desk.person.role, NAMES))
        self.quality_button.setVisible(self.desk.person.role != READER)
        self._narrow()
        if nothing:
            self.empty.button.setFocus(Qt.FocusReason.OtherFocusReason)
        elif was_empty:
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _finish(self) -> None:
        self._late.stop()
        self.progress_panel.hide()
        self._monitor = None

    def _narrow(self) -> None:
        """Show the figures of what is chosen, from the counts that are there."""
        board = self._board
        if board is None:
            return
        self.filters.offer(choices_of(board, self.filters.only), has_units=board.has_units)
        only = self.filters.only
        possible = breakdowns_for(only, board)
        by = self._by if self._by in possible else ""
        if by == ROUND and self._rounds is None:
            self.break_down(ROUND)
            return
        self._figures = figures_of(board, by, only, self._rounds)
        self._fact.setText(self._fact_words(self._figures))
        self.panel.offer(possible)
        if board.coverage.submissions:
            self._show_list()
        self.hints_changed.emit()

    def _failed(self, error: BaseException) -> None:
        self._finish()
        if isinstance(error, Cancelled):
            self._by = "" if self._by == ROUND else self._by
            if self._board is None:
                self.panel.fail()
                self._tell(
                    _("Stopped. No figures were worked out."), _("Open this screen again to count anew."), "info"
                )
            else:
                self._narrow()
            return
        self.panel.fail()
        self.desk.problem.emit(error)

    def _fact_words(self, figures: Figures) -> str:
        coverage, language = figures.coverage, i18n.language()
        if not coverage.submissions:
            return ""
        title = figures.basis.round.title if figures.basis.round else ""
        communes = len(coverage.communes - {""})
        several = ngettext("{count} commune", "{count} communes", communes).format(count=communes) if communes else ""
        place = figures.place or several
        facts = [part for part in (place, title) if part]
        counted = _("{people} people in {households} households").format(
            people=show_number(coverage.people, 0, language), households=show_number(coverage.complete, 0, language)
        )
        if coverage.listed:
            share = show_percent(100 * coverage.submissions / coverage.listed, 0, language)
            counted += ", " + _("{share} of the list visited").format(share=share)
        if coverage.in_conflict:
            count = coverage.in_conflict
            words = ngettext("{count} form in conflict", "{count} forms in conflict", count)
            counted += ", " + words.format(count=count)
        return ". ".join([", ".join(facts), counted]) + "."

    # showing

    def _show_list(self, which: str = "") -> None:
        if self._figures is None:
            return
        every = (which or self._which.value()) == "all"
        self._met.setText(met_words(self._figures.total))
        self.list.set_entries(entries(self._figures.total, every=every), self.list.key())
        self._fit()
        self._show_indicator()

    def _show_indicator(self) -> None:
        key = self.list.key()
        if self._figures is None or key not in self._figures.by_key:
            return
        self.panel.show_indicator(self._figures, self._figures.by_key[key], self._figures.groups_of(key))
        self._show_heat(self._figures, key)
        if self.how.isVisible():
            self._show_how()

    def _show_heat(self, figures: Figures, key: str) -> None:
        """Show villages by indicators, or by rounds; anew only when the figures are others."""
        by_round = figures.by == ROUND
        shown = (id(figures), key if by_round else "")
        if shown != self._heat_shown:
            self._heat_shown = shown
            columns, rows = heat_of_rounds(figures, key) if by_round else heat(figures)
            self.heat_panel.setVisible(bool(columns) and bool(rows))
            place, each = figures.place, _heat_words(figures.heat_by, by_round=by_round)
            words = _("{what}, {place}").format(what=each, place=place)
            self._heat_title.setText(words if place else each)
            self.heat.show_rows(columns, rows)
        self.heat.set_current(key)

    def choose(self, key: str) -> None:
        """Make an indicator current; all are shown when it is not among the main ones."""
        if key not in [entry.key for entry in self.list.entries()]:
            self._which.set_value("all")
            self._show_list()
        self.list.choose(key)

    def break_down(self, by: str) -> None:
        """Show the figures by another breakdown; rounds are counted when they are first asked for."""
        self._by = by
        if by == ROUND and (self._rounds is None or self._board is None):
            self.panel.wait()
            self.refresh()
        else:
            self._narrow()

    def open_group(self, code: str) -> None:
        """Look into a group: the villages of a commune, the households of a village, the places of a group."""
        figures = self._figures
        if figures is None or code in ("", "all", "unknown") or figures.by == ROUND:
            return
        if figures.by == "village":
            self._open_households(figures, code)
        elif figures.board.can_filter:
            only = figures.only
            if figures.by == "district":
                only = Only(group=only.group, code=only.code, district=code)
            elif figures.by == "commune":
                only = Only(commune=code, group=only.group, code=only.code, district=only.district)
            else:
                only = replace(only, group=figures.by, code=code)
            self._by = "village" if only.commune or figures.by == "commune" else ""
            self.filters.choose(only)
            self._narrow()

    def _open_households(self, figures: Figures, village: str) -> None:
        found = next((each for each in figures.basis.indicators if each.key == self.list.key()), None)
        if found is None or not may_list(found):
            words = _("It is not counted household by household.")
            self._tell(_("There is no list of households behind this figure."), words, "info")
            return
        self.desk.go("behind", indicator=found.key, village=village, only=figures.only)

    # how, table, export

    def toggle_how(self) -> None:
        """Open or close what says how the current indicator is computed."""
        if self.how.isVisible():
            self.how.hide()
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        if self._show_how():
            self.how.show()
            self.scrolled.verticalScrollBar().setValue(0)
            QTimer.singleShot(0, lambda: bring_into_view(self.how.close_button))  # once it has its place
            self.how.close_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_how(self) -> bool:
        if self._figures is None:
            return False
        found = [each for each in self._figures.basis.indicators if each.key == self.list.key()]
        if found:
            self.how.show_indicator(found[0], self._figures)
        return bool(found)

    def toggle_table(self) -> None:
        """Show the current indicator as table, or as chart again."""
        self._show_as(TABLE)

    def _show_as(self, view: str) -> None:
        self.panel.show_as(view)
        bring_into_view(self.panel)

    def _show_map(self) -> None:
        """Show the map, or say where one comes from."""
        if self.panel.has_map:
            self._show_as(MAP)
            return
        words = _("Take one in under “Tables of the office” › “Map”: a GeoJSON file with the codes of its places.")
        self._tell(_("There is no map of these places."), words, "info")

    def copy(self) -> None:
        """Put the table of the current indicator on the clipboard, as it may leave the office."""
        self._let_out(self._copy_table)

    def _copy_table(self, groups: tuple[Result, ...]) -> None:
        self.panel.table.copy(groups)
        self._tell(_("Table copied."), _withheld_words(groups) or _("Paste it into a spreadsheet."))

    def copy_chart(self) -> None:
        """Put the chart on the clipboard, as it may leave the office."""
        if self._has_chart():
            self._let_out(self._copy_chart)

    def _copy_chart(self, groups: tuple[Result, ...]) -> None:
        copy_chart(self.panel.chart_of(groups), self.panel.chart.kind)
        self.desk.run(Store.note_deed, EXPORTED, what="chart")
        self._tell(_("Chart copied."), _withheld_words(groups))

    def save_chart(self) -> None:
        """Save the chart as a file, as it may leave the office."""
        chart = self.panel.chart
        if not self._has_chart() or chart.chart is None:
            return
        path = ask_where(chart.chart, self)
        if path is not None:
            self._let_out(lambda groups: self._save_chart(groups, path))

    def _save_chart(self, groups: tuple[Result, ...], path: Path) -> None:
        try:
            save_chart(self.panel.chart_of(groups), self.panel.chart.kind, path)
        except SurveyAppError as error:
            self.told.say_error(error)
            self.told.show()
            return
        self.desk.run(Store.note_deed, EXPORTED, what="chart")
        self._tell(_("Chart saved."), " ".join(part for part in (str(path), _withheld_words(groups)) if part))

    def _has_chart(self) -> bool:
        return self.panel.chart.isVisible() and self.panel.chart.chart is not None

    def _let_out(self, use: Callable[[tuple[Result, ...]], None]) -> None:
        """Work out what may leave the office of the figures that are shown, and use it."""
        figures, key = self._figures, self.list.key()
        if figures is None:
            return

        def ready(groups: tuple[Result, ...]) -> None:
            if figures is self._figures and key == self.list.key():
                use(groups)

        self.desk.run(leaving, figures, key, done=ready, failed=self.desk.problem.emit)

    def _tell(self, title: str, text: str = "", kind: str = "ok") -> None:
        self.told.say(title, text, kind=kind)
        self.told.show()

    # events

    def back(self) -> bool:
        """Close what says how an indicator is computed."""
        if self.how.isVisible():
            self.toggle_how()
            return True
        return False

    def _fit(self) -> None:
        stacked = self.width() < theme.px(NARROW)
        high = sum(self.list.sizeHintForRow(row) for row in range(self.list.model().rowCount())) if stacked else 0
        self.list.setMinimumHeight(high)  # one page scrolls, and nothing inside it
        show_whole(self.scrolled, stacked)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the list above the figures in a narrow window."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the text size."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "list_panel"):
            self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """B, C, I, S and digits, when no field has the focus."""
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        letter = event.text().lower() if plain else ""
        breakdowns = [name for name, _word in BREAKDOWNS]
        if letter == "b":
            self.toggle_table()
        elif letter == "d":
            self._show_as(SPREAD)
        elif letter == "t":
            self._show_as(TILES)
        elif letter == "m":
            self._show_map()
        elif letter == "f":
            (self.filters.commune if self.filters.commune.isVisible() else self.filters.village).setFocus()
        elif letter == "c":
            (self.panel.table if self.panel.table.isVisible() else self.panel.chart).setFocus(
                Qt.FocusReason.OtherFocusReason
            )
        elif letter == "q":
            self.quality_button.click()
        elif letter == "i":
            self.toggle_how()
        elif letter == "s" and self.panel.is_table:
            self.panel.table.sort_next()
        elif letter.isdecimal() and 0 < int(letter) <= len(breakdowns) and self._figures is not None:
            self.break_down(breakdowns[int(letter) - 1])
        else:
            super().keyPressEvent(event)


def _withheld_words(groups: Sequence[Result]) -> str:
    """Return what is to be said of figures that are left out, ``""`` when none is."""
    return _("Figures of very few people are withheld in it.") if any(one.status == WITHHELD for one in groups) else ""


def _heat_words(by: str, *, by_round: bool) -> str:
    """Return the heading of the heat table."""
    if by == "commune":
        return _("By commune and round") if by_round else _("By commune")
    return _("By village and round") if by_round else _("By village")
