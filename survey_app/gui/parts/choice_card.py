"""A choice that fills a row: keycap, icon, what it is, what follows."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QEnterEvent, QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from survey_app.gui import theme
from survey_app.gui.parts import paint
from survey_app.gui.parts.focus import FocusRing
from survey_app.gui.parts.keycap import Keycap
from survey_app.gui.parts.label import Label
from survey_app.gui.parts.panel import Mark
from survey_app.gui.theme import Type


class ChoiceCard(QAbstractButton):
    """A large button of several lines; the digit on its keycap presses it too (the screen sees to that).

    Args:
        key: digit on the keycap, ``""`` for none.
        icon: name of an icon.
        title: what is chosen.
        text: what follows, one or two sentences.
        marked: has a mark for being the one chosen, instead of an arrow for going on.
    """

    def __init__(
        self,
        key: str,
        icon: str,
        title: str = "",
        text: str = "",
        *,
        marked: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._ring: FocusRing | None = None
        self._marked = marked
        self.setCheckable(marked)
        self.setAutoExclusive(marked)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(16), theme.px(14), theme.px(16), theme.px(14))
        row.setSpacing(theme.px(14))
        if key:
            row.addWidget(Keycap(key), 0, Qt.AlignmentFlag.AlignVCenter)
        self._icon = Mark(icon, "primary", 24)
        row.addWidget(self._icon)
        words = QVBoxLayout()
        words.setSpacing(theme.px(2))
        self._title = Label(title, Type.PANEL, weight=600, wrap=True)
        self._text = Label(text, Type.TABLE, "text2", wrap=True)
        words.addWidget(self._title)
        words.addWidget(self._text)
        row.addLayout(words, 1)
        self._end = Mark("circle" if marked else "chevron-right", "line_strong" if marked else "text2", 20)
        row.addWidget(self._end)
        for child in (self._icon, self._title, self._text, self._end):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.toggled.connect(self._show_mark)
        self.say(title, text)

    def say(self, title: str, text: str) -> None:
        """Change the words."""
        self._title.setText(title)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)

    def _show_mark(self, on: bool) -> None:
        if self._marked:
            self._end.set_icon("circle-check" if on else "circle", "primary" if on else "line_strong")
        self.update()

    def sizeHint(self) -> QSize:
        layout = self.layout()
        return layout.sizeHint() if layout is not None else QSize()

    def minimumSizeHint(self) -> QSize:
        layout = self.layout()
        return layout.minimumSize() if layout is not None else QSize()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        layout = self.layout()
        return layout.heightForWidth(width) if layout is not None else -1

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        on = self.isChecked()
        hot = self.underMouse() or self.isDown()
        ground = "primary_soft" if on else "subtle" if hot else "surface"
        edge = "primary" if on else "line_strong"
        paint.box(
            QPainter(self), QRectF(self.rect()), theme.px(8), theme.token(ground), theme.token(edge), 2 if on else 1
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._ring is None:
            self._ring = FocusRing(self, 8)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self._ring is not None:
            self._ring.gone()
            self._ring = None

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()
