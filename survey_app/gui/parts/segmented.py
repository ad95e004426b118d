"""A switch between a few choices that are all visible."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from survey_app.gui import theme
from survey_app.gui.parts import paint
from survey_app.gui.theme import Type


class _Segment(QAbstractButton):
    def __init__(self, text: str, height: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._tall = height
        self.setText(text)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        wide = paint.text_width(self.text(), theme.font(Type.TABLE, 600)) + theme.px(24)
        return QSize(max(theme.px(48), int(wide)), theme.px(self._tall))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        rect = QRectF(self.rect())
        ink = "text2"
        if self.isChecked():
            ink = "primary"
            edge = "focus" if self.hasFocus() else "primary"
            paint.box(
                painter, rect, theme.px(5), theme.token("surface"), theme.token(edge), 2 if self.hasFocus() else 1
            )
        elif self.hasFocus():
            paint.box(painter, rect, theme.px(5), None, theme.token("focus"), 2)
        if not self.isEnabled():
            ink = "text3"
        face = theme.font(Type.TABLE, 600 if self.isChecked() else 500)
        paint.text(painter, self.text(), face, theme.token(ink), rect, Qt.AlignmentFlag.AlignHCenter)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.updateGeometry()


class Segmented(QWidget):
    """One of several choices; ``chosen(key)`` when the person takes another.

    Args:
        choices: (key, word) each.
        chosen: the key chosen now.
        name: what is being chosen, for screen readers.
        height: of a segment in design pixels.
    """

    chosen = Signal(str)

    def __init__(
        self,
        choices: Sequence[tuple[str, str]],
        value: str = "",
        name: str = "",
        *,
        height: int = 28,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._segments: dict[str, _Segment] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(2, 2, 2, 2)
        self._row.setSpacing(0)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        for key, word in choices:
            segment = _Segment(word, height, self)
            segment.setAccessibleName(f"{name}: {word}" if name else word)
            segment.clicked.connect(lambda _checked=False, key=key: self.chosen.emit(key))
            self._segments[key] = segment
            self._row.addWidget(segment)
        if value:
            self.set_value(value)

    def set_value(self, key: str) -> None:
        """Show a choice as the chosen one, without telling anybody."""
        if key in self._segments:
            self._segments[key].setChecked(True)

    def value(self) -> str:
        """Return the key of the chosen one, ``""`` when none is."""
        return next((key for key, segment in self._segments.items() if segment.isChecked()), "")

    def set_enabled(self, key: str, enabled: bool) -> None:
        """Let a choice be taken, or not now."""
        self._segments[key].setEnabled(enabled)

    def set_shown(self, key: str, shown: bool) -> None:
        """Show a choice, or leave it out."""
        self._segments[key].setVisible(shown)

    def say(self, words: dict[str, str], name: str = "") -> None:
        """Change the words of choices."""
        for key, word in words.items():
            self._segments[key].setText(word)
            self._segments[key].setAccessibleName(f"{name}: {word}" if name else word)
            self._segments[key].updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        paint.box(QPainter(self), QRectF(self.rect()), theme.px(6), theme.token("sunken"))
