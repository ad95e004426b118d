"""Which counts of several indicators always add up to each other, whoever answers: what a reader can subtract.

A reader who knows the definitions knows that the holders of an account, of whom another indicator tells how many pay
with it, are the numerator of a third. Such sums are found by trying: answers drawn at random are counted by the same
query that counts real ones, and sums that hold for all of them are kept (``plus`` of one, two or three sets that equal
one or two others). What holds by accident in the answers drawn does no harm: what does not hold in the tables that are
published is not believed by ``disclosure``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from survey_app.indicators.columns import Codebook, Column, Level
from survey_app.indicators.compute import columns_of
from survey_app.indicators.definitions import Indicator
from survey_app.indicators.preparing import KEY, Measure, prepare
from survey_app.xforms.xpath import Binary, Call, Expr, Literal, Number, Reference

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ALL_WHO, WHO_HAVE, WHO_HAVE_NOT, NOT_KNOWN = "d", "n", "r", "u"
_ROWS = 20_000
_SHARE_NAMED = 0.7
"""How often an answer is one that a condition names; conditions that need several would hardly ever hold else."""
_MOST_SETS = 400
Part = tuple[str, str, str]
"""Key of an indicator, which of its counts (``d n r u``), and the category of a distribution."""
Kind = tuple[str, str]
"""Which of an indicator's counts, and the category."""
Sets = tuple[Part, ...]
"""Counts that are always equal."""


@dataclass(frozen=True)
class Relations:
    """What always holds between the counts of some indicators.

    Attributes:
        sets: counts that are equal stand together.
        sums: positions of sets: those of the first add up to what those of the second add up to.
    """

    sets: tuple[Sets, ...]
    sums: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]


def relations(indicators: Sequence[Indicator], level: Level) -> tuple[Relations, ...]:
    """Return what holds between the indicators of one form that count the rows of a level.

    Once for all answers that the form's conditions leave possible by themselves, and once for those where everybody was
    asked everything: what a round never asks of whom it interviewed is not written in the conditions.
    """
    chosen = tuple(one for one in indicators if one.rows == level and is_counted(one))
    if not chosen:
        return ()
    columns = chosen[0].book.columns
    always = {name: replace(column, relevant=None) for name, column in columns.items()}
    return tuple(_relations(level, chosen, tuple(each.items())) for each in (columns, always))


def is_counted(one: Indicator) -> bool:
    """Tell whether an indicator counts rows, so that its counts are numbers of people or households."""
    return one.aggregate in ("ratio", "count", "distribution") and not one.each


@lru_cache(maxsize=16)
def _relations(level: Level, indicators: tuple[Indicator, ...], columns: tuple[tuple[str, Column], ...]) -> Relations:
    import numpy as np

    weights = np.random.default_rng(1).integers(1, 1 << 40, _ROWS, dtype=np.int64)
    equal: dict[int, list[Part]] = {}
    for part, inside in _drawn(level, indicators, Codebook(dict(columns))):
        if inside.any():
            equal.setdefault(int(weights[inside].sum()), []).append(part)
    sizes = sorted(equal)[:_MOST_SETS]
    return Relations(tuple(tuple(equal[size]) for size in sizes), tuple(_sums(sizes)))


