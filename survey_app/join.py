"""What a submission says now, computed from the set of its revisions.

Nothing here is stored. The result depends on the set alone: any order of arrival and any repetition give the same
``Current``, so two offices that hold the same revisions agree without talking to each other.

**Heads** are the revisions nobody built upon. Several heads are joined address by address against their *base*: the
answers of their latest common ancestor, or, when histories crossed and there are several latest common ancestors, what
those ancestors themselves join to (an address they disagreed about then has no agreed base value, so that two people
who settled the same conflict differently are in conflict again instead of one of them winning in silence).

A head *changes* an address when its value differs from the base's; an absent answer is ``None``. If all changes agree,
the change holds; if not, it is a conflict and the base's value stands. Two rules keep people whole: a repeat instance
that one head removed and another one changed is contested and stays entirely as in the base; and the answers below an
instance that is gone are gone too.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from survey_app.clock import VIETNAM
from survey_app.records import LINE, ORDER, Answers, Revision, flatten, in_order, nest, order_of

State = Literal["settled", "joined", "conflict", "void"]

_DEEPEST_CROSSING = 24
_LINE_IN_ADDRESS = re.compile(r"\[\d+\]")


@dataclass(frozen=True)
class Conflict:
    """An address that heads changed to different values, and that a person has to settle.

    Attributes:
        address: the address; ``""`` is the submission itself (a void beside an edit), the address of a repeat instance
            says that one head removed what another one changed.
        base: the value that stands until then; ``None`` is blank. For a submission or an instance ``""`` means that it
            exists and ``None`` that it does not.
        values: ``(revision id, value)`` of every head, sorted by id; below ``""`` only of heads that are not void.
    """

    address: str
    base: str | None
    values: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True)
class Current:
    """What a submission says now.

    Attributes:
        submission: UUID of the submission.
        household: UUID of the household.
        round: code of the round.
        form_id: id of the form.
        form_version: version of the form.
        heads: ids of the revisions nobody built upon, sorted.
        state: ``"settled"``: one head; ``"joined"``: several heads that agree by rule; ``"conflict"``: a person must
            settle something; ``"void"``: does not count.
        answers: the answers that count now (for ``"void"`` those of the voided submission).
        conflicts: what is to be settled, by address; empty unless ``state`` is ``"conflict"``.
        author: author of the newest head; so are household, round, form, ``made_at`` and ``device``.
        made_at: when the newest head was made, by its device's clock.
        device: where it was made.
    """

    submission: str
    household: str
    round: str
    form_id: str
    form_version: str
    heads: tuple[str, ...]
    state: State
    answers: Answers
    conflicts: tuple[Conflict, ...]
    author: str
    made_at: str
    device: str


def heads(revisions: Iterable[Revision]) -> tuple[str, ...]:
    """Return the ids of the revisions that no other of the given ones was made from, sorted."""
    by_id = {revision.id: revision for revision in revisions}
    return _heads(by_id)


def current(revisions: Iterable[Revision], derived: Collection[str] = ()) -> Current:
    """Return what a submission says now.

    Args:
        revisions: all known revisions of one submission, in any order; repetitions do not matter. A parent that is not
            among them is treated as unknown: it bridges nothing.
        derived: names of calculations and of what the program fills in; they are never in conflict, the newest changed
            value is taken.

    Raises:
        ValueError: no revision was given, or they belong to different submissions.
    """
    by_id = {revision.id: revision for revision in revisions}
    if len(by_id) != 1 and len({revision.submission for revision in by_id.values()}) != 1:
        raise ValueError("the revisions of exactly one submission are needed")
    tops = [by_id[name] for name in _heads(by_id)]
    newest = max(tops, key=_age) if len(tops) > 1 else tops[0]
    state, answers, conflicts = _say(tops, newest, _History(by_id, frozenset(derived)))
    return Current(
        newest.submission,
        newest.household,
        newest.round,
        newest.form_id,
        newest.form_version,
        tuple(revision.id for revision in tops),
        state,
        answers,
        conflicts,
        newest.author,
        newest.made_at,
        newest.device,
    )


@dataclass(frozen=True)
class Joined:
    """What became of an address that heads say different things about.

    Attributes:
        address: the address; see ``Conflict``.
        base: what the heads started from, ``None`` is blank.
        values: ``(revision id, value)`` of every head, sorted by id.
        stands: what stands by rule.
        rule: ``"one"``: one head changed it; ``"same"``: several changed it alike; ``"newest"``: worked out by the form
            or filled in, the newest stands; ``"conflict"``: a person has to settle it.
    """

    address: str
    base: str | None
    values: tuple[tuple[str, str | None], ...]
    stands: str | None
    rule: Literal["one", "same", "newest", "conflict"]


def explain(revisions: Iterable[Revision], derived: Collection[str] = ()) -> tuple[Joined, ...]:
    """Return what the join of several heads did, by address; nothing where there is one head or all are void.

    Args:
        revisions: as for ``current``.
        derived: as for ``current``.
    """
    by_id = {revision.id: revision for revision in revisions}
    tops = [by_id[name] for name in _heads(by_id)]
    kept = [top for top in tops if top.kind != "void"]
    if len(tops) < 2 or not kept:
        return ()
    history = _History(by_id, frozenset(derived))
    base = history.base(tops)
    joined = _join(kept, base, history.derived)
    agreed, stands, sides = (
        flatten(base.answers),
        flatten(joined.answers),
        {top.id: flatten(top.answers) for top in kept},
    )
    settled = {conflict.address for conflict in joined.conflicts}
    found = []
    for address in dict.fromkeys((*agreed, *(one for side in sides.values() for one in side))):
        values = tuple((name, side.get(address)) for name, side in sides.items())
        changed = [value for _, value in values if value != agreed.get(address)]
        if not changed and address not in settled:
            continue
        found.append(
            Joined(address, agreed.get(address), values, stands.get(address), _rule(address, settled, changed, history))
        )
    if len(kept) < len(tops):
        whole = tuple((top.id, None if top.kind == "void" else "") for top in tops)
        found.insert(0, Joined("", "" if base.exists else None, whole, "", "conflict"))
    return tuple(found)


def _rule(
    address: str, settled: Collection[str], changed: Sequence[str | None], history: _History
) -> Literal["one", "same", "newest", "conflict"]:
    if address in settled:
        return "conflict"
    if len(changed) < 2:
        return "one"
    return "newest" if _is_derived(address, history.derived) and len(set(changed)) > 1 else "same"


def resolve(revisions: Iterable[Revision], derived: Collection[str], choices: Mapping[str, str | None]) -> Answers:
    """Return the answers of a submission in conflict once a person's choices are applied.

    Args:
        revisions: as for ``current``.
        derived: as for ``current``.
        choices: address to the value it shall have; ``None`` leaves the answer blank or removes the instance with all
            that is in it, ``""`` keeps an instance. Heads that are void are left aside.
    """
    by_id = {revision.id: revision for revision in revisions}
    tops = [by_id[name] for name in _heads(by_id)]
    kept = [revision for revision in tops if revision.kind != "void"] or tops
    history = _History(by_id, frozenset(derived))
    joined = _join(kept, history.base(tops), history.derived) if len(tops) > 1 else _Joined(kept[0].answers, ())
    values = flatten(joined.answers)
    for address, value in choices.items():
        if value is None:
            values.pop(address, None)
        else:
            values[address] = value
    _drop_orphans(values)
    _give_way(values, {address for address, value in choices.items() if value is not None})
    flats = [values, *(flatten(top.answers) for top in kept)]
    return _arranged(nest(values), joined.answers, _order_of_names([flatten(joined.answers), *flats]))


def _heads(by_id: Mapping[str, Revision]) -> tuple[str, ...]:
    if len(by_id) == 1:
        return tuple(by_id)
    parents = {parent for revision in by_id.values() for parent in revision.parents}
    return tuple(sorted(by_id.keys() - parents))


def _say(tops: Sequence[Revision], newest: Revision, history: _History) -> tuple[State, Answers, tuple[Conflict, ...]]:
    voids = [revision for revision in tops if revision.kind == "void"]
    if len(voids) == len(tops):
        return "void", newest.answers, ()
    if len(tops) == 1:
        return "settled", newest.answers, ()
    base = history.base(tops)
    if not voids:
        joined = _join(tops, base, history.derived)
        return ("conflict" if joined.conflicts else "joined"), joined.answers, joined.conflicts
    whole = Conflict(
        "", "" if base.exists else None, tuple((top.id, None if top.kind == "void" else "") for top in tops)
    )
    kept = [revision for revision in tops if revision.kind != "void"]
    return "conflict", base.answers, (whole, *_join(kept, base, history.derived).conflicts)


def _age(revision: Revision) -> tuple[float, str]:
    """Return what "newest" means: the moment, whatever zone its clock was in, then the id."""
    try:
        moment = dt.datetime.fromisoformat(revision.made_at)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=VIETNAM)
        return moment.timestamp(), revision.id
    except (ValueError, OverflowError):
        return float("-inf"), revision.id


@dataclass(frozen=True)
class _Base:
    """What the heads are compared with.

    Attributes:
        answers: the answers that stand where the heads are in conflict.
        torn: addresses whose ancestors were in conflict themselves; every head counts as having changed them.
        exists: whether there is a known common ancestor that counts (is not void).
    """

    answers: Answers = field(default_factory=dict)
    torn: frozenset[str] = frozenset()
    exists: bool = False


@dataclass(frozen=True)
class _Joined:
    answers: Answers
    conflicts: tuple[Conflict, ...]


class _History:
    """The revisions of one submission as a graph; remembers what it has worked out."""

    def __init__(self, by_id: Mapping[str, Revision], derived: frozenset[str]) -> None:
        self._by_id = by_id
        self.derived = derived
        self._above: dict[str, frozenset[str]] = {}

    def base(self, tops: Sequence[Revision], depth: int = 0) -> _Base:
        """Return what the given revisions, none an ancestor of another, have in common."""
        shared = frozenset.intersection(*(self._ancestors(top.id) for top in tops))
        older = frozenset().union(*(self._ancestors(name) for name in shared)) if shared else frozenset()
        latest = [self._by_id[name] for name in sorted(shared - older)]
        if not latest or depth > _DEEPEST_CROSSING:
            return _Base()
        exists = any(revision.kind != "void" for revision in latest)
        if len(latest) == 1:
            return _Base(latest[0].answers, frozenset(), exists)
        joined = _join(latest, self.base(latest, depth + 1), self.derived)
        return _Base(joined.answers, frozenset(conflict.address for conflict in joined.conflicts), exists)

    def _ancestors(self, name: str) -> frozenset[str]:
        """Return the ids of the known ancestors, without recursion: a chain of corrections may be long."""
        waiting = [name]
        while waiting:
            here = waiting[-1]
            parents = [parent for parent in self._by_id[here].parents if parent in self._by_id]
            unknown = [parent for parent in parents if parent not in self._above]
            if unknown and here not in self._above:
                waiting += unknown
                continue
            waiting.pop()
            self._above[here] = frozenset(parents).union(*(self._above[parent] for parent in parents))
        return self._above[name]


@dataclass
class _Work:
    """A join under way.

    Attributes:
        sides: the revisions with their flat answers.
        agreed: the base's flat answers.
        torn: see ``_Base``.
        derived: names that are never in conflict.
        result: the flat answers that stand so far.
        conflicts: what was found to be in conflict so far.
    """

    sides: Sequence[tuple[Revision, Mapping[str, str]]]
    agreed: Mapping[str, str]
    torn: frozenset[str]
    derived: frozenset[str]
    result: dict[str, str] = field(default_factory=dict)
    conflicts: dict[str, Conflict] = field(default_factory=dict)

    def note(self, address: str) -> None:
        """List the address as in conflict, if the sides say different things there."""
        values = tuple((top.id, side.get(address)) for top, side in self.sides)
        if len({value for _, value in values}) > 1:
            self.conflicts[address] = Conflict(address, self.agreed.get(address), values)

    def changes(self, side: Mapping[str, str], address: str) -> bool:
        """Say whether the side gave the address another value than the base's."""
        return address in self.torn or side.get(address) != self.agreed.get(address)


