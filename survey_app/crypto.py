"""Everything secret goes through here: passphrases, sealed files, signatures. The only module with a crypto library.

What is used, and for what:

* **Argon2id** turns a passphrase or a spoken code into a key (RFC 9106; 64 MiB, 3 passes: 0.1 to 0.5 s on a cheap
  laptop). The cost is written beside the sealed content, so that it can be raised later without losing old files.
* **XChaCha20-Poly1305** seals content with such a key; the purpose is authenticated with it, so that a box made for one
  purpose cannot be passed off as another.
* **age** (X25519) seals content to public recipients; only the holder of an identity opens it.
* **Ed25519** (RFC 8032) signs.

Passphrases are compared as NFC: the same Vietnamese passphrase may be typed composed or decomposed.
"""

# ruff: noqa: N818 - the names say what is wrong, and callers read them aloud
from __future__ import annotations

import base64
import hashlib
import json
import secrets
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import nacl.exceptions
import nacl.pwhash.argon2id
import nacl.secret
import nacl.signing

from survey_app.errors import SurveyAppError
from survey_app.i18n import _

KEY_BYTES = 32
SALT_BYTES = nacl.pwhash.argon2id.SALTBYTES
SIGNATURE_BYTES = 64
CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_MAGIC = b"survey-app sealed with a code 1\n"
_CODE_PURPOSE = "sealed with a code"
_MEMORY_LIMIT_KIB = 1 << 20  # a damaged file must not make the program ask for more than 1 GiB
_PASSES_LIMIT = 20


class CryptoError(SurveyAppError):
    """Something could not be opened, or is not what it claims to be."""


class WrongPassphrase(CryptoError):
    """The passphrase does not open this."""

    def __init__(self) -> None:
        super().__init__(
            "CRY-01",
            _("The passphrase is not right."),
            _("Check Caps Lock and the typing mode, then type it again. Nothing was changed."),
        )


class WrongCode(CryptoError):
    """The code does not open this file."""

    def __init__(self) -> None:
        super().__init__(
            "CRY-02",
            _("The code does not open this file."),
            _("Ask for the code again and check that it belongs to this file. Nothing was changed."),
        )


class NotForThisKey(CryptoError):
    """The content was sealed to somebody else."""

    def __init__(self) -> None:
        super().__init__(
            "CRY-03",
            _("This was sealed for another office and cannot be opened here."),
            _("Ask the sender to choose this office and to write it again. Nothing was changed."),
        )


class Damaged(CryptoError):
    """Sealed content was altered or cut short."""

    def __init__(self) -> None:
        super().__init__(
            "CRY-04",
            _("The file was altered or badly copied and cannot be opened."),
            _("Copy it again from where it came. Nothing was changed."),
        )


class BadSignature(CryptoError):
    """The signature does not belong to this content and this signer."""

    def __init__(self) -> None:
        super().__init__(
            "CRY-05",
            _("The signature is not right: the content was altered or comes from somebody else."),
            _("Do not use this file. Ask the sender to write it again. Nothing was changed."),
        )


class BadKey(CryptoError):
    """A text is not a key of the kind that is needed."""

    def __init__(self) -> None:
        super().__init__(
            "CRY-06",
            _("This is not a valid key."),
            _("Copy the whole key, without leaving out or adding a character. Nothing was changed."),
        )


def random_bytes(count: int) -> bytes:
    """Return ``count`` bytes nobody can guess."""
    return secrets.token_bytes(count)


# --- passphrases and codes ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cost:
    """What one guess at a passphrase costs.

    Attributes:
        passes: Argon2id passes over the memory.
        memory_kib: memory in KiB.
    """

    passes: int = 3
    memory_kib: int = 64 * 1024


INTERACTIVE = Cost()


