"""Today: where the work stands, what to go on with, what must be handed over, whether the data are safe."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from survey_app import __version__, i18n
from survey_app.gui import theme
from survey_app.gui.desk import Desk
from survey_app.gui.moments import capital, part_of_day, until
from survey_app.gui.parts import Label, Scrolled
from survey_app.gui.remembered import recall, remember
from survey_app.gui.screen import Hint, Screen
from survey_app.gui.screens.requests import DueRequests
from survey_app.gui.screens.today_facts import TodayFacts, today_facts
from survey_app.gui.screens.today_panels import HandoverPanel, NextPanel, ResumePanel, SafetyPanel, VillagePanel
from survey_app.gui.screens.village_title import village_menu
from survey_app.gui.theme import Type
from survey_app.i18n import _

_NARROW = 1100
"""Below so many design pixels the right column stands under the left one."""


class TodayScreen(Screen):
    """The enumerator's first screen."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.facts: TodayFacts | None = None
        self._greeting = Label("", Type.GREETING)
        self._when = Label("", Type.BODY, "text2", figures=True, elide=True)
        self.resume = ResumePanel()
        self.village = VillagePanel()
        self.next = NextPanel()
        self.handover = HandoverPanel()
        self.safety = SafetyPanel(desk)
        self.due = DueRequests(desk)
        self._build()
        self._connect()
        self.retranslate()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(theme.px(15))
        head.addWidget(self._greeting, 0, Qt.AlignmentFlag.AlignBottom)
        head.addWidget(self._when, 1, Qt.AlignmentFlag.AlignBottom)
        left = QVBoxLayout()
        left.setSpacing(theme.px(12))
        left.addWidget(self.village)
        left.addWidget(self.next, 1)
        right = QVBoxLayout()
        right.setSpacing(theme.px(12))
        right.addWidget(self.handover, 1)
        right.addWidget(self.safety)
        body = QWidget()
        self._columns = columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, body)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(theme.px(12))
        columns.addLayout(left, 1)
        self._side = QWidget()
        self._side.setLayout(right)
        right.setContentsMargins(0, 0, 0, 0)
        columns.addWidget(self._side)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(theme.px(24), theme.px(10), theme.px(24), theme.px(12))
        whole.setSpacing(theme.px(12))
        whole.addLayout(head)
        whole.addWidget(self.due)
        whole.addWidget(self.resume)
        whole.addWidget(Scrolled(body, gutter=False), 1)
        self.next.setMinimumHeight(theme.px(170))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the right column under the left one when the window is narrow."""
        super().resizeEvent(event)
        narrow = self.width() < theme.px(_NARROW)
        direction = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        if self._columns.direction() != direction:
            self._columns.setDirection(direction)
        wide = theme.px(420)
        self._side.setMinimumWidth(0 if narrow else wide)
        self._side.setMaximumWidth(16777215 if narrow else wide)

    def _connect(self) -> None:
        desk = self.desk
        self.resume.go_on.connect(lambda household, form: desk.go("interview", household=household, form=form))
        self.next.opened.connect(lambda household: desk.go("interview", household=household))
        self.next.whole_list.connect(self._whole_list)
        self.next.add.connect(lambda: desk.go("households", add=True))
        self.next.go_elsewhere.connect(self._next_household)
        self.village.next_household.connect(self._next_household)
        self.village.choose.connect(self._choose_village)
        self.handover.pack.connect(lambda: desk.go("handover", pack=True))
        self.handover.load.connect(lambda: desk.go("handover", load=True))
        desk.data_changed.connect(self._read_again)

    # words

    def title(self) -> str:
        """Return the screen's name."""
        return _("Today")

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        for panel in (self.resume, self.village, self.next, self.handover, self.safety):
            panel.retranslate()
        self.due.retranslate()
        if self.facts is not None:
            self._read_again()

    def hints(self) -> list[Hint]:
        """Return the shortcuts."""
        enter = [Hint(("Enter",), _("Continue interview"))] if self.facts and self.facts.resume else []
        return [
            *enter,
            Hint(("Ctrl+N",), _("Next household")),
            Hint(("Ctrl+L",), _("Household list")),
            Hint(("F6",), _("Visits")),
            Hint(("Ctrl+B",), _("Pack")),
            Hint(("Ctrl+F",), _("Find a household")),
            Hint(("F1",), _("Help")),
        ]

    def quiet_fact(self) -> str:
        """Return machine and version."""
        name = self.facts.name if self.facts else ""
        return _("{machine}, version {version}").format(machine=name, version=__version__) if name else ""

    def help_text(self) -> str:
        """Explain the day."""
        return _(
            "Enter continues the interview you stopped; it opens at the question where you were.\n\n"
            "Ctrl+N opens the next household of the village. Ctrl+L shows the whole list. Appointments of today come "
            "first, then those that were missed. When nobody is home or the household refuses, F6 notes the visit.\n\n"
            "In the evening, or whenever you go to the commune: Ctrl+B packs what is finished into a bundle. Bring it "
            "on a USB stick; when the commune gives you the receipt, load it here. Until then everything stays on "
            "this machine.\n\n"
            "A safety copy on a USB stick protects the work when the laptop breaks or is lost."
        )

    # data

    def refresh(self, **arguments: object) -> None:  # noqa: ARG002
        """Read everything again."""
        self._read_again()
        self.due.read()

    def _read_again(self) -> None:
        if not self.desk.lane.is_open or self.desk.person.role == "supervisor":
            return
        village = recall("village")
        self.desk.run(
            today_facts, self.desk.person, village, i18n.language(), clock=self.desk.clock, done=self.show_facts
        )

    def show_facts(self, facts: TodayFacts) -> None:
        """Show what was read."""
        first = self.facts is None
        self.facts = facts
        now = self.desk.clock()
        self._greeting.setText(greeting(self.desk.person.name, self.desk.person.title))
        rest = until(facts.round.ends, now.date()) if facts.round else ""
        self._when.setText(". ".join(part for part in (part_of_day(now), capital(rest)) if part) + ".")
        self.resume.show_facts(facts, now)
        self.village.show_facts(facts)
        self.next.show_facts(facts, now)
        self.handover.show_facts(facts, now)
        self.safety.show_facts(facts, now)
        self.hints_changed.emit()
        if first or self.focusWidget() is None:
            self._first().setFocus(Qt.FocusReason.OtherFocusReason)

    def _first(self) -> QWidget:
        if self.facts and self.facts.resume:
            return self.resume.button
        return self.village.button if self.village.button.isEnabled() else self.next.first_focus()

    def first_focus(self) -> QWidget | None:
        """Return the button to go on with."""
        return self._first() if self.facts else None

    # deeds

    def _whole_list(self) -> None:
        self.desk.go("households", village=self.facts.village.place.code if self.facts and self.facts.village else "")

    def _next_household(self) -> None:
        line = next(iter(self.facts.lines), self.facts.elsewhere) if self.facts else None
        if line is not None:
            self.desk.go("interview", household=line.household.id)

    def _choose_village(self) -> None:
        if self.facts is None:
            return
        choices = [(v.place.code, v.place.name, v.done, v.total) for v in self.facts.villages]
        village_menu(self.village.name, choices, self._take_village)

    def _take_village(self, code: str) -> None:
        remember("village", code)
        self._read_again()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes on with the interview wherever the focus is; Ctrl+F goes to the search."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.facts and self.facts.resume:
            self.resume.button.click()
            return
        if event.key() == Qt.Key.Key_F and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self.desk.go("households", search=True)
            return
        if event.key() == Qt.Key.Key_F6 and (household := self.next.household_with_focus()):
            self.desk.go("household", household=household)
            return
        super().keyPressEvent(event)


def greeting(name: str, title: str) -> str:
    """Return the greeting: by form of address and given name in Vietnamese, by given name in English."""
    given = name.rsplit(maxsplit=1)[-1] if name.split() else ""
    if not given:
        return _("Hello")
    if i18n.language() == "vi":
        return _("Hello {name}").format(name=f"{title or 'anh/chị'} {given}")
    return _("Hello {name}").format(name=given)
