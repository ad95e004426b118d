"""What a person has decided so far about one submission, before it is recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from survey_app.gui.office.dispute import Dispute, Point

BASE = "base"
OTHER = "other"


@dataclass(frozen=True)
class Decision:
    """A decision about one point.

    Attributes:
        source: letter of the version, ``BASE`` or ``OTHER``.
        value: the value that shall hold; ``None`` is blank (or: not a member, does not count).
        reason: why, as typed so far.
        is_made: the person has confirmed it.
    """

    source: str = ""
    value: str | None = None
    reason: str = ""
    is_made: bool = False

    @property
    def is_complete(self) -> bool:
        """Whether a value was chosen and a reason given."""
        return bool(self.source) and bool(self.reason.strip())


@dataclass
class Deciding:
    """Decisions about the points of one submission.

    Attributes:
        dispute: the submission.
        decisions: address to decision.
        whole: letter of the version that was chosen for the whole form, or ``BASE``; blank when each point is decided
            for itself.
    """

    dispute: Dispute
    decisions: dict[str, Decision] = field(default_factory=dict)
    whole: str = ""

    def at(self, address: str) -> Decision:
        """Return the decision about an address; an empty one when there is none yet."""
        return self.decisions.get(address, Decision())

    def choose(self, point: Point, source: str, value: str | None) -> None:
        """Choose a value; the reason typed so far stays."""
        self.decisions[point.address] = Decision(source, value, self.at(point.address).reason)

    def choose_whole(self, source: str) -> None:
        """Choose one version, or what was before, for every point that is not confirmed; one reason will do for all."""
        self.whole = source
        letters = [version.letter for version in self.dispute.versions]
        for point in self.dispute.points:
            if not self.at(point.address).is_made:
                side = point.base if source == BASE else point.sides[letters.index(source)]
                self.choose(point, source, side.value)

    def confirm_whole(self, address: str) -> bool:
        """Confirm every point with the reason given at one of them; return whether there was one."""
        reason = self.at(address).reason.strip()
        if not reason:
            return False
        for point in self.dispute.points:
            if not self.at(point.address).is_made:
                self.explain(point.address, reason)
                self.confirm(point.address)
        return self.is_done

    def explain(self, address: str, reason: str) -> None:
        """Note the reason; what was confirmed has to be confirmed again when it changes."""
        was = self.at(address)
        if reason != was.reason:
            self.decisions[address] = Decision(was.source, was.value, reason)

    def confirm(self, address: str) -> bool:
        """Confirm a decision; return whether it was complete."""
        was = self.at(address)
        if not was.is_complete:
            return False
        self.decisions[address] = Decision(was.source, was.value, was.reason.strip(), True)
        return True

    def needed(self) -> tuple[Point, ...]:
        """Return the points that need a decision: what is in a removed member or a cancelled form does not."""
        gone = {
            point.address
            for point in self.dispute.points
            if point.kind != "answer" and self.at(point.address).is_made and self.at(point.address).value is None
        }
        if "" in gone:
            return tuple(point for point in self.dispute.points if point.address == "")
        inside = tuple(f"{address}/" for address in gone)
        return tuple(point for point in self.dispute.points if not (inside and point.address.startswith(inside)))

    @property
    def made(self) -> int:
        """How many of the needed decisions are confirmed."""
        return sum(self.at(point.address).is_made for point in self.needed())

    @property
    def is_done(self) -> bool:
        """Whether every needed decision is confirmed."""
        return self.made == len(self.needed())

    def next_open(self, after: str) -> Point | None:
        """Return the next point without confirmed decision, from the beginning again when there is none below."""
        points = self.needed()
        here = next((n for n, point in enumerate(points) if point.address == after), -1)
        order = (*points[here + 1 :], *points[: here + 1])
        return next((point for point in order if not self.at(point.address).is_made), None)

    def choices(self) -> Mapping[str, str | None]:
        """Return address to value, as ``operations.conflicts.settle`` takes it."""
        return {point.address: self.at(point.address).value for point in self.needed()}

    def reason(self) -> str:
        """Return one text with the reasons: once when they are all the same, else each with its question."""
        found = [(point.label, self.at(point.address).reason) for point in self.needed()]
        reasons = dict.fromkeys(reason for _label, reason in found)
        if len(reasons) == 1:
            return next(iter(reasons))
        return "; ".join(f"{label} {reason}" for label, reason in found)
