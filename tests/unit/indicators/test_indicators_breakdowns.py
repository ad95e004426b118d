"""Results by place, sex, age and status."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from survey_app.errors import SurveyAppError
from survey_app.indicators import Rows, compute, compute_all
from survey_app.indicators.disaggregations import AGE_GROUPS

Define = Callable[..., Any]
DONE = "${interview_result} = 'complete'"


@pytest.fixture
def rows() -> Rows:
    """Three households in two communes with six members."""
    return Rows(
        [
            {"submission_id": "a", "interview_result": "complete", "commune_code": "00004", "n_smartphone": "1",
             "poverty_status": "poor", "policy_group": "merit social", "head_sex": "female"},
            {"submission_id": "b", "interview_result": "complete", "commune_code": "00004", "n_smartphone": "0",
             "poverty_status": "non_poor", "policy_group": "none", "head_sex": "male"},
            {"submission_id": "c", "interview_result": "complete", "commune_code": "00008", "n_smartphone": "3",
             "poverty_status": "", "policy_group": "", "head_sex": ""},
        ],
        [
            {"submission_id": "a", "line": "1", "m_sex": "female", "m_age": "60", "m_bank": "yes"},
            {"submission_id": "a", "line": "2", "m_sex": "male", "m_age": "5", "m_bank": "no"},
            {"submission_id": "b", "line": "1", "m_sex": "male", "m_age": "59", "m_bank": "yes"},
            {"submission_id": "b", "line": "2", "m_sex": "male", "m_age": "6", "m_bank": "yes"},
            {"submission_id": "c", "line": "1", "m_sex": "", "m_age": "17", "m_bank": "no"},
            {"submission_id": "c", "line": "2", "m_sex": "female", "m_age": "", "m_bank": "no"},
        ],
    )  # fmt: skip


@pytest.fixture
def indicators(define: Define) -> Any:
    """One indicator of each level."""
    return define(
        {"key": "hh", "numerator": "${n_smartphone} > 0", "denominator": DONE},
        {"key": "p", "level": "member", "numerator": "${m_bank} = 'yes'", "denominator": DONE},
    )


def lines(table: Any, indicator: str, *by: str) -> dict[Any, tuple[int, int]]:
    chosen = table[table["indicator"] == indicator]
    return {
        tuple(row[name] for name in by) if len(by) > 1 else row[by[0]]: (row["numerator"], row["denominator"])
        for row in chosen.to_dict("records")
    }


def test_by_commune(indicators: Any, rows: Rows) -> None:
    table = compute(indicators, rows, ("commune",))
    assert list(table.columns) == [
        "indicator", "commune", "category", "numerator", "denominator", "unknown", "estimate",
    ]  # fmt: skip
    assert lines(table, "hh", "commune") == {"00004": (1, 2), "00008": (1, 1)}
    assert lines(table, "p", "commune") == {"00004": (3, 4), "00008": (0, 2)}


def test_age_groups_have_their_bounds_and_order(indicators: Any, rows: Rows) -> None:
    table = compute(indicators, rows, ("age_group",))
    found = lines(table, "p", "age_group")
    assert found == {"0-5": (0, 1), "6-13": (1, 1), "14-17": (0, 1), "35-59": (1, 1), "60+": (1, 1), "unknown": (0, 1)}
    assert list(found) == [*(group for group in AGE_GROUPS if group in found), "unknown"]


def test_a_household_is_not_broken_down_by_sex(indicators: Any, rows: Rows) -> None:
    table = compute(indicators, rows, ("commune", "sex"))
    assert lines(table, "hh", "commune", "sex") == {("00004", "all"): (1, 2), ("00008", "all"): (1, 1)}
    assert lines(table, "p", "commune", "sex")[("00004", "male")] == (2, 3)
    assert lines(table, "p", "commune", "sex")[("00008", "unknown")] == (0, 1)


def test_members_carry_the_status_of_their_household(indicators: Any, rows: Rows) -> None:
    table = compute(indicators, rows, ("poverty_status",))
    assert lines(table, "p", "poverty_status") == {"poor": (1, 2), "non_poor": (2, 2), "unknown": (0, 2)}


def test_a_household_in_two_policy_groups_counts_in_both(indicators: Any, rows: Rows) -> None:
    table = compute(indicators, rows, ("policy_group",))
    assert lines(table, "hh", "policy_group") == {"merit": (1, 1), "social": (1, 1), "none": (0, 1), "unknown": (1, 1)}


def test_by_the_sex_of_the_head(indicators: Any, rows: Rows) -> None:
    table = compute(indicators, rows, ("head_sex",))
    assert lines(table, "hh", "head_sex") == {"male": (0, 1), "female": (1, 1), "unknown": (1, 1)}


def test_by_any_question_with_choices(indicators: Any, rows: Rows) -> None:
    table = compute(indicators, rows, ("m_bank",))
    assert lines(table, "p", "m_bank") == {"yes": (3, 3), "no": (0, 3)}


def test_several_breakdowns_give_what_each_gives_alone(indicators: Any, rows: Rows) -> None:
    wanted = [(), ("commune",), ("policy_group", "sex")]
    together = compute_all(indicators, rows, wanted)
    for by, table in zip(wanted, together, strict=True):
        assert table.equals(compute(indicators, rows, by))


def test_batches_give_the_same_as_the_whole(indicators: Any, rows: Rows) -> None:
    parts = [
        Rows(
            rows.household[n : n + 1],
            [m for m in rows.member if m["submission_id"] == rows.household[n]["submission_id"]],
        )
        for n in range(3)
    ]
    assert compute(indicators, iter(parts), ("commune",)).equals(compute(indicators, rows, ("commune",)))


def test_a_breakdown_that_does_not_exist_offers_the_nearest(indicators: Any, rows: Rows) -> None:
    with pytest.raises(SurveyAppError, match="commune") as caught:
        compute(indicators, rows, ("comune",))
    assert caught.value.code == "IND-03"


def test_a_breakdown_that_the_form_does_not_ask_is_refused(indicators: Any, rows: Rows) -> None:
    with pytest.raises(SurveyAppError, match="m_education"):
        compute(indicators, rows, ("education",))


def test_an_engine_that_is_not_there_names_those_that_are(indicators: Any, rows: Rows) -> None:
    with pytest.raises(SurveyAppError, match="duckdb"):
        compute(indicators, rows, (), engine="abacus")


def test_counts_are_whole_numbers(indicators: Any, rows: Rows) -> None:
    table = compute(indicators, rows, ())
    assert [str(table[name].dtype) for name in ("numerator", "denominator", "unknown")] == ["int64"] * 3


def test_no_rows_give_a_table_with_its_columns(indicators: Any) -> None:
    assert list(compute(indicators, Rows(), ("commune", "sex")).columns[:3]) == ["indicator", "commune", "sex"]


def test_a_member_without_its_household_is_left_out(indicators: Any, rows: Rows) -> None:
    stray = Rows(rows.household, [*rows.member, {"submission_id": "gone", "line": "1", "m_bank": "yes"}])
    assert compute(indicators, stray, ()).equals(compute(indicators, rows, ()))
