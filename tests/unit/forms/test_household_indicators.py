"""Every indicator of the household form, counted by hand: several ages, blanks, what is not known, people who are away.

Of each example the figures were worked out from its lines with pencil and paper and not from the program: a comment
behind a line says where it counts (in: numerator; out: not in the denominator; ?: not known).
"""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from survey_app import paths
from survey_app.indicators import Indicator, Rows, compute, load_indicators
from survey_app.xforms import load_form

FOLDER = paths.forms() / "household"
MODULES = "commerce contact home internet_use services_more training"
HOME = {"interview_result": "complete", "consent_answer": "agree", "modules": MODULES, "hh_uuid": "h"}
Line = dict[str, str]
Counts = tuple[float, float, float]


@cache
def indicators() -> dict[str, Indicator]:
    return {each.key: each for each in load_indicators(FOLDER / "indicators.csv", load_form(FOLDER / "household.xlsx"))}


def lines_of(key: str, rows: Rows) -> list[dict[str, Any]]:
    return [
        {str(name): value for name, value in line.items()}
        for line in compute([indicators()[key]], rows, ()).to_dict("records")
    ]


def homes(*answers: Line, **more: str) -> Rows:
    """Return households that agreed and were interviewed to the end, and one that refused with the first answers."""
    told = [{**HOME, **more, **row} for row in answers]
    told.append({**HOME, **more, **answers[0], "interview_result": "refused", "consent_answer": "refuse"})
    return Rows([{"submission_id": f"s{n}", **row} for n, row in enumerate(told)], [])


def people(*answers: Line) -> Rows:
    """Return a household with these members, and one that broke off with the same ones."""
    members = [{"m_residence": "permanent", "m_sex": "female", **row} for row in answers]
    rows = Rows([{"submission_id": "s", **HOME}, {"submission_id": "b", **HOME, "interview_result": "partial"}], [])
    for submission in ("s", "b"):
        rows.member.extend({"submission_id": submission, "line": str(n), **row} for n, row in enumerate(members))
    return rows


def counts(key: str, rows: Rows) -> Counts:
    (line,) = lines_of(key, rows)
    return line["numerator"], line["denominator"], line["unknown"]


def shares(key: str, rows: Rows) -> tuple[dict[str, float], float, float]:
    """Return the numerators that are not 0 by answer, the denominator and the unknown."""
    lines = lines_of(key, rows)
    found = {line["category"]: line["numerator"] for line in lines if line["numerator"]}
    return found, lines[0]["denominator"], lines[0]["unknown"]


# --- households ----------------------------------------------------------------------------------------------------

