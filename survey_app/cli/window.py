"""``survey-app`` alone: the window, found by name because the command line does not stand on it."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from survey_app import splash
from survey_app.errors import SurveyAppError
from survey_app.i18n import _

OPENED = (".bundle", ".enrolment", ".households", ".receipt", ".update", ".store")
"""Kinds of files that the window takes when it is started with one, as by a double click."""


def is_file_to_open(words: Sequence[str]) -> bool:
    """Tell whether the program was started with nothing but a file of its own."""
    return len(words) == 1 and words[0].lower().endswith(OPENED) and Path(words[0]).is_file()


def open_window(arguments: argparse.Namespace) -> int:
    """Open the window, with the file it was started with if there is one, and return its exit status.

    Raises:
        SurveyAppError: CLI-03 when there is no screen.
    """
    require_screen()
    splash.show(_("Household survey") + "\n" + _("Opening…"))
    app = importlib.import_module("survey_app.gui.app")
    return int(app.main(getattr(arguments, "files", ())))


def require_screen() -> None:
    """Return when a window can be shown.

    Raises:
        SurveyAppError: CLI-03, it cannot.
    """
    if not has_screen():
        raise SurveyAppError(
            "CLI-03",
            _("There is no screen here, so the window cannot open."),
            _("Start the program on a desktop, or use its commands: survey-app --help lists them."),
        )


def has_screen() -> bool:
    """Tell whether a window can be shown: always on Windows and macOS, on Linux when a display is named."""
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
