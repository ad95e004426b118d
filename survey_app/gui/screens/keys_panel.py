"""The keys in words, to be compared over the telephone; in an office also its recovery sheet and new keys."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from survey_app.gui.backup import folder_for
from survey_app.gui.desk import Desk
from survey_app.gui.parts import Banner, Button, Label, Panel, confirm
from survey_app.gui.theme import Type
from survey_app.i18n import _
from survey_app.operations.keys import KeyWords, Sheet, key_words, print_recovery, replace_keys

if TYPE_CHECKING:
    from survey_app.bundles import OfficeKey


class KeysPanel(Panel):
    """Words of the keys, and what an office can do about its own."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(gap=10)
        self.desk = desk
        self._facts: KeyWords | None = None
        self._title = Label("", Type.PANEL, weight=600)
        self.words = Label("", Type.BODY, wrap=True, weight=600)
        self._about = Label("", Type.TABLE, "text2", wrap=True)
        self.strip = Banner("ok", stacked=True)
        self.strip.hide()
        self.sheet_button = Button("", "secondary", icon="file-text")
        self.replace_button = Button("", "danger", icon="key-round")
        self.sheet_button.clicked.connect(self._print)
        self.replace_button.clicked.connect(self._replace)
        for widget in (self._title, self.words, self._about, self.strip):
            self.column.addWidget(widget)
        for button in (self.sheet_button, self.replace_button):
            self.column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        self.retranslate()

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self._title.setText(_("Keys in words"))
        self._about.setText(_("Read them over the telephone: when all words are the same, it is the right key."))
        self.sheet_button.setText(_("New recovery sheet…"))
        self.replace_button.setText(_("Replace the office's keys…"))
        if self._facts is not None:
            self._show(self._facts)

    def refresh(self) -> None:
        """Read the keys."""
        self.strip.hide()
        self._read()

    def _read(self) -> None:
        if self.desk.lane.is_open:
            self.desk.run(key_words, done=self._show)

    def _show(self, facts: KeyWords) -> None:
        self._facts = facts
        signs = _("This office signs with: {words}") if facts.is_office else _("This laptop's key: {words}")
        lines = ((_("The office's key: {words}"), facts.office), (signs, facts.signing))
        self.words.setText("\n".join(text.format(words=words) for text, words in lines if words))
        self.setVisible(bool(facts.office or facts.signing))
        mine = facts.is_office and self.desk.person.role == "supervisor"
        self.sheet_button.setVisible(mine)
        self.replace_button.setVisible(mine)

    def _print(self) -> None:
        if not confirm(
            self,
            _("Make a new recovery sheet?"),
            _("The recovery key printed before then opens the office's data file no more. Print the new sheet at once, "
              "lock it away, and make a new backup."),
            _("Make a new sheet"),
            _("Leave it as it is"),
            danger=False,
        ):  # fmt: skip
            return
        name = str(Path(folder_for("recovery-folder")) / "recovery-sheet.pdf")
        path, _kind = QFileDialog.getSaveFileName(self, _("Where should the sheet go?"), name, "PDF (*.pdf)")
        if path:
            self.desk.write(
                print_recovery, Path(path), self.desk.clock, done=self._printed, failed=self.strip.say_error
            )

    def _printed(self, sheet: Sheet) -> None:
        self.strip.say(
            _("The sheet is written."), _("Print {path}, then delete the file.").format(path=sheet.path), kind="ok"
        )
        self.strip.show()

    def _replace(self) -> None:
        if confirm(
            self,
            _("Replace the office's keys?"),
            _("Do this when somebody else may have the office's data file and its passphrase. Bundles on their way are "
              "still read. Afterwards write new household lists: every laptop shows the new words, and its enumerator "
              "compares them with you by telephone."),
            _("Replace the keys"),
            _("Leave them as they are"),
        ):  # fmt: skip
            self.desk.write(replace_keys, done=self._replaced, failed=self.strip.say_error)

    def _replaced(self, key: OfficeKey) -> None:
        del key
        self._read()
        self.strip.say(
            _("The office has new keys."),
            _("Write new household lists on the screen that says who goes where, and make a backup now."),
            kind="ok",
        )
        self.strip.show()
