"""Grounds: panels, separators, icons as marks, and scrolling columns whose gutter is always kept free."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from survey_app.gui import theme
from survey_app.gui.parts import paint


class Panel(QFrame):
    """A surface with a 1 px line and radius 8; its ``column`` takes what stands in it.

    Args:
        fill: token of the ground.
        edge: token of the border, ``""`` for none.
        pad: padding in design pixels: all sides, or (left, top, right, bottom).
        gap: gap between what stands in it.
        radius: design pixels.
        edge_width: 1, or 2 for what is selected or current.
    """

    def __init__(
        self,
        fill: str = "surface",
        edge: str = "line",
        *,
        pad: int | tuple[int, int, int, int] = 16,
        gap: int = 8,
        radius: int = 8,
        edge_width: int = 1,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._panel_fill, self._panel_edge, self._panel_radius, self._panel_edge_width = fill, edge, radius, edge_width
        self._panel_pad = (pad, pad, pad, pad) if isinstance(pad, int) else pad
        self._panel_gap = gap
        self.column = QVBoxLayout(self)
        self._measure_panel()

    def _measure_panel(self) -> None:
        self.column.setContentsMargins(*(theme.px(n) for n in self._panel_pad))
        self.column.setSpacing(theme.px(self._panel_gap))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        edge = theme.token(self._panel_edge) if self._panel_edge else None
        paint.box(
            QPainter(self),
            QRectF(self.rect()),
            theme.px(self._panel_radius),
            theme.token(self._panel_fill),
            edge,
            self._panel_edge_width,
        )

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._measure_panel()


class Separator(QWidget):
    """A line of 1 px."""

    def __init__(self, vertical: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        if vertical:
            self.setFixedWidth(1)
            self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        else:
            self.setFixedHeight(1)
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        QPainter(self).fillRect(self.rect(), theme.token("line"))


class Mark(QLabel):
    """An icon that means something; ``meaning`` is read out and is its tooltip, ``""`` beside a word."""

    def __init__(
        self, icon: str, tone: str = "text2", size: int = 18, meaning: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._icon, self._tone, self._size = icon, tone, size
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_meaning(meaning)

    def set_icon(self, icon: str, tone: str | None = None) -> None:
        """Show another icon, in another token's colour."""
        tone = self._tone if tone is None else tone
        if (icon, tone) != (self._icon, self._tone):
            self._icon, self._tone = icon, tone
            self.update()

    def set_meaning(self, meaning: str) -> None:
        """Say what it means."""
        self.setAccessibleName(meaning)
        self.setToolTip(meaning)

    def sizeHint(self) -> QSize:
        return theme.icon_size(self._size)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        side = theme.px(self._size)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme.paint_icon(painter, self._icon, self._tone, (self.width() - side) / 2, (self.height() - side) / 2, side)


class Scrolled(QScrollArea):
    """A column that scrolls up and down; the scroll bar's 12 px stay free when there is nothing to scroll.

    Args:
        content: what scrolls; it is given the width of the area.
        gutter: keep the scroll bar's place free at all times.
    """

    def __init__(self, content: QWidget, *, gutter: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._gutter = gutter
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        content.setObjectName(content.objectName() or "scrolled")
        ground = QWidget()  # one of our own: asked for Qt's, PySide6 makes all classes of widgets to see which it is
        ground.setAutoFillBackground(False)
        self.setViewport(ground)
        content.setAutoFillBackground(False)
        self.setWidget(content)
        content.setAutoFillBackground(False)
        self.verticalScrollBar().rangeChanged.connect(self._keep_gutter)
        self._keep_gutter(0, 0)

    def _keep_gutter(self, _low: int, high: int) -> None:
        free = theme.px(12) if self._gutter and high <= 0 else 0
        if self.viewportMargins().right() != free:
            self.setViewportMargins(0, 0, free, 0)
