"""Counts handed up: whatever files come, in any order and as often as they like, each household counts once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey_app.bundles.keys import OFFICE_KEY_FILE, load_office_key
from survey_app.operations.aggregates import read_aggregates, write_aggregates
from survey_app.operations.merging import trust_office
from survey_app.operations.results import indicator_table
from survey_app.store import Store
from tests.unit.operations.test_aggregates import COMMUNES, PLACES, home, office, stored

GROWING = (2, 5, 9)
"""Households of a commune when it hands its counts up for the first, second and third time."""


@dataclass(frozen=True)
class Country:
    """Provinces and the files that their communes wrote.

    Attributes:
        provinces: by the number of households whose bundles they hold of the second commune.
        files: of each commune, in the order they were written.
    """

    provinces: dict[int, Store]
    files: dict[str, list[Path]]


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Country]:
    """Three communes that grow, and provinces that hold no, some and all bundles of one of them."""
    folder = tmp_path_factory.mktemp("country")
    form = stored(folder=folder)
    with ExitStack() as stack:
        files: dict[str, list[Path]] = {}
        held = [home(COMMUNES[1], phones=n % 2) for n in range(GROWING[-1])]
        for code in COMMUNES:
            own = stack.enter_context(office(folder, f"C{code}", form, code, PLACES))
            homes = held if code == COMMUNES[1] else [home(code, phones=n % 2) for n in range(GROWING[-1])]
            for before, count in zip((0, *GROWING), GROWING, strict=False):
                own.add_revisions(homes[before:count], "here")
                files.setdefault(code, []).append(write_aggregates(own, folder / "up")[0].path)
        provinces = {}
        for count in (0, GROWING[1], GROWING[2]):
            provinces[count] = stack.enter_context(office(folder, f"P{count}", form, COMMUNES[0], PLACES))
            provinces[count].add_revisions(held[:count], "bundle")
            for code in COMMUNES:
                trust_office(provinces[count], load_office_key(folder / f"C{code}" / OFFICE_KEY_FILE))
        yield Country(provinces, files)


FILES = st.lists(st.tuples(st.sampled_from(COMMUNES), st.sampled_from(range(3))), max_size=12)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(held=st.sampled_from((0, *GROWING[1:])), came=FILES)
def test_any_files_in_any_order_with_repeats_count_each_household_once(
    country: Country, held: int, came: list[tuple[str, int]]
) -> None:
    province = country.provinces[held]
    for id_ in province.aggregate_ids():
        province.drop_aggregate(id_)
    for code, number in came:
        assert read_aggregates(province, [country.files[code][number]]).count("refused") == 0
    expected = dict.fromkeys(COMMUNES, 0) | {COMMUNES[1]: held}
    for code, number in came:
        expected[code] = max(expected[code], GROWING[number])
    table = indicator_table(province, ()).set_index("indicator")
    assert table.loc["homes", "numerator"] == sum(expected.values())
    assert table.loc["phone", "numerator"] == sum(count // 2 for count in expected.values())
    by_commune = indicator_table(province, ("commune",))
    homes = by_commune[by_commune["indicator"] == "homes"]
    told = {row["commune"]: row["numerator"] for row in homes.to_dict("records") if row["commune"] in COMMUNES}
    assert {code: count for code, count in told.items() if count} == {code: n for code, n in expected.items() if n}
