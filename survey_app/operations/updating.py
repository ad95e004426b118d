"""An update of the program on a stick: a signed file, shown with its notes before anything happens.

The file, ``<name>-<version>.update``::

    survey-app update 1\\n
    {"version": "0.2.0", "made_at": "<ISO 8601>", "size": 90000000, "sha256": "<64 hex>",
     "notes": {"vi": "...", "en": "..."}}\\n
    <128 hex: Ed25519 signature of the publisher over the two lines above>\\n
    <the installer's bytes>

The signature covers the hash, the hash covers the installer. ``resources/publisher.keys`` holds the verify keys whose
updates this copy of the program takes, one a line in hex: the one in use and a spare. A copy that was packed without
keys takes no updates. The format's reader never changes anything on the machine; :func:`stage` writes the installer
where the program may start it, and checks what it wrote.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from survey_app import __version__, crypto, paths
from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.operations import stores
from survey_app.progress import SILENT, Monitor

SUFFIX = ".update"
KEYS_FILE = "publisher.keys"
_MAGIC = b"survey-app update 1\n"
_FAMILY = b"survey-app update "
_LARGEST_HEADER_BYTES = 1 << 16
_LARGEST_INSTALLER_BYTES = 1 << 30
_CHUNK_BYTES = 1 << 20
_SIGNATURE_LINE_BYTES = 129


class UpdateError(SurveyAppError):
    """An update is refused; the program stays as it is."""


def _unchanged() -> str:
    return _("Nothing was installed; the program and all data stay as they are.")


def _not_an_update() -> UpdateError:
    hint = _("Choose the file that ends in .update, and copy it to the stick again if it is the right one.")
    return UpdateError("UPD-01", _("This is not a complete update file."), f"{hint} {_unchanged()}")


def _forged() -> UpdateError:
    hint = _("Do not install it. Ask the office where the file came from.")
    return UpdateError("UPD-02", _("This update does not come from the program's publisher."), f"{hint} {_unchanged()}")


def _no_keys() -> UpdateError:
    hint = _("Install the new version with its installer instead.")
    return UpdateError("UPD-06", _("This copy of the program takes no update files."), f"{hint} {_unchanged()}")


@dataclass(frozen=True)
class Update:
    """What a genuine update file says of itself.

    Attributes:
        path: the file.
        version: the version it brings, for example ``"0.2.0"``.
        made_at: when it was made, ISO 8601.
        notes: what is new, by language (``"vi"``, ``"en"``).
        size_bytes: size of the installer in it.
        sha256: hash of the installer, 64 hex digits.
        offset: where the installer begins in the file.
    """

    path: Path
    version: str
    made_at: str
    notes: Mapping[str, str]
    size_bytes: int
    sha256: str
    offset: int

    def notes_in(self, language: str) -> str:
        """Return what is new in a language, else in whichever there is."""
        return self.notes.get(language) or next(iter(self.notes.values()), "")


def publisher_keys() -> tuple[bytes, ...]:
    """Return the verify keys whose updates this copy of the program takes; none when it was packed without."""
    file = paths.resources() / KEYS_FILE
    if not file.is_file():
        return ()
    return tuple(bytes.fromhex(line) for line in file.read_text(encoding="ascii").split())


def read_update(path: Path, keys: Sequence[bytes] | None = None) -> Update:
    """Return what an update says of itself, once its signature was checked; the installer is not read yet.

    Args:
        path: the file.
        keys: verify keys to trust; those this copy of the program came with when not given.

    Raises:
        UpdateError: UPD-01 not an update, or cut short; UPD-02 not the publisher's; UPD-03 of a kind only a newer
            program reads; UPD-06 this copy takes no updates.
        OSError: the file cannot be read.
    """
    trusted = publisher_keys() if keys is None else tuple(keys)
    if not trusted:
        raise _no_keys()
    with path.open("rb") as file:
        magic = file.read(len(_MAGIC))
        if magic != _MAGIC:
            raise _newer_kind() if magic.startswith(_FAMILY) else _not_an_update()
        head = file.readline(_LARGEST_HEADER_BYTES)
        signature = file.readline(_SIGNATURE_LINE_BYTES)
        offset = file.tell()
    if not head.endswith(b"\n") or len(signature) != _SIGNATURE_LINE_BYTES:
        raise _not_an_update()
    _check_signature(trusted, magic + head, signature)
    update = _parse(path, head, offset)
    if path.stat().st_size != offset + update.size_bytes:
        raise _not_an_update()
    return update


def _newer_kind() -> UpdateError:
    hint = _("Install the new version with its installer instead.")
    return UpdateError("UPD-03", _("This update is of a kind that this version cannot read."), f"{hint} {_unchanged()}")


def _check_signature(keys: Sequence[bytes], message: bytes, line: bytes) -> None:
    try:
        signature = bytes.fromhex(line.decode("ascii").strip())
    except ValueError as error:
        raise _not_an_update() from error
    for key in keys:
        with contextlib.suppress(crypto.BadSignature):
            crypto.verify(key, message, signature)
            return
    raise _forged()


def _parse(path: Path, head: bytes, offset: int) -> Update:
    """Return the fields; what is signed but makes no sense is no update either."""
    try:
        found: dict[str, Any] = json.loads(head)
        notes = {str(language): str(text) for language, text in found["notes"].items()}
        update = Update(
            path, str(found["version"]), str(found["made_at"]), notes, int(found["size"]), str(found["sha256"]), offset
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _not_an_update() from error
    sane = 0 < update.size_bytes <= _LARGEST_INSTALLER_BYTES and re.fullmatch(r"\d+(\.\d+)*", update.version)
    if not sane:
        raise _not_an_update()
    return update


def is_newer(version: str, than: str = __version__) -> bool:
    """Tell whether a version is newer than another one; ``0.10.0`` is newer than ``0.9.1``."""

    def numbers(text: str) -> tuple[int, ...]:
        parts = [int(part) for part in re.findall(r"\d+", text)]
        while parts and parts[-1] == 0:
            parts.pop()
        return tuple(parts)

    return numbers(version) > numbers(than)


def refuse_older(update: Update, than: str = __version__) -> None:
    """Make sure that an update brings something newer.

    Raises:
        UpdateError: UPD-04, it does not.
    """
    if not is_newer(update.version, than):
        message = _("This update brings version {version}; version {now} is here already.")
        raise UpdateError("UPD-04", message.format(version=update.version, now=than), _unchanged())


def newest_in(folder: Path, keys: Sequence[bytes] | None = None) -> Update | None:
    """Return the newest genuine update on a stick that is newer than this program; ``None`` when there is none."""
    found: list[Update] = []
    try:
        files = sorted(folder.glob(f"*{SUFFIX}"))
    except OSError:
        return None
    for file in files:
        with contextlib.suppress(UpdateError, OSError):
            update = read_update(file, keys)
            if is_newer(update.version):
                found.append(update)
    best: Update | None = None
    for update in found:
        if best is None or is_newer(update.version, best.version):
            best = update
    return best


def stage(update: Update, folder: Path, monitor: Monitor = SILENT) -> Path:
    """Write the installer into a folder of this machine and return it; what was written is read back and checked.

    Raises:
        UpdateError: UPD-01 the file's end is missing; UPD-02 the installer is not the one that was signed; UPD-05 it
            could not be written.
        Cancelled: the person stopped it; nothing is left behind.
    """
    target = folder / f"setup-{update.version}.exe"
    part = target.with_suffix(".part")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with update.path.open("rb") as source, part.open("wb") as copy:
            source.seek(update.offset)
            _copy(source, copy, update, monitor)
            copy.flush()
            os.fsync(copy.fileno())
        with part.open("rb") as written:
            if hashlib.file_digest(written, "sha256").hexdigest() != update.sha256:
                raise _forged()
        part.replace(target)
    except OSError as error:
        raise _no_room(_("The update could not be copied to this machine: {reason}."), error) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    return target


def _copy(source: BinaryIO, copy: BinaryIO, update: Update, monitor: Monitor) -> None:
    done = 0
    while done < update.size_bytes:
        chunk = source.read(min(_CHUNK_BYTES, update.size_bytes - done))
        if not chunk:
            raise _not_an_update()
        copy.write(chunk)
        done += len(chunk)
        monitor.step(done, update.size_bytes)


def copy_closed(store: Path, folder: Path, moment: dt.datetime) -> Path:
    """Copy a store that is not open before its program is replaced, and return the copy.

    Raises:
        StoreError: it could not be copied; nothing was installed.
    """
    return stores.copy_closed(store, folder / f"{store.stem}-{moment:%Y%m%d-%H%M}.store")


def _no_room(message: str, error: OSError) -> UpdateError:
    hint = _("Free some space on this machine's disk, or copy the file to the stick again, then try once more.")
    reason = error.strerror or type(error).__name__
    return UpdateError("UPD-05", message.format(reason=reason), f"{hint} {_unchanged()}")


def can_install() -> bool:
    """Tell whether an installer can replace this copy of the program: one that it put on this machine, on Windows."""
    here = paths.packed_folder()
    return sys.platform == "win32" and here is not None and (here / "uninstall.exe").is_file()


def start(installer: Path) -> None:
    """Start the installer, which waits until the program has ended, replaces it and opens it again.

    It begins in its own folder, so that neither the stick nor the program's folder is in use because of it.

    Raises:
        UpdateError: UPD-07, Windows did not let it start.
    """
    none = subprocess.DEVNULL
    try:
        subprocess.Popen([str(installer), "/START"], cwd=installer.parent, stdin=none, stdout=none, stderr=none)
    except OSError as error:
        hint = _("An antivirus program may have stopped it. Ask whoever looks after this machine to allow it.")
        raise UpdateError("UPD-07", _("The installer could not be started."), f"{hint} {_unchanged()}") from error


def write_update(
    installer: Path, target: Path, *, version: str, notes: Mapping[str, str], made_at: str, secret: bytes
) -> None:
    """Write an update file; what a publisher does once a version.

    Args:
        installer: the finished, signed installer.
        target: the file to write.
        version: the version it brings.
        notes: what is new, by language.
        made_at: ISO 8601.
        secret: the publisher's signing key, 32 bytes.
    """
    content = installer.read_bytes()
    fields = {
        "version": version,
        "made_at": made_at,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "notes": dict(notes),
    }
    head = _MAGIC + json.dumps(fields, ensure_ascii=False).encode() + b"\n"
    target.write_bytes(head + crypto.sign(secret, head).hex().encode() + b"\n" + content)
