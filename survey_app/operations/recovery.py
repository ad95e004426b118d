"""The interview that somebody was at when the machine or the program stopped, and interviews that were thrown away."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass

from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.operations.contents import Entry, entries, form_language
from survey_app.operations.sitting import parted, path_of
from survey_app.operations.starting import stored_form
from survey_app.records import Household, nest
from survey_app.store import Discarded, Draft, Store
from survey_app.xforms import FormSession
from survey_app.xforms.plan import plan

_INSTANCE = re.compile(r"\[\d+\]")


@dataclass(frozen=True)
class Unfinished:
    """An interview that nobody rose from.

    Attributes:
        household: whose it is.
        draft: as it stands in the file.
        number: what stands left of the question it stopped at, ``""`` when unknown.
        question: the question's words, ``""`` when unknown.
        entries: everything the file holds of it.
    """

    household: Household
    draft: Draft
    number: str
    question: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Thrown:
    """An interview in the bin.

    Attributes:
        household: whose it is.
        discarded: when and by whom it was thrown away.
        by: name of that person.
    """

    household: Household
    discarded: Discarded
    by: str


def unfinished(store: Store, language: str = "vi") -> Unfinished | None:
    """Return the interview that nobody rose from, ``None`` when every one was left in good order."""
    draft = store.left_open()
    household = store.household(draft.household) if draft is not None else None
    if draft is None or household is None:
        return None
    try:
        number, question = _place(store, draft, language)
        said = entries(store, draft.form_id, draft.form_version, draft.values, language)
    except SurveyAppError:  # a form that cannot be opened is told when the person opens it
        return Unfinished(household, draft, "", "", ())
    return Unfinished(household, draft, number, question, said)


def _place(store: Store, draft: Draft, language: str) -> tuple[str, str]:
    form = stored_form(store, draft.form_id, draft.form_version)
    answers = nest(parted(draft.values)[1])
    session = FormSession(form, language=form_language(form, language), answers=answers or None)
    path = path_of(session, draft.cursor)
    number = plan(form).numbers.get(_INSTANCE.sub("", path), "")
    return number, session.node(path).label if path else ""


def thrown(store: Store) -> list[Thrown]:
    """Return what is in the bin, the newest first."""
    names = {person.id: person.name for person in store.enumerators()}
    found = []
    for discarded in store.discarded_drafts():
        household = store.household(discarded.household) or Household(discarded.household, "", 0, "")
        found.append(Thrown(household, discarded, names.get(discarded.by, "")))
    return found


def throw_away(store: Store, draft_id: str, by: str) -> None:
    """Put an interview into the bin, with the number of its answers as a person counts them.

    Raises:
        LookupError: there is no such interview.
    """
    draft, answers = store.draft(draft_id), None
    if draft is not None:
        with contextlib.suppress(SurveyAppError):  # a form that cannot be opened can be thrown away all the same
            answers = len(entries(store, draft.form_id, draft.form_version, draft.values))
    store.discard_draft(draft_id, by, answers)


def bring_back(store: Store, draft_id: str) -> str:
    """Take an interview out of the bin and return its household.

    Raises:
        SurveyAppError: another interview of this household has been begun or finished meanwhile; it stays in the bin.
    """
    try:
        return store.bring_back_draft(draft_id)
    except (ValueError, LookupError) as error:
        raise SurveyAppError(
            "INT-08",
            _("This household has another interview by now."),
            _("Finish or discard that one first. What is in the bin stays there for now."),
        ) from error
