"""Deciding about households that may be entered twice, by keyboard, on a real store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from survey_app.crypto import Cost
from survey_app.gui import theme
from survey_app.gui.desk import Desk
from survey_app.gui.office.duplicates import DuplicatesScreen
from survey_app.records import Enumerator, Household, Place, Revision, Round
from survey_app.settings import Settings
from survey_app.store import Store

PASSPHRASE = "một câu dài chỉ để thử"
NAMES = ("m_name", "m_sex", "m_birth_year", "m_relation")


def form(household: str, *people: tuple[str, str, str, str]) -> Revision:
    members = [{"#": n, **dict(zip(NAMES, each, strict=True))} for n, each in enumerate(people, start=1)]
    return Revision(
        *(f"s-{household}", household, "r", "f", "1", (), "answers", "e1", "L1", "2026-11-20T09:00:00+07:00", ""),
        answers={"interview_result": "complete", "members": members},
    )


def make(path: Path, twins: bool = True) -> Store:
    store = Store.create(path, PASSPHRASE, kind="office", device="O1", name="Xã", cost=Cost(1, 8))
    store.put_places([Place("1", "Xã A", "commune", "xa", ""), Place("1-001", "Thôn Một", "village", "thon", "1")])
    store.put_round(Round("r", "Đợt", "f", "1", "2026-11-01", "2026-10-01", "2026-11-01", "2026-12-01", "1"))
    store.put_households(Household(f"h{n}", "1-001", n, f"Người Thứ {n}") for n in range(1, 20))
    if twins:
        homes = [Household("a", "1-001", 31, "Lò Văn Cường"), Household("c", "1-001", 33, "Giàng A Páo")]
        homes = [replace(home, phone=f"09123456{home.number}") for home in homes]
        store.put_households([*homes, *(replace(home, id=home.id + "2", number=home.number + 1) for home in homes)])
        lo = ("Lò Văn Cường", "male", "1970", "head"), ("Quàng Thị Mị", "female", "1972", "spouse")
        store.add_revisions([form("a", *lo), form("a2", *lo[:1])], "here")
    return store


@pytest.fixture
def desk(qapp: QApplication) -> Iterator[Desk]:
    theme.apply(qapp, "light", 100)
    made = Desk(settings=Settings(language="en"))
    made.set_person(Enumerator("ct01", "Vũ Thị Hồng", "supervisor", "chị"))
    yield made
    made.close()


def settle(desk: Desk) -> None:
    for _round in range(4):
        desk.lane.wait()
        QApplication.processEvents()


@pytest.fixture
def screen(desk: Desk, tmp_path: Path) -> Iterator[DuplicatesScreen]:
    desk.lane.adopt(lambda: make(tmp_path / "office.store"))
    shown = DuplicatesScreen(desk)
    shown.resize(1366, 640)
    shown.show()
    shown.activateWindow()
    shown.refresh()
    settle(desk)
    yield shown
    shown.close()
    shown.deleteLater()


def decide(screen: DuplicatesScreen, key: Qt.Key, reason: str) -> None:
    QTest.keyClick(screen.sheet, key)
    QTest.keyClicks(screen.reason.edit, reason)
    screen.record_button.click()
    settle(screen.desk)


def test_pairs_stand_in_a_list_and_say_why(screen: DuplicatesScreen) -> None:
    assert len(screen.table.rows_model.rows) == 2
    assert screen._fact.text().startswith("Same head of household, same telephone number")
    assert screen.sheet.rows[0].agrees == "same"


def test_who_stands_in_one_household_only_has_nobody_beside(screen: DuplicatesScreen) -> None:
    rows = {(row.left, row.right) for row in screen.sheet.rows}
    assert ("Quàng Thị Mị, female, 1972", "") in rows or ("", "Quàng Thị Mị, female, 1972") in rows


def test_two_and_a_reason_close_the_left_line(screen: DuplicatesScreen) -> None:
    assert screen.candidate is not None
    left, right = screen.candidate.likeness.left, screen.candidate.likeness.right
    decide(screen, Qt.Key.Key_2, "same people")
    lines = [screen.desk.store.line(each) for each in (left, right)]
    assert [line.result == "duplicate" for line in lines if line is not None] == [True, False]
    assert len(screen.table.rows_model.rows) == 1


def test_one_keeps_the_left_line(screen: DuplicatesScreen) -> None:
    assert screen.candidate is not None
    right = screen.candidate.likeness.right
    decide(screen, Qt.Key.Key_1, "same people")
    line = screen.desk.store.line(right)
    assert line is not None
    assert line.result == "duplicate"


def test_a_decision_is_taken_back_by_a_key(screen: DuplicatesScreen) -> None:
    decide(screen, Qt.Key.Key_3, "two brothers")
    assert len(screen.table.rows_model.rows) == 1
    assert screen.told.isVisible()
    screen.back_button.click()
    settle(screen.desk)
    assert len(screen.table.rows_model.rows) == 2


def test_later_needs_no_reason_and_goes_to_the_end(screen: DuplicatesScreen) -> None:
    assert screen.candidate is not None
    first = screen.candidate.pair
    decide(screen, Qt.Key.Key_4, "")
    assert [each.pair for each in screen.table.rows_model.rows][-1] == first
    assert screen.candidate.pair != first


def test_nothing_is_recorded_without_a_choice_or_a_reason(screen: DuplicatesScreen) -> None:
    before = screen.desk.store.digest()
    screen.record()
    assert screen.reason.fault
    decide(screen, Qt.Key.Key_3, "  ")
    assert screen.reason.fault
    assert screen.desk.store.digest() == before


def test_pages_walk_the_pairs(screen: DuplicatesScreen) -> None:
    first = screen.candidate
    screen.step(1)
    settle(screen.desk)
    assert screen.candidate != first
    screen.step(-1)
    settle(screen.desk)
    assert screen.candidate == first


def test_an_office_without_twins_says_so(desk: Desk, tmp_path: Path) -> None:
    desk.lane.adopt(lambda: make(tmp_path / "office.store", twins=False))
    shown = DuplicatesScreen(desk)
    shown.show()
    shown.refresh()
    settle(desk)
    assert shown.empty_panel.isVisible()
    assert not shown.sheet.isVisible()
    shown.deleteLater()
