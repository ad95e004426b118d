"""How places are spread: a dot a place on one scale from 0 to 100 %, with the box that half of them lie in.

Only places with enough people have a dot; how many have none is told in words. Dots of nearly the same value stand
above each other, so that none hides another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from survey_app.i18n import _, ngettext
from survey_app.reports.charts import DPI, Bar, Chart, is_drawn, sheet, target_line, words_at
from survey_app.reports.palette import LIGHT, ChartFonts, ChartPalette, bundled_fonts
from survey_app.reports.words import figure, status_word
from survey_app.text import sort_key

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_HEIGHT = 268.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 24.0, 24.0, 58.0, 62.0
_STEP = 0.17
"""How far above each other dots stand, in shares of the height of the chart."""
_NEAR = 1.1
"""Dots nearer to each other than so many points of a percent stand above each other."""
_BOX = -0.42


def dots(chart: Chart) -> tuple[Bar, ...]:
    """Return the places that have a dot, low to high."""
    return tuple(
        sorted((bar for bar in chart.bars if is_drawn(bar, chart)), key=lambda bar: (_at(bar), sort_key(bar.name)))
    )


def spread(
    chart: Chart,
    palette: ChartPalette = LIGHT,
    fonts: ChartFonts | None = None,
    width_px: int = 1000,
    *,
    with_title: bool = False,
    selected: str = "",
) -> Figure:
    """Return the chart as a Figure; arguments as of ``charts.ranked_bars``."""
    faces, top = fonts or bundled_fonts(), _TOP + (30.0 if with_title else 0.0)
    height = _HEIGHT + (30.0 if with_title else 0.0)
    drawn, axes = sheet(chart, palette, faces, (width_px, height), (_LEFT, _RIGHT, top, _BOTTOM), with_title)
    axes.set_ylim(-0.8, 1.0)
    found = dots(chart)
    if not found:
        words_at(drawn, 0.5, 0.5, _("No place has enough people for a rate"), faces, palette.text3, side="center")
        return drawn
    _draw_box(axes, found, palette)
    colours = {"met": palette.met, "not_met": palette.not_met, "inconclusive": palette.inconclusive}
    for bar, (x, y) in zip(found, _places(found), strict=True):
        edge = palette.text if bar.key == selected and selected else palette.surface
        size = 11 if bar.key == selected and selected else 8
        shape = {"met": "o", "not_met": "D"}.get(bar.status, "s")
        colour = colours.get(bar.status, palette.plain)
        axes.plot([x], [y], shape, color=colour, markersize=size, markeredgecolor=edge, markeredgewidth=1.2, zorder=4)
    if chart.target is not None:
        target_line(axes, chart, palette, faces, (-0.8, 1.0), 1.0)
    _legend(drawn, found, colours, faces, palette, 1 - (top - 44) / height)
    words_at(drawn, _LEFT / width_px, 14 / height, _below(chart, found), faces, palette.text2)
    return drawn


def _at(bar: Bar) -> float:
    return bar.estimate or 0.0


def _places(found: tuple[Bar, ...]) -> list[tuple[float, float]]:
    """Return where each dot stands; those near each other in a pile, as high as there is room."""
    placed: list[tuple[float, float]] = []
    for bar in found:
        taken = {round(y / _STEP) for x, y in placed[-40:] if abs(x - _at(bar)) < _NEAR}
        level = next(n for n in range(len(placed) + 1) if n not in taken)
        placed.append((_at(bar), level * _STEP))
    highest = max(y for _x, y in placed)
    squeeze = min(1.0, 0.82 / highest) if highest else 1.0
    return [(x, y * squeeze) for x, y in placed]


def _draw_box(axes: Any, found: tuple[Bar, ...], palette: ChartPalette) -> None:
    """Draw least, quarter, middle, three quarters and most."""
    import numpy as np

    least, low, middle, high, most = np.percentile([_at(bar) for bar in found], (0, 25, 50, 75, 100))
    axes.plot([least, most], [_BOX, _BOX], color=palette.text3, linewidth=1, zorder=2)
    axes.barh(_BOX, high - low, left=low, height=0.3, color=palette.line, edgecolor=palette.text3, zorder=3)
    axes.plot([middle, middle], [_BOX - 0.15, _BOX + 0.15], color=palette.text, linewidth=2, zorder=4)


def _below(chart: Chart, found: tuple[Bar, ...]) -> str:
    import numpy as np

    low, middle, high = np.percentile([_at(bar) for bar in found], (25, 50, 75))
    said = _("Half of the places lie between {low} and {high}; the middle one at {middle}.").format(
        low=figure(low, True), high=figure(high, True), middle=figure(middle, True)
    )
    without = len(chart.bars) - len(found)
    if without:
        words = ngettext("{count} place has too few for a rate.", "{count} places have too few for a rate.", without)
        said += " " + words.format(count=without)
    return said


def _legend(  # noqa: PLR0917 - everything it is drawn with
    drawn: Figure, found: tuple[Bar, ...], colours: dict[str, str], faces: ChartFonts, palette: ChartPalette, y: float
) -> None:
    from matplotlib.lines import Line2D

    shapes = {"met": "o", "not_met": "D", "inconclusive": "s"}
    present = {bar.status for bar in found}
    handles = [
        Line2D([], [], color=colours[one], marker=shapes[one], linestyle="none", markersize=7, label=status_word(one))
        for one in colours
        if one in present
    ]
    if handles:
        place: dict[str, Any] = {"loc": "center right", "bbox_to_anchor": (0.995, y), "borderpad": 0}
        legend = drawn.legend(handles=handles, prop=faces.face("words", 9), ncols=4, frameon=False, **place)
        for text in legend.get_texts():
            text.set_color(palette.text2)


def dot_at(figure_: Figure, chart: Chart, x_px: float, y_px: float) -> Bar | None:
    """Return the dot nearest to a point in pixels from the top left, None when none is near."""
    axes = figure_.axes[0]
    found = dots(chart)
    height = figure_.get_figheight() * figure_.dpi
    nearest = None
    for bar, place in zip(found, _places(found), strict=True) if found else ():
        x, y = axes.transData.transform(place)
        far = (x - x_px) ** 2 + (height - y - y_px) ** 2
        if far <= (12 * figure_.dpi / DPI) ** 2 and (nearest is None or far < nearest[0]):
            nearest = (far, bar)
    return nearest[1] if nearest else None
