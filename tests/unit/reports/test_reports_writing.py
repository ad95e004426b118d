"""Report files: what is on which sheet, that they open clean, and that a failure leaves the old file."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from survey_app.clock import VIETNAM
from survey_app.errors import SurveyAppError
from survey_app.indicators import Codebook, Column, Rows, Target, compare, compute_all, load_indicators
from survey_app.records import Place, Round
from survey_app.reports import Report, check_format, write
from survey_app.reports.assembling import Facts, Reached, assemble
from survey_app.reports.telling import BREAKDOWNS

BOOK = Codebook(
    {
        column.name: column
        for column in (
            *(Column(name, "household", filled=True) for name in ("commune_code", "village_code", "poverty_status")),
            Column("n", "household", "number"),
            Column("why", "household", "codes", ("cost", "no_need")),
            Column("m_sex", "member", "code", ("male", "female")),
            Column("m_age", "member", filled=True),
            Column("bank", "member", "code", ("yes", "no", "dk")),
        )
    }
)
TABLE = """key,name_vi,name_en,headline,level,aggregate,numerator,denominator,group
hh,Hộ có điện thoại,Households with a phone,yes,household,ratio,${n} > 0,true(),household
why,Lý do,Reasons,,household,distribution,${why},true(),household
need,Hộ cần,Households in need,,household,count,${n} = 0,,support
p,Người có tài khoản,Persons with an account,yes,member,ratio,${bank} = 'yes',${m_age} >= 15,person
"""
PLACES = {
    "00004": Place("00004", "Xã Phú Lâm", "commune", "xa", "01"),
    "00004-001": Place("00004-001", "Thôn Đông", "village", "thon", "00004"),
    "00004-002": Place("00004-002", "Thôn Tây", "village", "thon", "00004"),
}
ROUND = Round("r", "Đợt tháng 11/2026", "f", "1", "2026-11-01", "2026-10-01", "2026-11-01", "2026-11-30", "00004")


def report(households: int = 40, in_conflict: int = 0, villages: int = 1, *, is_sample: bool = False) -> Report:
    indicators = load_indicators(TABLE.encode(), BOOK)
    target = Target(
        "T", "p", "target", "national", "", "Việt Nam", frozenset(), dt.date(2022, 1, 1), dt.date(2025, 12, 31), ">=",
        80.0, "%", "Quyết định 411/QĐ-TTg", "đạt 80%", ("", ""), "high",
    )  # fmt: skip
    rows = Rows(
        [
            {
                "submission_id": str(n),
                "commune_code": "00004",
                "village_code": f"00004-{1 + n % villages:03d}",
                "n": str(n % 2),
                "why": "cost",
            }
            for n in range(households)
        ],
        [
            {"submission_id": str(n), "m_sex": "male", "m_age": "30", "bank": "yes" if n % 4 else "dk"}
            for n in range(households)
        ],
    )
    tables = compute_all(indicators, rows, list(BREAKDOWNS.values()))
    compared = [compare(table, indicators, [target], places=PLACES, on=dt.date(2026, 11, 1)) for table in tables]
    if is_sample:
        for table in compared:
            table["lower"], table["upper"] = table["estimate"] - 5, table["estimate"] + 5
    moment = dt.datetime(2026, 11, 21, 21, 16, tzinfo=VIETNAM)
    reached = Reached(50, households, households, households, in_conflict, 3, 2)
    facts = Facts((), ROUND, PLACES, "00004", reached, "Xã Phú Lâm", moment)
    return assemble(indicators, [target], dict(zip(BREAKDOWNS, compared, strict=True)), facts)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbook of a report."""
    return write(report(in_conflict=2), "xlsx", tmp_path_factory.mktemp("report") / "report.xlsx")


def cells(sheet: object) -> list[list[object]]:
    return [list(row) for row in sheet.iter_rows(values_only=True)]  # type: ignore[attr-defined]


def test_a_sheet_for_every_question_of_the_reader(book: Path) -> None:
    names = openpyxl.load_workbook(book).sheetnames
    assert names == [
        "Results against targets", "By commune", "By village", "By sex", "By age group", "By poverty status",
        "Answers by kind", "Method and sources",
    ]  # fmt: skip


def test_the_summary_says_figures_target_and_status(book: Path) -> None:
    rows = cells(openpyxl.load_workbook(book).worksheets[0])
    (line,) = [row for row in rows if row[0] == "Persons with an account"]
    assert line == ["Persons with an account", 30, 40, 10, "=100*B13/C13", 80, "=E13-F13", "Inconclusive"]


def test_percentages_are_numbers_with_their_sign(book: Path) -> None:
    sheet = openpyxl.load_workbook(book).worksheets[0]
    (cell,) = [row[4] for row in sheet.iter_rows() if row[0].value == "Persons with an account"]
    assert (cell.value, cell.number_format) == ("=100*B13/C13", '0.0" %"')


def test_a_count_is_no_percentage(book: Path) -> None:
    sheet = openpyxl.load_workbook(book).worksheets[0]
    (cell,) = [row[4] for row in sheet.iter_rows() if row[0].value == "Households in need"]
    assert (cell.value, cell.number_format) == (20, "#,##0")


def test_places_are_named(book: Path) -> None:
    workbook = openpyxl.load_workbook(book)
    assert cells(workbook["By commune"])[3][0] == "Xã Phú Lâm"
    assert cells(workbook["By village"])[3][0] == "Thôn Đông"


def test_answers_in_conflict_are_told_on_the_first_sheet(book: Path) -> None:
    rows = cells(openpyxl.load_workbook(book).worksheets[0])
    assert any("conflicting answers" in str(row[0]) for row in rows[:10])


