"""The delivery of a device: who received it, what it works on, and the signed sheet."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from survey_app.clock import Clock, system_clock
from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.join import Current
from survey_app.operations.access import needs
from survey_app.operations.support.deciding import decider
from survey_app.operations.support.entries import hashes_of, newest_forms
from survey_app.operations.support.programmes import table_of
from survey_app.operations.support.register import note_signed
from survey_app.operations.support.standing import Support
from survey_app.roles import DECIDE
from survey_app.store import Attachment, Store, attachment
from survey_app.support.register import DELIVERED, Record
from survey_app.text import read_day, tidy

NETWORKS = ("4g", "5g")
"""A device must work on one of them: it replaces one that only works on 2G."""
FORMS = ("device_service", "device", "cash")
"""In what form support is given; the codes of the form ``device_support``."""
ON_PAPER = "paper"
"""Value of ``signature`` when the receiver signed the printed handover form."""
_LARGEST_SHEET_BYTES = 8 << 20


@dataclass(frozen=True)
class Handover:
    """What a delivery says.

    Attributes:
        receiver: number of the member who received and signed, as on the form; ``"0"``: somebody else, whom the signed
            sheet names. No name: records outlive an erasure.
        network: ``"4g"`` or ``"5g"``; blank for money.
        serial: last four signs of the serial number or IMEI, blank for money.
        form: one of ``FORMS``.
        day: ISO day; blank for today.
        signature: content of the signed sheet as a picture, None when it is kept on paper.
        suffix: kind of file of that picture.
    """

    receiver: str
    network: str = "4g"
    serial: str = ""
    form: str = "device_service"
    day: str = ""
    signature: bytes | None = None
    suffix: str = "png"


def sheet_of(path: Path) -> tuple[bytes, str]:
    """Return a picture of a signed sheet and its kind.

    Raises:
        SurveyAppError: it cannot be read, is none of the usual kinds, or is larger than 8 MB (``SUP-09``).
    """
    suffix = path.suffix.lower().lstrip(".")
    try:
        if suffix in {"png", "jpg", "jpeg", "pdf"} and path.stat().st_size <= _LARGEST_SHEET_BYTES:
            return path.read_bytes(), suffix
    except OSError:
        pass
    raise SurveyAppError(
        "SUP-09",
        _("The signed sheet {file} cannot be taken.").format(file=path.name),
        _("Choose a picture or PDF (.png, .jpg, .pdf) of at most 8 MB. Nothing was changed."),
    )


@needs(DECIDE)
def deliver(
    store: Store, by: str, household: str, handover: Handover, programme: str = "", *, clock: Clock = system_clock
) -> Record:
    """Note that a household received its device and signed for it.

    Raises:
        SurveyAppError: the household is not approved, or another one of the same family was supported, with why
            (``SUP-03``); the receiver is missing (``SUP-07``), the device does not work on 4G or 5G (``SUP-06``), or
            the day is none or before the decision (``SUP-05``); nothing was changed.
    """
    deciding = decider(store, by, programme, clock)
    now, line = deciding.now, deciding.line(household, {"approved"})
    if any(reason.code == "no_longer" for reason in line.alerts):
        raise deciding.refusal(line)
    form = newest_forms(store).get(household)
    said = {**_checked(handover, now, household, clock().date(), _people_in(form)), "device": line.device}
    key = table_of(now.register, now.programme.code).said.get("key", "")
    said["hashes"] = " ".join(sorted(hashes_of(form, [key] if key else [])))
    sheet: list[Attachment] = []
    if handover.signature is not None:
        sheet.append(attachment(handover.signature, handover.suffix))
    with store.together():
        store.put_attachments(sheet)
        record = deciding.note(DELIVERED, household, said=said)
        note_signed(store, record, sheet[0].name if sheet else ON_PAPER, clock)
        return record


def _people_in(current: Current | None) -> int:
    """Return how many members a form has: the instances of its longest repeat."""
    answers = current.answers if current is not None else {}
    repeats = [value for value in answers.values() if isinstance(value, list)]
    inside = [inner for value in answers.values() if isinstance(value, dict) for inner in value.values()]
    return max((len(value) for value in (*repeats, *inside) if isinstance(value, list)), default=0)


def _checked(handover: Handover, now: Support, household: str, today: dt.date, people: int) -> dict[str, str]:
    """Return what a delivery says once it is sound."""
    receiver = handover.receiver.strip()
    if not (receiver.isascii() and receiver.isdecimal() and int(receiver) <= people) or handover.form not in FORMS:
        raise SurveyAppError(
            "SUP-07",
            _("Which member received and signed is missing, or the household has no such member."),
            _("Enter the number of the member on the form, or 0 for somebody else. Nothing was changed."),
        )
    cash = handover.form == "cash"
    if not cash and handover.network not in NETWORKS:
        raise SurveyAppError(
            "SUP-06",
            _("A device of the programme must work on 4G or 5G."),
            _("Choose another device. Nothing was changed."),
        )
    day = read_day(handover.day.strip()) if handover.day.strip() else today
    decided = [one.said.get("decision_date", "") for one in now.register.of(now.programme.code, household)]
    if day is None or day > today or day.isoformat() < max(decided, default=""):
        raise SurveyAppError(
            "SUP-05",
            _("The day of the delivery is no day, is still to come, or lies before the decision."),
            _("Enter it as it stands on the handover form. Nothing was changed."),
        )
    said = {"receiver": receiver, "form": handover.form, "day": day.isoformat()}
    return said if cash else {**said, "network": handover.network, "serial": tidy(handover.serial)[-4:]}
