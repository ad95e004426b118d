"""A sender and an office to make bundles with, without a store."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from survey_app import crypto
from survey_app.bundles.container import Header, seal_container
from survey_app.bundles.content import content_of, pack
from survey_app.records import Household, Revision
from survey_app.store import Device


def _revision(n: int, **fields: Any) -> Revision:
    given: dict[str, Any] = {
        "submission": f"submission-{n}",
        "household": f"household-{n}",
        "round": "2026-11",
        "form_id": "household",
        "form_version": "1",
        "parents": (),
        "kind": "answers",
        "author": "an",
        "device": "lap1",
        "made_at": "2026-11-21T08:00:00.000+07:00",
        "reason": "",
        "answers": {"m": [{"#": 1, "name": f"Nguyễn Văn {n}"}], "fibre": "yes"},
    }
    return Revision(**{**given, **fields})


@dataclass(frozen=True)
class Sender:
    """A laptop and the office it belongs to."""

    identity: str = field(default_factory=crypto.new_identity)
    keys: crypto.SigningKeys = field(default_factory=crypto.new_signing_keys)
    device: str = "lap1"

    @property
    def recipient(self) -> str:
        return crypto.recipient_of(self.identity)

    @property
    def devices(self) -> list[Device]:
        return [Device(self.device, "Máy 1", self.keys.public)]

    def header(self, revisions: list[Revision], **changes: Any) -> Header:
        given = Header(
            bundle_id="0" * 64,
            office="office1",
            recipients=(crypto.fingerprint(self.recipient),),
            device=self.device,
            device_name="Máy 1",
            verify_key=self.keys.public,
            sequence=1,
            follows=0,
            made_at="2026-11-21T17:00:00.000+07:00",
            round="2026-11",
            forms=tuple(sorted({(each.form_id, each.form_version) for each in revisions})),
            records=len(revisions),
            households=0,
            content_bytes=0,
        )
        return replace(given, **changes)

    def pack_lines(self, header: Header, content: bytes, records: int = 1) -> bytes:
        """A correctly signed bundle of whatever content."""
        packed = pack(content, records)
        return self.seal(replace(header, content_bytes=len(content)), packed)

    def seal(self, header: Header, packed: bytes) -> bytes:
        named = replace(header, bundle_id=hashlib.sha256(packed).hexdigest())
        return seal_container(named, packed, self.keys.secret, (self.recipient,))

    def bundle(self, revisions: list[Revision], households: tuple[Household, ...] = (), **changes: Any) -> bytes:
        header = self.header(revisions, households=len(households), **changes)
        manifest = {**header.manifest(), "salt": "0" * 32}
        return self.pack_lines(header, content_of(manifest, households, revisions), len(revisions))


@pytest.fixture
def sender() -> Sender:
    return Sender()


@pytest.fixture
def stranger() -> Sender:
    return Sender()


@pytest.fixture
def revision() -> Callable[..., Revision]:
    return _revision
