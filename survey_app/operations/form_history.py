"""What one household's form says and how it came to say it: answers, notes, versions, consent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from survey_app.operations.access import needs
from survey_app.operations.consent import Consent, register_of, scope_words
from survey_app.operations.contents import Entry, entries
from survey_app.operations.forms import is_of
from survey_app.operations.starting import stored_form
from survey_app.records import Household, Revision, flatten
from survey_app.roles import NAMES
from survey_app.store import Store


@dataclass(frozen=True)
class Version:
    """One state of the form.

    Attributes:
        at: when it was written down, ISO 8601, by the clock of that machine.
        author: name of who did, the id when the name is not known here.
        device: name of the machine, its id when the name is not known here.
        kind: ``answers``, ``void`` or ``choice``.
        reason: why, for a void or a choice.
        changed: how many answers and notes differ from the version before; all of them for the first.
    """

    at: str
    author: str
    device: str
    kind: str
    reason: str
    changed: int


@dataclass(frozen=True)
class FormHistory:
    """What one household's form says.

    Attributes:
        household: whose form it is.
        state: ``settled``, ``joined``, ``conflict`` or ``void``; ``""`` when there is no form yet.
        entries: what was answered and noted.
        versions: how it came to be, the newest first.
        consent: what was said about consent, ``None`` without a form.
        words: of the answers about consent, by value.
        officer: name of who asked for consent.
        pictures: content of the pictures that questions show, by the name of their file.
        form: title and version of the form, ``""`` when there is none.
        submission: UUID of the form, ``""`` without one.
    """

    household: Household
    state: str
    entries: tuple[Entry, ...]
    versions: tuple[Version, ...]
    consent: Consent | None
    words: dict[str, str]
    officer: str
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    form: str = ""
    submission: str = ""


@needs(NAMES)
def form_history(store: Store, household: str, language: str = "vi", form_id: str = "") -> FormHistory | None:
    """Return what the newest form of a household says, ``None`` when the household is not here.

    Args:
        store: where the forms are.
        household: UUID of the household.
        language: ``"vi"`` or ``"en"``.
        form_id: one of the forms that the round asks; blank is the round's own.

    Raises:
        SurveyAppError: the form's questionnaire is not in this store.
    """
    found = store.household(household)
    if found is None:
        return None
    now = store.round()
    own = (one for one in store.currents(household=household) if now is None or is_of(one.form_id, form_id, now))
    current = max(own, key=lambda each: each.made_at, default=None)
    if current is None:
        return FormHistory(found, "", (), (), None, {}, "")
    said = entries(store, current.form_id, current.form_version, flatten(current.answers), language)
    people = {person.id: person.name for person in store.enumerators()}
    machines = {device.id: device.name for device in store.devices()} | {store.device: store.name}
    revisions = {each.id: each for each in store.revisions(current.submission)}
    versions = [
        Version(
            each.made_at,
            people.get(each.author, each.author),
            machines.get(each.device, each.device),
            each.kind,
            each.reason,
            _changed(each, revisions),
        )
        for each in sorted(revisions.values(), key=lambda each: each.made_at, reverse=True)
    ]
    consent = register_of(store, current)
    words = scope_words(stored_form(store, current.form_id, current.form_version), language)
    officer = people.get(consent.officer, consent.officer)
    stored = store.form(current.form_id, current.form_version)
    files = stored.files if stored is not None else {}
    pictures = {entry.picture: files[entry.picture] for entry in said if entry.picture in files}
    title = f"{stored.title} ({stored.version})" if stored is not None else ""
    return FormHistory(
        found, current.state, said, tuple(versions), consent, words, officer, pictures, title, current.submission
    )


def _changed(revision: Revision, known: dict[str, Revision]) -> int:
    """Return how many addresses say otherwise than in the first known parent."""
    before: dict[str, str] = next((flatten(known[one].answers) for one in revision.parents if one in known), {})
    after = flatten(revision.answers)
    return sum(before.get(address) != after.get(address) for address in before.keys() | after.keys())
