"""The store: one encrypted file with everything that was answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Literal

from survey_app import crypto
from survey_app.clock import Clock, stamp, system_clock
from survey_app.join import Current
from survey_app.progress import SILENT, Monitor
from survey_app.records import COMMENT, HOUSEHOLD, Enumerator, Household, Place, Revision, Round
from survey_app.store import (
    aggregates,
    attachments,
    copies,
    deeds,
    drafts,
    files,
    forgetting,
    frame,
    history,
    inspection,
    slots,
    tables,
    undoing,
    visits,
)
from survey_app.store.attachments import Attachment
from survey_app.store.calculating import Calculating
from survey_app.store.content import Content
from survey_app.store.deeds import Deed
from survey_app.store.driver import CACHE_KIB, MERGING_CACHE_KIB, outside_failures
from survey_app.store.errors import PassphraseTaken
from survey_app.store.records import (
    HERE,
    Added,
    Brought,
    BundleNote,
    Device,
    Discarded,
    Draft,
    Kept,
    KeptAggregate,
    KeptTable,
    Line,
    StoredForm,
    Undone,
)
from survey_app.store.removing import Removing

Kind = Literal["laptop", "office", "reader"]

LOOKS_APART = dt.timedelta(minutes=15)
"""The same look of the same person is written into the log once in so long; see ``Store.note_look``."""

_SITTING, _SEATED = "sitting", "seated"


class Store(Removing):
    """An open store. Only one window or command can have a store open; another one gets ``StoreInUse``.

    The methods may be called from any thread, one at a time. Each writing method is one transaction: when it returns,
    the disk has it; when it raises, nothing was changed. All raise ``StoreError`` when the disk is full, write
    protected, gone or damaged.

    Attributes:
        path: the file.
        opened_by: id of the person whose own passphrase opened it; ``""`` when it was the one all may know.
        at_work: id of the person who works at it now, as the log shall say; ``""`` while nobody has said so.
        kind: ``"laptop"``, ``"office"``, or ``"reader"``: a copy in which only figures stand.
        device: id of the laptop or office.
        name: what people call it.
    """

    def __init__(self, opened: files.Opened, clock: Clock = system_clock) -> None:
        self.path = opened.path
        self.opened_by = ""
        self.at_work = ""
        self._clock = clock
        self._opened = opened
        self._content = Content()
        self._looks: dict[tuple[object, ...], dt.datetime] = {}
        with outside_failures():
            facts = {name: frame.fact(self._database, name) for name in ("kind", "device", "name")}
        kinds: tuple[Kind, ...] = ("laptop", "office", "reader")
        self.kind: Kind = next((kind for kind in kinds if kind == facts["kind"]), "laptop")
        self.device = facts["device"]
        self.name = facts["name"]

    # --- the file --------------------------------------------------------------------------------------------------

    @classmethod
    def create(
        cls,
        path: Path | str,
        passphrase: str,
        *,
        kind: Kind,
        device: str,
        name: str,
        recovery: Sequence[str] = (),
        clock: Clock = system_clock,
        cost: crypto.Cost = crypto.INTERACTIVE,
    ) -> Store:
        """Make a new store and open it; the file appears complete or not at all.

        Args:
            path: where; the folder must exist.
            passphrase: opens the store.
            kind: what the store is for.
            device: id of the laptop or office.
            name: what people call it.
            recovery: age recipients, at most six, whose holders can open the store without the passphrase.
            clock: where the time comes from.
            cost: what one guess at the passphrase costs.

        Raises:
            AlreadyThere: the file exists.
            StoreReadOnly, DiskFull: the place cannot take it.
            BadKey, TooManyRecoveryKeys: about ``recovery``.
        """
        facts = {"kind": kind, "device": device, "name": name, "created_at": stamp(clock()), "sequence": "0"}
        store = cls._of(files.create(Path(path), passphrase, facts, recovery, cost), clock)
        store.note_deed(deeds.MADE, kind=kind)
        return store

    @classmethod
    def open(cls, path: Path | str, passphrase: str, *, clock: Clock = system_clock) -> Store:
        """Open a store; an older one is brought to the present format, with a copy of the file kept until that is done.

        Raises:
            WrongPassphrase: nothing was changed.
            StoreMissing, NotAStore, StoreTooNew, StoreInUse, StoreReadOnly, StoreDamaged: as the name says.
        """
        whose: list[str] = []

        def find_key(found: slots.Slots) -> bytes:
            try:
                key, who = slots.opened_by(found, passphrase)
            except crypto.WrongPassphrase:
                deeds.note_refused(Path(path), stamp(clock()))
                raise
            whose.append(who)
            return key

        store = cls._of(files.open_file(Path(path), find_key), clock)
        store.opened_by = store.at_work = whose[-1]
        store._note_opening()
        return store

    def _note_opening(self) -> None:
        """Write into the log that the store was opened, and how often it was refused before."""
        refused = deeds.refused(self.path)
        try:
            with self._change() as database:
                if refused:
                    times: dict[str, str | int] = {"count": len(refused), "first": refused[0], "last": refused[-1]}
                    deeds.note(database, stamp(self._clock()), "", deeds.UNLOCK_FAILED, times)
                self._note(database, deeds.OPENED)
        except BaseException:
            self.close()
            raise
        deeds.forget_refused(self.path)

    @classmethod
    def _of(cls, opened: files.Opened, clock: Clock) -> Store:
        try:
            return cls(opened, clock)
        except BaseException:
            files.close(opened)
            raise

    @classmethod
    def recover(
        cls,
        path: Path | str,
        secret: str,
        new: str,
        *,
        clock: Clock = system_clock,
        cost: crypto.Cost = crypto.INTERACTIVE,
    ) -> Store:
        """Open a store whose passphrase is forgotten and give it a new one.

        Args:
            path: the store.
            secret: an age identity that the store was sealed to (``AGE-SECRET-KEY-1...``).
            new: the new passphrase.
            clock: where the time comes from.
            cost: what one guess at the new passphrase costs.

        Raises:
            NoRecoveryKey, BadKey: the secret does not open this store.
            StoreError: as for ``open``.
        """
        opened = files.open_file(Path(path), lambda found: slots.key_by_recovery(found, secret))
        try:
            files.change_slots(opened, lambda found: slots.with_passphrase(found, opened.key, new, cost))
            store = cls(opened, clock)
            store.note_deed(deeds.RECOVERED)
            return store
        except BaseException:
            files.close(opened)
            raise

    def change_passphrase(self, old: str, new: str, *, cost: crypto.Cost = crypto.INTERACTIVE) -> None:
        """Let another passphrase open the store from now on; no data is written anew.

        Raises:
            WrongPassphrase: ``old`` is not the passphrase; nothing was changed.
        """
        key, who = slots.opened_by(self._opened.slots, old)
        files.change_slots(self._opened, lambda found: slots.with_passphrase(found, key, new, cost, who))
        self.note_deed(deeds.PASSPHRASE_CHANGED, of=who)

    def set_recovery(self, recovery: Sequence[str]) -> None:
        """Let the holders of other recovery keys open the store from now on, and those before no more.

        A copy that was made before still opens with the keys of its time.

        Args:
            recovery: age recipients, at most six.

        Raises:
            BadKey, TooManyRecoveryKeys: about ``recovery``; nothing was changed.
        """
        files.change_slots(self._opened, lambda found: slots.with_recovery(found, self._opened.key, recovery))

    def give_passphrase(self, person: str, passphrase: str, *, cost: crypto.Cost = crypto.INTERACTIVE) -> None:
        """Let a person open the store with a passphrase of his or her own; one given before is replaced.

        Args:
            person: the enumerator's id.
            passphrase: nobody else's.
            cost: what one guess at it costs.

        Raises:
            PassphraseTaken: it opens the store for somebody else already.
            TooManyRecoveryKeys: there is no room for one more.
        """
        with suppress(crypto.WrongPassphrase):
            if slots.opened_by(self._opened.slots, passphrase)[1] != person:
                raise PassphraseTaken
        files.change_slots(
            self._opened, lambda found: slots.with_passphrase(found, self._opened.key, passphrase, cost, person)
        )
        self.note_deed(deeds.PASSPHRASE_CHANGED, of=person)

    def take_passphrase(self, person: str) -> None:
        """Let a person's own passphrase open the store no more; nothing happens when there is none."""
        if person and person in self.people_with_passphrase():
            files.change_slots(self._opened, lambda found: slots.without_passphrase(found, person))
            self.note_deed(deeds.PASSPHRASE_CHANGED, of=person, taken=1)

    def people_with_passphrase(self) -> tuple[str, ...]:
        """Return the ids of the people who have a passphrase of their own."""
        return slots.people(self._opened.slots)

    def close(self) -> None:
        """Write the journal back into the file and let others use the store; closing again does nothing."""
        files.close(self._opened)

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_failure: object) -> None:
        self.close()

    def check(self) -> list[str]:
        """Return what is wrong with the file and its content, one sentence each; empty when all is well."""
        with outside_failures():
            return inspection.check(self._database, self._content, self._opened.reader)

    def backup(self, target: Path | str, monitor: Monitor = SILENT, why: str = "asked") -> None:
        """Write a copy that opens with the same passphrase; it is opened and compared before it gets its name.

        Args:
            target: the file; one of that name is replaced when the new copy has been verified.
            monitor: hears how many pages are copied.
            why: what the log says about it: ``"asked"``, ``"daily"``, ``"second place"``.

        Raises:
            AlreadyThere: ``target`` is this store itself.
            BackupNotVerified: the copy differs from the store.
            StoreReadOnly, DiskFull: the place cannot take it.
            Cancelled: the person asked to stop; nothing of the copy is left.
        """
        copies.backup(self._opened, Path(target), monitor)
        self.note_deed(deeds.BACKED_UP, why=why)

    @staticmethod
    def restore(backup: Path | str, target: Path | str) -> Path | None:
        """Put a backup in the place of a store; a store that is there is kept under another name.

        Returns:
            Where the store that was there is now, ``None`` when there was none.

        Raises:
            NotAStore, StoreDamaged: ``backup`` cannot be opened.
            StoreInUse: the store at ``target`` is open.
            StoreReadOnly, DiskFull: the place cannot take it.
        """
        return copies.restore(Path(backup), Path(target))

    @property
    def _database(self) -> Any:
        return self._opened.database

    @contextmanager
    def together(self) -> Iterator[None]:
        """Make several changes one: all of them are kept when the block ends, none when it raises."""
        with self._change():
            yield

    @contextmanager
    def with_room(self) -> Iterator[None]:
        """Keep up to 256 MiB of the file in memory inside the block, because very much is going to be written."""
        with outside_failures():
            self._database.execute(f"PRAGMA cache_size = -{MERGING_CACHE_KIB}")
            try:
                yield
            finally:
                self._database.execute(f"PRAGMA cache_size = -{CACHE_KIB}")

    @contextmanager
    def _change(self) -> Iterator[Any]:
        with outside_failures(), self._database.atomic():
            yield self._database

    def calculating(self) -> Calculating:
        """Return a way to compute in temporary tables of this connection, which stand in memory only."""
        return Calculating(self._database.conn)

    # --- the log ---------------------------------------------------------------------------------------------------

    def note_deed(self, action: str, **about: str | int) -> None:
        """Write into the log what the person at work did; it is never changed again.

        Args:
            action: one of ``deeds.ACTIONS``.
            about: ids, codes and numbers; never an answer or a name.
        """
        with self._change() as database:
            self._note(database, action, **about)

    def _note(self, database: Any, action: str, **about: str | int) -> None:
        deeds.note(database, stamp(self._clock()), self.at_work, action, about)

    def note_look(self, what: str, **about: str | int) -> None:
        """Write into the log what the person at work looks at that names people.

        A page is read again whenever something changes or somebody comes back to it. So that the log tells of people
        and not of the window, the same look of the same person is written once in ``LOOKS_APART`` while the store is
        open; who locks it and opens it again is written anew.

        Args:
            what: the kind of page: ``"household"``, ``"form"``, ``"history"``, ``"list"``, ...
            about: ids, codes and numbers, never a name: ``household=``, ``submission=``, ``indicator=``, ``rows=``.
        """
        now, look = self._clock(), (self.at_work, what, *sorted(about.items()))
        last = self._looks.get(look)
        if last is None or not dt.timedelta(0) <= now - last < LOOKS_APART:
            self.note_deed(deeds.LOOKED_AT, what=what, **about)
            self._looks[look] = now

    def deeds(self, action: str = "", who: str | None = None) -> list[Deed]:
        """Return the log, the first line first.

        Args:
            action: one of ``deeds.ACTIONS``; blank for all.
            who: only what this person did, blank is what nobody has put a name to; ``None`` for all.
        """
        with outside_failures():
            return deeds.deeds(self._database, action, who)

    # --- forms, rounds, places, people -----------------------------------------------------------------------------

    def put_form(self, form: StoredForm) -> None:
        """Add a version of a form with its files."""
        with self._change() as database:
            frame.put_form(database, self._content, form)
            history.refresh_currents(database, self._content, history.unsettled(database, form.id))

    def form(self, form_id: str, version: str) -> StoredForm | None:
        """Return a version of a form."""
        with outside_failures():
            return frame.form(self._database, self._content, form_id, version)

    def form_use(self) -> dict[tuple[str, str], tuple[int, int]]:
        """Return by id and version of a form how many submissions and how many open interviews use it."""
        with outside_failures():
            return frame.form_use(self._database)

    def forms(self) -> list[StoredForm]:
        """Return all forms and versions, in the order of arrival."""
        with outside_failures():
            found = [self.form(form_id, version) for form_id, version in frame.form_versions(self._database)]
        return [form for form in found if form is not None]

    def put_round(self, round_: Round) -> None:
        """Add a round, or write it anew, and make it the one being worked on."""
        with self._change() as database:
            before = frame.current_round(database)
            frame.put_round(database, round_)
            if before is None or (before.code, before.further) != (round_.code, round_.further):
                visits.refresh_all(database)

    def round(self) -> Round | None:
        """Return the round being worked on."""
        with outside_failures():
            return frame.current_round(self._database)

    def rounds(self) -> list[Round]:
        """Return every round that was worked on here, by code."""
        with outside_failures():
            return frame.rounds(self._database)

    def put_places(self, places: Iterable[Place]) -> None:
        """Add places or write them anew."""
        with self._change() as database:
            frame.put_places(database, places)

    def places(self, level: str = "", parent: str = "") -> list[Place]:
        """Return the places of a level and directly below a place, by code; blank does not narrow."""
        with outside_failures():
            return frame.places(self._database, level, parent)

    def place(self, code: str) -> Place | None:
        """Return a place."""
        with outside_failures():
            return frame.place(self._database, code)

    def put_enumerators(self, people: Iterable[Enumerator]) -> None:
        """Add people or write them anew."""
        with self._change() as database:
            frame.put_enumerators(database, people)

    def enumerators(self) -> list[Enumerator]:
        """Return the people who interview and supervise, by id."""
        with outside_failures():
            return frame.enumerators(self._database)

    def put_devices(self, devices: Iterable[Device]) -> None:
        """Add devices or write them anew, for example with ``revoked`` set."""
        with self._change() as database:
            before = {device.id: device for device in frame.devices(database)}
            listed = list(devices)
            frame.put_devices(database, listed)
            for device in listed:
                known = before.get(device.id)
                if known is None:
                    self._note(database, deeds.DEVICE_ADDED, device=device.id)
                if device.revoked and not (known and known.revoked):
                    self._note(database, deeds.DEVICE_BLOCKED, device=device.id)

    def devices(self) -> list[Device]:
        """Return the devices whose signature is known, by id."""
        with outside_failures():
            return frame.devices(self._database)

    def put_secret(self, name: str, content: bytes) -> None:
        """Keep a private key or the like; it never leaves the encrypted file."""
        with self._change() as database:
            database.put("secrets", [{"name": name, "content": content}], ["name"])

    def secret(self, name: str) -> bytes | None:
        """Return what ``put_secret`` kept."""
        with outside_failures():
            row = self._database.execute("SELECT content FROM secrets WHERE name = ?", [name]).fetchone()
        return bytes(row[0]) if row else None

    # --- the household list ----------------------------------------------------------------------------------------

    def put_households(self, households: Iterable[Household]) -> None:
        """Add households of the list or write them anew."""
        with self._change() as database:
            frame.put_households(database, households)

    def assign(self, households: Iterable[str], enumerator: str) -> None:
        """Write down who is to visit these households; blank is nobody."""
        with self._change() as database:
            frame.assign(database, households, enumerator)

    def add_households(self, households: Iterable[Household], found_by: str) -> int:
        """Add households found in the field, here or by the laptop of a bundle; return how many were unknown.

        A household of the list stays as the list has it; the order in which bundles come does not matter.

        Args:
            households: what was found.
            found_by: id of the device that found them.
        """
        with self._change() as database:
            return frame.add_households(database, list(households), found_by)

    def found_households(self) -> list[Household]:
        """Return the households that are not from the list, by id; a bundle carries them."""
        with outside_failures():
            return frame.found_households(self._database)

    def household(self, household_id: str) -> Household | None:
        """Return a household."""
        with outside_failures():
            return frame.household(self._database, household_id)

    def households(
        self,
        village: str = "",
        text: str = "",
        status: str = "",
        limit: int = 0,
        *,
        enumerator: str = "",
        after: tuple[str, int] | None = None,
        level: str = HOUSEHOLD,
    ) -> list[Line]:
        """Return the lines of the household list that match everything given, by village and number.

        Args:
            village: code of a village; blank for all.
            text: words of the name of the head (from their beginning, no accents needed), the household number, or at
                least three digits of the phone number; blank for all.
            status: one of ``STATUSES``; blank for all.
            limit: at most so many lines; 0 for all.
            enumerator: id of a person: only their households and those of nobody; blank for all.
            after: village and number: only the lines that follow these.
            level: one of ``records.LEVELS``: the list of units of that level.
        """
        with outside_failures():
            return frame.lines(
                self._database, village, text, status, limit, enumerator=enumerator, after=after, level=level
            )

    def visited_last(self, village: str = "", enumerator: str = "") -> Line | None:
        """Return the household that was visited last, of a village and of a person or nobody, as in ``households``."""
        with outside_failures():
            return frame.visited_last(self._database, village, enumerator)

    def matching_counts(self, village: str = "", text: str = "", enumerator: str = "") -> Mapping[str, int]:
        """Return how many of the households that match everything given have each status."""
        with outside_failures():
            return frame.matching(self._database, village, text, enumerator)

    def in_charge(self) -> list[tuple[str, str, int, int]]:
        """Return who is in charge of how much: village, enumerator (blank: nobody), households, open ones."""
        with outside_failures():
            return frame.in_charge(self._database)

    def standings(self) -> list[tuple[str, str, str, str, int]]:
        """Return village, who is in charge, who was there last (both may be blank), status, number of households."""
        with outside_failures():
            return frame.standings(self._database)

    def line(self, household_id: str) -> Line | None:
        """Return one line of the household list."""
        with outside_failures():
            return frame.line(self._database, household_id)

    def status_counts(self) -> Mapping[str, Mapping[str, int]]:
        """Return how many households have each status: village code to status to number."""
        found: dict[str, dict[str, int]] = {}
        for village, own in self.outcome_counts().items():
            sums = found.setdefault(village, {})
            for (status, _ended), count in own.items():
                sums[status] = sums.get(status, 0) + count
        return found

    def outcome_counts(self) -> Mapping[str, Mapping[tuple[str, str], int]]:
        """Return the same, and how those ended that were packed or confirmed: complete, refused, closed; else blank."""
        with outside_failures():
            return frame.counts(self._database)

    def besides_to_hand_over(self) -> tuple[int, int]:
        """Return how many finished further forms are in no bundle, and in one that is not confirmed."""
        with outside_failures():
            return visits.besides(self._database)

    def put_fact(self, name: str, value: str) -> None:
        """Keep a single fact about this store."""
        with self._change() as database:
            frame.put_fact(database, name, value)

    def fact(self, name: str) -> str:
        """Return what ``put_fact`` kept, blank when nothing."""
        with outside_failures():
            return frame.fact(self._database, name)

    def next_household_number(self, village: str, level: str = HOUSEHOLD) -> int:
        """Return the number after the highest one of a level in a village."""
        with outside_failures():
            return frame.next_number(self._database, village, level)

    # --- drafts ----------------------------------------------------------------------------------------------------

    def start_draft(self, draft: Draft) -> None:
        """Begin an interview.

        Raises:
            ValueError: there is a draft of this submission already.
        """
        with self._change() as database:
            if database.execute("SELECT 1 FROM drafts WHERE submission = ?", [draft.submission]).fetchone():
                raise ValueError("there is a draft of this submission already")
            drafts.start(database, draft)
            visits.refresh(database, [draft.household])

    def save_draft(self, draft_id: str, saved: Mapping[str, str | None], cursor: str) -> None:
        """Commit answers of an interview.

        Args:
            draft_id: id of the draft.
            saved: address to value; ``None`` forgets the address and everything below it.
            cursor: address of the question the enumerator stands on.

        Raises:
            LookupError: there is no such draft.
        """
        with self._change() as database:
            drafts.save(database, draft_id, saved, cursor, stamp(self._clock()))

    def draft(self, draft_id: str) -> Draft | None:
        """Return a draft with its values."""
        with outside_failures():
            return drafts.draft(self._database, draft_id)

    def drafts(self) -> list[Draft]:
        """Return all drafts, the one touched last first."""
        with outside_failures():
            found = [drafts.draft(self._database, draft_id) for draft_id in drafts.draft_ids(self._database)]
        return [draft for draft in found if draft is not None]

    def discard_draft(self, draft_id: str, by: str = "", answers: int | None = None) -> None:
        """Put an interview into the bin.

        Args:
            draft_id: id of the draft.
            by: id of the enumerator who throws it away.
            answers: how many questions are answered, which only the form knows; without it every value counts.

        Raises:
            LookupError: there is no such draft.
        """
        with self._change() as database:
            household = drafts.throw_away(database, self._content, draft_id, stamp(self._clock()), by, answers)
            self._rise(database, draft_id)
            visits.refresh(database, [household])

    def discarded_drafts(self) -> list[Discarded]:
        """Return the interviews in the bin, the one thrown away last first."""
        with outside_failures():
            return drafts.discarded(self._database)

    def bring_back_draft(self, draft_id: str) -> str:
        """Take an interview out of the bin, with all it held, and return its household.

        Raises:
            LookupError: it is not in the bin.
            ValueError: another interview of this household has been begun or finished meanwhile.
        """
        with self._change() as database:
            household = drafts.bring_back(database, self._content, draft_id)
            visits.refresh(database, [household])
        return household

    def empty_bin(self, days: int) -> int:
        """Forget what was thrown away more than ``days`` ago; return how many interviews that were."""
        before = stamp(self._clock() - dt.timedelta(days=days))
        with self._change() as database:
            emptied = drafts.empty_bin(database, before)
            attachments.remove_unused(database)
        return emptied

    def sit_down(self, draft_id: str, by: str = "") -> None:
        """Note that somebody is at this interview; it stands in the file until ``rise``.

        Args:
            draft_id: id of the draft.
            by: id of the person; blank is who began it.
        """
        with self._change() as database:
            frame.put_fact(database, _SITTING, draft_id)
            frame.put_fact(database, _SEATED, by)

    def rise(self, draft_id: str) -> None:
        """Note that this interview was left in good order."""
        with self._change() as database:
            self._rise(database, draft_id)

    @staticmethod
    def _rise(database: Any, draft_id: str) -> None:
        if frame.fact(database, _SITTING) == draft_id:
            frame.put_fact(database, _SITTING, "")

    def left_open(self) -> Draft | None:
        """Return the interview that nobody rose from: the machine or the program stopped in the middle of it."""
        with outside_failures():
            draft_id = frame.fact(self._database, _SITTING)
            return drafts.draft(self._database, draft_id) if draft_id else None

    def left_open_by(self) -> str:
        """Return the id of the person who was at the interview that nobody rose from, ``""`` when there is none."""
        draft = self.left_open()
        with outside_failures():
            return (frame.fact(self._database, _SEATED) or draft.author) if draft is not None else ""

    def finish_draft(self, draft_id: str, revision: Revision) -> None:
        """Turn an interview into a revision; the draft is gone afterwards.

        Raises:
            LookupError: there is no such draft.
        """
        with self._change() as database:
            household = drafts.discard(database, draft_id)
            self._rise(database, draft_id)
            history.add(database, self._content, [revision], HERE)
            self._note(database, deeds.FINISHED, household=household, submission=revision.submission)
            visits.refresh(database, [household])
            attachments.remove_unused(database)

    # --- attachments -----------------------------------------------------------------------------------------------

    def attach(self, draft_id: str, given: Attachment) -> None:
        """Keep a picture, drawing, recording or file of an interview; the answer that names it is saved apart.

        What no draft and no revision names is removed when an interview ends.

        Raises:
            TooManyAttachments: the interview would have more than fits into a bundle.
        """
        with self._change() as database:
            attachments.attach(database, draft_id, given)

    def put_attachments(self, given: Iterable[Attachment]) -> None:
        """Keep what a bundle brought with the revisions that name it."""
        with self._change() as database:
            attachments.put(database, given, kept=True)

    def attachment(self, name: str) -> bytes | None:
        """Return the bytes of an attachment, ``None`` when it is not here."""
        with outside_failures():
            return attachments.content(self._database, name)

    def attachment_sizes(self) -> Mapping[str, int]:
        """Return the name of every attachment with its length in bytes."""
        with outside_failures():
            return attachments.sizes(self._database)

    # --- revisions and bundles -------------------------------------------------------------------------------------

    def add_revisions(
        self, revisions: Iterable[Revision], arrival: str, spelled: Mapping[str, bytes] | None = None
    ) -> Added:
        """Add what is not here yet and compute what the submissions say now.

        Args:
            revisions: in any order, repetitions do not matter; their ids must be right (see ``records.revision_id``).
            arrival: id of the bundle, ``"here"`` for what was made in this store, ``"list"`` for what the office told.
            spelled: revision id to the canonical JSON of its answers, as far as that is known.
        """
        given = list(revisions) if arrival == HERE else revisions
        with self._change() as database:
            added = history.add(database, self._content, given, arrival, spelled or {})
            if arrival == HERE:
                self._note_decisions(database, given, added)
        return added

    def _note_decisions(self, database: Any, revisions: Iterable[Revision], added: Added) -> None:
        said = {"choice": deeds.DECIDED, "void": deeds.VOIDED, COMMENT: deeds.COMMENTED}
        new = set(added.new)
        for revision in revisions:
            if revision.id in new and revision.kind in said:
                form = str(revision.answers["form"]) if revision.kind == COMMENT else revision.submission
                about = {"household": revision.household, "submission": form, "revision": revision.id}
                if revision.kind == COMMENT:
                    about["what"] = str(revision.answers["state"])
                self._note(database, said[revision.kind], **about)

    def revisions(self, submission: str = "") -> Iterator[Revision]:
        """Yield the revisions of a submission by time, or all by id; the store may be written to meanwhile."""
        with outside_failures():
            if submission:
                yield from history.revisions_of(self._database, self._content, [submission])
            else:
                yield from history.all_revisions(self._database, self._content)

    def visits(self) -> list[Revision]:
        """Return what was noted at all households, in every round, by household, time and id."""
        with outside_failures():
            return history.all_visits(self._database, self._content)

    def comments(self, household: str = "") -> list[Revision]:
        """Return what was said about forms, in every round, by household, time and id; blank is of all households."""
        with outside_failures():
            return history.comments(self._database, self._content, household)

    def current(self, submission: str) -> Current | None:
        """Return what a submission says now."""
        with outside_failures():
            return history.current(self._database, self._content, submission)

    def currents(
        self, state: str = "", household: str = "", form: str = "", *, shuffled: bool = False
    ) -> Iterator[Current]:
        """Yield what submissions say now, by submission; the store may be written to meanwhile.

        Args:
            state: ``"settled"``, ``"joined"``, ``"conflict"`` or ``"void"``; blank for all.
            household: only submissions of this household; blank for all.
            form: id of a form: only what was answered to it, in whatever version; blank for all.
            shuffled: all, in an order that chance decides.
        """
        with outside_failures():
            if shuffled:
                yield from history.currents_shuffled(self._database, self._content)
                return
            yield from history.currents(self._database, self._content, state, household, form)

    def first_told(self, form: str) -> Iterator[tuple[str, str, str]]:
        """Yield submission, author and paradata of the first revision of every submission of a form."""
        with outside_failures():
            yield from history.first_told(self._database, form)

    def mark(self) -> int:
        """Return a mark: revisions that are added from now on are those after it."""
        with outside_failures():
            return history.mark(self._database)

    def state(self) -> tuple[str, ...]:
        """Return what differs whenever figures worked out from the answers may differ; cheap to ask for."""
        with outside_failures():
            return history.state(self._database)

    def unsettled_since(self, mark: int) -> list[Brought]:
        """Return what came after a mark to submissions that are joined by rule or in conflict now."""
        with outside_failures():
            return history.unsettled_since(self._database, mark)

    def newest(self, form_id: str, without: str) -> Current | None:
        """Return what the submission of a form that was finished last on this device says, leaving one out."""
        with outside_failures():
            return history.newest(self._database, self._content, form_id, self.device, without)

    def outgoing(self, everything: bool = False) -> list[Revision]:
        """Return what the next bundle has to carry, in the order of arrival.

        Args:
            everything: all revisions; otherwise those made here or brought by a colleague's bundle that no receipt has
                confirmed yet, packed before or not, so that a lost bundle or laptop loses nothing.
        """
        with outside_failures():
            return history.outgoing(self._database, self._content, everything)

    def is_waiting(self) -> bool:
        """Return whether something made here waits for a receipt: ``outgoing`` would not be empty."""
        with outside_failures():
            return history.is_waiting(self._database)

    def note_bundle(self, note: BundleNote) -> None:
        """Write down a bundle that was written or merged here; noting it again brings it up to date."""
        with self._change() as database:
            history.note_bundle(database, note)
            action = deeds.PACKED if note.direction == "out" else deeds.MERGED
            of, records = {"bundle": note.bundle, "device": note.device}, len(note.revisions)
            self._note(database, action, **of, sequence=note.sequence, records=records)

    def confirm_bundle(self, bundle: str) -> bool:
        """Note that the receipt of a bundle written here was loaded; return whether there is such a bundle."""
        with self._change() as database:
            is_known = history.confirm(database, bundle, stamp(self._clock()))
            if is_known:
                self._note(database, deeds.CONFIRMED, bundle=bundle)
                forgetting.again(database, self._content)
        return is_known

    def bundle_notes(self, carried: bool = True) -> list[BundleNote]:
        """Return the bundles written or merged here, in the order they were noted.

        Args:
            carried: with the ids of the revisions they carry; without them the answer is small however much there is.
        """
        with outside_failures():
            return history.bundle_notes(self._database, carried)

    def decided(self) -> list[str]:
        """Return the submissions that a person has decided something about (choice or void), in order of their ids."""
        query = "SELECT DISTINCT submission FROM revisions WHERE kind IN ('choice', 'void') ORDER BY submission"
        with outside_failures():
            return [row[0] for row in self._database.execute(query)]

    def carriers(self, submission: str) -> Mapping[str, tuple[BundleNote, ...]]:
        """Return which bundles brought or took along each revision of a submission: revision id to their notes."""
        with outside_failures():
            return history.carriers(self._database, submission)

    def undo_bundle(self, bundle: str) -> Undone | None:
        """Take back the merge of a bundle: what only it brought leaves again, unless something was built upon it.

        Erasures it brought stay; merging it again brings the rest back.

        Args:
            bundle: id of the bundle.

        Returns:
            What left, or what is in the way; ``None`` when no such bundle is merged here.
        """
        with self._change() as database:
            done = undoing.undo(database, self._content, bundle, stamp(self._clock()))
            if done is not None and not done.builders:
                self._note(database, deeds.UNDONE, bundle=bundle, revisions=done.revisions)
        return done

    def keep_bundle(self, bundle: str, file: str, content: bytes) -> None:
        """Keep a bundle of an unknown signer aside, as it came; one that is kept already stays."""
        with self._change() as database:
            row = (bundle, file, stamp(self._clock()), content)
            if database.execute("INSERT OR IGNORE INTO kept_bundles VALUES (?, ?, ?, ?)", row).rowcount:
                self._note(database, deeds.KEPT_ASIDE, bundle=bundle)

    def kept_bundles(self) -> list[Kept]:
        """Return the bundles that are kept aside, the first one kept first."""
        query = "SELECT bundle, file, kept_at, length(content) FROM kept_bundles ORDER BY kept_at, bundle"
        with outside_failures():
            return [Kept(*row) for row in self._database.execute(query)]

    def kept_bundle(self, bundle: str) -> bytes | None:
        """Return the file of a bundle that is kept aside."""
        with outside_failures():
            row = self._database.execute("SELECT content FROM kept_bundles WHERE bundle = ?", [bundle]).fetchone()
        return bytes(row[0]) if row else None

    def drop_kept_bundle(self, bundle: str) -> None:
        """Keep a bundle aside no more."""
        with self._change() as database:
            database.execute("DELETE FROM kept_bundles WHERE bundle = ?", [bundle])

    def put_aggregates(self, given: Iterable[KeptAggregate]) -> list[str]:
        """Keep counts that offices below handed up, in one transaction; return the ids of those that are new."""
        with self._change() as database:
            new = aggregates.put(database, self._content, given)
            for id_ in new:
                self._note(database, deeds.MERGED, aggregate=id_)
        return new

    def aggregate_ids(self) -> list[str]:
        """Return the ids of all counts that offices below handed up, also of those that newer ones replaced."""
        with outside_failures():
            return aggregates.ids(self._database)

    def aggregate(self, id_: str) -> KeptAggregate | None:
        """Return counts that an office below handed up."""
        with outside_failures():
            return aggregates.one(self._database, self._content, id_)

    def drop_aggregate(self, id_: str) -> bool:
        """Keep counts of an office below no more; tell whether they were here."""
        with self._change() as database:
            was_there = aggregates.drop(database, id_)
            if was_there:
                self._note(database, deeds.UNDONE, aggregate=id_)
        return was_there

    def put_table(self, table: KeptTable) -> None:
        """Keep a table that the office takes in, as the newest of its kind and name."""
        with self._change() as database:
            tables.put(database, self._content, table)
            self._note(database, deeds.TABLE_TAKEN_IN, what=table.kind, table=table.id)

    def kept_tables(self, kind: str, name: str | None = None) -> list[KeptTable]:
        """Return the tables of a kind that were taken in, the newest last; those of one name where it is given."""
        with outside_failures():
            return tables.kept(self._database, self._content, kind, name)

    def drop_table(self, table: KeptTable) -> bool:
        """Keep a table no more; tell whether it was here."""
        with self._change() as database:
            was_there = tables.drop(database, table.id)
            if was_there:
                self._note(database, deeds.TABLE_TAKEN_BACK, what=table.kind, table=table.id)
        return was_there

    def next_sequence(self) -> int:
        """Return the number of the next bundle; it is never given again."""
        with self._change() as database:
            number = int(frame.fact(database, "sequence") or "0") + 1
            frame.put_fact(database, "sequence", str(number))
        return number

    def digest(self) -> str:
        """Return one hash over everything a merge must agree on, whatever the order of arrival.

        That is the set of revisions, the erasures, and the households that were found in the field; not what follows
        from them, and not what only concerns this file (drafts, notes, keys, the office's own list).
        """
        with outside_failures():
            return history.digest(self._database)
