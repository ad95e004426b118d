"""Merging bundles: which came, which are missing, what was refused and why, and that the numbers add up."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFileDialog, QVBoxLayout, QWidget

from survey_app.gui import theme
from survey_app.gui.backup import folder_for
from survey_app.gui.desk import Desk
from survey_app.gui.lanes import LaneMonitor
from survey_app.gui.office.balance_panel import BalancePanel
from survey_app.gui.office.bundle_lines import (
    BundleLine,
    Merged,
    arranged,
    read_merged,
    refused_line,
    sums_of_balance,
    waiting_lines,
)
from survey_app.gui.office.merge_strips import BundleStrip, ProposalStrip
from survey_app.gui.office.merge_work import accept_and_read, look_at, merge_and_read, take_back_and_read
from survey_app.gui.office.refusal import RefusalPanel
from survey_app.gui.parts import (
    Banner,
    Button,
    Column,
    EmptyState,
    Label,
    Panel,
    ProgressPanel,
    Scrolled,
    Table,
    confirm,
)
from survey_app.gui.parts.columns import Head
from survey_app.gui.remembered import remember
from survey_app.gui.screen import Hint, Screen
from survey_app.gui.screens.requests import DueRequests
from survey_app.gui.theme import Type
from survey_app.i18n import _, ngettext
from survey_app.progress import Cancelled

if TYPE_CHECKING:
    from survey_app.bundles import Balance
    from survey_app.operations.handover import Issued

NARROW = 1080
"""Below this width (design pixels) the balance stands under the table."""


ROWS_OF_A_PAGE = 12
"""Bundles shown at once where the whole page scrolls; more of them scroll inside the table."""


class MergeScreen(Screen):
    """The table of bundles with the balance at its right."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._merged = Merged()
        self._balance: Balance | None = None
        self._proposed: tuple[list[Path], Balance] | None = None
        self._refused: list[BundleLine] = []
        self._files: list[Path] = []
        self._done = 0
        self._is_merging = False
        self._is_read = False
        self.setAcceptDrops(True)
        self._build()
        self.retranslate()

    # build

    def _build(self) -> None:
        self.table = self._make_table()
        self.empty = EmptyState(icon="package-plus", kind="primary")
        self.empty.acted.connect(self.choose_files)
        self.progress = ProgressPanel()
        self.progress_panel = Panel(pad=14)
        self.progress_panel.column.addWidget(self.progress)
        self.told = Banner("ok")
        self.refusal = RefusalPanel()
        self.refusal.other_file.connect(self.choose_files)
        self.refusal.failed.connect(self.desk.problem)
        self.refusal.saved.connect(lambda path: self._tell(_("Notice saved."), str(path)))
        self.proposal = ProposalStrip()
        self.proposal.agreed.connect(self.merge_proposed)
        self.proposal.declined.connect(self.forget_proposed)
        self.due = DueRequests(self.desk)
        self.strip = BundleStrip()
        self.strip.wants_back.connect(self.ask_to_take_back)
        self.strip.wants_accepted.connect(self.ask_to_accept)
        self.table_panel = Panel(pad=(1, 1, 1, 1), gap=0)
        self.table_panel.column.addWidget(self.table)
        self.table_panel.column.addWidget(self.empty)
        left = QVBoxLayout()
        left.setSpacing(theme.px(12))
        left.addWidget(self._make_head())
        left.addWidget(self.due)
        left.addWidget(self.progress_panel)
        left.addWidget(self.told)
        left.addWidget(self.proposal)
        left.addWidget(self.table_panel, 1)
        left.addWidget(self.strip)
        left.addWidget(self.refusal)
        self.balance = BalancePanel()
        self.balance.going.connect(self.desk.go)
        self.balance.wants_receipts.connect(self.choose_receipt_folder)
        page = QWidget()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(theme.px(16), theme.px(14), theme.px(16), theme.px(12))
        whole.addWidget(Scrolled(page, gutter=False))
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, page)
        self._columns.setContentsMargins(0, 0, 0, 0)
        self._columns.setSpacing(theme.px(14))
        self._columns.addLayout(left, 1)
        self._columns.addWidget(self.balance)
        for widget in (self.progress_panel, self.told, self.proposal, self.strip, self.refusal):
            widget.hide()

    def _make_head(self) -> Head:
        self._title = Label("", Type.TITLE)
        self._fact = Label("", Type.TABLE, "text2", elide=True, figures=True)
        self.add_button = Button("", icon="package-plus", key="Ctrl+O")
        self.add_button.clicked.connect(self.choose_files)
        self.folder_button = Button("", icon="folder-open", shortcut="Ctrl+Shift+O")
        self.folder_button.clicked.connect(self.choose_folder)
        return Head((self._title, self._fact), (self.folder_button, self.add_button))

    def _make_table(self) -> Table[BundleLine]:
        columns: tuple[Column[BundleLine], ...] = (
            Column(lambda: _("Laptop"), lambda line: line.sender, 190, "name"),
            Column(lambda: _("Bundle"), lambda line: line.number, 76, "figures"),
            Column(lambda: _("Packed at"), lambda line: line.made_at, 128, "figures", lambda _line: "text2", 2),
            Column(lambda: _("Form versions"), lambda line: line.records, 116, "number", priority=1),
            Column(lambda: _("Status"), lambda line: line.status, 162, "chip"),
            Column(lambda: _("Detail"), lambda line: line.detail, 0, "text", lambda line: line.tone, 3),
        )
        table = Table(columns)
        table.row_changed.connect(self._show_line)
        table.opened.connect(self._open_line)
        return table

    # what it says

    def title(self) -> str:
        """Return the screen's name."""
        return _("Merge bundles from the laptops")

    def hints(self) -> list[Hint]:
        """Return the shortcuts that work here."""
        if self._proposed is not None:
            return [
                Hint(("Enter",), _("Merge")),
                Hint(("Esc",), _("Do not merge")),
                Hint(("F1",), _("Help")),
            ]
        found = [Hint(("Up", "Down"), _("Choose a bundle")), Hint(("Enter",), _("Show detail"))]
        found.append(Hint(("Ctrl+O",), _("Add bundles")))
        if self.balance.next_screen:
            found.append(Hint(("Ctrl+Enter",), self.balance.next_words))
        return [*found, Hint(("F1",), _("Help"))]

    def quiet_fact(self) -> str:
        """Return when a bundle was merged last."""
        return _("Merged last: {time}").format(time=self._merged.last) if self._merged.last else ""

    def help_text(self) -> str:
        """Return what F1 shows."""
        return "\n\n".join(
            (
                _("Bundles may be merged in any order and as often as you like; nothing is counted twice."),
                _("A bundle is merged completely or not at all. A refused one changes nothing."),
                _("The balance must agree: every version of a form is new, identical, joined, in conflict or refused."),
                _("Save the confirmations and give them to the laptops, so that they know what has arrived."),
            )
        )

    def first_focus(self) -> QWidget | None:
        """Return the table, or the button that fills it."""
        return self.table if self._all_lines() or not self._is_read else self.empty.button

    # reading and showing

    def refresh(self, **arguments: object) -> None:
        """Read again what was merged; ``file=PATH`` says what merging that bundle would bring."""
        if not self._files:
            self.desk.run(read_merged, done=self._take)
        self.due.read()
        file = arguments.get("file")
        if isinstance(file, Path):
            self.look_at([file])

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self._title.setText(self.title())
        self.add_button.setText(_("Add bundles"))
        self.folder_button.setText(_("Whole folder"))
        self.folder_button.setToolTip("Ctrl+Shift+O")
        self.empty.say(
            _("Bundles from the laptops are merged here."),
            _("Choose the files from a USB stick or a folder, or drag them into this window."),
            _("Add bundles"),
        )
        self.progress.say(
            safe=_("If power fails, the last bundles are rolled back whole; merging the files again completes them."),
            stop=_("Stop after this bundle"),
        )
        self.table.setAccessibleName(_("Bundles"))
        self.table.retranslate()
        self.refusal.retranslate()
        self.proposal.retranslate()
        self.strip.retranslate()
        self.due.retranslate()
        self.balance.retranslate()
        if self._is_read:
            self.refresh()

    def _take(self, merged: Merged) -> None:
        self._merged = merged
        first, self._is_read = not self._is_read, True
        self._show()
        if first and self.isVisible() and not self.isAncestorOf(self.window().focusWidget() or self):
            self.empty.button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _all_lines(self) -> list[BundleLine]:
        waiting = waiting_lines(self._files, self._done, self._merged.names) if self._files else []
        came = {(line.sender, line.sequence) for line in self._refused}
        kept = [
            line for line in self._merged.lines if line.status != "missing" or (line.sender, line.sequence) not in came
        ]
        keys = {line.key for line in kept}
        return [*arranged([*kept, *(line for line in self._refused if line.key not in keys)]), *waiting]

    def _show(self) -> None:
        lines = self._all_lines()
        self.table.set_rows(lines, lambda line: line.key)
        self.table.show_rows(ROWS_OF_A_PAGE if self.width() < theme.px(NARROW) else 0)
        self.table.setVisible(bool(lines) or not self._is_read)
        self.empty.setVisible(not lines and self._is_read and self._proposed is None)
        self._fact.setText(self._fact_words())
        self.progress_panel.setVisible(bool(self._files))
        for button in (self.add_button, self.folder_button, self.empty.button):
            button.setEnabled(not self._files)
        said = self._proposed[1] if self._proposed is not None else self._balance
        sums = sums_of_balance(said) if said is not None else self._merged.sums
        busy = bool(self._files) or self._proposed is not None
        self.balance.show_state(self._merged, sums, self._basis_words(), busy=busy)
        self.hints_changed.emit()

    def _fact_words(self) -> str:
        where = ", ".join(part for part in (self._merged.place, self._merged.round) if part)
        if not self._merged.bundles:
            return f"{where}. {_('No bundle has been merged yet.')}" if where else _("No bundle has been merged yet.")
        bundles = ngettext("{count} bundle", "{count} bundles", self._merged.bundles).format(count=self._merged.bundles)
        laptops = ngettext("{count} laptop", "{count} laptops", self._merged.devices).format(count=self._merged.devices)
        merged = _("{bundles} from {laptops} merged").format(bundles=bundles, laptops=laptops)
        missing = sum(numbers.count(",") + 1 for _name, numbers in self._merged.missing)
        tail = ngettext("{count} missing", "{count} missing", missing).format(count=missing) if missing else ""
        facts = ", ".join(part for part in (merged, tail) if part)
        return f"{where}. {facts}." if where else f"{facts}."

    def _basis_words(self) -> str:
        """Say what the balance is about: what would come, the merge just done, or everything so far."""
        if self._proposed is not None:
            return _("If you merge them")
        if self._balance is None:
            return _("All bundles merged so far")
        refused = len(self._balance.refusals)
        taken = len(self._balance.bundles) - refused
        merged = ngettext("{count} bundle merged", "{count} bundles merged", taken).format(count=taken)
        if not refused:
            return _("This time: {merged}").format(merged=merged)
        said = ngettext("{count} refused", "{count} refused", refused).format(count=refused)
        return _("This time: {merged}, {refused}").format(merged=merged, refused=said)

    def _show_line(self, line: BundleLine | None) -> None:
        self.refusal.show_line(line if line is not None and line.status == "refused" else None)
        self.strip.show_line(line if not self._files and self._proposed is None else None)

    def _open_line(self, line: BundleLine) -> None:
        if line.status == "refused":
            self.refusal.focus_first()
        elif line.disputed:
            self.desk.go("conflicts")

    def _tell(self, title: str, text: str = "", kind: str = "ok") -> None:
        self.told.say(title, text, kind=kind)
        self.told.show()

    # merging

    def choose_files(self) -> None:
        """Ask for bundle files and say what merging them would bring."""
        words = f"{_('Bundles')} (*.bundle);;{_('All files')} (*)"
        names, _kind = QFileDialog.getOpenFileNames(self, _("Choose bundles"), folder_for("merge-folder"), words)
        if names:
            remember("merge-folder", str(Path(names[0]).parent))
        self.look_at([Path(name) for name in names])

    def choose_folder(self) -> None:
        """Ask for a folder and say what merging the bundles in it would bring."""
        name = QFileDialog.getExistingDirectory(
            self, _("Choose the folder with the bundles"), folder_for("merge-folder")
        )
        if name:
            remember("merge-folder", name)
            self.look_at([Path(name)])

    def merge_files(self, paths: Sequence[Path]) -> None:
        """Merge files, and the bundles of folders, in the store's lane."""
        from survey_app.operations.handover import bundle_files

        if self._files or not paths:
            return
        files = bundle_files(paths)
        self.told.hide()
        if not files:
            self._tell(_("There is no bundle in this folder."), _("Bundles end in .bundle."), "warn")
            return
        monitor = self._begin(files, is_merging=True)
        self.desk.write(
            merge_and_read, files, self.desk.clock, monitor=monitor, done=self._finished, failed=self._failed
        )
        self._show()

    def look_at(self, paths: Sequence[Path]) -> None:
        """Say what merging files, and the bundles of folders, would bring; nothing is merged yet."""
        from survey_app.operations.merging import bundle_files

        if self._files or not paths:
            return
        files = bundle_files(paths)
        if not files:
            self._tell(_("There is no bundle in this folder."), _("Bundles end in .bundle."), "warn")
            return
        self.told.hide()
        self.forget_proposed()
        monitor = self._begin(files, is_merging=False)

        def done(balance: Balance) -> None:
            self._files, self._proposed = [], (files, balance)
            self._note_refused(balance)
            self._show()
            self.strip.hide()
            self.proposal.show_balance(balance)

        self.desk.run(look_at, files, self.desk.clock, monitor=monitor, done=done, failed=self._failed)
        self._show()

    def _begin(self, files: list[Path], *, is_merging: bool) -> LaneMonitor:
        self._files, self._done, self._is_merging = files, 0, is_merging
        monitor = LaneMonitor(self)
        self.progress.follow(monitor)
        monitor.moved.connect(self._moved)
        self._moved(0, len(files), files[0].name)
        return monitor

    def merge_proposed(self) -> None:
        """Merge what was looked at."""
        if self._proposed is not None:
            files = self._proposed[0]
            self.forget_proposed()
            self.merge_files(files)

    def forget_proposed(self) -> None:
        """Leave everything as it is."""
        if self._proposed is not None:
            self._proposed = None
            self.proposal.show_balance(None)
            self._show()
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def ask_to_take_back(self, line: BundleLine) -> None:
        """Ask, and take the merge of a bundle back."""
        title = _("Take back bundle {number} of {laptop}?").format(number=line.number, laptop=line.sender)
        words = _("What only this bundle brought leaves again. Keep its file: merging it again brings everything back.")
        if confirm(self, title, words, _("Take back"), _("Leave it")):
            self.take_back(line.bundle)

    def take_back(self, bundle: str) -> None:
        """Take the merge of a bundle back."""

        def done(outcome: tuple[int, Merged]) -> None:
            count, self._merged = outcome
            self._balance = None
            self._show()
            words = ngettext("Taken back: {count} version of a form.", "Taken back: {count} versions of forms.", count)
            self._tell(words.format(count=count), _("Merging the same file again brings everything back."), "info")

        self.desk.write(take_back_and_read, bundle, done=done)

    def ask_to_accept(self, line: BundleLine) -> None:
        """Ask, and accept the laptop or office that signed a bundle."""
        title = _("Accept the laptop {laptop}?").format(laptop=line.sender)
        words = _("Its bundles are merged from now on. Its key must read {fingerprint} on the laptop too.")
        if line.replaces:
            title = _("Accept the new key of {office}?").format(office=line.sender)
            words = _(
                "The key known so far reads {before}; what is signed with it is refused from now on. Call the office: "
                "under its settings it must sign with {fingerprint}."
            )
        text = words.format(fingerprint=line.fingerprint, before=line.replaces)
        if confirm(self, title, text, _("Accept"), _("Leave it"), danger=False):
            self.accept_signer(line)

    def accept_signer(self, line: BundleLine) -> None:
        """Accept the laptop or office that signed a bundle, and merge what is kept of it."""
        self.desk.write(accept_and_read, line.bundle, self.desk.clock, bool(line.replaces), done=self._finished)

    def _moved(self, done: int, total: int, _what: str) -> None:
        at = min(done + 1, total)
        words = (
            _("Merging bundle {number} of {total}") if self._is_merging else _("Checking bundle {number} of {total}")
        )
        self.progress.say(words.format(number=at, total=total))
        if done != self._done:
            self._done = done
            self._show()

    def _finished(self, outcome: tuple[Balance, Merged]) -> None:
        self._balance, self._merged = outcome
        self._files = []
        fresh = self._note_refused(self._balance)
        self._is_read = True
        self._show()
        self._tell_outcome(self._balance)
        if fresh:
            self._choose_line(fresh[0].key)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _note_refused(self, balance: Balance) -> list[BundleLine]:
        """Keep a line for each refused file, and return them."""
        hints = {refusal.file: refusal.hint for refusal in balance.refusals}
        taken = {result.file for result in balance.bundles if result.state != "refused"}
        fresh = [refused_line(r, hints.get(r.file, "")) for r in balance.bundles if r.state == "refused"]
        again = {line.file for line in fresh} | taken
        self._refused = [line for line in self._refused if line.file not in again] + fresh
        return fresh

    def _tell_outcome(self, balance: Balance) -> None:
        if balance.stopped:
            left = _("Stopped. What was merged stays; the other files were not touched.")
            self._tell(left, _("Add them again when you like."), "info")
        elif not balance.refusals:
            self._tell(_("All bundles are merged."), _("Now save the confirmations for the laptops."))

    def _choose_line(self, key: str) -> None:
        for number, line in enumerate(self._all_lines()):
            if line.key == key:
                self.table.select(number)

    def _failed(self, error: BaseException) -> None:
        self._files = []
        self._show()
        if not isinstance(error, Cancelled):
            self.desk.problem.emit(error)
        self.desk.run(read_merged, done=self._take)

    # confirmations

    def choose_receipt_folder(self) -> None:
        """Ask where the laptops' confirmations shall be saved, and save them."""
        name = QFileDialog.getExistingDirectory(
            self, _("Choose where to save the confirmations"), folder_for("merge-folder")
        )
        if name:
            self.save_receipts(Path(name))

    def save_receipts(self, folder: Path) -> None:
        """Write a confirmation for each laptop into a folder."""
        from survey_app.operations.handover import write_receipts

        def done(issued: tuple[Issued, ...]) -> None:
            count = len(issued)
            words = ngettext(
                "Confirmation for {count} laptop saved.", "Confirmations for {count} laptops saved.", count
            )
            self._tell(words.format(count=count), str(folder))

        self.desk.run(write_receipts, folder, self.desk.clock, done=done)

    # events

    def leave(self) -> bool:
        """The screen may be left while a merge runs: it goes on."""
        return True

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if not self._files and any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.look_at([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])

    def _fit(self) -> None:
        narrow = self.width() < theme.px(NARROW)
        self._columns.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)
        self.balance.set_narrow(narrow)
        self._show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the balance under the table where there is no room beside it."""
        super().resizeEvent(event)
        narrow = self.width() < theme.px(NARROW)
        if narrow != (self._columns.direction() == QBoxLayout.Direction.TopToBottom):
            self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the text size."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_columns"):
            self._fit()
