"""An update from a stick: what it brings, then a safety copy, then the installer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QWidget

from survey_app import __version__, i18n, paths
from survey_app.gui.backup import folder_for, make_backup
from survey_app.gui.desk import Desk
from survey_app.gui.lanes import LaneMonitor
from survey_app.gui.parts import LARGE, Banner, Button, Figures, Label, Panel
from survey_app.gui.parts.progress import ProgressPanel
from survey_app.gui.screen import Hint
from survey_app.gui.screens.outside import OutsideScreen, button_row
from survey_app.gui.theme import Type
from survey_app.i18n import _
from survey_app.operations import updating
from survey_app.operations.updating import Update
from survey_app.progress import Cancelled

if TYPE_CHECKING:
    import datetime as dt

    from survey_app.store import Store


def _copy_open(store: Store, folder: Path, moment: dt.datetime) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return make_backup(store, folder, moment)


class UpdateScreen(OutsideScreen):
    """Shows one update file; installs it when the person says so."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, 620)
        self.update_file: Update | None = None
        self._monitor: LaneMonitor | None = None
        panel = Panel(pad=20, gap=12)
        self.versions = Figures("", Type.PANEL, weight=600, wrap=True)
        self.notes_title = Label("", Type.TABLE, "text2")
        self.notes = Label("", Type.BODY, wrap=True)
        self.notes.setMinimumWidth(200)
        self.strip = Banner("err", stacked=True)
        self.progress = ProgressPanel()
        for widget in (self.versions, self.notes_title, self.notes, self.strip, self.progress):
            panel.column.addWidget(widget)
        self.back_button = Button("", "quiet", icon="arrow-left")
        self.back_button.clicked.connect(self.back)
        self.file_button = Button("", "secondary", icon="folder-open", height=LARGE)
        self.file_button.clicked.connect(self._choose)
        self.do_button = Button("", "primary", icon="save", key="Ctrl+Enter", shortcut="Ctrl+Return", height=LARGE)
        self.do_button.clicked.connect(self.install)
        panel.column.addLayout(button_row(self.back_button, self.file_button, self.do_button))
        self.column.addWidget(panel)
        self.end_column()
        self.retranslate()

    # words

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self.say(
            _("Update the program"),
            _("The update comes as a file on a USB stick. A safety copy of the data is made first; nothing is sent."),
        )
        self.notes_title.setText(_("What is new"))
        self.progress.say(_("Copying the update"), _("If power fails, the program stays as it is."), _("Stop"))
        self.back_button.setText(_("Back"))
        self.file_button.setText(_("Choose file"))
        self.do_button.setText(_("Back up and update"))
        self._show()

    def hints(self) -> list[Hint]:
        """Return the shortcuts."""
        return [
            *([Hint(("Ctrl+Enter",), _("Back up and update"))] if self.do_button.isEnabled() else []),
            Hint(("Esc",), _("Back")),
            Hint(("F1",), _("Help")),
        ]

    def help_text(self) -> str:
        """Explain where updates come from."""
        return _(
            "The office gives you a file that ends in .update. The program takes it only when it was signed by the "
            "publisher of the program and is newer than what you have.\n\n"
            "Before installing, a safety copy of the open data file is made and checked. The program closes, is "
            "replaced and opens again. Forms, settings and passphrases stay."
        )

    # data

    def refresh(self, **arguments: object) -> None:
        """Read the update ``file=PATH``; without one, ask for it with the button."""
        self.strip.hide()
        self.progress.hide()
        self.update_file = None
        given = arguments.get("file")
        if isinstance(given, Path):
            self.read(given)
        self._show()

    def read(self, path: Path) -> None:
        """Read an update file and show what it brings, or why it is refused."""
        self.update_file = None
        self.strip.hide()
        try:
            update = updating.read_update(path)
            updating.refuse_older(update)
        except (updating.UpdateError, OSError) as error:
            self.strip.say_error(error)
        else:
            self.update_file = update
        self._show()

    def _show(self) -> None:
        update = self.update_file
        self.versions.setText(
            _("Version {new} is on the stick; you have {now}.").format(new=update.version, now=__version__)
            if update
            else _("You have version {now}.").format(now=__version__)
        )
        self.notes.setText(update.notes_in(i18n.language()) if update else "")
        for widget in (self.notes_title, self.notes):
            widget.setVisible(update is not None)
        ready = update is not None and updating.can_install() and self._monitor is None
        self.do_button.setEnabled(ready)
        if update is not None and not updating.can_install() and self.strip.isHidden():
            self.strip.say(
                _("This copy of the program was not set up by the installer."),
                _("Update it the way it came to this machine."),
                kind="info",
            )
            self.strip.show()
        self.hints_changed.emit()

    def first_focus(self) -> QWidget:
        """Return what is to be done first; updating itself is never a stray Enter away."""
        return self.back_button if self.update_file else self.file_button

    def back(self) -> bool:
        """Go back to where the person was."""
        if self._monitor is None:
            self.desk.go("back" if self.desk.lane.is_open else self._outside())
        return True

    def _outside(self) -> str:
        return "unlock" if Path(self.desk.settings.last_store).is_file() else "first_run"

    def _choose(self) -> None:
        title, kinds = _("Choose the update file"), _("Updates (*.update);;All files (*)")
        path, _kind = QFileDialog.getOpenFileName(self, title, folder_for("update-folder"), kinds)
        if path:
            self.read(Path(path))

    # work

    def install(self) -> None:
        """Make a safety copy of the open data, copy the installer to this machine, start it and close the program."""
        if not self.do_button.isEnabled():
            return
        self.strip.hide()
        self._monitor = LaneMonitor()
        self.progress.follow(self._monitor)
        self.progress.show()
        self._show()
        folder, moment = paths.user_folder() / "backups", self.desk.clock()
        last = Path(self.desk.settings.last_store)
        if self.desk.lane.is_open:
            self.desk.run(_copy_open, folder, moment, done=self._stage, failed=self._failed)
        elif last.is_file():
            self.desk.apart(updating.copy_closed, last, folder, moment, done=self._stage, failed=self._failed)
        else:
            self._stage(None)

    def _stage(self, _copy: Path | None) -> None:
        assert self.update_file is not None and self._monitor is not None
        self.desk.apart(
            updating.stage,
            self.update_file,
            paths.staging_folder(),
            done=self._start,
            failed=self._failed,
            monitor=self._monitor,
        )

    def _start(self, installer: Path) -> None:
        self._monitor = None
        self.progress.hide()
        try:
            updating.start(installer)
        except updating.UpdateError as error:
            self._failed(error)
            return
        self.window().close()

    def _failed(self, error: BaseException) -> None:
        self._monitor = None
        self.progress.hide()
        if isinstance(error, Cancelled):
            self.strip.say(_("Stopped. Nothing was installed."), kind="info")
            self.strip.show()
        else:
            self.strip.say_error(error)
        self._show()
