"""Photographs with the camera of the machine, taken by the system's own camera program.

The part of Qt that reads cameras would add a hundred megabytes. Windows brings a camera program along; it is opened by
its address, and the first picture that appears in its folder afterwards is the one that was meant.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices

ADDRESS = "microsoft.windows.camera:"
ROLL = "Camera Roll"
"""The folder inside the person's pictures that the camera program writes into."""
WAIT_S = 300
LOOK_MS = 700
_KINDS = {".jpg", ".jpeg", ".png"}


def is_there() -> bool:
    """Return whether this system has a camera program that can be opened."""
    return sys.platform == "win32"


def roll() -> Path:
    """Return the folder of the pictures that the camera program takes."""
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)) / ROLL


class Camera(QObject):
    """Opens the camera program and waits for one picture.

    Args:
        parent: what it ends with.
    """

    taken = Signal(Path)
    """Sent with the picture, once it is completely written."""

    def __init__(
        self,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._before: frozenset[Path] = frozenset()
        self._seen: tuple[Path, int] | None = None
        self._until = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)

    @property
    def is_waiting(self) -> bool:
        """Whether a picture is waited for."""
        return self._timer.isActive()

    def start(self) -> bool:
        """Open the camera program; return whether it could be opened."""
        self._before, self._seen = frozenset(_pictures(roll())), None
        self._until = time.monotonic() + WAIT_S
        if not QDesktopServices.openUrl(QUrl(ADDRESS)):
            return False
        self._timer.start()
        return True

    def stop(self) -> None:
        """Wait no longer."""
        self._timer.stop()

    def look(self) -> None:
        """Look for a picture that was not there before and grows no more."""
        fresh = [picture for picture in _pictures(roll()) if picture not in self._before]
        newest = max(fresh, key=_age, default=None)
        if newest is not None and (now := (newest, _size(newest)))[1]:
            if now == self._seen:
                self.stop()
                self.taken.emit(newest)
                return
            self._seen = now
        if time.monotonic() > self._until:
            self.stop()


def _pictures(folder: Path) -> Iterable[Path]:
    try:
        return [path for path in folder.iterdir() if path.suffix.lower() in _KINDS]
    except OSError:
        return []


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