def _join(tops: Sequence[Revision], base: _Base, derived: frozenset[str]) -> _Joined:
    """Join the answers of several revisions, sorted by id, against their base (a void counts as its answers)."""
    work = _Work([(top, flatten(top.answers)) for top in tops], flatten(base.answers), base.torn, derived)
    flats = [side for _, side in work.sides]
    for address in dict.fromkeys((*work.agreed, *(address for side in flats for address in side))):
        _settle(work, address)
    for instance in _contested(work):
        _keep_whole(work, instance)
    _drop_orphans(work.result)
    _drop_misfits(work)
    arranged = _arranged(nest(work.result), base.answers, _order_of_names([work.agreed, *flats]))
    return _Joined(arranged, tuple(work.conflicts[address] for address in sorted(work.conflicts)))


def _settle(work: _Work, address: str) -> None:
    """Put the value that stands at the address into the result, or list the conflict."""
    changed = [(top, side.get(address)) for top, side in work.sides if work.changes(side, address)]
    values = {value for _, value in changed}
    chosen = work.agreed.get(address)
    if len(values) == 1:
        (chosen,) = values
    elif values and _is_derived(address, work.derived):
        _, chosen = max(changed, key=lambda pair: _age(pair[0]))
    elif values:
        work.note(address)
    if chosen is not None:
        work.result[address] = chosen


