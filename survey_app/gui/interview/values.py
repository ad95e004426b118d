"""What a person types and what the form keeps: numbers with a comma, days before months, places in degrees.

What cannot be read is kept as it is, for the form to judge; ``why`` says in words what is wrong with it.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re

from survey_app.gui.interview import points
from survey_app.i18n import _
from survey_app.text import show_date, tidy

_DAY = re.compile(r"(\d{1,2})[\s./-](\d{1,2})[\s./-](\d{4}|\d{2})")
_RUN = re.compile(r"(\d{2})(\d{2})(\d{4}|\d{2})")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_MONTH = re.compile(r"(\d{1,2})[\s./-](\d{4})|(\d{2})(\d{4})")
_YEAR = re.compile(r"\d{4}")
_HOUR = re.compile(r"\s+(\d{1,2})[:hg.]?(\d{2})$")
_CLOCK = re.compile(r"(\d{1,2})(?:[:hg.]|(?=\d{2}$))(\d{2})?(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?")
_GROUPED = re.compile(r"[+-]?\d{1,3}([. ]\d{3})+")
_GROUPED_DECIMAL = re.compile(r"([+-]?\d{1,3}(?:\.\d{3})+)(?:,(\d*))?")
_ENGLISH_DECIMAL = re.compile(r"([+-]?\d{1,3}(?:,\d{3})+)\.(\d*)")

NUMBERS = frozenset({"int", "integer", "decimal"})
DATES = frozenset({"date", "dateTime"})
PLACES = frozenset({"geopoint", "geotrace", "geoshape"})


def is_grouped(appearance: str) -> bool:
    """Return whether the author wants thousands parted."""
    return "thousands-sep" in appearance.split()


def part_of_date(appearance: str) -> str:
    """Return ``"year"`` or ``"month-year"`` when only that part of a date is asked, else ``""``."""
    return next((word for word in appearance.split() if word in {"year", "month-year"}), "")


def whole(text: str) -> str:
    """Return a text without halves of letters, which cannot be written into a file."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")


def typed(kind: str, text: str, zone: dt.tzinfo | None = None, appearance: str = "") -> str:
    """Return the XForms text of what was typed; what cannot be read is kept as it is, for the form to judge.

    Args:
        kind: XForms type of the question (``int``, ``decimal``, ``date``, ``dateTime``, ``time``, ``string``).
        text: what stands in the field.
        zone: time zone of a ``dateTime`` or ``time``; the machine's when ``None``.
        appearance: appearance words of the question.
    """
    text = tidy(whole(text))
    if kind in {"int", "integer"}:
        return re.sub(r"[. ]", "", text) if _GROUPED.fullmatch(text) else text.replace(" ", "")
    if kind == "decimal":
        return _decimal(text.replace(" ", ""), is_grouped(appearance))
    if kind == "date":
        day = _part(text, part_of_date(appearance)) or _day(text)
        return day.isoformat() if day else text
    if kind == "dateTime":
        return _moment(text, zone)
    if kind == "time":
        return _time(text, zone)
    if kind in PLACES:
        return points.kept(kind, text)
    if is_grouped(appearance):
        return re.sub(r"[. ]", "", text) if _GROUPED.fullmatch(text) else text
    return text


def shown(kind: str, value: str, language: str = "vi", appearance: str = "") -> str:
    """Return what stands in the field for an XForms text."""
    if is_grouped(appearance) and kind not in DATES:
        return grouped(value.replace(".", ",") if kind == "decimal" and language == "vi" else value, language)
    if kind == "decimal" and language == "vi":
        return value.replace(".", ",")
    if kind == "date":
        found = _ISO.fullmatch(value[:10])
        if not found:
            return value
        part = part_of_date(appearance)
        return {"year": found[1], "month-year": f"{found[2]}/{found[1]}"}.get(part, f"{found[3]}/{found[2]}/{found[1]}")
    if kind == "dateTime":
        try:
            moment = dt.datetime.fromisoformat(value)
        except ValueError:
            return value
        return f"{show_date(moment)} {moment:%H:%M}"
    if kind == "time":
        return value[:5] if re.match(r"\d{2}:\d{2}", value) else value
    if kind in PLACES:
        return points.shown(kind, value)
    return value


