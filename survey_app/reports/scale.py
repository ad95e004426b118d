"""The scale of figures by depth of colour: one blue in five steps, the same in the heat table, in tiles and on maps."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from survey_app.i18n import _
from survey_app.indicators.disclosure import WITHHELD
from survey_app.reports.words import DASH, status_word, target_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from survey_app.reports.charts import Bar, Chart
    from survey_app.reports.palette import ChartFonts, ChartPalette

BOUNDS = (50, 65, 75, 85)
"""Percent where the next darker step begins."""
POINT = 0.75
"""Points of a pixel at 96 dots an inch."""
_SWATCH = (44.0, 20.0)


def step_of(percent: float) -> int:
    """Return the step of the scale, 0 to 4."""
    return sum(percent >= bound for bound in BOUNDS)


def step_words() -> tuple[str, ...]:
    """Return what stands in the five steps of the key."""
    return (f"<{BOUNDS[0]}", *(str(bound) for bound in BOUNDS[:-1]), f"{BOUNDS[-1]}+")


def in_order(chart: Chart) -> tuple[Bar, ...]:
    """Return the rows of a chart in the order of the catalogue, which is that of the codes."""
    return tuple(sorted(chart.bars, key=lambda bar: (not bar.key[:1].isdecimal(), bar.key)))


def scale_key(  # noqa: PLR0917 - everything it is drawn with
    drawn: Figure, chart: Chart, palette: ChartPalette, faces: ChartFonts, size: tuple[float, float], top: float
) -> None:
    """Draw the key of the scale at the right and the target at the left, ``top`` pixels from the upper edge."""
    from matplotlib.patches import Rectangle

    from survey_app.reports.charts import words_at

    (width, height), (wide, high) = size, _SWATCH
    left, middle = width - 12 - 5 * wide, 1 - (top + high / 2) / height
    words_at(drawn, (left - 10) / width, middle, _("Percent"), faces, palette.text3, side="right", px=12)
    for step, word in enumerate(step_words()):
        box: Any = ((left + step * wide) / width, middle - high / 2 / height)
        style: dict[str, Any] = {"facecolor": palette.heat[step], "linewidth": 0, "transform": drawn.transFigure}
        drawn.add_artist(Rectangle(box, wide / width, high / height, **style))
        at, ink = (left + (step + 0.5) * wide) / width, palette.heat_text[step]
        words_at(drawn, at, middle, word, faces, ink, side="center", face="figures", px=12)
    if chart.target is not None:
        goal = target_figure(chart.operator, chart.target, True).removeprefix("≥ ")
        told = _("Target {target}; where it is met:").format(target=goal)
        words_at(drawn, 12 / width, middle, told, faces, palette.text2, px=13)
        after = 12 + width_of(told, faces.face("words", 13 * POINT)) / POINT + 10
        check(drawn, after, top + high / 2, palette.text2, drawn.transFigure, size)


def check(  # noqa: PLR0917 - where, what, how
    on: Any, x: float, y: float, colour: str, transform: Any = None, size: tuple[float, float] = (1.0, 1.0)
) -> None:
    """Draw a check mark at a point in pixels from the top left, on axes whose scale is that, or on a figure.

    Args:
        on: the axes or the figure.
        x: pixels from the left.
        y: pixels from the top.
        colour: of the mark.
        transform: that of the figure; None on axes.
        size: width and height of the figure in pixels.
    """
    from matplotlib.lines import Line2D

    style: dict[str, Any] = {"linewidth": 1.7, "solid_capstyle": "round", "solid_joinstyle": "round", "color": colour}
    across, down = (x - 4, x - 1, x + 5), (y, y + 3.5, y - 4)
    if transform is None:
        on.add_line(Line2D(across, down, **style))
        return
    width, height = size
    on.add_artist(Line2D([a / width for a in across], [1 - d / height for d in down], transform=transform, **style))


def without_figure(bar: Bar, chart: Chart) -> str:
    """Return what stands in the place of a figure that is not shown."""
    if bar.status == WITHHELD:
        return status_word(bar.status)
    return f"n < {chart.fewest}" if bar.base < chart.fewest else DASH


@lru_cache(maxsize=8192)
def _width(words: str, file: str, size: float) -> float:
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    face = FontProperties(fname=file, size=size) if file else FontProperties(family="DejaVu Sans", size=size)
    return float(text_to_path.get_text_width_height_descent(words, face, False)[0])


def width_of(words: str, face: Any) -> float:
    """Return how wide words are in points."""
    return _width(words, str(face.get_file() or ""), face.get_size_in_points())
