"""The body of an XForm: questions, groups and repeats in order."""

from __future__ import annotations

import re

from lxml import etree

from survey_app.i18n import N_, _
from survey_app.xforms.actions import read_actions
from survey_app.xforms.definition import BodyItem
from survey_app.xforms.errors import Fault
from survey_app.xforms.external import LAST_SAVED, columns_of
from survey_app.xforms.instance import is_template
from survey_app.xforms.model import JAVAROSA, ModelReader
from survey_app.xforms.spec import Control, Item, Itemset, Rule, Spec, Text
from survey_app.xforms.texts import TEXT_ID, local_name, text_of_element
from survey_app.xforms.xpath.code import as_number, as_string, as_value
from survey_app.xforms.xpath.nodes import Call, Expr, Filter, Path, walk
from survey_app.xforms.xpath.tree import XNode

CONTROLS = frozenset(("input", "select1", "select", "rank", "trigger", "upload", "range", "secret", "textarea"))
_KNOWN = frozenset(("ref", "bind", "nodeset", "appearance", "query"))
_BIND_PARAMETERS = frozenset(("max-pixels", "quality", "allow-mock-accuracy"))
_XLSFORM_NAMES = {"accuracyThreshold": "capture-accuracy", "unacceptableAccuracyThreshold": "warning-accuracy"}

_INSTANCE = re.compile(r"instance\(\s*(['\"])(.+?)\1\s*\)")
_NO_VALUES = N_("The file “{file}” has no column “{column}”: nothing can be chosen from it.")
_NO_LABELS = N_("The file “{file}” has no column “{column}”: its values are shown instead of labels.")


