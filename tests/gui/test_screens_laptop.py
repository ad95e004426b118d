"""The enumerator's screens on a real store, by keyboard."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from survey_app.gui.remembered import remember
from survey_app.gui.screens.handover import HandoverScreen, forms_of
from survey_app.gui.screens.households import HouseholdsScreen
from survey_app.gui.screens.settings import SettingsScreen
from survey_app.gui.screens.today import TodayScreen, greeting
from survey_app.operations.demo import Demo
from survey_app.operations.handover import merge, write_receipts
from survey_app.operations.interview import open_interview
from survey_app.operations.list_exchange import load_list, write_lists
from survey_app.store import PACKED, Store
from survey_app.text import fold
from survey_app.xforms.plan import plan

from .conftest import NOW, PASSPHRASE, Ground

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
Maker = Callable[..., Ground]


@pytest.fixture
def half_done(laptop: Path) -> Path:
    """Return the laptop's store with an interview that stopped at its second question."""
    with Store.open(laptop, PASSPHRASE, clock=lambda: NOW) as store:
        household = store.households(status="not_visited")[0].household
        interview = open_interview(store, household.id, "dt01", lambda: NOW)
        first, second = [path for path in plan(interview.form).numbers if interview.session.node(path).relevant][:2]
        choices = interview.session.node(first).choices
        interview.answer(first, choices[0].value if choices else "1")
        interview.look_at(second)
        interview.pause()
    return laptop


@pytest.fixture
def here(ground: Maker, laptop: Path) -> Ground:
    """Return a window on the laptop's store, on Today."""
    made = ground(laptop)
    made.unlock()
    return made


def _today(here: Ground) -> TodayScreen:
    assert isinstance(here.screen, TodayScreen)
    return here.screen


def _list(here: Ground, village: str = "*") -> HouseholdsScreen:
    remember("village", village)
    here.desk.go("households")
    here.settle()
    assert isinstance(here.screen, HouseholdsScreen)
    return here.screen


def test_today_names_the_question_an_interview_stopped_at(ground: Maker, half_done: Path) -> None:
    here = ground(half_done)
    here.unlock()
    facts = _today(here).facts
    assert facts is not None
    assert facts.resume is not None
    assert re.fullmatch(r"\d\.\d\d", facts.resume.number)
    assert facts.resume.question
    assert "${" not in facts.resume.question
    assert 0 < facts.resume.answered <= facts.resume.total


def test_enter_on_today_goes_on_with_that_interview(ground: Maker, half_done: Path) -> None:
    here = ground(half_done)
    here.unlock()
    facts = _today(here).facts
    assert facts is not None
    assert facts.resume is not None
    went: list[tuple[str, dict[str, object]]] = []
    here.desk.going.connect(lambda name, arguments: went.append((name, arguments)))
    here.press(Qt.Key.Key_Return)
    resume = facts.resume
    assert went == [("interview", {"household": resume.line.household.id, "form": resume.form})]
    assert here.window.screen_name == "interview"


def test_today_counts_what_the_commune_has_not_confirmed(here: Ground) -> None:
    facts = _today(here).facts
    assert facts is not None
    waiting = here.desk.store.households("", "", PACKED)
    assert facts.waiting == len(waiting) > 0
    assert str(facts.waiting + facts.unpacked) in _today(here).handover.banner.accessibleName()


def test_the_village_numbers_add_up_to_its_list(here: Ground) -> None:
    facts = _today(here).facts
    assert facts is not None
    assert facts.village is not None
    assert facts.village.total == len(here.desk.store.households(facts.village.place.code))


@pytest.mark.parametrize(
    ("language", "title", "words"),
    [("vi", "chị", "Chào chị Mai"), ("vi", "", "Chào anh/chị Mai"), ("en", "chị", "Hello Mai")],
)
def test_a_person_is_greeted_by_given_name(language: str, title: str, words: str) -> None:
    from survey_app import i18n

    i18n.use_language(language)
    assert greeting("Lò Thị Mai", title) == words


def test_the_list_is_searched_without_accents_while_one_types(here: Ground) -> None:
    screen = _list(here)
    wanted = next(line.household for line in here.desk.store.households() if "ễ" in line.household.head_name)
    here.press(Qt.Key.Key_F, CTRL)
    here.type(fold(wanted.head_name))
    here.bot.waitUntil(lambda: screen.facts is not None and len(screen.facts.lines) < screen.facts.total, timeout=5000)
    here.settle()
    assert wanted.id in [line.household.id for line in screen.table.rows_model.rows]


