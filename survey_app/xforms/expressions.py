"""What is wrong with an expression an author wrote, in words of a workbook."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping

from survey_app.i18n import N_, _
from survey_app.xforms.xpath.code import FUNCTIONS
from survey_app.xforms.xpath.compiler import Compiler, find_function
from survey_app.xforms.xpath.errors import XPathError
from survey_app.xforms.xpath.nodes import Call, walk
from survey_app.xforms.xpath.parser import parse

REFERENCE = re.compile(r"\$\{\s*(last-saved#)?([^}]*?)\s*\}")
_MANY = 200
FLAGS = frozenset(("yes", "no", "true", "false", "true()", "false()", "", "1", "0"))
"""Texts that say yes or no and are no expressions."""
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_DECIMAL_COMMA = re.compile(r"(?<![\d.])\d+,\d")
_HINTS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"=="), N_("Write “=” instead of “==”.")),
    (re.compile(r"<>"), N_("Write “!=” instead of “<>”.")),
    (re.compile(r"&&"), N_("Write “and” instead of “&&”.")),
    (re.compile(r"\|\|"), N_("Write “or” instead of “||”.")),
    (re.compile(r"[≤≥≠]|=<|=>"), N_("Write “<=”, “>=” or “!=”.")),
    (re.compile(r"\b(?:AND|And)\b"), N_("Write “and” in small letters.")),
    (re.compile(r"\b(?:OR|Or)\b"), N_("Write “or” in small letters.")),
    (re.compile(r";"), N_("Part the values of a function with commas, not with semicolons.")),
    (re.compile(r"\d,\d"), N_("Write decimals with a point: 1.5, not 1,5.")),
    (re.compile(r"[\d)}]\s*/\s*[\d({$]"), N_("Write “div” to divide.")),
    (re.compile(r"[×÷]"), N_("Write “*” and “div”.")),
    (re.compile(r"[‘’“”]"), N_("Write straight quotation marks: ' or \".")),
    (re.compile(r"!(?!=)"), N_("Write “not(…)” instead of “!”.")),
    (re.compile(r"\$(?!\{)"), N_("Write ${name} to name a question.")),
    (re.compile(r"%"), N_("Write “mod” for the remainder, or “div 100” for per cent.")),
)
_OTHER_NAMES: Mapping[str, str] = {
    "len": "string-length",
    "length": "string-length",
    "concatenate": "concat",
    "average": "sum",
    "avg": "sum",
    "mean": "sum",
    "ifelse": "if",
    "iff": "if",
    "isblank": "not",
    "mid": "substr",
    "left": "substr",
    "right": "substr",
    "power": "pow",
    "ceil": "ceiling",
    "counta": "count-non-empty",
    "countif": "count",
    "sumif": "sum",
    "lookup": "pulldata",
    "vlookup": "pulldata",
    "jr:choicename": "jr:choice-name",
    "choice-name": "jr:choice-name",
}
_ELSEWHERE = (
    *("phone-call-log", "phone-call-duration", "plug-in-metadata", "device-info", "collect-is-phone-app", "duration"),
    *("username", "short-distance", "geo-scatter"),
)
"""Functions of SurveyCTO that only its app can work out."""


def near(wanted: str, known: set[str] | frozenset[str] | Mapping[str, object], least: float = 0.5) -> str:
    """Return the words that suggest the nearest known name, ``""`` when none is near."""
    small = wanted.lower()
    names = {name.lower(): name for name in known if name and abs(len(name) - len(wanted)) <= 4 + len(wanted) // 2}
    if len(names) > _MANY:  # comparing letter by letter takes its time
        names = {low: name for low, name in names.items() if low[:2] == small[:2] and abs(len(low) - len(small)) <= 2}
    found = difflib.get_close_matches(small, sorted(names)[:_MANY], 1, least)
    return " " + _("Do you mean “{name}”?").format(name=names[found[0]]) if found else ""


def fault_of(text: str) -> str:
    """Return what is wrong with an expression and where, ``""`` when nothing is.

    Names of questions are not looked at here; see ``REFERENCE``.
    """
    if text.count("${") > len(REFERENCE.findall(text)):
        return ""
    as_path = REFERENCE.sub(lambda match: "/" + "x" * (len(match.group()) - 1), text)
    try:
        _unknown_functions(as_path)
        Compiler().text(as_path)
    except XPathError as error:
        return _told(error, text)
    return ""


def _unknown_functions(text: str) -> None:
    for part in walk(parse(text)):
        if isinstance(part, Call):
            find_function(part.name)


def _told(error: XPathError, text: str) -> str:
    words = error.message
    if error.code == "XPA-05":
        return _no_function(words)
    if error.code == "XPA-06" and _DECIMAL_COMMA.search(_QUOTED.sub("''", text)):
        return words + " " + _("Write decimals with a point: 1.5, not 1,5.")
    if error.code not in ("XPA-01", "XPA-02", "XPA-03"):
        return words if error.code in ("XPA-06", "XPA-07") else ""
    if 0 < error.offset <= len(text):
        words += " " + _("Look at character {number}: “{part}”.").format(
            number=error.offset + 1, part=text[max(0, error.offset - 12) : error.offset + 8].strip()
        )
    return words + _hint(text) + _brackets(text)


def _no_function(words: str) -> str:
    """Return what to say of a function nobody knows, with one suggestion: that of authors' usual words goes first."""
    found = re.search(r"[“\"]([^“”\"]+?)\(\)", words)
    name = found[1] if found is not None else ""
    hint = _function_hint(name)
    return _("There is no function “{name}()”.").format(name=name) + hint if hint else words


def _function_hint(name: str) -> str:
    if name in _ELSEWHERE:
        return " " + _("It works only in SurveyCTO; take it out.")
    other = _OTHER_NAMES.get(name.lower().replace("_", "-"))
    if other:
        return " " + _("Do you mean “{name}”?").format(name=other)
    return near(name.replace("_", "-"), FUNCTIONS, 0.6)


def _hint(text: str) -> str:
    bare = _QUOTED.sub("''", REFERENCE.sub("x", text))
    return next((" " + _(words) for pattern, words in _HINTS if pattern.search(bare)), "")


def _brackets(text: str) -> str:
    bare = _QUOTED.sub("''", text)
    opened, closed = bare.count("("), bare.count(")")
    if opened == closed:
        return ""
    return " " + _("“(” stands {opened} times, “)” {closed} times.").format(opened=opened, closed=closed)
