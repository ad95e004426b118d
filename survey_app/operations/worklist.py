"""What there is to do: villages with their progress, whom to visit, who goes where, households found in the field."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from survey_app.clock import Clock, system_clock
from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.operations.access import needs
from survey_app.records import Household, Place
from survey_app.roles import DECIDE, NAMES
from survey_app.store import (
    ABSENT,
    APPOINTMENT,
    CLOSED,
    COMPLETE,
    CONFIRMED,
    IN_PROGRESS,
    NEEDS_CORRECTION,
    NOT_VISITED,
    OPEN,
    PACKED,
    REFUSED,
    TWOFOLD,
    Line,
    Store,
)
from survey_app.text import tidy


@dataclass(frozen=True)
class VillageProgress:
    """How far a village is, in households.

    Attributes:
        place: the village.
        not_visited: nobody has been there.
        in_progress: an interview was begun.
        complete: finished and still only on this machine (in the office: merged).
        refused: refused, and still only on this machine (in the office: merged).
        packed: in a bundle that the office has not confirmed.
        confirmed: the office has it.
        appointment: to be visited again at an agreed time.
        absent: nobody was home, to be visited again.
        closed: moved away, not found or another line of the list, and still only on this machine.
        twofold: interviewed, and closed as another line of the list; a person has to decide.
        all_refused: refused, handed over or not.
        all_closed: closed, handed over or not.
        needs_correction: finished, and the office has asked something about it.
    """

    place: Place
    not_visited: int = 0
    in_progress: int = 0
    complete: int = 0
    refused: int = 0
    packed: int = 0
    confirmed: int = 0
    appointment: int = 0
    absent: int = 0
    closed: int = 0
    twofold: int = 0
    all_refused: int = 0
    all_closed: int = 0
    needs_correction: int = 0

    @property
    def total(self) -> int:
        """Return the number of households on the list."""
        return self.open + self.done

    @property
    def open(self) -> int:
        """Return the number of households that somebody still has to go to."""
        return self.not_visited + self.in_progress + self.appointment + self.absent + self.needs_correction

    @property
    def done(self) -> int:
        """Return the number of households with a finished visit, refusals and closed lines too."""
        return self.complete + self.refused + self.closed + self.twofold + self.packed + self.confirmed

    @property
    def all_complete(self) -> int:
        """Return the number of households with a complete interview, handed over or not."""
        return self.done - self.all_refused - self.all_closed


def village_progress(store: Store) -> list[VillageProgress]:
    """Return every village that has households on the list or is in the round's commune, by code."""
    counts = store.outcome_counts()
    villages = {place.code: place for place in store.places("village")}
    round_ = store.round()
    here = {code for code, place in villages.items() if round_ and place.parent == round_.commune_code}
    return [_progress(villages.get(code), code, counts.get(code, {})) for code in sorted(here | set(counts))]


def _progress(place: Place | None, code: str, found: Mapping[tuple[str, str], int]) -> VillageProgress:
    counts: Counter[str] = Counter()
    ended: Counter[str] = Counter()
    for (status, end), count in found.items():
        counts[status] += count
        ended[end or status] += count
    return VillageProgress(
        place or Place(code, code, "village", "", code.rpartition("-")[0]),
        not_visited=counts.get(NOT_VISITED, 0),
        in_progress=counts.get(IN_PROGRESS, 0),
        complete=counts.get(COMPLETE, 0),
        refused=counts.get(REFUSED, 0),
        packed=counts.get(PACKED, 0),
        confirmed=counts.get(CONFIRMED, 0),
        appointment=counts.get(APPOINTMENT, 0),
        absent=counts.get(ABSENT, 0),
        closed=counts.get(CLOSED, 0),
        twofold=counts.get(TWOFOLD, 0),
        all_refused=ended.get(REFUSED, 0),
        all_closed=ended.get(CLOSED, 0),
        needs_correction=counts.get(NEEDS_CORRECTION, 0),
    )


