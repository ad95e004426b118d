"""One answer to choose: keycap, words, mark; and the grid they stand in."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from survey_app.gui import theme
from survey_app.gui.interview.drawing import Paragraph, draw_box, draw_icon, draw_keycap, text_width
from survey_app.gui.parts.pressed import Pressed
from survey_app.gui.spoken import Spoken
from survey_app.gui.theme import Type
from survey_app.i18n import _
from survey_app.xforms.keys import Keyed

GAP = 8
_HEIGHT = 40
_KEYCAP = 24
_MARK = 18
_NARROWEST = 240
_LEFT = 8
_WORDS = _LEFT + _KEYCAP + 10
_AROUND = _WORDS + 8 + _MARK + 12
_PICTURE = 96
_HEAD_IN_SIGHT = 620
"""Design pixels: in a narrower table each option says its words, because the head has scrolled away."""

ROW, CELL, BARE, WORDS = "row", "cell", "bare", "words"
"""Shapes of an option: key, words and mark in a row; key above the words; key alone; words alone (a table's head)."""


class Option(Pressed):
    """An answer that can be chosen. It never takes the focus: the question has it."""

    whole = True

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.picture: QPixmap | None = None
        self.choice = Keyed("", "", "", alone=False)
        self._many = False
        self._rank = 0
        self._shape = ROW
        self._marked = True
        self._picture: QPixmap | None = None
        self._words = Paragraph()

    def set_shape(self, shape: str, marked: bool = True, picture: QPixmap | None = None) -> None:
        """Choose how the option is drawn; ``marked``: with a round or square mark at its end."""
        if (shape, marked, picture) != (self._shape, self._marked, self._picture):
            self._shape, self._marked, self._picture = shape, marked, picture
            self.setEnabled(shape != WORDS)
            self.setToolTip(self.choice.label if shape == BARE else "")
            self.update()

    def spoken(self) -> Spoken:
        """Tell screen readers what this is: one of several, or a box that may be ticked."""
        roles = QAccessible.Role
        return Spoken(roles.CheckBox if self._many else roles.RadioButton, checked=self.isChecked())

    def nextCheckState(self) -> None:
        """Leave the state to the answer."""

    def show_choice(self, choice: Keyed, chosen: bool, many: bool, rank: int = 0) -> None:
        """Show a choice; ``rank`` from 1 on when the order of choosing counts."""
        if (choice, chosen, many, rank) == (self.choice, self.isChecked(), self._many, self._rank):
            return
        self.choice, self._many, self._rank = choice, many, rank
        self.setChecked(chosen)
        state = _("chosen") if chosen else _("not chosen")
        spoken = ", ".join(part for part in (choice.key.upper(), choice.label, state) if part)
        self.setAccessibleName(spoken)
        self.update()

    def wanted_width(self) -> float:
        """Return how wide the option would like to be, in pixels."""
        if self._shape == BARE:
            return theme.px(_KEYCAP + 24)
        if self._shape in {CELL, WORDS}:
            return max(theme.px(96), min(text_width(self.choice.label, theme.font(Type.TABLE)), theme.px(150)) + 16)
        return text_width(self.choice.label, theme.font(Type.OPTION, 600)) + theme.px(_AROUND) + 4

    def height_for(self, width: float) -> int:
        """Return how high the option is at a width; long words wrap."""
        if self._shape == BARE:
            return theme.px(_HEIGHT)
        if self._shape in {CELL, WORDS}:
            self._words.arrange(self.choice.label, theme.font(Type.TABLE), theme.px(20), width - theme.px(12))
            above = theme.px(_KEYCAP + 8) if self._shape == CELL else 0
            picture = theme.px(_PICTURE + 8) if self._picture is not None else 0
            return self._words.height + above + picture + theme.px(16 if self._shape == CELL else 8)
        room = width - theme.px(_AROUND)
        self._words.arrange(self.choice.label, theme.font(Type.OPTION, 600), theme.px(22), room)
        return max(theme.px(_HEIGHT), self._words.height + theme.px(16))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Show the option."""
        del event
        look = _Look(
            choice=self.choice,
            chosen=self.isChecked(),
            many=self._many,
            rank=self._rank,
            hover=self.underMouse(),
            down=self.isDown(),
            size=(self.width(), self.height()),
            ratio=self.devicePixelRatioF(),
            percent=theme.text_percent(),
            dark=theme.is_dark(),
            shape=self._shape,
            marked=self._marked,
            image=self._picture.cacheKey() if self._picture is not None else 0,
        )
        painter = QPainter(self)
        if self._picture is not None:
            painter.drawPixmap(0, 0, _drawn(look))
            side = theme.px(_PICTURE)
            size = self._picture.size().scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio)
            at = QRectF((self.width() - size.width()) / 2, theme.px(_KEYCAP + 12), size.width(), size.height())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(at, self._picture, QRectF(self._picture.rect()))
            painter.end()
            return
        painter.drawPixmap(0, 0, _picture(look))
        painter.end()


class _Look(NamedTuple):
    """All that an option's picture depends on."""

    choice: Keyed
    chosen: bool
    many: bool
    rank: int
    hover: bool
    down: bool
    size: tuple[int, int]
    ratio: float
    percent: int
    dark: bool
    shape: str = ROW
    marked: bool = True
    image: int = 0


@functools.lru_cache(maxsize=64)  # up to 160 kB each; a page has some thirty different ones
def _picture(look: _Look) -> QPixmap:
    """Return what an option looks like; "yes" and "no" look the same in all the questions that have them."""
    return _drawn(look)


def _drawn(look: _Look) -> QPixmap:
    wide, high = look.size
    picture = QPixmap(QSize(wide, high) * look.ratio)
    picture.setDevicePixelRatio(look.ratio)
    picture.fill(theme.token("surface"))
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _draw(painter, look, QRectF(0, 0, wide, high))
    painter.end()
    return picture


def _draw(painter: QPainter, look: _Look, box: QRectF) -> None:
    if look.shape == WORDS:
        _draw_words(painter, look, box, "text2", box.height() / 2)
        return
    if look.chosen:
        draw_box(painter, box, "primary_soft", "primary", thick=2)
    else:
        draw_box(painter, box, "subtle" if look.hover else "surface", "primary" if look.down else "line_strong")
    middle = box.height() / 2
    cap = theme.px(_KEYCAP)
    if look.shape in {CELL, BARE}:
        _draw_upright(painter, look, box)
        return
    if look.choice.key:
        keycap = QRectF(theme.px(_LEFT), middle - cap / 2, cap, cap)
        draw_keycap(painter, keycap, str(look.rank or look.choice.key.upper()), filled=look.chosen)
    words = Paragraph()
    font = theme.font(Type.OPTION, 600 if look.chosen else 400)
    words.arrange(look.choice.label, font, theme.px(22), box.width() - theme.px(_AROUND))
    words.draw(painter, theme.px(_WORDS), middle - words.height / 2, "text")
    if not look.marked:
        return
    mark = theme.px(_MARK)
    at = QPointF(box.width() - theme.px(12) - mark, middle - mark / 2)
    name = ("square-check", "square") if look.many else ("circle-check", "circle")
    draw_icon(painter, name[not look.chosen], "primary" if look.chosen else "line_strong", at, _MARK)


def _draw_upright(painter: QPainter, look: _Look, box: QRectF) -> None:
    """Draw the key in the middle at the top, the words below it."""
    cap = theme.px(_KEYCAP)
    top = theme.px(8) if look.shape == CELL else (box.height() - cap) / 2
    at = QRectF((box.width() - cap) / 2, top, cap, cap)
    if look.choice.key:
        draw_keycap(painter, at, str(look.rank or look.choice.key.upper()), filled=look.chosen)
    else:
        name = ("square-check", "square") if look.many else ("circle-check", "circle")
        draw_icon(painter, name[not look.chosen], "primary" if look.chosen else "line_strong", at.topLeft(), _KEYCAP)
    if look.shape == CELL:
        picture = theme.px(_PICTURE + 8) if look.image else 0
        above = theme.px(_KEYCAP + 12) + picture
        _draw_words(painter, look, box, "text", above + (box.height() - above - theme.px(6)) / 2)


def _draw_words(painter: QPainter, look: _Look, box: QRectF, colour: str, middle: float) -> None:
    words = Paragraph()
    font = theme.font(Type.TABLE, 600 if look.chosen or look.shape == WORDS else 400)
    words.arrange(look.choice.label, font, theme.px(20), box.width() - theme.px(12), centred=True)
    words.draw(painter, theme.px(6), middle - words.height / 2, colour)


class OptionGrid(QWidget):
    """The answers of a question in rows and columns."""

    picked = Signal(str)
    """Sent with the value of the choice that was clicked."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._options: list[Option] = []
        self._shown = 0
        self._wanted: tuple[object, ...] = ()
        self._widest = 0.0
        self._high = 0
        self._columns_wanted = 0
        self._layout = ""
        self._marked = True

    @property
    def options(self) -> list[Option]:
        """The options shown now, in order."""
        return self._options[: self._shown]

    def show_choices(self, choices: Sequence[Keyed], value: str, *, many: bool, ranked: bool = False) -> None:
        """Show choices with the answer that stands."""
        while len(self._options) < len(choices):
            option = Option(self)
            option.clicked.connect(self._clicked)
            self._options.append(option)
        chosen = value.split() if many else [value]
        for option, choice in zip(self._options, choices, strict=False):
            picked = bool(value) and choice.value in chosen
            rank = chosen.index(choice.value) + 1 if ranked and picked else 0
            option.show_choice(choice, picked, many, rank)
            if option.isHidden():
                option.setHidden(False)
        for option in self._options[len(choices) : self._shown]:
            option.setHidden(True)
        self._shown = len(choices)

    def set_layout(self, layout: str, columns: int = 0, marked: bool = True) -> None:
        """Choose how the options stand.

        Args:
            layout: ``""`` (as they fit), ``"columns"`` (so many columns), ``"pack"`` (one after the other, each as wide
                as its words), ``"likert"``, ``"pictures"``, ``"table"`` and ``"head"`` (one row, equal cells).
            columns: number of columns, 0 for as many as fit.
            marked: whether options have a round or square mark.
        """
        self._marked = marked
        if layout != "table":
            shape = {"likert": CELL, "pictures": CELL, "head": WORDS}.get(layout, ROW)
            for option in self.options:
                option.set_shape(shape, marked, option.picture if layout == "pictures" else None)
        if (layout, columns) != (self._layout, self._columns_wanted):
            self._layout, self._columns_wanted = layout, columns
            self._wanted = ()

    def show_pictures(self, pictures: Sequence[QPixmap | None]) -> None:
        """Give each option its picture, ``None`` for those without."""
        for option, picture in zip(self.options, pictures, strict=True):
            option.picture = picture

    def _clicked(self) -> None:
        option = self.sender()
        if isinstance(option, Option):
            self.picked.emit(option.choice.value)

    def arrange(self, width: int) -> int:
        """Place the options in a width and return the height."""
        options = self.options
        if not options:
            return 0
        if self._layout == "table":
            for option in options:
                option.set_shape(BARE if width >= theme.px(_HEAD_IN_SIGHT) else CELL, self._marked)
        labels = tuple(option.choice.label for option in options)
        wanted = (labels, width, theme.text_percent(), self._layout, self._columns_wanted)
        if wanted == self._wanted:
            return self._high
        self._wanted = wanted
        self._widest = max(option.wanted_width() for option in options)
        gap = theme.px(GAP)
        if self._layout == "pack":
            return self._pack(width, gap)
        columns = self._columns(width, gap)
        cell = (width - (columns - 1) * gap) // columns
        top = 0
        for start in range(0, len(options), columns):
            row = options[start : start + columns]
            height = max(option.height_for(cell) for option in row)
            for place, option in enumerate(row):
                option.setGeometry(place * (cell + gap), top, cell, height)
            top += height + gap
        self._high = top - gap
        return self._high

    def _pack(self, width: int, gap: int) -> int:
        """Place each option as wide as its words, one after the other."""
        left = top = high = 0
        for option in self.options:
            wide = min(width, round(option.wanted_width()))
            if left and left + wide > width:
                left, top = 0, top + high + gap
            high = option.height_for(wide)
            option.setGeometry(left, top, wide, high)
            left += wide + gap
        self._high = top + high
        return self._high

    def _columns(self, width: int, gap: int) -> int:
        count = len(self.options)
        if self._layout in {"likert", "table", "head"}:
            return count
        if self._columns_wanted:
            return max(1, min(self._columns_wanted, int((width + gap) // (theme.px(110) + gap))))
        if self._layout in {"columns", "pictures"}:
            return max(1, min(6, count, int((width + gap) // (max(self._widest, theme.px(140)) + gap))))
        fitting = int((width + gap) // (self._widest + gap))
        if count <= 4:
            return 4 if fitting >= 4 else next((n for n in (3, 2) if count <= n <= fitting), min(2, max(1, fitting)))
        least = 2 if width >= 2 * theme.px(_NARROWEST) + gap else 1
        return max(least, min(3, fitting))
