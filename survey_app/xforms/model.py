"""The model of an XForm: instance, binds, translations, actions."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Iterator
from functools import partial

from lxml import etree

from survey_app.i18n import _
from survey_app.xforms.definition import LAST_SAVED
from survey_app.xforms.errors import Fault, FormError
from survey_app.xforms.geography import misplaced_lines
from survey_app.xforms.reads import model_of, note_reads
from survey_app.xforms.spec import Action, Output, Property, Rule, Spec, Text
from survey_app.xforms.texts import TEXT_ID, local_name, outputs_of, parts_of, read_itext, text_of_message
from survey_app.xforms.totals import share_totals
from survey_app.xforms.xpath.code import Code, Run, as_boolean, as_number, as_string
from survey_app.xforms.xpath.compiler import Compiler
from survey_app.xforms.xpath.documents import read_light
from survey_app.xforms.xpath.errors import XPathError
from survey_app.xforms.xpath.frame import Frame, Secondary
from survey_app.xforms.xpath.functions.dates import dated
from survey_app.xforms.xpath.nodes import Call, Expr, Literal, walk
from survey_app.xforms.xpath.parser import parse
from survey_app.xforms.xpath.tree import ATTRIBUTE, ELEMENT, ROOT, XNode
from survey_app.xforms.xpath.values import Value, text_of_number, to_string

JAVAROSA = "http://openrosa.org/javarosa"


def as_answer(code: Code, kind: str = "string") -> Run:
    """Return the code's run with the value as an answer: what is not a number is a blank.

    Args:
        code: gives the value.
        kind: type of the question; one for a date takes a number of days as that date (``today() + 7``).
    """
    run = as_string(code)
    if code.kind in ("nodes", "boolean"):
        return run
    if kind in ("date", "dateTime") and code.kind != "string":
        return _as_dated(code, kind)
    if code.kind == "number":
        return _as_number_text(code)
    return lambda node, frame: "" if (text := run(node, frame)) == "NaN" else text


def _as_number_text(code: Code) -> Run:
    number_of = code.run

    def run(node: XNode, frame: Frame) -> str:
        number = number_of(node, frame)
        return "" if math.isnan(number) else text_of_number(number)

    return run


def _as_dated(code: Code, kind: str) -> Run:
    def run(node: XNode, frame: Frame) -> Value:
        value = code.run(node, frame)
        return dated(value, kind, frame.env) if isinstance(value, float) else to_string(value)

    return run


_CONDITIONS: tuple[tuple[str, Property, Callable[[Code], Run]], ...] = (
    ("relevant", "relevant", as_boolean),
    ("readonly", "readonly", as_boolean),
    ("required", "required", as_boolean),
    ("constraint", "constraint", as_boolean),
    ("calculate", "calculate", as_answer),
)

_TRUE = Literal("")
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

    def add_query_list(self, query: str) -> bool:
        """Make the list of a ``query`` known: it lies in ``itemsets.csv`` beside the form, or it is empty.

        Returns:
            Whether its labels are texts of the form, by their ids.
        """
        try:
            parts = list(walk(parse(query.strip())))
        except XPathError:
            return False
        names = [part.arguments[0] for part in parts if isinstance(part, Call) and part.name == "instance"]
        known = [
            self.secondary.setdefault(one.value, self.itemsets.get(one.value, Secondary(XNode(ROOT))))
            for one in names
            if isinstance(one, Literal)
        ]
        return any(item.named(TEXT_ID) for one in known for root in one.root.children for item in root.children[:1])

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
                made = partial(as_answer, kind=spec.type) if kind == "calculate" else convert
                spec.rules[kind] = self.rule(spec, kind, text, made)
        spec.preload = element.get(f"{{{JAVAROSA}}}preload") or ""
        spec.preload_params = element.get(f"{{{JAVAROSA}}}preloadParams") or ""
        spec.constraint_text = self._message(element, "constraintMsg")
        spec.required_text = self._message(element, "requiredMsg")
        for key, value in element.attrib.items():
            spec.attributes.setdefault(f"bind:{str(key).rpartition('}')[2]}", str(value))

    def _message(self, element: etree._Element, name: str) -> Text | None:
        message = element.get(f"{{{JAVAROSA}}}{name}")
        return text_of_message(message, self.output)

    def bound(self, identifier: str) -> Spec | None:
        """Return the node of the bind with this id."""
        for element in self.model:
            if local_name(element) == "bind" and element.get("id") == identifier:
                return self.find(element.get("nodeset") or "")
        return None

    def finish(self) -> None:
        """Find out what every rule reads, order the rules of each node, and build the indexes of the choice lists."""
        model = model_of(self.root, self.specs, outputs_of(self.itext))
        note_reads(model, self.rules)
        self.rules += share_totals(model, self.rules, self.compiler, as_answer)
        for spec in self.specs.values():
            spec.own_rules = tuple(spec.rules.values())
            spec.checked = spec.kind == "question" and bool(
                {"required", "constraint"} & spec.rules.keys() or spec.type in CHECKED_TYPES
            )
        self.faults += misplaced_lines(self.rules, self.find)
        for identifier, names, column in self.compiler.lookups:
            if identifier in self.secondary:
                self.secondary[identifier].index(names, column)


CHECKED_TYPES = frozenset(("int", "integer", "decimal", "date", "dateTime", "time", "geopoint", "geotrace", "geoshape"))


def _is_default(kind: str, text: str) -> bool:
    """Tell whether a condition says only what holds without it."""
    default = {"relevant": "true()", "readonly": "false()", "required": "false()", "constraint": "true()"}
    return text.replace(" ", "") == default.get(kind)


__all__ = ["CHECKED_TYPES", "ModelReader", "as_number", "parts_of"]
