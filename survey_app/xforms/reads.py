"""What an expression reads, found out once from its syntax tree and the form's model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from survey_app.xforms.spec import Read, Spec
from survey_app.xforms.xpath.nodes import Binary, Call, Expr, Filter, Literal, Path, Step, children, operands

State = tuple[Spec | None, Spec]
"""A node an expression stands at, and the deepest node it surely shares with the reader. None is above the root."""

_STRUCTURAL = frozenset(("count", "position", "not", "boolean"))


class Reading:
    """Collects the reads of one expression.

    Args:
        root: root node of the model.
        reader: node the expression belongs to.
        specs: nodes by generic path, for paths given as text.
    """

    def __init__(self, root: Spec, reader: Spec, specs: Mapping[str, Spec]) -> None:
        self.root = root
        self.reader = reader
        self.specs = specs
        self.found: dict[Read, None] = {}

    def of(self, expr: Expr) -> tuple[Read, ...]:
        """Return everything the expression reads."""
        self._visit(expr, [(self.reader, self.reader)])
        return tuple(self.found)

    def of_nodes(self, expr: Expr, inner: Iterable[Expr]) -> tuple[Read, ...]:
        """Return what a list of nodes reads, with expressions worked out at each of them."""
        states = self._visit(expr, [(self.reader, self.reader)], structure=True)
        for part in inner:
            self._visit(part, states)
        return tuple(self.found)

    def _visit(self, expr: Expr, here: list[State], structure: bool = False) -> list[State]:
        """Note what the expression reads; return the nodes it stands for."""
        if isinstance(expr, Path):
            states = self._path(expr, here)
            self._note(states, structure)
            return states
        if isinstance(expr, Filter):
            states = self._visit(expr.base, here, structure)
            for predicate in expr.predicates:
                self._visit(predicate, states)
            return states
        if isinstance(expr, Call):
            return self._call(expr, here)
        found: list[State] = []
        for part in operands(expr) if isinstance(expr, Binary) else children(expr):
            found += self._visit(part, here)
        return found

    def _call(self, call: Call, here: list[State]) -> list[State]:
        name = call.name.rpartition(":")[2]
        if name == "current":
            return [(self.reader, self.reader)]
        if name == "instance" and not call.arguments:
            return [(None, self.root)]
        if name == "position" and call.arguments:
            self._position(self._visit(call.arguments[0], here, structure=True))
            return []
        if name == "choice-name" and isinstance(call.arguments[-1], Literal):
            self._choice_list(call.arguments[-1].value)
        states: list[State] = []
        for place, argument in enumerate(call.arguments):
            structural = name in _STRUCTURAL or (name == "indexed-repeat" and place % 2 == 1)
            states += self._visit(argument, here, structural)
        if not call.arguments and name in ("string", "number", "string-length", "normalize-space"):
            self._note(here, False)
        return states if name in ("randomize", "if", "coalesce") else []

    def _position(self, states: list[State]) -> None:
        for spec, _anchor in states:
            if spec is not None and spec.parent is not None:
                self.found[Read(spec, spec.parent, True)] = None

    def _choice_list(self, path: str) -> None:
        spec = self.specs.get(path)
        itemset = spec.control.itemset if spec is not None and spec.control is not None else None
        if itemset is not None:
            for read in itemset.rule.reads:
                self.found[Read(read.spec, self.root, read.structure)] = None

    def _path(self, path: Path, here: list[State]) -> list[State]:
        if path.start is not None:
            states = self._visit(path.start, here, structure=True)
        elif path.absolute:
            states = [(None, self.root)]
        else:
            states = here
        for step in path.steps:
            states = list(dict.fromkeys(moved for state in states for moved in self._step(state, step)))
            for predicate in step.predicates:
                self._visit(predicate, states)
        return states

    def _step(self, state: State, step: Step) -> Iterable[State]:
        spec, anchor = state
        for target in self._along(spec, step.axis):
            if target is None:
                if step.test == "node()":
                    yield None, self.root
            elif _passes(target, step.test):
                yield target, _shared(anchor, target)

    def _along(self, spec: Spec | None, axis: str) -> Iterable[Spec | None]:
        if spec is None:
            return self._from_above(axis)
        if axis == "child":
            return spec.children.values()
        if axis == "self":
            return (spec,)
        if axis == "parent":
            return (spec.parent,)
        return self._far(spec, axis)

    def _from_above(self, axis: str) -> Iterable[Spec | None]:
        if axis == "child":
            return (self.root,)
        if axis == "self":
            return (None,)
        if axis == "descendant":
            return self.root.below()
        return (None, *self.root.below()) if axis == "descendant-or-self" else ()

    def _far(self, spec: Spec, axis: str) -> Iterable[Spec | None]:
        if axis in ("attribute", "namespace"):
            return ()
        if axis.startswith("descendant"):
            everything = list(spec.below())
            return everything if axis.endswith("self") else everything[1:]
        if axis.startswith("ancestor"):
            around = [*spec.ancestors(), None]
            return around if axis.endswith("self") else around[1:]
        if axis.endswith("sibling"):
            return spec.parent.children.values() if spec.parent is not None else ()
        return self.root.below()

    def _note(self, states: list[State], structure: bool) -> None:
        for spec, anchor in states:
            if spec is None:
                continue
            if spec.is_leaf or structure:
                self.found[Read(spec, anchor, structure)] = None
            else:
                for inner in spec.below():
                    if inner.is_leaf:
                        self.found[Read(inner, anchor)] = None


def _passes(spec: Spec, test: str) -> bool:
    if test in ("*", "node()"):
        return True
    prefix, _colon, name = test.rpartition(":")
    return name in ("*", spec.local) and (not prefix or name == "*" or ":" in spec.name or spec.uri == "")


def _shared(anchor: Spec, target: Spec) -> Spec:
    """Return the anchor, or the target where the walk has gone above the anchor."""
    return anchor if anchor in target.ancestors() else _common(anchor, target)


def _common(one: Spec, other: Spec) -> Spec:
    around = set(one.ancestors())
    return next(spec for spec in other.ancestors() if spec in around)
