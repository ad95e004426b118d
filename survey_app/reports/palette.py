"""Colours and fonts of charts. Documents are always light; the window hands in the colours of its theme."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from survey_app import paths

if TYPE_CHECKING:
    from matplotlib.font_manager import FontProperties


@dataclass(frozen=True)
class ChartPalette:
    """What each colour is for; the values are ``#RRGGBB``, the names those of the window's colour tokens.

    Attributes:
        surface: ground of the chart and halo of the target line.
        line: grid.
        text: names, figures, target line.
        text2: secondary figures.
        text3: scale and column heads.
        met: bar, target met.
        not_met: bar, target not met.
        inconclusive: bar, cannot be told.
        plain: bar that is held against nothing.
        ok: word "met".
        warn: word "inconclusive".
        err: word "not met".
        heat: grounds of the five steps by figure.
        heat_text: colours of text on them.
    """

    surface: str = "#FFFFFF"
    line: str = "#DCE1E7"
    text: str = "#16202B"
    text2: str = "#465362"
    text3: str = "#5B6775"
    met: str = "#0F5F69"
    not_met: str = "#CC6F28"
    inconclusive: str = "#66727F"
    plain: str = "#4D72BD"
    ok: str = "#146341"
    warn: str = "#744A00"
    err: str = "#A8201A"
    heat: tuple[str, ...] = ("#E7EEFB", "#C3D2F2", "#95AFE3", "#4D72BD", "#234A97")
    heat_text: tuple[str, ...] = ("#16202B", "#16202B", "#16202B", "#FFFFFF", "#FFFFFF")


LIGHT = ChartPalette()
DARK = ChartPalette(
    surface="#1B2128",
    line="#333D48",
    text="#E8ECF1",
    text2="#B7C0CB",
    text3="#98A3B0",
    met="#86D9E0",
    not_met="#D6783C",
    inconclusive="#98A3B0",
    plain="#7FA4F2",
    ok="#79D3A3",
    warn="#F2C160",
    err="#FF9D94",
    heat=("#22304D", "#2E4A80", "#3F66B0", "#7FA4F2", "#B4CBFF"),
    heat_text=("#E8ECF1", "#E8ECF1", "#E8ECF1", "#0C1B3A", "#0C1B3A"),
)


@dataclass(frozen=True)
class ChartFonts:
    """Font files of charts; a missing file falls back to matplotlib's own font, which has all Vietnamese letters.

    Attributes:
        words: regular weight for names and words.
        words_bold: its strong weight.
        figures: regular weight with digits of one width, for numbers under each other.
        figures_bold: its strong weight.
    """

    words: Path | None = None
    words_bold: Path | None = None
    figures: Path | None = None
    figures_bold: Path | None = None

    def face(self, name: str, size: float) -> FontProperties:
        """Return a face (``"words"``, ``"words_bold"``, ``"figures"``, ``"figures_bold"``) in points."""
        return _face(getattr(self, name), name.endswith("_bold"), size).copy()


@lru_cache(maxsize=64)
def _face(file: Path | None, bold: bool, size: float) -> FontProperties:
    from matplotlib.font_manager import FontProperties

    if file is not None and file.is_file():
        return FontProperties(fname=str(file), size=size)
    return FontProperties(family="DejaVu Sans", weight="bold" if bold else "normal", size=size)


def bundled_fonts() -> ChartFonts:
    """Return the fonts that come with the program."""
    try:
        folder = paths.resources() / "fonts"
    except FileNotFoundError:
        return ChartFonts()
    return ChartFonts(
        folder / "BeVietnamPro-Regular.ttf",
        folder / "BeVietnamPro-SemiBold.ttf",
        folder / "NotoSans-Regular.ttf",
        folder / "NotoSans-SemiBold.ttf",
    )
