"""Counts that others made of the same definitions, and figures worked out from them together with one's own answers.

A **tally** is what one office counted of one form: numerators, denominators, unknowns and how many were asked, by place
and one further breakdown, never a percentage and never a row of a person or household. Tallies are added up and figures
worked out from the sums, so it makes no difference in how many parts the households were counted. What counts distinct
units (households of requests for devices) is exact as long as no unit lies in two parts.

Whether two tallies count the same is told by hashes: an indicator's over what it counts (``Indicator.fingerprint``) and
over the codes of its answers, a breakdown's over its expression. What has another hash is
never added.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from survey_app.errors import SurveyAppError
from survey_app.indicators.columns import Codebook
from survey_app.indicators.compute import Groups, added_up, compute_groups, records_of, table_of
from survey_app.indicators.counting import ASKED, DENOMINATOR, NOT_KNOWN, NUMERATOR
from survey_app.indicators.definitions import Indicator
from survey_app.indicators.disaggregations import ALL, Disaggregation, disaggregation, disaggregations
from survey_app.indicators.engines import Engine, Source
from survey_app.indicators.preparing import Measure, Prepared

if TYPE_CHECKING:
    import pandas as pd

PLACES = ("province", "commune", "village")
UPWARD = ("area_type", "poverty_status", "policy_group", "head_sex", "sex", "age_group")
"""What a tally is broken down by besides places, one at a time. Not by enumerator: that tells of a person's work."""
Number = int | float


@dataclass(frozen=True)
class Counted:
    """How an indicator stands in a tally.

    Attributes:
        key: its key.
        definition: hash of what it counts.
        level: what is counted: the table that its rows are in.
        columns: what each number is: ``d`` denominator, ``n`` numerator (``n0``, ``n1``, … of ``categories``), ``u``
            unknown, ``a`` rows that were asked, where the round may have left the question out.
        categories: codes of a distribution, in the order of their numerators.
    """

    key: str
    definition: str
    level: str
    columns: tuple[str, ...]
    categories: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """Counts of one level by some breakdowns.

    Attributes:
        by: names of the breakdowns.
        level: whose indicators are counted.
        rows: the codes of each group to the numbers of all indicators of the level, one after the other.
    """

    by: tuple[str, ...]
    level: str
    rows: Mapping[tuple[str, ...], tuple[Number, ...]]


@dataclass(frozen=True)
class Tally:
    """What was counted of one form.

    Attributes:
        form: id of the form.
        version: its version.
        indicators: the indicators, in the order in which their numbers stand.
        breakdowns: name of each breakdown and the hash of how it is made.
        tables: the counts.
    """

    form: str
    version: str
    indicators: tuple[Counted, ...]
    breakdowns: Mapping[str, str] = field(hash=False)
    tables: tuple[Table, ...] = field(hash=False)

    def of_level(self, level: str) -> list[Counted]:
        """Return the indicators whose numbers stand in the rows of a level."""
        return [each for each in self.indicators if each.level == level]


def tally(
    form: tuple[str, str], indicators: Sequence[Indicator], rows: Source, engine: str | Engine = "duckdb"
) -> Tally:
    """Count the indicators of a form by commune and village, and by one further breakdown each.

    Args:
        form: id and version.
        indicators: its indicators.
        rows: the answers.
        engine: what counts.

    Raises:
        SurveyAppError: the form does not ask for the commune.
    """
    book = indicators[0].book if indicators else Codebook()
    disaggregation("commune", book)
    chosen = _breakdowns(book)
    places = [[name for name in PLACES[:depth] if name in chosen] for depth in (2, 3)]
    wanted = [[*place, *more] for place in places for more in ([], *([name] for name in UPWARD if name in chosen))]
    found = compute_groups(indicators, rows, wanted, engine)
    levels: dict[str, Prepared] = {level: prepared for _, cells in found for level, (prepared, _) in cells.items()}
    counted = tuple(_counted(each, level) for level, prepared in levels.items() for each in prepared.measures)
    tables = [
        Table(tuple(by), level, {codes: _numbers(wide, prepared) for codes, wide in groups.items()})
        for by, (_, cells) in zip(wanted, found, strict=True)
        for level, (prepared, groups) in cells.items()
        if set(by) <= prepared.breakdowns
    ]
    return Tally(*form, counted, {name: hash_of(one) for name, one in chosen.items()}, tuple(tables))


