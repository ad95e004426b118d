"""The parts of the interview's screen and where they stand; what they do is in ``screen``."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout

from survey_app.gui import theme
from survey_app.gui.interview.column import Column
from survey_app.gui.interview.header import Header
from survey_app.gui.interview.outline import Outline
from survey_app.gui.interview.people import PeopleStrip
from survey_app.gui.interview.review import Review
from survey_app.gui.interview.roster import RosterPage
from survey_app.gui.parts import Banner
from survey_app.gui.screen import Screen


class Frame(Screen):
    """Outline at the left; people, what was removed, and the page at the right."""

    full_height = True

    def __init__(self) -> None:
        super().__init__()
        self._build()

    def _build(self) -> None:
        self._header = Header()
        self.outline = Outline(self)
        self.people = PeopleStrip(self)
        self.undo_strip = Banner("info", icon="undo-2")
        self._undo_button = self.undo_strip.make_button("", key="Ctrl+Z")
        self._undo_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.undo_strip.hide()
        self.column = Column()
        self.roster = RosterPage()
        self.review = Review()
        self.pages = QStackedWidget()
        for page in (self.column, self.roster, self.review):
            self.pages.addWidget(page)
        middle = QVBoxLayout()
        middle.setContentsMargins(theme.px(16), theme.px(12), theme.px(4), 0)
        middle.setSpacing(theme.px(10))
        strip = QHBoxLayout()
        strip.setContentsMargins(0, 0, theme.px(12), 0)
        strip.addWidget(self.people)
        undo = QHBoxLayout()
        undo.setContentsMargins(0, 0, theme.px(12), 0)
        undo.addWidget(self.undo_strip)
        middle.addLayout(strip)
        middle.addLayout(undo)
        middle.addWidget(self.pages, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.outline)
        row.addLayout(middle, 1)
        self.people.hide()
        self.pages.hide()
