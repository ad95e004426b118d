"""``survey-app comments``: what the office asks about forms, and what comes back."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from survey_app.cli import output
from survey_app.cli import parser as declaring
from survey_app.cli.households import household_named
from survey_app.cli.passphrase import passphrase
from survey_app.comments import STATES
from survey_app.i18n import N_, _, ngettext

if TYPE_CHECKING:
    from survey_app.comments import Thread
    from survey_app.operations.comments import Exchange
    from survey_app.store import Store

STATE_WORDS = {"open": N_("waits for an answer"), "answered": N_("answered"), "accepted": N_("accepted")}


def declare(commands: Any) -> None:
    """Declare the commands."""
    below = declaring.group(commands, "comments", _("questions about forms that are to be corrected"))
    listed = declaring.command(below, "list", _("list what was asked and answered"), show)
    declaring.takes_store(listed)
    listed.choices.add_argument("--household", metavar="HOUSEHOLD", default="", help=_("only about this household"))
    listed.choices.add_argument("--state", choices=STATES, default="", help=_("only what stands so"))
    declaring.takes_json(listed)
    asked = declaring.command(below, "ask", _("send a form back with a question"), ask)
    declaring.takes_store(asked)
    asked.needed.add_argument(
        "household", metavar="HOUSEHOLD", help=_("its id, or its village and number: 07030-001/17")
    )
    asked.choices.add_argument(
        "--question",
        metavar="ADDRESS",
        default="",
        help=_("which answer: members[2]/m_age (the whole form unless said)"),
    )
    _takes_words(asked, needed=True)
    for name, what, run, needed in (
        ("reply", _("answer a question in words"), reply, True),
        ("again", _("ask again: the answer is not enough"), again, True),
        ("accept", _("accept the answer"), accept, False),
    ):
        made = declaring.command(below, name, what, run)
        declaring.takes_store(made)
        made.needed.add_argument("thread", metavar="ID", help=_("id of the question, or how it begins"))
        _takes_words(made, needed)


def _takes_words(made: declaring.Parser, needed: bool) -> None:
    made.choices.add_argument("--text", metavar="TEXT", default="", required=needed, help=_("what is said"))
    made.choices.add_argument("--by", metavar="PERSON", required=True, help=_("id of who says so"))
    declaring.takes_json(made)


def show(arguments: argparse.Namespace) -> int:
    """List what was asked, what waits for an answer first."""
    from survey_app.i18n import language
    from survey_app.operations.comments import exchanges
    from survey_app.operations.stores import open_store

    with open_store(arguments.store, passphrase(arguments)) as store:
        household = household_named(store, arguments.household) if arguments.household else ""
        found = exchanges(store, household, arguments.state, language())
    if arguments.json:
        output.say_json([_as_json(each) for each in found])
        return 0
    for each in found:
        where = f"{each.household.village_code}/{each.household.number:03d}"
        about = f"{each.number} {each.question}".strip() or _("(the whole form)")
        output.say(f"{where}  {_(STATE_WORDS[each.state])}  {about}  [{each.thread[:8]}]")
        for said in each.said:
            words = said.words or _("The answer was changed.")
            value = f" [{said.value}]" if said.value else ""
            output.say(f"    {said.at[:16].replace('T', ' ')}  {said.by}: {words}{value}")
    count = len(found)
    output.note(ngettext("{count} question.", "{count} questions.", count).format(count=count))
    return 0


def _as_json(each: Exchange) -> dict[str, Any]:
    """Return a thread without the household's name."""
    fields = asdict(each)
    fields["household"] = each.household.id
    return {**fields, "village": each.household.village_code, "household_number": each.household.number}


def ask(arguments: argparse.Namespace) -> int:
    """Ask about an answer of a household's form."""
    from survey_app.operations.comments import ask as put

    def deed(store: Store) -> Thread:
        household = household_named(store, arguments.household)
        counting = [each for each in store.currents(household=household) if each.state != "void"]
        form = max(counting, key=lambda each: each.made_at).submission if counting else ""
        return put(store, form, arguments.question, arguments.text, arguments.by)

    return _said(arguments, deed)


def reply(arguments: argparse.Namespace) -> int:
    """Answer in words."""
    from survey_app.operations.comments import reply as answer

    return _said(arguments, partial(_on, arguments, answer))


def again(arguments: argparse.Namespace) -> int:
    """Ask again."""
    from survey_app.operations.comments import ask_again

    return _said(arguments, partial(_on, arguments, ask_again))


def accept(arguments: argparse.Namespace) -> int:
    """Accept what was answered."""
    from survey_app.operations.comments import accept as end

    return _said(arguments, partial(_on, arguments, lambda store, name, words, by: end(store, name, by, words)))


def _on(arguments: argparse.Namespace, deed: Callable[..., Thread], store: Store) -> Thread:
    known = {each.submission for each in store.comments()}
    begins = [name for name in known if name.startswith(arguments.thread)]
    return deed(store, begins[0] if len(begins) == 1 else "", arguments.text, arguments.by)


def _said(arguments: argparse.Namespace, deed: Callable[[Store], Thread]) -> int:
    from survey_app.operations.stores import open_store

    path: Path = arguments.store
    with open_store(path, passphrase(arguments)) as store:
        thread = deed(store)
    if arguments.json:
        output.say_json({"thread": thread.id, "state": thread.state, "address": thread.address, "form": thread.form})
    else:
        output.say(f"{thread.id[:8]}  {_(STATE_WORDS[thread.state])}")
    return 0
