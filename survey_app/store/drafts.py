"""Interviews that are not finished; each answer is one small commit."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from survey_app.store.records import Draft
from survey_app.store.visits import marks

_COLUMNS = "id, submission, household, round, form_id, form_version, parents, author, started_at, touched_at, cursor"
_LINE_KEY = re.compile(r"\[(\d+)\]")
_PUT = "INSERT INTO draft_values VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value"
_FORGET = "DELETE FROM draft_values WHERE draft = ? AND (address = ? OR (address > ? AND address < ?))"


def start(database: Any, draft: Draft) -> None:
    """Write a new draft with the values it begins with."""
    row = {name: value for name, value in vars(draft).items() if name != "values"}
    row |= {"parents": json.dumps(sorted(draft.parents)), "touched_at": draft.touched_at or draft.started_at}
    database.execute(f"INSERT INTO drafts ({', '.join(row)}) VALUES ({marks(row)})", list(row.values()))
    database.conn.executemany(_PUT, [(draft.id, address, value) for address, value in draft.values.items()])


def save(database: Any, draft_id: str, saved: Mapping[str, str | None], cursor: str, at: str) -> None:
    """Write what changed; ``None`` forgets an address and everything below it.

    Raises:
        LookupError: there is no such draft.
    """
    connection = database.conn
    for address, value in saved.items():
        if value is None:  # "0" follows "/", so this is every address that starts with "address/"
            connection.execute(_FORGET, (draft_id, address, f"{address}/", f"{address}0"))
        else:
            connection.execute(_PUT, (draft_id, address, value))
    changed = connection.execute("UPDATE drafts SET touched_at = ?, cursor = ? WHERE id = ?", (at, cursor, draft_id))
    if changed.rowcount != 1:
        raise LookupError("there is no such draft")


def draft(database: Any, draft_id: str) -> Draft | None:
    """Return a draft with its values."""
    row = database.execute(f"SELECT {_COLUMNS} FROM drafts WHERE id = ?", [draft_id]).fetchone()
    if row is None:
        return None
    fields = dict(zip(_COLUMNS.split(", "), row, strict=True))
    values = dict(database.execute("SELECT address, value FROM draft_values WHERE draft = ?", [draft_id]).fetchall())
    ordered = {address: values[address] for address in sorted(values, key=_in_line_order)}
    return Draft(**{**fields, "parents": tuple(json.loads(fields["parents"])), "values": ordered})


def draft_ids(database: Any) -> list[str]:
    """Return the ids of all drafts, the one touched last first."""
    return [row[0] for row in database.execute("SELECT id FROM drafts ORDER BY touched_at DESC, id")]


def discard(database: Any, draft_id: str) -> str:
    """Forget a draft and return its household.

    Raises:
        LookupError: there is no such draft.
    """
    row = database.execute("SELECT household FROM drafts WHERE id = ?", [draft_id]).fetchone()
    if row is None:
        raise LookupError("there is no such draft")
    database.execute("DELETE FROM drafts WHERE id = ?", [draft_id])
    return str(row[0])


def _in_line_order(address: str) -> list[tuple[str, int]]:
    """Sort ``members[10]`` after ``members[2]``, and an instance before what is inside it."""
    steps = []
    for step in address.split("/"):
        key = _LINE_KEY.search(step)
        steps.append((step[: key.start()], int(key[1])) if key else (step, 0))
    return steps