class BodyReader:
    """Reads a body into the nodes of a model.

    Args:
        model: the model, already read.
    """

    def __init__(self, model: ModelReader) -> None:
        self.model = model

    def read(self, body: etree._Element | None) -> tuple[BodyItem, ...]:
        """Return the items of the body."""
        if body is None:
            return ()
        self._mark_repeats(body)
        return self._items(body, self.model.root)

    def _mark_repeats(self, body: etree._Element) -> None:
        """Make the repeats known before anything is read that depends on where they are."""
        for element in body.iter():
            if local_name(element) != "repeat":
                continue
            path = element.get("nodeset") or element.get("ref") or ""
            spec = self.model.find(path)
            if spec is None or spec.kind == "root":
                self.model.faults.append(Fault(_("The repeat “{path}” is not in the form.").format(path=path.strip())))
                continue
            spec.kind = "repeat"
            spec.seed, spec.seeds = _seeds(spec)

    def _items(self, element: etree._Element, context: Spec) -> tuple[BodyItem, ...]:
        items: list[BodyItem] = []
        for child in element:
            name = local_name(child)
            if name == "group":
                items += self._group(child, context)
            elif name == "repeat":
                items += self._repeat(child, context, "")
            elif name in CONTROLS:
                items += self._question(child, context)
        return tuple(items)

    def _spec_of(self, element: etree._Element, context: Spec) -> Spec | None:
        path = element.get("ref") or element.get("nodeset")
        if path:
            return self.model.find(path, context)
        identifier = element.get("bind")
        return self.model.bound(identifier) if identifier else None

    def _group(self, element: etree._Element, context: Spec) -> list[BodyItem]:
        spec = self._spec_of(element, context)
        appearance = element.get("appearance") or ""
        repeat = next((one for one in element if local_name(one) == "repeat"), None)
        label = self._label(element, "label")
        if repeat is not None:
            target = self._spec_of(repeat, context)
            if target is not None and target.label is None:
                target.label = label
            read_actions(self.model, element, spec)
            items = self._repeat(repeat, context, appearance)
            others = [one for one in self._items(element, spec or context) if not items or one.path != items[0].path]
            return [*items, *others]
        if spec is not None and spec.kind in ("group", "root"):
            spec.label = spec.label or label
            spec.appearance = appearance
            read_actions(self.model, element, spec)
        return [BodyItem("group", (spec or context).path, appearance, self._items(element, spec or context))]

    def _repeat(self, element: etree._Element, context: Spec, appearance: str) -> list[BodyItem]:
        spec = self._spec_of(element, context)
        if spec is None or spec.kind != "repeat":
            return []
        words = " ".join(filter(None, (appearance, element.get("appearance") or "")))
        spec.appearance = words
        spec.label = spec.label or self._label(element, "label")
        count = element.get(f"{{{JAVAROSA}}}count")
        if count and count.strip():
            spec.count = self.model.rule(spec, "count", count, as_number, "repeat_count")
            spec.fixed_size = True
        fixed = element.get(f"{{{JAVAROSA}}}noAddRemove") or ""
        if fixed.replace(" ", "") in ("true()", "true"):
            spec.fixed_size = True
        read_actions(self.model, element, spec)
        return [BodyItem("repeat", spec.path, words, self._items(element, spec))]

    def _label(self, element: etree._Element, name: str, form: str = "") -> Text | None:
        for child in element:
            if local_name(child) == name and (child.get("form") or "") == form:
                return text_of_element(child, self.model.output)
        return None

    def _question(self, element: etree._Element, context: Spec) -> list[BodyItem]:
        spec = self._spec_of(element, context)
        path = element.get("ref") or element.get("bind") or ""
        if spec is None:
            self.model.warnings.append(Fault(_("“{path}” is not in the form.").format(path=path.strip())))
            return []
        if spec.kind in ("root", "group", "repeat"):
            self.model.faults.append(Fault(_("A question and a group have the same name."), question=spec.name))
            return []
        spec.kind = "question"
        appearance = element.get("appearance") or ""
        spec.appearance = appearance
        spec.control = Control(
            kind=_kind(element),
            appearance=appearance,
            label=self._label(element, "label"),
            hint=self._label(element, "hint"),
            guidance=self._label(element, "hint", "guidance") or self._label(element, "hint"),
            items=self._choices(element),
            itemset=self._itemset(element, spec),
            parameters=_parameters(element, spec),
        )
        read_actions(self.model, element, spec)
        return [BodyItem("question", spec.path, appearance)]

    def _choices(self, element: etree._Element) -> tuple[Item, ...]:
        items: list[Item] = []
        for child in element.iter():
            if local_name(child) == "item":
                value = next((one.text or "" for one in child if local_name(one) == "value"), "")
                items.append(Item(value.strip(), self._label(child, "label") or Text((value.strip(),))))
        return tuple(items)

    def _itemset(self, element: etree._Element, spec: Spec) -> Itemset | None:
        itemset = next((one for one in element.iter() if local_name(one) == "itemset"), None)
        if itemset is not None:
            nodeset = itemset.get("nodeset") or "''"
            refs = {local_name(one): one.get("ref") or "" for one in itemset}
        elif element.get("query"):
            nodeset = str(element.get("query"))
            translated = self.model.add_query_list(nodeset)
            refs = {"value": "name", "label": f"jr:itext({TEXT_ID})" if translated else "label"}
        else:
            return None
        expr, code = self.model.code(nodeset, spec, "choice_filter")
        value_expr, value = self.model.code(refs.get("value") or ".", spec, "value")
        label_expr, label = self.model.code(refs.get("label") or refs.get("value") or ".", spec, "label")
        rule = Rule(spec, "choices", nodeset.strip(), expr, as_value(code), values=(value_expr,), labels=(label_expr,))
        self._warn_of_columns(spec, nodeset, value_expr, label_expr)
        rule.chance = any(isinstance(part, Call) and part.name == "randomize" for part in walk(expr))
        start = expr.arguments[0] if isinstance(expr, Call) and expr.arguments else expr
        while isinstance(start, Path | Filter):
            inner = start.start if isinstance(start, Path) else start.base
            if inner is None:
                break
            start = inner
        fixed = isinstance(start, Call) and start.name == "instance"
        itext = None
        if isinstance(label_expr, Call) and label_expr.name in ("jr:itext", "itext") and label_expr.arguments:
            itext = as_string(self.model.compiler.expr(label_expr.arguments[0]))
        return Itemset(rule, as_string(value), as_string(label), fixed, itext)

    def _warn_of_columns(self, spec: Spec, nodeset: str, value: Expr, label: Expr) -> None:
        """Tell which columns a list beside the form would need: without values nothing can be chosen."""
        sources = {str(one.get("id")): str(one.get("src") or "") for one in self.model.instances}
        found = _INSTANCE.search(nodeset)
        source = sources.get(found[2], "") if found else ""
        present = columns_of(self.model.secondary[found[2]]) if found and found[2] in self.model.secondary else ()
        if not source or not present or source == LAST_SAVED:
            return
        for expr, message in ((value, _NO_VALUES), (label, _NO_LABELS)):
            wanted = _child_named(expr)
            if wanted and wanted not in present:
                words = _(message).format(file=source.rpartition("/")[2], column=wanted)
                self.model.warnings.append(Fault(words, question=spec.name))


def _child_named(expr: Expr) -> str:
    """Return the name of a path of one name alone, else blank."""
    if not isinstance(expr, Path) or expr.start is not None or expr.absolute or len(expr.steps) != 1:
        return ""
    step = expr.steps[0]
    return step.test if step.axis == "child" and "(" not in step.test else ""


def _parameters(element: etree._Element, spec: Spec) -> tuple[tuple[str, str], ...]:
    """Return what an XLSForm sets in its column ``parameters``, wherever the XForm keeps it."""
    found = [(str(key).rpartition("}")[2], str(value)) for key, value in element.attrib.items() if key not in _KNOWN]
    found += [
        (name, spec.attributes[f"bind:{name}"])
        for name in sorted(_BIND_PARAMETERS)
        if f"bind:{name}" in spec.attributes
    ]
    return tuple((_XLSFORM_NAMES.get(name, name), value) for name, value in found)


def _kind(element: etree._Element) -> str:
    name = local_name(element)
    if name == "input" and element.get("query"):
        return "select1"
    return {"secret": "input", "textarea": "input"}.get(name, name)


def _seeds(spec: Spec) -> tuple[XNode, tuple[XNode, ...]]:
    """Return what new instances are made from (the template, else the first instance), and the instances."""
    parent = spec.parent
    assert parent is not None
    alike = [child for child in parent.seed.children if child.qname == spec.name]
    instances = tuple(one for one in alike if not is_template(one))
    return next((one for one in alike if is_template(one)), alike[0] if alike else spec.seed), instances
