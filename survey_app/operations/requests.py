"""What the people interviewed may ask for (Law 91/2025/QH15, Article 4) and by when it must be done: a register.

A request and everything done about it are revisions of kind ``visit`` at the household (see ``records``): an enumerator
takes a request in at the door, the office hears of it with the next bundle, the laptops with the next list, and nothing
is ever changed. An erasure takes the requests of its household with it; that it was done stays in the list of erasures.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from survey_app.clock import Clock, stamp, system_clock
from survey_app.errors import SurveyAppError
from survey_app.i18n import N_, _
from survey_app.operations.access import needs
from survey_app.operations.days_off import days_off, is_off
from survey_app.operations.outcomes import REQUEST, REQUEST_ANSWERED, REQUEST_DECLINED, REQUEST_DONE, REQUEST_LONGER
from survey_app.records import VISIT, Household, Revision
from survey_app.roles import NAMES
from survey_app.store import Store
from survey_app.text import tidy

SEE, CORRECT, WITHDRAW, ERASE, COMPLAIN = "see", "correct", "withdraw", "erase", "complain"
RIGHTS = {
    SEE: N_("See what is kept"),
    CORRECT: N_("Correct it"),
    WITHDRAW: N_("Take the consent back"),
    ERASE: N_("Erase everything"),
    COMPLAIN: N_("Complain"),
}
"""What can be asked for, with the words for it, in the order of the keys 1 to 5."""

ANSWER_WORKING_DAYS = 2
DAYS = {SEE: 10, CORRECT: 10, WITHDRAW: 15, ERASE: 10, COMPLAIN: 10}
LONGER_DAYS = 15
"""Deadlines of Decree 356/2025/ND-CP: an answer within 2 working days; withdrawal and objection within 15 days, once
extended by 15; for the other rights, 10 to 20 days, the shorter time. ``days_off`` has the holidays."""

OPEN, ANSWERED, DONE, DECLINED = "asked", "answered", "done", "declined"
STATES = {REQUEST_ANSWERED: ANSWERED, REQUEST_DONE: DONE, REQUEST_DECLINED: DECLINED}


@dataclass(frozen=True)
class Deed:
    """One thing that was noted about a request.

    Attributes:
        what: an outcome: ``REQUEST`` and those that follow.
        at: ISO 8601, when.
        by: name of who noted it, the id when it is not known here.
        note: what was written down.
    """

    what: str
    at: str
    by: str
    note: str


@dataclass(frozen=True)
class Request:
    """A request with how it stands.

    Attributes:
        id: id of its first revision.
        household: whose it is.
        right: a key of ``RIGHTS``.
        state: ``asked``, ``answered``, ``done`` or ``declined``.
        answer_due: day by which the household must have an answer.
        due: day by which it must be done.
        longer: the time was extended.
        deeds: what was noted, the oldest first.
    """

    id: str
    household: Household
    right: str
    state: str
    answer_due: dt.date
    due: dt.date
    longer: bool
    deeds: tuple[Deed, ...]

    @property
    def is_open(self) -> bool:
        """Whether something still has to be done."""
        return self.state in (OPEN, ANSWERED)

    @property
    def next_due(self) -> dt.date:
        """The day of what has to be done next: the answer, then the deed."""
        return min(self.answer_due, self.due) if self.state == OPEN else self.due

    def status(self, today: dt.date) -> str:
        """Return ``overdue``, ``due`` (today or tomorrow), ``ahead``, or how it ended."""
        if not self.is_open:
            return self.state
        left = (self.next_due - today).days
        return "overdue" if left < 0 else "due" if left <= 1 else "ahead"


@needs(NAMES)
def requests(store: Store) -> list[Request]:
    """Return every request of every round: the open ones by the day they are due, then the others, newest first."""
    store.note_look("requests")
    names = {person.id: person.name for person in store.enumerators()}
    threads: dict[str, list[Revision]] = {}
    for revision in store.visits():
        outcome = str(revision.answers.get("outcome", ""))
        if outcome == REQUEST:
            threads.setdefault(revision.id, []).insert(0, revision)
        elif outcome in FOLLOWING:
            threads.setdefault(str(revision.answers.get("request", "")), []).append(revision)
    written = days_off(store)
    found = [
        _request(store, said, names, written) for said in threads.values() if said[0].answers.get("outcome") == REQUEST
    ]
    open_ones = sorted((one for one in found if one.is_open), key=lambda one: (one.next_due, one.id))
    closed = sorted((one for one in found if not one.is_open), key=lambda one: one.deeds[-1].at, reverse=True)
    return [*open_ones, *closed]


FOLLOWING = (REQUEST_ANSWERED, REQUEST_LONGER, REQUEST_DONE, REQUEST_DECLINED)


def _request(store: Store, said: list[Revision], names: dict[str, str], written: frozenset[dt.date]) -> Request:
    first = said[0]
    after = sorted(said[1:], key=lambda revision: (revision.made_at, revision.id))
    what = [str(revision.answers["outcome"]) for revision in after]
    ends = [STATES[each] for each in what if each in (REQUEST_DONE, REQUEST_DECLINED)]
    state = ends[-1] if ends else ANSWERED if REQUEST_ANSWERED in what else OPEN
    asked, longer = dt.datetime.fromisoformat(first.made_at).date(), REQUEST_LONGER in what
    right = str(first.answers.get("right", COMPLAIN))
    days = DAYS.get(right, DAYS[COMPLAIN]) + (LONGER_DAYS if longer else 0)
    deeds = tuple(
        Deed(str(one.answers["outcome"]), one.made_at, names.get(one.author, one.author), one.reason)
        for one in (first, *after)
    )
    household = store.household(first.household) or Household(first.household, "", 0, "")
    return Request(
        first.id,
        household,
        right,
        state,
        working_days_after(asked, ANSWER_WORKING_DAYS, written),
        asked + dt.timedelta(days=days),
        longer,
        deeds,
    )


def working_days_after(day: dt.date, count: int, written: frozenset[dt.date] = frozenset()) -> dt.date:
    """Return the day so many working days later; ``written`` are the holidays that the office has written down."""
    while count:
        day += dt.timedelta(days=1)
        count -= not is_off(day, written)
    return day


def due_now(found: Iterable[Request], today: dt.date) -> list[Request]:
    """Return the open requests that are overdue, or due today or tomorrow."""
    return [one for one in found if one.status(today) in ("overdue", "due")]


@needs(NAMES)
def take_in(  # noqa: PLR0917 - as the window hands them on
    store: Store, household: str, right: str, author: str, note: str = "", clock: Clock = system_clock
) -> str:
    """Note that a household asks for something, and return the id of the request.

    Raises:
        SurveyAppError: the household is not on the list here (``REQ-01``) or there is no round (``VIS-06``).
        ValueError: ``right`` is none of ``RIGHTS``.
    """
    if right not in RIGHTS:
        raise ValueError(f"not a right: {right!r}")
    if store.line(household) is None:
        raise SurveyAppError("REQ-01", _("This household is not on the list of this machine."), _("Nothing was noted."))
    return _note(store, household, {"outcome": REQUEST, "right": right}, author, note, clock)


@needs(NAMES)
def note_deed(  # noqa: PLR0917 - as the window hands them on
    store: Store, request: str, what: str, author: str, note: str = "", clock: Clock = system_clock
) -> str:
    """Note what was done about a request.

    Args:
        store: where the request is.
        request: its id.
        what: one of ``FOLLOWING``.
        author: id of who says so.
        note: what was done; why, when it is declined or needs longer.
        clock: where the time comes from.

    Raises:
        SurveyAppError: there is no such request (``REQ-02``), it is closed (``REQ-03``), it was extended before
            (``REQ-04``), or the reason is missing (``REQ-05``); nothing was noted.
    """
    found = next((one for one in requests(store) if one.id == request), None)
    if found is None or what not in FOLLOWING:
        raise SurveyAppError("REQ-02", _("There is no such request on this machine."), _("Nothing was noted."))
    if not found.is_open:
        raise SurveyAppError("REQ-03", _("This request is closed already."), _("Nothing was noted."))
    if what == REQUEST_LONGER and found.longer:
        raise SurveyAppError(
            "REQ-04", _("The time was extended before; the law allows it once."), _("Nothing was noted.")
        )
    if what in (REQUEST_LONGER, REQUEST_DECLINED) and not tidy(note):
        raise SurveyAppError("REQ-05", _("The reason is missing."), _("Write in a few words why. Nothing was changed."))
    return _note(store, found.household.id, {"outcome": what, "request": request}, author, note, clock)


def _note(  # noqa: PLR0917
    store: Store, household: str, said: dict[str, str], author: str, note: str, clock: Clock
) -> str:
    round_ = store.round()
    if round_ is None:
        raise SurveyAppError(
            "VIS-06", _("There is no survey round on this machine yet."), _("Load the file the commune has given you.")
        )
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
        answers=dict(said),
    )
    store.add_revisions([revision], "here")
    return revision.id
