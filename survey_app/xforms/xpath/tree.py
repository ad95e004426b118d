"""The light tree that expressions are worked out on.

An element of a form's instance or of a choice list carries its text itself; only documents read with their text nodes
(``documents.read_document``) have nodes of other kinds. A node's ``text`` is what an expression reads.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator

ROOT, ELEMENT, TEXT, ATTRIBUTE, COMMENT, INSTRUCTION, NAMESPACE = range(7)

XHTML = "http://www.w3.org/1999/xhtml"
"""The namespace an XForm is wrapped in. A name without prefix means an element of the form, whatever namespace the form
has; elements of the wrapping need their prefix (XPath 1.0 section 2.3 would ask for a prefix for all).
"""

NO_NODES: list[XNode] = []
"""An empty node-set; never change it."""


class XNode:
    """A node of a tree.

    Attributes:
        kind: one of the constants above.
        name: local name; target of a processing instruction.
        prefix: prefix as written, ``""`` without one.
        uri: namespace, ``""`` without one.
        parent: the node it stands in.
        children: nodes inside it, in document order.
        text: own text of a leaf, an attribute, a comment; ``""`` where there are children.
        attributes: attribute nodes.
    """

    __slots__ = ("_named", "attributes", "children", "kind", "name", "parent", "prefix", "text", "uri")

    def __init__(self, kind: int, name: str = "", uri: str = "", prefix: str = "", text: str = "") -> None:
        self.kind = kind
        self.name = name
        self.uri = uri
        self.prefix = prefix
        self.text = text
        self.parent: XNode | None = None
        self.children: list[XNode] = []
        self.attributes: list[XNode] = []
        self._named: dict[str, list[XNode]] | None = None

    @property
    def qname(self) -> str:
        """The name as written, with its prefix."""
        return f"{self.prefix}:{self.name}" if self.prefix else self.name

    def named(self, name: str) -> list[XNode]:
        """Return the child elements a name without prefix means; never change the list."""
        index = self._named
        if index is None:
            index = self._named = {}
            for child in self.children:
                if child.kind in (ELEMENT, ATTRIBUTE) and child.uri != XHTML:
                    index.setdefault(child.name, []).append(child)
        return index.get(name, NO_NODES)

    def append(self, child: XNode) -> None:
        """Put a node at the end."""
        child.parent = self
        self.children.append(child)
        self._named = None

    def insert(self, at: int, child: XNode) -> None:
        """Put a node before the child that stands at ``at``."""
        child.parent = self
        self.children.insert(at, child)
        alike = self._named.get(child.name) if self._named is not None else None
        if alike and self._named is not None and at > 0 and alike[-1] is self.children[at - 1]:
            # One more member at the end: the others need not be found again.
            self._named[child.name] = [*alike, child]
        else:
            self._named = None

    def replace(self, at: int, child: XNode) -> None:
        """Put a node in the place of the child that stands at ``at``."""
        child.parent = self
        self.children[at] = child
        self._named = None

    def remove(self, child: XNode) -> None:
        """Take a child out."""
        last = self.children[-1:] == [child]
        if last:
            self.children.pop()
        else:
            self.children.remove(child)
        child.parent = None
        alike = self._named.get(child.name) if self._named is not None else None
        if alike and self._named is not None:
            self._named[child.name] = [one for one in alike if one is not child]
        else:
            self._named = None


_LOCK = threading.Lock()


class Row(XNode):
    """An element of a long list whose cells become nodes only when somebody walks into it.

    Args:
        name: local name.
        uri: namespace.
        columns: local name and namespace of its cells, shared by the rows alike.
        texts: what the cells say.
    """

    __slots__ = ("_cells", "columns", "texts")

    def __init__(self, name: str, uri: str, columns: tuple[tuple[str, str], ...], texts: tuple[str, ...]) -> None:
        self.kind = ELEMENT
        self.name = name
        self.uri = uri
        self.prefix = ""
        self.text = ""
        self.parent = None
        self.attributes = NO_NODES
        self._named = None
        self.columns = columns
        self.texts = texts
        self._cells: list[XNode] | None = None

    @property
    def children(self) -> list[XNode]:  # type: ignore[override]
        """Its cells as nodes."""
        if self._cells is None:
            with _LOCK:  # all threads must see the same nodes
                if self._cells is None:
                    self._cells = [self._cell(*column, text) for column, text in self._pairs()]
        return self._cells

    def _pairs(self) -> Iterator[tuple[tuple[str, str], str]]:
        return zip(self.columns, self.texts, strict=True)

    def _cell(self, name: str, uri: str, text: str) -> XNode:
        cell = XNode(ELEMENT, name, uri, "", text)
        cell.parent = self
        return cell

    def first(self, column: str) -> str | None:
        """Return what the first cell of a column says, None when there is none."""
        for (name, uri), text in zip(self.columns, self.texts, strict=True):
            if name == column and uri != XHTML:
                return text
        return None

    def cell(self, column: str) -> list[str]:
        """Return what the cells of a column say."""
        return [text for (name, uri), text in self._pairs() if name == column and uri != XHTML]


def text_of(node: XNode) -> str:
    """Return the string-value of a node (XPath 1.0 section 5)."""
    if not node.children:
        return node.text
    return "".join(part.text for part in descendants(node) if part.kind == TEXT or not part.children)


def descendants(node: XNode) -> Iterator[XNode]:
    """Return all nodes inside a node in document order, without comments and instructions."""
    return (child for child in below(node) if child.kind <= TEXT)


def below(node: XNode) -> Iterator[XNode]:
    """Yield all nodes inside a node of any kind in document order."""
    waiting = node.children[::-1]
    while waiting:
        here = waiting.pop()
        yield here
        if here.children:
            waiting += here.children[::-1]


def in_order(nodes: list[XNode]) -> list[XNode]:
    """Return the nodes once each, in document order."""
    once = list(dict.fromkeys(nodes))
    if len(once) < 2:
        return once
    ranks: dict[XNode, dict[XNode, int]] = {}

    def key(node: XNode) -> tuple[int, ...]:
        steps: list[int] = []
        here = node
        while (parent := here.parent) is not None:
            if here.kind == NAMESPACE:
                steps += [0, -2]
            elif here.kind == ATTRIBUTE:
                steps += [parent.attributes.index(here), -1]
            else:
                if parent not in ranks:
                    ranks[parent] = {child: rank for rank, child in enumerate(parent.children)}
                steps.append(ranks[parent][here])
            here = parent
        return tuple(reversed(steps))

    return sorted(once, key=key)


def path_of(node: XNode) -> str:
    """Return where a node stands as ``/*[1]/*[2]``, with ``@name`` for an attribute."""
    if node.parent is None:
        return "/" if node.kind == ROOT else "/*[1]"
    if node.kind in (ATTRIBUTE, NAMESPACE):
        sign = "@" if node.kind == ATTRIBUTE else "namespace::"
        return f"{path_of(node.parent)}/{sign}{node.qname}"
    test = {ELEMENT: "*", TEXT: "text()", COMMENT: "comment()"}.get(node.kind, "processing-instruction()")
    alike = [child for child in node.parent.children if child.kind == node.kind]
    return f"{path_of(node.parent).rstrip('/')}/{test}[{alike.index(node) + 1}]"
