"""Progress: always a bar with numbers."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from survey_app import i18n
from survey_app.gui import theme
from survey_app.gui.lanes import LaneMonitor
from survey_app.gui.parts import paint
from survey_app.gui.parts.button import SMALL, Button
from survey_app.gui.parts.label import Figures, Label
from survey_app.gui.theme import Type
from survey_app.i18n import _
from survey_app.text import show_number, show_percent


class Bar(QProgressBar):
    """A bar without text; the numbers stand beside it.

    Args:
        thick: height in design pixels: 5 for a person, 6 to 8 in lists, 10 to 12 for the main one.
        tone: token of the filled part.
        track: token of the ground.
    """

    def __init__(
        self, thick: int = 6, tone: str = "primary", track: str = "track", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._thick, self._tone, self._track = thick, tone, track
        self._shares: list[tuple[int, str]] = []
        self.setTextVisible(False)
        self.setRange(0, 1)
        self.setValue(0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_progress(self, done: int, total: int, tone: str = "") -> None:
        """Show ``done`` of ``total``."""
        if tone:
            self._tone = tone
        self._shares = []
        self.setRange(0, max(1, total))
        self.setValue(min(done, total))
        self.update()

    def set_shares(self, shares: list[tuple[int, str]], total: int) -> None:
        """Show several counts of ``total`` after one another, each in its token's colour."""
        self._shares = shares
        self.setRange(0, max(1, total))
        self.setValue(min(sum(count for count, _ in shares), total))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(120), theme.px(self._thick))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(24), theme.px(self._thick))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        whole = max(1, self.maximum())
        shares = [(n / whole, tone) for n, tone in self._shares] or [(self.value() / whole, self._tone)]
        paint.progress(QPainter(self), QRectF(self.rect()), shares, self._track)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.updateGeometry()


class ProgressPanel(QWidget):
    """What a long piece of work shows: item, percent, bar, what is safe, and how to stop.

    Args:
        safe: one sentence that says what happens on a power cut.
    """

    def __init__(self, title: str = "", safe: str = "", stop: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._monitor: LaneMonitor | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(10))
        head = QHBoxLayout()
        head.setSpacing(theme.px(10))
        self._title = Label(title, Type.PANEL, figures=True)
        self._what = Label("", Type.TABLE, "text2", figures=True, elide=True)
        self._percent = Figures("", Type.TABLE, weight=600)
        head.addWidget(self._title)
        head.addWidget(self._what, 1)
        head.addWidget(self._percent)
        self._bar = Bar(10)
        foot = QHBoxLayout()
        foot.setSpacing(theme.px(8))
        self._safe = Label(safe, Type.TABLE, "text2", wrap=True)
        self.stop = Button(stop or _("Stop"), icon="circle-pause", height=SMALL)
        self.stop.clicked.connect(self._ask_to_stop)
        foot.addWidget(self._safe, 1)
        foot.addWidget(self.stop, 0, Qt.AlignmentFlag.AlignRight)
        column.addLayout(head)
        column.addWidget(self._bar)
        column.addLayout(foot)

    def say(self, title: str = "", safe: str = "", stop: str = "") -> None:
        """Change the title, the sentence of safety and the word on the button."""
        self._title.setText(title or self._title.text())
        self._safe.setText(safe or self._safe.text())
        self.stop.setText(stop or self.stop.text())

    def follow(self, monitor: LaneMonitor) -> None:
        """Show the steps of ``monitor``; the button cancels it."""
        self._monitor = monitor
        self.stop.setEnabled(True)
        self._bar.set_progress(0, 1)
        self._percent.setText(show_percent(0, 0, i18n.language()))
        self._what.setText("")
        monitor.moved.connect(self.show_step)

    def show_step(self, done: int, total: int, what: str) -> None:
        """Show that ``done`` of ``total`` are finished."""
        self._bar.set_progress(done, total)
        share = 100 * done / total if total else 0
        self._percent.setText(show_percent(share, 0, i18n.language()))
        numbers = f"{show_number(done, 0, i18n.language())} / {show_number(total, 0, i18n.language())}"
        self._what.setText(f"{what}  {numbers}".strip())

    def _ask_to_stop(self) -> None:
        if self._monitor is not None:
            self._monitor.cancel()
            self.stop.setEnabled(False)
