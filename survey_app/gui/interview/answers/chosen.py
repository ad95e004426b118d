"""Answers that are chosen: options with keys, an order of importance, one or several of a long list."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from survey_app.gui import theme
from survey_app.gui.interview.answers.base import AnswerField
from survey_app.gui.interview.asked import choices_of, way_of
from survey_app.gui.interview.drawing import Paragraph, draw_box, draw_icon, draw_keycap, draw_text
from survey_app.gui.interview.fields import LookupField
from survey_app.gui.interview.option import OptionGrid
from survey_app.gui.interview.standing import Seen
from survey_app.gui.theme import Type
from survey_app.i18n import _
from survey_app.xforms.keys import Keyed, toggled

_COLUMNS = re.compile(r"columns-(\d+)")

Pictures = Callable[[str], QPixmap | None]
"""Returns the picture of a ``jr://`` address of the form."""


def layout_of(appearance: str) -> tuple[str, int]:
    """Return how the options of a question stand, and in how many columns (see ``OptionGrid.set_layout``)."""
    words = appearance.split()
    if "likert" in words:
        return "likert", 0
    if "label" in words:
        return "head", 0
    if "list-nolabel" in words:
        return "table", 0
    if "columns-pack" in words or "horizontal-compact" in words:
        return "pack", 0
    found = next((match for word in words if (match := _COLUMNS.fullmatch(word))), None)
    if found:
        return "columns", max(1, min(12, int(found[1])))
    if "list" in words:
        return "likert", 0
    return ("columns", 0) if "columns" in words or "horizontal" in words else ("", 0)


def key_of(event: QKeyEvent, choices: Sequence[Keyed]) -> Keyed | None:
    """Return the choice that a key stands for."""
    plain = not event.modifiers() & ~(Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier)
    key = event.text().lower()
    return next((c for c in choices if c.key == key), None) if plain and key else None


def is_clearing(event: QKeyEvent) -> bool:
    """Return whether a key takes an answer back."""
    return event.key() in {Qt.Key.Key_Backspace, Qt.Key.Key_Delete} and not event.modifiers()


