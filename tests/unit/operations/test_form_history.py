"""What one household's form says: special answers in the place of answers, and every version with what it changed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from survey_app.clock import system_clock
from survey_app.operations.demo import build_demo
from survey_app.operations.form_history import form_history
from survey_app.operations.interview import Interview, open_interview
from survey_app.store import Store

PASSPHRASE = "khao-sat-mau"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the first laptop of a small commune."""
    return build_demo(tmp_path_factory.mktemp("commune"), 12, 1, False, 1, 1, PASSPHRASE, system_clock).laptops[0]


@pytest.fixture
def store(made: Path, tmp_path: Path) -> Iterator[Store]:
    """Return a copy of it."""
    with Store.open(Path(shutil.copy(made, tmp_path / "a.store")), PASSPHRASE) as opened:
        yield opened


def corrected(store: Store) -> Interview:
    """Open a finished form again."""
    current = next(one for one in store.currents() if one.state == "settled" and one.answers.get("members"))
    return open_interview(store, current.household, "e2", system_clock)


def test_a_special_answer_stands_in_the_place_of_the_answer(store: Store) -> None:
    interview = corrected(store)
    interview.answer("/data/members[1]/roster/m_birth_year", "")
    interview.answer("/data/members[1]/roster/m_birth_month", "")
    interview.answer("/data/members[1]/roster/m_birth_year_special", "refused")
    interview.answer("/data/members[1]/person/m_age_about", "50")
    interview.enter_note("/data/members[1]/roster/m_birth_year", "con dâu trả lời")
    interview.finish()
    history = form_history(store, interview.household.id, "en")
    assert history is not None
    said = {entry.address.rpartition("/")[2]: entry for entry in reversed(history.entries)}
    assert (said["m_birth_year"].answer, said["m_birth_year"].note) == ("Prefers not to say", "con dâu trả lời")
    assert "m_birth_year_special" not in said


def test_each_version_says_who_when_where_and_how_much(store: Store) -> None:
    interview = corrected(store)
    before = form_history(store, interview.household.id)
    assert before is not None
    interview.answer("/data/closing/remark", "gọi lại")
    interview.finish()
    history = form_history(store, interview.household.id)
    assert history is not None
    assert len(history.versions) == len(before.versions) + 1
    assert history.versions[0].changed >= 1
    assert history.versions[0].device == store.name
    assert history.state == "settled"


def test_a_household_that_is_not_here_has_no_history(store: Store) -> None:
    assert form_history(store, "nobody") is None
