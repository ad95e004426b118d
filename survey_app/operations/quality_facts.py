"""What each interview says about how it was held: times, answers for others, special answers, last digits, numbers.

One pass over the answers; of each interview a handful of numbers is kept, so that a province's stand in memory.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from survey_app.indicators import Codebook
from survey_app.indicators.columns import UNKNOWN_CODES
from survey_app.operations.paper import PAPER

PROXY, SPECIAL, YEARS, AGES = "proxy", "special", "years", "ages"
COUNTED = (PROXY, SPECIAL, YEARS, AGES)
"""Measures that are counted while an interview is read."""

_SPECIAL = "_special"
_FORTY = range(23, 63)
"""Ages of which, in forty years of birth, exactly every fifth ends in 0 or 5 (after Whipple)."""
_GROWN = 15
"""Younger people are always answered for."""
_BIRTH = frozenset({"m_birth_year", "m_birth_month", "m_birth_day"})
MEMBERS = "n_members"


@dataclass
class Facts:
    """Facts of interviews, one column each; an interview is its place in them.

    Attributes:
        households: ids.
        people: who interviewed.
        villages: codes.
        seconds: how long it lasted; NaN where nobody measured it, or where it was typed in from paper.
        answers: how many questions were answered.
        counted: of each measure of ``COUNTED``, how many counted.
        bases: out of how many.
        numbers: of each question for a number, the values and the interviews that they stand in.
    """

    households: list[str] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    villages: list[str] = field(default_factory=list)
    seconds: array[float] = field(default_factory=lambda: array("d"))
    answers: array[int] = field(default_factory=lambda: array("l"))
    counted: dict[str, array[int]] = field(default_factory=lambda: {name: array("l") for name in COUNTED})
    bases: dict[str, array[int]] = field(default_factory=lambda: {name: array("l") for name in COUNTED})
    numbers: dict[str, tuple[array[float], array[int]]] = field(default_factory=dict)

    def __len__(self) -> int:
        """Return the number of interviews."""
        return len(self.households)


@dataclass(frozen=True)
class Asked:
    """What a form asks, as far as facts need it.

    Attributes:
        names: every question that a person answers.
        offers: those that have a special answer (do not know, no answer) among their own.
        instead: those beside which a question of its own takes a special answer.
        numbers: questions for a number, but not parts of a date of birth.
    """

    names: frozenset[str]
    offers: frozenset[str]
    instead: frozenset[str]
    numbers: frozenset[str]

    @classmethod
    def of(cls, book: Codebook) -> Asked:
        """Return what the questions of a form are."""
        own = {name: one for name, one in book.columns.items() if not one.filled}
        coded = {name for name, one in own.items() if UNKNOWN_CODES & set(one.choices)}
        instead = {name for name in own if f"{name}{_SPECIAL}" in own}
        numbers = {name for name, one in own.items() if one.kind == "number"} - _BIRTH
        return cls(frozenset(own), frozenset(coded - instead), frozenset(instead), frozenset(numbers))


def take_in(  # noqa: PLR0917 - an interview, and what is known beside its answers
    facts: Facts,
    asked: Asked,
    household: Mapping[str, str],
    members: Sequence[Mapping[str, str]],
    person: str,
    seconds: float,
) -> None:
    """Add an interview.

    Args:
        facts: is added to.
        asked: what the form asks.
        household: the household's row of answers.
        members: the rows of its people.
        person: who interviewed.
        seconds: how long it lasted; 0 when nobody measured it.
    """
    at = len(facts)
    facts.households.append(household["household_id"])
    facts.people.append(person)
    facts.villages.append(household.get("village_code", ""))
    is_timed = seconds > 0 and household.get("entry_mode") != PAPER
    facts.seconds.append(seconds if is_timed else math.nan)
    rows = (household, *members)
    facts.answers.append(sum(name in asked.names for row in rows for name in row))
    year = household.get("reference_date", "")[:4]
    told = {
        PROXY: _proxy(members),
        SPECIAL: _special(rows, asked),
        YEARS: _years(members, int(year)) if year.isdigit() else (0, 0),
        AGES: _round_ones(int(each["m_age_about"]) for each in members if _is_whole(each.get("m_age_about", ""))),
    }
    for name, (counted, base) in told.items():
        facts.counted[name].append(counted)
        facts.bases[name].append(base)
    for row in rows:
        for name in asked.numbers & row.keys():
            _note(facts, name, row[name], at)
    _note(facts, MEMBERS, str(len(members)), at)


def _note(facts: Facts, name: str, text: str, at: int) -> None:
    try:
        value = float(text)
    except ValueError:
        return
    if math.isfinite(value):
        values, places = facts.numbers.setdefault(name, (array("d"), array("l")))
        values.append(value)
        places.append(at)


def _is_whole(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _proxy(members: Iterable[Mapping[str, str]]) -> tuple[int, int]:
    """Return how many grown people somebody else answered for, and how many were asked about."""
    asked = [
        each.get("m_proxy", "")
        for each in members
        if each.get("m_proxy") and _is_whole(each.get("m_age", "")) and int(each["m_age"]) >= _GROWN
    ]
    return asked.count("yes"), len(asked)


def _special(rows: Iterable[Mapping[str, str]], asked: Asked) -> tuple[int, int]:
    """Return how many answers are special, and how many were given where one could be."""
    counted = base = 0
    for row in rows:
        for name in asked.offers & row.keys():
            base += 1
            counted += not UNKNOWN_CODES.isdisjoint(row[name].split())
        for name in asked.instead:
            special = row.get(f"{name}{_SPECIAL}", "")
            base += name in row or bool(special)
            counted += special in UNKNOWN_CODES
    return counted, base


def _years(members: Iterable[Mapping[str, str]], year: int) -> tuple[int, int]:
    """Return how many years of birth end in 0 or 5, of people of the forty ages."""
    born = [int(each["m_birth_year"]) for each in members if _is_whole(each.get("m_birth_year", ""))]
    inside = [one for one in born if year - one in _FORTY]
    return sum(one % 5 == 0 for one in inside), len(inside)


def _round_ones(ages: Iterable[int]) -> tuple[int, int]:
    """Return how many ages end in 0 or 5, of the forty ages."""
    inside = [one for one in ages if one in _FORTY]
    return sum(one % 5 == 0 for one in inside), len(inside)
