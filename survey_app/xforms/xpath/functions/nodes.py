"""Functions on sets of nodes (XPath 1.0 section 4.1; ODK XForms, node-set functions)."""

from __future__ import annotations

import math
from collections.abc import Callable

from survey_app.i18n import _
from survey_app.xforms.xpath.code import NODES, Compile, Run, as_number, as_string, function, special, texts
from survey_app.xforms.xpath.errors import XPathError
from survey_app.xforms.xpath.frame import Frame
from survey_app.xforms.xpath.nodes import Expr
from survey_app.xforms.xpath.paths import straight_names
from survey_app.xforms.xpath.shuffle import shuffled
from survey_app.xforms.xpath.tree import ATTRIBUTE, ELEMENT, NO_NODES, XHTML, XNode, below, in_order, text_of
from survey_app.xforms.xpath.values import Value


def node_run(compiler: Compile, expr: Expr, name: str) -> Run:
    """Return the run of an argument that must be a path."""
    code = compiler.nodes(expr)
    if code.kind not in ("nodes", "any"):
        raise XPathError("XPA-07", _("A value of “{name}()” must be a path to questions.").format(name=name))
    return code.run


@function("last", "", "number", context=True)
def _last(_node: XNode, frame: Frame) -> float:
    return float(frame.size)


@special("position", "x?", "number")
def _position(compiler: Compile, arguments: tuple[Expr, ...]) -> Run:
    if not arguments:
        return lambda _node, frame: float(frame.position)
    inner = node_run(compiler, arguments[0], "position")

    def run(node: XNode, frame: Frame) -> float:
        found = inner(node, frame)
        return float(place_of(found[0])) if found else math.nan

    return run


def place_of(node: XNode) -> int:
    """Return the place of an element among its siblings of the same name, from 1."""
    if node.parent is None:
        return 1
    alike = node.parent.named(node.name)
    if node.kind != ELEMENT or node.uri == XHTML:
        alike = [one for one in node.parent.children if one.qname == node.qname] or [node]
    return alike.index(node) + 1


@function("count", "x", "number")
def _count(nodes: list[XNode]) -> float:
    return float(len(nodes))


@function("count-non-empty", "x", "number")
def _count_non_empty(nodes: list[XNode]) -> float:
    return float(sum(1 for node in nodes if text_of(node)))


def _naming(name: str, of: Callable[[XNode], str]) -> None:
    @special(name, "x?", "string")
    def build(compiler: Compile, arguments: tuple[Expr, ...]) -> Run:
        if not arguments:
            return lambda node, _frame: of(node)
        inner = node_run(compiler, arguments[0], name)
        return lambda node, frame: of(found[0]) if (found := inner(node, frame)) else ""


_naming("name", lambda node: node.qname)
_naming("local-name", lambda node: node.name)
_naming("namespace-uri", lambda node: node.uri)


@function("id", "v", "nodes", context=True)
def _id(node: XNode, _frame: Frame, value: Value) -> list[XNode]:
    wanted = {part for text in texts(value) for part in text.split()}
    top = node
    while top.parent is not None:
        top = top.parent
    found = [
        one
        for one in below(top)
        if one.kind == ELEMENT and any(a.name == "id" and a.text in wanted and not a.uri for a in one.attributes)
    ]
    return in_order(found)


@function("lang", "s", "boolean", context=True)
def _lang(node: XNode, _frame: Frame, wanted: str) -> bool:
    here: XNode | None = node
    while here is not None:
        for attribute in here.attributes:
            if attribute.kind == ATTRIBUTE and attribute.qname == "xml:lang":
                return f"{attribute.text.lower()}-".startswith(f"{wanted.lower()}-")
        here = here.parent
    return False


@special("current", "", "nodes")
def _current(_compiler: Compile, _arguments: tuple[Expr, ...]) -> Run:
    return lambda _node, frame: [frame.current]


