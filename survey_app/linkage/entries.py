"""What is known of a household for comparing: people, head, telephone, place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """A member of a household.

    Attributes:
        name: full name as written.
        sex: code of the answer, blank when unknown.
        year: year of birth, 0 when unknown.
        month: month of birth, 0 when unknown.
        day: day of birth, 0 when unknown.
        by_age: the year was worked out from an age and may be one off.
        identity: keyed hash of the identity number, blank when there is none; the number itself never comes here.
    """

    name: str
    sex: str = ""
    year: int = 0
    month: int = 0
    day: int = 0
    by_age: bool = False
    identity: str = ""

    @property
    def date(self) -> tuple[int, int, int] | None:
        """The whole date of birth, ``None`` unless all of it is known."""
        return (self.year, self.month, self.day) if self.year and self.month and self.day else None


@dataclass(frozen=True)
class Entry:
    """A household to be compared with the others.

    Attributes:
        id: its UUID.
        village: code of its village, blank when unknown.
        head: name of its head as the list has it.
        phones: telephone numbers, digits only.
        address: folded, blank when unknown.
        people: its members as its form has them, the head first; empty when there is no form.
        family: id of the household that all those that moved out of one another began as; blank for ``id``.
    """

    id: str
    village: str = ""
    head: str = ""
    phones: frozenset[str] = frozenset()
    address: str = ""
    people: tuple[Person, ...] = ()
    family: str = ""
