"""The log of what was done in a store, for people to read and to hand out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from survey_app.i18n import N_, _
from survey_app.operations.consent import moment_words
from survey_app.operations.decisions import table_bytes
from survey_app.records import canonical
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
    deeds.LOOKED_AT: N_("Personal data looked at"),
    deeds.EXPORTED: N_("Answers exported"),
    deeds.PRINTED: N_("Printed"),
    deeds.ROLE_GIVEN: N_("Role given"),
    deeds.NAMES_FORGOTTEN: N_("Names deleted"),
    deeds.TABLE_TAKEN_IN: N_("Table taken in"),
    deeds.TABLE_TAKEN_BACK: N_("Table taken back"),
    deeds.PLACE_CHANGED: N_("Place changed"),
    deeds.SETTING_CHANGED: N_("Setting changed"),
    deeds.KEYS_CHANGED: N_("Key replaced"),
    deeds.COMMENTED: N_("Asked or answered about a form"),
}


def action_word(action: str) -> str:
    """Return what an action is called, in the language spoken."""
    return _(_WORDS[action]) if action in _WORDS else action


_FIELDS = {
    "household": N_("household {value}"),
    "submission": N_("form {value}"),
    "revision": N_("version {value}"),
    "bundle": N_("bundle {value}"),
    "device": N_("laptop {value}"),
    "sequence": N_("number {value}"),
    "records": N_("{value} versions"),
    "revisions": N_("{value} versions"),
    "count": N_("{value} times"),
    "first": N_("from {value}"),
    "last": N_("until {value}"),
    "rows": N_("{value} rows"),
    "households": N_("{value} households"),
    "members": N_("{value} people"),
    "of": N_("of {value}"),
    "reason": N_("reason {value}"),
    "code": N_("code {value}"),
    "key": N_("key {value}"),
    "round": N_("round {value}"),
    "lines": N_("{value} lines of lists"),
    "files": N_("{value} files"),
    "copies": N_("{value} safety copies"),
    "village": N_("village {value}"),
    "role": N_("role {value}"),
    "before": N_("before: {value}"),
}
_SAID = {
    "asked": N_("by hand"),
    "expired": N_("the time is over"),
    "ordered": N_("it was ordered"),
    "daily": N_("of the day"),
    "second place": N_("in the second place"),
    "interview": N_("interview"),
    "household": N_("household's page"),
    "form": N_("form"),
    "history": N_("history"),
    "conflict": N_("difference"),
    "duplicates": N_("two lines compared"),
    "list": N_("list behind a figure"),
    "support": N_("device support"),
    "support list": N_("list of device support"),
    "support handover": N_("handover of devices"),
    "support switch-off": N_("households with 2G phones only"),
    "register": N_("consent register"),
    "requests": N_("requests of households"),
    "household list": N_("household list"),
    "log": N_("this log"),
    "report": N_("report"),
    "answers": N_("answers"),
    "aggregate": N_("counts for the office above"),
    "decisions": N_("report of decisions"),
    "record": N_("the household's own copy"),
    "laptop": N_("of a laptop"),
    "office": N_("of an office"),
    "office key": N_("the office's own"),
    "recovery key": N_("the recovery key"),
    "recovery sheet": N_("the recovery sheet"),
    "open": N_("asked"),
    "answered": N_("answered"),
    "accepted": N_("accepted"),
}
"""What was looked at, printed or written, and why a copy was made."""
_SHOWN_DIGITS = 12
_ID = re.compile(r"[0-9a-f]{8}[0-9a-f-]{8,}")


def about_words(deed: Deed, households: Mapping[str, str] = MappingProxyType({}), *, whole: bool = False) -> str:
    """Return what a line is about, for people.

    Args:
        deed: the line.
        households: what to say instead of the id of a household.
        whole: long ids are not shortened.
    """
    said = []
    for name, value in deed.about.items():
        words = moment_words(str(value)) if name in {"first", "last"} else str(value)
        words = households.get(words, _(_SAID[words]) if words in _SAID else words)
        if not whole and _ID.fullmatch(words):
            words = words[:_SHOWN_DIGITS]
        if words:
            said.append(_(_FIELDS.get(name, "{value}")).format(value=words))
    return ", ".join(said)


def log_table(found: Iterable[Deed]) -> tuple[list[str], list[list[str]]]:
    """Return heads and rows of a log as it is handed out: nothing is shortened, so that it can be compared."""
    heads = [_("Line"), _("When"), _("Who did it"), _("What"), _("Details"), _("Chain")]
    return heads, [
        [str(deed.position), deed.at, deed.who, deed.action, canonical(dict(deed.about)).decode(), deed.chain]
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
