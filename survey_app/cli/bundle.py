"""``survey-app bundle``: write a bundle, look at its label, exchange receipts."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from survey_app.cli import output
from survey_app.cli import parser as declaring
from survey_app.cli.passphrase import passphrase
from survey_app.i18n import _, ngettext


def declare(commands: Any) -> None:
    """Declare the commands."""
    below = declaring.group(commands, "bundle", _("exchange files"))
    packed = declaring.command(below, "write", _("pack what the office has not confirmed yet"), write)
    declaring.takes_store(packed)
    packed.choices.add_argument(
        "--to",
        metavar="OFFICE_KEY",
        type=Path,
        action="append",
        help=_("public key of the office; several times for several offices that may open it"),
    )
    packed.choices.add_argument("--out", metavar="DIR", type=Path, required=True, help=_("folder for the bundle"))
    packed.choices.add_argument(
        "--colleague",
        metavar="LAPTOP",
        default="",
        help=_("id of another laptop of the same office that may open it too, to go on with the work"),
    )
    packed.choices.add_argument("--everything", action="store_true", help=_("pack what was confirmed too"))
    declaring.takes_json(packed)
    looked = declaring.command(below, "inspect", _("show what a bundle says about itself"), inspect)
    looked.needed.add_argument("file", metavar="FILE", type=Path, help=_("a bundle"))
    declaring.takes_json(looked)
    receipts = declaring.command(
        below, "receipt", _("office: write receipts (--out); laptop: take one in (--load)"), receipt
    )
    declaring.takes_store(receipts)
    what = receipts.add_mutually_exclusive_group(required=True)
    what.add_argument("--out", metavar="DIR", type=Path, help=_("folder for a receipt for each laptop"))
    what.add_argument("--load", metavar="RECEIPT", type=Path, help=_("receipt that came from the office"))
    receipts.choices.add_argument(
        "--from", dest="sender", metavar="OFFICE_KEY", type=Path, help=_("key of the office above that wrote it")
    )
    declaring.takes_json(receipts)


def write(arguments: argparse.Namespace) -> int:
    """Write a bundle sealed to the office."""
    from survey_app.bundles import load_office_key
    from survey_app.operations.handover import pack
    from survey_app.operations.stores import open_store

    to = tuple(load_office_key(path) for path in arguments.to or ())
    progress = output.TerminalProgress()
    with open_store(arguments.store, passphrase(arguments)) as store:
        try:
            written = pack(
                store,
                to,
                arguments.out,
                everything=arguments.everything,
                monitor=progress,
                colleague=arguments.colleague,
            )
        finally:
            progress.close()
    if arguments.json:
        output.say_json(
            {
                "path": str(written.path),
                "bundle": written.bundle_id,
                "sequence": written.sequence,
                "records": written.records,
            }
        )
        return 0
    count = written.records
    words = ngettext("Bundle {number} with {count} form: {path}", "Bundle {number} with {count} forms: {path}", count)
    output.say(words.format(number=written.sequence, count=count, path=written.path))
    return 0


def inspect(arguments: argparse.Namespace) -> int:
    """Show the label of a bundle; only merging checks whether it is true."""
    from survey_app.bundles import read_header
    from survey_app.fingerprints import of_key

    header = read_header(arguments.file)
    if arguments.json:
        output.say_json(header.as_json())
        return 0
    output.say_pairs(
        {
            _("Bundle"): header.bundle_id,
            _("Laptop"): f"{header.device_name} ({header.device})",
            _("Number"): str(header.sequence),
            _("Packed at"): header.made_at,
            _("Round"): header.round,
            _("Questionnaire"): ", ".join(f"{form} {version}".strip() for form, version in header.forms),
            _("Forms"): str(header.records),
            _("For office"): header.office,
            _("Fingerprint of its key"): of_key(header.verify_key),
        }
    )
    output.note(_("This is what the file says about itself. Only merging checks whether it is true."))
    return 0


def receipt(arguments: argparse.Namespace) -> int:
    """Write receipts in the office, or take one in on a laptop."""
    from survey_app.operations.stores import open_store

    with open_store(arguments.store, passphrase(arguments)) as store:
        return _issue(arguments, store) if arguments.out is not None else _load(arguments, store)


def _issue(arguments: argparse.Namespace, store: Any) -> int:
    from survey_app.operations.handover import write_receipts

    issued = write_receipts(store, arguments.out)
    if arguments.json:
        output.say_json([{"path": str(each.path), "device": each.device, "bundles": each.bundles} for each in issued])
        return 0
    for each in issued:
        count = ngettext("{count} bundle", "{count} bundles", each.bundles).format(count=each.bundles)
        output.say(f"{each.device_name or each.device}: {count}, {each.path}")
    if not issued:
        output.note(_("No bundle has been merged yet, so there is no receipt to write."))
    return 0


def _load(arguments: argparse.Namespace, store: Any) -> int:
    from survey_app.bundles import load_office_key
    from survey_app.operations.handover import load_receipt

    loaded = load_receipt(store, arguments.load, load_office_key(arguments.sender) if arguments.sender else None)
    if arguments.json:
        output.say_json(
            {"bundles": loaded.bundles, "newly": loaded.newly, "confirmed": loaded.confirmed, "made_at": loaded.made_at}
        )
        return 0
    words = ngettext("{count} household is confirmed now.", "{count} households are confirmed now.", loaded.confirmed)
    output.say(words.format(count=loaded.confirmed))
    return 0
