"""``survey-app look``: opens every window on a demonstration, for whoever tests an installation."""

from __future__ import annotations

import argparse
import importlib
from pathlib import Path
from typing import Any

from survey_app.cli import output, window
from survey_app.cli import parser as declaring
from survey_app.cli.passphrase import passphrase
from survey_app.i18n import _


def declare(commands: Any) -> None:
    """Declare the command."""
    parser = declaring.command(commands, "look", _("open every window on a demonstration and take pictures"), look)
    declaring.takes_store(parser)
    parser.choices.add_argument("--pictures", metavar="DIR", type=Path, required=True, help=_("folder for pictures"))
    declaring.takes_json(parser)


def look(arguments: argparse.Namespace) -> int:
    """Open every window once and say which.

    Raises:
        SurveyAppError: CLI-03 no screen; CLI-06 the store is no demonstration.
    """
    window.require_screen()
    tour = importlib.import_module("survey_app.gui.tour")  # found by name: the command line does not stand on it
    names = tour.take(arguments.store, passphrase(arguments), arguments.pictures)
    if arguments.json:
        output.say_json({"screens": names, "all": tour.every()})
    else:
        output.say("\n".join(names))
    return 0
