"""Device support: the list of a programme, and proposal, approval, delivery, return and exceptions.

The list is worked out anew from what the forms say now (``survey_app.support``); every decision is a record with who
and when (``support_register``). Names and reasons are for supervisors only; each look is written into the log.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from survey_app import crypto
from survey_app.clock import Clock, system_clock
from survey_app.errors import SurveyAppError
from survey_app.i18n import N_, _
from survey_app.indicators import Codebook, codebook_of
from survey_app.indicators.tables import read_table
from survey_app.join import Current
from survey_app.operations.access import needs
from survey_app.operations.duplicates import verdicts
from survey_app.operations.levels import in_force
from survey_app.operations.outcomes import SPLIT
from survey_app.operations.starting import stored_form
from survey_app.operations.support_register import add_record, note_signed, register_of
from survey_app.operations.units import allows_review, given
from survey_app.records import Household, flatten
from survey_app.roles import NAMES
from survey_app.store import Attachment, Store, attachment
from survey_app.support import wording
from survey_app.support.families import Families, Link
from survey_app.support.programme import COLUMNS, FILE, OFFICIAL_POVERTY, Programme, load_programme
from survey_app.support.ranking import Entry, Listed, Listing, rank
from survey_app.support.register import (
    APPROVED,
    DELIVERED,
    EXCLUDED,
    INCLUDED,
    OPENED,
    PROPOSED,
    RETURNED,
    WITHDRAWN,
    Record,
    Register,
)
from survey_app.text import read_day, tidy

NETWORKS = ("4g", "5g")
"""A device must work on one of them: it replaces one that only works on 2G."""
FORMS = ("device_service", "device", "cash")
"""In what form support is given; the codes of the form ``device_support``."""
ON_PAPER = "paper"
"""Value of ``signature`` when the receiver signed the printed handover form."""
STATUS_WORDS = {
    "delivered": N_("delivered"),
    "approved": N_("approved"),
    "proposed": N_("proposed"),
    "next": N_("may be proposed"),
    "waiting": N_("waiting list"),
    "held": N_("held back"),
    "out": N_("not eligible"),
}
"""The words for every status of a household."""
_LARGEST_SHEET_BYTES = 8 << 20
_ID_LENGTHS = (9, 12)


@dataclass(frozen=True)
class Named:
    """A household as a person reads it; one of another office has only its id and perhaps its village."""

    household: Household
    village: str

    @property
    def label(self) -> str:
        """Return number, head and village, or that it is not on the list here."""
        if self.household.head_name:
            return f"{self.household.number:03d} {self.household.head_name} ({self.village})"
        return _("a household of another list ({id})").format(id=self.household.id[:8])


@dataclass(frozen=True)
class Support:
    """A programme as it stands.

    Attributes:
        programme: its rules.
        listing: the list.
        register: every record known here.
        named: household by id, for every household the list or a reason names.
        switch_off: ids of households that lose the network when the old one is switched off, by village and number.
        not_consenting: how many interviewed households did not allow the review; they are not listed.
        not_interviewed: how many lines of the list have no complete form.
    """

    programme: Programme
    listing: Listing
    register: Register
    named: Mapping[str, Named]
    switch_off: tuple[str, ...]
    not_consenting: int
    not_interviewed: int

    def name(self, household: str) -> str:
        """Return which household an id means."""
        known = self.named.get(household)
        return known.label if known is not None else Named(Household(household, "", 0, ""), "").label

    def why(self, line: Listed) -> list[str]:
        """Return in words why a household stands where it does."""
        return wording.why(line, self.name)

    def ahead(self, line: Listed) -> str:
        """Return in words why a household comes before the next one; blank for the last."""
        return wording.say(line.ahead, self.name) if line.ahead is not None else ""


# --- programmes ------------------------------------------------------------------------------------------------------


def open_programme(store: Store, source: Path | bytes, by: str, *, clock: Clock = system_clock) -> Programme:
    """Begin a programme, or put another table in the place of its table; the records stay.

    Args:
        store: the office's store.
        source: the table, .csv or .xlsx; see ``support.programme``.
        by: id of a supervisor.
        clock: where the time comes from.

    Raises:
        TableError: the table has faults, each with row and column; nothing was changed.
        SurveyAppError: no supervisor (``SUP-02``), or no round (``VIS-06``).
    """
    _supervisor(store, by)
    programme = load_programme(source, _book(store))
    before = [one for one in register_of(store).all if one.what == OPENED and one.programme == programme.code]
    key = next((one.said["key"] for one in before if one.said.get("key")), "") or crypto.random_bytes(32).hex()
    said = {"table": _as_csv(source), "key": key, "after": " ".join(one.id for one in before)}
    standing = register_of(store).tables().get(programme.code)
    if standing is not None and standing.said.get("table") == said["table"]:
        return programme
    add_record(store, Record("", OPENED, programme.code, "", "", by, said=said), clock)
    return programme


def programmes(store: Store) -> tuple[str, ...]:
    """Return the codes of the programmes known here."""
    return tuple(sorted(register_of(store).tables()))


def _as_csv(source: Path | bytes) -> str:
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([[row[column] for column in COLUMNS] for row in read_table(source, FILE, COLUMNS, COLUMNS)])
    return written.getvalue()


def _book(store: Store) -> Codebook:
    now = store.round()
    if now is None:
        raise SurveyAppError(
            "VIS-06", _("There is no survey round on this machine yet."), _("Load the file the commune has given you.")
        )
    return codebook_of(stored_form(store, now.form_id, now.form_version))


def _table_of(register: Register, code: str) -> Record:
    tables = register.tables()
    if not code and len(tables) == 1:
        return next(iter(tables.values()))
    if code in tables:
        return tables[code]
    if code or not tables:
        raise SurveyAppError(
            "SUP-01",
            _("There is no such programme of device support here."),
            _("Load the table of the programme first (programme.csv)."),
        )
    raise SurveyAppError(
        "SUP-08",
        _("There are several programmes here: {codes}.").format(codes=", ".join(sorted(tables))),
        _("Say which one is meant."),
    )


def _supervisor(store: Store, by: str) -> None:
    if not any(person.id == by and person.role == "supervisor" for person in store.enumerators()):
        raise SurveyAppError(
            "SUP-02",
            _("Only a supervisor may see and decide about device support."),
            _("The list names households and why they are poor. Nothing was shown or changed."),
        )


# --- the list --------------------------------------------------------------------------------------------------------


@needs(NAMES)
def read_support(store: Store, by: str, programme: str = "") -> Support:
    """Return a programme as it stands, from what the forms and records say now.

    Args:
        store: the store.
        by: id of a supervisor.
        programme: its code; blank when there is only one.

    Raises:
        TableError: the form of the round has not the questions any more that the table reads.
        SurveyAppError: no programme (``SUP-01``), several (``SUP-08``), or not a supervisor (``SUP-02``).
    """
    _supervisor(store, by)
    store.note_look("support")
    return _read(store, programme)


def _read(store: Store, programme: str) -> Support:
    register = register_of(store)
    rules = load_programme(_table_of(register, programme).said["table"].encode(), _book(store))
    lines = {line.household.id: line for line in store.households()}
    homes = {name: line.household for name, line in lines.items()}
    forms = newest_forms(store)
    complete = {name: one for name, one in forms.items() if own_answers(one).get("interview_result") == "complete"}
    open_to_review = {name: one for name, one in complete.items() if allows_review(own_answers(one))}
    entries = [_entry(one, homes.get(name)) for name, one in open_to_review.items()]
    gifts = list(_gifts(store))
    families = Families(_links(store, homes.values()), _people(forms, register))
    listing = rank(rules, entries, families, register, gifts)
    wanted = {*homes, *(one.household for one in (*register.all, *gifts) if one.household)}
    villages = {place.code: place.name for place in store.places("village")}
    named = {name: _named(name, homes, villages, register) for name in wanted}
    losing = [entry.household for entry in entries if rules.switch_off and rules.switch_off.holds(entry.answers)]
    losing.sort(key=lambda name: _place_on_list(named.get(name), name))
    return Support(
        rules,
        listing,
        register,
        named,
        tuple(losing),
        len(complete) - len(open_to_review),
        sum(name not in complete and line.result != "duplicate" for name, line in lines.items()),
    )


def _place_on_list(named: Named | None, name: str) -> tuple[str, int, str]:
    return (named.household.village_code, named.household.number, name) if named is not None else ("", 0, name)


def _named(name: str, homes: Mapping[str, Household], villages: Mapping[str, str], register: Register) -> Named:
    home = homes.get(name)
    if home is not None:
        return Named(home, villages.get(home.village_code, home.village_code))
    place = next((one.said["place"] for one in register.all if one.household == name and one.said.get("place")), "")
    return Named(Household(name, place, 0, ""), villages.get(place, place))


def newest_forms(store: Store) -> dict[str, Current]:
    """Return the newest form of each household that counts in the round: neither void nor of one that withdrew."""
    now = store.round()
    found: dict[str, Current] = {}
    for current in store.currents(form=now.form_id if now is not None else ""):
        before = found.get(current.household)
        if in_force(current, now) and (
            before is None or (before.made_at, before.submission) < (current.made_at, current.submission)
        ):
            found[current.household] = current
    return found


def own_answers(current: Current) -> dict[str, str]:
    """Return the household's own answers by name."""
    flat = flatten(current.answers)
    return {address.rpartition("/")[2]: value for address, value in flat.items() if "[" not in address}


