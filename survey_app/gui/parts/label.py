"""Text that never clips a tone mark: own line boxes, equal-width digits where they count, elision at its end."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import (
    QFont,
    QFontMetrics,
    QHelpEvent,
    QPainter,
    QPaintEvent,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QLabel, QSizePolicy, QToolTip, QWidget

from survey_app.gui import theme
from survey_app.gui.theme import Type

_FIGURES = re.compile(r"[0-9][0-9.,:/]*")
_ROOM = 100_000.0
_TALL, _DEEP = 1.17, 0.27
"""Height of Ẫ and depth of ậ, in sizes of the font (measured on both fonts)."""
_STACKED = re.compile("[ẤẦẨẪẮẰẲẴẾỀỂỄỐỒỔỖ]")


class Label(QLabel):
    """A text in a role of the type scale and a token's colour.

    Args:
        text: what it says.
        role: its place in the type scale.
        tone: token of its colour.
        weight: 400, 500, 600, 700; 0 for the role's own.
        figures: digits inside the text get equal width; set it where numbers are compared or tick.
        wrap: break into lines; otherwise one line, elided at its end when ``elide``.
        elide: may be narrower than its text; the whole text is then in the tooltip.
        align: horizontal alignment.
    """

    def __init__(
        self,
        text: str = "",
        role: Type = Type.BODY,
        tone: str = "text",
        *,
        weight: int = 0,
        figures: bool = False,
        wrap: bool = False,
        elide: bool = False,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._role = role
        self._tone = tone
        self._weight = weight
        self._figures = figures
        self._elide = elide
        self._align = align
        self._parts: list[tuple[str, int]] = []
        self._natural = -1.0
        self._laid: tuple[tuple[object, ...], QTextLayout] | None = None
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        policy = QSizePolicy(
            QSizePolicy.Policy.Preferred if wrap or elide else QSizePolicy.Policy.Fixed,
            QSizePolicy.Policy.Preferred if wrap else QSizePolicy.Policy.Fixed,
        )
        policy.setHeightForWidth(wrap)
        self.setSizePolicy(policy)
        self.setFont(theme.font(role, weight))
        self.setText(text)

    # what it says

    def setText(self, text: str) -> None:
        self._take([(text, 0)])

    def set_parts(self, parts: Sequence[tuple[str, int]]) -> None:
        """Say several pieces of text after one another, each with its weight (0 for the label's own)."""
        self._take(list(parts))

    def _take(self, parts: list[tuple[str, int]]) -> None:
        if parts == self._parts:  # said already: nothing is laid out again
            return
        self._parts = parts
        text = "".join(piece for piece, _ in parts)
        self._natural = -1.0
        self._laid = None
        super().setText(text)
        self.updateGeometry()
        self.update()

    def set_tone(self, tone: str) -> None:
        """Change the colour to another token's."""
        if tone != self._tone:
            self._tone = tone
            self.update()

    @property
    def tone(self) -> str:
        """Token of the colour."""
        return self._tone

    # its size

    @property
    def line_height(self) -> int:
        """Height of one line, in pixels as they are."""
        return theme.px(self._role.line)

    def _tall(self) -> int:
        """How far the text rises above the base line; two marks on a capital letter need more than the rest."""
        size = self.font().pixelSize()
        return math.ceil(_TALL * size) if _STACKED.search(self.text()) else size

    def _slack(self) -> int:
        """What a line with stacked marks above and a dot below needs beyond its line height."""
        return max(0, self._tall() + math.ceil(_DEEP * self.font().pixelSize()) - self.line_height)

    def _layout(self, width: float, text: str | None = None) -> QTextLayout:
        """Return the text in lines; the last one made is kept: a label is painted more often than it changes."""
        whole = self.text() if text is None else text
        key = (whole, width, self.wordWrap(), id(self._font(0)))  # the theme keeps one object a font
        if self._laid is None or self._laid[0] != key:
            self._laid = (key, self._broken(whole, width))
        return self._laid[1]

    def _broken(self, whole: str, width: float) -> QTextLayout:
        layout = QTextLayout(whole.replace("\n", "\u2028"), self._font(0))
        option = QTextOption()
        option.setWrapMode(
            QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere if self.wordWrap() else QTextOption.WrapMode.ManualWrap
        )
        layout.setTextOption(option)
        layout.setFormats(self._formats(len(whole)))
        layout.beginLayout()
        number = 0
        base = QFontMetrics(self._font(0))
        lead = max((self.line_height - base.ascent() - base.descent()) / 2, self._tall() - base.ascent())
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width)
            line.setPosition(QPointF(0, number * self.line_height + lead + base.ascent() - line.ascent()))
            number += 1
        layout.endLayout()
        return layout

    def _font(self, weight: int) -> QFont:
        return theme.font(self._role, weight or self._weight)

    def _formats(self, length: int) -> list[QTextLayout.FormatRange]:
        found: list[QTextLayout.FormatRange] = []
        start = 0
        for text, weight in self._parts:
            if start >= length:
                break
            if weight:
                found.append(_range(start, len(text), self._font(weight)))
            if self._figures:
                face = theme.digits(self._role, weight or self._weight)
                found += [_range(start + m.start(), m.end() - m.start(), face) for m in _FIGURES.finditer(text)]
            start += len(text)
        return found

    def natural_width(self) -> int:
        """Return the width of the text on as few lines as it has."""
        if self._natural < 0:
            layout = self._layout(_ROOM)
            self._natural = max((layout.lineAt(n).naturalTextWidth() for n in range(layout.lineCount())), default=0.0)
        return int(self._natural) + 2

    def _around(self) -> tuple[int, int]:
        margins = self.contentsMargins()
        return margins.left() + margins.right(), margins.top() + margins.bottom()

    def heightForWidth(self, width: int) -> int:
        across, down = self._around()
        if not self.wordWrap():
            return self.line_height + self._slack() + down
        lines = max(1, self._layout(max(1, width - across)).lineCount())
        return lines * self.line_height + self._slack() + down

    def sizeHint(self) -> QSize:
        across, down = self._around()
        if not self.wordWrap():
            lines = self.text().count("\n") + 1
            return QSize(self.natural_width() + across, lines * self.line_height + self._slack() + down)
        width = min(self.natural_width(), theme.px(420)) + across
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        across, down = self._around()
        if self.wordWrap():
            return QSize(min(self.natural_width(), theme.px(120)) + across, self.line_height + self._slack() + down)
        if self._elide:
            return QSize(min(self.natural_width(), theme.px(40)) + across, self.line_height + self._slack() + down)
        return self.sizeHint()

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        painter.setPen(theme.token(self._tone if self.isEnabled() else "text3"))
        area = self.contentsRect()
        layout = self._layout(area.width(), self._shown(area.width()))
        height = max(1, layout.lineCount()) * self.line_height + self._slack()
        for number in range(layout.lineCount()):
            line = layout.lineAt(number)
            spare = area.width() - line.naturalTextWidth()
            if self._align & Qt.AlignmentFlag.AlignRight:
                line.setPosition(QPointF(spare, line.position().y()))
            elif self._align & Qt.AlignmentFlag.AlignHCenter:
                line.setPosition(QPointF(spare / 2, line.position().y()))
        layout.draw(painter, QPointF(area.left(), area.top() + max(0.0, (area.height() - height) / 2)))

    def _shown(self, width: int) -> str:
        if self.wordWrap() or self.natural_width() <= width + 2:
            return self.text()
        return QFontMetrics(self._font(max((w for _, w in self._parts), default=0))).elidedText(
            self.text(), Qt.TextElideMode.ElideRight, width - 2
        )

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._restyle()

    def _restyle(self) -> None:
        self._natural = -1.0
        wanted = theme.font(self._role, self._weight)
        if self.font() != wanted:
            self.setFont(wanted)
        self.updateGeometry()
        self.update()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and not self.toolTip():
            if self._shown(self.contentsRect().width()) != self.text():
                QToolTip.showText(event.globalPos(), self.text(), self)
            return True
        return super().event(event)


def _range(start: int, length: int, face: QFont) -> QTextLayout.FormatRange:
    made = QTextLayout.FormatRange()
    made.start = start
    made.length = length
    look = QTextCharFormat()
    look.setFont(face)
    made.format = look
    return made


class Figures(Label):
    """A number: the digit font throughout."""

    def __init__(self, text: str = "", role: Type = Type.BODY, tone: str = "text", **named: Any) -> None:
        super().__init__("", role, tone, **named)
        self.setText(text)

    def _font(self, weight: int) -> QFont:
        return theme.digits(self._role, weight or self._weight)
