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

MAX_STATES = 20_000
"""How large an automaton may become; bounded repetitions are written out."""

Test = Callable[[str], bool]
Item = tuple[Any, Any]


class Unsupported(Exception):  # noqa: N818 - it only tells that another matcher must be used
    """The pattern looks around or back, which an automaton cannot."""


class Automaton:
    """A compiled pattern.

    Args:
        pattern: the pattern, as ``re`` reads it.

    Raises:
        Unsupported: see there, or it would become too large.
    """

    def __init__(self, pattern: str) -> None:
        self.steps: list[list[tuple[Test, int]]] = []
        self.jumps: list[list[tuple[str, int]]] = []
        parsed = _parser.parse(pattern, re.ASCII)
        self.start = self._state()
        self.end = self._sequence(list(parsed), self.start)
        self.known: dict[tuple[frozenset[int], str], frozenset[int]] = {}

    def matches(self, text: str) -> bool:
        """Tell whether the whole text matches."""
        here = self._closure(frozenset((self.start,)), first=True, last=not text)
        for place, char in enumerate(text):
            here = self._next(here, char)
            if not here:
                return False
            if place == len(text) - 1:
                here = self._closure(here, first=False, last=True)
        return self.end in here

    def _next(self, here: frozenset[int], char: str) -> frozenset[int]:
        found = self.known.get((here, char))
        if found is None:
            moved = {target for state in here for test, target in self.steps[state] if test(char)}
            found = self._closure(frozenset(moved), first=False, last=False)
            if len(self.known) < 10_000:
                self.known[here, char] = found
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
    """Tell whether backtracking over the pattern may take unreasonably long: more than one unbounded repetition."""
    return _loops(list(_parser.parse(pattern, re.ASCII))) > 1


def _loops(items: list[Item]) -> int:
    total = 0
    for code, value in items:
        if code in (_codes.MAX_REPEAT, _codes.MIN_REPEAT):
            inner = list(value[2])
            simple = len(inner) == 1 and inner[0][0] in (_codes.IN, _codes.LITERAL, _codes.NOT_LITERAL, _codes.ANY)
            if value[1] is _codes.MAXREPEAT or int(value[1]) > 10:
                total += 1 if simple else 2
            total += _loops(inner)
        elif code is _codes.SUBPATTERN:
            total += _loops(list(value[-1]))
        elif code is _codes.BRANCH:
            total += sum(_loops(list(branch)) for branch in value[1])
    return total
