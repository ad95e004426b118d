"""The people and households of the demonstration."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from functools import cache
from random import Random

from survey_app.operations.demo_names import full_name, surname
from survey_app.operations.demo_village import CATALOGUE_DATE, REFERENCE_DATE, Home, make_areas, make_homes
from survey_app.places import find_place
from survey_app.text import tidy


@cache
def homes() -> tuple[Home, ...]:
    rng = Random(1)
    return make_homes(rng, make_areas(rng, 1), 1500)


def test_the_same_seed_gives_the_same_people() -> None:
    one, two, other = (make_homes(rng := Random(seed), make_areas(rng, 2), 60) for seed in (5, 5, 6))
    assert one == two
    assert one != other


def test_communes_are_real_and_have_5_to_8_villages() -> None:
    areas = make_areas(Random(1), 12)
    assert len({area.commune.code for area in areas}) == 12
    for area in areas:
        assert find_place(area.commune.code, CATALOGUE_DATE) == area.commune
        assert 5 <= len(area.villages) <= 8
        assert all(re.fullmatch(rf"{area.commune.code}-\d{{3}}", place.code) for place in area.villages)


def test_nguyen_is_as_common_as_in_life_and_highland_names_occur() -> None:
    kinh = Counter(home.head.name.split()[0] for home in homes() if home.people == "kinh")
    assert 0.24 < kinh["Nguyễn"] / kinh.total() < 0.40
    names = Counter(home.head.name.split()[0] for home in homes())
    assert all(names[name] for name in ("Trần", "Lê", "Hoàng", "Nông", "Giàng", "Sùng"))


def test_women_of_the_older_generations_are_called_thi() -> None:
    rng = Random(2)
    older = [full_name(rng, surname(rng, "kinh"), "kinh", "female", 1950) for _ in range(50)]
    assert all(name.split()[1] == "Thị" for name in older)


def test_names_are_in_one_spelling_and_have_two_words_at_least() -> None:
    names = [person.name for home in homes() for person in home.members]
    assert all(name == tidy(name) and len(name.split()) >= 3 for name in names)


def test_households_have_1_to_9_members_and_exactly_one_head() -> None:
    sizes = Counter(len(home.members) for home in homes())
    assert set(sizes) == set(range(1, 10))
    assert all(Counter(p.relation for p in home.members)["head"] == 1 for home in homes())


def test_ages_fit_the_relations() -> None:
    for home in homes():
        ages = {person.relation: person.age for person in home.members}
        assert ages["head"] >= 20
        assert ages.get("spouse", 20) >= 18
        assert ages.get("parent", 999) >= ages["head"] + 18
        children = [person.age for person in home.members if person.relation == "child"]
        assert all(age <= ages["head"] - 15 for age in children)


def test_nobody_is_born_after_the_reference_date_or_older_than_101() -> None:
    for home in homes():
        for person in home.members:
            assert dt.date(1925, 1, 1) < person.born <= REFERENCE_DATE


def test_households_are_numbered_in_their_village() -> None:
    villages: dict[str, list[int]] = {}
    for home in homes():
        villages.setdefault(home.village.code, []).append(home.number)
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in villages.values())
    assert len({home.id for home in homes()}) == len(homes())


def test_poverty_is_rare_and_goes_with_less_of_a_digital_life() -> None:
    poor = [home.online for home in homes() if home.poverty == "poor"]
    others = [home.online for home in homes() if home.poverty == "non_poor"]
    assert 0.03 < len(poor) / len(homes()) < 0.15
    assert sum(poor) / len(poor) < sum(others) / len(others) - 0.5
