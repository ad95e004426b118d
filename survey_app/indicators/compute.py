"""Numbers: indicators over rows, by any breakdown, in DuckDB in memory.

Nothing is written to disk: the answers stand in memory only and DuckDB is forbidden to spill.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.indicators.columns import LEVELS, Codebook
from survey_app.indicators.definitions import Indicator
from survey_app.indicators.disaggregations import ALL, UNKNOWN, Disaggregation, disaggregations
from survey_app.indicators.query import KEY, LevelQuery, level_query
from survey_app.indicators.rows import SUBMISSION, Rows
from survey_app.text import sort_key

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

ENGINES = ("duckdb",)
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
        100, not rounded, or the count or sum itself. The estimate is missing (NaN) when the denominator is 0 or all of
        it is unknown: nobody was asked.

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
    queries = [_queries(indicators, by, book) for by in chosen]
    connection = connect()
    try:
        load(connection, [rows] if isinstance(rows, Rows) else rows, [query for each in queries for query in each])
        return [
            _table(indicators, [record for query in each for record in _records(connection, query, by)], by)
            for each, by in zip(queries, chosen, strict=True)
        ]
    finally:
        connection.close()


def _queries(indicators: Sequence[Indicator], by: Sequence[Disaggregation], book: Codebook) -> list[LevelQuery]:
    levels = [level for level in LEVELS if any(indicator.level == level for indicator in indicators)]
    return [level_query(level, indicators, by, book) for level in levels]


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
    return connection


def load(connection: Any, batches: Iterable[Rows], queries: Sequence[LevelQuery]) -> None:
    """Put the questions that the queries read into the tables ``household`` and ``member``; blanks become ``""``."""
    household = sorted({name for query in queries for name in query.household})
    member = sorted({name for query in queries for name in query.member})
    for table, columns in (("household", household), ("member", member)):
        declared = "".join(f", {_quoted(name)} VARCHAR NOT NULL" for name in columns)
        connection.execute(f"CREATE TABLE {table} ({KEY} BIGINT NOT NULL{declared})")
    total = 0
    for batch in batches:
        numbers = {row[SUBMISSION]: total + number for number, row in enumerate(batch.household)}
        total += len(batch.household)
        _insert(connection, "household", batch.household, household, list(numbers.values()))
        # A member without its household cannot be placed; it is left out, like the voided submission it belongs to.
        members = [row for row in batch.member if row[SUBMISSION] in numbers]
        _insert(connection, "member", members, member, [numbers[row[SUBMISSION]] for row in members])


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


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


_Record = tuple[Any, ...]


def _records(connection: Any, query: LevelQuery, by: Sequence[Disaggregation]) -> list[_Record]:
    """Return ``(indicator, order, group codes…, category, numerator, denominator, unknown, estimate)`` records."""
    cursor = connection.execute(query.sql)
    names = [column[0] for column in cursor.description]
    records: list[_Record] = []
    for values in cursor.fetchall():
        wide = dict(zip(names, values, strict=True))
        groups = tuple(wide[one.name] for one in by)
        order = tuple(_rank(code, one) for code, one in zip(groups, by, strict=True))
        for position, indicator in enumerate(query.indicators):
            total = wide[f"{position}d"] or 0
            unknown = wide[f"{position}u"] or 0
            parts = [("", f"{position}n")]
            if indicator.aggregate == "distribution":
                codes = query.categories[indicator.key]
                parts = [(code, f"{position}c{number}") for number, code in enumerate(codes)]
            for number, (category, column) in enumerate(parts):
                count = wide[column] or 0
                estimate = _estimate(indicator, count, total, unknown)
                records.append((indicator.key, (order, number), *groups, category, count, total, unknown, estimate))
    return records


def _estimate(indicator: Indicator, numerator: float, denominator: float, unknown: float) -> float:
    nobody_asked = unknown > 0 and unknown >= denominator and numerator == 0 and indicator.aggregate != "weighted_ratio"
    if nobody_asked or (indicator.in_percent and not denominator):
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
