"""The one module that loads the encrypted database driver, and sqlite-utils on top of it.

sqlite-utils catches the error classes of the ``sqlite3`` it imported, and the encrypted driver has its own. It takes
``pysqlite3`` instead when that can be imported; so the encrypted driver is offered under this name before the first
import. It also loads pandas and numpy when they are installed, only to know their types; the interview must not pay
for that, so they are hidden from this one import. ``tests/unit/store/test_driver.py`` pins both.
"""

from __future__ import annotations

import errno
import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlcipher3
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
BUSY_TIMEOUT_S = 5.0

DriverError = dbapi.Error


def _load_sqlite_utils() -> Any:
    sys.modules.setdefault("pysqlite3", sqlcipher3)
    sys.modules.setdefault("pysqlite3.dbapi2", dbapi)
    hidden = [name for name in ("pandas", "numpy") if name not in sys.modules]
    for name in hidden:
        sys.modules[name] = None  # type: ignore[assignment]  # Python's way of saying: not importable
    try:
        return importlib.import_module("sqlite_utils")
    finally:
        for name in hidden:
            del sys.modules[name]


sqlite_utils = _load_sqlite_utils()


def connect(path: Path, key: bytes, salt: bytes) -> Any:
    """Return an open sqlite-utils ``Database`` on the encrypted file; a missing file is created.

    Every statement commits by itself unless a transaction was begun. The connection may be used from any thread, one at
    a time. No other connection, in this process or another, can use the file until it is closed.

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
    return sqlite_utils.Database(connection, execute_plugins=False)


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
        ("I/O error", StoreUnreachable),
        ("unable to open", StoreUnreachable),
    )
    return next((kind() for mark, kind in kinds if mark in text), None)
