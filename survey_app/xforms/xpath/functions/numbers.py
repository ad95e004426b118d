"""Functions on numbers (XPath 1.0 section 4.4; ODK XForms, number and mathematical functions; SurveyCTO)."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal

from survey_app.text import show_number
from survey_app.xforms.xpath.code import Compile, Run, as_number, function, special, texts
from survey_app.xforms.xpath.frame import Frame
from survey_app.xforms.xpath.nodes import Expr
from survey_app.xforms.xpath.tree import XNode, text_of
from survey_app.xforms.xpath.values import Value, number_of, to_number


@special("number", "v", "number")
def _number(compiler: Compile, arguments: tuple[Expr, ...]) -> Run:
    return as_number(compiler.expr(arguments[0]))


@function("int", "n", "number")
def _int(number: float) -> float:
    return float(math.trunc(number)) if math.isfinite(number) else number


@function("floor", "n", "number")
def _floor(number: float) -> float:
    return float(math.floor(number)) if math.isfinite(number) else number


@function("ceiling", "n", "number")
def _ceiling(number: float) -> float:
    return float(math.ceil(number)) if math.isfinite(number) else number


@function("round", "vn?", "number", context=True)
def _round(_node: XNode, frame: Frame, value: Value, decimals: float = 0.0) -> float:
    number = to_number(value.replace(",", ".") if type(value) is str else value, frame.env)
    if not math.isfinite(number) or not math.isfinite(decimals):
        return number
    places = max(-300, min(300, int(decimals)))
    if places == 0:
        return float(math.floor(number + 0.5)) if abs(number) < 2**52 else number
    factor = 10.0 ** abs(places)
    if places < 0:
        return math.floor(number / factor + 0.5) * factor
    if places > 15 or abs(number) * factor > 2**52:
        return number
    # As it is written, not as it is held: 2.675 is halfway, though its binary number lies a little below.
    halfway = ROUND_HALF_DOWN if number < 0 else ROUND_HALF_UP
    return float(Decimal(repr(number)).quantize(Decimal(1).scaleb(-places), halfway))


@function("sum", "x", "number", context=True)
def _sum(_node: XNode, frame: Frame, nodes: list[XNode]) -> float:
    env = frame.env
    total = 0.0
    for node in nodes:
        total += number_of(text_of(node), env)
    return total


@function("max", "v*", "number", context=True)
def _max(_node: XNode, frame: Frame, *values: Value) -> float:
    return _extreme(max, values, frame)


@function("min", "v*", "number", context=True)
def _min(_node: XNode, frame: Frame, *values: Value) -> float:
    return _extreme(min, values, frame)


def _extreme(choose: Callable[[list[float]], float], values: tuple[Value, ...], frame: Frame) -> float:
    numbers: list[float] = []
    for value in values:
        if isinstance(value, list):
            numbers += [number_of(text, frame.env) for text in texts(value)]
        else:
            numbers.append(to_number(value, frame.env))
    if not numbers or any(math.isnan(number) for number in numbers):
        return math.nan
    return choose(numbers)


def _safe(name: str, run: Callable[..., float]) -> None:
    def guarded(*numbers: float) -> float:
        try:
            return float(run(*numbers))
        except (ValueError, ZeroDivisionError):
            return math.nan
        except OverflowError:
            return math.inf

    function(name, "n" * _ARITY.get(name, 1), "number")(guarded)


def _log(number: float) -> float:
    return -math.inf if number == 0 else math.log(number)


def _log10(number: float) -> float:
    return -math.inf if number == 0 else math.log10(number)


def _pow(base: float, exponent: float) -> float:
    if base == 0 and exponent < 0:
        return math.inf
    return math.pow(base, exponent)


def _exp10(number: float) -> float:
    return math.pow(10.0, number)


_ARITY = {"pow": 2, "atan2": 2}
_MATHEMATICAL: dict[str, Callable[..., float]] = {
    "abs": math.fabs,
    "pow": _pow,
    "log": _log,
    "log10": _log10,
    "exp": math.exp,
    "exp10": _exp10,
    "sqrt": math.sqrt,
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "asin": math.asin,
    "acos": math.acos,
    "atan": math.atan,
    "atan2": math.atan2,
}
for _name, _run in _MATHEMATICAL.items():
    _safe(_name, _run)


@function("pi", "", "number")
def _pi() -> float:
    return math.pi


@function("random", "", "number", context=True)
def _random(_node: XNode, frame: Frame) -> float:
    return frame.env.random.random()


@function("format-number", "n", "string", context=True)
def _format_number(_node: XNode, frame: Frame, number: float) -> str:
    """Return a number as people read it in the form's language: ``120.000,5`` or ``120,000.5``; blank for none."""
    if not math.isfinite(number):
        return ""
    decimals = -int(Decimal(repr(number)).normalize().as_tuple().exponent)
    return show_number(number, min(max(decimals, 0), 15), frame.env.spoken)
