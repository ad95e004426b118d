"""Choice filters that read what is chosen from them: every animal only once, and the like."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey_app.records import LINE
from survey_app.xforms import FormError, FormSession, load_form
from survey_app.xforms.definition import FormDefinition

BY_OTHERS = "not(selected(join(' ', /data/pet[position() != position(current()/..)]/kind), name))"
BY_ALL = "not(selected(join(' ', /data/pet/kind), name))"
BEFORE = "not(selected(join(' ', /data/pet[position() < position(current()/..)]/kind), name))"


def form(tmp_path: Path, *rows: str) -> FormDefinition:
    path = tmp_path / "pets.md"
    heads = "| survey |\n| | type | name | label | calculation | choice_filter | relevant |\n"
    lists = "".join(f"| | kinds | {name} | {name} |\n" for name in ("dog", "cat", "cow"))
    body = "".join(f"| | {' | '.join([*row.split(';'), '', '', '', ''][:6])} |\n" for row in rows)
    path.write_text(f"{heads}{body}| choices |\n| | list_name | name | label |\n{lists}", encoding="utf-8")
    return load_form(path)


def pets(tmp_path: Path, choice_filter: str, kind: str = "select_one kinds", calculation: str = "") -> FormSession:
    rows = ["begin_repeat;pet;Pet", f"{kind};kind;Kind;;{choice_filter}", "end_repeat"]
    if calculation:
        rows.append(f"calculate;taken;;{calculation}")
    session = FormSession(form(tmp_path, *rows))
    while "/data/pet[3]" not in session.paths():
        session.add_repeat("/data/pet")
    return session


def values(session: FormSession) -> list[str]:
    return [session.node(path).value for path in session.paths() if path.endswith("/kind")]


def opened(session: FormSession) -> list[str]:
    found = [session.node(path).choices for path in session.paths() if path.endswith("/kind")]
    return [" ".join(choice.value for choice in choices) for choices in found]


def choose(session: FormSession, *kinds: str) -> None:
    for number, kind in enumerate(kinds, start=1):
        session.answer(f"/data/pet[{number}]/kind", kind)


@pytest.mark.parametrize(
    ("choice_filter", "calculation"),
    [
        (BY_OTHERS, ""),
        (BY_ALL, ""),
        ("not(selected(${taken}, name))", "join(' ', ${kind})"),
        ("not(selected(${taken}, name))", "concat(' ', join(' ', ${kind}), ' ')"),
    ],
)
def test_what_another_member_has_chosen_is_closed(tmp_path: Path, choice_filter: str, calculation: str) -> None:
    session = pets(tmp_path, choice_filter, calculation=calculation)
    choose(session, "dog", "cat")
    assert values(session) == ["dog", "cat", ""]
    assert opened(session) == ["dog cow", "cat cow", "cow"]


def test_a_choice_given_back_is_open_again(tmp_path: Path) -> None:
    session = pets(tmp_path, BY_ALL)
    choose(session, "dog", "cat")
    changes = session.answer("/data/pet[1]/kind", "")
    assert opened(session) == ["dog cow", "dog cat cow", "dog cow"]
    assert "choices" in changes.properties["/data/pet[3]/kind"]


def test_of_two_equal_answers_the_first_one_stays(tmp_path: Path) -> None:
    for choice_filter in (BY_OTHERS, BY_ALL, BEFORE):
        session = pets(tmp_path, choice_filter)
        choose(session, "dog", "cat")
        session.answer("/data/pet[3]/kind", "dog")
        assert values(session) == ["dog", "cat", ""], choice_filter
        session.answer("/data/pet[1]/kind", "cat")
        assert values(session) == ["cat", "", ""], choice_filter


def test_answers_that_are_opened_again_follow_the_same_order(tmp_path: Path) -> None:
    answers = {"pet": [{LINE: line, "kind": kind} for line, kind in enumerate(("cow", "cow", "cow", "cat"), 1)]}
    session = FormSession(pets(tmp_path, BY_ALL).form, answers=answers)
    assert values(session) == ["cow", "", "", "cat"]
    assert [dropped.value for dropped in session.dropped] == ["cow", "cow"]


def test_several_choices_close_each_other_one_by_one(tmp_path: Path) -> None:
    session = pets(tmp_path, BY_ALL, "select_multiple kinds")
    choose(session, "dog cow", "cat dog", "cow")
    assert values(session) == ["dog cow", "cat", ""]
    assert opened(session) == ["dog cow", "cat", ""]


def test_a_choice_that_excludes_the_others_takes_them_away(tmp_path: Path) -> None:
    session = FormSession(
        form(tmp_path, "select_multiple kinds;kind;Kind;;name = 'cow' or not(selected(${kind}, 'cow'))")
    )
    session.answer("/data/kind", "dog cat")
    assert session.node("/data/kind").value == "dog cat"
    session.answer("/data/kind", "dog cat cow")
    assert session.node("/data/kind").value == "cow"


def test_removing_a_member_opens_what_it_had_chosen(tmp_path: Path) -> None:
    session = pets(tmp_path, "not(selected(${taken}, name))", calculation="join(' ', ${kind})")
    choose(session, "dog", "cat", "cow")
    session.remove_repeat("/data/pet[2]")
    assert (values(session), opened(session)) == (["dog", "cow"], ["dog cat", "cat cow"])
    assert session.node("/data/taken").value == "dog cow"


def test_questions_may_close_each_others_choices(tmp_path: Path) -> None:
    rows = [
        f"select_one kinds;{one};{one};;" + " and ".join(f"name != ${{{other}}}" for other in "abc" if other != one)
        for one in "abc"
    ]
    session = FormSession(form(tmp_path, *rows))
    session.answer("/data/b", "cat")
    session.answer("/data/a", "dog")
    assert [" ".join(c.value for c in session.node(f"/data/{one}").choices) for one in "abc"] == [
        "dog cow",
        "cat cow",
        "cow",
    ]
    session.answer("/data/a", "cat")
    assert [session.node(f"/data/{one}").value for one in "abc"] == ["cat", "", ""]


def test_whoever_reads_the_answers_of_a_circle_waits_until_it_rests(tmp_path: Path) -> None:
    session = FormSession(
        form(
            tmp_path,
            "begin_repeat;pet;Pet",
            f"select_one kinds;kind;Kind;;{BY_ALL}",
            "end_repeat",
            "calculate;taken;;join(' ', ${kind})",
            "select_one kinds;best;Best;;selected(${taken}, name)",
        )
    )
    while "/data/pet[2]" not in session.paths():
        session.add_repeat("/data/pet")
    choose(session, "dog", "cat")
    session.answer("/data/best", "cat")
    session.answer("/data/pet[1]/kind", "cat")
    assert values(session) == ["cat", ""]
    assert session.node("/data/best").value == "cat"


@pytest.mark.parametrize(
    "rows",
    [
        ("select_one kinds;a;A;;name != ${b}", "select_one kinds;b;B;;;${a} = 'dog'"),
        (
            "select_one kinds;a;A;;name != ${c}",
            "calculate;b;;${a}",
            "calculate;c;;concat(${b}, ${d})",
            "calculate;d;;${c}",
        ),
        ("select_one kinds;a;A;concat(${b}, '');name != ${b}", "calculate;b;;concat(${a}, 'x')"),
    ],
)
def test_every_other_circle_is_refused(tmp_path: Path, rows: tuple[str, ...]) -> None:
    with pytest.raises(FormError) as caught:
        form(tmp_path, *rows)
    assert "→" in caught.value.faults[0].message
