"""Laws of joining: nothing depends on order or repetition, nothing is invented, nothing is lost unseen."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app import join
from survey_app.records import LINE, Answers, Revision, flatten, nest

VALUES = st.sampled_from(["1", "2", "3"])
NAMES = st.sampled_from(["a", "b", "c", "total"])
DERIVED = frozenset({"total", "age_group"})


@st.composite
def answer_trees(draw: st.DrawFn) -> Answers:
    tree: Answers = dict(draw(st.dictionaries(NAMES, VALUES)))
    group = draw(st.dictionaries(NAMES, VALUES))
    if group:
        tree["net"] = group
    lines = draw(st.lists(st.integers(1, 4), unique=True, max_size=3))
    if lines:
        tree["members"] = [{LINE: line, **draw(member_answers())} for line in lines]
    return tree


@st.composite
def member_answers(draw: st.DrawFn) -> Answers:
    answers: Answers = dict(draw(st.dictionaries(st.sampled_from(["name", "age", "age_group"]), VALUES)))
    phones = draw(st.lists(st.integers(1, 2), unique=True, max_size=2))
    if phones:
        answers["phones"] = [{LINE: line, "no": draw(VALUES)} for line in phones]
    return answers


@st.composite
def histories(draw: st.DrawFn) -> list[Revision]:
    """Any graph of revisions of one submission; now and then a parent is not known here."""
    made: list[Revision] = []
    for n in range(draw(st.integers(1, 8))):
        parents = draw(st.sets(st.sampled_from([each.id for each in made]), max_size=3)) if made else set()
        made.append(_revision(draw, n, tuple(parents)))
    if draw(st.booleans()):
        kept = draw(st.sets(st.sampled_from(range(len(made))), min_size=1))
        return [made[n] for n in sorted(kept)]
    return made


def _revision(draw: st.DrawFn, n: int, parents: tuple[str, ...]) -> Revision:
    minute = draw(st.integers(0, 59))
    return Revision(
        submission="s",
        household="h",
        round="r",
        form_id="f",
        form_version="1",
        parents=parents,
        kind=draw(st.sampled_from(["answers", "answers", "answers", "choice", "void"])),
        author=f"author{n}",
        device="d",
        made_at=f"2026-11-21T08:{minute:02}:00.000+07:00",
        reason="",
        answers=draw(answer_trees()),
    )


def _spelled(said: join.Current) -> Any:
    """The result with the order of names and instances made visible."""
    return said, list(flatten(said.answers)), list(said.answers)


@given(histories(), st.randoms(use_true_random=False))
@settings(max_examples=70, deadline=None)
def test_order_and_repetition_do_not_matter(history: list[Revision], chance: random.Random) -> None:
    again = [*history, *chance.choices(history, k=3)]
    chance.shuffle(again)
    assert _spelled(join.current(again, DERIVED)) == _spelled(join.current(history, DERIVED))


@given(histories())
@settings(max_examples=70, deadline=None)
def test_the_answers_are_a_tree_whose_members_exist(history: list[Revision]) -> None:
    said = join.current(history, DERIVED)
    flat = flatten(said.answers)
    assert nest(flat) == said.answers
    for address in flat:
        steps = address.split("/")
        above = ["/".join(steps[: n + 1]) for n in range(len(steps) - 1) if steps[n].endswith("]")]
        assert all(instance in flat for instance in above)


@given(histories())
@settings(max_examples=70, deadline=None)
def test_every_value_was_given_by_somebody(history: list[Revision]) -> None:
    given_by_all = {pair for revision in history for pair in flatten(revision.answers).items()}
    assert set(flatten(join.current(history, DERIVED).answers).items()) <= given_by_all


@given(histories())
@settings(max_examples=70, deadline=None)
def test_a_conflict_names_every_head_and_at_least_two_opinions(history: list[Revision]) -> None:
    said = join.current(history, DERIVED)
    assert (said.state == "conflict") == bool(said.conflicts)
    for conflict in said.conflicts:
        assert len({value for _, value in conflict.values}) > 1
        assert {name for name, _ in conflict.values} <= set(said.heads)


@given(histories())
@settings(max_examples=50, deadline=None)
def test_one_head_says_exactly_its_answers(history: list[Revision]) -> None:
    top = history[-1]
    alone = [revision for revision in history if revision.id not in join.heads(history)]
    closing = Revision(**{**vars(top), "id": "", "parents": join.heads(history), "kind": "choice"})
    said = join.current([*alone, *history, closing], DERIVED)
    assert (said.state, said.answers, said.heads) == ("settled", closing.answers, (closing.id,))


@given(histories(), st.integers(2, 5))
@settings(max_examples=50, deadline=None)
def test_equal_heads_say_what_one_of_them_says(history: list[Revision], count: int) -> None:
    top = history[-1]
    parents = join.heads(history)
    copies = [
        Revision(**{**vars(top), "id": "", "parents": parents, "kind": "answers", "author": f"copy{n}"})
        for n in range(count)
    ]
    said = join.current([*history, *copies], DERIVED)
    assert (said.conflicts, flatten(said.answers)) == ((), flatten(top.answers))


@given(answer_trees(), answer_trees(), answer_trees())
@settings(max_examples=70, deadline=None)
def test_nothing_a_person_changed_on_one_side_only_is_lost_unseen(base: Answers, left: Answers, right: Answers) -> None:
    fields = {"submission": "s", "household": "h", "round": "r", "form_id": "f", "form_version": "1", "device": "d"}
    more = {"kind": "answers", "made_at": "2026-11-21T08:00:00.000+07:00", "reason": ""}
    first = Revision(**fields, **more, parents=(), author="o", answers=base)
    sides = [
        Revision(**fields, **more, parents=(first.id,), author=name, answers=each)
        for name, each in (("l", left), ("r", right))
    ]
    said = join.current([first, *sides], DERIVED)
    flat, old = flatten(said.answers), flatten(base)
    conflicting = {conflict.address for conflict in said.conflicts}
    for mine, other in ((left, right), (right, left)):
        for address, value in flatten(mine).items():
            is_mine_alone = value != old.get(address) and flatten(other).get(address) == old.get(address)
            if is_mine_alone and address.rpartition("/")[2] not in DERIVED:
                assert flat.get(address) == value or address in conflicting
