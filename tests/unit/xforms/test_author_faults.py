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


def told(folder: Path, *rows: tuple[str, ...], choices: tuple[tuple[str, ...], ...] = ()) -> str:
    return "\n".join(map(str, faults(workbook(folder, *rows, choices=choices))))


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("${a} == 1", "Write “=” instead of “==”."),
        ("${a} > 1 AND ${a} < 3", "Write “and” in small letters."),
        ("${a} <> 1", "Write “!=”"),
        ("if(${a} = 1; 2; 3)", "with commas"),
        ("${a} > 1,5", "1.5, not 1,5"),
        ("(${a} + 1", "“(” stands 1 times, “)” 0 times."),
        ("${a} = 'x", "quotation mark is opened"),
        ("selecetd(${a}, 'x')", "Do you mean “selected”?"),
        ("len(${a}) > 1", "Do you mean “string-length”?"),
        ("if(${a} = 1, 2)", "“if()” is given 2 values"),
        ("${a", "the closing “}” is missing"),
        ("device-info()", "works only in SurveyCTO"),
    ],
)
def test_a_faulty_expression_says_where_and_what_to_write(expression: str, words: str, tmp_path: Path) -> None:
    found = told(tmp_path, ("integer", "a", "A"), ("calculate", "c", "", "", expression))
    assert words in found
    assert found.startswith("sheet “survey”, row 3, column “calculation”, question “c”: ")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("intger", "Do you mean “integer”?"),
        ("Text", "Do you mean “text”?"),
        ("select one_from list", "Do you mean “select_one”?"),
        ("select-one list", "Do you mean “select_one”?"),
        ("select_one", "the name of a list is missing"),
        ("begin groop", "Do you mean “begin_group”?"),
        ("select_one_from_file list.xlsx", ".csv, .xml, .geojson"),
        ("include", "is not a type"),
    ],
)
def test_a_type_that_nobody_knows_is_told_with_the_nearest(kind: str, words: str, tmp_path: Path) -> None:
    assert words in told(tmp_path, (kind, "a", "A"), choices=(("list", "1", "One"),))


def test_a_missing_label_is_told_for_every_question_that_is_shown(tmp_path: Path) -> None:
    found = faults(workbook(tmp_path, ("text", "a", ""), ("calculate", "b", "", "", "1"), ("note", "c", "")))
    assert [(fault.row, fault.column) for fault in found] == [(2, "label"), (4, "label")]


def test_faults_of_the_conversion_come_with_the_others_and_with_each_other(tmp_path: Path) -> None:
    (tmp_path / "form.md").write_text(
        "| survey |\n| | type | name | label | parameters | relevant |\n"
        "| | range | r | R | start=a | |\n| | text | t | T | rows=x | |\n| | text | u | U | | ${no} |\n"
        "| | image | i | I | size=3 | |\n",
        encoding="utf-8",
    )
    found = faults(tmp_path / "form.md")
    assert [(fault.row, fault.column) for fault in found] == [
        (2, "parameters"),
        (3, ""),
        (4, "relevant"),
        (5, "parameters"),
    ]
    assert not any("refused" in fault.message for fault in found)


def test_a_misspelt_heading_is_told(tmp_path: Path) -> None:
    (tmp_path / "form.md").write_text(
        "| survey |\n| | type | name | lable | relevent |\n| | text | a | A | |\n", "utf-8"
    )
    found = [fault for fault in faults(tmp_path / "form.md") if fault.row == 1]
    assert [(fault.column, fault.message.rpartition("“")[2]) for fault in found] == [
        ("lable", "label”?"),
        ("relevent", "relevant”?"),
    ]


def test_headings_may_have_capitals_blanks_and_languages(tmp_path: Path) -> None:
    (tmp_path / "form.md").write_text(
        "| Survey |\n| | Type | NAME | Label :: Tiếng Việt (vi) | Constraint Message | Constraint | Bind::relevant |\n"
        "| | text | a | A | no | . = 1 | 1 = 1 |\n",
        encoding="utf-8",
    )
    form = load_form(tmp_path / "form.md")
    assert {"constraint", "relevant"} <= form.specs["/data/a"].rules.keys()


