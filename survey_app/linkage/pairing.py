"""Two households compared: who is who, what agrees, and how many bits that is worth."""

from __future__ import annotations

import gc
import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

from survey_app.linkage.blocking import pairs_to_compare
from survey_app.linkage.entries import Entry
from survey_app.linkage.names import Agreement, is_sure
from survey_app.linkage.weights import (
    EXTRA_PERSON,
    HEADS_AGREE,
    MISSING_PERSON,
    BirthAgreement,
    Known,
    Weights,
    is_turned,
)
from survey_app.progress import SILENT, Monitor

LIKELY = 2.0
"""Bits of evidence, the chance beforehand taken off, from which two households are shown to a person: four to one."""
CERTAIN = 10.0
"""Bits from which they are shown as almost certainly one."""
SAME_PERSON = 5.0
"""Bits from which two members may be the same person."""
SURELY_SAME_PERSON = 11.0
"""Bits from which a member of two households that moved out of one another is counted as standing in both."""
_SCREENED = 3
"""Households of so many people are compared only when half of the given names of the smaller one are shared."""
_NEAR_YEARS = 3
_FARTHEST_YEARS = 20
_LARGEST_EXACT = 10
_STEP = 2000


@dataclass(frozen=True)
class Match:
    """A member of the one household who is a member of the other.

    Attributes:
        left: place among the people of the left household.
        right: place among the people of the right household.
        name: how the names agree.
        birth: how the births agree.
        identity: the identity numbers are the same.
        bits: evidence.
    """

    left: int
    right: int
    name: Agreement
    birth: BirthAgreement
    identity: bool
    bits: float


@dataclass(frozen=True)
class Likeness:
    """Two households that may be one.

    Attributes:
        left: id of the one, the smaller id.
        right: id of the other.
        bits: evidence that they are one, the chance beforehand taken off; the chance is 1 to 1 at 0 bits.
        matches: the members that stand in both.
        sizes: members known of each; 0 when there is no form.
        head: how the names of the heads agree.
        same_phone: a telephone number is shared.
        same_village: both live in the same village.
        same_address: both have the same address there.
        related: one moved out of the other, or both out of a third.
    """

    left: str
    right: str
    bits: float
    matches: tuple[Match, ...]
    sizes: tuple[int, int]
    head: Agreement
    same_phone: bool
    same_village: bool
    same_address: bool
    related: bool = False

    @property
    def is_certain(self) -> bool:
        """Whether the evidence is overwhelming; a person decides all the same."""
        return self.bits >= CERTAIN


def find_likenesses(
    entries: Iterable[Entry],
    decided: Collection[frozenset[str]] = (),
    monitor: Monitor = SILENT,
    least: float = LIKELY,
) -> list[Likeness]:
    """Return the pairs of households that may be one, the likeliest first.

    Args:
        entries: the households, each id once; their order does not matter.
        decided: pairs of ids that a person has decided about; they are not compared.
        monitor: hears how far it is and may stop it.
        least: bits from which a pair is returned.

    Raises:
        Cancelled: the monitor said so.
    """
    ordered = sorted(entries, key=lambda entry: entry.id)
    monitor.step(0, 1)
    with _collector_waits():
        found = [each for each in _compare_all(ordered, decided, monitor) if each.bits >= least]
    monitor.step(1, 1)
    return sorted(found, key=lambda each: (-round(each.bits, 6), each.left, each.right))


