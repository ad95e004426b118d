"""What an expression reads, found out once from its syntax tree and the form's model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from survey_app.xforms.spec import Control, Output, Property, Read, Rule, Spec, Text
from survey_app.xforms.xpath.nodes import Binary, Call, Expr, Filter, Literal, Path, Step, children, operands

State = tuple[Spec | None, Spec]
"""A node an expression stands at, and the deepest node it surely shares with the reader. None is above the root."""

_STRUCTURAL = frozenset(("count", "position", "not", "boolean"))
_UPWARD = frozenset(("parent", "ancestor", "ancestor-or-self", "self"))


@dataclass(eq=False)
class Model:
    """What must be known of a form to tell what an expression reads.

    Attributes:
        root: root node.
        specs: nodes by generic path, for paths given as text.
        outputs: the values inside a translated text, in all languages and forms, by the text's id.
        loose: those of texts that no label, hint or message names: they are asked for by the ids of a choice list.
    """

    root: Spec
    specs: Mapping[str, Spec]
    outputs: Mapping[str, tuple[Output, ...]] = field(default_factory=dict)
    loose: tuple[Output, ...] = ()

    def inside(self, text: Text | None) -> tuple[Output, ...]:
        """Return the values inside a text."""
        if text is None:
            return ()
        if text.itext:
            return self.outputs.get(text.itext, ())
        return tuple(part for part in text.parts if isinstance(part, Output))


class Reading:
    """Collects the reads of the expressions of one node.

    Args:
        model: the form.
        reader: node the expressions belong to.
    """

    def __init__(self, model: Model, reader: Spec) -> None:
        self.model = model
        self.root = model.root
        self.reader = reader
        self.found: dict[Read, None] = {}
        self._lists: set[Spec] = set()

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

    def of_outputs(self, outputs: Iterable[Output]) -> tuple[Read, ...]:
        """Return what the values inside a text read."""
        for output in outputs:
            self._visit(output.expr, [(self.reader, self.reader)])
        return tuple(self.found)

    def of_labels(self, control: Control) -> tuple[Read, ...]:
        """Return what the labels of a question's choices read; which choices there are is not asked."""
        for item in control.items:
            self.of_outputs(self.model.inside(item.label))
        if control.itemset is not None and control.itemset.rule.expr is not None:
            rule = control.itemset.rule
            aside = Reading(self.model, self.reader)
            states = aside._visit(control.itemset.rule.expr, [(self.reader, self.reader)], structure=True)
            for part in rule.labels:
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
            self._position(call.arguments[0], here)
            return []
        if name == "choice-name":
            self._choice_list(call.arguments[-1])
        if name == "itext" and call.arguments:
            self._text(call.arguments[0])
        states: list[State] = []
        for place, argument in enumerate(call.arguments):
            structural = name in _STRUCTURAL or (name == "indexed-repeat" and place % 2 == 1)
            states += self._visit(argument, here, structural)
        if not call.arguments and name in ("string", "number", "string-length", "normalize-space"):
            self._note(here, False)
        return states if name in ("randomize", "if", "coalesce") else []

    def _position(self, expr: Expr, here: list[State]) -> None:
        states = self._visit(expr, here, structure=True)
        own = isinstance(expr, Path) and expr.start is None and not expr.absolute
        own = own and all(step.axis in _UPWARD for step in expr.steps) and here == [(self.reader, self.reader)]  # type: ignore[union-attr]
        for spec, _anchor in states:
            if spec is not None and spec.parent is not None:
                self.found[Read(spec, spec.parent, True, own)] = None

    def _choice_list(self, path: Expr) -> None:
        """Note everything the choices of the question at a path read, for any instance of it."""
        if isinstance(path, Literal):
            named = self.reader.find(path.value)
            specs = [named] if named is not None else []
        else:
            specs = [spec for spec in self.model.specs.values() if spec.control is not None]
        for spec in specs:
            if spec is None or spec.control is None or spec in self._lists:
                continue
            aside = Reading(self.model, spec)
            aside._lists = self._lists | {spec}
            rule = spec.control.itemset.rule if spec.control.itemset is not None else None
            if rule is not None and rule.expr is not None:
                aside.of_nodes(rule.expr, rule.values)
            aside.of_labels(spec.control)
            for read in aside.found:
                self.found[Read(read.spec, self.root, read.structure)] = None
            if aside.found and spec is not self.reader:
                # The question keeps its choices; they must be worked out before they are asked for.
                self.found[Read(spec, self.root)] = None

    def _text(self, identifier: Expr) -> None:
        """Note what a text of the form reads; its outputs are worked out at the root."""
        outputs = self.model.loose
        if isinstance(identifier, Literal):
            outputs = self.model.outputs.get(identifier.value, ())
        for output in outputs:
            self._visit(output.expr, [(self.root, self.root)])

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
                yield target, _shared(self._kept(anchor, spec, step.axis), target)

    def _kept(self, anchor: Spec, spec: Spec | None, axis: str) -> Spec:
        """Return what a step sideways still shares with the reader."""
        if axis.endswith("sibling"):
            around = spec.parent if spec is not None and spec.parent is not None else self.root
            return around if around.depth < anchor.depth else anchor
        return self.root if axis in ("following", "preceding") else anchor

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


