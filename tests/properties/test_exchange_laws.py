"""Laptops and offices that exchange everything in any order: nothing exported is lost, and equal sets agree.

Two to ten laptops with clocks that are wrong by years interview, correct, void and split households, answer what the
office asks, and export as often as they like. The commune merges in any order, takes merges back, asks, gives
households to others, sends lists and receipts, and hands on what it has.
"""

from __future__ import annotations

import datetime as dt
import random
import tempfile
from contextlib import ExitStack, suppress
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from survey_app import crypto
from survey_app.bundles import NothingToPack, OfficeKey
from survey_app.bundles.errors import BuiltUpon
from survey_app.bundles.keys import OFFICE_IDENTITY, OFFICE_KEY, SIGNING_KEY, office_key_bytes
from survey_app.bundles.lists import LAPTOP_IDENTITY
from survey_app.clock import VIETNAM, stamp
from survey_app.comments import threads
from survey_app.operations.comments import accept, ask, ask_again, exchanges, reply
from survey_app.operations.conflicts import void_submission
from survey_app.operations.handover import load_receipt, merge, pack, write_receipts
from survey_app.operations.list_exchange import load_list, write_lists
from survey_app.operations.merging import undo
from survey_app.operations.starting import first_submission
from survey_app.operations.visits import split_household
from survey_app.operations.worklist import assign_households
from survey_app.records import Enumerator, Household, Place, Revision, Round, flatten
from survey_app.store import Device, Store

CHEAP = crypto.Cost(1, 8)
DATES = ("2026-11-01", "2026-10-01", "2026-11-01", "2026-12-01")
HOMES = ("h1", "h2", "h3")
NOON = dt.datetime(2026, 11, 21, 12, 0, tzinfo=VIETNAM)
IDENTITIES = [crypto.new_identity() for _ in range(2)]
SIGNING = [crypto.new_signing_keys() for _ in range(12)]
KEYS = [
    OfficeKey(name, name, crypto.recipient_of(identity), signing.public)
    for name, identity, signing in zip(("commune", "province"), IDENTITIES, SIGNING, strict=False)
]
LAPTOP_IDENTITIES = [crypto.new_identity() for _ in range(10)]
DEVICES = [
    Device(f"m{n}", f"Máy {n}", SIGNING[2 + n].public, recipient=crypto.recipient_of(LAPTOP_IDENTITIES[n]))
    for n in range(10)
]
Fact = tuple[str, str, str, str]


def facts_of(revisions: list[Revision]) -> set[Fact]:
    """Return (submission, question, value, author) of everything that was answered or said."""
    return {
        (each.submission, name, value, each.author)
        for each in revisions
        for name, value in (*flatten(each.answers).items(), ("", each.reason))
    }


