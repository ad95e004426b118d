"""A strip that says when a stick holds a newer version of the program."""

from __future__ import annotations

from pathlib import Path

from survey_app import __version__
from survey_app.gui.backup import usb_folder
from survey_app.gui.desk import Desk
from survey_app.gui.parts import Banner
from survey_app.i18n import _
from survey_app.operations import updating
from survey_app.operations.updating import Update


class UpdateOffer(Banner):
    """Hidden until ``look`` has found a genuine newer update on a stick."""

    def __init__(self, desk: Desk) -> None:
        super().__init__("info", icon="usb", stacked=False)
        self._desk = desk
        self._found: Update | None = None
        self._button = self.make_button("")
        self._button.clicked.connect(self._open)
        self.hide()

    def look(self, folder: Path | None = None) -> None:
        """Look at the stick that is in the machine (or at ``folder``), apart from the window."""
        place = folder or usb_folder()
        if place is not None and updating.can_install():
            self._desk.apart(updating.newest_in, place, done=self._show, failed=lambda _error: None)

    def _show(self, found: Update | None) -> None:
        self._found = found
        self.retranslate()
        self.setVisible(found is not None)

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self._button.setText(_("What is new"))
        if self._found is not None:
            words = _("The stick holds version {new} of the program; you have {now}.")
            self.say(words.format(new=self._found.version, now=__version__))

    def _open(self) -> None:
        if self._found is not None:
            self._desk.go("update", file=self._found.path)
