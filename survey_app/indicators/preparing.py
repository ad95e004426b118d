"""From answers to conditions: one typed projection a level, in layers.

The layers: the answers; their numbers; what is blank although it was asked, in the order in which conditions depend on
each other; and last what is counted: denominators, conditions, codes, breakdowns. They are ibis expressions, compiled
to SQL without connecting to anything. The projection does not depend on what results are broken down by, so it is made
once however many tables are wanted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import ibis

from survey_app.indicators.columns import MODULES, UNKNOWN_CODES, Codebook, Column, Level
from survey_app.indicators.definitions import OF_SUMS, Indicator
from survey_app.indicators.dialects import MATERIALIZED, compiled
from survey_app.indicators.disaggregations import UNKNOWN, Disaggregation
from survey_app.indicators.expressions import Translator, as_number, blank_flag, number_view, padded, padded_view
from survey_app.xforms.xpath import Binary, Call, Expr, Literal, Reference, references

KEY = "h"
"""The number that joins a member to its household."""


@dataclass(frozen=True)
class Measure:
    """The columns of the projection that an indicator is counted from; ``""`` where it needs none.

    Attributes:
        indicator: the indicator.
        inside: truth: the row belongs to the denominator; ``""`` when every row does.
        holds: truth or NULL: the row counts; NULL is unknown.
        unknown: truth: the row is undecided; ``""`` when ``holds`` says so itself.
        categories: ``(code, column)`` of a distribution; of shares the columns are numbers to be summed up.
        amount: number to be summed up in the numerator.
        base: number to be summed up in the denominator.
        asked: truth: this round asked at least one of the questions; ``""`` when every round does.
        each: text whose different values are counted; ``""`` where rows are.
    """

    indicator: Indicator
    inside: str = ""
    holds: str = ""
    unknown: str = ""
    categories: tuple[tuple[str, str], ...] = ()
    amount: str = ""
    base: str = ""
    asked: str = ""
    each: str = ""


@dataclass(frozen=True)
class Prepared:
    """The projection of one level.

    Attributes:
        level: whose rows it holds.
        measures: how each indicator is counted.
        breakdowns: names of the breakdowns that it has a column for.
        household: questions it reads from the table ``household``.
        member: questions it reads from the table ``member``.
        sql: the projection; the tables have text columns that are never NULL and the key ``h``.
        dialect: the SQL it is written in.
    """

    level: Level
    measures: tuple[Measure, ...]
    breakdowns: frozenset[str]
    household: tuple[str, ...]
    member: tuple[str, ...]
    sql: str
    dialect: str = "duckdb"


def prepare(
    level: Level, indicators: Sequence[Indicator], by: Sequence[Disaggregation], book: Codebook, dialect: str = "duckdb"
) -> Prepared:
    """Return the projection for the indicators of one level and all breakdowns that any table needs.

    The last few are remembered: a window that shows results again asks for the same ones.
    """
    return _prepare(level, tuple(indicators), tuple(by), tuple(book.columns.items()), dialect)


@lru_cache(maxsize=8)
def _prepare(
    level: Level,
    indicators: tuple[Indicator, ...],
    by: tuple[Disaggregation, ...],
    columns_of_form: tuple[tuple[str, Column], ...],
    dialect: str,
) -> Prepared:
    book = Codebook(dict(columns_of_form))
    chosen = [indicator for indicator in indicators if indicator.rows == level]
    here = [one for one in by if one.level == "household" or level == "member"]
    flagged = _with_conditions({name for one in chosen for name in _numerator_reads(one)}, book)
    read = {*flagged, *(name for expr in _expressions(chosen, here) for name in references(expr))}
    if any(_modules_of(indicator, book) for indicator in chosen):
        read.add(MODULES)
    names = [name for name in book.columns if name in read]
    household = tuple(name for name in names if book[name].level == "household")
    member = tuple(name for name in names if book[name].level == "member")
    layers = _Layers(dialect)
    table = layers.add(_base(level, household, member))
    table = layers.add(_numbers(table, chosen, here, flagged, book))
    table = _flags(table, flagged, book, layers)
    columns = _Columns(book, table)
    measures = tuple(columns.measure(indicator) for indicator in chosen)
    for one in here:
        columns.breakdown(one)
    sql = layers.whole(table.select(**columns.found))
    return Prepared(level, measures, frozenset(one.name for one in here), household, member, sql, dialect)


class _Layers:
    """The layers as parts of one ``WITH``, so that what a layer works out is worked out once and not again above."""

    def __init__(self, dialect: str) -> None:
        self.dialect = dialect
        self.parts: list[str] = []

    def add(self, expr: Any) -> Any:
        """Add a layer and return it as a table."""
        name = f"layer{len(self.parts)}"
        kept = MATERIALIZED.get(self.dialect, "")
        self.parts.append(f"{name} AS {kept}({compiled(expr, self.dialect)})")
        return ibis.table(expr.schema(), name=name)

    def whole(self, expr: Any) -> str:
        """Return the SQL of the last layer with all below it."""
        return f"WITH {', '.join(self.parts)} {compiled(expr, self.dialect)}"


def _numerator_reads(indicator: Indicator) -> tuple[str, ...]:
    """Return the questions whose blanks decide whether the numerator is unknown."""
    return () if indicator.unknown is not None else references(indicator.numerator)


def _modules_of(indicator: Indicator, book: Codebook) -> tuple[frozenset[str], ...]:
    """Return the modules that each question of the numerator belongs to; empty when one is always asked."""
    needed = []
    for name in references(indicator.numerator):
        relevant = book[name].relevant
        modules = frozenset(_required_modules(relevant)) if relevant is not None and MODULES in book else frozenset()
        if not modules:
            return ()
        needed.append(modules)
    return tuple(needed)


def _required_modules(expr: Expr) -> list[str]:
    """Return the modules that a condition cannot be true without."""
    match expr:
        case Binary("and", left, right):
            return [*_required_modules(left), *_required_modules(right)]
        case Call("selected", (Reference(name), Literal(module))) if name == MODULES:
            return [module]
        case _:
            return []


def _expressions(indicators: Sequence[Indicator], by: Sequence[Disaggregation]) -> list[Expr]:
    parts = [(one.numerator, one.denominator, one.unknown) for one in indicators]
    found = [expr for part in parts for expr in part if expr is not None] + [one.expr for one in by]
    return found + [Reference(one.each) for one in indicators if one.each]


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
    base: Any,
    indicators: Sequence[Indicator],
    by: Sequence[Disaggregation],
    flagged: Sequence[str],
    book: Codebook,
) -> Any:
    """Add each question that is read as a number as a number, and codes between blanks: worked out once a row."""
    trial = Translator(book, base, with_unknown=False)
    for expr in _expressions(indicators, by):
        trial.value(expr)
    for one in indicators:
        if one.aggregate in OF_SUMS or one.aggregate == "sum":
            trial.number(one.numerator)
            if one.denominator is not None:
                trial.number(one.denominator)
    for name in flagged:
        for part in (book[name].relevant, book[name].calculation):
            if part is not None:
                trial.value(part)
    views = {number_view(name): as_number(base[name]) for name in sorted(trial.as_number)}
    views |= {padded_view(name): padded(base[name]) for name in base.columns if name != KEY and _has_codes(name, book)}
    return base.mutate(**views)


def _has_codes(name: str, book: Codebook) -> bool:
    return book[name].kind == "codes" or name == MODULES


def _flags(table: Any, flagged: Sequence[str], book: Codebook, layers: _Layers) -> Any:
    """Add for each question "blank although it may have been asked", those that others depend on first."""
    depths: dict[str, int] = {}
    for name in flagged:
        depths[name] = 1 + max((depths[one] for one in book.inputs(name) if one in depths), default=-1)
    for depth in range(max(depths.values(), default=-1) + 1):
        here = [name for name in flagged if depths[name] == depth]
        asking, asked = _asked(table, here, book)
        table = layers.add(asking) if asked else table
        follow = Translator(book, table, with_unknown=True)
        table = layers.add(table.mutate(**{blank_flag(name): _undecided(name, follow, asked, book) for name in here}))
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


class _Columns:
    """The columns of the last layer; conditions that several indicators share stand there once."""

    def __init__(self, book: Codebook, table: Any) -> None:
        self.book = book
        self.table = table
        self.found: dict[str, Any] = {}
        self.shared: dict[tuple[str, object], str] = {}

    def add(self, kind: str, expr: Any, same: object = None) -> str:
        """Add a column and return its name; ``same`` recognises one that is there already."""
        if same is not None and (kind, same) in self.shared:
            return self.shared[kind, same]
        name = f"{kind}{len(self.found)}"
        self.found[name] = expr
        if same is not None:
            self.shared[kind, same] = name
        return name

    def breakdown(self, one: Disaggregation) -> None:
        code = Translator(self.book, self.table, with_unknown=False).text(one.expr).expr
        self.found[one.name] = code if one.several else ibis.ifelse(code == "", UNKNOWN, code)

    def measure(self, indicator: Indicator) -> Measure:
        follow = Translator(self.book, self.table, with_unknown=indicator.unknown is None)
        if indicator.aggregate in OF_SUMS:
            return self._weighted(indicator, follow)
        denominator = indicator.denominator
        inside = ""
        if denominator is not None:
            plain = Translator(self.book, self.table, with_unknown=False)
            inside = self.add("in", plain.truth(denominator).expr, denominator)
        unknown = self._own_unknown(indicator, follow)
        if indicator.aggregate == "distribution":
            return self._distribution(indicator, follow, inside, unknown)
        if indicator.aggregate == "sum":
            return self._sum(indicator, follow, inside, unknown)
        same = (indicator.numerator, indicator.unknown is None)
        holds = self.add("is", follow.truth(indicator.numerator).expr, same)
        each = self.add("each", self.table[indicator.each], indicator.each) if indicator.each else ""
        return Measure(indicator, inside, holds, unknown, asked=self._modules(indicator), each=each)

    def _own_unknown(self, indicator: Indicator, follow: Translator) -> str:
        if indicator.unknown is None:
            return ""
        return self.add("open", follow.truth(indicator.unknown).expr, indicator.unknown)

    def _modules(self, indicator: Indicator) -> str:
        needed = _modules_of(indicator, self.book)
        if not needed:
            return ""
        modules_asked = padded(self.table[MODULES])
        asked = ibis.literal(False)
        for modules in needed:
            all_of = ibis.literal(True)
            for module in sorted(modules):
                all_of = all_of & modules_asked.contains(f" {module} ")
            asked = asked | all_of
        return self.add("asked", asked, needed)

    def _distribution(self, indicator: Indicator, follow: Translator, inside: str, unknown: str) -> Measure:
        (name,) = references(indicator.numerator)
        text = self.table[name]
        several = self.book[name].kind == "codes"
        categories = []
        for code in self.book[name].choices:
            if code not in UNKNOWN_CODES:
                ticked = follow.holds(name, code) if several else text == code
                categories.append((code, self.add("code", ticked, (name, code))))
        if not unknown:
            dont_know, blank = text.strip().isin(sorted(UNKNOWN_CODES)), follow.blank_of(name)
            unknown = self.add("open", dont_know if blank is None else dont_know | blank, name)
        return Measure(indicator, inside, "", unknown, tuple(categories), asked=self._modules(indicator))

    def _sum(self, indicator: Indicator, follow: Translator, inside: str, unknown: str) -> Measure:
        value = follow.number(indicator.numerator)
        if not unknown:
            unknown = self.add("open", ibis.literal(False) if value.unknown is None else value.unknown)
        amount = ibis.ifelse(self.found[unknown], 0.0, value.expr.fill_null(0.0))
        return Measure(indicator, inside, "", unknown, amount=self.add("sum", amount), asked=self._modules(indicator))

    def _weighted(self, indicator: Indicator, follow: Translator) -> Measure:
        assert indicator.denominator is not None
        above, below = follow.number(indicator.numerator), follow.number(indicator.denominator)
        open_ = above.expr.isnull() | below.expr.isnull()
        for side in (above, below):
            open_ = open_ if side.unknown is None else open_ | side.unknown
        complete = ~open_
        shares = [(name, ibis.ifelse(complete, follow.number(Reference(name)).expr, 0.0)) for name in indicator.parts]
        return Measure(
            indicator,
            unknown=self.add("open", open_),
            categories=tuple((name, self.add("part", amount)) for name, amount in shares),
            amount="" if shares else self.add("sum", ibis.ifelse(complete, above.expr, 0.0)),
            base=self.add("sum", ibis.ifelse(complete, below.expr, 0.0)),
            asked=self._modules(indicator),
        )
