"""Colours, type and icons of the window.

``apply(app, theme, text_percent)`` sets them; everything that paints asks ``token``, ``font``, ``digits``, ``px`` and
``icon`` at the moment it paints, so that a change of theme or text size takes effect at once: Qt sends every widget a
``StyleChange`` event, on which the parts of this program set their fonts and sizes again.
"""

from __future__ import annotations

import enum
import functools
import re
from pathlib import Path

from PySide6.QtCore import QByteArray, QObject, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from survey_app import paths
from survey_app.gui.theme_sheet import style_sheet
from survey_app.gui.theme_tokens import DARK, LIGHT, Tokens

TEXT_FAMILY = "Be Vietnam Pro"
DIGIT_FAMILY = "Noto Sans"
"""Its digits have one width; used for every number that is compared, counted or ticks."""

SIGN_FAMILY = "Survey Symbols"
"""Arrows and check mark, which the other two lack."""


class Type(enum.Enum):
    """Roles of text: size and line in pixels at 100 %, usual weight."""

    GREETING = (24, 32, 700, "greeting")
    TITLE = (22, 30, 700, "title")
    PANEL = (16, 22, 600, "panel")
    QUESTION = (17, 24, 600, "question")
    OPTION = (16, 22, 400, "option")
    BODY = (15, 22, 400, "body")
    TABLE = (14, 20, 400, "table")
    CAPTION = (13, 18, 400, "caption")
    KEYCAP = (12, 16, 500, "keycap")

    @property
    def size(self) -> int:
        """Size in pixels at 100 %."""
        return self.value[0]

    @property
    def line(self) -> int:
        """Line height in pixels at 100 %."""
        return self.value[1]

    @property
    def weight(self) -> int:
        """The weight the role has unless another is asked for."""
        return self.value[2]


class _Look(QObject):
    """The look in force; ``changed`` is sent after theme or text size changed."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.tokens: Tokens = LIGHT
        self.percent = 100


_look = _Look()


def look_changed() -> _Look:
    """Return the object whose signal ``changed`` tells that theme or text size changed."""
    return _look


def is_dark() -> bool:
    """Return whether the dark table is in force."""
    return _look.tokens is DARK


def tokens() -> Tokens:
    """Return the colour table in force."""
    return _look.tokens


@functools.cache
def _field(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


def hex_of(name: str) -> str:
    """Return a token's colour as ``#RRGGBB``; both ``lineStrong`` and ``line_strong`` are understood."""
    value = getattr(_look.tokens, _field(name))
    if not isinstance(value, str):
        raise KeyError(f"{name} is a scale; ask heat(step)")
    return value


def token(name: str) -> QColor:
    """Return a token's colour; one object for all who ask, to be read and never changed."""
    return _colour(hex_of(name))


@functools.cache
def _colour(value: str) -> QColor:
    return QColor(value)


def heat(step: int) -> tuple[QColor, QColor]:
    """Return ground and text colour of step 0 to 4 of the heat table."""
    return QColor(_look.tokens.heat[step]), QColor(_look.tokens.heat_text[step])


def px(length: float) -> int:
    """Return a design length at the text size in force; at least 1 for anything above 0."""
    return _px(length, _look.percent)


@functools.lru_cache(maxsize=4096)
def _px(length: float, percent: int) -> int:
    return max(1, round(length * percent / 100)) if length > 0 else 0


def text_percent() -> int:
    """Return the text size in force, percent of the design size."""
    return _look.percent


def font(role: Type = Type.BODY, weight: int = 0) -> QFont:
    """Return the interface font of a role; ``weight`` 400, 500, 600 or 700, 0 for the role's own."""
    return _font(TEXT_FAMILY, role.size, weight or role.weight, _look.percent)


def digits(role: Type = Type.BODY, weight: int = 0) -> QFont:
    """Return the font of a role for numbers: all digits have one width."""
    return _font(DIGIT_FAMILY, role.size, weight or role.weight, _look.percent)


@functools.cache
def _font(family: str, size: int, weight: int, percent: int) -> QFont:
    other = DIGIT_FAMILY if family == TEXT_FAMILY else TEXT_FAMILY
    made = QFont([family, other, SIGN_FAMILY])
    made.setPixelSize(max(1, round(size * percent / 100)))
    made.setWeight(QFont.Weight(weight))
    made.setHintingPreference(
        QFont.HintingPreference.PreferNoHinting
        if family == TEXT_FAMILY
        else QFont.HintingPreference.PreferVerticalHinting
    )
    return made


@functools.cache
def load_fonts() -> tuple[str, ...]:
    """Give Qt the bundled fonts once; return the families it found.

    Raises:
        FileNotFoundError: the program's folder of fonts is missing or a font in it cannot be read.
    """
    families: set[str] = set()
    for file in sorted((paths.resources() / "fonts").glob("*.ttf")):
        number = QFontDatabase.addApplicationFont(str(file))
        if number < 0:
            raise FileNotFoundError(f"the font {file.name} cannot be read")
        families.update(QFontDatabase.applicationFontFamilies(number))
    if not {TEXT_FAMILY, DIGIT_FAMILY, SIGN_FAMILY} <= families:
        raise FileNotFoundError("the program's fonts are missing")
    return tuple(sorted(families))


