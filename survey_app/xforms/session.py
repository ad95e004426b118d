"""One sitting at one instance of a form."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

from survey_app.clock import Clock, stamp, system_clock
from survey_app.i18n import _
from survey_app.records import LINE, Answers
from survey_app.xforms.batch import Batch, nodes_of
from survey_app.xforms.definition import FormDefinition
from survey_app.xforms.errors import SessionError
from survey_app.xforms.instance import InstanceNode, plant
from survey_app.xforms.model import LAST_SAVED
from survey_app.xforms.restore import from_answers, from_xml
from survey_app.xforms.showing import Showing
from survey_app.xforms.spec import Spec
from survey_app.xforms.submission import write_submission
from survey_app.xforms.view import Changes, Node, Violation, violation_of
from survey_app.xforms.xpath.documents import DocumentError, parse_xml, read_light
from survey_app.xforms.xpath.frame import Environment, Secondary
from survey_app.xforms.xpath.tree import ROOT, XNode

NewUuid = Callable[[], str]


class FormSession:
    """The answers to one form, always worked out to the last consequence.

    Args:
        form: the form.
        instance_xml: a submission or draft to go on with.
        edit: a finished submission is being corrected: it gets a new instanceID, the old one becomes deprecatedID.
        language: language of labels, as the form names it or by its code (``"vi"`` for ``"Tiếng Việt (vi)"``); the
            form's default when None.
        clock: tells the present moment; its zone is where dates and times are meant.
        answers: answers to go on with instead of ``instance_xml``; an empty mapping begins anew.
        instance_id: the instanceID of a new instance, with or without ``uuid:``.
        chance: source of chance.
        new_uuid: gives fresh UUIDs.
        properties: what ``property()`` and preloads may know: ``deviceid``, ``username``, ...
        last_saved: the submission saved last, for ``${last-saved#name}``.

    Attributes:
        form: the form.
        texts: labels, hints, messages and choices.
        initial: what opening the instance has set by itself.
        dropped: address and value of answers given that have no place in this form.
    """

    def __init__(
        self,
        form: FormDefinition,
        instance_xml: str | bytes | None = None,
        edit: bool = False,
        language: str | None = None,
        clock: Clock | None = None,
        *,
        answers: Answers | None = None,
        instance_id: str | None = None,
        chance: random.Random | None = None,
        new_uuid: NewUuid | None = None,
        properties: Mapping[str, str] | None = None,
        last_saved: str | bytes | None = None,
    ) -> None:
        self.form = form
        self._document = XNode(ROOT)
        self.env = Environment(self._document, dict(form.secondary), clock or system_clock)
        self.env.random = chance or random.Random()
        self.env.new_uuid = new_uuid or _fresh
        self.env.properties = properties or {}
        if last_saved is not None:
            self.env.instances = {**self.env.instances, LAST_SAVED: _document_of(last_saved)}
        self.env.language = self._known_language(language)
        self._lines: dict[tuple[InstanceNode | None, str], int] = {}
        self.dropped: tuple[tuple[str, str], ...] = ()
        new = instance_xml is None and not answers
        self._root = self._planted(instance_xml, answers)
        self._document.append(self._root)
        self.texts = Showing(form, self.env, self._root)
        self.env.itext = self.texts.itext
        self.env.choice_label = self.texts.choice_label
        self._number_lines()
        self._give_identity(instance_id, new=new, edit=edit, fresh=instance_xml is None)
        self.initial = self._open(new=new, edit=edit)

    def _known_language(self, language: str | None) -> str:
        if language is None:
            return self.form.default_language
        if not self.form.languages or language in self.form.languages:
            return language
        meant = [known for known in self.form.languages if known.endswith(f"({language})")]
        if not meant:
            raise SessionError("FRM-10", _("The form has no language “{name}”.").format(name=language))
        return meant[0]

    # opening

    def _planted(self, instance_xml: str | bytes | None, answers: Answers | None) -> InstanceNode:
        spec = self.form.root_spec
        if instance_xml is not None:
            root, self.dropped = from_xml(spec, instance_xml)
            return root
        if answers:
            root, self.dropped = from_answers(spec, answers)
            return root
        return plant(spec, spec.seed)

    def _number_lines(self) -> None:
        for node in self._root.inside():
            if node.spec.kind == "repeat":
                key = (node.around, node.name)
                if not node.line:
                    node.line = self._lines.get(key, 0) + 1
                self._lines[key] = max(self._lines.get(key, 0), node.line)

    def next_line(self, node: InstanceNode) -> int:
        """Return a line key that no instance beside this one has or had."""
        key = (node.around, node.name)
        self._lines[key] = self._lines.get(key, 0) + 1
        return self._lines[key]

    def _open(self, *, new: bool, edit: bool) -> Changes:
        batch = Batch(self, live=False)
        if new:
            for node in self._root.inside():
                self.preload(node)
        batch.push_all(self._root)
        batch.run()
        events = {"odk-instance-load"} | ({"odk-instance-first-load"} if new and not edit else set())
        for action in self.form.actions:
            if action.events & events:
                for target in nodes_of(self._root, action.target):
                    if target.relevant:
                        batch.act(action, target)
        batch.run()
        return batch.changes()

    def preload(self, node: InstanceNode) -> None:
        """Give a new node what the form has the program fill in."""
        spec = node.spec
        if not spec.preload:
            return
        value = self._preloaded(spec)
        if value:
            node.held = node.text = value

    def _preloaded(self, spec: Spec) -> str:
        wanted = (spec.preload, spec.preload_params)
        if spec.preload == "uid":
            return f"uuid:{self.env.new_uuid()}"
        if wanted == ("date", "today"):
            return self.env.now().date().isoformat()
        if wanted == ("timestamp", "start"):
            return stamp(self.env.now())
        if spec.preload == "property":
            return self.env.properties.get(spec.preload_params, "")
        return ""

    def _give_identity(self, instance_id: str | None, *, new: bool, edit: bool, fresh: bool) -> None:
        node = self._identity()
        made = node.spec.preload == "uid" or node.spec.is_added or "calculate" in node.spec.rules
        if edit and not new and node.held:
            self._deprecate(node, renew=made)
        elif instance_id is not None:
            bare = instance_id.removeprefix("uuid:")
            node.held = node.text = f"uuid:{bare}"
        elif (new or (fresh and not node.held)) and (node.spec.preload == "uid" or node.spec.is_added):
            node.held = node.text = f"uuid:{self.env.new_uuid()}"

    def _identity(self) -> InstanceNode:
        for meta in self._root.instances("meta"):
            for node in meta.instances("instanceID"):
                return node
        raise SessionError("FRM-11", _("The form has no place for the instanceID."))

    def _deprecate(self, node: InstanceNode, *, renew: bool) -> None:
        """Give a corrected submission a new identity that names the old one."""
        meta = node.around
        assert meta is not None
        old = next(iter(meta.instances("deprecatedID")), None)
        if old is None:
            spec = node.spec
            prefix = spec.name.rpartition(":")[0]
            name = f"{prefix}:deprecatedID" if prefix else "deprecatedID"
            path = f"{meta.spec.path}/{name}"
            made = Spec(path, name, "deprecatedID", spec.uri, meta.spec, spec.number, spec.depth, spec.seed)
            made.is_meta = True
            old = InstanceNode(made)
            meta.insert(meta.children.index(node) + 1, old)
        old.held = old.text = node.held
        if renew:
            node.held = node.text = f"uuid:{self.env.new_uuid()}"

    # finding nodes

    def _find(self, path: str) -> InstanceNode:
        here: InstanceNode | None = None
        for name, index in _steps(path):
            found = [self._root] if here is None else here.instances(name.rpartition(":")[2])
            if len(found) < index or (here is None and name not in (self._root.spec.name, self._root.name)):
                raise SessionError("FRM-12", _("There is no “{path}” in this interview.").format(path=path))
            here = found[index - 1]
            if here.spec.name != name and ":" in name:
                here = next((one for one in found if one.spec.name == name), here)
        if here is None:
            raise SessionError("FRM-12", _("There is no “{path}” in this interview.").format(path=path))
        return here

    def node(self, path: str) -> Node:
        """Return the node at a path; ``[n]`` stands on repeat instances only and may be left out for the first.

        Raises:
            SessionError: there is no such node.
        """
        return Node(self, self._find(path))

    def paths(self) -> list[str]:
        """Return the path of every node there is now, groups and repeat instances too, in document order."""
        return list(self._paths(self._root, f"/{self._root.spec.name}"))

    def _paths(self, node: InstanceNode, path: str) -> Iterator[str]:
        yield path
        places: dict[str, int] = {}
        for child in node.parts():
            name = child.spec.name
            if child.spec.kind == "repeat":
                places[name] = places.get(name, 0) + 1
                name = f"{name}[{places[name]}]"
            yield from self._paths(child, f"{path}/{name}")

    # changing answers

    def answer(self, path: str, value: str) -> Changes:
        """Give a question an answer.

        Args:
            path: path of a question or of a value the program fills in.
            value: XForms text; ``""`` clears.

        Returns:
            Everything that has changed.

        Raises:
            SessionError: there is no such question, or nobody may answer it now.
        """
        node = self._find(path)
        if not node.spec.is_leaf:
            raise SessionError("FRM-13", _("“{name}” is a group, not a question.").format(name=node.spec.name))
        if node.readonly and node.spec.control is not None:
            raise SessionError("FRM-14", _("“{name}” cannot be changed.").format(name=node.spec.name))
        batch = Batch(self)
        batch.set_value(node, value)
        batch.run()
        return batch.changes()

    def add_repeat(self, path: str) -> Changes:
        """Add an instance after the last one of a repeat.

        Args:
            path: path of the repeat; an ``[n]`` at its end is ignored.

        Raises:
            SessionError: there is no such repeat, or the form decides how many instances there are.
        """
        bare = path.rstrip().removesuffix("/")
        if bare.endswith("]"):
            bare = bare[: bare.rindex("[")]
        parent_path, _slash, name = bare.rpartition("/")
        parent = self._find(parent_path) if parent_path else None
        spec = None
        if parent is not None:
            local = name.rpartition(":")[2]
            spec = next((one for one in parent.spec.children.values() if local == one.local), None)
        if parent is None or spec is None or spec.kind != "repeat":
            raise SessionError("FRM-15", _("“{path}” is not a repeat of this form.").format(path=path))
        self._may_resize(spec)
        batch = Batch(self)
        batch.add_instance(parent, spec)
        batch.run()
        return batch.changes()

    def remove_repeat(self, path: str) -> Changes:
        """Remove one instance of a repeat.

        Args:
            path: path of the instance, for example ``"/data/member[2]"``.

        Raises:
            SessionError: there is no such instance, or the form decides how many there are.
        """
        node = self._find(path)
        if node.spec.kind != "repeat":
            raise SessionError("FRM-15", _("“{path}” is not a repeat of this form.").format(path=path))
        self._may_resize(node.spec)
        batch = Batch(self)
        batch.remove_instance(node)
        batch.run()
        return batch.changes()

    def _may_resize(self, spec: Spec) -> None:
        if spec.fixed_size:
            raise SessionError("FRM-16", _("The form decides how many “{name}” there are.").format(name=spec.name))

    def set_language(self, language: str) -> Changes:
        """Show labels, hints, choices and messages in another language of the form.

        Raises:
            SessionError: the form has no such language.
        """
        self.env.language = self._known_language(language)
        self.texts.forget()
        batch = Batch(self)
        for node in self._root.inside():
            node.shown = node.choices = None
            if node.spec.label is not None:
                batch.mark(node, "label")
            if node.spec.control is not None:
                for name in ("label", "hint", "choices"):
                    batch.mark(node, name)
            if node.violation is not None:
                batch.to_check[node] = None
            for rule in node.spec.own_rules:
                if "itext" in rule.text or "choice-name" in rule.text:
                    batch.push(rule, node)
        batch.run()
        return batch.changes()

    @property
    def language(self) -> str:
        """Language of labels, ``""`` when the form has no translations."""
        return self.env.language or ""

    # reading

    def validate(self) -> list[Violation]:
        """Return every rule that an answer breaks now, in document order."""
        found = (violation_of(node) for node in self._root.inside())
        return [violation for violation in found if violation is not None]

    def submission_xml(self) -> str:
        """Return the submission as OpenRosa servers accept it: relevant nodes only."""
        self._note_end()
        return write_submission(self._root)

    def _note_end(self) -> None:
        batch = Batch(self)
        for spec in self.form.specs.values():
            if (spec.preload, spec.preload_params) == ("timestamp", "end"):
                for node in nodes_of(self._root, spec):
                    batch.set_value(node, stamp(self.env.now()))
        batch.run()

    def answers(self, everything: bool = False) -> Answers:
        """Return the answers without blanks.

        Args:
            everything: keep answers that are not relevant too, as drafts do.
        """
        return _answers(self._root, everything)


def _document_of(xml: str | bytes) -> Secondary:
    root = XNode(ROOT)
    try:
        root.append(read_light(parse_xml(xml)))
    except DocumentError:
        return Secondary(root)
    return Secondary(root)


def _fresh() -> str:
    return str(uuid.uuid4())


@lru_cache(maxsize=20_000)
def _steps(path: str) -> tuple[tuple[str, int], ...]:
    found: list[tuple[str, int]] = []
    for step in path.strip().strip("/").split("/"):
        name, bracket, place = step.partition("[")
        digits = place.removesuffix("]")
        if not name or (bracket and not digits.isdecimal()) or (bracket and int(digits) < 1):
            raise SessionError("FRM-12", _("There is no “{path}” in this interview.").format(path=path))
        found.append((name, int(digits) if bracket else 1))
    return tuple(found)


def _answers(node: InstanceNode, everything: bool) -> Answers:
    found: Answers = {LINE: node.line} if node.spec.kind == "repeat" else {}
    for child in node.parts():
        spec = child.spec
        if spec.is_meta or not (everything or child.relevant):
            continue
        if spec.is_leaf:
            if child.held:
                found[spec.name] = child.held
        elif spec.kind == "repeat":
            found.setdefault(spec.name, []).append(_answers(child, everything))
        else:
            inside = _answers(child, everything)
            if inside:
                found[spec.name] = inside
    return found
