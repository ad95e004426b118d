"""Where the command line takes passphrases from: the environment or a file, never an argument that others can read."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from survey_app.errors import SurveyAppError
from survey_app.i18n import _

VARIABLE = "SURVEY_APP_PASSPHRASE"


def passphrase(arguments: argparse.Namespace) -> str:
    """Return the passphrase of ``--passphrase-file`` or, without it, of the environment.

    Raises:
        SurveyAppError: CLI-01 when there is none, CLI-02 when the file cannot be read or is empty.
    """
    found = given(arguments)
    if found is None:
        raise SurveyAppError(
            "CLI-01",
            _("The passphrase of the data file is needed."),
            _("Set the variable {variable}, or write it into a file and give --passphrase-file FILE.").format(
                variable=VARIABLE
            ),
        )
    return found


def given(arguments: argparse.Namespace) -> str | None:
    """Return the passphrase that was given, or None.

    Raises:
        SurveyAppError: CLI-02 when the file cannot be read or is empty.
    """
    named: Path | None = getattr(arguments, "passphrase_file", None)
    if named is not None:
        return from_file(named)
    return os.environ.get(VARIABLE) or None


def from_file(path: Path) -> str:
    """Return the first line of a file.

    Raises:
        SurveyAppError: CLI-02 when it cannot be read or is empty.
    """
    hint = _("Give a text file in UTF-8 with the secret on its first line.")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SurveyAppError("CLI-02", _("The file {path} cannot be read.").format(path=path), hint) from error
    line = text.splitlines()[0] if text else ""
    if not line:
        raise SurveyAppError("CLI-02", _("The first line of the file {path} is empty.").format(path=path), hint)
    return line
