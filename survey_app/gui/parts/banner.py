"""Strips that say what happened, what to do and what is safe."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from survey_app.gui import theme
from survey_app.gui.failures import describe, leave_trace
from survey_app.gui.parts import paint
from survey_app.gui.parts.button import SMALL, Button
from survey_app.gui.parts.label import Label
from survey_app.gui.parts.panel import Mark
from survey_app.gui.theme import Type

KINDS = {
    "ok": ("ok_soft", "ok", "circle-check"),
    "warn": ("warn_soft", "warn", "triangle-alert"),
    "err": ("err_soft", "err", "circle-x"),
    "info": ("primary_soft", "primary", "info"),
}
"""Ground, ink and usual icon of each kind."""


class Banner(QWidget):
    """A strip inside the panel it concerns.

    Args:
        kind: ``"ok"``, ``"warn"``, ``"err"`` or ``"info"``.
        title: the cause, in bold; may be empty.
        text: what to do and what is safe.
        icon: instead of the kind's own.
        code: short telephone code, small at the end.
        stacked: the text stands below the title instead of after it.
    """

    closed = Signal()

    def __init__(
        self,
        kind: str = "info",
        title: str = "",
        text: str = "",
        *,
        icon: str = "",
        code: str = "",
        stacked: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._kind = kind
        self._icon_name = icon
        self._stacked = stacked
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._mark = Mark(icon or KINDS[kind][2], KINDS[kind][1], 18)
        self._head = Label(
            "", Type.BODY if stacked else Type.TABLE, KINDS[kind][1], weight=600, wrap=True, figures=True
        )
        self._body = Label("", Type.TABLE, "text", wrap=True, figures=True)
        self.row = QHBoxLayout(self)
        """Further widgets (a field, a button) may be added at its end."""
        self._marks = QVBoxLayout()
        self._marks.setContentsMargins(0, 0, 0, 0)
        self._marks.addWidget(self._mark)
        self._marks.addStretch()
        self.row.addLayout(self._marks)
        self._words = QVBoxLayout()
        self._words.setSpacing(0)
        self._words.setContentsMargins(0, 0, 0, 0)
        self._words.addWidget(self._head)
        self._words.addWidget(self._body)
        self._buttons: QHBoxLayout | None = None
        self.row.addLayout(self._words, 1)
        self._measure()
        self.say(title, text, code=code)

    def _measure(self) -> None:
        self.row.setContentsMargins(theme.px(12), theme.px(7), theme.px(12), theme.px(7))
        self.row.setSpacing(theme.px(9))

    def say(self, title: str, text: str = "", *, kind: str = "", code: str = "", icon: str = "") -> None:
        """Say something else; a screen reader is told."""
        if kind:
            self._kind = kind
        _ground, ink, usual = KINDS[self._kind]
        self._mark.set_icon(icon or self._icon_name or usual, ink)
        self._head.set_tone(ink)
        tail = f"{text}\u00a0\u00a0[{code}]" if code and text else text or (f"[{code}]" if code else "")
        if self._stacked or not title:
            self._head.setText(title)
            self._body.setText(tail)
            self._body.set_tone("text")
        else:
            self._head.set_parts([(title + (" " if tail else ""), 600), (tail, 400)])
            self._body.setText("")
        self._head.setVisible(bool(self._head.text()))
        self._body.setVisible(bool(self._body.text()))
        self.setAccessibleName(f"{title} {tail}".strip())
        if self.isVisible():
            self.announce()
        self.updateGeometry()
        if self.testAttribute(Qt.WidgetAttribute.WA_Resized) and self.width() > theme.px(60):
            self._keep_height()
        self.update()

    def say_error(self, error: BaseException) -> None:
        """Show a failure: message bold, hint plain, code small; a fault of the program also leaves a crash file."""
        title, text, code = describe(error)
        leave_trace(error)
        self.say(title, text, kind="err", code=code)
        self.show()

    def announce(self) -> None:
        """Tell screen readers what it says, once."""
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def add_button(self, button: Button) -> Button:
        """Put a small button at the right end, or below the words of a stacked strip."""
        if self._stacked:
            if self._buttons is None:
                self._buttons = QHBoxLayout()
                self._buttons.setSpacing(theme.px(8))
                self._buttons.setContentsMargins(0, theme.px(8), 0, theme.px(3))
                self._buttons.addStretch()
                self._words.addLayout(self._buttons)
            self._buttons.insertWidget(self._buttons.count() - 1, button)
        else:
            if self._marks.indexOf(self._mark) == 0:
                self._marks.insertStretch(0)  # the words stand in the middle beside a button, so does the mark
            self.row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        return button

    def make_button(self, text: str, *, icon: str = "", key: str = "") -> Button:
        """Make a small secondary button, place it as ``add_button`` does, and return it."""
        return self.add_button(Button(text, "secondary", icon=icon, key=key, height=SMALL))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._keep_height()

    def _keep_height(self) -> None:
        """Never be taller than the words: what is left over belongs to the panel."""
        wanted = self.heightForWidth(self.width())
        if wanted > 0 and self.maximumHeight() != wanted:
            self.setMaximumHeight(wanted)
            self.row.setGeometry(self.rect())  # the words were placed for the height before

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        paint.box(QPainter(self), QRectF(self.rect()), theme.px(6), theme.token(KINDS[self._kind][0]))

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:  # other words may need more lines at the same width
            self._keep_height()
        return done

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._measure()


Strip = Banner
"""The same thing where it stands beneath an answer."""
