"""Tiles and maps: every place has its figure in words too, and no map of the country lacks its archipelagos."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, PathPatch, Rectangle

from survey_app.places.shapes import HOANG_SA, TRUONG_SA, Shape, Shapes
from survey_app.reports.charts import Bar, Chart, picture
from survey_app.reports.maps import drawn_map, islands_on, place_at
from survey_app.reports.palette import DARK, LIGHT
from survey_app.reports.scale import in_order, step_of
from survey_app.reports.tiles import across, lines_of, tile_at, tiles

BARS = (
    Bar("Xã Pa Ủ", 83.7, 1.0, 500, "met", "03442"),
    Bar("Phường Tân Phong", 95.0, 0.0, 12, "not_comparable", "03394"),
    Bar("Xã Bum Tở", 48.2, 0.0, 400, "not_met", "03433"),
    Bar("Xã Tả Lèng", None, 0.0, 0, "withheld", "03391"),
    Bar("Không rõ", 70.0, 0.0, 90, "not_met", "unknown"),
)
CHART = Chart("Có điện thoại thông minh", BARS, 80.0)


def square(code: str, x: float, y: float, side: float = 0.2) -> Shape:
    return Shape(code, (((x, y), (x + side, y), (x + side, y + side), (x, y + side)),))


PROVINCE = Shapes(
    (square("03442", 102.8, 22.4), square("03394", 103.0, 22.4), square("03433", 103.2, 22.4), square("", 103.4, 22.4))
)
COUNTRY = Shapes((square("03442", 102.8, 22.4), square("32248", 104.8, 8.6)))


def words(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.axes[0].texts] + [text.get_text() for text in figure.texts]


def test_tiles_stand_in_the_order_of_the_catalogue_and_those_without_a_place_last() -> None:
    assert [bar.key for bar in in_order(CHART)] == ["03391", "03394", "03433", "03442", "unknown"]


def test_every_tile_says_its_figure_or_why_there_is_none() -> None:
    said = words(tiles(CHART))
    assert {"83.7\u00a0%", "48.2\u00a0%", "n < 30", "Withheld"} <= set(said)
    assert "95.0\u00a0%" not in said


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_a_tile_is_as_dark_as_its_figure_is_high(palette: object) -> None:
    chosen = LIGHT if palette is LIGHT else DARK
    drawn = tiles(CHART, chosen)
    grounds = [to_hex(each.get_facecolor()) for each in drawn.axes[0].patches if isinstance(each, FancyBboxPatch)]
    blank = chosen.surface.lower()
    assert grounds == [blank, blank, *(chosen.heat[step_of(value)].lower() for value in (48.2, 83.7, 70.0))]


@pytest.mark.parametrize("width", [300, 560, 1000, 1600])
def test_each_tile_is_found_where_it_is_drawn(width: int) -> None:
    drawn = tiles(CHART, width_px=width)
    boxes = [each.get_bbox() for each in drawn.axes[0].patches if isinstance(each, FancyBboxPatch)]
    middles = [((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2) for box in boxes]
    assert [tile_at(drawn, CHART, x, y) for x, y in middles] == list(in_order(CHART))
    assert all(box.x1 <= width for box in boxes)
    assert tile_at(drawn, CHART, 1, 1) is None


def test_a_narrow_page_has_fewer_tiles_beside_each_other() -> None:
    assert [across(width) for width in (100, 300, 1000)] == [1, 2, 7]


def test_no_name_is_wider_than_its_tile() -> None:
    from survey_app.reports.palette import bundled_fonts
    from survey_app.reports.scale import width_of

    face = bundled_fonts().face("words", 9)
    lines = lines_of("Tổ dân phố số 17 khu tái định cư thủy điện Sơn La mở rộng", face, 90)
    assert len(lines) == 2
    assert lines[-1].endswith("…")
    assert all(width_of(line, face) <= 90 for line in lines)


def test_no_places_and_three_hundred_places_are_drawn() -> None:
    assert "No answers yet" in words(tiles(Chart("", ())))
    many = tuple(replace(BARS[0], key=f"03442-{n:03d}", name=f"Bản số {n}") for n in range(1, 301))
    assert picture(tiles(Chart("", many, 80.0), with_title=True), "svg")


def test_a_map_says_the_figures_of_its_places_and_which_are_not_on_it() -> None:
    drawn = drawn_map(replace(CHART, shapes=PROVINCE))
    said = words(drawn)
    assert {"83.7\u00a0%", "48.2\u00a0%", "n < 30", "Xã Pa Ủ"} <= set(said)
    assert any("Xã Tả Lèng" in each for each in said)
    grounds = [to_hex(each.get_facecolor()) for each in drawn.axes[0].patches if isinstance(each, PathPatch)]
    blank = LIGHT.surface.lower()
    assert grounds == [LIGHT.heat[3].lower(), blank, LIGHT.heat[0].lower(), blank]


@pytest.mark.parametrize("titled", [False, True])
@pytest.mark.parametrize("width", [560, 1000])
def test_each_place_of_a_map_is_found_where_it_is_drawn(width: int, titled: bool) -> None:
    chart = replace(CHART, shapes=PROVINCE)
    drawn = drawn_map(chart, width_px=width, with_title=titled)
    found = []
    for patch in drawn.axes[0].patches:
        box = patch.get_path().get_extents()
        found.append(place_at(drawn, chart, (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2))
    assert [bar.key if bar else None for bar in found] == ["03442", "03394", "03433", None]


def _named(figure: Figure) -> list[str]:
    return [name for name in ("Hoàng Sa", "Trường Sa") if any(name in each for each in words(figure))]


def _dots(figure: Figure) -> int:
    return sum(len(np.asarray(line.get_xydata())) for line in figure.axes[0].lines if line.get_linestyle() == "None")


def test_a_map_of_the_country_always_has_hoang_sa_and_truong_sa() -> None:
    drawn = drawn_map(replace(CHART, shapes=COUNTRY))
    assert _named(drawn) == ["Hoàng Sa", "Trường Sa"]
    assert _dots(drawn) >= 12


def test_the_outlines_of_the_file_take_the_place_of_the_dots() -> None:
    islands = (square("20333", 111.6, 16.5, 0.3), square("22736", 111.9, 8.6, 0.3))
    own = Shapes((*COUNTRY.shapes, *islands))
    assert own.lies_in(HOANG_SA)
    assert own.lies_in(TRUONG_SA)
    drawn = drawn_map(replace(CHART, shapes=own))
    assert _named(drawn) == ["Hoàng Sa", "Trường Sa"]
    assert _dots(drawn) == 0


def test_archipelagos_lie_within_the_picture() -> None:
    drawn = drawn_map(replace(CHART, shapes=COUNTRY), width_px=560)
    axes = drawn.axes[0]
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    for line in axes.lines:
        points = np.asarray(line.get_xydata(), dtype=float)
        assert ((left <= points[:, 0]) & (points[:, 0] <= right)).all()
        assert ((high <= points[:, 1]) & (points[:, 1] <= low)).all()


@pytest.mark.parametrize(("code", "expected"), [("48", ["Hoàng Sa"]), ("56", ["Trường Sa"]), ("12", [])])
def test_a_map_of_the_province_shows_the_archipelago_that_belongs_to_it(code: str, expected: list[str]) -> None:
    shapes = Shapes((square("20200", 108.0, 15.9), square("20203", 108.2, 15.9)))
    names = [each.name for each in islands_on(shapes, {"20200": code, "20203": code})]
    assert [name for name in ("Hoàng Sa", "Trường Sa") if any(name in each for each in names)] == expected


def test_a_map_of_one_commune_or_of_villages_shows_no_archipelago() -> None:
    assert islands_on(Shapes((square("20200", 108.0, 15.9),)), {"20200": "48"}) == ()
    assert (
        islands_on(Shapes((square("20200-001", 108.0, 15.9), square("20200-002", 108.2, 15.9))), {"20200": "48"}) == ()
    )


def test_the_archipelago_of_a_province_stands_in_a_frame_beside_it() -> None:
    codes = ("20194", "20197")
    shapes = Shapes(tuple(square(code, 108.0 + 0.2 * n, 15.9) for n, code in enumerate(codes)))
    drawn = drawn_map(Chart("", tuple(Bar("x", 70.0, 0.0, 90, "met", code) for code in codes), shapes=shapes))
    assert _named(drawn) == ["Hoàng Sa"]
    frames = [patch for patch in drawn.axes[0].patches if isinstance(patch, Rectangle)]
    outlines = [patch.get_path().get_extents() for patch in drawn.axes[0].patches if isinstance(patch, PathPatch)]
    assert len(frames) == 1
    assert all(box.x1 < frames[0].get_x() for box in outlines)


def test_a_map_goes_to_print_as_picture_and_as_lines() -> None:
    drawn = drawn_map(replace(CHART, shapes=COUNTRY), with_title=True)
    assert picture(drawn, "png")[:4] == b"\x89PNG"
    assert b"<svg" in picture(drawn, "svg")
    assert picture(drawn, "pdf")[:4] == b"%PDF"
