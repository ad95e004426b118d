"""Whatever a person does, what stands there is what a full recomputation gives."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.records import flatten, nest
from survey_app.xforms import Changes, FormDefinition, FormError, FormSession, load_form
from survey_app.xforms.graph import circles
from survey_app.xforms.view import Node

NOON = dt.datetime(2026, 11, 21, 12, tzinfo=dt.timezone(dt.timedelta(hours=7)))
HEAD = (
    '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" '
    'xmlns:jr="http://openrosa.org/javarosa" xmlns:odk="http://www.opendatakit.org/xforms">'
    "<h:head><h:title>t</h:title><model>"
)
ITEMS = "".join(
    f"<item><name>{n}</name><label>L{n}</label><kind>{n % 3}</kind><itextId>i{n}</itextId></item>" for n in range(6)
)
FOLDERS = (("g",), ("r",), ("r", "n"), ("c",), ("r", "k"))
"""Where questions stand: a group, a repeat, a repeat in it, a counted repeat, and one inside the first."""
PREFIXES = "hrnck"
LANGUAGES = ("vi", "en")


@dataclass
class Field:
    """A question or calculation of a random form."""

    name: str
    where: int
    binds: dict[str, str] = field(default_factory=dict)
    control: str = ""
    label: str = ""
    hint: str = ""
    nodes: str = ""
    choice_label: str = "label"
    action: str = ""

    @property
    def path(self) -> str:
        return "/".join(("/data", *FOLDERS[self.where], self.name))


def relative(reader: tuple[str, ...], target: Field) -> str:
    """Return the path from a node in a folder to a target: to its own instance where both share one, else to all."""
    folder = FOLDERS[target.where]
    shared = 0
    while shared < min(len(reader), len(folder)) and reader[shared] == folder[shared]:
        shared += 1
    return "/".join([".."] * (len(reader) - shared + 1) + [*folder[shared:], target.name])


TEMPLATES = (
    "{a} + {b}",
    "if({a} > {b}, {a}, 'no')",
    "concat({a}, '-', {b})",
    "{all}",
    "sum({all}[. != ''])",
    "sum({all}) + {a}",
    "if({a} > 1, sum({all}), count({all}))",
    "round({a} div sum({all}), 2)",
    "max({all}) - min({all})",
    "count-non-empty({all}) * {b}",
    "count({all}[. = {a}])",
    "count({all}[. = current()/{b}])",
    "count({repeat}) + count({a})",
    "count({repeat}[count(*) > 2])",
    "position(..) + number({a})",
    "concat(position(..), '/', count({repeat}))",
    "join(',', {all})",
    "join(',', {repeat}/*[1])",
    "join(', ', {all}[. != ''])",
    "sum({all}[. > 1])",
    "max({all}[. != '']) - min({all}[. != ''])",
    "count({repeat}[{inside} != ''])",
    "sum({repeat}[selected({inside}, '1') and not({inside} = '3')]/{inside})",
    "count({repeat}[count({inside}) = 1][{inside} > 1])",
    "count-selected({a}) + {b}",
    "{all}[position() = 2]",
    "{all}[{a}]",
    "{all}[last()]",
    "indexed-repeat({all}, {repeat}, 1)",
    "indexed-repeat({all}, {repeat}, {a})",
    "coalesce({a}, {b})",
    "string-length({b}) * count(../*)",
    "count(../preceding-sibling::*)",
    "sum(../preceding-sibling::*[1]/*[1])",
    "string(../following-sibling::r[1]/*[1])",
    "count(../../*)",
    "count(//{name})",
    "sum(//{name})",
    "string({repeat})",
    "jr:choice-name({a}, '{all}')",
    "jr:choice-name({a}, ' {all} ')",
    "jr:itext('words')",
    "instance('list')/root/item[name = {a}]/label",
    "count(instance('list')/root/item[kind = current()/{b} and name != {a}])",
    "selected-at({a}, 0)",
    "../../*[2]",
    "number({a}) * 0.1 + sum({all}) * 0.7",
)
CONDITIONS = (
    "{a} > 2",
    "{a} != ''",
    "not({a} = '3')",
    "selected({a}, '1')",
    "count({all}) > 2",
    "count({all}[. = current()/.]) < 2",
    "count({all}[. = {a}]) < 3",
    "{b} = {a}",
    "count({repeat}) < 3",
    "sum({all}) < 6 or {a} = 1",
    "position(..) = 1 or {a} = ''",
    "jr:choice-name({a}, '{all}') != 'L1'",
    ". != {a}",
)
NODESETS = (
    "instance('list')/root/item",
    "instance('list')/root/item[kind = current()/{b}]",
    "instance('list')/root/item[kind = current()/{b} or name = '1']",
    "instance('list')/root/item[name != current()/{b} and kind != {a}]",
    "instance('list')/root/item[count({all}) > kind]",
    "instance('list')/root/item[jr:choice-name({a}, '{all}') != label]",
)


class Maker:
    """Makes one random form."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.texts: dict[str, list[str]] = {language: [] for language in LANGUAGES}
        sizes = ((2, 4), (2, 4), (1, 3), (1, 2), (0, 2))
        self.fields = [
            Field(f"{prefix}{number}", where)
            for where, prefix in enumerate(PREFIXES)
            for number in range(random.randint(*sizes[where]))
        ]
        order = random.sample(self.fields, len(self.fields))
        for place, one in enumerate(order):
            self.fill_in(one, list(order[:place]))
        self.order = order

    def one_in(self, number: int) -> bool:
        return self.random.randrange(number) == 0

    def reference(self, folder: tuple[str, ...], target: Field) -> str:
        style = self.random.randint(0, 9)
        if style < 6:
            return relative(folder, target)
        if style < 8:
            return f"current()/{relative(folder, target)}"
        if style == 8 and target.where:
            first, *others = FOLDERS[target.where]
            place = self.random.choice(("1", "last()", "position() < 3", "*[1] != ''"))
            return "/".join((f"/data/{first}[{place}]", *others, target.name))
        return target.path

    def expression(self, folder: tuple[str, ...], pool: Sequence[str], before: list[Field]) -> str:
        draw = self.random.choice
        target = draw(before)
        inside = [one for one in before if one.where] or before
        all_of = draw(inside)
        repeat = "/".join(("/data", *FOLDERS[all_of.where]))
        up = "/".join([".."] * (len(folder) + 1))
        if self.one_in(3) and len(folder) > 1:
            repeat = f"{up}/{'/'.join(FOLDERS[all_of.where])}"
        return str(draw(pool)).format(
            a=self.reference(folder, target),
            b=relative(folder, draw(before)),
            all=all_of.path,
            repeat=repeat,
            inside=all_of.name,
            name=target.name,
        )

    def fill_in(self, one: Field, before: list[Field]) -> None:
        kind = self.random.choice(("calculate", "input", "input", "select1", "select"))
        folder = FOLDERS[one.where]
        if kind == "calculate" and before:
            one.binds["calculate"] = self.expression(folder, TEMPLATES, before)
        else:
            one.control = "input" if kind == "calculate" else kind
            one.binds["type"] = self.random.choice(("string", "string", "int", "decimal"))
        if one.control.startswith("select"):
            self.choose(one, before)
        if not before:
            return
        for name in ("relevant", "readonly", "required", "constraint"):
            if self.one_in(4):
                one.binds[name] = self.expression(folder, CONDITIONS, before)
        for name in ("jr:constraintMsg", "jr:requiredMsg"):
            if self.one_in(3):
                one.binds[name] = f"jr:itext('{self.text(one, name[3:6], before)}')"
        if one.control and self.one_in(2):
            one.label = self.worded(one, "label", before)
        if one.control and self.one_in(4):
            one.hint = self.worded(one, "hint", before)
        inputs = [f for f in before if f.control == "input" and f.where == one.where]
        if one.control and inputs and self.one_in(5):
            target = self.random.choice(inputs)
            value = self.expression(FOLDERS[target.where], TEMPLATES[:3], before)
            one.action = f'<setvalue event="xforms-value-changed" ref="{target.path}" value={quoted(value)}/>'

    def choose(self, one: Field, before: list[Field]) -> None:
        folder = FOLDERS[one.where]
        style = self.random.randint(0, 5)
        if style == 0 and before:
            output = f"<output value={quoted(self.expression(folder, TEMPLATES, before))}/>"
            one.nodes = f"<item><label>one {output}</label><value>1</value></item>"
            one.nodes += "<item><label>three</label><value>3</value></item>"
            return
        nodes = self.expression(folder, NODESETS, before) if before else NODESETS[0]
        label, value = self.random.choice(("label", "jr:itext(itextId)", "concat(label, kind)")), "name"
        several = [f for f in before if f.where]
        if style == 1 and several:
            named = self.random.choice(several)
            nodes = "/".join(("/data", *FOLDERS[named.where])) + f"[{named.name} != '']"
            label = value = named.name
        elif style == 3:
            nodes = f"instance('list')/root/item[{self.once_only(one, before)}]"
        elif style == 2 and before:
            label = f"concat(label, {before[0].path})"
        refs = f'<value ref="{value}"/><label ref={quoted(label)}/>'
        one.nodes = f"<itemset nodeset={quoted(nodes)}>{refs}</itemset>"

    def once_only(self, one: Field, before: list[Field]) -> str:
        """Return a filter that reads what is chosen from it, and by chance what another question reads of this one."""
        chosen = [f for f in before if f.control.startswith("select") and f.where == one.where]
        of = self.random.choice([one, *chosen])
        parts = [f"not(selected(join(' ', {self.random.choice((of.path, relative(FOLDERS[one.where], of)))}), name))"]
        if one.where == 1:
            place = self.random.choice(("!=", "<", ">"))
            parts.append(
                f"not(selected(join(' ', /data/r[position() {place} position(current()/..)]/{of.name}), name))"
            )
        if of is not one and "<itemset" in of.nodes and self.one_in(2):
            of.nodes = of.nodes.replace("root/item", f"root/item[name != current()/../{one.name}]", 1)
        return self.random.choice(parts)

    def worded(self, one: Field, kind: str, before: list[Field]) -> str:
        if self.one_in(2):
            return f"<{kind} ref=\"jr:itext('{self.text(one, kind, before)}')\"/>"
        output = quoted(self.expression(FOLDERS[one.where], TEMPLATES, before))
        return f"<{kind}>{one.name} <output value={output}/></{kind}>"

    def text(self, one: Field, kind: str, before: list[Field]) -> str:
        """Add a translated text and return its id."""
        identifier = f"{one.name}:{kind}"
        for language in LANGUAGES:
            output = quoted(self.expression(FOLDERS[one.where], TEMPLATES, before))
            words = f"{language} {kind} <output value={output}/>" if self.one_in(2) else f"{language} {kind}"
            guidance = f'<value form="guidance">G <output value={output}/></value>' if kind == "hint" else ""
            self.texts[language].append(f'<text id="{identifier}"><value>{words}</value>{guidance}</text>')
        return identifier

    def document(self) -> str:
        lists = f'<instance id="list"><root>{ITEMS}</root></instance>'
        binds = "".join(
            f'<bind nodeset="{f.path}" {" ".join(f"{k}={quoted(v)}" for k, v in f.binds.items())}/>'
            for f in self.fields
        )
        first = [f for f in self.order if f.where == 0 and not f.binds.keys() & {"calculate", "relevant"}]
        for nodeset in ("/data/r", "/data/r/n", "/data/c", "/data/g"):
            if first and self.one_in(4):
                relevant = self.expression((), ("{a} != '3'", "count(/data/r) < 4"), first[:1])
                binds += f'<bind nodeset="{nodeset}" relevant={quoted(relevant.replace("../", "/data/"))}/>'
        return (
            f"{HEAD}{self.itext()}<instance>{self.instance()}</instance>{lists}{binds}</model></h:head>"
            f"<h:body>{self.body()}</h:body></h:html>"
        )

    def itext(self) -> str:
        found = ""
        for language in LANGUAGES:
            own = self.texts[language]
            outside = [f for f in self.fields if f.where == 0]
            for identifier in ("words", *(f"i{n}" for n in range(6))):
                output = f'<output value="{outside[0].path}"/>' if self.one_in(4) else ""
                own.append(f'<text id="{identifier}"><value>{language} {identifier} {output}</value></text>')
            found += f'<translation lang="{language}">{"".join(own)}</translation>'
        return f"<itext>{found}</itext>"

    def instance(self) -> str:
        def leaves(where: int) -> str:
            return "".join(
                f"<{f.name}>{self.random.choice(('', '1', '3'))}</{f.name}>" for f in self.fields if f.where == where
            )

        inner = f"<n>{leaves(2)}</n>" + (f"<k>{leaves(4)}</k>" if leaves(4) else "")
        return f'<data id="t"><g>{leaves(0)}</g><r>{leaves(1)}{inner}</r><c>{leaves(3)}</c></data>'

    def count(self, folder: tuple[str, ...]) -> str:
        known = [f for f in self.order if f.where == 0 or FOLDERS[f.where] == folder[: len(FOLDERS[f.where])]]
        known = [f for f in known if FOLDERS[f.where] == folder[:-1] or f.where == 0]
        pool = ("{a}", "count(/data/r)", "if({a} > 1, 2, 1)", "sum({all}) mod 3", "3", "count(/data/r[*[1] != ''])")
        written = self.expression(folder[:-1], pool, known)
        return written.replace("count(/data/r)", "count(/data/g/*) - 2") if folder[0] == "r" else written

    def body(self) -> str:
        def inside(where: int) -> str:
            return "".join(control(f) for f in self.fields if f.where == where)

        new = next((f for f in self.fields if f.where == 1 and f.control == "input"), None)
        action = ""
        if new is not None and self.one_in(3):
            action = f'<setvalue event="odk-new-repeat" ref="{new.path}" value="count(/data/r)"/>'
        counted = f'<repeat nodeset="/data/c" jr:count={quoted(self.count(("c",)))}>{inside(3)}</repeat>'
        inner = f'<repeat nodeset="/data/r/n">{inside(2)}</repeat>'
        if any(f.where == 4 for f in self.fields):
            inner += f'<repeat nodeset="/data/r/k" jr:count={quoted(self.count(("r", "k")))}>{inside(4)}</repeat>'
        return f'{inside(0)}<repeat nodeset="/data/r">{action}{inside(1)}{inner}</repeat>{counted}'


