"""How far each household is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from survey_app.records import Revision
from survey_app.store import BundleNote, Draft, Store

NewRevision = Callable[..., Revision]
NewDraft = Callable[..., Draft]
NOTE = BundleNote("b1", "out", "L1", 1, "2026-11-21T10:00:00+07:00", "2026-11-21T10:00:01+07:00")


def status(store: Store, household: str = "h1") -> str:
    line = store.line(household)
    assert line is not None
    return line.status


@pytest.fixture(autouse=True)
def _sound(commune: Store) -> object:
    yield
    assert commune.check() == []


def test_nobody_has_been_there_at_first(commune: Store) -> None:
    assert {line.status for line in commune.households()} == {"not_visited"}
    assert commune.line("nobody") is None


def test_a_draft_says_in_progress_and_when_it_was_touched(commune: Store, new_draft: NewDraft) -> None:
    commune.start_draft(new_draft())
    commune.save_draft("d1", {"q": "1"}, "q")
    line = commune.line("h1")
    draft = commune.draft("d1")
    assert line is not None and draft is not None
    assert (line.status, line.touched_at, line.by) == ("in_progress", draft.touched_at, "e1")


def test_a_discarded_draft_leaves_no_trace(commune: Store, new_draft: NewDraft) -> None:
    commune.start_draft(new_draft())
    commune.discard_draft("d1")
    assert status(commune) == "not_visited"


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ("complete", "complete"),
        ("refused", "refused"),
        ("partial", "in_progress"),
        ("moved", "closed"),
        ("", "complete"),
    ],
)
def test_a_finished_interview_says_how_it_ended(
    commune: Store, new_draft: NewDraft, new_revision: NewRevision, result: str, expected: str
) -> None:
    commune.start_draft(new_draft())
    answers = {"visit": {"interview_result": result}} if result else {"q": "1"}
    revision = new_revision(answers)
    commune.finish_draft("d1", revision)
    line = commune.line("h1")
    assert line is not None
    assert (line.status, line.touched_at, line.by, line.result) == (expected, revision.made_at, "e1", result)


def test_a_correction_that_was_begun_is_in_progress(
    commune: Store, new_draft: NewDraft, new_revision: NewRevision
) -> None:
    revision = new_revision()
    commune.add_revisions([revision], "here")
    commune.start_draft(new_draft(parents=(revision.id,)))
    assert status(commune) == "in_progress"
    commune.discard_draft("d1")
    assert status(commune) == "complete"


def test_packed_then_confirmed(commune: Store, new_revision: NewRevision) -> None:
    revision = new_revision({"interview_result": "refused"})
    commune.add_revisions([revision], "here")
    commune.note_bundle(replace(NOTE, revisions=(revision.id,)))
    assert status(commune) == "packed"
    commune.confirm_bundle("b1")
    assert status(commune) == "confirmed"


def test_a_correction_after_packing_has_to_be_packed_again(commune: Store, new_revision: NewRevision) -> None:
    first = new_revision()
    commune.add_revisions([first], "here")
    commune.note_bundle(replace(NOTE, revisions=(first.id,), confirmed_at="2026-11-22T08:00:00+07:00"))
    commune.add_revisions([new_revision({"q": "2"}, parents=(first.id,))], "here")
    assert status(commune) == "complete"


def test_what_came_in_a_bundle_is_not_packed(commune: Store, new_revision: NewRevision) -> None:
    revision = new_revision()
    commune.add_revisions([revision], "b1")
    commune.note_bundle(replace(NOTE, direction="in", revisions=(revision.id,)))
    assert status(commune) == "complete"


def test_a_void_submission_has_to_be_visited_again(commune: Store, new_revision: NewRevision) -> None:
    first = new_revision()
    commune.add_revisions([first], "here")
    commune.add_revisions([new_revision(kind="void", parents=(first.id,), reason="nhầm hộ")], "here")
    assert status(commune) == "not_visited"


def test_the_newest_of_two_submissions_counts(commune: Store, new_revision: NewRevision) -> None:
    later = new_revision({"interview_result": "refused"}, submission="s2", made_at="2026-11-22T09:00:00.000+07:00")
    commune.add_revisions([later, new_revision()], "b1")
    assert status(commune) == "refused"


def test_another_round_begins_with_an_empty_list(commune: Store, new_revision: NewRevision) -> None:
    commune.add_revisions([new_revision()], "here")
    first = commune.round()
    assert first is not None
    commune.put_round(replace(first, code="2027-05"))
    assert status(commune) == "not_visited"
    commune.add_revisions([new_revision(submission="s2", round="2027-05")], "here")
    assert status(commune) == "complete"
    commune.put_round(first)
    assert status(commune) == "complete"


def test_a_submission_that_moves_to_another_household_leaves_the_first(
    commune: Store, new_revision: NewRevision
) -> None:
    first = new_revision()
    commune.add_revisions([first], "here")
    moved = new_revision(household="h2", parents=(first.id,), made_at="2026-11-21T12:00:00.000+07:00")
    commune.add_revisions([moved], "here")
    assert (status(commune, "h1"), status(commune, "h2")) == ("not_visited", "complete")


def test_the_list_can_be_narrowed_to_a_status(commune: Store, new_revision: NewRevision) -> None:
    commune.add_revisions([new_revision(household="h3")], "here")
    assert [line.household.id for line in commune.households(status="complete")] == ["h3"]
    assert [line.household.id for line in commune.households(status="not_visited")] == ["h1", "h2", "h4"]


def test_counts_by_village(commune: Store, new_revision: NewRevision, new_draft: NewDraft) -> None:
    commune.add_revisions([new_revision()], "here")
    commune.start_draft(new_draft(submission="s2", household="h2"))
    assert commune.status_counts() == {
        "01234-001": {"complete": 1, "in_progress": 1, "not_visited": 1},
        "01234-002": {"not_visited": 1},
    }
