"""Authors' words with Markdown and a few HTML tags, as the ODK documentation allows them in labels and notes.

Bold, italics, headings, lists, links (shown as text: there is no network here), and ``<span style="color: …">`` with a
colour that can be read on the ground in force, or a size.
"""

from __future__ import annotations

import functools
import html
import re

from PySide6.QtCore import QPointF, QSizeF
from PySide6.QtGui import QAbstractTextDocumentLayout, QColor, QFont, QPainter, QPalette, QTextDocument, QTextOption

from survey_app.gui import theme
from survey_app.xforms.marked import BOLD, CODE, ESCAPED, HEADING, ITALIC, ITEM, LINK

_TAG = re.compile(r"&lt;(/?)(span|p|b|i|em|strong|br)((?:\s(?:(?!&gt;).)*)?)\s*/?&gt;", re.IGNORECASE)
_STYLE = re.compile(r"""style\s*=\s*(?:&quot;|&\#x27;)(.*?)(?:&quot;|&\#x27;)""", re.IGNORECASE)
_SIZE = re.compile(r"(\d{1,3})\s*(px|pt|%)?|(x{0,2}-?(?:small|large)|medium|smaller|larger)")
_LEAST_CONTRAST = 3.0


def as_html(text: str) -> str:
    """Return the text as the simple HTML that Qt draws; everything that is not allowed is shown as it was written."""
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(html.escape(found[1]))
        return f"\ue000{len(kept) - 1}\ue001"

    lines = html.escape(ESCAPED.sub(keep, text)).replace("\r\n", "\n").split("\n")
    done = "".join(_blocks(lines))
    return re.sub("\ue000(\\d+)\ue001", lambda found: kept[int(found[1])], done)


def _blocks(lines: list[str]) -> list[str]:
    found: list[str] = []
    listed = ""
    for line in lines:
        item, heading = ITEM.match(line), HEADING.match(line)
        kind = ("ul" if item[1] else "ol") if item else ""
        if kind != listed:
            found.append((f"</{listed}>" if listed else "") + (f'<{kind} style="margin:0">' if kind else ""))
            listed = kind
        if item:
            found.append(f"<li>{_inline(item[3])}</li>")
        elif heading:
            size = {1: 24, 2: 22, 3: 20}.get(len(heading[1]), 17)
            words = _inline(heading[2])
            style = f"font-size:{theme.px(size)}px;font-weight:700"
            found.append(f'<p style="margin:0"><span style="{style}">{words}</span></p>')
        else:
            found.append(f'<p style="margin:0">{_inline(line) or "&nbsp;"}</p>')
    return [*found, f"</{listed}>" if listed else ""]


def _inline(text: str) -> str:
    text = _TAG.sub(_tag, text)
    text = LINK.sub(r"<u>\1</u> (\2)", CODE.sub(r"<b>\1</b>", text))
    return ITALIC.sub(_italic, BOLD.sub(_bold, text))


def _bold(found: re.Match[str]) -> str:
    return f"<b>{found[1] or found[2]}</b>"


def _italic(found: re.Match[str]) -> str:
    return f"<i>{found[1] or found[2]}</i>"


def _tag(found: re.Match[str]) -> str:
    closing, name = found[1], found[2].lower()
    name = {"p": "span", "strong": "b", "em": "i"}.get(name, name)
    if name == "br":
        return "<br>"
    if closing:
        return f"</{name}>"
    style = _STYLE.search(found[3])
    allowed = _allowed(style[1]) if style and name == "span" else ""
    return f'<{name} style="{allowed}">' if allowed else f"<{name}>"


def _allowed(style: str) -> str:
    """Return what is kept of a style: a colour that can be read, a size within reason, weight and decoration."""
    found = []
    for part in html.unescape(style).split(";"):
        name, _colon, value = part.partition(":")
        name, value = name.strip().lower(), value.strip()
        if name == "color" and QColor.isValidColorName(value) and _can_be_read(QColor(value)):
            found.append(f"color:{QColor(value).name()}")
        elif name == "font-size" and (size := _SIZE.fullmatch(value.lower())):
            found.append(f"font-size:{_size(size)}px")
        elif name in {"font-weight", "font-style", "text-decoration"} and re.fullmatch(r"[a-z0-9-]+", value):
            found.append(f"{name}:{value}")
    return ";".join(found)


def _size(found: re.Match[str]) -> int:
    words = {"xx-small": 12, "x-small": 12, "small": 14, "smaller": 14, "medium": 16, "large": 20, "larger": 20,
             "x-large": 24, "xx-large": 32}  # fmt: skip
    if found[3]:
        return theme.px(words.get(found[3], 16))
    number = int(found[1])
    wanted = {"%": number * 16 / 100, "pt": number * 4 / 3}.get(found[2] or "px", number)
    return theme.px(min(48, max(12, wanted)))


def _can_be_read(colour: QColor) -> bool:
    lighter, darker = sorted((_light(colour), _light(theme.token("surface"))), reverse=True)
    return (lighter + 0.05) / (darker + 0.05) >= _LEAST_CONTRAST


def _light(colour: QColor) -> float:
    """Return relative luminance (WCAG 2.1)."""
    linear = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in _parts(colour))
    return float(sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True)))


def _parts(colour: QColor) -> tuple[float, float, float]:
    return colour.redF(), colour.greenF(), colour.blueF()


@functools.lru_cache(maxsize=64)
def _document(text: str, font: QFont, width: int, dark: bool, percent: int) -> QTextDocument:
    del dark, percent  # they decide colours and sizes
    document = QTextDocument()
    document.setDocumentMargin(0)
    document.setDefaultFont(font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    document.setDefaultTextOption(option)
    document.setHtml(as_html(text))
    document.setTextWidth(width)
    return document


class MarkedParagraph:
    """Words with markup; arranged and drawn like ``drawing.Paragraph``."""

    def __init__(self) -> None:
        self._document: QTextDocument | None = None
        self.height = 0
        self.width = 0.0
        self.lines = 0

    def arrange(self, text: str, font: QFont, line: int, width: float, strong: int = 0) -> int:
        """Break the text to a width and return its height in pixels."""
        del strong
        self._document = _document(text, font, round(width), theme.is_dark(), theme.text_percent())
        size: QSizeF = self._document.size()
        self.height = max(line, round(size.height()) + theme.px(2))
        self.width = self._document.idealWidth()
        self.lines = max(1, round(size.height() / line))
        return self.height

    def draw(self, painter: QPainter, left: float, top: float, colour: str) -> None:
        """Draw the text; ``colour`` is a token's name, for the words the author gave no colour."""
        if self._document is None:
            return
        context = QAbstractTextDocumentLayout.PaintContext()
        context.palette.setColor(QPalette.ColorRole.Text, theme.token(colour))
        painter.save()
        painter.translate(QPointF(left, top))
        self._document.documentLayout().draw(painter, context)
        painter.restore()
