"""A forgotten passphrase: the office's recovery key opens the store and a new passphrase is set."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QWidget

from survey_app.gui.desk import Desk
from survey_app.gui.opening import after_opening
from survey_app.gui.parts import LARGE, Banner, Button, Panel, PassphraseField
from survey_app.gui.parts.new_passphrase import NewPassphrase
from survey_app.gui.screen import Hint
from survey_app.gui.screens.outside import OutsideScreen, button_row
from survey_app.i18n import _

if TYPE_CHECKING:
    from survey_app.store import Store


class RecoverScreen(OutsideScreen):
    """Recovery key and a new passphrase."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, 560)
        self._path = Path()
        panel = Panel(pad=20, gap=14)
        self.key = PassphraseField()
        self.file_button = Button("", "secondary", icon="folder-open", height=LARGE)
        self.file_button.clicked.connect(self._choose_file)
        self.key.row.addWidget(self.file_button)
        self.new = NewPassphrase()
        self.new.entered.connect(self._recover)
        self.strip = Banner("err", stacked=True)
        self.strip.hide()
        self.back_button = Button("", "quiet", icon="arrow-left")
        self.back_button.clicked.connect(lambda: self.desk.go("unlock", store=self._path))
        self.do_button = Button("", "primary", icon="key-round", height=LARGE)
        self.do_button.clicked.connect(self._recover)
        for widget in (self.key, self.new, self.strip):
            panel.column.addWidget(widget)
        panel.column.addLayout(button_row(self.back_button, self.do_button))
        self.column.addWidget(panel)
        self.end_column()
        self.retranslate()

    def refresh(self, **arguments: object) -> None:
        """Recover ``store=PATH``."""
        given = arguments.get("store")
        self._path = given if isinstance(given, Path) else self._path
        self.key.set_text("")
        self.new.clear()
        self.strip.hide()

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self.key.say(_("Recovery key of the office"), _("begins with AGE-SECRET-KEY"))
        self.key.retranslate()
        self.file_button.setText(_("From a file"))
        self.new.retranslate()
        self.back_button.setText(_("Back"))
        self.do_button.setText(_("Set the new passphrase"))
        self.say(
            _("Set a new passphrase"),
            _("The person who keeps the office's recovery key does this. All answers stay as they are."),
        )

    def hints(self) -> list[Hint]:
        """Return the shortcuts."""
        return [
            Hint(("Tab",), _("Next field")),
            Hint(("Enter",), _("Set")),
            Hint(("Esc",), _("Back")),
            Hint(("F1",), _("Help")),
        ]

    def first_focus(self) -> QWidget:
        """Return the key's field."""
        return self.key.edit

    def back(self) -> bool:
        """Go back to unlocking."""
        self.desk.go("unlock", store=self._path)
        return True

    def _choose_file(self) -> None:
        path, _kind = QFileDialog.getOpenFileName(self, _("Choose the recovery key"), str(Path.home()))
        if path:
            text = Path(path).read_text(encoding="utf-8", errors="replace")
            lines = [line.strip() for line in text.splitlines() if line.strip().startswith("AGE-SECRET-KEY")]
            self.key.set_text(lines[0] if lines else text.strip())

    def _recover(self) -> None:
        secret = self.key.text().strip()
        if not secret:
            self.key.set_fault(_("Type the recovery key or choose its file."))
            return
        new, path = self.new.value(), self._path
        if new is None:
            return
        self.do_button.setEnabled(False)

        def make() -> Store:
            from survey_app.operations.stores import recover

            return recover(path, secret, new)

        self.desk.open_store(make, self._opened, self._failed)

    def _opened(self) -> None:
        self.do_button.setEnabled(True)
        self.key.set_text("")
        self.new.clear()
        after_opening(self.desk)

    def _failed(self, error: BaseException) -> None:
        self.do_button.setEnabled(True)
        self.strip.say_error(error)
