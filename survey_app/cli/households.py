"""``survey-app households``: bring a list in, look for a household, note visits, say who goes where, send it."""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from survey_app.cli import output
from survey_app.cli import parser as declaring
from survey_app.cli.passphrase import passphrase
from survey_app.i18n import _, ngettext

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from survey_app.store import Store


def declare(commands: Any) -> None:
    """Declare the commands."""
    below = declaring.group(commands, "households", _("the household list"))
    brought = declaring.command(below, "import", _("bring in a list from a workbook or text table"), bring_in)
    declaring.takes_store(brought)
    brought.needed.add_argument("file", metavar="FILE", type=Path, help=_("the list: .xlsx, .xls, .ods or .csv"))
    choices = brought.choices.add_argument
    choices("--sheet", metavar="NAME", default="", help=_("sheet of the workbook (the longest one unless said)"))
    choices("--village", metavar="CODE", default="", help=_("village of all rows, when no column says it"))
    choices("--duplicates", choices=("same", "new", "skip"), help=_("rows that look like a household that is there"))
    choices("--convert", action="store_true", help=_("convert columns in TCVN3 or VNI to Unicode"))
    choices("--new-villages", action="store_true", help=_("make villages that are not known (office only)"))
    choices("--report", metavar="FILE", type=Path, help=_("where the rows that were left out shall be listed"))
    choices("--dry-run", action="store_true", help=_("only say what would be done"))
    declaring.takes_json(brought)
    found = declaring.command(below, "find", _("look for households by name, number or telephone"), find)
    declaring.takes_store(found)
    found.needed.add_argument("text", metavar="TEXT", help=_("what to look for; accents are not needed"))
    declaring.takes_json(found)
    given = declaring.command(below, "assign", _("put an enumerator in charge of a village"), assign)
    declaring.takes_store(given)
    given.needed.add_argument("village", metavar="VILLAGE", help=_("code of the village"))
    given.needed.add_argument("enumerator", metavar="PERSON", help=_("id of the enumerator"))
    given.choices.add_argument("--from", dest="taken_from", metavar="PERSON", help=_("only the households of this one"))
    declaring.takes_json(given)
    _declare_visits(below)
    _declare_requests(below)
    sent = declaring.command(below, "send", _("write the present list for the laptops"), send)
    declaring.takes_store(sent)
    sent.choices.add_argument("--out", metavar="DIR", type=Path, required=True, help=_("where the files go"))
    declaring.takes_json(sent)
    taken = declaring.command(below, "load", _("take in the list that the office has written for this laptop"), load)
    declaring.takes_store(taken)
    taken.needed.add_argument("file", metavar="FILE", type=Path, help=_("the file that ends in .households"))
    taken.choices.add_argument(
        "--accept-key", metavar="WORDS", default="", help=_("words of the office's new key, once they were compared")
    )
    declaring.takes_json(taken)


def _declare_requests(below: Any) -> None:
    """Declare the register of what households ask for."""
    listed = declaring.command(below, "requests", _("list what households have asked for and what is due"), requested)
    declaring.takes_store(listed)
    listed.choices.add_argument(
        "--days-off", metavar="DAYS", help=_("keep these holidays first: 16/04/2027, 05/02/2027 – 11/02/2027")
    )
    listed.choices.add_argument("--due", action="store_true", help=_("only what is due or overdue"))
    declaring.takes_json(listed)


def requested(arguments: argparse.Namespace) -> int:
    """List the register of requests."""
    from survey_app.clock import system_clock
    from survey_app.operations.days_off import keep_days_off
    from survey_app.operations.requests import RIGHTS, due_now, requests
    from survey_app.operations.stores import open_store

    today = system_clock().date()
    with open_store(arguments.store, passphrase(arguments)) as store:
        if arguments.days_off is not None:
            keep_days_off(store, arguments.days_off)
        found = requests(store)
    rows = [
        {
            "request": one.id,
            "household": one.household.id,
            "village": one.household.village_code,
            "number": one.household.number,
            "right": one.right,
            "status": one.status(today),
            "answer_due": one.answer_due.isoformat(),
            "due": one.due.isoformat(),
        }
        for one in (due_now(found, today) if arguments.due else found)
    ]
    lines = (
        f"{row['due']}\t{row['village']}/{row['number']}\t{_(RIGHTS[str(row['right'])])}\t{row['status']}"
        for row in rows
    )
    _answer(arguments, rows, "\n".join(lines))
    return 0


