r"""The bundle file: its format, precisely enough for another program, and its bytes.

Format 1
========

A bundle is the concatenation of three parts; all text is UTF-8, all hexadecimal digits are lower case.

1. **First line**, ASCII: ``survey-app bundle 1 <length> <checksum>\n``. ``<length>`` is the number of bytes that follow
   this line, decimal without leading zeros; ``<checksum>`` is their SHA-256 in hexadecimal. It tells a bad copy from a
   good one without any key and proves nothing else.
2. **Header**, one line of canonical JSON and ``\n``, at most 65,536 bytes. *Canonical* means: the names of an object
   sorted by code point, no blanks between tokens, characters outside ASCII as themselves, the only escapes ``\"``
   ``\\`` ``\b`` ``\f`` ``\n`` ``\r`` ``\t`` and ``\u00xx`` for the other control characters. Numbers are whole. Its
   names:

   ==============  =================================================================================================
   format          1
   kind            "answers"
   bundle          id of the bundle: SHA-256 of the packed content (see 3), 64 hexadecimal digits
   office          id of the office it is sealed to, the first one where there are several recipients
   recipients      fingerprint of each age recipient: first 16 hexadecimal digits of the SHA-256 of its text, upper
                   case, in groups of four parted by blanks
   device          id of the device that wrote it: 1 to 40 of A-Z a-z 0-9 - _ .
   device_name     what people call that device
   verify_key      its Ed25519 public key, 64 hexadecimal digits
   sequence        number of the bundle, counted by the device from 1
   follows         number of the bundle the device had written before this one, 0 for none; a number named here that
                   never arrives is missing
   made_at         ISO 8601 with offset, by the device's clock
   round           code of the round, may be ""
   forms           list of [form id, form version] of the revisions, sorted, each once
   records         number of revisions
   households      number of households
   content_bytes   length of the content before packing
   attachments     number of attachments; this name and the next one stand there only when there are any
   attached_bytes  length of all attachments together
   erasures        number of erasures; this name stands there only when there are any
   forgettings     number of forgettings; this name stands there only when there are any
   ==============  =================================================================================================

   No text is longer than 200 characters or holds control characters or line separators.

3. **Sealed part**, to the end of the file: an age file (age-encryption.org/v1, binary) to X25519 recipients. Opened it
   is 64 bytes of Ed25519 signature, then the packed content, then ``attached_bytes`` bytes of attachments. The
   signature is over ``b"survey-app bundle 1\n"`` + the header line with its ``\n`` + the 32 bytes of SHA-256 of the
   packed content, which names each attachment with its hash.

The **packed content** is one zstd frame that carries its content size and unpacks with a window of at most 128 MiB. Its
frame header names the dictionary it was packed with, if any (RFC 8878, 3.1.1.1.3); ``dictionaries.py`` lists them with
their hashes. A reader that does not have the dictionary refuses the bundle as one of a newer program. The **content**
is JSON Lines, every line canonical JSON and ``\n``:

* line 1, the manifest: all names of the header but ``bundle`` and ``content_bytes``, with equal values, and ``salt``:
  32 random hexadecimal digits, so that nobody can guess content and compare the id;
* then ``households`` lines, each a household found in the field (names of ``records.Household``);
* then ``records`` lines, each a revision (names of ``records.Revision`` without ``id``; ``parents`` sorted;
  ``paradata`` stands there only when it is not blank, in the form that ``paradata.py`` describes). The id of a
  revision is the first 32 hexadecimal digits of the SHA-256 of its line without ``\n``. Where names were forgotten it
  does not follow from the line any more, and stands there as ``id``; only an office writes such lines, and a forgetting
  in the same bundle is about each of them;
* then ``erasures`` lines, each the trace of an erasure (names of ``records.Erasure`` without ``id``);
* then ``forgettings`` lines, each a forgetting as ``forgetting.Forgetting.as_json`` says it;
* then ``attachments`` lines, each ``{"bytes": length, "name": name, "sha256": hash}`` of an attachment that a revision
  of this bundle names, sorted by name, each once. The attachments stand in this order, one after the other, as they
  are, after the packed content. A name is the first 16 digits of the hash, a dot and 1 to 5 of a-z 0-9; an attachment
  has 1 byte to 16 MiB.

The content is at most 256 MiB, the file at most 128 MiB. A reader checks, in this order: first line, length and
checksum; header; that it can open the sealed part; the signature; that ``device`` is enrolled with this
``verify_key`` and not revoked; the id of the bundle; the sizes; the manifest; every line. Until all is well nothing is
used. A file whose first line names a format above 1, or with another ``kind``, is for a newer program. Names that are
not listed are an error, because format 1 will never have others.

The name of the file is ``<device>-<sequence, at least 4 digits>-<first 16 digits of the id>.bundle``; it is for people
and means nothing to a reader.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from survey_app import crypto
from survey_app.bundles.errors import (
    Altered,
    BundleError,
    Disagrees,
    ForAnotherOffice,
    NewerFormat,
    NotABundle,
    RevokedLaptop,
    TooLarge,
    Truncated,
    UnknownLaptop,
)
from survey_app.records import canonical, from_json

FORMAT = 1
KIND = "answers"
SUFFIX = ".bundle"
LARGEST_FILE_BYTES = 1 << 27
LARGEST_HEADER_BYTES = 1 << 16
LONGEST_FIRST_LINE = 128

_DOMAIN = b"survey-app bundle 1\n"
_FIRST_LINE = re.compile(rb"survey-app bundle 1 (0|[1-9]\d{0,15}) ([0-9a-f]{64})\n")
_ANY_FORMAT = re.compile(rb"survey-app bundle ([1-9]\d{0,5})[ \n]")
_DEVICE = re.compile(r"[A-Za-z0-9._-]{1,40}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_LONGEST_TEXT = 200
_HEX64 = re.compile(r"[0-9a-f]{64}")
_NAMES = {
    "format": int,
    "kind": str,
    "bundle": str,
    "office": str,
    "recipients": list,
    "device": str,
    "device_name": str,
    "verify_key": str,
    "sequence": int,
    "follows": int,
    "made_at": str,
    "round": str,
    "forms": list,
    "records": int,
    "households": int,
    "content_bytes": int,
}
_NAMES_ATTACHED = {**_NAMES, "attachments": int, "attached_bytes": int}


@dataclass(frozen=True)
class Header:
    """What a bundle says about itself, in the open. Worth nothing until ``read_bundle`` has checked it.

    Attributes:
        bundle_id: SHA-256 of the packed content, 64 hexadecimal digits.
        office: id of the office it is sealed to.
        recipients: fingerprints of the recipients.
        device: id of the device that wrote it.
        device_name: what people call that device.
        verify_key: its Ed25519 public key, 32 bytes.
        sequence: number of the bundle, counted by the device from 1.
        follows: number of the bundle written before, 0 for none.
        made_at: ISO 8601 with offset, by the device's clock.
        round: code of the round.
        forms: (form id, form version) of the revisions, sorted.
        records: number of revisions.
        households: number of households found in the field.
        content_bytes: length of the content before packing.
        attachments: number of attachments.
        attached_bytes: length of all attachments together.
        erasures: number of erasures.
        forgettings: number of forgettings.
    """

    bundle_id: str
    office: str
    recipients: tuple[str, ...]
    device: str
    device_name: str
    verify_key: bytes
    sequence: int
    follows: int
    made_at: str
    round: str
    forms: tuple[tuple[str, str], ...]
    records: int
    households: int
    content_bytes: int
    attachments: int = 0
    attached_bytes: int = 0
    erasures: int = 0
    forgettings: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return the names and values of the header line."""
        return {
            "format": FORMAT,
            "kind": KIND,
            "bundle": self.bundle_id,
            "office": self.office,
            "recipients": list(self.recipients),
            "device": self.device,
            "device_name": self.device_name,
            "verify_key": self.verify_key.hex(),
            "sequence": self.sequence,
            "follows": self.follows,
            "made_at": self.made_at,
            "round": self.round,
            "forms": [list(pair) for pair in self.forms],
            "records": self.records,
            "households": self.households,
            "content_bytes": self.content_bytes,
            **self._attached(),
            **({"erasures": self.erasures} if self.erasures else {}),
            **({"forgettings": self.forgettings} if self.forgettings else {}),
        }

    def _attached(self) -> dict[str, int]:
        if not self.attachments:
            return {}
        return {"attachments": self.attachments, "attached_bytes": self.attached_bytes}

    def manifest(self) -> dict[str, Any]:
        """Return what the manifest inside has to repeat."""
        return {name: value for name, value in self.as_json().items() if name not in {"bundle", "content_bytes"}}

    @property
    def file_name(self) -> str:
        """The name people see."""
        return f"{self.device}-{self.sequence:04}-{self.bundle_id[:16]}{SUFFIX}"


