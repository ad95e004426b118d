"""Handing over: packing on the laptop, merging in the office, and the receipts that go back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from survey_app.bundles import (
    Arrival,
    Balance,
    Bundle,
    BundleError,
    Gap,
    Header,
    Known,
    MergePlan,
    NotSetUp,
    OfficeKey,
    Receipt,
    ReceiptForAnother,
    Refusal,
    Taken,
    Written,
    balance_of,
    gaps_in,
    plan_merge,
    read_bundle,
    read_header,
    write_bundle,
)
from survey_app.bundles.container import SUFFIX
from survey_app.bundles.errors import NotAReceipt
from survey_app.bundles.files import read_whole, write_verified
from survey_app.bundles.keys import OFFICE_IDENTITY, OFFICE_KEY, SIGNING_KEY, parse_office_key
from survey_app.bundles.merging import arrival_of
from survey_app.bundles.reading import read_signed, signers_of
from survey_app.bundles.receipts import LARGEST_BYTES, parse_receipt, receipt_bytes
from survey_app.bundles.receipts import SUFFIX as RECEIPT_SUFFIX
from survey_app.clock import Clock, stamp, system_clock
from survey_app.join import State
from survey_app.progress import SILENT, Cancelled, Monitor
from survey_app.store import CONFIRMED, Attachment, BundleNote, Store
from survey_app.store.attachments import names_in

Refused = tuple[Refusal, Header | None]

_AT_ONCE = 5_000
"""So many revisions are written together: every write costs the same wait for the disk, however little it is."""

# --- on the laptop -------------------------------------------------------------------------------------------------


def office_of(store: Store) -> OfficeKey:
    """Return the key of the office this store belongs to.

    Raises:
        NotSetUp: the store does not know its office.
    """
    content = store.secret(OFFICE_KEY)
    if content is None:
        raise NotSetUp
    return parse_office_key(content)


def pack(  # noqa: PLR0917 - the order is part of the agreement
    store: Store,
    to: OfficeKey | None,
    folder: Path,
    everything: bool = False,
    clock: Clock = system_clock,
    monitor: Monitor = SILENT,
) -> Written:
    """Write what the office has not confirmed yet into a bundle, and note it in the store.

    Args:
        store: the store of this laptop.
        to: the office it is for; ``None`` for the office the laptop was set up by.
        folder: where; made when it is not there.
        everything: all revisions, confirmed ones too.
        clock: where the time comes from.
        monitor: hears of the steps.

    Raises:
        BundleError: nothing to pack, not set up, or the file could not be written; no half file is left.
    """
    return write_bundle(store, to or office_of(store), folder, everything=everything, clock=clock, monitor=monitor)


@dataclass(frozen=True)
class Loaded:
    """What loading a receipt did.

    Attributes:
        bundles: number of bundles written here that the office has merged.
        newly: how many of them were not confirmed before.
        confirmed: number of households that are confirmed now.
        made_at: when the office made the receipt, by its clock.
    """

    bundles: int
    newly: int
    confirmed: int
    made_at: str


def load_receipt(store: Store, path: Path) -> Loaded:
    """Take in the office's receipt: the households of the bundles it lists become confirmed.

    Loading the same receipt again, or an older one, changes nothing.

    Raises:
        NotAReceipt: it is something else, damaged, or not signed by the office of this laptop.
        ReceiptForAnother: it is for another laptop.
        NewerFormat, Unreadable, NotSetUp: as the name says.
    """
    office = office_of(store)
    receipt = parse_receipt(read_whole(path, LARGEST_BYTES, NotAReceipt()), office.verify_key)
    if receipt.office != office.id:
        raise NotAReceipt
    if receipt.device != store.device:
        raise ReceiptForAnother
    if receipt.erasures:
        store.add_erasures(receipt.erasures, "receipt")
    noted = store.bundle_notes(carried=False)
    waiting = {note.bundle for note in noted if note.direction == "out" and not note.confirmed_at}
    known = [bundle for bundle in receipt.bundles if store.confirm_bundle(bundle)]
    confirmed = len(store.households(status=CONFIRMED))
    return Loaded(len(known), len(waiting.intersection(known)), confirmed, receipt.made_at)


# --- in the office -------------------------------------------------------------------------------------------------


def merge(store: Store, paths: Iterable[Path], monitor: Monitor = SILENT, clock: Clock = system_clock) -> Balance:
    """Merge bundles: each completely or not at all, in any order, as often as one likes.

    A bundle that is refused never stops the others. The person may stop between two bundles; what was merged stays,
    and merging the same files again completes the rest.

    Args:
        store: the office's store.
        paths: bundle files, or folders whose bundles are meant.
        monitor: hears of each bundle; may stop the work between two.
        clock: where the time comes from.

    Returns:
        The balance, with a line for each file; ``stopped`` is set when the person stopped early.

    Raises:
        NotSetUp: this store is not an office's.
        StoreError: the store cannot be written; bundles merged before stay merged.
    """
    identity = _identity(store)
    files = bundle_files(paths)
    signers = signers_of(store.devices())
    seen, arrivals = _seen(store)
    results: list[Taken | Refused] = []
    added, waiting, stopped = 0, 0, False
    with ExitStack() as writing:
        for n, path in enumerate(files):
            try:
                monitor.step(n, len(files), path.name)
            except Cancelled:
                stopped = True
                break
            try:
                bundle = read_signed(path, identity, signers)
            except BundleError as error:
                results.append(_refused(path, error))
                continue
            if bundle.erasures or waiting > _AT_ONCE:
                writing.close()
                waiting = 0
            if bundle.erasures:
                store.add_erasures(bundle.erasures, bundle.header.bundle_id)
            if not waiting:
                writing.enter_context(store.together())
            waiting += 1 + len(bundle.revisions)
            if bundle.attachments:
                store.put_attachments(_still_named(store, bundle))
            added += store.add_households(bundle.households, bundle.header.device) if bundle.households else 0
            results.append(_take(store, path, bundle, bundle.header.bundle_id in seen, clock))
            seen.add(bundle.header.bundle_id)
            arrivals.append(arrival_of(bundle.header))
    if not stopped:
        with suppress(Cancelled):  # all is merged; whoever asks to stop now is too late
            monitor.step(len(files), len(files), "")
    return balance_of(results, _states(store, results), gaps_in(arrivals), added, stopped)


def preview(store: Store, paths: Iterable[Path], monitor: Monitor = SILENT) -> tuple[MergePlan, tuple[Refusal, ...]]:
    """Return what merging would do, and which files would be refused; nothing is changed.

    Raises:
        NotSetUp: this store is not an office's.
        Cancelled: the person stopped.
    """
    identity, devices = _identity(store), store.devices()
    files = bundle_files(paths)
    bundles, refused = [], []
    for n, path in enumerate(files):
        monitor.step(n, len(files), path.name)
        try:
            bundles.append(read_bundle(path, identity, devices))
        except BundleError as error:
            refused.append(_refused(path, error)[0])
    return plan_merge(_known(store, bundles), bundles), tuple(refused)


def missing_bundles(store: Store) -> tuple[Gap, ...]:
    """Return the numbers of bundles that laptops wrote and that were never merged here."""
    return gaps_in(_seen(store)[1])


def bundle_files(paths: Iterable[Path]) -> list[Path]:
    """Return the files that are meant: a file is itself, a folder is the bundles directly in it, by name."""
    files: list[Path] = []
    for path in map(Path, paths):
        files += sorted(path.glob(f"*{SUFFIX}")) if path.is_dir() else [path]
    return files


def _identity(store: Store) -> str:
    content = store.secret(OFFICE_IDENTITY)
    if content is None:
        raise NotSetUp
    return content.decode()


def _still_named(store: Store, bundle: Bundle) -> list[Attachment]:
    """Return the attachments of a bundle without those that only revisions of erased households name."""
    households = {revision.household for revision in bundle.revisions}
    gone = {household for household in households if store.is_erased(household)}
    kept = (names_in(revision.answers) for revision in bundle.revisions if revision.household not in gone)
    named = set[str]().union(*kept)
    return [attachment for attachment in bundle.attachments if attachment.name in named]


def _take(store: Store, path: Path, bundle: Bundle, is_known: bool, clock: Clock) -> Taken:
    header = bundle.header
    done = store.add_revisions(bundle.revisions, header.bundle_id, bundle.spelled)
    new = set(done.new)
    fresh: Counter[str] = Counter()
    for revision in bundle.revisions:
        if revision.id in new:
            new.discard(revision.id)
            fresh[revision.submission] += 1
    if not is_known:
        outcome: dict[str, int | str] = {
            "records": header.records,
            "new": fresh.total(),
            "follows": header.follows,
            "device_name": header.device_name,
            "file": path.name,
        }
        ids = tuple(revision.id for revision in bundle.revisions)
        now = stamp(clock())
        store.note_bundle(
            BundleNote(header.bundle_id, "in", header.device, header.sequence, header.made_at, now, ids, "", outcome)
        )
    return Taken(path.name, header, fresh, is_known)


def _refused(path: Path, error: BundleError) -> Refused:
    try:
        header = read_header(path)
    except BundleError:
        return Refusal(path.name, error.code, error.message, error.hint, 0), None
    return Refusal(path.name, error.code, error.message, error.hint, header.records), header


def _states(store: Store, results: Sequence[Taken | Refused]) -> dict[str, State]:
    """Return what each touched submission's state is; only the few that are not settled are asked for."""
    touched = {submission for result in results if isinstance(result, Taken) for submission in result.fresh}
    states: dict[str, State] = dict.fromkeys(touched, "settled")
    for state in ("joined", "conflict", "void") if touched else ():
        states |= {each.submission: each.state for each in store.currents(state=state) if each.submission in touched}
    return states


