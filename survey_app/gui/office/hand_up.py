"""Handing this office's counts up: sealed to the office above or open, and where to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from survey_app.errors import SurveyAppError
from survey_app.gui.backup import folder_for
from survey_app.gui.parts import Button, Dialog, Label, Segmented
from survey_app.gui.remembered import remember
from survey_app.gui.theme import Type
from survey_app.i18n import N_, _

FOLDER = "aggregates-folder"
_WAYS = (("sealed", N_("Only the office above can open it")), ("open", N_("Anybody can open it")))


@dataclass(frozen=True)
class Wanted:
    """What a person chose.

    Attributes:
        to: file with the key of the office above, None for the one that is known.
        is_open: seal it to nobody.
    """

    to: Path | None
    is_open: bool


class HandUpDialog(Dialog):
    """Asks who may open the files; the key of the office above is needed once.

    Args:
        above: name of the office above whose key is known, ``""`` for none.
    """

    def __init__(self, above: str, parent: QWidget | None = None) -> None:
        text = _("Counts only, no name and no answer of a household. Small counts are exact in it, to be added up.")
        super().__init__(_("Hand the counts up?"), text, _("Choose a folder"), _("Do not hand up"), parent=parent)
        self.above = above
        self._to: Path | None = None
        self.ways = Segmented([(key, _(word)) for key, word in _WAYS], "sealed", height=32)
        self.ways.say({key: _(word) for key, word in _WAYS}, _("Who can open it"))
        self.ways.chosen.connect(self._explain)
        self._words = Label("", Type.TABLE, "text2", wrap=True)
        self.key_button = Button(_("Choose the key of the office above"), icon="key-round")
        self.key_button.clicked.connect(self._choose)
        for part in (Label(_("Who can open it"), Type.TABLE, weight=600), self.ways, self._words, self.key_button):
            self.content.addWidget(part)
        self._explain()

    def wanted(self) -> Wanted:
        """Return what is chosen."""
        is_open = self.ways.value() == "open"
        return Wanted(None if is_open else self._to, is_open)

    def use(self, path: Path) -> None:
        """Take the key of a file; one that is none is refused."""
        from survey_app.bundles.keys import load_office_key

        try:
            key = load_office_key(path)
        except SurveyAppError as error:
            self._words.setText(f"{error.message}\n{error.hint}")
            return
        self.above, self._to = f"{key.name} ({key.fingerprint})", path
        self._explain()

    def _choose(self) -> None:
        kinds = f"{_('Key of an office')} (*.key);;{_('All files')} (*)"
        name, _kind = QFileDialog.getOpenFileName(self, self.key_button.text(), folder_for(FOLDER), kinds)
        if name:
            self.use(Path(name))

    def _explain(self, *_chosen: object) -> None:
        sealed = self.ways.value() == "sealed"
        known = _("Sealed to {office}. The key is remembered.").format(office=self.above)
        needed = _("Choose the file office.key that the office above has sent; it is needed once.")
        anybody = _("Give the file to the office above only, from hand to hand.")
        self._words.setText(anybody if not sealed else known if self.above else needed)
        self.key_button.setVisible(sealed)
        self.accept_button.setEnabled(not sealed or bool(self.above))


def ask(parent: QWidget, above: str) -> tuple[Path, Wanted] | None:
    """Ask who may open the files and where they go; None when the person does not want it."""
    dialog = HandUpDialog(above, parent)
    agreed, chosen = bool(dialog.exec()), dialog.wanted()
    dialog.deleteLater()
    where = QFileDialog.getExistingDirectory(parent, _("Folder for the files"), folder_for(FOLDER)) if agreed else ""
    if where:
        remember(FOLDER, where)
    return (Path(where), chosen) if where else None
