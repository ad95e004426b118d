"""Setting up: an office makes its keys once; an enrolment file makes a laptop ready for the field.

The enrolment file is sealed with a code that is told apart from the file (``crypto.seal_with_code``). Opened it is one
zstd frame with one JSON object::

    {"what": "survey-app enrolment", "format": 1, "made_at": "<ISO 8601>",
     "device": "<id>", "device_name": "...", "signing_key": "<hex>", "identity": "AGE-SECRET-KEY-1...",
     "office_key": "<content of office.key>",
     "recovery": ["age1..."], "round": {...} or null, "forms": [{..., "files": {"name": "<base64>"}}],
     "places": [...], "households": [...], "enumerators": [...], "days_off": ["<YYYY-MM-DD>", ...]}

It carries the laptop's signing key, and the identity that opens later household lists (``list_exchange``), so it is
used once and then deleted; whoever has file and code can speak as that laptop until the office blocks it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from survey_app import crypto
from survey_app.bundles import BundleError, NewerFormat, NotSetUp, OfficeKey
from survey_app.bundles.container import is_device_id
from survey_app.bundles.content import pack, unpack
from survey_app.bundles.files import read_start, read_whole, write_verified
from survey_app.bundles.keys import (
    OFFICE_IDENTITY,
    OFFICE_KEY,
    OFFICE_KEY_FILE,
    SIGNING_KEY,
    office_key_bytes,
    parse_object,
    parse_office_key,
)
from survey_app.bundles.lists import LAPTOP_IDENTITY
from survey_app.clock import Clock, stamp, system_clock
from survey_app.disk import sync_folder
from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.operations.access import needs
from survey_app.operations.days_off import days_off, take_days_off
from survey_app.operations.keys import RECOVERY
from survey_app.operations.stores import SUFFIX as STORE_SUFFIX
from survey_app.operations.stores import create_store
from survey_app.records import HOUSEHOLD, LEVELS, Enumerator, Household, Place, Round, canonical, line_of
from survey_app.roles import DECIDE
from survey_app.store import AlreadyThere, Device, Store, StoredForm
from survey_app.store.driver import outside_failures

SUFFIX = ".enrolment"
CODE_LETTERS = 8
"""The least number of letters and digits of a code; one that is made here has twelve."""

_WHAT = "survey-app enrolment"
_FORMAT = 1
_LARGEST_BYTES = 1 << 27
_SEALED = re.compile(rb"survey-app sealed with a code ([1-9]\d{0,4})\n")


class NotAnEnrolment(SurveyAppError):  # noqa: N818 - the name says what is wrong
    """The file is something else, or its content cannot be right."""

    def __init__(self) -> None:
        super().__init__(
            "ENR-01",
            _("This file is not an enrolment file, or it is damaged."),
            _("Ask the office for the file that ends in .enrolment and copy it again. Nothing was created."),
        )


class UnknownVillage(SurveyAppError):  # noqa: N818
    """A village or person that the office's store does not know was named."""

    def __init__(self) -> None:
        super().__init__(
            "ENR-02",
            _("A village or an enumerator that was named is not known in this office."),
            _("Check the list of villages and enumerators, then try again. No laptop was set up."),
        )


class WeakCode(SurveyAppError):  # noqa: N818
    """The code is too easy to guess for a file that may be lost."""

    def __init__(self) -> None:
        super().__init__(
            "ENR-03",
            _("The code needs at least {count} letters and digits.").format(count=CODE_LETTERS),
            _("Leave it blank to get a good one. No laptop was set up."),
        )


@dataclass(frozen=True)
class Enrolled:
    """A laptop that an enrolment file was written for.

    Attributes:
        device: the laptop as the office knows it.
        path: the enrolment file.
        code: what opens the file; to be told apart from it.
        households: number of households on its list.
    """

    device: Device
    path: Path
    code: str = field(repr=False)
    households: int


# --- the office ----------------------------------------------------------------------------------------------------


def create_office(
    path: Path | str,
    passphrase: str,
    name: str,
    round_: Round | None = None,
    place: Place | None = None,
    *,
    clock: Clock = system_clock,
    forms: Iterable[StoredForm] = (),
    places: Iterable[Place] = (),
    enumerators: Iterable[Enumerator] = (),
    households: Iterable[Household] = (),
    key_file: Path | None = None,
    office_id: str = "",
    recovery: Sequence[str] = (),
) -> Store:
    """Make an office's store with new keys, write its public key to a file, and return the open store.

    Args:
        path: where the store shall be.
        passphrase: opens it.
        name: what people call the office.
        round_: the round it works on.
        place: the commune it is for.
        clock: where the time comes from.
        forms: questionnaires.
        places: the catalogue it needs: its province, commune and villages.
        enumerators: the people.
        households: the household list.
        key_file: where the public key goes; ``office.key`` beside the store when ``None``.
        office_id: id of the office; a new one when blank.
        recovery: age recipients whose holders can open the office's store without the passphrase.

    Raises:
        SurveyAppError: the passphrase is weak, the store is there already, or a file cannot be written.

        In every case no store is left.
    """
    target = _store_path(path)
    identity, signing = crypto.new_identity(), crypto.new_signing_keys()
    with _new_store(target) as part:
        store = create_store(
            part, passphrase, kind="office", name=name, device=office_id, recovery=recovery, clock=clock
        )
        with store:
            key = OfficeKey(store.device, name, crypto.recipient_of(identity), signing.public)
            content = office_key_bytes(key, signing.secret)
            store.put_secret(OFFICE_IDENTITY, identity.encode())
            store.put_secret(SIGNING_KEY, signing.secret)
            store.put_secret(OFFICE_KEY, content)
            around = [*([place] if place else []), *places]
            _fill(store, _Material(list(forms), round_, around, list(enumerators), list(households)))
        write_verified(key_file or target.with_name(OFFICE_KEY_FILE), content)
    return Store.open(target, passphrase, clock=clock)


