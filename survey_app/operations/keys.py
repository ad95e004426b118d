"""The keys of an office: their sheet of paper, their replacement, and what they rescue.

An office has an age identity that opens what is sealed to it, an Ed25519 key that signs its lists and receipts, and a
recovery key on paper that opens its data file. **Replacing** the first two makes new ones; the key before vouches for
them (``bundles.keys.Succession``), and a laptop learns of it with the next household list, once a person has compared
the fingerprint. What was sealed to the old identity is still read. What a stolen key means: the manual, page ``keys``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from survey_app import crypto
from survey_app.bundles import NotSetUp, OfficeKey
from survey_app.bundles.files import write_verified
from survey_app.bundles.keys import (
    OFFICE_IDENTITY,
    OFFICE_KEY,
    OLD_IDENTITIES,
    SIGNING_KEY,
    SUCCESSION,
    Succession,
    office_key_bytes,
    parse_office_key,
    succeed,
)
from survey_app.clock import Clock, system_clock
from survey_app.errors import SurveyAppError
from survey_app.fingerprints import of_key, same, spoken
from survey_app.i18n import _
from survey_app.operations.access import needs
from survey_app.operations.stores import new_recovery_key, recover
from survey_app.reports.recovery_sheet import write_recovery_sheet
from survey_app.roles import DECIDE
from survey_app.store import Device, Store
from survey_app.store.deeds import KEYS_CHANGED, PRINTED, RECOVERED
from survey_app.store.errors import NoRecoveryKey

RECOVERY = "recovery"
"""Name of the laptop store's fact: the age recipients its data file is sealed to, parted by blanks."""


class OfficeKeyReplaced(SurveyAppError):  # noqa: N818 - the name says what is the matter
    """A list is signed with a new key of the office that nobody here has compared yet.

    Attributes:
        key: the new key.
        words: its fingerprint as words.
    """

    def __init__(self, key: OfficeKey) -> None:
        self.key = key
        self.words = spoken(key.fingerprint)
        super().__init__(
            "KEY-01",
            _("The office has a new key: {words}").format(words=self.words),
            _("Call the office and compare the words. Accept the key only when all are the same. Nothing was changed."),
        )


class WrongFingerprint(SurveyAppError):  # noqa: N818
    """What was confirmed is not the fingerprint of the key."""

    def __init__(self) -> None:
        super().__init__(
            "KEY-02",
            _("These are not the words of the new key."),
            _("Do not use the file; tell the office. Nothing was changed."),
        )


# --- the office ----------------------------------------------------------------------------------------------------


def identities(store: Store) -> tuple[str, ...]:
    """Return the age identities of an office, the present one first.

    Raises:
        NotSetUp: this store is not an office's.
    """
    content = store.secret(OFFICE_IDENTITY)
    if content is None:
        raise NotSetUp
    return (content.decode(), *(store.secret(OLD_IDENTITIES) or b"").decode().split())


def steps_of(store: Store) -> tuple[Succession, ...]:
    """Return the steps from the office's first key to the present one."""
    content = store.secret(SUCCESSION)
    return tuple(Succession.from_json(step) for step in json.loads(content)) if content else ()


@needs(DECIDE)
def replace_keys(store: Store, key_file: Path | None = None) -> OfficeKey:
    """Give the office new keys, vouched for by the ones before, and return the public part.

    Bundles sealed to the old key, and laptops that do not know the new one, are still understood. Lists are signed with
    the new key from now on; receipts too, so a laptop loads its list first.

    Args:
        store: the office's store.
        key_file: where the new ``office.key`` goes, for offices above; beside the store when ``None``.

    Raises:
        NotSetUp: this store is not an office's.
        NotWritten: the file could not be written; the keys are as they were.
    """
    known, signing = store.secret(OFFICE_KEY), store.secret(SIGNING_KEY)
    if known is None or signing is None:
        raise NotSetUp
    before, present = identities(store), parse_office_key(known)
    identity, fresh = crypto.new_identity(), crypto.new_signing_keys()
    key = OfficeKey(present.id, present.name, crypto.recipient_of(identity), fresh.public)
    content = office_key_bytes(key, fresh.secret)
    steps = [step.as_json() for step in (*steps_of(store), succeed(content, signing))]
    with store.together():
        store.put_secret(OLD_IDENTITIES, "\n".join(before).encode())
        store.put_secret(OFFICE_IDENTITY, identity.encode())
        store.put_secret(SIGNING_KEY, fresh.secret)
        store.put_secret(OFFICE_KEY, content)
        store.put_secret(SUCCESSION, json.dumps(steps).encode())
        store.note_deed(KEYS_CHANGED, what="office key", key=key.fingerprint)
        write_verified(key_file or store.path.with_name("office.key"), content)
    return key


