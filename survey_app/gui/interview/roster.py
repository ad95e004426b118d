"""The people of the household as a table one walks through by keyboard; the cell one stands on is asked below it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QAccessible, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from survey_app.gui import theme
from survey_app.gui.interview.asked import Asked
from survey_app.gui.interview.card import Card
from survey_app.gui.interview.drawing import (
    Paragraph,
    draw_box,
    draw_icon,
    draw_lines,
    draw_text,
    paint_whole,
    text_width,
)
from survey_app.gui.interview.fields import CONFIRM, LineField
from survey_app.gui.parts import SMALL, Button, Panel, Scrolled
from survey_app.gui.spoken import Spoken
from survey_app.gui.theme import Type
from survey_app.i18n import _

_HEAD = 34
_HEAD_OF_TWO = 52
_ROW = 36
_NUMBER = 40
_LOW = 300
"""Design pixels: in a lower page the buttons give way to the question, their keys work, and one row may be all."""


@dataclass(frozen=True)
class Cell:
    """A cell of the table.

    Attributes:
        path: its question.
        text: the answer as it is shown.
        mark: ``""``, ``"fault"``, ``"doubt"`` or ``"reason"`` (doubtful, but with a reason).
        asked: whether the question applies to this person.
    """

    path: str
    text: str
    mark: str
    asked: bool


@dataclass(frozen=True)
class Heading:
    """A column: its words, how wide it wants to be (a share), and what it needs in pixels: no word of it is cut."""

    text: str
    share: int
    number: bool
    least: int


_MARKS = {"fault": ("circle-x", "err"), "doubt": ("triangle-alert", "warn"), "reason": ("sticky-note", "warn")}


class RosterTable(QWidget):
    """Head, one row a person, and a last row that takes one more."""

    chosen = Signal(str)
    """Sent with the path of the cell that was clicked, ``""`` for the last row."""

    def __init__(self) -> None:
        super().__init__()
        self._headings: tuple[Heading, ...] = ()
        self._rows: tuple[tuple[Cell, ...], ...] = ()
        self._more = ""
        self._here = ""
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setObjectName("people")  # not "scrolled": the style sheet would make it transparent again
        paint_whole(self)

    def spoken(self) -> Spoken:
        """Tell screen readers that this is a table; its name says the cell one stands on."""
        return Spoken(QAccessible.Role.Table)

    @property
    def rows(self) -> tuple[tuple[Cell, ...], ...]:
        """The rows shown now."""
        return self._rows

    def show_rows(self, headings: Sequence[Heading], rows: Sequence[Sequence[Cell]], more: str, here: str) -> None:
        """Show the table; ``more`` words the last row, ``here`` is the cell one stands on (``""``: the last row)."""
        heads, before = self._headings, self._looks()
        self._headings, self._rows = tuple(headings), tuple(tuple(row) for row in rows)
        self._more, self._here = more, here
        self.setMinimumHeight(self.wanted_height())
        said = next((cell for row in self._rows for cell in row if cell.path == here), None)
        self.setAccessibleName(_("Table of the people. %s") % (said.text if said else more))
        if heads != self._headings:
            self.update()
            return
        for number, (old, new) in enumerate(itertools.zip_longest(before, self._looks())):
            if old != new:
                top, bottom = self.row_box(number)
                self.update(0, top, self.width(), bottom - top)

    def _looks(self) -> list[tuple[object, ...]]:
        """Return what each row looks like, the last one included."""
        looks: list[tuple[object, ...]] = [(row, "") for row in self._rows]
        looks.append((self._more, not self._here))
        here = self.row_here()
        looks[here] = (*looks[here], self._here)
        return looks

    def wanted_height(self) -> int:
        """Return how high the whole table is."""
        return self.head_high + (len(self._rows) + bool(self._more)) * theme.px(_ROW) + 1

    @property
    def head_high(self) -> int:
        """Return how high the head is: two lines when a heading is too long for its column."""
        font, pad = theme.font(Type.CAPTION, 500), 2 * theme.px(10)
        edges = self._edges()
        columns = zip(self._headings, edges, edges[1:], strict=False)
        long = any(text_width(heading.text, font) + pad > right - left for heading, left, right in columns)
        return theme.px(_HEAD_OF_TWO if long else _HEAD)

    def row_box(self, number: int) -> tuple[int, int]:
        """Return top and bottom of a row, counted from 0; the last row takes one more person."""
        top = self.head_high + number * theme.px(_ROW)
        return top, top + theme.px(_ROW)

    def row_here(self) -> int:
        """Return the number of the row one stands on."""
        for number, row in enumerate(self._rows if self._here else ()):
            for cell in row:
                if cell.path == self._here:
                    return number
        return len(self._rows)

    def _edges(self) -> list[float]:
        left = float(theme.px(_NUMBER))
        room = self.width() - left - theme.px(4)
        least = [heading.least for heading in self._headings]
        if sum(least) > room:
            least = [0] * len(least)  # some word is cut whatever is done
        wishes = [heading.share - width for heading, width in zip(self._headings, least, strict=True)]
        more, total = room - sum(least), sum(wishes) or 1
        edges = [left]
        for width, wish in zip(least, wishes, strict=True):
            edges.append(edges[-1] + width + more * wish / total)
        return edges

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the table."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(event.rect(), theme.token("surface"))
        edges = self._edges()
        head = QRectF(0, 0, self.width(), self.head_high)
        painter.fillRect(head, theme.token("subtle"))
        pad = theme.px(10)
        for heading, left, right in zip(self._headings, edges, edges[1:], strict=False):
            box = QRectF(left + pad, 0, right - left - 2 * pad, head.height())
            draw_lines(painter, heading.text, theme.font(Type.CAPTION, 500), "text2", box, right=heading.number)
        painter.fillRect(QRectF(0, head.height() - 1, self.width(), 1), theme.token("line"))
        first = max(0, (event.rect().top() - self.head_high) // theme.px(_ROW))
        last = (event.rect().bottom() - self.head_high) // theme.px(_ROW) + 1
        for number, row in enumerate(self._rows[first:last], start=first):
            top, bottom = self.row_box(number)
            if event.region().intersects(QRect(0, top, self.width(), bottom - top)):
                self._draw_row(painter, number, row, edges)
        if self._more:
            self._draw_more(painter)
        painter.end()

    def _draw_row(self, painter: QPainter, number: int, row: Sequence[Cell], edges: Sequence[float]) -> None:
        top, bottom = self.row_box(number)
        line = QRectF(0, top, self.width(), bottom - top)
        if any(cell.path == self._here for cell in row):
            painter.fillRect(line, theme.token("primary_soft"))
            painter.fillRect(QRectF(0, top, theme.px(3), bottom - top), theme.token("primary"))
        place = QRectF(theme.px(8), top, theme.px(_NUMBER - 16), bottom - top)
        draw_text(painter, str(number + 1), theme.digits(Type.CAPTION, 600), "text3", place, right=True)
        for column, (cell, left, right) in enumerate(zip(row, edges, edges[1:], strict=False)):
            self._draw_cell(painter, cell, QRectF(left, top, right - left, bottom - top), column)
        painter.fillRect(QRectF(0, bottom - 1, self.width(), 1), theme.token("line"))

    def _draw_cell(self, painter: QPainter, cell: Cell, box: QRectF, column: int) -> None:
        if cell.path == self._here:
            draw_box(painter, box.adjusted(1, 1, -1, -2), "surface", "primary", radius=4, thick=2)
        pad = theme.px(10)
        inner = box.adjusted(pad, 0, -pad, 0)
        number = self._headings[column].number
        if cell.mark:
            icon, tone = _MARKS[cell.mark]
            at = QPointF(inner.right() - theme.px(14), box.center().y() - theme.px(8))
            if number:
                at.setX(inner.left() - theme.px(4))
            else:
                inner.adjust(0, 0, -theme.px(20), 0)
            draw_icon(painter, icon, tone, at, 16)
        if not cell.asked:
            return
        if not cell.text:
            draw_text(painter, "–", theme.digits(Type.TABLE), "text3", inner, right=number)
            return
        font = theme.digits(Type.TABLE) if number else theme.font(Type.TABLE, 500 if column == 0 else 400)
        draw_text(painter, cell.text, font, "err" if cell.mark == "fault" else "text", inner, right=number)

    def _draw_more(self, painter: QPainter) -> None:
        top, bottom = self.row_box(len(self._rows))
        here = not self._here
        if here:
            painter.fillRect(QRectF(0, top, self.width(), bottom - top), theme.token("primary_soft"))
            painter.fillRect(QRectF(0, top, theme.px(3), bottom - top), theme.token("primary"))
        tone = "primary" if here else "text3"
        middle = (top + bottom) / 2
        draw_icon(painter, "plus", tone, QPointF(theme.px(16), middle - theme.px(8)), 16)
        box = QRectF(theme.px(_NUMBER + 10), top, self.width() - theme.px(_NUMBER + 20), bottom - top)
        draw_text(painter, self._more, theme.font(Type.TABLE, 600 if here else 400), tone, box)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw all again when the columns have another width."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.setMinimumHeight(self.wanted_height())
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the cell that was clicked."""
        number = int((event.position().y() - self.head_high) // theme.px(_ROW))
        if number == len(self._rows) and self._more:
            self.chosen.emit("")
        elif 0 <= number < len(self._rows):
            at = event.position().x()
            edges = self._edges()
            column = next((i for i, right in enumerate(edges[1:]) if at < right), len(edges) - 2)
            self.chosen.emit(self._rows[number][column].path)


class MoreCard(QWidget):
    """Asks whether there is one more: typing a name adds a line, Enter alone goes on."""

    named = Signal(str)
    wish = Signal(str)
    entered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = Paragraph()
        self._text = ""
        self._hint = ""
        self._place = QRectF()
        self.field = LineField(self)
        self.field.wish.connect(self._wished)
        self.field.entered.connect(self.entered)

    def say(self, text: str, hint: str) -> None:
        """Ask in these words."""
        self._text, self._hint = text, hint
        self.field.setAccessibleName(f"{text} {hint}")
        self.update()

    def _wished(self, wish: str) -> None:
        name = self.field.text().strip()
        if name and wish == CONFIRM:
            self.field.clear()
            self.named.emit(name)
            return
        self.wish.emit(wish)

    def arrange(self, width: int) -> int:
        """Place the field and return the height."""
        left, room = theme.px(62), width - theme.px(62 + 16)
        high = self._label.arrange(self._text, theme.font(Type.QUESTION), theme.px(24), room)
        top = theme.px(11) + high + theme.px(6)
        self.field.setGeometry(left, top, min(room, theme.px(520)), self.field.sizeHint().height())
        field, wide = self.field.geometry(), theme.px(4) + int(text_width(self._hint, theme.font(Type.TABLE)))
        beside = field.right() + theme.px(12 + 16) + wide <= width
        self.field.setPlaceholderText("" if beside else self._hint)
        left = field.right() + theme.px(12)
        self._place = QRectF(left, field.top(), width - left if beside else 0, field.height())
        return top + field.height() + theme.px(13)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_box(painter, QRectF(self.rect()), "surface", "primary", radius=8, thick=2)
        draw_icon(painter, "user-plus", "primary", QPointF(theme.px(20), theme.px(13)), 20)
        self._label.draw(painter, theme.px(62), theme.px(11), "text")
        if self._place.width():
            draw_text(painter, self._hint, theme.font(Type.TABLE), "text3", self._place)
        painter.end()


class RosterPage(QWidget):
    """The table above, the question of the current cell below."""

    chosen = Signal(str)
    answered = Signal(str, str, bool)
    typing = Signal(str, str)
    wish = Signal(str, str)
    entered = Signal(str)
    named = Signal(str)
    """Sent with the name of one more person."""
    add = Signal()
    remove = Signal()
    shift = Signal(int)
    """Sent with -1 to move the person of the current row up, 1 to move down."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = RosterTable()
        self._scroll = Scrolled(self.table, gutter=False)
        self._add = Button("", "secondary", icon="user-plus", key="Insert", shortcut="", height=SMALL)
        self._remove = Button("", "quiet", icon="user-x", key="Ctrl+Delete", shortcut="", height=SMALL)
        self._up = Button("", "quiet", icon="arrow-up", key="Alt+↑", shortcut="", height=SMALL)
        self._down = Button("", "quiet", icon="arrow-down", key="Alt+↓", shortcut="", height=SMALL)
        for button in (self._add, self._up, self._down, self._remove):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._foot = QWidget()
        foot = QHBoxLayout(self._foot)
        foot.setContentsMargins(theme.px(10), theme.px(6), theme.px(10), theme.px(8))
        foot.addWidget(self._add)
        foot.addStretch()
        foot.addWidget(self._up)
        foot.addWidget(self._down)
        foot.addWidget(self._remove)
        self._panel = Panel(pad=1, gap=0, parent=self)
        self._panel.column.addWidget(self._scroll, 1)
        self._panel.column.addWidget(self._foot)
        self._ground = QWidget()
        self.card = Card(self._ground)
        self.more = MoreCard(self._ground)
        self.more.hide()
        self._lower = Scrolled(self._ground)
        self._lower.setParent(self)
        self._repeat = ""
        self._connect()

    def _connect(self) -> None:
        self.table.chosen.connect(self.chosen)
        for name in ("answered", "typing", "wish", "entered"):
            getattr(self.card, name).connect(getattr(self, name))
        self.card.resized.connect(self.arrange)
        self.more.named.connect(self.named)
        self.more.wish.connect(lambda wish: self.wish.emit(self._repeat, wish))
        self.more.entered.connect(lambda: self.entered.emit(self._repeat))
        self._add.clicked.connect(self.add)
        self._remove.clicked.connect(self.remove)
        self._up.clicked.connect(lambda: self.shift.emit(-1))
        self._down.clicked.connect(lambda: self.shift.emit(1))

    def retranslate(self) -> None:
        """Say the buttons in the language spoken now."""
        self._add.setText(_("Add a person"))
        self._up.setText(_("Up"))
        self._down.setText(_("Down"))
        self._remove.setText(_("Remove this person"))

    def show_table(self, repeat: str, headings: Sequence[Heading], rows: Sequence[Sequence[Cell]], here: str) -> None:
        """Show the table; ``here`` is the current cell, ``""`` the last row."""
        self._repeat = repeat
        self.retranslate()
        self.table.show_rows(headings, rows, _("One more person"), here)
        row = self.table.row_here()
        self._remove.setEnabled(bool(here))
        self._up.setEnabled(bool(here) and row > 0)
        self._down.setEnabled(bool(here) and row < len(rows) - 1)
        number = len(rows) + 1
        self.more.say(
            _("Is there a person number %d? Type the full name.") % number, _("Nobody else: press Enter to go on")
        )
        self.more.setHidden(bool(here))
        self.card.setHidden(not here)

    def show_question(self, asked: Asked) -> None:
        """Show the question of the current cell."""
        self.card.show_question(asked)
        self.card.set_current(True)

    def focus_on(self, path: str, select: bool = True) -> None:
        """Give the focus to the question, or to the field for one more person when the path is the repeat's."""
        if path == self._repeat:
            self.more.field.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.card.focus_on(path, select)

    def arrange(self) -> None:
        """Share the height: the card takes what it needs, the table the rest up to its own height."""
        width = self.width() - theme.px(12)
        gap = theme.px(12)
        below = self.more if self.card.isHidden() else self.card
        high = below.arrange(width)
        is_low, row = self.height() < theme.px(_LOW), theme.px(_ROW)
        self._foot.setHidden(is_low)
        foot = 4 if is_low else theme.px(SMALL + 14) + 4
        room = max(row if is_low else theme.px(_HEAD + 2 * _ROW), self.height() - high - gap - foot)
        wanted = self.table.wanted_height()
        table = (wanted if wanted <= room else room // row * row if is_low else room) + foot
        self._panel.setGeometry(0, 0, width, table)
        self._lower.setGeometry(0, table + gap, self.width(), max(0, self.height() - table - gap))
        below.setGeometry(0, 0, width, high)
        self._ground.setMinimumHeight(high)
        self._reveal(table - foot)

    def _reveal(self, seen: int) -> None:
        """Scroll the table so that the current row is seen."""
        layout = self._panel.layout()
        if layout is not None:
            layout.activate()
        self.table.resize(self.table.width(), max(seen, self.table.wanted_height()))
        here, bar = self.table.row_here(), self._scroll.verticalScrollBar()
        tops = [self.table.row_box(number)[0] for number in range(here + 1)]
        top, bottom = self.table.row_box(here)
        if bottom <= seen:
            bar.setValue(0)
        elif bar.value() not in tops or bottom > bar.value() + seen:
            bar.setValue(next((place for place in tops if place >= bottom - seen), top))  # neither head nor row is cut

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the height again."""
        super().resizeEvent(event)
        self.arrange()


def headings_of(texts: Sequence[str], kinds: Sequence[str]) -> list[Heading]:
    """Return the columns: a name wants most room, a number little, and no word of a heading is cut."""
    usual = {"text": 230, "choice": 130, "number": 76}
    font = theme.font(Type.CAPTION, 500)
    found = []
    for text, kind in zip(texts, kinds, strict=True):
        share = max(theme.px(usual[kind]), round(text_width(text, font)) + theme.px(24))
        longest = max((text_width(word, font) for word in text.split()), default=0.0)
        least = max(round(longest) + 2 * theme.px(10) + 1, theme.px(130) if kind == "text" else 0)
        found.append(Heading(text, share, kind == "number", least))
    return found