def is_device_id(text: str) -> bool:
    """Tell whether a text can be the id of a device; it becomes part of file names, so it never leads elsewhere."""
    return bool(_DEVICE.fullmatch(text)) and text.strip(".") != ""


def one_line(text: str) -> str:
    """Return a text as a header may hold it: no control characters, at most 200 characters."""
    return _CONTROL.sub(" ", text)[:_LONGEST_TEXT].strip()


def seal_container(
    header: Header, packed: bytes, signing_secret: bytes, recipients: tuple[str, ...], attached: bytes = b""
) -> bytes:
    """Return the bytes of a bundle file; ``attached`` are the attachments, one after the other.

    Raises:
        TooLarge: the file would be larger than a bundle may be.
        BadKey: a recipient is not valid.
        ValueError: the header says what the format does not allow.
    """
    if not _is_possible(header) or header.attached_bytes != len(attached):
        raise ValueError("not a possible header")
    line = canonical(header.as_json()) + b"\n"
    signature = crypto.sign(signing_secret, _signed(line, packed))
    rest = line + crypto.seal(signature + packed + attached, recipients)
    first = f"survey-app bundle {FORMAT} {len(rest)} {hashlib.sha256(rest).hexdigest()}\n".encode()
    if len(first) + len(rest) > LARGEST_FILE_BYTES or len(line) > LARGEST_HEADER_BYTES:
        raise TooLarge
    return first + rest


