"""One question on the screen: number, words, the way to answer, what is wrong and what is doubtful.

A card can be given another question at any time (``show_question``); it keeps its widgets and changes what differs.
Its height follows from its width (``arrange``), so that a column of cards needs no layout engine. The ways to answer
are in ``answers``.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, Signal
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

from survey_app.gui import theme
from survey_app.gui.interview import words
from survey_app.gui.interview.answers import AnswerField, LineAnswer, UploadAnswer, answer_field
from survey_app.gui.interview.asked import REPEAT_LAST, Asked, bold_start, way_of
from survey_app.gui.interview.attached import Attached
from survey_app.gui.interview.drawing import Paragraph, draw_box, draw_icon, draw_text, text_width
from survey_app.gui.interview.fields import LineField, tab_wish, wish_of
from survey_app.gui.interview.markup import MarkedParagraph
from survey_app.gui.interview.media import LabelMedia, Shown, shown_with
from survey_app.gui.interview.standing import Seen
from survey_app.gui.interview.strips import FaultStrip, ReasonStrip
from survey_app.gui.interview.values import typed, why
from survey_app.gui.parts import Button
from survey_app.gui.spoken import Spoken
from survey_app.gui.theme import Type
from survey_app.i18n import _
from survey_app.xforms.marked import is_marked, plain

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
    enlarge = Signal(str)
    """The person wants to see or hear what the question shows; with its path."""
    like_last = Signal(str)
    """The person wants the answer of the household, or the person, before; with the path of the question."""

    def __init__(self, parent: QWidget | None = None, attached: Attached | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.asked: Asked | None = None
        self.current = False
        self.way = ""
        self.attached = attached
        self.answer: AnswerField | None = None
        self._answers: dict[str, AnswerField] = {}
        self._words: tuple[str, ...] = ()
        self._plain = Paragraph()
        self._marked = MarkedParagraph()
        self._label: Paragraph | MarkedParagraph = self._plain
        self._caption = Paragraph()
        self._caption_left = 0.0
        self._caption_top = 0
        self._answer_top = 0
        self._last: Button | None = None
        self._media: LabelMedia | None = None
        self._shown: list[Shown] = []
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
        self._show_answer(asked.node, moved)
        self._show_fault(asked)
        self._show_checks(asked.checks)
        self._show_media(asked.node)
        self._show_last(REPEAT_LAST in asked.node.appearance.split() and not asked.node.readonly)
        self.setAccessibleName(self._spoken(asked))
        said = (asked.number, asked.node.label, self.caption(), asked.note, self.way, self._said_value(), asked.instead)
        if said != self._words:  # the answer itself is drawn by its own widgets
            self._words = said
            self.update()

    def _show_answer(self, node: Seen, moved: bool) -> None:
        way = way_of(node)
        if way != self.way:
            self.way = way
            if self.answer is not None:
                self.answer.hide()
            self.answer = self._answers.get(way) or self._new_answer(way)
            if self.answer is not None:
                self.answer.setHidden(False)
        if self.answer is not None:
            self.answer.show_answer(node, moved)

    def _new_answer(self, way: str) -> AnswerField | None:
        made = answer_field(way, self, self.attached)
        if made is None:
            return None
        self._answers[way] = made
        made.answered.connect(lambda value, done: self.answered.emit(self.path, value, done))
        made.typing.connect(self._typed)
        made.wish.connect(self._wished)
        made.entered.connect(lambda: self.entered.emit(self.path))
        made.resized.connect(self.resized)
        if isinstance(made, UploadAnswer):
            made.late.connect(lambda path, value: self.answered.emit(path, value, False))
        return made

    def _show_media(self, node: Seen) -> None:
        shown = shown_with(node)
        if shown and self._media is None:
            self._media = LabelMedia(self)
            self._media.opened.connect(lambda: self.enlarge.emit(self.path))
        if self._media is not None:
            self._media.setHidden(not shown)
            if shown and shown != self._shown:
                self._media.show_media(shown, node.media, self.attached)
        self._shown = shown

    def _show_last(self, wanted: bool) -> None:
        if wanted and self._last is None:
            self._last = Button("", "quiet", key="Ctrl+D", shortcut="", parent=self)
            self._last.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self._last.clicked.connect(lambda: self.like_last.emit(self.path))
        if self._last is not None:
            self._last.setHidden(not wanted)
            inside = "[" in self.path
            self._last.setText(_("As the person before") if inside else _("As the household before"))

    def _show_fault(self, asked: Asked) -> None:
        violation = asked.node.violation if asked.fault else None
        if violation is not None:
            if self._fault is None:
                self._fault = FaultStrip(self)
            node = asked.node
            better = why(node.type, node.value, node.appearance) if violation.kind == "type" else ""
            if violation.kind == "error":
                self._fault.say(*words.author_fault(violation.message), tone="warn")
            else:
                self._fault.say(better or plain(violation.message), _("Other answers are saved."))
        if self._fault is not None:
            news = violation is not None and self._fault.isHidden()
            self._fault.setHidden(violation is None)
            if news:
                QAccessible.updateAccessibility(QAccessibleEvent(self._fault, QAccessible.Event.Alert))
        if self.answer is not None:
            self.answer.show_fault(violation is not None and violation.kind != "error")

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
        return (self.answer.target() if self.answer is not None else None) or self

    def pending(self) -> tuple[str, str] | None:
        """Return path and XForms text of what stands in a field and is not yet the answer, ``None`` when it is."""
        if self.asked is None:
            return None
        for strip, check in zip(self._reasons, self.asked.checks, strict=False):
            reason = typed(check.type, strip.field.text())
            if reason != check.value:
                return check.path, reason
        value = self.answer.pending() if self.answer is not None else None
        node = self.asked.node
        return (node.path, value) if value is not None and value != node.value else None

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
        if pending is not None:
            self.typing.emit(*pending)

    def _wished(self, wish: str, path: str = "") -> None:
        pending = self.pending()
        if pending is not None:
            self.answered.emit(*pending, False)
        self.wish.emit(path or self.path, wish)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Give the keys to the answer; hand on those that lead elsewhere."""
        if self.answer is not None and self.answer.take_key(event):
            return
        wish = wish_of(event)
        if wish:
            self.wish.emit(self.path, wish)
            return
        super().keyPressEvent(event)

    def spoken(self) -> Spoken:
        """Tell screen readers that this is a question with what belongs to it."""
        return Spoken(QAccessible.Role.Grouping)

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
        least, beside = self._arrange_beside(left, room, top)
        room -= beside
        top += self._arrange_words(self.asked, left, room, top)
        if not beside:
            top += self._arrange_below(left, room, top)
        self._answer_top = top + theme.px(6)
        top = self._arrange_answer(left, room, top) + (theme.px(28) if self.asked.instead else 0)
        for strip in (self._fault, *self._reasons):
            if strip is not None and not strip.isHidden():
                top += theme.px(8)
                height = strip.arrange(room)
                strip.setGeometry(left, top, room, height)
                top += height
        return max(top, least) + theme.px(13)

    def _arrange_beside(self, left: int, room: int, top: int) -> tuple[int, int]:
        """Place what the question shows at the right, if there is room; return where it ends and how wide it is."""
        media = self._media
        if media is None or media.isHidden() or not media.is_beside(room):
            return 0, 0
        size = media.size_in(room)
        media.place(left + room - size.width(), top, size)
        return top + size.height(), size.width() + theme.px(12)

    def _arrange_below(self, left: int, room: int, top: int) -> int:
        """Place what the question shows below its words, and return how much room that takes."""
        media = self._media
        if media is None or media.isHidden():
            return 0
        size = media.size_in(room)
        media.place(left, top + theme.px(6), size)
        return size.height() + theme.px(6)

    def _arrange_words(self, asked: Asked, left: int, room: int, top: int) -> int:
        node = asked.node
        note = self.way == "note"
        font = theme.font(Type.BODY) if note else theme.font(Type.QUESTION)
        line = theme.px(22 if note else 24)
        self._label = self._marked if is_marked(node.label) else self._plain
        if self._last is not None and not self._last.isHidden():
            size = self._last.sizeHint()
            self._last.setGeometry(left + room - size.width(), theme.px(6), size.width(), size.height())
            room -= size.width() + theme.px(12)
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
        if self.answer is not None:
            height = self.answer.arrange(room)
            self.answer.setGeometry(left, top + theme.px(6), room, max(0, height))
            return top + theme.px(6) + height
        return top + theme.px(28) if self._said_value() else top

    def caption(self) -> str:
        """Return the small words beside the question: the hint, and how many answers may be given."""
        if self.asked is None:
            return ""
        node = self.asked.node
        parts = [plain(node.hint), self.answer.caption() if self.answer is not None else ""]
        if not node.required and not node.hint and self.way not in {"note", "head"}:
            parts.append(_("may stay empty"))
        return " · ".join(part.rstrip(".") for part in parts if part)

    def _said_value(self) -> str:
        return words.chosen(self.asked.node) if self.asked and self.way == "note" and self.asked.node.value else ""

    def _spoken(self, asked: Asked) -> str:
        parts = (asked.number, plain(asked.node.label), self.caption(), asked.instead)
        return ". ".join(part for part in parts if part)

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
        if self.way not in {"note", "head"}:
            draw_text(painter, asked.number, theme.digits(Type.CAPTION, 600), "text3", number)
        self._label.draw(painter, left, top, "text2" if self.way == "note" else "text")
        self._caption.draw(painter, self._caption_left, self._caption_top, "text3")
        if asked.instead:
            top = self._answer_top + max(0, self.answer.height() if self.answer is not None else 0) + theme.px(6)
            box = QRectF(left, top, self.width() - left - theme.px(_RIGHT), theme.px(22))
            draw_icon(painter, "circle-slash", "primary", QPointF(left, top + theme.px(3)), 16)
            draw_text(painter, asked.instead, theme.font(Type.BODY, 600), "text", box.adjusted(theme.px(24), 0, 0, 0))
        self._draw_beside(painter, left)

    def _draw_beside(self, painter: QPainter, left: int) -> None:
        if self.asked is None:
            return
        if isinstance(self.answer, LineAnswer) and self.asked.note:
            start = left + self.answer.right + theme.px(12)
            box = QRectF(start, self._answer_top, self.width() - start, self.answer.line.height())
            draw_text(painter, self.asked.note, theme.font(Type.TABLE), "text3", box)
        if self._said_value():
            box = QRectF(left, self._answer_top, self.width() - left - theme.px(_RIGHT), theme.px(22))
            draw_text(painter, self._said_value(), theme.font(Type.BODY, 600), "text", box)
