"""Making, opening and closing a store, and everything that can be in the way."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from survey_app.crypto import Cost, WrongPassphrase
from survey_app.errors import SurveyAppError
from survey_app.records import Household
from survey_app.store import (
    AlreadyThere,
    DiskFull,
    Draft,
    NotAStore,
    Store,
    StoreDamaged,
    StoreInUse,
    StoreMissing,
    StoreReadOnly,
    StoreTooNew,
    slots,
)
from survey_app.store.driver import connect

HOLDER = """
import sys
from survey_app.store import Store
store = Store.open(sys.argv[1], sys.argv[2])
print("open", flush=True)
sys.stdin.read()
"""


def names(folder: Path) -> list[str]:
    """Return the names in a folder."""
    return sorted(path.name for path in folder.iterdir())


def refused(path: Path, passphrase: str, kind: type[SurveyAppError]) -> None:
    """Opening fails in the way that was said, and the file is as it was."""
    before = path.read_bytes()
    with pytest.raises(kind) as caught:
        Store.open(path, passphrase)
    assert path.read_bytes() == before
    assert caught.value.code and caught.value.message and caught.value.hint


def test_a_store_knows_what_it_is(new_store: Callable[..., Store], passphrase: str) -> None:
    new_store("office.store", kind="office", device="XA", name="Xã Phú Lâm").close()
    with Store.open(new_store("other.store").path.with_name("office.store"), passphrase) as store:
        assert (store.kind, store.device, store.name) == ("office", "XA", "Xã Phú Lâm")


def test_closing_leaves_one_file(store: Store, tmp_path: Path) -> None:
    store.put_secret("a", b"b")
    store.close()
    assert names(tmp_path) == ["laptop.store"]


@pytest.mark.parametrize("file", ["máy 1.store", "a#b?c%20.store", "'\"; DROP.store", "không đuôi"])
def test_a_store_may_have_any_name(new_store: Callable[..., Store], passphrase: str, file: str) -> None:
    store = new_store(file)
    store.put_secret("a", b"b")
    store.close()
    with Store.open(str(store.path), passphrase) as again:
        assert again.secret("a") == b"b"
    assert names(store.path.parent) == [file]


def test_closing_twice_is_harmless(store: Store) -> None:
    store.close()
    store.close()


def test_a_wrong_passphrase_changes_nothing(store: Store) -> None:
    store.close()
    refused(store.path, "không phải", WrongPassphrase)


@pytest.mark.parametrize("content", [b"", b"abc", b"PK\3\4" + b"x" * 20_000])
def test_another_file_is_not_a_store(tmp_path: Path, content: bytes, passphrase: str) -> None:
    path = tmp_path / "a.store"
    path.write_bytes(content)
    refused(path, passphrase, NotAStore)
    assert names(tmp_path) == ["a.store"]


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path, passphrase: str) -> None:
    with pytest.raises(StoreMissing):
        Store.open(tmp_path / "a.store", passphrase)
    assert names(tmp_path) == []


def test_a_store_of_a_newer_program_is_refused(store: Store, passphrase: str) -> None:
    store._opened.database.execute("PRAGMA user_version = 99")
    store.close()
    refused(store.path, passphrase, StoreTooNew)


def test_a_newer_store_that_was_not_closed_is_refused_too(store: Store, passphrase: str, tmp_path: Path) -> None:
    store._opened.database.execute("PRAGMA user_version = 99")
    copy = tmp_path / "copy.store"
    copy.write_bytes(store.path.read_bytes())
    slots.journal_path(copy).write_bytes(slots.journal_path(store.path).read_bytes())
    with pytest.raises(StoreTooNew):
        Store.open(copy, passphrase)


def test_an_existing_file_is_never_overwritten(store: Store, passphrase: str, cost: Cost) -> None:
    store.close()
    before = store.path.read_bytes()
    with pytest.raises(AlreadyThere):
        Store.create(store.path, passphrase, kind="laptop", device="x", name="x", cost=cost)
    assert store.path.read_bytes() == before


def test_what_a_cut_short_creation_left_is_no_hindrance(tmp_path: Path, passphrase: str, cost: Cost) -> None:
    for leftover in ("a.store.part", "a.store.part-wal", "a.store.part.head", "a.store.lock"):
        (tmp_path / leftover).write_bytes(b"rubbish")
    Store.create(tmp_path / "a.store", passphrase, kind="laptop", device="x", name="x", cost=cost).close()
    assert names(tmp_path) == ["a.store"]


def test_a_damaged_page_is_found(commune: Store, passphrase: str) -> None:
    commune.close()
    with commune.path.open("r+b") as file:
        file.seek(8192 * 2 + 100)
        file.write(b"\0" * 64)
    with pytest.raises(StoreDamaged), Store.open(commune.path, passphrase) as store:
        store.check()
        store.forms()
        store.households()
        store.places()


def test_a_second_window_of_the_same_program_is_refused(store: Store, passphrase: str) -> None:
    with pytest.raises(StoreInUse):
        Store.open(store.path, passphrase)
    store.put_secret("still", b"works")


def test_another_program_is_refused_while_the_window_is_open(store: Store, passphrase: str) -> None:
    found = "import sys; from survey_app.store import Store; Store.open(sys.argv[1], sys.argv[2])"
    done = subprocess.run(
        [sys.executable, "-c", found, str(store.path), passphrase], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "StoreInUse" in done.stderr


def test_a_killed_program_locks_nobody_out(store: Store, passphrase: str) -> None:
    store.close()
    child = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(store.path), passphrase], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdin and child.stdout
    assert child.stdout.readline() == b"open\n"
    with pytest.raises(StoreInUse):
        Store.open(store.path, passphrase)
    child.kill()
    child.wait()
    child.stdin.close()
    child.stdout.close()
    Store.open(store.path, passphrase).close()


def test_a_foreign_tool_that_holds_the_file_is_said_to_hold_it(
    store: Store, passphrase: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("survey_app.store.driver.BUSY_TIMEOUT_S", 0.05)
    store.close()
    tool = (
        "import sys; from survey_app.store import slots; from survey_app.store.driver import connect\n"
        "from pathlib import Path\n"
        "path = Path(sys.argv[1]); found = slots.read_slots(path)\n"
        "database = connect(path, slots.key_by_passphrase(found, sys.argv[2]), found.salt)\n"
        "print('open', flush=True); sys.stdin.read()"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", tool, str(store.path), passphrase], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdin and child.stdout
    assert child.stdout.readline() == b"open\n"
    with pytest.raises(StoreInUse):
        Store.open(store.path, passphrase)
    child.communicate(b"")
    Store.open(store.path, passphrase).close()


def let_everybody_in(folder: Path) -> None:
    """Let the ordinary user that root becomes reach a folder; pytest keeps its folders private."""
    if os.name == "posix" and os.geteuid() == 0:
        for above in folder.parents[:3]:
            above.chmod(above.stat().st_mode | 0o055)


@pytest.fixture
def ordinary_user() -> Iterator[None]:
    """Not root for a while, because root may write everywhere."""
    if os.name != "posix":
        pytest.skip("rights are tested where they are the POSIX ones")
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize(("folder_mode", "file_mode"), [(0o555, 0o666), (0o777, 0o444)])
def test_a_write_protected_place_is_said_to_be_one(
    store: Store, passphrase: str, folder_mode: int, file_mode: int, request: pytest.FixtureRequest
) -> None:
    store.close()
    folder = store.path.parent
    let_everybody_in(folder)
    folder.chmod(folder_mode)
    store.path.chmod(file_mode)
    request.getfixturevalue("ordinary_user")
    refused(store.path, passphrase, StoreReadOnly)


def test_making_a_store_in_a_write_protected_place_is_refused(
    tmp_path: Path, passphrase: str, cost: Cost, request: pytest.FixtureRequest
) -> None:
    let_everybody_in(tmp_path)
    tmp_path.chmod(0o555)
    request.getfixturevalue("ordinary_user")
    with pytest.raises(StoreReadOnly):
        Store.create(tmp_path / "a.store", passphrase, kind="laptop", device="x", name="x", cost=cost)
    assert names(tmp_path) == []


def test_a_full_disk_loses_the_last_answer_only(store: Store, new_draft: Callable[..., Draft]) -> None:
    store.start_draft(new_draft(values={"q1": "kept"}))
    database = store._opened.database
    pages = database.execute("PRAGMA page_count").fetchone()[0]
    database.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DiskFull):
        store.save_draft("d1", {"q2": "x" * 100_000, "q1": None}, "q2")
    database.execute("PRAGMA max_page_count = 100000")
    kept = store.draft("d1")
    assert kept is not None and kept.values == {"q1": "kept"} and kept.cursor == ""
    store.save_draft("d1", {"q2": "x" * 100_000}, "q2")
    assert store.check() == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if os.name != "posix" or os.geteuid() != 0:
        pytest.skip("mounting needs root")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("mounting is not allowed here")
    try:
        yield disk
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_disk_that_really_is_full_is_survived(small_disk: Path, passphrase: str, cost: Cost) -> None:
    store = Store.create(small_disk / "a.store", passphrase, kind="laptop", device="x", name="x", cost=cost)
    store.start_draft(Draft("d1", "s1", "h1", "r", "f", "1", (), "e", "2026-11-21T08:00:00+07:00"))
    count = 0
    with pytest.raises(DiskFull):
        for count in range(10_000):
            store.save_draft("d1", {f"q{count}": "trả lời " * 100}, "")
    kept = store.draft("d1")
    assert kept is not None and len(kept.values) == count
    with pytest.raises(DiskFull):
        store.change_passphrase(passphrase, "mật khẩu mới", cost=cost)
    with pytest.raises(DiskFull):
        store.backup(small_disk / "copy.store")
    with pytest.raises(DiskFull):
        Store.create(small_disk / "b.store", passphrase, kind="laptop", device="x", name="x", cost=cost)
    assert not [name for name in names(small_disk) if "copy" in name or name.startswith("b.")]
    with pytest.raises(DiskFull):
        store.close()
    subprocess.run(["mount", "-o", "remount,size=8m", str(small_disk)], check=True)
    with Store.open(store.path, passphrase) as again:
        found = again.draft("d1")
        assert found is not None and len(found.values) == count
        assert again.check() == []


def test_the_store_may_go_from_thread_to_thread(store: Store) -> None:
    found: list[bytes | None] = []
    store.put_secret("a", b"1")
    thread = threading.Thread(target=lambda: found.append(store.secret("a")))
    thread.start()
    thread.join()
    assert found == [b"1"]


def test_a_failed_change_leaves_nothing_behind(commune: Store) -> None:
    def some() -> Iterator[Household]:
        yield Household("new", "01234-001", 50, "Mới")
        raise LookupError

    with pytest.raises(LookupError):
        commune.put_households(some())
    assert commune.household("new") is None


def test_another_key_does_not_open_the_tables(store: Store) -> None:
    store.close()
    found = slots.read_slots(store.path)
    with pytest.raises(StoreDamaged):
        connect(store.path, b"\0" * 32, found.salt)
