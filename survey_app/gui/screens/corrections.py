"""What was asked about forms and how it stands: the supervisor accepts or asks again, the enumerator goes there."""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from survey_app import i18n
from survey_app.gui import theme
from survey_app.gui.desk import Desk
from survey_app.gui.parts import MEDIUM, Banner, Button, Column, EmptyState, Label, Panel, Table
from survey_app.gui.parts.columns import Columns, Head
from survey_app.gui.screen import Hint, Screen
from survey_app.gui.screens.exchange import STATE_CHIPS, about, ask_words, asks_of, said_lines
from survey_app.gui.theme import Type
from survey_app.i18n import _
from survey_app.operations.comments import Exchange, accept, ask_again, exchanges, reply


class CorrectionsScreen(Screen):
    """The questions at the left, the exchange about the chosen one at the right."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.found: list[Exchange] = []
        self._title = Label("", Type.TITLE)
        self._sub = Label("", Type.TABLE, "text2", elide=True, figures=True)
        self.table: Table[Exchange] = Table(
            [
                Column(lambda: _("Household"), _household, 190, "name"),
                Column(lambda: _("Question"), about, 0),
                Column(lambda: _("Last word"), lambda row: row.said[-1].by, 160, "text", _quiet, priority=2),
                Column(lambda: _("Status"), lambda row: STATE_CHIPS[row.state], 170, "chip"),
            ]
        )
        self.empty = EmptyState()
        self.strip = Banner("ok")
        self.strip.hide()
        self._about = Label("", Type.BODY, weight=600, wrap=True, figures=True)
        self._said = Label("", Type.TABLE, wrap=True, figures=True)
        self.accept_button = Button("", "primary", icon="check", key="Ctrl+Return", height=MEDIUM, wide=True)
        self.accept_button.set_key("Ctrl+Enter")
        self.again_button = Button("", "secondary", icon="undo-2", key="Ctrl+R", shortcut="", height=MEDIUM, wide=True)
        self.reply_button = Button("", "secondary", icon="pencil", key="Ctrl+R", shortcut="", height=MEDIUM, wide=True)
        self.open_button = Button(
            "", "secondary", icon="arrow-right", key="Enter", shortcut="", height=MEDIUM, wide=True
        )
        self._build()
        self._connect()
        self.retranslate()

    def _build(self) -> None:
        panel = Panel(pad=1, gap=0)
        panel.column.addWidget(self.table, 1)
        panel.column.addWidget(self.empty, 1)
        self.side = Panel(pad=(14, 12, 14, 12), gap=8)
        for widget in (self._about, self._said):
            self.side.column.addWidget(widget)
        self.side.column.addStretch()
        for button in (self.accept_button, self.again_button, self.reply_button, self.open_button):
            self.side.column.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(16), theme.px(14), theme.px(16), theme.px(12))
        column.setSpacing(theme.px(10))
        column.addWidget(Head((self._title, self._sub), ()))
        column.addWidget(self.strip)
        column.addWidget(Columns(panel, self.side, 380), 1)

    def _connect(self) -> None:
        self.table.row_changed.connect(self._show_row)
        QShortcut(QKeySequence("Ctrl+R"), self).activated.connect(self._say)
        self.table.opened.connect(self._open)
        self.accept_button.clicked.connect(self._accept)
        self.again_button.clicked.connect(self._again)
        self.reply_button.clicked.connect(self._reply)
        self.open_button.clicked.connect(lambda: self._open(self.table.current_row()))
        self.desk.data_changed.connect(self._read)

    # words

    def title(self) -> str:
        """Return the screen's name."""
        return _("Corrections")

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self._title.setText(_("What was asked about forms"))
        self.accept_button.setText(_("Accept"))
        self.again_button.setText(_("Ask again"))
        self.reply_button.setText(_("Answer in words"))
        self.open_button.setText(_("Read the form") if self._reviews else _("Open form"))
        self.empty.say(
            _("Nothing has been asked about a form."),
            _("The supervisor asks while reading a household's form; the laptops hear of it with the household list."),
        )
        self.table.setAccessibleName(self._title.text())
        self.table.retranslate()
        if self.found:
            self._read()

    @property
    def _reviews(self) -> bool:
        return self.desk.person.role == "supervisor"

    def hints(self) -> list[Hint]:
        """Return the shortcuts."""
        if not self.found:
            return [Hint(("Esc",), _("Back")), Hint(("F1",), _("Help"))]
        own = (
            [Hint(("Ctrl+Enter",), _("Accept")), Hint(("Ctrl+R",), _("Ask again"))]
            if self._reviews
            else [Hint(("Ctrl+R",), _("Answer in words"))]
        )
        return [
            Hint(("↑", "↓"), _("Choose")),
            Hint(("Enter",), self.open_button.text()),
            *own,
            Hint(("Esc",), _("Back")),
            Hint(("F1",), _("Help")),
        ]

    def help_text(self) -> str:
        """Explain the way of a question."""
        return _(
            "A question goes to the laptops in the household list. There the household needs correction; its form "
            "opens at the question. The corrected answer, or an answer in words, comes back in the next bundle.\n\n"
            "The supervisor then accepts it or asks again. Nothing that was said is ever deleted."
        )

    # data

    def refresh(self, **arguments: object) -> None:  # noqa: ARG002
        """Read what was asked."""
        self.strip.hide()
        self._read()

    def first_focus(self) -> QWidget:
        """Return the table."""
        return self.table

    def _read(self) -> None:
        if self.desk.lane.is_open:
            self.desk.run(exchanges, "", "", i18n.language(), done=self.show_rows)

    def show_rows(self, found: list[Exchange]) -> None:
        """Show what was read; for the supervisor what was answered comes first: it waits for a decision."""
        if self._reviews:
            found = sorted(found, key=lambda each: ("answered", "open", "accepted").index(each.state))
        self.found = found
        counts = Counter(each.state for each in found)
        words = (
            (_("{count} wait for an answer"), counts["open"]),
            (_("{count} answered"), counts["answered"]),
            (_("{count} accepted"), counts["accepted"]),
        )
        self._sub.setText(", ".join(text.format(count=count) for text, count in words if count))
        self.table.set_rows(found, key=lambda each: each.thread)
        self.table.setVisible(bool(found))
        self.empty.setVisible(not found)
        self.side.setVisible(bool(found))
        if found and self.table.current_row() is None:
            self.table.selectRow(0)
        self._show_row(self.table.current_row())
        self.hints_changed.emit()

    def _show_row(self, row: Exchange | None) -> None:
        self._about.setText(about(row) if row is not None else "")
        self._said.setText(said_lines(row) if row is not None else "")
        self.accept_button.setVisible(self._reviews)
        self.again_button.setVisible(self._reviews)
        self.reply_button.setVisible(not self._reviews)
        self.accept_button.setEnabled(row is not None and row.state != "accepted")
        self.again_button.setEnabled(row is not None)
        self.reply_button.setEnabled(row is not None and row.state == "open")

    # deeds

    def _open(self, row: Exchange | None) -> None:
        if row is not None:
            screen = "form_view" if self._reviews else "interview"
            self.desk.go(screen, household=row.household.id, form=row.form_id, at=row.address)

    def _accept(self) -> None:
        row = self.table.current_row()
        if row is not None:
            self.desk.write(accept, row.thread, self.desk.person.id, clock=self.desk.clock, done=self._done)

    def _again(self) -> None:
        row = self.table.current_row()
        words = ask_words(self, _("Ask again?"), asks_of(row), _("What is to be done"), _("Ask again")) if row else ""
        if row is not None and words:
            self.desk.write(ask_again, row.thread, words, self.desk.person.id, self.desk.clock, done=self._done)

    def _reply(self) -> None:
        row = self.table.current_row()
        words = (
            ask_words(self, _("Answer the office in words"), asks_of(row), _("Your answer"), _("Send the answer"))
            if row
            else ""
        )
        if row is not None and words:
            self.desk.write(reply, row.thread, words, self.desk.person.id, self.desk.clock, done=self._done)

    def _say(self) -> None:
        button = self.again_button if self._reviews else self.reply_button
        if button.isEnabled():
            button.click()

    def _done(self, _thread: object) -> None:
        self._read()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        if self._reviews:
            self.strip.say(_("Recorded."), _("The laptops hear of it with the next household list."), kind="ok")
            self.strip.show()


def _household(row: Exchange) -> str:
    return f"{row.household.number:03d} {row.household.head_name}".strip()


def _quiet(_row: Exchange) -> str:
    return "text2"
