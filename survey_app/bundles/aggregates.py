"""Aggregates: what a commune's office counted, signed, for the office above it. No row of a person or household.

An open aggregate is one JSON object in UTF-8, canonical (sorted names, no blanks), and a line break::

    {"what": "survey-app aggregate", "format": 1, "office": "<id>", "office_name": "...", "sequence": 7,
     "made_at": "<ISO 8601>", "commune": "05665", "commune_name": "...", "province": "19",
     "catalogue_date": "<ISO date>", "round": "2026-11", "reference_date": "<ISO date>", "form": "household",
     "coverage": {"listed": 0, "submissions": 0, "complete": 0, "people": 0, "in_conflict": 0},
     "parts": [{"form": "household", "version": "1",
                "breakdowns": {"sex": "<16 hex>", ...},
                "indicators": [{"key": "...", "definition": "<16 hex>", "level": "household",
                                "columns": ["d", "n", "u"], "categories": []}, ...],
                "tables": [{"by": ["province", "commune", "village"], "level": "household",
                            "rows": [[["19", "05665", "05665-001"], [40, 30, 2, ...]], ...]}, ...]}, ...],
     "signature": "<128 hex>"}

``parts`` and what is in them: ``survey_app.indicators.adding.Tally``. The numbers of a row are those of all indicators
of its level, in the order of ``indicators``, each with its ``columns``. ``signature`` is the office's Ed25519 signature
over ``b"survey-app aggregate 1\\n"`` and the canonical JSON of the object without ``signature``. ``sequence`` grows
with each aggregate that an office writes; within one series (office, commune, round, form) the highest holds, whatever
clocks and files say. The **id** of an aggregate is the SHA-256 of the open file.

**Counts are exact, also small ones.** Figures that are withheld cannot be added up, and secrets hidden by one commune
would be worked out from the sums of another publication: disclosure control belongs where figures are published, over
all of them at once (``indicators.disclosure``). The office above is entitled to the counts as a part of the same
statistical work; they are not for anybody else. So a file on its way is **sealed** to that office wherever its key is
known: the line ``survey-app aggregate 1 sealed`` and an age envelope that holds the open file. An open one is for
looking at and for offices that keep the way itself closed.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from survey_app import crypto
from survey_app.bundles.container import Signer
from survey_app.bundles.errors import BundleError, NewerFormat
from survey_app.bundles.keys import parse_object
from survey_app.i18n import _
from survey_app.records import canonical

SUFFIX = ".aggregate"
LARGEST_BYTES = 1 << 27
_WHAT = "survey-app aggregate"
_FORMAT = 1
_DOMAIN = b"survey-app aggregate 1\n"
_SEALED = re.compile(rb"survey-app aggregate ([1-9]\d{0,4}) sealed\n")
_COVERAGE = ("listed", "submissions", "complete", "people", "in_conflict")
_TEXTS = (
    *("office", "office_name", "made_at", "commune", "commune_name", "province", "catalogue_date"),
    *("round", "reference_date", "form"),
)
_LONGEST_TEXT = 300


class NotAnAggregate(BundleError):  # noqa: N818 - the name says what is wrong
    """It is something else, or damaged."""

    def __init__(self) -> None:
        super().__init__(
            "AGG-01",
            _("This file holds no counts of a commune, or it is damaged."),
            _("Copy it again from the office that wrote it. Nothing of it was taken in."),
        )


class Forged(BundleError):  # noqa: N818
    """The signature is not that of the office that it names."""

    def __init__(self) -> None:
        super().__init__(
            "AGG-02",
            _("The counts were altered, or somebody else signed them."),
            _("Ask the office that is named in it for the file again. Nothing of it was taken in."),
        )


class UnknownOffice(BundleError):  # noqa: N818
    """The office that signed is not trusted here."""

    def __init__(self, name: str) -> None:
        super().__init__(
            "AGG-03",
            _("The counts are signed by an office that is not known here: {name}.").format(name=name or "?"),
            _("Ask it for its office.key, compare the words by telephone and trust it; then take the file in again."),
        )


class BlockedOffice(BundleError):  # noqa: N818
    """The office that signed is trusted no more."""

    def __init__(self) -> None:
        super().__init__(
            "AGG-04",
            _("The counts come from an office that was blocked here."),
            _("Keep the file and ask whoever blocked the office. Nothing of it was taken in."),
        )


class ForAnotherAuthority(BundleError):  # noqa: N818
    """It is sealed to another office."""

    def __init__(self) -> None:
        super().__init__(
            "AGG-05",
            _("These counts are sealed to another office and cannot be opened here."),
            _("Ask the commune to write them for this office, with this office's key."),
        )


@dataclass(frozen=True)
class Aggregate:
    """What one office counted in one commune, once.

    Attributes:
        office: id of the office that signed.
        office_name: what people call it.
        sequence: grows with each aggregate of the office.
        made_at: ISO 8601, by its clock; never trusted for order.
        commune: code of the commune.
        commune_name: its name.
        province: code of its province.
        catalogue_date: ISO date of the catalogue its codes are from.
        round: code of the round.
        reference_date: ISO date of the round.
        form: id of the round's own form.
        coverage: households on the list, submissions, complete ones, people in them, submissions in conflict.
        parts: the tallies as JSON, checked for their shape.
        id: SHA-256 of the open file.
    """

    office: str
    office_name: str
    sequence: int
    made_at: str
    commune: str
    commune_name: str
    province: str
    catalogue_date: str
    round: str
    reference_date: str
    form: str
    coverage: Mapping[str, int]
    parts: Sequence[Mapping[str, Any]]
    id: str = ""

    @property
    def series(self) -> tuple[str, str, str, str]:
        """Return what it replaces older ones of: office, commune, round, form."""
        return self.office, self.commune, self.round, self.form


def aggregate_bytes(given: Aggregate, signing_secret: bytes) -> bytes:
    """Return the content of the open file."""
    fields = {"what": _WHAT, "format": _FORMAT, **{name: value for name, value in vars(given).items() if name != "id"}}
    signature = crypto.sign(signing_secret, _DOMAIN + canonical(fields))
    return canonical({**fields, "signature": signature.hex()}) + b"\n"


def sealed(content: bytes, recipients: Sequence[str]) -> bytes:
    """Return the file as it travels to the office that has a key of these."""
    return b"survey-app aggregate 1 sealed\n" + crypto.seal(content, recipients)


def opened(content: bytes, identity: str | Sequence[str]) -> bytes:
    """Return the open file of either kind.

    Raises:
        ForAnotherAuthority, NotAnAggregate, NewerFormat: as the name says.
    """
    head = _SEALED.match(content)
    if head is None:
        return content
    if int(head[1]) > _FORMAT:
        raise NewerFormat
    try:
        return crypto.open_sealed(content[head.end() :], identity)
    except crypto.NotForThisKey as error:
        raise ForAnotherAuthority from error
    except crypto.CryptoError as error:
        raise NotAnAggregate from error


def parse_aggregate(content: bytes, signers: Mapping[str, Signer]) -> Aggregate:
    """Return what an open file says, when a trusted office has signed it.

    Args:
        content: of the open file.
        signers: the offices that are known, by id.

    Raises:
        NotAnAggregate, NewerFormat, UnknownOffice, BlockedOffice, Forged: as the name says.
    """
    fields = parse_object(content)
    if fields is None or fields.get("what") != _WHAT:
        raise NotAnAggregate
    if isinstance(fields.get("format"), int) and fields["format"] > _FORMAT:
        raise NewerFormat
    try:
        signature = bytes.fromhex(fields.pop("signature"))
        office = str(fields["office"])
    except (KeyError, TypeError, ValueError) as error:
        raise NotAnAggregate from error
    if office not in signers:
        raise UnknownOffice(str(fields.get("office_name", ""))[:_LONGEST_TEXT])
    try:
        crypto.verify(signers[office].verify_key, _DOMAIN + canonical(fields), signature)
    except (ValueError, crypto.CryptoError) as error:
        raise Forged from error
    if signers[office].revoked:
        raise BlockedOffice
    if canonical({**fields, "signature": signature.hex()}) + b"\n" != content:
        raise NotAnAggregate  # there is one spelling, so that one aggregate has one id
    return replace(_aggregate(fields), id=hashlib.sha256(content).hexdigest())


def known_aggregate(content: bytes) -> Aggregate:
    """Return what an open file says that was checked when it was taken in.

    Raises:
        NotAnAggregate: it is something else.
    """
    return replace(_aggregate(parse_object(content) or {}), id=hashlib.sha256(content).hexdigest())


def _aggregate(fields: Mapping[str, Any]) -> Aggregate:
    try:
        given = Aggregate(**{name: fields[name] for name in (*_TEXTS, "sequence", "coverage", "parts")})
        numbers = [given.sequence, *(given.coverage[name] for name in _COVERAGE)]
        is_sound = (
            all(isinstance(fields[name], str) and len(fields[name]) <= _LONGEST_TEXT for name in _TEXTS)
            and all(type(number) is int and number >= 0 for number in numbers)
            and given.coverage.keys() == set(_COVERAGE)
            and all(_is_part(part, given.commune) for part in given.parts)
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise NotAnAggregate from error
    if not is_sound:
        raise NotAnAggregate
    return given


def _is_part(part: Mapping[str, Any], commune: str) -> bool:
    widths: dict[str, int] = {}
    for each in part["indicators"]:
        widths[each["level"]] = widths.get(each["level"], 0) + len(each["columns"])
        if not _are_texts([each["key"], each["definition"], each["level"], *each["columns"], *each["categories"]]):
            return False
    names = [part["form"], part["version"], *part["breakdowns"], *part["breakdowns"].values()]
    return _are_texts(names) and all(_is_table(table, widths, commune) for table in part["tables"])


def _is_table(table: Mapping[str, Any], widths: Mapping[str, int], commune: str) -> bool:
    """Tell whether every row has its codes and numbers, none stands there twice, and all are of the commune."""
    by, width = table["by"], widths.get(table["level"], 0)
    keys = [tuple(codes) for codes, _numbers in table["rows"]]
    return (
        _are_texts(by)
        and "commune" in by
        and len(set(by)) == len(by)
        and len(set(keys)) == len(keys)
        and all(len(codes) == len(by) and _are_texts(codes) for codes in keys)
        and all(codes[by.index("commune")] in {commune, "unknown"} for codes in keys)
        and all(len(numbers) == width and all(map(_is_number, numbers)) for _codes, numbers in table["rows"])
    )


def _is_number(value: object) -> bool:
    return type(value) is int or (type(value) is float and math.isfinite(value))


def _are_texts(values: Sequence[Any]) -> bool:
    return all(isinstance(value, str) and 0 < len(value) <= _LONGEST_TEXT for value in values)
