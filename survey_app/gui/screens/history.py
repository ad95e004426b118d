"""The history of one household's forms: by version what each changed, by question all that an answer has been."""

from __future__ import annotations

from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from survey_app import i18n
from survey_app.gui import theme
from survey_app.gui.desk import Desk
from survey_app.gui.parts import Column, EmptyState, Label, Panel, Segmented, Table
from survey_app.gui.parts.columns import Columns
from survey_app.gui.screen import Hint, Screen
from survey_app.gui.theme import Type
from survey_app.i18n import N_, _, ngettext
from survey_app.operations.consent import moment_words
from survey_app.operations.tracing import Change, History, Trace, Version, history_of

VERSIONS, CHANGED, ALL = "versions", "changed", "all"

KINDS = {
    "answers": N_("Answers"),
    "void": N_("Made void"),
    "choice": N_("Difference settled"),
    "join": N_("Joined by rule"),
}
HOW = {
    "person": N_("given"),
    "form": N_("worked out"),
    "rule": N_("joined by rule"),
    "choice": N_("chosen"),
    "open": N_("not decided yet"),
}
"""Words of ``Change.how``."""

Step = tuple[Version, Change]


class HistoryScreen(Screen):
    """Versions or questions at the left, what belongs to the chosen one at the right."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.facts: History | None = None
        self._household = ""
        self._title = Label("", Type.TITLE, figures=True, elide=True)
        self._sub = Label("", Type.TABLE, "text2", figures=True, wrap=True)
        self.view = Segmented([(VERSIONS, ""), (CHANGED, ""), (ALL, "")], VERSIONS, height=32)
        self.view.chosen.connect(lambda _key: self._show())
        self.versions: Table[Version] = Table(
            [
                Column(lambda: _("When"), lambda row: moment_words(row.at) or "–", 150, "figures"),
                Column(lambda: _("What and who"), version_words, 0),
                Column(lambda: _("Changes"), lambda row: str(len(row.changes)), 84, "number", priority=1),
            ]
        )
        self.traces: Table[Trace] = Table(
            [
                Column(lambda: _("About"), lambda row: row.whose, 120, priority=1),
                Column(lambda: _("Question"), lambda row: row.question, 0),
                Column(lambda: _("Changes"), lambda row: str(len(row.steps)), 84, "number"),
            ]
        )
        self.changes: Table[Change] = Table(
            [
                Column(lambda: _("About"), lambda row: row.whose, 110, priority=3),
                Column(lambda: _("Question"), lambda row: row.question, 0),
                Column(lambda: _("Stood before"), lambda row: row.before, 0, tone=lambda _row: "text2", priority=2),
                Column(lambda: _("Stands since"), lambda row: row.after, 0, "name"),
                Column(lambda: _("How"), lambda row: _(HOW[row.how]), 150, priority=1),
            ]
        )
        self.steps: Table[Step] = Table(
            [
                Column(lambda: _("When"), lambda row: moment_words(row[0].at) or "–", 150, "figures"),
                Column(lambda: _("Who"), lambda row: row[0].author or "–", 180),
                Column(lambda: _("Laptop"), lambda row: row[0].device, 100, priority=2),
                Column(lambda: _("Answer"), lambda row: row[1].after, 0, "name"),
                Column(lambda: _("How"), lambda row: _(HOW[row[1].how]), 150, priority=1),
            ]
        )
        self._above = Label("", Type.TABLE, wrap=True, figures=True)
        self._whole = Label("", Type.TABLE, wrap=True, figures=True)
        self.versions.row_changed.connect(self._show_version)
        self.traces.row_changed.connect(self._show_trace)
        self.changes.row_changed.connect(lambda row: self._whole.setText(change_words(row) if row else ""))
        self.steps.row_changed.connect(lambda row: self._whole.setText(step_words(row) if row else ""))
        self.empty = EmptyState()
        self._build()
        self.desk.data_changed.connect(self._changed)
        self.retranslate()

    def _build(self) -> None:
        left = Panel(pad=1, gap=0)
        for widget in (self.versions, self.traces, self.empty):
            left.column.addWidget(widget, 1)
        right = Panel(pad=1, gap=0)
        right.column.addLayout(_inset(self._above))
        right.column.addWidget(self.changes, 1)
        right.column.addWidget(self.steps, 1)
        right.column.addLayout(_inset(self._whole))
        head = QHBoxLayout()
        head.setSpacing(theme.px(12))
        head.addWidget(self._title, 1)
        head.addWidget(self.view)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(16), theme.px(14), theme.px(16), theme.px(12))
        column.setSpacing(theme.px(8))
        column.addLayout(head)
        column.addWidget(self._sub)
        column.addWidget(Columns(right, left, 460, first=True), 1)

    # words

    def title(self) -> str:
        """Return the screen's name; never the household's."""
        return _("History of the form")

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self.view.say(
            {VERSIONS: _("Versions"), CHANGED: _("Changed questions"), ALL: _("All questions")}, _("What to show")
        )
        self.empty.say(_("There is no form of this household yet."), _("It stands here after the interview."))
        names = (
            (self.versions, _("Versions")),
            (self.traces, _("Questions")),
            (self.changes, _("What this version changed")),
            (self.steps, _("What this answer has been")),
        )
        for table, words in names:
            table.setAccessibleName(words)
            table.retranslate()
        if self._household:
            self._read()

    def hints(self) -> list[Hint]:
        """Return the shortcuts."""
        return [
            Hint(("↑", "↓"), _("Choose")),
            Hint(("1", "–", "3"), _("What to show")),
            Hint(("Tab",), _("To what it changed")),
            Hint(("Esc",), _("Back")),
            Hint(("F1",), _("Help")),
        ]

    def help_text(self) -> str:
        """Explain what stands here."""
        return _(
            "Every version of this household's forms stays for ever: who wrote it down, when, on which machine, and by "
            "which bundle it came here.\n\n"
            "Where versions of two people met, it says what was joined by rule, what a person chose, and what lost. "
            "“Changed questions” shows the answers that have been more than one thing.\n\n"
            "Nothing can be changed here. That this page was looked at stands in the log."
        )

    # reading

    def refresh(self, **arguments: object) -> None:
        """Read the history of ``household``."""
        self._household = str(arguments.get("household", "")) or self._household or self.desk.worked_at
        self._read(noted=True)

    def _changed(self) -> None:
        if self.isVisible():
            self._read()

    def _read(self, *, noted: bool = False) -> None:
        if self.desk.lane.is_open and self._household:
            self.desk.run(history_of, self._household, i18n.language(), noted=noted, done=self.show_facts)

    def show_facts(self, facts: History) -> None:
        """Show what was read."""
        if facts.household.id != self._household:
            return
        self.facts = facts
        self._title.setText(f"{facts.household.number:03d} {facts.household.head_name}")
        versions, changed = len(facts.versions), sum(len(trace.steps) > 1 for trace in facts.traces)
        words = [
            ngettext("%d version", "%d versions", versions) % versions,
            ngettext("%d question was changed", "%d questions were changed", changed) % changed,
        ]
        self._sub.setText(", ".join(words))
        self.versions.set_rows(facts.versions, key=lambda each: (each.submission, each.revision))
        self._show()

    def _show(self) -> None:
        facts, view = self.facts, self.view.value()
        if facts is None:
            return
        of_versions = view == VERSIONS
        traces = [trace for trace in facts.traces if view == ALL or len(trace.steps) > 1]
        self.traces.set_rows(traces, key=lambda trace: (trace.submission, trace.address))
        self.empty.setVisible(not facts.versions)
        self.versions.setVisible(of_versions and bool(facts.versions))
        self.changes.setVisible(of_versions)
        self.traces.setVisible(not of_versions and bool(facts.versions))
        self.steps.setVisible(not of_versions)
        table: Table[Version] | Table[Trace] = self.versions if of_versions else self.traces
        if table.current_row() is None and table.model().rowCount():
            table.selectRow(0)
        if of_versions:
            self._show_version(self.versions.current_row())
        else:
            self._show_trace(self.traces.current_row())

    def _show_version(self, version: Version | None) -> None:
        if self.view.value() != VERSIONS:
            return
        self._above.setText(version_facts(version) if version is not None else "")
        self._whole.setText("")
        self.changes.set_rows(version.changes if version is not None else [])
        if version is not None and version.changes:
            self.changes.selectRow(0)

    def _show_trace(self, trace: Trace | None) -> None:
        if self.view.value() == VERSIONS:
            return
        self._whole.setText("")
        self._above.setText(": ".join(part for part in (trace.whose, trace.question) if part) if trace else "")
        self.steps.set_rows(trace.steps if trace is not None else [])
        if trace is not None:
            self.steps.selectRow(len(trace.steps) - 1)

    def first_focus(self) -> QWidget:
        """Return the list at the left."""
        return self.versions if self.view.value() == VERSIONS else self.traces

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """1, 2 and 3 choose what is shown."""
        views = {"1": VERSIONS, "2": CHANGED, "3": ALL}
        if event.text() in views:
            self.view.set_value(views[event.text()])
            self._show()
            self.first_focus().setFocus()
            return
        super().keyPressEvent(event)


def _inset(label: Label) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setContentsMargins(theme.px(14), theme.px(8), theme.px(14), theme.px(8))
    column.addWidget(label)
    return column


def version_words(version: Version) -> str:
    """Return what a version is and who made it where."""
    parts = (_(KINDS.get(version.kind, version.kind)), version.author, version.device)
    return ", ".join(part for part in parts if part)


def version_facts(version: Version) -> str:
    """Return what else is known about a version: why, by which bundles, how long the interview lasted."""
    lines = [version_words(version)]
    if version.reason:
        lines.append(_("Reason: {reason}").format(reason=version.reason))
    came = [each for each in version.carriers if each.direction == "in"]
    went = [each for each in version.carriers if each.direction == "out"]
    if came:
        named = ", ".join(f"{each.device} {each.sequence} ({moment_words(each.at)})" for each in came)
        lines.append(_("Came by bundle: {bundles}").format(bundles=named))
    if went:
        numbers = ", ".join(str(each.sequence) for each in went)
        lines.append(_("Packed in bundle: {numbers}").format(numbers=numbers))
    if version.sittings:
        minutes = max(1, round(version.seconds / 60))
        sittings = ngettext("%d sitting", "%d sittings", version.sittings) % version.sittings
        lines.append(ngettext("%d minute", "%d minutes", minutes) % minutes + f", {sittings}")
    return "\n".join(lines)


def change_words(change: Change) -> str:
    """Return a change in full: question, before and after, how, and what lost."""
    asked = ": ".join(part for part in (change.whose, change.question) if part)
    said = _("To be decided: {value} ({author})") if change.how == "open" else _("Not chosen: {value} ({author})")
    lost = [said.format(value=one.value, author=one.author) for one in change.lost]
    return "\n".join((asked, f"{change.before} → {change.after} ({_(HOW[change.how])})", *lost))


def step_words(step: Step) -> str:
    """Return a step of an answer in full: the change, and the version that made it."""
    version, change = step
    return "\n".join((*change_words(change).split("\n")[1:], version_facts(version)))
