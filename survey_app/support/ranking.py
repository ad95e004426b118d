"""The list of a programme: who may get a device now, in which order, and why.

Nothing here depends on the order of arrival: equal sets of entries, links and records give the same list. Ties that the
programme's own rules leave are settled by a **lot** that everybody can draw again: the SHA-256 of the programme's code
and the household's id, the smallest first. It favours no village, no alphabet and nobody who came first.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from survey_app.support.families import Families, Step
from survey_app.support.programme import Programme, Words
from survey_app.support.register import APPROVED, DELIVERED, EXCLUDED, INCLUDED, PROPOSED, STAGES, Record, Register

Status = Literal["delivered", "approved", "proposed", "next", "waiting", "held", "out"]

STATUSES: tuple[Status, ...] = ("delivered", "approved", "proposed", "next", "waiting", "held", "out")
"""``next``: may be proposed now; ``waiting``: eligible, but no device is left; ``held``: another household of the same
family comes first or has been supported, or its form must be settled first; ``out``: not eligible."""

IN_LINE: tuple[Status, ...] = ("delivered", "approved", "proposed", "next", "waiting")
_STATUS_OF: Mapping[str, Status] = {DELIVERED: "delivered", APPROVED: "approved", PROPOSED: "proposed"}


@dataclass(frozen=True)
class Entry:
    """A household as its form says now; only those with a form that counts and with consent to be reviewed.

    Attributes:
        household: its id.
        answers: household answers by name of the question.
        conflict: the form has answers that a person must settle.
    """

    household: str
    answers: Mapping[str, str]
    conflict: bool = False


@dataclass(frozen=True)
class Reason:
    """Why, for ``wording`` to say.

    Attributes:
        code: what kind of reason.
        words: names of rules.
        values: numbers, dates and the like.
        record: the record it rests on.
        way: the way through the family to the household of that record or to ``other``.
        other: the other household.
    """

    code: str
    words: tuple[Words, ...] = ()
    values: tuple[str, ...] = ()
    record: Record | None = None
    way: tuple[Step, ...] = ()
    other: str = ""


@dataclass(frozen=True)
class Listed:
    """A household on the list.

    Attributes:
        household: its id.
        status: one of ``STATUSES``.
        priority: number of its group, from 1; 0 when it is in none.
        place: where it stands in line, from 1; 0 when it does not.
        device: code of the device it is to get or got, blank for none.
        why: why it is on the list and stands so.
        ahead: why it comes before the next one in line; None for the last.
        alerts: what must be looked at although it does not change where it stands.
    """

    household: str
    status: Status
    priority: int = 0
    place: int = 0
    device: str = ""
    why: tuple[Reason, ...] = ()
    ahead: Reason | None = None
    alerts: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Listing:
    """The list.

    Attributes:
        lines: those in line in their order, then those held back, then the others.
        left: devices left by code, None for no limit.
        left_in_all: how many households may still be supported, None for no limit.
    """

    lines: tuple[Listed, ...]
    left: Mapping[str, int | None] = field(default_factory=dict)
    left_in_all: int | None = None

    def line(self, household: str) -> Listed | None:
        """Return the line of a household."""
        return next((line for line in self.lines if line.household == household), None)

    def count(self, status: Status) -> int:
        """Return how many households stand so."""
        return sum(line.status == status for line in self.lines)


def lot(programme: str, household: str) -> str:
    """Return what settles the last ties: a number nobody chose, which everybody can work out again."""
    return hashlib.sha256(f"{programme} {household}".encode()).hexdigest()


def rank(
    programme: Programme, entries: Iterable[Entry], families: Families, register: Register, gifts: Iterable[Record] = ()
) -> Listing:
    """Return the list of a programme.

    Args:
        programme: its rules.
        entries: the households, in any order.
        families: who belongs to whom.
        register: what was decided and done, here and elsewhere.
        gifts: devices given outside the register, as records of deliveries.
    """
    return _Ranking(programme, entries, families, register, gifts).listing()


@dataclass(frozen=True)
class _Judged:
    """What the rules alone say about a household."""

    household: str
    priority: int
    devices: tuple[str, ...]
    key: tuple[object, ...]
    amounts: tuple[float, ...]
    why: tuple[Reason, ...]
    fits: bool


class _Ranking:
    def __init__(
        self,
        programme: Programme,
        entries: Iterable[Entry],
        families: Families,
        register: Register,
        gifts: Iterable[Record],
    ) -> None:
        self.programme, self.families = programme, families
        self.entries = {entry.household: entry for entry in entries}
        self.furthest = register.furthest(programme.code)
        self.exceptions = register.exceptions(programme.code)
        self.given: dict[str, list[Record]] = {}
        for record in sorted([*register.given(), *gifts], key=lambda one: one.id):
            self.given.setdefault(families.root(record.household), []).append(record)
        self.judged = {name: self._judge(name) for name in sorted({*self.entries, *self.furthest})}
        self.first = self._first_of_families()

    # --- the rules -----------------------------------------------------------------------------------------------

    def _judge(self, household: str) -> _Judged:
        entry, exception = self.entries.get(household), self.exceptions.get(household)
        if entry is None:
            return self._judged(household, {}, 0, (), (Reason("no_form"),), fits=False)
        group = next((n for n, rule in enumerate(self.programme.groups, 1) if rule.holds(entry.answers)), 0)
        devices, unmet = self._devices(entry.answers)
        why = [Reason("group", (self.programme.groups[group - 1].words,), (str(group),))] if group else []
        if exception is not None and exception.what == EXCLUDED:
            why = [*why, Reason("excluded", record=exception)]
            return self._judged(household, entry.answers, group, (), tuple(why), fits=False)
        if exception is not None and not (group and devices):
            given = exception.device or self.programme.devices[0].code
            priority = group or len(self.programme.groups) + 1
            reasons = (*why, Reason("included", record=exception))
            return self._judged(household, entry.answers, priority, (given,), reasons, fits=True)
        if not group:
            why.append(Reason("no_group"))
        why += unmet if not devices else ()
        if entry.conflict:
            why.append(Reason("conflict"))
        fits = bool(group and devices) and not entry.conflict
        return self._judged(household, entry.answers, group, devices, tuple(why), fits=fits)

    def _judged(
        self,
        household: str,
        answers: Mapping[str, str],
        priority: int,
        devices: tuple[str, ...],
        why: tuple[Reason, ...],
        *,
        fits: bool,
    ) -> _Judged:
        amounts = tuple(rule.amount(answers) for rule in self.programme.firsts)
        signed = (
            amount if rule.small_first else -amount for rule, amount in zip(self.programme.firsts, amounts, strict=True)
        )
        key = (priority or len(self.programme.groups) + 2, *signed, lot(self.programme.code, household), household)
        return _Judged(household, priority, devices, key, amounts, why, fits)

    def _devices(self, answers: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[Reason, ...]]:
        """Return the devices that all conditions hold for; when there are none, what does not hold."""

        def unmet(code: str) -> tuple[Words, ...]:
            own = (rule for rule in self.programme.conditions if rule.device == code)
            return tuple(rule.words for rule in own if not rule.holds(answers))

        if general := unmet(""):
            return (), (Reason("unmet", general),)
        failed = {device.code: unmet(device.code) for device in self.programme.devices}
        reasons = tuple(Reason("unmet_device", (one.words, *failed[one.code])) for one in self.programme.devices)
        return tuple(code for code, words in failed.items() if not words), reasons

    # --- one device once per household -----------------------------------------------------------------------------

    def _first_of_families(self) -> dict[str, str]:
        """Return of each family the one household that may stand in line: who is furthest, then who ranks first."""
        found: dict[str, str] = {}
        for name, judged in sorted(self.judged.items(), key=self._claim):
            if judged.fits or name in self.furthest:
                found.setdefault(self.families.root(name), name)
        return found

    def _claim(self, item: tuple[str, _Judged]) -> tuple[object, ...]:
        name, judged = item
        record = self.furthest.get(name)
        return (STAGES.index(record.what) if record is not None else len(STAGES), *judged.key)

    def _gift(self, household: str) -> Record | None:
        """Return a delivery to this household's family, its own before another's."""
        given = self.given.get(self.families.root(household), [])
        return min(given, key=lambda one: (one.household != household, one.id), default=None)

    def _held(self, household: str, judged: _Judged) -> Reason | None:
        """Return why another household of the family, or a device given before, keeps this one back."""
        gift, record = self._gift(household), self.furthest.get(household)
        own = record is not None and record.what == DELIVERED
        if gift is not None and not own:
            way = self.families.way(household, gift.household)
            return Reason("given", record=gift, way=way, other=gift.household)
        first = self.first.get(self.families.root(household), household)
        if first != household and not own:
            stands = self.furthest.get(first)
            way = self.families.way(household, first)
            return Reason("relative", record=stands, way=way, other=first) if judged.fits or record else None
        return None

    def _alerts(self, household: str, judged: _Judged) -> tuple[Reason, ...]:
        record = self.furthest.get(household)
        given = self.given.get(self.families.root(household), [])
        found = []
        if record is not None and record.what == DELIVERED and len(given) > 1:
            other = next((one for one in given if one.household != household), given[-1])
            way = self.families.way(household, other.household)
            found.append(Reason("twice", record=other, way=way, other=other.household))
        if record is not None and record.what != DELIVERED and not judged.fits:
            found.append(Reason("no_longer"))
        return tuple(found)

    # --- the list --------------------------------------------------------------------------------------------------

    def listing(self) -> Listing:
        standing = {
            name: record
            for name, record in self.furthest.items()
            if record.what == DELIVERED or self._held(name, self.judged[name]) is None
        }
        taken = Counter(record.device for record in standing.values())
        left = {one.code: _left(one.quota, taken[one.code]) for one in self.programme.devices}
        in_all = _left(self.programme.cap, len(standing))
        rest: list[Listed] = []
        line: list[tuple[_Judged, Listed]] = []
        ordered = sorted(self.judged.values(), key=lambda one: one.key)
        still, still_in_all = dict(left), in_all
        for judged in ordered:
            listed = self._listed(judged, still, still_in_all)
            if listed.status == "next":
                still[listed.device] = _left(still[listed.device], 1)
                still_in_all = _left(still_in_all, 1)
            if listed.status in IN_LINE:
                line.append((judged, listed))
            else:
                rest.append(listed)
        rest.sort(key=lambda one: (one.status != "held", self.judged[one.household].key))
        return Listing((*self._in_line(line), *rest), left, in_all)

    def _listed(self, judged: _Judged, left: Mapping[str, int | None], in_all: int | None) -> Listed:
        name, record = judged.household, self.furthest.get(judged.household)
        base = Listed(name, "out", judged.priority, why=judged.why, alerts=self._alerts(name, judged))
        held = self._held(name, judged)
        if held is not None and (judged.fits or record is not None):
            return replace(base, status="held", device=record.device if record else "", why=(*judged.why, held))
        if record is not None:
            return replace(
                base,
                status=_STATUS_OF[record.what],
                priority=judged.priority or _whole(record.said.get("priority", "")),
                device=record.device,
                why=(*judged.why, Reason(_STATUS_OF[record.what], record=record)),
            )
        if not judged.fits:
            more = (held,) if held is not None and held.code == "given" else ()
            status: Status = "held" if judged.why and judged.why[-1].code == "conflict" and judged.priority else "out"
            return replace(base, status=status, why=(*judged.why, *more))
        device = next((code for code in judged.devices if left.get(code) is None or left[code]), "")
        if not device or in_all == 0:
            code = "cap" if device else "quota"
            return replace(base, status="waiting", device=judged.devices[0], why=(*judged.why, Reason(code)))
        return replace(base, status="next", device=device)

    def _in_line(self, line: Sequence[tuple[_Judged, Listed]]) -> list[Listed]:
        found = []
        for number, (judged, listed) in enumerate(line, 1):
            after = line[number][0] if number < len(line) else None
            ahead = self._ahead(judged, after) if after is not None else None
            found.append(replace(listed, place=number, ahead=ahead))
        return found

    def _ahead(self, one: _Judged, other: _Judged) -> Reason:
        """Return why a household comes before the next one: the first thing in which they differ."""
        if one.priority != other.priority:
            return Reason("priority", values=(str(one.priority), str(other.priority)))
        for rule, mine, theirs in zip(self.programme.firsts, one.amounts, other.amounts, strict=True):
            if mine != theirs:
                return Reason("first", (rule.words,), (f"{mine:g}", f"{theirs:g}"))
        draws = tuple(lot(self.programme.code, each.household)[:6] for each in (one, other))
        return Reason("lot", values=draws)


def _left(limit: int | None, taken: int) -> int | None:
    return None if limit is None else max(0, limit - taken)


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() else 0


__all__ = ["INCLUDED", "IN_LINE", "STATUSES", "Entry", "Listed", "Listing", "Reason", "lot", "rank"]