def _seen(store: Store) -> tuple[set[str], list[Arrival]]:
    """Return the ids and the numbers of the bundles merged before."""
    notes = [note for note in store.bundle_notes(carried=False) if note.direction == "in"]
    arrivals = [
        Arrival(
            note.device, str(note.outcome.get("device_name", "")), note.sequence, int(note.outcome.get("follows", 0))
        )
        for note in notes
    ]
    return {note.bundle for note in notes}, arrivals


def _known(store: Store, bundles: Sequence[Bundle]) -> Known:
    submissions = {revision.submission for bundle in bundles for revision in bundle.revisions}
    found = {household.id for bundle in bundles for household in bundle.households}
    seen, arrivals = _seen(store)
    return Known(
        revisions={submission: tuple(store.revisions(submission)) for submission in submissions},
        bundles=frozenset(seen),
        households=frozenset(household for household in found if store.household(household) is not None),
        erased=frozenset(erasure.household for erasure in store.erasures()),
        derived={(form.id, form.version): form.derived for form in store.forms()},
        arrivals=tuple(arrivals),
    )


# --- receipts ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Issued:
    """A receipt that was written.

    Attributes:
        path: the file.
        device: id of the laptop it is for.
        device_name: what people call it.
        bundles: number of bundles it lists.
    """

    path: Path
    device: str
    device_name: str
    bundles: int


