"""How the survey is being held: measures at the left, one of them by enumerator or village at the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QWidget

from survey_app.gui import theme
from survey_app.gui.desk import Desk
from survey_app.gui.lanes import LaneMonitor
from survey_app.gui.office.indicator_list import IndicatorList
from survey_app.gui.office.quality_words import (
    explained,
    interval_words,
    interviews_words,
    list_entries,
    middle_words,
    minutes_words,
    number_words,
    percent_words,
)
from survey_app.gui.parts import (
    MEDIUM,
    Banner,
    Button,
    Column,
    EmptyState,
    Label,
    Panel,
    ProgressPanel,
    Segmented,
    Table,
)
from survey_app.gui.parts.columns import Columns, Head, Page
from survey_app.gui.screen import Hint, Screen
from survey_app.gui.theme import Type
from survey_app.i18n import N_, _
from survey_app.progress import Cancelled
from survey_app.roles import NAMES, may

if TYPE_CHECKING:
    from survey_app.operations.quality import Group, Quality
    from survey_app.progress import Monitor
    from survey_app.store import Store

LIST_WIDTH = 288
_LATE_MS = 500
BY = (("enumerator", N_("Enumerator")), ("village", N_("Village")))
_NAME, _MEDIAN, _MIDDLE, _COUNTED, _BASE, _SHARE, _ENDS, _OTHERS, _VERDICT = range(9)
_SHOWN = {
    "duration": {_NAME, _MEDIAN, _MIDDLE, _BASE, _VERDICT},
    "fast": {_NAME, _MEDIAN, _COUNTED, _BASE, _SHARE, _OTHERS, _VERDICT},
    "progress": {_NAME, _COUNTED, _BASE, _SHARE},
    "coverage": {_NAME, _COUNTED, _BASE, _SHARE},
}
_MOST = {_NAME, _COUNTED, _BASE, _SHARE, _ENDS, _OTHERS, _VERDICT}


def read(store: Store, known: Quality | None, monitor: Monitor) -> Quality:
    """Read the page and work everything out that the window may show; runs in the store's lane."""
    from survey_app.operations.quality import BY, MEASURES, read_quality

    found = read_quality(store, known.held if known else None, monitor)
    for measure in MEASURES:
        for by in BY:
            found.groups(measure.key, by)
    return found


