"""Expressions of the form language as typed ibis expressions.

**Values** follow XPath 1.0: a blank answer is the empty text and, as a number, not-a-number, with which every
comparison is false except ``!=``; ``${x} != ''`` asks whether there is an answer at all.

**Unknown** runs beside the value, in three-valued logic. A question is *unknown* in a row when

* it is blank although it was, or may have been, asked: its condition (and those of the groups around it) is not
  certainly false. So a question hidden behind an answer "don't know" is unknown too, and a question of a module that
  this round did not ask is unknown for everybody; a question hidden for a good reason (no phone, hence no kind of
  phone) is not; or
* it was answered with one of ``UNKNOWN_CODES`` ("don't know").

A calculation that gives a code is unknown when what it is worked out from leaves it open.

A comparison that reads an unknown question is unknown; ``and``, ``or``, ``not`` and ``if`` carry that on, so that an
answer that decides alone decides: ``bank = 'yes' or other = 'yes'`` is true for somebody who has a bank account and
does not know about others. Three questions are decided in any case: whether there is an answer (``${x} = ''``,
``${x} != ''``), whether the answer is that very "don't know" (``${x} = 'dk'``), and a choice that was ticked beside it.

NULL therefore means: of a truth value, unknown (SQL's ``AND``, ``OR`` and ``NOT`` are that three-valued logic on every
engine); of a number, not-a-number; text is never NULL.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from typing import Literal as OneOf

import ibis

from survey_app.indicators.columns import MODULES, UNKNOWN_CODES, Codebook
from survey_app.xforms.xpath import Binary, Call, Expr, Literal, Negate, Number, Reference

_NUMBER = r"^\s*-?([0-9]+(\.[0-9]*)?|\.[0-9]+)\s*$"
_ORDER: dict[str, Callable[[Any, Any], Any]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
}


@dataclass(frozen=True)
class Value:
    """What an expression is in SQL.

    Attributes:
        kind: its XPath type.
        expr: the ibis expression; NULL stands for unknown in truth and for not-a-number in numbers.
        unknown: ibis truth value that is never NULL, None when the value can never be unknown.
    """

    kind: OneOf["boolean", "number", "text"]
    expr: Any
    unknown: Any = None

    @property
    def certain(self) -> Any:
        """Return "true for sure", never NULL."""
        return self.expr if self.unknown is None else self.expr.fill_null(False)

    @property
    def possible(self) -> Any:
        """Return "not false for sure", never NULL."""
        return self.expr if self.unknown is None else self.expr.fill_null(True)


def _truth_of(expr: Any, unknown: Any = None) -> Value:
    """Return a condition that is NULL where it is unknown."""
    if unknown is None:
        return Value("boolean", expr)
    nullable = ibis.ifelse(unknown, ibis.null("boolean"), expr)
    return Value("boolean", nullable, nullable.isnull())


def blank_flag(name: str) -> str:
    """Return the name of the column that says that a question is blank although it may have been asked."""
    return f"{name}?"


def number_view(name: str) -> str:
    """Return the name of the column that holds an answer as a number."""
    return f"{name}#"


def padded_view(name: str) -> str:
    """Return the name of the column that holds chosen codes between blanks, to look codes up in."""
    return f"{name}+"


def padded(text: Any) -> Any:
    """Return chosen codes between blanks."""
    return ibis.literal(" ") + text + " "


class Translator:
    """Turns syntax trees into ibis expressions over one table.

    Args:
        book: the form's columns.
        table: ibis table with a text column (never NULL) for each question that is read, and where they are prepared
            its number view and its blank flag.
        with_unknown: follow what is unknown; without it a blank is just blank (denominators, disaggregations).
    """

    def __init__(self, book: Codebook, table: Any, *, with_unknown: bool) -> None:
        self.book = book
        self.table = table
        self.with_unknown = with_unknown
        self.as_number: set[str] = set()
        """The questions that were read as numbers."""

    def truth(self, expr: Expr) -> Value:
        """Return the expression as a condition."""
        return self._truth(self.value(expr))

    def number(self, expr: Expr) -> Value:
        """Return the expression as a number, NULL when it is none."""
        return self._as_number(expr)

    def text(self, expr: Expr) -> Value:
        """Return the expression as text, empty when blank."""
        return self._text(self.value(expr))

    def value(self, expr: Expr) -> Value:
        """Return the expression with the type it has.

        Raises:
            NotImplementedError: a construct that ``checking.check`` refuses.
        """
        match expr:
            case Literal(text):
                return Value("text", ibis.literal(text, type="string"))
            case Number(number):
                return Value("number", ibis.literal(float(number), type="float64"))
            case Reference(name):
                return self._question(name)
            case Negate(operand):
                inner = self._as_number(operand)
                return Value("number", -inner.expr, inner.unknown)
            case Binary():
                return self._binary(expr)
            case Call(name, arguments):
                function = _FUNCTIONS.get(name)
                if function is not None:
                    return function(self, arguments)
        raise NotImplementedError(f"not in an indicator: {expr}")

    # questions

    def _question(self, name: str) -> Value:
        if self.book[name].kind == "number":
            return Value("number", self._number_of(name), self.unknown_of(name))
        return Value("text", self.table[name], self.unknown_of(name))

    def _number_of(self, name: str) -> Any:
        self.as_number.add(name)
        view = number_view(name)
        return self.table[view] if view in self.table.columns else as_number(self.table[name])

    def blank_of(self, name: str) -> Any:
        """Return "blank although it may have been asked", None when unknown is not followed."""
        flag = blank_flag(name)
        return self.table[flag] if self.with_unknown and flag in self.table.columns else None

    def unknown_of(self, name: str) -> Any:
        """Return "blank although asked, or answered with a don't-know code"."""
        blank = self.blank_of(name)
        if blank is None:
            return None
        dont_know = self._dont_know(name)
        return blank if dont_know is None else blank | dont_know

    def holds(self, name: str, code: str) -> Any:
        """Return "this code is among those chosen"."""
        view = padded_view(name)
        codes = self.table[view] if view in self.table.columns else padded(self.table[name])
        return codes.contains(f" {code} ")

    def _dont_know(self, name: str) -> Any:
        column = self.book[name]
        codes = sorted(UNKNOWN_CODES.intersection(column.choices) if column.choices else UNKNOWN_CODES)
        if column.kind == "code" and codes:
            return self.table[name].isin(codes)
        if column.kind == "codes" and codes:
            found: Any = None
            for code in codes:
                found = _either(found, self.holds(name, code))
            return found
        return None

    # conversions

    def _truth(self, value: Value) -> Value:
        if value.kind == "boolean":
            return value
        if value.kind == "text":
            return _truth_of(value.expr != "", value.unknown)
        return _truth_of((value.expr != 0).fill_null(False), value.unknown)

    def _as_number(self, expr: Expr) -> Value:
        if isinstance(expr, Reference):
            return Value("number", self._number_of(expr.name), self.unknown_of(expr.name))
        value = self.value(expr)
        if value.kind == "number":
            return value
        if value.kind == "boolean":
            return Value("number", ibis.ifelse(value.certain, 1.0, 0.0), value.unknown)
        return Value("number", as_number(value.expr), value.unknown)

    def _text(self, value: Value) -> Value:
        if value.kind == "text":
            return value
        if value.kind == "boolean":
            return Value("text", ibis.ifelse(value.certain, "true", "false"), value.unknown)
        whole = value.expr.try_cast("int64")
        shown = ibis.ifelse(value.expr == whole, whole.cast("string"), value.expr.cast("string"))
        return Value("text", shown.fill_null(""), value.unknown)

    # operators

    def _binary(self, expr: Binary) -> Value:
        operator = expr.operator
        if operator in ("and", "or"):
            return _joined(operator, self.truth(expr.left), self.truth(expr.right))
        if operator in ("=", "!="):
            return self._equal(expr)
        left, right = self._as_number(expr.left), self._as_number(expr.right)
        unknown = _either(left.unknown, right.unknown)
        if operator in _ORDER:
            return _truth_of(_ORDER[operator](left.expr, right.expr).fill_null(False), unknown)
        if operator in _ARITHMETIC:
            return Value("number", _ARITHMETIC[operator](left.expr, right.expr), unknown)
        divisor = right.expr.nullif(0.0)
        if operator == "mod":
            return Value("number", left.expr % divisor, unknown)
        infinite = ibis.ifelse(left.expr > 0, math.inf, ibis.ifelse(left.expr < 0, -math.inf, ibis.null("float64")))
        return Value("number", ibis.ifelse(right.expr == 0, infinite, left.expr / divisor), unknown)

    def _equal(self, expr: Binary) -> Value:
        is_equal = expr.operator == "="
        for question, other in ((expr.left, expr.right), (expr.right, expr.left)):
            if isinstance(question, Reference) and isinstance(other, Literal):
                return self._answer_is(question.name, other.value, is_equal)
        if isinstance(expr.left, Reference) and isinstance(expr.right, Reference):
            one, two = expr.left.name, expr.right.name  # nodes are compared by their text, numbers too
            same = self.table[one] == self.table[two] if is_equal else self.table[one] != self.table[two]
            return _truth_of(same, _either(self.unknown_of(one), self.unknown_of(two)))
        left, right = self.value(expr.left), self.value(expr.right)
        unknown = _either(left.unknown, right.unknown)
        if "boolean" in (left.kind, right.kind):
            same = self._truth(left).certain == self._truth(right).certain
        elif "number" in (left.kind, right.kind):
            pair = self._as_number(expr.left).expr, self._as_number(expr.right).expr
            same = pair[0] == pair[1] if is_equal else pair[0] != pair[1]
            return _truth_of(same.fill_null(not is_equal), unknown)
        else:
            same = left.expr == right.expr
        return _truth_of(same if is_equal else ~same, unknown)

    def _answer_is(self, name: str, text: str, is_equal: bool) -> Value:
        """Compare a question with a text in quotes; blank and don't know may be asked for themselves."""
        column = self.table[name]
        if self.book[name].kind == "number" and text.strip():
            number, wanted = self._number_of(name), float(text)
            same = (number == wanted if is_equal else number != wanted).fill_null(not is_equal)
            return _truth_of(same, self.unknown_of(name))
        same = column == text if is_equal else column != text
        if text == "":
            return _truth_of(same)
        return _truth_of(same, self.blank_of(name) if text in UNKNOWN_CODES else self.unknown_of(name))

    # functions

    def _selected(self, arguments: tuple[Expr, ...]) -> Value:
        question, code = arguments
        if isinstance(code, Literal):
            wanted: Any = code.value.strip()
            if isinstance(question, Reference):
                holds = self.holds(question.name, wanted)
            else:
                holds = padded(self.text(question).expr).contains(f" {wanted} ")
        else:
            wanted = self.text(code).expr
            holds = padded(self.text(question).expr).contains(padded(wanted))
        if isinstance(question, Reference) and question.name == MODULES:
            return _truth_of(holds, ~holds if self.with_unknown else None)
        unknown = self.text(question).unknown
        if isinstance(question, Reference) and isinstance(code, Literal) and wanted in UNKNOWN_CODES:
            unknown = self.blank_of(question.name)
        return _truth_of(holds, None if unknown is None else unknown & ~holds)

    def _count_selected(self, arguments: tuple[Expr, ...]) -> Value:
        value = self.text(arguments[0])
        tidy = value.expr.strip().re_replace(r"\s+", " ")
        count = ibis.ifelse(tidy == "", 0, tidy.length() - tidy.replace(" ", "").length() + 1)
        return Value("number", count.cast("float64"), value.unknown)

    def _if(self, arguments: tuple[Expr, ...]) -> Value:
        condition = self.truth(arguments[0])
        values = [self.value(argument) for argument in arguments[1:]]
        kind = values[0].kind if values[0].kind == values[1].kind else "text"
        if kind == "text":
            values = [self._text(value) for value in values]
        taken = condition.certain
        chosen = ibis.ifelse(taken, values[0].expr, values[1].expr)
        unknown = condition.unknown
        for value, is_taken in zip(values, (taken, ~taken), strict=True):
            if value.unknown is not None:
                unknown = _either(unknown, is_taken & value.unknown)
        return _truth_of(chosen, unknown) if kind == "boolean" else Value(kind, chosen, unknown)

    def _coalesce(self, arguments: tuple[Expr, ...]) -> Value:
        first, second = (self.text(argument) for argument in arguments)
        unknown = None if second.unknown is None else (first.expr == "") & second.unknown
        return Value("text", ibis.ifelse(first.expr != "", first.expr, second.expr), unknown)

    def _concat(self, arguments: tuple[Expr, ...]) -> Value:
        parts = [self.text(argument) for argument in arguments]
        whole, unknown = parts[0].expr, parts[0].unknown
        for part in parts[1:]:
            whole, unknown = whole + part.expr, _either(unknown, part.unknown)
        return Value("text", whole, unknown)

    def _substr(self, arguments: tuple[Expr, ...]) -> Value:
        value = self.text(arguments[0])
        start, *end = (self._as_number(argument).expr.try_cast("int32") for argument in arguments[1:])
        part = value.expr.substr(start, end[0] - start) if end else value.expr.substr(start)
        return Value("text", part.fill_null(""), value.unknown)