@dataclass(frozen=True)
class Sheet:
    """A recovery sheet that was written.

    Attributes:
        path: the PDF.
        secret: the recovery key on it.
    """

    path: Path
    secret: str = field(repr=False)


@needs(DECIDE)
def print_recovery(store: Store, path: Path, clock: Clock = system_clock, secret: str = "") -> Sheet:
    """Write the recovery sheet of an office.

    Args:
        store: the office's store.
        path: where the PDF goes.
        clock: gives the day.
        secret: the recovery key; blank makes a new one in place of the one before, which then opens the file no more.
            Copies that were made before still open with the key of their time.

    Raises:
        NotSetUp: this store is not an office's.
        SurveyAppError: the sheet cannot be written; the recovery key is as it was.
    """
    key = store.secret(OFFICE_KEY)
    if key is None or store.secret(OFFICE_IDENTITY) is None:
        raise NotSetUp
    known = parse_office_key(key)
    fresh, recipient = new_recovery_key()
    written = write_recovery_sheet(path, store.name, secret or fresh, spoken(known.fingerprint), clock().date())
    if not secret:
        store.set_recovery([recipient])
        store.note_deed(KEYS_CHANGED, what="recovery key")
    store.note_deed(PRINTED, what="recovery sheet")
    return Sheet(written, secret or fresh)


def recover_laptop(store: Store, file: Path, passphrase: str, clock: Clock = system_clock) -> str:
    """Give a laptop's data file a new passphrase with the office's keys; return the laptop's name.

    No answer is read or changed.

    Args:
        store: the office's store.
        file: the laptop's data file, or a copy of it.
        passphrase: the new one.
        clock: where the time comes from.

    Raises:
        NotSetUp: this store is not an office's.
        NoRecoveryKey: no key this office ever had opens that file.
        SurveyAppError: the passphrase is weak, or the file cannot be written; nothing was changed.
    """
    for identity in identities(store):
        try:
            with recover(file, identity, passphrase, clock) as opened:
                store.note_deed(RECOVERED, device=opened.device)
                return opened.name
        except NoRecoveryKey:
            continue
    raise NoRecoveryKey


# --- both ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class KeyWords:
    """The keys of a store as words.

    Attributes:
        office: of the office's key, blank when the store belongs to none.
        signing: of the key that bundles written here are signed with: the laptop's, or the office's. Where it is not
            known, this is what the other side shows.
        is_office: whether it is the office's own store.
    """

    office: str
    signing: str
    is_office: bool


def key_words(store: Store) -> KeyWords:
    """Return the fingerprints that people compare over the telephone."""
    office, signing = store.secret(OFFICE_KEY), store.secret(SIGNING_KEY)
    return KeyWords(
        spoken(parse_office_key(office).fingerprint) if office else "",
        of_key(crypto.signing_keys(signing).public) if signing else "",
        store.secret(OFFICE_IDENTITY) is not None,
    )


# --- the laptop ----------------------------------------------------------------------------------------------------


def take_new_key(store: Store, before: OfficeKey, key: OfficeKey, steps: Iterable[Succession], confirmed: str) -> None:
    """Make a new key of the office the laptop's own, once a person has compared its fingerprint.

    From now on bundles are sealed to it, and it opens this data file when the passphrase is forgotten.

    Raises:
        OfficeKeyReplaced: nobody has confirmed it yet.
        WrongFingerprint: something else was confirmed.
    """
    if not confirmed:
        raise OfficeKeyReplaced(key)
    if not same(confirmed, key.fingerprint):
        raise WrongFingerprint
    content = next(step.key for step in reversed(list(steps)) if parse_office_key(step.key) == key)
    others = [each for each in store.fact(RECOVERY).split() if each != before.recipient]
    recovery = [key.recipient, *others]
    store.set_recovery(recovery)  # first: a key that opens the file too early does no harm
    with store.together():
        store.put_secret(OFFICE_KEY, content)
        store.put_devices([Device(key.id, key.name, key.verify_key)])
        store.put_fact(RECOVERY, " ".join(recovery))
        store.note_deed(KEYS_CHANGED, what="office key", key=key.fingerprint)
