"""The forms about villages, communes, enterprises, agencies and requests, and every indicator of theirs by hand."""

from __future__ import annotations

import math
import unicodedata
from functools import cache
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from pyxform.xls2xform import convert

from survey_app import paths
from survey_app.indicators import Indicator, Rows, compute, load_indicators, load_targets
from survey_app.indicators.columns import BUILT_IN
from survey_app.xforms import FormDefinition, FormSession, load_form

FORMS = ("village", "commune", "enterprise", "agency", "device_support")
VI, EN = "Tiếng Việt (vi)", "English (en)"


@cache
def form(name: str) -> FormDefinition:
    return load_form(paths.forms() / name / f"{name}.xlsx")


@cache
def table(name: str) -> dict[str, Indicator]:
    return {each.key: each for each in load_indicators(paths.forms() / name / "indicators.csv", form(name))}


@cache
def sheet(name: str, which: str = "survey") -> tuple[dict[str, str], ...]:
    cells = openpyxl.load_workbook(paths.forms() / name / f"{name}.xlsx")[which].iter_rows(values_only=True)
    head = [str(cell) for cell in next(cells)]
    return tuple({h: str(v) if v is not None else "" for h, v in zip(head, row, strict=True)} for row in cells)


def figures(name: str, key: str, *rows: dict[str, str]) -> dict[str, Any]:
    """Compute one indicator over finished forms; return its line, or one line a category."""
    done = [{"submission_id": f"s{n}", "interview_result": "complete", **row} for n, row in enumerate(rows)]
    found = compute([table(name)[key]], Rows(done, []), ()).to_dict("records")
    if len(found) == 1:
        return {str(column): value for column, value in found[0].items()}
    return {str(line["category"]): line["estimate"] for line in found}


def counts(line: dict[str, Any]) -> tuple[float, float, float]:
    return line["numerator"], line["denominator"], line["unknown"]


def test_the_97_indicators_and_92_targets_stand_in_the_tables_each_once() -> None:
    keys, targets = [], 0
    for name in ("household", *FORMS):
        folder = paths.forms() / name
        found = load_indicators(folder / "indicators.csv", form(name))
        keys += [each.key for each in found]
        targets += len(load_targets(folder / "targets.csv", found))
    assert (len(keys), len(set(keys)), targets) == (97, 97, 92)


@pytest.mark.parametrize("name", FORMS)
def test_a_form_says_whom_it_is_about_and_converts_without_a_warning(name: str) -> None:
    content = (paths.forms() / name / f"{name}.xlsx").read_bytes()
    assert convert(BytesIO(content), validate=False).warnings == []
    assert (form(name).id, form(name).level, form(name).default_language) == (name, name, VI)


@pytest.mark.parametrize("name", FORMS)
def test_every_text_is_there_in_both_languages_and_one_spelling(name: str) -> None:
    for row in sheet(name):
        for column in ("label", "hint", "constraint_message", "guidance_hint"):
            assert bool(row[f"{column}::{VI}"]) == bool(row[f"{column}::{EN}"]), row["name"]
        assert all(text == unicodedata.normalize("NFC", text) for text in row.values())
    assert all(row[f"label::{VI}"] and row[f"label::{EN}"] for row in sheet(name, "choices"))


@pytest.mark.parametrize("name", FORMS)
def test_it_has_soft_checks_and_special_answers_behind_their_questions(name: str) -> None:
    rows = sheet(name)
    names = [row["name"] for row in rows]
    for kind, ending, least in (("soft-check", "_remark", 2), ("special-answer", "_special", 1)):
        found = [n for n, row in enumerate(rows) if row["appearance"] == kind]
        assert len(found) >= least
        assert all(names[n].removesuffix(ending) in names[max(0, n - 2) : n] for n in found)


def test_a_village_counts_where_all_or_most_households_have_the_signal() -> None:
    villages = [{"v_cov_4g": each} for each in ("all", "most", "part", "none", "dk", "")]
    assert counts(figures("village", "v_cov_4g", *villages)) == (2, 6, 2)
    assert figures("village", "v_cov_4g", *villages)["estimate"] == pytest.approx(100 * 2 / 6)


