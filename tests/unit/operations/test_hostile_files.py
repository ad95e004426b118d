"""Lists and receipts that were cut, altered, swapped or made by a stranger: refused, and the laptop stays as it was."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from survey_app import crypto
from survey_app.bundles.content import LARGEST_CONTENT_BYTES
from survey_app.bundles.keys import SIGNING_KEY
from survey_app.bundles.lists import _MAGIC
from survey_app.clock import VIETNAM
from survey_app.errors import SurveyAppError
from survey_app.operations.enrolment import create_office, enrol_laptop, open_enrolment
from survey_app.operations.handover import load_receipt, merge, pack, write_receipts
from survey_app.operations.list_exchange import load_list, write_lists
from survey_app.records import Enumerator, Household, Place, Revision, Round
from survey_app.store import Store

NOON = dt.datetime(2026, 11, 21, 12, 0, tzinfo=VIETNAM)
PASSPHRASE = "một câu dài dễ nhớ"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Store]:
    dates = ("2026-11-01", "2026-10-01", "2026-11-01", "2026-12-01")
    with create_office(
        tmp_path / "office.store",
        PASSPHRASE,
        "Xã",
        Round("r", "Đợt", "f", "1", *dates, "1"),
        clock=lambda: NOON,
        places=[Place("1", "Xã", "commune", "xa", ""), Place("1-001", "Thôn", "village", "thon", "1")],
        enumerators=[Enumerator("e1", "Mai")],
        households=[Household("h1", "1-001", 1, "Ba")],
    ) as store:
        yield store


@pytest.fixture
def laptop(office: Store, tmp_path: Path) -> Iterator[Store]:
    done = enrol_laptop(office, "Máy", [], [], tmp_path / "l.enrolment", device_id="m1")
    with open_enrolment(done.path, done.code, tmp_path / "l.store", PASSPHRASE) as store:
        told = Revision("s", "h1", "r", "f", "1", (), "answers", "e1", "m1", "2026-11-21", "", {"q": "1"})
        store.add_revisions([told], "here")
        merge(office, [pack(store, None, tmp_path / "out", clock=lambda: NOON).path])
        office.put_households([Household("h2", "1-001", 2, "Tư")])
        yield store


def state(store: Store) -> object:
    return store.digest(), store.households(), store.bundle_notes(), store.enumerators(), store.devices()


@pytest.fixture(params=["list", "receipt"])
def file(
    request: pytest.FixtureRequest, office: Store, laptop: Store, tmp_path: Path
) -> tuple[Path, Callable[..., object]]:
    if request.param == "list":
        return write_lists(office, tmp_path / "usb", clock=lambda: NOON)[0].path, load_list
    return write_receipts(office, tmp_path / "usb", lambda: NOON)[0].path, load_receipt


def refused(laptop: Store, path: Path, load: Callable[..., object]) -> None:
    before = state(laptop)
    with pytest.raises(SurveyAppError):
        load(laptop, path)
    assert state(laptop) == before


def test_a_file_cut_anywhere_is_refused(laptop: Store, file: tuple[Path, Callable[..., object]]) -> None:
    path, load = file
    content = path.read_bytes()
    for length in range(0, len(content) - 1, 37):
        path.write_bytes(content[:length])
        refused(laptop, path, load)
    path.write_bytes(content)
    load(laptop, path)


def test_a_file_with_any_bit_flipped_is_refused(laptop: Store, file: tuple[Path, Callable[..., object]]) -> None:
    path, load = file
    content = path.read_bytes()
    for place in range(0, len(content) - 1, 23):  # the last byte of a receipt only ends its line
        altered = bytearray(content)
        altered[place] ^= 1 << (place % 8)
        path.write_bytes(bytes(altered))
        refused(laptop, path, load)


def test_a_file_signed_by_a_stranger_is_refused(office: Store, laptop: Store, tmp_path: Path) -> None:
    office.put_secret(SIGNING_KEY, crypto.new_signing_keys().secret)
    refused(laptop, write_lists(office, tmp_path / "usb", clock=lambda: NOON)[0].path, load_list)
    refused(laptop, write_receipts(office, tmp_path / "usb", lambda: NOON)[0].path, load_receipt)


def test_one_kind_of_file_is_never_taken_for_the_other(office: Store, laptop: Store, tmp_path: Path) -> None:
    listed = write_lists(office, tmp_path / "usb", clock=lambda: NOON)[0].path
    issued = write_receipts(office, tmp_path / "usb", lambda: NOON)[0].path
    refused(laptop, issued, load_list)
    refused(laptop, listed, load_receipt)
    refused(laptop, tmp_path / "office.key", load_list)


def test_a_name_and_a_time_of_a_file_mean_nothing(laptop: Store, file: tuple[Path, Callable[..., object]]) -> None:
    import os

    path, load = file
    other = path.with_name("..-m2-anything.txt")
    path.rename(other)
    os.utime(other, (0, 0))
    load(laptop, other)
    load(laptop, other)  # again: nothing new


def test_a_list_that_unpacks_without_end_is_refused(office: Store, laptop: Store, tmp_path: Path) -> None:
    import zstandard

    bomb = zstandard.ZstdCompressor(level=1).compress(bytes(LARGEST_CONTENT_BYTES + 1))
    (device,) = [each for each in office.devices() if each.id == "m1"]
    secret = office.secret(SIGNING_KEY) or b""
    path = tmp_path / "bomb.households"
    path.write_bytes(_MAGIC + crypto.seal(crypto.sign(secret, _MAGIC + bomb) + bomb, (device.recipient,)))
    refused(laptop, path, load_list)
