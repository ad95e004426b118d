"""One figure with everything that other systems ask of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from survey_app.text import fold

SURVEY = "SURVEY"
"""Code of the source of what the survey found itself."""


@dataclass(frozen=True)
class Observation:
    """One indicator of one group of one place.

    Attributes:
        indicator: key of the indicator.
        place: code of the place.
        groups: breakdown and code, places left out; empty for everybody.
        category: answer of a distribution, ``""`` for others.
        numerator: people or households who have it; None when withheld.
        denominator: those it was asked of; None when withheld.
        unknown: those of whom it is not known; None when withheld.
        estimate: percent or number; None when there is none, or withheld.
        withheld: the figure is suppressed.
        source: who keeps a figure that is not the survey's, ``""`` for the survey.
        period: of such a figure: a day, ``2026-10``, ``2026-Q3`` or ``2026``; ``""`` for the round's.
        document: the paper it stands in.
    """

    indicator: str
    place: str
    groups: tuple[tuple[str, str], ...]
    category: str
    numerator: float | None
    denominator: float | None
    unknown: float | None
    estimate: float | None
    withheld: bool = False
    source: str = ""
    period: str = ""
    document: str = ""

    @property
    def order(self) -> tuple[str, str, tuple[tuple[str, str], ...], str, str, str]:
        """Return what observations are sorted by; no two have it in common."""
        return self.indicator, self.place, self.groups, self.category, self.source_id, self.period

    @property
    def source_id(self) -> str:
        """Return the source as a code: two ways of writing the same name give the same one."""
        return re.sub(r"[^A-Z0-9]+", "_", fold(self.source).upper()).strip("_") if self.source else SURVEY


@dataclass(frozen=True)
class Dataset:
    """The figures of one round.

    Attributes:
        office: id of the office.
        form: id of the form.
        round: code of the round.
        period: its reference date, ISO.
        catalogue_date: ISO date of the catalogue the codes of places are from.
        observations: the figures, sorted.
        breakdowns: the breakdowns that occur, in their order.
        names: words in English and Vietnamese of ``("indicator" | "place" | "source" | breakdown | "category", code)``.
        percent: keys of the indicators whose estimate is a percentage.
    """

    office: str
    form: str
    round: str
    period: str
    catalogue_date: str
    observations: tuple[Observation, ...]
    breakdowns: tuple[str, ...]
    names: Mapping[tuple[str, str], Mapping[str, str]] = field(hash=False)
    percent: frozenset[str] = frozenset()


def number(value: float) -> str:
    """Return a number as other systems read it: a point, no exponent, no digits that say nothing."""
    return f"{value:.6f}".rstrip("0").rstrip(".") if value % 1 else str(int(value))
