"""Answers given before, as a tree that does not know the form: from submission XML or from a draft."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from survey_app.records import LINE, ORDER, Answers
from survey_app.xforms.xpath.tree import XNode


class Given:
    """A value or a branch of values given before.

    Attributes:
        name: local name; ``@name`` of an attribute.
        text: its value, ``""`` for a branch.
        line: line key of a repeat instance, 0 when there is none.
        place: which of its like it is, from 1; 0 where the name stands alone.
        inside: what it holds.
        branch: it holds values of its own, or is an instance of a repeat.
        around: what holds it.
        used: it has found its place in the form.
    """

    __slots__ = ("around", "branch", "inside", "line", "name", "place", "text", "used")

    def __init__(self, name: str, around: Given | None, text: str = "", line: int = 0, place: int = 0) -> None:
        self.name = name
        self.text = text
        self.line = line
        self.place = place
        self.inside: list[Given] = []
        self.around = around
        self.used = False
        self.branch = line > 0
        if around is not None:
            around.inside.append(self)
            around.branch = around.branch or name[0] != "@"

    @property
    def step(self) -> str:
        """Its name with the line key, or the place among its like."""
        number = self.line or self.place
        return f"{self.name}[{number}]" if number else self.name

    @property
    def address(self) -> str:
        """Where it stood, as an address (``records``)."""
        return "/".join(one.step for one in reversed(list(self.upwards())[:-1]))

    def upwards(self) -> Iterator[Given]:
        """Yield it and all around it, from the inside."""
        here: Given | None = self
        while here is not None:
            yield here
            here = here.around

    def leaves(self) -> Iterator[Given]:
        """Yield every value inside, or itself when it is one."""
        if not self.inside:
            yield self
        for one in self.inside:
            yield from one.leaves()


def given_by_xml(seed: XNode, around: Given | None = None, place: int = 0) -> Given:
    """Return the values of an instance's element; templates of repeats are left out."""
    given = Given(seed.name, around, seed.text, place=place)
    for attribute in seed.attributes:
        Given(f"@{attribute.name}", given, attribute.text)
    several: dict[str, int] = {}
    for child in seed.children:
        several[child.name] = several.get(child.name, 0) + 1
    seen: dict[str, int] = {}
    for child in seed.children:
        if any(one.name == "template" and "javarosa" in one.uri for one in child.attributes):
            continue
        seen[child.name] = seen.get(child.name, 0) + 1
        given_by_xml(child, given, seen[child.name] if several[child.name] > 1 else 0)
    return given


def given_by_answers(answers: Answers) -> Given:
    """Return the values of a draft or revision."""
    root = Given("", None)
    _take(root, answers)
    return root


def _take(given: Given, answers: Mapping[str, Any]) -> None:
    for name, value in answers.items():
        local = name if name[:1] == "@" else name.rpartition(":")[2]
        if name == LINE or name.endswith(ORDER):  # the instances stand in it already
            continue
        if isinstance(value, str):
            Given(local, given, value)
        elif isinstance(value, Mapping):
            _take(Given(local, given), value)
        else:
            for instance in value:
                _take(Given(local, given, line=int(instance.get(LINE, 0))), instance)
