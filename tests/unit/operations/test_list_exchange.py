"""An updated household list on its way to a laptop in the field."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from survey_app.bundles.lists import ListForAnother, NotAHouseholdList
from survey_app.clock import VIETNAM
from survey_app.errors import SurveyAppError
from survey_app.operations.days_off import days_off, keep_days_off
from survey_app.operations.enrolment import create_office, enrol_laptop, open_enrolment
from survey_app.operations.handover import merge, pack
from survey_app.operations.list_exchange import load_list, write_lists
from survey_app.operations.visits import record_visit, visits_of
from survey_app.operations.worklist import add_household, assign_village
from survey_app.records import Enumerator, Household, Place, Round
from survey_app.store import Store

NOON = dt.datetime(2026, 11, 21, 12, 0, tzinfo=VIETNAM)
PASSPHRASE = "khao-sat-mau"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Store]:
    dates = ("2026-11-01", "2026-10-01", "2026-11-01", "2026-12-01")
    places = [Place("1", "Xã A", "commune", "xa", "")]
    places += [Place(f"1-00{n}", f"Thôn {n}", "village", "thon", "1") for n in (1, 2)]
    with create_office(
        tmp_path / "office.store",
        PASSPHRASE,
        "Xã A",
        Round("r", "Đợt", "f", "1", *dates, "1"),
        clock=lambda: NOON,
        places=places,
        enumerators=[Enumerator("e1", "Mai"), Enumerator("e2", "Hùng")],
        households=[Household(f"h{n}", f"1-00{n}", 1, f"Người {n}", assigned_to=f"e{n}") for n in (1, 2)],
    ) as store:
        yield store


def laptop(office: Store, folder: Path, number: int) -> Store:
    file = folder / f"l{number}.enrolment"
    done = enrol_laptop(office, f"Máy {number}", [f"e{number}"], [f"1-00{number}"], file, device_id=f"m{number}")
    return open_enrolment(file, done.code, folder / f"l{number}.store", PASSPHRASE)


@pytest.fixture
def first(office: Store, tmp_path: Path) -> Iterator[Store]:
    with laptop(office, tmp_path, 1) as store:
        yield store


def listed(store: Store) -> dict[str, str]:
    return {line.household.id: line.household.assigned_to for line in store.households()}


def test_a_village_that_moved_reaches_the_laptop_of_whoever_has_it_now(
    office: Store, first: Store, tmp_path: Path
) -> None:
    assert listed(first) == {"h1": "e1"}
    assert assign_village(office, "1-002", "e1", taken_from="e2") == 1
    (sent,) = write_lists(office, tmp_path / "usb", clock=lambda: NOON)
    taken = load_list(first, sent.path)
    assert (taken.households, taken.new, taken.changed) == (2, 1, 0)
    assert listed(first) == {"h1": "e1", "h2": "e1"}
    again = load_list(first, sent.path)
    assert (again.new, again.changed, again.visits) == (0, 0, 0)


def test_a_list_keeps_what_was_found_and_noted_on_the_laptop(office: Store, first: Store, tmp_path: Path) -> None:
    found = add_household(first, "1-001", "Người mới", author="e1", clock=lambda: NOON)
    record_visit(first, "h1", "absent", "e1", clock=lambda: NOON)
    listed = office.household("h1")
    assert listed is not None
    office.put_households([replace(listed, phone="0912345678")])
    (sent,) = write_lists(office, tmp_path / "usb", clock=lambda: NOON)
    load_list(first, sent.path)
    assert first.household("h1").phone == "0912345678"  # type: ignore[union-attr]
    assert first.household(found.id) is not None
    assert [visit.outcome for visit in visits_of(first, "h1")] == ["absent"]
    assert [household.id for household in first.found_households()] == [found.id]


def test_a_household_found_and_not_interviewed_reaches_the_office_and_the_others(
    office: Store, first: Store, tmp_path: Path
) -> None:
    found = add_household(first, "1-002", "Người mới", author="e1", clock=lambda: NOON)
    record_visit(first, "h1", "moved", "e1", clock=lambda: NOON)
    written = pack(first, None, tmp_path / "out", clock=lambda: NOON)
    assert merge(office, [written.path], clock=lambda: NOON).refused == 0
    assert office.household(found.id) is not None
    assert office.line("h1").status == "closed"  # type: ignore[union-attr]
    with laptop(office, tmp_path, 2) as second:
        sent = write_lists(office, tmp_path / "usb", ["m2"], clock=lambda: NOON)
        load_list(second, sent[0].path)
        assert [visit.outcome for visit in visits_of(second, found.id)] == ["found"]
        assert second.outgoing() == []


def test_the_offices_holidays_reach_laptops_with_enrolment_and_lists(office: Store, tmp_path: Path) -> None:
    written = keep_days_off(office, "05/02/2027 – 11/02/2027")
    with laptop(office, tmp_path, 1) as store:
        assert days_off(store) == written
        changed = keep_days_off(office, "08/02/2027 – 12/02/2027, 16/04/2027")
        (sent,) = write_lists(office, tmp_path / "usb", clock=lambda: NOON)
        load_list(store, sent.path)
        assert days_off(store) == changed


def test_an_office_without_holidays_leaves_those_of_the_laptop(office: Store, first: Store, tmp_path: Path) -> None:
    own = keep_days_off(first, "16/04/2027")
    (sent,) = write_lists(office, tmp_path / "usb", clock=lambda: NOON)
    load_list(first, sent.path)
    assert days_off(first) == own


def test_an_older_list_is_refused(office: Store, first: Store, tmp_path: Path) -> None:
    (old,) = write_lists(office, tmp_path / "old", clock=lambda: NOON)
    (new,) = write_lists(office, tmp_path / "new", clock=lambda: NOON + dt.timedelta(hours=1))
    load_list(first, new.path)
    with pytest.raises(SurveyAppError) as raised:
        load_list(first, old.path)
    assert raised.value.code == "LST-09"


def test_a_list_for_another_laptop_or_altered_is_refused(office: Store, first: Store, tmp_path: Path) -> None:
    with laptop(office, tmp_path, 2):
        pass
    mine, theirs = write_lists(office, tmp_path / "usb", clock=lambda: NOON)
    with pytest.raises(ListForAnother):
        load_list(first, theirs.path)
    content = bytearray(mine.path.read_bytes())
    content[-1] ^= 1
    mine.path.write_bytes(content)
    with pytest.raises(NotAHouseholdList):
        load_list(first, mine.path)
    assert listed(first) == {"h1": "e1"}


def test_a_blocked_laptop_gets_no_list(office: Store, first: Store, tmp_path: Path) -> None:
    office.put_devices([replace(device, revoked=True) for device in office.devices()])
    with pytest.raises(SurveyAppError) as raised:
        write_lists(office, tmp_path / "usb", clock=lambda: NOON)
    assert raised.value.code == "LST-08"
