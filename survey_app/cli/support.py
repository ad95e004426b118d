"""``survey-app support``: who may get a device, in which order and why; proposal, approval, delivery, papers."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from survey_app.cli import output
from survey_app.cli import parser as declaring
from survey_app.cli.households import household_named
from survey_app.cli.passphrase import passphrase
from survey_app.i18n import _, ngettext

if TYPE_CHECKING:
    from survey_app.operations.support.standing import Support
    from survey_app.store import Store
    from survey_app.support.ranking import Listed
    from survey_app.support.register import Record


def declare(commands: Any) -> None:
    """Declare the commands."""
    below = declaring.group(commands, "support", _("devices for poor households: list, decisions, papers"))
    opened = _made(below, "open", _("begin a programme from its table, or change its table"), open_)
    opened.needed.add_argument("table", metavar="TABLE", type=Path, help=_("the table, .csv or .xlsx"))
    _made(below, "list", _("list the households in their order, with why"), show)
    proposed = _made(below, "propose", _("propose households: all that may be proposed now unless named"), propose)
    approved = _made(below, "approve", _("note that a decision approved what is proposed"), approve)
    for made in (proposed, approved):
        made.choices.add_argument("--household", metavar="HOUSEHOLD", action="append", default=[], help=_WHICH())
    approved.choices.add_argument("--decision", metavar="NUMBER", required=True, help=_("number of the decision"))
    approved.choices.add_argument("--date", metavar="DAY", required=True, help=_("its date: 2026-11-30 or 30/11/2026"))
    delivered = _made(below, "deliver", _("note that a household received its device and signed"), deliver)
    delivered.needed.add_argument("household", metavar="HOUSEHOLD", help=_WHICH())
    delivered.choices.add_argument(
        "--receiver", metavar="NUMBER", default="1", help=_("which member signed (1); 0 for somebody else")
    )
    delivered.choices.add_argument("--network", choices=("4g", "5g"), default="4g", help=_("what the device works on"))
    delivered.choices.add_argument("--serial", metavar="TEXT", default="", help=_("last 4 signs of serial or IMEI"))
    delivered.choices.add_argument(
        "--form", choices=("device_service", "device", "cash"), default="device_service", help=_("what was given")
    )
    delivered.choices.add_argument("--date", metavar="DAY", default="", help=_("when (today unless said)"))
    delivered.choices.add_argument(
        "--signature",
        metavar="FILE",
        type=Path,
        help=_("picture of the signed sheet (it is kept on paper unless said)"),
    )
    returned = _made(below, "take-back", _("note a return, or withdraw proposal and approval"), take_back)
    excepted = _made(below, "except", _("put a household on the list, or leave it out, with a reason"), except_)
    excepted.choices.add_argument("--leave-out", action="store_true", help=_("leave it out instead"))
    excepted.choices.add_argument("--device", metavar="DEVICE", default="", help=_("code of the device it is to get"))
    for made in (returned, excepted):
        made.needed.add_argument("household", metavar="HOUSEHOLD", help=_WHICH())
        made.choices.add_argument("--reason", metavar="TEXT", required=True, help=_("why, in words"))
    printed = _made(below, "print", _("write a paper as PDF: list, handover forms, 2G households"), print_)
    printed.needed.add_argument("what", choices=("list", "handover", "switch-off"), help=_("which paper"))
    printed.choices.add_argument("--out", metavar="FILE", type=Path, required=True, help=_("the PDF"))


def _WHICH() -> str:
    return _("its id, or its village and number: 07030-001/17")


def _made(below: Any, name: str, what: str, run: declaring.Run) -> declaring.Parser:
    made = declaring.command(below, name, what, run)
    declaring.takes_store(made)
    made.choices.add_argument("--by", metavar="PERSON", required=True, help=_("id of the supervisor"))
    made.choices.add_argument(
        "--programme", metavar="CODE", default="", help=_("which programme, if there are several")
    )
    declaring.takes_json(made)
    return made


@contextmanager
def _opened(arguments: argparse.Namespace) -> Iterator[Store]:
    """Open the store for the person named, so that the log says who looked and decided."""
    from survey_app.operations.stores import open_store

    with open_store(arguments.store, passphrase(arguments)) as store:
        store.at_work = store.opened_by or arguments.by
        yield store


def open_(arguments: argparse.Namespace) -> int:
    """Begin a programme."""
    from survey_app.operations.support.programmes import open_programme

    with _opened(arguments) as store:
        found = open_programme(store, arguments.table, arguments.by)
    if arguments.json:
        output.say_json({"programme": found.code, "devices": {one.code: one.quota for one in found.devices}})
    else:
        output.say(f"{found.code}  {found.words.vi}")
    return 0


def show(arguments: argparse.Namespace) -> int:
    """List the households."""
    from survey_app.operations.support.standing import STATUS_WORDS, read_support

    with _opened(arguments) as store:
        now = read_support(store, arguments.by, arguments.programme)
    if arguments.json:
        output.say_json(_as_json(now))
        return 0
    for line in now.listing.lines:
        place = f"{line.place:3d}." if line.place else "  – "
        output.say(f"{place} {now.name(line.household)}  [{_(STATUS_WORDS[line.status])}]")
        for words in [*now.why(line), now.ahead(line)]:
            if words:
                output.say(f"       {words}")
    count = len(now.listing.lines)
    output.note(ngettext("{count} household.", "{count} households.", count).format(count=count))
    output.note(
        _("{consent} did not allow the review and are not listed; {form} have no complete form.").format(
            consent=now.not_consenting, form=now.not_interviewed
        )
    )
    return 0


def _as_json(now: Support) -> dict[str, Any]:
    """Return the list for programs: ids and codes, no name and no sentence."""

    def line_json(line: Listed) -> dict[str, Any]:
        return {
            "household": line.household,
            "status": line.status,
            "place": line.place,
            "priority": line.priority,
            "device": line.device,
            "why": [reason.code for reason in line.why],
            "ahead": line.ahead.code if line.ahead is not None else "",
            "alerts": [reason.code for reason in line.alerts],
        }

    return {
        "programme": now.programme.code,
        "left": dict(now.listing.left),
        "left_in_all": now.listing.left_in_all,
        "not_consenting": now.not_consenting,
        "not_interviewed": now.not_interviewed,
        "switch_off": list(now.switch_off),
        "lines": [line_json(line) for line in now.listing.lines],
    }


def propose(arguments: argparse.Namespace) -> int:
    """Propose households."""
    from survey_app.operations.support.decisions import propose as put

    return _done(
        arguments, lambda store: put(store, arguments.by, _named(store, arguments.household), arguments.programme)
    )


def approve(arguments: argparse.Namespace) -> int:
    """Note an approval."""
    from survey_app.operations.support.decisions import approve as put

    def deed(store: Store) -> Iterable[Record]:
        named = _named(store, arguments.household)
        return put(store, arguments.by, arguments.decision, arguments.date, named, programme=arguments.programme)

    return _done(arguments, deed)


def deliver(arguments: argparse.Namespace) -> int:
    """Note a delivery."""
    from survey_app.operations.support.delivery import Handover, sheet_of
    from survey_app.operations.support.delivery import deliver as put

    sheet, suffix = sheet_of(arguments.signature) if arguments.signature else (None, "png")
    handover = Handover(
        arguments.receiver, arguments.network, arguments.serial, arguments.form, arguments.date, sheet, suffix
    )

    def deed(store: Store) -> Iterable[Record]:
        home = household_named(store, arguments.household)
        return [put(store, arguments.by, home, handover, arguments.programme)]

    return _done(arguments, deed)


def take_back(arguments: argparse.Namespace) -> int:
    """Note a return or a withdrawal."""
    from survey_app.operations.support.decisions import take_back as put

    def deed(store: Store) -> Iterable[Record]:
        home = household_named(store, arguments.household)
        return [put(store, arguments.by, home, arguments.reason, arguments.programme)]

    return _done(arguments, deed)


def except_(arguments: argparse.Namespace) -> int:
    """Note an exception."""
    from survey_app.operations.support.decisions import except_household

    def deed(store: Store) -> Iterable[Record]:
        home, own = household_named(store, arguments.household), arguments
        return [except_household(store, own.by, home, own.reason, own.leave_out, own.device, own.programme)]

    return _done(arguments, deed)


def print_(arguments: argparse.Namespace) -> int:
    """Write a paper."""
    from survey_app.operations.support.papers import print_paper

    with _opened(arguments) as store:
        path = print_paper(store, arguments.by, arguments.what, arguments.out, arguments.programme)
    if arguments.json:
        output.say_json({"file": str(path)})
    else:
        output.say(str(path))
    return 0


def _named(store: Store, words: Iterable[str]) -> list[str]:
    return [household_named(store, each) for each in words]


def _done(arguments: argparse.Namespace, deed: Callable[[Store], Iterable[Record]]) -> int:
    with _opened(arguments) as store:
        records = list(deed(store))
    if arguments.json:
        fields = [
            {"record": one.id, "what": one.what, "household": one.household, "device": one.device, "at": one.at}
            for one in records
        ]
        output.say_json(fields)
    else:
        count = len(records)
        output.say(ngettext("{count} household noted.", "{count} households noted.", count).format(count=count))
    return 0
