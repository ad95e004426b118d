"""Enrolling a laptop: its name, its enumerator, its villages; then the code to be told apart from the file."""

from __future__ import annotations

import itertools
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from survey_app import i18n
from survey_app.gui.backup import folder_for
from survey_app.gui.desk import Desk
from survey_app.gui.parts import LARGE, MEDIUM, Banner, Button, Field, Figures, Label, Panel, Scrolled
from survey_app.gui.parts.rows import clear_rows
from survey_app.gui.remembered import remember
from survey_app.gui.screens.laptops_facts import LaptopsFacts, add_village, enrol
from survey_app.gui.theme import Type
from survey_app.i18n import _
from survey_app.operations.enrolment import Enrolled
from survey_app.records import Enumerator, Place
from survey_app.text import fold, show_number


class EnrolForm(Panel):
    """The panel at the right of the laptops."""

    changed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(pad=(18, 14, 18, 16), gap=10, parent=parent)
        self._desk = desk
        self._facts: LaptopsFacts | None = None
        self._title = Label("", Type.PANEL, weight=600)
        self.name = Field()
        self.people = QComboBox()
        self.people.setEditable(True)
        self.people.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.person = Field("", edit=self.people)
        self._villages_label = Label("", Type.TABLE, weight=600)
        self._body = QWidget()
        self._boxes = QVBoxLayout(self._body)
        self._boxes.setContentsMargins(0, 0, 0, 0)
        self._boxes.setSpacing(0)
        self.boxes: dict[str, QCheckBox] = {}
        self.village = Field()
        self.village_button = Button("", "secondary", icon="plus", height=LARGE)
        self.village.row.addWidget(self.village_button)
        self.strip = Banner("err", stacked=True)
        self.strip.hide()
        self.do_button = Button("", "primary", icon="file-output", height=LARGE, wide=True)
        self._code_panel = self._build_code()
        for widget in (self._title, self.name, self.person, self._villages_label):
            self.column.addWidget(widget)
        self.column.addWidget(Scrolled(self._body), 1)
        for below in (self.village, self.strip, self._code_panel, self.do_button):
            self.column.addWidget(below)
        self.village_button.clicked.connect(self._add_village)
        self.village.entered.connect(self._add_village)
        self.do_button.clicked.connect(self._choose_file)
        QShortcut(QKeySequence("Ctrl+Return"), self).activated.connect(self.do_button.click)

    def _build_code(self) -> Panel:
        panel = Panel(fill="ok_soft", edge="", pad=14, gap=4, radius=6)
        self._code_title = Label("", Type.BODY, "ok", weight=600, wrap=True)
        self.code = Figures("", Type.GREETING, weight=700)
        self.code.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._code_words = Label("", Type.TABLE, "text", wrap=True)
        self.next_button = Button("", "secondary", icon="plus", height=MEDIUM)
        self.next_button.clicked.connect(self._another)
        row = QHBoxLayout()
        row.addWidget(self.next_button)
        row.addStretch()
        for widget in (self._code_title, self.code, self._code_words):
            panel.column.addWidget(widget)
        panel.column.addLayout(row)
        panel.hide()
        return panel

    # words

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self._title.setText(_("Enrol a laptop"))
        self.name.say(_("Name of the laptop"), _("for example Laptop 05"))
        self.person.say(_("Enumerator"), _("choose, or type a new name"))
        self._villages_label.setText(_("Villages"))
        self.village.say(_("Add a village"), "")
        self.village_button.setText(_("Add"))
        self.do_button.setText(_("Make the enrolment file"))
        self.next_button.setText(_("Enrol another laptop"))
        self._code_words.setText(_("Tell this code by telephone or on paper, never together with the file."))

    # data

    def show_facts(self, facts: LaptopsFacts) -> None:
        """Offer people and villages; what was chosen stays."""
        self._facts = facts
        typed = self.people.currentText()
        self.people.clear()
        for person in facts.people:
            self.people.addItem(person.name, person)
        self.people.setCurrentText(typed)
        off = {code for code, box in self.boxes.items() if not box.isChecked()}
        clear_rows(self._boxes)
        self.boxes.clear()
        for place, count in facts.villages:
            number = show_number(count, 0, i18n.language())
            box = QCheckBox(f"{place.name} ({number})")
            box.setChecked(place.code not in off)
            self.boxes[place.code] = box
            self._boxes.addWidget(box)
        self._boxes.addStretch()
        steps = [self.people, *self.boxes.values(), self.village.edit]
        for before, after in itertools.pairwise(steps):
            QWidget.setTabOrder(before, after)
        self.do_button.setEnabled(bool(facts.villages))

    # deeds

    def _add_village(self) -> None:
        name = self.village.text()
        if not name.strip():
            self.village.set_fault(_("Type the village's name."))
            return
        self._desk.write(add_village, name, done=self._village_added)

    def _village_added(self, place: Place | None) -> None:
        if place is None:
            self.village.set_fault(_("This village is on the list already."))
        else:
            self.village.set_text("")
        self.changed.emit()

    def _person(self) -> Enumerator | str:
        typed = self.people.currentText().strip()
        known = self._facts.people if self._facts else ()
        return next((person for person in known if fold(person.name) == fold(typed)), typed)

    def _choose_file(self) -> None:
        if not self.name.text().strip():
            self.name.set_fault(_("Give the laptop a name."))
            self.name.edit.setFocus()
            return
        if not self._person():
            self.person.set_fault(_("Choose who will use it, or type a new name."))
            self.people.setFocus()
            return
        self.person.set_fault("")
        stem = "-".join(fold(self.name.text()).split()) or "laptop"
        path, _kind = QFileDialog.getSaveFileName(
            self,
            _("Where should the enrolment file go?"),
            str(Path(folder_for("enrolment-out")) / f"{stem}.enrolment"),
            _("Enrolment files (*.enrolment)"),
        )
        if path:
            remember("enrolment-out", str(Path(path).parent))
            self.write(Path(path))

    def write(self, file: Path) -> None:
        """Write the enrolment file."""
        chosen = [code for code, box in self.boxes.items() if box.isChecked()]
        villages = [] if len(chosen) == len(self.boxes) else chosen
        self.strip.hide()
        self.do_button.setEnabled(False)
        self._desk.write(
            enrol,
            self.name.text().strip(),
            self._person(),
            villages,
            file.with_suffix(".enrolment"),
            self._desk.clock,
            done=self._enrolled,
            failed=self._failed,
        )

    def _enrolled(self, enrolled: Enrolled) -> None:
        self.do_button.setEnabled(True)
        self.do_button.hide()
        self._code_title.setText(
            _("{laptop}: the file {file} is ready").format(laptop=enrolled.device.name, file=enrolled.path.name)
        )
        self.code.setText(enrolled.code)
        self._code_panel.show()
        self.next_button.setFocus()

    def _failed(self, error: BaseException) -> None:
        self.do_button.setEnabled(True)
        self.strip.say_error(error)

    def _another(self) -> None:
        self._code_panel.hide()
        self.code.setText("")
        self.do_button.show()
        self.name.set_text("")
        self.people.setCurrentText("")
        self.name.edit.setFocus()
