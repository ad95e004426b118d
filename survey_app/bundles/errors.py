"""Why a bundle, a receipt or an office key is refused, in words and with a code."""
# ruff: noqa: N818 - the names say what is wrong

from __future__ import annotations

import errno

from survey_app.errors import SurveyAppError
from survey_app.i18n import _


class BundleError(SurveyAppError):
    """A bundle cannot be used or written; nothing in the store was changed."""


class NotABundle(BundleError):
    """The file is something else."""

    def __init__(self) -> None:
        super().__init__(
            "BND-01",
            _("This file is not a bundle."),
            _(
                "Choose the file that the laptop wrote when it packed: its name begins with the laptop and ends in "
                ".bundle. Nothing was merged."
            ),
        )


class Truncated(BundleError):
    """The file ends too early."""

    def __init__(self) -> None:
        super().__init__(
            "BND-02",
            _("The bundle is not complete: its end is missing."),
            _("Copy it again from the laptop and wait until copying has finished. Nothing was merged."),
        )


class Altered(BundleError):
    """The content is not what the laptop wrote."""

    def __init__(self) -> None:
        super().__init__(
            "BND-03",
            _("The bundle was altered or badly copied."),
            _("Copy it again from the laptop. Nothing of it was merged, the data here are unchanged."),
        )


class ForAnotherOffice(BundleError):
    """The bundle is sealed to somebody else."""

    def __init__(self) -> None:
        super().__init__(
            "BND-04",
            _("This bundle is for another office and cannot be opened here."),
            _("Send it to the office it was packed for, or pack again on the laptop for this office."),
        )


class UnknownLaptop(BundleError):
    """The signer is not enrolled here."""

    def __init__(self) -> None:
        super().__init__(
            "BND-05",
            _("This bundle is signed by a laptop that this office does not know."),
            _("Ask who packed it. If it is one of yours, set it up again from this office. Nothing was merged."),
        )


class KeptAside(UnknownLaptop):
    """The signer is not enrolled here; the bundle is kept until a person has decided about it."""

    def __init__(self) -> None:
        super().__init__()
        self.hint = _(
            "It is kept aside here and nothing of it was merged. Ask who packed it; when the laptop is one of yours, "
            "accept it and the bundle is merged."
        )


class NotForThisLaptop(ForAnotherOffice):
    """The bundle of a colleague is not sealed to this laptop."""

    def __init__(self) -> None:
        super().__init__()
        self.code, self.message = "BND-22", _("This bundle is sealed to the office and not to this laptop.")
        self.hint = _(
            "Ask your colleague to pack again and to choose this laptop beside the office. Nothing was taken in, and "
            "the bundle can still go to the office."
        )


class UnknownColleague(UnknownLaptop):
    """A laptop does not know another one."""

    def __init__(self) -> None:
        super().__init__()
        self.code, self.message = "BND-23", _("This laptop does not know the other laptop, or the office blocked it.")
        self.hint = _(
            "Load the newest household list of the office on both laptops, then try again. Nothing was changed."
        )


class RevokedLaptop(BundleError):
    """The signer is not trusted any more."""

    def __init__(self) -> None:
        super().__init__(
            "BND-06",
            _("This bundle comes from a laptop that was blocked in this office."),
            _("Keep the file and ask whoever blocked the laptop. Nothing was merged."),
        )


class NewerFormat(BundleError):
    """A newer program wrote it."""

    def __init__(self) -> None:
        super().__init__(
            "BND-07",
            _("This file was written by a newer version of the program."),
            _("Install the newest version on this machine, then try again. Nothing was changed."),
        )


class TooLarge(BundleError):
    """The content is larger than a bundle may be, or than it says."""

    def __init__(self) -> None:
        super().__init__(
            "BND-08",
            _("The bundle holds more than a bundle may hold."),
            _("Do not use this file. Pack again on the laptop; if it happens again, call support. Nothing was merged."),
        )


class Disagrees(BundleError):
    """What it says about itself and what is in it differ."""

    def __init__(self) -> None:
        super().__init__(
            "BND-09",
            _("The content of the bundle does not agree with what its label says."),
            _("Do not use this file. Pack again on the laptop; if it happens again, call support. Nothing was merged."),
        )


class Unreadable(BundleError):
    """The device could not be read."""

    def __init__(self) -> None:
        super().__init__(
            "BND-10",
            _("The file could not be read."),
            _("Check that the USB stick is plugged in and try again. Nothing was changed."),
        )


class NotWritten(BundleError):
    """The file could not be written, or what was read back differs."""

    def __init__(self, error: OSError | None = None) -> None:
        number = error.errno if error else None
        if number in (errno.ENOSPC, errno.EDQUOT):
            code, message = "BND-11", _("The file was not written: there is no room left.")
            hint = _("Free some space or choose another USB stick, then try again. All data on this machine are safe.")
        elif number in (errno.EACCES, errno.EPERM, errno.EROFS):
            code, message = "BND-12", _("The file was not written: this place cannot be written to.")
            hint = _("Choose another folder or remove the write protection. All data on this machine are safe.")
        else:
            code, message = "BND-13", _("The file was not written: the disk or USB stick failed or was pulled out.")
            hint = _("Plug it in again or choose another one, then try again. All data on this machine are safe.")
        super().__init__(code, message, hint)


class NothingToPack(BundleError):
    """No revision is waiting."""

    def __init__(self) -> None:
        super().__init__(
            "BND-14",
            _("There is nothing to pack: the office has confirmed everything."),
            _("To hand over everything once more, choose to pack everything."),
        )


class NotSetUp(BundleError):
    """The store has no key for this."""

    def __init__(self) -> None:
        super().__init__(
            "BND-15",
            _("This store cannot do that: it has no key for it."),
            _("Bundles are packed on a laptop that was set up with an enrolment file, and merged in the office."),
        )


class NotAnOfficeKey(BundleError):
    """The file is no office key, or it is damaged."""

    def __init__(self) -> None:
        super().__init__(
            "BND-16",
            _("This file is not an office key, or it is damaged."),
            _("Copy office.key again from the office. Nothing was changed."),
        )


class NotAReceipt(BundleError):
    """The file is no receipt of this office, or it is damaged."""

    def __init__(self) -> None:
        super().__init__(
            "BND-17",
            _("This file is not a confirmation from your office, or it is damaged."),
            _("Copy it again from the office. Nothing was changed; everything stays unconfirmed as before."),
        )


class ReceiptForAnother(BundleError):
    """The receipt is for another laptop."""

    def __init__(self) -> None:
        super().__init__(
            "BND-18",
            _("This confirmation is for another laptop."),
            _("Choose the file that carries the name of this laptop. Nothing was changed."),
        )


class NotMergedHere(BundleError):
    """No such bundle is merged or kept in this store."""

    def __init__(self) -> None:
        super().__init__(
            "BND-19",
            _("There is no such bundle here."),
            _("Choose one from the list of bundles. Nothing was changed."),
        )


class BuiltUpon(BundleError):
    """What a bundle brought cannot leave again, because there is work that was built upon it."""

    def __init__(self, builders: str) -> None:
        super().__init__(
            "BND-20",
            _("This bundle cannot be taken back: other work was built upon it."),
            _("It stays as it is. Take back first: {builders}. Work done in this office stays.").format(
                builders=builders
            ),
        )


class NameTaken(BundleError):
    """Another laptop is enrolled under the name of this one."""

    def __init__(self) -> None:
        super().__init__(
            "BND-21",
            _("This office knows another key for the laptop that signed this bundle."),
            _("Set the laptop up again from this office, then pack everything again. The bundle stays kept aside."),
        )
