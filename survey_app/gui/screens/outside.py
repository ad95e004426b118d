"""The shape of the screens that stand before a store is open: one column in the middle, a title, one thing to do."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from survey_app.gui import theme
from survey_app.gui.desk import Desk
from survey_app.gui.parts import Label, Scrolled
from survey_app.gui.screen import Screen
from survey_app.gui.theme import Type


class OutsideScreen(Screen):
    """A column of at most ``width`` design pixels under a title and a sentence.

    Attributes:
        column: what stands below the sentence.
    """

    def __init__(self, desk: Desk, width: int = 620) -> None:
        super().__init__()
        self.desk = desk
        self.heading = Label("", Type.GREETING, wrap=True)
        self.lead = Label("", Type.BODY, "text2", wrap=True)
        page = QWidget()
        across = QHBoxLayout(page)
        across.setContentsMargins(theme.px(24), theme.px(20), theme.px(12), theme.px(20))
        inner = QWidget()
        inner.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        inner.setMaximumWidth(theme.px(width))
        across.addStretch(1)
        across.addWidget(inner, 20)
        across.addStretch(1)
        self.column = QVBoxLayout(inner)
        self.column.setContentsMargins(theme.px(5), 0, theme.px(5), 0)
        self.column.setSpacing(theme.px(12))
        self.column.addStretch(2)
        self.column.addWidget(self.heading)
        self.column.addWidget(self.lead)
        self.column.addSpacing(theme.px(4))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(Scrolled(page))
        self.lead.setMinimumWidth(theme.px(200))
        self.heading.setMinimumWidth(theme.px(200))

    def end_column(self) -> None:
        """Close the column: what is in it stands a little above the middle."""
        self.column.addStretch(3)

    def say(self, heading: str, lead: str) -> None:
        """Say title and sentence."""
        self.heading.setText(heading)
        self.lead.setText(lead)
        self.lead.setVisible(bool(lead))
        self.hints_changed.emit()

    def title(self) -> str:
        """Return the heading."""
        return self.heading.text()


def button_row(*buttons: QWidget) -> QHBoxLayout:
    """Return the buttons in a row: the first at the left, the others at the right."""
    row = QHBoxLayout()
    row.setSpacing(theme.px(8))
    row.addWidget(buttons[0], 0, Qt.AlignmentFlag.AlignLeft)
    row.addStretch()
    for button in buttons[1:]:
        row.addWidget(button)
    return row
