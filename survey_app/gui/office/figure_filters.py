"""What the figures are about: one commune or village, one group of people, or everybody."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from survey_app.gui import theme
from survey_app.gui.parts import MEDIUM, Button, Label
from survey_app.gui.parts.flow import Flow
from survey_app.gui.theme import Type
from survey_app.i18n import _
from survey_app.operations.dashboard import Only

Choices = Sequence[tuple[str, str]]
"""Code and word."""
_WIDEST, _HIGH = 240, 38


class FigureFilters(QWidget):
    """Lists to choose from; ``changed`` when a person chose."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.commune, self.village, self.group = QComboBox(), QComboBox(), QComboBox()
        self._word = Label("", Type.TABLE, "text2")
        self.clear_button = Button("", "quiet", icon="x", height=MEDIUM)
        self.clear_button.clicked.connect(self.clear)
        self._word.setMinimumHeight(theme.px(_HIGH))
        row = Flow(theme.px(8), self)
        row.addWidget(self._word)
        for choice in (self.commune, self.village, self.group):
            choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            choice.setMaximumWidth(theme.px(_WIDEST))
            choice.currentIndexChanged.connect(self._chosen)
            row.addWidget(choice)
        row.addWidget(self.clear_button)
        self.clear_button.hide()

    @property
    def only(self) -> Only:
        """What is chosen."""
        group, _colon, code = str(self.group.currentData() or "").partition(":")
        village = str(self.village.currentData() or "")
        return Only(str(self.commune.currentData() or ""), village, group, code)

    def offer(self, communes: Choices, villages: Choices, groups: Choices) -> None:
        """Offer places and groups; what was chosen stays when it is still there.

        Args:
            communes: every commune; one or none is not offered.
            villages: those of the commune that is chosen, or of the only one.
            groups: ``breakdown:code`` and its word.
        """
        self.commune.setVisible(len(communes) > 1)
        self.village.setVisible(bool(villages))
        _fill(self.commune, _("All communes"), communes)
        _fill(self.village, _("All villages"), villages)
        _fill(self.group, _("Everybody"), groups)
        self._show()

    def choose(self, only: Only) -> None:
        """Choose, and tell."""
        wanted = f"{only.group}:{only.code}" if only.group else ""
        pairs = ((self.commune, only.commune), (self.village, only.village), (self.group, wanted))
        for choice, key in pairs:
            choice.blockSignals(True)
            choice.setCurrentIndex(max(0, choice.findData(key)))
            choice.blockSignals(False)
        self._show()
        self.changed.emit()

    def clear(self) -> None:
        """Choose everything."""
        self.choose(Only())

    def retranslate(self) -> None:
        """Say the fixed words in the language spoken now."""
        self._word.setText(_("Only"))
        self.clear_button.setText(_("Show all"))
        for choice, name in ((self.commune, _("Commune")), (self.village, _("Village")), (self.group, _("Group"))):
            choice.setAccessibleName(name)

    def _chosen(self, _index: int) -> None:
        if self.sender() is self.commune:
            self.village.blockSignals(True)
            self.village.setCurrentIndex(0)
            self.village.blockSignals(False)
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        self.clear_button.setVisible(bool(self.only))


def _fill(choice: QComboBox, every: str, words: Choices) -> None:
    before = choice.currentData()
    choice.blockSignals(True)
    choice.clear()
    choice.addItem(every, "")
    for key, word in words:
        choice.addItem(word, key)
    choice.setCurrentIndex(max(0, choice.findData(before)))
    choice.blockSignals(False)
