"""Laptops and offices that exchange everything in any order: nothing exported is lost, and equal sets agree.

Two to ten laptops with clocks that are wrong by years interview, correct, void and split households, answer what the
office asks, export as often as they like, and take over what colleagues packed for them. The commune merges in any
order, takes merges back, asks, decides, gives households to others, sends lists and receipts, hands on what it has and
gets back what the province has; the province merges both the laptops' own bundles and those of the commune. In a second
machine households are erased and names forgotten meanwhile: then what may stay of everything exported is found.
"""

from __future__ import annotations

import datetime as dt
import random
import tempfile
from contextlib import ExitStack, suppress
from functools import lru_cache
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from survey_app import crypto
from survey_app.bundles import Balance, NothingToPack, OfficeKey, read_header
from survey_app.bundles.errors import BuiltUpon
from survey_app.bundles.keys import OFFICE_IDENTITY, OFFICE_KEY, SIGNING_KEY, office_key_bytes
from survey_app.bundles.lists import LAPTOP_IDENTITY
from survey_app.clock import VIETNAM, stamp
from survey_app.comments import threads
from survey_app.errors import SurveyAppError
from survey_app.forgetting import Forgetting, Left, as_left
from survey_app.operations.comments import accept, ask, ask_again, exchanges, reply
from survey_app.operations.conflicts import list_conflicts, settle, spelled_choices, void_submission
from survey_app.operations.handover import load_receipt, merge, pack, write_receipts
from survey_app.operations.list_exchange import load_list, write_lists
from survey_app.operations.merging import preview, undo
from survey_app.operations.starting import first_submission
from survey_app.operations.visits import split_household
from survey_app.operations.worklist import assign_households
from survey_app.records import Enumerator, Erasure, Household, Place, Revision, Round, flatten
from survey_app.store import Device, Store

CHEAP = crypto.Cost(1, 8)
DATES = ("2026-11-01", "2026-10-01", "2026-11-01", "2026-12-01")
HOMES = ("h1", "h2", "h3")
NOON = dt.datetime(2026, 11, 21, 12, 0, tzinfo=VIETNAM)
MOST_LAPTOPS = 10
COMMUNE, PROVINCE = 0, 1
IDENTITIES = [crypto.new_identity() for _ in range(2)]
SIGNING = [crypto.new_signing_keys() for _ in range(2 + MOST_LAPTOPS)]
KEYS = [
    OfficeKey(name, name, crypto.recipient_of(identity), signing.public)
    for name, identity, signing in zip(("commune", "province"), IDENTITIES, SIGNING, strict=False)
]
LAPTOP_IDENTITIES = [crypto.new_identity() for _ in range(MOST_LAPTOPS)]
DEVICES = [
    Device(f"m{n}", f"Máy {n}", SIGNING[2 + n].public, recipient=crypto.recipient_of(LAPTOP_IDENTITIES[n]))
    for n in range(MOST_LAPTOPS)
]
FINGERPRINTS = [crypto.fingerprint(device.recipient) for device in DEVICES]
WHO = st.integers(0, MOST_LAPTOPS - 1)
CHANCE = st.randoms(use_true_random=False)
Fact = tuple[str, str, str, str]


def facts_of(revisions: list[Revision]) -> set[Fact]:
    """Return (submission, question, value, author) of everything that was answered or said."""
    return {
        (each.submission, name, value, each.author)
        for each in revisions
        for name, value in (*flatten(each.answers).items(), ("", each.reason))
    }


@lru_cache(maxsize=2 + MOST_LAPTOPS)
def empty_store(place: int) -> bytes:
    """Return the file of an office (0 and 1), or of a laptop, in which nothing was answered yet.

    Each is made once; every example works on copies, which costs a tenth.
    """
    laptop = place - 2
    kind, device = ("laptop", f"m{laptop}") if laptop >= 0 else ("office", KEYS[place].id)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "empty.store"
        with Store.create(path, "x", kind=kind, device=device, name=device, cost=CHEAP) as store:  # type: ignore[arg-type]
            store.put_secret(SIGNING_KEY, SIGNING[place].secret)
            office = COMMUNE if laptop >= 0 else place
            store.put_secret(OFFICE_KEY, office_key_bytes(KEYS[office], SIGNING[office].secret))
            if laptop >= 0:
                store.put_secret(LAPTOP_IDENTITY, LAPTOP_IDENTITIES[laptop].encode())
                store.put_devices([each for each in DEVICES if each.id != device])
            else:
                store.put_secret(OFFICE_IDENTITY, IDENTITIES[place].encode())
                store.put_devices([*DEVICES, *(Device(key.id, key.name, key.verify_key) for key in KEYS)])
            store.put_places([Place("1", "Xã", "commune", "xa", ""), Place("1-001", "Thôn", "village", "thon", "1")])
            store.put_enumerators([Enumerator(f"e{n}", f"Người {n}") for n in range(MOST_LAPTOPS)])
            store.put_households(Household(home, "1-001", n, "Ba") for n, home in enumerate(HOMES, start=1))
            store.put_round(Round("r", "Đợt", "f", "1", *DATES, "1"))
        return path.read_bytes()


