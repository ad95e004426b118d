"""What happens once a store is open: who is working, and which screen comes first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from survey_app.gui.desk import Desk
from survey_app.gui.remembered import recall, remember
from survey_app.records import Enumerator
from survey_app.roles import AUTHOR, ENUMERATOR, READER, SUPERVISOR

if TYPE_CHECKING:
    from survey_app.store import Store


_ROLES = {"office": (SUPERVISOR, AUTHOR), "laptop": (ENUMERATOR,), "reader": (READER,)}
"""Whom a store is for; where nobody is listed it is the first of these."""

BIN_DAYS = 30
"""An interview that was thrown away can be brought back for so many days."""


@dataclass(frozen=True)
class _Found:
    """What is known once a store is open.

    Attributes:
        device: id of the machine.
        people: who may work at it.
        opened_by: id of the person whose own passphrase opened it, ``""`` for the one all may know.
    """

    device: str
    people: list[Enumerator]
    opened_by: str


def _find(store: Store) -> _Found:
    roles = _ROLES[store.kind]
    role, people = roles[0], [person for person in store.enumerators() if person.role in roles]
    store.empty_bin(BIN_DAYS)
    return _Found(store.device, people or [Enumerator(id=store.device, name=store.name, role=role)], store.opened_by)


def after_opening(desk: Desk) -> None:
    """Take up work in the store just opened: ask who it is when several people share the machine."""
    desk.run(_find, done=lambda found: _take_up(desk, found))


def _take_up(desk: Desk, found: _Found) -> None:
    left, desk.left = desk.left, None
    own = next((person for person in found.people if person.id == found.opened_by), None)
    if left is not None and left.store == desk.store.path and own in (None, left.person):
        remember(f"person-{found.device}", left.person.id)
        desk.set_person(left.person)
        desk.go(left.screen, **left.arguments)
        return
    last = recall(f"person-{found.device}")
    known = [person for person in found.people if person.id == last]
    if own is None and len(found.people) > 1 and not known:
        desk.go("who", people=found.people, device=found.device)
        return
    work_as(desk, own or (known or found.people)[0], found.device)


def work_as(desk: Desk, person: Enumerator, device: str) -> None:
    """Let ``person`` work at the open store and show the first screen of the role.

    When the machine or the program stopped in the middle of an interview of this person, that comes first.
    """
    remember(f"person-{device}", person.id)
    desk.set_person(person)
    first = {SUPERVISOR: "merge", AUTHOR: "forms", READER: "results"}.get(person.role, "")
    if first:
        desk.go(first)
        return
    desk.go("unfinished" if desk.store.left_open_by() == person.id else "today")
