"""What is left behind when the program itself is at fault: a file for support, without answers or names."""

from __future__ import annotations

import platform
import sys
import traceback
from pathlib import Path

from survey_app import __version__, paths
from survey_app.clock import stamp, system_clock
from survey_app.i18n import _


def write_crash(error: BaseException) -> str:
    """Write the crash file and return what to tell the person.

    Only the places in the code and the kind of each error are written: the text of an exception, or the values of
    variables, may hold what somebody answered.
    """
    moment = system_clock()
    text = "\n".join(
        [f"survey-app {__version__}", stamp(moment), platform.platform(), f"Python {sys.version}", *_places(error), ""]
    )
    try:
        path = _write(f"crash-{moment:%Y%m%d-%H%M%S}.txt", text)
    except OSError:
        return _("The program met a fault of its own ({kind}). Committed data are safe.").format(
            kind=type(error).__name__
        )
    return _(
        "The program met a fault of its own ({kind}). Committed data are safe. Please send this file to support: {path}"
    ).format(kind=type(error).__name__, path=path)


def _write(name: str, text: str) -> Path:
    folder = paths.user_folder() / "crashes"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def _places(error: BaseException) -> list[str]:
    lines: list[str] = []
    link: BaseException | None = error
    while link is not None:
        lines.append(type(link).__name__)
        lines += [
            f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(link.__traceback__)
        ]
        link = link.__cause__ or link.__context__
    return lines
