"""``survey-app history`` and ``log``: who changed what in a household's forms, and what was done in a data file."""

from __future__ import annotations

import argparse
import csv
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from survey_app.cli import output
from survey_app.cli import parser as declaring
from survey_app.cli.passphrase import passphrase
from survey_app.errors import SurveyAppError
from survey_app.i18n import N_, _, ngettext

if TYPE_CHECKING:
    from survey_app.operations.tracing import Change, Trace, Version


def declare(commands: Any) -> None:
    """Declare the commands."""
    told = declaring.command(commands, "history", _("who changed what in a household's forms, and when"), history)
    declaring.takes_store(told)
    told.needed.add_argument(
        "household", metavar="HOUSEHOLD", help=_("its id, or VILLAGE/NUMBER, for example 07030-001/17")
    )
    told.choices.add_argument(
        "--question", metavar="NAME", default="", help=_("only the answers to this question, by its name in the form")
    )
    declaring.takes_json(told)
    logged = declaring.command(commands, "log", _("what was done in a data file, when and by whom"), log)
    declaring.takes_store(logged)
    logged.choices.add_argument("--action", default="", metavar=_("ACTION"), help=_("only this, for example merged"))
    logged.choices.add_argument("--out", type=Path, metavar="FILE.csv", help=_("write it as CSV to be handed out"))
    logged.choices.add_argument(
        "--against", type=Path, metavar="FILE.csv", help=_("compare with a log that was handed out before")
    )
    declaring.takes_json(logged)


def history(arguments: argparse.Namespace) -> int:
    """Print every version of a household's forms, or everything one question has ever been answered."""
    from survey_app.operations.stores import open_store
    from survey_app.operations.tracing import find_household, history_of

    with open_store(arguments.store, passphrase(arguments)) as store:
        found = history_of(store, find_household(store, arguments.household))
    traces = [each for each in found.traces if not arguments.question or _name(each.address) == arguments.question]
    if arguments.json:
        told = asdict(found)
        output.say_json({**told, "traces": [asdict(trace) for trace in traces]})
        return 0
    if arguments.question:
        for trace in traces:
            _say_trace(trace)
        return 0
    for version in found.versions:
        _say_version(version)
    count = len(found.versions)
    output.note(ngettext("{count} version.", "{count} versions.", count).format(count=count))
    return 0


def _name(address: str) -> str:
    return address.rpartition("/")[2]


KINDS = {
    "answers": N_("Answers"),
    "void": N_("Made void"),
    "choice": N_("Difference settled"),
    "join": N_("Joined by rule"),
}


def _say_version(version: Version) -> None:
    who = ", ".join(part for part in (version.at[:19].replace("T", " "), version.author, version.device) if part)
    output.say(f"{_(KINDS[version.kind])}  {who}  {version.revision[:12]}")
    if version.reason:
        output.say(f"  {_('Reason')}: {version.reason}")
    for carrier in version.carriers:
        words = _("came by bundle {sequence} of {device}") if carrier.direction == "in" else _("packed as {sequence}")
        output.say("  " + words.format(sequence=carrier.sequence, device=carrier.device))
    rows = [(f"  {each.whose}", each.question, each.before, each.after, _how(each)) for each in version.changes]
    if rows:
        output.say_table((f"  {_('About')}", _("Question"), _("before"), _("after"), _("How")), rows)
    output.say()


def _say_trace(trace: Trace) -> None:
    output.say(": ".join(part for part in (trace.whose, trace.question) if part))
    rows = [
        (f"  {version.at[:19].replace('T', ' ')}", version.author, version.device, change.after, _how(change))
        for version, change in trace.steps
    ]
    output.say_table((f"  {_('When')}", _("Who"), _("Laptop"), _("Answer"), _("How")), rows)
    output.say()


def _how(change: Change) -> str:
    words = {
        "person": _("given"),
        "form": _("worked out"),
        "rule": _("joined by rule"),
        "choice": _("chosen"),
        "open": _("not decided yet"),
    }[change.how]
    lost = "; ".join(f"{each.author}: {each.value}" for each in change.lost)
    return f"{words} ({lost})" if lost else words


def log(arguments: argparse.Namespace) -> int:
    """Print the log of what was done; 1 when its chain is broken or a line that was handed out is missing."""
    from survey_app.operations.consent import moment_words
    from survey_app.operations.deeds import about_words, action_word, write_log
    from survey_app.operations.stores import open_store
    from survey_app.store import deeds

    with open_store(arguments.store, passphrase(arguments)) as store:
        found = store.deeds()
        broken = deeds.first_break(found)
        missing = deeds.first_missing(found, handed_out(arguments.against)) if arguments.against else 0
        shown = [deed for deed in found if arguments.action in {"", deed.action}]
        if arguments.out is not None:
            write_log(store, arguments.out)
    if arguments.json:
        output.say_json(
            {"deeds": [asdict(deed) for deed in shown], "broken_at": broken, "missing": missing},
        )
    elif arguments.out is not None:
        output.say(_("Written: {path}").format(path=arguments.out))
    else:
        rows = [
            [str(one.position), moment_words(one.at), one.who, action_word(one.action), about_words(one)]
            for one in shown
        ]
        output.say_table([_("Line"), _("When"), _("Who did it"), _("What"), _("Details")], rows)
    if broken:
        output.note(_("The log was altered at line {number}.").format(number=broken))
    if missing:
        output.note(
            _("Line {number} of the log that was handed out is not in this one any more.").format(number=missing)
        )
    return 1 if broken or missing else 0


def handed_out(path: Path) -> list[tuple[int, str]]:
    """Return number and chain of every line of a log that was written with ``--out``.

    Raises:
        SurveyAppError: the file cannot be read or is no such log.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))[1:]
        found = [(int(row[0]), row[-1]) for row in rows]
    except (OSError, ValueError, IndexError) as error:
        raise SurveyAppError(
            "HIS-04",
            _("{path} is not a log that was handed out.").format(path=path),
            _("Choose a file that was written by “survey-app log STORE --out FILE.csv”. Nothing was changed."),
        ) from error
    return found
