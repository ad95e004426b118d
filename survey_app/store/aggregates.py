"""Counts that offices below handed up, as they were signed; a store holds a set of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from survey_app.store.content import Content
from survey_app.store.records import KeptAggregate


def put(database: Any, content: Content, given: Iterable[KeptAggregate]) -> list[str]:
    """Keep aggregates; return the ids of those that were not here before."""
    query = "INSERT OR IGNORE INTO aggregates VALUES (?, ?, ?, ?)"
    new = []
    for each in given:
        row = (each.id, each.file, each.taken_at, content.pack(each.content))
        if database.execute(query, row).rowcount:
            new.append(each.id)
    return new


def ids(database: Any) -> list[str]:
    """Return the ids of all aggregates, sorted."""
    return [row[0] for row in database.execute("SELECT id FROM aggregates ORDER BY id")]


def one(database: Any, content: Content, id_: str) -> KeptAggregate | None:
    """Return an aggregate."""
    row = database.execute("SELECT file, taken_at, content FROM aggregates WHERE id = ?", [id_]).fetchone()
    return KeptAggregate(id_, row[0], row[1], content.unpack(bytes(row[2]))) if row else None


def drop(database: Any, id_: str) -> bool:
    """Keep an aggregate no more; tell whether it was there."""
    return bool(database.execute("DELETE FROM aggregates WHERE id = ?", [id_]).rowcount)
