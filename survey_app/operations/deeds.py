"""The log of what was done in a store, for people to read and to hand out."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from survey_app.i18n import N_, _
from survey_app.operations.consent import moment_words
from survey_app.operations.decisions import table_bytes
from survey_app.reports.typesetting import write_pages
from survey_app.store import Store, deeds
from survey_app.store.deeds import Deed

_WORDS = {
    deeds.OPENED: N_("Opened"),
    deeds.UNLOCK_FAILED: N_("Wrong passphrase"),
    deeds.PASSPHRASE_CHANGED: N_("Passphrase changed"),
    deeds.RECOVERED: N_("Opened by the recovery key"),
    deeds.MADE: N_("Data file made"),
    deeds.RESTORED: N_("Put back from a safety copy"),
    deeds.BACKED_UP: N_("Safety copy made"),
    deeds.BACKUP_FAILED: N_("Safety copy failed"),
    deeds.FINISHED: N_("Form finished"),
    deeds.DECIDED: N_("Difference settled"),
    deeds.VOIDED: N_("Form made void"),
    deeds.ERASED: N_("Household erased"),
    deeds.PACKED: N_("Bundle written"),
    deeds.CONFIRMED: N_("Receipt loaded"),
    deeds.MERGED: N_("Bundle merged"),
    deeds.UNDONE: N_("Merge taken back"),
    deeds.KEPT_ASIDE: N_("Bundle kept aside"),
    deeds.DEVICE_ADDED: N_("Laptop added"),
    deeds.DEVICE_BLOCKED: N_("Laptop blocked"),
    deeds.LOOKED_AT: N_("Household's page looked at"),
    deeds.EXPORTED: N_("Answers exported"),
    deeds.PRINTED: N_("Printed"),
}


def action_word(action: str) -> str:
    """Return what an action is called, in the language spoken."""
    return _(_WORDS[action]) if action in _WORDS else action


def about_words(deed: Deed) -> str:
    """Return what a line is about: names of fields and their values."""
    return ", ".join(f"{name} {value}" for name, value in deed.about.items() if value != "")


def log_table(found: Iterable[Deed]) -> tuple[list[str], list[list[str]]]:
    """Return heads and rows of a log: number, moment, who, action, about, chain."""
    heads = [_("No."), _("When"), _("Who"), _("What"), _("About"), _("Chain")]
    return heads, [
        [str(deed.position), moment_words(deed.at), deed.who, deed.action, about_words(deed), deed.chain]
        for deed in found
    ]


def write_log(store: Store, path: Path) -> Path:
    """Write the whole log as CSV, to be handed out and compared later.

    Raises:
        SurveyAppError: the place cannot be written to; what was there before is as it was.
    """
    heads, rows = log_table(store.deeds())
    written = write_pages(table_bytes(heads, rows), path)
    store.note_deed(deeds.EXPORTED, what="log", rows=len(rows))
    return written
