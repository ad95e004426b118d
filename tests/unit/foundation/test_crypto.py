"""Passphrases, sealing, signatures."""

from __future__ import annotations

import unicodedata

import pytest

from survey_app import crypto
from survey_app.crypto import Cost

CHEAP = Cost(1, 8)
CONTENT = "Nguyễn Thị Mai".encode() * 20


def test_a_passphrase_opens_what_it_sealed() -> None:
    box = crypto.seal_with_passphrase(CONTENT, "đường làng", "test", CHEAP)
    assert crypto.open_with_passphrase(box, "đường làng", "test") == CONTENT
    assert CONTENT not in box.box


def test_the_same_passphrase_typed_in_another_way_opens_it() -> None:
    box = crypto.seal_with_passphrase(CONTENT, unicodedata.normalize("NFC", "đường làng"), "test", CHEAP)
    assert crypto.open_with_passphrase(box, unicodedata.normalize("NFD", "đường làng"), "test") == CONTENT


@pytest.mark.parametrize(
    ("passphrase", "purpose"), [("duong lang", "test"), ("đường làng ", "test"), ("đường làng", "x")]
)
def test_another_passphrase_or_purpose_does_not(passphrase: str, purpose: str) -> None:
    box = crypto.seal_with_passphrase(CONTENT, "đường làng", "test", CHEAP)
    with pytest.raises(crypto.WrongPassphrase):
        crypto.open_with_passphrase(box, passphrase, purpose)


def test_sealing_twice_gives_different_boxes() -> None:
    boxes = [crypto.seal_with_passphrase(CONTENT, "a", "test", CHEAP) for _ in range(2)]
    assert boxes[0].salt != boxes[1].salt and boxes[0].box != boxes[1].box


def test_a_box_survives_its_journey_as_json() -> None:
    box = crypto.seal_with_passphrase(CONTENT, "a", "test", CHEAP)
    assert crypto.PassphraseBox.from_json(box.as_json()) == box


@pytest.mark.parametrize(
    "change",
    [
        {"passes": 0},
        {"passes": 10**9},
        {"memory_kib": 1 << 40},
        {"memory_kib": 1},
        {"salt": "AAAA"},
        {"box": "not base64!"},
        {"kdf": "md5"},
        {"passes": None},
    ],
)
def test_a_box_that_cannot_be_right_is_refused_before_any_work(change: dict[str, object]) -> None:
    fields = crypto.seal_with_passphrase(CONTENT, "a", "test", CHEAP).as_json()
    with pytest.raises(crypto.Damaged):
        crypto.PassphraseBox.from_json({**fields, **change})
    with pytest.raises(crypto.Damaged):
        crypto.PassphraseBox.from_json({name: value for name, value in fields.items() if name not in change})


def test_a_code_can_be_read_out_over_the_telephone() -> None:
    code = crypto.new_code()
    groups = code.split("-")
    assert [len(group) for group in groups] == [4, 4, 4]
    assert not set("".join(groups)) & set("OILU")
    assert crypto.new_code() != code


def test_a_code_opens_its_file_however_it_was_heard() -> None:
    sealed = crypto.seal_with_code(CONTENT, "7QK0-M1XH-9TRD", CHEAP)
    for heard in ("7QK0-M1XH-9TRD", "7qk0m1xh9trd", " 7QKO MIXH 9TRD ", "7qko-mlxh-9trd"):
        assert crypto.open_with_code(sealed, heard) == CONTENT


def test_another_code_opens_nothing() -> None:
    sealed = crypto.seal_with_code(CONTENT, "7QK0-M1XH-9TRD", CHEAP)
    with pytest.raises(crypto.WrongCode):
        crypto.open_with_code(sealed, "7QK0-M1XH-9TRE")


@pytest.mark.parametrize("content", [b"", b"abc", crypto._CODE_MAGIC + b"{", crypto._CODE_MAGIC + b"[]"])
def test_what_was_not_sealed_with_a_code_is_said_to_be_damaged(content: bytes) -> None:
    with pytest.raises(crypto.Damaged):
        crypto.open_with_code(content, "7QK0-M1XH-9TRD")


