"""Households that are one household for device support.

"One device, once per household" must hold through three things that make two lines of one household: a part that moved
out (split), a line closed as the same household as another one, and a person who is counted in both.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

Kind = Literal["split", "same", "member"]


@dataclass(frozen=True)
class Link:
    """Two households that belong together.

    Attributes:
        kind: ``"split"``: ``one`` moved out of ``other``; ``"same"``: ``one`` was closed as ``other``.
        one: id of a household.
        other: id of the other one; it need not be on any list here.
    """

    kind: Kind
    one: str
    other: str


@dataclass(frozen=True)
class Step:
    """A step from one household to a related one.

    Attributes:
        kind: ``"split"`` (``start`` moved out of ``end``), ``"split_off"`` (the other way round), ``"same"`` (``start``
            was closed as ``end``), ``"same_kept"`` (the other way round), ``"member"`` (a person is counted in both).
        start: id of a household.
        end: id of the next one.
    """

    kind: str
    start: str
    end: str


class Families:
    """Who belongs to whom.

    Args:
        links: splits and closed lines, in any order.
        people: hashes of identity numbers by household.
    """

    def __init__(self, links: Iterable[Link], people: Mapping[str, Iterable[str]]) -> None:
        self._next: dict[str, set[tuple[str, str]]] = {}
        for link in links:
            if link.one and link.other and link.one != link.other:
                back = {"split": "split_off", "same": "same_kept"}[link.kind]
                self._next.setdefault(link.one, set()).add((link.other, link.kind))
                self._next.setdefault(link.other, set()).add((link.one, back))
        for household, hashes in people.items():
            for each in hashes:
                self._next.setdefault(household, set()).add((_PERSON + each, "member"))
                self._next.setdefault(_PERSON + each, set()).add((household, "member"))
        self._root: dict[str, str] = {}
        for name in sorted(self._next):
            if name not in self._root:
                self._spread(name)

    def _spread(self, first: str) -> None:
        """Give everything that can be reached from ``first`` the same root: the smallest household among it."""
        reached, waiting = {first}, [first]
        while waiting:
            for name, _kind in self._next[waiting.pop()]:
                if name not in reached:
                    reached.add(name)
                    waiting.append(name)
        root = min(name for name in reached if not name.startswith(_PERSON))
        self._root |= dict.fromkeys(reached, root)

    def root(self, household: str) -> str:
        """Return the name of the family: the smallest id in it."""
        return self._root.get(household, household)

    def way(self, start: str, end: str) -> tuple[Step, ...]:
        """Return a shortest way between two households of a family, always the same one; nothing when there is none."""
        before: dict[str, tuple[str, str]] = {start: ("", "")}
        waiting = deque([start])
        while waiting and end not in before:
            here = waiting.popleft()
            for name, kind in sorted(self._next.get(here, ())):
                if name not in before:
                    before[name] = (here, kind)
                    waiting.append(name)
        if end not in before or start == end:
            return ()
        path = [(end, before[end][1])]
        while path[-1][0] != start:
            name = before[path[-1][0]][0]
            path.append((name, before[name][1]))
        path.reverse()
        return _steps(path)


_PERSON = "\x7fperson "
"""Begins the name of a person between two households; no id begins so, and it sorts after every id."""


def _steps(path: list[tuple[str, str]]) -> tuple[Step, ...]:
    households = [(name, kind) for name, kind in path if not name.startswith(_PERSON)]
    return tuple(Step(kind, start, end) for (start, _), (end, kind) in pairwise(households))