def test_a_letter_typed_on_the_list_begins_a_search(here: Ground) -> None:
    screen = _list(here)
    here.type("n")
    assert (screen.search.text(), QApplication.focusWidget()) == ("n", screen.search)


def test_alt_and_digit_filter_by_status(here: Ground) -> None:
    screen = _list(here)
    here.press(Qt.Key.Key_2, ALT)
    assert {line.status for line in screen.table.rows_model.rows} == {"not_visited"}
    here.press(Qt.Key.Key_1, ALT)
    assert len(screen.table.rows_model.rows) == len(here.desk.store.households())


def test_enter_on_the_list_opens_the_form_of_the_row(here: Ground) -> None:
    screen = _list(here)
    here.press(Qt.Key.Key_Down)
    row = screen.table.current_row()
    assert row is not None
    went: list[dict[str, object]] = []
    here.desk.going.connect(lambda _name, arguments: went.append(arguments))
    here.press(Qt.Key.Key_Return)
    assert went == [{"household": row.household.id}]


def test_the_list_comes_back_at_the_household_that_was_worked_at(ground: Maker, half_done: Path) -> None:
    here = ground(half_done)
    here.unlock()
    remember("village", "*")
    facts = _today(here).facts
    assert facts is not None
    assert facts.resume is not None
    here.press(Qt.Key.Key_Return)
    here.settle()
    here.press(Qt.Key.Key_Escape)
    here.settle()
    screen = here.screen
    assert isinstance(screen, HouseholdsScreen)
    row = screen.table.current_row()
    assert row is not None
    assert row.household.id == facts.resume.line.household.id
    assert screen.add_form.village_box.currentData() == row.household.village_code


def test_no_match_says_what_to_do_and_one_button_clears_it(here: Ground) -> None:
    screen = _list(here)
    screen.search.setText("zzzzqq")
    here.bot.waitUntil(screen.empty.isVisible, timeout=5000)
    screen.empty.button.click()
    here.settle()
    assert (screen.search.text(), screen.empty.isVisible()) == ("", False)


def test_a_household_found_in_the_field_joins_the_list_and_is_current(here: Ground) -> None:
    screen = _list(here)
    before = len(here.desk.store.households())
    here.press(Qt.Key.Key_N, CTRL)
    here.type("Đặng Thị Ẩn")
    here.press(Qt.Key.Key_Return)
    here.settle()
    row = screen.table.current_row()
    assert row is not None
    assert (row.household.head_name, len(here.desk.store.households())) == ("Đặng Thị Ẩn", before + 1)
    assert here.desk.state.kind == "saved"


def test_a_household_without_a_name_is_not_added(here: Ground) -> None:
    screen = _list(here)
    before = len(here.desk.store.households())
    here.press(Qt.Key.Key_N, CTRL)
    here.press(Qt.Key.Key_Return)
    assert screen.add_form.head.fault
    assert len(here.desk.store.households()) == before


def test_packing_writes_a_bundle_and_says_what_to_do_with_it(here: Ground, tmp_path: Path) -> None:
    folder = tmp_path / "usb"
    folder.mkdir()
    here.desk.go("handover")
    here.settle()
    screen = here.screen
    assert isinstance(screen, HandoverScreen)
    screen.folder.set_text(str(folder))
    here.press(Qt.Key.Key_B, CTRL)
    here.settle()
    assert len(list(folder.glob("*.bundle"))) == 1
    assert screen.strip.isVisible()
    assert screen.facts is not None
    newest = screen.table.rows_model.rows[0]
    assert newest.sequence == max(n.sequence for n in screen.facts.bundles)
    assert f": {forms_of(newest)} " in screen.strip.accessibleName()


