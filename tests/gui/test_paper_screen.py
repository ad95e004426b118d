"""The paper screen by keys: printing for a household, typing a filled paper in, and saying so when it cannot be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog

from survey_app.gui.interview.screen import InterviewScreen
from survey_app.gui.screens.paper import PaperScreen
from survey_app.operations.paper import PAPER, PaperError

from .conftest import Ground

Maker = Callable[..., Ground]
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def here(ground: Maker, laptop: Path) -> Ground:
    """Return the household list of a laptop, on a household that nobody has visited, with its paper open."""
    made = ground(laptop, "en")
    made.unlock()
    line = made.desk.store.households(status="not_visited", limit=1)[0]
    made.desk.go("paper", household=line.household.id)
    made.settle()
    return made


def paper(here: Ground) -> PaperScreen:
    """Return the screen."""
    assert isinstance(here.screen, PaperScreen)
    return here.screen


def fill(here: Ground, day: str, began: str, ended: str = "") -> None:
    """Type a visit and press Ctrl+Enter, with Tab between the fields."""
    screen = paper(here)
    screen.day.edit.setFocus()
    for number, text in enumerate((day, began, ended)):
        if number:
            here.press(Qt.Key.Key_Tab)
        here.press(Qt.Key.Key_A, CONTROL)
        here.type(text)
    here.press(Qt.Key.Key_Return, CONTROL)


def at_root(here: Ground, name: str) -> str:
    """Return a value of the interview that is open."""
    screen = here.screen
    assert isinstance(screen, InterviewScreen)
    assert screen.interview is not None
    return screen.interview.session.node(f"/data/{name}").value


def test_ctrl_p_leads_from_the_list_to_the_paper_of_the_line(ground: Maker, laptop: Path) -> None:
    here = ground(laptop, "en")
    here.unlock()
    here.desk.go("households")
    here.settle()
    here.press(Qt.Key.Key_P, CONTROL)
    assert here.window.screen_name == "paper"


def test_a_filled_paper_is_typed_in_with_the_date_of_its_visit(here: Ground) -> None:
    fill(here, "19/11/2026", "14h30", "15:05")
    assert here.window.screen_name == "interview"
    assert at_root(here, "entry_mode") == PAPER
    assert at_root(here, "start_time").startswith("2026-11-19T14:30")
    assert at_root(here, "end_time").startswith("2026-11-19T15:05")


@pytest.mark.parametrize(
    ("day", "began", "field"),
    [("31/02/2026", "14:30", "day"), ("19/11/2026", "25:00", "began"), ("25/11/2026", "14:30", "day")],
)
def test_a_visit_that_cannot_be_is_told_at_its_field(here: Ground, day: str, began: str, field: str) -> None:
    fill(here, day, began)
    assert here.window.screen_name == "paper"
    assert getattr(paper(here), field).fault


def test_a_paper_for_a_household_whose_interview_is_open_is_refused_in_words(here: Ground) -> None:
    fill(here, "19/11/2026", "14:30")
    here.press(Qt.Key.Key_1)
    screen = here.screen
    assert isinstance(screen, InterviewScreen)
    assert screen.interview is not None
    here.desk.go("paper", household=screen.interview.household.id)
    here.settle()
    fill(here, "20/11/2026", "09:00")
    assert [fault.code for fault in here.faults if isinstance(fault, PaperError)] == ["PAP-03"]
    here.faults.clear()
    assert here.window.screen_name != "interview"
    assert here.window.problems.isVisible()


def test_the_pdf_goes_where_the_person_says_and_is_opened(
    here: Ground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    target = tmp_path / "giấy" / "phiếu.pdf"
    target.parent.mkdir()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_given: (str(target), ""))

    def open_url(url: QUrl) -> bool:
        opened.append(QUrl(url).toLocalFile())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    here.press(Qt.Key.Key_P, CONTROL)
    here.settle()
    assert target.read_bytes().startswith(b"%PDF-")
    assert opened == [str(target)]
    paper(here).open_button.click()
    assert opened == [str(target)] * 2


def test_without_a_program_for_pdf_files_it_says_so(
    here: Ground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _url: False)
    paper(here).print_to(tmp_path / "x.pdf", None)
    here.settle()
    assert "No program" in paper(here).strip.accessibleName()
