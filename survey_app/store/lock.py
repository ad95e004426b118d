"""One program at a time: a lock file beside the store, held by the operating system and gone with the process.

The lock is taken before the store is touched, because reading the key slots of a file that SQLite has open in the same
process would silently drop SQLite's own locks (POSIX locks belong to the process). A second window or command gets
``StoreInUse``; a lock file left behind by a killed process locks nothing.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

from survey_app.store.driver import outside_failures
from survey_app.store.errors import StoreInUse


class StoreLock:
    """The right to use one store, from construction until ``release``.

    Raises:
        StoreInUse: somebody else has it.
        StoreReadOnly: the folder cannot be written to.
    """

    def __init__(self, store: Path) -> None:
        self._path = lock_path(store)
        with outside_failures():
            self._handle = self._acquire()

    def _acquire(self) -> int:
        while True:
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                _lock(handle)
                if self._is_ours(handle):
                    return handle
            except BaseException:
                os.close(handle)
                raise
            os.close(handle)  # the one before us took the file away while we waited to open it

    def _is_ours(self, handle: int) -> bool:
        if sys.platform == "win32":  # an open file cannot be taken away there
            return True
        try:
            return os.path.samestat(os.fstat(handle), self._path.stat())
        except FileNotFoundError:
            return False

    def release(self) -> None:
        """Let others use the store."""
        if self._handle < 0:
            return
        handle, self._handle = self._handle, -1
        with contextlib.suppress(OSError):
            if sys.platform == "win32":
                os.close(handle)
                self._path.unlink()
            else:  # take the name away while still holding the lock, so that nobody locks a file without a name
                self._path.unlink()
        if sys.platform != "win32":
            os.close(handle)


def lock_path(store: Path) -> Path:
    """Return where the lock file of a store is."""
    return store.with_name(f"{store.name}.lock")


def _lock(handle: int) -> None:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError) as error:
        raise StoreInUse from error