class Exchange(RuleBasedStateMachine):
    """A commune with its laptops."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.packed: list[Path] = []
        self.exported: set[Fact] = set()
        self.minutes = 0

    def new_store(self, name: str, office: int | None, laptop: int | None = None) -> Store:
        kind, device = ("laptop", f"m{laptop}") if laptop is not None else ("office", KEYS[office or 0].id)
        path = self.folder / f"{name}.store"
        store = Store.create(path, "x", kind=kind, device=device, name=name, cost=CHEAP)  # type: ignore[arg-type]
        self.stack.enter_context(store)
        own = SIGNING[2 + laptop] if laptop is not None else SIGNING[office or 0]
        store.put_secret(SIGNING_KEY, own.secret)
        store.put_secret(OFFICE_KEY, office_key_bytes(KEYS[office or 0], SIGNING[office or 0].secret))
        if laptop is not None:
            store.put_secret(LAPTOP_IDENTITY, LAPTOP_IDENTITIES[laptop].encode())
        else:
            store.put_secret(OFFICE_IDENTITY, IDENTITIES[office or 0].encode())
            store.put_devices([*DEVICES, Device("commune", "commune", KEYS[0].verify_key)])
        store.put_places([Place("1", "Xã", "commune", "xa", ""), Place("1-001", "Thôn", "village", "thon", "1")])
        store.put_enumerators([Enumerator(f"e{n}", f"Người {n}") for n in range(10)])
        store.put_households(Household(home, "1-001", n, "Ba") for n, home in enumerate(HOMES, start=1))
        store.put_round(Round("r", "Đợt", "f", "1", *DATES, "1"))
        return store

    @initialize(laptops=st.integers(2, 10), years=st.lists(st.integers(-30, 30), min_size=10, max_size=10))
    def begin(self, laptops: int, years: list[int]) -> None:
        self.office = self.new_store("commune", 0)
        self.laptops = [self.new_store(f"m{n}", 0, n) for n in range(laptops)]
        self.years = years

    def clock(self, laptop: int = -1) -> dt.datetime:
        self.minutes += 1
        moment = NOON + dt.timedelta(minutes=self.minutes)
        return moment.replace(year=moment.year + self.years[laptop]) if laptop >= 0 else moment

    # on the laptops

    @rule(who=st.integers(0, 9), home=st.sampled_from(HOMES), name=st.sampled_from("ab"), value=st.sampled_from("123"))
    def interviews_or_corrects(self, who: int, home: str, name: str, value: str) -> None:
        laptop, n = self.laptops[who % len(self.laptops)], who % len(self.laptops)
        submission = first_submission(home, "r", "f")
        before = laptop.current(submission)
        answers = {**(before.answers if before else {}), name: value}
        parents = before.heads if before else ()
        at = stamp(self.clock(n))
        made = Revision(submission, home, "r", "f", "1", parents, "answers", f"e{n}", f"m{n}", at, "", answers)
        laptop.add_revisions([made], "here")

    @rule(who=st.integers(0, 9), home=st.sampled_from(HOMES))
    def voids(self, who: int, home: str) -> None:
        n = who % len(self.laptops)
        current = self.laptops[n].current(first_submission(home, "r", "f"))
        if current is not None and current.state != "void":
            void_submission(self.laptops[n], current.submission, f"nhầm {self.minutes}", f"e{n}", lambda: self.clock(n))

    @rule(who=st.integers(0, 9), home=st.sampled_from(HOMES))
    def splits(self, who: int, home: str) -> None:
        n = who % len(self.laptops)
        split_household(self.laptops[n], home, f"Người mới {self.minutes}", f"e{n}", clock=lambda: self.clock(n))

    @rule(who=st.integers(0, 9))
    def replies(self, who: int) -> None:
        n = who % len(self.laptops)
        for exchange in exchanges(self.laptops[n], state="open")[:1]:
            reply(self.laptops[n], exchange.thread, f"trả lời {self.minutes}", f"e{n}", lambda: self.clock(n))

    @rule(who=st.integers(0, 9), everything=st.booleans())
    def exports(self, who: int, everything: bool) -> None:
        n = who % len(self.laptops)
        sent = facts_of(self.laptops[n].outgoing(everything))
        with suppress(NothingToPack):
            written = pack(self.laptops[n], KEYS, self.folder / "out", everything, clock=lambda: self.clock(n))
            self.packed.append(written.path)
            self.exported |= sent

    # in the office

    @precondition(lambda self: self.packed)
    @rule(chance=st.randoms(use_true_random=False))
    def merges_some(self, chance: random.Random) -> None:
        self.merge_into(self.office, chance.choices(self.packed, k=chance.randint(1, 4)))

    @staticmethod
    def merge_into(store: Store, paths: list[Path]) -> None:
        balance = merge(store, paths)
        parts = (balance.new, balance.identical, balance.joined, balance.conflicting, balance.refused)
        assert balance.records == sum(parts)
        assert not balance.refusals

    @rule(chance=st.randoms(use_true_random=False))
    def takes_one_back(self, chance: random.Random) -> None:
        merged = [note.bundle for note in self.office.bundle_notes(carried=False) if note.direction == "in"]
        if merged:
            with suppress(BuiltUpon):
                undo(self.office, chance.choice(merged))

    @rule(home=st.sampled_from(HOMES), address=st.sampled_from(["a", "b", ""]))
    def asks(self, home: str, address: str) -> None:
        current = self.office.current(first_submission(home, "r", "f"))
        if current is not None and current.state != "void":
            ask(self.office, current.submission, address, f"hỏi {self.minutes}", "e0", clock=self.clock)

    @rule(again=st.booleans())
    def decides_about_a_reply(self, again: bool) -> None:
        for exchange in exchanges(self.office, state="answered")[:1]:
            if again:
                ask_again(self.office, exchange.thread, f"hỏi lại {self.minutes}", "e0", self.clock)
            else:
                accept(self.office, exchange.thread, "e0", clock=self.clock)

    @rule(home=st.sampled_from(HOMES), who=st.integers(0, 9))
    def gives_a_household_to_somebody_else(self, home: str, who: int) -> None:
        assign_households(self.office, [home], f"e{who}")

    @rule()
    def sends_lists(self) -> None:
        for sent in write_lists(self.office, self.folder / "usb", clock=self.clock):
            place = int(sent.device.id[1:])
            if place < len(self.laptops):
                load_list(self.laptops[place], sent.path)

    @rule()
    def sends_receipts(self) -> None:
        for issued in write_receipts(self.office, self.folder / "usb", self.clock):
            load_receipt(self.laptops[int(issued.device[1:])], issued.path)

    # at the end

    def teardown(self) -> None:
        try:
            if hasattr(self, "office"):
                self.everybody_agrees()
        finally:
            self.stack.close()

    def everybody_agrees(self) -> None:
        chance = random.Random(len(self.packed))
        for n in range(len(self.laptops)):
            self.exports(n, True)
        if not self.packed:
            return
        self.merge_into(self.office, chance.sample(self.packed, len(self.packed)))
        handed: list[Path] = []
        with suppress(NothingToPack):
            handed = [pack(self.office, KEYS[1], self.folder / "up", True, clock=self.clock).path]
        direct, twice, above = (self.new_store(name, 1) for name in ("direct", "twice", "above"))
        self.merge_into(direct, [*self.packed, *handed])
        self.merge_into(twice, [*handed, *chance.choices(self.packed, k=3), *reversed(self.packed), *handed])
        self.merge_into(above, handed)  # a bundle of bundles
        said = {
            (store.digest(), tuple(thread.state for thread in threads(store.comments())))
            for store in (self.office, direct, twice, above)
        }
        assert len(said) == 1
        assert list(direct.currents()) == list(twice.currents()) == list(above.currents())
        assert self.exported <= facts_of(list(above.revisions()))
        for store in (self.office, above, *self.laptops):
            assert store.check() == []


TestExchange = Exchange.TestCase
TestExchange.settings = settings(max_examples=6, stateful_step_count=20, deadline=None)
