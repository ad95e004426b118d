"""Which households are worth comparing at all: those that share something that few others share.

A key that too many share is left out: what it would find, another key finds, or nobody could decide. So the number of
comparisons grows with the households, not with their square.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence

from survey_app.linkage.entries import Entry
from survey_app.linkage.weights import Known

CROWD = 24
"""A key shared by more households than this is left out."""
FEW = 6
"""The same for keys that are weak by themselves: a name with a year, or a date, anywhere."""
_MOST_PEOPLE = 12


def pairs_to_compare(entries: Sequence[Entry], people: Sequence[tuple[Known, ...]]) -> set[tuple[int, int]]:
    """Return places of households in the sequence, the smaller place first."""
    places: dict[Hashable, int | list[int]] = {}
    for place, entry in enumerate(entries):
        for key in _keys(entry, people[place]):
            there = places.setdefault(key, place)
            if there is place or there == place:
                continue
            if isinstance(there, int):
                places[key] = [there, place]
            elif there[-1] != place:
                there.append(place)
    found: set[tuple[int, int]] = set()
    for key, there in places.items():
        if isinstance(there, int) or len(there) > (FEW if isinstance(key, tuple) and key[0] == "weak" else CROWD):
            continue
        found.update((there[n], there[m]) for m in range(1, len(there)) for n in range(m))
    return found


def _keys(entry: Entry, people: tuple[Known, ...]) -> Iterator[Hashable]:
    for phone in entry.phones:
        yield "phone", phone
    marks: list[tuple[str, int]] = []
    for known in people:
        name = known.name
        if known.identity:
            yield "identity", known.identity
        if len(name.words) > 1:
            yield "weak", name.folded
        if not known.year or not name.words:
            continue
        yield name.given, known.year, entry.village
        yield "weak", name.ends, known.year
        if len(marks) < _MOST_PEOPLE:
            marks.append((name.given, known.year))
        if known.date:
            yield name.given, known.date
            yield "weak", known.date
    marks = sorted(set(marks))
    for n, one in enumerate(marks):
        for other in marks[n + 1 :]:
            yield one, other
    if people and people[0].name.words:
        yield "head", people[0].name.ends, entry.village
    if entry.address:
        yield "weak", entry.address
