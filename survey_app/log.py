"""The program's log: what it did, never what people answered or are called."""

from __future__ import annotations

from pathlib import Path

LOG_BYTES = 1_000_000
LOG_FILES = 3


def start_log(folder: Path) -> None:
    """Write warnings and worse, and the program's own notes, to ``folder/survey-app.log`` (rotated)."""
    import logging.handlers  # brings the network's libraries along, which a starting window must not wait for

    folder.mkdir(parents=True, exist_ok=True)
    handler = logging.handlers.RotatingFileHandler(
        folder / "survey-app.log", maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8"
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger("survey_app")
    root.setLevel(logging.INFO)
    root.addHandler(handler)
