"""The people of the household: added, moved, taken out, and put back."""

from __future__ import annotations

from dataclasses import dataclass

from survey_app.gui.desk import Desk
from survey_app.gui.interview import way, words
from survey_app.gui.interview.asking import Asking
from survey_app.gui.interview.standing import Page, Stop, generic
from survey_app.i18n import _
from survey_app.operations.sitting import Removed


@dataclass(frozen=True)
class Moved:
    """A person who was put at another place of the table.

    Attributes:
        address: whose line it is.
        place: where it stood before, from 1.
    """

    address: str
    place: int


class Lines(Asking):
    """What can be done to the lines of the table."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._undone: list[tuple[str, Removed | Moved]] = []

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
        touched = self.sheet.apply(self.interview.enter_member(roster.path))
        path = self.sheet.inside(self.sheet.lines(roster)[-1], roster.columns[0])
        if name:
            touched |= self.sheet.apply(self.interview.enter(path, name))
        here = Stop(path, page)
        self._go(way.unanswered(self.sheet, way.index_of(self.sheet, here)) if name else here, touched)
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
        self._undone.append((name, removed))
        self.sheet.apply(changes)
        position = min(words.number_of(line), len(self.sheet.lines(roster)))
        path = self.sheet.inside(f"{roster.path}[{position}]", roster.columns[0]) if position else roster.path
        self.stop = None
        self._go(Stop(path, page))
        self._show_undone()
        self._saver.save()

    def move_line(self, steps: int) -> None:
        """Let the person of the current row change places with a neighbour; Ctrl+Z takes it back."""
        if self.interview is None or self.sheet is None or self.stop is None or "[" not in self.stop.path:
            return
        page, line = self.stop.page, way.line_of(self.stop.path)
        roster = self.sheet.roster(page)
        if page.kind != "roster" or roster is None:
            return
        place = words.number_of(line)
        if not 1 <= place + steps <= len(self.sheet.lines(roster)):
            return
        self._take_typed()
        self._saver.wait()
        address = self.sheet.nodes[self.stop.path].address
        moved = Moved(self.interview.session.node(line).address, place)
        name = words.name_of(self.sheet, roster, line)
        self.interview.move(line, place + steps)
        before = self._undone[-1][1] if self._undone else None
        if not (isinstance(before, Moved) and before.address == moved.address):
            self._undone.append((name, moved))
        self._read_again(self.interview.path_of(address), page)

    def _read_again(self, path: str, page: Page | None) -> None:
        """Show everything anew after lines stand elsewhere, at a question or else at the table."""
        if self.interview is None or self.sheet is None:
            return
        self.sheet.read(self.interview.session)
        self._show_undone()
        self.stop = None
        found = way.at(self.sheet, path) if path else None
        self._go(found or (Stop(page.path, page) if page else self.sheet.stops()[-1]))
        self._saver.save()

    def _show_undone(self) -> None:
        self.undo_strip.setVisible(bool(self._undone))
        if not self._undone:
            return
        name, what = self._undone[-1]
        self._undo_button.setText(_("Undo"))
        if isinstance(what, Moved):
            self.undo_strip.say(_("%s was moved.") % name, _("Only the order changes, no answer."))
        else:
            self.undo_strip.say(_("%s was removed.") % name, _("The answers can be brought back."))

    def undo(self) -> None:
        """Take the last change of the table back: a person removed, with all answers, or a person moved."""
        if self.interview is None or self.sheet is None or not self._undone:
            return
        self._take_typed()
        self._saver.wait()
        _name, what = self._undone.pop()
        if isinstance(what, Moved):
            address, line = self.interview.cursor, self.interview.path_of(what.address)
            if line:
                self.interview.move(line, what.place)
            self._read_again(self.interview.path_of(address), self._roster_page())
            return
        self.interview.put_back(what)
        page = next((p for p in self.sheet.pages() if p.kind == "roster" and p.path == generic(what.path)), None)
        self._read_again(self.interview.path_of(self.interview.cursor), page)
