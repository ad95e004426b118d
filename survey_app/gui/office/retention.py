"""Deleting the names of a round that is over: what would go, what is in the way, doing it, and what was deleted."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QVBoxLayout, QWidget

from survey_app import i18n
from survey_app.clock import Clock
from survey_app.gui import theme
from survey_app.gui.backup import folder_for
from survey_app.gui.desk import Desk
from survey_app.gui.parts import MEDIUM, Banner, Button, Column, Field, Label, Panel, Scrolled, Segmented, Table
from survey_app.gui.parts.columns import Columns, Head
from survey_app.gui.parts.dialog import confirm
from survey_app.gui.remembered import remember
from survey_app.gui.screen import Hint, Screen
from survey_app.gui.theme import Type
from survey_app.i18n import _
from survey_app.operations.consent import moment_words
from survey_app.operations.retention import (
    MARKED,
    REASON_WORDS,
    Deleted,
    Preview,
    Question,
    delete_names,
    deletions,
    preview,
    write_minutes,
)
from survey_app.records import NOTE, Round
from survey_app.store import Store
from survey_app.text import show_date, show_number

_FOLDER = "report-folder"
WOULD_GO, WAS_DELETED = "would_go", "was_deleted"


@dataclass(frozen=True)
class RetentionFacts:
    """What the screen shows.

    Attributes:
        rounds: every round, the present one first.
        found: what would go from the one that is chosen.
        deleted: what was deleted before.
        people: id to name of who decided.
        forms: id to title of the forms.
    """

    rounds: tuple[Round, ...]
    found: Preview
    deleted: tuple[Deleted, ...]
    people: dict[str, str]
    forms: dict[str, str]


def read_retention(store: Store, code: str, lists: bool | None, clock: Clock) -> RetentionFacts:
    """Read what would go and what went; runs in the store's lane."""
    now = store.round()
    rounds = sorted(store.rounds(), key=lambda each: (now is None or each.code != now.code, each.code))
    people = {person.id: person.name for person in store.enumerators()}
    forms = {each.id: each.title for each in store.forms()}
    return RetentionFacts(tuple(rounds), preview(store, code, lists, clock), tuple(deletions(store)), people, forms)


