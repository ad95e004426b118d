"""Who is counted, who is not, and who cannot be decided: worked out by hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from survey_app.indicators import Rows

Count = Callable[..., dict[str, Any]]
Make = Callable[..., Rows]

ADULTS = "${interview_result} = 'complete' and ${m_residence} != 'absent_6m' and ${m_age} >= 18"


def figures(line: dict[str, Any]) -> tuple[int, int, int]:
    return int(line["numerator"]), int(line["denominator"]), int(line["unknown"])


def test_a_blank_that_was_asked_is_unknown_and_no_zero(count: Count, homes: Make) -> None:
    rows = homes({"n_smartphone": "2"}, {"n_smartphone": "0"}, {})
    assert figures(count(rows, numerator="${n_smartphone} > 0")) == (1, 3, 1)


def test_dont_know_is_unknown_and_stays_in_the_denominator(count: Count, people: Make) -> None:
    rows = people({"m_bank": "yes", "m_age": "30"}, {"m_bank": "dk", "m_age": "30"}, {"m_bank": "no", "m_age": "30"})
    line = count(rows, level="member", numerator="${m_bank} = 'yes'", denominator=ADULTS)
    assert figures(line) == (1, 3, 1)
    assert line["estimate"] == pytest.approx(100 / 3)


def test_smartphones_of_adults_by_hand(count: Count, people: Make) -> None:
    rows = people(
        {"m_age": "40", "m_residence": "permanent", "m_mobile_own": "yes", "m_phone_type": "smartphone only_2g"},
        {"m_age": "18", "m_residence": "permanent", "m_mobile_own": "yes", "m_phone_type": "only_2g"},
        {"m_age": "70", "m_residence": "permanent", "m_mobile_own": "no"},  # hidden for a good reason: no
        {"m_age": "35", "m_residence": "permanent", "m_mobile_own": "dk"},  # hidden behind a don't know: unknown
        {"m_age": "35", "m_residence": "permanent", "m_mobile_own": "yes"},  # asked and blank: unknown
        {"m_age": "35", "m_residence": "permanent", "m_mobile_own": "yes", "m_phone_type": "dk"},  # unknown
        {"m_age": "35", "m_residence": "permanent", "m_mobile_own": "yes", "m_phone_type": "smartphone dk"},  # yes
        {"m_age": "17", "m_residence": "permanent", "m_mobile_own": "yes", "m_phone_type": "smartphone"},  # too young
        {"m_age": "40", "m_residence": "absent_6m"},  # away
        {"m_age": "", "m_residence": "permanent", "m_mobile_own": "yes", "m_phone_type": "smartphone"},  # no age
    )
    line = count(rows, level="member", numerator="selected(${m_phone_type}, 'smartphone')", denominator=ADULTS)
    assert figures(line) == (2, 7, 3)


def test_an_answer_that_decides_alone_decides(count: Count, people: Make) -> None:
    rows = people(
        {"m_bank": "yes", "m_other": "dk"},
        {"m_bank": "dk", "m_other": "yes"},
        {"m_bank": "no", "m_other": "dk"},
        {"m_bank": "no", "m_other": "no"},
        {"m_bank": "dk", "m_other": "dk"},
    )
    either = count(rows, level="member", numerator="${m_bank} = 'yes' or ${m_other} = 'yes'")
    assert figures(either) == (2, 5, 2)
    both = count(rows, level="member", numerator="${m_bank} = 'yes' and ${m_other} = 'yes'")
    assert figures(both) == (0, 5, 3)
    neither = count(rows, level="member", numerator="not(${m_bank} = 'yes' or ${m_other} = 'yes')")
    assert figures(neither) == (1, 5, 2)


def test_asking_whether_there_is_an_answer_is_always_decided(count: Count, homes: Make) -> None:
    rows = homes({"nickname": "Tý"}, {"nickname": ""}, {})
    assert figures(count(rows, numerator="${nickname} != ''")) == (1, 3, 0)
    assert figures(count(rows, numerator="${nickname} = ''")) == (2, 3, 0)


def test_asking_for_the_dont_know_itself_is_decided(count: Count, people: Make) -> None:
    rows = people({"m_bank": "dk"}, {"m_bank": "yes"}, {"m_bank": ""})
    assert figures(count(rows, level="member", numerator="${m_bank} = 'dk'")) == (1, 3, 1)


def test_a_module_that_was_not_asked_gives_no_estimate(count: Count, homes: Make) -> None:
    line = count(homes({"modules": "contact"}, {"modules": ""}), numerator="${has_tv} = 'yes'")
    assert figures(line) == (0, 2, 2)
    assert math.isnan(line["estimate"])


def test_a_module_that_was_asked_counts_like_any_question(count: Count, homes: Make) -> None:
    rows = homes({"modules": "home", "has_tv": "yes"}, {"modules": "contact home"}, {"modules": "home", "has_tv": "no"})
    line = count(rows, numerator="${has_tv} = 'yes'")
    assert figures(line) == (1, 3, 1)
    assert line["estimate"] == pytest.approx(100 / 3)


def test_a_calculation_is_unknown_when_what_it_rests_on_is(count: Count, homes: Make) -> None:
    rows = homes(
        {"poverty_status": "poor", "policy_group": "none", "eligible_group": "yes"},
        {"poverty_status": "unknown", "policy_group": "none", "eligible_group": "no"},
        {"poverty_status": "unknown", "policy_group": "merit", "eligible_group": "yes"},
        {"poverty_status": "non_poor", "policy_group": "none", "eligible_group": "no"},
    )
    line = count(rows, aggregate="count", numerator="${eligible_group} = 'yes'")
    assert figures(line) == (2, 4, 1)
    assert line["estimate"] == 2


def test_an_author_can_say_what_is_unknown(count: Count, homes: Make) -> None:
    rows = homes({"nickname": "x", "n_tablet": "1"}, {"n_tablet": "9"}, {"n_tablet": "1"})
    line = count(rows, numerator="${nickname} != ''", unknown="${n_tablet} = 9")
    assert figures(line) == (1, 3, 1)


def test_interviews_that_are_not_complete_stay_outside(count: Count, homes: Make) -> None:
    rows = homes({"n_smartphone": "1"}, {"n_smartphone": "1", "interview_result": "refused"})
    assert figures(count(rows, numerator="${n_smartphone} > 0")) == (1, 1, 0)


def test_a_numerator_never_reaches_beyond_its_denominator(count: Count, homes: Make) -> None:
    rows = homes({"n_smartphone": "1", "n_tablet": "0"}, {"n_smartphone": "1", "n_tablet": "1"})
    line = count(rows, numerator="${n_smartphone} > 0", denominator="${n_tablet} > 0")
    assert figures(line) == (1, 1, 0)


def test_a_distribution_counts_each_choice_and_sets_dont_know_apart(define: Callable[..., Any], people: Make) -> None:
    from survey_app.indicators import compute

    rows = people(
        {"m_age": "30", "m_mobile_own": "yes", "m_phone_type": "smartphone only_2g"},
        {"m_age": "30", "m_mobile_own": "yes", "m_phone_type": "smartphone"},
        {"m_age": "30", "m_mobile_own": "yes", "m_phone_type": "dk"},
        {"m_age": "30", "m_mobile_own": "yes"},
        {"m_age": "30", "m_mobile_own": "no"},
    )
    indicators = define(
        {"level": "member", "aggregate": "distribution", "numerator": "${m_phone_type}", "denominator": ADULTS}
    )
    table = compute(indicators, rows, ())
    assert list(table["category"]) == ["smartphone", "only_2g"]
    assert list(table["numerator"]) == [2, 1]
    assert set(table["denominator"]) == {5}
    assert set(table["unknown"]) == {2}
    assert list(table["estimate"]) == [40.0, 20.0]


def test_a_sum_leaves_unknown_amounts_out_and_counts_them(count: Count, people: Make) -> None:
    rows = people({"m_amount": "10"}, {"m_amount": "2.5"}, {"m_amount": ""})
    line = count(rows, level="member", aggregate="sum", numerator="${m_amount}")
    assert (line["numerator"], line["denominator"], line["unknown"]) == (12.5, 3, 1)
    assert line["estimate"] == 12.5


def test_a_weighted_ratio_is_sum_over_sum(count: Count, homes: Make) -> None:
    rows = homes({"n_smartphone": "1", "n_tablet": "4"}, {"n_smartphone": "2", "n_tablet": "6"}, {"n_tablet": "5"})
    line = count(rows, aggregate="weighted_ratio", numerator="${n_smartphone}", denominator="${n_tablet}")
    assert (line["numerator"], line["denominator"], line["unknown"]) == (3, 10, 1)
    assert line["estimate"] == 30.0


def test_nobody_in_the_denominator_gives_no_estimate(count: Count, homes: Make) -> None:
    line = count(homes({"n_smartphone": "1"}), numerator="${n_smartphone} > 0", denominator="${n_tablet} > 99")
    assert figures(line) == (0, 0, 0)
    assert math.isnan(line["estimate"])


def test_no_rows_at_all_give_zeroes(count: Count) -> None:
    line = count(Rows(), numerator="${n_smartphone} > 0")
    assert figures(line) == (0, 0, 0)
    assert math.isnan(line["estimate"])
