"""The focus ring outside buttons: drawn by one small overlay that follows the widget."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from survey_app.gui import theme
from survey_app.gui.parts import paint

_OUT = 4


class FocusRing(QWidget):
    """A 2 px ring with a 2 px gap around a widget that has the focus."""

    def __init__(self, owner: QWidget, radius: int = 6) -> None:
        super().__init__(_ground(owner))
        self._owner = owner
        self._radius = radius
        self._watched: list[QWidget] = []
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("")
        step: QWidget | None = owner
        while step is not None and step is not self.parentWidget():
            step.installEventFilter(self)
            self._watched.append(step)
            step = step.parentWidget()
        self._follow()
        self.show()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the widget and those it lies in."""
        if event.type() in (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide):
            self._follow()
        return super().eventFilter(watched, event)

    def _follow(self) -> None:
        parent = self.parentWidget()
        if parent is None:
            return
        corner = self._owner.mapTo(parent, QPoint(0, 0))
        self.setGeometry(QRect(corner, self._owner.size()).adjusted(-_OUT, -_OUT, _OUT, _OUT))
        self.setVisible(self._owner.isVisible())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Draw the ring."""
        painter = QPainter(self)
        paint.box(painter, QRectF(self.rect()), theme.px(self._radius) + _OUT, None, theme.token("focus"), 2)

    def gone(self) -> None:
        """Stop following and disappear."""
        for widget in self._watched:
            widget.removeEventFilter(self)
        self.hide()
        self.deleteLater()


def _ground(owner: QWidget) -> QWidget:
    """Return the widget to draw on: what scrolls together with the owner, else its window."""
    step = owner
    while (parent := step.parentWidget()) is not None and not step.isWindow():
        area = parent.parentWidget()
        if isinstance(area, QAbstractScrollArea) and area.viewport() is parent:
            return step if step is not owner else parent
        step = parent
    return step
