"""The axes and node tests of XPath 1.0 sections 2.2 and 2.3."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from survey_app.i18n import _
from survey_app.xforms.xpath.errors import XPathError
from survey_app.xforms.xpath.nodes import Step
from survey_app.xforms.xpath.tree import (
    ATTRIBUTE,
    COMMENT,
    ELEMENT,
    INSTRUCTION,
    NAMESPACE,
    TEXT,
    XHTML,
    XNode,
    below,
)

BACKWARD = frozenset(("ancestor", "ancestor-or-self", "preceding", "preceding-sibling"))
"""Axes whose nodes come nearest first."""


def _ancestors(node: XNode) -> Iterator[XNode]:
    here = node.parent
    while here is not None:
        yield here
        here = here.parent


def _self_and(node: XNode, others: Iterable[XNode]) -> Iterator[XNode]:
    yield node
    yield from others


def _siblings(node: XNode) -> list[XNode]:
    if node.parent is None or node.kind in (ATTRIBUTE, NAMESPACE):
        return []
    return node.parent.children


def _following_siblings(node: XNode) -> list[XNode]:
    siblings = _siblings(node)
    return siblings[siblings.index(node) + 1 :] if siblings else []


def _preceding_siblings(node: XNode) -> list[XNode]:
    siblings = _siblings(node)
    return siblings[: siblings.index(node)][::-1] if siblings else []


def _following(node: XNode) -> Iterator[XNode]:
    if node.kind in (ATTRIBUTE, NAMESPACE) and node.parent is not None:
        yield from below(node.parent)
        node = node.parent
    for here in _self_and(node, _ancestors(node)):
        for sibling in _following_siblings(here):
            yield from _self_and(sibling, below(sibling))


def _preceding(node: XNode) -> Iterator[XNode]:
    if node.kind in (ATTRIBUTE, NAMESPACE) and node.parent is not None:
        node = node.parent
    for here in _self_and(node, _ancestors(node)):
        for sibling in _preceding_siblings(here):
            yield from [*_self_and(sibling, below(sibling))][::-1]


def _namespaces(node: XNode) -> Iterator[XNode]:
    seen: set[str] = set()
    if node.kind != ELEMENT:
        return
    for here in _self_and(node, _ancestors(node)):
        for declared in here.attributes:
            if declared.kind == NAMESPACE and declared.name not in seen:
                seen.add(declared.name)
                yield declared


AXES: dict[str, Callable[[XNode], Iterable[XNode]]] = {
    "child": lambda node: node.children,
    "parent": lambda node: [node.parent] if node.parent is not None else [],
    "self": lambda node: [node],
    "attribute": lambda node: [one for one in node.attributes if one.kind == ATTRIBUTE],
    "namespace": _namespaces,
    "descendant": below,
    "descendant-or-self": lambda node: _self_and(node, below(node)),
    "ancestor": _ancestors,
    "ancestor-or-self": lambda node: _self_and(node, _ancestors(node)),
    "following-sibling": _following_siblings,
    "preceding-sibling": _preceding_siblings,
    "following": _following,
    "preceding": _preceding,
}

_KINDS = {"text()": TEXT, "comment()": COMMENT, "processing-instruction()": INSTRUCTION}


def node_test(step: Step, namespaces: Mapping[str, str]) -> Callable[[XNode], bool]:
    """Return the test of a step.

    Raises:
        XPathError: its prefix is not declared.
    """
    test = step.test
    if test == "node()":
        return lambda _node: True
    if test in _KINDS:
        return _kind_test(_KINDS[test], step.target)
    kind = {"attribute": ATTRIBUTE, "namespace": NAMESPACE}.get(step.axis, ELEMENT)
    if test == "*":
        return lambda node: node.kind == kind
    prefix, colon, name = test.rpartition(":")
    if not colon:
        if kind == ATTRIBUTE:
            return lambda node: node.kind == ATTRIBUTE and node.name == name and not node.prefix
        return lambda node: node.kind == kind and node.name == name and node.uri != XHTML
    uri = namespaces.get(prefix)
    if uri is None:
        raise XPathError("XPA-08", _("The prefix “{prefix}:” is not declared in this form.").format(prefix=prefix))
    return lambda node: node.kind == kind and node.uri == uri and name in ("*", node.name)


def _kind_test(kind: int, target: str) -> Callable[[XNode], bool]:
    if target:
        return lambda node: node.kind == kind and node.name == target
    return lambda node: node.kind == kind
