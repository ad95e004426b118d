"""The office's forms: faults listed, tried without a trace, installed by keyboard, asked on the household's screen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from survey_app.clock import system_clock
from survey_app.gui.screens.trial_window import TrialWindow
from survey_app.operations.forms import read_form
from survey_app.store import Store

from .conftest import bring_form

PASSPHRASE = "khao-sat-mau"
GOOD = """| survey |
| | type | name | label |
| | text | wish | Hộ mong gì nhất? |
| settings |
| | form_id | version | title |
| | own | {version} | Phiếu của xã |
"""


def workbook(folder: Path, version: str = "1", text: str = GOOD) -> Path:
    path = folder / "own.md"
    path.write_text(text.format(version=version), encoding="utf-8")
    return path


@pytest.mark.parametrize("language", ["vi", "en"])
def test_faults_are_listed_with_sheet_row_and_column_and_nothing_can_be_installed(
    ground: Callable[..., Any], office: Path, tmp_path: Path, language: str
) -> None:
    here = ground(office, language=language)
    here.unlock()
    path = workbook(tmp_path, text=GOOD.replace("| text | wish", "| text | wish wish"))
    here.desk.go("forms", file=path)
    here.settle()
    rows = here.screen.faults.model().rowCount()
    assert rows >= 1
    fault = here.screen.faults.current_row().fault
    assert (fault.sheet, fault.row, fault.column) == ("survey", 2, "name")
    assert here.screen.own_button.isHidden()
    assert here.screen.try_button.isHidden()


def test_a_form_is_installed_by_keyboard_and_its_new_version_takes_its_place(
    ground: Callable[..., Any], office: Path, tmp_path: Path
) -> None:
    here = ground(office)
    here.unlock()
    for version in ("1", "2"):
        here.desk.go("forms", file=workbook(tmp_path, version))
        here.settle()
        QTest.keyClick(here.screen, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
        here.settle()

    def asked() -> list[tuple[str, str]]:
        return [(one.stored.version, one.asked) for one in here.screen.known if one.stored.id == "own"]

    assert asked() == [("2", "further"), ("1", "kept")]
    here.screen.table.select([one.stored.id for one in here.screen.known].index("own"))
    here.screen.out_button.click()
    here.settle()
    assert [how for _version, how in asked()] == ["kept", "kept"]


def test_a_trial_leaves_no_trace(qtbot: QtBot, ground: Callable[..., Any], office: Path, tmp_path: Path) -> None:
    here = ground(office)
    here.unlock()
    before = here.desk.store.digest()
    trial = TrialWindow(read_form(workbook(tmp_path)), system_clock, (), here.window)
    qtbot.addWidget(trial)
    trial.show()

    def settle() -> None:
        for _round in range(4):
            trial.desk.pool.wait()
            QApplication.processEvents()
            trial.desk.lane.wait()
            QApplication.processEvents()

    settle()
    folder = Path(trial._folder.name)
    assert trial.asking.interview is not None
    trial.asking.interview.enter("/data/wish", "mạng khỏe")
    trial.asking.finish()
    settle()
    assert trial.ended.isVisible()
    assert len(list(trial.desk.store.revisions())) == 1
    trial.close()
    assert not folder.exists()
    assert here.desk.store.digest() == before
    assert not any(form.id == "own" for form in here.desk.store.forms())


def test_a_further_form_stands_on_the_households_screen(
    ground: Callable[..., Any], laptop: Path, tmp_path: Path
) -> None:
    with Store.open(laptop, PASSPHRASE) as store:
        bring_form(store, workbook(tmp_path))
        line = store.households(status="not_visited")[0]
    here = ground(laptop)
    here.unlock()
    here.desk.go("household", household=line.household.id)
    here.settle()
    (button,) = here.screen._form_buttons
    assert "Phiếu của xã" in button.text()
    button.click()
    here.settle()
    assert here.window.screen_name == "interview"
    assert here.screen.interview.form.id == "own"
    here.press(Qt.Key.Key_Escape)
    here.settle()
    assert here.desk.store.line(line.household.id).status == "not_visited"
