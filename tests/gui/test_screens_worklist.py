"""The work list in the window: visits, bringing lists in, who goes where."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QComboBox

from survey_app.gui.screens.bring_list import BringListScreen
from survey_app.gui.screens.charges import ChargesScreen
from survey_app.gui.screens.household import HouseholdScreen
from survey_app.gui.screens.households import HouseholdsScreen
from survey_app.gui.screens.today import TodayScreen
from survey_app.operations.visits import record_visit, visits_of
from survey_app.store import Store

from .conftest import NOW, PASSPHRASE, Ground, nameless

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
Maker = Callable[..., Ground]


@pytest.fixture
def here(ground: Maker, laptop: Path) -> Ground:
    made = ground(laptop)
    made.unlock()
    return made


@pytest.fixture
def there(ground: Maker, office: Path) -> Ground:
    made = ground(office)
    made.unlock()
    return made


def waiting(here: Ground) -> str:
    return here.desk.store.households(status="not_visited")[0].household.id


def household(here: Ground, key: str) -> HouseholdScreen:
    here.desk.go("household", household=key)
    here.settle()
    screen = here.screen
    assert isinstance(screen, HouseholdScreen)
    return screen


def test_f6_on_the_list_opens_the_household_and_escape_comes_back(here: Ground) -> None:
    here.desk.go("households")
    here.settle()
    here.press(Qt.Key.Key_F6)
    assert isinstance(here.screen, HouseholdScreen)
    assert nameless(here.screen) == []
    here.press(Qt.Key.Key_Escape)
    assert here.window.screen_name == "households"


def test_nobody_home_is_noted_with_three_keys(here: Ground) -> None:
    key = waiting(here)
    screen = household(here, key)
    here.press(Qt.Key.Key_1)
    here.type("cổng khoá")
    here.press(Qt.Key.Key_Return, CTRL)
    assert screen.form.isHidden()
    assert [(visit.outcome, visit.note) for visit in visits_of(here.desk.store, key)] == [("absent", "cổng khoá")]
    assert here.desk.store.line(key).status == "absent"  # type: ignore[union-attr]
    assert screen.table.rows_model.rowCount() == 1


def test_an_appointment_of_today_stands_at_the_top_of_today(here: Ground) -> None:
    key = here.desk.store.households(status="not_visited")[-1].household.id
    screen = household(here, key)
    here.press(Qt.Key.Key_2)
    screen.form.day.set_text("2026-11-21")
    screen.form.time.set_text("18h30")
    here.press(Qt.Key.Key_Return, CTRL)
    assert here.desk.store.line(key).due.startswith("2026-11-21T18:30")  # type: ignore[union-attr]
    here.desk.go("today")
    here.settle()
    assert isinstance(here.screen, TodayScreen)
    assert here.screen.facts is not None
    assert here.screen.facts.lines[0].household.id == key


def test_an_hour_that_is_none_is_said_at_its_field(here: Ground) -> None:
    screen = household(here, waiting(here))
    here.press(Qt.Key.Key_2)
    screen.form.time.set_text("tối")
    here.press(Qt.Key.Key_Return, CTRL)
    assert screen.form.time.fault
    assert visits_of(here.desk.store, waiting(here)) == []


def test_a_split_household_is_shown_with_where_it_came_from(here: Ground) -> None:
    key = waiting(here)
    screen = household(here, key)
    here.press(Qt.Key.Key_6)
    here.type("Lò Văn Mới")
    here.press(Qt.Key.Key_Return, CTRL)
    assert screen.facts is not None
    assert (screen.facts.line.household.head_name, screen.facts.line.household.split_from) == ("Lò Văn Mới", key)


def test_a_duplicate_line_is_closed_as_the_one_that_is_found_by_name(here: Ground) -> None:
    lines = here.desk.store.households(status="not_visited")
    key, kept = lines[0].household.id, lines[1].household
    screen = household(here, key)
    here.press(Qt.Key.Key_7)
    here.type(kept.head_name)
    here.settle()
    rows = [line.household.id for line in screen.form.twins.rows_model.rows]
    assert kept.id in rows
    screen.form.twins.select(rows.index(kept.id))
    screen.form.note.set_text("cùng một nhà")
    here.press(Qt.Key.Key_Return, CTRL)
    assert here.desk.store.line(key).status == "closed"  # type: ignore[union-attr]
    assert visits_of(here.desk.store, key)[0].other == kept.id


def test_a_form_is_made_void_with_a_reason_only(here: Ground) -> None:
    done = next(line for line in here.desk.store.households() if line.status in ("complete", "packed"))
    screen = household(here, done.household.id)
    here.press(Qt.Key.Key_8)
    here.press(Qt.Key.Key_Return, CTRL)
    assert screen.form.note.fault
    here.type("nhầm nhà")
    here.press(Qt.Key.Key_Return, CTRL)
    assert here.desk.store.line(done.household.id).status == "not_visited"  # type: ignore[union-attr]


def test_mine_narrows_the_list_beside_the_status(here: Ground) -> None:
    store, person = here.desk.store, here.desk.person.id
    other = next(line.household for line in store.households() if line.household.assigned_to == person)
    store.assign([other.id], "somebody")
    here.desk.go("households", village=other.village_code)
    here.settle()
    here.press(Qt.Key.Key_M, ALT)
    screen = here.screen
    assert isinstance(screen, HouseholdsScreen)
    assert screen.facts is not None
    assert other.id not in {line.household.id for line in screen.facts.lines}
    assert all(line.household.assigned_to in ("", person) for line in screen.facts.lines)


def test_a_list_is_brought_in_by_keyboard(there: Ground, tmp_path: Path) -> None:
    village = there.desk.store.places("village")[0]
    file = tmp_path / "ds.csv"
    file.write_text(
        "Số hộ;Họ và tên chủ hộ;Thôn;SĐT\n"
        f"901;NguyÔn V¨n An;{village.name};912345678\n902;Lß Ba;Lạ;\n;;;\nx;Lß M¹nh;{village.name};\n",
        "utf-8",
    )
    there.desk.go("bring_list", file=file)
    there.settle()
    screen = there.screen
    assert isinstance(screen, BringListScreen)
    assert screen.checked is not None
    assert nameless(screen) == []
    assert [each.reason for each in screen.checked.rejected] == ["unknown_village", "bad_number"]
    screen.columns.consents[1].click()
    (meant,) = screen.columns.meant.values()
    meant.setCurrentIndex(meant.findData(village.code))
    meant.activated.emit(meant.currentIndex())
    there.bot.waitUntil(lambda: screen.checked is not None and len(screen.checked.new) == 2)
    there.settle()
    assert [household.head_name for household in screen.checked.new] == ["Nguyễn Văn An", "Lò Ba"]
    screen.write_report(tmp_path / "report.csv")
    there.settle()
    assert "Lß M¹nh" in (tmp_path / "report.csv").read_text("utf-8-sig")
    there.press(Qt.Key.Key_Return, CTRL)
    assert [
        line.household.head_name for line in there.desk.store.households(text="nguyen van an", village=village.code)
    ]
    assert screen.read_file is None


def test_another_sheet_of_the_workbook_is_chosen(there: Ground) -> None:
    file = Path(__file__).parents[1] / "data" / "lists" / "households.xls"
    there.desk.go("bring_list", file=file)
    there.settle()
    screen = there.screen
    assert isinstance(screen, BringListScreen)
    assert screen.read_file is not None
    assert (screen.columns.sheet.currentText(), screen.read_file.table.sheet) == ("Thôn Đông Hạ", "Thôn Đông Hạ")
    assert nameless(screen) == []
    screen.columns.sheet.setCurrentText("Ghi chú")
    screen.columns.sheet.activated.emit(0)
    there.settle()
    assert screen.read_file.table.rows[0] == ("Danh sách do xã lập",)
    screen.columns.sheet.setCurrentText("Thôn Đông Hạ")
    screen.columns.sheet.activated.emit(1)
    there.settle()
    assert screen.columns.layout_now.columns["head_name"] == 1


def test_a_check_that_is_stopped_writes_nothing_and_says_so(there: Ground, tmp_path: Path) -> None:
    file = tmp_path / "ds.csv"
    file.write_text("Số hộ,Chủ hộ\n" + "".join(f"{n},Lò Văn {n}\n" for n in range(2000, 2400)), "utf-8")
    there.desk.go("bring_list", file=file)
    there.settle()
    screen = there.screen
    assert isinstance(screen, BringListScreen)
    screen.check()
    assert screen._checking is not None
    screen._show_checking(screen._checking)
    assert screen.progress.isVisible()
    screen.progress.stop.click()
    there.settle()
    assert not screen.progress.isVisible()
    assert there.desk.store.households(text="2001") == []


def test_a_doubtful_row_is_decided_with_a_digit(there: Ground, tmp_path: Path) -> None:
    known = there.desk.store.households()[0].household
    village = there.desk.store.place(known.village_code)
    assert village is not None
    file = tmp_path / "ds.csv"
    file.write_text(f"Số hộ,Chủ hộ,Thôn\n{known.number},Tên Khác Hẳn,{village.name}\n", "utf-8")
    there.desk.go("bring_list", file=file)
    there.settle()
    screen = there.screen
    assert isinstance(screen, BringListScreen)
    assert screen.checked is not None
    assert len(screen.checked.new) == 0
    there.press(Qt.Key.Key_2, ALT)
    there.press(Qt.Key.Key_2)
    there.bot.waitUntil(lambda: screen.checked is not None and len(screen.checked.new) == 1)


def test_a_village_moves_to_another_enumerator_and_its_laptop_hears_of_it(there: Ground, tmp_path: Path) -> None:
    there.desk.go("charges")
    there.settle()
    screen = there.screen
    assert isinstance(screen, ChargesScreen)
    assert nameless(screen) == []
    line = screen.table.current_row()
    assert line is not None
    people = screen.people
    assert isinstance(people, QComboBox)
    other = next(person.id for person in there.desk.store.enumerators() if person.id != line.charge.enumerator)
    people.setCurrentIndex(people.findData(other))
    screen.only_open.setChecked(False)
    there.press(Qt.Key.Key_Return, CTRL)
    homes = there.desk.store.households(line.charge.village)
    assert line.charge.enumerator not in {each.household.assigned_to for each in homes}
    screen.send(tmp_path)
    there.settle()
    assert len(list(tmp_path.glob("*.households"))) == 2


def test_the_offices_list_is_taken_in_on_the_laptop(ground: Maker, office: Path, laptop: Path, tmp_path: Path) -> None:
    from survey_app.operations.list_exchange import write_lists

    with Store.open(office, PASSPHRASE, clock=lambda: NOW) as store:
        key = store.households()[0].household.id
        record_visit(store, key, "moved", "ct01", clock=lambda: NOW - dt.timedelta(days=9))
        sent = write_lists(store, tmp_path, clock=lambda: NOW)
    here = ground(laptop)
    here.unlock()
    mine = next(each.path for each in sent if each.device.id == here.desk.store.device)
    here.desk.go("bring_list", file=mine)
    here.settle()
    assert isinstance(here.screen, BringListScreen)
    assert here.screen.strip.isVisible()
    assert [visit.outcome for visit in visits_of(here.desk.store, key)] in ([], ["moved"])
    assert here.desk.store.fact("list_made_at")


def test_every_filter_of_the_list_has_a_key_of_its_own(here: Ground) -> None:
    here.desk.go("households")
    here.settle()
    screen = here.screen
    assert isinstance(screen, HouseholdsScreen)
    keys = [button.findChildren(QShortcut)[0].key().toString() for button in screen.filters.values()]
    assert len(set(keys)) == len(keys) == 12
    assert "" not in keys
