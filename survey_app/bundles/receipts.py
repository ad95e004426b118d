"""Receipts: the office's signed word that it has merged a laptop's bundles.

A receipt is one JSON object in UTF-8::

    {"what": "survey-app receipt", "format": 1, "office": "<id>", "office_name": "...", "device": "<id>",
     "device_name": "...", "made_at": "<ISO 8601>", "bundles": ["<id>", ...], "erasures": [{...}, ...],
     "signature": "<128 hex>"}

``signature`` is the office's Ed25519 signature over ``b"survey-app receipt 1\\n"`` and the canonical JSON of the object
without ``signature``. ``bundles`` lists every bundle of this laptop that was ever merged, so the newest receipt is
enough and loading an old one again does no harm. ``erasures`` lists the households that were erased anywhere, as in a
bundle (names of ``records.Erasure`` without ``id``); the laptop erases them too. The
name stands there only when there are any. ``forgettings`` does the same for the rounds whose names are forgotten, as in
a bundle.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from survey_app import crypto
from survey_app.bundles.errors import NewerFormat, NotAReceipt
from survey_app.bundles.keys import parse_object
from survey_app.forgetting import Forgetting
from survey_app.records import Erasure, canonical

SUFFIX = ".receipt"
LARGEST_BYTES = 1 << 24
_WHAT = "survey-app receipt"
_FORMAT = 1
_DOMAIN = b"survey-app receipt 1\n"
_REMOVED = ("erasures", "forgettings")


@dataclass(frozen=True)
class Receipt:
    """What the office has merged from one laptop.

    Attributes:
        office: id of the office.
        office_name: what people call it.
        device: id of the laptop.
        device_name: what people call it.
        made_at: ISO 8601, by the office's clock.
        bundles: ids of the bundles merged, sorted.
        erasures: the erasures the office knows.
        forgettings: the forgettings the office knows.
    """

    office: str
    office_name: str
    device: str
    device_name: str
    made_at: str
    bundles: tuple[str, ...]
    erasures: tuple[Erasure, ...] = ()
    forgettings: tuple[Forgetting, ...] = ()


def receipt_bytes(receipt: Receipt, signing_secret: bytes) -> bytes:
    """Return the content of a receipt file."""
    fields = _fields(receipt)
    signature = crypto.sign(signing_secret, _DOMAIN + canonical(fields))
    return canonical({**fields, "signature": signature.hex()}) + b"\n"


def parse_receipt(content: bytes, verify_key: bytes) -> Receipt:
    """Return the receipt in the content of a receipt file, when the office has signed it.

    Raises:
        NotAReceipt: it is something else, damaged, or not signed by the office.
        NewerFormat: a newer program wrote it.
    """
    fields = parse_object(content)
    if fields is None or fields.get("what") != _WHAT:
        raise NotAReceipt
    if isinstance(fields.get("format"), int) and fields["format"] > _FORMAT:
        raise NewerFormat
    try:
        signature = bytes.fromhex(fields.pop("signature"))
        crypto.verify(verify_key, _DOMAIN + canonical(fields), signature)
        names = ("office", "office_name", "device", "device_name", "made_at")
        erasures = tuple(Erasure.from_json(erasure) for erasure in fields.get("erasures", []))
        forgettings = tuple(Forgetting.from_json(each) for each in fields.get("forgettings", []))
        said = {name: fields[name] for name in names}
        receipt = Receipt(**said, bundles=tuple(fields["bundles"]), erasures=erasures, forgettings=forgettings)
    except (KeyError, TypeError, ValueError, AttributeError, crypto.CryptoError) as error:
        raise NotAReceipt from error
    if canonical({**fields, "signature": signature.hex()}) + b"\n" != content:
        raise NotAReceipt  # there is one spelling of a receipt
    texts = [value for name, value in vars(receipt).items() if name not in {"bundles", *_REMOVED}]
    if _fields(receipt) != fields or not all(isinstance(text, str) for text in (*texts, *receipt.bundles)):
        raise NotAReceipt
    return receipt


def _fields(receipt: Receipt) -> dict[str, Any]:
    fields = {"what": _WHAT, "format": _FORMAT, **vars(receipt), "bundles": list(receipt.bundles)}
    removed = {name: [each.as_json() for each in getattr(receipt, name)] for name in _REMOVED}
    there = {name: value for name, value in fields.items() if name not in _REMOVED}
    return {**there, **{name: said for name, said in removed.items() if said}}
