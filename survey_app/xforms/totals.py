"""What many rules ask alike is worked out once: ``sum(/data/member/score)`` asked by every member.

A call like this says the same for all nodes inside an ancestor of those that ask (the *anchor*). It becomes a rule of
its own at the anchor, a total; who asks reads what is kept there. When a total comes out as before, nobody who asks is
worked out anew. Sums and counts of all nodes at a plain path also keep their numbers, so that one more member costs one
addition; numbers are always put together in document order, so that the last digit is that of a sum made anew.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from survey_app.xforms.reads import Model, Reading
from survey_app.xforms.spec import Fold, Read, Rule, Spec
from survey_app.xforms.xpath.code import Code, Run, as_boolean
from survey_app.xforms.xpath.compiler import Compiler, find_function
from survey_app.xforms.xpath.frame import Environment, Frame
from survey_app.xforms.xpath.nodes import Binary, Call, Expr, Literal, Negate, Number, Path, Step, operands
from survey_app.xforms.xpath.paths import is_bare
from survey_app.xforms.xpath.tree import XNode, text_of
from survey_app.xforms.xpath.values import number_of

if TYPE_CHECKING:
    from survey_app.xforms.instance import InstanceNode

_TOTALS = frozenset(("sum", "count", "count-non-empty", "min", "max", "join"))
_FOLDED = _TOTALS - {"join"}
_OF_CONTEXT = frozenset(("once", "random", "uuid", "indexed-repeat", "choice-name", "itext", "lang", "id", "randomize"))
_FREE = frozenset(("true", "false", "pi", "today", "now"))
_UP = Step("parent", "node()")
_HERE = Step("self", "node()")
_CONVERTED = frozenset(("calculate", "relevant", "readonly", "required", "constraint"))


# finding them when the form is loaded


def share_totals(model: Model, rules: list[Rule], compiler: Compiler, as_answer: Callable[[Code], Run]) -> list[Rule]:
    """Have the rules that ask for totals read them where they are kept.

    Args:
        model: the form.
        rules: every rule, with its reads; those that ask for totals are changed.
        compiler: compiles expressions.
        as_answer: makes a value the text of an answer.

    Returns:
        The rules of the totals.
    """
    made: dict[tuple[Spec, Expr], Rule] = {}
    for rule in rules:
        if rule.kind not in _CONVERTED or rule.expr is None:
            continue
        asked: dict[Call, Rule] = {}
        bare = _without_totals(rule.expr, rule.spec, made, asked, compiler)
        if asked:
            code = _Asking(compiler, rule.spec, asked).expr(rule.expr)
            rule.run = as_answer(code) if rule.kind == "calculate" else as_boolean(code)
            own = Reading(model, rule.spec).of(bare)
            rule.reads = (*own, *(Read(total.spec, _anchor(total)) for total in dict.fromkeys(asked.values())))
    for total in made.values():
        assert total.expr is not None
        total.reads = Reading(model, _anchor(total)).of(total.expr)
    return list(made.values())


def _anchor(total: Rule) -> Spec:
    assert total.spec.parent is not None
    return total.spec.parent


def _without_totals(
    expr: Expr, reader: Spec, made: dict[tuple[Spec, Expr], Rule], asked: dict[Call, Rule], compiler: Compiler
) -> Expr:
    """Note the totals an expression asks for; return the expression with a blank in the place of each."""
    if isinstance(expr, Call):
        total = _total(expr, reader, made, compiler)
        if total is not None:
            asked[expr] = total
            return Literal("")
        parts = [_without_totals(part, reader, made, asked, compiler) for part in expr.arguments]
        return replace(expr, arguments=tuple(parts))
    if isinstance(expr, Negate):
        return Negate(_without_totals(expr.operand, reader, made, asked, compiler))
    if isinstance(expr, Binary):
        # Chains of operators may be longer than the stack is deep.
        parts = [_without_totals(part, reader, made, asked, compiler) for part in operands(expr)]
        return Call("concat", tuple(parts))
    return expr


def _total(call: Call, reader: Spec, made: dict[tuple[Spec, Expr], Rule], compiler: Compiler) -> Rule | None:
    if call.name not in _TOTALS:
        return None
    depth = _depth(call, reader, inside=False)
    if depth is None:
        return None
    anchor = next(spec for spec in reader.ancestors() if spec.depth == depth)
    moved = _moved(call, reader.depth - depth, inside=False)
    fold = _fold(moved, anchor)
    if fold is None and not any(spec.kind == "repeat" for spec in reader.ancestors() if spec.depth > depth):
        return None
    known = made.get((anchor, moved))
    if known is None:
        name = f"#{len(made)}"
        spec = Spec(f"{anchor.path}/{name}", name, name, "", anchor, 0, depth + 1, anchor.seed, kind="total")
        known = spec.rules["total"] = Rule(spec, "total", call.name, moved, compiler.expr(moved).run, fold=fold)
        anchor.totals = (*anchor.totals, known)
        made[anchor, moved] = known
    return known


def _depth(expr: Expr, reader: Spec, *, inside: bool) -> int | None:
    """Return how deep the anchor of an expression must lie at least; None when it says something only at its reader.

    Args:
        expr: the expression.
        reader: the node it belongs to.
        inside: it is a condition in square brackets, worked out at other nodes.
    """
    if isinstance(expr, Literal | Number):
        return 0
    if isinstance(expr, Negate):
        return _depth(expr.operand, reader, inside=inside)
    if isinstance(expr, Binary):
        return _deepest([_depth(part, reader, inside=inside) for part in operands(expr)])
    if isinstance(expr, Call):
        name = expr.name.rpartition(":")[2]
        if name in _OF_CONTEXT or name == "current" or (not expr.arguments and not inside and name not in _FREE):
            return None
        return _deepest([_depth(part, reader, inside=inside) for part in expr.arguments])
    if isinstance(expr, Path):
        return _depth_of_path(expr, reader, inside=inside)
    return None


def _depth_of_path(path: Path, reader: Spec, *, inside: bool) -> int | None:
    conditions = [_depth(part, reader, inside=True) for step in path.steps for part in step.predicates]
    if path.absolute or _is_list(path.start) or (inside and path.start is None):
        return _deepest(conditions)
    if path.start is not None and path.start != Call("current", ()):
        return None
    ups = next((place for place, step in enumerate(path.steps) if step != _UP), len(path.steps))
    return _deepest([reader.depth - ups, *conditions]) if 0 < ups <= reader.depth else None


def _is_list(start: Expr | None) -> bool:
    return isinstance(start, Call) and start.name == "instance" and all(isinstance(a, Literal) for a in start.arguments)


def _deepest(depths: list[int | None]) -> int | None:
    known = [depth for depth in depths if depth is not None]
    return max(known, default=0) if len(known) == len(depths) else None


def _moved(expr: Expr, levels: int, *, inside: bool) -> Expr:
    """Return the expression as it is written at the anchor, so many levels above its reader."""
    if isinstance(expr, Negate):
        return Negate(_moved(expr.operand, levels, inside=inside))
    if isinstance(expr, Binary):
        left, right = (_moved(part, levels, inside=inside) for part in (expr.left, expr.right))
        return Binary(expr.operator, left, right)
    if isinstance(expr, Call):
        return replace(expr, arguments=tuple(_moved(part, levels, inside=inside) for part in expr.arguments))
    if not isinstance(expr, Path):
        return expr
    steps = tuple(
        replace(step, predicates=tuple(_moved(part, levels, inside=True) for part in step.predicates))
        for step in expr.steps
    )
    if not expr.absolute and (expr.start == Call("current", ()) or (expr.start is None and not inside)):
        steps = steps[levels:] or (_HERE,)
    return replace(expr, steps=steps)


def _fold(call: Expr, anchor: Spec) -> Fold | None:
    """Return the fold a call is: of all nodes at a path that leads through a repeat by bare names alone."""
    if not (isinstance(call, Call) and call.name in _FOLDED and len(call.arguments) == 1):
        return None
    path = call.arguments[0]
    if not isinstance(path, Path) or path.start is not None:
        return None
    if not all(step.axis == "child" and not step.predicates and is_bare(step.test) for step in path.steps):
        return None
    names = tuple(step.test for step in path.steps)
    if path.absolute:
        if names[:1] != (anchor.local,):
            return None
        names = names[1:]
    here, repeated = anchor, False
    for name in names:
        alike = [child for child in here.children.values() if child.local == name]
        if len(alike) != 1:
            return None
        here = alike[0]
        repeated = repeated or here.kind == "repeat"
    return Fold(call.name, names) if repeated and (here.is_leaf or call.name == "count") else None


class _Asking(Compiler):
    """Compiles a rule that asks for totals."""

    def __init__(self, plain: Compiler, reader: Spec, asked: dict[Call, Rule]) -> None:
        super().__init__(plain.namespaces, strict=plain.strict)
        self.plain = plain
        self.reader = reader
        self.asked = asked

    def expr(self, expr: Expr) -> Code:
        """Return the compiled syntax tree; a call inside a path is another question than the same call outside."""
        if isinstance(expr, Call) and expr in self.asked:
            total = self.asked[expr]
            return Code(_ask(total, self.reader.depth - _anchor(total).depth), find_function(expr.name).result)
        return super().expr(expr) if isinstance(expr, Call | Binary | Negate) else self.plain.expr(expr)


def _ask(total: Rule, levels: int) -> Run:
    def run(_node: XNode, frame: Frame) -> object:
        here: InstanceNode = frame.current  # type: ignore[assignment]
        for _level in range(levels):
            here = here.parent  # type: ignore[assignment]
        kept = here.totals.get(total) if here.totals is not None else None
        return kept.value if kept is not None else work_out(total, here, frame.env)

    return run


# keeping them while answers are given


class Kept:
    """A total as it was last worked out at one node.

    Attributes:
        value: what came out.
        numbers: for a fold, the number of each node in document order; None when they must be gathered anew.
    """

    __slots__ = ("numbers", "value")

    def __init__(self) -> None:
        self.value: object = None
        self.numbers: dict[XNode, float] | None = None


def work_out(total: Rule, node: InstanceNode, env: Environment) -> object:
    """Work a total out at its anchor, keep it, and return it.

    Raises:
        XPathError: it cannot be worked out; then nothing is kept.
    """
    kept = (node.totals or {}).get(total) or Kept()
    if total.fold is None:
        kept.value = total.run(node, Frame(env, node))
    else:
        if kept.numbers is None:
            kept.numbers = {one: _number(total.fold, one, env) for one in _at(node, total.fold.names)}
        kept.value = _FOLDS[total.fold.function](kept.numbers)
    if node.totals is None:
        node.totals = {}
    node.totals[total] = kept
    return kept.value


def note_value(total: Rule, anchor: InstanceNode, node: InstanceNode, env: Environment) -> None:
    """Tell a fold that the value of one of its nodes is another."""
    kept = anchor.totals.get(total) if anchor.totals is not None else None
    if kept is None or kept.numbers is None or total.fold is None:
        return
    if node in kept.numbers:
        kept.numbers[node] = _number(total.fold, node, env)
    else:
        kept.numbers = None


def note_branch(total: Rule, anchor: InstanceNode, branch: InstanceNode, env: Environment) -> None:
    """Tell a fold that a repeat instance has come (``alive``) or gone."""
    kept = anchor.totals.get(total) if anchor.totals is not None else None
    if kept is None or kept.numbers is None or total.fold is None:
        return
    inside = _at(branch, total.fold.names[branch.spec.depth - anchor.spec.depth :])
    if not branch.alive:
        for one in inside:
            kept.numbers.pop(one, None)
    elif _is_last(branch, anchor):
        kept.numbers.update((one, _number(total.fold, one, env)) for one in inside)
    else:
        kept.numbers = None


def same(one: object, other: object) -> bool:
    """Tell whether two totals are the same to whoever reads them, NaN and the sign of zero included."""
    if isinstance(one, float) and isinstance(other, float):
        return repr(one) == repr(other)
    return type(one) is type(other) and one == other


def _is_last(branch: XNode, anchor: XNode) -> bool:
    here = branch
    while here is not anchor:
        around = here.parent
        if around is None or around.named(here.name)[-1] is not here:
            return False
        here = around
    return True


def _at(node: XNode, names: tuple[str, ...]) -> list[XNode]:
    nodes = [node]
    for name in names:
        nodes = [child for one in nodes for child in one.named(name)]
    return nodes


def _number(fold: Fold, node: XNode, env: Environment) -> float:
    if fold.function == "count":
        return 1.0
    text = text_of(node)
    if fold.function == "count-non-empty":
        return 1.0 if text else 0.0
    return number_of(text, env)


def _sum(numbers: dict[XNode, float]) -> float:
    total = 0.0
    for number in numbers.values():
        total += number
    return total


def _extreme(choose: Callable[[list[float]], float]) -> Callable[[dict[XNode, float]], float]:
    def run(numbers: dict[XNode, float]) -> float:
        values = list(numbers.values())
        return choose(values) if values and not any(map(math.isnan, values)) else math.nan

    return run


_FOLDS: dict[str, Callable[[dict[XNode, float]], float]] = {
    "sum": _sum,
    "count": lambda numbers: float(len(numbers)),
    "count-non-empty": _sum,
    "min": _extreme(min),
    "max": _extreme(max),
}