def quoted(text: str) -> str:
    return '"' + text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;") + '"'


def control(one: Field) -> str:
    if not one.control:
        return ""
    label = one.label or "<label>x</label>"
    return f'<{one.control} ref="{one.path}">{label}{one.hint}{one.nodes}{one.action}</{one.control}>'


def random_form(random: Random) -> FormDefinition:
    """Return a form that has no circle; those of chance are the author's fault and tell nothing here."""
    while True:
        try:
            form = load_form(Maker(random).document().encode())
        except FormError as error:
            assert all("→" in fault.message or "own answer" in fault.message for fault in error.faults), error.faults
            continue
        if not asks_for_another(form):
            return form


def asks_for_another(form: FormDefinition) -> bool:
    """Tell whether a repeat count depends on its own repeat: what comes out then depends on what was before."""
    ranks = [rule.rank for rule in form.rules]
    _inputs, found = circles(form.rules)
    for rule, rank in zip(form.rules, ranks, strict=True):
        rule.rank = rank
    return bool(found)


PROPERTIES = ("value", "relevant", "readonly", "required", "label", "hint", "guidance", "choices")


def state(session: FormSession) -> dict[str, dict[str, object]]:
    """Return everything that can be seen, by path."""
    found: dict[str, dict[str, object]] = {}
    for path in session.paths():
        node = session.node(path)
        if "meta" in path:
            continue
        seen = {name: getattr(node, name) for name in PROPERTIES}
        seen["violation"] = node.violation and (node.violation.kind, node.violation.message)
        found[path] = {**seen, "address": node.address, "held": node.held, "count": node.count}
    return found