def _signed(line: bytes, packed: bytes) -> bytes:
    return _DOMAIN + line + hashlib.sha256(packed).digest()


def parse_header(start: bytes) -> Header:
    """Return the header in the first bytes of a file (``LONGEST_FIRST_LINE + LARGEST_HEADER_BYTES`` are enough).

    Raises:
        NotABundle: it is something else.
        NewerFormat: a newer program wrote it.
        Truncated: it ends inside the header.
        Altered: the header cannot be right.
    """
    _, _, after = _first_line(start)
    return _header_of(_header_line(start[after:]))


def _first_line(content: bytes) -> tuple[int, str, int]:
    """Return the length and checksum that the first line names, and where it ends."""
    match = _FIRST_LINE.match(content)
    if match is not None:
        return int(match[1]), match[2].decode(), match.end()
    other = _ANY_FORMAT.match(content)
    if other is not None:
        raise NewerFormat if int(other[1]) > FORMAT else _cut_or(content, Altered())
    raise _cut_or(content, NotABundle())


def _cut_or(content: bytes, otherwise: BundleError) -> BundleError:
    """Return ``Truncated`` when the file ends inside its first line."""
    is_cut = b"\n" not in content and len(content) < LONGEST_FIRST_LINE
    return Truncated() if is_cut and content and _DOMAIN[:18].startswith(content[:18]) else otherwise


def _header_line(rest: bytes) -> bytes:
    end = rest.find(b"\n", 0, LARGEST_HEADER_BYTES)
    if end < 0:
        raise Altered if len(rest) >= LARGEST_HEADER_BYTES else Truncated
    return rest[: end + 1]


