"""An answer that no version has: chosen from the question's own choices or typed, by the question's type."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QVBoxLayout, QWidget

from survey_app.gui import theme
from survey_app.gui.office.dispute import Point
from survey_app.gui.parts import Edit, Field
from survey_app.i18n import _
from survey_app.text import read_day, tidy

_WHOLE = re.compile(r"[+-]?\d+")
_DECIMAL = re.compile(r"[+-]?\d+([.,]\d+)?")


def as_answer(text: str, type_: str) -> str | None:
    """Return typed text as an answer of a type, ``None`` when it is none of that type; blank is an answer too."""
    typed = tidy(text)
    if not typed:
        return ""
    if type_ in ("int", "integer"):
        return typed if _WHOLE.fullmatch(typed) else None
    if type_ == "decimal":
        return typed.replace(",", ".") if _DECIMAL.fullmatch(typed) else None
    if type_ == "date":
        day = read_day(typed)
        return day.isoformat() if day else None
    return typed


class OtherAnswer(QWidget):
    """A field or choices; ``given`` is sent with each valid answer, ``None`` for blank."""

    given = Signal(object)

    def __init__(self, point: Point, value: str | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._point = point
        self._boxes: dict[str, QCheckBox] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.field = Field(_("Another answer"), self._hint(), self._edit(value))
        column.addWidget(self.field)
        self.setFocusProxy(self._first())

    def _hint(self) -> str:
        if self._point.choices:
            return _("Choose one or more") if self._point.many else _("Choose one")
        hints = {"int": _("a whole number"), "decimal": _("a number"), "date": _("day/month/year")}
        return hints.get(self._point.type, "")

    def _edit(self, value: str | None) -> QWidget:
        if self._point.choices and self._point.many:
            return self._checks((value or "").split())
        if self._point.choices:
            return self._combo(value)
        edit = Edit(figures=self._point.type in ("int", "decimal", "date"))
        edit.setText(value or "")
        edit.textEdited.connect(self._typed)
        return edit

    def _combo(self, value: str | None) -> QComboBox:
        self.combo = QComboBox()
        self.combo.addItem(_("Choose an answer"), None)
        for code, words in self._point.choices:
            self.combo.addItem(words, code)
        self.combo.setCurrentIndex(max(0, self.combo.findData(value)) if value else 0)
        self.combo.activated.connect(lambda number: self.given.emit(self.combo.itemData(number)) if number else None)
        return self.combo

    def _checks(self, chosen: list[str]) -> QWidget:
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.px(16))
        grid.setVerticalSpacing(0)
        for number, (code, words) in enumerate(self._point.choices):
            check = QCheckBox(words)
            check.setChecked(code in chosen)
            check.clicked.connect(lambda _c=False: self.given.emit(self._checked()))
            self._boxes[code] = check
            grid.addWidget(check, number // 3, number % 3)
        return box

    def _checked(self) -> str | None:
        return " ".join(code for code, check in self._boxes.items() if check.isChecked()) or None

    def _first(self) -> QWidget:
        return next(iter(self._boxes.values()), self.field.edit)

    def _typed(self, text: str) -> None:
        answer = as_answer(text, self._point.type)
        if answer is None:
            self.field.set_fault(_("This does not fit the question: {hint}.").format(hint=self._hint()))
        else:
            self.field.set_fault("")
            self.given.emit(answer or None)

    def focus_first(self) -> None:
        """Give the focus to what is to be filled in."""
        self._first().setFocus(Qt.FocusReason.OtherFocusReason)
