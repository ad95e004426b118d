"""What stands beside answers, and what is taken back, all through keys and dialogs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from survey_app.gui.interview.screen import InterviewScreen

CTRL = Qt.KeyboardModifier.ControlModifier


def at(here: Any, path: str) -> InterviewScreen:
    """Open the first finished form with people at one of its questions."""
    current = next(one for one in here.desk.store.currents() if one.state == "settled" and one.answers.get("members"))
    here.desk.go("interview", household=current.household)
    here.settle()
    screen = here.screen
    assert isinstance(screen, InterviewScreen)
    screen.go_to(path)
    QApplication.processEvents()
    assert screen.stop is not None and screen.stop.path == path
    return screen


def test_f6_puts_a_refusal_in_the_place_of_the_answer_and_any_answer_takes_it_away(
    ground: Callable[..., Any], laptop: Path
) -> None:
    here = ground(laptop)
    here.unlock()
    path = "/data/members[1]/roster/m_birth_year"
    screen = at(here, path)
    assert screen.interview is not None and screen.sheet is not None
    session = screen.interview.session
    here.press(Qt.Key.Key_F6)
    assert session.node(path).value == ""
    assert session.node(f"{path}_special").value == "refused"
    assert screen.stop is not None and screen.stop.path != path
    row = next(row for row in screen.roster.table.rows for cell in row if cell.path == path)
    assert next(cell.text for cell in row if cell.path == path) == "Prefers not to say"
    kept = here.desk.store.draft(screen.interview.draft.id)
    assert "refused" in kept.values.values()
    screen.go_to(path)
    QApplication.processEvents()
    here.type("1970")
    here.press(Qt.Key.Key_Return)
    assert session.node(path).value == "1970"
    assert session.node(f"{path}_special").value == ""


def test_the_same_key_again_takes_a_special_answer_back(ground: Callable[..., Any], laptop: Path) -> None:
    here = ground(laptop)
    here.unlock()
    path = "/data/members[1]/roster/m_birth_year"
    screen = at(here, path)
    assert screen.interview is not None
    here.press(Qt.Key.Key_F7)
    assert screen.interview.session.node(f"{path}_special").value == "dk"
    screen.go_to(path)
    QApplication.processEvents()
    here.press(Qt.Key.Key_F7)
    assert screen.interview.session.node(f"{path}_special").value == ""


def test_a_note_written_with_keys_is_in_the_finished_form(ground: Callable[..., Any], laptop: Path) -> None:
    here = ground(laptop)
    here.unlock()
    screen = at(here, "/data/closing/remark")
    assert screen.interview is not None
    submission = screen.interview.draft.submission
    QTest.keyClick(QApplication.focusWidget() or screen, Qt.Key.Key_M, CTRL)
    here.type("hỏi lại con trai")
    here.press(Qt.Key.Key_Return)
    for _step in range(40):
        if screen.stop is None or screen.stop.page.kind == "review":
            break
        here.press(Qt.Key.Key_Return, CTRL)
    here.press(Qt.Key.Key_Return, CTRL)
    here.settle()
    assert here.window.screen_name == "households"
    current = here.desk.store.current(submission)
    assert current.answers["closing"]["remark#note"] == "hỏi lại con trai"
