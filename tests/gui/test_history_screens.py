"""History, log, daily copies and restoring, in the window and by keyboard."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from survey_app.gui.office.conflicts import ConflictsScreen
from survey_app.gui.screens.deeds import LogScreen
from survey_app.gui.screens.history import CHANGED, HistoryScreen
from survey_app.gui.screens.restore import RestoreScreen
from survey_app.gui.screens.settings import SettingsScreen
from survey_app.operations.backups import copies_in, folder_of
from survey_app.operations.demo import Demo
from survey_app.operations.handover import merge
from survey_app.operations.stores import open_store
from survey_app.store import Store

from .conftest import PASSPHRASE, Ground


@pytest.fixture(scope="module")
def merged(commune: Demo, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("merged") / "office.store"
    shutil.copy(commune.office_store, path)
    with open_store(path, PASSPHRASE) as store:
        merge(store, list(commune.bundles))
    return path


@pytest.fixture
def here(merged: Path, tmp_path: Path, ground: Callable[..., Ground]) -> Ground:
    made = ground(Path(shutil.copy(merged, tmp_path / "office.store")))
    made.unlock()
    return made


def conflict(store: Store) -> str:
    return next(iter(store.currents(state="conflict"))).household


def test_the_history_is_read_by_keyboard_alone(here: Ground) -> None:
    here.desk.go("form_view", household=conflict(here.desk.store))
    here.settle()
    here.press(Qt.Key.Key_H)
    here.settle()
    screen = cast(HistoryScreen, here.screen)
    assert isinstance(screen, HistoryScreen) and screen.versions.hasFocus()
    assert len(screen.versions.rows_model.rows) >= 3
    before = screen._above.text()
    here.press(Qt.Key.Key_Down)
    assert screen._above.text() != before
    here.press(Qt.Key.Key_2)
    assert screen.view.value() == CHANGED and screen.traces.hasFocus()
    assert screen.steps.rows_model.rows and screen._whole.text()
    assert screen._whole.text().count("To be decided: ") == 2 and "Not chosen" not in screen._whole.text()
    here.press(Qt.Key.Key_Escape)
    here.settle()
    assert here.window.screen_name == "form_view"


def test_a_history_that_was_locked_away_is_not_asked_any_more(here: Ground) -> None:
    here.desk.go("history", household=conflict(here.desk.store))
    here.settle()
    here.window.lock()
    here.settle()
    here.unlock()
    here.desk.go("merge")
    here.settle()
    here.desk.data_changed.emit()  # what still listened would be told as a fault
    here.settle()
    assert here.faults == []


def test_looking_at_a_household_stands_in_the_log_with_who_looked(here: Ground) -> None:
    household = conflict(here.desk.store)
    here.desk.go("history", household=household)
    here.settle()
    here.desk.go("log")
    here.settle()
    screen = cast(LogScreen, here.screen)
    newest = screen.facts.deeds[0]
    assert (newest.action, newest.who, newest.about["household"]) == ("looked_at", here.desk.person.id, household)
    everything = len(screen.table.rows_model.rows)
    screen.search.setText("merged")
    assert 0 < len(screen.table.rows_model.rows) < everything


def test_the_log_is_written_for_handing_out(here: Ground, tmp_path: Path) -> None:
    here.desk.go("log")
    here.settle()
    screen = cast(LogScreen, here.screen)
    screen.write(tmp_path / "log.csv")
    here.settle()
    lines = (tmp_path / "log.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == len(screen.facts.deeds)  # without the line about writing it, with heads
    assert screen.strip.isVisible()


def test_a_daily_copy_is_made_and_a_failure_is_shown_until_it_is_made_good(here: Ground) -> None:
    path = here.desk.store.path
    folder_of(path).write_text("no folder")
    here.window.backups._look()
    here.settle()
    here.settle()
    assert here.window.backups.isVisible()
    here.desk.go("results")
    here.settle()
    assert here.window.backups.isVisible()
    folder_of(path).unlink()
    here.window.backups.again_button.click()
    here.settle()
    assert not here.window.backups.isVisible()
    assert len(copies_in(folder_of(path), path)) == 1


def test_a_failure_is_shown_again_after_opening_again(here: Ground) -> None:
    path = here.desk.store.path
    folder_of(path).write_text("no folder")
    here.window.backups.back_up()
    here.settle()
    here.desk.close_store()
    QApplication.processEvents()
    assert not here.window.backups.isVisible()
    here.desk.open_store(lambda: open_store(path, PASSPHRASE), lambda: None, here.faults.append)
    here.settle()
    here.settle()
    assert here.window.backups.isVisible()


def test_the_second_place_is_chosen_in_the_settings(here: Ground, tmp_path: Path) -> None:
    (tmp_path / "stick").mkdir()
    here.desk.go("settings")
    here.settle()
    panel = cast(SettingsScreen, here.screen).backup
    panel.set_second(tmp_path / "stick")
    here.settle()
    here.settle()
    assert panel.state is not None and panel.state.second_made_at
    assert len(copies_in(tmp_path / "stick", here.desk.store.path)) == 1


def test_a_copy_is_put_back_by_keyboard(here: Ground) -> None:
    store = here.desk.store
    path = store.path
    here.window.backups.back_up()
    here.settle()
    household = conflict(store)
    store.put_fact("later", "x")
    here.desk.go("settings")
    here.settle()
    cast(SettingsScreen, here.screen).backup.restore_button.click()
    here.settle()
    screen = cast(RestoreScreen, here.screen)
    assert screen.table.hasFocus() and len(screen.table.rows_model.rows) == 1
    here.press(Qt.Key.Key_Return)
    here.type("không phải")
    here.press(Qt.Key.Key_Return)
    here.settle()
    assert screen.field.fault
    screen.field.set_text("")
    here.type(PASSPHRASE)
    here.press(Qt.Key.Key_Return)
    here.settle()
    assert here.window.screen_name == "unlock"
    with open_store(path, PASSPHRASE) as again:
        assert again.fact("later") == ""
        assert [deed.action for deed in again.deeds()][-2:] == ["restored", "opened"]
        assert again.household(household) is not None
    assert any("before-restore" in each.name for each in path.parent.iterdir())


def test_conflicts_are_narrowed_by_village_and_person(here: Ground) -> None:
    here.desk.go("conflicts")
    here.settle()
    screen = cast(ConflictsScreen, here.screen)
    everything = len(screen._open)
    people = {side.author for each in screen._found for side in each.sides}
    assert everything > 1
    for number in range(1, screen.filters.first.count()):
        screen.filters.first.setCurrentIndex(number)
        here.settle()
        assert screen._open and {each.village_code for each in screen._open} == {screen.filters.village}
    screen.filters.first.setCurrentIndex(0)
    assert screen.filters._people.count() == len(people) + 1
    screen.filters._people.setCurrentIndex(1)
    here.settle()
    assert all(screen.filters.person in {side.author for side in each.sides} for each in screen._open)


def test_one_version_is_taken_for_the_whole_form_by_keyboard(here: Ground) -> None:
    here.desk.go("conflicts")
    here.settle()
    screen = cast(ConflictsScreen, here.screen)
    submission = screen._here
    here.press(Qt.Key.Key_B, Qt.KeyboardModifier.AltModifier)
    here.type("đã gọi điện")
    here.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    here.settle()
    current = here.desk.store.current(submission)
    assert current is not None and current.state in {"settled", "void"}
    newest = max(here.desk.store.revisions(submission), key=lambda each: each.made_at)
    assert newest.reason == "đã gọi điện"
    assert newest.author == here.desk.person.id


def test_the_report_of_decisions_is_written(here: Ground, tmp_path: Path) -> None:
    here.desk.go("conflicts")
    here.settle()
    screen = cast(ConflictsScreen, here.screen)
    screen.write_report(tmp_path / "r")
    here.settle()
    assert (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF")
    assert screen.told.isVisible()
