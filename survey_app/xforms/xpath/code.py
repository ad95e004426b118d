"""Compiled pieces of expressions, and the table of functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, Protocol

from survey_app.xforms.xpath.frame import Frame
from survey_app.xforms.xpath.nodes import Expr
from survey_app.xforms.xpath.tree import XNode, text_of
from survey_app.xforms.xpath.values import Value, number_of, to_boolean, to_number, to_string

Kind = Literal["boolean", "number", "string", "nodes", "any"]
Run = Callable[[XNode, Frame], Any]
TextOf = Callable[[XNode], str | None]


@dataclass(frozen=True, slots=True)
class Code:
    """A compiled expression.

    Attributes:
        run: works it out at a node.
        kind: what kind of value comes out, ``"any"`` when only running it can tell.
        constant: the value never changes (a literal or a number).
        text: for nodes, gives the text of the first one straight, None when there is none; None where it must be
            found by ``run``.
    """

    run: Run
    kind: Kind
    constant: bool = False
    text: TextOf | None = None


class Compile(Protocol):
    """What a function needs to compile its own arguments.

    Attributes:
        namespaces: prefix to namespace.
        lookups: list, path in it and column of every index that will be asked for.
    """

    namespaces: Mapping[str, str]
    lookups: set[tuple[str, tuple[str, ...], str]]

    def expr(self, expr: Expr) -> Code:
        """Return the compiled expression."""

    def nodes(self, expr: Expr) -> Code:
        """Return the compiled expression, which stands where a path is asked for."""

    def condition(self, expr: Expr) -> Code:
        """Return the compiled expression, which will be asked of many nodes in one evaluation."""


Builder = Callable[[Compile, tuple[Expr, ...]], Run]


@dataclass(frozen=True)
class Function:
    """A function of the language.

    Attributes:
        name: its name as authors write it.
        signature: one letter an argument: ``n`` number, ``s`` text, ``b`` boolean, ``x`` nodes, ``v`` any value;
            ``?`` after an optional one, ``*`` after the last when it may come any number of times.
        result: kind of its value.
        run: takes the converted arguments; with ``context`` the node and the frame before them.
        context: see ``run``.
        builder: compiles the call itself instead (arguments that must stay unevaluated).
        paired: those after the first arguments come in pairs.
    """

    name: str
    signature: str
    result: Kind
    run: Callable[..., Any] | None = None
    context: bool = False
    builder: Builder | None = None
    paired: bool = False

    @cached_property
    def letters(self) -> list[str]:
        """The arguments, each with its sign."""
        return re.findall(r"[nsbxv][?*]?", self.signature)

    @cached_property
    def least(self) -> int:
        """Fewest arguments."""
        return sum(1 for letter in self.letters if len(letter) == 1)

    @property
    def most(self) -> int | None:
        """Most arguments, None when there is no limit."""
        return None if self.signature.endswith("*") else len(self.letters)

    def takes(self, count: int) -> bool:
        """Tell whether it may be given so many arguments."""
        if count < self.least or (self.most is not None and count > self.most):
            return False
        return not self.paired or (count - self.least) % 2 == 0

    def letter(self, index: int) -> str:
        """Return the letter of an argument."""
        letters = self.letters
        return letters[min(index, len(letters) - 1)][0]


FUNCTIONS: dict[str, Function] = {}
"""Every function by its name."""


def function(
    names: str, signature: str, result: Kind, *, context: bool = False, paired: bool = False
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Put a Python function into the table under one or more names parted by blanks."""

    def register(run: Callable[..., Any]) -> Callable[..., Any]:
        for name in names.split():
            FUNCTIONS[name] = Function(name, signature, result, run, context, paired=paired)
        return run

    return register


def special(names: str, signature: str, result: Kind, *, paired: bool = False) -> Callable[[Builder], Builder]:
    """Put a function that compiles its own call into the table."""

    def register(builder: Builder) -> Builder:
        for name in names.split():
            FUNCTIONS[name] = Function(name, signature, result, builder=builder, paired=paired)
        return builder

    return register


NODES: dict[str, Builder] = {}
"""Functions that give a text, but the nodes themselves where a path is asked for: ``sum(indexed-repeat(...))``."""


def as_number(code: Code) -> Run:
    """Return the code's run with the value as a number."""
    run = code.run
    if code.kind == "number":
        return run
    if code.kind == "string":
        return lambda node, frame: number_of(run(node, frame), frame.env)
    first = code.text
    if first is not None:
        return lambda node, frame: number_of(text, frame.env) if (text := first(node)) is not None else _NAN
    if code.kind == "nodes":
        return lambda node, frame: number_of(text_of(found[0]), frame.env) if (found := run(node, frame)) else _NAN
    return lambda node, frame: to_number(run(node, frame), frame.env)


def as_string(code: Code) -> Run:
    """Return the code's run with the value as text."""
    run = code.run
    if code.kind == "string":
        return run
    first = code.text
    if first is not None:
        return lambda node, _frame: first(node) or ""
    if code.kind == "nodes":
        return lambda node, frame: text_of(found[0]) if (found := run(node, frame)) else ""
    return lambda node, frame: to_string(run(node, frame))


def as_boolean(code: Code) -> Run:
    """Return the code's run with the value as true or false."""
    run = code.run
    if code.kind == "boolean":
        return run
    if code.kind in ("nodes", "string"):
        return lambda node, frame: bool(run(node, frame))
    return lambda node, frame: to_boolean(run(node, frame))


def as_value(code: Code) -> Run:
    """Return the code's run as it is."""
    return code.run


def texts(value: Value) -> list[str]:
    """Return the texts of a set of nodes, or the one text of another value."""
    return [text_of(node) for node in value] if isinstance(value, list) else [to_string(value)]


_NAN = float("nan")
CONVERT: dict[str, Callable[[Code], Run]] = {"n": as_number, "s": as_string, "b": as_boolean, "v": as_value}