# every rule of a form


def note_reads(model: Model, rules: list[Rule]) -> None:
    """Find out what every rule of a form reads, and make the rules of what is only shown.

    Args:
        model: the form; every node has its rules and its question.
        rules: all rules; those of texts and choices are added.
    """
    for spec in model.specs.values():
        rules += _shown(model, spec)
        control = spec.control
        if control is not None and control.itemset is not None:
            _note_choices(model, spec, control.itemset.rule, rules)
    for rule in rules:
        if rule.expr is not None and not rule.reads:
            rule.reads = Reading(model, rule.spec).of(rule.expr)


def _note_choices(model: Model, spec: Spec, rule: Rule, rules: list[Rule]) -> None:
    if rule.expr is None:
        return
    rule.reads = Reading(model, spec).of_nodes(rule.expr, rule.values)
    spec.labels_move = spec.labels_move or len(rule.reads) > len(Reading(model, spec).of_nodes(rule.expr, ()))
    if rule.reads or rule.chance:
        spec.rules["choices"] = rule
        rules.append(rule)


def _shown(model: Model, spec: Spec) -> Iterator[Rule]:
    """Yield the rules of a node's texts that read answers."""
    texts: dict[Property, tuple[Text | None, ...]] = {
        "label": (spec.label,),
        "message": (spec.constraint_text, spec.required_text),
    }
    control = spec.control
    if control is not None:
        texts |= {"label": (control.label,), "hint": (control.hint,), "guidance": (control.guidance,)}
        reads = Reading(model, spec).of_labels(control)
        if reads:
            spec.labels_move = True
            yield _shown_rule(spec, "items", "", reads)
    for kind, group in texts.items():
        outputs = [output for text in group for output in model.inside(text)]
        if outputs:
            written = " ".join(output.text for output in outputs)
            yield _shown_rule(spec, kind, written, Reading(model, spec).of_outputs(outputs))


def _shown_rule(spec: Spec, kind: Property, text: str, reads: tuple[Read, ...]) -> Rule:
    rule = spec.rules[kind] = Rule(spec, kind, text, None, _never, reads)
    return rule


def _never(_node: object, _frame: object) -> None:
    """Stand for texts, which are worked out when they are shown."""


def model_of(root: Spec, specs: Mapping[str, Spec], outputs: Mapping[str, tuple[Output, ...]]) -> Model:
    """Return what must be known of a form to tell what its expressions read."""
    named: set[str] = set()
    for spec in specs.values():
        texts = [spec.label, spec.constraint_text, spec.required_text]
        if spec.control is not None:
            control = spec.control
            texts += [control.label, control.hint, control.guidance, *(item.label for item in control.items)]
        named.update(text.itext for text in texts if text is not None and text.itext)
    loose = tuple(output for name, inside in outputs.items() if name not in named for output in inside)
    return Model(root, specs, outputs, loose)
