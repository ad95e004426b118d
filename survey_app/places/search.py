"""Find a province or commune by typing a part of its name, with or without accents."""

from __future__ import annotations

import functools

from survey_app.places.catalogue import catalogue_date, find_place, load_catalogue
from survey_app.records import Place
from survey_app.text import fold, sort_key, tidy

_KINDS = ("xa ", "phuong ", "dac khu ", "tinh ", "thanh pho ")


def search_places(
    text: str, *, level: str = "", province: str = "", limit: int = 20, date: str = ""
) -> tuple[Place, ...]:
    """Return the places whose name or code fits, the best first.

    Every typed word must begin a word of the name or of its province's name, so ``"van lang thai nguyen"`` finds the
    communes Văn Lang and Văn Lăng there. Accents are not needed, but a name that agrees with the typed accents comes
    first, because eight pairs of communes within one province differ by accents only.

    Args:
        text: part of a name, or the beginning of a code.
        level: ``"province"`` or ``"commune"``; both when ``""``.
        province: only communes of the province with this code.
        limit: longest list to return.
        date: ISO date of the catalogue; the newest when ``""``.
    """
    wanted = fold(text)
    words, bare = wanted.split(), _bare(wanted)
    exact = tidy(text).casefold()
    ranked = []
    for place, name, searched in _index(catalogue_date(date)):
        if (level and place.level != level) or (province and place.parent != province):
            continue
        if not (wanted and place.code.startswith(wanted)) and not all(f" {word}" in searched for word in words):
            continue
        rank = (
            exact not in place.name.casefold(),
            name != bare,
            not name.startswith(bare),
            not all(f" {word}" in f" {name}" for word in words),
            place.level != "province",
        )
        ranked.append((rank, place))
    ranked.sort(key=lambda found: found[0])
    best = ranked if len(ranked) <= limit else [found for found in ranked if found[0] <= ranked[limit - 1][0]]
    best.sort(key=lambda found: (found[0], sort_key(found[1].name), found[1].code))
    return tuple(place for _, place in best[:limit])


@functools.cache
def _index(date: str) -> tuple[tuple[Place, str, str], ...]:
    """Each place with its folded bare name and the folded words it is found by."""
    lines = []
    for place in load_catalogue(date):
        name = fold(place.name)
        around = f" {fold(find_place(place.parent, date).name)}" if place.parent else ""
        lines.append((place, _bare(name), f" {name}{around}"))
    return tuple(lines)


def _bare(name: str) -> str:
    """Return a folded name without the word for its kind."""
    return next((name.removeprefix(kind) for kind in _KINDS if name.startswith(kind)), name)


def forget_index() -> None:
    """Index the lists anew: another one was put to use."""
    _index.cache_clear()