def test_method_names_the_document_and_its_sentence(book: Path) -> None:
    rows = cells(openpyxl.load_workbook(book)["Method and sources"])
    (line,) = [row for row in rows if "Quyết định 411/QĐ-TTg" in row]
    assert "đạt 80%" in line


def test_sheets_are_ready_for_printing(book: Path) -> None:
    for sheet in openpyxl.load_workbook(book).worksheets:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        set_up = sheet.sheet_properties.pageSetUpPr
        assert set_up is not None
        assert set_up.fitToPage


def test_heads_stay_in_sight(book: Path) -> None:
    workbook = openpyxl.load_workbook(book)
    assert workbook["By commune"].freeze_panes == "C4"


def test_targets_are_numbers_that_are_read_with_their_sign(book: Path) -> None:
    sheet = openpyxl.load_workbook(book).worksheets[0]
    (cell,) = [row[5] for row in sheet.iter_rows() if row[0].value == "Persons with an account"]
    assert (cell.value, cell.number_format) == (80, '"≥ "#,##0" %"')


def test_formulas_carry_the_values_that_were_worked_out(book: Path) -> None:
    rows = cells(openpyxl.load_workbook(book, data_only=True).worksheets[0])
    (line,) = [row for row in rows if row[0] == "Persons with an account"]
    assert line[4:7] == [75, 80, -5]


def test_totals_of_places_are_sums_of_the_rows_above(tmp_path: Path) -> None:
    path = write(report(80, villages=2), "xlsx", tmp_path / "report.xlsx")
    rows = cells(openpyxl.load_workbook(path)["By village"])
    (total,) = [row for row in rows if row[:2] == ["Total", "Persons with an account"]]
    (value,) = [
        row
        for row in cells(openpyxl.load_workbook(path, data_only=True)["By village"])
        if row[:2] == ["Total", "Persons with an account"]
    ]
    assert [str(cell)[:4] for cell in total[2:6]] == ["=SUM", "=SUM", "=SUM", "=100"]
    assert value[2:6] == [60, 80, 20, 75]


def test_a_rate_of_fewer_than_thirty_is_told_nowhere(tmp_path: Path) -> None:
    few = report(20)
    assert {
        row[4] for row in few.tables[0].rows if row[0] in ("Persons with an account", "Households with a phone")
    } == {None}
    assert any("fewer than 30" in note for note in few.notes)
    path = write(few, "xlsx", tmp_path / "report.xlsx")
    rows = cells(openpyxl.load_workbook(path, data_only=True).worksheets[0])
    (line,) = [row for row in rows if row[0] == "Persons with an account"]
    assert line[1:5] == [15, 20, 5, "–"]


def test_there_are_no_outside_links(book: Path) -> None:
    with zipfile.ZipFile(book) as parts:
        assert not [name for name in parts.namelist() if "externalLink" in name]


def test_charts_are_pictures_on_their_sheet(tmp_path: Path) -> None:
    path = write(report(80, villages=2), "xlsx", tmp_path / "report.xlsx")
    with zipfile.ZipFile(path) as parts:
        pictures = [name for name in parts.namelist() if name.startswith("xl/media/")]
    assert len(pictures) == 2


def test_a_report_without_questionnaires_still_opens(tmp_path: Path) -> None:
    path = write(report(households=0), "xlsx", tmp_path / "empty.xlsx")
    rows = cells(openpyxl.load_workbook(path).worksheets[0])
    assert any("no figures" in str(row[0]) for row in rows)


def test_csv_writes_a_file_a_table(tmp_path: Path) -> None:
    folder = write(report(), "csv", tmp_path / "out")
    names = {path.name for path in folder.iterdir()}
    assert {"summary.csv", "communes.csv", "villages.csv", "sex.csv", "definitions.csv", "method.txt"} <= names
    found = list(csv.DictReader(io.StringIO((folder / "summary.csv").read_text(encoding="utf-8-sig"))))
    (line,) = [row for row in found if row["Indicator"] == "Persons with an account"]
    assert (line["Group"], line["Result"], line["Against target"]) == ("Indicators of persons", "75", "Inconclusive")


def test_csv_to_a_file_writes_the_summary(tmp_path: Path) -> None:
    path = write(report(), "csv", tmp_path / "summary.csv")
    assert path.read_text(encoding="utf-8-sig").startswith("Group,Indicator,")


def test_a_format_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(SurveyAppError, match="docx, pdf, xlsx, csv") as caught:
        check_format("odt")
    assert caught.value.code == "REP-01"


def test_a_place_that_cannot_be_written_leaves_the_old_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("old")
    with pytest.raises(SurveyAppError) as caught:
        write(report(), "xlsx", tmp_path / "file" / "report.xlsx")
    assert caught.value.code == "REP-02"
    assert (tmp_path / "file").read_text() == "old"


def test_nothing_half_written_stays_behind(tmp_path: Path) -> None:
    write(report(), "xlsx", tmp_path / "report.xlsx")
    assert [path.name for path in tmp_path.iterdir()] == ["report.xlsx"]


def test_names_that_look_like_formulas_stay_text(tmp_path: Path) -> None:
    from dataclasses import replace

    from survey_app.reports.model import ReportColumn, ReportTable

    table = ReportTable("x", "=1+1", "", (ReportColumn("=A1", "text", 10),), (("=cmd|' /C calc'!A0",),))
    path = write(replace(report(), tables=(table,)), "xlsx", tmp_path / "x.xlsx")
    with zipfile.ZipFile(path) as parts:
        assert not any(b"<f>" in parts.read(name) for name in parts.namelist() if "sheet" in name)
