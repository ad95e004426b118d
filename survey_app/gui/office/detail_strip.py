"""The strip below a chart: what the current row says, where the target comes from, what the figure stands on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from survey_app.gui import theme
from survey_app.gui.parts import Label, Mark, Panel, Separator
from survey_app.gui.theme import Type


@dataclass(frozen=True)
class Fact:
    """A fact of the strip.

    Attributes:
        icon: its icon.
        tone: token of the icon.
        title: the fact, bold.
        text: what to know about it.
    """

    icon: str
    tone: str
    title: str
    text: str


class _FactBox(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._mark = Mark("info", "text2", 18)
        self._title = Label("", Type.TABLE, weight=600, figures=True, elide=True)
        self._text = Label("", Type.CAPTION, "text2", figures=True, elide=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(8))
        row.addWidget(self._mark)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._text)
        row.addLayout(words, 1)

    def show_fact(self, fact: Fact) -> None:
        self._mark.set_icon(fact.icon, fact.tone)
        self._title.setText(fact.title)
        self._text.setText(fact.text)
        self.setAccessibleName(f"{fact.title}. {fact.text}")
        self.setToolTip(fact.text)


class DetailStrip(Panel):
    """Three facts side by side; it never covers data."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("primary_soft", "", pad=(12, 8, 12, 8), radius=6, parent=parent)
        self._boxes = tuple(_FactBox() for _number in range(3))
        self._lines: list[Separator] = []
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(12))
        for number, box in enumerate(self._boxes):
            if number:
                self._lines.append(Separator(vertical=True))
                row.addWidget(self._lines[-1])
            row.addWidget(box, 1)
        self.column.addLayout(row)

    def show_facts(self, facts: Sequence[Fact]) -> None:
        """Show up to three facts."""
        for box, fact in zip(self._boxes, facts, strict=False):
            box.show_fact(fact)
        for number, box in enumerate(self._boxes):
            box.setVisible(number < len(facts))
            if number:
                self._lines[number - 1].setVisible(number < len(facts))
        self.setVisible(bool(facts))
        self.setAccessibleName("; ".join(f"{fact.title}, {fact.text}" for fact in facts))
