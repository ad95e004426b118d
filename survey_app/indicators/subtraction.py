"""What a reader works out by subtracting indicators from each other in the same place and group.

Every count is between two bounds: a published one is known, a withheld one is at least 0. Sums that always hold between
indicators (``relations``) draw the bounds together. Where a count that nobody may work out comes out too narrow, more
must be withheld; that is taken from indicators in whose rows the other terms of the sum stand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from survey_app.indicators.relations import ALL_WHO, NOT_KNOWN, WHO_HAVE, WHO_HAVE_NOT, Kind, Part, Relations

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

GroupT = TypeVar("GroupT")
_ROUNDS = 8
"""So often bounds are drawn together; a chain of sums is rarely longer."""
_EPSILON = 1e-6


@dataclass(frozen=True)
class Shown(Generic[GroupT]):
    """One indicator as it is published.

    Attributes:
        groups: its rows.
        counts: every count of it, by kind and category.
        split: rows whose counts are withheld.
        whole: of these, rows whose denominator is withheld too.
    """

    groups: Sequence[GroupT]
    counts: Mapping[Kind, Numbers]
    split: set[int]
    whole: set[int]

    def is_told(self, row: int, kind: str) -> bool:
        """Tell whether a reader sees a count."""
        return row not in self.whole if kind == ALL_WHO else row not in self.split


def counts_of(
    groups: Sequence[GroupT], counts: Mapping[GroupT, Mapping[str, tuple[float, float, float]]]
) -> dict[Kind, Numbers]:
    """Return the counts of an indicator by kind and category from its numerators, denominators and unknowns."""
    import numpy as np

    categories = list(next(iter(counts.values()), {}))
    found: dict[Kind, Numbers] = {}
    for category in categories:
        n, d, u = (np.array([counts[group][category][part] for group in groups]) for part in range(3))
        found[WHO_HAVE, category] = n
        if categories == [""]:
            found[WHO_HAVE_NOT, ""] = d - n - u
        found[ALL_WHO, ""], found[NOT_KNOWN, ""] = d, u
    return found


Taken = dict[str, dict[int, bool]]
"""Rows to be withheld, by indicator; True where the denominator must go too."""


def given_away(shown: Mapping[str, Shown[GroupT]], held: Relations, least: int) -> Taken:
    """Return what must be withheld as well, because sums between indicators give withheld counts away.

    Args:
        shown: the indicators, those first that rather stay published.
        held: what holds between them.
        least: see ``disclosure``.
    """
    import numpy as np

    groups = list(dict.fromkeys(group for one in shown.values() for group in one.groups))
    reading = _Reading(shown, held, {group: n for n, group in enumerate(groups)})
    lowest, highest = reading.bounds()
    narrow = (highest < least - _EPSILON) | (highest - lowest < least - 1 - _EPSILON)
    taken: Taken = {}
    for place, column in zip(*np.nonzero(narrow & reading.secret()), strict=True):
        for key, row, whole in reading.cheapest(int(place), int(column)):
            rows = taken.setdefault(key, {})
            rows[row] = rows.get(row, False) or whole
    return taken


class _Reading(Generic[GroupT]):
    """What a reader knows, as a table of sets by groups."""

    def __init__(self, shown: Mapping[str, Shown[GroupT]], held: Relations, column: Mapping[GroupT, int]) -> None:
        import numpy as np

        self.shown, self.column = shown, column
        self.rows = {key: {column[group]: row for row, group in enumerate(one.groups)} for key, one in shown.items()}
        self.order = {key: n for n, key in enumerate(shown)}
        self.sets = [[part for part in parts if part[0] in shown] for parts in held.sets]
        self.true = np.full((len(self.sets), len(column)), np.nan)
        self.known = np.zeros(self.true.shape, dtype=bool)
        for place, parts in enumerate(self.sets):
            for part in parts:
                self._note(place, part)
        self.sums = [one for one in held.sums if self._holds(*one)]

    def _note(self, place: int, part: Part) -> None:
        key, kind, category = part
        one = self.shown[key]
        counts = one.counts.get((kind, category))
        if counts is None:
            return
        for column, row in self.rows[key].items():
            value = float(counts[row])
            if self.true[place, column] not in (value,) and not _is_nan(self.true[place, column]):
                continue  # equal in the answers drawn, but not in these
            self.true[place, column] = value
            self.known[place, column] |= one.is_told(row, kind)

    def _holds(self, one: Sequence[int], other: Sequence[int]) -> bool:
        import numpy as np

        gap = self.true[list(one)].sum(axis=0) - self.true[list(other)].sum(axis=0)
        return bool(np.all(np.isnan(gap) | (np.abs(gap) < _EPSILON)) and not np.all(np.isnan(gap)))

    def secret(self) -> NDArray[np.bool_]:
        """Return which counts nobody may work out: what is withheld and is somebody."""
        import numpy as np

        found = np.zeros(self.true.shape, dtype=bool)
        for place, parts in enumerate(self.sets):
            for key, kind, _category in parts:
                one = self.shown[key]
                for column, row in self.rows[key].items() if kind != NOT_KNOWN else ():
                    found[place, column] |= not one.is_told(row, kind) and self.true[place, column] > 0
        return found

    def bounds(self) -> tuple[Numbers, Numbers]:
        """Return the least and the most that each count can be."""
        import numpy as np

        largest = np.nanmax(self.true, initial=0.0) + 1e6
        absent = np.isnan(self.true)
        lowest = np.where(self.known & ~absent, self.true, 0.0)
        highest = np.where(self.known & ~absent, self.true, largest)
        for _ in range(_ROUNDS):
            before = highest.sum() - lowest.sum()
            for one, other in self.sums:
                for these, those in ((one, other), (other, one)):
                    for term in these:
                        rest = [each for each in these if each != term]
                        most = highest[list(those)].sum(axis=0) - lowest[rest].sum(axis=0)
                        fewest = lowest[list(those)].sum(axis=0) - highest[rest].sum(axis=0)
                        highest[term] = np.maximum(np.minimum(highest[term], most), lowest[term])
                        lowest[term] = np.minimum(np.maximum(lowest[term], fewest), highest[term])
            if before - (highest.sum() - lowest.sum()) < _EPSILON:
                break
        lowest[absent], highest[absent] = 0.0, largest
        return lowest, highest

    def cheapest(self, place: int, column: int) -> list[tuple[str, int, bool]]:
        """Return the rows that had better be withheld, so that a count is no longer bound by what is published."""
        here = list(self._told(place, column))
        if here:
            return here
        choices = [
            told
            for one, other in self.sums
            if place in (*one, *other)
            for term in (*one, *other)
            if term != place and (told := list(self._told(term, column)))
        ]
        return min(choices, key=self._cost, default=[])

    def _cost(self, rows: Sequence[tuple[str, int, bool]]) -> tuple[int, int, int]:
        return sum(whole for _key, _row, whole in rows), len(rows), -max(self.order[key] for key, _row, _w in rows)

    def _told(self, place: int, column: int) -> Iterator[tuple[str, int, bool]]:
        """Yield the published rows that a set can be read in."""
        for key, kind, _category in self.sets[place]:
            row = self.rows[key].get(column)
            if row is not None and self.shown[key].is_told(row, kind):
                yield key, row, kind == ALL_WHO


def _is_nan(value: float) -> bool:
    return value != value  # noqa: PLR0124 - the one value that differs from itself
