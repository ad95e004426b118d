"""What Today shows, read from the store in one go. Knows no window."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from survey_app.clock import Clock, system_clock
from survey_app.errors import SurveyAppError
from survey_app.operations.worklist import VillageProgress, next_to_visit, village_progress, visit_plan
from survey_app.records import Enumerator, Round
from survey_app.store import NOT_VISITED, BundleNote, Draft, Line, Store

OFFERED = 12
_INSTANCE = re.compile(r"\[\d+\]")


@dataclass(frozen=True)
class Resume:
    """An interview that waits to be continued.

    Attributes:
        line: its household.
        touched_at: ISO 8601, when the last answer was committed.
        number: what stands left of the question it stopped at, ``""`` when unknown.
        question: the question's words, ``""`` when unknown.
        person: position of the household member it stopped at, 0 when at a question of the household.
        people: members so far.
        answered: questions answered.
        total: questions to be answered, 0 when unknown.
        form: id of the form.
    """

    line: Line
    touched_at: str
    number: str = ""
    question: str = ""
    person: int = 0
    people: int = 0
    answered: int = 0
    total: int = 0
    form: str = ""


@dataclass(frozen=True)
class TodayFacts:
    """Everything Today shows.

    Attributes:
        device: id of the laptop.
        name: what people call it.
        round: the round, ``None`` before there is one.
        villages: all villages with their progress.
        village: the one shown, ``None`` when there is none.
        resume: the interview to continue.
        lines: households to go to next in the village, best first.
        elsewhere: the household to go to when the village is done, ``None`` when all are.
        bundles: bundles written here, newest first.
        unpacked: finished forms in no bundle yet.
        waiting: forms in bundles that the commune has not confirmed.
    """

    device: str
    name: str
    round: Round | None
    villages: tuple[VillageProgress, ...]
    village: VillageProgress | None
    resume: Resume | None
    lines: tuple[Line, ...]
    elsewhere: Line | None
    bundles: tuple[BundleNote, ...]
    unpacked: int
    waiting: int


def today_facts(
    store: Store, person: Enumerator, village: str = "", language: str = "vi", *, clock: Clock = system_clock
) -> TodayFacts:
    """Read what Today shows.

    Args:
        store: the laptop's store.
        person: who works.
        village: code of the village the person chose last; blank lets the work decide.
        language: language of the question's words.
        clock: says which appointments are today's.
    """
    villages, besides = tuple(village_progress(store)), store.besides_to_hand_over()
    resume = _resume(store, person, language)
    chosen = _chosen(store, villages, village, resume, person)
    lines = _next_lines(store, chosen, resume, person, clock) if chosen else ()
    bundles = tuple(note for note in reversed(store.bundle_notes()) if note.direction == "out")
    return TodayFacts(
        device=store.device,
        name=store.name,
        round=store.round(),
        villages=villages,
        village=chosen,
        resume=resume,
        lines=lines,
        elsewhere=None if lines else _elsewhere(store, person),
        bundles=bundles,
        unpacked=sum(v.complete + v.refused + v.closed for v in villages) + besides[0],
        waiting=sum(v.packed for v in villages) + besides[1],
    )


def _chosen(
    store: Store,
    villages: tuple[VillageProgress, ...],
    village: str,
    resume: Resume | None,
    person: Enumerator,
) -> VillageProgress | None:
    by_code = {v.place.code: v for v in villages}
    if village in by_code:
        return by_code[village]
    ahead = resume.line if resume else next_to_visit(store, enumerator=person.id)
    code = ahead.household.village_code if ahead else ""
    return by_code.get(code, villages[0] if villages else None)


def _elsewhere(store: Store, person: Enumerator) -> Line | None:
    waiting = store.households(status=NOT_VISITED)
    return next((line for line in waiting if line.household.assigned_to in ("", person.id)), None)


def _next_lines(
    store: Store, village: VillageProgress, resume: Resume | None, person: Enumerator, clock: Clock
) -> tuple[Line, ...]:
    plan = visit_plan(store, clock(), village.place.code, person.id)
    lines = plan.lines or visit_plan(store, clock(), village.place.code).lines
    resumed = resume.line.household.id if resume else ""
    return tuple(line for line in lines if line.household.id != resumed)[:OFFERED]


def _resume(store: Store, person: Enumerator, language: str) -> Resume | None:
    drafts = sorted(store.drafts(), key=lambda draft: draft.author != person.id)  # own ones first
    if not drafts:
        return None
    draft = drafts[0]
    line = store.line(draft.household)
    if line is None:
        return None
    found = Resume(line=line, touched_at=draft.touched_at or draft.started_at, form=draft.form_id)
    try:
        return _with_place(found, store, draft, language)
    except SurveyAppError:  # a form that cannot be opened is told when the person opens it, not before
        return found


def _with_place(found: Resume, store: Store, draft: Draft, language: str) -> Resume:
    """Add the question, the person and the count: read from a session, because a question's words may name people."""
    from survey_app.gui.interview.opening import language_of
    from survey_app.gui.interview.sheet import Sheet
    from survey_app.operations.interview import open_interview
    from survey_app.xforms.plan import plan

    interview = open_interview(store, draft.household, draft.author, system_clock, form_id=draft.form_id)
    session = interview.session
    session.set_language(language_of(interview.form, language))
    way = plan(interview.form)
    count = Sheet(session, way).total()
    path = interview.path_of(draft.cursor) if draft.cursor else ""
    number = way.numbers.get(_INSTANCE.sub("", path), "")
    place = _INSTANCE.search(path)
    line = path[: place.start()] + "[" if place else ""
    people = sum(1 for other in session.paths() if place and other.startswith(line) and "]/" not in other)
    return replace(
        found,
        number=number,
        question=session.node(path).label if number else "",
        person=int(place[0][1:-1]) if place and people else 0,
        people=people,
        answered=count.answered,
        total=count.asked,
    )
