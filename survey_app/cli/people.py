"""``survey-app people list|role|withdraw|reader``: who may do what, and copies for readers of figures."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from survey_app.cli import output
from survey_app.cli import parser as declaring
from survey_app.cli.keys import new_passphrase, takes_new
from survey_app.cli.passphrase import passphrase
from survey_app.i18n import _


def declare(commands: Any) -> None:
    """Declare the commands."""
    below = declaring.group(commands, "people", _("people, their roles, and copies for readers of figures"))
    listed = declaring.command(below, "list", _("who has which role"), list_)
    declaring.takes_store(listed)
    declaring.takes_json(listed)
    given = declaring.command(below, "role", _("give a person a role"), role)
    declaring.takes_store(given)
    given.needed.add_argument("person", metavar="ID", help=_("id of the person"))
    given.needed.add_argument("role", metavar="ROLE", help=_("enumerator, supervisor or author"))
    given.choices.add_argument("--name", default="", metavar=_("NAME"), help=_("full name of somebody new"))
    given.choices.add_argument("--by", default="", metavar="ID", help=_("id of the person at work"))
    declaring.takes_json(given)
    gone = declaring.command(below, "withdraw", _("take a person's role and own passphrase away"), withdraw)
    declaring.takes_store(gone)
    gone.needed.add_argument("person", metavar="ID", help=_("id of the person"))
    gone.choices.add_argument("--by", default="", metavar="ID", help=_("id of the person at work"))
    declaring.takes_json(gone)
    copied = declaring.command(below, "reader", _("make a copy in which only figures stand"), reader)
    declaring.takes_store(copied)
    copied.needed.add_argument("copy", metavar="COPY", type=Path, help=_("the new data file for readers"))
    takes_new(copied)
    declaring.takes_json(copied)


def list_(arguments: argparse.Namespace) -> int:
    """Print people and roles."""
    from survey_app.operations.access import ROLE_WORDS
    from survey_app.operations.stores import open_store

    with open_store(arguments.store, passphrase(arguments)) as store:
        people, own = store.enumerators(), set(store.people_with_passphrase())
    if arguments.json:
        output.say_json([{**asdict(each), "own_passphrase": each.id in own} for each in people])
        return 0
    words = {False: _("no"), True: _("yes")}
    rows = [(each.id, each.name, _(ROLE_WORDS.get(each.role, each.role)), words[each.id in own]) for each in people]
    output.say_table((_("Id"), _("Name"), _("Role"), _("Own passphrase")), rows)
    return 0


def role(arguments: argparse.Namespace) -> int:
    """Give a role."""
    from survey_app.operations.access import ROLE_WORDS
    from survey_app.operations.people import give_role
    from survey_app.operations.stores import open_store

    with open_store(arguments.store, passphrase(arguments)) as store:
        store.at_work = arguments.by or store.at_work
        given = give_role(store, arguments.person, arguments.role, arguments.name)
    if arguments.json:
        output.say_json(asdict(given))
    else:
        output.say(f"{given.id}  {given.name}: {_(ROLE_WORDS[given.role])}")
    return 0


def withdraw(arguments: argparse.Namespace) -> int:
    """Take a role away."""
    from survey_app.operations.people import withdraw_role
    from survey_app.operations.stores import open_store

    with open_store(arguments.store, passphrase(arguments)) as store:
        store.at_work = arguments.by or store.at_work
        left = withdraw_role(store, arguments.person)
    if arguments.json:
        output.say_json(asdict(left))
    else:
        output.say(_("{name} works here no more.").format(name=left.name))
    return 0


def reader(arguments: argparse.Namespace) -> int:
    """Make a copy for readers."""
    from survey_app.operations.readers import write_reader_copy
    from survey_app.operations.stores import open_store

    progress = output.TerminalProgress()
    with open_store(arguments.store, passphrase(arguments)) as store:
        try:
            made = write_reader_copy(store, arguments.copy, new_passphrase(arguments), monitor=progress)
        finally:
            progress.close()
    if arguments.json:
        output.say_json({**asdict(made), "path": str(made.path)})
    else:
        output.say(_("Made: {store}").format(store=made.path))
    return 0
