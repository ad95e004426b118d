"""Location paths to closures (XPath 1.0 section 2)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from survey_app.i18n import _
from survey_app.xforms.xpath import axes
from survey_app.xforms.xpath.code import Code, Compile, Run, TextOf, as_boolean, as_value
from survey_app.xforms.xpath.errors import XPathError
from survey_app.xforms.xpath.frame import Frame
from survey_app.xforms.xpath.lookups import compile_lookup
from survey_app.xforms.xpath.nodes import Call, Expr, Filter, Path, Step, walk
from survey_app.xforms.xpath.tree import NO_NODES, Row, XNode, in_order, text_of
from survey_app.xforms.xpath.values import to_boolean

Move = Callable[[XNode, Frame], list[XNode]]
_SIMPLE = frozenset(("self", "attribute"))
"""Axes that lead from nodes in document order to nodes in document order."""
_LEVEL = frozenset(("self", "attribute", "child", "parent", "following-sibling", "preceding-sibling"))
"""Axes that lead from nodes of one depth to nodes of one depth; from such ``child`` keeps the order, too."""
_ANYWHERE = Step("descendant-or-self", "node()")


def compile_path(compiler: Compile, path: Path) -> Code:
    """Return the compiled path; the value is a list of nodes in document order."""
    lookup = compile_lookup(compiler, path)
    if lookup is not None:
        rest = path.steps[lookup.used :]
        return Code(_walked(lookup.run, compiler, rest), "nodes")
    if path.start is not None:
        base = compiler.expr(path.start)
        return Code(_walked(_as_nodes(base), compiler, path.steps, level=_is_level(path.start)), "nodes")
    if path.absolute:
        return Code(_absolute(compiler, path.steps), "nodes")
    return Code(_relative(compiler, path.steps), "nodes", text=_text_of_first(path.steps))


def compile_filter(compiler: Compile, expr: Filter) -> Code:
    """Return a compiled expression with conditions, for example ``(a | b)[1]``."""
    base = _as_nodes(compiler.expr(expr.base))
    sieves = [compile_predicate(compiler, predicate) for predicate in expr.predicates]

    def run(node: XNode, frame: Frame) -> list[XNode]:
        nodes: list[XNode] = base(node, frame)
        for sieve in sieves:
            nodes = sieve(nodes, frame)
        return nodes

    return Code(run, "nodes")


def _is_level(start: Expr) -> bool:
    """Tell whether no node of a path's start stands inside another; a shuffled list keeps its order then, too."""
    if isinstance(start, Filter):
        return _is_level(start.base)
    return isinstance(start, Call) and start.name in ("instance", "current", "randomize")


def _as_nodes(code: Code) -> Run:
    if code.kind == "nodes":
        return as_value(code)
    run = code.run

    def checked(node: XNode, frame: Frame) -> list[XNode]:
        value = run(node, frame)
        if not isinstance(value, list):
            raise XPathError("XPA-07", _("A path must start at questions, not at a value."))
        return value

    if code.kind != "any":
        raise XPathError("XPA-07", _("A path must start at questions, not at a value."))
    return checked


def _absolute(compiler: Compile, steps: tuple[Step, ...]) -> Run:
    names = _child_names(steps)
    if names is not None:
        return partial(_from_root, names)
    return _walked(lambda _node, frame: [frame.env.root], compiler, steps)


def _from_root(names: tuple[str, ...], _node: XNode, frame: Frame) -> list[XNode]:
    return _down(frame.env.root, names)


def _down(start: XNode, names: tuple[str, ...]) -> list[XNode]:
    nodes = [start]
    for name in names:
        nodes = nodes[0].named(name) if len(nodes) == 1 else [child for one in nodes for child in one.named(name)]
    return nodes


def _relative(compiler: Compile, steps: tuple[Step, ...]) -> Run:
    """Return the walk of a relative path; ``../../a/b`` is what forms are full of and goes straight."""
    up = 0
    while up < len(steps) and steps[up] == Step("parent", "node()"):
        up += 1
    names = _child_names(steps[up:])
    if names is None or (not names and not up):
        if len(steps) == 1 and steps[0] == Step("self", "node()"):
            return lambda node, _frame: [node]
        return _walked(lambda node, _frame: [node], compiler, steps)
    if len(names) == 1 and up:
        return partial(_up_and_over, up, names[0])
    return partial(_up_and_down, up, names)


def _text_of_first(steps: tuple[Step, ...]) -> TextOf | None:
    """Return what gives the text of ``name`` or ``../name`` straight; None for every other path."""
    up = steps[:1] == (Step("parent", "node()"),)
    names = _child_names(steps[up:])
    if names is None or len(names) != 1:
        return None
    name = names[0]

    def inside(node: XNode) -> str | None:
        if isinstance(node, Row):  # its cells need not become nodes
            return node.first(name)
        found = node.named(name)
        return text_of(found[0]) if found else None

    def beside(node: XNode) -> str | None:
        parent = node.parent
        found = parent.named(name) if parent is not None else NO_NODES
        return text_of(found[0]) if found else None

    return beside if up else inside


def _up_and_over(up: int, name: str, node: XNode, _frame: Frame) -> list[XNode]:
    here: XNode | None = node
    for _level in range(up):
        if here is None:
            return NO_NODES
        here = here.parent
    return here.named(name) if here is not None else NO_NODES


