"""Syntax tree to Python closures."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from survey_app.i18n import _
from survey_app.xforms.xpath import functions as _functions  # noqa: F401 - fills the table
from survey_app.xforms.xpath.code import (
    CONVERT,
    FUNCTIONS,
    NODES,
    Code,
    Function,
    Kind,
    Run,
    as_boolean,
    as_number,
    as_value,
)
from survey_app.xforms.xpath.errors import XPathError
from survey_app.xforms.xpath.fixed import is_fixed, is_worth_keeping
from survey_app.xforms.xpath.frame import Frame
from survey_app.xforms.xpath.nodes import Binary, Call, Expr, Filter, Literal, Negate, Number, Path, Reference
from survey_app.xforms.xpath.parser import parse
from survey_app.xforms.xpath.paths import compile_filter, compile_path
from survey_app.xforms.xpath.tree import XNode, in_order, text_of
from survey_app.xforms.xpath.values import MIRRORED, compare, number_of, same_number

JAVAROSA = "http://openrosa.org/javarosa"
_OWN_PREFIXES = ("odk:", "orx:", "fn:", "enk:", "oc:", "pulldata:", "xf:")


class Compiler:
    """Compiles expressions; the namespaces are those of the form.

    Args:
        namespaces: prefix to namespace.
        strict: refuse unknown functions at once, not only when they are called.
    """

    def __init__(self, namespaces: Mapping[str, str] | None = None, *, strict: bool = True) -> None:
        self.namespaces: Mapping[str, str] = namespaces or {}
        self.strict = strict
        self.lookups: set[tuple[str, tuple[str, ...], str]] = set()

    def text(self, text: str) -> Code:
        """Return the compiled expression of a text.

        Raises:
            XPathError: it cannot be read, names an unknown function or gives one the wrong number of arguments.
        """
        try:
            return self.expr(parse(text))
        except XPathError as error:
            if not error.expression:
                error.expression = text
            raise

    def expr(self, expr: Expr) -> Code:
        """Return the compiled syntax tree.

        Raises:
            XPathError: it names an unknown function or gives one the wrong number of arguments.
        """
        try:
            return self._expr(expr)
        except RecursionError:
            raise XPathError("XPA-03", _("The expression is nested too deeply.")) from None

    def nodes(self, expr: Expr) -> Code:
        """Return the compiled syntax tree of what stands where a path is asked for."""
        builder = NODES.get(expr.name) if isinstance(expr, Call) else None
        if builder is None or not isinstance(expr, Call):
            return self.expr(expr)
        _check_count(find_function(expr.name), expr)
        return Code(builder(self, expr.arguments), "nodes")

    def condition(self, expr: Expr) -> Code:
        """Return the compiled syntax tree of a condition: what says the same for all nodes is worked out once."""
        return _Condition(self).expr(expr)

    def _expr(self, expr: Expr) -> Code:
        match expr:
            case Literal(value):
                return Code(lambda _node, _frame: value, "string", True)
            case Number(number):
                return Code(lambda _node, _frame: number, "number", True)
            case Negate(operand):
                run = as_number(self.expr(operand))
                return Code(lambda node, frame: -run(node, frame), "number")
            case Binary(operator, _left, _right):
                return self._binary(operator, expr)
            case Call():
                return self._call(expr)
            case Path():
                return compile_path(self, expr)
            case Filter():
                return compile_filter(self, expr)
            case Reference(name):
                raise XPathError("XPA-04", _("“${{{name}}}” names no question of this form.").format(name=name))

    def _binary(self, operator: str, expr: Binary) -> Code:
        if operator in ("or", "and"):
            return self._logical(operator, expr)
        if operator in ("+", "-"):
            return self._sum(expr)
        if operator in ("*", "div", "mod"):
            return self._product(expr)
        left, right = self.expr(expr.left), self.expr(expr.right)
        if operator == "|":
            return _union(left, right)
        return Code(_comparison(operator, left, right), "boolean")

    def _logical(self, operator: str, expr: Binary) -> Code:
        runs = [as_boolean(self.expr(part)) for _sign, part in _chain(expr, (operator,))]
        stop = operator == "or"
        if len(runs) == 2:
            first, second = runs
            if stop:
                return Code(lambda node, frame: first(node, frame) or second(node, frame), "boolean")
            return Code(lambda node, frame: first(node, frame) and second(node, frame), "boolean")

        def run(node: XNode, frame: Frame) -> bool:
            return stop if any(part(node, frame) is stop for part in runs) else not stop

        return Code(run, "boolean")

    def _sum(self, expr: Binary) -> Code:
        parts = [(sign, as_number(self.expr(part))) for sign, part in _chain(expr, ("+", "-"))]
        if len(parts) == 2:
            (_first, left), (sign, right) = parts
            if sign == "+":
                return Code(lambda node, frame: left(node, frame) + right(node, frame), "number")
            return Code(lambda node, frame: left(node, frame) - right(node, frame), "number")

        def run(node: XNode, frame: Frame) -> float:
            total = 0.0
            for sign, part in parts:
                total = total - part(node, frame) if sign == "-" else total + part(node, frame)
            return total

        return Code(run, "number")

    def _product(self, expr: Binary) -> Code:
        parts = [(sign, as_number(self.expr(part))) for sign, part in _chain(expr, ("*", "div", "mod"))]
        if len(parts) == 2:
            (_first, left), (sign, right) = parts
            if sign == "*":
                return Code(lambda node, frame: left(node, frame) * right(node, frame), "number")
            combine = _ARITHMETIC[sign]
            return Code(lambda node, frame: combine(left(node, frame), right(node, frame)), "number")

        def run(node: XNode, frame: Frame) -> float:
            total = 1.0
            for sign, part in parts:
                total = _ARITHMETIC[sign](total, part(node, frame))
            return total

        return Code(run, "number")

    def _call(self, call: Call) -> Code:
        try:
            if call.name.startswith("jr:") and self.namespaces.get("jr", JAVAROSA) != JAVAROSA:
                raise XPathError("XPA-05", _("There is no function “{name}()”.").format(name=call.name))
            known = find_function(call.name)
            _check_count(known, call)
        except XPathError as error:
            if self.strict:
                raise
            return Code(_raising(error), "any")
        if known.builder is not None:
            return Code(known.builder(self, call.arguments), known.result)
        arguments = [self._argument(known, index, part) for index, part in enumerate(call.arguments)]
        return Code(_applied(known, arguments), known.result)

    def _argument(self, known: Function, index: int, expr: Expr) -> Run:
        letter = known.letter(index)
        code = self.nodes(expr) if letter in "xv" else self.expr(expr)
        if letter != "x":
            return CONVERT[letter](code)
        if code.kind not in ("nodes", "any"):
            raise XPathError(
                "XPA-07",
                _("Value {number} of “{name}()” must be a path to questions.").format(
                    name=known.name, number=index + 1
                ),
            )
        return as_value(code) if code.kind == "nodes" else _checked_nodes(known.name, code.run)


class _Condition(Compiler):
    """Compiles what stands in square brackets."""

    def __init__(self, around: Compiler) -> None:
        super().__init__(around.namespaces, strict=around.strict)
        self.lookups = around.lookups

    def expr(self, expr: Expr) -> Code:
        """Return the compiled syntax tree."""
        code = super().expr(expr)
        if not (is_worth_keeping(expr) and is_fixed(expr)):
            return code
        return Code(_kept(code.run), code.kind)


def _kept(run: Run) -> Run:
    def once(node: XNode, frame: Frame) -> object:
        kept = frame.kept
        if kept is None:
            kept = frame.kept = {}
        if once not in kept:
            kept[once] = run(node, frame)
        return kept[once]

    return once


def _check_count(known: Function, call: Call) -> None:
    count = len(call.arguments)
    if not known.takes(count):
        given = _("“{name}()” is given {count} values, but it takes {wanted}.").format(
            name=call.name, count=count, wanted=_wanted(known)
        )
        raise XPathError("XPA-06", f"{given} {_('It is written {usage}.').format(usage=_usage(known))}")


def _usage(known: Function) -> str:
    """Return how a call looks, for example ``round(value, [number])``."""
    words = {"n": _("number"), "s": _("text"), "b": _("condition"), "x": _("questions"), "v": _("value")}
    parts = [f"[{words[letter[0]]}]" if letter.endswith("?") else words[letter[0]] for letter in known.letters]
    if known.most is None:
        parts += [parts[-1]] * known.paired + ["…"]
    return f"{known.name}({', '.join(parts)})"


def _raising(error: XPathError) -> Run:
    def run(_node: XNode, _frame: Frame) -> NoReturn:
        raise XPathError(error.code, error.message)

    return run


def find_function(name: str) -> Function:
    """Return the function of this name.

    Raises:
        XPathError: there is none.
    """
    known = FUNCTIONS.get(name)
    if known is None:
        for prefix in _OWN_PREFIXES:
            if name.startswith(prefix):
                known = FUNCTIONS.get(name.removeprefix(prefix))
    if known is None:
        message = _("There is no function “{name}()”.").format(name=name)
        near = _nearest(name)
        raise XPathError("XPA-05", f"{message} {_('Did you mean “{near}()”?').format(near=near)}" if near else message)
    return known


_ELSEWHERE = {
    "len": "string-length",
    "length": "string-length",
    "trim": "normalize-space",
    "mid": "substr",
    "iif": "if",
    "ifelse": "if",
    "year": "format-date",
    "month": "format-date",
    "day": "format-date",
    "isblank": "string-length",
}
"""What spreadsheets call a function."""


def _nearest(name: str) -> str:
    plain = name.lower().replace("_", "-")
    found = difflib.get_close_matches(plain, [*FUNCTIONS, *_ELSEWHERE], 1, 0.7)
    return _ELSEWHERE.get(found[0], found[0]) if found else ""


def _wanted(known: Function) -> str:
    if known.most is None:
        return _("at least {least}").format(least=known.least)
    if known.most == known.least:
        return str(known.least)
    return _("{least} to {most}").format(least=known.least, most=known.most)


def _checked_nodes(name: str, run: Run) -> Run:
    def checked(node: XNode, frame: Frame) -> list[XNode]:
        value = run(node, frame)
        if not isinstance(value, list):
            raise XPathError("XPA-07", _("A value of “{name}()” must be a path to questions.").format(name=name))
        return value

    return checked


def _applied(known: Function, arguments: list[Run]) -> Run:
    run = known.run
    assert run is not None
    if known.context:
        return _applied_here(run, arguments)
    if not arguments:
        return lambda _node, _frame: run()
    if len(arguments) == 1:
        only = arguments[0]
        return lambda node, frame: run(only(node, frame))
    if len(arguments) == 2:
        first, second = arguments
        return lambda node, frame: run(first(node, frame), second(node, frame))
    return lambda node, frame: run(*[part(node, frame) for part in arguments])


def _applied_here(run: Callable[..., Any], arguments: list[Run]) -> Run:
    if len(arguments) == 1:
        only = arguments[0]
        return lambda node, frame: run(node, frame, only(node, frame))
    if len(arguments) == 2:
        first, second = arguments
        return lambda node, frame: run(node, frame, first(node, frame), second(node, frame))
    return lambda node, frame: run(node, frame, *[part(node, frame) for part in arguments])


def _chain(expr: Expr, operators: tuple[str, ...]) -> list[tuple[str, Expr]]:
    """Return the operands of a run of equal-ranking operators, each with the operator before it, without recursion."""
    parts: list[tuple[str, Expr]] = []
    while isinstance(expr, Binary) and expr.operator in operators:
        parts.append((expr.operator, expr.right))
        expr = expr.left
    parts.append((operators[0], expr))
    return parts[::-1]


def _divide(left: float, right: float) -> float:
    if right:
        return left / right
    if math.isnan(left) or math.isnan(right) or left == 0:
        return math.nan
    return math.copysign(math.inf, left) * math.copysign(1.0, right)


def _modulo(left: float, right: float) -> float:
    if not right or math.isinf(left) or math.isnan(left) or math.isnan(right):
        return math.nan
    return math.fmod(left, right)


_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "*": lambda left, right: left * right,
    "div": _divide,
    "mod": _modulo,
}


def _union(left: Code, right: Code) -> Code:
    for side in (left, right):
        if side.kind not in ("nodes", "any"):
            raise XPathError("XPA-07", _("“|” joins paths to questions only."))
    first, second = left.run, right.run
    return Code(lambda node, frame: in_order(first(node, frame) + second(node, frame)), "nodes")


def _comparison(sign: str, left: Code, right: Code) -> Run:
    special = _special_comparison(sign, left, right) or _special_comparison(MIRRORED[sign], right, left)
    if special is not None:
        return special
    first, second = left.run, right.run
    return lambda node, frame: compare(sign, first(node, frame), second(node, frame), frame.env)


def _special_comparison(sign: str, left: Code, right: Code) -> Run | None:
    """Return a faster way for what forms compare most: a question with a text, numbers with numbers."""
    kinds: tuple[Kind, Kind] = (left.kind, right.kind)
    first, second = left.run, right.run
    if kinds == ("nodes", "string") and sign == "=":

        def equal(node: XNode, frame: Frame) -> bool:
            wanted = second(node, frame)
            for one in first(node, frame):  # noqa: SIM110 - asked for every member of a household
                if text_of(one) == wanted:
                    return True
            return False

        return equal
    ordering: Any = _ORDERINGS[sign]
    if kinds == ("nodes", "number"):

        def holds(node: XNode, frame: Frame) -> bool:
            other = second(node, frame)
            for one in first(node, frame):  # noqa: SIM110 - asked for every member of a household
                if ordering(number_of(text_of(one), frame.env), other):
                    return True
            return False

        return holds
    if kinds == ("number", "number"):
        return lambda node, frame: ordering(first(node, frame), second(node, frame))
    return None


_ORDERINGS: dict[str, Callable[[float, float], bool]] = {
    "=": same_number,
    "!=": lambda left, right: not same_number(left, right),
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}
