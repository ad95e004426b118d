"""The chart of one indicator in the window: drawn by ``survey_app.reports``, walked by keys or mouse."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from survey_app.gui import theme
from survey_app.gui.parts import Label, paint
from survey_app.gui.spoken import Spoken
from survey_app.gui.theme import Type
from survey_app.i18n import _

if TYPE_CHECKING:
    from survey_app.reports.charts import Bar, Chart

BARS, SPREAD, TREND, TILES, MAP = "bars", "spread", "trend", "tiles", "map"
NARROWEST = 560
MOST_ROWS = 20
"""More rows than these are read in a table; the picture in the window shows the highest and the lowest."""
_WAIT_MS = 60


class ChartView(QWidget):
    """Shows a chart as wide as it is; Up and Down walk the rows, Enter opens one."""

    row_opened = Signal(object)
    """Sent with the ``Bar`` that Enter or a double click opens."""
    row_chosen = Signal(object)
    """Sent with the ``Bar`` that is current now."""
    row_pointed = Signal(object)
    """Sent with the ``Bar`` under the mouse, ``None`` when it leaves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chart: Chart | None = None
        self._shown: Chart | None = None
        self._selected = ""
        self.kind = BARS
        self._canvas: QWidget | None = None
        self._figure: Any = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._wait = Label("", Type.BODY, "text2", align=Qt.AlignmentFlag.AlignHCenter)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(3, 3, 3, 3)
        self._column.addWidget(self._wait)
        self._left_out = Label("", Type.CAPTION, "text2", wrap=True)
        self._left_out.hide()
        self._column.addWidget(self._left_out)
        self.setMinimumHeight(theme.px(160))
        self._redraw = QTimer(self)
        self._redraw.setSingleShot(True)
        self._redraw.setInterval(_WAIT_MS)
        self._redraw.timeout.connect(self._draw)
        theme.look_changed().changed.connect(self._redraw.start)

    def wait(self) -> None:
        """Say that the figures are being worked out."""
        self._chart = self._shown = None
        self._drop_canvas()
        self._left_out.hide()
        self._wait.setText(_("Working out the figures…"))
        self._wait.show()

    def show_chart(self, chart: Chart, selected: str = "", kind: str = BARS) -> None:
        """Show a chart; a row of it may be selected.

        Args:
            chart: what it says.
            selected: key of the row that is current.
            kind: how it is drawn: ``BARS``, ``SPREAD``, ``TREND``, ``TILES`` or ``MAP``.
        """
        from survey_app.reports.charts import ends

        self._chart, self._selected, self.kind = chart, selected, kind
        self._shown = ends(chart, MOST_ROWS) if kind == BARS else chart
        self._draw()

    @property
    def rows(self) -> tuple[Bar, ...]:
        """The rows in the order in which they are walked."""
        if self._shown is None:
            return ()
        if self.kind == SPREAD:
            from survey_app.reports.spread import dots

            return dots(self._shown)
        if self.kind in {TILES, MAP}:
            from survey_app.reports.scale import in_order

            return in_order(self._shown)
        from survey_app.reports.charts import ranked

        return self._shown.bars if self.kind == TREND else ranked(self._shown)

    @property
    def chart(self) -> Chart | None:
        """All that could be shown, None while figures are worked out; what is saved and copied."""
        return self._chart

    @property
    def selected(self) -> str:
        """Key of the current row, ``""`` when there is none."""
        return self._selected

    def select(self, key: str) -> None:
        """Make a row current."""
        found = next((bar for bar in self.rows if bar.key == key), None)
        if found is not None and key != self._selected:
            self._selected = key
            self._draw()
            self.row_chosen.emit(found)

    def spoken(self) -> Spoken:
        """Tell screen readers that this is a chart; name and description say what it shows."""
        return Spoken(QAccessible.Role.Chart)

    # drawing

    def _draw(self) -> None:
        if self._chart is None or self._shown is None or self.width() < theme.px(120):
            return
        from matplotlib.backends.backend_qtagg import FigureCanvasQTAgg

        from survey_app.operations.charting import drawing
        from survey_app.reports.charts import DPI

        percent = theme.text_percent()
        width = max(self.width() - 6, theme.px(NARROWEST)) * 100 // percent
        self._figure = drawing(self.kind)(self._shown, _palette(), width_px=width, selected=self._selected)
        self._figure.set_dpi(DPI * percent / 100)
        canvas: QWidget = FigureCanvasQTAgg(self._figure)  # type: ignore[no-untyped-call]
        height = round(self._figure.get_figheight() * DPI * percent / 100)
        canvas.setFixedHeight(height)
        canvas.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        canvas.setMouseTracking(True)
        canvas.installEventFilter(self)
        self._drop_canvas()
        self._wait.hide()
        self._canvas = canvas
        self._column.insertWidget(0, canvas)
        self.setFixedHeight(height + 6 + self._tell_left_out(self._chart, self._shown))
        self._describe()

    def _tell_left_out(self, whole: Chart, shown: Chart) -> int:
        """Say what the picture leaves out; return the height of the words."""
        more = len(whole.bars) > len(shown.bars)
        self._left_out.setVisible(more)
        if not more:
            return 0
        words = (
            _("The {high} highest and the {low} lowest of {count} are shown. The table and the saved chart have all.")
            if shown.gap
            else _("{shown} of {count} are shown, those with few answers are left out. The table has all.")
        )
        numbers = {"high": shown.gap, "low": len(shown.bars) - shown.gap, "shown": len(shown.bars)}
        self._left_out.setText(words.format(count=len(whole.bars), **numbers))
        return self._left_out.heightForWidth(self.width() - 6) + self._column.spacing()

    def _drop_canvas(self) -> None:
        if self._canvas is not None:
            self._column.removeWidget(self._canvas)
            self._canvas.removeEventFilter(self)
            self._canvas.hide()
            self._canvas.deleteLater()
            self._canvas = None

    def _describe(self) -> None:
        """Tell a screen reader what the picture shows."""
        from survey_app.reports.words import figure, status_word

        if self._chart is None:
            return
        told = [f"{bar.name} {figure(bar.estimate, True)} {status_word(bar.status)}" for bar in self.rows]
        here = [words for bar, words in zip(self.rows, told, strict=True) if bar.key == self._selected]
        self.setAccessibleName(", ".join((self._chart.title, *here)))
        self.setAccessibleDescription("; ".join(told))

    # events

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the mouse over the picture."""
        if watched is self._canvas and self._chart is not None and self._figure is not None:
            if event.type() == QEvent.Type.Leave:
                self.row_pointed.emit(None)
            elif isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseMove:
                self.row_pointed.emit(self._bar_at(event.position()))
            elif isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonPress:
                bar = self._bar_at(event.position())
                self.setFocus(Qt.FocusReason.MouseFocusReason)
                if bar is not None:
                    QTimer.singleShot(0, self, functools.partial(self.select, bar.key))
            elif isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonDblClick:
                bar = self._bar_at(event.position())
                if bar is not None:
                    QTimer.singleShot(0, self, functools.partial(self.row_opened.emit, bar))
        return super().eventFilter(watched, event)

    def _bar_at(self, at: QPointF) -> Bar | None:
        from survey_app.reports.charts import row_at
        from survey_app.reports.maps import place_at
        from survey_app.reports.spread import dot_at
        from survey_app.reports.tiles import tile_at
        from survey_app.reports.trend import round_at

        if self._shown is None:
            return None
        if self.kind in {SPREAD, TILES, MAP}:
            found = {SPREAD: dot_at, TILES: tile_at, MAP: place_at}[self.kind]
            return found(self._figure, self._shown, at.x(), at.y())
        return (
            round_at(self._figure, self._shown, at.x())
            if self.kind == TREND
            else row_at(self._figure, self._shown, at.y())
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = [bar.key for bar in self.rows]
        here = keys.index(self._selected) if self._selected in keys else -1
        row = self._across() if self.kind == TILES and here >= 0 else 1
        steps = {Qt.Key.Key_Down: here + row, Qt.Key.Key_Up: max(here - row, 0 if row == 1 else -1), Qt.Key.Key_Home: 0}
        steps[Qt.Key.Key_End] = len(keys) - 1
        if self.kind != BARS:
            steps |= {Qt.Key.Key_Right: here + 1, Qt.Key.Key_Left: max(0, here - 1)}
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and here >= 0:
            self.row_opened.emit(self.rows[here])
            return
        wanted = steps.get(Qt.Key(event.key()), -1)
        if 0 <= wanted < len(keys):
            self.select(keys[wanted])
            return
        if event.key() not in steps:
            super().keyPressEvent(event)

    def _across(self) -> int:
        """Return how many tiles stand beside each other."""
        from survey_app.reports.charts import DPI
        from survey_app.reports.tiles import across

        return across(self._figure.get_figwidth() * DPI) if self._figure is not None else 1

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._redraw.start()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        if self.hasFocus():
            paint.box(QPainter(self), QRectF(self.rect()), theme.px(6), None, theme.token("focus"), 2)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self._selected and self.rows and event.reason() != Qt.FocusReason.MouseFocusReason:
            self.select(self.rows[0].key)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()


def _palette() -> Any:
    """Return the chart's colours from the theme in force."""
    from survey_app.reports.palette import ChartPalette

    names = ("surface", "line", "text", "text2", "text3", "met", "not_met", "inconclusive", "ok", "warn", "err")
    colours: dict[str, Any] = {name: theme.hex_of(name) for name in names}
    return ChartPalette(**colours, heat=theme.tokens().heat, heat_text=theme.tokens().heat_text)
