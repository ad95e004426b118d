"""The band that says everywhere in the window that this is training, with the one action that starts it over."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from survey_app.gui import theme
from survey_app.gui.desk import Desk
from survey_app.gui.parts import SMALL, Button, Label, Mark, confirm
from survey_app.gui.screens.try_demo import demo_folder
from survey_app.gui.theme import Type
from survey_app.i18n import _
from survey_app.operations.training import is_training


class TrainingBand(QWidget):
    """Shown while the open store is for training; hidden otherwise.

    Attributes:
        training: whether it is.
    """

    changed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.training = False
        self._words = Label("", Type.TABLE, "warn", weight=600, elide=True)
        self.again_button = Button("", "secondary", icon="undo-2", height=SMALL)
        self.again_button.clicked.connect(self.start_over)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(16), theme.px(4), theme.px(16), theme.px(4))
        row.setSpacing(theme.px(8))
        row.addWidget(Mark("flask-conical", "warn", 18))
        row.addWidget(self._words, 1)
        row.addWidget(self.again_button)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        desk.store_changed.connect(self.look)
        self.retranslate()
        self.hide()

    def look(self) -> None:
        """Look whether the open store is for training."""
        self.training = False
        self.hide()
        if self._desk.lane.is_open:
            self._desk.run(is_training, done=self._show, failed=lambda _error: None)

    def _show(self, training: bool) -> None:
        self.training = training
        own = training and self._desk.store.path.is_relative_to(demo_folder())
        self.again_button.setVisible(own)
        self.setVisible(training)
        self.changed.emit()

    def retranslate(self) -> None:
        """Say it in the language spoken now."""
        self._words.setText(_("Training: all people are invented, nothing here counts."))
        self.again_button.setText(_("Start over"))
        self.setAccessibleName(_("Training"))

    def start_over(self) -> None:
        """Ask, then delete the demonstration and make it anew for the part that is being played."""
        if confirm(
            self,
            _("Start the training over?"),
            _("Everything you tried out in it is deleted. Real data are not touched."),
            _("Start over"),
            _("Keep it"),
        ):
            role = self._desk.store.kind
            self._desk.close_store()
            self._desk.go("try_demo", again=role)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.token("warn_soft"))
        painter.fillRect(0, self.height() - 2, self.width(), 2, theme.token("warn_line"))
