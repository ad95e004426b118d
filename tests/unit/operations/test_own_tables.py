"""Tables of an office's own for a form that it asks: faults leave the last good one in force."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from survey_app import paths
from survey_app.crypto import Cost
from survey_app.errors import SurveyAppError
from survey_app.indicators import TableError
from survey_app.operations.access import NotAllowed
from survey_app.operations.own_tables import check_tables, take_back_tables, take_in_tables
from survey_app.operations.results import basis
from survey_app.records import Enumerator, Place, Round
from survey_app.store import Store, StoredForm, deeds
from survey_app.xforms import load_form

FOLDER = paths.forms() / "household"
HEAD = "key,name_vi,level,aggregate,numerator,denominator"
GOOD = "hh_phone,Có điện thoại,household,ratio,${n_smartphone} > 0,${interview_result} = 'complete'"
TARGETS = "id,indicator,kind,scope_level,scope_code,period_start,operator,value"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Store]:
    form = load_form(FOLDER / "household.xlsx")
    files = {"indicators.csv": (FOLDER / "indicators.csv").read_bytes()}
    with Store.create(tmp_path / "o.store", "k", kind="office", device="o", name="Xã", cost=Cost(1, 8)) as store:
        store.put_form(StoredForm(form.id, form.version, form.title, form.xml, tuple(sorted(form.derived)), files))
        store.put_places([Place("05665", "Xã", "commune", "xa", "")])
        dates = ("2026-11-01", "2026-10-01", "2026-11-01", "2026-11-30")
        store.put_round(Round("r1", "Đợt", form.id, form.version, *dates, "05665"))
        yield store


def table(tmp_path: Path, *rows: str, head: str = HEAD) -> Path:
    path = tmp_path / f"t{len(list(tmp_path.iterdir()))}.csv"
    path.write_text("\n".join((head, *rows)) + "\n", encoding="utf-8")
    return path


def keys(store: Store) -> list[str]:
    return [indicator.key for indicator in basis(store).indicators]


def test_a_table_takes_the_place_of_that_of_the_form_and_can_be_taken_back(office: Store, tmp_path: Path) -> None:
    before = keys(office)
    read = check_tables(office, "household", {"indicators": table(tmp_path, GOOD)})
    assert (read.indicators, keys(office)) == (1, before)
    take_in_tables(office, read)
    assert keys(office) == ["hh_phone"]
    take_back_tables(office, "household", "indicators")
    assert keys(office) == before
    noted = [deed.action for deed in office.deeds() if deed.about.get("what") == "indicators"]
    assert noted == [deeds.TABLE_TAKEN_IN, deeds.TABLE_TAKEN_BACK]
    with pytest.raises(SurveyAppError, match="TAB-03"):
        take_back_tables(office, "household", "indicators")


FAULTY = [
    ("k,Tên,household,ratio,${n_smartfone} > 0,${interview_result} = 'complete'", "numerator"),  # unknown question
    ("k,Tên,household,ratio,${n_smartphone} + 1,${interview_result} = 'complete'", "numerator"),  # wrong type
    ("hh_phone,Tên,household,ratio,${n_smartphone} > 0,${interview_result} = 'complete'", "key"),  # the key is there
    ("k,Tên,household,ratio,${k} > 0,${interview_result} = 'complete'", "numerator"),  # an indicator of itself
    ("k,Tên,household,ratio,\"${n_smartphone} > 0,5\",${interview_result} = 'complete'", "numerator"),  # decimal comma
]


@pytest.mark.parametrize(("row", "column"), FAULTY)
def test_a_faulty_table_of_indicators_leaves_the_last_good_one_in_force(
    office: Store, tmp_path: Path, row: str, column: str
) -> None:
    take_in_tables(office, check_tables(office, "household", {"indicators": table(tmp_path, GOOD)}))
    with pytest.raises(TableError) as told:
        check_tables(office, "household", {"indicators": table(tmp_path, GOOD, row)})
    assert {(fault.row, fault.column) for fault in told.value.faults} == {(3, column)}
    assert keys(office) == ["hh_phone"]


def test_all_faults_of_a_table_come_at_once(office: Store, tmp_path: Path) -> None:
    with pytest.raises(TableError) as told:
        check_tables(office, "household", {"indicators": table(tmp_path, GOOD, *(row for row, _column in FAULTY))})
    found = {(fault.row, fault.column) for fault in told.value.faults}
    assert {(n, column) for n, (_row, column) in enumerate(FAULTY, start=3)} <= found


def test_faults_of_targets_leave_the_last_good_ones_in_force(office: Store, tmp_path: Path) -> None:
    good = table(tmp_path, 'a,hh_fibre,target,commune,05665,2026-01-01,>=,"69,67"', head=TARGETS)
    take_in_tables(office, check_tables(office, "household", {"targets": good}))
    rows = (
        "a,hh_fibre,target,commune,05665,2026-01-01,>=,70",
        "a,hh_fibre,target,commune,05665,2026-01-01,>=,70",  # the key twice
        "b,hh_fibre,target,commune,99999,2026-01-01,>=,70",  # unknown place
        "c,hh_fibr,target,commune,05665,2026-01-01,>=,70",  # unknown indicator
        'd,hh_fibre,target,commune,05665,2026-01-01,>=,"1,234"',  # can be read in two ways
        "e,hh_fibre,target,commune,05665,mai,more,many",
    )
    with pytest.raises(TableError) as told:
        check_tables(office, "household", {"targets": table(tmp_path, *rows, head=TARGETS)})
    assert [(fault.row, fault.column) for fault in told.value.faults] == [
        (3, "id"), (4, "scope_code"), (5, "indicator"), (6, "value"),
        (7, "operator"), (7, "period_start"), (7, "value"),
    ]  # fmt: skip
    assert [(target.id, target.value) for target in basis(office).targets] == [("a", 69.67)]


def test_targets_of_an_indicator_that_is_gone_are_told_before_anything_changes(office: Store, tmp_path: Path) -> None:
    targets = table(tmp_path, "a,hh_fibre,target,commune,05665,2026-01-01,>=,70", head=TARGETS)
    take_in_tables(office, check_tables(office, "household", {"targets": targets}))
    with pytest.raises(TableError, match="hh_fibre"):
        check_tables(office, "household", {"indicators": table(tmp_path, GOOD)})
    ours = table(tmp_path, "a,hh_phone,target,commune,05665,2026-01-01,>=,70", head=TARGETS)
    take_in_tables(office, check_tables(office, "household", {"indicators": table(tmp_path, GOOD), "targets": ours}))
    with pytest.raises(TableError, match="hh_phone"):
        take_back_tables(office, "household", "indicators")
    assert keys(office) == ["hh_phone"]


def test_only_forms_that_are_asked_have_tables(office: Store, tmp_path: Path) -> None:
    with pytest.raises(SurveyAppError, match="TAB-01"):
        check_tables(office, "village", {"indicators": table(tmp_path, GOOD)})
    with pytest.raises(SurveyAppError, match="TAB-02"):
        check_tables(office, "household", {})


def test_only_authors_and_supervisors_change_them(office: Store, tmp_path: Path) -> None:
    office.put_enumerators([Enumerator("dtv01", "Lò Thị Mới", role="enumerator")])
    office.at_work = "dtv01"
    read = check_tables(office, "household", {"indicators": table(tmp_path, GOOD)})
    with pytest.raises(NotAllowed):
        take_in_tables(office, read)
    assert keys(office) != ["hh_phone"]
