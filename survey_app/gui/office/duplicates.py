"""The same household entered twice: pairs that may be one, side by side, until a person decides."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from survey_app.gui import theme
from survey_app.gui.desk import Desk
from survey_app.gui.office.dispute_rows import VersionBox
from survey_app.gui.office.pair_sheet import PairSheet, rows_of
from survey_app.gui.parts import LARGE, Banner, Button, Chip, Column, EmptyState, Field, Label, Panel, Scrolled, Table
from survey_app.gui.parts.columns import Head, Page, Stacking, bring_into_view
from survey_app.gui.screen import Hint, Screen
from survey_app.gui.theme import Type
from survey_app.i18n import _

if TYPE_CHECKING:
    from survey_app.operations.duplicates import Candidate, Pair, Side, Verdict
    from survey_app.store import Store

LIST_WIDTH = 320
NARROW = 1180
"""Below this width (design pixels) the list makes room; PgUp and PgDn walk the pairs."""

CARDS = 800
"""Below this width (design pixels) what can be decided stands one under the other."""


def read_candidates(store: Store) -> list[Candidate]:
    """Return the pairs to decide about; runs in the store's lane."""
    from survey_app.operations.duplicates import candidates

    return candidates(store)


def read_sides(store: Store, candidate: Candidate) -> tuple[Side, Side]:
    """Return both households of a pair; runs in the store's lane."""
    from survey_app.operations.duplicates import read_side

    left, right = candidate.likeness.left, candidate.likeness.right
    store.note_look("duplicates", household=left, other=right)
    return read_side(store, left), read_side(store, right)


