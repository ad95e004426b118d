"""Trying the program out with a commune of invented people."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from survey_app import paths
from survey_app.clock import Clock
from survey_app.gui.desk import Desk
from survey_app.gui.lanes import LaneMonitor
from survey_app.gui.opening import after_opening
from survey_app.gui.parts import LARGE, Banner, Button, Panel, ProgressPanel, confirm
from survey_app.gui.parts.choice_card import ChoiceCard
from survey_app.gui.screen import Hint
from survey_app.gui.screens.outside import OutsideScreen, button_row
from survey_app.i18n import _
from survey_app.progress import Cancelled, Monitor

if TYPE_CHECKING:
    from survey_app.operations.demo import Demo
    from survey_app.store import Store

PASSPHRASE = "khao-sat-mau"
HOUSEHOLDS, LAPTOPS, SEED = 160, 3, 1


def demo_folder() -> Path:
    """Return where the demonstration is made."""
    return paths.user_folder() / "demo"


def demo_stores(folder: Path) -> tuple[Path, Path] | None:
    """Return a laptop's and the office's store of a complete demonstration, ``None`` when there is none."""
    laptops, office = sorted((folder / "laptops").glob("*.store")), folder / "office.store"
    complete = laptops and office.is_file() and (folder / "complete").is_file()
    return (laptops[0], office) if complete else None


class TryDemoScreen(OutsideScreen):
    """Choose a part to play; the commune is made when it is not there yet."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._monitor: LaneMonitor | None = None
        self._role = "laptop"
        self.laptop_card = ChoiceCard("1", "laptop")
        self.office_card = ChoiceCard("2", "building-2")
        self.laptop_card.clicked.connect(lambda: self._begin("laptop"))
        self.office_card.clicked.connect(lambda: self._begin("office"))
        self.info = Banner("info", stacked=True, icon="key-round")
        self._work = Panel(pad=18)
        self.progress = ProgressPanel()
        self._work.column.addWidget(self.progress)
        self._work.hide()
        self.strip = Banner("err", stacked=True)
        self.strip.hide()
        self.back_button = Button("", "quiet", icon="arrow-left", height=LARGE)
        self.back_button.clicked.connect(lambda: self.desk.go("first_run"))
        self.again_button = Button("", "danger", icon="trash-2", height=LARGE)
        self.again_button.clicked.connect(self._delete)
        for widget in (self.laptop_card, self.office_card, self._work, self.strip, self.info):
            self.column.addWidget(widget)
        row: QHBoxLayout = button_row(self.back_button, self.again_button)
        self.column.addLayout(row)
        self.end_column()
        self.retranslate()

    def refresh(self, **arguments: object) -> None:
        """Show whether there is a demonstration already; ``again="laptop"`` or ``"office"`` makes it anew at once."""
        self.strip.hide()
        again = arguments.get("again")
        if isinstance(again, str) and self._monitor is None:
            shutil.rmtree(demo_folder(), ignore_errors=True)
            self._begin(again)
        self.again_button.setVisible(self._monitor is None and demo_folder().exists())

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self.laptop_card.say(
            _("As an enumerator"), _("Go through the household list, interview, pack a bundle for the commune.")
        )
        self.office_card.say(
            _("As the commune office"), _("Merge the bundles of three laptops, settle conflicts, see the results.")
        )
        self.info.say(
            _("The passphrase of the demonstration is: {passphrase}").format(passphrase=PASSPHRASE),
            _("It is asked again when you come back. All people and answers are invented."),
        )
        self.progress.say(
            _("Making the demonstration commune"),
            _("About half a minute. You can stop; what was begun is thrown away."),
            _("Stop"),
        )
        self.back_button.setText(_("Back"))
        self.again_button.setText(_("Delete the demonstration"))
        self.say(
            _("Try it with a demonstration commune"),
            _("Which part would you like to play? You can come back and take the other one."),
        )

    def hints(self) -> list[Hint]:
        """Return the shortcuts; while the commune is being made there is one thing to do."""
        if self._monitor is not None:
            return [Hint(("Esc",), _("Stop"))]
        return [
            Hint(("1", "–", "2"), _("Choose")),
            Hint(("Enter",), _("Continue")),
            Hint(("Esc",), _("Back")),
            Hint(("F1",), _("Help")),
        ]

    def first_focus(self) -> QWidget:
        """Return the first card."""
        return self.laptop_card

    def leave(self) -> bool:
        """Stop making the demonstration when the person goes elsewhere."""
        if self._monitor is not None:
            self._monitor.cancel()
        return True

    def back(self) -> bool:
        """Stop what is being made; else go back to the choices."""
        if self._monitor is not None:
            self._monitor.cancel()
            return True
        self.desk.go("first_run")
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The digits choose."""
        card = {Qt.Key.Key_1.value: self.laptop_card, Qt.Key.Key_2.value: self.office_card}.get(event.key())
        if card is not None and card.isEnabled():
            card.click()
            return
        super().keyPressEvent(event)

    def _begin(self, role: str) -> None:
        self._role = role
        if demo_stores(demo_folder()) is not None:
            self._open()
            return
        self._monitor = LaneMonitor(self)
        self._busy(True)
        self.progress.follow(self._monitor)
        self.desk.apart(
            make_demo, demo_folder(), self.desk.clock, done=self._made, failed=self._failed, monitor=self._monitor
        )

    def _busy(self, busy: bool) -> None:
        self._work.setVisible(busy)
        self.strip.hide()
        for card in (self.laptop_card, self.office_card):
            card.setEnabled(not busy)
        self.back_button.setEnabled(not busy)
        self.again_button.setVisible(not busy and demo_folder().exists())
        if busy:
            self.setFocus()  # not on the button that stops: one more Enter must not throw the work away
        elif self.isVisible():
            (self.laptop_card if self._role == "laptop" else self.office_card).setFocus()
        self.hints_changed.emit()

    def _made(self, _demo: Demo) -> None:
        self._monitor = None
        self._busy(False)
        self._open()

    def _open(self) -> None:
        stores = demo_stores(demo_folder())
        if stores is None:
            return
        path = stores[0] if self._role == "laptop" else stores[1]
        clock = self.desk.clock

        def make() -> Store:
            from survey_app.operations.stores import open_store

            return open_store(path, PASSPHRASE, clock)

        self.desk.open_store(make, lambda: after_opening(self.desk), self._failed)

    def _failed(self, error: BaseException) -> None:
        self._monitor = None
        self._busy(False)
        if not isinstance(error, Cancelled):
            self.strip.say_error(error)

    def _delete(self) -> None:
        if confirm(
            self,
            _("Delete the demonstration?"),
            _("Everything you tried out in it is deleted too. Real data are not touched."),
            _("Delete the demonstration"),
            _("Keep it"),
        ):
            self.desk.lane.release()
            shutil.rmtree(demo_folder(), ignore_errors=True)
            self.refresh()
            self.laptop_card.setFocus()


def make_demo(folder: Path, clock: Clock, monitor: Monitor) -> Demo:
    """Make the demonstration in ``folder``; one that was begun and not finished is thrown away first.

    Raises:
        SurveyAppError: the disk cannot take it.
        Cancelled: the person stopped. Nothing is left, whatever ended it.
    """
    from survey_app.operations.demo import build_demo

    shutil.rmtree(folder, ignore_errors=True)
    try:
        made = build_demo(folder, HOUSEHOLDS, LAPTOPS, True, SEED, 1, PASSPHRASE, clock, monitor)
    except BaseException:  # stopped, or the disk is full: half a commune only takes room
        shutil.rmtree(folder, ignore_errors=True)
        raise
    (folder / "complete").touch()
    return made
