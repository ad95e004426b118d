"""The bin: interviews that were thrown away, and bringing them back."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from survey_app.gui import theme
from survey_app.gui.desk import Desk
from survey_app.gui.moments import capital, day_and_time, parse
from survey_app.gui.opening import BIN_DAYS
from survey_app.gui.parts import MEDIUM, Banner, Button, Column, EmptyState, Label, Panel, Table
from survey_app.gui.screen import Hint, Screen
from survey_app.gui.theme import Type
from survey_app.i18n import _
from survey_app.operations.recovery import Thrown, bring_back, thrown


class BinScreen(Screen):
    """One line an interview."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._title = Label("", Type.TITLE)
        self._sub = Label("", Type.TABLE, "text2", wrap=True, figures=True)
        self.strip = Banner("err")
        self.strip.hide()
        self.back_button = Button("", "primary", icon="undo-2", key="Enter", shortcut="", height=MEDIUM)
        self.back_button.clicked.connect(lambda: self._bring_back(self.table.current_row()))
        self.table: Table[Thrown] = Table(
            [
                Column(lambda: _("Household"), lambda row: f"{row.household.number:03d}", 110, "figures"),
                Column(lambda: _("Head of household"), lambda row: row.household.head_name, 0, "name"),
                Column(lambda: _("Answers"), lambda row: str(row.discarded.answers), 100, "number", priority=2),
                Column(lambda: _("Discarded"), self._when, 220),
                Column(lambda: _("By"), lambda row: row.by, 200, priority=3),
            ]
        )
        self.table.opened.connect(self._bring_back)
        self.table.row_changed.connect(lambda row: self.back_button.setEnabled(row is not None))
        self.empty = EmptyState()
        self.empty.hide()
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._sub)
        head = QHBoxLayout()
        head.addLayout(words, 1)
        head.addWidget(self.back_button)
        panel = Panel(pad=1, gap=0)
        panel.column.addWidget(self.table, 1)
        panel.column.addWidget(self.empty, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(16), theme.px(14), theme.px(16), theme.px(12))
        column.setSpacing(theme.px(10))
        column.addLayout(head)
        column.addWidget(self.strip)
        column.addWidget(panel, 1)
        self.retranslate()

    def _when(self, row: Thrown) -> str:
        moment = parse(row.discarded.at)
        return capital(day_and_time(moment, self.desk.clock())) if moment else ""

    def title(self) -> str:
        """Return the screen's name."""
        return _("Bin for interviews")

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self._title.setText(self.title())
        self._sub.setText(
            _("Interviews that were discarded can be brought back for {days} days.").format(days=BIN_DAYS)
        )
        self.back_button.setText(_("Bring back"))
        self.table.setAccessibleName(self.title())
        self.table.retranslate()
        self.empty.say(_("The bin is empty."), _("Interviews that are discarded come here."))

    def hints(self) -> list[Hint]:
        """Return the shortcuts."""
        return [
            Hint(("↑", "↓"), _("Choose")),
            Hint(("Enter",), _("Bring back")),
            Hint(("Esc",), _("Back")),
            Hint(("F1",), _("Help")),
        ]

    def help_text(self) -> str:
        """Explain the bin."""
        return _(
            "An interview that was discarded is kept here with all its answers, encrypted like everything else. Enter "
            "brings it back and opens it.\n\nIt cannot come back beside another interview of the same household."
        )

    def refresh(self, **arguments: object) -> None:  # noqa: ARG002
        """Read the bin."""
        self.strip.hide()
        self.desk.run(thrown, done=self.show_rows)

    def show_rows(self, rows: list[Thrown]) -> None:
        """Show what is in the bin."""
        self.table.set_rows(rows)
        self.table.setVisible(bool(rows))
        self.empty.setVisible(not rows)
        self.back_button.setEnabled(bool(rows))
        if rows:
            self.table.selectRow(0)
            self.table.setFocus()

    def first_focus(self) -> QWidget:
        """Return the table."""
        return self.table

    def _bring_back(self, row: Thrown | None) -> None:
        if row is not None:
            draft = row.discarded.id
            self.desk.write(
                bring_back, draft, done=lambda _household: self._came_back(draft), failed=self.strip.say_error
            )

    def _came_back(self, draft_id: str) -> None:
        draft = self.desk.store.draft(draft_id)
        if draft is not None:
            self.desk.go("interview", household=draft.household, form=draft.form_id)
