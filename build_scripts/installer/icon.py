"""Pictures for Windows, drawn from the program's SVG: the icon in all its sizes, the side of the installer's pages."""

from __future__ import annotations

import struct
import sys
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

SIDE = (164, 314)
"""Width and height of the picture beside the first and last page of the installer."""
INDIGO = "#234A97"
SIZES = (16, 20, 24, 32, 40, 48, 64, 128, 256)


def write_icon(drawing: Path, target: Path) -> Path:
    """Write an ``.ico`` file that holds the drawing as a PNG in every size, and return it."""
    app = QGuiApplication.instance() or QGuiApplication([sys.argv[0], "-platform", "offscreen"])
    pictures = [_png(drawing, size) for size in SIZES]
    del app
    at = 6 + 16 * len(pictures)
    head = struct.pack("<HHH", 0, 1, len(pictures))
    for size, picture in zip(SIZES, pictures, strict=True):
        side = size % 256  # 256 is written as 0
        head += struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(picture), at)
        at += len(picture)
    target.write_bytes(head + b"".join(pictures))
    return target


def write_side(drawing: Path, target: Path) -> Path:
    """Write the picture beside the installer's pages, the mark on the program's blue, and return it."""
    app = QGuiApplication.instance() or QGuiApplication([sys.argv[0], "-platform", "offscreen"])
    image = QImage(*SIDE, QImage.Format.Format_RGB888)
    image.fill(QColor(INDIGO))
    painter = QPainter(image)
    QSvgRenderer(str(drawing)).render(painter, QRectF((SIDE[0] - 96) / 2, 60, 96, 96))
    painter.end()
    del app
    image.save(str(target), "BMP")  # type: ignore[call-overload]  # as below
    return target


def _png(drawing: Path, size: int) -> bytes:
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(str(drawing)).render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # Qt takes the device; its stubs want the format as bytes
    return bytes(buffer.data().data())
