"""What every screen works at: the store's lane, the person, the settings, the saved state, and the way elsewhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Signal

from survey_app.clock import Clock, system_clock
from survey_app.gui.lanes import LaneMonitor, Pool, StoreLane, Task
from survey_app.progress import Cancelled
from survey_app.records import Enumerator
from survey_app.settings import Settings, load_settings, save_settings

if TYPE_CHECKING:
    from survey_app.store import Store

R = TypeVar("R")

NOBODY = Enumerator(id="", name="")


def _note_person(store: Store, person: str) -> None:
    store.at_work = person


@dataclass(frozen=True)
class Left:
    """Where somebody was when the window was locked.

    Attributes:
        store: path of the store.
        person: who worked at it.
        screen: name of the screen.
        arguments: what it was shown with.
    """

    store: Path
    person: Enumerator
    screen: str
    arguments: dict[str, object]


@dataclass(frozen=True)
class SavedState:
    """What the top bar says about the store.

    Attributes:
        kind: ``"none"`` (nothing written yet), ``"saving"``, ``"saved"`` or ``"failed"``.
        at: moment of the last commit, when ``"saved"``.
        error: what went wrong, when ``"failed"``.
    """

    kind: str = "none"
    at: dt.datetime | None = None
    error: BaseException | None = None


class Desk(QObject):
    """What a screen is given. Made once a window.

    Attributes:
        lane: the thread that owns the store; ``lane.here`` is the store as the main thread may call it.
        pool: threads for what needs no store.
        clock: where the time comes from.
        settings: choices of the person at this machine.
        person: who is working; ``NOBODY`` while no store is open.
        left: where somebody was when the window was locked; ``None`` once it was unlocked.
        worked_at: id of the household whose interview was opened last; the list comes back at its line.
        closed: the window has let go of everything; nothing may be asked for any more.
    """

    saved = Signal(object)
    """Sent with a ``SavedState`` whenever it changes."""
    going = Signal(str, dict)
    """Sent by ``go``; the window shows the screen."""
    settings_changed = Signal()
    person_changed = Signal()
    speaking = Signal(str)
    """A screen asks to speak another language."""
    language_changed = Signal()
    problem = Signal(object)
    """Sent with the exception that nobody else deals with."""
    store_changed = Signal()
    """Another store was opened, or the open one closed."""
    data_changed = Signal()
    """Something in the store changed that lists and progress should show."""
    backup_made = Signal()
    """A safety copy was made, or failed."""
    backup_changed = Signal()
    """Something about the safety copies was decided; how they stand has to be read again."""
    retry = Signal()
    """The person pressed "Save again" in the strip that says what was not saved."""

    def __init__(self, clock: Clock = system_clock, settings: Settings | None = None) -> None:
        super().__init__()
        self.clock = clock
        self.settings = settings if settings is not None else load_settings()
        self.lane = StoreLane()
        self.pool = Pool()
        self.person: Enumerator = NOBODY
        self.state = SavedState()
        self.left: Left | None = None
        self.worked_at = ""
        self.closed = False
        self._writing = 0
        self.lane.unhandled = self.problem.emit
        self.pool.unhandled = self.problem.emit

    # the way elsewhere

    def go(self, screen: str, **arguments: object) -> None:
        """Show a screen by name.

        Names: ``"today"``, ``"households"``, ``"interview"`` (``household=ID``), ``"handover"``,
        ``"merge"``, ``"conflicts"``, ``"duplicates"``, ``"results"``, ``"laptops"``, ``"settings"``, ``"unlock"``,
        ``"first_run"``;
        ``"back"`` shows the one before.
        """
        if screen == "interview":
            self.worked_at = str(arguments.get("household", "")) or self.worked_at
        self.going.emit(screen, arguments)

    # work

    @property
    def store(self) -> Store:
        """The open store, callable from the main thread; every call waits for its end. For what is short."""
        return self.lane.here

    def run(
        self,
        operation: Callable[..., R],
        *args: object,
        done: Callable[[R], object] | None = None,
        failed: Callable[[BaseException], object] | None = None,
        monitor: LaneMonitor | None = None,
        **named: object,
    ) -> Task[R]:
        """Run ``operation(store, *args, **named)`` in the store's lane.

        Args:
            operation: its first parameter is the store; it gets ``monitor=`` when one is given.
            args: what follows the store.
            done: called on the main thread with what it returned.
            failed: called on the main thread with what it raised; without it the window shows the failure.
            monitor: hears of progress and can cancel.
            named: named arguments of the operation.
        """
        if monitor is not None:
            named["monitor"] = monitor
        return self.lane.submit(self._with_store, operation, args, named, done=done, failed=failed)

    def write(
        self,
        operation: Callable[..., R],
        *args: object,
        done: Callable[[R], object] | None = None,
        failed: Callable[[BaseException], object] | None = None,
        monitor: LaneMonitor | None = None,
        **named: object,
    ) -> Task[R]:
        """As ``run``, for what changes the store: the top bar says saving, then saved.

        When the operation fails, the top bar says again what it said before: what was saved is still saved, and the
        failure is shown by ``failed`` or by the window.
        """
        before = self.state
        self.saving()

        def finished(value: R) -> None:
            self.saved_now()
            if done is not None:
                done(value)
            self.data_changed.emit()

        def broke(error: BaseException) -> None:
            self._writing = max(0, self._writing - 1)
            if self._writing == 0:
                self._tell(before if before.kind != "saving" else SavedState())
            if failed is not None:
                failed(error)
            elif not isinstance(error, Cancelled):
                self.problem.emit(error)

        return self.run(operation, *args, done=finished, failed=broke, monitor=monitor, **named)

    def apart(
        self,
        operation: Callable[..., R],
        *args: object,
        done: Callable[[R], object] | None = None,
        failed: Callable[[BaseException], object] | None = None,
        monitor: LaneMonitor | None = None,
        **named: object,
    ) -> Task[R]:
        """Run ``operation(*args, **named)`` in the pool, without the store."""
        if monitor is not None:
            named["monitor"] = monitor
        return self.pool.submit(operation, *args, done=done, failed=failed, **named)

    def _with_store(self, operation: Callable[..., R], args: tuple[object, ...], named: dict[str, Any]) -> R:
        return operation(self.lane.store, *args, **named)

    # the saved state

    def saving(self) -> None:
        """Say that something is being written."""
        self._writing += 1
        self._tell(SavedState("saving"))

    def saved_now(self) -> None:
        """Say that what was being written is on the disk."""
        self._writing = max(0, self._writing - 1)
        if self._writing == 0:
            self._tell(SavedState("saved", at=self.clock()))

    def save_failed(self, error: BaseException) -> None:
        """Say that it could not be written; stays until something has been written again."""
        self._writing = max(0, self._writing - 1)
        self._tell(SavedState("failed", error=error))

    def _tell(self, state: SavedState) -> None:
        self.state = state
        self.saved.emit(state)

    # person and settings

    def set_person(self, person: Enumerator) -> None:
        """Say who is working; the log of the store will say so too."""
        self.person = person
        if self.lane.is_open:
            self.run(_note_person, person.id)
        self.person_changed.emit()

    def change_settings(self, **changes: Any) -> None:
        """Change and keep settings, for example ``change_settings(theme="dark")``."""
        self.settings = replace(self.settings, **changes)
        try:
            save_settings(self.settings)
        except OSError as error:
            self.problem.emit(error)
        self.settings_changed.emit()

    # the store

    def open_store(
        self,
        make: Callable[[], Store],
        done: Callable[[], object],
        failed: Callable[[BaseException], object],
    ) -> None:
        """Open a store in its lane: ``make`` opens and returns it.

        The one that was open is closed only when this one has opened. ``done`` is called on the main thread when
        the store is the desk's; nobody is working at it yet.
        """

        def opened(store: Store) -> None:
            self.person = NOBODY
            self._writing = 0
            self._tell(SavedState())
            self.change_settings(last_store=str(store.path))
            self.store_changed.emit()
            done()

        self.lane.adopt_later(make, opened, failed)

    def close_store(self) -> None:
        """Close the open store after everything asked for; nobody is working then."""
        self.lane.release()
        self._writing = 0
        self._tell(SavedState())
        self.store_changed.emit()
        self.set_person(NOBODY)

    def close(self) -> None:
        """Finish what is being written, close the store and end the threads."""
        self.closed = True
        self.pool.close()
        self.lane.close()
