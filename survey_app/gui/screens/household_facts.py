"""What the screen of one household shows, read from the store in one go. Knows no window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from survey_app.operations.forms import HouseholdForm, forms_of
from survey_app.operations.visits import Visit, visits_of
from survey_app.records import Enumerator, Household, Place
from survey_app.store import Line, Store

FOUND_AT_MOST = 30


@dataclass(frozen=True)
class HouseholdFacts:
    """Everything about one household.

    Attributes:
        line: the household with how far it is.
        village: where it is, ``None`` when the place is not known here.
        visits: what was noted, the newest first.
        others: households that the visits, or where it came from, name; by id.
        people: enumerators and supervisors.
        forms: number of finished forms of the round that are not void.
        kept: household that this line was closed as, ``None`` for none.
        asked: the forms that are asked of it, the round's own one first.
    """

    line: Line
    village: Place | None
    visits: tuple[Visit, ...]
    others: dict[str, Household]
    people: tuple[Enumerator, ...]
    forms: int
    kept: Household | None = None
    asked: tuple[HouseholdForm, ...] = ()


def household_facts(store: Store, household: str) -> HouseholdFacts | None:
    """Read one household, ``None`` when it is not here."""
    line = store.line(household)
    if line is None:
        return None
    visits = tuple(visits_of(store, household))
    named = {visit.other for visit in visits} | {line.household.split_from}
    others = {each.id: each for each in map(store.household, sorted(named - {""})) if each is not None}
    round_ = store.round()
    forms = [
        current
        for current in store.currents(household=household)
        if current.state != "void" and (round_ is None or current.round == round_.code)
    ]
    closed_as = next((visit.other for visit in visits if visit.outcome == "duplicate"), "")
    return HouseholdFacts(
        line,
        store.place(line.household.village_code),
        visits,
        others,
        tuple(store.enumerators()),
        len(forms),
        others.get(closed_as) if line.result == "duplicate" else None,
        tuple(forms_of(store, household)),
    )


def twins(store: Store, text: str, without: str) -> list[Line]:
    """Return a few households that match, for choosing the one that stays."""
    found: list[Any] = store.households(text=text, limit=FOUND_AT_MOST) if text.strip() else []
    return [line for line in found if line.household.id != without]
