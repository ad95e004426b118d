"""Laws of device support: no order and no repetition matters, and no household ever has two devices in view."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from survey_app.support.families import Families, Link
from survey_app.support.programme import Device, Programme, Rule, Words
from survey_app.support.ranking import IN_LINE, Entry, Listing, rank
from survey_app.support.register import (
    APPROVED,
    DELIVERED,
    EXCLUDED,
    INCLUDED,
    PROPOSED,
    RETURNED,
    WITHDRAWN,
    Record,
    Register,
)
from survey_app.support.wording import why
from survey_app.xforms.xpath.over_answers import over_answers

HOMES = [f"h{n}" for n in range(8)]
W = Words("vi", "en")


def rule(code: str, text: str, device: str = "") -> Rule:
    return Rule(code, W, over_answers(text)[1], device)


RULES = Programme(
    "p", W, 5, (Device("phone", W, 3), Device("tablet", W, 2)),
    (rule("poor", "${poor} = 'yes'"), rule("near", "${near} = 'yes'")),
    (rule("never", "${before} = 'no'"), rule("pupil", "${pupils} > 0", "tablet")),
    (rule("pupils", "${pupils}"),), None,
)  # fmt: skip

yes_no = st.sampled_from(["yes", "no"])
entries = st.lists(
    st.builds(
        Entry,
        st.sampled_from(HOMES),
        st.fixed_dictionaries({"poor": yes_no, "near": yes_no, "before": yes_no, "pupils": st.sampled_from("012")}),
        st.booleans(),
    ),
    unique_by=lambda entry: entry.household,
)
links = st.lists(st.builds(Link, st.sampled_from(["split", "same"]), st.sampled_from(HOMES), st.sampled_from(HOMES)))
people = st.dictionaries(st.sampled_from(HOMES), st.sets(st.sampled_from("abcde"), min_size=1), max_size=5)


@st.composite
def records(draw: st.DrawFn) -> list[Record]:
    found: list[Record] = []
    kinds = [PROPOSED, APPROVED, DELIVERED, RETURNED, WITHDRAWN, INCLUDED, EXCLUDED]
    for n in range(draw(st.integers(0, 14))):
        what = draw(st.sampled_from(kinds))
        back = (draw(st.sampled_from(found)).id,) if found and what in {RETURNED, WITHDRAWN} else ()
        said = {"device": draw(st.sampled_from(["phone", "tablet"]))}
        programme = draw(st.sampled_from(["p", "p", "p", "elsewhere"]))
        house = draw(st.sampled_from(HOMES))
        found.append(Record(f"r{n:02}", what, programme, house, "2026-11-30", "a", "why", said, back))
    return found


def listing(parts: Any) -> Listing:
    some, joined, counted, noted = parts
    return rank(RULES, some, Families(joined, counted), Register(noted))


@given(entries, links, people, records(), st.randoms())
def test_order_and_repetition_do_not_change_the_list(
    some: list[Entry], joined: list[Link], counted: dict[str, set[str]], noted: list[Record], chance: Any
) -> None:
    first = listing((some, joined, counted, noted))
    shuffled = []
    for part in (some, joined, noted + noted[::2]):
        mixed = list(part)
        chance.shuffle(mixed)
        shuffled.append(mixed)
    again = dict(chance.sample(sorted(counted.items()), len(counted)))
    assert listing((shuffled[0], [*shuffled[1], *joined], again, shuffled[2])) == first


@given(entries, links, people, records())
def test_a_family_never_has_two_devices_in_view(
    some: list[Entry], joined: list[Link], counted: dict[str, set[str]], noted: list[Record]
) -> None:
    families = Families(joined, counted)
    given_to = {families.root(record.household) for record in Register(noted).given()}
    found = listing((some, joined, counted, noted))
    claims = Counter(
        families.root(line.household) for line in found.lines if line.status in IN_LINE and line.status != "delivered"
    )
    assert all(count == 1 for count in claims.values())
    assert not given_to & set(claims)
    for line in found.lines:
        assert all(text.strip() for text in why(line, lambda name: name))
        assert line.status in {"delivered", "out"} or line.why  # whoever stands somewhere is told why
    twice = [line for line in found.lines if any(alert.code == "twice" for alert in line.alerts)]
    delivered = Counter(families.root(line.household) for line in found.lines if line.status == "delivered")
    assert {families.root(line.household) for line in twice} >= {root for root, count in delivered.items() if count > 1}


@given(entries, links, people, st.lists(st.sampled_from(["propose", "approve", "deliver", "back"]), max_size=25))
def test_whatever_an_office_does_by_the_list_quota_and_once_hold(
    some: list[Entry], joined: list[Link], counted: dict[str, set[str]], deeds: list[str]
) -> None:
    families = Families(joined, counted)
    noted: list[Record] = []
    before = {"propose": ("next", PROPOSED), "approve": ("proposed", APPROVED), "deliver": ("approved", DELIVERED)}
    for n, deed in enumerate(deeds):
        now = rank(RULES, some, families, Register(noted))
        if deed == "back":
            standing = Register(noted).given()
            if standing:
                one = standing[0]
                noted.append(Record(f"r{n:02}", RETURNED, "p", one.household, "", "a", "x", {}, (one.id,)))
            continue
        status, what = before[deed]
        line = next((each for each in now.lines if each.status == status), None)
        if line is not None:
            noted.append(Record(f"r{n:02}", what, "p", line.household, "", "a", "", {"device": line.device}))
    gifts = Register(noted).given()
    assert max(Counter(families.root(one.household) for one in gifts).values(), default=0) <= 1
    by_device = Counter(one.device for one in Register(noted).furthest("p").values())
    assert by_device["phone"] <= 3
    assert by_device["tablet"] <= 2
    assert by_device.total() <= 5


@given(links, people, st.sampled_from(HOMES), st.sampled_from(HOMES))
def test_two_households_of_a_family_have_a_way_between_them_that_can_be_told(
    joined: list[Link], counted: dict[str, set[str]], one: str, other: str
) -> None:
    families = Families(joined, counted)
    way = families.way(one, other)
    assert (families.root(one) == families.root(other)) == (bool(way) or one == other)
    if way:
        assert (way[0].start, way[-1].end) == (one, other)
