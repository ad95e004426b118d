"""Figures of others: every fault of a table told, kept beside the survey's own, replaced and taken back."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from survey_app import paths
from survey_app.clock import VIETNAM
from survey_app.crypto import Cost
from survey_app.errors import SurveyAppError
from survey_app.indicators import TableError
from survey_app.indicators.figures import read_period
from survey_app.operations.figures import (
    check_figures,
    holding,
    take_back_figures,
    take_in_figures,
    taken_in,
    write_empty_table,
)
from survey_app.operations.reporting import write_report
from survey_app.operations.results import indicator_table
from survey_app.records import Place, Revision, Round
from survey_app.store import Store, StoredForm, deeds
from survey_app.xforms import load_form

FOLDER = paths.forms() / "household"
PLACES = (
    Place("19", "Tỉnh Thái Nguyên", "province", "tinh", ""),
    Place("05665", "Xã Đồng Hỷ", "commune", "xa", "19"),
    Place("05665-001", "Xóm Tân Thịnh", "village", "xom", "05665"),
)
HEAD = "place,indicator,period,value,numerator,denominator,source,document"


def moment(hour: int) -> dt.datetime:
    return dt.datetime(2026, 11, 21, hour, tzinfo=VIETNAM)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Store]:
    """An office with forty households of which thirty have fibre."""
    form = load_form(FOLDER / "household.xlsx")
    files = {name: (FOLDER / name).read_bytes() for name in ("indicators.csv", "targets.csv")}
    stored = StoredForm(form.id, form.version, form.title, form.xml, tuple(sorted(form.derived)), files)
    with Store.create(tmp_path / "o.store", "khoá", kind="office", device="O1", name="Xã", cost=Cost(1, 8)) as store:
        store.put_form(stored)
        store.put_places(PLACES)
        dates = ("2026-11-01", "2026-10-01", "2026-11-01", "2026-11-30")
        store.put_round(Round("r1", "Đợt", form.id, form.version, *dates, "05665"))
        where = {"province_code": "19", "commune_code": "05665", "village_code": "05665-001"}
        answers = [
            {**where, "interview_result": "complete", "internet_type": "fibre" if n < 30 else "none",
             "fibre_active": "yes" if n < 30 else ""}
            for n in range(40)
        ]  # fmt: skip
        store.add_revisions(
            [
                Revision(f"s{n}", f"h{n}", "r1", form.id, form.version, (), "answers", "e", "L",
                         "2026-11-21T08:00:00+07:00", "", {k: v for k, v in each.items() if v})
                for n, each in enumerate(answers)
            ],
            "here",
        )  # fmt: skip
        yield store


def table(tmp_path: Path, *rows: str, name: str = "figures.csv") -> Path:
    path = tmp_path / name
    path.write_text("\n".join((HEAD, *rows)) + "\n", encoding="utf-8")
    return path


def take(store: Store, path: Path, hour: int = 9) -> str:
    return take_in_figures(store, check_figures(store, path), lambda: moment(hour)).id


def test_every_fault_is_told_with_row_and_column(office: Store, tmp_path: Path) -> None:
    path = table(
        tmp_path,
        "99999,hh_fibre,2026-10,80,,,VNPT,",
        "05665,hh_fibr,2026-10,80,,,VNPT,",
        "05665,hh_fibre,tháng mười,80,,,VNPT,",
        "05665,hh_fibre,2026-10,180,,,VNPT,",
        '05665,hh_fibre,2026-11,"1,234",,,VNPT,',
        "05665,hh_fibre,2026-09,,30,,VNPT,",
        "05665,hh_fibre,2026-08,,50,40,VNPT,",
        "05665,hh_fibre,2026-07,70,30,40,VNPT,",
        "05665,hh_fibre,2026-06,,,,VNPT,",
        "05665,v_signal_home,2026-06,10,,,VNPT,",
        "05665,hh_fibre:no,2026-06,10,,,VNPT,",
        "05665,hh_fibre,2026-05,80,,,,",
        "05665,hh_fibre,2026-Q1,80,,,VNPT,",
        "05665,hh_fibre,quý 1/2026,81,,,vnpt,",
    )
    with pytest.raises(TableError) as told:
        check_figures(office, path)
    assert [(fault.row, fault.column) for fault in told.value.faults] == [
        (2, "place"), (3, "indicator"), (4, "period"), (5, "value"), (6, "value"), (7, "denominator"), (8, "numerator"),
        (9, "value"), (10, "value"), (11, "indicator"), (12, "indicator"), (13, "source"), (15, "indicator"),
    ]  # fmt: skip
    assert "hh_fibre" in told.value.faults[1].message
    assert office.kept_tables("figures") == []


def test_a_comma_is_a_decimal_sign_and_heads_may_be_vietnamese(office: Store, tmp_path: Path) -> None:
    path = tmp_path / "so-lieu.csv"
    path.write_text(
        "Mã địa bàn;Chỉ số;Kỳ;Giá trị;Tử số;Mẫu số;Nguồn;Văn bản\n5665;hh_fibre;31/10/2026;69,67 %;;;VNPT;12/BC\n",
        encoding="utf-8-sig",
    )
    (figure,) = check_figures(office, path).figures
    assert (figure.place, figure.value, figure.end, figure.document) == ("05665", 69.67, "2026-10-31", "12/BC")


def test_a_workbook_is_read_too(office: Store, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(HEAD.split(","))  # type: ignore[union-attr]
    book.active.append(["05665", "hh_fibre", dt.datetime(2026, 10, 31), None, 30, 40, "VNPT", None])  # type: ignore[union-attr]
    book.save(tmp_path / "f.xlsx")
    (figure,) = check_figures(office, tmp_path / "f.xlsx").figures
    assert (figure.value, figure.numerator, figure.denominator) == (75, 30, 40)


@pytest.mark.parametrize(
    ("text", "written", "end"),
    [
        ("2026-10-31", "2026-10-31", "2026-10-31"), ("31/10/2026", "2026-10-31", "2026-10-31"),
        ("2026-2", "2026-02", "2026-02-28"), ("2/2024", "2024-02", "2024-02-29"), ("2026-Q3", "2026-Q3", "2026-09-30"),
        ("Quý 4/2026", "2026-Q4", "2026-12-31"), ("2026", "2026", "2026-12-31"), ("Năm 2026", "2026", "2026-12-31"),
    ],
)  # fmt: skip
def test_periods_are_read_as_people_write_them(text: str, written: str, end: str) -> None:
    period = read_period(text)
    assert period is not None
    assert (period.written, period.end.isoformat()) == (written, end)


@pytest.mark.parametrize("text", ["", "2026-13", "2026-Q5", "0000", "Q3", "31/02/2026"])
def test_what_is_no_period_is_none(text: str) -> None:
    assert read_period(text) is None


def test_they_stand_beside_the_estimate_and_are_in_no_sum(office: Store, tmp_path: Path) -> None:
    before = indicator_table(office, ("commune",))
    assert "source" not in before
    take(office, table(tmp_path, "05665,hh_fibre,2026-10,,380,400,VNPT,12/BC", "19,hh_fibre,2026-10,91,,,Sở,"))
    after = indicator_table(office, ("commune",))
    own = after[after["source"] == "survey"].reset_index(drop=True)
    assert own[list(before.columns)].equals(before.astype(own[list(before.columns)].dtypes))
    (other,) = after[after["source"] != "survey"].to_dict("records")
    assert (other["commune"], other["indicator"], other["source"]) == ("05665", "hh_fibre", "VNPT")
    assert (other["numerator"], other["denominator"], other["estimate"]) == (380, 400, 95)
    assert (other["period"], other["document"], other["status"]) == ("2026-10", "12/BC", "met")
    place = [n for n, row in enumerate(after.to_dict("records")) if row["indicator"] == "hh_fibre"]
    assert [after["source"][n] for n in place] == ["survey", "VNPT"]  # one behind the other
    total = indicator_table(office, ())
    assert [row["source"] for row in total.to_dict("records") if row["indicator"] == "hh_fibre"] == ["survey", "VNPT"]
    province = indicator_table(office, ("province",))
    assert "Sở" in set(province["source"])


def test_a_figure_below_its_target_is_not_met_on_its_own_day(office: Store, tmp_path: Path) -> None:
    take(office, table(tmp_path, "05665,hh_fibre,2026-10,40,,,VNPT,"))
    found = indicator_table(office, ("commune",), with_reasons=True)
    (row,) = found[found["source"] == "VNPT"].to_dict("records")
    assert row["status"] == "not_met"
    assert row["target_source"]


def test_a_newer_table_takes_the_place_of_the_same_source_and_period(office: Store, tmp_path: Path) -> None:
    first = take(office, table(tmp_path, "05665,hh_fibre,2026-10,80,,,VNPT,", "05665,hh_fibre,2026-09,70,,,VNPT,"))
    newer = table(tmp_path, "05665,hh_fibre,2026-10,85,,,VNPT,", "05665,hh_fibre,2026-10,60,,,Công an,", name="n.csv")
    read = check_figures(office, newer)
    assert [(old.value, new.value) for old, new in read.replaced] == [(80, 85)]
    assert [each.source for each in read.new] == ["Công an"]
    second = take(office, newer, 10)
    assert [(each.figure.source, each.figure.value) for each in holding(office)] == [
        ("Công an", 60), ("VNPT", 70), ("VNPT", 85),
    ]  # fmt: skip
    assert [(each.id, each.figures, each.holding) for each in taken_in(office)] == [(second, 2, 2), (first, 2, 1)]
    with pytest.raises(SurveyAppError, match="FIG-01"):
        take(office, newer, 11)


def test_taking_back_lets_the_older_ones_hold_again_and_all_of_it_is_logged(office: Store, tmp_path: Path) -> None:
    take(office, table(tmp_path, "05665,hh_fibre,2026-10,80,,,VNPT,"))
    second = take(office, table(tmp_path, "05665,hh_fibre,2026-10,85,,,VNPT,", name="n.csv"), 10)
    take_back_figures(office, second[:10])
    assert [each.figure.value for each in holding(office)] == [80]
    with pytest.raises(SurveyAppError, match="FIG-02"):
        take_back_figures(office, second)
    noted = [deed.action for deed in office.deeds() if deed.about.get("what") == "figures"]
    assert noted == [deeds.TABLE_TAKEN_IN, deeds.TABLE_TAKEN_IN, deeds.TABLE_TAKEN_BACK]


def test_an_empty_table_has_a_row_for_every_indicator_and_can_be_filled_in(office: Store, tmp_path: Path) -> None:
    path = write_empty_table(office, tmp_path / "empty.csv")
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) > 53
    kept = next(line for line in lines if ";hh_fibre;" in line).replace(";;;;;;", ";2026;90;;;VNPT;", 1)
    path.write_text("\n".join((lines[0], kept)), encoding="utf-8-sig")
    (figure,) = check_figures(office, path).figures
    assert (figure.indicator, figure.place, figure.value) == ("hh_fibre", "05665", 90)


def test_a_report_has_them_in_a_table_of_their_own_beside_the_survey(office: Store, tmp_path: Path) -> None:
    take(office, table(tmp_path, "05665,hh_fibre,2026-10,,380,400,VNPT,12/BC", "05665-001,hh_fibre,2026-Q3,60,,,Xã,"))
    folder = write_report(office, "csv", tmp_path / "report", lambda: moment(10))
    lines = list(csv.reader((folder / "others.csv").read_text(encoding="utf-8-sig").splitlines()))
    head = ["Indicator", "Place", "Source", "Period", "Document", "Their figure", "Survey", "Target", "Against target"]
    assert lines[0] == head
    assert [line[1:7] for line in lines[1:]] == [
        ["Xã Đồng Hỷ", "VNPT", "2026-10", "12/BC", "95", "75"],
        ["Xóm Tân Thịnh", "Xã", "2026-Q3", "", "60", "75"],
    ]
    assert "VNPT" not in (folder / "summary.csv").read_text(encoding="utf-8-sig")
    book = openpyxl.load_workbook(write_report(office, "xlsx", tmp_path / "r.xlsx", lambda: moment(10)))
    assert "Figures of other sources" in book.sheetnames
    for format in ("docx", "pdf"):
        assert write_report(office, format, tmp_path / f"r.{format}", lambda: moment(10)).stat().st_size > 10_000
