"""One indicator from round to round: a line over the rounds, each with its figure and how many stand behind it.

A round in which too few were asked, or the question was not asked, has no dot, and the line is broken there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from survey_app.i18n import language, ngettext
from survey_app.reports.charts import Bar, Chart, is_drawn, sheet, target_line
from survey_app.reports.palette import LIGHT, ChartFonts, ChartPalette, bundled_fonts
from survey_app.reports.words import DASH, figure
from survey_app.text import show_number

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_HEIGHT = 300.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 56.0, 120.0, 40.0, 62.0
_LONGEST = 24


def trend(
    chart: Chart,
    palette: ChartPalette = LIGHT,
    fonts: ChartFonts | None = None,
    width_px: int = 1000,
    *,
    with_title: bool = False,
    selected: str = "",
) -> Figure:
    """Return the chart as a Figure, a bar of ``chart`` a round in their order; arguments as of ``ranked_bars``."""
    faces, top = fonts or bundled_fonts(), _TOP + (30.0 if with_title else 0.0)
    height = _HEIGHT + (30.0 if with_title else 0.0)
    size, margins = (width_px, height), (_LEFT, _RIGHT, top, _BOTTOM)
    drawn, axes = sheet(chart, palette, faces, size, margins, with_title, upright=True)
    bars = chart.bars
    axes.set_xlim(-0.5, max(len(bars), 1) - 0.5)
    axes.set_xticks([])
    values = [bar.estimate if is_drawn(bar, chart) and bar.estimate is not None else float("nan") for bar in bars]
    axes.plot(range(len(bars)), values, color=palette.text2, linewidth=1.5, zorder=3)
    colours = {"met": palette.met, "not_met": palette.not_met, "inconclusive": palette.inconclusive}
    for at, bar in enumerate(bars):
        _draw_round(axes, at, bar, chart, palette, faces, colours.get(bar.status, palette.plain), bar.key == selected)
    if chart.target is not None:
        target_line(axes, chart, palette, faces, axes.get_xlim(), upright=True)
    return drawn


def _draw_round(  # noqa: PLR0917 - everything a dot is drawn with
    axes: Any,
    at: int,
    bar: Bar,
    chart: Chart,
    palette: ChartPalette,
    faces: ChartFonts,
    colour: str,
    marked: bool,
) -> None:
    shown = is_drawn(bar, chart)
    if shown and bar.estimate is not None:
        edge = palette.text if marked else palette.surface
        axes.plot([at], [bar.estimate], "o", color=colour, markersize=11, markeredgecolor=edge, zorder=5)
        above = {"textcoords": "offset points", "ha": "center", "annotation_clip": False}
        face = faces.face("figures_bold", 10)
        text, low = figure(bar.estimate, True), bar.estimate > 88
        off = (0, -18) if low else (0, 10)
        axes.annotate(text, (at, bar.estimate), off, fontproperties=face, color=palette.text, **above)
    place: dict[str, Any] = {"ha": "center", "va": "top", "clip_on": False}
    name = bar.name if len(bar.name) <= _LONGEST else bar.name[: _LONGEST - 1] + "…"
    axes.text(at, -6, name, fontproperties=faces.face("words", 9.5), color=palette.text, **place)
    base = ngettext("{count} household", "{count} households", bar.base)
    if chart.of_people:
        base = ngettext("{count} person", "{count} people", bar.base)
    told = base.format(count=show_number(bar.base, 0, language()) if bar.base else DASH)
    axes.text(at, -15, told, fontproperties=faces.face("figures", 9), color=palette.text3, **place)


def round_at(figure_: Figure, chart: Chart, x_px: float) -> Bar | None:
    """Return the round over a distance in pixels from the left, None where there is none."""
    left = figure_.axes[0].transData.transform((-0.5, 0))[0]
    right = figure_.axes[0].transData.transform((len(chart.bars) - 0.5, 0))[0]
    if not chart.bars or not left <= x_px < right:
        return None
    return chart.bars[int((x_px - left) / (right - left) * len(chart.bars))]
