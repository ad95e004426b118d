"""A map of the office's own outlines, every place as dark as its figure is high (north above, degrees true to shape).

Where the country is shown, so are the archipelagos Hoàng Sa and Trường Sa: with the outlines of the file where it has
them, else as dots at their islands; both are named. A map of the province that one belongs to has it in a frame.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from survey_app.i18n import N_, _
from survey_app.places.shapes import HOANG_SA, TRUONG_SA, Point, Ring, Shape, Shapes, area
from survey_app.reports.charts import DPI, Bar, Chart, is_drawn, words_at
from survey_app.reports.palette import LIGHT, ChartFonts, ChartPalette, bundled_fonts
from survey_app.reports.scale import POINT, check, in_order, scale_key, step_of, width_of, without_figure
from survey_app.reports.words import figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_EDGE, _TOP, _BOTTOM, _TITLE = 12.0, 44.0, 34.0, 30.0
_LOWEST, _ON_SCREEN, _ON_PAPER = 300.0, 520.0, 860.0
"""Pixels that the outlines are high: at least, at most in the window, at most in a file."""
_FRAME = 170.0
"""Side of the frame of an archipelago beside a map of its province."""


@dataclass(frozen=True)
class Islands:
    """An archipelago.

    Attributes:
        name: as it stands on the map.
        province: code of the province that it belongs to.
        box: west, south, east and north.
        dots: its larger islands.
    """

    name: str
    province: str
    box: tuple[float, float, float, float]
    dots: tuple[Point, ...]


ISLANDS = (
    Islands(
        N_("Hoàng Sa archipelago (Đà Nẵng, Việt Nam)"),
        "48",
        HOANG_SA,
        ((112.34, 16.83), (111.61, 16.53), (111.20, 15.78), (112.73, 16.67), (112.27, 16.98), (111.71, 16.45)),
    ),
    Islands(
        N_("Trường Sa archipelago (Khánh Hòa, Việt Nam)"),
        "56",
        TRUONG_SA,
        ((111.92, 8.64), (114.33, 11.43), (114.33, 9.88), (114.36, 10.18), (114.48, 10.37), (112.92, 7.88),
         (113.70, 8.97), (113.30, 8.18), (114.37, 10.38), (115.80, 9.72)),
    ),
)  # fmt: skip


def islands_on(shapes: Shapes, parents: dict[str, str] | None = None) -> tuple[Islands, ...]:
    """Return the archipelagos that a map must show: both on one of the country, each on one of its own province.

    Args:
        shapes: the outlines.
        parents: the province of a commune by its code.
    """
    if shapes.shows_country():
        return ISLANDS
    above = [(parents or {}).get(code, "") for code in shapes.codes]
    return tuple(each for each in ISLANDS if each.province in shapes.codes or above.count(each.province) > 1)


def drawn_map(
    chart: Chart,
    palette: ChartPalette = LIGHT,
    fonts: ChartFonts | None = None,
    width_px: int = 1000,
    *,
    with_title: bool = False,
    selected: str = "",
) -> Figure:
    """Return the chart as a Figure; ``chart.shapes`` are drawn. Arguments as of ``charts.ranked_bars``."""
    from matplotlib.figure import Figure
    from matplotlib.patches import Rectangle

    shapes, faces = chart.shapes, fonts or bundled_fonts()
    if shapes is None:
        raise ValueError("a map needs outlines")
    islands = islands_on(shapes, _parents())
    sight = _sight(shapes, islands, width_px, _TOP + (_TITLE if with_title else 0.0))
    drawn = Figure(figsize=(width_px / DPI, sight.height / DPI), dpi=DPI, facecolor=palette.surface)
    axes = drawn.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, width_px)
    axes.set_ylim(sight.height, 0)
    size = (float(width_px), sight.height)
    if with_title:
        at = _EDGE / width_px, 1 - 18 / sight.height
        words_at(drawn, *at, chart.title, faces, palette.text, face="words_bold", px=16)
    scale_key(drawn, chart, palette, faces, size, sight.top_edge - _TOP + 10)
    bars = {bar.key: bar for bar in chart.bars}
    ordered = sorted(shapes.shapes, key=lambda shape: bool(selected) and shape.code == selected)
    for shape in ordered:
        marked = bool(selected) and shape.code == selected
        _draw(axes, shape, bars.get(shape.code), chart, sight, palette, marked=marked)
    for shape in ordered:
        _label(axes, shape, bars.get(shape.code), chart, sight, palette, faces)
    framed = _framed(shapes, islands)
    for number, each in enumerate(islands):
        inside_ = _Sight.frame(each, number, width_px, sight.top_edge) if framed else sight
        _draw_islands(axes, each, shapes, inside_, palette, faces)
        if framed:
            left, upper = width_px - _EDGE - _FRAME, sight.top_edge + number * (_FRAME + _EDGE)
            box: dict[str, Any] = {"facecolor": "none", "edgecolor": palette.text3, "linewidth": 0.8}
            axes.add_patch(Rectangle((left, upper), _FRAME, _FRAME, **box))
    words_at(drawn, _EDGE / width_px, 14 / sight.height, _below(chart, shapes), faces, palette.text2, px=12)
    return drawn


def _framed(shapes: Shapes, islands: tuple[Islands, ...]) -> bool:
    """Tell whether archipelagos stand in a frame of their own: far off a map that is not of the country."""
    return not shapes.shows_country() and not any(shapes.lies_in(each.box) for each in islands)


def _sight(shapes: Shapes, islands: tuple[Islands, ...], width_px: float, top: float) -> _Sight:
    if _framed(shapes, islands):
        beside = _FRAME + _EDGE if islands else 0.0
        return _Sight.of([shapes.bounds()], width_px - beside, top)
    return _Sight.of([shapes.bounds(), *(each.box for each in islands)], width_px, top)


@lru_cache(maxsize=1)
def _parents() -> dict[str, str]:
    from survey_app.places import load_catalogue

    return {place.code: place.parent for place in load_catalogue() if place.level == "commune"}


@dataclass(frozen=True)
class _Sight:
    """Where degrees stand on the page."""

    west: float
    north: float
    scale: float
    narrow: float
    left: float
    top: float
    height: float
    top_edge: float

    @classmethod
    def of(cls, boxes: Sequence[tuple[float, float, float, float]], width_px: float, top: float) -> _Sight:
        west, south = min(box[0] for box in boxes), min(box[1] for box in boxes)
        east, north = max(box[2] for box in boxes), max(box[3] for box in boxes)
        narrow = math.cos(math.radians((south + north) / 2))
        wide, high = max((east - west) * narrow, 1e-6), max(north - south, 1e-6)
        room = width_px - 2 * _EDGE
        inside = min(max(room * high / wide, _LOWEST), _ON_PAPER if top > _TOP else _ON_SCREEN)
        scale = min(room / wide, inside / high)
        left = _EDGE + (room - wide * scale) / 2
        upper = top + (inside - high * scale) / 2
        return cls(west, north, scale, narrow, left, upper, top + inside + _BOTTOM, top)

    @classmethod
    def frame(cls, islands: Islands, number: int, width_px: float, top: float) -> _Sight:
        """Return where degrees stand in the frame of an archipelago, at the right."""
        west, south, east, north = islands.box
        narrow = math.cos(math.radians((south + north) / 2))
        scale = (_FRAME - 44) / max((east - west) * narrow, north - south)
        left, upper = width_px - _EDGE - _FRAME + 22, top + number * (_FRAME + _EDGE) + 8
        return cls(west, north, scale, narrow, left, upper, upper + _FRAME, top)

    def at(self, point: Point) -> Point:
        x, y = point
        return self.left + (x - self.west) * self.narrow * self.scale, self.top + (self.north - y) * self.scale

    def ring(self, ring: Ring) -> list[Point]:
        return [self.at(point) for point in ring]


def _draw(  # noqa: PLR0917 - everything an outline is drawn with
    axes: Any, shape: Shape, bar: Bar | None, chart: Chart, sight: _Sight, palette: ChartPalette, *, marked: bool
) -> None:
    from matplotlib.patches import PathPatch

    shown = bar is not None and is_drawn(bar, chart)
    style: dict[str, Any] = {"facecolor": palette.surface, "edgecolor": palette.text3, "linewidth": 0.7}
    if shown and bar is not None and bar.estimate is not None:
        style["facecolor"] = palette.heat[step_of(bar.estimate)]
    elif bar is not None:
        style["linestyle"] = (0, (1.5, 2.0))
    if marked:
        style |= {"edgecolor": palette.text, "linewidth": 2.4, "linestyle": "solid"}
    if shape.rings:
        axes.add_patch(PathPatch(_path(shape, sight), **style))
    for dot in shape.dots:
        x, y = sight.at(dot)
        colours = {"markerfacecolor": style["facecolor"], "markeredgecolor": style["edgecolor"]}
        axes.plot([x], [y], "o", markersize=11 if marked else 9, markeredgewidth=style["linewidth"], **colours)


def _path(shape: Shape, sight: _Sight) -> Any:
    from matplotlib.path import Path

    points: list[Point] = []
    codes: list[Any] = []
    for ring in shape.rings:
        drawn = sight.ring(ring)
        points += [*drawn, drawn[0]]
        codes += [Path.MOVETO, *[Path.LINETO] * (len(drawn) - 1), Path.CLOSEPOLY]
    return Path(points, codes)


def _label(  # noqa: PLR0917 - everything a label is drawn with
    axes: Any, shape: Shape, bar: Bar | None, chart: Chart, sight: _Sight, palette: ChartPalette, faces: ChartFonts
) -> None:
    """Write name and figure into an outline, as far as there is room."""
    if bar is None or not (shape.rings or shape.dots):
        return
    shown = is_drawn(bar, chart) and bar.estimate is not None
    ink = palette.heat_text[step_of(bar.estimate or 0.0)] if shown else palette.text2
    told = figure(bar.estimate, True) if shown else without_figure(bar, chart)
    bold, face = faces.face("figures_bold", 12 * POINT), faces.face("words", 12 * POINT)
    if not shape.rings:
        x, y = sight.at(shape.dots[0])
        words = f"{bar.name} {told}"
        axes.text(x + 9, y, words, fontproperties=face, color=palette.text, ha="left", va="center")
        return
    x, y, wide, high = inside(sight.ring(max(shape.rings, key=area)))
    named = width_of(bar.name, face) / POINT + 8 <= wide and high >= 36
    place: dict[str, Any] = {"ha": "center", "va": "center", "color": ink}
    if named:
        axes.text(x, y - 8, bar.name, fontproperties=face, **place)
    if width_of(told, bold) / POINT + 4 <= wide and high >= 16:
        axes.text(x, y + (8 if named else 0), told, fontproperties=bold, **place)
        if shown and bar.status == "met" and width_of(told, bold) / POINT + 32 <= wide:
            check(axes, x + width_of(told, bold) / POINT / 2 + 9, y + (8 if named else 0), ink)


def inside(ring: list[Point]) -> tuple[float, float, float, float]:
    """Return a point inside a ring, how wide the ring is there, and its height as a whole."""
    ys = [y for _x, y in ring]
    low, high = min(ys), max(ys)
    best = (ring[0][0], ring[0][1], 0.0)
    for share in (0.5, 0.4, 0.6, 0.3, 0.7):
        y = low + (high - low) * share
        crossings = sorted(
            x + (y - v) / (w - v) * (u - x)
            for (x, v), (u, w) in zip(ring, [*ring[1:], ring[0]], strict=True)
            if (v > y) != (w > y)
        )
        for left, right in zip(crossings[::2], crossings[1::2], strict=False):
            if right - left > best[2] * 1.15:
                best = ((left + right) / 2, y, right - left)
    return (*best, high - low)


def _draw_islands(  # noqa: PLR0917 - everything they are drawn with
    axes: Any, islands: Islands, shapes: Shapes, sight: _Sight, palette: ChartPalette, faces: ChartFonts
) -> None:
    """Name an archipelago; where the file does not hold it, put a dot on each of its larger islands."""
    west, south, east, _north = islands.box
    if not shapes.lies_in(islands.box):
        points = [sight.at(dot) for dot in islands.dots]
        style: dict[str, Any] = {"color": palette.text2, "markersize": 3.2, "linestyle": "none", "marker": "o"}
        axes.plot([x for x, _y in points], [y for _x, y in points], **style)
    x, y = sight.at(((west + east) / 2, south))
    face = faces.face("words", 11 * POINT)
    words = _(islands.name)
    half = width_of(words, face) / POINT / 2
    right = float(axes.get_xlim()[1])
    if half > _FRAME / 2 - 4 and _framed(shapes, (islands,)):
        first, _blank, last = words.partition(" (")
        words, half = f"{first}\n({last}", _FRAME / 2
        x, y = right - _EDGE - half, y + 8
    x = min(max(x, _EDGE + half), right - _EDGE - half)
    axes.text(x, y + 8, words, fontproperties=face, color=palette.text2, ha="center", va="center")


def _below(chart: Chart, shapes: Shapes) -> str:
    missing = [bar.name for bar in in_order(chart) if bar.key not in shapes.codes]
    if not missing:
        return _("Outlines: the office's own file.")
    named = ", ".join(missing[:4]) + ("…" if len(missing) > 4 else "")
    return _("Outlines: the office's own file. Not on it: {names}.").format(names=named)


def place_at(figure_: Figure, chart: Chart, x_px: float, y_px: float) -> Bar | None:
    """Return the place under a point in pixels from the top left of the figure, None where there is none."""
    if chart.shapes is None:
        return None
    scale = figure_.dpi / DPI
    at = (x_px / scale, y_px / scale)
    width, height = figure_.get_figwidth() * DPI, figure_.get_figheight() * DPI
    islands = islands_on(chart.shapes, _parents())
    plain = _sight(chart.shapes, islands, width, _TOP)
    titled = _sight(chart.shapes, islands, width, _TOP + _TITLE)
    sight = plain if math.isclose(plain.height, height, abs_tol=1) else titled
    bars = {bar.key: bar for bar in chart.bars}
    for shape in chart.shapes.shapes:
        if shape.code in bars and shape.rings and _path(shape, sight).contains_point(at):
            return bars[shape.code]
        if shape.code in bars and any(math.dist(sight.at(dot), at) < 10 for dot in shape.dots):
            return bars[shape.code]
    return None
