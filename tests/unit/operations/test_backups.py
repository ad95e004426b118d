"""Safety copies that are made by themselves: daily, kept, proved, in two places, and loud when they fail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from survey_app import crypto
from survey_app.clock import VIETNAM
from survey_app.operations.backups import (
    ALWAYS_KEPT,
    KEPT_DAYS,
    back_up_daily,
    backup_state,
    choose_second_place,
    copies_in,
    folder_of,
    is_due,
)
from survey_app.operations.stores import restore_store
from survey_app.records import Household
from survey_app.store import Store, StoreDamaged, copies

START = dt.datetime(2026, 11, 21, 8, 0, tzinfo=VIETNAM)


class Days:
    """A clock that stands at one day until it is moved."""

    now = START

    def __call__(self) -> dt.datetime:
        return self.now

    def pass_by(self, days: int) -> None:
        self.now += dt.timedelta(days=days)


@pytest.fixture
def days() -> Days:
    return Days()


@pytest.fixture
def store(tmp_path: Path, days: Days) -> Iterator[Store]:
    path, cost = tmp_path / "may01.store", crypto.Cost(1, 8)
    with Store.create(path, "secret", kind="laptop", device="m1", name="Máy 1", cost=cost, clock=days) as opened:
        opened.put_households([Household("h1", "07030-001", 17, "Nguyễn Thị Hường")])
        yield opened


def days_kept(store: Store) -> list[str]:
    return [str(copy.day) for copy in copies_in(folder_of(store.path), store.path)]


def test_one_copy_a_day(store: Store, days: Days) -> None:
    assert is_due(store, days)
    state = back_up_daily(store, days)
    assert (state.made_at[:10], state.troubles) == ("2026-11-21", ())
    assert not is_due(store, days)
    back_up_daily(store, days)
    days.pass_by(1)
    assert is_due(store, days)
    back_up_daily(store, days)
    assert days_kept(store) == ["2026-11-22", "2026-11-21"]
    assert [deed.about["why"] for deed in store.deeds("backed_up")] == ["daily", "daily"]


def test_a_copy_holds_everything(store: Store, days: Days) -> None:
    back_up_daily(store, days)
    (copy,) = copies_in(folder_of(store.path), store.path)
    with Store.open(copy.path, "secret") as opened:
        assert opened.check() == []
        assert opened.digest() == store.digest()


def test_copies_are_kept_for_thirty_days(store: Store, days: Days) -> None:
    for _ in range(KEPT_DAYS + 6):
        back_up_daily(store, days)
        days.pass_by(1)
    kept = days_kept(store)
    assert len(kept) == KEPT_DAYS + 1
    assert kept[0] == "2026-12-26"


def test_a_clock_that_is_years_ahead_does_not_take_the_last_copies(store: Store, days: Days) -> None:
    for _ in range(ALWAYS_KEPT + 2):
        back_up_daily(store, days)
        days.pass_by(1)
    days.pass_by(4000)
    back_up_daily(store, days)
    assert len(days_kept(store)) == ALWAYS_KEPT


def test_other_files_in_the_folder_are_left_alone(store: Store, days: Days) -> None:
    folder = folder_of(store.path)
    folder.mkdir()
    others = [
        folder / name for name in ("may02-20200101.store", "may01-20209999.store", "notes.txt", "may01-2020.store")
    ]
    for path in others:
        path.write_text("x")
    for _ in range(ALWAYS_KEPT + 2):
        back_up_daily(store, days)
        days.pass_by(40)
    assert all(path.exists() for path in others)
    assert len(days_kept(store)) == ALWAYS_KEPT


def test_the_second_place_gets_a_copy_whenever_it_is_there(store: Store, days: Days, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    choose_second_place(store, stick)
    state = back_up_daily(store, days)
    assert (state.second_there, state.second_made_at, state.troubles) == (False, "", ())
    stick.mkdir()
    assert is_due(store, days)
    state = back_up_daily(store, days)
    assert state.second_made_at[:10] == "2026-11-21"
    assert [copy.path.name for copy in copies_in(stick, store.path)] == ["may01-20261121.store"]
    assert choose_second_place(store, None).second == ""


def test_a_failure_stays_until_it_is_made_good(store: Store, days: Days) -> None:
    folder_of(store.path).write_text("no folder")
    state = back_up_daily(store, days)
    assert [(trouble.place, bool(trouble.message and trouble.hint)) for trouble in state.troubles] == [("first", True)]
    assert backup_state(store).troubles == state.troubles
    assert [deed.about["place"] for deed in store.deeds("backup_failed")] == ["first"]
    assert is_due(store, days)
    folder_of(store.path).unlink()
    assert back_up_daily(store, days).troubles == ()
    assert backup_state(store).troubles == ()


def test_a_failure_in_one_place_does_not_keep_from_the_other(store: Store, days: Days, tmp_path: Path) -> None:
    (tmp_path / "stick").mkdir()
    choose_second_place(store, tmp_path / "stick")
    folder_of(store.path).write_text("no folder")
    state = back_up_daily(store, days)
    assert [trouble.place for trouble in state.troubles] == ["first"]
    assert state.second_made_at


def test_a_copy_that_cannot_be_proved_is_told_and_not_kept(
    store: Store, days: Days, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies, "_summary", lambda database: object())
    state = back_up_daily(store, days)
    assert [trouble.place for trouble in state.troubles] == ["first"]
    assert list(folder_of(store.path).iterdir()) == []


def test_a_failure_that_cannot_even_be_written_down_is_told(
    store: Store, days: Days, monkeypatch: pytest.MonkeyPatch
) -> None:
    from survey_app.store import DiskFull

    def full(*_given: object, **_named: object) -> None:
        raise DiskFull

    monkeypatch.setattr(Store, "backup", full)
    monkeypatch.setattr(Store, "put_fact", full)
    state = back_up_daily(store, days)
    assert [trouble.code for trouble in state.troubles] == [DiskFull().code]


def test_restoring_a_daily_copy_says_so_in_the_log_and_keeps_what_was_there(store: Store, days: Days) -> None:
    back_up_daily(store, days)
    store.put_households([Household("h2", "07030-001", 18, "Lê Văn Ba")])
    path = store.path
    store.close()
    (copy,) = copies_in(folder_of(path), path)
    before = copy.path.read_bytes()
    kept = restore_store(copy.path, path, "secret", days)
    with Store.open(path, "secret") as again:
        assert again.household("h2") is None
        assert [deed.action for deed in again.deeds()] == ["made", "opened", "restored", "opened"]
        assert again.check() == []
    assert kept is not None
    with Store.open(kept, "secret") as other:
        assert other.household("h2") is not None
    assert copy.path.read_bytes() == before


def test_a_damaged_copy_is_not_put_back(store: Store, days: Days) -> None:
    back_up_daily(store, days)
    path = store.path
    store.close()
    (copy,) = copies_in(folder_of(path), path)
    content = bytearray(copy.path.read_bytes())
    content[-3000] ^= 1
    copy.path.write_bytes(bytes(content))
    before = path.read_bytes()
    with pytest.raises(StoreDamaged):
        restore_store(copy.path, path, "secret", days)
    assert path.read_bytes() == before
    assert sorted(each.name for each in path.parent.iterdir() if each.is_file()) == [path.name]
