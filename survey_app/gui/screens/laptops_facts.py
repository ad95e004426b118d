"""What the laptops screen shows and does in the office's store. Knows no window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from survey_app.clock import Clock
from survey_app.operations.enrolment import Enrolled, enrol_laptop
from survey_app.places import village
from survey_app.records import Enumerator, Place
from survey_app.store import Device, Store
from survey_app.text import fold, tidy


@dataclass(frozen=True)
class Laptop:
    """A laptop that was enrolled here.

    Attributes:
        device: as the store knows it.
        bundles: how many of its bundles were merged.
        last_at: ISO 8601, when the newest of them was packed; blank when there is none.
    """

    device: Device
    bundles: int
    last_at: str


@dataclass(frozen=True)
class LaptopsFacts:
    """Everything the screen shows.

    Attributes:
        laptops: by name.
        people: enumerators.
        villages: places of the round's commune with the number of households on the list.
        commune: code of the round's commune, blank before there is one.
    """

    laptops: tuple[Laptop, ...]
    people: tuple[Enumerator, ...]
    villages: tuple[tuple[Place, int], ...]
    commune: str


def laptops_facts(store: Store) -> LaptopsFacts:
    """Read what the screen shows."""
    notes = [note for note in store.bundle_notes() if note.direction == "in"]
    laptops = []
    for device in store.devices():
        if device.id != store.device:
            own = [note for note in notes if note.device == device.id]
            laptops.append(Laptop(device, len(own), max((note.made_at for note in own), default="")))
    round_ = store.round()
    counts = store.status_counts()
    return LaptopsFacts(
        laptops=tuple(sorted(laptops, key=lambda laptop: laptop.device.name)),
        people=tuple(person for person in store.enumerators() if person.role == "enumerator"),
        villages=tuple((place, sum(counts.get(place.code, {}).values())) for place in store.places("village")),
        commune=round_.commune_code if round_ else "",
    )


def add_village(store: Store, name: str) -> Place | None:
    """Add a village to the round's commune; ``None`` when the name is blank or there already, or there is no round."""
    round_, wanted = store.round(), tidy(name)
    if round_ is None or not wanted:
        return None
    known = store.places("village", round_.commune_code)
    if any(fold(place.name) == fold(wanted) for place in known):
        return None
    number = 1 + max((int(place.code.rpartition("-")[2]) for place in known), default=0)
    place = village(round_.commune_code, number, wanted)
    store.put_places([place])
    return place


def enrol(  # noqa: PLR0917 - as the operation it calls
    store: Store, name: str, person: Enumerator | str, villages: Sequence[str], file: Path, clock: Clock
) -> Enrolled:
    """Write the enrolment file of a laptop for one person.

    Args:
        store: the office's store.
        name: what people call the laptop.
        person: somebody known here, or the name of somebody new.
        villages: codes of the villages it gets; all when empty.
        file: where the file goes.
        clock: where the time comes from.

    Raises:
        SurveyAppError: the file could not be written, or this is not an office; no laptop was set up.
    """
    chosen = person if isinstance(person, Enumerator) else _new_person(store, person)
    store.put_enumerators([chosen])
    return enrol_laptop(store, name, [chosen], villages, file, clock=clock)


def _new_person(store: Store, name: str) -> Enumerator:
    taken = {person.id for person in store.enumerators()}
    number = 1
    while f"dt{number:02d}" in taken:
        number += 1
    return Enumerator(f"dt{number:02d}", tidy(name), "enumerator")
