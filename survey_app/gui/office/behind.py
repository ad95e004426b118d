"""The households behind a figure of one village: which count and which do not; from here to each household's page."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from survey_app import i18n
from survey_app.gui import theme
from survey_app.gui.desk import Desk
from survey_app.gui.parts import MEDIUM, Banner, Button, Column, EmptyState, Label, Panel, Segmented, Table
from survey_app.gui.parts.columns import Head
from survey_app.gui.screen import Hint, Screen
from survey_app.gui.theme import Type
from survey_app.i18n import N_, _, ngettext
from survey_app.operations.behind import COUNTS, DOES_NOT, OUTSIDE, UNKNOWN, Behind, households_behind
from survey_app.operations.dashboard import Only
from survey_app.text import show_number

SHOWN = (
    ("", N_("All")),
    (COUNTS, N_("Is counted")),
    (DOES_NOT, N_("Is not counted")),
    (UNKNOWN, N_("Not known")),
    (OUTSIDE, N_("Not asked about")),
)


class BehindScreen(Screen):
    """A list of households that is read anew whenever it is shown; every look is noted in the log."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.found: Sequence[Behind] = ()
        self._about = ("", "", Only())
        self._title = Label("", Type.TITLE)
        self._sub = Label("", Type.TABLE, "text2", wrap=True, figures=True)
        self.back_button = Button("", "secondary", icon="arrow-left", key="Esc", shortcut="", height=MEDIUM)
        self.back_button.clicked.connect(lambda: self.desk.go("back"))
        self.strip = Banner("err")
        self.strip.hide()
        self.shown = Segmented([(key, word) for key, word in SHOWN], "", height=32)
        self.shown.set_value("")
        self.shown.chosen.connect(lambda _key: self._show())
        self.table: Table[Behind] = Table(
            [
                Column(lambda: _("No."), lambda row: f"{row.household.number:03d}", 76, "number"),
                Column(lambda: _("Household"), lambda row: row.household.head_name, 0, "name"),
                Column(lambda: _("Address"), lambda row: row.household.address, 220, "text", priority=2),
                Column(lambda: _("Numerator"), lambda row: self._number(row.numerator), 110, "number", priority=1),
                Column(lambda: _("Denominator"), lambda row: self._number(row.denominator), 120, "number", priority=1),
                Column(lambda: _("In the figure"), lambda row: row.state, 200, "chip"),
            ]
        )
        self.table.opened.connect(lambda row: self.desk.go("household", household=row.household.id))
        self.empty = EmptyState()
        panel = Panel(pad=1, gap=0)
        panel.column.addWidget(self.table, 1)
        panel.column.addWidget(self.empty, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(16), theme.px(14), theme.px(16), theme.px(12))
        column.setSpacing(theme.px(10))
        for widget in (Head((self._title, self._sub), (self.back_button,)), self.strip, self.shown):
            column.addWidget(widget)
        column.addWidget(panel, 1)
        self.retranslate()

    def title(self) -> str:
        """Return the screen's name."""
        return _("Households behind the figure")

    def hints(self) -> list[Hint]:
        """Return the shortcuts."""
        own = [Hint(("Enter",), _("Open the household"))] if self.table.current_row() else []
        return [*own, Hint(("Esc",), _("Back")), Hint(("F1",), _("Help"))]

    def help_text(self) -> str:
        """Say what is listed."""
        return _(
            "The households of the village, those first that count in the figure. The numbers are people of the "
            "household, or 1 where the figure counts households. Whoever looks here is noted in the log."
        )

    def first_focus(self) -> QWidget:
        """Return the list."""
        return self.table

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self._title.setText(self.title())
        self.back_button.setText(_("Back to the figures"))
        self.shown.say({key: _(word) for key, word in SHOWN}, _("Shown"))
        self.table.setAccessibleName(self.title())
        self.table.retranslate()
        self.empty.say(_("No household here."), "", "")
        self._show()

    def refresh(self, **arguments: object) -> None:
        """Read the list: ``indicator``, ``village`` and ``only`` say of which figure."""
        key, village, only = (arguments.get(name) for name in ("indicator", "village", "only"))
        if isinstance(key, str) and isinstance(village, str):
            self._about = (key, village, only if isinstance(only, Only) else Only())
            self.found = ()
            self.shown.set_value("")
            self._show()
        key_, village_, only_ = self._about
        self.strip.hide()
        if not key_:
            return
        self.desk.run(households_behind, key_, village_, only_, done=self._take, failed=self._failed)

    def _take(self, found: Sequence[Behind]) -> None:
        self.found = found
        self._show()
        self.hints_changed.emit()

    def _failed(self, error: BaseException) -> None:
        self.found = ()
        self._show()
        self.strip.say_error(error)
        self.strip.show()

    def _show(self) -> None:
        which = self.shown.value()
        rows = [one for one in self.found if which in ("", one.state)]
        self.table.setVisible(bool(rows))
        self.empty.setVisible(not rows)
        self.table.set_rows(rows, key=lambda row: row.household.id)
        if rows and self.table.current_row() is None:
            self.table.select(0)
        self._sub.setText(self._words())

    def _words(self) -> str:
        key, village, _only = self._about
        if not self.desk.lane.is_open or not key:
            return ""
        place = self.desk.store.place(village)
        counted, of = sum(one.numerator for one in self.found), sum(one.denominator for one in self.found)
        households = ngettext("{count} household", "{count} households", len(self.found))
        parts = (
            place.name if place is not None else village,
            households.format(count=self._number(len(self.found))),
            _("{numerator} of {denominator} count").format(
                numerator=self._number(counted), denominator=self._number(of)
            ),
        )
        return " · ".join(parts)

    @staticmethod
    def _number(value: int) -> str:
        return show_number(value, 0, i18n.language())
