"""Functions of SurveyCTO, and older names, that are short for others, written out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from survey_app.xforms.columns import column_of
from survey_app.xforms.expressions import REFERENCE
from survey_app.xforms.question_types import block_of
from survey_app.xforms.sheets import Row
from survey_app.xforms.xpath.parser import MAX_DEPTH

_NAMES = "sum-if|count-if|min-if|max-if|join-if|choice-label|rank-index-if|index|empty"
_NAME = re.compile(rf"""'[^']*(?:'|$)|"[^"]*(?:"|$)|(?<![\w.\-:])({_NAMES})\s*\(""")
"""A text in quotation marks, or the name of a function up to its first argument."""


@dataclass(frozen=True)
class Place:
    """Where a question or group stands.

    Attributes:
        repeat: name of the innermost repeat around it, ``""`` outside of repeats.
        inside: names of the groups between that repeat and it.
    """

    repeat: str
    inside: tuple[str, ...]


@dataclass(frozen=True)
class Layout:
    """Where everything stands.

    Attributes:
        names: place by name.
        rows: place by row of the sheet.
        repeats: names of the repeats.
    """

    names: Mapping[str, Place]
    rows: Mapping[int, Place]
    repeats: frozenset[str]

    @staticmethod
    def of(rows: Sequence[Row]) -> Layout:
        """Return the layout of the sheet ``survey``."""
        names: dict[str, Place] = {}
        numbers: dict[int, Place] = {}
        repeats: set[str] = set()
        blocks: list[tuple[str, str]] = []
        for row in rows:
            cells = {column_of(heading): text.strip() for heading, text in reversed(row.cells.items())}
            name, block = cells.get("name", ""), block_of(" ".join(cells.get("type", "").split()))
            if block is not None and block[0] == "end":
                blocks = blocks[:-1]
                continue
            here = _place(blocks)
            names.setdefault(name, here)
            numbers[row.number] = here
            if block is not None:
                blocks.append((block[1], name))
                if block[1] == "repeat":
                    repeats.add(name)
        return Layout(names, numbers, frozenset(repeats))


def _place(blocks: Sequence[tuple[str, str]]) -> Place:
    inside: list[str] = []
    for kind, name in reversed(blocks):
        if kind == "repeat":
            return Place(name, tuple(reversed(inside)))
        inside.append(name)
    return Place("", tuple(reversed(inside)))


def rewritten(text: str, layout: Layout, row: int) -> str:
    """Return an expression without the functions that are short for others.

    Args:
        text: an expression with ``${name}``.
        layout: where the questions stand.
        row: row of the sheet the expression belongs to.
    """
    if _is_deep(text):
        return text  # the parser will say so
    return _Rewriting(layout, layout.rows.get(row, Place("", ()))).all(text)


def _is_deep(text: str) -> bool:
    depth = deepest = 0
    for char in text:
        depth += (char == "(") - (char == ")")
        deepest = max(deepest, depth)
    return deepest > MAX_DEPTH


class _Rewriting:
    def __init__(self, layout: Layout, here: Place) -> None:
        self.layout = layout
        self.here = here

    def all(self, text: str) -> str:
        """Return the text with every call written out, from the last to the first: so the inner ones come first."""
        for found in reversed([one for one in _NAME.finditer(text) if one[1]]):
            parts = list(arguments_of(text, found.end()))
            if parts[-1][1] >= len(text):
                continue
            arguments = [text[first:last].strip() for first, last in parts]
            made = self._made(found[1], [one for one in arguments if one] if len(arguments) == 1 else arguments)
            if made is not None:
                text = text[: found.start()] + made + text[parts[-1][1] + 1 :]
        return text

    def _made(self, name: str, arguments: list[str]) -> str | None:
        if name == "index":
            return f"position({'/'.join(['..'] * (len(self.here.inside) + 1))})" if not arguments else None
        if name == "empty" and len(arguments) == 1:
            return f"(string-length({arguments[0]}) = 0)"
        if name == "choice-label" and len(arguments) == 2 and REFERENCE.fullmatch(arguments[0]):
            return f"jr:choice-name({arguments[1]}, '{arguments[0]}')"
        if name == "join-if" and len(arguments) == 3:
            return self._filtered("join", arguments[1], arguments[2], f"{arguments[0]}, ")
        if name == "rank-index-if" and len(arguments) == 3:
            return self._filtered("rank-index", arguments[1], arguments[2], f"{arguments[0]}, {arguments[1]}, ")
        if name.endswith("-if") and name not in ("join-if", "rank-index-if") and len(arguments) == 2:
            return self._filtered(name.removesuffix("-if"), arguments[0], arguments[1])
        return None

    def _filtered(self, function: str, nodes: str, condition: str, before: str = "") -> str | None:
        found = REFERENCE.fullmatch(nodes)
        target = self.layout.names.get(found[2]) if found is not None else None
        if found is None or target is None:
            return None
        is_repeat = found[2] in self.layout.repeats
        repeat = found[2] if is_repeat else target.repeat
        up = "" if is_repeat else "../" * (len(target.inside) + 1)

        def relative(match: re.Match[str]) -> str:
            place = self.layout.names.get(match[2])
            if place is None or place.repeat != repeat or match[1]:
                return match.group()
            return up + "/".join((*place.inside, match[2]))

        return f"{function}({before}{nodes}[{REFERENCE.sub(relative, condition)}])"


def arguments_of(text: str, start: int) -> Iterator[tuple[int, int]]:
    """Yield first and last place of every argument, up to the closing parenthesis or the end of the text."""
    depth, quote, first = 0, "", start
    for place in range(start, len(text)):
        char = text[place]
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char in "([":
            depth += 1
        elif char in ")]" and depth:
            depth -= 1
        elif char == ")":
            yield first, place
            return
        elif char == "," and not depth:
            yield first, place
            first = place + 1
    yield first, len(text)