def _is_derived(address: str, derived: Collection[str]) -> bool:
    """Say whether an address is never in conflict: what is worked out, and the order people are shown in."""
    return address.endswith(ORDER) or name_of(address) in derived


def name_of(address: str) -> str:
    """Return the name an address ends in, without its line."""
    return _LINE_IN_ADDRESS.sub("", address.rpartition("/")[2])


def instances_above(address: str) -> list[str]:
    """Return the addresses of the repeat instances that the address stands in, outermost first, itself excluded."""
    steps = address.split("/")
    return ["/".join(steps[: n + 1]) for n, step in enumerate(steps[:-1]) if step.endswith("]")]


def _own_changes(work: _Work, side: Mapping[str, str]) -> list[str]:
    """Return the addresses that people, not calculations, changed on one side."""
    every = work.agreed.keys() | side.keys()
    return [address for address in every if work.changes(side, address) and not _is_derived(address, work.derived)]


def _contested(work: _Work) -> list[str]:
    """Return the outermost instances of the base that one side removed and another one changed something in."""
    removed = {address for address in work.agreed if any(address not in side for _, side in work.sides)}
    changed_inside: set[str] = set()
    for _, side in work.sides:
        above = {instance for address in _own_changes(work, side) for instance in instances_above(address)}
        changed_inside |= above & removed & side.keys()
    return [
        address
        for address in work.agreed
        if address in changed_inside and changed_inside.isdisjoint(instances_above(address))
    ]


