"""From conditions to counts: the rows of a projection, grouped and counted; the same plain SQL on every engine."""

from __future__ import annotations

from collections.abc import Sequence

from survey_app.indicators.disaggregations import ALL, UNKNOWN, Disaggregation
from survey_app.indicators.preparing import Measure, Prepared

DENOMINATOR, NUMERATOR, NOT_KNOWN, ASKED = "d", "n", "u", "a"


def counting(prepared: Prepared, by: Sequence[Disaggregation]) -> str:
    """Return the SQL that counts every indicator of a projection for every group of some breakdowns.

    Its columns are the breakdowns by name and, for the indicator at position ``i``, ``<i>d`` denominator, ``<i>n``
    numerator (``<i>n<j>`` for category ``j``), ``<i>u`` unknown, ``<i>a`` rows that were asked.
    """
    groups = [f"{_group(one, prepared)} AS {quoted(one.name)}" for one in by]
    counts = [count for position, measure in enumerate(prepared.measures) for count in _counts(position, measure)]
    rows = f"({prepared.sql}) AS prepared"
    several = [one for one in by if one.several and one.name in prepared.breakdowns]
    for one in several:
        split = f"UNNEST(STRING_SPLIT(TRIM({quoted(one.name)}), ' ')) AS {quoted(one.name)}"
        rows = f"(SELECT * EXCLUDE ({quoted(one.name)}), {split} FROM {rows}) AS spread"
    grouping = f" GROUP BY {', '.join(str(number + 1) for number in range(len(by)))}" if by else ""
    return f"SELECT {', '.join([*groups, *counts])} FROM {rows}{grouping}"


def quoted(name: str) -> str:
    """Return a name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def _group(one: Disaggregation, prepared: Prepared) -> str:
    if one.name not in prepared.breakdowns:
        return f"'{ALL}'"
    name = quoted(one.name)
    return f"CASE WHEN {name} = '' THEN '{UNKNOWN}' ELSE {name} END" if one.several else name


def _counts(position: int, measure: Measure) -> list[str]:
    """Return the counts of one indicator; what is NULL is neither counted as true nor as false."""
    inside = quoted(measure.inside) if measure.inside else "TRUE"

    def count(kind: str, condition: str = "") -> str:
        where = f"{inside} AND {condition}" if condition else inside
        return f"COUNT(*) FILTER (WHERE {where}) AS {quoted(f'{position}{kind}')}"

    def total(kind: str, column: str) -> str:
        where = f" FILTER (WHERE {inside})" if measure.inside else ""
        return f"SUM({quoted(column)}){where} AS {quoted(f'{position}{kind}')}"

    found = [total(DENOMINATOR, measure.base) if measure.base else count(DENOMINATOR)]
    if measure.amount:
        found.append(total(NUMERATOR, measure.amount))
    elif measure.holds:
        found.append(count(NUMERATOR, quoted(measure.holds)))
    for number, (_code, column) in enumerate(measure.categories):
        found.append(count(f"{NUMERATOR}{number}", quoted(column)))
    undecided = quoted(measure.unknown)
    if measure.holds:
        undecided = (
            f"{undecided} AND NOT {quoted(measure.holds)}" if measure.unknown else f"{quoted(measure.holds)} IS NULL"
        )
    found.append(count(NOT_KNOWN, undecided))
    if measure.asked:
        found.append(count(ASKED, quoted(measure.asked)))
    return found
