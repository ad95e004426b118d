"""Answers given before that have no place in the form any more: a list that can be read, left and opened again."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from survey_app.gui import theme
from survey_app.gui.parts import MEDIUM, Button, Label, Panel
from survey_app.gui.theme import Type
from survey_app.i18n import _, ngettext
from survey_app.operations.dropped import Lost

KEY = "F11"
"""Opens the list, from the strip and without it."""


class LostPage(QWidget):
    """The list, in the place of the questions."""

    back = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        from survey_app.gui.parts.table import Column, Table

        self._title = Label("", Type.PANEL, weight=700, wrap=True, figures=True)
        self._text = Label("", Type.BODY, "text2", wrap=True)
        self.table: Table[Lost] = Table(
            [
                Column(lambda: _("Question"), lambda row: row.question, 0),
                Column(lambda: _("About"), lambda row: row.person, 150, priority=2),
                Column(lambda: _("Answer"), lambda row: row.answer, 200, "name"),
                Column(lambda: _("Why"), lambda row: row.reason, 360, tone=lambda _row: "text2"),
            ]
        )
        self.button = Button("", "secondary", icon="arrow-left", key="Esc", shortcut="", height=MEDIUM)
        self.button.clicked.connect(self.back)
        end = QHBoxLayout()
        end.addWidget(self.button)
        end.addStretch()
        panel = Panel(pad=(18, 16, 18, 16), gap=10)
        panel.column.addWidget(self._title)
        panel.column.addWidget(self._text)
        panel.column.addWidget(self.table, 1)
        panel.column.addLayout(end)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, theme.px(12), theme.px(12))
        column.addWidget(panel)

    def show_lost(self, lost: Sequence[Lost]) -> None:
        """Show these answers, in the language spoken now."""
        self._title.setText(words_of(lost))
        self._text.setText(
            _("They were taken out of this form; the form they were given in keeps them. Ask anew what matters.")
        )
        self.button.setText(_("Back to the questions"))
        self.table.setAccessibleName(self._title.text())
        self.table.retranslate()
        self.table.set_rows(lost)

    def focus_here(self) -> None:
        """Give the focus to the list."""
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)


def words_of(lost: Sequence[Lost]) -> str:
    """Return how many answers have no place."""
    count = len(lost)
    text = ngettext(
        "%d earlier answer has no place in this form.", "%d earlier answers have no place in this form.", count
    )
    return text % count
