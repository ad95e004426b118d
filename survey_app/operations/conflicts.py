"""Conflicts: what a person has to settle, and how the decision becomes a revision like any other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from survey_app import join
from survey_app.clock import Clock, stamp, system_clock
from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.join import Conflict, Current
from survey_app.operations.access import needs
from survey_app.records import Answers, Household, Revision, flatten, nest
from survey_app.roles import DECIDE, NAMES
from survey_app.store import Store
from survey_app.text import tidy

HERE = "here"
"""Where a revision made in this store has arrived from."""

Kind = Literal["submission", "instance", "answer"]


class ConflictError(SurveyAppError):
    """A decision cannot be recorded; nothing was changed."""


class NotInConflict(ConflictError):  # noqa: N818 - the name says what is wrong
    """There is nothing to settle (any more)."""

    def __init__(self) -> None:
        super().__init__(
            "CNF-01",
            _("This household has nothing to settle any more."),
            _("Somebody may have settled it already. Load the list again; nothing was changed."),
        )


class NotAllSettled(ConflictError):  # noqa: N818
    """A choice is missing, or one is for a place that is not in conflict."""

    def __init__(self, missing: int = 0) -> None:
        super().__init__(
            "CNF-02",
            _("Not every difference of this household was decided.")
            if missing
            else _("A decision was given for an answer that is not in conflict."),
            _("Decide each of the listed differences, then record the decision. Nothing was changed."),
        )


class NoReason(ConflictError):  # noqa: N818
    """A decision without a reason."""

    def __init__(self) -> None:
        super().__init__(
            "CNF-03",
            _("A reason is needed."),
            _("Write in a few words why, so that others can follow it later. Nothing was changed."),
        )


@dataclass(frozen=True)
class Side:
    """One of the states that disagree.

    Attributes:
        revision: id of the revision.
        author: id of its author.
        author_name: name of the author, blank when not known here.
        device: id of the laptop or office it was made on.
        device_name: what people call it, blank when not known here.
        made_at: ISO 8601, by that device's clock.
        kind: ``"answers"``, ``"choice"`` or ``"void"``.
        reason: why, as its author wrote.
    """

    revision: str
    author: str
    author_name: str
    device: str
    device_name: str
    made_at: str
    kind: str
    reason: str


@dataclass(frozen=True)
class Difference:
    """One thing to settle.

    Attributes:
        address: where; see ``join.Conflict``.
        kind: ``"submission"``: shall it count at all; ``"instance"``: shall this member be there; ``"answer"``.
        base: the value that stands until then, ``None`` is blank.
        values: revision id to the value it gives, ``None`` is blank (void, removed).
    """

    address: str
    kind: Kind
    base: str | None
    values: Mapping[str, str | None]


@dataclass(frozen=True)
class OpenConflict:
    """A submission that waits for a decision.

    Attributes:
        submission: UUID of the submission.
        household_id: UUID of the household.
        household: its line on the list, ``None`` when it is not known here.
        village_code: code of its village, blank when not known.
        village: name of its village, blank when not known.
        form_id: id of the form.
        form_version: version of the form.
        sides: the states that disagree, oldest first.
        differences: what is to be settled, by address.
        answers: the answers that stand until then.
    """

    submission: str
    household_id: str
    household: Household | None
    village_code: str
    village: str
    form_id: str
    form_version: str
    sides: tuple[Side, ...]
    differences: tuple[Difference, ...]
    answers: Answers


@needs(NAMES)
def list_conflicts(store: Store, village: str = "", author: str = "") -> list[OpenConflict]:
    """Return the submissions that wait for a decision, by village and number of the household.

    Args:
        store: the office's store.
        village: only of this village; blank for all.
        author: only where this person made one of the sides; blank for all.
    """
    people = {person.id: person.name for person in store.enumerators()}
    machines = {device.id: device.name for device in store.devices()} | {store.device: store.name}
    found = [_open(store, current, people, machines) for current in list(store.currents(state="conflict"))]
    wanted = [
        each
        for each in found
        if village in {"", each.village_code} and (not author or author in {side.author for side in each.sides})
    ]
    return sorted(
        wanted, key=lambda each: (each.village_code, each.household.number if each.household else 0, each.submission)
    )


def _open(store: Store, current: Current, people: Mapping[str, str], machines: Mapping[str, str]) -> OpenConflict:
    revisions = {revision.id: revision for revision in store.revisions(current.submission)}
    household = store.household(current.household)
    village = store.place(household.village_code) if household else None
    sides = [
        Side(
            head.id,
            head.author,
            people.get(head.author, ""),
            head.device,
            machines.get(head.device, ""),
            head.made_at,
            head.kind,
            head.reason,
        )
        for head in (revisions[name] for name in current.heads)
    ]
    return OpenConflict(
        submission=current.submission,
        household_id=current.household,
        household=household,
        village_code=household.village_code if household else "",
        village=village.name if village else "",
        form_id=current.form_id,
        form_version=current.form_version,
        sides=tuple(sorted(sides, key=lambda side: (side.made_at, side.revision))),
        differences=tuple(_difference(conflict) for conflict in current.conflicts),
        answers=current.answers,
    )


def _difference(conflict: Conflict) -> Difference:
    kind: Kind = "answer"
    if conflict.address == "":
        kind = "submission"
    elif conflict.address.endswith("]"):
        kind = "instance"
    return Difference(conflict.address, kind, conflict.base, dict(conflict.values))


@needs(DECIDE)
def settle(  # noqa: PLR0917 - the order is part of the agreement
    store: Store,
    submission: str,
    choices: Mapping[str, str | None],
    reason: str,
    author: str,
    clock: Clock = system_clock,
) -> Revision:
    """Record a person's decision about a submission in conflict; nothing that lost is deleted.

    Args:
        store: the store.
        submission: UUID of the submission.
        choices: address of each difference to the id of the revision whose value shall hold, or to a value (``None``
            or a blank answer: blank; for an instance ``None`` removes it and ``""`` keeps it; for the submission
            ``None`` voids it and ``""`` keeps it). What is in a removed instance or a voided submission needs no
            choice.
        reason: why; required.
        author: id of the person who decides.
        clock: where the time comes from.

    What the form calculates is calculated anew from the decided answers; every other answer stays as decided.

    Returns:
        The new revision with all heads as parents: of kind ``"choice"``, or ``"void"`` when the submission was voided.

    Raises:
        NotInConflict, NotAllSettled, NoReason: as the name says; nothing was changed.
    """
    current = store.current(submission)
    if current is None or current.state != "conflict":
        raise NotInConflict
    values = _chosen(current, choices)
    if values.get("", "") is None:
        return _record(store, current, "void", current.answers, _Decision(reason, author, stamp(clock())))
    chosen = {address: value for address, value in values.items() if address}
    revisions = list(store.revisions(submission))
    answers = _recalculated(store, current, join.resolve(revisions, _derived(store, revisions), chosen), clock)
    return _record(store, current, "choice", answers, _Decision(reason, author, stamp(clock())))


BEFORE = "before"


def spelled_choices(conflict: OpenConflict, take: str, given: Mapping[str, str]) -> dict[str, str | None]:
    """Return choices as ``settle`` takes them, of decisions that were typed.

    Args:
        conflict: what is to be settled.
        take: for every difference that ``given`` does not name: ``"A"`` (the oldest version), ``"B"``, ...,
            ``"before"``; blank for none.
        given: address to the same, or to ``"="`` and an answer.

    Raises:
        NotAllSettled: there is no such version.
    """

    def value(difference: Difference, words: str) -> str | None:
        if words.startswith("="):
            return words[1:]
        if words.lower() == BEFORE:
            return difference.base
        number = "ABCDEFGH".find(words.upper()) if len(words) == 1 else -1
        if not 0 <= number < len(conflict.sides):
            raise NotAllSettled
        return difference.values.get(conflict.sides[number].revision)

    wanted = {each.address: given.get(each.address, take) for each in conflict.differences}
    if not given.keys() <= wanted.keys():
        raise NotAllSettled
    return {each.address: value(each, wanted[each.address]) for each in conflict.differences if wanted[each.address]}


@needs(DECIDE)
def void_submission(store: Store, submission: str, reason: str, author: str, clock: Clock = system_clock) -> Revision:
    """Record that a submission does not count; its answers stay readable.

    Raises:
        LookupError: there is no such submission.
        NoReason: nothing was changed.
    """
    current = store.current(submission)
    if current is None:
        raise LookupError("there is no such submission")
    return _record(store, current, "void", current.answers, _Decision(reason, author, stamp(clock())))


def _chosen(current: Current, choices: Mapping[str, str | None]) -> dict[str, str | None]:
    """Return address to value for every difference that needs a choice."""
    conflicts = {conflict.address: conflict for conflict in current.conflicts}
    if not choices.keys() <= conflicts.keys():
        raise NotAllSettled
    values = {address: _value(conflicts[address], choice) for address, choice in choices.items()}
    gone = [address for address, value in values.items() if value is None and (not address or address.endswith("]"))]
    needed = [
        address
        for address in conflicts
        if "" not in gone and not any(address.startswith(f"{instance}/") for instance in gone)
    ]
    missing = [address for address in needed if address not in values]
    if missing:
        raise NotAllSettled(len(missing))
    return values


def _value(conflict: Conflict, choice: str | None) -> str | None:
    sides = dict(conflict.values)
    if choice is not None and choice in sides:
        return sides[choice]
    if choice is None or conflict.address == "" or conflict.address.endswith("]"):
        return None if choice is None else ""
    return tidy(choice) or None


def _derived(store: Store, revisions: list[Revision]) -> set[str]:
    forms = {(revision.form_id, revision.form_version) for revision in revisions}
    found = [store.form(form_id, version) for form_id, version in forms]
    return {name for form in found if form is not None for name in form.derived}


def _recalculated(store: Store, current: Current, answers: Answers, clock: Clock) -> Answers:
    """Return the answers with the values that the form calculates from them, when its form can be loaded here."""
    stored = store.form(current.form_id, current.form_version)
    if stored is None:
        return answers
    from survey_app.xforms import FormError, FormSession, load_form

    try:
        form = load_form(stored.xform.encode(), stored.files)
    except FormError:
        return answers
    session = FormSession(form, edit=True, clock=clock, answers=answers, instance_id=f"uuid:{current.submission}")
    fresh = flatten(session.answers())
    values = {
        address: value for address, value in flatten(answers).items() if join.name_of(address) not in form.derived
    }
    values |= {
        address: value
        for address, value in fresh.items()
        if join.name_of(address) in form.derived and values.keys() >= set(join.instances_above(address))
    }
    return nest(values)


@dataclass(frozen=True)
class _Decision:
    reason: str
    author: str
    made_at: str


def _record(store: Store, current: Current, kind: str, answers: Answers, decision: _Decision) -> Revision:
    why = tidy(decision.reason)
    if not why:
        raise NoReason
    revision = Revision(
        submission=current.submission,
        household=current.household,
        round=current.round,
        form_id=current.form_id,
        form_version=current.form_version,
        parents=current.heads,
        kind=kind,
        author=decision.author,
        device=store.device,
        made_at=decision.made_at,
        reason=why,
        answers=answers,
    )
    store.add_revisions([revision], HERE)
    return revision
