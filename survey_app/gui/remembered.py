"""Small things the window remembers between starts: folders chosen last, who worked last, the window's place.

Conveniences only: a missing or damaged file means starting afresh. No answers, no names.
"""

from __future__ import annotations

import json
from pathlib import Path

from survey_app import paths
from survey_app.disk import write_durably


def _file() -> Path:
    return paths.user_folder() / "window.json"


def recall(key: str, default: str = "") -> str:
    """Return what was remembered under ``key``."""
    try:
        found = json.loads(_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return default
    value = found.get(key, default) if isinstance(found, dict) else default
    return value if isinstance(value, str) else default


def remember(key: str, value: str) -> None:
    """Remember ``value`` under ``key``; silently not when the folder cannot be written."""
    try:
        found = json.loads(_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        found = {}
    if not isinstance(found, dict):
        found = {}
    if found.get(key) == value:
        return
    found[key] = value
    target = _file()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_durably(target, json.dumps(found, ensure_ascii=False, indent=1).encode())
    except OSError:
        return
