"""From laptop to office and back: nothing is lost, nothing is half done, everything adds up."""

from __future__ import annotations

import errno
import itertools
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from survey_app import crypto
from survey_app.bundles import BundleError, NotAReceipt, NothingToPack, NotSetUp, NotWritten, ReceiptForAnother, writing
from survey_app.bundles.container import seal_container
from survey_app.bundles.keys import OFFICE_IDENTITY, OFFICE_KEY, SIGNING_KEY, OfficeKey, office_key_bytes
from survey_app.clock import VIETNAM
from survey_app.errors import SurveyAppError
from survey_app.operations import handover
from survey_app.operations.enrolment import revoke_laptop
from survey_app.progress import Cancelled
from survey_app.records import Erasure, Household, Place, Revision, Round
from survey_app.store import CONFIRMED, FROM_OFFICE, PACKED, BundleNote, Device, DiskFull, Store, attachment

CHEAP = crypto.Cost(1, 8)
VILLAGE = "25750-001"
HOMES = [Household(f"h{n}", VILLAGE, n, f"Trần Văn {n}") for n in range(1, 7)]
ROUND = Round("2026-11", "Đợt 11", "household", "1", "2026-11-01", "2026-10-01", "2026-11-01", "2026-11-30", "25750")


def clock() -> Any:
    import datetime as dt

    return dt.datetime(2026, 11, 21, 17, 0, tzinfo=VIETNAM)


