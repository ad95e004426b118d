"""Says what is wrong with an expression before any answer is read: names, levels, codes, kinds, functions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal as OneOf

from survey_app.i18n import _
from survey_app.indicators.columns import Codebook, Column, Level
from survey_app.indicators.faults import listing, nearest
from survey_app.xforms.xpath import Binary, Call, Expr, Literal, Negate, Number, Reference

Type = OneOf["boolean", "number", "text", "any"]


@dataclass(frozen=True)
class Signature:
    """How a function is called.

    Attributes:
        result: type of what it returns.
        least: fewest arguments.
        most: most arguments; -1 for any number.
    """

    result: Type
    least: int
    most: int


FUNCTIONS: dict[str, Signature] = {
    "not": Signature("boolean", 1, 1),
    "true": Signature("boolean", 0, 0),
    "false": Signature("boolean", 0, 0),
    "boolean": Signature("boolean", 1, 1),
    "selected": Signature("boolean", 2, 2),
    "count-selected": Signature("number", 1, 1),
    "regex": Signature("boolean", 2, 2),
    "if": Signature("any", 3, 3),
    "coalesce": Signature("text", 2, 2),
    "concat": Signature("text", 1, -1),
    "string-length": Signature("number", 1, 1),
    "normalize-space": Signature("text", 1, 1),
    "number": Signature("number", 1, 1),
    "int": Signature("number", 1, 1),
    "round": Signature("number", 1, 1),
    "string": Signature("text", 1, 1),
    "substr": Signature("text", 2, 3),
    "contains": Signature("boolean", 2, 2),
    "starts-with": Signature("boolean", 2, 2),
}
"""The functions that indicators may use; the same as in the form, as far as they make sense without its tree."""


def check(expr: Expr, book: Codebook, level: Level) -> tuple[Type, list[str]]:
    """Return the type of an expression and everything that is wrong with it (nothing when the list is empty)."""
    checker = _Checker(book, level)
    return checker.type_of(expr), checker.faults


class _Checker:
    def __init__(self, book: Codebook, level: Level) -> None:
        self.book = book
        self.level = level
        self.faults: list[str] = []

    def type_of(self, expr: Expr) -> Type:
        match expr:
            case Literal():
                return "text"
            case Number():
                return "number"
            case Reference():
                return self._reference(expr)
            case Negate(operand):
                self._number(operand)
                return "number"
            case Binary():
                return self._binary(expr)
            case Call():
                return self._call(expr)
            case _:
                self.faults.append(_("Write a question as ${name}; paths and brackets cannot be used here."))
                return "any"

    def _reference(self, expr: Reference) -> Type:
        name = expr.name
        if expr.last_saved:
            self.faults.append(_("“{name}” of the last saved form cannot be used here.").format(name=name))
        elif name not in self.book:
            message = _("The form has no question “{name}”.").format(name=name)
            self.faults.append(message + nearest(name, self.book.names(self.level)))
        elif self.level == "household" and self.book[name].level == "member":
            message = _("“{name}” is asked of each member; an indicator of households cannot read it.")
            self.faults.append(message.format(name=name))
        else:
            return "number" if self.book[name].kind == "number" else "text"
        return "any"

    def _column(self, expr: Expr) -> Column | None:
        return self.book.columns.get(expr.name) if isinstance(expr, Reference) else None

    def _binary(self, expr: Binary) -> Type:
        operator, left, right = expr.operator, expr.left, expr.right
        if operator in ("and", "or"):
            self._condition(left)
            self._condition(right)
            return "boolean"
        if operator in ("=", "!="):
            self.type_of(left)
            self.type_of(right)
            self._code(left, right)
            self._code(right, left)
            return "boolean"
        if operator == "|":
            self.faults.append(_("“|” joins sets of nodes and cannot be used here."))
            return "any"
        self._number(left)
        self._number(right)
        return "boolean" if operator in ("<", "<=", ">", ">=") else "number"

    def _condition(self, expr: Expr, *, seen: bool = False) -> None:
        """Refuse a bare question as a condition: in a form it asks whether the node exists, not what was answered."""
        if not seen:
            self.type_of(expr)
        if isinstance(expr, Reference):
            message = _("Write what “{name}” is compared with, for example ${{{name}}} != ''.")
            self.faults.append(message.format(name=expr.name))

    def _number(self, expr: Expr) -> None:
        """Refuse what can never be a number: a question with a list of choices, a text in quotes that is none."""
        self.type_of(expr)
        column = self._column(expr)
        if column is not None and column.kind in ("code", "codes") and not all(_is_number(c) for c in column.choices):
            message = _("“{name}” has a list of choices and is not a number.").format(name=column.name)
            self.faults.append(message)
        if isinstance(expr, Literal) and not _is_number(expr.value):
            self.faults.append(_("“{text}” is not a number.").format(text=expr.value))

    def _code(self, question: Expr, value: Expr) -> None:
        """Refuse a comparison of a question with something it can never be."""
        column = self._column(question)
        if column is None:
            return
        if isinstance(value, Literal) and value.value != "":
            if column.kind == "number" and not _is_number(value.value):
                message = _("“{name}” is a number and can never be “{text}”.")
                self.faults.append(message.format(name=column.name, text=value.value))
            elif column.kind == "code" or (column.kind == "codes" and " " not in value.value):
                self._choice(column, value.value)
        if isinstance(value, Number) and column.kind in ("code", "codes"):
            self._choice(column, f"{value.value:g}")

    def _choice(self, column: Column, code: str) -> None:
        if column.choices and code not in column.choices:
            message = _("“{code}” is not a choice of “{name}” ({choices}).").format(
                code=code, name=column.name, choices=listing(column.choices)
            )
            self.faults.append(message + nearest(code, column.choices))

    def _call(self, expr: Call) -> Type:
        signature = FUNCTIONS.get(expr.name)
        types = [self.type_of(argument) for argument in expr.arguments]
        if signature is None:
            message = _("The function “{name}” cannot be used in indicators.").format(name=expr.name)
            self.faults.append(message + nearest(expr.name, FUNCTIONS))
            return "any"
        count = len(expr.arguments)
        if count < signature.least or (signature.most >= 0 and count > signature.most):
            self.faults.append(_("The function “{name}” has the wrong number of arguments.").format(name=expr.name))
            return signature.result
        if expr.name in ("not", "boolean", "if"):
            self._condition(expr.arguments[0], seen=True)
        if expr.name == "selected":
            self._selected(*expr.arguments)
        if expr.name == "count-selected":
            self._chosen(expr.arguments[0], "count-selected")
        if expr.name == "regex" and not isinstance(expr.arguments[1], Literal):
            self.faults.append(_("The pattern of regex() must be a text in quotes."))
        if expr.name == "if":
            return types[1] if types[1] == types[2] else "any"
        return signature.result

    def _selected(self, question: Expr, code: Expr) -> None:
        column = self._chosen(question, "selected")
        if column is not None and isinstance(code, Literal):
            self._choice(column, code.value)

    def _chosen(self, question: Expr, function: str) -> Column | None:
        column = self._column(question)
        if column is not None and column.kind == "number":
            message = _("“{name}” is a number; {function}() asks about a list of choices.")
            self.faults.append(message.format(name=column.name, function=function))
        return column


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
