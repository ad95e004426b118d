"""The window: first run, unlocking, tabs, language, help, the saved state that never lies."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu

from survey_app import i18n, paths
from survey_app.crash import write_crash
from survey_app.errors import SurveyAppError
from survey_app.gui.failures import FAULT_CODE
from survey_app.gui.main_window import NAMES_OF_LANGUAGES
from survey_app.gui.screens.today import TodayScreen
from survey_app.gui.screens.unlock import UnlockScreen
from survey_app.settings import load_settings
from survey_app.store import DiskFull

from .conftest import PASSPHRASE, Ground, nameless

CTRL = Qt.KeyboardModifier.ControlModifier
Maker = Callable[..., Ground]


def test_without_a_store_the_first_run_is_shown(ground: Maker) -> None:
    assert ground().window.screen_name == "first_run"


@pytest.mark.parametrize(
    ("key", "screen"), [(Qt.Key.Key_1, "join_office"), (Qt.Key.Key_2, "new_office"), (Qt.Key.Key_3, "try_demo")]
)
def test_a_digit_chooses_on_the_first_run_and_escape_comes_back(ground: Maker, key: Qt.Key, screen: str) -> None:
    here = ground()
    here.press(key)
    assert here.window.screen_name == screen
    here.press(Qt.Key.Key_Escape)
    assert here.window.screen_name == "first_run"


def test_the_store_opened_last_asks_for_its_passphrase(ground: Maker, laptop: Path) -> None:
    assert ground(last_store=str(laptop)).window.screen_name == "unlock"


def test_a_store_that_is_gone_leads_to_the_first_run(ground: Maker, tmp_path: Path) -> None:
    assert ground(last_store=str(tmp_path / "gone.store")).window.screen_name == "first_run"


def test_a_wrong_passphrase_is_told_at_the_field_and_nothing_opens(ground: Maker, laptop: Path) -> None:
    here = ground(laptop)
    here.unlock("not the one")
    assert isinstance(here.screen, UnlockScreen)
    assert here.screen.field.fault
    assert not here.desk.lane.is_open


def test_the_right_passphrase_opens_today(ground: Maker, laptop: Path) -> None:
    here = ground(laptop)
    here.unlock()
    assert here.window.screen_name == "today"
    assert here.desk.settings.last_store == str(laptop)
    assert here.faults == []


def test_a_store_open_elsewhere_is_refused_in_words(ground: Maker, laptop: Path) -> None:
    from survey_app.store import Store

    with Store.open(laptop, PASSPHRASE):
        here = ground(laptop)
        here.unlock()
        assert isinstance(here.screen, UnlockScreen)
        assert "[STO-03]" in here.screen.strip.accessibleName()


def test_control_and_digit_go_to_the_tabs(ground: Maker, laptop: Path) -> None:
    here = ground(laptop)
    here.unlock()
    seen = []
    for key in (Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_1):
        here.press(key, CTRL)
        seen.append(here.window.screen_name)
    assert seen == ["households", "handover", "today"]


def test_the_office_has_its_own_tabs(ground: Maker, office: Path) -> None:
    here = ground(office)
    here.unlock()
    tabs = ["merge", "conflicts", "results", "households", "laptops", "duplicates", "corrections", "support"]
    assert [name for name, _word in here.window._tabs()] == tabs


def test_escape_goes_one_step_back(ground: Maker, laptop: Path) -> None:
    here = ground(laptop)
    here.unlock()
    here.press(Qt.Key.Key_3, CTRL)
    here.press(Qt.Key.Key_Escape)
    assert here.window.screen_name == "today"


def test_the_language_changes_at_once_and_keeps_place_focus_and_input(ground: Maker, laptop: Path) -> None:
    here = ground(laptop)
    here.unlock()
    here.desk.go("households", search=True)
    here.settle()
    here.type("ng")
    focus = QApplication.focusWidget()
    here.window.speak("vi")
    here.settle()
    assert isinstance(focus, QLineEdit)
    assert (here.window.screen_name, QApplication.focusWidget(), focus.text()) == ("households", focus, "ng")
    assert here.screen.title() == "Danh sách hộ"  # type: ignore[attr-defined]
    assert load_settings().language == "vi"


def test_f1_shows_help_about_the_screen_and_escape_closes_it(ground: Maker, laptop: Path) -> None:
    here = ground(laptop)
    here.unlock()
    here.press(Qt.Key.Key_F1)
    assert here.window.help.isVisible()
    here.press(Qt.Key.Key_Escape)
    assert not here.window.help.isVisible()
    assert here.window.screen_name == "today"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_screen_has_a_help_text_and_at_most_seven_hints(ground: Maker, laptop: Path, language: str) -> None:
    i18n.use_language(language)
    here = ground(laptop, language=language)
    here.unlock()
    for name in ("today", "households", "handover", "settings"):
        here.desk.go(name)
        here.settle()
        screen = here.window.screen_now
        assert screen is not None
        assert len(screen.help_text()) > 60
        assert 0 < len(screen.hints()) <= 7


def test_nothing_that_takes_the_focus_is_nameless(ground: Maker, laptop: Path) -> None:
    here = ground(laptop)
    found = {"unlock": nameless(here.window)}
    here.unlock()
    for name in ("today", "households", "handover", "settings"):
        here.desk.go(name)
        here.settle()
        found[name] = nameless(here.window)
    assert {name: list_ for name, list_ in found.items() if list_} == {}


def test_nothing_on_the_way_into_the_program_is_nameless(ground: Maker) -> None:
    here = ground()
    found = {}
    for name in ("first_run", "join_office", "new_office", "try_demo", "recover"):
        here.desk.go(name)
        here.settle()
        found[name] = nameless(here.window)
    assert {name: list_ for name, list_ in found.items() if list_} == {}


def test_locking_closes_the_store_and_asks_again(ground: Maker, laptop: Path) -> None:
    here = ground(laptop)
    here.unlock()
    here.window.lock()
    here.settle()
    assert (here.window.screen_name, here.desk.lane.is_open) == ("unlock", False)
    here.unlock()
    assert here.window.screen_name == "today"


def test_f10_opens_a_menu_that_changes_the_language(ground: Maker, laptop: Path) -> None:
    here = ground(laptop)
    here.unlock()
    before = i18n.language()
    here.press(Qt.Key.Key_F10)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    action = next(action for action in menu.actions() if action.text() in NAMES_OF_LANGUAGES.values())
    action.trigger()
    menu.close()
    assert i18n.language() != before
    assert here.window.screen_name == "today"


def test_what_was_not_saved_stands_under_the_top_bar_until_it_is(ground: Maker, laptop: Path) -> None:
    here = ground(laptop)
    here.unlock()
    here.desk.saving()
    here.desk.save_failed(DiskFull())
    here.press(Qt.Key.Key_2, CTRL)
    assert here.window.problems.unsaved.isVisible()
    said = here.window.problems.unsaved.accessibleName()
    assert "[STO-05]" in said
    assert said.count(i18n._("Not saved.")) == 1
    here.desk.saving()
    here.desk.saved_now()
    assert not here.window.problems.unsaved.isVisible()


def test_a_failure_is_shown_with_its_code_and_can_be_closed(ground: Maker, laptop: Path) -> None:
    here = ground(laptop)
    here.desk.problem.emit(SurveyAppError("BND-04", "The file was altered.", "Choose another file."))
    strip = here.window.problems.strip
    assert strip.isVisible()
    assert strip.accessibleName() == "The file was altered. Choose another file.\u00a0\u00a0[BND-04]"
    here.window.problems.clear()
    assert not strip.isVisible()


def test_a_fault_of_the_program_is_told_and_leaves_a_crash_file(
    ground: Maker, laptop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here = ground(laptop)
    here.desk.problem.emit(KeyError("a"))
    here.faults.clear()
    assert FAULT_CODE in here.window.problems.strip.accessibleName()
    assert list((paths.user_folder() / "crashes").glob("crash-*.txt"))


def test_a_crash_file_holds_no_answers_and_no_names() -> None:
    try:
        secret = {"m_name": "Nguyễn Thị Hường", "phone": "0912345678"}
        raise ValueError(f"bad answers {secret}")
    except ValueError as error:
        file = write_crash(error)
    assert file is not None
    text = file.read_text(encoding="utf-8")
    assert "ValueError" in text
    assert "test_a_crash_file_holds_no_answers" in text
    assert "Hường" not in text
    assert "0912345678" not in text


def test_the_window_fits_a_small_screen_at_200_percent(ground: Maker, laptop: Path) -> None:
    here = ground(laptop)
    here.unlock()
    for name in ("today", "households", "handover", "settings"):
        here.desk.go(name)
        here.settle()
        here.window.resize(683, 304)
        here.settle()
        assert (here.window.width(), here.window.height()) == (683, 304), name


def test_the_theme_can_be_changed_while_the_window_is_open(ground: Maker, laptop: Path, qapp: QApplication) -> None:
    from survey_app.gui import app, theme

    here = ground(laptop)
    app.follow_system(qapp, here.desk)
    here.unlock()
    here.desk.change_settings(theme="dark", text_percent=115)
    here.settle()
    assert theme.is_dark()
    assert isinstance(here.screen, TodayScreen)
    assert theme.text_percent() == 115


def test_a_new_text_size_measures_the_screens_anew(ground: Maker, laptop: Path, qapp: QApplication) -> None:
    from survey_app.gui import app

    here = ground(laptop)
    app.follow_system(qapp, here.desk)
    here.unlock()
    before = here.screen
    here.desk.change_settings(text_percent=130)
    here.settle()
    assert isinstance(here.screen, TodayScreen)
    assert here.screen is not before
    assert here.screen._side.minimumWidth() in {0, 546}


def test_no_analysis_library_is_loaded_by_the_enumerators_screens(laptop: Path, tmp_path: Path) -> None:
    script = f"""