NO_PHONE = {"n_smartphone": "0", "n_feature_4g": "0", "n_phone_3g": "0", "n_phone_2g": "0", "n_tablet": "0"}
HOMES: dict[str, tuple[list[Line], Counts]] = {
    "hh_smartphone": (
        [{"n_smartphone": "2"}, {"n_smartphone": "1"}, {"n_smartphone": "0"}, {}],  # in, in, no, ?
        (2, 4, 1),
    ),
    "hh_smart_device": (
        [
            {"n_smartphone": "0", "n_tablet": "1"},  # in
            {"n_smartphone": "3"},  # in: the tablets do not matter any more
            {"n_smartphone": "0", "n_tablet": "0"},
            {"n_smartphone": "0"},  # ?
            {},  # ?
        ],
        (2, 5, 2),
    ),
    "hh_4g_device": (
        [
            {"n_smartphone": "1", "smart_device_4g": "yes"},  # in
            {"n_smartphone": "1", "smart_device_4g": "no"},
            {"n_smartphone": "1", "smart_device_4g": "dk"},  # ?
            {"n_smartphone": "1"},  # ?: it was to be asked
            {"n_smartphone": "0", "n_tablet": "0", "n_feature_4g": "0"},  # not asked: no device
        ],
        (1, 5, 2),
    ),
    "hh_2g_only": (
        [
            {**NO_PHONE, "n_phone_2g": "1"},  # in
            {**NO_PHONE, "n_phone_3g": "2"},  # in
            {**NO_PHONE, "n_phone_2g": "1", "n_smartphone": "1"},
            {**NO_PHONE, "n_phone_2g": "1", "n_feature_4g": "1"},
            NO_PHONE,
            {**NO_PHONE, "n_phone_2g": "1", "n_smartphone": ""},  # ?
        ],
        (2, 6, 1),
    ),
    "hh_no_phone": (
        [
            NO_PHONE,
            {**NO_PHONE, "n_phone_2g": "1"},
            {**NO_PHONE, "n_phone_3g": ""},
            {"n_smartphone": "1"},
        ],  # in, no, ?, no
        (1, 4, 1),
    ),
    "hh_computer": (
        [
            {"n_computer": "1", "n_tablet": "0"},  # in
            {"n_computer": "0", "n_tablet": "1"},  # in
            {"n_computer": "0", "n_tablet": "0"},
            {"n_tablet": "0"},  # ?
        ],
        (2, 4, 1),
    ),
    "hh_tv": ([{"has_tv": "yes"}, {"has_tv": "no"}, {}], (1, 3, 1)),
    "hh_fibre": (
        [
            {"internet_type": "fibre mobile_data", "fibre_active": "yes"},  # in
            {"internet_type": "fibre", "fibre_active": "no"},
            {"internet_type": "fibre", "fibre_active": "dk"},  # ?
            {"internet_type": "mobile_data"},
            {},  # ?
        ],
        (1, 5, 2),
    ),
    "hh_fibre_available": (
        [
            {"internet_type": "fibre"},  # in
            {"internet_type": "mobile_data", "fibre_available": "yes"},  # in
            {"internet_type": "none", "fibre_available": "no"},
            {"internet_type": "none", "fibre_available": "dk"},  # ?
            {"internet_type": "none"},  # ?
        ],
        (2, 5, 2),
    ),
    "hh_internet": (
        [
            {"internet_type": "fibre"},
            {"internet_type": "other_fixed"},
            {"internet_type": "mobile_data shared"},
            {"internet_type": "satellite"},  # four in
            {"internet_type": "shared"},
            {"internet_type": "none"},
            {},  # no, no, ?
        ],
        (4, 7, 1),
    ),
    "hh_digital_address": ([{"digital_address": "0123-4567"}, {}], (1, 2, 0)),  # blank: it has none
    "hh_sell_online": (
        [
            {"hh_business": "yes", "hh_sell_online": "yes"},  # in
            {"hh_business": "yes", "hh_sell_online": "no"},
            {"hh_business": "yes", "hh_sell_online": "dk"},  # ?
            {"hh_business": "yes"},  # ?
            {"hh_business": "no"},  # out
        ],
        (1, 4, 2),
    ),
    "ds_eligible": (
        [
            {"poverty_status": "poor", "eligible_group": "yes"},  # in
            {"poverty_status": "near_poor", "eligible_group": "yes"},  # in
            {"poverty_status": "non_poor", "policy_group": "none", "eligible_group": "no"},
            {"poverty_status": "unknown", "policy_group": "none", "eligible_group": "no"},  # ?
        ],
        (2, 4, 1),
    ),
    "ds_need": (
        [
            {"poverty_status": "poor", "eligible_group": "yes", "support_need": "yes", "support_before": "no"},  # in
            {"poverty_status": "poor", "eligible_group": "yes", "support_need": "yes", "support_before": "yes"},
            {"poverty_status": "poor", "eligible_group": "yes", "support_need": "yes", "support_before": "dk"},  # ?
            {"poverty_status": "poor", "eligible_group": "yes", "support_need": "no", "support_before": "no"},
            {"poverty_status": "non_poor", "policy_group": "none", "eligible_group": "no", "support_need": "yes"},
        ],
        (1, 5, 1),
    ),
    "ds_smart_device_eligible": (
        [
            {"poverty_status": "poor", "eligible_group": "yes", "n_smartphone": "1"},  # in
            {"poverty_status": "poor", "eligible_group": "yes", "n_smartphone": "0", "n_tablet": "0"},
            {"poverty_status": "poor", "eligible_group": "yes", "n_smartphone": "0"},  # ?
            {"poverty_status": "non_poor", "policy_group": "none", "eligible_group": "no", "n_smartphone": "1"},  # out
        ],
        (1, 3, 1),
    ),
}
HOMES["ds_priority_list"] = HOMES["ds_need"]


