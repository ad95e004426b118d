"""Settling conflicts: what two people changed differently, side by side, until a person decides."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from survey_app import i18n
from survey_app.gui import theme
from survey_app.gui.backup import folder_for
from survey_app.gui.desk import Desk
from survey_app.gui.office.conflict_filters import ConflictFilters
from survey_app.gui.office.deciding import BASE, Deciding
from survey_app.gui.office.dispute import Dispute, DisputeLine, line_of, read_dispute, read_disputes
from survey_app.gui.office.dispute_sheet import DisputeSheet
from survey_app.gui.parts import SMALL, Banner, Bar, Button, Chip, Column, EmptyState, Label, Mark, Panel, Table
from survey_app.gui.parts.columns import Head, Page
from survey_app.gui.parts.flow import Flow
from survey_app.gui.remembered import remember
from survey_app.gui.screen import Hint, Screen
from survey_app.gui.theme import Type
from survey_app.i18n import _, ngettext
from survey_app.store import Store

if TYPE_CHECKING:
    from survey_app.operations.conflicts import OpenConflict
    from survey_app.records import Revision

LIST_WIDTH = 256
NARROW = 1180
"""Below this width (design pixels) the list makes room; PgUp and PgDn walk the submissions."""


class ConflictsScreen(Screen):
    """The list at the left, one submission at the right."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._found: list[OpenConflict] = []
        self._open: list[OpenConflict] = []
        self._decidings: dict[str, Deciding] = {}
        self._here = ""
        self._is_read = False
        self._build()
        self.retranslate()
        for keys, by in (("PgUp", -1), ("PgDown", 1)):
            QShortcut(QKeySequence(keys), self).activated.connect(lambda by=by: self.step(by))
        QShortcut(QKeySequence("Ctrl+F"), self).activated.connect(self.filters.first.setFocus)
        QShortcut(QKeySequence("Alt+H"), self).activated.connect(self.show_history)
        for source, keys in (("A", "Alt+A"), ("B", "Alt+B"), (BASE, "Alt+0")):
            take = QShortcut(QKeySequence(keys), self)
            take.activated.connect(lambda source=source: self.sheet.choose_whole(source))

    # build

    def _build(self) -> None:
        self._title = Label("", Type.TITLE, elide=True, figures=True)
        self._fact = Label("", Type.TABLE, "text2", elide=True)
        self._place = Chip("conflicting", " ")
        self._before = Button("", icon="chevron-left", key="PgUp", shortcut="")
        self._after = Button("", icon="chevron-right", key="PgDn", shortcut="")
        self._before.clicked.connect(lambda: self.step(-1))
        self._after.clicked.connect(lambda: self.step(1))
        head = Head((self._title, self._fact), (self._place, self._before, self._after))
        self.filters = ConflictFilters()
        self.filters.changed.connect(self._filter)
        self.filters.report.clicked.connect(self._choose_report)
        self.told = Banner("ok")
        self.told.hide()
        self.sheet = DisputeSheet()
        self.sheet.changed.connect(self._show_progress)
        self.sheet.completed.connect(self.record)
        self.empty = EmptyState(icon="arrow-right", kind="primary")
        self.empty.acted.connect(lambda: self.desk.go("results"))
        self.empty_panel = Panel(pad=0)
        self.empty_panel.column.addWidget(self.empty)
        middle = QHBoxLayout()
        middle.setSpacing(theme.px(12))
        middle.addWidget(self._make_list())
        middle.addWidget(self.sheet, 1)
        middle.addWidget(self.empty_panel, 1)
        content = QWidget()
        whole = QVBoxLayout(content)
        whole.setContentsMargins(theme.px(16), theme.px(12), theme.px(16), theme.px(8))
        whole.setSpacing(theme.px(10))
        whole.addWidget(head)
        whole.addWidget(self.filters)
        whole.addWidget(self.told)
        whole.addLayout(middle, 1)
        whole.addWidget(self._make_foot())
        self.page = Page(content)
        self.page.low_changed.connect(self.sheet.grow)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.page)
        self.empty_panel.hide()

    def _make_list(self) -> Panel:
        self.table: Table[DisputeLine] = Table(
            (
                Column(lambda: _("No."), lambda line: line.number, 76, "figures"),
                Column(lambda: _("Household"), lambda line: line.head, 0, "name"),
            )
        )
        self.table.row_changed.connect(self._picked)
        self.table.opened.connect(lambda _line: self.sheet.setFocus(Qt.FocusReason.OtherFocusReason))
        self.list_panel = Panel(pad=1, gap=0)
        self.list_panel.column.addWidget(self.table)
        self.list_panel.setFixedWidth(theme.px(LIST_WIDTH))
        return self.list_panel

    def _make_foot(self) -> QWidget:
        self.foot = QWidget()
        flow = Flow(theme.px(8), self.foot)
        self._safe = Label("", Type.TABLE, "text2")
        self._all_buttons = [Button("", "quiet", icon="check", key=keys, shortcut="", height=SMALL)
                             for keys in ("Alt+A", "Alt+B", "Alt+0")]  # fmt: skip
        self._count = Label("", Type.TABLE, "text2", figures=True)
        self._bar = Bar(8)
        self._bar.setFixedWidth(theme.px(140))
        flow.addWidget(_beside(Mark("shield-check", "ok", 18), self._safe))
        for button, source in zip(self._all_buttons, ("A", "B", BASE), strict=True):
            button.clicked.connect(lambda _c=False, source=source: self.sheet.choose_whole(source))
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # their keys work everywhere; Tab stays in the form
            flow.addWidget(button)
        flow.addWidget(_beside(self._count, self._bar))
        return self.foot

    # what it says

    def title(self) -> str:
        """Return the screen's name."""
        return _("Conflicts")

    def hints(self) -> list[Hint]:
        """Return the shortcuts that work here."""
        deciding = self._decidings.get(self._here)
        if deciding is None:
            return [Hint(("F1",), _("Help"))]
        letters = tuple(version.letter for version in deciding.dispute.versions[:3])
        return [
            Hint((*letters, "0"), _("Choose a version")),
            Hint(("E",), _("Another answer")),
            Hint(("Tab",), _("To the reason")),
            Hint(("Ctrl+Enter",), _("Confirm")),
            Hint(("Up", "Down"), _("Another question")),
            Hint(("PgUp", "PgDn"), _("Another form")),
            Hint(("Alt+H",), _("History")),
        ]

    def help_text(self) -> str:
        """Return what F1 shows."""
        return "\n\n".join(
            (
                _("Two people changed the same answer differently, each without knowing of the other."),
                _("Until somebody decides, the answer from before counts. Ask the household when in doubt."),
                _("Digits work as well as letters: 1 is version A, 2 is version B, 0 is what was before."),
                _("Alt+A or Alt+B takes one version for the whole form; one reason will do then."),
                _("All versions stay in the history; a decision is a new version with your name and your reason."),
            )
        )

    def first_focus(self) -> QWidget | None:
        """Return the sheet, or the button of the empty state."""
        return self.empty.button if self.empty_panel.isVisible() else self.sheet

    def retranslate(self) -> None:
        """Say everything in the language spoken now; decisions made so far stay."""
        self._before.setText(_("Form before"))
        self._after.setText(_("Next form"))
        self._safe.setText(_("All versions are kept in the history."))
        words = (_("A everywhere"), _("B everywhere"), _("Original everywhere"))
        for button, said in zip(self._all_buttons, words, strict=True):
            button.setText(said)
        self.filters.retranslate()
        self.table.setAccessibleName(_("Forms in conflict"))
        self.table.retranslate()
        self.empty.say(
            _("No form is in conflict here.") if self.filters.is_narrowed else _("No form is in conflict."),
            _("When two people change the same answer differently, you decide here which one holds."),
            _("See the results"),
        )
        if self._is_read:
            self.refresh()

    # reading

    def refresh(self, **_arguments: object) -> None:
        """Read again what is in conflict."""
        self.desk.run(read_disputes, done=self._take)

    def _take(self, found: list[OpenConflict]) -> None:
        self._found = found
        self.filters.offer(found)
        self._filter()

    def _filter(self) -> None:
        self._show_list([each for each in self._found if self.filters.lets_through(each)])

    def _show_list(self, found: list[OpenConflict]) -> None:
        self._open = found
        self._is_read = True
        self.filters.setVisible(bool(self._found) or self.filters.is_narrowed)
        if self._here not in {each.submission for each in found}:
            self._here = found[0].submission if found else ""
        lines = [line_of(each) for each in found]
        self.table.blockSignals(True)
        self.table.set_rows(lines, lambda line: line.submission)
        self.table.blockSignals(False)
        for widget in (self.sheet, self.foot, self._place, self._before, self._after):
            widget.setVisible(bool(found))
        self.empty_panel.setVisible(not found)
        self._fit()
        if not found:
            self.sheet.show_deciding(None)
            self._title.setText(self.title())
            self._fact.setText("")
            self.empty.button.setFocus(Qt.FocusReason.OtherFocusReason)
            self.hints_changed.emit()
            return
        self._load()

    def _picked(self, line: DisputeLine | None) -> None:
        if line is not None and line.submission != self._here:
            self._here = line.submission
            self._load()

    def step(self, by: int) -> None:
        """Go to the submission before or after."""
        names = [each.submission for each in self._open]
        wanted = names.index(self._here) + by if self._here in names else 0
        if 0 <= wanted < len(names):
            self.table.select(wanted)

    def _load(self) -> None:
        conflict = next(each for each in self._open if each.submission == self._here)
        self.desk.run(Store.note_look, "conflict", submission=self._here)
        self.desk.run(read_dispute, conflict, done=self._show)

    def _show(self, dispute: Dispute) -> None:
        if dispute.line.submission != self._here:
            return
        before = self._decidings.get(self._here)
        same_versions = before is not None and before.dispute.versions == dispute.versions
        kept = dict(before.decisions) if before is not None and same_versions else {}
        self._decidings[self._here] = Deciding(dispute, kept)
        self.sheet.show_deciding(self._decidings[self._here])
        line = dispute.line
        self._title.setText(_("Household {number}, {head}").format(number=line.number, head=line.head))
        count = len(dispute.points)
        words = ngettext("{count} answer cannot be joined by rule.", "{count} answers cannot be joined by rule.", count)
        self._fact.setText(
            " ".join(part for part in (f"{line.village}." if line.village else "", words) if part).format(count=count)
        )
        at = [each.submission for each in self._open].index(self._here)
        self._place.set_status(
            "conflicting", _("Form {number} of {total}").format(number=at + 1, total=len(self._open))
        )
        self._before.setEnabled(at > 0)
        self._after.setEnabled(at < len(self._open) - 1)
        self._show_progress()
        self.hints_changed.emit()
        if not self.table.hasFocus():
            self.sheet.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_progress(self) -> None:
        deciding = self._decidings.get(self._here)
        if deciding is None:
            return
        made, total = deciding.made, len(deciding.needed())
        self._count.setText(_("{made} of {total} decided").format(made=made, total=total))
        self._bar.set_progress(made, total)

    def show_history(self) -> None:
        """Show the history of the household whose form is shown."""
        here = next((each for each in self._open if each.submission == self._here), None)
        if here is not None:
            self.desk.go("history", household=here.household_id)

    # recording

    def _choose_report(self) -> None:
        where = str(Path(folder_for("report-folder")) / _("Decisions.pdf"))
        name, _kind = QFileDialog.getSaveFileName(self, _("Report of decisions"), where, "PDF (*.pdf);;CSV (*.csv)")
        if name:
            remember("report-folder", str(Path(name).parent))
            self.write_report(Path(name))

    def write_report(self, path: Path) -> None:
        """Write every decision made so far as PDF or CSV, of the village and person chosen above."""
        from survey_app.operations.decisions import write_decisions

        target = path if path.suffix else path.with_suffix(".pdf")
        self.desk.run(
            write_decisions, target, self.filters.village, self.filters.person, i18n.language(), self.desk.clock,
            done=self._reported, failed=self._not_reported,
        )  # fmt: skip

    def _reported(self, path: Path) -> None:
        self.told.say(_("The report of decisions was written."), str(path), kind="ok")
        self.told.show()

    def _not_reported(self, error: BaseException) -> None:
        self.told.say_error(error)

    def record(self) -> None:
        """Record the decisions about the current submission."""
        from survey_app.operations.conflicts import settle

        deciding = self._decidings.get(self._here)
        if deciding is None or not deciding.is_done:
            return
        line, submission = deciding.dispute.line, self._here

        def done(_revision: Revision) -> None:
            self._decidings.pop(submission, None)
            said = _("Decision recorded: household {number}, {head}.").format(number=line.number, head=line.head)
            self.told.say(said, kind="ok")
            self.told.show()
            self.refresh()

        self.desk.write(
            settle, submission, deciding.choices(), deciding.reason(), self.desk.person.id, self.desk.clock, done=done
        )

    # events

    def _fit(self) -> None:
        self.list_panel.setFixedWidth(theme.px(LIST_WIDTH))
        self.list_panel.setVisible(len(self._open) > 1 and self.width() >= theme.px(NARROW))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the text size."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "list_panel"):
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Hide the list where there is no room for it."""
        super().resizeEvent(event)
        self._fit()


def _beside(*widgets: QWidget) -> QWidget:
    """Return widgets on one line as high as the buttons beside them."""
    box = QWidget()
    box.setFixedHeight(theme.px(SMALL))
    row = QHBoxLayout(box)
    row.setContentsMargins(theme.px(4), 0, theme.px(8), 0)
    row.setSpacing(theme.px(8))
    for widget in widgets:
        row.addWidget(widget)
    return box
