"""What the figures are about: one commune or village, one group of people, or everybody."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from survey_app.gui import theme
from survey_app.gui.office.figures import Choices
from survey_app.gui.parts import MEDIUM, Button, Label
from survey_app.gui.parts.flow import Flow
from survey_app.gui.theme import Type
from survey_app.i18n import _
from survey_app.operations.dashboard import Only
from survey_app.places import OLD

UNITS = ("", OLD)
"""Days of the administrative units that figures can be told in; ``""`` is today."""
_WIDEST, _WIDEST_UNITS, _HIGH = 240, 300, 38


class FigureFilters(QWidget):
    """Lists to choose from; ``changed`` when a person chose."""

    changed = Signal()
    units_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.units, self.district = QComboBox(), QComboBox()
        self.commune, self.village, self.group = QComboBox(), QComboBox(), QComboBox()
        self._word = Label("", Type.TABLE, "text2")
        self.clear_button = Button("", "quiet", icon="x", height=MEDIUM)
        self.clear_button.clicked.connect(self.clear)
        self._word.setMinimumHeight(theme.px(_HIGH))
        row = Flow(theme.px(8), self)
        for day in UNITS:
            self.units.addItem("", day)
        self.units.currentIndexChanged.connect(lambda _index: self.units_chosen.emit(self.told_in))
        row.addWidget(self.units)
        row.addWidget(self._word)
        for choice in (self.units, self.district, self.commune, self.village, self.group):
            choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            choice.setMaximumWidth(theme.px(_WIDEST if choice is not self.units else _WIDEST_UNITS))
            if choice is not self.units:
                choice.currentIndexChanged.connect(self._chosen)
                row.addWidget(choice)
        row.addWidget(self.clear_button)
        self.clear_button.hide()

    @property
    def only(self) -> Only:
        """What is chosen."""
        group, _colon, code = str(self.group.currentData() or "").partition(":")
        district, commune, village = (
            str(each.currentData() or "") for each in (self.district, self.commune, self.village)
        )
        return Only(commune, village, group, code, district=district)

    @property
    def told_in(self) -> str:
        """The day of the units that are chosen, ``""`` for today's."""
        return str(self.units.currentData() or "")

    def offer(self, found: Choices, *, has_units: bool) -> None:
        """Offer units, places and groups; what was chosen stays when it is still there.

        Args:
            found: places and groups; one district or commune alone is not offered.
            has_units: figures can be told in older units too.
        """
        self.units.setVisible(has_units)
        self.district.setVisible(len(found.districts) > 1)
        self.commune.setVisible(len(found.communes) > 1)
        self.village.setVisible(bool(found.villages))
        for each in (self.group, self._word):
            each.setVisible(bool(found.groups))
        _fill(self.district, _("All districts"), found.districts)
        _fill(self.commune, _("All communes"), found.communes)
        _fill(self.village, _("All villages"), found.villages)
        _fill(self.group, _("Everybody"), found.groups)
        self._show()

    def choose(self, only: Only, *, tell: bool = True) -> None:
        """Choose, and tell unless something else is about to."""
        wanted = f"{only.group}:{only.code}" if only.group else ""
        pairs = (
            (self.district, only.district),
            (self.commune, only.commune),
            (self.village, only.village),
            (self.group, wanted),
        )
        for choice, key in pairs:
            choice.blockSignals(True)
            choice.setCurrentIndex(max(0, choice.findData(key)))
            choice.blockSignals(False)
        self._show()
        if tell:
            self.changed.emit()

    def clear(self) -> None:
        """Choose everything."""
        self.choose(Only())

    def retranslate(self) -> None:
        """Say the fixed words in the language spoken now."""
        self._word.setText(_("Only"))
        self.clear_button.setText(_("Show all"))
        self.units.setItemText(0, _("Units of today"))
        self.units.setItemText(1, _("Units of 2024, with districts"))
        named = (
            (self.units, _("Administrative units")),
            (self.district, _("District")),
            (self.commune, _("Commune")),
            (self.village, _("Village")),
            (self.group, _("Group")),
        )
        for choice, name in named:
            choice.setAccessibleName(name)

    def _chosen(self, _index: int) -> None:
        below = {self.district: (self.commune, self.village), self.commune: (self.village,)}
        for choice in below.get(self.sender(), ()):  # type: ignore[call-overload]
            choice.blockSignals(True)
            choice.setCurrentIndex(0)
            choice.blockSignals(False)
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        self.clear_button.setVisible(bool(self.only))


def _fill(choice: QComboBox, every: str, words: Sequence[tuple[str, str]]) -> None:
    before = choice.currentData()
    choice.blockSignals(True)
    choice.clear()
    choice.addItem(every, "")
    for key, word in words:
        choice.addItem(word, key)
    choice.setCurrentIndex(max(0, choice.findData(before)))
    choice.blockSignals(False)
