"""Making, opening and closing the file of a store."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path
from typing import Any

from survey_app import crypto
from survey_app.disk import make_private, part_path, sync_file, sync_folder
from survey_app.store import schema, slots
from survey_app.store.driver import connect, outside_failures
from survey_app.store.errors import AlreadyThere, StoreDamaged, StoreMissing, StoreTooNew
from survey_app.store.lock import StoreLock
from survey_app.store.slots import Slots


@dataclass
class Opened:
    """An open file.

    Attributes:
        path: the file.
        key: the key of the database.
        slots: the key slots as they stand in the file.
        lock: keeps others away.
        reader: the file for looking at its head. It stays open as long as the connection does, because closing any
            handle of a file drops the POSIX locks that the process has on it.
        database: the connection; ``None`` once closed.
    """

    path: Path
    key: bytes = field(repr=False)
    slots: Slots
    lock: StoreLock
    reader: FileIO
    database: Any


def create(path: Path, passphrase: str, facts: Mapping[str, str], recovery: Sequence[str], cost: crypto.Cost) -> Opened:
    """Make a new file and open it; see ``Store.create``."""
    key, salt = crypto.random_bytes(crypto.KEY_BYTES), crypto.random_bytes(16)
    made = slots.new_slots(key, salt, passphrase, recovery, cost)
    lock = StoreLock(path)
    part = part_path(path)
    try:
        if path.exists() or slots.journal_left(path):
            raise AlreadyThere
        with outside_failures():
            _forget(part)
            make_private(part)
            _fill(part, key, salt, facts)
            slots.write_slots(part, made)
            part.rename(path)
            sync_folder(path.parent)
        return _with_reader(path, key, made, lock)
    except BaseException:
        with contextlib.suppress(OSError):
            _forget(part)
        lock.release()
        raise


def _fill(part: Path, key: bytes, salt: bytes, facts: Mapping[str, str]) -> None:
    database = connect(part, key, salt)
    try:
        database.execute(f"PRAGMA application_id = {slots.APPLICATION_ID}")
        schema.migrate(database)
        database.conn.executemany("INSERT INTO facts (name, value) VALUES (?, ?)", facts.items())
        write_journal_back(database)
    finally:
        database.close()
    prove_room(part)


def prove_room(path: Path) -> None:
    """Make sure that the schema leaves room for the key slots; anything else is a mistake in a migration."""
    with path.open("rb", buffering=0) as file:
        if not slots.room_for_slots(file):
            raise RuntimeError("the schema leaves no room for the key slots")


def _forget(part: Path) -> None:
    for leftover in (part, slots.journal_path(part), slots.head_path(part)):
        leftover.unlink(missing_ok=True)


def open_file(path: Path, find_key: Callable[[Slots], bytes]) -> Opened:
    """Open a file with the key that ``find_key`` takes from its slots; see ``Store.open``."""
    if not path.is_file():
        raise StoreMissing
    lock = StoreLock(path)
    try:
        with outside_failures(), path.open("r+b"):  # a write protected file is refused before anything else is tried
            found = slots.read_slots(path)
        newest = len(schema.MIGRATIONS)
        if not slots.journal_left(path) and slots.schema_version(path) > newest:
            raise StoreTooNew(slots.schema_version(path), newest)
        key = find_key(found)
        if slots.journal_left(path) or slots.schema_version(path) != newest:
            _bring_up(path, key, found)
        opened = _with_reader(path, key, found, lock)
        before = slots.before_migration_path(path)
        with contextlib.suppress(OSError):  # it is in nobody's way
            before.unlink(missing_ok=True)
            part_path(before).unlink(missing_ok=True)
        return opened
    except BaseException:
        lock.release()
        raise


def _with_reader(path: Path, key: bytes, found: Slots, lock: StoreLock) -> Opened:
    with outside_failures():
        reader = path.open("rb", buffering=0)
    try:
        database = connect(path, key, found.salt)
        try:
            with outside_failures():
                if not schema.is_as_said(database):
                    raise StoreDamaged
        except BaseException:
            database.close()
            raise
        return Opened(path, key, found, lock, reader, database)
    except BaseException:
        reader.close()
        raise


def _bring_up(path: Path, key: bytes, found: Slots) -> None:
    """Migrate an older file, with a copy of it kept until its slots are proved good again."""
    with outside_failures():
        database = connect(path, key, found.salt)
        try:
            version, newest = schema.version(database), len(schema.MIGRATIONS)
            if version > newest:
                raise StoreTooNew(version, newest)
            if not schema.is_as_said(database):
                raise StoreDamaged
            if version < newest:
                write_journal_back(database)
        finally:
            database.close()
        if version == newest:
            return
        before = slots.before_migration_path(path)
        _copy_durably(path, before)
        database = connect(path, key, found.salt)
        try:
            schema.migrate(database)
            write_journal_back(database)
        finally:
            database.close()
        prove_room(path)
        if any(copy != found for copy in slots.read_copies(path)):
            slots.write_slots(path, found)


def _copy_durably(source: Path, target: Path) -> None:
    part = part_path(target)
    part.unlink(missing_ok=True)
    make_private(part)
    shutil.copyfile(source, part)
    sync_file(part)
    part.replace(target)
    sync_folder(target.parent)


def change_slots(opened: Opened, change: Callable[[Slots], Slots]) -> None:
    """Write other key slots into an open file; on failure the store stays open with the old ones."""
    changed = change(opened.slots)
    with outside_failures():
        write_journal_back(opened.database)
        opened.database.close()
        try:
            slots.write_slots(opened.path, changed)
            opened.slots = changed
        finally:
            opened.database = connect(opened.path, opened.key, opened.slots.salt)


def write_journal_back(database: Any) -> None:
    """Write the journal into the file.

    Raises:
        StoreDamaged: part of it could not be written back.
    """
    busy, _pages, _written = database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise StoreDamaged


def close(opened: Opened) -> None:
    """Write the journal back, close the file and let others use it."""
    if opened.database is None:
        return
    database, opened.database = opened.database, None
    try:
        with outside_failures():
            try:
                write_journal_back(database)
            finally:
                database.close()
                opened.reader.close()
    finally:
        opened.lock.release()
