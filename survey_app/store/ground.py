"""What every part of a store stands on: the open file, changes that are whole or not made, and the log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from survey_app.clock import Clock, stamp, system_clock
from survey_app.store import deeds, files, frame
from survey_app.store.calculating import Calculating
from survey_app.store.content import Content
from survey_app.store.deeds import Deed
from survey_app.store.driver import CACHE_KIB, MERGING_CACHE_KIB, outside_failures

LOOKS_APART = dt.timedelta(minutes=15)
"""The same look of the same person is written into the log once in so long; see ``Ground.note_look``."""


class Ground:
    """A base of all parts of ``Store``.

    Attributes:
        path: the file.
        opened_by: id of the person whose own passphrase opened it; ``""`` when it was the one all may know.
        at_work: id of the person who works at it now, as the log shall say; ``""`` while nobody has said so.
        device: id of the laptop or office.
    """

    def __init__(self, opened: files.Opened, clock: Clock = system_clock) -> None:
        self.path = opened.path
        self.opened_by = ""
        self.at_work = ""
        self._clock = clock
        self._opened = opened
        self._content = Content()
        self._looks: dict[tuple[object, ...], dt.datetime] = {}
        with outside_failures():
            self.device = frame.fact(self._database, "device")

    @property
    def _database(self) -> Any:
        return self._opened.database

    @contextmanager
    def together(self) -> Iterator[None]:
        """Make several changes one: all of them are kept when the block ends, none when it raises."""
        with self._change():
            yield

    @contextmanager
    def with_room(self) -> Iterator[None]:
        """Keep up to 256 MiB of the file in memory inside the block, because very much is going to be written."""
        with outside_failures():
            self._database.execute(f"PRAGMA cache_size = -{MERGING_CACHE_KIB}")
            try:
                yield
            finally:
                self._database.execute(f"PRAGMA cache_size = -{CACHE_KIB}")

    @contextmanager
    def _change(self) -> Iterator[Any]:
        with outside_failures(), self._database.atomic():
            yield self._database

    def calculating(self) -> Calculating:
        """Return a way to compute in temporary tables of this connection, which stand in memory only."""
        return Calculating(self._database.conn)

    # --- the log ---------------------------------------------------------------------------------------------------

    def note_deed(self, action: str, **about: str | int) -> None:
        """Write into the log what the person at work did; it is never changed again.

        Args:
            action: one of ``deeds.ACTIONS``.
            about: ids, codes and numbers; never an answer or a name.
        """
        with self._change() as database:
            self._note(database, action, **about)

    def _note(self, database: Any, action: str, **about: str | int) -> None:
        deeds.note(database, stamp(self._clock()), self.at_work, action, about)

    def note_look(self, what: str, **about: str | int) -> None:
        """Write into the log what the person at work looks at that names people.

        A page is read again whenever something changes or somebody comes back to it. So that the log tells of people
        and not of the window, the same look of the same person is written once in ``LOOKS_APART`` while the store is
        open; who locks it and opens it again is written anew.

        Args:
            what: the kind of page: ``"household"``, ``"form"``, ``"history"``, ``"list"``, ...
            about: ids, codes and numbers, never a name: ``household=``, ``submission=``, ``indicator=``, ``rows=``.
        """
        now, look = self._clock(), (self.at_work, what, *sorted(about.items()))
        last = self._looks.get(look)
        if last is None or not dt.timedelta(0) <= now - last < LOOKS_APART:
            self.note_deed(deeds.LOOKED_AT, what=what, **about)
            self._looks[look] = now

    def deeds(self, action: str = "", who: str | None = None) -> list[Deed]:
        """Return the log, the first line first.

        Args:
            action: one of ``deeds.ACTIONS``; blank for all.
            who: only what this person did, blank is what nobody has put a name to; ``None`` for all.
        """
        with outside_failures():
            return deeds.deeds(self._database, action, who)
