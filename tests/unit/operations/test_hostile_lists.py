"""Lists and enrolment files that are signed and sealed as they should be, and spell what nobody may keep."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from survey_app import crypto
from survey_app.bundles.content import pack, unpack
from survey_app.bundles.keys import SIGNING_KEY, parse_object
from survey_app.bundles.lists import LAPTOP_IDENTITY, NotAHouseholdList
from survey_app.clock import VIETNAM
from survey_app.errors import SurveyAppError
from survey_app.operations.comments import ask
from survey_app.operations.enrolment import create_office, enrol_laptop, open_enrolment
from survey_app.operations.list_exchange import load_list, write_lists
from survey_app.records import Enumerator, Household, Place, Revision, Round, canonical
from survey_app.store import Store, StoredForm

PASSPHRASE = "khao-sat-mau"
NOON = dt.datetime(2026, 11, 21, 12, 0, tzinfo=VIETNAM)
WRONG: tuple[Any, ...] = (None, 1 << 62, "x", [[]], {"": None})
MAGIC = b"survey-app list 1\n"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Store]:
    dates = ("2026-11-01", "2026-10-01", "2026-11-01", "2026-12-01")
    with create_office(
        tmp_path / "office.store",
        PASSPHRASE,
        "Xã A",
        Round("r", "Đợt", "f", "1", *dates, "1", modules=("m",), further=(("g", "1"),)),
        clock=lambda: NOON,
        forms=[StoredForm("f", "1", "Phiếu", "<x/>", ("total",), {"p.png": b"picture"})],
        places=[Place("1", "Xã A", "commune", "xa", ""), Place("1-001", "Thôn 1", "village", "thon", "1")],
        enumerators=[Enumerator("e1", "Mai")],
        households=[Household("h1", "1-001", 1, "Ba", assigned_to="e1")],
    ) as store:
        at = "2026-11-21T08:00:00+07:00"
        made = Revision("s1", "h1", "r", "f", "1", (), "answers", "e1", "m2", at, "", {"q": "1"})
        store.add_revisions([made], "here")
        ask(store, "s1", "q", "Xem lại", "e1", clock=lambda: NOON)
        yield store


def spoiled(fields: Any) -> Iterator[Any]:
    """Yield the object again and again, each time with one of its values left out or replaced by something else."""
    for place, path in enumerate(list(paths(fields))):
        for wrong in (WRONG[place % len(WRONG)], WRONG[place // 3 % len(WRONG)]):
            again = copy.deepcopy(fields)
            holder = again
            for step in path[:-1]:
                holder = holder[step]
            if holder[path[-1]] != wrong or type(holder[path[-1]]) is not type(wrong):
                holder[path[-1]] = wrong
                yield again
        again = copy.deepcopy(fields)
        holder = again
        for step in path[:-1]:
            holder = holder[step]
        del holder[path[-1]]
        yield again


def paths(value: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, below in inside:
        yield (*before, step)
        yield from paths(below, (*before, step))


def test_a_list_that_spells_anything_is_taken_in_or_refused_in_words(office: Store, tmp_path: Path) -> None:
    file = tmp_path / "l.enrolment"
    enrol_laptop(office, "Máy 1", [], [], file, device_id="m1")  # so that the list of the second tells of another one
    code = enrol_laptop(office, "Máy 2", [], [], file, device_id="m2").code
    with open_enrolment(file, code, tmp_path / "l.store", PASSPHRASE) as laptop:
        (sent,) = write_lists(office, tmp_path / "usb", ["m2"])
        identity = (laptop.secret(LAPTOP_IDENTITY) or b"").decode()
        opened = crypto.open_sealed(sent.path.read_bytes()[len(MAGIC) :], identity)
        fields, secret = parse_object(unpack(opened[64:])), office.secret(SIGNING_KEY)
        assert secret is not None
        refused = taken = 0
        for wrong in spoiled(fields):
            packed = pack(canonical(wrong), 1 << 20)
            sealed = crypto.seal(crypto.sign(secret, MAGIC + packed) + packed, (sent.device.recipient,))
            sent.path.write_bytes(MAGIC + sealed)
            before = laptop.digest()
            try:
                load_list(laptop, sent.path)
                taken += 1
            except SurveyAppError as error:
                assert isinstance(error, NotAHouseholdList) or error.code in {"LST-07", "LST-09"}
                assert laptop.digest() == before
                refused += 1
        assert refused > taken > 0
        assert laptop.check() == []


def test_an_enrolment_file_that_spells_anything_makes_a_store_or_none(office: Store, tmp_path: Path) -> None:
    file, store = tmp_path / "l.enrolment", tmp_path / "l.store"
    code = enrol_laptop(office, "Máy 1", [], [], file, device_id="m1").code
    fields = parse_object(unpack(crypto.open_with_code(file.read_bytes(), code)))
    assert fields is not None
    for wrong in list(spoiled(fields))[::3]:
        file.write_bytes(crypto.seal_with_code(pack(canonical(wrong), 1 << 20), code, crypto.Cost(1, 8)))
        try:
            open_enrolment(file, code, store, PASSPHRASE).close()
        except SurveyAppError:
            assert not store.exists()
        store.unlink(missing_ok=True)
