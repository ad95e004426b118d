"""Functions on choices (ODK XForms, functions on selections)."""

from __future__ import annotations

import math

from survey_app.xforms.xpath.code import Compile, Run, as_string, function, special, texts
from survey_app.xforms.xpath.frame import Frame
from survey_app.xforms.xpath.nodes import Expr
from survey_app.xforms.xpath.tree import XNode, text_of
from survey_app.xforms.xpath.values import Value, to_boolean, to_number


@function("selected", "ss", "boolean")
def _selected(chosen: str, value: str) -> bool:
    return chosen == value or value.strip() in chosen.split()


@function("selected-at", "sn", "string")
def _selected_at(chosen: str, index: float) -> str:
    values = chosen.split()
    return values[int(index)] if math.isfinite(index) and 0 <= int(index) < len(values) and index >= 0 else ""


@function("count-selected", "s", "number")
def _count_selected(chosen: str) -> float:
    return float(len(chosen.split()))


@function("checklist", "nnv*", "boolean")
def _checklist(least: float, most: float, *values: Value) -> bool:
    count = sum(_truths(values))
    return (least < 0 or count >= least) and (most < 0 or count <= most)


@function("weighted-checklist", "nnv*", "boolean", context=True, paired=True)
def _weighted_checklist(_node: XNode, frame: Frame, least: float, most: float, *values: Value) -> bool:
    env = frame.env
    weights: list[float] = []
    for value in values[1::2]:
        parts: list[Value] = [*texts(value)] if isinstance(value, list) else [value]
        weights += [to_number(part, env) for part in parts]
    total = sum(weight for truth, weight in zip(_truths(values[::2]), weights, strict=False) if truth)
    return (least < 0 or total >= least) and (most < 0 or total <= most)


def _truths(values: tuple[Value, ...]) -> list[bool]:
    found: list[bool] = []
    for value in values:
        parts: list[Value] = [text_of(one) for one in value] if isinstance(value, list) else [value]
        found += [to_boolean(part) for part in parts]
    return found


@function("jr:itext", "s", "string", context=True)
def _itext(_node: XNode, frame: Frame, identifier: str) -> str:
    found = frame.env.itext(identifier)
    return found if found is not None else ""


@special("jr:choice-name", "ss", "string")
def _choice_name(compiler: Compile, arguments: tuple[Expr, ...]) -> Run:
    value = as_string(compiler.expr(arguments[0]))
    path = as_string(compiler.expr(arguments[1]))

    def run(node: XNode, frame: Frame) -> str:
        return frame.env.choice_label(node, value(node, frame), path(node, frame))

    return run
