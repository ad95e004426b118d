"""Bringing an older store to the present format."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey_app.store import Store, schema, slots

GOOD = ("CREATE TABLE later (a TEXT -- something new\n) STRICT", "INSERT INTO later VALUES ('x')")


@pytest.fixture
def older(store: Store) -> Path:
    store.put_secret("proof", b"here")
    store.close()
    return store.path


def test_a_migration_is_applied_once_and_keeps_the_content(
    older: Path, passphrase: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "MIGRATIONS", [*schema.MIGRATIONS, GOOD])
    newest = len(schema.MIGRATIONS)
    for _ in range(2):
        with Store.open(older, passphrase) as store:
            assert store.secret("proof") == b"here"
            assert store._opened.database.execute("SELECT count(*) FROM later").fetchone()[0] == 1
            assert schema.version(store._opened.database) == newest
            assert store.check() == []
    assert sorted(path.name for path in older.parent.iterdir()) == ["laptop.store"]


def test_what_a_killed_migration_left_is_cleared_away(older: Path, passphrase: str) -> None:
    before = slots.before_migration_path(older)
    before.write_bytes(older.read_bytes())
    before.with_name(f"{before.name}.part").write_bytes(b"half")
    slots.head_path(older).with_name(f"{older.name}.head.part").write_bytes(b"half")
    Store.open(older, passphrase).close()
    assert [path.name for path in older.parent.iterdir()] == ["laptop.store"]


def test_a_migration_that_fails_leaves_the_store_as_it_was(
    older: Path, passphrase: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as newer:
        newer.setattr(schema, "MIGRATIONS", [*schema.MIGRATIONS, (GOOD[0], "CREATE TABLE secrets (a)")])
        with pytest.raises(Exception, match="already exists"):
            Store.open(older, passphrase)
    with Store.open(older, passphrase) as store:
        assert store.secret("proof") == b"here"
        assert schema.version(store._opened.database) == len(schema.MIGRATIONS)
        assert store.check() == []


def test_the_file_is_copied_before_anything_is_changed(
    older: Path, passphrase: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = older.read_bytes()
    monkeypatch.setattr(schema, "MIGRATIONS", [*schema.MIGRATIONS, ("not a statement",)])
    with pytest.raises(Exception, match="syntax"):
        Store.open(older, passphrase)
    copy = slots.before_migration_path(older)
    assert copy.read_bytes()[4096:] == before[4096:]
    assert slots.read_copies(copy) == slots.read_copies(older)


def test_a_wrong_passphrase_migrates_nothing(older: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = older.read_bytes()
    monkeypatch.setattr(schema, "MIGRATIONS", [*schema.MIGRATIONS, GOOD])
    with pytest.raises(Exception, match="CRY-01"):
        Store.open(older, "không phải")
    assert older.read_bytes() == before


def test_slots_that_a_migration_overwrote_are_written_again(
    older: Path, passphrase: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Force the root of the schema to be written from scratch by making it grow by a level's worth of pages."""
    found = slots.read_slots(older)
    many = tuple(f"CREATE TABLE t{number} (a TEXT -- {'y' * 3000}\n) STRICT" for number in range(120))
    monkeypatch.setattr(schema, "MIGRATIONS", [*schema.MIGRATIONS, many])
    with Store.open(older, passphrase) as store:
        assert store.check() == []
    assert slots.read_copies(older) == (found, found)


def test_a_schema_that_leaves_no_room_is_a_mistake_of_ours(
    older: Path, passphrase: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = tuple(f"CREATE TABLE t{number} (a TEXT -- {'y' * 7000}\n) STRICT" for number in range(260))
    monkeypatch.setattr(schema, "MIGRATIONS", [*schema.MIGRATIONS, many])
    with pytest.raises(RuntimeError, match="no room"):
        Store.open(older, passphrase)
    assert slots.before_migration_path(older).exists()


def test_the_statements_of_released_formats_are_never_edited() -> None:
    import hashlib

    released = [
        *("160a135bd74b21a4", "8d13ba45651e361f", "113310d3e2ae50c3", "207a0a26f54607bf"),
        *("42e35b941fb9fbb1", "ae4d6b45557f841d", "157437d62040eb7d", "b5786d9c44193c28"),
        *("aba910b9c9a694a1", "fc718d3cc67fe0ef", "168549e832aea6f5", "98eb85fdf8e2f0aa"),
        "c9d9deda946e9f64",
    ]
    found = [hashlib.sha256("\n".join(statements).encode()).hexdigest()[:16] for statements in schema.MIGRATIONS]
    assert found == released
