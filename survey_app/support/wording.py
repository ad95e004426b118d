"""Why a household stands where it does, in words for people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from survey_app.i18n import _, language
from survey_app.support.families import Step
from survey_app.support.programme import Words
from survey_app.support.ranking import Listed, Reason
from survey_app.text import show_date

NameOf = Callable[[str], str]
"""Says which household an id means."""


def why(line: Listed, name_of: NameOf) -> list[str]:
    """Return why a household is on the list and stands so, then what must be looked at."""
    return [say(reason, name_of) for reason in (*line.why, *line.alerts)]


def say(reason: Reason, name_of: NameOf) -> str:
    """Return one reason as a sentence."""
    words = _listing(reason.words)
    other = name_of(reason.other) if reason.other else ""
    way = " ".join(_step(step, name_of) for step in reason.way)
    record = reason.record
    when, said = (_day(record.at), record.reason) if record is not None else ("", "")
    first, second = (*reason.values, "", "")[:2]
    text = {
        "group": lambda: _("Priority {number}: {group}.").format(number=first, group=words),
        "no_group": lambda: _("In no target group of the programme."),
        "unmet": lambda: _("Not met: {conditions}.").format(conditions=words),
        "unmet_device": lambda: _unmet_device(reason.words),
        "conflict": lambda: _("Its form has answers that contradict each other; decide about them first."),
        "no_form": lambda: _("It has no form that counts and allows the review any more."),
        "included": lambda: _("Put on the list as an exception on {day}: {reason}").format(day=when, reason=said),
        "excluded": lambda: _("Left out as an exception on {day}: {reason}").format(day=when, reason=said),
        "quota": lambda: _("No such device is left; it stands on the waiting list."),
        "cap": lambda: _("The programme supports no more households; it stands on the waiting list."),
        "proposed": lambda: _("Proposed on {day}.").format(day=when),
        "approved": lambda: _approved(reason, when),
        "delivered": lambda: _("Delivered on {day}.").format(day=when),
        "given": lambda: _given(reason, when, way, other),
        "relative": lambda: _relative(reason, way, other),
        "twice": lambda: _("Two devices in one household: {other} has one too, since {day}. {way} One must come back.")
        .format(other=other, day=when, way=way),
        "no_longer": lambda: _("By its form now it would not be on the list; withdraw it, or note an exception."),
        "priority": lambda: _("Before the next one: priority {one} comes before {two}.").format(one=first, two=second),
        "first": lambda: _first(words, first, second),
        "lot": lambda: _("Before the next one: equal in everything, decided by lot ({one} before {two}).")
        .format(one=first, two=second),
    }[reason.code]()  # fmt: skip
    return " ".join(text.split())


def _unmet_device(words: tuple[Words, ...]) -> str:
    device, *conditions = words
    return _("{device}, not met: {conditions}.").format(
        device=device.spoken(language()), conditions=_listing(conditions)
    )


def _first(words: str, mine: str, theirs: str) -> str:
    if {mine, theirs} == {"0", "1"}:
        return _("Before the next one, of the same priority: {what}.").format(what=_lower(words))
    return _("Before the next one, of the same priority: {what} ({mine} against {theirs}).").format(
        what=_lower(words), mine=mine, theirs=theirs
    )


def _approved(reason: Reason, when: str) -> str:
    record = reason.record
    number = record.said.get("decision", "") if record is not None else ""
    return _("Approved by decision {number} of {day}.").format(number=number or "–", day=_decided(reason) or when)


def _decided(reason: Reason) -> str:
    return _day(reason.record.said.get("decision_date", "")) if reason.record is not None else ""


def _given(reason: Reason, when: str, way: str, other: str) -> str:
    if not reason.way:
        return _("It was given a device on {day} already. One device, once per household.").format(day=when)
    return _("{other} was given a device on {day} already, and is the same household: {way} One device, once.").format(
        other=other, day=when, way=way
    )


def _relative(reason: Reason, way: str, other: str) -> str:
    if reason.record is not None:
        return _("{other} of the same household is on the list already: {way} One device, once.").format(
            other=other, way=way
        )
    return _("{other} of the same household comes first: {way} One device, once.").format(other=other, way=way)


def _step(step: Step, name_of: NameOf) -> str:
    start, end = name_of(step.start), name_of(step.end)
    words = {
        "split": _("{one} moved out of {two}."),
        "split_off": _("{two} moved out of {one}."),
        "same": _("{one} was closed as {two}."),
        "same_kept": _("{two} was closed as {one}."),
        "member": _("A person with the same identity number is counted in {one} and in {two}."),
    }[step.kind]
    return words.format(one=start, two=end)


def _listing(words: Iterable[Words]) -> str:
    return "; ".join(_lower(one.spoken(language())) if n else one.spoken(language()) for n, one in enumerate(words))


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _day(moment: str) -> str:
    try:
        return show_date(dt.datetime.fromisoformat(moment).date())
    except ValueError:
        return moment
