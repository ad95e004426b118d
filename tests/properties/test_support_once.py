"""Never a second device: several offices decide by their own lists and hear of each other in any order, or not yet.

Each office knows all households, splits and shared people, but of the records only what reached it. An office
delivers only what its own list lets through. What must hold: whoever knows of a delivery gives no second one; once all
records have met, every family with two devices (two offices that had not heard of each other) is told at every one of
them, nobody of the family is in line, and the order in which records came makes no difference.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from survey_app.support.families import Families, Link
from survey_app.support.programme import Device, Programme, Rule, Words
from survey_app.support.ranking import Entry, Listing, rank
from survey_app.support.register import APPROVED, DELIVERED, PROPOSED, RETURNED, Record, Register
from survey_app.xforms.xpath.over_answers import over_answers

HOMES = [f"h{n}" for n in range(7)]
W = Words("vi", "en")
RULES = Programme("p", W, None, (Device("phone", W, None),), (Rule("all", W, over_answers("1 = 1")[1]),), (), (), None)
NEXT = {"next": PROPOSED, "proposed": APPROVED, "approved": DELIVERED}

links = st.lists(
    st.builds(Link, st.sampled_from(["split", "same"]), st.sampled_from(HOMES), st.sampled_from(HOMES)), max_size=6
)
people = st.dictionaries(st.sampled_from(HOMES), st.sets(st.sampled_from("abc"), min_size=1), max_size=4)
deeds = st.lists(
    st.one_of(
        st.tuples(st.just("go on"), st.integers(0, 2), st.sampled_from(HOMES)),
        st.tuples(st.just("hear"), st.integers(0, 2), st.integers(0, 2)),
        st.tuples(st.just("came back"), st.integers(0, 2), st.sampled_from(HOMES)),
    ),
    max_size=40,
)


class Offices:
    """Three offices with what each of them knows."""

    def __init__(self, families: Families) -> None:
        self.families = families
        self.known: list[set[str]] = [set(), set(), set()]
        self.records: dict[str, Record] = {}

    def register(self, office: int) -> Register:
        return Register(self.records[name] for name in self.known[office])

    def listing(self, office: int) -> Listing:
        return rank(RULES, [Entry(home, {}) for home in HOMES], self.families, self.register(office))

    def note(self, office: int, what: str, home: str, gone: Sequence[str] = ()) -> None:
        name = f"r{len(self.records):03}"
        self.records[name] = Record(name, what, "p", home, "", str(office), "", {"device": "phone"}, tuple(gone))
        self.known[office].add(name)

    def go_on(self, office: int, home: str) -> None:
        """Do what the office's list lets through for a household: propose, approve, then deliver."""
        line = self.listing(office).line(home)
        what = NEXT.get(line.status, "") if line is not None else ""
        if what == DELIVERED:
            given_to = {self.families.root(one.household) for one in self.register(office).given()}
            assert self.families.root(home) not in given_to  # whoever knows of a delivery gives no second one
        if what:
            self.note(office, what, home)

    def came_back(self, office: int, home: str) -> None:
        standing = [one for one in self.register(office).given() if one.household == home]
        if standing:
            self.note(office, RETURNED, home, [one.id for one in standing])


@given(links, people, deeds)
def test_no_office_gives_a_second_device_that_it_could_know_of(
    joined: list[Link], counted: dict[str, set[str]], done: list[Any]
) -> None:
    offices = Offices(Families(joined, counted))
    for what, office, other in done:
        if what == "hear":
            offices.known[office] |= offices.known[other]
        elif what == "go on":
            offices.go_on(office, other)
        else:
            offices.came_back(office, other)
    for office in range(3):
        _told(offices, office)
    everything = set(offices.records)
    offices.known = [everything, everything, everything]
    _told(offices, 0)
    for home in HOMES:  # once all have met, going on gives nobody a second device
        for _n in range(3):
            offices.go_on(0, home)


def _told(offices: Offices, office: int) -> None:
    """Hold that a list tells of every family with two devices, and lets nobody of a supported family stand in line."""
    root, listing = offices.families.root, offices.listing(office)
    gifts = Counter(root(one.household) for one in offices.register(office).given())
    for line in listing.lines:
        if line.status in {"next", "proposed", "approved", "waiting"}:
            assert not gifts[root(line.household)]
        if line.status == "delivered" and gifts[root(line.household)] > 1:
            assert any(alert.code == "twice" for alert in line.alerts)
        if line.status == "held":
            assert line.why


@given(links, people, deeds, st.randoms())
def test_one_office_alone_never_gives_a_family_two(
    joined: list[Link], counted: dict[str, set[str]], done: list[Any], chance: Any
) -> None:
    offices = Offices(Families(joined, counted))
    for what, _office, home in done:
        if what == "go on":
            offices.go_on(0, home)
        elif what == "came back":
            offices.came_back(0, home)
    given_to = Counter(offices.families.root(one.household) for one in offices.register(0).given())
    assert max(given_to.values(), default=0) <= 1
    records = [*offices.records.values(), *offices.records.values()]
    chance.shuffle(records)
    assert rank(RULES, [Entry(home, {}) for home in HOMES], offices.families, Register(records)) == offices.listing(0)
