"""The parts of the interview's screen and where they stand; what they do is in ``screen``."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout

from survey_app.gui import theme
from survey_app.gui.interview.aside import Aside
from survey_app.gui.interview.column import Column
from survey_app.gui.interview.header import Header
from survey_app.gui.interview.lost import KEY, LostPage
from survey_app.gui.interview.outline import Outline
from survey_app.gui.interview.people import PeopleStrip
from survey_app.gui.interview.review import Review
from survey_app.gui.interview.roster import RosterPage
from survey_app.gui.parts import Banner
from survey_app.gui.screen import Screen


class Frame(Screen):
    """Outline at the left; people, what was removed or has no place any more, and the page at the right."""

    NARROW = 1000
    """Below so many design pixels the outline is hidden until F4 asks for it."""

    LOW = 430
    """Below so many design pixels the people stand in one line each and the bar beside the questions shows only a note;
    its keys work."""

    def __init__(self) -> None:
        super().__init__()
        self.setAutoFillBackground(True)  # with what is painted between its parts the window is not painted again
        self._asked_for_outline = False
        self._lost: LostPage | None = None
        self._build()

    @property
    def is_narrow(self) -> bool:
        """Whether there is no room for the outline beside the questions."""
        return self.width() < theme.px(self.NARROW)

    @property
    def lost(self) -> LostPage:
        """The list of answers that have no place, made when it is first opened: few forms have any."""
        if self._lost is None:
            self._lost = LostPage()
            self.pages.addWidget(self._lost)
        return self._lost

    @property
    def shows_lost(self) -> bool:
        """Whether that list stands in the place of the questions."""
        return self._lost is not None and self.pages.currentIndex() == self.pages.indexOf(self._lost)

    def open_outline(self) -> None:
        """Show the outline and give it the focus."""
        self._asked_for_outline = True
        self._fit()
        self.outline.focus_here()

    def close_outline(self) -> None:
        """Hide the outline again where there is no room for it."""
        self._asked_for_outline = False
        self._fit()

    def _fit(self) -> None:
        self.outline.setVisible(not self.is_narrow or self._asked_for_outline)
        is_low = self.height() < theme.px(self.LOW)
        self.aside.set_low(is_low)
        self.people.set_low(is_low)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Hide the outline where there is no room for it."""
        super().resizeEvent(event)
        self._fit()

    def _build(self) -> None:
        self._header = Header()
        self.outline = Outline(self)
        self.people = PeopleStrip(self)
        self.undo_strip = Banner("info", icon="undo-2")
        self._undo_button = self.undo_strip.make_button("", key="Ctrl+Z")
        self._undo_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.undo_strip.hide()
        self.lost_strip = Banner("warn", icon="inbox")
        self.lost_button = self.lost_strip.make_button("", key=KEY)
        self.close_button = self.lost_strip.make_button("", icon="x")
        for button in (self.lost_button, self.close_button):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.close_button.clicked.connect(self.lost_strip.hide)
        self.lost_strip.hide()
        self.column = Column()
        self.roster = RosterPage()
        self.review = Review()
        self.aside = Aside()
        self.aside.hide()
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
        lost = QHBoxLayout()
        lost.setContentsMargins(0, 0, theme.px(12), 0)
        lost.addWidget(self.lost_strip)
        middle.addLayout(strip)
        middle.addLayout(undo)
        middle.addLayout(lost)
        middle.addWidget(self.pages, 1)
        middle.addWidget(self.aside)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.outline)
        row.addLayout(middle, 1)
        self.people.hide()
        self.pages.hide()