@needs(NAMES)
def household_lines(store: Store, village: str = "", text: str = "", status: str = "", limit: int = 0) -> list[Line]:
    """Return the lines of the household list that match everything given; see ``Store.households``."""
    _note_look(store, village)
    return store.households(village, text, status, limit)


def _note_look(store: Store, village: str) -> None:
    store.note_look("household list", **({"village": village} if village else {}))


# --- whom to visit -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Plan:
    """The households to go to, in the order to go.

    Attributes:
        today: appointments of today, by time.
        overdue: appointments of days before, the oldest first.
        corrections: households whose form the office has asked something about, as the list goes.
        begun: interviews that were begun, the one touched last first.
        ahead: households not visited yet, beginning after the one visited last; no more than were asked for.
        again: households where nobody was home, the longest ago first.
        later: appointments of days to come, by time.
    """

    today: tuple[Line, ...] = ()
    overdue: tuple[Line, ...] = ()
    corrections: tuple[Line, ...] = ()
    begun: tuple[Line, ...] = ()
    ahead: tuple[Line, ...] = ()
    again: tuple[Line, ...] = ()
    later: tuple[Line, ...] = ()

    @property
    def lines(self) -> tuple[Line, ...]:
        """Return all but the appointments of days to come, one after another."""
        return (*self.today, *self.overdue, *self.corrections, *self.begun, *self.ahead, *self.again)


@needs(NAMES)
def visit_plan(store: Store, now: dt.datetime, village: str = "", enumerator: str = "", most: int = 200) -> Plan:
    """Return the households to visit, appointments of today first, then the overdue ones.

    Args:
        store: the store.
        now: the present moment.
        village: only this village, except that appointments of today and overdue ones are shown wherever they are.
        enumerator: those of this enumerator or of nobody, and the appointments this one made; blank for all.
        most: at most so many of the households that nobody has visited.
    """
    _note_look(store, village)
    agreed = store.households(status=APPOINTMENT)
    meant = [line for line in agreed if line.by == enumerator or is_for(line.household, enumerator)]
    meant.sort(key=lambda line: line.due)
    days = {line.household.id: _day(line.due, now) for line in meant}
    begun = store.households(village, status=IN_PROGRESS, enumerator=enumerator)
    nobody = store.households(village, status=ABSENT, enumerator=enumerator)
    return Plan(
        today=tuple(line for line in meant if days[line.household.id] == now.date()),
        overdue=tuple(line for line in meant if days[line.household.id] < now.date()),
        corrections=tuple(store.households(village, status=NEEDS_CORRECTION, enumerator=enumerator)),
        begun=tuple(sorted(begun, key=_touched, reverse=True)),
        ahead=tuple(_ahead(store, village, enumerator, most)),
        again=tuple(sorted(nobody, key=_touched)),
        later=tuple(line for line in meant if days[line.household.id] > now.date()),
    )


def _ahead(store: Store, village: str, enumerator: str, most: int) -> list[Line]:
    """Return the households not visited yet, from the one visited last to the end, then from the beginning."""
    last = store.visited_last(village, enumerator)
    if last is None:
        return store.households(village, status=NOT_VISITED, limit=most, enumerator=enumerator)
    way = _way(last.household)
    found = store.households(village, status=NOT_VISITED, limit=most, enumerator=enumerator, after=way)
    if len(found) < most:
        before = store.households(village, status=NOT_VISITED, limit=most, enumerator=enumerator)
        found += [line for line in before if _way(line.household) <= way]
    return found[:most]


def _day(moment: str, now: dt.datetime) -> dt.date:
    try:
        return dt.datetime.fromisoformat(moment).astimezone(now.tzinfo).date()
    except ValueError:
        return now.date()


def _touched(line: Line) -> str:
    return line.touched_at


@needs(NAMES)
def next_to_visit(store: Store, village: str = "", enumerator: str = "") -> Line | None:
    """Return the household to go to now, ``None`` when the list is done.

    An interview that was begun comes first, the one touched last; then the household not visited yet that follows the
    last visited one in its village, of those assigned to this enumerator or to nobody; then where nobody was home.

    Args:
        store: the store.
        village: only this village; blank for all.
        enumerator: who asks; blank for all households whoever they are assigned to.
    """
    plan = visit_plan(store, dt.datetime.now(dt.UTC), village, enumerator)
    return next(iter((*plan.corrections, *plan.begun, *plan.ahead, *plan.again)), None)