def act(session: FormSession | Recorded, random: Random) -> Changes | None:
    what = random.choice(("answer", "answer", "answer", "answer", "add", "add inner", "remove", "move", "language"))
    paths = session.paths()
    if what == "answer":
        open_paths = [p for p in paths if session.node(p).control and not session.node(p).readonly]
        if not open_paths:
            return None
        path = random.choice(open_paths)
        return session.answer(path, some_value(session.node(path), random))
    if what == "add" and len(paths) < 90:
        return session.add_repeat("/data/r")
    if what == "add inner":
        outer = [p for p in paths if p.startswith("/data/r[") and p.count("/") == 2]
        return session.add_repeat(f"{random.choice(outer)}/n") if outer and len(paths) < 90 else None
    if what == "language":
        return session.set_language(random.choice(LANGUAGES))
    if what == "move":
        instances = [p for p in paths if p.endswith("]")]
        return session.move_repeat(random.choice(instances), random.randint(0, 4)) if instances else None
    repeats = [p for p in paths if p.endswith("]") and not session.node(p).fixed_size]
    return session.remove_repeat(random.choice(repeats)) if repeats else None


def some_value(node: Node, random: Random) -> str:
    if not node.control.startswith("select"):
        return random.choice(("", "1", "2", "3", "5", "0", "-2", "0.1", "x"))
    values = [choice.value for choice in node.choices]
    picked = random.sample(values, min(len(values), random.randint(0, 2 if node.control == "select" else 1)))
    return " ".join(picked)


