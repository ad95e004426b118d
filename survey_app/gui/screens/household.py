"""One household: who it is, what was noted at each visit, and what can be noted now."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from survey_app.gui import theme
from survey_app.gui.desk import Desk
from survey_app.gui.moments import capital, day_and_time, parse
from survey_app.gui.parts import MEDIUM, Button, Chip, Column, EmptyState, Label, Panel, Table
from survey_app.gui.parts.chip import word_of
from survey_app.gui.parts.columns import Columns, Head, Page
from survey_app.gui.screen import Hint, Screen
from survey_app.gui.screens.household_deed import DEEDS, MERGE, REOPEN, SPLIT, VOID, Deed, DeedForm
from survey_app.gui.screens.household_facts import HouseholdFacts, household_facts, twins
from survey_app.gui.theme import Type
from survey_app.i18n import N_, _, ngettext
from survey_app.operations.forms import HouseholdForm
from survey_app.operations.outcomes import EVENTS
from survey_app.operations.visits import (
    Visit,
    merge_households,
    record_visit,
    reopen,
    split_household,
    void_form,
)
from survey_app.records import Household
from survey_app.store import CLOSED, OPEN, REFUSED, Line, Store

POVERTY = {
    "poor": N_("poor household"),
    "near_poor": N_("near-poor household"),
    "escaped": N_("escaped poverty"),
    "non_poor": N_("not a poor household"),
}
"""The words for ``Household.poverty``."""


class HouseholdScreen(Screen):
    """Head, visits at the left, deeds at the right."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.facts: HouseholdFacts | None = None
        self._household = ""
        self._title = Label("", Type.TITLE, figures=True, elide=True)
        self._sub = Label("", Type.TABLE, "text2", figures=True, elide=True)
        self._origin = Label("", Type.TABLE, "text2", figures=True, wrap=True)
        self.chip = Chip("not_visited")
        self.open_button = Button("", "primary", icon="arrow-right", key="Enter", height=MEDIUM)
        self.read_button = Button("", "secondary", icon="file-text", key="0", height=MEDIUM)
        self.form = DeedForm()
        self.table: Table[Visit] = Table(
            [
                Column(lambda: _("When"), self._when, 150, "text", _quiet),
                Column(lambda: _("What happened"), self._what, 0, "name"),
                Column(lambda: _("Note"), lambda visit: visit.note or "–", 0),
                Column(lambda: _("Who"), self._who, 150, "text", _quiet, priority=3),
            ]
        )
        self.empty = EmptyState()
        self.buttons = {deed.name: Button("", "secondary", icon=deed.icon, key=deed.key, wide=True) for deed in DEEDS}
        self._heads = [Label("", Type.PANEL, weight=600) for _head in range(3)]
        self._form_buttons: list[Button] = []
        self.ask_button = Button("", "quiet", icon="shield-alert", key="Ctrl+R", wide=True)
        self._build()
        self._connect()
        self.retranslate()

    def _build(self) -> None:
        named = QWidget()
        name = QHBoxLayout(named)
        name.setContentsMargins(0, 0, 0, 0)
        name.setSpacing(theme.px(10))
        name.addWidget(self._title)
        name.addWidget(self.chip)
        name.addStretch()
        head = Head((named, self._sub, self._origin), (self.read_button, self.open_button))
        panel = Panel(pad=1, gap=0)
        panel.column.addWidget(self.table, 1)
        panel.column.addWidget(self.empty, 1)
        main = QWidget()
        left = QVBoxLayout(main)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(theme.px(10))
        left.addWidget(self.form)
        left.addWidget(panel, 1)
        deeds = Panel(pad=(14, 12, 14, 12), gap=8)
        for number, deed in enumerate(DEEDS):
            if number in (0, 5):
                if number:
                    deeds.column.addSpacing(theme.px(6))
                deeds.column.addWidget(self._heads[0 if number == 0 else 1])
            deeds.column.addWidget(self.buttons[deed.name])
        deeds.column.addSpacing(theme.px(6))
        deeds.column.addWidget(self._heads[2])
        self._further = QVBoxLayout()
        self._further.setSpacing(theme.px(8))
        deeds.column.addLayout(self._further)
        deeds.column.addWidget(self.ask_button)
        deeds.column.addStretch()
        self._side = deeds
        self._columns = Columns(main, deeds, 290, low=540)
        whole = Page.filling(self)
        whole.setContentsMargins(theme.px(16), theme.px(14), theme.px(16), theme.px(12))
        whole.setSpacing(theme.px(10))
        whole.addWidget(head)
        whole.addWidget(self._columns, 1)

    def _connect(self) -> None:
        self.open_button.clicked.connect(self._open)
        self.read_button.clicked.connect(self._read_form)
        QShortcut(QKeySequence("Ctrl+P"), self).activated.connect(self._to_paper)
        self.ask_button.clicked.connect(lambda: self.desk.go("requests", household=self._household))
        for deed in DEEDS:
            self.buttons[deed.name].clicked.connect(lambda _checked=False, deed=deed: self._begin(deed))
        self.form.save.connect(self._save)
        self.form.closed.connect(self._close_form)
        self.form.searched.connect(self._search)
        self.table.opened.connect(lambda _visit: self._open())
        self.desk.data_changed.connect(self.read)

    # words

    def title(self) -> str:
        """Return the screen's name; never the household's."""
        return _("Household")

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self.open_button.setText(_("Open form"))
        self.read_button.setText(_("What the form says"))
        self._heads[0].setText(_("No interview today because"))
        self._heads[1].setText(_("The line on the list"))
        self._heads[2].setText(_("Further forms"))
        self.ask_button.setText(_("A request of the household"))
        for deed in DEEDS:
            self.buttons[deed.name].setText(_(deed.word))
        self.empty.say(
            _("No visit without an interview has been noted."),
            _("The keys 1 to 5 note why there was no interview; the commune sees it with the next bundle."),
        )
        self.table.setAccessibleName(_("What was noted"))
        self.table.retranslate()
        self.form.retranslate()
        self.chip.retranslate()
        if self.facts is not None:
            self.show_facts(self.facts)

    def hints(self) -> list[Hint]:
        """Return the shortcuts."""
        if not self.form.isHidden():
            return [Hint(("Ctrl+Enter",), _("Note it")), Hint(("Esc",), _("Cancel")), Hint(("F1",), _("Help"))]
        opening = [Hint(("Enter",), _("Open form"))] if not self.open_button.isHidden() else []
        return [
            *opening,
            Hint(("1", "–", "5"), _("No interview today")),
            Hint(("6", "–", "9"), _("The line on the list")),
            Hint(("0",), _("What the form says")),
            *([Hint(("Ctrl+P",), _("Paper"))] if opening else []),
            Hint(("Esc",), _("Back")),
            Hint(("F1",), _("Help")),
        ]

    def help_text(self) -> str:
        """Explain visits and what follows from them."""
        return _(
            "Note every visit that ended without an interview: who was there when is what the commune plans by. "
            "An appointment stands at the top of Today on its day.\n\n"
            "When a part of the household has moved out, add it as a household of its own: its form begins with the "
            "members of this one, and you remove who stayed.\n\n"
            "When two lines are the same household, open the one that is wrong and say which line stays.\n\n"
            "A form that should not count is made void with a reason. Nothing is ever deleted: the commune sees every "
            "visit and every reason."
        )

    def _when(self, visit: Visit) -> str:
        moment = parse(visit.at)
        return capital(day_and_time(moment, self.desk.clock())) if moment else "–"

    def _what(self, visit: Visit) -> str:
        words = _(EVENTS.get(visit.outcome, visit.outcome))
        due = parse(visit.due)
        if due is not None:
            local = due.astimezone(self.desk.clock().tzinfo)
            words = _("Appointment on {day} at {time}").format(day=f"{local:%d/%m}", time=f"{local:%H:%M}")
        other = self.facts.others.get(visit.other) if self.facts else None
        return f"{words}: {_numbered(other)}" if other else words

    def _who(self, visit: Visit) -> str:
        people = self.facts.people if self.facts else ()
        return next((person.name for person in people if person.id == visit.by), visit.by) or "–"

    # data

    def refresh(self, **arguments: object) -> None:
        """Read the household; ``household=ID`` says which, ``deed=NAME`` opens the form of a deed."""
        wanted = arguments.get("household")
        if isinstance(wanted, str) and wanted:
            if wanted != self._household:
                self.form.hide()
                self._arrange()
            self._household = wanted
            self.desk.worked_at = wanted
        if self._household:
            self.desk.run(Store.note_look, "household", household=self._household)
        self.read()
        deed = next((deed for deed in DEEDS if deed.name == arguments.get("deed")), None)
        if deed is not None:
            self._begin(deed)

    def read(self) -> None:
        """Read the household again."""
        if self.desk.lane.is_open and self._household:
            self.desk.run(household_facts, self._household, done=self.show_facts)

    def first_focus(self) -> QWidget:
        """Return the visits, or the first deed when there is none."""
        return self.table if self.table.isVisibleTo(self) else self.buttons["absent"]

    def show_facts(self, facts: HouseholdFacts | None) -> None:
        """Show what was read."""
        if facts is None or facts.line.household.id != self._household:
            return
        self.facts = facts
        household, line = facts.line.household, facts.line
        self._title.setText(_numbered(household))
        self._sub.setText(self._described(facts))
        self._origin.setText(self._where_from(facts))
        self._origin.setVisible(bool(self._origin.text()))
        self.chip.set_status(line.status)
        had_focus = self.table.hasFocus() or self.buttons["absent"].hasFocus()
        self.table.set_rows(facts.visits, key=lambda visit: visit.id)
        self.table.setVisible(bool(facts.visits))
        self.empty.setVisible(not facts.visits)
        if had_focus:
            self.first_focus().setFocus()
        for deed in DEEDS:
            self.buttons[deed.name].setEnabled(self._may(deed, line, facts.forms))
        self.read_button.setEnabled(facts.forms > 0)
        self._show_further([form for form in facts.asked if not form.own])
        self.open_button.setVisible(self.desk.person.role != "supervisor")
        self.hints_changed.emit()

    def _show_further(self, forms: Sequence[HouseholdForm]) -> None:
        """Show a button for each form that is asked besides, with how far it is."""
        while len(self._form_buttons) < len(forms):
            number = len(self._form_buttons)
            button = Button("", "secondary", icon="file-text", key=f"Alt+{number + 1}", wide=True)
            button.clicked.connect(lambda _checked=False, number=number: self._open_further(number))
            self._further.addWidget(button)
            self._form_buttons.append(button)
        self._heads[2].setVisible(bool(forms))
        for button, form in zip(self._form_buttons, forms, strict=False):
            button.setText(f"{form.stored.title or form.stored.id}: {word_of(form.status)}")
            is_read = self.desk.person.role == "supervisor"
            button.setEnabled(form.status == "complete" or not is_read)
        for number, button in enumerate(self._form_buttons):
            button.setVisible(number < len(forms))

    def _open_further(self, number: int) -> None:
        further = [form for form in self.facts.asked if not form.own] if self.facts is not None else []
        screen = "form_view" if self.desk.person.role == "supervisor" else "interview"
        if number < len(further):
            self.desk.go(screen, household=self._household, form=further[number].stored.id)

    @staticmethod
    def _may(deed: Deed, line: Line, forms: int) -> bool:
        begun = line.status == "in_progress" and line.tries == 0 and not forms
        if deed.name == VOID:
            return forms > 0
        if deed.name == REOPEN:
            return line.status not in OPEN and (line.status in {REFUSED, CLOSED} or line.result != "complete")
        if deed.name == SPLIT:
            return True
        return not begun and (deed.name == MERGE or line.result != "complete")

    def _described(self, facts: HouseholdFacts) -> str:
        household = facts.line.household
        person = next((each.name for each in facts.people if each.id == household.assigned_to), "")
        size = ngettext("{count} person", "{count} people", household.size).format(count=household.size)
        tries = ngettext("{count} visit without an interview", "{count} visits without an interview", facts.line.tries)
        parts = (
            facts.village.name if facts.village else household.village_code,
            household.address,
            household.phone,
            size if household.size else "",
            _(POVERTY[household.poverty]) if household.poverty in POVERTY else "",
            _("in charge: {name}").format(name=person) if person else "",
            tries.format(count=facts.line.tries) if facts.line.tries else "",
        )
        return ", ".join(part for part in parts if part)

    @staticmethod
    def _where_from(facts: HouseholdFacts) -> str:
        if facts.kept is not None:
            return _("Closed: the same household as {other}").format(other=_numbered(facts.kept))
        origin = facts.others.get(facts.line.household.split_from)
        return _("Moved out of household {other}").format(other=_numbered(origin)) if origin else ""

    # deeds

    def _open(self) -> None:
        if self.desk.person.role != "supervisor" and self._household:
            self.desk.go("interview", household=self._household)

    def _to_paper(self) -> None:
        """Print a form of this household, or type in a filled one."""
        if self.desk.person.role != "supervisor" and self._household:
            self.desk.go("paper", household=self._household)

    def _read_form(self) -> None:
        if self._household:
            self.desk.go("form_view", household=self._household)

    def _begin(self, deed: Deed) -> None:
        self.form.begin(deed, self.desk.clock().date())
        self._arrange()
        self.hints_changed.emit()

    def _close_form(self) -> None:
        self.form.hide()
        self._arrange()
        self.first_focus().setFocus()
        self.hints_changed.emit()

    def _search(self, text: str) -> None:
        if self.form.isVisible():
            self.desk.run(twins, text, self._household, done=self.form.twins.set_rows)

    def _save(self) -> None:
        desk, form, name = self.desk, self.form, self.form.deed.name
        person, note = desk.person.id, form.note.text()
        named = {"done": self._done, "failed": form.strip.say_error, "clock": desk.clock}
        if name == SPLIT:
            given = {"address": form.address.text(), "phone": form.phone.text(), "size": int(form.people.text() or 0)}
            desk.write(split_household, self._household, form.head.text(), person, note=note, **given, **named)  # type: ignore[arg-type]
        elif name == MERGE:
            kept = form.twins.current_row()
            if kept is not None:
                desk.write(merge_households, self._household, kept.household.id, person, note, **named)  # type: ignore[arg-type]
        elif name == VOID:
            desk.write(void_form, self._household, person, note, **named)  # type: ignore[arg-type]
        elif name == REOPEN:
            desk.write(reopen, self._household, person, note, **named)  # type: ignore[arg-type]
        else:
            due = form.due(desk.clock().tzinfo) if name == "postponed" else None
            desk.write(record_visit, self._household, name, person, note=note, due=due, **named)  # type: ignore[arg-type]

    def _done(self, result: object) -> None:
        self._close_form()
        if isinstance(result, Household):
            self._household = result.id
        self.read()

    def back(self) -> bool:
        """Esc closes the form of a deed."""
        if not self.form.isHidden():
            self._close_form()
            return True
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A digit opens the form of its deed; Enter opens the interview."""
        if self.form.isHidden() and event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        ):
            button = next((self.buttons[deed.name] for deed in DEEDS if deed.key == event.text()), None)
            if button is not None:
                button.click()
                return
            if event.text() == "0" and self.read_button.isEnabled():
                self._read_form()
                return
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._open()
                return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the deeds out while the form of one has no room beside them."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Give the room to the form of a deed when there is little."""
        self._side.setVisible(not self._columns.is_stacked or self.form.isHidden())


def _numbered(household: Household | None) -> str:
    return f"{household.number:03d} {household.head_name}" if household else ""


def _quiet(_visit: Visit) -> str:
    return "text2"
