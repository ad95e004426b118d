"""Lists beside a form that are not what the form expects, and choices that cannot be chosen."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey_app.errors import SurveyAppError
from survey_app.xforms import FormSession, load_form

LIST = "| survey |\n| | type | name | label |\n| | select_one_from_file list.{ending} | c | Commune |\n"
POINT = '{"type": "Feature", "id": "w1", "properties": {"title": "G1"}, "geometry": null}'
HALL = (
    '{"type": "Feature", "properties": {"id": 7, "title": "Đình", "open": true}, '
    '"geometry": {"type": "MultiPoint", "coordinates": [[1, 2]]}}'
)


def opened(folder: Path, content: bytes, ending: str = "csv") -> tuple[FormSession, list[str]]:
    """Return a form that asks one question from a list, and the warnings about it."""
    (folder / "form.md").write_text(LIST.format(ending=ending), encoding="utf-8")
    (folder / f"list.{ending}").write_bytes(content)
    form = load_form(folder / "form.md")
    return FormSession(form), [str(warning) for warning in form.warnings]


def listed(session: FormSession) -> list[tuple[str, str]]:
    return [(choice.value, choice.label) for choice in session.node("/data/c").choices]


@pytest.mark.parametrize("content", [b"", b"name,label\n", b"name,label\n,\n\n"])
def test_a_list_without_rows_is_named(tmp_path: Path, content: bytes) -> None:
    session, told = opened(tmp_path, content)
    assert listed(session) == []
    assert told == ["The file “list.csv” has no rows: its list is empty."]


def test_a_list_without_the_column_of_values_is_named_at_the_row_of_its_question(tmp_path: Path) -> None:
    session, told = opened(tmp_path, b"code,label\na,A\n")
    assert listed(session) == []
    assert told == [
        "sheet “survey”, row 2, question “c”: The file “list.csv” has no column “name”: nothing can be chosen from it."
    ]


def test_a_list_without_labels_shows_its_values_and_says_so(tmp_path: Path) -> None:
    session, told = opened(tmp_path, b"<root><item><name>a</name></item></root>", "xml")
    assert listed(session) == [("a", "a")]
    assert len(told) == 1
    assert "“list.xml” has no column “label”" in told[0]


def test_a_list_in_order_is_not_warned_about(tmp_path: Path) -> None:
    assert opened(tmp_path, b"name,label\na,A\n")[1] == []


@pytest.mark.parametrize("content", ["name\tlabel\nx\tPhú Lâm\n", "name;label\nx;Phú Lâm\n", "name,label\nx,Phú Lâm\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_tables_are_read_as_spreadsheets_save_them(tmp_path: Path, content: str, encoding: str) -> None:
    session, told = opened(tmp_path, content.encode(encoding))
    assert (listed(session), told) == ([("x", "Phú Lâm")], [])


def test_letters_that_cannot_be_read_are_warned_about(tmp_path: Path) -> None:
    session, told = opened(tmp_path, "name,label\nx,Phú\n".encode("cp1258"))
    assert [value for value, _label in listed(session)] == ["x"]
    assert told == ["The file “list.csv” is not UTF-8: some letters are wrong. Save it as “CSV UTF-8”."]


def test_features_without_a_point_can_be_chosen(tmp_path: Path) -> None:
    text = f'{{"type": "FeatureCollection", "features": [{POINT}, {HALL}]}}'
    session, told = opened(tmp_path, text.encode(), "geojson")
    assert listed(session) == [("w1", "G1"), ("7", "Đình")]
    assert told == []


def test_members_without_a_name_are_no_choices(tmp_path: Path) -> None:
    rows = (
        "| survey |\n| | type | name | label | choice_filter |\n| | begin_repeat | m | Member | |\n"
        "| | text | called | Name | |\n| | integer | age | Age | |\n| | end_repeat | | | |\n"
        "| | select_one ${called} | head | Head | ${age} >= 18 |\n"
    )
    (tmp_path / "form.md").write_text(rows, encoding="utf-8")
    session = FormSession(load_form(tmp_path / "form.md"))
    session.answer("/data/m[1]/age", "40")
    assert session.node("/data/head").choices == ()
    session.answer("/data/m[1]/called", "An")
    assert [choice.value for choice in session.node("/data/head").choices] == ["An"]


@pytest.mark.parametrize("name", ["none.xlsx", "none.xml"])
def test_a_form_that_is_not_there_is_said_to_be_missing(tmp_path: Path, name: str) -> None:
    with pytest.raises(SurveyAppError) as caught:
        load_form(tmp_path / name)
    assert (caught.value.code, caught.value.hint) == ("FRM-02", "The file or folder is not there.")


def test_an_unknown_function_gets_one_suggestion(tmp_path: Path) -> None:
    (tmp_path / "form.md").write_text(
        "| survey |\n| | type | name | calculation |\n| | calculate | c | foo(1) |\n", encoding="utf-8"
    )
    with pytest.raises(SurveyAppError) as caught:
        load_form(tmp_path / "form.md")
    assert str(caught.value.hint).count("?") == 1
