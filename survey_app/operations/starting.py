"""How a sitting at a household's form begins: which form, which answers are there, what the program knows."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from survey_app.clock import Clock, stamp
from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.join import Current
from survey_app.operations.dropped import to_values
from survey_app.operations.forms import is_of
from survey_app.operations.sitting import parted, paths_by_name
from survey_app.operations.trail import Trail, trail_of
from survey_app.operations.units import form_of_level, known_of_unit
from survey_app.operations.visits import members_before
from survey_app.records import HOUSEHOLD, WITHDRAWN, Answers, Household, Place, Round, flatten, nest
from survey_app.store import Draft, Store
from survey_app.xforms import FormDefinition, FormSession, load_form

_POVERTY = "poverty_status"
_SUBMISSIONS = uuid.UUID("5f0f7c1e-6d0b-4c55-9a57-0d2b8f3f6a01")
_MOST_VISITS = 9
"""What the form takes as the number of a visit."""


@dataclass(frozen=True)
class Start:
    """What a sitting begins with.

    Attributes:
        form: the form.
        session: its answers.
        draft: what the file holds, or will hold with the first answer.
        used: addresses whose line keys nobody else may be given.
        trail: takes the audit log, None where the form wants none.
    """

    form: FormDefinition
    session: FormSession
    draft: Draft
    used: set[str]
    trail: Trail | None


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


def resume(store: Store, draft: Draft, author: str, *, clock: Clock, language: str | None) -> Start:
    """Return the beginning of a sitting that goes on with a draft.

    Raises:
        SurveyAppError: the draft's form is not in this store.
    """
    form = stored_form(store, draft.form_id, draft.form_version)
    session = _session(
        store, form, draft.submission, nest(draft.values), language=language, clock=clock, author=draft.author
    )
    return Start(form, session, draft, _published(store, draft), trail_of(store, session, draft, clock, author))


def begin(
    store: Store,
    household: Household,
    author: str,
    *,
    clock: Clock,
    language: str | None,
    new_id: Callable[[], str],
    form_id: str = "",
) -> Start:
    """Return the beginning of a new form, or of a correction of the one the household has in this round.

    Args:
        store: has the round and its forms.
        household: who is interviewed.
        author: who interviews.
        clock: where the time comes from.
        language: one of the form's languages; ``None`` is the form's own.
        new_id: makes UUIDs.
        form_id: which of the forms that the round asks; blank is the round's own.

    Raises:
        SurveyAppError: the round or its form is not in this store, or the submission is in conflict.
    """
    current_round = store.round()
    if current_round is None:
        raise SurveyAppError(
            "INT-02", _("There is no survey round on this machine yet."), _("Load the file the commune has given you.")
        )
    form_id = form_id or own_form(store, household)
    form = _asked(store, current_round, form_id)
    current = _submission_of(store, household.id, current_round, form_id)
    submission = current.submission if current else first_submission(household.id, current_round.code, form.id)
    earlier = current or store.current(submission)  # one that was made void is gone on from, with nothing in it
    before = flatten(current.answers) if current and not withdrawn_since(current.answers) else {}
    session = _session(store, form, submission, nest(before), language=language, clock=clock, author=author)
    brought = {} if current or form.id != current_round.form_id else members_before(store, household)
    if brought:
        known = nest({**flatten(session.answers(everything=True)), **flatten(brought)})
        session = _session(store, form, submission, known, language=language, clock=clock, author=author)
    for name, value in _known(store, household, current_round, author, clock).items():
        path = paths_by_name(session).get(name)
        if path and value and not session.node(path).value:
            session.answer(path, value)
    if current is None:
        _offer(session, household)
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
        parents=tuple(sorted(earlier.heads)) if earlier else (),
        author=author,
        started_at=now,
        touched_at=now,
        cursor="",
        values=flatten(session.answers(everything=True)) | parted(before)[0] | lost,
    )
    return Start(form, session, draft, _published(store, draft), trail_of(store, session, draft, clock, author))


def first_submission(household: str, round_code: str, form_id: str) -> str:
    """Return the id of a household's submission of a form in a round: the same one wherever it is interviewed.

    When two laptops interview one household without knowing of each other, their forms are two states of one
    submission, and what they disagree about is a conflict for a person; neither is counted beside the other.
    """
    return str(uuid.uuid5(_SUBMISSIONS, f"{household}/{round_code}/{form_id}"))


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


def own_form(store: Store, household: Household) -> str:
    """Return the id of the form that the round asks about a unit of another level, blank for a household.

    Raises:
        SurveyAppError: the round asks nothing about that level.
    """
    if household.level == HOUSEHOLD:
        return ""
    form = form_of_level(store, household.level)
    if form is None:
        raise SurveyAppError(
            "INT-08",
            _("This round has no form for this list."),
            _("The office adds the form to the round. Nothing was changed."),
        )
    return form.id


def _asked(store: Store, now: Round, form_id: str) -> FormDefinition:
    """Return the form that the round asks under an id, its own when that is blank."""
    versions = {**dict(now.further), now.form_id: now.form_version}
    wanted = form_id or now.form_id
    return stored_form(store, wanted, versions.get(wanted, ""))


def _submission_of(store: Store, household: str, now: Round, form_id: str) -> Current | None:
    found = [
        one
        for one in store.currents(household=household)
        if one.round == now.code and one.state != "void" and is_of(one.form_id, form_id, now)
    ]
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
    here = _places_above(store, household, current.commune_code)
    commune = here.get("commune")
    return {
        **(known_of_unit(store, household) if household.level != HOUSEHOLD else {}),
        "campaign_code": current.code,
        "reference_date": current.reference_date,
        "catalogue_version": current.catalogue_date,
        "province_code": here["province"].code if "province" in here else commune.parent if commune else "",
        "commune_code": commune.code if commune else "",
        "commune_type": commune.kind if commune else "",
        "village_code": here["village"].code if "village" in here else "",
        "hh_uuid": household.id,
        "hh_no": str(household.number),
        "visit_no": str(min(_visits(store, household) + 1, _MOST_VISITS)),
        "interviewer_id": author,
        "start_time": stamp(clock()),
        "consent_notice_version": current.notice_version,
        "modules": " ".join(current.modules),
    }


def _places_above(store: Store, household: Household, commune_code: str) -> dict[str, Place]:
    """Return the place of a unit and those it lies in, by level; a household's unknown village lies in the round's."""
    found: dict[str, Place] = {}
    code = household.village_code
    if store.place(code) is None and household.level == HOUSEHOLD:
        found["village"] = Place(code, code, "village", "", commune_code)
        code = commune_code
    while (place := store.place(code)) is not None and place.level not in found:
        found[place.level] = place
        code = place.parent
    return found


def _offer(session: FormSession, household: Household) -> None:
    """Give the list's poverty status to a question of that name, as the answer that stands until a person changes it.

    Only where the question has such a choice and no answer yet; a default of the form comes first.
    """
    path = paths_by_name(session).get(_POVERTY)
    if path is None or not household.poverty:
        return
    node = session.node(path)
    if not node.value and not node.readonly and any(choice.value == household.poverty for choice in node.choices):
        session.answer(path, household.poverty)


def _visits(store: Store, household: Household) -> int:
    line = store.line(household.id)
    return line.tries if line else 0


def stored_form(store: Store, form_id: str, version: str) -> FormDefinition:
    """Return a form of the store, with its lists.

    Raises:
        SurveyAppError: the store does not have it.
    """
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
