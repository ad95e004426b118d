"""Which target a row is held against, and what can be said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from survey_app.indicators import Indicator, Target, Where, compare
from survey_app.indicators.comparing import Chooser, status_of
from survey_app.records import Place

NATION = Target(
    "N", "i0", "target", "national", "", "Việt Nam", frozenset(), dt.date(2022, 1, 1), dt.date(2025, 12, 31), ">=",
    80.0, "%", "QĐ 411/QĐ-TTg", "", ("", ""), "high",
)  # fmt: skip
PROVINCE = replace(NATION, id="P", scope_level="province", scope_code="19", value=70.0)
COMMUNE = replace(NATION, id="C", scope_level="commune", scope_code="05665", value=60.0)
PLACES = (
    Place("19", "Tỉnh Thái Nguyên", "province", "tinh", ""),
    Place("05665", "Xã Đồng Hỷ", "commune", "xa", "19"),
    Place("05665-001", "Xóm 1", "village", "xom", "05665"),
    Place("03390", "Xã khác", "commune", "xa", "12"),
)
ON = dt.date(2026, 11, 1)


@pytest.fixture
def indicator(define: Callable[..., Any]) -> Indicator:
    """A percentage of households."""
    found: Indicator = define({"numerator": "${n_smartphone} > 0", "denominator": "${n_tablet} = 0"})[0]
    return found


def line(estimate: float, unknown: int = 0, denominator: int = 100, **by: str) -> pd.DataFrame:
    row = {"indicator": "i0", **by, "category": "", "numerator": 0, "denominator": denominator}
    return pd.DataFrame([{**row, "unknown": unknown, "estimate": estimate}])


@pytest.mark.parametrize(
    ("operator", "estimate", "unknown", "status"),
    [
        (">=", 80.0, 0, "met"), (">=", 79.9, 0, "not_met"), (">=", 77.3, 5, "inconclusive"),
        (">=", 75.0, 5, "inconclusive"),
        (">=", 74.9, 5, "not_met"), (">", 80.0, 0, "not_met"), (">", 80.1, 0, "met"), ("<=", 80.0, 0, "met"),
        ("<=", 78.0, 5, "inconclusive"), ("<=", 75.0, 5, "met"), ("<=", 81.0, 5, "not_met"),
        ("<", 80.0, 0, "not_met"),
        ("<", 74.9, 5, "met"), ("<", 75.0, 5, "inconclusive"), ("~", 80.0, 0, "not_comparable"), ("=", 80.0, 0, "met"),
        ("=", 79.0, 2, "inconclusive"), ("=", 79.0, 0, "not_met"),
    ],
)  # fmt: skip
def test_status_follows_from_what_the_unknown_leave_open(
    indicator: Indicator, operator: str, estimate: float, unknown: int, status: str
) -> None:
    target = replace(NATION, operator=operator)
    assert status_of(indicator, target, estimate, 100, unknown) == status


def test_fewer_than_thirty_are_not_compared(indicator: Indicator) -> None:
    assert status_of(indicator, NATION, 90.0, 29, 0) == "not_comparable"
    assert status_of(indicator, NATION, 90.0, 30, 0) == "met"


def test_no_estimate_is_not_compared(indicator: Indicator) -> None:
    assert status_of(indicator, NATION, float("nan"), 100, 100) == "not_comparable"


def test_a_commune_takes_the_most_specific_target(indicator: Indicator) -> None:
    table = compare(line(65.0, commune="05665"), [indicator], [NATION, PROVINCE, COMMUNE], places=PLACES, on=ON)
    assert (table["target"][0], table["status"][0]) == (">= 60", "met")


def test_without_its_own_a_commune_is_held_against_its_province(indicator: Indicator) -> None:
    table = compare(line(65.0, commune="05665"), [indicator], [NATION, PROVINCE], places=PLACES, on=ON)
    assert (table["target"][0], table["status"][0]) == (">= 70", "not_met")


def test_a_commune_elsewhere_falls_back_to_the_nation(indicator: Indicator) -> None:
    table = compare(line(65.0, commune="03390"), [indicator], [NATION, PROVINCE, COMMUNE], places=PLACES, on=ON)
    assert table["target_id"][0] == "N"


def test_a_village_lies_in_its_commune(indicator: Indicator) -> None:
    table = compare(line(65.0, village="05665-001"), [indicator], [NATION, PROVINCE, COMMUNE], places=PLACES, on=ON)
    assert table["target_id"][0] == "C"


def test_a_target_for_another_place_only_is_not_comparable(indicator: Indicator) -> None:
    table = compare(line(65.0, commune="03390"), [indicator], [PROVINCE, COMMUNE], places=PLACES, on=ON)
    assert (table["target"][0], table["status"][0]) == ("", "not_comparable")


def test_without_any_document_there_is_no_target(indicator: Indicator) -> None:
    actual = replace(NATION, kind="actual", operator="=")
    assert compare(line(65.0, commune="05665"), [indicator], [actual], on=ON)["status"][0] == "no_target"


def test_a_direction_is_no_bar(indicator: Indicator) -> None:
    direction = replace(NATION, kind="orientation", value=100.0)
    assert compare(line(65.0, commune="05665"), [indicator], [direction], on=ON)["status"][0] == "not_comparable"


def test_a_dissolved_province_means_the_communes_that_make_it_up_now(indicator: Indicator) -> None:
    old = replace(PROVINCE, scope_code="06", communes=frozenset({"05665"}))
    inside = compare(line(65.0, commune="05665"), [indicator], [NATION, old], places=PLACES, on=ON)
    outside = compare(line(65.0, commune="03390"), [indicator], [NATION, old], places=PLACES, on=ON)
    assert (inside["target_id"][0], outside["target_id"][0]) == ("P", "N")


def test_the_whole_is_held_against_the_place_it_lies_in(indicator: Indicator) -> None:
    table = compare(line(65.0), [indicator], [NATION, PROVINCE], within=Where("19", "05665"), on=ON)
    assert table["target_id"][0] == "P"


def test_an_unknown_place_lies_only_in_the_nation(indicator: Indicator) -> None:
    table = compare(line(65.0, commune="unknown"), [indicator], [NATION, PROVINCE], places=PLACES, on=ON)
    assert table["target_id"][0] == "N"


def test_the_latest_period_that_has_begun_is_taken() -> None:
    later = replace(NATION, id="N30", period_start=dt.date(2026, 1, 1), period_end=dt.date(2030, 12, 31), value=95.0)
    targets = [NATION, later]
    found = [Chooser(targets, day).target("i0", Where()) for day in (dt.date(2024, 6, 1), ON, dt.date(2021, 1, 1))]
    assert [target.id if target else "" for target in found] == ["N", "N30", ""]


def test_a_deadline_that_passed_does_not_make_the_goal_disappear() -> None:
    found = Chooser([NATION], dt.date(2028, 1, 1)).target("i0", Where())
    assert found is NATION


def test_categories_of_a_distribution_have_no_target(indicator: Indicator) -> None:
    table = line(65.0)
    table["category"] = "fibre"
    assert compare(table, [indicator], [NATION], on=ON)["status"][0] == "no_target"


def test_a_table_without_rows_gets_the_columns(indicator: Indicator) -> None:
    table = compare(line(65.0).iloc[:0], [indicator], [NATION], on=ON)
    assert {"target", "status"} <= set(table.columns)
