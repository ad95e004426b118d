"""Who is working: asked when several people share a machine."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from survey_app.gui.desk import Desk
from survey_app.gui.opening import work_as
from survey_app.gui.parts.choice_card import ChoiceCard
from survey_app.gui.screen import Hint
from survey_app.gui.screens.outside import OutsideScreen
from survey_app.i18n import _
from survey_app.records import Enumerator


class WhoScreen(OutsideScreen):
    """One card a person."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, 520)
        self._device = ""
        self._people: list[Enumerator] = []
        self._cards: list[ChoiceCard] = []
        self._place = self.column.count()
        self.end_column()
        self.retranslate()

    def refresh(self, **arguments: object) -> None:
        """Show ``people=[Enumerator]`` of the machine ``device=ID``."""
        people = arguments.get("people")
        self._people = [p for p in people if isinstance(p, Enumerator)] if isinstance(people, list) else []
        self._device = str(arguments.get("device", ""))
        for card in self._cards:
            self.column.removeWidget(card)
            card.hide()  # a card that still has the focus when Qt deletes it takes the window down with it
            card.deleteLater()
        self._cards = []
        for number, person in enumerate(self._people):
            card = ChoiceCard(str(number + 1) if number < 9 else "", "circle-user-round", person.name)
            card.clicked.connect(lambda _checked=False, person=person: work_as(self.desk, person, self._device))
            self._cards.append(card)
            self.column.insertWidget(self._place + number, card)
        self.hints_changed.emit()

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self.say(_("Who is working now?"), _("Your name is kept with every answer you write down."))

    def hints(self) -> list[Hint]:
        """Return the shortcuts."""
        digits = ("1",) if len(self._people) == 1 else ("1", "–", str(min(len(self._people), 9)))
        return [Hint(digits, _("Choose")), Hint(("Enter",), _("Continue")), Hint(("F1",), _("Help"))]

    def first_focus(self) -> QWidget | None:
        """Return the first person."""
        return self._cards[0] if self._cards else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The digits choose."""
        number = event.key() - int(Qt.Key.Key_1)
        if 0 <= number < len(self._cards):
            self._cards[number].click()
            return
        super().keyPressEvent(event)
