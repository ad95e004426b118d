"""How a long piece of work tells how far it is, and hears that it should stop."""

from __future__ import annotations

from typing import Protocol


class Cancelled(Exception):  # noqa: N818 - it is a wish of the person, not an error
    """The person asked to stop; whatever was complete stays, nothing is half done."""


class Monitor(Protocol):
    """What an operation reports to while it works."""

    def step(self, done: int, total: int, what: str = "") -> None:
        """Tell that ``done`` of ``total`` units are finished and ``what`` is being worked on.

        Raises:
            Cancelled: the person asked to stop; only raised between units of work.
        """


class Silent:
    """A monitor that nobody watches."""

    def step(self, done: int, total: int, what: str = "") -> None:
        """Ignore the progress."""


SILENT = Silent()
