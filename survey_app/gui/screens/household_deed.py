"""The inline form for what is noted at a household: only the fields that the deed needs."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from PySide6.QtCore import QDate, Signal
from PySide6.QtGui import QIntValidator, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from survey_app.gui import theme
from survey_app.gui.parts import (
    MEDIUM,
    Banner,
    Button,
    Column,
    DateEdit,
    Edit,
    Field,
    Label,
    Panel,
    SearchField,
    Table,
)
from survey_app.gui.theme import Type
from survey_app.i18n import N_, _
from survey_app.store import Line

SPLIT, MERGE, VOID, REOPEN = "split", "merge", "void", "reopen"


@dataclass(frozen=True)
class Deed:
    """What can be done at a household besides interviewing.

    Attributes:
        name: an outcome of a visit, or ``SPLIT``, ``MERGE``, ``VOID``, ``REOPEN``.
        key: digit that opens its form.
        icon: name of an icon.
        word: on its button.
        title: above its form.
    """

    name: str
    key: str
    icon: str
    word: str
    title: str


DEEDS = (
    Deed("absent", "1", "house", N_("Nobody home"), N_("Nobody was home")),
    Deed("postponed", "2", "calendar-clock", N_("Make an appointment"), N_("Come back at an agreed time")),
    Deed("refused", "3", "octagon-x", N_("Refused at the door"), N_("The household does not want to take part")),
    Deed("moved", "4", "log-out", N_("Moved away"), N_("The household lives here no more")),
    Deed("not_found", "5", "circle-help", N_("Not found"), N_("The household or its address was not found")),
    Deed(SPLIT, "6", "users", N_("A part moved out"), N_("A part of this household is a household of its own")),
    Deed(MERGE, "7", "equal", N_("Same as another line"), N_("This line and another one are the same household")),
    Deed(VOID, "8", "trash-2", N_("Void the form"), N_("The form of this household shall not count")),
    Deed(REOPEN, "9", "undo-2", N_("Put back on the list"), N_("The household shall be visited again")),
)
_NARROW = 700
"""Design pixels below which fields stand one under the other."""
_WITH_REASON = {MERGE, VOID, REOPEN}
_TIME = re.compile(r"(\d{1,2})(?:[:hg.](\d{2})?)?")


class DeedForm(Panel):
    """Title, fields, save; ``save`` is sent when what is needed has been filled in."""

    save = Signal()
    closed = Signal()
    searched = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(edge="primary", edge_width=2, pad=(16, 12, 16, 14), gap=10, parent=parent)
        self.deed = DEEDS[0]
        self._title = Label("", Type.PANEL, weight=600, wrap=True)
        self._what = Label("", Type.TABLE, "text2", wrap=True)
        self.day = Field("", edit=DateEdit())
        self.time = Field(figures=True)
        self.head = Field()
        self.address = Field()
        self.phone = Field(figures=True)
        self.people = Field(figures=True)
        self.search = SearchField()
        self.twins: Table[Line] = Table(
            [
                Column(lambda: _("No."), lambda line: f"{line.household.number:03d}", 70, "figures"),
                Column(lambda: _("Head of household"), lambda line: line.household.head_name, 0, "name"),
                Column(lambda: _("Address"), lambda line: line.household.address, 150, priority=2),
                Column(lambda: _("Status"), lambda line: line.status, 150, "chip", priority=1),
            ]
        )
        self.note = Field()
        self.strip = Banner("err")
        self.save_button = Button("", "primary", icon="check", key="Ctrl+Return", height=MEDIUM)
        self.save_button.set_key("Ctrl+Enter")
        self.close_button = Button("", "secondary", height=MEDIUM)
        self._build()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)  # Fixed would cut lines that wrap
        self.hide()

    def _build(self) -> None:
        if isinstance(self.people.edit, Edit):
            self.people.edit.setValidator(QIntValidator(0, 99, self))
        self.people.setFixedWidth(theme.px(96))
        self.day.setFixedWidth(theme.px(150))
        self.time.setFixedWidth(theme.px(110))
        self.twins.setFixedHeight(theme.px(34 + 36 * 3))
        words = QVBoxLayout()
        words.setSpacing(theme.px(2))
        words.addWidget(self._title)
        words.addWidget(self._what)
        head = QHBoxLayout()
        head.setSpacing(theme.px(8))
        head.addLayout(words, 1)
        head.addWidget(self.close_button)
        head.addWidget(self.save_button)
        self._fields = fields = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        fields.setSpacing(theme.px(12))
        for field, stretch in (
            (self.day, 0),
            (self.time, 0),
            (self.head, 4),
            (self.address, 3),
            (self.phone, 2),
            (self.people, 0),
            (self.note, 5),
        ):
            fields.addWidget(field, stretch)
            field.entered.connect(self.save_button.click)
        self.column.addLayout(head)
        self.column.addWidget(self.search)
        self.column.addWidget(self.twins)
        self.column.addLayout(fields)
        self.column.addWidget(self.strip)
        self.save_button.clicked.connect(self._check)
        self.close_button.clicked.connect(self.closed)
        self.search.textChanged.connect(self.searched)
        self.search.below.connect(self.twins.setFocus)
        self.search.returnPressed.connect(self.note.edit.setFocus)
        self.twins.opened.connect(lambda _line: self.note.edit.setFocus())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the fields one under the other where they have no room beside each other."""
        down, across = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._fields.setDirection(down if self.width() < theme.px(_NARROW) else across)
        super().resizeEvent(event)

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self._title.setText(_(self.deed.title))
        self.day.say(_("Day"), "")
        self.time.say(_("Hour"), "")
        self.head.say(_("Head of the new household"), "")
        self.address.say(_("New address"), "")
        self.phone.say(_("Telephone"), "")
        self.people.say(_("People"), "")
        self.search.say(_("Which line stays? Search by number, name or phone"))
        self.twins.setAccessibleName(_("The line that stays on the list"))
        self.twins.retranslate()
        self.note.say(_("Reason") if self.deed.name in _WITH_REASON else _("Note"), "")
        self.save_button.setText(_("Note it") if self.deed.name not in {VOID, SPLIT} else _(self.deed.word))
        self.close_button.setText(_("Cancel"))
        self._what.setText(_consequence(self.deed.name))

    def begin(self, deed: Deed, today: dt.date) -> None:
        """Show the form of a deed, empty, with the cursor in its first field."""
        self.deed = deed
        shown: dict[QWidget, bool] = {
            self.day: deed.name == "postponed",
            self.time: deed.name == "postponed",
            self.head: deed.name == SPLIT,
            self.address: deed.name == SPLIT,
            self.phone: deed.name == SPLIT,
            self.people: deed.name == SPLIT,
            self.search: deed.name == MERGE,
            self.twins: deed.name == MERGE,
        }
        for widget, visible in shown.items():
            widget.setVisible(visible)
        for field in (self.time, self.head, self.address, self.phone, self.people, self.note):
            field.set_text("")
            field.set_fault("")
        self.search.clear()
        self.twins.set_rows([])
        if isinstance(self.day.edit, DateEdit):
            tomorrow = today + dt.timedelta(days=1)
            self.day.edit.setDate(QDate(tomorrow.year, tomorrow.month, tomorrow.day))
            self.time.set_text("18:00")
        self.strip.hide()
        self.retranslate()
        self.show()
        first = {"postponed": self.day.edit, SPLIT: self.head.edit, MERGE: self.search}
        first.get(deed.name, self.note.edit).setFocus()

    def due(self, zone: dt.tzinfo | None) -> dt.datetime | None:
        """Return the appointment that is typed, ``None`` when it is no time of day."""
        match = _TIME.fullmatch(self.time.text().strip().replace(" ", ""))
        if match is None or int(match[1]) > 23 or int(match[2] or 0) > 59:
            return None
        day = dt.date.fromisoformat(self.day.text())
        return dt.datetime(day.year, day.month, day.day, int(match[1]), int(match[2] or 0), tzinfo=zone)

    def _check(self) -> None:
        missing = {
            self.time: self.deed.name == "postponed" and self.due(None) is None and _("Type the hour as 18:30."),
            self.head: self.deed.name == SPLIT and not self.head.text().strip() and _("Type the name first."),
            self.note: self.deed.name in _WITH_REASON
            and not self.note.text().strip()
            and _("Write in a few words why."),
        }
        for field, fault in missing.items():
            field.set_fault(fault or "")
        first = next((field for field, fault in missing.items() if fault), None)
        if self.deed.name == MERGE and self.twins.current_row() is None:
            self.search.setFocus()
        elif first is not None:
            first.edit.setFocus()
        else:
            self.save.emit()


def _consequence(name: str) -> str:
    """Return what follows from a deed, in a sentence."""
    return {
        "absent": _("The household stays on the list and comes again after those not visited yet."),
        "postponed": _("On that day it stands at the top of Today."),
        "refused": _("The household counts as refused. It can be put back on the list."),
        "moved": _("The household is closed. It can be put back on the list."),
        "not_found": _("The household is closed. It can be put back on the list."),
        SPLIT: _("A new line is added; its form begins with the members of this one."),
        MERGE: _("This line is closed; a form filled in for it does not count any more but stays readable."),
        VOID: _("The answers stay readable; the household is on the list again."),
        REOPEN: _("Earlier visits stay noted."),
    }[name]
