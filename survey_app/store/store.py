"""The store: one encrypted file with everything that was answered."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Literal

from survey_app import crypto
from survey_app.clock import Clock, stamp, system_clock
from survey_app.progress import SILENT, Monitor
from survey_app.store import copies, deeds, files, frame, inspection, slots
from survey_app.store.driver import outside_failures
from survey_app.store.errors import PassphraseTaken
from survey_app.store.exchanging import Exchanging
from survey_app.store.lists import Lists
from survey_app.store.removing import Removing
from survey_app.store.sittings import Sittings

Kind = Literal["laptop", "office", "reader"]


class Store(Lists, Sittings, Exchanging, Removing):
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
        super().__init__(opened, clock)
        with outside_failures():
            kind, self.name = (frame.fact(self._database, name) for name in ("kind", "name"))
        kinds: tuple[Kind, ...] = ("laptop", "office", "reader")
        self.kind: Kind = next((each for each in kinds if each == kind), "laptop")

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
