"""XML text to the light tree."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from survey_app.errors import SurveyAppError
from survey_app.i18n import N_, _
from survey_app.xforms.xpath.tree import ATTRIBUTE, COMMENT, ELEMENT, INSTRUCTION, NAMESPACE, ROOT, TEXT, Row, XNode

MAX_BYTES = 200_000_000
XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"


class DocumentError(SurveyAppError):
    """A text that is not XML we accept."""


def parse_xml(source: str | bytes) -> etree._Element:
    """Return the root element; entities, document types and the network are refused.

    Raises:
        DocumentError: the text is not well-formed XML or has a document type.
    """
    data = source.encode() if isinstance(source, str) else source
    if isinstance(source, str):
        data = _without_declaration(data)
    if len(data) > MAX_BYTES:
        raise DocumentError("XML-02", _("The file is too large."))
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, remove_blank_text=False
    )
    try:
        root = etree.fromstring(data.strip(), parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        above = data[: len(data) - len(data.lstrip())].count(b"\n")
        line = (getattr(error, "lineno", None) or 1) + above
        message = _("The file is not well-formed XML (line {line}).").format(line=line)
        raise DocumentError("XML-01", message, _why(error)) from error
    declared: Any = root.getroottree().docinfo.internalDTD
    if declared is not None and (list(declared.iterentities()) or list(declared.iterelements())):
        raise DocumentError("XML-03", _("The file declares entities of its own, which is refused for safety."))
    return root


_CODES = etree.ErrorTypes
_WHY: tuple[tuple[tuple[int, ...], str], ...] = (
    ((_CODES.ERR_DOCUMENT_EMPTY,), N_("It does not begin with “<”: it is empty, or no XML at all.")),
    (
        (_CODES.ERR_TAG_NAME_MISMATCH,),
        N_("An element ends under another name than it began with: look for a missing or misspelt “</…>”."),
    ),
    (
        (
            *(_CODES.ERR_TAG_NOT_FINISHED, _CODES.ERR_GT_REQUIRED, _CODES.ERR_COMMENT_NOT_FINISHED),
            *(_CODES.ERR_CDATA_NOT_FINISHED, _CODES.ERR_ATTRIBUTE_NOT_FINISHED),
        ),
        N_("Something begins and never ends: the file may have been cut off. Copy it anew from where it came from."),
    ),
    (
        (_CODES.ERR_UNDECLARED_ENTITY, _CODES.ERR_ENTITYREF_SEMICOL_MISSING),
        N_("“&” stands before a word that XML does not know. Write “&amp;” for the sign itself."),
    ),
    ((_CODES.ERR_NAME_REQUIRED,), N_("“&” or “<” stands alone. Write “&amp;” or “&lt;” for the sign itself.")),
    ((_CODES.ERR_LT_IN_ATTRIBUTE,), N_("“<” stands inside quotation marks. Write “&lt;” for the sign itself.")),
    ((_CODES.ERR_INVALID_CHAR,), N_("There is a character that XML does not allow. Delete it and type it anew.")),
    (
        (_CODES.ERR_INVALID_ENCODING, _CODES.ERR_UNSUPPORTED_ENCODING),
        N_("The letters are not written as UTF-8. Save the file as UTF-8."),
    ),
    ((_CODES.ERR_ATTRIBUTE_REDEFINED,), N_("An attribute stands twice in the same element.")),
    (
        (_CODES.ERR_ATTRIBUTE_NOT_STARTED, _CODES.ERR_ATTRIBUTE_WITHOUT_VALUE, _CODES.ERR_SPACE_REQUIRED),
        N_('An attribute must be written name="value", with a blank before it.'),
    ),
    (
        (_CODES.NS_ERR_UNDEFINED_NAMESPACE,),
        N_("The prefix before a “:” is not declared. Declare it with xmlns:… in the first element."),
    ),
    ((_CODES.ERR_DOCUMENT_END,), N_("There is something behind the end of the first element.")),
    ((_CODES.ERR_RESOURCE_LIMIT,), N_("It is nested too deeply, or one text in it is too long.")),
)
"""What is wrong, by the codes of libxml2."""


def _why(error: Exception) -> str:
    code = getattr(error, "code", None)
    return next((_(words) for codes, words in _WHY if code in codes), _("Open it in a text editor and look there."))


def _without_declaration(data: bytes) -> bytes:
    stripped = data.lstrip()
    if stripped.startswith(b"<?xml"):
        return stripped[stripped.find(b"?>") + 2 :]
    return stripped


def read_document(source: str | bytes) -> XNode:
    """Return the root node of a whole document with its texts, comments and attributes."""
    element = parse_xml(source)
    root = XNode(ROOT)
    before: list[etree._Element] = []
    sibling = element.getprevious()
    while sibling is not None:
        before.append(sibling)
        sibling = sibling.getprevious()
    for one in [*reversed(before), element, *element.itersiblings()]:
        root.append(_full(one))
    return root


def _full(element: etree._Element) -> XNode:
    if isinstance(element, etree._Comment):
        return XNode(COMMENT, text=element.text or "")
    if isinstance(element, etree._ProcessingInstruction):
        return XNode(INSTRUCTION, name=str(element.target or ""), text=element.text or "")
    node = bare_node(element)
    for prefix, uri in {"xml": XML_NAMESPACE, **element.nsmap}.items():
        declared = XNode(NAMESPACE, name=prefix or "", text=uri)
        declared.parent = node
        node.attributes.append(declared)
    if element.text:
        node.append(XNode(TEXT, text=element.text))
    for child in element:
        if not isinstance(child, etree._Entity):
            node.append(_full(child))
        if child.tail:
            node.append(XNode(TEXT, text=child.tail))
    return node


def bare_node(element: etree._Element) -> XNode:
    """Return a node of the element's name and attributes, without what is inside it."""
    uri, local = _split(str(element.tag))
    node = XNode(ELEMENT, local, uri, element.prefix or "")
    for key, value in element.attrib.items():
        own_uri, name = _split(str(key))
        attribute = XNode(ATTRIBUTE, name, own_uri, _prefix_of(element, own_uri) if own_uri else "", str(value))
        attribute.parent = node
        node.attributes.append(attribute)
    return node


