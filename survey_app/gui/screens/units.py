"""The other lists: villages, communes, enterprises, agencies, requests for devices; their forms open from here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from survey_app.errors import SurveyAppError
from survey_app.gui import theme
from survey_app.gui.desk import Desk
from survey_app.gui.moments import capital, day_and_time, parse
from survey_app.gui.parts import (
    MEDIUM,
    Banner,
    Button,
    Column,
    EmptyState,
    Field,
    Label,
    Panel,
    SearchField,
    Segmented,
    Table,
)
from survey_app.gui.parts.columns import Head, Page
from survey_app.gui.screen import Hint, Screen
from survey_app.gui.theme import Type
from survey_app.i18n import _
from survey_app.operations.units import (
    BY_PLACE,
    NAMES,
    UNIT_LEVELS,
    add_unit,
    bring_places,
    form_of_level,
    request_device,
)
from survey_app.records import Household, Place
from survey_app.store import Line, Store

_SHOWN = tuple(level for level in UNIT_LEVELS if level != "figure")


@dataclass(frozen=True)
class UnitFacts:
    """What the screen shows of a level.

    Attributes:
        levels: the levels that the round has a form for.
        level: the one that is shown.
        lines: what matches the search.
        places: communes and provinces that a new unit can belong to.
        names: names of all places by code.
        askers: households, by village and number, where the list is of requests for devices.
    """

    levels: tuple[str, ...]
    level: str
    lines: tuple[Line, ...]
    places: tuple[Place, ...]
    names: dict[str, str]
    askers: tuple[Household, ...] = ()


def unit_facts(store: Store, level: str = "", text: str = "") -> UnitFacts:
    """Read the list of a level; the places' own lines are brought up to date first."""
    bring_places(store)
    levels = tuple(each for each in UNIT_LEVELS if form_of_level(store, each) is not None)
    here = level or next(iter(levels), _SHOWN[0])
    lines = tuple(store.households(text=text, level=here)) if here in levels else ()
    askers = tuple(line.household for line in store.households()) if here == "device_support" else ()
    places = (*store.places("commune"), *store.places("province"))
    return UnitFacts(levels, here, lines, places, {place.code: place.name for place in store.places()}, askers)


