"""A household found in the field: an inline form above the list."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from survey_app.errors import SurveyAppError
from survey_app.gui import theme
from survey_app.gui.desk import Desk
from survey_app.gui.parts import MEDIUM, Banner, Button, Edit, Field, Label, Panel
from survey_app.gui.theme import Type
from survey_app.i18n import _
from survey_app.operations.worklist import add_household
from survey_app.records import Household, Place


class AddHousehold(Panel):
    """Village, head, address, telephone, people."""

    added = Signal(object)
    closed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(edge="primary", edge_width=2, pad=(16, 12, 16, 14), gap=10, parent=parent)
        self._desk = desk
        self._title = Label("", Type.PANEL, weight=600)
        self.village_box = QComboBox()
        self.village = Field("", edit=self.village_box)
        self.head = Field()
        self.address = Field()
        self.phone = Field(figures=True)
        self.people = Field(figures=True)
        self.people.setFixedWidth(theme.px(96))
        if isinstance(self.people.edit, Edit):
            self.people.edit.setValidator(QIntValidator(0, 99, self))
        self.strip = Banner("err")
        self.strip.hide()
        self.save_button = Button("", "primary", icon="check", height=MEDIUM)
        self.close_button = Button("", "secondary", height=MEDIUM)
        self.save_button.clicked.connect(self._save)
        self.close_button.clicked.connect(self.closed)
        fields = QHBoxLayout()
        fields.setSpacing(theme.px(12))
        for field, stretch in ((self.village, 3), (self.head, 4), (self.address, 3), (self.phone, 2), (self.people, 0)):
            fields.addWidget(field, stretch)
            field.entered.connect(self._save)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.px(8))
        buttons.addWidget(self._title)
        buttons.addStretch()
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.save_button)
        self.column.addLayout(buttons)
        self.column.addLayout(fields)
        self.column.addWidget(self.strip)

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self._title.setText(_("A household that is not on the list"))
        self.village.say(_("Village"), "")
        self.head.say(_("Head of household"), "")
        self.address.say(_("Hamlet, street, house number"), "")
        self.phone.say(_("Telephone"), "")
        self.people.say(_("People"), "")
        self.save_button.setText(_("Add to the list"))
        self.close_button.setText(_("Cancel"))

    def show_villages(self, villages: Sequence[Place], here: str) -> None:
        """Offer the villages; ``here`` is chosen."""
        if not self.isHidden():
            return
        self.village_box.clear()
        for place in villages:
            self.village_box.addItem(place.name, place.code)
        self.village_box.setCurrentIndex(max(0, self.village_box.findData(here)))

    def begin(self) -> None:
        """Show the form, empty, with the cursor in the name."""
        for field in (self.head, self.address, self.phone, self.people):
            field.set_text("")
            field.set_fault("")
        self.strip.hide()
        self.show()
        self.head.edit.setFocus()

    def _save(self) -> None:
        if not self.head.text().strip():
            self.head.set_fault(_("Type the name first."))
            self.head.edit.setFocus()
            return
        self.save_button.setEnabled(False)
        self._desk.write(
            add_household,
            str(self.village_box.currentData() or ""),
            self.head.text(),
            address=self.address.text(),
            phone=self.phone.text(),
            size=int(self.people.text() or 0),
            assigned_to=self._desk.person.id,
            done=self._done,
            failed=self._failed,
        )

    def _done(self, household: Household) -> None:
        self.save_button.setEnabled(True)
        self.added.emit(household)

    def _failed(self, error: BaseException) -> None:
        self.save_button.setEnabled(True)
        if isinstance(error, SurveyAppError):
            self.strip.say_error(error)
        else:
            self._desk.problem.emit(error)
