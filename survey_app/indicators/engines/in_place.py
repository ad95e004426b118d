"""SQLCipher in place: the answers stay in the encrypted store's own connection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from survey_app.indicators.dialects import quoted
from survey_app.indicators.engines.base import KEY, TABLES, Source, Standing, numbered

if TYPE_CHECKING:
    from survey_app.store import Store


class InPlace:
    """A calculation in temporary tables of the store; they stand in memory and are gone when it is closed."""

    dialect = "sqlite"
    parts = 1

    def __init__(self, store: Store) -> None:
        self._at = store.calculating()
        self._made: list[str] = []

    def fill(self, source: Source, columns: Mapping[str, Sequence[str]]) -> int:
        """See ``Calculation``."""
        assert not isinstance(source, Standing), "a store reads no files"
        for table in TABLES:
            declared = "".join(f", {quoted(name)} TEXT NOT NULL" for name in columns[table])
            self._at.run(f"CREATE TEMP TABLE {table} ({KEY} INTEGER NOT NULL{declared})")
            self._made.append(table)
        count = 0
        for table, rows in numbered(source, columns):
            marks = ", ".join("?" * (len(columns[table]) + 1))
            self._at.fill(f"INSERT INTO temp.{table} VALUES ({marks})", rows)
            count += len(rows)
        self._at.run(f"CREATE UNIQUE INDEX temp.household_by_key ON household ({KEY})")
        return count

    def take(self, part: int) -> None:
        """See ``Calculation``."""

    def keep(self, name: str, sql: str) -> bool:
        """See ``Calculation``."""
        self._at.run(f"CREATE TEMP TABLE {quoted(name)} AS {sql}")
        self._made.append(name)
        return True

    def ask(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """See ``Calculation``."""
        return self._at.ask(sql)

    def close(self) -> None:
        """See ``Calculation``."""
        for name in self._made:
            self._at.run(f"DROP TABLE IF EXISTS temp.{quoted(name)}")
