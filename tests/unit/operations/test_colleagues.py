"""A laptop takes over what a colleague's has: trust comes from the office's list, and nothing is lost on the way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from survey_app import crypto
from survey_app.bundles import NotSetUp, OfficeKey
from survey_app.bundles.errors import UnknownColleague
from survey_app.bundles.keys import OFFICE_IDENTITY, OFFICE_KEY, SIGNING_KEY, office_key_bytes
from survey_app.bundles.lists import LAPTOP_IDENTITY
from survey_app.operations.handover import colleagues_of, load_receipt, merge, pack, write_receipts
from survey_app.operations.list_exchange import load_list, write_lists
from survey_app.operations.merging import accept, preview, trust_office, undo
from survey_app.records import Erasure, Household, Revision
from survey_app.store import COMPLETE, CONFIRMED, PACKED, Device, Store

AT = "2026-11-21T08:00:00.000+07:00"
VILLAGE = "25750-001"


class Commune:
    """An office and three laptops of it, whose lists were not written yet."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self.stack = folder, stack
        self.identity, self.signing = crypto.new_identity(), crypto.new_signing_keys()
        self.key = OfficeKey("xa", "Xã", crypto.recipient_of(self.identity), self.signing.public)
        self.office = self.new("xa", "office", self.signing.secret)
        self.office.put_secret(OFFICE_IDENTITY, self.identity.encode())
        self.an, self.binh, self.chi = (self.laptop(name) for name in ("an", "binh", "chi"))

    def new(self, name: str, kind: str, secret: bytes) -> Store:
        store = Store.create(
            self.folder / f"{name}.store",
            "x",
            kind="office" if kind == "office" else "laptop",
            device=name,
            name=f"Máy {name}",
            cost=crypto.Cost(1, 8),
        )
        store.put_secret(SIGNING_KEY, secret)
        store.put_secret(OFFICE_KEY, office_key_bytes(self.key, self.signing.secret))
        store.put_households([Household("h1", VILLAGE, 1, "Trần Văn Ba"), Household("h2", VILLAGE, 2, "Lê Thị Tư")])
        return self.stack.enter_context(store)

    def laptop(self, name: str) -> Store:
        keys, identity = crypto.new_signing_keys(), crypto.new_identity()
        store = self.new(name, "laptop", keys.secret)
        store.put_secret(LAPTOP_IDENTITY, identity.encode())
        self.office.put_devices([Device(name, store.name, keys.public, recipient=crypto.recipient_of(identity))])
        return store

    def send_lists(self) -> None:
        for sent in write_lists(self.office, self.folder / "usb"):
            for laptop in self.laptops:
                if laptop.device == sent.device.id:
                    load_list(laptop, sent.path)

    @property
    def laptops(self) -> tuple[Store, ...]:
        return self.an, self.binh, self.chi


@pytest.fixture
def commune(tmp_path: Path) -> Iterator[Commune]:
    with ExitStack() as stack:
        found = Commune(tmp_path, stack)
        found.send_lists()
        yield found


def answer(store: Store, home: int, value: str, *parents: Revision) -> Revision:
    before = tuple(each.id for each in parents)
    made = Revision(
        f"s{home}", f"h{home}", "r", "f", "1", before, "answers", store.device, store.device, AT, "", {"q": value}
    )
    store.add_revisions([made], "here")
    return made


def hand(commune: Commune, giver: Store, taker: Store, everything: bool = False) -> Path:
    return pack(giver, None, commune.folder / "stick", everything, colleague=taker.device).path


def codes(store: Store, *paths: Path) -> list[str]:
    return [refusal.code for refusal in merge(store, paths).refusals]


def test_the_list_tells_a_laptop_its_colleagues(commune: Commune) -> None:
    assert [each.id for each in colleagues_of(commune.an)] == ["binh", "chi"]
    assert colleagues_of(commune.office) == []


def test_a_laptop_takes_over_what_a_colleague_has(commune: Commune) -> None:
    first = answer(commune.an, 1, "1")
    commune.an.add_households([Household("h9", VILLAGE, 9, "Ngô Năm")], "an")
    answer(commune.an, 9, "1")
    path = hand(commune, commune.an, commune.binh)
    balance = merge(commune.binh, [path])
    assert (balance.records, balance.new, balance.households) == (2, 2, 1)
    assert commune.binh.current("s1") == commune.an.current("s1")
    answer(commune.binh, 1, "2", first)
    assert merge(commune.office, [path, pack(commune.binh, None, commune.folder / "stick").path]).refused == 0
    current = commune.office.current("s1")
    assert current is not None
    assert (current.state, current.answers) == ("settled", {"q": "2"})