def test_broadband_is_3g_or_better_and_what_is_known_decides() -> None:
    rows = [
        {"v_cov_3g": "all", "v_cov_4g": "dk", "v_cov_5g": "dk"},
        {"v_cov_3g": "none", "v_cov_4g": "dk", "v_cov_5g": "none"},
        {"v_cov_3g": "part", "v_cov_4g": "part", "v_cov_5g": "none"},
    ]
    assert counts(figures("village", "v_mobile_bb", *rows)) == (1, 3, 1)


@pytest.mark.parametrize("key", ["v_cov_2g", "v_cov_3g", "v_cov_5g", "v_fibre"])
def test_the_other_shares_of_villages(key: str) -> None:
    rows = [{key: each, "modules": "network_2g"} for each in ("all", "none", "most", "dk")]
    assert counts(figures("village", key, *rows)) == (2, 4, 1)


def test_teams_of_villages() -> None:
    assert counts(figures("village", "v_team", {"v_team": "yes"}, {"v_team": "no"}, {})) == (1, 3, 1)


def test_people_covered_are_summed_where_both_are_known() -> None:
    rows = [
        {"v_cov_4g": "all", "v_population": "400"},
        {"v_cov_4g": "none", "v_population": "100"},
        {"v_cov_4g": "dk", "v_population": "900"},
        {"v_cov_4g": "most", "v_population": ""},
    ]
    line = figures("village", "sdg_9c1", *rows)
    assert (*counts(line), line["estimate"]) == (400, 500, 2, 80.0)


def test_coverage_holds_household_forms_against_the_village_form() -> None:
    rows = [
        {"v_households": "50", "households_complete": "40"},
        {"v_households": "30", "households_complete": "0"},
        {"v_households": "", "households_complete": "9"},
    ]
    line = figures("village", "q_coverage", *rows)
    assert (*counts(line), line["estimate"]) == (40, 80, 1, 50.0)


def test_the_poor_of_both_forms_are_subtracted() -> None:
    rows = [
        {"v_poor": "6", "v_near_poor": "4", "households_poor": "8"},
        {"v_poor": "1", "v_near_poor": "0", "households_poor": "1"},
        {"v_poor": "", "v_near_poor": "2", "households_poor": "5"},
    ]
    line = figures("village", "q_poverty_reconcile", *rows)
    assert (*counts(line), line["estimate"]) == (9, 11, 1, -2.0)


@pytest.mark.parametrize(
    ("key", "question"),
    [("c_mobile_coverage", "c_covered"), ("c_dedicated_network", "c_dedicated_network"), ("c_team", "c_team")],
)
def test_shares_of_communes(key: str, question: str) -> None:
    assert counts(figures("commune", key, {question: "yes"}, {question: "no"}, {})) == (1, 3, 1)


@pytest.mark.parametrize(
    ("key", "above", "below", "unit"),
    [
        ("s_smartphone_subs", "c_subs_smartphone", "c_subs_mobile", "%"),
        ("s_2g_only_subs", "c_subs_2g_only", "c_subs_mobile", "%"),
        ("s_fixed_bb_100", "c_subs_fixed_bb", "c_population", "per 100"),
    ],
)
def test_subscribers_are_summed_and_a_commune_without_figure_is_left_out(
    key: str, above: str, below: str, unit: str
) -> None:
    rows = [{above: "900", below: "1000"}, {above: "100", below: "3000"}, {above: "", below: "5000"}]
    line = figures("commune", key, *({"modules": "network_2g", **row} for row in rows))
    assert (*counts(line), line["estimate"]) == (1000, 4000, 1, 25.0)
    assert table("commune")[key].unit == unit


