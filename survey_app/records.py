"""What is kept, sent and merged: places, the household list, and submissions as growing sets of revisions.

Everything here is frozen data. **Answers** are a nested mapping: a question's name to its text (XForms text, never
blank), a group's name to its answers, a repeat's name to a list of answers, one mapping an instance with its line key
under ``"#"``. A line key is a number from 1 on that is never used again inside the same submission, so that a member
stays the same member when another one is removed.

An **address** names one answer inside a submission: the names from below the root joined by ``/``, a repeat instance
as ``name[key]`` with its line key: ``members[2]/m_name``. The bare instance ``members[2]`` is an address of its own
with the value ``""``; it says that the instance exists.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

Answers = dict[str, Any]
LineT = TypeVar("LineT", "Place", "Enumerator", "Household")

LINE = "#"
NOTE = "#note"
"""Ends the address of a note: ``members[2]/m_name#note``. A note is kept, sent and merged like an answer, beside its
question; no question can have such a name, so it is never asked, counted or exported as one."""

WITHDRAWN = "#withdrawn"
"""Ends the address beside ``consent_answer`` that holds since when a household's consent is withdrawn (ISO 8601)."""

LOG, DROPPED, TIME, SITTING = "#log", "#dropped", "#time", "#sitting"
"""In addresses of a draft: the events of its audit log, the answers that have no place in its form, how long a question
was looked at, when a sitting began. Revisions hold none of them among their answers."""

ONLY_IN_DRAFTS = (LOG, DROPPED, TIME, SITTING)

ORDER = "#order"
"""Ends the address beside a repeat that holds the order its instances are shown in: line keys, for example ``3 1 2`` at
``members#order``. It is there only when it differs from the order of the line keys, so that who a member is never
depends on where it stands. When histories are joined, the newest order stands; instances it does not know come last."""

_LONGEST_ID = 200
_STEP = re.compile(r"([^/\[\]]+)(?:\[(\d+)\])?")


