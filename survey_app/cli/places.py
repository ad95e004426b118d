"""``survey-app places``: a newer official list of units, and the villages of the office's commune."""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from survey_app.cli import output
from survey_app.cli import parser as declaring
from survey_app.cli.passphrase import passphrase
from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.text import read_day

if TYPE_CHECKING:
    from survey_app.operations.catalogue import ReadList
    from survey_app.places import Change

_MOST_SHOWN = 200


def declare(commands: Any) -> None:
    """Declare the commands."""
    below = declaring.group(commands, "places", _("lists of provinces and communes, villages of the commune"))
    for name, words, run in (
        ("check", _("tell what a newer official list changes, and every fault of it"), check),
        ("import", _("put a newer official list to use; answers keep the codes of their round"), take_in),
    ):
        each = declaring.command(below, name, words, run)
        declaring.takes_store(each)
        each.needed.add_argument("list", metavar="LIST", type=Path, help=_("CSV or .xlsx table of all units"))
        each.choices.add_argument("--from", dest="day", metavar="DAY", required=True, help=_("day from which it holds"))
        declaring.takes_json(each)
    listed = declaring.command(below, "villages", _("list the villages of the office"), villages)
    declaring.takes_store(listed)
    declaring.takes_json(listed)
    _declare_villages(below)
    mapped = declaring.command(below, "map", _("take in outlines of the office's places, for maps of results"), map_)
    declaring.takes_store(mapped)
    mapped.needed.add_argument(
        "file", metavar="GEOJSON", type=Path, help=_("GeoJSON in WGS 84; a property holds the code of each place")
    )
    dropped = declaring.command(below, "drop-map", _("take the newest map back; the one before holds again"), drop_map)
    declaring.takes_store(dropped)


def _declare_villages(below: Any) -> None:
    added = declaring.command(below, "add-village", _("add a village to the commune"), add)
    declaring.takes_store(added)
    added.needed.add_argument("name", metavar="NAME", help=_("its name, with the word for its kind"))
    added.choices.add_argument("--commune", metavar="CODE", default="", help=_("another commune than the round's"))
    added.choices.add_argument("--old", metavar="CODE", default="", help=_("its commune of before 01/07/2025"))
    renamed = declaring.command(below, "rename-village", _("give a village another name"), rename)
    closed = declaring.command(below, "close-village", _("say that a village without households is no more"), close)
    joined = declaring.command(below, "join-village", _("join a village with another one; its households move"), join)
    for each in (renamed, closed, joined):
        declaring.takes_store(each)
        each.needed.add_argument("village", metavar="VILLAGE", help=_("code of the village"))
    renamed.needed.add_argument("name", metavar="NAME", help=_("the new name"))
    joined.needed.add_argument("into", metavar="INTO", help=_("code of the village that stays"))
    for each in (closed, joined):
        each.choices.add_argument("--from", dest="day", metavar="DAY", required=True, help=_("first day without it"))


def _day(text: str) -> dt.date:
    day = read_day(text)
    if day is None:
        message = _("“{text}” is not a date such as 2025-12-31 or 31/12/2025.").format(text=text)
        raise SurveyAppError("PLC-05", message, _("Nothing was changed."))
    return day


def check(arguments: argparse.Namespace) -> int:
    """Tell what a list changes."""
    from survey_app.operations.catalogue import check_list
    from survey_app.operations.stores import open_store

    with open_store(arguments.store, passphrase(arguments)) as store:
        places = {place.code: place for place in store.places()}
    _say(arguments, check_list(arguments.list, _day(arguments.day), places))
    return 0


def take_in(arguments: argparse.Namespace) -> int:
    """Put a list to use."""
    from survey_app.operations.catalogue import check_list, put_to_use
    from survey_app.operations.stores import open_store

    with open_store(arguments.store, passphrase(arguments)) as store:
        read = check_list(arguments.list, _day(arguments.day), {place.code: place for place in store.places()})
        put_to_use(store, read)
    _say(arguments, read)
    if not arguments.json:
        output.say(_("In use from {day} on. Answers keep the codes of their round.").format(day=read.day))
    return 0


