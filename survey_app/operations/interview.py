"""One interview: the answers in memory and the draft in the file, kept in step.

An interview has two halves. The **pure** half (``sitting``: ``enter``, ``enter_member``, ``move``, ``take_out``,
``put_back``, ``look_at``) changes the session and notes what the file must hold; it never waits. The **committing**
half, here, writes what is noted: ``commit`` on the caller's thread, or ``due`` / ``write`` / ``settled`` when another
thread owns the store. ``answer``, ``add_member`` and ``remove_member`` are both halves at once: when they return, the
answer is in the file.

When a commit fails, nothing is taken back: the answer stays in the session and in ``unsaved``, and the next commit
writes it again.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from survey_app.clock import Clock, Ticks, stamp, system_ticks
from survey_app.errors import SurveyAppError
from survey_app.i18n import _, ngettext
from survey_app.operations.access import needs
from survey_app.operations.comments import answered_by
from survey_app.operations.conflicts import HERE
from survey_app.operations.forms import is_of
from survey_app.operations.sitting import Removed, Sitting
from survey_app.operations.starting import begin, own_form, resume
from survey_app.operations.trail import Trail
from survey_app.records import Household, Revision, flatten
from survey_app.roles import NAMES
from survey_app.store import Attachment, Draft, Store
from survey_app.xforms import Changes, FormDefinition, FormSession, Violation
from survey_app.xforms.audit import FORM_FINALIZE


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


class Interview(Sitting):
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
        ticks: Ticks = system_ticks,
    ) -> None:
        began = stamp(clock()) if resumed else draft.started_at
        super().__init__(
            household,
            session,
            draft,
            form=form,
            used=used,
            resumed=resumed,
            trail=trail,
            ticks=ticks,
            started_at=began,
        )
        self.store = store
        self.device = store.device
        self.trouble: SurveyAppError | None = None
        self._clock = clock
        self._written_cursor = draft.cursor
        self._begun = resumed
        self._log: Attachment | None = None

    def due(self) -> Save | None:
        """Return what has to be written now, ``None`` when the file is up to date.

        Looking writes nothing: the household is in progress from the first answer on.
        """
        if self._trail is not None and not self.leaves_no_trace:
            self._keep_beside(self._trail.take())
        if self.leaves_no_trace or (self._begun and not self._unsaved and self.cursor == self._written_cursor):
            return None
        self._keep_times()
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
        self._watch.leave()
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
            reason=self.reason,
            answers=self.given(),
            paradata=self.paradata().as_text(),
        )

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
        keep(self.store, self.draft.id, revision)
        self._unsaved.clear()
        return revision


def keep(store: Store, draft: str, revision: Revision) -> None:
    """Turn a draft into its revision, and note which questions of the office it answers; all of it or nothing.

    Raises:
        SurveyAppError: the file could not be written; the draft stays.
    """
    with store.together():
        answers = answered_by(store, revision)
        store.finish_draft(draft, revision)
        store.add_revisions(answers, HERE)


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


@needs(NAMES)
def open_interview(
    store: Store,
    household_id: str,
    enumerator_id: str,
    clock: Clock,
    language: str | None = None,
    *,
    form_id: str = "",
    new_id: Callable[[], str] = lambda: str(uuid.uuid4()),
    ticks: Ticks = system_ticks,
) -> Interview:
    """Open the interview of a household: resume its draft, correct its submission, or start afresh.

    Args:
        store: the laptop's store; holds the round, its form, the places and the household.
        household_id: UUID of the household.
        enumerator_id: who interviews.
        clock: gives the start time.
        language: one of the form's languages; ``None`` is the form's own.
        form_id: which of the forms that the round asks; blank is the round's own.
        new_id: makes UUIDs (a seeded one in demonstrations).
        ticks: measures how long each question takes.

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
    now = store.round()
    form_id = form_id or own_form(store, household)
    own = (d for d in store.drafts() if d.household == household_id and (now is None or is_of(d.form_id, form_id, now)))
    draft = next(own, None)
    if draft is not None:
        start = resume(store, draft, enumerator_id, clock=clock, language=language)
    else:
        start = begin(store, household, enumerator_id, clock=clock, language=language, new_id=new_id, form_id=form_id)
    interview = Interview(
        store,
        household,
        start.session,
        start.draft,
        form=start.form,
        clock=clock,
        used=start.used,
        resumed=draft is not None,
        trail=start.trail,
        ticks=ticks,
    )
    if draft is not None:
        interview.note_opening()
    return interview