def part_of(whole: Tally, communes: Collection[str]) -> Tally:
    """Return what a tally says of some communes."""
    tables = []
    for table in whole.tables:
        place = table.by.index("commune")
        tables.append(replace(table, rows={key: row for key, row in table.rows.items() if key[place] in communes}))
    return replace(whole, tables=tuple(tables))


def communes_of(whole: Tally) -> set[str]:
    """Return the codes of the communes that are counted; ``unknown`` for rows without one."""
    return {codes[table.by.index("commune")] for table in whole.tables for codes in table.rows}


def hash_of(one: Disaggregation) -> str:
    """Return what tells a breakdown from another of the same name."""
    return _hash((one.level, one.expr, one.several))


def _breakdowns(book: Codebook) -> dict[str, Disaggregation]:
    found = {}
    for name in (*PLACES, *UPWARD):
        try:
            found[name] = disaggregation(name, book)
        except SurveyAppError:
            continue
    return found


def _counted(measure: Measure, level: str) -> Counted:
    codes = tuple(code for code, _column in measure.categories)
    numerators = tuple(f"{NUMERATOR}{n}" for n in range(len(codes))) or (NUMERATOR,)
    asked = (ASKED,) if measure.asked else ()
    definition = _hash((measure.indicator.fingerprint, codes))
    return Counted(measure.indicator.key, definition, level, (DENOMINATOR, *numerators, NOT_KNOWN, *asked), codes)


def _numbers(wide: Mapping[str, Any], prepared: Prepared) -> tuple[Number, ...]:
    names = [f"{n}{column}" for n, each in enumerate(prepared.measures) for column in _counted(each, "").columns]
    return tuple(_whole(wide[name]) for name in names)


def _whole(number: Any) -> Number:
    return int(number) if float(number).is_integer() else float(number)


