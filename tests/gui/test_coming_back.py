"""Coming back to a screen: unlocking, another text size and a further form lead to what stood there before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from survey_app.gui import theme
from survey_app.gui.interview.screen import InterviewScreen
from survey_app.gui.screens.household import HouseholdScreen
from survey_app.gui.screens.paper import PaperScreen

from .conftest import Ground, bring_form

Maker = Callable[..., Ground]
FURTHER = """| survey |
| | type | name | label |
| | text | wish | Hộ mong gì nhất? |
| | text | fear | Hộ lo gì nhất? |
| settings |
| | form_id | version | title |
| | own | 1 | Phiếu của xã |
"""


@pytest.fixture
def here(ground: Maker, laptop: Path, tmp_path: Path) -> Ground:
    """Return a laptop whose round asks a further form."""
    path = tmp_path / "own.md"
    path.write_text(FURTHER, encoding="utf-8")
    made = ground(laptop)
    made.unlock()
    bring_form(made.desk.store, path)
    return made


def household(here: Ground) -> str:
    return str(here.desk.store.households(status="not_visited", limit=1)[0].household.id)


def lock(here: Ground) -> None:
    here.window.lock()
    here.settle()
    assert here.window.screen_name == "unlock"
    here.unlock()


def form_at(here: Ground) -> tuple[str, str]:
    screen: Any = here.screen
    assert isinstance(screen, InterviewScreen)
    assert screen.interview is not None and screen.stop is not None
    return screen.interview.form.id, screen.stop.path


def begin_further(here: Ground) -> None:
    here.desk.go("interview", household=household(here), form="own")
    here.settle()
    here.type("Sóng khỏe")
    here.press(Qt.Key.Key_Return)
    assert form_at(here) == ("own", "/data/fear")


def test_unlocking_leads_back_to_the_household_that_was_shown(here: Ground) -> None:
    wanted = household(here)
    here.desk.go("household", household=wanted)
    here.settle()
    lock(here)
    screen = here.screen
    assert isinstance(screen, HouseholdScreen) and screen.facts is not None
    assert screen.facts.line.household.id == wanted


def test_unlocking_inside_a_further_form_leads_back_to_its_question(here: Ground) -> None:
    begin_further(here)
    lock(here)
    assert form_at(here) == ("own", "/data/fear")


def test_another_text_size_leads_back_to_the_question_of_a_further_form(here: Ground, qapp: QApplication) -> None:
    begin_further(here)
    here.desk.go("settings")
    here.settle()
    theme.apply(qapp, "light", 130)
    here.settle()
    here.press(Qt.Key.Key_Escape)
    assert form_at(here) == ("own", "/data/fear")


def test_a_further_form_is_printed_and_typed_in_for_a_household(
    here: Ground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.desk.go("household", household=household(here))
    here.settle()
    here.press(Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    screen = here.screen
    assert isinstance(screen, PaperScreen)
    assert screen.form.isVisible() and screen.form_box.count() == 2
    screen.form_box.setFocus()
    here.press(Qt.Key.Key_Down)
    assert screen.form_id() == "own"
    monkeypatch.setattr(screen, "open_printed", lambda: None)
    screen.print_to(tmp_path / "own.pdf", here.desk.store.household(household(here)))
    here.settle()
    assert (tmp_path / "own.pdf").read_bytes().startswith(b"%PDF")
    screen.began.edit.setFocus()
    here.type("14:30")
    here.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert form_at(here) == ("own", "/data/wish")


def test_the_bin_counts_answers_as_the_form_does(here: Ground) -> None:
    begin_further(here)
    here.press(Qt.Key.Key_Delete, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier)
    assert here.window.screen_name == "bin"
    assert [each.answers for each in here.desk.store.discarded_drafts()] == [1]