def opened(random: Random) -> FormSession:
    return session_of(random_form(random), language="vi")


def session_of(form: FormDefinition, **options: Any) -> FormSession:
    return FormSession(form, clock=lambda: NOON, new_uuid=lambda: "0", **options)


seeds = st.integers(0, 2**32)


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_every_incremental_state_equals_a_full_recomputation(seed: int) -> None:
    random = Random(seed)
    session = opened(random)
    state(session)
    for _turn in range(random.randint(1, 12)):
        act(session, random)
        answers = session.answers(everything=True)
        if not answers or random.randrange(3) == 0:
            continue
        fresh = session_of(session.form, language=session.language, answers=answers)
        assert state(session) == state(fresh)


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_whatever_changes_is_reported(seed: int) -> None:
    random = Random(seed)
    session = opened(random)
    before = state(session)
    for _turn in range(random.randint(1, 8)):
        changes = act(session, random) or Changes()
        after = state(session)
        old = {seen["address"]: seen for seen in before.values()}
        for path, seen in after.items():
            was = old.get(seen["address"])
            if was is None or any(f"{path}/".startswith(f"{added}/") for added in changes.added):
                continue
            altered = {name for name in (*PROPERTIES, "violation") if seen[name] != was[name]}
            assert altered <= changes.properties.get(path, frozenset()), path
        before = after


class Recorded:
    """A session that keeps what its actions report."""

    def __init__(self, session: FormSession) -> None:
        self.session = session
        self.reported: list[Changes] = []

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.session, name)
        if name not in ("answer", "add_repeat", "remove_repeat", "move_repeat", "set_language"):
            return found
        return lambda *arguments: self.reported.append(found(*arguments))


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_a_draft_built_from_the_reported_changes_equals_the_answers(seed: int) -> None:
    random = Random(seed)
    recorded = Recorded(opened(random))
    draft = flatten(recorded.session.answers(everything=True))
    for _turn in range(random.randint(1, 8)):
        recorded.reported.clear()
        act(recorded, random)
        for changes in recorded.reported:
            for address, value in changes.saved.items():
                if value is None:
                    draft = {k: v for k, v in draft.items() if k != address and not k.startswith(f"{address}/")}
                else:
                    draft = {**draft, address: value}
        assert sorted(draft.items()) == sorted(flatten(recorded.session.answers(everything=True)).items())
        assert flatten(nest(draft)).keys() == draft.keys()
        assert flatten(nest(dict(sorted(draft.items())))) == flatten(recorded.session.answers(everything=True))
