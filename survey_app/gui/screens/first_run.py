"""First run: no store is known on this machine. Three clear choices."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from survey_app import paths
from survey_app.gui.arriving import enrolment_files
from survey_app.gui.desk import Desk
from survey_app.gui.parts import Button
from survey_app.gui.parts.choice_card import ChoiceCard
from survey_app.gui.screen import Hint
from survey_app.gui.screens.outside import OutsideScreen
from survey_app.i18n import _


class FirstRunScreen(OutsideScreen):
    """Join an office, set up an office, or try the program out."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._cards = [
            ChoiceCard("1", "laptop"),
            ChoiceCard("2", "building-2"),
            ChoiceCard("3", "flask-conical"),
        ]
        for card, screen in zip(self._cards, ("join_office", "new_office", "try_demo"), strict=True):
            card.clicked.connect(lambda _checked=False, screen=screen: desk.go(screen))
            self.column.addWidget(card)
        self.open_button = Button("", "quiet", icon="folder-open")
        self.open_button.clicked.connect(self._choose_store)
        row = QHBoxLayout()
        row.addWidget(self.open_button)
        row.addStretch()
        self.column.addLayout(row)
        self.end_column()
        self.retranslate()

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self._cards[0].say(
            _("Set this laptop up for interviews"),
            _("The enrolment file is on this machine already; have the code ready that the office told you.")
            if enrolment_files()
            else _("You have an enrolment file from the commune office and the code that goes with it."),
        )
        self._cards[1].say(
            _("Set up the commune office"),
            _("This machine will enrol laptops, merge their bundles and show the results."),
        )
        self._cards[2].say(
            _("Try it with a demonstration commune"),
            _("Invented households and answers. Nothing is sent; delete it whenever you like."),
        )
        self.open_button.setText(_("Open a data file that is already on this machine"))
        self.say(
            _("Welcome"),
            _("What would you like to do? No network is needed.")
            if self._has_data()
            else _("This machine has no survey data yet. What would you like to do? No network is needed."),
        )

    def hints(self) -> list[Hint]:
        """Return the shortcuts."""
        return [
            Hint(("1", "–", "3"), _("Choose")),
            Hint(("Up", "Down"), _("Move")),
            Hint(("Enter",), _("Continue")),
            *([Hint(("Esc",), _("Back"))] if self._has_data() else []),
            Hint(("F1",), _("Help")),
        ]

    def help_text(self) -> str:
        """Explain the three choices."""
        return _(
            "An enumerator takes the first choice: the office has made an enrolment file for this laptop, and tells "
            "the code by telephone or on paper.\n\n"
            "The commune office takes the second choice once, on the machine where bundles will be merged.\n\n"
            "The third choice is for learning: it makes a commune with invented people. It never mixes with real data."
        )

    def refresh(self, **arguments: object) -> None:  # noqa: ARG002
        """Say whether there are data on this machine."""
        self.retranslate()

    def back(self) -> bool:
        """Esc goes back to unlocking, when there is something to unlock."""
        if self._has_data():
            self.desk.go("unlock")
        return True

    def _has_data(self) -> bool:
        last = self.desk.settings.last_store
        return bool(last) and Path(last).is_file()

    def first_focus(self) -> QWidget:
        """Return the first choice."""
        return self._cards[0]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The digits choose."""
        number = event.key() - int(Qt.Key.Key_1)
        if 0 <= number < len(self._cards):
            self._cards[number].click()
            return
        super().keyPressEvent(event)

    def _choose_store(self) -> None:
        path, _kind = QFileDialog.getOpenFileName(
            self, _("Choose a data file"), str(Path.home()), _("Survey data (*.store)")
        )
        if path:
            self.open_store(Path(path))

    def open_store(self, chosen: Path) -> None:
        """Ask the passphrase of a data file; one on a stick is copied to this machine first and stays as it is."""
        from survey_app.gui.screens.join_office import free_path
        from survey_app.operations.stores import copy_closed

        folder = paths.user_folder() / "stores"
        if _same_disk(chosen, paths.user_folder()):
            self.desk.go("unlock", store=chosen)
            return

        def copied(store: Path) -> None:
            said = _("The data were copied to this machine"), _("The copy on the stick stays as it is.")
            self.desk.go("unlock", store=store, said=said)

        self.desk.apart(copy_closed, chosen, free_path(folder, chosen.stem), done=copied, failed=self.desk.problem.emit)


def _same_disk(one: Path, other: Path) -> bool:
    """Tell whether two files lie on the same disk; what is not there yet counts where its folder is."""
    places = [next(place for place in (path, *path.parents) if place.exists()) for path in (one, other)]
    return places[0].stat().st_dev == places[1].stat().st_dev
