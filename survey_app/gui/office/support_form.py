"""What is asked before a deed of device support is noted: reason, decision, or handover."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QWidget

from survey_app.gui.backup import folder_for
from survey_app.gui.parts import MEDIUM, Button, Field, Label, Panel
from survey_app.gui.parts.columns import beside
from survey_app.gui.remembered import remember
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

_FOLDER = "sheets-folder"
CASH = "cash"
_FORMS = ("device_service", "device", CASH)


@dataclass(frozen=True)
class Given:
    """What was entered; what a deed does not ask for is blank.

    Attributes:
        deed: what is to be done.
        reason: why, of a return or an exception.
        decision: number of the decision.
        day: date of the decision, or of the delivery.
        all: of an approval: everything that others proposed.
        receiver: number of the member who received.
        form: in what form support was given, one of ``delivery.FORMS``.
        network: what the device works on, ``"4g"`` or ``"5g"``.
        serial: serial number or IMEI.
        sheet: picture of the signed sheet, None when it is kept on paper.
        device: code of the device a household is to get by exception.
    """

    deed: Deed
    reason: str = ""
    decision: str = ""
    day: str = ""
    all: bool = False
    receiver: str = ""
    form: str = ""
    network: str = ""
    serial: str = ""
    sheet: Path | None = None
    device: str = ""


class DeedForm(Panel):
    """The fields of one deed."""

    given = Signal(object)
    left = Signal()

    def __init__(self) -> None:
        super().__init__(pad=(14, 12, 14, 12), gap=8)
        self.deed: Deed = "back"
        self.sheet: Path | None = None
        self._about = ""
        self._title = Label("", Type.PANEL, weight=600, wrap=True, figures=True)
        self._words = Label("", Type.TABLE, "text2", wrap=True, figures=True)
        self.reason, self.decision, self.receiver = Field(), Field(), Field(figures=True)
        self.day, self.serial = Field(figures=True), Field(figures=True)
        self.form_box, self.network_box, self.device_box = QComboBox(), QComboBox(), QComboBox()
        self.form, self.network = Field(edit=self.form_box), Field(edit=self.network_box)
        self.device = Field(edit=self.device_box)
        for network in ("4g", "5g"):
            self.network_box.addItem(network.upper(), network)
        self.all = QCheckBox()
        self.sheet_button = Button("", "secondary", icon="folder-open", height=MEDIUM, wide=True)
        self._sheet = Label("", Type.CAPTION, "text2", wrap=True)
        self.give_button = Button("", "primary", icon="check", key="Ctrl+Enter", shortcut="", wide=True)
        self.leave_button = Button("", "secondary", icon="x", key="Esc", shortcut="", wide=True)
        self._asked: dict[Deed, tuple[QWidget, ...]] = {
            "propose": (),
            "approve": (self.decision, self.day, self.all),
            "deliver": (self.form, self.receiver, self.network, self.serial, self.day, self.sheet_button, self._sheet),
            "back": (self.reason,),
            "put_in": (self.reason, self.device),
            "leave_out": (self.reason,),
        }
        self.column.addWidget(self._title)
        self.column.addWidget(self._words)
        for field in (self.reason, self.decision, self.form):
            self.column.addWidget(field)
        self.column.addLayout(beside(self.receiver, self.day))
        self.column.addLayout(beside(self.network, self.serial))
        for part in (self.device, self.all, self.sheet_button, self._sheet):
            self.column.addWidget(part)
        self.column.addStretch()
        for button in (self.give_button, self.leave_button):
            self.column.addWidget(button)
        self.form_box.currentIndexChanged.connect(lambda _n: self._arrange())
        self.sheet_button.clicked.connect(self._choose_sheet)
        self.give_button.clicked.connect(self.give)
        self.leave_button.clicked.connect(self.left.emit)

    def begin(self, deed: Deed, about: str, today: str, devices: Sequence[tuple[str, str]]) -> None:
        """Ask for what a deed needs.

        Args:
            deed: what is to be done.
            about: the household and its device, in words.
            today: the day of today, as people write it.
            devices: code and name of what the programme gives, for an exception.
        """
        self.deed, self._about, self.sheet = deed, about, None
        self.form_box.setCurrentIndex(0)
        for field in (self.reason, self.decision, self.serial):
            field.set_text("")
        self.receiver.set_text("1")
        self.day.set_text(today)
        self.network_box.setCurrentIndex(0)
        self.device_box.clear()
        for code, name in devices:
            self.device_box.addItem(name, code)
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
        self._words.setText(self._about)
        self.reason.say(_("Reason"), _("in a few words"))
        self.decision.say(_("Number of the decision"), _("for example 112/QĐ-UBND"))
        self.receiver.say(_("Member who signed"), _("0: another"))
        self.serial.say(_("Serial, IMEI"), _("last 4 signs"))
        is_decision = self.deed == "approve"
        self.day.say(_("Date of the decision") if is_decision else _("Day of the delivery"), _("day/month/year"))
        self.form.say(_("What was given"))
        self._say_forms((_("Device with a mobile service package"), _("Device only"), _("Money")))
        self.network.say(_("It works on"))
        self.device.say(_("Device it is to get"))
        self.all.setText(_("All that others have proposed"))
        self.sheet_button.setText(_("Picture of the signed sheet…"))
        self.give_button.setText(_("Note it"))
        self.leave_button.setText(_("Cancel"))
        self._arrange()

    def _say_forms(self, words: Sequence[str]) -> None:
        at = max(0, self.form_box.currentIndex())
        with QSignalBlocker(self.form_box):
            self.form_box.clear()
            for form, word in zip(_FORMS, words, strict=True):
                self.form_box.addItem(word, form)
            self.form_box.setCurrentIndex(at)

    def _arrange(self) -> None:
        """Show what this deed asks for; money has no network and no serial number."""
        asked = set(self._asked[self.deed])
        if self.form_box.currentData() == CASH:
            asked -= {self.network, self.serial}
        for part in {part for parts in self._asked.values() for part in parts}:
            part.setVisible(part in asked)
        self._sheet.setText(self.sheet.name if self.sheet else _("None chosen: the signed sheet is kept on paper."))

    def first(self) -> QWidget:
        """Return what is typed first."""
        fields: dict[Deed, Field] = {"approve": self.decision, "deliver": self.receiver}
        return fields.get(self.deed, self.reason).edit

    def _choose_sheet(self) -> None:
        kinds = "*.png *.jpg *.jpeg *.pdf"
        name, _kind = QFileDialog.getOpenFileName(self, self.sheet_button.text(), folder_for(_FOLDER), kinds)
        if name:
            remember(_FOLDER, str(Path(name).parent))
            self.take_sheet(Path(name))

    def take_sheet(self, path: Path) -> None:
        """Take a picture of the signed sheet."""
        self.sheet = path
        self._arrange()

    def give(self) -> None:
        """Hand on what was entered."""
        asked = self._asked[self.deed]

        def text(field: Field) -> str:
            return field.text() if field in asked else ""

        self.given.emit(
            Given(
                self.deed, text(self.reason), text(self.decision), text(self.day), self.all.isChecked(),
                text(self.receiver), str(self.form_box.currentData()), str(self.network_box.currentData()),
                text(self.serial), self.sheet, str(self.device_box.currentData() or "") if self.device in asked else "",
            )
        )  # fmt: skip
