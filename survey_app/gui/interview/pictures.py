"""Pictures made ready to be kept: turned upright, scaled down, written anew without anything that was hidden in them.

A photo from a telephone says where and when it was taken (EXIF). Nothing of a picture is kept but its pixels.
"""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QColor, QImage, QImageReader, QImageWriter, QPainter

from survey_app.errors import SurveyAppError
from survey_app.gui.theme_tokens import LIGHT
from survey_app.i18n import _
from survey_app.store import Attachment, attachment

MAX_PIXELS = 1600
"""Longest edge when the author says nothing: a page of a paper form stays readable."""

LARGEST_SOURCE_BYTES = 64 << 20
_MOST_PIXELS = 120_000_000
_QUALITY = 82


class NotAPicture(SurveyAppError):  # noqa: N818 - the name says what is wrong
    """The bytes are no picture this program can read."""

    def __init__(self) -> None:
        super().__init__(
            "ATT-01",
            _("This file is not a picture that can be read here."),
            _("Choose a JPEG or PNG file. A HEIC photo: let the telephone send it as JPEG. Nothing was changed."),
        )


def read_picture(content: bytes) -> QImage:
    """Return a picture, upright.

    Raises:
        NotAPicture: it cannot be read.
    """
    buffer = QBuffer()
    buffer.setData(QByteArray(content))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    size = reader.size()
    if len(content) > LARGEST_SOURCE_BYTES or size.width() * size.height() > _MOST_PIXELS:
        raise NotAPicture
    wide = QSize(2 * MAX_PIXELS, 2 * MAX_PIXELS)
    if size.isValid() and max(size.width(), size.height()) > wide.width() * 2:
        reader.setScaledSize(size.scaled(wide * 2, Qt.AspectRatioMode.KeepAspectRatio))  # decoded smaller: less memory
    found = reader.read()
    if found.isNull():
        raise NotAPicture
    return found


def bare(image: QImage, longest: int) -> QImage:
    """Return a copy of the pixels alone, at most ``longest`` along its longer edge."""
    size = image.size()
    if longest and max(size.width(), size.height()) > longest:
        image = image.scaled(
            longest, longest, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
    has_alpha = image.hasAlphaChannel()
    copy = QImage(image.size(), QImage.Format.Format_ARGB32 if has_alpha else QImage.Format.Format_RGB32)
    copy.fill(QColor(Qt.GlobalColor.transparent) if has_alpha else QColor(LIGHT.surface))
    painter = QPainter(copy)
    painter.drawImage(0, 0, image)
    painter.end()
    return copy


def kept_picture(image: QImage, max_pixels: str = "", drawn: bool = False) -> Attachment:
    """Return a picture as it is kept.

    Args:
        image: the picture.
        max_pixels: the author's longest edge; blank for ``MAX_PIXELS``.
        drawn: lines on a plain ground, kept as PNG; otherwise a photo, kept as JPEG.

    Raises:
        AttachmentTooLarge: even so it is larger than an attachment may be.
    """
    longest = int(max_pixels) if max_pixels.isdecimal() and int(max_pixels) > 0 else MAX_PIXELS
    copy = bare(image, longest)
    if not drawn and copy.hasAlphaChannel():
        ground = QImage(copy.size(), QImage.Format.Format_RGB32)
        ground.fill(QColor(LIGHT.surface))
        painter = QPainter(ground)
        painter.drawImage(0, 0, copy)
        painter.end()
        copy = ground
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, b"png" if drawn else b"jpeg")
    writer.setQuality(-1 if drawn else _QUALITY)
    writer.write(copy)
    buffer.close()
    return attachment(bytes(data.data()), "png" if drawn else "jpg")
