"""Files from outside: opened by a double click, laid beside the installer, updates on a stick."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from survey_app import crypto, paths
from survey_app.cli import window as cli_window
from survey_app.gui.app import _after_showing
from survey_app.gui.arriving import Arrivals, OneWindow, forget_enrolment
from survey_app.gui.office.merge import MergeScreen
from survey_app.gui.screens import first_run
from survey_app.gui.screens.first_run import FirstRunScreen
from survey_app.gui.screens.handover import HandoverScreen
from survey_app.gui.screens.join_office import JoinOfficeScreen
from survey_app.gui.screens.unlock import UnlockScreen
from survey_app.gui.screens.update import UpdateScreen
from survey_app.operations import updating
from survey_app.operations.demo import Demo

from .conftest import Ground

Maker = Callable[..., Ground]
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch) -> crypto.SigningKeys:
    """Return the publisher whose updates this program takes."""
    keys = crypto.new_signing_keys()
    monkeypatch.setattr(updating, "publisher_keys", lambda: (keys.public,))
    return keys


def make_update(folder: Path, secret: bytes, version: str = "99.0.0") -> Path:
    setup = folder / "setup.bin"
    setup.write_bytes(b"installer " * 5000)
    target = folder / f"khao-sat-so-ho-{version}.update"
    notes = {"vi": "Ghép gói nhanh hơn.", "en": "Merging is faster."}
    made_at = dt.datetime(2026, 11, 30, tzinfo=dt.UTC).isoformat()
    updating.write_update(setup, target, version=version, notes=notes, made_at=made_at, secret=secret)
    return target


def test_a_bundle_waits_until_the_office_is_unlocked(ground: Maker, office: Path, commune: Demo) -> None:
    here = ground(office)
    arrivals = Arrivals(here.desk, here.window)
    arrivals.take(commune.bundles[0])
    assert here.window.screen_name == "unlock"
    here.unlock()
    here.settle()
    assert isinstance(here.screen, MergeScreen)
    assert here.screen.proposal.isVisible(), "the merge is proposed, not done"


def test_a_bundle_for_the_commune_alone_is_refused_in_words_on_a_laptop(
    ground: Maker, laptop: Path, commune: Demo
) -> None:
    here = ground(laptop)
    Arrivals(here.desk, here.window).take(commune.bundles[0])
    here.unlock()
    here.settle()
    assert isinstance(here.screen, HandoverScreen)
    said = here.screen.taking_over.strip.accessibleName()
    assert here.screen.taking_over.strip.isVisible()
    assert "BND-22" in said


def test_a_receipt_is_loaded_where_bundles_are_handed_over(ground: Maker, laptop: Path, tmp_path: Path) -> None:
    receipt = tmp_path / "not-one.receipt"
    receipt.write_bytes(b"something else")
    here = ground(laptop)
    here.unlock()
    Arrivals(here.desk, here.window).take(receipt)
    here.settle()
    assert isinstance(here.screen, HandoverScreen)
    assert here.screen.receipt_strip.isVisible(), "the file is refused in words"


def test_an_enrolment_file_leads_to_its_code(ground: Maker, tmp_path: Path) -> None:
    file = tmp_path / "máy 3.enrolment"
    file.write_bytes(b"")
    here = ground()
    Arrivals(here.desk, here.window).take(file)
    assert isinstance(here.screen, JoinOfficeScreen)
    assert here.screen.file.text() == str(file)
    assert here.screen.code.edit.hasFocus()


def test_an_enrolment_file_laid_ready_is_offered(ground: Maker) -> None:
    folder = paths.user_folder() / "enrolment"
    folder.mkdir(parents=True)
    (folder / "may03.enrolment").write_bytes(b"")
    here = ground()
    assert isinstance(here.screen, FirstRunScreen)
    here.press(Qt.Key.Key_1)
    assert isinstance(here.screen, JoinOfficeScreen)
    assert here.screen.file.text().endswith("may03.enrolment")


@pytest.mark.parametrize("beside", ["program", "folder"])
def test_an_enrolment_file_beside_a_portable_copy_is_offered_and_kept(
    ground: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, beside: str
) -> None:
    program = tmp_path / "khao-sat-so-ho"
    program.mkdir()
    monkeypatch.setattr(paths, "packed_folder", lambda: program)
    file = (program if beside == "program" else tmp_path) / "máy 05.enrolment"
    file.write_bytes(b"")
    here = ground()
    assert isinstance(here.screen, FirstRunScreen)
    here.press(Qt.Key.Key_1)
    assert isinstance(here.screen, JoinOfficeScreen)
    assert here.screen.file.text() == str(file)
    forget_enrolment(file)
    assert file.exists(), "it lies on the person's own stick"


def test_the_installer_of_an_update_goes_when_the_new_version_opens(ground: Maker) -> None:
    staged = paths.staging_folder() / "setup-99.0.0.exe"
    staged.parent.mkdir(parents=True)
    staged.write_bytes(b"installer")
    here = ground()
    _after_showing(here.window)
    here.bot.waitUntil(lambda: not staged.exists(), timeout=5000)


def test_a_second_start_hands_its_file_to_the_open_window(ground: Maker, tmp_path: Path) -> None:
    here = ground()
    first, second = OneWindow(), OneWindow()
    taken: list[Path] = []
    file = tmp_path / "gói.bundle"
    file.write_bytes(b"")
    assert not second.hand_over(file), "no window is open yet"
    first.listen(taken.append)
    try:
        assert second.hand_over(file)
        here.bot.waitUntil(lambda: bool(taken), timeout=5000)
    finally:
        first.stop()
    assert taken == [file]
    assert not second.hand_over(file), "the window was closed"


@pytest.mark.parametrize("name", ["a.bundle", "máy.enrolment", "x.update", "DATA.STORE"])
def test_a_file_alone_opens_the_window(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    assert not cli_window.is_file_to_open([str(file)])
    file.write_bytes(b"")
    assert cli_window.is_file_to_open([str(file)])
    assert not cli_window.is_file_to_open(["merge", str(file)])


def test_a_copy_on_a_stick_is_brought_to_a_new_machine(
    ground: Maker, laptop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = ground()
    assert isinstance(here.screen, FirstRunScreen)
    here.screen.open_store(laptop)
    assert isinstance(here.screen, UnlockScreen), "it is on this machine's disk and is used where it is"
    assert here.screen.path == laptop
    monkeypatch.setattr(first_run, "_same_disk", lambda _one, _other: False)
    here.desk.go("first_run")
    assert isinstance(here.screen, FirstRunScreen)
    here.screen.open_store(laptop)
    here.bot.waitUntil(lambda: here.window.screen_name == "unlock", timeout=5000)
    assert isinstance(here.screen, UnlockScreen)
    brought = paths.user_folder() / "stores" / laptop.name
    assert here.screen.path == brought
    assert here.screen.strip.isVisible(), "it says where the data are now"
    assert brought.read_bytes() == laptop.read_bytes()
    here.unlock()
    here.settle()
    assert here.window.screen_name == "today"


def test_a_copy_that_cannot_be_brought_is_told(ground: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_run, "_same_disk", lambda _one, _other: False)
    (paths.user_folder()).mkdir(parents=True, exist_ok=True)
    (paths.user_folder() / "stores").write_bytes(b"in the way of the folder")
    stick = tmp_path / "may01.store"
    stick.write_bytes(b"x")
    here = ground()
    assert isinstance(here.screen, FirstRunScreen)
    here.screen.open_store(stick)
    here.bot.waitUntil(here.window.problems.strip.isVisible, timeout=5000)
    here.faults.clear()
    assert here.window.screen_name == "first_run"


def test_a_genuine_update_is_shown_with_its_notes(ground: Maker, tmp_path: Path, publisher: crypto.SigningKeys) -> None:
    here = ground()
    Arrivals(here.desk, here.window).take(make_update(tmp_path, publisher.secret))
    assert isinstance(here.screen, UpdateScreen)
    assert here.screen.notes.text() == "Merging is faster."
    assert not here.screen.do_button.isEnabled(), "this copy was not set up by the installer"
    assert here.screen.strip.isVisible()


@pytest.mark.parametrize(("version", "code"), [("99.0.0", "UPD-02"), ("0.0.1", "UPD-04")])
def test_a_forged_or_older_update_is_refused(
    ground: Maker, tmp_path: Path, publisher: crypto.SigningKeys, version: str, code: str
) -> None:
    secret = publisher.secret if code == "UPD-04" else crypto.new_signing_keys().secret
    here = ground()
    here.desk.go("update", file=make_update(tmp_path, secret, version))
    assert isinstance(here.screen, UpdateScreen)
    assert code in here.screen.strip.accessibleName()
    assert here.screen.notes.isHidden()


def test_updating_copies_the_data_then_starts_the_installer_and_closes(
    ground: Maker, laptop: Path, tmp_path: Path, publisher: crypto.SigningKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[bytes] = []
    monkeypatch.setattr(updating, "can_install", lambda: True)
    monkeypatch.setattr(updating, "start", lambda installer: started.append(installer.read_bytes()))
    here = ground(laptop)
    here.unlock()
    here.settle()
    here.desk.go("update", file=make_update(tmp_path, publisher.secret))
    here.settle()
    here.press(Qt.Key.Key_Return, CTRL)
    here.bot.waitUntil(lambda: bool(started), timeout=20000)
    assert started == [b"installer " * 5000]
    assert list((paths.user_folder() / "backups").glob("may01-*.store"))
    here.bot.waitUntil(lambda: not here.window.isVisible(), timeout=5000)


def test_a_stick_with_an_update_is_noticed_when_handing_over(
    ground: Maker, laptop: Path, tmp_path: Path, publisher: crypto.SigningKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(updating, "can_install", lambda: True)
    make_update(tmp_path, publisher.secret)
    here = ground(laptop)
    here.unlock()
    here.desk.go("handover")
    here.settle()
    assert isinstance(here.screen, HandoverScreen)
    assert not here.screen.offer.isVisible()
    here.screen.offer.look(tmp_path)
    here.settle()
    assert here.screen.offer.isVisible()
