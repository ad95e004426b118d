"""The window: top bar, failures, the screen, help, and the line of hints; it knows the way between screens."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QPoint, QSize, Qt
from PySide6.QtGui import QAction, QCloseEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QMenu, QStackedWidget, QVBoxLayout, QWidget

from survey_app import __version__, i18n
from survey_app.gui import manual, theme
from survey_app.gui.backup_watch import BackupWatch
from survey_app.gui.desk import Desk, Left
from survey_app.gui.idle import IdleWatch
from survey_app.gui.parts.empty import EmptyState
from survey_app.gui.parts.hint_line import HintLine
from survey_app.gui.parts.top_bar import TopBar
from survey_app.gui.problems import Problems
from survey_app.gui.remembered import recall, remember
from survey_app.gui.screen import Screen
from survey_app.gui.training import TrainingBand
from survey_app.i18n import N_, _
from survey_app.roles import FORMS, NAMES, may

if TYPE_CHECKING:
    from survey_app.gui.screens.help_panel import HelpPanel

SCREENS: dict[str, tuple[str, str]] = {
    "first_run": ("survey_app.gui.screens.first_run", "FirstRunScreen"),
    "join_office": ("survey_app.gui.screens.join_office", "JoinOfficeScreen"),
    "new_office": ("survey_app.gui.screens.new_office", "NewOfficeScreen"),
    "try_demo": ("survey_app.gui.screens.try_demo", "TryDemoScreen"),
    "unlock": ("survey_app.gui.screens.unlock", "UnlockScreen"),
    "recover": ("survey_app.gui.screens.recover", "RecoverScreen"),
    "update": ("survey_app.gui.screens.update", "UpdateScreen"),
    "who": ("survey_app.gui.screens.who", "WhoScreen"),
    "today": ("survey_app.gui.screens.today", "TodayScreen"),
    "households": ("survey_app.gui.screens.households", "HouseholdsScreen"),
    "household": ("survey_app.gui.screens.household", "HouseholdScreen"),
    "units": ("survey_app.gui.screens.units", "UnitsScreen"),
    "form_view": ("survey_app.gui.screens.form_view", "FormViewScreen"),
    "corrections": ("survey_app.gui.screens.corrections", "CorrectionsScreen"),
    "history": ("survey_app.gui.screens.history", "HistoryScreen"),
    "log": ("survey_app.gui.screens.deeds", "LogScreen"),
    "restore": ("survey_app.gui.screens.restore", "RestoreScreen"),
    "bring_list": ("survey_app.gui.screens.bring_list", "BringListScreen"),
    "charges": ("survey_app.gui.screens.charges", "ChargesScreen"),
    "paper": ("survey_app.gui.screens.paper", "PaperScreen"),
    "handover": ("survey_app.gui.screens.handover", "HandoverScreen"),
    "laptops": ("survey_app.gui.screens.laptops", "LaptopsScreen"),
    "unfinished": ("survey_app.gui.screens.unfinished", "UnfinishedScreen"),
    "bin": ("survey_app.gui.screens.draft_bin", "BinScreen"),
    "consent": ("survey_app.gui.screens.consent", "ConsentScreen"),
    "requests": ("survey_app.gui.screens.requests", "RequestsScreen"),
    "forms": ("survey_app.gui.screens.forms", "FormsScreen"),
    "settings": ("survey_app.gui.screens.settings", "SettingsScreen"),
    "interview": ("survey_app.gui.interview.screen", "InterviewScreen"),
    "merge": ("survey_app.gui.office.merge", "MergeScreen"),
    "conflicts": ("survey_app.gui.office.conflicts", "ConflictsScreen"),
    "duplicates": ("survey_app.gui.office.duplicates", "DuplicatesScreen"),
    "results": ("survey_app.gui.office.results", "ResultsScreen"),
    "behind": ("survey_app.gui.office.behind", "BehindScreen"),
    "quality": ("survey_app.gui.office.quality", "QualityScreen"),
    "quality_behind": ("survey_app.gui.office.quality_behind", "QualityBehindScreen"),
    "support": ("survey_app.gui.office.support", "SupportScreen"),
    "programme": ("survey_app.gui.office.programme", "ProgrammeScreen"),
    "tables": ("survey_app.gui.office.tables", "TablesScreen"),
    "aggregates": ("survey_app.gui.office.aggregates", "AggregatesScreen"),
    "people": ("survey_app.gui.office.people", "PeopleScreen"),
    "retention": ("survey_app.gui.office.retention", "RetentionScreen"),
}
"""Module and class of every screen; imported when first shown, so that no screen pays for another one's libraries."""

