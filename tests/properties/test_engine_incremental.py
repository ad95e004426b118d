"""Whatever a person does, what stands there is what a full recomputation gives."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from survey_app.records import flatten, nest
from survey_app.xforms import Changes, FormDefinition, FormError, FormSession, load_form

NOON = dt.datetime(2026, 11, 21, 12, tzinfo=dt.timezone(dt.timedelta(hours=7)))
HEAD = (
    '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" '
    'xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>t</h:title><model>'
)
ITEMS = "".join(f"<item><name>{n}</name><label>L{n}</label><kind>{n % 3}</kind></item>" for n in range(6))


@dataclass
class Field:
    """A question or calculation of a random form, in the repeat ``where`` (0 none, 1 ``r``, 2 ``r/n``)."""

    name: str
    where: int
    binds: dict[str, str] = field(default_factory=dict)
    control: str = ""
    label: str = ""
    filter: str = ""

    @property
    def path(self) -> str:
        return ("/data/g/", "/data/r/", "/data/r/n/")[self.where] + self.name


def reference(reader: Field, target: Field) -> str:
    """Return the path from a reader to a target: to its own instance where both share one, else to all."""
    shared = min(reader.where, target.where)
    if shared == 0:
        return target.path
    up = "/".join([".."] * (reader.where - shared + 1))
    down = ("", "", "n/")[target.where] if target.where > shared else ""
    return f"{up}/{down}{target.name}"


TEMPLATES = (
    "{a} + {b}",
    "if({a} > {b}, {a}, 'no')",
    "concat({a}, '-', {b})",
    "sum({all}[. != ''])",
    "count({all}[. = {a}])",
    "count(/data/r)",
    "position(..) + number({a})",
    "join(',', {all})",
    "count-selected({a}) + {b}",
    "/data/r[position() = 2]/r0",
    "indexed-repeat({all}, /data/r, 1)",
    "coalesce({a}, {b})",
    "string-length({b}) * count(../*)",
    "count(../../r/n)",
    "{all}[last()]",
)
CONDITIONS = ("{a} > 2", "{a} != ''", "selected({a}, '1')", "count({all}) > 2", "{b} = {a}", "count(/data/r) < 3")


@st.composite
def forms(draw: st.DrawFn) -> str:
    fields = [
        Field(f"{prefix}{number}", where)
        for where, prefix in enumerate("hrn")
        for number in range(draw(st.integers(2, 4)))
    ]
    order = draw(st.permutations(fields))
    for place, one in enumerate(order):
        fill_in(draw, one, list(order[:place]))
    return document(draw, fields)


def loaded(xml: str) -> FormDefinition:
    """Return the form; random circles are the author's fault and tell nothing here."""
    try:
        return load_form(xml.encode())
    except FormError as error:
        assert all("→" in fault.message or "own answer" in fault.message for fault in error.faults)
        reject()


def fill_in(draw: st.DrawFn, one: Field, before: list[Field]) -> None:
    kind = draw(st.sampled_from(("calculate", "input", "input", "select")))

    def expression(pool: Sequence[str]) -> str:
        return draw(st.sampled_from(pool)).format(
            a=reference(one, draw(st.sampled_from(before))),
            b=reference(one, draw(st.sampled_from(before))),
            all=draw(st.sampled_from(before)).path,
        )

    usable = [t for t in TEMPLATES if "r0" not in t or any(f.name == "r0" for f in before)]
    if kind == "calculate" and before:
        one.binds["calculate"] = expression(usable)
    else:
        one.control = "select1" if kind == "select" else "input"
    if not before:
        return
    for name in ("relevant", "readonly", "required", "constraint"):
        if draw(st.integers(0, 3)) == 0:
            one.binds[name] = expression(CONDITIONS)
    if one.control and draw(st.booleans()):
        one.label = expression(usable)
    if one.control == "select1" and draw(st.booleans()):
        one.filter = f"[kind = {reference(one, draw(st.sampled_from(before))).replace('..', 'current()/..', 1)}]"


