"""A tree of answers as submission XML."""

from __future__ import annotations

import re

from survey_app.xforms.instance import InstanceNode
from survey_app.xforms.xpath.tree import ATTRIBUTE

_UNNAMED = frozenset(("http://www.w3.org/2002/xforms", "http://www.w3.org/1999/xhtml", ""))
_NOT_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
"""Characters XML cannot hold at all; they come with pasted text and mean nothing."""


def write_submission(root: InstanceNode) -> str:
    """Return the XML of all relevant nodes."""
    prefixes: dict[str, str] = {}
    for node in root.inside():
        if node.prefix and node.uri:
            prefixes.setdefault(node.prefix, node.uri)
        for attribute in node.attributes:
            if attribute.prefix and attribute.uri and attribute.prefix != "xml":
                prefixes.setdefault(attribute.prefix, attribute.uri)
    written: list[str] = ["<?xml version='1.0' encoding='UTF-8' ?>"]
    declared = "".join(f" xmlns:{prefix}={_quoted(uri)}" for prefix, uri in prefixes.items())
    _write(root, "", declared, written)
    return "".join(written)


def _write(node: InstanceNode, default: str, declared: str, written: list[str]) -> None:
    own = "" if node.uri in _UNNAMED else node.uri
    head = f"<{node.qname}{declared}"
    if not node.prefix and own != default:
        head += f" xmlns={_quoted(own)}"
        default = own
    bound = {child.name for child in node.parts() if child.kind == ATTRIBUTE}
    for attribute in node.attributes:
        if f"@{attribute.name}" not in bound:
            head += f" {attribute.qname}={_quoted(attribute.text)}"
    inside = [child for child in node.parts() if child.relevant]
    for child in inside:
        if child.kind == ATTRIBUTE:
            head += f" {child.spec.name[1:]}={_quoted(_clean(child.text))}"
    elements = [child for child in inside if child.kind != ATTRIBUTE]
    if not elements and not node.text:
        written.append(f"{head}/>")
        return
    written.append(f"{head}>{_clean(node.text).translate(_IN_TEXT)}")
    for child in elements:
        _write(child, default, "", written)
    written.append(f"</{node.qname}>")


_IN_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_IN_QUOTES = {**_IN_TEXT, **str.maketrans({"\t": "&#9;", "\n": "&#10;", '"': "&quot;"})}


def _quoted(text: str) -> str:
    """Return an attribute's value; ``xml.sax.saxutils`` does the same, and loads the whole of HTTP for it."""
    return f'"{text.translate(_IN_QUOTES)}"'


def _clean(text: str) -> str:
    return _NOT_XML.sub("", text)
