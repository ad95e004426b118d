"""The frame of a dialog: only for what cannot be undone, for choosing a file, and for passphrases."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from survey_app.gui import theme
from survey_app.gui.parts.button import LARGE, Button
from survey_app.gui.parts.label import Label
from survey_app.gui.theme import Type


class Dialog(QDialog):
    """480 px wide; its title asks the question; the safe button has the focus.

    Args:
        title: the question.
        text: what follows from each answer.
        accept: full verb of the button that does it.
        reject: full verb of the safe one.
        danger: the first button takes something away: never the default, reached only on purpose.
    """

    def __init__(
        self, title: str, text: str, accept: str, reject: str, *, danger: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setModal(True)
        self.setFixedWidth(theme.px(480))
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(24), theme.px(20), theme.px(24), theme.px(20))
        column.setSpacing(theme.px(12))
        column.addWidget(Label(title, Type.PANEL, weight=700, wrap=True))
        self.words = Label(text, Type.BODY, "text2", wrap=True)
        self.words.setVisible(bool(text))
        column.addWidget(self.words)
        self.content = QVBoxLayout()
        """What is typed or chosen stands here."""
        self.content.setSpacing(theme.px(12))
        column.addLayout(self.content)
        self.accept_button = Button(accept, "danger" if danger else "primary", height=LARGE)
        self.reject_button = Button(reject, "secondary", height=LARGE)
        self.accept_button.clicked.connect(self.accept)
        self.reject_button.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        row.addStretch()
        row.addWidget(self.reject_button)
        row.addWidget(self.accept_button)
        column.addSpacing(theme.px(4))
        column.addLayout(row)
        self.reject_button.setFocus(Qt.FocusReason.OtherFocusReason)


def confirm(parent: QWidget, title: str, text: str, accept: str, reject: str, *, danger: bool = True) -> bool:
    """Ask before something that cannot be undone; return whether the person wants it."""
    dialog = Dialog(title, text, accept, reject, danger=danger, parent=parent)
    answer = dialog.exec() == QDialog.DialogCode.Accepted
    dialog.deleteLater()
    return answer
