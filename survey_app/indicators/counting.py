"""From conditions to counts: the rows of a projection, grouped and counted; the same plain SQL on every engine."""

from __future__ import annotations

from collections.abc import Sequence

from survey_app.indicators.dialects import quoted
from survey_app.indicators.disaggregations import ALL, Disaggregation
from survey_app.indicators.preparing import Measure, Prepared

DENOMINATOR, NUMERATOR, NOT_KNOWN, ASKED = "d", "n", "u", "a"


def counting(prepared: Prepared, by: Sequence[Disaggregation]) -> str:
    """Return the SQL that counts every indicator of a projection for every group of some breakdowns.

    Its columns are the breakdowns by name and, for the indicator at position ``i``, ``<i>d`` denominator, ``<i>n``
    numerator (``<i>n<j>`` for category ``j``), ``<i>u`` unknown, ``<i>a`` rows that were asked. Where a row may belong
    to several groups, its codes stand together in one text: ``compute`` takes them apart.
    """
    dialect, everything = prepared.dialect, f"'{ALL}'"
    groups = [
        f"{quoted(one.name, dialect) if one.name in prepared.breakdowns else everything} AS {quoted(one.name, dialect)}"
        for one in by
    ]
    measures = enumerate(prepared.measures)
    counts = [count for position, measure in measures for count in _counts(position, measure, dialect)]
    inside = [quoted(one.name, dialect) for one in by if one.name in prepared.breakdowns]
    grouping = f" GROUP BY {', '.join(inside)}" if inside else ""
    return f"SELECT {', '.join([*groups, *counts])} FROM ({prepared.sql}) AS prepared{grouping}"


def _counts(position: int, measure: Measure, dialect: str) -> list[str]:
    """Return the counts of one indicator; what is NULL is neither counted as true nor as false."""

    def named(name: str) -> str:
        return quoted(name, dialect)

    inside = named(measure.inside) if measure.inside else "TRUE"

    def count(kind: str, condition: str = "") -> str:
        where = f"{inside} AND {condition}" if condition else inside
        if measure.each:
            each = f"CASE WHEN {where} THEN {named(measure.each)} END"
            return f"COUNT(DISTINCT {each}) AS {named(f'{position}{kind}')}"
        return f"COUNT(*) FILTER (WHERE {where}) AS {named(f'{position}{kind}')}"

    def total(kind: str, column: str) -> str:
        where = f" FILTER (WHERE {inside})" if measure.inside else ""
        return f"SUM({named(column)}){where} AS {named(f'{position}{kind}')}"

    found = [total(DENOMINATOR, measure.base) if measure.base else count(DENOMINATOR)]
    if measure.amount:
        found.append(total(NUMERATOR, measure.amount))
    elif measure.holds:
        found.append(count(NUMERATOR, named(measure.holds)))
    for number, (_code, column) in enumerate(measure.categories):
        how = total if measure.base else count
        found.append(how(f"{NUMERATOR}{number}", column if measure.base else named(column)))
    undecided = named(measure.unknown)
    if measure.holds:
        undecided = (
            f"{undecided} AND NOT {named(measure.holds)}" if measure.unknown else f"{named(measure.holds)} IS NULL"
        )
    found.append(count(NOT_KNOWN, undecided))
    if measure.asked:
        found.append(count(ASKED, named(measure.asked)))
    return found
