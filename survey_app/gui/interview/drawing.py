"""What several widgets of the interview draw alike: text in lines of a fixed height, keycaps, bars."""

from __future__ import annotations

import functools

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPixmap, QTextLayout, QTextOption
from PySide6.QtWidgets import QWidget

from survey_app.gui import theme
from survey_app.gui.parts import paint
from survey_app.gui.theme import Type

_LEFT, _RIGHT, _CENTRE = (
    int(Qt.AlignmentFlag.AlignVCenter | side)
    for side in (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignHCenter)
)


def paint_whole(widget: QWidget) -> None:
    """Tell Qt that a widget paints every one of its pixels, and that growing changes none that was painted before.

    Then what is painted is moved instead of painted anew when the widget moves, grows or scrolls, and what lies below
    is not painted with it.
    """
    widget.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
    widget.setAttribute(Qt.WidgetAttribute.WA_StaticContents)


class Paragraph:
    """Text broken into lines of one height, laid out again only when text, font or width change.

    A part of the text may be heavier: ``strong`` letters from the start, in ``strong_font``.
    """

    def __init__(self) -> None:
        self._key: tuple[object, ...] = ()
        self._layout = QTextLayout()
        self.height = 0
        self.width = 0.0
        self.lines = 0

    def arrange(  # noqa: PLR0917 - what, then how
        self, text: str, font: QFont, line: int, width: float, strong: int = 0, centred: bool = False
    ) -> int:
        """Break the text to a width and return its height in pixels; an empty text has none."""
        key = (text, id(font), line, round(width), strong, centred)  # the theme keeps one object a font
        if key == self._key:
            return self.height
        self._key = key
        self._layout = QTextLayout(text, font)
        self._layout.setCacheEnabled(True)  # a text is drawn more often than it is broken
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        if centred:
            option.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._layout.setTextOption(option)
        if strong:
            heavy = QTextLayout.FormatRange()
            heavy.start, heavy.length = 0, strong
            heavy.format.setFontWeight(QFont.Weight.Bold)
            self._layout.setFormats([heavy])
        self._break(max(1.0, width), line)
        return self.height

    def _break(self, width: float, line: int) -> None:
        self._layout.beginLayout()
        count, widest = 0, 0.0
        while (row := self._layout.createLine()).isValid():
            row.setLineWidth(width)
            row.setPosition(QPointF(0, count * line + (line - row.height()) / 2))
            widest = max(widest, row.naturalTextWidth())
            count += 1
        self._layout.endLayout()
        self.lines = count if self._layout.text() else 0
        self.height = self.lines * line
        self.width = widest

    def draw(self, painter: QPainter, left: float, top: float, colour: str) -> None:
        """Draw the text; ``colour`` is a token's name."""
        if self.lines:
            painter.setPen(theme.token(colour))
            self._layout.draw(painter, QPointF(left, top))


@functools.lru_cache(maxsize=4096)
def text_width(text: str, font: QFont) -> float:
    """Return how wide a line of text is."""
    return QFontMetricsF(font).horizontalAdvance(text)


def elided(text: str, font: QFont, width: float) -> str:
    """Return the text, cut at its end with an ellipsis when it is too wide."""
    if text_width(text, font) <= width:
        return text
    return QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, width)


def draw_text(
    painter: QPainter, text: str, font: QFont, colour: str, box: QRectF, *, right: bool = False, centre: bool = False
) -> None:
    """Draw one line of text, vertically centred and cut at its end when it does not fit."""
    painter.setFont(font)
    painter.setPen(theme.token(colour))
    flags = _CENTRE if centre else _RIGHT if right else _LEFT
    painter.drawText(box, flags, elided(text, font, box.width() + 0.5))


def draw_lines(painter: QPainter, text: str, font: QFont, colour: str, box: QRectF, *, right: bool = False) -> None:
    """Draw a text on as many lines as the box has room for, vertically centred."""
    painter.setFont(font)
    painter.setPen(theme.token(colour))
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap, text)


def draw_box(
    painter: QPainter, box: QRectF, ground: str, edge: str = "", *, radius: float = 7, thick: float = 1
) -> None:
    """Draw a rounded box; ``ground`` and ``edge`` are tokens, ``""`` for none; lengths are design pixels."""
    corner = theme.px(radius) + (thick / 2 if edge else 0.0)
    paint.box(painter, box, corner, theme.token(ground) if ground else None, theme.token(edge) if edge else None, thick)


def draw_keycap(painter: QPainter, box: QRectF, key: str, *, filled: bool = False) -> None:
    """Draw a keycap with one character or a word."""
    if filled:
        draw_box(painter, box, "primary", "primary", radius=4)
    else:
        draw_box(painter, box, "subtle", "line_strong", radius=4)
    colour = "on_primary" if filled else "text2"
    draw_text(painter, key, theme.digits(Type.KEYCAP, 600 if filled else 500), colour, box, centre=True)


def draw_bar(painter: QPainter, box: QRectF, share: float, colour: str) -> None:
    """Draw a progress bar; ``share`` from 0 to 1."""
    _draw_rounded(painter, box, theme.token("track"))
    if share > 0:
        done = QRectF(box.left(), box.top(), max(box.height(), round(box.width() * min(share, 1.0))), box.height())
        _draw_rounded(painter, done, theme.token(colour))


def _draw_rounded(painter: QPainter, box: QRectF, colour: QColor) -> None:
    """Draw a bar with round ends: where pixels are whole the ends are a picture and the middle is a plain rectangle."""
    device, whole = painter.device(), box.toRect()
    end = whole.height() // 2 + 1
    if QRectF(whole) != box or whole.width() < 2 * end or device is None or device.devicePixelRatioF() != 1.0:
        _round(painter, box, colour)
        return
    ends = _ends(end, whole.height(), colour.rgba())
    left, top, high = whole.x(), whole.y(), whole.height()
    painter.drawPixmap(left, top, ends, 0, 0, end, high)
    painter.fillRect(left + end, top, whole.width() - 2 * end, high, colour)
    painter.drawPixmap(left + whole.width() - end, top, ends, end, 0, end, high)


def _round(painter: QPainter, box: QRectF, colour: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)


@functools.lru_cache(maxsize=32)
def _ends(end: int, high: int, colour: int) -> QPixmap:
    """Return the shortest bar of a height, each half ``end`` pixels wide; the colour is RGBA."""
    picture = QPixmap(2 * end, high)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _round(painter, QRectF(0, 0, 2 * end, high), QColor.fromRgba(colour))
    painter.end()
    return picture


def draw_icon(painter: QPainter, name: str, colour: str, at: QPointF, size: int) -> None:
    """Draw an icon of ``size`` design pixels with its top left corner at a point."""
    painter.drawPixmap(at, theme.pixmap(name, colour, size))