def document(draw: st.DrawFn, fields: list[Field]) -> str:
    def inside(where: int) -> str:
        return "".join(
            f"<{one.name}>{draw(st.sampled_from(('', '1', '3')))}</{one.name}>" for one in fields if one.where == where
        )

    data = f'<data id="t"><g>{inside(0)}</g><r>{inside(1)}<n>{inside(2)}</n></r></data>'
    binds = "".join(
        f'<bind nodeset="{one.path}" {" ".join(f"{k}={quoted(v)}" for k, v in one.binds.items())}/>' for one in fields
    )
    if draw(st.booleans()) and not any(f.where == 0 and "r" in "".join(f.binds.values()) for f in fields):
        binds += f'<bind nodeset="/data/r" relevant="{next(f for f in fields if f.where == 0).path} != \'3\'"/>'
    lists = f'<instance id="list"><root>{ITEMS}</root></instance>'
    body = "".join(map(control, (one for one in fields if one.where == 0)))
    body += f'<repeat nodeset="/data/r">{"".join(control(one) for one in fields if one.where == 1)}'
    body += f'<repeat nodeset="/data/r/n">{"".join(control(one) for one in fields if one.where == 2)}</repeat></repeat>'
    return f"{HEAD}<instance>{data}</instance>{lists}{binds}</model></h:head><h:body>{body}</h:body></h:html>"


def quoted(text: str) -> str:
    return '"' + text.replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;") + '"'


def control(one: Field) -> str:
    if not one.control:
        return ""
    label = f"<label>{one.name} <output value={quoted(one.label)}/></label>" if one.label else "<label>x</label>"
    items = ""
    if one.control == "select1":
        nodes = quoted("instance('list')/root/item" + one.filter)
        items = f'<itemset nodeset={nodes}><value ref="name"/><label ref="label"/></itemset>'
    return f'<{one.control} ref="{one.path}">{label}{items}</{one.control}>'


def state(session: FormSession) -> dict[str, tuple[object, ...]]:
    found: dict[str, tuple[object, ...]] = {}
    for path in session.paths():
        node = session.node(path)
        violation = node.violation and (node.violation.path, node.violation.kind, node.violation.message)
        found[path] = (node.address, node.value, node.held, node.relevant, node.readonly, node.required, violation)
        found[path] += (node.label, node.choices)
    return {path: values for path, values in found.items() if "meta" not in path}


def act(session: FormSession | Recorded, data: st.DataObject) -> None:
    draw = data.draw
    what = draw(st.sampled_from(("answer", "answer", "answer", "add", "add inner", "remove")))
    paths = session.paths()
    if what == "answer":
        open_paths = [p for p in paths if session.node(p).control and not session.node(p).readonly]
        if open_paths:
            session.answer(draw(st.sampled_from(open_paths)), draw(st.sampled_from(("", "1", "2", "3", "5", "0"))))
    elif what == "add" and len(session.paths()) < 60:
        session.add_repeat("/data/r")
    elif what == "add inner":
        outer = [p for p in paths if p.startswith("/data/r[") and p.count("/") == 2]
        if outer and len(paths) < 60:
            session.add_repeat(f"{draw(st.sampled_from(outer))}/n")
    else:
        repeats = [p for p in paths if p.endswith("]")]
        if repeats:
            session.remove_repeat(draw(st.sampled_from(repeats)))


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_every_incremental_state_equals_a_full_recomputation(data: st.DataObject) -> None:
    form = loaded(data.draw(forms()))
    session = FormSession(form, clock=lambda: NOON)
    state(session)
    for _turn in range(data.draw(st.integers(1, 8))):
        act(session, data)
        answers = session.answers(everything=True)
        if not answers:
            continue
        fresh = FormSession(form, clock=lambda: NOON, answers=answers)
        assert state(session) == state(fresh)


class Recorded:
    """A session that keeps what its actions report."""

    def __init__(self, session: FormSession) -> None:
        self.session = session
        self.reported: list[Changes] = []

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.session, name)
        if name not in ("answer", "add_repeat", "remove_repeat"):
            return found
        return lambda *arguments: self.reported.append(found(*arguments))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_draft_built_from_the_reported_changes_equals_the_answers(data: st.DataObject) -> None:
    form = loaded(data.draw(forms()))
    recorded = Recorded(FormSession(form, clock=lambda: NOON))
    draft = flatten(recorded.session.answers(everything=True))
    for _turn in range(data.draw(st.integers(1, 8))):
        recorded.reported.clear()
        act(recorded, data)
        for changes in recorded.reported:
            for address, value in changes.saved.items():
                if value is None:
                    draft = {k: v for k, v in draft.items() if k != address and not k.startswith(f"{address}/")}
                else:
                    draft = {**draft, address: value}
        assert sorted(draft.items()) == sorted(flatten(recorded.session.answers(everything=True)).items())
        assert flatten(nest(draft)).keys() == draft.keys()
