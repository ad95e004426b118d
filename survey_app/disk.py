"""Writing to the disk so that a power cut leaves the old file or the new one, and nobody else reads what is private."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

PRIVATE = 0o600
"""Rights of what only its owner may read and write; Windows has the rights of the folder instead."""


def make_private(path: Path) -> None:
    """Make an empty file that only its owner may read and write; what is written into it later stays so.

    Raises:
        FileExistsError: there is one.
        OSError: it cannot be made.
    """
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, PRIVATE))


def write_durably(path: Path, content: bytes) -> None:
    """Write a small private file in one step and wait until the disk has it.

    Raises:
        OSError: it cannot be written; the file that was there is as it was, and nothing half written is left.
    """
    part = part_path(path)
    try:
        part.unlink(missing_ok=True)
        make_private(part)
        part.write_bytes(content)
        sync_file(part)
        part.replace(path)
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    sync_folder(path.parent)


def part_path(path: Path) -> Path:
    """Return what a file is called until it is complete."""
    return path.with_name(f"{path.name}.part")


def sync_file(path: Path) -> None:
    """Wait until the disk has the content of a file."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until the disk has the names in a folder.

    Windows does so by itself; some file systems of sticks cannot, and then there is nothing to wait for.
    """
    if os.name != "posix":
        return
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
