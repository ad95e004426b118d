"""Answers given before, put into the tree of the form as it is now.

What stands under its own name is put there. What does not, because the form is another version, is put into the nearest
question of the same name whose kind of answer it is; a repeat that was moved or renamed is known by its questions. The
rest is listed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from survey_app.i18n import _
from survey_app.records import Answers
from survey_app.xforms.batch import nodes_of
from survey_app.xforms.checks import type_fault
from survey_app.xforms.codecs import normal
from survey_app.xforms.errors import SessionError
from survey_app.xforms.given import Given, given_by_answers, given_by_xml
from survey_app.xforms.identity import DEPRECATED_ID, note_old_identity
from survey_app.xforms.instance import InstanceNode, copy_attributes, place_for, plant
from survey_app.xforms.spec import Spec
from survey_app.xforms.view import Dropped
from survey_app.xforms.xpath.documents import DocumentError, parse_xml, read_light


def from_xml(spec: Spec, xml: str | bytes) -> tuple[InstanceNode, tuple[Dropped, ...]]:
    """Return the tree of a submission's XML, and what had no place in it.

    A value that is missing was not relevant: it has its default when it becomes relevant.

    Raises:
        SessionError: the text is no XML, or of another form.
    """
    try:
        seed = read_light(parse_xml(xml))
    except DocumentError as error:
        raise SessionError("FRM-20", _("The saved interview cannot be read."), str(error)) from error
    identifier = next((one.text for one in seed.attributes if one.name == "id"), None)
    own = next((one.text for one in spec.seed.attributes if one.name == "id"), None)
    if seed.name != spec.local or (None not in (identifier, own) and identifier != own):
        raise SessionError("FRM-21", _("The saved interview belongs to another form."))
    return _Placing(spec, defaults=True).all(given_by_xml(seed))


def from_answers(spec: Spec, answers: Answers) -> tuple[InstanceNode, tuple[Dropped, ...]]:
    """Return the tree of answers, and what had no place in it; what is missing is blank."""
    return _Placing(spec, defaults=False).all(given_by_answers(answers))


class _Placing:
    """Puts what was given into the form.

    Args:
        spec: root of the form.
        defaults: a value that was not given has its default, else it is blank.
    """

    def __init__(self, spec: Spec, *, defaults: bool) -> None:
        self.spec = spec
        self.defaults = defaults
        self.left: list[tuple[Given, InstanceNode]] = []
        self.placed: dict[Given, InstanceNode] = {}
        self.filled: set[InstanceNode] = set()
        self.dropped: dict[Given, str] = {}

    def all(self, given: Given) -> tuple[InstanceNode, tuple[Dropped, ...]]:
        """Return the tree, and what is left of what was given."""
        root = self.branch(self.spec, given)
        while self.left:
            left, self.left = self.left, []
            for one, parent in left:
                if not self._moved_repeat(one, parent):
                    self.left += [(inner, parent) for inner in one.inside]
        names: dict[str, list[Spec]] = {}
        for spec in self.spec.below():
            if spec.is_leaf:
                names.setdefault(spec.local, []).append(spec)
        for leaf in given.leaves():
            if leaf.used or not leaf.text or leaf.name[0] == "@":
                continue
            if leaf.around is not None and leaf.around.name == "meta":
                if leaf.name == DEPRECATED_ID:
                    note_old_identity(root, leaf.text)
            else:
                self._settle(leaf, root, names.get(leaf.name, []))
        return root, tuple(Dropped(one.address, one.text, why) for one, why in self.dropped.items())

    # what stands under its own name

    def branch(self, spec: Spec, given: Given | None) -> InstanceNode:
        """Return a node with what was given for it and all inside it."""
        node = InstanceNode(spec)
        copy_attributes(spec.seed, node)
        known: dict[str, list[Given]] = {}
        if given is not None:
            self.placed[given] = node
            for one in given.inside:
                known.setdefault(one.name, []).append(one)
        if spec.is_leaf:
            self._fill(node, given if given is not None and not given.branch else None)
        for inner in spec.children.values():
            matching = [one for one in known.get(inner.local, ()) if not inner.is_leaf or not one.branch]
            if inner.kind == "repeat":
                self._instances(node, inner, matching)
            elif inner.local[0] == "@":
                node.append(InstanceNode(inner, matching[0].text if matching else inner.seed.text))
            else:
                node.append(self.branch(inner, matching[0] if matching else None))
        if given is not None and not (spec.is_leaf and not given.branch):
            left = (one for one in given.inside if not one.used and one not in self.placed and one.name[0] != "@")
            self.left += [(one, node) for one in left]
        return node

    def _fill(self, node: InstanceNode, given: Given | None) -> None:
        if given is not None:
            given.used = True
            self.filled.add(node)
            node.held = node.text = normal(node.spec.type, given.text)
        elif self.defaults:
            node.held = node.text = normal(node.spec.type, node.spec.seed.text)

    def _instances(self, parent: InstanceNode, spec: Spec, given: Iterable[Given]) -> None:
        """Add the instances of a repeat; where the form has a fixed number of them, neither more nor fewer."""
        seeds = (spec.seeds or (spec.seed,)) if spec.fixed_size and spec.count is None else ()
        for number, one in enumerate(given):
            if seeds and number >= len(seeds):
                self._drop_all(one, _("The form has fewer “{name}” now.").format(name=spec.name))
                continue
            node = self.branch(spec, one)
            node.line = one.line
            parent.append(node)
        for seed in seeds[len(parent.named(spec.local)) :]:
            parent.append(plant(spec, seed))

    def _drop_all(self, given: Given, why: str) -> None:
        given.used = True
        for leaf in given.leaves():
            leaf.used = True
            if leaf.text and leaf.name[0] != "@":
                self.dropped[leaf] = why

    # what does not

    def _moved_repeat(self, given: Given, parent: InstanceNode) -> bool:
        """Put a branch into a repeat that was moved or renamed; tell whether there is one."""
        if not given.branch:
            return False
        around = parent
        while around.spec.kind not in ("repeat", "root") and around.around is not None:
            around = around.around
        names = {leaf.name for leaf in given.leaves()}
        best: tuple[int, InstanceNode, Spec] | None = None
        for spec in _repeats_inside(around.spec):
            container = next(iter(nodes_of(around, spec.parent or around.spec)), None)
            if container is None or any(not _are_like(one, given) for one in self._put(container, spec)):
                continue
            alike = len(names & {inner.local for inner in spec.below() if inner.is_leaf})
            if (spec.local == given.name or 2 * alike >= len(names)) and alike > (best[0] if best else 0):
                best = (alike, container, spec)
        if best is not None:
            _alike, container, spec = best
            node = self.branch(spec, given)
            node.line = given.line
            container.insert(place_for(container, spec), node)
        return best is not None

    def _put(self, container: InstanceNode, spec: Spec) -> Iterator[Given]:
        """Yield what the instances of a repeat were given by."""
        instances = set(container.instances(spec.local))
        return (given for given, node in self.placed.items() if node in instances)

    def _settle(self, leaf: Given, root: InstanceNode, specs: list[Spec]) -> None:
        """Put a value into the nearest question of its name, or say why there is none."""
        asked = [spec for spec in specs if not spec.is_meta and spec.local[0] != "@"]
        if asked and all("calculate" in spec.rules for spec in asked):
            return
        why = _("The form has no such question any more.")
        way = [one.name for one in reversed(list(leaf.upwards())[1:-1])]
        for spec in sorted((one for one in asked if "calculate" not in one.rules), key=lambda one: _far(one, way)):
            if not _fits(spec, leaf.text):
                why = _("“{name}” now asks for another kind of answer.").format(name=spec.name)
                continue
            target = self._target(leaf, spec, root)
            if target is None:
                why = _("“{name}” is not asked of the same people any more.").format(name=spec.name)
            elif target not in self.filled:
                self._fill(target, leaf)
                return
        self.dropped[leaf] = why

    def _target(self, leaf: Given, spec: Spec, root: InstanceNode) -> InstanceNode | None:
        """Return the node of a question for the same instances of repeats the value was given in."""
        repeats = [one for one in reversed(list(spec.ancestors())) if one.kind == "repeat"]
        here = root
        for one in reversed(list(leaf.upwards())[1:-1]):
            node = self.placed.get(one)
            if node is not None and node.spec.kind == "repeat" and repeats and node.spec is repeats[0]:
                here = node
                repeats.pop(0)
            elif one.around is not None and sum(like.name == one.name for like in one.around.inside) > 1:
                return None
        return next(iter(nodes_of(here, spec)), None) if not repeats else None


def _are_like(one: Given, other: Given) -> bool:
    """Tell whether two branches were instances of one repeat: only then do their line keys tell them apart."""
    return one.name == other.name and one.around is other.around


def _repeats_inside(spec: Spec) -> Iterator[Spec]:
    """Yield the repeats inside a node that are in no other repeat inside it."""
    for inner in spec.children.values():
        if inner.kind == "repeat":
            yield inner
        elif not inner.is_leaf:
            yield from _repeats_inside(inner)


def _far(spec: Spec, way: list[str]) -> tuple[int, int]:
    """Return how far a question is from where a value stood: steps up and down, then its place in the form."""
    names = [one.local for one in reversed(list(spec.ancestors()))][1:-1]
    shared = 0
    while shared < min(len(names), len(way)) and names[shared] == way[shared]:
        shared += 1
    return len(names) + len(way) - 2 * shared, spec.number


def _fits(spec: Spec, text: str) -> bool:
    if type_fault(spec.type, text):
        return False
    items = spec.control.items if spec.control is not None else ()
    return not items or set(text.split()) <= {item.value for item in items}
