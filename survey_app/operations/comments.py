"""Asking about a form and answering without a network: what the supervisor and the enumerator can do.

What is said is a revision of kind ``comment`` (see ``survey_app.comments``). It goes to the laptop in the office's
list (``list_exchange``) together with every version of the form, and comes back in the next bundle.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from survey_app.clock import Clock, stamp, system_clock
from survey_app.comments import State, Thread, threads
from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.join import Current
from survey_app.operations.access import needs
from survey_app.operations.conflicts import HERE
from survey_app.operations.contents import form_language
from survey_app.operations.starting import stored_form
from survey_app.records import COMMENT, Household, Revision, flatten
from survey_app.roles import DECIDE, NAMES
from survey_app.store import Store
from survey_app.text import tidy
from survey_app.xforms import FormDefinition
from survey_app.xforms.plan import plan

_LINE = re.compile(r"\[\d+\]")


@dataclass(frozen=True)
class Said:
    """One thing that was said.

    Attributes:
        at: ISO 8601, when, by that machine's clock.
        by: name of who said it, the id when the name is not known here.
        state: how the thread stood afterwards.
        words: what was said; blank when the answer itself was changed.
        value: the answer that stood there then.
    """

    at: str
    by: str
    state: State
    words: str
    value: str


@dataclass(frozen=True)
class Exchange:
    """A thread in words for people.

    Attributes:
        thread: id of the thread.
        household: the household; one that is not on the list here has only its id.
        form: UUID of the submission.
        form_id: which questionnaire it is.
        address: address of the question, blank for the whole form.
        number: what stands left of the question, ``""`` when it has none.
        question: its words, ``""`` for the whole form.
        state: how the thread stands.
        said: what was said, in order.
    """

    thread: str
    household: Household
    form: str
    form_id: str
    address: str
    number: str
    question: str
    state: State
    said: tuple[Said, ...]


# --- looking -------------------------------------------------------------------------------------------------------


def threads_of(store: Store, form: str) -> list[Thread]:
    """Return the threads about a submission, by id."""
    current = store.current(form)
    said = store.comments(current.household) if current is not None else []
    return threads(comment for comment in said if comment.answers["form"] == form)


@needs(NAMES)
def exchanges(store: Store, household: str = "", state: str = "", language: str = "vi") -> list[Exchange]:
    """Return what was asked about the forms that count, open ones first, then by village and number.

    Args:
        store: the store.
        household: only of this household; blank for all.
        state: only ``"open"``, ``"answered"`` or ``"accepted"``; blank for all.
        language: ``"vi"`` or ``"en"``.
    """
    people = {person.id: person.name for person in store.enumerators()}
    questions = _Questions(store, language)
    found = []
    for thread in threads(store.comments(household)):
        current = store.current(thread.form)
        if current is not None and current.state != "void" and (not state or thread.state == state):
            found.append(_exchange(store, thread, current, people, questions))
    return sorted(found, key=_urgency)


def _urgency(exchange: Exchange) -> tuple[object, ...]:
    household = exchange.household
    place = ("open", "answered", "accepted").index(exchange.state)
    return place, household.village_code, household.number, household.id, exchange.number, exchange.thread


def _exchange(
    store: Store, thread: Thread, current: Current, people: dict[str, str], questions: _Questions
) -> Exchange:
    household = store.household(thread.household) or Household(thread.household, "", 0, "")
    number, words = questions.words(current, thread.address)
    said = tuple(
        Said(
            each.made_at,
            people.get(each.author, each.author),
            each.answers["state"],
            each.reason,
            str(each.answers.get("value", "")),
        )
        for each in thread.said
    )
    return Exchange(
        thread.id, household, thread.form, current.form_id, thread.address, number, words, thread.state, said
    )


class _Questions:
    """The words of questions, each version of a form read once."""

    def __init__(self, store: Store, language: str) -> None:
        self._store, self._language = store, language
        self._forms: dict[tuple[str, str], FormDefinition | None] = {}

    def words(self, current: Current, address: str) -> tuple[str, str]:
        """Return number and words of a question; a form that is not here leaves the address."""
        key = (current.form_id, current.form_version)
        if key not in self._forms:
            try:
                self._forms[key] = stored_form(self._store, *key)
            except SurveyAppError:
                self._forms[key] = None
        form = self._forms[key]
        if form is None or not address:
            return "", address
        path = f"{form.root}/{_LINE.sub('', address)}"
        question = form.questions.get(path)
        if question is None:
            return "", address
        return plan(form).numbers.get(path, ""), question.label(form_language(form, self._language))


# --- saying --------------------------------------------------------------------------------------------------------


@needs(DECIDE)
def ask(
    store: Store,
    form: str,
    address: str,
    words: str,
    author: str,
    *,
    clock: Clock = system_clock,
    new_id: Callable[[], uuid.UUID] = uuid.uuid4,
) -> Thread:
    """Ask about an answer, or about a whole form: the household needs correction until somebody answers.

    Args:
        store: the office's store.
        form: UUID of the submission.
        address: address of the question, answered or not; blank for the whole form.
        words: what to check or to correct.
        author: id of the supervisor.
        clock: where the time comes from.
        new_id: makes the id of the thread.

    Raises:
        SurveyAppError: there are no words (``COM-01``), or the form is not here or void (``COM-02``).
    """
    current = _current(store, form)
    place: _Place = (str(new_id()), address, ())
    said = _comment(store, current, place, state="open", words=_needed(words), author=author, clock=clock)
    store.add_revisions([said], HERE)
    return threads([said])[0]


@needs(NAMES)
def reply(store: Store, thread: str, words: str, author: str, clock: Clock = system_clock) -> Thread:
    """Answer in words, for example that the answer is right; the thread waits for the supervisor.

    Raises:
        SurveyAppError: there are no words (``COM-01``), or no such thread or form (``COM-02``).
    """
    return _go_on(store, thread, "answered", words=_needed(words), author=author, clock=clock)


@needs(DECIDE)
def ask_again(store: Store, thread: str, words: str, author: str, clock: Clock = system_clock) -> Thread:
    """Send a thread back: what was answered is not enough.

    Raises:
        SurveyAppError: as for ``reply``.
    """
    return _go_on(store, thread, "open", words=_needed(words), author=author, clock=clock)


@needs(DECIDE)
def accept(store: Store, thread: str, author: str, words: str = "", clock: Clock = system_clock) -> Thread:
    """End a thread: all is well now.

    Raises:
        SurveyAppError: no such thread or form (``COM-02``).
    """
    return _go_on(store, thread, "accepted", words=tidy(words), author=author, clock=clock)


def answered_by(store: Store, revision: Revision) -> list[Revision]:
    """Return the comments that say what a new revision has answered: open threads whose answer it changes.

    A thread about the whole form is answered by any correction. To be added together with the revision.
    """
    now = flatten(revision.answers)
    found = []
    for thread in threads_of(store, revision.submission):
        before = {str(each.answers.get("value", "")) for each in thread.said if each.id in thread.heads}
        value = now.get(thread.address, "")
        if thread.state == "open" and (not thread.address or value not in before):
            place = (thread.id, thread.address, thread.heads)
            by, at = revision.author, revision.made_at
            found.append(
                _said(store.device, revision, place, state="answered", words="", value=value, author=by, at=at)
            )
    return found


def _go_on(store: Store, name: str, state: State, *, words: str, author: str, clock: Clock) -> Thread:
    known = next((each for each in threads(store.comments()) if each.id == name), None)
    if known is None:
        raise _nothing_to_comment()
    current, place = _current(store, known.form), (known.id, known.address, known.heads)
    said = _comment(store, current, place, state=state, words=words, author=author, clock=clock)
    store.add_revisions([said], HERE)
    return threads([*known.said, said])[0]


_Place = tuple[str, str, Sequence[str]]
"""Id of the thread, address of the question, what is replied to."""


def _comment(
    store: Store, current: Current, place: _Place, *, state: State, words: str, author: str, clock: Clock
) -> Revision:
    value = flatten(current.answers).get(place[1], "")
    return _said(store.device, current, place, state=state, words=words, value=value, author=author, at=stamp(clock()))


def _said(
    device: str, about: Current | Revision, place: _Place, *, state: State, words: str, value: str, author: str, at: str
) -> Revision:
    thread, address, parents = place
    answers = {"form": about.submission, "address": address, "state": state, "value": value}
    return Revision(
        submission=thread,
        household=about.household,
        round=about.round,
        form_id=about.form_id,
        form_version=about.form_version,
        parents=tuple(parents),
        kind=COMMENT,
        author=author,
        device=device,
        made_at=at,
        reason=words,
        answers={name: text for name, text in answers.items() if text},
    )


def _current(store: Store, form: str) -> Current:
    current = store.current(form)
    if current is None or current.state == "void":
        raise _nothing_to_comment()
    return current


def _nothing_to_comment() -> SurveyAppError:
    return SurveyAppError(
        "COM-02",
        _("There is no form that counts here to say something about."),
        _("It may have been made void. Load the list again; nothing was changed."),
    )


def _needed(words: str) -> str:
    said = tidy(words)
    if not said:
        raise SurveyAppError(
            "COM-01", _("The words are missing."), _("Write in a few words what is meant. Nothing was changed.")
        )
    return said


def forms_wanted(store: Store, households: Iterable[Household], people: Iterable[str], device: str) -> set[str]:
    """Return the submissions whose every version a laptop needs to go on with them.

    Those somebody waits for an answer about, and those of households its people are in charge of that were filled in
    elsewhere.

    Args:
        store: the office's store.
        households: the laptop's households.
        people: ids of its enumerators.
        device: its id.
    """
    homes = {household.id: household for household in households}
    wanted = {each.form for each in threads(store.comments()) if each.household in homes and each.state == "open"}
    mine = set(people)
    for current in store.currents():
        home = homes.get(current.household)
        if home is not None and home.assigned_to in mine and current.device != device and current.state != "void":
            wanted.add(current.submission)
    return wanted
