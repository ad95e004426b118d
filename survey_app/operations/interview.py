"""One interview: the answers in memory and the draft in the file, kept in step.

``Interview`` has two halves. The **pure** half (``enter``, ``enter_member``, ``take_out``, ``put_back``, ``look_at``)
changes the session and notes what the file must hold; it never waits. The **committing** half writes what is noted:
``commit`` on the caller's thread, or ``due`` / ``write`` / ``settled`` when another thread owns the store. ``answer``,
``add_member`` and ``remove_member`` are both halves at once: when they return, the answer is in the file.

When a commit fails, nothing is taken back: the answer stays in the session and in ``unsaved``, and the next commit
writes it again.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from survey_app.clock import Clock, stamp
from survey_app.errors import SurveyAppError
from survey_app.i18n import _, ngettext
from survey_app.join import Current
from survey_app.operations.dropped import Lost, from_values, to_values
from survey_app.operations.trail import Trail, trail_of
from survey_app.operations.visits import members_before
from survey_app.records import (
    DROPPED,
    LINE,
    LOG,
    NOTE,
    ORDER,
    WITHDRAWN,
    Answers,
    Household,
    Revision,
    Round,
    flatten,
    nest,
)
from survey_app.store import Attachment, Draft, Store
from survey_app.text import tidy
from survey_app.xforms import Changes, FormDefinition, FormSession, Violation, load_form
from survey_app.xforms.audit import (
    ADD_REPEAT,
    CONSTRAINT_ERROR,
    DELETE_REPEAT,
    END_SCREEN,
    FORM_EXIT,
    FORM_FINALIZE,
    FORM_RESUME,
    JUMP,
)

REFUSED = "refuse"
"""Value of ``consent_answer`` after which nothing else is asked."""

_MOST_VISITS = 9
"""What the form takes as the number of a visit."""

SOFT_CHECK = "soft-check"
"""Appearance of the row that asks why a doubtful answer is right."""


class NotFinishedError(SurveyAppError):
    """The form cannot be finished yet.

    Attributes:
        violations: what stands in the way, in the order of the form.
    """

    def __init__(self, violations: Sequence[Violation]) -> None:
        count = len(violations)
        text = ngettext("%d place in the form is not ready yet.", "%d places in the form are not ready yet.", count)
        super().__init__("INT-03", text % count, _("Go through the list of open places. All answers are saved."))
        self.violations = tuple(violations)


@dataclass(frozen=True)
class Save:
    """What one commit brings into the file.

    Attributes:
        draft: id of the draft.
        saved: ``{address: value}``; ``None`` forgets the address and everything below it.
        cursor: address of the question the person is at.
        begin: the draft with all its values, when the file does not have it yet.
        log: the finished audit log.
    """

    draft: str
    saved: Mapping[str, str | None]
    cursor: str
    begin: Draft | None = None
    log: Attachment | None = None


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


class Interview:
    """One sitting at one household's form. Not shared between threads, except that ``write`` needs only the store."""

    def __init__(
        self,
        store: Store,
        household: Household,
        session: FormSession,
        draft: Draft,
        *,
        form: FormDefinition,
        clock: Clock,
        used: Iterable[str] = (),
        resumed: bool = False,
        trail: Trail | None = None,
    ) -> None:
        self.store = store
        self.household = household
        self.form = form
        self.session = session
        self.draft = draft
        self._notes, _answers = parted(draft.values)
        self.cursor = draft.cursor
        self.trouble: SurveyAppError | None = None
        self.device = store.device
        self._clock = clock
        self._unsaved: dict[str, str | None] = {}
        self._written_cursor = draft.cursor
        self._places = _paths_by_name(session)
        self._used: dict[str, int] = {}
        self._use(address for address in used if address.endswith("]"))
        self.resumed = resumed
        self.touched = False
        self._begun = resumed
        self.correction = bool(draft.parents)
        self._trail = trail
        self._log: Attachment | None = None

    # The pure half

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
        if self._trail is not None and path:
            self._trail.log.look_at(path)

    def look_at_list(self) -> None:
        """Note for the audit log that the person looks for a question in the outline."""
        if self._trail is not None:
            self._trail.log.look_at("", JUMP)

    def look_at_end(self) -> None:
        """Note for the audit log that the person is at the last page."""
        if self._trail is not None:
            self._trail.log.look_at("", END_SCREEN)

    def note_fault(self, path: str) -> None:
        """Note for the audit log that the person wanted to go on from an answer that breaks a rule."""
        self._log_event(CONSTRAINT_ERROR, path)

    def note_leaving(self) -> None:
        """Note for the audit log that the form is left; it is in the file with the next commit."""
        self._log_event(FORM_EXIT)

    def note_return(self) -> None:
        """Note for the audit log that the form, which stayed open, is shown again."""
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
        """Return everything that stands between the form and its end, in the order of the form."""
        return self.session.validate()

    def missing(self) -> list[Violation]:
        """Return the required questions without an answer, in the order of the form."""
        return [v for v in self.violations() if v.kind == "required"]

    # The committing half

    def due(self) -> Save | None:
        """Return what has to be written now, ``None`` when the file is up to date.

        Looking writes nothing: the household is in progress from the first answer on.
        """
        if self._trail is not None and not self.leaves_no_trace:
            self._keep_beside(self._trail.take())
        if self.leaves_no_trace or (self._begun and not self._unsaved and self.cursor == self._written_cursor):
            return None
        begin = None if self._begun else replace(self.draft, values=self._everything(), cursor=self.cursor)
        return Save(self.draft.id, MappingProxyType(dict(self._unsaved)), self.cursor, begin, self._log)

    def settled(self, save: Save) -> None:
        """Note that the file holds ``save``; what was given meanwhile stays due."""
        for address, value in save.saved.items():
            if address in self._unsaved and self._unsaved[address] == value:
                del self._unsaved[address]
        self._written_cursor = save.cursor
        self._log = None if save.log is self._log else self._log
        self._begun = True
        self.trouble = None

    def failed(self, error: SurveyAppError) -> None:
        """Note that a commit failed; everything stays due."""
        self.trouble = error

    def commit(self) -> None:
        """Write what is due on this thread.

        Raises:
            SurveyAppError: the file could not be written; the answers stay in ``unsaved``.
        """
        save = self.due()
        if save is None:
            return
        try:
            write(self.store, save)
        except SurveyAppError as error:
            self.failed(error)
            raise
        self.settled(save)

    def answer(self, path: str, value: str) -> Changes:
        """Give an answer; it is in the file when this returns."""
        self.look_at(path)
        changes = self.enter(path, value)
        self.commit()
        return changes

    def add_member(self, repeat: str = "") -> Changes:
        """Add a line at the end of a repeat (the form's first one); it is in the file when this returns."""
        changes = self.enter_member(repeat or self._members())
        self.commit()
        return changes

    def remove_member(self, which: str | int) -> Removed:
        """Remove a repeat instance, by path or by position; it is gone from the file when this returns."""
        removed, _changes = self.take_out(which if isinstance(which, str) else f"{self._members()}[{which}]")
        self.commit()
        return removed

    def pause(self) -> None:
        """Leave the interview for later; everything is in the file when this returns.

        A form that was only looked at leaves no draft: the household stays as it was.
        """
        self.note_leaving()
        self.commit()
        self.store.rise(self.draft.id)

    def close(self) -> Revision:
        """Return the revision that finishes this form, with end time and result filled in.

        Writes nothing; what it fills in is due afterwards, so that there is a draft to be finished.

        Raises:
            NotFinishedError: answers are missing or break a rule.
        """
        if not self.from_paper:  # the visit ended when the paper says so
            self._fill("end_time", stamp(self._clock()))
        self._fill("interview_result", "refused" if self.refused else "complete")
        self._note(self.session.end().saved)
        # What the form's author has written wrongly is shown, and keeps nobody from finishing.
        violations = [v for v in self.violations() if v.kind != "error"]
        if violations:
            self.note_fault(violations[0].path)
            raise NotFinishedError(violations)
        self.touched = True
        self._end_log()
        draft = self.draft
        return Revision(
            submission=draft.submission,
            household=draft.household,
            round=draft.round,
            form_id=draft.form_id,
            form_version=draft.form_version,
            parents=draft.parents,
            kind="answers",
            author=draft.author,
            device=self.device,
            made_at=stamp(self._clock()),
            reason="",
            answers=self._given(),
        )

    def _given(self) -> Answers:
        """Return the answers that count, with the notes; a note stays when its question is not asked any more."""
        beside = {a: text for a, text in self._notes.items() if LOG not in a and DROPPED not in a}
        return nest(flatten(self.session.answers(everything=False)) | beside)

    def _end_log(self) -> None:
        """Name the finished audit log in ``meta/audit``; it goes into the file with what is due."""
        if self._trail is None or not self.session.node(self._trail.path).relevant:
            return
        self._log_event(FORM_FINALIZE)
        self._keep_beside(self._trail.take())
        self._log = self._trail.file(self._notes)
        self._note(self.session.answer(self._trail.path, self._log.name).saved)

    def finish(self) -> Revision:
        """Finish the form: its revision is in the file and the draft is gone when this returns.

        Raises:
            NotFinishedError: answers are missing or break a rule.
            SurveyAppError: the file could not be written; the draft stays.
        """
        revision = self.close()
        self.commit()
        self.store.finish_draft(self.draft.id, revision)
        self._unsaved.clear()
        return revision

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


