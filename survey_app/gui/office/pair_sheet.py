"""Two households side by side: what the list and the forms say of each, and who is who."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from survey_app.gui import theme
from survey_app.gui.moments import by_its_clock
from survey_app.gui.parts import Label, Mark, Panel, Scrolled, word_of
from survey_app.gui.parts.columns import show_whole
from survey_app.gui.parts.focus import FocusRing
from survey_app.gui.theme import Type
from survey_app.i18n import _
from survey_app.linkage import Likeness, Match
from survey_app.operations.duplicates import Member, Side

KEYS = {Qt.Key.Key_1: "left", Qt.Key.Key_2: "right", Qt.Key.Key_3: "different", Qt.Key.Key_4: "later"}
"""What a digit decides: the same household and the left or right line stays; two households; later."""


@dataclass(frozen=True)
class Row:
    """A line of the comparison.

    Attributes:
        label: what is compared.
        left: what the left household says.
        right: what the right one says.
        agrees: ``"same"``, ``"near"`` or ``""``.
    """

    label: str
    left: str
    right: str
    agrees: str = ""


def rows_of(left: Side, right: Side, likeness: Likeness) -> list[Row]:
    """Return the facts of two households, then their members, those in both first."""
    heads = {"same": "same", "order": "same", "accents": "near", "near": "near", "short": "near"}
    one, other = left.household, right.household
    facts = [
        Row(_("Head of household"), one.head_name, other.head_name, heads.get(likeness.head, "")),
        Row(_("Telephone"), ", ".join(left.phones), ", ".join(right.phones), "same" if likeness.same_phone else ""),
        Row(_("Village"), left.village, right.village, "same" if likeness.same_village else ""),
        Row(_("Address"), one.address, other.address, "same" if likeness.same_address else ""),
        Row(_("Status"), word_of(left.status), word_of(right.status)),
        Row(_("Form"), _form(left), _form(right)),
    ]
    return [*facts, *_people(left.members, right.members, likeness)]


def _form(side: Side) -> str:
    return f"{by_its_clock(side.form_at)}, {side.form_by}" if side.form_at else _("No form")


def _people(left: Sequence[Member], right: Sequence[Member], likeness: Likeness) -> list[Row]:
    matches = [match for match in likeness.matches if match.left < len(left) and match.right < len(right)]
    rows = [Row("", _said(left[match.left]), _said(right[match.right]), _agrees(match)) for match in matches]
    met = {match.left for match in matches}, {match.right for match in matches}
    rows += [Row("", _said(member), "") for n, member in enumerate(left) if n not in met[0]]
    rows += [Row("", "", _said(member)) for n, member in enumerate(right) if n not in met[1]]
    return [Row(_("Member {number}").format(number=n), *_values(row)) for n, row in enumerate(rows, start=1)]


def _values(row: Row) -> tuple[str, str, str]:
    return row.left, row.right, row.agrees


def _agrees(match: Match) -> str:
    return "same" if match.name in {"same", "order"} and match.birth in {"date", "year", ""} else "near"


def _said(member: Member) -> str:
    sex = {"male": _("male"), "female": _("female")}.get(member.sex, "")
    return ", ".join(part for part in (member.name, sex, member.birth) if part)


class PairSheet(Panel):
    """The comparison; it has the focus while digits decide, and scrolls by Up and Down."""

    chosen = Signal(str)
    """A digit was pressed: a value of ``KEYS``."""

    def __init__(self) -> None:
        super().__init__(pad=1, gap=0)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._ring: FocusRing | None = None
        self._body = QWidget()
        self._lines = QVBoxLayout(self._body)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(0)
        self._area = Scrolled(self._body)
        self.column.addWidget(self._area, 1)
        self.rows: list[Row] = []

    def grow(self, whole: bool) -> None:
        """Show all lines at once, because the page around scrolls, or scroll them here."""
        show_whole(self._area, whole)

    def show_pair(self, heads: tuple[str, str], rows: Sequence[Row]) -> None:
        """Show two households: what each is called, and the lines below."""
        self.rows = list(rows)
        grid = QWidget()
        table = QGridLayout(grid)
        table.setContentsMargins(theme.px(16), theme.px(10), theme.px(12), theme.px(10))
        table.setHorizontalSpacing(theme.px(12))
        table.setVerticalSpacing(theme.px(8))
        for column, share in enumerate((18, 40, 0, 40)):
            table.setColumnStretch(column, share)
        for column, head in ((1, heads[0]), (3, heads[1])):
            table.addWidget(Label(head, Type.BODY, weight=600, figures=True, wrap=True), 0, column)
        for number, row in enumerate(rows, start=1):
            self._add(table, number, row)
        while (before := self._lines.takeAt(0)) is not None:
            if (widget := before.widget()) is not None:
                widget.deleteLater()
        self._lines.addWidget(grid)
        self._lines.addStretch()
        self._area.verticalScrollBar().setValue(0)
        spoken = [f"{row.label}: {row.left or '–'} / {row.right or '–'}" for row in rows]
        self.setAccessibleName(f"{heads[0]} / {heads[1]}")
        self.setAccessibleDescription(". ".join(spoken))

    @staticmethod
    def _add(table: QGridLayout, number: int, row: Row) -> None:
        table.addWidget(Label(row.label, Type.TABLE, "text3", wrap=True), number, 0)
        weight = 600 if row.agrees == "same" else 400
        for column, words in ((1, row.left), (3, row.right)):
            tone = "text" if words else "text3"
            cell = Label(words or "–", Type.BODY, tone, weight=weight, figures=True, wrap=True)
            table.addWidget(cell, number, column)
        if row.agrees:
            icon, meaning = ("equal", _("the same")) if row.agrees == "same" else ("circle-help", _("alike"))
            tone = "ok" if row.agrees == "same" else "warn"
            table.addWidget(Mark(icon, tone, 18, meaning), number, 2, Qt.AlignmentFlag.AlignTop)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits decide, the arrows scroll."""
        bar = self._area.verticalScrollBar()
        decided = KEYS.get(Qt.Key(event.key()))
        if decided is not None and event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        ):
            self.chosen.emit(decided)
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and bar.maximum() > 0:
            bar.setValue(bar.value() + theme.px(40) * (1 if event.key() == Qt.Key.Key_Down else -1))
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Draw the ring."""
        super().focusInEvent(event)
        if self._ring is None:
            self._ring = FocusRing(self, 8)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the ring away."""
        super().focusOutEvent(event)
        if self._ring is not None:
            self._ring.gone()
            self._ring = None
