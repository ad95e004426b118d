"""The heat table: places down, indicators across, one blue in five steps, the number in every cell."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QColor, QFont, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from survey_app import i18n
from survey_app.gui import theme
from survey_app.gui.parts import paint
from survey_app.gui.spoken import Spoken
from survey_app.gui.theme import Type
from survey_app.i18n import _
from survey_app.reports.scale import step_of, step_words
from survey_app.text import show_number

_LEFT, _HEAD, _ROW, _GAP = 118, 58, 25, 3
_NARROWEST = 112


@dataclass(frozen=True)
class HeatColumn:
    """An indicator across the table.

    Attributes:
        key: its key.
        name: short name.
        target: the target in words, ``""`` when there is none.
    """

    key: str
    name: str
    target: str = ""


@dataclass(frozen=True)
class HeatCell:
    """A figure.

    Attributes:
        percent: the estimate; NaN when there is none.
        met: whether it meets its target.
        words: what stands in the cell instead of a figure, for example ``n < 30``.
    """

    percent: float = math.nan
    met: bool = False
    words: str = ""


@dataclass(frozen=True)
class HeatRow:
    """A place with its cells, one a column."""

    name: str
    cells: tuple[HeatCell, ...]


class HeatTable(QWidget):
    """Paints the table; columns that do not fit are left out from the right."""

    picked = Signal(str)
    """Sent with the key of an indicator whose column was clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns: tuple[HeatColumn, ...] = ()
        self._rows: tuple[HeatRow, ...] = ()
        self._current = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)

    def show_rows(self, columns: Sequence[HeatColumn], rows: Sequence[HeatRow]) -> None:
        """Show other figures."""
        self._columns, self._rows = tuple(columns), tuple(rows)
        told = [f"{row.name}: " + ", ".join(self._told(n, cell) for n, cell in enumerate(row.cells)) for row in rows]
        self.setAccessibleName(_("Percent by place and indicator"))
        self.setAccessibleDescription("; ".join(told))
        self.updateGeometry()
        self.update()

    def spoken(self) -> Spoken:
        """Tell screen readers that this is a table; its description says the figures."""
        return Spoken(QAccessible.Role.Table)

    def set_current(self, key: str) -> None:
        """Mark the column of an indicator."""
        self._current = key
        self.update()

    def _told(self, number: int, cell: HeatCell) -> str:
        return f"{self._columns[number].name} {self._figure(cell)}"

    @staticmethod
    def _figure(cell: HeatCell) -> str:
        return cell.words if math.isnan(cell.percent) else show_number(cell.percent, 0, i18n.language())

    def sizeHint(self) -> QSize:
        return QSize(theme.px(500), theme.px(_HEAD) + len(self._rows) * theme.px(_ROW))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(_LEFT + _NARROWEST), self.sizeHint().height())

    def _shown(self) -> int:
        room = self.width() - theme.px(_LEFT)
        return max(1, min(len(self._columns), room // theme.px(_NARROWEST))) if self._columns else 0

    def _cell(self, row: int, column: int) -> QRectF:
        wide = (self.width() - theme.px(_LEFT)) / max(1, self._shown())
        top = theme.px(_HEAD) + row * theme.px(_ROW)
        box = QRectF(theme.px(_LEFT) + column * wide, top, wide, theme.px(_ROW))
        return box.adjusted(_GAP / 2, _GAP / 2, -_GAP / 2, -_GAP / 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows that have to be painted: a province has more than a window shows."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        centre = Qt.AlignmentFlag.AlignHCenter
        for number in range(self._shown()):
            column = self._columns[number]
            box = self._cell(0, number)
            upper = QRectF(box.left(), 0, box.width(), theme.px(36))
            lower = QRectF(box.left(), theme.px(37), box.width(), theme.px(18))
            here = column.key == self._current
            face = theme.font(Type.CAPTION, 600 if here else 500)
            _two_lines(painter, column.name, face, theme.token("primary" if here else "text2"), upper)
            paint.text(painter, column.target, theme.font(Type.KEYCAP, 400), theme.token("text3"), lower, centre)
        first = max(0, (event.rect().top() - theme.px(_HEAD)) // theme.px(_ROW))
        last = max(0, (event.rect().bottom() - theme.px(_HEAD)) // theme.px(_ROW) + 1)
        for number, row in enumerate(self._rows[first:last], start=first):
            line = QRectF(0, theme.px(_HEAD) + number * theme.px(_ROW), theme.px(_LEFT - 8), theme.px(_ROW))
            name = theme.font(Type.TABLE, 500)
            paint.text(painter, row.name, name, theme.token("text"), line, Qt.AlignmentFlag.AlignLeft)
            for place in range(self._shown()):
                self._paint_cell(painter, row.cells[place], self._cell(number, place))

    def _paint_cell(self, painter: QPainter, cell: HeatCell, box: QRectF) -> None:
        words = self._figure(cell)
        if math.isnan(cell.percent):
            painter.setPen(QPen(theme.token("line_strong"), 1, Qt.PenStyle.DotLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), theme.px(4), theme.px(4))
            face = theme.font(Type.CAPTION)
            paint.text(painter, words, face, theme.token("text3"), box, Qt.AlignmentFlag.AlignHCenter)
            return
        ground, ink = theme.heat(step_of(cell.percent))
        paint.box(painter, box, theme.px(4), ground)
        face = theme.digits(Type.CAPTION, 600)
        paint.text(painter, words, face, ink, box, Qt.AlignmentFlag.AlignHCenter)
        if cell.met:
            left = box.center().x() + paint.text_width(words, face) / 2 + theme.px(8)
            self._check(painter, left, box.center().y(), ink)

    @staticmethod
    def _check(painter: QPainter, left: float, middle: float, colour: QColor) -> None:
        size = theme.px(9)
        painter.setPen(QPen(colour, theme.px(2) * 0.8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPolyline(
            [
                QPointF(left, middle),
                QPointF(left + size * 0.36, middle + size * 0.34),
                QPointF(left + size, middle - size * 0.36),
            ]
        )

    def _column_at(self, x: float) -> int:
        wide = (self.width() - theme.px(_LEFT)) / max(1, self._shown())
        number = int((x - theme.px(_LEFT)) // wide)
        return number if 0 <= number < self._shown() else -1

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        number = self._column_at(event.position().x())
        if number >= 0:
            self.picked.emit(self._columns[number].key)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            number = self._column_at(event.pos().x())
            QToolTip.showText(event.globalPos(), self._columns[number].name if number >= 0 else "", self)
            return True
        if event.type() == QEvent.Type.StyleChange:
            self.updateGeometry()
        return super().event(event)


def _two_lines(painter: QPainter, words: str, face: QFont, colour: QColor, box: QRectF) -> None:
    """Write a name on one or two lines at the foot of the box, elided at the end of the second."""
    first = words
    while paint.text_width(first, face) > box.width() and " " in first:
        first = first.rpartition(" ")[0]
    rest = words[len(first) :].strip()
    half = box.height() / 2
    centre = Qt.AlignmentFlag.AlignHCenter
    lower = QRectF(box.left(), box.top() + half, box.width(), half)
    if rest:
        paint.text(painter, first, face, colour, QRectF(box.left(), box.top(), box.width(), half), centre)
    paint.text(painter, rest or first, face, colour, lower, centre)


class HeatScale(QWidget):
    """The key of the scale: five steps with their bounds."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(theme.px(38) * 5, theme.px(20))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        for number, word in enumerate(step_words()):
            ground, ink = theme.heat(number)
            box = QRectF(number * theme.px(38), 0, theme.px(38), self.height())
            painter.fillRect(box, ground)
            paint.text(painter, word, theme.digits(Type.KEYCAP, 500), ink, box, Qt.AlignmentFlag.AlignHCenter)
