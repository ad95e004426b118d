"""Laws of merging: the balance adds up, and neither order nor repetition changes what a store says afterwards."""

from __future__ import annotations

import hashlib
import random
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app import crypto
from survey_app.bundles import Balance, Bundle
from survey_app.bundles.container import Header, seal_container
from survey_app.bundles.content import content_of, pack
from survey_app.bundles.keys import OFFICE_IDENTITY
from survey_app.operations.merging import merge, preview
from survey_app.records import Household, Revision
from survey_app.store import Device, Store

DEVICES = ("lap1", "lap2", "lap3")
IDENTITY = crypto.new_identity()
RECIPIENT = crypto.recipient_of(IDENTITY)
KEYS = {device: crypto.new_signing_keys() for device in DEVICES}
DERIVED = {("household", "1"): ("total",)}


@st.composite
def exchanges(draw: st.DrawFn) -> list[Bundle]:
    """Bundles of several laptops that know some of each other's work; clocks are wrong by years."""
    made: list[Revision] = []
    for n in range(draw(st.integers(1, 12))):
        submission = draw(st.sampled_from(["s1", "s2", "s3"]))
        own = [each.id for each in made if each.submission == submission]
        parents = draw(st.sets(st.sampled_from(own), max_size=2)) if own else set()
        made.append(
            Revision(
                submission=submission,
                household=f"h{submission}",
                round="2026-11",
                form_id="household",
                form_version="1",
                parents=tuple(parents),
                kind=draw(st.sampled_from(["answers", "answers", "answers", "void", "choice"])),
                author=f"author {n}",
                device=draw(st.sampled_from(DEVICES)),
                made_at=f"{draw(st.integers(1970, 2099))}-11-21T08:00:00.000+07:00",
                reason="",
                answers=draw(st.dictionaries(st.sampled_from(["a", "b", "total"]), st.sampled_from(["1", "2"]))),
            )
        )
    return [draw(one_bundle(made, n)) for n in range(1, draw(st.integers(1, 5)) + 1)]


@st.composite
def one_bundle(draw: st.DrawFn, made: list[Revision], number: int) -> Bundle:
    chosen = tuple(draw(st.lists(st.sampled_from(made), unique_by=lambda each: each.id, min_size=1)))
    homes = draw(st.lists(st.sampled_from(["h7", "h8"]), unique=True))
    names = draw(st.sampled_from(["Trần A", "Lê B"]))
    device = draw(st.sampled_from(DEVICES))
    header = Header(
        bundle_id=hashlib.sha256(f"{number}".encode()).hexdigest(),
        office="office1",
        recipients=(crypto.fingerprint(RECIPIENT),),
        device=device,
        device_name=device,
        verify_key=KEYS[device].public,
        sequence=number,
        follows=number - 1,
        made_at="2026-11-21T08:00:00.000+07:00",
        round="2026-11",
        forms=(("household", "1"),),
        records=len(chosen),
        households=len(homes),
        content_bytes=0,
    )
    return Bundle(header, chosen, tuple(Household(home, "25750-001", 7, names) for home in homes))


def adds_up(balance: Balance) -> bool:
    total = balance.new + balance.identical + balance.joined + balance.conflicting + balance.refused
    return balance.records == total == sum(line.records for line in balance.bundles)


def write(bundle: Bundle, folder: Path) -> Path:
    """Write the bundle's file; the id follows from the content."""
    header = bundle.header
    content = content_of({**header.manifest(), "salt": "0" * 32}, bundle.households, bundle.revisions)
    packed = pack(content, 1)
    named = replace(header, bundle_id=hashlib.sha256(packed).hexdigest(), content_bytes=len(content))
    path = folder / named.file_name
    path.write_bytes(seal_container(named, packed, KEYS[header.device].secret, (RECIPIENT,)))
    return path


def new_office(path: Path) -> Store:
    store = Store.create(path, "x", kind="office", device="office1", name="Xã", cost=crypto.Cost(1, 8))
    store.put_secret(OFFICE_IDENTITY, IDENTITY.encode())
    store.put_devices([Device(device, device, keys.public) for device, keys in KEYS.items()])
    return store


def what_it_says(store: Store) -> Any:
    found = [line.household for line in store.households()]
    return store.digest(), list(store.currents()), found


@given(exchanges(), st.randoms(use_true_random=False))
@settings(max_examples=12, deadline=None)
def test_stores_that_merged_the_same_bundles_agree(bundles: list[Bundle], chance: random.Random) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = [write(bundle, folder) for bundle in bundles]
        broken = folder / "broken.bundle"
        broken.write_bytes(paths[0].read_bytes()[:-1])
        said = []
        for n in range(3):
            order = [*paths, *chance.choices(paths, k=n), *([broken] * n)]
            chance.shuffle(order)
            cut = chance.randrange(len(order) + 1)
            with new_office(folder / f"{n}.store") as office:
                for part in (order[:cut], order[cut:]):
                    assert adds_up(merge(office, part))
                said.append(what_it_says(office))
        assert said[0] == said[1] == said[2]


@given(exchanges())
@settings(max_examples=12, deadline=None)
def test_merging_does_what_the_preview_says(bundles: list[Bundle]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = [write(bundle, folder) for bundle in bundles]
        with new_office(folder / "office.store") as office:
            before = what_it_says(office)
            said = preview(office, paths)
            assert what_it_says(office) == before
            assert merge(office, paths) == said
