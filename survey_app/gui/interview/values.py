"""What a person types and what the form keeps: numbers with a comma, days before months."""

from __future__ import annotations

import datetime as dt
import re

from survey_app.text import show_date, tidy

_DAY = re.compile(r"(\d{1,2})[\s./-](\d{1,2})[\s./-](\d{4})")
_RUN = re.compile(r"(\d{2})(\d{2})(\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_HOUR = re.compile(r"\s+(\d{1,2})[:hg.]?(\d{2})$")
_GROUPED = re.compile(r"-?\d{1,3}([. ]\d{3})+")

NUMBERS = frozenset({"int", "integer", "decimal"})


def typed(kind: str, text: str, zone: dt.tzinfo | None = None) -> str:
    """Return the XForms text of what was typed; what cannot be read is kept as it is, for the form to judge.

    Args:
        kind: XForms type of the question (``int``, ``decimal``, ``date``, ``dateTime``, ``time``, ``string``).
        text: what stands in the field.
        zone: time zone of a ``dateTime``; the machine's when ``None``.
    """
    text = tidy(text)
    if kind in {"int", "integer"}:
        return re.sub(r"[. ]", "", text) if _GROUPED.fullmatch(text) else text.replace(" ", "")
    if kind == "decimal":
        return text.replace(" ", "").replace(",", ".")
    if kind == "date":
        day = _day(text)
        return day.isoformat() if day else text
    if kind == "dateTime":
        return _moment(text, zone)
    return text


def shown(kind: str, value: str, language: str = "vi") -> str:
    """Return what stands in the field for an XForms text."""
    if kind == "decimal" and language == "vi":
        return value.replace(".", ",")
    if kind == "date":
        found = _ISO.fullmatch(value[:10])
        return f"{found[3]}/{found[2]}/{found[1]}" if found else value
    if kind == "dateTime":
        try:
            moment = dt.datetime.fromisoformat(value)
        except ValueError:
            return value
        return f"{show_date(moment)} {moment:%H:%M}"
    return value


def _day(text: str) -> dt.date | None:
    found = _DAY.fullmatch(text) or _RUN.fullmatch(text)
    try:
        if found:
            return dt.date(int(found[3]), int(found[2]), int(found[1]))
        return dt.date.fromisoformat(text) if _ISO.fullmatch(text) else None
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
