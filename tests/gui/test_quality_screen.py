"""The quality page on a real store, by keyboard: measures, enumerators and villages, the households behind a number."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from survey_app.gui import theme
from survey_app.gui.desk import Desk
from survey_app.gui.office.quality import QualityScreen
from survey_app.gui.office.quality_behind import QualityBehindScreen
from survey_app.operations.demo import build_demo
from survey_app.operations.handover import merge
from survey_app.operations.quality import MEASURES
from survey_app.records import Enumerator
from survey_app.settings import Settings
from survey_app.store import Store

PASSPHRASE = "một câu dài chỉ để thử"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small demonstration, made once: an office that has merged, and one that has not."""
    folder = tmp_path_factory.mktemp("quality")
    build_demo(folder, households=16, laptops=2, edits=False, seed=3, passphrase=PASSPHRASE)
    shutil.copyfile(folder / "office.store", folder / "merged.store")
    with Store.open(folder / "merged.store", PASSPHRASE) as store:
        merge(store, [folder / "bundles"])
    return folder


@pytest.fixture
def desk(qapp: QApplication, place: Path) -> Iterator[Desk]:
    theme.apply(qapp, "light", 100)
    made = Desk(settings=Settings(language="en"))
    made.set_person(Enumerator("ct01", "Vũ Thị Hồng", "supervisor", "chị"))
    made.lane.adopt(lambda: Store.open(place / "merged.store", PASSPHRASE))
    yield made
    made.close()


def shown(desk: Desk) -> QualityScreen:
    screen = QualityScreen(desk)
    screen.resize(1366, 680)
    screen.show()
    screen.refresh()
    settle(desk)
    screen.first_focus().setFocus()
    return screen


def settle(desk: Desk) -> None:
    for _round in range(3):
        desk.lane.wait()
        QApplication.processEvents()


def test_measures_are_walked_and_told_by_enumerator_or_village(desk: Desk) -> None:
    screen = shown(desk)
    assert [one.key for one in screen.list.entries()] == [one.key for one in MEASURES]
    people = [row.name for row in screen.table.rows_model.rows]
    QTest.keyClick(screen.list, Qt.Key.Key_2)
    assert screen.by.value() == "village"
    assert {row.name for row in screen.table.rows_model.rows}.isdisjoint(people)
    for measure in MEASURES:
        assert screen.list.key() == measure.key
        assert screen._measure.text() == measure.name
        QTest.keyClick(screen.list, Qt.Key.Key_Down)


def test_of_few_the_word_says_so(desk: Desk) -> None:
    screen = shown(desk)
    screen.choose("refusals")
    model = screen.table.rows_model
    assert {model.index(row, 8).data() for row in range(model.rowCount())} == {"Too few to tell"}


def test_enter_lists_the_households_and_from_there_the_page_of_one(desk: Desk) -> None:
    screen = shown(desk)
    gone: list[tuple[str, dict[str, object]]] = []
    desk.going.connect(lambda name, arguments: gone.append((name, arguments)))
    screen.choose("progress")
    QTest.keyClick(screen.list, Qt.Key.Key_C)
    QTest.keyClick(screen.table, Qt.Key.Key_Return)
    assert gone[0][0] == "quality_behind"
    behind = QualityBehindScreen(desk)
    behind.show()
    behind.refresh(**gone[0][1])
    settle(desk)
    assert behind.found
    QTest.keyClick(behind.table, Qt.Key.Key_Return)
    current = behind.table.current_row()
    assert current is not None
    assert gone[-1] == ("household", {"household": current.household.id})


def test_who_may_not_see_names_is_shown_numbers_and_no_list(desk: Desk) -> None:
    desk.set_person(Enumerator("an", "An", "author", ""))
    screen = shown(desk)
    gone: list[str] = []
    desk.going.connect(lambda name, _arguments: gone.append(name))
    QTest.keyClick(screen.table, Qt.Key.Key_Return)
    assert not gone
    assert all("households behind" not in hint.text.lower() for hint in screen.hints())


def test_the_table_is_copied_as_it_is_shown(desk: Desk) -> None:
    screen = shown(desk)
    screen.choose("duration")
    screen.copy()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].split("\t")[:2] == ["Enumerator", "Half take under"]
    assert len(lines) == 1 + screen.table.rows_model.rowCount()


def test_an_office_without_interviews_still_tells_its_list(desk: Desk, place: Path, tmp_path: Path) -> None:
    shutil.copyfile(place / "office.store", tmp_path / "copy.store")
    desk.lane.adopt(lambda: Store.open(tmp_path / "copy.store", PASSPHRASE))
    screen = shown(desk)
    assert screen.list.entries()[0].estimate == "0.0\u00a0%"
    screen.choose("proxy")
    assert screen.table.rows_model.rowCount() == 0
    assert "No interview says anything" in screen._explained.text()
