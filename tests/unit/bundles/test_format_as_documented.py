"""A second reader, written from the description at the head of ``container.py`` alone, reads the same."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import nacl.signing
import pyrage
import pytest
import zstandard

SAMPLES = sorted((Path(__file__).parents[2] / "data" / "bundles").glob("format-1*"))
SAMPLES += sorted((Path(__file__).parents[2] / "data" / "bundles").glob("packed-*"))
DICTIONARIES = Path(__file__).parents[3] / "resources" / "dictionaries"
ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def spelled(value: Any) -> str:
    """Canonical JSON, by hand."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{spelled(name)}:{spelled(value[name])}" for name in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(spelled, value)) + "]"
    if isinstance(value, str):
        return '"' + "".join(ESCAPES.get(c, f"\\u{ord(c):04x}" if c < " " else c) for c in value) + '"'
    assert type(value) is int
    return str(value)


def second_reader(content: bytes, identity: str, verify_key: bytes) -> tuple[dict[str, Any], list[bytes]]:
    first, rest = content.split(b"\n", 1)
    words = first.decode("ascii").split(" ")
    assert words[:3] == ["survey-app", "bundle", "1"]
    assert int(words[3]) == len(rest)
    assert words[4] == hashlib.sha256(rest).hexdigest()
    line, sealed = rest.split(b"\n", 1)
    header: dict[str, Any] = json.loads(line)
    assert spelled(header).encode() == line
    opened = pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(identity)])
    signature, packed = opened[:64], opened[64:]
    signed = b"survey-app bundle 1\n" + line + b"\n" + hashlib.sha256(packed).digest()
    nacl.signing.VerifyKey(verify_key).verify(signed, signature)
    assert header["bundle"] == hashlib.sha256(packed).hexdigest()
    number = zstandard.get_frame_parameters(packed).dict_id
    known = (DICTIONARIES / f"{number}.dict").read_bytes() if number else b""
    opener = zstandard.ZstdDecompressor(dict_data=zstandard.ZstdCompressionDict(known)) if known else None
    lines = (opener or zstandard.ZstdDecompressor()).decompress(packed).split(b"\n")
    assert lines.pop() == b""
    manifest = json.loads(lines[0])
    assert len(manifest.pop("salt")) == 32
    assert manifest == {name: value for name, value in header.items() if name not in {"bundle", "content_bytes"}}
    assert header["content_bytes"] == sum(len(each) + 1 for each in lines)
    return header, lines[1:]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda folder: str(folder.name))
def test_the_description_is_enough_to_read_a_bundle(sample: Path) -> None:
    told = json.loads((sample / "expected.json").read_text(encoding="utf-8"))
    (device,) = told["devices"]
    content = (sample / "sample.bundle").read_bytes()
    header, lines = second_reader(content, told["office_identity"], bytes.fromhex(device["verify_key"]))
    homes, revisions = lines[: header["households"]], lines[header["households"] :]
    assert len(revisions) == header["records"]
    assert [json.loads(each) for each in homes] == told["households"]
    assert [hashlib.sha256(each).hexdigest()[:32] for each in revisions] == [each["id"] for each in told["revisions"]]
    for line, each in zip(revisions, told["revisions"], strict=True):
        assert spelled({name: value for name, value in each.items() if name != "id"}).encode() == line
