"""A submission in conflict as a person reads it: questions in words, versions with their authors, values with labels.

Pure reading: nothing here writes, and nothing here knows Qt. Run it in the store's lane.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from survey_app import i18n
from survey_app.gui.moments import by_its_clock
from survey_app.i18n import _
from survey_app.operations.wording import Point, Side, Words
from survey_app.records import Revision, flatten
from survey_app.text import sort_key

if TYPE_CHECKING:
    from survey_app.operations.conflicts import Difference, OpenConflict
    from survey_app.store import Store

__all__ = ["Dispute", "DisputeLine", "Point", "Side", "Version", "Words", "line_of", "read_dispute", "read_disputes"]

LETTERS = "ABCDEFGH"
_LINE = re.compile(r"\[\d+\]")


@dataclass(frozen=True)
class DisputeLine:
    """A line of the list of submissions in conflict.

    Attributes:
        submission: its id.
        number: number of the household as shown.
        head: head of the household.
        village: name of the village.
        questions: how many questions are to be decided.
    """

    submission: str
    number: str
    head: str
    village: str
    questions: int


@dataclass(frozen=True)
class Version:
    """One of the versions that disagree.

    Attributes:
        letter: what the screen calls it, ``"A"`` first.
        revision: its id.
        author: who made it.
        device: on which laptop.
        made_at: when, as shown.
        is_void: it says that the submission does not count.
    """

    letter: str
    revision: str
    author: str
    device: str
    made_at: str
    is_void: bool


@dataclass(frozen=True)
class Dispute:
    """A submission in conflict, ready to be shown.

    Attributes:
        line: household and number of questions.
        base_at: when the common version was made, as shown; ``""`` when there is none.
        versions: those that disagree.
        points: what is to be decided.
        joined: what was joined by rule.
        same: what all versions say alike.
    """

    line: DisputeLine
    base_at: str
    versions: tuple[Version, ...]
    points: tuple[Point, ...]
    joined: tuple[Point, ...]
    same: tuple[Point, ...]


def read_disputes(store: Store) -> list[OpenConflict]:
    """Return the submissions in conflict, by village and number; runs in the store's lane."""
    from survey_app.operations.conflicts import list_conflicts

    return list_conflicts(store)


def line_of(conflict: OpenConflict) -> DisputeLine:
    """Return the line of the list."""
    household = conflict.household
    return DisputeLine(
        conflict.submission,
        f"{household.number:03d}" if household else "–",
        household.head_name if household else _("Not on the household list"),
        conflict.village,
        len(conflict.differences),
    )


def read_dispute(store: Store, conflict: OpenConflict, language: str = "") -> Dispute:
    """Return a submission in conflict in words; runs in the store's lane.

    Args:
        store: the office's store.
        conflict: what is to be settled.
        language: ``"vi"`` or ``"en"``; the language spoken when blank.
    """
    revisions = {revision.id: revision for revision in store.revisions(conflict.submission)}
    tops = [revisions[side.revision] for side in conflict.sides]
    stored = store.form(conflict.form_id, conflict.form_version)
    words = Words.of(stored, tops, language or i18n.language()) if stored else Words({}, {}, {})
    versions = tuple(
        Version(
            LETTERS[n % len(LETTERS)],
            side.revision,
            side.author_name or side.author,
            side.device_name or side.device,
            by_its_clock(side.made_at),
            side.kind == "void",
        )
        for n, side in enumerate(conflict.sides)
    )
    derived = frozenset(stored.derived) if stored else frozenset()
    joined, same = _others(conflict, tops, words, derived)
    heads = [side.revision for side in conflict.sides]
    points = tuple(words.difference(each, heads) for each in _by_form(conflict.differences, words))
    return Dispute(line_of(conflict), _base_at(tops, revisions), versions, points, joined, same)


def _base_at(tops: Sequence[Revision], revisions: Mapping[str, Revision]) -> str:
    shared = set.intersection(*(set(top.parents) for top in tops)) & revisions.keys()
    return by_its_clock(max((revisions[name].made_at for name in shared), default=""))


def _by_form(conflicts: Iterable[Difference], words: Words) -> list[Difference]:
    """Return conflicts in the order of the form, what concerns the whole submission first."""
    return sorted(conflicts, key=lambda each: (each.address != "", words.rank(each.address), sort_key(each.address)))


def _others(
    conflict: OpenConflict, tops: Sequence[Revision], words: Words, derived: frozenset[str]
) -> tuple[tuple[Point, ...], tuple[Point, ...]]:
    """Return what was joined by rule and what is the same in all versions, questions only."""
    flats = [flatten(top.answers) for top in tops]
    disputed = {difference.address for difference in conflict.differences}
    stands = flatten(conflict.answers)
    joined: list[Point] = []
    same: list[Point] = []
    for address in dict.fromkeys(address for flat in flats for address in flat):
        name = _LINE.sub("", address.rpartition("/")[2])
        if address in disputed or name in derived or not words.is_question(address):
            continue
        values = [flat.get(address) for flat in flats]
        point = words.point(address, stands.get(address), values)
        (same if len(set(values)) == 1 else joined).append(point)
    key = words.rank
    return tuple(sorted(joined, key=lambda p: key(p.address))), tuple(sorted(same, key=lambda p: key(p.address)))
