"""Laws of the search for households that were entered twice."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.linkage import Entry, Person, find_likenesses
from survey_app.linkage.names import compare_names, read_name

WORDS = st.sampled_from(["Nguyễn", "Trần", "Thị", "Văn", "Hùng", "Hưng", "Hà", "Lan", "V.", "Ông", "Quàng"])
NAMES = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)
PEOPLE = st.builds(
    Person,
    NAMES,
    st.sampled_from(["", "male", "female"]),
    st.sampled_from([0, 1951, 1915, 1980, 1981]),
    st.integers(0, 12),
    st.integers(0, 28),
)
ENTRIES = st.lists(
    st.builds(
        Entry,
        st.uuids().map(str),
        st.sampled_from(["v1", "v2"]),
        NAMES,
        st.frozensets(st.sampled_from(["0900000001", "0900000002"]), max_size=1),
        st.sampled_from(["", "to 1"]),
        st.lists(PEOPLE, max_size=4).map(tuple),
    ),
    max_size=8,
    unique_by=lambda entry: entry.id,
)


@given(ENTRIES, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_the_list_changes_nothing(entries: list[Entry], chance: Random) -> None:
    again = list(entries)
    chance.shuffle(again)
    assert find_likenesses(entries, least=-50) == find_likenesses(again, least=-50)


@given(ENTRIES)
@settings(max_examples=60, deadline=None)
def test_no_household_is_its_own_candidate_and_no_pair_comes_twice(entries: list[Entry]) -> None:
    found = find_likenesses([*entries, *(replace(each, id=f"{each.id} again") for each in entries)], least=-50)
    pairs = [frozenset((each.left, each.right)) for each in found]
    assert all(len(pair) == 2 for pair in pairs)
    assert len(set(pairs)) == len(pairs)


@given(ENTRIES)
@settings(max_examples=60, deadline=None)
def test_decided_pairs_do_not_come_back_and_the_others_stay(entries: list[Entry]) -> None:
    found = find_likenesses(entries, least=-50)
    decided = {frozenset((each.left, each.right)) for each in found[::2]}
    assert find_likenesses(entries, decided, least=-50) == found[1::2]


@given(NAMES, NAMES)
def test_names_agree_both_ways_alike(one: str, other: str) -> None:
    assert compare_names(read_name(one), read_name(other)) == compare_names(read_name(other), read_name(one))
