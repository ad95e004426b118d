"""Windows on real temporary stores, driven by keyboard."""

from __future__ import annotations

import datetime as dt
import shutil
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAccessible, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QWidget
from pytestqt.qtbot import QtBot

from survey_app.clock import VIETNAM
from survey_app.gui import app, theme
from survey_app.gui.main_window import MainWindow
from survey_app.operations.demo import Demo, build_demo
from survey_app.operations.forms import read_form
from survey_app.settings import Settings
from survey_app.store import Store

PASSPHRASE = "khao-sat-mau"
MADE_AT = dt.datetime(2026, 11, 21, 9, 0, tzinfo=VIETNAM)
NOW = dt.datetime(2026, 11, 21, 16, 32, 7, tzinfo=VIETNAM)


@pytest.fixture(scope="session", autouse=True)
def lanes_are_closed() -> Iterator[None]:
    """See that no test leaves the thread of a store behind: the run would never end."""
    yield
    left = [thread for thread in threading.enumerate() if thread.name == "store lane"]
    assert not left, f"{len(left)} desks were not closed"


@pytest.fixture(scope="session")
def commune(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """Return a small demonstration commune: copy its stores, never open them in place."""
    return build_demo(tmp_path_factory.mktemp("commune"), 36, 2, True, 1, 1, PASSPHRASE, lambda: MADE_AT)


@pytest.fixture
def laptop(commune: Demo, tmp_path: Path) -> Path:
    """Return a copy of the first laptop's store."""
    return Path(shutil.copy(commune.laptops[0], tmp_path / "may01.store"))


@pytest.fixture
def office(commune: Demo, tmp_path: Path) -> Path:
    """Return a copy of the office's store."""
    return Path(shutil.copy(commune.office_store, tmp_path / "office.store"))


def bring_form(store: Store, workbook: Path) -> None:
    """Let a laptop's round ask a further form, as lists of the office bring it."""
    form, now = read_form(workbook).stored, store.round()
    assert now is not None
    store.put_form(form)
    store.put_round(replace(now, further=(*now.further, (form.id, form.version))))


class Ground:
    """A shown window and hands to work it with."""

    def __init__(self, window: MainWindow, bot: QtBot) -> None:
        self.window = window
        self.desk = window.desk
        self.bot = bot
        self.faults: list[BaseException] = []
        self.desk.problem.connect(self.faults.append)

    @property
    def screen(self) -> QWidget:
        """The screen that is shown."""
        screen = self.window.screen_now
        assert screen is not None
        return screen

    def settle(self) -> None:
        """Wait until nothing is being read or written."""
        for _round in range(3):
            QApplication.processEvents()
            self.desk.lane.wait()
            self.desk.pool.wait()
            QApplication.processEvents()

    def press(self, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
        """Press a key where the focus is."""
        held = Qt.KeyboardModifier.NoModifier
        for modifier in modifiers:
            held |= modifier
        QTest.keyClick(QApplication.focusWidget() or self.window, key, held)
        self.settle()

    def type(self, text: str) -> None:
        """Type letters where the focus is, Vietnamese ones too."""
        for letter in text:
            target = QApplication.focusWidget()
            assert target is not None
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                QApplication.sendEvent(target, QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter))

    def unlock(self, passphrase: str = PASSPHRASE) -> None:
        """Type a passphrase and press Enter; take the first person when it is asked who works."""
        self.type(passphrase)
        self.press(Qt.Key.Key_Return)
        self.settle()
        if self.window.screen_name == "who":
            self.press(Qt.Key.Key_1)
            self.settle()


@pytest.fixture
def ground(qtbot: QtBot) -> Iterator[Callable[..., Ground]]:
    """Return a maker of windows: on a store, or on the first run."""
    made: list[Ground] = []

    def make(store: Path | None = None, language: str = "en", **settings: object) -> Ground:
        chosen = Settings(language=language, **settings)  # type: ignore[arg-type]
        app.prepare([], chosen)
        window = app.open_window(chosen, clock=lambda: NOW, store=store)
        window.resize(1366, 768)
        window.show()
        window.activateWindow()
        here = Ground(window, qtbot)
        made.append(here)
        here.settle()
        return here

    yield make
    for here in made:
        screen = here.window.screen_now
        if screen is not None:
            screen.leave()
        here.desk.close()
        here.window.hide()
        shiboken6.delete(here.window)  # at once, so that a later change of the look dresses no old window
        for fault in here.faults:
            traceback.print_exception(fault, file=sys.stderr)


@pytest.fixture(autouse=True)
def _plain_look(qapp: QApplication) -> Iterator[None]:
    theme.apply(qapp, "light", 100)
    yield
    for widget in QApplication.topLevelWidgets():  # else every later change of the look dresses old windows too
        widget.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    QApplication.clipboard().clear()  # a picture that is still there when the process ends would crash it


def nameless(window: QWidget) -> list[str]:
    """Return what takes the focus, is shown, and has no name that a screen reader could say."""
    found = []
    for widget in window.findChildren(QWidget):
        takes = widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.isVisibleTo(window) and widget.isEnabled()
        inner = widget.objectName().startswith("qt_") or isinstance(widget.parentWidget(), QAbstractItemView)
        if not takes or inner or widget.focusProxy() is not None:
            continue
        face = QAccessible.queryAccessibleInterface(widget)
        if face is None or not face.text(QAccessible.Text.Name).strip():
            found.append(f"{type(widget).__name__} in {type(widget.parentWidget()).__name__}")
    return found
