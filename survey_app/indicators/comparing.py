"""Estimates against targets: which target a row is held against, and what can be said.

**Which target.** Only kinds ``target`` and ``rule`` can be met. A target is valid for a row when the row's place lies
in the target's scope: a village in a commune, a commune in a province, anything in the country. So a province's target
is held against each of its communes and villages as a comparison value, not as a promise of the commune, and likewise
against each group of people there; a commune's target never says anything about its province. Where a document's place
was dissolved, ``Target.communes`` says which communes it now means. A target starts with its period and goes on after
the period's end until a later one of the same scope takes its place: a deadline that passed does not make a goal
disappear. Of the valid ones the most specific scope is taken, then the latest period.

**What can be said** follows from the range that the unknown answers leave: the estimate counts all of them as "no",
its upper end as "yes". What lacks a number is left out of a sum over a sum, so there the range is open. ``>=``: ``met``
when the lower end reaches the value, ``not_met`` when even the upper end does not, ``inconclusive`` between. ``<=`` the
other way round. ``not_comparable``, with one of ``REASONS``: fewer than ``FEWEST`` rows (of shares of people,
households, enterprises), no estimate, targets for other places, groups or times only, only a direction
(``orientation``), or "about". ``no_target``: no document says anything that could be compared.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from survey_app.indicators.definitions import OF_SUMS, Indicator
from survey_app.indicators.disaggregations import ALL, PLACE_LEVELS, UNKNOWN
from survey_app.indicators.targets import SCOPES, Target
from survey_app.places import REFORM
from survey_app.records import Place

if TYPE_CHECKING:
    import pandas as pd

FEWEST = 30
"""Fewest people or households of which a percentage is held against a target (or drawn)."""
STATUSES = ("met", "not_met", "inconclusive", "not_comparable", "no_target")
BINDING = frozenset({"target", "rule"})
CATEGORY = "category"
REASONS = ("few", "no_estimate", "about", "unit", "orientation", "group", "place", "time", "definition")
"""Why an estimate is not held against a target: too few rows, no figure, the document only says "about", speaks of a
number where the figure is a share, gives a direction without a date, speaks of another group, place or time, or the
round counted it otherwise."""
Group = frozenset[tuple[str, str]]
_NO_GROUP = frozenset({"indicator", *PLACE_LEVELS, "numerator", "denominator", "unknown", "estimate", "round"})


@dataclass(frozen=True)
class Where:
    """The places a row belongs to; a code is ``""`` when it covers several or is unknown."""

    province: str = ""
    commune: str = ""
    village: str = ""


def compare(
    table: pd.DataFrame,
    indicators: Sequence[Indicator],
    targets: Sequence[Target],
    *,
    places: Iterable[Place] | Mapping[str, Place] = (),
    within: Where | None = None,
    on: dt.date | None = None,
    units: str = "",
) -> pd.DataFrame:
    """Return the table of ``compute`` held against targets.

    Added are ``target``, ``operator``, ``value``, ``target_id``, ``status``, and ``reason``: why it cannot be compared,
    one of ``REASONS``, ``""`` when it can.

    Args:
        table: what ``compute`` gave.
        indicators: the indicators it was computed from.
        targets: all targets.
        places: the catalogue, to know in which province a commune lies.
        within: where all rows lie, for tables without a breakdown by place; None when that is several places.
        on: reference date of the answers; None: targets of every period are valid.
        units: ISO date of the administrative units that the places of the rows are; today's when ``""``.

    Returns:
        A new table; ``target`` is text such as ``">= 70"``, ``""`` when there is none; ``value`` is NaN then.
    """
    by_key = {indicator.key: indicator for indicator in indicators}
    lookup = dict(places) if isinstance(places, Mapping) else {place.code: place for place in places}
    chosen = Chooser(targets, on, units)
    bars, operators, values, ids, statuses, reasons = [], [], [], [], [], []
    for row in table.to_dict("records"):
        indicator = by_key[str(row["indicator"])]
        texts = {str(name): str(value) for name, value in row.items()}
        where, group = _where(texts, lookup, within or Where()), _group(texts)
        target = chosen.target(indicator.key, where, group)
        bars.append(target.bar if target else "")
        operators.append(target.operator if target else "")
        values.append(target.value if target else math.nan)
        ids.append(target.id if target else "")
        figures = float(row["estimate"]), float(row["denominator"]), float(row["unknown"])
        ends = (float(row["lower"]), float(row["upper"])) if "lower" in row else None
        status = status_of(indicator, target, *figures, ends=ends) if target else chosen.without(indicator.key, group)
        statuses.append(status)
        why = why_not(indicator, target, *figures[:2]) or chosen.why_none(indicator.key, where, group)
        reasons.append((why or "no_estimate") if status == "not_comparable" else "")
    added: dict[str, Any] = {
        "target": bars,
        "operator": operators,
        "value": values,
        "target_id": ids,
        "status": statuses,
        "reason": reasons,
    }
    return table.assign(**added)


class Chooser:
    """Finds the target that a row is held against; remembers what it found."""

    def __init__(self, targets: Sequence[Target], on: dt.date | None, units: str = "") -> None:
        self._by_indicator: dict[str, list[Target]] = {}
        for target in targets:
            self._by_indicator.setdefault(target.indicator, []).append(target)
        self._on = on
        self._units = units
        self._found: dict[tuple[str, Where, Group], Target | None] = {}

    def without(self, key: str, group: Group = frozenset()) -> str:
        """Return the status of a row that no target is valid for."""
        in_category = any(name == CATEGORY for name, _ in group)
        return "not_comparable" if self.why_none(key, Where(), group) and not in_category else "no_target"

    def why_none(self, key: str, where: Where, group: Group = frozenset()) -> str:
        """Return which of ``REASONS`` keeps every document from being held against a row, ``""`` when none speaks."""
        said = [target for target in self._by_indicator.get(key, ()) if target.kind != "actual"]
        if not said:
            return ""
        if not (bound := [target for target in said if target.kind in BINDING]):
            return "orientation"
        if not (ours := [target for target in bound if target.group <= group]):
            return "group"
        if not any(covers(target, where, self._units) for target in ours):
            return "place"
        return "" if self.target(key, where, group) is not None else "time"

    def target(self, key: str, where: Where, group: Group = frozenset()) -> Target | None:
        """Return the valid target of the most specific scope and the latest period, None when there is none.

        A share of a distribution is held only against what a document says about that very share.
        """
        asked = (key, where, group)
        if asked not in self._found:
            valid = [target for target in self._by_indicator.get(key, ()) if self._is_valid(target, where, group)]
            self._found[asked] = max(valid, key=_preference, default=None)
        return self._found[asked]

    def _is_valid(self, target: Target, where: Where, group: Group) -> bool:
        begun = self._on is None or target.period_start <= self._on
        named = target.group >= frozenset(pair for pair in group if pair[0] == CATEGORY)
        return (
            target.kind in BINDING and begun and named and target.group <= group and covers(target, where, self._units)
        )


def covers(target: Target, where: Where, units: str = "") -> bool:
    """Tell whether a place lies in the scope of a target.

    A code means the unit that had it on ``target.scope_date``. Where the rows are of units on the other side of the
    reform of 01/07/2025, the code says nothing: then the communes decide that the place is made up of today.
    """
    if target.scope_level == "national":
        return True
    rows_before, target_before = "" < units < REFORM, "" < target.scope_date < REFORM
    if target.communes and not rows_before:
        return where.commune in target.communes
    if rows_before != target_before:
        return False
    code = {"province": where.province, "commune": where.commune, "village": where.village}[target.scope_level]
    return bool(code) and code == target.scope_code


def _preference(target: Target) -> tuple[int, dt.date, dt.date]:
    return SCOPES.index(target.scope_level), target.period_end or dt.date.max, target.period_start


def _group(row: Mapping[str, str]) -> Group:
    """Return the groups a row is about, for targets that concern one group only."""
    return frozenset((name, code) for name, code in row.items() if name not in _NO_GROUP and code not in ("", ALL))


def _where(row: Mapping[str, str], places: Mapping[str, Place], within: Where) -> Where:
    """Return where a row lies: its own codes, the catalogue for what is above them, else where everything lies."""
    codes = {level: row.get(level, "") for level in PLACE_LEVELS}
    known = {level: "" if code in (UNKNOWN, ALL) else code for level, code in codes.items()}
    if not any(known.values()):
        return within
    if known["village"] and not known["commune"] and known["village"] not in places:
        known["commune"] = known["village"].partition("-")[0]
    for level in reversed(PLACE_LEVELS):
        place = places.get(known[level])
        while place is not None and (place := places.get(place.parent)) is not None:
            known[place.level] = known[place.level] or place.code
    if known["commune"] and not known["province"]:
        known["province"] = within.province if known["commune"] == within.commune else ""
    return Where(known["province"], known["commune"], known["village"])


def why_not(indicator: Indicator, target: Target | None, estimate: float, denominator: float) -> str:
    """Return which of ``REASONS`` keeps an estimate from being held against a target, ``""`` when none does."""
    if target is None:
        return ""
    if math.isnan(estimate):
        return "no_estimate"
    if indicator.is_estimate and denominator < FEWEST:
        return "few"
    if target.operator == "~":
        return "about"
    return "unit" if target.unit != indicator.unit else ""


def status_of(
    indicator: Indicator,
    target: Target,
    estimate: float,
    denominator: float,
    unknown: float,
    *,
    ends: tuple[float, float] | None = None,
) -> str:
    """Return one of ``STATUSES`` for an estimate held against a valid target.

    In a sample ``ends`` are those of its 95 % interval; without an interval (NaN) nothing can be said.
    """
    if why_not(indicator, target, estimate, denominator):
        return "not_comparable"
    lower, upper = (estimate, estimate) if ends is None else ends
    if math.isnan(lower) or math.isnan(upper):
        return "not_comparable"
    if indicator.aggregate in OF_SUMS and unknown:
        lower, upper = -math.inf, math.inf
    if unknown and denominator:
        upper += 100.0 * unknown / denominator if indicator.in_percent else unknown
    value = target.value
    checks = {
        ">=": (lower >= value, upper >= value),
        ">": (lower > value, upper > value),
        "<=": (upper <= value, lower <= value),
        "<": (upper < value, lower < value),
        "=": (lower == upper == value, lower <= value <= upper),
    }
    surely, possibly = checks[target.operator]
    return "met" if surely else "inconclusive" if possibly else "not_met"
