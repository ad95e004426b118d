"""The encrypted driver under sqlite-utils, and what failures of the disk are called."""

from __future__ import annotations

import errno
import subprocess
import sys
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as dbapi

from survey_app.store import DiskFull, StoreDamaged, StoreInUse, StoreMissing, StoreReadOnly, StoreUnreachable
from survey_app.store.driver import connect, outside_failures, sqlite_utils, store_error_of

KEY, SALT = b"k" * 32, b"s" * 16


def test_sqlite_utils_catches_the_error_classes_of_the_encrypted_driver() -> None:
    from sqlite_utils import utils

    assert utils.OperationalError is dbapi.OperationalError


def test_what_sqlite_utils_does_by_catching_errors_works(tmp_path: Path) -> None:
    database = connect(tmp_path / "a.db", KEY, SALT)
    database["t"].insert({"a": 1})
    database["t"].insert({"a": 2, "b": 3}, alter=True)
    database["gone"].drop(ignore=True)
    database["t"].create_index(["a"])
    database["t"].create_index(["a"], find_unique_name=True)
    assert [row["b"] for row in database["t"].rows] == [None, 3]
    assert len(database["t"].indexes) == 2
    database.close()


def test_opening_the_store_loads_neither_pandas_nor_numpy() -> None:
    found = "import sys, survey_app.store; print({'pandas', 'numpy', 'duckdb', 'matplotlib'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", found], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_hiding_them_from_one_import_leaves_them_importable() -> None:
    found = "import survey_app.store, numpy, pandas; print(pandas.DataFrame([1]).shape)"
    done = subprocess.run([sys.executable, "-c", found], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "(1, 1)"


def test_the_connection_is_as_durable_as_it_has_to_be(tmp_path: Path) -> None:
    database = connect(tmp_path / "a.db", KEY, SALT)
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "cache_size": -65536,
        "temp_store": 2,
        "foreign_keys": 1,
        "locking_mode": "exclusive",
        "recursive_triggers": 1,
    }
    assert {name: database.execute(f"PRAGMA {name}").fetchone()[0] for name in wanted} == wanted
    database.close()


def test_temporary_tables_never_reach_the_disk(tmp_path: Path) -> None:
    database = connect(tmp_path / "a.db", KEY, SALT)
    options = {row[0] for row in database.execute("PRAGMA compile_options")}
    database.close()
    assert options & {"TEMP_STORE=2", "TEMP_STORE=3"}


def test_a_wrong_key_writes_nothing_to_the_error_stream(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    connect(tmp_path / "a.db", KEY, SALT).execute("CREATE TABLE t (a)").connection.close()
    with pytest.raises(StoreDamaged):
        connect(tmp_path / "a.db", b"x" * 32, SALT)
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("database or disk is full", DiskFull),
        ("attempt to write a readonly database", StoreReadOnly),
        ("database is locked", StoreInUse),
        ("database disk image is malformed", StoreDamaged),
        ("file is not a database", StoreDamaged),
        ("disk I/O error", StoreUnreachable),
        ("unable to open database file", StoreUnreachable),
    ],
)
def test_failures_of_the_file_are_said_in_words(text: str, kind: type[Exception]) -> None:
    with pytest.raises(kind), outside_failures():
        raise dbapi.OperationalError(text)


def test_a_mistake_of_ours_stays_loud() -> None:
    with pytest.raises(dbapi.OperationalError), outside_failures():
        raise dbapi.OperationalError("no such table: nothing")


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, DiskFull),
        (errno.EROFS, StoreReadOnly),
        (errno.EACCES, StoreReadOnly),
        (errno.EIO, StoreUnreachable),
        (errno.ENOENT, StoreMissing),
    ],
)
def test_failures_of_the_operating_system_are_said_in_words(number: int, kind: type[Exception]) -> None:
    assert isinstance(store_error_of(OSError(number, "x")), kind)


def test_the_library_is_the_one_that_was_prepared() -> None:
    assert sqlite_utils is sys.modules["sqlite_utils"]
