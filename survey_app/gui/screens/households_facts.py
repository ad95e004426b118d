"""What the household list shows, read from the store in one go. Knows no window."""

from __future__ import annotations

from dataclasses import dataclass

from survey_app.operations.worklist import VillageProgress, household_lines, village_progress
from survey_app.records import Enumerator, Place
from survey_app.store import Line, Store


@dataclass(frozen=True)
class ListFacts:
    """Everything the household list shows.

    Attributes:
        place: the village shown, ``None`` for all.
        lines: what matches the search, by village and number.
        total: households of the village, or of all, whatever the search.
        still_open: of these, not visited or not finished.
        villages: all villages with their progress.
        commune: the commune of the round, ``None`` before there is one.
        ends: ISO date of the round's end, blank when unknown.
        people: enumerators and supervisors.
    """

    place: Place | None
    lines: tuple[Line, ...]
    total: int
    still_open: int
    villages: tuple[VillageProgress, ...]
    commune: Place | None
    ends: str
    people: tuple[Enumerator, ...]


def list_facts(store: Store, village: str = "", text: str = "") -> ListFacts:
    """Read the household list.

    Args:
        store: the store.
        village: code of the village; one that is not there means all.
        text: what was typed into the search.
    """
    villages = tuple(village_progress(store))
    chosen = next((v for v in villages if v.place.code == village), None)
    place = chosen.place if chosen else None
    counted = (chosen,) if chosen else villages
    round_ = store.round()
    lines = household_lines(store, place.code if place else "", text.strip())
    return ListFacts(
        place=place,
        lines=tuple(lines),
        total=sum(v.total for v in counted),
        still_open=sum(v.not_visited + v.in_progress for v in counted),
        villages=villages,
        commune=store.place(round_.commune_code) if round_ else None,
        ends=round_.ends if round_ else "",
        people=tuple(store.enumerators()),
    )
