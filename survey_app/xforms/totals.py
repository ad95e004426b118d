"""What many rules ask alike is worked out once: ``sum(/data/member/score)`` asked by every member.

A call like this says the same for all nodes inside an ancestor of those that ask (the *anchor*). It becomes a rule of
its own at the anchor, a total; who asks reads what is kept there. When a total comes out as before, nobody who asks is
worked out anew. Sums and counts of all nodes at a plain path also keep their numbers, so that one more member costs one
addition; numbers are always put together in document order, so that the last digit is that of a sum made anew.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

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
_OF_CONTEXT = frozenset(("once", "random", "uuid", "indexed-repeat", "choice-name", "itext", "lang", "id", "randomize"))
_FREE = frozenset(("true", "false", "pi", "today", "now"))
_PURE = frozenset(("selected", "not", "boolean", "number", "string-length", "count", "count-selected", "true", "false"))
_TRUTHS = frozenset(("=", "!=", "<", "<=", ">", ">=", "and", "or"))
_UP = Step("parent", "node()")
_HERE = Step("self", "node()")
Pieces = dict[XNode, float | str | None]
_CONVERTED = frozenset(("calculate", "relevant", "readonly", "required", "constraint"))


# finding them when the form is loaded


def share_totals(
    model: Model, rules: list[Rule], compiler: Compiler, as_answer: Callable[[Code, str], Run]
) -> list[Rule]:
    """Have the rules that ask for totals read them where they are kept.

    Args:
        model: the form.
        rules: every rule, with its reads; those that ask for totals are changed.
        compiler: compiles expressions.
        as_answer: makes a value the text of an answer of a type.

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
            rule.run = as_answer(code, rule.spec.type) if rule.kind == "calculate" else as_boolean(code)
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
    fold = _fold(moved, anchor, compiler)
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


def _fold(call: Expr, anchor: Spec, compiler: Compiler) -> Fold | None:
    """Return the fold a call is: of all nodes at a path through a repeat, chosen by what is inside each alone."""
    if not (isinstance(call, Call) and call.name in _TOTALS and call.arguments):
        return None
    path, separator = call.arguments[-1], call.arguments[0]
    if len(call.arguments) != (2 if call.name == "join" else 1) or not isinstance(path, Path) or path.start is not None:
        return None
    steps = path.steps
    if path.absolute:
        if not steps or steps[0] != Step("child", anchor.local):
            return None
        steps = steps[1:]
    here, first = anchor, -1
    for place, step in enumerate(steps):
        alike = [child for child in here.children.values() if child.local == step.test]
        if step.axis != "child" or len(alike) != 1 or not is_bare(step.test):
            return None
        here = alike[0]
        first = place if first < 0 and here.kind == "repeat" else first
        if step.predicates and (first < 0 or not all(_is_local(part) for part in step.predicates)):
            return None
    if first < 0 or not (here.is_leaf or call.name == "count"):
        return None
    tests = tuple(tuple(as_boolean(compiler.expr(part)) for part in step.predicates) for step in steps)
    joined = separator.value if isinstance(separator, Literal) else None
    if call.name == "join" and joined is None:
        return None
    return Fold(call.name, tuple(step.test for step in steps), tests, first, joined or "")


def _is_local(condition: Expr) -> bool:
    """Tell whether a condition reads nothing but what is inside the node it is asked of, and no place."""
    if isinstance(condition, Binary):
        return condition.operator in _TRUTHS and all(_reads_inside(part) for part in operands(condition))
    return isinstance(condition, Call) and condition.name in ("not", "selected", "boolean") and _reads_inside(condition)


