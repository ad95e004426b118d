"""A sitting at one household's form, in memory: what is given to the session, and what a file would have to hold.

This is the half of an interview that never waits and knows no file; ``operations.interview`` writes what it notes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from survey_app.clock import Ticks, system_ticks
from survey_app.operations.dropped import Lost, from_values, to_values
from survey_app.operations.trail import Trail
from survey_app.paradata import Paradata, SittingTime, Stopwatch
from survey_app.records import LINE, NOTE, ONLY_IN_DRAFTS, ORDER, SITTING, TIME, Answers, Household, flatten, nest
from survey_app.store import Draft
from survey_app.text import tidy
from survey_app.xforms import Changes, FormDefinition, FormSession, Violation
from survey_app.xforms.audit import (
    ADD_REPEAT,
    CHANGE_REASON,
    CONSTRAINT_ERROR,
    DELETE_REPEAT,
    END_SCREEN,
    FORM_EXIT,
    FORM_RESUME,
    JUMP,
)
from survey_app.xforms.plan import plan

_INSTANCE = re.compile(r"\[\d+\]")

REFUSED = "refuse"
"""Value of ``consent_answer`` after which nothing else is asked."""


@dataclass(frozen=True)
class Removed:
    """A member that was taken out, with what it takes to put it back.

    Attributes:
        path: path of the repeat instance before it was removed, for example ``"/data/members[2]"``.
        address: its address, for example ``"members[2]"`` (the line key, which may differ from the position).
        values: every address below the address with its value, relevant or not.
        cursor: where the person was.
    """

    path: str
    address: str
    values: Mapping[str, str]
    cursor: str


class Sitting:
    """What happens at one household's form.

    Attributes:
        household: whose form it is.
        form: the form.
        session: the answers.
        draft: the draft as it was when the form was opened.
        cursor: address of the question the person is at.
        resumed: a draft was there already.
        touched: something was answered or noted in this sitting.
        correction: a finished submission is being corrected.
        reason: why it is, ``""`` as long as nobody has said so.
    """

    def __init__(
        self,
        household: Household,
        session: FormSession,
        draft: Draft,
        *,
        form: FormDefinition,
        used: Iterable[str] = (),
        resumed: bool = False,
        trail: Trail | None = None,
        ticks: Ticks = system_ticks,
        started_at: str = "",
    ) -> None:
        self.household = household
        self.form = form
        self.session = session
        self.draft = draft
        self.cursor = draft.cursor
        self.resumed = resumed
        self.touched = False
        self.correction = bool(draft.parents)
        self.reason = ""
        self._notes, _answers = parted(draft.values)
        self._unsaved: dict[str, str | None] = {}
        self._places = paths_by_name(session)
        self._used: dict[str, int] = {}
        self._use(address for address in used if address.endswith("]"))
        self._trail = trail
        self._watch = Stopwatch(ticks, {a.removesuffix(TIME): int(t) for a, t in self._notes.items() if TIME in a})
        self._sitting = f"{SITTING}{sum(SITTING in address for address in self._notes) + 1:04}"
        self._started_at = started_at or draft.started_at

    @property
    def unsaved(self) -> Mapping[str, str | None]:
        """What the file does not hold yet."""
        return MappingProxyType(self._unsaved)

    @property
    def refused(self) -> bool:
        """Whether the household has refused; then nothing else is asked."""
        path = self._named("consent_answer")
        return bool(path) and self.session.node(path).value == REFUSED

    @property
    def from_paper(self) -> bool:
        """Whether a filled paper is being typed in; ``operations.paper`` said so when it was opened."""
        path = self._named("entry_mode")
        return bool(path) and self.session.node(path).value == "paper"

    @property
    def leaves_no_trace(self) -> bool:
        """Whether the form was only opened and looked at; its draft begins with the first answer."""
        return not self.resumed and not self.touched

    def enter(self, path: str, value: str) -> Changes:
        """Give an answer (XForms text; ``""`` clears) to the session and note what must be saved."""
        self.touched = True
        trail = self._trail if self._trail is not None and self.session.node(path).control else None
        before = self.session.node(path).value if trail is not None else ""
        changes = self.session.answer(path, value)
        if trail is not None:
            trail.log.answered(path, before, self.session.node(path).value)
        self._note(changes.saved)
        return changes

    def note(self, path: str) -> str:
        """Return what was noted beside a question."""
        return self._notes.get(f"{self.session.node(path).address}{NOTE}", "")

    @property
    def noted(self) -> frozenset[str]:
        """The addresses of the questions that have a note."""
        return frozenset(address.removesuffix(NOTE) for address in self._notes if address.endswith(NOTE))

    @property
    def dropped(self) -> tuple[Lost, ...]:
        """What was answered before and has no place in the form, in this sitting and those before."""
        return from_values(self._notes)

    def enter_note(self, path: str, text: str) -> None:
        """Write a note beside a question; blank takes it away. It is no answer: nothing is computed from it."""
        self.touched = True
        address = f"{self.session.node(path).address}{NOTE}"
        kept = tidy(text)
        if kept:
            self._notes[address] = kept
        else:
            self._notes.pop(address, None)
        self._note({address: kept or None})

    def enter_member(self, repeat: str) -> Changes:
        """Add a line at the end of the repeat (generic path, for example ``"/data/members"``)."""
        self.touched = True
        changes = self.session.add_repeat(repeat)
        address = self.session.node(changes.added[0]).address
        while _key(address) <= self._used.get(_repeat(address), 0):
            self._note(self.session.remove_repeat(changes.added[0]).saved)
            changes = self.session.add_repeat(repeat)
            address = self.session.node(changes.added[0]).address
        self._use([address])
        self._note(changes.saved)
        self._log_event(ADD_REPEAT, changes.added[0])
        return changes

    def take_out(self, path: str) -> tuple[Removed, Changes]:
        """Remove a repeat instance; the first part of the result can be given to ``put_back``."""
        self.touched = True
        address = self.session.node(path).address
        below = {a: v for a, v in self._everything().items() if a == address or a.startswith(f"{address}/")}
        changes = self.session.remove_repeat(path)
        self._notes = {a: text for a, text in self._notes.items() if not a.startswith(f"{address}/")}
        self._note({**changes.saved, address: None})
        self._log_event(DELETE_REPEAT, path)
        return Removed(path, address, MappingProxyType(below), self.cursor), changes

    def move(self, path: str, place: int) -> Changes:
        """Let a repeat instance stand at another place among its like (from 1); who it is and its answers stay."""
        self.touched = True
        changes = self.session.move_repeat(path, place)
        self._note(changes.saved)
        return changes

    def put_back(self, removed: Removed) -> None:
        """Undo a removal: the member stands again at its place, with its own line key and all its answers.

        The session is a new one afterwards; everything on the screen has to be read again.
        """
        before = self._everything()
        values = _inserted(before, removed)
        self._notes, _answers = parted(values)
        self.session = self.session.again(nest(parted(values)[1]))
        self._note(_difference(before, self._everything()))
        self._log_event(ADD_REPEAT, removed.path)
        self.cursor = removed.cursor

    def look_at(self, path: str) -> None:
        """Note that the person is at this question now; it is written with the next commit."""
        self.cursor = self.session.node(path).address if path else ""
        self._watch.look_at(self.cursor)
        if self._trail is not None and path:
            self._trail.log.look_at(path)

    def look_at_list(self) -> None:
        """Note that the person looks for a question in the outline."""
        self._watch.look_at("")
        if self._trail is not None:
            self._trail.log.look_at("", JUMP)

    def look_at_end(self) -> None:
        """Note that the person is at the last page."""
        self._watch.look_at("")
        if self._trail is not None:
            self._trail.log.look_at("", END_SCREEN)

    def note_fault(self, path: str) -> None:
        """Note for the audit log that the person wanted to go on from an answer that breaks a rule."""
        self._log_event(CONSTRAINT_ERROR, path)

    @property
    def wants_reason(self) -> bool:
        """Whether the form's author wants to know why a finished form is changed, and nobody has said so yet."""
        return self.correction and not self.reason and self._trail is not None and self._trail.log.options.reasons

    def give_reason(self, reason: str) -> None:
        """Note why a finished form is changed; the revision and the audit log hold it. A blank says nothing."""
        reason = tidy(reason)
        if reason and reason != self.reason:
            self.reason = reason
            if self._trail is not None:
                self._trail.log.note(CHANGE_REASON, reason=reason)

    def note_leaving(self) -> None:
        """Note that the form is left; it is in the file with the next commit."""
        self._watch.leave()
        self._log_event(FORM_EXIT)

    def note_return(self) -> None:
        """Note that the form, which stayed open, is shown again."""
        self._watch.look_at(self.cursor)
        self._log_event(FORM_RESUME)

    def _log_event(self, event: str, path: str = "") -> None:
        if self._trail is not None:
            self._trail.log.note(event, path)

    def note_opening(self) -> None:
        """Note what opening the form has worked out differently from the draft, and what it has dropped."""
        dropped = self.session.dropped
        self._notes.update(to_values(dropped, [self.form], self.draft.values, len(self.dropped) + 1))
        self._note(_difference(self.draft.values, self._everything()))

    def path_of(self, address: str) -> str:
        """Return the path of an address in the session as it stands, ``""`` when it is not there (any more)."""
        return path_of(self.session, address)

    def violations(self) -> list[Violation]:
        """Return everything that stands between the form and its end, in the order of the form.

        A required question counts as answered by what was chosen in the place of its answer, also when the form's
        author did not say so.
        """
        found = self.session.validate()
        blank = {violation.path for violation in found if violation.kind == "required"}
        specials = plan(self.form).specials if blank else {}
        return [
            violation for violation in found if not (violation.path in blank and self._excused(violation, specials))
        ]

    def _excused(self, violation: Violation, specials: Mapping[str, str]) -> bool:
        special = specials.get(_INSTANCE.sub("", violation.path))
        if special is None:
            return False
        node = self.session.node(f"{violation.path.rpartition('/')[0]}/{special.rpartition('/')[2]}")
        return node.relevant and bool(node.value)

    def missing(self) -> list[Violation]:
        """Return the required questions without an answer, in the order of the form."""
        return [v for v in self.violations() if v.kind == "required"]

    def given(self) -> Answers:
        """Return the answers that count, with the notes; a note stays when its question is not asked any more."""
        beside = {a: text for a, text in self._notes.items() if not any(mark in a for mark in ONLY_IN_DRAFTS)}
        return nest(flatten(self.session.answers(everything=False)) | beside)

    def paradata(self) -> Paradata:
        """Return how the interview went so far: its sittings, and how long each question was looked at."""
        self._keep_times()
        sittings = [self._notes[address].split(" ") for address in sorted(self._notes) if SITTING in address]
        times = {a.removesuffix(TIME): int(tenths) for a, tenths in self._notes.items() if TIME in a}
        return Paradata(tuple(SittingTime(began, int(seconds)) for began, seconds in sittings), times)

    def _keep_times(self) -> None:
        """Note beside the answers how long was looked at what since the last time."""
        taken = {f"{address}{TIME}": str(tenths) for address, tenths in self._watch.take().items()}
        self._keep_beside({**taken, self._sitting: f"{self._started_at} {self._watch.seconds}"})

    def _members(self) -> str:
        """Return the path of the form's first repeat.

        Raises:
            ValueError: the form has none.
        """
        repeats = (item.path for top in self.form.body for item in top.walk() if item.kind == "repeat")
        found = next(repeats, "")
        if not found:
            raise ValueError("the form has no repeat")
        return found

    def _use(self, addresses: Iterable[str]) -> None:
        """Note line keys that nobody else may be given in this submission."""
        for address in addresses:
            repeat = _repeat(address)
            self._used[repeat] = max(self._used.get(repeat, 0), _key(address))

    def _note(self, saved: Mapping[str, str | None]) -> None:
        for address, value in saved.items():
            if value is None:
                for below in [a for a in self._unsaved if a.startswith(f"{address}/")]:
                    del self._unsaved[below]
            self._unsaved[address] = value

    def _keep_beside(self, values: Mapping[str, str]) -> None:
        self._notes.update(values)
        self._unsaved.update(values)

    def _everything(self) -> dict[str, str]:
        return flatten(self.session.answers(everything=True)) | self._notes

    def _named(self, name: str) -> str:
        return self._places.get(name, "")

    def _fill(self, name: str, value: str) -> None:
        path = self._named(name)
        if path and self.session.node(path).relevant:
            self.enter(path, value)


