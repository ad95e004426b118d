"""The key slots in the first page of the store."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from survey_app import crypto
from survey_app.crypto import Cost, WrongPassphrase
from survey_app.records import Household
from survey_app.store import NoRecoveryKey, NotAStore, Store, StoreDamaged, TooManyRecoveryKeys, slots
from survey_app.store.slots import COPIES, COPY_BYTES

A, B = COPIES


def names(folder: Path) -> list[str]:
    """Return the names in a folder."""
    return sorted(path.name for path in folder.iterdir())


def damage(path: Path, *starts: int) -> None:
    """Flip a byte inside the copies that begin there."""
    with path.open("r+b") as file:
        for start in starts:
            file.seek(start + 200)
            byte = file.read(1)[0]
            file.seek(start + 200)
            file.write(bytes([byte ^ 0x40]))


def write_only_copy_a(path: Path, changed: slots.Slots) -> None:
    """Leave the file as a power cut between the two copies leaves it."""
    head = path.read_bytes()[:4096]
    slots.write_slots(path, changed)
    with path.open("r+b") as file:
        file.seek(B)
        file.write(head[B : B + COPY_BYTES])
    slots.head_path(path).write_bytes(head)


@pytest.fixture
def closed(store: Store) -> Path:
    store.put_secret("proof", b"here")
    store.close()
    return store.path


def proof(path: Path, passphrase: str) -> bytes | None:
    with Store.open(path, passphrase) as store:
        assert store.check() == []
        return store.secret("proof")


def test_the_two_copies_are_equal_and_do_not_hold_the_key(closed: Path, passphrase: str) -> None:
    first, second = slots.read_copies(closed)
    assert first is not None and first == second
    key = slots.key_by_passphrase(first, passphrase)
    content = closed.read_bytes()
    assert key not in content and key.hex().encode() not in content


def test_sqlite_leaves_the_gap_alone_while_the_store_grows(commune: Store, passphrase: str) -> None:
    before = commune.path.read_bytes()[512:4096]
    commune.put_households(Household(f"x{n}", "01234-001", n, "Đỗ Văn Tám " * 9) for n in range(20_000))
    for size in (1, 2):
        commune.put_households([Household("one", "01234-002", 99, "Mai", size=size)])
        commune.close()
        commune = Store.open(commune.path, passphrase)
    commune.close()
    assert commune.path.read_bytes()[512:4096] == before
    with commune.path.open("rb", buffering=0) as file:
        assert slots.room_for_slots(file)


def test_schema_changes_leave_the_gap_alone(store: Store) -> None:
    before = store.path.read_bytes()[512:4096]
    database = store._opened.database
    for number in range(60):
        database.execute(f"CREATE TABLE extra_{number} (a TEXT -- {'x' * 400}\n)")
    for number in range(0, 60, 2):
        database.execute(f"DROP TABLE extra_{number}")
    store.close()
    assert store.path.read_bytes()[512:4096] == before
    with store.path.open("rb", buffering=0) as file:
        assert slots.room_for_slots(file)


@pytest.mark.parametrize("broken", [(A,), (B,)])
def test_one_broken_copy_is_mended_from_the_other(closed: Path, passphrase: str, broken: tuple[int, ...]) -> None:
    good = slots.read_slots(closed)
    damage(closed, *broken)
    assert None in slots.read_copies(closed)
    assert proof(closed, passphrase) == b"here"
    assert slots.read_copies(closed) == (good, good)


def test_every_flipped_byte_of_a_copy_is_noticed(closed: Path) -> None:
    content = closed.read_bytes()[A : A + COPY_BYTES]
    used = len(content.rstrip(b"\0"))
    for place in range(used):
        flipped = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
        assert slots._parse(flipped) is None, place


def test_both_copies_broken_is_said_and_changes_nothing(closed: Path, passphrase: str) -> None:
    damage(closed, A, B)
    before = closed.read_bytes()
    with pytest.raises(StoreDamaged):
        Store.open(closed, passphrase)
    assert closed.read_bytes() == before


def test_both_copies_broken_are_taken_from_the_file_before_migration(closed: Path, passphrase: str) -> None:
    slots.before_migration_path(closed).write_bytes(closed.read_bytes())
    damage(closed, A, B)
    assert proof(closed, passphrase) == b"here"
    assert None not in slots.read_copies(closed)


def test_a_torn_head_is_put_back_from_the_one_kept_while_writing(closed: Path, passphrase: str) -> None:
    slots.head_path(closed).write_bytes(closed.read_bytes()[:4096])
    with closed.open("r+b") as file:
        file.write(b"\xff" * 4096)
    assert proof(closed, passphrase) == b"here"
    assert not slots.head_path(closed).exists()


def test_a_power_cut_between_the_copies_leaves_the_new_passphrase(closed: Path, passphrase: str, cost: Cost) -> None:
    found = slots.read_slots(closed)
    key = slots.key_by_passphrase(found, passphrase)
    write_only_copy_a(closed, slots.with_passphrase(found, key, "mật khẩu mới", cost))
    assert proof(closed, "mật khẩu mới") == b"here"
    with pytest.raises(WrongPassphrase):
        Store.open(closed, passphrase)
    first, second = slots.read_copies(closed)
    assert first == second


def test_a_power_cut_inside_copy_a_leaves_the_old_passphrase(closed: Path, passphrase: str, cost: Cost) -> None:
    found = slots.read_slots(closed)
    key = slots.key_by_passphrase(found, passphrase)
    write_only_copy_a(closed, slots.with_passphrase(found, key, "mật khẩu mới", cost))
    damage(closed, A)
    assert proof(closed, passphrase) == b"here"


CHANGER = """
import sys
from survey_app.crypto import Cost
from survey_app.store import Store
store = Store.open(sys.argv[1], sys.argv[2])
words = sys.argv[2:4]
print("changing", flush=True)
while True:
    store.change_passphrase(words[0], words[1], cost=Cost(1, 8))
    words.reverse()
