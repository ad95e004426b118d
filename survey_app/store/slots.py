"""The key slots: where the wrapped key of a store lies inside the store's own file.

Layout of the first page (8192 bytes)::

       0 ..  100   SQLite's header, plain
     100 ..  512   head of the b-tree page of sqlite_schema and its cell pointers, plain
     512 .. 2304   key slots, copy A
    2304 .. 4096   key slots, copy B
    4096 .. 8192   end of the b-tree page (its cells) and SQLCipher's IV and HMAC, encrypted

SQLCipher leaves the first ``cipher_plaintext_header_size`` = 4096 bytes of the file plain and outside its HMAC. SQLite
itself never touches bytes 512 to 4096 as long as the page is an interior page of the b-tree (byte 100 is 5): its cell
pointers grow up from byte 112, two bytes for each page of schema, and its cells grow down from the end of the page.
The schema's text is longer than one page (the columns are documented inside it), so the page is an interior page from
the beginning; ``room_for_slots`` reads the page's head and proves it, after creation and after each migration. The gap
is copied by commits, checkpoints and the backup API like the rest of the page; ``VACUUM`` is never used.

A copy is: 8 bytes magic, 2 bytes length, 16 bytes of SHA-256 over the content, the content, zeros. The content is
canonical JSON: ``generation`` (counts the changes), ``salt`` of the database, and a list of ``slots``:
``{"kind": "passphrase", ...}`` is the key sealed with Argon2id and XChaCha20-Poly1305, with ``who`` when it is one
person's own; ``{"kind": "recovery", ...}`` the key sealed by age to the recovery recipients. Slots of unknown kinds are
kept.

Writing: only while no connection is open and the journal is gone, because SQLite writes back the whole page as it
once read it. First the old head of the file goes to ``<store>.head`` and to the disk, then copy A, then copy B, each to
the disk, then ``<store>.head`` leaves. Reading: of two good copies the one of the higher generation counts; with one
good copy, that one. With none, the head is put back from ``<store>.head``, else the slots are taken from
``<store>.before-migration``.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from io import FileIO
from pathlib import Path
from typing import Any

from survey_app import crypto
from survey_app.disk import part_path, write_durably
from survey_app.records import canonical
from survey_app.store.driver import PAGE_BYTES, PLAIN_BYTES, outside_failures
from survey_app.store.errors import NoRecoveryKey, NotAStore, StoreDamaged, TooManyRecoveryKeys

MAGIC = b"SVSLOTS1"
APPLICATION_ID = 0x53565931
COPIES = (512, 2304)
COPY_BYTES = 1792
_FRAME_BYTES = len(MAGIC) + 2 + 16
_PURPOSE = "key of a store"
_SQLITE_MAGIC = b"SQLite format 3\0"


@dataclass(frozen=True)
class Slots:
    """What the slots hold.

    Attributes:
        salt: 16 byte salt of the database.
        entries: the slots, JSON objects with a ``kind``.
        generation: how often the slots were changed.
    """

    salt: bytes
    entries: tuple[Mapping[str, Any], ...]
    generation: int = 1


def new_slots(key: bytes, salt: bytes, passphrase: str, recovery: Sequence[str], cost: crypto.Cost) -> Slots:
    """Return the slots of a new store.

    Raises:
        BadKey: a recovery recipient is not valid.
        TooManyRecoveryKeys: there is no room for them.
    """
    slots = Slots(salt, (_passphrase_slot(key, passphrase, cost), *_recovery_slots(key, recovery)))
    _frame(slots)
    return slots


def with_recovery(slots: Slots, key: bytes, recovery: Sequence[str]) -> Slots:
    """Return the slots sealed to other recovery recipients; those before open the store no more.

    Raises:
        BadKey: a recovery recipient is not valid.
        TooManyRecoveryKeys: there is no room for them.
    """
    kept = [entry for entry in slots.entries if entry["kind"] != "recovery"]
    changed = replace(slots, entries=(*kept, *_recovery_slots(key, recovery)), generation=slots.generation + 1)
    _frame(changed)
    return changed


def _recovery_slots(key: bytes, recovery: Sequence[str]) -> list[dict[str, Any]]:
    if not recovery:
        return []
    sealed = base64.b64encode(crypto.seal(key, recovery)).decode()
    return [{"kind": "recovery", "for": [crypto.fingerprint(recipient) for recipient in recovery], "box": sealed}]


def key_by_passphrase(slots: Slots, passphrase: str) -> bytes:
    """Return the key of the store.

    Raises:
        WrongPassphrase: it does not open any slot.
    """
    return opened_by(slots, passphrase)[0]


def opened_by(slots: Slots, passphrase: str) -> tuple[bytes, str]:
    """Return the key of the store and whose passphrase it is: an enumerator's id, ``""`` for the one all may know.

    Raises:
        WrongPassphrase: it does not open any slot.
    """
    for entry in slots.entries:
        if entry["kind"] == "passphrase":
            box = crypto.PassphraseBox.from_json(entry)
            try:
                return crypto.open_with_passphrase(box, passphrase, _PURPOSE), str(entry.get("who", ""))
            except crypto.WrongPassphrase:
                continue
    raise crypto.WrongPassphrase


def people(slots: Slots) -> tuple[str, ...]:
    """Return the ids of the people who have a passphrase of their own."""
    return tuple(str(entry["who"]) for entry in slots.entries if entry["kind"] == "passphrase" and entry.get("who"))


def key_by_recovery(slots: Slots, identity: str) -> bytes:
    """Return the key of the store.

    Raises:
        NoRecoveryKey: the identity does not open any slot.
        BadKey: it is not an identity.
    """
    for entry in slots.entries:
        if entry["kind"] == "recovery":
            try:
                return crypto.open_sealed(base64.b64decode(entry["box"]), identity)
            except (crypto.NotForThisKey, crypto.Damaged) as error:
                raise NoRecoveryKey from error
    crypto.recipient_of(identity)
    raise NoRecoveryKey


def with_passphrase(slots: Slots, key: bytes, passphrase: str, cost: crypto.Cost, who: str = "") -> Slots:
    """Return the slots with another passphrase of one person (``""``: the one all may know), all others as they were.

    Raises:
        TooManyRecoveryKeys: there is no room for one more.
    """
    others = without_passphrase(slots, who).entries
    changed = replace(
        slots, entries=(_passphrase_slot(key, passphrase, cost, who), *others), generation=slots.generation + 1
    )
    _frame(changed)
    return changed


def without_passphrase(slots: Slots, who: str) -> Slots:
    """Return the slots without the passphrase of one person."""
    kept = [entry for entry in slots.entries if entry["kind"] != "passphrase" or entry.get("who", "") != who]
    return replace(slots, entries=tuple(kept), generation=slots.generation + 1)


def _passphrase_slot(key: bytes, passphrase: str, cost: crypto.Cost, who: str = "") -> dict[str, Any]:
    sealed = crypto.seal_with_passphrase(key, passphrase, _PURPOSE, cost)
    return {"kind": "passphrase", **sealed.as_json(), **({"who": who} if who else {})}


# --- the file ----------------------------------------------------------------------------------------------------


def read_copies(path: Path) -> tuple[Slots | None, ...]:
    """Return both copies as they stand in the file, ``None`` for a broken one.

    Not while a connection of this process is open: closing the file here would drop its POSIX locks.

    Raises:
        NotAStore: the file is not a database of this program.
    """
    with outside_failures(), path.open("rb", buffering=0) as file:
        return copies_in(file)


def copies_in(file: FileIO) -> tuple[Slots | None, ...]:
    """Return both copies as they stand in a file that is open for reading, ``None`` for a broken one.

    Raises:
        NotAStore: the file is not a database of this program.
    """
    head = _head(file, PLAIN_BYTES)
    if not _looks_like_store(head, os.fstat(file.fileno()).st_size):
        raise NotAStore
    return tuple(_parse(head[start : start + COPY_BYTES]) for start in COPIES)


def read_slots(path: Path) -> Slots:
    """Return the slots of a store, mending broken copies where the file can be written safely.

    Raises:
        NotAStore: the file is not a database of this program.
        StoreDamaged: no copy is good, and neither is one beside the file.
    """
    try:
        copies = read_copies(path)
    except NotAStore:
        if not _put_head_back(path):
            raise
        copies = read_copies(path)
    best = _best(copies)
    if best is None and _put_head_back(path):
        best = _best(read_copies(path))
    if best is None:
        best = _slots_beside(path)
    if any(copy != best for copy in copies) and not journal_left(path):
        write_slots(path, best)
    for leftover in (head_path(path), part_path(head_path(path))):
        leftover.unlink(missing_ok=True)
    return best


def write_slots(path: Path, slots: Slots) -> None:
    """Write both copies, one after the other; a power cut leaves at least one good.

    Only while no connection is open and ``journal_left`` is false.
    """
    if journal_left(path):
        raise RuntimeError("the journal must be written back before the key slots are changed")
    framed = _frame(slots)
    beside = head_path(path)
    with outside_failures(), path.open("r+b", buffering=0) as file:
        write_durably(beside, file.read(PLAIN_BYTES))
        for start in COPIES:
            write_copy(file, start, framed)
        beside.unlink(missing_ok=True)


def write_copy(file: FileIO, start: int, framed: bytes) -> None:
    """Write one copy and wait until the disk has it."""
    file.seek(start)
    file.write(framed)
    os.fsync(file.fileno())


def room_for_slots(file: FileIO) -> bool:
    """Return whether SQLite leaves the bytes of the slots alone: see the head of this module."""
    head = _head(file, 112)
    if len(head) < 112 or head[100] != 5:
        return False
    cells = int.from_bytes(head[103:105], "big")
    content = int.from_bytes(head[105:107], "big") or 65536
    return 112 + 2 * cells <= COPIES[0] and PLAIN_BYTES <= content <= PAGE_BYTES


def schema_version(path: Path) -> int:
    """Return the number of the last migration the file went through, from its plain header."""
    with path.open("rb") as file:
        return int.from_bytes(file.read(64)[60:64], "big")


def journal_left(path: Path) -> bool:
    """Return whether a journal with content lies beside the store."""
    journal = journal_path(path)
    return journal.exists() and journal.stat().st_size > 0


def journal_path(path: Path) -> Path:
    """Return where SQLite keeps the journal of a store."""
    return path.with_name(f"{path.name}-wal")


def head_path(path: Path) -> Path:
    """Return where the head of a store is kept while its slots are written."""
    return path.with_name(f"{path.name}.head")


def before_migration_path(path: Path) -> Path:
    """Return where a store is kept as it was before its last migration."""
    return path.with_name(f"{path.name}.before-migration")


def _head(file: FileIO, count: int) -> bytes:
    file.seek(0)
    return file.read(count)


def _looks_like_store(head: bytes, size: int) -> bool:
    mark = int.from_bytes(head[68:72], "big")
    return size >= PAGE_BYTES and head.startswith(_SQLITE_MAGIC) and mark == APPLICATION_ID


def _best(copies: Iterable[Slots | None]) -> Slots | None:
    return max((copy for copy in copies if copy is not None), key=lambda copy: copy.generation, default=None)


def _put_head_back(path: Path) -> bool:
    beside = head_path(path)
    if not beside.exists():
        return False
    head = beside.read_bytes()
    good = _best(_parse(head[start : start + COPY_BYTES]) for start in COPIES)
    if len(head) != PLAIN_BYTES or good is None or path.stat().st_size < PAGE_BYTES or journal_left(path):
        return False
    with outside_failures(), path.open("r+b", buffering=0) as file:
        write_copy(file, 0, head)
    return True


def _slots_beside(path: Path) -> Slots:
    beside = before_migration_path(path)
    if not beside.exists():
        raise StoreDamaged
    try:
        best = _best(read_copies(beside))
    except NotAStore as error:
        raise StoreDamaged from error
    if best is None:
        raise StoreDamaged
    return best


def _frame(slots: Slots) -> bytes:
    content = canonical(
        {"generation": slots.generation, "salt": slots.salt.hex(), "slots": [dict(entry) for entry in slots.entries]}
    )
    if len(content) > COPY_BYTES - _FRAME_BYTES:
        raise TooManyRecoveryKeys
    checksum = hashlib.sha256(content).digest()[:16]
    return (MAGIC + len(content).to_bytes(2, "big") + checksum + content).ljust(COPY_BYTES, b"\0")


def _parse(framed: bytes) -> Slots | None:
    if not framed.startswith(MAGIC):
        return None
    start = len(MAGIC)
    length = int.from_bytes(framed[start : start + 2], "big")
    content = framed[_FRAME_BYTES : _FRAME_BYTES + length]
    if hashlib.sha256(content).digest()[:16] != framed[start + 2 : _FRAME_BYTES]:
        return None
    try:
        fields = json.loads(content)
        entries = tuple(dict(entry) for entry in fields["slots"])
        slots = Slots(bytes.fromhex(fields["salt"]), entries, int(fields["generation"]))
    except (ValueError, KeyError, TypeError):
        return None
    return slots if all("kind" in entry for entry in entries) and len(slots.salt) == 16 else None