def as_number(text: Any) -> Any:
    """Return text as XPath's number(): no exponents, no digit groups, NULL when it is none."""
    return ibis.ifelse(text.re_search(_NUMBER), text.strip().try_cast("float64"), ibis.null("float64"))


def _joined(operator: str, left: Value, right: Value) -> Value:
    """Return ``and`` or ``or``; SQL's own three-valued logic carries on what is unknown."""
    expr = left.expr & right.expr if operator == "and" else left.expr | right.expr
    return Value("boolean", expr, None if left.unknown is None and right.unknown is None else expr.isnull())


def _either(left: Any, right: Any) -> Any:
    if left is None or right is None:
        return right if left is None else left
    return left | right


def _on_text(change: Callable[[Any], Any], kind: OneOf["boolean", "number", "text"]) -> _Function:
    def function(self: Translator, arguments: tuple[Expr, ...]) -> Value:
        value = self.text(arguments[0])
        return Value(kind, change(value.expr), value.unknown)

    return function


def _on_number(change: Callable[[Any], Any]) -> _Function:
    def function(self: Translator, arguments: tuple[Expr, ...]) -> Value:
        value = self.number(arguments[0])
        return Value("number", change(value.expr), value.unknown)

    return function


def _on_texts(join: Callable[[Any, Any], Any]) -> _Function:
    def function(self: Translator, arguments: tuple[Expr, ...]) -> Value:
        left, right = (self.text(argument) for argument in arguments)
        return _truth_of(join(left.expr, right.expr), _either(left.unknown, right.unknown))

    return function


