"""Design-based estimates from samples: totals and ratios, their variances by Taylor linearisation, 95 % intervals.

What the sample looks like is a ``Sample``: for each unit (a household) its weight and, stage by stage, the stratum and
the cluster it was drawn in and how many clusters there were to draw from. The variance of a total is that of the sums
of the clusters around the mean of their stratum, with the finite population correction, and below it, weighted with the
share of clusters drawn, that of the next stage (Cochran, Sampling Techniques, 3rd ed., 1977, 11; the estimator of the R
package ``survey``). A ratio is linearised: its variance is that of the total of ``w (y - R x) / X``.

Rules that textbooks leave open:

* **Degrees of freedom**: clusters of the first stage that hold somebody of the group, less their strata.
* **Subgroups** are domains: who does not belong counts with zero, and no stratum gets smaller.
* **Proportions** have the interval of their logit (it stays between 0 and 100 %); at 0 % or 100 % there is none.
* **A stratum with a single cluster** says nothing of its variance. When all there was to draw was drawn, it adds
  nothing. Otherwise ``lonely`` decides: ``refuse`` (no interval), ``adjust`` (around the mean of all clusters, as if of
  a stratum of its own: rather too wide), ``certainty`` (adds nothing: too narrow, and said so in the method).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from survey_app.indicators.student import t_quantile

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Codes = NDArray[np.int64]

LONELY = ("refuse", "adjust", "certainty")
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Stage:
    """One stage of drawing, by unit.

    Attributes:
        strata: the stratum that each unit's cluster was drawn in.
        clusters: the cluster; its codes may repeat in other strata and other clusters of the stage above.
        population: how many clusters there were in the stratum; NaN: so many that it does not matter.
    """

    strata: Codes
    clusters: Codes
    population: Floats


@dataclass(frozen=True)
class _Level:
    """A stage made ready: which cluster a unit belongs to, and of each cluster its stratum."""

    cluster_of_unit: Codes
    stratum_of_cluster: Codes
    drawn: Floats
    """Clusters drawn, by stratum."""
    fraction: Floats
    """Share drawn of what was there, by stratum."""
    above: Floats
    """Share drawn at the stages above, by stratum."""


class Sample:
    """The units of a sample and how they were drawn.

    Args:
        weights: how many units of the population each one stands for; None: worked out from the shares drawn.
        stages: from the first stage on.
        lonely: one of ``LONELY``.
    """

    def __init__(self, weights: Floats | None, stages: Sequence[Stage], lonely: str = "refuse") -> None:
        self.stages = tuple(stages)
        self.lonely = lonely
        self._given = weights

    @cached_property
    def weights(self) -> Floats:
        """Return the weight of each unit."""
        if self._given is not None:
            return self._given
        import numpy as np

        shares = np.ones(len(self.stages[0].strata))
        for level in self._levels:
            shares = shares * level.fraction[level.stratum_of_cluster][level.cluster_of_unit]
        return np.asarray(1.0 / shares)

    @cached_property
    def _levels(self) -> list[_Level]:
        import numpy as np

        count = len(self.stages[0].strata)
        path = np.zeros(count, dtype=np.int64)
        above = np.ones(count)
        levels = []
        for stage in self.stages:
            strata = _coded(path, stage.strata)
            clusters = _coded(strata, stage.clusters)
            first = np.unique(clusters, return_index=True)[1]
            stratum_of_cluster = strata[first]
            drawn = np.bincount(stratum_of_cluster).astype(float)
            first_of_stratum = np.unique(strata, return_index=True)[1]
            population = stage.population[first_of_stratum]
            fraction = np.where(np.isnan(population), 0.0, drawn / population)
            levels.append(_Level(clusters, stratum_of_cluster, drawn, fraction, above[first_of_stratum]))
            above = above * fraction[strata]
            path = clusters
        return levels

    def degrees(self, belongs: NDArray[np.bool_]) -> int:
        """Return the degrees of freedom of an estimate over some units: their first clusters less their strata."""
        import numpy as np

        level = self._levels[0]
        clusters = np.unique(level.cluster_of_unit[belongs])
        return int(len(clusters) - len(np.unique(level.stratum_of_cluster[clusters])))

    def variance(self, scores: Floats) -> Floats:
        """Return the variance of the total of each column of ``scores`` (a row a unit, weights applied already).

        NaN where a lonely cluster forbids to say.
        """
        import numpy as np

        total = np.zeros(scores.shape[1])
        for level in self._levels:
            sums = np.zeros((len(level.stratum_of_cluster), scores.shape[1]))
            np.add.at(sums, level.cluster_of_unit, scores)
            total = total + self._of_stage(sums, level)
        return total

    def _of_stage(self, sums: Floats, level: _Level) -> Floats:
        import numpy as np

        strata = len(level.drawn)
        means = np.zeros((strata, sums.shape[1]))
        np.add.at(means, level.stratum_of_cluster, sums)
        means /= level.drawn[:, None]
        lonely = (level.drawn == 1) & (level.fraction < 1.0) & (level.above > 0.0)
        if self.lonely == "adjust" and lonely.any():
            means[lonely] = sums.mean(axis=0)
        spread = np.zeros((strata, sums.shape[1]))
        np.add.at(spread, level.stratum_of_cluster, (sums - means[level.stratum_of_cluster]) ** 2)
        alone = 1.0 if self.lonely == "adjust" else 0.0
        scale = np.where(level.drawn > 1, level.drawn / np.maximum(level.drawn - 1, 1), alone)
        factor = level.above * np.maximum(1.0 - level.fraction, 0.0) * scale
        found = (factor[:, None] * spread).sum(axis=0)
        if self.lonely == "refuse" and lonely.any():
            touched = (np.abs(means[lonely]) > 0).any(axis=0)
            found = np.where(touched, np.nan, found)
        return np.asarray(found)


def _coded(above: Codes, codes: Codes) -> Codes:
    """Return a number from 0 on for each different pair."""
    import numpy as np

    _pairs, numbers = np.unique(np.stack([above, codes]), axis=1, return_inverse=True)
    return np.asarray(numbers.reshape(-1), dtype=np.int64)


@dataclass(frozen=True)
class Estimate:
    """An estimate with its precision.

    Attributes:
        value: the estimate.
        error: its standard error, NaN when it cannot be said.
        lower: lower end of the 95 % interval, NaN when there is none.
        upper: upper end.
        degrees: degrees of freedom.
    """

    value: float
    error: float
    lower: float
    upper: float
    degrees: int


def total(sample: Sample, values: Floats, belongs: NDArray[np.bool_] | None = None) -> Estimate:
    """Return the total of a value over the population (of the units that ``belongs`` marks)."""
    import numpy as np

    inside = np.ones(len(values), dtype=bool) if belongs is None else belongs
    scores = np.where(inside, sample.weights * values, 0.0)
    error = math.sqrt(sample.variance(scores[:, None])[0])
    return _with_ends(float(scores.sum()), error, sample.degrees(inside))


def ratio(sample: Sample, above: Floats, below: Floats, *, proportion: bool = False) -> Estimate:
    """Return the ratio of two totals: a mean where ``below`` counts units, a proportion where ``above`` counts some.

    Args:
        sample: how the units were drawn.
        above: numerator of each unit.
        below: denominator of each unit; a unit outside the group has 0 in both.
        proportion: the ratio lies between 0 and 1 and gets the interval of its logit.
    """
    import numpy as np

    weights = sample.weights
    base = float((weights * below).sum())
    if not base:
        return Estimate(math.nan, math.nan, math.nan, math.nan, 0)
    value = float((weights * above).sum()) / base
    scores = weights * (above - value * below) / base
    error = math.sqrt(sample.variance(np.asarray(scores)[:, None])[0])
    degrees = sample.degrees(below != 0)
    return _logit(value, error, degrees) if proportion else _with_ends(value, error, degrees)


def _with_ends(value: float, error: float, degrees: int) -> Estimate:
    half = t_quantile(0.5 + CONFIDENCE / 2, degrees) * error if degrees > 0 else math.nan
    return Estimate(value, error, value - half, value + half, degrees)


def _logit(value: float, error: float, degrees: int) -> Estimate:
    """Return the interval of the logit, by the delta method; where it has none (0 or 1) there is none."""
    if not 0.0 < value < 1.0 or degrees <= 0 or math.isnan(error):
        return Estimate(value, error, math.nan, math.nan, degrees)
    middle = math.log(value / (1.0 - value))
    half = t_quantile(0.5 + CONFIDENCE / 2, degrees) * error / (value * (1.0 - value))
    ends = (1.0 / (1.0 + math.exp(-(middle + side * half))) for side in (-1, 1))
    lower, upper = ends
    return Estimate(value, error, lower, upper, degrees)


def codes_of(texts: Sequence[Any]) -> Codes:
    """Return a number from 0 on for each different text."""
    import numpy as np

    known: dict[Any, int] = {}
    return np.array([known.setdefault(text, len(known)) for text in texts], dtype=np.int64)
