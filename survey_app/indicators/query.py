"""One query a level: every indicator of the level, by any breakdown, in a single pass over the rows.

The query is built in layers, each a projection of the one below: the answers; their numbers; what is blank although it
was asked (in the order in which conditions depend on each other); denominators and breakdowns; the counts. The counts
come out in one wide row a group and are turned into records afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ibis

from survey_app.indicators.columns import UNKNOWN_CODES, Codebook, Level
from survey_app.indicators.definitions import Indicator
from survey_app.indicators.disaggregations import ALL, UNKNOWN, Disaggregation
from survey_app.indicators.expressions import Translator, as_number, blank_flag, number_view
from survey_app.xforms.xpath import Expr, Reference, references

KEY = "h"
"""The number that joins a member to its household."""


@dataclass(frozen=True)
class LevelQuery:
    """The query of one level.

    Attributes:
        level: whose rows are counted.
        indicators: what it counts.
        household: questions it reads from the household table.
        member: questions it reads from the member table.
        sql: SQL of DuckDB; tables ``household`` and ``member`` with text columns and the key ``h``.
        categories: the codes of each distribution's question, by indicator.
    """

    level: Level
    indicators: tuple[Indicator, ...]
    household: tuple[str, ...]
    member: tuple[str, ...]
    sql: str
    categories: dict[str, tuple[str, ...]]


def level_query(
    level: Level, indicators: Sequence[Indicator], by: Sequence[Disaggregation], book: Codebook, dialect: str = "duckdb"
) -> LevelQuery:
    """Return the query for the indicators of one level."""
    chosen = tuple(indicator for indicator in indicators if indicator.level == level)
    here = [one for one in by if one.level == "household" or level == "member"]
    flagged = _with_conditions({name for one in chosen for name in _numerator_reads(one)}, book)
    read = set(flagged)
    for expr in _expressions(chosen, here):
        read.update(references(expr))
    names = [name for name in book.columns if name in read]
    household = tuple(name for name in names if book[name].level == "household")
    member = tuple(name for name in names if book[name].level == "member")
    base = _base(level, household, member)
    table = _numbers(base, chosen, here, flagged, book)
    table = _flags(table, flagged, book)
    table, denominators = _groups(table, chosen, by, here, book)
    categories = {one.key: _categories(one, book) for one in chosen if one.aggregate == "distribution"}
    metrics: dict[str, Any] = {}
    for position, indicator in enumerate(chosen):
        follow = Translator(book, table, with_unknown=indicator.unknown is None)
        metrics |= _metrics(position, indicator, follow, denominators, categories.get(indicator.key, ()))
    keys = [one.name for one in by]
    counted = table.group_by(keys).aggregate(**metrics) if keys else table.aggregate(**metrics)
    return LevelQuery(level, chosen, household, member, compiled(counted, dialect), categories)


def compiled(expr: Any, dialect: str) -> str:
    """Return the SQL of an ibis expression, without connecting to anything."""
    if dialect != "duckdb":
        return str(ibis.to_sql(expr, dialect=dialect, pretty=False))
    from ibis.backends.sql.compilers.duckdb import DuckDBCompiler

    return str(DuckDBCompiler().to_sqlglot(expr).sql("duckdb"))


def _numerator_reads(indicator: Indicator) -> tuple[str, ...]:
    """Return the questions whose blanks decide whether the numerator is unknown."""
    return () if indicator.unknown is not None else references(indicator.numerator)


def _expressions(indicators: Sequence[Indicator], by: Sequence[Disaggregation]) -> list[Expr]:
    parts = [(one.numerator, one.denominator, one.unknown) for one in indicators]
    return [expr for part in parts for expr in part if expr is not None] + [one.expr for one in by]


def _with_conditions(names: set[str], book: Codebook) -> tuple[str, ...]:
    """Return the questions and all questions that their conditions read, each after those it depends on."""
    ordered: dict[str, None] = {}
    open_: set[str] = set()

    def visit(name: str) -> None:
        if name in ordered or name in open_ or name not in book:
            return
        open_.add(name)
        for needed in book.inputs(name):
            visit(needed)
        ordered[name] = None

    for name in sorted(names):
        visit(name)
    return tuple(ordered)


def _base(level: Level, household: Sequence[str], member: Sequence[str]) -> Any:
    def table(name: str, columns: Sequence[str]) -> Any:
        return ibis.table({KEY: "int64", **dict.fromkeys(columns, "string")}, name=name)

    if level == "household":
        return table("household", household)
    above = table("household", household)
    below = table("member", member)
    joined = below.join(above, below[KEY] == above[KEY])
    return joined.select(*(below[name] for name in member), *(above[name] for name in household), below[KEY])


def _numbers(
    base: Any, indicators: Sequence[Indicator], by: Sequence[Disaggregation], flagged: Sequence[str], book: Codebook
) -> Any:
    """Add each question that is read as a number as a number, so that its text is parsed once a row."""
    trial = Translator(book, base, with_unknown=False)
    for expr in _expressions(indicators, by):
        trial.value(expr)
    for one in indicators:
        if one.aggregate in ("sum", "weighted_ratio"):
            trial.number(one.numerator)
            if one.denominator is not None:
                trial.number(one.denominator)
    for name in flagged:
        for part in (book[name].relevant, book[name].calculation):
            if part is not None:
                trial.value(part)
    return base.mutate(**{number_view(name): _parsed(base[name], book, name) for name in sorted(trial.as_number)})


def _parsed(text: Any, book: Codebook, name: str) -> Any:
    """Numbers and calculations are numbers as the engine wrote them; only free text needs the slow, strict reading."""
    column = book[name]
    return text.try_cast("float64") if column.kind == "number" or column.filled else as_number(text)


def _flags(table: Any, flagged: Sequence[str], book: Codebook) -> Any:
    """Add for each question "blank although it may have been asked", those that others depend on first."""
    depths: dict[str, int] = {}
    for name in flagged:
        depths[name] = 1 + max((depths[one] for one in book.inputs(name) if one in depths), default=-1)
    for depth in range(max(depths.values(), default=-1) + 1):
        here = [name for name in flagged if depths[name] == depth]
        table, asked = _asked(table, here, book)
        follow = Translator(book, table, with_unknown=True)
        table = table.mutate(**{blank_flag(name): _undecided(name, follow, asked, book) for name in here})
    return table


def _asked(table: Any, names: Sequence[str], book: Codebook) -> tuple[Any, dict[Expr, str]]:
    """Add each different condition of the questions as "not certainly hidden"."""
    follow = Translator(book, table, with_unknown=True)
    columns: dict[Expr, str] = {}
    for name in names:
        relevant = book[name].relevant
        if relevant is not None and relevant not in columns:
            columns[relevant] = f"asked{len(table.columns)}.{len(columns)}"
    return table.mutate(**{column: follow.truth(expr).possible for expr, column in columns.items()}), columns


def _undecided(name: str, follow: Translator, asked: dict[Expr, str], book: Codebook) -> Any:
    """Return "blank although it may have been asked", or worked out from what is unknown."""
    column = book[name]
    blank = follow.table[name] == ""
    if column.relevant is not None:
        blank = blank & follow.table[asked[column.relevant]]
    calculated = follow.value(column.calculation).unknown if column.calculation is not None else None
    return blank if calculated is None else blank | calculated


def _groups(
    table: Any,
    indicators: Sequence[Indicator],
    by: Sequence[Disaggregation],
    here: Sequence[Disaggregation],
    book: Codebook,
) -> tuple[Any, dict[Expr, str]]:
    """Add the breakdowns and each different denominator."""
    plain = Translator(book, table, with_unknown=False)
    added: dict[str, Any] = {}
    for one in by:
        code = plain.text(one.expr).expr if one in here else ibis.literal(ALL)
        added[one.name] = code if one.several and one in here else _or_unknown(code)
    denominators: dict[Expr, str] = {}
    for indicator in indicators:
        expr = indicator.denominator
        if expr is not None and expr not in denominators and indicator.aggregate != "weighted_ratio":
            denominators[expr] = f"in{len(denominators)}"
            added[denominators[expr]] = plain.truth(expr).expr
    for position, indicator in enumerate(indicators):
        if indicator.aggregate in ("ratio", "count"):
            follow = Translator(book, table, with_unknown=indicator.unknown is None)
            added[_condition(position)] = follow.truth(indicator.numerator).expr
    table = table.mutate(**added)
    for one in by:
        if one.several and one in here:
            split = table[one.name].strip().split(" ").unnest()
            table = table.mutate(**{one.name: split})
            table = table.mutate(**{one.name: _or_unknown(table[one.name])})
    return table, denominators


def _condition(position: int) -> str:
    return f"is{position}"


def _or_unknown(code: Any) -> Any:
    return ibis.ifelse(code == "", UNKNOWN, code)


def _categories(indicator: Indicator, book: Codebook) -> tuple[str, ...]:
    """Return the codes of a distribution; "don't know" is counted as unknown, not as a category."""
    (name,) = references(indicator.numerator)
    return tuple(code for code in book[name].choices if code not in UNKNOWN_CODES)


def _metrics(
    position: int,
    indicator: Indicator,
    follow: Translator,
    denominators: dict[Expr, str],
    categories: Sequence[str],
) -> dict[str, Any]:
    """Return the counts of one indicator: ``<n>d`` denominator, ``<n>n`` numerator, ``<n>u`` unknown, ``<n>c<m>``."""
    table = follow.table
    if indicator.aggregate == "weighted_ratio":
        return _weighted(position, indicator, follow)
    is_all = indicator.denominator is None
    inside = ibis.literal(True) if indicator.denominator is None else table[denominators[indicator.denominator]]
    base = {f"{position}d": table.count() if is_all else table.count(where=inside)}
    if indicator.aggregate == "distribution":
        return base | _distribution(position, indicator, follow, inside, categories)
    if indicator.aggregate == "sum":
        value = follow.number(indicator.numerator)
        unknown = _unknown_of(indicator, follow, value.unknown)
        amount = ibis.ifelse(inside & ~unknown, value.expr.fill_null(0.0), 0.0)
        return base | {f"{position}n": amount.sum(), f"{position}u": table.count(where=inside & unknown)}
    holds = table[_condition(position)]
    undecided = holds.isnull() if indicator.unknown is None else _unknown_of(indicator, follow, None) & ~holds
    return base | {
        f"{position}n": table.count(where=inside & holds),
        f"{position}u": table.count(where=inside & undecided),
    }


def _unknown_of(indicator: Indicator, follow: Translator, found: Any) -> Any:
    if indicator.unknown is not None:
        return follow.truth(indicator.unknown).expr
    return ibis.literal(False) if found is None else found


def _distribution(
    position: int, indicator: Indicator, follow: Translator, inside: Any, categories: Sequence[str]
) -> dict[str, Any]:
    assert isinstance(indicator.numerator, Reference)
    table, name = follow.table, indicator.numerator.name
    text = table[name]
    several = follow.book[name].kind == "codes"
    padded = ibis.literal(" ") + text + " "
    found: dict[str, Any] = {}
    for number, code in enumerate(categories):
        holds = padded.contains(f" {code} ") if several else text == code
        found[f"{position}c{number}"] = table.count(where=inside & holds)
    dont_know = text.strip().isin(sorted(UNKNOWN_CODES))
    blank = follow.blank_of(name)
    unknown = dont_know if blank is None else dont_know | blank
    if indicator.unknown is not None:
        unknown = follow.truth(indicator.unknown).expr
    found[f"{position}u"] = table.count(where=inside & unknown)
    return found


def _weighted(position: int, indicator: Indicator, follow: Translator) -> dict[str, Any]:
    assert indicator.denominator is not None
    above, below = follow.number(indicator.numerator), follow.number(indicator.denominator)
    has_base = below.expr.notnull()
    complete = has_base & above.expr.notnull()
    return {
        f"{position}d": ibis.ifelse(complete, below.expr, 0.0).sum(),
        f"{position}n": ibis.ifelse(complete, above.expr, 0.0).sum(),
        f"{position}u": follow.table.count(where=has_base & above.expr.isnull()),
    }
