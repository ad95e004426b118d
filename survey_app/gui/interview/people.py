"""The people of the household in one strip: who they are, how far each one is, where something is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QAccessible, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from survey_app.gui import theme
from survey_app.gui.interview import words
from survey_app.gui.interview.drawing import draw_bar, draw_box, draw_icon, draw_text, text_width
from survey_app.gui.interview.standing import Count
from survey_app.gui.parts import IconButton
from survey_app.gui.parts.pressed import Pressed
from survey_app.gui.spoken import Spoken
from survey_app.gui.theme import Type
from survey_app.i18n import _

HEIGHT = 64
LOW_HEIGHT = 36
"""Of a strip where there is little room: without the second line and the bar."""
_NARROWEST = 200
_GAP = 10
_ARROW = 32
MOST = 5
"""More people than this are shown page by page."""


@dataclass(frozen=True)
class Person:
    """A card of the strip.

    Attributes:
        line: path of the repeat instance.
        name: full name.
        who: relation, sex, age.
        count: how much is done.
        here: whether this person is being asked.
    """

    line: str
    name: str
    who: str
    count: Count
    here: bool


class _PersonCard(Pressed):
    """One person."""

    whole = True

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.person: Person | None = None
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def show_person(self, person: Person) -> None:
        """Show a person."""
        if person == self.person:
            return
        self.person = person
        state = words.state(person.count)[2]
        self.setAccessibleName(", ".join(p for p in (person.name, person.who, words.of(person.count), state) if p))
        meaning = f"{person.name}\n{person.who}".strip()
        if meaning != self.toolTip():
            self.setToolTip(meaning)
        self.update()

    def spoken(self) -> Spoken:
        """Tell screen readers that this is one of the people, and whether the questions are about this one."""
        return Spoken(QAccessible.Role.PageTab, selected=bool(self.person and self.person.here))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card."""
        del event
        if self.person is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        person, box = self.person, QRectF(self.rect())
        painter.fillRect(box, theme.token("bg"))
        if person.here:
            draw_box(painter, box, "primary_soft", "primary", radius=8, thick=2)
        else:
            draw_box(painter, box, "subtle" if self.underMouse() else "surface", "line", radius=8)
        name, colour, _word = words.state(person.count)
        is_low = self.height() < theme.px(HEIGHT)
        draw_icon(painter, name, colour, QPointF(theme.px(11), theme.px(9)), 18)
        left, right = theme.px(37), box.width() - theme.px(12)
        font = theme.digits(Type.CAPTION)
        text = words.of(person.count)
        wide = text_width(text, font) + 1
        top = QRectF(left, theme.px(7), right - left, theme.px(22))
        draw_text(painter, text, font, "text2", top, right=True)
        edge = right - wide - theme.px(8)
        for number, icon, tone in (
            (person.count.warnings, "triangle-alert", "warn"),
            (person.count.errors, "circle-x", "err"),
        ):
            if number:
                edge -= theme.px(18)
                draw_icon(painter, icon, tone, QPointF(edge, theme.px(10)), 16)
                edge -= theme.px(6)
        ink = "primary" if person.here else "text"
        draw_text(
            painter, person.name, theme.font(Type.BODY, 600), ink, QRectF(left, top.top(), edge - left, top.height())
        )
        if is_low:
            painter.end()
            return
        second = QRectF(left, theme.px(28), right - left, theme.px(18))
        draw_text(painter, person.who, theme.font(Type.CAPTION), "text2", second)
        share = person.count.answered / person.count.asked if person.count.asked else 0.0
        bar = QRectF(left, theme.px(50), right - left, theme.px(5))
        draw_bar(painter, bar, share, "ok" if person.count.done and person.count.started else "primary")
        painter.end()