def _hash(parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


# --- adding up -----------------------------------------------------------------------------------------------------

HERE = Disaggregation("counted in commune", "household", "${commune_code}", "")
"""Parts one's own counts by commune, so that those that are counted from a tally can be left out."""


@dataclass
class Mixture:
    """Tables of a form from one's own answers and from tallies.

    Attributes:
        tables: what ``compute_all`` would give had all answers been here.
        differing: of each tally by position, keys of the indicators that it defines otherwise; they were not added.
        lacking: of each tally, breakdowns that it does not have or makes otherwise; in their tables it is left out.
        cells: the counts of each table by level.
    """

    tables: list[pd.DataFrame]
    differing: dict[int, set[str]] = field(default_factory=dict)
    lacking: dict[int, set[str]] = field(default_factory=dict)
    cells: list[dict[str, tuple[Prepared, Groups]]] = field(default_factory=list)


def mix(
    indicators: Sequence[Indicator],
    rows: Source,
    breakdowns: Sequence[Sequence[str]],
    engine: str | Engine,
    chosen: Callable[[], tuple[Collection[str], Iterable[Tally]]],
) -> Mixture:
    """Return ``compute_all`` of the answers here and of tallies.

    Args:
        indicators: indicators of one form.
        rows: the answers here.
        breakdowns: what the tables are broken down by.
        engine: what counts.
        chosen: asked once the answers have been read: the communes whose answers here are not to be counted, and the
            tallies that are.

    Raises:
        SurveyAppError: as ``compute_all``.
    """
    book = indicators[0].book if indicators else Codebook()
    parted = (HERE,) if "commune_code" in book else ()
    found = compute_groups(indicators, rows, breakdowns, engine, parted)
    without, tallies = chosen()
    made = Mixture([])
    sums = [
        (n, by, prepared, _own(groups, by, prepared, without if parted else ()))
        for n, (names, (_table, cells)) in enumerate(zip(breakdowns, found, strict=True))
        for by in [disaggregations(names, book)]
        for prepared, groups in cells.values()
    ]
    for position, each in enumerate(tallies):  # one after the other: hundreds of them need not be in memory at once
        for _n, by, prepared, groups in sums:
            differing, lacking = _add(groups, prepared, by, each)
            made.differing.setdefault(position, set()).update(differing)
            made.lacking.setdefault(position, set()).update(lacking)
    for number, names in enumerate(breakdowns):
        by = disaggregations(names, book)
        records = [one for n, _by, prepared, groups in sums if n == number for one in records_of(prepared, by, groups)]
        made.tables.append(table_of(indicators, records, by))
        made.cells.append({str(each.level): (each, groups) for n, _by, each, groups in sums if n == number})
    return made


def _own(groups: Groups, by: Sequence[Disaggregation], prepared: Prepared, without: Collection[str]) -> Groups:
    """Return one's own counts without those of some communes; a total stands there even when it is of nobody."""
    kept = {key: wide for key, wide in groups.items() if not without or key[-1] not in without}
    sums = added_up(kept, len(by))
    if not any(each.name in prepared.breakdowns for each in by):
        names = [name for n, each in enumerate(prepared.measures) for name in _names(n, each)]
        sums.setdefault((ALL,) * len(by), dict.fromkeys(names, 0))
    return sums


def _add(sums: Groups, prepared: Prepared, by: Sequence[Disaggregation], one: Tally) -> tuple[set[str], set[str]]:
    """Add the counts of a tally to those of a level; return which indicators differ and which breakdowns it lacks."""
    asked = [each for each in by if each.name in prepared.breakdowns]
    lacking = {each.name for each in asked if one.breakdowns.get(each.name) != hash_of(each)}
    table = None if lacking else _table_for({each.name for each in asked}, one, prepared.level)
    same, differing = _same(prepared, one)
    if table is None:
        return differing, lacking or {each.name for each in asked}
    places = [table.by.index(each.name) if each in asked else None for each in by]
    names = [name for n, each in enumerate(prepared.measures) for name in _names(n, each)]
    for codes, numbers in table.rows.items():
        key = tuple(ALL if place is None else codes[place] for place in places)
        wide = sums.setdefault(key, dict.fromkeys(names, 0))
        for name, at in same:
            wide[name] += numbers[at]
    return differing, set()


def _names(position: int, measure: Measure) -> list[str]:
    return [f"{position}{column}" for column in _counted(measure, "").columns]


def _table_for(needed: set[str], one: Tally, level: str) -> Table | None:
    """Return the coarsest table that can be added up to some breakdowns: over places only."""
    tables = [
        table
        for table in one.tables
        if table.level == level and needed <= set(table.by) and set(table.by) - needed <= set(PLACES)
    ]
    return min(tables, key=lambda table: len(table.by), default=None)


def _same(prepared: Prepared, one: Tally) -> tuple[list[tuple[str, int]], set[str]]:
    """Return which number of a row belongs to which column of the counts, and what is defined otherwise."""
    mine = {each.indicator.key: (n, _counted(each, prepared.level)) for n, each in enumerate(prepared.measures)}
    found, differing, at = [], set(), 0
    theirs = one.of_level(prepared.level)
    for each in theirs:
        known = mine.get(each.key)
        if known and (known[1].definition, known[1].columns) == (each.definition, each.columns):
            found += [(f"{known[0]}{column}", at + n) for n, column in enumerate(each.columns)]
        else:
            differing.add(each.key)
        at += len(each.columns)
    return found, differing | (mine.keys() - {each.key for each in theirs})