def grouped(text: str, language: str = "vi") -> str:
    """Return a number being typed with its thousands parted; anything else as it is.

    In Vietnamese the dot parts thousands and the comma begins the fraction, in English the other way round.
    """
    group, point = (".", ",") if language == "vi" else (",", ".")
    bare = text.replace(group, "").replace(" ", "")
    found = re.fullmatch(rf"([+-]?)(\d*)({re.escape(point)}\d*)?", bare, re.ASCII)
    if not found or not found[2]:
        return text
    digits = f"{int(found[2]):,}".replace(",", group) if not found[2].startswith("0") else found[2]
    return f"{found[1]}{digits}{found[3] or ''}"


def why(kind: str, value: str, appearance: str = "") -> str:
    """Return what is wrong with a text that cannot be read, ``""`` when the form's own words say it."""
    if kind == "date" and part_of_date(appearance) == "year":
        return _("A year has four digits, for example 1985.")
    if kind == "date" and part_of_date(appearance):
        return _("Enter month and year, for example 3/1985.")
    if kind in DATES:
        return _why_no_day(_HOUR.sub("", value)) or _why_no_time(value)
    if kind == "time":
        return _("There is no such time of day. Enter hours and minutes, for example 14:30.")
    return points.why(kind, value) if kind in PLACES else ""


def _why_no_day(text: str) -> str:
    found = _DAY.fullmatch(text) or _RUN.fullmatch(text)
    if not found:
        return _("Enter day, month and year, for example 21/11/2026 or 21112026.")
    day, month, year = int(found[1]), int(found[2]), _full_year(found[3])
    if not 1 <= month <= 12:
        return _("There is no month {month}. Day first, then month: 21/11/2026.").format(month=month)
    if year < 1:
        return _("There is no year 0. Enter the year with four digits.")
    most = calendar.monthrange(year, month)[1]
    if not 1 <= day <= most:
        return _("There is no day {day}: month {month} of {year} has {most} days.").format(
            day=day, month=month, year=year, most=most
        )
    return ""


def _why_no_time(text: str) -> str:
    return _("There is no such time of day. Enter hours and minutes, for example 14:30.") if _HOUR.search(text) else ""


def _decimal(text: str, parted: bool) -> str:
    """Return a number with a dot; of two kinds of sign the last one begins the fraction."""
    english = _ENGLISH_DECIMAL.fullmatch(text)
    if english:
        return f"{english[1].replace(',', '')}.{english[2]}".rstrip(".")
    found = _GROUPED_DECIMAL.fullmatch(text)
    if found and (parted or found[2] is not None or text.count(".") > 1):
        bare = found[1].replace(".", "")
        return f"{bare}.{found[2]}" if found[2] else bare
    return text.replace(",", ".")


def _full_year(text: str) -> int:
    """Return a year; of two digits it is the last such year that is not to come."""
    year = int(text)
    if len(text) == 4:
        return year
    return year + (2000 if year <= dt.date.today().year % 100 else 1900)


def _day(text: str) -> dt.date | None:
    found = _DAY.fullmatch(text) or _RUN.fullmatch(text)
    try:
        if found:
            return dt.date(_full_year(found[3]), int(found[2]), int(found[1]))
        return dt.date.fromisoformat(text) if _ISO.fullmatch(text) else None
    except ValueError:
        return None


def _part(text: str, part: str) -> dt.date | None:
    """Return the first day of a year or month that is asked without its day."""
    try:
        if part == "year" and _YEAR.fullmatch(text):
            return dt.date(int(text), 1, 1)
        found = _MONTH.fullmatch(text) if part == "month-year" else None
        return dt.date(int(found[2] or found[4]), int(found[1] or found[3]), 1) if found else None
    except ValueError:
        return None


def _moment(text: str, zone: dt.tzinfo | None) -> str:
    hour = _HOUR.search(text)
    day = _day(text[: hour.start()] if hour else text)
    if day is None:
        return text
    try:
        clock = dt.time(int(hour[1]), int(hour[2])) if hour else dt.time()
    except ValueError:
        return text
    moment = dt.datetime.combine(day, clock)
    return (moment.replace(tzinfo=zone) if zone else moment.astimezone()).isoformat(timespec="milliseconds")


def _time(text: str, zone: dt.tzinfo | None) -> str:
    found = _CLOCK.fullmatch(text)
    try:
        clock = dt.time(int(found[1]), int(found[2] or 0)) if found else None
    except ValueError:
        clock = None
    if clock is None:
        return text
    moment = dt.datetime.combine(dt.date.today(), clock)
    return (moment.replace(tzinfo=zone) if zone else moment.astimezone()).timetz().isoformat(timespec="milliseconds")
