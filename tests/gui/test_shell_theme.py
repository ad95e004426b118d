"""Colours, type and icons keep what they promise."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from PySide6.QtCore import QPoint
from PySide6.QtGui import QFontInfo, QFontMetricsF, QImage, QRegion
from PySide6.QtWidgets import QApplication, QWidget

from survey_app import paths
from survey_app.gui import theme
from survey_app.gui.parts import Label
from survey_app.gui.theme import Type
from survey_app.gui.theme_tokens import DARK, LIGHT, Tokens

ROOT = Path(__file__).resolve().parents[2]
GUI = ROOT / "survey_app" / "gui"
SOURCES = sorted(GUI.rglob("*.py"))


def _luminance(colour: str) -> float:
    parts = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the WCAG 2 contrast of two colours."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("table", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read_on_every_ground_it_stands_on(table: Tokens) -> None:
    grounds = {
        "text": ("bg", "surface", "subtle", "sunken", "primary_soft", "warn_soft", "err_soft", "ok_soft"),
        "text2": ("bg", "surface", "subtle", "sunken", "primary_soft"),
        "text3": ("surface", "subtle", "sunken"),
        "primary": ("surface", "bg", "primary_soft"),
        "on_primary": ("primary", "primary_hover"),
        "ok": ("surface", "ok_soft"),
        "warn": ("surface", "warn_soft"),
        "err": ("surface", "err_soft"),
    }
    weak = [
        (ink, ground, round(contrast(getattr(table, ink), getattr(table, ground)), 2))
        for ink, places in grounds.items()
        for ground in places
        if contrast(getattr(table, ink), getattr(table, ground)) < 4.5
    ]
    assert weak == []


@pytest.mark.parametrize("table", [LIGHT, DARK], ids=["light", "dark"])
def test_edges_of_controls_can_be_seen(table: Tokens) -> None:
    assert contrast(table.line_strong, table.surface) >= 3
    assert contrast(table.focus, table.bg) >= 3
    assert contrast(table.focus, table.surface) >= 3


@pytest.mark.parametrize("table", [LIGHT, DARK], ids=["light", "dark"])
def test_numbers_in_the_heat_table_can_be_read(table: Tokens) -> None:
    assert all(contrast(*pair) >= 4.5 for pair in zip(table.heat, table.heat_text, strict=True))


def test_no_colour_is_written_outside_the_token_tables() -> None:
    literal = re.compile(
        r"#[0-9a-fA-F]{6}\b|#[0-9a-fA-F]{3}['\"]|QColor\(\s*[\d'\"]|GlobalColor\.(?!transparent)|rgba?\(\s*\d"
    )
    offenders = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in SOURCES
        if path.name != "theme_tokens.py"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if literal.search(line)
    ]
    assert offenders == []


def test_a_token_is_found_by_both_spellings() -> None:
    assert theme.hex_of("lineStrong") == theme.hex_of("line_strong") == LIGHT.line_strong


def test_a_dark_theme_changes_every_token(qapp: QApplication) -> None:
    theme.apply(qapp, "dark")
    assert theme.is_dark()
    assert theme.hex_of("surface") == DARK.surface


def test_the_text_size_scales_fonts_and_lengths(qapp: QApplication) -> None:
    theme.apply(qapp, "light", 130)
    assert theme.font(Type.BODY).pixelSize() == 20
    assert theme.px(16) == 21


def test_the_bundled_fonts_are_the_ones_used(qapp: QApplication) -> None:
    assert QFontInfo(theme.font(Type.BODY)).family() == theme.TEXT_FAMILY
    assert QFontInfo(theme.digits(Type.BODY)).family() == theme.DIGIT_FAMILY


@pytest.mark.parametrize("weight", [400, 500, 600, 700])
def test_all_digits_have_one_width(qapp: QApplication, weight: int) -> None:
    metrics = QFontMetricsF(theme.digits(Type.TABLE, weight))
    assert len({round(metrics.horizontalAdvance(digit), 3) for digit in "0123456789"}) == 1


@pytest.mark.parametrize("role", list(Type))
@pytest.mark.parametrize("letters", ["ẪỄỖỨ", "ậộựyg"])
def test_stacked_tone_marks_are_drawn_whole(qapp: QApplication, role: Type, letters: str) -> None:
    label = Label(letters, role)
    label.resize(label.sizeHint())
    roomy = Label(letters, role)
    roomy.resize(label.width(), label.height() + 40)
    assert _ink(label) == _ink(roomy)


def _ink(label: Label) -> int:
    """Return how many pixels are not the ground's."""
    picture = QImage(label.size(), QImage.Format.Format_RGB32)
    picture.fill(theme.token("surface"))
    label.render(picture, QPoint(), QRegion(), QWidget.RenderFlag(0))
    ground = theme.token("surface").rgb()
    return sum(picture.pixel(x, y) != ground for x in range(picture.width()) for y in range(picture.height()))


def _interface_words() -> set[str]:
    words: set[str] = set()
    for path in sorted((ROOT / "survey_app").rglob("*.py")):
        for _line, message, *_rest in extract_from_file("python", str(path), keywords={"_": None, "N_": None}):
            words.update([message] if isinstance(message, str) else message)
    for path in sorted((paths.resources() / "translations" / "vi").glob("*.po")):
        with path.open("rb") as file:
            for entry in read_po(file):
                words.update([entry.string] if isinstance(entry.string, str) else entry.string or ())
    return {word for word in words if isinstance(word, str)}


def test_every_letter_of_the_interface_is_in_its_fonts() -> None:
    fonts = paths.resources() / "fonts"
    known = {code for file in fonts.glob("*-Regular.ttf") for code in TTFont(file).getBestCmap()}
    strange = {letter for word in _interface_words() for letter in word if ord(letter) not in known and letter != "\n"}
    assert strange == set()


@pytest.mark.parametrize(
    "file",
    sorted((paths.resources() / "fonts").glob("[BN]*.ttf")),
    ids=lambda file: file.stem,
)
def test_every_font_has_all_of_vietnamese(file: Path) -> None:
    letters = set(TTFont(file).getBestCmap())
    bases = "aăâeêioôơuưyđbcdghklmnpqrstvx" + "AĂÂEÊIOÔƠUƯYĐ"
    toned = "".join(chr(code) for code in range(0x1EA0, 0x1EFA)) + "àáãèéìíĩòóõùúũýÀÁÃÈÉÌÍĨÒÓÕÙÚŨÝ₫"
    assert {letter for letter in bases + toned if ord(letter) not in letters} == set()


def _icons_named() -> set[str]:
    named = re.compile(r'["\']([a-z0-9]+(?:-[a-z0-9]+)*)["\']')
    files = {file.stem for file in theme.icons_folder().glob("*.svg")}
    return {word for path in SOURCES for word in named.findall(path.read_text(encoding="utf-8")) if word in files}


def test_every_icon_that_ships_is_used() -> None:
    assert {file.stem for file in theme.icons_folder().glob("*.svg")} - _icons_named() - {"app"} == set()


def test_every_icon_takes_the_colour_of_a_token() -> None:
    plain = [file.stem for file in theme.icons_folder().glob("*.svg") if "currentColor" not in file.read_text("utf-8")]
    assert plain == ["app"]
