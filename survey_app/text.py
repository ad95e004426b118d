"""Vietnamese text: one spelling to store, one folding to search, one order to sort, one way to show numbers.

Sources: Unicode NFC; the alphabet a ă â b c d đ e ê … with tones none, huyền, hỏi, ngã, sắc, nặng second.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

_LOOKALIKES = str.maketrans({"\u00d0": "\u0110", "\u0189": "\u0110", "\u0256": "\u0111", "\u00f0": "\u0111"})
_APOSTROPHES = str.maketrans("", "", "'\u2018\u2019\u02bc\u0060")
_DAY = re.compile(r"(\d{1,2})[\s./-](\d{1,2})[\s./-](\d{4})")
_RUN = ("=", "+", "-", "@", "\t", "\r", "\n")
_HARMLESS = re.compile(r"[+-][\d .,()/-]*\d[\d .,()/-]*")
_ANSWER = re.compile(r"\$\{[^}]*\}")
_LETTERS = {letter: rank for rank, letter in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz", start=1)}
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
_SHAPES = {"\u0302", "\u0306", "\u031b"}  # circumflex, breve, horn belong to the letter


def tidy(text: str) -> str:
    """Return the text as it is stored: NFC, the right Đ, no stray blanks at the ends."""
    return unicodedata.normalize("NFC", text).translate(_LOOKALIKES).strip()


def fold(text: str) -> str:
    """Return the text as it is searched: lower case, no accents, đ as d, no apostrophes, single blanks."""
    lowered = unicodedata.normalize("NFC", text).translate(_LOOKALIKES).casefold().replace("đ", "d")
    bare = "".join(c for c in unicodedata.normalize("NFD", lowered) if not unicodedata.combining(c))
    return " ".join(bare.translate(_APOSTROPHES).split())


def sort_key(text: str) -> tuple[tuple[int, ...], tuple[int, ...], str]:
    """Return a key that sorts text in Vietnamese order, with runs of digits by their value."""
    letters: list[int] = []
    tones: list[int] = []
    digits = ""
    for char in tidy(text).casefold() + "\0":
        if char.isdecimal():
            digits += char
            continue
        if digits:
            letters += [1000, int(digits)]
            tones.append(0)
            digits = ""
        if char != "\0":
            base, tone = _letter(char)
            letters.append(_LETTERS.get(base, 0 if base.isspace() else 2000 + ord(base[0])))
            tones.append(tone)
    return tuple(letters), tuple(tones), text


def _letter(char: str) -> tuple[str, int]:
    parts = unicodedata.normalize("NFD", char)
    tone = max((_TONES.get(mark, 0) for mark in parts[1:]), default=0)
    shape = "".join(mark for mark in parts[1:] if mark in _SHAPES)
    return unicodedata.normalize("NFC", parts[0] + shape), tone


def for_spreadsheet(text: str) -> str:
    """Return a text that a spreadsheet opening a CSV file takes for text: one it would run gets an apostrophe first.

    A name or remark that begins with ``=``, ``+``, ``-``, ``@``, a tab or a line break would be run as a formula.
    Numbers and telephone numbers, ``-3`` or ``+84 912 345 678``, stay as they are.
    """
    return f"'{text}" if text.startswith(_RUN) and not _HARMLESS.fullmatch(text) else text


def show_number(value: float, decimals: int = 0, language: str = "vi") -> str:
    """Return a number as people here read it: ``1.234,5`` in Vietnamese, ``1,234.5`` in English."""
    shown = f"{value:,.{decimals}f}"
    return shown if language == "en" else shown.translate(str.maketrans(",.", ".,"))


def show_percent(value: float, decimals: int = 1, language: str = "vi") -> str:
    """Return a percentage with a no-break space before the sign, ``77,3 %``."""
    return show_number(value, decimals, language) + "\u00a0%"


def read_day(text: str) -> dt.date | None:
    """Return the day written as ``2026-11-21`` or, as people here write it, ``21/11/2026``; None when it is none."""
    match = _DAY.fullmatch(text)
    try:
        return dt.date(int(match[3]), int(match[2]), int(match[1])) if match else dt.date.fromisoformat(text)
    except ValueError:
        return None


def show_date(day: dt.date) -> str:
    """Return a date as ``21/11/2026``."""
    return f"{day:%d/%m/%Y}"


def of_nobody(question: str) -> str:
    """Return what a question asks of nobody in particular: ``…`` where an answer stands in it, for example a name."""
    return _ANSWER.sub("…", question)
