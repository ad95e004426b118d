"""Every screen once, with a picture of each: how an installed program shows that nothing it needs is missing."""

from __future__ import annotations

import time
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from survey_app.errors import SurveyAppError
from survey_app.gui.app import open_window, prepare
from survey_app.gui.main_window import OUTSIDE, SCREENS, MainWindow
from survey_app.gui.opening import after_opening
from survey_app.i18n import _
from survey_app.operations.stores import open_store
from survey_app.operations.training import is_training
from survey_app.settings import load_settings

ONLY = {
    "today": "enumerator",
    "handover": "enumerator",
    "interview": "enumerator",
    "unfinished": "enumerator",
    "bin": "enumerator",
    "charges": "supervisor",
    "laptops": "supervisor",
}
"""Screens of one role; those of ``gui.office`` are the supervisor's."""

_LONGEST_S = 60.0


def take(store: Path, passphrase: str, folder: Path) -> list[str]:
    """Open every screen for the role of a training store and save a picture of each; return their names.

    Args:
        store: a store of a demonstration; its pictures show invented people only.
        passphrase: of the store.
        folder: where ``<screen>.png`` go.

    Raises:
        SurveyAppError: CLI-06 the store holds real people; or the store cannot be opened.
        BaseException: what a screen raised.
    """
    folder.mkdir(parents=True, exist_ok=True)
    prepare([], load_settings())
    window = open_window()
    faults: list[BaseException] = []
    window.desk.problem.connect(faults.append)
    window.resize(1366, 688)
    window.show()
    try:
        names = _before_any_store(window, folder)
        _unlock(window, store, passphrase)
        names += _at_work(window, folder)
    finally:
        window.close()
    if faults:
        raise faults[0]
    return names


def _before_any_store(window: MainWindow, folder: Path) -> list[str]:
    names = sorted(OUTSIDE - {"who"})
    for name in names:
        window.desk.go(name)
        _picture(window, folder / f"{name}.png")
    return names


def _unlock(window: MainWindow, store: Path, passphrase: str) -> None:
    desk = window.desk
    failed: list[BaseException] = []
    desk.open_store(lambda: open_store(store, passphrase), lambda: after_opening(desk), failed.append)
    _settle(window)
    if failed:
        raise failed[0]
    if not desk.lane.call(lambda: is_training(desk.lane.store)):
        raise SurveyAppError(
            "CLI-06",
            _("Pictures are only taken of a demonstration; this store holds real people."),
            _("Make one with: survey-app demo DIR --households 24 --laptops 2. Nothing was written."),
        )


def _at_work(window: MainWindow, folder: Path) -> list[str]:
    desk, taken = window.desk, []
    line = desk.store.households(limit=1)[0]
    for name, (module, _cls) in SCREENS.items():
        role = "supervisor" if module.startswith("survey_app.gui.office.") else ONLY.get(name, desk.person.role)
        if name in OUTSIDE or role != desk.person.role:
            continue
        desk.go(name, household=line.household.id)
        _picture(window, folder / f"{name}.png")
        taken.append(name)
    return taken


def _picture(window: MainWindow, path: Path) -> None:
    _settle(window)
    window.grab().save(str(path))


def _settle(window: MainWindow) -> None:
    """Wait until nothing is being read, written or painted."""
    until = time.monotonic() + _LONGEST_S
    for _round in range(4):
        QApplication.processEvents()
        window.desk.lane.wait()
        window.desk.pool.wait()
        if time.monotonic() > until:
            break
    QCoreApplication.sendPostedEvents()
    QApplication.processEvents()
