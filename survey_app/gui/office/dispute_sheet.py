"""One submission in conflict: heads of the versions, folded groups, and a row or card for each point."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from survey_app.gui import theme
from survey_app.gui.office.deciding import BASE, Deciding, Decision
from survey_app.gui.office.dispute import Point
from survey_app.gui.office.dispute_rows import FoldRow, HeadRow, PointRow
from survey_app.gui.office.point_card import PointCard
from survey_app.gui.parts import Panel, Scrolled
from survey_app.gui.parts.columns import bring_into_view, show_whole
from survey_app.gui.parts.focus import FocusRing
from survey_app.i18n import _, ngettext


class DisputeSheet(Panel):
    """Walked by Up and Down; A, B, 1, 2 or 0 choose; Ctrl+Enter confirms."""

    changed = Signal()
    """A decision was made or changed."""
    completed = Signal()
    """The last decision that was needed is confirmed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(pad=1, gap=0, parent=parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.deciding: Deciding | None = None
        self._here = ""
        self._open: set[str] = set()
        self.card: PointCard | None = None
        self._head: QWidget | None = None
        self._scrolled: Scrolled | None = None
        self._ring: FocusRing | None = None
        self._whole = False

    def grow(self, whole: bool) -> None:
        """Show all points at once, because the page around scrolls, or scroll them here."""
        self._whole = whole
        if self._scrolled is not None:
            show_whole(self._scrolled, whole)
            QTimer.singleShot(0, self, self._show_card)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that the keys go here now."""
        super().focusInEvent(event)
        if self._ring is None:
            self._ring = FocusRing(self, 8)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the ring away."""
        super().focusOutEvent(event)
        if self._ring is not None:
            self._ring.gone()
            self._ring = None

    def show_deciding(self, deciding: Deciding | None) -> None:
        """Show a submission with what was decided about it so far."""
        self.setAccessibleName(_("Versions of the form"))
        self.deciding = deciding
        self._open = set()
        points = deciding.dispute.points if deciding else ()
        first = deciding.next_open("") if deciding else None
        self._here = (first or points[0]).address if points else ""
        if deciding and points and not deciding.at(points[0].address).is_made:
            self._here = points[0].address
        self._build()

    @property
    def point(self) -> Point | None:
        """The current point."""
        points = self.deciding.dispute.points if self.deciding else ()
        return next((point for point in points if point.address == self._here), None)

    # building

    def _build(self, *, show_card: bool = True) -> None:
        for old in (self._head, self._scrolled):
            if old is not None:
                self.column.removeWidget(old)
                old.hide()
                old.deleteLater()
        self._head = self._scrolled = self.card = None
        if self.deciding is None:
            return
        dispute = self.deciding.dispute
        self._head = HeadRow(dispute.base_at, dispute.versions)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, theme.px(8))
        column.setSpacing(0)
        self._add_folded(column, "same")
        self._add_folded(column, "joined")
        for number, point in enumerate(dispute.points, start=1):
            column.addWidget(self._row(point, number))
        column.addStretch()
        self._scrolled = Scrolled(page)
        self.column.addWidget(self._head)
        self.column.addWidget(self._scrolled, 1)
        show_whole(self._scrolled, self._whole)
        if show_card:
            QTimer.singleShot(0, self, self._show_card)

    def _add_folded(self, column: QVBoxLayout, which: str) -> None:
        if self.deciding is None:
            return
        dispute = self.deciding.dispute
        points = dispute.same if which == "same" else dispute.joined
        if not points:
            return
        count, is_open = len(points), which in self._open
        if which == "same":
            title = ngettext(
                "{count} answer is the same in all versions", "{count} answers are the same in all versions", count
            )
            row = FoldRow("equal", "text2", title.format(count=count), _("nothing to do"), key="G", is_open=is_open)
        else:
            title = ngettext("{count} answer joined by rule", "{count} answers joined by rule", count)
            row = FoldRow(
                "git-merge",
                "primary",
                title.format(count=count),
                _("only one version changed it"),
                key="J",
                is_open=is_open,
            )
        row.clicked.connect(lambda: self.fold(which))
        column.addWidget(row)
        if is_open:
            for point in points:
                column.addWidget(PointRow(point, Decision(), dispute.versions, quiet=True))

    def _row(self, point: Point, number: int) -> QWidget:
        assert self.deciding is not None
        dispute, decision = self.deciding.dispute, self.deciding.at(point.address)
        if point.address != self._here:
            row = PointRow(point, decision, dispute.versions)
            row.picked.connect(self.go_to)
            return row
        open_ones = [each for each in self.deciding.needed() if not self.deciding.at(each.address).is_made]
        last = [each.address for each in open_ones] in ([point.address], [])
        self.card = PointCard(point, decision, dispute.versions, place=(number, len(dispute.points)), last=last)
        self.card.chosen.connect(self.choose)
        self.card.reason_typed.connect(self._explain)
        self.card.confirmed.connect(self.confirm)
        box = QWidget()
        around = QVBoxLayout(box)
        around.setContentsMargins(theme.px(3), theme.px(6), theme.px(3), theme.px(6))
        around.addWidget(self.card)
        return box

    def _show_card(self) -> None:
        if self.card is not None:
            bring_into_view(self.card)

    # deciding

    def go_to(self, address: str) -> None:
        """Make a point current."""
        if self.deciding is not None and address != self._here:
            self._here = address
            self._build()
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def step(self, by: int) -> None:
        """Go to the point above or below."""
        if self.deciding is None:
            return
        addresses = [point.address for point in self.deciding.dispute.points]
        wanted = addresses.index(self._here) + by if self._here in addresses else 0
        if 0 <= wanted < len(addresses):
            self.go_to(addresses[wanted])

    def fold(self, which: str) -> None:
        """Open or close a folded group."""
        self._open ^= {which}
        at = self._scrolled.verticalScrollBar().value() if self._scrolled is not None else 0
        self._build(show_card=False)
        if self._scrolled is not None:
            self._scrolled.verticalScrollBar().setValue(at)

    def choose(self, source: str, value: object) -> None:
        """Choose a value for the current point."""
        point = self.point
        if self.deciding is None or point is None:
            return
        self.deciding.choose(point, source, value if isinstance(value, str) else None)
        if source != "other":
            self._build()
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit()

    def choose_by_key(self, key: str) -> bool:
        """Choose by letter or digit; return whether the key means something here."""
        point = self.point
        if self.deciding is None or point is None:
            return False
        if key == "0":
            self.choose(BASE, point.base.value)
            return True
        letters = [version.letter for version in self.deciding.dispute.versions]
        number = int(key) - 1 if key.isdecimal() else letters.index(key.upper()) if key.upper() in letters else -1
        if not 0 <= number < len(letters):
            return False
        self.choose(letters[number], point.sides[number].value)
        return True

    def choose_whole(self, source: str) -> None:
        """Choose one version for the whole form; the reason is typed next."""
        if self.deciding is None or not self.deciding.dispute.points:
            return
        self.deciding.choose_whole(source)
        self._build()
        self.changed.emit()
        if self.card is not None:
            self.card.reason.setFocus(Qt.FocusReason.OtherFocusReason)

    def _explain(self, reason: str) -> None:
        if self.deciding is not None:
            self.deciding.explain(self._here, reason)

    def confirm(self) -> None:
        """Confirm the current decision and go to the next open one; tell when it was the last."""
        if self.deciding is None or self.card is None:
            return
        if not self.deciding.at(self._here).source:
            self.card.reason.set_fault(_("Choose a version first: {keys}.").format(keys=self._keys()))
            self.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        made = self.deciding.confirm_whole if self.deciding.whole else self.deciding.confirm
        if not made(self._here):
            self.card.ask_reason()
            return
        self.changed.emit()
        following = self.deciding.next_open(self._here)
        if following is None:
            self.completed.emit()
            return
        self._here = following.address
        self._build()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _keys(self) -> str:
        letters = [version.letter for version in self.deciding.dispute.versions] if self.deciding else []
        return ", ".join([*letters, "0"])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk with the arrows, choose with letters and digits."""
        key = event.text()
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.step(1 if event.key() == Qt.Key.Key_Down else -1)
        elif key.lower() == "g":
            self.fold("same")
        elif key.lower() == "j":
            self.fold("joined")
        elif key.lower() == "e" and self.card is not None and self.point is not None and self.point.kind == "answer":
            self.card.open_other(None)
        elif not (key.isalnum() and len(key) == 1 and self.choose_by_key(key)):
            super().keyPressEvent(event)
