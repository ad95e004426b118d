"""Handing the answers on to other programs: which kind of file, with names or without, and where to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from survey_app.gui import theme
from survey_app.gui.backup import folder_for
from survey_app.gui.desk import Desk
from survey_app.gui.office.underway import Outcome, Underway
from survey_app.gui.parts import Banner, Button, Dialog, Label, Segmented
from survey_app.gui.remembered import remember
from survey_app.gui.theme import Type
from survey_app.i18n import N_, _, ngettext
from survey_app.operations.export import Exported, export_answers

_FORMATS = {
    "xlsx": ("Excel", N_("One workbook, a sheet for households and one for each list of people or things.")),
    "csv": ("CSV", N_("Plain tables that every program reads. All columns as text.")),
    "stata": ("Stata", N_("Questions and codes labelled; refused and not known as missing values .a, .b, …")),
    "spss": ("SPSS", N_("Questions and codes labelled; refused and not known as missing values.")),
    "r": ("R", N_("A data frame a table, for readRDS; labels as the package haven has them.")),
    "parquet": ("Parquet", N_("Typed tables for very many households.")),
    "jsonl": ("JSON", N_("One object a line, for programs.")),
    "sqlite": ("SQLite", N_("One database file, for questions in SQL.")),
}
_NAMES = (("closed", N_("Without names")), ("open", N_("With names")))


@dataclass(frozen=True)
class Wanted:
    """What a person chose.

    Attributes:
        format: one of ``reports.tables.FORMATS``.
        pseudonymise: without names.
    """

    format: str
    pseudonymise: bool


class HowDialog(Dialog):
    """Asks for the kind of file, and whether names go along; without names is what stands there first."""

    def __init__(self, parent: QWidget) -> None:
        text = _("The files are not encrypted. A codebook that explains every column is written beside them.")
        super().__init__(_("Export the answers?"), text, _("Choose a folder"), _("Do not export"), parent=parent)
        self.setFixedWidth(theme.px(584))  # eight kinds of file stand beside each other
        self.formats = Segmented([(key, name) for key, (name, _words) in _FORMATS.items()], "xlsx", height=32)
        self.formats.say({key: name for key, (name, _words) in _FORMATS.items()}, _("Kind of file"))
        self.formats.chosen.connect(self._explain)
        self.names = Segmented([(key, _(word)) for key, word in _NAMES], "closed", height=32)
        self.names.say({key: _(word) for key, word in _NAMES}, _("Names"))
        self.names.chosen.connect(self._explain)
        self._format_words = Label("", Type.TABLE, "text2", wrap=True)
        self._names_words = Label("", Type.TABLE, "text2", wrap=True)
        for title, field, words in (
            (_("Kind of file"), self.formats, self._format_words),
            (_("Names"), self.names, self._names_words),
        ):
            self.content.addWidget(Label(title, Type.TABLE, weight=600))
            self.content.addWidget(field)
            self.content.addWidget(words)
        self._explain()

    def wanted(self) -> Wanted:
        """Return what is chosen."""
        return Wanted(self.formats.value(), self.names.value() == "closed")

    def _explain(self, *_chosen: object) -> None:
        self._format_words.setText(_(_FORMATS[self.formats.value()][1]))
        without = _(
            "Names, telephones, remarks, pictures and coordinates are left out, dates become months, ids are replaced. "
            "In a small village people may still be recognised by their answers."
        )
        with_them = _("Everything is written, pictures too. Keep these files where only those who may read them can.")
        self._names_words.setText(without if self.names.value() == "closed" else with_them)


class AnswersOut:
    """Asks, writes in the store's lane, and tells how it went.

    Attributes:
        button: begins it, and stops it while it runs.
    """

    def __init__(self, desk: Desk, screen: QWidget, told: Banner) -> None:
        self._desk, self._screen = desk, screen
        self.button = Button("", icon="table-2", key="Ctrl+Shift+E")
        self.button.clicked.connect(self.press)
        self._work = Underway(desk, screen, told, self.button, lambda: _("Export answers"))

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self._work.retranslate()

    def press(self) -> None:
        """Begin, or stop what is under way."""
        if self._work.stop():
            return
        dialog = HowDialog(self._screen)
        agreed, chosen = bool(dialog.exec()), dialog.wanted()
        dialog.deleteLater()
        if not agreed:
            return
        where = QFileDialog.getExistingDirectory(
            self._screen, _("Folder for the answers"), folder_for("answers-folder")
        )
        if where:
            remember("answers-folder", where)
            day = f"{self._desk.clock():%Y-%m-%d}"
            self.write(Path(where) / _("Answers {day} {kind}").format(day=day, kind=_FORMATS[chosen.format][0]), chosen)

    def write(self, folder: Path, wanted: Wanted) -> None:
        """Write the answers into a folder."""
        self._work.begin(
            export_answers,
            folder,
            wanted.format,
            wanted.pseudonymise,
            title=_("Writing the answers…"),
            what=folder.name,
            done=_written,
            stopped=_("Stopped. Nothing was written."),
        )


def _written(written: Exported) -> Outcome:
    words = ngettext("{count} household written.", "{count} households written.", written.households)
    return words.format(count=written.households), str(written.codebook.parent), "ok"
