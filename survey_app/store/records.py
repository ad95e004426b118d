"""What a store keeps besides places, households and revisions."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from survey_app.records import HOUSEHOLD, LEVELS, Household

NOT_VISITED = "not_visited"
IN_PROGRESS = "in_progress"
COMPLETE = "complete"
REFUSED = "refused"
APPOINTMENT = "appointment"
ABSENT = "absent"
CLOSED = "closed"
TWOFOLD = "twofold"
NEEDS_CORRECTION = "needs_correction"
PACKED = "packed"
CONFIRMED = "confirmed"
STATUSES = (
    *(NOT_VISITED, APPOINTMENT, ABSENT, IN_PROGRESS, NEEDS_CORRECTION, COMPLETE, REFUSED, CLOSED, PACKED, CONFIRMED),
    TWOFOLD,
)
OPEN = (NOT_VISITED, APPOINTMENT, ABSENT, IN_PROGRESS, NEEDS_CORRECTION)
"""The statuses of a household that somebody still has to go to."""

OUT = "out"
IN = "in"
UNDONE = "undone"


HERE, FROM_OFFICE = "here", "list"
"""How a revision came into a store: made in it, or told by the office with a list; else the id of a bundle."""


@dataclass(frozen=True)
class StoredForm:
    """A version of a questionnaire with what belongs to it.

    Attributes:
        id: id of the form.
        version: its version.
        title: as shown to people.
        xform: XForm XML.
        derived: names that are calculated or filled in by the program; they are never in conflict.
        files: file name to content: the workbook, its lists, pictures and sounds, ``indicators.csv``, ``targets.csv``.
        level: whom it is about, one of ``records.LEVELS``.
    """

    id: str
    version: str
    title: str
    xform: str
    derived: tuple[str, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)
    level: str = HOUSEHOLD

    def as_json(self) -> dict[str, Any]:
        """Return what a file for a laptop carries."""
        files = {name: base64.b64encode(content).decode() for name, content in self.files.items()}
        return {**vars(self), "derived": list(self.derived), "files": files}

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> StoredForm:
        """Return the form of ``as_json``.

        Raises:
            TypeError, ValueError, KeyError: a field is missing, unknown or not as it should be.
        """
        files = {str(name): base64.b64decode(file, validate=True) for name, file in fields["files"].items()}
        form = cls(**{**fields, "derived": tuple(fields["derived"]), "files": files})
        if form.level not in LEVELS or not all(
            isinstance(text, str) for text in (form.id, form.version, form.title, form.xform, *form.derived)
        ):
            raise ValueError("not a form")
        return form


@dataclass(frozen=True)
class Device:
    """A laptop or office whose signature is known.

    Attributes:
        id: its id.
        name: what people call it.
        verify_key: Ed25519 public key, 32 bytes.
        revoked: its signature is not accepted any more.
        recipient: age recipient that a new household list for it is sealed to, blank for an office.
        villages: codes of the villages it was set up for; all when empty.
        people: ids of the enumerators it was set up for; all when empty.
    """

    id: str
    name: str
    verify_key: bytes
    revoked: bool = False
    recipient: str = ""
    villages: tuple[str, ...] = ()
    people: tuple[str, ...] = ()


@dataclass(frozen=True)
class Draft:
    """An interview that is not finished.

    Attributes:
        id: id of the draft.
        submission: UUID of the submission it will be a revision of.
        household: UUID of the household.
        round: code of the round.
        form_id: id of the form.
        form_version: version of the form.
        parents: ids of the revisions it starts from; empty for a first interview.
        author: id of the enumerator.
        started_at: ISO 8601.
        touched_at: ISO 8601, when the last answer was committed; blank in a draft to be started means ``started_at``.
        cursor: address of the question the enumerator stood on.
        values: address to value, repeat instances in the order of their line keys.
    """

    id: str
    submission: str
    household: str
    round: str
    form_id: str
    form_version: str
    parents: tuple[str, ...]
    author: str
    started_at: str
    touched_at: str = ""
    cursor: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Discarded:
    """An interview in the bin.

    Attributes:
        id: id of the draft.
        household: UUID of the household.
        at: ISO 8601, when it was thrown away.
        by: id of the enumerator who did.
        answers: how many answers it holds.
    """

    id: str
    household: str
    at: str
    by: str
    answers: int


@dataclass(frozen=True)
class Line:
    """A household on the list with how far it is.

    Attributes:
        household: the household.
        status: one of ``STATUSES``. ``twofold``: interviewed to the end, and closed as another line of the list; the
            form stands until a person voids it or puts the household back on the list. ``closed`` stands for a visit
            that ended otherwise for good (moved away, not found, another line of the list); ``result`` tells.
            ``needs_correction``: the form is finished, and something asked about it waits for an answer.
        touched_at: ISO 8601, when the draft, submission or visit was last touched; blank when not visited.
        by: id of the enumerator who did; blank when not visited.
        result: the answer ``interview_result`` of the current submission, or the outcome of the last visit; blank when
            there is neither.
        due: ISO 8601, the appointment that stands, blank when there is none.
        tries: how often somebody was there without an interview.
    """

    household: Household
    status: str = NOT_VISITED
    touched_at: str = ""
    by: str = ""
    result: str = ""
    due: str = ""
    tries: int = 0


@dataclass(frozen=True)
class BundleNote:
    """A bundle that was written or merged here.

    Attributes:
        bundle: id of the bundle.
        direction: ``"out"``: written here, ``"in"``: merged here, ``"undone"``: merged here and taken back.
        device: id of the device that wrote it.
        sequence: its number among the bundles of that device.
        made_at: ISO 8601, by that device's clock.
        noted_at: ISO 8601, by the clock of this machine.
        revisions: ids of the revisions it carries.
        confirmed_at: ``"out"``: when its receipt was loaded; blank until then.
        outcome: numbers and words for people to read, for example ``{"new": 12, "identical": 3}``.
        erasures: ids of the erasures a bundle written here carries; not read back.
        households: the households a bundle merged here describes; not read back.
        forgettings: ids of the forgettings a bundle written here carries; not read back.
    """

    bundle: str
    direction: str
    device: str
    sequence: int
    made_at: str
    noted_at: str
    revisions: tuple[str, ...] = ()
    confirmed_at: str = ""
    outcome: Mapping[str, int | str] = field(default_factory=dict)
    erasures: tuple[str, ...] = ()
    households: tuple[Household, ...] = ()
    forgettings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Undone:
    """What taking back a bundle did, or why it cannot be done.

    Attributes:
        revisions: how many revisions left.
        households: how many households found in the field left.
        builders: where what was built upon them comes from: ids of bundles, ``"here"``, or ``"draft"`` for an interview
            that is open; when there is any, nothing was changed.
    """

    revisions: int
    households: int
    builders: tuple[str, ...] = ()


@dataclass(frozen=True)
class KeptAggregate:
    """Counts that an office below handed up.

    Attributes:
        id: SHA-256 of the open file.
        file: name of the file it came in.
        taken_at: ISO 8601, by the clock of this machine.
        content: the open file.
    """

    id: str
    file: str
    taken_at: str
    content: bytes


@dataclass(frozen=True)
class KeptTable:
    """A table that the office took in.

    Attributes:
        id: SHA-256 of kind, name and content.
        kind: ``figures``, ``places``, ``indicators`` or ``targets``.
        name: what it is about: form and version, a day; ``""`` for figures.
        file: name of the file it came in.
        taken_at: ISO 8601, by the clock of this machine.
        content: the table.
    """

    id: str
    kind: str
    name: str
    file: str
    taken_at: str
    content: bytes


@dataclass(frozen=True)
class Kept:
    """A bundle of an unknown signer that is kept aside.

    Attributes:
        bundle: id of the bundle.
        file: name of the file it came in.
        kept_at: ISO 8601, by the clock of this machine.
        size_bytes: length of the file.
    """

    bundle: str
    file: str
    kept_at: str
    size_bytes: int


@dataclass(frozen=True)
class Brought:
    """What a bundle brought to a submission that is not settled.

    Attributes:
        bundle: id of the bundle, or ``"here"``.
        submission: UUID of the submission.
        state: ``"joined"`` or ``"conflict"``.
        revisions: how many of its revisions the bundle brought.
    """

    bundle: str
    submission: str
    state: str
    revisions: int


@dataclass(frozen=True)
class Added:
    """What adding revisions did.

    Attributes:
        new: ids that were not here before.
        identical: ids that were.
    """

    new: tuple[str, ...]
    identical: tuple[str, ...]


@dataclass(frozen=True)
class Forgotten:
    """What went from a store when names were forgotten.

    Attributes:
        revisions: versions of forms, visits and comments that were cut down.
        households: of how many households these are.
        lines: lines of the lists whose names went.
        files: pictures, recordings and files.
        binned: interviews in the bin.
    """

    revisions: int = 0
    households: int = 0
    lines: int = 0
    files: int = 0
    binned: int = 0