def _declare_visits(below: Any) -> None:
    """Declare what is noted at one household, named by its id or as VILLAGE/NUMBER."""
    from survey_app.operations.outcomes import OUTCOMES, POSTPONED

    def one(name: str, what: str, run: Any) -> declaring.Parser:
        made = declaring.command(below, name, what, run)
        declaring.takes_store(made)
        made.needed.add_argument(
            "household", metavar="HOUSEHOLD", help=_("its id, or its village and number: 07030-001/17")
        )
        made.choices.add_argument("--by", metavar="PERSON", required=True, help=_("id of who says so"))
        declaring.takes_json(made)
        return made

    visited = one("visit", _("note a visit that ended without an interview"), visit)
    visited.needed.add_argument("outcome", metavar="OUTCOME", choices=tuple(OUTCOMES), help=", ".join(OUTCOMES))
    visited.choices.add_argument("--note", metavar="TEXT", default="", help=_("what to remember"))
    due = _("day and time of the appointment, for {outcome}: 2026-11-22T18:00").format(outcome=POSTPONED)
    visited.choices.add_argument("--due", metavar="MOMENT", type=dt.datetime.fromisoformat, help=due)
    parted = one("split", _("put a part that moved out on the list as a household of its own"), split)
    parted.needed.add_argument("head", metavar="NAME", help=_("head of the new household"))
    parted.choices.add_argument(
        "--village", metavar="CODE", default="", help=_("its village (the old one unless said)")
    )
    parted.choices.add_argument(
        "--size", metavar="N", type=declaring.whole_number, default=0, help=_("number of people")
    )
    parted.choices.add_argument("--note", metavar="TEXT", default="", help=_("what to remember"))
    closed = one("close", _("close a line that is the same household as another one"), close)
    closed.needed.add_argument("kept", metavar="KEPT", help=_("the line that stays on the list"))
    voided = one("void", _("make the forms of a household void; they stay readable"), void)
    opened = one("reopen", _("put a household that was closed or had refused back on the list"), reopen)
    for each in (closed, voided, opened):
        each.choices.add_argument("--reason", metavar="TEXT", required=True, help=_("why, in a few words"))


def bring_in(arguments: argparse.Namespace) -> int:
    """Import a list; 1 when a village has to be named first."""
    from survey_app.operations.household_list import check_list, import_list, known_list, write_rejected
    from survey_app.operations.list_columns import NEW, old_columns, propose
    from survey_app.operations.list_tables import read_table
    from survey_app.operations.stores import open_store

    table = read_table(arguments.file, arguments.sheet)
    layout = replace(propose(table), village=arguments.village)
    if arguments.convert:
        layout = replace(layout, encodings=old_columns(table, layout))
    with open_store(arguments.store, passphrase(arguments)) as store:
        known = known_list(store)
        checked = check_list(known, table, layout, otherwise=arguments.duplicates)
        if arguments.new_villages and checked.unknown:
            layout = replace(layout, villages={each.key: NEW for each in checked.unknown})
            checked = check_list(known, table, layout, otherwise=arguments.duplicates)
        if not arguments.dry_run:
            import_list(store, checked, output.TerminalProgress())
    if arguments.report:
        write_rejected(checked, table, arguments.report)
    counts = {
        "new": len(checked.new),
        "changed": len(checked.changed),
        "same": checked.same,
        "left_out": len(checked.rejected),
        "alike": len(checked.questions),
        "unknown_villages": [each.name for each in checked.unknown],
    }
    words = _("New: {new}. Brought up to date: {changed}. Nothing new: {same}. Left out: {left_out}.").format(**counts)
    _answer(arguments, counts, words)
    if checked.unknown and not arguments.json:
        output.note(_("Villages that are not known: {names}").format(names=", ".join(counts["unknown_villages"])))  # type: ignore[arg-type]
    return 1 if checked.unknown else 0


def find(arguments: argparse.Namespace) -> int:
    """List the households that match."""
    from survey_app.operations.stores import open_store

    with open_store(arguments.store, passphrase(arguments)) as store:
        lines = store.households(text=arguments.text)
    if arguments.json:
        output.say_json([{**asdict(line.household), "status": line.status, "due": line.due} for line in lines])
        return 0
    rows = [(each.household.village_code, f"{each.household.number:03d}", each.household.head_name) for each in lines]
    output.say_table((_("Village"), _("No."), _("Head of household")), rows)
    return 0


