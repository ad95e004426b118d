"""What an answer is typed into. Each field tells where the person wants to go; it never goes anywhere itself."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import islice

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QPlainTextEdit, QWidget

from survey_app.gui import theme
from survey_app.gui.interview.drawing import elided, text_width
from survey_app.gui.theme import Type
from survey_app.i18n import _
from survey_app.text import fold
from survey_app.xforms import Choice

CONFIRM, PREVIOUS, NEXT = "confirm", "previous", "next"
"""What a person wants: confirm and go on, go to the question before, go to the question after."""

_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}
_SIDEWAYS = {Qt.Key.Key_Left, Qt.Key.Key_Right}
_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)


def wish_of(event: QKeyEvent) -> str:
    """Return what a key means in any question, ``""`` when it means nothing special."""
    if event.modifiers() not in _PLAIN:
        return ""
    if event.key() in _ENTER:
        return CONFIRM
    return {Qt.Key.Key_Up: PREVIOUS, Qt.Key.Key_Down: NEXT}.get(Qt.Key(event.key()), "")


def _is_for_the_screen(event: QEvent, can_undo: bool) -> bool:
    """Return whether a field should leave a shortcut to the screen.

    Ctrl+Left and Ctrl+Right change the person, also out of a field; Ctrl+Z is the field's own while it has something
    to undo.
    """
    if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.ShortcutOverride:
        return False
    if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
        return False
    return event.key() in _SIDEWAYS or (event.key() == Qt.Key.Key_Z and not can_undo)


def tab_wish(event: QEvent) -> str:
    """Return where Tab or Shift+Tab leads, ``""`` for any other event.

    The keys themselves are asked, not ``focusNextPrevChild``: Qt calls that too when a widget with the focus is hidden.
    """
    if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
        return {Qt.Key.Key_Tab: NEXT, Qt.Key.Key_Backtab: PREVIOUS}.get(Qt.Key(event.key()), "")
    return ""


class LineField(QLineEdit):
    """One line of text, a number or a date."""

    wish = Signal(str)
    entered = Signal()
    """The field has got the focus."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Hand on the keys that lead elsewhere."""
        wish = wish_of(event)
        if wish:
            self.wish.emit(wish)
            return
        super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Take Tab and Shift+Tab; let Ctrl+Left and Ctrl+Right through to the screen."""
        wish = tab_wish(event)
        if wish:
            self.wish.emit(wish)
            return True
        if _is_for_the_screen(event, self.isUndoAvailable()):
            event.ignore()
            return False
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tell that the person is here."""
        super().focusInEvent(event)
        self.entered.emit()

    def show_fault(self, fault: bool) -> None:
        """Draw the field with a red edge, or not."""
        if bool(self.property("fault")) != fault:
            self.setProperty("fault", fault)
            self.style().unpolish(self)
            self.style().polish(self)