def _say(arguments: argparse.Namespace, read: ReadList) -> None:
    from survey_app.operations.catalogue import KINDS

    if arguments.json:
        output.say_json(
            {"day": read.day, "units": len(read.listed), "changes": [_as_json(one) for one in read.changes]}
        )
        return
    counts = ", ".join(f"{_(word)} {len(read.of_kind(kind))}" for kind, word in KINDS.items())
    output.say(_("{count} units from {day} on: {changes}").format(count=len(read.listed), day=read.day, changes=counts))
    here = set(map(id, read.here))
    for one in sorted(read.changes, key=lambda one: id(one) not in here)[:_MOST_SHOWN]:
        mark = "* " if id(one) in here else "  "
        output.say(f"{mark}{_(KINDS[one.kind])}: {_units(one.before)} → {_units(one.after)}")
    if here:
        output.note(_("* concerns a place of this office."))


def _units(places: Any) -> str:
    return ", ".join(f"{place.code} {place.name}" for place in places) or "–"


def _as_json(one: Change) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "before": [place.code for place in one.before],
        "after": [place.code for place in one.after],
        "names": [place.name for place in one.after or one.before],
    }


def villages(arguments: argparse.Namespace) -> int:
    """List the villages."""
    from survey_app.operations.stores import open_store

    with open_store(arguments.store, passphrase(arguments)) as store:
        found = store.places("village")
    if arguments.json:
        output.say_json([vars(place) for place in found])
        return 0
    heads = [_("Code"), _("Name"), _("Before 01/07/2025"), _("No more from"), _("Joined with")]
    output.say_table(heads, [[p.code, p.name, p.old or "–", p.until or "–", p.joined or "–"] for p in found])
    return 0


def add(arguments: argparse.Namespace) -> int:
    """Add a village."""
    from survey_app.operations.stores import open_store
    from survey_app.operations.villages import add_village

    with open_store(arguments.store, passphrase(arguments)) as store:
        added = add_village(store, arguments.name, arguments.commune, arguments.old)
    output.say(_("Added: {code} {name}").format(code=added.code, name=added.name))
    return 0


def rename(arguments: argparse.Namespace) -> int:
    """Rename a village."""
    from survey_app.operations.stores import open_store
    from survey_app.operations.villages import rename_village

    with open_store(arguments.store, passphrase(arguments)) as store:
        renamed = rename_village(store, arguments.village, arguments.name)
    output.say(_("Renamed: {code} {name}").format(code=renamed.code, name=renamed.name))
    return 0


def close(arguments: argparse.Namespace) -> int:
    """Close a village."""
    from survey_app.operations.stores import open_store
    from survey_app.operations.villages import close_village

    with open_store(arguments.store, passphrase(arguments)) as store:
        closed = close_village(store, arguments.village, _day(arguments.day))
    output.say(_("Closed: {code} {name}").format(code=closed.code, name=closed.name))
    return 0


def join(arguments: argparse.Namespace) -> int:
    """Join two villages."""
    from survey_app.operations.stores import open_store
    from survey_app.operations.villages import join_villages

    with open_store(arguments.store, passphrase(arguments)) as store:
        moved = join_villages(store, arguments.village, arguments.into, _day(arguments.day))
    output.say(_("Joined. Households moved: {count}.").format(count=moved))
    return 0


def map_(arguments: argparse.Namespace) -> int:
    """Take a map in."""
    from survey_app.operations.maps import check_map, missing_words, take_in_map
    from survey_app.operations.stores import open_store

    with open_store(arguments.store, passphrase(arguments)) as store:
        read = check_map(store, arguments.file)
        take_in_map(store, read)
    output.say(_("Taken in: {file}. Places of this office on it: {count}.").format(file=read.file, count=read.here))
    if read.strange:
        output.note(_("Outlines without the code of a place: {count}.").format(count=read.strange))
    if read.without:
        output.note(missing_words(read))
    return 0


def drop_map(arguments: argparse.Namespace) -> int:
    """Take the newest map back."""
    from survey_app.operations.maps import MAP, take_back_map
    from survey_app.operations.stores import open_store

    with open_store(arguments.store, passphrase(arguments)) as store:
        kept = store.kept_tables(MAP)
        if kept:
            take_back_map(store, kept[-1].id)
    output.say(_("Taken back: {file}.").format(file=kept[-1].file) if kept else _("The office has no map."))
    return 0
