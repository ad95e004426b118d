"""Office keys and receipts are what the office signed, or they are refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from survey_app import crypto
from survey_app.bundles import NewerFormat, NotAnOfficeKey, NotAReceipt, OfficeKey, Receipt, Unreadable, load_office_key
from survey_app.bundles.keys import office_key_bytes, parse_office_key
from survey_app.bundles.receipts import parse_receipt, receipt_bytes

SIGNING = crypto.new_signing_keys()
KEY = OfficeKey("office1", "Xã Phú Lâm", crypto.recipient_of(crypto.new_identity()), SIGNING.public)
RECEIPT = Receipt("office1", "Xã Phú Lâm", "lap1", "Máy 1", "2026-11-21T18:00:00.000+07:00", ("a" * 64, "b" * 64))


def test_an_office_key_is_read_as_written(tmp_path: Path) -> None:
    (tmp_path / "office.key").write_bytes(office_key_bytes(KEY, SIGNING.secret))
    assert load_office_key(tmp_path / "office.key") == KEY


def test_an_altered_office_key_is_refused() -> None:
    content = office_key_bytes(KEY, SIGNING.secret)
    for at in range(0, len(content) - 1, 3):
        broken = bytearray(content)
        broken[at] ^= 1
        with pytest.raises(NotAnOfficeKey):
            parse_office_key(bytes(broken))


def test_another_recipient_cannot_be_put_into_an_office_key() -> None:
    fields = json.loads(office_key_bytes(KEY, SIGNING.secret))
    fields["recipient"] = crypto.recipient_of(crypto.new_identity())
    with pytest.raises(NotAnOfficeKey):
        parse_office_key(json.dumps(fields).encode())


def test_an_office_key_without_a_valid_recipient_is_refused() -> None:
    with pytest.raises(NotAnOfficeKey):
        parse_office_key(office_key_bytes(replace(KEY, recipient="age1nothing"), SIGNING.secret))


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"[" * 60000, b"\xff", b'{"what":"survey-app office key"}'])
def test_something_else_is_no_office_key(content: bytes) -> None:
    with pytest.raises(NotAnOfficeKey):
        parse_office_key(content)


def test_a_newer_office_key_is_told() -> None:
    with pytest.raises(NewerFormat):
        parse_office_key(b'{"what":"survey-app office key","format":2}')


def test_an_office_key_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unreadable):
        load_office_key(tmp_path / "office.key")


def test_the_fingerprint_names_both_keys() -> None:
    assert KEY.fingerprint != replace(KEY, verify_key=crypto.new_signing_keys().public).fingerprint


def test_a_receipt_is_read_as_written() -> None:
    assert parse_receipt(receipt_bytes(RECEIPT, SIGNING.secret), SIGNING.public) == RECEIPT


def test_an_altered_receipt_is_refused() -> None:
    content = receipt_bytes(RECEIPT, SIGNING.secret)
    for at in range(0, len(content) - 1, 3):
        broken = bytearray(content)
        broken[at] ^= 1
        with pytest.raises(NotAReceipt):
            parse_receipt(bytes(broken), SIGNING.public)


def test_a_receipt_of_another_office_is_refused() -> None:
    with pytest.raises(NotAReceipt):
        parse_receipt(receipt_bytes(RECEIPT, SIGNING.secret), crypto.new_signing_keys().public)


def test_a_newer_receipt_is_told() -> None:
    with pytest.raises(NewerFormat):
        parse_receipt(b'{"what":"survey-app receipt","format":2}', SIGNING.public)