def _sums(sizes: Sequence[int]) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Yield the sums of two that are one or two others, and those of three that are one; each once.

    Sizes are sums of random weights, so that equal ones are the same rows.
    """
    place = {size: n for n, size in enumerate(sizes)}
    count = len(sizes)
    pairs: dict[int, list[tuple[int, int]]] = {}
    for a in range(count):
        for b in range(a + 1, count):
            whole = place.get(sizes[a] + sizes[b])
            if whole is not None:
                yield (a, b), (whole,)
            pairs.setdefault(sizes[a] + sizes[b], []).append((a, b))
    for same in pairs.values():
        for n, one in enumerate(same):
            for other in same[n + 1 :]:
                if not set(one) & set(other):
                    yield one, other
    for whole in range(count):
        for part in range(whole):
            for pair in pairs.get(sizes[whole] - sizes[part], ()):
                if part < pair[0] and whole not in pair:
                    yield (part, *pair), (whole,)


def _drawn(level: Level, indicators: tuple[Indicator, ...], book: Codebook) -> Iterator[tuple[Part, NDArray[np.bool_]]]:
    """Yield every count of the indicators over answers drawn at random, as the rows it counts."""
    import numpy as np

    from survey_app.indicators.engines.in_memory import connect

    prepared = prepare(level, indicators, (), book)
    named = _named(indicators)
    rng = np.random.default_rng(7)
    at = connect()
    try:
        for table, read in columns_of([prepared]).items():
            answers = {KEY: np.arange(_ROWS), **{name: _answers(rng, book[name], named) for name in read}}
            at.register("drawn", answers)
            at.execute(f"CREATE TABLE {table} AS SELECT * FROM drawn")
            at.unregister("drawn")
        names = sorted({name for each in prepared.measures for name in _columns(each)})
        shown = ", ".join(f'"{name}"' for name in names) or "1 AS nothing"
        found = at.execute(f"SELECT {shown} FROM ({prepared.sql}) AS prepared").fetchnumpy()
    finally:
        at.close()
    for measure in prepared.measures:
        yield from _parts(measure, found)


def _columns(measure: Measure) -> Iterator[str]:
    yield from (name for name in (measure.inside, measure.holds, measure.unknown) if name)
    yield from (column for _code, column in measure.categories)


def _parts(measure: Measure, found: dict[str, Any]) -> Iterator[tuple[Part, NDArray[np.bool_]]]:
    import numpy as np

    def true(name: str) -> NDArray[np.bool_]:
        values = np.ma.asarray(found[name])
        return np.asarray(np.ma.filled(values.astype(bool), fill_value=False))

    def null(name: str) -> NDArray[np.bool_]:
        return np.asarray(np.ma.getmaskarray(found[name]))

    key = measure.indicator.key
    inside = true(measure.inside) if measure.inside else np.ones(_ROWS, dtype=bool)
    yield (key, ALL_WHO, ""), inside
    if measure.holds:
        holds = true(measure.holds)
        open_ = true(measure.unknown) & ~holds if measure.unknown else null(measure.holds)
        yield (key, WHO_HAVE, ""), inside & holds
        yield (key, WHO_HAVE_NOT, ""), inside & ~holds & ~open_
        yield (key, NOT_KNOWN, ""), inside & open_
        return
    yield (key, NOT_KNOWN, ""), inside & true(measure.unknown)
    for code, column in measure.categories:
        yield (key, WHO_HAVE, code), inside & true(column)


# --- answers at random ---------------------------------------------------------------------------------------------


def _answers(rng: np.random.Generator, column: Column, named: dict[str, dict[str, None]]) -> Any:
    """Return an answer to a question for each row: often one that a condition names, else any, or none."""
    import numpy as np

    usual = ("0", "1", "2", "3", "30") if column.kind == "number" else column.choices
    known = [value for value in named.get(column.name, ()) if not column.choices or value in column.choices]
    wanted = np.array([*known, ""], dtype=object)
    other = ("x",) if column.kind == "text" else ()
    free = np.array([*usual, "", *other], dtype=object)
    found = np.where(rng.random(_ROWS) < _SHARE_NAMED, rng.choice(wanted, _ROWS), rng.choice(free, _ROWS))
    if column.kind == "codes" or column.name == "modules":
        more = rng.choice(np.array([*wanted, *free], dtype=object), _ROWS)
        found = np.where(rng.random(_ROWS) < 0.5, found, found + " " + more)
    return found


def _named(indicators: Iterable[Indicator]) -> dict[str, dict[str, None]]:
    """Return the answers that conditions name, by question; of numbers those beside what they are compared with."""
    found: dict[str, dict[str, None]] = {}
    for one in indicators:
        for expr in (one.numerator, one.denominator, one.unknown):
            for name, value in _compared(expr) if expr is not None else ():
                found.setdefault(name, {})[value] = None
    return found


def _compared(expr: Expr) -> Iterator[tuple[str, str]]:
    match expr:
        case Binary(_, Reference(name), Literal(text)) | Call("selected", (Reference(name), Literal(text))):
            yield name, text
        case Binary(_, Reference(name), Number(value)):
            for near in (value - 1, value, value + 1):
                yield name, f"{max(near, 0):g}"
        case Binary(_, left, right):
            yield from _compared(left)
            yield from _compared(right)
        case Call(_, arguments):
            for argument in arguments:
                yield from _compared(argument)
