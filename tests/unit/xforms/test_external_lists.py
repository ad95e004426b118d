"""Lists that lie in files beside the form, and what the engine loads."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from survey_app.xforms import FormSession, load_form
from survey_app.xforms.codecs import normal

FORM = """| survey |
| | type | name | label | calculation | choice_filter |
| | text | p | Province | | |
| | select_one_from_file communes.csv | c | Commune | | province = ${p} |
| | select_one_from_file wells.geojson | w | Well | | |
| | calculate | people | | pulldata('communes', 'people', 'name', ${c}) | |
| settings |
| | form_id | form_title |
| | lists | Lists |
"""
COMMUNES = "name,label,province,people\nc1,Phú Lâm,p1,900\n\nc2,Đông Hòa,p2,700\nc3,An Bình,p1,500\n"
WELLS = """{"type": "FeatureCollection", "features": [{"type": "Feature", "id": "w1",
"properties": {"title": "Giếng 1", "depth": 12}, "geometry": {"type": "Point", "coordinates": [105.85, 21.03]}}]}"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "form.md").write_text(FORM, encoding="utf-8")
    (tmp_path / "communes.csv").write_text(COMMUNES, encoding="utf-8-sig")
    (tmp_path / "wells.geojson").write_text(WELLS, encoding="utf-8")
    return tmp_path


def test_a_csv_list_is_filtered_and_looked_up(folder: Path) -> None:
    session = FormSession(load_form(folder / "form.md"))
    session.answer("/data/p", "p1")
    assert [(c.value, c.label) for c in session.node("/data/c").choices] == [("c1", "Phú Lâm"), ("c3", "An Bình")]
    session.answer("/data/c", "c3")
    assert session.node("/data/people").value == "500"


def test_geojson_features_are_choices(folder: Path) -> None:
    session = FormSession(load_form(folder / "form.md"))
    assert [(c.value, c.label) for c in session.node("/data/w").choices] == [("w1", "Giếng 1")]


def test_files_may_be_handed_over_and_may_be_missing(folder: Path) -> None:
    form = load_form(folder / "form.md")
    session = FormSession(load_form(form.xml.encode(), {"communes.csv": COMMUNES.encode()}))
    session.answer("/data/p", "p2")
    assert [choice.value for choice in session.node("/data/c").choices] == ["c2"]
    assert FormSession(load_form(form.xml.encode())).node("/data/c").choices == ()


@pytest.mark.parametrize("way", ["..\\secret.csv", "C:secret.csv", "..", "."])
def test_a_list_is_never_looked_for_in_another_folder(folder: Path, way: str) -> None:
    if way.endswith(".csv") and os.name == "posix":
        (folder / way).write_text(COMMUNES, encoding="utf-8")
    form = load_form(folder / "form.md").xml.replace("jr://file-csv/communes.csv", f"jr://file-csv/{way}")
    (folder / "form.xml").write_text(form, encoding="utf-8")
    session = FormSession(load_form(folder / "form.xml"))
    session.answer("/data/p", "p1")
    assert session.node("/data/c").choices == ()


def test_static_choices_know_the_whole_list(folder: Path) -> None:
    question = load_form(folder / "form.md").questions["/data/c"]
    assert [(value, label()) for value, label in question.choices] == [  # type: ignore[operator]
        ("c1", "Phú Lâm"),
        ("c2", "Đông Hòa"),
        ("c3", "An Bình"),
    ]


@pytest.mark.parametrize(
    ("kind", "text", "wanted"),
    [
        ("int", "2.9", "2"),
        ("int", "-2.0", "-2"),
        ("int", "x", "x"),
        ("decimal", "2.50", "2.50"),
        ("date", "2026-11-21T10:00:00", "2026-11-21"),
        ("geopoint", "21 105.8 0 0", "21.0 105.8 0.0 0.0"),
        ("geotrace", "0 1 0 0; 0 2 0 0;", "0.0 1.0 0.0 0.0;0.0 2.0 0.0 0.0"),
        ("geopoint", "here", "here"),
        ("string", " a ", " a "),
    ],
)
def test_one_spelling_a_value(kind: str, text: str, wanted: str) -> None:
    assert normal(kind, text) == wanted
    assert normal(kind, wanted) == wanted


def test_the_engine_loads_no_heavy_library() -> None:
    heavy = ("pyxform", "openpyxl", "pandas", "duckdb", "ibis", "matplotlib", "PySide6", "sqlcipher3")
    code = f"import sys, survey_app.xforms; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