class AreaField(QPlainTextEdit):
    """Several lines of text; Enter confirms, Shift+Enter begins a new line."""

    wish = Signal(str)
    entered = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Hand on the keys that lead elsewhere."""
        wish = wish_of(event)
        cursor = self.textCursor()
        inside = (wish == PREVIOUS and cursor.blockNumber() > 0) or (
            wish == NEXT and cursor.blockNumber() < self.blockCount() - 1
        )
        if wish and not inside:
            self.wish.emit(wish)
            return
        super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Take Tab and Shift+Tab; let Ctrl+Left and Ctrl+Right through to the screen."""
        wish = tab_wish(event)
        if wish:
            self.wish.emit(wish)
            return True
        if _is_for_the_screen(event, self.document().isUndoAvailable()):
            event.ignore()
            return False
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tell that the person is here."""
        super().focusInEvent(event)
        self.entered.emit()


class _Bare(dict[int, str]):
    """Folds letter by letter; each letter is worked out once."""

    def __missing__(self, letter: int) -> str:
        folded = self[letter] = " " if chr(letter).isspace() else fold(chr(letter))
        return folded


_BARE = _Bare()
_PARTED = "\ue000"
_STILL_HERE = (
    Qt.FocusReason.ActiveWindowFocusReason,
    Qt.FocusReason.PopupFocusReason,
    Qt.FocusReason.MenuBarFocusReason,
)
"""Reasons for which a field loses the focus and gets it back: the person has not gone on."""


def folded_all(labels: Sequence[str]) -> list[str]:
    """Return many labels as they are searched, each with a blank before it; 20,000 in some hundredths of a second."""
    joined = unicodedata.normalize("NFC", _PARTED.join(labels)).translate(_BARE)
    return [f" {label}" for label in joined.split(_PARTED)]


class LookupField(QWidget):
    """A field that finds one of many choices by any part of its words, accents not needed."""

    wish = Signal(str)
    entered = Signal()
    picked = Signal(str)
    """Sent with the value of the choice taken."""
    resized = Signal()
    """The list below the field opened or closed."""
    emptied = Signal()
    """Backspace was pressed in the empty field."""

    ROWS = 6
    MOST_FOUND = 60

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._choices: Sequence[Choice] = ()
        self._folded: list[str] | None = None
        self._value = ""
        self._found: list[int] = []
        self.line = LineField(self)
        self.line.textEdited.connect(self._search)
        self.line.wish.connect(self._wished)
        self.line.entered.connect(self.entered)
        self.line.installEventFilter(self)
        self.list = QListWidget(self)
        self.list.setObjectName("choices")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(lambda item: self._take(self.list.row(item)))
        self.list.hide()
        self.setFocusProxy(self.line)

    def show_choices(self, choices: Sequence[Choice], value: str, moved: bool = False) -> None:
        """Show the choices and the one that is chosen."""
        if choices is not self._choices:
            self._choices, self._folded = choices, None
        if moved or value != self._value or not self.line.hasFocus():
            self._value = value
            self.line.setText(self.label(value) if value else "")
            self._close()

    def label(self, value: str) -> str:
        """Return the words of a choice, the value itself when it is not one of the choices."""
        return next((choice.label for choice in self._choices if choice.value == value), value)

    @property
    def is_open(self) -> bool:
        """Whether the list below the field is open."""
        return not self.list.isHidden()

    def arrange(self, width: int) -> int:
        """Place field and list and return the height."""
        wide = min(width, theme.px(420))
        height = self.line.sizeHint().height()
        self.line.setGeometry(0, 0, wide, height)
        if not self.is_open:
            return height
        rows = min(self.ROWS, self.list.count()) * theme.px(34) + theme.px(10)
        self.list.setGeometry(0, height + theme.px(4), wide, rows)
        return height + theme.px(4) + rows

    def open_all(self) -> None:
        """Open the list from the choice that stands, before anything is typed."""
        chosen = next((n for n, choice in enumerate(self._choices) if choice.value == self._value), 0)
        first = max(0, min(chosen - self.MOST_FOUND // 2, len(self._choices) - self.MOST_FOUND))
        self._show_found(list(range(first, min(len(self._choices), first + self.MOST_FOUND))), chosen - first)

    def _search(self, text: str) -> None:
        wanted = fold(text)
        if not wanted:
            self._show_found([], 0)
            return
        if self._folded is None:
            self._folded = folded_all([choice.label for choice in self._choices])
        folded = self._folded
        starts = list(islice((n for n, label in enumerate(folded) if f" {wanted}" in label), self.MOST_FOUND))
        if len(starts) < self.ROWS:
            known = set(starts)
            inside = (n for n, label in enumerate(folded) if wanted in label and n not in known)
            starts += islice(inside, self.MOST_FOUND - len(starts))
        self._show_found(starts, 0)
        if not starts:
            self._say_nothing_found()

    def _say_nothing_found(self) -> None:
        self.list.addItem(_("Nothing has these words. Type fewer letters."))
        said = self.list.item(0)
        said.setFlags(Qt.ItemFlag.NoItemFlags)
        said.setSizeHint(QSize(10, theme.px(34)))
        self.list.show()
        self.resized.emit()

    def _show_found(self, found: list[int], here: int) -> None:
        self._found = found
        self.list.clear()
        font = theme.font(Type.OPTION)
        self.list.setFont(font)
        for number in found:
            self.list.addItem(elided(self._choices[number].label, font, theme.px(370)))
            self.list.item(self.list.count() - 1).setSizeHint(QSize(10, theme.px(34)))
        self.list.setCurrentRow(here)
        self.list.setHidden(not found)
        self.resized.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Open the list by Alt+Down, close it by Esc, tell of Backspace in the empty field."""
        if isinstance(event, QKeyEvent) and event.type() in {QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride}:
            key, is_press = event.key(), event.type() == QEvent.Type.KeyPress
            if key == Qt.Key.Key_Escape and self.is_open:
                event.accept()
                if is_press:
                    self._close()
                return True
            if key == Qt.Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier:
                event.accept()  # in a list of people the same keys move a line
                if is_press:
                    self.open_all()
                return True
            if is_press and key == Qt.Key.Key_Backspace and not self.line.text():
                self.emptied.emit()
        if isinstance(event, QFocusEvent) and event.lostFocus() and event.reason() not in _STILL_HERE:
            self._put_back()
        return super().eventFilter(watched, event)

    def _wished(self, wish: str) -> None:
        if self.is_open and self._found and wish in {PREVIOUS, NEXT}:
            step = -1 if wish == PREVIOUS else 1
            self.list.setCurrentRow(max(0, min(self.list.count() - 1, self.list.currentRow() + step)))
        elif self.is_open and wish == CONFIRM:
            self._take(self.list.currentRow())
        elif wish == CONFIRM and not self.line.text().strip() and self._value:
            self._value = ""
            self.picked.emit("")
        else:
            self.wish.emit(wish)

    def _take(self, row: int) -> None:
        if 0 <= row < len(self._found):
            choice = self._choices[self._found[row]]
            self._value = choice.value
            self.line.setText(choice.label)
            self._close()
            self.picked.emit(choice.value)

    def _put_back(self) -> None:
        """Show the choice that stands instead of words that chose nothing: they would look like an answer."""
        chosen = self.label(self._value) if self._value else ""
        if self.line.text() != chosen:
            self.line.setText(chosen)
        self._close()

    def _close(self) -> None:
        if self.is_open:
            self.list.hide()
            self.resized.emit()


def field_width(kind: str, room: int) -> int:
    """Return how wide a field is for a kind of answer, in pixels."""
    wide = {"int": 120, "integer": 120, "decimal": 120, "date": 150, "time": 120, "dateTime": 230}.get(kind, 520)
    return min(room, theme.px(wide))


def fits(text: str, kind: str, room: int) -> bool:
    """Return whether an answer fits its field without being cut."""
    return text_width(text, theme.font(Type.BODY)) + theme.px(26) <= field_width(kind, room)
