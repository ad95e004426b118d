"""What several heads of one submission say together."""

from __future__ import annotations

from typing import Any

import pytest

from survey_app import join
from survey_app.records import Revision


def revision(answers: dict[str, Any], *parents: Revision, at: str = "08:00", **fields: Any) -> Revision:
    given = {
        "submission": "s1",
        "household": "h1",
        "round": "2026-11",
        "form_id": "household",
        "form_version": "1",
        "kind": "answers",
        "author": "an",
        "device": "lap1",
        "reason": "",
        **fields,
    }
    made_at = at if "T" in at else f"2026-11-21T{at}:00.000+07:00"
    return Revision(parents=tuple(parent.id for parent in parents), made_at=made_at, answers=answers, **given)


def member(line: int, **answers: str) -> dict[str, Any]:
    return {"#": line, **answers}


def test_one_head_says_its_answers() -> None:
    first = revision({"phone": "1"})
    second = revision({"phone": "2"}, first)
    said = join.current([first, second])
    assert (said.state, said.answers, said.heads) == ("settled", {"phone": "2"}, (second.id,))


def test_heads_are_the_revisions_nobody_built_upon() -> None:
    first = revision({"phone": "1"})
    left, right = revision({"phone": "2"}, first), revision({"phone": "3"}, first)
    assert join.heads([left, first, right, left]) == tuple(sorted([left.id, right.id]))


def test_changes_to_different_questions_are_joined() -> None:
    base = revision({"phone": "1", "fibre": "no"})
    left, right = revision({"phone": "2", "fibre": "no"}, base), revision({"phone": "1", "fibre": "yes"}, base)
    said = join.current([base, left, right])
    assert (said.state, said.answers) == ("joined", {"phone": "2", "fibre": "yes"})


def test_different_changes_to_one_question_are_a_conflict_and_the_base_stands() -> None:
    base = revision({"phone": "1"})
    left, right = revision({"phone": "2"}, base), revision({"phone": "3"}, base)
    said = join.current([base, left, right])
    expected = join.Conflict("phone", "1", tuple(sorted([(left.id, "2"), (right.id, "3")])))
    assert (said.state, said.answers, said.conflicts) == ("conflict", {"phone": "1"}, (expected,))


def test_clearing_an_answer_is_a_change_like_any_other() -> None:
    base = revision({"phone": "1", "fibre": "no"})
    left, right = revision({"fibre": "no"}, base), revision({"phone": "1", "fibre": "yes"}, base)
    assert join.current([base, left, right]).answers == {"fibre": "yes"}


def test_the_same_change_twice_is_no_conflict() -> None:
    base = revision({"phone": "1"})
    left, right = revision({"phone": "2"}, base), revision({"phone": "2"}, base, author="binh")
    said = join.current([base, left, right])
    assert (said.state, said.answers) == ("joined", {"phone": "2"})


def test_heads_without_a_common_ancestor_are_joined_against_nothing() -> None:
    left, right = revision({"phone": "2", "fibre": "no"}), revision({"phone": "3", "fibre": "no"})
    said = join.current([left, right])
    assert said.answers == {"fibre": "no"}
    assert [(each.address, each.base) for each in said.conflicts] == [("phone", None)]


def test_an_ancestor_that_is_not_here_bridges_nothing() -> None:
    missing = revision({"phone": "1"})
    left, right = revision({"phone": "1", "fibre": "no"}, missing), revision({"phone": "2", "fibre": "no"}, missing)
    assert [each.address for each in join.current([left, right]).conflicts] == ["phone"]


def test_a_derived_name_takes_the_newest_changed_value() -> None:
    base = revision({"count": "1"})
    left, right = revision({"count": "2"}, base, at="09:00"), revision({"count": "3"}, base, at="08:30")
    said = join.current([base, left, right], derived={"count"})
    assert (said.state, said.answers) == ("joined", {"count": "2"})


def test_newest_is_a_moment_not_a_spelling() -> None:
    base = revision({"count": "1"})
    early = revision({"count": "2"}, base, at="2026-11-21T09:00:00.000+07:00")
    late = revision({"count": "3"}, base, at="2026-11-21T03:00:00.000+00:00")
    said = join.current([base, early, late], derived={"count"})
    assert (said.answers, said.made_at) == ({"count": "3"}, late.made_at)


def test_a_clock_that_writes_nonsense_is_the_oldest() -> None:
    base = revision({"count": "1"})
    early, broken = revision({"count": "2"}, base), revision({"count": "3"}, base, at="the T of doom")
    assert join.current([base, early, broken], derived={"count"}).answers == {"count": "2"}


def test_the_newest_head_signs_what_is_said() -> None:
    base = revision({"phone": "1"})
    left = revision({"phone": "2"}, base, at="10:00", author="binh", device="lap2", form_version="2")
    right = revision({"phone": "1", "fibre": "no"}, base, at="09:00")
    said = join.current([base, left, right])
    assert (said.author, said.device, said.form_version, said.made_at) == ("binh", "lap2", "2", left.made_at)


