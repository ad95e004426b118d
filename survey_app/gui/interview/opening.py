"""Opening an interview for the window: what the store's lane does, and the words it brings for the top bar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from survey_app.clock import Clock
from survey_app.operations.comments import Exchange, exchanges
from survey_app.operations.interview import Interview, open_interview
from survey_app.operations.paper import PaperVisit, open_from_paper
from survey_app.store import Store
from survey_app.xforms import FormDefinition


@dataclass(frozen=True)
class Opened:
    """What opening an interview brings from the store: the interview, the words for the top bar, what is asked."""

    interview: Interview
    place: str
    asks: tuple[Exchange, ...] = ()


def open_for_window(  # noqa: PLR0917 - as the lane hands them on
    store: Store, household: str, person: str, clock: Clock, visit: PaperVisit | None = None, form: str = ""
) -> Opened:
    """Open an interview in the store's lane.

    Args:
        store: the store.
        household: id of the household.
        person: id of who interviews.
        clock: where the time comes from.
        visit: a filled paper is typed in, of this visit.
        form: id of the form; blank for the round's own.
    """
    if visit is not None:
        interview = open_from_paper(store, household, visit, person, clock, form_id=form)
    else:
        interview = open_interview(store, household, person, clock, form_id=form)
    sit_down(store, interview.draft.id, person)
    store.note_look("interview", household=household)
    village = store.place(interview.household.village_code)
    commune = store.place(village.parent) if village else None
    words = in_one_line([place.name for place in (village, commune) if place is not None])
    return Opened(interview, words, open_questions(store, household))


def open_questions(store: Store, household: str) -> tuple[Exchange, ...]:
    """Return what the office asks about a household's form and nobody has answered."""
    return tuple(exchanges(store, household, "open"))


def in_one_line(names: Sequence[str]) -> str:
    """Return ``"Thôn Đông, xã Phú Lâm"``: what kind of place it is has a capital only at the beginning."""
    return ", ".join([*names[:1], *(name[:1].lower() + name[1:] for name in names[1:])])


def sit_down(store: Store, draft: str, person: str) -> None:
    """Note that somebody is at this interview; one without an answer yet is noted with its first answer."""
    if store.draft(draft) is not None:
        store.sit_down(draft, person)


def language_of(form: FormDefinition, language: str) -> str:
    """Return the form's language for ``"vi"`` or ``"en"``; the form's own when it has none of these."""
    return next((name for name in form.languages if f"({language})" in name), form.default_language)
