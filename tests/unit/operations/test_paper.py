"""Printing from the store, and typing in what was written on paper."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from survey_app.clock import VIETNAM, stamp
from survey_app.operations.demo import Demo, build_demo
from survey_app.operations.interview import open_interview
from survey_app.operations.paper import PaperError, PaperVisit, open_from_paper, print_questionnaire
from survey_app.store import Store

PASSPHRASE = "khao-sat-mau"
MADE_AT = dt.datetime(2026, 11, 21, 9, 0, tzinfo=VIETNAM)
NOW = dt.datetime(2026, 11, 21, 16, 32, 7, tzinfo=VIETNAM)
BEGAN = dt.datetime(2026, 11, 19, 14, 30, tzinfo=VIETNAM)
VISIT = PaperVisit(BEGAN, BEGAN + dt.timedelta(minutes=35), "dt02")


@pytest.fixture(scope="module")
def commune(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """Return a small demonstration commune."""
    return build_demo(tmp_path_factory.mktemp("commune"), 24, 1, False, 1, 1, PASSPHRASE, lambda: MADE_AT)


@pytest.fixture
def store(commune: Demo, tmp_path: Path) -> Iterator[Store]:
    """Return a copy of the laptop's store, open."""
    path = Path(shutil.copy(commune.laptops[0], tmp_path / "may01.store"))
    with Store.open(path, PASSPHRASE, clock=lambda: NOW) as opened:
        yield opened


def pages_of(pdf: Path) -> int:
    counts = re.findall(rb"/Type/Pages/Count (\d+)", pdf.read_bytes())
    return int(counts[0])


def unvisited(store: Store) -> str:
    """Return a household that nobody has visited."""
    return store.households(status="not_visited")[0].household.id


def value(interview: object, name: str) -> str:
    """Return a value at the root of the form."""
    session = interview.session  # type: ignore[attr-defined]
    return str(session.node(f"/data/{name}").value)


def test_the_visit_keeps_its_date_and_its_enumerator(store: Store) -> None:
    interview = open_from_paper(store, unvisited(store), VISIT, "dt01", lambda: NOW)
    assert value(interview, "start_time") == stamp(VISIT.began)
    assert value(interview, "end_time") == stamp(VISIT.ended)
    assert value(interview, "interviewer_id") == "dt02"
    assert interview.draft.author == "dt01"


def test_it_is_marked_as_typed_in_from_paper_and_when(store: Store) -> None:
    interview = open_from_paper(store, unvisited(store), VISIT, "dt01", lambda: NOW)
    assert value(interview, "entry_mode") == "paper"
    assert value(interview, "entry_time") == stamp(NOW)


def test_the_mark_is_still_there_when_it_is_resumed_and_finished(store: Store) -> None:
    household = unvisited(store)
    open_from_paper(store, household, VISIT, "dt01", lambda: NOW).commit()
    resumed = open_interview(store, household, "dt01", lambda: NOW)
    assert resumed.from_paper
    resumed.answer("/data/consent/consent_answer", "refuse")
    answers = resumed.finish().answers
    assert answers["end_time"] == stamp(VISIT.ended)
    assert answers["entry_mode"] == "paper"


def test_an_ordinary_interview_is_not_from_paper(store: Store) -> None:
    assert not open_interview(store, unvisited(store), "dt01", lambda: NOW).from_paper


@pytest.mark.parametrize(
    "visit",
    [
        PaperVisit(NOW + dt.timedelta(days=1), NOW + dt.timedelta(days=1, hours=1), "dt01"),
        PaperVisit(BEGAN, BEGAN - dt.timedelta(minutes=1), "dt01"),
    ],
)
def test_a_visit_that_cannot_be_is_refused(store: Store, visit: PaperVisit) -> None:
    with pytest.raises(PaperError, match="visit") as caught:
        open_from_paper(store, unvisited(store), visit, "dt01", lambda: NOW)
    assert caught.value.code == "PAP-02"


def test_a_household_with_answers_is_not_typed_in_again(store: Store) -> None:
    household = unvisited(store)
    open_from_paper(store, household, VISIT, "dt01", lambda: NOW).commit()
    with pytest.raises(PaperError) as caught:
        open_from_paper(store, household, VISIT, "dt01", lambda: NOW)
    assert caught.value.code == "PAP-03"


def test_the_questionnaire_of_the_round_is_printed_for_a_household(store: Store, tmp_path: Path) -> None:
    written = print_questionnaire(store, tmp_path / "phiếu hộ.pdf", unvisited(store))
    assert written.read_bytes().startswith(b"%PDF-")


def test_a_household_larger_than_usual_gets_a_longer_paper(store: Store, tmp_path: Path) -> None:
    household = store.household(unvisited(store))
    assert household is not None
    store.put_households([replace(household, size=13)])
    usual = print_questionnaire(store, tmp_path / "usual.pdf")
    larger = print_questionnaire(store, tmp_path / "larger.pdf", household.id)
    assert pages_of(larger) > pages_of(usual)


def test_a_folder_that_cannot_be_written_is_told(store: Store, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Exception, match="could not be written"):
        print_questionnaire(store, tmp_path / "file" / "x.pdf")
