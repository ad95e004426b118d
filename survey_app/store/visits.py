"""How far each household is in the round, computed from drafts, submissions and bundles.

The newest submission of the round that is not void says the status; a draft comes before it. What a laptop made is
``packed`` when all heads of the submission are in bundles it wrote and ``confirmed`` when all are in bundles whose
receipt was loaded; in an office, submissions stay as they were answered. Of a draft the visit knows when it was
started; the last answer is looked up in the draft, so that saving an answer touches nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from survey_app.records import LINE
from survey_app.store.records import COMPLETE, CONFIRMED, IN_PROGRESS, PACKED, REFUSED

_CHUNK = 400
_RESULT = "interview_result"
_STATUS_OF_RESULT = {"refused": REFUSED, "partial": IN_PROGRESS}


def result_of(answers: dict[str, Any]) -> str:
    """Return the answer ``interview_result``, wherever its group is; blank when there is none."""
    found = answers.get(_RESULT)
    if isinstance(found, str):
        return found
    groups = (value for name, value in answers.items() if name != LINE and isinstance(value, dict))
    return next((result for group in groups if (result := result_of(group))), "")


def chunks(items: Iterable[Any], size: int = _CHUNK) -> Iterator[list[Any]]:
    """Yield lists of at most ``size`` items, few enough for the parameters of one statement."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def marks(items: Collection[Any]) -> str:
    """Return as many question marks."""
    return ", ".join("?" * len(items))


def refresh(database: Any, households: Iterable[str]) -> None:
    """Compute the visits of these households anew."""
    for chunk in chunks(sorted(set(households))):
        database.execute(f"DELETE FROM visits WHERE household IN ({marks(chunk)})", chunk)
        rows = {**_submitted(database, chunk), **_drafted(database, chunk)}
        database.conn.executemany(
            "INSERT INTO visits (household, status, touched_at, author, result) VALUES (?, ?, ?, ?, ?)", rows.values()
        )


def refresh_all(database: Any) -> None:
    """Compute all visits anew, for example because another round began."""
    database.execute("DELETE FROM visits")
    touched = database.execute("SELECT household FROM currents UNION SELECT household FROM drafts").fetchall()
    refresh(database, (row[0] for row in touched))


def _drafted(database: Any, households: Sequence[str]) -> dict[str, tuple[str, ...]]:
    query = f"SELECT household, started_at, author FROM drafts WHERE household IN ({marks(households)})"
    rows = sorted(database.execute(query, households), key=lambda row: str(row[1]))
    return {household: (household, IN_PROGRESS, started, author, "") for household, started, author in rows}


def _submitted(database: Any, households: Sequence[str]) -> dict[str, tuple[str, ...]]:
    query = f"""SELECT household, made_at, author, result, heads FROM currents
        WHERE household IN ({marks(households)}) AND state <> 'void'
        AND round = coalesce((SELECT value FROM facts WHERE name = 'round'), round) ORDER BY made_at, submission"""
    newest = {row[0]: row for row in database.execute(query, households)}
    handed = _handed_over(database, {head for row in newest.values() for head in json.loads(row[4])})
    found: dict[str, tuple[str, ...]] = {}
    for household, made_at, author, result, heads in newest.values():
        stages = {handed.get(head, "") for head in json.loads(heads)}
        status = _STATUS_OF_RESULT.get(result, COMPLETE)
        if "" not in stages and status != IN_PROGRESS:
            status = PACKED if PACKED in stages else CONFIRMED
        found[household] = (household, status, made_at, author, result)
    return found


def _handed_over(database: Any, revisions: Iterable[str]) -> dict[str, str]:
    """Return ``packed`` or ``confirmed`` of the revisions that are in a bundle written here."""
    found = {}
    for chunk in chunks(sorted(revisions)):
        query = f"""SELECT r.id, max(n.confirmed_at <> '') FROM revisions r
            JOIN bundle_revisions b ON b.revision = r.position
            JOIN bundle_notes n ON n.position = b.note AND n.direction = 'out'
            WHERE r.id IN ({marks(chunk)}) GROUP BY r.id"""
        for revision, confirmed in database.execute(query, chunk):
            found[revision] = CONFIRMED if confirmed else PACKED
    return found
