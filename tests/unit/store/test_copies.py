"""Backups and putting them back."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import pytest

from survey_app.crypto import Cost, WrongPassphrase
from survey_app.progress import Cancelled
from survey_app.records import Revision
from survey_app.store import (
    AlreadyThere,
    BackupNotVerified,
    NotAStore,
    Store,
    StoreDamaged,
    StoreInUse,
    StoreMissing,
    copies,
    slots,
)


def names(folder: Path) -> list[str]:
    """Return the names in a folder."""
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def filled(commune: Store, new_revision: Callable[..., Revision]) -> Store:
    commune.add_revisions([new_revision(submission=f"s{n}") for n in range(50)], "here")
    return commune


def test_a_backup_holds_everything_and_opens_with_the_same_passphrase(filled: Store, passphrase: str) -> None:
    target = filled.path.with_name("copy.store")
    filled.backup(target)
    with Store.open(target, passphrase) as copy:
        assert copy.check() == []
        assert copy.digest() == filled.digest()
        assert [line.household for line in copy.households()] == [line.household for line in filled.households()]
        assert (copy.device, copy.kind) == (filled.device, filled.kind)


@pytest.mark.skipif(os.name == "nt", reason="files have the rights of their folder there")
def test_a_store_and_its_copies_are_their_owners_alone(filled: Store) -> None:
    copy = filled.path.with_name("copy.store")
    filled.backup(copy)
    Store.restore(copy, filled.path.with_name("again.store"))
    rights = {path.name: stat.S_IMODE(path.stat().st_mode) for path in filled.path.parent.glob("*.store*")}
    assert len(rights) >= 4
    assert set(rights.values()) == {0o600}, rights


def test_a_backup_holds_the_key_slots(filled: Store) -> None:
    target = filled.path.with_name("copy.store")
    filled.backup(target)
    assert slots.read_copies(target) == slots.read_copies(filled.path)


def test_a_backup_leaves_one_file_beside_the_open_store(filled: Store, tmp_path: Path) -> None:
    (tmp_path / "usb").mkdir()
    filled.backup(tmp_path / "usb" / "copy.store")
    assert names(tmp_path / "usb") == ["copy.store"]


def test_a_backup_can_be_watched_and_stopped(filled: Store, tmp_path: Path) -> None:
    class Impatient:
        steps: ClassVar[list[tuple[int, int]]] = []

        def step(self, done: int, total: int, what: str = "") -> None:
            self.steps.append((done, total))
            if done == total:
                raise Cancelled

    (tmp_path / "usb").mkdir()
    with pytest.raises(Cancelled):
        filled.backup(tmp_path / "usb" / "copy.store", Impatient())
    assert Impatient.steps[-1][0] == Impatient.steps[-1][1] > 10
    assert names(tmp_path / "usb") == []
    assert filled.check() == []


def test_the_store_goes_on_after_a_backup(filled: Store, new_revision: Callable[..., Revision]) -> None:
    filled.backup(filled.path.with_name("copy.store"))
    filled.add_revisions([new_revision(submission="later")], "here")
    filled.backup(filled.path.with_name("copy.store"))
    assert filled.check() == []


def test_a_store_is_not_its_own_backup(filled: Store) -> None:
    with pytest.raises(AlreadyThere):
        filled.backup(filled.path)
    with pytest.raises(AlreadyThere):
        Store.restore(filled.path, filled.path)


def test_a_backup_into_a_missing_folder_is_refused(filled: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreMissing):
        filled.backup(tmp_path / "nowhere" / "copy.store")
    assert filled.check() == []


def test_a_copy_that_differs_is_thrown_away(filled: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "usb").mkdir()
    monkeypatch.setattr(copies, "_summary", lambda database: object())
    with pytest.raises(BackupNotVerified):
        filled.backup(tmp_path / "usb" / "copy.store")
    assert names(tmp_path / "usb") == []


def test_restoring_where_nothing_is_makes_the_store_appear(filled: Store, passphrase: str) -> None:
    copy, target = filled.path.with_name("copy.store"), filled.path.with_name("again.store")
    filled.backup(copy)
    assert Store.restore(copy, target) is None
    with Store.open(target, passphrase) as again:
        assert again.digest() == filled.digest()


def test_restoring_keeps_what_was_there(filled: Store, passphrase: str, tmp_path: Path) -> None:
    copy = filled.path.with_name("copy.store")
    filled.backup(copy)
    filled.put_secret("later", b"x")
    filled.close()
    kept = Store.restore(copy, filled.path)
    assert kept == tmp_path / "laptop-before-restore-1.store"
    with Store.open(filled.path, passphrase) as restored, Store.open(kept, passphrase) as before:
        assert restored.secret("later") is None
        assert before.secret("later") == b"x"


def test_restoring_keeps_the_journal_of_what_was_there(filled: Store, passphrase: str, tmp_path: Path) -> None:
    filled.put_secret("only in the journal", b"x")
    crashed = tmp_path / "crashed.store"
    crashed.write_bytes(filled.path.read_bytes())
    slots.journal_path(crashed).write_bytes(slots.journal_path(filled.path).read_bytes())
    filled.backup(tmp_path / "copy.store")
    kept = Store.restore(tmp_path / "copy.store", crashed)
    assert kept is not None and not slots.journal_path(crashed).exists()
    with Store.open(kept, passphrase) as before:
        assert before.secret("only in the journal") == b"x"


def test_a_store_copied_with_its_journal_is_restored_with_it(filled: Store, passphrase: str, tmp_path: Path) -> None:
    filled.put_secret("only in the journal", b"x")
    copied = tmp_path / "copied.store"
    copied.write_bytes(filled.path.read_bytes())
    slots.journal_path(copied).write_bytes(slots.journal_path(filled.path).read_bytes())
    Store.restore(copied, tmp_path / "again.store")
    with Store.open(tmp_path / "again.store", passphrase) as again:
        assert again.secret("only in the journal") == b"x"
        assert again.check() == []


def test_a_journal_without_its_store_is_not_played_into_the_next(
    filled: Store, passphrase: str, tmp_path: Path, cost: Cost
) -> None:
    filled.backup(tmp_path / "copy.store")
    filled.put_secret("later", b"x")
    lost = tmp_path / "lost.store"
    slots.journal_path(lost).write_bytes(slots.journal_path(filled.path).read_bytes())
    with pytest.raises(AlreadyThere):
        Store.create(lost, passphrase, kind="laptop", device="x", name="x", cost=cost)
    assert Store.restore(tmp_path / "copy.store", lost) is None
    assert (tmp_path / "lost-before-restore-1.store-wal").exists()
    with Store.open(lost, passphrase) as again:
        assert again.secret("later") is None
        assert again.check() == []


def test_an_open_store_is_not_replaced(filled: Store) -> None:
    copy = filled.path.with_name("copy.store")
    filled.backup(copy)
    with pytest.raises(StoreInUse):
        Store.restore(copy, filled.path)
    assert filled.check() == []


def test_what_is_no_backup_is_not_restored(filled: Store, tmp_path: Path) -> None:
    filled.close()
    before = filled.path.read_bytes()
    (tmp_path / "text.store").write_bytes(b"x" * 16384)
    (tmp_path / "cut.store").write_bytes(before[:-100])
    for name, kind in (("text.store", NotAStore), ("cut.store", StoreDamaged), ("none.store", StoreMissing)):
        with pytest.raises(kind):
            Store.restore(tmp_path / name, filled.path)
    assert filled.path.read_bytes() == before


def test_a_backup_keeps_the_passphrase_of_its_time(filled: Store, passphrase: str, cost: Cost) -> None:
    copy = filled.path.with_name("copy.store")
    filled.backup(copy)
    filled.change_passphrase(passphrase, "mật khẩu mới", cost=cost)
    Store.open(copy, passphrase).close()
    filled.backup(copy)
    with pytest.raises(WrongPassphrase):
        Store.open(copy, passphrase)
