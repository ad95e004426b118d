"""Ranked bars against a target, as a matplotlib Figure without a window: for the screen's canvas, PNG and SVG alike.

Bars run from 0 to 100 %, high to low. What is not known follows the bar as outlined hatching, and hatching means
nothing else. Where too few people stand behind a figure there are words instead of a bar. The target is a line in the
colour of text on a halo of the ground's colour. Figures, unknown share, base and status stand in columns right of the
bars, so that no meaning hangs on colour alone.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from survey_app.i18n import _, language
from survey_app.reports.palette import LIGHT, ChartFonts, ChartPalette, bundled_fonts
from survey_app.reports.words import DASH, WITHHELD_MARK, figure, status_word, target_figure
from survey_app.text import show_number, sort_key

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from survey_app.places.shapes import Shapes

DPI = 96
_ROW = 26.0
_BAR = 0.56
_TOP = 64.0
_BOTTOM = 28.0
_FIGURES = 360.0
"""Pixels that the columns right of the bars take."""
_COLUMNS = (288.0, 219.0, 137.0, 122.0)
"""Where they stand, in pixels from the right edge."""
_LETTER = 7.9
_SIDES = ("right", "right", "right", "left")
_HATCH = "//////"
_VISIBLE = 0.05
_ABOVE = -0.62
_POINT = 72 / DPI


@dataclass(frozen=True)
class Bar:
    """One row of the chart.

    Attributes:
        name: of the place or group.
        estimate: percent from 0 to 100, None when there is none.
        unknown: percent of the base that cannot be decided.
        base: people or households.
        status: as in ``survey_app.indicators``.
        key: what the window knows the row by, for example the code of the place.
    """

    name: str
    estimate: float | None
    unknown: float
    base: int
    status: str
    key: str = ""


@dataclass(frozen=True)
class Chart:
    """Everything a chart of ranked bars says.

    Attributes:
        title: heading, drawn only in files; the window has its own.
        bars: rows, in any order.
        target: value in percent, None when there is none or several.
        operator: the target's operator.
        fewest: below this base there is no bar.
        of_people: the base counts people, not households.
        shapes: outlines of the places, for a map.
        gap: so many rows stand above those that were left out (``ends``); 0 where none were.
    """

    title: str
    bars: tuple[Bar, ...]
    target: float | None = None
    operator: str = ">="
    fewest: int = 30
    of_people: bool = True
    shapes: Shapes | None = None
    gap: int = 0

    def in_words(self) -> str:
        """Return what the chart shows, for those who do not see it."""
        told = [
            f"{bar.name}: {figure(bar.estimate, True) if is_drawn(bar, self) else _too_few(bar, self)}"
            for bar in ranked(self)
        ]
        return f"{self.title}. " + "; ".join(told)


def ranked(chart: Chart) -> tuple[Bar, ...]:
    """Return the rows as they are drawn: high to low, those without a bar last."""

    def rank(bar: Bar) -> tuple[bool, float, Any]:
        drawn = is_drawn(bar, chart)
        return not drawn, -(bar.estimate or 0.0) if drawn else 0.0, sort_key(bar.name)

    return tuple(sorted(chart.bars, key=rank))


def ends(chart: Chart, most: int) -> Chart:
    """Return the chart with its highest and lowest rows only, where it has more than ``most`` rows."""
    rows = ranked(chart)
    if len(rows) <= most:
        return chart
    told = [bar for bar in rows if is_drawn(bar, chart)]
    high, low = most - most // 2, most // 2
    if len(told) <= most:  # the rows without a bar are those left out
        return replace(chart, bars=rows[:most])
    return replace(chart, bars=(*told[:high], *told[-low:]), gap=high)


def is_drawn(bar: Bar, chart: Chart) -> bool:
    """Tell whether a row has a figure that enough people or households stand behind."""
    return bar.estimate is not None and not math.isnan(bar.estimate) and bar.base >= chart.fewest


def ranked_bars(
    chart: Chart,
    palette: ChartPalette = LIGHT,
    fonts: ChartFonts | None = None,
    width_px: int = 1000,
    *,
    with_title: bool = False,
    selected: str = "",
) -> Figure:
    """Return the chart as a Figure of ``width_px`` by as many pixels as the rows need, at 96 dots an inch.

    Args:
        chart: what it says.
        palette: colours.
        fonts: font files; None for those that come with the program.
        width_px: width in pixels at 100 %.
        with_title: draw the title above the legend.
        selected: key of a row to be marked.
    """
    bars, faces = ranked(chart), fonts or bundled_fonts()
    rows = max(len(bars), 1)
    top = _TOP + (30.0 if with_title else 0.0)
    height_px = top + _ROW * rows + _BOTTOM
    left = min(0.3 * width_px, max(96.0, max((len(bar.name) for bar in bars), default=0) * _LETTER + 18))
    width = max(width_px - left - _FIGURES, 60.0)
    margins = (left, width_px - left - width, top, _BOTTOM)
    drawn, axes = sheet(chart, palette, faces, (width_px, height_px), margins, with_title)
    axes.set_ylim(rows - 0.5, -0.5)
    columns = tuple(1 - column / width_px for column in _COLUMNS)
    painter = _Painter(drawn, axes, chart, palette, faces, height_px, columns)
    for row, bar in enumerate(bars):
        painter.bar(row, bar)
        painter.figures(row, bar)
        if selected and bar.key == selected:
            painter.mark(row)
    if chart.gap:
        painter.gap(chart.gap)
    if chart.target is not None:
        painter.target(rows)
    painter.heads()
    painter.legend(1 - (top - _TOP + 14) / height_px)
    if not bars:
        box = axes.get_position()
        nothing, face = _("No answers yet"), painter.face("words", 14)
        painter.words(0.5, box.y0 + box.height / 2, nothing, face, palette.text3, side="center")
    return drawn


def row_at(figure_: Figure, chart: Chart, y_px: float) -> Bar | None:
    """Return the row under a height in pixels from the top of the figure, None where there is none."""
    axes = figure_.axes[0]
    height = figure_.get_figheight() * figure_.dpi
    box = axes.get_position()
    bars = ranked(chart)
    row = math.floor((y_px / height - (1 - box.y1)) / box.height * len(bars)) if bars else -1
    return bars[row] if 0 <= row < len(bars) else None


def picture(figure_: Figure, format: str = "png", dpi: int = 144) -> bytes:
    """Return the chart as ``png``, ``svg`` or ``pdf``; in a PDF words stay words and fonts lie inside."""
    from matplotlib import rc_context

    out = io.BytesIO()
    if format == "pdf":
        with rc_context({"pdf.fonttype": 42}):
            about = {"CreationDate": None, "Creator": None, "Producer": None}
            figure_.savefig(out, format="pdf", facecolor=figure_.get_facecolor(), metadata=about)
        return out.getvalue()
    if format == "svg":
        # Letters as outlines: the reader's machine need not have the fonts. No date, so that equal charts are equal.
        with rc_context({"svg.fonttype": "path", "svg.hashsalt": "survey-app"}):
            figure_.savefig(out, format="svg", facecolor=figure_.get_facecolor(), metadata={"Date": None})
    else:
        figure_.savefig(out, format=format, dpi=dpi, facecolor=figure_.get_facecolor())
    return out.getvalue()


def sheet(  # noqa: PLR0917 - everything a chart begins with
    chart: Chart,
    palette: ChartPalette,
    faces: ChartFonts,
    size: tuple[float, float],
    margins: tuple[float, float, float, float],
    with_title: bool,
    *,
    upright: bool = False,
) -> tuple[Figure, Axes]:
    """Return an empty chart with a scale from 0 to 100 %, from left to right or upright.

    Args:
        chart: its title is drawn when ``with_title``.
        palette: colours.
        faces: fonts.
        size: width and height in pixels.
        margins: left, right, top and bottom of the chart itself, in pixels.
        with_title: draw the title above.
        upright: the scale stands at the left.
    """
    from matplotlib.figure import Figure

    (width, height), (left, right, top, bottom) = size, margins
    drawn = Figure(figsize=(width / DPI, height / DPI), dpi=DPI, facecolor=palette.surface)
    box = (left / width, bottom / height, (width - left - right) / width, (height - top - bottom) / height)
    axes = drawn.add_axes(box)
    axes.set_facecolor(palette.surface)
    for side in axes.spines.values():
        side.set_visible(False)
    ticks = [0, 20, 40, 60, 80, 100]
    labels = [figure(tick, True, 0) if tick in (0, 100) else show_number(tick, 0, language()) for tick in ticks]
    style: dict[str, Any] = {"fontproperties": faces.face("figures", 12 * _POINT), "color": palette.text3}
    across, along = (axes.xaxis, axes.yaxis) if not upright else (axes.yaxis, axes.xaxis)
    (axes.set_ylim if upright else axes.set_xlim)(0, 100)
    across.set_ticks(ticks, labels, **style)
    along.set_ticks([])
    axes.tick_params(length=0, pad=4)
    axes.grid(axis="y" if upright else "x", color=palette.line, linewidth=0.8)
    axes.set_axisbelow(True)
    if with_title:
        words_at(drawn, 0.012, 1 - 18 / height, chart.title, faces, palette.text, face="words_bold", px=16)
    return drawn, axes


def words_at(  # noqa: PLR0917 - where, what, how
    drawn: Figure,
    x: float,
    y: float,
    text: str,
    faces: ChartFonts,
    colour: str,
    *,
    side: str = "left",
    face: str = "words",
    px: float = 13,
) -> None:
    """Write somewhere on a figure, in shares of its width and height."""
    drawn.text(x, y, text, fontproperties=faces.face(face, px * _POINT), color=colour, ha=side, va="center")


def target_line(  # noqa: PLR0917 - everything the line is drawn with
    axes: Axes,
    chart: Chart,
    palette: ChartPalette,
    faces: ChartFonts,
    ends: tuple[float, float],
    label_at: float = 0.0,
    *,
    upright: bool = False,
) -> None:
    """Draw the target: a line in the colour of text on a halo, with its label at one end."""
    value = chart.target
    if value is None:
        return
    for colour, width, order in (
        ((palette.surface, 6, 2.5), (palette.text, 2, 2.6))
        if upright
        else (
            (palette.surface, 6, 3),
            (palette.text, 2, 4),
        )
    ):
        line: dict[str, Any] = {"color": colour, "linewidth": width * _POINT, "zorder": order, "clip_on": False}
        axes.plot(*((ends, [value, value]) if upright else ([value, value], ends)), **line)
    shown = target_figure(chart.operator, value, True).removeprefix("≥ ")
    box: dict[str, Any] = {"boxstyle": "round,pad=0.35", "facecolor": palette.text, "edgecolor": "none"}
    side = "left" if upright or value <= 8 else "right" if value >= 92 else "center"
    style: dict[str, Any] = {
        "fontproperties": faces.face("words_bold", 12 * _POINT), "ha": side, "color": palette.surface, "bbox": box,
        "textcoords": "offset points", "va": "center", "annotation_clip": False, "zorder": 6,
    }  # fmt: skip
    at, off = ((ends[1], value), (8, 0)) if upright else ((value, label_at), (0, 9))
    axes.annotate(_("Target {target}").format(target=shown), at, off, **style)


@dataclass(frozen=True)
class _Painter:
    """Draws on one figure."""

    drawn: Figure
    axes: Axes
    chart: Chart
    palette: ChartPalette
    faces: ChartFonts
    height_px: float
    columns: tuple[float, ...]

    def face(self, name: str, size_px: float) -> Any:
        return self.faces.face(name, size_px * _POINT)

    def words(self, x: float, y: float, text: str, face: Any, colour: str, *, side: str = "left") -> None:
        """Write somewhere on the figure, in shares of its width and height."""
        self.drawn.text(x, y, text, fontproperties=face, color=colour, ha=side, va="center")

    def colours(self) -> dict[str, str]:
        return {
            "met": self.palette.met,
            "not_met": self.palette.not_met,
            "inconclusive": self.palette.inconclusive,
        }

    def bar(self, row: int, bar: Bar) -> None:
        """Draw the name and the bar, or words where there is none."""
        self._beside(bar.name, (0, row), (-8, 0), self.face("words", 13), ha="right", color=self.palette.text)
        if bar.estimate is None or not is_drawn(bar, self.chart):
            self._no_bar(row, bar)
            return
        palette = self.palette
        colour = self.colours().get(bar.status, palette.plain)
        self.axes.barh(row, bar.estimate, height=_BAR, color=colour, linewidth=0, zorder=2)
        unknown = min(bar.unknown, 100 - bar.estimate)
        if unknown > _VISIBLE:
            outline: dict[str, Any] = {
                "facecolor": palette.surface,
                "edgecolor": palette.text3,
                "hatch": _HATCH,
                "linewidth": 0.8,
            }
            self.axes.barh(row, unknown, left=bar.estimate, height=_BAR, zorder=2, **outline)

    def _no_bar(self, row: int, bar: Bar) -> None:
        grey = self.palette.text3
        ground = {"boxstyle": "square,pad=0.15", "facecolor": self.palette.surface, "edgecolor": "none"}
        self.axes.plot([0, 20], [row, row], color=grey, linewidth=1, linestyle=(0, (3, 3)), zorder=2)
        words, face = _too_few(bar, self.chart), self.face("words", 12)
        self.axes.text(21, row, words, fontproperties=face, color=grey, va="center", zorder=5, bbox=ground)

    def _beside(self, text: str, at: tuple[float, float], off: tuple[float, float], face: Any, **style: Any) -> None:
        """Write next to a point of the chart, ``off`` points away."""
        place: dict[str, Any] = {"textcoords": "offset points", "va": "center", "annotation_clip": False}
        self.axes.annotate(text, at, off, fontproperties=face, **place, **style)

    def figures(self, row: int, bar: Bar) -> None:
        """Write result, unknown share, base and status right of the bars."""
        palette = self.palette
        shown = is_drawn(bar, self.chart)
        tone = {"met": palette.ok, "not_met": palette.err, "inconclusive": palette.warn}.get(bar.status, palette.text2)
        cells = (
            (figure(bar.estimate, True) if shown else DASH, "figures_bold", palette.text),
            (figure(bar.unknown, True) if shown else DASH, "figures", palette.text2),
            (_base(bar), "figures", palette.text2),
            (status_word(bar.status), "words_bold", tone),
        )
        across, box = self.axes.get_yaxis_transform(), self.axes.get_position()
        for at, side, (text, face, colour) in zip(self.columns, _SIDES, cells, strict=True):
            style: dict[str, Any] = {"fontproperties": self.face(face, 13), "color": colour, "ha": side, "va": "center"}
            self.axes.text((at - box.x0) / box.width, row, text, transform=across, **style)

    def mark(self, row: int) -> None:
        """Lay the ground of a selected row over the whole width."""
        box = self.axes.get_position()
        ends = (-box.x0 / box.width, (1 - box.x0) / box.width)
        style: dict[str, Any] = {
            "color": self.palette.line,
            "alpha": 0.45,
            "linewidth": 0,
            "zorder": 0,
            "clip_on": False,
        }
        self.axes.fill_between(ends, row - 0.5, row + 0.5, transform=self.axes.get_yaxis_transform(), **style)

    def gap(self, row: int) -> None:
        """Draw a line across where rows were left out."""
        box = self.axes.get_position()
        sides = [-box.x0 / box.width, (1 - box.x0) / box.width]
        style: dict[str, Any] = {"linewidth": 1, "linestyle": (0, (2, 4)), "clip_on": False}
        across = self.axes.get_yaxis_transform()
        self.axes.plot(sides, [row - 0.5, row - 0.5], color=self.palette.text3, transform=across, **style)

    def target(self, rows: int) -> None:
        target_line(self.axes, self.chart, self.palette, self.faces, (_ABOVE, rows - 0.5), _ABOVE)

    def heads(self) -> None:
        y = self.axes.get_position().y1 + 13 / self.height_px
        base = _("People") if self.chart.of_people else _("Households")
        for at, side, text in zip(
            self.columns, _SIDES, (_("Result"), _("Unknown"), base, _("Against target")), strict=True
        ):
            self.words(at, y, text, self.face("words", 12), self.palette.text3, side=side)

    def legend(self, y: float) -> None:
        from matplotlib.patches import Patch

        palette = self.palette
        shown = [bar for bar in self.chart.bars if is_drawn(bar, self.chart)]
        present = {bar.status for bar in shown}
        found = self.colours().items()
        handles = [Patch(facecolor=colour, label=status_word(one)) for one, colour in found if one in present]
        if any(bar.unknown > _VISIBLE for bar in shown):
            words = _("Share not known")
            handles.append(Patch(facecolor=palette.surface, edgecolor=palette.text3, hatch=_HATCH, label=words))
        if not handles:
            return
        shape: dict[str, Any] = {
            "ncols": 4,
            "frameon": False,
            "handlelength": 1.4,
            "handleheight": 0.9,
            "columnspacing": 1.2,
        }
        place: dict[str, Any] = {"loc": "center right", "bbox_to_anchor": (0.995, y), "borderpad": 0}
        legend = self.drawn.legend(handles=handles, prop=self.face("words", 12), **shape, **place)
        for text in legend.get_texts():
            text.set_color(palette.text2)


def _too_few(bar: Bar, chart: Chart) -> str:
    if bar.status == "withheld":
        return status_word(bar.status)
    if bar.base >= chart.fewest:
        return _("Not asked in this round")
    if chart.of_people:
        return _("Fewer than {count} people, no rate shown").format(count=chart.fewest)
    return _("Fewer than {count} households, no rate shown").format(count=chart.fewest)


def _base(bar: Bar) -> str:
    return WITHHELD_MARK if bar.status == "withheld" and not bar.base else show_number(bar.base, 0, language())


def chart_of(title: str, rows: Sequence[Any], shapes: Shapes | None = None) -> Chart:
    """Return the chart of an indicator's results by a breakdown; the target is drawn when all have the same one."""
    from survey_app.indicators import FEWEST

    goals = {(row.target, row.value) for row in rows if row.value is not None}
    target, value = goals.pop() if len(goals) == 1 else ("", None)
    operator = target.split(" ")[0] if target else ">="
    people = bool(rows) and rows[0].level == "member"
    return Chart(title, bars_of(rows), value, operator, FEWEST, people, shapes)


def bars_of(rows: Sequence[Any]) -> tuple[Bar, ...]:
    """Return bars of results (anything with the fields of ``operations.results.Result``)."""
    return tuple(
        Bar(
            row.place_name,
            row.estimate,
            0.0 if row.status == "withheld" or not row.denominator else 100.0 * row.unknown / row.denominator,
            0 if math.isnan(row.denominator) else int(row.denominator),
            row.status,
            row.place,
        )
        for row in rows
    )
