"""Setting up an office and its laptops: complete, or nothing was created."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from survey_app import crypto
from survey_app.bundles import NewerFormat, NotSetUp, NotWritten, load_office_key
from survey_app.bundles.content import pack, unpack
from survey_app.bundles.keys import OFFICE_IDENTITY, SIGNING_KEY
from survey_app.clock import VIETNAM
from survey_app.errors import SurveyAppError
from survey_app.operations import handover
from survey_app.operations.enrolment import (
    Enrolled,
    NotAnEnrolment,
    UnknownVillage,
    WeakCode,
    create_office,
    enrol_laptop,
    open_enrolment,
    revoke_laptop,
)
from survey_app.operations.stores import WeakPassphrase
from survey_app.records import Enumerator, Household, Place, Revision, Round, canonical
from survey_app.store import AlreadyThere, Store, StoredForm

PASSPHRASE = "một câu dài dễ nhớ"
COMMUNE = Place("25750", "Xã Phú Lâm", "commune", "xa", "79")
VILLAGES = [Place(f"25750-00{n}", f"Thôn {n}", "village", "thon", "25750") for n in (1, 2)]
HOMES = [Household(f"h{n}", VILLAGES[n % 2].code, n, f"Trần Văn {n}") for n in range(1, 6)]
PEOPLE = [Enumerator("an", "Nguyễn An", title="anh"), Enumerator("mai", "Lê Mai", title="chị")]
FORM = StoredForm("household", "1", "Phiếu hộ", "<xform/>", ("n",), {"household.xlsx": b"\0\1", "targets.csv": b"a,b"})
ROUND = Round(
    "2026-11",
    "Đợt 11",
    "household",
    "1",
    "2026-11-01",
    "2026-10-01",
    "2026-11-01",
    "2026-11-30",
    "25750",
    modules=("skills",),
)


def clock() -> dt.datetime:
    return dt.datetime(2026, 11, 21, 17, 0, tzinfo=VIETNAM)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Store]:
    with create_office(
        tmp_path / "office.store",
        PASSPHRASE,
        "Xã Phú Lâm",
        ROUND,
        COMMUNE,
        clock=clock,
        forms=[FORM],
        places=VILLAGES,
        enumerators=PEOPLE,
        households=HOMES,
    ) as store:
        yield store


@pytest.fixture
def enrolled(office: Store, tmp_path: Path) -> Enrolled:
    return enrol_laptop(office, "Máy thôn 1", ["an"], ["25750-001"], tmp_path / "lap.enrolment", clock=clock)


def nothing_created(folder: Path) -> bool:
    return not any(path.name.startswith("lap") and path.suffix != ".enrolment" for path in folder.iterdir())


# --- the office ----------------------------------------------------------------------------------------------------


def test_an_office_has_keys_and_gives_out_only_the_public_ones(office: Store, tmp_path: Path) -> None:
    key = load_office_key(tmp_path / "office.key")
    identity, signing = office.secret(OFFICE_IDENTITY), office.secret(SIGNING_KEY)
    assert identity is not None
    assert signing is not None
    assert (key.id, key.name) == (office.device, "Xã Phú Lâm")
    assert key.recipient == crypto.recipient_of(identity.decode())
    content = (tmp_path / "office.key").read_bytes()
    assert identity not in content
    assert signing.hex().encode() not in content


def test_an_office_holds_what_it_was_given(office: Store) -> None:
    assert (office.kind, office.round(), office.forms()) == ("office", ROUND, [FORM])
    assert office.places() == sorted([COMMUNE, *VILLAGES], key=lambda place: place.code)
    assert len(office.households()) == 5


def test_a_weak_passphrase_makes_no_office(tmp_path: Path) -> None:
    with pytest.raises(WeakPassphrase):
        create_office(tmp_path / "office.store", "1234", "Xã")
    assert list(tmp_path.iterdir()) == []


def test_an_office_is_never_made_over_another_one(office: Store, tmp_path: Path) -> None:
    before = (tmp_path / "office.key").read_bytes()
    with pytest.raises(AlreadyThere):
        create_office(tmp_path / "office.store", PASSPHRASE, "Xã")
    assert (tmp_path / "office.key").read_bytes() == before


def test_an_office_whose_key_cannot_be_written_is_not_made(tmp_path: Path) -> None:
    (tmp_path / "stick").write_bytes(b"")
    with pytest.raises(NotWritten):
        create_office(tmp_path / "office.store", PASSPHRASE, "Xã", key_file=tmp_path / "stick" / "office.key")
    assert [path.name for path in tmp_path.iterdir()] == ["stick"]


def test_a_store_with_a_similar_name_is_left_alone(office: Store, tmp_path: Path) -> None:
    other = tmp_path / "commune.new.store"
    other.write_bytes(b"somebody's store")
    create_office(tmp_path / "commune.store", PASSPHRASE, "Xã", key_file=tmp_path / "commune.key").close()
    assert other.read_bytes() == b"somebody's store"


# --- the enrolment file --------------------------------------------------------------------------------------------


def test_a_laptop_is_ready_with_all_it_needs(office: Store, enrolled: Enrolled, tmp_path: Path) -> None:
    with open_enrolment(enrolled.path, enrolled.code, tmp_path / "lap.store", PASSPHRASE, clock) as laptop:
        assert (laptop.kind, laptop.device, laptop.name) == ("laptop", enrolled.device.id, "Máy thôn 1")
        assert (laptop.round(), laptop.forms()) == (ROUND, [FORM])
        assert laptop.places() == office.places()
        assert laptop.enumerators() == [PEOPLE[0]]
        assert [line.household for line in laptop.households()] == [
            household for household in HOMES if household.village_code == "25750-001"
        ]


def test_what_a_set_up_laptop_packs_is_merged_by_its_office(office: Store, enrolled: Enrolled, tmp_path: Path) -> None:
    with open_enrolment(enrolled.path, enrolled.code, tmp_path / "lap.store", PASSPHRASE, clock) as laptop:
        revision = Revision(
            "s1",
            "h2",
            "2026-11",
            "household",
            "1",
            (),
            "answers",
            "an",
            laptop.device,
            "2026-11-21T08:00:00.000+07:00",
            "",
            {"fibre": "yes"},
        )
        laptop.add_revisions([revision], "here")
        written = handover.pack(laptop, None, tmp_path, clock=clock)
        assert handover.merge(office, [written.path], clock=clock).new == 1
        receipts = handover.write_receipts(office, tmp_path, clock)
        assert handover.load_receipt(laptop, receipts[0].path).confirmed == 1


def test_the_office_opens_a_laptop_whose_passphrase_is_forgotten(
    office: Store, enrolled: Enrolled, tmp_path: Path
) -> None:
    open_enrolment(enrolled.path, enrolled.code, tmp_path / "lap.store", PASSPHRASE, clock).close()
    identity = office.secret(OFFICE_IDENTITY)
    assert identity is not None
    with Store.recover(tmp_path / "lap.store", identity.decode(), "một câu khác hẳn") as laptop:
        assert laptop.name == "Máy thôn 1"


def test_the_code_may_be_typed_carelessly(enrolled: Enrolled, tmp_path: Path) -> None:
    typed = enrolled.code.lower().replace("-", " ")
    open_enrolment(enrolled.path, typed, tmp_path / "lap.store", PASSPHRASE, clock).close()
    assert (tmp_path / "lap.store").exists()


def test_no_name_and_no_key_stands_in_the_file(enrolled: Enrolled) -> None:
    content = enrolled.path.read_bytes()
    assert "Trần".encode() not in content
    assert b"signing_key" not in content


def test_all_villages_and_people_when_none_is_named(office: Store, tmp_path: Path) -> None:
    done = enrol_laptop(office, "Máy", [], [], tmp_path / "lap.enrolment", "ABCD-EFGH", clock=clock, device_id="lap7")
    assert (done.device.id, done.code, done.households) == ("lap7", "ABCD-EFGH", 5)


@pytest.mark.parametrize(("people", "villages"), [(["nobody"], []), ([], ["25750-009"])])
def test_an_unknown_village_or_person_sets_nothing_up(
    office: Store, tmp_path: Path, people: list[str], villages: list[str]
) -> None:
    with pytest.raises(UnknownVillage):
        enrol_laptop(office, "Máy", people, villages, tmp_path / "lap.enrolment")
    assert office.devices() == []
    assert not (tmp_path / "lap.enrolment").exists()


def test_a_code_that_is_easily_guessed_is_refused(office: Store, tmp_path: Path) -> None:
    with pytest.raises(WeakCode):
        enrol_laptop(office, "Máy", [], [], tmp_path / "lap.enrolment", "12-34-56")
    assert office.devices() == []
    assert not (tmp_path / "lap.enrolment").exists()


def test_a_file_that_cannot_be_written_enrols_nobody(office: Store, tmp_path: Path) -> None:
    (tmp_path / "stick").write_bytes(b"")
    with pytest.raises(NotWritten):
        enrol_laptop(office, "Máy", [], [], tmp_path / "stick" / "lap.enrolment")
    assert office.devices() == []


def test_only_an_office_enrols(enrolled: Enrolled, tmp_path: Path) -> None:
    with (
        open_enrolment(enrolled.path, enrolled.code, tmp_path / "lap.store", PASSPHRASE, clock) as laptop,
        pytest.raises(NotSetUp),
    ):
        enrol_laptop(laptop, "Máy", [], [], tmp_path / "other.enrolment")


def test_a_laptop_that_was_never_enrolled_cannot_be_revoked(office: Store) -> None:
    with pytest.raises(LookupError):
        revoke_laptop(office, "lap9")


# --- nothing created -----------------------------------------------------------------------------------------------


def refused(folder: Path, file: Path, code: str, passphrase: str = PASSPHRASE) -> SurveyAppError:
    with pytest.raises(SurveyAppError) as caught:
        open_enrolment(file, code, folder / "lap.store", passphrase, clock)
    assert nothing_created(folder)
    return caught.value


def test_a_wrong_code_creates_nothing(enrolled: Enrolled, tmp_path: Path) -> None:
    assert isinstance(refused(tmp_path, enrolled.path, "0000-0000-0000"), crypto.WrongCode)


def test_a_cut_file_creates_nothing(enrolled: Enrolled, tmp_path: Path) -> None:
    content = enrolled.path.read_bytes()
    for length in (0, 10, 40, 100, len(content) // 2, len(content) - 1):
        enrolled.path.write_bytes(content[:length])
        assert isinstance(refused(tmp_path, enrolled.path, enrolled.code), NotAnEnrolment | crypto.CryptoError)


def test_an_altered_file_creates_nothing(enrolled: Enrolled, tmp_path: Path) -> None:
    content = bytearray(enrolled.path.read_bytes())
    content[-40] ^= 1
    enrolled.path.write_bytes(content)
    assert isinstance(refused(tmp_path, enrolled.path, enrolled.code), crypto.CryptoError)


def test_something_else_creates_nothing(enrolled: Enrolled, tmp_path: Path) -> None:
    assert isinstance(refused(tmp_path, tmp_path / "office.key", enrolled.code), NotAnEnrolment)


def test_a_newer_envelope_creates_nothing(enrolled: Enrolled, tmp_path: Path) -> None:
    enrolled.path.write_bytes(enrolled.path.read_bytes().replace(b"code 1\n", b"code 2\n", 1))
    assert isinstance(refused(tmp_path, enrolled.path, enrolled.code), NewerFormat)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"what": "survey-app enrolment", "format": 2}, NewerFormat),
        ({"what": "survey-app enrolment", "format": 1}, NotAnEnrolment),
        ({"what": "something else", "format": 1}, NotAnEnrolment),
        ([], NotAnEnrolment),
    ],
)
def test_content_that_cannot_be_used_creates_nothing(
    tmp_path: Path, content: object, expected: type[SurveyAppError]
) -> None:
    file = tmp_path / "lap.enrolment"
    file.write_bytes(crypto.seal_with_code(pack(canonical(content), 1), "ABCD", crypto.Cost(1, 8)))
    assert isinstance(refused(tmp_path, file, "ABCD"), expected)


@pytest.mark.parametrize(("name", "value"), [("device", "../../x"), ("device", 5), ("device", ".."), ("recovery", [5])])
def test_an_enrolment_that_leads_elsewhere_creates_nothing(
    enrolled: Enrolled, tmp_path: Path, name: str, value: object
) -> None:
    fields = json.loads(unpack(crypto.open_with_code(enrolled.path.read_bytes(), enrolled.code)))
    file = tmp_path / "bad.enrolment"
    file.write_bytes(crypto.seal_with_code(pack(canonical({**fields, name: value}), 1), "ABCD", crypto.Cost(1, 8)))
    assert isinstance(refused(tmp_path, file, "ABCD"), NotAnEnrolment)


def test_a_laptop_with_an_id_that_leads_elsewhere_is_not_enrolled(office: Store, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="id of a device"):
        enrol_laptop(office, "Máy", (), (), tmp_path / "lap.enrolment", device_id="../x")
    assert not (tmp_path / "lap.enrolment").exists()


def test_a_file_that_is_gone_creates_nothing(tmp_path: Path) -> None:
    assert refused(tmp_path, tmp_path / "gone.enrolment", "ABCD").code == "BND-10"


def test_a_weak_passphrase_creates_nothing(enrolled: Enrolled, tmp_path: Path) -> None:
    assert isinstance(refused(tmp_path, enrolled.path, enrolled.code, "1234"), WeakPassphrase)


def test_a_store_that_is_there_is_kept(enrolled: Enrolled, tmp_path: Path) -> None:
    (tmp_path / "lap.store").write_bytes(b"precious")
    with pytest.raises(AlreadyThere):
        open_enrolment(enrolled.path, enrolled.code, tmp_path / "lap.store", PASSPHRASE)
    assert (tmp_path / "lap.store").read_bytes() == b"precious"


def test_a_failure_while_filling_creates_nothing(
    enrolled: Enrolled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Store, households: object) -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr(Store, "put_households", fail)
    with pytest.raises(OSError, match="gone"):
        open_enrolment(enrolled.path, enrolled.code, tmp_path / "lap.store", PASSPHRASE)
    assert nothing_created(tmp_path)


def test_what_a_killed_attempt_left_is_no_hindrance(enrolled: Enrolled, tmp_path: Path) -> None:
    (tmp_path / "lap.store.new").write_bytes(os.urandom(100))
    open_enrolment(enrolled.path, enrolled.code, tmp_path / "lap.store", PASSPHRASE, clock).close()
    assert not (tmp_path / "lap.store.new").exists()
