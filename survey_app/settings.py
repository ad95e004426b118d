"""Choices of the person at this machine: language, theme, text size, the store opened last."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path

from survey_app import paths
from survey_app.disk import write_durably


@dataclass(frozen=True)
class Settings:
    """Attributes hold what the settings screen shows.

    Attributes:
        language: ``"vi"`` or ``"en"``.
        theme: ``"light"``, ``"dark"`` or ``"system"``.
        text_percent: size of text in percent of the design size (100, 115, 130, 150, 200).
        last_store: path of the store opened last, ``""`` when none.
        lock_minutes: the window locks when nobody touched the machine for so long; 0: never.
    """

    language: str = "vi"
    theme: str = "system"
    text_percent: int = 100
    last_store: str = ""
    lock_minutes: int = 5


def settings_file() -> Path:
    """Return where the settings are kept."""
    return paths.user_folder() / "settings.json"


def load_settings() -> Settings:
    """Read the settings; a missing or unreadable file, or an unknown entry, falls back to the defaults."""
    try:
        found = json.loads(settings_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Settings()
    if not isinstance(found, dict):
        return Settings()
    defaults = dataclasses.asdict(Settings())
    kept = {name: found[name] for name, value in defaults.items() if type(found.get(name)) is type(value)}
    return Settings(**kept)


def save_settings(settings: Settings) -> None:
    """Write the settings in one step, so that a power cut leaves the old or the new file."""
    target = settings_file()
    target.parent.mkdir(parents=True, exist_ok=True)
    write_durably(target, json.dumps(dataclasses.asdict(settings), ensure_ascii=False, indent=1).encode())
