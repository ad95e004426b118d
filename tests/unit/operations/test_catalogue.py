"""A newer official list: what it changes is shown before, faults refuse it, answers keep their codes."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from survey_app.clock import VIETNAM
from survey_app.crypto import Cost
from survey_app.errors import SurveyAppError
from survey_app.indicators import TableError
from survey_app.operations.catalogue import check_list, put_to_use
from survey_app.places import catalogue_date, codes_of, find_place, load_catalogue, search_places
from survey_app.places.catalogue import forget
from survey_app.records import Place
from survey_app.store import Store, deeds

DAY = dt.date(2027, 1, 1)
Row = list[str]


def now() -> dt.datetime:
    return dt.datetime(2027, 2, 1, 9, tzinfo=VIETNAM)


@pytest.fixture(autouse=True)
def own_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("SURVEY_APP_DATA", str(tmp_path / "machine"))
    forget()
    yield
    forget()


def official(tmp_path: Path, *changed: Row, without: tuple[str, ...] = ()) -> Path:
    """Write today's list with some rows in the place of those of the same code."""
    rows: dict[str, Row] = {p.code: [p.code, p.name, "", p.parent, ""] for p in load_catalogue("2026-12-31")}
    for code in without:
        del rows[code]
    extra = {row[0]: row for row in changed}
    path = tmp_path / "list.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Mã", "Tên", "Cấp", "Mã tỉnh", "Hình thành từ"])
        writer.writerows({**rows, **extra}.values())
    return path


def changed_list(tmp_path: Path) -> Path:
    return official(
        tmp_path,
        ["05665", "Phường Đồng Hỷ", "", "19", ""],
        ["00004", "Phường Ba Đình", "", "01", "00004 00008"],
        ["99001", "Xã Mới Một", "", "04", "01273"],
        ["99002", "Xã Mới Hai", "", "04", "01273"],
        ["99003", "Xã Mới Ba", "", "04", ""],
        without=("00008", "01273", "00025"),
    )


def test_what_a_list_changes_is_told(tmp_path: Path) -> None:
    here = {"05665": find_place("05665")}
    read = check_list(changed_list(tmp_path), DAY, here, now)
    found = {(one.kind, tuple(p.code for p in one.before), tuple(p.code for p in one.after)) for one in read.changes}
    assert found == {
        ("renamed", ("05665",), ("05665",)),
        ("merged", ("00004", "00008"), ("00004",)),
        ("dissolved", ("00008",), ("00004",)),
        ("split", ("01273",), ("99001", "99002")),
        ("dissolved", ("00025",), ()),
        ("new", (), ("99003",)),
    }
    assert [one.kind for one in read.here] == ["renamed"]


def test_looking_changes_nothing_and_the_same_list_has_no_changes(tmp_path: Path) -> None:
    check_list(changed_list(tmp_path), DAY, {}, now)
    assert catalogue_date("2027-06-01") == "2026-08-24"
    assert check_list(official(tmp_path), DAY, {}, now).changes == ()


def test_every_fault_is_told_with_row_and_column(tmp_path: Path) -> None:
    path = official(
        tmp_path,
        ["9900x", "Xã Một", "", "04", ""],
        ["99002", "", "", "04", ""],
        ["99003", "Xã Ba", "", "77", ""],
        ["99004", "Thôn Bốn", "", "04", ""],
        ["99005", "Xã Năm", "", "04", "12345 00004"],
        ["0004", "Phường Ba Đình", "", "01", ""],
    )
    with pytest.raises(TableError) as told:
        check_list(path, DAY, {}, now)
    first = 2 + len(load_catalogue("2026-12-31"))
    assert [(fault.row - first, fault.column) for fault in told.value.faults] == [
        (0, "code"), (1, "name"), (2, "parent"), (3, "name"), (4, "made_of"), (5, "code"),
    ]  # fmt: skip
    assert catalogue_date("2027-06-01") == "2026-08-24"


def test_half_a_list_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "half.csv"
    path.write_text("code,name,parent\n01,Thành phố Hà Nội,\n00004,Phường Ba Đình,01\n", encoding="utf-8")
    with pytest.raises(TableError, match="every province and commune"):
        check_list(path, DAY, {}, now)


def test_a_list_in_use_holds_from_its_day_and_what_was_before_stays(tmp_path: Path) -> None:
    with Store.create(tmp_path / "o.store", "k", kind="office", device="o", name="Xã", cost=Cost(1, 8)) as store:
        commune = find_place("05665")
        store.put_places([find_place("19"), commune, Place("05665-001", "Xóm Một", "village", "xom", "05665")])
        read = check_list(changed_list(tmp_path), DAY, {place.code: place for place in store.places()}, now)
        assert put_to_use(store, read) == 1
        renamed = store.place("05665")
        assert renamed is not None
        assert (renamed.name, renamed.kind) == ("Phường Đồng Hỷ", "phuong")
        assert store.deeds(deeds.TABLE_TAKEN_IN)[-1].about["day"] == "2027-01-01"
    assert find_place("05665", "2026-12-31").name == commune.name
    assert find_place("05665").name == "Phường Đồng Hỷ"
    assert catalogue_date() == "2027-01-01"
    assert "00008" not in codes_of("2027-01-01")
    assert {"00008", "99001"} <= codes_of("")
    assert [place.code for place in search_places("xa moi mot")] == ["99001"]
    assert check_list(official(tmp_path), DAY, {}, now).changes == ()  # against the day before


def test_a_list_of_days_to_come_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SurveyAppError, match="PLC-04"):
        check_list(official(tmp_path), dt.date(2027, 3, 1), {}, now)
