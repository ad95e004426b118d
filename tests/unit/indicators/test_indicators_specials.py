"""What stands in the place of an answer is unknown: in the denominator, never in the numerator, counted apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey_app.indicators import Rows, codebook_of, compute, load_indicators
from survey_app.xforms import load_form

FORM = """
| survey |
| | type | name | label | required | relevant | appearance |
| | hidden | interview_result | | | | |
| | integer | income | Income | ${income_special} = '' | | |
| | select_one why | income_special | Why not | | | special-answer |
| | select_one card | card | Card | yes | | |
| | select_one card | used | Used | yes | ${card} = 'yes' | |
| choices |
| | list_name | name | label |
| | why | dk | Don't know |
| | why | refused | Refuses |
| | card | yes | Yes |
| | card | no | No |
| | card | refused | Refuses |
| settings |
| | form_id | version |
| | special | 1 |
"""
DONE = "${interview_result} = 'complete'"


def figures(folder: Path, numerator: str, *answers: dict[str, str]) -> tuple[int, int, int]:
    """Return numerator, denominator and unknown of a ratio over households with these answers."""
    path = folder / "form.md"
    path.write_text(FORM, encoding="utf-8")
    form = load_form(path)
    head = "key,name_vi,level,aggregate,numerator,denominator,direction"
    table = f'{head}\ni,Chỉ số,household,ratio,"{numerator}","{DONE}",up\n'.encode()
    homes = [{"submission_id": f"s{n}", "interview_result": "complete", **row} for n, row in enumerate(answers)]
    line = compute(load_indicators(table, codebook_of(form)), Rows(homes, []), ()).iloc[0]
    return int(line["numerator"]), int(line["denominator"]), int(line["unknown"])


@pytest.mark.parametrize("why", ["dk", "refused"])
def test_a_special_answer_makes_its_question_unknown(tmp_path: Path, why: str) -> None:
    answers = ({"income": "9"}, {"income": "1"}, {"income_special": why})
    assert figures(tmp_path, "${income} > 5", *answers) == (1, 3, 1)


def test_a_refusal_among_the_choices_is_unknown_too(tmp_path: Path) -> None:
    answers = ({"card": "yes"}, {"card": "no"}, {"card": "refused"})
    assert figures(tmp_path, "${card} = 'yes'", *answers) == (1, 3, 1)


def test_an_answer_that_decides_alone_decides_beside_a_refusal(tmp_path: Path) -> None:
    answers = (
        {"card": "yes", "used": "no", "income_special": "refused"},
        {"card": "no", "income_special": "refused"},
        {"card": "refused", "income": "9"},
        {"card": "refused", "income": "1"},
    )
    assert figures(tmp_path, "${card} = 'yes' or ${income} > 5", *answers) == (2, 4, 2)
    assert figures(tmp_path, "${card} = 'yes' and ${income} > 5", *answers) == (0, 4, 2)


def test_what_a_refusal_hides_is_unknown_and_no_no(tmp_path: Path) -> None:
    answers = ({"card": "yes", "used": "yes"}, {"card": "no"}, {"card": "refused"})
    assert figures(tmp_path, "${used} = 'yes'", *answers) == (1, 3, 1)


def test_how_often_something_was_refused_can_be_counted(tmp_path: Path) -> None:
    answers = ({"income": "9"}, {"income_special": "dk"}, {"income_special": "refused"})
    assert figures(tmp_path, "${income_special} = 'refused'", *answers)[0] == 1
