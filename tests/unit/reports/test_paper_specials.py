"""What can be ticked instead of an answer stands on the paper, under its question."""

from __future__ import annotations

from pathlib import Path

from survey_app.reports.paper import paper_of, write_paper
from survey_app.xforms import FormDefinition, load_form

FORM = """
| survey |
| | type | name | label | required | appearance |
| | begin_group | money | Money | | |
| | integer | income | Income | yes | |
| | select_one why | income_special | Why not | | special-answer |
| | text | work | Work | yes | |
| | end_group | | | | |
| | begin_repeat | member | Member | | |
| | begin_group | own | Own | | |
| | text | name | Name | yes | |
| | integer | age | Age | yes | |
| | select_one why | age_special | Why not | | special-answer |
| | end_group | | | | |
| | begin_group | more | More | | |
| | select_one why | phone | Phone | | |
| | select_one why | phone_special | Why not | | special-answer |
| | end_group | | | | |
| | end_repeat | | | | |
| choices |
| | list_name | name | label |
| | why | dk | Don't know |
| | why | refused | Refuses |
| settings |
| | form_id | version |
| | special | 1 |
"""


def form_of(tmp_path: Path) -> FormDefinition:
    path = tmp_path / "form.md"
    path.write_text(FORM, encoding="utf-8")
    return load_form(path)


def test_it_stands_under_its_question_with_the_keys_of_the_window(tmp_path: Path) -> None:
    paper = paper_of(form_of(tmp_path), "en")
    asked = {one.label: one for chapter in paper.chapters for block in chapter.blocks for one in block.asked}
    said = [(code.key, code.label) for code in asked["Income"].instead]
    assert said == [("F6", "Don't know"), ("F7", "Refuses")]
    assert asked["Work"].instead == ()
    assert "Why not" not in asked


def test_it_is_printed_in_every_kind_of_block(tmp_path: Path) -> None:
    assert write_paper(form_of(tmp_path), tmp_path / "paper.pdf", language="en").stat().st_size > 1000
