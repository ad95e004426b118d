"""A newer official list of units: what it changes, and putting it to use on this machine.

The list names every province and commune that there is from a day on. What became of a unit that is no longer there is
said by the units that take it in (``Listed.made_of``); a code that stays with its extent names nothing.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from survey_app.disk import write_durably
from survey_app.places.catalogue import forget, installed_folder
from survey_app.places.search import forget_index
from survey_app.records import Place

HEAD = ("code", "name", "kind", "parent", "made_of")
"""Columns of a list that is in use on a machine, ``<day>.csv`` in the folder of the person's data."""


@dataclass(frozen=True)
class Listed:
    """A unit of a newer list.

    Attributes:
        place: the unit.
        made_of: codes of the units of before that it was made of, whole or in part; empty where it is what it was.
    """

    place: Place
    made_of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Change:
    """What a newer list changes.

    Attributes:
        kind: ``"new"``, ``"dissolved"``, ``"renamed"``, ``"moved"`` (another province), ``"split"`` or ``"merged"``.
        before: the units it concerns, as they were; empty for a new one.
        after: as they will be; empty for one of which nobody says what becomes of it.
    """

    kind: str
    before: tuple[Place, ...]
    after: tuple[Place, ...]


def changes(before: Sequence[Place], after: Sequence[Listed]) -> tuple[Change, ...]:
    """Return what a newer list changes, by the codes of what there was and then of what is new."""
    was = {place.code: place for place in before}
    will = {listed.place.code: listed.place for listed in after}
    into: dict[str, list[Place]] = {}
    for listed in after:
        for code in listed.made_of or ((listed.place.code,) if listed.place.code in was else ()):
            into.setdefault(code, []).append(listed.place)
    found = [change for place in before if (change := _of_one(place, into.get(place.code, []), will))]
    for listed in after:
        parts = tuple(was[code] for code in listed.made_of if code in was)
        if len(parts) > 1:
            found.append(Change("merged", parts, (listed.place,)))
        elif listed.place.code not in was and not parts:
            found.append(Change("new", (), (listed.place,)))
    return tuple(found)


def _of_one(place: Place, into: Sequence[Place], will: Mapping[str, Place]) -> Change | None:
    if len(into) > 1:
        return Change("split", (place,), tuple(into))
    now = will.get(place.code)
    if now is None:
        return Change("dissolved", (place,), tuple(into))
    if now.parent != place.parent:
        return Change("moved", (place,), (now,))
    return Change("renamed", (place,), (now,)) if (now.name, now.kind) != (place.name, place.kind) else None


def install(day: str, listed: Sequence[Listed]) -> None:
    """Put a list to use on this machine, from a day on; one of the same day is replaced.

    Raises:
        OSError: it cannot be written; nothing was changed.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEAD)
    for each in listed:
        place = each.place
        writer.writerow([place.code, place.name, place.kind, place.parent, " ".join(each.made_of)])
    folder = installed_folder()
    folder.mkdir(parents=True, exist_ok=True)
    write_durably(folder / f"{day}.csv", out.getvalue().encode())
    forget()
    forget_index()
