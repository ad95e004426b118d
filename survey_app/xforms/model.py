"""The model of an XForm: instance, binds, translations, actions."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator

from lxml import etree

from survey_app.i18n import _
from survey_app.xforms.definition import Parts
from survey_app.xforms.errors import Fault, FormError
from survey_app.xforms.reads import Reading
from survey_app.xforms.spec import Action, Output, Property, Rule, Spec, Text
from survey_app.xforms.texts import local_name, parts_of, read_itext, text_of_message
from survey_app.xforms.xpath.code import Code, Run, as_boolean, as_number, as_string
from survey_app.xforms.xpath.compiler import Compiler
from survey_app.xforms.xpath.documents import read_light
from survey_app.xforms.xpath.errors import XPathError
from survey_app.xforms.xpath.frame import Secondary
from survey_app.xforms.xpath.nodes import Call, Expr, Literal, walk
from survey_app.xforms.xpath.parser import parse
from survey_app.xforms.xpath.tree import ATTRIBUTE, ELEMENT, ROOT, XNode

LAST_SAVED = "__last-saved"
"""Id of the secondary instance that holds the submission saved last."""
JAVAROSA = "http://openrosa.org/javarosa"


def as_answer(code: Code) -> Run:
    """Return the code's run with the value as an answer: what is not a number is a blank."""
    run = as_string(code)
    if code.kind in ("nodes", "boolean"):
        return run
    return lambda node, frame: "" if (text := run(node, frame)) == "NaN" else text


_CONDITIONS: tuple[tuple[str, Property, Callable[[Code], Run]], ...] = (
    ("relevant", "relevant", as_boolean),
    ("readonly", "readonly", as_boolean),
    ("required", "required", as_boolean),
    ("constraint", "constraint", as_boolean),
    ("calculate", "calculate", as_answer),
)

_TRUE = Literal("")
EVENTS = frozenset(
    (
        "odk-instance-first-load",
        "odk-instance-load",
        "odk-new-repeat",
        "xforms-value-changed",
        "xforms-ready",
        "xforms-revalidate",
    )
)
_FIRST = {"xforms-ready": "odk-instance-load", "jr-insert": "odk-new-repeat"}
_ACTIONS = frozenset(("setvalue", "setgeopoint", "recordaudio", "action"))
_PREFIXES = {"jr": JAVAROSA, "orx": "http://openrosa.org/xforms", "odk": "http://www.opendatakit.org/xforms"}


