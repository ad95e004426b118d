"""Vietnamese text in the encodings from before Unicode: TCVN3 (ABC, fonts ``.Vn...``) and VNI (fonts ``VNI-...``).

Lists of the nineties still travel as such text: a spreadsheet shows ``NguyÔn V¨n An`` unless the old font is installed.
Nothing in a file says which encoding a column has, but Vietnamese syllables follow strict rules: that reading is right
under which the words of a column become syllables.

Sources: TCVN 5712:1993, third table (VN3); the VNI Windows chart; both with the byte read as Windows-1252.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from survey_app.text import tidy

UNICODE, TCVN3, VNI = "", "tcvn3", "vni"
_READ_AT_MOST = 400
_SURE, _SOUND = 0.8, 0.6

_TCVN3_FROM = "µ¶·¸¹¨»¼½¾Æ©ÇÈÉÊËÌÎÏÐÑªÒÓÔÕÖ×ØÜÝÞßáâãä«åæçèé¬êëìíîïñòóô\u00adõö÷øùúûüýþ®¡¢£¤¥¦§"
_TCVN3_TO = "àảãáạăằẳẵắặâầẩẫấậèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵđĂÂÊÔƠƯĐ"
_TCVN3 = str.maketrans(_TCVN3_FROM, _TCVN3_TO)

_ACUTE, _GRAVE, _HOOK, _TILDE, _DOT = "\u0301", "\u0300", "\u0309", "\u0303", "\u0323"
_CIRCUMFLEX, _BREVE, _HORN = "\u0302", "\u0306", "\u031b"
_VNI_MARKS = {
    "ù": _ACUTE, "ø": _GRAVE, "û": _HOOK, "õ": _TILDE, "ï": _DOT,
    "â": _CIRCUMFLEX, "á": _CIRCUMFLEX + _ACUTE, "à": _CIRCUMFLEX + _GRAVE, "å": _CIRCUMFLEX + _HOOK,
    "ã": _CIRCUMFLEX + _TILDE, "ä": _CIRCUMFLEX + _DOT,
    "ê": _BREVE, "é": _BREVE + _ACUTE, "è": _BREVE + _GRAVE, "ú": _BREVE + _HOOK, "ü": _BREVE + _TILDE,
    "ë": _BREVE + _DOT,
}  # fmt: skip
_VNI_LETTERS = {"ñ": "đ", "í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "ô": "ơ", "ö": "ư", "î": "ỵ"}
_VNI_LETTERS |= {old.upper(): new.upper() for old, new in _VNI_LETTERS.items()}
_VNI_MARKS |= {old.upper(): new for old, new in _VNI_MARKS.items()}
_VNI_STEP = re.compile(f"([aeiouyAEIOUYôöÔÖ])([{''.join(_VNI_MARKS)}])|([{''.join(_VNI_LETTERS)}])")

_ONSETS = "ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|b|c|d|đ|g|h|k|l|m|n|p|r|s|t|v|x"
_RIMES = (
    "uyê|uya|iêu|yêu|ươi|ươu|uôi|oai|oay|oao|oeo|uai|uay|uây|uyu|"
    "ai|ao|au|ay|âu|ây|eo|êu|ia|iê|iu|oa|oă|oe|oi|oo|ôi|ơi|ua|uâ|uê|uô|ui|uơ|uy|ưa|ươ|ưi|ưu|yê|uă|ue|"
    "a|ă|â|e|ê|i|o|ô|ơ|u|ư|y"
)
_SYLLABLE = re.compile(f"(?:{_ONSETS})?(?:{_RIMES})(?:ng|nh|ch|c|m|n|p|t)?")
_TONES = {_ACUTE, _GRAVE, _HOOK, _TILDE, _DOT}
_WORD = re.compile(r"[^\s\d.,;:()/+\"'\-–_]+")


def decode(text: str, encoding: str) -> str:
    """Return text of an old encoding as Unicode, tidied; ``UNICODE`` only tidies.

    TCVN3 has no capital letters with tones (another font drew them): in a word of capitals they are made capitals.
    """
    if encoding == TCVN3:
        return tidy(_WORD.sub(lambda word: _capitals(word[0]), text))
    if encoding == VNI:
        return tidy(_VNI_STEP.sub(_vni, text))
    return tidy(text)


def _capitals(word: str) -> str:
    plain = [char for char in word if char.isascii() and char.isalpha()]
    turned = word.translate(_TCVN3)
    return turned.upper() if len(plain) > 1 and all(char.isupper() for char in plain) else turned


def _vni(step: re.Match[str]) -> str:
    if step[3]:
        return _VNI_LETTERS[step[3]]
    return unicodedata.normalize("NFC", _VNI_LETTERS.get(step[1], step[1]) + _VNI_MARKS[step[2]])


def recognise(texts: Iterable[str]) -> str:
    """Return the encoding of a column: ``UNICODE``, ``TCVN3`` or ``VNI``.

    Only words with letters beyond ASCII are looked at, at most some hundred; a column without any is Unicode.
    """
    words: list[str] = []
    for text in texts:
        words += [word for word in _WORD.findall(text) if not word.isascii()]
        if len(words) >= _READ_AT_MOST:
            break
    if not words:
        return UNICODE
    shares = {encoding: _share(words, encoding) for encoding in (UNICODE, TCVN3, VNI)}
    best = max((TCVN3, VNI), key=lambda encoding: shares[encoding])
    return best if shares[UNICODE] < _SOUND and shares[best] >= _SURE else UNICODE


def _share(words: list[str], encoding: str) -> float:
    return sum(is_syllable(decode(word, encoding)) for word in words) / len(words)


@lru_cache(maxsize=8192)
def is_syllable(word: str) -> bool:
    """Tell whether a word can be a Vietnamese syllable: its letters in a possible order, and at most one tone."""
    parts = unicodedata.normalize("NFD", word.casefold())
    tones = sum(mark in _TONES for mark in parts)
    letters = unicodedata.normalize("NFC", "".join(mark for mark in parts if mark not in _TONES))
    return tones <= 1 and _SYLLABLE.fullmatch(letters) is not None
