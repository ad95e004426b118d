"""Numbers: indicators over rows, by any breakdown, on any engine.

On the desktop nothing is written to disk: the answers stand in memory only and DuckDB is forbidden to spill.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from survey_app.indicators.columns import LEVELS, Codebook
from survey_app.indicators.counting import ASKED, DENOMINATOR, NOT_KNOWN, NUMERATOR, counting
from survey_app.indicators.definitions import OF_SUMS, Indicator
from survey_app.indicators.dialects import quoted
from survey_app.indicators.disaggregations import ALL, UNKNOWN, Disaggregation, disaggregations
from survey_app.indicators.engines import EVERYTHING, Calculation, Engine, Source, check_engine, opened
from survey_app.indicators.preparing import Measure, Prepared, prepare
from survey_app.text import sort_key

if TYPE_CHECKING:
    import pandas as pd

COUNTS = ("numerator", "denominator", "unknown", "estimate")
_DIALECTS = {"duckdb": "duckdb", "sqlite": "sqlite", "postgres": "postgres", "spark": "pyspark"}


def compute(
    indicators: Sequence[Indicator],
    rows: Source,
    by: Sequence[str] = ("commune",),
    engine: str | Engine = "duckdb",
) -> pd.DataFrame:
    """Return every indicator for every group that occurs.

    Percentages are worked out from summed numerators and denominators, never from other percentages.

    Args:
        indicators: what to compute, all of one form.
        rows: flat answers, whole or in batches, or where they stand already.
        by: breakdowns (``disaggregations``), empty for the total.
        engine: what runs the query; a name of ``ENGINES`` where nothing more need be known of it.

    Returns:
        One row an indicator, group and category, in the order of the indicators, with the columns ``indicator``, one a
        breakdown (a code, ``"unknown"`` when blank, ``"all"`` where the breakdown does not exist for the level),
        ``category`` (the choice of a distribution, else ``""``), ``numerator``, ``denominator``, ``unknown`` (rows of
        the denominator whose numerator cannot be decided; never in the numerator) and ``estimate``: percent from 0 to
        100, not rounded, or the count or sum itself. The estimate is missing (NaN) when the denominator is 0, when all
        of it is unknown, or when this round asked none of the questions: blank is not zero.

    Raises:
        SurveyAppError: a breakdown or an engine does not exist, or the engine cannot be reached.
    """
    return compute_all(indicators, rows, [by], engine)[0]


def compute_all(
    indicators: Sequence[Indicator],
    rows: Source,
    breakdowns: Sequence[Sequence[str]],
    engine: str | Engine = "duckdb",
) -> list[pd.DataFrame]:
    """Return ``compute`` for several breakdowns, with the answers read only once.

    Raises:
        SurveyAppError: a breakdown or an engine does not exist, or the engine cannot be reached.
    """
    return [table for table, _groups in compute_groups(indicators, rows, breakdowns, engine)]


def compute_groups(
    indicators: Sequence[Indicator],
    rows: Source,
    breakdowns: Sequence[Sequence[str]],
    engine: str | Engine = "duckdb",
    finer: Sequence[Disaggregation] = (),
) -> list[tuple[pd.DataFrame, dict[str, tuple[Prepared, Groups]]]]:
    """Return the tables of ``compute_all``, each with what it was added up from: counts parted by ``finer`` as well.

    The counts are, by level, the projection that was counted and its columns by group; a group is the codes of the
    breakdowns and then those of ``finer``.
    """
    chosen_engine = Engine(engine) if isinstance(engine, str) else engine
    check_engine(chosen_engine.name)
    book = indicators[0].book if indicators else Codebook()
    chosen = [disaggregations(names, book) if indicators else () for names in breakdowns]
    wanted = tuple({one.name: one for by in (*chosen, finer) for one in by}.values())
    levels = [level for level in LEVELS if any(indicator.rows == level for indicator in indicators)]
    if finer and "household" not in levels:
        levels.insert(0, "household")  # who was drawn and is in no other table counts as drawn all the same
    dialect = _DIALECTS[chosen_engine.name]
    prepared = [prepare(level, indicators, wanted, book, dialect) for level in levels]
    at = opened(chosen_engine)
    try:
        at.fill(rows, columns_of(prepared))
        if len(chosen) > 1:
            prepared = [_kept(at, each) for each in prepared]
        counted = _counted(at, prepared, [(*by, *finer) for by in chosen])
    finally:
        at.close()
    found = []
    for n, by in enumerate(chosen):
        cells = {str(each.level): (each, counted[n, each.level]) for each in prepared}
        whole = [(each, added_up(groups, len(by)) if finer else groups) for each, groups in cells.values()]
        records = [record for each, groups in whole for record in records_of(each, by, groups)]
        found.append((table_of(indicators, records, by), cells))
    return found


def added_up(groups: Groups, width: int) -> Groups:
    """Return the counts by the first codes of each group alone."""
    coarse: Groups = {}
    for key, wide in groups.items():
        sums = coarse.setdefault(key[:width], dict.fromkeys(wide, 0))
        for name, value in wide.items():
            sums[name] += value
    return coarse


def columns_of(prepared: Sequence[Prepared]) -> dict[str, tuple[str, ...]]:
    """Return the questions that some projections read, by table."""
    household = sorted({name for each in prepared for name in each.household})
    member = sorted({name for each in prepared for name in each.member})
    return {"household": tuple(household), "member": tuple(member)}


def _kept(at: Calculation, prepared: Prepared) -> Prepared:
    """Work a projection out once for all the tables that are counted from it."""
    name = f"kept_{prepared.level}"
    if not at.keep(name, prepared.sql):
        return prepared
    return replace(prepared, sql=f"SELECT * FROM {quoted(name, prepared.dialect)}")


Wide = dict[str, Any]
Groups = dict[tuple[str, ...], Wide]


def _counted(
    at: Calculation, prepared: Sequence[Prepared], chosen: Sequence[Sequence[Disaggregation]]
) -> dict[tuple[int, str], Groups]:
    """Return the counts of each table and level by group, added up over the parts of the answers."""
    found: dict[tuple[int, str], Groups] = {}
    different = any(measure.each for each in prepared for measure in each.measures)
    # Of different values, one that stands in two parts would be counted twice.
    for part in [EVERYTHING] if different else range(at.parts):
        at.take(part)
        for number, by in enumerate(chosen):
            for each in prepared:
                names, rows = at.ask(counting(each, by))
                groups = found.setdefault((number, each.level), {})
                for values in rows:
                    _gather(groups, dict(zip(names, values, strict=True)), by, each)
    return found


def _gather(groups: Groups, wide: Wide, by: Sequence[Disaggregation], prepared: Prepared) -> None:
    """Add the counts of a row to the groups it belongs to: to each of its codes where it may have several."""
    keys: list[tuple[str, ...]] = [()]
    for one in by:
        text = str(wide.pop(one.name))
        several = one.several and one.name in prepared.breakdowns
        codes = (text.split() or [UNKNOWN]) if several else [text]
        keys = [(*key, code) for key in keys for code in dict.fromkeys(codes)]
    for key in keys:
        sums = groups.setdefault(key, dict.fromkeys(wide, 0))
        for name, value in wide.items():
            sums[name] += float(value) if isinstance(value, Decimal) else value or 0


def table_of(indicators: Sequence[Indicator], records: list[_Record], by: Sequence[Disaggregation]) -> pd.DataFrame:
    import pandas as pd

    place = {indicator.key: number for number, indicator in enumerate(indicators)}
    records.sort(key=lambda record: (place[record[0]], record[1]))
    names = [one.name for one in by]
    table = pd.DataFrame(
        [(record[0], *record[2:]) for record in records], columns=["indicator", *names, "category", *COUNTS]
    )
    return _typed(table, names)


_Record = tuple[Any, ...]


def records_of(prepared: Prepared, by: Sequence[Disaggregation], found: Groups) -> list[_Record]:
    """Return ``(indicator, order, group codes…, category, numerator, denominator, unknown, estimate)`` records."""
    records: list[_Record] = []
    for groups, wide in found.items():
        order = tuple(rank(code, one) for code, one in zip(groups, by, strict=True))
        for position, measure in enumerate(prepared.measures):
            for number, figures in enumerate(figures_of(position, measure, wide)):
                records.append((measure.indicator.key, (order, number), *groups, *figures))
    return records


def figures_of(position: int, measure: Measure, wide: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Yield ``(category, numerator, denominator, unknown, estimate)``, one for each category of a distribution."""
    indicator = measure.indicator
    total = wide[f"{position}{DENOMINATOR}"] or 0
    unknown = wide[f"{position}{NOT_KNOWN}"] or 0
    asked = not measure.asked or bool(wide[f"{position}{ASKED}"])
    parts = [("", f"{position}{NUMERATOR}")]
    if measure.categories:
        parts = [(code, f"{position}{NUMERATOR}{number}") for number, (code, _) in enumerate(measure.categories)]
    for category, column in parts:
        count = wide[column] or 0
        estimate = _estimate(indicator, count, total, unknown) if asked or count else float("nan")
        yield category, count, total, unknown, estimate


def _estimate(indicator: Indicator, numerator: float, denominator: float, unknown: float) -> float:
    of_sums = indicator.aggregate in OF_SUMS
    nobody_knows = unknown > 0 and numerator == 0 and (denominator == 0 if of_sums else unknown >= denominator)
    value = None if nobody_knows else indicator.value_of(numerator, denominator)
    return math.nan if value is None else float(value)


def rank(code: str, one: Disaggregation) -> tuple[int, int, tuple[Any, ...]]:
    """Return where a group stands: listed codes in their order, others sorted, unknown last."""
    if code in one.order:
        return 0, one.order.index(code), ()
    return (2 if code in (UNKNOWN, ALL) else 1), 0, sort_key(code)


def _typed(table: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Give counts whole numbers where all are, so that no table shows 12.0 households."""
    for column in ("indicator", *by, "category"):
        table[column] = table[column].astype(object)
    for column in ("numerator", "denominator", "unknown"):
        numbers = table[column].astype("float64")
        table[column] = numbers.astype("int64") if (numbers % 1 == 0).all() else numbers
    table["estimate"] = table["estimate"].astype("float64")
    return table
