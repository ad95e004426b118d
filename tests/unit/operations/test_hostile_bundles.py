"""Whatever lies on a stick: a bundle that is not as its laptop wrote it is refused in words, and no row moves.

The bundle has all that one can have: revisions, a household found in the field, an erasure, pictures of several blocks.
"""

from __future__ import annotations

import hashlib
import io
import os
import random
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import zstandard

from survey_app import crypto
from survey_app.bundles import Balance, OfficeKey, writing
from survey_app.bundles.container import Header, open_container, parse_header, seal_container
from survey_app.bundles.content import LARGEST_CONTENT_BYTES
from survey_app.bundles.keys import OFFICE_IDENTITY, OFFICE_KEY, SIGNING_KEY, office_key_bytes
from survey_app.bundles.reading import signers_of
from survey_app.i18n import language, use_language
from survey_app.operations.handover import merge, pack
from survey_app.operations.merging import kept_bundles, preview
from survey_app.records import Erasure, Household, Revision, canonical
from survey_app.store import Device, Store
from survey_app.store.attachments import Attachment, attachment

COST = crypto.Cost(1, 8)
AT = "2026-11-21T08:00:00.000+07:00"
BLOCK = 512
"""Of a disk; age seals in blocks of 65,536 bytes, and the bundle has more than one."""

KEPT_ASIDE = {"kept_bundles", "log", "facts"}
"""The tables that change when a bundle is kept aside: itself, that somebody handed it in, and how the log ends."""

Rows = dict[str, list[str]]
Alter = Callable[[bytes], bytes]


@dataclass
class Commune:
    """An office in which something was merged before, and a laptop that packed a bundle for it."""

    folder: Path
    office: Store
    laptop: Store
    key: OfficeKey
    identity: str
    good: bytes

    def rows(self) -> Rows:
        """Return all that stands in the office's store, the log too."""
        database = self.office._database
        names = [row[0] for row in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()]
        return {name: sorted(map(repr, database.execute(f"SELECT * FROM {name}").fetchall())) for name in names}

    def write(self, altered: bytes, name: str = "x.bundle") -> Path:
        path = self.folder / "stick" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(altered)
        return path

    def merged(self, altered: bytes) -> Balance:
        return merge(self.office, [self.write(altered)])

    def is_refused(self, altered: bytes, *codes: str) -> None:
        """Look at it, merge it, and see that it is refused with one of these reasons and nothing has moved."""
        before = self.rows()
        path = self.write(altered)
        for done in (preview(self.office, [path]), merge(self.office, [path])):
            (refusal,) = done.refusals
            assert refusal.code in codes
            assert done.new == done.households == 0
        assert self.rows() == before

    @property
    def secret(self) -> bytes:
        return self.laptop.secret(SIGNING_KEY) or b""

    def signed(self, header: Header, packed: bytes, attached: bytes = b"", secret: bytes = b"") -> bytes:
        """Return a bundle that a laptop signs properly, whatever is in it."""
        named = replace(header, bundle_id=hashlib.sha256(packed).hexdigest())
        return seal_container(named, packed, secret or self.secret, (self.key.recipient,), attached)


def revision(device: str, number: int, answers: dict[str, Any]) -> Revision:
    return Revision(f"s{number}", f"h{number}", "r", "f", "1", (), "answers", "an", device, AT, "", answers)


def new_store(folder: Path, kind: Any, device: str) -> Store:
    return Store.create(folder / f"{device}.store", "x", kind=kind, device=device, name=device, cost=COST)


@pytest.fixture
def commune(tmp_path: Path) -> Iterator[Commune]:
    identity, signing = crypto.new_identity(), crypto.new_signing_keys()
    key = OfficeKey("office", "Xã", crypto.recipient_of(identity), signing.public)
    with ExitStack() as stack:
        office, laptop = (stack.enter_context(new_store(tmp_path, *each))
                          for each in (("office", "office"), ("laptop", "m1")))  # fmt: skip
        office.put_secret(OFFICE_IDENTITY, identity.encode())
        keys = crypto.new_signing_keys()
        laptop.put_secret(SIGNING_KEY, keys.secret)
        laptop.put_secret(OFFICE_KEY, office_key_bytes(key, signing.secret))
        office.put_devices([Device("m1", "Máy 1", keys.public)])
        office.put_households(Household(f"h{n}", "25750-001", n + 1, "Ba") for n in range(9))
        office.add_revisions([revision("office", n, {"q": "từ trước"}) for n in (101, 102)], "here")
        pictures = [attachment(random.Random(n).randbytes(90_000), "jpg") for n in (1, 2)]
        laptop.put_attachments(pictures)
        laptop.add_households([Household("h20", "25750-001", 99, "Lê Thị Hoa")], "m1")
        told = [revision("m1", n, {"q": f"{n}", "photo": pictures[n % 2].name}) for n in (*range(1, 7), 20)]
        laptop.add_revisions(told, "here")
        laptop.add_erasures([Erasure("h8", "an", "m1", AT, "asked")], "here")
        good = pack(laptop, key, tmp_path / "out").path.read_bytes()
        yield Commune(tmp_path, office, laptop, key, identity, good)


