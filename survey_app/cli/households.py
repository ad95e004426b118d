"""``survey-app households``: bring a list in, look for a household, say who goes where, send the list to laptops."""

from __future__ import annotations

import argparse
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from survey_app.cli import output
from survey_app.cli import parser as declaring
from survey_app.cli.passphrase import passphrase
from survey_app.i18n import _, ngettext


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
    sent = declaring.command(below, "send", _("write the present list for the laptops"), send)
    declaring.takes_store(sent)
    sent.choices.add_argument("--out", metavar="DIR", type=Path, required=True, help=_("where the files go"))
    declaring.takes_json(sent)
    taken = declaring.command(below, "load", _("take in the list that the office has written for this laptop"), load)
    declaring.takes_store(taken)
    taken.needed.add_argument("file", metavar="FILE", type=Path, help=_("the file that ends in .households"))
    declaring.takes_json(taken)


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
        taken = load_list(store, arguments.file)
    words = _("New: {new}. Brought up to date: {changed}. Visits of others: {visits}.").format(**asdict(taken))
    _answer(arguments, asdict(taken), words)
    return 0


def _answer(arguments: argparse.Namespace, fields: object, words: str) -> None:
    if arguments.json:
        output.say_json(fields)
    else:
        output.say(words)
