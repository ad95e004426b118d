"""The interview's screen: takes each answer, has it saved, paints what it changed, and goes on to the next question."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from survey_app import i18n
from survey_app.errors import SurveyAppError
from survey_app.gui.desk import Desk
from survey_app.gui.interview import show, way, words
from survey_app.gui.interview.card import CONFIRM, PREVIOUS, Asked, Card
from survey_app.gui.interview.frame import Frame
from survey_app.gui.interview.opening import Opened, language_of, open_for_window
from survey_app.gui.interview.plan import Plan, plan
from survey_app.gui.interview.saving import Saver
from survey_app.gui.interview.sheet import Page, Sheet, Stop, generic
from survey_app.gui.screen import Hint
from survey_app.i18n import _
from survey_app.operations.interview import Interview, Removed
from survey_app.records import Revision
from survey_app.store import Store
from survey_app.xforms import Changes

TYPING_MS = 400
"""A text is taken over when nothing has been typed for so long; Enter takes it at once."""

HINTS_MS = 60
"""The line of hints follows a little later: the next question is painted first."""

CURSOR_MS = 300
"""A move without an answer is written when the person has rested for so long."""


class InterviewScreen(Frame):
    """One household's form.

    Args:
        desk: the store's lane, the clock, the person, the way elsewhere.
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._saver = Saver(desk, self)
        self._plans: dict[tuple[str, str], Plan] = {}
        self.interview: Interview | None = None
        self.sheet: Sheet | None = None
        self.stop: Stop | None = None
        self._place = ""
        self._wanted = ""
        self._typing = ""
        self._held = ""
        self._moving = False
        self._removed: list[Removed] = []
        self._connect()
        self._typed_timer = self._timer(TYPING_MS, self._take_typed)
        self._cursor_timer = self._timer(CURSOR_MS, self._saver.save)
        self._hints_timer = self._timer(HINTS_MS, self.hints_changed.emit)

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
        self.review.chosen.connect(self.go_to)
        self.review.finish.connect(self.finish)
        self.review.previous.connect(lambda: self._move(lambda sheet, stop: way.step(sheet, stop, -1)))
        self._desk.retry.connect(self._saver.save)
        keys = {
            "Ctrl+Right": lambda: self.next_person(1),
            "Ctrl+Left": lambda: self.next_person(-1),
            "F8": self.next_fault,
            "F4": self.open_outline,
            "Ctrl+Return": self.finish_here,
            "Ctrl+Enter": self.finish_here,
            "Insert": self.add_line,
            "Ctrl+Delete": self.remove_line,
        }
        for sequence, call in keys.items():
            shortcut = QShortcut(QKeySequence(sequence), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(call)

    def _timer(self, milliseconds: int, call: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(call)
        return timer

    # What the window asks

    def title(self) -> str:
        """Return the screen's name; no name of a person, because titles end up in lists of windows."""
        return _("Interview")

    def header(self) -> QWidget:
        """Return the household's line for the top bar."""
        return self._header

    def hints(self) -> list[Hint]:
        """Return the keys that matter where the person is."""
        return show.hints(self.sheet, self.stop)

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
        """Open the interview of ``household``; the one that is open stays open when none is named."""
        household = str(arguments.get("household", ""))
        if not household and self.interview is None:
            self._desk.go("households")
            return
        if not household or (self.interview is not None and self.interview.household.id == household):
            self._show_all()
            return
        self._forget()
        self._wanted = household
        self._desk.run(
            open_for_window,
            household,
            self._desk.person.id,
            self._desk.clock,
            done=self._opened,
            failed=self._not_opened,
        )

    def retranslate(self) -> None:
        """Ask in the other language; place, focus and what is being typed stay."""
        self._header.retranslate()
        self.people.retranslate()
        self.roster.retranslate()
        self._undo_button.setText(_("Undo"))
        if self.interview is None or self.sheet is None:
            return
        self._take_typed()
        self._show_household()
        wanted = language_of(self.interview.form, i18n.language())
        if wanted != self.interview.session.language:
            self.sheet.apply(self.interview.session.set_language(wanted))
        self._show_removed()
        self._show_all()
        if self.isVisible():
            QTimer.singleShot(0, self, lambda: self.focus_question(select=False))

    def leave(self) -> bool:
        """Write everything before another screen is shown; stay when it cannot be written."""
        if self.interview is None:
            return True
        self._take_typed()
        written = self._saver.flush()
        if written:
            self._desk.data_changed.emit()
        return written

    def back(self) -> bool:
        """Esc: from the outline back to the question, from the question back to the list; nothing is lost."""
        if self.outline.isAncestorOf(self.focusWidget() or self):
            self._back_to_question()
        else:
            self.pause()
        return True

    def _back_to_question(self) -> None:
        self.close_outline()
        self.focus_question()

    def _fit(self) -> None:
        super()._fit()
        self._header.show_section(show.section_words(self.sheet, self.stop) if self.is_narrow else "")

    # Opening and leaving

    def _forget(self) -> None:
        self.interview = self.sheet = self.stop = None
        self._removed.clear()
        self._typing = self._held = ""
        self._saver.follow(None)
        self.undo_strip.hide()
        self.people.hide()
        self.pages.hide()

    def _opened(self, opened: Opened) -> None:
        interview = opened.interview
        if interview.household.id != self._wanted:
            return
        form = interview.form
        self.interview = interview
        self._place = opened.place
        interview.session.set_language(language_of(form, i18n.language()))
        key = (form.id, form.version)
        self._plans[key] = self._plans.get(key) or plan(form)
        self.sheet = Sheet(interview.session, self._plans[key])
        self._saver.follow(interview)
        self._show_household()
        self.pages.show()
        path = interview.path_of(interview.cursor) if interview.cursor else ""
        self._go((way.at(self.sheet, path) if path else None) or way.unanswered(self.sheet, -1))
        self._desk.data_changed.emit()

    def _not_opened(self, error: BaseException) -> None:
        self._wanted = ""
        self._desk.go("households")
        self._desk.problem.emit(error)

    def _show_household(self) -> None:
        if self.interview is not None:
            household = self.interview.household
            self._header.show_household(household.number, household.head_name, self._place)

    def pause(self) -> None:
        """Leave for later: everything is in the file, the list of households comes back."""
        interview = self.interview
        if not self.leave():
            return
        if interview is not None and interview.leaves_no_trace:
            self._desk.run(_discard, interview.draft.id, done=lambda _none: self._desk.data_changed.emit())
        self._forget()
        self._desk.go("households")

    # Answering

    def _answered(self, path: str, value: str, done: bool) -> None:
        """Take an answer, have it saved, paint what it changed, go on when the person is done with the question."""
        if self.interview is None or self.sheet is None or self.stop is None:
            return
        if self._typing not in {"", path}:
            self._take_typed()
        self._typed_timer.stop()
        self._typing = ""
        self._saver.wait()
        if self.sheet.nodes[path].value != value:
            changes = self.interview.enter(path, value)
            touched = self._taken(changes)
            self.sheet.leave(path, blank=False)
        else:
            touched = frozenset([path])
        if done and not self._stays(path):
            self._go(self._after_answer(path), touched)
        else:
            self._show(touched)
            self.interview.look_at(path)
        self._saver.save()

    def _taken(self, changes: Changes) -> frozenset[str]:
        if self.sheet is None:
            return frozenset()
        touched = self.sheet.apply(changes)
        guarded = {self.sheet.guarded(path) for path in touched}
        return touched | guarded

    def _stays(self, path: str) -> bool:
        """Return whether an answer breaks a rule: then the person stays to see it, and goes on with Enter."""
        violation = self.sheet.nodes[path].violation if self.sheet is not None else None
        if violation is not None and self._held != path:
            self._held = path
            return True
        return False

    def _after_answer(self, path: str) -> Stop:
        if self.interview is None or self.sheet is None or self.stop is None:
            raise RuntimeError("no interview is open")
        if self.interview.refused:
            return self.sheet.stops()[-1]
        return way.unanswered(self.sheet, way.index_of(self.sheet, Stop(path, self.stop.page)))

    def _typed(self, path: str, value: str) -> None:
        del value
        self._typing = path
        self._held = ""
        self._typed_timer.start()

    def _take_typed(self) -> None:
        """Take over what is being typed; its faults are shown only when the person leaves the field."""
        self._typed_timer.stop()
        card = self._card()
        pending = card.pending() if card is not None else None
        if pending is None or self.interview is None:
            return
        path, value = pending
        self._saver.wait()
        self._typing = path
        touched = self._taken(self.interview.enter(path, value))
        self.interview.look_at(path)
        self._show(touched)
        self._saver.save()

    def _card(self) -> Card | None:
        if self.stop is None or self.sheet is None or self.stop.path not in self.sheet.nodes:
            return None
        if self.stop.page.kind == "roster":
            return self.roster.card
        return self.column.card(self.sheet.guarded(self.stop.path))

    # Going

    def _wished(self, path: str, wish: str) -> None:
        if self.sheet is None or self.stop is None:
            return
        self._typing = ""
        if path in self.sheet.nodes:
            node = self.sheet.nodes[path]
            blank = node.required and not node.value
            passed_by = wish != PREVIOUS and self.sheet.is_asked(path)
            if passed_by:
                self.sheet.leave(path, blank)
            if wish == CONFIRM and passed_by and not self.sheet.is_check(path) and self._stays(path):
                self._show(frozenset([path]))
                return
        stop = Stop(path, self.stop.page)
        if wish == CONFIRM:
            self._go(way.unanswered(self.sheet, way.index_of(self.sheet, stop)), frozenset([path]))
        else:
            self._go(way.step(self.sheet, stop, -1 if wish == PREVIOUS else 1), frozenset([path]))

    def _go(self, stop: Stop, touched: frozenset[str] = frozenset()) -> None:
        """Show a stop and give it the focus."""
        if self.interview is None or self.sheet is None:
            return
        before = self.stop
        self.stop = stop
        self._held = ""
        self.close_outline()
        if before is not None and before.path != stop.path:
            touched |= {self.sheet.guarded(p) for p in (before.path,) if p in self.sheet.nodes}
        fresh = before is None or before.page != stop.page
        self._moving = True  # Qt hands the focus around while pages change; that is not the person
        self._show(None if fresh else touched)
        if stop.path in self.sheet.nodes:
            self.interview.look_at(stop.path)
            self._cursor_timer.start()
        self.focus_question()
        self._moving = False
        self._hints_timer.start()

    def _move(self, find: Callable[[Sheet, Stop], Stop | None]) -> None:
        """Take over what is being typed, then go where ``find`` says."""
        if self.sheet is None or self.stop is None:
            return
        self._take_typed()
        self._typing = ""
        found = find(self.sheet, self.stop)
        if found is not None:
            self._go(found)

    def go_to(self, path: str) -> None:
        """Go to a question."""
        self._move(lambda sheet, _stop: way.at(sheet, path))

    def go_to_page(self, page: Page) -> None:
        """Go to a page: to its first open question, else to its first."""
        self._move(lambda sheet, _stop: way.start_of(sheet, page))

    def go_to_person(self, line: str) -> None:
        """Go to a person."""
        self._move(lambda sheet, stop: way.person(sheet, stop, line))

    def next_person(self, steps: int) -> None:
        """Go to the next (previous) person; outside the people to the next page."""
        self._move(lambda sheet, stop: way.next_person(sheet, stop, steps))

    def next_fault(self) -> None:
        """Go to the next place to look at again."""
        self._move(way.next_fault)

    def finish_here(self) -> None:
        """Ctrl+Enter: finish the form on the last page; elsewhere go on to the next page with open questions."""
        if self.stop is not None and self.stop.page.kind == "review":
            self.finish()
        else:
            self._move(way.next_open_page)

    def focus_question(self, select: bool = True) -> None:
        """Give the focus to where the person is; ``select`` what stands in a field, so that typing replaces it."""
        if self.stop is None or self.sheet is None:
            return
        if self.stop.page.kind == "review":
            self.review.focus_first()
        elif self.stop.page.kind == "roster":
            self.roster.focus_on(self.stop.path, select)
        else:
            card = self._card()
            if card is not None:
                self.column.reveal(card.path)
                card.focus_on(self.stop.path, select)

    def _entered(self, path: str) -> None:
        """The person clicked into another question."""
        if self._moving or self.sheet is None or self.stop is None or path == self.stop.path:
            return
        page = self.sheet.page_of(path)
        if page is not None and page == self.stop.page:
            self._take_typed()
            before, self.stop = self.stop.path, Stop(path, page)
            if self.interview is not None:
                self.interview.look_at(path)
                self._cursor_timer.start()
            self._typing = ""
            self._show(frozenset({before, path} & set(self.sheet.nodes)))
            self._hints_timer.start()

    # People

    def _cell_chosen(self, path: str) -> None:
        if self.sheet is None or self.stop is None:
            return
        self._take_typed()
        if path:
            self.go_to(path)
        else:
            self._go(Stop(self.stop.page.path, self.stop.page))

    def _add_named(self, name: str) -> None:
        self._add_line(name)

    def add_line(self) -> None:
        """Add a person at the end of the table."""
        self._add_line("")

    def _add_line(self, name: str) -> None:
        if self.interview is None or self.sheet is None or self.stop is None:
            return
        page = self._roster_page()
        roster = self.sheet.roster(page) if page is not None else None
        if page is None or roster is None:
            return
        self._take_typed()
        self._saver.wait()
        self.sheet.apply(self.interview.enter_member(roster.path))
        path = self.sheet.inside(self.sheet.lines(roster)[-1], roster.columns[0])
        if name:
            self.sheet.apply(self.interview.enter(path, name))
        here = Stop(path, page)
        self.stop = None
        self._go(way.unanswered(self.sheet, way.index_of(self.sheet, here)) if name else here)
        self._saver.save()

    def _roster_page(self) -> Page | None:
        if self.sheet is None or self.stop is None:
            return None
        pages = [page for page in self.sheet.pages() if page.kind == "roster"]
        same = [page for page in pages if page.section == self.stop.page.section]
        return next(iter(same), None)

    def remove_line(self) -> None:
        """Take the person of the current row out; Ctrl+Z puts him or her back."""
        if self.interview is None or self.sheet is None or self.stop is None or "[" not in self.stop.path:
            return
        page, line = self.stop.page, way.line_of(self.stop.path)
        roster = self.sheet.roster(page)
        if page.kind != "roster" or roster is None:
            return
        self._typed_timer.stop()
        self._saver.wait()
        name = words.name_of(self.sheet, roster, line)
        removed, changes = self.interview.take_out(line)
        self._removed.append(removed)
        self._removed_name = name
        self.sheet.apply(changes)
        position = min(words.number_of(line), len(self.sheet.lines(roster)))
        path = self.sheet.inside(f"{roster.path}[{position}]", roster.columns[0]) if position else roster.path
        self.stop = None
        self._go(Stop(path, page))
        self._show_removed()
        self._saver.save()

    def _show_removed(self) -> None:
        self.undo_strip.setVisible(bool(self._removed))
        if self._removed:
            self._undo_button.setText(_("Undo"))
            self.undo_strip.say(_("%s was removed.") % self._removed_name, _("The answers can be brought back."))

    def undo(self) -> None:
        """Put the person removed last back, with all answers."""
        if self.interview is None or self.sheet is None or not self._removed:
            return
        self._take_typed()
        self._saver.wait()
        removed = self._removed.pop()
        self.interview.put_back(removed)
        self.sheet.read(self.interview.session)
        self.undo_strip.hide()
        page = next((p for p in self.sheet.pages() if p.kind == "roster" and p.path == generic(removed.path)), None)
        self.stop = None
        path = self.interview.path_of(self.interview.cursor)
        found = way.at(self.sheet, path) if path else None
        self._go(found or (Stop(page.path, page) if page else self.sheet.stops()[-1]))
        self._saver.save()

    # The end

    def finish(self) -> None:
        """Finish the form: its revision is written, the draft is gone, the list of households comes back."""
        if self.interview is None or self.sheet is None:
            return
        self._take_typed()
        if not self._saver.flush():
            return
        interview = self.interview
        try:
            revision = interview.close()
        except SurveyAppError:
            self._show_all()
            self.review.focus_first()
            return
        self.pages.setEnabled(False)  # nothing is answered any more while the form is being closed
        self._desk.write(_finish, interview.draft.id, revision, done=self._finished, failed=self._not_finished)

    def _not_finished(self, error: BaseException) -> None:
        self.pages.setEnabled(True)
        self.review.focus_first()
        self._desk.problem.emit(error)

    def _finished(self, _none: object) -> None:
        self.pages.setEnabled(True)
        self._forget()
        self._desk.go("households")

    # Painting

    def _ask(self, path: str) -> Asked:
        if self.sheet is None:
            raise RuntimeError("no interview is open")
        return show.asked(self.sheet, path, typing=self._typing)

    def _show_all(self) -> None:
        if self.stop is not None:
            self._show(None)
            self._hints_timer.start()

    def _show(self, touched: frozenset[str] | None) -> None:
        """Paint the current page; only what was touched when a set is given."""
        sheet, stop = self.sheet, self.stop
        if sheet is None or stop is None or self.interview is None:
            return
        current = sheet.guarded(stop.path) if stop.path in sheet.nodes else ""
        if stop.page.kind == "roster":
            show.fill_roster(self.roster, sheet, stop.page, current)
            if current:
                self.roster.show_question(self._ask(current))
            self.pages.setCurrentWidget(self.roster)
            self.roster.arrange()
        elif stop.page.kind == "review":
            self.review.show_open(
                show.open_places(sheet), refused=self.interview.refused, answered=sheet.total().answered
            )
            self.pages.setCurrentWidget(self.review)
        else:
            self.column.show_items(show.items(sheet, stop.page), self._ask, current, touched)
            self.pages.setCurrentWidget(self.column)
        self.outline.show_rows(show.outline(sheet, stop.page), sheet.total(), len(sheet.faults()))
        self._fit()
        people = show.people(sheet, stop, self.people.shown, touched)
        self.people.show_people(people)
        self.people.setVisible(bool(people))

    def changeEvent(self, event: QEvent) -> None:
        """Take the new text size or theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self.stop is not None:
            self.column.rearrange()
            self.roster.arrange()


def _discard(store: Store, draft: str) -> None:
    store.discard_draft(draft)


def _finish(store: Store, draft: str, revision: Revision) -> None:
    store.finish_draft(draft, revision)
