"""What a supervisor sees of the figures: chart, spread, rounds, a part only, the households behind a number."""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from survey_app.gui.main_window import MainWindow
from survey_app.gui.office.quality import QualityScreen
from survey_app.gui.office.results import ResultsScreen
from survey_app.gui.office.tables import TablesScreen
from survey_app.operations.dashboard import Only
from survey_app.operations.maps import MAP, check_map, take_in_map

from .stage import Scene, go, settle

EARLIER = "2025-11"


def _results(window: MainWindow) -> ResultsScreen:
    window.desk.go("results")
    settle(window)
    screen = window.screen_now
    assert isinstance(screen, ResultsScreen)
    screen.filters.clear()
    screen.choose("p_smartphone_adult")
    return screen


def _keys(*keys: Qt.Key) -> Callable[[MainWindow], None]:
    def show(window: MainWindow) -> None:
        screen = _results(window)
        for key in keys:
            QTest.keyClick(screen.list, key)
            settle(window)

    return show


def _map(*keys: Qt.Key) -> Callable[[MainWindow], None]:
    """Show results on invented outlines of the villages."""

    def show(window: MainWindow) -> None:
        store = window.desk.store
        if not store.kept_tables(MAP):
            file = Path(tempfile.mkdtemp()) / "ranh-gioi-thon.geojson"
            file.write_text(json.dumps(invented_map([place.code for place in store.places("village")])), "utf-8")
            take_in_map(store, check_map(store, file))
        screen = _results(window)
        for key in keys:
            QTest.keyClick(window.focusWidget() or screen.list, key)
            settle(window)
        QTest.keyClick(screen.panel.chart, Qt.Key.Key_Right)
        settle(window)

    return show


def invented_map(codes: Sequence[str]) -> dict[str, Any]:
    """Return GeoJSON with an outline for each code: sectors of a round commune, crooked as villages are."""
    features = []
    for number, code in enumerate(codes):
        start, end = (2 * math.pi * (number + n) / len(codes) for n in (0, 1))
        angles = [start + (end - start) * step / 8 for step in range(9)]
        far = [0.045 + 0.008 * math.sin(5 * angle) + 0.004 * math.sin(11 * angle) for angle in angles]
        rim = [[105.82 + r * math.cos(a), 22.11 + r * math.sin(a)] for a, r in zip(angles, far, strict=True)]
        ring = [[105.82, 22.11], *rim, [105.82, 22.11]]
        about = {"type": "Feature", "properties": {"ma_thon": code}}
        features.append({**about, "geometry": {"type": "Polygon", "coordinates": [ring]}})
    return {"type": "FeatureCollection", "features": features}


def _tables_map(window: MainWindow) -> None:
    """Show the map that is in force, and a newer one looked at that lacks a village."""
    _map()(window)
    store = window.desk.store
    file = Path(tempfile.mkdtemp()) / "ranh-gioi-moi.geojson"
    file.write_text(json.dumps(invented_map([place.code for place in store.places("village")][1:])), "utf-8")
    window.desk.go("tables", kind="map")
    settle(window)
    screen = window.screen_now
    assert isinstance(screen, TablesScreen)
    screen.open_file(file)
    settle(window)


def _filtered(window: MainWindow) -> None:
    """Show women of one village by nothing else than places."""
    screen = _results(window)
    village = str(screen.filters.village.itemData(2))
    screen.filters.choose(Only(village=village, group="sex", code="female"))
    settle(window)


def _old_units(window: MainWindow) -> None:
    """Show districts of 2024."""
    screen = _results(window)
    screen.filters.units.setCurrentIndex(1)
    settle(window)
    QTest.keyClick(screen.list, Qt.Key.Key_7)
    settle(window)


def _rounds(window: MainWindow) -> None:
    """Show two rounds: the answers of the one before are those of this one, some of them older."""
    store = window.desk.store
    now = store.round()
    assert now is not None
    if all(each.code != EARLIER for each in store.rounds()):
        before = replace(now, code=EARLIER, title="Đợt tháng 11/2025", reference_date="2025-11-01")
        store.put_round(before)
        store.put_round(now)
        older = []
        for number, current in enumerate(store.currents(form=now.form_id)):
            head = next(each for each in store.revisions(current.submission) if each.id in current.heads)
            answers = {**head.answers, "campaign_code": EARLIER}
            if number % 3:
                older.append(
                    replace(
                        head,
                        id="",
                        submission=f"{EARLIER}-{number}",
                        round=EARLIER,
                        parents=(),
                        kind="answers",
                        answers=answers,
                    )
                )
        store.add_revisions(older, "here")
    _keys(Qt.Key.Key_6)(window)


def _behind(window: MainWindow) -> None:
    """Show the households behind the first village's bar."""
    screen = _results(window)
    QTest.keyClick(screen.list, Qt.Key.Key_2)
    settle(window)
    chart: QWidget = screen.panel.chart
    chart.setFocus()
    QTest.keyClick(chart, Qt.Key.Key_Return)
    settle(window)


def _quality(*keys: Qt.Key, measure: str = "proxy") -> Callable[[MainWindow], None]:
    """Show the quality page with one measure; keys go to its list."""

    def show(window: MainWindow) -> None:
        window.desk.go("quality")
        settle(window)
        screen = window.screen_now
        assert isinstance(screen, QualityScreen)
        screen.choose(measure)
        for key in keys:
            QTest.keyClick(window.focusWidget() or screen, key)
            settle(window)

    return show


SCENES: tuple[Scene, ...] = (
    Scene("results", "office", go("results")),
    Scene("results-table", "office", _keys(Qt.Key.Key_B)),
    Scene("results-how", "office", _keys(Qt.Key.Key_I)),
    Scene("results-spread", "office", _keys(Qt.Key.Key_2, Qt.Key.Key_D)),
    Scene("results-tiles", "office", _map(Qt.Key.Key_2, Qt.Key.Key_T)),
    Scene("results-map", "office", _map(Qt.Key.Key_2, Qt.Key.Key_M)),
    Scene("tables-map", "office", _tables_map),
    Scene("results-filtered", "office", _filtered),
    Scene("results-old-units", "office", _old_units),
    Scene("results-behind", "office", _behind),
    Scene("quality", "office", _quality(Qt.Key.Key_1)),
    Scene("quality-duration", "office", _quality(Qt.Key.Key_2, measure="duration")),
    Scene("quality-behind", "office", _quality(Qt.Key.Key_1, Qt.Key.Key_C, Qt.Key.Key_Return, measure="special")),
    Scene("results-rounds", "office", _rounds),
)
