"""What can go wrong with the file of a store, in words and with a code."""
# ruff: noqa: N818 - the names say what is wrong

from __future__ import annotations

from survey_app.errors import SurveyAppError
from survey_app.i18n import _


class StoreError(SurveyAppError):
    """The store cannot do what was asked; what was saved before is safe."""


class NotAStore(StoreError):
    """The file is something else."""

    def __init__(self) -> None:
        super().__init__(
            "STO-01",
            _("This file is not a store of this program."),
            _("Choose a file that ends in .store. Nothing was changed."),
        )


class StoreTooNew(StoreError):
    """A newer program wrote the store."""

    def __init__(self, found: int, known: int) -> None:
        super().__init__(
            "STO-02",
            _("This store was written by a newer version of the program (format {found}, known here: {known}).").format(
                found=found, known=known
            ),
            _("Install the newest version on this machine, then open it again. Nothing was changed."),
        )


class StoreInUse(StoreError):
    """Another window, command or program has the store open."""

    def __init__(self) -> None:
        super().__init__(
            "STO-03",
            _("This store is open in another window or program."),
            _("Close it there, then try again. Nothing was changed."),
        )


class StoreReadOnly(StoreError):
    """The place cannot be written to."""

    def __init__(self) -> None:
        super().__init__(
            "STO-04",
            _("This place cannot be written to."),
            _("Copy the store to a folder of this machine, or remove the write protection. Nothing was changed."),
        )


class DiskFull(StoreError):
    """No room for what was to be written."""

    def __init__(self) -> None:
        super().__init__(
            "STO-05",
            _("Not saved. The disk is full."),
            _("Free some space, then save again. Everything saved before is safe."),
        )


class StoreDamaged(StoreError):
    """The content of the file fails its own checks."""

    def __init__(self) -> None:
        super().__init__(
            "STO-06",
            _("The store is damaged and cannot be read."),
            _("Do not write to it any more. Restore the newest backup; keep the damaged file for support."),
        )


class AlreadyThere(StoreError):
    """A file of that name exists and is not overwritten."""

    def __init__(self) -> None:
        super().__init__(
            "STO-07",
            _("A file with this name is already there."),
            _("Choose another name or another folder. Nothing was changed."),
        )


class StoreMissing(StoreError):
    """There is no file of that name."""

    def __init__(self) -> None:
        super().__init__(
            "STO-08",
            _("The file or folder is not there."),
            _("Check the name and the folder. If it is on a USB stick, plug the stick in."),
        )


class NoRecoveryKey(StoreError):
    """The store was made without a recovery key, or for another one."""

    def __init__(self) -> None:
        super().__init__(
            "STO-09",
            _("This recovery key does not open this store."),
            _("Use the recovery key of the office the store was set up for. Nothing was changed."),
        )


class StoreUnreachable(StoreError):
    """Reading or writing the device failed."""

    def __init__(self) -> None:
        super().__init__(
            "STO-10",
            _("The disk or USB stick could not be read or written."),
            _("Check that it is plugged in, then open the store again. Everything saved before is safe."),
        )


class BackupNotVerified(StoreError):
    """A copy differs from what was copied."""

    def __init__(self) -> None:
        super().__init__(
            "STO-11",
            _("The copy does not agree with the original and was thrown away."),
            _("Try again, or use another disk or USB stick. The original is unchanged."),
        )


class TooManyRecoveryKeys(StoreError):
    """The key slots have no room."""

    def __init__(self) -> None:
        super().__init__(
            "STO-12",
            _("There is no room for one more passphrase or recovery key in this store."),
            _("Take one away that nobody uses any more. Nothing was changed."),
        )


class PassphraseTaken(StoreError):
    """A person's own passphrase opens the store for somebody else."""

    def __init__(self) -> None:
        super().__init__(
            "STO-15",
            _("This passphrase already opens the data for somebody else."),
            _("Choose another one. Nothing was changed."),
        )


class AttachmentTooLarge(StoreError):
    """A picture, recording or file is larger than one may be, or empty."""

    def __init__(self, size_bytes: int, most_bytes: int) -> None:
        super().__init__(
            "STO-13",
            _("The file is empty.")
            if size_bytes == 0
            else _("The file is too large: {size} MB; at most {most} MB fit.").format(
                size=-(-size_bytes // (1 << 20)), most=most_bytes >> 20
            ),
            _("Choose a smaller file. Your answers so far are saved."),
        )


class TooManyAttachments(StoreError):
    """An interview has more attachments than fit into a bundle."""

    def __init__(self, most_bytes: int) -> None:
        super().__init__(
            "STO-14",
            _("The pictures and files of one interview may have {most} MB together.").format(most=most_bytes >> 20),
            _("Remove a large file from another question first. Your answers so far are saved."),
        )


class FiguresWouldChange(StoreError):
    """Deleting names would change an indicator."""

    def __init__(self) -> None:
        super().__init__(
            "STO-16",
            _("Without these names some indicators would say something else."),
            _("Nothing was deleted. An indicator reads words that were written freely: let an author change it."),
        )
