"""The people of the household: added, taken out, and put back."""

from __future__ import annotations

from survey_app.gui.desk import Desk
from survey_app.gui.interview import way, words
from survey_app.gui.interview.asking import Asking
from survey_app.gui.interview.standing import Page, Stop, generic
from survey_app.i18n import _
from survey_app.operations.interview import Removed


class Lines(Asking):
    """What can be done to the lines of the table."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._removed: list[tuple[str, Removed]] = []

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
        self._removed.append((name, removed))
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
            self.undo_strip.say(_("%s was removed.") % self._removed[-1][0], _("The answers can be brought back."))

    def undo(self) -> None:
        """Put the person removed last back, with all answers."""
        if self.interview is None or self.sheet is None or not self._removed:
            return
        self._take_typed()
        self._saver.wait()
        _name, removed = self._removed.pop()
        self.interview.put_back(removed)
        self.sheet.read(self.interview.session)
        self._show_removed()
        page = next((p for p in self.sheet.pages() if p.kind == "roster" and p.path == generic(removed.path)), None)
        self.stop = None
        path = self.interview.path_of(self.interview.cursor)
        found = way.at(self.sheet, path) if path else None
        self._go(found or (Stop(page.path, page) if page else self.sheet.stops()[-1]))
        self._saver.save()
