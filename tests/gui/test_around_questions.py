"""Around the questions: recovery, the bin, notes, what takes the place of an answer, the lock, consent."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from survey_app import paths
from survey_app.gui.idle import IdleWatch
from survey_app.gui.interview.screen import InterviewScreen
from survey_app.gui.opening import work_as
from survey_app.gui.parts import Dialog
from survey_app.operations.interview import open_interview
from survey_app.store import NOT_VISITED, Store

PASSPHRASE = "khao-sat-mau"
CTRL = Qt.KeyboardModifier.ControlModifier


def begin(here: Any) -> tuple[str, InterviewScreen]:
    """Open the interview of a household nobody has visited and agree."""
    line = next(iter(here.desk.store.households(status=NOT_VISITED)))
    here.desk.go("interview", household=line.household.id)
    here.settle()
    screen = here.screen
    assert isinstance(screen, InterviewScreen)
    here.press(Qt.Key.Key_1)
    return line.household.id, screen


def crash(here: Any) -> None:
    """Let go of the file as a power cut does: nobody leaves the interview first."""
    here.settle()
    here.desk.close_store()


def interview_of(here: Any) -> Any:
    interview = here.screen.interview
    assert interview is not None
    return interview


def test_after_a_crash_the_interview_is_offered_with_its_contents(ground: Callable[..., Any], laptop: Path) -> None:
    here = ground(laptop)
    here.unlock()
    household, _screen = begin(here)
    crash(here)
    here.desk.go("unlock", store=laptop)
    here.settle()
    here.unlock()
    assert here.window.screen_name == "unfinished"
    number = here.desk.store.household(household).number
    found = here.screen.found
    assert (found.household.id, found.household.number) == (household, number)
    assert "consent_answer" in [entry.address.rpartition("/")[2] for entry in found.entries]
    here.press(Qt.Key.Key_Return)
    assert here.window.screen_name == "interview"
    assert interview_of(here).household.id == household


def test_after_a_pause_nothing_is_offered(ground: Callable[..., Any], laptop: Path) -> None:
    here = ground(laptop)
    here.unlock()
    begin(here)
    here.press(Qt.Key.Key_Escape)
    crash(here)
    here.desk.go("unlock", store=laptop)
    here.settle()
    here.unlock()
    assert here.window.screen_name == "today"


def test_an_interview_put_off_after_a_crash_is_not_offered_again(ground: Callable[..., Any], laptop: Path) -> None:
    here = ground(laptop)
    here.unlock()
    household, _screen = begin(here)
    crash(here)
    here.desk.go("unlock", store=laptop)
    here.settle()
    here.unlock()
    here.press(Qt.Key.Key_Escape)
    assert here.window.screen_name == "today"
    assert here.desk.store.left_open() is None
    assert household in {draft.household for draft in here.desk.store.drafts()}


def test_a_discarded_interview_comes_back_from_the_bin(ground: Callable[..., Any], laptop: Path) -> None:
    here = ground(laptop)
    here.unlock()
    household, _screen = begin(here)
    before = interview_of(here).session.answers()
    here.press(Qt.Key.Key_Delete, CTRL, Qt.KeyboardModifier.ShiftModifier)
    here.settle()
    assert here.window.screen_name == "bin"
    assert household not in {draft.household for draft in here.desk.store.drafts()}
    here.press(Qt.Key.Key_Return)
    here.settle()
    assert here.window.screen_name == "interview"
    assert interview_of(here).household.id == household
    assert interview_of(here).session.answers() == before


def test_a_note_is_written_with_ctrl_m_and_the_question_is_where_it_was(
    ground: Callable[..., Any], laptop: Path
) -> None:
    here = ground(laptop)
    here.unlock()
    household, screen = begin(here)
    assert screen.stop is not None
    path = screen.stop.path
    QTest.keyClick(QApplication.focusWidget() or screen, Qt.Key.Key_M, CTRL)
    here.type("hỏi lại chủ hộ")
    here.press(Qt.Key.Key_Return)
    assert screen.stop.path == path
    assert interview_of(here).note(path) == "hỏi lại chủ hộ"
    here.press(Qt.Key.Key_Escape)
    (draft,) = [draft for draft in here.desk.store.drafts() if draft.household == household]
    assert "hỏi lại chủ hộ" in draft.values.values()


def test_the_questions_are_asked_in_the_other_language_and_the_program_is_not(
    ground: Callable[..., Any], laptop: Path
) -> None:
    here = ground(laptop)
    here.unlock()
    _household, screen = begin(here)
    assert screen.stop is not None
    path, focus = screen.stop.path, QApplication.focusWidget()
    here.press(Qt.Key.Key_F3)
    assert "(vi)" in interview_of(here).session.language
    assert (screen.stop.path, QApplication.focusWidget()) == (path, focus)
    assert screen.title() == "Interview"


def test_f5_goes_to_the_next_question_that_waits(ground: Callable[..., Any], laptop: Path) -> None:
    here = ground(laptop)
    here.unlock()
    _household, screen = begin(here)
    assert screen.stop is not None and screen.sheet is not None
    here.press(Qt.Key.Key_F5)
    assert screen.sheet.waits(screen.stop.path)


def test_the_window_locks_when_nobody_touches_it_and_unlocking_leads_back(
    ground: Callable[..., Any], laptop: Path
) -> None:
    here = ground(laptop)
    here.unlock()
    household, screen = begin(here)
    assert screen.stop is not None
    path = screen.stop.path
    here.window.idle.idle.emit()
    here.settle()
    assert here.window.screen_name == "unlock"
    assert not here.desk.lane.is_open
    here.unlock()
    assert here.window.screen_name == "interview"
    again = here.screen
    assert isinstance(again, InterviewScreen) and again.stop is not None
    assert (interview_of(here).household.id, again.stop.path) == (household, path)


def test_every_touch_begins_the_waiting_anew(qapp: QApplication) -> None:
    watch = IdleWatch(5)
    window, other = QWindow(), QWindow()
    for shown in (window, other):  # a dialog is a window of its own
        qapp.focusWindowChanged.emit(shown)
        for touch in (QEvent.Type.KeyPress, QEvent.Type.MouseMove, QEvent.Type.TouchBegin):
            watch._timer.stop()
            QApplication.sendEvent(shown, QEvent(touch))
            assert watch._timer.isActive()
    watch.set_minutes(0)
    assert not watch._timer.isActive()


def test_keys_in_the_window_begin_the_waiting_anew(ground: Callable[..., Any], laptop: Path) -> None:
    here = ground(laptop)
    handle = here.window.windowHandle()
    handle.requestActivate()
    here.settle()
    timer = here.window.idle._timer
    timer.stop()
    QTest.keyClick(handle, Qt.Key.Key_Shift)
    assert timer.isActive()


def test_ones_own_passphrase_says_who_is_working(ground: Callable[..., Any], laptop: Path) -> None:
    with Store.open(laptop, PASSPHRASE) as store:
        person = [person for person in store.enumerators() if person.role == "enumerator"][-1]
        store.give_passphrase(person.id, "con trâu đi trước")
    here = ground(laptop)
    here.type("con trâu đi trước")
    here.press(Qt.Key.Key_Return)
    here.settle()
    assert here.desk.person == person
    assert here.window.screen_name == "today"


def test_no_name_stands_in_titles_settings_or_what_is_remembered(ground: Callable[..., Any], laptop: Path) -> None:
    here = ground(laptop)
    titles: list[str] = []
    here.window.windowTitleChanged.connect(titles.append)
    here.unlock()
    household, _screen = begin(here)
    name = here.desk.store.household(household).head_name
    people = [person.name for person in here.desk.store.enumerators()]
    for screen in ("today", "households", "handover", "consent", "bin", "settings", "interview"):
        here.desk.go(screen)
        here.settle()
    here.window.lock()
    left = "\n".join(file.read_text("utf-8", "replace") for file in paths.user_folder().rglob("*") if file.is_file())
    for word in (name, *people):
        assert word not in "\n".join(titles)
        assert word not in left
        assert json.dumps(word) not in left


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_register_shows_every_form_and_erases_what_is_asked(
    ground: Callable[..., Any], office: Path, commune: Any, language: str
) -> None:
    from survey_app.operations.handover import bundle_files, merge

    with Store.open(office, PASSPHRASE) as store:
        merge(store, bundle_files(commune.bundles))
    here = ground(office, language=language)
    here.unlock()
    here.desk.go("consent")
    here.settle()
    lines = here.screen.facts.lines
    assert lines
    assert {line.state for line in lines} >= {"given"}
    from survey_app.operations.consent import erase, withdraw

    given = next(line for line in lines if line.state == "given")
    here.desk.write(withdraw, given.submission, "x", here.desk.clock)
    here.settle()
    assert {line.state for line in here.screen.facts.lines if line.submission == given.submission} == {"withdrawn"}
    here.desk.write(erase, given.household.id, "x", "asked", here.desk.clock)
    here.settle()
    assert given.household.id not in {line.household.id for line in here.screen.facts.lines}


def in_the_dialog(deed: Callable[[QDialog], None]) -> None:
    """Do something in the next dialog that opens; whatever happens, it does not stay open."""
    waited = iter(range(100))

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QDialog):
            QTimer.singleShot(3000, dialog, dialog.reject)
            deed(dialog)
        elif next(waited, None) is not None:
            QTimer.singleShot(20, look)

    QTimer.singleShot(0, look)


def press_in(dialog: QDialog, key: Qt.Key) -> None:
    """Press a key where the focus of a dialog is."""
    QTest.keyClick(dialog.focusWidget() or dialog, key)


def walk_to(dialog: QDialog, wanted: QWidget) -> None:
    """Press Tab until a widget of a dialog has the focus."""
    for _step in range(8):
        if dialog.focusWidget() is wanted:
            return
        press_in(dialog, Qt.Key.Key_Tab)
    pytest.fail("Tab does not come to the button")


def accept_by_keys(dialog: QDialog) -> None:
    """Walk to what does it, and press it."""
    assert isinstance(dialog, Dialog)
    walk_to(dialog, dialog.accept_button)
    press_in(dialog, Qt.Key.Key_Space)


def test_a_withdrawal_and_an_erasure_are_done_by_keys(ground: Callable[..., Any], office: Path, commune: Any) -> None:
    from survey_app.operations.handover import bundle_files, merge

    with Store.open(office, PASSPHRASE) as store:
        merge(store, bundle_files(commune.bundles))
    here = ground(office)
    here.unlock()
    here.desk.go("consent")
    here.settle()
    table = here.screen.table
    chosen = next(n for n, line in enumerate(here.screen.facts.lines) if line.state == "given")
    line = here.screen.facts.lines[chosen]
    table.setFocus()
    table.select(chosen)

    def state() -> set[str]:
        return {each.state for each in here.screen.facts.lines if each.submission == line.submission}

    def asked(key: Qt.Key, answer: Callable[[QDialog], None]) -> set[str]:
        here.window.activateWindow()  # without a screen nobody gives the window its activity back after a dialog
        assert QTest.qWaitForWindowActive(here.window)
        table.setFocus()
        in_the_dialog(answer)
        here.press(key, CTRL)
        here.settle()
        return state()

    found = [
        asked(Qt.Key.Key_W, lambda dialog: press_in(dialog, Qt.Key.Key_Space)),  # the safe button has the focus
        asked(Qt.Key.Key_W, accept_by_keys),
        asked(Qt.Key.Key_Delete, lambda dialog: press_in(dialog, Qt.Key.Key_Escape)),
        asked(Qt.Key.Key_Delete, accept_by_keys),
    ]
    assert found == [{"given"}, {"withdrawn"}, {"withdrawn"}, set()]
    assert [erasure.household for erasure in here.desk.store.erasures()] == [line.household.id]


def test_an_interview_that_only_looked_leaves_nothing_to_recover(ground: Callable[..., Any], laptop: Path) -> None:
    here = ground(laptop)
    here.unlock()
    line = next(iter(here.desk.store.households(status=NOT_VISITED)))
    here.desk.go("interview", household=line.household.id)
    here.settle()
    crash(here)
    with Store.open(laptop, PASSPHRASE) as store:
        assert store.left_open() is None
        assert open_interview(store, line.household.id, "e", here.desk.clock).leaves_no_trace


def test_what_somebody_else_began_is_offered_to_who_was_at_it(ground: Callable[..., Any], laptop: Path) -> None:
    here = ground(laptop)
    here.unlock()
    household, _screen = begin(here)
    here.press(Qt.Key.Key_Escape)
    first = here.desk.person
    other = next(p for p in here.desk.store.enumerators() if p.role == "enumerator" and p.id != first.id)
    here.desk.set_person(other)
    here.desk.go("interview", household=household)
    here.settle()
    crash(here)
    again = ground(laptop)
    again.unlock()
    for person, screen in ((first, "today"), (other, "unfinished")):
        work_as(again.desk, person, again.desk.store.device)
        again.settle()
        assert again.window.screen_name == screen
