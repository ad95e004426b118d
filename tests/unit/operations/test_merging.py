"""Looking at a merge before it is done, taking it back, keeping what nobody knows aside, and handing everything on."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from survey_app import crypto
from survey_app.bundles import OfficeKey, files, read_header
from survey_app.bundles.errors import BuiltUpon, BundleError, NameTaken, NotMergedHere, NotWritten
from survey_app.bundles.keys import OFFICE_IDENTITY, OFFICE_KEY, SIGNING_KEY, office_key_bytes
from survey_app.forgetting import Forgetting, Left
from survey_app.operations import handover, merging
from survey_app.progress import Cancelled
from survey_app.records import Household, Revision
from survey_app.store import Device, Store

COST = crypto.Cost(1, 8)


class Office:
    """An office with its keys."""

    def __init__(self, folder: Path, stack: ExitStack, name: str) -> None:
        self.folder, self.stack = folder, stack
        self.identity, self.signing = crypto.new_identity(), crypto.new_signing_keys()
        self.key = OfficeKey(name, name, crypto.recipient_of(self.identity), self.signing.public)
        self.store = self.again(name)

    def again(self, file: str) -> Store:
        store = Store.create(self.folder / f"{file}.store", "x", kind="office", device=self.key.id, name=self.key.name,
                             cost=COST)  # fmt: skip
        store.put_secret(OFFICE_IDENTITY, self.identity.encode())
        store.put_secret(SIGNING_KEY, self.signing.secret)
        store.put_secret(OFFICE_KEY, office_key_bytes(self.key, self.signing.secret))
        return self.stack.enter_context(store)

    def laptop(self, name: str, is_known: bool = True) -> Store:
        store = Store.create(self.folder / f"{name}.store", "x", kind="laptop", device=name, name=name, cost=COST)
        keys = crypto.new_signing_keys()
        store.put_secret(SIGNING_KEY, keys.secret)
        store.put_secret(OFFICE_KEY, office_key_bytes(self.key, self.signing.secret))
        if is_known:
            self.store.put_devices([Device(name, name, keys.public)])
        return self.stack.enter_context(store)


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def office(tmp_path: Path, stack: ExitStack) -> Office:
    return Office(tmp_path, stack, "commune")


def answer(store: Store, number: int, value: str, *parents: Revision) -> Revision:
    made = Revision(
        f"s{number}", f"h{number}", "r", "f", "1", tuple(each.id for each in parents), "answers", "an", store.device,
        "2026-11-21T08:00:00.000+07:00", "", {"q": value},
    )  # fmt: skip
    store.add_revisions([made], "here")
    return made


def pack(store: Store, folder: Path, *to: OfficeKey) -> Path:
    return handover.pack(store, to, folder, everything=store.kind == "laptop").path


def test_taking_a_merge_back_leaves_what_another_bundle_brought_too(office: Office, tmp_path: Path) -> None:
    laptop = office.laptop("lap1")
    answer(laptop, 1, "1")
    first = pack(laptop, tmp_path)
    answer(laptop, 2, "1")
    second = pack(laptop, tmp_path)
    merging.merge(office.store, [first])
    before = office.store.digest()
    merging.merge(office.store, [second])
    assert merging.undo(office.store, read_header(second).bundle_id).revisions == 1
    assert office.store.digest() == before
    assert handover.missing_bundles(office.store) == ()


def test_what_somebody_built_upon_cannot_be_taken_back(office: Office, tmp_path: Path) -> None:
    one, two = office.laptop("lap1"), office.laptop("lap2")
    base = answer(one, 1, "1")
    path = pack(one, tmp_path)
    answer(two, 1, "2", base)
    merging.merge(office.store, [path, pack(two, tmp_path)])
    before = office.store.digest()
    with pytest.raises(BuiltUpon, match="lap2 1"):
        merging.undo(office.store, read_header(path).bundle_id)
    assert office.store.digest() == before


def test_what_is_no_merged_bundle_cannot_be_taken_back(office: Office) -> None:
    for name in ("", "0" * 64):
        with pytest.raises(NotMergedHere):
            merging.undo(office.store, name)


def test_a_household_found_by_two_laptops_is_described_by_the_bundle_that_stays(office: Office, tmp_path: Path) -> None:
    paths = []
    for name, head in (("lap1", "Lê A"), ("lap2", "Trần B")):
        laptop = office.laptop(name)
        laptop.add_households([Household("h1", "25750-001", 7, head)], name)
        answer(laptop, 1, name)
        paths.append(pack(laptop, tmp_path))
    merging.merge(office.store, paths)
    office.store.assign(["h1"], "an")
    merging.undo(office.store, read_header(paths[0]).bundle_id)
    (home,) = office.store.found_households()
    assert (home.head_name, home.assigned_to) == ("Trần B", "an")


def test_a_bundle_of_an_unknown_laptop_is_kept_until_a_person_accepts_it(office: Office, tmp_path: Path) -> None:
    laptop = office.laptop("lap9", is_known=False)
    answer(laptop, 1, "1")
    path = pack(laptop, tmp_path)
    balance = merging.merge(office.store, [path])
    assert (balance.refused, [refusal.code for refusal in balance.refusals]) == (1, ["BND-05"])
    path.unlink()
    (kept,) = merging.kept_bundles(office.store)
    assert (kept.header.device, kept.is_known) == ("lap9", False)
    assert list(office.store.revisions()) == []
    assert merging.merge_kept(office.store).bundles == ()
    assert merging.accept(office.store, kept.kept.bundle[:16]).new == 1
    assert merging.kept_bundles(office.store) == []


def test_a_bundle_with_the_name_of_another_laptop_cannot_be_accepted(office: Office, tmp_path: Path) -> None:
    laptop = office.laptop("lap1")
    office.store.put_devices([Device("lap1", "lap1", crypto.new_signing_keys().public)])
    answer(laptop, 1, "1")
    merging.merge(office.store, [pack(laptop, tmp_path)])
    (kept,) = merging.kept_bundles(office.store)
    with pytest.raises(NameTaken):
        merging.accept(office.store, kept.kept.bundle)
    assert len(merging.kept_bundles(office.store)) == 1


def test_strangers_cannot_fill_the_disk(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    laptop = office.laptop("lap9", is_known=False)
    answer(laptop, 1, "1")
    path = pack(laptop, tmp_path)
    monkeypatch.setattr(merging, "MOST_KEPT_BYTES", path.stat().st_size - 1)
    (refusal,) = merging.merge(office.store, [path]).refusals
    assert (refusal.code, merging.kept_bundles(office.store)) == ("BND-05", [])


def test_a_preview_keeps_nothing_and_hears_the_stop(office: Office, tmp_path: Path) -> None:
    laptop = office.laptop("lap9", is_known=False)
    answer(laptop, 1, "1")
    path = pack(laptop, tmp_path)
    assert merging.preview(office.store, [path]).refused == 1
    assert merging.kept_bundles(office.store) == []

    class Stop:
        def step(self, done: int, total: int, what: str = "") -> None:
            raise Cancelled

    with pytest.raises(Cancelled):
        merging.preview(office.store, [path], Stop())


def test_what_a_commune_hands_on_gives_the_province_the_digest_of_the_bundles_themselves(
    office: Office, tmp_path: Path, stack: ExitStack
) -> None:
    province = Office(tmp_path, stack, "province")
    paths = []
    for name in ("lap1", "lap2"):
        laptop = office.laptop(name)
        laptop.add_households([Household(f"h{name}", "25750-001", 7, name)], name)
        base = answer(laptop, 1, name)
        answer(laptop, 1, "3", base)
        laptop.add_revisions([Revision(f"s{name}", f"h{name}", "r", "f", "1", (), "answers", "an", name,
                                       "2026-11-21T08:00:00.000+07:00", "", {"q": "1"})], "here")  # fmt: skip
        paths.append(pack(laptop, tmp_path, office.key, province.key))
    merging.merge(office.store, paths)
    handed = pack(office.store, tmp_path, province.key)
    direct = province.again("direct")
    direct.put_devices(office.store.devices())
    merging.merge(direct, paths)
    merging.trust_office(province.store, office.key)
    merging.merge(province.store, [handed])
    assert province.store.digest() == direct.digest() == office.store.digest()
    assert not {line.status for line in office.store.households()} & {"packed", "confirmed"}


def test_what_the_province_has_confirmed_is_not_handed_on_again(
    office: Office, tmp_path: Path, stack: ExitStack
) -> None:
    province = Office(tmp_path, stack, "province")
    laptop = office.laptop("lap1")
    answer(laptop, 1, "1")
    merging.merge(office.store, [pack(laptop, tmp_path)])
    merging.trust_office(province.store, office.key)
    merging.merge(province.store, [pack(office.store, tmp_path, province.key)])
    (issued,) = handover.write_receipts(province.store, tmp_path / "receipts")
    handover.load_receipt(office.store, issued.path, province.key)
    assert office.store.outgoing() == []


def test_an_office_that_packs_everything_tells_which_names_are_forgotten_though_that_was_confirmed(
    office: Office, tmp_path: Path, stack: ExitStack
) -> None:
    """What it is about may come later, by another way, to an office that merges only this bundle."""
    province = Office(tmp_path, stack, "province")
    merging.trust_office(province.store, office.key)
    answer(office.store, 1, "1")
    left = {"f": Left(frozenset({"q"}))}
    said = Forgetting("r", ("lap7",), left, False, "an", "commune", "2026-12-05T08:00:00.000+07:00", "expired")
    office.store.add_forgettings([said], "here")
    merging.merge(province.store, [pack(office.store, tmp_path, province.key)])
    (issued,) = handover.write_receipts(province.store, tmp_path / "receipts")
    handover.load_receipt(office.store, issued.path, province.key)
    other = province.again("other")
    merging.trust_office(other, office.key)
    merging.merge(other, [handover.pack(office.store, province.key, tmp_path / "all", everything=True).path])
    assert other.forgettings() == [said]
    assert other.digest() == office.store.digest()


# --- what can go wrong ---------------------------------------------------------------------------------------------


def test_a_bundle_cut_anywhere_is_refused_and_changes_nothing(office: Office, tmp_path: Path) -> None:
    laptop = office.laptop("lap1")
    for number in range(5):
        answer(laptop, number, "1" * 50)
    whole = pack(laptop, tmp_path).read_bytes()
    before = office.store.digest()
    cut = []
    for at in range(0, len(whole), 37):
        cut.append(tmp_path / f"cut-{at:05}.bundle")
        cut[-1].write_bytes(whole[:at])
    balance = merging.merge(office.store, cut)
    assert len(balance.refusals) == len(cut)
    assert {refusal.code for refusal in balance.refusals} <= {"BND-01", "BND-02"}
    assert office.store.digest() == before
    assert merging.kept_bundles(office.store) == []


def test_a_bundle_with_any_bit_flipped_is_refused_and_changes_nothing(office: Office, tmp_path: Path) -> None:
    laptop = office.laptop("lap1")
    answer(laptop, 1, "1")
    whole = pack(laptop, tmp_path).read_bytes()
    before, flipped = office.store.digest(), []
    for at in range(0, len(whole), 11):
        flipped.append(tmp_path / f"flip-{at:05}.bundle")
        flipped[-1].write_bytes(whole[:at] + bytes([whole[at] ^ (1 << at % 8)]) + whole[at + 1 :])
    assert len(merging.merge(office.store, flipped).refusals) == len(flipped)
    assert office.store.digest() == before
    assert merging.kept_bundles(office.store) == []


def test_a_renamed_old_or_repeated_file_is_the_same_bundle(office: Office, tmp_path: Path) -> None:
    laptop = office.laptop("lap1")
    answer(laptop, 1, "1")
    path = pack(laptop, tmp_path)
    renamed = tmp_path / "..%2f..%2fảnh.bundle"
    renamed.write_bytes(path.read_bytes())
    os.utime(renamed, (0, 0))
    balance = merging.merge(office.store, [renamed, path, renamed])
    assert (balance.new, balance.identical) == (1, 2)
    assert [line.state for line in balance.bundles] == ["merged", "again", "again"]


class _Failing(io.FileIO):
    """A file on a stick that fails after so many bytes."""

    def __init__(self, path: Any, mode: str, number: int, room: int) -> None:
        super().__init__(path, mode)
        self.number, self.room = number, room

    def write(self, content: Any) -> int:
        self.room -= len(content)
        if self.room < 0:
            super().write(content[: self.room])
            raise OSError(self.number, os.strerror(self.number))
        return super().write(content)

    def read(self, size: int | None = -1) -> Any:
        content = super().read(-1 if size is None else size)
        self.room -= len(content)
        if self.room < 0:
            raise OSError(self.number, os.strerror(self.number))
        return content


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.ENODEV])
@pytest.mark.parametrize("room", [0, 1, 500, 1 << 12])
def test_a_stick_that_fails_leaves_a_bundle_or_none_and_its_number_is_not_missed(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, room: int
) -> None:
    laptop = office.laptop("lap1")
    answer(laptop, 1, "1")
    plain = Path.open
    stick = tmp_path / "stick"
    with monkeypatch.context() as broken:
        broken.setattr(Path, "open", lambda path, mode="r", *rest, **more: _Failing(path, mode, number, room)
                       if path.parent == stick else plain(path, mode, *rest, **more))  # fmt: skip
        try:
            pack(laptop, stick)
        except NotWritten as error:
            assert error.code == ("BND-11" if number == errno.ENOSPC else "BND-13")
            assert laptop.bundle_notes() == []
            assert not list(stick.iterdir())
    merging.merge(office.store, [*stick.glob("*.bundle"), pack(laptop, tmp_path / "other")])
    assert handover.missing_bundles(office.store) == ()
    assert len(list(office.store.revisions())) == 1


def test_a_stick_pulled_while_merging_refuses_that_file_and_no_other(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = []
    for name in ("lap1", "lap2"):
        laptop = office.laptop(name)
        answer(laptop, 1, name)
        paths.append(pack(laptop, tmp_path))
    plain = Path.open
    with monkeypatch.context() as broken:
        broken.setattr(Path, "open", lambda path, mode="r", *rest, **more: _Failing(path, mode, errno.EIO, 100)
                       if path == paths[0] else plain(path, mode, *rest, **more))  # fmt: skip
        balance = merging.merge(office.store, paths)
    assert [refusal.code for refusal in balance.refusals] == ["BND-10"]
    assert balance.new == 1
    assert office.store.check() == []
    assert merging.merge(office.store, paths).records == 2


def test_a_full_disk_in_the_middle_of_a_merge_changes_nothing_that_is_half(office: Office, tmp_path: Path) -> None:
    paths = []
    for number in range(6):
        laptop = office.laptop(f"lap{number}")
        for n in range(40):
            answer(laptop, number * 100 + n, os.urandom(600).hex())
        paths.append(pack(laptop, tmp_path))
    pages = office.store._database.execute("PRAGMA page_count").fetchone()[0]
    before = office.store.digest()
    office.store._database.execute(f"PRAGMA max_page_count = {pages + 12}").fetchall()
    with pytest.raises(Exception, match="STO"):
        merging.merge(office.store, paths)
    assert office.store.digest() == before
    assert office.store.check() == []
    office.store._database.execute("PRAGMA max_page_count = 1000000").fetchall()
    assert merging.merge(office.store, paths).new == 240


def test_nothing_hostile_stops_the_good_ones(office: Office, tmp_path: Path) -> None:
    laptop = office.laptop("lap1")
    answer(laptop, 1, "1")
    good = pack(laptop, tmp_path)
    newer = tmp_path / "newer.bundle"
    newer.write_bytes(good.read_bytes().replace(b"survey-app bundle 1 ", b"survey-app bundle 2 ", 1))
    folder = tmp_path / "folder.bundle"
    folder.mkdir()
    empty = tmp_path / "empty.bundle"
    empty.touch()
    balance = merging.merge(office.store, [newer, empty, tmp_path / "missing.bundle", good])
    assert [refusal.code for refusal in balance.refusals] == ["BND-07", "BND-01", "BND-10"]
    assert balance.new == 1
    assert issubclass(BundleError, Exception)
    assert files.read_start(good, 4) == b"surv"