@pytest.mark.parametrize(
    ("sheets", "words"),
    [
        ("| survy |\n| | type | name | label |\n| | text | a | A |\n| other |\n| | x |\n", "Rename the sheet “survy”."),
        ("| survey |\n| | name | label |\n| | a | A |\n", "column “type” is missing"),
        ("| survey |\n| | type | name | label |\n", "no questions"),
        (
            "| survey |\n| | type | name | label |\n| | select_one l | a | A |\n",
            "there are no lists on the sheet “choices”",
        ),
        (
            "| survey |\n| | type | name | label |\n| | text | a | A |\n"
            "| choices |\n| | list_name | label |\n| | l | L |\n",
            "column “name” is missing",
        ),
    ],
)
def test_missing_sheets_and_columns_are_told(sheets: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "form.md").write_text(sheets, encoding="utf-8")
    assert words in "\n".join(map(str, faults(tmp_path / "form.md")))


def test_no_message_of_the_conversion_is_shown_as_it_is_when_it_is_known() -> None:
    from pyxform.errors import ErrorCode

    i18n.use_language("vi")
    unknown = [
        code.name
        for code in ErrorCode
        if not code.name.startswith("INTERNAL")
        and "bị từ chối" in fault_of_conversion(code.value.format(other_row=3)).message
    ]
    assert unknown == ["NAMES_002", "NAMES_013"]  # these two are only ever warnings, or part of another message


def test_a_parameter_is_placed_although_the_conversion_names_no_row(tmp_path: Path) -> None:
    (tmp_path / "form.md").write_text(
        "| survey |\n| | type | name | label | parameters |\n| | text | a | A | |\n"
        "| | select_one l | b | B | randomize=x |\n"
        "| choices |\n| | list_name | name | label |\n| | l | 1 | One |\n",
        encoding="utf-8",
    )
    (fault,) = faults(tmp_path / "form.md")
    assert (fault.row, fault.column, fault.question) == (3, "parameters", "b")


def test_groups_nested_too_deeply_are_told_at_their_row(tmp_path: Path) -> None:
    rows = [("begin_group", f"g{place}", "G") for place in range(120)]
    found = faults(workbook(tmp_path, *rows, ("text", "q", "Q"), *[("end_group", "", "")] * 120))
    assert [(fault.row, fault.question) for fault in found] == [(101, "g99")]


SHEETS = """survey
,type,name,label,relevant,calculation
,integer,a,A,,
,select_one l,b,B,${a} > 1,
,calculate,c,,,1 + 1
choices
,list_name,name,label
,l,1,One
settings
,form_id,version
,f,1
"""


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        (",relevant", ",bind", ("survey", 3, "bind")),
        ("name,label\n", "name,bind::x\n", ("choices", 2, "bind::x")),
        (",version", ",bind", ("settings", 2, "bind")),
        ("form_id", "form_id::", ("settings", 2, "form_id::")),
    ],
)
def test_what_the_conversion_fails_on_without_a_word_is_found(
    old: str, new: str, place: tuple[str, int, str], tmp_path: Path
) -> None:
    path = tmp_path / "form.csv"
    path.write_text(SHEETS.replace(old, new), encoding="utf-8")
    found = [fault for fault in faults(path) if "turned into a form" in fault.message]
    assert [(fault.sheet, fault.row, fault.column) for fault in found] == [place]


OUTER = """| survey |
| | type | name | label | choice_filter |
| | select_one {inner} | q1 | Q1 | |
| | select_one_external a | q2 | Q2 | name != '' |
| choices |
| | list_name | name | label |
| | {inner} | x | X |
| external_choices |
| | list_name | name | label |
| | a | z | Z\ufffe\x01\udcff |
"""


def outer(folder: Path, inner: str) -> Path:
    path = folder / "form.md"
    path.write_text(OUTER.format(inner=inner), encoding="utf-8", errors="replace")
    return path


def test_a_list_on_both_sheets_is_told(tmp_path: Path) -> None:
    (fault,) = faults(outer(tmp_path, "a"))
    assert (fault.sheet, fault.row, fault.question) == ("survey", 3, "q2")
    assert "both sheets" in fault.message


def test_signs_that_cannot_stand_in_a_form_are_left_out(tmp_path: Path) -> None:
    session = FormSession(load_form(outer(tmp_path, "b")))
    assert [choice.label for choice in session.node("/data/q2").choices] == ["Z?"]
