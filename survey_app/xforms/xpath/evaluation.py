"""Working out one expression over one document."""

from __future__ import annotations

import re
from collections.abc import Mapping

from survey_app.clock import Clock, system_clock
from survey_app.i18n import _
from survey_app.xforms.xpath.compiler import Compiler
from survey_app.xforms.xpath.documents import DocumentError, read_document
from survey_app.xforms.xpath.errors import XPathError
from survey_app.xforms.xpath.frame import Environment, Frame, Secondary
from survey_app.xforms.xpath.tree import ELEMENT, NAMESPACE, XNode, below, path_of, text_of
from survey_app.xforms.xpath.values import INVALID

_XFORMS_PREFIXES = {
    "h": "http://www.w3.org/1999/xhtml",
    "html": "http://www.w3.org/1999/xhtml",
    "xhtml": "http://www.w3.org/1999/xhtml",
    "xf": "http://www.w3.org/2002/xforms",
    "jr": "http://openrosa.org/javarosa",
    "orx": "http://openrosa.org/xforms",
    "odk": "http://www.opendatakit.org/xforms",
    "xml": "http://www.w3.org/XML/1998/namespace",
}
_STEP = re.compile(r"/(\*|text\(\)|comment\(\)|processing-instruction\(\)|@[\w:.-]+|[\w:.-]+)(?:\[(\d+)\])?")


def evaluate(
    text: str,
    *,
    document_xml: str | bytes,
    context: str = "/",
    root: str = "/",
    namespaces: Mapping[str, str | None] | None = None,
    language: str | None = None,
    clock: Clock | None = None,
) -> bool | float | str | list[str]:
    """Work out an expression over a document.

    Args:
        text: the expression.
        document_xml: the document; secondary instances and itext are found in it when it is an XForm.
        context: path of the node to start at, for example ``"/data"`` or ``"/*[1]/*[2]"``.
        root: path of the node that stands for the document's root in absolute paths.
        namespaces: prefixes of the expression; those of the document are known too.
        language: language for ``jr:itext()``.
        clock: tells the present moment; its zone is where times without offset are meant.

    Returns:
        A bool, a float, a text, or the paths of the nodes found.

    Raises:
        XPathError: the expression cannot be read or worked out.
    """
    try:
        document = read_document(document_xml)
    except DocumentError as error:
        raise XPathError(error.code, error.message, text) from error
    top = _find(document, root)
    node = _find(document, context)
    known = {**_XFORMS_PREFIXES, **_declared(document)}
    known.update({prefix: uri or _default_of(document) for prefix, uri in (namespaces or {}).items()})
    env = Environment(top, _instances(document), clock or system_clock, language=language)
    env.itext = _Itext(document, language)
    code = Compiler(known, strict=False).text(text)
    try:
        value = code.run(node, Frame(env, node))
    except RecursionError:
        raise XPathError("XPA-03", _("The expression is nested too deeply."), text) from None
    except XPathError as error:
        error.expression = error.expression or text
        raise
    if value is INVALID:
        raise XPathError("XPA-14", _("A text is not a date."), text)
    if isinstance(value, list):
        return [path_of(found) for found in value]
    if isinstance(value, str):
        return str(value)
    return bool(value) if isinstance(value, bool) else float(value)


def _find(document: XNode, path: str) -> XNode:
    here = document
    if path in ("", "/"):
        return here
    if not re.fullmatch(f"(?:{_STEP.pattern})+", path):
        found = _by_expression(document, path)
        if found is not None:
            return found
        raise XPathError("XPA-15", _("“{path}” is not the place of a node.").format(path=path))
    for test, index in _STEP.findall(path):
        candidates = _candidates(here, test)
        place = int(index or 1)
        if not 1 <= place <= len(candidates):
            raise XPathError("XPA-15", _("“{path}” is not the place of a node.").format(path=path))
        here = candidates[place - 1]
    return here


def _by_expression(document: XNode, path: str) -> XNode | None:
    found = Compiler(_declared(document), strict=False).text(path).run(document, Frame(Environment(document), document))
    return found[0] if isinstance(found, list) and found else None


def _candidates(here: XNode, test: str) -> list[XNode]:
    if test.startswith("@"):
        return [one for one in here.attributes if one.qname == test[1:]]
    kinds = {"*": 1, "text()": 2, "comment()": 4, "processing-instruction()": 5}
    if test in kinds:
        return [one for one in here.children if one.kind == kinds[test]]
    return [one for one in here.children if one.kind == ELEMENT and test in (one.qname, one.name)]


def _declared(document: XNode) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in below(document):
        for attribute in node.attributes:
            if attribute.kind == NAMESPACE and attribute.name:
                found.setdefault(attribute.name, attribute.text)
    return found


def _default_of(document: XNode) -> str:
    return next((node.uri for node in document.children if node.kind == ELEMENT), "")


def _instances(document: XNode) -> dict[str, Secondary]:
    found: dict[str, Secondary] = {}
    for node in below(document):
        if node.kind == ELEMENT and node.name == "instance":
            name = next((one.text for one in node.attributes if one.name == "id"), None)
            if name is not None:
                found[name] = Secondary(node)
    return found


class _Itext:
    """The translated texts of an XForm."""

    def __init__(self, document: XNode, language: str | None) -> None:
        self.texts: dict[str, str] = {}
        translations = [node for node in below(document) if node.kind == ELEMENT and node.name == "translation"]
        chosen = next((one for one in translations if _attribute(one, "lang") == language), None)
        default = next((one for one in translations if any(a.name == "default" for a in one.attributes)), None)
        here = chosen or default or (translations[0] if translations else None)
        if here is None:
            return
        for text in here.named("text"):
            plain = [one for one in text.named("value") if not _attribute(one, "form")]
            if plain:
                self.texts[_attribute(text, "id")] = text_of(plain[0])

    def __call__(self, identifier: str) -> str | None:
        return self.texts.get(identifier)


def _attribute(node: XNode, name: str) -> str:
    return next((one.text for one in node.attributes if one.name == name), "")
