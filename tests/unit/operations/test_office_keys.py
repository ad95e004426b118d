"""The office's keys: printed, lost, replaced, stolen; laptops that are lost, blocked, locked out."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from survey_app import crypto
from survey_app.bundles import ForAnotherOffice, NotSetUp, NotWritten, load_office_key
from survey_app.bundles.errors import NameTaken
from survey_app.bundles.keys import OFFICE_IDENTITY, SIGNING_KEY, Succession, followed, office_key_bytes, succeed
from survey_app.bundles.lists import NotAHouseholdList
from survey_app.bundles.reading import read_bundle
from survey_app.clock import VIETNAM
from survey_app.errors import SurveyAppError
from survey_app.fingerprints import spoken
from survey_app.operations.enrolment import create_office, enrol_laptop, open_enrolment, revoke_laptop
from survey_app.operations.handover import load_receipt, merge, office_of, pack, write_receipts
from survey_app.operations.keys import (
    OfficeKeyReplaced,
    WrongFingerprint,
    identities,
    key_words,
    print_recovery,
    recover_laptop,
    replace_keys,
)
from survey_app.operations.list_exchange import load_list, write_lists
from survey_app.operations.merging import accept, kept_bundles, trust_office
from survey_app.operations.stores import backup_store, new_recovery_key, recover
from survey_app.records import Enumerator, Household, Place, Revision, Round
from survey_app.store import NoRecoveryKey, Store

NOON = dt.datetime(2026, 11, 21, 12, 0, tzinfo=VIETNAM)
PASSPHRASE = "một câu dài dễ nhớ"
NEW = "một câu khác hẳn"
SECRET, RECIPIENT = new_recovery_key()


def clock() -> dt.datetime:
    return NOON


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Store]:
    dates = ("2026-11-01", "2026-10-01", "2026-11-01", "2026-12-01")
    with create_office(
        tmp_path / "office.store",
        PASSPHRASE,
        "UBND xã Phú Lâm",
        Round("r", "Đợt", "f", "1", *dates, "1"),
        clock=clock,
        places=[Place("1", "Xã A", "commune", "xa", ""), Place("1-001", "Thôn 1", "village", "thon", "1")],
        enumerators=[Enumerator("e1", "Mai")],
        households=[Household("h1", "1-001", 1, "Ba", assigned_to="e1")],
        recovery=[RECIPIENT],
    ) as store:
        yield store


@pytest.fixture
def laptop(office: Store, tmp_path: Path) -> Iterator[Store]:
    done = enrol_laptop(office, "Máy 1", [], [], tmp_path / "l.enrolment", device_id="m1", recovery=[RECIPIENT])
    with open_enrolment(done.path, done.code, tmp_path / "l.store", PASSPHRASE, clock) as store:
        yield store


def answer(laptop: Store, value: str) -> None:
    laptop.add_revisions(
        [
            Revision(
                f"s{value}", "h1", "r", "f", "1", (), "answers", "e1", laptop.device, "2026-11-21", "", {"q": value}
            )
        ],
        "here",
    )


def send(office: Store, folder: Path, minutes: int = 0) -> Path:
    (sent,) = write_lists(office, folder / "usb", clock=lambda: NOON + dt.timedelta(minutes=minutes))
    return sent.path


# --- replacing -------------------------------------------------------------------------------------------------------


def test_a_laptop_takes_the_new_key_once_a_person_has_compared_it(office: Store, laptop: Store, tmp_path: Path) -> None:
    before = office_of(office)
    key = replace_keys(office)
    assert (key.id, key.recipient == before.recipient, key.verify_key == before.verify_key) == (before.id, False, False)
    assert load_office_key(tmp_path / "office.key") == key
    path = send(office, tmp_path)
    with pytest.raises(OfficeKeyReplaced) as raised:
        load_list(laptop, path)
    assert raised.value.words == spoken(key.fingerprint)
    assert office_of(laptop) == before
    with pytest.raises(WrongFingerprint):
        load_list(laptop, path, spoken(before.fingerprint))
    assert load_list(laptop, path, raised.value.words).households == 1
    assert office_of(laptop) == key
    assert load_list(laptop, path).new == 0
    answer(laptop, "1")
    written = pack(laptop, None, tmp_path / "out", clock=clock)
    with pytest.raises(ForAnotherOffice):
        read_bundle(written.path, identities(office)[1], office.devices())
    assert merge(office, [written.path]).new == 1
    receipts = write_receipts(office, tmp_path / "out", clock)
    assert load_receipt(laptop, receipts[0].path).newly == 1


def test_bundles_sealed_to_the_old_key_are_still_read(office: Store, laptop: Store, tmp_path: Path) -> None:
    answer(laptop, "1")
    early = pack(laptop, None, tmp_path / "out", clock=clock)
    for _ in range(3):
        replace_keys(office)
    answer(laptop, "2")  # a laptop that has heard of nothing yet
    late = pack(laptop, None, tmp_path / "out", clock=clock)
    balance = merge(office, [early.path, late.path])
    assert (balance.new, balance.identical, balance.refused) == (2, 1, 0)


def test_a_laptop_that_missed_several_keys_follows_all_of_them(office: Store, laptop: Store, tmp_path: Path) -> None:
    keys = [replace_keys(office) for _ in range(3)]
    load_list(laptop, send(office, tmp_path), keys[-1].fingerprint)
    assert office_of(laptop) == keys[-1]


def test_a_key_that_the_old_one_does_not_vouch_for_is_no_key_of_the_office(
    office: Store, laptop: Store, tmp_path: Path
) -> None:
    known = office_of(laptop)
    stranger = crypto.new_signing_keys()
    forged = office_key_bytes(
        type(known)(known.id, known.name, crypto.recipient_of(crypto.new_identity()), stranger.public), stranger.secret
    )
    assert followed(known, [succeed(forged, stranger.secret), Succession(forged, bytes(64))]) == known
    office.put_secret(SIGNING_KEY, stranger.secret)  # a stranger who signs lists with a key of his own
    with pytest.raises(NotAHouseholdList):
        load_list(laptop, send(office, tmp_path))
    assert office_of(laptop) == known


def test_keys_whose_public_part_cannot_be_written_are_not_replaced(office: Store, tmp_path: Path) -> None:
    before, known = office.secret(OFFICE_IDENTITY), office_of(office)
    (tmp_path / "stick").write_bytes(b"")
    with pytest.raises(NotWritten):
        replace_keys(office, tmp_path / "stick" / "office.key")
    assert (office.secret(OFFICE_IDENTITY), office_of(office)) == (before, known)


def test_an_office_above_has_to_say_that_it_knows_of_the_new_key(office: Store, tmp_path: Path) -> None:
    with create_office(tmp_path / "p.store", PASSPHRASE, "Tỉnh", key_file=tmp_path / "province.key") as above:
        trust_office(above, office_of(office))
        key = replace_keys(office)
        with pytest.raises(NameTaken):
            trust_office(above, key)
        trust_office(above, key, replaced=True)
        office.add_revisions([_revision()], "here")
        written = pack(office, load_office_key(tmp_path / "province.key"), tmp_path / "up", clock=clock)
        assert merge(above, [written.path]).new == 1


def test_the_new_key_of_an_office_is_accepted_in_place_of_the_one_before_but_no_laptops(
    office: Store, laptop: Store, tmp_path: Path
) -> None:
    with create_office(tmp_path / "p.store", PASSPHRASE, "Tỉnh", key_file=tmp_path / "province.key") as above:
        trust_office(above, office_of(office))
        before = key_words(office).signing
        replace_keys(office)
        office.add_revisions([_revision()], "here")
        written = pack(office, load_office_key(tmp_path / "province.key"), tmp_path / "up", clock=clock)
        assert merge(above, [written.path]).refused == 1
        (kept,) = kept_bundles(above)
        assert (kept.replaces, kept.fingerprint) == (before, key_words(office).signing)
        with pytest.raises(NameTaken):
            accept(above, written.bundle_id)
        assert accept(above, written.bundle_id, replaced=True).new == 1
        assert kept_bundles(above) == []
        laptop.put_secret(SIGNING_KEY, crypto.new_signing_keys().secret)
        answer(laptop, "1")
        (device,) = (each for each in office.devices() if each.id == "m1")
        above.put_devices([device])
        other = pack(laptop, load_office_key(tmp_path / "province.key"), tmp_path / "up", clock=clock)
        merge(above, [other.path])
        assert kept_bundles(above)[0].replaces == ""
        with pytest.raises(NameTaken):
            accept(above, other.bundle_id, replaced=True)


def test_what_was_done_with_keys_stands_in_the_logs(office: Store, laptop: Store, tmp_path: Path) -> None:
    print_recovery(office, tmp_path / "sheet.pdf", clock)
    key = replace_keys(office)
    load_list(laptop, send(office, tmp_path), spoken(key.fingerprint))
    laptop.close()
    recover_laptop(office, tmp_path / "l.store", NEW, clock)
    about = {"what": "office key", "key": key.fingerprint}
    assert [deed.about for deed in office.deeds("keys_changed")] == [{"what": "recovery key"}, about]
    assert [deed.about for deed in office.deeds("printed")] == [{"what": "recovery sheet"}]
    assert [deed.about for deed in office.deeds("recovered")] == [{"device": "m1"}]
    with Store.open(tmp_path / "l.store", NEW) as again:
        assert [deed.about for deed in again.deeds("keys_changed")] == [about]


def test_several_offices_may_open_one_bundle(office: Store, laptop: Store, tmp_path: Path) -> None:
    with create_office(tmp_path / "p.store", PASSPHRASE, "Tỉnh", key_file=tmp_path / "province.key") as above:
        trust_office(above, office_of(office))
        above.put_devices([device for device in office.devices() if device.id == "m1"])
        answer(laptop, "1")
        both = [office_of(office), load_office_key(tmp_path / "province.key")]
        written = pack(laptop, both, tmp_path / "out", clock=clock)
        assert merge(office, [written.path]).new == 1
        assert merge(above, [written.path]).new == 1
        assert office.digest() == above.digest()


def _revision() -> Revision:
    return Revision("s", "h1", "r", "f", "1", (), "answers", "e1", "o", "2026-11-21", "", {"q": "1"})


# --- forgotten, lost, stolen -----------------------------------------------------------------------------------------


def test_the_office_is_back_from_its_sheet_and_a_backup(office: Store, laptop: Store, tmp_path: Path) -> None:
    answer(laptop, "1")
    merge(office, [pack(laptop, None, tmp_path / "out", clock=clock).path])
    sheet = print_recovery(office, tmp_path / "sheet.pdf", clock)
    assert sheet.path.read_bytes().startswith(b"%PDF")
    copy = backup_store(office, tmp_path / "backup.store", clock)
    digest, key = office.digest(), office_of(office)
    office.close()
    office.path.unlink()  # the computer is lost
    secret = sheet.secret
    with pytest.raises(NoRecoveryKey):
        recover(copy, SECRET, NEW)  # the sheet before opens nothing any more
    typed = " ".join(secret[start : start + 5] for start in range(0, len(secret), 5)).lower()
    with recover(shutil.copy(copy, tmp_path / "again.store"), typed, NEW) as again:
        assert (again.digest(), office_of(again), again.check()) == (digest, key, [])
        answer(laptop, "2")
        assert merge(again, [pack(laptop, None, tmp_path / "out", clock=clock).path]).new == 1


def test_a_sheet_that_cannot_be_written_leaves_the_recovery_key_as_it_was(office: Store, tmp_path: Path) -> None:
    (tmp_path / "stick").write_bytes(b"")
    with pytest.raises(SurveyAppError):
        print_recovery(office, tmp_path / "stick" / "sheet.pdf", clock)
    office.close()
    recover(office.path, SECRET, NEW).close()


def test_the_office_opens_a_laptop_that_never_heard_of_the_new_key(
    office: Store, laptop: Store, tmp_path: Path
) -> None:
    answer(laptop, "1")
    digest = laptop.digest()
    laptop.close()
    replace_keys(office)
    replace_keys(office)
    assert recover_laptop(office, laptop.path, NEW, clock) == "Máy 1"
    with Store.open(laptop.path, NEW) as opened:
        assert opened.digest() == digest


def test_a_stolen_key_opens_a_laptop_no_more_once_it_knows_the_new_one(
    office: Store, laptop: Store, tmp_path: Path
) -> None:
    stolen = identities(office)[0]
    key = replace_keys(office)
    load_list(laptop, send(office, tmp_path), key.fingerprint)
    laptop.close()
    with pytest.raises(NoRecoveryKey):
        recover(laptop.path, stolen, NEW)
    recover(laptop.path, SECRET, NEW).close()  # other recovery keys stay
    assert recover_laptop(office, laptop.path, PASSPHRASE, clock) == "Máy 1"


def test_another_office_cannot_open_a_laptop(office: Store, laptop: Store, tmp_path: Path) -> None:
    laptop.close()
    with (
        create_office(tmp_path / "p.store", PASSPHRASE, "Xã khác", key_file=tmp_path / "p.key") as other,
        pytest.raises(NoRecoveryKey),
    ):
        recover_laptop(other, laptop.path, NEW, clock)


def test_what_a_lost_laptop_signs_is_refused_and_what_was_merged_stays(
    office: Store, laptop: Store, tmp_path: Path
) -> None:
    answer(laptop, "1")
    early = pack(laptop, None, tmp_path / "out", clock=clock)
    merge(office, [early.path])
    revoke_laptop(office, "m1")
    answer(laptop, "2")
    late = pack(laptop, None, tmp_path / "out", clock=clock)
    digest = office.digest()
    (refusal,) = merge(office, [late.path]).refusals
    assert (refusal.code, office.digest()) == ("BND-06", digest)
    revoke_laptop(office, "m1", False)  # it was found again
    assert merge(office, [late.path]).new == 1


def test_only_an_office_has_keys_to_replace(laptop: Store, tmp_path: Path) -> None:
    for deed in (replace_keys, identities, lambda store: print_recovery(store, tmp_path / "s.pdf", clock)):
        with pytest.raises(NotSetUp):
            deed(laptop)
