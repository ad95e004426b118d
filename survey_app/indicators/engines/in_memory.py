"""DuckDB in memory: what the desktop computes with. It writes nothing to disk and fetches nothing."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from typing import Any

from survey_app.indicators.dialects import quoted
from survey_app.indicators.engines.base import KEY, TABLES, Source, Standing, keyed, looked_at
from survey_app.indicators.rows import SUBMISSION

MOST_HOUSEHOLDS = 2_000_000
"""So many households of Parquet files are joined with their members at a time; the joined names alone of 28 million
would fill the memory of an office machine."""
_KEPT_ROWS = 500_000
"""Up to so many rows a projection is kept in memory when several tables are counted from it."""


def connect() -> Any:
    """Return an empty DuckDB in memory that never writes to disk and never reaches for the network."""
    import duckdb

    connection = duckdb.connect(":memory:")
    connection.execute("SET max_temp_directory_size = '0B'")
    connection.execute("SET autoinstall_known_extensions = false")
    connection.execute("SET autoload_known_extensions = false")
    connection.execute("SET enable_progress_bar = false")
    with contextlib.suppress(duckdb.Error):  # another version of DuckDB may not know this step
        # Counting below the join of members and households works conditions out again and again: three times slower.
        connection.execute("SET disabled_optimizers = 'partial_aggregate_pushdown'")
    return connection


class InMemory:
    """A calculation in DuckDB."""

    dialect = "duckdb"

    def __init__(self) -> None:
        self.connection = connect()
        self.parts = 1
        self._rows = 0
        self._views: dict[str, str] = {}

    def fill(self, source: Source, columns: Mapping[str, Sequence[str]]) -> int:
        """See ``Calculation``."""
        if isinstance(source, Standing):
            return self._look_at(source, columns)
        for table in TABLES:
            declared = "".join(f", {quoted(name)} VARCHAR NOT NULL" for name in columns[table])
            self.connection.execute(f"CREATE TABLE {table} ({KEY} BIGINT NOT NULL{declared})")
        for batch, keys in keyed(source):
            members = [row for row in batch.member if row[SUBMISSION] in keys]
            self._insert("household", batch.household, columns["household"], keys)
            self._insert("member", members, columns["member"], keys)
            self._rows += len(batch.household) + len(members)
        return self._rows

    def _insert(
        self, table: str, rows: Sequence[Mapping[str, str]], columns: Sequence[str], keys: Mapping[str, int]
    ) -> None:
        import numpy as np

        if not rows:
            return
        arrays: dict[str, Any] = {KEY: np.array([keys[row[SUBMISSION]] for row in rows], dtype=np.int64)}
        for name in columns:
            values = np.empty(len(rows), dtype=object)
            values[:] = [row.get(name) or "" for row in rows]
            arrays[name] = values
        self.connection.register("arriving", arrays)
        self.connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM arriving")
        self.connection.unregister("arriving")

    def _look_at(self, source: Standing, columns: Mapping[str, Sequence[str]]) -> int:
        for table, files in zip(TABLES, (source.household, source.member), strict=True):
            listed = ", ".join("'" + name.replace("'", "''") + "'" for name in files)
            read = f"read_parquet([{listed}], union_by_name = true)"
            there = [row[0] for row in self.connection.execute(f"DESCRIBE SELECT * FROM {read}").fetchall()]
            self._views[table] = looked_at(read, there, columns[table], self.dialect)
            if table == "household":
                counted = self.connection.execute(f"SELECT COUNT(*) FROM {read}").fetchone()
                self.parts = max(1, -(-int(counted[0]) // MOST_HOUSEHOLDS))
        self._rows = -1
        self.take(0)
        return self._rows

    def take(self, part: int) -> None:
        """See ``Calculation``."""
        for table, view in self._views.items():
            cut = f" WHERE hash({SUBMISSION}) % {self.parts} = {part}" if self.parts > 1 else ""
            self.connection.execute(f"CREATE OR REPLACE VIEW {table} AS {view}{cut}")

    def keep(self, name: str, sql: str) -> bool:
        """See ``Calculation``."""
        if not 0 <= self._rows <= _KEPT_ROWS:
            return False
        self.connection.execute(f"CREATE TABLE {quoted(name)} AS {sql}")
        return True

    def ask(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """See ``Calculation``."""
        cursor = self.connection.execute(sql)
        return [column[0] for column in cursor.description], cursor.fetchall()

    def close(self) -> None:
        """See ``Calculation``."""
        self.connection.close()
