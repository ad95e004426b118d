"""Safety copies of the open store: making one, and how old the last one is."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStorageInfo, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from survey_app.gui import theme
from survey_app.gui.desk import Desk
from survey_app.gui.moments import day_and_time
from survey_app.gui.parts import LARGE, Banner, Button, Label, Mark, Panel
from survey_app.gui.remembered import recall, remember
from survey_app.gui.theme import Type
from survey_app.i18n import _

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
    """The panel of the settings screen."""

    made = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(gap=10, parent=parent)
        self._desk = desk
        self._mark = Mark("shield-check", "ok", 20)
        self._title = Label("", Type.PANEL, weight=600)
        self._last = Label("", Type.TABLE, "text2", wrap=True, figures=True)
        self._button = Button("", "secondary", icon="hard-drive", height=LARGE)
        self._banner = Banner("ok", stacked=True)
        self._banner.hide()
        self._backup = Backup(desk, self, self._banner, self._button)
        head = QHBoxLayout()
        head.setSpacing(theme.px(10))
        head.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._last)
        head.addLayout(words, 1)
        head.addWidget(self._button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.column.addLayout(head)
        self.column.addWidget(self._banner)
        self.retranslate()

    def refresh(self) -> None:
        """Show how old the last copy is."""
        if not self._desk.lane.is_open:
            return
        moment = last_backup(self._desk.store.device)
        if moment is None:
            self._last.setText(_("No safety copy has been made on this machine yet."))
        else:
            self._last.setText(_("Last one: {when}").format(when=day_and_time(moment, self._desk.clock())))
        self._mark.set_icon("shield-check" if moment else "shield-alert", "ok" if moment else "warn")

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self._title.setText(_("Safety copy"))
        self._button.setText(_("Back up to USB"))
        self.refresh()