import os, sys
os.environ["SURVEY_APP_DATA"] = {str(tmp_path / "alone")!r}
from pathlib import Path
from PySide6.QtWidgets import QApplication
from survey_app.gui import app
from survey_app.gui.opening import work_as
from survey_app.settings import Settings
from survey_app.store import Store
made = app.prepare([], Settings(language="en"))
window = app.open_window(Settings(language="en"))
window.show()
desk = window.desk
desk.open_store(lambda: Store.open(Path({str(laptop)!r}), {PASSPHRASE!r}), lambda: None, print)
def settle():
    for _ in range(4):
        made.processEvents(); desk.lane.wait(); made.processEvents()
settle()
work_as(desk, [p for p in desk.store.enumerators() if p.role == "enumerator"][0], desk.store.device)
settle()
for name in ("households", "handover", "settings", "today"):
    desk.go(name); settle()
desk.go("interview", household=desk.store.households()[0].household.id); settle()
assert window.screen_name == "interview"
heavy = [name for name in ("pandas", "matplotlib", "duckdb", "ibis", "pyxform", "openpyxl") if name in sys.modules]
window.close()
print("heavy:", heavy)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert "heavy: []" in done.stdout, done.stdout + done.stderr


def test_the_program_ends_well_with_a_chart_on_the_clipboard(tmp_path: Path) -> None:
    script = f"""
import os, sys
os.environ["SURVEY_APP_DATA"] = {str(tmp_path / "alone")!r}
from PySide6.QtCore import QTimer
from survey_app.gui import app
from survey_app.gui.office.chart_out import copy_chart
from survey_app.reports.charts import Bar, Chart
from survey_app.settings import Settings
made = app.prepare([], Settings(language="en"))
copy_chart(Chart("Phones", (Bar("A", 50.0, 0.0, 100, "met", "a"),)), "bars")
assert "image/svg+xml" in made.clipboard().mimeData().formats()
QTimer.singleShot(0, made.quit)
ended = made.exec()
assert not made.clipboard().image().isNull()
sys.exit(ended)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
