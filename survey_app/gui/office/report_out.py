"""Exporting the report: which kind of file, of which places, in whose template, and where to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from survey_app.errors import SurveyAppError
from survey_app.gui import theme
from survey_app.gui.backup import folder_for
from survey_app.gui.desk import Desk
from survey_app.gui.office.underway import Outcome, Underway
from survey_app.gui.parts import Banner, Button, Dialog, Label, Segmented
from survey_app.gui.remembered import recall, remember
from survey_app.gui.theme import Type
from survey_app.i18n import N_, _, ngettext
from survey_app.operations.reporting import safe_name, write_report, write_reports, write_template

_FORMATS = {
    "docx": ("Word", N_("The report as an administrative paper, to go on writing in, to sign and to send.")),
    "pdf": ("PDF", N_("The same, ready for printing.")),
    "xlsx": ("Excel", N_("All tables with formulas, charts, method and sources.")),
    "csv": ("CSV", N_("All tables for other programs, in a folder.")),
}
_PLACES = (("all", N_("One report")), ("commune", N_("Each commune")), ("village", N_("Each village")))
_TEMPLATE = "report-template"
_FOLDER = "report-folder"


@dataclass(frozen=True)
class Wanted:
    """What a person chose.

    Attributes:
        format: one of ``reports.FORMATS``.
        each: ``all``, or a level of ``reporting.EACH``.
        template: the office's own template, ``""`` for the program's.
    """

    format: str
    each: str
    template: str


class ReportDialog(Dialog):
    """Asks for the kind of file, the places and the template."""

    def __init__(self, parent: QWidget) -> None:
        text = _("Figures of very few people are withheld; the window keeps showing them.")
        super().__init__(_("Export the report?"), text, _("Choose where"), _("Do not export"), parent=parent)
        self.template = recall(_TEMPLATE) if Path(recall(_TEMPLATE) or ".").is_file() else ""
        self.formats = Segmented([(key, name) for key, (name, _words) in _FORMATS.items()], "docx", height=32)
        self.formats.say({key: name for key, (name, _words) in _FORMATS.items()}, _("Kind of file"))
        self.formats.chosen.connect(self._explain)
        self.places = Segmented([(key, _(word)) for key, word in _PLACES], "all", height=32)
        self.places.say({key: _(word) for key, word in _PLACES}, _("Places"))
        self._format_words = Label("", Type.TABLE, "text2", wrap=True)
        self._template_words = Label("", Type.TABLE, "text2", wrap=True)
        for part in (
            Label(_("Kind of file"), Type.TABLE, weight=600),
            self.formats,
            self._format_words,
            Label(_("Places"), Type.TABLE, weight=600),
            self.places,
            Label(_("Heading, signature and recipients"), Type.TABLE, weight=600),
            self._template_words,
        ):
            self.content.addWidget(part)
        self.content.addLayout(self._template_buttons())
        self._explain()

    def _template_buttons(self) -> QVBoxLayout:
        self.choose_button = Button(_("Choose a template"), icon="folder-open")
        self.choose_button.clicked.connect(self._choose)
        self.save_button = Button(_("Save the template to change it"), icon="file-output")
        self.save_button.clicked.connect(self._save)
        self.own_button = Button(_("Use the program's own"), icon="x")
        self.own_button.clicked.connect(lambda: self.use(""))
        below = QVBoxLayout()
        below.setSpacing(theme.px(8))
        for buttons in ((self.choose_button, self.own_button), (self.save_button,)):
            row = QHBoxLayout()
            row.setSpacing(theme.px(8))
            for button in buttons:
                row.addWidget(button)
            row.addStretch(1)
            below.addLayout(row)
        return below

    def wanted(self) -> Wanted:
        """Return what is chosen."""
        return Wanted(self.formats.value(), self.places.value(), self.template)

    def use(self, template: str) -> None:
        """Take a template from now on, ``""`` for the program's own; a faulty one is refused with its faults."""
        from survey_app.reports.template import load_template

        try:
            load_template(Path(template) if template else None)
        except SurveyAppError as error:
            self._template_words.setText(f"{error.message}\n{error.hint}")
            return
        self.template = template
        remember(_TEMPLATE, template)
        self._explain()

    def _choose(self) -> None:
        name, _kind = QFileDialog.getOpenFileName(self, _("Choose a template"), folder_for(_FOLDER), "Word (*.docx)")
        if name:
            self.use(name)

    def _save(self) -> None:
        where = str(Path(folder_for(_FOLDER)) / (_("Report template") + ".docx"))
        name, _kind = QFileDialog.getSaveFileName(self, _("Save the template to change it"), where, "Word (*.docx)")
        if not name:
            return
        try:
            self.use(str(write_template(Path(name).with_suffix(".docx"))))
        except SurveyAppError as error:
            self._template_words.setText(f"{error.message}\n{error.hint}")

    def _explain(self, *_chosen: object) -> None:
        self._format_words.setText(_(_FORMATS[self.formats.value()][1]))
        own = _("As in the template {name}. Change it in Word; it is used again next time.")
        program = _("The program's template. Save it, change its heading, signatory and recipients in Word.")
        self._template_words.setText(own.format(name=Path(self.template).name) if self.template else program)
        self.own_button.setVisible(bool(self.template))