class RetentionScreen(Screen):
    """Questions whose answers would go at the left, how much at the right; nothing happens before it is confirmed."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.facts: RetentionFacts | None = None
        self._lists: bool | None = None
        self._title = Label("", Type.TITLE)
        self._sub = Label("", Type.TABLE, "text2", wrap=True, figures=True)
        self.switch = Segmented([(WOULD_GO, ""), (WAS_DELETED, "")], WOULD_GO)
        self.strip = Banner("ok")
        self.strip.hide()
        self.table: Table[Question] = Table(
            [
                Column(lambda: _("Question"), _asks, 0, "name"),
                Column(lambda: _("Form"), self._form, 190, priority=2),
                Column(lambda: _("Answers"), lambda row: _number(row.answers), 100, "number", priority=1),
                Column(lambda: _("What stays"), _stays, 170),
            ]
        )
        self.before: Table[Deleted] = Table(
            [
                Column(lambda: _("When"), lambda row: moment_words(row.forgetting.made_at), 150, "figures"),
                Column(lambda: _("Round"), lambda row: row.forgetting.round, 130),
                Column(lambda: _("Reason"), lambda row: _(REASON_WORDS[row.forgetting.reason]), 0, priority=2),
                Column(lambda: _("Decided by"), self._who, 180, priority=1),
                Column(lambda: _("Households"), lambda row: _number(row.went.households), 110, "number"),
            ]
        )
        self._head = Label("", Type.PANEL, weight=600)
        self.round_box = QComboBox()
        self.round = Field("", edit=self.round_box)
        self._amounts = Label("", Type.TABLE, wrap=True, figures=True)
        self.ahead = Banner("warn", stacked=True)
        self.lists_box = QCheckBox()
        self._why = Label("", Type.TABLE, weight=600)
        self.reason = Segmented([(reason, _(word)) for reason, word in REASON_WORDS.items()], "expired")
        self._besides = Label("", Type.TABLE, "text2", wrap=True, figures=True)
        self.delete_button = Button("", "danger", icon="trash-2", key="Ctrl+Delete", height=MEDIUM, wide=True)
        self.record_button = Button("", "secondary", icon="file-output", key="Ctrl+E", height=MEDIUM)
        self._build()
        self._connect()
        self.retranslate()

    def _build(self) -> None:
        rows = Panel(pad=1, gap=0)
        rows.column.addWidget(self.table, 1)
        rows.column.addWidget(self.before, 1)
        main = QWidget()
        left = QVBoxLayout(main)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(theme.px(10))
        left.addWidget(Head((self._title, self._sub), (self.record_button,)))
        left.addWidget(self.switch)
        left.addWidget(self.strip)
        left.addWidget(rows, 1)
        side = Panel(pad=(14, 12, 14, 12), gap=10)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(10))
        words = (self._head, self.round, self._amounts, self.ahead, self.lists_box, self._why, self.reason)
        for widget in (*words, self._besides):
            column.addWidget(widget)
        column.addStretch()
        side.column.addWidget(Scrolled(inside), 1)
        side.column.addWidget(self.delete_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(theme.px(16), theme.px(14), theme.px(16), theme.px(12))
        whole.addWidget(Columns(main, side, 440, low=600))

    def _connect(self) -> None:
        self.switch.chosen.connect(lambda _which: self._say())
        self.round_box.activated.connect(lambda _row: self._choose(None))
        self.lists_box.clicked.connect(self._choose)
        self.delete_button.clicked.connect(self._delete)
        self.record_button.clicked.connect(self._write)
        self.before.row_changed.connect(lambda _row: self._say())

    # words

    def title(self) -> str:
        """Return the screen's name."""
        return _("Deleting names")

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self._title.setText(self.title())
        self._sub.setText(_("Names go when a round is over; all figures stay as they are."))
        self.switch.say({WOULD_GO: _("What would go"), WAS_DELETED: _("What was deleted")}, self.title())
        self.round.say(_("Round"), "")
        self.lists_box.setText(_("Also the names on the lists of households"))
        self._why.setText(_("Why"))
        self.reason.say({"expired": _("Time is over"), "ordered": _("It was ordered")}, _("Why"))
        self.delete_button.setText(_("Delete these names"))
        self.record_button.setText(_("Write the record"))
        self.table.setAccessibleName(_("What would go"))
        self.before.setAccessibleName(_("What was deleted"))
        for table in (self.table, self.before):
            table.retranslate()
        if self.facts is not None:
            self.show_facts(self.facts)
        self._say()

    def hints(self) -> list[Hint]:
        """Return the shortcuts."""
        return [
            Hint(("↑", "↓"), _("Choose")),
            Hint(("Ctrl+Delete",), _("Delete these names")),
            Hint(("Ctrl+E",), _("Write the record")),
            Hint(("Esc",), _("Back")),
            Hint(("F1",), _("Help")),
        ]

    def help_text(self) -> str:
        """Explain what goes and what stays."""
        return _(
            "What may name a person or a dwelling goes: names, telephones, addresses, days of birth, remarks, notes, "
            "reasons, words of comments, signatures, pictures. Everything that indicators count stays; before it "
            "counts, all of them are worked out before and after, and must say the same.\n\n"
            "It cannot be undone. Safety copies that the program made are replaced by a new one. Bundles that come "
            "later lose their names on arrival; laptops delete what the office has confirmed when they load the next "
            "receipt.\n\n"
            "Copies made by hand, exported tables and printed sheets are other files: destroy them yourself. The "
            "record of what was deleted can be written out and filed."
        )

    def first_focus(self) -> QWidget:
        """Return the list."""
        return self.table if self.switch.value() == WOULD_GO else self.before

    # data

    def refresh(self, **arguments: object) -> None:  # noqa: ARG002
        """Read what would go."""
        self.strip.hide()
        self._lists = None
        self.read()

    def read(self) -> None:
        """Read it again."""
        if self.desk.lane.is_open:
            code = str(self.round_box.currentData() or "")
            self.desk.run(
                read_retention, code, self._lists, self.desk.clock, done=self.show_facts, failed=self.strip.say_error
            )

    def show_facts(self, facts: RetentionFacts) -> None:
        """Show what was read."""
        self.facts = facts
        self.round_box.clear()
        for each in facts.rounds:
            self.round_box.addItem(each.title, each.code)
        self.round_box.setCurrentIndex(self.round_box.findData(facts.found.round.code))
        self.lists_box.setChecked(facts.found.lists)
        self.table.set_rows(facts.found.questions, key=lambda row: f"{row.form}/{row.path}")
        self.before.set_rows(tuple(reversed(facts.deleted)), key=lambda row: row.forgetting.id)
        for table in (self.table, self.before):
            if table.rows_model.rows and table.current_row() is None:
                table.selectRow(0)
        self._say()

    def _say(self) -> None:
        is_before = self.switch.value() == WAS_DELETED
        self.table.setVisible(not is_before)
        self.before.setVisible(is_before)
        self.record_button.setVisible(is_before)
        self.record_button.setEnabled(self.before.current_row() is not None)
        facts = self.facts
        self.delete_button.setEnabled(facts is not None and facts.found.is_free and bool(facts.found.revisions))
        if facts is None:
            return
        found = facts.found
        self._head.setText(_("How much would go"))
        self._amounts.setText("\n".join(amounts(found)))
        said = in_the_way(found)
        self.ahead.say(_("Not yet"), "\n".join(said), kind="warn")
        self.ahead.setVisible(bool(said))
        self._besides.setText("\n".join(elsewhere(found)))
        self._besides.setVisible(bool(elsewhere(found)))

    def _form(self, row: Question) -> str:
        return self.facts.forms.get(row.form, row.form) if self.facts is not None else row.form

    def _who(self, row: Deleted) -> str:
        people = self.facts.people if self.facts else {}
        return people.get(row.forgetting.author, row.forgetting.author) or "–"

    def _choose(self, lists: bool | None) -> None:
        self._lists = lists
        self.read()

    # deeds

    def _delete(self) -> None:
        if self.facts is None or not self.delete_button.isEnabled():
            return
        found = self.facts.found
        title = _("Delete the names of “{title}”?").format(title=found.round.title)
        text = _("{households} households lose their names, here and in the safety copies. It cannot be undone.")
        text = text.format(households=_number(found.households))
        if confirm(self, title, text, _("Delete the names"), _("Keep")):
            self.delete()

    def delete(self) -> None:
        """Delete the names of the round that is shown."""
        if self.facts is not None:
            found = self.facts.found
            self.delete_button.setEnabled(False)
            self.desk.write(
                delete_names, found.round.code, self.reason.value(), lists=found.lists, clock=self.desk.clock,
                done=self._deleted, failed=self._failed,
            )  # fmt: skip

    def _deleted(self, done: Deleted) -> None:
        title = _("The names are deleted; all figures are as before.")
        said = _("This safety copy still holds the names; remove it yourself: {path}")
        left = [said.format(path=path) for path in done.copies_left]
        self.strip.say(title, "\n".join(left), kind="warn" if left else "ok")
        self.strip.show()
        self.switch.set_value(WAS_DELETED)
        self.read()

    def _failed(self, error: BaseException) -> None:
        self.strip.say_error(error)
        self.read()

    def _write(self) -> None:
        row = self.before.current_row()
        if row is None:
            return
        name = _("names-deleted") + f"-{row.forgetting.round}.csv"
        where = str(Path(folder_for(_FOLDER)) / name)
        path, _kind = QFileDialog.getSaveFileName(self, _("Write the record"), where, "CSV (*.csv)")
        if path:
            remember(_FOLDER, str(Path(path).parent))
            self.desk.run(write_minutes, row.forgetting.id, Path(path), done=self._written, failed=self.strip.say_error)

    def _written(self, path: Path) -> None:
        self.strip.say(_("Written and ready to file."), str(path), kind="ok")
        self.strip.show()


