"""Which households are proposed as one, and why."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from survey_app.linkage import Entry, Likeness, Person, find_likenesses
from survey_app.operations.demo_village import make_areas, make_homes
from survey_app.progress import Cancelled


def commune(count: int = 120) -> list[Entry]:
    rng = Random(7)
    homes = make_homes(rng, make_areas(rng, 1), count)
    return [
        Entry(
            home.id,
            home.village.code,
            home.head.name,
            frozenset((f"09{n:08d}",)),
            "",
            tuple(Person(each.name, each.sex, each.born.year, each.born.month, each.born.day) for each in home.members),
        )
        for n, home in enumerate(homes)
    ]


def large(entries: list[Entry], people: int = 4) -> Entry:
    return next(entry for entry in entries if len(entry.people) >= people)


def found(entries: list[Entry], *ids: str) -> Likeness | None:
    pairs = {frozenset((each.left, each.right)): each for each in find_likenesses(entries)}
    return pairs.get(frozenset(ids))


def test_a_commune_where_nobody_stands_twice_has_no_candidates() -> None:
    assert find_likenesses(commune()) == []


def test_a_household_entered_again_is_found_with_its_members_one_to_one() -> None:
    entries = commune()
    again = replace(large(entries), id="again")
    likeness = found([*entries, again], "again", large(entries).id)
    assert likeness is not None
    assert likeness.is_certain
    assert sorted(match.left for match in likeness.matches) == list(range(len(again.people)))
    assert len({match.right for match in likeness.matches}) == len(again.people)
    assert (likeness.head, likeness.same_phone, likeness.same_village) == ("same", True, True)


def test_another_village_another_telephone_and_a_forgotten_member_do_not_hide_it() -> None:
    entries = commune()
    once = large(entries)
    other = next(entry.village for entry in entries if entry.village != once.village)
    again = replace(once, id="again", village=other, phones=frozenset(("0333333333",)), people=once.people[:-1])
    likeness = found([*entries, again], "again", once.id)
    assert likeness is not None
    assert len(likeness.matches) == len(once.people) - 1


def test_the_same_name_in_the_same_village_is_not_enough() -> None:
    entries = commune()
    line = Entry("line", entries[0].village, entries[0].head)
    assert found([*entries, line], "line", entries[0].id) is None


def test_the_same_identity_number_binds_two_people_whatever_their_names() -> None:
    entries = commune()
    once = replace(large(entries), people=(replace(large(entries).people[0], identity="h"),))
    again = Entry("again", once.village, "Bà Lan", people=(Person("Bà Lan", identity="h"),))
    likeness = found([*(each for each in entries if each.id != once.id), once, again], "again", once.id)
    assert likeness is not None
    assert likeness.matches[0].identity


def test_a_part_that_moved_out_is_no_candidate() -> None:
    entries = commune()
    origin = large(entries)
    part = replace(origin, id="part", family=origin.id, people=())
    moved = replace(part, id="moved", people=(Person("Quách Thị Tươi", "female", 1999, 3, 2),))
    assert found([*entries, part, moved], "part", origin.id) is None
    assert found([*entries, part, moved], "moved", origin.id) is None


def test_a_part_that_moved_out_is_a_candidate_while_somebody_stands_in_both() -> None:
    entries = commune()
    origin = large(entries)
    part = replace(origin, id="part", family=origin.id, people=origin.people[-2:])
    likeness = found([*entries, part], "part", origin.id)
    assert likeness is not None
    assert likeness.related


def test_a_telephone_that_many_give_says_nothing() -> None:
    entries = [replace(entry, phones=frozenset(("0911111111",))) for entry in commune()]
    assert find_likenesses(entries) == []


def test_a_search_can_be_stopped() -> None:
    class Stop:
        def step(self, done: int, total: int, what: str = "") -> None:
            raise Cancelled

    with pytest.raises(Cancelled):
        find_likenesses(commune(5), monitor=Stop())
