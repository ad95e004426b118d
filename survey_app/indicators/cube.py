"""Counts that are kept, so that a filter or another breakdown is answered from them and no answer is read again.

A cube holds the counts of one form by several breakdowns. A question (figures by these, only of those) is answered from
the coarsest counts that know all of its names; what is not asked for is added up. What counts distinct units is exact
where the counts asked for were made as such, and else as exact as adding up allows (``indicators.adding``).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from survey_app.indicators.columns import Codebook
from survey_app.indicators.compute import Groups, figures_of, rank, table_of
from survey_app.indicators.definitions import Indicator
from survey_app.indicators.disaggregations import ALL, Disaggregation, disaggregation, disaggregations
from survey_app.indicators.preparing import Prepared

if TYPE_CHECKING:
    import pandas as pd

Cells = Mapping[str, tuple[Prepared, Groups]]
"""By level, how it was counted and the counts of each group."""


@dataclass(frozen=True)
class _Counts:
    """The counts of one level by some breakdowns, as one matrix."""

    by: tuple[str, ...]
    prepared: Prepared
    codes: tuple[tuple[str, ...], ...]
    names: tuple[str, ...]
    numbers: Any

    @property
    def known(self) -> frozenset[str]:
        """Return the breakdowns that the level has something for."""
        return frozenset(self.by) & self.prepared.breakdowns


class Cube:
    """Counts of one form by several breakdowns.

    Args:
        indicators: what was counted.
        by: the breakdowns, one list a table.
        cells: the counts of each table by level.
    """

    def __init__(self, indicators: Sequence[Indicator], by: Sequence[Sequence[str]], cells: Sequence[Cells]) -> None:
        self.indicators = tuple(indicators)
        self.book = indicators[0].book if indicators else Codebook()
        self._counts: dict[str, list[_Counts]] = {}
        self._codes: dict[str, tuple[str, ...]] = {}
        for names, levels in zip(by, cells, strict=True):
            for level, (prepared, groups) in levels.items():
                self._counts.setdefault(str(level), []).append(_matrix(tuple(names), prepared, groups))

    def table(
        self,
        by: Sequence[str] = (),
        where: Mapping[str, Collection[str]] | None = None,
        only: Collection[str] = (),
    ) -> pd.DataFrame:
        """Return figures as ``compute`` does.

        Args:
            by: breakdowns; one that the form has nothing for says ``all``.
            where: codes that are counted, by breakdown. A level that has nothing for one of them gives no row.
            only: keys of indicators; all when empty.
        """
        wanted = {name: frozenset(codes) for name, codes in (where or {}).items()}
        known = [one for one in by if self._has(one)]
        chosen = disaggregations(known, self.book) if self.indicators else ()
        records = [
            record for levels in self._counts.values() for record in _records(levels, chosen, wanted, frozenset(only))
        ]
        found = table_of(self.indicators, records, chosen)
        for place, name in enumerate(by, start=1):
            if name not in found.columns:
                found.insert(place, name, ALL)
        return found

    def codes(self, name: str) -> tuple[str, ...]:
        """Return the codes that occur of a breakdown, in their order."""
        if name not in self._codes:
            self._codes[name] = self._found(name)
        return self._codes[name]

    def _found(self, name: str) -> tuple[str, ...]:
        if not self._has(name):
            return ()
        one = disaggregation(name, self.book)
        found = {
            codes[each.by.index(name)]
            for levels in self._counts.values()
            for each in levels
            if name in each.known
            for codes in each.codes
        }
        return tuple(sorted(found, key=lambda code: rank(code, one)))

    def _has(self, name: str) -> bool:
        return any(name in each.known for levels in self._counts.values() for each in levels)


def _matrix(by: tuple[str, ...], prepared: Prepared, groups: Groups) -> _Counts:
    import numpy as np

    codes = tuple(key[: len(by)] for key in groups)
    names = tuple(next(iter(groups.values()), {}))
    numbers = np.array([[wide[name] for name in names] for wide in groups.values()], dtype=float)
    return _Counts(by, prepared, codes, names, numbers.reshape(len(codes), len(names)))


def _records(
    levels: Sequence[_Counts],
    by: Sequence[Disaggregation],
    where: Mapping[str, frozenset[str]],
    only: frozenset[str],
) -> list[tuple[Any, ...]]:
    prepared = levels[0].prepared
    if any(name not in prepared.breakdowns for name in where):
        return []
    needed = {one.name for one in by if one.name in prepared.breakdowns} | set(where)
    fit = [each for each in levels if needed <= each.known]
    if not fit:
        return []
    coarse = min(fit, key=lambda each: (len(each.known - needed), len(each.codes)))
    measures = [(n, each) for n, each in enumerate(prepared.measures) if not only or each.indicator.key in only]
    found = []
    for group, wide in _summed(coarse, by, where).items():
        order = tuple(rank(code, one) for code, one in zip(group, by, strict=True))
        for position, measure in measures:
            for number, figures in enumerate(figures_of(position, measure, wide)):
                found.append((measure.indicator.key, (order, number), *group, *figures))
    return found


def _summed(
    counts: _Counts, by: Sequence[Disaggregation], where: Mapping[str, frozenset[str]]
) -> dict[tuple[str, ...], dict[str, Any]]:
    """Return the counts added up to the groups asked for; a total stands there even when it is of nobody."""
    import numpy as np

    filters = [(counts.by.index(name), codes) for name, codes in where.items()]
    places = [counts.by.index(one.name) if one.name in counts.known else None for one in by]
    groups: dict[tuple[str, ...], list[int]] = {} if by else {(): []}
    for row, codes in enumerate(counts.codes):
        if all(codes[at] in wanted for at, wanted in filters):
            key = tuple(ALL if at is None else codes[at] for at in places)
            groups.setdefault(key, []).append(row)
    if not counts.names:
        return {}
    sums = {key: np.sum(counts.numbers[rows], axis=0) for key, rows in groups.items()}
    return {key: dict(zip(counts.names, row.tolist(), strict=True)) for key, row in sums.items()}
