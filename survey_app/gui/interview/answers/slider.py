"""A number out of a range: a slider worked by keys, mouse or finger; stars for a rating."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from survey_app import i18n
from survey_app.gui import theme
from survey_app.gui.interview.answers.base import AnswerField
from survey_app.gui.interview.drawing import draw_box, draw_text
from survey_app.gui.interview.standing import Seen
from survey_app.gui.interview.values import shown
from survey_app.gui.theme import Type
from survey_app.i18n import _

_MOST_TICKS = 21
_STAR = 40


@dataclass(frozen=True)
class Range:
    """From where to where, and in which steps."""

    start: Decimal = Decimal(0)
    end: Decimal = Decimal(10)
    step: Decimal = Decimal(1)
    every: Decimal = Decimal(0)
    """Distance of the ticks; 0 for one at each step."""

    @property
    def count(self) -> int:
        """Number of steps from one end to the other."""
        return int(abs(self.end - self.start) / self.step)

    def value(self, place: int) -> str:
        """Return the number at a step, as XForms text."""
        place = max(0, min(self.count, place))
        found = self.start + (self.step if self.end >= self.start else -self.step) * place
        return f"{found.normalize():f}"

    def place(self, value: str) -> int:
        """Return at which step a number is; -1 for a blank."""
        try:
            return round(abs(Decimal(value) - self.start) / self.step)
        except InvalidOperation:
            return -1


def range_of(node: Seen) -> Range:
    """Return the range of a question; what cannot be used counts as the usual 0 to 10 by 1."""
    given = node.parameters

    def number(name: str, usual: str) -> Decimal:
        try:
            found = Decimal(given.get(name, "") or usual)
        except InvalidOperation:
            return Decimal(usual)
        return found if found.is_finite() else Decimal(usual)

    start, end, step = number("start", "0"), number("end", "10"), abs(number("step", "1"))
    if step == 0 or start == end:
        start, end, step = Decimal(0), Decimal(10), Decimal(1)
    return Range(start, end, step, abs(number("tick-interval", "0")))


class RangeAnswer(AnswerField):
    """A slider. ← and → move it by a step, Page up and Page down by ten, Home and End to its ends; digits set it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._node: Seen | None = None
        self._range = Range()
        self._words: list[str] = []
        self._digits = ""
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_answer(self, node: Seen, moved: bool) -> None:
        """Show where the answer is."""
        if moved:
            self._digits = ""
        self._node, self._range = node, range_of(node)
        words = node.appearance.split()
        self._rating, self._vertical = "rating" in words, "vertical" in words
        self._ticks = "no-ticks" not in words
        labels = {choice.value: choice.label for choice in node.choices}
        self._labels = {self._range.place(value): label for value, label in labels.items()}
        self.setAccessibleName(node.label)
        self.setAccessibleDescription(self._said() or _("not chosen"))
        self.update()

    def _said(self) -> str:
        return shown("decimal", self._node.value, i18n.language()) if self._node is not None else ""

    def arrange(self, width: int) -> int:
        """Return the height."""
        del width
        if self._rating:
            return theme.px(_STAR + 8)
        if self._vertical:
            return theme.px(260)
        return theme.px(76 if self._ticks else 52)

    def caption(self) -> str:
        """Say how it is moved."""
        return _("press a digit, or ← and →") if self._rating else _("← and → move it, or type the number")

    # Keys

    def take_key(self, event: QKeyEvent) -> bool:
        """Move by keys."""
        if self._node is None or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return False
        place = self._range.place(self._node.value)
        moves = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Minus: -1,
            Qt.Key.Key_Plus: 1,
            Qt.Key.Key_PageDown: -10,
            Qt.Key.Key_PageUp: 10,
        }
        key = Qt.Key(event.key())
        if key in moves:
            self._go(place + moves[key] if place >= 0 else 0)
        elif key in {Qt.Key.Key_Home, Qt.Key.Key_End}:
            self._go(0 if key == Qt.Key.Key_Home else self._range.count)
        elif key in {Qt.Key.Key_Backspace, Qt.Key.Key_Delete}:
            self._digits = ""
            self.answered.emit("", False)
        elif event.text() and event.text() in "0123456789,.":
            self._type(event.text())
        else:
            return False
        return True

    def _type(self, letter: str) -> None:
        """Take a typed number when it is one of the range; a digit that fits no longer begins a new number."""
        for text in (self._digits + letter, letter):
            self._digits = text
            try:
                number = Decimal(text.replace(",", ".").rstrip(".") or "x")
            except InvalidOperation:
                continue
            low, high = sorted((self._range.start, self._range.end))
            if low <= number <= high:
                self._go(self._range.place(str(number)), typed=True)
                return
            if number < low:
                return

    def _go(self, place: int, typed: bool = False) -> None:
        if not typed:
            self._digits = ""
        self.answered.emit(self._range.value(place), False)

    # Mouse and finger

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go where the mouse is."""
        self.entered.emit()
        self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the mouse."""
        at = event.position()
        if self._rating:
            place = int(at.x() // theme.px(_STAR + 4))
        else:
            start, end = self._track()
            share = (
                (at.y() - start.y()) / (end.y() - start.y())
                if self._vertical
                else (at.x() - start.x()) / max(1.0, end.x() - start.x())
            )
            place = round(share * self._range.count)
        value = self._range.value(place)
        if self._node is not None and value != self._node.value:
            self._go(place)

    def _track(self) -> tuple[QPointF, QPointF]:
        """Return both ends of the track: the lowest number at the left, or at the bottom."""
        if self._vertical:
            return QPointF(theme.px(16), self.height() - theme.px(16)), QPointF(theme.px(16), theme.px(16))
        wide = min(self.width() - theme.px(16 + 24 + 72 + 2), theme.px(560))
        return QPointF(theme.px(16), theme.px(26)), QPointF(theme.px(16) + wide, theme.px(26))

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw stars, or track, ticks, labels and handle."""
        del event
        if self._node is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = self._range.place(self._node.value)
        if self._rating:
            self._draw_stars(painter, place)
        else:
            self._draw_slider(painter, place)
        painter.end()

    def _draw_stars(self, painter: QPainter, place: int) -> None:
        for number in range(self._range.count + 1):
            side = theme.px(_STAR)
            middle = QPointF(number * theme.px(_STAR + 4) + side / 2, side / 2 + theme.px(3))
            painter.setPen(QPen(theme.token("primary" if number <= place else "line_strong"), theme.px(2)))
            painter.setBrush(theme.token("primary" if number <= place else "surface"))
            painter.drawPolygon(_star(middle, side * 0.46))
            box = QRectF(middle.x() - side / 2, middle.y() - side / 2 + theme.px(2), side, side)
            ink = "on_primary" if number <= place else "text3"
            draw_text(painter, self._range.value(number), theme.digits(Type.KEYCAP, 600), ink, box, centre=True)

    def _draw_slider(self, painter: QPainter, place: int) -> None:
        start, end = self._track()
        count = max(1, self._range.count)

        def at(step: float) -> QPointF:
            return start + (end - start) * (step / count)

        painter.setPen(QPen(theme.token("line_strong"), theme.px(4), c=Qt.PenCapStyle.RoundCap))
        painter.drawLine(start, end)
        if place >= 0:
            painter.setPen(QPen(theme.token("primary"), theme.px(6), c=Qt.PenCapStyle.RoundCap))
            painter.drawLine(start, at(min(place, count)))
        if self._ticks:
            self._draw_ticks(painter, at, count)
        if place >= 0:
            painter.setPen(QPen(theme.token("surface"), theme.px(2)))
            painter.setBrush(theme.token("primary"))
            painter.drawEllipse(at(min(place, count)), theme.px(12), theme.px(12))
        left = start.x() + theme.px(64) if self._vertical else end.x() + theme.px(24)
        top = (self.height() - theme.px(40)) / 2 if self._vertical else theme.px(6)
        box = QRectF(left, top, theme.px(72), theme.px(40))
        draw_box(painter, box, "primary_soft" if place >= 0 else "surface", "primary" if place >= 0 else "line_strong")
        draw_text(painter, self._said() or "–", theme.digits(Type.OPTION, 600), "text", box, centre=True)

    def _draw_ticks(self, painter: QPainter, at: object, count: int) -> None:
        assert callable(at)
        every = int(self._range.every / self._range.step) if self._range.every else 1
        every = max(every, math.ceil(count / (_MOST_TICKS - 1)), 1)
        font = theme.digits(Type.KEYCAP)
        for step in range(0, count + 1, every):
            point = at(step)
            label = self._labels.get(step, shown("decimal", self._range.value(step), i18n.language()))
            painter.setPen(QPen(theme.token("line_strong"), theme.px(2)))
            if self._vertical:
                painter.drawLine(point + QPointF(theme.px(8), 0), point + QPointF(theme.px(14), 0))
                draw_text(painter, label, font, "text2", QRectF(point.x() + theme.px(20), point.y() - 10, 40, 20))
            else:
                painter.drawLine(point + QPointF(0, theme.px(14)), point + QPointF(0, theme.px(20)))
                box = QRectF(point.x() - theme.px(30), point.y() + theme.px(22), theme.px(60), theme.px(20))
                draw_text(painter, label, font, "text2", box, centre=True)


def _star(middle: QPointF, radius: float) -> QPolygonF:
    points = []
    for corner in range(10):
        length = radius if corner % 2 == 0 else radius * 0.62
        angle = math.pi * (corner / 5 - 0.5)
        points.append(middle + QPointF(math.cos(angle) * length, math.sin(angle) * length))
    return QPolygonF(points)
