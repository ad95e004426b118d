"""Numbers: indicators over rows, by any breakdown, in DuckDB in memory.

Nothing is written to disk: the answers stand in memory only and DuckDB is forbidden to spill.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.indicators.columns import LEVELS, Codebook
from survey_app.indicators.counting import ASKED, DENOMINATOR, NOT_KNOWN, NUMERATOR, counting, quoted
from survey_app.indicators.definitions import Indicator
from survey_app.indicators.disaggregations import ALL, UNKNOWN, Disaggregation, disaggregations
from survey_app.indicators.preparing import KEY, Measure, Prepared, prepare
from survey_app.indicators.rows import SUBMISSION, Rows
from survey_app.text import sort_key

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

ENGINES = ("duckdb",)
_KEPT_ROWS = 500_000
"""Up to so many rows a projection is kept in memory when several tables are counted from it."""
COUNTS = ("numerator", "denominator", "unknown", "estimate")


def compute(
    indicators: Sequence[Indicator],
    rows: Rows | Iterable[Rows],
    by: Sequence[str] = ("commune",),
    engine: str = "duckdb",
) -> pd.DataFrame:
    """Return every indicator for every group that occurs.

    Percentages are worked out from summed numerators and denominators, never from other percentages.

    Args:
        indicators: what to compute, all of one form.
        rows: flat answers, whole or in batches.
        by: breakdowns (``disaggregations``), empty for the total.
        engine: what runs the query; one of ``ENGINES``.

    Returns:
        One row an indicator, group and category, in the order of the indicators, with the columns ``indicator``, one a
        breakdown (a code, ``"unknown"`` when blank, ``"all"`` where the breakdown does not exist for the level),
        ``category`` (the choice of a distribution, else ``""``), ``numerator``, ``denominator``, ``unknown`` (rows of
        the denominator whose numerator cannot be decided; never in the numerator) and ``estimate``: percent from 0 to
        100, not rounded, or the count or sum itself. The estimate is missing (NaN) when the denominator is 0, when all
        of it is unknown, or when this round asked none of the questions: blank is not zero.

    Raises:
        SurveyAppError: a breakdown or an engine does not exist.
    """
    return compute_all(indicators, rows, [by], engine)[0]


def compute_all(
    indicators: Sequence[Indicator],
    rows: Rows | Iterable[Rows],
    breakdowns: Sequence[Sequence[str]],
    engine: str = "duckdb",
) -> list[pd.DataFrame]:
    """Return ``compute`` for several breakdowns, with the answers read only once.

    Raises:
        SurveyAppError: a breakdown or an engine does not exist.
    """
    check_engine(engine)
    book = indicators[0].book if indicators else Codebook()
    chosen = [disaggregations(names, book) if indicators else () for names in breakdowns]
    wanted = tuple({one.name: one for by in chosen for one in by}.values())
    levels = [level for level in LEVELS if any(indicator.level == level for indicator in indicators)]
    prepared = [prepare(level, indicators, wanted, book) for level in levels]
    connection = connect()
    try:
        count = load(connection, [rows] if isinstance(rows, Rows) else rows, prepared)
        if len(chosen) > 1 and count <= _KEPT_ROWS:
            prepared = [_kept(connection, each) for each in prepared]
        return [
            _table(indicators, [record for each in prepared for record in _records(connection, each, by)], by)
            for by in chosen
        ]
    finally:
        connection.close()


def _table(indicators: Sequence[Indicator], records: list[_Record], by: Sequence[Disaggregation]) -> pd.DataFrame:
    import pandas as pd

    place = {indicator.key: number for number, indicator in enumerate(indicators)}
    records.sort(key=lambda record: (place[record[0]], record[1]))
    names = [one.name for one in by]
    table = pd.DataFrame(
        [(record[0], *record[2:]) for record in records], columns=["indicator", *names, "category", *COUNTS]
    )
    return _typed(table, names)


def check_engine(engine: str) -> None:
    """Refuse an engine that does not exist.

    Raises:
        SurveyAppError: naming those that do.
    """
    if engine not in ENGINES:
        message = _("The engine “{engine}” is not available.").format(engine=engine)
        raise SurveyAppError("IND-04", message, _("Available: {names}.").format(names=", ".join(ENGINES)))


def connect() -> duckdb.DuckDBPyConnection:
    """Return an empty DuckDB in memory that never writes to disk and never reaches for the network."""
    import duckdb

    connection = duckdb.connect(":memory:")
    connection.execute("SET max_temp_directory_size = '0B'")
    connection.execute("SET autoinstall_known_extensions = false")
    connection.execute("SET autoload_known_extensions = false")
    connection.execute("SET enable_progress_bar = false")
    with contextlib.suppress(duckdb.Error):  # another version of DuckDB may not know this step
        # Counting below the join of members and households works conditions out again and again: three times slower.
        connection.execute("SET disabled_optimizers = 'partial_aggregate_pushdown'")
    return connection


def _kept(connection: Any, prepared: Prepared) -> Prepared:
    """Work a projection out once for all the tables that are counted from it."""
    name = quoted(f"kept_{prepared.level}")
    connection.execute(f"CREATE TABLE {name} AS {prepared.sql}")
    return replace(prepared, sql=f"SELECT * FROM {name}")


def load(connection: Any, batches: Iterable[Rows], prepared: Sequence[Prepared]) -> int:
    """Fill the tables ``household`` and ``member`` and return how many rows that are; blanks become ``""``."""
    household = sorted({name for each in prepared for name in each.household})
    member = sorted({name for each in prepared for name in each.member})
    for table, columns in (("household", household), ("member", member)):
        declared = "".join(f", {quoted(name)} VARCHAR NOT NULL" for name in columns)
        connection.execute(f"CREATE TABLE {table} ({KEY} BIGINT NOT NULL{declared})")
    total, rows = 0, 0
    for batch in batches:
        numbers = {row[SUBMISSION]: total + number for number, row in enumerate(batch.household)}
        total += len(batch.household)
        _insert(connection, "household", batch.household, household, list(numbers.values()))
        # A member without its household cannot be placed; it is left out, like the voided submission it belongs to.
        members = [row for row in batch.member if row[SUBMISSION] in numbers]
        _insert(connection, "member", members, member, [numbers[row[SUBMISSION]] for row in members])
        rows += len(batch.household) + len(members)
    return rows


def _insert(
    connection: Any, table: str, rows: Sequence[dict[str, str]], columns: Sequence[str], keys: Sequence[int]
) -> None:
    import numpy as np

    if not rows:
        return
    arrays: dict[str, Any] = {KEY: np.array(keys, dtype=np.int64)}
    for name in columns:
        values = np.empty(len(rows), dtype=object)
        values[:] = [row.get(name) or "" for row in rows]
        arrays[name] = values
    connection.register("arriving", arrays)
    connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM arriving")
    connection.unregister("arriving")


_Record = tuple[Any, ...]


def _records(connection: Any, prepared: Prepared, by: Sequence[Disaggregation]) -> list[_Record]:
    """Return ``(indicator, order, group codes…, category, numerator, denominator, unknown, estimate)`` records."""
    cursor = connection.execute(counting(prepared, by))
    names = [column[0] for column in cursor.description]
    records: list[_Record] = []
    for values in cursor.fetchall():
        wide = dict(zip(names, values, strict=True))
        groups = tuple(wide[one.name] for one in by)
        order = tuple(_rank(code, one) for code, one in zip(groups, by, strict=True))
        for position, measure in enumerate(prepared.measures):
            for number, figures in enumerate(_figures(position, measure, wide)):
                records.append((measure.indicator.key, (order, number), *groups, *figures))
    return records


def _figures(position: int, measure: Measure, wide: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Yield ``(category, numerator, denominator, unknown, estimate)``, one for each category of a distribution."""
    indicator = measure.indicator
    total = wide[f"{position}{DENOMINATOR}"] or 0
    unknown = wide[f"{position}{NOT_KNOWN}"] or 0
    asked = not measure.asked or bool(wide[f"{position}{ASKED}"])
    parts = [("", f"{position}{NUMERATOR}")]
    if indicator.aggregate == "distribution":
        parts = [(code, f"{position}{NUMERATOR}{number}") for number, (code, _) in enumerate(measure.categories)]
    for category, column in parts:
        count = wide[column] or 0
        estimate = _estimate(indicator, count, total, unknown) if asked or count else float("nan")
        yield category, count, total, unknown, estimate


def _estimate(indicator: Indicator, numerator: float, denominator: float, unknown: float) -> float:
    nobody_knows = unknown > 0 and unknown >= denominator and numerator == 0 and indicator.aggregate != "weighted_ratio"
    if nobody_knows or (indicator.in_percent and not denominator):
        return float("nan")
    return 100.0 * numerator / denominator if indicator.in_percent else float(numerator)


def _rank(code: str, one: Disaggregation) -> tuple[int, int, tuple[Any, ...]]:
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
