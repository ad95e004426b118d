"""Tables that an office took in: figures of others, the units of a day, indicators and targets of its own.

Each stands whole, as it was read, so that it can be taken back; of a kind and a name the newest one holds.
"""

from __future__ import annotations

from typing import Any

from survey_app.store.content import Content
from survey_app.store.records import KeptTable

_COLUMNS = "id, kind, name, file, taken_at, content"


def put(database: Any, content: Content, table: KeptTable) -> None:
    """Keep a table as the newest one; the same one kept before is not kept twice."""
    row = (table.id, table.kind, table.name, table.file, table.taken_at, content.pack(table.content))
    drop(database, table.id)
    database.execute(f"INSERT INTO tables_taken_in ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)", row)


def kept(database: Any, content: Content, kind: str, name: str | None) -> list[KeptTable]:
    """Return the tables of a kind, the newest last; those of one name where it is given."""
    query = f"SELECT {_COLUMNS} FROM tables_taken_in WHERE kind = ? AND (? OR name = ?) ORDER BY position"
    rows = database.execute(query, [kind, name is None, name or ""])
    return [
        KeptTable(id_, its_kind, its_name, file, taken_at, content.unpack(bytes(packed)))
        for id_, its_kind, its_name, file, taken_at, packed in rows
    ]


def drop(database: Any, id_: str) -> bool:
    """Keep a table no more; tell whether it was there."""
    return bool(database.execute("DELETE FROM tables_taken_in WHERE id = ?", [id_]).rowcount)