def test_what_was_taken_over_reaches_the_office_though_the_colleagues_laptop_is_lost(commune: Commune) -> None:
    answer(commune.an, 1, "1")
    merge(commune.binh, [hand(commune, commune.an, commune.binh)])
    assert [line.status for line in commune.binh.households()] == [COMPLETE, "not_visited"]
    own = pack(commune.binh, None, commune.folder / "stick").path
    assert [line.status for line in commune.binh.households()] == [PACKED, "not_visited"]
    merge(commune.office, [own])
    assert commune.office.current("s1") is not None
    (issued,) = write_receipts(commune.office, commune.folder / "usb", devices=["binh"])
    load_receipt(commune.binh, issued.path)
    assert [line.status for line in commune.binh.households()] == [CONFIRMED, "not_visited"]
    assert not commune.binh.is_waiting()


def test_an_erasure_that_a_colleague_brought_is_handed_on(commune: Commune) -> None:
    answer(commune.an, 1, "1")
    commune.an.add_erasures([Erasure("h1", "an", "an", AT, "asked")], "here")
    merge(commune.binh, [hand(commune, commune.an, commune.binh)])
    assert commune.binh.is_erased("h1")
    merge(commune.office, [pack(commune.binh, None, commune.folder / "stick").path])
    assert commune.office.is_erased("h1")


def test_a_bundle_for_the_office_alone_is_not_for_a_colleague(commune: Commune) -> None:
    answer(commune.an, 1, "1")
    path = pack(commune.an, None, commune.folder / "stick").path
    assert codes(commune.binh, path) == ["BND-22"]
    assert codes(commune.chi, hand(commune, commune.an, commune.binh)) == ["BND-22"]
    assert list(commune.binh.revisions()) == list(commune.chi.revisions()) == []


def test_a_laptop_takes_nothing_from_whom_its_office_never_named(commune: Commune) -> None:
    stranger = commune.laptop("la")
    answer(stranger, 1, "1")
    stranger.put_devices([Device("an", "Máy an", bytes(32), recipient=recipient(commune.an))])
    path = hand(commune, stranger, commune.an)
    before = commune.an.digest()
    assert codes(commune.an, path) == ["BND-23"]
    assert commune.an.kept_bundles() == []  # nothing is kept aside on a laptop: only the office names whom to trust
    for trusting in (lambda: accept(commune.an, "0"), lambda: trust_office(commune.an, commune.key)):
        with pytest.raises(NotSetUp):
            trusting()
    commune.send_lists()
    assert codes(commune.an, path) == []
    assert commune.an.digest() != before


def recipient(store: Store) -> str:
    return crypto.recipient_of((store.secret(LAPTOP_IDENTITY) or b"").decode())


def test_a_blocked_laptop_gets_nothing_and_gives_nothing(commune: Commune) -> None:
    answer(commune.an, 1, "1")
    path = hand(commune, commune.an, commune.binh)
    (device,) = (each for each in commune.office.devices() if each.id == "an")
    commune.office.put_devices([replace(device, revoked=True)])
    commune.send_lists()
    assert [each.id for each in colleagues_of(commune.binh)] == ["chi"]
    assert codes(commune.binh, path) == ["BND-06"]
    answer(commune.binh, 2, "1")
    with pytest.raises(UnknownColleague):
        hand(commune, commune.binh, commune.an)


def test_two_interviews_of_one_household_are_a_conflict_and_can_be_taken_back(commune: Commune) -> None:
    answer(commune.an, 1, "1")
    answer(commune.binh, 1, "2")
    before = commune.binh.digest()
    path = hand(commune, commune.an, commune.binh)
    assert preview(commune.binh, [path]).conflicts == 1
    assert commune.binh.digest() == before
    balance = merge(commune.binh, [path])
    assert balance.conflicts == 1
    assert undo(commune.binh, balance.bundles[0].bundle_id).revisions == 1
    assert commune.binh.digest() == before


def test_what_was_handed_to_a_colleague_is_missed_by_the_office_until_it_comes(commune: Commune) -> None:
    answer(commune.an, 1, "1")
    handed = hand(commune, commune.an, commune.binh)
    last = pack(commune.an, None, commune.folder / "stick").path
    assert [gap.missing for gap in merge(commune.office, [last]).gaps] == [(1,)]
    assert merge(commune.office, [handed]).gaps == ()
