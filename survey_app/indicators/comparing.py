"""Estimates against targets: which target a row is held against, and what can be said.

**Which target.** Only kinds ``target`` and ``rule`` can be met. A target is valid for a row when the row's place lies
in the target's scope: a village in a commune, a commune in a province, anything in the country. So a province's target
is held against each of its communes and villages as a comparison value, not as a promise of the commune, and likewise
against each group of people there; a commune's target never says anything about its province. Where a document's place
was dissolved, ``Target.communes`` says which communes it now means. A target starts with its period and goes on after
the period's end until a later one of the same scope takes its place: a deadline that passed does not make a goal
disappear. Of the valid ones the most specific scope is taken, then the latest period.

**What can be said** follows from the range that the unknown answers leave: the estimate counts all of them as "no",
its upper end as "yes". ``>=``: ``met`` when the lower end reaches the value, ``not_met`` when even the upper end does
not, ``inconclusive`` between. ``<=`` the other way round. ``not_comparable``: fewer than ``FEWEST`` rows (of
percentages), no estimate, targets for other places or times only, only a direction (``orientation``), or "about".
``no_target``: no document says anything that could be compared.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from survey_app.indicators.definitions import Indicator
from survey_app.indicators.disaggregations import ALL, PLACE_LEVELS, UNKNOWN
from survey_app.indicators.targets import SCOPES, Target
from survey_app.records import Place

if TYPE_CHECKING:
    import pandas as pd

FEWEST = 30
"""Fewest people or households of which a percentage is held against a target (or drawn)."""
STATUSES = ("met", "not_met", "inconclusive", "not_comparable", "no_target")
BINDING = frozenset({"target", "rule"})


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
) -> pd.DataFrame:
    """Return the table of ``compute`` with ``target``, ``operator``, ``value``, ``target_id`` and ``status`` added.

    Args:
        table: what ``compute`` gave.
        indicators: the indicators it was computed from.
        targets: all targets.
        places: the catalogue, to know in which province a commune lies.
        within: where all rows lie, for tables without a breakdown by place; None when that is several places.
        on: reference date of the answers; None: targets of every period are valid.

    Returns:
        A new table; ``target`` is text such as ``">= 70"``, ``""`` when there is none; ``value`` is NaN then.
    """
    by_key = {indicator.key: indicator for indicator in indicators}
    lookup = dict(places) if isinstance(places, Mapping) else {place.code: place for place in places}
    chosen = Chooser(targets, on)
    bars, operators, values, ids, statuses = [], [], [], [], []
    for row in table.to_dict("records"):
        indicator = by_key[str(row["indicator"])]
        where = _where({str(name): str(value) for name, value in row.items()}, lookup, within or Where())
        target = None if row["category"] else chosen.target(indicator.key, where)
        fallback = "not_comparable" if not row["category"] and chosen.mentions(indicator.key) else "no_target"
        bars.append(target.bar if target else "")
        operators.append(target.operator if target else "")
        values.append(target.value if target else math.nan)
        ids.append(target.id if target else "")
        figures = float(row["estimate"]), float(row["denominator"]), float(row["unknown"])
        ends = (float(row["lower"]), float(row["upper"])) if "lower" in row else None
        statuses.append(status_of(indicator, target, *figures, ends=ends) if target else fallback)
    added: dict[str, Any] = {
        "target": bars,
        "operator": operators,
        "value": values,
        "target_id": ids,
        "status": statuses,
    }
    return table.assign(**added)


class Chooser:
    """Finds the target that a row is held against; remembers what it found."""

    def __init__(self, targets: Sequence[Target], on: dt.date | None) -> None:
        self._by_indicator: dict[str, list[Target]] = {}
        for target in targets:
            self._by_indicator.setdefault(target.indicator, []).append(target)
        self._on = on
        self._found: dict[tuple[str, Where], Target | None] = {}

    def mentions(self, key: str) -> bool:
        """Tell whether any document says what an indicator should be, for whatever place and time."""
        return any(target.kind != "actual" for target in self._by_indicator.get(key, ()))

    def target(self, key: str, where: Where) -> Target | None:
        """Return the valid target of the most specific scope and the latest period, None when there is none."""
        if (key, where) not in self._found:
            valid = [target for target in self._by_indicator.get(key, ()) if self._is_valid(target, where)]
            self._found[key, where] = max(valid, key=_preference, default=None)
        return self._found[key, where]

    def _is_valid(self, target: Target, where: Where) -> bool:
        begun = self._on is None or target.period_start <= self._on
        return target.kind in BINDING and begun and covers(target, where)


def covers(target: Target, where: Where) -> bool:
    """Tell whether a place lies in the scope of a target."""
    if target.scope_level == "national":
        return True
    if target.communes:
        return where.commune in target.communes
    code = {"province": where.province, "commune": where.commune, "village": where.village}[target.scope_level]
    return bool(code) and code == target.scope_code


def _preference(target: Target) -> tuple[int, dt.date, dt.date]:
    return SCOPES.index(target.scope_level), target.period_end or dt.date.max, target.period_start


def _where(row: Mapping[str, str], places: Mapping[str, Place], within: Where) -> Where:
    """Return where a row lies: its own codes, the catalogue for what is above them, else where everything lies."""
    codes = {level: row.get(level, "") for level in PLACE_LEVELS}
    known = {level: "" if code in (UNKNOWN, ALL) else code for level, code in codes.items()}
    if not any(known.values()):
        return within
    if known["village"] and not known["commune"]:
        known["commune"] = _above(known["village"], places) or known["village"].partition("-")[0]
    if known["commune"] and not known["province"]:
        same = known["commune"] == within.commune
        known["province"] = _above(known["commune"], places) or (within.province if same else "")
    return Where(known["province"], known["commune"], known["village"])


def _above(code: str, places: Mapping[str, Place]) -> str:
    place = places.get(code)
    return place.parent if place is not None else ""


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
    if math.isnan(estimate) or (indicator.in_percent and denominator < FEWEST) or target.operator == "~":
        return "not_comparable"
    lower, upper = (estimate, estimate) if ends is None else ends
    if math.isnan(lower) or math.isnan(upper):
        return "not_comparable"
    upper += (100.0 * unknown / denominator if indicator.in_percent else unknown) if denominator else 0.0
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
