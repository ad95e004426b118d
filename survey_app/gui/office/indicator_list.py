"""The list of indicators at the left of the results: state, name, target and gap, estimate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSignalBlocker,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from survey_app.gui import theme
from survey_app.gui.parts import STATUS, paint, word_of
from survey_app.gui.theme import Type

Index = QModelIndex | QPersistentModelIndex
_ENTRY = Qt.ItemDataRole.UserRole

ROW = 52
HEADING = 34
STACKED = 240
"""Below this width (design pixels) the estimate stands under the name instead of beside it."""


@dataclass(frozen=True)
class Entry:
    """A line of the list.

    Attributes:
        key: key of the indicator; ``""`` makes the line a heading.
        name: what people call it.
        gap: target and how far away, one line.
        estimate: the number as shown.
        status: key of the status vocabulary.
    """

    key: str
    name: str
    gap: str = ""
    estimate: str = ""
    status: str = ""


class _Entries(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.entries: list[Entry] = []

    def set_entries(self, entries: Sequence[Entry]) -> None:
        self.beginResetModel()
        self.entries = list(entries)
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        entry = self.entries[index.row()]
        if role == _ENTRY:
            return entry
        if role == Qt.ItemDataRole.ToolTipRole:
            return entry.name
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            said = (entry.name, entry.estimate, entry.gap, word_of(entry.status) if entry.status else "")
            return ", ".join(part for part in said if part)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if index.isValid() and not self.entries[index.row()].key:
            return Qt.ItemFlag.NoItemFlags
        return super().flags(index)


class _EntryDelegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002
        entry: Entry = index.data(_ENTRY)
        return QSize(theme.px(200), theme.px(ROW if entry.key else HEADING))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry: Entry = index.data(_ENTRY)
        area: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        if entry.key:
            focused = bool(state & QStyle.StateFlag.State_HasFocus)
            self._entry(painter, entry, QRectF(area), bool(state & QStyle.StateFlag.State_Selected), focused)
        else:
            room = QRectF(area).adjusted(theme.px(10), theme.px(8), -theme.px(10), 0)
            face = theme.font(Type.CAPTION, 600)
            paint.text(painter, entry.name, face, theme.token("text3"), room, Qt.AlignmentFlag.AlignLeft)
        painter.restore()

    @staticmethod
    def _entry(painter: QPainter, entry: Entry, area: QRectF, selected: bool, focused: bool) -> None:
        if selected:
            edge = theme.token("focus") if focused else None
            paint.box(painter, area.adjusted(0, 1, 0, -1), theme.px(6), theme.token("primary_soft"), edge, 2)
        known = STATUS.get(entry.status, STATUS["no_target"])
        side = theme.px(18)
        tone = "text2" if known.tone == "neutral" else known.tone
        left = area.left() + theme.px(9)
        theme.paint_icon(painter, known.icon, tone, left, area.top() + theme.px(8), side)
        figure = theme.digits(Type.BODY, 600)
        wide = paint.text_width(entry.estimate, figure)
        right = area.right() - theme.px(10)
        at = left + theme.px(27)
        stacked = area.width() < theme.px(STACKED)
        room = right - wide - theme.px(8) - at
        name = theme.font(Type.TABLE, 600 if selected else 500)
        ink = theme.token("primary" if selected else "text")
        line = QRectF(at, area.top() + theme.px(6), right - at if stacked else room, theme.px(20))
        paint.text(painter, entry.name, name, ink, line, Qt.AlignmentFlag.AlignLeft)
        below = QRectF(at, area.top() + theme.px(26), right - at if not wide else room, theme.px(18))
        paint.text(
            painter, entry.gap, theme.font(Type.CAPTION), theme.token("text2" if selected else "text3"), below,
            Qt.AlignmentFlag.AlignLeft,
        )  # fmt: skip
        number = QRectF(right - wide - 1, area.top(), wide + 1, area.height())
        if stacked:
            number.setTop(below.top())
            number.setHeight(below.height())
        paint.text(painter, entry.estimate, figure, theme.token("text"), number, Qt.AlignmentFlag.AlignRight)


class IndicatorList(QListView):
    """Indicators walked by the arrow keys; headings are passed over."""

    chosen = Signal(str)
    """Sent with the key of the indicator that is current now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries = _Entries()
        self.setModel(self._entries)
        self.setItemDelegate(_EntryDelegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(False)
        self.selectionModel().currentChanged.connect(lambda now, _before: self._tell(now.row()))

    def set_entries(self, entries: Sequence[Entry], key: str = "") -> None:
        """Show other indicators; ``key`` stays or becomes current, else the first one. Nothing is sent."""
        keys = [entry.key for entry in entries]
        number = keys.index(key) if key and key in keys else next((n for n, one in enumerate(keys) if one), -1)
        with QSignalBlocker(self):
            self._entries.set_entries(entries)
            if number >= 0:
                self.setCurrentIndex(self._entries.index(number))

    def entries(self) -> list[Entry]:
        """Return what is shown."""
        return list(self._entries.entries)

    def choose(self, key: str) -> None:
        """Make an indicator current."""
        for number, entry in enumerate(self._entries.entries):
            if entry.key == key:
                self.setCurrentIndex(self._entries.index(number))

    def key(self) -> str:
        """Return the key of the current indicator, ``""`` when there is none."""
        number = self.currentIndex().row()
        return self._entries.entries[number].key if 0 <= number < len(self._entries.entries) else ""

    def _tell(self, number: int) -> None:
        if 0 <= number < len(self._entries.entries) and self._entries.entries[number].key:
            self.chosen.emit(self._entries.entries[number].key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Letters are not searched for: they are shortcuts of the screen."""
        if event.text() and not event.text().isspace():
            event.ignore()
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.scheduleDelayedItemsLayout()
