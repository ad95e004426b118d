"""Booleans and choosing between values (XPath 1.0 section 4.3; ODK XForms, control functions)."""

from __future__ import annotations

import math

from survey_app.xforms.xpath.code import Compile, Run, as_boolean, as_string, function, special
from survey_app.xforms.xpath.frame import Frame
from survey_app.xforms.xpath.nodes import Expr
from survey_app.xforms.xpath.tree import XNode, text_of
from survey_app.xforms.xpath.values import Value, to_string


@function("true", "", "boolean")
def _true() -> bool:
    return True


@function("false", "", "boolean")
def _false() -> bool:
    return False


@function("boolean", "b", "boolean")
def _boolean(value: bool) -> bool:
    return value


@function("not", "b", "boolean")
def _not(value: bool) -> bool:
    return not value


@function("boolean-from-string", "v", "boolean")
def _boolean_from_string(value: Value) -> bool:
    return to_string(value) in ("true", "1")


@special("if", "bvv", "any")
def _if(compiler: Compile, arguments: tuple[Expr, ...]) -> Run:
    condition = as_boolean(compiler.expr(arguments[0]))
    yes, no = compiler.expr(arguments[1]).run, compiler.expr(arguments[2]).run
    return lambda node, frame: yes(node, frame) if condition(node, frame) else no(node, frame)


@special("coalesce", "vvv*", "string")
def _coalesce(compiler: Compile, arguments: tuple[Expr, ...]) -> Run:
    """A number that is none is a blank, too; a text that reads ``NaN`` is a text."""
    codes = [compiler.expr(argument) for argument in arguments]
    runs = [(as_string(code), code.kind in ("number", "any")) for code in codes]

    def run(node: XNode, frame: Frame) -> str:
        found = ((one(node, frame), is_number) for one, is_number in runs)
        return next((text for text, is_number in found if text and not (is_number and text == "NaN")), "")

    return run


@special("once", "v", "string")
def _once(compiler: Compile, arguments: tuple[Expr, ...]) -> Run:
    inner = compiler.expr(arguments[0]).run

    def run(node: XNode, frame: Frame) -> str:
        kept = text_of(node)
        if kept:
            return kept
        value = inner(node, frame)
        # A blank stays open: "NaN" would be kept for ever, although the questions it is made of get answers later.
        return "" if isinstance(value, float) and math.isnan(value) else to_string(value)

    return run


@function("version", "", "string", context=True)
def _version(_node: XNode, frame: Frame) -> str:
    top = frame.env.root.children
    return next((one.text for one in top[0].attributes if one.name == "version"), "") if top else ""


@function("property", "s", "string", context=True)
def _property(_node: XNode, frame: Frame, name: str) -> str:
    return frame.env.properties.get(name, "")
