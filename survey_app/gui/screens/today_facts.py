"""What Today shows, read from the store in one go. Knows no window."""

from __future__ import annotations

from dataclasses import dataclass

from survey_app.operations.worklist import VillageProgress, next_to_visit, village_progress
from survey_app.records import Enumerator, Round
from survey_app.store import IN_PROGRESS, NOT_VISITED, BundleNote, Draft, Line, Store

OFFERED = 12


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
    """

    line: Line
    touched_at: str
    number: str = ""
    question: str = ""
    person: int = 0
    people: int = 0
    answered: int = 0
    total: int = 0


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
    bundles: tuple[BundleNote, ...]
    unpacked: int
    waiting: int


def today_facts(store: Store, person: Enumerator, village: str = "", language: str = "vi") -> TodayFacts:
    """Read what Today shows.

    Args:
        store: the laptop's store.
        person: who works.
        village: code of the village the person chose last; blank lets the work decide.
        language: language of the question's words.
    """
    villages = tuple(village_progress(store))
    resume = _resume(store, language)
    chosen = _chosen(store, villages, village, resume, person)
    bundles = tuple(note for note in reversed(store.bundle_notes()) if note.direction == "out")
    return TodayFacts(
        device=store.device,
        name=store.name,
        round=store.round(),
        villages=villages,
        village=chosen,
        resume=resume,
        lines=_next_lines(store, chosen, resume, person) if chosen else (),
        bundles=bundles,
        unpacked=sum(v.complete + v.refused for v in villages),
        waiting=sum(v.packed for v in villages),
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


def _next_lines(
    store: Store, village: VillageProgress, resume: Resume | None, person: Enumerator
) -> tuple[Line, ...]:
    lines = store.households(village.place.code)
    resumed = resume.line.household.id if resume else ""
    mine = [line for line in lines if line.household.assigned_to in ("", person.id)] or lines
    begun = [line for line in mine if line.status == IN_PROGRESS and line.household.id != resumed]
    begun.sort(key=lambda line: line.touched_at, reverse=True)
    waiting = [line for line in mine if line.status == NOT_VISITED]
    visited = [line for line in mine if line.touched_at]
    last = max(visited, key=lambda line: line.touched_at).household.number if visited else 0
    ahead = [line for line in waiting if line.household.number > last]
    return tuple((begun + ahead + [line for line in waiting if line not in ahead])[:OFFERED])


def _resume(store: Store, language: str) -> Resume | None:
    drafts = store.drafts()
    if not drafts:
        return None
    draft = drafts[0]
    line = store.line(draft.household)
    if line is None:
        return None
    people = sum(1 for address in draft.values if address.endswith("]") and address.count("[") == 1)
    number, question = _question(store, draft, language)
    return Resume(
        line=line,
        touched_at=draft.touched_at or draft.started_at,
        number=number,
        question=question,
        person=_member(draft),
        people=people,
        answered=sum(1 for value in draft.values.values() if value),
    )


def _member(draft: Draft) -> int:
    head, bracket, _rest = draft.cursor.partition("]")
    if not bracket:
        return 0
    lines = [address for address in draft.values if address.endswith("]") and address.count("[") == 1]
    wanted = head + "]"
    return lines.index(wanted) + 1 if wanted in lines else 0


def _question(store: Store, draft: Draft, language: str) -> tuple[str, str]:
    """Return number and words of the question a draft stopped at; blank when its form cannot tell."""
    stored = store.form(draft.form_id, draft.form_version) if draft.cursor else None
    if stored is None:
        return "", ""
    from survey_app.gui.interview.plan import plan
    from survey_app.xforms import load_form

    form = load_form(stored.xform.encode())
    path = f"{form.root}/{_generic(draft.cursor)}"
    question = form.questions.get(path)
    if question is None:
        return "", ""
    spoken = next((name for name in form.languages if f"({language})" in name), form.default_language)
    return plan(form).numbers.get(path, ""), question.label(spoken)


def _generic(address: str) -> str:
    return "/".join(step.partition("[")[0] for step in address.split("/"))
