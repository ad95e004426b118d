"""Indicators of a real store: what counts, what they are held against, what the window and the report get."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from survey_app import paths
from survey_app.clock import VIETNAM
from survey_app.crypto import Cost
from survey_app.errors import SurveyAppError
from survey_app.indicators import TableError
from survey_app.operations.reporting import write_report
from survey_app.operations.results import (
    Result,
    basis,
    indicator_table,
    least_of,
    names_of,
    results_of,
    set_least,
    summary,
    tables,
)
from survey_app.records import Household, Place, Revision, Round
from survey_app.store import Store, StoredForm
from survey_app.xforms import load_form

FOLDER = paths.forms() / "household"
PLACES = (
    Place("19", "Tỉnh Thái Nguyên", "province", "tinh", ""),
    Place("05665", "Xã Đồng Hỷ", "commune", "xa", "19"),
    Place("05665-001", "Xóm Tân Thịnh", "village", "xom", "05665"),
    Place("05665-002", "Xóm Mong", "village", "xom", "05665"),
)
Answer = Callable[..., Revision]


@pytest.fixture(scope="module")
def stored_form() -> StoredForm:
    """The household form as a store keeps it."""
    form = load_form(FOLDER / "household.xlsx")
    files = {name: (FOLDER / name).read_bytes() for name in ("indicators.csv", "targets.csv")}
    return StoredForm(form.id, form.version, form.title, form.xml, tuple(sorted(form.derived)), files)


@pytest.fixture
def empty(tmp_path: Path, stored_form: StoredForm) -> Iterator[Store]:
    """An office store with a round and a household list, and no answers yet."""
    with Store.create(
        tmp_path / "office.store",
        "đường làng rợp bóng tre",
        kind="office",
        device="O1",
        name="Xã Đồng Hỷ",
        cost=Cost(1, 8),
    ) as store:
        store.put_form(stored_form)
        store.put_places(PLACES)
        dates = ("2026-11-01", "2026-10-01", "2026-11-01", "2026-11-30")
        store.put_round(Round("r1", "Đợt tháng 11/2026", stored_form.id, stored_form.version, *dates, "05665"))
        store.put_households([Household(f"h{n}", f"05665-00{1 + n % 2}", n, "Chủ hộ") for n in range(1, 51)])
        yield store


@pytest.fixture
def answer(stored_form: StoredForm) -> Answer:
    """Make the revision of a household: ``answer(3, phones=1)``."""

    def made(number: int, *, phones: int = 1, fibre: str = "yes", bank: str = "yes", **fields: Any) -> Revision:
        answers = {
            "campaign_code": "r1", "province_code": "19", "commune_code": "05665",
            "village_code": f"05665-00{1 + number % 2}",
            "hh_uuid": f"h{number}", "interview_result": "complete", "modules": "",
            "consent": {"consent_answer": "agree"},
            "household": {"poverty_status": "non_poor", "policy_group": "none"},
            "members": [
                {"#": 1, "roster": {"m_relation": "head", "m_sex": "male", "m_residence": "permanent"}, "m_age": "40",
                 "phone": {"m_mobile_own": "yes", "m_phone_type": "smartphone"}, "payment": {"m_bank_account": bank}},
            ],
            "devices": {"n_smartphone": str(phones), "n_tablet": "0"},
            "internet": {"internet_type": "fibre", "fibre_active": fibre},
        }  # fmt: skip
        given = {
            "submission": f"s{number}", "household": f"h{number}", "round": "r1", "form_id": stored_form.id,
            "form_version": stored_form.version, "parents": (), "kind": "answers", "author": "e1", "device": "L1",
            "made_at": "2026-11-21T08:00:00.000+07:00", "reason": "", "answers": answers,
        } | fields  # fmt: skip
        return Revision(**given)

    return made


@pytest.fixture
def office(empty: Store, answer: Answer) -> Store:
    """Forty households: 30 with a smartphone, 36 with fibre and 4 that do not know."""
    empty.add_revisions(
        [answer(n, phones=int(n > 10), fibre="yes" if n > 4 else "dk") for n in range(1, 41)],
        "2026-11-21T09:00:00+07:00",
    )
    return empty


def line(table: Any, indicator: str, **by: str) -> dict[str, Any]:
    chosen = table[table["indicator"] == indicator]
    for name, code in by.items():
        chosen = chosen[chosen[name] == code]
    assert len(chosen) == 1
    return {str(name): value for name, value in chosen.iloc[0].items()}


def one(results: tuple[Result, ...], indicator: str, place: str = "") -> Result:
    (found,) = [result for result in results if result.indicator == indicator and result.place == place]
    return found


def test_the_table_has_the_promised_columns(office: Store) -> None:
    table = indicator_table(office, ("commune", "sex"))
    assert list(table.columns) == [
        "indicator", "commune", "sex", "category", "numerator", "denominator", "unknown", "estimate", "target",
        "status",
    ]  # fmt: skip


def test_rates_by_commune_against_targets(office: Store) -> None:
    table = indicator_table(office, ("commune",))
    phones = line(table, "hh_smartphone", commune="05665")
    assert (phones["numerator"], phones["denominator"], phones["unknown"], phones["estimate"]) == (30, 40, 0, 75.0)
    fibre = line(table, "hh_fibre", commune="05665")
    assert (fibre["numerator"], fibre["unknown"], fibre["estimate"]) == (36, 4, 90.0)
    assert (fibre["target"], fibre["status"]) == ("> 85", "met")
    bank = line(table, "p_account_bank_15", commune="05665")
    assert bank["estimate"] == 100.0


def test_a_target_file_takes_the_place_of_the_stored_one(office: Store, tmp_path: Path) -> None:
    file = tmp_path / "targets.csv"
    file.write_text(
        "id;indicator;kind;scope_level;scope_code;period_start;operator;value;unit\n"
        "T1;hh_smartphone;target;commune;05665;01/01/2026;>=;75,5;%\n",
        encoding="utf-8",
    )
    found = line(indicator_table(office, (), file), "hh_smartphone")
    assert (found["target"], found["status"]) == (">= 75.5", "not_met")


def test_faults_of_a_target_file_are_listed(office: Store, tmp_path: Path) -> None:
    file = tmp_path / "targets.csv"
    file.write_text(
        "id,indicator,kind,scope_level,period_start,operator,value\nT,hh_x,target,national,2026-01-01,>=,5\n"
    )
    with pytest.raises(TableError) as caught:
        indicator_table(office, (), file)
    assert caught.value.faults[0].column == "indicator"


def test_voided_submissions_and_other_rounds_do_not_count(office: Store, answer: Answer) -> None:
    (first,) = office.revisions("s1")
    office.add_revisions(
        [
            replace(first, kind="void", parents=(first.id,), reason="trùng", answers={}, id=""),
            answer(41, round="r0"),
        ],
        "2026-11-22T09:00:00+07:00",
    )
    assert line(indicator_table(office, ()), "hh_smartphone")["denominator"] == 39


def test_drafts_do_not_count(office: Store) -> None:
    from survey_app.store import Draft

    draft = Draft(
        "d1", "s50", "h50", "r1", "f", "1", (), "e1", "2026-11-21T08:00:00+07:00", values={"n_smartphone": "1"}
    )
    office.start_draft(draft)
    assert line(indicator_table(office, ()), "hh_smartphone")["denominator"] == 40


def test_a_conflict_counts_with_what_stood_before_and_is_told(office: Store, answer: Answer) -> None:
    (first,) = office.revisions("s40")
    edits = [answer(40, phones=phones, parents=(first.id,), device=f"L{phones}") for phones in (0, 3)]
    office.add_revisions(edits, "2026-11-22T09:00:00+07:00")
    table = indicator_table(office, ())
    assert table.attrs["in_conflict"] == 1
    assert line(table, "hh_smartphone")["numerator"] == 30


def test_a_corrected_answer_counts_instead_of_the_first(office: Store, answer: Answer) -> None:
    (first,) = office.revisions("s1")
    office.add_revisions([answer(1, phones=2, parents=(first.id,))], "2026-11-22T09:00:00+07:00")
    assert line(indicator_table(office, ()), "hh_smartphone")["numerator"] == 31


def test_the_summary_is_ready_to_be_shown(office: Store) -> None:
    fibre = one(summary(office), "hh_fibre")
    assert (fibre.name, fibre.headline, fibre.in_percent) == ("Households with a fibre broadband line", True, True)
    assert (fibre.estimate, fibre.upper, fibre.value, fibre.gap) == (90.0, 100.0, 85.0, 5.0)
    assert fibre.source.startswith("Kế hoạch của Uỷ ban Quốc gia")
    assert fibre.due == dt.date(2023, 12, 31)


def test_what_nobody_was_asked_has_no_figure(office: Store) -> None:
    tv = one(summary(office), "hh_tv")
    assert (tv.estimate, tv.gap, tv.unknown) == (None, None, 40)


def test_results_by_place_name_the_places_and_tell_what_they_stand_on(office: Store) -> None:
    of = basis(office)
    (communes, by_village), coverage = tables(office, of, [["commune"], ["village"]])
    assert one(results_of(communes, of, "commune"), "hh_smartphone", "05665").place_name == "Xã Đồng Hỷ"
    villages = [result for result in results_of(by_village, of, "village") if result.indicator == "hh_smartphone"]
    assert [(result.place_name, result.denominator, result.status) for result in villages] == [
        ("Xóm Tân Thịnh", 20, "not_comparable"), ("Xóm Mong", 20, "not_comparable"),
    ]  # fmt: skip
    assert (coverage.listed, coverage.complete, coverage.people) == (50, 40, 40)
    assert coverage.in_conflict == 0


def test_no_answers_give_no_figures_and_no_failure(empty: Store) -> None:
    assert len(indicator_table(empty, ("commune",))) == 0
    assert {result.estimate for result in summary(empty) if result.in_percent} == {None}
    of = basis(empty)
    (villages,), _coverage = tables(empty, of, [["village"]])
    assert results_of(villages, of, "village") == ()


def test_a_store_without_a_form_says_so(tmp_path: Path) -> None:
    with (
        Store.create(
            tmp_path / "x.store", "đường làng rợp bóng tre", kind="office", device="O", name="x", cost=Cost(1, 8)
        ) as store,
        pytest.raises(SurveyAppError) as caught,
    ):
        summary(store)
    assert caught.value.code == "RES-01"


def test_a_form_without_indicators_says_so(empty: Store, stored_form: StoredForm) -> None:
    empty.put_form(replace(stored_form, version="other", files={}))
    empty.put_round(replace(empty.round() or pytest.fail("no round"), form_version="other"))
    with pytest.raises(SurveyAppError) as caught:
        indicator_table(empty)
    assert caught.value.code == "RES-02"


def test_the_report_is_a_workbook(office: Store, tmp_path: Path) -> None:
    moment = dt.datetime(2026, 11, 21, 21, 16, tzinfo=VIETNAM)
    path = write_report(office, "xlsx", tmp_path / "out" / "report.xlsx", lambda: moment)
    sheet = openpyxl.load_workbook(path).worksheets[0]
    words = [str(row[0].value) for row in sheet.iter_rows()]
    assert "Xã Đồng Hỷ · Đợt tháng 11/2026 · as of 01/11/2026" in words
    assert "Made on 21/11/2026 at 21:16 from Xã Đồng Hỷ." in words
    assert any(line.startswith("Households on the list: 50 · Completed interviews: 40 (80.0\u00a0%)") for line in words)


def test_the_report_of_an_empty_store_is_written_too(empty: Store, tmp_path: Path) -> None:
    assert write_report(empty, "xlsx", tmp_path / "report.xlsx").exists()


def test_a_report_format_that_is_not_there_is_refused_before_anything_is_read(empty: Store, tmp_path: Path) -> None:
    with pytest.raises(SurveyAppError, match="xlsx"):
        write_report(empty, "odt", tmp_path / "report.odt")
    assert not (tmp_path / "report.odt").exists()


def test_an_engine_that_is_not_there_is_refused(empty: Store) -> None:
    with pytest.raises(SurveyAppError, match="duckdb"):
        indicator_table(empty, engine="spark")


@pytest.fixture
def sampled(empty: Store, stored_form: StoredForm) -> Store:
    """A round in which 12 of the 25 households of each of two villages were drawn."""
    design = b"stage,stratum,cluster,population\n1,${village_code},,25\n"
    form = replace(stored_form, version="sample", files={**stored_form.files, "design.csv": design})
    empty.put_form(form)
    round_ = empty.round()
    assert round_ is not None
    empty.put_round(replace(round_, code="r2", form_version="sample"))
    return empty


def test_a_round_with_a_design_is_a_sample(sampled: Store, answer: Answer) -> None:
    made = [answer(n, phones=n % 3, form_version="sample", round="r2") for n in range(1, 25)]
    sampled.add_revisions(made, "here")
    table = indicator_table(sampled, ())
    row = table[table["indicator"] == "hh_smartphone"].iloc[0]
    assert (row["numerator"], row["denominator"]) == (16, 24)
    assert row["estimate"] == pytest.approx(100 * 16 / 24)
    assert row["lower"] < row["estimate"] < row["upper"]
    assert row["degrees"] == 22


def test_full_enumeration_has_no_intervals(empty: Store, answer: Answer) -> None:
    empty.add_revisions([answer(n) for n in range(1, 25)], "here")
    assert "lower" not in indicator_table(empty, ())


@pytest.fixture
def small_groups(empty: Store, answer: Answer) -> Store:
    """Fifty households of two villages; two of one village and seven of the other have no smartphone."""
    made = [answer(n, phones=0 if n in (1, 3) or (n % 2 == 0 and n <= 14) else 1) for n in range(1, 51)]
    empty.add_revisions(made, "here")
    return empty


def test_a_report_withholds_what_tells_of_few_and_what_would_give_it_away(small_groups: Store, tmp_path: Path) -> None:
    folder = write_report(small_groups, "csv", tmp_path / "report")
    with (folder / "villages.csv").open(encoding="utf-8-sig") as file:
        rows = [row for row in csv.reader(file) if row[1] == "Households with a smartphone"]
    assert [(row[2], row[3], row[5], row[-1]) for row in rows] == [("*", "25", "*", "Withheld")] * 2
    assert "* withheld: it tells of fewer than 5" in (folder / "method.txt").read_text(encoding="utf-8-sig")


def test_the_same_mark_stands_in_a_workbook(small_groups: Store, tmp_path: Path) -> None:
    path = write_report(small_groups, "xlsx", tmp_path / "report.xlsx")
    book = openpyxl.load_workbook(path)
    cells = [cell.value for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert "*" in cells
    assert "Withheld" in cells


def test_the_office_may_see_all_of_it(small_groups: Store, tmp_path: Path) -> None:
    folder = write_report(small_groups, "csv", tmp_path / "report", least=0)
    text = (folder / "villages.csv").read_text(encoding="utf-8-sig")
    assert "*" not in text
    assert "Withheld" not in text


def test_figures_for_publication_have_their_totals(small_groups: Store) -> None:
    table = indicator_table(small_groups, ("village",), least=5)
    phones = table[table["indicator"] == "hh_smartphone"]
    assert phones["withheld"].all()
    assert set(phones["status"]) == {"withheld"}
    total = indicator_table(small_groups, (), least=5)
    whole = total[total["indicator"] == "hh_smartphone"].iloc[0]
    assert (whole["numerator"], whole["denominator"]) == (41, 50)


def test_a_bound_that_protects_nobody_is_refused(small_groups: Store) -> None:
    with pytest.raises(SurveyAppError, match="fewer than 3") as caught:
        indicator_table(small_groups, (), least=2)
    assert caught.value.code == "RES-06"


def test_an_office_sets_how_few_nothing_tells_of(small_groups: Store, tmp_path: Path) -> None:
    assert least_of(small_groups) == 5
    with pytest.raises(SurveyAppError, match="RES-06"):
        set_least(small_groups, 2)
    set_least(small_groups, 20)
    assert least_of(small_groups) == 20
    assert small_groups.deeds("setting_changed")[-1].about == {"what": "least", "count": 20}
    strict = indicator_table(small_groups, ("village",), least=None)
    usual = indicator_table(small_groups, ("village",), least=5)
    assert strict["withheld"].sum() > usual["withheld"].sum()
    assert strict.attrs["least"] == 20


@pytest.fixture
def two_rounds(office: Store, answer: Answer, stored_form: StoredForm) -> Store:
    """The round of the fixture, and one a year before with half of the telephones."""
    before = Round(
        "r0", "Đợt 2025", stored_form.id, "2025", "2025-11-01", "2025-07-01", "2025-11-01", "2025-11-30", "05665"
    )
    indicators = stored_form.files["indicators.csv"].replace(b"selected(${internet_type}, 'fibre') and ${fibre_active} != 'no'", b"selected(${internet_type}, 'fibre')")  # fmt: skip  # noqa: E501
    office.put_form(replace(stored_form, version="2025", files={"indicators.csv": indicators}))
    now = office.round()
    office.put_round(before)
    assert now is not None
    office.put_round(now)
    office.add_revisions(
        [
            replace(answer(n, phones=int(n > 25)), id="", submission=f"old{n}", round="r0", form_version="2025",
                    answers={**answer(n, phones=int(n > 25)).answers, "campaign_code": "r0"})
            for n in range(1, 41)
        ],
        "old",
    )  # fmt: skip
    return office


def test_rounds_side_by_side_tell_the_change(two_rounds: Store) -> None:
    current = two_rounds.round()
    assert current is not None
    assert current.code == "r1"
    table = indicator_table(two_rounds, ("round",))
    rounds = {row["round"]: row for row in table[table["indicator"] == "hh_smartphone"].to_dict("records")}
    old = rounds.pop("r0")
    (now,) = rounds.values()
    assert (old["estimate"], now["estimate"]) == (37.5, 75.0)
    assert old["change"] != old["change"]  # NaN: there is none before
    assert now["change"] == 37.5


def test_a_round_that_defined_an_indicator_otherwise_is_not_compared(two_rounds: Store) -> None:
    table = indicator_table(two_rounds, ("round",), with_reasons=True)
    fibre = {row["round"]: row for row in table[table["indicator"] == "hh_fibre"].to_dict("records")}
    assert (fibre["r0"]["status"], fibre["r0"]["reason"]) == ("not_comparable", "That round defined it otherwise.")
    others = [row for code, row in fibre.items() if code != "r0"]
    assert all(row["change"] != row["change"] for row in others)
    assert all(row["reason"] != "That round defined it otherwise." for row in others)


def test_of_villages_with_one_name_each_is_told_by_its_commune(office: Store) -> None:
    communes = [Place(code, f"Xã {code}", "commune", "xa", "19") for code in ("90001", "90002")]
    named = zip(("90001-001", "90002-001", "90002-002"), ("Thôn Hòa Bình", "Thôn Hòa Bình", "Thôn Tây"), strict=True)
    places = {each.code: each for each in communes}
    places |= {code: Place(code, name, "village", "thon", code[:5]) for code, name in named}
    assert names_of([*list(places)[2:], "unknown", "x"], places) == {
        "90001-001": "Thôn Hòa Bình (Xã 90001)",
        "90002-001": "Thôn Hòa Bình (Xã 90002)",
        "90002-002": "Thôn Tây",
        "unknown": "Not known",
        "x": "x",
    }
    (table,), _coverage = tables(office, basis(office), [["village"]])
    shown = {each.place_name for each in results_of(table, basis(office), "village")}
    assert shown == {place.name for place in PLACES if place.level == "village"}
