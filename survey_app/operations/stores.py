"""Making, opening, checking, copying and rescuing stores."""

from __future__ import annotations

import contextlib
import shutil
import unicodedata
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from survey_app import crypto
from survey_app.clock import Clock, system_clock
from survey_app.disk import write_durably
from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.progress import SILENT, Monitor
from survey_app.store import AlreadyThere, Store, StoreDamaged, StoreMissing
from survey_app.store.deeds import RESTORED, refused_path
from survey_app.store.driver import outside_failures
from survey_app.store.slots import journal_path

PASSPHRASE_LETTERS = 8
SUFFIX = ".store"


class WeakPassphrase(SurveyAppError):  # noqa: N818 - the name says what is wrong
    """The new passphrase is too easy to guess."""

    def __init__(self, why: str) -> None:
        super().__init__("STO-20", why, _("A short sentence that only you know is easy to remember and hard to guess."))


@dataclass(frozen=True)
class CheckReport:
    """What checking a store found.

    Attributes:
        path: the file.
        problems: what is wrong, one sentence each; empty when all is well.
    """

    path: Path
    problems: tuple[str, ...]


def passphrase_fault(passphrase: str) -> str:
    """Return why a new passphrase is not good enough, blank when it is."""
    typed = unicodedata.normalize("NFC", passphrase)
    if len(typed) < PASSPHRASE_LETTERS:
        return _("The passphrase needs at least {count} characters.").format(count=PASSPHRASE_LETTERS)
    if len(set(typed)) < 4:
        return _("The passphrase repeats the same few characters.")
    return ""


def create_store(
    path: Path | str,
    passphrase: str,
    *,
    kind: Literal["laptop", "office", "reader"],
    name: str,
    device: str = "",
    recovery: Sequence[str] = (),
    clock: Clock = system_clock,
) -> Store:
    """Make a new store and open it.

    Args:
        path: where; missing folders are made, ``.store`` is added when the name has no ending.
        passphrase: opens the store.
        kind: what the store is for.
        name: what people call the laptop or office.
        device: its id; a new one when blank.
        recovery: age recipients whose holders can open the store without the passphrase.
        clock: where the time comes from.

    Raises:
        WeakPassphrase: nothing was made.
        StoreError: the file is there already, or the place cannot take it.
    """
    _refuse_weak(passphrase)
    target = Path(path)
    target = target if target.suffix else target.with_suffix(SUFFIX)
    with outside_failures():
        target.parent.mkdir(parents=True, exist_ok=True)
    chosen = device or uuid.uuid4().hex[:8]
    return Store.create(target, passphrase, kind=kind, device=chosen, name=name, recovery=recovery, clock=clock)


def open_store(path: Path | str, passphrase: str, clock: Clock = system_clock) -> Store:
    """Open a store; see ``Store.open`` for what may be in the way."""
    return Store.open(path, passphrase, clock=clock)


def check_store(path: Path | str, passphrase: str) -> CheckReport:
    """Open a store, check all of it and close it again."""
    with Store.open(path, passphrase) as store:
        return CheckReport(store.path, tuple(store.check()))


def copy_closed(store: Path, target: Path) -> Path:
    """Copy a store that is not open, as it lies on the disk, and return the copy; it opens with the same passphrase.

    Raises:
        StoreError: it could not be read, or the place cannot take it.
    """
    with outside_failures():
        target.parent.mkdir(parents=True, exist_ok=True)
        for source, copy in ((store, target), (journal_path(store), journal_path(target))):
            if source.is_file():  # what a crash left in the journal belongs to it
                write_durably(copy, source.read_bytes())
    return target


def backup_store(store: Store, target: Path | str, clock: Clock = system_clock, monitor: Monitor = SILENT) -> Path:
    """Write a verified copy of an open store and return where it is.

    Args:
        store: the store; it stays open.
        target: the file to write, or a folder, then the name of the store with date and time is used. A file of that
            name is only replaced when the new copy has been verified.
        clock: where the time in the name comes from.
        monitor: hears how far the copy is.

    Raises:
        Cancelled: the person asked to stop; nothing of the copy is left.
        StoreError: no room, write protected, or the copy differs; nothing of it is left.
    """
    chosen = Path(target)
    if chosen.is_dir():
        chosen = chosen / f"{store.path.stem}-{clock():%Y%m%d-%H%M%S}{SUFFIX}"
    store.backup(chosen, monitor)
    return chosen


def restore_store(backup: Path | str, target: Path | str, passphrase: str, clock: Clock = system_clock) -> Path | None:
    """Put a backup in the place of a store, after opening and checking a copy of it.

    Args:
        backup: the copy made before; it is only read.
        target: where the store shall be; a store that is there is kept under another name.
        passphrase: the one the backup opens with.
        clock: where the time comes from.

    Returns:
        Where the store that was there is now, ``None`` when there was none.

    Raises:
        WrongPassphrase: of the backup.
        StoreDamaged: the backup fails its own check.
        StoreError: what else is in the way; the store that was there is as it was.
    """
    source, place = Path(backup), Path(target)
    if not source.is_file():
        raise StoreMissing
    if place.exists() and place.samefile(source):
        raise AlreadyThere
    trial = place.with_name(f"{place.name}.trial")
    try:
        with outside_failures():
            for old, new in ((source, trial), (journal_path(source), journal_path(trial))):
                if old.exists():
                    shutil.copyfile(old, new)
        with Store.open(trial, passphrase, clock=clock) as found:
            if found.check():
                raise StoreDamaged
            found.note_deed(RESTORED)
        return Store.restore(trial, place)
    finally:
        for leftover in (trial, journal_path(trial), refused_path(trial)):
            with contextlib.suppress(OSError):
                leftover.unlink(missing_ok=True)


def change_passphrase(store: Store, old: str, new: str) -> None:
    """Let another passphrase open the store from now on.

    Raises:
        WeakPassphrase: the new one is too easy to guess; nothing was changed.
        WrongPassphrase: ``old`` is not the passphrase; nothing was changed.
    """
    _refuse_weak(new)
    store.change_passphrase(old, new)


def recover(path: Path | str, secret: str, new: str, clock: Clock = system_clock) -> Store:
    """Open a store whose passphrase is forgotten with the office's recovery key, and give it a new passphrase.

    The key may be typed with blanks and in small letters, as it stands on the recovery sheet.

    Raises:
        WeakPassphrase: the new one is too easy to guess; nothing was changed.
        NoRecoveryKey, BadKey: the secret does not open this store.
    """
    _refuse_weak(new)
    return Store.recover(path, "".join(secret.split()).upper(), new, clock=clock)


def new_recovery_key() -> tuple[str, str]:
    """Return a new recovery key: the secret to print and lock away, and the recipient that stores are sealed to."""
    secret = crypto.new_identity()
    return secret, crypto.recipient_of(secret)


def _refuse_weak(passphrase: str) -> None:
    fault = passphrase_fault(passphrase)
    if fault:
        raise WeakPassphrase(fault)
