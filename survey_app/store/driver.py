"""The one module that loads the encrypted database driver, and the few things we ask of a database."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as dbapi

from survey_app.store.errors import (
    DiskFull,
    StoreDamaged,
    StoreError,
    StoreInUse,
    StoreMissing,
    StoreReadOnly,
    StoreUnreachable,
)

PAGE_BYTES = 8192
PLAIN_BYTES = 4096
CACHE_KIB = 65536
MERGING_CACHE_KIB = 262_144
"""Ids are random, so every row that arrives touches a page of each index: those must stay in memory, deciphered, or a
merge into 350,000 households takes more than twice the time."""
BUSY_TIMEOUT_S = 5.0

DriverError = dbapi.Error


class Database:
    """An open encrypted file. Every statement commits by itself unless it stands in ``atomic``.

    Attributes:
        conn: the driver's connection.
    """

    def __init__(self, connection: Any) -> None:
        self.conn = connection

    def execute(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> Any:
        """Run one statement and return its cursor."""
        return self.conn.execute(sql, parameters)

    def put(self, table: str, rows: Iterable[Mapping[str, Any]], key: Sequence[str]) -> None:
        """Add rows to a table; a row whose key is there already is written anew.

        Args:
            table: its name.
            rows: each the values by the names of their columns.
            key: names of the columns that tell rows apart.
        """
        for row in rows:
            others = ", ".join(f"{name} = excluded.{name}" for name in row if name not in key)
            places = ", ".join("?" * len(row))
            self.conn.execute(
                f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places}) "
                f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {others}",
                list(row.values()),
            )

    @contextmanager
    def atomic(self) -> Iterator[None]:
        """Make the changes inside one: kept when the outermost block ends, taken back when a block raises."""
        nested = self.conn.in_transaction
        self.conn.execute("SAVEPOINT inner_change" if nested else "BEGIN")
        try:
            yield
            self.conn.execute("RELEASE inner_change" if nested else "COMMIT")
        except BaseException:
            if self.conn.in_transaction:  # some failures have ended it already
                self.conn.execute("ROLLBACK TO inner_change" if nested else "ROLLBACK")
                if nested:
                    self.conn.execute("RELEASE inner_change")
            raise

    def close(self) -> None:
        """Close the file."""
        self.conn.close()


def connect(path: Path, key: bytes, salt: bytes) -> Database:
    """Open the encrypted file; a missing one is created.

    It may be used from any thread, one at a time. No other connection, in this process or another, can use the file
    until it is closed.

    Args:
        path: the file.
        key: 32 bytes.
        salt: 16 bytes; they lie outside the part that SQLCipher manages.

    Raises:
        StoreError: in use, damaged, the key is wrong, or the device fails.
    """
    with outside_failures():
        connection = dbapi.connect(
            str(path), timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False, cached_statements=256
        )
        try:
            _set_up(connection, key, salt)
        except BaseException:
            connection.close()
            raise
    return Database(connection)


def _set_up(connection: Any, key: bytes, salt: bytes) -> None:
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.execute(f"PRAGMA key = \"x'{key.hex()}{salt.hex()}'\"")
    connection.execute(f"PRAGMA cipher_page_size = {PAGE_BYTES}")
    connection.execute(f"PRAGMA cipher_plaintext_header_size = {PLAIN_BYTES}")
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")  # also keeps the index of the journal in memory: no -shm file
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    connection.execute("PRAGMA journal_mode = WAL").fetchall()
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA secure_delete = ON").fetchall()  # an answer that is gone leaves no copy in a free page
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA recursive_triggers = ON")  # REPLACE must not get past the triggers that keep revisions
    connection.execute("SELECT count(*) FROM sqlite_schema").fetchall()


@contextmanager
def outside_failures() -> Iterator[None]:
    """Turn failures of disk and file inside the block into a ``StoreError``; mistakes of ours stay loud."""
    try:
        yield
    except DriverError as error:
        found = _store_error(str(error))
        if found is None:
            raise
        raise found from error
    except OSError as error:
        raise store_error_of(error) from error


def store_error_of(error: OSError) -> StoreError:
    """Return the ``StoreError`` that says what an ``OSError`` means for the person."""
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return StoreMissing()
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull()
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return StoreReadOnly()
    return StoreUnreachable()


def _store_error(text: str) -> StoreError | None:
    kinds: tuple[tuple[str, Callable[[], StoreError]], ...] = (
        ("full", DiskFull),
        ("readonly", StoreReadOnly),
        ("locked", StoreInUse),
        ("malformed", StoreDamaged),
        ("not a database", StoreDamaged),
        ("unsupported file format", StoreDamaged),
        ("I/O error", StoreUnreachable),
        ("unable to open", StoreUnreachable),
    )
    return next((kind() for mark, kind in kinds if mark in text), None)
