"""Functions on dates and times (ODK XForms, date and time functions).

A date or time is kept as its ISO 8601 text. ``date()`` and ``date-time()`` give a ``Moment``: that text, which also
knows the instant, so that two of them are equal when they mean the same instant.
"""

from __future__ import annotations

import datetime as dt
import math

from survey_app.clock import stamp
from survey_app.i18n import _
from survey_app.xforms.xpath.code import function
from survey_app.xforms.xpath.errors import XPathError
from survey_app.xforms.xpath.frame import Frame
from survey_app.xforms.xpath.tree import XNode
from survey_app.xforms.xpath.values import INVALID, Moment, Value, number_of, read_moment, read_time, to_string

_LIMIT = 2_900_000.0


@function("today", "", "string", context=True)
def _today(_node: XNode, frame: Frame) -> str:
    return frame.env.now().date().isoformat()


@function("now", "", "string", context=True)
def _now(_node: XNode, frame: Frame) -> str:
    return stamp(frame.env.now())


@function("date", "v", "string", context=True)
def _date(_node: XNode, frame: Frame, value: Value) -> str:
    zone = frame.env.zone
    if isinstance(value, float):
        day = _day(value)
        return Moment(day.isoformat(), _instant(day, zone)) if day is not None else INVALID
    return _as_date(value, zone)


def _as_date(value: Value, zone: dt.tzinfo | None) -> str:
    if isinstance(value, Moment):
        return Moment(value[:10], value.days) if value else value
    text = to_string(value).strip()
    if not text:
        return ""
    moment = read_moment(text)
    if moment is None or isinstance(value, bool):
        return INVALID
    local = _local(moment, zone)
    return Moment(local.isoformat()[:10], _instant(moment, zone))


@function("date-time", "v", "string", context=True)
def _date_time(_node: XNode, frame: Frame, value: Value) -> str:
    zone = frame.env.zone
    if isinstance(value, float):
        if not math.isfinite(value) or abs(value) > _LIMIT:
            return INVALID
        try:
            instant = dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(milliseconds=round(value * 86_400_000))
            return Moment(stamp(instant.astimezone(zone)), value)
        except OverflowError:
            return INVALID
    text = to_string(value).strip()
    if not text:
        return ""
    moment = read_moment(text)
    if moment is None or isinstance(value, bool):
        return INVALID
    return Moment(text, _instant(moment, zone))


@function("decimal-date-time", "v", "number", context=True)
def _decimal_date_time(_node: XNode, frame: Frame, value: Value) -> float:
    if isinstance(value, Moment):
        return value.days
    if isinstance(value, float):
        return value
    moment = read_moment(to_string(value).strip())
    return _instant(moment, frame.env.zone) if moment is not None else math.nan


@function("decimal-time", "v", "number", context=True)
def _decimal_time(_node: XNode, frame: Frame, value: Value) -> float:
    text = to_string(value).strip()
    moment = read_moment(text)
    if isinstance(moment, dt.datetime):
        local = _local(moment, frame.env.zone)
        assert isinstance(local, dt.datetime)
        time = local.time()
    else:
        read = read_time(text)
        if read is None:
            return math.nan
        time = read
    return (time.hour * 3600 + time.minute * 60 + time.second + time.microsecond / 1e6) / 86400


@function("format-date format-date-time", "vs", "string", context=True)
def _format_date(_node: XNode, frame: Frame, value: Value, pattern: str) -> str:
    moment = _readable(value, frame.env.zone)
    if moment is None:
        return ""
    return _formatted(moment, pattern, frame.env.language or "")


@function("format-time", "vs", "string", context=True)
def _format_time(_node: XNode, frame: Frame, value: Value, pattern: str) -> str:
    time = read_time(to_string(value).strip())
    moment = dt.datetime.combine(dt.date(1970, 1, 1), time) if time else _readable(value, frame.env.zone)
    return _formatted(moment, pattern, frame.env.language or "") if moment is not None else ""


def _readable(value: Value, zone: dt.tzinfo | None) -> dt.datetime | None:
    moment: dt.date | dt.datetime | None
    if isinstance(value, float):
        moment = _day(value)
    else:
        text = to_string(value).strip()
        number = number_of(text) if text and not read_moment(text) else math.nan
        moment = _day(number) if not math.isnan(number) else read_moment(text)
    if moment is None:
        return None
    local = _local(moment, zone)
    return local if isinstance(local, dt.datetime) else dt.datetime.combine(local, dt.time())


def _day(number: float) -> dt.date | None:
    if not math.isfinite(number) or abs(number) > _LIMIT:
        return None
    try:
        return dt.date.fromordinal(dt.date(1970, 1, 1).toordinal() + math.floor(number))
    except (ValueError, OverflowError):
        return None


def _local(moment: dt.date | dt.datetime, zone: dt.tzinfo | None) -> dt.date | dt.datetime:
    if isinstance(moment, dt.datetime) and moment.tzinfo is not None:
        try:
            return moment.astimezone(zone)
        except OverflowError:
            return moment
    return moment


def _instant(moment: dt.date | dt.datetime | None, zone: dt.tzinfo | None) -> float:
    """Return days since 1970-01-01T00:00Z; what has no offset is meant in the zone."""
    if moment is None:
        return math.nan
    full = moment if isinstance(moment, dt.datetime) else dt.datetime.combine(moment, dt.time())
    aware = full if full.tzinfo is not None else full.replace(tzinfo=zone or dt.UTC)
    return (aware - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) / dt.timedelta(days=1)


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAYS_VI = ("T2", "T3", "T4", "T5", "T6", "T7", "CN")


def _formatted(moment: dt.datetime, pattern: str, language: str) -> str:
    vietnamese = language.lower().startswith(("vi", "tiếng việt")) or "(vi)" in language
    words = {
        "Y": f"{moment.year:04d}",
        "y": f"{moment.year % 100:02d}",
        "m": f"{moment.month:02d}",
        "n": str(moment.month),
        "b": f"Thg {moment.month}" if vietnamese else _MONTHS[moment.month - 1],
        "d": f"{moment.day:02d}",
        "e": str(moment.day),
        "H": f"{moment.hour:02d}",
        "h": str(moment.hour),
        "M": f"{moment.minute:02d}",
        "S": f"{moment.second:02d}",
        "3": f"{moment.microsecond // 1000:03d}",
        "a": _DAYS_VI[moment.weekday()] if vietnamese else _DAYS[moment.weekday()],
        "w": str(moment.isoweekday() % 7),
        "W": str(moment.isocalendar().week),
        "Z": moment.strftime("%z"),
        "A": moment.strftime("%A"),
        "B": moment.strftime("%B"),
        "%": "%",
    }
    written: list[str] = []
    signs = iter(pattern)
    for sign in signs:
        if sign != "%":
            written.append(sign)
            continue
        letter = next(signs, "")
        if letter not in words:
            raise XPathError("XPA-12", _("“%{letter}” is not a part of a date format.").format(letter=letter))
        written.append(words[letter])
    return "".join(written)
