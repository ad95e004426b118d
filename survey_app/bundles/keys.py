"""The office's key as others get it, and where a store keeps its own secrets.

``office.key`` is one JSON object in UTF-8, small enough to be sent by any means; nothing in it is secret::

    {"what": "survey-app office key", "format": 1, "id": "...", "name": "...",
     "recipient": "age1...", "verify_key": "<64 hex>", "signature": "<128 hex>"}

``signature`` is the office's own Ed25519 signature over ``b"survey-app office key 1\\n"`` and the canonical JSON
(sorted names, no blanks) of the object without ``signature``. It shows that the file is undamaged and that both keys
belong together; that it is the right office is for people to compare (``fingerprint``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from survey_app import crypto
from survey_app.bundles.errors import NewerFormat, NotAnOfficeKey, Unreadable
from survey_app.records import canonical

SIGNING_KEY = "signing_key"
"""Name of the store's secret: the 32 byte Ed25519 seed this laptop or office signs with."""

OFFICE_IDENTITY = "office_identity"
"""Name of the office store's secret: the age identity that opens what is sealed to the office, as ASCII."""

OFFICE_KEY = "office_key"
"""Name of a store's secret: the public key of its office, the content of ``office.key``."""

OLD_IDENTITIES = "old_identities"
"""Name of the office store's secret: the age identities it had before, one a line; they open what is still on its way
and the stores of laptops that do not know the new key yet."""

SUCCESSION = "succession"
"""Name of the office store's secret: how its key came to be what it is, ``succession_json`` of all steps."""

OFFICE_KEY_FILE = "office.key"

_WHAT = "survey-app office key"
_FORMAT = 1
_DOMAIN = b"survey-app office key 1\n"
_SUCCESSION_DOMAIN = b"survey-app office key succession 1\n"
_LARGEST_BYTES = 1 << 16


@dataclass(frozen=True)
class OfficeKey:
    """The public part of an office's keys.

    Attributes:
        id: id of the office.
        name: what people call it.
        recipient: age recipient that bundles are sealed to, ``age1...``.
        verify_key: Ed25519 public key of 32 bytes that its receipts are signed with.
    """

    id: str
    name: str
    recipient: str
    verify_key: bytes

    @property
    def fingerprint(self) -> str:
        """What people compare over the telephone: four groups of four digits."""
        return crypto.fingerprint(self.recipient.encode() + self.verify_key)


def office_key_bytes(key: OfficeKey, signing_secret: bytes) -> bytes:
    """Return the content of ``office.key``, signed by the office itself."""
    fields = _fields(key)
    signature = crypto.sign(signing_secret, _DOMAIN + canonical(fields))
    return canonical({**fields, "signature": signature.hex()}) + b"\n"


def parse_office_key(content: bytes) -> OfficeKey:
    """Return the key in the content of an ``office.key``.

    Raises:
        NotAnOfficeKey: it is something else or damaged.
        NewerFormat: a newer program wrote it.
    """
    fields = parse_object(content)
    if fields is None or fields.get("what") != _WHAT:
        raise NotAnOfficeKey
    if isinstance(fields.get("format"), int) and fields["format"] > _FORMAT:
        raise NewerFormat
    try:
        signature = bytes.fromhex(fields.pop("signature"))
        key = OfficeKey(fields["id"], fields["name"], fields["recipient"], bytes.fromhex(fields["verify_key"]))
        if _fields(key) != fields or not all(isinstance(text, str) for text in (key.id, key.name, key.recipient)):
            raise NotAnOfficeKey
        crypto.verify(key.verify_key, _DOMAIN + canonical(fields), signature)
        crypto.seal(b"", [key.recipient])  # the way to learn whether it is one
    except (KeyError, TypeError, ValueError, crypto.CryptoError) as error:
        raise NotAnOfficeKey from error
    return key


def load_office_key(path: Path) -> OfficeKey:
    """Read an ``office.key``.

    Raises:
        NotAnOfficeKey: it is something else or damaged.
        NewerFormat: a newer program wrote it.
        Unreadable: the file could not be read.
    """
    try:
        with Path(path).open("rb") as file:
            content = file.read(_LARGEST_BYTES)
    except OSError as error:
        raise Unreadable from error
    return parse_office_key(content)


@dataclass(frozen=True)
class Succession:
    """One step from an office's key to the next.

    Attributes:
        key: content of the new ``office.key``.
        signature: of the key before over ``b"survey-app office key succession 1\\n"`` and ``key``, 64 bytes.
    """

    key: bytes
    signature: bytes

    def as_json(self) -> dict[str, str]:
        """Return what a file carries."""
        return {"key": self.key.decode(), "signature": self.signature.hex()}

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> Succession:
        """Return the step of ``as_json``.

        Raises:
            KeyError, ValueError, AttributeError, TypeError: it is none.
        """
        return cls(fields["key"].encode(), bytes.fromhex(fields["signature"]))


def succeed(key: bytes, before: bytes) -> Succession:
    """Return the step to a new ``office.key``, vouched for by the signing secret before."""
    return Succession(key, crypto.sign(before, _SUCCESSION_DOMAIN + key))


def followed(known: OfficeKey, steps: Iterable[Succession]) -> OfficeKey:
    """Return the newest key that a known key vouches for, at once or step by step; itself when there is none."""
    for step in steps:
        try:
            crypto.verify(known.verify_key, _SUCCESSION_DOMAIN + step.key, step.signature)
            fresh = parse_office_key(step.key)
        except (crypto.CryptoError, NotAnOfficeKey, NewerFormat):
            continue
        known = fresh if fresh.id == known.id else known
    return known


def parse_object(content: bytes) -> dict[str, Any] | None:
    """Return the JSON object the bytes spell, or nothing when they do not."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _fields(key: OfficeKey) -> dict[str, Any]:
    return {
        "what": _WHAT,
        "format": _FORMAT,
        "id": key.id,
        "name": key.name,
        "recipient": key.recipient,
        "verify_key": key.verify_key.hex(),
    }