def assign(arguments: argparse.Namespace) -> int:
    """Put an enumerator in charge."""
    from survey_app.operations.stores import open_store
    from survey_app.operations.worklist import assign_village

    with open_store(arguments.store, passphrase(arguments)) as store:
        count = assign_village(store, arguments.village, arguments.enumerator, taken_from=arguments.taken_from)
    words = ngettext("{count} household changed hands.", "{count} households changed hands.", count)
    _answer(arguments, {"households": count}, words.format(count=count))
    return 0


def visit(arguments: argparse.Namespace) -> int:
    """Note a visit without an interview."""
    from survey_app.clock import VIETNAM
    from survey_app.operations.visits import record_visit

    due = arguments.due
    if due is not None and due.tzinfo is None:
        due = due.replace(tzinfo=VIETNAM)
    return _noted(arguments, partial(record_visit, note=arguments.note, due=due), arguments.outcome, arguments.by)


def split(arguments: argparse.Namespace) -> int:
    """Put a part of a household on the list."""
    from survey_app.operations.visits import split_household

    named = {"village": arguments.village, "size": arguments.size, "note": arguments.note}
    return _noted(arguments, partial(split_household, **named), arguments.head, arguments.by)


def close(arguments: argparse.Namespace) -> int:
    """Close a line as another one."""
    from survey_app.operations.stores import open_store
    from survey_app.operations.visits import merge_households

    with open_store(arguments.store, passphrase(arguments)) as store:
        closed, kept = (household_named(store, named) for named in (arguments.household, arguments.kept))
        said = merge_households(store, closed, kept, arguments.by, arguments.reason)
    _answer(arguments, asdict(said), _("Noted."))
    return 0


def void(arguments: argparse.Namespace) -> int:
    """Make forms void."""
    from survey_app.operations.stores import open_store
    from survey_app.operations.visits import void_form

    with open_store(arguments.store, passphrase(arguments)) as store:
        count = void_form(store, household_named(store, arguments.household), arguments.by, arguments.reason)
    _answer(arguments, {"forms": count}, _("Noted."))
    return 0


def reopen(arguments: argparse.Namespace) -> int:
    """Put a household back on the list."""
    from survey_app.operations import visits

    return _noted(arguments, visits.reopen, arguments.by, arguments.reason)


def _noted(arguments: argparse.Namespace, deed: Callable[..., DataclassInstance], *said: object) -> int:
    from survey_app.operations.stores import open_store

    with open_store(arguments.store, passphrase(arguments)) as store:
        done = deed(store, household_named(store, arguments.household), *said)
    _answer(arguments, asdict(done), _("Noted."))
    return 0


def household_named(store: Store, named: str) -> str:
    """Return the id of a household named by its id or as ``VILLAGE/NUMBER``; what is not there is left to the deed."""
    village, slash, number = named.rpartition("/")
    if not slash or not number.isdecimal():
        return named
    found = [line for line in store.households(village, number) if line.household.number == int(number)]
    return found[0].household.id if len(found) == 1 else named


def send(arguments: argparse.Namespace) -> int:
    """Write a list for every laptop."""
    from survey_app.operations.list_exchange import write_lists
    from survey_app.operations.stores import open_store

    with open_store(arguments.store, passphrase(arguments)) as store:
        sent = write_lists(store, arguments.out)
    fields = [{"file": str(each.path), "device": each.device.id, "households": each.households} for each in sent]
    _answer(arguments, fields, "\n".join(str(each.path) for each in sent))
    return 0


def load(arguments: argparse.Namespace) -> int:
    """Take the office's list in."""
    from survey_app.operations.list_exchange import load_list
    from survey_app.operations.stores import open_store

    with open_store(arguments.store, passphrase(arguments)) as store:
        taken = load_list(store, arguments.file, arguments.accept_key)
    words = _(
        "New: {new}. Brought up to date: {changed}. Visits of others: {visits}. Needs correction: {corrections}."
    ).format(**asdict(taken))
    _answer(arguments, asdict(taken), words)
    return 0


def _answer(arguments: argparse.Namespace, fields: object, words: str) -> None:
    if arguments.json:
        output.say_json(fields)
    else:
        output.say(words)
