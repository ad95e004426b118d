"""Charts: what is drawn, in which order, and with what words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from survey_app import i18n
from survey_app.reports.charts import Bar, Chart, ends, picture, ranked, ranked_bars, row_at
from survey_app.reports.palette import DARK, LIGHT, ChartFonts, bundled_fonts

BARS = (
    Bar("Quảng Lộc", 64.9, 6.2, 884, "not_met", "q"),
    Bar("An Phước", 88.4, 1.1, 1284, "met", "a"),
    Bar("Vĩnh Khê", 95.0, 0.0, 18, "not_comparable", "v"),
    Bar("Hòa Tiến", 77.3, 4.8, 1052, "inconclusive", "h"),
    Bar("Đồng Cửa", None, 100.0, 300, "not_comparable", "d"),
)
CHART = Chart("Người từ 14 tuổi có VNeID mức 2", BARS, 80.0)


def words(figure: Figure) -> list[str]:
    inside = [text.get_text() for text in figure.axes[0].texts]
    return inside + [text.get_text() for text in figure.texts]


def rectangles(figure: Figure) -> list[Rectangle]:
    return [patch for patch in figure.axes[0].patches if isinstance(patch, Rectangle)]


def test_bars_are_ranked_and_those_without_a_bar_come_last() -> None:
    assert [bar.key for bar in ranked(CHART)] == ["a", "h", "q", "d", "v"]


def test_too_few_people_get_words_instead_of_a_bar() -> None:
    figure = ranked_bars(CHART)
    assert "Fewer than 30 people, no rate shown" in words(figure)
    assert "95.0\u00a0%" not in words(figure)


def test_what_nobody_was_asked_is_said() -> None:
    assert "Not asked in this round" in words(ranked_bars(CHART))


def test_hatching_stands_for_the_unknown_and_nothing_else() -> None:
    figure = ranked_bars(CHART)
    hatched = [patch for patch in rectangles(figure) if patch.get_hatch()]
    assert sorted(round(patch.get_width(), 1) for patch in hatched) == [1.1, 4.8, 6.2]


def test_the_unknown_never_reaches_beyond_a_hundred() -> None:
    figure = ranked_bars(Chart("", (Bar("x", 97.0, 3.0, 100, "met"),)))
    assert max(patch.get_x() + patch.get_width() for patch in rectangles(figure)) <= 100


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_bars_take_the_colours_they_are_given(palette: object) -> None:
    assert palette in (LIGHT, DARK)
    chosen = LIGHT if palette is LIGHT else DARK
    figure = ranked_bars(CHART, chosen)
    filled = {to_hex(patch.get_facecolor()) for patch in figure.axes[0].patches if not patch.get_hatch()}
    assert filled == {chosen.met.lower(), chosen.not_met.lower(), chosen.inconclusive.lower()}


def test_status_stands_in_words_beside_the_colour() -> None:
    assert {"Met", "Not met", "Inconclusive", "Not comparable"} <= set(words(ranked_bars(CHART)))


def test_the_target_is_labelled() -> None:
    assert "Target 80\u00a0%" in words(ranked_bars(CHART))
    assert not [text for text in words(ranked_bars(Chart("", BARS))) if text.startswith("Target ")]


def test_a_ceiling_shows_its_sign() -> None:
    assert "Target <\u00a05\u00a0%".replace("<\u00a0", "< ") in words(ranked_bars(Chart("", BARS, 5.0, "<")))


def test_figures_follow_the_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(i18n, "_language", "vi")
    assert "88,4\u00a0%" in words(ranked_bars(CHART))
    assert "1.284" in words(ranked_bars(CHART))


def test_households_are_called_households() -> None:
    chart = Chart("", (Bar("x", 50.0, 0.0, 12, "met"),), of_people=False)
    assert "Fewer than 30 households, no rate shown" in words(ranked_bars(chart))


def test_no_answers_give_a_chart_that_says_so() -> None:
    assert "No answers yet" in words(ranked_bars(Chart("", (), 80.0)))


def test_missing_fonts_fall_back_quietly() -> None:
    fonts = ChartFonts(Path("/nowhere.ttf"), None, None, None)
    assert picture(ranked_bars(CHART, fonts=fonts))[:4] == b"\x89PNG"


def test_the_bundled_fonts_have_every_letter() -> None:
    files = [bundled_fonts().words, bundled_fonts().figures_bold]
    assert all(file is not None and file.is_file() for file in files)
    # A missing letter is a warning of matplotlib, and warnings are errors here.
    picture(
        ranked_bars(Chart("Ễ Ậ Ổ Ỷ đ", (Bar("Xã Ngọc Đường – Ằ Ẵ Ự", 50.0, 5.0, 100, "met"),), 40.0), with_title=True)
    )


def test_equal_charts_give_equal_svg() -> None:
    first, second = (picture(ranked_bars(CHART), "svg") for _ in range(2))
    assert first.startswith(b"<?xml")
    assert first == second


def test_a_point_on_the_chart_tells_its_row() -> None:
    figure = ranked_bars(CHART)
    height = figure.get_figheight() * figure.dpi
    assert [bar.key if bar else "" for bar in (row_at(figure, CHART, y) for y in (0, 77, 103, height - 1))] == [
        "", "a", "h", "",
    ]  # fmt: skip


def test_nothing_loads_pyplot() -> None:
    import subprocess
    import sys

    code = (
        "import sys; from survey_app.reports.charts import *; "
        "picture(ranked_bars(Chart('', (Bar('x', 50.0, 1.0, 99, 'met'),), 40.0))); "
        "sys.exit('matplotlib.pyplot' in sys.modules or 'PySide6' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_every_column_right_of_the_bars_has_its_head_on_the_figure() -> None:
    for width in (700, 1000, 1400):
        figure = ranked_bars(CHART, width_px=width)
        heads = {text.get_text(): text.get_position()[0] for text in figure.texts}
        assert {"Result", "Unknown", "People", "Against target"} <= set(heads)
        assert all(0 < x < 1 for x in heads.values())


def test_a_bar_without_target_takes_no_colour_of_a_status() -> None:
    figure = ranked_bars(Chart("", (Bar("x", 50.0, 0.0, 100, "no_target"),)))
    assert [to_hex(patch.get_facecolor()) for patch in rectangles(figure)] == [LIGHT.plain.lower()]
    assert not figure.legends


def many(count: int, few: int = 0) -> Chart:
    """Return a chart of ``count`` rows with a bar, the first one the lowest, and ``few`` without one."""
    told = [Bar(f"Thôn {n}", n / 10, 0.0, 100, "met", str(n)) for n in range(count)]
    return Chart("", (*told, *(Bar(f"Xóm {n}", 50.0, 0.0, 3, "met", f"x{n}") for n in range(few))))


@pytest.mark.parametrize(("count", "few"), [(20, 0), (12, 8), (0, 0)])
def test_a_chart_of_few_rows_is_shown_whole(count: int, few: int) -> None:
    chart = many(count, few)
    assert ends(chart, 20) is chart


def test_of_many_rows_the_highest_and_the_lowest_are_shown() -> None:
    shown = ends(many(2400, few=30), 20)
    keys = [bar.key for bar in ranked(shown)]
    assert keys == [*(str(n) for n in range(2399, 2389, -1)), *(str(n) for n in range(9, -1, -1))]
    assert shown.gap == 10
    lines = [line for line in ranked_bars(shown).axes[0].lines if np.array_equal(line.get_ydata(), [9.5, 9.5])]
    assert len(lines) == 1


def test_rows_without_a_bar_go_first_where_there_is_no_room() -> None:
    shown = ends(many(15, few=30), 20)
    assert [bar.key for bar in ranked(shown)[:15]] == [str(n) for n in range(14, -1, -1)]
    assert (len(shown.bars), shown.gap) == (20, 0)
