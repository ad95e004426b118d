"""Handing over: pack what the commune has not confirmed, bring it there, load the receipt."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from survey_app import i18n
from survey_app.bundles import NotSetUp, Written
from survey_app.bundles.container import SUFFIX
from survey_app.gui import theme
from survey_app.gui.backup import folder_for
from survey_app.gui.desk import Desk
from survey_app.gui.lanes import LaneMonitor
from survey_app.gui.moments import capital, day_and_time, parse
from survey_app.gui.parts import (
    LARGE,
    Banner,
    Button,
    Column,
    EmptyState,
    Field,
    Figures,
    Label,
    Mark,
    Panel,
    ProgressPanel,
    Table,
)
from survey_app.gui.parts.columns import Columns
from survey_app.gui.remembered import remember
from survey_app.gui.screen import Hint, Screen
from survey_app.gui.screens.colleagues import AlsoFor, TakingOver
from survey_app.gui.screens.update_offer import UpdateOffer
from survey_app.gui.theme import Type
from survey_app.i18n import _, ngettext
from survey_app.operations.handover import Loaded, colleagues_of, load_receipt, office_of, pack
from survey_app.operations.worklist import village_progress
from survey_app.progress import Cancelled
from survey_app.store import BundleNote, Device, Store
from survey_app.text import show_number


@dataclass(frozen=True)
class HandoverFacts:
    """What the screen shows.

    Attributes:
        office: name of the office the bundles are for, blank when the laptop was not set up by one.
        bundles: bundles written here, newest first.
        unpacked: finished forms in no bundle yet.
        waiting: forms in bundles that the commune has not confirmed.
        confirmed: forms the commune has.
    """

    office: str
    bundles: tuple[BundleNote, ...]
    unpacked: int
    waiting: int
    confirmed: int
    is_waiting: bool = False
    """Something waits for a receipt, a form or a visit without an interview."""
    colleagues: tuple[Device, ...] = ()
    """The other laptops of the commune that may open a bundle too."""


def forms_of(note: BundleNote) -> int:
    """Return how many households' forms a bundle carries; a form that was corrected counts once."""
    return int(note.outcome.get("households", len(note.revisions)))


def handover_facts(store: Store) -> HandoverFacts:
    """Read what the screen shows."""
    villages, besides = village_progress(store), store.besides_to_hand_over()
    notes = tuple(note for note in reversed(store.bundle_notes()) if note.direction == "out")
    try:
        office = office_of(store).name
    except NotSetUp:  # a laptop that was never set up by an office still shows its list
        office = ""
    return HandoverFacts(
        office=office,
        bundles=notes,
        unpacked=sum(v.complete + v.refused + v.closed for v in villages) + besides[0],
        waiting=sum(v.packed for v in villages) + besides[1],
        confirmed=sum(v.confirmed for v in villages),
        is_waiting=store.is_waiting(),
        colleagues=tuple(colleagues_of(store)),
    )


