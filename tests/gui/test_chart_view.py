"""The chart in the window and the list beside it: how many rows are drawn, and what is sent."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from survey_app import i18n
from survey_app.gui import theme
from survey_app.gui.office.chart_view import MOST_ROWS, ChartView
from survey_app.gui.office.indicator_list import Entry, IndicatorList
from survey_app.reports.charts import Bar, Chart


@pytest.fixture(autouse=True)
def look(qapp: QApplication) -> Iterator[None]:
    """Dress the application as the program does."""
    theme.apply(qapp, "light", 100)
    yield
    i18n.use_language("en")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_chart_of_many_rows_shows_both_ends_and_says_so(qtbot: QtBot, language: str) -> None:
    i18n.use_language(language)
    view = ChartView()
    qtbot.addWidget(view)
    view.resize(900, 400)
    view.show()
    rows = tuple(Bar(f"Thôn {n}", n / 10, 0.0, 100, "met", str(n)) for n in range(500))
    view.show_chart(Chart("", rows))
    assert len(view.rows) == MOST_ROWS
    assert (view.rows[0].key, view.rows[-1].key) == ("499", "0")
    assert "500" in view._left_out.text()
    assert view._left_out.isVisible()
    assert view._left_out.geometry().bottom() <= view.height()
    assert view.chart is not None
    assert len(view.chart.bars) == 500  # what is saved
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_End)
    assert view.selected == "0"
    view.show_chart(Chart("", rows[:3]))
    assert not view._left_out.isVisible()


def test_another_list_of_indicators_sends_nothing(qtbot: QtBot) -> None:
    shown = IndicatorList()
    qtbot.addWidget(shown)
    sent: list[str] = []
    shown.chosen.connect(sent.append)
    one, two = (Entry(key, key) for key in ("one", "two"))
    shown.set_entries([one, two], "two")
    shown.set_entries([two, one], "two")
    assert (shown.key(), sent) == ("two", [])
    shown.choose("one")
    assert sent == ["one"]
