"""The only file that knows threads.

The main thread paints and holds the interview's session. One lane, a thread of its own, owns the open store: whatever
reads or writes it is run there, one thing after another, in the order it was asked for. A small pool does what needs no
store. Results, failures and progress always arrive on the main thread.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, cast

from PySide6.QtCore import QCoreApplication, QEventLoop, QObject, Qt, Signal, Slot
from shiboken6 import isValid

from survey_app.progress import Cancelled

if TYPE_CHECKING:
    from survey_app.store import Store

R = TypeVar("R")
P = ParamSpec("P")
_PROGRESS_EVERY_S = 0.04


class _Post(QObject):
    """Carries calls to the main thread, where it was made."""

    _sent = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._sent.connect(self._arrive, Qt.ConnectionType.QueuedConnection)

    def send(self, call: Callable[[], None]) -> None:
        self._sent.emit(call)

    @Slot(object)
    def _arrive(self, call: Callable[[], None]) -> None:
        call()


def _alive(call: Callable[..., object] | None) -> bool:
    owner = getattr(call, "__self__", None)
    return call is not None and (not isinstance(owner, QObject) or isValid(owner))


class LaneMonitor(QObject):
    """A monitor (``survey_app.progress.Monitor``) whose steps arrive on the main thread.

    ``moved(done, total, what)`` is sent at most 25 times a second, and always for the last step of a total.
    """

    moved = Signal(int, int, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stop = threading.Event()
        self._told_at = 0.0

    def step(self, done: int, total: int, what: str = "") -> None:
        """Tell the progress; called by the operation, in its own thread.

        Raises:
            Cancelled: ``cancel`` was called.
        """
        if self._stop.is_set():
            raise Cancelled
        now = time.monotonic()
        if done >= total or now - self._told_at >= _PROGRESS_EVERY_S:
            self._told_at = now
            self.moved.emit(done, total, what)

    def cancel(self) -> None:
        """Ask the operation to stop before its next unit of work."""
        self._stop.set()

    @property
    def cancelled(self) -> bool:
        """Whether ``cancel`` was called."""
        return self._stop.is_set()


class Task(Generic[R]):
    """One thing that was asked for; ``result`` waits for it."""

    def __init__(self, future: Future[R]) -> None:
        self._future = future

    @property
    def finished(self) -> bool:
        """Whether it has run (its result may not have been delivered yet)."""
        return self._future.done()

    def result(self, timeout_s: float | None = None) -> R:
        """Wait and return what it returned, or raise what it raised."""
        return self._future.result(timeout_s)


class _Deliverer:
    """Runs a call in whatever thread it is called in and posts the outcome to the main thread."""

    def __init__(self) -> None:
        self._post = _Post()
        self.unhandled: Callable[[BaseException], None] | None = None
        self._undelivered = 0

    def prepare(
        self,
        call: Callable[[], R],
        done: Callable[[R], object] | None,
        failed: Callable[[BaseException], object] | None,
    ) -> tuple[Future[R], Callable[[], None]]:
        future: Future[R] = Future()
        self._undelivered += 1

        def work() -> None:
            try:
                value = call()
            except BaseException as error:
                future.set_exception(error)
                self._post.send(lambda error=error: self._deliver_failure(error, failed))  # type: ignore[misc]
            else:
                future.set_result(value)
                self._post.send(lambda: self._deliver(value, done))

        return future, work

    def _deliver(self, value: Any, done: Callable[[Any], object] | None) -> None:
        self._undelivered -= 1
        if done is not None and _alive(done):
            done(value)

    def _deliver_failure(self, error: BaseException, failed: Callable[[BaseException], object] | None) -> None:
        self._undelivered -= 1
        if failed is not None:
            if _alive(failed):
                failed(error)
        elif not isinstance(error, Cancelled) and self.unhandled is not None:
            self.unhandled(error)

    @property
    def undelivered(self) -> int:
        return self._undelivered


def drain(deliverer: _Deliverer, timeout_s: float = 30.0) -> None:
    """Wait on the main thread until every result has been delivered."""
    end = time.monotonic() + timeout_s
    while deliverer.undelivered and time.monotonic() < end:
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents, 20)


class _Delivering:
    """What both kinds of threads have: results and failures that arrive on the main thread."""

    def __init__(self) -> None:
        self._deliverer = _Deliverer()

    @property
    def unhandled(self) -> Callable[[BaseException], None] | None:
        """What hears of failures that nobody else hears of."""
        return self._deliverer.unhandled

    @unhandled.setter
    def unhandled(self, hear: Callable[[BaseException], None] | None) -> None:
        self._deliverer.unhandled = hear


class StoreLane(_Delivering):
    """The thread that owns the open store.

    Everything public is called on the main thread.
    """

    def __init__(self) -> None:
        super().__init__()
        self._queue: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._store: Store | None = None
        self._thread = threading.Thread(target=self._run, name="store lane", daemon=False)
        self._closed = False
        self._thread.start()

    def _run(self) -> None:
        while (work := self._queue.get()) is not None:
            work()

    def submit(
        self,
        fn: Callable[..., R],
        *args: object,
        done: Callable[[R], object] | None = None,
        failed: Callable[[BaseException], object] | None = None,
        **named: object,
    ) -> Task[R]:
        """Run ``fn(*args, **named)`` in the lane; ``done(result)`` or ``failed(error)`` follow on the main thread.

        A callback that is a method of a widget already deleted is not called.
        """
        if self._closed:
            raise RuntimeError("the store lane is closed")
        future, work = self._deliverer.prepare(lambda: fn(*args, **named), done, failed)
        self._queue.put(work)
        return Task(future)

    def call(self, fn: Callable[..., R], *args: object, **named: object) -> R:
        """Run ``fn(*args, **named)`` in the lane and wait for it: for short reads and for an answer being given."""
        if threading.current_thread() is self._thread:
            return fn(*args, **named)
        if self._closed:
            raise RuntimeError("the store lane is closed")
        future: Future[R] = Future()

        def work() -> None:
            try:
                future.set_result(fn(*args, **named))
            except BaseException as error:
                future.set_exception(error)

        self._queue.put(work)
        return future.result()

    def flush(self) -> None:
        """Wait until everything asked for so far has run (its callbacks may still follow)."""
        if not self._closed:
            self.call(lambda: None)

    def wait(self, timeout_s: float = 30.0) -> None:
        """Wait until everything asked for has run and every callback has been called; for tests and for leaving."""
        self.flush()
        drain(self._deliverer, timeout_s)

    def adopt(self, make: Callable[[], Store]) -> Store:
        """Open a store in the lane: ``make`` opens and returns it. The one that was open is closed first."""
        self.release()

        def take() -> Store:
            self._store = make()
            return self._store

        return self.call(take)

    def adopt_later(
        self,
        make: Callable[[], Store],
        done: Callable[[Store], object],
        failed: Callable[[BaseException], object],
    ) -> Task[Store]:
        """Open a store in the lane without waiting; the one that was open is closed only when this one opened."""

        def take() -> Store:
            opened = make()
            if self._store is not None:
                self._store.close()
            self._store = opened
            return opened

        return self.submit(take, done=done, failed=failed)

    def release(self) -> None:
        """Close the open store, after everything asked for so far."""

        def let_go() -> None:
            if self._store is not None:
                self._store.close()
                self._store = None

        self.call(let_go)

    @property
    def store(self) -> Store:
        """The open store itself; touch it only inside what is run in the lane.

        Raises:
            RuntimeError: no store is open.
        """
        if self._store is None:
            raise RuntimeError("no store is open")
        return self._store

    @property
    def is_busy(self) -> bool:
        """Whether something asked for is still under way."""
        return self._deliverer.undelivered > 0

    @property
    def is_open(self) -> bool:
        """Whether a store is open."""
        return self._store is not None

    @property
    def here(self) -> Store:
        """The store as the main thread may use it: every call runs in the lane and waits for its end.

        For what is short: reading a line, committing an answer. Iterators arrive as lists.
        """
        return cast("Store", _Remote(self))

    def close(self) -> None:
        """Finish everything asked for, close the store and end the thread."""
        if self._closed:
            return
        self.release()
        self._closed = True
        self._queue.put(None)
        self._thread.join()


class _Remote:
    """Stands for the store on the main thread."""

    __slots__ = ("_lane",)

    def __init__(self, lane: StoreLane) -> None:
        object.__setattr__(self, "_lane", lane)

    def __getattr__(self, name: str) -> Any:
        lane: StoreLane = object.__getattribute__(self, "_lane")
        found = lane.call(lambda: getattr(lane.store, name))
        if not callable(found):
            return found

        def run(*args: object, **named: object) -> Any:
            def work() -> Any:
                value = getattr(lane.store, name)(*args, **named)
                return list(value) if isinstance(value, Iterator) else value

            return lane.call(work)

        return run


class Pool(_Delivering):
    """A few threads for what needs no store: building a demonstration, drawing, writing a report's file."""

    def __init__(self, threads: int = 2) -> None:
        super().__init__()
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="pool")
        self._monitors: list[LaneMonitor] = []

    def submit(
        self,
        fn: Callable[..., R],
        *args: object,
        done: Callable[[R], object] | None = None,
        failed: Callable[[BaseException], object] | None = None,
        **named: object,
    ) -> Task[R]:
        """Run ``fn(*args, **named)`` in the pool; ``done(result)`` or ``failed(error)`` follow on the main thread."""
        future, work = self._deliverer.prepare(lambda: fn(*args, **named), done, failed)
        monitor = named.get("monitor")
        if isinstance(monitor, LaneMonitor):
            self._monitors.append(monitor)
        self._executor.submit(work)
        return Task(future)

    def wait(self, timeout_s: float = 30.0) -> None:
        """Wait until everything has run and every callback has been called."""
        drain(self._deliverer, timeout_s)

    def close(self) -> None:
        """Ask what is running to stop, and end the threads."""
        for monitor in self._monitors:
            if isValid(monitor):
                monitor.cancel()
        self._executor.shutdown(wait=True, cancel_futures=True)
