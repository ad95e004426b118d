"""The office's tables in the window: looked at before anything changes, faults listed, taken in and back; villages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from survey_app.operations.figures import holding
from survey_app.operations.results import basis


@pytest.fixture
def here(ground: Callable[..., Any], office: Path) -> Any:
    opened = ground(office)
    opened.unlock()
    opened.desk.go("tables")
    opened.settle()
    return opened


def table(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "bang.csv"
    path.write_text(text, encoding="utf-8")
    return path


def look(here: Any, kind: str, path: Path) -> None:
    here.desk.go("tables", kind=kind)
    here.settle()
    here.screen.open_file(path)
    here.settle()


def test_figures_are_looked_at_taken_in_and_taken_back(here: Any, tmp_path: Path) -> None:
    place = here.desk.store.round().commune_code
    path = table(tmp_path, f"place,indicator,period,value,source\n{place},hh_fibre,2026-10,91,VNPT\n")
    look(here, "figures", path)
    assert here.screen.looked is not None
    assert holding(here.desk.store) == []
    here.screen.take_button.click()
    here.settle()
    assert [each.figure.source for each in holding(here.desk.store)] == ["VNPT"]
    assert here.screen.table.rows_model.rows[0].about == "VNPT"
    here.screen.table.select(0)
    here.screen.back_button.click()
    here.settle()
    assert holding(here.desk.store) == []


@pytest.mark.parametrize("kind", ["figures", "indicators", "targets", "places"])
def test_every_fault_of_a_table_is_listed_and_nothing_can_be_taken_in(here: Any, tmp_path: Path, kind: str) -> None:
    heads = {
        "figures": "place,indicator,period,value,source\n1,hh_fibr,2026-10,x,VNPT\n",
        "indicators": "key,name_vi,level,aggregate,numerator,denominator\nk,Tên,household,ratio,${none} > 0,true()\n",
        "targets": "id,indicator,kind,scope_level,period_start,operator,value\na,none,target,national,2026,>=,x\n",
        "places": "code,name,parent\n1x,,\n",
    }
    before = [indicator.key for indicator in basis(here.desk.store).indicators]
    look(here, kind, table(tmp_path, heads[kind]))
    faults = here.screen.faults.rows_model.rows
    assert faults
    assert all(fault.row >= 2 or kind == "places" for fault in faults)
    assert here.screen.take_button.isHidden()
    assert [indicator.key for indicator in basis(here.desk.store).indicators] == before


def test_indicators_of_ones_own_take_the_place_of_those_of_the_form(here: Any, tmp_path: Path) -> None:
    text = "key,name_vi,level,aggregate,numerator,denominator\nk,Tên,household,ratio,${n_smartphone} > 0,true()\n"
    own = here.desk.store.form(here.desk.store.round().form_id, here.desk.store.round().form_version)
    targets = "id,indicator,kind,scope_level,period_start,operator,value\na,k,target,national,2026-01-01,>=,80\n"
    from survey_app.operations.own_tables import check_tables, take_in_tables

    paths = {"indicators": table(tmp_path, text), "targets": tmp_path / "t.csv"}
    paths["targets"].write_text(targets, encoding="utf-8")
    take_in_tables(here.desk.store, check_tables(here.desk.store, own.id, paths))
    look(here, "indicators", table(tmp_path, text.replace("Tên", "Tên khác")))
    here.screen.take_button.click()
    here.settle()
    assert "Tên khác" in [indicator.name_vi for indicator in basis(here.desk.store).indicators]
    assert [row.can_go for row in here.screen.table.rows_model.rows] == [True, False]


def test_villages_are_added_renamed_and_joined(here: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def agree(_parent: object, title: str, *_more: str) -> bool:
        asked.append(title)
        return True

    monkeypatch.setattr("survey_app.gui.office.tables.confirm", agree)
    here.desk.go("tables", kind="villages")
    here.settle()
    screen, store = here.screen, here.desk.store
    count = len(store.places("village"))
    screen.name.set_text("Thôn Mới")
    screen.add_button.click()
    here.settle()
    assert len(store.places("village")) == count + 1
    names = [row.name for row in screen.table.rows_model.rows]
    screen.table.select(names.index("Thôn Mới"))
    screen.name.set_text("Thôn Mới Hơn")
    screen.rename_button.click()
    here.settle()
    (added,) = [place for place in store.places("village") if place.name == "Thôn Mới Hơn"]
    screen.table.select([row.id for row in screen.table.rows_model.rows].index(added.code))
    screen.village_box.setCurrentIndex(0)
    screen.join_button.click()
    here.settle()
    gone = store.place(added.code)
    assert gone is not None
    assert len(asked) == 1
    assert "Thôn Mới Hơn" in asked[0]
    assert gone.joined == screen.village_box.itemData(0)
    screen.table.select([row.id for row in screen.table.rows_model.rows].index(added.code))
    assert not screen.rename_button.isEnabled()
