"""Answering and going on: takes each answer, has it saved, paints what it changed, shows the next question."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QToolTip

from survey_app.gui.desk import Desk
from survey_app.gui.interview import show, way, words
from survey_app.gui.interview.answers import UploadAnswer
from survey_app.gui.interview.asked import REPEAT_LAST, Asked
from survey_app.gui.interview.attached import Attached
from survey_app.gui.interview.card import Card
from survey_app.gui.interview.fields import CONFIRM, PREVIOUS
from survey_app.gui.interview.frame import Frame
from survey_app.gui.interview.lost import words_of
from survey_app.gui.interview.media import KEY as MEDIA_KEY
from survey_app.gui.interview.media import Viewer, shown_with
from survey_app.gui.interview.saving import Saver
from survey_app.gui.interview.sheet import Sheet
from survey_app.gui.interview.standing import Page, Stop
from survey_app.i18n import _
from survey_app.operations.comments import Exchange
from survey_app.operations.interview import Interview, said_before
from survey_app.xforms import Changes

TYPING_MS = 400
"""A text is taken over when nothing has been typed for so long; Enter takes it at once."""

WARM_MS = 60
"""Between two cards that are made ahead of need: a key that comes meanwhile waits for one card at most."""

HINTS_MS = 60
"""The line of hints follows a little later: the next question is painted first."""

CURSOR_MS = 300
"""A move without an answer is written when the person has rested for so long."""


class Asking(Frame):
    """Where one is in one household's form, and what happens with each key.

    Args:
        desk: the store's lane, the clock, the person, the way elsewhere.
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._saver = Saver(desk, self)
        self.interview: Interview | None = None
        self.sheet: Sheet | None = None
        self.stop: Stop | None = None
        self.asks: tuple[Exchange, ...] = ()
        self._typing = ""
        self._held = ""
        self._moving = False
        self._typed_timer = self._timer(TYPING_MS, self._take_typed)
        self._cursor_timer = self._timer(CURSOR_MS, self._saver.save)
        self._hints_timer = self._timer(HINTS_MS, self.hints_changed.emit)
        self._warm_timer = self._timer(WARM_MS, self._warm)
        self.attached = Attached(desk, self)
        self.column.attached = self.roster.card.attached = self.attached
        self.column.like_last.connect(self.answer_like_last)
        self.roster.card.like_last.connect(self.answer_like_last)
        self.column.enlarge.connect(self.show_media)
        self.roster.card.enlarge.connect(self.show_media)
        QShortcut(QKeySequence("Ctrl+D"), self).activated.connect(self.answer_like_last)
        QShortcut(QKeySequence(MEDIA_KEY), self).activated.connect(self.show_media)

    def _timer(self, milliseconds: int, call: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(call)
        return timer

    # Answering

    def _answered(self, path: str, value: str, done: bool) -> None:
        """Take an answer, have it saved, paint what it changed, go on when the person is done with the question."""
        if self.interview is None or self.sheet is None or self.stop is None:
            return
        if path not in self.sheet.nodes:  # a file that was kept after its person had been taken out
            return
        if self._typing not in {"", path}:
            self._take_typed()
        self._typed_timer.stop()
        self._typing = ""
        self._saver.wait()
        if self.sheet.nodes[path].value != value:
            touched = self._enter(path, value)
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
        if violation is not None and violation.kind != "error" and self._held != path:
            if self.sheet is not None and self.sheet.is_excused(path):
                return False
            self._held = path
            if self.interview is not None:
                self.interview.note_fault(path)
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
        touched = self._enter(path, value)
        self.interview.look_at(path)
        self._show(touched)
        self._saver.save()

    def _take_all(self) -> bool:
        """Take over what is being typed, drawn and stored, before the form is left; return whether all of it is in."""
        self._take_typed()
        for field in self.findChildren(UploadAnswer):
            field.keep_ink()
        return self.attached.wait()

    def _enter(self, path: str, value: str) -> frozenset[str]:
        """Give an answer to the session; what stood in its place goes. Return the questions that look different now."""
        if self.interview is None or self.sheet is None:
            raise RuntimeError("no interview is open")
        touched = self._taken(self.interview.enter(path, value))
        special = self.sheet.special(path)
        if value and special is not None and special.value:
            touched |= self._taken(self.interview.enter(special.path, ""))
        return touched

    # Beside the answers

    def _special_chosen(self, path: str, value: str) -> None:
        """Take what stands in the place of an answer; the answer goes, and the next question comes."""
        if self.interview is None or self.sheet is None or self.stop is None or path not in self.sheet.nodes:
            return
        self._take_typed()
        self._typing = ""
        special = self.sheet.special(path)
        if special is None:
            return
        self._saver.wait()
        touched = self._taken(self.interview.enter(special.path, value)) | {path}
        if value and self.sheet.nodes[path].value:
            touched |= self._taken(self.interview.enter(path, ""))
        if value:
            self.sheet.leave(path, blank=False)
            self._go(self._after_answer(path), touched)
        else:
            self._show(touched)
        self._saver.save()

    def _noted(self, path: str, text: str) -> None:
        """Take a note as it is typed; it is written when the person rests, and when the question is left."""
        if self.interview is not None and self.sheet is not None and path in self.sheet.nodes:
            self.interview.enter_note(path, text)
            self._cursor_timer.start()

    def _other_language(self) -> None:
        """Ask on in the form's other language; place, focus and what is being typed stay."""
        wanted = show.next_language(self.sheet) if self.sheet is not None else ""
        if self.interview is None or self.sheet is None or not wanted:
            return
        noting = self.aside.is_noting
        self._take_typed()
        self.sheet.apply(self.interview.session.set_language(wanted))
        self._show_all()
        if not noting:
            self.focus_question(select=False)

    def _card(self) -> Card | None:
        if self.stop is None or self.sheet is None or self.stop.path not in self.sheet.nodes:
            return None
        if self.stop.page.kind == "roster":
            return self.roster.card
        return self.column.card(self.sheet.guarded(self.stop.path))

    def show_media(self, path: str = "") -> None:
        """Show what belongs to the current question as large as can be, or play it."""
        if self.sheet is None or self.stop is None:
            return
        node = self.sheet.nodes.get(self.sheet.guarded(path or self.stop.path))
        shown = shown_with(node) if node is not None else []
        if shown:
            viewer = Viewer(shown, self.attached, self)
            viewer.exec()
            viewer.deleteLater()
            self.focus_question(select=False)

    def answer_like_last(self, path: str = "") -> None:
        """Give the answer of the person before, or of the household interviewed before, where the author allows it."""
        if self.interview is None or self.sheet is None or self.stop is None:
            return
        path = path or self.stop.path
        node = self.sheet.nodes.get(path)
        if node is None or node.readonly or REPEAT_LAST not in node.appearance.split():
            return
        line = way.line_of(path) if "[" in path else ""
        if line:
            number = words.number_of(line)
            before = self.sheet.nodes.get(f"{line[: line.rindex('[')]}[{number - 1}]{path[len(line) :]}")
            self._like(path, before.value if before is not None else "")
        else:
            draft = self.interview.draft

            def found(value: str) -> None:
                if self.interview is not None and self.interview.draft.id == draft.id:
                    self._like(path, value)

            self._desk.run(said_before, draft, node.address, done=found)

    def _like(self, path: str, value: str) -> None:
        node = self.sheet.nodes.get(path) if self.sheet is not None else None
        card = self._card()
        if node is None or card is None:
            return
        open_now = {choice.value for choice in node.choices}
        if not value or (open_now and not open_now.issuperset(value.split())):
            corner = card.mapToGlobal(QPoint(card.width() // 2, 0))
            QToolTip.showText(corner, _("There is no earlier answer that fits here."), card)
            return
        self._answered(path, value, False)
        self.focus_question()

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
            self._go(self._after_answer(path), frozenset([path]))
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
        elif stop.page.kind == "review":
            self.interview.look_at_end()
            self._offer_lost()
        self.focus_question()
        self._moving = False
        self._hints_timer.start()
        if fresh:
            self._warm_timer.start()

    def _offer_lost(self) -> None:
        """Say that earlier answers have no place in the form, when there are any."""
        lost = self.interview.dropped if self.interview is not None else ()
        self.lost_strip.setVisible(bool(lost))
        if lost:
            self.lost_strip.say(words_of(lost), _("They are kept in a list."))

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

    def next_unanswered(self) -> None:
        """Go to the next question that waits for an answer, from the end back to the first."""
        self._move(way.next_unanswered)

    def next_fault(self) -> None:
        """Go to the next place to look at again."""
        self._move(way.next_fault)

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

    # Painting

    def _warm(self) -> None:
        """Make a card of the longest page ahead of need, one at a time while the person rests."""
        if self.sheet is not None and self.column.warm(show.longest(self.sheet), self._ask):
            self._warm_timer.start()

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
            show.fill_roster(self.roster, sheet, stop.page, current, touched)
            if current:
                self.roster.show_question(self._ask(current))
            self.pages.setCurrentWidget(self.roster)
            self.roster.arrange()
        elif stop.page.kind == "review":
            self.review.show_open(
                show.open_places(sheet),
                refused=self.interview.refused,
                answered=sheet.total().answered,
                author_faults=show.author_faults(sheet),
            )
            self.pages.setCurrentWidget(self.review)
        else:
            self.column.show_items(show.items(sheet, stop.page), self._ask, current, touched)
            self.pages.setCurrentWidget(self.column)
        self.aside.show_beside(show.beside(sheet, stop, self.interview.note(current) if current else "", self.asks))
        self.outline.show_rows(show.outline(sheet, stop.page), sheet.total(), len(way.to_review(sheet, stop)))
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
