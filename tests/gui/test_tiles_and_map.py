"""Results as tiles and on the office's own map, by keys and mouse; the map is taken in where tables are."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from survey_app.gui.office.behind import BehindScreen
from survey_app.operations.demo import Demo
from survey_app.operations.handover import bundle_files, merge
from survey_app.operations.maps import check_map, map_of, take_in_map


@pytest.fixture
def here(ground: Callable[..., Any], commune: Demo, office: Path) -> Any:
    opened = ground(office)
    opened.unlock()
    opened.desk.lane.call(lambda: merge(opened.desk.lane.store, bundle_files([commune.folder / "bundles"])))
    return opened


def geojson(path: Path, codes: list[str]) -> Path:
    features = []
    for number, code in enumerate(codes):
        x = 105.0 + number / 10
        ring = [[x, 22.0], [x + 0.1, 22.0], [x + 0.1, 22.1], [x, 22.1], [x, 22.0]]
        about = {"type": "Feature", "properties": {"code": code}}
        features.append({**about, "geometry": {"type": "Polygon", "coordinates": [ring]}})
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def villages(here: Any) -> list[str]:
    return [place.code for place in here.desk.store.places("village")]


def results(here: Any) -> Any:
    here.desk.go("results")
    here.settle()
    QTest.keyClick(here.screen.list, Qt.Key.Key_2)
    here.settle()
    return here.screen


def press(here: Any, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(QApplication.focusWidget() or here.window, key)
        here.settle()


def test_tiles_are_reached_walked_and_opened_by_keys(here: Any) -> None:
    screen = results(here)
    press(here, Qt.Key.Key_T)
    chart = screen.panel.chart
    assert screen.panel.views.value() == "tiles"
    assert chart.hasFocus()
    keys = [bar.key for bar in chart.rows]
    assert keys == sorted(keys)
    assert chart.selected == keys[0]
    press(here, Qt.Key.Key_Right)
    assert chart.selected == keys[1]
    press(here, Qt.Key.Key_Left, Qt.Key.Key_End)
    assert chart.selected == keys[-1]
    assert chart.accessibleName().count(",") >= 1
    press(here, Qt.Key.Key_Home, Qt.Key.Key_Return)
    assert isinstance(here.screen, BehindScreen)


def test_up_and_down_go_from_row_to_row_of_tiles(here: Any) -> None:
    screen = results(here)
    here.window.resize(700, 768)
    here.settle()
    press(here, Qt.Key.Key_T)
    chart = screen.panel.chart
    keys, beside = [bar.key for bar in chart.rows], chart._across()
    assert 1 < beside < len(keys)
    press(here, Qt.Key.Key_Down)
    assert chart.selected == keys[beside]
    press(here, Qt.Key.Key_Up)
    assert chart.selected == keys[0]
    press(here, Qt.Key.Key_Up)
    assert chart.selected == keys[0]


def test_without_a_map_the_window_says_where_one_comes_from(here: Any) -> None:
    screen = results(here)
    press(here, Qt.Key.Key_M)
    assert screen.told.isVisible()
    assert screen.panel.views.value() == "bars"


def test_the_office_s_map_is_shown_walked_and_left_out_where_it_has_no_places(here: Any, tmp_path: Path) -> None:
    store = here.desk.store
    take_in_map(store, check_map(store, geojson(tmp_path / "m.geojson", villages(here))))
    screen = results(here)
    press(here, Qt.Key.Key_M)
    chart = screen.panel.chart
    assert screen.panel.views.value() == "map"
    assert chart.kind == "map"
    press(here, Qt.Key.Key_Right)
    assert chart.selected == chart.rows[1].key
    screen.break_down("sex")
    here.settle()
    assert chart.kind == "tiles"
    screen.break_down("village")
    here.settle()
    assert chart.kind == "map"


def test_a_map_is_copied_as_picture_and_words(here: Any, tmp_path: Path) -> None:
    store = here.desk.store
    take_in_map(store, check_map(store, geojson(tmp_path / "m.geojson", villages(here))))
    screen = results(here)
    press(here, Qt.Key.Key_M)
    screen.copy_chart()
    here.settle()
    content = QApplication.clipboard().mimeData()
    assert content.hasImage()
    assert content.text()


def test_a_map_is_taken_in_and_back_in_the_window_of_tables(here: Any, tmp_path: Path) -> None:
    here.desk.go("tables", kind="map")
    here.settle()
    here.screen.open_file(geojson(tmp_path / "m.geojson", villages(here)[1:]))
    here.settle()
    assert "Not on the map" in here.screen._words.text()
    here.screen.take_button.click()
    here.settle()
    assert map_of(here.desk.store) is not None
    here.screen.table.select(0)
    here.screen.back_button.click()
    here.settle()
    assert map_of(here.desk.store) is None


@pytest.mark.parametrize(("text", "said"), [("{", "GeoJSON"), (json.dumps({"features": []}), "no outline")])
def test_a_map_that_cannot_be_used_says_what_to_do(here: Any, tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "m.geojson"
    path.write_text(text, encoding="utf-8")
    here.desk.go("tables", kind="map")
    here.settle()
    here.screen.open_file(path)
    here.settle()
    assert here.screen.strip.isVisible()
    assert said in here.screen.strip.accessibleName()
    assert here.screen.take_button.isHidden()
    assert map_of(here.desk.store) is None
