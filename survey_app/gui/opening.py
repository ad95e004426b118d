"""What happens once a store is open: who is working, and which screen comes first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from survey_app.gui.desk import Desk
from survey_app.gui.remembered import recall, remember
from survey_app.records import Enumerator

if TYPE_CHECKING:
    from survey_app.store import Store


def _people(store: Store) -> tuple[str, list[Enumerator]]:
    role = "supervisor" if store.kind == "office" else "enumerator"
    people = [person for person in store.enumerators() if person.role == role]
    return store.device, people or [Enumerator(id=store.device, name=store.name, role=role)]


def after_opening(desk: Desk) -> None:
    """Take up work in the store just opened: ask who it is when several people share the machine."""
    desk.run(_people, done=lambda found: _take_up(desk, *found))


def _take_up(desk: Desk, device: str, people: list[Enumerator]) -> None:
    last = recall(f"person-{device}")
    known = [person for person in people if person.id == last]
    if len(people) > 1 and not known:
        desk.go("who", people=people, device=device)
        return
    work_as(desk, (known or people)[0], device)


def work_as(desk: Desk, person: Enumerator, device: str) -> None:
    """Let ``person`` work at the open store and show the first screen of the role."""
    remember(f"person-{device}", person.id)
    desk.set_person(person)
    desk.go("merge" if person.role == "supervisor" else "today")