def checked(balance: Balance) -> Balance:
    """Return a balance that adds up, as a whole and in each line."""
    parts = balance.new + balance.identical + balance.joined + balance.conflicting + balance.refused
    assert balance.records == parts == sum(line.records for line in balance.bundles)
    for line in balance.bundles:
        refused = line.records if line.state == "refused" else 0
        assert line.records == line.new + line.identical + line.joined + line.conflicting + refused
    return balance


class Exchange(RuleBasedStateMachine):
    """A commune with its laptops, and the province above."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.packed: list[Path] = []
        """What laptops wrote, sealed to both offices, some of it to a colleague too."""
        self.handed: list[Path] = []
        """What the commune wrote for the province."""
        self.returned: list[Path] = []
        """What the province wrote for the commune."""
        self.told: dict[str, Revision] = {}
        """All that laptops ever exported, by id, as it was then."""
        self.minutes = 0

    def new_store(self, name: str, place: int) -> Store:
        path = self.folder / f"{name}.store"
        path.write_bytes(empty_store(place))
        return self.stack.enter_context(Store.open(path, "x"))

    @initialize(laptops=st.integers(2, MOST_LAPTOPS), years=st.lists(st.integers(-30, 30), min_size=10, max_size=10))
    def begin(self, laptops: int, years: list[int]) -> None:
        self.offices = [self.new_store("commune", COMMUNE), self.new_store("province", PROVINCE)]
        self.laptops = [self.new_store(f"m{n}", 2 + n) for n in range(laptops)]
        self.years = years

    @property
    def office(self) -> Store:
        return self.offices[COMMUNE]

    def clock(self, laptop: int = -1) -> dt.datetime:
        self.minutes += 1
        moment = NOON + dt.timedelta(minutes=self.minutes)
        return moment.replace(year=moment.year + self.years[laptop]) if laptop >= 0 else moment

    def place(self, who: int) -> int:
        return who % len(self.laptops)

    # on the laptops

    @rule(who=WHO, home=st.sampled_from(HOMES), name=st.sampled_from("ab"), value=st.sampled_from("123"))
    def interviews_or_corrects(self, who: int, home: str, name: str, value: str) -> None:
        n = self.place(who)
        submission = first_submission(home, "r", "f")
        before = self.laptops[n].current(submission)
        answers = {**(before.answers if before else {}), name: value}
        parents = before.heads if before else ()
        at = stamp(self.clock(n))
        made = Revision(submission, home, "r", "f", "1", parents, "answers", f"e{n}", f"m{n}", at, "", answers)
        self.laptops[n].add_revisions([made], "here")

    @rule(who=WHO, home=st.sampled_from(HOMES))
    def voids(self, who: int, home: str) -> None:
        n = self.place(who)
        current = self.laptops[n].current(first_submission(home, "r", "f"))
        if current is not None and current.state != "void":
            void_submission(self.laptops[n], current.submission, f"nhầm {self.minutes}", f"e{n}", lambda: self.clock(n))

    @rule(who=WHO, home=st.sampled_from(HOMES))
    def splits(self, who: int, home: str) -> None:
        n = self.place(who)
        split_household(self.laptops[n], home, f"Người mới {self.minutes}", f"e{n}", clock=lambda: self.clock(n))

    @rule(who=WHO)
    def replies(self, who: int) -> None:
        n = self.place(who)
        for exchange in exchanges(self.laptops[n], state="open")[:1]:
            reply(self.laptops[n], exchange.thread, f"trả lời {self.minutes}", f"e{n}", lambda: self.clock(n))

    @rule(who=WHO, everything=st.booleans(), colleague=st.none() | WHO)
    def exports(self, who: int, everything: bool, colleague: int | None = None) -> None:
        n = self.place(who)
        other = self.place(colleague) if colleague is not None else n
        also = f"m{other}" if other != n else ""
        sent = [each for each in self.laptops[n].outgoing(everything) if not each.forgotten]
        with suppress(NothingToPack):
            written = pack(
                self.laptops[n], KEYS, self.folder / "out", everything, lambda: self.clock(n), colleague=also
            )
            self.packed.append(written.path)
            self.told |= {each.id: each for each in sent}

    def sealed_to(self, laptop: int) -> list[Path]:
        return [path for path in self.packed if FINGERPRINTS[laptop] in read_header(path).recipients]

    @precondition(lambda self: self.packed)
    @rule(who=WHO, chance=CHANCE)
    def takes_over(self, who: int, chance: random.Random) -> None:
        """Take in any bundles: those that are sealed to this laptop come in, all others are refused and harmless."""
        n = self.place(who)
        chosen = chance.choices(self.packed, k=2) + chance.choices(self.sealed_to(n) or self.packed, k=2)
        balance = checked(merge(self.laptops[n], chosen))
        codes = {refusal.file: refusal.code for refusal in balance.refusals}
        wanted = {path.name for path in chosen} - {path.name for path in self.sealed_to(n)}
        assert codes.keys() == wanted
        assert set(codes.values()) <= {"BND-22"}

    @rule(who=WHO, chance=CHANCE)
    def gives_back(self, who: int, chance: random.Random) -> None:
        self.takes_back(self.laptops[self.place(who)], chance)

    # in the offices

    @precondition(lambda self: self.packed)
    @rule(chance=CHANCE, looks_first=st.booleans())
    def merges_some(self, chance: random.Random, looks_first: bool) -> None:
        paths = chance.choices([*self.packed, *self.returned], k=chance.randint(1, 4))
        before, said = self.office.digest(), preview(self.office, paths) if looks_first else None
        assert self.office.digest() == before
        balance = self.merge_into(self.office, paths)
        assert said is None or said == balance

    @precondition(lambda self: self.packed)
    @rule(chance=CHANCE)
    def the_province_merges_some(self, chance: random.Random) -> None:
        paths = [*self.packed, *self.handed]
        self.merge_into(self.offices[PROVINCE], chance.choices(paths, k=chance.randint(1, 4)))

    @rule(to=st.sampled_from([COMMUNE, PROVINCE]), everything=st.booleans())
    def an_office_hands_on(self, to: int, everything: bool) -> None:
        giver, written = self.offices[1 - to], self.handed if to == PROVINCE else self.returned
        with suppress(NothingToPack):
            path = pack(giver, KEYS[to], self.folder / f"to {to}", everything, self.clock).path
            written.append(path)

    @staticmethod
    def merge_into(store: Store, paths: list[Path]) -> Balance:
        balance = checked(merge(store, paths))
        assert not balance.refusals
        return balance

    @staticmethod
    def takes_back(store: Store, chance: random.Random) -> None:
        merged = [note.bundle for note in store.bundle_notes(carried=False) if note.direction == "in"]
        if merged:
            with suppress(BuiltUpon):
                undo(store, chance.choice(merged))

    @rule(office=st.sampled_from([COMMUNE, PROVINCE]), chance=CHANCE)
    def takes_one_back(self, office: int, chance: random.Random) -> None:
        self.takes_back(self.offices[office], chance)

    @rule(office=st.sampled_from([COMMUNE, PROVINCE]), side=st.sampled_from(["A", "B", "before"]))
    def decides_about_a_conflict(self, office: int, side: str) -> None:
        for found in list_conflicts(self.offices[office])[:1]:
            with suppress(SurveyAppError):  # a side may say what cannot be taken, for example nothing at all
                choices = spelled_choices(found, side, {})
                settle(self.offices[office], found.submission, choices, f"vì {self.minutes}", "e0", self.clock)

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

    @rule(home=st.sampled_from(HOMES), who=WHO)
    def gives_a_household_to_somebody_else(self, home: str, who: int) -> None:
        assign_households(self.office, [home], f"e{who}")

    @rule(who=WHO)
    def sends_a_list(self, who: int) -> None:
        n = self.place(who)
        (sent,) = write_lists(self.office, self.folder / "usb", [f"m{n}"], clock=self.clock)
        load_list(self.laptops[n], sent.path)

    @rule()
    def sends_receipts(self) -> None:
        for issued in write_receipts(self.office, self.folder / "usb", self.clock):
            if issued.device.startswith("m"):
                load_receipt(self.laptops[int(issued.device[1:])], issued.path)

    @rule()
    def the_province_sends_its_receipt(self) -> None:
        for issued in write_receipts(self.offices[PROVINCE], self.folder / "down", self.clock, ["commune"]):
            load_receipt(self.office, issued.path, KEYS[PROVINCE])

    # at the end

    def teardown(self) -> None:
        try:
            if hasattr(self, "offices"):
                self.equal_sets_agree()
                self.everybody_agrees()
        finally:
            self.stack.close()

    def equal_sets_agree(self) -> None:
        """Let two empty offices and a laptop merge some bundles in different orders and portions, some twice."""
        chance = random.Random(self.minutes)
        chosen = [path for path in [*self.packed, *self.handed] if chance.random() < 0.6]
        if not chosen:
            return
        said = []
        for name in ("one", "other"):
            order = [*chosen, *chance.choices(chosen, k=2)]
            chance.shuffle(order)
            store, cut = self.new_store(name, PROVINCE), chance.randrange(len(order))
            for part in (order[:cut], order[cut:]):
                self.merge_into(store, part)
            said.append((store.digest(), list(store.currents()), self.lines(store)))
        assert said[0] == said[1]
        own = self.sealed_to(0)
        taker, office = self.new_store("taker", 2), self.new_store("office of the taker", COMMUNE)
        self.merge_into(taker, own)
        self.merge_into(office, own[::-1])
        assert taker.digest() == office.digest()

    def lines(self, store: Store) -> object:
        """Return how households are described."""
        return [line.household for line in store.households()]

    def kept(self, store: Store) -> list[Revision]:
        """Return what a store that merged all has to hold of what was ever exported."""
        return list(self.told.values())

    def everybody_agrees(self) -> None:
        chance = random.Random(len(self.packed))
        for n in range(len(self.laptops)):
            self.exports(n, True)
        if not self.packed:
            return
        office, province = self.offices
        self.merge_into(office, chance.sample([*self.packed, *self.returned], len(self.packed)))
        self.merge_into(office, [*self.packed, *self.returned])
        self.an_office_hands_on(PROVINCE, True)
        self.merge_into(province, [*self.handed, *self.packed])
        self.an_office_hands_on(COMMUNE, True)
        self.merge_into(office, self.returned)  # what the province decided
        self.an_office_hands_on(PROVINCE, True)
        direct, twice, above = (self.new_store(name, PROVINCE) for name in ("direct", "twice", "above"))
        self.merge_into(direct, [*self.packed, *self.handed])
        self.merge_into(twice, [*self.handed, *chance.choices(self.packed, k=3), *reversed(self.packed), *self.handed])
        self.merge_into(above, self.handed[-1:])  # a bundle of bundles
        offices = (office, province, direct, twice, above)
        said = {(each.digest(), tuple(thread.state for thread in threads(each.comments()))) for each in offices}
        assert len(said) == 1
        assert list(direct.currents()) == list(twice.currents()) == list(above.currents())
        assert facts_of(self.kept(above)) <= facts_of(list(above.revisions()))
        for store in (*offices, *self.laptops):
            assert store.check() == []


class ExchangeWithRemovals(Exchange):
    """The same, while people have their household erased and names of the round are forgotten."""

    def lines(self, store: Store) -> object:
        """Return how lines are described; where names are forgotten the office's own list is its own matter."""
        return None if store.forgettings() else super().lines(store)

    def kept(self, store: Store) -> list[Revision]:
        known = store.forgettings()
        return [as_left(each, known) for each in super().kept(store) if not store.is_erased(each.household)]

    @rule(home=st.sampled_from(HOMES[1:]), who=st.none() | WHO)
    def erases(self, home: str, who: int | None) -> None:
        """Erase a household where it agreed to nothing any more: on a laptop or in the commune."""
        n = self.place(who) if who is not None else -1
        store = self.laptops[n] if n >= 0 else self.office
        store.add_erasures([Erasure(home, "e0", store.device, stamp(self.clock(n)), "asked")], "here")

    @rule(
        office=st.sampled_from([COMMUNE, PROVINCE]),
        laptops=st.sets(WHO, min_size=1),
        kept=st.sets(st.sampled_from("ab")),
        marked=st.sets(st.sampled_from("ab")),
        lists=st.booleans(),
    )
    def forgets(self, office: int, laptops: set[int], kept: set[str], marked: set[str], lists: bool) -> None:
        store, left = self.offices[office], {"f": Left(frozenset(kept), frozenset(marked - kept))}
        devices, at = tuple(f"m{n}" for n in laptops), stamp(self.clock())
        store.add_forgettings([Forgetting("r", devices, left, lists, "e0", store.device, at, "expired")], "here")


TestExchange = Exchange.TestCase
TestExchange.settings = settings(max_examples=8, stateful_step_count=40, deadline=None)
TestExchangeWithRemovals = ExchangeWithRemovals.TestCase
TestExchangeWithRemovals.settings = settings(max_examples=6, stateful_step_count=40, deadline=None)