@pytest.mark.parametrize("key", HOMES)
def test_households_by_hand(key: str) -> None:
    lines, expected = HOMES[key]
    assert counts(key, homes(*lines)) == expected


# --- people --------------------------------------------------------------------------------------------------------


def asked(question: str, age: int, yes: str = "yes", no: str = "no", **more: str) -> tuple[list[Line], Counts]:
    """Return people who are asked a question from an age on, and what they count."""
    return (
        [
            {"m_age": str(age - 1), question: yes, **more},  # out: too young
            {"m_age": str(age), question: yes, **more},  # in
            {"m_age": str(age), question: no, **more},
            {"m_age": "61", question: "dk", **more},  # ?
            {"m_age": "90", **more},  # ?: it was to be asked
            {"m_age": "40", question: yes, "m_residence": "absent_6m", **more},  # out: away
            {"m_age": "", question: yes, **more},  # out: nobody knows the age
        ],
        (1, 4, 2),
    )


PEOPLE: dict[str, tuple[list[Line], Counts]] = {
    "p_mobile_owner": asked("m_mobile_own", 5),
    "p_internet_user": asked("m_internet_3m", 5),
    "p_account_bank_15": asked("m_bank_account", 15),
    "p_epay_15": asked("m_epay_registered", 15, m_bank_account="yes"),
    "p_epay_of_holders": asked("m_epay_registered", 15, m_bank_account="yes"),
    "p_eid_level2_adult": asked("m_eid_level", 18, "level2", "level1"),
    "p_eid_active_adult": asked("m_eid_active", 18, m_eid_level="level1"),
    "p_ehealth_vneid": asked("m_ehealth_vneid", 14, m_ehealth="yes"),
    "p_esign_adult": asked("m_esign", 18),
    "p_dvc_adult": asked("m_dvc_12m", 18),
    "p_dvc_known": (
        [
            {"m_age": "14", "m_dvc_known": "yes"},
            {"m_age": "15", "m_dvc_known": "yes"},
            {"m_age": "80", "m_dvc_known": "no"},
            {"m_age": "80"},
            {"m_age": "40", "m_dvc_known": "yes", "m_residence": "absent_6m"},
        ],
        (1, 3, 1),
    ),
    "p_telehealth_adult": asked("m_telehealth_12m", 18),
    "p_buy_online": asked("m_buy_online_12m", 15),
    "p_skill_certified": asked("m_skill_certified", 15),
    "p_smartphone_adult": (
        [
            {"m_age": "17", "m_mobile_own": "yes", "m_phone_type": "smartphone"},  # out
            {"m_age": "18", "m_mobile_own": "yes", "m_phone_type": "smartphone only_2g"},  # in
            {"m_age": "60", "m_mobile_own": "yes", "m_phone_type": "only_2g"},
            {"m_age": "60", "m_mobile_own": "yes", "m_phone_type": "dk"},  # ?
            {"m_age": "60", "m_mobile_own": "yes"},  # ?
            {"m_age": "60", "m_mobile_own": "no"},  # not asked: no telephone
            {"m_age": "60", "m_mobile_own": "dk"},  # ?: it may have been to be asked
            {"m_age": "60", "m_mobile_own": "yes", "m_phone_type": "smartphone", "m_residence": "absent_6m"},  # out
        ],
        (1, 6, 3),
    ),
    "p_2g_only_adult": (
        [
            {"m_age": "17", "m_mobile_own": "yes", "m_phone_type": "only_2g"},  # out
            {"m_age": "18", "m_mobile_own": "yes", "m_phone_type": "only_2g"},  # in
            {"m_age": "18", "m_mobile_own": "yes", "m_phone_type": "only_2g smartphone"},
            {"m_age": "70", "m_mobile_own": "yes", "m_phone_type": "dk"},  # ?
            {"m_age": "70", "m_mobile_own": "no"},
        ],
        (1, 4, 1),
    ),
    "p_internet_daily": (
        [
            {"m_age": "4", "m_internet_3m": "yes", "m_internet_freq": "daily"},  # out
            {"m_age": "5", "m_internet_3m": "yes", "m_internet_freq": "daily"},  # in
            {"m_age": "30", "m_internet_3m": "yes", "m_internet_freq": "weekly"},
            {"m_age": "30", "m_internet_3m": "no"},
            {"m_age": "30", "m_internet_3m": "yes", "m_internet_freq": "dk"},  # ?
            {"m_age": "30", "m_internet_3m": "dk"},  # ?
        ],
        (1, 5, 2),
    ),
    "p_eid_adult": (
        [
            {"m_age": "17", "m_eid_level": "level2"},  # out
            {"m_age": "18", "m_eid_level": "level2"},
            {"m_age": "60", "m_eid_level": "level1"},  # in, in
            {"m_age": "60", "m_eid_level": "none"},
            {"m_age": "60", "m_eid_level": "dk"},
            {"m_age": "60"},  # no, ?, ?
        ],
        (2, 5, 2),
    ),
    "p_eid_14plus": (
        [
            {"m_age": "13", "m_eid_level": "level1"},  # out
            {"m_age": "14", "m_eid_level": "level1"},
            {"m_age": "17", "m_eid_level": "none"},
            {"m_age": "18"},
        ],
        (1, 3, 1),
    ),
    "p_account_any_15": (
        [
            {"m_age": "14", "m_bank_account": "yes"},  # out
            {"m_age": "15", "m_bank_account": "no", "m_other_account": "yes"},  # in
            {"m_age": "15", "m_bank_account": "yes", "m_other_account": "dk"},  # in: one is enough
            {"m_age": "70", "m_bank_account": "no", "m_other_account": "no"},
            {"m_age": "70", "m_bank_account": "no", "m_other_account": "dk"},  # ?
            {"m_age": "70", "m_bank_account": "no"},  # ?
        ],
        (2, 5, 2),
    ),
    "p_account_findex": (
        [
            {"m_age": "15", "m_bank_account": "no", "m_other_account": "yes", "m_mobile_money_12m": "yes"},  # in
            {"m_age": "15", "m_bank_account": "yes", "m_other_account": "no"},  # in
            {"m_age": "40", "m_bank_account": "no", "m_other_account": "no"},  # not asked: no other account
            {"m_age": "40", "m_bank_account": "no", "m_other_account": "yes", "m_mobile_money_12m": "dk"},  # ?
            {"m_age": "14", "m_bank_account": "yes"},  # out
        ],
        (2, 4, 1),
    ),
    "p_epay_used_15": (
        [
            {"m_age": "15", "m_bank_account": "yes", "m_epay_registered": "yes", "m_epay_use": "water telecom"},  # in
            {"m_age": "40", "m_bank_account": "yes", "m_epay_registered": "yes", "m_epay_use": "none"},
            {"m_age": "40", "m_bank_account": "yes", "m_epay_registered": "yes"},  # ?
            {"m_age": "40", "m_bank_account": "yes", "m_epay_registered": "no"},
            {"m_age": "40", "m_bank_account": "no", "m_other_account": "no"},
            {"m_age": "14", "m_epay_use": "water"},  # out
        ],
        (1, 5, 1),
    ),
    "p_ehealth": (
        [
            {"m_age": "0", "m_ehealth": "yes"},
            {"m_age": "70", "m_ehealth": "no"},  # in, no: all ages
            {"m_age": "", "m_ehealth": "yes"},  # in: the age does not matter
            {"m_age": "3", "m_ehealth": "dk"},
            {"m_age": "3"},  # ?, ?
            {"m_age": "20", "m_ehealth": "yes", "m_residence": "absent_6m"},  # out
        ],
        (2, 5, 2),
    ),
    "p_ict_skill_any": (
        [
            {"m_age": "15", "m_internet_3m": "yes", "m_skill": "copy_paste"},  # in
            {"m_age": "15", "m_internet_3m": "yes", "m_skill": "none"},
            {"m_age": "66", "m_internet_3m": "yes"},  # ?
            {"m_age": "66", "m_internet_3m": "no"},  # not asked: no internet
            {"m_age": "14", "m_internet_3m": "yes", "m_skill": "program"},  # out
        ],
        (1, 4, 1),
    ),
    "p_skill_basic": (
        [
            {"m_age": "15", "m_internet_3m": "yes", "m_skill": "send_attachment verify_info privacy"},  # in: 3 areas
            {"m_age": "15", "m_internet_3m": "yes", "m_skill": "security install_app program"},  # in: 3 areas
            {"m_age": "15", "m_internet_3m": "yes", "m_skill": "security privacy connect_device install_app"},  # 2
            {"m_age": "80", "m_internet_3m": "no"},
            {"m_age": "80", "m_internet_3m": "yes"},  # ?
        ],
        (2, 5, 1),
    ),
    "p_trained_workingage": (
        [
            {"m_age": "56", "m_sex": "female", "m_skill_trained": "yes"},  # in
            {"m_age": "57", "m_sex": "female", "m_skill_trained": "yes"},  # out
            {"m_age": "61", "m_sex": "male", "m_skill_trained": "yes"},  # in
            {"m_age": "62", "m_sex": "male", "m_skill_trained": "yes"},  # out
            {"m_age": "15", "m_sex": "male", "m_skill_trained": "no"},
            {"m_age": "14", "m_sex": "male", "m_skill_trained": "yes"},  # out
            {"m_age": "30", "m_sex": "male", "m_skill_trained": "dk"},
            {"m_age": "30", "m_sex": "female"},  # ?, ?
        ],
        (2, 5, 2),
    ),
    "q_proxy_rate": (
        [
            {"m_age": "8", "m_proxy": "yes"},
            {"m_age": "40", "m_self": "yes", "m_proxy": "no"},
            {"m_age": "40", "m_self": "no", "m_proxy": "yes"},
            {"m_age": "40", "m_proxy": "yes", "m_residence": "absent_6m"},
        ],
        (2, 3, 0),
    ),
}


