"""The daily safety copy in the window: made in a quiet moment; when it fails, a strip says so until it is made good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from survey_app.gui import theme
from survey_app.gui.desk import Desk
from survey_app.gui.parts.banner import Banner
from survey_app.i18n import _

if TYPE_CHECKING:
    from survey_app.operations.backups import BackupState

AFTER_OPENING_MS = 20_000
EVERY_MS = 10 * 60_000
BUSY_MS = 5_000


class BackupWatch(QWidget):
    """Looks some seconds after opening and then every ten minutes whether a copy is due.

    Args:
        desk: what the window works at.

    Attributes:
        state: how the copies stand, ``None`` while no store is open.
    """

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.state: BackupState | None = None
        self._running = False
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(16), theme.px(8), theme.px(16), 0)
        self.strip = Banner("err")
        self.again_button = self.strip.make_button("", icon="hard-drive")
        self.again_button.clicked.connect(lambda: self.back_up(again=True))
        self.settings_button = self.strip.make_button("", icon="settings")
        self.settings_button.clicked.connect(lambda: desk.go("settings"))
        column.addWidget(self.strip)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._look)
        desk.store_changed.connect(self._store_changed)
        desk.backup_changed.connect(self._read)
        self.hide()
        self.retranslate()

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self.again_button.setText(_("Try again"))
        self.settings_button.setText(_("Settings"))
        self._show()

    def _store_changed(self) -> None:
        self.state = None
        self._show()
        self._timer.stop()
        if self._desk.lane.is_open:
            self._read()
            self._timer.start(AFTER_OPENING_MS)

    def _read(self) -> None:
        if self._desk.lane.is_open:
            from survey_app.operations.backups import backup_state

            self._desk.run(backup_state, done=self._take)

    def _look(self) -> None:
        """Begin when nothing else is being done; else wait a little."""
        if not self._desk.lane.is_open:
            return
        if self._desk.lane.is_busy:
            self._timer.start(BUSY_MS)
            return
        from survey_app.operations.backups import is_due

        self._timer.start(EVERY_MS)
        self._desk.run(is_due, self._desk.clock, done=lambda due: self.back_up() if due else None)

    def back_up(self, *, again: bool = False) -> None:
        """Make the copies that are due, or with ``again`` all."""
        if self._running or not self._desk.lane.is_open:
            return
        from survey_app.operations.backups import back_up_daily

        self._running = True
        self.again_button.setEnabled(False)
        self._desk.run(back_up_daily, self._desk.clock, again=again, done=self._made, failed=self._stopped)

    def _made(self, state: BackupState) -> None:
        self._running = False
        self._take(state)
        self._desk.backup_made.emit()

    def _stopped(self, error: BaseException) -> None:
        self._running = False
        self.again_button.setEnabled(True)
        self._desk.problem.emit(error)

    def _take(self, state: BackupState) -> None:
        self.state = state
        self._show()

    def _show(self) -> None:
        self.again_button.setEnabled(not self._running)
        trouble = self.state.troubles[0] if self.state is not None and self.state.troubles else None
        if trouble is not None:
            from survey_app.operations.backups import FIRST

            where = (
                _("The safety copy on this machine could not be made.")
                if trouble.place == FIRST
                else _("The safety copy in the second place could not be made.")
            )
            self.strip.say(where, f"{trouble.message} {trouble.hint}", kind="err", code=trouble.code)
        self.setVisible(trouble is not None)
