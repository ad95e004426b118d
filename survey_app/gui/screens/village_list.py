"""Progress by village at the right of the household list; pressing one shows its list."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from survey_app import i18n
from survey_app.gui import theme
from survey_app.gui.moments import until
from survey_app.gui.parts import Label, Panel, Scrolled, Separator, paint
from survey_app.gui.parts.pressed import Pressed
from survey_app.gui.parts.rows import clear_rows
from survey_app.gui.screens.households_facts import ListFacts
from survey_app.gui.spoken import Spoken
from survey_app.gui.theme import Type
from survey_app.i18n import _, ngettext
from survey_app.text import show_number


class _Village(Pressed):
    """Name, done/total, bar."""

    def __init__(
        self, name: str, done: int, total: int, *, strong: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._done, self._total, self._strong = done, total, strong
        self.setText(name)
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(_("{name}: {done} of {total} households done").format(name=name, done=done, total=total))

    def nextCheckState(self) -> None:
        """Leave it to the list to say which village it shows."""

    def spoken(self) -> Spoken:
        """Tell screen readers that this is a line of a list, and whether the list shows this village."""
        return Spoken(QAccessible.Role.ListItem, selected=self.isChecked())

    def sizeHint(self) -> QSize:
        return QSize(theme.px(200), theme.px(45))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        here, area = self.isChecked(), QRectF(self.rect())
        ground = "primary_soft" if here else "subtle" if self.underMouse() else ""
        if ground:
            paint.box(painter, area, theme.px(6), theme.token(ground))
        pad = theme.px(10)
        figures = f"{show_number(self._done, 0, i18n.language())}/{show_number(self._total, 0, i18n.language())}"
        face = theme.digits(Type.CAPTION, 600 if self._strong else 400)
        wide = paint.text_width(figures, face)
        upper = QRectF(pad, theme.px(6), area.width() - 2 * pad, theme.px(20))
        paint.text(painter, figures, face, theme.token("text2"), upper, Qt.AlignmentFlag.AlignRight)
        name = upper.adjusted(0, 0, -wide - theme.px(8), 0)
        bold = theme.font(Type.TABLE, 600 if here or self._strong else 500)
        ink = theme.token("primary" if here else "text")
        paint.text(painter, self.text(), bold, ink, name, Qt.AlignmentFlag.AlignLeft)
        bar = QRectF(pad, theme.px(31), area.width() - 2 * pad, theme.px(6))
        full = self._total > 0 and self._done >= self._total
        share = self._done / self._total if self._total else 0.0
        paint.progress(painter, bar, [(share, "ok" if full else "primary")])
        if self.hasFocus():
            paint.box(painter, area, theme.px(6), None, theme.token("focus"), 2)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
            return
        super().keyPressEvent(event)


class VillageList(Panel):
    """The villages and the whole commune; ``chosen(code)``, blank for the whole commune."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(pad=(8, 14, 8, 14), gap=4, parent=parent)
        self.setFixedWidth(theme.px(262))
        self._title = Label("", Type.PANEL, weight=600)
        self._sub = Label("", Type.CAPTION, "text3")
        for label in (self._title, self._sub):
            label.setContentsMargins(theme.px(10), 0, 0, 0)
            self.column.addWidget(label)
        self.column.addSpacing(theme.px(4))
        self._body = QWidget()
        self._rows = QVBoxLayout(self._body)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(theme.px(3))
        self.column.addWidget(Scrolled(self._body, gutter=False), 1)
        self.column.addWidget(Separator())
        self._whole = QVBoxLayout()
        self._whole.setContentsMargins(0, theme.px(6), 0, 0)
        self.column.addLayout(self._whole)
        self._counts = Label("", Type.CAPTION, "text", wrap=True, figures=True)
        self._counts.setContentsMargins(theme.px(10), 0, theme.px(10), 0)
        self.column.addWidget(self._counts)
        self._left = Label("", Type.CAPTION, "text2", wrap=True, figures=True)
        self._left.setContentsMargins(theme.px(10), 0, theme.px(10), 0)
        self.column.addWidget(self._left)
        self.buttons: dict[str, _Village] = {}

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self._title.setText(_("Progress by village"))
        self._sub.setText(_("Households done of all households"))

    def show_facts(self, facts: ListFacts, today: dt.date) -> None:
        """Show the villages; the one shown in the list is marked."""
        focused = next((code for code, button in self.buttons.items() if button.hasFocus()), None)
        self._empty()
        here = facts.place.code if facts.place else ""
        for village in facts.villages:
            self._add(self._rows, village.place.code, village.place.name, village.done, village.total)
        self._rows.addStretch()
        done = sum(v.done for v in facts.villages)
        total = sum(v.total for v in facts.villages)
        name = (
            _("All of {commune}").format(commune=_lower_first(facts.commune.name))
            if facts.commune
            else _("Whole commune")
        )
        self._add(self._whole, "", name, done, total, strong=True)
        self.buttons[here if here in self.buttons else ""].setChecked(True)
        left = ngettext("{count} household left", "{count} households left", total - done).format(
            count=show_number(total - done, 0, i18n.language())
        )
        rest = until(facts.ends, today)
        shown = [v for v in facts.villages if v.place.code == here] or facts.villages
        counts = (
            (_("Not visited"), sum(v.not_visited for v in shown)),
            (_("In progress"), sum(v.in_progress for v in shown)),
            (_("Nobody home"), sum(v.absent for v in shown)),
            (_("Needs correction"), sum(v.needs_correction for v in shown)),
            (_("Appointment"), sum(v.appointment for v in shown)),
            (_("Complete"), sum(v.all_complete for v in shown)),
            (_("Refused"), sum(v.all_refused for v in shown)),
            (_("Closed"), sum(v.all_closed for v in shown)),
        )
        said = ", ".join(f"{word} {show_number(count, 0, i18n.language())}" for word, count in counts if count)
        self._counts.setText(f"{facts.place.name}: {said}" if facts.place and said else said)
        self._counts.setVisible(bool(said))
        self._left.setText(", ".join(part for part in (left, rest) if part))
        if focused is not None and focused in self.buttons:
            self.buttons[focused].setFocus()

    def _add(self, rows: QVBoxLayout, code: str, name: str, done: int, total: int, *, strong: bool = False) -> None:
        button = _Village(name, done, total, strong=strong)
        button.clicked.connect(lambda _checked=False: self.chosen.emit(code))
        self.buttons[code] = button
        rows.addWidget(button)

    def _empty(self) -> None:
        self.buttons.clear()
        for rows in (self._rows, self._whole):
            clear_rows(rows)


def _lower_first(name: str) -> str:
    return name[:1].lower() + name[1:]