def _entry(current: Current, home: Household | None) -> Entry:
    answers = own_answers(current)
    official = home.poverty if home is not None else ""
    answers[OFFICIAL_POVERTY] = official or answers.get("poverty_status", "")
    return Entry(current.household, answers, bool(current.conflicts))


def _links(store: Store, homes: Iterable[Household]) -> Iterator[Link]:
    for home in homes:
        if home.split_from:
            yield Link("split", home.id, home.split_from)
    for visit in store.visits():
        if visit.answers.get("outcome") == SPLIT:
            yield Link("split", str(visit.answers.get("other", "")), visit.household)
    for verdict in verdicts(store).values():
        if verdict.kind == "same":
            (kept,) = verdict.pair - {verdict.closed}
            yield Link("same", verdict.closed, kept)


def _people(forms: Mapping[str, Current], register: Register) -> dict[str, set[str]]:
    """Return the hashes of identity numbers by household: of the forms here, and of what deliveries kept."""
    found = {name: _hashes(current, register.keys()) for name, current in forms.items()}
    for record in register.all:
        if record.hashes:
            found.setdefault(record.household, set()).update(record.hashes)
    return {name: hashes for name, hashes in found.items() if hashes}


def _hashes(current: Current | None, keys: Collection[str]) -> set[str]:
    """Return keyed hashes of the identity numbers of the people of a form."""
    answers = flatten(current.answers) if current is not None else {}
    said = (value for address, value in answers.items() if address.endswith("/m_id_number"))
    numbers = ["".join(char for char in value if char.isdecimal()) for value in said]
    sound = [one for one in numbers if len(one) in _ID_LENGTHS and len(set(one)) > 1]
    return {
        hashlib.blake2b(one.encode(), key=bytes.fromhex(key), digest_size=16).hexdigest()
        for one in sound
        for key in keys
    }


