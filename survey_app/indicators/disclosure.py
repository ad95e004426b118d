"""Disclosure control: what must not leave the office because it tells of few people, also by subtraction.

**The rule.** A count from 1 to ``least - 1`` of people or households who have something, or who have it not, is
*small*; so is a group of fewer than ``least``. Nobody who reads the tables may narrow a small figure down further than
to ``least`` possible values of which the largest is at least ``least``. Zero is told: that nobody has something names
nobody. ``least`` is 5 unless an office sets it higher. The Law on Statistics (89/2015/QH13, Article 57) forbids to
publish what can be connected with a person and leaves the number open; five is a usual bound for counts of people.

**What is withheld.** Of a row with a small count all its figures but the denominator, and the denominator too where the
whole group is small. Then, since tables have sums, more rows, until no small figure can be worked out: within a total
(of a place, of a sex, of everybody), across the hierarchy village, commune, province, and across the tables of one
publication. The tables a breakdown can be added up to are always taken as published as well, so that two tables
published on different days do not undo each other.

**Nested indicators.** Where all who count for one indicator count for another (``nesting``), a reader subtracts them:
the narrower one's row is withheld as well where that would tell of few. Where several add up (``relations``), what is
withheld of one is not left to be worked out from the others (``subtraction``).

**How it is checked.** Under one total the withheld rows form a table of known sums, whose bounds are exactly
``max(0, row + column - whole)`` and ``min(row, column)`` (Fréchet). Where totals are withheld themselves, or rows
stand under two totals, a linear program gives the bounds (``linear``). Where that would be too large, the whole finer
table is withheld for this indicator.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

from survey_app.indicators.definitions import Indicator
from survey_app.indicators.disaggregations import ALL, UNKNOWN, disaggregations
from survey_app.indicators.linear import MOST_VARIABLES, Sums
from survey_app.indicators.nesting import lies_within
from survey_app.indicators.relations import Kind, Relations, is_counted, relations
from survey_app.indicators.subtraction import Shown, counts_of, given_away
from survey_app.records import Place

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from survey_app.indicators.subtraction import Numbers

LEAST = 5
"""Fewest people or households that a published figure may tell of."""
WITHHELD = "withheld"
"""The status of a row that is not published; every writer shows the same mark for it."""
PROTECTED = frozenset({"household", "member", "enterprise", "device_support"})
"""Levels whose rows are people, households and enterprises; villages, communes and offices have no secrets here."""
_PLACES = ("province", "district", "commune", "village")
Group = tuple[tuple[str, str], ...]
"""A group of people: breakdowns and codes, sorted; a breakdown that says nothing (``all``) is left out."""
Counts = dict[Group, dict[str, tuple[float, float, float]]]
"""Numerator, denominator and unknown of an indicator by group and category."""


def closure(breakdowns: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """Return these breakdowns and all that they can be added up to, the coarsest first."""
    found: dict[tuple[str, ...], None] = {}
    has_districts = any("district" in by for by in breakdowns)
    levels = [name for name in _PLACES if has_districts or name != "district"]
    for by in breakdowns:
        names = tuple(dict.fromkeys(by))
        above = levels[: max((levels.index(n) for n in names if n in levels), default=0)]
        for variant in (names, *(tuple(place if n in _PLACES else n for n in names) for place in above)):
            for size in range(len(variant) + 1):
                for part in combinations(variant, size):
                    found.setdefault(tuple(dict.fromkeys(part)))
    return sorted(
        found, key=lambda names: (len(names), [_PLACES.index(n) if n in _PLACES else -1 for n in names], names)
    )


def withhold(
    tables: Mapping[tuple[str, ...], pd.DataFrame],
    indicators: Sequence[Indicator],
    places: Mapping[str, Place] | None = None,
    least: int = LEAST,
) -> dict[tuple[str, ...], pd.DataFrame]:
    """Return the tables as they may be published.

    Args:
        tables: what ``compute_all`` gave for every breakdown of a ``closure``, by breakdown.
        indicators: the indicators they were computed from.
        places: the catalogue, to know what adds up to what.
        least: fewest people or households that a figure may tell of.

    Returns:
        New tables with a column ``withheld``; figures that are withheld are NaN, their status ``WITHHELD``.
    """
    family = _Family(places or {})
    hidden: dict[tuple[str, Group], bool] = {}
    done: list[tuple[Indicator, Counts]] = []
    problems: dict[str, _Problem] = {}
    for indicator in _widest_first([each for each in indicators if each.level in PROTECTED]):
        counts = _counts({by: frame[frame["indicator"] == indicator.key] for by, frame in tables.items()})
        problem = _Problem.of(family, counts, indicator, least)
        problem.exposed = set(_exposed(problem.groups, indicator, counts, done, hidden, least))
        problem.protect()
        hidden |= {(indicator.key, group): whole for group, whole in problem.hidden().items()}
        problems[indicator.key] = problem
        done.append((indicator, counts))
    _protect_from_each_other(done, problems, least)
    hidden = {(key, group): whole for key, one in problems.items() for group, whole in one.hidden().items()}
    return {by: _blanked(frame, by, hidden) for by, frame in tables.items()}


def _protect_from_each_other(
    indicators: Sequence[tuple[Indicator, Counts]], problems: Mapping[str, _Problem], least: int
) -> None:
    """Withhold more until no sum between indicators of one level gives away what is withheld."""
    for level in dict.fromkeys(one.level for one, _counts in indicators):
        here = [(one, counts) for one, counts in indicators if one.level == level and is_counted(one)]
        if len(here) < 2:
            continue
        known = {one.key: counts_of(problems[one.key].groups, counts) for one, counts in here}
        several = relations([one for one, _counts in here], here[0][0].rows)
        while any(_withhold_further(problems, known, held, least) for held in several):
            pass


def _withhold_further(
    problems: Mapping[str, _Problem], known: Mapping[str, Mapping[Kind, Numbers]], held: Relations, least: int
) -> bool:
    """Withhold what sums between indicators give away; tell whether there was anything."""
    shown = {
        key: Shown(problems[key].groups, counts, problems[key].split, problems[key].whole)
        for key, counts in known.items()
    }
    taken = given_away(shown, held, least)
    for key, rows in taken.items():
        problems[key].exposed |= rows.keys()
        problems[key].whole |= {row for row, whole in rows.items() if whole}
        problems[key].protect()
    return bool(taken)


def _widest_first(indicators: Sequence[Indicator]) -> list[Indicator]:
    """Return indicators, each behind those that it lies within."""
    around = {one.key: sum(lies_within(one, other) for other in indicators) for one in indicators}
    return sorted(indicators, key=lambda one: around[one.key])


def _counts(tables: Mapping[tuple[str, ...], pd.DataFrame]) -> Counts:
    """Return the counts of an indicator by group and category."""
    counts: Counts = {}
    for by, frame in tables.items():
        columns = [frame[name].tolist() for name in (*by, "category", "numerator", "denominator", "unknown")]
        for *codes, category, n, d, u in zip(*columns, strict=True):
            counts.setdefault(group_of(by, codes), {})[category] = (float(n), float(d), float(u))
    return counts


def _exposed(  # noqa: PLR0917 - what is known so far
    groups: Sequence[Group],
    indicator: Indicator,
    counts: Counts,
    done: Iterable[tuple[Indicator, Counts]],
    hidden: Mapping[tuple[str, Group], bool],
    least: int,
) -> Iterator[int]:
    """Yield the rows that give a small count away when they are subtracted from another indicator's published row."""
    wider = [(other, theirs) for other, theirs in done if lies_within(indicator, other)]
    for row, group in enumerate(groups):
        mine = counts[group].get("", (0.0, 0.0, 0.0))
        for other, theirs in wider:
            if group not in theirs or (other.key, group) in hidden:
                continue
            n, d, u = (outer - inner for outer, inner in zip(theirs[group][""], mine, strict=True))
            if any(0 < count < least for count in (n, d, d - n - u)):
                yield row
                break