class HandoverScreen(Screen):
    """Packing and the list of bundles at the left, the receipt at the right."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.facts: HandoverFacts | None = None
        self._monitor: LaneMonitor | None = None
        self._title = Label("", Type.TITLE)
        self._sub = Label("", Type.TABLE, "text2", elide=True)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(theme.px(16), theme.px(14), theme.px(16), theme.px(12))
        main = QWidget()
        left = QVBoxLayout(main)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(theme.px(12))
        head = QVBoxLayout()
        head.setSpacing(0)
        head.addWidget(self._title)
        head.addWidget(self._sub)
        left.addLayout(head)
        self.offer = UpdateOffer(desk)
        left.addWidget(self.offer)
        left.addWidget(self._pack_panel())
        left.addWidget(self._list_panel(), 1)
        whole.addWidget(Columns(main, self._receipt_panel(), 330))
        desk.data_changed.connect(self.read)
        self.retranslate()

    # build

    def _pack_panel(self) -> Panel:
        panel = Panel(pad=(18, 14, 18, 16), gap=12)
        self._count = Figures("", Type.GREETING, weight=700)
        self._count_words = Label("", Type.PANEL, weight=600)
        self._count_more = Label("", Type.TABLE, "text2", wrap=True, figures=True)
        words = QVBoxLayout()
        words.setSpacing(theme.px(2))
        line = QHBoxLayout()
        line.setSpacing(theme.px(8))
        line.addWidget(self._count, 0, Qt.AlignmentFlag.AlignBaseline)
        line.addWidget(self._count_words, 0, Qt.AlignmentFlag.AlignBaseline)
        line.addStretch()
        words.addLayout(line)
        words.addWidget(self._count_more)
        panel.column.addLayout(words)
        self.folder = Field(figures=False)
        self.folder_button = Button("", "secondary", icon="folder-open", height=LARGE)
        self.folder_button.clicked.connect(self._choose_folder)
        self.pack_button = Button("", "primary", icon="package-check", key="Ctrl+B", height=LARGE)
        self.pack_button.clicked.connect(self.pack)
        self.folder.row.addWidget(self.folder_button)
        self.folder.row.addWidget(self.pack_button)
        self.folder.entered.connect(self.pack)
        panel.column.addWidget(self.folder)
        self.also = AlsoFor()
        panel.column.addWidget(self.also)
        self.progress = ProgressPanel()
        self.progress.hide()
        self.strip = Banner("ok", stacked=True)
        self.show_button = self.strip.make_button("", icon="folder")
        self.show_button.clicked.connect(self._show_folder)
        self.strip.hide()
        panel.column.addWidget(self.progress)
        panel.column.addWidget(self.strip)
        return panel

    def _list_panel(self) -> Panel:
        panel = Panel(pad=1, gap=0)
        self.table: Table[BundleNote] = Table(
            [
                Column(lambda: _("Bundle"), lambda note: f"{note.sequence:02d}", 84, "figures"),
                Column(lambda: _("Packed at"), self._packed, 180),
                Column(lambda: _("Forms"), lambda note: self._number(forms_of(note)), 84, "number"),
                Column(lambda: _("Status"), _status, 170, "chip"),
                Column(lambda: _("Receipt loaded"), self._confirmed, 0, "text", lambda _note: "text2"),
            ]
        )
        self.empty = EmptyState()
        self.empty.acted.connect(self.pack)
        panel.column.addWidget(self.table, 1)
        panel.column.addWidget(self.empty, 1)
        self.table.hide()
        return panel

    def _receipt_panel(self) -> Panel:
        panel = Panel(pad=18, gap=12)
        self._way_title = Label("", Type.PANEL, weight=600)
        panel.column.addWidget(self._way_title)
        self._steps: list[tuple[Label, Label]] = []
        for icon in ("package-check", "usb", "file-check"):
            step = QWidget()
            row = QHBoxLayout(step)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(theme.px(10))
            row.addWidget(Mark(icon, "primary", 20), 0, Qt.AlignmentFlag.AlignTop)
            words = QVBoxLayout()
            words.setSpacing(0)
            head, text = Label("", Type.BODY, weight=600, wrap=True), Label("", Type.TABLE, "text2", wrap=True)
            words.addWidget(head)
            words.addWidget(text)
            row.addLayout(words, 1)
            panel.column.addWidget(step)
            self._steps.append((head, text))
        panel.column.addStretch()
        self.receipt_strip = Banner("ok", stacked=True)
        self.receipt_strip.hide()
        panel.column.addWidget(self.receipt_strip)
        self.load_button = Button("", "secondary", icon="file-check", key="Ctrl+O", height=LARGE, wide=True)
        self.load_button.clicked.connect(self._choose_receipt)
        panel.column.addWidget(self.load_button)
        self.taking_over = TakingOver(self.desk)
        panel.column.addWidget(self.taking_over)
        return panel

    def _packed(self, note: BundleNote) -> str:
        moment = parse(note.made_at)
        return capital(day_and_time(moment, self.desk.clock())) if moment else ""

    def _confirmed(self, note: BundleNote) -> str:
        moment = parse(note.confirmed_at)
        return capital(day_and_time(moment, self.desk.clock())) if moment else _("Not yet")

    @staticmethod
    def _number(value: int) -> str:
        return show_number(value, 0, i18n.language())

    # words

    def title(self) -> str:
        """Return the screen's name."""
        return _("Handing over to the commune")

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self._title.setText(self.title())
        self.folder.say(_("Folder for the bundle"), _("a USB stick, or a folder that is shared with the commune"))
        self.folder_button.setText(_("Choose folder"))
        self.pack_button.setText(_("Pack"))
        self.progress.say(_("Packing"), _("If power fails, no half bundle is left."), _("Stop"))
        self.show_button.setText(_("Show in the folder"))
        self.table.setAccessibleName(_("Bundles written on this machine"))
        self.table.retranslate()
        self.empty.say(_("No bundle yet."), _("A bundle carries finished forms to the commune, sealed and signed."))
        self._way_title.setText(_("The way of the forms"))
        texts = (
            (_("1. Pack"), _("The bundle is sealed: only the commune's office can open it.")),
            (
                _("2. Bring it to the commune"),
                _("On a USB stick or in a shared folder. If it is lost, pack again."),
            ),
            (_("3. Load the receipt"), _("The commune gives you a receipt file. Only then are the forms confirmed.")),
        )
        for (head, text), (first, second) in zip(self._steps, texts, strict=True):
            head.setText(first)
            text.setText(second)
        self.load_button.setText(_("Load receipt"))
        self.also.retranslate()
        self.taking_over.retranslate()
        self.offer.retranslate()
        if self.facts is not None:
            self.show_facts(self.facts)

    def hints(self) -> list[Hint]:
        """Return the shortcuts."""
        over = [Hint(("Ctrl+T",), _("Take over a bundle"))] if self.taking_over.button.isVisibleTo(self) else []
        return [
            Hint(("Ctrl+B",), _("Pack")),
            Hint(("Ctrl+O",), _("Load receipt")),
            *over,
            Hint(("Tab",), _("Next field")),
            Hint(("Esc",), _("Back")),
            Hint(("F1",), _("Help")),
        ]

    def quiet_fact(self) -> str:
        """Return how many forms the commune has."""
        if self.facts is None or not self.facts.confirmed:
            return ""
        return ngettext(
            "{count} form confirmed by the commune", "{count} forms confirmed by the commune", self.facts.confirmed
        ).format(count=self._number(self.facts.confirmed))

    def help_text(self) -> str:
        """Explain bundles and receipts."""
        return _(
            "A bundle always carries everything the commune has not confirmed yet, also what an earlier bundle "
            "carried. So a lost stick loses nothing: pack once more.\n\n"
            "Packing twice does no harm; the commune recognises what it has.\n\n"
            "The receipt is a small file that the commune writes after merging. It can be loaded as often as you like."
            "\n\n"
            "To let a colleague go on with your households, choose the other laptop before packing and give the bundle "
            "to both, the colleague and the commune. The colleague takes it over here."
        )

    # data

    def refresh(self, **arguments: object) -> None:
        """Read the list; ``pack=True`` packs at once, ``load=True`` asks for a receipt, ``file=PATH`` takes it in."""
        self.strip.hide()
        self.receipt_strip.hide()
        self.taking_over.strip.hide()
        if not self.folder.text():
            self.folder.set_text(folder_for("bundle-folder"))
        self.read()
        self.offer.look()
        if arguments.get("pack"):
            self.pack_button.setFocus()
        if arguments.get("load"):
            self._choose_receipt()
        file = arguments.get("file")
        if isinstance(file, Path) and file.suffix.lower() == SUFFIX:
            self.taking_over.take(file)
        elif isinstance(file, Path):
            self.load(file)

    def first_focus(self) -> QWidget:
        """Return the button that packs."""
        return self.pack_button

    def read(self) -> None:
        """Read the list again."""
        if self.desk.lane.is_open:
            self.desk.run(handover_facts, done=self.show_facts)

    def show_facts(self, facts: HandoverFacts) -> None:
        """Show what was read."""
        self.facts = facts
        self._sub.setText(_("For {office}").format(office=facts.office))
        self._sub.setVisible(bool(facts.office))
        count = facts.unpacked + facts.waiting
        self._count.setText(self._number(count))
        self._count_words.setText(
            ngettext("form the commune has not confirmed", "forms the commune has not confirmed", count)
        )
        self._count_more.setText(self._more(facts))
        self.pack_button.setEnabled((count > 0 or facts.is_waiting) and self._monitor is None)
        self.also.show_laptops(facts.colleagues)
        self.taking_over.button.setVisible(bool(facts.colleagues))
        self.table.set_rows(facts.bundles, key=lambda note: note.bundle)
        self.table.setVisible(bool(facts.bundles))
        self.empty.setVisible(not facts.bundles)
        self.hints_changed.emit()

    def _more(self, facts: HandoverFacts) -> str:
        if facts.unpacked + facts.waiting == 0 and facts.is_waiting:
            return _("Visits without an interview wait to be handed over.")
        if facts.unpacked + facts.waiting == 0:
            return _("There is nothing to pack: finish a form first, or all are confirmed already.")
        parts = []
        if facts.unpacked:
            parts.append(_("{count} in no bundle yet").format(count=self._number(facts.unpacked)))
        if facts.waiting:
            parts.append(_("{count} in bundles without a receipt").format(count=self._number(facts.waiting)))
        return capital(", ".join(parts)) + ". " + _("The next bundle carries all of them.")

    # packing

    def _choose_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(
            self, _("Where should the bundle go?"), self.folder.text() or folder_for("bundle-folder")
        )
        if folder:
            self.folder.set_text(folder)
            remember("bundle-folder", folder)

    def pack(self) -> None:
        """Pack into the folder that is chosen."""
        if self._monitor is not None or self.facts is None:
            return
        folder = self.folder.text().strip()
        if not folder or not Path(folder).is_dir():
            self.folder.set_fault(_("This folder is not there. Plug the stick in, or choose another folder."))
            return
        remember("bundle-folder", folder)
        self._monitor = LaneMonitor(self)
        self.progress.follow(self._monitor)
        self.progress.show()
        self.strip.hide()
        self.pack_button.setEnabled(False)
        self.desk.write(
            pack,
            None,
            Path(folder),
            clock=self.desk.clock,
            monitor=self._monitor,
            colleague=self.also.laptop,
            done=self._packed_now,
            failed=self._not_packed,
        )

    def _packed_now(self, written: Written) -> None:
        self._end_packing()
        title = ngettext(
            "Bundle {number} is ready: {count} form", "Bundle {number} is ready: {count} forms", written.households
        ).format(number=f"{written.sequence:02d}", count=self._number(written.households))
        words = _("{file}. Written and read back. Bring it to the commune; keep everything here until the receipt.")
        if self.also.laptop:
            words = _("{file}. Written and read back. Give it to {laptop} and to the commune; both can open it.")
        self.strip.say(
            title, words.format(file=written.path.name, laptop=self.also.name), kind="ok", icon="package-check"
        )
        self.also.only_the_commune()
        self.show_button.show()
        self.strip.show()

    def _not_packed(self, error: BaseException) -> None:
        self._end_packing()
        if isinstance(error, Cancelled):
            self.strip.say(_("Stopped. No bundle was written."), kind="info")
        else:
            self.strip.say_error(error)
        self.show_button.hide()
        self.strip.show()
        self.read()

    def _end_packing(self) -> None:
        self._monitor = None
        self.progress.hide()

    def _show_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(self.folder.text()))

    # receipt

    def _choose_receipt(self) -> None:
        path, _kind = QFileDialog.getOpenFileName(
            self,
            _("Choose the commune's receipt"),
            folder_for("receipt-folder"),
            _("Receipts (*.receipt);;All files (*)"),
        )
        if path:
            remember("receipt-folder", str(Path(path).parent))
            self.load(Path(path))

    def load(self, path: Path) -> None:
        """Load a receipt."""
        self.load_button.setEnabled(False)
        self.desk.write(load_receipt, path, done=self._loaded, failed=self._not_loaded)

    def _loaded(self, loaded: Loaded) -> None:
        self.load_button.setEnabled(True)
        if loaded.newly:
            title = ngettext(
                "The commune has confirmed {count} more bundle",
                "The commune has confirmed {count} more bundles",
                loaded.newly,
            ).format(count=loaded.newly)
        else:
            title = _("Nothing new in this receipt")
        text = ngettext(
            "{count} household is confirmed now.", "{count} households are confirmed now.", loaded.confirmed
        ).format(count=self._number(loaded.confirmed))
        self.receipt_strip.say(title, text, kind="ok", icon="badge-check")
        self.receipt_strip.show()

    def _not_loaded(self, error: BaseException) -> None:
        self.load_button.setEnabled(True)
        self.receipt_strip.say_error(error)


def _status(note: BundleNote) -> str:
    return "confirmed" if note.confirmed_at else "unconfirmed"
