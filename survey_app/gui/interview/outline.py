"""The form at a glance, at the left: sections, the people of the current one, counts and faults."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QAccessible, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from survey_app.gui import theme
from survey_app.gui.interview import words
from survey_app.gui.interview.drawing import draw_bar, draw_box, draw_icon, draw_text, paint_whole, text_width
from survey_app.gui.interview.standing import Count, Page
from survey_app.gui.parts import Button, Scrolled
from survey_app.gui.parts.pressed import Pressed
from survey_app.gui.spoken import Spoken
from survey_app.gui.theme import Type
from survey_app.i18n import _, ngettext

WIDTH = 264
_SECTION = 38
_PERSON = 32


@dataclass(frozen=True)
class Row:
    """A line of the outline.

    Attributes:
        page: where it leads.
        title: its words.
        count: how much is done; ``None`` shows no count.
        here: whether the person is there.
        passed: the person has gone on; what was left open there may stay open.
        inner: whether it belongs to the section above (a person).
        last: the last of the inner rows.
    """

    page: Page
    title: str
    count: Count | None
    here: bool
    inner: bool = False
    passed: bool = False


class _RowButton(Pressed):
    """One line of the outline."""

    whole = True

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.row: Row | None = None
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def show_row(self, row: Row) -> None:
        """Show a line."""
        if row == self.row:
            return
        self.row = row
        spoken = [row.title]
        if row.count is not None:
            spoken += [words.of(row.count), words.state(row.count, row.passed)[2]]
        self.setAccessibleName(", ".join(spoken))
        if row.title != self.toolTip():
            self.setToolTip(row.title)
        self.update()

    def spoken(self) -> Spoken:
        """Tell screen readers that this is a line of a list, and whether it is the page where the person is."""
        return Spoken(QAccessible.Role.ListItem, selected=bool(self.row and self.row.here))

    @property
    def high(self) -> int:
        """Height in pixels."""
        return theme.px(_PERSON if self.row and self.row.inner else _SECTION)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line."""
        del event
        if self.row is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        painter.fillRect(box, theme.token("subtle"))
        if self.row.inner:
            self._draw_person(painter, box, self.row)
        else:
            self._draw_section(painter, box, self.row)
        if self.hasFocus():
            draw_box(painter, box, "", "focus", radius=6, thick=2)
        painter.end()

    def _draw_section(self, painter: QPainter, box: QRectF, row: Row) -> None:
        if row.here or self.underMouse():
            draw_box(painter, box.adjusted(0, 1, 0, -1), "primary_soft" if row.here else "sunken", radius=6)
        name, colour, _word = words.state(row.count or Count(asked=1), row.passed)
        draw_icon(painter, name, colour, QPointF(theme.px(8), (box.height() - theme.px(18)) / 2), 18)
        right = self._draw_right(painter, box, row)
        left = theme.px(34)
        ink = "primary" if row.here else "text"
        room = QRectF(left, 0, right - left - theme.px(6), box.height())
        draw_text(painter, row.title, theme.font(Type.TABLE, 600 if row.here else 500), ink, room)

    def _draw_person(self, painter: QPainter, box: QRectF, row: Row) -> None:
        bar = QRectF(theme.px(16), 0, theme.px(3), box.height())
        painter.fillRect(bar, theme.token("primary" if row.here else "line"))
        if self.underMouse() and not row.here:
            draw_box(painter, box.adjusted(theme.px(22), 1, 0, -1), "sunken", radius=6)
        right = self._draw_right(painter, box, row)
        left = theme.px(29)
        ink = "text" if row.here else "text2"
        room = QRectF(left, 0, right - left - theme.px(6), box.height())
        draw_text(painter, row.title, theme.font(Type.TABLE, 600 if row.here else 400), ink, room)

    def _draw_right(self, painter: QPainter, box: QRectF, row: Row) -> float:
        right = box.width() - theme.px(8)
        if row.count is None:
            return right
        font = theme.digits(Type.CAPTION)
        crowded = not row.inner and row.count.errors and row.count.warnings
        if not crowded:
            text = words.of(row.count)
            wide = text_width(text, font) + 1
            draw_text(painter, text, font, "text2", QRectF(right - wide, 0, wide, box.height()), right=True)
            right -= wide + theme.px(6)
        for number, icon, tone in (
            (row.count.warnings, "triangle-alert", "warn"),
            (row.count.errors, "circle-x", "err"),
        ):
            if number:
                right -= _draw_badge(painter, str(number), (icon, tone), QPointF(right, box.height() / 2)) + theme.px(4)
        return right


def _draw_badge(painter: QPainter, number: str, look: tuple[str, str], at: QPointF) -> float:
    """Draw icon and number on their soft ground, right edge and middle at a point; return the width."""
    icon, tone = look
    font = theme.digits(Type.CAPTION, 600)
    wide = text_width(number, font) + theme.px(26)
    box = QRectF(at.x() - wide, at.y() - theme.px(11), wide, theme.px(22))
    draw_box(painter, box, f"{tone}_soft", radius=5)
    draw_icon(painter, icon, tone, QPointF(box.left() + theme.px(5), at.y() - theme.px(7)), 14)
    draw_text(painter, number, font, tone, box.adjusted(theme.px(21), 0, 0, 0))
    return wide


