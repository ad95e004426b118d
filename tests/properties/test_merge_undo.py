"""Laws of taking merges back: in any order, a store says what it would say had those bundles never come."""

from __future__ import annotations

import hashlib
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from survey_app import crypto
from survey_app.bundles.container import Header, seal_container
from survey_app.bundles.content import content_of, pack
from survey_app.bundles.errors import BuiltUpon, NotMergedHere
from survey_app.bundles.keys import OFFICE_IDENTITY
from survey_app.operations.merging import merge, undo
from survey_app.records import Household, Revision
from survey_app.store import Device, Store, attachment

IDENTITY = crypto.new_identity()
RECIPIENT = crypto.recipient_of(IDENTITY)
KEYS = crypto.new_signing_keys()
BUNDLES = 5
PICTURES = [attachment(f"picture {n}".encode(), "jpg") for n in range(2)]


def revisions_from(draw: Any) -> list[Revision]:
    made: list[Revision] = []
    for n in range(draw(st.integers(2, 9))):
        submission = draw(st.sampled_from(["s1", "s2"]))
        own = [each.id for each in made if each.submission == submission]
        parents = draw(st.sets(st.sampled_from(own), max_size=1)) if own else set()
        answers = draw(st.dictionaries(st.sampled_from(["a", "b"]), st.sampled_from(["1", "2"])))
        pictured = draw(st.sampled_from([{}, {}, *({"p": each.name} for each in PICTURES)]))
        is_visit = draw(st.integers(0, 5)) == 0
        household = f"h{submission}"
        made.append(
            Revision(
                household if is_visit else submission, household, "r", "f", "1",
                () if is_visit else tuple(parents), "visit" if is_visit else "answers", f"author {n}", "lap1",
                f"{draw(st.integers(1990, 2040))}-11-21T08:00:00.000+07:00", "",
                {"outcome": "absent"} if is_visit else {**answers, **pictured},
            )
        )  # fmt: skip
    return made


def write(folder: Path, number: int, revisions: list[Revision], homes: list[Household]) -> Path:
    named = {each.answers.get("p") for each in revisions}
    pictures = sorted((each for each in PICTURES if each.name in named), key=lambda each: each.name)
    attached = b"".join(each.content for each in pictures)
    header = Header(
        "0" * 64, "office1", (crypto.fingerprint(RECIPIENT),), "lap1", "Máy 1", KEYS.public, number, number - 1,
        "2026-11-21T08:00:00.000+07:00", "r", (("f", "1"),), len(revisions), len(homes), 0,
        len(pictures), len(attached),
    )  # fmt: skip
    content = content_of({**header.manifest(), "salt": f"{number:032x}"}, homes, revisions, pictures)
    packed = pack(content, 1 << 20)
    header = replace(header, bundle_id=hashlib.sha256(packed).hexdigest(), content_bytes=len(content))
    path = folder / header.file_name
    path.write_bytes(seal_container(header, packed, KEYS.secret, (RECIPIENT,), attached))
    return path


class MergingAndTakingBack(RuleBasedStateMachine):
    """An office that merges and takes back the same few bundles in any order, beside one that gets what is left."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.office = self.new_office("office")
        self.paths: list[Path] = []
        self.carried: list[list[Revision]] = []
        self.merged: list[int] = []

    def new_office(self, name: str) -> Store:
        store = Store.create(
            self.folder / f"{name}.store", "x", kind="office", device="o", name="o", cost=crypto.Cost(1, 8)
        )
        store.put_secret(OFFICE_IDENTITY, IDENTITY.encode())
        store.put_devices([Device("lap1", "Máy 1", KEYS.public)])
        return self.stack.enter_context(store)

    @initialize(data=st.data())
    def laptops_write_bundles(self, data: st.DataObject) -> None:
        made = revisions_from(data.draw)
        for number in range(1, BUNDLES + 1):
            chosen = data.draw(st.lists(st.sampled_from(made), unique_by=lambda each: each.id, min_size=1, max_size=4))
            homes = data.draw(st.lists(st.sampled_from(["hs1", "h7"]), unique=True))
            name = data.draw(st.sampled_from(["Trần A", "Lê B"]))
            found = [Household(home, "25750-001", 7, name) for home in homes]
            self.paths.append(write(self.folder, number, chosen, found))
            self.carried.append(chosen)

    @rule(number=st.integers(0, BUNDLES - 1))
    def merge_one(self, number: int) -> None:
        merge(self.office, [self.paths[number]])
        if number not in self.merged:
            self.merged.append(number)

    @rule(number=st.integers(0, BUNDLES - 1))
    def take_one_back(self, number: int) -> None:
        bundle = self.paths[number].stem.rpartition("-")[2]
        before = self.office.digest()
        try:
            undo(self.office, bundle)
        except NotMergedHere:
            assert number not in self.merged
        except BuiltUpon:
            assert self.office.digest() == before
            assert number in self.merged
        else:
            self.merged.remove(number)

    @invariant()
    def it_says_what_it_would_say_had_it_only_the_bundles_that_are_left(self) -> None:
        ids = {each.id for number in self.merged for each in self.carried[number]}
        assert {each.id for each in self.office.revisions()} == ids

    def teardown(self) -> None:
        try:
            self.compare()
        finally:
            self.stack.close()

    def compare(self) -> None:
        assert self.office.check() == []
        other = self.new_office("other")
        merge(other, [self.paths[number] for number in sorted(self.merged)])
        assert self.office.digest() == other.digest()
        assert list(self.office.currents()) == list(other.currents())
        assert self.office.found_households() == other.found_households()
        assert [line.status for line in self.office.households()] == [line.status for line in other.households()]
        assert self.office.attachment_sizes() == other.attachment_sizes()
        for path in self.paths:
            merge(self.office, [path])
            merge(other, [path])
        assert self.office.digest() == other.digest()


TestMergingAndTakingBack = MergingAndTakingBack.TestCase
TestMergingAndTakingBack.settings = settings(max_examples=15, stateful_step_count=10, deadline=None)
