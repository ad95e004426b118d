"""Choice lists looked up by an index: ``instance('communes')/root/item[province = current()/../province]``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from survey_app.xforms.xpath.code import Compile, Run, as_boolean
from survey_app.xforms.xpath.fixed import is_fixed
from survey_app.xforms.xpath.frame import Environment, Frame, Secondary
from survey_app.xforms.xpath.nodes import Binary, Call, Expr, Literal, Path, Step, walk
from survey_app.xforms.xpath.tree import NO_NODES, XNode, in_order, text_of
from survey_app.xforms.xpath.values import compare


@dataclass(frozen=True)
class Lookup:
    """The beginning of a path that an index answers.

    Attributes:
        run: gives the nodes.
        used: how many steps of the path it stands for.
    """

    run: Run
    used: int


def compile_lookup(compiler: Compile, path: Path) -> Lookup | None:
    """Return the index look-up a path begins with; None when it has none."""
    if not _is_instance(path.start):
        return None
    assert isinstance(path.start, Call)
    identifier = path.start.arguments[0]
    assert isinstance(identifier, Literal)
    for count, step in enumerate(path.steps, start=1):
        if step.axis != "child" or not step.test.replace("-", "").replace("_", "").replace(".", "").isalnum():
            return None
        if step.predicates:
            names = tuple(one.test for one in path.steps[:count])
            run = _compile_item(compiler, identifier.value, names, step)
            return Lookup(run, count) if run is not None else None
    return None


def _is_instance(start: Expr | None) -> bool:
    match start:
        case Call("instance", (Literal(_),)):
            return True
    return False


def _compile_item(compiler: Compile, identifier: str, names: tuple[str, ...], step: Step) -> Run | None:
    if len(step.predicates) != 1:
        return None
    column = ""
    key: Expr | None = None
    rest: list[Expr] = []
    for part in _conjuncts(step.predicates[0]):
        found = _equality(part) if key is None else None
        if found is not None:
            column, key = found
        else:
            rest.append(part)
    if key is None or any(_asks_for_place(part) for part in rest):
        return None
    code = compiler.expr(key)
    conditions = tuple(as_boolean(compiler.condition(part)) for part in rest)
    compiler.lookups.add((identifier, names, column))
    return partial(_look_up, _Question(identifier, names, column, code.run, conditions))


def _conjuncts(expr: Expr) -> list[Expr]:
    parts: list[Expr] = []
    while isinstance(expr, Binary) and expr.operator == "and":
        parts.append(expr.right)
        expr = expr.left
    return [expr, *reversed(parts)]


def _equality(expr: Expr) -> tuple[str, Expr] | None:
    """Return column and key of ``column = key`` when the key says the same for every item."""
    if not isinstance(expr, Binary) or expr.operator != "=":
        return None
    for one, other in ((expr.left, expr.right), (expr.right, expr.left)):
        column = _column(one)
        if column and is_fixed(other):
            return column, other
    return None


def _column(expr: Expr) -> str:
    if not isinstance(expr, Path) or expr.start is not None or expr.absolute:
        return ""
    steps = expr.steps[1:] if expr.steps[0] == Step("self", "node()") else expr.steps
    if len(steps) != 1 or steps[0].axis != "child" or steps[0].predicates:
        return ""
    name = steps[0].test
    return "" if ":" in name or name.endswith(("*", ")")) else name


def _asks_for_place(expr: Expr) -> bool:
    return any(
        isinstance(part, Call) and not part.arguments and part.name in ("position", "last") for part in walk(expr)
    )


@dataclass(frozen=True)
class _Question:
    """What is looked up: which list, where in it, by which column, with which further conditions."""

    identifier: str
    names: tuple[str, ...]
    column: str
    key: Run
    conditions: tuple[Run, ...]


def _look_up(question: _Question, node: XNode, frame: Frame) -> list[XNode]:
    secondary = frame.env.instances.get(question.identifier)
    if secondary is None:
        return NO_NODES
    nodes = _matching(secondary, question.names, question.column, question.key(node, frame), frame.env)
    for condition in question.conditions:
        nodes = [one for one in nodes if condition(one, frame)]
    return nodes


def _matching(secondary: Secondary, names: tuple[str, ...], column: str, key: object, env: Environment) -> list[XNode]:
    if isinstance(key, str):
        return secondary.index(names, column).get(key, NO_NODES)
    if isinstance(key, list):
        index = secondary.index(names, column)
        if len(key) == 1:
            return index.get(text_of(key[0]), NO_NODES)
        return in_order([found for one in key for found in index.get(text_of(one), NO_NODES)])
    assert isinstance(key, bool | float)
    return [one for one in secondary.at(names) if compare("=", one.named(column), key, env)]
