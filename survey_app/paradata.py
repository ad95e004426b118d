"""Paradata: how an interview went, told beside its answers and never among them.

What is kept is small: when each sitting began and how long it lasted, and how long each question was looked at. Lengths
come from a clock that only goes forward (``clock.Ticks``), so that setting the computer's time changes none of them.

As text, three lines parted by line feeds, without one at the end: the sittings (ISO 8601 by the device's clock, and
seconds), the addresses in the order they were first looked at, and how long, in tenths of a second::

    2026-11-21T08:00:00.000+07:00 412,2026-11-21T19:30:00.000+07:00 65
    phone hh_size members[1]/m_name
    37 120 58

Addresses are those of ``records.py``. Values above ten seconds are rounded to whole seconds: more is noise, and each
digit costs room in a bundle. A question that was left alone counts ``PAUSE_S`` at most: nobody thinks for that long.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from survey_app.clock import Ticks, system_ticks

PAUSE_S = 600.0
LARGEST_BYTES = 1 << 17
_SITTING = re.compile(r"(\d{4}-\d\d-\d\dT[0-9:.+-]{8,24}) (\d{1,7})")
_ADDRESS = re.compile(r"[^\s/]+(?:/[^\s/]+)*")
_TENTHS = re.compile(r"\d{1,6}")


@dataclass(frozen=True)
class SittingTime:
    """One sitting.

    Attributes:
        started_at: ISO 8601 with offset, by the device's clock.
        seconds: how long it lasted, without pauses beyond ``PAUSE_S``.
    """

    started_at: str
    seconds: int


@dataclass(frozen=True)
class Paradata:
    """How an interview went.

    Attributes:
        sittings: the sittings, the first one first.
        tenths: address of a question to how long it was looked at, in tenths of a second.
    """

    sittings: tuple[SittingTime, ...] = ()
    tenths: Mapping[str, int] = field(default_factory=dict)

    @property
    def seconds(self) -> int:
        """How long the interview lasted, all sittings together."""
        return sum(sitting.seconds for sitting in self.sittings)

    def as_text(self) -> str:
        """Return the text that is kept; blank when nothing is known."""
        if not (self.sittings or self.tenths):
            return ""
        sittings = ",".join(f"{each.started_at} {each.seconds}" for each in self.sittings)
        return "\n".join((sittings, " ".join(self.tenths), " ".join(map(str, self.tenths.values()))))


def paradata_of(text: str) -> Paradata:
    """Return the paradata of ``as_text``.

    Raises:
        ValueError: the text is not of that form.
    """
    if not text:
        return Paradata()
    if len(text.encode()) > LARGEST_BYTES or text.count("\n") != 2:
        raise ValueError("not paradata")
    first, addresses, tenths = text.split("\n")
    found = [_SITTING.fullmatch(each) for each in first.split(",")] if first else []
    names, lengths = addresses.split(" ") if addresses else [], tenths.split(" ") if tenths else []
    sound = all(found) and all(map(_ADDRESS.fullmatch, names)) and all(map(_TENTHS.fullmatch, lengths))
    if not sound or len(names) != len(lengths) or len(set(names)) != len(names):
        raise ValueError("not paradata")
    sittings = tuple(SittingTime(match[1], int(match[2])) for match in found if match)
    return Paradata(sittings, dict(zip(names, map(int, lengths), strict=True)))


def rounded(tenths: int) -> int:
    """Return a length as it is kept: whole seconds above ten of them."""
    return tenths if tenths < 100 else round(tenths / 10) * 10


class Stopwatch:
    """Measures how long a person looks at each question of one sitting.

    Args:
        ticks: a clock that only goes forward.
        tenths: what was measured in the sittings before.

    Attributes:
        tenths: address to tenths of a second, as measured so far.
        changed: addresses whose time has changed since ``take``.
    """

    def __init__(self, ticks: Ticks = system_ticks, tenths: Mapping[str, int] | None = None) -> None:
        self.tenths: dict[str, int] = dict(tenths or {})
        self.changed: dict[str, None] = {}
        self._ticks = ticks
        self._here = ""
        self._since: float | None = ticks()
        self._spent_s = 0.0

    @property
    def seconds(self) -> int:
        """How long this sitting has lasted."""
        return round(self._spent_s)

    def look_at(self, address: str) -> None:
        """Note that the person is now at a question, or with ``""`` somewhere else in the form."""
        if address == self._here and self._since is not None:
            return
        self._close()
        self._here, self._since = address, self._ticks()

    def leave(self) -> None:
        """Note that the form is left; time stands still until ``look_at``."""
        self._close()
        self._here, self._since = "", None

    def take(self) -> dict[str, int]:
        """Return the times that have changed since the last time, and bring the length of the sitting up to date."""
        if self._since is not None:
            self._spend()
        changed = {address: rounded(self.tenths[address]) for address in self.changed}
        self.changed.clear()
        return changed

    def _close(self) -> None:
        if self._since is not None:
            self._spend()

    def _spend(self) -> None:
        """Give the time since the last look to the question that was looked at."""
        now = self._ticks()
        since = now if self._since is None else self._since
        spent = min(max(now - since, 0.0), PAUSE_S)
        self._since = now
        self._spent_s += spent
        tenths = round(spent * 10)
        if self._here and tenths:
            self.tenths[self._here] = self.tenths.get(self._here, 0) + tenths
            self.changed[self._here] = None
