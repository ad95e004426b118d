"""The catalogue of places and what became of the old communes."""

import gzip
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app import paths
from survey_app.places import (
    PlacesError,
    catalogue_dates,
    communes,
    convert_old,
    find_place,
    load_catalogue,
    old_communes,
    provinces,
    search_places,
    village,
)
from survey_app.text import fold, tidy


def test_there_are_34_provinces_and_3321_communes() -> None:
    catalogue = load_catalogue("2026-10-01")
    assert sum(place.level == "province" for place in catalogue) == 34
    assert sum(place.level == "commune" for place in catalogue) == 3321


def test_kinds_are_counted_as_the_state_counts_them_in_october_2026() -> None:
    kinds = [place.kind for place in load_catalogue("2026-10-01")]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "xa": 2599,
        "phuong": 709,
        "dac_khu": 13,
        "tinh": 25,
        "thanh_pho": 9,
    }


@pytest.mark.parametrize("date", catalogue_dates())
def test_every_date_has_the_same_codes_each_once(date: str) -> None:
    codes = [place.code for place in load_catalogue(date)]
    assert len(codes) == len(set(codes))
    assert set(codes) == {place.code for place in load_catalogue()}


def test_every_commune_lies_in_a_province_of_the_catalogue() -> None:
    known = {place.code for place in provinces()}
    assert {place.parent for place in load_catalogue() if place.level == "commune"} == known


def test_codes_keep_their_leading_zeros() -> None:
    for place in load_catalogue():
        assert re.fullmatch(r"\d{5}" if place.level == "commune" else r"\d{2}", place.code)


def test_names_are_stored_in_one_spelling() -> None:
    assert all(place.name == tidy(place.name) for place in load_catalogue())


def test_a_commune_that_became_a_ward_is_a_commune_before_that_day() -> None:
    assert (find_place("26368", "2026-04-29").kind, find_place("26368", "2026-04-30").kind) == ("xa", "phuong")
    assert find_place("26368", "2026-04-29").name == "Xã Long Thành"


def test_a_province_that_became_a_city_is_a_province_before_that_day() -> None:
    assert find_place("24", "2026-08-23").name == "Tỉnh Bắc Ninh"
    assert find_place("24", "2026-08-24").name == "Thành phố Bắc Ninh"


def test_without_a_date_the_newest_catalogue_is_meant() -> None:
    assert load_catalogue() == load_catalogue("2026-11-21")


def test_a_day_before_the_reform_has_63_provinces_with_districts() -> None:
    old = load_catalogue("2025-06-30")
    assert old == load_catalogue("2024-12-31")
    counts = {level: sum(place.level == level for place in old) for level in ("province", "district", "commune")}
    assert counts == {"province": 63, "district": 691, "commune": 10_035}
    by_code = {(place.level, place.code): place for place in old}
    assert all(("district", place.parent) in by_code for place in old if place.level == "commune")
    assert all(("province", place.parent) in by_code for place in old if place.level == "district")
    assert find_place("06", "2025-01-15").name == "Tỉnh Bắc Kạn"
    assert find_place("12166", "2025-01-15").parent != find_place("12166").parent


def test_today_s_commune_knows_the_old_ones_it_is_made_of() -> None:
    for commune in communes("12"):
        for old in old_communes(commune.code):
            assert commune.code in old.targets
    assert {old.code for old in old_communes("22972")} >= {"22978"}


def test_a_day_long_before_the_reform_has_no_catalogue() -> None:
    with pytest.raises(PlacesError) as caught:
        load_catalogue("2024-12-30")
    assert caught.value.code == "PLC-01"


def test_an_unknown_code_is_refused_with_a_hint() -> None:
    with pytest.raises(PlacesError) as caught:
        find_place("99999")
    assert caught.value.code == "PLC-02"
    assert "99999" in caught.value.message
    assert caught.value.hint


def test_communes_of_a_province_are_given_in_order() -> None:
    found = communes("12")
    assert len(found) == 38
    assert [place.code for place in found] == sorted(place.code for place in found)
    assert communes("98") == ()


def test_villages_are_numbered_inside_their_commune() -> None:
    place = village("26158", 7, "Ấp Phương Lâm", "ap")
    assert (place.code, place.parent, place.level) == ("26158-007", "26158", "village")
    with pytest.raises(ValueError, match="1 to 999"):
        village("26158", 1000, "Ấp Dài")


def test_search_needs_no_accents() -> None:
    assert find_place("26368") in search_places("long thanh", level="commune")
    assert search_places("ĐẮK LẮK")[0].code == "66"


def test_search_finds_a_commune_by_its_own_and_its_provinces_name() -> None:
    assert {place.code for place in search_places("van lang thai nguyen")} == {"02143", "05665"}


def test_typed_accents_put_the_right_one_of_two_look_alikes_first() -> None:
    assert search_places("Văn Lăng")[0].code == "05665"
    assert search_places("Văn Lang", province="19")[0].code == "02143"


def test_search_finds_a_code_by_its_beginning() -> None:
    assert search_places("26368")[0].name == "Phường Long Thành"
    assert len(search_places("263", limit=5)) == 5


def test_a_name_typed_with_its_kind_comes_first() -> None:
    assert search_places("phuong phu thanh")[0].code == "27028"


@given(st.sampled_from(load_catalogue()))
def test_every_place_is_found_by_its_folded_name(place: object) -> None:
    name = fold(place.name)  # type: ignore[attr-defined]
    assert place in search_places(name, limit=200)


def test_an_old_commune_that_went_whole_has_one_target() -> None:
    found = convert_old("00001")
    assert (found.relation, found.targets, found.name) == ("whole", ("00097",), "Phường Phúc Xá")


def test_a_split_commune_names_all_its_targets() -> None:
    found = convert_old("22978")
    assert found.relation == "split"
    assert set(found.targets) == {"22972", "22978"}


def test_a_code_that_never_was_is_unknown() -> None:
    assert convert_old("99999").relation == "unknown"
    assert convert_old("99999").targets == ()


def test_old_communes_become_communes_of_the_catalogue_and_471_are_split() -> None:
    text = gzip.decompress((paths.resources() / "places" / "before_2025_07.csv.gz").read_bytes()).decode()
    codes = [line.split(",")[0] for line in text.splitlines()[1:]]
    found = [convert_old(code) for code in codes]
    assert len(found) == 10_035
    assert sum(conversion.relation == "split" for conversion in found) == 471
    reached = {target for conversion in found for target in conversion.targets}
    new = [place for place in load_catalogue() if place.level == "commune" and place.code not in reached]
    assert reached <= {place.code for place in load_catalogue()}
    assert [place.kind for place in new] == ["dac_khu"] * 5  # islands that had no communes


def test_the_licences_of_the_sources_are_kept() -> None:
    notice = (paths.resources() / "places" / "NOTICE.txt").read_text(encoding="utf-8")
    assert "MIT License" in notice
    assert "BSD 3-Clause" in notice