def _header_of(line: bytes) -> Header:
    try:
        fields = from_json(line)
        if not isinstance(fields, dict):
            raise Altered
        if fields.get("kind") != KIND and isinstance(fields.get("kind"), str) and fields.get("format") == FORMAT:
            raise NewerFormat
        names = _NAMES_ATTACHED if "attachments" in fields else _NAMES
        names = {**names, **{name: int for name in ("erasures", "forgettings") if name in fields}}
        if fields.keys() != names.keys() or any(type(fields[name]) is not kind for name, kind in names.items()):
            raise Altered
        header = Header(
            bundle_id=fields["bundle"],
            office=fields["office"],
            recipients=tuple(fields["recipients"]),
            device=fields["device"],
            device_name=fields["device_name"],
            verify_key=bytes.fromhex(fields["verify_key"]),
            sequence=fields["sequence"],
            follows=fields["follows"],
            made_at=fields["made_at"],
            round=fields["round"],
            forms=tuple((form, version) for form, version in fields["forms"]),
            records=fields["records"],
            households=fields["households"],
            content_bytes=fields["content_bytes"],
            attachments=fields.get("attachments", 0),
            attached_bytes=fields.get("attached_bytes", 0),
            erasures=fields.get("erasures", 0),
            forgettings=fields.get("forgettings", 0),
        )
        is_right = canonical(header.as_json()) + b"\n" == line and _is_possible(header)
    except (ValueError, TypeError, RecursionError) as error:
        raise Altered from error
    if not is_right:
        raise Altered
    return header


def _is_possible(header: Header) -> bool:
    texts = [*header.recipients, *(text for pair in header.forms for text in pair)]
    texts += [header.office, header.device_name, header.made_at, header.round]
    return (
        all(isinstance(text, str) and len(text) <= _LONGEST_TEXT and not _CONTROL.search(text) for text in texts)
        and bool(_HEX64.fullmatch(header.bundle_id))
        and is_device_id(header.device)
        and len(header.verify_key) == crypto.KEY_BYTES
        and min(header.records, header.households, header.content_bytes, header.follows) >= 0
        and min(header.erasures, header.forgettings) >= 0
        and 0 <= header.attachments <= header.attached_bytes <= LARGEST_FILE_BYTES
        and (header.attachments > 0 or header.attached_bytes == 0)
        and header.sequence > header.follows
    )


@dataclass(frozen=True)
class Signer:
    """Who may have signed a bundle.

    Attributes:
        verify_key: Ed25519 public key, 32 bytes.
        revoked: it is not trusted any more.
    """

    verify_key: bytes
    revoked: bool


def open_container(
    content: bytes, identity: str | Sequence[str], signers: Mapping[str, Signer]
) -> tuple[Header, bytes, bytes]:
    """Return header, packed content and attachments of a bundle file, after all but the last two was checked.

    Args:
        content: the whole file.
        identity: age identity of the office, or all it ever had.
        signers: device id to what is known of it.

    Raises:
        BundleError: the subclass says why it is refused.
    """
    if len(content) > LARGEST_FILE_BYTES:
        raise TooLarge
    length, checksum, after = _first_line(content)
    rest = content[after:]
    if len(rest) < length:
        raise Truncated
    if len(rest) > length or hashlib.sha256(rest).hexdigest() != checksum:
        raise Altered
    line = _header_line(rest)
    header = _header_of(line)
    opened = _open(header, rest[len(line) :], identity)
    signer = signers.get(header.device)
    if signer is not None and signer.verify_key == header.verify_key and signer.revoked:
        raise RevokedLaptop
    end = len(opened) - header.attached_bytes
    if end < crypto.SIGNATURE_BYTES:
        raise Altered
    signature, packed = opened[: crypto.SIGNATURE_BYTES], opened[crypto.SIGNATURE_BYTES : end]
    try:
        crypto.verify(header.verify_key, _signed(line, packed), signature)
    except crypto.CryptoError as error:
        raise Altered from error
    if signer is None or signer.verify_key != header.verify_key:
        raise UnknownLaptop  # whole, and sealed to this office; whose it is, is for people to find out
    if hashlib.sha256(packed).hexdigest() != header.bundle_id:
        raise Disagrees
    return header, packed, opened[end:]


def _open(header: Header, sealed: bytes, identity: str | Sequence[str]) -> bytes:
    try:
        return crypto.open_sealed(sealed, identity)
    except crypto.NotForThisKey as error:
        known = [identity] if isinstance(identity, str) else identity
        is_ours = any(crypto.fingerprint(crypto.recipient_of(each)) in header.recipients for each in known)
        raise (Altered if is_ours else ForAnotherOffice) from error
    except crypto.Damaged as error:
        raise Altered from error
