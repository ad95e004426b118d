"""What the form says now: every question as it stands, the way through them, and how much is done.

The sheet is the screen's copy of the session. It reads a question once and again only when ``Changes`` names it; all
counting is done on the copy, a run of questions at a time, and only where something changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from survey_app.gui.interview.standing import Count, Page, Seen, Stop, generic
from survey_app.gui.interview.tally import Run, Tally, has_special, is_fault, tally
from survey_app.xforms import Changes, FormSession, SessionError
from survey_app.xforms.plan import Part, Plan, Roster, Section


class Sheet:
    """The screen's copy of a session."""

    def __init__(self, session: FormSession, plan: Plan) -> None:
        self.plan = plan
        self.left: set[str] = set()
        self._passed: set[str] = set()
        self.read(session)

    def read(self, session: FormSession) -> None:
        """Read everything again."""
        self.session = session
        self.nodes: dict[str, Seen] = {}
        self._lines: dict[str, list[str]] = {roster.path: [] for roster in self.plan.rosters}
        self._pages: list[Page] = []
        self._runs: dict[Page, list[Run]] = {}
        self._run_of: dict[str, Run] = {}
        self._row_of: dict[str, Run] = {}
        self._guards: dict[str, str] = {}
        self._stand_ins: dict[str, str] = {}
        self._tallies: dict[Run, Tally] = {}
        self._counts: dict[Page, Count] = {}
        self._section_counts: dict[int, Count] = {}
        self._person_counts: dict[str, Count] = {}
        self._labels: dict[str, str] = {}
        self._forget_sums(way=True)
        for index, section in enumerate(self.plan.sections):
            self._add_section(index, section)
        self._add_page(Page("review", "", len(self.plan.sections)), len(self._pages))
        for path in session.paths():
            if path.endswith("]") and generic(path) in self._lines:
                self._add_line(path)

    # What stands on the pages

    def _add_section(self, index: int, section: Section) -> None:
        if section.before:
            self._add_run(self._add_page(Page("section", section.path, index)), "", _all(section.before))
        if section.roster:
            self._add_page(Page("roster", section.roster.path, index))
        if section.after:
            self._add_run(self._add_page(Page("after", section.path, index)), "", _all(section.after))

    def _add_page(self, page: Page, place: int | None = None) -> Page:
        self._pages.insert(len(self._pages) if place is None else place, page)
        self._runs[page] = []
        return page

    def _add_line(self, line: str) -> None:
        """Take a new line in at the end of its roster: a row of the table, and the page that follows it."""
        table = next(page for page in self._pages if page.kind == "roster" and page.path == generic(line))
        roster = self.roster(table)
        if roster is None:
            return
        lines = self._lines[roster.path]
        lines.append(line)
        self._row_of[line] = self._add_run(table, line, roster.columns)
        rest = _all(roster.parts)
        if rest:
            page = self._add_page(Page("person", line, table.section), self._pages.index(table) + len(lines))
            self._add_run(page, line, rest)

    def _add_run(self, page: Page, line: str, bare: Iterable[str]) -> Run:
        """Add a run of questions (generic paths) that stand inside a line (``""`` outside any), and read them."""
        cut = len(generic(line)) if line else 0
        checks = {line + path[cut:]: tuple(line + c[cut:] for c in self.plan.checks.get(path, ())) for path in bare}
        found = {line + path[cut:]: self.plan.specials[path] for path in bare if path in self.plan.specials}
        run = Run(page, line, checks, {path: line + inner[cut:] for path, inner in found.items()})
        self._runs[page].append(run)
        self._person_counts.pop(line, None)
        self._forget_count(page)
        for path in run.paths():
            self._run_of[path] = run
            self.nodes[path] = Seen(self.session.node(path))
        self._guards.update({check: question for question, found in checks.items() for check in found})
        self._stand_ins.update({inner: path for path, inner in run.specials.items()})
        return run

    @staticmethod
    def inside(line: str, path: str) -> str:
        """Return the path of a question (generic) inside a line (``"/data/members[2]"``)."""
        return line + path[len(generic(line)) :]

    def apply(self, changes: Changes) -> frozenset[str]:
        """Take over what an answer changed; return the questions that look different now.

        After lines went everything has been read again and every question is returned.
        """
        if changes.removed:
            self.read(self.session)
            return frozenset(self.nodes)
        fresh = {line for line in changes.added if generic(line) in self._lines}
        for line in changes.added:
            if line in fresh:
                self._add_line(line)
        for path in changes.properties:
            self._labels.pop(path, None)
        touched = [path for path in changes.properties if path in self.nodes]
        for path in touched:
            if self._run_of[path].line not in fresh:
                self.nodes[path] = Seen(self.session.node(path))
                self._forget(self._run_of[path])
        empty = any(page.kind == "roster" and not runs for page, runs in self._runs.items())  # says nothing by itself
        self._forget_sums(
            way=bool(fresh) or empty or any({"relevant", "readonly"} & c for c in changes.properties.values())
        )
        return frozenset(touched)

    def _forget(self, run: Run) -> None:
        """Forget what was counted of a run and of its page."""
        self._tallies.pop(run, None)
        self._person_counts.pop(run.line, None)
        self._forget_count(run.page)

    def _forget_count(self, page: Page) -> None:
        self._counts.pop(page, None)
        self._section_counts.pop(page.section, None)

    def _forget_sums(self, way: bool) -> None:
        """Forget what was summed up over the pages; ``way``: also which pages and stops there are."""
        self._total: Count | None = None
        self._faults: list[Stop] | None = None
        if way:
            self._open: list[Page] | None = None
            self._stops: list[Stop] | None = None
            self._places: dict[str, int] = {}

    def _tally(self, run: Run) -> Tally:
        found = self._tallies.get(run)
        if found is None:
            found = self._tallies[run] = tally(run, self.nodes, self.left)
        return found

    def leave(self, path: str, blank: bool) -> None:
        """Note that the person went on from a question; a required one left blank counts as a fault from now on."""
        node = self.nodes[path]
        if not node.value and not node.required:
            self._passed.add(node.address)
        if blank != (node.address in self.left):
            (self.left.add if blank else self.left.discard)(node.address)
            self._forget(self._run_of[path])
            self._forget_sums(way=False)

    def waits(self, path: str) -> bool:
        """Return whether a question waits for an answer; one that may stay empty waits until it was passed by."""
        node = self.nodes[path]
        if not self.is_asked(path) or node.value or self.instead(path) is not None:
            return False
        return node.required or node.address not in self._passed

    # Pages and the way through them

    def lines(self, roster: Roster) -> list[str]:
        """Return the paths of a roster's lines."""
        return self._lines.get(roster.path, [])

    def lines_of(self, page: Page) -> list[str]:
        """Return the paths of the lines of a page's roster."""
        roster = self.roster(page)
        return self.lines(roster) if roster else []

    def can_grow(self, page: Page) -> bool:
        """Return whether people can be added to the table of a page (the form may fix how many there are)."""
        lines = self.lines_of(page)
        return page.kind == "roster" and not (lines and self.session.node(lines[0]).fixed_size)

    def age(self, line: str) -> str:
        """Return the calculated age of a person, ``""`` when it is not known: a value whose name ends in ``_age``."""
        path = self.plan.ages.get(generic(line), "")
        value = self.session.node(self.inside(line, path)).value if path else ""
        return value if value.isdecimal() else ""

    def label(self, path: str) -> str:
        """Return the label of a group or repeat, ``""`` while a repeat has no instance that could say it."""
        found = self._labels.get(path)
        if found is None:
            try:
                found = self._labels[path] = self.session.node(path).label
            except SessionError:
                return ""
        return found

    def roster(self, page: Page) -> Roster | None:
        """Return the roster a page belongs to."""
        return self.section(page).roster if page.kind in {"roster", "person"} else None

    def section(self, page: Page) -> Section:
        """Return the section a page belongs to (the last one for the review)."""
        return self.plan.sections[min(page.section, len(self.plan.sections) - 1)]

    def pages(self) -> list[Page]:
        """Return the pages that are asked now, in order; the review is always the last."""
        if self._open is None:
            self._open = [page for page in self._pages if self.is_open(page)]
        return self._open

    def is_open(self, page: Page) -> bool:
        """Return whether anything on a page is asked."""
        runs = self._runs[page]
        if page.kind == "roster" and not runs:
            return self.session.is_asked(page.path)
        return page.kind == "review" or any(self._tally(run).is_open for run in runs)

    def questions(self, page: Page) -> list[str]:
        """Return every question of a page, asked or not."""
        return [path for run in self._runs.get(page, ()) for path in run.questions]

    def visible(self, page: Page) -> list[str]:
        """Return the questions of a page that are shown now."""
        return [path for path in self.questions(page) if self.nodes[path].relevant]

    def order(self) -> dict[str, int]:
        """Return where each question stands, asked or not, counted through all pages."""
        paths = (path for page in self._pages for run in self._runs[page] for path in run.paths())
        return {path: number for number, path in enumerate(paths)}

    def checks(self, path: str) -> list[str]:
        """Return the soft checks of a question that apply now."""
        run = self._run_of.get(path)
        found = run.checks.get(path, ()) if run is not None else ()
        return [check for check in found if self.nodes[check].relevant]

    def guarded(self, path: str) -> str:
        """Return the question that a soft check, or what takes the place of an answer, belongs to; else itself."""
        return self._guards.get(path) or self._stand_ins.get(path, path)

    def special(self, path: str) -> Seen | None:
        """Return what can take the place of the answer to a question now, ``None`` when nothing can."""
        run = self._run_of.get(path)
        inner = self.nodes[run.specials[path]] if run is not None and path in run.specials else None
        return inner if inner is not None and inner.relevant and not inner.readonly else None

    def instead(self, path: str) -> Seen | None:
        """Return what stands in the place of the answer to a question, ``None`` when nothing does."""
        run = self._run_of.get(path)
        return self.nodes[run.specials[path]] if run is not None and has_special(run, self.nodes, path) else None

    def is_excused(self, path: str) -> bool:
        """Tell whether a question is blank because something stands in the place of its answer."""
        return not self.nodes[path].value and not self.is_check(path) and self.instead(path) is not None

    def page_of(self, path: str) -> Page | None:
        """Return the page of a question."""
        run = self._run_of.get(path)
        return run.page if run is not None else None

    def is_check(self, path: str) -> bool:
        """Return whether a question is a soft check."""
        return path in self._guards

    def is_asked(self, path: str) -> bool:
        """Return whether a question waits for an answer (and is not a note or a calculated value)."""
        node = self.nodes[path]
        return node.relevant and not node.readonly

    def stops(self) -> list[Stop]:
        """Return every place where the person is asked something now, in the order of the interview."""
        if self._stops is None:
            self._stops = self._walk()
            self._places = {stop.path: number for number, stop in enumerate(self._stops)}
        return self._stops

    def place(self, path: str) -> int | None:
        """Return which of the stops a question is, ``None`` when it is not asked."""
        self.stops()
        return self._places.get(path)

    def _walk(self) -> list[Stop]:
        found: list[Stop] = []
        for page in self.pages():
            for run in self._runs[page]:
                found += self._tally(run).stops
            if page.kind == "review" or self.can_grow(page):
                found.append(Stop(page.path, page))
        return found

    # Counting

    def count(self, page: Page) -> Count:
        """Return how much of a page is done."""
        found = self._counts.get(page)
        if found is None:
            found = self._counts[page] = Count.of(self._tally(run).count for run in self._runs.get(page, ()))
        return found

    def section_count(self, index: int) -> Count:
        """Return how much of a section is done, people included."""
        found = self._section_counts.get(index)
        if found is None:
            own = (self.count(page) for page in self._pages if page.section == index)
            found = self._section_counts[index] = Count.of(own)
        return found

    def person_count(self, line: str) -> Count:
        """Return how much is done of a person's page; faults of the person's row in the table are counted too."""
        found = self._person_counts.get(line)
        if found is None:
            row = self._row_of[line]
            count = self.count(Page("person", line, row.page.section))
            here = self._tally(row).count
            found = replace(count, errors=count.errors + here.errors, warnings=count.warnings + here.warnings)
            self._person_counts[line] = found
        return found

    def total(self) -> Count:
        """Return how much of the form is done."""
        if self._total is None:
            self._total = Count.of(map(self.section_count, range(len(self.plan.sections))))
        return self._total

    def is_fault(self, path: str) -> bool:
        """Return whether a question should be looked at again now."""
        return is_fault(self.nodes[path], self.is_check(path), self.left) and not self.is_excused(path)

    def faults(self) -> list[Stop]:
        """Return the places to look at again, in the order of the interview."""
        if self._faults is None:
            self._faults = [s for page in self.pages() for run in self._runs[page] for s in self._tally(run).faults]
        return self._faults

    def unready(self) -> list[Stop]:
        """Return every place that keeps the form from being finished."""
        return [s for page in self.pages() for run in self._runs[page] for s in self._tally(run).unready]


def _all(parts: tuple[Part, ...]) -> list[str]:
    return [path for part in parts for path in part.questions]
