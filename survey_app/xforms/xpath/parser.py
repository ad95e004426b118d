"""Text of an expression to its syntax tree (XPath 1.0 section 3, with ``${name}`` of XLSForm)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from survey_app.i18n import _
from survey_app.xforms.xpath.errors import XPathError
from survey_app.xforms.xpath.nodes import Binary, Call, Expr, Filter, Literal, Negate, Number, Path, Reference, Step

MAX_DEPTH = 100
"""How deep parentheses, arguments and conditions may be nested."""
MAX_LENGTH = 100_000
"""How many characters an expression may have."""

_VERTICAL = ("ancestor", "ancestor-or-self", "child", "descendant", "descendant-or-self", "parent", "self")
_SIDEWAYS = ("following", "following-sibling", "preceding", "preceding-sibling", "attribute", "namespace")
AXES = frozenset((*_VERTICAL, *_SIDEWAYS))
_KINDS = frozenset(("node", "text", "comment", "processing-instruction"))
_RANKS = (("or",), ("and",), ("=", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "div", "mod"))
_PRECEDENCE = {operator: rank for rank, operators in enumerate(_RANKS, start=1) for operator in operators}
_COMPARING = frozenset((3, 4))
_NAME = r"[^\W\d](?:[\w.\-\u00b7])*"
_TOKEN = re.compile(
    rf"""(?P<space>[ \t\r\n\u00a0\u200b\ufeff]+)
    |(?P<reference>\$\{{\s*(?:last-saved\#)?{_NAME}(?::{_NAME})?\s*\}})
    |(?P<number>\d+(?:\.\d*)?|\.\d+)
    |(?P<literal>"[^"]*"|'[^']*')
    |(?P<sign>::|//|!=|<=|>=|\.\.|[()\[\].@,/|+\-=<>*])
    |(?P<name>{_NAME}(?::(?!:)(?:{_NAME}|\*))?)""",
    re.VERBOSE,
)
_WORDS = frozenset(("or", "and", "div", "mod"))
_GLUED = re.compile(r"(?:and|or|mod|div)(?=\d)")  # "1 and1" is read as other engines read it
_OPENERS = frozenset(("@", "::", "(", "[", ",", "/", "//", "|", "+", "-", "=", "!=", "<", "<=", ">", ">="))
_SELF = Step("self", "node()")
_PARENT = Step("parent", "node()")
_ANYWHERE = Step("descendant-or-self", "node()")


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # operator, sign, name, number, literal, reference, end
    text: str
    offset: int


@lru_cache(maxsize=4096)
def parse(text: str) -> Expr:
    """Return the syntax tree of an expression.

    Args:
        text: an XPath 1.0 expression; ``${name}`` references of XLSForm are understood too.

    Raises:
        XPathError: the text is not an expression; ``offset`` says where.
    """
    if len(text) > MAX_LENGTH:
        raise XPathError("XPA-01", _("The expression is too long."), text[:200], MAX_LENGTH)
    try:
        return _Parser(text).whole()
    except RecursionError:
        raise XPathError("XPA-03", _("The expression is nested too deeply."), text) from None


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    offset = 0
    while offset < len(text):
        match = _TOKEN.match(text, offset)
        if match is None:
            raise _unreadable(text, offset)
        kind = str(match.lastgroup)
        word = match.group()
        if kind == "name" and _after_operand(found) and (glued := _GLUED.match(word)):
            word = glued.group()
        if kind != "space":
            found.append(_Token(_kind(kind, word, found), word, offset))
        offset += len(word)
    found.append(_Token("end", "", len(text)))
    return found


def _after_operand(before: list[_Token]) -> bool:
    if not before or before[-1].kind == "operator":
        return False
    return before[-1].kind != "sign" or before[-1].text not in _OPENERS


def _kind(kind: str, word: str, before: list[_Token]) -> str:
    """Tell operators from names and stars by what stands before them (XPath 1.0 section 3.7)."""
    if kind == "name" and word in _WORDS and _after_operand(before):
        return "operator"
    if kind == "sign":
        if word == "*":
            return "operator" if _after_operand(before) else "name"
        if word in _PRECEDENCE or word == "|":
            return "operator"
    return kind


def _unreadable(text: str, offset: int) -> XPathError:
    if text[offset] in "\"'":
        message = _("A quotation mark is opened but not closed.")
    elif text[offset] in "“”‘’„":
        message = _("A curved quotation mark ({sign}) cannot stand here: write ' or \".").format(sign=text[offset])
    elif text[offset] == "$":
        message = _("A reference to a question must look like ${{name}}.").replace("{{", "{").replace("}}", "}")
    else:
        message = _("The character “{sign}” cannot stand here.").format(sign=text[offset])
    return XPathError("XPA-02", message, text, offset)


class _Parser:
    """Reads tokens from left to right; one object an expression."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = _tokens(text)
        self.at = 0
        self.depth = 0

    @property
    def here(self) -> _Token:
        return self.tokens[self.at]

    def fail(self, message: str) -> XPathError:
        return XPathError("XPA-03", message, self.text, self.here.offset)

    def sees(self, sign: str) -> bool:
        token = self.here
        return token.text == sign and token.kind in ("sign", "operator")

    def take(self, sign: str) -> bool:
        if self.sees(sign):
            self.at += 1
            return True
        return False

    def expect(self, sign: str) -> None:
        if not self.take(sign):
            raise self.fail(self.unexpected(sign))

    def unexpected(self, wanted: str = "") -> str:
        if self.here.kind == "end":
            if wanted:
                return _("The expression ends too early: “{sign}” is missing.").format(sign=wanted)
            return _("The expression ends too early.")
        if wanted:
            return _("“{found}” stands where “{sign}” is expected.").format(found=self.here.text, sign=wanted)
        return _("“{found}” cannot stand here.").format(found=self.here.text)

    def whole(self) -> Expr:
        if self.here.kind == "end":
            raise self.fail(_("The expression is empty."))
        expr = self.expression()
        if self.here.kind != "end":
            raise self.fail(self.unexpected())
        return expr

    def expression(self) -> Expr:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.fail(_("The expression is nested too deeply."))
        expr = self.operators()
        self.depth -= 1
        return expr

    def operators(self) -> Expr:
        """Read operands and operators by rank, with stacks of their own: nesting must not eat Python's."""
        operands = [self.operand()]
        waiting: list[str] = []
        while self.here.kind == "operator" and (rank := _PRECEDENCE.get(self.here.text, 0)):
            operator = self.here.text
            self.at += 1
            while waiting and _PRECEDENCE[waiting[-1]] >= rank:
                self.join(waiting.pop(), operands)
            waiting.append(operator)
            operands.append(self.operand())
        while waiting:
            self.join(waiting.pop(), operands)
        return operands[0]

    def join(self, operator: str, operands: list[Expr]) -> None:
        right = operands.pop()
        left = here = operands.pop()
        run = 0
        while isinstance(here, Binary) and _compares(operator) and _compares(here.operator):
            here = here.left
            run += 1
        if run > MAX_DEPTH:
            raise self.fail(_("The expression is nested too deeply."))
        operands.append(Binary(operator, left, right))

    def operand(self) -> Expr:
        signs = 0
        while self.take("-"):
            signs += 1
        expr = self.path()
        unions = 0
        while self.take("|"):
            unions += 1
            expr = Binary("|", expr, self.path())
        if signs > MAX_DEPTH or unions > MAX_DEPTH:
            raise self.fail(_("The expression is nested too deeply."))
        for _sign in range(signs):
            expr = Negate(expr)
        return expr

    def path(self) -> Expr:
        if self.sees("/") or self.sees("//"):
            return self.absolute()
        start = self.primary()
        if start is None:
            return Path(None, False, tuple(self.steps()))
        predicates = tuple(self.predicates())
        base: Expr = Filter(start, predicates) if predicates else start
        more = self.more_steps()
        return Path(base, False, tuple(more)) if more else base

    def absolute(self) -> Path:
        if self.take("//"):
            return Path(None, True, (_ANYWHERE, *self.steps()))
        self.expect("/")
        return Path(None, True, tuple(self.steps()) if self.at_step() else ())

    def at_step(self) -> bool:
        token = self.here
        return token.kind == "name" or (token.kind == "sign" and token.text in ("@", ".", ".."))

    def steps(self) -> list[Step]:
        return [self.step(), *self.more_steps()]

    def more_steps(self) -> list[Step]:
        found: list[Step] = []
        while True:
            if self.take("//"):
                found += [_ANYWHERE, self.step()]
            elif self.take("/"):
                found.append(self.step())
            else:
                return found

    def step(self) -> Step:
        if self.take(".."):
            return self.with_predicates(_PARENT)
        if self.take("."):
            return self.with_predicates(_SELF)
        if not self.at_step():
            raise self.fail(self.unexpected())
        axis = "attribute" if self.take("@") else self.axis()
        if self.here.kind != "name":
            raise self.fail(self.unexpected())
        name = self.here.text
        self.at += 1
        if self.sees("(") and name in _KINDS:
            return self.kind_test(axis, name)
        return Step(axis, name, tuple(self.predicates()))

    def with_predicates(self, step: Step) -> Step:
        predicates = tuple(self.predicates())
        return Step(step.axis, step.test, predicates) if predicates else step

    def axis(self) -> str:
        if self.tokens[self.at + 1].text != "::" or self.here.kind != "name":
            return "child"
        name = self.here.text
        if name not in AXES:
            raise self.fail(_("“{found}” is not an axis.").format(found=name))
        self.at += 2
        return name

    def kind_test(self, axis: str, name: str) -> Step:
        self.expect("(")
        target = ""
        if name == "processing-instruction" and self.here.kind == "literal":
            target = self.here.text[1:-1]
            self.at += 1
        self.expect(")")
        return Step(axis, f"{name}()", tuple(self.predicates()), target)

    def predicates(self) -> list[Expr]:
        found: list[Expr] = []
        while self.take("["):
            found.append(self.expression())
            self.expect("]")
        return found

    def primary(self) -> Expr | None:
        """Return what is not a step: a literal, number, reference, call or parenthesis; None at a step."""
        token = self.here
        reader = _PRIMARY.get(token.kind)
        if reader is not None:
            self.at += 1
            return reader(token.text)
        if self.take("("):
            inner = self.expression()
            self.expect(")")
            return inner
        following = self.tokens[min(self.at + 1, len(self.tokens) - 1)]
        if token.kind == "name" and following.text == "(" and following.kind == "sign" and token.text not in _KINDS:
            return self.call()
        return None

    def call(self) -> Call:
        name = self.here.text
        self.at += 1
        self.expect("(")
        arguments: list[Expr] = []
        if not self.take(")"):
            arguments.append(self.expression())
            while self.take(","):
                arguments.append(self.expression())
            self.expect(")")
        return Call(name, tuple(arguments))


def _compares(operator: str) -> bool:
    return _PRECEDENCE.get(operator) in _COMPARING


def _reference(text: str) -> Reference:
    name = text[2:-1].strip()
    return Reference(name.removeprefix("last-saved#"), name.startswith("last-saved#"))


_PRIMARY: dict[str, Callable[[str], Expr]] = {
    "number": lambda text: Number(float(text)),
    "literal": lambda text: Literal(text[1:-1]),
    "reference": _reference,
}