def test_stations_by_technology_add_up_to_a_hundred() -> None:
    rows = [
        {"c_bts_2g": "607", "c_bts_3g": "630", "c_bts_4g": "620", "c_bts_5g": "0"},
        {"c_bts_2g": "5", "c_bts_3g": "", "c_bts_4g": "7", "c_bts_5g": "1"},
    ]
    found = figures("commune", "n_bts_share", *rows)
    assert [round(found[f"c_bts_{g}g"], 1) for g in (2, 3, 4, 5)] == [32.7, 33.9, 33.4, 0.0]
    assert sum(found.values()) == pytest.approx(100)


def test_the_radius_of_a_tower_and_the_share_of_cable_underground() -> None:
    radius = figures("commune", "n_tower_radius", {"c_area_km2": "9068.7", "c_towers": "556"})
    assert radius["estimate"] == pytest.approx(math.sqrt(9068.7 / (math.pi * 556)))
    assert round(radius["estimate"], 1) == 2.3
    cable = [{"c_cable_underground_km": "100", "c_cable_aerial_km": "1910"}, {"c_cable_underground_km": "50", "c_cable_aerial_km": "1000"}]  # fmt: skip  # noqa: E501
    assert round(figures("commune", "n_cable_underground_share", *cable)["estimate"], 1) == 4.9


def test_new_enterprises_are_summed_where_the_round_asks() -> None:
    rows = [{"c_new_dx_enterprises": each, "modules": "new_enterprises"} for each in ("190", "8", "")]
    assert figures("commune", "e_new_dx", *rows)["estimate"] == 198
    assert math.isnan(figures("commune", "e_new_dx", {})["estimate"])


@pytest.mark.parametrize(
    ("key", "question"),
    [
        ("e_einvoice", "e_invoice"), ("e_platform", "e_platform"), ("e_econtract", "e_contract"), ("e_sign", "e_sign"),
        ("e_ai_iot", "e_ai_iot"), ("e_dvc", "e_dvc"),
    ],
)  # fmt: skip
def test_enterprises_without_cooperatives_and_household_businesses(key: str, question: str) -> None:
    kinds = (("enterprise", "yes"), ("enterprise", "no"), ("enterprise", "dk"), ("cooperative", "yes"), ("household_business", "yes"))  # fmt: skip  # noqa: E501
    rows = [{"e_type": kind, question: answer, "modules": "enterprise_more"} for kind, answer in kinds]
    assert counts(figures("enterprise", key, *rows)) == (1, 3, 1)


def test_all_businesses_may_sell_online_and_only_small_ones_are_small() -> None:
    shops = [
        {"e_type": each, "e_ecommerce": "yes", "modules": "enterprise_more"} for each in ("enterprise", "cooperative")
    ]
    assert counts(figures("enterprise", "e_ecommerce", *shops, {"e_type": "enterprise", "modules": "enterprise_more"})) == (2, 3, 1)  # fmt: skip  # noqa: E501
    sizes = [
        {"e_type": "enterprise", "e_size": each, "e_platform": "yes"} for each in ("micro", "small", "medium", "large")
    ]
    assert counts(figures("enterprise", "e_sme_platform", *sizes)) == (3, 3, 0)


def test_who_uses_no_cloud_uses_no_domestic_one() -> None:
    rows = [
        {"e_cloud": "yes", "e_cloud_domestic": "yes"},
        {"e_cloud": "no"},
        {"e_cloud": "dk"},
        {"e_cloud": "yes", "e_cloud_domestic": "dk"},
    ]
    line = figures("enterprise", "e_cloud_domestic", *({"e_type": "enterprise", **row} for row in rows))
    assert counts(line)[:2] == (1, 4)


@pytest.mark.parametrize(("key", "question"), [("a_cloud", "a_cloud"), ("a_platform", "a_platform"), ("a_open_data", "a_open_data_full")])  # fmt: skip  # noqa: E501
def test_shares_of_agencies(key: str, question: str) -> None:
    assert counts(figures("agency", key, {question: "yes"}, {question: "no"}, {})) == (1, 3, 1)


