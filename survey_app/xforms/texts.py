"""Labels, hints and translations of an XForm."""

from __future__ import annotations

import re
from collections.abc import Callable

from lxml import etree

from survey_app.xforms.definition import Itext, Parts, Translations
from survey_app.xforms.spec import Output, Text
from survey_app.xforms.xpath.errors import XPathError
from survey_app.xforms.xpath.nodes import Call, Literal
from survey_app.xforms.xpath.parser import parse

MakeOutput = Callable[[str], Output]
TEXT_ID = "itextId"
"""Column of a list that holds the ids of its labels."""

_ITEXT = re.compile(r"\s*(?:jr:)?itext\(\s*(?:'([^']*)'|\"([^\"]*)\")\s*\)\s*")


def local_name(element: etree._Element) -> str:
    """Return an element's name without namespace, ``""`` for comments and instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def parts_of(element: etree._Element, output: MakeOutput) -> Parts:
    """Return the texts and outputs inside an element."""
    if not len(element):
        return (element.text,) if element.text else ()
    parts: list[str | Output] = [element.text or ""]
    for child in element:
        if local_name(child) == "output":
            parts.append(output(child.get("value") or child.get("ref") or "''"))
        elif isinstance(child.tag, str):
            parts += parts_of(child, output)
        parts.append(child.tail or "")
    joined: list[str | Output] = []
    for part in parts:
        if isinstance(part, str) and joined and isinstance(joined[-1], str):
            joined[-1] += part
        elif part != "":
            joined.append(part)
    return tuple(joined)


def text_of_element(element: etree._Element, output: MakeOutput) -> Text:
    """Return the text of a ``label`` or ``hint``."""
    ref = element.get("ref")
    return text_of_ref(ref, output) if ref else Text(parts_of(element, output))


def text_of_ref(ref: str, output: MakeOutput) -> Text:
    """Return the text a ``ref`` names: a translation, or what an expression gives."""
    known = _ITEXT.fullmatch(ref)
    if known is not None:
        return Text(itext=known[1] or known[2] or "")
    return Text((output(ref),))


def text_of_message(message: str | None, output: MakeOutput) -> Text | None:
    """Return the text of a ``constraintMsg`` or ``requiredMsg``; only a reference to a translation is an expression."""
    if not message:
        return None
    try:
        expr = parse(message)
    except XPathError:
        expr = None
    if isinstance(expr, Call) and expr.name in ("jr:itext", "itext") and isinstance(expr.arguments[0], Literal):
        return text_of_ref(message, output)
    return Text((message,))


def read_itext(model: etree._Element, output: MakeOutput) -> tuple[dict[str, Translations], tuple[str, ...], str]:
    """Return the translations of a model: the texts, the languages in order, and the default language."""
    found: dict[str, Translations] = {}
    default = ""
    for block in model:
        if local_name(block) != "itext":
            continue
        for translation in block:
            if local_name(translation) != "translation":
                continue
            language = translation.get("lang") or ""
            if translation.get("default") is not None and not default:
                default = language
            _read_texts(translation, found.setdefault(language, Translations()), output)
    languages = tuple(found)
    return found, languages, default or (languages[0] if languages else "")


def _read_texts(translation: etree._Element, texts: Translations, output: MakeOutput) -> None:
    for text in translation.iterchildren("{*}text"):
        identifier = text.get("id") or ""
        value = text[0] if len(text) == 1 else None
        texts.plain.pop(identifier, None)
        if value is not None and not len(value) and not value.attrib and local_name(value) == "value":
            texts.plain[identifier] = value.text or ""
            texts.rich.pop(identifier, None)
        else:
            texts.rich[identifier] = _forms(text, output)


def _forms(text: etree._Element, output: MakeOutput) -> dict[str, Parts]:
    forms: dict[str, Parts] = {}
    for value in text:
        if local_name(value) == "value":
            form = value.get("form") or ""
            forms.setdefault("" if form in ("long",) else form, parts_of(value, output))
    if "" not in forms and "short" in forms:
        forms[""] = forms["short"]
    return forms


def outputs_of(itext: Itext) -> dict[str, tuple[Output, ...]]:
    """Return the values inside the translated texts that have any, by id, from all languages and forms."""
    found: dict[str, dict[Output, None]] = {}
    for texts in itext.values():
        for identifier, forms in texts.rich.items():
            for parts in forms.values():
                for part in parts:
                    if isinstance(part, Output):
                        found.setdefault(identifier, {})[part] = None
    return {identifier: tuple(outputs) for identifier, outputs in found.items()}
