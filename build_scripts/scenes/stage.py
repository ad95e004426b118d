"""What every scene is made of: the moment that all pictures show, waiting until nothing moves, going to a screen."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from survey_app.clock import VIETNAM, Clock
from survey_app.gui.main_window import MainWindow

ROOT = Path(__file__).resolve().parents[2]
NOW = dt.datetime(2026, 11, 21, 16, 32, 7, tzinfo=VIETNAM)

Shown = QWidget | None
"""What is pictured: a dialog, or the whole window."""


@dataclass(frozen=True)
class Scene:
    """A screen as it is pictured.

    Attributes:
        name: of the picture.
        store: ``""`` before any store, ``"laptop"``, ``"office"``, or ``"questions"`` where every type is asked.
        show: brings the window to it; returns the dialog to picture, or nothing for the window itself.
    """

    name: str
    store: str
    show: Callable[[MainWindow], Shown]


def moment_of(moment: dt.datetime) -> Clock:
    """Return a clock that stands still."""
    return lambda: moment


def go(screen: str, **arguments: object) -> Callable[[MainWindow], Shown]:
    """Return what goes to a screen."""
    return lambda window: window.desk.go(screen, **arguments)


def settle(window: MainWindow, seconds: float = 20.0) -> None:
    """Wait until nothing is being read or drawn any more."""
    end = time.monotonic() + seconds
    quiet = 0
    while quiet < 3 and time.monotonic() < end:
        QTest.qWait(40)  # the line of keys follows the cursor a little later
        QCoreApplication.processEvents()
        window.desk.lane.wait()
        window.desk.pool.wait()
        QCoreApplication.processEvents()
        quiet += 1
