"""Words of the program in Vietnamese and English.

Source strings are English; ``resources/translations/vi/*.po`` (one file an area, compiled to one ``survey_app.mo`` by
``build_scripts/translations.py``) hold the Vietnamese. Call ``_`` when the words are shown, not when a module is
imported, so that switching the language takes effect at once.
"""

from __future__ import annotations

import gettext
import struct
from pathlib import Path

from survey_app import paths

LANGUAGES = ("vi", "en")

_HEAD = struct.Struct("<I4xIII")
_SPAN = struct.Struct("<II")
_MAGIC = 0x950412DE


class Catalogue(gettext.NullTranslations):
    """A compiled catalogue (GNU gettext manual, "The Format of GNU MO Files") in which a message is looked up when it
    is asked for: the thousands that no screen of a sitting shows are never taken apart.

    Raises:
        OSError: the file is no such catalogue, or cannot be read.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._bytes = path.read_bytes()
        head = _HEAD.unpack_from(self._bytes.ljust(_HEAD.size, b"\0"))
        magic, self._count, self._ids, self._texts = head
        if magic != _MAGIC:
            raise OSError(f"{path.name} is not a catalogue of translations")
        self._known: dict[str, str] = {}

    def gettext(self, message: str) -> str:
        """Return the translation, or the message where there is none."""
        return self._text(message) or message

    def ngettext(self, one: str, many: str, n: int) -> str:
        """Return the translation for ``n`` things; the language has one form."""
        return self._text(f"{one}\0{many}") or (one if n == 1 else many)

    def _text(self, message: str) -> str:
        """Return the translation, ``""`` where there is none."""
        if message not in self._known:
            place = self._place(message.encode())
            self._known[message] = "" if place is None else self._at(self._texts, place).decode()
        return self._known[message]

    def _place(self, wanted: bytes) -> int | None:
        """Return the number of a message; the file has them sorted."""
        low, high = 0, self._count
        while low < high:
            middle = (low + high) // 2
            if self._at(self._ids, middle) < wanted:
                low = middle + 1
            else:
                high = middle
        return low if low < self._count and self._at(self._ids, low) == wanted else None

    def _at(self, table: int, number: int) -> bytes:
        length, start = _SPAN.unpack_from(self._bytes, table + 8 * number)
        return self._bytes[start : start + length]


_active: gettext.NullTranslations = gettext.NullTranslations()
_language = "en"


def use_language(language: str) -> None:
    """Speak ``"vi"`` or ``"en"`` from now on."""
    global _active, _language  # noqa: PLW0603 - one program speaks one language
    if language == "en":
        _active = gettext.NullTranslations()
    else:
        _active = Catalogue(paths.resources() / "translations" / language / "LC_MESSAGES" / "survey_app.mo")
    _language = language


def language() -> str:
    """Return the language spoken now, ``"vi"`` or ``"en"``."""
    return _language


def _(message: str) -> str:
    """Return the message in the language spoken now."""
    return _active.gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """Return the message for ``count`` things (Vietnamese has one form)."""
    return _active.ngettext(one, many, count)


def N_(message: str) -> str:
    """Mark a message for translation where a constant is defined; translate it with ``_`` when shown."""
    return message
