"""Provinces and communes as they are at a date.

A code alone does not name a unit: most commune codes were used again with another extent on 01/07/2025, and names and
kinds have changed since. Whoever keeps a code keeps the catalogue's date beside it.
"""

from __future__ import annotations

import csv
import functools
from collections.abc import Mapping
from dataclasses import dataclass

from survey_app import paths
from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.records import Place


class PlacesError(SurveyAppError):
    """A place or a catalogue that does not exist (codes ``PLC-..``)."""


@dataclass(frozen=True)
class _Unit:
    place: Place
    since: str
    until: str


@functools.cache
def _units() -> tuple[_Unit, ...]:
    with (paths.resources() / "places" / "units.csv").open(encoding="utf-8", newline="") as file:
        rows = iter(csv.reader(file))
        next(rows)
        return tuple(
            _Unit(Place(code, name, "commune" if parent else "province", kind, parent), since, until)
            for code, name, kind, parent, since, until in rows
        )


@functools.cache
def catalogue_dates() -> tuple[str, ...]:
    """Return the ISO dates on which a catalogue began to hold, oldest first."""
    return tuple(sorted({unit.since for unit in _units()}))


def catalogue_date(date: str = "") -> str:
    """Return the day on which the catalogue that holds on ``date`` began; the newest when ``""``.

    Raises:
        PlacesError: ``PLC-01``, the day lies before the first catalogue.
    """
    dates = catalogue_dates()
    if not date:
        return dates[-1]
    held = [day for day in dates if day <= date]
    if not held:
        raise PlacesError(
            "PLC-01",
            _("There is no catalogue of places for {date}.").format(date=date),
            _("Choose a day from 01/07/2025 on."),
        )
    return held[-1]


def load_catalogue(date: str = "") -> tuple[Place, ...]:
    """Return the provinces and communes of a day, provinces first, each in the order of their codes.

    Args:
        date: ISO date; the newest catalogue when ``""``.

    Raises:
        PlacesError: ``PLC-01``, the day lies before the first catalogue (01/07/2025).
    """
    return _catalogue(catalogue_date(date))


def provinces(date: str = "") -> tuple[Place, ...]:
    """Return the provinces and cities of a day in the order of their codes."""
    return tuple(place for place in load_catalogue(date) if place.level == "province")


def communes(province: str, date: str = "") -> tuple[Place, ...]:
    """Return the communes, wards and special zones of a province on a day; empty when there is no such province."""
    return _by_parent(catalogue_date(date)).get(province, ())


def find_place(code: str, date: str = "") -> Place:
    """Return the province (2 digits) or commune (5 digits) with this code on a day.

    Raises:
        PlacesError: ``PLC-02``, there is no such code in the catalogue of that day.
    """
    found = _by_code(catalogue_date(date)).get(code)
    if found is None:
        raise PlacesError(
            "PLC-02",
            _("There is no place with the code {code} in the catalogue.").format(code=code),
            _("Check the code, or look the commune up by its name."),
        )
    return found


def village(commune: str, number: int, name: str, kind: str = "thon") -> Place:
    """Return a village; it gets the code ``<commune code>-<3 digits>`` because there is no national one.

    Raises:
        ValueError: the number is not between 1 and 999.
    """
    if not 1 <= number <= 999:
        raise ValueError(f"a commune numbers its villages from 1 to 999, not {number}")
    return Place(f"{commune}-{number:03d}", name, "village", kind, commune)


@functools.cache
def _catalogue(date: str) -> tuple[Place, ...]:
    held = [unit.place for unit in _units() if unit.since <= date and not (unit.until and unit.until <= date)]
    return tuple(sorted(held, key=lambda place: (place.level != "province", place.code)))


@functools.cache
def _by_code(date: str) -> Mapping[str, Place]:
    return {place.code: place for place in _catalogue(date)}


@functools.cache
def _by_parent(date: str) -> Mapping[str, tuple[Place, ...]]:
    children: dict[str, list[Place]] = {}
    for place in _catalogue(date):
        if place.parent:
            children.setdefault(place.parent, []).append(place)
    return {parent: tuple(places) for parent, places in children.items()}
