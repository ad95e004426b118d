"""One change and all that follows from it."""

from __future__ import annotations

import heapq
import math
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import count
from typing import TYPE_CHECKING

from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.records import ORDER, order_of
from survey_app.xforms.checks import type_fault
from survey_app.xforms.codecs import normal
from survey_app.xforms.instance import InstanceNode, place_for, plant
from survey_app.xforms.losses import list_is_missing
from survey_app.xforms.spec import Action, Circle, Reader, Rule, Spec
from survey_app.xforms.totals import forget_pieces, note_branch, note_value, same, work_out
from survey_app.xforms.view import Changes, ViolationKind
from survey_app.xforms.xpath.code import Code
from survey_app.xforms.xpath.errors import XPathError
from survey_app.xforms.xpath.frame import Frame
from survey_app.xforms.xpath.tree import in_order
from survey_app.xforms.xpath.values import INVALID

if TYPE_CHECKING:
    from survey_app.xforms.session import FormSession

MAX_INSTANCES = 5_000
"""How many instances a repeat count may ask for."""
MAX_NODES = 100_000
"""How large an interview may grow by repeat counts: 50 MB."""
MAX_ACTIONS = 2_000
"""How many actions one change may set off before they are taken for endless."""


def _out_of_range() -> str:
    return _("A value is out of range.")


FAILURES = (XPathError, ArithmeticError, ValueError, RecursionError)