class GridAnswer(AnswerField):
    """Options with keys; one or several of them."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._node: Seen | None = None
        self._choices: tuple[Keyed, ...] = ()
        self._many = False
        self._read: object = None
        self.pictures: Pictures = lambda _address: None
        self.grid = OptionGrid(self)
        self.grid.picked.connect(self._pick)

    def show_answer(self, node: Seen, moved: bool) -> None:
        """Show the choices with those that are chosen."""
        del moved
        way = way_of(node)
        self._node, self._many = node, way == "many"
        self._choices = choices_of(node, way)
        self.grid.show_choices(self._choices, node.value, many=self._many)
        layout, columns = layout_of(node.appearance)
        media: Mapping[str, str] = {c.value: c.media["image"] for c in node.choices if c.media.get("image")}
        if media and layout in {"", "columns"}:
            found = [self.pictures(media[c.value]) if c.value in media else None for c in self._choices]
            self.grid.show_pictures(found)
            layout = "pictures"
        self.grid.set_layout(layout, columns, "no-buttons" not in node.appearance.split())

    def arrange(self, width: int) -> int:
        """Place the options."""
        high = self.grid.arrange(width)
        self.grid.setGeometry(0, 0, width, high)
        return high

    def take_key(self, event: QKeyEvent) -> bool:
        """Choose by digit or letter, take back with Backspace."""
        found = key_of(event, self._choices)
        if found is not None:
            self._pick(found.value)
            return True
        if is_clearing(event) and self._node is not None and self._node.value:
            self.answered.emit("", False)
            return True
        return False

    def _pick(self, value: str) -> None:
        node = self._node
        if node is None:
            return
        if not self._many:
            self.answered.emit(value, True)
            return
        chosen = toggled(node.value, value, self._choices)
        alone = any(c.alone and c.value == value for c in self._choices)
        self.answered.emit(chosen, alone and bool(chosen))

    def caption(self) -> str:
        """Say that several may be chosen."""
        return _("Choose one or more") if self._many else ""


class RankAnswer(AnswerField):
    """Choices put in order: by their keys, by Ctrl+Up and Ctrl+Down, or drawn with the mouse."""

    _ROW = 40

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._node: Seen | None = None
        self._choices: tuple[Keyed, ...] = ()
        self._here = ""
        self._drawn = -1
        self._drawn_to = 0.0

    def show_answer(self, node: Seen, moved: bool) -> None:
        """Show the order so far."""
        self._node, self._choices = node, choices_of(node, "rank")
        if moved:
            self._here = ""
        names = {choice.value: choice.label for choice in self._choices}
        said = ", ".join(f"{n}. {names.get(v, v)}" for n, v in enumerate(self._order(), start=1))
        self.setAccessibleName(said or _("no order yet"))
        self.update()

    def _order(self) -> list[str]:
        return self._node.value.split() if self._node is not None else []

    def _rows(self) -> list[Keyed]:
        """Return the choices as they stand: those in order first."""
        order = self._order()
        place = {value: number for number, value in enumerate(order)}
        return sorted(self._choices, key=lambda choice: place.get(choice.value, len(order)))

    def arrange(self, width: int) -> int:
        """Return the height: a row a choice."""
        del width
        return len(self._choices) * theme.px(self._ROW + 6)

    def caption(self) -> str:
        """Say how the order is made."""
        return _("Choose in order of importance; Ctrl+↑ and Ctrl+↓ move the last one")

    def take_key(self, event: QKeyEvent) -> bool:
        """Put a choice at the end of the order or out of it; move the last one."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
            if step:
                self._move(self._here or (self._order() or [""])[-1], step)
            return bool(step)
        found = key_of(event, self._choices)
        if found is not None:
            self._toggle(found.value)
            return True
        if is_clearing(event) and self._order():
            self._say(self._order()[:-1], done=False)
            return True
        return False

    def _toggle(self, value: str) -> None:
        order = self._order()
        self._here = value
        order = [v for v in order if v != value] if value in order else [*order, value]
        self._say(order, done=len(order) == len(self._choices) and value in order)

    def _move(self, value: str, step: int) -> None:
        order = self._order()
        if value not in order:
            return
        at = order.index(value)
        to = max(0, min(len(order) - 1, at + step))
        if to != at:
            order.insert(to, order.pop(at))
            self._here = value
            self._say(order, done=False)

    def _say(self, order: Sequence[str], done: bool) -> None:
        self.answered.emit(" ".join(order), done)

    def _row_at(self, y: float) -> int:
        return max(0, min(len(self._choices) - 1, int(y // theme.px(self._ROW + 6))))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of a row."""
        self._drawn, self._drawn_to = self._row_at(event.position().y()), event.position().y()
        self.entered.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw the row with the mouse."""
        self._drawn_to = event.position().y()
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let the row go where the mouse is; a click without moving puts it in or out."""
        rows, start, end = self._rows(), self._drawn, self._row_at(event.position().y())
        self._drawn = -1
        self.update()
        if not 0 <= start < len(rows):
            return
        value, order = rows[start].value, self._order()
        if start == end:
            self._toggle(value)
            return
        order = [v for v in order if v != value]
        order.insert(min(end, len(order)), value)
        self._here = value
        self._say(order, done=False)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        order = self._order()
        high, wide = theme.px(self._ROW), min(self.width(), theme.px(620))
        for number, choice in enumerate(self._rows()):
            top: float = number * theme.px(self._ROW + 6)
            if number == self._drawn:
                top = max(0.0, min(self._drawn_to - high / 2, self.height() - high))
            box = QRectF(0, top, wide, high)
            ranked = choice.value in order
            here = choice.value == self._here and ranked
            draw_box(painter, box, "primary_soft" if ranked else "surface", "primary" if ranked else "line_strong",
                     thick=2 if here else 1)  # fmt: skip
            cap = theme.px(24)
            draw_keycap(painter, QRectF(theme.px(8), top + (high - cap) / 2, cap, cap), choice.key.upper())
            words = QRectF(theme.px(42), top, wide - theme.px(110), high)
            draw_text(painter, choice.label, theme.font(Type.OPTION, 600 if ranked else 400), "text", words)
            if ranked:
                place = QRectF(wide - theme.px(64), top, theme.px(28), high)
                ranked_as = f"{order.index(choice.value) + 1}."
                draw_text(painter, ranked_as, theme.digits(Type.OPTION, 700), "primary", place, right=True)
            at = QPointF(wide - theme.px(28), top + (high - theme.px(18)) / 2)
            draw_icon(painter, "list", "text3", at, 18)
        painter.end()


class LookupAnswer(AnswerField):
    """One or several of a long list, found by any part of their words; accents are not needed."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._node: Seen | None = None
        self._many = False
        self._chosen = Paragraph()
        self._field = LookupField(self)
        self._field.picked.connect(self._picked)
        self._field.wish.connect(self.wish)
        self._field.entered.connect(self.entered)
        self._field.resized.connect(self.resized)
        self._field.emptied.connect(self._take_back)

    def show_answer(self, node: Seen, moved: bool) -> None:
        """Show the choice, or the choices so far."""
        self._node, self._many = node, node.control == "select"
        self._field.show_choices(node.choices, "" if self._many else node.value, moved)
        self._field.line.setAccessibleName(node.label)
        self._field.line.setPlaceholderText(_("Type to find (accents not needed)"))
        self.update()

    def arrange(self, width: int) -> int:
        """Place the field; what is chosen of several stands below it."""
        high = self._field.arrange(width)
        self._field.setGeometry(0, 0, width, high)
        words = self._words()
        if not words:
            return high
        self._top = high + theme.px(8)
        room = width - theme.px(26)
        return self._top + self._chosen.arrange(words, theme.font(Type.TABLE, 600), theme.px(20), room)

    def _words(self) -> str:
        if not self._many or self._node is None or not self._node.value:
            return ""
        return ", ".join(self._field.label(value) for value in self._node.value.split())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what is chosen of several."""
        del event
        if self._words():
            painter = QPainter(self)
            draw_icon(painter, "square-check", "primary", QPointF(0, self._top + 1), 18)
            self._chosen.draw(painter, theme.px(26), self._top, "text")
            painter.end()

    def _picked(self, value: str) -> None:
        node = self._node
        if node is None:
            return
        if not self._many:
            self.answered.emit(value, bool(value))
            return
        if value:
            order = [choice.value for choice in node.choices]
            chosen = set(node.value.split()) ^ {value}
            self._field.line.clear()
            self.answered.emit(" ".join(v for v in order if v in chosen), False)

    def _take_back(self) -> None:
        """Take the last of several back."""
        node = self._node
        if self._many and node is not None and node.value:
            self.answered.emit(" ".join(node.value.split()[:-1]), False)

    def caption(self) -> str:
        """Say that several may be chosen."""
        return _("Choose one or more; Enter on the empty field goes on") if self._many else ""

    def target(self) -> QWidget:
        """Return the line that is searched with."""
        return self._field.line

    def show_fault(self, fault: bool) -> None:
        """Draw the field with a red edge, or not."""
        self._field.line.show_fault(fault)


__all__ = ["GridAnswer", "LookupAnswer", "RankAnswer", "is_clearing", "key_of", "layout_of"]
