"""The encrypted driver, changes made one, and what failures of the disk are called."""

from __future__ import annotations

import errno
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as dbapi

from survey_app.crypto import Cost
from survey_app.store import DiskFull, Store, StoreDamaged, StoreInUse, StoreMissing, StoreReadOnly, StoreUnreachable
from survey_app.store.driver import Database, connect, outside_failures, store_error_of

KEY, SALT = b"k" * 32, b"s" * 16


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = connect(tmp_path / "a.db", KEY, SALT)
    made.execute("CREATE TABLE t (name TEXT PRIMARY KEY, value TEXT)")
    yield made
    made.close()


def rows(database: Database) -> list[tuple[str, str]]:
    return list(database.execute("SELECT name, value FROM t ORDER BY name"))


def test_rows_are_added_or_written_anew_by_their_key(database: Database) -> None:
    database.put("t", [{"name": "a", "value": "1"}, {"name": "b", "value": "2"}], ["name"])
    database.put("t", [{"value": "3", "name": "a"}], ["name"])
    assert rows(database) == [("a", "3"), ("b", "2")]


def test_changes_made_one_are_taken_back_together(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.atomic():
        database.put("t", [{"name": "a", "value": "1"}], ["name"])
        raise ZeroDivisionError
    assert rows(database) == []
    assert not database.conn.in_transaction


def test_an_inner_change_that_fails_leaves_the_outer_one(database: Database) -> None:
    with database.atomic():
        database.put("t", [{"name": "a", "value": "1"}], ["name"])
        with pytest.raises(ZeroDivisionError), database.atomic():
            database.put("t", [{"name": "b", "value": "2"}], ["name"])
            raise ZeroDivisionError
        with database.atomic():
            database.put("t", [{"name": "c", "value": "3"}], ["name"])
    assert rows(database) == [("a", "1"), ("c", "3")]
    assert not database.conn.in_transaction


def test_an_outer_change_takes_inner_ones_back(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.atomic():
        with database.atomic():
            database.put("t", [{"name": "a", "value": "1"}], ["name"])
        raise ZeroDivisionError
    assert rows(database) == []


def test_a_failure_that_ends_the_transaction_is_the_one_that_is_told(database: Database) -> None:
    database.execute("CREATE TRIGGER no BEFORE DELETE ON t BEGIN SELECT RAISE(ROLLBACK, 'never'); END")
    database.put("t", [{"name": "a", "value": "1"}], ["name"])
    with pytest.raises(dbapi.IntegrityError, match="never"), database.atomic(), database.atomic():
        database.execute("DELETE FROM t")
    assert rows(database) == [("a", "1")]


def test_opening_the_store_loads_neither_pandas_nor_numpy() -> None:
    found = "import sys, survey_app.store; print({'pandas', 'numpy', 'duckdb', 'matplotlib'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", found], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


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


def test_more_of_the_file_stays_in_memory_while_very_much_is_written(tmp_path: Path) -> None:
    with Store.create(tmp_path / "o.store", "x", kind="office", device="o", name="o", cost=Cost(1, 8)) as store:

        def cache() -> int:
            return int(store._database.execute("PRAGMA cache_size").fetchone()[0])

        before = cache()
        with store.with_room():
            assert cache() == 4 * before
        assert cache() == before