def test_two_heads_that_added_the_same_line_with_different_people_conflict_on_their_answers() -> None:
    base = revision({"members": [member(1, m_name="Lan")]})
    left = revision({"members": [member(1, m_name="Lan"), member(5, m_name="Hùng", m_sex="1")]}, base)
    right = revision({"members": [member(1, m_name="Lan"), member(5, m_name="Mai", m_sex="2")]}, base)
    said = join.current([base, left, right])
    assert [(each.address, each.base) for each in said.conflicts] == [
        ("members[5]/m_name", None),
        ("members[5]/m_sex", None),
    ]
    assert said.answers == {"members": [member(1, m_name="Lan"), member(5)]}


def test_members_added_by_both_sides_stand_behind_the_old_ones_by_line() -> None:
    base = revision({"members": [member(1, n="a"), member(2, n="b")]})
    left = revision({"members": [member(1, n="a"), member(2, n="b"), member(6, n="f")]}, base)
    right = revision({"members": [member(1, n="a"), member(2, n="b"), member(4, n="d")]}, base)
    assert [each["#"] for each in join.current([base, left, right]).answers["members"]] == [1, 2, 4, 6]


def test_a_member_an_order_does_not_know_stands_last() -> None:
    base = revision({"members": [member(1, n="a"), member(2, n="b")]})
    left = revision({"members": [member(2, n="b"), member(1, n="a")], "members#order": "2 1"}, base)
    right = revision({"members": [member(1, n="a"), member(2, n="b"), member(4, n="d")]}, base)
    said = join.current([base, left, right])
    assert said.state == "joined"
    assert [each["#"] for each in said.answers["members"]] == [2, 1, 4]
    assert said.answers["members#order"] == "2 1 4"


def test_of_two_orders_the_newest_stands_and_is_no_conflict() -> None:
    base = revision({"members": [member(1, n="a"), member(2, n="b"), member(3, n="c")]})
    old = revision({"members": [member(3, n="c"), member(1, n="a"), member(2, n="b")], "members#order": "3 1 2"}, base)
    later = {"members": [member(2, n="b"), member(1, n="a"), member(3, n="c")], "members#order": "2 1 3"}
    new = revision(later, base, at="2026-11-22T09:00:00+07:00")
    said = join.current([base, old, new])
    assert said.state == "joined"
    assert [each["#"] for each in said.answers["members"]] == [2, 1, 3]
    assert said.answers["members#order"] == "2 1 3"


def test_an_order_keeps_only_those_who_are_still_there() -> None:
    base = revision({"members": [member(1, n="a"), member(2, n="b"), member(3, n="c")]})
    moved = revision(
        {"members": [member(3, n="c"), member(1, n="a"), member(2, n="b")], "members#order": "3 1 2"}, base
    )
    removed = revision({"members": [member(1, n="a"), member(2, n="b")]}, base)
    assert join.current([base, moved, removed]).answers == {"members": [member(1, n="a"), member(2, n="b")]}


def test_a_member_removed_on_one_side_and_untouched_on_the_other_is_gone() -> None:
    base = revision({"members": [member(1, n="a"), member(2, n="b", age="3")], "fibre": "no"})
    left = revision({"members": [member(1, n="a")], "fibre": "no"}, base)
    right = revision({"members": [member(1, n="a"), member(2, n="b", age="3")], "fibre": "yes"}, base)
    said = join.current([base, left, right])
    assert (said.state, said.answers) == ("joined", {"members": [member(1, n="a")], "fibre": "yes"})


def test_a_member_removed_here_and_changed_there_stays_whole_until_a_person_decides() -> None:
    base = revision({"members": [member(1, n="a"), member(2, n="b", age="3", sex="1")]})
    left = revision({"members": [member(1, n="a")]}, base)
    right = revision({"members": [member(1, n="a"), member(2, n="b", age="4", sex="1", phone="9")]}, base)
    said = join.current([base, left, right])
    assert said.answers == base.answers
    assert [(each.address, each.base) for each in said.conflicts] == [
        ("members[2]", ""),
        ("members[2]/age", "3"),
        ("members[2]/phone", None),
    ]


def test_a_calculation_alone_does_not_keep_a_removed_member() -> None:
    base = revision({"members": [member(1, n="a"), member(2, n="b", age_group="3")]})
    left = revision({"members": [member(1, n="a")]}, base)
    right = revision({"members": [member(1, n="a"), member(2, n="b", age_group="4")]}, base)
    said = join.current([base, left, right], derived={"age_group"})
    assert (said.state, said.answers) == ("joined", {"members": [member(1, n="a")]})


def test_a_member_removed_by_all_is_gone() -> None:
    base = revision({"members": [member(1, n="a"), member(2, n="b")]})
    left, right = (
        revision({"members": [member(1, n="a")]}, base),
        revision({"members": [member(1, n="a")], "p": "1"}, base),
    )
    assert join.current([base, left, right]).answers == {"p": "1", "members": [member(1, n="a")]}


