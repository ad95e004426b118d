"""The office's household list on its way to one laptop: signed by the office, sealed to the laptop.

The file is one ASCII line ``survey-app list 1\\n`` and an age envelope sealed to the laptop. Inside are 64 bytes, the
office's Ed25519 signature over ``b"survey-app list 1\\n"`` and the rest, which is one zstd frame with one canonical
JSON object::

    {"what": "survey-app list", "format": 1, "office": "<id>", "device": "<id>", "made_at": "<ISO 8601>",
     "places": [...], "enumerators": [...], "households": [...],
     "laptops": [{"id", "name", "verify_key": "<64 hex>", "recipient": "age1...", "revoked": false}, ...],
     "revisions": [<visits and comments of these households, and every version of the forms to go on with>],
     "round": {...} or null, "forms": [{..., "files": {"name": "<base64>"}}], "keys": [{"key", "signature"}, ...],
     "days_off": ["<YYYY-MM-DD>", ...]}

``keys`` are the steps from the office's first key to the one that signed (``keys.Succession``), so that a laptop that
knows an older key can tell that the office has a new one. ``laptops`` are the other laptops of the office: a bundle may
be sealed to one of them too, and what they signed may be taken in; one that was blocked is trusted no more.

A revision is written as in a bundle, without its id. A list only adds and brings up to date; nothing on the laptop is
removed by it. An older one than the laptop has is refused.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from survey_app import crypto
from survey_app.bundles.container import is_device_id
from survey_app.bundles.content import pack, parse_revision, unpack
from survey_app.bundles.errors import BundleError, NewerFormat
from survey_app.bundles.keys import OfficeKey, Succession, followed, parse_object
from survey_app.i18n import _
from survey_app.records import Enumerator, Household, Place, Revision, Round, canonical, line_of
from survey_app.store import Device, StoredForm

SUFFIX = ".households"
LARGEST_BYTES = 1 << 27
LAPTOP_IDENTITY = "laptop_identity"
"""Name of the laptop store's secret: the age identity that opens what the office sends to it, as ASCII."""

_WHAT = "survey-app list"
_FORMAT = 1
_MAGIC = b"survey-app list 1\n"
_ANY_MAGIC = b"survey-app list "
_SIGNATURE_BYTES = 64


class NotAHouseholdList(BundleError):  # noqa: N818 - the name says what is wrong
    """It is something else, damaged, or not signed by the office of this laptop."""

    def __init__(self) -> None:
        super().__init__(
            "LST-06",
            _("This is not a household list of this laptop's office, or it is damaged."),
            _("Ask the office for the file again. The list here stays as it is."),
        )


class ListForAnother(BundleError):  # noqa: N818
    """It is sealed to another laptop."""

    def __init__(self) -> None:
        super().__init__(
            "LST-07",
            _("This household list is for another laptop."),
            _("Choose the file that carries this laptop's name. The list here stays as it is."),
        )


@dataclass(frozen=True)
class OfficeList:
    """What an office tells one laptop about its households.

    Attributes:
        office: id of the office.
        device: id of the laptop.
        made_at: ISO 8601, by the office's clock.
        places: the villages, and the commune and province they are in.
        enumerators: the people.
        households: the laptop's households, with who is in charge.
        revisions: what all laptops noted at these households, what was asked and answered about their forms, and
            every version of the forms that somebody on this laptop is to correct; as far as the office has it.
        round: the round, None in an office without one.
        forms: the forms that the round asks, with the files that belong to them.
        keys: the steps from the office's first key to the one that signs the list.
        days_off: holidays that the office has written down; the laptop's own stay when there are none.
        laptops: the other laptops of the office, without what they were set up for.
    """

    office: str
    device: str
    made_at: str
    places: tuple[Place, ...]
    enumerators: tuple[Enumerator, ...]
    households: tuple[Household, ...]
    revisions: tuple[Revision, ...] = ()
    round: Round | None = None
    forms: tuple[StoredForm, ...] = ()
    keys: tuple[Succession, ...] = ()
    days_off: tuple[dt.date, ...] = ()
    laptops: tuple[Device, ...] = ()


