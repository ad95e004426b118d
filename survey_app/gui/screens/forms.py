"""The office's forms: which are asked, by how many interviews; reading, trying and installing one of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from survey_app import i18n
from survey_app.errors import SurveyAppError
from survey_app.gui import theme
from survey_app.gui.backup import folder_for
from survey_app.gui.desk import Desk
from survey_app.gui.parts import MEDIUM, Banner, Button, Column, EmptyState, Label, Panel, Table
from survey_app.gui.parts.columns import Columns, Head
from survey_app.gui.remembered import remember
from survey_app.gui.screen import Hint, Screen
from survey_app.gui.screens.trial_window import TrialWindow
from survey_app.gui.theme import Type
from survey_app.i18n import N_, _, ngettext
from survey_app.operations.forms import (
    Installed,
    KnownForm,
    ReadForm,
    install_form,
    known_forms,
    leave_out,
    read_form,
)
from survey_app.records import HOUSEHOLD
from survey_app.text import show_number
from survey_app.xforms import FormError
from survey_app.xforms.errors import Fault

LEVEL_WORDS = {
    "household": N_("a household"),
    "village": N_("a village"),
    "commune": N_("a commune"),
    "enterprise": N_("an enterprise"),
    "agency": N_("an agency"),
    "device_support": N_("device support"),
}
"""Whom a form is about."""


@dataclass(frozen=True)
class Noted:
    """A line about the workbook that was chosen.

    Attributes:
        fault: what is wrong or doubtful.
        grave: it keeps the form from being installed.
    """

    fault: Fault
    grave: bool


class FormsScreen(Screen):
    """The forms at the left, the workbook that was chosen at the right."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.known: Sequence[KnownForm] = ()
        self.read_form: ReadForm | None = None
        self._path = Path()
        self._title = Label("", Type.TITLE)
        self._sub = Label("", Type.TABLE, "text2", elide=True, figures=True)
        self.choose_button = Button("", "secondary", icon="folder-open", key="Ctrl+O", height=MEDIUM)
        self.out_button = Button("", "danger", icon="circle-slash", height=MEDIUM)
        self.strip = Banner("ok")
        self.strip.hide()
        self.table: Table[KnownForm] = Table(
            [
                Column(lambda: _("Form"), lambda row: row.stored.title or row.stored.id, 0, "name", least=360),
                Column(lambda: _("Version"), lambda row: row.stored.version, 128, "figures", priority=2),
                Column(lambda: _("About"), lambda row: _(LEVEL_WORDS[row.stored.level]), 110, "text", priority=4),
                Column(lambda: _("Finished"), lambda row: _number(row.finished), 96, "number", priority=3),
                Column(lambda: _("Being filled in"), lambda row: _number(row.open), 110, "number", priority=5),
                Column(lambda: _("Status"), lambda row: row.asked, 190, "chip"),
            ]
        )
        self._head = Label("", Type.PANEL, weight=600)
        self._found = Label("", Type.TABLE, wrap=True, figures=True)
        self.faults: Table[Noted] = Table(
            [
                Column(lambda: _("Where"), _where, 150, "figures"),
                Column(lambda: _("What is wrong"), lambda row: row.fault.message, 0),
            ]
        )
        self._whole = Label("", Type.TABLE, wrap=True, figures=True)
        self.empty = EmptyState()
        self._room = QWidget()
        self.try_button = Button("", "secondary", icon="play", key="Ctrl+T", height=MEDIUM, wide=True)
        self.further_button = Button("", "secondary", icon="plus", key="Ctrl+K", height=MEDIUM, wide=True)
        self.own_button = Button("", "primary", icon="check", key="Ctrl+Enter", height=MEDIUM, wide=True)
        self._build()
        self._connect()
        self.retranslate()

    def _build(self) -> None:
        forms = Panel(pad=1, gap=0)
        forms.column.addWidget(self.table, 1)
        main = QWidget()
        left = QVBoxLayout(main)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(theme.px(10))
        left.addWidget(Head((self._title, self._sub), (self.out_button, self.choose_button)))
        left.addWidget(self.strip)
        left.addWidget(forms, 1)
        side = Panel(pad=(14, 12, 14, 12), gap=10)
        for widget in (self._head, self._found):
            side.column.addWidget(widget)
        side.column.addWidget(self.faults, 1)
        side.column.addWidget(self._whole)
        side.column.addWidget(self.empty, 1)
        side.column.addWidget(self._room, 1)
        for button in (self.try_button, self.further_button, self.own_button):
            side.column.addWidget(button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(theme.px(16), theme.px(14), theme.px(16), theme.px(12))
        whole.addWidget(Columns(main, side, 420, low=560))

    def _connect(self) -> None:
        self.choose_button.clicked.connect(self._choose)
        self.empty.acted.connect(self._choose)
        self.out_button.clicked.connect(self._leave_out)
        self.try_button.clicked.connect(self.try_it)
        self.further_button.clicked.connect(lambda: self._install(own=False))
        self.own_button.clicked.connect(lambda: self._install(own=True))
        self.table.row_changed.connect(self._row_changed)
        self.faults.row_changed.connect(self._fault_changed)
        self.desk.data_changed.connect(self.read)
        QShortcut(QKeySequence("Ctrl+Enter"), self).activated.connect(self.own_button.click)
        QShortcut(QKeySequence("Ctrl+Return"), self).activated.connect(self.own_button.click)

    # words

    def title(self) -> str:
        """Return the screen's name."""
        return _("Forms")

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self._title.setText(_("Forms of the round"))
        self.choose_button.setText(_("Choose a workbook"))
        self.out_button.setText(_("Do not ask it any more"))
        self.try_button.setText(_("Try it"))
        self.further_button.setText(_("Ask it besides"))
        self.own_button.setText(_("Ask it first"))
        self._head.setText(_("A form of your own"))
        self.empty.say(
            _("A form comes as an Excel workbook (XLSForm), with its lists and pictures in the same folder."),
            _("It is checked and can be tried before anything is installed."),
            _("Choose a workbook"),
        )
        self.table.setAccessibleName(_("Forms of the round"))
        self.faults.setAccessibleName(_("What is wrong with the workbook"))
        for table in (self.table, self.faults):
            table.retranslate()
        self._say_found(())
        self.show_known(self.known)

    def hints(self) -> list[Hint]:
        """Return the shortcuts."""
        found = [Hint(("Ctrl+O",), _("Choose a workbook"))]
        if self.read_form is not None:
            found += [Hint(("Ctrl+T",), _("Try it")), Hint(("Ctrl+Enter",), self.own_button.text())]
        return [*found, Hint(("Esc",), _("Back")), Hint(("F1",), _("Help"))]

    def help_text(self) -> str:
        """Explain versions and what reaches the laptops."""
        return _(
            "The form that is asked first is the round's own: how far a household is and the indicators follow from "
            "it. Further forms are asked besides; they stand on the household's screen.\n\n"
            "Choose a workbook: every fault is listed with its sheet, row and column. Try it opens an interview of an "
            "invented household in a store of its own; nothing of it is kept.\n\n"
            "A new version takes the place of the older one for new interviews. Interviews that are open go on with "
            "the version they were begun with, and finished forms stay readable. After every change of the workbook "
            "write another version into its sheet “settings”.\n\n"
            "Laptops get the form with their enrolment file, or with the household list that you write for them "
            "(Household list, Who goes where)."
        )

    # data

    def refresh(self, **arguments: object) -> None:
        """Read the forms; ``file=PATH`` reads a workbook at once."""
        self.strip.hide()
        self.read()
        file = arguments.get("file")
        if isinstance(file, Path):
            self.open_file(file)

    def first_focus(self) -> QWidget:
        """Return the forms."""
        return self.table

    def read(self) -> None:
        """Read the forms again."""
        if self.desk.lane.is_open:
            self.desk.run(known_forms, done=self.show_known)

    def show_known(self, known: Sequence[KnownForm]) -> None:
        """Show what was read."""
        self.known = known
        asked = sum(form.asked != "kept" for form in known)
        words = ngettext("{count} form is asked", "{count} forms are asked", asked)
        self._sub.setText(words.format(count=_number(asked)))
        self.table.set_rows(known, key=lambda row: (row.stored.id, row.stored.version))
        if known and self.table.current_row() is None:
            self.table.select(0)
        self._row_changed(self.table.current_row())
        self._name_buttons()

    def _row_changed(self, row: KnownForm | None) -> None:
        self.out_button.setEnabled(row is not None and row.asked == "further")

    # the workbook

    def _choose(self) -> None:
        path, _kind = QFileDialog.getOpenFileName(
            self,
            _("Choose a workbook"),
            folder_for("form-folder"),
            _("Forms ({kinds})").format(kinds="*.xlsx *.xls *.csv *.md *.xml"),
        )
        if path:
            remember("form-folder", str(Path(path).parent))
            self.open_file(Path(path))

    def open_file(self, path: Path) -> None:
        """Read a workbook and list what is wrong with it."""
        self._path = path
        self.strip.hide()
        self.desk.apart(read_form, path, done=self._read_done, failed=self._read_failed)

    def _read_done(self, read: ReadForm) -> None:
        self.read_form = read
        self._say_found([Noted(warning, grave=False) for warning in read.warnings])

    def _read_failed(self, error: BaseException) -> None:
        self.read_form = None
        self._say_found([Noted(fault, grave=True) for fault in error.faults] if isinstance(error, FormError) else ())
        if not isinstance(error, FormError):
            self._failed(error)

    def _say_found(self, noted: Sequence[Noted]) -> None:
        read = self.read_form
        grave = sum(one.grave for one in noted)
        if read is not None:
            asked = sum(1 for question in read.form.questions.values() if question.control)
            words = ngettext("{count} question", "{count} questions", asked).format(count=_number(asked))
            about = _("about: {level}").format(level=_(LEVEL_WORDS[read.stored.level]))
            files = ngettext("{count} file", "{count} files", len(read.stored.files)).format(
                count=_number(len(read.stored.files))
            )
            found = f"{read.stored.title}\n{_('Version')} {read.stored.version} · {words} · {about} · {files}"
            doubts = ngettext("{count} thing to look at", "{count} things to look at", len(noted))
            self._found.setText(f"{found}\n{doubts.format(count=_number(len(noted))) if noted else _('No fault.')}")
        elif grave:
            words = ngettext(
                "{file}: {count} fault. Mend it in the workbook, then choose it again.",
                "{file}: {count} faults. Mend them in the workbook, then choose it again.",
                grave,
            )
            self._found.setText(words.format(file=self._path.name, count=_number(grave)))
        else:
            self._found.setText("")
        self._found.setVisible(bool(self._found.text()))
        self.faults.set_rows(noted)
        self.faults.setVisible(bool(noted))
        self._whole.setVisible(bool(noted))
        self.empty.setVisible(read is None and not noted)
        self._room.setVisible(read is not None and not noted)
        if noted:
            self.faults.select(0)
        self._name_buttons()
        self.hints_changed.emit()

    def _fault_changed(self, row: Noted | None) -> None:
        said = (row.fault.place, row.fault.message, row.fault.expression) if row is not None else ()
        self._whole.setText("\n".join(part for part in said if part))

    def _name_buttons(self) -> None:
        """Say on the buttons what installing does to the forms that are asked now."""
        read = self.read_form
        own = next((known.stored for known in self.known if known.asked == "own"), None)
        same = read is not None and own is not None and own.id == read.stored.id
        for button in (self.try_button, self.further_button, self.own_button):
            button.setVisible(read is not None)
        if read is None:
            return
        further = any(known.asked == "further" and known.stored.id == read.stored.id for known in self.known)
        self.own_button.setText(_("Install the new version") if same else _("Ask it first"))
        self.own_button.setVisible(read.stored.level == HOUSEHOLD)
        self.further_button.setVisible(not same)
        self.further_button.setText(_("Install the new version") if further else _("Ask it besides"))

    def try_it(self) -> None:
        """Open the trial."""
        if self.read_form is not None:
            now = self.desk.store.round()
            trial = TrialWindow(self.read_form, self.desk.clock, now.modules if now is not None else (), self)
            trial.exec()
            trial.deleteLater()

    def _install(self, *, own: bool) -> None:
        if self.read_form is not None:
            self.desk.write(install_form, self.read_form, own=own, done=self._installed, failed=self._failed)

    def _installed(self, done: Installed) -> None:
        self.read_form = None
        self._say_found(())
        words = _("{title}, version {version}, is asked from now on.")
        title = words.format(title=done.stored.title, version=done.stored.version)
        text = _("Write the lists for the laptops anew, so that they get it.")
        if done.drafts:
            open_now = ngettext(
                "{count} open interview goes on with the older version.",
                "{count} open interviews go on with the older version.",
                done.drafts,
            )
            text = f"{open_now.format(count=_number(done.drafts))} {text}"
        self.strip.say(title, text, kind="ok")
        self.strip.show()
        self.table.setFocus()

    def _leave_out(self) -> None:
        row = self.table.current_row()
        if row is not None:
            self.desk.write(leave_out, row.stored.id, done=lambda _none: self._left_out(row), failed=self._failed)

    def _left_out(self, row: KnownForm) -> None:
        words = _("{title} is not asked any more. Its answers stay and can be read.")
        self.strip.say(words.format(title=row.stored.title), kind="ok")
        self.strip.show()

    def _failed(self, error: BaseException) -> None:
        if not isinstance(error, SurveyAppError):
            self.desk.problem.emit(error)
            return
        self.strip.say_error(error)
        self.strip.show()


def _where(row: Noted) -> str:
    place = row.fault
    parts = (place.sheet, str(place.row) if place.row else "", place.column)
    return " · ".join(part for part in parts if part) or "–"


def _number(count: int) -> str:
    return show_number(count, 0, i18n.language())
