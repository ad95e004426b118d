"""Visits without an interview; households that split, are one, or come back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from survey_app.clock import VIETNAM
from survey_app.crypto import Cost
from survey_app.errors import SurveyAppError
from survey_app.operations.visits import (
    members_before,
    merge_households,
    record_visit,
    reopen,
    split_household,
    visits_of,
    void_form,
)
from survey_app.operations.worklist import village_progress, visit_plan
from survey_app.records import Household, Place, Revision, Round
from survey_app.store import Draft, Store

NOON = dt.datetime(2026, 11, 21, 12, 0, tzinfo=VIETNAM)
DATES = ("2026-11-01", "2026-10-01", "2026-11-01", "2026-12-01")


def at(hours: float) -> Callable[[], dt.datetime]:
    return lambda: NOON + dt.timedelta(hours=hours)


def make(path: Path, device: str) -> Store:
    store = Store.create(path, "p", kind="laptop", device=device, name=device, cost=Cost(1, 8))
    store.put_places([Place("1", "Xã A", "commune", "xa", ""), Place("1-001", "Thôn Một", "village", "thon", "1")])
    store.put_round(Round("r", "Đợt", "f", "1", *DATES, "1"))
    store.put_households(Household(f"h{number}", "1-001", number, f"Người {number}") for number in range(1, 6))
    return store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with make(tmp_path / "a.store", "L1") as store:
        yield store


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Store]:
    with make(tmp_path / "b.store", "L2") as store:
        yield store


def interview(household: str, hours: float = 0, result: str = "complete", **answers: object) -> Revision:
    made_at = at(hours)().isoformat(timespec="milliseconds")
    return Revision(
        *(f"s-{household}", household, "r", "f", "1", (), "answers", "e1", "L1", made_at, ""),
        answers={"interview_result": result, **answers},
    )


def status(store: Store, household: str) -> str:
    line = store.line(household)
    assert line is not None
    return line.status


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [("absent", "absent"), ("refused", "refused"), ("moved", "closed"), ("not_found", "closed")],
)
def test_a_visit_says_how_far_the_household_is(store: Store, outcome: str, expected: str) -> None:
    record_visit(store, "h1", outcome, "e1", note="cổng khoá", clock=at(0))
    line = store.line("h1")
    assert line is not None
    assert (line.status, line.by, line.result, line.tries) == (expected, "e1", outcome, 1)
    assert [(visit.outcome, visit.note) for visit in visits_of(store, "h1")] == [(outcome, "cổng khoá")]
    assert store.check() == []


def test_every_visit_is_kept_the_newest_first(store: Store) -> None:
    for hours, outcome in enumerate(("absent", "absent", "refused")):
        record_visit(store, "h1", outcome, "e1", clock=at(hours))
    assert [visit.outcome for visit in visits_of(store, "h1")] == ["refused", "absent", "absent"]
    assert store.line("h1").tries == 3  # type: ignore[union-attr]


def test_a_visit_is_no_submission(store: Store) -> None:
    record_visit(store, "h1", "absent", "e1", clock=at(0))
    assert list(store.currents()) == []
    assert len(store.outgoing()) == 1


def test_an_appointment_needs_a_moment_to_come(store: Store) -> None:
    for due in (None, NOON - dt.timedelta(minutes=1)):
        with pytest.raises(SurveyAppError) as raised:
            record_visit(store, "h1", "postponed", "e1", due=due, clock=at(0))
        assert raised.value.code == "VIS-03"
    assert visits_of(store, "h1") == []


def test_the_plan_begins_with_the_appointments_of_today_then_the_overdue_ones(store: Store) -> None:
    for household, due in (("h4", 3), ("h2", 1), ("h3", 30), ("h5", 0.5)):
        record_visit(store, household, "postponed", "e1", due=at(due)(), clock=at(0))
    plan = visit_plan(store, at(25)())
    assert [line.household.id for line in plan.today] == ["h3"]
    assert [line.household.id for line in plan.overdue] == ["h5", "h2", "h4"]
    plan = visit_plan(store, at(0)())
    assert [line.household.id for line in plan.lines] == ["h5", "h2", "h4", "h1"]
    assert [line.household.id for line in plan.later] == ["h3"]


def test_where_nobody_was_home_one_goes_again_after_the_new_ones(store: Store) -> None:
    record_visit(store, "h2", "absent", "e1", clock=at(0))
    assert [line.household.id for line in visit_plan(store, at(1)()).lines] == ["h3", "h4", "h5", "h1", "h2"]


def test_an_interview_outweighs_earlier_and_later_visits(store: Store) -> None:
    record_visit(store, "h1", "absent", "e1", clock=at(0))
    store.add_revisions([interview("h1", 1)], "here")
    record_visit(store, "h1", "absent", "e1", clock=at(2))
    assert status(store, "h1") == "complete"


def test_a_refusal_at_the_door_after_a_refused_form_can_be_put_back_on_the_list(store: Store) -> None:
    store.add_revisions([interview("h1", 0, "refused")], "here")
    with pytest.raises(SurveyAppError) as raised:
        reopen(store, "h1", "e1", " ", clock=at(1))
    assert raised.value.code == "VIS-04"
    reopen(store, "h1", "e1", "đổi ý", clock=at(1))
    assert status(store, "h1") == "not_visited"


def test_nothing_is_noted_over_an_interview_that_was_begun(store: Store) -> None:
    store.start_draft(Draft("d1", "s-h1", "h1", "r", "f", "1", (), "e1", "2026-11-21T10:00:00.000+07:00"))
    with pytest.raises(SurveyAppError) as raised:
        record_visit(store, "h1", "absent", "e1", clock=at(0))
    assert raised.value.code == "VIS-02"


def test_the_visits_of_two_laptops_unite_in_any_order(store: Store, other: Store) -> None:
    record_visit(store, "h1", "absent", "e1", clock=at(0))
    record_visit(other, "h1", "moved", "e2", clock=at(1))
    ours, theirs = store.outgoing(), other.outgoing()
    store.add_revisions(theirs, "b2")
    other.add_revisions(ours, "b1")
    assert store.digest() == other.digest()
    assert visits_of(store, "h1") == visits_of(other, "h1")
    assert status(store, "h1") == status(other, "h1") == "closed"


def test_two_lines_closed_as_each_other_leave_one_open(store: Store, other: Store) -> None:
    merge_households(store, "h1", "h2", "e1", "trùng", clock=at(0))
    merge_households(other, "h2", "h1", "e2", "trùng", clock=at(1))
    ours = store.outgoing()
    store.add_revisions(other.outgoing(), "b2")
    other.add_revisions(ours, "b1")
    for each in (store, other):
        assert (status(each, "h1"), status(each, "h2")) == ("not_visited", "closed")
        assert each.check() == []


def test_a_merged_household_is_closed_and_its_form_is_void_with_the_reason(store: Store) -> None:
    store.add_revisions([interview("h1")], "here")
    merge_households(store, "h1", "h2", "e1", "cùng một nhà", clock=at(1))
    current = store.current("s-h1")
    assert current is not None
    assert current.state == "void"
    assert status(store, "h1") == "closed"
    visit = visits_of(store, "h1")[0]
    assert (visit.outcome, visit.other, visit.note) == ("duplicate", "h2", "cùng một nhà")
    with pytest.raises(SurveyAppError) as raised:
        merge_households(store, "h3", "h1", "e1", "trùng", clock=at(2))
    assert raised.value.code == "VIS-05"


def test_a_split_household_knows_where_it_came_from_and_begins_with_its_members(store: Store) -> None:
    members = [{"#": 1, "m_name": "Bố"}, {"#": 3, "m_name": "Con"}]
    store.add_revisions([interview("h1", 0, "complete", g={"members": members})], "here")
    new = split_household(store, "h1", " Con ", "e1", note="ra ở riêng", clock=at(1))
    assert (new.head_name, new.split_from, new.number, new.village_code) == ("Con", "h1", 6, "1-001")
    assert status(store, "h1") == "complete"
    assert members_before(store, new) == {"g": {"members": [{"#": 1, "m_name": "Bố"}, {"#": 2, "m_name": "Con"}]}}
    assert [visit.outcome for visit in visits_of(store, new.id)] == ["found"]
    assert visits_of(store, "h1")[0].other == new.id


def test_a_void_form_puts_the_household_back_on_the_list(store: Store) -> None:
    store.add_revisions([interview("h1")], "here")
    assert void_form(store, "h1", "e1", "phỏng vấn nhầm nhà", clock=at(1)) == 1
    assert status(store, "h1") == "not_visited"
    with pytest.raises(SurveyAppError) as raised:
        void_form(store, "h1", "e1", "lần nữa", clock=at(2))
    assert raised.value.code == "VIS-07"


def test_progress_counts_what_was_handed_over_by_how_it_ended(store: Store) -> None:
    record_visit(store, "h1", "refused", "e1", clock=at(0))
    record_visit(store, "h2", "absent", "e1", clock=at(0))
    record_visit(store, "h3", "moved", "e1", clock=at(0))
    store.add_revisions([interview("h4")], "here")
    (village,) = village_progress(store)
    assert (village.all_refused, village.absent, village.all_closed, village.all_complete) == (1, 1, 1, 1)
    assert (village.not_visited, village.open, village.done, village.total) == (1, 2, 3, 5)


# --- a form for a line that another laptop closed ------------------------------------------------------------------


def test_a_form_for_a_line_closed_as_another_one_is_seen_in_the_list(store: Store) -> None:
    merge_households(store, "h2", "h1", "e1", "Cùng một hộ", clock=at(0))
    store.add_revisions([interview("h2", hours=1)], "here")
    line = store.line("h2")
    assert line is not None and (line.status, line.result) == ("twofold", "complete")
    assert [each.household.id for each in store.households(status="twofold")] == ["h2"]
    village = next(each for each in village_progress(store) if each.place.code == "1-001")
    assert (village.twofold, village.done, village.all_complete) == (1, 1, 1)


def test_who_decides_about_such_a_line_clears_its_mark(store: Store) -> None:
    for closed in ("h2", "h3"):
        merge_households(store, closed, "h1", "e1", "Cùng một hộ", clock=at(0))
        store.add_revisions([interview(closed, hours=1)], "here")
    void_form(store, "h2", "e1", "Trùng", at(2))
    reopen(store, "h3", "e1", "Hai hộ khác nhau", at(2))
    assert [line.status for line in map(store.line, ("h2", "h3")) if line is not None] == ["closed", "complete"]
