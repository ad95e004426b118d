"""The household questionnaire as it behaves in an interview."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from survey_app import paths
from survey_app.clock import VIETNAM
from survey_app.xforms import FormDefinition, FormSession, Node, load_form

NOW = dt.datetime(2026, 11, 21, 9, 30, tzinfo=VIETNAM)
AGREED = {
    "consent_answer": "agree",
    "consent_scope": "statistics support_review contact",
    "consent_method": "signature",
    "consent_person": "Trần Văn Nam",
    "consent_sensitive_ack": "yes",
}
NAM = {
    "m_name": "Trần Văn Nam",
    "m_relation": "head",
    "m_sex": "male",
    "m_birth_year": "1983",
    "m_residence": "permanent",
}
HUONG = {"m_name": "Nguyễn Thị Hường", "m_relation": "spouse", "m_sex": "female", "m_birth_year": "1985"}
LINH = {"m_name": "Trần Khánh Linh", "m_relation": "child", "m_sex": "female", "m_birth_year": "2014"}
TAM = {"m_name": "Phạm Thị Tám", "m_relation": "parent", "m_sex": "female", "m_birth_year": "1954"}


@cache
def form() -> FormDefinition:
    return load_form(paths.forms() / "household" / "household.xlsx")


class Sitting:
    """An interview driven by question names."""

    def __init__(self, **known: str) -> None:
        self.session = FormSession(form(), clock=lambda: NOW)
        self._paths = {question.name: question.path for question in form().questions.values()}
        for name, value in {"reference_date": "2026-11-01", "commune_type": "xa", **known}.items():
            self.session.answer(f"/data/{name}", value)

    def path(self, name: str, member: int = 0) -> str:
        path = self._paths.get(name) or next(p for p in self.session.paths() if p.endswith(f"/{name}"))
        return path.replace("[1]", "").replace("/data/members/", f"/data/members[{member}]/")

    def put(self, answers: dict[str, str] | None = None, member: int = 0, **more: str) -> Sitting:
        for name, value in {**(answers or {}), **more}.items():
            self.session.answer(self.path(name, member), value)
        return self

    def add(self, *people: dict[str, str]) -> Sitting:
        for person in people:
            number = 1 + sum(path.startswith("/data/members[") and path.endswith("]") for path in self.session.paths())
            if number == 2 and not self.session.node("/data/members[1]/roster/m_name").value:
                number = 1
            else:
                self.session.add_repeat("/data/members")
            self.put({"m_residence": "permanent", **person}, number)
        return self

    def node(self, name: str, member: int = 0) -> Node:
        return self.session.node(self.path(name, member))

    def value(self, name: str, member: int = 0) -> str:
        return self.node(name, member).value

    def asked(self, name: str, member: int = 0) -> bool:
        return self.node(name, member).relevant

    def wrong(self, name: str, member: int = 0) -> bool:
        violation = self.node(name, member).violation
        return violation is not None and violation.kind == "constraint"


def family(**known: str) -> Sitting:
    """A household of four that has agreed to everything."""
    return Sitting(**known).put(AGREED).add(NAM, HUONG, LINH, TAM)


def test_the_form_loads_in_both_languages_vietnamese_first() -> None:
    assert form().id == "household"
    assert form().default_language == "Tiếng Việt (vi)"
    assert set(form().languages) == {"Tiếng Việt (vi)", "English (en)"}


def test_nothing_is_asked_before_consent() -> None:
    sitting = Sitting()
    asked = {name for name in sitting._paths if "members" not in sitting._paths[name] and sitting.asked(name)}
    assert asked == {"consent_notice", "consent_answer", "remark"}


def test_a_refusal_leaves_only_the_remark() -> None:
    sitting = Sitting().put(consent_answer="refuse")
    sitting.put(interview_result="refused", remark="Hộ bận")
    assert sitting.session.validate() == []
    assert not sitting.asked("poverty_status")
    assert not sitting.session.node("/data/members[1]").relevant
    answers = sitting.session.answers()
    assert "household" not in answers
    assert "support" not in answers


def test_the_moment_of_consent_is_noted_when_it_is_given() -> None:
    sitting = Sitting().put(consent_answer="agree")
    assert sitting.value("consent_time").startswith("2026-11-21T09:30")


def test_telling_about_sensitive_data_is_a_condition() -> None:
    assert Sitting().put(AGREED).put(consent_sensitive_ack="no").wrong("consent_sensitive_ack")


def test_members_are_counted_and_numbered() -> None:
    sitting = family()
    assert sitting.value("n_members") == "4"
    assert [sitting.value("m_no", n) for n in (1, 2, 3, 4)] == ["1", "2", "3", "4"]


def test_removing_a_member_counts_and_numbers_anew() -> None:
    sitting = family()
    sitting.session.remove_repeat("/data/members[2]")
    assert sitting.value("n_members") == "3"
    assert [sitting.value("m_no", n) for n in (1, 2, 3)] == ["1", "2", "3"]
    assert sitting.value("m_name", 2) == "Trần Khánh Linh"


def test_the_head_is_read_from_the_roster() -> None:
    assert family().value("head_name") == "Trần Văn Nam"


@pytest.mark.parametrize(
    ("born", "reference", "age"),
    [
        (("2008", "11", "1"), "2026-11-01", "18"),
        (("2008", "11", "2"), "2026-11-01", "17"),
        (("2008", "10", "31"), "2026-11-01", "18"),
        (("2008", "12", "31"), "2026-12-31", "18"),
        (("2008", "11", ""), "2026-11-01", "18"),
        (("2008", "12", ""), "2026-11-01", "17"),
        (("2008", "", ""), "2026-01-01", "18"),
        (("2008", "2", "29"), "2026-02-28", "17"),
        (("2008", "2", "29"), "2026-03-01", "18"),
        (("2008", "2", "29"), "2028-02-29", "20"),
        (("2026", "11", "1"), "2026-11-01", "0"),
        (("2025", "11", "2"), "2026-11-01", "0"),
        (("1926", "10", "31"), "2026-11-01", "100"),
    ],
)
def test_age_is_in_completed_years_at_the_reference_date(born: tuple[str, str, str], reference: str, age: str) -> None:
    sitting = Sitting(reference_date=reference).put(AGREED)
    year, month, day = born
    sitting.put({"m_birth_year": year, "m_birth_month": month}, 1)
    if day:
        sitting.put({"m_birth_day": day}, 1)
    assert sitting.value("m_age", 1) == age
    assert not any(sitting.wrong(name, 1) for name in ("m_birth_year", "m_birth_month", "m_birth_day") if month)


@given(
    born=st.dates(dt.date(1901, 1, 1), dt.date(2026, 12, 31)),
    reference=st.dates(dt.date(2025, 7, 1), dt.date(2028, 12, 31)),
)
@settings(max_examples=60, deadline=None)
def test_age_is_the_number_of_birthdays_passed(born: dt.date, reference: dt.date) -> None:
    assume(born <= reference)
    sitting = Sitting(reference_date=reference.isoformat()).put(AGREED)
    sitting.put({"m_birth_year": str(born.year), "m_birth_month": str(born.month), "m_birth_day": str(born.day)}, 1)
    passed = reference.year - born.year - ((reference.month, reference.day) < (born.month, born.day))
    assert sitting.value("m_age", 1) == str(passed)
    assert not any(sitting.wrong(name, 1) for name in ("m_birth_year", "m_birth_month", "m_birth_day"))


@pytest.mark.parametrize(
    ("born", "wrong"),
    [
        (("1990", "4", "31"), "m_birth_day"),
        (("1990", "2", "30"), "m_birth_day"),
        (("1990", "2", "29"), "m_birth_day"),
        (("1990", "13", ""), "m_birth_month"),
        (("2026", "11", "2"), "m_birth_day"),
        (("2026", "12", ""), "m_birth_month"),
        (("2027", "", ""), "m_birth_year"),
        (("1899", "", ""), "m_birth_year"),
    ],
)
def test_impossible_birth_dates_are_refused(born: tuple[str, str, str], wrong: str) -> None:
    sitting = Sitting().put(AGREED)
    for name, value in zip(("m_birth_year", "m_birth_month", "m_birth_day"), born, strict=True):
        if value:
            sitting.put({name: value}, 1)
    assert sitting.wrong(wrong, 1)


@pytest.mark.parametrize(
    ("age", "asked"), [(4, ""), (5, "5"), (13, "5"), (14, "14"), (15, "15"), (17, "15"), (18, "18")]
)
def test_questions_begin_at_the_age_the_law_and_the_indicators_say(age: int, asked: str) -> None:
    sitting = Sitting().put(AGREED).put({**NAM, "m_birth_year": str(2026 - age)}, 1)
    starts = {"m_mobile_own": 5, "m_internet_3m": 5, "m_eid_level": 14, "m_bank_account": 15, "m_other_account": 15,
              "m_skill_trained": 15, "m_self": 15, "m_esign": 18, "m_dvc_12m": 18, "m_ehealth": 0}  # fmt: skip
    assert {name for name in starts if sitting.asked(name, 1)} == {n for n, first in starts.items() if age >= first}


@pytest.mark.parametrize("why", ["dk", "refused"])
def test_whoever_has_no_year_of_birth_is_asked_by_an_estimated_age(why: str) -> None:
    sitting = Sitting().put(AGREED).put({**NAM, "m_birth_year": "", "m_birth_month": ""}, 1)
    assert not sitting.asked("m_age_about", 1)
    sitting.put({"m_birth_year_special": why}, 1)
    assert not sitting.node("m_birth_year", 1).required
    assert sitting.asked("m_age_about", 1)
    sitting.put({"m_age_about": "67"}, 1)
    assert sitting.value("m_age", 1) == "67"
    assert sitting.asked("m_esign", 1)


def test_a_year_that_is_known_after_all_takes_the_place_of_the_estimate() -> None:
    sitting = Sitting().put(AGREED).put({**NAM, "m_birth_year": "", "m_birth_month": ""}, 1)
    sitting.put({"m_birth_year_special": "dk"}, 1).put({"m_age_about": "67"}, 1)
    sitting.put({"m_birth_year_special": "", "m_birth_year": "1960"}, 1)
    assert not sitting.asked("m_age_about", 1)
    assert sitting.value("m_age", 1) == "66"


@pytest.mark.parametrize(("age", "asked"), [(4, False), (5, True), (22, True), (23, False)])
def test_pupils_are_looked_for_between_5_and_22(age: int, asked: bool) -> None:
    sitting = Sitting().put(AGREED).put({**NAM, "m_birth_year": str(2026 - age)}, 1)
    assert sitting.asked("m_pupil", 1) is asked


def test_people_away_for_six_months_have_no_pages() -> None:
    sitting = family().put({"m_residence": "absent_6m"}, 1)
    pages = ("m_mobile_own", "m_eid_level", "m_bank_account", "m_ehealth", "m_skill_trained")
    assert not any(sitting.asked(name, 1) for name in pages)
    assert all(sitting.asked(name, 2) for name in pages)


def test_questions_name_the_person_as_one_speaks() -> None:
    sitting = family()
    assert [sitting.value("m_call", n) for n in (1, 2, 3, 4)] == ["ông Nam", "bà Hường", "cháu Linh", "bà Tám"]
    assert "ông Nam" in sitting.node("m_eid_level", 1).label
    sitting.session.set_language("English (en)")
    assert sitting.node("m_eid_level", 1).label == "What level is Trần Văn Nam's VNeID account?"


def test_children_are_answered_for_and_adults_say_so_themselves() -> None:
    sitting = family().put({"m_self": "yes"}, 1).put({"m_self": "no"}, 2)
    assert [sitting.value("m_proxy", n) for n in (1, 2, 3, 4)] == ["no", "yes", "yes", ""]


def test_the_only_one_who_answers_in_person_is_the_respondent() -> None:
    sitting = family().put({"m_self": "no"}, 1).put({"m_self": "yes"}, 2).put({"m_self": "no"}, 4)
    assert not sitting.asked("respondent")
    assert sitting.value("respondent_no") == "2"


def test_the_respondent_is_asked_for_when_several_answer() -> None:
    sitting = family().put({"m_self": "yes"}, 1).put({"m_self": "yes"}, 2).put({"m_self": "no"}, 4)
    assert [choice.label for choice in sitting.node("respondent").choices] == [
        "1. Trần Văn Nam",
        "2. Nguyễn Thị Hường",
        "3. Trần Khánh Linh",
        "4. Phạm Thị Tám",
    ]
    sitting.put(respondent="2. Nguyễn Thị Hường")
    assert sitting.value("respondent_no") == "2"


@pytest.mark.parametrize(
    ("name", "value", "wrong"),
    [
        ("policy_group", "none merit", True),
        ("policy_group", "none", False),
        ("policy_group", "merit social", False),
        ("internet_type", "none fibre", True),
        ("n_smartphone", "21", True),
        ("n_smartphone", "0", False),
        ("poverty_year", "2020", True),
        ("poverty_year", "2026", False),
        ("poverty_year", "2027", True),
    ],
)
def test_answers_that_contradict_themselves_are_refused(name: str, value: str, wrong: bool) -> None:
    sitting = family().put(poverty_status="poor").put({name: value})
    assert sitting.wrong(name) is wrong


@pytest.mark.parametrize("name", ["m_epay_use", "m_skill"])
def test_none_of_these_excludes_the_others(name: str) -> None:
    sitting = family().put({"m_bank_account": "yes", "m_epay_registered": "yes", "m_internet_3m": "yes"}, 1)
    code = "security" if name == "m_skill" else "water"
    assert sitting.put({name: f"none {code}"}, 1).wrong(name, 1)
    assert not sitting.put({name: code}, 1).wrong(name, 1)


def test_a_doubtful_answer_wants_a_reason_and_then_stands() -> None:
    sitting = family().put(n_smartphone="5")
    remark = sitting.node("n_smartphone_remark")
    assert remark.relevant
    assert remark.required
    assert "4 người" in remark.label
    assert "n_smartphone_remark" in {v.path.rsplit("/", 1)[-1] for v in sitting.session.validate()}
    sitting.put(n_smartphone_remark="Hai máy dùng cho cửa hàng")
    assert sitting.node("n_smartphone_remark").violation is None
    assert not sitting.put(n_smartphone="4").asked("n_smartphone_remark")


def test_fewer_phones_than_their_owners_is_doubtful() -> None:
    sitting = family().put({"m_mobile_own": "yes", "m_phone_type": "smartphone"}, 1)
    assert sitting.put(n_smartphone="0").asked("n_smartphone_remark")
    assert not sitting.put(n_smartphone="1").asked("n_smartphone_remark")


def test_a_first_line_that_is_not_the_head_and_a_second_head_are_doubtful() -> None:
    sitting = family()
    assert not sitting.asked("m_relation_remark", 1)
    assert sitting.put({"m_relation": "head"}, 2).asked("m_relation_remark", 2)
    sitting.put({"m_relation": "spouse"}, 1)
    assert [sitting.asked("m_relation_remark", n) for n in (1, 2)] == [True, False]


POOR = {"poverty_status": "poor", "policy_group": "none", "support_before": "no", "support_need": "yes"}


@pytest.mark.parametrize(
    ("answers", "pupil", "group", "smartphone", "tablet", "priority"),
    [
        # R1: poor, near-poor and (by the province's plan) policy families
        (POOR, True, "yes", "yes", "yes", "3"),
        ({**POOR, "poverty_status": "near_poor"}, True, "yes", "yes", "yes", "4"),
        ({**POOR, "poverty_status": "escaped"}, True, "no", "no", "no", "99"),
        ({**POOR, "poverty_status": "non_poor"}, True, "no", "no", "no", "99"),
        ({**POOR, "poverty_status": "unknown"}, True, "no", "no", "no", "99"),
        ({**POOR, "poverty_status": "non_poor", "policy_group": "merit"}, True, "yes", "yes", "yes", "5"),
        ({**POOR, "poverty_status": "non_poor", "policy_group": "social"}, True, "yes", "yes", "yes", "5"),
        ({**POOR, "poverty_status": "non_poor", "policy_group": "other_policy"}, True, "yes", "yes", "yes", "5"),
        ({**POOR, "poverty_status": "non_poor", "policy_group": "ethnic_hardship"}, True, "no", "no", "no", "99"),
        # the order of the circular: merit before social before poor before near-poor
        ({**POOR, "policy_group": "merit social"}, True, "yes", "yes", "yes", "1"),
        ({**POOR, "poverty_status": "near_poor", "policy_group": "merit"}, True, "yes", "yes", "yes", "1"),
        ({**POOR, "poverty_status": "near_poor", "policy_group": "social"}, True, "yes", "yes", "yes", "2"),
        # R3: a tablet needs a pupil, a smartphone does not
        (POOR, False, "yes", "yes", "no", "3"),
        # R4: only once
        ({**POOR, "support_before": "yes"}, True, "yes", "no", "no", "3"),
        ({**POOR, "support_before": "dk"}, True, "yes", "no", "no", "3"),
        # wanted
        ({**POOR, "support_need": "no"}, True, "yes", "no", "no", "3"),
    ],
)
def test_device_support_follows_the_rules(
    answers: dict[str, str], pupil: bool, group: str, smartphone: str, tablet: str, priority: str
) -> None:
    sitting = family().put({"m_pupil": "yes" if pupil else "no"}, 3).put(answers)
    found = [sitting.value(name) for name in ("eligible_group", "eligible_smartphone", "eligible_tablet")]
    assert found == [group, smartphone, tablet]
    assert sitting.value("support_priority") == priority


def test_support_is_only_discussed_with_those_who_agreed_to_its_review() -> None:
    sitting = family().put(POOR)
    sitting.put(consent_scope="statistics")
    assert not sitting.asked("support_need")
    assert sitting.value("eligible_smartphone") == "no"


def test_only_one_device_can_be_asked_for_and_a_tablet_without_pupils_is_doubtful() -> None:
    sitting = family().put(POOR).put(support_device_wanted="tablet")
    assert sitting.node("support_device_wanted").control == "select1"
    assert sitting.asked("support_device_wanted_remark")
    assert not sitting.put({"m_pupil": "yes"}, 3).asked("support_device_wanted_remark")


def test_a_device_that_works_on_4g_is_asked_about_where_there_is_a_device() -> None:
    sitting = family().put(n_smartphone="0", n_tablet="0", n_feature_4g="0")
    assert not sitting.asked("smart_device_4g")
    assert sitting.asked("no_smartphone_reason")
    sitting.put(n_feature_4g="1")
    assert sitting.asked("smart_device_4g")


def test_the_poverty_standard_follows_from_the_year_of_the_review() -> None:
    sitting = family().put(poverty_status="poor", poverty_year="2026")
    assert sitting.value("poverty_standard") == "2022-2025"
    assert (
        family(reference_date="2027-12-01").put(poverty_status="poor", poverty_year="2027").value("poverty_standard")
        == "2027-2030"
    )


@pytest.mark.parametrize(
    ("module", "name", "member"),
    [
        ("contact", "hh_phone", 0),
        ("contact", "digital_address", 0),
        ("home", "has_tv", 0),
        ("commerce", "hh_business", 0),
        ("background", "m_education", 1),
        ("background", "m_occupation", 1),
        ("services_more", "m_dvc_known", 1),
        ("services_more", "m_eid_level_child", 3),
        ("training", "m_support_topic", 1),
        ("identity", "m_id_number", 1),
        ("sensitive", "m_ethnicity", 1),
    ],
)
def test_a_module_brings_its_questions_and_only_when_it_is_on(module: str, name: str, member: int) -> None:
    assert not family().asked(name, member)
    assert family(modules=f"x {module} y").asked(name, member)


@pytest.mark.parametrize(
    ("number", "wrong"),
    [("0912345678", False), ("0241234567", False), ("02412345678", False), ("01201234567", True), ("912345678", True)],
)
def test_phone_numbers_are_those_of_today(number: str, wrong: bool) -> None:
    assert family(modules="contact").put(hh_phone=number).wrong("hh_phone") is wrong


@pytest.mark.parametrize(
    ("number", "doubtful"),
    [("001083123456", False), ("001183123456", True), ("001084123456", True), ("001283123456", False)],
)
def test_a_personal_number_that_does_not_fit_sex_or_year_is_doubtful(number: str, doubtful: bool) -> None:
    sitting = family(modules="identity").put({"m_id_number": number}, 1)
    assert not sitting.wrong("m_id_number", 1)
    assert sitting.asked("m_id_number_remark", 1) is doubtful


def test_wards_are_urban_and_other_communes_rural() -> None:
    assert Sitting(commune_type="phuong").value("area_type") == "urban"
    assert Sitting(commune_type="xa").value("area_type") == "rural"
    assert Sitting(commune_type="dac_khu").value("area_type") == "rural"


ONE = {
    **POOR, "poverty_year": "2025", "n_smartphone": "2", "n_feature_4g": "1", "n_phone_3g": "0", "n_phone_2g": "0",
    "n_tablet": "0", "n_computer": "1", "smart_device_4g": "yes", "internet_type": "fibre mobile_data",
    "fibre_active": "yes", "signal_home": "good", "support_device_wanted": "smartphone",
}  # fmt: skip
OTHER = {
    "poverty_status": "non_poor", "policy_group": "none", "n_smartphone": "0", "n_feature_4g": "0", "n_phone_3g": "0",
    "n_phone_2g": "1", "n_tablet": "0", "n_computer": "0", "no_smartphone_reason": "cost", "internet_type": "none",
    "fibre_available": "dk", "no_fibre_reason": "service_cost", "signal_home": "weak", "support_before": "yes",
    "support_before_program": "ptu_cash", "support_before_device": "cash", "support_before_year": "2023",
    "support_need": "no",
}  # fmt: skip
ADULT = {
    "m_mobile_own": "yes", "m_phone_type": "smartphone", "m_internet_3m": "yes", "m_eid_level": "level2",
    "m_eid_active": "yes", "m_bank_account": "yes", "m_other_account": "no", "m_epay_registered": "yes",
    "m_epay_use": "electricity transfer", "m_ehealth": "yes", "m_esign": "no", "m_dvc_12m": "yes",
    "m_skill": "send_attachment security", "m_skill_trained": "no",
}  # fmt: skip
OFFLINE = {
    "m_mobile_own": "no", "m_internet_3m": "no", "m_eid_level": "none", "m_bank_account": "no", "m_other_account": "no",
    "m_ehealth": "dk", "m_esign": "no", "m_dvc_12m": "no", "m_skill_trained": "no",
}  # fmt: skip


def interviewed(household: dict[str, str]) -> Sitting:
    sitting = family()
    sitting.put({"m_self": "yes"}, 1).put({"m_self": "no"}, 2).put({"m_self": "no"}, 4)
    sitting.put(ADULT if household is ONE else OFFLINE, 1).put(ADULT if household is ONE else OFFLINE, 2)
    sitting.put({"m_pupil": "yes", "m_mobile_own": "no", "m_internet_3m": "yes", "m_ehealth": "yes"}, 3)
    return sitting.put(OFFLINE, 4).put(household)


@pytest.mark.parametrize("household", [ONE, OTHER])
def test_a_household_of_four_can_be_finished(household: dict[str, str]) -> None:
    assert interviewed(household).session.validate() == []


def test_every_core_question_is_reached_in_one_of_two_households() -> None:
    asked: set[str] = set()
    for household in (ONE, OTHER):
        sitting = interviewed(household)
        asked |= {node.name for node in map(sitting.session.node, sitting.session.paths()) if _is_asked(node)}
    core = {
        question.name
        for question in form().questions.values()
        if "${modules}" not in _relevance(question.name) and question.appearance != "soft-check"
    }
    assert core - asked == {"m_birth_day", "m_age_about", "respondent"}


def _is_asked(node: Node) -> bool:
    return node.kind == "question" and node.relevant


@cache
def _relevances() -> dict[str, str]:
    import openpyxl

    cells = openpyxl.load_workbook(paths.forms() / "household" / "household.xlsx")["survey"].iter_rows(values_only=True)
    head = list(next(cells))
    rows = [dict(zip(head, row, strict=True)) for row in cells]
    return {str(row["name"]): str(row["relevant"]) for row in rows}


def _relevance(name: str) -> str:
    return _relevances()[name]


def test_what_is_stored_is_what_was_asked() -> None:
    answers: dict[str, Any] = interviewed(ONE).session.answers()
    assert answers["n_pupils"] == "1"
    assert answers["members"][2]["person"] == {"m_proxy": "yes", "m_self_no": "0", "m_self_flag": "0", "m_pupil": "yes",
                                               "m_pupil_flag": "1"}  # fmt: skip
    assert answers["support"]["eligible_tablet"] == "yes"
    assert "no_smartphone_reason" not in answers["devices"]
