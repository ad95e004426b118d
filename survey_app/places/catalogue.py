"""Provinces and communes as they are at a date.

A code alone does not name a unit: most commune codes were used again with another extent on 01/07/2025, and names and
kinds have changed since. Whoever keeps a code keeps the catalogue's date beside it.
"""

from __future__ import annotations

import csv
import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from survey_app import paths
from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.places.conversion import old_units
from survey_app.records import Place

REFORM = "2025-07-01"
"""ISO date of the day on which districts ended, and provinces and communes got another extent."""

OLD = "2024-12-31"
"""Stands for the catalogue of before the reform: the units as they were from January to June 2025."""


class PlacesError(SurveyAppError):
    """A place or a catalogue that does not exist (codes ``PLC-..``)."""


@dataclass(frozen=True)
class _Unit:
    place: Place
    since: str
    until: str


def installed_folder() -> Path:
    """Return where the newer lists stand that were brought to this machine, ``<day>.csv`` each."""
    return paths.user_folder() / "places"


def forget() -> None:
    """Read the lists anew when they are next needed: another one was put to use."""
    for kept in (_units, _catalogue, _by_code, _by_parent, catalogue_dates, codes_of):
        kept.cache_clear()


@functools.cache
def _units() -> tuple[_Unit, ...]:
    with (paths.resources() / "places" / "units.csv").open(encoding="utf-8", newline="") as file:
        rows = iter(csv.reader(file))
        next(rows)
        units = tuple(
            _Unit(Place(code, name, "commune" if parent else "province", kind, parent), since, until)
            for code, name, kind, parent, since, until in rows
        )
    for file_ in sorted(installed_folder().glob("20??-??-??.csv")):
        units = _followed(units, file_.stem, _listed(file_))
    return units


def _listed(path: Path) -> list[Place]:
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Place(row["code"], row["name"], "commune" if row["parent"] else "province", row["kind"], row["parent"])
            for row in csv.DictReader(file)
        ]


def _followed(units: tuple[_Unit, ...], day: str, listed: Sequence[Place]) -> tuple[_Unit, ...]:
    """Return units of which only those go on after a day that a newer list names just so, and its other ones."""
    earlier = [unit for unit in units if unit.since < day]
    holds = {unit.place for unit in earlier if not unit.until or unit.until > day}
    wanted = set(listed)
    ended = [
        replace(u, until=day) if u.place in holds - wanted and (not u.until or u.until > day) else u for u in earlier
    ]
    kept = [replace(u, until="") if u.place in wanted and u.until > day else u for u in ended]
    return (*kept, *(_Unit(place, day, "") for place in listed if place not in holds))


@functools.cache
def catalogue_dates() -> tuple[str, ...]:
    """Return the ISO dates on which a catalogue since the reform began to hold, oldest first."""
    installed = {file.stem for file in installed_folder().glob("20??-??-??.csv")}
    return tuple(sorted({unit.since for unit in _units()} | installed))


@functools.cache
def codes_of(date: str) -> frozenset[str]:
    """Return the codes of all places of a day; ``""``: those of every list there is, also of before the reform.

    A day without a list has none.
    """
    if not date:
        return frozenset(unit.place.code for unit in _units()) | {place.code for place in old_units()}
    try:
        return frozenset(place.code for place in load_catalogue(date))
    except PlacesError:
        return frozenset()


def catalogue_date(date: str = "") -> str:
    """Return the day on which the catalogue that holds on ``date`` began; the newest when ``""``.

    Raises:
        PlacesError: ``PLC-01``, the day lies before the first catalogue.
    """
    dates = catalogue_dates()
    if not date:
        return dates[-1]
    if OLD <= date < REFORM:
        return OLD
    held = [day for day in dates if day <= date]
    if not held:
        raise PlacesError(
            "PLC-01",
            _("There is no catalogue of places for {date}.").format(date=date),
            _("Choose a day from 31/12/2024 on."),
        )
    return held[-1]


def load_catalogue(date: str = "") -> tuple[Place, ...]:
    """Return the provinces and communes of a day, provinces first, each in the order of their codes.

    Before 01/07/2025 districts stand between them.

    Args:
        date: ISO date; the newest catalogue when ``""``.

    Raises:
        PlacesError: ``PLC-01``, the day lies before the first catalogue (31/12/2024).
    """
    return _catalogue(catalogue_date(date))


def provinces(date: str = "") -> tuple[Place, ...]:
    """Return the provinces and cities of a day in the order of their codes."""
    return tuple(place for place in load_catalogue(date) if place.level == "province")


def communes(province: str, date: str = "") -> tuple[Place, ...]:
    """Return the communes, wards and special zones of a province on a day; empty when there is no such province."""
    held = catalogue_date(date)
    if held == OLD:
        districts = [place.code for place in _by_parent(held).get(province, ())]
        return tuple(commune for code in districts for commune in _by_parent(held).get(code, ()))
    return _by_parent(held).get(province, ())


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
    if date == OLD:
        return old_units()
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