def _keep_whole(work: _Work, instance: str) -> None:
    """Let the base stand for a contested instance and list what its removal and its changes disagree about."""
    inside = f"{instance}/"
    for address in [name for name in work.result if name.startswith(inside)]:
        del work.result[address]
    for address, value in work.agreed.items():
        if address == instance or address.startswith(inside):
            work.result[address] = value
    work.note(instance)
    for _, side in work.sides:
        if instance in side:
            for address in _own_changes(work, side):
                if address.startswith(inside):
                    work.note(address)


def _drop_orphans(result: dict[str, str]) -> None:
    """Leave out what stands in an instance that is gone."""
    for address in list(result):
        if any(above not in result for above in instances_above(address)):
            del result[address]


def _drop_misfits(work: _Work) -> None:
    """Leave out what cannot stand in one tree: a name that one form version asks as a question, another as a group.

    The base's shape stands, else that of the newest side; every address left out is listed as a conflict.
    """
    newest_first = sorted(work.sides, key=lambda pair: _age(pair[0]), reverse=True)
    shape: dict[str, str] = {}
    for values in (work.agreed, *(side for _, side in newest_first)):
        for address in values:
            if address in work.result:
                for path, kind in _shape(address):
                    shape.setdefault(path, kind)
    for address in list(work.result):
        if any(shape[path] != kind for path, kind in _shape(address)):
            del work.result[address]
            work.note(address)


