"""Answers given before that have no place in the form as it is now: kept with the draft, in words, to be looked up.

They are no answers any more and leave with the draft: no revision and no bundle holds them. The revision they come from
still does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass

from survey_app.records import DROPPED
from survey_app.xforms import Dropped, FormDefinition

_INSTANCE = re.compile(r"\[\d+\]")


@dataclass(frozen=True)
class Lost:
    """An answer that has no place in the form, in words.

    Attributes:
        person: whom it is about, ``""`` when about the household.
        question: the question's words, its name when no form here has it.
        answer: the answer in words.
        reason: why it has no place.
    """

    person: str
    question: str
    answer: str
    reason: str


def to_values(
    dropped: Sequence[Dropped], forms: Sequence[FormDefinition], values: Mapping[str, str], first: int = 1
) -> dict[str, str]:
    """Return what a draft keeps of the answers that opening it has dropped.

    Args:
        dropped: what the session says.
        forms: where their words are looked up, the form they were given in first.
        values: all answers given before, by address.
        first: number of the first one; a draft numbers them through.
    """
    told = (_told(one, forms, values) for one in dropped)
    return {f"{DROPPED}{number:06}": json.dumps(astuple(one)) for number, one in enumerate(told, start=first)}


def from_values(values: Mapping[str, str]) -> tuple[Lost, ...]:
    """Return the dropped answers that a draft keeps."""
    return tuple(Lost(*json.loads(values[address])) for address in sorted(values) if address.startswith(DROPPED))


def _told(one: Dropped, forms: Sequence[FormDefinition], values: Mapping[str, str]) -> Lost:
    place = _INSTANCE.sub("", one.address)
    question, answer = place.rpartition("/")[2], one.value
    asked = (form.questions.get(f"{form.root}/{place}") for form in forms)
    known = next((each for each in asked if each is not None), None)
    if known is not None:
        question = known.label() or question
        labels = {choice.value: choice.label() for choice in known.choices}
        chosen = answer.split(" ") if known.control in ("select", "rank") else [answer]
        answer = ", ".join(labels.get(value, value) for value in chosen)
    return Lost(_person(one.address, forms, values), question, answer, one.reason)


def _person(address: str, forms: Sequence[FormDefinition], values: Mapping[str, str]) -> str:
    """Return what was answered to the first question of the innermost line around an address: the name of a person."""
    line = address[: address.rindex("]") + 1] if "]" in address else ""
    repeat = _INSTANCE.sub("", line)
    asked = (path[len(form.root) + 1 :] for form in forms if line for path in form.questions)
    return next((values.get(line + path[len(repeat) :], "") for path in asked if path.startswith(f"{repeat}/")), "")