def _up_and_down(up: int, names: tuple[str, ...], node: XNode, _frame: Frame) -> list[XNode]:
    here: XNode | None = node
    for _level in range(up):
        if here is None:
            return NO_NODES
        here = here.parent
    return _down(here, names) if here is not None else NO_NODES


def straight_names(expr: Expr) -> tuple[str, ...] | None:
    """Return the names of a path that goes straight down from the root; None for every other expression."""
    straight = isinstance(expr, Path) and expr.absolute and expr.start is None
    return _child_names(expr.steps) if straight and isinstance(expr, Path) else None


def _child_names(steps: tuple[Step, ...]) -> tuple[str, ...] | None:
    """Return the names when every step goes to children by a bare name and has no conditions."""
    if all(step.axis == "child" and not step.predicates and is_bare(step.test) for step in steps):
        return tuple(step.test for step in steps)
    return None


def is_bare(test: str) -> bool:
    """Tell whether a test is a name without prefix."""
    return not (test.endswith(("*", ")")) or ":" in test)


def _walked(base: Run, compiler: Compile, steps: tuple[Step, ...], *, level: bool = True) -> Run:
    """Return the walk from the nodes of ``base`` along steps; ``level``: none of these stands inside another."""
    moves: list[tuple[Move, bool]] = []
    for step in _joined(steps):
        level = level and step.axis in _LEVEL
        moves.append((compile_step(compiler, step), step.axis in _SIMPLE or (step.axis == "child" and level)))
    if len(moves) == 1:
        only, simple = moves[0]

        def one(node: XNode, frame: Frame) -> list[XNode]:
            return _advance(base(node, frame), only, simple, frame)

        return one

    def run(node: XNode, frame: Frame) -> list[XNode]:
        nodes: list[XNode] = base(node, frame)
        for move, simple in moves:
            nodes = _advance(nodes, move, simple, frame)
        return nodes

    return run


def _joined(steps: tuple[Step, ...]) -> Iterator[Step]:
    """Yield the steps; ``//name`` is one step down to ``name`` instead of one to every node."""
    waiting = list(reversed(steps))
    while waiting:
        step = waiting.pop()
        if step == _ANYWHERE and waiting and waiting[-1].axis == "child" and not waiting[-1].predicates:
            yield replace(waiting.pop(), axis="descendant")
        else:
            yield step


def _advance(nodes: list[XNode], move: Move, simple: bool, frame: Frame) -> list[XNode]:
    if len(nodes) == 1:
        reached = move(nodes[0], frame)
        if not simple:
            frame.visit(len(reached))
        return reached
    if simple:
        frame.visit(len(nodes))
        return [found for node in nodes for found in move(node, frame)]
    found: dict[XNode, None] = {}
    for node in nodes:
        reached = move(node, frame)
        frame.visit(len(reached))
        found.update(dict.fromkeys(reached))
    return in_order([*found])


def compile_step(compiler: Compile, step: Step) -> Move:
    """Return the compiled step: from one node to nodes in document order."""
    plain = _plain_step(compiler, step)
    sieves = [compile_predicate(compiler, predicate) for predicate in step.predicates]
    backward = step.axis in axes.BACKWARD
    if not sieves:
        return (lambda node, frame: plain(node, frame)[::-1]) if backward else plain

    def run(node: XNode, frame: Frame) -> list[XNode]:
        nodes = plain(node, frame)
        for sieve in sieves:
            if not nodes:
                break
            nodes = sieve(nodes, frame)
        return nodes[::-1] if backward else nodes

    return run


def _plain_step(compiler: Compile, step: Step) -> Move:
    if step.axis == "child" and is_bare(step.test):
        name = step.test
        return lambda node, _frame: node.named(name)
    test = axes.node_test(step, compiler.namespaces)
    axis = axes.AXES[step.axis]
    return lambda node, _frame: [found for found in axis(node) if test(found)]


def compile_predicate(compiler: Compile, expr: Expr) -> Callable[[list[XNode], Frame], list[XNode]]:
    """Return a compiled condition in square brackets: from a list in axis order to those that meet it."""
    code = compiler.condition(expr)
    run = code.run
    if isinstance(expr, Call) and expr.name == "last" and not expr.arguments:
        return lambda nodes, _frame: nodes[-1:]
    if code.kind == "number" and code.constant:
        place = run(_NOWHERE, Frame(None, _NOWHERE))  # type: ignore[arg-type]
        whole = int(place) if place < 1e15 and place == int(place) else 0
        return lambda nodes, _frame: nodes[whole - 1 : whole] if whole > 0 else NO_NODES
    if code.kind in ("number", "any") or _asks_for_place(expr):
        return partial(_by_place, run)
    meets = as_boolean(code)

    def sieve(nodes: list[XNode], frame: Frame) -> list[XNode]:
        frame.visit(len(nodes))
        return [node for node in nodes if meets(node, frame)]

    return sieve


_NOWHERE = XNode(0)


def _by_place(run: Run, nodes: list[XNode], frame: Frame) -> list[XNode]:
    size = len(nodes)
    frame.visit(size)
    found = []
    for place, node in enumerate(nodes, start=1):
        value = run(node, frame.at(place, size))
        if value == place if type(value) is float else to_boolean(value):
            found.append(node)
    return found


def _asks_for_place(expr: Expr) -> bool:
    return any(
        isinstance(part, Call) and not part.arguments and part.name in ("position", "last") for part in walk(expr)
    )
