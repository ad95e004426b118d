"""What is decided about a household: proposal, approval, exceptions, and what is taken back."""

from __future__ import annotations

from collections.abc import Sequence

from survey_app.clock import Clock, system_clock
from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.operations.access import needs
from survey_app.operations.support.deciding import Decider, decider, needed_reason
from survey_app.operations.support.who import another_must_approve, proposed_by
from survey_app.roles import DECIDE
from survey_app.store import Store
from survey_app.support.ranking import Listed
from survey_app.support.register import (
    APPROVED,
    DELIVERED,
    EXCLUDED,
    INCLUDED,
    PROPOSED,
    RETURNED,
    WITHDRAWN,
    Record,
)
from survey_app.text import read_day, tidy

_NAMED_AT_MOST = 3


@needs(DECIDE)
def propose(
    store: Store, by: str, households: Sequence[str] = (), programme: str = "", *, clock: Clock = system_clock
) -> tuple[Record, ...]:
    """Propose households: those named, or all that may be proposed now.

    Raises:
        SurveyAppError: one of them may not be proposed, with why (``SUP-03``); nothing was changed.
    """
    deciding = decider(store, by, programme, clock)
    with store.together():
        return tuple(
            deciding.note(PROPOSED, line.household, said={
                "device": line.device, "priority": str(line.priority), "position": str(line.place),
            })
            for line in _meant(deciding, households, "next")
        )  # fmt: skip


@needs(DECIDE)
def approve(
    store: Store,
    by: str,
    decision: str,
    day: str,
    households: Sequence[str] = (),
    *,
    programme: str = "",
    clock: Clock = system_clock,
) -> tuple[Record, ...]:
    """Note that a decision approved households: those named, or all that somebody else has proposed.

    Args:
        store: the store.
        by: id of a supervisor, who proposed none of them.
        decision: number of the decision, for example ``"112/QĐ-UBND"``.
        day: its date, ``2026-11-30`` or ``30/11/2026``.
        households: their ids; all that others have proposed when empty.
        programme: code of the programme.
        clock: where the time comes from.

    Raises:
        SurveyAppError: number or date are missing or the date is to come (``SUP-05``), one is not proposed
            (``SUP-03``), or the same person proposed it (``SUP-10``); nothing was changed.
    """
    deciding, signed = decider(store, by, programme, clock), read_day(day.strip())
    if not tidy(decision) or signed is None or signed > clock().date():
        raise SurveyAppError(
            "SUP-05",
            _("The number or the date of the decision is missing, or the date is still to come."),
            _("Enter them as they stand on the decision. Nothing was changed."),
        )
    meant = _meant(deciding, households, "proposed")
    now = deciding.now
    own = [line for line in meant if proposed_by(now.register, now.programme.code, line.household, by)]
    if own and (households or len(own) == len(meant)):
        names = "; ".join(now.name(line.household) for line in own[:_NAMED_AT_MOST])
        raise another_must_approve(names + (" …" if len(own) > _NAMED_AT_MOST else ""))
    said = {"decision": tidy(decision), "decision_date": signed.isoformat()}
    with store.together():
        return tuple(
            deciding.note(APPROVED, line.household, said={**said, "device": line.device})
            for line in meant
            if line not in own
        )


def _meant(deciding: Decider, households: Sequence[str], status: str) -> list[Listed]:
    """Return the lines of the households named, or of all that stand so."""
    if households:
        return [deciding.line(name, {status}) for name in dict.fromkeys(households)]
    return [line for line in deciding.now.listing.lines if line.status == status]


@needs(DECIDE)
def take_back(
    store: Store, by: str, household: str, reason: str, programme: str = "", *, clock: Clock = system_clock
) -> Record:
    """Take back how far a household is: a delivered device came back, or proposal and approval are withdrawn.

    After a return the approval stands again; withdraw it too where the household is not to get another device.

    Raises:
        SurveyAppError: there is no reason (``SUP-04``) or nothing to take back (``SUP-03``); nothing was changed.
    """
    deciding, why = decider(store, by, programme, clock), needed_reason(reason)
    standing = deciding.now.register.of(deciding.now.programme.code, household)
    delivered = [one for one in standing if one.what == DELIVERED]
    gone = delivered or list(standing)
    if not gone:
        raise SurveyAppError(
            "SUP-03", _("Nothing stands about this household that could be taken back."), _("Nothing was changed.")
        )
    what = RETURNED if delivered else WITHDRAWN
    return deciding.note(what, household, reason=why, takes_back=[one.id for one in gone])


@needs(DECIDE)
def except_household(  # noqa: PLR0917 - as the window hands them on
    store: Store,
    by: str,
    household: str,
    reason: str,
    leave_out: bool = False,
    device: str = "",
    programme: str = "",
    *,
    clock: Clock = system_clock,
) -> Record:
    """Put a household on the list, or leave it out, although the rules say otherwise; never for a second device.

    Raises:
        SurveyAppError: there is no reason (``SUP-04``), no such device (``SUP-06``), or the household is not on the
            list (``SUP-03``); nothing was changed.
    """
    deciding, why = decider(store, by, programme, clock), needed_reason(reason)
    deciding.line(household)
    if device and deciding.now.programme.device(device) is None:
        raise SurveyAppError("SUP-06", _("The programme has no such device."), _("Nothing was changed."))
    return deciding.note(EXCLUDED if leave_out else INCLUDED, household, reason=why, said={"device": device})