def test_the_bundle_itself_is_merged_and_has_several_blocks(commune: Commune) -> None:
    header = parse_header(commune.good)
    assert (header.attachments, header.households, header.erasures) == (2, 1, 1)
    assert header.attached_bytes > 2 * 65_536
    balance = commune.merged(commune.good)
    assert (balance.new, balance.refused) == (7, 0)


def test_cut_at_every_block(commune: Commune) -> None:
    before, good = commune.rows(), commune.good
    begins = good.index(b"age-encryption.org")
    sealed_blocks = range(begins + 184, len(good), 65_536 + 16)
    places = sorted({*range(0, len(good), BLOCK), *sealed_blocks, *(at - 1 for at in sealed_blocks), begins})
    cut = [commune.write(good[:at], f"{at:06}.bundle") for at in places]
    balance = merge(commune.office, cut)
    assert {refusal.code for refusal in balance.refusals} <= {"BND-01", "BND-02"}
    assert len(balance.refusals) == len(cut) > 300
    assert commune.rows() == before


def test_blocks_that_a_bad_stick_lost_or_exchanged(commune: Commune) -> None:
    before, good = commune.rows(), commune.good
    altered = {good[:at] + bytes(len(good) - at) for at in range(0, len(good), 16 * BLOCK)}  # a file never written out
    for at in range(0, len(good) - 2 * BLOCK, 8 * BLOCK):
        one, two, after = good[at : at + BLOCK], good[at + BLOCK : at + 2 * BLOCK], good[at + 2 * BLOCK :]
        altered |= {good[:at] + bytes(BLOCK) + two + after, good[:at] + two + one + after, good[:at] + two + after}
    files = [commune.write(each, f"{n:06}.bundle") for n, each in enumerate(altered)]
    balance = merge(commune.office, files)
    assert len(balance.refusals) == len(files) > 100
    assert {refusal.code for refusal in balance.refusals} <= {"BND-01", "BND-02", "BND-03"}
    assert commune.rows() == before


def test_any_bit_flipped(commune: Commune) -> None:
    before, good = commune.rows(), commune.good
    places = [*range(0, good.index(b"age-encryption") + 300, 9), *range(0, len(good), 997), len(good) - 1]
    flipped = [good[:at] + bytes([good[at] ^ 1 << at % 8]) + good[at + 1 :] for at in places]
    files = [commune.write(each, f"{n:06}.bundle") for n, each in enumerate(flipped)]
    balance = merge(commune.office, files)
    assert len(balance.refusals) == len(files)
    assert {refusal.code for refusal in balance.refusals} <= {"BND-01", "BND-02", "BND-03", "BND-07"}
    assert commune.rows() == before


def test_signed_again_by_a_stranger(commune: Commune) -> None:
    """He knows the content, for example because he has the laptop's bundle and the office's key, and signs it anew."""
    header, packed, attached = opened(commune)
    stranger = crypto.new_signing_keys()
    commune.is_refused(commune.signed(header, packed, attached, stranger.secret), "BND-03")  # says it was the laptop
    forged = replace(header, verify_key=stranger.public)
    before = commune.rows()
    (refusal,) = commune.merged(commune.signed(forged, packed, attached, stranger.secret)).refusals
    assert refusal.code == "BND-05"
    assert [kept.is_known for kept in kept_bundles(commune.office)] == [False]
    after = commune.rows()
    assert {name for name in after if after[name] != before[name]} == KEPT_ASIDE


def opened(commune: Commune) -> tuple[Header, bytes, bytes]:
    return open_container(commune.good, commune.identity, signers_of(commune.office.devices()))


