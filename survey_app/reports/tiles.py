"""Tiles: one of the same size for each place, in the order of the catalogue, as dark as its figure is high.

Every tile says name and figure, and whether the target is met, so that nothing hangs on the colour. A place without a
figure, or with too few people for one, is outlined with dots.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from survey_app.i18n import _
from survey_app.reports.charts import DPI, Bar, Chart, is_drawn, words_at
from survey_app.reports.palette import LIGHT, ChartFonts, ChartPalette, bundled_fonts
from survey_app.reports.scale import POINT, check, in_order, scale_key, step_of, width_of, without_figure
from survey_app.reports.words import figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_NARROWEST, _HIGH, _GAP, _EDGE = 132.0, 58.0, 6.0, 12.0
_TOP, _BOTTOM, _TITLE = 44.0, 12.0, 30.0
_LINES = 2


def across(width_px: float) -> int:
    """Return how many tiles stand beside each other."""
    return max(1, int((width_px - 2 * _EDGE + _GAP) // (_NARROWEST + _GAP)))


def tiles(
    chart: Chart,
    palette: ChartPalette = LIGHT,
    fonts: ChartFonts | None = None,
    width_px: int = 1000,
    *,
    with_title: bool = False,
    selected: str = "",
) -> Figure:
    """Return the chart as a Figure; arguments as of ``charts.ranked_bars``."""
    from matplotlib.figure import Figure

    bars, faces = in_order(chart), fonts or bundled_fonts()
    top = _TOP + (_TITLE if with_title else 0.0)
    rows = max(1, -(-len(bars) // across(width_px)))
    height = top + rows * (_HIGH + _GAP) - _GAP + _BOTTOM
    drawn = Figure(figsize=(width_px / DPI, height / DPI), dpi=DPI, facecolor=palette.surface)
    axes = drawn.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, width_px)
    axes.set_ylim(height, 0)
    if with_title:
        words_at(drawn, _EDGE / width_px, 1 - 18 / height, chart.title, faces, palette.text, face="words_bold", px=16)
    scale_key(drawn, chart, palette, faces, (width_px, height), top - _TOP + 10)
    for number, bar in enumerate(bars):
        _draw(
            axes, _box(number, width_px, top), bar, chart, palette, faces, marked=bool(selected) and bar.key == selected
        )
    if not bars:
        words_at(drawn, 0.5, 1 - (top + _HIGH / 2) / height, _("No answers yet"), faces, palette.text3, side="center")
    return drawn


def _box(number: int, width_px: float, top: float) -> tuple[float, float, float, float]:
    """Return left, top, width and height of a tile in pixels."""
    beside = across(width_px)
    wide = (width_px - 2 * _EDGE + _GAP) / beside - _GAP
    row, column = divmod(number, beside)
    return _EDGE + column * (wide + _GAP), top + row * (_HIGH + _GAP), wide, _HIGH


def _draw(  # noqa: PLR0917 - everything a tile is drawn with
    axes: Any,
    box: tuple[float, float, float, float],
    bar: Bar,
    chart: Chart,
    palette: ChartPalette,
    faces: ChartFonts,
    *,
    marked: bool,
) -> None:
    from matplotlib.patches import FancyBboxPatch

    left, top, wide, high = box
    shown = is_drawn(bar, chart)
    ground, ink = palette.surface, palette.text2
    edge: dict[str, Any] = {"edgecolor": palette.text3, "linestyle": (0, (1.5, 2.5)), "linewidth": 1.0}
    if shown and bar.estimate is not None:
        step = step_of(bar.estimate)
        ground, ink = palette.heat[step], palette.heat_text[step]
        edge = {"edgecolor": ground, "linewidth": 0.6}
    if marked:
        edge = {"edgecolor": palette.text, "linewidth": 3 * POINT * 1.2}
    shape = "round,pad=0,rounding_size=5"
    axes.add_patch(FancyBboxPatch((left, top), wide, high, boxstyle=shape, facecolor=ground, **edge))
    face = faces.face("words", 12 * POINT)
    for line, words in enumerate(lines_of(bar.name, face, (wide - 14) * POINT)):
        axes.text(left + 7, top + 11 + line * 15, words, fontproperties=face, color=ink, ha="left", va="center")
    told = figure(bar.estimate, True) if shown else without_figure(bar, chart)
    bold = faces.face("figures_bold" if shown else "figures", (14 if shown else 12) * POINT)
    axes.text(left + 7, top + high - 12, told, fontproperties=bold, color=ink, ha="left", va="center")
    if shown and bar.status == "met":
        check(axes, left + wide - 16, top + high - 12, ink)


def lines_of(words: str, face: Any, room: float) -> list[str]:
    """Return words on at most two lines of so many points, elided at the end of the second."""
    if width_of(words, face) <= room:
        return [words]
    first = words
    while " " in first and width_of(first, face) > room:
        first = first.rpartition(" ")[0]
    rest = words[len(first) :].strip()
    lines = [first, rest] if rest else [first]
    return [_elided(line, face, room) for line in lines[:_LINES]]


def _elided(words: str, face: Any, room: float) -> str:
    if width_of(words, face) <= room:
        return words
    while words and width_of(words + "…", face) > room:
        words = words[:-1]
    return words.rstrip() + "…"


def tile_at(figure_: Figure, chart: Chart, x_px: float, y_px: float) -> Bar | None:
    """Return the tile under a point in pixels from the top left of the figure, None where there is none."""
    scale = figure_.dpi / DPI
    width, height = figure_.get_figwidth() * DPI, figure_.get_figheight() * DPI
    bars = in_order(chart)
    rows = max(1, -(-len(bars) // across(width)))
    top = height - _BOTTOM + _GAP - rows * (_HIGH + _GAP)
    for number, bar in enumerate(bars):
        left, upper, wide, high = _box(number, width, top)
        if left <= x_px / scale <= left + wide and upper <= y_px / scale <= upper + high:
            return bar
    return None
