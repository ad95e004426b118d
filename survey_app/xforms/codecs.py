"""One spelling for values of a type, so that equal answers are equal texts."""

from __future__ import annotations

import re

_DECIMAL_OF_INT = re.compile(r"([+-]?\d+)\.\d*", re.ASCII)
_WHOLE = re.compile(r"-?\d+", re.ASCII)
_NUMBER = re.compile(r"-?\d+(?:\.\d*)?", re.ASCII)
_GEOGRAPHY = frozenset(("geopoint", "geotrace", "geoshape"))


def normal(kind: str, text: str) -> str:
    """Return the text as values of the type are stored; what is no such value stays as it is.

    Args:
        kind: XForms type without prefix.
        text: the value.
    """
    if not text or kind == "string":
        return text
    if kind in ("int", "integer"):
        whole = _DECIMAL_OF_INT.fullmatch(text.strip())
        return whole[1] if whole is not None else text.strip()
    if kind == "date":
        return text[:10] if len(text) > 10 and text[10] in "T " else text
    if kind in _GEOGRAPHY:
        return _places(kind, text)
    return text


def _places(kind: str, text: str) -> str:
    points = [_point(part) for part in text.split(";") if part.strip()]
    if any(point is None for point in points) or (kind == "geopoint" and len(points) != 1):
        return text
    return ";".join(point for point in points if point is not None)


def _point(text: str) -> str | None:
    numbers = text.split()
    if not 2 <= len(numbers) <= 4 or not all(_NUMBER.fullmatch(number) for number in numbers):
        return None
    return " ".join(f"{number}.0" if _WHOLE.fullmatch(number) else number for number in numbers)
