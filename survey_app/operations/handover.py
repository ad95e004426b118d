"""Handing over: packing on the laptop, merging in the office, and the receipts that go back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from survey_app.bundles import NotSetUp, OfficeKey, Receipt, ReceiptForAnother, Written, write_bundle
from survey_app.bundles.errors import NotAReceipt, UnknownColleague
from survey_app.bundles.files import read_whole, write_verified
from survey_app.bundles.keys import OFFICE_IDENTITY, OFFICE_KEY, SIGNING_KEY, parse_office_key
from survey_app.bundles.receipts import LARGEST_BYTES, parse_receipt, receipt_bytes
from survey_app.bundles.receipts import SUFFIX as RECEIPT_SUFFIX
from survey_app.clock import Clock, stamp, system_clock
from survey_app.operations.access import needs
from survey_app.operations.backups import replace_copies
from survey_app.operations.merging import bundle_files, merge, missing_bundles, preview
from survey_app.progress import SILENT, Monitor
from survey_app.roles import DECIDE
from survey_app.store import CONFIRMED, Device, Store

__all__ = [
    "Issued",
    "Loaded",
    "bundle_files",
    "colleagues_of",
    "load_receipt",
    "merge",
    "missing_bundles",
    "office_of",
    "pack",
    "preview",
    "write_receipts",
]

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
    to: OfficeKey | Sequence[OfficeKey] | None,
    folder: Path,
    everything: bool = False,
    clock: Clock = system_clock,
    monitor: Monitor = SILENT,
    *,
    colleague: str = "",
) -> Written:
    """Write what the office has not confirmed yet into a bundle, and note it in the store.

    Args:
        store: the store of this laptop.
        to: the office it is for, or several that may all open it; none for the office the laptop was set up by.
        folder: where; made when it is not there.
        everything: all revisions, confirmed ones too.
        clock: where the time comes from.
        monitor: hears of the steps.
        colleague: id of another laptop of the same office that may open it too, to go on with the work; blank for none.

    Raises:
        UnknownColleague: no such laptop is known here, or it was blocked.
        BundleError: nothing to pack, not set up, or the file could not be written; no half file is left.
    """
    others = [each for each in colleagues_of(store) if each.id == colleague]
    if colleague and not others:
        raise UnknownColleague
    return write_bundle(
        store,
        to or office_of(store),
        folder,
        everything=everything,
        colleagues=others,
        clock=clock,
        monitor=monitor,
    )


def colleagues_of(store: Store) -> list[Device]:
    """Return the other laptops of the office that a bundle can be sealed to beside it, as its last list told them."""
    if store.kind != "laptop":
        return []
    return [each for each in store.devices() if each.recipient and not each.revoked and each.id != store.device]


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


def load_receipt(store: Store, path: Path, office: OfficeKey | None = None) -> Loaded:
    """Take in the office's receipt: the households of the bundles it lists become confirmed.

    Loading the same receipt again, or an older one, changes nothing.

    Args:
        store: the store of the laptop, or of the office that handed its data on.
        path: the receipt.
        office: who must have signed it; ``None`` for the office this store belongs to.

    Raises:
        NotAReceipt: it is something else, damaged, or not signed by the office of this laptop.
        ReceiptForAnother: it is for another laptop.
        NewerFormat, Unreadable, NotSetUp: as the name says.
    """
    office = office or office_of(store)
    receipt = parse_receipt(read_whole(path, LARGEST_BYTES, NotAReceipt()), office.verify_key)
    if receipt.office != office.id:
        raise NotAReceipt
    if receipt.device != store.device:
        raise ReceiptForAnother
    if receipt.erasures:
        store.add_erasures(receipt.erasures, "receipt")
    gone = store.add_forgettings(receipt.forgettings, "receipt")
    noted = store.bundle_notes(carried=False)
    waiting = {note.bundle for note in noted if note.direction == "out" and not note.confirmed_at}
    known = [bundle for bundle in receipt.bundles if store.confirm_bundle(bundle)]
    newly = len(waiting.intersection(known))
    if receipt.forgettings and (newly or gone.revisions):
        replace_copies(store)
    confirmed = len(store.households(status=CONFIRMED))
    return Loaded(len(known), newly, confirmed, receipt.made_at)


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


@needs(DECIDE)
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
        removed = tuple(store.erasures()), tuple(store.forgettings())
        receipt = Receipt(office.id, office.name, device, name, now, tuple(sorted(bundles)), *removed)
        path = Path(folder) / f"{device}{RECEIPT_SUFFIX}"
        write_verified(path, receipt_bytes(receipt, secret))
        issued.append(Issued(path, device, name, len(bundles)))
    return tuple(issued)
