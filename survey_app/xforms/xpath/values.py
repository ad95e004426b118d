"""Values of expressions and how one kind becomes another (XPath 1.0 section 4, ODK XForms on dates).

A value is a bool, a float, a str or a list of nodes in document order. A date is the text ``2026-11-21``; where a
number is wanted it is the days since 1970-01-01T00:00Z, so that dates and moments can be compared and subtracted. What
has no offset of its own is meant in the zone of the session (``Clocked``).
"""

from __future__ import annotations

import datetime as dt
import math
import operator
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Protocol

from survey_app.xforms.xpath.tree import XNode, text_of

Value = bool | float | str | list[XNode]


class Clocked(Protocol):
    """Where a date without an offset is meant.

    Attributes:
        offset_s: seconds the clock on the wall is ahead of UTC.
    """

    @property
    def offset_s(self) -> int:
        """See above."""


_NUMBER = re.compile(r"-?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)
_DATE_TIME = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?",
    re.ASCII,
)
_EPOCH = dt.date(1970, 1, 1).toordinal()
_BLANKS = " \t\r\n"
_GRAIN = 2.0**36


def number_of(text: str, env: Clocked) -> float:
    """Return the number a text says: a decimal number, days for a date, NaN otherwise (a blank is NaN)."""
    if text.isdigit() and text.isascii():
        return float(text)
    if not text:
        return math.nan
    stripped = text.strip(_BLANKS)
    if _NUMBER.fullmatch(stripped):
        return float(stripped)
    if len(stripped) >= 8 and "-" in stripped:
        if isinstance(text, Moment):
            return text.days
        moment = read_moment(stripped)
        if moment is not None:
            return days_of(moment, env.offset_s)
    return math.nan


def read_moment(text: str) -> dt.date | dt.datetime | None:
    """Return the date or date and time of an ISO 8601 text; None when it is neither.

    A time without offset gives a naive datetime, which is meant in the zone of the person who wrote it.
    """
    match = _DATE_TIME.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    try:
        date = dt.date(int(year), int(month), int(day))
        if hour is None:
            return date
        time = dt.time(int(hour), int(minute), int(second or 0), int((fraction or "0").ljust(6, "0")[:6]))
        return dt.datetime.combine(date, time, _zone(zone))
    except ValueError:
        return None


def _zone(text: str | None) -> dt.tzinfo | None:
    if text is None:
        return None
    if text == "Z":
        return dt.UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    hours, minutes = int(digits[:2]), int(digits[2:])
    if hours * 60 + minutes > _FARTHEST_MINUTES or minutes > 59:
        raise ValueError(text)
    offset = dt.timedelta(hours=hours, minutes=minutes)
    return dt.timezone(-offset if text[0] == "-" else offset)


_FARTHEST_MINUTES = 14 * 60  # XML Schema part 2, section 3.2.7.3
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}(?::?\d{2})?)?", re.ASCII)


def read_time(text: str) -> dt.time | None:
    """Return the time of day of an ISO 8601 text, aware when it has an offset; None when it is none."""
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    hour, minute, second, fraction, zone = match.groups()
    try:
        microsecond = int((fraction or "0").ljust(6, "0")[:6])
        return dt.time(int(hour), int(minute), int(second or 0), microsecond, _zone(zone))
    except ValueError:
        return None


class Moment(str):
    """What ``date()`` and ``date-time()`` give: an ISO 8601 text that knows its instant.

    Attributes:
        days: days since 1970-01-01T00:00Z; NaN when it is no moment.
    """

    __slots__ = ("days",)
    days: float

    def __new__(cls, text: str, days: float) -> Moment:
        """Return the moment."""
        made = super().__new__(cls, text)
        made.days = days
        return made

    def __bool__(self) -> bool:
        """Tell whether it is a moment at all."""
        return not math.isnan(self.days)


INVALID = Moment("Invalid Date", math.nan)
"""What ``date('nonsense')`` gives: false, not a number, and an error where a value is wanted."""


