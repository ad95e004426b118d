"""Matching a pattern in time proportional to the text, whatever the pattern.

A pattern such as ``(a+)+b`` makes a backtracking matcher try every way to divide the text. Here all ways are followed
at once (Thompson's construction), so that a slip of an author cannot stop an interview.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from typing import Any

_parser: Any = importlib.import_module("re._parser")
_codes: Any = importlib.import_module("re._constants")

MAX_STATES = 5_000
"""How large an automaton may become; bounded repetitions are written out."""
MAX_STEPS = 5_000_000
"""How many states one match may look at: some seconds."""
MAX_KEPT = 500_000
"""How many states an automaton remembers having led to."""
MAX_WAYS = 1_000
"""In how many ways a pattern may divide a text and still be left to backtracking."""

Test = Callable[[str], bool]
Item = tuple[Any, Any]


class Unsupported(Exception):  # noqa: N818 - it only tells that another matcher must be used
    """The pattern looks around or back, which an automaton cannot, or the work would be too much."""


def matcher(pattern: str) -> Callable[[str], bool]:
    """Return what tells whether a whole text matches a pattern as ``re`` reads it.

    Looking ahead is understood at the beginning, where patterns for codes have it: ``(?=.*[0-9])[a-z0-9]{8,}``.

    Raises:
        Unsupported: see there; also when a text is matched.
    """
    parsed = _parser.parse(pattern, re.ASCII)
    if parsed.state.flags & (re.IGNORECASE | re.DOTALL | re.MULTILINE):
        raise Unsupported
    items: list[Item] = list(parsed)
    while items and items[0] == (_codes.AT, _codes.AT_BEGINNING):
        del items[0]
    ahead: list[tuple[Automaton, bool]] = []
    while items and items[0][0] in (_codes.ASSERT, _codes.ASSERT_NOT) and items[0][1][0] == 1:
        code, (_direction, inner) = items.pop(0)
        ahead.append((Automaton(list(inner)), code is _codes.ASSERT))
    main = Automaton(items)
    return lambda text: all(one.matches(text, whole=False) is wanted for one, wanted in ahead) and main.matches(text)


class Automaton:
    """A compiled pattern.

    Args:
        items: the pattern as ``re`` parses it.

    Raises:
        Unsupported: see there.
    """

    def __init__(self, items: list[Item]) -> None:
        self.steps: list[list[tuple[Test, int]]] = []
        self.jumps: list[list[tuple[str, int]]] = []
        self.start = self._state()
        self.end = self._sequence(items, self.start)
        self.known: dict[tuple[frozenset[int], str], frozenset[int]] = {}
        self.kept = 0

    def matches(self, text: str, *, whole: bool = True) -> bool:
        """Tell whether the text matches, or, if not ``whole``, whether its beginning does."""
        here = self._closure(frozenset((self.start,)), first=True, last=not text)
        steps = 0
        for place, char in enumerate(text):
            if not whole and self.end in here:
                return True
            here = self._next(here, char)
            if not here:
                return False
            steps += len(here)
            if steps > MAX_STEPS:
                raise Unsupported
            if place == len(text) - 1:
                here = self._closure(here, first=False, last=True)
        return self.end in here

    def _next(self, here: frozenset[int], char: str) -> frozenset[int]:
        found = self.known.get((here, char))
        if found is None:
            moved = {target for state in here for test, target in self.steps[state] if test(char)}
            found = self._closure(frozenset(moved), first=False, last=False)
            if self.kept < MAX_KEPT:
                self.known[here, char] = found
                self.kept += len(found) + 1
        return found

    def _closure(self, states: frozenset[int], *, first: bool, last: bool) -> frozenset[int]:
        found = set(states)
        waiting = list(states)
        while waiting:
            for condition, target in self.jumps[waiting.pop()]:
                if (condition == "first" and not first) or (condition == "last" and not last) or target in found:
                    continue
                found.add(target)
                waiting.append(target)
        return frozenset(found)

    def _state(self) -> int:
        if len(self.steps) >= MAX_STATES:
            raise Unsupported
        self.steps.append([])
        self.jumps.append([])
        return len(self.steps) - 1

    def _sequence(self, items: list[Item], start: int) -> int:
        here = start
        for code, value in items:
            here = self._item(code, value, here)
        return here

    def _item(self, code: Any, value: Any, start: int) -> int:
        if code in (_codes.MAX_REPEAT, _codes.MIN_REPEAT):
            return self._repeat(value[0], value[1], list(value[2]), start)
        if code is _codes.SUBPATTERN:
            if value[1] or value[2]:
                raise Unsupported
            return self._sequence(list(value[-1]), start)
        if code is _codes.BRANCH:
            return self._branch([list(branch) for branch in value[1]], start)
        end = self._state()
        if code is _codes.AT:
            self.jumps[start].append((_ANCHORS.get(value) or _unsupported(), end))
        else:
            self.steps[start].append((_test(code, value), end))
        return end

    def _branch(self, branches: list[list[Item]], start: int) -> int:
        end = self._state()
        for branch in branches:
            begin = self._state()
            self.jumps[start].append(("", begin))
            self.jumps[self._sequence(branch, begin)].append(("", end))
        return end

    def _repeat(self, least: int, most: Any, items: list[Item], start: int) -> int:
        here = start
        for _turn in range(least):
            here = self._sequence(items, here)
        if most is _codes.MAXREPEAT:
            loop = self._state()
            self.jumps[here].append(("", loop))
            self.jumps[self._sequence(items, loop)].append(("", loop))
            return loop
        end = self._state()
        self.jumps[here].append(("", end))
        for _turn in range(int(most) - least):
            here = self._sequence(items, here)
            self.jumps[here].append(("", end))
        return end


def _unsupported() -> str:
    raise Unsupported


_ANCHORS = {
    _codes.AT_BEGINNING: "first",
    _codes.AT_BEGINNING_STRING: "first",
    _codes.AT_END: "last",
    _codes.AT_END_STRING: "last",
}
_CATEGORIES: dict[Any, Test] = {
    _codes.CATEGORY_DIGIT: lambda char: char in "0123456789",
    _codes.CATEGORY_NOT_DIGIT: lambda char: char not in "0123456789",
    _codes.CATEGORY_SPACE: lambda char: char in " \t\n\r\f\v",
    _codes.CATEGORY_NOT_SPACE: lambda char: char not in " \t\n\r\f\v",
    _codes.CATEGORY_WORD: lambda char: char.isascii() and (char.isalnum() or char == "_"),
    _codes.CATEGORY_NOT_WORD: lambda char: not (char.isascii() and (char.isalnum() or char == "_")),
}


def _test(code: Any, value: Any) -> Test:
    if code is _codes.LITERAL:
        wanted = chr(value)
        return lambda char: char == wanted
    if code is _codes.NOT_LITERAL:
        unwanted = chr(value)
        return lambda char: char != unwanted
    if code is _codes.ANY:
        return lambda char: char != "\n"
    if code is _codes.IN:
        return _class_test(list(value))
    raise Unsupported


def _class_test(items: list[Item]) -> Test:
    negated = bool(items) and items[0][0] is _codes.NEGATE
    tests: list[Test] = []
    ranges: list[tuple[int, int]] = []
    for code, value in items[1:] if negated else items:
        if code is _codes.LITERAL:
            ranges.append((value, value))
        elif code is _codes.RANGE:
            ranges.append((value[0], value[1]))
        elif code is _codes.CATEGORY:
            tests.append(_CATEGORIES[value])
        else:
            raise Unsupported

    def test(char: str) -> bool:
        point = ord(char)
        inside = any(low <= point <= high for low, high in ranges) or any(one(char) for one in tests)
        return inside is not negated

    return test


def may_explode(pattern: str) -> bool:
    """Tell whether backtracking over the pattern may take unreasonably long.

    It may when there is more than one unbounded repetition, or when bounded ones and alternatives together can divide
    a text in very many ways: ``a?a?a?a?a?a?a?a?a?a?aaaaaaaaaa``.
    """
    loops, ways = _divisions(list(_parser.parse(pattern, re.ASCII)))
    return loops > 1 or ways > MAX_WAYS


_SIMPLE = (_codes.IN, _codes.LITERAL, _codes.NOT_LITERAL, _codes.ANY)


def _divisions(items: list[Item]) -> tuple[int, int]:
    """Return the unbounded repetitions, and in how many ways the bounded ones and the alternatives can go."""
    loops, ways = 0, 1
    for code, value in items:
        if code in _REPEATS:
            inner = list(value[2])
            more, each = _divisions(inner)
            turns = 11 if value[1] is _codes.MAXREPEAT else min(11, int(value[1]))
            ways *= min(MAX_WAYS + 1, each**turns)
            if value[1] is _codes.MAXREPEAT or int(value[1]) > 10:
                fixed = value[0] == value[1] and not more and each == 1
                loops += 0 if fixed else 1 if len(inner) == 1 and inner[0][0] in _SIMPLE else 2
            else:
                ways *= int(value[1]) - int(value[0]) + 1
        elif code is _codes.SUBPATTERN:
            more, each = _divisions(list(value[-1]))
            ways *= each
        elif code is _codes.BRANCH:
            parts = [_divisions(list(branch)) for branch in value[1]]
            more, each = sum(part[0] for part in parts), sum(part[1] for part in parts)
            ways *= each
        else:
            more = 1 if code in _LOOKING else 0
        loops += more
        ways = min(ways, MAX_WAYS + 1)
    return loops, ways


_REPEATS = (_codes.MAX_REPEAT, _codes.MIN_REPEAT, _codes.POSSESSIVE_REPEAT)
_LOOKING = (_codes.ASSERT, _codes.ASSERT_NOT, _codes.GROUPREF, _codes.GROUPREF_EXISTS, _codes.ATOMIC_GROUP)
