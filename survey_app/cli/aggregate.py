"""``survey-app aggregate write|read|list|undo``: counts of communes for the office above."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from survey_app.cli import output
from survey_app.cli import parser as declaring
from survey_app.cli.passphrase import passphrase
from survey_app.i18n import N_, _, ngettext

if TYPE_CHECKING:
    from survey_app.operations.aggregates import Standing

KINDS = {"bundles": N_("bundles"), "aggregate": N_("aggregate"), "missing": N_("missing")}
"""Where the figures of a commune come from, in words."""


def declare(commands: Any) -> None:
    """Declare the commands."""
    below = declaring.group(commands, "aggregate", _("counts of communes for the office above, without personal data"))
    written = declaring.command(below, "write", _("write this office's counts, signed"), write)
    declaring.takes_store(written)
    written.choices.add_argument("--out", metavar="DIR", type=Path, required=True, help=_("folder for the files"))
    written.choices.add_argument(
        "--to", metavar="OFFICE_KEY", type=Path, help=_("seal them to the office above; its key is remembered")
    )
    written.choices.add_argument("--open", action="store_true", help=_("seal them to nobody"))
    declaring.takes_json(written)
    taken = declaring.command(below, "read", _("take the counts of other offices in"), read)
    declaring.takes_store(taken)
    taken.needed.add_argument(
        "aggregates", metavar="FILE", type=Path, nargs="+", help=_("aggregates, or folders with them")
    )
    declaring.takes_json(taken)
    listed = declaring.command(below, "list", _("where each commune's figures come from, and what is missing"), list_)
    declaring.takes_store(listed)
    declaring.takes_json(listed)
    undone = declaring.command(below, "undo", _("take an aggregate out again"), undo)
    declaring.takes_store(undone)
    undone.needed.add_argument("aggregate", metavar="AGGREGATE_ID", help=_("its id, or how it begins"))
    declaring.takes_json(undone)


def write(arguments: argparse.Namespace) -> int:
    """Write the counts of each commune."""
    from survey_app.operations.aggregates import write_aggregates
    from survey_app.operations.stores import open_store

    progress = output.TerminalProgress()
    with open_store(arguments.store, passphrase(arguments)) as store:
        try:
            done = write_aggregates(store, arguments.out, arguments.to, is_open=arguments.open, monitor=progress)
        finally:
            progress.close()
    if arguments.json:
        output.say_json([{**asdict(each), "path": str(each.path)} for each in done])
        return 0
    for each in done:
        output.say(_("Written: {path}").format(path=each.path))
        count = ngettext("{count} form", "{count} forms", each.submissions).format(count=each.submissions)
        sealed = _("sealed to {office}").format(office=each.sealed_to) if each.sealed_to else _("not sealed")
        output.say(f"  {each.commune} {each.commune_name}: {count}, {sealed}")
    if not all(each.sealed_to for each in done):
        output.note(_("Anybody can read these files, and small counts are exact: give them to the office above only."))
    return 0


def read(arguments: argparse.Namespace) -> int:
    """Take aggregates in and print the balance; 1 when any was refused."""
    from survey_app.operations.aggregates import read_aggregates
    from survey_app.operations.stores import open_store

    progress = output.TerminalProgress()
    with open_store(arguments.store, passphrase(arguments)) as store:
        try:
            done = read_aggregates(store, arguments.aggregates, progress)
        finally:
            progress.close()
    counts = {outcome: done.count(outcome) for outcome in ("new", "known", "refused")}
    if arguments.json:
        output.say_json({"files_in": len(done.files), **counts, **asdict(done)})
    else:
        words = _("{files} files in = {new} new + {known} known before + {refused} refused")
        output.say(words.format(files=len(done.files), **counts))
    for each in done.files:
        if each.outcome == "refused":
            output.note(f"{each.file}: {each.message} {each.hint} [{each.code}]")
    return 1 if counts["refused"] else 0


def list_(arguments: argparse.Namespace) -> int:
    """Print where each commune's figures come from."""
    from survey_app.operations.aggregates import standing
    from survey_app.operations.stores import open_store

    progress = output.TerminalProgress()
    with open_store(arguments.store, passphrase(arguments)) as store:
        try:
            found = standing(store, progress)
        finally:
            progress.close()
    if arguments.json:
        output.say_json(_as_json(found))
        return 0
    heads = [_("Commune"), _("Name"), _("Figures from"), _("No."), _("Forms"), _("Remarks")]
    rows = [
        [each.commune, each.name, _(KINDS[each.kind]), str(each.sequence or "–"), str(each.submissions),
         " ".join(each.remarks)]
        for each in found.sources
    ]  # fmt: skip
    output.say_table(heads, rows, right=(heads[3], heads[4]))
    counts = {kind: len(found.of_kind(kind)) for kind in KINDS}
    words = _("From bundles: {bundles}. From aggregates: {aggregate}. Missing: {missing}.")
    output.say(words.format(**counts))
    return 0


def _as_json(found: Standing) -> dict[str, Any]:
    return {
        "communes": [{**asdict(each), "remarks": list(each.remarks)} for each in found.sources],
        "aggregates": [
            {
                "id": each.aggregate.id, "file": each.file, "taken_at": each.taken_at,
                "office": each.aggregate.office, "office_name": each.aggregate.office_name,
                "commune": each.aggregate.commune, "round": each.aggregate.round, "sequence": each.aggregate.sequence,
                "made_at": each.aggregate.made_at, "coverage": dict(each.aggregate.coverage),
                "not_counted": each.not_counted,
            }
            for each in found.aggregates
        ],
    }  # fmt: skip


def undo(arguments: argparse.Namespace) -> int:
    """Take an aggregate out again."""
    from survey_app.operations.aggregates import take_back
    from survey_app.operations.stores import open_store

    with open_store(arguments.store, passphrase(arguments)) as store:
        gone = take_back(store, arguments.aggregate)
    if arguments.json:
        output.say_json({"id": gone.id, "commune": gone.commune, "sequence": gone.sequence})
    else:
        words = _("Taken out: no. {sequence} of {commune}.")
        output.say(words.format(sequence=gone.sequence, commune=gone.commune_name))
    return 0
