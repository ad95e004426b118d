"""Answers as one SQLite file, read back by SQL alone."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from survey_app.reports.tables import layout_of, parts, write_tables
from survey_app.xforms import FormDefinition, load_form

FORM = """
| survey |
| | type | name | label |
| | text | head | Chủ hộ |
| | integer | phones | Số điện thoại |
| | date | day | Ngày |
| | select_multiple net | nets | Loại mạng |
| | begin_repeat | people | Người |
| | text | p_name | Tên |
| | select_one yn | has | Có máy |
| | end_repeat | | |
| choices |
| | list_name | name | label |
| | net | fibre | Cáp quang |
| | net | mobile | Di động |
| | yn | yes | Có |
| | yn | no | Không |
"""
ROWS: list[tuple[str, dict[str, str]]] = [
    ("household", {"submission_id": "a", "head": "Nguyễn 'Ánh'", "phones": "3", "day": "2026-11-21", "nets": "fibre"}),
    ("member", {"submission_id": "a", "line": "1", "p_name": "=1+1", "has": "yes"}),
    ("member", {"submission_id": "a", "line": "2", "p_name": "Đỗ", "has": "no"}),
    ("household", {"submission_id": "b"}),
]


@pytest.fixture
def form(tmp_path: Path) -> FormDefinition:
    source = tmp_path / "f.md"
    source.write_text(FORM, "utf-8")
    return load_form(source)


def read(path: Path, sql: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as book:
        return book.execute(sql).fetchall()


@pytest.fixture
def written(tmp_path: Path, form: FormDefinition) -> Path:
    levels = layout_of([form], lambda _form: "").levels
    with parts(tmp_path / "out") as files:
        write_tables(files, "sqlite", levels, iter(ROWS))
        (path,) = files.settle()
    return path


def test_answers_have_their_types_and_blanks_are_null(written: Path) -> None:
    assert read(written, "SELECT head, phones, day, nets__fibre, nets__mobile FROM household ORDER BY 1 DESC") == [
        ("Nguyễn 'Ánh'", 3, "2026-11-21", 1, 0),
        (None, None, None, None, None),
    ]


def test_members_join_their_household(written: Path) -> None:
    joined = "SELECT h.head, count(*) FROM member m JOIN household h USING (submission_id) WHERE m.has = 'yes'"
    assert read(written, joined) == [("Nguyễn 'Ánh'", 1)]
    assert read(written, "PRAGMA foreign_key_check") == []
    assert [key[2] for key in read(written, "PRAGMA foreign_key_list(member)")] == ["household"]


def test_questions_and_codes_explain_the_tables(written: Path) -> None:
    assert read(written, "SELECT label FROM _questions WHERE name = 'nets'") == [("Loại mạng",)]
    codes = dict(read(written, "SELECT code, label FROM _codes WHERE name = 'nets'"))
    assert codes == {"fibre": "Cáp quang", "mobile": "Di động"}, json.dumps(codes)


def test_a_form_without_answers_gives_empty_tables(tmp_path: Path, form: FormDefinition) -> None:
    with parts(tmp_path / "out") as files:
        write_tables(files, "sqlite", layout_of([form], lambda _form: "").levels, iter(()))
        (path,) = files.settle()
    assert read(path, "SELECT count(*) FROM member") == [(0,)]
