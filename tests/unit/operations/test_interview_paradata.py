"""How an interview went is kept with its revision, by a clock that only goes forward, and never as an answer."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from survey_app import crypto
from survey_app.clock import VIETNAM, Clock
from survey_app.operations.interview import Interview, open_interview
from survey_app.paradata import paradata_of
from survey_app.records import Enumerator, Household, Place, Round, flatten
from survey_app.store import Store, StoredForm
from survey_app.xforms import load_form

NOW = dt.datetime(2026, 11, 21, 14, 32, 7, tzinfo=VIETNAM)
HOME = "6a1f0d5e-0000-4000-8000-000000000017"
FORM = """
| survey |
| | type | name | label | required |
| | hidden | interview_result | | |
| | text | remark | Remark | |
| | begin_repeat | members | Members | |
| | text | m_name | Name | yes |
| | end_repeat | | | |
| settings |
| | form_id | version |
| | small | 1 |
"""


class Hand:
    """A clock that is moved by hand."""

    now = 50.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def clock() -> Clock:
    """The computer's clock: somebody sets it to another year all the time."""
    years = itertools.cycle((0, 400, -400))
    return lambda: NOW + dt.timedelta(days=next(years))


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    (tmp_path / "small.md").write_text(FORM, encoding="utf-8")
    form = load_form(tmp_path / "small.md")
    path, cost = tmp_path / "laptop.store", crypto.Cost(1, 8)
    with Store.create(path, "secret", kind="laptop", device="m1", name="Máy 1", clock=clock, cost=cost) as opened:
        opened.put_form(StoredForm(form.id, form.version, form.title, form.xml, tuple(sorted(form.derived)), {}))
        opened.put_places([Place("07030-001", "Thôn Đông Hạ", "village", "thon", "07030")])
        opened.put_enumerators([Enumerator("e1", "Lò Thị Mai")])
        dates = ("2026-11-01", "2025-07-01", "2026-11-01", "2026-11-30")
        opened.put_round(Round("R1", "R1", "small", "1", *dates, "07030"))
        opened.put_households([Household(HOME, "07030-001", 17, "Nguyễn Thị Hường")])
        yield opened


@pytest.fixture
def begin(store: Store, clock: Clock, hand: Hand) -> Callable[[], Interview]:
    return lambda: open_interview(store, HOME, "e1", clock, ticks=hand)


def say(interview: Interview, hand: Hand, path: str, value: str, seconds: float) -> None:
    """Look at a question for some seconds, then answer it."""
    interview.look_at(path)
    hand.now += seconds
    interview.answer(path, value)


def test_the_revision_says_how_long_each_question_and_sitting_took(begin: Callable[[], Interview], hand: Hand) -> None:
    interview = begin()
    say(interview, hand, "/data/remark", "vui vẻ", 2.5)
    say(interview, hand, "/data/members[1]/m_name", "Nam", 4)
    say(interview, hand, "/data/remark", "rất vui vẻ", 1.5)
    told = paradata_of(interview.finish().paradata)
    assert told.tenths == {"remark": 40, "members[1]/m_name": 40}
    assert told.seconds == 8


def test_times_of_a_sitting_that_was_killed_are_kept(begin: Callable[[], Interview], hand: Hand) -> None:
    first = begin()
    say(first, hand, "/data/remark", "x", 3)
    hand.now = 0.0  # the machine was started anew, and its clock begins again
    second = begin()
    say(second, hand, "/data/remark", "y", 1)
    say(second, hand, "/data/members[1]/m_name", "Nam", 2)
    told = paradata_of(second.finish().paradata)
    assert [sitting.seconds for sitting in told.sittings] == [3, 3]
    assert told.tenths == {"remark": 40, "members[1]/m_name": 20}


def test_paradata_are_no_answers(begin: Callable[[], Interview], hand: Hand, store: Store) -> None:
    interview = begin()
    say(interview, hand, "/data/remark", "x", 3)
    say(interview, hand, "/data/members[1]/m_name", "Nam", 2)
    (draft,) = store.drafts()
    assert draft.values["remark#time"] == "30"
    revision = interview.finish()
    assert set(flatten(revision.answers)) == {"interview_result", "remark", "members[1]", "members[1]/m_name"}
    current = store.current(revision.submission)
    assert current is not None and current.answers == revision.answers
    (kept,) = store.revisions(revision.submission)
    assert kept == revision and kept.paradata
    assert store.check() == []


def test_a_correction_has_paradata_of_its_own(begin: Callable[[], Interview], hand: Hand) -> None:
    interview = begin()
    say(interview, hand, "/data/remark", "x", 3)
    say(interview, hand, "/data/members[1]/m_name", "Nam", 2)
    interview.finish()
    again = begin()
    say(again, hand, "/data/remark", "z", 1)
    told = paradata_of(again.finish().paradata)
    assert told.tenths == {"remark": 10}
    assert [sitting.seconds for sitting in told.sittings] == [1]


def test_who_leaves_for_a_while_is_not_at_the_question(begin: Callable[[], Interview], hand: Hand) -> None:
    interview = begin()
    say(interview, hand, "/data/remark", "x", 3)
    interview.pause()
    hand.now += 300
    interview.note_return()
    say(interview, hand, "/data/members[1]/m_name", "Nam", 2)
    interview.look_at_end()
    hand.now += 20
    told = paradata_of(interview.finish().paradata)
    assert told.tenths == {"remark": 30, "members[1]/m_name": 20}
    assert told.seconds == 25


def test_a_member_taken_out_takes_its_times_along(begin: Callable[[], Interview], hand: Hand) -> None:
    interview = begin()
    say(interview, hand, "/data/members[1]/m_name", "Nam", 2)
    interview.add_member()
    say(interview, hand, "/data/members[2]/m_name", "Ba", 7)
    interview.remove_member(2)
    assert paradata_of(interview.finish().paradata).tenths == {"members[1]/m_name": 20}


def test_looking_and_going_on_writes_nothing_without_an_answer(begin: Callable[[], Interview], store: Store) -> None:
    interview = begin()
    interview.look_at("/data/remark")
    assert interview.due() is None
    interview.commit()
    assert store.drafts() == []