"""


def test_a_kill_while_passphrases_change_leaves_the_store_to_one_of_them(closed: Path, passphrase: str) -> None:
    other = "mật khẩu mới"
    for number in range(6):
        now = passphrase
        try:
            assert proof(closed, passphrase) == b"here"
        except WrongPassphrase:
            now = other
            assert proof(closed, other) == b"here"
        words = [now, other if now == passphrase else passphrase]
        command = [sys.executable, "-c", CHANGER, str(closed), *words]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == b"changing\n"
            time.sleep(0.003 * (number + 1))
            child.kill()
    assert b"here" in {proof_or_none(closed, passphrase), proof_or_none(closed, other)}


def proof_or_none(path: Path, passphrase: str) -> bytes | None:
    try:
        return proof(path, passphrase)
    except WrongPassphrase:
        return None


def test_slots_are_not_written_while_a_journal_is_left(closed: Path) -> None:
    found = slots.read_slots(closed)
    slots.journal_path(closed).write_bytes(b"something")
    with pytest.raises(RuntimeError):
        slots.write_slots(closed, found)


def test_changing_the_passphrase_rewrites_no_data(closed: Path, passphrase: str, cost: Cost) -> None:
    """Only the slots are written anew, and the pages that the lines of the log went to."""
    before = closed.read_bytes()
    with Store.open(closed, passphrase) as store:
        store.change_passphrase(passphrase, "mật khẩu mới", cost=cost)
        assert store.secret("proof") == b"here"
    after = closed.read_bytes()
    pages = range(0, len(before), 8192)
    assert len(after) == len(before) and len(pages) > 40
    assert sum(after[n : n + 8192] != before[n : n + 8192] for n in pages) <= 4
    assert proof(closed, "mật khẩu mới") == b"here"


def test_a_wrong_old_passphrase_changes_nothing(store: Store, passphrase: str, cost: Cost) -> None:
    before = store.path.read_bytes()[:4096]
    with pytest.raises(WrongPassphrase):
        store.change_passphrase("sai", "mật khẩu mới", cost=cost)
    assert store.path.read_bytes()[:4096] == before


def test_the_passphrase_may_be_typed_composed_or_decomposed(closed: Path, passphrase: str) -> None:
    import unicodedata

    assert unicodedata.normalize("NFD", passphrase) != passphrase
    assert proof(closed, unicodedata.normalize("NFD", passphrase)) == b"here"


def test_any_of_the_recovery_keys_opens_the_store(new_store: Callable[..., Store], passphrase: str, cost: Cost) -> None:
    secrets = [crypto.new_identity() for _ in range(6)]
    store = new_store(recovery=[crypto.recipient_of(secret) for secret in secrets])
    store.close()
    for number, secret in enumerate((secrets[0], secrets[5])):
        with Store.recover(store.path, secret, f"mật khẩu số {number}", cost=cost) as opened:
            assert opened.check() == []
    with pytest.raises(WrongPassphrase):
        Store.open(store.path, passphrase)
    Store.open(store.path, "mật khẩu số 1").close()


def test_another_recovery_key_opens_nothing(new_store: Callable[..., Store], passphrase: str, cost: Cost) -> None:
    store = new_store(recovery=[crypto.recipient_of(crypto.new_identity())])
    store.close()
    before = store.path.read_bytes()
    with pytest.raises(NoRecoveryKey):
        Store.recover(store.path, crypto.new_identity(), "mật khẩu mới", cost=cost)
    assert store.path.read_bytes() == before


def test_a_store_without_recovery_key_says_so(closed: Path, cost: Cost) -> None:
    with pytest.raises(NoRecoveryKey):
        Store.recover(closed, crypto.new_identity(), "mật khẩu mới", cost=cost)


def test_more_recovery_keys_than_fit_are_refused(new_store: Callable[..., Store], tmp_path: Path) -> None:
    with pytest.raises(TooManyRecoveryKeys):
        new_store(recovery=[crypto.recipient_of(crypto.new_identity()) for _ in range(12)])
    assert names(tmp_path) == []


def test_slots_of_unknown_kinds_are_kept(closed: Path, passphrase: str, cost: Cost) -> None:
    found = slots.read_slots(closed)
    later = {"kind": "later", "box": "abc"}
    slots.write_slots(closed, replace(found, entries=(*found.entries, later), generation=2))
    with Store.open(closed, passphrase) as store:
        store.change_passphrase(passphrase, "mật khẩu mới", cost=cost)
    assert later in slots.read_slots(closed).entries


def test_a_plain_database_is_not_a_store(tmp_path: Path, passphrase: str) -> None:
    import sqlite3

    path = tmp_path / "plain.store"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE t (a)")
    connection.execute("INSERT INTO t VALUES (zeroblob(20000))")
    connection.commit()
    connection.close()
    with pytest.raises(NotAStore):
        Store.open(path, passphrase)
