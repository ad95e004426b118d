"""What a merge would do, and which bundles are missing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from survey_app.bundles import Arrival, Bundle, Gap, Known, Refusal, balance_of, gaps_in, plan_merge
from survey_app.records import Household, Revision

Make = Callable[..., Revision]


def bundle(sender: Any, revisions: list[Revision], *households: Household, **changes: Any) -> Bundle:
    return Bundle(sender.header(revisions, **changes), tuple(revisions), households)


def numbers(plan: Any) -> tuple[int, ...]:
    balance = plan.balance
    return (balance.records, balance.new, balance.identical, balance.joined, balance.conflicting, balance.refused)


def test_unknown_revisions_are_new(sender: Any, revision: Make) -> None:
    plan = plan_merge(Known(), [bundle(sender, [revision(1), revision(2)])])
    assert numbers(plan) == (2, 2, 0, 0, 0, 0)


def test_known_revisions_are_identical(sender: Any, revision: Make) -> None:
    known = Known(revisions={"submission-1": [revision(1)]})
    plan = plan_merge(known, [bundle(sender, [revision(1), revision(2)])])
    assert numbers(plan) == (2, 1, 1, 0, 0, 0)


def test_what_came_earlier_in_the_same_merge_is_identical(sender: Any, revision: Make) -> None:
    first, second = bundle(sender, [revision(1)], bundle_id="a" * 64), bundle(sender, [revision(1)], bundle_id="b" * 64)
    plan = plan_merge(Known(), [first, second])
    assert [(line.new, line.identical) for line in plan.balance.bundles] == [(1, 0), (0, 1)]


def test_a_revision_is_counted_by_what_its_submission_says_after_the_whole_merge(sender: Any, revision: Make) -> None:
    base = revision(1, answers={"a": "1", "b": "1"})
    left = revision(1, parents=(base.id,), answers={"a": "2", "b": "1"})
    right = revision(1, parents=(base.id,), answers={"a": "1", "b": "2"})
    clash = revision(1, parents=(base.id,), answers={"a": "3", "b": "1"})
    known = Known(revisions={"submission-1": [base]})
    assert numbers(plan_merge(known, [bundle(sender, [left])])) == (1, 1, 0, 0, 0, 0)
    assert numbers(plan_merge(known, [bundle(sender, [left]), bundle(sender, [right])])) == (2, 0, 0, 2, 0, 0)
    every = [bundle(sender, [left]), bundle(sender, [right]), bundle(sender, [clash])]
    assert numbers(plan_merge(known, every)) == (3, 0, 0, 0, 3, 0)
    assert plan_merge(known, every).balance.conflicts == 1


def test_derived_names_make_no_conflict_in_a_plan(sender: Any, revision: Make) -> None:
    base = revision(1, answers={"n": "1"})
    sides = [revision(1, parents=(base.id,), answers={"n": value}) for value in ("2", "3")]
    known = Known(revisions={"submission-1": [base]}, derived={("household", "1"): ("n",)})
    assert plan_merge(known, [bundle(sender, sides)]).states == {"submission-1": "joined"}


def test_a_bundle_merged_before_is_recognised(sender: Any, revision: Make) -> None:
    again = bundle(sender, [revision(1)], bundle_id="a" * 64)
    known = Known(revisions={"submission-1": [revision(1)]}, bundles=frozenset({"a" * 64}))
    assert [line.state for line in plan_merge(known, [again]).balance.bundles] == ["again"]


def test_households_found_in_the_field_are_counted_once(sender: Any, revision: Make) -> None:
    home = Household("h9", "25750-001", 9, "Lê Thị Hoa")
    plan = plan_merge(Known(), [bundle(sender, [revision(1)], home), bundle(sender, [revision(2)], home)])
    assert (plan.households, plan.balance.households) == ((home,), 1)


def test_refused_bundles_count_what_their_label_says(sender: Any, revision: Make) -> None:
    header = sender.header([revision(1), revision(2)])
    balance = balance_of(
        [(Refusal("a.bundle", "BND-03", "altered", "", 2), header), (Refusal("b", "BND-01", "no", "", 0), None)], {}
    )
    assert (balance.records, balance.refused, len(balance.refusals)) == (2, 2, 2)
    assert [(line.state, line.device, line.code) for line in balance.bundles] == [
        ("refused", "lap1", "BND-03"),
        ("refused", "", "BND-01"),
    ]


def arrivals(*numbers: tuple[int, int]) -> list[Arrival]:
    return [Arrival("lap1", "Máy 1", number, follows) for number, follows in numbers]


def test_a_number_that_never_came_is_named() -> None:
    assert gaps_in(arrivals((1, 0), (3, 2), (4, 3))) == (Gap("lap1", "Máy 1", (2,)),)


def test_the_order_of_arrival_makes_no_gap() -> None:
    assert gaps_in(arrivals((3, 2), (1, 0), (2, 1))) == ()


def test_the_first_number_may_be_missing() -> None:
    assert gaps_in(arrivals((3, 2))) == (Gap("lap1", "Máy 1", (1, 2)),)


def test_a_number_given_to_a_file_that_was_never_written_is_not_missed() -> None:
    assert gaps_in(arrivals((1, 0), (4, 1))) == ()


def test_gaps_are_named_for_each_device() -> None:
    found = gaps_in([*arrivals((2, 1)), Arrival("lap0", "Máy 0", 1, 0), Arrival("lap2", "Máy 2", 3, 2)])
    assert [(gap.device, gap.missing) for gap in found] == [("lap1", (1,)), ("lap2", (1, 2))]
