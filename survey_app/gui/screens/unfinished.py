"""The interview that was under way when the machine or the program stopped: what it holds, and going on with it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from survey_app import i18n
from survey_app.gui import theme
from survey_app.gui.desk import Desk
from survey_app.gui.moments import day_and_time, parse
from survey_app.gui.parts import LARGE, Banner, Button, Column, Label, Panel, Table
from survey_app.gui.parts.columns import Page
from survey_app.gui.parts.flow import Flow
from survey_app.gui.screen import Hint, Screen
from survey_app.gui.theme import Type
from survey_app.i18n import _, ngettext
from survey_app.operations.contents import Entry
from survey_app.operations.recovery import Unfinished, throw_away, unfinished


class UnfinishedScreen(Screen):
    """Says whose interview it is, since when, at which question, and shows every answer that was saved."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.found: Unfinished | None = None
        self._title = Label("", Type.TITLE)
        self.strip = Banner("info", icon="shield-check")
        self._contents = Label("", Type.PANEL, weight=600, figures=True)
        self.table: Table[Entry] = Table(entry_columns())
        self.go_on = Button("", "primary", icon="play", key="Enter", shortcut="", height=LARGE)
        self.later = Button("", "secondary", icon="circle-pause", key="Esc", shortcut="", height=LARGE)
        self.discard = Button("", "quiet", icon="trash-2", key="Ctrl+Shift+Delete", height=LARGE)
        self.go_on.clicked.connect(self._continue)
        self.later.clicked.connect(self.back)
        self.discard.clicked.connect(self._discard)
        panel = Panel(pad=1, gap=0)
        head = QHBoxLayout()
        head.setContentsMargins(theme.px(14), theme.px(10), theme.px(14), theme.px(8))
        head.addWidget(self._contents)
        head.addStretch()
        panel.column.addLayout(head)
        panel.column.addWidget(self.table, 1)
        buttons = Flow(theme.px(8))
        for button in (self.go_on, self.later, self.discard):
            buttons.addWidget(button)
        column = Page.filling(self)
        column.setContentsMargins(theme.px(24), theme.px(14), theme.px(24), theme.px(14))
        column.setSpacing(theme.px(12))
        column.addWidget(self._title)
        column.addWidget(self.strip)
        column.addLayout(buttons)
        column.addWidget(panel, 1)
        self.retranslate()

    def title(self) -> str:
        """Return the screen's name."""
        return _("Unfinished interview")

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self.go_on.setText(_("Continue interview"))
        self.later.setText(_("Later"))
        self.discard.setText(_("Put it into the bin"))
        self.table.setAccessibleName(_("Answers that were saved"))
        self.table.retranslate()
        if self.found is not None:
            self.refresh()

    def hints(self) -> list[Hint]:
        """Return the shortcuts."""
        return [
            Hint(("Enter",), _("Continue interview")),
            Hint(("Esc",), _("Later, it stays in the list")),
            Hint(("Ctrl+Shift+Delete",), _("Put it into the bin")),
            Hint(("↑", "↓"), _("Look at the answers")),
            Hint(("F1",), _("Help")),
        ]

    def help_text(self) -> str:
        """Explain what happened."""
        return _(
            "The program or the machine stopped while this interview was open, for example because the battery was "
            "flat. Every answer that was confirmed is in the file; at most the one being typed is missing.\n\n"
            "Enter opens the interview at the question where it stopped. Esc leaves it for later; it stays in the list "
            "of households as in progress. What is put into the bin can be brought back for 30 days."
        )

    def refresh(self, **arguments: object) -> None:  # noqa: ARG002
        """Read the interview that nobody rose from."""
        self.desk.run(unfinished, i18n.language(), done=self.show_found)

    def show_found(self, found: Unfinished | None) -> None:
        """Show it; there is nothing to show when it was left in good order meanwhile."""
        if found is None:
            self.desk.go("today")
            return
        self.found = found
        self._title.setText(_("Unfinished interview of household {number:03d}").format(number=found.household.number))
        moment = parse(found.draft.touched_at)
        when = day_and_time(moment, self.desk.clock()) if moment else ""
        where = " ".join(part for part in (found.number, found.question) if part)
        title = _("It stopped {when}. All answers below are saved.").format(when=when)
        self.strip.say(title, _("It goes on at: {question}").format(question=where) if where else "")
        count = len(found.entries)
        head = ngettext("{name}: {count} answer", "{name}: {count} answers", count)
        self._contents.setText(head.format(name=found.household.head_name, count=count))
        self.table.set_rows(found.entries)
        self.go_on.setFocus(Qt.FocusReason.OtherFocusReason)
        self.hints_changed.emit()

    def first_focus(self) -> QWidget:
        """Return the button that goes on."""
        return self.go_on

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes on with the interview wherever the focus is."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._continue()
            return
        super().keyPressEvent(event)

    def back(self) -> bool:
        """Leave it for later; it is not offered again, and stays in the list."""
        if self.found is not None:
            self.desk.store.rise(self.found.draft.id)
        self.desk.go("today")
        return True

    def _continue(self) -> None:
        if self.found is not None:
            draft = self.found.draft
            self.desk.go("interview", household=draft.household, form=draft.form_id)

    def _discard(self) -> None:
        if self.found is not None:
            draft, person = self.found.draft.id, self.desk.person.id
            self.desk.write(throw_away, draft, person, done=lambda _none: self.desk.go("bin"))


def entry_columns(about: int = 190, answer: int = 300, note: int = 200) -> list[Column[Entry]]:
    """Return the columns that show what a form says; widths in design pixels, the question takes the rest."""
    return [
        Column(lambda: _("Question"), lambda row: f"{row.number} {row.question}".strip(), 0),
        Column(lambda: _("About"), lambda row: row.person, about, priority=2),
        Column(lambda: _("Answer"), lambda row: row.answer, answer, "name"),
        Column(lambda: _("Note"), lambda row: row.note, note, tone=lambda _row: "text2", priority=3),
    ]
