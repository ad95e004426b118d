"""The register of requests by keyboard: taken in at the household, noted by digits, shown where the day begins."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from survey_app.clock import Clock
from survey_app.gui.screens.days_off import DaysOffDialog
from survey_app.operations.days_off import days_off
from survey_app.operations.requests import requests, take_in
from survey_app.store import Store

PASSPHRASE = "khao-sat-mau"


def clock_at(moment: dt.datetime) -> Clock:
    return lambda: moment


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_request_is_taken_in_at_the_household_and_done_by_keys(
    ground: Callable[..., Any], laptop: Path, language: str
) -> None:
    here = ground(laptop, language=language)
    here.unlock()
    line = here.desk.store.households()[0]
    here.desk.go("household", household=line.household.id)
    here.settle()
    here.screen.ask_button.click()
    here.settle()
    assert here.window.screen_name == "requests"
    here.type("sai số điện thoại")
    here.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    (found,) = requests(here.desk.store)
    assert (found.household.id, found.right, found.deeds[0].note) == (line.household.id, "see", "sai số điện thoại")
    here.press(Qt.Key.Key_1)
    assert requests(here.desk.store)[0].state == "answered"
    here.press(Qt.Key.Key_3)
    assert requests(here.desk.store)[0].is_open  # declining needs a reason
    assert here.screen.strip.isVisible()
    here.press(Qt.Key.Key_4)
    assert requests(here.desk.store)[0].state == "done"


def test_a_household_is_found_by_typing_a_part_of_its_name(ground: Callable[..., Any], laptop: Path) -> None:
    here = ground(laptop)
    here.unlock()
    line = here.desk.store.households()[3]
    here.desk.go("requests")
    here.settle()
    QTest.keyClick(here.screen, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    here.settle()
    here.type(line.household.head_name)
    here.settle()
    assert here.screen.lines.current_row().household.head_name == line.household.head_name
    here.press(Qt.Key.Key_Escape)
    assert here.screen.form.isHidden()


def test_what_is_due_stands_where_the_day_begins(ground: Callable[..., Any], laptop: Path, office: Path) -> None:
    for path, start in ((laptop, "today"), (office, "merge")):
        with Store.open(path, PASSPHRASE) as store:
            line = store.households()[0]
            asked = dt.datetime(2026, 11, 10, 9, 0, tzinfo=dt.UTC)
            take_in(store, line.household.id, "see", "e", clock=clock_at(asked))
        here = ground(path)
        here.unlock()
        assert here.window.screen_name == start
        assert here.screen.due.isVisible()
        here.screen.due.button.click()
        here.settle()
        assert here.window.screen_name == "requests"


def test_holidays_are_written_down_and_a_mistake_is_asked_again(
    ground: Callable[..., Any], office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = ground(office)
    here.unlock()
    here.desk.go("requests")
    here.settle()
    typed, shown = ["Tết", "05/02/2027 – 11/02/2027"], []

    def fill_in(dialog: DaysOffDialog) -> int:
        shown.append((dialog.days(), dialog._field._fault.text()))
        dialog._field.set_text(typed.pop(0))
        return 1

    monkeypatch.setattr(DaysOffDialog, "exec", fill_in)
    here.screen.off_button.click()
    here.settle()
    here.settle()
    assert [words for words, _fault in shown] == ["", "Tết"]
    assert "Tết" in shown[1][1]
    assert len(days_off(here.desk.store)) == 7
