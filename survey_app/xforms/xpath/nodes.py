"""The syntax tree of an expression.

These classes are public: the engine compiles them to Python closures, ``survey_app.indicators`` turns them into SQL.
All are frozen and hashable; two expressions that say the same compare equal.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Literal:
    """A text in quotes, for example ``'fibre'``."""

    value: str


@dataclass(frozen=True)
class Number:
    """A number, for example ``15`` or ``0.5``; the sign is a ``Negate`` around it."""

    value: float


@dataclass(frozen=True)
class Reference:
    """A question named as in a workbook, ``${age}`` or ``${last-saved#age}``.

    Attributes:
        name: name of the question.
        last_saved: the answer of the last saved submission is meant, not of this one.
    """

    name: str
    last_saved: bool = False


@dataclass(frozen=True)
class Negate:
    """Unary minus."""

    operand: Expr


@dataclass(frozen=True)
class Binary:
    """Two expressions joined by an operator.

    Attributes:
        operator: one of ``or and = != < <= > >= + - * div mod |``.
        left: first operand.
        right: second operand.
    """

    operator: str
    left: Expr
    right: Expr


@dataclass(frozen=True)
class Call:
    """A function call.

    Attributes:
        name: name as written, with its prefix if it has one: ``selected``, ``jr:choice-name``.
        arguments: the arguments.
    """

    name: str
    arguments: tuple[Expr, ...]


@dataclass(frozen=True)
class Step:
    """One step of a path.

    Attributes:
        axis: full name of the axis, for example ``"child"``, ``"parent"``, ``"descendant-or-self"``.
        test: a name with or without prefix, ``"*"``, ``"prefix:*"``, or a kind of node: ``"node()"``, ``"text()"``,
            ``"comment()"``, ``"processing-instruction()"``.
        predicates: conditions in square brackets.
        target: name asked for by ``processing-instruction('name')``, else ``""``.
    """

    axis: str
    test: str
    predicates: tuple[Expr, ...] = ()
    target: str = ""


@dataclass(frozen=True)
class Path:
    """A location path, for example ``/data/member[1]/age``, ``../age``, ``.`` or ``instance('x')/root/item``.

    Attributes:
        start: the expression whose nodes the path starts at; None for the context node or, if absolute, the root.
        absolute: the path begins with ``/`` or ``//``.
        steps: the steps; empty only for ``/``. ``.`` is ``self::node()`` and ``..`` is ``parent::node()``.
    """

    start: Expr | None
    absolute: bool
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Filter:
    """An expression with conditions in square brackets, for example ``randomize(/data/x)[1]``."""

    base: Expr
    predicates: tuple[Expr, ...]


Expr = Literal | Number | Reference | Negate | Binary | Call | Path | Filter


def children(expr: Expr) -> Iterator[Expr]:
    """Yield the expressions directly inside this one, in the order they are written."""
    match expr:
        case Negate(operand):
            yield operand
        case Binary(_, left, right):
            yield left
            yield right
        case Call(_, arguments):
            yield from arguments
        case Filter(base, predicates):
            yield base
            yield from predicates
        case Path(start, _, steps):
            if start is not None:
                yield start
            for step in steps:
                yield from step.predicates
        case _:
            return


def operands(expr: Expr) -> Iterator[Expr]:
    """Yield what operators join, from left to right, however long the chain is; the expression itself without any."""
    waiting = [expr]
    while waiting:
        here = waiting.pop()
        if isinstance(here, Binary):
            waiting += [here.right, here.left]
        else:
            yield here


def walk(expr: Expr) -> Iterator[Expr]:
    """Yield this expression and every expression inside it."""
    waiting = [expr]
    while waiting:
        here = waiting.pop()
        yield here
        waiting.extend(reversed(list(children(here))))


def references(expr: Expr) -> tuple[str, ...]:
    """Return the names of ``${name}`` references in the order they appear, each once."""
    return tuple(dict.fromkeys(part.name for part in walk(expr) if isinstance(part, Reference)))
