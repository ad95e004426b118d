"""What stands in the top bar during an interview: the way back, the household, the place."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from survey_app.gui import theme
from survey_app.gui.parts import SMALL, Button, Label, Mark, Separator
from survey_app.gui.theme import Type
from survey_app.i18n import _


class Header(QWidget):
    """Back, number and name of the household, village and commune."""

    back = Signal()
    outline = Signal()
    """The person wants to see the outline, which a narrow window hides."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._of_household = 0
        self._is_narrow = False
        self._back = Button("", "quiet", icon="arrow-left", shortcut="")
        self._back.clicked.connect(self.back)
        self._section = Button("", "secondary", icon="list", key="F4", shortcut="", height=SMALL)
        self._section.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._section.clicked.connect(self.outline)
        self._section.hide()
        self._number = Label("", Type.PANEL, "text2", weight=600, figures=True)
        self._name = Label("", Type.PANEL, weight=700, elide=True)
        self._place = Label("", Type.CAPTION, "text2", elide=True)
        line = Separator(vertical=True)
        line.setFixedHeight(theme.px(30))
        title = QHBoxLayout()
        title.setSpacing(theme.px(8))
        title.addWidget(self._number)
        title.addWidget(self._name, 1)
        place = QHBoxLayout()
        place.setSpacing(theme.px(4))
        place.addWidget(Mark("map-pin", "text3", 14))
        place.addWidget(self._place, 1)
        both = QVBoxLayout()
        both.setSpacing(0)
        both.addStretch()
        both.addLayout(title)
        both.addLayout(place)
        both.addStretch()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(10))
        row.addWidget(self._back, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(line)
        row.addLayout(both, 1)
        row.addWidget(self._section, 0, Qt.AlignmentFlag.AlignVCenter)
        self.retranslate()

    def show_household(self, number: int, name: str, place: str) -> None:
        """Show a household; without a number it is a unit of another list."""
        self._of_household = number
        self._name.setText(name)
        self._place.setText(place)
        self.retranslate()

    def show_section(self, text: str) -> None:
        """Offer the outline in these words; ``""`` when it is seen anyway."""
        self._section.setText(text)
        self._section.setVisible(bool(text))
        if self._is_narrow != bool(text):
            self._is_narrow = bool(text)
            self.retranslate()

    def retranslate(self) -> None:
        """Say it in the language spoken now."""
        number = f"{self._of_household:03d}" if self._of_household else ""
        self._number.setText(number if self._is_narrow or not number else _("Household %s") % number)
        self._number.setVisible(bool(number))
        self._back.setText(_("Household list") if number else _("Other forms"))