def flatten(answers: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Return ``{address: value}`` of every answer and every repeat instance, in document order."""
    return dict(_walk(answers, prefix))


def _walk(answers: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for name, value in answers.items():
        if name == LINE:
            continue
        address = f"{prefix}{name}"
        if isinstance(value, str):
            yield address, value
        elif isinstance(value, Mapping):
            yield from _walk(value, f"{address}/")
        else:
            for instance in value:
                line = f"{address}[{instance[LINE]}]"
                yield line, ""
                yield from _walk(instance, f"{line}/")


def nest(values: Mapping[str, str]) -> Answers:
    """Return the answers of ``{address: value}``; the opposite of ``flatten``.

    Raises:
        ValueError: an address is not of the form described above.
    """
    root: Answers = {}
    for address, value in values.items():
        here = root
        steps = address.split("/")
        for depth, step in enumerate(steps):
            match = _STEP.fullmatch(step)
            if match is None:
                raise ValueError(f"not an address: {address!r}")
            name, line = match[1], match[2]
            if line is not None:
                here = _instance(here.setdefault(name, []), int(line))
            elif depth < len(steps) - 1:
                here = here.setdefault(name, {})
            else:
                here[name] = value
    _set_in_order(root)
    return root


def in_order(instances: Iterable[Answers], order: str) -> list[Answers]:
    """Return the instances of a repeat in the order that line keys are listed in; others come after them as they are.

    Args:
        instances: instances with their line keys.
        order: what stands at an ``ORDER`` address.
    """
    places = {line: place for place, line in enumerate(order.split())}
    return sorted(instances, key=lambda one: places.get(str(one[LINE]), len(places)))


def order_of(lines: Sequence[int]) -> str:
    """Return what stands at the ``ORDER`` address for line keys in this order, ``""`` when it is their own."""
    return "" if list(lines) == sorted(lines) else " ".join(map(str, lines))


def _set_in_order(answers: Answers) -> None:
    for name, value in answers.items():
        if isinstance(value, list):
            order = answers.get(f"{name}{ORDER}")
            if isinstance(order, str):
                value[:] = in_order(value, order)
        for inside in value if isinstance(value, list) else (value,):
            if isinstance(inside, dict):
                _set_in_order(inside)


def _instance(instances: list[Answers], line: int) -> Answers:
    for instance in instances:
        if instance[LINE] == line:
            return instance
    instances.append({LINE: line})
    return instances[-1]


def canonical(value: object) -> bytes:
    """Return the one JSON spelling of a value that hashes and signatures are made over; see ``bundles.container``.

    Raises:
        ValueError: it holds what has no such spelling: half a character, or a whole number of more than 64 bits.
    """
    import orjson  # the window shows itself before it reads or hashes anything

    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError as error:
        raise ValueError(str(error)) from error


def hash_of(value: object) -> str:
    """Return the content hash that ids are: 32 hexadecimal digits."""
    import hashlib

    return hashlib.sha256(canonical(value)).hexdigest()[:32]


def from_json(content: bytes | str) -> Any:
    """Return the value of a JSON text.

    Raises:
        ValueError: it is no JSON.
    """
    import orjson

    return orjson.loads(content)


def line_of(kind: type[LineT], fields: Mapping[str, Any]) -> LineT:
    """Return the place, person or household whose fields a file spells, each a text or a number as it must be.

    Raises:
        TypeError, ValueError: a field is missing, unknown or not as it should be.
    """
    line = kind(**fields)
    for each in dataclasses.fields(line):
        if type(getattr(line, each.name)) is not (int if each.type == "int" else str):
            raise ValueError(f"not as it should be: {each.name}")
    return line


@dataclass(frozen=True)
class Place:
    """An administrative unit as it is in one catalogue.

    Attributes:
        code: official code as text with leading zeros; a village's is ``<commune code>-<3 digits>``.
        name: full name, for example ``"Xã Phú Lâm"``.
        level: ``"province"``, ``"commune"`` or ``"village"``; in catalogues of before 01/07/2025 ``"district"`` too.
        kind: ``"xa"``, ``"phuong"``, ``"dac_khu"``, ``"tinh"``, ``"thanh_pho"``, ``"thon"``, ``"ban"``, ...
        parent: code of the unit above, ``""`` for a province.
        old: of a village, code of the commune it belonged to before 01/07/2025, ``""`` when not known.
        until: of a village, ISO date of the first day on which it is no more, ``""`` while it is there.
        joined: of a village that is no more, code of the one it was joined with, ``""`` when it was only closed.
    """

    code: str
    name: str
    level: str
    kind: str
    parent: str
    old: str = ""
    until: str = ""
    joined: str = ""


HOUSEHOLD = "household"
LEVELS = (HOUSEHOLD, "village", "commune", "enterprise", "agency", "device_support", "figure")
"""Whom a form is about; the author writes it into the sheet ``settings``, column ``attribute::level``.

``device_support`` is a request of a household for a device, ``figure`` a figure that somebody else keeps."""


@dataclass(frozen=True)
class Round:
    """A survey round: which form is asked, as of which date, where, until when.

    Attributes:
        code: short code of the round, for example ``"2026-11"``.
        title: name people use, for example ``"Đợt tháng 11/2026"``.
        form_id: id of the form.
        form_version: its version.
        reference_date: ISO date at which age and status are taken.
        catalogue_date: ISO date of the places catalogue in force.
        starts: ISO date.
        ends: ISO date.
        commune_code: the commune this round is for (one office, one commune at present).
        notice_version: version of the privacy notice read to the household.
        modules: optional modules of the form that this round asks.
        further: the other forms that this round asks, of any level, each as its id and version.
    """

    code: str
    title: str
    form_id: str
    form_version: str
    reference_date: str
    catalogue_date: str
    starts: str
    ends: str
    commune_code: str
    notice_version: str = "1"
    modules: tuple[str, ...] = ()
    further: tuple[tuple[str, str], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return what a file for a laptop carries."""
        return {**vars(self), "modules": list(self.modules), "further": [list(pair) for pair in self.further]}

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Round:
        """Return the round of ``as_json``.

        Raises:
            TypeError, ValueError, KeyError: a field is missing, unknown or not as it should be.
        """
        further = tuple((str(form), str(version)) for form, version in fields.get("further", ()))
        found = cls(**{**fields, "modules": tuple(fields["modules"]), "further": further})
        texts = [value for name, value in vars(found).items() if name not in {"modules", "further"}]
        if not all(isinstance(text, str) for text in (*texts, *found.modules)):
            raise ValueError("not a round")
        return found


@dataclass(frozen=True)
class Enumerator:
    """A person who interviews or supervises.

    Attributes:
        id: short id, unique in the office.
        name: full name.
        role: ``"enumerator"`` or ``"supervisor"``.
        title: form of address, ``"anh"`` or ``"chị"``, ``""`` when unknown.
    """

    id: str
    name: str
    role: str = "enumerator"
    title: str = ""


@dataclass(frozen=True)
class Household:
    """A line of the lists that say about whom a form is filled in: a household, or a unit of another level.

    Attributes:
        id: UUID, the household's identity everywhere.
        village_code: the place it is in: the village it lives in; of a commune or an agency that commune or province.
        number: running number in that place.
        head_name: head of household; the name of a unit of another level.
        address: hamlet, street, house number.
        phone: contact number, ``""`` when unknown.
        size: number of people on the list, 0 when unknown.
        assigned_to: id of the enumerator who is to visit, ``""`` when nobody yet.
        poverty: what the commune's list of poor households says (``"poor"``, ``"near_poor"``, ``"escaped"``,
            ``"non_poor"``), ``""`` when it says nothing; never computed here.
        split_from: id of the household that this one moved out of, ``""`` for all others.
        level: one of ``LEVELS``.
        about: of a request for a device, id of the household that asks; ``""`` for all others.
    """

    id: str
    village_code: str
    number: int
    head_name: str
    address: str = ""
    phone: str = ""
    size: int = 0
    assigned_to: str = ""
    poverty: str = ""
    split_from: str = ""
    level: str = HOUSEHOLD
    about: str = ""


ERASURE_REASONS = ("asked", "withdrawn", "mistake", "expired")
"""``asked``: the household asked for it; ``withdrawn``: it took its consent back; ``mistake``: it should never have
been interviewed; ``expired``: the time for keeping names is over. No words of one's own: they could name somebody."""


@dataclass(frozen=True)
class Erasure:
    """The trace of an erasure: that, when, by whom and why everything about a household was erased, and no answer.

    Where an erasure is known, nothing of the household is kept any more, whatever arrives later. Erasures merge as
    revisions do: by set union.

    Attributes:
        household: UUID of the household.
        author: id of the person who erased.
        device: id of the laptop or office.
        made_at: ISO 8601 with offset, by the device's clock.
        reason: one of ``ERASURE_REASONS``.
        id: content hash of all the above, 32 hexadecimal digits.
    """

    household: str
    author: str
    device: str
    made_at: str
    reason: str
    id: str = ""

    def __post_init__(self) -> None:
        if self.reason not in ERASURE_REASONS:
            raise ValueError(f"unknown reason of an erasure: {self.reason!r}")
        if not self.id:
            object.__setattr__(self, "id", hash_of(self.as_json()))

    def as_json(self) -> dict[str, str]:
        """Return what a bundle carries; the id is left out because it follows from the rest."""
        return {name: value for name, value in vars(self).items() if name != "id"}

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Erasure:
        """Return the erasure of ``as_json``.

        Raises:
            ValueError: a field is missing, unknown, blank or of the wrong type.
        """
        if fields.keys() != {"household", "author", "device", "made_at", "reason"}:
            raise ValueError("not an erasure: other fields")
        if not all(isinstance(value, str) and 0 < len(value) <= _LONGEST_ID for value in fields.values()):
            raise ValueError("not an erasure: a field is blank or no text")
        return cls(**fields)


VISIT = "visit"
COMMENT = "comment"

ASIDE = (VISIT, COMMENT)
"""Kinds that stand beside the forms and never take part in what a submission says."""

REVISION_KINDS = ("answers", "void", "choice", *ASIDE)
"""``answers``: what an interview or correction gave; ``void``: this submission does not count, with a reason;
``choice``: a person settled a conflict, with a reason; ``visit``: somebody was there and no interview came of it;
``comment``: something was asked or answered about a form.

The visits of a household are revisions without parents of the submission that has the household's own id, so that they
travel, merge and are confirmed like everything else, and never take part in what submissions say. The ``answers`` of a
visit are ``outcome``, and where there is one ``due`` (moment of an appointment) and ``other`` (another household).
What a person decided about two lines that may be one household is noted in the same way.

The comments about one question are revisions of a submission of their own, a thread, whose parents are what they reply
to. The ``answers`` of a comment are ``form`` (the submission it is about), ``address`` (left out: the whole form),
``state`` (``open``, ``answered`` or ``accepted``: how the thread stands now that this was said) and ``value`` (the
answer its author saw, left out when blank); ``reason`` is what was said. See ``comments``."""


@dataclass(frozen=True)
class Revision:
    """One immutable state of a submission.

    Attributes:
        submission: UUID of the submission (its instanceID without ``uuid:``).
        household: UUID of the household.
        round: code of the round.
        form_id: id of the form.
        form_version: version of the form that asked.
        parents: ids of the revisions this one was made from, sorted; empty for the first.
        kind: one of ``REVISION_KINDS``.
        author: id of the enumerator or supervisor.
        device: id of the laptop or office.
        made_at: ISO 8601 with offset, by the device's clock (never trusted for order).
        reason: why, for ``void`` and ``choice``; may be empty otherwise.
        answers: the whole answer tree (relevant answers only).
        id: content hash of everything else, 32 hexadecimal digits.
        paradata: how the interview went, as ``paradata.py`` writes it; blank when nothing is known. It is no answer.
        forgotten: blank, or hash of what is left since names were forgotten, while ``id`` is that of what stood there;
            see ``forgetting.py``.
    """

    submission: str
    household: str
    round: str
    form_id: str
    form_version: str
    parents: tuple[str, ...]
    kind: str
    author: str
    device: str
    made_at: str
    reason: str
    answers: Answers
    id: str = ""
    paradata: str = ""
    forgotten: str = ""

    def __post_init__(self) -> None:
        if self.kind not in REVISION_KINDS:
            raise ValueError(f"unknown kind of revision: {self.kind!r}")
        object.__setattr__(self, "parents", tuple(sorted(self.parents)))
        if not self.id:
            object.__setattr__(self, "id", revision_id(self))

    def as_json(self) -> dict[str, Any]:
        """Return what a bundle carries, sharing the answers; the id is left out because it follows from the rest.

        Paradata stand there only when there are any. Where names were forgotten the id does not follow any more, and
        stands there too.
        """
        fields = self.content()
        return {**fields, "id": self.id} if self.forgotten else fields

    def content(self) -> dict[str, Any]:
        """Return what is hashed."""
        fields = {name: value for name, value in vars(self).items() if name not in {"id", "forgotten"}}
        if not self.paradata:
            del fields["paradata"]
        fields["parents"] = list(self.parents)
        return fields

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Revision:
        """Return the revision of ``as_json``.

        Raises:
            ValueError: a field is missing, unknown or of the wrong type.
        """
        if not fields.get("paradata", "x"):
            raise ValueError("not a revision: blank paradata are left out")
        try:
            revision = cls(**{**fields, "parents": tuple(fields["parents"])})
        except (TypeError, KeyError) as error:
            raise ValueError(f"not a revision: {error}") from error
        if [type(value) for value in vars(revision).values()] != _REVISION_TYPES:
            raise ValueError("not a revision: a field is not of its type")
        if not all(type(parent) is str for parent in revision.parents):
            raise ValueError("not a revision: a parent is no text")
        return revision


_REVISION_TYPES = [*[str] * 5, tuple, *[str] * 5, dict, str, str, str]
"""Of the fields of a ``Revision``, in their order."""


def revision_id(revision: Revision) -> str:
    """Return the content hash that is the revision's id, whatever its ``id`` says; or its ``forgotten``."""
    return hash_of(revision.content())
