"""Files that are no workbook, or one that would not be read as its author sees it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from survey_app import i18n
from survey_app.errors import SurveyAppError
from survey_app.xforms import FormError, FormSession, load_form, sheets

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    before = i18n.language()
    i18n.use_language("en")
    yield
    i18n.use_language(before)


def saved(folder: Path, change: Callable[[Worksheet], None] = lambda _sheet: None) -> Path:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "survey"
    for row in (("type", "name", "label", "calculation"), ("text", "a", "A", ""), ("text", "b", "B", "")):
        sheet.append(row)
    change(sheet)
    path = folder / "form.xlsx"
    book.save(path)
    return path


def repacked(path: Path, part: str, content: bytes) -> Path:
    """Put another content into one part of an .xlsx."""
    before = zipfile.ZipFile(io.BytesIO(path.read_bytes()))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            if name != part:
                after.writestr(name, before.read(name))
        after.writestr(part, content)
    return path


def refused(path: Path) -> SurveyAppError:
    with pytest.raises(SurveyAppError) as caught:
        load_form(path)
    return caught.value


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("locked.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "password"),
        ("empty.xlsx", b"", "empty"),
        ("text.xlsx", b"type,name\ntext,a\n", "not an Excel workbook"),
        ("page.xls", b"<html><table></table></html>", "not an Excel workbook"),
        ("cut.xlsx", b"PK\x03\x04" + b"x" * 50, "damaged"),
        ("old.xls", OLE, "cannot be read"),
        ("latin.csv", "survey,,\n,type,name,label\n,text,a,Ê\n".encode("latin-1"), "UTF-8"),
        ("words.md", b"no table here", "cannot be read"),
    ],
)
def test_a_file_that_is_no_workbook_says_what_to_do(name: str, content: bytes, word: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    assert word in str(refused(tmp_path / name))


def test_a_workbook_under_another_ending_is_read_by_its_content(tmp_path: Path) -> None:
    path = saved(tmp_path).rename(tmp_path / "form.xls")
    assert len(load_form(path).questions) == 2


def test_a_zip_without_a_workbook_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as package:
        package.writestr("readme.txt", "hello")
    assert "no Excel workbook" in str(refused(tmp_path / "a.xlsx"))


def test_a_packing_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MAX_UNPACKED_BYTES", 1_000_000)
    path = repacked(saved(tmp_path), "xl/bomb.bin", b"\0" * 1_000_001)
    assert path.stat().st_size < 20_000
    assert "unpacks to more" in str(refused(path))


def test_a_workbook_with_entities_is_refused(tmp_path: Path) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "&x;&x;">]><sst>&z;</sst>'
    assert "entities" in str(refused(repacked(saved(tmp_path), "xl/sharedStrings.xml", bomb)))


def test_a_formula_without_its_result_is_named_by_its_cell(tmp_path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        sheet["C3"] = '="B"&"x"'

    error = refused(saved(tmp_path, change))
    assert isinstance(error, FormError)
    assert [(fault.row, "C3" in fault.message) for fault in error.faults if "formula" in fault.message] == [(3, True)]


def test_the_error_of_a_formula_is_named(tmp_path: Path) -> None:
    path = saved(tmp_path)
    sheet = zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml")
    broken = sheet.replace(
        b"</sheetData>", b'<row r="4"><c r="A4" t="e"><f>1/0</f><v>#DIV/0!</v></c></row></sheetData>'
    )
    assert "#DIV/0!" in str(refused(repacked(path, "xl/worksheets/sheet1.xml", broken)))


def test_hidden_rows_and_merged_cells_are_told(tmp_path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        sheet.row_dimensions[3].hidden = True
        sheet.merge_cells("D2:D3")

    form = load_form(saved(tmp_path, change))
    assert sorted((one.row, one.message.split(":")[0]) for one in form.warnings) == [
        (2, "The cells D2"),
        (3, "Hidden rows are part of the form"),
    ]


def test_numbers_dates_and_booleans_in_cells_become_texts(tmp_path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        sheet["C2"] = 12.0
        sheet["C3"] = True

    form = load_form(saved(tmp_path, change))
    assert [question.label() for question in form.questions.values()] == ["12", "TRUE"]


def test_blanks_that_do_not_break_are_blanks(tmp_path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        sheet.append(("calculate", "c", "", "1\u00a0+\u00a01"))

    assert load_form(saved(tmp_path, change)).specs["/data/c"].rules["calculate"].text == "1 + 1"


def test_whole_numbers_that_another_program_wrote_as_decimals_are_whole(tmp_path: Path) -> None:
    path = tmp_path / "form.md"
    rows = "| survey |\n| | type | name | label | choice_filter |\n| | select_one l | q | Q | {} |\n"
    lists = "| choices |\n| | list_name | name | label | level |\n"
    lists += "| | l | 1.0 | 1.0 | 7.0 |\n| | l | 2.5 | Two | 7.0 |\n| | l | v1.0 | Three | 8.0 |\n"
    path.write_text(rows.format("level = '7'") + lists, encoding="utf-8")
    form = load_form(path)
    assert [(c.value, c.label) for c in FormSession(form).node("/data/q").choices] == [("1", "1.0"), ("2.5", "Two")]
    assert [(fault.sheet, fault.row, fault.column) for fault in form.warnings] == [("choices", 2, "name")]
    path.write_text(rows.format("name = '1.0'") + lists, encoding="utf-8")
    assert [choice.value for choice in FormSession(load_form(path)).node("/data/q").choices] == ["1.0"]