def amounts(found: Preview) -> list[str]:
    """Return how much would go, a line each."""
    counted = (
        (found.households, _("{count} households and units")),
        (found.revisions, _("{count} versions of forms, visits and comments")),
        (found.words, _("{count} reasons and words of comments")),
        (found.lines, _("{count} names on the lists")),
        (found.files, _("{count} pictures and files")),
        (len(found.copies), _("{count} safety copies, replaced by a new one")),
    )
    return [text.format(count=_number(count)) for count, text in counted if count] or [_("Nothing is left to delete.")]


def in_the_way(found: Preview) -> list[str]:
    """Return what has to be done first, a line each."""
    said = []
    if not found.ended:
        day = show_date(dt.date.fromisoformat(found.round.ends)) if found.round.ends else "–"
        said.append(_("The round is not over until {day}; nothing can be deleted yet.").format(day=day))
    counted = (
        (found.conflicts, _("{count} conflicts must be settled first.")),
        (found.drafts, _("{count} open interviews must be finished or thrown away first.")),
        (found.kept, _("{count} bundles kept aside must be accepted first.")),
    )
    return said + [text.format(count=_number(count)) for count, text in counted if count]


def elsewhere(found: Preview) -> list[str]:
    """Return what only a person can destroy, a line each."""
    counted = (
        (found.others, _("{count} copies were made by hand: find and remove them yourself.")),
        (found.exports, _("{count} files with names were written: find and remove them yourself.")),
    )
    return [text.format(count=_number(count)) for count, text in counted if count]


def _number(count: int) -> str:
    return show_number(count, 0, i18n.language())


def _asks(row: Question) -> str:
    words = row.label or _("Worked out by the form: {name}").format(name=row.path.removesuffix(NOTE).rpartition("/")[2])
    return _("Notes: {question}").format(question=words) if row.path.endswith(NOTE) else words


def _stays(row: Question) -> str:
    return _("a mark stays") if row.what == MARKED else _("nothing stays")
