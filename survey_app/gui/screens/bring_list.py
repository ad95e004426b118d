"""Bringing a household list in: choose a file, see what every row would do, decide, and write it all at once."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QFileDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from survey_app import i18n
from survey_app.gui import theme
from survey_app.gui.backup import folder_for
from survey_app.gui.desk import Desk
from survey_app.gui.lanes import LaneMonitor
from survey_app.gui.parts import (
    MEDIUM,
    Banner,
    Button,
    Column,
    EmptyState,
    Label,
    Panel,
    ProgressPanel,
    Segmented,
    Table,
    confirm,
)
from survey_app.gui.parts.columns import Columns, Head, Page
from survey_app.gui.remembered import remember
from survey_app.gui.screen import Hint, Screen
from survey_app.gui.screens.household import POVERTY
from survey_app.gui.screens.list_layout import LayoutPanel
from survey_app.gui.theme import Type
from survey_app.i18n import N_, _, ngettext
from survey_app.operations.household_list import (
    DECISIONS,
    LIKENESS,
    REASONS,
    Checked,
    Decision,
    Imported,
    KnownList,
    Question,
    Rejected,
    check_list,
    import_list,
    known_list,
    write_rejected,
)
from survey_app.operations.keys import OfficeKeyReplaced
from survey_app.operations.list_columns import Layout, old_columns, propose
from survey_app.operations.list_exchange import TakenList, load_list
from survey_app.operations.list_tables import TEXTS, WORKBOOKS, read_table
from survey_app.operations.list_tables import Table as ListTable
from survey_app.progress import Cancelled
from survey_app.records import Household
from survey_app.text import show_number

LIST_SUFFIX = ".households"
SHOWN_AT_MOST = 300
_WAIT_MS = 120
_LONG_MS = 400
"""A check that takes longer shows how far it is."""
_WORDS = {"same": N_("The same household"), "new": N_("Another household"), "skip": N_("Leave out")}
_TABS = ("rows", "alike", "left_out")


@dataclass(frozen=True)
class ReadList:
    """A file as it was read.

    Attributes:
        table: its rows.
        layout: which column says what, as proposed.
        old: index of a column to the old encoding that was recognised.
    """

    table: ListTable
    layout: Layout
    old: dict[int, str]


def read_list(path: Path, sheet: str = "") -> ReadList:
    """Read a file (of a workbook the sheet, or the longest one) and propose which column says what."""
    table = read_table(path, sheet)
    layout = propose(table)
    return ReadList(table, layout, old_columns(table, layout))


class BringListScreen(Screen):
    """Columns at the left, rows at the right."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.read_file: ReadList | None = None
        self.known: KnownList | None = None
        self.checked: Checked | None = None
        self.decisions: dict[int, Decision] = {}
        self._turn = 0
        self._path = Path()
        self._monitor: LaneMonitor | None = None
        self._checking: LaneMonitor | None = None
        self._names: dict[str, str] = {}
        self._title = Label("", Type.TITLE)
        self._sub = Label("", Type.TABLE, "text2", figures=True, elide=True)
        self.file_button = Button("", "secondary", icon="folder-open", key="Ctrl+O", height=MEDIUM)
        self.import_button = Button("", "primary", icon="check", shortcut="Ctrl+Return", height=MEDIUM)
        self.import_button.set_key("Ctrl+Enter")
        self.strip = Banner("ok")
        self.progress = ProgressPanel()
        self.columns = LayoutPanel()
        self.tabs = Segmented([(name, "") for name in _TABS], "rows")
        self.rows: Table[Household] = Table(self._row_columns())
        self.alike: Table[Question] = Table(self._alike_columns())
        self.left_out: Table[Rejected] = Table(
            [
                Column(lambda: _("Row"), lambda each: str(each.row), 80, "number"),
                Column(lambda: _("Reason"), lambda each: _(REASONS[each.reason]), 0, "name"),
                Column(lambda: _("As it stands in the file"), lambda each: " | ".join(filter(None, each.cells)), 0),
            ]
        )
        self.deciders = {name: Button("", "secondary", key=str(n), height=32) for n, name in enumerate(DECISIONS, 1)}
        self.for_all = QCheckBox()
        self.report_button = Button("", "secondary", icon="file-output", key="Ctrl+S", height=32)
        self.empty = EmptyState()
        self._wait = QTimer(self)
        self._build()
        self._connect()
        self.retranslate()

    def _row_columns(self) -> list[Column[Household]]:
        return [
            Column(lambda: _("No."), lambda each: f"{each.number:03d}", 70, "figures"),
            Column(lambda: _("Head of household"), lambda each: each.head_name, 0, "name"),
            Column(lambda: _("Village"), lambda each: self._names.get(each.village_code, each.village_code), 140),
            Column(lambda: _("Address"), lambda each: each.address or "–", 140, priority=3),
            Column(lambda: _("Telephone"), lambda each: each.phone or "–", 120, "figures", priority=2),
            Column(lambda: _("People"), lambda each: str(each.size or "–"), 84, "number", priority=4),
            Column(lambda: _("Poverty status"), lambda each: _(POVERTY.get(each.poverty, "–")), 150, priority=5),
        ]

    def _alike_columns(self) -> list[Column[Question]]:
        return [
            Column(lambda: _("Row"), lambda each: str(each.entry.row), 70, "number"),
            Column(
                lambda: _("In the file"), lambda each: f"{each.entry.number or '–'} {each.entry.head_name}", 0, "name"
            ),
            Column(lambda: _("Looks like"), self._twin, 0),
            Column(lambda: _("Why"), lambda each: _(LIKENESS[each.likeness]), 190, priority=2),
            Column(lambda: _("Decision"), lambda each: _(_WORDS[self._decided(each)]), 150, "text"),
        ]

    @staticmethod
    def _twin(question: Question) -> str:
        name = f"{question.household.number:03d} {question.household.head_name}"
        return _("row {row}: {name}").format(row=question.twin_row, name=name) if question.twin_row else name

    def _decided(self, question: Question) -> Decision:
        return self.decisions.get(question.entry.row, question.usual)

    def _build(self) -> None:
        decide = QHBoxLayout()
        decide.setSpacing(theme.px(8))
        for button in self.deciders.values():
            decide.addWidget(button)
        decide.addWidget(self.for_all)
        decide.addStretch()
        alike = _page(self.alike, decide)
        report = QHBoxLayout()
        report.addWidget(self.report_button)
        report.addStretch()
        self.pages = QStackedWidget()
        for page in (_page(self.rows), alike, _page(self.left_out, report)):
            self.pages.addWidget(page)
        panel = Panel(pad=1, gap=0)
        tabs = QHBoxLayout()
        tabs.setContentsMargins(theme.px(12), theme.px(10), theme.px(12), theme.px(10))
        tabs.addWidget(self.tabs)
        tabs.addStretch()
        panel.column.addLayout(tabs)
        panel.column.addWidget(self.pages, 1)
        self._work = Columns(panel, self.columns, 320, first=True)
        whole = Page.filling(self)
        whole.setContentsMargins(theme.px(16), theme.px(14), theme.px(16), theme.px(12))
        whole.setSpacing(theme.px(10))
        whole.addWidget(Head((self._title, self._sub), (self.file_button, self.import_button)))
        whole.addWidget(self.strip)
        whole.addWidget(self.progress)
        whole.addWidget(self._work, 1)
        whole.addWidget(self.empty, 1)
        for widget in (self.strip, self.progress, self._work):
            widget.hide()

    def _connect(self) -> None:
        self._wait.setSingleShot(True)
        self._wait.setInterval(_WAIT_MS)
        self._wait.timeout.connect(self.check)
        self.file_button.clicked.connect(self._choose)
        self.empty.acted.connect(self._choose)
        self.import_button.clicked.connect(self._import)
        self.columns.changed.connect(self._wait.start)
        self.columns.sheet_chosen.connect(self.read_sheet)
        self.tabs.chosen.connect(self._show_tab)
        for decision in DECISIONS:
            self.deciders[decision].clicked.connect(functools.partial(self._decide, decision))
        self.report_button.clicked.connect(self._choose_report)
        for number, name in enumerate(_TABS, start=1):
            QShortcut(QKeySequence(f"Alt+{number}"), self).activated.connect(functools.partial(self._show_tab, name))

    # words

    def title(self) -> str:
        """Return the screen's name."""
        return _("Bring in a household list")

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self._title.setText(self.title())
        self.file_button.setText(_("Choose file"))
        self.import_button.setText(_("Bring in"))
        self.report_button.setText(_("Save as a table"))
        self.for_all.setText(_("for all rows of this kind"))
        for name, button in self.deciders.items():
            button.setText(_(_WORDS[name]))
        self.empty.say(
            _("A household list comes from Excel, from a text table, or from the office as a file for this laptop."),
            _("Nothing is written before you have seen what every row does."),
            _("Choose file"),
        )
        self.rows.setAccessibleName(_("Households to be brought in"))
        self.alike.setAccessibleName(_("Rows that look like a household that is there"))
        self.left_out.setAccessibleName(_("Rows that are left out"))
        self.progress.say(_("Household list"), _("When you stop or the power fails, nothing of the file is written."))
        for table in (self.rows, self.alike, self.left_out):
            table.retranslate()
        self.columns.retranslate()
        self._say_tabs()

    def hints(self) -> list[Hint]:
        """Return the shortcuts."""
        if self.read_file is None:
            return [Hint(("Ctrl+O",), _("Choose file")), Hint(("Esc",), _("Back")), Hint(("F1",), _("Help"))]
        return [
            Hint(("Ctrl+Enter",), _("Bring in")),
            Hint(("Alt+1", "–", "3"), _("Rows, duplicates, left out")),
            Hint(("1", "–", "3"), _("Decide about a duplicate")),
            Hint(("Tab",), _("Next field")),
            Hint(("Ctrl+O",), _("Choose file")),
            Hint(("Esc",), _("Back")),
            Hint(("F1",), _("Help")),
        ]

    def help_text(self) -> str:
        """Explain columns, villages, duplicates."""
        return _(
            "The program proposes which column of the file says what; correct it at the left. The rows at the right "
            "show at once how the file is understood.\n\n"
            "A village that the file writes differently is asked about once. Text in an old encoding (TCVN3, VNI) is "
            "shown before and after, and converted only when you say so.\n\n"
            "A row that looks like a household that is there already stands under duplicates: say whether it is the "
            "same, another one, or is left out. Rows that cannot be used stand under left out, with the reason.\n\n"
            "Bringing the same file in again changes nothing."
        )

    def _say_tabs(self) -> None:
        checked = self.checked or Checked()
        count = len(checked.new) + len(checked.changed)
        self.tabs.say(
            {
                "rows": _("Rows ({count})").format(count=self._number(count)),
                "alike": _("Duplicates ({count})").format(count=self._number(len(checked.questions))),
                "left_out": _("Left out ({count})").format(count=self._number(len(checked.rejected))),
            },
            _("What is shown"),
        )

    @staticmethod
    def _number(count: int) -> str:
        return show_number(count, 0, i18n.language())

    # the file

    def refresh(self, **arguments: object) -> None:
        """Show the screen; ``file=PATH`` reads a file at once."""
        file = arguments.get("file")
        if isinstance(file, Path):
            self.open_file(file)
        self._show_state()

    def first_focus(self) -> QWidget:
        """Return the first box, or the button that chooses a file."""
        return self.columns.boxes["number"] if self.read_file else self.file_button

    def _choose(self) -> None:
        kinds = " ".join(f"*{suffix}" for suffix in (*WORKBOOKS, *TEXTS, LIST_SUFFIX))
        path, _kind = QFileDialog.getOpenFileName(
            self,
            _("Choose a household list"),
            folder_for("list-folder"),
            _("Household lists ({kinds})").format(kinds=kinds),
        )
        if path:
            remember("list-folder", str(Path(path).parent))
            self.open_file(Path(path))

    def open_file(self, path: Path) -> None:
        """Read a file: a list from the office is taken in at once, any other is shown first."""
        self.strip.hide()
        if path.suffix.lower() == LIST_SUFFIX:
            self._load(path)
            return
        self._path = path
        self.desk.run(known_list, done=self._take_known)
        self.read_sheet("")

    def _load(self, path: Path, confirmed: str = "") -> None:
        """Take the office's list in; a new key of the office is compared first."""

        def failed(error: BaseException) -> None:
            if isinstance(error, OfficeKeyReplaced) and self._accepts(error):
                self._load(path, error.words)
            else:
                self._failed(error)

        self.desk.write(load_list, path, confirmed, done=self._taken, failed=failed)

    def _accepts(self, error: OfficeKeyReplaced) -> bool:
        return confirm(
            self,
            _("Does the office say the same words?"),
            _("The office has new keys. Call it on the number you know, not on one that came with this file, and let "
              "it read its words:\n\n{words}").format(words=error.words),
            _("All words are the same"),
            _("Do not take the file"),
        )  # fmt: skip

    def read_sheet(self, sheet: str) -> None:
        """Read a sheet of the workbook that is open; the longest one when blank."""
        self.desk.apart(read_list, self._path, sheet, done=self._take_file, failed=self._failed)

    def _take_known(self, known: KnownList) -> None:
        self.known = known
        self._names = {place.code: place.name for place in known.villages}
        self._offer()

    def _take_file(self, read: ReadList) -> None:
        self.read_file, self.checked = read, None
        self.decisions.clear()
        self.columns.forget()
        self._offer()

    def _offer(self) -> None:
        if self.known is None or self.read_file is None:
            return
        read = self.read_file
        makes = self.desk.lane.is_open and self.desk.store.kind == "office"
        self.columns.show_table(read.table, read.layout, read.old, self.known.villages, makes)
        self._show_state()
        if not self.columns.sheet.hasFocus():
            self.columns.boxes["number"].setFocus()
        self.check()

    def _show_state(self) -> None:
        self._work.setVisible(self.read_file is not None)
        self.empty.setVisible(self.read_file is None)
        read = self.read_file
        if read is not None:
            count = max(0, len(read.table.rows) - read.layout.head - 1)
            rows = ngettext("{count} row", "{count} rows", count).format(count=self._number(count))
            self._sub.setText(", ".join(part for part in (read.table.name, read.table.sheet, rows) if part))
        else:
            self._sub.setText("")
        self.import_button.setEnabled(self._may_import())
        self.hints_changed.emit()

    def _may_import(self) -> bool:
        checked = self.checked
        return checked is not None and self._monitor is None and bool(checked.new or checked.changed)

    # checking

    def check(self) -> None:
        """Say anew what importing would do; an answer that was overtaken is not shown."""
        read, known = self.read_file, self.known
        if read is None or known is None:
            return
        self._turn += 1
        turn, layout = self._turn, self.columns.layout_now
        if "head_name" not in layout.columns:
            self.show_checked(Checked())
            return
        if self._checking is not None:
            self._checking.cancel()
        monitor = self._checking = LaneMonitor(self)
        QTimer.singleShot(_LONG_MS, self, lambda: self._show_checking(monitor))
        self.desk.apart(
            check_list,
            known,
            read.table,
            layout,
            dict(self.decisions),
            done=lambda checked: self._checked(checked, turn),
            failed=lambda error: self._not_checked(error, turn),
            monitor=monitor,
        )

    def _show_checking(self, monitor: LaneMonitor) -> None:
        """Show how far the check is, when it takes long enough for anybody to wonder."""
        if self._checking is monitor and self._monitor is None:
            self.progress.follow(monitor)
            self.progress.show()

    def _checked(self, checked: Checked, turn: int) -> None:
        if turn == self._turn:
            self._end()
            self.show_checked(checked)

    def _not_checked(self, error: BaseException, turn: int) -> None:
        if turn == self._turn:
            self._failed(error)

    def show_checked(self, checked: Checked) -> None:
        """Show what importing would do."""
        self.checked = checked
        self._names |= {place.code: place.name for place in checked.villages}
        self.columns.show_unknown(checked.unknown)
        self.rows.set_rows([*checked.changed, *checked.new][:SHOWN_AT_MOST], key=lambda each: each.id)
        self.alike.set_rows(checked.questions, key=lambda each: each.entry.row)
        self.left_out.set_rows(checked.rejected, key=lambda each: each.row)
        self._say_tabs()
        self._say_sum(checked)
        self.import_button.setEnabled(self._may_import())

    def _say_sum(self, checked: Checked) -> None:
        if "head_name" not in self.columns.layout_now.columns:
            self.strip.say(_("Say which column holds the heads of household."), kind="warn")
        else:
            parts = [
                _("{count} new").format(count=self._number(len(checked.new))),
                _("{count} brought up to date").format(count=self._number(len(checked.changed))),
                _("{count} with nothing new").format(count=self._number(checked.same)),
                _("{count} left out").format(count=self._number(len(checked.rejected))),
            ]
            asks = ngettext(
                "{count} village has to be named at the left.",
                "{count} villages have to be named at the left.",
                len(checked.unknown),
            ).format(count=len(checked.unknown))
            mended = ngettext(
                "{count} row was mended; the report says how.",
                "{count} rows were mended; the report says how.",
                len(checked.notes),
            ).format(count=self._number(len(checked.notes)))
            more = " ".join(part for part, on in ((asks, checked.unknown), (mended, checked.notes)) if on)
            self.strip.say(", ".join(parts), more, kind="warn" if checked.unknown else "ok")
        self.strip.show()

    def _show_tab(self, name: str) -> None:
        self.tabs.set_value(name)
        self.pages.setCurrentIndex(_TABS.index(name))
        (self.rows, self.alike, self.left_out)[_TABS.index(name)].setFocus()

    def _decide(self, decision: Decision, _checked: bool = False) -> None:
        question = self.alike.current_row()
        if question is None or self.checked is None:
            return
        meant = [question]
        if self.for_all.isChecked():
            meant = [each for each in self.checked.questions if each.likeness == question.likeness]
        self.decisions |= {each.entry.row: decision for each in meant}
        number = min(self.alike.currentIndex().row() + (len(meant) == 1), len(self.checked.questions) - 1)
        self.alike.select(number)
        self.alike.viewport().update()
        self._wait.start()

    # writing

    def _import(self) -> None:
        checked = self.checked
        if checked is None or not self._may_import():
            return
        self._monitor = LaneMonitor(self)
        self.progress.follow(self._monitor)
        self.progress.show()
        self.import_button.setEnabled(False)
        self.desk.write(import_list, checked, done=self._imported, failed=self._failed, monitor=self._monitor)

    def _imported(self, done: Imported) -> None:
        self._end()
        self.read_file, self.checked = None, None
        words = _("The list is in: {new} new households, {changed} brought up to date.")
        self.strip.say(
            words.format(new=self._number(done.new), changed=self._number(done.changed)),
            _("{count} rows were left out.").format(count=self._number(done.rejected)) if done.rejected else "",
            kind="ok",
        )
        self.strip.show()
        self._show_state()
        self.file_button.setFocus()

    def _taken(self, taken: TakenList) -> None:
        words = _("The office's list is in: {new} new households, {changed} brought up to date.")
        self.strip.say(
            words.format(new=self._number(taken.new), changed=self._number(taken.changed)),
            " ".join(
                words.format(count=self._number(count))
                for words, count in (
                    (_("Households that need correction: {count}."), taken.corrections),
                    (_("Visits that others noted: {count}."), taken.visits),
                )
                if count
            ),
            kind="ok",
        )
        self.strip.show()

    def _end(self) -> None:
        self._monitor = self._checking = None
        self.progress.hide()

    def _failed(self, error: BaseException) -> None:
        self._end()
        self.import_button.setEnabled(self._may_import())
        if isinstance(error, Cancelled):
            self.strip.say(_("Stopped. Nothing of the file was written."), kind="warn")
        else:
            self.strip.say_error(error)
        self.strip.show()

    def _choose_report(self) -> None:
        if self.checked is None or self.read_file is None:
            return
        path, _kind = QFileDialog.getSaveFileName(
            self,
            _("Where should the table of rows go?"),
            str(Path(folder_for("list-folder")) / f"{Path(self.read_file.table.name).stem}-{_('left-out')}.csv"),
            _("Tables (*.csv)"),
        )
        if path:
            self.write_report(Path(path))

    def write_report(self, path: Path) -> None:
        """Write the rows that are left out, and those that were mended."""
        if self.checked is not None and self.read_file is not None:
            written = _("The table is written: {file}")
            self.desk.apart(
                write_rejected,
                self.checked,
                self.read_file.table,
                path,
                done=lambda file: self.strip.say(written.format(file=file.name), kind="ok"),
                failed=self._failed,
            )

    def leave(self) -> bool:
        """Stay while the list is being written."""
        return self._monitor is None

    def back(self) -> bool:
        """Esc puts the file away, then leaves."""
        if self.read_file is not None and self._monitor is None:
            self.read_file, self.checked = None, None
            self.strip.hide()
            self._show_state()
            self.file_button.setFocus()
            return True
        return self._monitor is not None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The keys 1 to 3 decide about the row that is current under duplicates."""
        names = dict(zip("123", DECISIONS, strict=True))
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if plain and event.text() in names and self.alike.isVisible():
            self._decide(names[event.text()])
            return
        super().keyPressEvent(event)


def _page(table: QWidget, foot: QHBoxLayout | None = None) -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(table, 1)
    if foot is not None:
        foot.setContentsMargins(theme.px(12), theme.px(8), theme.px(12), theme.px(8))
        column.addLayout(foot)
    return page
