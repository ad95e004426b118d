"""Indicators of a sample: weighted estimates with 95 % intervals, for every group, from the counts of each unit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.indicators.compute import compute_groups, figures_of
from survey_app.indicators.definitions import Indicator
from survey_app.indicators.design import Design
from survey_app.indicators.disaggregations import UNKNOWN
from survey_app.indicators.engines import Engine, Source
from survey_app.indicators.sampling import Estimate, Sample, Stage, codes_of, ratio, total
from survey_app.indicators.tables import number_in

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

INTERVALS = ("error", "lower", "upper", "degrees")


def estimate_all(
    indicators: Sequence[Indicator],
    rows: Source,
    breakdowns: Sequence[Sequence[str]],
    design: Design,
    engine: str | Engine = "duckdb",
) -> list[pd.DataFrame]:
    """Return what ``compute_all`` does, the estimates weighted by the design and with their precision.

    ``numerator``, ``denominator`` and ``unknown`` stay the numbers of those who were asked; ``estimate`` is of the
    population. Added are ``error`` (standard error), ``lower`` and ``upper`` (95 % interval; NaN where there is none),
    in the unit of the estimate, and ``degrees`` of freedom.

    Raises:
        SurveyAppError: as ``compute_all``; or weights or populations are no numbers.
    """
    drawn = design.columns()
    found = compute_groups(indicators, rows, breakdowns, engine, drawn)
    return [_Precise(design, table, groups).table() for table, groups in found]


@dataclass
class _Precise:
    """Adds weighted estimates to a table of counts; ``groups`` holds the counts of each unit by level."""

    design: Design
    counts: pd.DataFrame
    groups: dict[str, Any]

    def table(self) -> pd.DataFrame:
        """Return the table with weighted estimates."""
        width = len(self.design.columns())
        keys = sorted({key[len(key) - width :] for _prepared, cells in self.groups.values() for key in cells})
        sample = _sample(self.design, keys)
        levels = {level: _Units(sample, keys, prepared, cells) for level, (prepared, cells) in self.groups.items()}
        by = [name for name in self.counts.columns if name not in _FIGURES]
        added: dict[str, list[float]] = {"estimate": [], **{name: [] for name in INTERVALS}}
        for row in self.counts.to_dict("records"):
            group = tuple(str(row[name]) for name in by)
            found = next(
                (units.estimate(str(row["indicator"]), group, str(row["category"])) for units in levels.values()
                 if str(row["indicator"]) in units.positions), None
            )  # fmt: skip
            assert found is not None, row["indicator"]
            is_known = not math.isnan(float(row["estimate"]))
            values = (found.value, found.error, found.lower, found.upper, float(found.degrees))
            for name, value in zip(added, values, strict=True):
                added[name].append(value if is_known else math.nan)
        return self.counts.assign(**added)


_FIGURES = ("indicator", "category", "numerator", "denominator", "unknown", "estimate")


class _Units:
    """What the units of a sample count at one level, by group."""

    def __init__(
        self,
        sample: Sample,
        keys: Sequence[tuple[str, ...]],
        prepared: Any,
        cells: dict[tuple[str, ...], dict[str, Any]],
    ) -> None:
        import numpy as np

        self.positions = {one.indicator.key: n for n, one in enumerate(prepared.measures)}
        self.measures = prepared.measures
        self.keys = keys
        self.sample = sample
        width = len(keys[0]) if keys else 0
        place = {key: n for n, key in enumerate(keys)}
        self.of_group: dict[tuple[str, ...], list[tuple[int, dict[str, Any]]]] = {}
        for key, wide in cells.items():
            self.of_group.setdefault(key[: len(key) - width], []).append((place[key[len(key) - width :]], wide))
        self._zeros = np.zeros(len(self.keys))

    def estimate(self, key: str, group: tuple[str, ...], category: str) -> Estimate:
        """Return the estimate of an indicator for a group, in its unit (percent from 0 to 100)."""
        position = self.positions[key]
        indicator = self.measures[position].indicator
        above, below = self._zeros.copy(), self._zeros.copy()
        for unit, wide in self.of_group.get(group, ()):
            figures = figures_of(position, self.measures[position], wide)
            numerator, denominator = next((n, d) for name, n, d, *_rest in figures if name == category)
            above[unit] += numerator
            below[unit] += denominator
        if not indicator.in_percent:
            return total(self.sample, above, self._belongs(group))
        share = ratio(self.sample, above, below, proportion=indicator.aggregate != "weighted_ratio")
        value, error, lower, upper = (100.0 * each for each in (share.value, share.error, share.lower, share.upper))
        return Estimate(value, error, lower, upper, share.degrees)

    def _belongs(self, group: tuple[str, ...]) -> NDArray[np.bool_]:
        import numpy as np

        inside = np.zeros(len(self.keys), dtype=bool)
        inside[[unit for unit, _wide in self.of_group.get(group, ())]] = True
        return inside


def _sample(design: Design, keys: Sequence[tuple[str, ...]]) -> Sample:
    import numpy as np

    names = [one.name for one in design.columns()]
    columns = {name: [key[n] for key in keys] for n, name in enumerate(names)}
    same = [""] * len(keys)
    stages = []
    for number in range(1, len(design.stages) + 1):
        population = columns.get(f"population {number}")
        stages.append(
            Stage(
                codes_of(columns.get(f"stratum {number}", same)),
                codes_of(columns[f"cluster {number}"]),
                _numbers(population, "population") if population else np.full(len(keys), math.nan),
            )
        )
    weights = _numbers(columns["weight"], "weight") if "weight" in columns else None
    return Sample(weights, stages, design.lonely)


def _numbers(texts: Sequence[str], column: str) -> NDArray[np.float64]:
    """Return texts as positive numbers.

    Raises:
        SurveyAppError: one is blank, zero, negative or no number.
    """
    import numpy as np

    numbers = [None if text == UNKNOWN else number_in(text) for text in texts]
    wrong = sum(number is None or number <= 0 for number in numbers)
    if wrong:
        message = _("{count} households of the sample have no usable value for “{column}” of the design.")
        hint = _("Complete the columns that design.csv names; figures of a sample without them would mislead.")
        raise SurveyAppError("IND-11", message.format(count=wrong, column=column), hint)
    return np.array(numbers, dtype=float)