def _give_way(values: dict[str, str], chosen: Collection[str]) -> None:
    """Leave out what cannot stand in one tree with the chosen addresses."""
    shape = {path: kind for address in chosen for path, kind in _shape(address)}
    for address in list(values):
        if any(shape.get(path, kind) != kind for path, kind in _shape(address)):
            del values[address]


def _shape(address: str) -> list[tuple[str, str]]:
    """Return each step of an address as ``(path down to it without its own line, what it is)``."""
    steps = address.split("/")
    shapes = []
    for depth, step in enumerate(steps):
        name, line, _ = step.partition("[")
        kind = "repeat" if line else "question" if depth == len(steps) - 1 else "group"
        shapes.append(("/".join([*steps[:depth], name]), kind))
    return shapes


def _order_of_names(flats: Sequence[Mapping[str, str]]) -> Callable[[str], int]:
    """Return the rank of a path without lines: the first one's order, new names of later ones after their neighbour."""
    order: list[str] = []
    seen: set[str] = set()
    for flat in flats:
        at = 0
        for path in dict.fromkeys(prefix for address in flat for prefix in _prefixes(address)):
            if path in seen:
                at = order.index(path) + 1
                continue
            order.insert(at, path)
            seen.add(path)
            at += 1
    ranks = {path: rank for rank, path in enumerate(order)}
    return lambda path: ranks.get(path, len(ranks))


def _prefixes(address: str) -> list[str]:
    steps = _LINE_IN_ADDRESS.sub("", address).split("/")
    return ["/".join(steps[: n + 1]) for n in range(len(steps))]


def _arranged(answers: Answers, base: object, rank: Callable[[str], int], prefix: str = "") -> Answers:
    """Return the answers in document order, instances by line key unless an order stands beside their repeat."""
    before = base if isinstance(base, Mapping) else {}
    arranged: Answers = {LINE: answers[LINE]} if LINE in answers else {}
    for name in sorted(answers.keys() - {LINE}, key=lambda one: (rank(prefix + one), one)):
        if name.endswith(ORDER):
            continue
        value, old, below = answers[name], before.get(name), f"{prefix}{name}/"
        if isinstance(value, list):
            lines = {each[LINE]: each for each in old} if isinstance(old, list) else {}
            value = in_order(sorted(value, key=lambda each: int(each[LINE])), answers.get(f"{name}{ORDER}", ""))
            arranged[name] = [_arranged(each, lines.get(each[LINE], {}), rank, below) for each in value]
            order = order_of([each[LINE] for each in value])
            if order:
                arranged[f"{name}{ORDER}"] = order
        elif isinstance(value, dict):
            arranged[name] = _arranged(value, old, rank, below)
        else:
            arranged[name] = value
    return arranged