def is_for(household: Household, enumerator: str) -> bool:
    """Tell whether a household is this enumerator's, or nobody's; blank asks for all."""
    return not enumerator or household.assigned_to in ("", enumerator)


def _way(household: Household) -> tuple[str, int]:
    return household.village_code, household.number


# --- who goes where ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Charge:
    """What one enumerator has to do in one village.

    Attributes:
        village: code of the village.
        enumerator: id of the person, blank for households nobody is in charge of.
        total: number of households.
        open: of these, still to be visited.
    """

    village: str
    enumerator: str
    total: int
    open: int


def charges(store: Store) -> list[Charge]:
    """Return who is in charge of how many households in each village, by village and person."""
    return [Charge(*row) for row in store.in_charge()]


@needs(DECIDE)
def assign_village(
    store: Store, village: str, enumerator: str, *, taken_from: str | None = None, only_open: bool = False
) -> int:
    """Put an enumerator in charge of a village's households; return how many changed hands.

    Args:
        store: the store.
        village: code of the village.
        enumerator: id of the person; blank is nobody.
        taken_from: only the households of this person (blank: of nobody); ``None`` for all.
        only_open: leave those alone that have been visited for good.

    Raises:
        SurveyAppError: the village (``WRK-02``) or the person (``WRK-03``) is unknown; nothing was changed.
    """
    if store.place(village) is None:
        raise SurveyAppError("WRK-02", _("This village is not on the list of places."), _("Choose a village first."))
    lines = [
        line
        for line in store.households(village)
        if line.household.assigned_to != enumerator
        and (taken_from is None or line.household.assigned_to == taken_from)
        and (not only_open or line.status in OPEN)
    ]
    return assign_households(store, [line.household.id for line in lines], enumerator)


@needs(DECIDE)
def assign_households(store: Store, households: Iterable[str], enumerator: str) -> int:
    """Put an enumerator in charge of some households; return how many were named.

    Raises:
        SurveyAppError: the person is unknown (``WRK-03``); nothing was changed.
    """
    if enumerator and all(person.id != enumerator for person in store.enumerators()):
        raise SurveyAppError(
            "WRK-03", _("This enumerator is not known here."), _("Choose one of the list. Nothing was changed.")
        )
    named = list(households)
    store.assign(named, enumerator)
    return len(named)


# --- found in the field --------------------------------------------------------------------------------------------


@needs(NAMES)
def add_household(
    store: Store,
    village: str,
    head_name: str,
    *,
    address: str = "",
    phone: str = "",
    size: int = 0,
    assigned_to: str = "",
    split_from: str = "",
    author: str = "",
    clock: Clock = system_clock,
    new_id: Callable[[], uuid.UUID] = uuid.uuid4,
) -> Household:
    """Add a household that is not on the list, with a new identity and the next number of its village.

    That it was found is noted as a visit, so that the commune hears of it with the next bundle, interviewed or not.

    Raises:
        SurveyAppError: the name is blank (``WRK-01``) or the village is unknown (``WRK-02``); nothing was added.
    """
    from survey_app.operations.outcomes import FOUND
    from survey_app.operations.visits import note_event

    name = tidy(head_name)
    if not name:
        raise SurveyAppError("WRK-01", _("The name of the head of household is missing."), _("Enter the name first."))
    if store.place(village) is None:
        raise SurveyAppError("WRK-02", _("This village is not on the list of places."), _("Choose a village first."))
    number = store.next_household_number(village)
    household = Household(
        str(new_id()),
        village,
        number,
        name,
        tidy(address),
        tidy(phone),
        max(size, 0),
        assigned_to,
        split_from=split_from,
    )
    with store.together():
        store.add_households([household], found_by=store.device)
        if store.round() is not None:
            note_event(store, household.id, FOUND, author or assigned_to, clock)
    return household