class ReportOut:
    """Asks, writes in the store's lane, and tells how it went.

    Attributes:
        button: begins it, and stops it while it runs.
    """

    def __init__(self, desk: Desk, screen: QWidget, told: Banner) -> None:
        self._desk, self._screen = desk, screen
        self.button = Button("", "primary", icon="file-output", key="Ctrl+E")
        self.button.clicked.connect(self.press)
        self._work = Underway(desk, screen, told, self.button, lambda: _("Export report"))

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self._work.retranslate()

    def press(self) -> None:
        """Begin, or stop what is under way."""
        if self._work.stop():
            return
        dialog = ReportDialog(self._screen)
        agreed, chosen = bool(dialog.exec()), dialog.wanted()
        dialog.deleteLater()
        if agreed and (where := self._where(chosen)):
            self.write(where, chosen)

    def _where(self, chosen: Wanted) -> Path | None:
        """Ask for the file, or the folder where there are several."""
        name = _("Results {day}").format(day=f"{self._desk.clock():%Y-%m-%d}")
        start = folder_for(_FOLDER)
        if chosen.each != "all" or chosen.format == "csv":
            found = QFileDialog.getExistingDirectory(self._screen, _("Folder for the report"), start)
            if found:
                remember(_FOLDER, found)
            return Path(found) / safe_name(name) if found else None
        title, kind = _FORMATS[chosen.format][0], f".{chosen.format}"
        proposed = str(Path(start) / (name + kind))
        found, _kind = QFileDialog.getSaveFileName(self._screen, _("Export report"), proposed, f"{title} (*{kind})")
        if found:
            remember(_FOLDER, str(Path(found).parent))
        return Path(found) if found else None

    def write(self, path: Path, wanted: Wanted) -> None:
        """Write the report to a file, or reports into a folder."""
        one = wanted.each == "all"
        if one and wanted.format != "csv" and path.suffix.lower() != f".{wanted.format}":
            path = path.with_name(f"{path.name}.{wanted.format}")
        operation = write_report if one else write_reports
        self._work.begin(
            operation,
            wanted.format,
            path,
            *([] if one else [wanted.each]),
            self._desk.clock,
            title=_("Writing the report…"),
            what=path.name,
            done=_written,
            stopped=_("Stopped. Reports that were complete stay."),
            template_file=wanted.template or None,
        )


def _written(written: Path | list[Path]) -> Outcome:
    if isinstance(written, Path):
        return _("Report written."), str(written), "ok"
    words = ngettext("{count} report written.", "{count} reports written.", len(written))
    return words.format(count=len(written)), str(written[0].parent), "ok"
