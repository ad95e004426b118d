"""Tables: horizontal lines only, selected row with a 3 px bar at its left, chips, equal-width figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QFontMetricsF, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from survey_app.gui import theme
from survey_app.gui.parts import chip, paint
from survey_app.gui.theme import Type

Index = QModelIndex | QPersistentModelIndex
Row = TypeVar("Row")
_ROW = Qt.ItemDataRole.UserRole
_COLUMN = Qt.ItemDataRole.UserRole.value + 1
_PAD = 12
"""Design pixels between the words of a cell and its edges."""


@dataclass(frozen=True)
class Column(Generic[Row]):
    """A column of a table.

    Attributes:
        head: the word above it, asked each time it is painted.
        text: what a row shows in it; for ``kind="chip"`` a key of ``chip.STATUS``.
        width: design pixels; 0 takes what is left.
        kind: ``"text"``, ``"name"`` (15/500), ``"figures"`` (digits left), ``"number"`` (digits right) or ``"chip"``.
        tone: token of the text, asked for each row.
        priority: columns with a higher number are hidden first when the table is narrow; 0 never.
        least: design pixels that a column of width 0 needs; others are hidden before it has fewer.
    """

    head: Callable[[], str]
    text: Callable[[Row], str]
    width: int = 0
    kind: str = "text"
    tone: Callable[[Row], str] = lambda _row: "text"
    priority: int = 0
    least: int = 150


class RowsModel(QAbstractTableModel, Generic[Row]):
    """Rows of frozen data under columns."""

    def __init__(self, columns: Sequence[Column[Row]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.rows: list[Row] = []

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = self.rows[index.row()], self.columns[index.column()]
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            words = column.text(row)
            return chip.word_of(words) if column.kind == "chip" else words
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._whole(column, row)
        if role == _ROW:
            return row
        if role == _COLUMN:
            return column
        return None

    def _whole(self, column: Column[Row], row: Row) -> str | None:
        """Return the words of a cell that are cut off in it, ``None`` when all are seen."""
        view = self.parent()
        if column.kind == "chip" or not isinstance(view, Table):
            return None
        room = view.columnWidth(self.columns.index(column)) - 2 * theme.px(_PAD)
        words = column.text(row)
        return words if QFontMetricsF(cell_font(column.kind)).horizontalAdvance(words) > room else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.head()
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.kind == "number" else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.FontRole:
            return theme.font(Type.CAPTION, 600)
        return None


class CellDelegate(QStyledItemDelegate):
    """Paints the cells."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        column: Column[Any] = index.data(_COLUMN)
        row = index.data(_ROW)
        area: QRect = option.rect
        state: QStyle.StateFlag = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.fillRect(area, theme.token("primary_soft" if selected else "surface"))
        painter.fillRect(area.left(), area.bottom(), area.width(), 1, theme.token("line"))
        if selected and index.column() == 0:
            painter.fillRect(area.left(), area.top(), theme.px(3), area.height(), theme.token("primary"))
        view = self.parent()
        if selected and isinstance(view, QTableView) and view.hasFocus():
            self._focus(painter, area, view, index.column())
        pad = theme.px(_PAD)
        room = QRectF(area.left() + pad, area.top(), area.width() - 2 * pad, area.height() - 1)
        if column.kind == "chip":
            self._chip(painter, column.text(row), room, selected)
        else:
            self._words(painter, column, row, room)
        painter.restore()

    @staticmethod
    def _focus(painter: QPainter, area: QRect, view: QTableView, column: int) -> None:
        """Draw the part of the frame around the current row that lies in this cell: the keys go there now."""
        thick, colour = 2, theme.token("focus")
        painter.fillRect(area.left(), area.top(), area.width(), thick, colour)
        painter.fillRect(area.left(), area.bottom() - thick + 1, area.width(), thick, colour)
        shown = [n for n in range(view.model().columnCount()) if not view.isColumnHidden(n)]
        if column == shown[0]:
            painter.fillRect(area.left(), area.top(), thick, area.height(), colour)
        if column == shown[-1]:
            painter.fillRect(area.right() - thick + 1, area.top(), thick, area.height(), colour)

    @staticmethod
    def _chip(painter: QPainter, status: str, room: QRectF, selected: bool) -> None:
        known = chip.STATUS.get(status)
        if known is None:
            return
        painter.setClipRect(room)
        chip.paint_chip(
            painter, room.left(), room.center().y(), known.icon, chip.word_of(status), known.tone, selected=selected
        )

    @staticmethod
    def _words(painter: QPainter, column: Column[Any], row: object, room: QRectF) -> None:
        align = Qt.AlignmentFlag.AlignRight if column.kind == "number" else Qt.AlignmentFlag.AlignLeft
        paint.text(painter, column.text(row), cell_font(column.kind), theme.token(column.tone(row)), room, align)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002
        return QSize(theme.px(80), theme.px(36))


