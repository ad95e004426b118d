"""Moments in the words of people: today, yesterday, a date."""

from __future__ import annotations

import datetime as dt

from survey_app import i18n
from survey_app.i18n import N_, _, ngettext
from survey_app.text import show_date

_DAYS = (N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"))


def parse(moment: str) -> dt.datetime | None:
    """Return an ISO 8601 moment in the zone of this machine, ``None`` when blank or not one."""
    try:
        found = dt.datetime.fromisoformat(moment)
    except ValueError:
        return None
    return found.astimezone() if found.tzinfo else found.astimezone(dt.UTC)


def day_and_time(moment: dt.datetime, now: dt.datetime) -> str:
    """Return ``today, 14:32``, ``yesterday, 21:03``, ``19/11, 20:05`` or, in another year, ``19/11/2025, 20:05``."""
    local = moment.astimezone(now.tzinfo)
    days = (now.date() - local.date()).days
    time = f"{local:%H:%M}"
    if days == 0:
        return _("today, {time}").format(time=time)
    if days == 1:
        return _("yesterday, {time}").format(time=time)
    return f"{short_day(local.date(), now.date())}, {time}"


def by_its_clock(stamp: str, otherwise: str = "") -> str:
    """Return an ISO 8601 moment as ``19/11, 20:05``, by the clock of the machine that wrote it."""
    try:
        return f"{dt.datetime.fromisoformat(stamp):%d/%m, %H:%M}"
    except ValueError:
        return otherwise


def short_day(day: dt.date, today: dt.date) -> str:
    """Return ``19/11``, or ``19/11/2025`` in another year."""
    return f"{day:%d/%m}" if day.year == today.year else show_date(day)


def capital(words: str) -> str:
    """Return the words with a capital first letter, for the beginning of a cell or sentence."""
    return words[:1].upper() + words[1:]


def weekday(day: dt.date) -> str:
    """Return the name of the day."""
    return _(_DAYS[day.weekday()])


def part_of_day(now: dt.datetime) -> str:
    """Return morning, afternoon or evening with the weekday and the date: ``Saturday afternoon, 21/11/2026``."""
    day = weekday(now.date())
    if now.hour < 11:
        words = _("{day} morning, {date}")
    elif now.hour < 13:
        words = _("{day} noon, {date}")
    elif now.hour < 18:
        words = _("{day} afternoon, {date}")
    else:
        words = _("{day} evening, {date}")
    return words.format(day=day, date=show_date(now.date()))


def until(end: str, today: dt.date) -> str:
    """Return how long a round still runs: ``9 days until 30/11``; blank when ``end`` is blank or not a date."""
    try:
        last = dt.date.fromisoformat(end)
    except ValueError:
        return ""
    days = (last - today).days
    date = short_day(last, today)
    if days > 0:
        return ngettext("{days} day until the end on {date}", "{days} days until the end on {date}", days).format(
            days=days, date=date
        )
    if days == 0:
        return _("today is the last day")
    return _("the round ended on {date}").format(date=date)


def language() -> str:
    """Return the language numbers are written for."""
    return i18n.language()
