"""What an expression sees besides the node it starts at."""

from __future__ import annotations

import datetime as dt
import random
import re
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from survey_app import i18n
from survey_app.clock import Clock, system_clock
from survey_app.i18n import _
from survey_app.xforms.xpath.errors import XPathError
from survey_app.xforms.xpath.tree import ELEMENT, Row, XNode, text_of

_VIETNAMESE = re.compile(r"vi\b|vietnam|tiếng việt|.*\(vi\b", re.IGNORECASE)
MAX_VISITED = 3_000_000
"""How many nodes one evaluation may look at in conditions and far axes: some seconds."""
FEW_VISITED = 20_000
"""How many it may look at before the time is watched."""
MAX_S = 10.0
"""How long it may take after that, where looking at a node costs more than usual."""


@dataclass(eq=False, repr=False)
class Secondary:
    """A list of choices or another document an expression reads with ``instance('id')``; it never changes.

    Attributes:
        root: the document's root node.
        indexes: what was looked up by column so far; filled as it is needed.
    """

    root: XNode
    indexes: dict[tuple[tuple[str, ...], str], dict[str, list[XNode]]] = field(default_factory=dict)

    def index(self, names: tuple[str, ...], column: str) -> dict[str, list[XNode]]:
        """Return the nodes at ``names`` below the root by the text of their child ``column``."""
        found = self.indexes.get((names, column))
        if found is None:
            found = {}
            for node in self.at(names):
                texts = node.cell(column) if isinstance(node, Row) else [text_of(cell) for cell in _cells(node, column)]
                for text in texts if len(texts) < 2 else dict.fromkeys(texts):
                    found.setdefault(text, []).append(node)
            self.indexes[names, column] = found
        return found

    def at(self, names: tuple[str, ...]) -> list[XNode]:
        """Return the nodes at a path of child names below the root."""
        nodes = [self.root]
        for name in names:
            nodes = nodes[0].named(name) if len(nodes) == 1 else [child for node in nodes for child in node.named(name)]
        return nodes


def _cells(node: XNode, column: str) -> list[XNode]:
    if column.startswith("@"):
        return [one for one in node.attributes if one.qname == column[1:]]
    # Not by ``named``: an index of its own for each of 20,000 items would only take memory.
    return [child for child in node.children if child.name == column and child.kind == ELEMENT]


def _new_uuid() -> str:
    return str(uuid.uuid4())


def _no_text(_id: str) -> str | None:
    return None


def _no_choice(_node: XNode | None, _value: str, _path: str) -> str:
    return ""


@dataclass(eq=False, repr=False)
class Environment:
    """What the session lends to expressions.

    Attributes:
        root: root node of the main document; absolute paths start there.
        instances: the secondary instances by id.
        clock: tells the present moment.
        random: source of chance.
        new_uuid: gives a fresh UUID as text.
        language: language in use, for ``lang()`` and ``jr:itext()``.
        itext: gives the translated text of an id, None when there is none.
        properties: what is known of the device and the person, for ``property()`` and preloads.
        choice_label: gives the label of a choice of the question at a path (``jr:choice-name``).
    """

    root: XNode
    instances: Mapping[str, Secondary] = field(default_factory=dict)
    clock: Clock = system_clock
    random: random.Random = field(default_factory=random.Random)
    new_uuid: Callable[[], str] = _new_uuid
    language: str | None = None
    itext: Callable[[str], str | None] = _no_text
    properties: Mapping[str, str] = field(default_factory=dict)
    choice_label: Callable[[XNode | None, str, str], str] = _no_choice

    def now(self) -> dt.datetime:
        """Return the present moment, aware, in the person's zone."""
        return self.clock()

    @property
    def spoken(self) -> str:
        """Language numbers and dates are written out in: that of the form, else of the program; ``vi`` or ``en``."""
        return "vi" if is_vietnamese(self.language or i18n.language()) else "en"

    @cached_property
    def offset_s(self) -> int:
        """Seconds the person's clock is ahead of UTC; one and the same for a whole session, so that numbers of dates
        do not jump when summer time begins.
        """
        offset = self.clock().utcoffset()
        return int(offset.total_seconds()) if offset is not None else 0

    @cached_property
    def zone(self) -> dt.tzinfo:
        """The person's zone, where dates and times without an offset are meant."""
        return dt.timezone(dt.timedelta(seconds=self.offset_s))


def is_vietnamese(language: str) -> bool:
    """Tell whether a language, as a form or the program names it, is Vietnamese."""
    return _VIETNAMESE.match(language) is not None


def _is_late(visited: list[float]) -> bool:
    if len(visited) == 1:
        visited.append(time.monotonic() + MAX_S)
    return time.monotonic() > visited[1]


class Frame:
    """The context of one evaluation.

    Attributes:
        env: what the session lends.
        current: the node the whole expression belongs to (``current()``).
        position: place of the context node in the list being filtered, from 1.
        size: length of that list.
        kept: what was worked out once for all nodes, by what works it out; one for all frames of an evaluation.
        visited: how many nodes the evaluation has looked at in conditions and far axes; one count for all its frames.
    """

    __slots__ = ("current", "env", "kept", "position", "size", "visited")

    def __init__(self, env: Environment, current: XNode) -> None:
        self.env = env
        self.current = current
        self.position = 1
        self.size = 1
        self.kept: dict[object, object] | None = None
        self.visited: list[float] | None = None

    def begin(self, current: XNode) -> None:
        """Begin another evaluation, at another node, when the one before is done with."""
        self.current = current
        self.kept = None
        self.visited = None

    def at(self, position: int, size: int) -> Frame:
        """Return the context of a node in a list being filtered; ``visit`` comes before it."""
        frame = Frame.__new__(Frame)
        frame.env = self.env
        frame.current = self.current
        frame.position = position
        frame.size = size
        if self.kept is None:
            self.kept = {}
        frame.kept = self.kept
        frame.visited = self.visited
        return frame

    def visit(self, count: int) -> None:
        """Note that nodes are looked at.

        Raises:
            XPathError: the evaluation looks at too many; it would take minutes.
        """
        visited = self.visited
        if visited is None:
            visited = self.visited = [0]
        visited[0] += count
        if visited[0] > FEW_VISITED and (visited[0] > MAX_VISITED or _is_late(visited)):
            raise XPathError("XPA-17", _("The expression takes too long: it goes through its lists again and again."))
