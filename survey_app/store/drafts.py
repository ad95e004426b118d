"""Interviews that are not finished; each answer is one small commit."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from survey_app.records import ONLY_IN_DRAFTS, canonical
from survey_app.store import attachments
from survey_app.store.content import Content
from survey_app.store.ids import among, listed, marks
from survey_app.store.records import Discarded, Draft

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


def throw_away(  # noqa: PLR0917 - the columns of the bin
    database: Any, content: Content, draft_id: str, at: str, by: str, answers: int | None = None
) -> str:
    """Put a draft into the bin and return its household.

    Raises:
        LookupError: there is no such draft.
    """
    found = draft(database, draft_id)
    if found is None:
        raise LookupError("there is no such draft")
    packed = content.pack(canonical({**vars(found), "values": dict(found.values)}))
    if answers is None:
        counted = (value for a, value in found.values.items() if not any(mark in a for mark in ONLY_IN_DRAFTS))
        answers = sum(value != "" for value in counted)
    attached = " ".join(sorted(value for value in found.values.values() if attachments.is_name(value)))
    row = (found.id, found.household, at, by, answers, attached, packed)
    database.execute(f"INSERT INTO discarded_drafts VALUES ({marks(row)})", row)
    return discard(database, draft_id)


def discarded(database: Any) -> list[Discarded]:
    """Return what is in the bin, the newest first."""
    query = "SELECT id, household, discarded_at, discarded_by, answers FROM discarded_drafts ORDER BY 3 DESC, 1"
    return [Discarded(*row) for row in database.execute(query)]


def bring_back(database: Any, content: Content, draft_id: str) -> str:
    """Take a draft out of the bin and return its household.

    Raises:
        LookupError: it is not in the bin.
        ValueError: another interview of this household has been begun or finished meanwhile.
    """
    row = database.execute("SELECT content FROM discarded_drafts WHERE id = ?", [draft_id]).fetchone()
    if row is None:
        raise LookupError("there is no such draft")
    fields = json.loads(content.unpack(row[0]))
    found = Draft(**{**fields, "parents": tuple(fields["parents"])})
    if _overtaken(database, found):
        raise ValueError("the household has another interview by now")
    start(database, found)
    database.execute("DELETE FROM discarded_drafts WHERE id = ?", [draft_id])
    return found.household


def _overtaken(database: Any, draft: Draft) -> bool:
    """Say whether the household has another draft, or a submission that the draft does not start from."""
    query = "SELECT 1 FROM drafts WHERE household = ? AND form_id = ?"
    if database.execute(query, [draft.household, draft.form_id]).fetchone():
        return True
    query = f"""SELECT heads FROM currents
        WHERE {among("household")} AND round = :round AND form_id = :form AND state <> 'void'"""
    given = {"ids": listed([draft.household]), "round": draft.round, "form": draft.form_id}
    heads = database.execute(query, given).fetchall()
    return any(sorted(json.loads(row[0])) != sorted(draft.parents) for row in heads)


def empty_bin(database: Any, before: str) -> int:
    """Forget what was thrown away before a moment (ISO 8601); return how many interviews that were."""
    return int(database.execute("DELETE FROM discarded_drafts WHERE discarded_at < ?", [before]).rowcount)


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
