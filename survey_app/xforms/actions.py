"""The actions of a form: values set when something happens (ODK XForms specification, "Events and Actions")."""

from __future__ import annotations

from lxml import etree

from survey_app.i18n import _
from survey_app.xforms.errors import Fault
from survey_app.xforms.model import ModelReader, as_answer
from survey_app.xforms.spec import Action, Spec
from survey_app.xforms.texts import local_name
from survey_app.xforms.xpath.code import Code
from survey_app.xforms.xpath.nodes import Literal

EVENTS = frozenset(
    (
        "odk-instance-first-load",
        "odk-instance-load",
        "odk-new-repeat",
        "xforms-value-changed",
        "xforms-revalidate",
    )
)
_OLD_NAMES = {"xforms-ready": "odk-instance-load", "jr-insert": "odk-new-repeat"}
_WITHOUT_DEVICE = frozenset(("setgeopoint", "recordaudio"))
"""Actions that need a receiver or a microphone of a phone. Failing to find the place gives a blank (specification)."""


def read_actions(model: ModelReader, element: etree._Element, source: Spec | None) -> None:
    """Read the actions directly inside an element, and those grouped in ``action`` elements.

    Args:
        model: the model being read; gets the actions and their faults.
        element: the model, or a question, group or repeat of the body.
        source: node of the question or repeat they stand in, None in the model.
    """
    for child in element:
        name = local_name(child)
        if name == "action":
            read_actions(model, child, source)
        elif name == "setvalue" or name in _WITHOUT_DEVICE:
            _read(model, child, source)


def _read(model: ModelReader, element: etree._Element, source: Spec | None) -> None:
    events = _events(element)
    unknown = [event for event in events if event not in EVENTS]
    path = (element.get("ref") or element.get("bind") or "").strip()
    target = model.find(without_conditions(path), source) or model.bound(path)
    if unknown:
        model.faults.append(Fault(_("“{event}” is not an event.").format(event=unknown[0]), expression=path))
    elif target is None:
        model.faults.append(Fault(_("“{path}” is not in the form.").format(path=path), column="trigger"))
    elif "odk-new-repeat" in events and not _in_repeat(source):
        words = _("The event “odk-new-repeat” must stand in a repeat.")
        model.faults.append(Fault(words, question=target.name, expression=path))
    else:
        _keep(model, element, source, target, frozenset(events))


def _keep(
    model: ModelReader, element: etree._Element, source: Spec | None, target: Spec, events: frozenset[str]
) -> None:
    path = element.get("ref") or ""
    where = model.code(path, target, "trigger")[1] if "[" in path else None
    action = Action(events, source, target, _value(model, element, source, target), where)
    model.actions.append(action)
    if source is not None:
        source.actions.append(action)


def _value(model: ModelReader, element: etree._Element, source: Spec | None, target: Spec) -> Code:
    if local_name(element) in _WITHOUT_DEVICE:
        words = _("This computer cannot fill in “{name}” by itself; it stays blank.").format(name=target.name)
        model.warnings.append(Fault(words, question=target.name))
        return model.compiler.expr(Literal(""))
    value = element.get("value")
    if value is not None and value.strip():
        code = model.code(value, target, "default" if source is None else "calculation")[1]
        return Code(as_answer(code, target.type), "string")
    return model.compiler.expr(Literal("".join(str(part) for part in element.itertext())))


def _events(element: etree._Element) -> list[str]:
    """Return the events of an action; those of the ``action`` around it when it names none itself."""
    text = next((str(v) for k, v in element.attrib.items() if str(k).rpartition("}")[2] == "event"), "")
    parent = element.getparent()
    if not text and parent is not None and local_name(parent) == "action":
        return _events(parent)
    return [_OLD_NAMES.get(event, event) for event in text.split()]


def _in_repeat(source: Spec | None) -> bool:
    return source is not None and any(around.kind == "repeat" for around in source.ancestors())


def without_conditions(path: str) -> str:
    """Return a path without its ``[...]``."""
    kept: list[str] = []
    depth = 0
    for sign in path:
        depth += sign == "["
        if not depth:
            kept.append(sign)
        depth -= sign == "]" and depth > 0
    return "".join(kept)
