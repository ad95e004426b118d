"""The one static graph of a form: who must be worked out anew when a node changes, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from survey_app.xforms.spec import Circle, Read, Reader, Rule, Spec

DECIDING = frozenset(("relevant", "calculate", "choices", "count", "total"))
"""Rules on which values depend; all others only show something."""


def connect(specs: Iterable[Spec], rules: Sequence[Rule]) -> list[list[Rule]]:
    """Give every node its readers and every rule its rank.

    Returns:
        The cycles found, each as the rules on it in order; ranks are only right when there are none.
    """
    for spec in specs:
        spec.readers.clear()
        spec.structure_readers.clear()
    for rule in rules:
        for read in rule.reads:
            _connect(rule, read)
    inputs, cycles = circles(rules)
    if any(rule.kind == "count" for cycle in cycles for rule in cycle):
        # "Another one?" asked inside a repeat decides how many there are: such a count runs first and again.
        for cycle in cycles:
            for rule in cycle:
                if rule.kind == "count":
                    inputs[rule] = []
        _let_close(inputs)
        cycles = _rank(list(inputs), inputs)
    return cycles


def circles(rules: Iterable[Rule]) -> tuple[dict[Rule, list[Rule]], list[list[Rule]]]:
    """Rank the rules that decide values.

    Returns:
        What each of them waits for, and the cycles, those of repeat counts too; not those that only take answers away.
    """
    deciding = [rule for rule in rules if rule.kind in DECIDING]
    inputs = {rule: _inputs(rule) for rule in deciding}
    for rule in deciding:
        reads_itself = rule.kind == "choices" and any(r.spec is rule.spec and not r.structure for r in rule.reads)
        rule.circle = Circle((rule,)) if reads_itself else None
    cycles = _rank(deciding, inputs)
    if cycles and _let_close(inputs):
        cycles = _rank(deciding, inputs)
    return inputs, cycles


def _let_close(inputs: dict[Rule, list[Rule]]) -> bool:
    """Open the circles in which choice filters read what is chosen from them; return whether there are any.

    The filters of a circle wait for all that one of them waits for, and not for each other: when one takes an answer
    away, those that read it are worked out again. Whoever reads a calculation of the circle waits for the filters.
    """
    opened = False
    for group in _groups(inputs):
        closing = tuple(rule for rule in group if rule.kind == "choices")
        between = frozenset(group) - frozenset(closing)
        if not closing or not _comes_to_rest(closing, between, inputs):
            continue
        opened = True
        before = dict.fromkeys(one for rule in closing for one in inputs[rule] if one not in closing)
        for rule, waits in inputs.items():
            if rule in between:
                inputs[rule] = [one for one in waits if one not in closing]
            elif rule not in closing and any(one in between for one in waits):
                inputs[rule] = list(dict.fromkeys((*waits, *closing)))
        circle = Circle(closing, between)
        for rule in closing:
            inputs[rule] = list(before)
            rule.circle = circle
    return opened


def _comes_to_rest(closing: Sequence[Rule], between: frozenset[Rule], inputs: dict[Rule, list[Rule]]) -> bool:
    """Tell whether nothing in a circle can bring back an answer that a filter took away."""
    if any("calculate" in rule.spec.rules for rule in closing):
        return False
    if any(rule.kind not in ("calculate", "total") for rule in between):
        return False
    return not _rank(list(between), {rule: [one for one in inputs[rule] if one in between] for rule in between})


def _groups(inputs: dict[Rule, list[Rule]]) -> list[list[Rule]]:
    """Return the rules that all wait for each other, by groups of two and more (Tarjan, without recursion)."""
    found: list[list[Rule]] = []
    low: dict[Rule, int] = {}
    trail: dict[Rule, None] = {}
    for start, waits in inputs.items():
        path = [(start, iter(waits))] if start not in low else []
        if path:
            low[start] = len(low)
            trail[start] = None
        number = {start: low[start]}
        while path:
            rule, rest = path[-1]
            following = next(rest, None)
            if following is None:
                path.pop()
                if path:
                    low[path[-1][0]] = min(low[path[-1][0]], low[rule])
                if low[rule] == number[rule]:
                    group: list[Rule] = []
                    while not group or group[-1] is not rule:
                        group.append(trail.popitem()[0])
                    found += [group[::-1]] if len(group) > 1 else []
            elif following not in low:
                low[following] = number[following] = len(low)
                trail[following] = None
                path.append((following, iter(inputs[following])))
            elif following in trail:
                low[rule] = min(low[rule], low[following])
    return found


def _connect(rule: Rule, read: Read) -> None:
    """Tell the node read, and the repeats between it and the anchor, who reads them."""
    owner = _owner(rule)
    anchor = read.anchor if read.anchor.depth <= owner.depth else owner
    down = _names(anchor, owner)
    if not read.structure:
        reader = Reader(rule, read.spec.depth - anchor.depth, down)
        if reader not in read.spec.readers:
            read.spec.readers.append(reader)
    for around in read.spec.ancestors():
        if around is anchor:
            break
        if around.kind == "repeat":
            reader = Reader(rule, around.depth - 1 - anchor.depth, down, read.place)
            if reader not in around.structure_readers:
                around.structure_readers.append(reader)


def _owner(rule: Rule) -> Spec:
    """Return the node whose instances the rule is worked out at; a count belongs to the node
    around the repeat, a total to its anchor."""
    if rule.kind in ("count", "total"):
        assert rule.spec.parent is not None
        return rule.spec.parent
    return rule.spec


def _names(anchor: Spec, target: Spec) -> tuple[str, ...]:
    names: list[str] = []
    for spec in target.ancestors():
        if spec is anchor:
            break
        names.append(spec.local)
    return tuple(reversed(names))


def _inputs(rule: Rule) -> list[Rule]:
    """Return the rules whose outcome the rule reads."""
    found: dict[Rule, None] = {}
    if rule.kind == "choices":
        # Only a relevant answer is taken away when its choice is closed.
        found.update(
            dict.fromkeys(around.rules["relevant"] for around in rule.spec.ancestors() if _has_relevant(around))
        )
    for read in rule.reads:
        if read.spec.kind == "total":
            found[read.spec.rules["total"]] = None
        elif not read.structure:
            for kind in ("calculate", "choices"):
                if kind in read.spec.rules and not (rule.kind == "choices" and rule.spec is read.spec):
                    found[read.spec.rules[kind]] = None
            for around in read.spec.ancestors():
                if "relevant" in around.rules:
                    found[around.rules["relevant"]] = None
        for around in read.spec.ancestors():
            if around is read.anchor:
                break
            if around.count is not None:
                found[around.count] = None
    return list(found)


def _has_relevant(spec: Spec) -> bool:
    return "relevant" in spec.rules


def _rank(rules: Sequence[Rule], inputs: dict[Rule, list[Rule]]) -> list[list[Rule]]:
    waiting = {rule: len(inputs[rule]) for rule in rules}
    outputs: dict[Rule, list[Rule]] = {rule: [] for rule in rules}
    for rule in rules:
        for source in inputs[rule]:
            outputs[source].append(rule)
    ready = [rule for rule in rules if not waiting[rule]]
    for rule in rules:
        rule.rank = 0
    while ready:
        rule = ready.pop()
        for target in outputs[rule]:
            target.rank = max(target.rank, rule.rank + 1)
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    left = [rule for rule in rules if waiting[rule] > 0]
    return _cycles(left, inputs) if left else []


def _cycles(left: Sequence[Rule], inputs: dict[Rule, list[Rule]]) -> list[list[Rule]]:
    """Return one cycle for every group of rules that wait for each other."""
    stuck = set(left)
    done: set[Rule] = set()
    cycles: list[list[Rule]] = []
    for start in left:
        trail: list[Rule] = []
        place: dict[Rule, int] = {}
        rule = start
        while rule not in done and rule not in place:
            place[rule] = len(trail)
            trail.append(rule)
            rule = next(source for source in inputs[rule] if source in stuck)
        if rule not in done:
            cycles.append(trail[place[rule] :])
        done.update(trail)
    return cycles