def _split(tag: str) -> tuple[str, str]:
    """Return namespace and local name of ``{namespace}name``."""
    if tag[:1] != "{":
        return "", tag
    uri, _brace, local = tag[1:].rpartition("}")
    return uri, local


def _prefix_of(element: etree._Element, uri: str) -> str:
    if uri == XML_NAMESPACE:
        return "xml"
    return next((prefix for prefix, known in element.nsmap.items() if known == uri and prefix), "")


def read_light(element: etree._Element) -> XNode:
    """Return an element and all inside it as a light tree: leaves carry their text, mixed text is left out."""
    node = bare_node(element)
    if not len(element):
        node.text = element.text or ""
        return node
    inside = [child for child in element if isinstance(child.tag, str)]
    if inside:
        for child in inside:
            node.append(read_light(child))
    else:
        node.text = "".join(_texts(element))
    return node


def read_list(element: etree._Element) -> XNode:
    """Return an element as ``read_light`` does; what is inside it stays light as long as nobody walks into it."""
    node = bare_node(element)
    inside = [child for child in element if isinstance(child.tag, str)]
    if not inside:
        return read_light(element)
    columns: dict[tuple[str, ...], tuple[tuple[str, str], ...]] = {}
    for child in inside:
        row = _row(child, columns)
        node.append(row if row is not None else read_light(child))
    return node


def _row(element: etree._Element, known: dict[tuple[str, ...], tuple[tuple[str, str], ...]]) -> Row | None:
    """Return an element of cells without attributes as a row; None when it is something else."""
    if element.attrib or element.prefix or not len(element):
        return None
    tags: list[str] = []
    texts: list[str] = []
    for cell in element:
        tag = cell.tag
        if not isinstance(tag, str) or len(cell) or cell.prefix or cell.attrib:
            return None
        tags.append(tag)
        texts.append(cell.text or "")
    shape = tuple(tags)
    columns = known.get(shape)
    if columns is None:
        columns = known[shape] = tuple((name, uri) for uri, name in map(_split, tags))
    uri, name = _split(str(element.tag))
    return Row(name, uri, columns, tuple(texts))


def _texts(element: etree._Element) -> Iterator[str]:
    if element.text:
        yield element.text
    for child in element:
        if child.tail:
            yield child.tail
