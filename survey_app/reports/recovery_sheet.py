"""The recovery key of an office on a sheet of paper: the key, what it is for, and how to keep it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from survey_app import i18n
from survey_app.i18n import _
from survey_app.reports.typesetting import typeset, write_pages
from survey_app.text import show_date

GROUP = 5


def groups(secret: str) -> list[str]:
    """Return a key in groups that are easy to type; blanks between them do not matter."""
    return [secret[start : start + GROUP] for start in range(0, len(secret), GROUP)]


def recovery_sheet(office: str, secret: str, words: str, day: dt.date) -> bytes:
    """Return the sheet as a tagged PDF.

    Args:
        office: name of the office.
        secret: the recovery key, ``AGE-SECRET-KEY-1...``.
        words: fingerprint of the office's key as words.
        day: when it was made.
    """
    return typeset(
        "recovery_sheet",
        {
            "language": i18n.language(),
            "title": _("Recovery sheet of the office"),
            "facts": [[_("Office"), office], [_("Made on"), show_date(day)]],
            "key_title": _("Recovery key"),
            "key": groups(secret),
            "key_hint": _("Type it row by row; blanks and capitals do not matter."),
            "words_title": _("Fingerprint of the office's key"),
            "words": words,
            "words_hint": _("The same words stand on every laptop of this office, under Settings."),
            "when_title": _("When it is needed"),
            "when": [
                _("The passphrase of the office is forgotten: on the unlock screen choose “Forgotten?” and type this "
                  "key."),
                _("The office's computer is lost or broken: install the program on another one, copy the latest backup "
                  "there, open it, choose “Forgotten?” and type this key. Everything up to that backup is there again, "
                  "the office's keys too; merge the bundles again that came later."),
                _("A laptop's passphrase is forgotten: this sheet is not needed. The office sets a new one on the "
                  "screen Laptops."),
            ],
            "care_title": _("How to keep it"),
            "care": [
                _("Lock it away with the office's papers, never beside the computer or its backups."),
                _("Whoever has this key and a backup can read everything."),
                _("If the sheet is lost or somebody has seen it, make a new one under Settings; this key then "
                  "opens the office's file no more. Destroy older backups."),
            ],
            "signatures": [_("Made by"), _("Kept by")],
        },
    )  # fmt: skip


def write_recovery_sheet(path: Path, office: str, secret: str, words: str, day: dt.date) -> Path:
    """Write the sheet; see ``recovery_sheet``.

    Raises:
        SurveyAppError: the place cannot be written to.
    """
    return write_pages(recovery_sheet(office, secret, words, day), path)
