"""The household list: search without accents, filters by status, a table walked by keyboard, progress by village."""

from __future__ import annotations

import functools

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from survey_app import i18n
from survey_app.gui import theme
from survey_app.gui.desk import Desk
from survey_app.gui.moments import capital, day_and_time, parse, until
from survey_app.gui.parts import MEDIUM, STATUS, Button, Column, EmptyState, Keycap, Label, Panel, SearchField, Table
from survey_app.gui.parts.columns import Head
from survey_app.gui.parts.flow import Flow
from survey_app.gui.parts.row import FilterButton
from survey_app.gui.remembered import recall, remember
from survey_app.gui.screen import Hint, Screen
from survey_app.gui.screens.add_household import AddHousehold
from survey_app.gui.screens.households_facts import ListFacts, list_facts
from survey_app.gui.screens.village_list import VillageList
from survey_app.gui.screens.village_title import VillageTitle, village_menu
from survey_app.gui.theme import Type
from survey_app.i18n import _
from survey_app.records import Household
from survey_app.store import COMPLETE, CONFIRMED, IN_PROGRESS, NOT_VISITED, PACKED, REFUSED, STATUSES, Line
from survey_app.text import show_number

ALL = "*"
"""Stands for all villages where a village is remembered."""
_TYPING_MS = 90
_VILLAGE_COLUMN = 2
_ALWAYS = ("", NOT_VISITED, IN_PROGRESS, COMPLETE, REFUSED, PACKED, CONFIRMED)
"""Filters that are shown even when no household has the status."""
_KEYS = "1234567890-="
"""The keys of the filters, held with Alt: all, then the statuses."""
_NARROW, _LOW = 1180, 300
"""Below so many design pixels the villages stand in a menu alone, and the filters go."""


