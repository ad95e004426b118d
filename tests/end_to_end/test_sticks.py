"""A stick that is full, write protected or pulled out: a clear error, nothing half done, and the store as it was."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from survey_app.bundles import BundleError, load_office_key
from survey_app.clock import VIETNAM
from survey_app.errors import SurveyAppError
from survey_app.operations.backups import back_up_daily, choose_second_place
from survey_app.operations.decisions import write_decisions
from survey_app.operations.deeds import write_log
from survey_app.operations.demo import Demo, build_demo
from survey_app.operations.export import export_answers
from survey_app.operations.handover import merge, pack
from survey_app.operations.reporting import write_report
from survey_app.operations.stores import open_store, restore_store
from survey_app.store import Store, StoreError

PASSPHRASE = "khao-sat-mau"
MADE_AT = dt.datetime(2026, 11, 21, 9, 0, tzinfo=VIETNAM)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    return build_demo(tmp_path_factory.mktemp("place"), 12, 2, True, 1, 1, PASSPHRASE, lambda: MADE_AT)


@pytest.fixture
def store(place: Demo, tmp_path: Path) -> Iterator[Store]:
    path = Path(shutil.copy(place.office_store, tmp_path / "office.store"))
    with open_store(path, PASSPHRASE) as opened:
        merge(opened, list(place.bundles))
        yield opened


class Stick:
    """A small disk of its own that can be pulled out."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        if os.name != "posix" or os.geteuid() != 0:
            pytest.skip("mounting needs root")
        if self._run("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)) != 0:
            pytest.skip("mounting is not allowed here")
        self.is_in = True

    @staticmethod
    def _run(*command: str) -> int:
        return subprocess.run(command, capture_output=True, check=False).returncode

    def fill(self, room_kib: int = 0) -> None:
        """Leave so much room and no more; without any there is still room for names."""
        film = self.folder / "film.mp4"
        with film.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space"):
            while True:
                file.write(bytes(4096))
        os.truncate(film, film.stat().st_size - 1024 * room_kib)

    def protect(self) -> None:
        self._run("mount", "-o", "remount,ro", str(self.folder))

    def make_room(self) -> None:
        self._run("mount", "-o", "remount,rw,size=64m", str(self.folder))

    def pull(self) -> None:
        if self.is_in:
            self.is_in = False
            self._run("umount", "-l", str(self.folder))

    def files(self) -> set[str]:
        return {path.name for path in self.folder.rglob("*") if path.is_file()} - {"film.mp4"}


@pytest.fixture
def stick(tmp_path: Path) -> Iterator[Stick]:
    made = Stick(tmp_path / "stick")
    yield made
    made.pull()


Deed = Callable[[Store, Path, Demo], object]
DEEDS: dict[str, Deed] = {
    "backup": lambda store, stick, _place: store.backup(stick / "copy.store"),
    "bundle": lambda store, stick, place: pack(store, load_office_key(place.office_key), stick, everything=True),
    "export": lambda store, stick, _place: export_answers(store, stick / "answers"),
    "workbook": lambda store, stick, _place: export_answers(store, stick / "answers", "xlsx"),
    "report": lambda store, stick, _place: write_report(store, "xlsx", stick / "report.xlsx"),
    "decisions": lambda store, stick, _place: write_decisions(store, stick / "decisions.pdf"),
    "log": lambda store, stick, _place: write_log(store, stick / "log.csv"),
}


@pytest.mark.parametrize("trouble", ["full", "protected"])
@pytest.mark.parametrize("deed", DEEDS)
def test_what_cannot_be_written_is_told_and_leaves_nothing(
    store: Store, stick: Stick, place: Demo, deed: str, trouble: str
) -> None:
    digest = store.digest()
    stick.fill()
    if trouble == "protected":
        stick.protect()
    with pytest.raises(SurveyAppError) as caught:
        DEEDS[deed](store, stick.folder, place)
    assert caught.value.message and caught.value.hint and caught.value.code
    assert stick.files() == set()
    assert store.digest() == digest
    assert store.check() == []
    (stick.folder / "film.mp4").unlink() if trouble == "full" else None
    stick.make_room()
    DEEDS[deed](store, stick.folder, place)
    assert stick.files()


def test_a_stick_pulled_in_the_middle_of_a_backup(store: Store, stick: Stick) -> None:
    class Pulling:
        def step(self, done: int, total: int, what: str = "") -> None:
            if done * 2 > total:
                stick.pull()

    stick.make_room()
    with pytest.raises(StoreError):
        store.backup(stick.folder / "copy.store", Pulling())
    assert stick.files() == set()
    assert store.check() == []


def test_a_stick_pulled_in_the_middle_of_an_export(store: Store, stick: Stick) -> None:
    class Pulling:
        def step(self, done: int, total: int, what: str = "") -> None:
            stick.pull()

    stick.make_room()
    with pytest.raises(SurveyAppError):
        export_answers(store, stick.folder / "answers", monitor=Pulling())
    assert stick.files() == set()


def test_a_stick_that_was_pulled_before_packing(store: Store, stick: Stick, place: Demo) -> None:
    stick.pull()
    stick.folder.rmdir()
    stick.folder.write_bytes(b"")  # what a drive without its stick looks like: no folder can be made there
    with pytest.raises(BundleError):
        pack(store, load_office_key(place.office_key), stick.folder / "x", everything=True)


class PullingAt:
    """Pulls the stick before a step."""

    def __init__(self, stick: Stick, number: int) -> None:
        self.stick, self.number = stick, number

    def step(self, done: int, total: int, what: str = "") -> None:
        if done >= self.number:
            self.stick.pull()


@pytest.mark.parametrize("number", range(3))
def test_a_stick_pulled_in_the_middle_of_packing(store: Store, stick: Stick, place: Demo, number: int) -> None:
    stick.make_room()
    digest, key = store.digest(), load_office_key(place.office_key)
    folder, notes = stick.folder / "gói", store.bundle_notes()
    folder.mkdir()
    monitor = PullingAt(stick, number)
    try:
        written = pack(store, key, folder, everything=True, monitor=monitor)
    except BundleError as error:
        assert error.code == "BND-13"
        assert store.bundle_notes() == notes
    else:  # the folder of that name was made on the disk below, where the stick had been
        assert written.path.exists()
    assert not list(stick.folder.rglob("*.part"))
    assert (store.digest(), store.check()) == (digest, [])


def test_a_stick_pulled_in_the_middle_of_a_merge(place: Demo, stick: Stick, tmp_path: Path) -> None:
    """Bundles lie on the stick; what was read before it was pulled is merged whole, and the rest later."""
    stick.make_room()
    bundles = [Path(shutil.copy(path, stick.folder)) for path in place.bundles]
    path = Path(shutil.copy(place.office_store, tmp_path / "office.store"))
    with open_store(path, PASSPHRASE) as store:
        balance = merge(store, bundles, PullingAt(stick, 1))
        assert [refusal.code for refusal in balance.refusals] == ["BND-10"] * (len(bundles) - 1)
        assert all("USB" in refusal.hint for refusal in balance.refusals)
        assert [note.direction for note in store.bundle_notes()] == ["in"]
        assert store.check() == []
        again = merge(store, list(place.bundles))
        assert (again.refused, store.check()) == (0, [])
        digest = store.digest()
    whole = Path(shutil.copy(place.office_store, tmp_path / "whole.store"))
    with open_store(whole, PASSPHRASE) as store:
        merge(store, list(place.bundles))
        assert store.digest() == digest


@pytest.mark.parametrize("room_kib", [0, 8, 64, 200])
def test_the_office_disk_is_full_in_the_middle_of_a_merge(place: Demo, stick: Stick, room_kib: int) -> None:
    """The store itself lies on a disk that has no room left: nothing is half merged, and with room it goes on."""
    stick.make_room()
    path = Path(shutil.copy(place.office_store, stick.folder / "office.store"))
    with open_store(path, PASSPHRASE) as store:
        before = store.digest()
        stick.fill(room_kib)
        with pytest.raises(StoreError) as caught:
            merge(store, list(place.bundles))
        assert caught.value.code == "STO-05"
        assert caught.value.hint
        assert {note.direction for note in store.bundle_notes()} <= {"in"}
        assert (store.digest() == before) == (store.bundle_notes() == [])
        (stick.folder / "film.mp4").unlink()
        assert store.check() == []
        assert merge(store, list(place.bundles)).refused == 0
        assert store.check() == []


def test_the_second_place_is_full_until_there_is_room(store: Store, stick: Stick) -> None:
    stick.fill()
    choose_second_place(store, stick.folder)
    state = back_up_daily(store)
    assert [(trouble.place, trouble.code) for trouble in state.troubles] == [("second", "STO-05")]
    assert state.made_at and stick.files() == set()
    (stick.folder / "film.mp4").unlink()
    stick.make_room()
    assert back_up_daily(store).troubles == ()
    assert len(stick.files()) == 1


def test_no_room_to_put_a_copy_back(store: Store, stick: Stick, tmp_path: Path) -> None:
    copy, target = tmp_path / "copy.store", stick.folder / "office.store"
    store.backup(copy)
    stick.fill()
    with pytest.raises(StoreError):
        restore_store(copy, target, PASSPHRASE)
    assert stick.files() == set()