class UnitsScreen(Screen):
    """One list at a time; the switch at the top changes it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.facts: UnitFacts | None = None
        self._level = ""
        self._title = Label("", Type.TITLE)
        self._sub = Label("", Type.TABLE, "text2", figures=True, elide=True)
        self.add_button = Button("", "secondary", icon="plus", key="Ctrl+N", height=MEDIUM)
        self.open_button = Button("", "primary", icon="arrow-right", key="Enter", shortcut="", height=MEDIUM)
        self.switch = Segmented([(level, _(NAMES[level])) for level in _SHOWN], name=_("List"))
        self.search = SearchField()
        self.form = AddUnit(desk)
        self.form.hide()
        self.table: Table[Line] = Table(
            [
                Column(lambda: _("Name"), lambda line: line.household.head_name, 0, "name"),
                Column(lambda: _("Place"), self._place, 220, priority=1),
                Column(lambda: _("Status"), lambda line: line.status, 150, "chip"),
                Column(lambda: _("Last touched"), self._when, 180, "text", priority=2),
            ]
        )
        self.empty = EmptyState()
        self.empty.hide()
        self._build()
        self._connect()
        self.retranslate()

    def _build(self) -> None:
        panel = Panel(pad=1, gap=0)
        panel.column.addWidget(self.table, 1)
        panel.column.addWidget(self.empty, 1)
        column = Page.filling(self)
        column.setContentsMargins(theme.px(16), theme.px(14), theme.px(16), theme.px(12))
        column.setSpacing(theme.px(10))
        column.addWidget(Head((self._title, self._sub), (self.add_button, self.open_button)))
        column.addWidget(self.switch)
        column.addWidget(self.form)
        column.addWidget(self.search)
        column.addWidget(panel, 1)

    def _connect(self) -> None:
        self.switch.chosen.connect(self._take_level)
        self.search.textChanged.connect(lambda _text: self.read())
        self.search.below.connect(self.table.setFocus)
        self.search.returnPressed.connect(self._open_current)
        self.table.opened.connect(self._open)
        self.table.row_changed.connect(lambda line: self.open_button.setEnabled(line is not None))
        self.open_button.clicked.connect(self._open_current)
        self.add_button.clicked.connect(self._show_add)
        self.empty.acted.connect(self._show_add)
        self.form.added.connect(self._added)
        self.form.closed.connect(self._hide_add)
        self.desk.data_changed.connect(self.read)
        QShortcut(QKeySequence("Ctrl+F"), self).activated.connect(self.search.setFocus)
        for number in range(len(_SHOWN)):
            shortcut = QShortcut(QKeySequence(f"Alt+{number + 1}"), self)
            shortcut.activated.connect(lambda number=number: self._take_number(number))

    def _place(self, line: Line) -> str:
        code = line.household.village_code
        return self.facts.names.get(code, code) if self.facts is not None else code

    def _when(self, line: Line) -> str:
        moment = parse(line.touched_at)
        return capital(day_and_time(moment, self.desk.clock())) if moment else "–"

    # words

    def title(self) -> str:
        """Return the screen's name."""
        return _("Other forms")

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self._title.setText(self.title())
        self.switch.say({level: _(NAMES[level]) for level in _SHOWN}, _("List"))
        self.add_button.setText(_("Add to the list"))
        self.open_button.setText(_("Open form"))
        self.search.say(_("Search by name (accents not needed)"))
        self.table.setAccessibleName(self.title())
        self.table.retranslate()
        self.form.retranslate()
        self._say_empty()
        if self.facts is not None:
            self.show_facts(self.facts)

    def _say_empty(self) -> None:
        asked = self.facts is not None and self._level in self.facts.levels
        if not asked:
            self.empty.say(_("This round has no form for this list."), _("The office adds the form to the round."))
        elif self._level in BY_PLACE:
            self.empty.say(_("Nothing is on this list."), _("Villages and communes come with the list of places."))
        else:
            self.empty.say(
                _("Nothing is on this list yet."), _("What is added here gets a form."), _("Add to the list")
            )

    def hints(self) -> list[Hint]:
        """Return the shortcuts."""
        return [
            Hint(("Alt+1", "–", "5"), _("List")),
            Hint(("Ctrl+F",), _("Search")),
            Hint(("Enter",), _("Open form")),
            *([Hint(("Ctrl+N",), _("Add to the list"))] if self._level not in BY_PLACE else []),
            Hint(("Esc",), _("Back")),
            Hint(("F1",), _("Help")),
        ]

    def help_text(self) -> str:
        """Explain the lists."""
        return _(
            "Beside the households the round asks about villages, the commune, enterprises, agencies and requests for "
            "devices. Each has its own list and its own form, filled in like a household's: every answer is saved at "
            "once, a form begun before goes on where it was.\n\nVillages and communes are on their lists by "
            "themselves. Enterprises, agencies and requests are added with Ctrl+N; a request needs the household that "
            "asks."
        )

    # data

    def refresh(self, **arguments: object) -> None:
        """Read the list; ``level=NAME`` shows that one."""
        level = arguments.get("level")
        if isinstance(level, str) and level:
            self._level = level
        self.read()

    def first_focus(self) -> QWidget:
        """Return the table, the button when there is no line."""
        return self.table if not self.table.isHidden() else self.empty.button

    def read(self) -> None:
        """Read the list again."""
        if self.desk.lane.is_open:
            self.desk.run(unit_facts, self._level, self.search.text(), done=self.show_facts)

    def show_facts(self, facts: UnitFacts) -> None:
        """Show what was read."""
        self.facts, self._level = facts, facts.level
        self.switch.set_value(facts.level)
        done = sum(line.status in ("complete", "packed", "confirmed") for line in facts.lines)
        words = _("{done} of {total} forms are filled in").format(done=done, total=len(facts.lines))
        self._sub.setText(words if facts.lines else "")
        self.table.set_rows(facts.lines, key=lambda line: line.household.id)
        self.table.setVisible(bool(facts.lines))
        self.empty.setVisible(not facts.lines)
        self.add_button.setVisible(facts.level in facts.levels and facts.level not in BY_PLACE)
        self.open_button.setEnabled(bool(facts.lines))
        self._say_empty()
        self.form.show_choices(facts)
        self.hints_changed.emit()

    # deeds

    def _take_number(self, number: int) -> None:
        self._take_level(_SHOWN[number])

    def _take_level(self, level: str) -> None:
        self._level = level
        self.form.hide()
        self.read()
        self.table.setFocus()

    def _open_current(self) -> None:
        line = self.table.current_row()
        if line is not None:
            self._open(line)

    def _open(self, line: Line) -> None:
        self.desk.go("interview", household=line.household.id)

    def _show_add(self) -> None:
        asked = self.facts is not None and self._level in self.facts.levels
        if asked and self._level not in BY_PLACE:
            self.form.begin()

    def _hide_add(self) -> None:
        self.form.hide()
        self.table.setFocus()

    def _added(self, unit: Household) -> None:
        self.form.hide()
        self.search.clear()
        self.desk.go("interview", household=unit.id)

    def back(self) -> bool:
        """Esc closes the form for a new unit, then clears the search."""
        if not self.form.isHidden():
            self._hide_add()
            return True
        if self.search.text():
            self.search.clear()
            return True
        return False