def cell_font(kind: str) -> QFont:
    """Return the font of a kind of column."""
    if kind == "name":
        return theme.font(Type.BODY, 500)
    return theme.digits(Type.TABLE) if kind in ("figures", "number") else theme.font(Type.TABLE)


class _HeadCorner(QWidget):
    """The head's ground above the scroll bar."""

    def paintEvent(self, event: Any) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.token("subtle"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.token("line"))


class Table(QTableView, Generic[Row]):
    """A table of rows walked by keyboard; Enter or a double click opens the row."""

    opened = Signal(object)
    """Sent with the row."""
    row_changed = Signal(object)
    """Sent with the row that is current now, or ``None``."""

    def __init__(self, columns: Sequence[Column[Row]], name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows_model: RowsModel[Row] = RowsModel(columns, self)
        self.setModel(self.rows_model)
        self.setItemDelegate(CellDelegate(self))
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setSectionsClickable(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head.setMinimumSectionSize(20)
        bar = self.verticalScrollBar()
        bar.rangeChanged.connect(lambda _low, high: bar.setEnabled(high > 0))
        bar.setEnabled(False)
        self._never: set[int] = set()
        self._most = 0
        self._corner = _HeadCorner(self)
        self._measure()
        self.doubleClicked.connect(lambda index: self._open(index.row()))
        self.selectionModel().currentRowChanged.connect(
            lambda now, _before: self.row_changed.emit(self._row(now.row()))
        )

    def _measure(self) -> None:
        self.verticalHeader().setMinimumSectionSize(theme.px(24))
        self.verticalHeader().setDefaultSectionSize(theme.px(36))
        self.horizontalHeader().setFixedHeight(theme.px(34))
        self._share_width()

    def show_column(self, number: int, shown: bool) -> None:
        """Show or hide a column whatever the width."""
        (self._never.discard if shown else self._never.add)(number)
        self._share_width()

    def _share_width(self) -> None:
        columns = self.rows_model.columns
        room = self.horizontalHeader().width()  # the viewport's; asked for that, PySide6 makes every class of widgets
        shown = [number for number in range(len(columns)) if number not in self._never]

        def needed() -> int:
            return sum(theme.px(columns[n].width or columns[n].least) for n in shown)

        while needed() > room and any(columns[n].priority for n in shown):
            shown.remove(max(shown, key=lambda n: (columns[n].priority, n)))
        fixed = sum(theme.px(columns[n].width) for n in shown if columns[n].width)
        open_ended = [n for n in shown if not columns[n].width]
        left = room - fixed
        for n in range(len(columns)):
            self.setColumnHidden(n, n not in shown)
            if n in open_ended:
                self.setColumnWidth(n, max(theme.px(columns[n].least), left // len(open_ended)))
            elif n in shown:  # the last one takes what nobody else does, so that a row ends where the table does
                rest = max(0, left) if not open_ended and n == shown[-1] else 0
                self.setColumnWidth(n, theme.px(columns[n].width) + rest)

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        head = self.horizontalHeader()
        left = head.geometry().right() + 1
        self._corner.setGeometry(left, 0, self.width() - left, head.height())
        self._share_width()

    def set_rows(self, rows: Sequence[Row], key: Callable[[Row], object] | None = None) -> None:
        """Show other rows; the one with the same ``key`` stays current, else the first."""
        before = self.current_row()
        wanted = key(before) if key is not None and before is not None else None
        self.rows_model.set_rows(rows)
        if self._most:
            self.show_rows(self._most)
        number = next((n for n, row in enumerate(rows) if key is not None and key(row) == wanted), 0)
        if rows:
            self.select(number)
        else:
            self.row_changed.emit(None)

    def show_rows(self, most: int) -> None:
        """Be high enough for all rows, for ``most`` of them at most: where the page around scrolls, 0 for nothing."""
        self._most = most
        rows = min(most, self.rows_model.rowCount())
        high = self.horizontalHeader().height() + rows * self.verticalHeader().defaultSectionSize() + 2
        self.setMinimumHeight(high if rows else 0)

    def select(self, number: int) -> None:
        """Make a row current and show it."""
        self.selectRow(number)
        self.setCurrentIndex(self.rows_model.index(number, 0))

    def _row(self, number: int) -> Row | None:
        return self.rows_model.rows[number] if 0 <= number < len(self.rows_model.rows) else None

    def current_row(self) -> Row | None:
        """Return the current row, ``None`` when there is none."""
        return self._row(self.currentIndex().row())

    def _open(self, number: int) -> None:
        row = self._row(number)
        if row is not None:
            self.opened.emit(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex().row())
            return
        if event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End) and self.rows_model.rows:
            self.select(0 if event.key() == Qt.Key.Key_Home else len(self.rows_model.rows) - 1)
            return
        if event.key() == Qt.Key.Key_Escape or (event.text() and not event.text().isspace()):
            event.ignore()
            return
        super().keyPressEvent(event)

    def retranslate(self) -> None:
        """Paint heads and cells again in the language spoken now."""
        self.rows_model.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.rows_model.columns) - 1)
        self.viewport().update()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._measure()
