"""The log of what people did in a store: only added to, and chained by hashes so that a change to it is told.

Each line holds the hash of itself and of the line before. The end of the chain stands among the facts too, so that
lines cut off the end are missed. Whoever has the key of the store could write a whole new chain; a log that was handed
out before (``survey-app log STORE --out``) shows that, because the lines in it must still be there.

Nothing that a household said and no name of a person stands in it: what something is about is told by ids, codes and
numbers. Wrong passphrases cannot be written into a file that is locked; they are noted beside it and taken in when it
is opened next.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from survey_app.disk import PRIVATE, make_private
from survey_app.i18n import _
from survey_app.records import canonical
from survey_app.store import frame

OPENED, UNLOCK_FAILED, PASSPHRASE_CHANGED, RECOVERED = "opened", "unlock_failed", "passphrase_changed", "recovered"
MADE, RESTORED, BACKED_UP, BACKUP_FAILED = "made", "restored", "backed_up", "backup_failed"
FINISHED, DECIDED, VOIDED, ERASED = "finished", "decided", "voided", "erased"
PACKED, CONFIRMED, MERGED, UNDONE, KEPT_ASIDE = "packed", "confirmed", "merged", "undone", "kept_aside"
DEVICE_ADDED, DEVICE_BLOCKED = "device_added", "device_blocked"
LOOKED_AT, EXPORTED, PRINTED = "looked_at", "exported", "printed"
TABLE_TAKEN_IN, TABLE_TAKEN_BACK, PLACE_CHANGED = "table_taken_in", "table_taken_back", "place_changed"
SETTING_CHANGED = "setting_changed"
ROLE_GIVEN, NAMES_FORGOTTEN = "role_given", "names_forgotten"
KEYS_CHANGED, COMMENTED = "keys_changed", "commented"
ACTIONS = (
    *(OPENED, UNLOCK_FAILED, PASSPHRASE_CHANGED, RECOVERED, MADE, RESTORED, BACKED_UP, BACKUP_FAILED),
    *(FINISHED, DECIDED, VOIDED, ERASED, PACKED, CONFIRMED, MERGED, UNDONE, KEPT_ASIDE),
    *(DEVICE_ADDED, DEVICE_BLOCKED, LOOKED_AT, EXPORTED, PRINTED),
    *(TABLE_TAKEN_IN, TABLE_TAKEN_BACK, PLACE_CHANGED, SETTING_CHANGED, ROLE_GIVEN, NAMES_FORGOTTEN),
    *(KEYS_CHANGED, COMMENTED),
)
"""Everything that can stand in the log."""

END = "log_end"
_BEFORE_THE_FIRST = ""
_MOST_NOTED = 1000
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[0-9:.+Z-]{8,24}")


@dataclass(frozen=True)
class Deed:
    """A line of the log.

    Attributes:
        position: its number, from 1 without gaps.
        at: ISO 8601, by the clock of this machine.
        who: id of the person at work, blank when nobody had said who.
        action: one of ``ACTIONS``.
        about: what it was about: ids, codes, numbers.
        chain: SHA-256 over the ``chain`` of the line before and this line.
    """

    position: int
    at: str
    who: str
    action: str
    about: Mapping[str, str | int] = field(default_factory=dict)
    chain: str = ""


def chained(before: str, deed: Deed) -> str:
    """Return what the ``chain`` of a line must be after one whose ``chain`` is ``before``."""
    content = canonical([deed.position, deed.at, deed.who, deed.action, dict(deed.about)])
    return hashlib.sha256(before.encode() + b"\n" + content).hexdigest()


def note(database: Any, at: str, who: str, action: str, about: Mapping[str, str | int]) -> None:
    """Add a line, in the transaction that is open.

    Raises:
        ValueError: no such action.
    """
    if action not in ACTIONS:
        raise ValueError(f"unknown action: {action!r}")
    last = database.execute("SELECT position, chain FROM log ORDER BY position DESC LIMIT 1").fetchone()
    position, before = last or (0, _BEFORE_THE_FIRST)
    deed = Deed(position + 1, at, who, action, about)
    chain = chained(before, deed)
    row = (deed.position, at, who, action, canonical(dict(about)).decode(), chain)
    database.execute("INSERT INTO log VALUES (?, ?, ?, ?, ?, ?)", row)
    frame.put_fact(database, END, f"{deed.position} {chain}")


def deeds(database: Any, action: str = "", who: str | None = None) -> list[Deed]:
    """Return the lines, the first one first.

    Args:
        database: an open store.
        action: only this one; blank for all.
        who: only of this person, blank of nobody; ``None`` for all.
    """
    given = {name: value for name, value in (("action", action or None), ("who", who)) if value is not None}
    where = " AND ".join(["true", *(f"{name} = :{name}" for name in given)])
    rows = database.execute(f"SELECT position, at, who, action, about, chain FROM log WHERE {where} ORDER BY 1", given)
    return [Deed(row[0], row[1], row[2], row[3], json.loads(row[4]), row[5]) for row in rows]


def check(database: Any) -> Iterator[str]:
    """Yield what is wrong with the chain."""
    try:
        found = deeds(database)
    except ValueError:
        found = None
    broken = 1 if found is None else first_break(found)
    if broken:
        yield _(
            "The log of what was done here was altered at line {number}. Keep this file as it is, and compare it with "
            "a safety copy or with a log that was handed out before."
        ).format(number=broken)
        return
    last = found[-1] if found else None
    end = frame.fact(database, END)
    if end != (f"{last.position} {last.chain}" if last else ""):
        yield _(
            "Lines at the end of the log of what was done here are missing. Keep this file as it is, and compare it "
            "with a safety copy or with a log that was handed out before."
        )


def first_break(found: Sequence[Deed]) -> int:
    """Return the number of the first line that does not follow from the one before it, 0 when all do."""
    before = _BEFORE_THE_FIRST
    for number, deed in enumerate(found, start=1):
        if deed.position != number or deed.chain != chained(before, deed):
            return number
        before = deed.chain
    return 0


def first_missing(found: Sequence[Deed], handed_out: Iterable[tuple[int, str]]) -> int:
    """Return the number of the first line of a log handed out before that is not in this one any more, 0 for none.

    Args:
        found: the log as it is.
        handed_out: number and ``chain`` of the lines that were handed out.
    """
    here = {(deed.position, deed.chain) for deed in found}
    return next((position for position, chain in handed_out if (position, chain) not in here), 0)


# --- wrong passphrases ---------------------------------------------------------------------------------------------


def refused_path(store: Path) -> Path:
    """Return where wrong passphrases are noted until the store is opened."""
    return store.with_name(f"{store.name}.refused")


def note_refused(store: Path, at: str) -> None:
    """Note beside a store that a wrong passphrase was tried; never in the way when that cannot be written."""
    path = refused_path(store)
    with contextlib.suppress(OSError):
        if not path.exists():
            make_private(path)
        elif path.stat().st_size >= _MOST_NOTED * len(at):
            return
        with path.open("a", encoding="ascii", newline="\n") as file:
            file.write(f"{at}\n")
        if path.stat().st_mode & 0o777 != PRIVATE:
            path.chmod(PRIVATE)


def refused(store: Path) -> list[str]:
    """Return when wrong passphrases were tried, as far as it was noted and can be read."""
    try:
        lines = refused_path(store).read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return []
    return [line for line in lines if _MOMENT.fullmatch(line)]


def forget_refused(store: Path) -> None:
    """Remove the note beside a store; what was in it stands in the log."""
    with contextlib.suppress(OSError):
        refused_path(store).unlink(missing_ok=True)
