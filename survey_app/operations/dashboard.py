"""Figures that are asked for again and again: counted once, then filtered and broken down without reading an answer.

``read_board`` reads all answers and keeps counts (``indicators.cube``) of every form of the round. What the window asks
afterwards — another breakdown, one village only, women only — is answered from these counts. They are thrown away when
anything in the store changed that figures rest on.

A round that is a sample has no such counts: its intervals need the units that were drawn. Its figures are worked out by
one breakdown each, and cannot be filtered. A copy for readers holds published tables instead (``published``): nothing
is added up.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from survey_app.indicators import Engine, Rows, Where
from survey_app.indicators.compute import compute_groups
from survey_app.indicators.cube import Cube
from survey_app.indicators.disclosure import closure, withhold
from survey_app.operations.coverage import Coverage
from survey_app.operations.levels import Part, possible
from survey_app.operations.mixing import Mixing
from survey_app.operations.published import READER, Published
from survey_app.operations.results import (
    GROUPS,
    OF_TARGETS,
    Basis,
    Result,
    RoundsTold,
    basis,
    compared,
    published_of,
    read_parts,
    results_of,
    rounds_told,
    tables,
)
from survey_app.progress import SILENT, Monitor
from survey_app.store import Store

if TYPE_CHECKING:
    import pandas as pd

PLACE_BREAKDOWNS = ("commune", "village")
OLD_BREAKDOWNS = ("district", *PLACE_BREAKDOWNS)
"""Places where figures are told in the units of before 01/07/2025."""
GROUP_BREAKDOWNS = GROUPS
ROUND = "round"


def _plain(places: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    return ((), *((name,) for name in (*places, *GROUP_BREAKDOWNS)))


def _kept(places: tuple[str, ...], *, every_round: bool) -> tuple[tuple[str, ...], ...]:
    """Return what is counted of places and groups, so that all that may be asked is there."""
    if every_round:
        return ((ROUND,), (*places, ROUND))
    return (*_plain(places), places, *((*places, name) for name in GROUP_BREAKDOWNS))


@dataclass(frozen=True)
class Only:
    """What is counted; everything when blank.

    Attributes:
        commune: code of a commune.
        village: code of a village.
        group: name of a breakdown of ``GROUP_BREAKDOWNS``.
        code: one of its codes.
        round: code of a round, on a board of all rounds.
        district: code of a district, where figures are told in the units of before 01/07/2025.
    """

    commune: str = ""
    village: str = ""
    group: str = ""
    code: str = ""
    round: str = ""
    district: str = ""

    def __bool__(self) -> bool:
        return any((self.commune, self.village, self.group, self.round, self.district))

    def where(self) -> dict[str, Collection[str]]:
        """Return the codes that are counted, by breakdown."""
        said = {"commune": self.commune, "village": self.village, self.group: self.code, ROUND: self.round}
        said["district"] = self.district
        return {name: (code,) for name, code in said.items() if name and code}


@dataclass(frozen=True)
class Board:
    """Everything the window asks figures from.

    Attributes:
        basis: form, indicators and targets.
        coverage: what the figures stand on.
        cubes: the counts, one a form; empty where the round is a sample; in a copy for readers what was published.
        exact: the tables of a sample, by breakdown.
        state: what the store was like (``Store.state``).
        rounds: what is known of the rounds.
        told_in: the day of the units that were asked for.
    """

    basis: Basis
    coverage: Coverage
    cubes: tuple[Cube | Published, ...]
    exact: Mapping[str, pd.DataFrame]
    state: tuple[str, ...]
    rounds: RoundsTold = field(default_factory=RoundsTold)
    told_in: str = ""

    @property
    def place_breakdowns(self) -> tuple[str, ...]:
        """The kinds of places that figures can be told by."""
        return OLD_BREAKDOWNS if self.basis.units else PLACE_BREAKDOWNS

    @property
    def has_units(self) -> bool:
        """Whether figures can be told in the units of before 01/07/2025 too: that needs the answers."""
        return self.basis.units != "" or not (
            self.coverage.sources or any(isinstance(cube, Published) for cube in self.cubes)
        )

    @property
    def can_filter(self) -> bool:
        """Whether figures can be told of a part only."""
        return bool(self.cubes)

    def results(self, by: str = "", only: Only | None = None, keys: Collection[str] = ()) -> tuple[Result, ...]:
        """Return figures by one breakdown, held against the targets.

        Args:
            by: ``""`` for the total, or a breakdown that was counted.
            only: what is counted.
            keys: indicators; all when empty.
        """
        part = only or Only()
        if not self.cubes:
            whole = self.exact[by]
            return results_of(whole[whole["indicator"].isin(keys)] if keys else whole, self.basis, by)
        names = [name for name in (by, ROUND if part.round else "") if name]
        told = _together([cube.table(names, part.where(), keys) for cube in self.cubes])
        return () if told is None else self._judged(told, by, part)

    def published(self, by: str, only: Only, key: str, least: int) -> tuple[Result, ...]:
        """Return one indicator as ``results`` does, as it may leave the office.

        Args:
            by: the breakdown.
            only: what is counted.
            key: the indicator; all of them decide together what is withheld.
            least: fewer people or households nothing tells of.
        """
        if any(isinstance(cube, Published) for cube in self.cubes):
            return self.results(by, only, [key])
        where = only.where()
        names = tuple(dict.fromkeys(name for name in (by, *where) if name))
        found = {told: self._counts(told) for told in closure([names]) if told == names or self._has(told)}
        tables = {told: table for told, table in found.items() if table is not None}
        if names not in tables:
            return ()
        shown = withhold(tables, self.basis.indicators, self.basis.places, least)[names]
        for name, codes in where.items():
            shown = shown[shown[name].isin(list(codes))]
        told = shown[shown["indicator"] == key].drop(columns=[name for name in where if name != by])
        return self._judged(told, by, only)

    def _counts(self, names: tuple[str, ...]) -> pd.DataFrame | None:
        """Return everything by some breakdowns, not compared with anything."""
        if self.cubes:
            return _together([cube.table(names) for cube in self.cubes])
        whole = self.exact.get(next(iter(names), "")) if len(names) < 2 else None
        return None if whole is None else whole.drop(columns=list(OF_TARGETS))

    def _has(self, names: tuple[str, ...]) -> bool:
        return not self.cubes or all(self.codes(name) for name in names)

    def _judged(self, told: pd.DataFrame, by: str, part: Only) -> tuple[Result, ...]:
        return results_of(compared(self.basis, told, self._within(part), self.rounds), self.basis, by)

    def codes(self, name: str) -> tuple[str, ...]:
        """Return the codes of a breakdown that occur in the answers."""
        return tuple(dict.fromkeys(code for cube in self.cubes for code in cube.codes(name)))

    def _within(self, part: Only) -> Where:
        """Return the place that what is counted lies in."""
        whole, places = self.coverage.within(), self.basis.places
        inside = part.village or part.commune or part.district
        found = {"village": part.village, "commune": part.commune}
        place = places.get(inside)
        while place is not None:
            found.setdefault(place.level, place.code)
            found[place.level] = found[place.level] or place.code
            place = places.get(place.parent)
        if not inside:
            return whole
        return Where(found.get("province", whole.province), found["commune"], part.village)


def _together(tables: Sequence[pd.DataFrame]) -> pd.DataFrame | None:
    """Return the tables of all forms as one, None when there is nothing."""
    import pandas as pd

    filled = [table for table in tables if len(table)]
    if len(filled) < 2:
        return filled[0] if filled else None
    return pd.concat(filled, ignore_index=True)


def read_board(
    store: Store,
    known: Board | None = None,
    *,
    every_round: bool = False,
    units: str = "",
    monitor: Monitor = SILENT,
) -> Board:
    """Return the board of a store: the known one when nothing has changed since, else counted anew.

    Args:
        store: an open store.
        known: the board that was read last.
        every_round: answers of all rounds, to be told by round; else those of the current one.
        units: ISO date of the administrative units; today's when ``""``.
        monitor: hears how far it is.

    Raises:
        SurveyAppError: the store has no form with indicators.
        Cancelled: the person stopped it.
    """
    state = store.state()
    if known is not None and known.state == state and known.told_in == units:
        return known
    of = basis(store, units=units)
    if store.kind == READER:
        published = published_of(store, of)
        return Board(of, published.coverage, (published,), {}, state, told_in=units)
    told = rounds_told(store, of) if every_round else RoundsTold()
    places = OLD_BREAKDOWNS if of.units else PLACE_BREAKDOWNS
    if of.design is not None:
        wanted = [(), (ROUND,)] if every_round else list(_plain(places))
        found, coverage = tables(store, of, wanted, monitor=monitor)
        exact = {next(iter(by), ""): table for by, table in zip(wanted, found, strict=True)}
        return Board(of, coverage, (), exact, state, told, units)
    kept = _kept(places, every_round=every_round)

    def count(part: Part, batches: Iterator[Rows], mixing: Mixing | None) -> Cube:
        own = list(dict.fromkeys(tuple(possible(by, part.book)) for by in kept))
        at = Engine("duckdb", store=store)
        if mixing is None:
            cells = [groups for _table, groups in compute_groups(part.indicators, batches, own, at)]
        else:
            cells = mixing.mixed(part, batches, own, at).cells
        return Cube(part.indicators, own, cells)

    cubes, coverage = read_parts(store, of, count, monitor, every_round=every_round)
    return Board(of, coverage, tuple(cubes), {}, state, told, units)
