"""What is left behind when the program itself is at fault: a file for support, without answers or names."""

from __future__ import annotations

import faulthandler
import sys
import traceback
from pathlib import Path
from typing import TextIO

from survey_app import __version__, paths
from survey_app.clock import stamp, system_clock


def write_crash(error: BaseException, *facts: str) -> Path | None:
    """Write what support needs and return the file, ``None`` when it cannot be written.

    Only places in the code and kinds of errors are written: the text of an exception or the value of a variable may
    hold what somebody answered.

    Args:
        error: what happened.
        facts: further lines about the machine.
    """
    import platform  # compiles a dozen patterns; a program that runs well never needs it

    moment = system_clock()
    head = [
        f"survey-app {__version__}",
        stamp(moment),
        platform.platform(),
        f"Python {sys.version.split()[0]}",
        *facts,
    ]
    path = paths.user_folder() / "crashes" / f"crash-{moment:%Y%m%d-%H%M%S-%f}.txt"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join([*head, *places_of(error), ""]), encoding="utf-8")
    except OSError:
        return None
    return path


def places_of(error: BaseException) -> list[str]:
    """Return the kind of an error and of those behind it, each with its places in the code, the last call last."""
    lines: list[str] = []
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        lines.append(type(link).__name__)
        for frame in traceback.extract_tb(link.__traceback__):
            short = "/".join(Path(frame.filename).parts[-3:])  # the rest tells the name of whoever is logged in
            lines.append(f"  {short}:{frame.lineno} {frame.name}")
        link = link.__cause__ or link.__context__
    return lines


def watch_hard_crashes() -> None:
    """Let a crash below Python (a fault in a library) leave the places in the code it came from, nothing else.

    The file is emptied at every start, unless the last one ended in such a crash: then it is kept beside the others.

    Raises:
        OSError: the folder cannot be written.
    """
    folder = paths.user_folder() / "crashes"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "hard-crash.txt"
    if path.is_file() and path.stat().st_size:
        path.replace(folder / f"crash-{system_clock():%Y%m%d-%H%M%S}-hard.txt")
    _kept_open.append(path.open("w", encoding="utf-8"))
    faulthandler.enable(_kept_open[-1])


_kept_open: list[TextIO] = []
"""faulthandler writes to the file's handle; it must not be closed while the program runs."""
