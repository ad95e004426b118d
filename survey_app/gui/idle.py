"""Locks the window when nobody has touched the machine for a while."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QWindow

_TOUCHES = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
    }
)


class IdleWatch(QObject):
    """Tells when neither key nor mouse nor touch has been used for so many minutes.

    It listens where the system hands events to each window of the program: to hear of every event of every widget would
    cost a call for each of them, dozens a key.
    """

    idle = Signal()

    def __init__(self, minutes: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.idle)
        self.set_minutes(minutes)
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.focusWindowChanged.connect(self._listen)
            self._listen(app.focusWindow())

    def _listen(self, window: QWindow | None) -> None:
        if window is not None:
            self.begin_again()
            window.installEventFilter(self)  # a second time only moves it to the front

    def set_minutes(self, minutes: int) -> None:
        """Wait so long from now on; 0 never tells."""
        self._timer.stop()
        self._timer.setInterval(max(0, minutes) * 60_000)
        self.begin_again()

    def begin_again(self) -> None:
        """Count from now."""
        if self._timer.interval() > 0:
            self._timer.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002
        """Hear of every touch; nothing is taken away."""
        if event.type() in _TOUCHES:
            self.begin_again()
        return False
