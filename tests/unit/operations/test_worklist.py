"""What there is to do."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from survey_app.crypto import Cost
from survey_app.errors import SurveyAppError
from survey_app.operations.worklist import add_household, household_lines, next_to_visit, village_progress
from survey_app.records import Household, Place, Revision, Round
from survey_app.store import BundleNote, Draft, Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.create(tmp_path / "a.store", "p", kind="laptop", device="L1", name="x", cost=Cost(1, 8)) as store:
        store.put_places(
            [
                Place("1", "Xã A", "commune", "xa", ""),
                Place("1-001", "Thôn Một", "village", "thon", "1"),
                Place("1-002", "Thôn Hai", "village", "thon", "1"),
                Place("2-001", "Thôn xã khác", "village", "thon", "2"),
            ]
        )
        dates = ("2026-11-01", "2026-10-01", "2026-11-01", "2026-12-01")
        store.put_round(Round("r", "Đợt", "f", "1", *dates, "1"))
        store.put_households(
            Household(f"h{number}", "1-001", number, f"Người {number}", assigned_to="e2" if number == 3 else "")
            for number in range(1, 6)
        )
        yield store


def answered(store: Store, household: str, result: str = "complete", at: str = "09") -> Revision:
    revision = Revision(
        submission=f"s-{household}",
        household=household,
        round="r",
        form_id="f",
        form_version="1",
        parents=(),
        kind="answers",
        author="e1",
        device="L1",
        made_at=f"2026-11-21T{at}:00:00.000+07:00",
        reason="",
        answers={"interview_result": result},
    )
    store.add_revisions([revision], "here")
    return revision


def begun(store: Store, household: str, at: str = "10") -> None:
    at = f"2026-11-21T{at}:00:00.000+07:00"
    store.start_draft(Draft(f"d-{household}", f"s-{household}", household, "r", "f", "1", (), "e1", at))


def waiting_for(store: Store, village: str = "", enumerator: str = "") -> str | None:
    line = next_to_visit(store, village, enumerator)
    return line.household.id if line else None


def test_every_village_of_the_commune_is_listed_with_its_progress(store: Store) -> None:
    packed = answered(store, "h1")
    answered(store, "h2", "refused")
    begun(store, "h3")
    store.note_bundle(BundleNote("b", "out", "L1", 1, "", "", (packed.id,)))
    first, second = village_progress(store)
    assert (first.place.name, first.total, first.done, first.in_progress) == ("Thôn Một", 5, 2, 1)
    assert (first.packed, first.refused, first.complete, first.confirmed, first.not_visited) == (1, 1, 0, 0, 2)
    assert (second.place.name, second.total, second.done) == ("Thôn Hai", 0, 0)


def test_a_village_that_the_catalogue_does_not_know_is_listed_by_its_code(store: Store) -> None:
    store.put_households([Household("x", "9-001", 1, "A")])
    last = village_progress(store)[-1]
    assert (last.place.name, last.place.parent, last.total) == ("9-001", "9", 1)


def test_lines_are_narrowed_by_everything_given(store: Store) -> None:
    answered(store, "h4")
    assert [line.household.id for line in household_lines(store, "1-001", "nguoi", "complete")] == ["h4"]
    assert [line.household.id for line in household_lines(store, limit=2)] == ["h1", "h2"]


def test_the_first_household_comes_first(store: Store) -> None:
    assert waiting_for(store) == "h1"


def test_the_way_goes_on_from_the_household_visited_last(store: Store) -> None:
    answered(store, "h2")
    assert waiting_for(store) == "h3"
    answered(store, "h5", at="11")
    assert waiting_for(store) == "h1"


def test_an_interview_that_was_begun_comes_before_all(store: Store) -> None:
    answered(store, "h2", at="12")
    begun(store, "h1")
    begun(store, "h4", at="11")
    assert waiting_for(store) == "h4"


def test_somebody_elses_household_is_left_out(store: Store) -> None:
    answered(store, "h2")
    assert waiting_for(store, enumerator="e1") == "h4"
    assert waiting_for(store, enumerator="e2") == "h3"


def test_a_finished_list_has_no_next(store: Store) -> None:
    for number in range(1, 6):
        answered(store, f"h{number}")
    assert waiting_for(store) is None
    assert waiting_for(store, "1-002") is None


def test_a_household_found_in_the_field_gets_the_next_number_and_an_identity(store: Store) -> None:
    found = add_household(store, "1-001", "  Đỗ  Thị Mới ", phone=" 0912 ", size=3)
    assert (found.number, found.phone, found.size) == (6, "0912", 3)
    assert uuid.UUID(found.id).version == 4
    assert store.household(found.id) == found
    assert store.found_households() == [found]
    assert add_household(store, "1-002", "Mới").number == 1


def test_a_household_needs_a_name_and_a_known_village(store: Store) -> None:
    for village, name, code in (("1-001", "  ", "WRK-01"), ("7-001", "Mới", "WRK-02")):
        with pytest.raises(SurveyAppError) as caught:
            add_household(store, village, name)
        assert caught.value.code == code
    assert store.found_households() == []
