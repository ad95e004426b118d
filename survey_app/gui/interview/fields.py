"""What an answer is typed into. Each field tells where the person wants to go; it never goes anywhere itself."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QPlainTextEdit, QWidget

from survey_app.gui import theme
from survey_app.gui.interview.drawing import elided, text_width
from survey_app.gui.theme import Type
from survey_app.text import fold

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


class LookupField(QWidget):
    """A field that finds one of many choices by any part of its words, accents not needed."""

    wish = Signal(str)
    entered = Signal()
    picked = Signal(str)
    """Sent with the value of the choice taken."""
    resized = Signal()
    """The list below the field opened or closed."""

    MOST_ROWS = 6

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._choices: list[tuple[str, str, str]] = []
        self._value = ""
        self._found: list[tuple[str, str, str]] = []
        self.line = LineField(self)
        self.line.textEdited.connect(self._search)
        self.line.wish.connect(self._wished)
        self.line.entered.connect(self.entered)
        self.list = QListWidget(self)
        self.list.setObjectName("choices")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(lambda item: self._take(self.list.row(item)))
        self.list.hide()
        self.setFocusProxy(self.line)

    def show_choices(self, choices: Sequence[tuple[str, str]], value: str) -> None:
        """Show the choices ``(value, label)`` and the one that is chosen."""
        known = [(v, label) for v, label, _folded in self._choices]
        if known != list(choices):
            self._choices = [(v, label, f" {fold(label)}") for v, label in choices]
        if value != self._value or not self.line.hasFocus():
            self._value = value
            self.line.setText(next((label for v, label in choices if v == value), value))
            self._close()

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
        rows = self.list.count() * theme.px(34) + theme.px(10)
        self.list.setGeometry(0, height + theme.px(4), wide, rows)
        return height + theme.px(4) + rows

    def _search(self, text: str) -> None:
        wanted = fold(text)
        starts = [c for c in self._choices if f" {wanted}" in c[2]]
        inside = (
            [c for c in self._choices if wanted in c[2] and c not in starts] if len(starts) < self.MOST_ROWS else []
        )
        self._found = [*starts, *inside][: self.MOST_ROWS] if wanted else []
        self.list.clear()
        font = theme.font(Type.OPTION)
        self.list.setFont(font)
        for _value, label, _folded in self._found:
            self.list.addItem(elided(label, font, theme.px(380)))
            self.list.item(self.list.count() - 1).setSizeHint(QSize(10, theme.px(34)))
        self.list.setCurrentRow(0)
        self.list.setHidden(not self._found)
        self.resized.emit()

    def _wished(self, wish: str) -> None:
        if self.is_open and wish in {PREVIOUS, NEXT}:
            step = -1 if wish == PREVIOUS else 1
            self.list.setCurrentRow(max(0, min(self.list.count() - 1, self.list.currentRow() + step)))
        elif self.is_open:
            self._take(self.list.currentRow())
        elif wish == CONFIRM and not self.line.text().strip() and self._value:
            self._value = ""
            self.picked.emit("")
        else:
            self.wish.emit(wish)

    def _take(self, row: int) -> None:
        if 0 <= row < len(self._found):
            value, label, _folded = self._found[row]
            self._value = value
            self.line.setText(label)
            self._close()
            self.picked.emit(value)

    def _close(self) -> None:
        if self.is_open:
            self.list.hide()
            self.resized.emit()


def field_width(kind: str, room: int) -> int:
    """Return how wide a field is for a kind of answer, in pixels."""
    wide = {"int": 120, "integer": 120, "decimal": 120, "date": 150, "time": 120, "dateTime": 200}.get(kind, 520)
    return min(room, theme.px(wide))


def fits(text: str, kind: str, room: int) -> bool:
    """Return whether an answer fits its field without being cut."""
    return text_width(text, theme.font(Type.BODY)) + theme.px(26) <= field_width(kind, room)