class Field:
    """An office and its laptops."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self._stack = stack
        self.identity = crypto.new_identity()
        self._signing = crypto.new_signing_keys()
        self.key = OfficeKey("office1", "Xã Phú Lâm", crypto.recipient_of(self.identity), self._signing.public)
        self.office = self.new_office("office")

    def new_office(self, name: str) -> Store:
        office = self._store(name, "office", "office1")
        office.put_secret(OFFICE_IDENTITY, self.identity.encode())
        office.put_secret(SIGNING_KEY, self._signing.secret)
        return office

    def _store(self, name: str, kind: Any, device: str) -> Store:
        store = Store.create(
            self.folder / f"{name}.store", "mật khẩu", kind=kind, device=device, name=name, clock=clock, cost=CHEAP
        )
        store.put_secret(OFFICE_KEY, office_key_bytes(self.key, self._signing.secret))
        store.put_places([Place(VILLAGE, "Thôn Đông", "village", "thon", "25750")])
        store.put_households(HOMES)
        store.put_round(ROUND)
        return self._stack.enter_context(store)

    def laptop(self, n: int, *, is_enrolled: bool = True) -> Store:
        store = self._store(f"Máy {n}", "laptop", f"lap{n}")
        keys = crypto.new_signing_keys()
        store.put_secret(SIGNING_KEY, keys.secret)
        if is_enrolled:
            self.office.put_devices([Device(store.device, store.name, keys.public)])
        return store

    def answer(self, store: Store, home: int, answers: dict[str, Any], *parents: Revision, **fields: Any) -> Revision:
        given: dict[str, Any] = {"kind": "answers", "author": "an", "reason": "", **fields}
        revision = Revision(
            submission=f"s{home}",
            household=f"h{home}",
            round="2026-11",
            form_id="household",
            form_version="1",
            parents=tuple(parent.id for parent in parents),
            device=store.device,
            made_at="2026-11-21T08:00:00.000+07:00",
            answers=answers,
            **given,
        )
        store.add_revisions([revision], "here")
        return revision

    def pack(self, store: Store, everything: bool = False) -> Path:
        return handover.pack(store, None, self.folder / "stick", everything, clock).path

    def merge(self, *paths: Path, into: Store | None = None) -> Any:
        return handover.merge(into or self.office, paths, clock=clock)


@pytest.fixture
def field(tmp_path: Path) -> Iterator[Field]:
    with ExitStack() as stack:
        yield Field(tmp_path, stack)


def numbers(balance: Any) -> tuple[int, ...]:
    return (balance.records, balance.new, balance.identical, balance.joined, balance.conflicting, balance.refused)


def adds_up(balance: Any) -> bool:
    total = balance.new + balance.identical + balance.joined + balance.conflicting + balance.refused
    return bool(balance.records == total == sum(line.records for line in balance.bundles))


class Stopper:
    """A person who stops before the file with the given number."""

    def __init__(self, at: int) -> None:
        self._at = at

    def step(self, done: int, total: int, what: str = "") -> None:
        if done >= self._at:
            raise Cancelled


# --- packing -------------------------------------------------------------------------------------------------------


def test_a_bundle_carries_what_the_office_has_not_confirmed(field: Field) -> None:
    laptop = field.laptop(1)
    made = [field.answer(laptop, n, {"fibre": "yes"}) for n in (1, 2)]
    field.merge(field.pack(laptop))
    assert {revision.id for revision in field.office.revisions()} == {revision.id for revision in made}


def test_packed_households_are_shown_as_packed(field: Field) -> None:
    laptop = field.laptop(1)
    field.answer(laptop, 1, {"fibre": "yes"})
    field.pack(laptop)
    assert [line.household.id for line in laptop.households(status=PACKED)] == ["h1"]


def test_the_name_tells_device_number_and_content(field: Field) -> None:
    laptop = field.laptop(1)
    field.answer(laptop, 1, {"fibre": "yes"})
    written = handover.pack(laptop, None, field.folder, clock=clock)
    assert written.path.name == f"lap1-0001-{written.bundle_id[:16]}.bundle"


def test_numbers_go_on(field: Field) -> None:
    laptop = field.laptop(1)
    field.answer(laptop, 1, {"fibre": "yes"})
    assert [handover.pack(laptop, None, field.folder, clock=clock).sequence for _ in range(3)] == [1, 2, 3]


def test_what_the_office_would_refuse_is_not_packed(field: Field) -> None:
    laptop = field.laptop(1)
    field.answer(laptop, 1, {"fibre": ""})
    with pytest.raises(BundleError):
        field.pack(laptop)
    assert not (field.folder / "stick").exists()


@pytest.mark.parametrize("at", [0, 1, 2])
def test_stopping_while_packing_leaves_no_file(field: Field, at: int) -> None:
    laptop = field.laptop(1)
    field.answer(laptop, 1, {"fibre": "yes"})
    with pytest.raises(Cancelled):
        handover.pack(laptop, None, field.folder / "stick", False, clock, Stopper(at))
    assert not (field.folder / "stick").exists()
    assert laptop.bundle_notes() == []


def test_stopping_after_the_bundle_was_written_is_too_late(field: Field) -> None:
    laptop = field.laptop(1)
    field.answer(laptop, 1, {"fibre": "yes"})
    assert handover.pack(laptop, None, field.folder / "stick", False, clock, Stopper(3)).path.exists()


def test_nothing_to_pack_is_told(field: Field) -> None:
    with pytest.raises(NothingToPack):
        field.pack(field.laptop(1))


def test_a_laptop_that_never_got_a_key_for_lists_takes_no_bundle_in(field: Field) -> None:
    with pytest.raises(NotSetUp):
        handover.merge(field.laptop(1), [])


def test_a_failed_writing_changes_nothing_and_leaves_no_gap(field: Field, monkeypatch: pytest.MonkeyPatch) -> None:
    laptop = field.laptop(1)
    field.answer(laptop, 1, {"fibre": "yes"})

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "no room")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(NotWritten):
            field.pack(laptop)
    assert list((field.folder / "stick").iterdir()) == []
    assert laptop.households(status=PACKED) == []
    assert field.merge(field.pack(laptop)).gaps == ()


def test_households_found_in_the_field_travel_with_their_answers(field: Field) -> None:
    laptop = field.laptop(1)
    laptop.add_households([Household("h9", VILLAGE, 9, "Lê Thị Hoa"), Household("h8", VILLAGE, 8, "Lê A")], "lap1")
    field.answer(laptop, 9, {"fibre": "no"})
    balance = field.merge(field.pack(laptop))
    assert balance.households == 1
    assert field.office.household("h9") == laptop.household("h9")
    assert field.office.household("h8") is None


# --- merging -------------------------------------------------------------------------------------------------------


def test_changes_of_two_laptops_are_joined(field: Field) -> None:
    one, two = field.laptop(1), field.laptop(2)
    base = field.answer(one, 1, {"fibre": "no", "phone": "1"})
    two.add_revisions([base], FROM_OFFICE)
    field.merge(field.pack(one))
    field.answer(one, 1, {"fibre": "yes", "phone": "1"}, base)
    field.answer(two, 1, {"fibre": "no", "phone": "2"}, base)
    balance = field.merge(field.pack(one), field.pack(two))
    assert numbers(balance) == (3, 0, 1, 2, 0, 0)
    current = field.office.current("s1")
    assert current is not None
    assert (current.state, current.answers) == ("joined", {"fibre": "yes", "phone": "2"})


def test_different_answers_of_two_laptops_are_a_conflict(field: Field) -> None:
    one, two = field.laptop(1), field.laptop(2)
    base = field.answer(one, 1, {"fibre": "no"})
    two.add_revisions([base], FROM_OFFICE)
    field.answer(one, 1, {"fibre": "yes"}, base)
    field.answer(two, 1, {"fibre": "unknown"}, base)
    balance = field.merge(field.pack(one), field.pack(two))
    assert numbers(balance) == (3, 0, 0, 0, 3, 0)
    assert balance.conflicts == 1


def test_the_same_bundle_twice_is_recognised_and_changes_nothing(field: Field) -> None:
    laptop = field.laptop(1)
    field.answer(laptop, 1, {"fibre": "yes"})
    path = field.pack(laptop)
    field.merge(path)
    before = (field.office.digest(), field.office.bundle_notes())
    balance = field.merge(path)
    assert [line.state for line in balance.bundles] == ["again"]
    assert numbers(balance) == (1, 0, 1, 0, 0, 0)
    assert (field.office.digest(), field.office.bundle_notes()) == before


def test_the_name_and_time_of_a_file_mean_nothing(field: Field) -> None:
    laptop = field.laptop(1)
    field.answer(laptop, 1, {"fibre": "yes"})
    path = field.pack(laptop)
    renamed = path.rename(path.with_name("lap7-0099-abc.bundle"))
    os.utime(renamed, (0, 0))
    assert field.merge(renamed).bundles[0].device == "lap1"


def test_a_folder_stands_for_the_bundles_in_it(field: Field) -> None:
    one, two = field.laptop(1), field.laptop(2)
    field.answer(one, 1, {"fibre": "yes"})
    field.answer(two, 2, {"fibre": "yes"})
    (field.pack(one).parent / "readme.txt").write_text("x")
    field.pack(two)
    assert numbers(field.merge(field.folder / "stick")) == (2, 2, 0, 0, 0, 0)


def test_any_order_and_repetition_gives_the_same_digest(field: Field) -> None:
    laptops = [field.laptop(n) for n in (1, 2, 3)]
    bases = [field.answer(laptops[0], n, {"fibre": "no", "phone": "1"}) for n in (1, 2, 3)]
    paths = [field.pack(laptops[0])]
    for n, laptop in enumerate(laptops):
        laptop.add_revisions(bases, "elsewhere")
        laptop.add_households([Household("h9", VILLAGE, 9, f"Lê Thị {n}")], laptop.device)
        field.answer(laptop, 1, {"fibre": "yes", "phone": str(n)}, bases[0])
        field.answer(laptop, 9, {"fibre": f"value {n}"})
        field.answer(laptop, 3, bases[2].answers, bases[2], kind="void", reason=f"moved {n}")
        paths += [field.pack(laptop), field.pack(laptop, everything=True)]
    orders = [paths, paths[::-1], [*paths[3:], *paths, *paths[:3]], [*sorted(paths), paths[1], paths[1]]]
    digests, states = set(), set()
    for n, order in enumerate(orders):
        office = field.new_office(f"office {n}")
        office.put_devices(field.office.devices())
        assert adds_up(field.merge(*order, into=office))
        digests.add(office.digest())
        states.add(repr([(each.submission, each.state, each.answers, each.conflicts) for each in office.currents()]))
    assert (len(digests), len(states)) == (1, 1)


def test_one_at_a_time_gives_the_same_as_all_at_once(field: Field) -> None:
    laptops = [field.laptop(n) for n in (1, 2)]
    for laptop in laptops:
        field.answer(laptop, 1, {"fibre": laptop.device})
    paths = [field.pack(laptop) for laptop in laptops]
    other = field.new_office("other")
    other.put_devices(field.office.devices())
    field.merge(*paths)
    for path in paths:
        field.merge(path, into=other)
    assert list(field.office.currents()) == list(other.currents())


def test_bundles_of_the_shared_past_are_found_identical(field: Field) -> None:
    one, two = field.laptop(1), field.laptop(2)
    base = field.answer(one, 1, {"fibre": "no"})
    two.add_revisions([base], FROM_OFFICE)
    field.merge(field.pack(one))
    assert numbers(field.merge(field.pack(two, everything=True))) == (1, 0, 1, 0, 0, 0)


def test_a_missing_number_is_named(field: Field) -> None:
    laptop = field.laptop(1)
    paths = []
    for n in (1, 2, 3):
        field.answer(laptop, n, {"fibre": "yes"})
        paths.append(field.pack(laptop))
    assert [gap.missing for gap in field.merge(paths[2]).gaps] == [(1, 2)]
    assert [gap.missing for gap in field.merge(paths[0]).gaps] == [(2,)]
    assert [gap.missing for gap in handover.missing_bundles(field.office)] == [(2,)]
    assert field.merge(paths[1]).gaps == ()


def test_a_preview_says_what_merging_does_and_changes_nothing(field: Field) -> None:
    one, two = field.laptop(1), field.laptop(2)
    base = field.answer(one, 1, {"fibre": "no"})
    field.answer(one, 2, {"fibre": "no"})
    two.add_revisions([base], FROM_OFFICE)
    field.merge(field.pack(one))
    field.answer(one, 1, {"fibre": "yes"}, base)
    field.answer(two, 1, {"fibre": "unknown"}, base)
    two.add_households([Household("h9", VILLAGE, 9, "Lê Thị Hoa")], "lap2")
    field.answer(two, 9, {"fibre": "no"})
    paths = [field.pack(one), field.pack(two)]
    before = field.office.digest()
    said = handover.preview(field.office, [*paths, field.folder / "no.bundle"])
    assert (field.office.digest(), len(said.refusals)) == (before, 1)
    done = field.merge(*paths)
    assert numbers(said) == numbers(done)
    assert (said.households, said.conflicts) == (done.households, done.conflicts)


def test_stopping_keeps_what_was_merged_and_going_on_completes_it(field: Field) -> None:
    laptops = [field.laptop(n) for n in (1, 2, 3)]
    for n, laptop in enumerate(laptops, start=1):
        field.answer(laptop, n, {"fibre": "yes"})
    paths = [field.pack(laptop) for laptop in laptops]
    balance = handover.merge(field.office, paths, Stopper(2), clock)
    assert (balance.stopped, balance.records, len(balance.bundles)) == (True, 2, 2)
    assert numbers(field.merge(*paths)) == (3, 1, 2, 0, 0, 0)


def test_stopping_after_the_last_file_is_too_late(field: Field) -> None:
    laptop = field.laptop(1)
    field.answer(laptop, 1, {"fibre": "yes"})
    assert not handover.merge(field.office, [field.pack(laptop)], Stopper(1), clock).stopped


# --- refusing ------------------------------------------------------------------------------------------------------


def test_a_bad_bundle_never_stops_the_good_ones(field: Field) -> None:
    laptops = [field.laptop(n) for n in (1, 2, 3)]
    for n, laptop in enumerate(laptops, start=1):
        field.answer(laptop, n, {"fibre": "yes"})
    good, bad, last = (field.pack(laptop) for laptop in laptops)
    content = bytearray(bad.read_bytes())
    content[-20] ^= 1
    bad.write_bytes(content)
    balance = field.merge(good, bad, field.folder / "gone.bundle", last)
    assert [line.state for line in balance.bundles] == ["merged", "refused", "refused", "merged"]
    assert numbers(balance) == (3, 2, 0, 0, 0, 1)
    assert [refusal.code for refusal in balance.refusals] == ["BND-03", "BND-10"]


@pytest.mark.parametrize("damage", ["flipped", "cut", "empty", "other office", "unknown laptop", "revoked", "newer"])
def test_a_refused_bundle_changes_nothing(field: Field, damage: str) -> None:
    laptop = field.laptop(1, is_enrolled=damage != "unknown laptop")
    field.answer(laptop, 1, {"fibre": "yes"})
    to = replace(field.key, recipient=crypto.recipient_of(crypto.new_identity())) if damage == "other office" else None
    path = handover.pack(laptop, to, field.folder / "stick", clock=clock).path
    content = path.read_bytes()
    if damage == "revoked":
        revoke_laptop(field.office, "lap1")
    changed = {
        "flipped": content[:-30] + bytes([content[-30] ^ 4]) + content[-29:],
        "cut": content[:-30],
        "empty": b"",
        "newer": content.replace(b"bundle 1 ", b"bundle 2 ", 1),
    }.get(damage, content)
    path.write_bytes(changed)
    before = (field.office.digest(), field.office.bundle_notes(), list(field.office.revisions()))
    balance = field.merge(path)
    expected = {
        "flipped": "BND-03",
        "cut": "BND-02",
        "empty": "BND-01",
        "other office": "BND-04",
        "unknown laptop": "BND-05",
        "revoked": "BND-06",
        "newer": "BND-07",
    }
    assert [refusal.code for refusal in balance.refusals] == [expected[damage]]
    assert (field.office.digest(), field.office.bundle_notes(), list(field.office.revisions())) == before
    assert adds_up(balance)


def test_a_revoked_laptop_can_be_accepted_again(field: Field) -> None:
    laptop = field.laptop(1)
    field.answer(laptop, 1, {"fibre": "yes"})
    path = field.pack(laptop)
    revoke_laptop(field.office, "lap1")
    assert field.merge(path).refused == 1
    revoke_laptop(field.office, "lap1", revoked=False)
    assert field.merge(path).new == 1


def test_no_name_and_no_answer_stands_in_a_refusal(field: Field) -> None:
    laptop = field.laptop(1)
    field.answer(laptop, 1, {"name": "Nguyễn Thị Bí Mật"})
    path = field.pack(laptop)
    path.write_bytes(path.read_bytes()[:-1])
    assert "Bí Mật" not in repr(field.merge(path))


# --- receipts ------------------------------------------------------------------------------------------------------


def test_a_receipt_confirms_the_households(field: Field) -> None:
    laptop = field.laptop(1)
    field.answer(laptop, 1, {"fibre": "yes"})
    field.answer(laptop, 2, {"fibre": "yes"})
    field.merge(field.pack(laptop))
    field.answer(laptop, 3, {"fibre": "yes"})
    (issued,) = handover.write_receipts(field.office, field.folder, clock)
    loaded = handover.load_receipt(laptop, issued.path)
    assert (loaded.bundles, loaded.newly, loaded.confirmed) == (1, 1, 2)
    assert [line.household.id for line in laptop.households(status=CONFIRMED)] == ["h1", "h2"]


def test_what_is_confirmed_is_not_packed_again(field: Field) -> None:
    laptop = field.laptop(1)
    field.answer(laptop, 1, {"fibre": "yes"})
    field.merge(field.pack(laptop))
    handover.load_receipt(laptop, handover.write_receipts(field.office, field.folder, clock)[0].path)
    with pytest.raises(NothingToPack):
        field.pack(laptop)
    assert handover.pack(laptop, None, field.folder, True, clock).records == 1


def test_what_is_not_confirmed_is_packed_again(field: Field) -> None:
    laptop = field.laptop(1)
    field.answer(laptop, 1, {"fibre": "yes"})
    field.pack(laptop).unlink()
    field.answer(laptop, 2, {"fibre": "yes"})
    assert field.merge(field.pack(laptop)).records == 2


def test_loading_a_receipt_again_changes_nothing(field: Field) -> None:
    laptop = field.laptop(1)
    field.answer(laptop, 1, {"fibre": "yes"})
    field.merge(field.pack(laptop))
    (issued,) = handover.write_receipts(field.office, field.folder, clock)
    handover.load_receipt(laptop, issued.path)
    assert handover.load_receipt(laptop, issued.path).newly == 0


def test_a_receipt_for_another_laptop_is_refused(field: Field) -> None:
    one, two = field.laptop(1), field.laptop(2)
    field.answer(one, 1, {"fibre": "yes"})
    field.merge(field.pack(one))
    (issued,) = handover.write_receipts(field.office, field.folder, clock)
    with pytest.raises(ReceiptForAnother):
        handover.load_receipt(two, issued.path)


def test_a_forged_receipt_confirms_nothing(field: Field) -> None:
    laptop = field.laptop(1)
    field.answer(laptop, 1, {"fibre": "yes"})
    field.merge(field.pack(laptop))
    field.office.put_secret(SIGNING_KEY, crypto.new_signing_keys().secret)
    (issued,) = handover.write_receipts(field.office, field.folder, clock)
    with pytest.raises(NotAReceipt):
        handover.load_receipt(laptop, issued.path)
    assert laptop.households(status=CONFIRMED) == []


def test_a_bundle_is_no_receipt(field: Field) -> None:
    laptop = field.laptop(1)
    field.answer(laptop, 1, {"fibre": "yes"})
    with pytest.raises(BundleError) as caught:
        handover.load_receipt(laptop, field.pack(laptop))
    assert caught.value.code == "BND-17"


def test_receipts_are_written_for_each_laptop(field: Field) -> None:
    laptops = [field.laptop(n) for n in (1, 2)]
    for n, laptop in enumerate(laptops, start=1):
        field.answer(laptop, n, {"fibre": "yes"})
        field.merge(field.pack(laptop))
    names = [issued.path.name for issued in handover.write_receipts(field.office, field.folder, clock)]
    assert names == ["lap1.receipt", "lap2.receipt"]
    only = handover.write_receipts(field.office, field.folder, clock, devices=["lap2"])
    assert [issued.device for issued in only] == ["lap2"]


def test_a_bundle_that_cannot_be_finished_leaves_nothing(field: Field, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = field.laptop(1), field.laptop(2)
    field.answer(one, 1, {"fibre": "yes"})
    two.add_households([Household("h9", VILLAGE, 9, "Lê Thị Hoa")], "lap2")
    field.answer(two, 9, {"fibre": "no"})
    paths = [field.pack(one), field.pack(two)]
    field.merge(paths[0])
    before = (field.office.digest(), list(field.office.currents()), field.office.bundle_notes())

    def full(self: Store, note: BundleNote) -> None:
        raise DiskFull

    with monkeypatch.context() as patched:
        patched.setattr(Store, "note_bundle", full)
        with pytest.raises(DiskFull):
            field.merge(paths[1])
    assert (field.office.digest(), list(field.office.currents()), field.office.bundle_notes()) == before
    assert field.office.household("h9") is None
    assert numbers(field.merge(*paths)) == (2, 1, 1, 0, 0, 0)


# --- the worst -----------------------------------------------------------------------------------------------------


def test_a_store_copied_in_the_middle_of_a_merge_completes_it(field: Field) -> None:
    """What a power cut leaves is the file and its journal as they are on the disk between two writes."""
    laptops = [field.laptop(n) for n in (1, 2, 3)]
    for laptop, n in itertools.product(laptops, (1, 2, 3, 4)):
        field.answer(laptop, n, {"fibre": laptop.device})
    paths = [field.pack(laptop) for laptop in laptops]
    copies: list[Path] = []

    class Photographer:
        def step(self, done: int, total: int, what: str = "") -> None:
            folder = field.folder / f"copy {done}"
            folder.mkdir()
            for path in field.folder.glob("office.store*"):
                if not path.name.endswith(".lock"):
                    shutil.copy(path, folder)
            copies.append(folder / "office.store")

    handover.merge(field.office, paths, Photographer(), clock)
    for copy in copies:
        with Store.open(copy, "mật khẩu") as store:
            assert store.check() == []
            assert adds_up(field.merge(*paths, into=store))
            assert store.digest() == field.office.digest()


# --- pictures and files of answers ---------------------------------------------------------------------------------


def test_pictures_travel_with_the_answers_that_name_them(field: Field) -> None:
    laptop = field.laptop(1)
    photo, other = attachment(b"a photo", "jpg"), attachment(b"of nobody", "jpg")
    laptop.put_attachments([photo, other])
    field.answer(laptop, 1, {"photo": photo.name})
    path = field.pack(laptop)
    assert b"a photo" not in path.read_bytes()
    field.merge(path)
    field.merge(path)
    assert field.office.attachment(photo.name) == b"a photo"
    assert field.office.attachment(other.name) is None


def test_a_bundle_of_more_than_fits_leaves_the_rest_for_the_next(field: Field, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "MOST_ATTACHED_BYTES", 10)
    laptop = field.laptop(1)
    photos = [attachment(b"photo%d" % n, "jpg") for n in range(3)]
    laptop.put_attachments(photos)
    for n, photo in enumerate(photos, start=1):
        field.answer(laptop, n, {"photo": photo.name})
    sent = [field.merge(field.pack(laptop)).records for _bundle in photos]
    assert sent == [1, 1, 1]
    assert [field.office.attachment(photo.name) for photo in photos] == [photo.content for photo in photos]
    assert len(list(field.office.revisions())) == 3


@pytest.mark.parametrize("fault", ["altered", "renamed", "missing", "too many", "of no answer", "twice"])
def test_attachments_that_are_not_what_the_bundle_says_are_refused(field: Field, fault: str, tmp_path: Path) -> None:
    laptop = field.laptop(1)
    photo = attachment(b"a photo", "jpg")
    given, content = [photo], b"a photo"
    if fault == "altered":
        content = b"A photo"
    elif fault == "renamed":
        given = [replace(photo, name="0" * 16 + ".jpg")]
    elif fault == "missing":
        content = b"a phot"
    elif fault == "too many":
        content = b"a photo and more"
    elif fault == "of no answer":
        given, content = sorted([photo, attachment(b"b", "jpg")], key=lambda each: each.name), b""
        content = b"".join(each.content for each in given)
    elif fault == "twice":
        given, content = [photo, photo], b"a photoa photo"
    revision = field.answer(laptop, 1, {"photo": given[0].name if fault == "renamed" else photo.name})
    secret = laptop.secret(SIGNING_KEY)
    assert secret is not None
    to = field.key
    header = writing._header(laptop, to.id, (to.recipient,), secret, [revision], "2026-11-21T17:00:00.000+07:00")
    header = replace(header, attachments=len(given), attached_bytes=len(content))
    header, packed = writing._packed(header, [], [revision], given)
    path = tmp_path / "wrong.bundle"
    path.write_bytes(seal_container(header, packed, secret, (field.key.recipient,), content))
    balance = field.merge(path)
    assert [refusal.code for refusal in balance.refusals] == ["BND-09"]
    assert list(field.office.attachment_sizes()) == []


# --- erasures ------------------------------------------------------------------------------------------------------


def erase(store: Store, household: str) -> Erasure:
    erasure = Erasure(household, "an", store.device, "2026-11-22T08:00:00.000+07:00", "asked")
    store.add_erasures([erasure], "here")
    return erasure


def test_an_erasure_on_a_laptop_travels_and_an_old_bundle_brings_nothing_back(field: Field) -> None:
    laptop = field.laptop(1)
    field.answer(laptop, 1, {"q": "1", "q#note": "chủ hộ dặn"})
    field.answer(laptop, 2, {"q": "2"})
    old = field.pack(laptop)
    field.merge(old)
    erasure = erase(laptop, "h1")
    field.merge(field.pack(laptop))
    assert field.office.erasures() == [erasure]
    assert {revision.household for revision in field.office.revisions()} == {"h2"}
    before = field.office.digest()
    again = field.merge(old)
    assert numbers(again) == (2, 0, 2, 0, 0, 0)
    assert field.office.digest() == before
    other = field.new_office("another")
    other.put_devices(field.office.devices())
    field.merge(*field.folder.joinpath("stick").iterdir(), into=other)
    assert other.digest() == before


def test_an_erasure_alone_is_packed_once_until_it_is_confirmed(field: Field) -> None:
    laptop = field.laptop(1)
    erase(laptop, "h1")
    field.merge(field.pack(laptop))
    (issued,) = handover.write_receipts(field.office, field.folder / "receipts", clock)
    handover.load_receipt(laptop, issued.path)
    with pytest.raises(SurveyAppError, match="BND"):
        field.pack(laptop)


def test_an_erasure_in_the_office_reaches_the_laptop_with_the_receipt(field: Field) -> None:
    laptop = field.laptop(1)
    field.answer(laptop, 1, {"q": "1"})
    field.merge(field.pack(laptop))
    erasure = erase(field.office, "h1")
    (issued,) = handover.write_receipts(field.office, field.folder / "receipts", clock)
    handover.load_receipt(laptop, issued.path)
    assert laptop.erasures() == [erasure]
    assert list(laptop.revisions()) == []


def test_a_preview_of_erasures_says_what_merging_does(field: Field) -> None:
    one, two = field.laptop(1), field.laptop(2)
    field.answer(one, 1, {"q": "1"})
    field.answer(one, 2, {"q": "1"})
    erase(two, "h1")
    paths = [field.pack(one), field.pack(two)]
    assert handover.preview(field.office, paths) == field.merge(*paths)


def test_a_note_travels_like_an_answer_and_only_a_note_may_have_such_a_name(field: Field) -> None:
    laptop = field.laptop(1)
    field.answer(laptop, 1, {"g": {"q#note": "hỏi lại"}, "m": [{"#": 1, "m_name#note": "tên gọi ở nhà"}]})
    assert adds_up(field.merge(field.pack(laptop)))
    field.answer(laptop, 2, {"q#else": "1"})
    with pytest.raises(SurveyAppError, match="BND"):
        field.pack(laptop)
