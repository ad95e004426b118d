"""What stands beside every question: what the office asks about it, why there is no answer, a note, guidance, and the
language of the questions.

It is one bar below the page, so that each of them is at the same place and under the same key in every question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from survey_app.gui import theme
from survey_app.gui.parts import SMALL, Banner, Button, Edit, Label
from survey_app.gui.parts.flow import Flow
from survey_app.gui.theme import Type
from survey_app.i18n import _
from survey_app.xforms.keys import SPECIAL_KEYS


@dataclass(frozen=True)
class Beside:
    """What can be said beside the current question.

    Attributes:
        path: the question; ``""`` where nothing is asked.
        specials: value and words of what can take the place of an answer.
        special: the value chosen, ``""`` for none.
        note: what was noted.
        guidance: what helps to ask the question, ``""`` for nothing.
        language: the other language the questions can be asked in, ``""`` when there is one only.
        asked: id of what the office asks about this answer, ``""`` for nothing.
        asks: its words, with who asks.
    """

    path: str = ""
    specials: tuple[tuple[str, str], ...] = ()
    special: str = ""
    note: str = ""
    guidance: str = ""
    language: str = ""
    asked: str = ""
    asks: str = ""


class _NoteEdit(Edit):
    """The line of a note; Enter and Esc lead back to the question, and the note is kept either way."""

    done = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape}:
            self.done.emit()
            return
        super().keyPressEvent(event)


class Aside(QWidget):
    """The bar below the questions."""

    special = Signal(str, str)
    """Sent with the question and the value that takes the place of its answer; ``""`` takes it back."""
    noted = Signal(str, str)
    """Sent with the question and the whole note, as it is typed."""
    back = Signal()
    """The person is done with the note and wants back to the question."""
    language = Signal()
    next_open = Signal()
    """The person wants to the next question that waits for an answer."""
    reply = Signal(str)
    """The person wants to answer in words what the office asks; sent with its id."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._beside = Beside()
        self._explained = False
        self.guidance = Banner("info")
        self.guidance.hide()
        self.asks = Banner("warn")
        self.reply_button = self.asks.add_button(self._button("pencil", "Ctrl+R"))
        self.reply_button.clicked.connect(lambda: self.reply.emit(self._beside.asked))
        self.asks.hide()
        self._note_label = Label("", Type.TABLE, "text2", weight=600)
        self.edit = _NoteEdit()
        self.edit.textEdited.connect(self._typed)
        self.edit.done.connect(self._close_note)
        self._note_row = QWidget()
        row = QHBoxLayout(self._note_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(8))
        row.addWidget(self._note_label)
        row.addWidget(self.edit, 1)
        self._note_row.hide()
        self.specials = [self._button("circle-slash", key) for key in SPECIAL_KEYS]
        for button in self.specials:
            button.clicked.connect(self._choose)
        self.note_button = self._button("sticky-note", "Ctrl+M")
        self.note_button.clicked.connect(self.open_note)
        self.guidance_button = self._button("circle-help", "F2")
        self.guidance_button.clicked.connect(self.toggle_guidance)
        self.language_button = self._button("type", "F3")
        self.language_button.clicked.connect(self.language)
        self.next_button = self._button("arrow-right", "F5")
        self.next_button.clicked.connect(self.next_open)
        self._buttons = QWidget()
        buttons = Flow(gap=8, parent=self._buttons)
        for button in (*self.specials, self.note_button, self.guidance_button, self.language_button, self.next_button):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, theme.px(12), theme.px(8))
        column.setSpacing(theme.px(6))
        column.addWidget(self.asks)
        column.addWidget(self.guidance)
        column.addWidget(self._note_row)
        column.addWidget(self._buttons)
        for key, button in self._keys():
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.activated.connect(lambda button=button: self._press(button))
        self.retranslate()

    def _keys(self) -> list[tuple[str, Button]]:
        rest = [("Ctrl+M", self.note_button), ("F2", self.guidance_button), ("F3", self.language_button)]
        rest += [("F5", self.next_button), ("Ctrl+R", self.reply_button)]
        return [*zip(SPECIAL_KEYS, self.specials, strict=True), *rest]

    @staticmethod
    def _press(button: Button) -> None:
        if not button.isHidden():  # in a low window the buttons are not seen, their keys work all the same
            button.click()

    def minimumSizeHint(self) -> QSize:
        """Ask for no height but that of a note and of what the office asks: both must be seen beside the question."""
        shown = [row for row in (self._note_row, self.asks) if not row.isHidden()]
        high = sum(max(row.minimumSizeHint().height(), row.heightForWidth(self.width())) for row in shown)
        return QSize(super().minimumSizeHint().width(), high + theme.px(8) * len(shown))

    def set_low(self, low: bool) -> None:
        """Leave the room to the questions where there is little of it."""
        self._buttons.setVisible(not low)

    @staticmethod
    def _button(icon: str, key: str) -> Button:
        button = Button("", "secondary", icon=icon, key=key, shortcut="", height=SMALL)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return button

    @property
    def is_noting(self) -> bool:
        """Whether the person is writing a note."""
        return self.edit.hasFocus()

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self._note_label.setText(_("Note"))
        self.edit.setAccessibleName(_("Note beside the question; it is no answer"))
        self.edit.setPlaceholderText(_("For the office; not an answer. Enter goes back to the question."))
        self.guidance_button.setText(_("How to ask"))
        self.next_button.setText(_("Next open question"))
        self.reply_button.setText(_("Answer in words"))
        self._show()

    def show_beside(self, beside: Beside) -> None:
        """Show what belongs to the current question; a note being written stays as it is."""
        if beside == self._beside and not self.isHidden():
            return
        if beside.path != self._beside.path:
            self._explained = False
        self._beside = beside
        self._show()

    def _show(self) -> None:
        beside = self._beside
        self._show_specials(beside.specials)
        self.note_button.setVisible(bool(beside.path))
        self.note_button.setText(_("Change the note") if beside.note else _("Note"))
        self.guidance_button.setVisible(bool(beside.guidance))
        self.guidance.setVisible(self._explained and bool(beside.guidance))
        if self._explained and beside.guidance:
            self.guidance.say("", beside.guidance)
        self.asks.setVisible(bool(beside.asked))
        if beside.asked:
            self.asks.say(
                beside.asks, _("Correct the answer, or answer in words. The office sees it with the next bundle.")
            )
        self.language_button.setVisible(bool(beside.language))
        self.language_button.setText(beside.language)
        if not self.is_noting:
            if self.edit.text() != beside.note:
                self.edit.setText(beside.note)
            self._note_row.setVisible(bool(beside.note))
        self.setVisible(bool(beside.path))

    def _show_specials(self, specials: Sequence[tuple[str, str]]) -> None:
        for place, button in enumerate(self.specials):
            there = place < len(specials)
            button.setVisible(there)
            if there:
                value, words = specials[place]
                chosen = value == self._beside.special
                button.setText(words)
                button.set_icon_name("circle-check" if chosen else "circle-slash")
                button.set_kind("primary" if chosen else "secondary")
                button.setAccessibleName(f"{words}, {_('chosen')}" if chosen else words)

    def _choose(self) -> None:
        place = next((place for place, button in enumerate(self.specials) if button is self.sender()), -1)
        if 0 <= place < len(self._beside.specials):
            value = self._beside.specials[place][0]
            self.special.emit(self._beside.path, "" if value == self._beside.special else value)

    def open_note(self) -> None:
        """Let the person write a note beside the current question."""
        if not self._beside.path:
            return
        self._note_row.show()
        self.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.edit.end(False)

    def _typed(self, text: str) -> None:
        self.noted.emit(self._beside.path, text)

    def _close_note(self) -> None:
        self._note_row.setVisible(bool(self.edit.text().strip()))
        self.back.emit()

    def toggle_guidance(self) -> None:
        """Show or hide what helps to ask the question."""
        self._explained = not self._explained
        self._show()
