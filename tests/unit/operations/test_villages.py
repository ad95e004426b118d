"""The villages of a commune: kept by its office, with what was answered under their older names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from survey_app import paths
from survey_app.crypto import Cost
from survey_app.errors import SurveyAppError
from survey_app.operations.results import indicator_table
from survey_app.operations.villages import add_village, close_village, join_villages, rename_village, successors
from survey_app.places import find_place, old_communes
from survey_app.records import Household, Place, Revision, Round
from survey_app.store import Store, StoredForm, deeds
from survey_app.xforms import load_form

DAY = dt.date(2026, 12, 1)
FOLDER = paths.forms() / "household"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Store]:
    """Two villages with two households each, all of them answered."""
    form = load_form(FOLDER / "household.xlsx")
    files = {"indicators.csv": (FOLDER / "indicators.csv").read_bytes()}
    with Store.create(tmp_path / "o.store", "k", kind="office", device="o", name="Xã", cost=Cost(1, 8)) as store:
        store.put_form(StoredForm(form.id, form.version, form.title, form.xml, tuple(sorted(form.derived)), files))
        store.put_places([find_place("19"), find_place("05665")])
        store.put_places(
            [Place(f"05665-00{n}", f"Thôn {name}", "village", "thon", "05665") for n, name in ((1, "Một"), (2, "Hai"))]
        )
        dates = ("2026-11-01", "2026-10-01", "2026-11-01", "2026-11-30")
        store.put_round(Round("r1", "Đợt", form.id, form.version, *dates, "05665"))
        homes = [(f"h{village}{n}", f"05665-00{village}", n) for village in (1, 2) for n in (1, 2)]
        store.put_households([Household(id_, code, n, f"Chủ {id_}") for id_, code, n in homes])
        store.add_revisions(
            [
                Revision(f"s{id_}", id_, "r1", form.id, form.version, (), "answers", "e", "L",
                         "2026-11-21T08:00:00+07:00", "",
                         {"commune_code": "05665", "village_code": code, "interview_result": "complete",
                          "n_smartphone": "1"})
                for id_, code, _n in homes
            ],
            "here",
        )  # fmt: skip
        yield store


def test_a_village_gets_the_next_number_and_a_kind_by_its_name(office: Store) -> None:
    old = old_communes("05665")[0].code
    added = add_village(office, "Tổ dân phố  Ba", old=old)
    assert (added.code, added.name, added.kind, added.old) == ("05665-003", "Tổ dân phố Ba", "to_dan_pho", old)
    assert office.place("05665-003") == added
    assert [line.household.head_name for line in office.households(level="village")][-1] == "Tổ dân phố Ba"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("thon mot",), "VIL-08"), (("  ",), "VIL-07"), (("Thôn Ba", "99999"), "VIL-01"),
        (("Thôn Ba", "", "00001"), "VIL-02"),
    ],
)  # fmt: skip
def test_a_village_that_cannot_be_added_says_why(office: Store, words: tuple[str, ...], code: str) -> None:
    with pytest.raises(SurveyAppError, match=code):
        add_village(office, *words)
    assert len(office.places("village")) == 2


def test_a_renamed_village_keeps_its_code_and_its_own_form_the_new_name(office: Store) -> None:
    rename_village(office, "05665-001", "Thôn Một Mới")
    assert [place.name for place in office.places("village")] == ["Thôn Một Mới", "Thôn Hai"]
    assert "Thôn Một Mới" in [line.household.head_name for line in office.households(level="village")]
    with pytest.raises(SurveyAppError, match="VIL-08"):
        rename_village(office, "05665-001", "Thôn Hai")


def test_a_village_with_households_is_joined_and_not_closed(office: Store) -> None:
    with pytest.raises(SurveyAppError, match="VIL-05"):
        close_village(office, "05665-001", DAY)
    assert join_villages(office, "05665-001", "05665-002", DAY) == 2
    assert [(line.household.id, line.household.number) for line in office.households(village="05665-002")] == [
        ("h21", 1), ("h22", 2), ("h11", 3), ("h12", 4),
    ]  # fmt: skip
    gone = office.place("05665-001")
    assert gone is not None
    assert (gone.until, gone.joined) == ("2026-12-01", "05665-002")
    with pytest.raises(SurveyAppError, match="VIL-04"):
        rename_village(office, "05665-001", "Thôn Khác")


def test_an_empty_village_is_closed_with_its_day(office: Store) -> None:
    add_village(office, "Thôn Ba")
    assert close_village(office, "05665-003", DAY).until == "2026-12-01"
    assert [deed.about["what"] for deed in office.deeds(deeds.PLACE_CHANGED)] == ["added", "closed"]


def test_what_was_answered_in_a_joined_village_counts_for_the_one_that_is_there(office: Store) -> None:
    before = indicator_table(office, ())
    join_villages(office, "05665-001", "05665-002", DAY)
    table = indicator_table(office, ("village",))
    rows = table[table["indicator"] == "hh_smartphone"]
    assert [(row["village"], row["denominator"]) for row in rows.to_dict("records")] == [("05665-002", 4)]
    assert indicator_table(office, ()).equals(before)


def test_a_chain_of_joins_leads_to_the_village_that_is_there() -> None:
    places = [Place(code, code, "village", "thon", "c", joined=into) for code, into in (("a", "b"), ("b", "c"))]
    assert successors(places) == {"a": "c", "b": "c"}
