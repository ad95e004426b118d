"""Finding rows by long ids through short indexes.

Ids are random texts of 32 to 36 characters, so every row that arrives touches a page somewhere in every index over
them. Indexes over how ids begin are a third as large: in an office of a million households they stay in memory, and a
commit writes a third as many of their pages. Eight hexadecimal digits are nearly always enough to find one row; what
else begins alike is told apart by the whole id.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import Any

_CHUNK = 400


def begins(column: str) -> str:
    """Return the expression that the indexes are over; ordered by it and the column is ordered by the column."""
    return f"substr({column}, 1, 8)"


def among(column: str) -> str:
    """Return the condition that a column is among the ids of the parameter ``:ids``, see ``listed``."""
    return (
        f"{begins(column)} IN (SELECT {begins('value')} FROM json_each(:ids)) "
        f"AND {column} IN (SELECT value FROM json_each(:ids))"
    )


def listed(ids: Iterable[str]) -> str:
    """Return ids as the parameter ``:ids`` of a condition."""
    return json.dumps(list(ids))


def chunks(items: Iterable[Any], size: int = _CHUNK) -> Iterator[list[Any]]:
    """Yield lists of at most ``size`` items, few enough for the parameters of one statement."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def marks(items: Collection[Any]) -> str:
    """Return as many question marks."""
    return ", ".join("?" * len(items))