@dataclass(frozen=True)
class PassphraseBox:
    """Content sealed with a passphrase, with all that is needed to open it but the passphrase.

    Attributes:
        salt: salt of the key derivation, ``SALT_BYTES`` long.
        cost: cost of the key derivation.
        box: nonce, sealed content and tag.
    """

    salt: bytes
    cost: Cost
    box: bytes

    def as_json(self) -> dict[str, Any]:
        """Return the box as JSON values."""
        return {
            "kdf": "argon2id",
            "salt": base64.b64encode(self.salt).decode(),
            "passes": self.cost.passes,
            "memory_kib": self.cost.memory_kib,
            "box": base64.b64encode(self.box).decode(),
        }

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> PassphraseBox:
        """Return the box of ``as_json``.

        Raises:
            Damaged: a field is missing or cannot be right.
        """
        try:
            cost = Cost(int(fields["passes"]), int(fields["memory_kib"]))
            salt = base64.b64decode(fields["salt"], validate=True)
            box = base64.b64decode(fields["box"], validate=True)
            known = fields["kdf"] == "argon2id"
        except (KeyError, TypeError, ValueError) as error:
            raise Damaged from error
        within = 1 <= cost.passes <= _PASSES_LIMIT and 8 <= cost.memory_kib <= _MEMORY_LIMIT_KIB
        if not (known and within and len(salt) == SALT_BYTES):
            raise Damaged
        return cls(salt, cost, box)


def seal_with_passphrase(content: bytes, passphrase: str, purpose: str, cost: Cost = INTERACTIVE) -> PassphraseBox:
    """Return the content sealed with a passphrase, for one purpose only."""
    salt = random_bytes(SALT_BYTES)
    aead = nacl.secret.Aead(_derive(passphrase, salt, cost))
    return PassphraseBox(salt, cost, bytes(aead.encrypt(content, purpose.encode())))


def open_with_passphrase(sealed: PassphraseBox, passphrase: str, purpose: str) -> bytes:
    """Return the content of ``seal_with_passphrase``.

    Raises:
        WrongPassphrase: another passphrase or purpose, or the box was altered; these cannot be told apart.
    """
    aead = nacl.secret.Aead(_derive(passphrase, sealed.salt, sealed.cost))
    try:
        return aead.decrypt(sealed.box, purpose.encode())
    except (nacl.exceptions.CryptoError, ValueError) as error:
        raise WrongPassphrase from error


def new_code() -> str:
    """Return a code to be read out or sent apart from its file, 60 random bits: ``7QK4-M2XH-9TRD``."""
    letters = "".join(secrets.choice(CODE_LETTERS) for _count in range(12))
    return "-".join(letters[start : start + 4] for start in (0, 4, 8))


def seal_with_code(content: bytes, code: str, cost: Cost = INTERACTIVE) -> bytes:
    """Return a file's bytes that only the code opens; blanks, hyphens and case of the code do not matter."""
    sealed = seal_with_passphrase(content, _plain_code(code), _CODE_PURPOSE, cost)
    return _CODE_MAGIC + json.dumps(sealed.as_json(), separators=(",", ":")).encode()


def open_with_code(sealed: bytes, code: str) -> bytes:
    """Return the content of ``seal_with_code``.

    Raises:
        WrongCode: the code is not the one of this file.
        Damaged: this is not such a file, or it was cut short.
    """
    if not sealed.startswith(_CODE_MAGIC):
        raise Damaged
    try:
        fields = json.loads(sealed[len(_CODE_MAGIC) :])
    except ValueError as error:
        raise Damaged from error
    if not isinstance(fields, dict):
        raise Damaged
    box = PassphraseBox.from_json(fields)
    try:
        return open_with_passphrase(box, _plain_code(code), _CODE_PURPOSE)
    except WrongPassphrase as error:
        raise WrongCode from error


def _plain_code(code: str) -> str:
    """Return the code as it was made, although O was heard for 0 or I and L for 1."""
    return "".join(c for c in code.upper() if c.isalnum()).translate(str.maketrans("OIL", "011"))