class HouseholdsScreen(Screen):
    """The list of one village, or of all."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.facts: ListFacts | None = None
        self._status = ""
        self._people: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._search_wanted = False
        self._title = VillageTitle()
        self._sub = Label("", Type.TABLE, "text2", figures=True, elide=True)
        self.add_button = Button("", "secondary", icon="plus", key="Ctrl+N", height=MEDIUM)
        self.list_button = Button("", "secondary", icon="inbox", key="Ctrl+I", height=MEDIUM)
        self.charge_button = Button("", "secondary", icon="users", key="Ctrl+G", height=MEDIUM)
        self.visit_button = Button("", "secondary", icon="house", key="F6", shortcut="F6", height=MEDIUM)
        self.open_button = Button("", "primary", icon="arrow-right", key="Enter", height=MEDIUM)
        self.mine = _MineButton("circle-user-round", "text2", "Alt+M")
        self.search = SearchField()
        self.add_form = AddHousehold(desk)
        self.filters = {name: _filter(name, key) for key, name in zip(_KEYS, ("", *STATUSES), strict=True)}
        self.table: Table[Line] = Table(self._columns())
        self.empty = EmptyState()
        self.villages = VillageList()
        self._wait = QTimer(self)
        self._build()
        self._connect()
        self.retranslate()

    # build

    def _columns(self) -> list[Column[Line]]:
        return [
            Column(lambda: _("No."), lambda line: f"{line.household.number:03d}", 70, "figures", _quiet),
            Column(lambda: _("Head of household"), lambda line: line.household.head_name, 0, "name"),
            Column(lambda: _("Village"), self._village_name, 150, priority=1),
            Column(lambda: _("Address"), lambda line: line.household.address, 150, priority=3),
            Column(lambda: _("People"), self._size, 92, "number", priority=4),
            Column(lambda: _("Status"), lambda line: line.status, 150, "chip"),
            Column(lambda: _("Last visit"), self._last_visit, 160, "text", _quiet, priority=2),
            Column(lambda: _("In charge"), self._in_charge, 130, "text", _quiet, priority=5),
        ]

    def _village_name(self, line: Line) -> str:
        return self._names.get(line.household.village_code, line.household.village_code)

    @staticmethod
    def _size(line: Line) -> str:
        return str(line.household.size) if line.household.size else "–"

    def _last_visit(self, line: Line) -> str:
        moment = parse(line.due) or parse(line.touched_at)
        if moment is None:
            return _("None yet")
        when = day_and_time(moment, self.desk.clock())
        return _("Come back {when}").format(when=when) if line.due else capital(when)

    def _in_charge(self, line: Line) -> str:
        key = line.by or line.household.assigned_to
        return self._people.get(key, key) or "–"

    def _build(self) -> None:
        buttons = (self.charge_button, self.add_button, self.visit_button, self.open_button)
        search = QHBoxLayout()
        search.setSpacing(theme.px(8))
        search.addWidget(self.search, 1)
        search.addWidget(Keycap("Ctrl+F"))
        search.addWidget(self.list_button)
        self._filter_box = QWidget()
        flow = Flow(theme.px(7), self._filter_box)
        for narrowing in (self.mine, *self.filters.values()):
            flow.addWidget(narrowing)
        self.filters[""].setChecked(True)
        panel = Panel(pad=1, gap=0)
        panel.column.addWidget(self.table, 1)
        panel.column.addWidget(self.empty, 1)
        self.empty.hide()
        self.add_form.hide()
        left = QVBoxLayout()
        left.setSpacing(theme.px(10))
        left.addWidget(Head((self._title, self._sub), buttons))
        left.addWidget(self.add_form)
        left.addLayout(search)
        left.addWidget(self._filter_box)
        left.addWidget(panel, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(theme.px(16), theme.px(14), theme.px(16), theme.px(12))
        whole.setSpacing(theme.px(14))
        whole.addLayout(left, 1)
        whole.addWidget(self.villages)

    def _connect(self) -> None:
        self._wait.setSingleShot(True)
        self._wait.setInterval(_TYPING_MS)
        self._wait.timeout.connect(self.read)
        self.search.textChanged.connect(lambda _text: self._wait.start())
        self.search.below.connect(self.table.setFocus)
        self.search.returnPressed.connect(self._open_current)
        for name, button in self.filters.items():
            button.clicked.connect(lambda _checked=False, name=name: self._filter_by(name))
        self.mine.clicked.connect(self.read)
        self.list_button.clicked.connect(lambda: self.desk.go("bring_list"))
        self.charge_button.clicked.connect(lambda: self.desk.go("charges"))
        self.visit_button.clicked.connect(self._visit_current)
        self.table.opened.connect(self._open)
        self.table.row_changed.connect(self._row_changed)
        self.open_button.clicked.connect(self._open_current)
        self.add_button.clicked.connect(self._show_add)
        self.add_form.added.connect(self._added)
        self.add_form.closed.connect(self._hide_add)
        self.villages.chosen.connect(self._take_village)
        self._title.clicked.connect(self._choose_village)
        self.empty.acted.connect(self._clear)
        self.desk.data_changed.connect(self.read)
        QShortcut(QKeySequence("Ctrl+F"), self).activated.connect(self._to_search)
        QShortcut(QKeySequence("Ctrl+P"), self).activated.connect(self._to_paper)

    # words

    def title(self) -> str:
        """Return the screen's name."""
        return _("Household list")

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self.add_button.setText(_("Add a household"))
        self.open_button.setText(_("Open form"))
        self.visit_button.setText(_("Visits"))
        self.list_button.setText(_("Bring in a list"))
        self.charge_button.setText(_("Who goes where"))
        self.mine.say(_("Mine"), "Alt+M")
        self.search.say(_("Search by number, name or phone (accents not needed)"))
        self.table.setAccessibleName(_("Household list"))
        self.empty.say(_("No household matches."), _("Type less or clear the filters."), _("Clear search and filters"))
        self.add_form.retranslate()
        self.villages.retranslate()
        self.table.retranslate()
        if self.facts is not None:
            self.show_facts(self.facts)

    def hints(self) -> list[Hint]:
        """Return the shortcuts."""
        opening = [Hint(("Enter",), _("Open form"))] if self._may_open() else [Hint(("Ctrl+G",), _("Who goes where"))]
        return [
            Hint(("Ctrl+F",), _("Search")),
            *opening,
            Hint(("Alt+1", "–", "0"), _("Filter")),
            Hint(("F6",), _("Visits")),
            *([Hint(("Ctrl+N",), _("Add a household")), Hint(("Ctrl+P",), _("Paper"))] if self._may_open() else []),
            Hint(("F1",), _("Help")),
        ]

    def quiet_fact(self) -> str:
        """Return how many lines are shown."""
        if self.facts is None:
            return ""
        shown = len(self.facts.lines)
        return _("{shown} of {total} households shown").format(
            shown=show_number(shown, 0, i18n.language()), total=show_number(self.facts.total, 0, i18n.language())
        )

    def help_text(self) -> str:
        """Explain search, filters, villages."""
        return _(
            "Type a few letters of a name; accents are not needed: “nguyen huong” finds Nguyễn Thị Hường. A number "
            "finds the household of that number; three or more digits also search the telephone numbers.\n\n"
            "The arrow keys walk through the list, Enter opens the form. A form begun before goes on where it was.\n\n"
            "At the right, choose another village or the whole commune.\n\n"
            "F6 opens the visits of a household: nobody home, refused, moved away, an appointment. Ctrl+I brings a "
            "whole list in.\n\n"
            "A household that lives here but is not on the list is added with Ctrl+N; the commune hears of it with "
            "the next bundle."
        )

    # data

    def refresh(self, **arguments: object) -> None:
        """Read the list.

        ``village=CODE`` shows that village, ``search=True`` puts the cursor into the search, ``add=True`` opens the
        form for a household that is not on the list.
        """
        village = arguments.get("village")
        if isinstance(village, str) and village:
            remember("village", village)
        self._may_open_changed()
        self._search_wanted = bool(arguments.get("search"))
        self.read()
        if self._search_wanted:
            self._to_search()
        if arguments.get("add"):
            self._show_add()

    def first_focus(self) -> QWidget | None:
        """Return the table, unless the search or a form has the cursor already; the button when there is no line."""
        if not self.add_form.isHidden():
            return self.add_form.head.edit
        if self._search_wanted:
            return self.search
        return self.table if self.table.isVisibleTo(self) else self.empty.button

    def _village(self) -> str:
        return recall("village")

    def read(self) -> None:
        """Read the list again."""
        if self.desk.lane.is_open:
            person = self.desk.person.id if self.mine.isChecked() else ""
            self.desk.run(list_facts, self._village(), self.search.text(), self._status, person, done=self.show_facts)

    def show_facts(self, facts: ListFacts) -> None:
        """Show what was read."""
        self.facts = facts
        self._people = {person.id: person.name for person in facts.people}
        place = facts.place
        self._names = {v.place.code: v.place.name for v in facts.villages}
        self._title.say(place.name if place else _("Whole commune"), choice=len(facts.villages) > 1)
        self.table.show_column(_VILLAGE_COLUMN, place is None)
        rest = until(facts.ends, self.desk.clock().date())
        left = _("{total} households, {open} still to be visited").format(
            total=show_number(facts.total, 0, i18n.language()), open=show_number(facts.still_open, 0, i18n.language())
        )
        self._sub.setText(", ".join(part for part in (left, rest) if part))
        self._count_filters(facts)
        self.villages.show_facts(facts, self.desk.clock().date())
        self._fill()
        self._find_worked_at()
        line = self.table.current_row()
        here = place.code if place else line.household.village_code if line else ""
        self.add_form.show_villages([v.place for v in facts.villages], here)

    def _find_worked_at(self) -> None:
        if not self.isVisible():
            return
        keys = [line.household.id for line in self._shown()]
        if self.desk.worked_at in keys:
            self.table.select(keys.index(self.desk.worked_at))
        self.desk.worked_at = ""

    def _count_filters(self, facts: ListFacts) -> None:
        for name, button in self.filters.items():
            count = facts.counts.get(name, 0) if name else sum(facts.counts.values())
            button.say(_(STATUS[name].word) if name else _("All"), show_number(count, 0, i18n.language()))
            wanted = name in _ALWAYS or count > 0 or name == self._status
            button.setVisible(wanted and (self._may_open() or name not in (PACKED, CONFIRMED)))

    def _shown(self) -> list[Line]:
        return list(self.facts.lines) if self.facts else []

    def _fill(self) -> None:
        shown = self._shown()
        self.table.set_rows(shown, key=lambda line: line.household.id)
        none_at_all = self.facts is not None and self.facts.total == 0
        if none_at_all:
            self.empty.say(
                _("The household list is still empty."),
                _("The office's enrolment file brings it; a household found in the field can be added here."),
                _("Add a household"),
            )
        else:
            self.empty.say(
                _("No household matches."), _("Type less or clear the filters."), _("Clear search and filters")
            )
        self.table.setVisible(bool(shown))
        self.empty.setVisible(not shown)
        self.hints_changed.emit()

    # deeds

    def _filter_by(self, status: str) -> None:
        self._status = status
        self.read()

    def _clear(self) -> None:
        if self.facts is not None and self.facts.total == 0:
            self._show_add()
            return
        self._status = ""
        self.filters[""].setChecked(True)
        self.mine.setChecked(False)
        self.search.clear()
        self.read()
        self.search.setFocus()

    def _take_village(self, code: str) -> None:
        remember("village", code or ALL)
        self.read()

    def _choose_village(self) -> None:
        if self.facts is not None:
            choices = [(v.place.code, v.place.name, v.done, v.total) for v in self.facts.villages]
            village_menu(self._title, choices, self._take_village, _("Whole commune"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what has no room: first the villages at the right, then the filters."""
        super().resizeEvent(event)
        self.villages.setVisible(self.width() >= theme.px(_NARROW))
        for widget in (self._filter_box, self._sub):
            widget.setVisible(self.height() >= theme.px(_LOW))

    def _to_paper(self) -> None:
        """Print the questionnaire of the line, or type in a filled one."""
        line = self.table.current_row()
        if self._may_open():
            self.desk.go("paper", household=line.household.id if line is not None else "")

    def _to_search(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    def _may_open(self) -> bool:
        return self.desk.person.role != "supervisor"

    def _may_open_changed(self) -> None:
        self.open_button.setVisible(self._may_open())
        self.add_button.setVisible(self._may_open())
        self.mine.setVisible(self._may_open())
        self.charge_button.setVisible(not self._may_open())
        self.visit_button.set_kind("secondary" if self._may_open() else "primary")

    def _row_changed(self, line: object) -> None:
        self.open_button.setEnabled(line is not None)
        self.visit_button.setEnabled(line is not None)

    def _open_current(self) -> None:
        line = self.table.current_row()
        if line is not None and self.table.isVisible():
            self._open(line)

    def _open(self, line: Line) -> None:
        self.desk.go("interview" if self._may_open() else "household", household=line.household.id)

    def _visit_current(self) -> None:
        line = self.table.current_row()
        if line is not None and self.table.isVisible():
            self.desk.go("household", household=line.household.id)

    def _show_add(self) -> None:
        if self._may_open():
            self.add_form.begin()

    def _hide_add(self) -> None:
        self.add_form.hide()
        self.table.setFocus()

    def _added(self, household: Household) -> None:
        self.add_form.hide()
        remember("village", household.village_code)
        self.search.setText("")
        self._status = ""
        self.filters[""].setChecked(True)
        self.desk.run(list_facts, household.village_code, "", done=functools.partial(self._show_added, household.id))

    def _show_added(self, key: str, facts: ListFacts) -> None:
        self.show_facts(facts)
        number = next((n for n, line in enumerate(self._shown()) if line.household.id == key), 0)
        self.table.select(number)
        self.table.setFocus()

    def back(self) -> bool:
        """Esc closes the form for a new household, then clears the search."""
        if not self.add_form.isHidden():
            self._hide_add()
            return True
        if self.search.text():
            self.search.clear()
            self.table.setFocus()
            return True
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A letter or digit typed on the list goes into the search."""
        typed = event.text()
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
        if typed and typed.isprintable() and not typed.isspace() and plain and self.add_form.isHidden():
            self.search.setFocus()
            self.search.setText(typed)
            return
        super().keyPressEvent(event)


class _MineButton(FilterButton):
    """The households of the person who works: a filter beside the others, not instead of them."""

    def __init__(self, icon: str, tone: str, shortcut: str) -> None:
        super().__init__(icon, tone, shortcut)
        self.setAutoExclusive(False)


def _quiet(_line: Line) -> str:
    return "text2"


def _filter(name: str, key: str) -> FilterButton:
    icon, tone = (STATUS[name].icon, STATUS[name].tone) if name else ("", "neutral")
    return FilterButton(icon, {"neutral": "text2"}.get(tone, tone), f"Alt+{key}")
