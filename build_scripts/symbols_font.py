"""Draw the small font of arrows and check mark that neither text font has, into resources/fonts.

    python build_scripts/symbols_font.py

Needed only when a sign is added; the font itself is kept in the repository. The shapes are ours.
"""

from __future__ import annotations

from pathlib import Path

from fontTools.fontBuilder import FontBuilder  # type: ignore[import-untyped]
from fontTools.pens.ttGlyphPen import TTGlyphPen  # type: ignore[import-untyped]

FAMILY = "Survey Symbols"
TARGET = Path(__file__).resolve().parent.parent / "resources" / "fonts" / "SurveySymbols-Regular.ttf"
WIDTH = 700

Point = tuple[int, int]

_UP: list[list[Point]] = [
    [(310, 60), (390, 60), (390, 560), (310, 560)],
    [(350, 680), (130, 460), (188, 402), (350, 564), (512, 402), (570, 460)],
]
_CHECK: list[list[Point]] = [[(60, 330), (118, 388), (270, 236), (582, 548), (640, 490), (270, 120)]]

_CROSSED: list[list[Point]] = [
    [(60, 80), (60, 660), (640, 660), (640, 80)],
    [(120, 140), (580, 140), (580, 600), (120, 600)],  # the other way round: the hole
    [(190, 254), (466, 530), (510, 486), (234, 210)],
    [(234, 530), (510, 254), (466, 210), (190, 486)],
]


def _turned(shape: list[list[Point]], quarter: int) -> list[list[Point]]:
    """Turn a shape by quarters to the left around the middle of an arrow."""
    turned = shape
    for _quarter in range(quarter):
        turned = [[(350 - (y - 370), 370 + (x - 350)) for x, y in contour] for contour in turned]
    return turned


SIGNS = {
    0x2191: ("arrowup", _UP),
    0x2190: ("arrowleft", _turned(_UP, 1)),
    0x2193: ("arrowdown", _turned(_UP, 2)),
    0x2192: ("arrowright", _turned(_UP, 3)),
    0x2612: ("boxcrossed", _CROSSED),
    0x2713: ("check", _CHECK),
}


def _glyph(contours: list[list[Point]]) -> object:
    pen = TTGlyphPen(None)
    for contour in contours:
        pen.moveTo(contour[0])
        for point in contour[1:]:
            pen.lineTo(point)
        pen.closePath()
    return pen.glyph()


def main() -> None:
    """Write the font."""
    builder = FontBuilder(1000, isTTF=True)
    names = [".notdef", "space", *(name for name, _shape in SIGNS.values())]
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({0x20: "space", **{code: name for code, (name, _shape) in SIGNS.items()}})
    shapes = {".notdef": [], "space": [], **dict(SIGNS.values())}
    builder.setupGlyf({name: _glyph(shape) for name, shape in shapes.items()})
    builder.setupHorizontalMetrics({name: (WIDTH if name != "space" else 260, 0) for name in names})
    builder.setupHorizontalHeader(ascent=1000, descent=-265)
    builder.setupNameTable({"familyName": FAMILY, "styleName": "Regular", "psName": "SurveySymbols-Regular"})
    builder.setupOS2(sTypoAscender=1000, sTypoDescender=-265, usWinAscent=1000, usWinDescent=265)
    builder.setupPost()
    builder.font["head"].created = builder.font["head"].modified = 0
    builder.font.recalcTimestamp = False
    builder.save(TARGET)


if __name__ == "__main__":
    main()
