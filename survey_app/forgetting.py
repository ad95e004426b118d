"""Names are forgotten when a round is over: what is left of a revision, and who says so.

A **forgetting** says of one round, and of the devices whose work it is about, which answers stay; of all others of
that round only a mark is left, or nothing. It says what stays and not what goes, so that what a form asks that nobody
knew of is not kept by mistake. Forgettings merge as revisions do, by set union. What is left of a revision depends on
the revision and on that set alone: of each answer the least that any of them leaves. So it does not matter whether a
revision comes before them or after, whole or with names forgotten elsewhere, in what order, or how often.

A revision from which names were forgotten keeps its id, so that it is the same one everywhere, and says by
``Revision.forgotten`` what it is now the hash of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from survey_app.records import (
    COMMENT,
    LINE,
    ORDER,
    VISIT,
    WITHDRAWN,
    Answers,
    Revision,
    hash_of,
    revision_id,
)

MARK = "[đã xóa]"
"""What stands where words were forgotten: that somebody answered can still be told and counted."""

REASONS = ("expired", "ordered")
"""``expired``: the time for keeping names is over; ``ordered``: an office above or a court ordered it. No words of
one's own: they could name somebody."""

_NUMBERED = re.compile(r"\[\d+\]")
_OF_A_VISIT = frozenset({"outcome", "due", "other", "right", "request", "record"})
_OF_A_COMMENT = frozenset({"form", "address", "state"})
_LONGEST = 200


@dataclass(frozen=True)
class Left:
    """What is left of the answers to one form.

    Attributes:
        kept: paths of the questions whose answers stay, names from below the root joined by ``/``.
        marked: paths of those of which a mark stays; of all others nothing does.
    """

    kept: frozenset[str] = frozenset()
    marked: frozenset[str] = frozenset()

    def less(self, other: Left) -> Left:
        """Return what is left where both are to be followed."""
        kept = self.kept & other.kept
        return Left(kept, ((self.kept | self.marked) & (other.kept | other.marked)) - kept)


@dataclass(frozen=True)
class Forgetting:
    """That the names of a round are forgotten.

    Attributes:
        round: code of the round.
        devices: ids of the laptops and offices whose revisions it is about, sorted. Codes of rounds are the same in
            many communes; whose work it is tells them apart.
        forms: id of a form to what is left of its answers.
        lists: the names on the lists of households go too, of those who have answered in no other round.
        author: id of the person who decided it.
        device: id of the office.
        made_at: ISO 8601 with offset, by the office's clock.
        reason: one of ``REASONS``.
        id: content hash of all the above, 32 hexadecimal digits.
    """

    round: str
    devices: tuple[str, ...]
    forms: Mapping[str, Left]
    lists: bool
    author: str
    device: str
    made_at: str
    reason: str
    id: str = field(default="")

    def __post_init__(self) -> None:
        if self.reason not in REASONS:
            raise ValueError(f"unknown reason of a forgetting: {self.reason!r}")
        object.__setattr__(self, "devices", tuple(sorted(self.devices)))
        if not self.id:
            object.__setattr__(self, "id", hash_of(self.as_json()))

    def as_json(self) -> dict[str, Any]:
        """Return what a bundle carries; the id is left out because it follows from the rest."""
        forms = {form: [sorted(left.kept), sorted(left.marked)] for form, left in self.forms.items()}
        fields = {name: value for name, value in vars(self).items() if name != "id"}
        return {**fields, "devices": list(self.devices), "forms": forms}

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Forgetting:
        """Return the forgetting of ``as_json``.

        Raises:
            ValueError, TypeError, KeyError: a field is missing, unknown, blank or of the wrong type.
        """
        texts = [fields[name] for name in ("round", "author", "device", "made_at", "reason")]
        if not all(isinstance(text, str) and len(text) <= _LONGEST for text in (*texts, *fields["devices"])):
            raise ValueError("not a forgetting: a field is no text")
        forms = {form: Left(frozenset(kept), frozenset(marked)) for form, (kept, marked) in fields["forms"].items()}
        found = cls(**{**fields, "devices": tuple(fields["devices"]), "forms": forms})
        if type(found.lists) is not bool or not found.round or found.as_json() != dict(fields):
            raise ValueError("not a forgetting: a field is not as it should be")
        return found

    def is_about(self, revision: Revision) -> bool:
        """Tell whether a revision is of this round and of these devices."""
        return revision.round == self.round and revision.device in self.devices


def as_left(revision: Revision, known: Iterable[Forgetting]) -> Revision:
    """Return a revision as it may be kept where some forgettings are known; itself when none is about it."""
    about = [each for each in known if each.is_about(revision)]
    if not about:
        return revision
    left = about[0].forms.get(revision.form_id, Left())
    for each in about[1:]:
        left = left.less(each.forms.get(revision.form_id, Left()))
    reason = MARK if revision.reason else ""
    bare = replace(revision, answers=_answers_left(revision, left), reason=reason, forgotten="")
    return replace(bare, forgotten=revision_id(bare))


def _answers_left(revision: Revision, left: Left) -> Answers:
    said = revision.answers
    if revision.kind == VISIT:  # the register of a programme holds ids and no names
        return {name: value for name, value in said.items() if name in _OF_A_VISIT or "programme" in said}
    if revision.kind == COMMENT:
        about = _NUMBERED.sub("", str(said.get("address", "")))
        names = _OF_A_COMMENT | ({"value"} if about in left.kept else set())
        return {name: value for name, value in said.items() if name in names}
    return _left_below(said, "", left)


def _left_below(answers: Mapping[str, Any], above: str, left: Left) -> Answers:
    found: Answers = {}
    for name, value in answers.items():
        path = f"{above}{name}"
        if name == LINE or name.endswith((ORDER, WITHDRAWN)):
            found[name] = value
        elif isinstance(value, str):
            if path in left.kept or path in left.marked:
                found[name] = value if path in left.kept else MARK
        elif isinstance(value, Mapping):
            below = _left_below(value, f"{path}/", left)
            if below:
                found[name] = below
        else:
            found[name] = [_left_below(instance, f"{path}/", left) for instance in value]
    return found


def by_question(revisions: Sequence[Revision], forms: Mapping[str, Left]) -> dict[tuple[str, str], int]:
    """Return how many answers go or become a mark, by form and path of the question; notes stand at ``…#note``."""
    found: dict[tuple[str, str], int] = {}
    for revision in revisions:
        left = forms.get(revision.form_id, Left())
        if revision.kind not in {VISIT, COMMENT}:
            for path in _paths(revision.answers, ""):
                if path not in left.kept and not path.endswith((ORDER, WITHDRAWN)):
                    found[revision.form_id, path] = found.get((revision.form_id, path), 0) + 1
    return found


def _paths(answers: Mapping[str, Any], above: str) -> Iterable[str]:
    for name, value in answers.items():
        path = f"{above}{name}"
        if isinstance(value, str):
            yield path
        elif isinstance(value, Mapping):
            yield from _paths(value, f"{path}/")
        elif isinstance(value, list):
            for instance in value:
                yield from _paths(instance, f"{path}/")
