"""What the conversion leaves undone: untranslated texts, quotation marks, ``external_choices``, ``or_other``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from lxml import etree

from survey_app.i18n import _
from survey_app.xforms.columns import column_of, language_of
from survey_app.xforms.errors import Fault, FormError
from survey_app.xforms.sheets import Book
from survey_app.xforms.texts import TEXT_ID, local_name
from survey_app.xforms.xpath.frame import is_vietnamese

_XFORMS = "http://www.w3.org/2002/xforms"
_QUOTES = {"‘": "\ue000", "’": "\ue001", "“": "\ue002", "”": "\ue003"}
_KEPT = str.maketrans(_QUOTES)
_BACK = str.maketrans({kept: quote for quote, kept in _QUOTES.items()})
_STRAIGHT = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"'})
_IN_REFERENCE = re.compile(r"\$\{[^}]*\}|<output[^>]*>|instance\([^<]*")
SHOWN = frozenset(("label", "hint", "guidance_hint", "constraint_message", "required_message", "title", "form_title"))
"""Columns whose texts are shown to people."""
_MISSING = "-"
_SPECIFY = "Specify other."
_OTHER = {"Other": "Khác", _SPECIFY: "Ghi rõ."}
"""What the conversion writes for ``or_other``, in Vietnamese."""
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
    others = _lists_with_other(book)
    try:
        root = etree.fromstring(text.encode(), etree.XMLParser(resolve_entities=False, huge_tree=True))
    except etree.XMLSyntaxError as error:
        message = _("A heading, a name or a language of the workbook has signs that cannot stand in a form.")
        raise FormError([Fault(message)]) from error
    labels = {name: columns for name, columns in book.label_columns.items() if columns}
    if ">-</value>" not in text and not outer and not others and not labels:
        return text
    model = next(one for one in root.iter() if local_name(one) == "model")
    translations = [one for itext in model if local_name(itext) == "itext" for one in itext]
    if outer:
        after = max(place for place, one in enumerate(model) if local_name(one) == "instance")
        for place, instance in enumerate(_lists(book, translations), start=after + 1):
            model.insert(place, instance)
    if others:
        _name_other(root, model, translations, others)
    if labels and translations:
        _label_by_language(root, translations, labels)
    _fill(translations)
    return etree.tostring(root, encoding="unicode")


def _fill(translations: Sequence[etree._Element]) -> None:
    """Give texts that have no translation the words of the default language instead of a dash."""
    languages = sorted(translations, key=lambda one: one.get("default") is None)
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


def _lists(book: Book, translations: Sequence[etree._Element]) -> Iterator[etree._Element]:
    """Yield the lists of the sheet ``external_choices`` as instances, so that the form needs no file beside it.

    Labels in several languages become texts of the form, as those of the sheet ``choices`` do.
    """
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
        labels = {language_of(heading): text for heading, text in row.cells.items() if _is_label(heading)}
        if translations and any(labels):
            identifier = f"external_choices-{name}-{len(lists[name]) - 1}"
            etree.SubElement(item, f"{{{_XFORMS}}}{TEXT_ID}").text = identifier
            for translation in translations:
                _add_text(translation, identifier, labels.get(translation.get("lang") or "", _MISSING))
        for column, text in cells.items():
            if _XML_NAME.fullmatch(column) and text:
                etree.SubElement(item, f"{{{_XFORMS}}}{column}").text = text
    for root in lists.values():
        around = root.getparent()
        if around is not None:
            yield around


def _is_label(heading: str) -> bool:
    return column_of(heading, "external_choices") == "label"


def _add_text(translation: etree._Element, identifier: str, words: str) -> None:
    text = etree.SubElement(translation, f"{{{_XFORMS}}}text", {"id": identifier})
    etree.SubElement(text, f"{{{_XFORMS}}}value").text = words


# the choice and the question that ``or_other`` adds


def _lists_with_other(book: Book) -> dict[str, list[str]]:
    """Return the questions with ``or_other`` by list, where the author has not named the choice "other" himself."""
    found: dict[str, list[str]] = {}
    for row in book.rows("survey"):
        cells = {column_of(heading): text for heading, text in reversed(row.cells.items())}
        words = cells.get("type", "").split()
        if len(words) > 2 and words[-1] == "or_other":
            found.setdefault(words[-2], []).append(cells.get("name", ""))
    for row in book.rows("choices"):
        cells = {column_of(heading, "choices"): text for heading, text in reversed(row.cells.items())}
        if cells.get("name") == "other":
            found.pop(cells.get("list_name", ""), None)
    return found


def _name_other(
    root: etree._Element, model: etree._Element, translations: Sequence[etree._Element], lists: Mapping[str, list[str]]
) -> None:
    """Put the words of other languages beside the English ones that the conversion gives choice and question."""
    for instance in model:
        if local_name(instance) == "instance" and instance.get("id") in lists:
            for item in instance.iter(f"{{{_XFORMS}}}item"):
                if item.findtext(f"{{{_XFORMS}}}name") == "other":
                    identifier = item.findtext(f"{{{_XFORMS}}}{TEXT_ID}")
                    _say_other(translations, identifier or "")
    names = {f"{name}_other" for questions in lists.values() for name in questions}
    for label in root.iter(f"{{{_XFORMS}}}label"):
        around = label.getparent()
        path = str(around.get("ref") or "") if around is not None else ""
        if translations and label.text == _SPECIFY and path.rpartition("/")[2] in names:
            label.text = None
            label.set("ref", f"jr:itext('{path}:label')")
            for translation in translations:
                _add_text(translation, f"{path}:label", _words(translation, _SPECIFY))


def _say_other(translations: Sequence[etree._Element], identifier: str) -> None:
    for translation in translations:
        for text in translation:
            if text.get("id") == identifier:
                for value in text:
                    value.text = _words(translation, value.text or "")


def _words(translation: etree._Element, english: str) -> str:
    return _OTHER.get(english, english) if is_vietnamese(translation.get("lang") or "") else english


# labels that stand in a column of their own for each language


def _label_by_language(
    root: etree._Element, translations: Sequence[etree._Element], labels: Mapping[str, Mapping[str, str]]
) -> None:
    """Take the labels of a list in a file from the column whose name is a text of the form, so another by language."""
    for itemset in root.iter(f"{{{_XFORMS}}}itemset"):
        around, label = itemset.getparent(), itemset.find(f"{{{_XFORMS}}}label")
        path = str(around.get("ref") or "") if around is not None else ""
        columns = labels.get(path.rpartition("/")[2])
        if columns and label is not None:
            first = str(label.get("ref") or "")
            label.set("ref", f"*[local-name() = jr:itext('{path}:column')]")
            for translation in translations:
                _add_text(translation, f"{path}:column", columns.get(translation.get("lang") or "", first))