def _regex(self: Translator, arguments: tuple[Expr, ...]) -> Value:
    value, pattern = self.text(arguments[0]), arguments[1]
    if not isinstance(pattern, Literal):
        raise NotImplementedError("a pattern must be a literal")
    return _truth_of(value.expr.re_search(f"^(?:{pattern.value})$"), value.unknown)


def _not(self: Translator, arguments: tuple[Expr, ...]) -> Value:
    value = self.truth(arguments[0])
    return Value("boolean", ~value.expr, value.unknown)  # NOT of NULL is NULL


_Function = Callable[[Translator, tuple[Expr, ...]], Value]
_FUNCTIONS: dict[str, _Function] = {
    "not": _not,
    "true": lambda *_: Value("boolean", ibis.literal(True)),
    "false": lambda *_: Value("boolean", ibis.literal(False)),
    "boolean": lambda self, arguments: self.truth(arguments[0]),
    "selected": Translator._selected,
    "count-selected": Translator._count_selected,
    "regex": _regex,
    "if": Translator._if,
    "coalesce": Translator._coalesce,
    "concat": Translator._concat,
    "string-length": _on_text(lambda text: text.length().cast("float64"), "number"),
    "normalize-space": _on_text(lambda text: text.strip().re_replace(r"\s+", " "), "text"),
    "number": lambda self, arguments: self.number(arguments[0]),
    "int": _on_number(lambda number: ibis.ifelse(number < 0, number.ceil(), number.floor()).cast("float64")),
    "round": _on_number(lambda number: (number + 0.5).floor().cast("float64")),
    "string": lambda self, arguments: self.text(arguments[0]),
    "substr": Translator._substr,
    "contains": _on_texts(lambda text, part: text.contains(part)),
    "starts-with": _on_texts(lambda text, part: text.substr(0, part.length()) == part),  # LIKE folds case on SQLite
}
