"""Answers that are typed: text, numbers, dates, times, places."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from survey_app import i18n
from survey_app.gui import theme
from survey_app.gui.interview import points
from survey_app.gui.interview.answers.base import AnswerField
from survey_app.gui.interview.answers.days import DayPicker
from survey_app.gui.interview.answers.slider import range_of
from survey_app.gui.interview.drawing import draw_icon, draw_text
from survey_app.gui.interview.fields import AreaField, LineField, field_width
from survey_app.gui.interview.standing import Seen
from survey_app.gui.interview.values import (
    DATES,
    NUMBERS,
    PLACES,
    grouped,
    is_grouped,
    part_of_date,
    shown,
    typed,
)
from survey_app.gui.parts import Button
from survey_app.gui.theme import Type
from survey_app.i18n import _

_HIGH = 40
_GAP = 8


class LineAnswer(AnswerField):
    """One line, and beside it what the kind of answer needs: − and +, today, a calendar."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._node: Seen | None = None
        self._composing = False
        self.line = LineField(self)
        self.line.textEdited.connect(self._edited)
        self.line.wish.connect(self.wish)
        self.line.entered.connect(self.entered)
        self.line.installEventFilter(self)
        self._buttons: dict[str, Button] = {}
        self._picker: DayPicker | None = None

    # What is shown

    def show_answer(self, node: Seen, moved: bool) -> None:
        """Show what was answered; what is being typed stays."""
        self._node = node
        line = self.line
        words = node.appearance.split()
        if moved or self._value() != node.value:
            line.setText(shown(node.type, node.value, i18n.language(), node.appearance))
        number = node.type in NUMBERS | DATES | PLACES | {"time"} or "numbers" in words or is_grouped(node.appearance)
        line.setFont(theme.digits(Type.BODY) if number else theme.font(Type.BODY))
        line.setPlaceholderText(_placeholder(node))
        masked = "masked" in words
        wanted = QLineEdit.EchoMode.Password if masked else QLineEdit.EchoMode.Normal
        if line.echoMode() != wanted:
            line.setEchoMode(wanted)
        line.setAccessibleName(node.label)
        self._show_buttons(_tools(node))

    def _show_buttons(self, wanted: list[str]) -> None:
        for name in wanted:
            if name not in self._buttons:
                self._buttons[name] = self._new_button(name)
        for name, button in self._buttons.items():
            button.setHidden(name not in wanted)
            if name in wanted:
                words, spoken = _button_words(name, self._node)
                button.setText(words)
                button.setAccessibleName(spoken)
                button.setToolTip(spoken)

    def _new_button(self, name: str) -> Button:
        key, icon = {
            "less": ("−", "minus"),
            "more": ("+", "plus"),
            "today": (_("T"), ""),
            "days": ("Alt+↓", "calendar-clock"),
            "copy": ("", "file-output"),
        }[name]
        button = Button("", "secondary", icon=icon, key=key, shortcut="", parent=self)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(lambda: self._use(name))
        return button

    def arrange(self, width: int) -> int:
        """Place the line and its buttons beside each other."""
        node = self._node
        if node is None:
            return 0
        high, gap = self.line.sizeHint().height(), theme.px(_GAP)
        left = 0
        for name in ("less",):
            left = self._place(name, left, high)
        wide = _width(node, width)
        self.line.setGeometry(left, 0, wide, high)
        left += wide + gap
        top = 0
        for name in ("more", "today", "days", "copy"):
            button = self._buttons.get(name)
            if button is not None and not button.isHidden() and left + button.sizeHint().width() > width and left:
                left, top = 0, top + high + gap
            left = self._place(name, left, high, top)
        return top + high

    def _place(self, name: str, left: int, high: int, top: int = 0) -> int:
        button = self._buttons.get(name)
        if button is None or button.isHidden():
            return left
        size = button.sizeHint()
        button.setGeometry(left, top + (high - size.height()) // 2, size.width(), size.height())
        return left + size.width() + theme.px(_GAP)

    @property
    def right(self) -> int:
        """Where the last thing ends, in pixels."""
        shown_buttons = [button.geometry().right() for button in self._buttons.values() if not button.isHidden()]
        return max([self.line.geometry().right(), *shown_buttons])

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a word of caution beside a doubtful place."""
        del event
        node = self._node
        doubt = points.doubt(node.type, node.value) if node is not None and node.type in PLACES else ""
        if doubt:
            painter = QPainter(self)
            left = self.right + theme.px(12)
            draw_icon(painter, "triangle-alert", "warn", QPointF(left, (self.line.height() - theme.px(18)) / 2), 18)
            box = QRectF(left + theme.px(24), 0, self.width() - left - theme.px(24), self.line.height())
            draw_text(painter, doubt, theme.font(Type.TABLE), "warn", box)
            painter.end()

    def caption(self) -> str:
        """Say how dates and places are typed."""
        node = self._node
        if node is None:
            return ""
        if node.type in PLACES:
            return _("latitude, then longitude")
        return ""

    def show_fault(self, fault: bool) -> None:
        """Draw the field with a red edge, or not."""
        self.line.show_fault(fault)

    def target(self) -> QWidget:
        """Return the line."""
        return self.line

    # What is typed

    def pending(self) -> str | None:
        """Return what stands in the line; ``None`` while an input method has not finished a letter."""
        return None if self._composing else self._value()

    def _value(self) -> str:
        node = self._node
        return typed(node.type, self.line.text(), appearance=node.appearance) if node is not None else ""

    def _edited(self, text: str) -> None:
        node = self._node
        if node is not None and is_grouped(node.appearance) and not self._composing:
            self._part_thousands(text)
        self.typing.emit()

    def _part_thousands(self, text: str) -> None:
        """Part the thousands of what is being typed; the cursor stays behind the same digit."""
        language = i18n.language()
        point = "," if language == "vi" else "."
        cursor = self.line.cursorPosition()
        is_sign = self._node is not None and self._node.type == "decimal" and text[cursor - 1 : cursor] in {".", ","}
        if is_sign and point not in text[: cursor - 1] + text[cursor:]:
            text = text[: cursor - 1] + point + text[cursor:]  # whichever sign is typed begins the fraction
        parted = grouped(text, language)
        if parted == self.line.text():
            return
        before = sum(letter.isdigit() or letter in "+-" + point for letter in text[:cursor])
        place = 0
        while before and place < len(parted):
            before -= parted[place].isdigit() or parted[place] in "+-" + point
            place += 1
        self.line.setText(parted)
        self.line.setCursorPosition(place)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the keys of the buttons; note while an input method is at work."""
        if isinstance(event, QInputMethodEvent):
            self._composing = bool(event.preeditString())
        is_key = event.type() in {QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride}
        if isinstance(event, QKeyEvent) and is_key and self._node is not None:
            used = self._tool_of(event)
            if used:
                event.accept()  # in a list of people Alt+Down moves a line
                if event.type() == QEvent.Type.KeyPress:
                    self._use(used)
                return True
        return super().eventFilter(watched, event)

    def _tool_of(self, event: QKeyEvent) -> str:
        wanted = _tools(self._node) if self._node is not None else []
        if event.modifiers() & Qt.KeyboardModifier.AltModifier:
            return "days" if event.key() == Qt.Key.Key_Down and "days" in wanted else ""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return ""
        letter = event.text().lower()
        for name, keys in (("less", "-−"), ("more", "+="), ("today", "thn")):
            if letter and letter in keys and name in wanted:
                return name
        return ""

    def _use(self, name: str) -> None:
        node = self._node
        if node is None:
            return
        if name in {"less", "more"}:
            self._step(1 if name == "more" else -1)
        elif name == "today":
            now = dt.datetime.now().astimezone().isoformat(timespec="milliseconds")
            self._set({"date": now[:10], "time": now[11:], "dateTime": now}[node.type])
        elif name == "copy":
            QGuiApplication.clipboard().setText(node.value)
        elif name == "days":
            self._open_days(node)

    def _step(self, step: int) -> None:
        node, value = self._node, self._value()
        if node is not None and node.control == "range":
            limits = range_of(node)
            place = limits.place(value)
            self._set(limits.value(place + step if place >= 0 else 0))
        else:
            self._set(str(int(value) + step) if value.lstrip("+-").isdecimal() else "0")

    def _set(self, value: str) -> None:
        node = self._node
        if node is not None:
            self.line.setText(shown(node.type, value, i18n.language(), node.appearance))
            self.answered.emit(value, False)
            self.line.selectAll()

    def _open_days(self, node: Seen) -> None:
        if self._picker is None:
            self._picker = DayPicker(self)
            self._picker.chosen.connect(self._day_chosen)
        value = self._value()
        try:
            day = dt.date.fromisoformat(value[:10])
        except ValueError:
            day = dt.date.today()
        self._picker.open_at(day, self.line.mapToGlobal(QPoint(0, self.line.height() + theme.px(4))), node.label)

    def _day_chosen(self, day: str) -> None:
        node = self._node
        if node is not None:
            clock = dt.datetime.now().astimezone().isoformat(timespec="milliseconds")[10:]
            self._set(day if node.type == "date" else day + (node.value[10:] or clock))
            self.line.setFocus(Qt.FocusReason.PopupFocusReason)


def _tools(node: Seen) -> list[str]:
    """Return which buttons stand beside the line."""
    words = node.appearance.split()
    if (node.type in {"int", "integer"} and "counter" in words) or node.control == "range":
        return ["less", "more"]
    if node.type in DATES and not part_of_date(node.appearance):
        return ["today"] if "no-calendar" in words else ["today", "days"]
    if node.type == "time":
        return ["today"]
    return ["copy"] if "url" in words and node.value else []


def _button_words(name: str, node: Seen | None) -> tuple[str, str]:
    """Return what stands on a button, and what it is called."""
    now = _("Today") if node is not None and node.type == "date" else _("Now")
    return {
        "less": ("", _("One less")),
        "more": ("", _("One more")),
        "today": (now, now),
        "days": (_("Calendar"), _("Choose a day in the calendar")),
        "copy": (_("Copy the address"), _("Copy the address")),
    }[name]


def _placeholder(node: Seen) -> str:
    if node.type == "date":
        part = part_of_date(node.appearance)
        return {"year": _("yyyy"), "month-year": _("mm/yyyy")}.get(part, _("dd/mm/yyyy"))
    return {
        "dateTime": _("dd/mm/yyyy hh:mm"),
        "time": _("hh:mm"),
        "geopoint": "21.0278, 105.8342",
    }.get(node.type, node.parameters.get("placeholder", ""))


def _width(node: Seen, room: int) -> int:
    if node.type == "geopoint":
        return min(room, theme.px(300))
    if "counter" in node.appearance.split() or node.control == "range":
        return min(room, theme.px(90))
    if is_grouped(node.appearance):
        return min(room, theme.px(200))
    if part_of_date(node.appearance):
        return min(room, theme.px(110))
    return field_width(node.type, room)


class AreaAnswer(AnswerField):
    """Several lines: a long text, or a line or area with a place on each line."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._node: Seen | None = None
        self._composing = False
        self.area = AreaField(self)
        self.area.installEventFilter(self)
        self.area.textChanged.connect(self._edited)
        self.area.wish.connect(self.wish)
        self.area.entered.connect(self.entered)

    def show_answer(self, node: Seen, moved: bool) -> None:
        """Show what was answered; what is being typed stays."""
        self._node = node
        if moved or self._value() != node.value:
            self.area.blockSignals(True)
            self.area.setPlainText(shown(node.type, node.value))
            self.area.blockSignals(False)
        self.area.setFont(theme.digits(Type.BODY) if node.type in PLACES else theme.font(Type.BODY))
        self.area.setPlaceholderText("21.0278, 105.8342\n21.0301, 105.8360" if node.type in PLACES else "")
        self.area.setAccessibleName(node.label)

    def arrange(self, width: int) -> int:
        """Return the height: three lines of text, five of places; as many as the author wants."""
        node = self._node
        rows = 5 if node is not None and node.type in PLACES else 3
        wanted = node.parameters.get("rows", "") if node is not None else ""
        rows = min(12, max(2, int(wanted))) if wanted.isdecimal() else rows
        high = theme.px(22) * rows + theme.px(12)
        wide = theme.px(360) if node is not None and node.type in PLACES else theme.px(720)
        self.area.setGeometry(0, 0, min(width, wide), high)
        return high

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw how many points there are, and a word of caution, beside the places."""
        del event
        node = self._node
        if node is None or node.type not in PLACES:
            return
        count = len([part for part in shown(node.type, node.value).splitlines() if points.point(part) is not None])
        doubt = points.doubt(node.type, node.value) if count else ""
        painter = QPainter(self)
        left = self.area.width() + theme.px(12)
        box = QRectF(left, 0, self.width() - left, theme.px(22))
        draw_text(
            painter, i18n.ngettext("%d point", "%d points", count) % count, theme.digits(Type.TABLE), "text2", box
        )
        if doubt:
            draw_icon(painter, "triangle-alert", "warn", QPointF(left, theme.px(28)), 18)
            box = QRectF(left + theme.px(24), theme.px(26), self.width() - left - theme.px(24), theme.px(22))
            draw_text(painter, doubt, theme.font(Type.TABLE), "warn", box)
        painter.end()

    def caption(self) -> str:
        """Say how a line or area is typed."""
        if self._node is not None and self._node.type in PLACES:
            return _("one place on each line: latitude, longitude; Shift+Enter begins a line")
        return ""

    def pending(self) -> str | None:
        """Return what stands in the area; ``None`` while an input method has not finished a letter."""
        return None if self._composing else self._value()

    def _value(self) -> str:
        node = self._node
        return typed(node.type, self.area.toPlainText(), appearance=node.appearance) if node is not None else ""

    def _edited(self) -> None:
        if self.area.hasFocus():
            self.typing.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note while an input method is at work."""
        if isinstance(event, QInputMethodEvent):
            self._composing = bool(event.preeditString())
        return super().eventFilter(watched, event)

    def target(self) -> QWidget:
        """Return the area."""
        return self.area
