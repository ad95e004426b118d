"""The tree of answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from survey_app.xforms.codecs import normal
from survey_app.xforms.spec import Rule, Spec
from survey_app.xforms.xpath.tree import ATTRIBUTE, ELEMENT, XNode

if TYPE_CHECKING:
    from survey_app.xforms.totals import Kept
    from survey_app.xforms.view import Choice, ViolationKind


class InstanceNode(XNode):
    """A node of the answers.

    Attributes:
        spec: what the form says about it.
        held: its value, whether relevant or not; ``text`` is what expressions read.
        line: line key of a repeat instance, 0 otherwise.
        alive: it is part of the tree.
        own_relevant: what its own rule says; ``relevant`` counts the nodes around it too.
        own_readonly: likewise.
        relevant: see above.
        readonly: see above.
        required: an answer is required.
        violation: kind and message of the rule the answer breaks now.
        faults: messages of expressions that could not be worked out, by property.
        shown: label and hint as they were last read.
        choices: the choices as they were last read.
        totals: what was worked out here for others (``totals``).
    """

    __slots__ = (
        "alive",
        "choices",
        "faults",
        "held",
        "line",
        "own_readonly",
        "own_relevant",
        "readonly",
        "relevant",
        "required",
        "shown",
        "spec",
        "totals",
        "violation",
    )

    def __init__(self, spec: Spec, text: str = "") -> None:
        prefix = spec.name.rpartition(":")[0]
        kind = ATTRIBUTE if spec.local.startswith("@") else ELEMENT
        super().__init__(kind, spec.local, spec.uri, prefix, text)
        self.spec = spec
        self.held = text
        self.line = 0
        self.alive = True
        self.own_relevant = True
        self.own_readonly = False
        self.relevant = True
        self.readonly = False
        self.required = False
        self.violation: tuple[ViolationKind, str] | None = None
        self.faults: dict[str, str] | None = None
        self.shown: dict[str, str] | None = None
        self.choices: tuple[Choice, ...] | None = None
        self.totals: dict[Rule, Kept] | None = None

    def inside(self) -> Iterator[InstanceNode]:
        """Yield this node and all inside it in document order."""
        yield self
        for child in self.children:
            assert isinstance(child, InstanceNode)
            yield from child.inside()

    def parts(self) -> list[InstanceNode]:
        """Return the nodes directly inside it."""
        return self.children  # type: ignore[return-value]

    def instances(self, local: str) -> list[InstanceNode]:
        """Return the children of this name."""
        return self.named(local)  # type: ignore[return-value]

    @property
    def around(self) -> InstanceNode | None:
        """The node around it; None at the root."""
        parent = self.parent
        return parent if isinstance(parent, InstanceNode) else None

    def path(self) -> str:
        """Return its path with ``[n]`` on repeat instances."""
        steps: list[str] = []
        here: InstanceNode | None = self
        while here is not None:
            around = here.around
            name = here.spec.name
            if here.spec.kind == "repeat" and around is not None:
                name = f"{name}[{around.named(here.name).index(here) + 1}]"
            steps.append(name)
            here = around
        return "/" + "/".join(reversed(steps))

    def address(self) -> str:
        """Return its address with line keys, ``""`` for the root (``records``)."""
        steps: list[str] = []
        here: InstanceNode | None = self
        while here is not None and here.around is not None:
            steps.append(f"{here.spec.name}[{here.line}]" if here.spec.kind == "repeat" else here.spec.name)
            here = here.around
        return "/".join(reversed(steps))


def plant(spec: Spec, seed: XNode) -> InstanceNode:
    """Return a new branch as the model has it; templates of repeats are left out."""
    node = InstanceNode(spec)
    copy_attributes(seed, node)
    for child in seed.children:
        inner = spec.children.get(child.qname)
        if inner is None or inner.local.startswith("@") or (inner.kind == "repeat" and not _is_planted(inner, child)):
            continue
        node.append(plant(inner, child))
    for inner in spec.children.values():
        if inner.local.startswith("@"):
            node.append(InstanceNode(inner, inner.seed.text))
    if spec.is_leaf:
        node.held = node.text = normal(spec.type, seed.text)
    return node


def _is_planted(spec: Spec, seed: XNode) -> bool:
    """Tell whether an element of a repeat in the model is an instance to begin with."""
    if spec.count is not None:
        return False
    return not is_template(seed) or (spec.fixed_size and not spec.seeds)


def is_template(seed: XNode) -> bool:
    """Tell whether an element is the template of a repeat."""
    return any(one.name == "template" and "javarosa" in one.uri for one in seed.attributes)


def copy_attributes(seed: XNode, node: XNode) -> None:
    """Give a node the attributes of an element of the model, but for those of the engine."""
    for one in seed.attributes:
        if "javarosa" not in one.uri:
            copied = XNode(ATTRIBUTE, one.name, one.uri, one.prefix, one.text)
            copied.parent = node
            node.attributes.append(copied)


def place_for(parent: InstanceNode, spec: Spec) -> int:
    """Return where among the children a new node of this kind belongs: after its like, else in the form's order."""
    place = len(parent.children)
    for child in reversed(parent.parts()):
        if child.spec.number <= spec.number:
            break
        place -= 1
    return place
