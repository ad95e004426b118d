"""Files are written whole or not at all, and what is private stays so."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from survey_app import disk
from survey_app.settings import Settings, save_settings, settings_file

posix_only = pytest.mark.skipif(os.name == "nt", reason="files have the rights of their folder there")


@posix_only
def test_a_file_written_durably_is_its_owners_alone(tmp_path: Path) -> None:
    disk.write_durably(tmp_path / "key.txt", b"secret")
    assert stat.S_IMODE((tmp_path / "key.txt").stat().st_mode) == 0o600


def test_a_full_disk_keeps_the_old_file_and_leaves_no_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "settings.json"
    disk.write_durably(target, b"old")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        disk.write_durably(target, b"new")
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_part_left_behind_by_a_power_cut_is_in_nobodys_way(tmp_path: Path) -> None:
    target = tmp_path / "settings.json"
    disk.part_path(target).write_bytes(b"half")
    disk.write_durably(target, b"whole")
    assert target.read_bytes() == b"whole"
    assert list(tmp_path.iterdir()) == [target]


@posix_only
def test_a_folder_that_cannot_be_synchronised_stops_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_handle: int) -> None:
        raise OSError(22, "Invalid argument")

    monkeypatch.setattr(os, "fsync", refused)
    disk.sync_folder(tmp_path)


def test_settings_are_written_in_one_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SURVEY_APP_DATA", str(tmp_path))
    save_settings(Settings(language="en"))
    assert [path.name for path in tmp_path.iterdir()] == [settings_file().name]