def test_a_cut_file_is_said_to_be_damaged() -> None:
    with pytest.raises(crypto.Damaged):
        crypto.open_with_code(crypto.seal_with_code(CONTENT, "7QK0", CHEAP)[:-20], "7QK0")


def test_each_recipient_opens_what_was_sealed_to_all() -> None:
    identities = [crypto.new_identity() for _ in range(3)]
    sealed = crypto.seal(CONTENT, [crypto.recipient_of(identity) for identity in identities])
    assert all(crypto.open_sealed(sealed, identity) == CONTENT for identity in identities)
    with pytest.raises(crypto.NotForThisKey):
        crypto.open_sealed(sealed, crypto.new_identity())


def test_altered_or_cut_content_is_never_opened() -> None:
    identity = crypto.new_identity()
    sealed = crypto.seal(CONTENT, [crypto.recipient_of(identity)])
    for place in range(0, len(sealed), 7):
        altered = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        with pytest.raises((crypto.Damaged, crypto.NotForThisKey)):
            crypto.open_sealed(altered, identity)
    for length in (0, 10, len(sealed) // 2, len(sealed) - 1):
        with pytest.raises(crypto.Damaged):
            crypto.open_sealed(sealed[:length], identity)


@pytest.mark.parametrize("text", ["", "age1", "AGE-SECRET-KEY-1XYZ", "hello"])
def test_what_is_no_key_is_said_to_be_none(text: str) -> None:
    with pytest.raises(crypto.BadKey):
        crypto.recipient_of(text)
    with pytest.raises(crypto.BadKey):
        crypto.seal(CONTENT, [text])
    with pytest.raises(crypto.BadKey):
        crypto.open_sealed(b"", text)


def test_sealing_to_nobody_is_refused() -> None:
    with pytest.raises(crypto.BadKey):
        crypto.seal(CONTENT, [])


def test_a_key_may_be_pasted_with_blanks_around_it() -> None:
    identity = crypto.new_identity()
    assert crypto.recipient_of(f" {identity}\n") == crypto.recipient_of(identity)


def test_a_signature_is_the_signers_over_exactly_this_message() -> None:
    keys = crypto.new_signing_keys()
    signature = crypto.sign(keys.secret, CONTENT)
    assert len(signature) == crypto.SIGNATURE_BYTES
    crypto.verify(keys.public, CONTENT, signature)
    other = crypto.new_signing_keys()
    for public, message, mark in [
        (other.public, CONTENT, signature),
        (keys.public, CONTENT + b".", signature),
        (keys.public, CONTENT, signature[:-1] + bytes([signature[-1] ^ 1])),
        (keys.public, CONTENT, b""),
    ]:
        with pytest.raises(crypto.BadSignature):
            crypto.verify(public, message, mark)


def test_a_secret_always_has_the_same_public_key() -> None:
    keys = crypto.new_signing_keys()
    assert crypto.signing_keys(keys.secret) == keys


def test_keys_of_the_wrong_length_are_refused() -> None:
    with pytest.raises(crypto.BadKey):
        crypto.sign(b"short", CONTENT)
    with pytest.raises(crypto.BadKey):
        crypto.signing_keys(b"short")
    with pytest.raises(crypto.BadKey):
        crypto.verify(b"short", CONTENT, bytes(64))


def test_a_fingerprint_is_four_groups_to_compare_by_eye() -> None:
    assert crypto.fingerprint(b"") == "E3B0 C442 98FC 1C14"
    assert crypto.fingerprint("age1abc\n") == crypto.fingerprint(b"age1abc")


def test_every_failure_says_what_to_do_and_has_its_own_code() -> None:
    kinds = [
        crypto.WrongPassphrase,
        crypto.WrongCode,
        crypto.NotForThisKey,
        crypto.Damaged,
        crypto.BadSignature,
        crypto.BadKey,
    ]
    failures = [kind() for kind in kinds]
    assert len({failure.code for failure in failures}) == len(kinds)
    assert all(failure.message and failure.hint for failure in failures)
