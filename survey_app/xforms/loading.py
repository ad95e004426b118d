"""A workbook or an XForm to a ``FormDefinition``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from lxml import etree

from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.xforms.actions import read_actions
from survey_app.xforms.audit import audit_options
from survey_app.xforms.body import BodyReader
from survey_app.xforms.compiled import KeptForms, key_of
from survey_app.xforms.definition import FormDefinition, Question, audit_parameters
from survey_app.xforms.errors import Fault, FormError, unread
from survey_app.xforms.external import beside, lists_of, read_external, read_itemsets
from survey_app.xforms.graph import connect
from survey_app.xforms.model import ModelReader
from survey_app.xforms.spec import Rule
from survey_app.xforms.texts import local_name
from survey_app.xforms.xpath.documents import MAX_BYTES, DocumentError, parse_xml

if TYPE_CHECKING:
    from survey_app.xforms.convert import Converted

SUFFIXES = frozenset((".xlsx", ".xls", ".xlsm", ".csv", ".md"))
"""File names that are taken for XLSForm workbooks."""

KEPT = KeptForms()
"""The forms this program has loaded last."""


def load_form(source: str | Path | bytes, files: Mapping[str, bytes] | None = None) -> FormDefinition:
    """Read a form. One that was read before is not read anew (``compiled``).

    Args:
        source: path of an XLSForm workbook (.xlsx .xls .csv .md) or of an XForm (.xml); or an XForm's XML as bytes.
        files: lists the form refers to (``jr://file/...``) by file name; those beside the form are found by
            themselves. A list that is missing is empty.

    Returns:
        The form, ready to be filled in.

    Raises:
        FormError: the form has faults; all of them are listed.
        SurveyAppError: the file cannot be read.
    """
    path = None if isinstance(source, bytes) else Path(source)
    folder = path.parent if path is not None else None
    content = source if isinstance(source, bytes) else _bytes_of(Path(source))
    kind = path.suffix.lower() if path is not None else ".xml"
    key = key_of(kind, content, files or {})
    form = KEPT.find(key, partial(beside, folder))
    if form is None:
        form = _compiled(content, path if kind in SUFFIXES else None, files or {}, folder)
        KEPT.keep(key, form, {name: beside(folder, name) for name in form.lists_beside if name not in (files or {})})
    return form


def xlsform_to_xform(path: str | Path) -> str:
    """Return the XForm of an XLSForm workbook as XML text; see ``convert.convert_workbook``."""
    from survey_app.xforms.convert import convert_workbook

    return convert_workbook(path).xform


def _compiled(content: bytes, workbook: Path | None, files: Mapping[str, bytes], folder: Path | None) -> FormDefinition:
    converted: Converted | None = None
    xml: str | bytes = content
    if workbook is not None:
        from survey_app.xforms.convert import convert_workbook  # an interview begins with an XForm and needs none of it

        converted = convert_workbook(workbook)
        xml = converted.xform
    try:
        return _read(xml, files, folder, converted)
    except FormError as error:
        if converted is None:
            raise
        raise FormError([_placed(fault, converted.rows) for fault in error.faults]) from error
    except DocumentError as error:
        raise FormError([Fault(f"{error.message} {error.hint}".strip())]) from error
    except RecursionError as error:
        raise FormError([Fault(_("The form is nested too deeply."))]) from error


def _placed(fault: Fault, rows: Mapping[str, int]) -> Fault:
    """Add sheet and row of a fault whose question is known."""
    if fault.row or fault.question not in rows:
        return fault
    column = _COLUMNS.get(fault.column, fault.column)
    return replace(fault, sheet="survey", row=rows[fault.question], column=column)


_COLUMNS = {"calculate": "calculation", "readonly": "read_only", "choices": "choice_filter"}


def _bytes_of(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise SurveyAppError("FRM-03", _("The file is too large."))
        return path.read_bytes()
    except OSError as error:
        raise unread(path.name, error) from error


def _read(
    xml: str | bytes, files: Mapping[str, bytes], folder: Path | None, converted: Converted | None = None
) -> FormDefinition:
    html = parse_xml(xml)
    model = next((one for one in html.iter() if local_name(one) == "model"), None)
    if model is None:
        raise FormError([Fault(_("The file is not an XForm: it has no model."))])
    reader = ModelReader(html, model)
    for identifier, instance in reader.secondary_elements():
        reader.secondary[identifier] = read_external(instance, files, folder, reader.warnings)
    reader.itemsets = read_itemsets(files, folder)
    body_element = next((one for one in html if local_name(one) == "body"), None)
    reader.read_binds()
    body = BodyReader(reader)
    items = body.read(body_element)
    read_actions(reader, model, None)
    reader.finish()
    cycles = connect(reader.specs.values(), reader.rules)
    faults = [*reader.faults, *(_cycle_fault(cycle) for cycle in cycles)]
    if faults:
        raise FormError(faults)
    if converted is not None:
        reader.warnings = [*converted.warnings, *(_placed(one, converted.rows) for one in reader.warnings)]
    text = xml if isinstance(xml, str) else etree.tostring(html, encoding="unicode")
    if audit_options(audit_parameters(reader.specs)).locations:
        words = _("This computer does not know where it is: the places in the audit log stay blank.")
        reader.warnings.append(_placed(Fault(words, question="audit"), converted.rows if converted is not None else {}))
    return _definition(html, reader, items, text)


def _definition(html: etree._Element, reader: ModelReader, items: tuple, text: str) -> FormDefinition:  # type: ignore[type-arg]
    root = reader.root
    attributes = {one.name: one.text for one in root.seed.attributes}
    title = next((one.text or "" for one in html.iter("{*}title")), "")
    derived = frozenset(spec.name for spec in reader.specs.values() if spec.kind == "value")
    form = FormDefinition(
        id=attributes.get("id") or root.uri or root.local,
        version=attributes.get("version", ""),
        title=title.strip(),
        languages=reader.languages,
        default_language=reader.default_language,
        root=root.path,
        xml=text,
        body=items,
        derived=derived,
        root_spec=root,
        specs=reader.specs,
        itext=reader.itext,
        secondary=reader.secondary,
        actions=tuple(reader.actions),
        rules=tuple(reader.rules),
        namespaces=reader.namespaces,
        warnings=tuple(reader.warnings),
        lists_beside=lists_of(reader.instances),
        style=_attribute_of(html, "body", "class"),
        submission_url=_attribute_of(html, "submission", "action"),
        public_key=_attribute_of(html, "submission", "base64RsaPublicKey"),
        level=attributes.get("level", "").strip(),
    )
    for spec in reader.specs.values():
        if spec.kind == "question" and spec.control is not None:
            control = spec.control
            form.questions[spec.path] = Question(
                spec.path, spec.name, spec.type, control.kind, control.appearance, form, spec
            )
    return form


def _attribute_of(html: etree._Element, element: str, name: str) -> str:
    found = next(html.iter("{*}" + element), None)
    return str(found.get(name) or "").strip() if found is not None else ""


def _cycle_fault(cycle: list[Rule]) -> Fault:
    rules = [rule for rule in cycle[::-1] if rule.kind != "total"]
    first = min(range(len(rules)), key=lambda place: rules[place].spec.number)
    rules = rules[first:] + rules[:first]
    names = list(dict.fromkeys(rule.spec.name for rule in rules))
    if len(names) == 1:
        message = _("“{name}” is worked out from its own answer. Only a constraint may do that.").format(name=names[0])
    else:
        message = _("These questions are worked out from each other in a circle: {names}.").format(
            names=" → ".join([*names, names[0]])
        )
    return Fault(message, column=rules[0].kind, question=names[0], expression=rules[0].text)