def _derive(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    typed = unicodedata.normalize("NFC", passphrase).encode()
    return nacl.pwhash.argon2id.kdf(KEY_BYTES, typed, salt, opslimit=cost.passes, memlimit=cost.memory_kib * 1024)


# --- sealing to public recipients --------------------------------------------------------------------------------


def new_identity() -> str:
    """Return a new secret age identity, ``AGE-SECRET-KEY-1...``; whoever has it opens what is sealed to it."""
    import pyrage  # here and below: an interview seals nothing

    return str(pyrage.x25519.Identity.generate())


def recipient_of(identity: str) -> str:
    """Return the public recipient of an identity, ``age1...``.

    Raises:
        BadKey: this is not an identity.
    """
    return str(_identity(identity).to_public())


def seal(content: bytes, recipients: Sequence[str]) -> bytes:
    """Return the content sealed so that each of the recipients can open it.

    Raises:
        BadKey: a recipient is not valid, or there is none.
    """
    import pyrage

    sealed: bytes = pyrage.encrypt(content, _recipients(recipients))
    return sealed


def open_sealed(sealed: bytes, identity: str | Sequence[str]) -> bytes:
    """Return the content of ``seal``.

    Args:
        sealed: what ``seal`` returned.
        identity: an age identity, or several of which any may open it.

    Raises:
        NotForThisKey: sealed to others.
        Damaged: altered, cut short, or nothing that was sealed.
        BadKey: this is not an identity.
    """
    import pyrage

    keys = [_identity(each) for each in ([identity] if isinstance(identity, str) else identity)]
    try:
        content: bytes = pyrage.decrypt(sealed, keys)
    except pyrage.DecryptError as error:
        raise _why_not_opened(error) from error
    return content


def _why_not_opened(error: Exception) -> CryptoError:
    return NotForThisKey() if "No matching keys" in str(error) else Damaged()


def _identity(text: str) -> Any:
    import pyrage

    try:
        return pyrage.x25519.Identity.from_str(text.strip())
    except pyrage.IdentityError as error:
        raise BadKey from error


def _recipients(texts: Sequence[str]) -> list[Any]:
    import pyrage

    if not texts:
        raise BadKey
    try:
        return [pyrage.x25519.Recipient.from_str(text.strip()) for text in texts]
    except pyrage.RecipientError as error:
        raise BadKey from error


# --- signatures --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SigningKeys:
    """An Ed25519 key pair.

    Attributes:
        secret: the 32 byte seed; never leaves the encrypted store.
        public: the 32 byte verify key.
    """

    secret: bytes = field(repr=False)
    public: bytes


def new_signing_keys() -> SigningKeys:
    """Return a new key pair."""
    return signing_keys(random_bytes(KEY_BYTES))


def signing_keys(secret: bytes) -> SigningKeys:
    """Return the key pair of a secret.

    Raises:
        BadKey: the secret is not 32 bytes long.
    """
    if len(secret) != KEY_BYTES:
        raise BadKey
    return SigningKeys(secret, bytes(nacl.signing.SigningKey(secret).verify_key))


def sign(secret: bytes, message: bytes) -> bytes:
    """Return the 64 byte signature of a message.

    Raises:
        BadKey: the secret is not 32 bytes long.
    """
    if len(secret) != KEY_BYTES:
        raise BadKey
    return bytes(nacl.signing.SigningKey(secret).sign(message).signature)


def verify(public: bytes, message: bytes, signature: bytes) -> None:
    """Return when the signature is the signer's over exactly this message.

    Raises:
        BadSignature: it is not.
        BadKey: the verify key is not 32 bytes long.
    """
    if len(public) != KEY_BYTES:
        raise BadKey
    try:
        nacl.signing.VerifyKey(public).verify(message, signature)
    except (nacl.exceptions.BadSignatureError, ValueError) as error:
        raise BadSignature from error


def fingerprint(key: str | bytes) -> str:
    """Return 64 bits of a public key's hash to compare by eye or over the telephone: ``3F2A 91BC 07DE 44A1``."""
    content = key.strip().encode() if isinstance(key, str) else key
    digits = hashlib.sha256(content).hexdigest()[:16].upper()
    return " ".join(digits[start : start + 4] for start in range(0, 16, 4))
