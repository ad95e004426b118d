"""A ground to draw on with mouse, pen or finger: signatures, drawings, marks on a photo."""

from __future__ import annotations

import itertools

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from survey_app.gui import theme
from survey_app.gui.interview.drawing import draw_box
from survey_app.gui.theme import Type
from survey_app.gui.theme_tokens import LIGHT

_SCALE = 2
"""The picture kept has so many pixels to one of the design, so that a signature can be printed."""


class Ink(QWidget):
    """Strokes above a picture that was there before."""

    changed = Signal()
    """A stroke was finished, taken back, or all was cleared."""
    touched = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.ground: QImage | None = None
        self.strokes: list[list[QPointF]] = []
        self.words = ""
        self.is_marking = False
        self.pen_width = 2.5

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing to keep."""
        return self.ground is None and not self.strokes

    def show_ground(self, ground: QImage | None) -> None:
        """Put a picture below; the strokes go."""
        self.ground = ground
        self.strokes = []
        self.update()

    def undo(self) -> None:
        """Take the last stroke back."""
        if self.strokes:
            self.strokes.pop()
            self.update()
            self.changed.emit()

    def clear(self) -> None:
        """Begin anew."""
        if not self.is_blank:
            self.show_ground(None)
            self.changed.emit()

    def picture(self) -> QImage:
        """Return what is drawn, on white, in black ink or above the picture."""
        if self.ground is not None:
            image = self.ground.convertToFormat(QImage.Format.Format_RGB32)
            box = self._ground_box()
            factor = image.width() / max(1.0, box.width())
        else:
            image = QImage(self.size() * _SCALE, QImage.Format.Format_RGB32)
            image.fill(QColor(LIGHT.surface))
            box, factor = QRectF(self.rect()), float(_SCALE)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(factor, factor)
        painter.translate(-box.topLeft())
        self._draw_strokes(painter)
        painter.end()
        return image

    def _ground_box(self) -> QRectF:
        if self.ground is None:
            return QRectF(self.rect())
        size = self.ground.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        return QRectF(
            (self.width() - size.width()) / 2, (self.height() - size.height()) / 2, size.width(), size.height()
        )

    def _draw_strokes(self, painter: QPainter) -> None:
        pen = QPen(QColor(LIGHT.err if self.is_marking else LIGHT.text), theme.px(1) * self.pen_width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for stroke in self.strokes:
            painter.drawPath(_smooth(stroke))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a stroke."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.touched.emit()
            self.strokes.append([event.position()])
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with the stroke."""
        if self.strokes and event.buttons() & Qt.MouseButton.LeftButton:
            self.strokes[-1].append(event.position())
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the stroke."""
        if event.button() == Qt.MouseButton.LeftButton and self.strokes:
            self.changed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw paper and ink; paper is white in the dark too, as it will be printed."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        draw_box(painter, QRectF(self.rect()), "", "line_strong", radius=6)
        painter.fillRect(self.rect().adjusted(2, 2, -2, -2), QColor(LIGHT.surface))
        if self.ground is not None:
            painter.drawImage(self._ground_box(), self.ground)
        if self.words and self.is_blank:
            line = self.height() - theme.px(38)
            painter.setPen(QColor(LIGHT.text3))
            painter.setFont(theme.font(Type.CAPTION))
            painter.drawLine(theme.px(24), line, self.width() - theme.px(24), line)
            box = QRectF(0, line + theme.px(4), self.width(), theme.px(24))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.words)
        self._draw_strokes(painter)
        painter.end()


def _smooth(points: list[QPointF]) -> QPainterPath:
    """Return a curve through the middles of a stroke's pieces; a single touch is a dot."""
    path = QPainterPath(points[0])
    if len(points) == 1:
        path.lineTo(points[0] + QPointF(0.1, 0))
        return path
    for here, after in itertools.pairwise(points[1:]):
        path.quadTo(here, (here + after) / 2)
    path.lineTo(points[-1])
    return path
