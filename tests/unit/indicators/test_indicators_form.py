"""The indicators and targets that come with the household form, and the form as a codebook."""

from __future__ import annotations

import pytest

from survey_app import paths
from survey_app.indicators import (
    Codebook,
    Indicator,
    Rows,
    codebook_of,
    compute,
    compute_all,
    load_indicators,
    load_targets,
    rows_of,
)
from survey_app.indicators.disaggregations import DISAGGREGATIONS
from survey_app.join import Current
from survey_app.records import Place
from survey_app.xforms import FormDefinition, load_form
from survey_app.xforms.xpath import parse, references

FOLDER = paths.forms() / "household"


@pytest.fixture(scope="module")
def form() -> FormDefinition:
    """The household form."""
    return load_form(FOLDER / "household.xlsx")


@pytest.fixture(scope="module")
def indicators(form: FormDefinition) -> tuple[Indicator, ...]:
    """Its indicators."""
    return load_indicators(FOLDER / "indicators.csv", form)


def current(**more: object) -> Current:
    answers = {
        "interview_result": "complete", "village_code": "05665-001", "modules": "",
        "consent": {"consent_answer": "agree"},
        "household": {"poverty_status": "near_poor", "policy_group": "none"},
        "members": [
            {"#": 1, "m_age": "40", "roster": {"m_name": "An", "m_relation": "head", "m_sex": "female"}},
            {"#": 3, "m_age": "7", "roster": {"m_relation": "child", "m_sex": "male"}},
        ],
        "devices": {"n_smartphone": "1"},
    }  # fmt: skip
    fields = {
        "submission": "s1", "household": "h1", "round": "r", "form_id": "household", "form_version": "1",
        "heads": ("a",), "state": "settled", "answers": answers, "conflicts": (), "author": "e", "made_at": "",
        "device": "d",
    } | more  # fmt: skip
    return Current(**fields)  # type: ignore[arg-type]


def test_the_tables_that_come_with_the_form_have_no_fault(indicators: tuple[Indicator, ...]) -> None:
    targets = load_targets(FOLDER / "targets.csv", indicators)
    assert len(indicators) == 53
    assert len(targets) == 40
    assert all(target.source and target.statement for target in targets)


def test_every_indicator_is_worded_in_both_languages(indicators: tuple[Indicator, ...]) -> None:
    for indicator in indicators:
        for language in ("vi", "en"):
            assert indicator.name(language)
            assert indicator.worded("numerator", language) != indicator.numerator_text
            assert indicator.worded("denominator", language) != indicator.denominator_text


def test_every_breakdown_works_with_every_indicator(indicators: tuple[Indicator, ...], form: FormDefinition) -> None:
    asked = [one.name for one in DISAGGREGATIONS if all(name in indicators[0].book for name in references(one.expr))]
    assert {"round", "district", "village", "sex", "education"} <= set(asked)
    tables = compute_all(indicators, rows_of([current()], form), [(name,) for name in asked])
    for table in tables:
        assert set(table["indicator"]) == {indicator.key for indicator in indicators}


def test_any_combination_of_breakdowns_adds_up(indicators: tuple[Indicator, ...], form: FormDefinition) -> None:
    rows = rows_of([current(), current(submission="s2")], form)
    whole = compute(indicators, rows, ())
    parts = compute(
        indicators, rows, ("province", "commune", "village", "sex", "age_group", "poverty_status", "head_sex")
    )
    sums = parts.groupby(["indicator", "category"])[["numerator", "denominator", "unknown"]].sum()
    for row in whole.to_dict("records"):
        added = sums.loc[(row["indicator"], row["category"])]
        assert list(added) == [row["numerator"], row["denominator"], row["unknown"]]


def test_the_codebook_knows_levels_kinds_and_codes(form: FormDefinition) -> None:
    book = codebook_of(form)
    assert book.repeat == "members"
    assert (book["m_phone_type"].level, book["m_phone_type"].kind) == ("member", "codes")
    assert (book["n_smartphone"].level, book["n_smartphone"].kind) == ("household", "number")
    assert "fibre" in book["internet_type"].choices
    assert "consent_notice" not in book


def test_a_question_is_asked_when_its_groups_are(form: FormDefinition) -> None:
    book = codebook_of(form)
    relevant = book["m_phone_type"].relevant
    assert relevant is not None
    assert set(references(relevant)) == {"m_residence", "m_mobile_own"}


def test_only_calculations_of_codes_are_followed(form: FormDefinition) -> None:
    book = codebook_of(form)
    assert book["m_age"].calculation is None
    assert book["area_type"].calculation == parse("if(${commune_type} = 'phuong', 'urban', 'rural')")


def test_rows_flatten_groups_and_keep_line_keys(form: FormDefinition) -> None:
    rows = rows_of([current()], form)
    assert rows.household[0]["submission_id"] == "s1"
    assert rows.household[0]["n_smartphone"] == "1"
    assert [(row["line"], row["m_age"]) for row in rows.member] == [("1", "40"), ("3", "7")]


def test_the_sex_of_the_head_is_worked_out(form: FormDefinition) -> None:
    assert rows_of([current()], form).household[0]["head_sex"] == "female"


def test_what_lies_above_a_village_comes_from_the_catalogue(form: FormDefinition) -> None:
    places = (
        Place("05665-001", "Xóm 1", "village", "xom", "05665"),
        Place("05665", "Xã Đồng Hỷ", "commune", "xa", "19"),
    )
    household = rows_of([current()], form, places).household[0]
    assert (household["commune_code"], household["province_code"]) == ("05665", "19")


def test_voided_submissions_do_not_count_and_conflicts_are_told(form: FormDefinition) -> None:
    found = rows_of([current(state="void"), current(submission="s2", conflicts=("x",))], form)
    assert [row["submission_id"] for row in found.household] == ["s2"]
    assert found.in_conflict == {"s2"}


def test_no_submissions_give_no_rows(form: FormDefinition) -> None:
    assert rows_of([], form) == Rows()


def test_a_form_without_a_repeat_has_no_members(book: Codebook) -> None:
    alone = Codebook({name: column for name, column in book.columns.items() if column.level == "household"})
    assert rows_of([current(answers={"n_smartphone": "1"})], alone).member == []


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"internet": {"internet_type": "fibre", "fibre_active": "yes"}}, (1, 1, 0)),
        ({"internet": {"internet_type": "fibre mobile_data", "fibre_active": "no"}}, (0, 1, 0)),
        ({"internet": {"internet_type": "fibre", "fibre_active": "dk"}}, (0, 1, 1)),
        ({"internet": {"internet_type": "mobile_data"}}, (0, 1, 0)),
        ({"internet": {}}, (0, 1, 1)),
    ],
)
def test_fibre_by_hand(
    indicators: tuple[Indicator, ...], form: FormDefinition, answers: dict[str, object], expected: tuple[int, int, int]
) -> None:
    chosen = [indicator for indicator in indicators if indicator.key == "hh_fibre"]
    whole = {"interview_result": "complete", "consent": {"consent_answer": "agree"}, **answers}
    line = compute(chosen, rows_of([current(answers=whole)], form), ()).iloc[0]
    assert (line["numerator"], line["denominator"], line["unknown"]) == expected
