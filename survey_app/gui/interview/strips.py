"""The strips inside a card: what is wrong, and what is doubtful and wants a reason."""

from __future__ import annotations

import re

from PySide6.QtCore import QPointF, QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from survey_app.gui import theme
from survey_app.gui.interview.drawing import Paragraph, draw_box, draw_icon, text_width
from survey_app.gui.interview.fields import LineField
from survey_app.gui.theme import Type
from survey_app.i18n import _

_PAD = 10
_ICON = 18
_WORDS = _PAD + _ICON + 8
_SENTENCE = re.compile(r"^.*?[.!?](?=\s)")


def first_sentence(text: str) -> int:
    """Return how many letters the first of several sentences has; all letters when there is only one."""
    found = _SENTENCE.match(text)
    return found.end() if found else len(text)


class FaultStrip(QWidget):
    """Says what is wrong with an answer, what to do, and that nothing else is lost."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._text = ""
        self._strong = 0
        self._tone = "err"
        self._words = Paragraph()

    def say(self, cause: str, rest: str = "", *, tone: str = "err") -> None:
        """Show a cause, its first sentence heavy, and what follows; ``"warn"`` for what the person has not caused."""
        text = f"{cause} {rest}".strip()
        self._tone = tone
        if text != self._text:
            self._text, self._strong = text, first_sentence(text)
            self.setAccessibleName(text)
            self.update()

    def arrange(self, width: int) -> int:
        """Break the words to a width and return the height."""
        room = width - theme.px(_WORDS + _PAD)
        height = self._words.arrange(self._text, theme.font(Type.TABLE), theme.px(20), room, self._strong)
        return height + theme.px(10)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the strip."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_box(painter, QRectF(self.rect()), f"{self._tone}_soft", radius=6)
        icon = "circle-x" if self._tone == "err" else "triangle-alert"
        draw_icon(painter, icon, self._tone, QPointF(theme.px(_PAD), theme.px(6)), _ICON)
        self.arrange(self.width())
        self._words.draw(painter, theme.px(_WORDS), theme.px(5), self._tone)
        painter.end()


class ReasonStrip(QWidget):
    """A doubtful answer: says why it is doubtful and takes the reason why it is right."""

    wish = Signal(str)
    typing = Signal(str)
    entered = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._text = ""
        self._words = Paragraph()
        self.settled = False
        self.field = LineField(self)
        self.field.wish.connect(self.wish)
        self.field.textEdited.connect(self.typing)
        self.field.entered.connect(self.entered)

    def say(self, warning: str, reason: str) -> None:
        """Show a warning and the reason given so far."""
        self.settled = bool(reason)
        if warning != self._text:
            self._text = warning
            self.field.setAccessibleName(_("Reason: %s") % warning)
        if self.field.text().strip() != reason:
            self.field.setText(reason)
        self.update()

    def arrange(self, width: int) -> int:
        """Place words and field and return the height; the field goes below when there is no room beside the words."""
        strong = first_sentence(self._text)
        font = theme.font(Type.TABLE)
        wide = text_width(self._text, theme.font(Type.TABLE, 700)) + 4
        left, pad = theme.px(_WORDS), theme.px(_PAD)
        beside = width - left - wide - theme.px(8) - pad
        high = theme.px(38)
        if beside >= theme.px(260):
            self._words.arrange(self._text, font, theme.px(20), wide, strong)
            self.field.setGeometry(int(left + wide + theme.px(8)), theme.px(5), int(beside), high)
            return high + theme.px(10)
        words = self._words.arrange(self._text, font, theme.px(20), width - left - pad, strong)
        self.field.setGeometry(left, theme.px(8) + words + theme.px(4), width - left - pad, high)
        return theme.px(8) + words + theme.px(4) + high + theme.px(8)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the strip; once the reason is there its icon is a note."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_box(painter, QRectF(self.rect()), "warn_soft", radius=6)
        beside = self.field.y() < theme.px(6)
        top = theme.px(14) if beside else theme.px(8)
        icon = "sticky-note" if self.settled else "triangle-alert"
        draw_icon(painter, icon, "warn", QPointF(theme.px(_PAD), top + theme.px(1)), _ICON)
        self._words.draw(painter, theme.px(_WORDS), top, "warn")
        painter.end()
