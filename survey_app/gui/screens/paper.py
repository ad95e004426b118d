"""Paper for the day the battery is flat: print the questionnaire, and type in what was written on it."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QWidget

from survey_app.gui import theme
from survey_app.gui.backup import folder_for
from survey_app.gui.desk import Desk
from survey_app.gui.parts import LARGE, MEDIUM, Banner, Button, Edit, Field, Label, Panel
from survey_app.gui.remembered import remember
from survey_app.gui.screen import Hint
from survey_app.gui.screens.outside import OutsideScreen, button_row
from survey_app.gui.theme import Type
from survey_app.i18n import _
from survey_app.operations.forms import AskedForm, asked_forms
from survey_app.operations.paper import PaperVisit, print_questionnaire, visit_fault
from survey_app.records import HOUSEHOLD, Enumerator, Household
from survey_app.store import Store
from survey_app.text import read_day, show_date

_FOLDER = "paper-folder"
_TIME = re.compile(r"(\d{1,2})[:hg.](\d{2})?")


def read_time(text: str) -> dt.time | None:
    """Return the time of day written as ``14:30``, ``14h30``, ``14g30`` or ``14h``; ``None`` when it is none."""
    match = _TIME.fullmatch(text.strip().lower())
    try:
        return dt.time(int(match[1]), int(match[2] or 0)) if match else None
    except ValueError:
        return None


def _facts(store: Store, household: str) -> tuple[Household | None, tuple[Enumerator, ...], list[AskedForm]]:
    people = tuple(person for person in store.enumerators() if person.role == "enumerator")
    return (store.household(household) if household else None), people, asked_forms(store, HOUSEHOLD)


class PaperScreen(OutsideScreen):
    """One household's paper: printing it above, typing it in below."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, 720)
        self._household: Household | None = None
        self._people: tuple[Enumerator, ...] = ()
        self.form_box = QComboBox()
        self.form = Field("", edit=self.form_box)
        self.print_title = Label("", Type.PANEL, weight=600)
        self.print_button = Button("", "secondary", icon="file-output", key="Ctrl+P", height=MEDIUM)
        self.blank_button = Button("", "secondary", icon="file-text", height=MEDIUM)
        self.strip = Banner("info", stacked=True)
        self.open_button = self.strip.make_button("", icon="file-text")
        self._printed_file: Path | None = None
        self.entry_title = Label("", Type.PANEL, weight=600)
        self.entry_words = Label("", Type.TABLE, "text2", wrap=True)
        self.day, self.began, self.ended = Field(figures=True), Field(figures=True), Field(figures=True)
        self.person_box = QComboBox()
        self.person = Field("", edit=self.person_box)
        self.back_button = Button("", "quiet", icon="arrow-left", height=LARGE)
        self.enter_button = Button("", "primary", icon="pencil", key="Ctrl+Enter", height=LARGE)
        self._build()
        self._connect()
        self.retranslate()

    def _build(self) -> None:
        self.column.addWidget(self.form)
        printing = Panel(pad=18, gap=10)
        printing.column.addWidget(self.print_title)
        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        for button in (self.print_button, self.blank_button):
            row.addWidget(button)
        row.addStretch()
        printing.column.addLayout(row)
        printing.column.addWidget(self.strip)
        self.strip.hide()
        self._entry = Panel(pad=18, gap=10)
        self._entry.column.addWidget(self.entry_title)
        self._entry.column.addWidget(self.entry_words)
        fields = QHBoxLayout()
        fields.setSpacing(theme.px(12))
        for field, stretch in ((self.day, 3), (self.began, 2), (self.ended, 2), (self.person, 4)):
            fields.addWidget(field, stretch)
        self._entry.column.addLayout(fields)
        self.column.addWidget(printing)
        self.column.addWidget(self._entry)
        self.column.addLayout(button_row(self.back_button, self.enter_button))
        self.end_column()
        self.entry_words.setMinimumWidth(theme.px(200))

    def _connect(self) -> None:
        self.print_button.clicked.connect(lambda: self.choose_file(self._household))
        self.blank_button.clicked.connect(lambda: self.choose_file(None))
        self.enter_button.clicked.connect(self.enter)
        self.open_button.clicked.connect(self.open_printed)
        self.back_button.clicked.connect(lambda: self.desk.go("back"))
        for field in (self.day, self.began, self.ended):
            field.entered.connect(self.enter)
        QShortcut(QKeySequence("Ctrl+Return"), self).activated.connect(self.enter)

    # words

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self.form.say(_("Form"), "")
        self.print_title.setText(_("Print the questionnaire"))
        self.print_button.setText(_("Print for this household"))
        self.blank_button.setText(_("Print a blank one"))
        self.entry_title.setText(_("Type in a filled paper"))
        self.entry_words.setText(
            _(
                "The visit keeps its own date and enumerator; the program also keeps that the answers came from paper "
                "and when they were typed in."
            )
        )
        self.day.say(_("Date of the visit"))
        self.began.say(_("Began at"))
        self.ended.say(_("Ended at"))
        for field, example in ((self.day, "21/11/2026"), (self.began, "14:30"), (self.ended, "15:05")):
            if isinstance(field.edit, Edit):
                field.edit.setPlaceholderText(example)
        self.person.say(_("Enumerator"), "")
        self.open_button.setText(_("Open the file"))
        self.back_button.setText(_("Back"))
        self.enter_button.setText(_("Type in the answers"))
        self._show()

    def _show(self) -> None:
        household = self._household
        name = (
            _("Household {number}, {name}").format(number=f"{household.number:03d}", name=household.head_name)
            if household
            else ""
        )
        self.say(_("Paper questionnaire"), name)
        self.print_button.setVisible(household is not None)
        self._entry.setVisible(household is not None)
        self.enter_button.setVisible(household is not None)

    def hints(self) -> list[Hint]:
        """Return the shortcuts."""
        entry = [Hint(("Ctrl+Enter",), _("Type in the answers"))] if self._household else []
        return [*entry, Hint(("Ctrl+P",), _("Print")), Hint(("Esc",), _("Back")), Hint(("F1",), _("Help"))]

    def first_focus(self) -> QWidget:
        """Return the date of the visit, or the button when no household was chosen."""
        return self.day.edit if self._household is not None else self.blank_button

    # data

    def refresh(self, **arguments: object) -> None:
        """Show the paper of ``household=ID``, ``form=ID``; without a household only a blank form can be printed."""
        self.strip.hide()
        wanted = str(arguments.get("household", "")) or (self._household.id if self._household else "")
        form = str(arguments.get("form", "")) or self.form_id()
        self._household, self._people, forms = self.desk.lane.call(lambda: _facts(self.desk.lane.store, wanted))
        self.form_box.clear()
        for asked in forms:
            self.form_box.addItem(asked.stored.title or asked.stored.id, asked.stored.id)
        self.form_box.setCurrentIndex(max(0, self.form_box.findData(form)))
        self.form.setVisible(len(forms) > 1)
        self.day.set_text(show_date(self.desk.clock().date()))
        self.began.set_text("")
        self.ended.set_text("")
        self.person_box.clear()
        for person in self._people or (self.desk.person,):
            self.person_box.addItem(person.name, person.id)
        self.person_box.setCurrentIndex(max(0, self.person_box.findData(self.desk.person.id)))
        self._show()

    def form_id(self) -> str:
        """Return which form is printed or typed in; the round's own stands first."""
        return str(self.form_box.currentData() or "")

    # deeds

    def choose_file(self, household: Household | None) -> None:
        """Ask where the PDF goes, then write it."""
        number = f"-{household.village_code}-{household.number:03d}" if household else ""
        where = str(Path(folder_for(_FOLDER)) / f"phieu{number}.pdf")
        name, _kind = QFileDialog.getSaveFileName(self, _("Print the questionnaire"), where, "PDF (*.pdf)")
        if name:
            remember(_FOLDER, str(Path(name).parent))
            self.print_to(Path(name), household)

    def print_to(self, path: Path, household: Household | None) -> None:
        """Write the PDF and open it in the program that shows PDFs here."""
        self.desk.run(
            print_questionnaire,
            path.with_suffix(".pdf"),
            household.id if household else "",
            self.form_id(),
            done=self._printed,
            failed=self._failed,
        )

    def _printed(self, path: Path) -> None:
        self._printed_file = path
        self.open_button.show()
        self.open_printed()

    def open_printed(self) -> None:
        """Open the PDF in the program that shows such files here; say so when there is none."""
        if self._printed_file is None:
            return
        opened = QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._printed_file)))
        told = (
            _("Print it on A4, both sides. It is open in the program that shows PDF files here.")
            if opened
            else _("No program on this machine shows PDF files. Take it on a stick to one that prints.")
        )
        self.strip.say(_("Written: {name}").format(name=self._printed_file.name), told, kind="info")
        self.strip.show()

    def _failed(self, error: BaseException) -> None:
        self.open_button.hide()
        self.strip.say_error(error)

    def visit(self) -> PaperVisit | None:
        """Return the visit as typed; ``None`` with the fault at its field when it cannot be."""
        day, began = read_day(self.day.text().strip()), read_time(self.began.text())
        ended = read_time(self.ended.text()) if self.ended.text().strip() else began
        for field, value, words in (
            (self.day, day, _("Write the date as 21/11/2026.")),
            (self.began, began, _("Write the time as 14:30.")),
            (self.ended, ended, _("Write the time as 14:30.")),
        ):
            if value is None:
                field.set_fault(words)
                field.edit.setFocus()
                return None
        assert day is not None
        assert began is not None
        assert ended is not None
        now = self.desk.clock()
        moments = (dt.datetime.combine(day, began, now.tzinfo), dt.datetime.combine(day, ended, now.tzinfo))
        visit = PaperVisit(*moments, str(self.person_box.currentData() or ""))
        fault = visit_fault(visit, now)
        self.day.set_fault(fault)
        return None if fault else visit

    def enter(self) -> None:
        """Open the interview of this household to type the paper in."""
        visit = self.visit() if self._household is not None else None
        if visit is not None and self._household is not None:
            form = self.form_id() if self.form_box.currentIndex() > 0 else ""
            self.desk.go("interview", household=self._household.id, form=form, visit=visit)