def _gifts(store: Store) -> Iterator[Record]:
    """Yield the devices that forms about device support say were given, as deliveries."""
    for line in store.households(level="device_support"):
        for current in store.currents(household=line.household.id):
            if current.state == "void" or not given(current.answers):
                continue
            answers = own_answers(current)
            said = {"device": answers.get("ds_device", ""), "place": line.household.village_code}
            when = answers.get("ds_delivery_date", "") or current.made_at
            yield Record(
                f"form {current.submission}", DELIVERED, answers.get("ds_program", ""), line.household.about, when,
                current.author, said=said,
            )  # fmt: skip


# --- deciding --------------------------------------------------------------------------------------------------------


def propose(
    store: Store, by: str, households: Sequence[str] = (), programme: str = "", *, clock: Clock = system_clock
) -> tuple[Record, ...]:
    """Propose households: those named, or all that may be proposed now.

    Raises:
        SurveyAppError: one of them may not be proposed, with why (``SUP-03``); nothing was changed.
    """
    now = _decide(store, by, programme)
    chosen = [line for line in now.listing.lines if line.status == "next"]
    if households:
        chosen = [_line(now, name, {"next"}) for name in dict.fromkeys(households)]
    with store.together():
        return tuple(
            _note(store, now, PROPOSED, line.household, by, clock, said={
                "device": line.device, "priority": str(line.priority), "position": str(line.place),
            })
            for line in chosen
        )  # fmt: skip


def approve(
    store: Store,
    by: str,
    decision: str,
    day: str,
    households: Sequence[str] = (),
    *,
    programme: str = "",
    clock: Clock = system_clock,
) -> tuple[Record, ...]:
    """Note that a decision approved households: those named, or all that are proposed.

    Args:
        store: the store.
        by: id of a supervisor.
        decision: number of the decision, for example ``"112/QĐ-UBND"``.
        day: its date, ``2026-11-30`` or ``30/11/2026``.
        households: their ids; all that are proposed when empty.
        programme: code of the programme.
        clock: where the time comes from.

    Raises:
        SurveyAppError: number or date are missing or the date is to come (``SUP-05``), or one is not proposed
            (``SUP-03``); nothing was changed.
    """
    now, signed = _decide(store, by, programme), read_day(day.strip())
    if not tidy(decision) or signed is None or signed > clock().date():
        raise SurveyAppError(
            "SUP-05",
            _("The number or the date of the decision is missing, or the date is still to come."),
            _("Enter them as they stand on the decision. Nothing was changed."),
        )
    chosen = [line for line in now.listing.lines if line.status == "proposed"]
    if households:
        chosen = [_line(now, name, {"proposed"}) for name in dict.fromkeys(households)]
    said = {"decision": tidy(decision), "decision_date": signed.isoformat()}
    with store.together():
        return tuple(
            _note(store, now, APPROVED, line.household, by, clock, said={**said, "device": line.device})
            for line in chosen
        )


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


