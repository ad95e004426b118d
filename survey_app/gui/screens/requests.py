"""The register of requests: who asked for what, by when it is due, what was done about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from PySide6.QtCore import QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from survey_app import i18n
from survey_app.gui import theme
from survey_app.gui.desk import Desk
from survey_app.gui.moments import day_and_time, parse
from survey_app.gui.parts import (
    MEDIUM,
    Banner,
    Button,
    Column,
    EmptyState,
    Field,
    Label,
    Panel,
    Segmented,
    Table,
)
from survey_app.gui.parts.columns import Columns, Head, bring_into_view
from survey_app.gui.screen import Hint, Screen
from survey_app.gui.screens.days_off import DaysOffDialog
from survey_app.gui.screens.household_facts import twins
from survey_app.gui.theme import Type
from survey_app.i18n import _, ngettext
from survey_app.operations.days_off import days_off, days_words, keep_days_off
from survey_app.operations.outcomes import EVENTS, REQUEST_ANSWERED, REQUEST_DECLINED, REQUEST_DONE, REQUEST_LONGER
from survey_app.operations.requests import RIGHTS, Request, due_now, note_deed, requests, take_in
from survey_app.store import Line
from survey_app.text import show_date, show_number

DEEDS = (
    (REQUEST_ANSWERED, "check", "1"),
    (REQUEST_LONGER, "calendar-clock", "2"),
    (REQUEST_DECLINED, "circle-slash", "3"),
    (REQUEST_DONE, "circle-check", "4"),
)
"""What can be noted about a request: outcome, icon, key."""


class RequestsScreen(Screen):
    """The requests at the left; at the right the chosen one and what is noted about it, or a new one."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.found: Sequence[Request] = ()
        self._household = ""
        self._title = Label("", Type.TITLE)
        self._sub = Label("", Type.TABLE, "text2", elide=True, figures=True)
        self.new_button = Button("", "secondary", icon="plus", key="Ctrl+N", height=MEDIUM)
        self.strip = Banner("ok")
        self.strip.hide()
        self.off_button = Button("", "secondary", icon="calendar-clock", height=MEDIUM)
        self.off_button.clicked.connect(self._days_off)
        self.table: Table[Request] = Table(
            [
                Column(lambda: _("Due"), lambda row: show_date(row.next_due), 108, "figures"),
                Column(lambda: _("Household"), _household, 0, "name"),
                Column(lambda: _("Asks to"), lambda row: _(RIGHTS[row.right]), 210, "text", priority=2),
                Column(lambda: _("Status"), lambda row: row.status(self._today()), 150, "chip"),
            ]
        )
        self.table.hide()
        self.empty = EmptyState()
        self._about = Label("", Type.BODY, weight=600, wrap=True, figures=True)
        self._said = Label("", Type.TABLE, wrap=True, figures=True)
        self.note = Field()
        self.deeds = {what: Button("", "secondary", icon=icon, key=key, wide=True) for what, icon, key in DEEDS}
        self.consent_button = Button("", "quiet", icon="shield-check", key="Ctrl+G", height=MEDIUM)
        self.who = Field()
        self.lines: Table[Line] = Table([Column(lambda: _("Household"), _line_words, 0, "name")])
        self.right = Segmented([(right, "") for right in RIGHTS], "see", height=32)
        self.words = Field()
        self.save_button = Button("", "primary", icon="check", key="Ctrl+Enter", shortcut="Ctrl+Return", wide=True)
        self.cancel_button = Button("", "secondary", icon="x", key="Esc", shortcut="", wide=True)
        self._heads = [Label("", Type.PANEL, weight=600), Label("", Type.TABLE, weight=600)]
        self._build()
        self._connect()
        self.retranslate()

    def _build(self) -> None:
        panel = self._register = Panel(pad=1, gap=0)
        panel.column.addWidget(self.table, 1)
        panel.column.addWidget(self.empty, 1)
        self.side = Panel(pad=(14, 12, 14, 12), gap=8)
        for widget in (self._about, self._said):
            self.side.column.addWidget(widget)
        self.side.column.addStretch()
        self.side.column.addWidget(self.note)
        for button in (*self.deeds.values(), self.consent_button):
            self.side.column.addWidget(button)
        self.form = Panel(pad=(14, 12, 14, 12), gap=8)
        self.form.column.addWidget(self._heads[0])
        self.form.column.addWidget(self.who)
        self.form.column.addWidget(self.lines, 1)
        self.form.column.addWidget(self._heads[1])
        for part in (self.right, self.words, self.save_button, self.cancel_button):
            self.form.column.addWidget(part)
        right = QWidget()
        both = QVBoxLayout(right)
        both.setContentsMargins(0, 0, 0, 0)
        both.addWidget(self.side)
        both.addWidget(self.form)
        self.form.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(16), theme.px(14), theme.px(16), theme.px(12))
        column.setSpacing(theme.px(10))
        column.addWidget(Head((self._title, self._sub), (self.off_button, self.new_button)))
        column.addWidget(self.strip)
        self._columns = Columns(panel, right, 430, low=560)
        column.addWidget(self._columns, 1)

    def _connect(self) -> None:
        self.table.row_changed.connect(self._show_row)
        self.new_button.clicked.connect(lambda: self.begin(""))
        self.empty.acted.connect(lambda: self.begin(""))
        self.who.changed.connect(self._search)
        self.save_button.clicked.connect(self._save)
        self.cancel_button.clicked.connect(self._close_form)
        self.consent_button.clicked.connect(lambda: self.desk.go("consent"))
        QShortcut(QKeySequence("Ctrl+Enter"), self).activated.connect(self._save)
        for what, button in self.deeds.items():
            button.clicked.connect(lambda _checked=False, what=what: self._note(what))
        self.desk.data_changed.connect(self.read)

    # words

    def title(self) -> str:
        """Return the screen's name."""
        return _("Requests of households")

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self._title.setText(self.title())
        self.new_button.setText(_("New request"))
        self.off_button.setText(_("Holidays…"))
        self.note.say(_("What was done, or why"), _("needed for 2 and 3"))
        names = (_("Answered the household"), _("More time (15 days)"), _("Declined"), _("It was done"))
        for button, name in zip(self.deeds.values(), names, strict=True):
            button.setText(name)
        self.consent_button.setText(_("Consent register: copy, withdraw, erase"))
        self._heads[0].setText(_("New request"))
        self.who.say(_("Household"), _("number, name or telephone"))
        self._heads[1].setText(_("Asks to"))
        self.right.say(
            {"see": _("See"), "correct": _("Correct"), "withdraw": _("Withdraw"), "erase": _("Erase"),
             "complain": _("Complain")}, _("Asks to"),
        )  # fmt: skip
        self.words.say(_("In its own words"), _("as short as can be"))
        self.save_button.setText(_("Enter it into the register"))
        self.cancel_button.setText(_("Cancel"))
        self.empty.say(
            _("No household has asked for anything."),
            _("Everybody interviewed may see, correct, withdraw, erase, or complain. The law sets the days."),
            _("New request"),
        )
        self.table.setAccessibleName(self.title())
        self.lines.setAccessibleName(_("Household"))
        for table in (self.table, self.lines):
            table.retranslate()
        self.show_requests(self.found)

    def hints(self) -> list[Hint]:
        """Return the shortcuts."""
        if not self.form.isHidden():
            return [Hint(("Ctrl+Enter",), _("Enter it")), Hint(("Esc",), _("Cancel")), Hint(("F1",), _("Help"))]
        own = [Hint(("1", "–", "4"), _("Note what was done"))] if self.found else []
        return [
            Hint(("Ctrl+N",), _("New request")),
            *own,
            Hint(("Ctrl+G",), _("Consent register")),
            Hint(("Esc",), _("Back")),
            Hint(("F1",), _("Help")),
        ]

    def help_text(self) -> str:
        """Explain the rights and the days."""
        return _(
            "The law gives everybody interviewed the right to see what is kept, to correct it, to take the consent "
            "back, to have everything erased, and to complain.\n\n"
            "The household must have an answer within 2 working days, not counting weekends and holidays. A withdrawal "
            "is done within 15 days, everything else within 10; once, with a reason, 15 days more. What is due stands "
            "on the first screen.\n\n"
            "Copies, withdrawals and erasures are made in the consent register; note here that it was done. A request "
            "taken in on a laptop reaches the office with the next bundle, and what the office did about it comes back "
            "with the household list."
        )

    # holidays

    def _days_off(self) -> None:
        self.desk.run(days_off, done=lambda days: self._ask_days_off(days_words(days)))

    def _ask_days_off(self, before: str, fault: str = "") -> None:
        """Ask for the holidays until they can be read, or nothing is to be changed."""
        dialog = DaysOffDialog(before, fault, self)
        agreed, words = bool(dialog.exec()), dialog.days()
        dialog.deleteLater()
        if agreed:

            def again(error: BaseException) -> None:
                self._ask_days_off(words, getattr(error, "message", "") or str(error))

            self.desk.write(keep_days_off, words, done=lambda _days: self.read(), failed=again)

    # data

    def refresh(self, **arguments: object) -> None:
        """Read the register; ``household=ID`` begins a new request of that household."""
        self.strip.hide()
        self.read()
        household = str(arguments.get("household", ""))
        if household:
            self.begin(household)

    def first_focus(self) -> QWidget:
        """Return the table, or the form that is open."""
        if not self.form.isHidden():
            return self.words.edit if self._household else self.who.edit
        return self.table if self.table.isVisibleTo(self) else self.new_button

    def read(self) -> None:
        """Read the register again."""
        if self.desk.lane.is_open:
            self.desk.run(requests, done=self.show_requests)

    def show_requests(self, found: Sequence[Request]) -> None:
        """Show what was read."""
        self.found = found
        still, due = sum(one.is_open for one in found), len(due_now(found, self._today()))
        words = ngettext("{count} open", "{count} open", still).format(count=_number(still))
        if due:
            words += ", " + ngettext("{count} due now", "{count} due now", due).format(count=_number(due))
        self._sub.setText(words)
        self.table.set_rows(found, key=lambda row: row.id)
        fresh = found and self.new_button.hasFocus() and self.table.isHidden()
        self.table.setVisible(bool(found))
        if fresh:
            self.table.setFocus()
        self.empty.setVisible(not found)
        if found and self.table.current_row() is None:
            self.table.select(0)
        self._show_row(self.table.current_row())
        self.hints_changed.emit()

    def _show_row(self, row: Request | None) -> None:
        self._about.setText("" if row is None else f"{_household(row)}: {_(RIGHTS[row.right])}")
        self._said.setText("" if row is None else "\n\n".join([_days(row), *map(self._deed_words, row.deeds)]))
        for what, button in self.deeds.items():
            button.setEnabled(
                row is not None
                and row.is_open
                and not (what == REQUEST_LONGER and row.longer)
                and not (what == REQUEST_ANSWERED and row.state == "answered")
            )
        self.note.setEnabled(row is not None and row.is_open)

    def _deed_words(self, deed: object) -> str:
        what, at, by, note = (getattr(deed, name) for name in ("what", "at", "by", "note"))
        moment = parse(at)
        when = day_and_time(moment, self.desk.clock()) if moment else at
        first = ", ".join(part for part in (f"{when}: {_(EVENTS[what])}", by) if part)
        return "\n".join(part for part in (first, note) if part)

    def _today(self) -> dt.date:
        return self.desk.clock().date()

    # deeds

    def _note(self, what: str) -> None:
        row = self.table.current_row()
        if row is not None:
            self.desk.write(
                note_deed, row.id, what, self.desk.person.id, self.note.text(), self.desk.clock,
                done=lambda _id: self._noted(_("Noted.")), failed=self._failed,
            )  # fmt: skip

    def _noted(self, words: str) -> None:
        self.note.set_text("")
        self.strip.say(words, kind="ok")
        self.strip.show()
        self.read()
        self.table.setFocus()

    def _failed(self, error: BaseException) -> None:
        self.strip.say_error(error)
        self.strip.show()

    # a new request

    def begin(self, household: str) -> None:
        """Open the form of a new request."""
        self._household = household
        line = self.desk.store.line(household) if household else None
        self.who.set_text(_line_words(line) if line is not None else "")
        self.words.set_text("")
        self.lines.set_rows([line] if line is not None else [])
        if line is not None:
            self.lines.select(0)
        self.side.hide()
        self.form.show()
        self._arrange()
        self.first_focus().setFocus()
        QTimer.singleShot(0, self, lambda: bring_into_view(self.first_focus()))
        self.hints_changed.emit()

    def _search(self, text: str) -> None:
        if not self.form.isHidden():
            self.desk.run(twins, text, "", done=self._show_lines)

    def _show_lines(self, lines: Sequence[Line]) -> None:
        self.lines.set_rows(lines, key=lambda line: line.household.id)
        if lines and self.lines.current_row() is None:
            self.lines.select(0)

    def _save(self) -> None:
        line = self.lines.current_row()
        if self.form.isHidden():
            return
        if line is None:
            self.strip.say(_("Which household asks?"), _("Type its number or name and choose it."), kind="warn")
            self.strip.show()
            self.who.edit.setFocus()
            return
        self.desk.write(
            take_in, line.household.id, self.right.value(), self.desk.person.id, self.words.text(), self.desk.clock,
            done=self._taken_in, failed=self._failed,
        )  # fmt: skip

    def _taken_in(self, _request: str) -> None:
        self._close_form()
        self._noted(_("The request is in the register."))

    def _close_form(self) -> None:
        self._household = ""
        self.form.hide()
        self.side.show()
        self._arrange()
        self.first_focus().setFocus()
        self.hints_changed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the register out while the form has no room beside it."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        self._register.setVisible(self.form.isHidden() or not self._columns.is_stacked)

    def back(self) -> bool:
        """Esc closes the form of a new request."""
        if not self.form.isHidden():
            self._close_form()
            return True
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A digit notes what was done about the chosen request."""
        button = next((self.deeds[what] for what, _icon, key in DEEDS if key == event.text()), None)
        if button is not None and self.form.isHidden() and not event.modifiers():
            button.click()
            return
        super().keyPressEvent(event)


class DueRequests(Banner):
    """A strip on the first screen of the day: requests of households that are due."""

    def __init__(self, desk: Desk) -> None:
        super().__init__("warn", icon="shield-alert")
        self._desk = desk
        self._found: Sequence[Request] = ()
        self.button = self.make_button("", icon="arrow-right")
        self.button.clicked.connect(lambda: desk.go("requests"))
        desk.data_changed.connect(self.read)
        self.hide()

    def read(self) -> None:
        """Read what is due."""
        if self._desk.lane.is_open:
            self._desk.run(requests, done=self.show_due)

    def show_due(self, found: Sequence[Request]) -> None:
        """Show what is due, or nothing."""
        today = self._desk.clock().date()
        self._found = found
        due = due_now(found, today)
        late = sum(one.status(today) == "overdue" for one in due)
        self.setVisible(bool(due))
        if due:
            words = ngettext(
                "{count} request of a household is due", "{count} requests of households are due", len(due)
            )
            overdue = ngettext("{count} is overdue.", "{count} are overdue.", late).format(count=_number(late))
            self.say(words.format(count=_number(len(due))), overdue if late else _household(due[0]),
                     kind="err" if late else "warn")  # fmt: skip
            self.button.setText(_("Open the register"))

    def retranslate(self) -> None:
        """Say it in the language spoken now."""
        self.show_due(self._found)


def _household(row: Request) -> str:
    return f"{row.household.number:03d} {row.household.head_name}".strip()


def _line_words(line: Line) -> str:
    return f"{line.household.number:03d} {line.household.head_name}".strip()


def _days(row: Request) -> str:
    words = _("An answer by {answer}, done by {due}.")
    return words.format(answer=show_date(row.answer_due), due=show_date(row.due))


def _number(count: int) -> str:
    return show_number(count, 0, i18n.language())