def test_a_change_inside_an_inner_repeat_keeps_the_outer_instance() -> None:
    base = revision({"m": [{"#": 1, "phones": [{"#": 1, "no": "1"}]}]})
    left, right = revision({}, base), revision({"m": [{"#": 1, "phones": [{"#": 1, "no": "2"}]}]}, base)
    said = join.current([base, left, right])
    assert said.answers == base.answers
    assert [each.address for each in said.conflicts] == ["m[1]", "m[1]/phones[1]/no"]


def test_a_void_alone_is_void() -> None:
    base = revision({"phone": "1"})
    void = revision({"phone": "1"}, base, kind="void", reason="same household twice")
    assert join.current([base, void]).state == "void"


def test_all_heads_void_is_void() -> None:
    base = revision({"phone": "1"})
    left = revision({"phone": "1"}, base, kind="void", reason="a")
    right = revision({"phone": "1"}, base, kind="void", reason="b")
    assert join.current([base, left, right]).state == "void"


def test_a_void_beside_an_edit_is_a_conflict_of_the_whole_submission() -> None:
    base = revision({"phone": "1"})
    void = revision({"phone": "1"}, base, kind="void", reason="moved away")
    edit = revision({"phone": "2"}, base)
    said = join.current([base, void, edit])
    expected = join.Conflict("", "", tuple(sorted([(void.id, None), (edit.id, "")])))
    assert (said.state, said.answers, said.conflicts) == ("conflict", {"phone": "1"}, (expected,))


def test_a_choice_with_all_heads_as_parents_settles() -> None:
    base = revision({"phone": "1"})
    left, right = revision({"phone": "2"}, base), revision({"phone": "3"}, base)
    choice = revision({"phone": "3"}, left, right, kind="choice", reason="called them")
    said = join.current([choice, right, base, left])
    assert (said.state, said.answers) == ("settled", {"phone": "3"})


def test_two_different_choices_about_one_conflict_are_a_conflict_again() -> None:
    base = revision({"phone": "1"})
    left, right = revision({"phone": "2"}, base), revision({"phone": "3"}, base)
    one = revision({"phone": "2"}, left, right, kind="choice", reason="a")
    other = revision({"phone": "3"}, left, right, kind="choice", reason="b")
    back = revision({"phone": "1"}, left, right, kind="choice", reason="c")
    for first, second in ((one, other), (one, back), (back, other)):
        said = join.current([base, left, right, first, second])
        assert [each.address for each in said.conflicts] == ["phone"]


def test_what_crossed_histories_agreed_on_is_their_base() -> None:
    base = revision({"phone": "1", "fibre": "no"})
    left, right = revision({"phone": "2", "fibre": "no"}, base), revision({"phone": "1", "fibre": "yes"}, base)
    seen = revision({"phone": "2", "fibre": "yes"}, left, right)
    corrected = revision({"phone": "4", "fibre": "yes"}, left, right)
    said = join.current([base, left, right, seen, corrected])
    assert (said.state, said.answers) == ("joined", {"phone": "4", "fibre": "yes"})


def test_a_very_long_history_is_no_burden() -> None:
    chain = [revision({"phone": "0"})]
    for n in range(1, 1500):
        chain.append(revision({"phone": str(n)}, chain[-1]))
    left = revision({"phone": "x"}, chain[-1])
    right = revision({"phone": "1499", "fibre": "no"}, chain[-1])
    assert join.current([*chain, left, right]).answers == {"phone": "x", "fibre": "no"}


def test_a_ladder_of_crossings_ends_in_a_conflict_not_in_a_crash() -> None:
    history = [revision({"phone": "0"})]
    left, right = revision({"phone": "l"}, history[0]), revision({"phone": "r"}, history[0])
    for n in range(60):
        history += [left, right]
        left, right = revision({"phone": f"l{n}"}, left, right), revision({"phone": f"r{n}"}, left, right)
    assert join.current([*history, left, right]).state == "conflict"


def test_a_name_that_is_a_question_here_and_a_group_there_is_a_conflict() -> None:
    base = revision({"fibre": "no"})
    left = revision({"fibre": "no", "net": "yes"}, base, form_version="1")
    right = revision({"fibre": "no", "net": {"kind": "4"}}, base, form_version="2", at="11:00")
    said = join.current([base, left, right])
    assert (said.state, said.answers) == ("conflict", {"fibre": "no", "net": {"kind": "4"}})
    assert [each.address for each in said.conflicts] == ["net"]


def test_answers_keep_the_order_of_the_form() -> None:
    base = revision({"a": "1", "c": "1", "e": "1"})
    left = revision({"a": "1", "b": "1", "c": "1", "e": "1"}, base)
    right = revision({"a": "1", "c": "1", "d": "1", "e": "1"}, base)
    assert list(join.current([base, left, right]).answers) == ["a", "b", "c", "d", "e"]


def test_revisions_of_two_submissions_are_refused() -> None:
    with pytest.raises(ValueError, match="one submission"):
        join.current([revision({}), revision({}, submission="s2")])


def test_no_revisions_are_refused() -> None:
    with pytest.raises(ValueError, match="one submission"):
        join.current([])
