"""``survey-app sync``: named already, not there yet."""

from __future__ import annotations

import argparse
from typing import Any

from survey_app.cli import parser as declaring
from survey_app.errors import SurveyAppError
from survey_app.i18n import _


def declare(commands: Any) -> None:
    """Declare the command."""
    parser = declaring.command(commands, "sync", _("exchange with a server (not in this version)"), sync)
    declaring.takes_store(parser)
    parser.choices.add_argument("--dry-run", action="store_true", help=_("only say what would be exchanged"))


def sync(_arguments: argparse.Namespace) -> int:
    """Say that this version exchanges by bundles only.

    Raises:
        SurveyAppError: CLI-04, always.
    """
    raise SurveyAppError(
        "CLI-04",
        _("This version does not exchange data over a network."),
        _("Write a bundle (survey-app bundle write) and carry it to the office on a USB stick or a shared folder."),
    )
