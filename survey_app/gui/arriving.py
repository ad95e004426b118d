"""Files that come to the program from outside: double-clicked, given when it starts, or laid beside the installer."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QLockFile, QObject, QTimer

from survey_app import paths
from survey_app.disk import write_durably
from survey_app.gui.desk import Desk

FIRST = {".enrolment": "join_office", ".update": "update", ".store": "unlock"}
"""Screens that take a file before any store is open."""

LATER = {
    "supervisor": {".bundle": "merge"},
    "enumerator": {".receipt": "handover", ".bundle": "handover", ".households": "bring_list"},
}
"""Screens that take a file once somebody works, by role."""

SUFFIXES = frozenset((*FIRST, *(suffix for kinds in LATER.values() for suffix in kinds)))

_ASKED = "asked.txt"


def enrolment_folder() -> Path:
    """Return where the installer lays the enrolment files that stood beside it."""
    return paths.user_folder() / "enrolment"


def enrolment_files() -> list[Path]:
    """Return the enrolment files that whoever prepared this machine laid ready, by name.

    They lie where the installer put them, or beside the packed program and beside its folder: a portable copy comes
    without an installer.
    """
    packed = paths.packed_folder()
    found: list[Path] = []
    for folder in (enrolment_folder(), *((packed, packed.parent) if packed else ())):
        with contextlib.suppress(OSError):
            found += sorted(folder.glob("*.enrolment"))
    return found


def forget_enrolment(file: Path) -> None:
    """Remove an enrolment file that the installer laid ready and that has been used; any other is the person's own."""
    if file.parent == enrolment_folder():
        with contextlib.suppress(OSError):
            file.unlink(missing_ok=True)


class Arrivals(QObject):
    """Takes each file to the screen that deals with it, now or as soon as somebody works at a store.

    Args:
        desk: the way to the screens.
        parent: who owns it.
    """

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._waiting: Path | None = None
        desk.person_changed.connect(lambda: QTimer.singleShot(0, self._take_up))

    def take(self, file: Path) -> None:
        """Show the file where it belongs; a bundle waits until a store is open."""
        screen = FIRST.get(file.suffix.lower())
        if screen == "unlock":
            self._desk.go("unlock", store=file)
        elif screen is not None:
            self._desk.go(screen, file=file)
        else:
            self._waiting = file
            self._take_up()

    def _take_up(self) -> None:
        file, role = self._waiting, self._desk.person.role
        if file is None or not self._desk.person.id:
            return
        self._waiting = None
        screen = LATER.get(role, {}).get(file.suffix.lower())
        if screen is not None:
            self._desk.go(screen, file=file)


class OneWindow(QObject):
    """Lets a second start of the program hand its file to the window that is open already.

    The first program holds a lock in the person's folder and watches that folder; a second one that was given a file
    writes its path there and leaves.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = paths.user_folder()
        self._folder.mkdir(parents=True, exist_ok=True)
        self._lock = QLockFile(str(self._folder / "window.lock"))
        self._lock.setStaleLockTime(0)
        self._watcher = QFileSystemWatcher(self)

    def hand_over(self, file: Path) -> bool:
        """Give the file to the window that is open and return whether there is one."""
        if self._lock.tryLock(0):
            self._lock.unlock()
            return False
        try:
            write_durably(self._folder / _ASKED, str(file.resolve()).encode())
        except OSError:
            return False
        return True

    def listen(self, take: Callable[[Path], None]) -> None:
        """Take what later starts hand over; does nothing when another window does so already."""
        if not self._lock.tryLock(0):
            return
        self._watcher.addPath(str(self._folder))
        self._watcher.directoryChanged.connect(lambda _folder: self._look(take))

    def _look(self, take: Callable[[Path], None]) -> None:
        asked = self._folder / _ASKED
        try:
            text = asked.read_text(encoding="utf-8")
            asked.unlink()
        except OSError:
            return
        file = Path(text)
        if file.suffix.lower() in SUFFIXES and file.is_file():
            take(file)

    def stop(self) -> None:
        """Let go of the lock."""
        if self._lock.isLocked():
            self._lock.unlock()
