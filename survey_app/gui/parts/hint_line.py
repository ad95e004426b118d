"""The line at the bottom: what the keys do here, and one quiet fact."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from survey_app.gui import theme
from survey_app.gui.parts import paint
from survey_app.gui.screen import Hint
from survey_app.gui.theme import Type

_MOST = 7


class HintLine(QWidget):
    """At most seven hints; what does not fit is left out from the right, F1 last of all."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hints: list[Hint] = []
        self._fact = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_hints(self, hints: list[Hint], fact: str = "") -> None:
        """Show other hints and another fact."""
        self._hints = hints[:_MOST]
        self._fact = fact
        told = "; ".join(f"{' '.join(hint.keys)}: {hint.text}" for hint in self._hints)
        self.setAccessibleName(told)
        self.setAccessibleDescription(fact)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(600), theme.px(34))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(200), theme.px(34))

    def _width(self, hint: Hint) -> float:
        caps = sum(self._cap_width(key) for key in hint.keys) + theme.px(6) * len(hint.keys)
        return caps + paint.text_width(hint.text, theme.font(Type.CAPTION)) + theme.px(20)

    @staticmethod
    def _cap_width(key: str) -> float:
        return theme.px(8) if key == "–" else paint.keycap_width(key)

    def shown(self, room: float) -> list[Hint]:
        """Return the hints that fit into ``room`` pixels."""
        kept = list(self._hints)
        while kept and sum(self._width(hint) for hint in kept) > room:
            kept.pop(-2 if len(kept) > 1 and kept[-1].keys == ("F1",) else -1)
        return kept

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.token("surface"))
        painter.fillRect(0, 0, self.width(), 1, theme.token("line"))
        middle = (self.height() + 1) / 2
        face = theme.font(Type.CAPTION)
        wide = paint.text_width(self._fact, theme.font(Type.CAPTION)) if self._fact else 0
        side = theme.px(16)
        at = float(side)
        for hint in self.shown(self.width() - 2 * side - wide - theme.px(8)):
            for key in hint.keys:
                if key == "–":
                    room = QRectF(at, 0, theme.px(8), self.height())
                    paint.text(painter, key, face, theme.token("text3"), room, Qt.AlignmentFlag.AlignHCenter)
                    at += theme.px(8)
                else:
                    at += paint.keycap(painter, key, at, middle)
                at += theme.px(6)
            long = paint.text_width(hint.text, face)
            room = QRectF(at, 0, long + 1, self.height())
            paint.text(painter, hint.text, face, theme.token("text2"), room, Qt.AlignmentFlag.AlignLeft)
            at += long + theme.px(20)
        room = QRectF(self.width() - side - wide - 1, 0, wide + 1, self.height())
        if self._fact and room.left() > at:
            self._paint_fact(painter, room)

    def _paint_fact(self, painter: QPainter, room: QRectF) -> None:
        face = theme.font(Type.CAPTION)
        paint.text(painter, self._fact, face, theme.token("text3"), room, Qt.AlignmentFlag.AlignRight)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.updateGeometry()
