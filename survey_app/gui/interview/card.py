"""One question on the screen: number, words, the way to answer, what is wrong and what is doubtful.

A card can be given another question at any time (``show_question``); it keeps its widgets and changes what differs.
Its height follows from its width (``arrange``), so that a column of cards needs no layout engine.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QRegion,
)
from PySide6.QtWidgets import QWidget

from survey_app import i18n
from survey_app.gui import theme
from survey_app.gui.interview.asked import Asked, bold_start, choices_of, way_of
from survey_app.gui.interview.drawing import Paragraph, draw_box, draw_text, text_width
from survey_app.gui.interview.fields import (
    AreaField,
    LineField,
    LookupField,
    field_width,
    tab_wish,
    wish_of,
)
from survey_app.gui.interview.option import OptionGrid
from survey_app.gui.interview.standing import Seen
from survey_app.gui.interview.strips import FaultStrip, ReasonStrip
from survey_app.gui.interview.values import NUMBERS, shown, typed
from survey_app.gui.theme import Type
from survey_app.i18n import _
from survey_app.xforms.keys import Keyed, toggled

_PAD = 14
_INDENT = 62
_RIGHT = 16


class Card(QWidget):
    """A question that can be answered."""

    answered = Signal(str, str, bool)
    """Path, XForms text, and whether the person is done with the question."""
    typing = Signal(str, str)
    """Path and XForms text while the person is still typing."""
    wish = Signal(str, str)
    """Path and where the person wants to go."""
    entered = Signal(str)
    """The person is at this question (or at a soft check in it) now."""
    resized = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.asked: Asked | None = None
        self.current = False
        self.way = ""
        self._choices: tuple[Keyed, ...] = ()
        self._words: tuple[str, ...] = ()
        self._label = Paragraph()
        self._caption = Paragraph()
        self._caption_left = 0.0
        self._caption_top = 0
        self._answer_top = 0
        self._grid: OptionGrid | None = None
        self._line: LineField | None = None
        self._area: AreaField | None = None
        self._lookup: LookupField | None = None
        self._fault: FaultStrip | None = None
        self._reasons: list[ReasonStrip] = []

    # What is shown

    @property
    def path(self) -> str:
        """The path of the question, ``""`` before the first."""
        return self.asked.node.path if self.asked else ""

    def show_question(self, asked: Asked) -> None:
        """Show a question as it stands; the same one again changes only what differs."""
        if asked == self.asked:
            return
        moved = self.asked is None or self.asked.node.path != asked.node.path
        self.asked = asked
        way = way_of(asked.node)
        if way != self.way:
            self.way = way
            for widget in (self._grid, self._line, self._area, self._lookup):
                if widget is not None:
                    widget.hide()
        self._show_answer(asked.node, moved)
        self._show_fault(asked)
        self._show_checks(asked.checks)
        self.setAccessibleName(self._spoken(asked))
        words = (asked.number, asked.node.label, self.caption(), asked.note, way, self._said_value())
        if words != self._words:  # the answer itself is drawn by its own widgets
            self._words = words
            self.update()

    def _show_answer(self, node: Seen, moved: bool) -> None:
        if self.way in {"options", "many", "rank"}:
            self._choices = choices_of(node, self.way)
            grid = self._the_grid()
            grid.show_choices(self._choices, node.value, many=self.way != "options", ranked=self.way == "rank")
            grid.setHidden(False)
        elif self.way == "lookup":
            lookup = self._the_lookup()
            lookup.show_choices([(c.value, c.label) for c in node.choices], node.value)
            lookup.line.setAccessibleName(node.label)
            lookup.line.setPlaceholderText(_("Type to find (accents not needed)"))
            lookup.setHidden(False)
        elif self.way == "line":
            self._show_line(node, moved)
        elif self.way == "area":
            area = self._the_area()
            if moved or area.toPlainText().strip() != node.value:
                area.setPlainText(node.value)
            area.setAccessibleName(node.label)
            area.setHidden(False)

    def _show_line(self, node: Seen, moved: bool) -> None:
        line = self._the_line()
        if moved or typed(node.type, line.text()) != node.value:
            line.setText(shown(node.type, node.value, i18n.language()))
        number = node.type in NUMBERS or "numbers" in node.appearance.split()
        line.setFont(theme.digits(Type.BODY) if number or node.type in {"date", "dateTime"} else theme.font(Type.BODY))
        line.setPlaceholderText({"date": _("dd/mm/yyyy"), "dateTime": _("dd/mm/yyyy hh:mm")}.get(node.type, ""))
        line.setAccessibleName(node.label)
        line.setHidden(False)

    def _show_fault(self, asked: Asked) -> None:
        violation = asked.node.violation if asked.fault else None
        if violation is not None:
            if self._fault is None:
                self._fault = FaultStrip(self)
            self._fault.say(violation.message, _("Other answers are saved."))
        if self._fault is not None:
            news = violation is not None and self._fault.isHidden()
            self._fault.setHidden(violation is None)
            if news:
                QAccessible.updateAccessibility(QAccessibleEvent(self._fault, QAccessible.Event.Alert))
        if self._line is not None:
            self._line.show_fault(violation is not None)

    def _show_checks(self, checks: Sequence[Seen]) -> None:
        while len(self._reasons) < len(checks):
            self._reasons.append(self._new_reason(len(self._reasons)))
        for strip, check in zip(self._reasons, checks, strict=False):
            strip.say(check.label, check.value)
            strip.setHidden(False)
        for strip in self._reasons[len(checks) :]:
            strip.setHidden(True)

    def set_current(self, current: bool) -> None:
        """Draw the card as the one the person is at, or not."""
        if current != self.current:
            self.current = current
            self.update(QRegion(self.rect()) - QRegion(self._inside()))

    def focus_on(self, path: str, select: bool = True) -> None:
        """Give the focus to the answer, or to the reason of the soft check with this path."""
        target = self.input()
        for strip, check in zip(self._reasons, self.asked.checks if self.asked else (), strict=False):
            if check.path == path:
                target = strip.field
        target.setFocus(Qt.FocusReason.OtherFocusReason)
        if select and isinstance(target, LineField):
            target.selectAll()

    def input(self) -> QWidget:
        """Return the widget that takes the keys of the answer."""
        if self.way == "line":
            return self._the_line()
        if self.way == "area":
            return self._the_area()
        if self.way == "lookup":
            return self._the_lookup().line
        return self

    def pending(self) -> tuple[str, str] | None:
        """Return path and XForms text of what stands in a field and is not yet the answer, ``None`` when it is."""
        if self.asked is None:
            return None
        for strip, check in zip(self._reasons, self.asked.checks, strict=False):
            reason = typed(check.type, strip.field.text())
            if reason != check.value:
                return check.path, reason
        node = self.asked.node
        if self.way == "line":
            value = typed(node.type, self._the_line().text())
        elif self.way == "area":
            value = typed("string", self._the_area().toPlainText())
        else:
            return None
        return (node.path, value) if value != node.value else None

    # Widgets made when they are first wanted

    def _the_grid(self) -> OptionGrid:
        if self._grid is None:
            self._grid = OptionGrid(self)
            self._grid.picked.connect(self._pick)
        return self._grid

    def _the_line(self) -> LineField:
        if self._line is None:
            self._line = LineField(self)
            self._line.textEdited.connect(self._typed)
            self._line.wish.connect(self._wished)
            self._line.entered.connect(lambda: self.entered.emit(self.path))
        return self._line

    def _the_area(self) -> AreaField:
        if self._area is None:
            self._area = AreaField(self)
            self._area.textChanged.connect(self._typed)
            self._area.wish.connect(self._wished)
            self._area.entered.connect(lambda: self.entered.emit(self.path))
        return self._area

    def _the_lookup(self) -> LookupField:
        if self._lookup is None:
            self._lookup = LookupField(self)
            self._lookup.picked.connect(lambda value: self.answered.emit(self.path, value, bool(value)))
            self._lookup.wish.connect(lambda wish: self.wish.emit(self.path, wish))
            self._lookup.entered.connect(lambda: self.entered.emit(self.path))
            self._lookup.resized.connect(self.resized)
        return self._lookup

    def _new_reason(self, place: int) -> ReasonStrip:
        def path() -> str:
            return self.asked.checks[place].path if self.asked and place < len(self.asked.checks) else ""

        strip = ReasonStrip(self)
        strip.typing.connect(lambda text: self.typing.emit(path(), typed("string", text)))
        strip.entered.connect(lambda: self.entered.emit(path()))
        strip.wish.connect(lambda wish: self._wished(wish, path()))
        return strip

    # Answering

    def _typed(self) -> None:
        pending = self.pending()
        if pending is not None and (self.input().hasFocus() or self.way == "line"):
            self.typing.emit(*pending)

    def _wished(self, wish: str, path: str = "") -> None:
        pending = self.pending()
        if pending is not None:
            self.answered.emit(*pending, False)
        self.wish.emit(path or self.path, wish)

    def _pick(self, value: str) -> None:
        """Choose, or in a question with several answers switch on or off."""
        if self.asked is None:
            return
        node = self.asked.node
        if self.way == "options":
            self.answered.emit(node.path, value, True)
        elif self.way == "rank":
            order = node.value.split()
            order = [v for v in order if v != value] if value in order else [*order, value]
            self.answered.emit(node.path, " ".join(order), len(order) == len(self._choices))
        else:
            chosen = toggled(node.value, value, self._choices)
            alone = any(c.alone and c.value == value for c in self._choices)
            self.answered.emit(node.path, chosen, alone and bool(chosen))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose by digit or letter; hand on the keys that lead elsewhere."""
        wish = wish_of(event)
        if wish:
            self.wish.emit(self.path, wish)
            return
        key = event.text().lower()
        plain = not event.modifiers() & ~(Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier)
        if plain and key:
            found = next((c for c in self._choices if c.key == key), None) if self._grid_is_open() else None
            if found is not None:
                self._pick(found.value)
                return
            if event.key() in {Qt.Key.Key_Backspace, Qt.Key.Key_Delete} and self.asked and self.asked.node.value:
                if self._grid_is_open():
                    self.answered.emit(self.path, "", False)
                return
        super().keyPressEvent(event)

    def _grid_is_open(self) -> bool:
        return self.way in {"options", "many", "rank"}

    def event(self, event: QEvent) -> bool:
        """Take Tab and Shift+Tab: they go to the question after and before."""
        wish = tab_wish(event)
        if wish:
            self.wish.emit(self.path, wish)
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tell that the person is here; a card with a field gives the focus to the field."""
        target = self.input()
        if target is not self:
            target.setFocus(event.reason())
        self.entered.emit(self.path)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Do nothing: Qt would paint the whole card again, and its edge says who is asked, not who has the focus."""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click anywhere in the card goes to its question."""
        super().mousePressEvent(event)
        self.focus_on(self.path, select=False)

    # Room

    def arrange(self, width: int) -> int:
        """Place everything in a width and return the height."""
        if self.asked is None:
            return 0
        left = theme.px(_INDENT)
        room = width - left - theme.px(_RIGHT)
        top = theme.px(11)
        top += self._arrange_words(self.asked, left, room, top)
        self._answer_top = top + theme.px(6)
        top = self._arrange_answer(left, room, top)
        for strip in (self._fault, *self._reasons):
            if strip is not None and not strip.isHidden():
                top += theme.px(8)
                height = strip.arrange(room)
                strip.setGeometry(left, top, room, height)
                top += height
        return top + theme.px(13)

    def _arrange_words(self, asked: Asked, left: int, room: int, top: int) -> int:
        node = asked.node
        note = self.way == "note"
        font = theme.font(Type.BODY) if note else theme.font(Type.QUESTION)
        line = theme.px(22 if note else 24)
        height = self._label.arrange(node.label, font, line, room, bold_start(node.label) if note else 0)
        caption = self.caption()
        font = theme.font(Type.CAPTION)
        beside = room - self._label.width - theme.px(12)
        wide = text_width(caption, font)
        if self._label.lines == 1 and caption and wide + 2 <= beside:
            self._caption.arrange(caption, font, theme.px(18), wide + 2)
            self._caption_left, self._caption_top = left + self._label.width + theme.px(12), top + theme.px(4)
            return height
        words = self._caption.arrange(caption, font, theme.px(18), room)
        self._caption_left, self._caption_top = left, top + height
        return height + words

    def _arrange_answer(self, left: int, room: int, top: int) -> int:
        top += theme.px(6)
        if self._grid_is_open():
            height = self._the_grid().arrange(room)
            self._the_grid().setGeometry(left, top, room, height)
        elif self.way == "line" and self.asked is not None:
            line = self._the_line()
            height = line.sizeHint().height()
            line.setGeometry(left, top, field_width(self.asked.node.type, room), height)
        elif self.way == "area":
            height = theme.px(78)
            self._the_area().setGeometry(left, top, min(room, theme.px(720)), height)
        elif self.way == "lookup":
            height = self._the_lookup().arrange(room)
            self._the_lookup().setGeometry(left, top, room, height)
        else:
            height = theme.px(22) if self._said_value() else -theme.px(6)
        return top + height

    def caption(self) -> str:
        """Return the small words beside the question: the hint, and how many answers may be given."""
        if self.asked is None:
            return ""
        node = self.asked.node
        parts = [node.hint]
        if self.way == "many":
            parts.append(_("Choose one or more"))
        if self.way == "rank":
            parts.append(_("Choose in order of importance"))
        if self.way == "none":
            parts.append(_("Pictures and files are not taken here; go on with Enter"))
        if not node.required and not node.hint and self.way not in {"note", "none"}:
            parts.append(_("may stay empty"))
        return " · ".join(part.rstrip(".") for part in parts if part)

    def _said_value(self) -> str:
        return self.asked.node.value if self.asked and self.way == "note" and self.asked.node.value else ""

    def _spoken(self, asked: Asked) -> str:
        return ". ".join(part for part in (asked.number, asked.node.label, self.caption()) if part)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card around its widgets; only the edge when nothing else is due."""
        if self.asked is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(event.rect(), theme.token("bg"))
        box = QRectF(self.rect())
        if self.current:
            draw_box(painter, box, "surface", "primary", radius=8, thick=2)
        else:
            draw_box(painter, box, "subtle" if self.way == "note" else "surface", "line", radius=8)
        if event.region().intersects(self._inside()):
            self._draw_words(painter, self.asked)
        painter.end()

    def _inside(self) -> QRect:
        """Return what lies inside the edge."""
        return self.rect().adjusted(4, 4, -4, -4)

    def _draw_words(self, painter: QPainter, asked: Asked) -> None:
        left, top = theme.px(_INDENT), theme.px(11)
        number = QRectF(theme.px(_PAD), top, left - theme.px(_PAD) - 4, theme.px(24))
        if self.way != "note":
            draw_text(painter, asked.number, theme.digits(Type.CAPTION, 600), "text3", number)
        self._label.draw(painter, left, top, "text2" if self.way == "note" else "text")
        self._caption.draw(painter, self._caption_left, self._caption_top, "text3")
        self._draw_beside(painter, left)

    def _draw_beside(self, painter: QPainter, left: int) -> None:
        if self.asked is None:
            return
        if self.way == "line" and self.asked.note:
            start = left + self._the_line().width() + theme.px(12)
            box = QRectF(start, self._answer_top, self.width() - start, self._the_line().height())
            draw_text(painter, self.asked.note, theme.font(Type.TABLE), "text3", box)
        if self._said_value():
            box = QRectF(left, self._answer_top, self.width() - left - theme.px(_RIGHT), theme.px(22))
            draw_text(painter, self._said_value(), theme.font(Type.BODY, 600), "text", box)