def _reads_inside(expr: Expr) -> bool:
    if isinstance(expr, Path):
        plain = expr.start is None and not expr.absolute and expr.steps != ()
        return plain and all(step.axis in ("child", "self") and not step.predicates for step in expr.steps)
    if isinstance(expr, Call):
        known = expr.name in _PURE and (bool(expr.arguments) or expr.name in _FREE)
        return known and all(_reads_inside(part) for part in expr.arguments)
    if isinstance(expr, Binary):
        return all(_reads_inside(part) for part in operands(expr))
    return isinstance(expr, Literal | Number) or (isinstance(expr, Negate) and _reads_inside(expr.operand))


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
        pieces: for a fold, what each node at its path gives, in document order, None where a condition is not met;
            None when they must be gathered anew.
    """

    __slots__ = ("pieces", "value")

    def __init__(self) -> None:
        self.value: object = None
        self.pieces: Pieces | None = None


def work_out(total: Rule, node: InstanceNode, env: Environment) -> object:
    """Work a total out at its anchor, keep it, and return it.

    Raises:
        XPathError: it cannot be worked out; then nothing is kept.
    """
    kept = (node.totals or {}).get(total) or Kept()
    if total.fold is None:
        kept.value = total.run(node, Frame(env, node))
    else:
        if kept.pieces is None:
            kept.pieces = dict(_pieces(total.fold, node, 0, Frame(env, node)))
        kept.value = _FOLDS[total.fold.function]([one for one in kept.pieces.values() if one is not None])
        if total.fold.function == "join":
            kept.value = total.fold.separator.join(map(str, kept.value))  # type: ignore[call-overload]
    if node.totals is None:
        node.totals = {}
    node.totals[total] = kept
    return kept.value


def note_value(total: Rule, anchor: InstanceNode, node: InstanceNode, env: Environment) -> None:
    """Tell a fold that something it reads says otherwise: the pieces of that instance are looked at again."""
    kept = anchor.totals.get(total) if anchor.totals is not None else None
    fold = total.fold
    if kept is None or kept.pieces is None or fold is None:
        return
    depth = anchor.spec.depth + fold.first + 1
    branch: InstanceNode | None = node
    while branch is not None and branch.spec.depth > depth:
        branch = branch.around
    if branch is None or branch.spec.depth < depth or branch.name != fold.names[fold.first]:
        kept.pieces = None
        return
    for one, piece in _pieces_of(fold, branch, Frame(env, anchor)):
        if one not in kept.pieces:
            kept.pieces = None
            return
        kept.pieces[one] = piece


def note_branch(total: Rule, anchor: InstanceNode, branch: InstanceNode, env: Environment) -> None:
    """Tell a fold that a repeat instance has come (``alive``) or gone."""
    kept = anchor.totals.get(total) if anchor.totals is not None else None
    fold = total.fold
    if kept is None or kept.pieces is None or fold is None:
        return
    if branch.spec.depth != anchor.spec.depth + fold.first + 1 or branch.name != fold.names[fold.first]:
        kept.pieces = None
    elif not branch.alive:
        for one, _piece in _pieces_of(fold, branch, Frame(env, anchor)):
            kept.pieces.pop(one, None)
    elif _is_last(branch, anchor):
        kept.pieces.update(_pieces_of(fold, branch, Frame(env, anchor)))
    else:
        kept.pieces = None


def forget_pieces(total: Rule, anchor: InstanceNode | None) -> None:
    """Tell a fold that the instances it reads stand in another order: it is put together anew."""
    kept = anchor.totals.get(total) if anchor is not None and anchor.totals is not None else None
    if kept is not None:
        kept.pieces = None


def _pieces_of(fold: Fold, branch: XNode, frame: Frame) -> Iterator[tuple[XNode, float | str | None]]:
    """Yield the pieces of one instance of the first repeat on the path."""
    met = all(test(branch, frame) for test in fold.tests[fold.first])
    return _pieces(fold, branch, fold.first + 1, frame, met=met)


def _pieces(
    fold: Fold, node: XNode, place: int, frame: Frame, *, met: bool = True
) -> Iterator[tuple[XNode, float | str | None]]:
    """Yield the nodes at the rest of the path with what each gives; ``met``: the conditions so far are."""
    if place == len(fold.names):
        yield node, _piece(fold, node, frame.env) if met else None
        return
    for child in node.named(fold.names[place]):
        passed = met and all(test(child, frame) for test in fold.tests[place])
        yield from _pieces(fold, child, place + 1, frame, met=passed)


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


def _piece(fold: Fold, node: XNode, env: Environment) -> float | str:
    if fold.function == "count":
        return 1.0
    text = text_of(node)
    if fold.function == "join":
        return text
    if fold.function == "count-non-empty":
        return 1.0 if text else 0.0
    return number_of(text, env)


def _sum(numbers: list[Any]) -> float:
    total = 0.0
    for number in numbers:
        total += number
    return total


def _extreme(choose: Callable[[list[Any]], float]) -> Callable[[list[Any]], float]:
    return lambda numbers: choose(numbers) if numbers and not any(map(math.isnan, numbers)) else math.nan


_FOLDS: dict[str, Callable[[list[Any]], Any]] = {
    "sum": _sum,
    "count": lambda numbers: float(len(numbers)),
    "count-non-empty": _sum,
    "min": _extreme(min),
    "max": _extreme(max),
    "join": list,
}
