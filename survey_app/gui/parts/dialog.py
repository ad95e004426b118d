"""The frame of a dialog: only for what cannot be undone, for choosing a file, and for passphrases."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from survey_app.gui import theme
from survey_app.gui.parts.button import LARGE, Button
from survey_app.gui.parts.columns import height_at
from survey_app.gui.parts.label import Label
from survey_app.gui.parts.panel import Scrolled
from survey_app.gui.theme import Type

_FRAME = 40
"""Design pixels that the system's title bar takes."""


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
        self.content.setContentsMargins(0, 0, 0, 0)
        self.content.setSpacing(theme.px(12))
        self._chosen = QWidget()
        self._chosen.setLayout(self.content)
        self._area = Scrolled(self._chosen, gutter=False)
        column.addWidget(self._area)
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

    def event(self, event: QEvent) -> bool:
        """Fit the height when words change: all is seen; on a low screen what is chosen scrolls."""
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Show):
            self._fit()
        if event.type() == QEvent.Type.Show:
            self._order()
        return super().event(event)

    def _order(self) -> None:
        """Let Tab come to the buttons after what is chosen above them; they were made before it."""
        chosen = [w for w in self._area.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus]
        if chosen:
            QWidget.setTabOrder(chosen[-1], self.reject_button)
            QWidget.setTabOrder(self.reject_button, self.accept_button)

    def _fit(self) -> None:
        around = self.layout()
        if around is None:
            return
        edges = around.contentsMargins()
        inside = self.width() - edges.left() - edges.right()
        wanted = height_at(self._chosen, inside) if self.content.count() else 0
        self._area.setFixedHeight(0)
        rest = around.totalHeightForWidth(self.width())
        room = self.screen().availableGeometry().height() - theme.px(_FRAME) - rest
        self._area.setFixedHeight(max(0, min(wanted, room)))
        self.setFixedHeight(rest + self._area.height())


def confirm(parent: QWidget, title: str, text: str, accept: str, reject: str, *, danger: bool = True) -> bool:
    """Ask before something that cannot be undone; return whether the person wants it."""
    dialog = Dialog(title, text, accept, reject, danger=danger, parent=parent)
    answer = dialog.exec() == QDialog.DialogCode.Accepted
    dialog.deleteLater()
    return answer
