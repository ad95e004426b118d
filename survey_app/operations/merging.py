"""Merging bundles: looking at it before, doing it, taking it back, and what is kept aside.

An office merges the bundles of its laptops and of other offices. A laptop takes in those of colleagues that are sealed
to it: whom it trusts is what its office's list said (``list_exchange``); it keeps nothing aside and trusts nobody else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

from survey_app.bundles import (
    Arrival,
    Balance,
    Bundle,
    BundleError,
    Gap,
    Header,
    OfficeKey,
    Refusal,
    Taken,
    balance_of,
    gaps_in,
)
from survey_app.bundles.container import LARGEST_FILE_BYTES, SUFFIX, parse_header
from survey_app.bundles.errors import (
    BuiltUpon,
    Disagrees,
    ForAnotherOffice,
    KeptAside,
    NameTaken,
    NotForThisLaptop,
    NotMergedHere,
    UnknownColleague,
    UnknownLaptop,
    Unreadable,
)
from survey_app.bundles.files import read_whole
from survey_app.bundles.lists import LAPTOP_IDENTITY
from survey_app.bundles.merging import arrival_of
from survey_app.bundles.reading import bundle_in, signers_of
from survey_app.clock import Clock, stamp, system_clock
from survey_app.fingerprints import of_key
from survey_app.i18n import _
from survey_app.operations.access import needs
from survey_app.operations.keys import identities
from survey_app.progress import SILENT, Cancelled, Monitor
from survey_app.roles import DECIDE
from survey_app.store import Attachment, BundleNote, Device, Kept, Store, Undone
from survey_app.store.attachments import names_in

Refused = tuple[Refusal, Header | None]

_AT_ONCE, _SHARE = 20_000, 10
"""So many revisions are written together, or this part of those that are there, whichever is more. In a large store
every write touches nearly every page of the indexes over random ids, however few the rows are: only when writes grow
with the store does a revision cost the same in a store of any size."""

MOST_KEPT_BYTES = 1 << 28
"""Bundles of unknown signers are kept aside up to this size together; a stranger must not fill the disk."""


@dataclass(frozen=True)
class _Source:
    """A bundle to be merged: what it is called, and how its bytes are read."""

    name: str
    read: Callable[[], bytes]


@needs(DECIDE)
def merge(store: Store, paths: Iterable[Path], monitor: Monitor = SILENT, clock: Clock = system_clock) -> Balance:
    """Merge bundles: each completely or not at all, in any order, as often as one likes.

    A bundle that is refused never stops the others; one of an unknown signer is kept aside in an office. The person may
    stop between two bundles; what was merged stays, and merging the same files again completes the rest.

    Args:
        store: the store of an office, or of a laptop.
        paths: bundle files, or folders whose bundles are meant.
        monitor: hears of each bundle; may stop the work between two.
        clock: where the time comes from.

    Returns:
        The balance, with a line for each file; ``stopped`` is set when the person stopped early.

    Raises:
        NotSetUp: this store has no key that bundles are sealed to.
        StoreError: the store cannot be written; the bundles written last leave whole, those before stay merged.
    """
    return _merge(store, [_file(path) for path in bundle_files(paths)], monitor, clock)


@needs(DECIDE)
def preview(store: Store, paths: Iterable[Path], monitor: Monitor = SILENT, clock: Clock = system_clock) -> Balance:
    """Return the balance that merging would have; nothing is changed.

    It is the merge itself, inside a transaction that is taken back, so that both cannot differ.

    Raises:
        NotSetUp: this store has no key that bundles are sealed to.
        Cancelled: the person stopped.
        StoreError: there is no room to work it out; nothing was changed.
    """
    sources = [_file(path) for path in bundle_files(paths)]
    with suppress(_TakenBack), store.together():
        balance = _merge(store, sources, monitor, clock, keeps=False)
        raise _TakenBack
    if balance.stopped:
        raise Cancelled
    return balance


class _TakenBack(Exception):  # noqa: N818 - it is no error
    """Ends the transaction of a preview."""


@dataclass
class _Merging:
    """A merge under way.

    Attributes:
        store: the store that merges.
        clock: where the time comes from.
        seen: ids of the bundles merged so far.
        arrivals: numbers of bundles seen so far.
        mark: what is in the store after it was brought by this merge.
        results: what became of each file so far.
        added: number of households found in the field that were new.
        waiting: how much is in the transaction that is open; 0 when none is.
    """

    store: Store
    clock: Clock
    seen: set[str]
    arrivals: list[Arrival]
    mark: int
    results: list[Taken | Refused] = field(default_factory=list)
    added: int = 0
    waiting: int = 0

    def take(self, name: str, bundle: Bundle, writing: ExitStack) -> None:
        """Merge a bundle, into the transaction that is open or a new one."""
        removed = bool(bundle.erasures or bundle.forgettings)
        if removed or self.waiting > max(_AT_ONCE, self.store.mark() // _SHARE):
            writing.close()
            self.waiting = 0
        if bundle.erasures:
            self.store.add_erasures(bundle.erasures, bundle.header.bundle_id)
            self.mark = min(self.mark, self.store.mark())  # what came last may have been erased
        if bundle.forgettings:
            self.store.add_forgettings(bundle.forgettings, bundle.header.bundle_id)
        if not self.waiting:
            writing.enter_context(self.store.together())
        self.waiting += 1 + len(bundle.revisions)
        if bundle.attachments:
            self.store.put_attachments(_still_named(self.store, bundle))
        if bundle.households:
            self.added += self.store.add_households(bundle.households, bundle.header.device)
        is_known = bundle.header.bundle_id in self.seen
        self.results.append(_take(self.store, name, bundle, is_known, self.clock))
        self.seen.add(bundle.header.bundle_id)
        self.arrivals.append(arrival_of(bundle.header))


def _merge(store: Store, sources: Sequence[_Source], monitor: Monitor, clock: Clock, keeps: bool = True) -> Balance:
    identity, signers = _opening_keys(store), signers_of(store.devices())
    laptops = {device.id for device in store.devices() if device.recipient}
    work, stopped = _Merging(store, clock, *_seen(store), store.mark()), False
    with store.with_room(), ExitStack() as writing:
        for n, source in enumerate(sources):
            try:
                monitor.step(n, len(sources), source.name)
            except Cancelled:
                stopped = True
                break
            content = b""
            try:
                content = source.read()
                bundle = bundle_in(content, identity, signers)
                if bundle.forgettings and bundle.header.device in laptops:
                    raise Disagrees  # only an office says that names are forgotten
            except BundleError as error:
                said = _on_a_laptop(error) if store.kind == "laptop" else error
                said = _kept_aside(store, source.name, content, said) if keeps and said is error else said
                work.results.append(_refused(source.name, content, said))
                continue
            work.take(source.name, bundle, writing)
    if not stopped:
        with suppress(Cancelled):  # all is merged; whoever asks to stop now is too late
            monitor.step(len(sources), len(sources), "")
    for kept in store.kept_bundles():
        if kept.bundle in work.seen:
            store.drop_kept_bundle(kept.bundle)
    return balance_of(work.results, store.unsettled_since(work.mark), gaps_in(work.arrivals), work.added, stopped)


def _opening_keys(store: Store) -> tuple[str, ...]:
    """Return the age identities that open what is sealed to this store."""
    own = store.secret(LAPTOP_IDENTITY) if store.kind == "laptop" else None
    return (own.decode(),) if own is not None else identities(store)


def _on_a_laptop(error: BundleError) -> BundleError:
    """Return a refusal as it is said on a laptop."""
    said = {ForAnotherOffice: NotForThisLaptop, UnknownLaptop: UnknownColleague}.get(type(error))
    return said() if said is not None else error


def missing_bundles(store: Store) -> tuple[Gap, ...]:
    """Return the numbers of bundles that laptops wrote and that were never merged here."""
    return gaps_in(_seen(store)[1])


def bundle_files(paths: Iterable[Path]) -> list[Path]:
    """Return the files that are meant: a file is itself, a folder is the bundles directly in it, by name."""
    files: list[Path] = []
    for path in map(Path, paths):
        files += sorted(path.glob(f"*{SUFFIX}")) if path.is_dir() else [path]
    return files


def _file(path: Path) -> _Source:
    return _Source(path.name, lambda: read_whole(path, LARGEST_FILE_BYTES))


def _still_named(store: Store, bundle: Bundle) -> list[Attachment]:
    """Return the attachments of a bundle that revisions name as they will be kept here."""
    households = {revision.household for revision in bundle.revisions}
    gone = {household for household in households if store.is_erased(household)}
    revisions = store.as_kept(revision for revision in bundle.revisions if revision.household not in gone)
    kept = (names_in(revision.answers) for revision in revisions)
    named = set[str]().union(*kept)
    return [attachment for attachment in bundle.attachments if attachment.name in named]


def _take(store: Store, name: str, bundle: Bundle, is_known: bool, clock: Clock) -> Taken:
    header = bundle.header
    done = store.add_revisions(bundle.revisions, header.bundle_id, bundle.spelled)
    if not is_known:
        outcome: dict[str, int | str] = {
            "records": header.records,
            "new": len(done.new),
            "follows": header.follows,
            "device_name": header.device_name,
            "file": name,
        }
        ids = tuple(revision.id for revision in bundle.revisions)
        now = stamp(clock())
        store.note_bundle(
            BundleNote(
                header.bundle_id,
                "in",
                header.device,
                header.sequence,
                header.made_at,
                now,
                ids,
                "",
                outcome,
                households=bundle.households,
            )
        )
    return Taken(name, header, len(done.new), is_known)


def _refused(name: str, content: bytes, error: BundleError) -> Refused:
    try:
        header = parse_header(content)
    except BundleError:
        return Refusal(name, error.code, error.message, error.hint, 0), None
    return Refusal(name, error.code, error.message, error.hint, header.records), header


def _seen(store: Store) -> tuple[set[str], list[Arrival]]:
    """Return the ids and the numbers of the bundles merged before; a number that was taken back came."""
    notes = [note for note in store.bundle_notes(carried=False) if note.direction in {"in", "undone"}]
    arrivals = [
        Arrival(
            note.device, str(note.outcome.get("device_name", "")), note.sequence, int(note.outcome.get("follows", 0))
        )
        for note in notes
    ]
    return {note.bundle for note in notes if note.direction == "in"}, arrivals


# --- taking back ---------------------------------------------------------------------------------------------------


@needs(DECIDE)
def undo(store: Store, bundle: str) -> Undone:
    """Take back the merge of a bundle: what only it brought, and nobody built upon, leaves again.

    Afterwards the store says what it would say had the bundle never come; only erasures stay. Merging the bundle again
    brings everything back.

    Args:
        store: the store that merged it.
        bundle: id of the bundle, or how it begins.

    Raises:
        NotMergedHere: no such bundle, or more than one, is merged here.
        BuiltUpon: other work was built upon it; nothing was changed.
    """
    notes = [note for note in store.bundle_notes(carried=False) if note.direction == "in"]
    done = store.undo_bundle(_one(bundle, [note.bundle for note in notes]))
    if done is None:
        raise NotMergedHere
    if done.builders:
        names = {note.bundle: f"{note.outcome.get('device_name', note.device)} {note.sequence}" for note in notes}
        words = {"here": _("what was decided or corrected in this office"), "draft": _("an interview that is open")}
        raise BuiltUpon(", ".join(words.get(each) or names.get(each, each[:16]) for each in done.builders))
    return done


def _one(begins: str, ids: Iterable[str]) -> str:
    found = [id_ for id_ in ids if id_.startswith(begins)]
    if len(found) != 1 or not begins:
        raise NotMergedHere
    return found[0]


# --- kept aside ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class KeptBundle:
    """A bundle of a signer that is not known here.

    Attributes:
        kept: how it is kept.
        header: what it says about itself; it is whole and sealed to this office, and nothing else is proved.
        fingerprint: of the key that signed it, as words; the laptop shows the same when it is the one it says it is.
        is_known: the signer was enrolled meanwhile, so that the bundle can be merged.
        replaces: fingerprint, as words, of another key that is known of the same office; blank when there is none.
    """

    kept: Kept
    header: Header
    fingerprint: str
    is_known: bool
    replaces: str = ""


def kept_bundles(store: Store) -> list[KeptBundle]:
    """Return the bundles that are kept aside because nobody here knows who signed them."""
    devices, found = {device.id: device for device in store.devices()}, []
    for kept in store.kept_bundles():
        header = parse_header(store.kept_bundle(kept.bundle) or b"")
        device = devices.get(header.device)
        is_known = device is not None and not device.revoked and device.verify_key == header.verify_key
        is_other = device is not None and not (device.recipient or device.revoked or is_known)
        replaces = of_key(device.verify_key) if device is not None and is_other else ""
        found.append(KeptBundle(kept, header, of_key(header.verify_key), is_known, replaces))
    return found


@needs(DECIDE)
def accept(
    store: Store, bundle: str, monitor: Monitor = SILENT, clock: Clock = system_clock, replaced: bool = False
) -> Balance:
    """Trust whoever signed a bundle that is kept aside, from now on, and merge what is kept of them.

    Only for a person who has compared the fingerprint with the one on the laptop or of the office.

    Args:
        store: the office's store.
        bundle: id of the bundle, or how it begins.
        monitor: as for ``merge``.
        clock: as for ``merge``.
        replaced: in place of the key that is known; only of another office, laptops are set up again.

    Raises:
        NotSetUp: this store is not an office's.
        NotMergedHere: no such bundle, or more than one, is kept here.
        NameTaken: another key is known for this laptop; nothing was changed.
    """
    identities(store)
    found = kept_bundles(store)
    chosen = _one(bundle, [each.header.bundle_id for each in found])
    header = next(each.header for each in found if each.header.bundle_id == chosen)
    known = {device.id: device for device in store.devices()}.get(header.device)
    may_replace = replaced and known is not None and not known.recipient
    trust(store, Device(header.device, header.device_name, header.verify_key), may_replace)
    return merge_kept(store, monitor, clock)


def trust(store: Store, device: Device, replaced: bool = False) -> None:
    """Trust the signature of a laptop or office from now on; ``replaced``: in place of the key that is known.

    Raises:
        NameTaken: another key is known under its id, or it was blocked; nothing was changed.
    """
    there = {each.id: each for each in store.devices()}.get(device.id)
    if there is None or (replaced and not there.revoked):
        store.put_devices([device])
    elif there.revoked or there.verify_key != device.verify_key:
        raise NameTaken


def trust_office(store: Store, key: OfficeKey, replaced: bool = False) -> None:
    """Trust the bundles of another office, given its ``office.key``; see ``trust``.

    Raises:
        NotSetUp: this store is not an office's; whom a laptop trusts, its office says.
    """
    identities(store)
    trust(store, Device(key.id, key.name, key.verify_key), replaced)


def merge_kept(store: Store, monitor: Monitor = SILENT, clock: Clock = system_clock) -> Balance:
    """Merge the bundles that were kept aside and whose signers are known by now; see ``merge``."""

    def content(bundle: str) -> bytes:
        found = store.kept_bundle(bundle)
        if found is None:
            raise Unreadable
        return found

    known = [each.kept for each in kept_bundles(store) if each.is_known]
    sources = [_Source(kept.file, lambda bundle=kept.bundle: content(bundle)) for kept in known]  # type: ignore[misc]
    return _merge(store, sources, monitor, clock)


def _kept_aside(store: Store, name: str, content: bytes, error: BundleError) -> BundleError:
    """Keep a bundle of an unknown signer, and say so; other refusals stay what they are."""
    if not isinstance(error, UnknownLaptop):
        return error
    kept, header = store.kept_bundles(), parse_header(content)
    is_kept = header.bundle_id in {each.bundle for each in kept}
    if not is_kept and sum(each.size_bytes for each in kept) + len(content) > MOST_KEPT_BYTES:
        return error
    store.keep_bundle(header.bundle_id, name, content)
    return KeptAside()
