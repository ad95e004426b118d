"""Places as people write them: decimal degrees, or degrees, minutes and seconds, with north and east in two languages.

The form keeps ``latitude longitude altitude accuracy`` (ODK XForms, "geopoint"); a line or an area is several of them
parted by semicolons, an area ends where it began.
"""

from __future__ import annotations

import re
import unicodedata

from survey_app.i18n import _

_LATITUDES = (8.0, 24.0)
_LONGITUDES = (102.0, 118.0)
"""Viet Nam with its islands, roundly."""

_NUMBER = r"\d+(?:[.,]\d+)?"
_ANGLE = re.compile(
    rf"""\s*(?P<before>[NSEWBĐDT])?\s*(?P<sign>[+-])?(?P<degrees>{_NUMBER})\s*(?:[°º*]|độ|(?=\s|$|[NSEWBĐDT]))?\s*
    (?:(?P<minutes>{_NUMBER})\s*['’′]\s*)?(?:(?P<seconds>{_NUMBER})\s*(?:["”″]|''|’’))?\s*(?P<after>[NSEWBĐDT])?\s*""",
    re.IGNORECASE | re.VERBOSE,
)
_PLAIN = re.compile(r"([+-]?\d+(?:\.\d+)?)[\s,;]+([+-]?\d+(?:\.\d+)?)(?:[\s,;]+[+-]?\d+(?:\.\d+)?){0,2}")
_COMMAS = re.compile(r"([+-]?\d+,\d+)(?:\s*;\s*|\s+|\s*,\s+)([+-]?\d+,\d+)")
_LATITUDE_LETTERS, _LONGITUDE_LETTERS = {"N", "S", "B"}, {"E", "W", "Đ", "D", "T"}

Point = tuple[float, float]


def point(text: str) -> Point | None:
    """Return latitude and longitude of what was typed, ``None`` when it is no place.

    ``10.8231, 106.6297``, ``10,8231 106,6297``, ``10°49'23"N 106°37'47"E``, ``21°2'B 105°51'Đ``. Two numbers in the
    wrong order are put right when only the other order can be.
    """
    text = unicodedata.normalize("NFC", text).strip().strip("()")
    found = _COMMAS.fullmatch(text)
    if found:
        return _ordered(*(float(part.replace(",", ".")) for part in found.groups()))
    found = _PLAIN.fullmatch(text)
    if found:
        return _ordered(float(found[1]), float(found[2]))
    return _from_angles(text)


def _from_angles(text: str) -> Point | None:
    first = _ANGLE.match(text)
    if not first:
        return None
    rest = text[first.end() :].lstrip(" ,;")
    second = _ANGLE.fullmatch(rest)
    if not second:
        return None
    parts = [_angle(first), _angle(second)]
    if None in parts:
        return None
    (one, letter), (two, other) = (part for part in parts if part is not None)
    if letter in _LONGITUDE_LETTERS and other in _LATITUDE_LETTERS:
        one, two = two, one
    elif letter and other and (letter in _LATITUDE_LETTERS) == (other in _LATITUDE_LETTERS):
        return None
    return _ordered(one, two) if not letter and not other else _possible(one, two)


def _angle(found: re.Match[str]) -> tuple[float, str] | None:
    degrees, minutes, seconds = (float((found[n] or "0").replace(",", ".")) for n in ("degrees", "minutes", "seconds"))
    if minutes >= 60 or seconds >= 60:
        return None
    letter = (found["after"] or found["before"] or "").upper()
    size = degrees + minutes / 60 + seconds / 3600
    return (-size if found["sign"] == "-" or letter in {"S", "W", "T"} else size), letter


def _possible(latitude: float, longitude: float) -> Point | None:
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


def _ordered(one: float, two: float) -> Point | None:
    if abs(one) > 90 and abs(two) <= 90:
        one, two = two, one
    return _possible(one, two)


def is_in_vietnam(place: Point) -> bool:
    """Return whether a place can lie in Viet Nam."""
    return _LATITUDES[0] <= place[0] <= _LATITUDES[1] and _LONGITUDES[0] <= place[1] <= _LONGITUDES[1]


def kept(kind: str, text: str) -> str:
    """Return the XForms text of one place, or of several lines of them; what cannot be read is kept as it is."""
    lines = [line for line in re.split(r"[;\n]+(?![^()]*\))", text) if line.strip()] if kind != "geopoint" else [text]
    points = [point(line) for line in lines]
    if not text.strip() or None in points:
        return text
    found = [f"{_exact(p[0])} {_exact(p[1])} 0.0 0.0" for p in points if p is not None]
    if kind == "geoshape" and len(found) > 2 and found[0] != found[-1]:
        found.append(found[0])
    return ";".join(found)


def _exact(angle: float) -> str:
    """Return degrees with at most seven decimals (a centimetre) and at least one, as the form writes them."""
    text = f"{round(angle, 7):.7f}".rstrip("0")
    return f"{text}0" if text.endswith(".") else text


def _short(angle: float) -> str:
    return _exact(angle).removesuffix(".0")


def shown(kind: str, value: str) -> str:
    """Return what stands in the field: ``10.8231, 106.6297``, a line each for several; an area without its last one."""
    points = [point(part) for part in value.split(";") if part.strip()]
    if not points or None in points:
        return value
    lines = [f"{_short(p[0])}, {_short(p[1])}" for p in points if p is not None]
    if kind == "geoshape" and len(lines) > 3 and lines[0] == lines[-1]:
        lines = lines[:-1]
    return "\n".join(lines)


def why(kind: str, text: str) -> str:
    """Return what is wrong with a text that is no place, naming the line."""
    example = _("Enter latitude, then longitude, for example 21.0278, 105.8342 or 21°1'40\"N 105°50'3\"E.")
    if kind == "geopoint":
        return example
    lines = [line for line in text.replace(";", "\n").splitlines() if line.strip()]
    wrong = next((number for number, line in enumerate(lines, start=1) if point(line) is None), 0)
    return _("Line {line} is not a place.").format(line=wrong) + " " + example if wrong else ""


def doubt(kind: str, value: str) -> str:
    """Return a word of caution about places that can be read, ``""`` when there is none."""
    points = [found for part in value.split(";") if part.strip() and (found := point(part)) is not None]
    if any(not is_in_vietnam(place) for place in points):
        return _("This place is not in Viet Nam. Check the numbers.")
    distinct = len(set(points))
    if kind == "geoshape" and 0 < distinct < 3:
        return _("An area has at least three points.")
    if kind == "geotrace" and distinct == 1:
        return _("A line has at least two points.")
    return ""
