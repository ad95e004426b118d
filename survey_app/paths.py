"""Where the program's own files and a person's files are."""

from __future__ import annotations

import functools
import os
import sys
from pathlib import Path

import platformdirs


@functools.cache
def _shipped(folder: str) -> Path:
    here = Path(__file__).resolve().parent
    frozen = getattr(sys, "_MEIPASS", None)
    candidates = [Path(frozen) / folder] if frozen else []
    candidates += [here / folder, here.parent / folder]
    for candidate in candidates:
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(f"the program's folder '{folder}' is missing beside {here}")


def resources() -> Path:
    """Return the folder of fonts, icons, translations and the places catalogue."""
    return _shipped("resources")


def forms() -> Path:
    """Return the folder of questionnaires that come with the program, one folder each."""
    return _shipped("forms")


def packed_folder() -> Path | None:
    """Return the folder of the packed program, ``None`` when it runs from its source."""
    return Path(sys.executable).resolve().parent if getattr(sys, "frozen", False) else None


def user_folder() -> Path:
    """Return the folder of this person's stores, settings and logs (``SURVEY_APP_DATA`` when set)."""
    chosen = os.environ.get("SURVEY_APP_DATA")
    return Path(chosen) if chosen else Path(platformdirs.user_data_dir("survey-app", appauthor=False))


def staging_folder() -> Path:
    """Return where the installer of an update is put before it starts; the next start of the program empties it."""
    return user_folder() / "update"
