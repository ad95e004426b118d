"""The households behind a number of the quality page, each with what was found; from here to each one's page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from survey_app.gui import theme
from survey_app.gui.desk import Desk
from survey_app.gui.office.quality_words import number_words
from survey_app.gui.parts import MEDIUM, Banner, Button, Column, EmptyState, Label, Panel, Table
from survey_app.gui.parts.columns import Head
from survey_app.gui.screen import Hint, Screen
from survey_app.gui.theme import Type
from survey_app.i18n import _, ngettext

if TYPE_CHECKING:
    from survey_app.operations.quality import Quality
    from survey_app.operations.quality_behind import Sign
    from survey_app.store import Store

_About = tuple[str, str, str]
"""Measure, enumerator or village, which one."""


def read(store: Store, quality: Quality, about: _About) -> tuple[Sign, ...]:
    """Read the list; runs in the store's lane."""
    from survey_app.operations.quality_behind import households_with

    return households_with(store, quality, *about)


class QualityBehindScreen(Screen):
    """A list of households; every look is noted in the log."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.found: Sequence[Sign] = ()
        self._quality: Quality | None = None
        self._about: _About = ("", "", "")
        self._title = Label("", Type.TITLE)
        self._sub = Label("", Type.TABLE, "text2", wrap=True, figures=True)
        self.back_button = Button("", "secondary", icon="arrow-left", key="Esc", shortcut="", height=MEDIUM)
        self.back_button.clicked.connect(lambda: self.desk.go("back"))
        self.strip = Banner("err")
        self.strip.hide()
        self.table: Table[Sign] = Table(
            [
                Column(lambda: _("No."), lambda row: f"{row.household.number:03d}", 76, "number"),
                Column(lambda: _("Household"), lambda row: row.household.head_name, 210, "name"),
                Column(lambda: _("Village"), self._village, 190, priority=2),
                Column(lambda: _("Who was there"), lambda row: row.by or "–", 190, priority=1),
                Column(lambda: _("What was found"), lambda row: row.words, 0, "figures"),
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
        column.addWidget(Head((self._title, self._sub), (self.back_button,)))
        column.addWidget(self.strip)
        column.addWidget(panel, 1)
        self.retranslate()

    def _village(self, row: Sign) -> str:
        return self._quality.name(row.household.village_code, "village") if self._quality else ""

    def title(self) -> str:
        """Return the screen's name."""
        return _("Households behind the number")

    def hints(self) -> list[Hint]:
        """Return the shortcuts."""
        own = [Hint(("Enter",), _("Open the household"))] if self.table.current_row() else []
        return [*own, Hint(("Esc",), _("Back")), Hint(("F1",), _("Help"))]

    def help_text(self) -> str:
        """Say what is listed."""
        return _(
            "The households in which the measure found something, the furthest out first; of progress and coverage, "
            "those still to be visited or interviewed. Look at the form, or ask the enumerator. Whoever looks here is "
            "noted in the log."
        )

    def first_focus(self) -> QWidget:
        """Return the list."""
        return self.table if self.found else self.back_button

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self._title.setText(self.title())
        self.back_button.setText(_("Back to quality"))
        self.table.setAccessibleName(self.title())
        self.table.retranslate()
        self.empty.say(_("No household here."), "", "")
        self._show()

    def refresh(self, **arguments: object) -> None:
        """Read the list: ``quality``, ``measure``, ``by`` and ``group`` say which."""
        from survey_app.operations.quality import Quality

        quality = arguments.get("quality")
        if isinstance(quality, Quality):
            self._quality = quality
            self._about = (str(arguments["measure"]), str(arguments["by"]), str(arguments["group"]))
            self.found = ()
            self._show()
        self.strip.hide()
        if self._quality is not None:
            self.desk.run(read, self._quality, self._about, done=self._take, failed=self._failed)

    def _take(self, found: Sequence[Sign]) -> None:
        self.found = found
        self._show()
        if found and self.back_button.hasFocus():
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        self.hints_changed.emit()

    def _failed(self, error: BaseException) -> None:
        self.found = ()
        self._show()
        self.strip.say_error(error)
        self.strip.show()

    def _show(self) -> None:
        self.table.setVisible(bool(self.found))
        self.empty.setVisible(not self.found)
        self.table.set_rows(list(self.found), key=lambda row: row.household.id)
        self._sub.setText(self._words())

    def _words(self) -> str:
        if self._quality is None:
            return ""
        from survey_app.operations.quality import BY_KEY

        measure, by, code = self._about
        count = ngettext("{count} household", "{count} households", len(self.found))
        parts = (
            _(BY_KEY[measure].name), self._quality.name(code, by), count.format(count=number_words(len(self.found))),
        )  # fmt: skip
        return " · ".join(parts)
