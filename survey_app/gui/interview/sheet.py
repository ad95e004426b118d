"""What the form says now: every question as it stands, the way through them, and how much is done.

The sheet is the screen's copy of the session. It reads a question once and again only when ``Changes`` names it; all
counting is done on the copy.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from survey_app.gui.interview.plan import Part, Plan, Roster, Section
from survey_app.gui.interview.standing import Count, Page, Seen, Stop, generic
from survey_app.xforms import Changes, FormSession

_AGE = "_age"


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
        self._lines: dict[str, list[str]] = {}
        wanted = {roster.path for roster in self.plan.rosters}
        for path in session.paths():
            if path.endswith("]") and generic(path) in wanted:
                self._lines.setdefault(generic(path), []).append(path)
        self._arrange()
        self._read_new()
        self._ages = {generic(p) for p in session.paths() if p.endswith(_AGE) and p not in self.nodes}

    def _read_new(self) -> None:
        """Read the questions that are not known yet; all of them stand in the order of the pages afterwards."""
        known, node = self.nodes, self.session.node
        self.nodes = {path: known.get(path) or Seen(node(path)) for path in self._page_of}
        self._counts: dict[Page, Count] = {}
        self._stops: list[Stop] | None = None

    def _arrange(self) -> None:
        self._pages: list[Page] = []
        self._questions: dict[Page, list[str]] = {}
        self._checks: dict[str, tuple[str, ...]] = {}
        self._guards: dict[str, str] = {}
        self._page_of: dict[str, Page] = {}
        for index, section in enumerate(self.plan.sections):
            if section.before:
                self._add(Page("section", section.path, index), [("", _all(section.before))])
            if section.roster:
                self._arrange_roster(section.roster, index)
            if section.after:
                self._add(Page("after", section.path, index), [("", _all(section.after))])
        self._pages.append(Page("review", "", len(self.plan.sections)))
        self._questions[self._pages[-1]] = []

    def _arrange_roster(self, roster: Roster, index: int) -> None:
        lines, columns, rest = self.lines(roster), list(roster.columns), _all(roster.parts)
        self._add(Page("roster", roster.path, index), [(line, columns) for line in lines])
        for line in lines if rest else ():
            self._add(Page("person", line, index), [(line, rest)])

    def _add(self, page: Page, runs: list[tuple[str, list[str]]]) -> None:
        """Add a page: runs of questions (generic paths), each inside a line (``""`` outside any)."""
        self._pages.append(page)
        questions = self._questions[page] = []
        for line, paths in runs:
            cut = len(line[: line.rindex("[")]) if line else 0
            for bare in paths:
                path = line + bare[cut:]
                questions.append(path)
                self._page_of[path] = page
                found = self._checks[path] = tuple(line + check[cut:] for check in self.plan.checks.get(bare, ()))
                for check in found:
                    self._page_of[check] = page
                    self._guards[check] = path

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
        if changes.added:
            for line in changes.added:
                self._lines.setdefault(generic(line), []).append(line)
            self._arrange()
            self._read_new()
        touched = [path for path in changes.properties if path in self.nodes]
        for path in touched:
            self.nodes[path] = Seen(self.session.node(path))
            self._counts.pop(self._page_of[path], None)
        if any({"relevant", "readonly"} & changes.properties[path] for path in touched):
            self._stops = None
        return frozenset(touched)

    def leave(self, path: str, blank: bool) -> None:
        """Note that the person went on from a question; a required one left blank counts as a fault from now on."""
        node = self.nodes[path]
        (self.left.add if blank else self.left.discard)(node.address)
        if not node.value and not node.required:
            self._passed.add(node.address)
        self._counts.pop(self._page_of[path], None)

    def waits(self, path: str) -> bool:
        """Return whether a question waits for an answer; one that may stay empty waits until it was passed by."""
        node = self.nodes[path]
        return self.is_asked(path) and not node.value and (node.required or node.address not in self._passed)

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
        found = [path for path in self._ages if path.startswith(f"{generic(line)}/")]
        value = self.session.node(self.inside(line, found[0])).value if found else ""
        return value if value.isdecimal() else ""

    def label(self, path: str) -> str:
        """Return the label of a group or repeat."""
        return self.session.node(path).label

    def roster(self, page: Page) -> Roster | None:
        """Return the roster a page belongs to."""
        return self.section(page).roster if page.kind in {"roster", "person"} else None

    def section(self, page: Page) -> Section:
        """Return the section a page belongs to (the last one for the review)."""
        return self.plan.sections[min(page.section, len(self.plan.sections) - 1)]

    def pages(self) -> list[Page]:
        """Return the pages that are asked now, in order; the review is always the last."""
        return [page for page in self._pages if self.is_open(page)]

    def is_open(self, page: Page) -> bool:
        """Return whether anything on a page is asked."""
        if page.kind == "roster":
            return (
                self.session.node(generic_parent(page.path)).relevant if not self._questions[page] else self._any(page)
            )
        return page.kind == "review" or self._any(page)

    def _any(self, page: Page) -> bool:
        return any(self.nodes[path].relevant for path in self._questions[page])

    def questions(self, page: Page) -> list[str]:
        """Return every question of a page, asked or not."""
        return self._questions.get(page, [])

    def visible(self, page: Page) -> list[str]:
        """Return the questions of a page that are shown now."""
        return [path for path in self._questions.get(page, []) if self.nodes[path].relevant]

    def checks(self, path: str) -> list[str]:
        """Return the soft checks of a question that apply now."""
        return [check for check in self._checks.get(path, ()) if self.nodes[check].relevant]

    def guarded(self, path: str) -> str:
        """Return the question a soft check stands in; any other question itself."""
        return self._guards.get(path, path)

    def page_of(self, path: str) -> Page | None:
        """Return the page of a question."""
        return self._page_of.get(path)

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
            self._stops = list(self._walk())
        return self._stops

    def _walk(self) -> Iterator[Stop]:
        for page in self.pages():
            for path in self._questions[page]:
                if self.is_asked(path):
                    yield Stop(path, page)
                for check in self._checks[path]:
                    if self.is_asked(check):
                        yield Stop(check, page)
            if page.kind == "review" or self.can_grow(page):
                yield Stop(page.path, page)

    # Counting

    def count(self, page: Page) -> Count:
        """Return how much of a page is done."""
        found = self._counts.get(page)
        if found is None:
            found = self._counts[page] = self._counted(page)
        return found

    def _counted(self, page: Page) -> Count:
        answered = asked = errors = warnings = missing = 0
        for question in self._questions.get(page, ()):
            for path in (question, *self._checks[question]):
                node = self.nodes[path]
                if not node.relevant or node.readonly:
                    continue
                if path != question:
                    warnings += not node.value
                    continue
                asked += 1
                answered += bool(node.value)
                if node.violation is None:
                    continue
                blank = node.violation.kind == "required"
                missing += blank
                errors += not blank or node.address in self.left
        return Count(answered, asked, errors, warnings, missing)

    def section_count(self, index: int) -> Count:
        """Return how much of a section is done, people included."""
        return sum((self.count(page) for page in self._pages if page.section == index), Count())

    def person_count(self, line: str) -> Count:
        """Return how much is done of a person's page; faults of the person's row in the table are counted too."""
        page = next((page for page in self._pages if page.path == line), None)
        count = self.count(page) if page is not None else Count()
        roster = next((r for r in self.plan.rosters if line in self.lines(r)), None)
        columns = [self.inside(line, column) for column in roster.columns] if roster else []
        errors = sum(self.is_fault(path) for path in columns)
        doubts = sum(self.is_fault(check) for path in columns for check in self._checks[path])
        return replace(count, errors=count.errors + errors, warnings=count.warnings + doubts)

    def total(self) -> Count:
        """Return how much of the form is done."""
        return sum((self.count(page) for page in self._pages), Count())

    def is_fault(self, path: str) -> bool:
        """Return whether a question should be looked at again now."""
        node = self.nodes[path]
        if not node.relevant or node.readonly:
            return False
        if self.is_check(path):
            return not node.value
        return node.violation is not None and (node.violation.kind != "required" or node.address in self.left)

    def faults(self) -> list[Stop]:
        """Return the places to look at again, in the order of the interview."""
        return [stop for stop in self.stops() if stop.path in self.nodes and self.is_fault(stop.path)]

    def unready(self) -> list[Stop]:
        """Return every place that keeps the form from being finished."""
        nodes = self.nodes
        return [s for s in self.stops() if s.path in nodes and nodes[s.path].violation is not None]


def generic_parent(path: str) -> str:
    """Return the path above."""
    return path.rsplit("/", 1)[0]


def _all(parts: tuple[Part, ...]) -> list[str]:
    return [path for part in parts for path in part.questions]
