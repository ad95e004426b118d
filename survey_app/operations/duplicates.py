"""The same household entered twice: what may be one, why, what a person decided about it, and how that is taken back.

Nothing is merged unattended. Each decision is a revision of kind ``visit`` (see ``visits``) at one of the two
households that names the other: it travels in bundles, merges by set union and is never forgotten. "The same" closes
one of the two lines; "different" and "later" only note it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from survey_app import crypto
from survey_app.clock import Clock, stamp, system_clock
from survey_app.errors import SurveyAppError
from survey_app.i18n import _, ngettext
from survey_app.join import Current
from survey_app.linkage import Entry, Likeness, Person, find_likenesses
from survey_app.operations.access import needs
from survey_app.operations.conflicts import HERE
from survey_app.operations.outcomes import DIFFERENT, DUPLICATE, REOPENED, UNDECIDED
from survey_app.operations.visits import (
    merge_households,
    note_event,
)
from survey_app.progress import SILENT, Monitor
from survey_app.records import Answers, Household, flatten
from survey_app.roles import DECIDE, NAMES
from survey_app.store import Line, Store
from survey_app.text import fold, show_date, tidy

Kind = Literal["same", "different", "later"]
Pair = frozenset[str]

_KINDS: Mapping[str, Kind] = {DUPLICATE: "same", DIFFERENT: "different", UNDECIDED: "later"}
_SHORTEST_PHONE = 8


@dataclass(frozen=True)
class Verdict:
    """What was decided last about two households.

    Attributes:
        pair: their ids.
        kind: ``"same"``, ``"different"``, or ``"later"``: looked at and left open.
        at: ISO 8601, when.
        by: id of the person.
        note: the reason.
        closed: of ``"same"``: id of the line that was closed; blank otherwise.
    """

    pair: Pair
    kind: Kind
    at: str
    by: str
    note: str
    closed: str = ""


@dataclass(frozen=True)
class Member:
    """A member as a person reads it: name, sex as the code of the answer, birth as far as it is known."""

    name: str
    sex: str
    birth: str


@dataclass(frozen=True)
class Side:
    """One of two households, for reading side by side.

    Attributes:
        household: its line, or what can be said of it when it is not on the list here.
        status: how far it is; see ``Line``.
        village: name of its village.
        phones: telephone numbers as written.
        form_at: ISO 8601, when its form was made; blank when there is none.
        form_by: name of who made it.
        members: the people of the form, in the order of ``Likeness.matches``.
    """

    household: Household
    status: str
    village: str
    phones: tuple[str, ...]
    form_at: str
    form_by: str
    members: tuple[Member, ...]


@dataclass(frozen=True)
class Candidate:
    """Two households that may be one.

    Attributes:
        likeness: what agrees.
        heads: names of the heads, left and right, as the list has them.
        numbers: numbers on the list, 0 when not on it.
        villages: codes of the villages.
        verdict: that it was looked at and left for later, ``None`` when nobody has looked.
    """

    likeness: Likeness
    heads: tuple[str, str]
    numbers: tuple[int, int]
    villages: tuple[str, str]
    verdict: Verdict | None = None

    @property
    def pair(self) -> Pair:
        """Ids of both."""
        return frozenset((self.likeness.left, self.likeness.right))


# --- finding --------------------------------------------------------------------------------------------------------


@needs(NAMES)
def candidates(store: Store, monitor: Monitor = SILENT) -> list[Candidate]:
    """Return the pairs of households nobody has decided about that may be one, the likeliest first, left ones last.

    Raises:
        Cancelled: the monitor said so.
    """
    said = verdicts(store)
    lines = {line.household.id: line for line in store.households()}
    entries = list(_entries(store, lines))
    decided = {pair for pair, verdict in said.items() if verdict.kind != "later"}
    found = [_candidate(likeness, lines, said) for likeness in find_likenesses(entries, decided, monitor)]
    return sorted(found, key=lambda each: each.verdict is not None)


def _candidate(likeness: Likeness, lines: Mapping[str, Line], said: Mapping[Pair, Verdict]) -> Candidate:
    sides = [lines[name].household if name in lines else None for name in (likeness.left, likeness.right)]
    left, right = (side or Household("", "", 0, "") for side in sides)
    return Candidate(
        likeness,
        (left.head_name, right.head_name),
        (left.number, right.number),
        (left.village_code, right.village_code),
        said.get(frozenset((likeness.left, likeness.right))),
    )


def _entries(store: Store, lines: Mapping[str, Line]) -> Iterator[Entry]:
    """Yield every household that is not closed as another one, as it is compared."""
    key, reference = crypto.random_bytes(32), _reference_year(store)
    forms = {household: current.answers for household, current in _newest(store).items()}
    for name in sorted({*lines, *forms}):
        line = lines.get(name)
        if line is not None and line.result == DUPLICATE:
            continue
        answers = forms.get(name, {})
        people = tuple(_person(each, key, reference) for each in _members(answers))
        household = line.household if line is not None else Household(name, "", 0, people[0].name if people else "")
        yield Entry(
            name,
            household.village_code,
            household.head_name,
            frozenset(_digits(phone) for phone in _phones(household, answers)) - {""},
            fold(household.address),
            people,
            _family(household, lines),
        )


def _newest(store: Store) -> dict[str, Current]:
    """Return the newest form of each household in this round that counts."""
    round_ = store.round()
    found: dict[str, Current] = {}
    for current in store.currents():
        elsewhere = round_ is not None and (current.round != round_.code or current.form_id in dict(round_.further))
        if current.state == "void" or elsewhere:
            continue
        before = found.get(current.household)
        if before is None or (before.made_at, before.submission) < (current.made_at, current.submission):
            found[current.household] = current
    return found


def _reference_year(store: Store) -> int:
    round_ = store.round()
    return int(round_.reference_date[:4]) if round_ is not None and round_.reference_date[:4].isdecimal() else 0


def _members(answers: Answers) -> list[dict[str, str]]:
    """Return name to answer of each member (the instances that have ``m_name``), the head first."""
    found = [
        {address.rpartition("/")[2]: value for address, value in flatten(instance).items()}
        for instances in _repeats(answers)
        for instance in instances
    ]
    named = [each for each in found if each.get("m_name")]
    return sorted(named, key=lambda each: each.get("m_relation") != "head")


def _repeats(answers: Mapping[str, Any]) -> Iterator[list[Answers]]:
    for value in answers.values():
        if isinstance(value, list):
            yield value
        elif isinstance(value, Mapping):
            yield from _repeats(value)


def _person(member: Mapping[str, str], key: bytes, reference: int) -> Person:
    numbers = {name: int(member[name]) for name in _BIRTH if member.get(name, "").isdecimal()}
    year, month, day = (numbers.get(name, 0) for name in _BIRTH)
    age = member.get("m_age", "")
    by_age = not year and age.isdecimal() and reference > 0
    return Person(
        member["m_name"],
        member.get("m_sex", ""),
        reference - int(age) if by_age else year,
        month,
        day,
        by_age,
        _hashed(member.get("m_id_number", ""), key),
    )


_BIRTH = ("m_birth_year", "m_birth_month", "m_birth_day")


def _hashed(number: str, key: bytes) -> str:
    """Return a hash that can be compared within one search only: the key is drawn anew for each and kept nowhere."""
    digits = "".join(char for char in number if char.isdecimal())
    return hashlib.blake2b(digits.encode(), key=key, digest_size=16).hexdigest() if digits else ""


def _phones(household: Household, answers: Answers) -> tuple[str, ...]:
    told = [value for address, value in flatten(answers).items() if address.rpartition("/")[2] == "hh_phone"]
    by_digits = {_digits(phone): phone for phone in (household.phone, *told) if phone.strip()}
    return tuple(by_digits.values())


def _digits(phone: str) -> str:
    digits = "".join(char for char in phone if char.isdecimal())
    digits = "0" + digits[2:] if digits.startswith("84") and len(digits) > 9 else digits
    return digits if len(digits) >= _SHORTEST_PHONE else ""


def _family(household: Household, lines: Mapping[str, Line]) -> str:
    """Return the household that this one, or the one it moved out of, began as."""
    seen = {household.id}
    while household.split_from and household.split_from not in seen:
        seen.add(household.split_from)
        origin = lines.get(household.split_from)
        if origin is None:
            return household.split_from
        household = origin.household
    return household.id


# --- why ------------------------------------------------------------------------------------------------------------


def reasons(likeness: Likeness) -> list[str]:
    """Return in words why two households may be one, what weighs most first."""
    said = []
    if likeness.head in {"same", "order"}:
        said.append(_("same head of household"))
    elif likeness.head == "accents":
        said.append(_("heads' names differ only in accents"))
    elif likeness.head in {"near", "short"}:
        said.append(_("heads' names are alike"))
    if likeness.same_phone:
        said.append(_("same telephone number"))
    numbers = sum(match.identity for match in likeness.matches)
    if numbers:
        words = ngettext("{count} identity number in common", "{count} identity numbers in common", numbers)
        said.append(words.format(count=numbers))
    if all(likeness.sizes):
        count = len(likeness.matches)
        said.append(ngettext("{count} member in common", "{count} members in common", count).format(count=count))
    if likeness.same_address:
        said.append(_("same address"))
    if likeness.same_village:
        said.append(_("same village"))
    if likeness.related:
        said.append(_("one household moved out of the other"))
    return said


@needs(NAMES)
def read_side(store: Store, household: str) -> Side:
    """Return a household for reading beside another one."""
    line = store.line(household)
    forms = [each for each in store.currents(household=household) if each.state != "void"]
    round_ = store.round()
    forms = [each for each in forms if round_ is None or each.round == round_.code]
    form = max(forms, key=lambda each: (each.made_at, each.submission), default=None)
    answers = form.answers if form is not None else {}
    members = _members(answers)
    told = line.household if line is not None else Household(household, "", 0, members[0]["m_name"] if members else "")
    village = store.place(told.village_code) if told.village_code else None
    people = {person.id: person.name for person in store.enumerators()}
    return Side(
        told,
        line.status if line is not None else "",
        village.name if village else "",
        _phones(told, answers),
        form.made_at if form is not None else "",
        people.get(form.author, form.author) if form is not None else "",
        tuple(Member(each["m_name"], each.get("m_sex", ""), _birth(each)) for each in members),
    )


def _birth(member: Mapping[str, str]) -> str:
    """Return a birth as people read it, as far as it is known."""
    year, month, day = (member.get(name, "") for name in _BIRTH)
    if year.isdecimal() and month.isdecimal() and day.isdecimal():
        try:
            return show_date(dt.date(int(year), int(month), int(day)))
        except ValueError:
            return f"{day}/{month}/{year}"
    if year and month:
        return f"{month}/{year}"
    age = member.get("m_age", "")
    return year or (_("{age} years old").format(age=age) if age else "")


# --- deciding -------------------------------------------------------------------------------------------------------


def verdicts(store: Store) -> dict[Pair, Verdict]:
    """Return what was decided last about each pair, in whatever round and wherever; what was taken back is not there.

    The newest decision holds, by its moment and then by its id, so that all offices with the same revisions agree.
    """
    found: dict[Pair, Verdict] = {}
    for visit in sorted(store.visits(), key=lambda each: (each.made_at, each.id)):
        outcome, other = str(visit.answers.get("outcome", "")), str(visit.answers.get("other", ""))
        if outcome == REOPENED:
            back = [pair for pair, verdict in found.items() if verdict.closed == visit.household]
            for pair in back:
                del found[pair]
        elif outcome in _KINDS and other and other != visit.household:
            kind = _KINDS[outcome]
            pair = frozenset((visit.household, other))
            closed = visit.household if kind == "same" else ""
            found[pair] = Verdict(pair, kind, visit.made_at, visit.author, visit.reason, closed)
    return found


@needs(DECIDE)
def same_household(
    store: Store, closed: str, kept: str, author: str, reason: str, *, clock: Clock = system_clock
) -> Verdict:
    """Decide that two lines are one household: one is closed and its form made void, the other one stays.

    Raises:
        SurveyAppError: as ``merge_households``; nothing was changed.
    """
    visit = merge_households(store, closed, kept, author, reason, clock=clock)
    return Verdict(frozenset((closed, kept)), "same", visit.at, visit.by, visit.note, closed)


@needs(DECIDE)
def different_households(
    store: Store, one: str, other: str, author: str, reason: str, *, clock: Clock = system_clock
) -> Verdict:
    """Decide that two lines are two households; they are not proposed again.

    Raises:
        SurveyAppError: there is no reason (``DUP-01``) or no round (``VIS-06``); nothing was changed.
    """
    if not tidy(reason):
        raise SurveyAppError(
            "DUP-01",
            _("The reason is missing."),
            _("Write in a few words why these are two households. Nothing was changed."),
        )
    return _note(store, one, other, DIFFERENT, author, reason, clock)


@needs(DECIDE)
def decide_later(
    store: Store, one: str, other: str, author: str, note: str = "", *, clock: Clock = system_clock
) -> Verdict:
    """Note that two lines were compared and left open; they are proposed again, after the others.

    Raises:
        SurveyAppError: there is no round (``VIS-06``).
    """
    return _note(store, one, other, UNDECIDED, author, note, clock)


def _note(  # noqa: PLR0917 - one after the other as they are written down
    store: Store, one: str, other: str, outcome: str, author: str, note: str, clock: Clock
) -> Verdict:
    first, second = sorted((one, other))
    visit = note_event(store, first, outcome, author, clock, note=note, other=second)
    return Verdict(frozenset((first, second)), _KINDS[outcome], visit.at, visit.by, visit.note)


@needs(DECIDE)
def take_back(store: Store, pair: Pair, author: str, *, clock: Clock = system_clock) -> None:
    """Take back what was decided about two households; both are as before, and the decision stays in the history.

    Of "the same", the closed line is put back on the list and the forms that were made void with it count again.

    Raises:
        SurveyAppError: nothing is decided about them (``DUP-02``); nothing was changed.
    """
    verdict = verdicts(store).get(frozenset(pair))
    if verdict is None:
        raise SurveyAppError(
            "DUP-02",
            _("Nothing is decided about these two households any more."),
            _("Somebody may have taken it back already. Load the list again; nothing was changed."),
        )
    now = clock()
    why = _("Decision taken back")
    if verdict.kind != "same":
        one, other = sorted(verdict.pair)
        decide_later(store, one, other, author, why, clock=lambda: now)
        return
    with store.together():
        for current in list(store.currents(state="void", household=verdict.closed)):
            _count_again(store, current, verdict, author, stamp(now))
        note_event(store, verdict.closed, REOPENED, author, lambda: now, note=why)


def _count_again(store: Store, current: Current, verdict: Verdict, author: str, made_at: str) -> None:
    """Let a form count again that was made void together with the closing."""
    heads = [each for each in store.revisions(current.submission) if each.id in current.heads]
    if any((each.made_at, each.author, each.reason) != (verdict.at, verdict.by, verdict.note) for each in heads):
        return
    back = replace(
        heads[0],
        parents=current.heads,
        kind="choice",
        author=author,
        device=store.device,
        made_at=made_at,
        reason=_("Decision taken back"),
        answers=current.answers,
        id="",
    )
    store.add_revisions([back], HERE)
