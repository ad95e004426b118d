"""``survey-app sync``: exchange everything at once with a folder that laptop and office both reach."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from survey_app.cli import output
from survey_app.cli import parser as declaring
from survey_app.cli.merge import show_balance
from survey_app.cli.passphrase import passphrase
from survey_app.i18n import _, ngettext

if TYPE_CHECKING:
    from survey_app.operations.folder import Exchange


def declare(commands: Any) -> None:
    """Declare the command."""
    parser = declaring.command(commands, "sync", _("exchange everything with a stick or a shared folder"), sync)
    declaring.takes_store(parser)
    parser.choices.add_argument(
        "--with", dest="folder", metavar="DIR", type=Path, help=_("the folder; kept for the next time")
    )
    parser.choices.add_argument("--dry-run", action="store_true", help=_("only say what would be exchanged"))
    declaring.takes_json(parser)


def sync(arguments: argparse.Namespace) -> int:
    """Take in what the folder has and leave what it should have; 1 when a file was refused."""
    from survey_app.operations.folder import exchange
    from survey_app.operations.stores import open_store

    progress = output.TerminalProgress()
    with open_store(arguments.store, passphrase(arguments)) as store:
        try:
            done = exchange(store, arguments.folder, arguments.dry_run, progress)
        finally:
            progress.close()
    if arguments.json:
        output.say_json(_as_json(done))
    else:
        output.say(_("Folder: {folder}").format(folder=done.folder))
        (_show_laptop if done.balance is None else _show_office)(done, arguments.dry_run)
    for refusal in done.refusals:
        output.note(f"{refusal.file}: {refusal.message} {refusal.hint} [{refusal.code}]")
    return 1 if done.refusals else 0


def _as_json(done: Exchange) -> dict[str, Any]:
    return {
        "folder": str(done.folder),
        "receipts": [asdict(each) for each in done.receipts],
        "lists": [asdict(each) for each in done.lists],
        "waiting": done.waiting,
        "written": str(done.written.path) if done.written else None,
        "balance": asdict(done.balance) if done.balance else None,
        "left_out": done.left_out,
        "issued": [str(each.path) for each in done.issued],
        "sent": [str(each.path) for each in done.sent],
        "refusals": [asdict(each) for each in done.refusals],
    }


def _show_laptop(done: Exchange, dry_run: bool) -> None:
    for receipt in done.receipts:
        words = ngettext(
            "Receipt: {count} bundle confirmed anew", "Receipt: {count} bundles confirmed anew", receipt.newly
        )
        output.say(words.format(count=receipt.newly))
    for given in done.lists:
        words = _("Household list of {made_at}: {new} new, {changed} changed, {corrections} to correct")
        output.say(
            words.format(
                made_at=given.made_at[:16], new=given.new, changed=given.changed, corrections=given.corrections
            )
        )
    count = done.waiting
    if done.written:
        words = ngettext("Packed: {count} household, {path}", "Packed: {count} households, {path}", count)
        output.say(words.format(count=count, path=done.written.path))
    elif dry_run:
        words = ngettext("To pack: {count} household", "To pack: {count} households", count)
        output.say(words.format(count=count))
    elif count:
        words = ngettext(
            "{count} household waits for the receipt; its bundle lies in the folder.",
            "{count} households wait for the receipt; their bundle lies in the folder.",
            count,
        )
        output.say(words.format(count=count))
    else:
        output.say(_("The office has everything."))


def _show_office(done: Exchange, dry_run: bool) -> None:
    if done.balance is not None:
        show_balance(done.balance)
    if done.left_out:
        count = done.left_out
        words = ngettext(
            "{count} bundle was taken back by a person and is not merged again.",
            "{count} bundles were taken back by a person and are not merged again.",
            count,
        )
        output.say(words.format(count=count))
    if not dry_run:
        words = _("Receipts: {receipts}; household lists: {lists}")
        output.say(words.format(receipts=len(done.issued), lists=len(done.sent)))
