"""Answers, addresses and revisions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from survey_app.records import Revision, canonical, flatten, nest, revision_id

ANSWERS: dict[str, Any] = {
    "q1": "1",
    "group": {"q2": "2", "inner": {"q3": "3"}},
    "members": [{"#": 1, "name": "Mai", "phones": [{"#": 4, "number": "09"}]}, {"#": 3}],
}
ADDRESSES = {
    "q1": "1",
    "group/q2": "2",
    "group/inner/q3": "3",
    "members[1]": "",
    "members[1]/name": "Mai",
    "members[1]/phones[4]": "",
    "members[1]/phones[4]/number": "09",
    "members[3]": "",
}


def revision(**given: Any) -> Revision:
    fields: dict[str, Any] = {
        "submission": "s",
        "household": "h",
        "round": "r",
        "form_id": "f",
        "form_version": "1",
        "parents": (),
        "kind": "answers",
        "author": "e",
        "device": "d",
        "made_at": "2026-11-21T08:00:00.000+07:00",
        "reason": "",
        "answers": ANSWERS,
    }
    return Revision(**{**fields, **given})


def test_flatten_names_every_answer_and_every_instance_in_document_order() -> None:
    assert list(flatten(ANSWERS).items()) == list(ADDRESSES.items())


def test_nest_is_the_opposite() -> None:
    assert nest(ADDRESSES) == ANSWERS


def test_nest_makes_an_instance_of_which_only_an_answer_is_known() -> None:
    assert nest({"members[2]/name": "Mai"}) == {"members": [{"#": 2, "name": "Mai"}]}


@pytest.mark.parametrize("address", ["", "a//b", "a[x]", "a[1", "[1]", "a[1]b"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="not an address"):
        nest({address: "1"})


def test_the_canonical_spelling_is_fixed() -> None:
    assert canonical({"b": ["Đ", 1], "a": ""}) == '{"a":"","b":["Đ",1]}'.encode()


def test_the_id_of_a_revision_is_fixed_for_ever() -> None:
    assert revision().id == "5a744790d4eaec549e96673c8ec78b09"


@pytest.mark.parametrize(
    "change",
    [
        {"submission": "x"},
        {"household": "x"},
        {"round": "x"},
        {"form_id": "x"},
        {"form_version": "x"},
        {"parents": ("x",)},
        {"kind": "void"},
        {"author": "x"},
        {"device": "x"},
        {"made_at": "x"},
        {"reason": "x"},
        {"answers": {}},
    ],
)
def test_the_id_covers_every_field(change: dict[str, Any]) -> None:
    assert revision(**change).id != revision().id


def test_the_order_of_the_parents_does_not_matter() -> None:
    assert revision(parents=("b", "a")) == revision(parents=("a", "b"))


def test_a_given_id_is_kept_and_can_be_found_wrong() -> None:
    made = revision(id="0" * 32)
    assert made.id == "0" * 32
    assert revision_id(made) == revision().id


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown kind"):
        revision(kind="deleted")


@pytest.mark.parametrize(
    "change",
    [{"answers": []}, {"author": 1}, {"parents": [1]}, {"parents": None}, {"unknown": "x"}, {"reason": None}],
)
def test_json_that_is_no_revision_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="not a revision"):
        Revision.from_json({**revision().as_json(), **change})


def test_json_without_a_field_is_refused() -> None:
    for name in revision().as_json():
        fields = revision().as_json()
        del fields[name]
        with pytest.raises(ValueError, match="not a revision"):
            Revision.from_json(fields)


def test_a_changed_copy_needs_a_new_id() -> None:
    changed = replace(revision(), id="", reason="sửa")
    assert changed.id == revision(reason="sửa").id