class QualityScreen(Screen):
    """Reads the page in the store's lane whenever it is shown."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._quality: Quality | None = None
        self._asked = 0
        self._build()
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.setInterval(_LATE_MS)
        self._late.timeout.connect(self.progress_panel.show)
        self.retranslate()
        QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self).activated.connect(self.copy)

    def _build(self) -> None:
        self._title = Label("", Type.TITLE)
        self._fact = Label("", Type.TABLE, "text2", elide=True, figures=True)
        self.back_button = Button("", "secondary", icon="arrow-left", key="Esc", shortcut="", height=MEDIUM)
        self.back_button.clicked.connect(lambda: self.desk.go("back"))
        self.told = Banner("ok")
        self.told.hide()
        self.progress_panel = Panel(pad=14)
        self.progress = ProgressPanel()
        self.progress_panel.column.addWidget(self.progress)
        self.progress_panel.hide()
        self.empty = EmptyState()
        self.empty_panel = Panel(pad=0)
        self.empty_panel.column.addWidget(self.empty)
        self.empty_panel.hide()
        side = self._make_list()
        self.columns = Columns(self._make_right(), side, LIST_WIDTH, first=True, gap=12)
        whole = Page.filling(self)
        whole.setContentsMargins(theme.px(16), theme.px(12), theme.px(16), theme.px(12))
        whole.setSpacing(theme.px(12))
        for widget in (Head((self._title, self._fact), (self.back_button,)), self.told, self.progress_panel):
            whole.addWidget(widget)
        whole.addWidget(self.empty_panel, 1)
        whole.addWidget(self.columns, 1)

    def _make_list(self) -> Panel:
        panel = Panel(pad=(8, 10, 4, 8), gap=8)
        self.list = IndicatorList()
        self.list.chosen.connect(lambda _key: self._show())
        panel.column.addWidget(self.list, 1)
        return panel

    def _make_right(self) -> Panel:
        panel = Panel(pad=14, gap=10)
        self._measure = Label("", Type.PANEL, weight=600, wrap=True)
        self.by = Segmented([(key, word) for key, word in BY], "enumerator", height=32)
        self.by.chosen.connect(lambda _key: self._show())
        head = QHBoxLayout()
        head.setSpacing(theme.px(8))
        head.addWidget(self._measure, 1)
        head.addWidget(self.by, 0, Qt.AlignmentFlag.AlignTop)
        self._explained = Label("", Type.TABLE, "text2", wrap=True, figures=True)
        self.table: Table[Group] = Table(self._columns())
        self.table.opened.connect(self.open_group)
        panel.column.addLayout(head)
        panel.column.addWidget(self._explained)
        panel.column.addWidget(self.table, 1)
        return panel

    def _columns(self) -> list[Column[Group]]:
        return [
            Column(self._by_word, lambda row: row.name, 0, "name"),
            Column(lambda: _("Half take under"), minutes_words, 128, "number"),
            Column(lambda: _("Middle half"), middle_words, 150, "number", priority=2),
            Column(lambda: _("Counted"), lambda row: number_words(row.apart.counted), 96, "number", priority=2),
            Column(self._base_word, lambda row: number_words(row.apart.base), 96, "number", priority=1),
            Column(lambda: _("Share"), lambda row: percent_words(row.apart.share), 96, "number"),
            Column(lambda: _("95 % interval"), lambda row: interval_words(row.apart.ends), 172, "number", priority=4),
            Column(lambda: _("All others"), lambda row: percent_words(row.apart.others), 110, "number", priority=3),
            Column(lambda: _("Beside the others"), lambda row: row.apart.verdict, 190, "chip"),
        ]

    def _by_word(self) -> str:
        return _(dict(BY).get(self.by.value(), ""))

    def _base_word(self) -> str:
        return _("Timed") if self.list.key() == "duration" else _("Out of")

    # what it says

    def title(self) -> str:
        """Return the screen's name."""
        return _("Quality of the survey")

    def hints(self) -> list[Hint]:
        """Return the shortcuts that work here."""
        if self._quality is None or not len(self._quality.held.facts):
            return [Hint(("Esc",), _("Back")), Hint(("F1",), _("Help"))]
        opens = [Hint(("Enter",), _("The households behind it"))] if self._may_open else []
        return [
            Hint(("Up", "Down"), _("Choose a measure")),
            Hint(("C",), _("To the table")),
            Hint(("1", "2"), _("Enumerator, village")),
            *opens,
            Hint(("Ctrl+C",), _("Copy the table")),
            Hint(("Esc",), _("Back")),
            Hint(("F1",), _("Help")),
        ]

    @property
    def _may_open(self) -> bool:
        return may(self.desk.person.role, NAMES)

    def help_text(self) -> str:
        """Return what F1 shows."""
        return "\n\n".join(
            (
                _("Each measure is told by enumerator or by village and held against all the others together."),
                _(
                    "“Above the others” and “below the others” are said only where chance would hardly make such a "
                    "difference, with all groups looked at together. It is a place to look, not a verdict: villages "
                    "differ, and so do the people whom enumerators meet."
                ),
                _(
                    "Below 30 answers or 10 interviews nothing is said: “too few to tell”. The interval shows how far "
                    "chance alone may have moved a share."
                ),
                _("Enter lists the households behind a number. Whoever looks there is noted in the log."),
            )
        )

    def first_focus(self) -> QWidget:
        """Return the list of measures."""
        return self.back_button if self.empty_panel.isVisible() else self.list

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self._title.setText(self.title())
        self.back_button.setText(_("Back to the figures"))
        self.by.say({key: _(word) for key, word in BY}, _("Told by"))
        self.list.setAccessibleName(_("Measures"))
        self.table.setAccessibleName(self.title())
        self.progress.say(_("Reading interviews"), _("Nothing is changed."), _("Stop"))
        self.empty.say(_("There is no interview yet."), _("What they say appears here when bundles were merged."), "")
        self.table.retranslate()
        if self._quality is not None:
            self._take(self._quality, self._asked)

    # reading

    def refresh(self, **arguments: object) -> None:  # noqa: ARG002
        """Read the page anew; interviews only when something has changed since."""
        self._asked += 1
        asked = self._asked
        monitor = LaneMonitor(self)
        self.progress.follow(monitor)
        self._late.start()
        self.desk.run(
            read,
            self._quality,
            done=lambda found: self._take(found, asked),
            failed=self._failed,
            monitor=monitor,
        )

    def _take(self, found: Quality, asked: int) -> None:
        if asked != self._asked:
            return
        self._finish()
        self._quality = found
        nothing = not len(found.held.facts) and not found.standings
        self.empty_panel.setVisible(nothing)
        self.columns.setVisible(not nothing)
        if not nothing:
            self._show()
        self.hints_changed.emit()

    def _finish(self) -> None:
        self._late.stop()
        self.progress_panel.hide()

    def _failed(self, error: BaseException) -> None:
        self._finish()
        if isinstance(error, Cancelled):
            self.told.say(_("Stopped."), _("Open this screen again to read the interviews."), kind="info")
            self.told.show()
        else:
            self.desk.problem.emit(error)

    # showing

    def _show(self) -> None:
        quality, by = self._quality, self.by.value()
        if quality is None:
            return
        was = self.list.key()
        self._fact.setText(interviews_words(quality))
        self.list.set_entries(list_entries(quality, by), was)
        self._fit()
        key = self.list.key()
        name, words = explained(key, quality)
        self._measure.setText(name)
        self._explained.setText(words)
        for column in range(len(self.table.rows_model.columns)):
            self.table.show_column(column, column in _SHOWN.get(key, _MOST))
        self.table.set_rows(quality.groups(key, by), key=lambda row: row.code)
        self.table.retranslate()

    def choose(self, key: str) -> None:
        """Make a measure current."""
        self.list.choose(key)

    def open_group(self, row: Group) -> None:
        """Show the households behind a number, to those who may see names."""
        if self._may_open and self._quality is not None:
            about = {"measure": self.list.key(), "by": self.by.value(), "group": row.code}
            self.desk.go("quality_behind", quality=self._quality, **about)

    def copy(self) -> None:
        """Put the table on the clipboard."""
        columns = [one for n, one in enumerate(self.table.rows_model.columns) if not self.table.isColumnHidden(n)]
        lines = [[one.head() for one in columns]]
        model = self.table.rows_model
        for number in range(model.rowCount()):
            cells = [model.index(number, model.columns.index(one)) for one in columns]
            lines.append([str(cell.data()) for cell in cells])
        QGuiApplication.clipboard().setText("\n".join("\t".join(line) for line in lines))
        self.told.say(_("Table copied."), _("Paste it into a spreadsheet."), kind="ok")
        self.told.show()

    def _fit(self) -> None:
        rows = range(self.list.model().rowCount()) if self.columns.is_stacked else ()
        self.list.setMinimumHeight(sum(self.list.sizeHintForRow(row) for row in rows))  # one page scrolls, not the list

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the whole list above the table in a narrow window."""
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """C and digits, when no field has the focus."""
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        letter = event.text().lower() if plain else ""
        if letter == "c":
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        elif letter in {"1", "2"}:
            self.by.set_value(BY[int(letter) - 1][0])
            self._show()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.list.hasFocus():
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().keyPressEvent(event)