class _Rows(QWidget):
    """The lines, one below the other."""

    chosen = Signal(object)
    leave = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._buttons: list[_RowButton] = []
        self._shown = 0
        self._shape: tuple[bool, ...] = ()
        self.setObjectName("outline")  # not "scrolled": the style sheet would make it transparent again
        paint_whole(self)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.token("subtle"))
        painter.end()

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show these lines."""
        while len(self._buttons) < len(rows):
            button = _RowButton(self)
            button.clicked.connect(self._clicked)
            self._buttons.append(button)
        for button, row in zip(self._buttons, rows, strict=False):
            button.show_row(row)
        if len(rows) != self._shown:
            self._shown = len(rows)
            for place, button in enumerate(self._buttons):
                button.setHidden(place >= len(rows))
        shape = tuple(row.inner for row in rows)
        if shape != self._shape:
            self._shape = shape
            self.arrange()

    def arrange(self) -> None:
        """Place the lines."""
        top = 0
        for place, button in enumerate(self._buttons[: self._shown]):
            after_people = place and self._inner(place - 1) and not self._inner(place)
            top += theme.px(6) if after_people else 0
            button.setGeometry(0, top, self.width(), button.high)
            top += button.high
        self.setMinimumHeight(top)

    def _inner(self, place: int) -> bool:
        row = self._buttons[place].row
        return bool(row and row.inner)

    def _clicked(self) -> None:
        button = self.sender()
        if isinstance(button, _RowButton) and button.row is not None:
            self.chosen.emit(button.row.page)

    def focus_here(self) -> None:
        """Give the focus to the line where the person is."""
        shown = self._buttons[: self._shown]
        here = [b for b in shown if b.row and b.row.here]
        for button in (here or shown)[-1:]:
            button.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down walk through the lines, Enter goes there."""
        shown = self._buttons[: self._shown]
        at = next((i for i, b in enumerate(shown) if b.hasFocus()), -1)
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        if at >= 0 and step:
            shown[max(0, min(len(shown) - 1, at + step))].setFocus()
        elif at >= 0 and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            shown[at].click()
        elif event.key() == Qt.Key.Key_Right:
            self.leave.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the lines again when they are to have another width."""
        if event.size().width() != event.oldSize().width():
            self.arrange()


class _Head(QWidget):
    """How much of the form is done."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._count = Count()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFixedHeight(theme.px(54))

    def show_count(self, count: Count) -> None:
        """Show a count."""
        if count != self._count:
            self._count = count
            self.update()
        self.setAccessibleName(f"{_('Progress')}: {words.of(count)}")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw words, numbers and the bar."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), theme.token("subtle"))
        pad = theme.px(8)
        box = QRectF(pad, theme.px(10), self.width() - 2 * pad, theme.px(22))
        draw_text(painter, _("Progress"), theme.font(Type.CAPTION, 500), "text2", box)
        asked = self._count.asked
        text = ngettext("%(done)d / %(all)d question", "%(done)d / %(all)d questions", asked)
        text %= {"done": self._count.answered, "all": asked}
        draw_text(painter, text, theme.digits(Type.CAPTION, 600), "text", box, right=True)
        bar = QRectF(pad, theme.px(36), self.width() - 2 * pad, theme.px(8))
        draw_bar(painter, bar, self._count.answered / asked if asked else 0.0, "primary")
        painter.end()


class Outline(QWidget):
    """Sections and people with their counts; goes where the person wants to."""

    chosen = Signal(object)
    """Sent with the ``Page``."""
    next_fault = Signal()
    leave = Signal()
    """The person wants back to the question."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._head = _Head(self)
        self._rows = _Rows()
        self._scroll = Scrolled(self._rows, gutter=False)
        self._faults = Button("", "secondary", icon="list-checks", key="F8", shortcut="", height=36, wide=True)
        self._faults.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(8), 0, theme.px(8), theme.px(10))
        column.setSpacing(theme.px(4))
        column.addWidget(self._head)
        column.addWidget(self._scroll, 1)
        column.addWidget(self._faults)
        self._rows.chosen.connect(self.chosen)
        self._rows.leave.connect(self.leave)
        self._faults.clicked.connect(self.next_fault)
        self.setFixedWidth(theme.px(WIDTH))

    def show_rows(self, rows: Sequence[Row], total: Count, faults: int) -> None:
        """Show the form as it stands."""
        self._head.show_count(total)
        self._rows.show_rows(rows)
        text = ngettext("%d place to review", "%d places to review", faults) % faults
        text = text if faults else _("Nothing to review")
        if text != self._faults.text():  # a new text has the whole outline laid out again
            self._faults.setText(text)
            self._faults.setEnabled(bool(faults))

    def focus_here(self) -> None:
        """Give the focus to the line where the person is."""
        self._rows.focus_here()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground and the line at the right."""
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.token("subtle"))
        painter.fillRect(self.width() - 1, 0, 1, self.height(), theme.token("line"))
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        """Take the new text size."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.setFixedWidth(theme.px(WIDTH))
            self._head.setFixedHeight(theme.px(54))
            self._rows.arrange()
