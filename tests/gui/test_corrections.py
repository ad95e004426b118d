"""A form goes back with a question, is corrected on the laptop, and is accepted in the office: by keys alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialog

from survey_app.operations.comments import Exchange, ask, exchanges
from survey_app.operations.handover import bundle_files, merge
from survey_app.operations.starting import first_submission, stored_form
from survey_app.operations.units import bring_places, form_of_level
from survey_app.records import Revision, flatten
from survey_app.store import Store

from .conftest import nameless

PASSPHRASE = "khao-sat-mau"


def in_dialog(here: Any, text: str, key: Qt.Key = Qt.Key.Key_Return) -> None:
    """Type into the dialog that the next key opens."""

    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QDialog)
        assert nameless(dialog) == []
        here.type(text)
        QApplication.processEvents()
        from PySide6.QtTest import QTest

        QTest.keyClick(QApplication.focusWidget() or dialog, key)

    QTimer.singleShot(50, answer)


def read(path: Path) -> list[Exchange]:
    with Store.open(path, PASSPHRASE) as store:
        return exchanges(store)


@pytest.fixture
def merged(office: Path, commune: Any) -> tuple[Path, str, str]:
    """The office's store with everything merged, and a household's id and form that is settled."""
    with Store.open(office, PASSPHRASE) as store:
        merge(store, bundle_files(commune.bundles))
        current = next(each for each in store.currents(state="settled") if len(flatten(each.answers)) > 40)
    return office, current.household, current.submission


def test_the_supervisor_asks_about_the_answer_in_front_of_him(
    ground: Callable[..., Any], merged: tuple[Path, str, str]
) -> None:
    office, household, form = merged
    here = ground(office)
    here.unlock()
    here.desk.go("form_view", household=household)
    here.settle()
    here.press(Qt.Key.Key_Down)
    row = here.screen.table.current_row()
    in_dialog(here, "Xem lại")
    here.press(Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    here.settle()
    (exchange,) = exchanges(here.desk.store)
    assert (exchange.form, exchange.address, exchange.state) == (form, row.address, "open")
    assert here.screen.table.current_row().address == row.address
    assert "Xem lại" in here.screen._whole.text()
    assert here.desk.store.line(household).status == "needs_correction"
    assert nameless(here.window) == []


def test_what_was_answered_is_accepted_or_asked_again(
    ground: Callable[..., Any], merged: tuple[Path, str, str]
) -> None:
    office, household, form = merged
    with Store.open(office, PASSPHRASE) as store:
        ask(store, form, "", "Hỏi lại cả phiếu", "gs01")
    here = ground(office, language="vi")
    here.unlock()
    here.press(Qt.Key.Key_7, Qt.KeyboardModifier.ControlModifier)
    assert here.window.screen_name == "corrections"
    assert "Hỏi lại cả phiếu" in here.screen._said.text()
    here.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert exchanges(here.desk.store)[0].state == "accepted"
    in_dialog(here, "Vẫn chưa rõ")
    here.press(Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    here.settle()
    (exchange,) = exchanges(here.desk.store)
    assert (exchange.state, exchange.said[-1].words) == ("open", "Vẫn chưa rõ")
    assert nameless(here.window) == []
    here.window.activateWindow()  # offscreen, no window is active after a dialog
    here.settle()
    here.press(Qt.Key.Key_Return)
    assert here.window.screen_name == "form_view"
    assert here.screen.facts.household.id == household


def test_what_was_asked_about_a_further_form_opens_that_form(ground: Callable[..., Any], office: Path) -> None:
    with Store.open(office, PASSPHRASE) as store:
        bring_places(store)
        form, now = form_of_level(store, "village"), store.round()
        assert form is not None
        assert now is not None
        unit = store.households(level="village")[0].household
        submission = first_submission(unit.id, now.code, form.id)
        at = "2026-11-21T08:00:00.000+07:00"
        made = Revision(
            submission,
            unit.id,
            now.code,
            form.id,
            form.version,
            (),
            "answers",
            "dt01",
            "may01",
            at,
            "",
            {"remarks": "x"},
        )
        store.add_revisions([made], "here")
        ask(store, submission, "", "Xem lại phiếu thôn", "gs01")
    here = ground(office)
    here.unlock()
    here.press(Qt.Key.Key_7, Qt.KeyboardModifier.ControlModifier)
    here.press(Qt.Key.Key_Return)
    assert here.window.screen_name == "form_view"
    assert here.screen.facts.household.id == unit.id
    assert here.screen.facts.submission == submission


@pytest.fixture
def asked(laptop: Path) -> tuple[Path, str, str]:
    """A laptop's store where the office has asked about a number; the household's id and the address."""
    with Store.open(laptop, PASSPHRASE) as store:
        drafted = {draft.household for draft in store.drafts()}
        for current in store.currents(state="settled"):
            questions = stored_form(store, current.form_id, current.form_version).questions
            numbers = {path.removeprefix("/data/") for path, each in questions.items() if each.type == "int"}
            address = next((name for name in flatten(current.answers) if name in numbers), "")
            if current.household not in drafted and address:
                ask(store, current.submission, address, "Kiểm tra lại số này", "gs01")
                return laptop, current.household, address
    raise AssertionError("no household to ask about")


def test_the_laptop_shows_the_question_and_opens_the_form_at_it(
    ground: Callable[..., Any], asked: tuple[Path, str, str]
) -> None:
    path, household, address = asked
    here = ground(path)
    here.unlock()
    lines = here.desk.store.households(status="needs_correction")
    assert [line.household.id for line in lines] == [household]
    here.desk.go("interview", household=household)
    here.settle()
    screen = here.screen
    assert screen.sheet.nodes[screen.stop.path].address == address
    assert screen.aside.asks.isVisible()
    assert "Kiểm tra lại số này" in screen.aside.asks.accessibleName()
    assert nameless(here.window) == []
    in_dialog(here, "Đúng như vậy")
    here.press(Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    here.settle()
    (exchange,) = exchanges(here.desk.store)
    assert (exchange.state, exchange.said[-1].words) == ("answered", "Đúng như vậy")
    assert not screen.aside.asks.isVisible()


def test_a_form_is_not_finished_by_chance_while_a_question_has_no_answer(
    ground: Callable[..., Any], asked: tuple[Path, str, str]
) -> None:
    path, household, address = asked
    here = ground(path)
    here.unlock()
    here.desk.go("interview", household=household)
    here.settle()
    screen = here.screen
    screen.go_to_page(screen.sheet.pages()[-1])
    here.settle()

    def go_to_the_question() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QDialog)
        dialog.reject()

    QTimer.singleShot(50, go_to_the_question)
    screen.finish()
    here.settle()
    assert here.window.screen_name == "interview"
    assert screen.sheet.nodes[screen.stop.path].address == address
