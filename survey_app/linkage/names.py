"""Vietnamese names as two people may write the same one: accents left out, the order turned, parts shortened, slips.

A name is family name, middle names, given name. Spoken and quick writing keeps the given name: "Hùng", "ông Hùng",
"Ng. V. Hùng", "Nguyễn Hùng"; of "Trần Thị Thu Hà" stays "Trần Thu Hà".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from rapidfuzz.distance import OSA

from survey_app.text import fold, tidy

Agreement = Literal["same", "accents", "order", "short", "near", "other", ""]
"""How two names agree: ``same`` (accents may be missing on one side), ``accents`` (they differ in accents alone),
``order`` (the same words in another order), ``short`` (one is the other shortened), ``near`` (a slip or two),
``other``, and blank when one of them is missing."""

_TITLES = frozenset(("ong", "ba", "anh", "chi", "co", "chu", "bac", "em", "cu", "chau", "thim", "cau", "di"))
_ACCENTED_TITLES = frozenset(("ông", "bà", "anh", "chị", "cô", "chú", "bác", "em", "cụ", "cháu", "thím", "cậu", "dì"))
_SHORTENED = {"ng": "nguyen", "ngn": "nguyen", "tr": "tran", "ph": "pham", "hg": "hoang"}
_NUMBERS = re.compile(r"\d+")
_SHORTEST_NEAR = 6
_NEAR_LETTERS = 0.17
_SURE = {"same", "accents", "order"}


@dataclass(frozen=True)
class Name:
    """A name ready to be compared.

    Attributes:
        folded: without accents and title, lower case.
        words: the words of ``folded``.
        spelled: lower case with accents, without title; equal to ``folded`` when written without accents.
        given: the given name, blank for no name.
        ends: family and given name: what is left when middle names are dropped.
    """

    folded: str
    words: tuple[str, ...]
    spelled: str
    given: str
    ends: tuple[str, str]


def read_name(text: str) -> Name:
    """Return a name ready to be compared; a form of address before it is no part of it."""
    spelled = " ".join(tidy(text).casefold().replace(".", " ").replace(",", " ").split())
    first, _blank, rest = spelled.partition(" ")
    if rest and (first in _ACCENTED_TITLES or (first in _TITLES and spelled == fold(spelled) and " " in rest)):
        spelled = rest
    folded = fold(spelled)
    words = tuple(_SHORTENED.get(word, word) for word in folded.split())
    given = words[-1] if words else ""
    return Name(folded, words, spelled, given, (words[0] if words else "", given))


def compare_names(one: Name, other: Name) -> Agreement:
    """Say how two names agree; the order of the two does not matter."""
    if not one.words or not other.words:
        return ""
    if one.words == other.words:
        plain = one.spelled == one.folded or other.spelled == other.folded
        return "same" if plain or one.folded != other.folded or one.spelled == other.spelled else "accents"
    if one.given != other.given and set(one.words).isdisjoint(other.words):
        return "near" if len(one.words) == len(other.words) == 1 and _is_near(one.folded, other.folded) else "other"
    if sorted(one.words) == sorted(other.words):
        return "order"
    if _is_short(one.words, other.words) or _is_short(other.words, one.words):
        return "short"
    return "near" if _is_near(" ".join(one.words), " ".join(other.words)) else "other"


def is_sure(agreement: Agreement) -> bool:
    """Tell whether whole names agree."""
    return agreement in _SURE


def _is_short(short: tuple[str, ...], full: tuple[str, ...]) -> bool:
    """Tell whether words were left out or cut to their first letters; the given name stays."""
    if short[-1] != full[-1] or len(short) > len(full):
        return False
    words = iter(full[:-1])
    return all(any(_stands_for(part, word) for word in words) for part in short[:-1])


def _stands_for(part: str, word: str) -> bool:
    return part == word or (len(part) <= 2 and word.startswith(part))


def _is_near(one: str, other: str) -> bool:
    longest = max(len(one), len(other))
    if min(len(one), len(other)) < _SHORTEST_NEAR:
        return False
    most = max(1, int(longest * _NEAR_LETTERS))
    return int(OSA.distance(one, other, score_cutoff=most)) <= most


def is_near_address(one: str, other: str) -> bool:
    """Tell whether two folded addresses have the same numbers and nearly the same words."""
    if not _NUMBERS.search(one) or _NUMBERS.findall(one) != _NUMBERS.findall(other):
        return False
    most = max(len(one), len(other)) // 5
    return int(OSA.distance(one, other, score_cutoff=most)) <= most
