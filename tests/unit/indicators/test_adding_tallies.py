"""Tallies of parts of the households, added up in any order, say what the whole says."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.indicators import Codebook, Indicator, Rows, compute_all, load_indicators
from survey_app.indicators.adding import Tally, communes_of, hash_of, mix, part_of, tally
from survey_app.indicators.disaggregations import disaggregation

DONE = "${interview_result} = 'complete'"
DEFINED: tuple[dict[str, str], ...] = (
    {"key": "phone", "numerator": "${n_smartphone} > 0", "denominator": DONE},
    {"key": "net", "aggregate": "distribution", "numerator": "${internet_type}", "denominator": DONE},
    {"key": "homes", "aggregate": "count", "numerator": DONE, "denominator": ""},
    {"key": "devices", "aggregate": "sum", "numerator": "${n_tablet}", "denominator": DONE},
    {"key": "tv", "numerator": "${has_tv} = 'yes'", "denominator": DONE},
    {"key": "bank", "level": "member", "numerator": "${m_bank} = 'yes'", "denominator": "${m_age} >= 15"},
    {"key": "each", "level": "member", "aggregate": "weighted_ratio", "numerator": "${m_amount}",
     "denominator": "${m_age}"},
)  # fmt: skip
BREAKDOWNS = [[], ["commune"], ["village"], ["sex"], ["commune", "policy_group"], ["province", "head_sex"]]

home = st.fixed_dictionaries(
    {
        "commune_code": st.sampled_from(["00001", "00002", "00003"]),
        "village": st.sampled_from(["001", "002", ""]),
        "interview_result": st.sampled_from(["complete", "refused"]),
        "poverty_status": st.sampled_from(["poor", "non_poor", ""]),
        "policy_group": st.sampled_from(["merit", "merit social", "none", ""]),
        "head_sex": st.sampled_from(["male", "female", ""]),
        "modules": st.sampled_from(["", "home"]),
        "n_smartphone": st.sampled_from(["", "0", "2"]),
        "n_tablet": st.sampled_from(["", "0", "3"]),
        "internet_type": st.sampled_from(["", "fibre", "fibre mobile_data", "none"]),
        "has_tv": st.sampled_from(["", "yes", "no"]),
        "people": st.lists(
            st.tuples(
                st.sampled_from(["", "male", "female"]),
                st.sampled_from(["", "4", "30", "70"]),
                st.sampled_from(["", "yes", "no", "dk"]),
                st.sampled_from(["", "1", "5"]),
            ),
            max_size=3,
        ),
    }
)


def rows_of(homes: Sequence[tuple[int, dict[str, Any]]]) -> Rows:
    """Return households with their numbers as rows."""
    households, members = [], []
    for number, answers in homes:
        own = {name: value for name, value in answers.items() if name not in ("people", "village")}
        village = f"{own['commune_code']}-{answers['village']}" if answers["village"] else ""
        households.append({"submission_id": f"s{number}", "province_code": "19", "village_code": village, **own})
        members += [
            {
                "submission_id": f"s{number}",
                "line": str(n),
                "m_sex": sex,
                "m_age": age,
                "m_bank": bank,
                "m_amount": sum_,
            }
            for n, (sex, age, bank, sum_) in enumerate(answers["people"], start=1)
        ]
    return Rows(households, members)


def same(found: Sequence[pd.DataFrame], whole: Sequence[pd.DataFrame]) -> None:
    """Hold tables against each other, but for the rows of nobody that a total without answers has."""
    for one, other in zip(found, whole, strict=True):
        pd.testing.assert_frame_equal(one, other, check_dtype=False)


@settings(max_examples=4)
@given(homes=st.lists(home, min_size=1, max_size=12), data=st.data())
def test_tallies_of_any_partition_in_any_order_say_what_the_whole_says(
    homes: list[dict[str, Any]], data: st.DataObject
) -> None:
    indicators = _indicators()
    numbered = list(enumerate(homes))
    parts = data.draw(st.lists(st.integers(0, 3), min_size=len(homes), max_size=len(homes)))
    tallies = [
        tally(("f", "1"), indicators, rows_of([one for one, part in zip(numbered, parts, strict=True) if part == n]))
        for n in sorted(set(parts) - {0})
    ]
    here = rows_of([one for one, part in zip(numbered, parts, strict=True) if part == 0])
    shuffled = data.draw(st.permutations(tallies))
    made = mix(indicators, here, BREAKDOWNS, "duckdb", lambda: ((), shuffled))
    same(made.tables, compute_all(indicators, rows_of(numbered), BREAKDOWNS))
    assert not any(made.differing.values())
    assert not any(made.lacking.values())


@settings(max_examples=4)
@given(homes=st.lists(home, min_size=1, max_size=10))
def test_a_commune_counted_from_its_tally_is_not_counted_from_the_answers_too(homes: list[dict[str, Any]]) -> None:
    indicators = _indicators()
    rows = rows_of(list(enumerate(homes)))
    whole = tally(("f", "1"), indicators, rows)
    taken = communes_of(whole) - {"00001"}
    made = mix(indicators, rows, BREAKDOWNS, "duckdb", lambda: (taken, [part_of(whole, {code}) for code in taken]))
    same(made.tables, compute_all(indicators, rows, BREAKDOWNS))


def test_what_is_defined_differently_is_not_added_and_told(define: Callable[..., tuple[Indicator, ...]]) -> None:
    here = define({"key": "a", "numerator": "${n_smartphone} > 0", "denominator": DONE},
                  {"key": "b", "numerator": "${n_tablet} > 0", "denominator": DONE})  # fmt: skip
    there = define({"key": "a", "numerator": "${n_smartphone} > 1", "denominator": DONE},
                   {"key": "b", "numerator": "${n_tablet} > 0", "denominator": DONE})  # fmt: skip
    rows = rows_of([(n, _plain(n)) for n in range(4)])
    made = mix(here, Rows(), [["commune"]], "duckdb", lambda: ((), [tally(("f", "1"), there, rows)]))
    table = made.tables[0].set_index("indicator")
    assert made.differing == {0: {"a"}}
    assert table.loc["a", "denominator"] == 0
    assert table.loc["b", "denominator"] == 4


def test_a_breakdown_that_a_tally_does_not_have_leaves_it_out_and_is_told() -> None:
    indicators = _indicators()
    rows = rows_of([(n, _plain(n)) for n in range(4)])
    there = tally(("f", "1"), indicators, rows)
    made = mix(indicators, Rows(), [["commune", "internet_type"]], "duckdb", lambda: ((), [there]))
    assert made.lacking[0] == {"internet_type"}
    assert made.tables[0]["denominator"].sum() == 0


def test_a_breakdown_made_otherwise_is_not_taken_for_the_same() -> None:
    indicators = _indicators()
    rows = rows_of([(n, _plain(n)) for n in range(4)])
    whole = tally(("f", "1"), indicators, rows)
    other = Tally(whole.form, whole.version, whole.indicators, {**whole.breakdowns, "sex": "0" * 16}, whole.tables)
    made = mix(indicators, Rows(), [["sex"], []], "duckdb", lambda: ((), [other]))
    assert made.lacking[0] == {"sex"}
    assert made.tables[1]["denominator"].sum() > 0
    assert hash_of(disaggregation("sex", indicators[0].book)) == whole.breakdowns["sex"]


def _plain(number: int) -> dict[str, Any]:
    return {
        "commune_code": "00001", "village": "001", "interview_result": "complete", "n_smartphone": str(number),
        "n_tablet": "1", "internet_type": "fibre", "people": [("male", "30", "yes", "1")],
    }  # fmt: skip


@functools.cache
def _indicators() -> tuple[Indicator, ...]:
    from tests.unit.indicators.conftest import COLUMNS, table_text

    return load_indicators(table_text(*DEFINED), Codebook({column.name: column for column in COLUMNS}, "members"))
