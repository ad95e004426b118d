"""One rule of a programme of device support: its fields, shown as far as its kind has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QPlainTextEdit, QVBoxLayout, QWidget

from survey_app.gui import theme
from survey_app.gui.parts import Field
from survey_app.gui.parts.columns import beside
from survey_app.i18n import N_, _
from survey_app.indicators import TableFault
from survey_app.support.programme import KINDS

_WORDS = {
    "programme": N_("Programme"),
    "device": N_("Device"),
    "group": N_("Target group"),
    "condition": N_("Condition"),
    "first": N_("First among equals"),
    "switch_off": N_("2G switch-off"),
}
_WITH_NUMBER = {"programme", "device", "first"}
_WITH_WHEN = {"group", "condition", "first", "switch_off"}
_QUESTION_LABEL_LENGTH = 60
_CODE_SIGNS = "a–z 0–9 - _"


@dataclass(frozen=True)
class RuleRow:
    """A row of the table.

    Attributes:
        number: the number the spreadsheet shows.
        cells: text by column; changed while the person types.
    """

    number: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


def kind_word(kind: str) -> str:
    """Return what a kind of rule is called."""
    return _(_WORDS[kind]) if kind in _WORDS else kind or "–"


class RowForm(QWidget):
    """The fields of a row; what is typed stands in the row at once."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.row: RuleRow | None = None
        self.kind_box, self.device_box, self.question_box = QComboBox(), QComboBox(), QComboBox()
        self.kind, self.device = Field(edit=self.kind_box), Field(edit=self.device_box)
        self.question = Field(edit=self.question_box)
        self.when_edit = QPlainTextEdit()
        self.code, self.number, self.when = Field(figures=True), Field(figures=True), Field(edit=self.when_edit)
        self.name_vi, self.name_en = Field(), Field()
        self._fields = {
            "row": self.kind, "code": self.code, "name_vi": self.name_vi, "name_en": self.name_en,
            "device": self.device, "number": self.number, "when": self.when,
        }  # fmt: skip
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        column.addLayout(beside(self.kind, self.code))
        for field in (self.name_vi, self.name_en, self.device, self.number, self.when, self.question):
            column.addWidget(field)
        for box in (self.kind_box, self.device_box, self.question_box):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.when_edit.setTabChangesFocus(True)
        self.when_edit.setFixedHeight(theme.px(92))
        self.when_edit.textChanged.connect(lambda: self._set("when", " ".join(self.when.text().split())))
        for name in ("code", "name_vi", "name_en", "number"):
            self._fields[name].changed.connect(lambda text, name=name: self._set(name, text))
        self.kind_box.activated.connect(lambda _n: self._set("row", str(self.kind_box.currentData())))
        self.device_box.activated.connect(lambda _n: self._set("device", str(self.device_box.currentData())))
        self.question_box.activated.connect(self._insert)

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        with QSignalBlocker(self.kind_box):
            at = max(0, self.kind_box.currentIndex())
            self.kind_box.clear()
            for kind in KINDS:
                self.kind_box.addItem(kind_word(kind), kind)
            self.kind_box.setCurrentIndex(at)
        self.kind.say(_("Kind of rule"))
        self.code.say(_("Code"), _CODE_SIGNS)
        self.name_vi.say(_("Name in Vietnamese"), _("stands on the papers"))
        self.name_en.say(_("Name in English"))
        self.device.say(_("For which device"))
        self.when.say(_("Holds when"), _("as in the form"))
        self.question.say(_("Put in a question"))
        self._say_number()

    def _say_number(self) -> None:
        kind = self.row["row"] if self.row is not None else ""
        if kind == "first":
            self.number.say(_("Order"), _("1 or blank: the larger first; -1: the smaller"))
        elif kind == "device":
            self.number.say(_("How many there are"), _("blank for no limit"))
        else:
            self.number.say(_("How many households in all"), _("blank for no limit"))

    def show_questions(self, questions: Sequence[tuple[str, str]]) -> None:
        """Offer the questions of the form: name and label."""
        self.question_box.clear()
        self.question_box.addItem("", "")
        for name, label in questions:
            words = label if len(label) <= _QUESTION_LABEL_LENGTH else f"{label[:_QUESTION_LABEL_LENGTH]}…"
            self.question_box.addItem(f"{name} – {words}" if words else name, name)

    def show_devices(self, devices: Sequence[tuple[str, str]]) -> None:
        """Offer the devices of the table: code and name."""
        self.device_box.clear()
        self.device_box.addItem(_("All devices"), "")
        for code, name in devices:
            self.device_box.addItem(name or code, code)

    def first(self) -> QWidget:
        """Return what is entered first."""
        return self.kind_box

    def show_row(self, row: RuleRow, faults: Sequence[TableFault]) -> None:
        """Show a row and what is wrong with it."""
        self.row = row
        with QSignalBlocker(self.kind_box), QSignalBlocker(self.device_box), QSignalBlocker(self.question_box):
            self.kind_box.setCurrentIndex(self.kind_box.findData(row["row"]))
            if row["device"] and self.device_box.findData(row["device"]) < 0:
                self.device_box.addItem(row["device"], row["device"])
            self.device_box.setCurrentIndex(max(0, self.device_box.findData(row["device"])))
            self.question_box.setCurrentIndex(0)
        for name in ("code", "name_vi", "name_en", "number", "when"):
            field = self._fields[name]
            with QSignalBlocker(field), QSignalBlocker(field.edit):
                field.set_text(row[name])
        self._arrange()
        said: Mapping[str, list[str]] = {name: [f.message for f in faults if f.column == name] for name in self._fields}
        for name, field in self._fields.items():
            field.set_fault(" ".join(said[name]))
            if said[name]:
                field.show()

    def first_fault(self) -> QWidget:
        """Return the first field that has a fault."""
        return next((field for field in self._fields.values() if field.fault), self.kind).edit

    def _arrange(self) -> None:
        row = self.row
        if row is None:
            return
        kind = row["row"]
        self.device.setVisible(kind == "condition" or bool(row["device"]))
        self.number.setVisible(kind in _WITH_NUMBER or bool(row["number"]))
        self.when.setVisible(kind in _WITH_WHEN or bool(row["when"]))
        self.question.setVisible(kind in _WITH_WHEN)
        self._say_number()

    def _set(self, column: str, text: str) -> None:
        if self.row is not None and self.row[column] != text:
            self.row.cells[column] = text
            self._fields[column].set_fault("")
            if column == "row":
                self._arrange()
            self.changed.emit()

    def _insert(self, _number: int) -> None:
        name = str(self.question_box.currentData() or "")
        if name:
            self.when_edit.insertPlainText(f"${{{name}}}")
            self.when_edit.setFocus()
        self.question_box.setCurrentIndex(0)