def icons_folder() -> Path:
    """Return the folder of the icons."""
    return paths.resources() / "icons"


@functools.cache
def _svg(name: str) -> str:
    return (icons_folder() / f"{name}.svg").read_text(encoding="utf-8")


@functools.lru_cache(maxsize=8)  # for the same icon in another size; what is shown is kept as a picture
def _renderer(name: str, colour: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(_svg(name).replace("currentColor", colour).encode()))


def paint_icon(  # noqa: PLR0917 - what, then where, as painters are called
    painter: QPainter, name: str, colour: str, left: float, top: float, size: float
) -> None:
    """Draw an icon; ``colour`` is a token's name, lengths are pixels as they are (already scaled)."""
    device = painter.device()
    ratio = device.devicePixelRatioF() if device is not None else 1.0
    painter.drawPixmap(QPointF(round(left), round(top)), _pixmap(name, hex_of(colour), round(size), ratio))


@functools.lru_cache(maxsize=2048)
def _pixmap(name: str, colour: str, size: int, ratio: float) -> QPixmap:
    picture = QPixmap(round(size * ratio), round(size * ratio))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _renderer(name, colour).render(painter, QRectF(0, 0, picture.width(), picture.height()))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture


def pixmap(name: str, colour: str = "text2", size: int = 18) -> QPixmap:
    """Return an icon as a picture in a token's colour, ``size`` design pixels wide."""
    application = QGuiApplication.instance()
    ratio = application.devicePixelRatio() if isinstance(application, QGuiApplication) else 1.0
    return _pixmap(name, hex_of(colour), px(size), ratio)


def icon(name: str, colour: str = "text2", size: int = 18) -> QIcon:
    """Return an icon in a token's colour, ``size`` design pixels wide."""
    made = QIcon()
    made.addPixmap(_pixmap(name, hex_of(colour), px(size), 1.0))
    made.addPixmap(_pixmap(name, hex_of(colour), px(size), 2.0))
    return made


def icon_size(size: int = 18) -> QSize:
    """Return the size of an icon at the text size in force."""
    return QSize(px(size), px(size))


def _palette(table: Tokens) -> QPalette:
    made = QPalette()
    role = QPalette.ColorRole
    colours = {
        role.Window: table.bg,
        role.WindowText: table.text,
        role.Base: table.surface,
        role.AlternateBase: table.subtle,
        role.Text: table.text,
        role.Button: table.surface,
        role.ButtonText: table.text,
        role.BrightText: table.on_primary,
        role.Highlight: table.primary,
        role.HighlightedText: table.on_primary,
        role.PlaceholderText: table.text3,
        role.Link: table.primary,
        role.LinkVisited: table.primary,
        role.ToolTipBase: table.surface,
        role.ToolTipText: table.text,
        role.Light: table.surface,
        role.Mid: table.line,
        role.Dark: table.line_strong,
        role.Accent: table.primary,
    }
    for name, colour in colours.items():
        made.setColor(name, QColor(colour))
    for name in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, name, QColor(table.text3))
    return made


def _pictures(table: Tokens) -> dict[str, str]:
    """Write the few icons a style sheet needs as files (it can only name files) and return their paths."""
    folder = paths.user_folder() / "look"
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {
        "chevron": ("chevron-down", table.text2),
        "checked": ("square-check", table.primary),
        "unchecked": ("square", table.line_strong),
        "picked": ("circle-dot", table.primary),
        "unpicked": ("circle", table.line_strong),
    }
    found: dict[str, str] = {}
    for key, (name, colour) in wanted.items():
        file = folder / f"{name}-{colour[1:]}.svg"
        content = _svg(name).replace("currentColor", colour)
        if not file.is_file() or file.read_text(encoding="utf-8") != content:
            file.write_text(content, encoding="utf-8")
        found[key] = '"' + file.as_posix() + '"'
    return found


def wants_dark(theme: str) -> bool:
    """Return whether ``"light"``, ``"dark"`` or ``"system"`` means dark on this machine now."""
    if theme != "system":
        return theme == "dark"
    hints = QGuiApplication.styleHints()
    return hints is not None and hints.colorScheme() == Qt.ColorScheme.Dark


def apply(app: QApplication, theme: str = "system", text_percent: int = 100) -> None:
    """Dress the program: fonts, palette and style sheet.

    Args:
        app: the application.
        theme: ``"light"``, ``"dark"`` or ``"system"``.
        text_percent: size of text, percent of the design size.
    """
    load_fonts()
    table = DARK if wants_dark(theme) else LIGHT
    _look.tokens = table
    _look.percent = text_percent
    sheet = style_sheet(table, px, _pictures(table))
    if app.styleSheet() == sheet:  # setting it again would dress every widget anew for nothing
        return
    app.setPalette(_palette(table))
    app.setFont(font(Type.BODY))
    app.setStyleSheet(sheet)
    _look.changed.emit()
