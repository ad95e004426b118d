"""An empty state: one sentence what belongs here, one button."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from survey_app.gui import theme
from survey_app.gui.parts.button import LARGE, Button
from survey_app.gui.parts.label import Label
from survey_app.gui.theme import Type


class EmptyState(QWidget):
    """Shown where a list has nothing.

    Args:
        title: what belongs here, one sentence.
        text: what to do, may be empty.
        action: words of the button, ``""`` for none; ``acted`` is sent when it is pressed.
    """

    acted = Signal()

    def __init__(
        self,
        title: str = "",
        text: str = "",
        action: str = "",
        *,
        icon: str = "",
        kind: str = "secondary",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        centre = Qt.AlignmentFlag.AlignHCenter
        self._title = Label(title, Type.PANEL, "text", wrap=True, align=centre)
        self._text = Label(text, Type.TABLE, "text2", wrap=True, align=centre)
        self.button = Button(action, kind, icon=icon, height=LARGE)
        self.button.clicked.connect(self.acted)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(24), theme.px(24), theme.px(24), theme.px(24))
        column.setSpacing(theme.px(8))
        column.addStretch(2)
        for label in (self._title, self._text):
            label.setMinimumWidth(theme.px(240))
            column.addWidget(label)
        column.addSpacing(theme.px(8))
        column.addWidget(self.button, 0, centre)
        column.addStretch(3)
        self.say(title, text, action)

    def say(self, title: str, text: str = "", action: str = "") -> None:
        """Say something else."""
        self._title.setText(title)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self.button.setText(action)
        self.button.setVisible(bool(action))
        self.setAccessibleName(f"{title} {text}".strip())
