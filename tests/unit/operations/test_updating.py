"""Updates from a stick: a genuine newer one is staged whole; anything else is refused and nothing is left behind."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from survey_app import __version__, crypto, paths
from survey_app.operations import updating
from survey_app.progress import Cancelled

NEWER = "99.1.0"
INSTALLER = bytes(range(256)) * 9000  # more than one piece


@pytest.fixture
def publisher() -> crypto.SigningKeys:
    return crypto.new_signing_keys()


def write(
    folder: Path, publisher: crypto.SigningKeys, version: str = NEWER, name: str = "khao-sat-so-ho.update"
) -> Path:
    installer = folder / "setup.bin"
    installer.write_bytes(INSTALLER)
    target = folder / name
    notes = {"vi": "Sửa lỗi ghép gói.", "en": "Merging mended."}
    made_at = "2026-11-30T08:00:00+07:00"
    updating.write_update(installer, target, version=version, notes=notes, made_at=made_at, secret=publisher.secret)
    return target


def test_a_genuine_update_says_what_it_brings(tmp_path: Path, publisher: crypto.SigningKeys) -> None:
    update = updating.read_update(write(tmp_path, publisher), [publisher.public])
    assert (update.version, update.size_bytes) == (NEWER, len(INSTALLER))
    assert update.notes_in("vi") == "Sửa lỗi ghép gói."
    assert update.notes_in("fr") == "Sửa lỗi ghép gói."
    updating.refuse_older(update)


def test_the_spare_key_is_trusted_too(tmp_path: Path, publisher: crypto.SigningKeys) -> None:
    other = crypto.new_signing_keys()
    assert updating.read_update(write(tmp_path, publisher), [other.public, publisher.public]).version == NEWER


def test_staging_writes_exactly_the_installer(tmp_path: Path, publisher: crypto.SigningKeys) -> None:
    update = updating.read_update(write(tmp_path, publisher), [publisher.public])
    staged = updating.stage(update, tmp_path / "máy này" / "cập nhật")
    assert staged.read_bytes() == INSTALLER
    assert [file.name for file in staged.parent.iterdir()] == [f"setup-{NEWER}.exe"]


def test_an_update_of_a_stranger_is_refused(tmp_path: Path, publisher: crypto.SigningKeys) -> None:
    file = write(tmp_path, crypto.new_signing_keys())
    with pytest.raises(updating.UpdateError) as refused:
        updating.read_update(file, [publisher.public])
    assert refused.value.code == "UPD-02"


@pytest.mark.parametrize("place", range(0, 700, 7))
def test_no_byte_of_the_head_can_be_changed(tmp_path: Path, publisher: crypto.SigningKeys, place: int) -> None:
    file = write(tmp_path, publisher)
    content = bytearray(file.read_bytes())
    offset = updating.read_update(file, [publisher.public]).offset
    content[place % offset] ^= 1
    file.write_bytes(content)
    with pytest.raises(updating.UpdateError):
        updating.read_update(file, [publisher.public])


def test_a_changed_installer_is_refused_and_nothing_is_left(tmp_path: Path, publisher: crypto.SigningKeys) -> None:
    file = write(tmp_path, publisher)
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    update = updating.read_update(file, [publisher.public])
    with pytest.raises(updating.UpdateError) as refused:
        updating.stage(update, tmp_path / "staged")
    assert refused.value.code == "UPD-02"
    assert list((tmp_path / "staged").iterdir()) == []


@pytest.mark.parametrize("kept", [0, 5, 25, 60, 400, 100_000, len(INSTALLER)])
def test_half_an_update_is_refused(tmp_path: Path, publisher: crypto.SigningKeys, kept: int) -> None:
    file = write(tmp_path, publisher)
    file.write_bytes(file.read_bytes()[:kept])
    with pytest.raises(updating.UpdateError) as refused:
        updating.read_update(file, [publisher.public])
    assert refused.value.code == "UPD-01"


def test_a_stick_pulled_while_copying_leaves_nothing(tmp_path: Path, publisher: crypto.SigningKeys) -> None:
    file = write(tmp_path, publisher)
    update = updating.read_update(file, [publisher.public])
    file.write_bytes(file.read_bytes()[: update.offset + 1000])
    with pytest.raises(updating.UpdateError) as refused:
        updating.stage(update, tmp_path / "staged")
    assert refused.value.code == "UPD-01"
    file.unlink()
    with pytest.raises(updating.UpdateError) as gone:
        updating.stage(update, tmp_path / "staged")
    assert gone.value.code == "UPD-05"
    assert list((tmp_path / "staged").iterdir()) == []


def test_stopping_leaves_nothing(tmp_path: Path, publisher: crypto.SigningKeys) -> None:
    class Impatient:
        def step(self, done: int, total: int, what: str = "") -> None:
            raise Cancelled

    update = updating.read_update(write(tmp_path, publisher), [publisher.public])
    with pytest.raises(Cancelled):
        updating.stage(update, tmp_path / "staged", Impatient())
    assert list((tmp_path / "staged").iterdir()) == []


@pytest.mark.parametrize("version", ["0.0.1", __version__])
def test_an_older_or_equal_version_is_refused(tmp_path: Path, publisher: crypto.SigningKeys, version: str) -> None:
    update = updating.read_update(write(tmp_path, publisher, version), [publisher.public])
    with pytest.raises(updating.UpdateError) as refused:
        updating.refuse_older(update)
    assert refused.value.code == "UPD-04"


def test_a_newer_kind_of_update_says_so(tmp_path: Path, publisher: crypto.SigningKeys) -> None:
    file = tmp_path / "new.update"
    file.write_bytes(b"survey-app update 2\n{}")
    with pytest.raises(updating.UpdateError) as refused:
        updating.read_update(file, [publisher.public])
    assert refused.value.code == "UPD-03"


def test_a_copy_without_keys_takes_no_updates(tmp_path: Path, publisher: crypto.SigningKeys) -> None:
    with pytest.raises(updating.UpdateError) as refused:
        updating.read_update(write(tmp_path, publisher), [])
    assert refused.value.code == "UPD-06"


def test_the_newest_genuine_one_on_a_stick_is_found(tmp_path: Path, publisher: crypto.SigningKeys) -> None:
    write(tmp_path, publisher, "99.2.0", "b.update")
    write(tmp_path, publisher, "99.10.0", "a.update")
    write(tmp_path, publisher, "0.0.1", "c.update")
    write(tmp_path, crypto.new_signing_keys(), "99.99.0", "d.update")
    (tmp_path / "e.update").write_bytes(b"nothing")
    found = updating.newest_in(tmp_path, [publisher.public])
    assert found is not None
    assert found.version == "99.10.0"
    assert updating.newest_in(tmp_path / "missing", [publisher.public]) is None


@pytest.mark.parametrize(
    ("version", "than", "newer"),
    [("0.10.0", "0.9.9", True), ("1.0", "1.0.0", False), ("1.0.1", "1.0", True), ("0.9", "0.10", False)],
)
def test_versions_compare_by_their_numbers(version: str, than: str, newer: bool) -> None:
    assert updating.is_newer(version, than) is newer


def test_only_what_the_installer_set_up_can_be_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not updating.can_install(), "this one runs from its source"
    monkeypatch.setattr(paths, "packed_folder", lambda: tmp_path)
    monkeypatch.setattr(sys, "platform", "win32")
    assert not updating.can_install(), "a portable copy"
    (tmp_path / "uninstall.exe").touch()
    assert updating.can_install()


@pytest.mark.skipif(os.name == "nt", reason="stands in with a script of the shell")
def test_the_installer_starts_by_itself_in_its_own_folder(tmp_path: Path) -> None:
    installer, said = tmp_path / "setup-99.1.0.exe", tmp_path / "said"
    installer.write_text(f'#!/bin/sh\necho "$@" "$PWD" > "{said}.part"; mv "{said}.part" "{said}"\n', encoding="utf-8")
    installer.chmod(0o755)
    starting = "import sys, pathlib; from survey_app.operations.updating import start; start(pathlib.Path(sys.argv[1]))"
    subprocess.run([sys.executable, "-W", "ignore", "-c", starting, installer], check=True)  # it does not wait either
    while not said.exists():
        time.sleep(0.02)
    assert said.read_text(encoding="utf-8").split() == ["/START", str(tmp_path)]


def test_an_installer_that_may_not_start_is_told(tmp_path: Path) -> None:
    with pytest.raises(updating.UpdateError) as refused:
        updating.start(tmp_path / "gone.exe")
    assert refused.value.code == "UPD-07"