@needs(DECIDE)
def revoke_laptop(store: Store, device: str, revoked: bool = True) -> Device:
    """Refuse (or, with ``revoked=False``, accept again) what a laptop signs from now on; what was merged stays.

    Raises:
        LookupError: no such laptop was enrolled here.
    """
    found = next((each for each in store.devices() if each.id == device), None)
    if found is None:
        raise LookupError("no such laptop")
    changed = replace(found, revoked=revoked)
    store.put_devices([changed])
    return changed


@needs(DECIDE)
def enrol_laptop(  # noqa: PLR0917 - the order is part of the agreement
    store: Store,
    device_name: str,
    enumerators: Iterable[str | Enumerator],
    villages: Iterable[str],
    file: Path,
    code: str = "",
    *,
    clock: Clock = system_clock,
    device_id: str = "",
    recovery: Sequence[str] = (),
) -> Enrolled:
    """Write the enrolment file of a new laptop, and know its signature from now on.

    Args:
        store: the office's store.
        device_name: what people call the laptop.
        enumerators: ids of those who will use it; all when empty.
        villages: codes of the villages whose household list it gets; all when empty.
        file: where the enrolment file goes.
        code: what opens the file; a new one when blank.
        clock: where the time comes from.
        device_id: id of the laptop; a new one when blank. Letters, digits, ``-``, ``_`` and ``.``, at most 40.
        recovery: further age recipients that can open the laptop's store; the office always can.

    Raises:
        NotSetUp: this store is not an office's.
        UnknownVillage: a village or a person is not known here.
        WeakCode: the code is too easy to guess.
        NotWritten: the file could not be written; no laptop was set up.
        ValueError: ``device_id`` cannot be one.
    """
    if device_id and not is_device_id(device_id):
        raise ValueError("not an id of a device")
    key = _key_bytes(store)
    villages = tuple(villages)
    people, homes = _chosen(store, enumerators, villages)
    signing, code = crypto.new_signing_keys(), code or crypto.new_code()
    if sum(char.isalnum() for char in code) < CODE_LETTERS:
        raise WeakCode
    identity = crypto.new_identity()
    device = Device(
        device_id or crypto.random_bytes(4).hex(),
        device_name,
        signing.public,
        recipient=crypto.recipient_of(identity),
        villages=tuple(dict.fromkeys(villages)),
        people=tuple(person.id for person in people),
    )
    now = store.round()
    content = {
        "what": _WHAT,
        "format": _FORMAT,
        "made_at": stamp(clock()),
        "device": device.id,
        "device_name": device_name,
        "signing_key": signing.secret.hex(),
        "identity": identity,
        "office_key": key.decode(),
        "recovery": [parse_office_key(key).recipient, *recovery],
        "round": now.as_json() if now else None,
        "forms": [form.as_json() for form in store.forms()],
        "places": [vars(place) for place in store.places()],
        "households": [vars(household) for household in homes],
        "enumerators": [vars(person) for person in people],
        "days_off": [day.isoformat() for day in sorted(days_off(store))],
    }
    write_verified(file, crypto.seal_with_code(pack(canonical(content), len(homes)), code))
    store.put_devices([device])
    return Enrolled(device, Path(file), code, len(homes))


def _key_bytes(store: Store) -> bytes:
    content = store.secret(OFFICE_KEY)
    if content is None or store.secret(OFFICE_IDENTITY) is None:
        raise NotSetUp
    return content


def _chosen(
    store: Store, enumerators: Iterable[str | Enumerator], villages: Iterable[str]
) -> tuple[list[Enumerator], list[Household]]:
    wanted = {each.id if isinstance(each, Enumerator) else each for each in enumerators}
    people = [person for person in store.enumerators() if not wanted or person.id in wanted]
    codes = list(dict.fromkeys(villages))
    if len(people) < len(wanted) or any(store.place(code) is None for code in codes):
        raise UnknownVillage
    levels = (HOUSEHOLD, "village") if codes else LEVELS
    lines = [line for level in levels for village in codes or [""] for line in store.households(village, level=level)]
    rest = (line for level in LEVELS if level not in levels for line in store.households(level=level))
    named = {person.id for person in people}
    return people, [line.household for line in (*lines, *(one for one in rest if one.household.assigned_to in named))]