def group_of(by: Sequence[str], codes: Sequence[str]) -> Group:
    """Return the group of a row."""
    return tuple(sorted((name, str(code)) for name, code in zip(by, codes, strict=True) if code != ALL))


def _blanked(frame: pd.DataFrame, by: tuple[str, ...], hidden: Mapping[tuple[str, Group], bool]) -> pd.DataFrame:
    import numpy as np

    codes = zip(*(frame[name].tolist() for name in by), strict=True) if by else iter([()] * len(frame))
    found = [hidden.get((key, group_of(by, code))) for key, code in zip(frame["indicator"], codes, strict=True)]
    some = [one is not None for one in found]
    whole = [one is True for one in found]
    shown = frame.assign(withheld=some)
    for name in ("numerator", "unknown", "estimate", "error", "lower", "upper", "degrees", "denominator"):
        if name in shown:
            gone = whole if name == "denominator" else some
            if any(gone):
                shown[name] = shown[name].astype("float64").where(~np.array(gone, dtype=bool))
    if "status" in shown:
        shown["status"] = [WITHHELD if one else word for one, word in zip(some, shown["status"], strict=True)]
    return shown


class _Family:
    """The tables of one publication, and which rows add up to which."""

    def __init__(self, places: Mapping[str, Place]) -> None:
        self.places = places
        self._levels: set[str] = set()

    def totals(self, groups: Iterable[Group], several: frozenset[str]) -> dict[Group, list[list[Group]]]:
        """Return for each group the ways in which other groups add up to it."""
        there = set(groups)
        self._levels = {name for group in there for name, _code in group if name in _PLACES}
        found: dict[Group, dict[str, list[Group]]] = {}
        placeless = {name for group in there for name, code in group if name in _PLACES and not self._above(name, code)}
        for group in sorted(there):
            for name, code in group:
                rest = tuple(pair for pair in group if pair[0] != name)
                above = self._above(name, code) if name not in placeless else None
                total = tuple(sorted({*rest, above})) if above else rest
                if name not in several and total in there:
                    found.setdefault(total, {}).setdefault(name, []).append(group)
        return {total: list(ways.values()) for total, ways in found.items()}

    def _above(self, name: str, code: str) -> tuple[str, str] | None:
        """Return the nearest place above that there are figures of; None when that cannot be said.

        Such a row only adds up to everything.
        """
        if name not in _PLACES or code == UNKNOWN:
            return None
        place = self.places.get(code)
        above = place.parent if place else code.partition("-")[0] if name == "village" and "-" in code else ""
        if name == "village" and above and above not in self.places:
            return "commune", above
        place = self.places.get(above)
        while place is not None and place.level not in self._levels:
            place = self.places.get(place.parent)
        return (place.level, place.code) if place is not None else None


