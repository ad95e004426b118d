"""Every screen and dialog once, with a picture of each: how an installed program shows that nothing is missing."""

from __future__ import annotations

import importlib
import pkgutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog

import survey_app
from survey_app import paths
from survey_app.errors import SurveyAppError
from survey_app.gui.app import open_window, prepare
from survey_app.gui.desk import Desk
from survey_app.gui.main_window import OUTSIDE, SCREENS, MainWindow
from survey_app.gui.opening import after_opening
from survey_app.i18n import _
from survey_app.operations.forms import ReadForm, read_form
from survey_app.operations.stores import open_store
from survey_app.operations.training import is_training
from survey_app.records import Enumerator
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
_EVERYTHING = "every_question"
"""The form that comes with the program and has every type of question, pictures among them."""


def _form_of_everything() -> ReadForm:
    return read_form(paths.forms() / _EVERYTHING / f"{_EVERYTHING}.xlsx")


def _trial(dialog: Any, window: MainWindow) -> QDialog:
    made: QDialog = dialog(_form_of_everything(), window.desk.clock, (), window)
    return made


def _confirm(dialog: Any, window: MainWindow) -> QDialog:
    made: QDialog = dialog("?", "…", "1", "2", danger=True, parent=window)
    return made


def _viewer(dialog: Any, window: MainWindow) -> QDialog:
    """Show pictures that came with a form; the trial of that form, which they belong to, closes with them."""
    from survey_app.gui.interview.media import Shown
    from survey_app.gui.screens.trial_window import TrialWindow

    trial = TrialWindow(_form_of_everything(), window.desk.clock, (), window)
    _settle(trial.desk)
    shown = [Shown("image", "jr://images/rice.svg", "rice"), Shown("audio", "jr://audio/busy_tone.wav", "busy tone")]
    made: QDialog = dialog(shown, trial.asking.attached, trial)
    made.finished.connect(trial.close)
    return made


DIALOGS: dict[str, tuple[str, str, Callable[[Any, MainWindow], QDialog]]] = {
    "confirm": ("survey_app.gui.parts.dialog", "Dialog", _confirm),
    "report_out": ("survey_app.gui.office.report_out", "ReportDialog", lambda dialog, window: dialog(window)),
    "answers_out": ("survey_app.gui.office.answers_out", "HowDialog", lambda dialog, window: dialog(window)),
    "hand_up": ("survey_app.gui.office.hand_up", "HandUpDialog", lambda dialog, window: dialog("", window)),
    "reader_copy": ("survey_app.gui.office.people", "ReaderDialog", lambda dialog, window: dialog(window)),
    "days_off": ("survey_app.gui.screens.days_off", "DaysOffDialog", lambda dialog, window: dialog("", "", window)),
    "trial_window": ("survey_app.gui.screens.trial_window", "TrialWindow", _trial),
    "viewer": ("survey_app.gui.interview.media", "Viewer", _viewer),
}
"""Module and class of every dialog, and how one is made; they are opened above the office's window."""


def every() -> list[str]:
    """Return the names of all screens and dialogs; a laptop and an office together show each of them."""
    return sorted({*SCREENS, *DIALOGS})


def import_everything() -> None:
    """Import every module of the program; one that lacks what it stands on is found here.

    Raises:
        ImportError: a module, or something it needs, is missing.
    """
    for found in pkgutil.walk_packages(survey_app.__path__, "survey_app."):
        if not found.name.endswith(".__main__"):
            importlib.import_module(found.name)


def take(store: Path, passphrase: str, folder: Path) -> list[str]:
    """Open every screen and dialog for the role of a training store and save a picture of each; return their names.

    Args:
        store: a store of a demonstration; its pictures show invented people only.
        passphrase: of the store.
        folder: where ``<screen>.png`` go.

    Raises:
        SurveyAppError: CLI-06 the store holds real people; or the store cannot be opened.
        BaseException: what a screen raised.
    """
    import_everything()
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
        if window.desk.person.role == "supervisor":
            names += _dialogs(window, folder)
    finally:
        window.close()
    if faults:
        raise faults[0]
    return names


def _before_any_store(window: MainWindow, folder: Path) -> list[str]:
    people = [Enumerator("1", "1"), Enumerator("2", "2")]
    names = sorted(OUTSIDE)
    for name in names:
        window.desk.go(name, people=people)
        _picture(window, folder / f"{name}.png")
    return names


def _unlock(window: MainWindow, store: Path, passphrase: str) -> None:
    desk = window.desk
    failed: list[BaseException] = []
    desk.open_store(lambda: open_store(store, passphrase), lambda: after_opening(desk), failed.append)
    _settle(desk)
    if failed:
        raise failed[0]
    if window.screen_name == "who":  # several people share the machine: the first one takes the pictures
        first = window.screen_now.first_focus() if window.screen_now else None
        assert isinstance(first, QAbstractButton)
        first.click()
        _settle(desk)
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


def _dialogs(window: MainWindow, folder: Path) -> list[str]:
    for name, (module, cls, make) in DIALOGS.items():
        dialog = make(getattr(importlib.import_module(module), cls), window)
        dialog.show()
        _settle(window.desk)
        dialog.grab().save(str(folder / f"{name}.png"))
        dialog.close()
        dialog.deleteLater()
    return list(DIALOGS)


def _picture(window: MainWindow, path: Path) -> None:
    _settle(window.desk)
    window.grab().save(str(path))


def _settle(desk: Desk) -> None:
    """Wait until nothing is being read, written or painted."""
    until = time.monotonic() + _LONGEST_S
    for _round in range(4):
        QApplication.processEvents()
        desk.lane.wait()
        desk.pool.wait()
        if time.monotonic() > until:
            break
    QCoreApplication.sendPostedEvents()
    QApplication.processEvents()