class ModelReader:
    """Reads a model; what is wrong is collected in ``faults``.

    Args:
        html: root element of the XForm.
        model: its model.
    """

    def __init__(self, html: etree._Element, model: etree._Element) -> None:
        self.model = model
        self.faults: list[Fault] = []
        self.warnings: list[Fault] = []
        self.itemsets: dict[str, Secondary] = {}
        self.rules: list[Rule] = []
        self.actions: list[Action] = []
        self.specs: dict[str, Spec] = {}
        self.secondary: dict[str, Secondary] = {}
        self.instances = [one for one in model if local_name(one) == "instance"]
        primary = next((child for one in self.instances[:1] for child in one if isinstance(child.tag, str)), None)
        if primary is None:
            raise FormError([Fault(_("The form has no instance for the answers."))])
        declared = {**html.nsmap, **model.nsmap, **primary.nsmap}
        self.namespaces = {**_PREFIXES, **{prefix: uri for prefix, uri in declared.items() if prefix}}
        self.compiler = Compiler(self.namespaces)
        self.seed = read_light(primary)
        self.root = self._spec(self.seed, None)
        self._add_identity()
        self.itext, self.languages, self.default_language = read_itext(model, self.output)

    def secondary_elements(self) -> Iterator[tuple[str, etree._Element]]:
        """Yield id and element of every secondary instance."""
        for element in self.instances[1:]:
            if element.get("id"):
                yield str(element.get("id")), element

    def _spec(self, seed: XNode, parent: Spec | None) -> Spec:
        path = f"{parent.path if parent else ''}/{seed.qname}"
        depth = parent.depth + 1 if parent else 0
        spec = Spec(path, seed.qname, seed.name, seed.uri, parent, len(self.specs), depth, seed)
        spec.kind = "root" if parent is None else "value"
        spec.is_meta = bool(parent and parent.is_meta) or (depth == 1 and seed.name == "meta")
        spec.attributes = {one.qname: one.text for one in seed.attributes}
        self.specs[path] = spec
        self._specs_inside(spec, seed)
        return spec

    def _specs_inside(self, spec: Spec, seed: XNode) -> None:
        for child in seed.children:
            known = spec.children.get(child.qname)
            if known is None:
                spec.children[child.qname] = self._spec(child, spec)
            else:
                self._specs_inside(known, child)
        if spec.children and spec.kind == "value":
            spec.kind = "group"

    def _add_identity(self) -> None:
        """Give a form without ``meta/instanceID`` one (OpenRosa metadata)."""
        meta = next((child for child in self.root.children.values() if child.local == "meta"), None)
        if meta is None:
            meta = self._added("orx:meta", self.root)
            meta.kind = "group"
        if not any(child.local == "instanceID" for child in meta.children.values()):
            prefix = meta.name.rpartition(":")[0]
            self._added(f"{prefix}:instanceID" if prefix else "instanceID", meta)

    def _added(self, name: str, parent: Spec) -> Spec:
        prefix, _colon, local = name.rpartition(":")
        seed = XNode(ELEMENT, local, _PREFIXES["orx"] if prefix else parent.uri, prefix)
        parent.seed.append(seed)
        spec = parent.children[seed.qname] = self._spec(seed, parent)
        spec.is_meta = spec.is_added = True
        return spec

    def _attribute(self, owner: Spec, name: str) -> Spec:
        """Return the node of an attribute that has a bind or an action."""
        seed = next((one for one in owner.seed.attributes if one.qname == name), XNode(ATTRIBUTE, name))
        path = f"{owner.path}/@{name}"
        spec = Spec(path, f"@{name}", f"@{name}", seed.uri, owner, len(self.specs), owner.depth + 1, seed)
        spec.is_meta = owner.is_meta
        self.specs[path] = owner.children[spec.name] = spec
        return spec

    def find(self, path: str, context: Spec | None = None) -> Spec | None:
        """Return the node at a path without conditions, absolute or from ``context``."""
        text = path.strip()
        if text in self.specs:
            return self.specs[text]
        here = None if text.startswith("/") else (context or self.root)
        for step in text.strip("/").split("/"):
            name = step.partition("[")[0].strip()
            if name in (".", "current()"):
                continue
            here = self._step(here, name)
            if here is None:
                return None
        return here

    def _step(self, here: Spec | None, name: str) -> Spec | None:
        if here is None:
            return self.root if name in (self.root.name, self.root.local) else None
        if name == "..":
            return here.parent
        found = here.children.get(name)
        if found is None and name.startswith("@"):
            return self._attribute(here, name[1:])
        local = name.rpartition(":")[2]
        return found or next((child for child in here.children.values() if child.local == local), None)

    def fault(self, error: XPathError, spec: Spec | None, column: str, text: str) -> None:
        """Note an expression that cannot be used."""
        name = spec.name if spec is not None else ""
        self.faults.append(Fault(error.message, column=column, question=name, expression=text.strip()))

    def code(self, text: str, spec: Spec | None, column: str) -> tuple[Expr, Code]:
        """Return a compiled expression; one that is faulty is noted and stands for a blank."""
        try:
            expr = parse(text.strip())
            if "instance" in text:
                self._check_instances(expr)
            return expr, self.compiler.expr(expr)
        except XPathError as error:
            self.fault(error, spec, column, text)
            return _TRUE, self.compiler.expr(_TRUE)

    def _check_instances(self, expr: Expr) -> None:
        known = {*self.secondary, LAST_SAVED, *(element.get("id") for element in self.instances)}
        for part in walk(expr):
            if isinstance(part, Call) and part.name == "instance" and part.arguments:
                name = part.arguments[0]
                if isinstance(name, Literal) and name.value not in known:
                    near = difflib.get_close_matches(name.value, [one for one in known if one], 1)
                    message = _("There is no list “{name}”.").format(name=name.value)
                    if near:
                        message += " " + _("Do you mean “{name}”?").format(name=near[0])
                    raise XPathError("XPA-16", message)

    def add_query_list(self, query: str) -> None:
        """Make the list of a ``query`` known: it lies in ``itemsets.csv`` beside the form, or it is empty."""
        try:
            parts = list(walk(parse(query.strip())))
        except XPathError:
            return
        for part in parts:
            if isinstance(part, Call) and part.name == "instance" and isinstance(part.arguments[0], Literal):
                name = part.arguments[0].value
                self.secondary.setdefault(name, self.itemsets.get(name, Secondary(XNode(ROOT))))

    def output(self, text: str) -> Output:
        """Return a value inside a text."""
        expr, code = self.code(text, None, "label")
        return Output(Code(as_string(code), "string"), expr, text)

    def rule(self, spec: Spec, kind: Property, text: str, convert: Callable[[Code], Run], column: str = "") -> Rule:
        """Return a new rule of a node; what it reads is found out in ``finish``."""
        expr, code = self.code(text, spec, column or kind)
        rule = Rule(spec, kind, text.strip(), expr, convert(code))
        self.rules.append(rule)
        return rule

    def read_binds(self) -> None:
        """Read every ``bind``."""
        for element in self.model:
            if local_name(element) == "bind":
                for one in element.iter():
                    if local_name(one) == "bind":
                        self._bind(one)

    def _bind(self, element: etree._Element) -> None:
        path = element.get("nodeset") or element.get("ref") or ""
        spec = self.find(path)
        if spec is None:
            self.warnings.append(Fault(_("“{path}” is not in the form.").format(path=path.strip()), column="nodeset"))
            return
        spec.type = (element.get("type") or "string").rpartition(":")[2]
        for name, kind, convert in _CONDITIONS:
            text = element.get(name)
            if text and text.strip() and kind not in spec.rules and not _is_default(kind, text):
                spec.rules[kind] = self.rule(spec, kind, text, convert)
        spec.preload = element.get(f"{{{JAVAROSA}}}preload") or ""
        spec.preload_params = element.get(f"{{{JAVAROSA}}}preloadParams") or ""
        spec.constraint_text = self._message(element, "constraintMsg")
        spec.required_text = self._message(element, "requiredMsg")
        for key, value in element.attrib.items():
            spec.attributes.setdefault(f"bind:{str(key).rpartition('}')[2]}", str(value))

    def _message(self, element: etree._Element, name: str) -> Text | None:
        message = element.get(f"{{{JAVAROSA}}}{name}")
        return text_of_message(message, self.output)

    def read_actions(self, element: etree._Element, source: Spec | None) -> None:
        """Read the actions directly inside an element."""
        for child in element:
            name = local_name(child)
            if name == "action":
                self.read_actions(child, source)
            elif name in _ACTIONS:
                self._action(child, source)

    def _action(self, element: etree._Element, source: Spec | None) -> None:
        written = self._events(element)
        unknown = [event for event in written if event not in EVENTS]
        path = element.get("ref") or element.get("bind") or ""
        target = self.find(path, source) or self._bound(path)
        if unknown:
            self.faults.append(Fault(_("“{event}” is not an event.").format(event=unknown[0]), expression=path))
        elif target is None:
            self.faults.append(Fault(_("“{path}” is not in the form.").format(path=path.strip()), column="trigger"))
        elif "odk-new-repeat" in written and not _in_repeat(source):
            self.faults.append(
                Fault(_("The event “odk-new-repeat” must stand in a repeat."), question=target.name, expression=path)
            )
        elif local_name(element) == "setvalue":
            self._set_value(element, source, target, written)

    def _events(self, element: etree._Element) -> list[str]:
        text = next((str(v) for k, v in element.attrib.items() if str(k).rpartition("}")[2] == "event"), "")
        parent = element.getparent()
        if not text and parent is not None and local_name(parent) == "action":
            return self._events(parent)
        return [_FIRST.get(event, event) for event in text.split()]

    def _bound(self, identifier: str) -> Spec | None:
        for element in self.model:
            if local_name(element) == "bind" and element.get("id") == identifier:
                return self.find(element.get("nodeset") or "")
        return None

    def _set_value(self, element: etree._Element, source: Spec | None, target: Spec, events: list[str]) -> None:
        value = element.get("value")
        if value is not None and value.strip():
            expr, code = self.code(value, target, "default" if source is None else "calculation")
            made = Action(frozenset(events), source, target, Code(as_string(code), "string"), expr)
        else:
            text = "".join(str(part) for part in element.itertext())
            made = Action(frozenset(events), source, target, self.compiler.expr(Literal(text)), None)
        self.actions.append(made)
        if source is not None:
            source.actions.append(made)

    def finish(self) -> None:
        """Find out what every rule reads, order the rules of each node, and build the indexes of the choice lists."""
        for spec in self.specs.values():
            self._text_rules(spec)
            spec.own_rules = tuple(spec.rules.values())
            spec.checked = spec.is_leaf and bool(
                {"required", "constraint"} & spec.rules.keys() or spec.type in CHECKED_TYPES
            )
        for identifier, names, column in self.compiler.lookups:
            if identifier in self.secondary:
                self.secondary[identifier].index(names, column)
        for rule in self.rules:
            if rule.expr is not None and not rule.reads:
                rule.reads = Reading(self.root, rule.spec, self.specs).of(rule.expr)

    def _text_rules(self, spec: Spec) -> None:
        texts = {"label": spec.label, "hint": None}
        if spec.control is not None:
            texts = {"label": spec.control.label, "hint": spec.control.hint}
        for kind, text in texts.items():
            outputs = list(self._outputs(text))
            if outputs:
                reads = Reading(self.root, spec, self.specs)
                for output in outputs:
                    reads.of(output.expr)
                written = " ".join(output.text for output in outputs)
                rule = Rule(spec, kind, written, None, outputs[0].code.run, tuple(reads.found))  # type: ignore[arg-type]
                spec.rules[kind] = rule
                self.rules.append(rule)

    def _outputs(self, text: Text | None) -> Iterator[Output]:
        if text is None:
            return
        sources: Iterable[Parts] = [text.parts]
        if text.itext:
            sources = [parts for texts in self.itext.values() for parts in texts.get(text.itext, {}).values()]
        for parts in sources:
            for part in parts:
                if isinstance(part, Output):
                    yield part


CHECKED_TYPES = frozenset(("int", "integer", "decimal", "date", "dateTime", "time", "geopoint", "geotrace", "geoshape"))


def _in_repeat(source: Spec | None) -> bool:
    return source is not None and any(around.kind == "repeat" for around in source.ancestors())


def _is_default(kind: str, text: str) -> bool:
    """Tell whether a condition says only what holds without it."""
    default = {"relevant": "true()", "readonly": "false()", "required": "false()", "constraint": "true()"}
    return text.replace(" ", "") == default.get(kind)


__all__ = ["CHECKED_TYPES", "EVENTS", "ModelReader", "as_number", "parts_of"]
