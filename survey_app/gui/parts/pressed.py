"""What every row and card that is pressed as a whole has in common."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QEnterEvent, QFocusEvent, QShowEvent
from PySide6.QtWidgets import QAbstractButton, QWidget


class Pressed(QAbstractButton):
    """A button that paints itself: a hand over it, painted again when focus or mouse comes or goes.

    Attributes:
        whole: it paints every one of its pixels, so that nothing below it is painted with it. Qt's style takes that
            away from every button it dresses; it is said again when the button is shown or dressed anew.
    """

    whole = False

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def showEvent(self, event: QShowEvent) -> None:
        """Say that nothing below shows through."""
        super().showEvent(event)
        self._say_whole()

    def changeEvent(self, event: QEvent) -> None:
        """Say it again after the style has dressed the button."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._say_whole()

    def _say_whole(self) -> None:
        if self.whole:
            self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that the focus is gone."""
        super().focusOutEvent(event)
        self.update()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Paint again under the mouse."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Paint again when the mouse leaves."""
        super().leaveEvent(event)
        self.update()
