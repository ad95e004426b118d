"""Authors hear everything that is wrong with their workbook at once, with its place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import Workbook

from survey_app import i18n
from survey_app.errors import SurveyAppError
from survey_app.xforms import Fault, FormError, FormSession, load_form
from survey_app.xforms.faults import fault_of_conversion

HEAD = ("type", "name", "label", "relevant", "calculation", "constraint", "choice_filter")


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    before = i18n.language()
    i18n.use_language("en")
    yield
    i18n.use_language(before)


def workbook(folder: Path, *rows: tuple[str, ...], choices: tuple[tuple[str, ...], ...] = ()) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "survey"
    for row in (HEAD, *rows):
        sheet.append(row)
    if choices:
        other = book.create_sheet("choices")
        for row in (("list_name", "name", "label"), *choices):
            other.append(row)
    path = folder / "form.xlsx"
    book.save(path)
    return path


def faults(path: Path) -> tuple[Fault, ...]:
    with pytest.raises(FormError) as caught:
        load_form(path)
    return caught.value.faults


def test_every_fault_is_listed_with_sheet_row_column_and_question(tmp_path: Path) -> None:
    path = workbook(
        tmp_path,
        ("integer", "age", "Age", "${agee} > 3"),
        ("text", "two words", "Two"),
        ("select_one lst", "pick", "Pick"),
        ("calculate", "sum", "", "", "selcted(${age}, 1)"),
        ("text", "age", "Again", "", "", "1 +"),
        ("begin_group", "g", "G"),
        choices=(("list", "1", "a"), ("list", "1", "b")),
    )
    found = [(fault.sheet, fault.row, fault.column, fault.question) for fault in faults(path)]
    assert found == [
        ("survey", 2, "relevant", "age"),
        ("survey", 3, "name", "two words"),
        ("survey", 4, "type", "pick"),
        ("survey", 5, "calculation", "sum"),
        ("survey", 6, "name", "age"),
        ("survey", 6, "constraint", "age"),
        ("survey", 7, "type", "g"),
        ("choices", 3, "name", ""),
    ]


def test_the_nearest_name_is_suggested(tmp_path: Path) -> None:
    (fault,) = faults(workbook(tmp_path, ("integer", "m_age", "Age"), ("note", "n", "You are ${m_agee}")))
    assert "${m_agee}" in fault.message
    assert "“m_age”" in fault.message
    assert fault.expression == "${m_agee}"


def test_a_circle_is_found_with_its_row(tmp_path: Path) -> None:
    path = workbook(tmp_path, ("calculate", "a", "", "", "${b} + 1"), ("calculate", "b", "", "", "${a} + 1"))
    (fault,) = faults(path)
    assert (fault.sheet, fault.row, fault.column) == ("survey", 2, "calculation")
    assert "a" in fault.message
    assert "→" in fault.message


def test_faults_speak_vietnamese(tmp_path: Path) -> None:
    i18n.use_language("vi")
    (fault,) = faults(workbook(tmp_path, ("integer", "age", "Tuổi", "${tuoi} > 3")))
    assert str(fault).startswith("trang “survey”, dòng 2, cột “relevant”, câu hỏi “age”: Bộ câu hỏi không có câu nào")


def test_a_sound_workbook_loads_and_opens(tmp_path: Path) -> None:
    path = workbook(
        tmp_path,
        ("integer", "age", "Age", "", "", ". > 0"),
        ("begin repeat", "r", "R"),
        ("select_one list", "pick", "Pick", "${age} > 3", "", "", "name != 'x'"),
        ("end repeat", "", ""),
        choices=(("list", "1", "a"), ("list", "2", "b")),
    )
    session = FormSession(load_form(path))
    session.answer("/data/age", "5")
    assert [choice.value for choice in session.node("/data/r[1]/pick").choices] == ["1", "2"]


def test_a_file_that_is_no_workbook_is_refused_kindly(tmp_path: Path) -> None:
    for name, content in (("a.xlsx", b"no zip"), ("b.xls", b"\x00\x01"), ("c.xml", b"<a>"), ("d.xml", b"<a/>")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(SurveyAppError) as caught:
            load_form(tmp_path / name)
        assert caught.value.message
    with pytest.raises(SurveyAppError):
        load_form(tmp_path / "missing.xlsx")


def test_what_the_conversion_says_is_taken_apart() -> None:
    fault = fault_of_conversion(
        "[row : 7] On the 'survey' sheet, the 'relevant' value is invalid. Could not find the name 'tuoi'."
    )
    assert (fault.sheet, fault.row, fault.column) == ("survey", 7, "relevant")
    assert "tuoi" in fault.message
    assert "Something new." in fault_of_conversion("Something new.").message
