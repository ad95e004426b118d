"""Making, opening, checking, copying and rescuing stores, as a person does it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from survey_app import crypto
from survey_app.clock import VIETNAM
from survey_app.crypto import WrongPassphrase
from survey_app.operations.stores import (
    WeakPassphrase,
    backup_store,
    change_passphrase,
    check_store,
    create_store,
    new_recovery_key,
    open_store,
    passphrase_fault,
    recover,
    restore_store,
)
from survey_app.store import AlreadyThere, NoRecoveryKey, Store, StoreDamaged, StoreMissing

PASSPHRASE = "đường làng rợp bóng tre"
OTHER = "con trâu đi trước cái cày"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with create_store(tmp_path / "máy 1.store", PASSPHRASE, kind="laptop", name="Máy 1") as store:
        store.put_secret("proof", b"here")
        yield store


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_store_is_made_with_folder_ending_and_id(tmp_path: Path) -> None:
    with create_store(tmp_path / "dữ liệu" / "máy", PASSPHRASE, kind="office", name="Xã") as store:
        assert store.path == tmp_path / "dữ liệu" / "máy.store"
        assert len(store.device) == 8
    with create_store(tmp_path / "b.store", PASSPHRASE, kind="laptop", name="x", device="L7") as store:
        assert store.device == "L7"


@pytest.mark.parametrize("passphrase", ["", "ngắn", "1234567", "aaaaaaaaaaaa", "abababababab"])
def test_a_weak_passphrase_makes_no_store(tmp_path: Path, passphrase: str) -> None:
    assert passphrase_fault(passphrase)
    with pytest.raises(WeakPassphrase):
        create_store(tmp_path / "a.store", passphrase, kind="laptop", name="x")
    assert names(tmp_path) == []


def test_a_short_sentence_is_good_enough() -> None:
    assert passphrase_fault(PASSPHRASE) == ""


def test_opening_again(store: Store) -> None:
    store.close()
    with open_store(store.path, PASSPHRASE) as again:
        assert again.secret("proof") == b"here"


def test_checking_tells_that_all_is_well(store: Store) -> None:
    store.close()
    report = check_store(store.path, PASSPHRASE)
    assert (report.path, report.problems) == (store.path, ())


def test_a_backup_into_a_folder_gets_a_name_with_the_time(store: Store, tmp_path: Path) -> None:
    usb = tmp_path / "usb"
    usb.mkdir()
    made = backup_store(store, usb, clock=lambda: dt.datetime(2026, 11, 21, 14, 32, 7, tzinfo=VIETNAM))
    assert names(usb) == ["máy 1-20261121-143207.store"]
    assert check_store(made, PASSPHRASE).problems == ()


def test_a_backup_may_be_given_its_name(store: Store, tmp_path: Path) -> None:
    assert backup_store(store, tmp_path / "copy.store") == tmp_path / "copy.store"


def test_restoring_brings_back_what_was_and_keeps_what_is(store: Store, tmp_path: Path) -> None:
    copy = backup_store(store, tmp_path / "copy.store")
    store.put_secret("proof", b"changed")
    store.close()
    kept = restore_store(copy, store.path, PASSPHRASE)
    assert kept is not None
    with open_store(store.path, PASSPHRASE) as restored, open_store(kept, PASSPHRASE) as before:
        assert (restored.secret("proof"), before.secret("proof")) == (b"here", b"changed")
    assert names(tmp_path) == ["copy.store", kept.name, "máy 1.store"]


def test_a_backup_is_proved_before_it_replaces_anything(store: Store, tmp_path: Path) -> None:
    copy = backup_store(store, tmp_path / "copy.store")
    store.close()
    before = store.path.read_bytes()
    with pytest.raises(WrongPassphrase):
        restore_store(copy, store.path, OTHER)
    content = bytearray(copy.read_bytes())
    content[-5000] ^= 1
    copy.write_bytes(content)
    with pytest.raises(StoreDamaged):
        restore_store(copy, store.path, PASSPHRASE)
    assert store.path.read_bytes() == before
    assert names(tmp_path) == ["copy.store", "máy 1.store"]


def test_a_copy_of_a_store_that_was_not_closed_is_restored_whole(store: Store, tmp_path: Path) -> None:
    copied = tmp_path / "copied.store"
    copied.write_bytes(store.path.read_bytes())
    (tmp_path / "copied.store-wal").write_bytes((tmp_path / "máy 1.store-wal").read_bytes())
    restore_store(copied, tmp_path / "again.store", PASSPHRASE)
    with open_store(tmp_path / "again.store", PASSPHRASE) as again:
        assert again.secret("proof") == b"here"
    assert copied.exists() and (tmp_path / "copied.store-wal").exists()


def test_a_store_is_not_restored_from_itself_or_from_nothing(store: Store, tmp_path: Path) -> None:
    store.close()
    with pytest.raises(AlreadyThere):
        restore_store(store.path, store.path, PASSPHRASE)
    with pytest.raises(StoreMissing):
        restore_store(tmp_path / "none.store", store.path, PASSPHRASE)


def test_the_passphrase_is_changed_only_for_a_good_one(store: Store) -> None:
    with pytest.raises(WeakPassphrase):
        change_passphrase(store, PASSPHRASE, "1234")
    with pytest.raises(WrongPassphrase):
        change_passphrase(store, OTHER, OTHER)
    change_passphrase(store, PASSPHRASE, OTHER)
    store.close()
    open_store(store.path, OTHER).close()


def test_a_forgotten_passphrase_is_replaced_with_the_recovery_key(tmp_path: Path) -> None:
    secret, recipient = new_recovery_key()
    path = tmp_path / "a.store"
    create_store(path, PASSPHRASE, kind="laptop", name="x", recovery=[recipient]).close()
    with pytest.raises(WeakPassphrase):
        recover(path, secret, "1234")
    with pytest.raises(NoRecoveryKey):
        recover(path, crypto.new_identity(), OTHER)
    with recover(path, secret, OTHER) as store:
        assert store.check() == []
    open_store(path, OTHER).close()