@pytest.mark.parametrize(
    ("key", "part", "total"),
    [
        ("a_dvc_with_dossier", "a_dvc_with_file", "a_dvc_total"), ("a_dossier_online", "a_file_online", "a_file_total"),
        ("a_digitised_new", "a_new_result_digit", "a_new_result_total"),
        ("a_digitised_backlog", "a_old_result_digit", "a_old_result_total"),
        ("a_report_online", "a_report_online", "a_report_total"),
        ("a_meeting_online", "a_meeting_online", "a_meeting_total"),
        ("a_pc_protected", "a_pc_protected", "a_pc_total"), ("a_staff_sign", "a_staff_sign", "a_staff_total"),
    ],
)  # fmt: skip
def test_work_of_agencies_is_summed(key: str, part: str, total: str) -> None:
    line = figures("agency", key, {part: "30", total: "40"}, {part: "0", total: "20"}, {part: "", total: "99"})
    assert (*counts(line), line["estimate"]) == (30, 60, 1, 50.0)


@pytest.mark.parametrize("key", ["a_doc_accounts", "a_mailboxes"])
def test_accounts_are_summed_where_the_round_asks(key: str) -> None:
    rows = [{key: each, "modules": "accounts"} for each in ("8000", "200", "")]
    assert figures("agency", key, *rows)["estimate"] == 8200


def test_a_household_is_supported_once_however_many_requests_it_has() -> None:
    rows = [
        {"ds_household": "h1", "ds_status": "delivered", "ds_devices": "2"},
        {"ds_household": "h1", "ds_status": "cash_paid", "ds_devices": "2"},
        {"ds_household": "h2", "ds_status": "approved", "ds_devices": "0"},
        {"ds_household": "h3", "ds_status": "rejected", "ds_devices": "0"},
        {"ds_household": "h4", "ds_status": "delivered", "ds_devices": "1"},
    ]
    assert counts(figures("device_support", "ds_coverage", *rows)) == (2, 3, 0)
    assert figures("device_support", "ds_duplicate", *rows)["estimate"] == 1


def test_what_other_forms_know_is_no_question_of_the_form() -> None:
    for built_in in BUILT_IN:
        assert all(built_in.name not in {row["name"] for row in sheet(name)} for name in FORMS)


def asked(name: str, **known: str) -> FormSession:
    session = FormSession(form(name), instance_id="1")
    for key, value in known.items():
        session.answer(next(path for path in session.paths() if path.endswith(f"/{key}")), value)
    return session


def is_asked(session: FormSession, name: str) -> bool:
    return session.node(next(path for path in session.paths() if path.endswith(f"/{name}"))).relevant


def test_only_a_household_business_is_a_person_and_asked_for_consent() -> None:
    company = asked("enterprise", e_type="enterprise")
    assert not is_asked(company, "consent_answer")
    assert is_asked(company, "e_tax_code")
    shop = asked("enterprise", e_type="household_business")
    assert is_asked(shop, "consent_answer")
    assert not is_asked(shop, "e_sector"), "nothing before the consent"
    agreed = asked("enterprise", e_type="household_business", consent_answer="agree")
    assert is_asked(agreed, "e_sector")
    assert not is_asked(agreed, "e_tax_code"), "its tax code is the owner's personal number"
    refused = asked("enterprise", e_type="household_business", consent_answer="refuse")
    assert not is_asked(refused, "e_platform")


def test_a_request_is_reviewed_only_with_consent_in_the_survey_or_here() -> None:
    assert is_asked(asked("device_support", ds_review_agreed="yes"), "ds_program")
    assert not is_asked(asked("device_support", ds_review_agreed="yes"), "consent_answer")
    assert not is_asked(asked("device_support", ds_review_agreed="no"), "ds_program")
    assert is_asked(asked("device_support", ds_review_agreed="no", consent_answer="agree"), "ds_program")


@pytest.mark.parametrize("name", ["village", "commune", "enterprise", "agency"])
def test_who_gave_the_figures_is_a_position_and_no_name(name: str) -> None:
    (row,) = (row for row in sheet(name) if row["name"] == "source_person")
    assert "Không ghi họ tên" in row[f"hint::{VI}"]
