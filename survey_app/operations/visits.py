"""Visits that end without an interview, and households that split, turn out to be one, or come back on the list.

Each is one revision of kind ``visit`` (see ``records``): it is never changed, travels in the next bundle, and the
office has the visits of all laptops whatever the order in which their bundles come.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from survey_app.clock import Clock, stamp, system_clock
from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.operations.access import needs
from survey_app.operations.conflicts import void_submission
from survey_app.operations.outcomes import DUPLICATE, OUTCOMES, POSTPONED, REOPENED, SPLIT
from survey_app.records import LINE, VISIT, Answers, Household, Revision
from survey_app.roles import DECIDE, NAMES
from survey_app.store import IN_PROGRESS, Line, Store
from survey_app.text import tidy


@dataclass(frozen=True)
class Visit:
    """One visit as it was noted.

    Attributes:
        id: id of its revision.
        at: ISO 8601, when.
        by: id of the enumerator.
        device: id of the laptop or office.
        outcome: a key of ``EVENTS``.
        note: what was written down.
        due: ISO 8601, the appointment that was made; blank for none.
        other: id of the other household of a split, duplicate or comparison; blank for none.
    """

    id: str
    at: str
    by: str
    device: str
    outcome: str
    note: str
    due: str = ""
    other: str = ""


@needs(NAMES)
def visits_of(store: Store, household: str) -> list[Visit]:
    """Return the visits of a household, the newest first."""
    found = [_visit(each) for each in store.revisions(household) if each.kind == VISIT] if household else []
    return sorted(found, key=lambda visit: (visit.at, visit.id), reverse=True)


def _visit(revision: Revision) -> Visit:
    said: dict[str, Any] = revision.answers
    texts = {name: str(said.get(name, "")) for name in ("outcome", "due", "other")}
    return Visit(revision.id, revision.made_at, revision.author, revision.device, note=revision.reason, **texts)


@needs(NAMES)
def record_visit(
    store: Store,
    household: str,
    outcome: str,
    author: str,
    *,
    note: str = "",
    due: dt.datetime | None = None,
    clock: Clock = system_clock,
) -> Visit:
    """Note a visit that ended without an interview.

    Args:
        store: the store.
        household: id of the household.
        outcome: a key of ``OUTCOMES``.
        author: id of the enumerator.
        note: what to remember.
        due: the appointment, an aware moment; needed for ``POSTPONED`` and for nothing else.
        clock: where the time comes from.

    Raises:
        SurveyAppError: the household is unknown (``VIS-01``), an interview of it is unfinished (``VIS-02``), the
            appointment is missing or past (``VIS-03``), or there is no round (``VIS-06``); nothing was noted.
        ValueError: ``outcome`` is none of ``OUTCOMES``.
    """
    if outcome not in OUTCOMES:
        raise ValueError(f"not an outcome: {outcome!r}")
    line = _line(store, household)
    if line.status == IN_PROGRESS and any(draft.household == household for draft in store.drafts()):
        raise SurveyAppError(
            "VIS-02",
            _("An interview of this household has been begun."),
            _("Finish it, or discard it first. Nothing was noted; the answers are safe."),
        )
    if outcome != POSTPONED:
        due = None
    elif due is None or due <= clock():
        raise SurveyAppError(
            "VIS-03", _("The appointment is missing or has passed."), _("Enter a day and an hour that are to come.")
        )
    return note_event(store, household, outcome, author, clock, note=note, due=stamp(due) if due else "")


@needs(NAMES)
def reopen(store: Store, household: str, author: str, note: str, clock: Clock = system_clock) -> Visit:
    """Put a household that was closed or had refused back on the list; its earlier visits stay.

    Raises:
        SurveyAppError: the household is unknown (``VIS-01``) or there is no reason (``VIS-04``).
    """
    _line(store, household)
    return note_event(store, household, REOPENED, author, clock, note=_reason(note))


@needs(NAMES)
def split_household(
    store: Store,
    household: str,
    head_name: str,
    author: str,
    *,
    village: str = "",
    address: str = "",
    phone: str = "",
    size: int = 0,
    note: str = "",
    clock: Clock = system_clock,
    new_id: Callable[[], uuid.UUID] = uuid.uuid4,
) -> Household:
    """Put the part of a household that moved out on the list as a household of its own, which knows where it came from.

    Its interview begins with the members of the old one (see ``members_before``). The commune hears of it with the next
    bundle.

    Raises:
        SurveyAppError: the household (``VIS-01``), the village (``WRK-02``) or the name (``WRK-01``) is missing.
    """
    from survey_app.operations.worklist import add_household

    old = _line(store, household).household
    with store.together():
        new = add_household(
            store,
            village or old.village_code,
            head_name,
            address=address,
            phone=phone,
            size=size,
            assigned_to=old.assigned_to or author,
            split_from=old.id,
            author=author,
            clock=clock,
            new_id=new_id,
        )
        note_event(store, household, SPLIT, author, clock, note=note, other=new.id)
    return new


@needs(NAMES)
def merge_households(
    store: Store, closed: str, kept: str, author: str, reason: str, *, clock: Clock = system_clock
) -> Visit:
    """Close a line of the list that is the same household as another one.

    A form that was filled in for the closed line is made void with the reason, at the same moment; it stays readable.

    Raises:
        SurveyAppError: a household is unknown (``VIS-01``), there is no reason (``VIS-04``), both are the same line or
            the kept one is closed itself (``VIS-05``), or an interview is unfinished (``VIS-02``).
    """
    why = _reason(reason)
    _line(store, closed)
    onto = _line(store, kept)
    if closed == kept or onto.result == DUPLICATE:
        raise SurveyAppError(
            "VIS-05",
            _("A household cannot be closed as itself, or as one that is closed."),
            _("Choose the line that stays on the list. Nothing was changed."),
        )
    if any(draft.household == closed for draft in store.drafts()):
        raise SurveyAppError(
            "VIS-02",
            _("An interview of this household has been begun."),
            _("Finish it, or discard it first. Nothing was noted; the answers are safe."),
        )
    now = clock()
    with store.together():
        for current in list(store.currents(household=closed)):
            if current.state != "void":
                void_submission(store, current.submission, why, author, lambda: now)
        return note_event(store, closed, DUPLICATE, author, lambda: now, note=why, other=kept)


@needs(DECIDE)
def void_form(store: Store, household: str, author: str, reason: str, clock: Clock = system_clock) -> int:
    """Make the forms of a household in this round void, with a reason; return how many. The answers stay readable.

    The household is on the list again afterwards.

    Raises:
        SurveyAppError: the household is unknown (``VIS-01``), there is no reason (``VIS-04``) or no form (``VIS-07``).
    """
    why = _reason(reason)
    _line(store, household)
    round_ = store.round()
    found = [
        current
        for current in store.currents(household=household)
        if current.state != "void" and (round_ is None or current.round == round_.code)
    ]
    if not found:
        raise SurveyAppError(
            "VIS-07",
            _("This household has no finished form."),
            _("There is nothing to void. Nothing was changed."),
        )
    with store.together():
        for current in found:
            void_submission(store, current.submission, why, author, clock)
    return len(found)


def members_before(store: Store, household: Household) -> Answers:
    """Return the members (every repeat of the newest form) of the household that this one moved out of, else nothing.

    They are the beginning of the new household's interview: who stayed behind is removed there.
    """
    if not household.split_from:
        return {}
    found = [each for each in store.currents(household=household.split_from) if each.state != "void"]
    if not found:
        return {}
    newest = max(found, key=lambda current: current.made_at)
    return _repeats(newest.answers)


def _repeats(answers: Answers) -> Answers:
    kept: Answers = {}
    for name, value in answers.items():
        if isinstance(value, list):
            kept[name] = [{**line, LINE: number} for number, line in enumerate(value, start=1)]
        elif isinstance(value, dict) and (below := _repeats(value)):
            kept[name] = below
    return kept


def _line(store: Store, household: str) -> Line:
    line = store.line(household)
    if line is None:
        raise SurveyAppError(
            "VIS-01", _("This household is not on the list of this machine."), _("Nothing was changed.")
        )
    return line


def _reason(text: str) -> str:
    why = tidy(text)
    if not why:
        raise SurveyAppError("VIS-04", _("The reason is missing."), _("Write in a few words why. Nothing was changed."))
    return why


def note_event(
    store: Store,
    household: str,
    outcome: str,
    author: str,
    clock: Clock,
    *,
    note: str = "",
    due: str = "",
    other: str = "",
) -> Visit:
    """Note something at a household, unchecked; for operations only.

    Raises:
        SurveyAppError: there is no round (``VIS-06``).
    """
    round_ = store.round()
    if round_ is None:
        raise SurveyAppError(
            "VIS-06", _("There is no survey round on this machine yet."), _("Load the file the commune has given you.")
        )
    said = {"outcome": outcome, "due": due, "other": other}
    revision = Revision(
        submission=household,
        household=household,
        round=round_.code,
        form_id=round_.form_id,
        form_version=round_.form_version,
        parents=(),
        kind=VISIT,
        author=author,
        device=store.device,
        made_at=stamp(clock()),
        reason=tidy(note),
        answers={name: value for name, value in said.items() if value},
    )
    store.add_revisions([revision], "here")
    return _visit(revision)