def list_bytes(given: OfficeList, signing_secret: bytes, recipient: str) -> bytes:
    """Return the content of the file.

    Raises:
        TooLarge: there are more households than fit.
    """
    fields = {
        "what": _WHAT,
        "format": _FORMAT,
        "office": given.office,
        "device": given.device,
        "made_at": given.made_at,
        "places": [vars(place) for place in given.places],
        "enumerators": [vars(person) for person in given.enumerators],
        "households": [vars(household) for household in given.households],
        "laptops": [_laptop_json(laptop) for laptop in given.laptops],
        "revisions": [revision.as_json() for revision in given.revisions],
        "round": given.round.as_json() if given.round else None,
        "forms": [form.as_json() for form in given.forms],
        "keys": [step.as_json() for step in given.keys],
        "days_off": [day.isoformat() for day in given.days_off],
    }
    packed = pack(canonical(fields), len(given.households))
    return _MAGIC + crypto.seal(crypto.sign(signing_secret, _MAGIC + packed) + packed, (recipient,))


def parse_list(content: bytes, identity: str, office: OfficeKey) -> tuple[OfficeList, OfficeKey]:
    """Return the list in the content of a file, when it is for this laptop and the office has signed it.

    Args:
        content: of the file.
        identity: the laptop's, which the file is sealed to.
        office: the office's key as far as the laptop knows it.

    Returns:
        The list, and the key that signed it: the one that is known, or a newer one that it vouches for.

    Raises:
        NotAHouseholdList, ListForAnother, NewerFormat: as the name says.
    """
    if not content.startswith(_MAGIC):
        raise NewerFormat if content.startswith(_ANY_MAGIC) else NotAHouseholdList
    try:
        opened = crypto.open_sealed(content[len(_MAGIC) :], identity)
    except crypto.NotForThisKey as error:
        raise ListForAnother from error
    except crypto.CryptoError as error:
        raise NotAHouseholdList from error
    signature, packed = opened[:_SIGNATURE_BYTES], opened[_SIGNATURE_BYTES:]
    try:
        fields = parse_object(unpack(packed)) or {}
        steps = tuple(Succession.from_json(step) for step in fields["keys"])
        signer = followed(office, steps)  # each step proves itself; nothing else is used before the signature is right
        crypto.verify(signer.verify_key, _MAGIC + packed, signature)
        if fields["what"] != _WHAT or fields["format"] != _FORMAT:
            raise NotAHouseholdList
        return _list_of(fields, steps), signer
    except (KeyError, TypeError, ValueError, AttributeError, BundleError, crypto.CryptoError) as error:
        raise NotAHouseholdList from error


def _list_of(fields: dict[str, Any], steps: tuple[Succession, ...]) -> OfficeList:
    revisions = tuple(parse_revision(canonical(revision)) for revision in fields["revisions"])
    return OfficeList(
        str(fields["office"]),
        str(fields["device"]),
        str(fields["made_at"]),
        tuple(line_of(Place, place) for place in fields["places"]),
        tuple(line_of(Enumerator, person) for person in fields["enumerators"]),
        tuple(line_of(Household, household) for household in fields["households"]),
        revisions,
        Round.from_json(fields["round"]) if fields["round"] else None,
        tuple(StoredForm.from_json(form) for form in fields["forms"]),
        steps,
        tuple(map(dt.date.fromisoformat, fields.get("days_off", ()))),  # the first lists had none
        tuple(_laptop_of(laptop) for laptop in fields.get("laptops", ())),
    )


def _laptop_json(laptop: Device) -> dict[str, Any]:
    key = laptop.verify_key.hex()
    return {
        "id": laptop.id,
        "name": laptop.name,
        "verify_key": key,
        "recipient": laptop.recipient,
        "revoked": laptop.revoked,
    }


def _laptop_of(fields: dict[str, Any]) -> Device:
    laptop = Device(fields["id"], fields["name"], bytes.fromhex(fields["verify_key"]), fields["revoked"] is True)
    laptop = replace(laptop, recipient=fields["recipient"])
    if _laptop_json(laptop) != fields or not is_device_id(laptop.id) or not isinstance(laptop.name, str):
        raise NotAHouseholdList
    crypto.seal(b"", [laptop.recipient])  # the way to learn whether it is one
    return laptop