# --- the laptop ----------------------------------------------------------------------------------------------------


def open_enrolment(
    file: Path, code: str, store_path: Path | str, passphrase: str, clock: Clock = system_clock
) -> Store:
    """Make the laptop's store from its enrolment file and return it open; the office can always recover it.

    Args:
        file: the enrolment file.
        code: the code that was told with it; blanks, hyphens and case do not matter.
        store_path: where the store shall be.
        passphrase: opens it from now on.
        clock: where the time comes from.

    Raises:
        WrongCode: the code is not the one of this file.
        NotAnEnrolment, Damaged: it is something else, or was cut or altered.
        NewerFormat: a newer program wrote it.
        SurveyAppError: the passphrase is weak, the store is there already, or it cannot be written.

        In every case nothing was created.
    """
    target = _store_path(store_path)
    fields = _opened(file, code)
    with _new_store(target) as part:
        try:
            office = parse_office_key(fields["office_key"].encode())
            device, name = fields["device"], fields["device_name"]
            signing = crypto.signing_keys(bytes.fromhex(fields["signing_key"]))
            identity = str(fields.get("identity", ""))  # the first enrolment files had none
            if identity:
                crypto.recipient_of(identity)  # the way to learn whether it is one
            recovery, material = list(fields["recovery"]), _material(fields)
            if not (is_device_id(device) and isinstance(name, str) and all(isinstance(to, str) for to in recovery)):
                raise NotAnEnrolment
        except (KeyError, TypeError, ValueError, AttributeError, BundleError, crypto.CryptoError) as error:
            raise NotAnEnrolment from error
        with create_store(
            part, passphrase, kind="laptop", name=name, device=device, recovery=recovery, clock=clock
        ) as store:
            store.put_secret(SIGNING_KEY, signing.secret)
            if identity:
                store.put_secret(LAPTOP_IDENTITY, identity.encode())
            store.put_secret(OFFICE_KEY, fields["office_key"].encode())
            store.put_fact(RECOVERY, " ".join(recovery))
            store.put_devices([Device(office.id, office.name, office.verify_key)])
            _fill(store, material)
    return Store.open(target, passphrase, clock=clock)


def _opened(file: Path, code: str) -> Mapping[str, Any]:
    start = _SEALED.match(read_start(file, 64))
    if start is None:
        raise NotAnEnrolment
    if int(start[1]) > 1:
        raise NewerFormat
    opened = crypto.open_with_code(read_whole(file, _LARGEST_BYTES, None), code)
    try:
        fields = parse_object(unpack(opened))
    except BundleError as error:
        raise NotAnEnrolment from error
    if fields is None or fields.get("what") != _WHAT or type(fields.get("format")) is not int:
        raise NotAnEnrolment
    if fields["format"] > _FORMAT:
        raise NewerFormat
    return fields


@dataclass(frozen=True)
class _Material:
    """What is put into a new store besides keys."""

    forms: Sequence[StoredForm]
    round: Round | None
    places: Sequence[Place]
    enumerators: Sequence[Enumerator]
    households: Sequence[Household]
    days_off: Sequence[dt.date] = ()


def _material(fields: Mapping[str, Any]) -> _Material:
    now = fields["round"]
    return _Material(
        [StoredForm.from_json(form) for form in fields["forms"]],
        Round.from_json(now) if now else None,
        [line_of(Place, place) for place in fields["places"]],
        [line_of(Enumerator, person) for person in fields["enumerators"]],
        [line_of(Household, household) for household in fields["households"]],
        [dt.date.fromisoformat(day) for day in fields.get("days_off", ())],  # the first enrolment files had none
    )


# --- both ----------------------------------------------------------------------------------------------------------


def _fill(store: Store, material: _Material) -> None:
    for form in material.forms:
        store.put_form(form)
    store.put_places(material.places)
    store.put_enumerators(material.enumerators)
    store.put_households(material.households)
    if material.round is not None:
        store.put_round(material.round)
    take_days_off(store, material.days_off)


def _store_path(path: Path | str) -> Path:
    target = Path(path)
    return target if target.suffix else target.with_suffix(STORE_SUFFIX)


@contextmanager
def _new_store(target: Path) -> Iterator[Path]:
    """Offer a name to build a store under; it gets its own name when the block succeeds, and goes when it fails."""
    if target.exists():
        raise AlreadyThere
    part = target.with_name(f"{target.name}.new")  # with this ending it is nobody's store
    with outside_failures():
        target.parent.mkdir(parents=True, exist_ok=True)
        _remove(part)
    try:
        yield part
        with outside_failures():
            part.replace(target)
            sync_folder(target.parent)
    finally:
        with suppress(OSError):
            _remove(part)


def _remove(part: Path) -> None:
    for path in list(part.parent.iterdir()):
        if path.name.startswith(part.name):
            path.unlink(missing_ok=True)
