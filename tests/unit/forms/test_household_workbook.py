"""The workbook of the household questionnaire, as the people who edit it see it."""

import csv
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from io import BytesIO

import openpyxl
import pytest
from pyxform.xls2xform import convert

from survey_app import paths

WORKBOOK = paths.forms() / "household" / "household.xlsx"
VI, EN = "Tiếng Việt (vi)", "English (en)"

KNOWN_BY_THE_PROGRAM = """
    campaign_code reference_date catalogue_version province_code commune_code commune_type village_code hh_uuid
    hh_no visit_no interviewer_id start_time end_time entry_mode entry_time interview_result
    consent_notice_version modules
"""

CORE = """
    consent_answer consent_scope consent_method consent_person consent_time consent_sensitive_ack head_name
    respondent_no poverty_status poverty_year poverty_standard policy_group n_members n_smartphone n_feature_4g
    n_phone_3g n_phone_2g n_tablet n_computer smart_device_4g no_smartphone_reason internet_type fibre_active
    fibre_available no_fibre_reason signal_home members n_pupils support_before support_before_program
    support_before_device support_before_year support_need support_device_wanted eligible_group
    param_include_policy eligible_smartphone eligible_tablet support_priority hh_weight area_type address_text
    m_no m_name m_relation m_sex m_birth_year m_birth_month m_birth_day reference_year reference_mmdd m_age
    m_residence m_pupil m_pupil_flag m_proxy m_mobile_own m_phone_type m_internet_3m m_eid_level m_eid_active
    m_bank_account m_other_account m_epay_registered m_epay_use m_ehealth m_esign m_dvc_12m m_skill
    m_skill_trained
"""

OPTIONAL = """
    digital_address hh_phone hh_business hh_sell_online has_tv has_radio fibre_operator signal_operator
    has_electricity m_id_number m_ethnicity m_education m_occupation m_difficulty m_internet_freq
    m_internet_activity m_no_internet_reason m_eid_level_child m_mobile_money_12m m_ehealth_vneid m_dvc_known
    m_telehealth_12m m_buy_online_12m m_skill_certified m_support_topic
"""


@cache
def sheet(name: str) -> tuple[dict[str, str], ...]:
    cells = openpyxl.load_workbook(WORKBOOK)[name].iter_rows(values_only=True)
    head = [str(cell) for cell in next(cells)]
    return tuple({h: str(v) if v is not None else "" for h, v in zip(head, row, strict=True)} for row in cells)


def rows(*types: str) -> Iterator[dict[str, str]]:
    return (row for row in sheet("survey") if row["type"].split()[0] in types)


def by_name() -> dict[str, dict[str, str]]:
    return {row["name"]: row for row in sheet("survey") if row["name"]}


def test_it_converts_without_a_warning() -> None:
    assert convert(BytesIO(WORKBOOK.read_bytes()), validate=False).warnings == []


def test_what_the_program_knows_is_hidden_and_nothing_else_is() -> None:
    assert [row["name"] for row in rows("hidden")] == KNOWN_BY_THE_PROGRAM.split()


@pytest.mark.parametrize("name", CORE.split())
def test_every_core_question_is_there_and_belongs_to_no_module(name: str) -> None:
    assert "${modules}" not in by_name()[name].get("relevant", "")


@pytest.mark.parametrize("name", OPTIONAL.split())
def test_every_optional_question_belongs_to_a_module_and_needs_no_answer(name: str) -> None:
    row = by_name()[name]
    assert re.match(r"selected\(\$\{modules\}, '\w+'\)", row["relevant"])
    assert row["required"] == ""


def test_modules_are_those_of_the_readme() -> None:
    used = set(re.findall(r"\$\{modules\}, '(\w+)'", " ".join(row["relevant"] for row in sheet("survey"))))
    listed = set(re.findall(r"^\| `(\w+)` \| \d", (WORKBOOK.parent / "README.md").read_text(encoding="utf-8"), re.M))
    assert used == listed


