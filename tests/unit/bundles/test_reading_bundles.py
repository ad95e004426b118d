"""A bundle is read completely and as it was written, or refused with its reason."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import zstandard

from survey_app import crypto
from survey_app.bundles import (
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
    Unreadable,
    read_bundle,
    read_header,
)
from survey_app.bundles import content as content_module
from survey_app.bundles.container import LARGEST_HEADER_BYTES
from survey_app.bundles.content import content_of
from survey_app.records import Household, Revision, canonical

Make = Callable[..., Revision]


def read(sender: Any, content: bytes, folder: Path, **changes: Any) -> Any:
    path = folder / "any name.txt"
    path.write_bytes(content)
    given = {"identity": sender.identity, "devices": sender.devices, **changes}
    return read_bundle(path, given["identity"], given["devices"])


def refused(kind: type[BundleError], sender: Any, content: bytes, folder: Path, **changes: Any) -> None:
    with pytest.raises(BundleError) as caught:
        read(sender, content, folder, **changes)
    assert type(caught.value) is kind


def first_line(rest: bytes, version: int = 1) -> bytes:
    return f"survey-app bundle {version} {len(rest)} {hashlib.sha256(rest).hexdigest()}\n".encode()


def parts(content: bytes) -> tuple[bytes, bytes, bytes]:
    first, rest = content.split(b"\n", 1)
    header, sealed = rest.split(b"\n", 1)
    return first + b"\n", header + b"\n", sealed


def test_what_was_packed_is_read(sender: Any, revision: Make, tmp_path: Path) -> None:
    revisions = [revision(n) for n in range(3)]
    homes = (Household("h9", "25750-001", 9, "Lê Thị Hoa"),)
    bundle = read(sender, sender.bundle(revisions, homes), tmp_path)
    assert (bundle.revisions, bundle.households) == (tuple(revisions), homes)


def test_ids_are_computed_from_the_content(sender: Any, revision: Make, tmp_path: Path) -> None:
    first = revision(1)
    second = revision(1, parents=(first.id,), answers={"fibre": "no"})
    bundle = read(sender, sender.bundle([first, second]), tmp_path)
    assert [each.id for each in bundle.revisions] == [first.id, second.id]


PARADATA = "2026-11-21T08:00:00.000+07:00 412\nfibre m[1]/name\n37 120"


def test_paradata_travel_with_their_revision(sender: Any, revision: Make, tmp_path: Path) -> None:
    sent = [revision(1, paradata=PARADATA), revision(2)]
    got = read(sender, sender.bundle(sent), tmp_path).revisions
    assert list(got) == sent
    assert [each.paradata for each in got] == [PARADATA, ""]


@pytest.mark.parametrize("text", ["rubbish", "\n\n\n", f"{PARADATA} 4"])
def test_what_is_no_paradata_is_refused(sender: Any, revision: Make, tmp_path: Path, text: str) -> None:
    refused(Disagrees, sender, sender.bundle([revision(1, paradata=text)]), tmp_path)


def test_blank_paradata_are_not_spelled_out(sender: Any, revision: Make, tmp_path: Path) -> None:
    header = sender.header([revision(1)])
    line = canonical({**revision(1).as_json(), "paradata": ""})
    content = canonical({**header.manifest(), "salt": "0" * 32}) + b"\n" + line + b"\n"
    refused(Disagrees, sender, sender.pack_lines(header, content), tmp_path)


def test_the_header_can_be_read_without_a_key(sender: Any, revision: Make, tmp_path: Path) -> None:
    path = tmp_path / "a.bundle"
    path.write_bytes(sender.bundle([revision(1), revision(2)], sequence=7, follows=5))
    header = read_header(path)
    assert (header.device_name, header.sequence, header.follows, header.records) == ("Máy 1", 7, 5, 2)


def test_no_answer_stands_in_the_file(sender: Any, revision: Make) -> None:
    content = sender.bundle([revision(1)])
    assert "Nguyễn".encode() not in content
    assert b"household-1" not in content


def test_every_flipped_byte_is_refused(sender: Any, revision: Make, tmp_path: Path) -> None:
    content = sender.bundle([revision(1)])
    for at in range(0, len(content), 3):
        broken = bytearray(content)
        broken[at] ^= 1 << (at % 8)
        with pytest.raises(BundleError):
            read(sender, bytes(broken), tmp_path)


def test_a_flipped_byte_is_refused_even_with_a_new_checksum(sender: Any, revision: Make, tmp_path: Path) -> None:
    _, header, sealed = parts(sender.bundle([revision(1)]))
    rest = header + sealed
    for at in range(0, len(rest), 5):
        broken = bytearray(rest)
        broken[at] ^= 1 << (at % 8)
        with pytest.raises(BundleError):
            read(sender, first_line(bytes(broken)) + bytes(broken), tmp_path)


def test_a_changed_answer_count_in_the_header_breaks_the_signature(sender: Any, revision: Make, tmp_path: Path) -> None:
    _, header, sealed = parts(sender.bundle([revision(1)]))
    rest = header.replace(b'"records":1', b'"records":2') + sealed
    refused(Altered, sender, first_line(rest) + rest, tmp_path)


@pytest.mark.parametrize("name", ["device_name", "made_at", "round", "office"])
def test_every_text_of_the_header_is_signed(sender: Any, revision: Make, tmp_path: Path, name: str) -> None:
    _, header, sealed = parts(sender.bundle([revision(1)]))
    rest = canonical({**json.loads(header), name: "other"}) + b"\n" + sealed
    refused(Altered, sender, first_line(rest) + rest, tmp_path)


def test_a_cut_file_is_told_from_an_altered_one(sender: Any, revision: Make, tmp_path: Path) -> None:
    content = sender.bundle([revision(1)])
    for length in [10, 18, 40, 90, 100, 300, 700, len(content) - 17, len(content) - 1]:
        refused(Truncated, sender, content[:length], tmp_path)
    broken = bytearray(content)
    broken[-1] ^= 1
    refused(Altered, sender, bytes(broken), tmp_path)


def test_a_file_cut_anywhere_is_refused(sender: Any, revision: Make, tmp_path: Path) -> None:
    content = sender.bundle([revision(1)])
    for length in range(0, len(content), 7):
        with pytest.raises(BundleError):
            read(sender, content[:length], tmp_path)


def test_something_appended_is_an_alteration(sender: Any, revision: Make, tmp_path: Path) -> None:
    refused(Altered, sender, sender.bundle([revision(1)]) + b"\n", tmp_path)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\0" * 4096, b"survey-app receipt 1\n", b"[" * 70000])
def test_something_else_is_not_a_bundle(sender: Any, tmp_path: Path, content: bytes) -> None:
    refused(NotABundle, sender, content, tmp_path)


def test_a_bundle_for_another_office_is_told(sender: Any, stranger: Any, revision: Make, tmp_path: Path) -> None:
    refused(ForAnotherOffice, sender, sender.bundle([revision(1)]), tmp_path, identity=stranger.identity)


def test_an_unknown_laptop_is_refused(sender: Any, revision: Make, tmp_path: Path) -> None:
    refused(UnknownLaptop, sender, sender.bundle([revision(1)]), tmp_path, devices=[])


def test_a_revoked_laptop_is_refused(sender: Any, revision: Make, tmp_path: Path) -> None:
    (device,) = sender.devices
    refused(RevokedLaptop, sender, sender.bundle([revision(1)]), tmp_path, devices=[replace(device, revoked=True)])


def test_a_stranger_who_signs_with_his_own_key_is_refused(
    sender: Any, stranger: Any, revision: Make, tmp_path: Path
) -> None:
    forged = replace(stranger, identity=sender.identity).bundle([revision(1)])
    refused(UnknownLaptop, sender, forged, tmp_path)


def test_a_stranger_who_names_the_laptops_key_is_refused(
    sender: Any, stranger: Any, revision: Make, tmp_path: Path
) -> None:
    forger = replace(stranger, identity=sender.identity)
    forged = forger.bundle([revision(1)], verify_key=sender.keys.public)
    refused(Altered, sender, forged, tmp_path)


def test_a_newer_format_is_told(sender: Any, revision: Make, tmp_path: Path) -> None:
    _, header, sealed = parts(sender.bundle([revision(1)]))
    refused(NewerFormat, sender, first_line(header + sealed, version=2) + header + sealed, tmp_path)
    refused(NewerFormat, sender, b"survey-app bundle 12 something else entirely\n", tmp_path)


def test_another_kind_of_bundle_is_for_a_newer_program(sender: Any, revision: Make, tmp_path: Path) -> None:
    _, header, sealed = parts(sender.bundle([revision(1)]))
    rest = canonical({**json.loads(header), "kind": "assignments"}) + b"\n" + sealed
    refused(NewerFormat, sender, first_line(rest) + rest, tmp_path)


def test_a_file_larger_than_a_bundle_may_be_is_refused(
    sender: Any, revision: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from survey_app.bundles import reading

    monkeypatch.setattr(reading, "LARGEST_FILE_BYTES", 100)
    refused(TooLarge, sender, sender.bundle([revision(1)]), tmp_path)


def test_a_header_without_end_is_refused(sender: Any, tmp_path: Path) -> None:
    rest = b"{" * (LARGEST_HEADER_BYTES + 100)
    refused(Altered, sender, first_line(rest) + rest, tmp_path)


def test_a_deeply_nested_header_is_refused(sender: Any, tmp_path: Path) -> None:
    rest = b'{"a":' + b"[" * 60000 + b"\n"
    refused(Altered, sender, first_line(rest) + rest, tmp_path)


@pytest.mark.parametrize("text", ["a\nb", "a\0b", "x" * 201, "a\u2028b"])
def test_a_header_holds_only_short_single_lines(sender: Any, revision: Make, tmp_path: Path, text: str) -> None:
    _, header, sealed = parts(sender.bundle([revision(1)]))
    rest = canonical({**json.loads(header), "device_name": text}) + b"\n" + sealed
    refused(Altered, sender, first_line(rest) + rest, tmp_path)
    with pytest.raises(ValueError, match="header"):
        sender.bundle([revision(1)], device_name=text)


def test_a_bomb_that_hides_its_size_is_not_unpacked(sender: Any, revision: Make, tmp_path: Path) -> None:
    bomb = zstandard.ZstdCompressor(level=19).compress(b"\n" * (1 << 26))
    refused(TooLarge, sender, sender.seal(sender.header([revision(1)], content_bytes=1000), bomb), tmp_path)


def test_a_bomb_that_tells_a_small_size_is_not_unpacked(sender: Any, revision: Make, tmp_path: Path) -> None:
    zeros = zstandard.ZstdCompressor(level=19).compress(b"\n" * (1 << 26))
    small = zstandard.ZstdCompressor(level=19).compress(b"\n" * 1000)
    header = sender.header([revision(1)], content_bytes=1000)
    refused(TooLarge, sender, sender.seal(header, small + zeros), tmp_path)


def test_a_bomb_that_tells_its_size_is_refused(sender: Any, revision: Make, tmp_path: Path) -> None:
    size = content_module.LARGEST_CONTENT_BYTES + 1
    bomb = zstandard.ZstdCompressor(level=1).compress(bytes(size))
    refused(TooLarge, sender, sender.seal(sender.header([revision(1)], content_bytes=size), bomb), tmp_path)


def test_a_window_wider_than_allowed_is_refused(sender: Any, revision: Make, tmp_path: Path) -> None:
    wide = zstandard.ZstdCompressionParameters(window_log=30, write_content_size=True)
    squeezer = zstandard.ZstdCompressor(compression_params=wide).compressobj()
    packed = squeezer.compress(b"x" * 1000) + squeezer.flush()
    with pytest.raises(BundleError):
        read(sender, sender.seal(sender.header([revision(1)], content_bytes=1000), packed), tmp_path)


def test_content_that_is_not_packed_is_refused(sender: Any, revision: Make, tmp_path: Path) -> None:
    refused(Disagrees, sender, sender.seal(sender.header([revision(1)], content_bytes=9), b"not packed"), tmp_path)


def lines_of(sender: Any, revisions: list[Revision], **changes: Any) -> tuple[Any, list[bytes]]:
    header = sender.header(revisions, **changes)
    content = content_of({**header.manifest(), "salt": "0" * 32}, (), revisions)
    return header, content.splitlines(keepends=True)


@pytest.mark.parametrize("change", ["manifest", "fewer", "more", "no end", "blank line", "no salt", "forms"])
def test_content_that_is_not_what_the_label_says_is_refused(
    sender: Any, revision: Make, tmp_path: Path, change: str
) -> None:
    header, lines = lines_of(sender, [revision(1), revision(2)])
    manifest = json.loads(lines[0])
    changed = {
        "manifest": [canonical({**manifest, "device_name": "other"}) + b"\n", *lines[1:]],
        "fewer": lines[:-1],
        "more": [*lines, lines[-1]],
        "no end": [*lines[:-1], lines[-1].rstrip(b"\n")],
        "blank line": [*lines, b"\n"],
        "no salt": [canonical({**manifest, "salt": ""}) + b"\n", *lines[1:]],
        "forms": [lines[0], lines[1], lines[2].replace(b'"form_version":"1"', b'"form_version":"2"')],
    }[change]
    refused(Disagrees, sender, sender.pack_lines(header, b"".join(changed)), tmp_path)


@pytest.mark.parametrize(
    "answers",
    [
        {"a": ""},
        {"a": 1},
        {"a": None},
        {"a": ["x"]},
        {"a": [{"b": "1"}]},
        {"a": [{"#": 0}]},
        {"a": [{"#": True}]},
        {"a": [{"#": 1}, {"#": 1}]},
        {"a": [{"#": "1"}]},
        {"#": 1},
        {"a/b": "1"},
        {"a[1]": "1"},
        {"": "1"},
        {"a": {"#": 1}},
    ],
)
def test_answers_that_are_no_tree_of_answers_are_refused(
    sender: Any, revision: Make, tmp_path: Path, answers: dict[str, Any]
) -> None:
    refused(Disagrees, sender, sender.bundle([revision(1, answers=answers)]), tmp_path)


def test_answers_nested_without_end_are_refused(sender: Any, revision: Make, tmp_path: Path) -> None:
    answers: dict[str, Any] = {"a": "1"}
    for _ in range(50):
        answers = {"a": answers}
    refused(Disagrees, sender, sender.bundle([revision(1, answers=answers)]), tmp_path)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"kind":"answers"', b'"kind":"other"'),
        (b'"author":"an"', b'"author":7'),
        (b'"author":"an",', b""),
        (b'"author":"an"', b'"author":"an","extra":"x"'),
        (b'"author":"an"', b'"author": "an"'),
        (b'"author":"an"', b'"author":"\\ud800"'),
        (b'"parents":[]', b'"parents":["not an id"]'),
        (b'"submission":"submission-1"', b'"submission":""'),
        (b'"reason":""', b'"reason":NaN'),
    ],
)
def test_a_line_that_is_no_canonical_revision_is_refused(
    sender: Any, revision: Make, tmp_path: Path, old: bytes, new: bytes
) -> None:
    header, lines = lines_of(sender, [revision(1)])
    assert old in lines[1]
    content = lines[0] + lines[1].replace(old, new)
    refused(Disagrees, sender, sender.pack_lines(header, content), tmp_path)


def test_a_household_of_the_wrong_shape_is_refused(sender: Any, revision: Make, tmp_path: Path) -> None:
    header, lines = lines_of(sender, [revision(1)], households=1)
    home = vars(Household("h9", "25750-001", 9, "Lê Thị Hoa"))
    for wrong in ({**home, "number": "9"}, {**home, "id": ""}, {**home, "more": "x"}, {"id": "h9"}):
        content = lines[0] + canonical(wrong) + b"\n" + lines[1]
        refused(Disagrees, sender, sender.pack_lines(header, content), tmp_path)


def test_a_file_that_is_gone_is_told(sender: Any, tmp_path: Path) -> None:
    with pytest.raises(Unreadable):
        read_bundle(tmp_path / "gone.bundle", sender.identity, sender.devices)


def test_noise_is_always_refused(sender: Any, revision: Make, tmp_path: Path) -> None:
    chance = random.Random(7)
    content = sender.bundle([revision(1)])
    for _ in range(60):
        start, length = chance.randrange(len(content)), chance.randrange(1, 60)
        broken = content[:start] + chance.randbytes(length) + content[start + length :]
        with pytest.raises(BundleError):
            read(sender, broken, tmp_path)


def test_every_reason_has_its_own_code() -> None:
    kinds = (
        NotABundle,
        Truncated,
        Altered,
        ForAnotherOffice,
        UnknownLaptop,
        RevokedLaptop,
        NewerFormat,
        TooLarge,
        Disagrees,
        Unreadable,
    )
    assert len({kind().code for kind in kinds}) == len(kinds)


def test_a_damaged_envelope_that_names_this_office_is_altered(sender: Any, revision: Make, tmp_path: Path) -> None:
    _, header, _ = parts(sender.bundle([revision(1)]))
    other = crypto.seal(b"x" * 100, (crypto.recipient_of(crypto.new_identity()),))
    refused(Altered, sender, first_line(header + other) + header + other, tmp_path)
