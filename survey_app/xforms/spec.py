"""What a form says about each of its nodes. Made once by ``loading``, never changed afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from survey_app.xforms.xpath.code import Code, Run
from survey_app.xforms.xpath.nodes import Expr
from survey_app.xforms.xpath.tree import XNode

Property = Literal[
    "relevant", "readonly", "required", "constraint", "calculate", "choices", "count", "total",
    "label", "hint", "guidance", "items", "message",
]  # fmt: skip

ORDINARY = 1_000_000
"""Rank of rules on which no value depends; they run after all others."""


@dataclass(eq=False, repr=False)
class Rule:
    """An expression of the form and the property it decides.

    Attributes:
        spec: the node it belongs to.
        kind: the property.
        text: the expression as written.
        expr: its syntax tree; None for texts with outputs.
        run: works it out.
        reads: what it reads.
        rank: rules run in this order.
        values: for choices, what gives the value of each.
        labels: for choices, what gives the label of each.
        chance: chance decides the order of the choices.
        fold: for a total, how its numbers are put together.
        circle: for choices, the circle it closes: which choices are open depends on what is chosen from them.
    """

    spec: Spec
    kind: Property
    text: str
    expr: Expr | None
    run: Run
    reads: tuple[Read, ...] = ()
    rank: int = ORDINARY
    values: tuple[Expr, ...] = ()
    labels: tuple[Expr, ...] = ()
    chance: bool = False
    fold: Fold | None = None
    circle: Circle | None = None

    def __repr__(self) -> str:
        """Return property and node, not the whole form."""
        return f"<{self.kind} of {self.spec.path}>"


@dataclass(frozen=True, eq=False)
class Circle:
    """Choice filters that read what is chosen from them: "every animal only once".

    Such a circle comes to rest, because a filter only ever takes answers away.

    Attributes:
        closing: the choice filters; all have the same rank.
        between: calculations and totals by which they read the answers.
    """

    closing: tuple[Rule, ...]
    between: frozenset[Rule] = frozenset()


@dataclass(frozen=True)
class Fold:
    """A function of all nodes at a path, which need not be found anew whenever one of them changes.

    Attributes:
        function: ``sum count count-non-empty min max join``.
        names: the path, as names of children.
        tests: the conditions at each of its steps; they read nothing but what is inside the node.
        first: the first step that leads to a repeat.
        separator: of ``join``.
    """

    function: str
    names: tuple[str, ...]
    tests: tuple[tuple[Run, ...], ...]
    first: int
    separator: str = ""


@dataclass(frozen=True)
class Read:
    """One thing an expression reads.

    Attributes:
        spec: what is read.
        anchor: the deepest node that reader and target surely share.
        structure: only which nodes exist is read, not what they say.
        place: only the reader's own place among its like is read.
    """

    spec: Spec
    anchor: Spec
    structure: bool = False
    place: bool = False


@dataclass(frozen=True)
class Reader:
    """Who must be worked out anew when a node changes.

    Attributes:
        rule: the rule.
        up: levels from the changed node up to the anchor.
        down: local names from the anchor down to the nodes of the rule.
        place: only those behind a node that comes or goes.
    """

    rule: Rule
    up: int
    down: tuple[str, ...]
    place: bool = False


@dataclass(frozen=True)
class Output:
    """A value inside a text.

    Attributes:
        code: gives the value, worked out at the node the text belongs to.
        expr: its syntax tree.
        text: the expression as written.
    """

    code: Code
    expr: Expr
    text: str


@dataclass(frozen=True)
class Text:
    """A text shown to people, in all languages.

    Attributes:
        parts: what it is made of when it is written in place: texts and outputs.
        itext: id of the translated text, ``""`` when it is written in place.
    """

    parts: tuple[str | Output, ...] = ()
    itext: str = ""


@dataclass(frozen=True)
class Item:
    """A choice written out in the body."""

    value: str
    label: Text


@dataclass(frozen=True, eq=False)
class Itemset:
    """Choices taken from nodes.

    Attributes:
        rule: gives the nodes.
        value: gives the text of the choice's value at each node.
        label: its label, likewise.
        fixed: the nodes belong to a list that never changes.
        itext: gives the id of the label's translation at each node; None when the label is no translation.
    """

    rule: Rule
    value: Run
    label: Run
    fixed: bool
    itext: Run | None = None


@dataclass(frozen=True)
class Control:
    """A question of the body.

    Attributes:
        kind: ``input select1 select rank trigger range upload``.
        appearance: appearance words, parted by blanks.
        label: its label.
        hint: its hint.
        guidance: its guidance hint, for a printed manual or on request.
        items: choices written out.
        itemset: choices taken from nodes.
        parameters: what the author set besides, by the names of an XLSForm: ``start``, ``rows``, ``max-pixels``, ...
    """

    kind: str
    appearance: str = ""
    label: Text | None = None
    hint: Text | None = None
    guidance: Text | None = None
    items: tuple[Item, ...] = ()
    itemset: Itemset | None = None
    parameters: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Action:
    """A value set when something happens.

    Attributes:
        events: what sets it off.
        source: the question or repeat it is written in, None when it stands in the model.
        target: the node it sets.
        code: gives the value, worked out at the target.
        where: gives the nodes to set, worked out where it was set off, when the target is named with conditions;
            None for the targets nearest to there.
    """

    events: frozenset[str]
    source: Spec | None
    target: Spec
    code: Code
    where: Code | None = None


@dataclass(eq=False, repr=False)
class Spec:
    """A node of the form's model.

    Attributes:
        path: generic path, without ``[n]``.
        name: name with its prefix.
        local: name without prefix.
        uri: namespace.
        parent: node around it.
        number: place in document order.
        kind: ``"root" "group" "repeat" "question" "value"``.
        type: XForms type without prefix.
        control: its question in the body.
        rules: its expressions by property.
        seed: its element in the model (for a repeat its template).
        seeds: the elements of a repeat in the model that are not its template.
        count: for a repeat, the rule that says how many instances there are.
        fixed_size: nobody may add or remove instances.
        totals: what is worked out here once for all rules inside that ask for it.
        labels_move: labels of its choices read answers.
    """

    path: str
    name: str
    local: str
    uri: str
    parent: Spec | None
    number: int
    depth: int
    seed: XNode
    kind: str = "value"
    type: str = "string"
    children: dict[str, Spec] = field(default_factory=dict)
    control: Control | None = None
    appearance: str = ""
    label: Text | None = None
    rules: dict[str, Rule] = field(default_factory=dict)
    constraint_text: Text | None = None
    required_text: Text | None = None
    preload: str = ""
    preload_params: str = ""
    count: Rule | None = None
    seeds: tuple[XNode, ...] = ()
    fixed_size: bool = False
    attributes: dict[str, str] = field(default_factory=dict)
    readers: list[Reader] = field(default_factory=list)
    structure_readers: list[Reader] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    own_rules: tuple[Rule, ...] = ()
    totals: tuple[Rule, ...] = ()
    labels_move: bool = False
    is_meta: bool = False
    is_added: bool = False
    checked: bool = False

    def __repr__(self) -> str:
        """Return kind and path, not the whole form."""
        return f"<{self.kind} {self.path}>"

    def below(self) -> Iterator[Spec]:
        """Yield this node and all inside it in document order."""
        yield self
        for child in self.children.values():
            yield from child.below()

    def ancestors(self) -> Iterator[Spec]:
        """Yield this node and all around it, from the inside."""
        here: Spec | None = self
        while here is not None:
            yield here
            here = here.parent

    def find(self, path: str) -> Spec | None:
        """Return the node that a plain path leads to, seen from this one; None when there is none."""
        path = path.strip().removeprefix("current()/")
        here: Spec | None = self
        if path.startswith("/"):
            here = [*self.ancestors()][-1]
            name, _slash, path = path[1:].partition("/")
            if name not in (here.name, here.local):
                return None
        for step in path.split("/") if path else ():
            if here is not None and step != ".":
                inside = (child for child in here.children.values() if step in (child.name, child.local))
                here = here.parent if step == ".." else next(inside, None)
        return here

    @cached_property
    def weight(self) -> int:
        """How many nodes one of its instances has at least."""
        return 1 + sum(child.weight for child in self.children.values() if child.kind != "repeat")

    @property
    def is_leaf(self) -> bool:
        """It holds a value, not other nodes."""
        return self.kind in ("question", "value")

    @cached_property
    def is_kept(self) -> bool:
        """Drafts and revisions hold its value: it is an answer, or metadata that cannot be worked out again."""
        if not self.is_leaf or self.is_added or (self.parent is not None and self.parent.is_leaf):
            return False
        worked_out = "calculate" in self.rules or self.preload == "uid" or self.local in ("instanceID", "deprecatedID")
        return not (self.is_meta and worked_out)
