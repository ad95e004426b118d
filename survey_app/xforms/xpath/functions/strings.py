"""Functions on text (XPath 1.0 section 4.2; ODK XForms, string functions; SurveyCTO: lower, upper, linebreak, hash)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import math

from survey_app.i18n import _
from survey_app.xforms.xpath.code import Builder, Compile, Run, as_string, function, special, texts
from survey_app.xforms.xpath.errors import XPathError
from survey_app.xforms.xpath.frame import Frame
from survey_app.xforms.xpath.nodes import Expr, Literal
from survey_app.xforms.xpath.patterns import matches
from survey_app.xforms.xpath.tree import XNode, text_of
from survey_app.xforms.xpath.values import Value

MAX_LENGTH = 1_000_000
"""How long a text that is put together may become, in characters."""


@special("string", "v?", "string")
def _string(compiler: Compile, arguments: tuple[Expr, ...]) -> Run:
    if not arguments:
        return lambda node, _frame: text_of(node)
    inner = as_string(compiler.expr(arguments[0]))
    return lambda node, frame: str(inner(node, frame))


@function("concat", "v*", "string")
def _concat(*values: Value) -> str:
    return _together("", values)


@function("join", "sv*", "string")
def _join(separator: str, *values: Value) -> str:
    return _together(separator, values)


def _together(separator: str, values: tuple[Value, ...]) -> str:
    parts: list[str] = []
    length = 0
    for value in values:
        for text in texts(value):
            length += len(text) + len(separator)
            if length > MAX_LENGTH:
                raise XPathError("XPA-17", _("A text becomes too long."))
            parts.append(text)
    return separator.join(parts)


@function("substr", "snn?", "string")
def _substr(text: str, start: float, end: float = math.inf) -> str:
    return text[_bound(start, len(text)) : _bound(end, len(text))]


def _bound(place: float, length: int) -> int:
    if math.isnan(place):
        return 0
    whole = math.trunc(max(-length, min(place, length)))
    return whole if whole >= 0 else length + whole


def _half_up(number: float) -> float:
    return math.floor(number + 0.5) if math.isfinite(number) else number


@function("substring", "snn?", "string")
def _substring(text: str, start: float, length: float | None = None) -> str:
    first = _half_up(start)
    last = math.inf if length is None else first + _half_up(length)
    if math.isnan(first) or math.isnan(last):
        return ""
    end = len(text) + 1
    return text[int(max(1.0, min(first, end))) - 1 : int(max(1.0, min(last, end))) - 1]


@function("substring-before", "ss", "string")
def _substring_before(text: str, part: str) -> str:
    before, found, _after = text.partition(part) if part else ("", "", "")
    return before if found else ""


@function("substring-after", "ss", "string")
def _substring_after(text: str, part: str) -> str:
    return text.partition(part)[2] if part else text


@function("translate", "sss", "string")
def _translate(text: str, old: str, new: str) -> str:
    table: dict[int, str | None] = {}
    for place, char in enumerate(old):
        table.setdefault(ord(char), new[place] if place < len(new) else None)
    return text.translate(table)


@function("contains", "ss", "boolean")
def _contains(text: str, part: str) -> bool:
    return part in text


@function("starts-with", "ss", "boolean")
def _starts_with(text: str, part: str) -> bool:
    return text.startswith(part)


@function("ends-with", "ss", "boolean")
def _ends_with(text: str, part: str) -> bool:
    return text.endswith(part)


@function("lower", "s", "string")
def _lower(text: str) -> str:
    return text.lower()


@function("upper", "s", "string")
def _upper(text: str) -> str:
    return text.upper()


@function("linebreak", "", "string")
def _linebreak() -> str:
    return "\n"


@function("hash", "vv*", "string")
def _hash(*values: Value) -> str:
    """Return a short text that differs when one of the values differs.

    SurveyCTO does not say how its own is made; this is the SHA-256, in hexadecimal, of the values with their lengths.
    """
    parts = [text for value in values for text in texts(value)]
    return hashlib.sha256("".join(f"{len(text)}:{text}" for text in parts).encode()).hexdigest()


def _of_context(run_name: str) -> Builder:
    def build(compiler: Compile, arguments: tuple[Expr, ...]) -> Run:
        work = {"string-length": _length, "normalize-space": _normalized}[run_name]
        if not arguments:
            return lambda node, _frame: work(text_of(node))
        inner = as_string(compiler.expr(arguments[0]))
        return lambda node, frame: work(inner(node, frame))

    return build


def _length(text: str) -> float:
    return float(len(text))


def _normalized(text: str) -> str:
    return " ".join(part for part in text.replace("\t", " ").replace("\r", " ").replace("\n", " ").split(" ") if part)


special("string-length", "s?", "number")(_of_context("string-length"))
special("normalize-space", "s?", "string")(_of_context("normalize-space"))


@special("regex", "ss", "boolean")
def _regex(compiler: Compile, arguments: tuple[Expr, ...]) -> Run:
    text, pattern = as_string(compiler.expr(arguments[0])), as_string(compiler.expr(arguments[1]))
    if isinstance(arguments[1], Literal):
        matches(arguments[1].value, "")

    def run(node: XNode, frame: Frame) -> bool:
        return matches(pattern(node, frame), text(node, frame))

    return run


@function("uuid", "n?", "string", context=True)
def _uuid(_node: XNode, frame: Frame, length: float | None = None) -> str:
    if length is None:
        return frame.env.new_uuid()
    count = int(length) if 0 <= length <= 10_000 else 0
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return "".join(frame.env.random.choice(digits) for _place in range(count))


_SIGNATURE_BYTES = 64
_ALGORITHMS = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}


@special("digest", "sss?", "string")
def _digest_call(compiler: Compile, arguments: tuple[Expr, ...]) -> Run:
    runs = [as_string(compiler.expr(argument)) for argument in arguments]
    written = [argument.value for argument in arguments[1:] if isinstance(argument, Literal)]
    if len(written) == len(arguments) - 1:
        _digest("", *written)
    return lambda node, frame: _digest(*[run(node, frame) for run in runs])


def _digest(text: str, algorithm: str, encoding: str = "base64") -> str:
    name = _ALGORITHMS.get(algorithm.upper())
    if name is None or encoding.lower() not in ("base64", "hex"):
        raise XPathError("XPA-10", _("“digest()” knows no method “{method}”.").format(method=f"{algorithm} {encoding}"))
    summary = hashlib.new(name, text.encode(), usedforsecurity=False)
    return summary.hexdigest() if encoding.lower() == "hex" else base64.b64encode(summary.digest()).decode()


@function("base64-decode", "s", "string")
def _base64_decode(text: str) -> str:
    return _bytes_of(text).decode("utf-8", "replace")


@function("extract-signed", "ss", "string")
def _extract_signed(signed: str, public_key: str) -> str:
    """Return the message behind an Ed25519 signature (64 bytes, then the message, in base64); blank if not valid."""
    from survey_app import crypto

    content = _bytes_of(signed)
    try:
        crypto.verify(_bytes_of(public_key), content[_SIGNATURE_BYTES:], content[:_SIGNATURE_BYTES])
    except crypto.CryptoError:
        return ""
    return content[_SIGNATURE_BYTES:].decode("utf-8", "replace")


def _bytes_of(text: str) -> bytes:
    """Return the bytes base64 stands for; none when it is not base64."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return b""
