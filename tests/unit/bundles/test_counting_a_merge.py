"""What refused bundles count for, and which bundles are missing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from survey_app.bundles import Arrival, Gap, Refusal, balance_of, gaps_in
from survey_app.records import Revision

Make = Callable[..., Revision]


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
