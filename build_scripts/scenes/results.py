"""What a supervisor sees of the figures: chart, spread, rounds, a part only, the households behind a number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from survey_app.gui.main_window import MainWindow
from survey_app.gui.office.quality import QualityScreen
from survey_app.gui.office.results import ResultsScreen
from survey_app.operations.dashboard import Only

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
    Scene("results-filtered", "office", _filtered),
    Scene("results-old-units", "office", _old_units),
    Scene("results-behind", "office", _behind),
    Scene("quality", "office", _quality(Qt.Key.Key_1)),
    Scene("quality-duration", "office", _quality(Qt.Key.Key_2, measure="duration")),
    Scene("quality-behind", "office", _quality(Qt.Key.Key_1, Qt.Key.Key_C, Qt.Key.Key_Return, measure="special")),
    Scene("results-rounds", "office", _rounds),
)
