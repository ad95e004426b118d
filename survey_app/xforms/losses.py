"""Answers given before that opening the form takes away: closed choices, instances beyond the count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from survey_app.i18n import _
from survey_app.xforms.instance import InstanceNode
from survey_app.xforms.spec import Control
from survey_app.xforms.view import Dropped
from survey_app.xforms.xpath.frame import Environment, Frame
from survey_app.xforms.xpath.nodes import Call, Literal, walk

_CHOOSING = ("select1", "select", "rank")


@dataclass(frozen=True)
class AtRisk:
    """An answer as it was given.

    Attributes:
        node: where it stands.
        address: its address.
        value: the answer.
    """

    node: InstanceNode
    address: str
    value: str

    def is_lost(self) -> bool:
        """Tell whether it is gone, wholly or in part."""
        return not self.node.alive or bool(self._taken())

    def _taken(self) -> list[str]:
        control = self.node.spec.control
        if control is None or control.kind not in _CHOOSING:
            return []
        return [one for one in self.value.split() if one not in self.node.held.split()]

    def dropped(self) -> Dropped:
        """Return what is gone, and why."""
        if not self.node.alive:
            return Dropped(self.address, self.value, _("The form asks for fewer of them."))
        return Dropped(self.address, " ".join(self._taken()), _("This choice is not open any more."))


def answers_at_risk(root: InstanceNode) -> list[AtRisk]:
    """Return the answers to questions that opening the form may take away."""
    found: list[AtRisk] = []
    for node in root.inside():
        control = node.spec.control
        if control is None or not node.held:
            continue
        if control.kind in _CHOOSING or any(around.count is not None for around in node.spec.ancestors()):
            found.append(AtRisk(node, node.address(), node.held))
    return found


def list_is_missing(control: Control, env: Environment) -> bool:
    """Tell whether a question takes its choices from a list that is empty as a whole: its file is not there."""
    expr = control.itemset.rule.expr if control.itemset is not None else None
    for part in walk(expr) if expr is not None else ():
        if isinstance(part, Call) and part.name == "instance" and part.arguments:
            name = part.arguments[0]
            found = env.instances.get(name.value) if isinstance(name, Literal) else None
            if found is not None and not any(root.children for root in found.root.children):
                return True
    return False


def unknown_choices(root: InstanceNode, env: Environment) -> Iterator[tuple[InstanceNode, set[str]]]:
    """Yield the questions with a list that no answer decides, and the chosen values that are not in it."""
    known: dict[Control, set[str] | None] = {}
    for node in root.inside():
        control = node.spec.control
        if control is None or not node.held or control.kind not in _CHOOSING or "choices" in node.spec.rules:
            continue
        if control not in known:
            known[control] = _values(node, control, env)
        values = known[control]
        unknown = set(node.held.split()) - values if values else None
        if unknown:
            yield node, unknown


def _values(node: InstanceNode, control: Control, env: Environment) -> set[str] | None:
    """Return the values of a list, None where another program would give them."""
    if "search(" in control.appearance:
        return None
    if control.itemset is None:
        return {item.value for item in control.items}
    frame = Frame(env, node)
    nodes = control.itemset.rule.run(node, frame)
    value = control.itemset.value
    return {value(one, frame) for one in nodes} if isinstance(nodes, list) else None
