"""Setting up an office, enrolling a laptop, and taking it into use, all in the window."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from survey_app.gui.screens import laptops as laptops_screen
from survey_app.gui.screens.join_office import JoinOfficeScreen
from survey_app.gui.screens.laptops import LaptopsScreen
from survey_app.gui.screens.new_office import NewOfficeScreen
from survey_app.gui.screens.try_demo import demo_folder, demo_stores, make_demo
from survey_app.operations.enrolment import enrol_laptop
from survey_app.progress import Cancelled
from survey_app.store import Store

from .conftest import NOW, PASSPHRASE, Ground, nameless

Maker = Callable[..., Ground]
NEW = "ba con mèo đen"


def _pick(here: Ground, screen: NewOfficeScreen, words: str) -> None:
    edit = screen.place.field.edit
    edit.setFocus()
    QTest.keySequence(edit, "Ctrl+A")
    QTest.keyClicks(edit, words)
    QTest.keyClick(edit, Qt.Key.Key_Return)  # at once: the list may still show what was found for other words
    here.bot.waitUntil(lambda: screen.place.place is not None, timeout=5000)


def _new_office(here: Ground) -> NewOfficeScreen:
    here.press(Qt.Key.Key_2)
    screen = here.screen
    assert isinstance(screen, NewOfficeScreen)
    _pick(here, screen, "van lang thai nguyen")
    screen.supervisor.set_text("Vũ Thị Hồng")
    screen.villages.set_text("Thôn Đông Hạ\nThôn Bãi Soi\n\nThôn Đông Hạ")
    screen.new.first.set_text(NEW)
    screen.new.second.set_text(NEW)
    return screen


def test_an_office_is_set_up_and_its_recovery_key_must_be_put_away(ground: Maker) -> None:
    here = ground()
    screen = _new_office(here)
    screen.do_button.click()
    here.settle()
    secret = screen.key.text()
    assert secret.startswith("AGE-SECRET-KEY-1")
    assert not screen.go_button.isEnabled()
    assert not screen.leave()
    screen.kept.setChecked(True)
    screen.go_button.click()
    here.settle()
    store = here.desk.store
    assert here.window.screen_name == "merge"
    assert here.desk.person.name == "Vũ Thị Hồng"
    assert [place.name for place in store.places("village")] == ["Thôn Đông Hạ", "Thôn Bãi Soi"]
    assert [form.id for form in store.forms() if form.level == "household"] == ["household"]
    path = store.path
    here.window.lock()
    here.settle()
    with Store.recover(path, secret, "mật khẩu khác hẳn"):
        pass


def test_another_commune_gives_the_office_another_name_unless_it_was_typed(ground: Maker) -> None:
    here = ground()
    screen = _new_office(here)
    first = screen.name.text()
    _pick(here, screen, "tan cuong thai nguyen")
    second = screen.name.text()
    assert first != second
    assert "Tân Cương" in second
    screen.name.set_text("Trạm của chúng tôi")
    _pick(here, screen, "van lang thai nguyen")
    assert screen.name.text() == "Trạm của chúng tôi"


def test_enter_in_the_last_field_sets_the_office_up(ground: Maker) -> None:
    here = ground()
    screen = _new_office(here)
    QTest.keyClick(screen.new.second.edit, Qt.Key.Key_Return)
    here.settle()
    assert screen.key.text().startswith("AGE-SECRET-KEY-1")
    assert ("Enter",) not in {hint.keys for hint in screen.hints()}


def test_an_office_needs_a_commune(ground: Maker) -> None:
    here = ground()
    here.press(Qt.Key.Key_2)
    screen = here.screen
    assert isinstance(screen, NewOfficeScreen)
    screen.do_button.click()
    assert screen.place.field.fault


def test_a_round_cannot_end_before_it_starts(ground: Maker) -> None:
    here = ground()
    screen = _new_office(here)
    screen.ends.set_text("2026-10-01")
    screen.do_button.click()
    here.settle()
    assert screen.ends.fault
    assert not here.desk.lane.is_open


@pytest.fixture
def at_office(ground: Maker, office: Path) -> Ground:
    """Return a window on the office's store, on its laptops."""
    here = ground(office)
    here.unlock()
    here.desk.go("laptops")
    here.settle()
    return here


def _laptops(here: Ground) -> LaptopsScreen:
    assert isinstance(here.screen, LaptopsScreen)
    return here.screen