@pytest.mark.parametrize("key", PEOPLE)
def test_people_by_hand(key: str) -> None:
    lines, expected = PEOPLE[key]
    assert counts(key, people(*lines)) == expected


# --- distributions -------------------------------------------------------------------------------------------------

ANSWERS: dict[str, tuple[list[Line], tuple[dict[str, float], float, float]]] = {
    "hh_no_smartphone_reason": (
        [
            {"n_smartphone": "0", "no_smartphone_reason": "cost no_skill"},
            {"n_smartphone": "0", "no_smartphone_reason": "cost"},
            {"n_smartphone": "0"},
            {"n_smartphone": "1", "no_smartphone_reason": "cost"},
            {},  # ?, out, out
        ],
        ({"cost": 2, "no_skill": 1}, 3, 1),
    ),
    "hh_no_fibre_reason": (
        [
            {"internet_type": "mobile_data", "no_fibre_reason": "no_infra"},
            {"internet_type": "none", "no_fibre_reason": "service_cost"},
            {"internet_type": "none"},
            {"internet_type": "fibre"},  # ?, out
        ],
        ({"no_infra": 1, "service_cost": 1}, 3, 1),
    ),
    "v_signal_home": (
        [{"signal_home": "good"}, {"signal_home": "good"}, {"signal_home": "weak"}, {}],
        ({"good": 2, "weak": 1}, 4, 1),
    ),
    "p_internet_activity": (
        [
            {"m_age": "15", "m_internet_3m": "yes", "m_internet_activity": "social video"},
            {"m_age": "60", "m_internet_3m": "yes", "m_internet_activity": "video"},
            {"m_age": "60", "m_internet_3m": "yes"},  # ?
            {"m_age": "60", "m_internet_3m": "no"},
            {"m_age": "14", "m_internet_3m": "yes", "m_internet_activity": "video"},  # out
        ],
        ({"social": 1, "video": 2}, 3, 1),
    ),
    "p_no_internet_reason": (
        [
            {"m_age": "15", "m_internet_3m": "no", "m_no_internet_reason": "no_device cost"},
            {"m_age": "70", "m_internet_3m": "no"},  # ?
            {"m_age": "70", "m_internet_3m": "yes"},
            {"m_age": "14", "m_internet_3m": "no", "m_no_internet_reason": "cost"},  # out
        ],
        ({"no_device": 1, "cost": 1}, 2, 1),
    ),
    "p_epay_use_type": (
        [
            {"m_age": "15", "m_bank_account": "yes", "m_epay_registered": "yes", "m_epay_use": "electricity shopping"},
            {"m_age": "40", "m_bank_account": "yes", "m_epay_registered": "yes", "m_epay_use": "none"},
            {"m_age": "40", "m_bank_account": "yes", "m_epay_registered": "yes"},  # ?
            {"m_age": "40", "m_bank_account": "yes", "m_epay_registered": "no"},  # out
        ],
        ({"electricity": 1, "shopping": 1, "none": 1}, 3, 1),
    ),
    "p_skill_areas": (
        [
            {"m_age": "15", "m_internet_3m": "yes", "m_skill": "security program"},
            {"m_age": "66", "m_internet_3m": "yes", "m_skill": "none"},
            {"m_age": "66", "m_internet_3m": "yes"},
            {"m_age": "66", "m_internet_3m": "no"},  # ?, not asked
            {"m_age": "14", "m_internet_3m": "yes", "m_skill": "security"},  # out
        ],
        ({"security": 1, "program": 1, "none": 1}, 4, 1),
    ),
    "p_training_need": (
        [
            {"m_age": "15", "m_support_topic": "vneid payment"},
            {"m_age": "90", "m_support_topic": "none"},
            {"m_age": "30"},
            {"m_age": "14", "m_support_topic": "vneid"},
            {"m_age": "30", "m_support_topic": "vneid", "m_residence": "absent_6m"},
        ],
        ({"vneid": 1, "payment": 1, "none": 1}, 3, 1),
    ),
}