class Batch:
    """Works off one change: rules in the order of their ranks, each at each node once.

    Args:
        session: whose answers change.
        live: the change comes from a person or an event, not from opening the instance.
    """

    def __init__(self, session: FormSession, *, live: bool = True) -> None:
        self.session = session
        self.env = session.env
        self.live = live
        self.heap: list[tuple[int, int, Rule]] = []
        self.waiting: dict[Rule, dict[InstanceNode, None]] = {}
        self.turn = count()
        self.changed: dict[InstanceNode, frozenset[str]] = {}
        self.values: dict[InstanceNode, None] = {}
        self.to_check: dict[InstanceNode, None] = {}
        self.to_show: dict[InstanceNode, dict[str, object]] = {}
        self.events: deque[tuple[str, InstanceNode]] = deque()
        self.counted = 0
        self.added: list[InstanceNode] = []
        self.removed: list[str] = []
        self.gone: list[str] = []
        self.orders: dict[tuple[InstanceNode, str], str] = {}

    # what is to be done

    def push(self, rule: Rule, node: InstanceNode) -> None:
        """Have a rule worked out at a node."""
        nodes = self.waiting.get(rule)
        if nodes is not None:
            nodes[node] = None
        elif rule.kind in _HANDLERS:
            self.waiting[rule] = {node: None}
            heapq.heappush(self.heap, (rule.rank, next(self.turn), rule))
        elif rule.kind in ("constraint", "message"):
            self.to_check[node] = None
        else:
            self._look_again(rule.kind, node)

    def _push_each(self, rule: Rule, nodes: list[InstanceNode]) -> None:
        waiting = self.waiting.get(rule)
        if waiting is not None:
            waiting.update(dict.fromkeys(nodes))
        else:
            for node in nodes:
                self.push(rule, node)

    def _look_again(self, kind: str, node: InstanceNode) -> None:
        """Forget a text or the choices as they were shown; whether they read otherwise now is found out at the end."""
        before = self.to_show.setdefault(node, {})
        if kind == "items":
            before.setdefault("choices", node.choices)
            node.choices = None
        elif node.shown is not None and kind in node.shown:
            before.setdefault(kind, node.shown.pop(kind))
        else:
            before.setdefault(kind, None)

    def push_all(self, branch: InstanceNode) -> None:
        """Have every rule of a new branch worked out."""
        for node in branch.inside():
            spec = node.spec
            for rule in spec.own_rules:
                if rule.kind in _HANDLERS and (rule.kind != "choices" or node.held):
                    self.push(rule, node)
            if spec.checked:
                self.to_check[node] = None
            for total in spec.totals:
                self.push(total, node)
            for inner in spec.children.values():
                if inner.count is not None:
                    self.push(inner.count, node)

    def _notify(self, node: InstanceNode, readers: list[Reader], branch: InstanceNode | None = None) -> None:
        """Have everybody worked out anew who reads a node.

        Args:
            node: the node whose value has changed, or in which an instance has come or gone.
            readers: who reads it.
            branch: the instance that has come or gone.
        """
        for reader in readers:
            rule = reader.rule
            here: InstanceNode | None = node
            for _level in range(reader.up):
                here = here.around if here is not None else None
            if here is None:
                continue
            if rule.fold is not None and branch is not None:
                note_branch(rule, here, branch, self.env)
            elif rule.fold is not None:
                note_value(rule, here, node, self.env)
            found = [here]
            for name in reader.down:
                found = found[0].instances(name) if len(found) == 1 else [c for n in found for c in n.instances(name)]
                if reader.place and branch is not None and name == branch.name and branch.alive:
                    # Nobody's place but its own is another when an instance comes last.
                    found = found[-1:] if found and found[-1] is branch else found
            if len(found) == 1:
                self.push(rule, found[0])
            else:
                self._push_each(rule, found)

    def mark(self, node: InstanceNode, name: str) -> None:
        """Note that a property of a node has changed."""
        before = self.changed.get(node)
        self.changed[node] = _alone(name) if before is None else before | _alone(name)

    # doing it

    def run(self) -> None:
        """Work off everything, then check what was touched."""
        actions = 0
        while self.heap or self.events:
            while self.heap:
                rule = heapq.heappop(self.heap)[2]
                if rule.circle is not None:
                    self._close(rule.circle)
                    continue
                _HANDLERS[rule.kind](self, rule, self.waiting.pop(rule))
            if self.events:
                event, node = self.events.popleft()
                actions += 1
                if actions > MAX_ACTIONS:
                    self.events.clear()
                    self._fail(node, _("The actions of this form set each other off without end."))
                elif node.alive:
                    self._act(event, node)
        for node in self.to_check:
            if node.alive:
                self._check(node)
        self._show()

    def _work(
        self, rule: Rule, nodes: Iterable[InstanceNode], otherwise: object
    ) -> Iterator[tuple[InstanceNode, object]]:
        """Yield what a rule gives at each node; where it fails, note why and yield ``otherwise``."""
        run = rule.run
        frame = Frame(self.env, self.session.root)
        for node in nodes:
            if not node.alive:
                continue
            frame.begin(node)
            try:
                value = run(node, frame)
            except FAILURES as error:
                words = error.message if isinstance(error, SurveyAppError) else _out_of_range()
                self._fail(node, words, rule.kind)
                value = otherwise
            else:
                if node.faults:
                    self._mend(node, rule.kind)
            yield node, value

    def _fail(self, node: InstanceNode, message: str, kind: str = "action") -> None:
        node.faults = {**(node.faults or {}), kind: message}
        self.to_check[node] = None

    def _mend(self, node: InstanceNode, kind: str) -> None:
        if node.faults and kind in node.faults:
            node.faults = {name: text for name, text in node.faults.items() if name != kind} or None
            self.to_check[node] = None

    def _relevant(self, rule: Rule, nodes: Iterable[InstanceNode]) -> None:
        for node, value in self._work(rule, nodes, True):
            if bool(value) is not node.own_relevant:
                node.own_relevant = not node.own_relevant
                self.refresh_relevance(node)

    def refresh_relevance(self, node: InstanceNode) -> None:
        """Carry relevance from a node to all inside it."""
        around = node.around
        relevant = node.own_relevant and (around is None or around.relevant)
        if relevant is node.relevant:
            return
        node.relevant = relevant
        self.mark(node, "relevant")
        if node.spec.checked or node.faults:
            self.to_check[node] = None
        if not node.spec.is_leaf:
            for inner in node.parts():
                self.refresh_relevance(inner)
            return
        if node.held:
            node.text = node.held if relevant else ""
            self.mark(node, "value")
            self._notify(node, node.spec.readers)
            if relevant and "choices" in node.spec.rules:
                self.push(node.spec.rules["choices"], node)
        else:  # a count waits for a blank answer as long as somebody may give it
            self._notify(node, [reader for reader in node.spec.readers if reader.rule.kind == "count"])

    def _readonly(self, rule: Rule, nodes: Iterable[InstanceNode]) -> None:
        for node, value in self._work(rule, nodes, False):
            if bool(value) is not node.own_readonly:
                node.own_readonly = not node.own_readonly
                self._refresh_readonly(node)

    def _refresh_readonly(self, node: InstanceNode) -> None:
        around = node.around
        readonly = node.own_readonly or (around is not None and around.readonly)
        if readonly is not node.readonly:
            node.readonly = readonly
            self.mark(node, "readonly")
            for inner in node.parts():
                self._refresh_readonly(inner)

    def _required(self, rule: Rule, nodes: Iterable[InstanceNode]) -> None:
        for node, value in self._work(rule, nodes, False):
            if bool(value) is not node.required:
                node.required = not node.required
                self.mark(node, "required")
                self.to_check[node] = None

    def _totals(self, rule: Rule, anchors: Iterable[InstanceNode]) -> None:
        for anchor in anchors:
            if anchor.alive:
                self._total(rule, anchor)

    def _total(self, rule: Rule, anchor: InstanceNode) -> None:
        kept = anchor.totals.get(rule) if anchor.totals is not None else None
        before = kept.value if kept is not None else None
        try:
            after = work_out(rule, anchor, self.env)
        except FAILURES:
            # Whoever asks for it fails in the same way and says so.
            if anchor.totals is not None:
                anchor.totals.pop(rule, None)
            after = None
        if after is None or not same(before, after):
            for reader in rule.spec.readers:
                found = [anchor]
                for name in reader.down:
                    found = [child for node in found for child in node.instances(name)]
                self._push_each(reader.rule, found)

    def _calculate(self, rule: Rule, nodes: Iterable[InstanceNode]) -> None:
        for node, value in self._work(rule, nodes, ""):
            if value is INVALID:
                self._fail(node, _("A text is not a date."), "calculate")
                self.set_value(node, "")
            else:
                self.set_value(node, str(value))

    def set_value(self, node: InstanceNode, value: str) -> None:
        """Give a node a value, whether it is relevant or not."""
        spec = node.spec
        if spec.type != "string":
            value = normal(spec.type, value)
        if value == node.held:
            return
        node.held = value
        self.values[node] = None
        if spec.checked:
            self.to_check[node] = None
        if spec.actions and self.live:
            self.events.append(("xforms-value-changed", node))
        if node.relevant:
            node.text = value
            self.mark(node, "value")
            if spec.readers:
                self._notify(node, spec.readers)
            if value and "choices" in spec.rules:
                self.push(spec.rules["choices"], node)

    def _choices(self, rule: Rule, nodes: Iterable[InstanceNode]) -> None:
        for node in nodes:
            if node.alive:
                self._close_choices(rule, node)

    def _close_choices(self, rule: Rule, node: InstanceNode) -> None:
        before, held = node.choices, node.held
        node.choices = None
        if before is None and not node.text:
            self.mark(node, "choices")
            return
        texts = self.session.texts
        try:
            after = texts.choices_of(node) if rule.circle is None else texts.open_choices(node)
            closed = set(node.text.split()) - {choice.value for choice in after}
            own = {one for one in closed if rule.circle is not None and self._closes_itself(rule, node, one)}
        except FAILURES as error:
            words = error.message if isinstance(error, SurveyAppError) else _out_of_range()
            self._fail(node, words, rule.kind)
            return
        if node.faults:
            self._mend(node, rule.kind)
        control = node.spec.control
        if node.text and (after or own or control is None or not list_is_missing(control, self.env)):
            self._keep_open_choices(node, own.union(choice.value for choice in after))
        if rule.circle is not None:
            after = texts.choices_again(node, after if node.held == held else None)
        if after != before:
            self.mark(node, "choices")

    def _close(self, circle: Circle) -> None:
        """Work off choice filters that read what is chosen from them, from the end of the form to its beginning.

        Of two answers that close each other the first one stays: the later one is looked at while both stand, and the
        first one only when the later one is gone.
        """
        rules = {node: rule for rule in circle.closing for node in self.waiting.pop(rule, ()) if node.alive}
        waiting = in_order(list(rules))
        while waiting:
            node = waiting.pop()
            assert isinstance(node, InstanceNode)
            before = node.held
            self._close_choices(rules[node], node)
            if node.held != before:
                break
        for left in waiting:
            assert isinstance(left, InstanceNode)
            self.push(rules[left], left)

    def _closes_itself(self, rule: Rule, node: InstanceNode, value: str) -> bool:
        """Tell whether a chosen value is closed only because it is chosen here: then it stays."""
        assert rule.circle is not None
        held, choices = node.held, node.choices
        trial = Batch(self.session, live=False)
        try:
            trial.try_value(node, " ".join(one for one in held.split() if one != value), rule.circle)
            return any(choice.value == value for choice in self.session.texts.open_choices(node))
        finally:
            trial.try_value(node, held, rule.circle)
            node.choices = choices

    def try_value(self, node: InstanceNode, value: str, circle: Circle) -> None:
        """Give a node a value and work out only what lies between it and the choice filters of its circle."""
        self.set_value(node, value)
        while self.heap:
            rule = heapq.heappop(self.heap)[2]
            for target in self.waiting.pop(rule):
                if rule in circle.between:
                    _HANDLERS[rule.kind](self, rule, (target,))
                elif rule.kind == "choices":
                    target.choices = None  # what it shows may have been asked for meanwhile

    def _keep_open_choices(self, node: InstanceNode, open_values: set[str]) -> None:
        """Take away a chosen value that is no longer among the choices."""
        control = node.spec.control
        if control is None or control.kind not in ("select1", "select", "rank"):
            return
        if control.kind == "select1":
            if node.text not in open_values:
                self.set_value(node, "")
            return
        kept = [value for value in node.text.split() if value in open_values]
        if len(kept) < len(node.text.split()):
            self.set_value(node, " ".join(kept))

    def _counts(self, rule: Rule, parents: Iterable[InstanceNode]) -> None:
        for parent in parents:
            if parent.alive:
                self._count(rule, parent)

    def _count(self, rule: Rule, parent: InstanceNode) -> None:
        self.counted += 1
        if self.counted > 2 * MAX_INSTANCES:
            self._fail(parent, _("The number of “{name}” never comes to rest.").format(name=rule.spec.name))
            return
        spec = rule.spec
        fault = f"count of {spec.name}"
        stand_in = InstanceNode(spec)
        stand_in.parent = parent
        try:
            number = rule.run(stand_in, Frame(self.env, stand_in))
        except FAILURES as error:
            # An answer that cannot be read takes nothing away.
            self._fail(parent, error.message if isinstance(error, SurveyAppError) else _out_of_range(), fault)
            return
        self._mend(parent, fault)
        if math.isnan(number):
            if self._waits(rule, parent):
                return
            number = 0.0
        present = len(parent.named(spec.local))
        wanted = int(min(max(number, 0.0), MAX_INSTANCES))
        grown = min(wanted, present + max(0, MAX_NODES - self.session.size) // spec.weight)
        for _place in range(present, grown):
            self.add_instance(parent, spec)
        for instance in reversed(parent.instances(spec.local)[wanted:]):
            self.remove_instance(instance)
        if min(number, MAX_INSTANCES + 1) >= max(grown, present) + 1:
            words = _("The form asks for more “{name}” than the program can hold; there are {number}.")
            self._fail(parent, words.format(name=spec.name, number=max(grown, present)), fault)

    def _waits(self, rule: Rule, parent: InstanceNode) -> bool:
        """Tell whether a count is blank because its question is being answered anew: then nothing is taken away."""
        for read in rule.reads:
            here: InstanceNode | None = parent
            while here is not None and here.spec is not read.anchor:
                here = here.around
            if here is not None and any(node.relevant for node in nodes_of(here, read.spec)):
                return True
        return False

    # repeats

    def add_instance(self, parent: InstanceNode, spec: Spec) -> InstanceNode:
        """Put a new repeat instance after the others."""
        place = len(parent.named(spec.local))
        seed = spec.seeds[place] if spec.count is not None and place < len(spec.seeds) else spec.seed
        node = plant(spec, seed)
        self._note_order(parent, spec)
        parent.insert(place_for(parent, spec), node)
        self.session.size += spec.weight
        self._join(parent, node)
        self.added.append(node)
        for inner in node.inside():
            if any("odk-new-repeat" in action.events for action in inner.spec.actions):
                self.events.append(("odk-new-repeat", inner))
        return node

    def _join(self, parent: InstanceNode, node: InstanceNode) -> None:
        """Make a new branch part of the tree: line keys, what it inherits, its rules, and who reads it."""
        for inner in node.inside():
            around = inner.around
            assert around is not None
            inner.relevant = around.relevant
            inner.readonly = around.readonly
            if inner.spec.is_leaf:
                self.session.preload(inner)
                inner.text = inner.held if inner.relevant else ""
            elif inner.spec.kind == "repeat":
                inner.line = self.session.next_line(inner)
        self.push_all(node)
        self._notify(parent, node.spec.structure_readers, node)

    def remove_instance(self, node: InstanceNode) -> None:
        """Take a repeat instance away."""
        parent = node.around
        assert parent is not None
        if node in self.added:
            self.added.remove(node)
        else:
            self.removed.append(node.path())
            self.gone.append(node.address())
        for inner in node.inside():
            inner.alive = False
            self.session.size -= 1
        self._note_order(parent, node.spec)
        self.session.places.forget()
        parent.remove(node)
        self._notify(parent, node.spec.structure_readers, node)

    def move_instance(self, node: InstanceNode, place: int) -> None:
        """Put a repeat instance at another place among its like, from 1; the first or the last when outside."""
        parent = node.around
        assert parent is not None
        alike = list(parent.instances(node.name))
        wanted = min(max(place, 1), len(alike)) - 1
        if alike[wanted] is node:
            return
        self._note_order(parent, node.spec)
        self.session.places.forget()
        places = [parent.children.index(one) for one in alike]
        alike.remove(node)
        alike.insert(wanted, node)
        for at, one in zip(places, alike, strict=True):
            parent.replace(at, one)
        for reader in node.spec.structure_readers:
            if reader.rule.fold is not None:
                forget_pieces(reader.rule, _above(parent, reader.up))
        self._notify(parent, node.spec.structure_readers)

    def _note_order(self, parent: InstanceNode, spec: Spec) -> None:
        """Remember in which order the instances of a repeat stood before this change."""
        self.orders.setdefault((parent, spec.local), _order(parent, spec.local))

    # actions

    def _act(self, event: str, node: InstanceNode) -> None:
        for action in node.spec.actions:
            if event in action.events:
                for target in self.targets(action, node):
                    self.act(action, target)

    def targets(self, action: Action, node: InstanceNode) -> list[InstanceNode]:
        """Return the nodes an action sets: those its conditions name, else those nearest to where it was set off."""
        if action.where is not None:
            value = self._run_action(action.where, node)
            found = value if isinstance(value, list) else []
            return [one for one in found if isinstance(one, InstanceNode) and one.spec is action.target]
        around = set(action.target.ancestors())
        here: InstanceNode = node
        while here.spec not in around:
            assert here.around is not None
            here = here.around
        return nodes_of(here, action.target)

    def act(self, action: Action, target: InstanceNode) -> None:
        """Set one node as an action says."""
        value = self._run_action(action.code, target)
        if value is not None:
            self.set_value(target, str(value))

    def _run_action(self, code: Code, node: InstanceNode) -> object:
        """Return what an expression of an action gives; None when it fails, which is noted at the node."""
        try:
            return code.run(node, Frame(self.env, node))
        except FAILURES as error:
            words = error.message if isinstance(error, SurveyAppError) else _out_of_range()
            self._fail(node, words)
            return None

    # afterwards

    def _check(self, node: InstanceNode) -> None:
        violation = self._violation(node)
        before = node.violation
        if violation != before:
            node.violation = violation
            self.mark(node, "violation")

    def _violation(self, node: InstanceNode) -> tuple[ViolationKind, str] | None:
        if not node.relevant:
            return None
        session = self.session
        if node.faults:
            return ("error", next(iter(node.faults.values())))
        if not node.spec.checked:
            return None
        text = node.text
        if not text.strip():
            if node.required:
                return ("required", session.texts.message(node, "required"))
            return None
        fault = type_fault(node.spec.type, text)
        if fault:
            return ("type", fault)
        rule = node.spec.rules.get("constraint")
        if rule is None:
            return None
        try:
            met = rule.run(node, Frame(self.env, node))
        except FAILURES as error:
            words = error.message if isinstance(error, SurveyAppError) else _out_of_range()
            return ("error", words)
        return None if met else ("constraint", session.texts.message(node, "constraint"))

    def _show(self) -> None:
        """Find out which texts and choices really read otherwise now."""
        texts = self.session.texts
        for node, before in self.to_show.items():
            if not node.alive:
                continue
            for kind, old in before.items():
                if old is None:
                    self.mark(node, kind)
                    continue
                try:
                    new: object = texts.choices_of(node) if kind == "choices" else texts.shown(node, kind)
                except FAILURES:
                    new = None
                if new != old:
                    self.mark(node, kind)

    def changes(self) -> Changes:
        """Return what has changed."""
        new = set(self.added)
        for node in self.added:
            new.update(node.inside())
        path, address = self.session.places.path, self.session.places.address
        properties = {path(node): names for node, names in self.changed.items() if node.alive and node not in new}
        saved: dict[str, str | None] = dict.fromkeys(self.gone)
        added = [node for node in self.added if node.alive]
        for node in added:
            for inner in node.inside():
                if inner.spec.kind == "repeat":
                    saved[address(inner)] = ""
                elif inner.held and inner.spec.is_kept:
                    saved[address(inner)] = inner.held
        for node in self.values:
            if node.alive and node not in new and node.spec.is_kept:
                saved[address(node)] = node.held or None
        for (parent, name), before in self.orders.items():
            after = _order(parent, name) if parent.alive and parent not in new else before
            if after != before:
                above = address(parent)
                saved[f"{above}/{name}{ORDER}" if above else f"{name}{ORDER}"] = after or None
        return Changes(properties, tuple(path(node) for node in added), tuple(self.removed), saved)


@lru_cache
def _alone(name: str) -> frozenset[str]:
    return frozenset((name,))


def _above(node: InstanceNode, levels: int) -> InstanceNode | None:
    here: InstanceNode | None = node
    for _level in range(levels):
        here = here.around if here is not None else None
    return here


def _order(parent: InstanceNode, name: str) -> str:
    return order_of([one.line for one in parent.instances(name)])


def nodes_of(start: InstanceNode, spec: Spec) -> list[InstanceNode]:
    """Return all nodes of a kind inside a node (or the node itself)."""
    names: list[str] = []
    for around in spec.ancestors():
        if around is start.spec:
            break
        names.append(around.local)
    found = [start]
    for name in reversed(names):
        found = [child for node in found for child in node.instances(name)]
    return found


_HANDLERS: dict[str, Callable[[Batch, Rule, Iterable[InstanceNode]], None]] = {
    "relevant": Batch._relevant,
    "readonly": Batch._readonly,
    "required": Batch._required,
    "calculate": Batch._calculate,
    "choices": Batch._choices,
    "count": Batch._counts,
    "total": Batch._totals,
}
