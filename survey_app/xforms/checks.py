"""Whether an answer is what its question asks for."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from survey_app.i18n import N_, _
from survey_app.xforms.xpath.values import read_moment, read_time

_INT = re.compile(r"[+-]?\d+(?:\.0*)?", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_POINT = re.compile(r"-?\d+(?:\.\d+)?(?: -?\d+(?:\.\d+)?){1,3}", re.ASCII)


def _is_date(text: str) -> bool:
    return read_moment(text) is not None


def _is_date_time(text: str) -> bool:
    return isinstance(read_moment(text), dt.date)


def _is_time(text: str) -> bool:
    return read_time(text) is not None or isinstance(read_moment(text), dt.datetime)


def _is_point(text: str) -> bool:
    return _POINT.fullmatch(text.strip()) is not None


def _are_points(text: str, fewest: int) -> bool:
    points = [part for part in text.split(";") if part.strip()]
    return len(points) >= fewest and all(_is_point(part) for part in points)


def _is_line(text: str) -> bool:
    return _are_points(text, 2)


def _is_area(text: str) -> bool:
    return _are_points(text, 3)


_CHECKS: dict[str, tuple[Callable[[str], object], str]] = {
    "int": (_INT.fullmatch, N_("Enter a whole number.")),
    "integer": (_INT.fullmatch, N_("Enter a whole number.")),
    "decimal": (_DECIMAL.fullmatch, N_("Enter a number.")),
    "date": (_is_date, N_("Enter a date.")),
    "dateTime": (_is_date_time, N_("Enter a date and a time.")),
    "time": (_is_time, N_("Enter a time.")),
    "geopoint": (_is_point, N_("Enter latitude and longitude.")),
    "geotrace": (_is_line, N_("Enter the points of a line.")),
    "geoshape": (_is_area, N_("Enter the points of an area.")),
}


def type_fault(kind: str, text: str) -> str:
    """Return what is wrong with a text as a value of a type, ``""`` when nothing is."""
    known = _CHECKS.get(kind)
    if known is None or known[0](text):
        return ""
    return _(known[1])
