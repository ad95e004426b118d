"""The interview's screen: what the window asks of it, how a form is opened and how it ends."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from survey_app import i18n
from survey_app.errors import SurveyAppError
from survey_app.gui.desk import Desk, SavedState
from survey_app.gui.interview import show, way
from survey_app.gui.interview.lines import Lines
from survey_app.gui.interview.lost import KEY
from survey_app.gui.interview.opening import Opened, language_of, open_for_window, open_questions, sit_down
from survey_app.gui.interview.sheet import Sheet
from survey_app.gui.parts import confirm
from survey_app.gui.screen import Hint
from survey_app.gui.screens.exchange import ask_words, asks_of
from survey_app.i18n import _, ngettext
from survey_app.operations.comments import Exchange, reply
from survey_app.operations.interview import keep
from survey_app.operations.paper import PaperVisit
from survey_app.operations.recovery import throw_away
from survey_app.records import HOUSEHOLD, flatten
from survey_app.xforms.plan import Plan, plan


class InterviewScreen(Lines):
    """One household's form.

    Args:
        desk: the store's lane, the clock, the person, the way elsewhere.
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._plans: dict[tuple[str, str], Plan] = {}
        self._place = ""
        self._wanted = ""
        self._list = ("households", "")
        self._form = ""
        self._unsaved = False
        self._connect()
        self.lost_button.setText(_("Show list"))
        self.close_button.setText(_("Close"))

    # Connecting

    def _connect(self) -> None:
        self._header.back.connect(self.pause)
        self._header.outline.connect(self.open_outline)
        self.outline.chosen.connect(self.go_to_page)
        self.outline.next_fault.connect(self.next_fault)
        self.outline.leave.connect(self._back_to_question)
        self.people.chosen.connect(self.go_to_person)
        self._undo_button.clicked.connect(self.undo)
        for source in (self.column, self.roster):
            source.answered.connect(self._answered)
            source.typing.connect(self._typed)
            source.wish.connect(self._wished)
            source.entered.connect(self._entered)
        self.roster.chosen.connect(self._cell_chosen)
        self.roster.named.connect(self._add_named)
        self.roster.add.connect(self.add_line)
        self.roster.remove.connect(self.remove_line)
        self.roster.shift.connect(self.move_line)
        self.aside.special.connect(self._special_chosen)
        self.aside.noted.connect(self._noted)
        self.aside.back.connect(lambda: self.focus_question(select=False))
        self.aside.language.connect(self._other_language)
        self.aside.next_open.connect(self.next_unanswered)
        self.aside.reply.connect(self._reply)
        self.review.chosen.connect(self.go_to)
        self.review.finish.connect(self.finish)
        self.review.discard.connect(self.discard)
        self.review.previous.connect(lambda: self._move(lambda sheet, stop: way.step(sheet, stop, -1)))
        self.lost_button.clicked.connect(self.show_lost)
        self._desk.retry.connect(self._saver.save)
        self._desk.saved.connect(self._told)
        keys = {
            "Ctrl+Right": lambda: self.next_person(1),
            "Ctrl+Left": lambda: self.next_person(-1),
            "F8": self.next_fault,
            "Ctrl+J": self.next_asked,
            "F4": self.open_outline,
            "Ctrl+Return": self.finish_here,
            "Ctrl+Enter": self.finish_here,
            "Ctrl+Shift+Delete": self.discard,
            KEY: self.show_lost,
            "Insert": self.add_line,
            "Ctrl+Delete": self.remove_line,
            "Alt+Up": lambda: self.move_line(-1),
            "Alt+Down": lambda: self.move_line(1),
        }
        for sequence, call in keys.items():
            shortcut = QShortcut(QKeySequence(sequence), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(call)

    def _told(self, state: SavedState) -> None:
        unsaved = state.kind == "failed" or (self._unsaved and state.kind == "saving")
        if unsaved != self._unsaved:
            self._unsaved = unsaved
            self.hints_changed.emit()

    # What the window asks

    def title(self) -> str:
        """Return the screen's name; no name of a person, because titles end up in lists of windows."""
        return _("Interview")

    def header(self) -> QWidget:
        """Return the household's line for the top bar."""
        return self._header

    def hints(self) -> list[Hint]:
        """Return the keys that matter where the person is; nothing says that all is saved while it is not."""
        found = show.hints(self.sheet, self.stop)
        return [hint for hint in found if "Esc" not in hint.keys] if self._unsaved else found

    def quiet_fact(self) -> str:
        """Return which question of the page this is."""
        return show.quiet_fact(self.sheet, self.stop)

    def help_text(self) -> str:
        """Return how the current question is answered."""
        return show.help_text(self.sheet, self.stop)

    def first_focus(self) -> QWidget | None:
        """The screen gives the focus to the current question itself."""
        QTimer.singleShot(0, self, self.focus_question)
        return None

    def refresh(self, **arguments: object) -> None:
        """Open the interview of ``household``; the one that is open stays open when none is named.

        ``form=ID`` opens another form that the round asks of the household than its own.
        With ``visit=PaperVisit`` a filled paper is typed in.
        """
        household, visit = str(arguments.get("household", "")), arguments.get("visit")
        form = str(arguments.get("form", ""))
        if not household and self.interview is None:
            self._desk.go("households")
            return
        here = self.interview is not None and (self.interview.household.id, self._form) == (household, form)
        if not household or (here and not isinstance(visit, PaperVisit)):
            if self.interview is not None:
                self._desk.run(sit_down, self.interview.draft.id, self._desk.person.id)
                self.interview.note_return()
            self._show_all()
            return
        self._forget()
        self._wanted, self._form = household, form
        self._desk.run(
            open_for_window,
            household,
            self._desk.person.id,
            self._desk.clock,
            visit if isinstance(visit, PaperVisit) else None,
            form,
            done=self._opened,
            failed=self._not_opened,
        )

    def retranslate(self) -> None:
        """Ask in the other language; place, focus and what is being typed stay."""
        self._header.retranslate()
        self.people.retranslate()
        self.roster.retranslate()
        self.aside.retranslate()
        self._undo_button.setText(_("Undo"))
        self.lost_button.setText(_("Show list"))
        self.close_button.setText(_("Close"))
        if self.interview is None or self.sheet is None:
            return
        self._take_typed()
        self._show_household()
        wanted = language_of(self.interview.form, i18n.language())
        if wanted != self.interview.session.language:
            self.sheet.apply(self.interview.session.set_language(wanted))
        self._show_undone()
        self._show_all()
        if self.isVisible():
            QTimer.singleShot(0, self, lambda: self.focus_question(select=False))

    def leave(self) -> bool:
        """Write everything before another screen is shown; stay when it cannot be written."""
        if self.interview is None:
            return True
        all_in = self._take_all()
        self.interview.note_leaving()
        written = self._saver.flush() and all_in
        if written:
            self._rise(self.interview.draft.id)
            self._desk.data_changed.emit()
        return written

    def _rise(self, draft: str) -> None:
        """Note that the interview was left; all its answers are written, so a full disk keeps nobody in it."""
        try:
            self._desk.store.rise(draft)
        except SurveyAppError as error:
            QTimer.singleShot(0, self._desk, lambda error=error: self._desk.problem.emit(error))  # on the next screen

    def back(self) -> bool:
        """Esc: from the outline back to the question, from the question back to the list; nothing is lost."""
        if self.shows_lost or self.outline.isAncestorOf(self.focusWidget() or self):
            self._back_to_question()
        else:
            self.pause()
        return True

    def open_outline(self) -> None:
        """Show the outline and give it the focus."""
        super().open_outline()
        if self.interview is not None:
            self.interview.look_at_list()

    def _back_to_question(self) -> None:
        self.close_outline()
        if (
            self.interview is not None
            and self.stop is not None
            and self.sheet is not None
            and self.stop.path in self.sheet.nodes
        ):
            self.interview.look_at(self.stop.path)
        if self.shows_lost:
            self._show_all()
        self.focus_question()

    def show_lost(self) -> None:
        """Show the earlier answers that have no place in the form, in the place of the questions."""
        lost = self.interview.dropped if self.interview is not None else ()
        if lost:
            self._take_typed()
            if self._lost is None:
                self.lost.back.connect(self._back_to_question)
            self.lost.show_lost(lost)
            self.lost_strip.hide()
            self.aside.hide()
            self.pages.setCurrentWidget(self.lost)
            self.lost.focus_here()

    def _fit(self) -> None:
        super()._fit()
        self._header.show_section(show.section_words(self.sheet, self.stop) if self.is_narrow else "")

    # Opening and leaving

    def _forget(self) -> None:
        self.interview = self.sheet = self.stop = None
        self.asks = ()
        self._undone.clear()
        self._typing = self._held = ""
        self._saver.follow(None)
        self.attached.follow(None)
        self.undo_strip.hide()
        self.lost_strip.hide()
        self.people.hide()
        self.pages.hide()
        self.aside.hide()

    def _opened(self, opened: Opened) -> None:
        interview = opened.interview
        if interview.household.id != self._wanted:
            return
        level = interview.household.level
        self._list = ("households", "") if level == HOUSEHOLD else ("units", level)
        form = interview.form
        self.interview = interview
        self._place = opened.place
        interview.session.set_language(language_of(form, i18n.language()))
        key = (form.id, form.version)
        self._plans[key] = self._plans.get(key) or plan(form)
        self.sheet = Sheet(interview.session, self._plans[key])
        self._saver.follow(interview)
        self.attached.follow(interview)
        self._show_household()
        self.pages.show()
        if interview.session.dropped:
            self._offer_lost()
        self.asks = opened.asks
        path = interview.path_of(interview.cursor) if interview.cursor else self._asked_path(opened.asks)
        start = self.sheet.stops()[-1] if interview.refused else way.unanswered(self.sheet, -1)
        self._go((way.at(self.sheet, path) if path else None) or start)
        self._desk.data_changed.emit()

    # What the office asks

    def _asked_path(self, asks: Sequence[Exchange], after: str = "") -> str:
        """Return the next question the office asks about, in the order of the form; ``""`` when there is none."""
        if self.interview is None or self.sheet is None:
            return ""
        there = list(self.sheet.nodes)
        paths = {self.interview.path_of(each.address) for each in asks} & set(there)
        places = sorted(there.index(path) for path in paths)
        now = there.index(after) if after in self.sheet.nodes else -1
        return there[next((place for place in places if place > now), places[0])] if places else ""

    def next_asked(self) -> None:
        """Go to the next question the office asks about, from the end back to the first."""
        path = self._asked_path(self.asks, self.stop.path if self.stop is not None else "")
        if path:
            self.go_to(path)

    def _unanswered(self) -> list[Exchange]:
        """Return what the office asks and this correction does not answer: the answers still are what they were."""
        if self.interview is None:
            return []
        now = flatten(self.interview.given())
        return [each for each in self.asks if each.address and now.get(each.address, "") == each.said[-1].value]

    def _reply(self, thread: str) -> None:
        """Answer in words what the office asks."""
        asked = next((each for each in self.asks if each.thread == thread), None)
        if asked is None or self.interview is None:
            return
        self._take_typed()
        words = ask_words(self, _("Answer the office in words"), asks_of(asked), _("Your answer"), _("Send the answer"))
        household = self.interview.household.id
        if words:
            self._desk.write(
                reply, thread, words, self._desk.person.id, self._desk.clock, done=lambda _t: self._read_asks(household)
            )
        self.focus_question(select=False)

    def _read_asks(self, household: str) -> None:
        def read(found: tuple[Exchange, ...]) -> None:
            if self.interview is not None and self.interview.household.id == household:
                self.asks = found
                self._show_all()

        self._desk.run(open_questions, household, done=read)

    def _to_list(self) -> None:
        """Show the list that the interview was opened from."""
        screen, level = self._list
        self._desk.go(screen, **({"level": level} if level else {}))

    def _not_opened(self, error: BaseException) -> None:
        self._wanted = ""
        self._to_list()
        self._desk.problem.emit(error)

    def _show_household(self) -> None:
        if self.interview is not None:
            household = self.interview.household
            number = household.number if household.level == HOUSEHOLD else 0
            self._header.show_household(number, household.head_name, self._place)

    def pause(self) -> None:
        """Leave for later: everything is in the file, the list of households comes back."""
        if not self.leave():
            return
        self._forget()
        self._to_list()

    def discard(self) -> None:
        """Throw the interview away; the bin, from which it can be brought back, is shown."""
        if self.interview is None or not self.leave():
            return
        draft = self.interview.draft.id
        known = self._desk.store.draft(draft) is not None
        self._forget()
        if not known:
            self._to_list()
            return
        self._desk.write(throw_away, draft, self._desk.person.id, done=lambda _none: self._desk.go("bin"))

    # The end

    def finish(self) -> None:
        """Finish the form: its revision is written, the draft is gone, the list of households comes back."""
        if self.interview is None or self.sheet is None:
            return
        if not self._take_all() or not self._saver.flush():
            return
        if not self._may_leave_open():
            self.next_asked()
            return
        if not self._has_reason():
            self.review.focus_first()
            return
        interview = self.interview
        try:
            revision = interview.close()
        except SurveyAppError:
            self._show_all()
            self.review.focus_first()
            return
        if not self._saver.flush():
            return
        self.pages.setEnabled(False)  # nothing is answered any more while the form is being closed
        self._desk.write(keep, interview.draft.id, revision, done=self._finished, failed=self._not_finished)

    def _has_reason(self) -> bool:
        """Ask why a finished form is changed, where its author wants to know; return whether it can be finished."""
        interview, sheet = self.interview, self.sheet
        if interview is None or sheet is None or not interview.wants_reason or sheet.unready():
            return True
        text = _("This form was finished before. Its author wants the reason of every change; it is kept with it.")
        words = ask_words(
            self, _("Why is the finished form changed?"), text, _("Reason of the change"), _("Finish the form")
        )
        interview.give_reason(words)
        return bool(words)

    def _may_leave_open(self) -> bool:
        """Ask before a form is finished that still has no answer to what the office asks."""
        left = len(self._unanswered())
        if not left:
            return True
        words = ngettext(
            "%d question of the office has no answer yet.", "%d questions of the office have no answer yet.", left
        )
        return confirm(
            self,
            words % left,
            _("The form can be finished all the same; the household then still needs correction."),
            _("Finish all the same"),
            _("Go to the question"),
            danger=False,
        )

    def _not_finished(self, error: BaseException) -> None:
        self.pages.setEnabled(True)
        self.review.focus_first()
        self._desk.problem.emit(error)

    def _finished(self, _none: object) -> None:
        self.pages.setEnabled(True)
        self._forget()
        self._to_list()

    def finish_here(self) -> None:
        """Ctrl+Enter: finish the form on the last page; elsewhere go on to the next page with open questions."""
        if self.stop is not None and self.stop.page.kind == "review":
            self.finish()
        else:
            self._move(way.next_open_page)
