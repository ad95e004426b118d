"""Answers as flat rows: one a household, one a member."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from survey_app.indicators.codebook import codebook_of
from survey_app.indicators.columns import HEAD_SEX, Codebook
from survey_app.records import LINE, Place

if TYPE_CHECKING:
    from survey_app.join import Current
    from survey_app.xforms import FormDefinition

SUBMISSION = "submission_id"
LINE_COLUMN = "line"
BATCH = 20_000


@dataclass(frozen=True)
class Rows:
    """Flat answers; a blank answer may be ``""`` or missing.

    Attributes:
        household: one mapping a submission: ``submission_id``, ``household_id`` and every question by name.
        member: one mapping a member: ``submission_id``, ``line`` (its line key) and every question by name.
        in_conflict: ids of the submissions that still hold a conflict (they count with their provisional value).
    """

    household: list[dict[str, str]] = field(default_factory=list)
    member: list[dict[str, str]] = field(default_factory=list)
    in_conflict: set[str] = field(default_factory=set)


def rows_of(
    currents: Iterable[Current], form: FormDefinition | Codebook, places: Iterable[Place] | Mapping[str, Place] = ()
) -> Rows:
    """Return the rows of all submissions that count: every one but the voided.

    Args:
        currents: what the submissions say now.
        form: the form, or its codebook.
        places: used where a submission holds a village code but no commune or province code.
    """
    whole = Rows()
    for batch in batches_of(currents, form, places):
        whole.household.extend(batch.household)
        whole.member.extend(batch.member)
        whole.in_conflict.update(batch.in_conflict)
    return whole


def batches_of(
    currents: Iterable[Current],
    form: FormDefinition | Codebook,
    places: Iterable[Place] | Mapping[str, Place] = (),
    size: int = BATCH,
) -> Iterator[Rows]:
    """Yield ``rows_of`` in parts of ``size`` submissions, so that a province never stands in memory as Python rows."""
    book = form if isinstance(form, Codebook) else codebook_of(form)
    by_code = dict(places) if isinstance(places, Mapping) else {place.code: place for place in places}
    households: list[dict[str, str]] = []
    members: list[dict[str, str]] = []
    in_conflict: set[str] = set()
    for current in currents:
        if current.state == "void":
            continue
        household, its_members = flat(current, book, by_code)
        households.append(household)
        members.extend(its_members)
        if current.conflicts:
            in_conflict.add(current.submission)
        if len(households) >= size:
            yield Rows(households, members, in_conflict)
            households, members, in_conflict = [], [], set()
    if households:
        yield Rows(households, members, in_conflict)


def flat(current: Current, book: Codebook, places: Mapping[str, Place]) -> tuple[dict[str, str], list[dict[str, str]]]:
    """Return the household row and the member rows of one submission."""
    household = {SUBMISSION: current.submission, "household_id": current.household}
    members: list[dict[str, str]] = []
    for instance in _spread(current.answers, book.repeat, household):
        member = {SUBMISSION: current.submission, LINE_COLUMN: str(instance[LINE])}
        _spread(instance, "", member)
        members.append(member)
    head = next((member for member in members if member.get("m_relation") == "head"), {})
    household[HEAD_SEX] = head.get("m_sex", "")
    locate(household, places)
    return household, members


def _spread(answers: Mapping[str, Any], repeat: str, row: dict[str, str]) -> Sequence[Mapping[str, Any]]:
    """Put the answers of a tree into a row, groups flattened; return the instances of the repeat."""
    instances: Sequence[Mapping[str, Any]] = ()
    for name, value in answers.items():
        if isinstance(value, str):
            row[name] = value
        elif isinstance(value, Mapping):
            instances = _spread(value, repeat, row) or instances
        elif name == repeat and name != LINE:
            instances = value
    return instances


def locate(household: dict[str, str], places: Mapping[str, Place]) -> None:
    """Fill in commune and province of a row that has only a village or commune."""
    for below, above in (("village_code", "commune_code"), ("commune_code", "province_code")):
        place = places.get(household.get(below, ""))
        if place is not None and not household.get(above):
            household[above] = place.parent
