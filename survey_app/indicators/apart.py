"""Shares of groups, each held against all the others: which stand apart, and which are too small to tell.

Every interview gives two numbers: how many counted, and out of how many. The share of a group is the sum of the first
over the sum of the second; what is said of one household hangs together, so its spread is worked out between interviews
and never taken for less than that of answers drawn one by one. Where an interview gives one answer at most, the exact
chances of the hypergeometric distribution are taken instead: they hold for any number, however small.

A group stands apart when so large a difference would come about by chance less than once in twenty times among **all**
groups together (Holm's steps). Of fewer than ``FEWEST`` answers or ``LEAST_INTERVIEWS`` interviews nothing is said.
Standing apart is no proof of a fault: villages differ, and so do the people that enumerators meet.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from survey_app.indicators.comparing import FEWEST
from survey_app.indicators.student import t_below, t_quantile

FEW, USUAL, HIGHER, LOWER = "few", "usual", "higher", "lower"
LEAST_INTERVIEWS = 10
_CHANCE = 0.05


@dataclass(frozen=True)
class Apart:
    """A group beside all the others.

    Attributes:
        group: its number.
        counted: how many counted.
        base: out of how many.
        interviews: interviews that gave an answer at all.
        ends: 95 % interval of the share, each from 0 to 1; None without a base.
        others: the share of all the others, from 0 to 1; None without a base.
        verdict: ``"few"``, ``"usual"``, ``"higher"`` or ``"lower"``.
    """

    group: int
    counted: float
    base: float
    interviews: int
    ends: tuple[float, float] | None = None
    others: float | None = None
    verdict: str = FEW

    @property
    def share(self) -> float | None:
        """Return the share, from 0 to 1; None without a base."""
        return self.counted / self.base if self.base else None


def hold_apart(counted: Any, base: Any, groups: Any, number: int) -> list[Apart]:
    """Return every group beside all the others.

    Args:
        counted: of each interview, how many counted; an array.
        base: of each interview, out of how many; 0 gives no answer.
        groups: of each interview, the number of its group, from 0.
        number: how many groups there are.
    """
    import numpy as np

    x, n = np.asarray(counted, dtype=float), np.asarray(base, dtype=float)
    sums_x = np.bincount(groups, weights=x, minlength=number)
    sums_n = np.bincount(groups, weights=n, minlength=number)
    answered = np.bincount(groups, weights=n > 0, minlength=number)
    of_one = bool((n <= 1).all())
    squares = _squares(x, n, groups, sums_x, sums_n)
    whole = (float(sums_x.sum()), float(sums_n.sum()), int(answered.sum()), float(squares.sum()))
    logs = np.concatenate(([0.0], np.cumsum(np.log(np.arange(1, round(whole[1]) + 1))))) if of_one else None
    found, chances = [], {}
    for group in range(number):
        own = (float(sums_x[group]), float(sums_n[group]), int(answered[group]), float(squares[group]))
        told = Apart(group, own[0], own[1], own[2], _interval(*own))
        rest = (whole[0] - own[0], whole[1] - own[1], whole[2] - own[2], whole[3] - own[3])
        if rest[1]:
            told = replace(told, others=rest[0] / rest[1])
        if _is_enough(own) and _is_enough(rest):
            chances[group] = _exact(own, whole, logs) if of_one else _chance(own, rest, whole)
            told = replace(told, verdict=USUAL)
        found.append(told)
    for group in _holm(chances):
        one = found[group]
        found[group] = replace(one, verdict=HIGHER if (one.share or 0.0) > (one.others or 0.0) else LOWER)
    return found


_Sums = tuple[float, float, int, float]
"""Of a group: how many counted, out of how many, in how many interviews, sum of the squared residuals."""


def _squares(x: Any, n: Any, groups: Any, sums_x: Any, sums_n: Any) -> Any:
    """Return the sum of the squared residuals of each group, around its own share."""
    import numpy as np

    share = np.divide(sums_x, sums_n, out=np.zeros(len(sums_n)), where=sums_n > 0)
    return np.bincount(groups, weights=(x - share[groups] * n) ** 2, minlength=len(sums_n))


def _is_enough(sums: _Sums) -> bool:
    return sums[1] >= FEWEST and sums[2] >= LEAST_INTERVIEWS


def _variance(sums: _Sums, share: float) -> float:
    """Return the variance of a group's share: between its interviews, at least that of answers drawn one by one."""
    _x, n, interviews, squares = sums
    drawn = share * (1.0 - share) / n
    between = squares / n**2 * interviews / (interviews - 1) if interviews > 1 else drawn
    return max(drawn, between)


def _interval(x: float, n: float, interviews: int, squares: float) -> tuple[float, float] | None:
    """Return the 95 % interval of a share after Wilson, with as many answers as the spread is worth."""
    if not n:
        return None
    share = x / n
    variance = _variance((x, n, interviews, squares), share)
    worth = share * (1.0 - share) / variance if variance else float(min(n, interviews))
    t = t_quantile(0.975, max(interviews - 1, 1))
    middle = (share + t * t / (2 * worth)) / (1 + t * t / worth)
    half = t / (1 + t * t / worth) * math.sqrt(share * (1 - share) / worth + t * t / (4 * worth**2))
    return max(0.0, middle - half), min(1.0, middle + half)


def _chance(own: _Sums, rest: _Sums, whole: _Sums) -> float:
    """Return how likely a difference as large as this is, when the group is like the others (Welch's t)."""
    pooled = whole[0] / whole[1]
    here, there = _variance(own, pooled), _variance(rest, pooled)
    if not here + there:
        return 1.0
    t = abs(own[0] / own[1] - rest[0] / rest[1]) / math.sqrt(here + there)
    degrees = (here + there) ** 2 / (here**2 / (own[2] - 1) + there**2 / (rest[2] - 1))
    return 2.0 * (1.0 - t_below(t, degrees))


def _exact(own: _Sums, whole: _Sums, logs: Any) -> float:
    """Return twice the smaller tail of the hypergeometric distribution (Fisher); ``logs`` are those of factorials."""
    import numpy as np

    x, drawn, marked, every = (round(each) for each in (own[0], own[1], whole[0], whole[1]))
    low, high = max(0, drawn + marked - every), min(drawn, marked)
    k = np.arange(low, high + 1)
    log = (
        logs[marked] - logs[k] - logs[marked - k]
        + logs[every - marked] - logs[drawn - k] - logs[every - marked - drawn + k]
        - logs[every] + logs[drawn] + logs[every - drawn]
    )  # fmt: skip
    chances = np.exp(log)
    at = x - low
    return min(1.0, 2.0 * min(float(chances[: at + 1].sum()), float(chances[at:].sum())))


def _holm(chances: dict[int, float]) -> Sequence[int]:
    """Return the groups whose chance is too small, judged together."""
    kept = []
    for step, group in enumerate(sorted(chances, key=lambda each: chances[each])):
        if chances[group] * (len(chances) - step) > _CHANCE:
            break
        kept.append(group)
    return kept


def fences(values: Any, least: float, times: float = 3.0) -> tuple[float, float] | None:
    """Return how low and how high values are still usual: so many quartile distances below and above the quartiles.

    Args:
        values: an array.
        least: the quartile distance is taken for no less than this.
        times: three is "far out" after Tukey.

    Returns:
        None for fewer than ``FEWEST`` values: there is no telling.
    """
    import numpy as np

    if len(values) < FEWEST:
        return None
    first, third = (float(each) for each in np.percentile(values, (25, 75)))
    wide = max(third - first, least)
    return first - times * wide, third + times * wide