def days_of(moment: dt.date | dt.datetime, offset_s: int) -> float:
    """Return days since 1970-01-01T00:00Z, the time of day as a fraction (ODK XForms, ``number()``).

    The fraction is rounded to 2**-36 of a day, about a millionth of a second: so it is a binary fraction, and the days
    between two dates are a whole number in every zone. Otherwise an age could miss its birthday by a rounding error.

    Args:
        moment: a date (its midnight is meant), or a date and time.
        offset_s: seconds ahead of UTC where it is meant, if it has no offset of its own.
    """
    seconds = (moment.toordinal() - _EPOCH) * 86400 - offset_s
    microsecond = 0
    if isinstance(moment, dt.datetime):
        seconds += moment.hour * 3600 + moment.minute * 60 + moment.second
        microsecond = moment.microsecond
        own = moment.utcoffset()
        if own is not None:
            seconds += offset_s - int(own.total_seconds())
    days, rest = divmod(seconds, 86400)
    if not rest and not microsecond:
        return float(days)
    return days + round((rest + microsecond / 1e6) / 86400 * _GRAIN) / _GRAIN


def text_of_number(number: float) -> str:
    """Return a number as XPath writes it: no exponent, no ``.0``, ``NaN``, ``Infinity``."""
    text = repr(number)
    if text.endswith(".0"):
        return text[:-2] if number else "0"
    if "e" in text:
        text = format(Decimal(text), "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    return _UNUSUAL.get(text, text)


_UNUSUAL = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}


def to_string(value: Value) -> str:
    """Return the value as text."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return text_of(value[0]) if value else ""
    return text_of_number(value)


def to_number(value: Value, env: Clocked) -> float:
    """Return the value as a number."""
    if isinstance(value, str):
        return number_of(value, env)
    if isinstance(value, list):
        return number_of(text_of(value[0]), env) if value else math.nan
    return float(value)


def to_boolean(value: Value) -> bool:
    """Return the value as true or false: a blank text, zero, NaN and no nodes are false."""
    if isinstance(value, float):
        return not (math.isnan(value) or value == 0)
    return bool(value)


_ORDERINGS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


def compare(sign: str, left: Value, right: Value, env: Clocked) -> bool:
    """Return ``left sign right`` (XPath 1.0 section 3.4); sets of nodes are true when any pair is."""
    if isinstance(left, list):
        return _compare_nodes(sign, left, right, env)
    if isinstance(right, list):
        return _compare_nodes(MIRRORED[sign], right, left, env)
    if sign in ("=", "!="):
        return _equal(left, right, env) is (sign == "=")
    return _ORDERINGS[sign](to_number(left, env), to_number(right, env))


def same_number(left: float, right: float) -> bool:
    """Tell whether two numbers are equal but for the last digits of binary arithmetic: ``6.1 - 7.8 = -1.7``."""
    return left == right or abs(left - right) < 1e-12


def _equal(left: Value, right: Value, env: Clocked) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return to_boolean(left) is to_boolean(right)
    if isinstance(left, float) or isinstance(right, float):
        return same_number(to_number(left, env), to_number(right, env))
    if isinstance(left, Moment) and isinstance(right, Moment):
        return left.days == right.days
    return left == right


def _compare_nodes(sign: str, nodes: list[XNode], other: Value, env: Clocked) -> bool:
    if isinstance(other, bool):
        if sign in ("=", "!="):
            return (bool(nodes) is other) is (sign == "=")
        return _ORDERINGS[sign](float(bool(nodes)), float(other))
    texts = [text_of(node) for node in nodes]
    if not isinstance(other, list):
        return any(_compare_text(sign, text, other, env) for text in texts)
    others = [text_of(node) for node in other]
    if sign == "=":
        return not set(texts).isdisjoint(others)
    if sign == "!=":
        return len({*texts, *others}) > 1 and bool(texts) and bool(others)
    return _any_in_order(sign, [number_of(text, env) for text in texts], [number_of(text, env) for text in others])


def _any_in_order(sign: str, left: list[float], right: list[float]) -> bool:
    """Tell whether any pair is in order; the extremes decide, so that large sets cost no more than small ones."""
    left = [number for number in left if not math.isnan(number)]
    right = [number for number in right if not math.isnan(number)]
    if not left or not right:
        return False
    if sign in ("<", "<="):
        return _ORDERINGS[sign](min(left), max(right))
    return _ORDERINGS[sign](max(left), min(right))


def _compare_text(sign: str, text: str, other: Value, env: Clocked) -> bool:
    if sign == "=":
        return same_number(number_of(text, env), other) if isinstance(other, float) else text == other
    if sign == "!=":
        return not same_number(number_of(text, env), other) if isinstance(other, float) else text != other
    return _ORDERINGS[sign](number_of(text, env), to_number(other, env))
