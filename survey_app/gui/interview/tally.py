"""How much of a run of questions is done: counted once, and again only after one of its questions changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from survey_app.gui.interview.standing import Count, Page, Seen, Stop


class Run:
    """Questions that stand together: those of a page, or of one line in the table.

    Attributes:
        page: where they stand.
        line: path of the repeat instance they are in, ``""`` outside any.
        questions: their paths, in order.
        checks: the soft checks of each question.
        specials: what takes the place of the answer to a question that has such a thing.
    """

    __slots__ = ("checks", "line", "page", "questions", "specials")

    def __init__(
        self, page: Page, line: str, checks: Mapping[str, tuple[str, ...]], specials: Mapping[str, str]
    ) -> None:
        self.page = page
        self.line = line
        self.questions = tuple(checks)
        self.checks = checks
        self.specials = specials

    def paths(self) -> Iterable[str]:
        """Yield each question, and after it its soft checks and what takes the place of its answer."""
        for question in self.questions:
            yield question
            yield from self.checks[question]
            if question in self.specials:
                yield self.specials[question]


@dataclass(frozen=True)
class Tally:
    """What follows from the answers of a run.

    Attributes:
        is_open: whether any of its questions applies.
        count: how much is done.
        stops: where something is asked, in order.
        faults: those of the stops that should be looked at again.
        unready: those that keep the form from being finished.
    """

    is_open: bool
    count: Count
    stops: tuple[Stop, ...]
    faults: tuple[Stop, ...]
    unready: tuple[Stop, ...]


def is_fault(node: Seen, is_check: bool, left: Collection[str]) -> bool:
    """Return whether a question should be looked at again; ``left``: addresses gone on from without answer."""
    if not node.relevant or node.readonly:
        return False
    if is_check:
        return not node.value
    kind = node.violation.kind if node.violation is not None else "error"
    return kind != "error" and (kind != "required" or node.address in left)


def has_special(run: Run, nodes: Mapping[str, Seen], question: str) -> bool:
    """Return whether something was chosen that takes the place of the answer."""
    inner = run.specials.get(question)
    return inner is not None and nodes[inner].relevant and bool(nodes[inner].value)


def tally(run: Run, nodes: Mapping[str, Seen], left: Collection[str]) -> Tally:
    """Count a run."""
    stops: list[Stop] = []
    faults: list[Stop] = []
    unready: list[Stop] = []
    is_open = False
    answered = asked = errors = warnings = missing = 0
    for question in run.questions:
        is_open = is_open or nodes[question].relevant
        for path in (question, *run.checks[question]):
            node = nodes[path]
            if not node.relevant or node.readonly:
                continue
            stop = Stop(path, run.page)
            stops.append(stop)
            is_check = path != question
            stands_in = not is_check and not node.value and has_special(run, nodes, question)
            wrong = is_fault(node, is_check, left) and not stands_in
            if wrong:
                faults.append(stop)
            if node.violation is not None and node.violation.kind != "error":
                unready += [] if stands_in else [stop]
            if is_check:
                warnings += wrong
                continue
            asked += 1
            answered += bool(node.value) or stands_in
            errors += wrong
            missing += node.violation is not None and node.violation.kind == "required" and not stands_in
    count = Count(answered, asked, errors, warnings, missing)
    return Tally(is_open, count, tuple(stops), tuple(faults), tuple(unready))
