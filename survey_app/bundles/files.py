"""Writing a file that is either complete and verified, or not there; reading one that may lie on a failing stick."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from survey_app.bundles.errors import BundleError, NotWritten, TooLarge, Unreadable
from survey_app.disk import sync_folder

_CHUNK_BYTES = 1 << 20


def write_verified(target: Path, content: bytes) -> None:
    """Write a file in one step: to a temporary name beside it, to the disk, read back and compared, then renamed.

    A power cut, a full disk or a pulled stick leaves the old file, the new file or none, never half of one; the
    temporary file is removed when the device still lets us.

    Raises:
        NotWritten: it did not work; the reason is in the words.
    """
    target = Path(target)
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _write_through(part, content)
        if not _holds(part, content):
            raise NotWritten
        part.replace(target)
        sync_folder(target.parent)
    except OSError as error:
        raise NotWritten(error) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def _write_through(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _holds(path: Path, content: bytes) -> bool:
    """Read the file back, past the system's cache where it can be told to forget."""
    at = 0
    with path.open("rb") as file:
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        while chunk := file.read(_CHUNK_BYTES):
            if chunk != content[at : at + len(chunk)]:
                return False
            at += len(chunk)
    return at == len(content)


def read_whole(path: Path, largest_bytes: int, too_large: BundleError | None = None) -> bytes:
    """Return the content of a file.

    Raises:
        TooLarge: it is larger than it may be (or ``too_large``).
        Unreadable: the device could not be read.
    """
    try:
        with Path(path).open("rb") as file:
            content = file.read(largest_bytes + 1)
    except OSError as error:
        raise Unreadable from error
    if len(content) > largest_bytes:
        raise too_large or TooLarge()
    return content


def read_start(path: Path, count: int) -> bytes:
    """Return the first bytes of a file.

    Raises:
        Unreadable: the device could not be read.
    """
    try:
        with Path(path).open("rb") as file:
            return file.read(count)
    except OSError as error:
        raise Unreadable from error
