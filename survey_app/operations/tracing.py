"""The history of one household's forms: who changed what, when, on which machine, and by which bundle it came.

Two views of the same revisions: by **version** (a revision with what it changed) and by **question** (an answer with
everything it has ever been). What a join by rule did is worked out from the revisions as ``join`` does it, and stands
with the version that was built upon it, or, while nobody has built upon it, as a version of its own without an author.
Nothing that lost is left out: of a decision stand the value before, the one that was chosen and those that lost.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from survey_app import i18n, join
from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.operations.access import needs
from survey_app.operations.wording import Words
from survey_app.paradata import paradata_of
from survey_app.records import VISIT, Household, Revision, flatten
from survey_app.roles import NAMES
from survey_app.store import BundleNote, Store

BY_PERSON, BY_FORM, BY_RULE, BY_CHOICE, OPEN = "person", "form", "rule", "choice", "open"
"""How an answer came to be: a person gave it, the form worked it out, a join by rule let it stand, a person chose it
among several, or nobody has chosen yet."""


@dataclass(frozen=True)
class Lost:
    """A value that did not come to stand.

    Attributes:
        author: name of who gave it.
        value: in words.
    """

    author: str
    value: str


@dataclass(frozen=True)
class Change:
    """What a version says otherwise than what was before it.

    Attributes:
        address: the address of the answer; ``""`` is the form itself.
        question: the question in words.
        whose: the person it is about, blank for the household.
        before: what stood, in words.
        after: what stands since then, in words.
        how: one of the above.
        lost: what else was given and does not stand.
    """

    address: str
    question: str
    whose: str
    before: str
    after: str
    how: str
    lost: tuple[Lost, ...] = ()


@dataclass(frozen=True)
class Carrier:
    """A bundle that carried a version.

    Attributes:
        direction: ``"in"``: merged here; ``"out"``: written here.
        device: what people call the machine that wrote it.
        sequence: its number there.
        bundle: its id.
        at: when it was merged or written here, ISO 8601.
    """

    direction: str
    device: str
    sequence: int
    bundle: str
    at: str


@dataclass(frozen=True)
class Version:
    """A revision with what it changed.

    Attributes:
        revision: its id; blank for a join by rule that nobody has built upon.
        submission: UUID of the submission.
        at: ISO 8601, by the clock of the machine it was made on.
        author: name of who made it.
        device: name of the machine.
        kind: ``answers``, ``void``, ``choice`` or ``join``.
        reason: why, as its author wrote.
        changes: what it changed, in the order of the form.
        carriers: the bundles it came or went by.
        sittings: how many sittings the interview had, 0 when not known.
        seconds: how long it lasted.
    """

    revision: str
    submission: str
    at: str
    author: str
    device: str
    kind: str
    reason: str
    changes: tuple[Change, ...]
    carriers: tuple[Carrier, ...] = ()
    sittings: int = 0
    seconds: int = 0


@dataclass(frozen=True)
class Trace:
    """A question with everything its answer has ever been.

    Attributes:
        submission: UUID of the submission.
        address: the address of the answer.
        question: the question in words.
        whose: the person it is about.
        steps: the versions that changed it with the change, the oldest first.
    """

    submission: str
    address: str
    question: str
    whose: str
    steps: tuple[tuple[Version, Change], ...]

    @property
    def now(self) -> str:
        """What stands now, in words."""
        return self.steps[-1][1].after


@dataclass(frozen=True)
class History:
    """The history of one household's forms.

    Attributes:
        household: whose.
        versions: the newest first.
        traces: the questions that were ever answered, in the order of the form.
    """

    household: Household
    versions: tuple[Version, ...] = ()
    traces: tuple[Trace, ...] = ()


@needs(NAMES)
def history_of(store: Store, household: str, language: str = "", *, noted: bool = True) -> History:
    """Return the history of a household's forms.

    Args:
        store: where the forms are.
        household: UUID of the household.
        language: ``"vi"`` or ``"en"``; the language spoken when blank.
        noted: the log says that the person at work looked at it.

    Raises:
        SurveyAppError: the household is not in this store.
    """
    found = store.household(household)
    if found is None:
        raise SurveyAppError(
            "HIS-01", _("This household is not on the list of this machine."), _("Nothing was changed.")
        )
    versions: list[Version] = []
    traces: list[Trace] = []
    for current in sorted(store.currents(household=household), key=lambda each: each.made_at):
        told = Telling(store, current.submission, language or i18n.language())
        own = [*told.versions()]
        versions += own
        traces += told.traces(own)
    if noted:
        store.note_look("history", household=household)
    return History(found, tuple(reversed(versions)), tuple(traces))


@dataclass
class Telling:
    """The history of one submission.

    Attributes:
        store: where it is.
        submission: its UUID.
        language: ``"vi"`` or ``"en"``.
    """

    store: Store
    submission: str
    language: str
    by_id: dict[str, Revision] = field(init=False)
    words: Words = field(init=False)
    derived: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        """Read what is needed once."""
        found = [each for each in self.store.revisions(self.submission) if each.kind != VISIT]
        self.by_id = {each.id: each for each in found}
        self.people = {person.id: person.name for person in self.store.enumerators()}
        self.machines = {device.id: device.name for device in self.store.devices()} | {
            self.store.device: self.store.name
        }
        self.carried = self.store.carriers(self.submission)
        forms = [self.store.form(*name) for name in dict.fromkeys((one.form_id, one.form_version) for one in found)]
        stored = next((form for form in reversed(forms) if form is not None), None)
        self.words = Words.of(stored, found, self.language) if stored is not None else Words({}, {}, {})
        self.derived = frozenset(name for form in forms if form is not None for name in form.derived)

    def versions(self) -> Iterator[Version]:
        """Yield the versions, parents before children, and what stands joined by rule at the end."""
        for revision in _in_order(self.by_id):
            yield self._version(revision)
        heads = join.heads(self.by_id.values())
        if len(heads) > 1:
            changes = self._joined(self.by_id.values(), BY_RULE)
            yield Version("", self.submission, "", "", "", "join", "", tuple(self._sorted(changes)))

    def traces(self, versions: Sequence[Version]) -> Iterator[Trace]:
        """Yield the questions with their steps, in the order of the form."""
        steps: dict[str, list[tuple[Version, Change]]] = {}
        for version in versions:
            for change in version.changes:
                steps.setdefault(change.address, []).append((version, change))
        for address in sorted(steps, key=self._place):
            if self.words.is_question(address) or not address or address.endswith("]"):
                last = steps[address][-1][1]
                yield Trace(self.submission, address, last.question, last.whose, tuple(steps[address]))

    def _version(self, revision: Revision) -> Version:
        parents = [name for name in revision.parents if name in self.by_id]
        before: dict[str, str] = {}
        changes: dict[str, Change] = {}
        if len(parents) > 1:
            under = [self.by_id[name] for name in _ancestors(self.by_id, parents)]
            before = flatten(join.current(under, self.derived).answers)
            changes = self._joined(under, BY_RULE, revision)
        elif parents:
            before = flatten(self.by_id[parents[0]].answers)
        changes |= self._differences(revision, before, changes)
        told = paradata_of(revision.paradata)
        return Version(
            revision.id,
            self.submission,
            revision.made_at,
            self.people.get(revision.author, revision.author),
            self.machines.get(revision.device, revision.device),
            revision.kind,
            revision.reason,
            tuple(self._sorted(changes)),
            tuple(self._carrier(note) for note in self.carried.get(revision.id, ())),
            len(told.sittings),
            told.seconds,
        )

    def _differences(
        self, revision: Revision, before: Mapping[str, str], known: Mapping[str, Change]
    ) -> dict[str, Change]:
        """Return what a revision says otherwise than what stood; what a choice settled is told already."""
        after = flatten(revision.answers)
        chosen = {address for address, change in known.items() if change.how == BY_CHOICE}
        if revision.kind == "void":
            return {} if "" in chosen else {"": self._change("", "", None, BY_PERSON)}
        found = {}
        for address in (before.keys() | after.keys()) - chosen:
            if before.get(address) != after.get(address):
                how = BY_FORM if join.name_of(address) in self.derived else BY_PERSON
                found[address] = self._change(address, before.get(address), after.get(address), how)
        return found

    def _joined(self, under: Iterable[Revision], how: str, choice: Revision | None = None) -> dict[str, Change]:
        """Return what the join of several versions did, and what a choice made of what it could not join."""
        after = flatten(choice.answers) if choice is not None else {}
        found: dict[str, Change] = {}
        for each in join.explain(under, self.derived):
            stands, by = each.stands, how
            if each.rule == "conflict":
                by = OPEN if choice is None else BY_CHOICE
                stands = each.base if choice is None else after.get(each.address)
                if choice is not None and not each.address:
                    stands = None if choice.kind == "void" else ""
            lost = [
                Lost(self._author(name), self.words.point(each.address, None, [value]).sides[0].text)
                for name, value in each.values
                if value not in {stands, each.base if by != OPEN else object()}
            ]
            found[each.address] = self._change(each.address, each.base, stands, by, tuple(lost))
        return found

    def _change(
        self, address: str, before: str | None, after: str | None, how: str, lost: tuple[Lost, ...] = ()
    ) -> Change:
        point = self.words.point(address, before, [after])
        return Change(address, point.label, point.whose, point.base.text, point.sides[0].text, how, lost)

    def _author(self, revision: str) -> str:
        author = self.by_id[revision].author
        return self.people.get(author, author)

    def _carrier(self, note: BundleNote) -> Carrier:
        name = str(note.outcome.get("device_name", "")) or self.machines.get(note.device, note.device)
        return Carrier(note.direction, name, note.sequence, note.bundle, note.noted_at)

    def _sorted(self, changes: Mapping[str, Change]) -> list[Change]:
        return [changes[address] for address in sorted(changes, key=self._place)]

    def _place(self, address: str) -> tuple[bool, int, str]:
        return address != "", self.words.rank(address), address


def _in_order(by_id: Mapping[str, Revision]) -> list[Revision]:
    """Return the revisions, parents before children, else by time and id."""
    waiting = sorted(by_id.values(), key=lambda each: (each.made_at, each.id))
    placed: dict[str, Revision] = {}
    while waiting:
        ready = next(
            each for each in waiting if all(parent in placed or parent not in by_id for parent in each.parents)
        )
        waiting.remove(ready)
        placed[ready.id] = ready
    return list(placed.values())


def _ancestors(by_id: Mapping[str, Revision], names: Collection[str]) -> set[str]:
    """Return the revisions of these ids with all their known ancestors."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in by_id and name not in found:
            found.add(name)
            waiting += by_id[name].parents
    return found


def find_household(store: Store, words: str) -> str:
    """Return the id of a household given by its id, the beginning of it, or ``VILLAGE/NUMBER``.

    Raises:
        SurveyAppError: none, or more than one, is meant.
    """
    village, _slash, number = words.rpartition("/")
    match: Callable[[Household], bool] = lambda one: one.id.startswith(words)  # noqa: E731
    if village and number.isdecimal():
        match = lambda one: one.village_code == village and one.number == int(number)  # noqa: E731
    found = [line.household.id for line in store.households(village=village) if match(line.household)]
    if len(found) != 1 or not words:
        raise SurveyAppError(
            "HIS-02",
            _("No single household is meant by {words}.").format(words=words),
            _("Give its id, or the code of its village and its number, for example 07030-001/17. Nothing was changed."),
        )
    return found[0]