def write_receipts(
    store: Store, folder: Path, clock: Clock = system_clock, devices: Sequence[str] = ()
) -> tuple[Issued, ...]:
    """Write a signed receipt for each laptop whose bundles were merged here.

    Args:
        store: the office's store.
        folder: where; an older receipt for the same laptop is replaced, the new one says all it said and more.
        clock: where the time comes from.
        devices: only for these laptops; all when empty.

    Raises:
        NotSetUp: this store is not an office's.
        NotWritten: a file could not be written; those written before stay.
    """
    secret, office = store.secret(SIGNING_KEY), office_of(store)
    if secret is None or store.secret(OFFICE_IDENTITY) is None:
        raise NotSetUp
    merged: dict[str, set[str]] = {}
    for note in store.bundle_notes(carried=False):
        if note.direction == "in" and (not devices or note.device in devices):
            merged.setdefault(note.device, set()).add(note.bundle)
    names = {device.id: device.name for device in store.devices()}
    now, issued = stamp(clock()), []
    for device, bundles in sorted(merged.items()):
        name = names.get(device, "")
        receipt = Receipt(office.id, office.name, device, name, now, tuple(sorted(bundles)), tuple(store.erasures()))
        path = Path(folder) / f"{device}{RECEIPT_SUFFIX}"
        write_verified(path, receipt_bytes(receipt, secret))
        issued.append(Issued(path, device, name, len(bundles)))
    return tuple(issued)
