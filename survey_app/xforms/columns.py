"""The headings of an XLSForm's sheets: which column is meant, however it is spelt."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_SURVEY = {
    "readonly": "read_only",
    "relevance": "relevant",
    "calculate": "calculation",
    "caption": "label",
    "command": "type",
    "tag": "name",
    "value": "name",
    "count": "repeat_count",
    "jr:count": "repeat_count",
    "constraining_message": "constraint_message",
    "requiredmsg": "required_message",
    "jr:constraintmsg": "constraint_message",
    "jr:requiredmsg": "required_message",
    "repeatcount": "repeat_count",
}
_CHOICES = {"caption": "label", "value": "name", "list_name": "list_name"}
_INNER = {
    "bind": frozenset(
        ("relevant", "constraint", "calculate", "required", "readonly", "jr:constraintmsg", "jr:requiredmsg")
    ),
    "control": frozenset(("appearance", "jr:count")),
    "body": frozenset(("appearance", "jr:count")),
    "media": frozenset(("image", "big-image", "audio", "video")),
}
_MEDIA = frozenset(("image", "big-image", "audio", "video"))
KNOWN = {
    "survey": (
        *("type", "name", "label", "hint", "guidance_hint", "appearance", "parameters", "default", "readonly"),
        *("read_only", "relevant", "relevance", "required", "required_message", "constraint", "constraint_message"),
        *("calculation", "choice_filter", "repeat_count", "trigger", "image", "audio", "video", "save_to"),
    ),
    "choices": ("list_name", "name", "label", "image", "audio", "video"),
    "settings": (
        *("form_title", "form_id", "version", "default_language", "instance_name", "style", "public_key"),
        *("submission_url", "allow_choice_duplicates", "name", "instance_id", "auto_send", "auto_delete"),
    ),
}
"""Columns to suggest to an author, by sheet."""
EXPRESSIONS = ("relevant", "constraint", "calculation", "required", "read_only", "repeat_count", "choice_filter")
"""Columns of the sheet ``survey`` that hold expressions."""
ONE_LANGUAGE = frozenset((*EXPRESSIONS, "type", "name", "list_name", "parameters", "appearance", "default", "trigger"))
"""Columns that are the same in all languages."""


def plain(heading: str) -> str:
    """Return a heading in small letters with underscores, as XLSForm compares them."""
    return "_".join(heading.split()).lower()


def column_of(heading: str, sheet: str = "survey") -> str:
    """Return the column a heading means, by its usual name; translated columns without their language.

    ``Label :: Vietnamese (vi)`` is ``label``, ``bind::relevant`` is ``relevant``, ``media::image`` is ``image``.
    """
    parts = [part.strip() for part in heading.split("::")] if "::" in heading else _single(heading)
    first = plain(parts[0])
    if first in _INNER and len(parts) > 1:
        inner = plain(parts[1])
        first = inner if inner in _INNER[first] else f"{first}::{inner}"
    if sheet == "survey":
        return _SURVEY.get(first, first)
    return _CHOICES.get(first, first) if sheet in ("choices", "external_choices") else first


def _single(heading: str) -> list[str]:
    parts = [part.strip() for part in heading.split(":")]
    return [f"jr:{parts[-1]}"] if "jr" in parts else parts


def language_of(heading: str) -> str:
    """Return the language of a translated column, ``""`` when it has none."""
    parts = [part.strip() for part in heading.split("::" if "::" in heading else ":")]
    if "jr" in parts:
        return ""
    outer = 2 if plain(parts[0]) in (*_INNER, "instance") else 1
    return parts[-1] if len(parts) > outer else ""


def meant(heading: str, sheet: str, present: Iterable[str]) -> str:
    """Return the known column that a heading nobody knows is probably meant to be, ``""`` for none.

    Args:
        heading: the heading as written.
        sheet: name of the sheet.
        present: the columns the sheet has.
    """
    name = column_of(heading, sheet)
    known = KNOWN.get(sheet, ())
    here = set(present)
    if not name or name in known or name in _MEDIA or len(name) < 4:
        return ""
    free = [one for one in known if one not in here and column_of(one, sheet) not in here]
    near = difflib.get_close_matches(name, free, 1, 0.75)
    return near[0] if near else ""
