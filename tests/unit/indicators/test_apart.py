"""Groups held against all others: exact where it can be, careful with few, right in the long run."""

from __future__ import annotations

import math

import numpy as np
import pytest

from survey_app.indicators.apart import FEW, HIGHER, LOWER, USUAL, fences, hold_apart


def _one_each(*groups: tuple[int, int]) -> tuple[list[int], list[int], list[int]]:
    """Return interviews of one answer each: of each group how many count, out of how many."""
    counted, base, at = [], [], []
    for number, (marked, size) in enumerate(groups):
        counted += [1] * marked + [0] * (size - marked)
        base += [1] * size
        at += [number] * size
    return counted, base, at


def test_what_stands_apart_is_named_with_its_side() -> None:
    found = hold_apart(*_one_each((20, 40), (2, 40), (3, 40), (2, 40)), 4)
    assert [one.verdict for one in found] == [HIGHER, USUAL, USUAL, USUAL]
    found = hold_apart(*_one_each((0, 60), (20, 60), (21, 60), (19, 60)), 4)
    assert found[0].verdict == LOWER
    assert found[0].others == pytest.approx(60 / 180)


def test_of_few_nothing_is_said_but_the_numbers() -> None:
    found = hold_apart(*_one_each((20, 20), (1, 200), (1, 200)), 3)
    assert found[0].verdict == FEW
    assert (found[0].counted, found[0].base) == (20, 20)
    many_in_few_homes = hold_apart([10] * 5 + [1] * 100, [10] * 105, [0] * 5 + [1] * 100, 2)
    assert many_in_few_homes[0].verdict == FEW


def test_the_exact_chance_is_that_of_the_hypergeometric_distribution() -> None:
    """One of two groups: 8 of 31 against 1 of 31; twice the tail of Fisher is 0.0264 and one group more doubles it."""
    tail = sum(math.comb(9, k) * math.comb(53, 31 - k) for k in (8, 9)) / math.comb(62, 31)
    assert 2 * tail < 0.05
    two = hold_apart(*_one_each((8, 31), (1, 31)), 2)
    assert two[0].verdict == (HIGHER if 4 * tail <= 0.05 else USUAL)
    assert {one.verdict for one in two} <= {HIGHER, LOWER, USUAL}


def test_answers_of_one_household_are_not_counted_as_so_many_households() -> None:
    """Twelve homes of ten people who all answer alike tell no more than twelve answers."""
    homes = hold_apart([10] * 6 + [0] * 6 + [5] * 40, [10] * 52, [0] * 12 + [1] * 40, 2)
    low, high = homes[0].ends or (0.0, 0.0)
    assert high - low > 0.4
    assert homes[0].verdict == USUAL


def test_equal_groups_are_rarely_called_apart() -> None:
    chance = np.random.default_rng(5)
    alarms = 0
    for _ in range(200):
        base = chance.integers(1, 6, size=400)
        counted = chance.binomial(base, 0.3)
        found = hold_apart(counted, base, np.repeat(np.arange(8), 50), 8)
        alarms += any(one.verdict in {HIGHER, LOWER} for one in found)
    assert alarms <= 20


def test_nothing_at_all() -> None:
    (empty,) = hold_apart([0, 0], [0, 0], [0, 0], 1)
    assert (empty.share, empty.ends, empty.others, empty.verdict) == (None, None, None, FEW)


def test_fences_are_no_narrower_than_asked_and_none_for_few() -> None:
    assert fences(np.ones(29), 1.0) is None
    assert fences(np.ones(30), 1.0) == (-2.0, 4.0)
    low, high = fences(np.arange(101.0), 1.0) or (0, 0)
    assert (low, high) == (25 - 150, 75 + 150)
