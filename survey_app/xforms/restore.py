"""Answers given before, put into the tree of the form as it is now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from survey_app.i18n import _
from survey_app.records import LINE, Answers
from survey_app.xforms.codecs import normal
from survey_app.xforms.errors import SessionError
from survey_app.xforms.instance import InstanceNode, copy_attributes
from survey_app.xforms.spec import Spec
from survey_app.xforms.xpath.documents import DocumentError, parse_xml, read_light
from survey_app.xforms.xpath.tree import XNode, text_of

Dropped = tuple[tuple[str, str], ...]


def from_xml(spec: Spec, xml: str | bytes) -> tuple[InstanceNode, Dropped]:
    """Return the tree of a submission's XML, and what had no place in it.

    Raises:
        SessionError: the text is no XML, or of another form.
    """
    try:
        element = parse_xml(xml)
    except DocumentError as error:
        raise SessionError("FRM-20", _("The saved interview cannot be read."), str(error)) from error
    seed = read_light(element)
    if seed.name != spec.local:
        raise SessionError("FRM-21", _("The saved interview belongs to another form."))
    identifier = next((one.text for one in seed.attributes if one.name == "id"), None)
    own = next((one.text for one in spec.seed.attributes if one.name == "id"), None)
    if identifier is not None and own is not None and identifier != own:
        raise SessionError("FRM-21", _("The saved interview belongs to another form."))
    dropped: list[tuple[str, str]] = []
    return _branch(spec, seed, dropped, ""), tuple(dropped)


def _branch(spec: Spec, seed: XNode | None, dropped: list[tuple[str, str]], address: str) -> InstanceNode:
    node = InstanceNode(spec)
    copy_attributes(spec.seed, node)
    if spec.is_leaf:
        # What is missing was not relevant: it has its default when it becomes relevant.
        node.held = node.text = normal(spec.type, text_of(seed) if seed is not None else spec.seed.text)
        return node
    given = seed.children if seed is not None else []
    for inner in spec.children.values():
        matching = [one for one in given if one.name == inner.local]
        if inner.kind == "repeat":
            for one in matching:
                if not any("javarosa" in a.uri and a.name == "template" for a in one.attributes):
                    node.append(_branch(inner, one, dropped, f"{address}{inner.name}/"))
        else:
            node.append(_branch(inner, matching[0] if matching else None, dropped, f"{address}{inner.name}/"))
    known = {inner.local for inner in spec.children.values()}
    _note_dropped([one for one in given if one.name not in known], dropped, address)
    return node


def _note_dropped(seeds: Sequence[XNode], dropped: list[tuple[str, str]], address: str) -> None:
    for seed in seeds:
        if seed.children:
            _note_dropped(seed.children, dropped, f"{address}{seed.qname}/")
        elif seed.text:
            dropped.append((f"{address}{seed.qname}", seed.text))


def from_answers(spec: Spec, answers: Answers) -> tuple[InstanceNode, Dropped]:
    """Return the tree of answers, and what had no place in it."""
    dropped: list[tuple[str, str]] = []
    return _filled(spec, answers, dropped, ""), tuple(dropped)


def _filled(spec: Spec, given: Any, dropped: list[tuple[str, str]], address: str) -> InstanceNode:
    node = InstanceNode(spec)
    copy_attributes(spec.seed, node)
    answers: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
    for inner in spec.children.values():
        value = answers.get(inner.name)
        if inner.kind == "repeat":
            for instance in value if isinstance(value, list) else ():
                child = _filled(inner, instance, dropped, f"{address}{inner.name}[{instance.get(LINE, '')}]/")
                child.line = int(instance.get(LINE, 0))
                node.append(child)
        elif inner.is_leaf:
            child = InstanceNode(inner, value if isinstance(value, str) else "")
            copy_attributes(inner.seed, child)
            node.append(child)
        else:
            node.append(_filled(inner, value, dropped, f"{address}{inner.name}/"))
    _note_unplaced(spec, answers, dropped, address)
    return node


def _note_unplaced(spec: Spec, answers: Mapping[str, Any], dropped: list[tuple[str, str]], address: str) -> None:
    for name, value in answers.items():
        inner = spec.children.get(name)
        if name == LINE or (inner is not None and _fits(inner, value)):
            continue
        if isinstance(value, str):
            dropped.append((f"{address}{name}", value))
        elif isinstance(value, Mapping):
            _note_unplaced(_childless(spec), value, dropped, f"{address}{name}/")
        elif isinstance(value, list):
            for instance in value:
                _note_unplaced(_childless(spec), instance, dropped, f"{address}{name}[{instance.get(LINE, '')}]/")


def _fits(spec: Spec, value: object) -> bool:
    if spec.kind == "repeat":
        return isinstance(value, list)
    return isinstance(value, str) if spec.is_leaf else isinstance(value, Mapping)


def _childless(spec: Spec) -> Spec:
    return Spec("", "", "", "", None, 0, 0, spec.seed)
