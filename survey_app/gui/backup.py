"""Safety copies of the open store: making one by hand, and how those that are made by themselves stand."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStorageInfo, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from survey_app.clock import Clock
from survey_app.gui import theme
from survey_app.gui.desk import Desk
from survey_app.gui.moments import day_and_time, parse
from survey_app.gui.parts import Banner, Button, Label, Mark, Panel
from survey_app.gui.remembered import recall, remember
from survey_app.gui.theme import Type
from survey_app.i18n import _
from survey_app.operations.backups import KEPT_DAYS, BackupState, back_up_daily, backup_state, choose_second_place

if TYPE_CHECKING:
    from survey_app.store import Store


def usb_folder() -> Path | None:
    """Return a mounted stick or second disk that can be written to, ``None`` when none is seen."""
    for volume in QStorageInfo.mountedVolumes():
        root = volume.rootPath()
        likely = root.startswith(("/media/", "/run/media/", "/Volumes/", "/mnt/")) or (
            len(root) == 3 and root[1:] == ":/" and root[0].upper() != "C"
        )
        if likely and volume.isValid() and volume.isReady() and not volume.isReadOnly():
            return Path(root)
    return None


def folder_for(key: str) -> str:
    """Return the folder to offer: the one chosen last when it is there, else a stick, else the person's own."""
    last = recall(key)
    if last and Path(last).is_dir():
        return last
    return str(usb_folder() or Path.home())


def last_backup(device: str) -> dt.datetime | None:
    """Return when the last safety copy of a store was made on this machine."""
    try:
        return dt.datetime.fromisoformat(recall(f"backup-{device}"))
    except ValueError:
        return None


def make_backup(store: Store, folder: Path, moment: dt.datetime) -> Path:
    """Write a safety copy into ``folder`` and return it.

    Raises:
        SurveyAppError: the folder cannot be written, or the copy differs from the store.
    """
    target = folder / f"{store.path.stem}-{moment:%Y%m%d-%H%M}.store"
    store.backup(target)
    return target


class Backup:
    """Asks for a folder, makes a copy, remembers when; used by Today and by the settings."""

    def __init__(self, desk: Desk, owner: QWidget, banner: Banner, button: Button) -> None:
        self._desk, self._owner, self._banner, self._button = desk, owner, banner, button
        button.clicked.connect(self.ask)

    def ask(self) -> None:
        """Ask for a folder, then copy."""
        folder = QFileDialog.getExistingDirectory(
            self._owner, _("Where should the safety copy go?"), folder_for("backup-folder")
        )
        if folder:
            self.copy_to(Path(folder))

    def copy_to(self, folder: Path) -> None:
        """Copy into ``folder``."""
        remember("backup-folder", str(folder))
        moment = self._desk.clock()
        self._button.setEnabled(False)
        self._banner.say(_("Copying and checking…"), kind="info", icon="loader-circle")
        self._banner.show()

        def done(target: Path) -> None:
            self._button.setEnabled(True)
            device = self._desk.store.device
            remember(f"backup-{device}", moment.isoformat())
            self._banner.say(_("Safety copy made and checked."), str(target), kind="ok", icon="shield-check")
            self._desk.data_changed.emit()

        def failed(error: BaseException) -> None:
            self._button.setEnabled(True)
            self._banner.say_error(error)

        self._desk.run(make_backup, folder, moment, done=done, failed=failed)


class BackupPanel(Panel):
    """The panel of the settings screen: copies by themselves, the second place, one by hand, putting one back."""

    made = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(gap=10, parent=parent)
        self._desk = desk
        self.state: BackupState | None = None
        self._mark = Mark("shield-check", "ok", 20)
        self._title = Label("", Type.PANEL, weight=600)
        self._daily = Label("", Type.TABLE, "text2", wrap=True, figures=True)
        self._second = Label("", Type.TABLE, "text2", wrap=True, figures=True)
        self._last = Label("", Type.TABLE, "text2", wrap=True, figures=True)
        self.second_button = Button("", "secondary", icon="folder")
        self.second_button.clicked.connect(self._choose_second)
        self.no_second_button = Button("", "quiet", icon="x")
        self.no_second_button.clicked.connect(lambda: self.set_second(None))
        self.restore_button = Button("", "quiet", icon="undo-2")
        self.restore_button.clicked.connect(self._restore)
        self._button = Button("", "secondary", icon="hard-drive")
        self._banner = Banner("ok", stacked=True)
        self._banner.hide()
        self._backup = Backup(desk, self, self._banner, self._button)
        head = QHBoxLayout()
        head.setSpacing(theme.px(10))
        head.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(theme.px(2))
        for label in (self._title, self._daily, self._second, self._last):
            words.addWidget(label)
        head.addLayout(words, 1)
        self.column.addLayout(head)
        self.column.addLayout(_row(self._button, self.second_button, self.no_second_button))
        self.column.addLayout(_row(self.restore_button))
        self.column.addWidget(self._banner)
        desk.backup_made.connect(self.refresh)
        self.retranslate()

    def refresh(self) -> None:
        """Read how the copies stand."""
        if self._desk.lane.is_open:
            self._desk.run(backup_state, done=self._show)

    def _show(self, state: BackupState) -> None:
        self.state = state
        now, by_hand = self._desk.clock(), last_backup(self._desk.store.device)
        made, there = parse(state.made_at), parse(state.second_made_at)
        self._daily.setText(
            _("Every day by itself, kept for {days} days. Last one: {when}").format(
                days=KEPT_DAYS, when=day_and_time(made, now) if made else _("not yet")
            )
        )
        second = _("No second place. Choose a stick or a folder on another disk.")
        if state.second:
            when = day_and_time(there, now) if there else _("not yet")
            second = _("Second place: {folder}. Last one: {when}").format(folder=state.second, when=when)
            if not state.second_there:
                second += " " + _("It is not there now.")
        self._second.setText(second)
        self._last.setText(
            _("By hand: {when}").format(when=day_and_time(by_hand, now))
            if by_hand is not None
            else _("No safety copy has been made by hand on this machine yet.")
        )
        sound = not state.troubles and (made is not None or by_hand is not None)
        self._mark.set_icon("shield-check" if sound else "shield-alert", "ok" if sound else "warn")
        self.no_second_button.setVisible(bool(state.second))

    def _choose_second(self) -> None:
        folder = QFileDialog.getExistingDirectory(
            self, _("Where should the second safety copy go?"), folder_for("backup-folder")
        )
        if folder:
            self.set_second(Path(folder))

    def set_second(self, folder: Path | None) -> None:
        """Say where the second copy goes, and make one there at once."""

        def chosen(store: Store, clock: Clock) -> BackupState:
            choose_second_place(store, folder)
            return back_up_daily(store, clock)

        def done(state: BackupState) -> None:
            self._show(state)
            self._desk.backup_changed.emit()

        self._desk.write(chosen, self._desk.clock, done=done, failed=self._banner.say_error)

    def _restore(self) -> None:
        """Lock the window and choose a copy: a file that is open is not replaced."""
        path = self._desk.store.path
        self._desk.close_store()
        self._desk.go("restore", store=path)

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self._title.setText(_("Safety copy"))
        self._button.setText(_("Back up to USB"))
        self.second_button.setText(_("Choose the second place"))
        self.no_second_button.setText(_("No second place"))
        self.restore_button.setText(_("Put a safety copy back"))
        self.refresh()


def _row(*buttons: Button) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(theme.px(8))
    for button in buttons:
        row.addWidget(button)
    row.addStretch()
    return row
