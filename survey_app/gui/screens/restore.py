"""Putting a safety copy in the place of a data file that is damaged, lost or wrong."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from survey_app.gui.backup import folder_for, usb_folder
from survey_app.gui.desk import Desk
from survey_app.gui.parts import LARGE, Banner, Button, Column, Figures, Panel, PassphraseField, Table
from survey_app.gui.screen import Hint
from survey_app.gui.screens.outside import OutsideScreen, button_row
from survey_app.gui.theme import Type
from survey_app.i18n import _
from survey_app.operations.backups import FoundCopy, copies_in, folder_of
from survey_app.operations.stores import restore_store
from survey_app.text import show_date


def found_copies(store: Path) -> list[FoundCopy]:
    """Return the daily copies beside a store, in the folder used last and on a stick, the newest first."""
    folders = dict.fromkeys([folder_of(store), Path(folder_for("backup-folder")), *filter(None, [usb_folder()])])
    found = {copy.path: copy for folder in folders for copy in copies_in(folder, store)}
    return sorted(found.values(), key=lambda copy: copy.day, reverse=True)


class RestoreScreen(OutsideScreen):
    """Choose a copy, type its passphrase, put it back; what was there is kept under another name."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, 640)
        self._path = Path()
        self._chosen: Path | None = None
        panel = Panel(pad=20, gap=12)
        self.table: Table[FoundCopy] = Table(
            [
                Column(lambda: _("Day"), lambda row: show_date(row.day), 110, "figures"),
                Column(lambda: _("In the folder"), lambda row: str(row.path.parent), 0),
                Column(lambda: _("Size"), lambda row: f"{max(1, row.size_bytes >> 20)} MB", 90, "number", priority=1),
            ]
        )
        self.table.setMinimumHeight(170)
        self.table.row_changed.connect(self._choose)
        self._file = Figures("", Type.CAPTION, "text2", wrap=True)
        self.other_button = Button("", "quiet", icon="folder-open")
        self.other_button.clicked.connect(self._choose_file)
        self.field = PassphraseField()
        self.field.entered.connect(self.restore)
        self.table.opened.connect(lambda _row: self.field.edit.setFocus())
        self.strip = Banner("err", stacked=True)
        self.strip.hide()
        self.back_button = Button("", "quiet", icon="arrow-left")
        self.back_button.clicked.connect(self.back)
        self.do_button = Button("", "primary", icon="undo-2", height=LARGE)
        self.do_button.clicked.connect(self.restore)
        for widget in (self.table, self._file, self.other_button, self.field, self.strip):
            panel.column.addWidget(widget)
        panel.column.addLayout(button_row(self.back_button, self.do_button))
        self.column.addWidget(panel)
        self.end_column()
        self.retranslate()

    def refresh(self, **arguments: object) -> None:
        """Put a copy in the place of ``store=PATH``."""
        given = arguments.get("store")
        self._path = given if isinstance(given, Path) else Path(self.desk.settings.last_store)
        self.field.set_text("")
        self.strip.hide()
        self._busy(False)
        copies = found_copies(self._path)
        self.table.set_rows(copies)
        self.table.setVisible(bool(copies))
        self._choose(copies[0] if copies else None)

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self.table.setAccessibleName(_("Safety copies"))
        self.table.retranslate()
        self.other_button.setText(_("Choose another copy"))
        self.field.say(_("Passphrase of the copy"), _("the one in force on its day"))
        self.field.retranslate()
        self.back_button.setText(_("Back"))
        self.do_button.setText(_("Put this copy back"))
        self._say_chosen()
        self.say(
            _("Put a safety copy back"),
            _(
                "The data file will say what the copy says. What was written after that day is not in it; the file as "
                "it is now is kept beside it under another name, so nothing is lost."
            ),
        )

    def hints(self) -> list[Hint]:
        """Return the shortcuts."""
        return [
            Hint(("↑", "↓"), _("Choose")),
            Hint(("Tab",), _("Next field")),
            Hint(("Enter",), _("Put this copy back")),
            Hint(("Esc",), _("Back")),
        ]

    def help_text(self) -> str:
        """Explain what is checked."""
        return _(
            "The copy is opened and checked completely before anything is changed. If it is damaged, the data file "
            "stays as it is and you can choose an older copy."
        )

    def first_focus(self) -> QWidget:
        """Return the list, or the button that finds a file."""
        return self.table if self.table.isVisible() else self.other_button

    def back(self) -> bool:
        """Go back to unlocking."""
        self.desk.go("unlock", store=self._path)
        return True

    def _choose(self, copy: FoundCopy | None) -> None:
        self._chosen = copy.path if copy is not None else None
        self._say_chosen()

    def _say_chosen(self) -> None:
        self._file.setText(str(self._chosen) if self._chosen else _("No safety copy was found here. Choose its file."))
        self.do_button.setEnabled(self._chosen is not None)

    def _choose_file(self) -> None:
        name, _kind = QFileDialog.getOpenFileName(
            self, _("Choose a safety copy"), folder_for("backup-folder"), _("Survey data (*.store)")
        )
        if name:
            self._chosen = Path(name)
            self._say_chosen()
            self.field.edit.setFocus()

    def _busy(self, busy: bool) -> None:
        self.do_button.setEnabled(not busy and self._chosen is not None)
        self.do_button.setText(_("Checking the copy…") if busy else _("Put this copy back"))

    def restore(self) -> None:
        """Check the copy and put it back."""
        chosen, passphrase = self._chosen, self.field.text()
        if chosen is None:
            return
        if not passphrase:
            self.field.set_fault(_("Type the passphrase."))
            return
        self.strip.hide()
        self._busy(True)
        self.desk.apart(
            restore_store, chosen, self._path, passphrase, self.desk.clock, done=self._restored, failed=self._failed
        )

    def _restored(self, kept: Path | None) -> None:
        self._busy(False)
        self.field.set_text("")
        said = _("The file that was there is kept as {path}").format(path=kept) if kept is not None else ""
        self.strip.say(_("The safety copy was put back."), said, kind="ok")
        self.strip.show()
        self.desk.go("unlock", store=self._path, said=(_("The safety copy was put back."), said))

    def _failed(self, error: BaseException) -> None:
        self._busy(False)
        if type(error).__name__ == "WrongPassphrase":
            self.field.set_fault(_("This passphrase does not open the copy. It is the one in force on that day."))
        else:
            self.strip.say_error(error)
