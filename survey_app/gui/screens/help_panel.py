"""F1: a short text about the screen, at the right."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from survey_app.gui import theme
from survey_app.gui.parts import IconButton, Label, Scrolled
from survey_app.gui.theme import Type
from survey_app.i18n import _


class HelpPanel(QWidget):
    """Title and a few paragraphs; stays open while the person works on."""

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(theme.px(330))
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(17), theme.px(12), theme.px(8), theme.px(12))
        column.setSpacing(theme.px(8))
        head = QHBoxLayout()
        self._title = Label("", Type.PANEL, weight=700, elide=True)
        self.close_button = IconButton("x", "")
        self.close_button.clicked.connect(self.closed)
        head.addWidget(self._title, 1)
        head.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignRight)
        column.addLayout(head)
        body = QWidget()
        self._paragraphs = QVBoxLayout(body)
        self._paragraphs.setContentsMargins(0, 0, theme.px(8), 0)
        self._paragraphs.setSpacing(theme.px(10))
        column.addWidget(Scrolled(body), 1)
        self.retranslate()

    def say(self, title: str, text: str) -> None:
        """Show a title and paragraphs parted by blank lines."""
        self._title.setText(title)
        while (item := self._paragraphs.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for paragraph in (text or _("There is nothing to explain here.")).split("\n\n"):
            label = Label(paragraph.strip(), Type.TABLE, "text2", wrap=True)
            label.setMinimumWidth(theme.px(200))
            self._paragraphs.addWidget(label)
        self._paragraphs.addStretch()

    def retranslate(self) -> None:
        """Name the button in the language spoken now."""
        self.close_button.set_meaning(_("Close the help"))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.token("surface"))
        painter.fillRect(0, 0, 1, self.height(), theme.token("line"))
