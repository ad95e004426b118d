"""What says the same at whatever node of a list a condition is asked: it is worked out once, not for every node.

``[not(selected(join(' ', /data/member/kind), name))]`` asks of a hundred choices whether they stand in one text.
"""

from __future__ import annotations

from survey_app.xforms.xpath.nodes import Binary, Call, Expr, Filter, Literal, Number, Path, children, operands, walk

_OF_NODE = frozenset(("lang", "id", "once", "indexed-repeat", "choice-name"))
"""Functions that look at the node they are called at, whatever their arguments."""
_OF_NODE_ALONE = frozenset(
    (
        *("position", "last", "string", "number", "normalize-space", "string-length"),
        *("name", "local-name", "namespace-uri"),
    )
)
"""Those that do so without arguments."""
_CHANCE = frozenset(("random", "uuid", "randomize"))
_CHEAP = frozenset(("true", "false", "pi", "current", "instance"))


def is_fixed(expr: Expr) -> bool:
    """Tell whether an expression says the same wherever it is asked in one evaluation."""
    return _is_free(expr) and not any(isinstance(part, Call) and _bare(part) in _CHANCE for part in walk(expr))


def is_worth_keeping(expr: Expr) -> bool:
    """Tell whether a fixed expression costs more than looking up what it said before."""
    if isinstance(expr, Literal | Number):
        return False
    if isinstance(expr, Call):
        return expr.name not in _CHEAP
    return not isinstance(expr, Path) or expr.start is not None or any(step.predicates for step in expr.steps)


def _is_free(expr: Expr) -> bool:
    """Tell whether nothing outside square brackets starts at the context node."""
    if isinstance(expr, Path):
        return expr.absolute if expr.start is None else _is_free(expr.start)
    if isinstance(expr, Filter):
        return _is_free(expr.base)
    if isinstance(expr, Call):
        name = _bare(expr)
        if name in _OF_NODE or (not expr.arguments and name in _OF_NODE_ALONE):
            return False
    if isinstance(expr, Binary):
        return all(map(_is_free, operands(expr)))
    return all(map(_is_free, children(expr)))


def _bare(call: Call) -> str:
    return call.name.rpartition(":")[2]
