"""The register of device support in a store: records of ``survey_app.support`` as revisions.

Each record is a revision of kind ``visit`` whose submission is the **register** of its programme: an id that follows
from the programme's code, the same on every machine. So records travel in bundles, merge by set union and are never
changed, like the visits of households; lists take to a laptop the records about its households (``list_exchange``).
A record names a household by its id and holds no name. It is no part of the household's own history: that a device of
the State was given stays known when everything about the household is erased, or another household gets a second one.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping

from survey_app.clock import Clock, stamp
from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.operations.outcomes import DEVICE_SIGNED
from survey_app.records import VISIT, Revision
from survey_app.store import Store
from survey_app.support.register import KINDS, Record, Register
from survey_app.text import tidy

OF = "of"
"""The household a record is about."""
_SPACE = uuid.UUID("8f0d5a34-6d0c-5c55-9b5e-3a5b6a1d7e42")
_OWN = {"outcome", "programme", OF, "takes_back"}


def register_id(programme: str) -> str:
    """Return the id of a programme's register."""
    return str(uuid.uuid5(_SPACE, programme))


def about(revision: Revision) -> str:
    """Return the household that something noted is about: of a record the one it names, else its own."""
    named = revision.answers.get(OF)
    return named if isinstance(named, str) and named else revision.household


def register_of(store: Store) -> Register:
    """Return the register of all programmes, as far as it is known here."""
    return Register(records_in(store.visits()))


def records_in(revisions: Iterable[Revision]) -> list[Record]:
    """Return the records among what was noted; what is no whole record counts for nothing."""
    found = []
    for revision in revisions:
        said = {name: value for name, value in revision.answers.items() if isinstance(value, str)}
        programme = said.get("programme", "")
        if said.get("outcome") not in KINDS or revision.household != register_id(programme):
            continue
        found.append(
            Record(
                revision.id,
                said["outcome"],
                programme,
                said.get(OF, ""),
                revision.made_at,
                revision.author,
                revision.reason,
                {name: value for name, value in said.items() if name not in _OWN},
                tuple(said.get("takes_back", "").split()),
                revision.round,
            )
        )
    return found


def add_record(store: Store, record: Record, clock: Clock) -> Record:
    """Write a record; its id and moment are given here.

    Raises:
        SurveyAppError: there is no round (``VIS-06``).
    """
    said = {
        **record.said,
        "outcome": record.what,
        "programme": record.programme,
        OF: record.household,
        "takes_back": " ".join(record.takes_back),
    }
    return records_in([_noted(store, register_id(record.programme), said, record.by, record.reason, clock)])[0]


def note_signed(store: Store, record: Record, sheet: str, clock: Clock) -> None:
    """Note at the household itself that it received a device and signed, with the picture of the signed sheet.

    What may show a name stands here and not in the register, so that an erasure takes it away.

    Raises:
        SurveyAppError: there is no round (``VIS-06``).
    """
    said = {"outcome": DEVICE_SIGNED, "record": record.id, "signature": sheet}
    _noted(store, record.household, said, record.by, "", clock)


def _noted(  # noqa: PLR0917 - what a revision says, in its order
    store: Store, where: str, said: Mapping[str, str], by: str, reason: str, clock: Clock
) -> Revision:
    round_ = store.round()
    if round_ is None:
        raise SurveyAppError(
            "VIS-06", _("There is no survey round on this machine yet."), _("Load the file the commune has given you.")
        )
    revision = Revision(
        submission=where,
        household=where,
        round=round_.code,
        form_id=round_.form_id,
        form_version=round_.form_version,
        parents=(),
        kind=VISIT,
        author=by,
        device=store.device,
        made_at=stamp(clock()),
        reason=tidy(reason),
        answers={name: value for name, value in said.items() if value},
    )
    store.add_revisions([revision], "here")
    return revision