def deliver(
    store: Store, by: str, household: str, handover: Handover, programme: str = "", *, clock: Clock = system_clock
) -> Record:
    """Note that a household received its device and signed for it.

    Raises:
        SurveyAppError: the household is not approved, or another one of the same family was supported, with why
            (``SUP-03``); the receiver is missing (``SUP-07``), the device does not work on 4G or 5G (``SUP-06``), or
            the day is none or before the decision (``SUP-05``); nothing was changed.
    """
    now = _decide(store, by, programme)
    line = _line(now, household, {"approved"})
    if any(reason.code == "no_longer" for reason in line.alerts):
        raise _not_now(now, line)
    people = _people_in(newest_forms(store).get(household))
    said = {**_checked(handover, now, household, clock().date(), people), "device": line.device}
    key = _table_of(now.register, now.programme.code).said.get("key", "")
    said["hashes"] = " ".join(sorted(_hashes(newest_forms(store).get(household), [key] if key else [])))
    sheet: list[Attachment] = []
    if handover.signature is not None:
        sheet.append(attachment(handover.signature, handover.suffix))
    with store.together():
        store.put_attachments(sheet)
        record = _note(store, now, DELIVERED, household, by, clock, said=said)
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


def take_back(
    store: Store, by: str, household: str, reason: str, programme: str = "", *, clock: Clock = system_clock
) -> Record:
    """Take back how far a household is: a delivered device came back, or proposal and approval are withdrawn.

    After a return the approval stands again; withdraw it too where the household is not to get another device.

    Raises:
        SurveyAppError: there is no reason (``SUP-04``) or nothing to take back (``SUP-03``); nothing was changed.
    """
    now, why = _decide(store, by, programme), _reason(reason)
    standing = now.register.of(now.programme.code, household)
    delivered = [one for one in standing if one.what == DELIVERED]
    gone = delivered or list(standing)
    if not gone:
        raise SurveyAppError(
            "SUP-03", _("Nothing stands about this household that could be taken back."), _("Nothing was changed.")
        )
    what = RETURNED if delivered else WITHDRAWN
    return _note(store, now, what, household, by, clock, reason=why, takes_back=[one.id for one in gone])


def except_household(  # noqa: PLR0917 - as the window hands them on
    store: Store,
    by: str,
    household: str,
    reason: str,
    leave_out: bool = False,
    device: str = "",
    programme: str = "",
    *,
    clock: Clock = system_clock,
) -> Record:
    """Put a household on the list, or leave it out, although the rules say otherwise; never for a second device.

    Raises:
        SurveyAppError: there is no reason (``SUP-04``), no such device (``SUP-06``), or the household is not on the
            list (``SUP-03``); nothing was changed.
    """
    now, why = _decide(store, by, programme), _reason(reason)
    if now.listing.line(household) is None:
        raise SurveyAppError(
            "SUP-03",
            _("This household has no form that counts and allows the review."),
            _("Interview it first; the household must agree. Nothing was changed."),
        )
    if device and now.programme.device(device) is None:
        raise SurveyAppError("SUP-06", _("The programme has no such device."), _("Nothing was changed."))
    what = EXCLUDED if leave_out else INCLUDED
    return _note(store, now, what, household, by, clock, reason=why, said={"device": device})


def _decide(store: Store, by: str, programme: str) -> Support:
    _supervisor(store, by)
    return _read(store, programme)


def _line(now: Support, household: str, allowed: set[str]) -> Listed:
    line = now.listing.line(household)
    if line is None:
        raise SurveyAppError(
            "SUP-03",
            _("This household has no form that counts and allows the review."),
            _("Interview it first; the household must agree. Nothing was changed."),
        )
    if line.status not in allowed:
        raise _not_now(now, line)
    return line


def _not_now(now: Support, line: Listed) -> SurveyAppError:
    why = " ".join(now.why(line))
    return SurveyAppError(
        "SUP-03",
        _("This cannot be done for {household} now. {why}").format(household=now.name(line.household), why=why),
        _("Nothing was changed."),
    )


def _reason(text: str) -> str:
    why = tidy(text)
    if not why:
        raise SurveyAppError("SUP-04", _("The reason is missing."), _("Write in a few words why. Nothing was changed."))
    return why


def _note(  # noqa: PLR0917 - one home for all records
    store: Store,
    now: Support,
    what: str,
    household: str,
    by: str,
    clock: Clock,
    *,
    reason: str = "",
    said: Mapping[str, str] | None = None,
    takes_back: Iterable[str] = (),
) -> Record:
    named = now.named.get(household)
    place = named.household.village_code if named is not None else ""
    told = {**(said or {}), "place": place}
    record = Record("", what, now.programme.code, household, "", by, reason, told, tuple(sorted(takes_back)))
    return add_record(store, record, clock)
