"""What a supervisor asks about a form, what is answered, and how the exchange stands.

A **thread** is about one question of one submission, or about the whole form. What is said in it are revisions of kind
``comment``: immutable, merged by set union like all others, each naming as its parents what its author had read of the
thread. Clocks play no part: the **state** follows from what nobody has replied to yet. When two people spoke without
knowing of each other, the one who wants more is heard: ``open`` before ``answered`` before ``accepted``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from survey_app.records import Revision

State = Literal["open", "answered", "accepted"]

STATES: tuple[State, ...] = get_args(State)
"""From the one that asks most to the one that asks nothing."""

_NAMES = frozenset({"form", "address", "state", "value"})


@dataclass(frozen=True)
class Thread:
    """What was said about one question.

    Attributes:
        id: the ``submission`` of its comments, a UUID.
        household: UUID of the household.
        round: code of the round.
        form: UUID of the submission it is about.
        address: address of the question, blank for the whole form.
        state: how it stands.
        said: the comments, each after what it replies to.
        heads: ids of those nobody has replied to, sorted.
    """

    id: str
    household: str
    round: str
    form: str
    address: str
    state: State
    said: tuple[Revision, ...]
    heads: tuple[str, ...]


def is_comment(revision: Revision) -> bool:
    """Tell whether a revision of kind ``comment`` says what a comment must say."""
    said = revision.answers
    texts = all(isinstance(value, str) for value in said.values())
    return texts and said.keys() <= _NAMES and bool(said.get("form")) and said.get("state") in STATES


def threads(comments: Iterable[Revision]) -> list[Thread]:
    """Return the threads of comments in any order, by id; repetitions do not matter."""
    found: dict[str, dict[str, Revision]] = {}
    for comment in comments:
        found.setdefault(comment.submission, {})[comment.id] = comment
    return [_thread(found[name]) for name in sorted(found)]


def state_of(said: Mapping[str, tuple[Iterable[str], str]]) -> State:
    """Return how a thread stands, given ``{id: (ids of the parents, state)}`` of what was said in it."""
    answered = {parent for parents, _ in said.values() for parent in parents}
    states = {state for id_, (_, state) in said.items() if id_ not in answered}
    return next(state for state in STATES if state in states)


def _thread(said: Mapping[str, Revision]) -> Thread:
    depths: dict[str, int] = {}
    waiting = list(said)
    while waiting:  # without recursion: a thread may be long
        here = waiting[-1]
        known = [parent for parent in said[here].parents if parent in said]
        unknown = [parent for parent in known if parent not in depths]
        waiting += unknown
        if not unknown:
            waiting.pop()
            depths[here] = 1 + max((depths[parent] for parent in known), default=0)
    ordered = sorted(said.values(), key=lambda each: (depths[each.id], each.made_at, each.id))
    answered = {parent for each in ordered for parent in each.parents}
    first = ordered[0]
    return Thread(
        id=first.submission,
        household=first.household,
        round=first.round,
        form=str(first.answers["form"]),
        address=str(first.answers.get("address", "")),
        state=state_of({each.id: (each.parents, str(each.answers["state"])) for each in ordered}),
        said=tuple(ordered),
        heads=tuple(sorted(said.keys() - answered)),
    )
