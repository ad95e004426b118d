"""Counts that were kept answer every question as the answers themselves would."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.indicators import compute_all
from survey_app.indicators.compute import compute_groups
from survey_app.indicators.cube import Cube
from tests.unit.indicators.test_adding_tallies import _indicators as indicators
from tests.unit.indicators.test_adding_tallies import home, rows_of

BY = [[], ["commune"], ["village"], ["sex"], ["commune", "village"], ["commune", "village", "sex"]]
Homes = Sequence[tuple[int, dict[str, Any]]]


def cube_of(homes: Homes) -> Cube:
    """Return the counts of some households."""
    found = compute_groups(indicators(), rows_of(homes), BY)
    return Cube(indicators(), BY, [cells for _table, cells in found])


@settings(max_examples=5, deadline=None)
@given(st.lists(home, max_size=8))
def test_a_cube_says_by_each_breakdown_what_the_answers_say(answers: list[dict[str, Any]]) -> None:
    homes = list(enumerate(answers))
    cube = cube_of(homes)
    told = [[], ["commune"], ["village"], ["sex"], ["commune", "sex"]]
    for by, whole in zip(told, compute_all(indicators(), rows_of(homes), told), strict=True):
        pd.testing.assert_frame_equal(cube.table(by), whole, check_dtype=False)


@settings(max_examples=5, deadline=None)
@given(st.lists(home, min_size=1, max_size=8))
def test_a_filtered_cube_says_what_the_answers_of_the_part_say(answers: list[dict[str, Any]]) -> None:
    homes = list(enumerate(answers))
    commune = answers[0]["commune_code"]
    part = [(number, one) for number, one in homes if one["commune_code"] == commune]
    (whole,) = compute_all(indicators(), rows_of(part), [["village"]])
    found = cube_of(homes).table(["village"], {"commune": {commune}})
    pd.testing.assert_frame_equal(found, whole, check_dtype=False)


@settings(max_examples=5, deadline=None)
@given(st.lists(home, min_size=1, max_size=8))
def test_a_group_of_people_alone_is_its_row_of_the_breakdown(answers: list[dict[str, Any]]) -> None:
    homes = list(enumerate(answers))
    (whole,) = compute_all(indicators(), rows_of(homes), [["sex"]])
    wanted = whole[whole["sex"] == "female"]
    found = cube_of(homes).table([], {"sex": {"female"}}).set_index(["indicator", "category"])
    for row in wanted.to_dict("records"):
        told = found.loc[(row["indicator"], row["category"])]
        assert [told[name] for name in ("numerator", "denominator", "unknown")] == [
            row[name] for name in ("numerator", "denominator", "unknown")
        ]


def test_what_a_level_has_nothing_for_gives_no_row() -> None:
    homes = [(0, {"commune_code": "00001", "village": "001", "interview_result": "complete", "poverty_status": "",
                  "policy_group": "", "head_sex": "", "modules": "", "n_smartphone": "1", "n_tablet": "",
                  "internet_type": "", "has_tv": "", "people": [("male", "30", "yes", "1")]})]  # fmt: skip
    found = cube_of(homes).table([], {"sex": {"female"}}, ["phone", "bank"])
    assert list(found["indicator"]) == ["bank"]
    assert list(found["denominator"]) == [0]


def test_only_the_wanted_indicators_are_told() -> None:
    assert list(cube_of([]).table([], only=["homes"])["indicator"]) == ["homes"]
