"""Consent as the law asks (Law 91/2025/QH15, Articles 4 and 9): who agreed to what, when, to which notice; taking it
back; a copy of everything for the household; and erasing it.

The register is computed from the answers to the section on consent, so that it can never say something else than the
forms do. A withdrawal is a revision like any other: the same answers, and beside ``consent_answer`` the moment of the
withdrawal. It travels and merges like an answer; from then on nothing of the form is exported or counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from survey_app.clock import Clock, stamp, system_clock
from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.join import Current
from survey_app.operations.access import needs
from survey_app.operations.contents import answers_of, form_language
from survey_app.operations.sitting import REFUSED
from survey_app.operations.starting import stored_form, withdrawn_since
from survey_app.records import HOUSEHOLD, WITHDRAWN, Erasure, Household, Revision, flatten, nest
from survey_app.roles import DECIDE, NAMES
from survey_app.store import Store
from survey_app.store.deeds import PRINTED
from survey_app.xforms import FormDefinition

CONSENT = "consent_answer"
NOTICE = "consent_notice"
_SCOPE, _METHOD, _PERSON, _TIME = "consent_scope", "consent_method", "consent_person", "consent_time"
_VERSION = "consent_notice_version"


@dataclass(frozen=True)
class Consent:
    """A line of the register.

    Attributes:
        household: as on the list; what is not known here has a blank name.
        submission: UUID of the submission that says it.
        answer: the choice given, ``"refuse"`` when the household refused; blank in forms without the question.
        scopes: the purposes agreed to.
        method: how it was given.
        person: who agreed.
        at: when, ISO 8601.
        officer: id of who asked.
        notice_version: version of the notice read.
        withdrawn_at: when it was taken back, ISO 8601; blank when it was not.
    """

    household: Household
    submission: str
    answer: str
    scopes: tuple[str, ...]
    method: str
    person: str
    at: str
    officer: str
    notice_version: str
    withdrawn_at: str

    @property
    def state(self) -> str:
        """``"given"``, ``"refused"``, ``"withdrawn"`` or ``"unknown"``."""
        if self.withdrawn_at:
            return "withdrawn"
        if not self.answer:
            return "unknown"
        return "refused" if self.answer == REFUSED else "given"


@needs(NAMES)
def register(store: Store) -> list[Consent]:
    """Return what every household said, by village and number, erased households excepted.

    Units of other levels follow where they were asked: household businesses, who asks for a device.
    """
    store.note_look("register")
    said = (register_of(store, current) for current in store.currents() if current.state != "void")
    found = (one for one in said if one.answer or one.household.level == HOUSEHOLD)
    return sorted(
        found,
        key=lambda each: (
            each.household.level != HOUSEHOLD,
            each.household.village_code,
            each.household.number,
            each.submission,
        ),
    )


def register_of(store: Store, current: Current) -> Consent:
    """Return what one form says about consent."""
    said = _by_name(current)
    household = store.household(current.household) or Household(current.household, "", 0, "")
    return Consent(
        household,
        current.submission,
        said.get(CONSENT, ""),
        tuple(said.get(_SCOPE, "").split()),
        said.get(_METHOD, ""),
        said.get(_PERSON, ""),
        said.get(_TIME, "") or current.made_at,
        current.author,
        said.get(_VERSION, ""),
        withdrawn_since(current.answers),
    )


def _by_name(current: Current) -> dict[str, str]:
    """Return the answers outside the repeats by name."""
    return {
        address.rpartition("/")[2]: value for address, value in flatten(current.answers).items() if "[" not in address
    }


@needs(NAMES)
def withdraw(store: Store, submission: str, author: str, clock: Clock = system_clock) -> Revision:
    """Note that a household takes its consent back; nothing of the form is exported or counted from then on.

    Args:
        store: where the submission is.
        submission: its UUID.
        author: id of who notes it.
        clock: gives the moment.

    Raises:
        SurveyAppError: there is no such submission, or its consent is withdrawn already.
    """
    current = store.current(submission)
    if current is None or withdrawn_since(current.answers):
        raise SurveyAppError(
            "CON-01", _("There is no consent here that could be taken back."), _("Nothing was changed.")
        )
    head = max((each for each in store.revisions(submission) if each.id in current.heads), key=lambda each: each.id)
    values = flatten(head.answers)
    asked = next((address for address in values if address.rpartition("/")[2] == CONSENT), CONSENT)
    now = stamp(clock())
    withdrawn = replace(
        head,
        id="",
        parents=(head.id,),
        kind="answers",
        author=author,
        device=store.device,
        made_at=now,
        reason="",
        answers=nest({**values, f"{asked}{WITHDRAWN}": now}),
        paradata="",
    )
    store.add_revisions([withdrawn], "here")
    return withdrawn


@needs(DECIDE)
def erase(store: Store, household: str, author: str, reason: str, clock: Clock = system_clock) -> Erasure:
    """Erase everything about a household; what stays is that, when, by whom and why.

    Copies outside this file (backups, bundles on sticks) keep what they hold, but nothing of it comes in again.

    Args:
        store: from which it is erased; bundles and receipts carry the erasure on.
        household: its UUID.
        author: id of who erases.
        reason: one of ``records.ERASURE_REASONS``.
        clock: gives the moment.
    """
    erasure = Erasure(household, author, store.device, stamp(clock()), reason)
    store.add_erasures([erasure], "here")
    return erasure


def notice_text(form: FormDefinition, language: str = "vi") -> str:
    """Return the notice that is read to the household, blank when the form has none."""
    path = _path_of(form, NOTICE)
    return form.questions[path].label(form_language(form, language)) if path else ""


def scope_words(form: FormDefinition, language: str = "vi") -> dict[str, str]:
    """Return the words of every answer about consent: purposes, ways, and the answer itself."""
    words: dict[str, str] = {}
    for name in (CONSENT, _SCOPE, _METHOD):
        path = _path_of(form, name)
        for choice in form.questions[path].choices if path else ():
            words[choice.value] = choice.label(form_language(form, language))
    return words


def _path_of(form: FormDefinition, name: str) -> str:
    return next((path for path in form.questions if path.rpartition("/")[2] == name), "")


# --- what the household may take home ------------------------------------------------------------------------------


@needs(NAMES)
def write_record(store: Store, submission: str, path: Path, language: str = "vi", clock: Clock = system_clock) -> Path:
    """Write everything that is kept about a household as a PDF it can take home.

    Args:
        store: where it is kept.
        submission: the form.
        path: the PDF.
        language: ``"vi"`` or ``"en"``.
        clock: gives the moment written on it.

    Returns:
        Where it is.

    Raises:
        SurveyAppError: there is no such submission, or the place cannot be written to.
    """
    from survey_app.reports.typesetting import typeset, write_pages

    current = store.current(submission)
    if current is None:
        raise SurveyAppError("CON-02", _("There is nothing about this household here."), _("Nothing was written."))
    written = write_pages(typeset("household_record", _record(store, current, language, clock)), path)
    store.note_deed(PRINTED, what="record", household=current.household)
    return written


def _record(store: Store, current: Current, language: str, clock: Clock) -> dict[str, object]:
    form = stored_form(store, current.form_id, current.form_version)
    consent = register_of(store, current)
    village = store.place(consent.household.village_code)
    commune = store.place(village.parent) if village else None
    words = scope_words(form, language)
    people = {person.id: person.name for person in store.enumerators()}
    facts = [
        (_("Household"), f"{consent.household.number:03d}, {consent.household.head_name}"),
        (_("Place"), ", ".join(place.name for place in (village, commune) if place)),
        (_("Consent"), words.get(consent.answer, consent.answer)),
        (_("Purposes agreed to"), ", ".join(words.get(scope, scope) for scope in consent.scopes)),
        (_("How consent was given"), words.get(consent.method, consent.method)),
        (_("Who agreed"), consent.person),
        (_("When"), moment_words(consent.at)),
        (_("Asked by"), people.get(consent.officer, consent.officer)),
        (_("Version of the notice"), consent.notice_version),
        (_("Withdrawn"), moment_words(consent.withdrawn_at)),
    ]
    return {
        "language": language,
        "title": _("What is kept about your household"),
        "made": _("Printed {moment}").format(moment=moment_words(stamp(clock()))),
        "facts": [[name, value] for name, value in facts if value],
        "notice_title": _("The notice you were read"),
        "notice": notice_text(form, language),
        "heads": [_("Number"), _("About"), _("Question"), _("Answer")],
        "answers_title": _("Answers"),
        "rows": list(_rows(store, current, language)),
        "changes_title": _("When it was written down or changed"),
        "changes": [
            [moment_words(each.made_at), people.get(each.author, each.author)]
            for each in store.revisions(current.submission)
        ],
        "rights": _(
            "You may see and correct this, take your consent back, or have everything erased at any time. Ask the "
            "commune People's Committee."
        ),
    }


def _rows(store: Store, current: Current, language: str) -> Iterator[list[str]]:
    for entry in answers_of(store, current.submission, language):
        note = f"{_('Note')}: {entry.note}" if entry.note else ""
        yield [entry.number, entry.person, entry.question, "\n".join(part for part in (entry.answer, note) if part)]


def moment_words(moment: str) -> str:
    """Return ``21/11/2026 14:32`` of an ISO 8601 text; the text itself when it is none."""
    import datetime as dt

    try:
        return f"{dt.datetime.fromisoformat(moment):%d/%m/%Y %H:%M}" if moment else ""
    except ValueError:
        return moment