def test_a_laptop_is_enrolled_and_taken_into_use(at_office: Ground, ground: Maker, tmp_path: Path) -> None:
    screen = _laptops(at_office)
    screen.enrol.name.set_text("Máy 05")
    screen.enrol.people.setCurrentText("Đinh Văn Sáu")
    screen.enrol.write(tmp_path / "may-05.enrolment")
    at_office.settle()
    code = screen.enrol.code.text()
    assert "Máy 05" in [row.device.name for row in screen.table.rows_model.rows]
    at_office.desk.close_store()

    there = ground()
    there.press(Qt.Key.Key_1)
    join = there.screen
    assert isinstance(join, JoinOfficeScreen)
    join.file.set_text(str(tmp_path / "may-05.enrolment"))
    join.code.set_text(code.lower().replace("-", " "))
    join.new.first.set_text(NEW)
    join.new.second.set_text(NEW)
    join.do_button.click()
    there.settle()
    assert there.window.screen_name == "today"
    assert (there.desk.person.name, there.desk.store.name) == ("Đinh Văn Sáu", "Máy 05")
    assert len(there.desk.store.households()) == 36


def test_a_wrong_code_is_told_at_its_field_and_nothing_is_created(ground: Maker, office: Path, tmp_path: Path) -> None:
    with Store.open(office, PASSPHRASE) as store:
        enrol_laptop(store, "Máy 06", (), (), tmp_path / "a.enrolment", "7QK4-M2XH-9TRD")
    here = ground()
    here.press(Qt.Key.Key_1)
    join = here.screen
    assert isinstance(join, JoinOfficeScreen)
    join.file.set_text(str(tmp_path / "a.enrolment"))
    join.code.set_text("AAAA-AAAA-AAAA")
    join.new.first.set_text(NEW)
    join.new.second.set_text(NEW)
    join.do_button.click()
    here.settle()
    assert join.code.fault
    assert not here.desk.lane.is_open


def test_a_lost_laptop_is_blocked_and_accepted_again(at_office: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(laptops_screen, "confirm", lambda *_words: True)
    screen = _laptops(at_office)
    screen.table.select(0)
    screen.block_button.click()
    at_office.settle()
    assert screen.table.rows_model.rows[0].device.revoked
    screen.block_button.click()
    at_office.settle()
    assert not screen.table.rows_model.rows[0].device.revoked


def test_a_village_is_added_once(at_office: Ground) -> None:
    screen = _laptops(at_office)
    before = len(screen.enrol.boxes)
    for name in ("Thôn Mới", "thon moi"):
        screen.enrol.village.set_text(name)
        screen.enrol.village_button.click()
        at_office.settle()
    assert len(screen.enrol.boxes) == before + 1
    assert screen.enrol.village.fault


def test_the_office_gives_a_laptop_a_new_passphrase(at_office: Ground, laptop: Path) -> None:
    from survey_app.operations.keys import recover_laptop

    named = at_office.desk.run(recover_laptop, laptop, NEW, lambda: NOW).result(30)
    with Store.open(laptop, NEW) as opened:
        assert opened.name == named


def test_nothing_on_the_offices_laptops_is_nameless(at_office: Ground) -> None:
    assert nameless(at_office.window) == []


def test_the_supervisor_sees_the_visits_of_a_household_and_opens_no_form(at_office: Ground) -> None:
    at_office.desk.go("households")
    at_office.settle()
    at_office.press(Qt.Key.Key_Return)
    assert at_office.window.screen_name == "household"
    at_office.press(Qt.Key.Key_Return)
    assert at_office.window.screen_name == "household"


def test_a_demonstration_that_was_stopped_leaves_nothing(tmp_path: Path) -> None:
    class Stopper:
        def step(self, done: int, total: int, what: str = "") -> None:
            raise Cancelled

    with pytest.raises(Cancelled):
        make_demo(tmp_path / "demo", lambda: NOW, Stopper())
    assert not (tmp_path / "demo").exists()


def test_a_demonstration_that_failed_takes_no_room(tmp_path: Path) -> None:
    class FullDisk:
        def step(self, done: int, total: int, what: str = "") -> None:
            raise OSError(errno.ENOSPC, "no space left")

    with pytest.raises(OSError, match="no space left"):
        make_demo(tmp_path / "demo", lambda: NOW, FullDisk())
    assert not (tmp_path / "demo").exists()


def test_a_demonstration_that_is_not_complete_is_not_offered(ground: Maker) -> None:
    (demo_folder() / "laptops").mkdir(parents=True)
    (demo_folder() / "laptops" / "may01.store").touch()
    (demo_folder() / "office.store").touch()
    assert demo_stores(demo_folder()) is None
