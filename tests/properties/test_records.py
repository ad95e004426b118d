"""Laws of answers and revisions."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from survey_app.records import LINE, Revision, canonical, flatten, nest, revision_id

names = st.text(st.characters(categories=["L", "N", "Pc"]), min_size=1, max_size=8)
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)


@st.composite
def instances(draw: st.DrawFn, inside: st.SearchStrategy[dict[str, Any]]) -> list[dict[str, Any]]:
    lines = draw(st.lists(st.integers(1, 99), min_size=1, max_size=4, unique=True))
    return [{LINE: line, **draw(inside)} for line in lines]


answer_trees = st.recursive(
    st.dictionaries(names, texts, max_size=5),
    lambda inside: st.dictionaries(names, texts | inside.filter(bool) | instances(inside), max_size=4),
    max_leaves=12,
)


@given(answer_trees)
def test_nest_undoes_flatten(answers: dict[str, Any]) -> None:
    assert nest(flatten(answers)) == answers


@given(answer_trees)
def test_every_address_is_named_once_and_says_where_it_is(answers: dict[str, Any]) -> None:
    for address, value in flatten(answers).items():
        assert address.endswith("]") == (value == "")


@given(answer_trees, st.randoms())
def test_the_canonical_spelling_does_not_depend_on_the_order_of_the_names(answers: dict[str, Any], dice: Any) -> None:
    pairs = list(answers.items())
    dice.shuffle(pairs)
    assert canonical(dict(pairs)) == canonical(answers)
    assert json.loads(canonical(answers)) == answers


def revision(answers: dict[str, Any], **given: Any) -> Revision:
    fields = ("s", "h", "r", "f", "1", (), "answers", "e", "d", "2026-11-21T08:00:00+07:00", "", answers)
    names = Revision.__dataclass_fields__
    return Revision(**{**dict(zip(names, fields, strict=False)), **given})


@given(answer_trees, st.lists(texts, max_size=3))
def test_a_revision_survives_its_journey_as_json(answers: dict[str, Any], parents: list[str]) -> None:
    made = revision(answers, parents=tuple(parents))
    arrived = Revision.from_json(json.loads(canonical(made.as_json())))
    assert arrived == made
    assert arrived.id == revision_id(arrived)


@given(answer_trees, answer_trees)
def test_equal_content_has_one_id_and_other_content_another(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert (revision(one).id == revision(other).id) == (one == other)
