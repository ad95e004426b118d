"""Figures that are asked for again and again: counted once, then filtered and broken down without reading an answer.

``read_board`` reads all answers and keeps counts (``indicators.cube``) of every form of the round. What the window asks
afterwards — another breakdown, one village only, women only — is answered from these counts. They are thrown away when
anything in the store changed that figures rest on.

A round that is a sample has no such counts: its intervals need the units that were drawn. Its figures are worked out by
one breakdown each, and cannot be filtered. A copy for readers holds published
tables instead (``published``): nothing is added up.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from survey_app.indicators import Engine, Rows, Where
from survey_app.indicators.compute import compute_groups
from survey_app.indicators.cube import Cube
from survey_app.operations.coverage import Coverage
from survey_app.operations.levels import Part, possible
from survey_app.operations.mixing import Mixing
from survey_app.operations.published import READER, Published
from survey_app.operations.results import (
    GROUPS,
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
GROUP_BREAKDOWNS = GROUPS
ROUND = "round"
_PLAIN = ((), *((name,) for name in (*PLACE_BREAKDOWNS, *GROUP_BREAKDOWNS)))
_KEPT = (*_PLAIN, PLACE_BREAKDOWNS, *((*PLACE_BREAKDOWNS, name) for name in GROUP_BREAKDOWNS))
_OF_ROUNDS = ((ROUND,), (*PLACE_BREAKDOWNS, ROUND))


@dataclass(frozen=True)
class Only:
    """What is counted; everything when blank.

    Attributes:
        commune: code of a commune.
        village: code of a village.
        group: name of a breakdown of ``GROUP_BREAKDOWNS``.
        code: one of its codes.
        round: code of a round, on a board of all rounds.
    """

    commune: str = ""
    village: str = ""
    group: str = ""
    code: str = ""
    round: str = ""

    def __bool__(self) -> bool:
        return any((self.commune, self.village, self.group, self.round))

    def where(self) -> dict[str, Collection[str]]:
        """Return the codes that are counted, by breakdown."""
        said = {"commune": self.commune, "village": self.village, self.group: self.code, ROUND: self.round}
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
    """

    basis: Basis
    coverage: Coverage
    cubes: tuple[Cube | Published, ...]
    exact: Mapping[str, pd.DataFrame]
    state: tuple[str, ...]
    rounds: RoundsTold = field(default_factory=RoundsTold)

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
        import pandas as pd

        part = only or Only()
        if not self.cubes:
            whole = self.exact[by]
            return results_of(whole[whole["indicator"].isin(keys)] if keys else whole, self.basis, by)
        names = [name for name in (by, ROUND if part.round else "") if name]
        found = [cube.table(names, part.where(), keys) for cube in self.cubes]
        filled = [table for table in found if len(table)]
        if not filled:
            return ()
        told = pd.concat(filled, ignore_index=True) if len(filled) > 1 else filled[0]
        return results_of(compared(self.basis, told, self._within(part), self.rounds), self.basis, by)

    def codes(self, name: str) -> tuple[str, ...]:
        """Return the codes of a breakdown that occur in the answers."""
        return tuple(dict.fromkeys(code for cube in self.cubes for code in cube.codes(name)))

    def _within(self, part: Only) -> Where:
        """Return the place that what is counted lies in."""
        whole = self.coverage.within()
        places = self.basis.places
        commune = part.commune or (places[part.village].parent if part.village in places else "")
        if not commune:
            return whole
        province = places[commune].parent if commune in places else whole.province
        return Where(province, commune, part.village)


def read_board(
    store: Store, known: Board | None = None, *, every_round: bool = False, monitor: Monitor = SILENT
) -> Board:
    """Return the board of a store: the known one when nothing has changed since, else counted anew.

    Args:
        store: an open store.
        known: the board that was read last.
        every_round: answers of all rounds, to be told by round; else those of the current one.
        monitor: hears how far it is.

    Raises:
        SurveyAppError: the store has no form with indicators.
        Cancelled: the person stopped it.
    """
    state = store.state()
    if known is not None and known.state == state:
        return known
    of = basis(store)
    if store.kind == READER:
        published = published_of(store, of)
        return Board(of, published.coverage, (published,), {}, state)
    told = rounds_told(store, of) if every_round else RoundsTold()
    if of.design is not None:
        wanted = [(), (ROUND,)] if every_round else list(_PLAIN)
        found, coverage = tables(store, of, wanted, monitor=monitor)
        exact = {next(iter(by), ""): table for by, table in zip(wanted, found, strict=True)}
        return Board(of, coverage, (), exact, state, told)
    kept = _OF_ROUNDS if every_round else _KEPT

    def count(part: Part, batches: Iterator[Rows], mixing: Mixing | None) -> Cube:
        own = list(dict.fromkeys(tuple(possible(by, part.book)) for by in kept))
        at = Engine("duckdb", store=store)
        if mixing is None:
            cells = [groups for _table, groups in compute_groups(part.indicators, batches, own, at)]
        else:
            cells = mixing.mixed(part, batches, own, at).cells
        return Cube(part.indicators, own, cells)

    cubes, coverage = read_parts(store, of, count, monitor, every_round=every_round)
    return Board(of, coverage, tuple(cubes), {}, state, told)
