"""Whatever stands in a workbook, an XForm or a list beside it: it is read, or refused with words for its author."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from survey_app.errors import SurveyAppError
from survey_app.xforms import FormSession, load_form

CALM = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
HEADS = [
    *("type", "name", "label", "label::en", "hint", "relevant", "constraint", "calculation", "required", "default"),
    *("appearance", "parameters", "choice_filter", "repeat_count", "trigger", "image", "media::audio::vi", "bind::x"),
    *("bind", "control::a", "kobo--matrix_list", "select_from_list_name", "save_to", "disabled", "list_name"),
    *("type::x", "::", "x y", "ạ"),
]
CELLS = [
    *("", "text", "integer", "select_one l", "select_multiple l", "rank l", "begin_group", "end_group", "range"),
    *("begin_repeat", "end_repeat", "begin loop over l", "end loop", "note", "calculate", "select_one ${a}", "audit"),
    *("select_one_from_file x.csv", "select_one_external l", "osm l", "image", "csv-external", "background-geopoint"),
    *("begin_kobomatrix", "end_kobomatrix", "begin_score", "score__row", "begin_rank", "text audit", "include"),
    *("a", "b", "l", "data", "meta", "1", "-1", "1.5", "yes", "true()", "${a}", "${b} + 1", "${a", "${}", "==", "'"),
    *("sum-if(${a}, ${b} > 1)", "index()", "search('x','matches','a',${b})", "search(", "start=1 end=10 step=2"),
    *(
        "randomize=true seed=${a}",
        "tick_labelset=l",
        "“a”",
        "Đ ạ",
        "\x00",
        "\n",
        "|",
        ";",
        "<",
        "&",
        "]]>",
        "a:b",
        "::",
    ),
    *("x" * 3000, "(" * 200, "not(" * 90, "field-list", "table-list", "#REF!", "%s", "{0}", "{name}", "9" * 400),
    *("select_one l or_other", "today()", "once(random())", "instance('l')/root/item[name=${a}]/label", "a#b"),
]
SOUND = [
    ["survey"],
    ["", "type", "name", "label", "relevant", "calculation"],
    ["", "integer", "a", "A", "", ""],
    ["", "begin_repeat", "r", "R", "", ""],
    ["", "select_one l", "b", "B ${a}", "${a} > 1", ""],
    ["", "end_repeat", "", "", "", ""],
    ["", "calculate", "c", "", "", "count(${r})"],
    ["choices"],
    ["", "list_name", "name", "label"],
    ["", "l", "1", "One"],
    ["settings"],
    ["", "form_id", "version"],
    ["", "f", "1"],
]
CHANGES = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 6), st.sampled_from(("cell", "head", "drop", "again", "longer"))),
    min_size=1,
    max_size=5,
)


def read_or_refused(path: Path) -> None:
    """Open the form, or see it refused; anything else fails the test."""
    try:
        form = load_form(path)
        session = FormSession(form)
        for question in form.questions.values():
            assert isinstance(question.label(), str)
            assert isinstance(question.media(), dict)
        session.submission_xml()
    except SurveyAppError as error:
        assert error.message


@CALM
@given(CHANGES, st.data())
def test_any_workbook_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, int, str]], data: st.DataObject
) -> None:
    rows = [list(row) for row in SOUND]
    for place, column, change in changes:
        row = rows[place % len(rows)]
        word = data.draw(st.sampled_from(HEADS if change == "head" else CELLS))
        if change == "drop":
            rows.remove(row)
        elif change == "again":
            rows.insert(place % len(rows), list(row))
        elif change == "longer":
            row[column % len(row)] += word
        else:
            row[column % len(row)] = word
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    path = tmp_path_factory.mktemp("book") / "form.csv"
    path.write_bytes(text.getvalue().encode("utf-8", "replace"))
    read_or_refused(path)


def _package() -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "survey"
    for row in (("type", "name", "label"), ("text", "a", "A"), ("integer", "b", 1.5)):
        sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


PACKAGE = _package()
PARTS = {
    name: zipfile.ZipFile(io.BytesIO(PACKAGE)).read(name) for name in zipfile.ZipFile(io.BytesIO(PACKAGE)).namelist()
}
PIECES = st.sampled_from((b"", b"<", b'"', b"99999999", b"A1:XFD1048576", b"\0", b"-1", b"<!DOCTYPE a>", b"&x;"))


@CALM
@given(st.sampled_from(sorted(PARTS)), st.integers(0, 5000), st.integers(0, 40), PIECES, st.booleans())
def test_a_damaged_package_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, name: str, start: int, length: int, piece: bytes, inside: bool
) -> None:
    path = tmp_path_factory.mktemp("book") / "form.xlsx"
    if inside:
        part = PARTS[name]
        start %= len(part) or 1
        with zipfile.ZipFile(path, "w") as package:
            for other, content in PARTS.items():
                package.writestr(other, part[:start] + piece + part[start + length :] if other == name else content)
    else:
        start %= len(PACKAGE)
        path.write_bytes(PACKAGE[:start] + piece + PACKAGE[start + length :])
    read_or_refused(path)


LISTS = {
    "x.csv": b"name,label,a\n1,One,x\n2,Two,y\n",
    "x.xml": b"<root><item><name>1</name><label>One</label></item></root>",
    "x.geojson": b'{"type":"FeatureCollection","features":[{"type":"Feature","id":"w1","properties":{"title":"G"},'
    b'"geometry":{"type":"Polygon","coordinates":[[[105.8,21.0],[1,2]]]}}]}',
}
SPOILT = st.sampled_from(
    (b"", b"<", b'"', b"{", b"null", b"1e999", b"NaN", b"\0", b"\xff", b",", b"\n", b"<a " * 300, b"[" * 2000, b"true")
)


@CALM
@given(st.sampled_from(sorted(LISTS)), st.lists(st.tuples(st.integers(0, 300), st.integers(0, 30), SPOILT), max_size=5))
def test_any_list_beside_the_form_gives_choices_or_a_warning(
    tmp_path_factory: pytest.TempPathFactory, name: str, changes: list[tuple[int, int, bytes]]
) -> None:
    content = LISTS[name]
    for start, length, piece in changes:
        content = content[:start] + piece + content[start + length :]
    folder = tmp_path_factory.mktemp("lists")
    (folder / name).write_bytes(content)
    (folder / "form.md").write_text(
        f"| survey |\n| | type | name | label |\n| | select_one_from_file {name} | q | Q |\n", encoding="utf-8"
    )
    form = load_form(folder / "form.md")
    if not FormSession(form).node("/data/q").choices:
        assert all(name in warning.message for warning in form.warnings)
