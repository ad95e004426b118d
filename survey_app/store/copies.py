"""Backups: verified copies of a store, and putting one back."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from survey_app.disk import make_private, part_path, sync_file, sync_folder
from survey_app.progress import Monitor
from survey_app.store import history, schema, slots
from survey_app.store.driver import PAGE_BYTES, connect, outside_failures
from survey_app.store.errors import AlreadyThere, BackupNotVerified, StoreDamaged, StoreMissing, StoreTooNew
from survey_app.store.files import Opened, write_journal_back
from survey_app.store.lock import StoreLock

_TABLES = (
    *("facts", "secrets", "forms", "form_files", "households", "revisions", "currents", "drafts", "draft_values"),
    *("attachments", "log"),
)


def backup(opened: Opened, target: Path, monitor: Monitor) -> None:
    """Copy an open store; see ``Store.backup``."""
    if _same(target, opened.path):
        raise AlreadyThere
    with outside_failures(), _part_of(target) as part:
        make_private(part)
        database = connect(part, opened.key, opened.slots.salt)
        try:
            opened.database.conn.backup(
                database.conn, pages=256, progress=lambda _status, left, total: monitor.step(total - left, total)
            )
            write_journal_back(database)
        finally:
            database.close()
        if any(copy != opened.slots for copy in slots.read_copies(part)):
            slots.write_slots(part, opened.slots)
        sync_file(part)
        if not _agree(opened, part):
            raise BackupNotVerified
        part.replace(target)
        sync_folder(target.parent)


def _agree(opened: Opened, part: Path) -> bool:
    copy = connect(part, opened.key, slots.read_slots(part).salt)
    try:
        sound = not copy.execute("PRAGMA cipher_integrity_check").fetchall()
        sound = sound and copy.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        return sound and _summary(copy) == _summary(opened.database)
    finally:
        copy.close()


def _summary(database: Any) -> tuple[object, ...]:
    counts = [database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in _TABLES]
    return (*counts, history.digest(database))


def restore(backup_file: Path, target: Path) -> Path | None:
    """Put a copy in the place of a store; see ``Store.restore``."""
    if not backup_file.is_file():
        raise StoreMissing
    if _same(backup_file, target):
        raise AlreadyThere
    with outside_failures():
        source_lock = StoreLock(backup_file) if os.access(backup_file.parent, os.W_OK) else None
        try:
            return _restore(backup_file, target)
        finally:
            if source_lock:
                source_lock.release()


def _restore(backup_file: Path, target: Path) -> Path | None:
    broken = all(copy is None for copy in slots.read_copies(backup_file))
    if broken or backup_file.stat().st_size % PAGE_BYTES:
        raise StoreDamaged
    if slots.schema_version(backup_file) > len(schema.MIGRATIONS):
        raise StoreTooNew(slots.schema_version(backup_file), len(schema.MIGRATIONS))
    lock = StoreLock(target)
    try:
        with _part_of(target) as part:
            _copy(backup_file, part)
            journal = slots.journal_left(backup_file)
            if journal:  # a copy of the files of a store that was not closed
                _copy(slots.journal_path(backup_file), slots.journal_path(part))
            kept = _set_aside(target)
            if journal:
                slots.journal_path(part).replace(slots.journal_path(target))
            part.replace(target)
            sync_folder(target.parent)
            return kept
    finally:
        lock.release()


def _set_aside(target: Path) -> Path | None:
    """Give the store that is there another name, with its journal, so that nothing is lost.

    A journal without its store must go too: SQLite would play it into the file that takes the name.
    """
    journal = slots.journal_path(target)
    if not target.exists() and not journal.exists():
        return None
    number = 1
    while (kept := target.with_name(f"{target.stem}-before-restore-{number}{target.suffix}")).exists():
        number += 1
    existed = target.exists()
    if existed:
        target.rename(kept)
    if journal.exists():
        journal.rename(slots.journal_path(kept))
    return kept if existed else None


@contextmanager
def _part_of(target: Path) -> Iterator[Path]:
    """Give a temporary name beside the target; nothing of that name is left on failure."""
    if not target.parent.is_dir():
        raise StoreMissing
    part = part_path(target)
    leftovers = (part, slots.journal_path(part), slots.head_path(part))
    for leftover in leftovers:
        leftover.unlink(missing_ok=True)
    try:
        yield part
    finally:
        for leftover in leftovers:
            with contextlib.suppress(OSError):
                leftover.unlink(missing_ok=True)


def _copy(source: Path, target: Path) -> None:
    """Copy a file, wait until the disk has it, and read it back."""
    target.unlink(missing_ok=True)
    make_private(target)
    shutil.copyfile(source, target)
    sync_file(target)
    if not _same_bytes(source, target):
        raise BackupNotVerified


def _same(one: Path, other: Path) -> bool:
    return one.exists() and other.exists() and one.samefile(other)


def _same_bytes(one: Path, other: Path) -> bool:
    with one.open("rb") as left, other.open("rb") as right:
        while True:
            block = left.read(1 << 20)
            if block != right.read(1 << 20):
                return False
            if not block:
                return True
