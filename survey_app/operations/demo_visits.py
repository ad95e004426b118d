"""Visits to the households of the demonstration, and what was corrected afterwards.

Each visit drives a real session of the form. Ids and moments are drawn from the random numbers handed in, so the same
seed gives the same revisions with the same ids, wherever and whenever they are made.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from survey_app.clock import stamp
from survey_app.operations.demo_answers import REMARKS, Route, Sheet, fill, make_sheet, refusal_sheet
from survey_app.operations.demo_village import Home
from survey_app.paradata import Paradata, SittingTime
from survey_app.records import Answers, Household, Place, Revision, Round, flatten
from survey_app.store import Draft
from survey_app.xforms import FormDefinition, FormSession, Node

COMPLETE, REFUSED, ABSENT, BROKEN_OFF, NOT_VISITED = "complete", "refused", "absent", "broken_off", "not_visited"


@dataclass(frozen=True)
class Mission:
    """What all visits of one laptop share.

    Attributes:
        form: the questionnaire.
        route: its questions in the order in which they are asked.
        round: the round.
        communes: the communes of the demonstration by code.
        device: id of the laptop.
        author: id of the enumerator.
    """

    form: FormDefinition
    route: Route
    round: Round
    communes: dict[str, Place]
    device: str
    author: str


@dataclass(frozen=True)
class Visit:
    """What one visit left behind: a revision, or the draft of an interview that is to be continued."""

    home: Home
    revision: Revision | None = None
    draft: Draft | None = None


def new_id(rng: Random) -> str:
    """Return a UUID that follows from the random numbers."""
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


def how_it_ends(rng: Random) -> str:
    """Draw how a visit ends; one interview in ten is still going on, and some households wait for their first visit."""
    ends = (COMPLETE, BROKEN_OFF, NOT_VISITED, REFUSED, ABSENT)
    return rng.choices(ends, weights=(795, 100, 60, 25, 20))[0]


def visit(mission: Mission, home: Home, listed: Household, *, ends: str, begins: dt.datetime, rng: Random) -> Visit:
    """Visit a household.

    Args:
        mission: who visits, with which form.
        home: the household as it is.
        listed: its line of the household list.
        ends: how the visit ends, see ``how_it_ends``; not ``NOT_VISITED``.
        begins: when it begins.
        rng: where chance comes from.
    """
    submission = new_id(rng)
    session = FormSession(mission.form, clock=lambda: begins, instance_id=f"uuid:{submission}")
    for name, value in _known(mission, listed, begins, ends).items():
        session.answer(f"{mission.form.root}/{name}", value)
    sheet = Sheet({}) if ends == ABSENT else refusal_sheet(rng) if ends == REFUSED else make_sheet(rng, home)
    reached = rng.uniform(0.2, 0.9) if ends == BROKEN_OFF else 1.0
    last = fill(session, mission.route, sheet, rng, reached) if ends != ABSENT else ""
    until = begins + dt.timedelta(minutes=_minutes(rng, ends, len(home.members)), seconds=rng.randint(0, 59))
    if ends == BROKEN_OFF:
        return Visit(home, draft=_draft(mission, session, submission, rng, (begins, until, last)))
    session.answer(f"{mission.form.root}/end_time", stamp(until))
    session.answer(f"{mission.form.root}/interview_result", ends)
    if ends != ABSENT:
        mend(session, rng)
    revision = Revision(
        submission=submission,
        household=home.id,
        round=mission.round.code,
        form_id=mission.form.id,
        form_version=mission.form.version,
        parents=(),
        kind="answers",
        author=mission.author,
        device=mission.device,
        made_at=stamp(until),
        reason="",
        answers=session.answers(everything=False),
        paradata=Paradata((SittingTime(stamp(begins), round((until - begins).total_seconds())),)).as_text(),
    )
    return Visit(home, revision=revision)


def _minutes(rng: Random, ends: str, members: int) -> int:
    return rng.randint(2, 4) if ends in {REFUSED, ABSENT} else 7 + members * rng.randint(3, 5)


def _known(mission: Mission, listed: Household, begins: dt.datetime, ends: str) -> dict[str, str]:
    commune = mission.communes[listed.village_code.split("-", maxsplit=1)[0]]
    return {
        "campaign_code": mission.round.code,
        "reference_date": mission.round.reference_date,
        "catalogue_version": mission.round.catalogue_date,
        "province_code": commune.parent,
        "commune_code": commune.code,
        "commune_type": commune.kind,
        "village_code": listed.village_code,
        "hh_uuid": listed.id,
        "hh_no": str(listed.number),
        "visit_no": "3" if ends == ABSENT else "1",
        "interviewer_id": mission.author,
        "start_time": stamp(begins),
        "consent_notice_version": mission.round.notice_version,
        **({"modules": " ".join(mission.round.modules)} if mission.round.modules else {}),
    }


def _draft(
    mission: Mission, session: FormSession, submission: str, rng: Random, when: tuple[dt.datetime, dt.datetime, str]
) -> Draft:
    begins, until, last = when
    return Draft(
        id=new_id(rng),
        submission=submission,
        household=session.node(f"{mission.form.root}/hh_uuid").value,
        round=mission.round.code,
        form_id=mission.form.id,
        form_version=mission.form.version,
        parents=(),
        author=mission.author,
        started_at=stamp(begins),
        touched_at=stamp(until),
        cursor=session.node(last).address if last else "",
        values=flatten(session.answers(everything=True)),
    )


def mend(session: FormSession, rng: Random) -> None:
    """Do what an interviewer does at the end: answer what is open, correct what breaks a rule.

    Raises:
        ValueError: the form cannot be finished; then the questionnaire has a question that cannot be answered.
    """
    for _ in range(20):
        violations = session.validate()
        if not violations:
            return
        for violation in violations:
            node = session.node(violation.path)
            session.answer(violation.path, _an_answer(node, rng))
    raise ValueError(f"the form cannot be finished: {session.validate()[:3]}")


def _an_answer(node: Node, rng: Random) -> str:
    if node.appearance == "soft-check":
        return rng.choice(REMARKS)
    if node.choices:
        return node.choices[0].value
    if node.type in {"int", "decimal"}:
        return "" if not node.required else "1"
    return rng.choice(REMARKS)


def correct(
    mission: Mission, revision: Revision, change: Callable[[FormSession], object], at: dt.datetime, rng: Random
) -> Revision:
    """Open a finished form again, change it, and finish it as a new revision.

    Args:
        mission: who corrects, on which laptop.
        revision: what is corrected; it becomes the parent.
        change: what is done to the session.
        at: when.
        rng: chooses remarks when the change makes one necessary.
    """
    session = FormSession(
        mission.form,
        edit=True,
        clock=lambda: at,
        answers=revision.answers,
        instance_id=f"uuid:{revision.submission}",
    )
    change(session)
    mend(session, rng)
    return _next(mission, revision, at, answers=session.answers(everything=False))


def void(mission: Mission, revision: Revision, reason: str, at: dt.datetime) -> Revision:
    """Say that a submission does not count."""
    return _next(mission, revision, at, answers=revision.answers, kind="void", reason=reason)


def _next(
    mission: Mission, revision: Revision, at: dt.datetime, *, answers: Answers, kind: str = "answers", reason: str = ""
) -> Revision:
    return Revision(
        submission=revision.submission,
        household=revision.household,
        round=revision.round,
        form_id=revision.form_id,
        form_version=revision.form_version,
        parents=(revision.id,),
        kind=kind,
        author=mission.author,
        device=mission.device,
        made_at=stamp(at),
        reason=reason,
        answers=answers,
    )
