"""Setting a laptop up: the office's enrolment file, its code, and an own passphrase."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QWidget

from survey_app import paths
from survey_app.gui.arriving import enrolment_files, forget_enrolment
from survey_app.gui.backup import folder_for
from survey_app.gui.desk import Desk
from survey_app.gui.opening import after_opening
from survey_app.gui.parts import LARGE, Banner, Button, Field, Panel
from survey_app.gui.parts.new_passphrase import NewPassphrase
from survey_app.gui.remembered import remember
from survey_app.gui.screen import Hint
from survey_app.gui.screens.outside import OutsideScreen, button_row
from survey_app.i18n import _

if TYPE_CHECKING:
    from survey_app.store import Store


class JoinOfficeScreen(OutsideScreen):
    """File, code, passphrase twice."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, 580)
        panel = Panel(pad=20, gap=14)
        self.file = Field()
        self.file_button = Button("", "secondary", icon="folder-open", height=LARGE)
        self.file_button.clicked.connect(self._choose)
        self.file.row.addWidget(self.file_button)
        self.code = Field(figures=True)
        self.new = NewPassphrase()
        self.strip = Banner("err", stacked=True)
        self.strip.hide()
        self.back_button = Button("", "quiet", icon="arrow-left")
        self.back_button.clicked.connect(lambda: self.desk.go("first_run"))
        self.do_button = Button("", "primary", icon="check", height=LARGE)
        self.do_button.clicked.connect(self._set_up)
        self.new.entered.connect(self._set_up)
        self.file.entered.connect(self.code.edit.setFocus)
        self.code.entered.connect(self.new.first.edit.setFocus)
        for widget in (self.file, self.code, self.new, self.strip):
            panel.column.addWidget(widget)
        panel.column.addLayout(button_row(self.back_button, self.do_button))
        self.column.addWidget(panel)
        self.end_column()
        self.retranslate()

    def refresh(self, **arguments: object) -> None:
        """Begin afresh, with ``file=PATH`` or the file that was laid ready on this machine."""
        given, ready = arguments.get("file"), enrolment_files()
        if isinstance(given, Path):
            self.file.set_text(str(given))
        elif len(ready) == 1 and not self.file.text():
            self.file.set_text(str(ready[0]))
        self.strip.hide()
        self.new.clear()
        self._set_busy(False)

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self.file.say(_("Enrolment file"), _("from the office, ends in .enrolment"))
        self.file_button.setText(_("Choose file"))
        self.code.say(_("Code"), _("told by the office, for example 7QK4-M2XH-9TRD"))
        self.new.retranslate()
        self.back_button.setText(_("Back"))
        self.do_button.setText(_("Set this laptop up"))
        self.say(
            _("Set this laptop up for interviews"),
            _("The file brings the questionnaire, the villages and the household list. It can be used once."),
        )

    def hints(self) -> list[Hint]:
        """Return the shortcuts."""
        return [
            Hint(("Tab",), _("Next field")),
            Hint(("Enter",), _("Continue")),
            Hint(("Esc",), _("Back")),
            Hint(("F1",), _("Help")),
        ]

    def help_text(self) -> str:
        """Explain file, code and passphrase."""
        return _(
            "The office gives you a file on a USB stick and tells you a code, on paper or by telephone. Blanks and "
            "hyphens in the code do not matter.\n\n"
            "The passphrase is your own. It protects what people tell you when the laptop is lost. The office cannot "
            "see it, but can help you to set a new one if you forget it.\n\n"
            "Afterwards, delete the enrolment file from the stick."
        )

    def first_focus(self) -> QWidget:
        """Return the button that chooses the file, or the code when there is a file."""
        return self.code.edit if self.file.text() else self.file_button

    def back(self) -> bool:
        """Go back to the choices."""
        self.desk.go("first_run")
        return True

    def _choose(self) -> None:
        ready = enrolment_files()
        path, _kind = QFileDialog.getOpenFileName(
            self,
            _("Choose the enrolment file"),
            str(ready[0].parent) if ready else folder_for("enrolment-folder"),
            _("Enrolment files (*.enrolment);;All files (*)"),
        )
        if path:
            remember("enrolment-folder", str(Path(path).parent))
            self.file.set_text(path)
            self.code.edit.setFocus()

    def _set_busy(self, busy: bool) -> None:
        self.do_button.setEnabled(not busy)
        self.do_button.setText(_("Setting up…") if busy else _("Set this laptop up"))

    def _set_up(self) -> None:
        file, code = Path(self.file.text().strip()), self.code.text().strip()
        if not self.file.text().strip() or not file.is_file():
            self.file.set_fault(_("Choose the file that the office gave you."))
            self.file.edit.setFocus()
            return
        if not code:
            self.code.set_fault(_("Type the code that the office told you."))
            self.code.edit.setFocus()
            return
        passphrase = self.new.value()
        if passphrase is None:
            return
        target = free_path(paths.user_folder() / "stores", file.stem)
        clock = self.desk.clock
        self.strip.hide()
        self._set_busy(True)

        def make() -> Store:
            from survey_app.operations.enrolment import open_enrolment

            return open_enrolment(file, code, target, passphrase, clock)

        self.desk.open_store(make, self._opened, self._failed)

    def _opened(self) -> None:
        self._set_busy(False)
        self.new.clear()
        self.code.set_text("")
        forget_enrolment(Path(self.file.text().strip()))
        self.file.set_text("")
        after_opening(self.desk)

    def _failed(self, error: BaseException) -> None:
        self._set_busy(False)
        if type(error).__name__ == "WrongCode":
            self.code.set_fault(_("This code does not belong to this file. Check it letter by letter."))
            self.code.edit.setFocus()
        else:
            self.strip.say_error(error)


def free_path(folder: Path, stem: str) -> Path:
    """Return a path for a store that no file has yet."""
    path, number = folder / f"{stem}.store", 2
    while path.exists():
        path, number = folder / f"{stem}-{number}.store", number + 1
    return path
