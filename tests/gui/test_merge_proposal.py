"""Before a merge the window says what it would bring; after it, a merge can be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from survey_app import crypto
from survey_app.bundles.keys import OFFICE_IDENTITY, OFFICE_KEY, SIGNING_KEY, OfficeKey, office_key_bytes
from survey_app.gui import theme
from survey_app.gui.desk import Desk
from survey_app.gui.office.merge import MergeScreen
from survey_app.operations.handover import pack
from survey_app.records import Revision
from survey_app.settings import Settings
from survey_app.store import Device, Store

COST = crypto.Cost(1, 8)


@pytest.fixture
def bundles(tmp_path: Path) -> list[Path]:
    """An office that knows one laptop of two, and a bundle of each."""
    identity, signing = crypto.new_identity(), crypto.new_signing_keys()
    key = OfficeKey("office", "Xã", crypto.recipient_of(identity), signing.public)
    paths = []
    with Store.create(tmp_path / "office.store", "x", kind="office", device="office", name="Xã", cost=COST) as office:
        office.put_secret(OFFICE_IDENTITY, identity.encode())
        office.put_secret(SIGNING_KEY, signing.secret)
        office.put_secret(OFFICE_KEY, office_key_bytes(key, signing.secret))
        for name in ("lap1", "lap2"):
            keys = crypto.new_signing_keys()
            with Store.create(tmp_path / f"{name}.store", "x", kind="laptop", device=name, name=name, cost=COST) as it:
                it.put_secret(SIGNING_KEY, keys.secret)
                it.add_revisions(
                    [Revision(f"s{name}", "h", "r", "f", "1", (), "answers", "an", name,
                              "2026-11-21T08:00:00.000+07:00", "", {"q": "1"})], "here")  # fmt: skip
                paths.append(pack(it, key, tmp_path).path)
            if name == "lap1":
                office.put_devices([Device(name, name, keys.public)])
    return paths


@pytest.fixture
def desk(qapp: QApplication) -> Iterator[Desk]:
    theme.apply(qapp, "light", 100)
    made = Desk(settings=Settings(language="en"))
    yield made
    made.close()


@pytest.fixture
def screen(desk: Desk, bundles: list[Path]) -> MergeScreen:
    path = bundles[0].parent / "office.store"
    desk.lane.adopt(lambda: Store.open(path, "x"))
    screen = MergeScreen(desk)
    screen.resize(1366, 680)
    screen.show()
    screen.refresh()
    settle(desk)
    return screen


def settle(desk: Desk) -> None:
    for _round in range(3):
        desk.lane.wait()
        QApplication.processEvents()


def test_enter_merges_what_was_looked_at_and_nothing_before(
    desk: Desk, screen: MergeScreen, bundles: list[Path]
) -> None:
    before = desk.store.digest()
    screen.look_at(bundles)
    settle(desk)
    assert desk.store.digest() == before
    assert screen.proposal.isVisible()
    assert "New 1" in screen.proposal.accessibleName()
    QTest.keyClick(screen.proposal.merge, Qt.Key.Key_Return)
    settle(desk)
    assert not screen.proposal.isVisible()
    assert len(list(desk.store.revisions())) == 1


def test_escape_leaves_everything_as_it_is(desk: Desk, screen: MergeScreen, bundles: list[Path]) -> None:
    screen.look_at(bundles)
    settle(desk)
    screen.proposal.leave.click()
    assert not screen.proposal.isVisible()
    assert list(desk.store.revisions()) == []


def test_a_merge_is_taken_back_from_its_line(desk: Desk, screen: MergeScreen, bundles: list[Path]) -> None:
    screen.merge_files([bundles[0]])
    settle(desk)
    screen.table.select(0)
    line = screen.table.rows_model.rows[0]
    assert (line.status, screen.strip.back.isVisible()) == ("merged", True)
    screen.take_back(line.bundle)
    settle(desk)
    assert list(desk.store.revisions()) == []
    assert screen.told.isVisible()


def test_a_bundle_that_is_kept_aside_can_be_accepted_from_its_line(
    desk: Desk, screen: MergeScreen, bundles: list[Path]
) -> None:
    screen.merge_files([bundles[1]])
    settle(desk)
    screen.table.select(0)
    (line,) = screen.table.rows_model.rows
    assert line.fingerprint
    assert screen.strip.accept.isVisible()
    screen.accept_signer(line)
    settle(desk)
    assert [row.status for row in screen.table.rows_model.rows] == ["merged"]
