"""A file that is written is complete, or not there."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from survey_app.bundles import NotWritten, TooLarge, Unreadable, files
from survey_app.bundles.files import read_whole, write_verified


def test_the_file_holds_what_was_given(tmp_path: Path) -> None:
    write_verified(tmp_path / "new folder" / "a.bundle", b"content" * 1000)
    assert (tmp_path / "new folder" / "a.bundle").read_bytes() == b"content" * 1000


def test_nothing_else_is_left_in_the_folder(tmp_path: Path) -> None:
    write_verified(tmp_path / "a.bundle", b"content")
    assert [path.name for path in tmp_path.iterdir()] == ["a.bundle"]


def test_a_full_disk_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "no room")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(NotWritten) as caught:
        write_verified(tmp_path / "a.bundle", b"content")
    assert caught.value.code == "BND-11"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="there is no such limit")
def test_a_real_full_device_leaves_no_file(tmp_path: Path) -> None:
    """A limit on file size is the nearest thing to a small stick that needs no rights."""
    import resource
    import signal

    before, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.getsignal(signal.SIGXFSZ)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, before[1]))
    try:
        with pytest.raises(NotWritten):
            write_verified(tmp_path / "a.bundle", bytes(50_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert list(tmp_path.iterdir()) == []


def test_a_stick_pulled_while_reading_back_leaves_no_bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def pulled(path: Path, content: bytes) -> bool:
        raise OSError(errno.EIO, "device gone")

    monkeypatch.setattr(files, "_holds", pulled)
    with pytest.raises(NotWritten) as caught:
        write_verified(tmp_path / "a.bundle", b"content")
    assert caught.value.code == "BND-13"
    assert list(tmp_path.iterdir()) == []


def test_a_stick_that_lies_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_write_through", lambda path, content: path.write_bytes(content[:-1] + b"?"))
    with pytest.raises(NotWritten):
        write_verified(tmp_path / "a.bundle", b"content")
    assert list(tmp_path.iterdir()) == []


def test_a_failure_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "a.receipt"
    write_verified(target, b"old")
    monkeypatch.setattr(files, "_holds", lambda path, content: False)
    with pytest.raises(NotWritten):
        write_verified(target, b"new")
    assert target.read_bytes() == b"old"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="folders cannot be protected from this user")
def test_a_write_protected_place_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    with pytest.raises(NotWritten) as caught:
        write_verified(folder / "a.bundle", b"content")
    folder.chmod(stat.S_IRWXU)
    assert caught.value.code == "BND-12"


def test_a_place_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "stick").write_bytes(b"")
    with pytest.raises(NotWritten):
        write_verified(tmp_path / "stick" / "a.bundle", b"content")


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(bytes(101))
    with pytest.raises(TooLarge):
        read_whole(tmp_path / "a", 100)


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    with pytest.raises(Unreadable):
        read_whole(tmp_path, 100)
