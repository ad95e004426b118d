"""What a failure is called on the screen, and what a fault of the program leaves behind."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

from PySide6.QtCore import qVersion

from survey_app.crash import places_of, write_crash
from survey_app.errors import SurveyAppError
from survey_app.i18n import _

_log = logging.getLogger(__name__)

FAULT_CODE = "PRG-01"
"""A fault of the program, to be read out over the telephone."""


def describe(error: BaseException) -> tuple[str, str, str]:
    """Return title, text and code of a failure that has words; a system's failure gets plain ones."""
    if isinstance(error, SurveyAppError):
        return error.message, error.hint, error.code
    if isinstance(error, OSError):
        reason = error.strerror or type(error).__name__
        where = Path(str(error.filename)).name if error.filename else ""
        title = _("The computer could not read or write a file: {reason}").format(reason=f"{reason} ({where})".strip())
        return title, _("Check the disk or USB stick, then try again. What was saved is safe."), "SYS-01"
    return (
        _("A fault of the program itself."),
        _("All answers saved so far are safe. Close the program and open it again, then tell support the code."),
        FAULT_CODE,
    )


def leave_trace(error: BaseException) -> Path | None:
    """Note code and kind of a failure in the log; write a crash file for one without words of its own and return it."""
    _log.warning("%s %s", describe(error)[2], type(error).__name__)
    if isinstance(error, SurveyAppError | OSError):
        return None
    sys.stderr.write("".join(f"{line}\n" for line in places_of(error)))
    return write_crash(error, f"Qt {qVersion()}")
