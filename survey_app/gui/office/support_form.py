"""What is asked before a deed of device support is noted: reason, decision, or handover."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from survey_app.gui.parts import Button, Field, Label, Panel, Segmented
from survey_app.gui.theme import Type
from survey_app.i18n import _

Deed = Literal["propose", "approve", "deliver", "back", "put_in", "leave_out"]

DEEDS: tuple[tuple[Deed, str, str], ...] = (
    ("propose", "check", "1"),
    ("approve", "file-check", "2"),
    ("deliver", "package-check", "3"),
    ("back", "undo-2", "4"),
    ("put_in", "plus", "5"),
    ("leave_out", "circle-slash", "6"),
)
"""What can be done about a household: icon and key."""


@dataclass(frozen=True)
class Given:
    """What was entered.

    Attributes:
        deed: what is to be done.
        first: number of the decision, number of the member who received, or reason.
        second: date of the decision, or serial number.
        network: of a delivery, ``"4g"`` or ``"5g"``.
        all: of an approval: everything that is proposed.
    """

    deed: Deed
    first: str
    second: str
    network: str
    all: bool


class DeedForm(Panel):
    """The fields of one deed."""

    given = Signal(object)
    left = Signal()

    def __init__(self) -> None:
        super().__init__(pad=(14, 12, 14, 12), gap=8)
        self.deed: Deed = "back"
        self._who = self._device = ""
        self._title = Label("", Type.PANEL, weight=600, wrap=True, figures=True)
        self._words = Label("", Type.TABLE, "text2", wrap=True, figures=True)
        self.one = Field()
        self.two = Field()
        self.network = Segmented([("4g", "4G"), ("5g", "5G")], "4g", height=32)
        self.all = QCheckBox()
        self.give_button = Button("", "primary", icon="check", key="Ctrl+Enter", shortcut="", wide=True)
        self.leave_button = Button("", "secondary", icon="x", key="Esc", shortcut="", wide=True)
        for part in (self._title, self._words, self.one, self.two, self.network, self.all):
            self.column.addWidget(part)
        self.column.addStretch()
        for button in (self.give_button, self.leave_button):
            self.column.addWidget(button)
        self.give_button.clicked.connect(self.give)
        self.leave_button.clicked.connect(self.left.emit)

    def begin(self, deed: Deed, household: str, device: str) -> None:
        """Ask for what a deed needs."""
        self.deed, self._who, self._device = deed, household, device
        self.one.set_text("1" if deed == "deliver" else "")
        self.two.set_text("")
        self.all.setChecked(deed == "approve")
        self.retranslate()

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        titles: dict[Deed, str] = {
            "propose": _("Propose"),
            "approve": _("Note the decision that approves"),
            "deliver": _("Note the delivery"),
            "back": _("Note a return or a withdrawal"),
            "put_in": _("Put on the list as an exception"),
            "leave_out": _("Leave out as an exception"),
        }
        self._title.setText(titles[self.deed])
        self._words.setText(" · ".join(part for part in (self._who, self._device) if part))
        if self.deed == "approve":
            self.one.say(_("Number of the decision"), _("for example 112/QĐ-UBND"))
            self.two.say(_("Date of the decision"), _("day/month/year"))
        elif self.deed == "deliver":
            self.one.say(_("Member who signed (number on the form)"), _("0 for somebody else"))
            self.two.say(_("Serial number or IMEI"), _("last 4 signs"))
        else:
            self.one.say(_("Reason"), _("in a few words"))
        self.two.setVisible(self.deed in {"approve", "deliver"})
        self.network.setVisible(self.deed == "deliver")
        self.network.say({"4g": "4G", "5g": "5G"}, _("What the device works on"))
        self.all.setVisible(self.deed == "approve")
        self.all.setText(_("All that are proposed"))
        self.give_button.setText(_("Note it"))
        self.leave_button.setText(_("Cancel"))

    def first(self) -> QWidget:
        """Return what is typed first."""
        return self.one.edit

    def give(self) -> None:
        """Hand on what was entered."""
        self.given.emit(Given(self.deed, self.one.text(), self.two.text(), self.network.value(), self.all.isChecked()))