@contextmanager
def _collector_waits() -> Iterator[None]:
    """Keep Python from looking for circles among millions of tuples that hold none: that takes longer than the work."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _compare_all(entries: Sequence[Entry], decided: Collection[frozenset[str]], monitor: Monitor) -> Iterator[Likeness]:
    weights = Weights(entries)
    people = weights.people
    given = [frozenset([known.name.given for known in each]) for each in people]
    pairs = pairs_to_compare(entries, people)
    for number, (one, other) in enumerate(pairs):
        if number % _STEP == 0:
            monitor.step(number, len(pairs))
        fewer = min(len(people[one]), len(people[other]))
        if fewer >= _SCREENED and 2 * len(given[one] & given[other]) < fewer and not _is_bound(entries, one, other):
            continue
        if decided and frozenset((entries[one].id, entries[other].id)) in decided:
            continue
        likeness = _compare(entries, one, other, weights)
        if likeness is not None:
            yield likeness


def _is_bound(entries: Sequence[Entry], one: int, other: int) -> bool:
    """Tell whether more than names binds two households: then they are compared even if few given names are shared."""
    left, right = entries[one], entries[other]
    if not left.phones.isdisjoint(right.phones) or (left.family or left.id) == (right.family or right.id):
        return True
    numbers = {person.identity for person in left.people} - {""}
    return any(person.identity in numbers for person in right.people)


def _compare(entries: Sequence[Entry], one: int, other: int, weights: Weights) -> Likeness | None:
    """Compare two households; ``None`` when they belong to one family and have nobody in common."""
    left, right = entries[one], entries[other]
    people = weights.people[one], weights.people[other]
    matches = match_people(*people, weights)
    related = (left.family or left.id) == (right.family or right.id)
    if related and not _overlap(left, right, matches):
        return None
    bits = weights.prior + sum(match.bits for match in matches)
    if left.people and right.people and not related:
        fewer, more = sorted(map(len, people))
        bits += MISSING_PERSON * (fewer - len(matches)) + EXTRA_PERSON * (more - fewer)
    phone, village = weights.phone(left.phones, right.phones), weights.village(left.village, right.village)
    address = weights.address(left.address, right.address)
    head, more_bits = _heads(left, right, people, matches, weights)
    if not related:
        bits += phone + village + address + more_bits
    return Likeness(
        left=left.id,
        right=right.id,
        bits=bits,
        matches=matches,
        sizes=(len(left.people), len(right.people)),
        head=head,
        same_phone=bool(left.phones & right.phones),
        same_village=bool(left.village) and left.village == right.village,
        same_address=address > 0,
        related=related,
    )


def _overlap(left: Entry, right: Entry, matches: Sequence[Match]) -> bool:
    """Tell whether two households of one family have a member in common now, as their own forms say."""
    return bool(left.people and right.people) and any(match.bits >= SURELY_SAME_PERSON for match in matches)


def _heads(
    left: Entry,
    right: Entry,
    people: tuple[tuple[Known, ...], tuple[Known, ...]],
    matches: Sequence[Match],
    weights: Weights,
) -> tuple[Agreement, float]:
    """Return how the heads agree and what that is worth beyond the members that were matched."""
    both = next((match for match in matches if match.left == 0 and match.right == 0), None)
    if both is not None and people[0] and people[1]:
        return both.name, HEADS_AGREE if left.people and right.people else 0.0
    if not left.head.strip() or not right.head.strip():
        return "", 0.0
    agreement, bits = weights.names(weights.name(left.head)[1], weights.name(right.head)[1])
    if not is_sure(agreement):
        return agreement, 0.0
    return agreement, bits if not matches and not (left.people and right.people) else bits / 3


def match_people(one: Sequence[Known], other: Sequence[Known], weights: Weights) -> tuple[Match, ...]:
    """Return who of the one household may be who of the other, each at most once, with the most bits in all."""
    edges: dict[tuple[int, int], Match] = {}
    for n, left in enumerate(one):
        for m, right in enumerate(other):
            if _cannot_be(left, right):
                continue
            bits, name, birth, identity = weights.person(left, right)
            if bits >= SAME_PERSON:
                edges[n, m] = Match(n, m, name, birth, identity, bits)
    if len({n for n, _m in edges}) == len(edges) == len({m for _n, m in edges}):
        return tuple(edges.values())
    return _assign(edges)


def _cannot_be(one: Known, other: Known) -> bool:
    """Tell at a glance that two people are not the same one: neither year of birth nor given name is the same."""
    apart = abs(one.year - other.year)
    if apart == 0 or not one.year or not other.year:
        return False
    if one.identity and one.identity == other.identity:
        return False
    if one.date and other.date and one.date[1:] == other.date[1:]:
        return False
    if one.name.given != other.name.given:
        return apart > 1 or not (one.person.by_age or other.person.by_age)
    if apart <= _NEAR_YEARS or (apart <= _FARTHEST_YEARS and one.name.words == other.name.words):
        return False
    return not is_turned(one.year, other.year)


def _assign(edges: Mapping[tuple[int, int], Match]) -> tuple[Match, ...]:
    """Return the edges with the most bits that share no end: exactly, or greedily where very many are alike."""
    rights = sorted({m for _n, m in edges})
    if len(rights) > _LARGEST_EXACT:
        return _greedy(edges)
    lefts = sorted({n for n, _m in edges})

    @cache
    def best(at: int, taken: int) -> tuple[float, tuple[Match, ...]]:
        if at == len(lefts):
            return 0.0, ()
        found = best(at + 1, taken)
        for place, m in enumerate(rights):
            edge = edges.get((lefts[at], m))
            if edge is None or taken >> place & 1:
                continue
            bits, rest = best(at + 1, taken | 1 << place)
            if bits + edge.bits > found[0]:
                found = bits + edge.bits, (edge, *rest)
        return found

    return best(0, 0)[1]


def _greedy(edges: Mapping[tuple[int, int], Match]) -> tuple[Match, ...]:
    lefts: set[int] = set()
    rights: set[int] = set()
    found = []
    for match in sorted(edges.values(), key=lambda each: (-each.bits, each.left, each.right)):
        if match.left not in lefts and match.right not in rights:
            found.append(match)
            lefts.add(match.left)
            rights.add(match.right)
    return tuple(sorted(found, key=lambda each: each.left))


def chance(bits: float) -> float:
    """Return the chance from 0 to 1 that so many bits stand for, after the model."""
    return 1 / (1 + math.pow(2, -max(-60.0, min(60.0, bits))))
