"""A row of a short list that is pressed as a whole, and a filter that is pressed on and off."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from survey_app.gui import theme
from survey_app.gui.parts import chip, paint
from survey_app.gui.parts.pressed import Pressed
from survey_app.gui.theme import Type


class ListRow(Pressed):
    """Number, name, a few words, a status chip and an arrow."""

    def __init__(self, number: str, name: str, more: str, status: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._number, self._name, self._more, self._status = number, name, more, status
        self.setText(name)
        self.setAccessibleName(f"{number} {name}, {more}, {chip.word_of(status)}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(theme.px(320), theme.px(52))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(220), theme.px(52))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pad, tall = theme.px(18), self.height()
        if self.underMouse() or self.isDown():
            painter.fillRect(self.rect().adjusted(1, 1, -1, 0), theme.token("subtle"))
        painter.fillRect(1, 0, self.width() - 2, 1, theme.token("line"))
        left = Qt.AlignmentFlag.AlignLeft
        at = float(pad)
        number = QRectF(at, 0, theme.px(44), tall)
        paint.text(painter, self._number, theme.digits(Type.TABLE), theme.token("text2"), number, left)
        at += theme.px(36)
        known = chip.STATUS.get(self._status)
        right: float = self.width() - pad - theme.px(16)
        theme.paint_icon(painter, "chevron-right", "text2", right, (tall - theme.px(16)) / 2, theme.px(16))
        right -= theme.px(14)
        if known is not None:
            word = chip.word_of(self._status)
            right -= chip.chip_width(known.icon, word)
            chip.paint_chip(painter, right, tall / 2, known.icon, word, known.tone)
        face = theme.font(Type.OPTION, 500)
        wide = min(paint.text_width(self._name, face), right - at - theme.px(8))
        paint.text(painter, self._name, face, theme.token("text"), QRectF(at, 0, wide + 1, tall), left)
        at += wide + theme.px(12)
        rest = QRectF(at, 0, max(0.0, right - at - theme.px(8)), tall)
        if rest.width() > theme.px(30):
            paint.text(painter, self._more, theme.font(Type.TABLE), theme.token("text3"), rest, left)
        if self.hasFocus():
            paint.box(painter, QRectF(self.rect()).adjusted(3, 2, -3, -2), theme.px(6), None, theme.token("focus"), 2)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
            return
        super().keyPressEvent(event)


class FilterButton(QAbstractButton):
    """A filter with icon, word and count; its shortcut is in the hint line and in its tooltip."""

    def __init__(self, icon: str, tone: str, shortcut: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon, self._tone, self._keys, self._count = icon, tone, shortcut, ""
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        QShortcut(QKeySequence(shortcut), self).activated.connect(self.click)

    def say(self, word: str, count: str) -> None:
        """Show word and count."""
        self._count = count
        self.setText(word)
        self.setToolTip(self._keys)
        self.setAccessibleName(f"{word} {count}")
        self.updateGeometry()
        self.update()

    def _widths(self) -> tuple[float, float, float]:
        mark = theme.px(16) + theme.px(7) if self._icon else 0
        words = paint.text_width(self.text(), theme.font(Type.TABLE, 600))
        return mark, words, paint.text_width(self._count, theme.digits(Type.TABLE)) + theme.px(8)

    def sizeHint(self) -> QSize:
        return QSize(int(sum(self._widths())) + theme.px(22), theme.px(34))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on, rect = self.isChecked(), QRectF(self.rect())
        ground = "primary_soft" if on else "subtle" if self.underMouse() else "surface"
        edge, thick = ("primary", 2) if on else ("focus", 2) if self.hasFocus() else ("line_strong", 1)
        paint.box(painter, rect, theme.px(6), theme.token(ground), theme.token(edge), thick)
        if on and self.hasFocus():
            paint.box(painter, rect.adjusted(3, 3, -3, -3), theme.px(4), None, theme.token("focus"), 1)
        mark, words, _count = self._widths()
        at, middle = theme.px(11), rect.height() / 2
        if self._icon:
            theme.paint_icon(painter, self._icon, self._tone, at, middle - theme.px(16) / 2, theme.px(16))
        left = Qt.AlignmentFlag.AlignLeft
        face = theme.font(Type.TABLE, 600 if on else 500)
        ink = theme.token("primary" if on else "text")
        paint.text(painter, self.text(), face, ink, QRectF(at + mark, 0, words + 1, rect.height()), left)
        room = QRectF(at + mark + words + theme.px(8), 0, rect.width(), rect.height())
        paint.text(
            painter, self._count, theme.digits(Type.TABLE), theme.token("primary" if on else "text2"), room, left
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.updateGeometry()
