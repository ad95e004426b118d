"""DuckDB in memory: what the desktop computes with. It writes nothing to disk and fetches nothing."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from survey_app.indicators.dialects import quoted
from survey_app.indicators.engines.base import EVERYTHING, KEY, TABLES, Source, Standing, keyed, looked_at
from survey_app.indicators.rows import SUBMISSION

MOST_HOUSEHOLDS = 2_000_000
"""About so many households of Parquet files are joined with their members at a time; the joined names alone of 28
million would fill the memory of an office machine."""
_Files = Mapping[str, Sequence[str]]
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
        self._whole: dict[str, str] = {}
        self._views: list[dict[str, str]] = [self._whole]

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
        files: _Files = dict(zip(TABLES, (source.household, source.member), strict=True))
        there = {table: self._there(files[table]) for table in TABLES}

        def looks(piece: _Files, cut: str = "") -> dict[str, str]:
            shown = {name: looked_at(_read(piece[name]), there[name], columns[name], self.dialect) for name in TABLES}
            return {table: look + cut for table, look in shown.items()}

        self._whole, self._views = looks(files), []
        for piece, count in self._pieces(files):
            cuts = max(1, -(-count // MOST_HOUSEHOLDS))
            conditions = [f" WHERE hash({SUBMISSION}) % {cuts} = {cut}" for cut in range(cuts)] if cuts > 1 else [""]
            self._views += [looks(piece, condition) for condition in conditions]
        self.parts = len(self._views)
        self._rows = -1
        self.take(0)
        return self._rows

    def _there(self, files: Sequence[str]) -> list[str]:
        """Return the questions that some files have."""
        return [str(row[0]) for row in self.connection.execute(f"DESCRIBE SELECT * FROM {_read(files)}").fetchall()]

    def _pieces(self, files: _Files) -> list[tuple[_Files, int]]:
        """Return sets of files that are counted one after the other, each with its number of households.

        Files are taken as they come, those of households with their own of members, as many as fit into memory
        together, when that leaves no member without its household. Else it is all files at once, and each part of
        them reads them all.
        """
        counts = [self._count(f"SELECT COUNT(*) FROM {_read([name])}") for name in files["household"]]
        pieces: list[tuple[_Files, int]] = []
        if sum(counts) > MOST_HOUSEHOLDS and len(files["household"]) == len(files["member"]):
            for first, last in _runs(counts):
                pieces.append(({table: files[table][first:last] for table in TABLES}, sum(counts[first:last])))
        if len(pieces) > 1 and all(self._is_complete(piece) for piece, _count in pieces):
            return pieces
        return [(files, sum(counts))]

    def _is_complete(self, piece: _Files) -> bool:
        """Tell whether all members of some files have their household in them."""
        above, below = (_read(piece[table]) for table in TABLES)
        return not self._count(f"SELECT COUNT(*) FROM {below} ANTI JOIN {above} USING ({SUBMISSION})")

    def _count(self, sql: str) -> int:
        (found,) = self.connection.execute(sql).fetchall()
        return int(found[0])

    def take(self, part: int) -> None:
        """See ``Calculation``."""
        views = self._whole if part == EVERYTHING else self._views[part]
        for table, view in views.items():
            self.connection.execute(f"CREATE OR REPLACE VIEW {table} AS {view}")

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


def _read(files: Sequence[str]) -> str:
    """Return what reads some Parquet files as one table."""
    listed = ", ".join("'" + name.replace("'", "''") + "'" for name in files)
    return f"read_parquet([{listed}], union_by_name = true)"


def _runs(counts: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield ``(first, last)`` of files that hold together no more households than fit, ``last`` not among them."""
    first, total = 0, 0
    for number, count in enumerate(counts):
        if number > first and total + count > MOST_HOUSEHOLDS:
            yield first, number
            first, total = number, 0
        total += count
    yield first, len(counts)
