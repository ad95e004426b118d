"""Regular expressions of forms: the dialect authors write, at a cost that is bounded.

A pattern must match the whole text (ODK XForms, ``regex()``).
"""

from __future__ import annotations

import re
import sys
import unicodedata
import warnings
from collections.abc import Callable
from functools import lru_cache

from survey_app.i18n import _
from survey_app.xforms.xpath import automaton
from survey_app.xforms.xpath.automaton import Unsupported, may_explode
from survey_app.xforms.xpath.errors import XPathError

_PROPERTY = re.compile(r"\\([pP])\{(?:Is)?(\w+)\}|\\.|\[|\]", re.DOTALL)


@lru_cache(maxsize=512)
def _matcher(pattern: str) -> Callable[[str], bool]:
    """Return what tells whether a whole text matches.

    Raises:
        XPathError: it is not a regular expression, or one that could run for ever.
    """
    try:
        written = _translated(pattern)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "[[" may mean something else in a later Python; here it does not
            compiled = re.compile(written, re.ASCII)
            if not may_explode(written):
                return lambda text: compiled.fullmatch(text) is not None
            return automaton.matcher(written)
    except Unsupported as error:
        raise _too_complicated(pattern) from error
    except (re.error, OverflowError, RecursionError, ValueError) as error:
        message = _("“{pattern}” is not a pattern for texts.").format(pattern=pattern[:200])
        raise XPathError("XPA-11", message) from error


def _too_complicated(pattern: str) -> XPathError:
    return XPathError("XPA-11", _("The pattern “{pattern}” is too complicated.").format(pattern=pattern[:200]))


def matches(pattern: str, text: str) -> bool:
    """Tell whether the pattern matches the whole text.

    Raises:
        XPathError: the pattern cannot be used.
    """
    try:
        return _matcher(pattern)(text)
    except Unsupported as error:
        raise _too_complicated(pattern) from error


def _translated(pattern: str) -> str:
    r"""Write ``\p{L}`` and its like out, which Python does not know."""
    inside = False

    def write(match: re.Match[str]) -> str:
        nonlocal inside
        found = match.group()
        if found in ("[", "]"):
            inside = found == "["
        if match[2] is None:
            return found
        ranges = _ranges(match[2])
        if inside and match[1] == "p":
            return ranges
        return f"[{'^' if match[1] == 'P' else ''}{ranges}]"

    return _PROPERTY.sub(write, pattern)


@lru_cache(maxsize=32)
def _ranges(category: str) -> str:
    """Return the characters of a Unicode category as ranges for a character class."""
    wanted = {"Alphabetic": "L", "Letter": "L", "Uppercase": "Lu", "Lowercase": "Ll", "Digit": "Nd", "Punct": "P"}
    start = wanted.get(category, category)
    found: list[str] = []
    first = last = -2
    for point in range(min(0x30000, sys.maxunicode)):
        if unicodedata.category(chr(point)).startswith(start):
            if point != last + 1:
                found.append(_span(first, last))
                first = point
            last = point
    found.append(_span(first, last))
    if len(found) < 2:
        raise re.error(category)
    return "".join(found)


def _span(first: int, last: int) -> str:
    return "" if first < 0 else f"\\U{first:08x}-\\U{last:08x}"