class AddUnit(Panel):
    """Name, place and address of a new unit; of a request the household that asks."""

    added = Signal(object)
    closed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(edge="primary", edge_width=2, pad=(16, 12, 16, 14), gap=10, parent=parent)
        self._desk = desk
        self._level = ""
        self._title = Label("", Type.PANEL, weight=600)
        self.name = Field()
        self.place_box, self.asker_box = QComboBox(), QComboBox()
        self.place = Field("", edit=self.place_box)
        self.asker = Field("", edit=self.asker_box)
        self.address = Field()
        self.strip = Banner("err")
        self.strip.hide()
        self.save_button = Button("", "primary", icon="check", height=MEDIUM)
        self.close_button = Button("", "secondary", height=MEDIUM)
        self.save_button.clicked.connect(self._save)
        self.close_button.clicked.connect(self.closed)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.px(8))
        buttons.addWidget(self._title)
        buttons.addStretch()
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.save_button)
        fields = QHBoxLayout()
        fields.setSpacing(theme.px(12))
        for field, stretch in ((self.asker, 4), (self.name, 4), (self.place, 3), (self.address, 3)):
            fields.addWidget(field, stretch)
            field.entered.connect(self._save)
        self.column.addLayout(buttons)
        self.column.addLayout(fields)
        self.column.addWidget(self.strip)

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self._title.setText(_("A new line of this list"))
        self.name.say(_("Name"), "")
        self.place.say(_("Place"), "")
        self.asker.say(_("Household that asks"), "")
        self.address.say(_("Address"), "")
        self.save_button.setText(_("Add and open its form"))
        self.close_button.setText(_("Cancel"))

    def show_choices(self, facts: UnitFacts) -> None:
        """Offer places and households; what is being typed stays."""
        self._level = facts.level
        if not self.isHidden():
            return
        _fill(self.place_box, [(place.name, place.code) for place in facts.places])
        _fill(self.asker_box, [(f"{unit.number:03d} {unit.head_name}", unit.id) for unit in facts.askers])

    def begin(self) -> None:
        """Show the form, empty."""
        is_request = self._level == "device_support"
        for field in (self.name, self.place, self.address):
            field.setVisible(not is_request)
        self.asker.setVisible(is_request)
        for field in (self.name, self.address):
            field.set_text("")
            field.set_fault("")
        self.strip.hide()
        self.show()
        (self.asker_box if is_request else self.name.edit).setFocus()

    def _save(self) -> None:
        self.save_button.setEnabled(False)
        if self._level == "device_support":
            asker = str(self.asker_box.currentData() or "")
            self._desk.write(request_device, asker, self._desk.person.id, done=self._done, failed=self._failed)
            return
        self._desk.write(
            add_unit,
            self._level,
            self.name.text(),
            str(self.place_box.currentData() or ""),
            self.address.text(),
            assigned_to=self._desk.person.id,
            done=self._done,
            failed=self._failed,
        )

    def _done(self, unit: Household) -> None:
        self.save_button.setEnabled(True)
        self.added.emit(unit)

    def _failed(self, error: BaseException) -> None:
        self.save_button.setEnabled(True)
        if isinstance(error, SurveyAppError):
            self.strip.say_error(error)
        else:
            self._desk.problem.emit(error)


def _fill(box: QComboBox, choices: Sequence[tuple[str, str]]) -> None:
    kept = box.currentData()
    box.clear()
    for words, key in choices:
        box.addItem(words, key)
    box.setCurrentIndex(max(0, box.findData(kept)))
