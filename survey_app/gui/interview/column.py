"""The questions of one page below each other. Cards are kept and given other questions when the page changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from survey_app.gui import theme
from survey_app.gui.interview.asked import Ask
from survey_app.gui.interview.attached import Attached
from survey_app.gui.interview.card import Card
from survey_app.gui.interview.drawing import draw_text, paint_whole
from survey_app.gui.interview.standing import generic
from survey_app.gui.parts import Scrolled
from survey_app.gui.theme import Type

_GAP = 10
_HEADING = 34


@dataclass(frozen=True)
class Item:
    """What stands in the column: a question, or a heading when ``path`` is empty."""

    path: str
    heading: str = ""


class Cards(QWidget):
    """The scrolled ground the cards stand on."""

    resized = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.headings: list[tuple[int, str]] = []
        self.setObjectName("cards")
        paint_whole(self)  # its own name, because the style sheet's rule for scrolled grounds would take that away

    def show_headings(self, headings: list[tuple[int, str]]) -> None:
        """Show each text at its top; only headings that changed are painted anew."""
        changed = set(headings) ^ set(self.headings)
        self.headings = headings
        for top, _text in changed:
            self.update(0, top, self.width(), theme.px(_HEADING))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground and the headings between the cards."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.token("bg"))
        for top, text in self.headings:
            box = QRectF(theme.px(2), top, self.width() - theme.px(4), theme.px(_HEADING - 6))
            draw_text(painter, text, theme.font(Type.TABLE, 600), "text2", box)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell that the width may have changed."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.update()
        self.resized.emit()


class Column(QWidget):
    """A page of questions."""

    answered = Signal(str, str, bool)
    typing = Signal(str, str)
    wish = Signal(str, str)
    entered = Signal(str)
    like_last = Signal(str)
    enlarge = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.attached: Attached | None = None
        self._ground = Cards()
        self._scroll = Scrolled(self._ground)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._scroll)
        self._items: tuple[Item, ...] = ()
        self._cards: dict[str, Card] = {}
        self._spare: list[Card] = []
        self._heights: dict[str, int] = {}
        self._width = 0
        self._current = ""
        self._ground.resized.connect(self._resized)

    @property
    def paths(self) -> list[str]:
        """The questions shown, in order."""
        return [item.path for item in self._items if item.path]

    def card(self, path: str) -> Card | None:
        """Return the card of a question, ``None`` when it is not shown."""
        return self._cards.get(path)

    def show_items(self, items: Sequence[Item], ask: Ask, current: str, touched: frozenset[str] | None = None) -> None:
        """Show these questions.

        Args:
            items: questions and headings in order.
            ask: gives a question as it stands.
            current: the question the person is at.
            touched: the questions that changed; ``None`` shows all of them anew.
        """
        wanted = [item.path for item in items if item.path]
        if tuple(items) != self._items:
            self._hand_out(wanted)
            fresh = frozenset(wanted) if touched is None else touched | (set(wanted) - set(self.paths))
            self._items = tuple(items)
        else:
            fresh = frozenset(wanted) if touched is None else touched & frozenset(wanted)
        for path in wanted:
            card = self._cards[path]
            if path in fresh or card.path != path:
                card.show_question(ask(path))
            card.set_current(path == current)
        goes_on, self._current = current != self._current, current
        self._arrange(fresh, current if goes_on else "")

    def _hand_out(self, wanted: Sequence[str]) -> None:
        """Give every wanted question a card: its own, the same question's of another person, any other, a new one."""
        there = {generic(card.path): card for path, card in self._cards.items() if path not in set(wanted)}
        same = {path: self._cards.get(path) or there.pop(generic(path), None) for path in wanted}
        taken = set(same.values())
        free = [card for card in (*self._cards.values(), *self._spare) if card not in taken]
        self._cards = {path: card or (free.pop(0) if free else self._new_card()) for path, card in same.items()}
        for card in free:
            if not card.isHidden():
                card.setHidden(True)
                card.set_current(False)
        self._spare = free

    def warm(self, paths: Sequence[str], ask: Ask) -> bool:
        """Make one card more than there are, up to one for each of these questions; return whether one was made.

        It is dressed and laid out for its question, so that the first page that needs it finds everything made.
        """
        number = len(self._cards) + len(self._spare)
        if number >= len(paths):
            return False
        card = self._new_card()
        card.setHidden(True)
        card.show_question(ask(paths[number]))
        card.arrange(self._ground.width())
        for part in (card, *card.findChildren(QWidget)):
            part.ensurePolished()
        self._spare.append(card)
        return True

    def _new_card(self) -> Card:
        card = Card(self._ground, self.attached)
        card.answered.connect(self.answered)
        card.typing.connect(self.typing)
        card.wish.connect(self.wish)
        card.entered.connect(self.entered)
        card.like_last.connect(self.like_last)
        card.enlarge.connect(self.enlarge)
        card.resized.connect(lambda: self._arrange(frozenset([card.path])))
        return card

    def _resized(self) -> None:
        if self._ground.width() != self._width:
            self._arrange(None)

    def rearrange(self) -> None:
        """Place everything again, for a new text size or theme."""
        self._arrange(None)
        for card in self._cards.values():
            card.update()

    def _arrange(self, touched: frozenset[str] | None, reveal: str = "") -> None:
        """Place the cards; only those touched are measured again (all when ``None``).

        The ground is scrolled to the question ``reveal`` before anything moves on it: Qt shifts the pixels of a ground
        on which nothing waits to be painted, and paints all of any other.
        """
        self._width = width = self._ground.width()
        top = 0
        headings: list[tuple[int, str]] = []
        places: dict[str, QRect] = {}
        for item in self._items:
            if not item.path:
                headings.append((top, item.heading))
                top += theme.px(_HEADING)
                continue
            if touched is None or item.path in touched or item.path not in self._heights:
                self._heights[item.path] = self._cards[item.path].arrange(width)
            places[item.path] = QRect(0, top, width, self._heights[item.path])
            top += self._heights[item.path] + theme.px(_GAP)
        self._ground.setMinimumHeight(top)
        if reveal in places:
            self._scroll_to(reveal, places[reveal])
        _place([(self._cards[path], place) for path, place in places.items()])
        self._ground.show_headings(headings)
        self._heights = {path: self._heights[path] for path in places}

    def reveal(self, path: str) -> None:
        """Scroll so that the question is wholly seen, with a little of the next one."""
        card = self._cards.get(path)
        if card is not None:
            self._scroll_to(path, card.geometry())

    def _scroll_to(self, path: str, place: QRect) -> None:
        bar, high = self._scroll.verticalScrollBar(), self._scroll.viewport().height()
        if bar.maximum() != max(0, self._ground.minimumHeight() - high):
            self._ground.resize(self._ground.width(), max(high, self._ground.minimumHeight()))
        top, bottom = place.top(), place.top() + place.height()
        if self._items and not self._items[0].path and path == self.paths[0]:
            top = 0
        below = theme.px(64)
        if bottom + below > bar.value() + high:
            bar.setValue(min(top, bottom + below - high))
        if top < bar.value():
            bar.setValue(max(0, top - theme.px(_HEADING)))


def _place(places: Sequence[tuple[Card, QRect]]) -> None:
    """Move cards to their places, none of them over another one: Qt then shifts pixels instead of painting anew.

    What moves up goes first from the top, what moves down from the bottom; what was not seen is shown when it is there.
    """
    for card, place in places:
        if card.isHidden() or place.top() <= card.y():
            card.setGeometry(place)
    for card, place in reversed(places):
        if place != card.geometry():
            card.setGeometry(place)
    for card, _there in places:
        if card.isHidden():
            card.setHidden(False)
