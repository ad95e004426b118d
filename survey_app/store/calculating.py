"""Calculations in the encrypted file's own connection: temporary tables in memory and the functions SQLite lacks."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from survey_app.store.driver import outside_failures

_pattern = lru_cache(maxsize=256)(re.compile)


class Calculating:
    """Runs SQL that reads temporary tables; the store's own tables are out of its reach.

    Temporary tables stand in memory (``PRAGMA temp_store``), so nothing of them is ever written.
    """

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        for name, count, function in _FUNCTIONS:
            connection.create_function(name, count, function, deterministic=True)

    def run(self, sql: str) -> None:
        """Run one statement."""
        with outside_failures():
            self._connection.execute(sql).fetchall()

    def fill(self, sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Run a statement for each of many rows."""
        with outside_failures():
            self._connection.executemany(sql, rows)

    def ask(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Return the names of the columns and the rows of a query."""
        with outside_failures():
            cursor = self._connection.execute(sql)
            return [column[0] for column in cursor.description], [tuple(row) for row in cursor.fetchall()]


def _search(text: str | None, pattern: str) -> int | None:
    return None if text is None else int(_pattern(pattern).search(text) is not None)


def _replace(text: str | None, pattern: str, by: str) -> str | None:
    return None if text is None else str(_pattern(pattern).sub(by, text))


def _ceil(number: float | None) -> int | None:
    return None if number is None else math.ceil(number)


def _floor(number: float | None) -> int | None:
    return None if number is None else math.floor(number)


def _mod(left: float | None, right: float | None) -> float | None:
    return None if left is None or not right else math.fmod(left, right)


_FUNCTIONS: tuple[tuple[str, int, Any], ...] = (
    ("_ibis_regex_search", 2, _search),
    ("_ibis_regex_replace", 3, _replace),
    ("ceil", 1, _ceil),
    ("floor", 1, _floor),
    ("mod", 2, _mod),
)
"""What ibis' SQLite dialect calls by name and this build of SQLite does not have."""
