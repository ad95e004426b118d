"""What the household list shows, read from the store in one go. Knows no window."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from survey_app.operations.worklist import VillageProgress, village_progress
from survey_app.records import Enumerator, Place
from survey_app.store import Line, Store

SHOWN_AT_MOST = 1000
"""More lines than anybody walks through; who looks for one beyond them types a letter."""


@dataclass(frozen=True)
class ListFacts:
    """Everything the household list shows.

    Attributes:
        place: the village shown, ``None`` for all.
        lines: what matches search and status, by village and number, at most ``SHOWN_AT_MOST``.
        counts: status to number of households that match the search, shown or not.
        total: households of the village, or of all, whatever the search.
        still_open: of these, not visited or not finished.
        villages: all villages with their progress.
        commune: the commune of the round, ``None`` before there is one.
        ends: ISO date of the round's end, blank when unknown.
        people: enumerators and supervisors.
    """

    place: Place | None
    lines: tuple[Line, ...]
    counts: Mapping[str, int]
    total: int
    still_open: int
    villages: tuple[VillageProgress, ...]
    commune: Place | None
    ends: str
    people: tuple[Enumerator, ...]


def list_facts(store: Store, village: str = "", text: str = "", status: str = "", enumerator: str = "") -> ListFacts:
    """Read the household list.

    Args:
        store: the store.
        village: code of the village; one that is not there means all.
        text: what was typed into the search.
        status: only households with this status; blank for all.
        enumerator: only households of this person or of nobody; blank for all.
    """
    villages = tuple(village_progress(store))
    chosen = next((v for v in villages if v.place.code == village), None)
    place = chosen.place if chosen else None
    counted = (chosen,) if chosen else villages
    round_ = store.round()
    here = place.code if place else ""
    lines = store.households(here, text.strip(), status, SHOWN_AT_MOST, enumerator=enumerator)
    if status or len(lines) == SHOWN_AT_MOST:
        counts = store.matching_counts(here, text.strip(), enumerator)
    else:
        counts = Counter(line.status for line in lines)
    return ListFacts(
        place=place,
        lines=tuple(lines),
        counts=counts,
        total=sum(v.total for v in counted),
        still_open=sum(v.open for v in counted),
        villages=villages,
        commune=store.place(round_.commune_code) if round_ else None,
        ends=round_.ends if round_ else "",
        people=tuple(store.enumerators()),
    )