@pytest.mark.parametrize(("device", "key"), [("m1", "m1"), ("m1", "m2"), ("m2", "m1"), ("m3", "m2")])
def test_a_laptop_that_signs_in_the_name_of_another(commune: Commune, device: str, key: str) -> None:
    """Laptop 2 is known here; it says that it is laptop 1 or one nobody knows, or hands on what laptop 1 has signed."""
    other = crypto.new_signing_keys()
    commune.office.put_devices([Device("m2", "Máy 2", other.public)])
    header, packed, attached = opened(commune)
    named = replace(header, device=device, verify_key=other.public if key == "m2" else header.verify_key)
    secret = commune.secret if device == "m2" else other.secret
    before = commune.rows()
    (refusal,) = commune.merged(commune.signed(named, packed, attached, secret)).refusals
    assert refusal.code == ("BND-03" if (device, key) == ("m1", "m1") else "BND-05")
    after = commune.rows()
    assert {name for name in after if after[name] != before[name]} <= KEPT_ASIDE


def test_played_again_renamed_and_with_old_file_times(commune: Commune) -> None:
    commune.merged(commune.good)
    before, digest = commune.rows(), commune.office.digest()
    for name in ("..%2f..%2f.bundle", "m9-0001-0000000000000000.bundle", "con.bundle", "Gói của ông Ba (2).bundle"):
        path = commune.write(commune.good, name)
        os.utime(path, (0, 0))
        (line,) = merge(commune.office, [path]).bundles
        assert (line.state, line.new) == ("again", 0)
    assert commune.office.digest() == digest
    assert commune.rows() == before


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/passwd",
        "..\\..\\x.jpg",
        "C:x.jpg",
        "/x.jpg",
        "a/b.jpg",
        ".",
        "x\0.jpg",
        "0123456789abcdef.jpg/..",
        "0123456789ABCDEF.jpg",
        "0123456789abcdef.jpg ",
    ],
)
def test_an_attachment_whose_name_leads_elsewhere(commune: Commune, name: str) -> None:
    commune.is_refused(carrying(commune, [Attachment(name, b"x")]), "BND-09")


def carrying(commune: Commune, attachments: list[Attachment]) -> bytes:
    """Return a bundle of the laptop with these attachments, each of which an answer names."""
    told = [revision("m1", 1, {f"p{n}": each.name for n, each in enumerate(attachments)})]
    header = writing._header(commune.laptop, "office", (commune.key.recipient,), commune.secret, told, AT)
    attached = b"".join(each.content for each in attachments)
    header = replace(header, attachments=len(attachments), attached_bytes=len(attached))
    header, packed = writing._packed(header, [], told, attachments)
    return commune.signed(header, packed, attached)


def test_the_bundles_made_here_would_be_taken_if_they_were_right(commune: Commune) -> None:
    assert commune.merged(carrying(commune, [attachment(b"x", "jpg")])).new == 1


@pytest.mark.parametrize("device", ["../m1", "..", "m1/..", "a\\b", "", "m1\0"])
def test_a_device_whose_name_leads_elsewhere(commune: Commune, device: str) -> None:
    _, header, sealed = commune.good.split(b"\n", 2)
    line = header.replace(b'"device":"m1"', b'"device":' + canonical(device))
    rest = line + b"\n" + sealed
    commune.is_refused(
        f"survey-app bundle 1 {len(rest)} {hashlib.sha256(rest).hexdigest()}\n".encode() + rest, "BND-03"
    )


def zip_bomb() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("../../x.bundle", bytes(1 << 24))
    return written.getvalue()


def test_a_zip_bomb_is_no_bundle(commune: Commune) -> None:
    commune.is_refused(zip_bomb(), "BND-01")


@pytest.mark.parametrize("said", [None, 1000, LARGEST_CONTENT_BYTES, LARGEST_CONTENT_BYTES + 1, 1 << 62])
def test_a_zstd_bomb_of_a_laptop_that_is_known(commune: Commune, said: int | None) -> None:
    """A gibibyte of nothing in some kilobytes, with whatever length the label says; nobody unpacks it."""
    header = parse_header(commune.good)
    known = zstandard.ZstdCompressor(level=1, write_content_size=said is None)
    if said is None:
        packed = known.compress(bytes(LARGEST_CONTENT_BYTES + 1))
    else:
        stream = known.compressobj()
        packed = b"".join(stream.compress(bytes(1 << 22)) for _ in range(256)) + stream.flush()
    plain = replace(header, content_bytes=said or 1000, attachments=0, attached_bytes=0)
    commune.is_refused(commune.signed(plain, packed), "BND-08", "BND-09", "BND-03")


def test_every_reason_is_told_in_both_languages(commune: Commune) -> None:
    before = language()
    said = []
    for code in ("en", "vi"):
        use_language(code)
        try:
            (refusal,) = commune.merged(commune.good[:-1]).refusals
        finally:
            use_language(before)
        said.append((refusal.message, refusal.hint))
    assert all(message and hint for message, hint in said)
    assert "Chưa gộp phiếu nào" in said[1][1]
    assert said[0] != said[1]
