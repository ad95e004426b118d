"""One sitting at one instance of a form."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Iterator, Mapping

from survey_app.clock import Clock, stamp, system_clock
from survey_app.i18n import _
from survey_app.records import LINE, ORDER, Answers, order_of
from survey_app.xforms.addresses import Lines, Places, at_address, find
from survey_app.xforms.batch import FAILURES, Batch, nodes_of
from survey_app.xforms.definition import LAST_SAVED, FormDefinition
from survey_app.xforms.entities import Entity, entities_of
from survey_app.xforms.errors import SessionError
from survey_app.xforms.identity import give_identity, instance_id_of
from survey_app.xforms.instance import InstanceNode, plant
from survey_app.xforms.losses import answers_at_risk, unknown_choices
from survey_app.xforms.preloads import is_end_time, preload
from survey_app.xforms.restore import from_answers, from_xml
from survey_app.xforms.showing import Showing
from survey_app.xforms.spec import Spec
from survey_app.xforms.submission import write_submission
from survey_app.xforms.view import Changes, Dropped, Node, Violation, violation_of
from survey_app.xforms.xpath.documents import DocumentError, parse_xml, read_light
from survey_app.xforms.xpath.frame import Environment, Frame, Secondary
from survey_app.xforms.xpath.tree import ROOT, XNode

NewUuid = Callable[[], str]
_OF_LANGUAGE = ("itext", "choice-name", "format-")


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
        instance_id: the instanceID of a new instance, or of ``answers``, which do not carry it; with or without
            ``uuid:``.
        chance: source of chance.
        new_uuid: gives fresh UUIDs.
        properties: what ``property()`` and preloads may know: ``deviceid``, ``username``, ...
        last_saved: the submission saved last, for ``${last-saved#name}``.

    Attributes:
        form: the form.
        texts: labels, hints, messages and choices.
        root: root of the answers.
        places: where its nodes stand.
        size: how many nodes there are, at least.
        initial: what opening the instance has set by itself.
        dropped: answers given before that have no place in this form.
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
        self._last_saved = last_saved
        self._document = XNode(ROOT)
        self.env = Environment(self._document, dict(form.secondary), clock or system_clock)
        self.env.random = chance or random.Random()
        self.env.new_uuid = new_uuid or _fresh
        self.env.properties = properties or {}
        if last_saved is not None:
            self.env.instances = {**self.env.instances, LAST_SAVED: _document_of(last_saved)}
        self.env.language = self._known_language(language)
        self.dropped: tuple[Dropped, ...] = ()
        new = instance_xml is None and not answers
        self.root = self._planted(instance_xml, answers)
        self._document.append(self.root)
        self.texts = Showing(form, self.env, self.root)
        self.env.itext = self.texts.itext
        self.env.choice_label = self.texts.choice_label
        by_xml = instance_xml is not None
        give_identity(self.root, instance_id, self.env.new_uuid, new=new, edit=edit, by_xml=by_xml)
        sitting = f"{instance_id}\n{stamp(self.env.now())}" if answers else ""
        self._lines = Lines(self.root, sitting)
        self.places = Places()
        self.size = sum(1 for _node in self.root.inside())
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

    def again(self, answers: Answers) -> FormSession:
        """Return a sitting at other answers of the same instance; language, clock and all else stay the same."""
        return FormSession(
            self.form,
            language=self.env.language or None,
            clock=self.env.clock,
            answers=answers,
            instance_id=instance_id_of(self.root).held,
            chance=self.env.random,
            new_uuid=self.env.new_uuid,
            properties=self.env.properties,
            last_saved=self._last_saved,
        )

    def _planted(self, instance_xml: str | bytes | None, answers: Answers | None) -> InstanceNode:
        spec = self.form.root_spec
        if instance_xml is not None:
            root, self.dropped = from_xml(spec, instance_xml)
            return root
        if answers:
            root, self.dropped = from_answers(spec, answers)
            return root
        return plant(spec, spec.seed)

    def next_line(self, node: InstanceNode) -> int:
        """Return a line key that no instance beside this one has or had."""
        return self._lines.next(node)

    def _open(self, *, new: bool, edit: bool) -> Changes:
        batch = Batch(self, live=False)
        if new:
            for node in self.root.inside():
                self.preload(node)
        given = [] if new else answers_at_risk(self.root)
        if not new:
            self._close_choices(batch)
        batch.push_all(self.root)
        batch.run()
        events = {"odk-instance-load"} | ({"odk-instance-first-load"} if new and not edit else set())
        for action in self.form.actions:
            if action.events & events:
                for target in batch.targets(action, self.root):
                    if target.relevant:
                        batch.act(action, target)
        batch.run()
        self.dropped += tuple(one.dropped() for one in given if one.is_lost())
        return batch.changes()

    def _close_choices(self, batch: Batch) -> None:
        """Take away answers given before that their question does not offer at all any more."""
        for node, values in unknown_choices(self.root, self.env):
            batch.set_value(node, " ".join(one for one in node.held.split() if one not in values))

    def preload(self, node: InstanceNode) -> None:
        """Give a new node what the form has the program fill in."""
        preload(node, self.env)

    # finding nodes

    def _find(self, path: str) -> InstanceNode:
        return find(self.root, path)

    def node(self, path: str) -> Node:
        """Return the node at a path; ``[n]`` stands on repeat instances only and may be left out for the first.

        Raises:
            SessionError: there is no such node.
        """
        return Node(self, self._find(path))

    def path_of(self, address: str) -> str:
        """Return the path of an address (``records``), ``""`` when it is not there (any more)."""
        node = at_address(self.root, address)
        return node.path() if node is not None else ""

    def paths(self) -> list[str]:
        """Return the path of every node there is now, groups and repeat instances too, in document order."""
        return list(self._paths(self.root, f"/{self.root.spec.name}"))

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
        parent, spec = self._repeat(path)
        self._may_resize(spec)
        batch = Batch(self)
        batch.add_instance(parent, spec)
        batch.run()
        return batch.changes()

    def is_asked(self, path: str) -> bool:
        """Tell whether one more instance of a repeat would be relevant now; there may be none.

        Raises:
            SessionError: there is no such repeat.
        """
        parent, spec = self._repeat(path)
        rule = spec.rules.get("relevant")
        if rule is None or not parent.relevant:
            return parent.relevant
        stand_in = InstanceNode(spec)
        stand_in.parent = parent
        try:
            return bool(rule.run(stand_in, Frame(self.env, stand_in)))
        except FAILURES:
            return True  # as for an instance: what fails hides nothing

    def _repeat(self, path: str) -> tuple[InstanceNode, Spec]:
        """Return the node around a repeat and what the form says about the repeat."""
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
        return parent, spec

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

    def move_repeat(self, path: str, place: int) -> Changes:
        """Put one instance of a repeat at another place among its like; its line key and its answers stay.

        Args:
            path: path of the instance, for example ``"/data/member[2]"``.
            place: where it shall stand, from 1; a number outside means the first or the last place.

        Returns:
            Everything that has changed; paths are those after the move.

        Raises:
            SessionError: there is no such instance.
        """
        node = self._find(path)
        if node.spec.kind != "repeat":
            raise SessionError("FRM-15", _("“{path}” is not a repeat of this form.").format(path=path))
        batch = Batch(self)
        batch.move_instance(node, place)
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
        for node in self.root.inside():
            node.shown = node.choices = None
            if node.spec.label is not None:
                batch.mark(node, "label")
            if node.spec.control is not None:
                for name in ("label", "hint", "guidance", "choices"):
                    batch.mark(node, name)
            if node.violation is not None:
                batch.to_check[node] = None
            for rule in node.spec.own_rules:
                if any(name in rule.text for name in _OF_LANGUAGE):
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
        found = (violation_of(node) for node in self.root.inside())
        return [violation for violation in found if violation is not None]

    def submission_xml(self) -> str:
        """Return the submission as OpenRosa servers accept it: relevant nodes only; the form ends now (``end``)."""
        self.end()
        return write_submission(self.root)

    def end(self) -> Changes:
        """Note when the form was ended, and set off what the form wants done then (``xforms-revalidate``)."""
        batch = Batch(self)
        for spec in self.form.specs.values():
            if is_end_time(spec):
                for node in nodes_of(self.root, spec):
                    batch.set_value(node, stamp(self.env.now()))
        for action in self.form.actions:
            if "xforms-revalidate" in action.events:
                for target in batch.targets(action, self.root):
                    batch.act(action, target)
        batch.run()
        return batch.changes()

    def entities(self) -> tuple[Entity, ...]:
        """Return the entities that the submission creates or updates as it stands."""
        return entities_of(self.root)

    def answers(self, everything: bool = False) -> Answers:
        """Return the answers without blanks.

        Args:
            everything: keep answers that are not relevant too, as drafts do.
        """
        return _answers(self.root, everything)


def _document_of(xml: str | bytes) -> Secondary:
    root = XNode(ROOT)
    try:
        root.append(read_light(parse_xml(xml)))
    except DocumentError:
        return Secondary(root)
    return Secondary(root)


def _fresh() -> str:
    return str(uuid.uuid4())


def _answers(node: InstanceNode, everything: bool) -> Answers:
    found: Answers = {LINE: node.line} if node.spec.kind == "repeat" else {}
    for child in node.parts():
        spec = child.spec
        if not (everything or child.relevant):
            continue
        if spec.is_leaf:
            if child.held and spec.is_kept:
                found[spec.name] = child.held
        elif spec.kind == "repeat":
            found.setdefault(spec.name, []).append(_answers(child, everything))
        else:
            inside = _answers(child, everything)
            if inside:
                found[spec.name] = inside
    for name in [one for one, value in found.items() if isinstance(value, list)]:
        order = order_of([instance[LINE] for instance in found[name]])
        if order:
            found[f"{name}{ORDER}"] = order
    return found
