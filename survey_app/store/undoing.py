"""Taking back the merge of a bundle: what only that bundle brought, and nobody built upon, leaves again.

Afterwards the store holds what it would hold had the bundle never come, but for two things: erasures stay, because an
erasure is final; and the note of the bundle stays as one that was taken back, so that its number is not reported
missing. Merging the bundle again brings everything back.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Set
from typing import Any

from survey_app.records import Household
from survey_app.store import erasing, frame, history, visits
from survey_app.store.content import Content
from survey_app.store.ids import among, chunks, listed, marks
from survey_app.store.records import IN, UNDONE, Undone

DRAFT = "draft"

_ONLY_ITS_OWN = f"""SELECT r.position, r.id, r.submission, r.household
    FROM bundle_revisions b JOIN revisions r ON r.position = b.revision
    WHERE b.note = :note
    AND r.arrival IN (SELECT bundle FROM bundle_notes WHERE direction IN ('{IN}', '{UNDONE}'))
    AND NOT EXISTS (SELECT 1 FROM bundle_revisions o JOIN bundle_notes n ON n.position = o.note
        WHERE o.revision = r.position AND o.note <> :note AND n.direction = '{IN}')"""
_FOUND = """SELECT h.household FROM bundle_households h JOIN households f ON f.id = h.household
    WHERE h.note = :note AND f.found_by <> '' AND f.found_by <> coalesce(
        (SELECT value FROM facts WHERE name = 'device'), '')"""
_OTHERS = f"""SELECT h.household, h.content FROM bundle_households h
    JOIN bundle_notes n ON n.position = h.note AND n.direction = '{IN}'
    WHERE h.note <> ? AND h.household IN"""


def undo(database: Any, content: Content, bundle: str, at: str) -> Undone | None:
    """Take a bundle back; see ``Store.undo_bundle``."""
    query = f"SELECT position FROM bundle_notes WHERE bundle = ? AND direction = '{IN}'"
    row = database.execute(query, [bundle]).fetchone()
    if row is None:
        return None
    note = row[0]
    leaving = database.execute(_ONLY_ITS_OWN, {"note": note}).fetchall()
    found = {row[0] for row in database.execute(_FOUND, {"note": note})}
    stay = _still_described(database, note, found)
    gone = found - stay.keys()
    builders = _builders(database, {row[1] for row in leaving}, {row[2] for row in leaving}, gone)
    if not builders:
        _take_out(database, content, leaving, gone)
        frame.describe(database, stay.values())
        _note(database, note, bundle, at)
    return Undone(len(leaving), len(gone), builders)


def _still_described(database: Any, note: int, found: Collection[str]) -> dict[str, Household]:
    """Return the households that another bundle brought too, as they are described without this one."""
    stay: dict[str, Household] = {}
    for chunk in chunks(sorted(found)):
        for household, content in database.execute(f"{_OTHERS} ({marks(chunk)})", [note, *chunk]):
            described = Household(**json.loads(content))
            stay[household] = min(described, stay.get(household, described), key=frame.described)
    return stay


def _builders(
    database: Any, revisions: Set[str], submissions: Collection[str], households: Collection[str]
) -> tuple[str, ...]:
    """Return where what was built upon these comes from: ids of bundles, ``"here"`` or ``"draft"``."""
    builders: set[str] = set()
    for chunk in chunks(sorted(submissions)):
        here, ids = f"WHERE {among('submission')}", {"ids": listed(chunk)}
        rows = database.execute(f"SELECT id, parents, arrival FROM revisions {here}", ids)
        builders |= {row[2] for row in rows if row[0] not in revisions and revisions & set(json.loads(row[1]))}
        rows = database.execute(f"SELECT parents FROM drafts {here}", ids)
        builders |= {DRAFT for row in rows if revisions & set(json.loads(row[0]))}
    for chunk in chunks(sorted(households)):
        here = f"WHERE household IN ({marks(chunk)})"
        rows = database.execute(f"SELECT id, arrival FROM revisions {here}", chunk)
        builders |= {row[1] for row in rows if row[0] not in revisions}
        if database.execute(f"SELECT 1 FROM drafts {here}", chunk).fetchone():
            builders.add(DRAFT)
    return tuple(sorted(builders))


def _take_out(database: Any, content: Content, leaving: Iterable[tuple[Any, ...]], gone: Collection[str]) -> None:
    rows = list(leaving)
    touched, households = {row[2] for row in rows}, {row[3] for row in rows} | set(gone)
    attached: set[str] = set()
    for chunk in chunks([row[0] for row in rows]):
        attached |= erasing.attached(database, content, f"position IN ({marks(chunk)})", chunk)
    database.conn.executemany("INSERT INTO undoing VALUES (?)", [(row[0],) for row in rows])
    database.execute("DELETE FROM revisions WHERE position IN (SELECT revision FROM undoing)")
    database.execute("DELETE FROM undoing")
    for chunk in chunks(sorted(touched)):
        database.execute(f"DELETE FROM currents WHERE {among('submission')}", {"ids": listed(chunk)})
    for chunk in chunks(sorted(gone)):
        database.execute(f"DELETE FROM households WHERE id IN ({marks(chunk)})", chunk)
    erasing.forget_attachments(database, content, attached)
    visits.refresh(database, {*households, *history.say_again(database, content, touched)})


def _note(database: Any, note: int, bundle: str, at: str) -> None:
    """Keep the note as one of a bundle that was taken back; what it carries is not noted any more."""
    database.execute(f"DELETE FROM bundle_notes WHERE bundle = ? AND direction = '{UNDONE}'", [bundle])
    database.execute("DELETE FROM bundle_revisions WHERE note = ?", [note])
    database.execute("DELETE FROM bundle_households WHERE note = ?", [note])
    database.execute(f"UPDATE bundle_notes SET direction = '{UNDONE}', noted_at = ? WHERE position = ?", [at, note])
