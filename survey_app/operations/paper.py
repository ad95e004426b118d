"""Paper for the day the battery is flat: printing a form, and typing in what was written on it.

Typing in is an ordinary interview whose visit was earlier: the form's ``start_time``, ``end_time`` and
``interviewer_id`` say when the household was visited and by whom, ``entry_mode`` is ``paper`` and ``entry_time`` the
moment it was typed in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from survey_app.clock import Clock, stamp
from survey_app.errors import SurveyAppError
from survey_app.i18n import _, language
from survey_app.operations.forms import asked_forms
from survey_app.operations.interview import Interview, open_interview
from survey_app.records import Household
from survey_app.store import Store
from survey_app.xforms import load_form
from survey_app.xforms.external import beside

PAPER = "paper"
"""Value of ``entry_mode`` of an interview that was typed in from paper."""


class PaperError(SurveyAppError):
    """What was said about the visit cannot be, or the household cannot be typed in from paper now."""


@dataclass(frozen=True)
class PaperVisit:
    """The visit as the paper has it.

    Attributes:
        began: when it began.
        ended: when it ended; not before ``began``.
        enumerator: id of the person who went there.
    """

    began: dt.datetime
    ended: dt.datetime
    enumerator: str


def print_form(source: Path, target: Path, modules: Sequence[str] | None = None, people: int = 0) -> Path:
    """Write any form as a paper questionnaire, in the language spoken now.

    Args:
        source: XLSForm workbook or XForm.
        target: the PDF.
        modules: optional modules to print; all when not given.
        people: how many people there is room for; 0 for the usual number.

    Returns:
        Where it is.

    Raises:
        SurveyAppError: the form has faults or the place cannot be written to.
    """
    from survey_app.reports.paper import write_paper

    form = load_form(source)
    beside_it = ((name, beside(source.parent, name)) for name in form.media_files)
    files = {name: content for name, content in beside_it if content is not None}
    return write_paper(form, target, language=language(), modules=modules, people=people, files=files)


def print_questionnaire(store: Store, target: Path, household_id: str = "", form_id: str = "") -> Path:
    """Write a form of the round as a paper questionnaire, in the language spoken now.

    Args:
        store: an open store.
        target: the PDF.
        household_id: the household to fill in at the top; none leaves lines to write on. A household larger than
            usual on the list gets a line and a column for everybody.
        form_id: which of the forms that the round asks; blank is the round's own.

    Returns:
        Where it is.

    Raises:
        SurveyAppError: there is no round or form, or the place cannot be written to.
    """
    from survey_app.reports.paper import COLUMNS, LINES, write_paper

    current = store.round()
    asked = (form.stored for form in asked_forms(store) if (form.stored.id == form_id if form_id else form.own))
    stored = next(asked, None)
    if current is None or stored is None:
        raise PaperError(
            "PAP-01", _("There is no questionnaire on this machine yet."), _("Load the file the commune has given you.")
        )
    household = store.household(household_id) if household_id else None
    form = load_form(stored.xform.encode(), stored.files)
    head = _head(store, household) if household is not None else ()
    size = household.size if household is not None else 0
    people = size if size > min(LINES, COLUMNS) else 0
    return write_paper(
        form, target, language=language(), modules=current.modules, head=head, people=people, files=stored.files
    )


def _head(store: Store, household: Household) -> tuple[tuple[str, str], ...]:
    from survey_app.reports.paper import head_names

    village = store.place(household.village_code)
    commune = store.place(village.parent) if village is not None else None
    values = (
        commune.name if commune else "",
        village.name if village else "",
        str(household.number),
        household.head_name,
        household.address,
    )
    return tuple(zip(head_names(), values, strict=True))


def open_from_paper(
    store: Store,
    household_id: str,
    visit: PaperVisit,
    entered_by: str,
    clock: Clock,
    *,
    form_language: str | None = None,
    form_id: str = "",
) -> Interview:
    """Open the interview of a household to type in a paper; nothing is in the file before the first commit.

    Args:
        store: the laptop's store.
        household_id: UUID of the household.
        visit: when the household was visited and by whom.
        entered_by: id of the person who types.
        clock: gives the moment of typing.
        form_language: one of the form's languages; ``None`` is the form's own.
        form_id: which of the forms that the round asks; blank is the round's own.

    Raises:
        PaperError: the visit lies in the future or ends before it began, or the household has answers already.
        SurveyAppError: see ``open_interview``.
    """
    fault = visit_fault(visit, clock())
    if fault:
        raise PaperError("PAP-02", fault, _("Correct the date and time of the visit. Nothing was changed."))
    interview = open_interview(store, household_id, entered_by, clock, form_language, form_id=form_id)
    if interview.resumed or interview.correction:
        raise PaperError(
            "PAP-03",
            _("This household has answers on this machine already."),
            _("Open its interview and correct it by the paper. Nothing was changed."),
        )
    known = {
        "start_time": stamp(visit.began),
        "end_time": stamp(visit.ended),
        "interviewer_id": visit.enumerator,
        "entry_mode": PAPER,
        "entry_time": stamp(clock()),
    }
    for name, value in known.items():
        path = f"{interview.form.root}/{name}"
        if path in interview.form.specs and interview.session.node(path).relevant:
            interview.enter(path, value)
    return interview


def visit_fault(visit: PaperVisit, now: dt.datetime) -> str:
    """Return what is wrong with the moments of a visit, ``""`` when they can be."""
    if visit.began > now or visit.ended > now:
        return _("The visit lies in the future.")
    if visit.ended < visit.began:
        return _("The visit ends before it begins.")
    return ""
