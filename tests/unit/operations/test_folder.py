"""Exchanging with a folder that laptop and office both reach."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from survey_app.clock import VIETNAM
from survey_app.errors import SurveyAppError
from survey_app.operations.demo import Demo, build_demo
from survey_app.operations.enrolment import enrol_laptop, open_enrolment
from survey_app.operations.folder import exchange, folder_of
from survey_app.operations.merging import undo
from survey_app.operations.visits import record_visit
from survey_app.store import Store

NOON = dt.datetime(2026, 11, 21, 12, 0, tzinfo=VIETNAM)
PASSPHRASE = "khao-sat-mau"


@pytest.fixture(scope="module")
def commune(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    return build_demo(tmp_path_factory.mktemp("commune"), 24, 2, True, 1, 1, PASSPHRASE, lambda: NOON)


@pytest.fixture
def office(commune: Demo, tmp_path: Path) -> Iterator[Store]:
    with Store.open(shutil.copy(commune.office_store, tmp_path / "office.store"), PASSPHRASE) as store:
        yield store


@pytest.fixture
def laptop(commune: Demo, tmp_path: Path) -> Iterator[Store]:
    with Store.open(shutil.copy(commune.laptops[0], tmp_path / "may01.store"), PASSPHRASE) as store:
        yield store


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    (tmp_path / "USB của xã").mkdir()
    return tmp_path / "USB của xã"


def names(folder: Path) -> set[str]:
    return {file.suffix for file in folder.iterdir()}


def test_what_a_laptop_leaves_is_merged_and_its_receipt_comes_back(office: Store, laptop: Store, shared: Path) -> None:
    left = exchange(laptop, shared)
    assert left.written is not None
    assert left.waiting == left.written.households > 0
    taken = exchange(office, shared)
    assert taken.balance is not None
    assert taken.balance.records == left.written.records
    assert [issued.device for issued in taken.issued] == [laptop.device]
    back = exchange(laptop)
    assert [receipt.newly for receipt in back.receipts] == [1]
    assert (back.waiting, back.written) == (0, None)
    assert not laptop.is_waiting()


def test_again_changes_nothing_while_nothing_is_new(office: Store, laptop: Store, shared: Path) -> None:
    exchange(laptop, shared)
    again = exchange(laptop)
    assert again.written is None
    assert again.waiting > 0
    exchange(office, shared)
    digest, files = office.digest(), {file.name for file in shared.iterdir()}
    second = exchange(office)
    assert second.balance is not None
    assert second.balance.records == 0
    assert (office.digest(), {file.name for file in shared.iterdir()}) == (digest, files)


def test_a_bundle_that_left_the_folder_is_packed_again(laptop: Store, shared: Path) -> None:
    first = exchange(laptop, shared).written
    assert first is not None
    first.path.unlink()
    second = exchange(laptop).written
    assert second is not None
    assert (second.records, second.sequence) == (first.records, first.sequence + 1)


def test_what_is_new_is_packed_though_the_last_bundle_lies_there(laptop: Store, shared: Path) -> None:
    exchange(laptop, shared)
    household = laptop.households()[0].household.id
    record_visit(laptop, household, "absent", "dt01", clock=lambda: NOON)
    assert exchange(laptop).written is not None


def test_a_list_for_this_laptop_is_taken_in_and_that_of_another_left_alone(
    office: Store, tmp_path: Path, shared: Path
) -> None:
    village = office.households()[0].household.village_code
    people = [person.id for person in office.enumerators()][:1]
    stores = []
    for number in (1, 2):
        file = tmp_path / f"{number}.enrolment"
        made = enrol_laptop(office, f"Máy mới {number}", people, [village], file, device_id=f"new{number}")
        stores.append(open_enrolment(file, made.code, tmp_path / f"new{number}.store", PASSPHRASE))
    assert len(exchange(office, shared).sent) >= 2
    for store in stores:
        with store:
            done = exchange(store, shared)
            assert (len(done.lists), done.refusals) == (1, [])


def test_a_dry_run_says_it_all_and_changes_nothing(office: Store, laptop: Store, shared: Path) -> None:
    before, promised = laptop.digest(), exchange(laptop, shared, dry_run=True)
    assert (promised.written, names(shared), folder_of(laptop), laptop.digest()) == (None, set(), None, before)
    assert exchange(laptop, shared).waiting == promised.waiting
    digest, would = office.digest(), exchange(office, shared, dry_run=True)
    assert would.balance is not None
    assert (names(shared), office.digest()) == ({".bundle"}, digest)
    done = exchange(office, shared).balance
    assert done is not None
    assert done.new == would.balance.new > 0
    receipts = exchange(laptop, shared, dry_run=True)
    assert (receipts.waiting, len(receipts.receipts)) == (0, 1)
    assert laptop.is_waiting()


def test_broken_files_are_named_and_stop_nothing(office: Store, laptop: Store, shared: Path) -> None:
    exchange(laptop, shared)
    whole = next(shared.glob("*.bundle"))
    (shared / "half.bundle").write_bytes(whole.read_bytes()[:-40])
    (shared / "nothing.receipt").write_bytes(b"{}")
    (shared / "nothing.households").write_bytes(b"")
    taken = exchange(office, shared)
    assert taken.balance is not None
    assert taken.balance.new > 0
    # the copy names itself as the whole one: merged in whichever order, only the half one is refused
    assert {refusal.file for refusal in taken.refusals} == {"half.bundle"}
    back = exchange(laptop)
    assert {refusal.file for refusal in back.refusals} == {"nothing.receipt", "nothing.households"}
    assert all(refusal.hint for refusal in back.refusals)
    assert back.waiting == 0


def test_what_a_person_took_back_is_not_merged_unasked(office: Store, laptop: Store, shared: Path) -> None:
    left = exchange(laptop, shared).written
    assert left is not None
    exchange(office, shared)
    undo(office, left.bundle_id)
    digest, again = office.digest(), exchange(office)
    assert again.left_out == 1
    assert office.digest() == digest


def test_without_a_folder_it_says_what_to_do(laptop: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SurveyAppError) as unknown:
        exchange(laptop)
    with pytest.raises(SurveyAppError) as gone:
        exchange(laptop, tmp_path / "no stick")
    assert (unknown.value.code, gone.value.code) == ("SYN-01", "SYN-02")

    def pulled(_folder: Path) -> Iterator[Path]:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "iterdir", pulled)
    with pytest.raises(SurveyAppError) as failed:
        exchange(laptop, tmp_path)
    assert failed.value.code == "SYN-02"
    assert laptop.is_waiting()
