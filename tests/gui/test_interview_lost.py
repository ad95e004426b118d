"""Earlier answers without a place in the form, faults of its author, and the audit log, seen and done in the window."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from survey_app import crypto
from survey_app.clock import VIETNAM
from survey_app.gui import theme
from survey_app.gui.desk import Desk
from survey_app.gui.interview.screen import InterviewScreen
from survey_app.operations.interview import open_interview
from survey_app.records import Enumerator, Household, Place, Round
from survey_app.settings import Settings
from survey_app.store import Store, StoredForm
from survey_app.store.attachments import names_in
from survey_app.xforms import load_form

HOME = "6a1f0d5e-0000-4000-8000-000000000017"
NOW = dt.datetime(2026, 11, 21, 14, 32, 7, tzinfo=VIETNAM)
NETWORK = "text | network | Which network do you use | | "
CODE = "text | code | Code of the house | regex(., ${pattern}) | "


def stored(folder: Path, version: str, *rows: str) -> StoredForm:
    path = folder / f"form{version}.md"
    head = "| survey |\n| | type | name | label | constraint | calculation |\n"
    shown = "".join(f"| | {row} |\n" for row in ("begin_group | home | Home | | ", *rows, "end_group | | | | "))
    path.write_text(f"{head}{shown}| settings |\n| | form_id | version |\n| | small | {version} |\n", encoding="utf-8")
    form = load_form(path)
    return StoredForm(form.id, form.version, form.title, form.xml, tuple(sorted(form.derived)), {})


def round_of(version: str) -> Round:
    return Round("R1", "R1", "small", version, "2026-11-01", "2025-07-01", "2026-11-01", "2026-11-30", "07030")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "laptop.store"
    cost = crypto.Cost(passes=1, memory_kib=8 * 1024)
    with Store.create(path, "secret", kind="laptop", device="m1", name="Máy 1", clock=lambda: NOW, cost=cost) as made:
        made.put_form(stored(tmp_path, "1", "text | name | Name | | ", NETWORK))
        village = Place("07030-001", "Thôn Đông Hạ", "village", "thon", "07030")
        made.put_places([Place("07030", "Xã Phú Lâm", "commune", "xa", ""), village])
        made.put_enumerators([Enumerator("e1", "Lò Thị Mai")])
        made.put_round(round_of("1"))
        made.put_households([Household(HOME, "07030-001", 17, "Nguyễn Thị Hường")])
        first = open_interview(made, HOME, "e1", lambda: NOW)
        first.answer("/data/home/name", "Hường")
        first.answer("/data/home/network", "Viettel 4G")
        first.finish()
        second = ("text | name | Name | | ", "text | pattern | Pattern | | ", CODE)
        log = "audit | audit | | | "
        made.put_form(stored(tmp_path, "2", *second))
        (tmp_path / "form3.md").write_text(
            (tmp_path / "form2.md").read_text().replace("| | begin", f"| | {log}|\n| | begin").replace("| 2 |", "| 3 |")
        )
        form = load_form(tmp_path / "form3.md")
        made.put_form(StoredForm(form.id, "3", form.title, form.xml, tuple(sorted(form.derived)), {}))
    return path


@pytest.fixture
def show(store: Path, qtbot: QtBot, qapp: QApplication) -> Iterator[Callable[[str], InterviewScreen]]:
    theme.apply(qapp, "light")
    desk = Desk(settings=Settings())
    desk.lane.adopt(lambda: Store.open(store, "secret"))
    desk.set_person(Enumerator("e1", "Lò Thị Mai"))

    def made(version: str) -> InterviewScreen:
        desk.store.put_round(round_of(version))
        screen = InterviewScreen(desk)
        qtbot.addWidget(screen)
        screen.resize(1366, 681)
        screen.show()
        qtbot.waitActive(screen)
        screen.refresh(household=HOME)
        settle(screen)
        return screen

    yield made
    desk.lane.wait()
    desk.close()


def settle(screen: InterviewScreen) -> None:
    screen._desk.lane.wait()
    QApplication.processEvents()


def key(key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    target = QApplication.focusWidget()
    assert target is not None
    QTest.keyClick(target, key, held)
    QApplication.processEvents()


def test_opening_under_a_newer_form_says_what_has_no_place(show: Callable[[str], InterviewScreen]) -> None:
    screen = show("2")
    assert screen.lost_strip.isVisible()
    assert "1 earlier answer" in screen.lost_strip.accessibleName()
    key(Qt.Key.Key_F11)
    assert screen.pages.currentWidget() is screen.lost
    (lost,) = screen.lost.table.model().rows  # type: ignore[attr-defined]
    assert (lost.question, lost.answer) == ("Which network do you use", "Viettel 4G")
    assert "no such question" in lost.reason
    screen.back()  # Esc
    assert screen.pages.currentWidget() is screen.column


def test_the_strip_is_closed_and_the_list_stays_within_reach(show: Callable[[str], InterviewScreen]) -> None:
    screen = show("2")
    screen.close_button.click()
    assert not screen.lost_strip.isVisible()
    screen.go_to_page(screen.sheet.pages()[-1])  # type: ignore[union-attr]
    assert screen.lost_strip.isVisible()
    screen.close_button.click()
    key(Qt.Key.Key_F11)
    assert screen.pages.currentWidget() is screen.lost


def test_nothing_is_said_where_nothing_was_dropped(show: Callable[[str], InterviewScreen]) -> None:
    screen = show("1")
    assert not screen.lost_strip.isVisible()
    key(Qt.Key.Key_F11)
    assert screen.pages.currentWidget() is screen.review


def test_a_fault_of_the_author_is_not_the_enumerators_and_keeps_nobody_from_finishing(
    show: Callable[[str], InterviewScreen],
) -> None:
    screen = show("2")
    screen._answered("/data/home/pattern", "(", True)
    screen._answered("/data/home/code", "A1", True)
    assert screen.sheet is not None
    assert screen.sheet.session.node("/data/home/code").violation.kind == "error"  # type: ignore[union-attr]
    assert screen.sheet.unready() == []
    assert screen.sheet.faults() == []
    assert screen.stop is not None
    assert screen.stop.page.kind == "review"
    assert screen.review.author.isVisible()
    assert "code" in screen.review.author.accessibleName()
    screen.go_to("/data/home/code")
    assert "you did nothing wrong" in screen.column.card("/data/home/code")._fault.accessibleName()  # type: ignore[union-attr]
    screen.finish_here()
    screen.finish_here()
    settle(screen)
    assert screen.interview is None


def test_the_log_follows_the_window(show: Callable[[str], InterviewScreen]) -> None:
    screen = show("3")
    screen.go_to("/data/home/name")
    screen._answered("/data/home/name", "Hương", True)
    screen.open_outline()
    screen.go_to("/data/home/code")
    screen.go_to_page(screen.sheet.pages()[-1])  # type: ignore[union-attr]
    screen.finish()
    settle(screen)
    store = screen._desk.store
    newest = max(store.revisions(), key=lambda one: one.made_at)
    (name,) = names_in(newest.answers)
    lines = (store.attachment(name) or b"").decode().splitlines()
    events = [",".join(line.split(",")[:2]).replace("/data/home/", "") for line in lines]
    assert events[0] == "event,node"
    assert events[1] == "form resume,"
    assert "question,name" in events
    assert events[-4:] == ["jump,", "question,code", "end screen,", "form finalize,"]
