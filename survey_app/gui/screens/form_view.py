"""One household's form to read: answers with their notes, every version with who and when, consent. Changes nothing."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from survey_app import i18n
from survey_app.gui import theme
from survey_app.gui.desk import Desk
from survey_app.gui.parts import MEDIUM, Banner, Button, Chip, Column, EmptyState, Label, Panel, Separator, Table
from survey_app.gui.parts.columns import Columns, Head, Page
from survey_app.gui.screen import Hint, Screen
from survey_app.gui.screens.exchange import ask_words, said_lines
from survey_app.gui.screens.unfinished import entry_columns
from survey_app.gui.theme import Type
from survey_app.i18n import N_, _, ngettext
from survey_app.operations.comments import Exchange, ask, exchanges
from survey_app.operations.consent import moment_words
from survey_app.operations.contents import Entry
from survey_app.operations.form_history import FormHistory, Version, form_history
from survey_app.store import Store

KINDS = {
    "answers": N_("Answers"),
    "void": N_("Made void"),
    "choice": N_("Difference settled"),
}
"""Words of what a version is."""


class FormViewScreen(Screen):
    """Answers at the left, consent and versions at the right."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.facts: FormHistory | None = None
        self._household = self._form = ""
        self._title = Label("", Type.TITLE, figures=True, elide=True)
        self._sub = Label("", Type.TABLE, "text2", figures=True, wrap=True)
        self.chip = Chip("given")
        self.ask_button = Button("", "secondary", icon="pencil", key="Ctrl+R", height=MEDIUM)
        self.ask_button.clicked.connect(self._ask)
        self._exchanges: dict[str, list[Exchange]] = {}
        self._at = ""
        self.strip = Banner("warn")
        self.strip.hide()
        self.table: Table[Entry] = Table(entry_columns(150, 210, 130))
        self._whole = Label("", Type.TABLE, wrap=True, figures=True)
        self.picture = QLabel()
        self.table.row_changed.connect(self._show_whole)
        self.empty = EmptyState()
        self._heads = [Label("", Type.PANEL, weight=600), Label("", Type.PANEL, weight=600)]
        self._consent = Label("", Type.TABLE, wrap=True, figures=True)
        self.versions: Table[Version] = Table(
            [
                Column(lambda: _("When"), lambda row: moment_words(row.at), 150, "figures"),
                Column(lambda: _("What and who"), _what, 0),
            ]
        )
        self._version = Label("", Type.TABLE, "text2", wrap=True, figures=True)
        self.versions.row_changed.connect(lambda row: self._version.setText(_what(row) if row is not None else ""))
        self.history_button = Button("", "secondary", icon="clock", key="H", height=MEDIUM)
        self.history_button.clicked.connect(lambda: self.desk.go("history", household=self._household))
        self._build()
        self.desk.data_changed.connect(self._read)
        self.retranslate()

    def _build(self) -> None:
        named = QWidget()
        name = QHBoxLayout(named)
        name.setContentsMargins(0, 0, 0, 0)
        name.setSpacing(theme.px(10))
        name.addWidget(self._title)
        name.addWidget(self.chip)
        name.addStretch()
        answers = Panel(pad=1, gap=0)
        answers.column.addWidget(self.table, 1)
        answers.column.addWidget(self.empty, 1)
        answers.column.addWidget(Separator())
        whole = QVBoxLayout()
        whole.setContentsMargins(theme.px(14), theme.px(8), theme.px(14), theme.px(10))
        row = QHBoxLayout()
        row.setSpacing(theme.px(12))
        row.addWidget(self._whole, 1)
        row.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        whole.addLayout(row)
        answers.column.addLayout(whole)
        side = Panel(pad=(14, 12, 14, 12), gap=8)
        side.column.addWidget(self._heads[0])
        side.column.addWidget(self._consent)
        side.column.addWidget(self._heads[1])
        side.column.addWidget(self.versions, 1)
        side.column.addWidget(self._version)
        column = Page.filling(self)
        column.setContentsMargins(theme.px(16), theme.px(14), theme.px(16), theme.px(12))
        column.setSpacing(theme.px(8))
        column.addWidget(Head((named, self._sub), (self.ask_button, self.history_button)))
        column.addWidget(self.strip)
        column.addWidget(Columns(answers, side, 400), 1)

    def title(self) -> str:
        """Return the screen's name; never the household's."""
        return _("What the form says")

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self.ask_button.setText(_("Ask about this answer"))
        self.history_button.setText(_("History"))
        self._heads[0].setText(_("Consent"))
        self._heads[1].setText(_("Versions"))
        self.empty.say(_("There is no form of this household yet."), _("It stands here after the interview."))
        for table, words in ((self.table, _("Answers and notes")), (self.versions, _("Versions"))):
            table.setAccessibleName(words)
            table.retranslate()
        self.chip.retranslate()
        if self._household:
            self._read()

    def hints(self) -> list[Hint]:
        """Return the shortcuts."""
        return [
            Hint(("↑", "↓"), _("Look at the answers")),
            *([Hint(("Ctrl+R",), _("Ask about this answer"))] if not self.ask_button.isHidden() else []),
            Hint(("Tab",), _("Versions")),
            Hint(("H",), _("History")),
            Hint(("Esc",), _("Back")),
            Hint(("F1",), _("Help")),
        ]

    def help_text(self) -> str:
        """Explain what stands here."""
        reading = _(
            "Everything that counts for this household now, in words, with the notes of the enumerators. Where an "
            "answer was refused or not known, that stands in its place.\n\n"
            "Every version stays: who wrote it down when and on which machine, and how many answers it changed. "
            "Nothing can be changed here; a correction is made in the form itself."
        )
        asking = _(
            "The supervisor can ask about an answer: the laptops hear of it with the next household list, and the "
            "household needs correction until somebody answers."
        )
        return f"{reading}\n\n{asking}"

    def refresh(self, **arguments: object) -> None:
        """Read the form of ``household``; ``form=ID`` says which of several."""
        if arguments.get("household"):
            self._form = str(arguments.get("form", ""))
        self._household = str(arguments.get("household", "")) or self._household or self.desk.worked_at
        self._at = str(arguments.get("at", ""))
        self.ask_button.setVisible(self.desk.person.role == "supervisor")
        if self._household:
            self.desk.run(Store.note_look, "form", household=self._household)
        self._read()

    def _read(self) -> None:
        if self.desk.lane.is_open and self._household:
            self.desk.run(exchanges, self._household, "", i18n.language(), done=self._show_exchanges)
            self.desk.run(form_history, self._household, i18n.language(), self._form, done=self.show_facts)

    def _show_exchanges(self, found: list[Exchange]) -> None:
        self._exchanges = {}
        for each in found:
            self._exchanges.setdefault(each.address, []).append(each)

    def _ask(self) -> None:
        """Ask about the answer of the current line; with no line about the whole form."""
        row, facts = self.table.current_row(), self.facts
        if facts is None or not facts.submission:
            return
        said = (
            "\n".join(part for part in (f"{row.number} {row.question}".strip(), row.person, row.answer) if part)
            if row
            else ""
        )
        words = ask_words(self, _("Send the form back with a question?"), said, _("What is to be checked"), _("Ask"))
        if words:
            address = row.address if row is not None else ""
            self._at = address
            self.desk.write(ask, facts.submission, address, words, self.desk.person.id, clock=self.desk.clock)

    def show_facts(self, facts: FormHistory | None) -> None:
        """Show what was read."""
        if facts is None or facts.household.id != self._household:
            return
        self.facts = facts
        self._title.setText(f"{facts.household.number:03d} {facts.household.head_name}")
        answers, notes = len(facts.entries), sum(bool(entry.note) for entry in facts.entries)
        words = [ngettext("%d answer", "%d answers", answers) % answers]
        words += [ngettext("%d note", "%d notes", notes) % notes] if notes else []
        self._sub.setText(", ".join([facts.form, *words]) if facts.state else "")
        self._sub.setVisible(bool(facts.state))
        self.table.set_rows(facts.entries, key=lambda entry: entry.address)
        self.table.setVisible(bool(facts.entries))
        self.empty.setVisible(not facts.entries)
        self._whole.setVisible(bool(facts.entries))
        places = [entry.address for entry in facts.entries]
        if facts.entries and (self._at in places or self.table.current_row() is None):
            self.table.selectRow(places.index(self._at) if self._at in places else 0)
        self._at = ""
        self.ask_button.setEnabled(facts.state not in {"", "void"})
        self._show_whole(self.table.current_row())
        self.versions.set_rows(facts.versions)
        if facts.versions and self.versions.current_row() is None:
            self.versions.selectRow(0)
        self._consent.setText(_consent_words(facts))
        self.chip.setVisible(facts.consent is not None and facts.consent.state != "unknown")
        if facts.consent is not None:
            self.chip.set_status(facts.consent.state)
        self._say_state(facts.state)

    def _show_whole(self, row: Entry | None) -> None:
        """Say the current line in full under the table, whose columns cut long words."""
        said = (f"{row.number} {row.question}".strip(), row.person, row.answer, row.note) if row is not None else ()
        asked = [said_lines(each) for each in self._exchanges.get(row.address, [])] if row is not None else []
        self._whole.setText("\n".join(part for part in (*said, *asked) if part))
        content = self.facts.pictures.get(row.picture) if row is not None and self.facts is not None else None
        found = QPixmap()
        self.picture.setVisible(content is not None and found.loadFromData(content))
        if not found.isNull() and row is not None:
            side = (theme.px(180), theme.px(96))
            modes = (Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
            self.picture.setPixmap(found.scaled(*side, *modes))
            self.picture.setAccessibleName(row.question)

    def _say_state(self, state: str) -> None:
        if state == "conflict":
            self.strip.say(_("Two versions disagree."), _("Until it is settled the answers from before stand here."))
        elif state == "void":
            self.strip.say(_("This form was made void; it does not count."), "")
        self.strip.setVisible(state in {"conflict", "void"})

    def first_focus(self) -> QWidget:
        """Return the answers."""
        return self.table

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """H shows the history."""
        if event.text().lower() == "h":
            self.history_button.click()
            return
        super().keyPressEvent(event)

    def back(self) -> bool:
        """Esc: back to the household."""
        self.desk.go("household", household=self._household)
        return True


def _what(row: Version) -> str:
    changed = ngettext("%d changed", "%d changed", row.changed) % row.changed
    parts = (_(KINDS.get(row.kind, row.kind)), row.author, row.device, changed, row.reason)
    return ", ".join(part for part in parts if part)


def _consent_words(facts: FormHistory) -> str:
    consent = facts.consent
    if consent is None:
        return ""
    said = facts.words.get(consent.answer, consent.answer)
    lines = (
        (_("Answer"), said),
        (_("Purposes agreed to"), ", ".join(facts.words.get(scope, scope) for scope in consent.scopes)),
        (_("Who agreed"), consent.person),
        (_("When"), moment_words(consent.at)),
        (_("Asked by"), facts.officer),
        (_("Withdrawn"), moment_words(consent.withdrawn_at)),
    )
    return "\n".join(f"{name}: {value}" for name, value in lines if value)