def write(store: Store, save: Save) -> None:
    """Commit one ``Save``; the only thing an interview asks of the store while it runs.

    Raises:
        SurveyAppError: the file could not be written.
    """
    if save.begin is None and save.log is None:
        store.save_draft(save.draft, save.saved, save.cursor)
        return
    with store.together():
        if save.begin is not None:
            store.start_draft(save.begin)
            store.sit_down(save.draft)
        else:
            store.save_draft(save.draft, save.saved, save.cursor)
        if save.log is not None:
            store.attach(save.draft, save.log)


def said_before(store: Store, draft: Draft, address: str) -> str:
    """Return what the household interviewed before on this laptop, with the same form, answered; blank when nothing.

    Args:
        store: the laptop's store.
        draft: the interview that asks.
        address: address of the question.
    """
    before = store.newest(draft.form_id, without=draft.submission)
    return flatten(before.answers).get(address, "") if before is not None else ""


def open_interview(
    store: Store,
    household_id: str,
    enumerator_id: str,
    clock: Clock,
    language: str | None = None,
    *,
    new_id: Callable[[], str] = lambda: str(uuid.uuid4()),
) -> Interview:
    """Open the interview of a household: resume its draft, correct its submission, or start afresh.

    Args:
        store: the laptop's store; holds the round, its form, the places and the household.
        household_id: UUID of the household.
        enumerator_id: who interviews.
        clock: gives the start time.
        language: one of the form's languages; ``None`` is the form's own.
        new_id: makes UUIDs (a seeded one in demonstrations).

    Raises:
        SurveyAppError: the household, the round or its form is not in this store, or the submission is in conflict.
    """
    household = store.household(household_id)
    if household is None:
        raise SurveyAppError(
            "INT-01", _("This household is not on the list of this machine."), _("Nothing was changed.")
        )
    if store.is_erased(household_id):
        raise SurveyAppError(
            "INT-07",
            _("Everything about this household was erased at its wish or by order."),
            _("If the household wants to take part again, add it to the list as a new household."),
        )
    draft = next((d for d in store.drafts() if d.household == household_id), None)
    if draft is not None:
        form = stored_form(store, draft.form_id, draft.form_version)
        session = _session(
            store, form, draft.submission, nest(draft.values), language=language, clock=clock, author=draft.author
        )
        used = _published(store, draft)
        trail = trail_of(store, session, draft, clock, enumerator_id)
        interview = Interview(
            store, household, session, draft, form=form, clock=clock, used=used, resumed=True, trail=trail
        )
        interview.note_opening()
        return interview
    return _start(store, household, enumerator_id, clock=clock, language=language, new_id=new_id)


