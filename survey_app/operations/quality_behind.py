"""The households behind a number of the quality page, each with what was found there.

It shows names, so it is for those who may see them, and every look is noted in the log.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from survey_app import i18n
from survey_app.i18n import _, ngettext
from survey_app.operations.access import needs
from survey_app.operations.quality import (
    DURATION,
    ENUMERATOR,
    FAST,
    ON_THE_LIST,
    OUTLIERS,
    PROGRESS,
    REFUSALS,
    Quality,
    stands,
)
from survey_app.operations.quality_facts import MEMBERS
from survey_app.records import Household
from survey_app.roles import NAMES
from survey_app.store import Line, Store
from survey_app.store.deeds import LOOKED_AT
from survey_app.text import show_number


@dataclass(frozen=True)
class Sign:
    """A household with what was found.

    Attributes:
        household: the line of the list.
        words: what was found.
        by: name of who was there.
        weight: what makes it stand further up.
    """

    household: Household
    words: str
    by: str
    weight: float = 0.0


@needs(NAMES)
def households_with(store: Store, quality: Quality, measure: str, by: str, code: str) -> tuple[Sign, ...]:
    """Return the households of an enumerator or a village in which a measure counts something, the furthest out first.

    Of progress and coverage these are the ones still to be visited or interviewed; of the duration all that were timed.

    Args:
        store: an open store.
        quality: the page.
        measure: key of a measure.
        by: ``"enumerator"`` or ``"village"``.
        code: which one.

    Raises:
        NotAllowed: the role of who is at work does not see names.
    """
    store.note_deed(LOOKED_AT, what="quality", measure=measure, by=by, group=code)
    if measure in ON_THE_LIST:
        return tuple(_listed(store, quality, measure, by, code))
    found = []
    for at, words, weight in _interviews(quality, measure, by, code):
        line = store.line(quality.held.facts.households[at])
        if line is not None:
            found.append(Sign(line.household, words, quality.name(quality.held.facts.people[at], ENUMERATOR), weight))
    return tuple(sorted(found, key=lambda one: (-one.weight, one.household.village_code, one.household.number)))


def _listed(store: Store, quality: Quality, measure: str, by: str, code: str) -> Iterator[Sign]:
    for line in store.households(village="" if by == ENUMERATOR else code):
        person = line.by if measure == REFUSALS else line.household.assigned_to
        counts, belongs = stands(measure, line.status)
        wanted = counts if measure == REFUSALS else not counts
        if belongs and wanted and (by != ENUMERATOR or person == code):
            yield Sign(
                line.household, _status_words(line, measure), quality.name(line.by, ENUMERATOR) if line.by else ""
            )


def _status_words(line: Line, measure: str) -> str:
    from survey_app.operations.outcomes import OUTCOMES

    if measure == PROGRESS:
        return _("Not visited yet")
    if measure == REFUSALS:
        return _("Refused")
    tries = ngettext("{count} visit without an interview", "{count} visits without an interview", line.tries)
    said = _(OUTCOMES[line.result]) if line.result in OUTCOMES else ""
    return ", ".join(part for part in (said, tries.format(count=line.tries) if line.tries else "") if part) or _(
        "Not interviewed yet"
    )


def _interviews(quality: Quality, measure: str, by: str, code: str) -> Iterator[tuple[int, str, float]]:
    """Yield the interviews in which something counts: place, words, weight."""
    facts = quality.held.facts
    codes = facts.people if by == ENUMERATOR else facts.villages
    own = [at for at, one in enumerate(codes) if one == code]
    if measure == OUTLIERS:
        yield from _outliers(quality, frozenset(own))
        return
    for at in own:
        if measure in {DURATION, FAST}:
            seconds = facts.seconds[at]
            if quality.held.fast[at] if measure == FAST else math.isfinite(seconds):
                yield at, _time_words(seconds, facts.answers[at]), -seconds / max(facts.answers[at], 1)
        elif facts.counted[measure][at]:
            counted, base = facts.counted[measure][at], facts.bases[measure][at]
            words = _("{counted} of {base}").format(counted=_number(counted), base=_number(base))
            yield at, words, counted / base


def _time_words(seconds: float, answers: int) -> str:
    minutes = show_number(seconds / 60, 1, i18n.language())
    return ngettext("{minutes} min for {count} answer", "{minutes} min for {count} answers", answers).format(
        minutes=minutes, count=answers
    )


def _outliers(quality: Quality, own: frozenset[int]) -> Iterator[tuple[int, str, float]]:
    held = quality.held
    told: dict[int, list[str]] = {}
    for name, (low, high) in held.usual.items():
        values, places = held.facts.numbers[name]
        for value, at in zip(values, places, strict=True):
            if at in own and not low <= value <= high:
                told.setdefault(at, []).append(f"{_label(quality, name)}: {_number(value)}")
    for at, words in told.items():
        yield at, "; ".join(words), float(len(words))


def _label(quality: Quality, name: str) -> str:
    """Return the words of a question in the language spoken now."""
    if name == MEMBERS:
        return _("People of the household")
    form = quality.held.form
    question = next((one for path, one in form.questions.items() if path.endswith(f"/{name}")), None)
    if question is None:
        return name
    spoken = next((one for one in form.languages if f"({i18n.language()})" in one), form.default_language)
    return question.label(spoken) or name


def _number(value: float) -> str:
    whole = math.isclose(value, round(value))
    return show_number(value, 0 if whole else 1, i18n.language())
