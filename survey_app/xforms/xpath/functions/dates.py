"""Functions on dates and times (ODK XForms, date and time functions).

A date or time is kept as its ISO 8601 text. ``date()`` and ``date-time()`` give a ``Moment``: that text, which also
knows the instant, so that two of them are equal when they mean the same instant.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable

from survey_app.clock import stamp
from survey_app.i18n import _
from survey_app.xforms.xpath.code import Compile, Run, as_string, function, special
from survey_app.xforms.xpath.errors import XPathError
from survey_app.xforms.xpath.frame import Environment, Frame
from survey_app.xforms.xpath.nodes import Expr, Literal
from survey_app.xforms.xpath.tree import XNode
from survey_app.xforms.xpath.values import (
    INVALID,
    Moment,
    Value,
    days_of,
    number_of,
    read_moment,
    read_time,
    to_string,
)

_EPOCH = dt.date(1970, 1, 1)
_LIMIT = 2_900_000.0


@function("today", "", "string", context=True)
def _today(_node: XNode, frame: Frame) -> str:
    return frame.env.now().date().isoformat()


@function("now", "", "string", context=True)
def _now(_node: XNode, frame: Frame) -> str:
    return stamp(frame.env.now())


@function("date", "v", "string", context=True)
def _date(_node: XNode, frame: Frame, value: Value) -> str:
    env = frame.env
    if isinstance(value, Moment):
        return Moment(value[:10], value.days) if value else value
    if isinstance(value, float):
        moment = _moment_of(value, env)
        return Moment(moment.isoformat()[:10], value) if moment is not None else INVALID
    text = to_string(value).strip()
    if not text:
        return ""
    read = read_moment(text)
    if read is None or isinstance(value, bool):
        return INVALID
    return Moment(_local(read, env.zone).isoformat()[:10], days_of(read, env.offset_s))


@function("date-time", "v", "string", context=True)
def _date_time(_node: XNode, frame: Frame, value: Value) -> str:
    env = frame.env
    if isinstance(value, float):
        instant = _instant_of(value, env.zone)
        return Moment(stamp(instant), value) if instant is not None else INVALID
    text = to_string(value).strip()
    if not text:
        return ""
    moment = read_moment(text)
    if moment is None or isinstance(value, bool):
        return INVALID
    written = text if isinstance(moment, dt.datetime) else moment.isoformat()
    if isinstance(moment, dt.datetime) and moment.tzinfo is not None and not isinstance(value, Moment):
        written = stamp(moment.astimezone(env.zone))
    return Moment(written, days_of(moment, env.offset_s))


@function("decimal-date-time", "v", "number", context=True)
def _decimal_date_time(_node: XNode, frame: Frame, value: Value) -> float:
    if isinstance(value, Moment):
        return value.days
    if isinstance(value, float):
        return value
    moment = read_moment(to_string(value).strip())
    return days_of(moment, frame.env.offset_s) if moment is not None else math.nan


@function("decimal-time", "v", "number", context=True)
def _decimal_time(_node: XNode, frame: Frame, value: Value) -> float:
    moment = _time_of_day(to_string(value).strip(), frame.env)
    if moment is None:
        return math.nan
    return (moment.hour * 3600 + moment.minute * 60 + moment.second + moment.microsecond / 1e6) / 86400


def _time_of_day(text: str, env: Environment) -> dt.datetime | None:
    """Return the moment of a time, or of a date and time, by the person's clock; the day of a bare time is no day."""
    time = read_time(text)
    moment = dt.datetime.combine(_EPOCH, time) if time is not None else read_moment(text)
    local = _local(moment, env.zone) if moment is not None else None
    return local if isinstance(local, dt.datetime) else None


def _format(name: str, read: Callable[[Value, Environment], dt.datetime | None]) -> None:
    @special(name, "vs", "string")
    def build(compiler: Compile, arguments: tuple[Expr, ...]) -> Run:
        value, pattern = compiler.expr(arguments[0]).run, as_string(compiler.expr(arguments[1]))
        if isinstance(arguments[1], Literal):
            _check_pattern(arguments[1].value)

        def run(node: XNode, frame: Frame) -> str:
            moment = read(value(node, frame), frame.env)
            return _formatted(moment, pattern(node, frame), frame.env.spoken) if moment is not None else ""

        return run