class DuplicatesScreen(Screen):
    """The list at the left, one pair at the right, the decision below it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._found: list[Candidate] = []
        self._here: Pair | None = None
        self._sides: tuple[Side, Side] | None = None
        self._done: list[tuple[Pair, str]] = []
        self._is_read = False
        self.choice = ""
        self._build()
        self.retranslate()
        for keys, by in (("PgUp", -1), ("PgDown", 1)):
            QShortcut(QKeySequence(keys), self).activated.connect(lambda by=by: self.step(by))

    # build

    def _build(self) -> None:
        self._title = Label("", Type.TITLE, elide=True, figures=True)
        self._fact = Label("", Type.TABLE, "text2", elide=True, figures=True)
        self._place = Chip("", " ", "equal", "warn")
        self._before = Button("", icon="chevron-left", key="PgUp", shortcut="")
        self._after = Button("", icon="chevron-right", key="PgDn", shortcut="")
        self._before.clicked.connect(lambda: self.step(-1))
        self._after.clicked.connect(lambda: self.step(1))
        head = Head((self._title, self._fact), (self._place, self._before, self._after))
        self.told = Banner("ok")
        self.back_button = self.told.make_button("", icon="undo-2", key="Ctrl+Z")
        self.back_button.clicked.connect(self.take_back)
        self.told.hide()
        self.sheet = PairSheet()
        self.sheet.chosen.connect(self.choose)
        self.empty = EmptyState(icon="arrow-right", kind="primary")
        self.empty.acted.connect(lambda: self.desk.go("results"))
        self.empty_panel = Panel(pad=0)
        self.empty_panel.column.addWidget(Scrolled(self.empty, gutter=False))
        right = QVBoxLayout()
        right.setSpacing(theme.px(10))
        right.addWidget(self.sheet, 1)
        right.addWidget(self._make_foot())
        middle = QHBoxLayout()
        middle.setSpacing(theme.px(12))
        middle.addWidget(self._make_list())
        middle.addLayout(right, 1)
        middle.addWidget(self.empty_panel, 1)
        content = QWidget()
        whole = QVBoxLayout(content)
        whole.setContentsMargins(theme.px(16), theme.px(12), theme.px(16), theme.px(8))
        whole.setSpacing(theme.px(10))
        whole.addWidget(head)
        whole.addWidget(self.told)
        whole.addLayout(middle, 1)
        self.page = Page(content)
        self.page.low_changed.connect(self.sheet.grow)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.page)
        self.empty_panel.hide()

    def _make_list(self) -> Panel:
        self.table: Table[Candidate] = Table(
            (
                Column(lambda: _("No."), _numbers, 104, "figures"),
                Column(lambda: _("Household"), lambda each: each.heads[0] or each.heads[1], 0, "name"),
            )
        )
        self.table.row_changed.connect(self._picked)
        self.table.opened.connect(lambda _row: self.sheet.setFocus(Qt.FocusReason.OtherFocusReason))
        self.list_panel = Panel(pad=1, gap=0)
        self.list_panel.column.addWidget(self.table)
        self.list_panel.setFixedWidth(theme.px(LIST_WIDTH))
        return self.list_panel

    def _make_foot(self) -> QWidget:
        self.foot = Panel(pad=(14, 12, 14, 12), gap=10)
        self._boxes = QVBoxLayout()
        self.foot.column.addLayout(self._boxes)
        row = QHBoxLayout()
        row.setSpacing(theme.px(12))
        self.reason = Field()
        self.reason.entered.connect(self.record)
        self.record_button = Button("", "primary", icon="check", key="Ctrl+Return", height=LARGE)
        self.record_button.set_key("Ctrl+Enter")
        self.record_button.clicked.connect(self.record)
        row.addWidget(self.reason, 1)
        row.addWidget(self.record_button, 0, Qt.AlignmentFlag.AlignBottom)
        self.foot.column.addLayout(row)
        return self.foot

    # what it says

    def title(self) -> str:
        """Return the screen's name."""
        return _("Entered twice?")

    def hints(self) -> list[Hint]:
        """Return the shortcuts that work here."""
        if not self._found:
            return [Hint(("F1",), _("Help"))]
        return [
            Hint(("1", "2"), _("One household, this line stays")),
            Hint(("3",), _("Two households")),
            Hint(("4",), _("Later")),
            Hint(("Ctrl+Enter",), _("Record decision")),
            Hint(("PgUp", "PgDn"), _("Another pair")),
            Hint(("Ctrl+Z",), _("Undo")),
            Hint(("F1",), _("Help")),
        ]

    def help_text(self) -> str:
        """Return what F1 shows."""
        return "\n\n".join(
            (
                _("The program compares names, births, telephone numbers and villages. "
                  "It never joins anything by itself."),
                _("One household: choose the line that stays. The other line is closed and its form does not count "
                  "any more; it stays readable."),
                _("Two households: the pair is not shown again, here or in any other office that gets your bundles."),
                _("Later: the pair moves to the end of the list with your note. "
                  "Ask the village head or the household."),
                _("Every decision can be taken back."),
            )
        )  # fmt: skip

    def first_focus(self) -> QWidget | None:
        """Return the sheet, or the button of the empty state."""
        return self.empty.button if self.empty_panel.isVisible() else self.sheet

    def retranslate(self) -> None:
        """Say everything in the language spoken now; the decision begun stays."""
        self._before.setText(_("Pair before"))
        self._after.setText(_("Next pair"))
        self.table.setAccessibleName(_("Pairs of households that may be one"))
        self.table.retranslate()
        self.record_button.setText(_("Record decision"))
        self.back_button.setText(_("Undo"))
        self.empty.say(
            _("No household seems to be entered twice."),
            _("When two lines look like the same household, you compare them here and decide."),
            _("See the results"),
        )
        if self._is_read:
            self._show_pair()

    # reading

    def refresh(self, **_arguments: object) -> None:
        """Search again."""
        self.desk.run(read_candidates, done=self._take)

    def _take(self, found: list[Candidate]) -> None:
        at = next((n for n, each in enumerate(self._found) if each.pair == self._here), 0)
        self._found, self._is_read = found, True
        pairs = [each.pair for each in found]
        if self._here not in pairs:
            self._here = pairs[min(at, len(pairs) - 1)] if pairs else None
            self._begin("")
        self.table.blockSignals(True)
        self.table.set_rows(found, lambda each: each.pair)
        if self._here is not None:
            self.table.select(pairs.index(self._here))
        self.table.blockSignals(False)
        for widget in (self.sheet, self.foot, self._place, self._before, self._after):
            widget.setVisible(bool(found))
        self.empty_panel.setVisible(not found)
        self._fit()
        if found:
            self._load()
            return
        self._title.setText(self.title())
        self._fact.setText("")
        self.empty.button.setFocus(Qt.FocusReason.OtherFocusReason)
        self.hints_changed.emit()

    @property
    def candidate(self) -> Candidate | None:
        """The pair that is shown."""
        return next((each for each in self._found if each.pair == self._here), None)

    def _picked(self, row: Candidate | None) -> None:
        if row is not None and row.pair != self._here:
            self._here = row.pair
            self._begin("")
            self._load()

    def step(self, by: int) -> None:
        """Go to the pair before or after."""
        pairs = [each.pair for each in self._found]
        wanted = pairs.index(self._here) + by if self._here in pairs else 0
        if 0 <= wanted < len(pairs):
            self.table.select(wanted)

    def _load(self) -> None:
        candidate = self.candidate
        if candidate is not None:
            self.desk.run(read_sides, candidate, done=lambda sides: self._show_sides(candidate, sides))

    def _show_sides(self, candidate: Candidate, sides: tuple[Side, Side]) -> None:
        if candidate.pair != self._here:
            return
        self._sides = sides
        self._show_pair()
        if not self.table.hasFocus():
            self.sheet.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_pair(self) -> None:
        from survey_app.operations.duplicates import reasons

        candidate = self.candidate
        if candidate is None or self._sides is None:
            return
        left, right = self._sides
        self.sheet.show_pair((_named(left), _named(right)), rows_of(left, right, candidate.likeness))
        numbers = " – ".join(f"{side.household.number:03d}" for side in self._sides)
        self._title.setText(_("Households {numbers}: one or two?").format(numbers=numbers))
        said = ", ".join(reasons(candidate.likeness))
        if candidate.verdict is not None and candidate.verdict.note:
            said = _("{reasons}. Left for later: {note}").format(reasons=said, note=candidate.verdict.note)
        self._fact.setText(said[:1].upper() + said[1:])
        at = [each.pair for each in self._found].index(candidate.pair)
        words = _("Pair {number} of {total}").format(number=at + 1, total=len(self._found))
        self._place.set_status("", words, "equal", "err" if candidate.likeness.is_certain else "warn")
        self._before.setEnabled(at > 0)
        self._after.setEnabled(at < len(self._found) - 1)
        self._show_choices()
        self.hints_changed.emit()

    # deciding

    def _begin(self, choice: str) -> None:
        self.choice = choice
        self.reason.set_text("")
        self.reason.set_fault("")

    def _show_choices(self) -> None:
        while (item := self._boxes.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        if self._sides is None:
            return
        left, right = (_number(side) for side in self._sides)
        stays = _("Line {number} stays")
        boxes: list[tuple[QWidget, int]] = []
        for key, (name, words, caption) in enumerate(
            (
                ("left", _("One household"), stays.format(number=left)),
                ("right", _("One household"), stays.format(number=right)),
                ("different", _("Two households"), _("Not shown again")),
                ("later", _("Later"), _("To the end of the list")),
            ),
            start=1,
        ):
            box = VersionBox(str(key), words, caption, self.choice == name, f"{key}")
            box.clicked.connect(lambda _checked=False, name=name: self.choose(name))
            boxes.append((box, 1))
        self._boxes.addWidget(Stacking(boxes, CARDS, 8))
        self.reason.say(_("Note") if self.choice == "later" else _("Reason"))

    def choose(self, name: str) -> None:
        """Choose a decision (a value of ``pair_sheet.KEYS``); the cursor goes to the reason."""
        self.choice = name
        self.reason.set_fault("")
        self._show_choices()
        self.reason.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        QTimer.singleShot(60, self, lambda: bring_into_view(self.reason))  # the cards find their height in some turns

    def record(self) -> None:
        """Record the decision about the pair that is shown."""
        from survey_app.operations.duplicates import decide_later, different_households, same_household

        candidate = self.candidate
        if candidate is None:
            return
        if not self.choice:
            self.reason.set_fault(_("Choose 1, 2, 3 or 4 first."))
            self.sheet.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        if self.choice != "later" and not self.reason.text().strip():
            self.reason.set_fault(_("Write in a few words why."))
            self.reason.edit.setFocus()
            return
        left, right = candidate.likeness.left, candidate.likeness.right
        deeds: dict[str, Callable[..., Verdict]] = {"different": different_households, "later": decide_later}
        deed = deeds.get(self.choice, same_household)
        first, second = (right, left) if self.choice == "left" else (left, right)
        by, why = self.desk.person.id, self.reason.text()
        self.desk.write(deed, first, second, by, why, clock=self.desk.clock, done=self._recorded)

    def _recorded(self, verdict: Verdict) -> None:
        words = {
            "same": _("Recorded: one household. The other line is closed."),
            "different": _("Recorded: two households. The pair is not shown again."),
            "later": _("Left for later."),
        }[verdict.kind]
        if verdict.kind != "later":
            self._done.append((verdict.pair, words))
        self._tell(words)
        self._begin("")
        if verdict.kind == "later":
            pairs = [each.pair for each in self._found]
            at = pairs.index(verdict.pair) + 1 if verdict.pair in pairs else 0
            self._here = pairs[at] if at < len(pairs) else self._here
        self.sheet.setFocus(Qt.FocusReason.OtherFocusReason)
        self.refresh()

    def _tell(self, words: str) -> None:
        self.told.say(words, kind="ok")
        self.back_button.setVisible(bool(self._done))
        self.told.show()

    def take_back(self) -> None:
        """Take back the decision recorded last in this sitting."""
        from survey_app.operations.duplicates import take_back

        if not self._done:
            return
        pair, _words = self._done[-1]

        def done(_nothing: None) -> None:
            self._done.pop()
            self._here = pair
            self._begin("")
            self._tell(_("The decision was taken back. Both lines are as before."))
            self.refresh()

        self.desk.write(take_back, pair, self.desk.person.id, clock=self.desk.clock, done=done)

    # events

    def _fit(self) -> None:
        self.list_panel.setFixedWidth(theme.px(LIST_WIDTH))
        self.list_panel.setVisible(len(self._found) > 1 and self.width() >= theme.px(NARROW))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the text size."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "list_panel"):
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Hide the list where there is no room for it."""
        super().resizeEvent(event)
        self._fit()


def _number(side: Side) -> str:
    return f"{side.household.number:03d}" if side.household.number else "–"


def _named(side: Side) -> str:
    return f"{_number(side)}  {side.household.head_name}".strip()


def _numbers(candidate: Candidate) -> str:
    return " – ".join(f"{number:03d}" if number else "–" for number in candidate.numbers)