def parted(values: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the notes (and other words beside questions) and the answers among ``{address: value}``.

    The order of a repeat's instances counts among the answers: the session keeps it.
    """
    beside = {address: value for address, value in values.items() if LINE in address and not address.endswith(ORDER)}
    return beside, {address: value for address, value in values.items() if address not in beside}


def paths_by_name(session: FormSession) -> dict[str, str]:
    """Return the path of every node outside repeats by its name (the first one of a name)."""
    found: dict[str, str] = {}
    for path in session.paths():
        if "[" not in path:
            found.setdefault(path.rsplit("/", 1)[-1], path)
    return found


def path_of(session: FormSession, address: str) -> str:
    """Return the path of an address in this session, ``""`` when it is not there."""
    return session.path_of(address) if address else ""


def _key(address: str) -> int:
    """Return the line key of a repeat instance."""
    return int(address.rpartition("[")[2].rstrip("]"))


def _repeat(address: str) -> str:
    """Return the address of a repeat instance without its line key."""
    return address.rpartition("[")[0]


def _difference(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str | None]:
    """Return what has to be saved to come from one state to another."""
    gone: dict[str, str | None] = {address: None for address in before if address not in after}
    return gone | {address: value for address, value in after.items() if before.get(address) != value}


def _inserted(values: Mapping[str, str], removed: Removed) -> dict[str, str]:
    """Return the values with the removed lines standing again before the instance that took their place."""
    repeat = removed.address.rsplit("[", 1)[0]
    position = int(removed.path.rsplit("[", 1)[1].rstrip("]"))
    lines = [a for a in values if a.startswith(f"{repeat}[") and a.endswith("]") and "/" not in a[len(repeat) :]]
    successor = lines[position - 1] if position <= len(lines) else None
    result: dict[str, str] = {}
    for address, value in values.items():
        if address == successor:
            result.update(removed.values)
        if address != f"{repeat}{ORDER}":  # the lines stand in their order here, and it does not know the removed one
            result[address] = value
    if successor is None:
        result.update(removed.values)
    return result