def _readable(value: Value, env: Environment) -> dt.datetime | None:
    moment: dt.date | dt.datetime | None
    if isinstance(value, float):
        moment = _moment_of(value, env)
    else:
        text = to_string(value).strip()
        moment = read_moment(text) or _moment_of(number_of(text, env), env)
    if moment is None:
        return None
    local = _local(moment, env.zone)
    return local if isinstance(local, dt.datetime) else dt.datetime.combine(local, dt.time())


_format("format-date", _readable)
_format("format-date-time", _readable)
_format("format-time", lambda value, env: _time_of_day(to_string(value).strip(), env) or _readable(value, env))


def _moment_of(days: float, env: Environment) -> dt.date | dt.datetime | None:
    """Return what a number of days means: a whole number is a day in any zone, a fraction a moment."""
    if math.isfinite(days) and days == math.floor(days) and abs(days) <= _LIMIT:
        try:
            return dt.date.fromordinal(_EPOCH.toordinal() + int(days))
        except ValueError:
            return None
    return _instant_of(days, env.zone)


def dated(days: float, kind: str, env: Environment) -> str:
    """Return a number as the answer of a question for a date (``kind`` ``"date"``) or a moment (``"dateTime"``).

    Args:
        days: days since 1970-01-01T00:00Z.
        kind: XForms type without prefix.
        env: knows the zone.

    Returns:
        The date or moment by the clock of the zone; blank when it is not a number; the number when it is too far away.
    """
    if math.isnan(days):
        return ""
    moment = _moment_of(days, env) if kind == "date" else _instant_of(days, env.zone)
    if moment is None:
        return to_string(days)
    return stamp(moment) if isinstance(moment, dt.datetime) and kind == "dateTime" else moment.isoformat()[:10]


def _instant_of(days: float, zone: dt.tzinfo) -> dt.datetime | None:
    if not math.isfinite(days) or abs(days) > _LIMIT:
        return None
    try:
        instant = dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(milliseconds=round(days * 86_400_000))
        return instant.astimezone(zone)
    except OverflowError:
        return None


def _local(moment: dt.date | dt.datetime, zone: dt.tzinfo) -> dt.date | dt.datetime:
    if isinstance(moment, dt.datetime) and moment.tzinfo is not None:
        try:
            return moment.astimezone(zone)
        except OverflowError:
            return moment
    return moment


_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DAYS_VI = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật")
_SHORT_DAYS_VI = ("T2", "T3", "T4", "T5", "T6", "T7", "CN")
_NUMERIC: dict[str, Callable[[dt.datetime], str]] = {
    "Y": lambda moment: f"{moment.year:04d}",
    "y": lambda moment: f"{moment.year % 100:02d}",
    "m": lambda moment: f"{moment.month:02d}",
    "n": lambda moment: str(moment.month),
    "d": lambda moment: f"{moment.day:02d}",
    "e": lambda moment: str(moment.day),
    "H": lambda moment: f"{moment.hour:02d}",
    "h": lambda moment: str(moment.hour),
    "M": lambda moment: f"{moment.minute:02d}",
    "S": lambda moment: f"{moment.second:02d}",
    "3": lambda moment: f"{moment.microsecond // 1000:03d}",
    "w": lambda moment: str(moment.isoweekday() % 7),
    "W": lambda moment: str(moment.isocalendar().week),
    "%": lambda _moment: "%",
}
_NAMES = {
    "en": {
        "A": lambda moment: _DAYS[moment.weekday()],
        "a": lambda moment: _DAYS[moment.weekday()][:3],
        "B": lambda moment: _MONTHS[moment.month - 1],
        "b": lambda moment: _MONTHS[moment.month - 1][:3],
    },
    "vi": {
        "A": lambda moment: _DAYS_VI[moment.weekday()],
        "a": lambda moment: _SHORT_DAYS_VI[moment.weekday()],
        "B": lambda moment: f"Tháng {moment.month}",
        "b": lambda moment: f"Thg {moment.month}",
    },
}
_PART = re.compile(r"%(.?)", re.DOTALL)


def _check_pattern(pattern: str) -> None:
    for letter in _PART.findall(pattern):
        if letter not in _NUMERIC and letter not in _NAMES["en"]:
            raise XPathError("XPA-12", _("“%{letter}” is not a part of a date format.").format(letter=letter))


def _formatted(moment: dt.datetime, pattern: str, language: str) -> str:
    """Write a moment by a pattern; names of days and months are in ``language``."""
    _check_pattern(pattern)
    names = _NAMES[language]
    return _PART.sub(lambda part: (_NUMERIC.get(part[1]) or names[part[1]])(moment), pattern)
