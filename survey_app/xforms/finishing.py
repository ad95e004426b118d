"""What the conversion leaves undone: untranslated texts, quotation marks, lists of ``external_choices``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from survey_app.i18n import _
from survey_app.xforms.columns import column_of
from survey_app.xforms.errors import Fault, FormError
from survey_app.xforms.sheets import Book
from survey_app.xforms.texts import local_name

_XFORMS = "http://www.w3.org/2002/xforms"
_QUOTES = {"‘": "\ue000", "’": "\ue001", "“": "\ue002", "”": "\ue003"}
_KEPT = str.maketrans(_QUOTES)
_BACK = str.maketrans({kept: quote for quote, kept in _QUOTES.items()})
_STRAIGHT = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"'})
_IN_REFERENCE = re.compile(r"\$\{[^}]*\}|<output[^>]*>|instance\([^<]*")
SHOWN = frozenset(("label", "hint", "guidance_hint", "constraint_message", "required_message", "title", "form_title"))
"""Columns whose texts are shown to people."""
_MISSING = "-"
_XML_NAME = re.compile(r"[^\W\d][\w.\-]*")


def straight(text: str) -> str:
    """Return a text with straight quotation marks."""
    return text.translate(_STRAIGHT)


def keep_quotes(column: str, text: str) -> str:
    """Return a text as the conversion may have it, so that quotation marks of shown texts survive."""
    if column in SHOWN and _IN_REFERENCE.search(text) is None:
        return text.translate(_KEPT)
    return text


def finish(xform: str, book: Book) -> str:
    """Return the XForm with what the conversion left out.

    Raises:
        FormError: the conversion has put something into it that is no XML.
    """
    text = xform.translate(_BACK)
    outer = book.rows("external_choices")
    try:
        root = etree.fromstring(text.encode(), etree.XMLParser(resolve_entities=False, huge_tree=True))
    except etree.XMLSyntaxError as error:
        message = _("A heading, a name or a language of the workbook has signs that cannot stand in a form.")
        raise FormError([Fault(message)]) from error
    if ">-</value>" not in text and not outer:
        return text
    for itext in [one for one in root.iter() if local_name(one) == "itext"]:
        _fill(itext)
    if outer:
        model = next(one for one in root.iter() if local_name(one) == "model")
        after = max(place for place, one in enumerate(model) if local_name(one) == "instance")
        for place, instance in enumerate(_lists(book), start=after + 1):
            model.insert(place, instance)
    return etree.tostring(root, encoding="unicode")


def _fill(itext: etree._Element) -> None:
    """Give texts that have no translation the words of the default language instead of a dash."""
    languages = sorted(itext, key=lambda one: one.get("default") is None)
    known: dict[tuple[str, str], etree._Element] = {}
    for translation in languages:
        for text in translation:
            for value in text:
                key = (text.get("id") or "", value.get("form") or "")
                if value.text != _MISSING or len(value):
                    known.setdefault(key, value)
    for translation in languages:
        for text in translation:
            for value in list(text):
                source = known.get((text.get("id") or "", value.get("form") or ""))
                if source is not None and value.text == _MISSING and not len(value):
                    _copy(source, value)


def _copy(source: etree._Element, target: etree._Element) -> None:
    target.text = source.text
    for child in source:
        copied = etree.SubElement(target, child.tag, {str(key): str(value) for key, value in child.items()})
        copied.tail = child.tail


def _lists(book: Book) -> Iterator[etree._Element]:
    """Yield the lists of the sheet ``external_choices`` as instances, so that the form needs no file beside it."""
    lists: dict[str, etree._Element] = {}
    for row in book.rows("external_choices"):
        cells = {column_of(heading, "external_choices"): text for heading, text in reversed(row.cells.items())}
        name = cells.pop("list_name", "")
        if not name:
            continue
        if name not in lists:
            instance = etree.Element(f"{{{_XFORMS}}}instance", {"id": name})
            lists[name] = etree.SubElement(instance, f"{{{_XFORMS}}}root")
        item = etree.SubElement(lists[name], f"{{{_XFORMS}}}item")
        for column, text in cells.items():
            if _XML_NAME.fullmatch(column) and text:
                etree.SubElement(item, f"{{{_XFORMS}}}{column}").text = text
    for root in lists.values():
        around = root.getparent()
        if around is not None:
            yield around
