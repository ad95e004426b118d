"""Counts that communes handed up: where each commune's figures come from, what is missing, and what to look at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from survey_app import i18n
from survey_app.gui import theme
from survey_app.gui.backup import folder_for
from survey_app.gui.desk import Desk
from survey_app.gui.lanes import LaneMonitor
from survey_app.gui.office import hand_up
from survey_app.gui.office.aggregates_facts import (
    ALL,
    VIEWS,
    AggregatesFacts,
    drop,
    handed_words,
    is_counted,
    read_facts,
    recognise,
    source_words,
    state_words,
    take_in,
    taken_words,
    write_counts,
)
from survey_app.gui.office.underway import Outcome, Underway
from survey_app.gui.parts import MEDIUM, Banner, Button, Column, Label, Panel, ProgressPanel, Segmented, Table
from survey_app.gui.parts.columns import Columns, Head
from survey_app.gui.parts.dialog import confirm
from survey_app.gui.remembered import remember
from survey_app.gui.screen import Hint, Screen
from survey_app.gui.theme import Type
from survey_app.i18n import _
from survey_app.text import show_number

if TYPE_CHECKING:
    from survey_app.operations.aggregates import HandedUp, Taken, TakenIn
    from survey_app.operations.mixing import Held, Source

_UNKNOWN_OFFICE = "AGG-03"
ROWS_SEEN = 3
"""Files that are seen at once, refused ones and those of a commune; more of them scroll."""
_CHIPS = {"aggregate": "handed_up", "bundles": "counted_here", "missing": "nothing_yet"}


class AggregatesScreen(Screen):
    """The communes at the left, what is known of the chosen one at the right, refused files below."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.facts = AggregatesFacts()
        self._paths: list[Path] = []
        self._make_widgets()
        self._build()
        self.up = Underway(desk, self, self.strip, self.up_button, lambda: _("Hand up our counts"))
        self.taking = Underway(desk, self, self.strip, self.take_button, lambda: _("Take files in"))
        self._connect()
        self.retranslate()

    def _make_widgets(self) -> None:
        self._title = Label("", Type.TITLE)
        self._fact = Label("", Type.TABLE, "text2", wrap=True, figures=True)
        self.up_button = Button("", "secondary", icon="upload", key="Ctrl+E", height=MEDIUM)
        self.folder_button = Button("", "secondary", icon="folder-open", key="Ctrl+Shift+O", height=MEDIUM)
        self.take_button = Button("", "primary", icon="inbox", key="Ctrl+O", height=MEDIUM)
        self.views = Segmented([(view, _(word)) for view, word in VIEWS], ALL)
        self.strip = Banner("ok")
        self.strip.hide()
        self.reading = ProgressPanel()
        self.reading_panel = Panel(pad=14)
        self.reading_panel.column.addWidget(self.reading)
        self.reading_panel.hide()
        self.table: Table[Source] = Table(
            [
                Column(lambda: _("Commune"), lambda one: one.name, 0, "name"),
                Column(lambda: _("Figures from"), lambda one: _CHIPS[one.kind], 170, "chip"),
                Column(lambda: _("File no."), lambda one: str(one.sequence or "–"), 84, "number", priority=3),
                Column(lambda: _("Forms"), lambda one: _number(one.submissions), 84, "number", priority=1),
                Column(lambda: _("Remarks"), lambda one: " ".join(one.remarks), 0, priority=2),
            ]
        )
        self.refused: Table[TakenIn] = Table(
            [
                Column(lambda: _("Refused file"), lambda one: one.file, 0, "name"),
                Column(lambda: _("Why"), lambda one: f"{one.message} {one.hint}", 0),
            ]
        )
        self.refused_panel = Panel(pad=1, gap=0)
        self.trust_button = Button("", "secondary", icon="badge-check", height=MEDIUM)
        self._head = Label("", Type.PANEL, weight=600, wrap=True)
        self._words = Label("", Type.TABLE, wrap=True, figures=True)
        self.files: Table[Held] = Table(
            [
                Column(lambda: _("File no."), lambda one: str(one.aggregate.sequence), 84, "number"),
                Column(lambda: _("Office"), lambda one: one.aggregate.office_name, 0, "name"),
                Column(lambda: _("State"), self._state, 104),
            ]
        )
        self._file_words = Label("", Type.TABLE, "text2", wrap=True, figures=True)
        self.drop_button = Button("", "danger", icon="undo-2", height=MEDIUM, wide=True)

    def _build(self) -> None:
        rows = Panel(pad=1, gap=0)
        rows.column.addWidget(self.table, 1)
        self.refused_panel.column.addWidget(self.refused)
        main = QWidget()
        left = QVBoxLayout(main)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(theme.px(10))
        left.addWidget(Head((self._title, self._fact), (self.up_button, self.folder_button, self.take_button)))
        for widget in (self.views, self.strip, self.reading_panel):
            left.addWidget(widget)
        left.addWidget(rows, 1)
        left.addWidget(self.refused_panel)
        left.addWidget(self.trust_button, 0, Qt.AlignmentFlag.AlignLeft)
        side = Panel(pad=(14, 12, 14, 12), gap=10)
        for part in (self._head, self._words, self.files, self._file_words):
            side.column.addWidget(part)
        side.column.addStretch()
        side.column.addWidget(self.drop_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(theme.px(16), theme.px(14), theme.px(16), theme.px(12))
        whole.addWidget(Columns(main, side, 380, low=560))
        self._show_refused(())

    def _connect(self) -> None:
        self.views.chosen.connect(lambda _view: self._show_rows())
        self.up_button.clicked.connect(self.press_up)
        self.take_button.clicked.connect(self.press_take)
        self.folder_button.clicked.connect(self._choose_folder)
        self.trust_button.clicked.connect(self._choose_office)
        self.drop_button.clicked.connect(self._ask_to_drop)
        self.table.row_changed.connect(self._show_source)
        self.files.row_changed.connect(self._show_file)
        self.refused.row_changed.connect(self._show_refusal)

    # words

    def title(self) -> str:
        """Return the screen's name."""
        return _("Counts of communes")

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self._title.setText(self.title())
        self.up.retranslate()
        self.taking.retranslate()
        for button, words in (
            (self.folder_button, _("Whole folder")),
            (self.trust_button, _("Recognise an office by its office.key")),
            (self.drop_button, _("Take this file out again")),
        ):
            button.setText(words)
        self.views.say({view: _(word) for view, word in VIEWS}, _("Communes shown"))
        self.reading.say(_("Counting what is here"), _("Nothing is changed by it."), _("Stop"))
        self.table.setAccessibleName(self.title())
        self.refused.setAccessibleName(_("Refused file"))
        self.files.setAccessibleName(_("Files of this commune"))
        for table in (self.table, self.refused, self.files):
            table.retranslate()
        if self.facts.standing is not None:
            self.refresh()

    def hints(self) -> list[Hint]:
        """Return the shortcuts."""
        return [
            Hint(("Up", "Down"), _("Choose a commune")),
            Hint(("Ctrl+O",), _("Take files in")),
            Hint(("Ctrl+E",), _("Hand up our counts")),
            Hint(("Esc",), _("Back")),
            Hint(("F1",), _("Help")),
        ]

    def help_text(self) -> str:
        """Explain what counts are handed up for."""
        return _(
            "A commune hands its counts up as a signed file: numerators, denominators and unknowns by village and "
            "group, without any name or answer. The province takes in hundreds of them, in any order and as often as "
            "it likes; of each commune only the newest file counts.\n\n"
            "A commune whose bundles are here too is counted once, from whichever says more. What a commune defines "
            "differently is not added; “To look at” lists such communes with the reason."
        )

    def first_focus(self) -> QWidget:
        """Return the list."""
        return self.table

    # reading

    def refresh(self, **arguments: object) -> None:  # noqa: ARG002
        """Read where figures come from."""
        if not self.desk.lane.is_open:
            return
        monitor = LaneMonitor(self)
        self.reading.follow(monitor)
        monitor.moved.connect(lambda *_step: self.reading_panel.setVisible(self.facts.standing is None))
        self.desk.run(read_facts, monitor=monitor, done=self.show_facts, failed=self._failed)

    def show_facts(self, facts: AggregatesFacts) -> None:
        """Show what was read."""
        self.facts = facts
        self.reading_panel.hide()
        self.up_button.setEnabled(facts.may_hand_up)
        self._fact.setText(self._fact_words())
        self._show_rows()

    def _failed(self, error: BaseException) -> None:
        from survey_app.progress import Cancelled

        self.reading_panel.hide()
        if not isinstance(error, Cancelled):
            self.desk.problem.emit(error)

    def _fact_words(self) -> str:
        found = self.facts.standing
        if found is None:
            return ""
        counts = {kind: _number(len(found.of_kind(kind))) for kind in _CHIPS}
        words = _("From bundles: {bundles}. From aggregates: {aggregate}. Missing: {missing}.")
        return words.format(**counts)

    def _show_rows(self) -> None:
        self.table.set_rows(self.facts.shown(self.views.value()), key=lambda one: one.commune)
        if self.table.current_row() is None and self.table.rows_model.rows:
            self.table.select(0)
        self._show_source(self.table.current_row())

    def _show_source(self, source: Source | None) -> None:
        nothing = _("Choose the files that communes have sent, or a folder with them.")
        self._head.setText(source.name if source is not None else "")
        self._words.setText(source_words(source) if source is not None else nothing)
        files = self.facts.of(source.commune) if source is not None else []
        self._show_files(files)

    def _show_files(self, files: Sequence[Held]) -> None:
        self.files.setVisible(bool(files))
        self.drop_button.setVisible(bool(files))
        self.files.set_rows(files, key=lambda one: one.aggregate.id)
        _fit(self.files)
        self._show_file(self.files.current_row())

    def _show_file(self, held: Held | None) -> None:
        source = self.table.current_row()
        is_known = held is not None and source is not None
        self.drop_button.setEnabled(is_known)
        self._file_words.setVisible(is_known)
        if held is not None and source is not None:
            self._file_words.setText(state_words(held, source))

    def _state(self, held: Held) -> str:
        source = self.table.current_row()
        counts = source is not None and is_counted(held, source)
        return _("Counted") if counts else _("Not counted")

    # taking in

    def press_take(self) -> None:
        """Ask for files and take them in, or stop what is under way."""
        if self.taking.stop():
            return
        kinds = f"{_('Counts of communes')} (*.aggregate);;{_('All files')} (*)"
        names, _kind = QFileDialog.getOpenFileNames(self, _("Take files in"), folder_for(hand_up.FOLDER), kinds)
        if names:
            remember(hand_up.FOLDER, str(Path(names[0]).parent))
            self.take([Path(name) for name in names])

    def _choose_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, _("Whole folder"), folder_for(hand_up.FOLDER))
        if name:
            remember(hand_up.FOLDER, name)
            self.take([Path(name)])

    def take(self, paths: Sequence[Path]) -> None:
        """Take files in, and those that folders hold."""
        self._paths = list(paths)
        self.folder_button.setEnabled(False)
        self.taking.begin(
            take_in,
            self._paths,
            self.desk.clock,
            title=_("Taking files in…"),
            what="",
            done=self._taken,
            stopped=_("Stopped."),
            writes=True,
        )

    def _taken(self, taken: Taken) -> Outcome:
        self.folder_button.setEnabled(True)
        self._show_refused([each for each in taken.files if each.outcome == "refused"])
        self.refresh()
        return taken_words(taken)

    def _show_refused(self, files: Sequence[TakenIn]) -> None:
        self.refused.set_rows(files)
        _fit(self.refused)
        self.refused_panel.setVisible(bool(files))
        self.trust_button.setVisible(any(each.code == _UNKNOWN_OFFICE for each in files))

    def _show_refusal(self, file: TakenIn | None) -> None:
        if file is not None:
            self._head.setText(file.file)
            self._words.setText(f"{file.message}\n\n{file.hint}\n\n{file.code}")
            self._show_files(())

    def _choose_office(self) -> None:
        kinds = f"{_('Key of an office')} (*.key);;{_('All files')} (*)"
        name, _kind = QFileDialog.getOpenFileName(self, self.trust_button.text(), folder_for(hand_up.FOLDER), kinds)
        if name:
            self.recognise(Path(name))

    def recognise(self, path: Path) -> None:
        """Show whose key it is, and when the person agrees trust it and take the same files in again."""
        from survey_app.bundles.keys import load_office_key
        from survey_app.errors import SurveyAppError

        try:
            key = load_office_key(path)
        except SurveyAppError as error:
            self.strip.say_error(error)
            self.strip.show()
            return
        title = _("Recognise {office}?").format(office=key.name)
        words = _("Its files count here from now on. Ask the office by telephone: its key must read {fingerprint}.")
        text = words.format(fingerprint=key.fingerprint)
        if confirm(self, title, text, _("Recognise it"), _("Leave it"), danger=False):
            self.desk.write(recognise, path, done=lambda _nothing: self.take(self._paths))

    # taking out, handing up

    def _ask_to_drop(self) -> None:
        held = self.files.current_row()
        if held is None:
            return
        title = _("Take file no. {number} of {commune} out?").format(
            number=held.aggregate.sequence, commune=held.aggregate.commune_name
        )
        words = _("The file that it had replaced counts again. Taking the same file in brings it back.")
        if confirm(self, title, words, _("Take it out"), _("Leave it")):
            self.desk.write(drop, held.aggregate.id, done=lambda _nothing: self.refresh())

    def press_up(self) -> None:
        """Ask who may open the files and where they go, and write them; or stop what is under way."""
        if self.up.stop():
            return
        asked = hand_up.ask(self, self.facts.above)
        if asked is not None:
            self.write(*asked)

    def write(self, folder: Path, wanted: hand_up.Wanted) -> None:
        """Write this office's counts into a folder."""
        self.up.begin(
            write_counts,
            folder,
            wanted.to,
            clock=self.desk.clock,
            is_open=wanted.is_open,
            title=_("Writing the counts…"),
            what=folder.name,
            done=self._written,
            stopped=_("Stopped. Files that were complete stay."),
        )

    def _written(self, written: Sequence[HandedUp]) -> Outcome:
        self.refresh()
        return handed_words(written)


def _fit(table: Table[Any]) -> None:
    """Make a table as high as its rows, up to ``ROWS_SEEN``."""
    rows = min(table.rows_model.rowCount(), ROWS_SEEN)
    high = table.horizontalHeader().height() + rows * table.verticalHeader().defaultSectionSize()
    table.setFixedHeight(high + 2)


def _number(count: int) -> str:
    return show_number(count, 0, i18n.language()) if count else "–"