@dataclass
class _Problem:
    """What is to be withheld of one indicator.

    Attributes:
        groups: the rows.
        parts: their counts, a column a part (who has it, who has it not, of whom it is not known): they add up to
            ``sizes``. For several choices at a time there is a table of parts for each.
        sizes: the denominators.
        ways: ``(total, rows)``: which rows add up to which.
        least: see the module.
        split: rows whose parts are withheld.
        whole: of these, rows whose denominator is withheld too.
    """

    groups: list[Group]
    parts: list[NDArray[np.float64]]
    sizes: NDArray[np.float64]
    ways: list[tuple[int, list[int]]]
    least: int
    told: int
    """How many of the columns of parts tell of people; the last one, not known, does not."""
    split: set[int] = field(default_factory=set)
    whole: set[int] = field(default_factory=set)
    exposed: set[int] = field(default_factory=set)
    """Rows that are withheld because another indicator's row less this one would tell of few."""

    @classmethod
    def of(
        cls,
        family: _Family,
        counts: Mapping[Group, Mapping[str, tuple[float, float, float]]],
        indicator: Indicator,
        least: int,
    ) -> _Problem:
        import numpy as np

        groups = sorted(counts)
        place = {group: n for n, group in enumerate(groups)}
        names = {name for group in groups for name, _code in group}
        several = frozenset(one.name for one in disaggregations(sorted(names), indicator.book) if one.several)
        ways = [
            (place[total], [place[group] for group in rows])
            for total, choices in family.totals(groups, several).items()
            for rows in choices
        ]
        sizes = np.array([next(iter(counts[group].values()))[1] for group in groups])
        unknown = np.array([next(iter(counts[group].values()))[2] for group in groups])
        held = {c: np.array([counts[group][c][0] for group in groups]) for c in counts[groups[0]]} if groups else {}
        if len(held) > 1 and _adds_up(held.values(), unknown, sizes):
            parts = [np.stack([*held.values(), unknown], axis=1)]
        else:
            parts = [np.stack([n, np.maximum(sizes - n - unknown, 0.0), unknown], axis=1) for n in held.values()]
        if indicator.aggregate in ("sum", "weighted_ratio"):
            parts = []  # sums of numbers: only the size of the group can be small
        told = parts[0].shape[1] - 1 if parts else 0
        true = [(total, rows) for total, rows in ways if _add_up(sizes, parts, total, rows)]
        return cls(groups, parts, sizes, true, least, told)

    def hidden(self) -> dict[Group, bool]:
        """Return what is withheld; True where the denominator is withheld too."""
        return {self.groups[row]: row in self.whole for row in self.split | self.whole}

    def small(self, values: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Tell which counts are small."""
        import numpy as np

        return np.asarray((values > 0) & (values < self.least))

    def protect(self) -> None:
        """Withhold what is small, and then as much more as keeps it from being worked out."""
        import numpy as np

        self.whole |= set(np.flatnonzero(self.small(self.sizes)).tolist())
        self.split |= self.whole | self.exposed
        for table in self.parts:
            self.split |= set(np.flatnonzero(self.small(table[:, : self.told]).any(axis=1)).tolist())
        for _ in range(4 * len(self.groups) + 4):
            if not (self._sizes_need_more() or self._parts_need_more() or self._entangled_need_more()):
                return

    def _sizes_need_more(self) -> bool:
        """Withhold further denominators where a single one, or too few people, stand against a known sum."""
        more = False
        for total, rows in self.ways:
            members = [*rows, total]
            gone = [row for row in members if row in self.whole]
            known = total not in self.whole
            if not gone or (len(gone) > 1 and (not known or self.sizes[gone].sum() >= self.least)):
                continue
            more |= self._take_smallest(
                [row for row in members if row not in self.whole and self.sizes[row] > 0], whole=True
            )
        return more

    def _parts_need_more(self) -> bool:
        """Withhold further rows under a known total until the bounds of every small count are wide enough."""
        more = False
        for total, rows in self.ways:
            gone = [row for row in rows if row in self.split]
            if total in self.split:
                if not gone:
                    more |= self._take_smallest([row for row in rows if self.sizes[row] > 0])
                continue
            if gone and not all(self._is_wide(table, gone) for table in self.parts):
                left = [row for row in rows if row not in self.split and self.sizes[row] > 0]
                more |= self._take_smallest(left) if left else self._give_up(total, rows)
        return more

    def _is_wide(self, table: NDArray[np.float64], gone: list[int]) -> bool:
        """Tell whether under a known total every small count of the withheld rows can be anything the rule asks for."""
        import numpy as np

        known = [row for row in gone if row not in self.whole]
        merged = [row for row in gone if row in self.whole]
        blocks = [table[known], table[merged].sum(axis=0, keepdims=True)] if merged else [table[known]]
        block = np.concatenate(blocks)
        small = self._kept_from(table, known)
        if merged:
            small = np.concatenate([small, self._kept_from(table, merged).any(axis=0, keepdims=True)])
        small[:, self.told :] = False
        row, column, whole = block.sum(axis=1, keepdims=True), block.sum(axis=0, keepdims=True), block.sum()
        highest = np.minimum(row, column)
        lowest = np.maximum(0.0, row + column - whole)
        if len(merged) > 1:
            lowest[-1] = 0.0  # each of the merged rows may be empty of it
        wide = (highest >= self.least) & (highest - lowest >= self.least - 1)
        return bool((wide | ~small).all())

    def _kept_from(self, table: NDArray[np.float64], rows: list[int]) -> NDArray[np.bool_]:
        """Tell which counts of rows nobody may work out: small ones, and all but 0 of exposed rows."""
        marks = self.small(table[rows])
        for place, row in enumerate(rows):
            if row in self.exposed:
                marks[place] = table[row] > 0
        return marks

    def _take_smallest(self, rows: list[int], *, whole: bool = False) -> bool:
        if not rows:
            return False
        taken = min(rows, key=lambda row: (self.sizes[row], row))
        self.split.add(taken)
        if whole:
            self.whole.add(taken)
        return True

    def _give_up(self, total: int, rows: list[int]) -> bool:
        """Withhold a total's whole table and, when that is done already, the total."""
        people = {row for row in rows if self.sizes[row] > 0}
        if not people <= self.whole:
            self.whole |= people
            self.split |= people
            return True
        self.split.add(total)
        return True

    def _entangled_need_more(self) -> bool:
        """Check by a linear program what stands under withheld totals or under two totals at once."""
        for component in self._components():
            if len(component) * (self.told + 1) > MOST_VARIABLES:
                if self._withhold_finest(component):
                    return True
                continue
            for table in self.parts:
                narrow = self.narrowed(table, component)
                if narrow and self._widen(narrow[0][0]):
                    return True
        return False

    def _components(self) -> list[list[int]]:
        """Return the withheld rows that share sums, where more than one sum binds them."""
        parent = {row: row for row in self.split}

        def root(row: int) -> int:
            while parent[row] != row:
                parent[row] = parent[parent[row]]
                row = parent[row]
            return row

        bound: dict[int, int] = {}
        touched = [[row for row in (*rows, total) if row in self.split] for total, rows in self.ways]
        for rows in touched:
            for row in rows[1:]:
                parent[root(row)] = root(rows[0])
        for rows in touched:
            if rows:
                bound[root(rows[0])] = bound.get(root(rows[0]), 0) + 1
        found: dict[int, list[int]] = {}
        for row in sorted(self.split):
            found.setdefault(root(row), []).append(row)
        return [rows for top, rows in found.items() if bound.get(top, 0) > 1]

    def _withhold_finest(self, component: list[int]) -> bool:
        """Withhold all rows of the finest tables that a component reaches into."""
        tables = [tuple(name for name, _code in group) for group in self.groups]
        depth = max(len(tables[row]) for row in component)
        finest = {tables[row] for row in component if len(tables[row]) == depth}
        rows = {n for n, names in enumerate(tables) if names in finest and self.sizes[n] > 0}
        if rows <= self.whole:
            return False
        self.whole |= rows
        self.split |= rows
        return True

    def _widen(self, row: int) -> bool:
        """Withhold one more row beside one that can be narrowed; else its totals."""
        for total, rows in self.ways:
            if row in rows or row == total:
                left = [one for one in rows if one not in self.split and self.sizes[one] > 0]
                if left:
                    return self._take_smallest(left)
        for total, rows in self.ways:
            if row in rows and total not in self.split:
                return self._give_up(total, rows)
        return False

    def narrowed(self, table: NDArray[np.float64], component: list[int]) -> list[tuple[int, int, float, float]]:
        """Return ``(row, part, least, most)`` of the small counts that a reader can narrow down too far."""
        sums, variables = self._sums(table, component)
        found = []
        for row in component:
            for part in np_flat(self._kept_from(table, [row])[0, : self.told]):
                lowest, highest = sums.range_of([variables[row, part]])
                if highest < self.least - 1e-6 or highest - lowest < self.least - 1 - 1e-6:
                    found.append((row, part, lowest, highest))
        return found

    def _sums(self, table: NDArray[np.float64], component: list[int]) -> tuple[Sums, dict[tuple[int, int], int]]:
        """Return what a reader knows of the withheld counts of a component: all sums they stand in."""
        import numpy as np

        width = table.shape[1]
        variables = {(row, part): n * width + part for n, row in enumerate(component) for part in range(width)}
        equations, values = [], []

        def knows(terms: Mapping[tuple[int, int], float], value: float) -> None:
            line = np.zeros(len(variables))
            for term, factor in terms.items():
                line[variables[term]] += factor
            equations.append(line)
            values.append(value)

        for row in component:
            if row not in self.whole:
                knows({(row, part): 1.0 for part in range(width)}, float(self.sizes[row]))
        inside = set(component)
        for total, rows in self.ways:
            if not inside.intersection((*rows, total)):
                continue
            for part in range(width):
                terms = {(row, part): 1.0 for row in rows if row in inside}
                known = sum(float(table[row, part]) for row in rows if row not in inside)
                if total in inside:
                    terms[total, part] = -1.0
                knows(terms, (0.0 if total in inside else float(table[total, part])) - known)
        return Sums(np.array(equations).reshape(len(equations), len(variables)), np.array(values)), variables


def np_flat(marks: NDArray[np.bool_]) -> list[int]:
    """Return the places of the marks."""
    import numpy as np

    return [int(n) for n in np.flatnonzero(marks)]


def _add_up(sizes: NDArray[np.float64], parts: Sequence[NDArray[np.float64]], total: int, rows: list[int]) -> bool:
    """Tell whether rows really add up to a total: where the catalogue and the answers disagree nobody can subtract."""
    import numpy as np

    tables = [sizes[:, None], *parts]
    return all(np.allclose(table[rows].sum(axis=0), table[total]) for table in tables)


def _adds_up(held: Iterable[NDArray[np.float64]], unknown: NDArray[np.float64], sizes: NDArray[np.float64]) -> bool:
    import numpy as np

    return bool(np.allclose(sum(held) + unknown, sizes))
