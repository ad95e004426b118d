"""``survey-app update``: what an update file brings, and its installer written out when it is genuine."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from survey_app import __version__, i18n
from survey_app.cli import output
from survey_app.cli import parser as declaring
from survey_app.i18n import _


def declare(commands: Any) -> None:
    """Declare the command."""
    parser = declaring.command(commands, "update", _("what an update file brings, and whether it is genuine"), update)
    parser.add_argument("file", metavar="FILE", type=Path, help=_("a file that ends in .update"))
    parser.choices.add_argument("--stage", metavar="DIR", type=Path, help=_("write the checked installer there"))
    declaring.takes_json(parser)


def update(arguments: argparse.Namespace) -> int:
    """Show what an update brings; write its installer out when asked.

    Raises:
        UpdateError: it is not genuine, not newer, or could not be written.
    """
    from survey_app.operations import updating

    found = updating.read_update(arguments.file)
    updating.refuse_older(found)
    installer = updating.stage(found, arguments.stage, output.TerminalProgress()) if arguments.stage else None
    if arguments.json:
        fields = {"version": found.version, "now": __version__, "made_at": found.made_at, "notes": dict(found.notes)}
        output.say_json({**fields, "installer": str(installer) if installer else None})
        return 0
    output.say(_("Version {new} is on the stick; you have {now}.").format(new=found.version, now=__version__))
    output.say(found.notes_in(i18n.language()))
    if installer:
        output.say(_("Written: {path}").format(path=installer))
    return 0