@pytest.mark.parametrize("language", [VI, EN])
def test_every_label_hint_and_message_is_there_in_both_languages(language: str) -> None:
    other = EN if language == VI else VI
    for row in sheet("survey"):
        for column in ("label", "hint", "constraint_message", "required_message"):
            assert bool(row[f"{column}::{language}"]) == bool(row[f"{column}::{other}"]), row["name"]
    for row in rows("begin_group", "begin_repeat", "text", "integer", "note", "select_one", "select_multiple"):
        assert row[f"label::{language}"], row["name"]
    for row in sheet("choices"):
        assert row[f"label::{language}"], row["name"]


def test_every_constraint_says_what_to_do() -> None:
    assert [row["name"] for row in sheet("survey") if row["constraint"] and not row[f"constraint_message::{VI}"]] == []


def test_labels_are_short_enough_to_be_read_aloud() -> None:
    questions = list(rows("integer", "text", "select_one", "select_multiple"))
    assert [row["name"] for row in questions if len(row[f"label::{VI}"]) > 125] == []


def test_texts_are_in_one_unicode_spelling() -> None:
    for row in (*sheet("survey"), *sheet("choices")):
        for text in row.values():
            assert text == unicodedata.normalize("NFC", text)


def test_nothing_is_answered_beforehand() -> None:
    assert [row["name"] for row in sheet("survey") if row["default"]] == []


def test_a_soft_check_stands_right_after_the_question_it_guards_and_wants_a_reason() -> None:
    lines = sheet("survey")
    checks = [n for n, row in enumerate(lines) if row["appearance"] == "soft-check"]
    assert len(checks) >= 5
    for n in checks:
        assert lines[n]["name"] == f"{lines[n - 1]['name']}_remark"
        assert lines[n]["required"] == "yes"
        assert lines[n]["relevant"]


def test_dont_know_and_none_come_last_in_their_lists() -> None:
    lists: dict[str, list[str]] = {}
    for row in sheet("choices"):
        lists.setdefault(row["list_name"], []).append(row["name"])
    for name, codes in lists.items():
        if "dk" in codes:
            assert codes[-1] == "dk", name


def test_a_choice_that_excludes_the_others_is_guarded() -> None:
    lists = {row["list_name"] for row in sheet("choices") if row["name"] in {"none", "dk"}}
    for row in rows("select_multiple"):
        if row["type"].split()[1] in lists:
            assert "count-selected(.) > 1" in row["constraint"], row["name"]


def test_no_list_is_unused_and_no_code_stands_twice() -> None:
    used = {row["type"].split()[1] for row in rows("select_one", "select_multiple")}
    codes = [(row["list_name"], row["name"]) for row in sheet("choices")]
    assert {name for name, _ in codes} == {name for name in used if not name.startswith("$")}
    assert len(codes) == len(set(codes))


def test_account_numbers_photographs_and_positions_are_never_asked() -> None:
    assert list(rows("image", "geopoint", "barcode", "audio", "file")) == []
    assert [row["name"] for row in sheet("survey") if re.search("card_no|account_no|income", row["name"])] == []


def test_indicators_only_use_names_of_the_form() -> None:
    table = WORKBOOK.parent / "indicators.csv"
    if not table.exists():
        pytest.fail("indicators.csv is missing beside the form")
    names = set(by_name())
    with table.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            for text in row.values():
                assert set(re.findall(r"\$\{(\w+)\}", str(text))) <= names, row


def test_what_takes_the_place_of_an_answer_stands_behind_its_question_and_its_soft_check() -> None:
    lines = sheet("survey")
    names = [row["name"] for row in lines]
    specials = [n for n, row in enumerate(lines) if row["appearance"] == "special-answer"]
    assert len(specials) >= 5
    for n in specials:
        question = names[n].removesuffix("_special")
        assert question in names[n - 2 : n]
        assert lines[n]["relevant"] == lines[names.index(question)]["relevant"]
        assert lines[names.index(question)]["required"] in ("", f"${{{names[n]}}} = ''")


def test_every_guidance_stands_in_both_languages() -> None:
    found = [row for row in sheet("survey") if row[f"guidance_hint::{VI}"] or row[f"guidance_hint::{EN}"]]
    assert len(found) >= 7
    assert all(row[f"guidance_hint::{VI}"] and row[f"guidance_hint::{EN}"] for row in found)
