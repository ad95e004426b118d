"""The villages of a commune, kept by its office: added, renamed, closed, joined with another one.

There is no national list of villages. A village that is no more stays in the store with the day it ended, because
answers name it. When it was joined with another one its households move there, with their numbers where these are free,
and what was answered before counts for the village they belong to now.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.indicators import Rows
from survey_app.operations.access import needs
from survey_app.operations.units import bring_places
from survey_app.places import convert_old, village
from survey_app.records import Household, Place
from survey_app.roles import DECIDE
from survey_app.store import Store
from survey_app.store.deeds import PLACE_CHANGED
from survey_app.text import fold, tidy

VILLAGE_KINDS = {
    "thon": "Thôn", "ban": "Bản", "xom": "Xóm", "ap": "Ấp", "to_dan_pho": "Tổ dân phố", "khu_pho": "Khu phố",
    "buon": "Buôn", "lang": "Làng", "khom": "Khóm", "phum": "Phum", "soc": "Sóc", "khu": "Khu",
}  # fmt: skip
"""Kinds of villages, with the word that a name begins with."""
_HIGHEST = 999


@needs(DECIDE)
def add_village(store: Store, name: str, commune: str = "", old: str = "") -> Place:
    """Add a village; it gets the next number of its commune.

    Args:
        store: the office's store.
        name: with the word for its kind, ``"Thôn Tân Thịnh"``.
        commune: code of its commune; the round's when ``""``.
        old: code of the commune of before 01/07/2025 that it was in, ``""`` when not known.

    Raises:
        SurveyAppError: name or commune are missing or not known, or there is such a village (codes ``VIL-..``).
    """
    now = store.round()
    code = commune or (now.commune_code if now else "")
    where = store.place(code)
    if where is None or where.level != "commune":
        raise SurveyAppError("VIL-01", _("This office does not know the commune."), _("Nothing was added."))
    if old and code not in convert_old(old).targets:
        message = _("No part of {commune} was in a commune with the code {code} before 01/07/2025.")
        raise SurveyAppError("VIL-02", message.format(commune=where.name, code=old), _("Nothing was added."))
    named = _named(store, code, name)
    numbers = [int(place.code.rpartition("-")[2]) for place in store.places("village", code)]
    number = max(numbers, default=0) + 1
    if number > _HIGHEST:
        message = _("A commune can number {count} villages.").format(count=_HIGHEST)
        raise SurveyAppError("VIL-03", message, _("Nothing was added."))
    added = replace(village(code, number, named, _kind(named)), old=old)
    _keep(store, "added", added)
    return added


@needs(DECIDE)
def rename_village(store: Store, code: str, name: str) -> Place:
    """Give a village another name.

    Raises:
        SurveyAppError: there is no such village, or another one has the name.
    """
    found = _village(store, code)
    named = _named(store, found.parent, name, but=code)
    renamed = replace(found, name=named, kind=_kind(named) or found.kind)
    _keep(store, "renamed", renamed)
    return renamed


@needs(DECIDE)
def close_village(store: Store, code: str, day: dt.date) -> Place:
    """Say that a village is no more from a day on; its households stay on the list until they are moved.

    Raises:
        SurveyAppError: there is no such village, or households are on its list (``VIL-05``).
    """
    found = _village(store, code)
    count = sum(store.status_counts().get(code, {}).values())
    if count:
        message = _("{village} has {count} households on the list.").format(village=found.name, count=count)
        raise SurveyAppError("VIL-05", message, _("Join it with the village they belong to now. Nothing was changed."))
    closed = replace(found, until=day.isoformat())
    _keep(store, "closed", closed)
    return closed


@needs(DECIDE)
def join_villages(store: Store, code: str, into: str, day: dt.date) -> int:
    """Join a village with another one from a day on; return how many households moved.

    Raises:
        SurveyAppError: there is no such village, or they are the same or of two communes (``VIL-06``).
    """
    gone, stays = _village(store, code), _village(store, into)
    if code == into or gone.parent != stays.parent:
        message = _("Two villages of one commune can be joined.")
        raise SurveyAppError("VIL-06", message, _("Choose another village. Nothing was changed."))
    homes = [line.household for line in store.households(village=code)]
    with store.together():
        store.put_households(_moved(store, homes, into))
        _keep(store, "joined", replace(gone, until=day.isoformat(), joined=into))
    return len(homes)


def _moved(store: Store, homes: Iterable[Household], into: str) -> Iterator[Household]:
    """Yield households with their new village; a number that is taken there gives way to the next free one."""
    taken = {line.household.number for line in store.households(village=into)}
    for home in homes:
        number = home.number if home.number not in taken else max(taken, default=0) + 1
        taken.add(number)
        yield replace(home, village_code=into, number=number)


def _village(store: Store, code: str) -> Place:
    found = store.place(code)
    if found is None or found.level != "village" or found.until:
        message = _("There is no village with the code {code} here.").format(code=code)
        raise SurveyAppError("VIL-04", message, _("Choose one from the list. Nothing was changed."))
    return found


def _named(store: Store, commune: str, name: str, but: str = "") -> str:
    plain = " ".join(tidy(name).split())
    if not plain:
        raise SurveyAppError("VIL-07", _("The name is missing."), _("Enter the name first. Nothing was changed."))
    for place in store.places("village", commune):
        if place.code != but and not place.until and fold(place.name) == fold(plain):
            message = _("There is a village “{name}” already: {code}.").format(name=place.name, code=place.code)
            raise SurveyAppError("VIL-08", message, _("Nothing was changed."))
    return plain


def _kind(name: str) -> str:
    said = fold(name)
    return next((kind for kind, word in VILLAGE_KINDS.items() if said.startswith(f"{fold(word)} ")), "thon")


def _keep(store: Store, what: str, place: Place) -> None:
    with store.together():
        store.put_places([place])
        store.note_deed(PLACE_CHANGED, what=what, code=place.code)
    bring_places(store)


# --- answers that name a village that is no more -------------------------------------------------------------------


def successors(places: Iterable[Place]) -> dict[str, str]:
    """Return for each village that was joined with another one the village that is there now."""
    into = {place.code: place.joined for place in places if place.joined}
    found = {}
    for code in into:
        end, seen = code, {code}
        while (after := into.get(end, "")) and after not in seen:
            end = after
            seen.add(after)
        found[code] = end
    return found


def told_of_now(batches: Iterable[Rows], into: Mapping[str, str]) -> Iterator[Rows]:
    """Pass rows on; those of a village that was joined with another one are of that one."""
    for batch in batches:
        for row in batch.household if into else ():
            code = row.get("village_code", "")
            if code in into:
                row["village_code"] = into[code]
        yield batch
