"""Members stand in another order: who they are stays, what depends on the place follows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from survey_app.records import flatten, nest
from survey_app.xforms import FormSession, load_form
from survey_app.xforms.errors import SessionError

FORM = """
| survey |
| | type | name | label | calculation |
| | begin_repeat | member | Member | |
| | text | name | Name | |
| | decimal | weight | Weight | |
| | calculate | place | | position(..) |
| | end_repeat | | | |
| | calculate | first | | indexed-repeat(${name}, ${member}, 1) |
| | calculate | all | | join('-', ${name}) |
| | calculate | total | | sum(${weight}) |
| settings |
| | form_id | version |
| | order | 1 |
"""


@pytest.fixture
def session(tmp_path: Path) -> FormSession:
    path = tmp_path / "form.md"
    path.write_text(FORM, encoding="utf-8")
    session = FormSession(load_form(path), instance_id="1")
    for number, name in enumerate("abc", start=1):
        if number > len(session.answers().get("member", ())):
            session.add_repeat("/data/member")
        session.answer(f"/data/member[{number}]/name", name)
        session.answer(f"/data/member[{number}]/weight", f"{number}.1")
    return session


def test_positions_references_and_the_submission_agree(session: FormSession) -> None:
    session.move_repeat("/data/member[3]", 1)
    assert [session.node(f"/data/member[{n}]/name").value for n in (1, 2, 3)] == ["c", "a", "b"]
    assert [session.node(f"/data/member[{n}]/place").value for n in (1, 2, 3)] == ["1", "2", "3"]
    assert session.node("/data/first").value == "c"
    assert session.node("/data/all").value == "c-a-b"
    assert re.findall("<name>(.)</name>", session.submission_xml()) == ["c", "a", "b"]


def test_the_line_key_goes_along(session: FormSession) -> None:
    before = session.node("/data/member[3]").address
    changes = session.move_repeat("/data/member[3]", 1)
    assert session.node("/data/member[1]").address == before
    assert changes.saved["member#order"] == "3 1 2"
    assert session.answers()["member#order"] == "3 1 2"


def test_the_order_holds_when_the_form_is_opened_again(session: FormSession) -> None:
    session.move_repeat("/data/member[1]", 3)
    kept = flatten(session.answers(everything=True))
    again = session.again(nest(dict(sorted(kept.items()))))
    assert again.node("/data/all").value == "b-c-a"
    assert again.dropped == ()
    assert flatten(again.answers(everything=True)) == kept


def test_moving_back_leaves_no_trace(session: FormSession) -> None:
    before = session.answers(everything=True)
    session.move_repeat("/data/member[3]", 1)
    changes = session.move_repeat("/data/member[1]", 3)
    assert changes.saved["member#order"] is None
    assert session.answers(everything=True) == before


def test_a_new_member_stands_last(session: FormSession) -> None:
    session.move_repeat("/data/member[3]", 1)
    changes = session.add_repeat("/data/member")
    assert changes.added == ("/data/member[4]",)
    assert session.answers(everything=True)["member#order"] == changes.saved["member#order"] == "3 1 2 4"


def test_only_a_repeat_can_be_moved(session: FormSession) -> None:
    with pytest.raises(SessionError):
        session.move_repeat("/data/first", 1)


def test_a_repeat_without_instances_knows_whether_it_is_asked(tmp_path: Path) -> None:
    path = tmp_path / "form.md"
    path.write_text(
        "| survey |\n| | type | name | label | relevant |\n| | text | agreed | Agreed? | |\n"
        "| | begin_repeat | member | Member | ${agreed} = 'yes' |\n| | text | name | Name | |\n| | end_repeat | | | |\n"
        "| settings |\n| | form_id | version |\n| | asked | 1 |\n",
        encoding="utf-8",
    )
    session = FormSession(load_form(path), instance_id="1")
    while "/data/member[1]" in session.paths():
        session.remove_repeat("/data/member[1]")
    assert not session.is_asked("/data/member")
    session.answer("/data/agreed", "yes")
    assert session.is_asked("/data/member")
    with pytest.raises(SessionError, match="agreed"):
        session.is_asked("/data/agreed")
