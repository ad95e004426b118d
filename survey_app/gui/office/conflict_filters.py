"""Which conflicts are listed: of a village, and where a person gave one of the answers; and the report of decisions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from survey_app.gui import theme
from survey_app.gui.parts import SMALL, Button, Label
from survey_app.gui.parts.flow import Flow
from survey_app.gui.theme import Type
from survey_app.i18n import _

if TYPE_CHECKING:
    from survey_app.operations.conflicts import OpenConflict


class ConflictFilters(QWidget):
    """Two lists to choose from, and the button of the report.

    Attributes:
        first: the list of villages, where the keyboard comes in.
        report: the button.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.first, self._people = QComboBox(), QComboBox()
        self._village_word, self._person_word = Label("", Type.TABLE, "text2"), Label("", Type.TABLE, "text2")
        self.report = Button("", icon="file-output", key="Ctrl+E", height=SMALL)
        flow = Flow(theme.px(8), self)
        for word, choice in ((self._village_word, self.first), (self._person_word, self._people)):
            choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            choice.setMinimumHeight(theme.px(34))
            choice.currentIndexChanged.connect(lambda _index: self.changed.emit())
            pair = QWidget()
            row = QHBoxLayout(pair)
            row.setContentsMargins(0, 0, theme.px(8), 0)
            row.setSpacing(theme.px(8))
            row.addWidget(word)
            row.addWidget(choice)
            flow.addWidget(pair)
        flow.addWidget(self.report)

    @property
    def village(self) -> str:
        """Code of the village chosen, blank for all."""
        return str(self.first.currentData() or "")

    @property
    def person(self) -> str:
        """Id of the person chosen, blank for all."""
        return str(self._people.currentData() or "")

    @property
    def is_narrowed(self) -> bool:
        """Whether something is chosen."""
        return bool(self.village or self.person)

    def lets_through(self, conflict: OpenConflict) -> bool:
        """Return whether a conflict is listed."""
        authors = {side.author for side in conflict.sides}
        return self.village in {"", conflict.village_code} and (not self.person or self.person in authors)

    def offer(self, found: Iterable[OpenConflict]) -> None:
        """Offer the villages and people of these conflicts; what was chosen stays."""
        listed = list(found)
        villages = {each.village_code: each.village or each.village_code for each in listed}
        people = {side.author: side.author_name or side.author for each in listed for side in each.sides}
        _fill(self.first, _("All"), villages)
        _fill(self._people, _("All"), people)

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self._village_word.setText(_("Village"))
        self._person_word.setText(_("Enumerator"))
        self.first.setAccessibleName(_("Village"))
        self._people.setAccessibleName(_("Enumerator"))
        self.report.setText(_("Report of decisions"))
        for choice in (self.first, self._people):
            if choice.count():
                choice.setItemText(0, _("All"))


def _fill(choice: QComboBox, every: str, words: dict[str, str]) -> None:
    """Put other entries in, without a signal; the chosen one stays when it is still there or was chosen."""
    before, label = choice.currentData(), choice.currentText()
    if before and before not in words:
        words = {**words, before: label}
    choice.blockSignals(True)
    choice.clear()
    choice.addItem(every, "")
    for key, word in sorted(words.items(), key=lambda pair: pair[1]):
        choice.addItem(word, key)
    choice.setCurrentIndex(max(0, choice.findData(before)))
    choice.blockSignals(False)
