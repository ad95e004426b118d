"""People change places in the table: nobody becomes somebody else, and the order holds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from survey_app.gui.interview.screen import InterviewScreen

PASSPHRASE = "khao-sat-mau"
ALT = Qt.KeyboardModifier.AltModifier
CTRL = Qt.KeyboardModifier.ControlModifier


def names(screen: InterviewScreen) -> list[str]:
    """Return the first column of the table as it is painted."""
    return [row[0].text for row in screen.roster.table.rows]


def at_the_table(here: Any) -> tuple[str, InterviewScreen]:
    """Open a form with at least three people, in the table, at the third one."""
    interview = None
    for line in here.desk.store.households():
        found = next(iter(here.desk.store.currents(household=line.household.id)), None)
        if found is not None and found.state == "settled" and len(found.answers.get("members", ())) >= 3:
            interview = line.household.id
            break
    assert interview is not None
    here.desk.go("interview", household=interview)
    here.settle()
    screen = here.screen
    assert isinstance(screen, InterviewScreen)
    screen.go_to("/data/members[3]/roster/m_name")
    QApplication.processEvents()
    return interview, screen


def test_a_person_moves_with_alt_and_an_arrow_and_the_focus_goes_along(
    ground: Callable[..., Any], laptop: Path
) -> None:
    here = ground(laptop)
    here.unlock()
    _household, screen = at_the_table(here)
    before = names(screen)
    here.press(Qt.Key.Key_Up, ALT)
    assert names(screen)[:3] == [before[0], before[2], before[1]]
    assert screen.stop is not None and screen.stop.path == "/data/members[2]/roster/m_name"
    here.press(Qt.Key.Key_Up, ALT)
    assert names(screen)[:3] == [before[2], before[0], before[1]]
    here.press(Qt.Key.Key_Up, ALT)
    assert names(screen)[:3] == [before[2], before[0], before[1]]
    assert not screen.undo_strip.isHidden()
    here.press(Qt.Key.Key_Z, CTRL)
    assert names(screen) == before
    assert screen.undo_strip.isHidden()


def test_who_a_person_is_does_not_depend_on_the_place_and_the_order_holds(
    ground: Callable[..., Any], laptop: Path
) -> None:
    here = ground(laptop)
    here.unlock()
    household, screen = at_the_table(here)
    assert screen.interview is not None
    third = screen.interview.session.node("/data/members[3]").address
    here.press(Qt.Key.Key_Up, ALT)
    assert screen.interview.session.node("/data/members[2]").address == third
    after = names(screen)
    here.press(Qt.Key.Key_Escape)
    here.desk.go("interview", household=household)
    here.settle()
    screen = here.screen
    screen.go_to("/data/members[1]/roster/m_name")
    assert names(screen) == after
    revision = screen.interview.close()
    assert [one["#"] for one in revision.answers["members"]] == [
        int(key) for key in revision.answers["members#order"].split()
    ]


def test_a_removed_person_comes_back_to_the_place_it_was_moved_to(ground: Callable[..., Any], laptop: Path) -> None:
    here = ground(laptop)
    here.unlock()
    _household, screen = at_the_table(here)
    here.press(Qt.Key.Key_Up, ALT)
    here.press(Qt.Key.Key_Up, ALT)
    moved = names(screen)
    here.press(Qt.Key.Key_Delete, CTRL)
    assert names(screen) == moved[1:]
    here.press(Qt.Key.Key_Z, CTRL)
    assert names(screen) == moved
    assert screen.interview is not None
    kept = here.desk.store.draft(screen.interview.draft.id)
    assert kept is not None and kept.values["members#order"].split()[0] == "3"
    here.press(Qt.Key.Key_Z, CTRL)
    assert names(screen) == [moved[1], moved[2], moved[0], *moved[3:]]
