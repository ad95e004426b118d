"""The log of what was done in this data file: when, by whom, what; whether its chain is whole; written out as CSV."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from survey_app.gui import theme
from survey_app.gui.backup import folder_for
from survey_app.gui.desk import Desk
from survey_app.gui.parts import MEDIUM, Banner, Button, Column, Label, Panel, SearchField, Table
from survey_app.gui.parts.columns import Head, Page
from survey_app.gui.remembered import remember
from survey_app.gui.screen import Hint, Screen
from survey_app.gui.theme import Type
from survey_app.i18n import _, ngettext
from survey_app.operations.consent import moment_words
from survey_app.operations.deeds import about_words, action_word, write_log
from survey_app.store import Store, deeds
from survey_app.store.deeds import Deed
from survey_app.text import fold


@dataclass(frozen=True)
class LogFacts:
    """What the screen shows.

    Attributes:
        deeds: the lines, the newest first.
        broken: number of the line where the chain is broken, 0 for none.
        people: id to name.
        households: id to what a household is called here, by its number, not its name.
    """

    deeds: tuple[Deed, ...]
    broken: int
    people: Mapping[str, str]
    households: Mapping[str, str]


def read_log(store: Store) -> LogFacts:
    """Read the log; runs in the store's lane."""
    found = store.deeds()
    people = {person.id: person.name for person in store.enumerators()}
    numbers: dict[str, str] = {}
    for named in {str(deed.about["household"]) for deed in found if "household" in deed.about}:
        household = store.household(named)
        if household is not None:
            numbers[named] = f"{household.number:03d} ({household.village_code})"
    return LogFacts(tuple(reversed(found)), deeds.first_break(found), people, numbers)


class LogScreen(Screen):
    """One line a deed, the newest first."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.facts = LogFacts((), 0, {}, {})
        self._title = Label("", Type.TITLE)
        self._sub = Label("", Type.TABLE, "text2", wrap=True, figures=True)
        self.search = SearchField()
        self.search.textChanged.connect(lambda _text: self._show())
        self.write_button = Button("", "secondary", icon="file-output", key="Ctrl+E", height=MEDIUM)
        self.write_button.clicked.connect(self._choose_file)
        self.strip = Banner("ok")
        self.strip.hide()
        self.table: Table[Deed] = Table(
            [
                Column(lambda: _("Line"), lambda row: str(row.position), 70, "number", priority=3),
                Column(lambda: _("When"), lambda row: moment_words(row.at), 150, "figures"),
                Column(lambda: _("Who did it"), self._who, 190, priority=1),
                Column(lambda: _("What"), lambda row: action_word(row.action), 250, "name"),
                Column(lambda: _("Details"), self._about, 0, tone=lambda _row: "text2", priority=2),
            ]
        )
        self._whole = Label("", Type.TABLE, "text2", wrap=True, figures=True)
        self.table.row_changed.connect(lambda row: self._whole.setText(self._words(row) if row else ""))
        panel = Panel(pad=1, gap=0)
        panel.column.addWidget(self.table, 1)
        below = QVBoxLayout()
        below.setContentsMargins(theme.px(14), theme.px(8), theme.px(14), theme.px(8))
        below.addWidget(self._whole)
        panel.column.addLayout(below)
        column = Page.filling(self)
        column.setContentsMargins(theme.px(16), theme.px(14), theme.px(16), theme.px(12))
        column.setSpacing(theme.px(10))
        column.addWidget(Head((self._title, self._sub), (self.write_button,)))
        column.addWidget(self.search)
        column.addWidget(self.strip)
        column.addWidget(panel, 1)
        QShortcut(QKeySequence("Ctrl+F"), self).activated.connect(self.search.setFocus)
        self.retranslate()

    def _who(self, row: Deed) -> str:
        return self.facts.people.get(row.who, row.who) or "–"

    def _about(self, row: Deed) -> str:
        return about_words(row, self.facts.households)

    def _words(self, row: Deed) -> str:
        return "\n".join(part for part in (about_words(row, whole=True), row.chain) if part)

    def title(self) -> str:
        """Return the screen's name."""
        return _("Log of what was done")

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self._title.setText(self.title())
        self.search.say(_("Search by person, action or number (accents not needed)"))
        self.write_button.setText(_("Write as CSV"))
        self.table.setAccessibleName(self.title())
        self.table.retranslate()
        self._show()

    def hints(self) -> list[Hint]:
        """Return the shortcuts."""
        return [
            Hint(("↑", "↓"), _("Choose")),
            Hint(("Ctrl+F",), _("Search")),
            Hint(("Ctrl+E",), _("Write as CSV")),
            Hint(("Esc",), _("Back")),
            Hint(("F1",), _("Help")),
        ]

    def help_text(self) -> str:
        """Explain the log."""
        return _(
            "Every opening, merge, decision, export, print, safety copy, change of passphrase and wrong passphrase "
            "stands here, and who looked at which household. No answer and no name of a person interviewed does.\n\n"
            "A line cannot be changed or removed: each holds a fingerprint of the one before it. Written out as CSV "
            "and kept elsewhere, it also shows later that nothing was taken out of the log."
        )

    def refresh(self, **arguments: object) -> None:  # noqa: ARG002
        """Read the log."""
        self.strip.hide()
        self._read()

    def _read(self) -> None:
        self.desk.run(read_log, done=self.show_facts)

    def show_facts(self, facts: LogFacts) -> None:
        """Show what was read."""
        self.facts = facts
        if facts.broken:
            words = _("Keep this file as it is, and compare it with a safety copy or with a log that was handed out.")
            said = _("The log was altered at line {number}.").format(number=facts.broken)
            self.strip.say(said, words, kind="err")
            self.strip.show()
        self._show()

    def _show(self) -> None:
        words = fold(self.search.text()).split()
        shown = [
            row
            for row in self.facts.deeds
            if all(
                word in fold(f"{row.position} {self._who(row)} {action_word(row.action)} {self._about(row)}")
                for word in words
            )
        ]
        self.table.set_rows(shown, key=lambda row: row.position)
        count = len(self.facts.deeds)
        lines = ngettext("%d line", "%d lines", count) % count
        self._sub.setText(lines if self.facts.broken else _("{lines}, the chain is whole").format(lines=lines))

    def first_focus(self) -> QWidget:
        """Return the table."""
        return self.table

    def _choose_file(self) -> None:
        where = str(Path(folder_for("report-folder")) / f"log-{self.desk.store.device}.csv")
        name, _kind = QFileDialog.getSaveFileName(self, _("Write as CSV"), where, "CSV (*.csv)")
        if name:
            remember("report-folder", str(Path(name).parent))
            self.write(Path(name))

    def write(self, path: Path) -> None:
        """Write the log to a file."""
        self.desk.write(write_log, path, done=self._written, failed=self.strip.say_error)

    def _written(self, path: Path) -> None:
        self.strip.say(_("Written and ready to hand out."), str(path), kind="ok")
        self.strip.show()
        self._read()