def test_a_laptop_takes_over_what_a_colleague_packed_for_it_and_takes_it_back(
    here: Ground, ground: Maker, commune: Demo, office: Path, tmp_path: Path
) -> None:
    other = Path(shutil.copy(commune.laptops[1], tmp_path / "may02.store"))
    with Store.open(office, PASSPHRASE, clock=lambda: NOW) as opened:
        lists = {each.device.id: each.path for each in write_lists(opened, tmp_path / "usb", clock=lambda: NOW)}
    with Store.open(other, PASSPHRASE, clock=lambda: NOW) as opened:
        load_list(opened, lists["may02"])
    here.desk.write(load_list, lists["may01"])
    here.settle()
    before = here.desk.store.digest()
    giver = ground(other)
    giver.unlock()
    giver.desk.go("handover")
    giver.settle()
    packing = giver.screen
    assert isinstance(packing, HandoverScreen)
    (tmp_path / "stick").mkdir()
    packing.folder.set_text(str(tmp_path / "stick"))
    packing.also.choice.setCurrentIndex(packing.also.choice.findData("may01"))
    giver.press(Qt.Key.Key_B, CTRL)
    assert packing.also.laptop == "", "the next bundle is for the commune alone"
    (bundle,) = (tmp_path / "stick").glob("*.bundle")
    giver.window.close()
    here.desk.go("handover", file=bundle)
    here.settle()
    screen = here.screen
    assert isinstance(screen, HandoverScreen)
    assert screen.taking_over.back_button.isVisible()
    assert here.desk.store.digest() != before
    screen.taking_over.back_button.click()
    here.settle()
    assert here.desk.store.digest() == before


def test_packing_into_a_folder_that_is_gone_is_refused_at_the_field(here: Ground, tmp_path: Path) -> None:
    here.desk.go("handover")
    here.settle()
    screen = here.screen
    assert isinstance(screen, HandoverScreen)
    screen.folder.set_text(str(tmp_path / "gone"))
    screen.pack()
    assert screen.folder.fault


def test_the_communes_receipt_confirms_the_forms(here: Ground, commune: Demo, office: Path, tmp_path: Path) -> None:
    with Store.open(office, PASSPHRASE, clock=lambda: NOW) as opened:
        merge(opened, commune.bundles, clock=lambda: NOW)
        receipt = next(r.path for r in write_receipts(opened, tmp_path, lambda: NOW) if r.device == "may01")
    here.desk.go("handover")
    here.settle()
    screen = here.screen
    assert isinstance(screen, HandoverScreen)
    screen.load(receipt)
    here.settle()
    assert screen.facts is not None
    assert screen.facts.waiting == 0
    assert all(note.confirmed_at for note in screen.facts.bundles)


def test_a_file_that_is_no_receipt_is_refused_in_words(here: Ground, tmp_path: Path) -> None:
    wrong = tmp_path / "x.receipt"
    wrong.write_bytes(b"something else")
    here.desk.go("handover")
    here.settle()
    screen = here.screen
    assert isinstance(screen, HandoverScreen)
    screen.load(wrong)
    here.settle()
    assert "[BND-" in screen.receipt_strip.accessibleName()


def test_the_passphrase_is_changed_and_the_old_one_opens_nothing_any_more(here: Ground, laptop: Path) -> None:
    here.desk.go("settings")
    here.settle()
    screen = here.screen
    assert isinstance(screen, SettingsScreen)
    screen.old.set_text(PASSPHRASE)
    screen.new.first.set_text("bà nội nuôi ba con mèo")
    screen.new.second.set_text("bà nội nuôi ba con mèo")
    screen.change_button.click()
    here.settle()
    assert screen.strip.isVisible()
    here.window.lock()
    here.settle()
    here.unlock(PASSPHRASE)
    assert here.window.screen_name == "unlock"
    here.unlock("bà nội nuôi ba con mèo")
    assert here.window.screen_name == "settings"


def test_a_wrong_old_passphrase_changes_nothing(here: Ground) -> None:
    here.desk.go("settings")
    here.settle()
    screen = here.screen
    assert isinstance(screen, SettingsScreen)
    screen.old.set_text("not the one")
    screen.new.first.set_text("ba con mèo đen")
    screen.new.second.set_text("ba con mèo đen")
    screen.change_button.click()
    here.settle()
    assert screen.old.fault


def test_a_safety_copy_opens_with_the_same_passphrase(here: Ground, tmp_path: Path) -> None:
    folder = tmp_path / "usb"
    folder.mkdir()
    _today(here).safety._backup.copy_to(folder)
    here.settle()
    (copy,) = folder.glob("*.store")
    with Store.open(copy, PASSPHRASE) as opened:
        assert opened.digest() == here.desk.store.digest()
