"""The last page: what is still open, then the end of the form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from survey_app.gui import theme
from survey_app.gui.interview.drawing import draw_box, draw_icon, draw_text, text_width
from survey_app.gui.parts import LARGE, Banner, Button, Label, Mark, Panel, Scrolled
from survey_app.gui.parts.pressed import Pressed
from survey_app.gui.theme import Type
from survey_app.i18n import _, ngettext

_HIGH = 40


@dataclass(frozen=True)
class Open:
    """A place that keeps the form from being finished.

    Attributes:
        path: the question.
        number: ``"4.06"``.
        who: the person it is about, ``""`` for the household.
        question: its words.
        reason: what is wrong, ``""`` when only the answer is missing.
        doubtful: whether it is a soft check that wants a reason.
    """

    path: str
    number: str
    who: str
    question: str
    reason: str = ""
    doubtful: bool = False


class _OpenRow(Pressed):
    """One open place."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.open: Open | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_open(self, place: Open) -> None:
        """Show a place."""
        self.open = place
        self.setAccessibleName(". ".join(p for p in (place.number, place.who, place.question, place.reason) if p))
        self.setToolTip(place.reason or place.question)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the row."""
        del event
        if self.open is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        if self.hasFocus():
            draw_box(painter, box, "primary_soft", "primary", radius=6, thick=2)
        elif self.underMouse():
            draw_box(painter, box, "subtle", radius=6)
        place = self.open
        icon, tone = ("circle-x", "err") if place.reason else ("circle-dashed", "text3")
        if place.doubtful:
            icon, tone = "triangle-alert", "warn"
        draw_icon(painter, icon, tone, QPointF(theme.px(10), (box.height() - theme.px(18)) / 2), 18)
        left = theme.px(38)
        draw_text(
            painter, place.number, theme.digits(Type.CAPTION, 600), "text3", QRectF(left, 0, theme.px(44), box.height())
        )
        left += theme.px(48)
        if place.who:
            font = theme.font(Type.TABLE, 600)
            wide = min(text_width(place.who, font) + 2, theme.px(220))
            draw_text(painter, place.who, font, "text", QRectF(left, 0, wide, box.height()))
            left += int(wide) + theme.px(10)
        right = box.width() - theme.px(12)
        words = place.reason or _("no answer yet")
        if place.doubtful:
            words = _("reason missing")
        font = theme.font(Type.CAPTION)
        wide = min(text_width(words, font) + 2, (right - left) * 0.45)
        draw_text(painter, words, font, tone, QRectF(right - wide, 0, wide, box.height()), right=True)
        room = QRectF(left, 0, right - wide - theme.px(16) - left, box.height())
        draw_text(painter, place.question, theme.font(Type.BODY), "text", room)
        painter.end()


class _OpenRows(QWidget):
    """The open places, one below the other."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[_OpenRow] = []

    def arrange(self) -> None:
        """Place the rows."""
        shown = [row for row in self.rows if not row.isHidden()]
        for place, row in enumerate(shown):
            row.setGeometry(2, place * theme.px(_HIGH), self.width() - 4, theme.px(_HIGH) - 2)
        self.setMinimumHeight(len(shown) * theme.px(_HIGH))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the rows again."""
        del event
        self.arrange()


class Review(QWidget):
    """What is open, and the button that finishes the form."""

    chosen = Signal(str)
    """Sent with the path of the open place to go to."""
    finish = Signal()
    discard = Signal()
    """The person throws the interview away."""
    previous = Signal()

    MOST = 200
    """More open places than this are not listed; the first ones come first anyway."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mark = Mark("circle-check", "ok", 20)
        self._title = Label("", Type.PANEL, weight=700, wrap=True)
        self._text = Label("", Type.BODY, "text2", wrap=True, figures=True)
        self.author = Banner("warn")
        self.author.hide()
        self._rows = _OpenRows()
        self._scroll = Scrolled(self._rows)
        self.button = Button("", "primary", icon="check", key="Ctrl+Enter", shortcut="", height=LARGE)
        self.button.clicked.connect(self.finish)
        head = QHBoxLayout()
        head.setSpacing(theme.px(8))
        head.addWidget(self._mark)
        head.addWidget(self._title, 1)
        end = QHBoxLayout()
        self.discard_button = Button("", "quiet", icon="trash-2", key="Ctrl+Shift+Delete", shortcut="", height=LARGE)
        self.discard_button.clicked.connect(self.discard)
        end.addWidget(self.button)
        end.addStretch()
        end.addWidget(self.discard_button)
        panel = Panel(pad=(18, 16, 18, 16), gap=10)
        panel.column.addLayout(head)
        panel.column.addWidget(self._text)
        panel.column.addWidget(self.author)
        panel.column.addWidget(self._scroll, 1)
        panel.column.addLayout(end)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, theme.px(12), theme.px(12))
        self._column.addWidget(panel)
        self._column.addStretch()

    def show_open(
        self, places: Sequence[Open], *, refused: bool, answered: int, author_faults: Sequence[str] = ()
    ) -> None:
        """Show what is open; nothing when the form can be finished.

        Args:
            places: what is open.
            refused: the household has refused.
            answered: how many questions have an answer.
            author_faults: names of the places where the questionnaire itself is at fault.
        """
        self.author.setVisible(bool(author_faults))
        if author_faults:
            self.author.say(
                _("The questionnaire itself has a fault; you did nothing wrong."),
                _("The form can be finished. Tell the office: %s") % ", ".join(author_faults[:5]),
            )
        ready = not places
        self._mark.set_icon("circle-check" if ready else "circle-alert", "ok" if ready else "warn")
        if refused:
            self._title.setText(_("The household has refused"))
            self._text.setText(_("Nothing else is asked. Thank the household and finish the form."))
        elif ready:
            self._title.setText(_("The form is complete"))
            text = ngettext("%d question answered.", "%d questions answered.", answered) % answered
            self._text.setText(f"{text} {_('After finishing, the form can still be corrected.')}")
        else:
            count = len(places)
            self._title.setText(ngettext("%d place is still open", "%d places are still open", count) % count)
            self._text.setText(_("Choose a place to go there. Everything answered so far is saved."))
        self.discard_button.setText(_("Put it into the bin"))
        self.button.setText(_("Finish: the household refused") if refused else _("Finish the form"))
        self.button.setEnabled(ready)
        self._scroll.setVisible(not ready)
        self._column.setStretch(0, 0 if ready else 1)
        self._column.setStretch(1, 1 if ready else 0)
        self._show_rows(places[: self.MOST])

    def _show_rows(self, places: Sequence[Open]) -> None:
        rows = self._rows.rows
        while len(rows) < len(places):
            row = _OpenRow(self._rows)
            row.clicked.connect(self._clicked)
            rows.append(row)
        for row, place in zip(rows, places, strict=False):
            row.show_open(place)
            row.setHidden(False)
        for row in rows[len(places) :]:
            row.setHidden(True)
        self._rows.arrange()

    def _clicked(self) -> None:
        row = self.sender()
        if isinstance(row, _OpenRow) and row.open is not None:
            self.chosen.emit(row.open.path)

    def focus_first(self) -> None:
        """Give the focus to the first open place, or to the button when there is none."""
        if self.button.isEnabled():
            self.button.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self._rows.rows:
            self._rows.rows[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down walk through the list, Enter goes there."""
        shown = [row for row in self._rows.rows if not row.isHidden()]
        at = next((i for i, row in enumerate(shown) if row.hasFocus()), -1)
        key = event.key()
        if key == Qt.Key.Key_Up and at <= 0:
            self.previous.emit()
        elif at >= 0 and key in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            step = -1 if key == Qt.Key.Key_Up else 1
            row = shown[max(0, min(len(shown) - 1, at + step))]
            row.setFocus(Qt.FocusReason.OtherFocusReason)
            self._scroll.ensureWidgetVisible(row)
        elif at >= 0 and key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            shown[at].click()
        else:
            super().keyPressEvent(event)
