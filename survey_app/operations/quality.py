"""How well the survey is being held: progress, coverage, refusals, times, and signs that interviews went wrong.

Every measure is a share, told by enumerator or by village and held against all the others (``indicators.apart``). What
stands apart is a place to look, not a verdict: villages differ. Names of enumerators are told to those alone who may
see names; others read numbers in their place.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from survey_app.i18n import N_, _
from survey_app.indicators import codebook_of
from survey_app.indicators.apart import Apart, fences, hold_apart
from survey_app.indicators.rows import flat
from survey_app.operations.access import may_see_names
from survey_app.operations.in_force import counted
from survey_app.operations.quality_facts import AGES, COUNTED, PROXY, SPECIAL, YEARS, Asked, Facts, take_in
from survey_app.operations.results import basis_of_answers
from survey_app.paradata import paradata_of
from survey_app.progress import SILENT, Monitor
from survey_app.store import COMPLETE, NEEDS_CORRECTION, NOT_VISITED, REFUSED, TWOFOLD, Store
from survey_app.text import sort_key

if TYPE_CHECKING:
    import numpy as np

    from survey_app.join import Current
    from survey_app.xforms import FormDefinition

PROGRESS, COVERAGE, REFUSALS = "progress", "coverage", "refusals"
DURATION, FAST, OUTLIERS = "duration", "fast", "outliers"
ENUMERATOR, VILLAGE = "enumerator", "village"
BY = (ENUMERATOR, VILLAGE)
_DONE = frozenset({COMPLETE, NEEDS_CORRECTION, TWOFOLD})
_STEP = 2000
_LEAST_LOG = math.log(1.25)
"""Paces within a quarter of each other are never called far apart."""
_FAR = 1.5
_SMALLEST_SPREAD = 1.0
"""Of numbers that are mostly the same, one more or less is usual."""


@dataclass(frozen=True)
class Measure:
    """What is looked at.

    Attributes:
        key: its name in commands.
        name: what people call it.
        judged: groups are held against each other.
    """

    key: str
    name: str
    judged: bool = True


MEASURES = (
    Measure(PROGRESS, N_("Progress of the list"), judged=False),
    Measure(COVERAGE, N_("Coverage"), judged=False),
    Measure(REFUSALS, N_("Refusals")),
    Measure(DURATION, N_("Duration")),
    Measure(FAST, N_("Unusually fast")),
    Measure(PROXY, N_("Answered by others")),
    Measure(SPECIAL, N_("Special answers")),
    Measure(YEARS, N_("Round years of birth")),
    Measure(AGES, N_("Round ages")),
    Measure(OUTLIERS, N_("Far-out numbers")),
)
"""What is looked at, in the order it is told."""
BY_KEY = {one.key: one for one in MEASURES}
ON_THE_LIST = frozenset({PROGRESS, COVERAGE, REFUSALS})
"""Measures that are told from the list of households, not from interviews."""


@dataclass(frozen=True)
class Group:
    """An enumerator or a village in one measure.

    Attributes:
        code: id of the enumerator or code of the village, ``""`` for nobody.
        name: its name, or a number in its place.
        apart: its share beside the others.
        minutes: quartiles of the length of its interviews; None where too few were timed.
    """

    code: str
    name: str
    apart: Apart
    minutes: tuple[float, float, float] | None = None


@dataclass(frozen=True)
class Held:
    """Interviews as they were held: everything the page is told from.

    Attributes:
        facts: of each complete interview.
        fast: which of them were unusually fast.
        slow: which of them took more time an answer than half of all.
        outliers: which of them hold a number far from all others.
        usual: of each question for a number, how low and how high it usually is.
        form: the form.
        state: what the store was like (``Store.state``).
    """

    facts: Facts
    fast: np.ndarray
    slow: np.ndarray
    outliers: np.ndarray
    usual: dict[str, tuple[float, float]]
    form: FormDefinition
    state: tuple[str, ...]


@dataclass(frozen=True)
class Quality:
    """The page.

    Attributes:
        held: the interviews.
        standings: households by village, who is in charge, who was there last, status.
        names: of enumerators and villages by code, as the person at work may see them.
    """

    held: Held
    standings: Sequence[tuple[str, str, str, str, int]]
    names: dict[str, str] = field(default_factory=dict)
    _told: dict[tuple[str, str], tuple[Group, ...]] = field(default_factory=dict, repr=False, compare=False)

    def groups(self, measure: str, by: str) -> tuple[Group, ...]:
        """Return a measure by enumerator or village, by name; worked out once."""
        if (measure, by) not in self._told:
            self._told[measure, by] = self._work_out(measure, by)
        return self._told[measure, by]

    def _work_out(self, measure: str, by: str) -> tuple[Group, ...]:
        counted_, base, codes = self._numbers(measure, by)
        order = sorted(set(codes))
        if not order:
            return ()
        places = {code: place for place, code in enumerate(order)}
        at = [places[code] for code in codes]
        found = hold_apart(counted_, base, at, len(order))
        times = self._minutes(at, len(order)) if measure in (DURATION, FAST) else [None] * len(order)
        judged = BY_KEY[measure].judged
        groups = [
            Group(code, self.name(code, by), one if judged else replace(one, verdict=""), minutes)
            for code, one, minutes in zip(order, found, times, strict=True)
            if one.base or one.counted
        ]
        return tuple(sorted(groups, key=lambda one: (not one.code, sort_key(one.name))))

    def whole(self, measure: str) -> tuple[int, int]:
        """Return how many counted, out of how many, in all."""
        groups = self.groups(measure, VILLAGE)
        return int(sum(one.apart.counted for one in groups)), int(sum(one.apart.base for one in groups))

    def minutes(self) -> tuple[float, float, float] | None:
        """Return the quartiles of the length of all interviews."""
        return self._minutes([0] * len(self.held.facts), 1)[0]

    def name(self, code: str, by: str) -> str:
        """Return the name of an enumerator or a village."""
        return self.names.get(code, code) if code else (_("Nobody") if by == ENUMERATOR else _("Not known"))

    def _numbers(self, measure: str, by: str) -> tuple[Any, Any, Sequence[str]]:
        """Return of each interview (of each household on the list) what counts, out of how many, and its group."""
        import numpy as np

        held, facts = self.held, self.held.facts
        if measure in ON_THE_LIST:
            return self._of_the_list(measure, by)
        codes = facts.people if by == ENUMERATOR else facts.villages
        if measure in COUNTED:
            return np.asarray(facts.counted[measure]), np.asarray(facts.bases[measure]), codes
        if measure == OUTLIERS:
            return held.outliers.astype(int), np.ones(len(facts), dtype=int), codes
        timed = np.isfinite(np.asarray(facts.seconds))
        return (held.fast if measure == FAST else held.slow).astype(int), timed.astype(int), codes

    def _of_the_list(self, measure: str, by: str) -> tuple[Any, Any, Sequence[str]]:
        import numpy as np

        counted_, base, codes = [], [], []
        for village, charge, author, status, count in self.standings:
            marks, belongs = stands(measure, status)
            if belongs:
                person = author if measure == REFUSALS else charge
                codes += [person if by == ENUMERATOR else village] * count
                counted_ += [int(marks)] * count
                base += [1] * count
        return np.asarray(counted_, dtype=int), np.asarray(base, dtype=int), codes

    def _minutes(self, at: Sequence[int], number: int) -> list[tuple[float, float, float] | None]:
        import numpy as np

        seconds, groups = np.asarray(self.held.facts.seconds), np.asarray(at, dtype=int)
        timed = np.isfinite(seconds)
        order = np.argsort(groups[timed], kind="stable")
        sizes = np.bincount(groups[timed], minlength=number)
        parts = np.split(seconds[timed][order] / 60, np.cumsum(sizes)[:-1])
        return [_quartiles(own) for own in parts]


def _quartiles(minutes: np.ndarray) -> tuple[float, float, float] | None:
    import numpy as np

    if not len(minutes):
        return None
    first, half, third = np.percentile(minutes, (25, 50, 75))
    return float(first), float(half), float(third)


def stands(measure: str, status: str) -> tuple[bool, bool]:
    """Return whether a household of a status counts, and whether it belongs."""
    if measure == REFUSALS:
        return status == REFUSED, status == REFUSED or status in _DONE
    return (status in _DONE if measure == COVERAGE else status != NOT_VISITED), True


def read_quality(store: Store, known: Held | None = None, monitor: Monitor = SILENT) -> Quality:
    """Return how the current round is being held.

    Args:
        store: an open store.
        known: the interviews that were read last; read anew when anything has changed since.
        monitor: hears how far it is.

    Raises:
        SurveyAppError: the store has no form.
        Cancelled: the person stopped it.
    """
    if known is None or known.state != store.state():
        known = _read(store, monitor)
    return Quality(known, store.standings(), _names(store))


def _names(store: Store) -> dict[str, str]:
    people = {one.id: one.name for one in store.enumerators()}
    if not may_see_names(store):
        people = {id_: _("Enumerator {number}").format(number=n) for n, id_ in enumerate(sorted(people), start=1)}
    return people | {one.code: one.name for one in store.places("village")}


def _read(store: Store, monitor: Monitor) -> Held:
    state = store.state()
    of = basis_of_answers(store)
    book, facts = codebook_of(of.form), Facts()
    asked = Asked.of(book)
    first = {
        submission: (author, paradata_of(told).seconds) for submission, author, told in store.first_told(of.form.id)
    }
    known = counted(store, of.form.id, of.round)
    for current in _stepping(known, len(first), monitor):
        household, members = flat(current, book, of.places)
        if household.get("interview_result", "complete") == "complete":
            author, seconds = first.get(current.submission, (current.author, 0))
            person = household.get("interviewer_id") or author
            take_in(facts, asked, household, members, person, seconds)
    return _held(facts, of.form, state)


def _stepping(found: Iterator[Current], total: int, monitor: Monitor) -> Iterator[Current]:
    done = 0
    for done, one in enumerate(found, start=1):
        if done % _STEP == 1:
            monitor.step(done - 1, total)
        yield one
    monitor.step(done, done)


def _held(facts: Facts, form: FormDefinition, state: tuple[str, ...]) -> Held:
    import numpy as np

    number = len(facts)
    seconds, answers = np.asarray(facts.seconds), np.asarray(facts.answers, dtype=float)
    pace = np.log(np.where(answers > 0, seconds / np.maximum(answers, 1), np.nan)) if number else np.zeros(0)
    timed = np.isfinite(pace)
    ends = fences(pace[timed], _LEAST_LOG, _FAR)
    fast = timed & (pace < (ends[0] if ends else -math.inf))
    slow = timed & (pace > (float(np.median(pace[timed])) if timed.any() else 0.0))
    outliers, usual = np.zeros(number, dtype=bool), {}
    for name, (values, places) in facts.numbers.items():
        own = np.asarray(values)
        limits = fences(own, _SMALLEST_SPREAD)
        if limits is not None:
            usual[name] = limits
            outliers[np.asarray(places)[(own < limits[0]) | (own > limits[1])]] = True
    return Held(facts, fast, slow, outliers, usual, form, state)
