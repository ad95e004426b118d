"""A small calendar below a date: arrows move, Enter takes, Esc closes."""

from __future__ import annotations

import calendar
import datetime as dt

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from survey_app.gui import theme
from survey_app.gui.interview.drawing import draw_box, draw_icon, draw_text
from survey_app.gui.theme import Type
from survey_app.i18n import N_, _
from survey_app.text import show_date

_DAYS = (N_("Mo"), N_("Tu"), N_("We"), N_("Th"), N_("Fr"), N_("Sa"), N_("Su"))
_CELL, _PAD, _HEAD = 38, 12, 34
_KEYS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Up: -7,
    Qt.Key.Key_Down: 7,
}


def month_later(day: dt.date, months: int) -> dt.date:
    """Return the same day so many months later, or the last one of a shorter month."""
    count = min(max(day.year * 12 + day.month - 1 + months, 12), 9999 * 12 + 11)
    year, month = divmod(count, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


class DayPicker(QWidget):
    """One month; weeks begin on Monday."""

    chosen = Signal(str)
    """The day as ISO 8601."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.day = dt.date.today()

    def open_at(self, day: dt.date, corner: QPoint, name: str) -> None:
        """Show the month of a day with its top left corner at a point of the screen, moved so that all is seen."""
        self.setAccessibleName(name)
        self.resize(theme.px(7 * _CELL + 2 * _PAD), theme.px(2 * _HEAD + 6 * _CELL + 2 * _PAD))
        screen = self.screen().availableGeometry()
        left = min(corner.x(), screen.right() - self.width())
        top = min(corner.y(), screen.bottom() - self.height())
        self.move(max(screen.left(), left), max(screen.top(), top))
        self._show_day(day)
        self.show()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def _show_day(self, day: dt.date) -> None:
        self.day = day
        self.setAccessibleDescription(show_date(day))
        self.update()

    def _first(self) -> dt.date:
        first = self.day.replace(day=1)
        return first - dt.timedelta(days=first.weekday()) if first > dt.date.min + dt.timedelta(days=7) else first

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move by day, week, month (Page up, Page down) or year (with Ctrl); take with Enter."""
        key = Qt.Key(event.key())
        months = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}.get(key, 0)
        if months:
            held = event.modifiers() & Qt.KeyboardModifier.ControlModifier
            self._show_day(month_later(self.day, months * (12 if held else 1)))
        elif key in _KEYS:
            self._show_day(self.day + dt.timedelta(days=_KEYS[key]))
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self._take(self.day)
        elif key == Qt.Key.Key_Escape:
            self.close()

    def _take(self, day: dt.date) -> None:
        self.close()
        self.chosen.emit(day.isoformat())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the day under the mouse; the arrows at the top change the month."""
        x, y = event.position().x() - theme.px(_PAD), event.position().y() - theme.px(_PAD)
        if not self.rect().contains(event.position().toPoint()):
            self.close()
            return
        if y < theme.px(_HEAD):
            if x < theme.px(_CELL):
                self._show_day(month_later(self.day, -1))
            elif x > theme.px(6 * _CELL):
                self._show_day(month_later(self.day, 1))
            return
        row, column = int((y - theme.px(2 * _HEAD)) // theme.px(_CELL)), int(x // theme.px(_CELL))
        if 0 <= row < 6 and 0 <= column < 7:
            self._take(self._first() + dt.timedelta(days=row * 7 + column))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the month."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), theme.token("surface"))
        draw_box(painter, QRectF(self.rect()), "surface", "line_strong", radius=8)
        pad, cell, head = theme.px(_PAD), theme.px(_CELL), theme.px(_HEAD)
        title = _("Month {month}/{year}").format(month=self.day.month, year=self.day.year)
        draw_text(painter, title, theme.font(Type.PANEL), "text", QRectF(pad, pad, 7 * cell, head), centre=True)
        middle = pad + (head - theme.px(20)) / 2
        draw_icon(painter, "arrow-left", "primary", QPointF(pad + theme.px(9), middle), 20)
        draw_icon(painter, "arrow-right", "primary", QPointF(pad + 6 * cell + theme.px(9), middle), 20)
        for place, name in enumerate(_DAYS):
            box = QRectF(pad + place * cell, pad + head, cell, head)
            draw_text(painter, _(name), theme.font(Type.CAPTION, 600), "text3", box, centre=True)
        first, today = self._first(), dt.date.today()
        for number in range(42):
            day = first + dt.timedelta(days=number)
            box = QRectF(pad + number % 7 * cell, pad + 2 * head + number // 7 * cell, cell, cell)
            self._draw_day(painter, day, box, today)
        painter.end()

    def _draw_day(self, painter: QPainter, day: dt.date, box: QRectF, today: dt.date) -> None:
        here = day == self.day
        if here:
            draw_box(painter, box.adjusted(2, 2, -2, -2), "primary", radius=6)
        elif day == today:
            draw_box(painter, box.adjusted(2, 2, -2, -2), "", "primary", radius=6)
        ink = "on_primary" if here else "text" if day.month == self.day.month else "text3"
        draw_text(painter, str(day.day), theme.digits(Type.BODY, 600 if here else 400), ink, box, centre=True)
