"""Packing: what the office has not confirmed yet becomes one verified file."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from survey_app import crypto
from survey_app.bundles.container import Header, one_line, seal_container
from survey_app.bundles.content import bundle_of, content_of, pack
from survey_app.bundles.errors import NothingToPack, NotSetUp
from survey_app.bundles.files import write_verified
from survey_app.bundles.keys import SIGNING_KEY, OfficeKey
from survey_app.clock import Clock, stamp, system_clock
from survey_app.forgetting import Forgetting
from survey_app.i18n import _
from survey_app.progress import SILENT, Cancelled, Monitor
from survey_app.records import VISIT, Erasure, Household, Revision
from survey_app.store import Attachment, BundleNote, Device, Store
from survey_app.store.attachments import MOST_IN_A_DRAFT_BYTES, names_in

_STEPS = 4

MOST_ATTACHED_BYTES = MOST_IN_A_DRAFT_BYTES
"""A bundle carries attachments of so many bytes; revisions with more wait for the next one."""


@dataclass(frozen=True)
class Written:
    """A bundle that was written, read back and noted.

    Attributes:
        path: the file.
        bundle_id: its id.
        sequence: its number among the bundles of this device.
        records: number of revisions in it.
        households: number of households (of the revisions) in it.
        size_bytes: size of the file.
    """

    path: Path
    bundle_id: str
    sequence: int
    records: int
    households: int = 0
    size_bytes: int = 0


def write_bundle(
    store: Store,
    to: OfficeKey | Sequence[OfficeKey],
    folder: Path,
    *,
    everything: bool = False,
    colleagues: Sequence[Device] = (),
    clock: Clock = system_clock,
    monitor: Monitor = SILENT,
) -> Written:
    """Write what the office has not confirmed yet into a bundle, and note it in the store.

    Args:
        store: the store of this laptop, or of an office that hands on what it has.
        to: the office it is for, or several that may all open it; the first one is named in the header.
        folder: where; made when it is not there.
        everything: all revisions, confirmed ones too.
        colleagues: other laptops of the same office that may open it too.
        clock: where the time comes from.
        monitor: hears of the steps; cancelling leaves no file.

    Raises:
        NothingToPack: no revision, no erasure and no forgetting is waiting.
        NotSetUp: the store has no signing key.
        NotWritten: the file could not be written or verified; no file with the name of a bundle is left.
        TooLarge: there is more than a bundle may hold.
        Disagrees: the store holds something that the office would refuse.
        Cancelled: the person stopped before the file was written; there is none.
    """
    secret = store.secret(SIGNING_KEY)
    if secret is None:
        raise NotSetUp
    offices = (to,) if isinstance(to, OfficeKey) else tuple(to)
    monitor.step(0, _STEPS, _("Collecting"))
    revisions, erasures = store.outgoing(everything), store.erasures(waiting=not everything)
    waiting = store.forgettings(waiting=True)
    if not (revisions or erasures or waiting):
        raise NothingToPack
    about = {revision.round for revision in revisions if revision.forgotten}
    all_of_them = everything and store.kind == "office"
    forgettings = [each for each in store.forgettings() if all_of_them or each in waiting or each.round in about]
    revisions = _share(store, revisions)
    attachments = _attachments(store, revisions)
    attached = b"".join(attachment.content for attachment in attachments)
    recipients = tuple(office.recipient for office in offices) + tuple(each.recipient for each in colleagues)
    header = _header(store, offices[0].id, recipients, secret, revisions, stamp(clock()))
    header = replace(header, attachments=len(attachments), attached_bytes=len(attached))
    header = replace(header, erasures=len(erasures), forgettings=len(forgettings))
    households = _found(store, revisions, everything)
    monitor.step(1, _STEPS, _("Packing"))
    header = replace(header, households=len(households))
    header, packed = _packed(header, households, revisions, attachments, [*erasures, *forgettings])
    bundle_of(header, packed, attached)  # what the office would refuse must not leave this laptop
    sealed = seal_container(header, packed, secret, recipients, attached)
    monitor.step(2, _STEPS, _("Writing and checking"))
    path = Path(folder) / header.file_name
    write_verified(path, sealed)
    ids = tuple(revision.id for revision in revisions)
    visited = len({revision.household for revision in revisions})
    outcome: dict[str, int | str] = {
        "records": header.records,
        "households": visited,
        "follows": header.follows,
        "device_name": header.device_name,
    }
    note = BundleNote(
        header.bundle_id, "out", header.device, header.sequence, header.made_at, stamp(clock()), ids, "", outcome
    )
    note = replace(note, erasures=tuple(each.id for each in erasures))
    store.note_bundle(replace(note, forgettings=tuple(each.id for each in forgettings)))
    with suppress(Cancelled):  # it is written and noted; whoever asks to stop now is too late
        monitor.step(_STEPS, _STEPS, "")
    return Written(path, header.bundle_id, header.sequence, header.records, visited, len(sealed))


def _header(  # noqa: PLR0917 - the parts of a header
    store: Store, office: str, recipients: Sequence[str], secret: bytes, revisions: Sequence[Revision], made_at: str
) -> Header:
    own = [
        note for note in store.bundle_notes(carried=False) if note.direction == "out" and note.device == store.device
    ]
    now = store.round()
    return Header(
        bundle_id="",
        office=office,
        recipients=tuple(map(crypto.fingerprint, recipients)),
        device=store.device,
        device_name=one_line(store.name),
        verify_key=crypto.signing_keys(secret).public,
        sequence=store.next_sequence(),
        follows=max((note.sequence for note in own), default=0),
        made_at=made_at,
        round=now.code if now else "",
        forms=tuple(sorted({(revision.form_id, revision.form_version) for revision in revisions})),
        records=len(revisions),
        households=0,
        content_bytes=0,
    )


def _share(store: Store, revisions: Sequence[Revision]) -> list[Revision]:
    """Return the revisions whose attachments fit into one bundle: all, or first those that were never packed."""
    sizes = store.attachment_sizes()
    if sum(sizes.values()) <= MOST_ATTACHED_BYTES:
        return list(revisions)
    packed = {one for note in store.bundle_notes() if note.direction == "out" for one in note.revisions}
    chosen: set[str] = set()
    names: set[str] = set()
    room = MOST_ATTACHED_BYTES
    for revision in sorted(revisions, key=lambda each: each.id in packed):
        fresh = (names_in(revision.answers) & sizes.keys()) - names
        size = sum(sizes[name] for name in fresh)
        if size <= room:
            chosen.add(revision.id)
            names |= fresh
            room -= size
    return [revision for revision in revisions if revision.id in chosen]


def _attachments(store: Store, revisions: Sequence[Revision]) -> list[Attachment]:
    """Return the attachments the revisions name, by name."""
    there = store.attachment_sizes()
    if not there:
        return []
    names = {name for revision in revisions for name in names_in(revision.answers)} & there.keys()
    return [Attachment(name, store.attachment(name) or b"") for name in sorted(names)]


def _found(store: Store, revisions: Sequence[Revision], everything: bool) -> list[Household]:
    """Return the households found in the field that the revisions are about, or all of them."""
    visited = {revision.household for revision in revisions}
    visited |= {str(revision.answers.get("other", "")) for revision in revisions if revision.kind == VISIT}
    return [household for household in store.found_households() if everything or household.id in visited]


def _packed(
    header: Header,
    households: Sequence[Household],
    revisions: Sequence[Revision],
    attachments: Sequence[Attachment],
    removed: Sequence[Erasure | Forgetting] = (),
) -> tuple[Header, bytes]:
    """Return the packed content and the header that names it."""
    manifest = {**header.manifest(), "salt": crypto.random_bytes(16).hex()}
    content = content_of(manifest, households, revisions, attachments, removed)
    packed = pack(content, len(revisions))
    return replace(header, bundle_id=hashlib.sha256(packed).hexdigest(), content_bytes=len(content)), packed
