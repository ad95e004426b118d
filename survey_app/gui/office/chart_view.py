"""The chart of one indicator in the window: drawn by ``survey_app.reports.charts``, walked by keys or mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from survey_app.gui import theme
from survey_app.gui.parts import Label, paint
from survey_app.gui.spoken import Spoken
from survey_app.gui.theme import Type
from survey_app.i18n import _

if TYPE_CHECKING:
    from survey_app.reports.charts import Bar, Chart

NARROWEST = 560
_WAIT_MS = 60


class ChartView(QWidget):
    """Shows a chart as wide as it is; Up and Down walk the rows."""

    row_chosen = Signal(object)
    """Sent with the ``Bar`` that is current now."""
    row_pointed = Signal(object)
    """Sent with the ``Bar`` under the mouse, ``None`` when it leaves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chart: Chart | None = None
        self._selected = ""
        self._canvas: QWidget | None = None
        self._figure: Any = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._wait = Label("", Type.BODY, "text2", align=Qt.AlignmentFlag.AlignHCenter)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(3, 3, 3, 3)
        self._column.addWidget(self._wait)
        self.setMinimumHeight(theme.px(160))
        self._redraw = QTimer(self)
        self._redraw.setSingleShot(True)
        self._redraw.setInterval(_WAIT_MS)
        self._redraw.timeout.connect(self._draw)
        theme.look_changed().changed.connect(self._redraw.start)

    def wait(self) -> None:
        """Say that the figures are being worked out."""
        self._chart = None
        self._drop_canvas()
        self._wait.setText(_("Working out the figures…"))
        self._wait.show()

    def show_chart(self, chart: Chart, selected: str = "") -> None:
        """Show a chart; a row of it may be selected."""
        self._chart, self._selected = chart, selected
        self._draw()

    @property
    def rows(self) -> tuple[Bar, ...]:
        """The rows as they are drawn, from the top."""
        from survey_app.reports.charts import ranked

        return ranked(self._chart) if self._chart is not None else ()

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
        if self._chart is None or self.width() < theme.px(120):
            return
        from matplotlib.backends.backend_qtagg import FigureCanvasQTAgg

        from survey_app.reports.charts import DPI, ranked_bars

        percent = theme.text_percent()
        width = max(self.width() - 6, theme.px(NARROWEST)) * 100 // percent
        self._figure = ranked_bars(self._chart, _palette(), width_px=width, selected=self._selected)
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
        self._column.addWidget(canvas)
        self.setFixedHeight(height + 6)
        self._describe()

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
                self.row_pointed.emit(self._bar_at(event.position().y()))
            elif isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonPress:
                bar = self._bar_at(event.position().y())
                self.setFocus(Qt.FocusReason.MouseFocusReason)
                if bar is not None:
                    QTimer.singleShot(0, self, lambda: self.select(bar.key))
        return super().eventFilter(watched, event)

    def _bar_at(self, y: float) -> Bar | None:
        from survey_app.reports.charts import row_at

        return row_at(self._figure, self._chart, y) if self._chart is not None else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = [bar.key for bar in self.rows]
        here = keys.index(self._selected) if self._selected in keys else -1
        steps = {Qt.Key.Key_Down: here + 1, Qt.Key.Key_Up: max(0, here - 1), Qt.Key.Key_Home: 0}
        steps[Qt.Key.Key_End] = len(keys) - 1
        wanted = steps.get(Qt.Key(event.key()), -1)
        if 0 <= wanted < len(keys):
            self.select(keys[wanted])
            return
        if event.key() not in steps:
            super().keyPressEvent(event)

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
    return ChartPalette(**{name: theme.hex_of(name) for name in names})