TABS = {
    "enumerator": (
        ("today", N_("Today")),
        ("households", N_("Household list")),
        ("handover", N_("Hand over")),
        ("units", N_("Other forms")),
    ),
    "supervisor": (
        ("merge", N_("Merge")),
        ("conflicts", N_("Conflicts")),
        ("results", N_("Results")),
        ("households", N_("Household list")),
        ("laptops", N_("Laptops")),
        ("duplicates", N_("Entered twice?")),
        ("corrections", N_("Corrections")),
        ("support", N_("Device support")),
    ),
    "author": (("forms", N_("Forms of the round")), ("results", N_("Results"))),
    "reader": (("results", N_("Results")),),
}
"""Tabs by role: screen and word."""

ROLES = {
    "enumerator": N_("Enumerator"),
    "supervisor": N_("Supervisor"),
    "author": N_("Author of forms"),
    "reader": N_("Reader of figures"),
    "left": N_("Works here no more"),
}
"""Words of the roles; those of ``operations.access`` would load the store before a passphrase is typed."""

NAMES_OF_LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
"""Each in its own language, so that it is found by whoever reads no other."""

OUTSIDE = {"first_run", "join_office", "new_office", "try_demo", "unlock", "recover", "restore", "who"}
"""Screens that stand before any store is open."""


WITHOUT_NAMES = OUTSIDE | {"results", "quality", "forms", "settings", "update"}
"""Screens on which nobody's name stands; all others are for roles that may see names."""

_ABOUT = ("household", "form", "level", "indicator", "village", "only")
"""Arguments that say what a screen shows; the others ask for a deed, which is not done again."""

_BESIDE = 1000
"""Design pixels: in a narrower window help takes the place of the screen instead of standing beside it."""


