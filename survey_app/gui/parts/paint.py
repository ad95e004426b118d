"""Small drawings that several parts share. Lengths are pixels as they are, already scaled by ``theme.px``."""

from __future__ import annotations

import functools

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap

from survey_app.gui import theme
from survey_app.gui.theme import Type

_ARROWS = {
    "Up": "arrow-up",
    "Down": "arrow-down",
    "Left": "arrow-left",
    "Right": "arrow-right",
    "↑": "arrow-up",
    "↓": "arrow-down",
    "←": "arrow-left",
    "→": "arrow-right",
}


def box(  # noqa: PLR0917 - where, then what, as painters are called
    painter: QPainter,
    rect: QRectF,
    radius: float,
    fill: QColor | None = None,
    edge: QColor | None = None,
    width: float = 1.0,
) -> None:
    """Draw a rounded box whose edge lies wholly inside ``rect``."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if rect.width() * rect.height() > _LARGE and _tile(painter, rect, radius, fill, edge, width):
        return
    _round(painter, rect, radius, fill, edge, width)


_LARGE = 8000
"""Pixels from which on a box is put together from tiles: smooth corners as pictures, all else as plain rectangles."""


def _tile(  # noqa: PLR0917 - as ``box``
    painter: QPainter, rect: QRectF, radius: float, fill: QColor | None, edge: QColor | None, width: float
) -> bool:
    """Draw a box in a third of the time it takes to draw it smoothly; return whether it can be: pixels must be whole.

    At 125 % and the like a rectangle ends inside a pixel, and tiles would show their seams.
    """
    whole = rect.toRect()
    device = painter.device()
    if QRectF(whole) != rect or width != int(width) or device is None or device.devicePixelRatioF() != 1.0:
        return False
    left, top, wide, high = whole.x(), whole.y(), whole.width(), whole.height()
    thick = int(width) if edge is not None else 0
    side = int(radius) + thick + 1
    if min(wide, high) < 2 * side:
        return False
    corners = _corners(side, radius, fill.rgba() if fill else 0, edge.rgba() if edge else 0, width if edge else 0.0)
    right, bottom = left + wide - side, top + high - side
    for x, y, across, down in (
        (left, top, 0, 0),
        (right, top, side, 0),
        (left, bottom, 0, side),
        (right, bottom, side, side),
    ):
        painter.drawPixmap(x, y, corners, across, down, side, side)
    if fill is not None:
        painter.fillRect(left + side, top + thick, wide - 2 * side, side - thick, fill)
        painter.fillRect(left + thick, top + side, wide - 2 * thick, high - 2 * side, fill)
        painter.fillRect(left + side, bottom, wide - 2 * side, side - thick, fill)
    if edge is not None:
        painter.fillRect(left + side, top, wide - 2 * side, thick, edge)
        painter.fillRect(left + side, top + high - thick, wide - 2 * side, thick, edge)
        painter.fillRect(left, top + side, thick, high - 2 * side, edge)
        painter.fillRect(left + wide - thick, top + side, thick, high - 2 * side, edge)
    return True


@functools.lru_cache(maxsize=128)
def _corners(side: int, radius: float, fill: int, edge: int, width: float) -> QPixmap:
    """Return the smallest box with such corners, each ``side`` pixels; colours are RGBA, 0 for none."""
    picture = QPixmap(2 * side, 2 * side)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    rect = QRectF(0, 0, 2 * side, 2 * side)
    _round(
        painter, rect, radius, QColor.fromRgba(fill) if fill else None, QColor.fromRgba(edge) if edge else None, width
    )
    painter.end()
    return picture


def _round(  # noqa: PLR0917 - as ``box``
    painter: QPainter, rect: QRectF, radius: float, fill: QColor | None, edge: QColor | None, width: float
) -> None:
    painter.setBrush(fill if fill is not None else Qt.BrushStyle.NoBrush)
    if edge is None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(rect, radius, radius)
        return
    painter.setPen(QPen(edge, width))
    half = width / 2
    painter.drawRoundedRect(rect.adjusted(half, half, -half, -half), radius - half, radius - half)


def text(  # noqa: PLR0917 - what, then where, as painters are called
    painter: QPainter, words: str, face: QFont, colour: QColor, rect: QRectF, align: Qt.AlignmentFlag
) -> None:
    """Draw one line, centred in the height of ``rect``, elided at its end when it does not fit."""
    metrics = QFontMetricsF(face)
    shown = words
    if metrics.horizontalAdvance(words) > rect.width() + 1:
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, rect.width())
    painter.setFont(face)
    painter.setPen(colour)
    painter.drawText(rect, int(align | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip), shown)


@functools.lru_cache(maxsize=2048)
def text_width(words: str, face: QFont) -> float:
    """Return the width of one line."""
    return QFontMetricsF(face).horizontalAdvance(words)


def _pieces(key: str) -> list[tuple[str, str]]:
    """Return ``("text" or "icon", what)`` of a keycap, for example ``Ctrl+→`` in two pieces."""
    head, plus, last = key.rpartition("+")
    if last in _ARROWS:
        return ([("text", head + plus)] if head else []) + [("icon", _ARROWS[last])]
    return [("text", key)]


def keycap_width(key: str, height: float = 0) -> float:
    """Return how wide a keycap is; ``height`` as in ``keycap``."""
    tall = height or theme.px(20)
    face = theme.digits(Type.KEYCAP, 600)
    inner = sum(text_width(what, face) if kind == "text" else theme.px(12) for kind, what in _pieces(key))
    return max(tall, inner + theme.px(10))


def keycap(
    painter: QPainter,
    key: str,
    left: float,
    middle: float,
    *,
    ink: str = "text2",
    edge: str = "line_strong",
    fill: str = "subtle",
    height: float = 0,
) -> float:
    """Draw a keycap with its left edge at ``left``, centred on ``middle``; return its width.

    Args:
        painter: on the widget.
        key: what stands on it; arrow names and signs become icons.
        left: pixels.
        middle: pixels.
        ink: token of the text.
        edge: token of the border.
        fill: token of the ground, ``""`` for none.
        height: pixels; 0 for the usual 20.
    """
    tall = height or theme.px(20)
    width = keycap_width(key, tall)
    rect = QRectF(left, round(middle - tall / 2), width, tall)
    box(painter, rect, theme.px(4), theme.token(fill) if fill else None, theme.token(edge))
    face = theme.digits(Type.KEYCAP, 600)
    pieces = _pieces(key)
    inner = sum(text_width(what, face) if kind == "text" else theme.px(12) for kind, what in pieces)
    at = left + (width - inner) / 2
    for kind, what in pieces:
        if kind == "icon":
            theme.paint_icon(painter, what, ink, at, middle - theme.px(12) / 2, theme.px(12))
            at += theme.px(12)
        else:
            wide = text_width(what, face)
            text(painter, what, face, theme.token(ink), QRectF(at, rect.top(), wide, tall), Qt.AlignmentFlag.AlignLeft)
            at += wide
    return width


def progress(painter: QPainter, rect: QRectF, shares: list[tuple[float, str]], track: str = "track") -> None:
    """Draw a bar: ``shares`` are (part of 1, token) from left to right, parted by a hair of the track."""
    radius = min(rect.height() / 2, theme.px(3))
    painter.save()
    box(painter, rect, radius, theme.token(track))
    at = rect.left()
    for share, colour in shares:
        wide = rect.width() * max(0.0, min(1.0, share))
        if wide <= 0:
            continue
        gap = 1.0 if at > rect.left() else 0.0
        box(painter, QRectF(at + gap, rect.top(), max(1.0, wide - gap), rect.height()), radius, theme.token(colour))
        at += wide
    painter.restore()