@special("instance", "s?", "nodes")
def _instance(compiler: Compile, arguments: tuple[Expr, ...]) -> Run:
    if not arguments:
        return lambda _node, frame: [frame.env.root]
    name = as_string(compiler.expr(arguments[0]))

    def run(node: XNode, frame: Frame) -> list[XNode]:
        secondary = frame.env.instances.get(name(node, frame))
        return [secondary.root] if secondary is not None else NO_NODES

    return run


@special("randomize", "xn?", "nodes")
def _randomize(compiler: Compile, arguments: tuple[Expr, ...]) -> Run:
    inner = node_run(compiler, arguments[0], "randomize")
    if len(arguments) == 1:
        return lambda node, frame: frame.env.random.sample(found := inner(node, frame), len(found))
    seed = compiler.expr(arguments[1])
    number, text = as_number(seed), as_string(seed)

    def run(node: XNode, frame: Frame) -> list[XNode]:
        return shuffled(inner(node, frame), number(node, frame), text(node, frame))

    return run


@special("indexed-repeat", "xxnv*", "string", paired=True)
def _indexed_repeat(compiler: Compile, arguments: tuple[Expr, ...]) -> Run:
    nodes = _in_repeat(compiler, arguments)
    return lambda node, frame: text_of(found[0]) if (found := nodes(node, frame)) else ""


def _in_repeat(compiler: Compile, arguments: tuple[Expr, ...]) -> Run:
    """Return what gives the nodes that ``indexed-repeat()`` names."""
    straight = _straight_repeat(compiler, arguments)
    if straight is not None:
        return straight
    targets = node_run(compiler, arguments[0], "indexed-repeat")
    pairs = [
        (node_run(compiler, repeat, "indexed-repeat"), as_number(compiler.expr(index)))
        for repeat, index in zip(arguments[1::2], arguments[2::2], strict=True)
    ]

    def run(node: XNode, frame: Frame) -> list[XNode]:
        found: list[XNode] = targets(node, frame)
        for repeat, index in pairs:
            instances = repeat(node, frame)
            place = index(node, frame)
            if not instances:
                return NO_NODES
            names = _names(instances[0])
            found = [one for one in found if _inside(one, names, place)]
        return found

    return run


NODES["indexed-repeat"] = _in_repeat


def _straight_repeat(compiler: Compile, arguments: tuple[Expr, ...]) -> Run | None:
    """Return ``indexed-repeat()`` of paths straight from the root, which goes to the instance without a search."""
    names = straight_names(arguments[0])
    places: dict[int, Run] = {}
    for repeat, index in zip(arguments[1::2], arguments[2::2], strict=True):
        around = straight_names(repeat)
        if names is None or around is None or names[: len(around)] != around or len(around) in places:
            return None
        places[len(around)] = as_number(compiler.expr(index))

    def run(node: XNode, frame: Frame) -> list[XNode]:
        found: list[XNode] = [frame.env.root]
        for depth, name in enumerate(names or (), start=1):
            alike = [one.named(name) for one in found]
            if depth in places:
                place = places[depth](node, frame)
                whole = int(place) if 1 <= place < 1e9 and place == int(place) else 0
                alike = [some[whole - 1 : whole] if whole else [] for some in alike]
            found = [child for some in alike for child in some]
        return found

    return run


def _names(node: XNode) -> list[str]:
    names: list[str] = []
    here: XNode | None = node
    while here is not None:
        names.append(here.name)
        here = here.parent
    return names


def _inside(node: XNode, names: list[str], place: float) -> bool:
    here: XNode | None = node
    while here is not None:
        if here.name == names[0] and _names(here) == names:
            return place_of(here) == place
        here = here.parent
    return False


@special("pulldata", "ssss", "string")
def _pulldata(compiler: Compile, arguments: tuple[Expr, ...]) -> Run:
    name, wanted, column, key = [as_string(compiler.expr(argument)) for argument in arguments]

    def run(node: XNode, frame: Frame) -> str:
        secondary = frame.env.instances.get(name(node, frame))
        if secondary is None:
            return ""
        rows = secondary.index(("root", "item"), column(node, frame)).get(key(node, frame), NO_NODES)
        found = rows[0].named(wanted(node, frame)) if rows else NO_NODES
        return text_of(found[0]) if found else ""

    return run
