"""What there is to do: villages with their progress, households to visit, households found in the field."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.records import Household, Place
from survey_app.store import (
    COMPLETE,
    CONFIRMED,
    IN_PROGRESS,
    NOT_VISITED,
    PACKED,
    REFUSED,
    Line,
    Store,
)
from survey_app.text import tidy


@dataclass(frozen=True)
class VillageProgress:
    """How far a village is, in households.

    Attributes:
        place: the village.
        not_visited: nobody has been there.
        in_progress: an interview was begun.
        complete: finished and still only on this machine (in the office: merged).
        refused: refused, and still only on this machine (in the office: merged).
        packed: in a bundle that the office has not confirmed.
        confirmed: the office has it.
    """

    place: Place
    not_visited: int = 0
    in_progress: int = 0
    complete: int = 0
    refused: int = 0
    packed: int = 0
    confirmed: int = 0

    @property
    def total(self) -> int:
        """Return the number of households on the list."""
        return self.not_visited + self.in_progress + self.done

    @property
    def done(self) -> int:
        """Return the number of households with a finished visit, refusals too."""
        return self.complete + self.refused + self.packed + self.confirmed


def village_progress(store: Store) -> list[VillageProgress]:
    """Return every village that has households on the list or is in the round's commune, by code."""
    counts = store.status_counts()
    villages = {place.code: place for place in store.places("village")}
    round_ = store.round()
    here = {code for code, place in villages.items() if round_ and place.parent == round_.commune_code}
    return [_progress(villages.get(code), code, counts.get(code, {})) for code in sorted(here | set(counts))]


def _progress(place: Place | None, code: str, counts: Mapping[str, int]) -> VillageProgress:
    return VillageProgress(
        place or Place(code, code, "village", "", code.rpartition("-")[0]),
        not_visited=counts.get(NOT_VISITED, 0),
        in_progress=counts.get(IN_PROGRESS, 0),
        complete=counts.get(COMPLETE, 0),
        refused=counts.get(REFUSED, 0),
        packed=counts.get(PACKED, 0),
        confirmed=counts.get(CONFIRMED, 0),
    )


def household_lines(store: Store, village: str = "", text: str = "", status: str = "", limit: int = 0) -> list[Line]:
    """Return the lines of the household list that match everything given; see ``Store.households``."""
    return store.households(village, text, status, limit)


def next_to_visit(store: Store, village: str = "", enumerator: str = "") -> Line | None:
    """Return the household to go to now, ``None`` when the list is done.

    An interview that was begun comes first, the one touched last; then the household not visited yet that follows the
    last visited one in its village, of those assigned to this enumerator or to nobody.

    Args:
        store: the store.
        village: only this village; blank for all.
        enumerator: who asks; blank for all households whoever they are assigned to.
    """
    mine = [line for line in store.households(village) if _is_for(line.household, enumerator)]
    begun = [line for line in mine if line.status == IN_PROGRESS]
    if begun:
        return max(begun, key=lambda line: line.touched_at)
    waiting = [line for line in mine if line.status == NOT_VISITED]
    visited = [line for line in mine if line.touched_at]
    if not waiting or not visited:
        return waiting[0] if waiting else None
    last = max(visited, key=lambda line: line.touched_at).household
    ahead = [line for line in waiting if _way(line.household) > _way(last)]
    return ahead[0] if ahead else waiting[0]


def _is_for(household: Household, enumerator: str) -> bool:
    return not enumerator or household.assigned_to in ("", enumerator)


def _way(household: Household) -> tuple[str, int]:
    return household.village_code, household.number


def add_household(
    store: Store,
    village: str,
    head_name: str,
    *,
    address: str = "",
    phone: str = "",
    size: int = 0,
    assigned_to: str = "",
    new_id: Callable[[], uuid.UUID] = uuid.uuid4,
) -> Household:
    """Add a household that is not on the list, with a new identity and the next number of its village.

    Raises:
        SurveyAppError: the name is blank (``WRK-01``) or the village is unknown (``WRK-02``); nothing was added.
    """
    name = tidy(head_name)
    if not name:
        raise SurveyAppError("WRK-01", _("The name of the head of household is missing."), _("Enter the name first."))
    if store.place(village) is None:
        raise SurveyAppError("WRK-02", _("This village is not on the list of places."), _("Choose a village first."))
    number = store.next_household_number(village)
    household = Household(str(new_id()), village, number, name, tidy(address), tidy(phone), max(size, 0), assigned_to)
    store.add_households([household], found_by=store.device)
    return household
