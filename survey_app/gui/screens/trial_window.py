"""Trying a form: the interview as the enumerator will see it, in a window and a store of its own."""

from __future__ import annotations

import tempfile
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QDialog, QHBoxLayout, QVBoxLayout, QWidget

from survey_app.clock import Clock
from survey_app.gui import theme
from survey_app.gui.desk import Desk
from survey_app.gui.interview.screen import InterviewScreen
from survey_app.gui.parts import MEDIUM, Banner, Button, EmptyState
from survey_app.gui.parts.hint_line import HintLine
from survey_app.gui.problems import Problems
from survey_app.i18n import _
from survey_app.operations.forms import ReadForm
from survey_app.operations.trial import HOUSEHOLD, TRIER, trial_store
from survey_app.records import Enumerator
from survey_app.settings import Settings

_ELSEWHERE = frozenset({"F1", "F10"})
"""Help and menu belong to the main window."""


class TrialWindow(QDialog):
    """The interview of an invented household; everything is thrown away when the window closes.

    Args:
        read: the form.
        clock: where the time comes from.
        modules: optional modules to ask.
        parent: the window it stands above.
    """

    def __init__(self, read: ReadForm, clock: Clock, modules: tuple[str, ...], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Trial of a form"))
        self.setWindowState(Qt.WindowState.WindowNoState)
        self.resize(parent.window().size())
        self._folder = tempfile.TemporaryDirectory(prefix="survey-trial-", ignore_cleanup_errors=True)
        self.desk = Desk(clock, Settings())
        path = Path(self._folder.name) / "trial.store"
        self.desk.lane.adopt(lambda: trial_store(path, read, clock, modules))
        self.desk.set_person(Enumerator(TRIER, _("Trial")))
        self.desk.going.connect(self._going)
        self.band = Banner("warn")
        self.band.say(
            _("Trial of {title}, version {version}.").format(title=read.stored.title, version=read.stored.version),
            _("An invented household; nothing here is kept."),
        )
        self.problems = Problems(self.desk)
        self.asking = InterviewScreen(self.desk)
        self.ended = EmptyState()
        self.again_button = Button(_("Try again"), "secondary", icon="undo-2", height=MEDIUM)
        self.close_button = Button(_("Close the trial"), "secondary", icon="x", height=MEDIUM)
        self.hint_line = HintLine()
        self._build()
        self.again_button.clicked.connect(self.begin)
        self.close_button.clicked.connect(self.close)
        self.asking.hints_changed.connect(self._say_hints)
        self.begin()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(theme.px(12), theme.px(8), theme.px(12), theme.px(8))
        head.setSpacing(theme.px(8))
        head.addWidget(self.band, 1)
        head.addWidget(self.again_button)
        head.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.asking.header())
        column.addWidget(self.problems)
        column.addWidget(self.asking, 1)
        column.addWidget(self.ended, 1)
        column.addWidget(self.hint_line)
        self.ended.hide()

    def begin(self) -> None:
        """Open the interview, or open the finished one to be corrected."""
        self.ended.hide()
        self.asking.show()
        self.asking.refresh(household=HOUSEHOLD)
        self.asking.first_focus()

    def _going(self, name: str, _arguments: dict[str, object]) -> None:
        """Every way out of the interview ends here: nothing else stands in this window."""
        if name == "interview":
            return
        finished = bool(self.desk.store.household(HOUSEHOLD)) and any(self.desk.store.currents(household=HOUSEHOLD))
        self.asking.hide()
        if finished:
            self.ended.say(_("The form was finished without a fault."), _("Nothing was kept. Close the trial."))
        else:
            self.ended.say(_("The interview was left unfinished."), _("Try again goes on with it, as in the field."))
        self.ended.show()
        self.close_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say_hints(self) -> None:
        """Name the keys of the interview without those of the main window, which is not here."""
        hints = [hint for hint in self.asking.hints() if not _ELSEWHERE.intersection(hint.keys)]
        self.hint_line.show_hints(hints, self.asking.quiet_fact())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc pauses the interview as in the field; after that it closes the window."""
        if event.key() == Qt.Key.Key_Escape:
            if self.asking.isHidden() or not self.asking.back():
                self.close()
            return
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)

    def reject(self) -> None:
        """Esc is answered by ``keyPressEvent``."""

    def closeEvent(self, event: QCloseEvent) -> None:
        """Let go of the store and throw its folder away."""
        if not self.desk.closed:
            self.asking.leave()
            QApplication.processEvents()
            self.desk.close()
            self._folder.cleanup()
        event.accept()
