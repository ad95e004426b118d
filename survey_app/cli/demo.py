"""``survey-app demo``: a made-up place to try everything on."""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path
from typing import Any

from survey_app.cli import output
from survey_app.cli import parser as declaring
from survey_app.cli.passphrase import given
from survey_app.i18n import _

DEMONSTRATION_PASSPHRASE = "khao-sat-mau"
"""Opens the stores of a demonstration made without a passphrase. It protects nothing and is told to everybody."""


def declare(commands: Any) -> None:
    """Declare the command."""
    parser = declaring.command(commands, "demo", _("make a demonstration with made-up households"), demo)
    parser.needed.add_argument("folder", metavar="DIR", type=Path, help=_("where; made when it is not there"))
    number = declaring.whole_number
    parser.choices.add_argument("--households", metavar="N", type=number, default=200, help=_("how many households"))
    parser.choices.add_argument("--laptops", metavar="K", type=number, default=4, help=_("how many laptops"))
    parser.choices.add_argument(
        "--edits", action="store_true", help=_("laptops also correct the same forms and send overlapping bundles")
    )
    parser.choices.add_argument("--seed", metavar="S", type=int, default=1, help=_("same number, same content"))
    parser.choices.add_argument("--communes", metavar="C", type=number, default=1, help=_("how many communes"))
    declaring.takes_passphrase(parser)
    declaring.takes_json(parser)


def demo(arguments: argparse.Namespace) -> int:
    """Make the demonstration and say what was made, and what opens it."""
    from survey_app.operations.demo import build_demo

    chosen = given(arguments)
    progress = output.TerminalProgress()
    try:
        made = build_demo(
            arguments.folder,
            households=arguments.households,
            laptops=arguments.laptops,
            edits=arguments.edits,
            seed=arguments.seed,
            communes=arguments.communes,
            passphrase=chosen or DEMONSTRATION_PASSPHRASE,
            monitor=progress,
        )
    finally:
        progress.close()
    known = "" if chosen else DEMONSTRATION_PASSPHRASE
    if arguments.json:
        fields = {name: _plain(value) for name, value in dataclasses.asdict(made).items()}
        output.say_json({**fields, "passphrase": known or None})
        return 0
    output.say_pairs(
        {
            _("Communes"): ", ".join(made.communes),
            _("Villages"): str(made.villages),
            _("Households"): str(made.households),
            _("Interviews"): str(made.complete),
            _("Office"): str(made.office_store),
            _("Key of the office"): str(made.office_key),
            _("Laptops"): f"{len(made.laptops)}: {made.folder / 'laptops'}",
            _("Bundles"): f"{len(made.bundles)}: {made.folder / 'bundles'}",
        }
    )
    if known:
        output.say(_("Passphrase of all these files: {passphrase}").format(passphrase=known))
    return 0


def _plain(value: object) -> object:
    if isinstance(value, Path):
        return str(value)
    return [_plain(each) for each in value] if isinstance(value, tuple | list) else value
