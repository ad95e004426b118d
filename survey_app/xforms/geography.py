"""What an author gets wrong with places: a line or an area where one point is meant."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from survey_app.i18n import _
from survey_app.xforms.errors import Fault
from survey_app.xforms.spec import Rule, Spec
from survey_app.xforms.xpath.nodes import Call, Expr, Path, walk

Find = Callable[[str, Spec], Spec | None]
_SIGNS = {"parent": "..", "self": "."}


def misplaced_lines(rules: Iterable[Rule], find: Find) -> Iterator[Fault]:
    """Yield a fault for every line or area among the points of ``distance(a, b, ...)``.

    One line or area alone has a length; among several arguments each must be a point (ODK XForms specification).

    Args:
        rules: the rules of the form.
        find: gives the node at a path, seen from another node.
    """
    for rule in rules:
        for call in _distances(rule.expr):
            for argument in call.arguments:
                spec = find(_written(argument), rule.spec) if isinstance(argument, Path) else None
                if spec is not None and spec.type in ("geotrace", "geoshape"):
                    words = _("distance() of several places takes points; “{name}” is a line or an area.")
                    message = words.format(name=spec.name)
                    yield Fault(message, column=rule.kind, question=rule.spec.name, expression=rule.text)


def _distances(expr: Expr | None) -> Iterator[Call]:
    for part in walk(expr) if expr is not None else ():
        if isinstance(part, Call) and part.name == "distance" and len(part.arguments) > 1:
            yield part


def _written(path: Path) -> str:
    steps = "/".join(_SIGNS.get(step.axis, step.test) for step in path.steps)
    return f"/{steps}" if path.absolute else steps
