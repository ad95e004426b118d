"""Which choices are open at a question."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from survey_app.xforms.definition import FormDefinition
from survey_app.xforms.instance import InstanceNode
from survey_app.xforms.spec import Itemset, Text
from survey_app.xforms.view import Choice
from survey_app.xforms.xpath.compiler import Compiler
from survey_app.xforms.xpath.frame import Environment, Frame
from survey_app.xforms.xpath.nodes import Call, Expr, Path
from survey_app.xforms.xpath.tree import XNode

NO_CHOICES: tuple[Choice, ...] = ()


@dataclass(eq=False)
class Choosing:
    """Works out choices for a session and keeps what does not change.

    Attributes:
        form: the form.
        env: what expressions see.
        lists: open choices by the identity of the list of nodes they come from; the list is kept so that it stays.
        items: a choice by its node, for lists that never change.
        wholes: for lists that never change, all nodes by their values, whatever the filter says.
    """

    form: FormDefinition
    env: Environment
    lists: dict[tuple[int, Itemset], tuple[list[XNode], tuple[Choice, ...]]] = field(default_factory=dict)
    items: dict[tuple[XNode, Itemset], Choice] = field(default_factory=dict)
    written: dict[object, tuple[Choice, ...]] = field(default_factory=dict)
    wholes: dict[Itemset, dict[str, XNode]] = field(default_factory=dict)

    def forget(self) -> None:
        """Forget all labels; the language has changed."""
        self.lists.clear()
        self.items.clear()
        self.written.clear()

    def of(self, node: InstanceNode, shown: object) -> tuple[Choice, ...]:
        """Return the choices open at a question.

        Args:
            node: the question.
            shown: gives the text of a ``Text`` at the node.
        """
        control = node.spec.control
        if control is None:
            return NO_CHOICES
        if control.itemset is not None:
            return self._from_nodes(node, control.itemset)
        if not control.items:
            return NO_CHOICES
        assert callable(shown)
        return tuple(
            Choice(item.value, shown(item.label), self.form.static_media(item.label, self.env.language or ""))
            for item in control.items
        )

    def with_own(self, node: InstanceNode, found: tuple[Choice, ...]) -> tuple[Choice, ...]:
        """Return open choices, and those chosen here that a filter closes only because they are chosen here."""
        control = node.spec.control
        missing = set(node.text.split()) - {choice.value for choice in found}
        if not missing or control is None or control.itemset is None or control.itemset.rule.expr is None:
            return found
        itemset, frame = control.itemset, Frame(self.env, node)
        nodes = self.wholes.get(itemset)
        if nodes is None:
            whole = Compiler(self.form.namespaces).expr(_unfiltered(control.itemset.rule.expr)).run(node, frame)
            nodes = {itemset.value(one, frame): one for one in reversed(whole)}
            nodes = {value: nodes[value] for value in reversed(nodes)}
            if itemset.fixed:
                self.wholes[itemset] = nodes
        own = [self._choice(nodes[value], itemset, frame) for value in missing if value in nodes]
        places = {value: place for place, value in enumerate(nodes)} if own else {}
        return tuple(sorted((*found, *own), key=lambda choice: places.get(choice.value, 0))) if own else found

    def _from_nodes(self, node: InstanceNode, itemset: Itemset) -> tuple[Choice, ...]:
        frame = Frame(self.env, node)
        nodes = itemset.rule.run(node, frame)
        if not isinstance(nodes, list):
            return NO_CHOICES
        if not itemset.fixed or node.spec.labels_move:
            return _with_values(self._choice(one, itemset, frame) for one in nodes)
        kept = self.lists.get((id(nodes), itemset))
        if kept is not None:
            return kept[1]
        found = _with_values(self._kept_choice(one, itemset, frame) for one in nodes)
        if len(self.lists) > 200:
            self.lists.clear()
        self.lists[id(nodes), itemset] = (nodes, found)
        return found

    def _kept_choice(self, one: XNode, itemset: Itemset, frame: Frame) -> Choice:
        kept = self.items.get((one, itemset))
        if kept is None:
            kept = self.items[one, itemset] = self._choice(one, itemset, frame)
        return kept

    def _choice(self, one: XNode, itemset: Itemset, frame: Frame) -> Choice:
        value = itemset.value(one, frame)
        if itemset.itext is None:
            return Choice(value, itemset.label(one, frame).strip() or value)
        identifier, language = itemset.itext(one, frame), self.env.language or ""
        plain = self.form.plain_text(identifier, language)
        if plain is not None:
            return Choice(value, plain.strip() or value)
        label = itemset.label(one, frame).strip() or value
        return Choice(value, label, self.form.static_media(Text(itext=identifier), language))


def _with_values(choices: Iterable[Choice]) -> tuple[Choice, ...]:
    """Return the choices that can be chosen: a repeat whose question is still blank gives one without a value."""
    return tuple(choice for choice in choices if choice.value)


def whole_list(form: FormDefinition, itemset: Itemset) -> list[tuple[str, dict[str, str], str]]:
    """Return value, labels by language and id of the translation of all choices, whatever the filter says."""
    expr = itemset.rule.expr
    if expr is None:
        return []
    bare = Compiler(form.namespaces).expr(_unfiltered(expr))
    found: list[tuple[str, dict[str, str], str]] = []
    env = Environment(XNode(0), form.secondary)
    frame = Frame(env, env.root)
    for node in bare.run(env.root, frame):
        value = itemset.value(node, frame)
        if not value:
            continue
        labels: dict[str, str] = {}
        for language in form.languages or ("",):
            env.itext = _texts(form, language)
            labels[language] = itemset.label(node, frame).strip()
        itext = itemset.itext(node, frame) if itemset.itext is not None else ""
        found.append((value, labels, itext))
    return found


def _texts(form: FormDefinition, language: str):  # type: ignore[no-untyped-def]
    return lambda identifier: form.static_text(Text(itext=identifier), language)


def _unfiltered(expr: Expr) -> Expr:
    if isinstance(expr, Call) and expr.name == "randomize":
        return _unfiltered(expr.arguments[0])
    if isinstance(expr, Path):
        return replace(expr, steps=tuple(replace(step, predicates=()) for step in expr.steps))
    return expr
