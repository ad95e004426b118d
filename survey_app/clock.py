"""Time comes from here, so that tests and demonstrations can hold it still."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable

Clock = Callable[[], dt.datetime]
"""Returns the present moment as an aware datetime."""

Ticks = Callable[[], float]
"""Returns seconds from a beginning of its own; it only goes forward, whatever happens to the computer's time."""

system_ticks: Ticks = time.monotonic

VIETNAM = dt.timezone(dt.timedelta(hours=7), "ICT")
"""Viet Nam has one zone and no summer time."""


def system_clock() -> dt.datetime:
    """Return now, in the zone of this machine, to the second's thousandth."""
    now = dt.datetime.now().astimezone()
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def stamp(moment: dt.datetime) -> str:
    """Write an aware moment as ISO 8601 with offset, for example ``2026-11-21T14:32:07.000+07:00``."""
    return moment.isoformat(timespec="milliseconds")
