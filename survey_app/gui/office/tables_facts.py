"""What the screen of the office's tables shows, read in the store's lane."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from survey_app.i18n import N_, _, ngettext
from survey_app.places.catalogue import installed_folder
from survey_app.records import Place
from survey_app.text import show_date

if TYPE_CHECKING:
    from survey_app.operations.maps import ReadMap
    from survey_app.store import Store

FIGURES, INDICATORS, TARGETS, PLACES, VILLAGES = "figures", "indicators", "targets", "places", "villages"
MAP = "map"
KINDS = (
    (FIGURES, N_("Other sources")),
    (INDICATORS, N_("Indicators")),
    (TARGETS, N_("Targets")),
    (PLACES, N_("List of places")),
    (VILLAGES, N_("Villages")),
    (MAP, N_("Map")),
)
"""What the screen keeps, with the words for it."""


@dataclass(frozen=True)
class Row:
    """A table that is here, or a village.

    Attributes:
        id: id of the table, or code of the village.
        name: file of the table, or name of the village.
        about: what it is about.
        state: what holds of it.
        can_go: it can be taken back.
    """

    id: str
    name: str
    about: str
    state: str
    can_go: bool = True


@dataclass(frozen=True)
class TablesFacts:
    """What is shown of one kind.

    Attributes:
        kind: one of ``KINDS``.
        rows: what is here.
        forms: id and title of the forms that are asked, for tables of indicators and targets.
        villages: the villages that are there, for joining.
    """

    kind: str
    rows: tuple[Row, ...]
    forms: tuple[tuple[str, str], ...] = ()
    villages: tuple[Place, ...] = ()


@dataclass(frozen=True)
class Looked:
    """A table that was looked at.

    Attributes:
        read: what taking it in needs.
        words: what it would do.
    """

    read: Any
    words: str


def read_facts(store: Store, kind: str) -> TablesFacts:
    """Read what is here of a kind."""
    from survey_app.operations.forms import asked_forms

    forms = tuple((each.stored.id, each.stored.title or each.stored.id) for each in asked_forms(store))
    if kind == FIGURES:
        from survey_app.operations.figures import taken_in

        rows = [
            Row(each.id, each.file, ", ".join(each.sources), _held(each.figures, each.holding))
            for each in taken_in(store)
        ]
    elif kind in {INDICATORS, TARGETS}:
        tables = list(reversed(store.kept_tables(kind)))
        newest = {each.name: each.id for each in reversed(tables)}
        rows = [
            Row(each.id, each.file, each.name, _("in force") if newest[each.name] == each.id else _("replaced"),
                can_go=newest[each.name] == each.id)
            for each in tables
        ]  # fmt: skip
    elif kind == MAP:
        maps = list(reversed(store.kept_tables(kind)))
        rows = [
            Row(each.id, each.file, show_date(dt.datetime.fromisoformat(each.taken_at).date()),
                _("replaced") if number else _("in force"))
            for number, each in enumerate(maps)
        ]  # fmt: skip
    elif kind == PLACES:
        days = sorted((file.stem for file in installed_folder().glob("20??-??-??.csv")), reverse=True)
        rows = [
            Row(day, show_date(dt.date.fromisoformat(day)), _("holds from this day"), "", can_go=False) for day in days
        ]
    else:
        rows = [
            Row(place.code, place.name, place.code, _ended(store, place), not place.until)
            for place in store.places("village")
        ]
    here = tuple(place for place in store.places("village") if not place.until) if kind == VILLAGES else ()
    return TablesFacts(kind, tuple(rows), forms, here)


def _held(count: int, holding: int) -> str:
    words = ngettext("{count} figure, {holding} in force", "{count} figures, {holding} in force", count)
    return words.format(count=count, holding=holding)


def _ended(store: Store, place: Place) -> str:
    if not place.until:
        count = sum(store.status_counts().get(place.code, {}).values())
        return ngettext("{count} household", "{count} households", count).format(count=count)
    day = show_date(dt.date.fromisoformat(place.until))
    into = store.place(place.joined) if place.joined else None
    if into is not None:
        return _("joined with {village} on {day}").format(village=into.name, day=day)
    return _("closed on {day}").format(day=day)


def look_at(store: Store, kind: str, path: Path, form: str, day: dt.date) -> Looked:
    """Read a table and say what it would do; nothing is changed.

    Raises:
        TableError: with every fault.
        SurveyAppError: it cannot be read, or does not fit.
    """
    if kind == FIGURES:
        from survey_app.operations.figures import check_figures

        read = check_figures(store, path)
        words = _("{all} figures = {new} new + {replaced} in the place of older ones + {same} here already")
        counts = {"all": len(read.figures), "new": len(read.new), "replaced": len(read.replaced), "same": read.same}
        lines = [f"{a.place} {a.indicator} {a.period} {a.source}: {b.value:g} → {a.value:g}" for b, a in read.replaced]
        return Looked(read, "\n".join((words.format(**counts), *lines)))
    if kind == PLACES:
        from survey_app.operations.catalogue import KINDS as CHANGES
        from survey_app.operations.catalogue import check_list

        list_ = check_list(path, day, {place.code: place for place in store.places()})
        counted = ", ".join(f"{_(word)} {len(list_.of_kind(change))}" for change, word in CHANGES.items())
        words = _("{count} units from {day} on: {changes}").format(
            count=len(list_.listed), day=show_date(day), changes=counted
        )
        named = [
            f"{_(CHANGES[one.kind])}: {_named(one.before)} → {_named(one.after)}" for one in list_.here or list_.changes
        ]
        return Looked(list_, "\n".join((words, *named)))
    if kind == MAP:
        from survey_app.operations.maps import check_map

        map_ = check_map(store, path)
        return Looked(map_, "\n".join(_map_words(map_)))
    from survey_app.operations.own_tables import check_tables

    tables = check_tables(store, form, {kind: path})
    words = _("{form}, version {version}: {indicators} indicators, {targets} targets, no fault.")
    return Looked(
        tables,
        words.format(form=tables.form, version=tables.version, indicators=tables.indicators, targets=tables.targets),
    )


def _map_words(read: ReadMap) -> list[str]:
    from survey_app.operations.maps import missing_words

    words = ngettext("{count} place of this office", "{count} places of this office", read.here)
    told = [words.format(count=read.here)]
    if read.without:
        told.append(missing_words(read))
    if read.strange:
        words = ngettext(
            "{count} outline has no code of a place and is drawn without a figure",
            "{count} outlines have no code of a place and are drawn without a figure",
            read.strange,
        )
        told.append(words.format(count=read.strange))
    if read.shapes.shows_country():
        told.append(_("The map shows the country: Hoàng Sa and Trường Sa are on it, whether the file has them or not."))
    return told


def _named(places: tuple[Place, ...]) -> str:
    return ", ".join(f"{place.name} ({place.code})" for place in places) or "–"


def take_in(store: Store, kind: str, looked: Looked) -> None:
    """Put a table in force that was looked at."""
    if kind == FIGURES:
        from survey_app.operations.figures import take_in_figures

        take_in_figures(store, looked.read)
    elif kind == MAP:
        from survey_app.operations.maps import take_in_map

        take_in_map(store, looked.read)
    elif kind == PLACES:
        from survey_app.operations.catalogue import put_to_use

        put_to_use(store, looked.read)
    else:
        from survey_app.operations.own_tables import take_in_tables

        take_in_tables(store, looked.read)


def take_back(store: Store, kind: str, row: Row) -> None:
    """Take a table back."""
    if kind == FIGURES:
        from survey_app.operations.figures import take_back_figures

        take_back_figures(store, row.id)
    elif kind == MAP:
        from survey_app.operations.maps import take_back_map

        take_back_map(store, row.id)
    else:
        from survey_app.operations.own_tables import take_back_tables

        take_back_tables(store, row.about.partition(" ")[0], kind)
