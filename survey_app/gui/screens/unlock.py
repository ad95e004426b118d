"""Unlock: the passphrase of a store, and what to do when it is forgotten."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from survey_app.gui import theme
from survey_app.gui.desk import Desk
from survey_app.gui.opening import after_opening
from survey_app.gui.parts import LARGE, Banner, Button, Figures, Label, Mark, Panel, PassphraseField
from survey_app.gui.screen import Hint
from survey_app.gui.screens.outside import OutsideScreen, button_row
from survey_app.gui.screens.try_demo import PASSPHRASE, demo_folder
from survey_app.gui.theme import Type
from survey_app.i18n import _

if TYPE_CHECKING:
    from survey_app.store import Store


class UnlockScreen(OutsideScreen):
    """Asks for the passphrase of one store."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, 520)
        self._path = Path()
        self._busy = False
        panel = Panel(pad=20, gap=14)
        self._file = Label("", Type.PANEL, weight=600, elide=True)
        self._folder = Figures("", Type.CAPTION, "text3", elide=True)
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(self._file)
        names.addWidget(self._folder)
        which = QHBoxLayout()
        which.setSpacing(theme.px(12))
        which.addWidget(Mark("lock", "primary", 24))
        which.addLayout(names, 1)
        panel.column.addLayout(which)
        self.field = PassphraseField()
        self.field.entered.connect(self._unlock)
        panel.column.addWidget(self.field)
        self.strip = Banner("err", stacked=True)
        self.field.changed.connect(self.strip.hide)
        self.strip.hide()
        panel.column.addWidget(self.strip)
        self.open_button = Button("", "primary", icon="lock-open", key="Enter", height=LARGE)
        self.open_button.clicked.connect(self._unlock)
        self.forgot_button = Button("", "quiet", icon="circle-help")
        self.forgot_button.clicked.connect(self._toggle_forgotten)
        panel.column.addLayout(button_row(self.forgot_button, self.open_button))
        self.forgotten = Banner("info", stacked=True)
        self.forgotten.hide()
        self.recover_button = self.forgotten.make_button("", icon="key-round")
        self.recover_button.clicked.connect(lambda: self.desk.go("recover", store=self._path))
        panel.column.addWidget(self.forgotten)
        self.column.addWidget(panel)
        self.demo_note = Banner("info", icon="key-round")
        self.column.addWidget(self.demo_note)
        self.other_button = Button("", "quiet", icon="folder-open")
        self.other_button.clicked.connect(self._choose_other)
        self.start_button = Button("", "quiet", icon="house")
        self.start_button.clicked.connect(lambda: self.desk.go("first_run"))
        self.restore_button = Button("", "quiet", icon="undo-2")
        self.restore_button.clicked.connect(lambda: self.desk.go("restore", store=self._path))
        self.column.addLayout(button_row(self.other_button, self.start_button))
        self.column.addLayout(button_row(self.restore_button))
        self.end_column()
        self.retranslate()

    @property
    def path(self) -> Path:
        """Return the store whose passphrase is asked."""
        return self._path

    def refresh(self, **arguments: object) -> None:
        """Show the store ``store=PATH``, else the one opened last."""
        given = arguments.get("store")
        self._path = given if isinstance(given, Path) else Path(self.desk.settings.last_store)
        self._file.setText(self._path.stem)
        self._folder.setText(str(self._path.parent))
        self.field.set_text("")
        self.strip.hide()
        said = arguments.get("said")
        if isinstance(said, tuple):
            self.strip.say(*said, kind="ok")
            self.strip.show()
        self.demo_note.setVisible(self._path.is_relative_to(demo_folder()))
        self._set_busy(False)

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self.field.say(_("Passphrase"), "")
        self.field.retranslate()
        self.open_button.setText(_("Opening…") if self._busy else _("Unlock"))
        self.forgot_button.setText(_("Forgotten?"))
        self.recover_button.setText(_("Use the recovery key"))
        self.forgotten.say(
            _("Nothing is lost"),
            _(
                "Bring this machine to the commune office. With the office's recovery key a new passphrase can be set; "
                "all answers stay. Nobody can open the data without the passphrase or that key."
            ),
        )
        self.demo_note.say(_("The passphrase of the demonstration is: {passphrase}").format(passphrase=PASSPHRASE))
        self.restore_button.setText(_("Put a safety copy back"))
        self.other_button.setText(_("Open another data file"))
        self.start_button.setText(_("Set up something else"))
        self.say(_("Unlock the survey data"), "")

    def hints(self) -> list[Hint]:
        """Return the shortcuts."""
        return [
            Hint(("Enter",), _("Unlock")),
            Hint(("Tab",), _("Next field")),
            Hint(("F1",), _("Help")),
            Hint(("Ctrl+Q",), _("Quit")),
        ]

    def help_text(self) -> str:
        """Explain why a passphrase is asked."""
        return _(
            "Everything that people answered is encrypted on this machine. The passphrase is the one you chose when "
            "the laptop or the office was set up.\n\n"
            "Capital and small letters count, and so do tone marks. Press the eye to see what you type; check that "
            "Caps Lock is off and that the Vietnamese keyboard is as it was.\n\n"
            "Five wrong attempts do no harm: nothing is ever deleted."
        )

    def first_focus(self) -> QWidget:
        """Return the field."""
        return self.field.edit

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self.open_button.setEnabled(not busy)
        self.open_button.setText(_("Opening…") if busy else _("Unlock"))
        self.field.edit.setEnabled(not busy)

    def _unlock(self) -> None:
        if self._busy:
            return
        passphrase, path = self.field.text(), self._path
        if not passphrase:
            self.field.set_fault(_("Type the passphrase."))
            return
        self._set_busy(True)

        def make() -> Store:
            from survey_app.store import Store

            return Store.open(path, passphrase)

        self.desk.open_store(make, self._opened, self._failed)

    def _opened(self) -> None:
        self.field.set_text("")
        self._set_busy(False)
        after_opening(self.desk)

    def _failed(self, error: BaseException) -> None:
        self._set_busy(False)
        if type(error).__name__ == "WrongPassphrase":
            self.field.set_fault(_("This passphrase does not open the data. Check capitals, tone marks and Caps Lock."))
        else:
            self.strip.say_error(error)
        self.field.edit.setFocus()
        edit = self.field.edit
        if hasattr(edit, "selectAll"):
            edit.selectAll()

    def _toggle_forgotten(self) -> None:
        self.forgotten.setVisible(self.forgotten.isHidden())

    def _choose_other(self) -> None:
        from PySide6.QtWidgets import QFileDialog

        path, _kind = QFileDialog.getOpenFileName(
            self, _("Choose a data file"), str(self._path.parent), _("Survey data (*.store)")
        )
        if path:
            self.refresh(store=Path(path))
            self.field.edit.setFocus()