class PeopleStrip(QWidget):
    """The people side by side; never more than one row."""

    chosen = Signal(str)
    """Sent with the path of the repeat instance."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._people: tuple[Person, ...] = ()
        self._cards: list[_PersonCard] = []
        self._back = IconButton("chevron-left", _("Earlier people"), parent=self)
        self._on = IconButton("chevron-right", _("Later people"), parent=self)
        self._back.clicked.connect(lambda: self._turn(-1))
        self._on.clicked.connect(lambda: self._turn(1))
        for button in (self._back, self._on):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._first = 0
        self._high = HEIGHT
        self.setFixedHeight(theme.px(HEIGHT))

    def set_low(self, low: bool) -> None:
        """Leave the question more room, or show who the people are again."""
        high = LOW_HEIGHT if low else HEIGHT
        if high != self._high:
            self._high = high
            self.setFixedHeight(theme.px(high))
            self._arrange()

    @property
    def shown(self) -> tuple[Person, ...]:
        """The people shown now."""
        return self._people

    def show_people(self, people: Sequence[Person]) -> None:
        """Show these people; the page with the person who is asked comes up."""
        if tuple(people) == self._people:
            return
        moved = [p.here for p in people] != [p.here for p in self._people]
        self._people = tuple(people)
        if moved:
            here = next((i for i, p in enumerate(people) if p.here), -1)
            room = self._room()
            if here >= 0 and not self._first <= here < self._first + room:
                self._first = here // room * room
        self._arrange()

    def _room(self) -> int:
        count = len(self._people)
        wide = self.width()
        fitting = int((wide + theme.px(_GAP)) // (theme.px(_NARROWEST) + theme.px(_GAP)))
        if count <= min(MOST, fitting):
            return max(1, count)
        arrows = 2 * (theme.px(_ARROW) + theme.px(_GAP))
        fitting = int((wide - arrows + theme.px(_GAP)) // (theme.px(_NARROWEST) + theme.px(_GAP)))
        return max(1, min(MOST, fitting))

    def _turn(self, step: int) -> None:
        room = self._room()
        last = max(0, (len(self._people) - 1) // room * room)
        self._first = max(0, min(last, self._first + step * room))
        self._arrange()

    def _arrange(self) -> None:
        room = self._room()
        self._first = min(self._first, max(0, (len(self._people) - 1) // room * room))
        shown = self._people[self._first : self._first + room]
        paged = len(self._people) > room
        gap, arrow = theme.px(_GAP), theme.px(_ARROW) if paged else 0
        left = arrow + gap if paged else 0
        wide = self.width() - 2 * left
        columns = room if paged else max(4, len(shown)) if wide >= 4 * theme.px(_NARROWEST) else max(1, len(shown))
        cell = (wide - (columns - 1) * gap) // columns
        while len(self._cards) < len(shown):
            card = _PersonCard(self)
            card.clicked.connect(self._clicked)
            self._cards.append(card)
        for place, (card, person) in enumerate(zip(self._cards, shown, strict=False)):
            card.show_person(person)
            card.setGeometry(left + place * (cell + gap), 0, cell, theme.px(self._high))
            card.setHidden(False)
        for card in self._cards[len(shown) :]:
            card.setHidden(True)
        for button, at, possible in (
            (self._back, 0, self._first > 0),
            (self._on, self.width() - arrow, self._first + room < len(self._people)),
        ):
            button.setVisible(paged)
            button.setEnabled(possible)
            button.setGeometry(at, (theme.px(self._high) - theme.px(32)) // 2, theme.px(32), theme.px(32))

    def _clicked(self) -> None:
        card = self.sender()
        if isinstance(card, _PersonCard) and card.person is not None:
            self.chosen.emit(card.person.line)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the cards again."""
        del event
        self._arrange()

    def retranslate(self) -> None:
        """Say the arrows' names in the language spoken now."""
        self._back.set_meaning(_("Earlier people"))
        self._on.set_meaning(_("Later people"))

    def changeEvent(self, event: QEvent) -> None:
        """Take the new text size."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.setFixedHeight(theme.px(self._high))
            self._arrange()
