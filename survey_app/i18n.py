"""Words of the program in Vietnamese and English.

Source strings are English; ``resources/translations/vi/*.po`` (one file an area, compiled to one ``survey_app.mo`` by
``build_scripts/translations.py``) hold the Vietnamese. Call ``_`` when the words are shown, not when a module is
imported, so that switching the language takes effect at once.
"""

from __future__ import annotations

import gettext

from survey_app import paths

LANGUAGES = ("vi", "en")

_active: gettext.NullTranslations = gettext.NullTranslations()
_language = "en"


def use_language(language: str) -> None:
    """Speak ``"vi"`` or ``"en"`` from now on."""
    global _active, _language  # noqa: PLW0603 - one program speaks one language
    if language == "en":
        _active = gettext.NullTranslations()
    else:
        _active = gettext.translation("survey_app", str(paths.resources() / "translations"), [language])
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
