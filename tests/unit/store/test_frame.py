"""Places, people, rounds, forms and the household list."""

from __future__ import annotations

from dataclasses import replace

import pytest

from survey_app.records import Enumerator, Household, Place
from survey_app.store import Device, Store, StoredForm


def found(store: Store, text: str, village: str = "") -> list[str]:
    return [line.household.id for line in store.households(village=village, text=text)]


def test_places_are_found_by_level_and_parent(commune: Store) -> None:
    assert [place.code for place in commune.places("village", "01234")] == ["01234-001", "01234-002"]
    assert [place.code for place in commune.places(level="province")] == ["19"]
    assert len(commune.places()) == 4
    assert commune.place("01234") == Place("01234", "Xã Phú Lâm", "commune", "xa", "19")
    assert commune.place("99") is None


def test_a_place_written_again_is_renamed(commune: Store) -> None:
    commune.put_places([Place("01234-001", "Thôn Mới", "village", "thon", "01234")])
    place = commune.place("01234-001")
    assert place is not None and place.name == "Thôn Mới"
    assert len(commune.places()) == 4


def test_the_round_put_last_is_the_one_being_worked_on(commune: Store) -> None:
    first = commune.round()
    assert first is not None
    second = replace(first, code="2027-05", modules=("device_support", "skills"))
    commune.put_round(second)
    assert commune.round() == second
    commune.put_round(first)
    assert commune.round() == first


def test_a_new_store_has_no_round(store: Store) -> None:
    assert store.round() is None


def test_people_come_back_as_they_went_in(store: Store) -> None:
    people = [Enumerator("e1", "Nguyễn Thị Mai", "enumerator", "chị"), Enumerator("s1", "Trần Văn An", "supervisor")]
    store.put_enumerators(people)
    assert store.enumerators() == people


def test_a_device_can_be_revoked(store: Store) -> None:
    device = Device("L7", "Máy 7", bytes(range(32)))
    store.put_devices([device])
    assert store.devices() == [device]
    store.put_devices([replace(device, revoked=True)])
    assert store.devices() == [replace(device, revoked=True)]


def test_secrets_are_replaced_and_unknown_ones_are_none(store: Store) -> None:
    store.put_secret("signing_key", b"\x00\x01")
    store.put_secret("signing_key", b"\x02")
    assert store.secret("signing_key") == b"\x02"
    assert store.secret("other") is None


def test_a_form_comes_back_with_its_files(store: Store) -> None:
    files = {"household.xlsx": bytes(range(256)) * 50, "indicators.csv": "chỉ số".encode(), "empty.csv": b""}
    form = StoredForm("hh", "2026-11", "Hộ gia đình", "<h:html>xã</h:html>" * 500, ("age", "visit_no"), files)
    store.put_form(form)
    assert store.form("hh", "2026-11") == form
    assert store.form("hh", "1") is None


def test_versions_of_a_form_stand_side_by_side_in_the_order_they_came(store: Store) -> None:
    versions = [StoredForm("hh", version, "Hộ", "<x/>", (), {"a.csv": b"1"}) for version in ("2", "1")]
    for form in versions:
        store.put_form(form)
    assert store.forms() == versions


def test_a_form_written_again_replaces_its_files(store: Store) -> None:
    store.put_form(StoredForm("hh", "1", "Hộ", "<x/>", (), {"a.csv": b"1", "b.csv": b"2"}))
    changed = StoredForm("hh", "1", "Hộ", "<y/>", (), {"a.csv": b"3"})
    store.put_form(changed)
    assert store.forms() == [changed]


def test_households_come_by_village_and_number(commune: Store) -> None:
    assert [line.household.id for line in commune.households()] == ["h1", "h2", "h3", "h4"]
    assert [line.household.id for line in commune.households(village="01234-002")] == ["h4"]
    assert [line.household.id for line in commune.households(limit=2)] == ["h1", "h2"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("binh", ["h1", "h3"]),
        ("Bình", ["h1", "h3"]),
        ("BÌNH NGUYỄN", ["h1"]),
        ("dao", ["h2"]),
        ("tran t", ["h2"]),
        ("inh", []),
        ("17", ["h3"]),
        ("017", ["h3"]),
        ("1", ["h1", "h3", "h4"]),
        ("001", ["h1", "h4"]),
        ("0912345678", ["h1"]),
        ("0912 345 678", ["h1"]),
        ("+84912345678", ["h1"]),
        ("345678", ["h1"]),
        ("0987.654.321", ["h2"]),
        ("binh 17", ["h3"]),
        ("binh 0912", ["h1"]),
        ("%", []),
        ("_", []),
        ("b%h", []),
        ("\\", []),
        ("  ", ["h1", "h2", "h3", "h4"]),
        ("khong co ai", []),
    ],
)
def test_a_household_is_found_by_number_name_or_phone_without_accents(
    commune: Store, text: str, expected: list[str]
) -> None:
    assert found(commune, text) == expected


def test_searching_can_be_narrowed_to_a_village(commune: Store) -> None:
    assert found(commune, "thi", "01234-001") == ["h2"]


def test_a_household_written_again_is_searched_by_its_new_name(commune: Store) -> None:
    household = commune.household("h1")
    assert household is not None
    commune.put_households([replace(household, head_name="Đặng Thị Yến")])
    assert found(commune, "yen") == ["h1"] and "h1" not in found(commune, "binh")


def test_the_next_number_follows_the_highest_of_the_village(commune: Store) -> None:
    assert commune.next_household_number("01234-001") == 18
    assert commune.next_household_number("01234-009") == 1


def test_a_found_household_is_told_apart_from_the_list(commune: Store) -> None:
    new = Household("n1", "01234-001", 18, "Vũ Thị Nga")
    assert commune.add_households([new], found_by="L1") == 1
    assert commune.found_households() == [new]
    assert commune.household("n1") == new


def test_a_bundle_does_not_overwrite_the_household_list(commune: Store) -> None:
    listed = commune.household("h1")
    assert listed is not None
    assert commune.add_households([replace(listed, head_name="Khác")], found_by="L2") == 0
    assert commune.household("h1") == listed
    assert commune.found_households() == []


def test_found_households_do_not_depend_on_the_order_of_arrival(commune: Store) -> None:
    one = Household("n1", "01234-001", 18, "Vũ Thị Nga")
    other = replace(one, head_name="Vũ Thị Ngà", phone="0911")
    kept = []
    for arrivals in ([one, other], [other, one], [other, one, other]):
        for household in arrivals:
            commune.add_households([household], found_by="L2")
        kept.append((commune.found_households(), commune.digest()))
        commune._opened.database.execute("DELETE FROM households WHERE id = 'n1'")
    assert kept[0] == kept[1] == kept[2]