@pytest.mark.parametrize("key", ANSWERS)
def test_distributions_by_hand(key: str) -> None:
    lines, expected = ANSWERS[key]
    rows = people(*lines) if indicators()[key].rows == "member" else homes(*lines)
    assert shares(key, rows) == expected


# --- the survey itself ---------------------------------------------------------------------------------------------


def test_the_response_rate_leaves_out_who_is_no_household() -> None:
    ends = ("complete", "complete", "refused", "nobody_home", "partial", "duplicate", "moved", "not_found")
    rows = Rows(
        [{"submission_id": f"s{n}", "hh_uuid": "h", "interview_result": each} for n, each in enumerate(ends)], []
    )
    assert counts("q_response_rate", rows) == (2, 5, 0)


def test_the_consent_rate_is_of_those_who_were_asked() -> None:
    said = ("agree", "agree_limited", "refuse", "")
    rows = Rows([{"submission_id": f"s{n}", "consent_answer": each} for n, each in enumerate(said)], [])
    assert counts("q_consent_rate", rows) == (2, 3, 0)


def test_a_question_that_no_round_asked_has_no_figure() -> None:
    for key in ("hh_tv", "p_dvc_known"):
        rows = Rows(
            [{"submission_id": "s", **HOME, "modules": ""}], [{"submission_id": "s", "line": "1", "m_age": "40"}]
        )
        (line,) = lines_of(key, rows)
        assert line["estimate"] != line["estimate"]  # NaN: blank is not zero


def test_every_indicator_of_every_form_has_an_example() -> None:
    here = {*HOMES, *PEOPLE, *ANSWERS, "q_response_rate", "q_consent_rate"}
    assert here == set(indicators())
    others = (FOLDER.parents[1] / "tests/unit/forms/test_other_forms.py").read_text(encoding="utf-8")
    for table in paths.forms().glob("*/indicators.csv"):
        name = table.parent.name
        known = load_indicators(table, load_form(table.parent / f"{name}.xlsx")) if name != "household" else ()
        assert [each.key for each in known if f'"{each.key}"' not in others] == []