def withdrawn_since(answers: Answers) -> str:
    """Return when the household took its consent back (ISO 8601), ``""`` when it did not.

    Whoever opens such a form asks for consent anew and sees nothing that was answered before.
    """
    for name, value in answers.items():
        if isinstance(value, str):
            if name.endswith(WITHDRAWN):
                return value
        elif isinstance(value, dict) and (found := withdrawn_since(value)):
            return found
    return ""


def parted(values: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the notes (and other words beside questions) and the answers among ``{address: value}``.

    The order of a repeat's instances counts among the answers: the session keeps it.
    """
    beside = {address: value for address, value in values.items() if LINE in address and not address.endswith(ORDER)}
    return beside, {address: value for address, value in values.items() if address not in beside}


def _start(
    store: Store,
    household: Household,
    author: str,
    *,
    clock: Clock,
    language: str | None,
    new_id: Callable[[], str],
) -> Interview:
    current_round = store.round()
    if current_round is None:
        raise SurveyAppError(
            "INT-02", _("There is no survey round on this machine yet."), _("Load the file the commune has given you.")
        )
    form = stored_form(store, current_round.form_id, current_round.form_version)
    current = _submission_of(store, household.id, current_round.code)
    submission = current.submission if current else new_id()
    before = flatten(current.answers) if current and not withdrawn_since(current.answers) else {}
    session = _session(store, form, submission, nest(before), language=language, clock=clock, author=author)
    brought = {} if current else members_before(store, household)
    if brought:
        known = nest({**flatten(session.answers(everything=True)), **flatten(brought)})
        session = _session(store, form, submission, known, language=language, clock=clock, author=author)
    for name, value in _known(store, household, current_round, author, clock).items():
        path = _paths_by_name(session).get(name)
        if path and value and not session.node(path).value:
            session.answer(path, value)
    lost: dict[str, str] = {}
    if current is not None and session.dropped:
        lost = to_values(session.dropped, [_form_of(store, current), form], flatten(current.answers))
    now = stamp(clock())
    draft = Draft(
        id=new_id(),
        submission=submission,
        household=household.id,
        round=current_round.code,
        form_id=form.id,
        form_version=form.version,
        parents=tuple(sorted(current.heads)) if current else (),
        author=author,
        started_at=now,
        touched_at=now,
        cursor="",
        values=flatten(session.answers(everything=True)) | parted(before)[0] | lost,
    )
    trail = trail_of(store, session, draft, clock, author)
    used = _published(store, draft)
    return Interview(store, household, session, draft, form=form, clock=clock, used=used, trail=trail)


def _form_of(store: Store, current: Current) -> FormDefinition:
    """Return the form that a submission was filled in with; the round's where this machine does not have it."""
    known = store.form(current.form_id, current.form_version) or store.forms()[-1]
    return load_form(known.xform.encode(), known.files)


def _published(store: Store, draft: Draft) -> set[str]:
    """Return every address of the submission's revisions and of the draft: their line keys are taken for good."""
    found = set(draft.values)
    for revision in store.revisions(draft.submission) if draft.parents else ():
        found |= set(flatten(revision.answers))
    return found


def _submission_of(store: Store, household: str, round_code: str) -> Current | None:
    found = [c for c in store.currents(household=household) if c.round == round_code and c.state != "void"]
    if not found:
        return None
    newest = max(found, key=lambda c: c.made_at)
    if newest.state == "conflict":
        raise SurveyAppError(
            "INT-04",
            _("This household was interviewed on two laptops, and the two forms give different answers."),
            _("Tell the commune office, which decides what stands. Until then this form stays shut; nothing is lost."),
        )
    return newest


def _known(store: Store, household: Household, current: Round, author: str, clock: Clock) -> dict[str, str]:
    """Return what the program knows and never asks."""
    village = store.place(household.village_code)
    commune = store.place(village.parent if village else current.commune_code)
    return {
        "campaign_code": current.code,
        "reference_date": current.reference_date,
        "catalogue_version": current.catalogue_date,
        "province_code": commune.parent if commune else "",
        "commune_code": commune.code if commune else current.commune_code,
        "commune_type": commune.kind if commune else "",
        "village_code": household.village_code,
        "hh_uuid": household.id,
        "hh_no": str(household.number),
        "visit_no": str(min(_visits(store, household) + 1, _MOST_VISITS)),
        "interviewer_id": author,
        "start_time": stamp(clock()),
        "consent_notice_version": current.notice_version,
        "modules": " ".join(current.modules),
    }


def _visits(store: Store, household: Household) -> int:
    line = store.line(household.id)
    return line.tries if line else 0


def stored_form(store: Store, form_id: str, version: str) -> FormDefinition:
    stored = store.form(form_id, version)
    if stored is None:
        raise SurveyAppError(
            "INT-05",
            _("The questionnaire of this round is not on this machine."),
            _("Load the file the commune has given you. Nothing was changed."),
        )
    return load_form(stored.xform.encode(), stored.files)


def _session(
    store: Store,
    form: FormDefinition,
    submission: str,
    answers: Answers,
    *,
    language: str | None,
    clock: Clock,
    author: str,
) -> FormSession:
    return FormSession(
        form,
        language=language,
        clock=clock,
        answers=nest(parted(flatten(answers))[1]) or None,
        instance_id=f"uuid:{submission}",
        properties={"deviceid": store.device, "username": author},
        last_saved=_last_saved(store, form) if form.reads_last_saved else None,
    )


def _last_saved(store: Store, form: FormDefinition) -> str | None:
    """Return the submission of this form that was finished last on this machine, for ``${last-saved#name}``."""
    own = (one for one in store.currents() if one.form_id == form.id and one.device == store.device)
    newest = max((one for one in own if one.state != "void"), key=lambda one: one.made_at, default=None)
    return FormSession(form, answers=newest.answers).submission_xml() if newest is not None else None


def _paths_by_name(session: FormSession) -> dict[str, str]:
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
