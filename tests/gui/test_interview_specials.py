"""What takes the place of an answer where the author allows it: refused, not known, not applicable."""

from __future__ import annotations

from pathlib import Path

from survey_app.gui.interview import show, way
from survey_app.gui.interview.sheet import Sheet
from survey_app.xforms import FormSession, load_form
from survey_app.xforms.plan import plan

FORM = """
| survey |
| | type | name | label | required | appearance |
| | begin_group | money | Money | | |
| | integer | income | Income | ${income_special} = '' | |
| | select_one why | income_special | Why not | | special-answer |
| | text | work | Work | yes | |
| | end_group | | | | |
| choices |
| | list_name | name | label |
| | why | dk | Don't know |
| | why | refused | Refuses |
| settings |
| | form_id | version |
| | special | 1 |
"""


def opened(tmp_path: Path) -> tuple[FormSession, Sheet]:
    path = tmp_path / "form.md"
    path.write_text(FORM, encoding="utf-8")
    form = load_form(path)
    session = FormSession(form)
    return session, Sheet(session, plan(form))


def test_it_is_offered_beside_its_question_and_is_no_question_of_its_own(tmp_path: Path) -> None:
    _session, sheet = opened(tmp_path)
    assert [stop.path for stop in sheet.stops()] == ["/data/money/income", "/data/money/work", ""]
    beside = show.beside(sheet, sheet.stops()[0], "")
    assert beside.specials == (("dk", "Don't know"), ("refused", "Refuses"))
    assert show.beside(sheet, sheet.stops()[1], "").specials == ()


def test_a_required_question_counts_as_answered_by_it(tmp_path: Path) -> None:
    session, sheet = opened(tmp_path)
    sheet.apply(session.answer("/data/money/income_special", "refused"))
    count = sheet.total()
    assert (count.answered, count.asked, count.open) == (1, 2, 1)
    assert not sheet.waits("/data/money/income")
    assert way.unanswered(sheet, -1).path == "/data/money/work"
    assert [stop.path for stop in sheet.unready()] == ["/data/money/work"]
    assert session.node("/data/money/income").value == ""


def test_it_is_an_ordinary_answer_that_any_tool_can_read(tmp_path: Path) -> None:
    session, _sheet = opened(tmp_path)
    session.answer("/data/money/income_special", "dk")
    assert session.answers()["money"] == {"income_special": "dk"}
    assert "<income_special>dk</income_special>" in session.submission_xml()


FORGOTTEN = FORM.replace("${income_special} = ''", "yes")


def test_a_question_the_author_made_required_all_the_same_counts_as_answered(tmp_path: Path) -> None:
    path = tmp_path / "form.md"
    path.write_text(FORGOTTEN, encoding="utf-8")
    form = load_form(path)
    session = FormSession(form)
    sheet = Sheet(session, plan(form))
    assert [stop.path for stop in sheet.unready()] == ["/data/money/income", "/data/money/work"]
    sheet.leave("/data/money/income", blank=True)
    sheet.apply(session.answer("/data/money/income_special", "refused"))
    assert [stop.path for stop in sheet.unready()] == ["/data/money/work"]
    assert (sheet.total().answered, sheet.total().open, sheet.faults()) == (1, 1, [])
    assert not show.asked(sheet, "/data/money/income").fault


def test_its_words_stand_on_the_card_also_when_another_question_is_asked(tmp_path: Path) -> None:
    session, sheet = opened(tmp_path)
    assert show.asked(sheet, "/data/money/income").instead == ""
    sheet.apply(session.answer("/data/money/income_special", "refused"))
    assert show.asked(sheet, "/data/money/income").instead == "Refuses"
    sheet.apply(session.answer("/data/money/income_special", ""))
    assert show.asked(sheet, "/data/money/income").instead == ""