class MainWindow(QMainWindow):
    """The one window.

    Args:
        desk: what every screen works at.
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._screens: dict[str, Screen] = {}
        self._trail: list[str] = []
        self._about: dict[str, dict[str, object]] = {}
        self._here = ""
        self._percent = theme.text_percent()
        self.idle = IdleWatch(desk.settings.lock_minutes, self)
        self.top_bar = TopBar()
        self.training = TrainingBand(desk)
        self.problems = Problems(desk)
        self.backups = BackupWatch(desk)
        self.stack = _Stack()
        self._middle = QHBoxLayout()
        self._help: HelpPanel | None = None
        self.hint_line = HintLine()
        self._build()
        self._connect()
        self.retranslate()

    # build

    def _build(self) -> None:
        ground = QWidget()
        ground.setObjectName("ground")
        column = QVBoxLayout(ground)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._middle.setSpacing(0)
        self._middle.addWidget(self.stack, 1)
        column.addWidget(self.training)
        column.addWidget(self.top_bar)
        column.addWidget(self.problems)
        column.addWidget(self.backups)
        column.addLayout(self._middle, 1)
        column.addWidget(self.hint_line)
        self.setCentralWidget(ground)
        self.resize(1280, 720)
        kept = recall("window")
        if kept:
            self.restoreGeometry(QByteArray.fromBase64(kept.encode()))

    def _connect(self) -> None:
        desk = self.desk
        desk.going.connect(self._go)
        desk.saved.connect(self.top_bar.saved.show_state)
        desk.person_changed.connect(self._show_person)
        desk.store_changed.connect(self._forget_screens)
        desk.speaking.connect(self.speak)
        self.idle.idle.connect(self._lock_idle)
        desk.settings_changed.connect(lambda: self.idle.set_minutes(desk.settings.lock_minutes))
        theme.look_changed().changed.connect(self._look_changed)
        self.top_bar.tab_chosen.connect(desk.go)
        self.top_bar.language_chosen.connect(self.speak)
        self.top_bar.person.clicked.connect(self._person_menu)
        self.top_bar.person.setToolTip("F10")
        self.training.changed.connect(self._frame)
        for number in range(1, 10):
            shortcut = QShortcut(QKeySequence(f"Ctrl+{number}"), self)
            shortcut.activated.connect(lambda number=number: self._tab(number))
        for keys, call in (("F1", self._toggle_help), ("F10", self._person_menu), ("Ctrl+Q", self.close)):
            QShortcut(QKeySequence(keys), self).activated.connect(call)

    # the way

    @property
    def screen_now(self) -> Screen | None:
        """The screen that is shown."""
        return self._screens.get(self._here)

    @property
    def screen_name(self) -> str:
        """Its name."""
        return self._here

    def _tab(self, number: int) -> None:
        tabs = self._tabs()
        if number <= len(tabs):
            self.desk.go(tabs[number - 1][0])

    def _tabs(self) -> list[tuple[str, str]]:
        if self._here in OUTSIDE or not self.desk.lane.is_open:
            return []
        return [(name, _(word)) for name, word in TABS.get(self.desk.person.role, ())]

    def _go(self, name: str, arguments: dict[str, object]) -> None:
        if name == "back":
            self._go_back()
            return
        if not self._is_open(name):
            return
        now = self.screen_now
        if now is not None and not now.leave():
            return
        if self._here and self._here not in OUTSIDE and self._here != name:
            self._trail.append(self._here)
            del self._trail[:-8]
        self._about[name] = {key: arguments[key] for key in _ABOUT if key in arguments}
        self._show(name, arguments)

    def _is_open(self, name: str) -> bool:
        """Tell whether the role of the person at work may open a screen; operations check it once more."""
        return name in WITHOUT_NAMES or may(self.desk.person.role, NAMES)

    def _go_back(self) -> None:
        now = self.screen_now
        if now is not None and not now.leave():
            return
        tabs = [name for name, _word in self._tabs()]
        if self._trail:
            self._show_again(self._trail.pop())
        elif tabs and self._here not in tabs:
            self._show(tabs[0], {})

    def _show_again(self, name: str) -> None:
        """Show a screen as it was left; one that had to be built anew shows again whom and which form it showed."""
        self._show(name, {} if name in self._screens else self._about.get(name, {}))

    def _show(self, name: str, arguments: dict[str, object]) -> None:
        screen = self._screen(name)
        self._here = name
        if self._helps() and not self.stack.isVisible():
            self._close_help()
        self.problems.clear()
        self.stack.setCurrentWidget(screen)
        screen.refresh(**arguments)
        self._frame()
        focus = screen.first_focus()
        if focus is not None:
            focus.setFocus(Qt.FocusReason.OtherFocusReason)

    def _screen(self, name: str) -> Screen:
        if name not in self._screens:
            screen = self._make(name)
            screen.hints_changed.connect(lambda screen=screen: self._frame() if screen is self.screen_now else None)
            self._screens[name] = screen
            self.stack.addWidget(screen)
        return self._screens[name]

    def _make(self, name: str) -> Screen:
        module, cls = SCREENS[name]
        try:
            made = getattr(importlib.import_module(module), cls)(self.desk)
        except ModuleNotFoundError as error:
            if not (error.name or "").startswith(module.rpartition(".")[0]):
                raise
            return _Absent()
        if not isinstance(made, Screen):
            raise TypeError(f"{cls} is not a Screen")
        return made

    def _forget_screens(self) -> None:
        """Drop what belongs to the store that was open; what stands before any store stays."""
        for name in [name for name in self._screens if name not in OUTSIDE]:
            screen = self._screens.pop(name)
            self.top_bar.show_header(None)
            self.stack.removeWidget(screen)
            screen.deleteLater()
        self._trail.clear()
        self._about.clear()
        if self._here not in OUTSIDE:
            self._here = ""

    def _look_changed(self) -> None:
        """Build the screens anew when the text size changed: their lengths were measured at the old one."""
        if self.desk.closed or theme.text_percent() == self._percent:
            return
        self._percent = theme.text_percent()
        here = self._here
        self.top_bar.show_header(None)
        for name in list(self._screens):
            screen = self._screens.pop(name)
            self.stack.removeWidget(screen)
            screen.deleteLater()
        if here:
            self._show_again(here)

    # the frame around the screen

    def _frame(self) -> None:
        screen = self.screen_now
        if screen is None:
            return
        self.top_bar.show_tabs(self._tabs(), self._here)
        self.top_bar.show_header(screen.header())
        self.hint_line.show_hints(screen.hints(), screen.quiet_fact())
        title = screen.title()
        screen.setAccessibleName(title)
        program = f"{_('Household survey')} – {_('Training')}" if self.training.training else _("Household survey")
        self.setWindowTitle(f"{title} – {program}" if title else program)
        if self._helps():
            self._say_help(screen)

    def _say_help(self, screen: Screen) -> None:
        self.help.say(screen.title(), screen.help_text(), manual.PAGE_OF_SCREEN.get(self._here, ""))

    @property
    def help(self) -> HelpPanel:
        """The panel of F1, made when somebody first asks."""
        if self._help is None:
            from survey_app.gui.screens.help_panel import HelpPanel

            self._help = HelpPanel()
            self._help.hide()
            self._help.closed.connect(self._close_help)
            self._middle.addWidget(self._help)
        return self._help

    def _helps(self) -> bool:
        return self._help is not None and self._help.isVisible()

    def _show_person(self) -> None:
        person = self.desk.person
        role = _(ROLES[person.role]) if person.role in ROLES else ""
        self.top_bar.show_person(person.name, role if person.name else "")
        self._frame()

    def _toggle_help(self) -> None:
        if self._helps():
            self._close_help()
            return
        screen = self.screen_now
        if screen is not None:
            narrow = self.width() < theme.px(_BESIDE)
            self.help.fit(self.width(), whole=narrow)
            self.stack.setVisible(not narrow)
            self._say_help(screen)
            self.help.show()
            self.help.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def _close_help(self) -> None:
        self.help.hide()
        self.stack.show()
        screen = self.screen_now
        if screen is not None and (focus := screen.first_focus()) is not None:
            focus.setFocus(Qt.FocusReason.OtherFocusReason)

    def _person_menu(self) -> None:
        """Settings, language, lock, quit; F10 opens it where Tab belongs to the questions."""
        if not self.top_bar.person.isVisible():
            return
        menu = QMenu(self)
        other = "en" if i18n.language() == "vi" else "vi"
        if self._here != "settings":
            self._entry(menu, _("Settings"), "settings", lambda: self.desk.go("settings"))
        if may(self.desk.person.role, NAMES):
            if self._here not in {"units", "interview"}:
                self._entry(menu, _("Other forms"), "list-checks", lambda: self.desk.go("units"))
            if self._here not in {"consent", "interview"}:
                self._entry(menu, _("Consent register"), "shield-check", lambda: self.desk.go("consent"))
            if self._here not in {"requests", "interview"}:
                self._entry(menu, _("Requests of households"), "shield-alert", lambda: self.desk.go("requests"))
        if self._here != "forms" and may(self.desk.person.role, FORMS):
            self._entry(menu, _("Forms of the round"), "list-checks", lambda: self.desk.go("forms"))
        if self._here != "tables" and self.desk.person.role == "supervisor":
            self._entry(menu, _("Tables of the office"), "table-2", lambda: self.desk.go("tables"))
        if self._here != "aggregates" and self.desk.person.role == "supervisor":
            self._entry(menu, _("Counts of communes"), "inbox", lambda: self.desk.go("aggregates"))
        if self.desk.person.role == "supervisor" and self._here != "interview":
            if self._here != "people":
                self._entry(menu, _("People and roles"), "users", lambda: self.desk.go("people"))
            if self._here != "retention":
                self._entry(menu, _("Deleting names"), "trash-2", lambda: self.desk.go("retention"))
        if self._here not in {"bin", "interview"} and self.desk.person.role == "enumerator":
            self._entry(menu, _("Corrections"), "circle-alert", lambda: self.desk.go("corrections"))
            self._entry(menu, _("Bin for interviews"), "trash-2", lambda: self.desk.go("bin"))
        if self._is_open("log") and self._here not in {"log", "interview"}:
            self._entry(menu, _("Log of what was done"), "list", lambda: self.desk.go("log"))
        self._entry(menu, NAMES_OF_LANGUAGES[other], "type", lambda: self.speak(other))
        self._entry(menu, _("Lock"), "lock", self.lock)
        menu.addSeparator()
        self._entry(menu, _("Quit (Ctrl+Q)"), "log-out", self.close)
        button = self.top_bar.person
        wide = max(menu.sizeHint().width(), button.width())
        menu.setMinimumWidth(wide)
        menu.popup(button.mapToGlobal(QPoint(button.width() - wide, button.height() + 4)))

    @staticmethod
    def _entry(menu: QMenu, words: str, icon: str, call: Callable[[], object]) -> QAction:
        action = QAction(theme.icon(icon, "text2", 18), words, menu)
        action.triggered.connect(lambda _checked=False: call())
        menu.addAction(action)
        return action

    def lock(self) -> None:
        """Close the store and ask for its passphrase again."""
        now = self.screen_now
        if now is not None and not now.leave():
            return
        self.desk.left = self._left()
        self.desk.close_store()
        self._show("unlock", {})

    def _left(self) -> Left | None:
        """Return where the person is, so that unlocking leads back there."""
        if not self.desk.lane.is_open or self._here in OUTSIDE:
            return None
        return Left(self.desk.store.path, self.desk.person, self._here, self._about.get(self._here, {}))

    def _lock_idle(self) -> None:
        """Lock because nobody has touched the machine; wait on while work is under way or cannot be written."""
        if not self.desk.lane.is_open or self._here in OUTSIDE:
            return
        if self.desk.lane.is_busy:
            self.idle.begin_again()
            return
        for widget in (QApplication.activePopupWidget(), QApplication.activeModalWidget()):
            if widget is not None:
                widget.close()
        self.lock()
        if self.desk.lane.is_open:
            self.idle.begin_again()

    # language

    def speak(self, language: str) -> None:
        """Speak another language from now on; place, focus and input stay."""
        if language == i18n.language():
            return
        i18n.use_language(language)
        self.desk.change_settings(language=language)
        self.retranslate()
        self.desk.language_changed.emit()

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self.top_bar.retranslate()
        self.problems.retranslate()
        self.backups.retranslate()
        self.training.retranslate()
        if self._help is not None:
            self._help.retranslate()
        for screen in self._screens.values():
            screen.retranslate()
        self._show_person()
        self._frame()

    # events

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes one step back; it reaches the window only when nothing inside wanted it."""
        if event.key() == Qt.Key.Key_Escape:
            if self._helps():
                self._close_help()
            elif self.screen_now is not None and not self.screen_now.back():
                self._go_back()
            return
        super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Leave only when the screen may be left; finish what is being written."""
        now = self.screen_now
        if now is not None and not now.leave():
            event.ignore()
            return
        remember("window", bytes(self.saveGeometry().toBase64().data()).decode())
        self.desk.close()
        event.accept()


class _Stack(QStackedWidget):
    """Screens never make the window larger than the computer's: what does not fit is for the screen to arrange."""

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(320), theme.px(80))


class _Absent(Screen):
    """Stands where a part of the program is not installed."""

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        self._state = EmptyState()
        column.addWidget(self._state)
        self.retranslate()

    def retranslate(self) -> None:
        """Say it in the language spoken now."""
        self._state.say(
            _("This part of the program is not installed here."),
            _("Version {version}. Ask the office for the complete program; your data are safe.").format(
                version=__version__
            ),
        )
