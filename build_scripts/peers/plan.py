"""What is done to a form in a benchmark: the same answers for every engine."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from survey_app.xforms import FormDefinition, FormSession, load_form

MANY = 20
"""From this member on only the first answers are given."""
FEW = 6
MOST_TOGGLES = 240
NUMBERS = ("1", "2", "5", "40", "100", "1985", "2000", "300000", "0")
DATES = ("1985-05-17", "2015-02-03")
WORDS = ("Nguyễn Thị Lan", "Trần Văn An")


@dataclass
class Plan:
    """A sequence of answers.

    Attributes:
        form: file with the XForm.
        repeat: generic path of the repeat of members.
        loads: how often the form is loaded.
        fill: ``("add", number)`` or ``("set", path, value)``.
        toggle: path, another value, and the value it had.
        watch: paths of the calculations outside repeats, whose values must agree.
    """

    form: str
    repeat: str
    loads: int
    fill: list[tuple[str | int, ...]] = field(default_factory=list)
    toggle: list[tuple[str, str, str]] = field(default_factory=list)
    watch: list[str] = field(default_factory=list)

    def write(self, folder: Path) -> tuple[Path, Path]:
        """Write the plan as JSON and as lines of tabs; return both files."""
        as_json, as_lines = folder / "plan.json", folder / "plan.tsv"
        as_json.write_text(json.dumps(self.__dict__, ensure_ascii=False), encoding="utf-8")
        lines: list[tuple[str, ...]] = [
            ("form", self.form),
            ("repeat", self.repeat),
            *(("watch", path) for path in self.watch),
        ]
        lines += [("loads", str(self.loads)), *(tuple(map(str, one)) for one in self.fill)]
        lines += [("toggle", *one) for one in self.toggle]
        as_lines.write_text("".join("\t".join(line) + "\n" for line in lines), encoding="utf-8")
        return as_json, as_lines


def plan_for(form_file: Path, members: int, loads: int) -> Plan:
    """Return the plan for a form: every question that may be answered is, one member after another."""
    form = load_form(form_file)
    repeat = next(spec.path for spec in form.specs.values() if spec.kind == "repeat" and not spec.fixed_size)
    plan = Plan(str(form_file), repeat, loads)
    session = FormSession(form)
    _answer_all(session, plan, [path for path in session.paths() if not path.startswith(repeat)])
    for number in range(1, members + 1):
        plan.fill.append(("add", number))
        if f"{repeat}[{number}]" not in session.paths():
            session.add_repeat(repeat)
        inside = [path for path in session.paths() if path.startswith(f"{repeat}[{number}]/")]
        _answer_all(session, plan, inside, FEW if number > MANY else len(inside))
    plan.watch = _calculations(form)
    _plan_toggles(session, plan)
    return plan


def _answer_all(session: FormSession, plan: Plan, paths: list[str], most: int = 10_000) -> None:
    for path in paths:
        values = _values(session, path)
        for value in values if most > 0 else []:
            session.answer(path, value)
            if session.node(path).violation is None and session.node(path).value == value:
                plan.fill.append(("set", path, value))
                most -= 1
                break
        else:
            if values and most > 0:
                session.answer(path, "")


def _values(session: FormSession, path: str) -> list[str]:
    """Return values that may do for a question; none where nothing is to be answered."""
    node = session.node(path)
    if node.kind != "question" or not node.relevant or node.readonly:
        return []
    if node.control in ("select1", "select"):
        choices = [choice.value for choice in node.choices]
        turn = int(path.partition("[")[2].partition("]")[0] or 1) - 1
        turned = [choices[(turn + place) % len(choices)] for place in range(len(choices))]
        return sorted(turned[:6], key=lambda value: value != "yes")
    if node.control != "input":
        return []
    words = WORDS if node.type == "string" else ()
    return list({"int": NUMBERS, "decimal": NUMBERS, "date": DATES}.get(node.type, words))


def _calculations(form: FormDefinition) -> list[str]:
    repeats = [spec.path for spec in form.specs.values() if spec.kind == "repeat"]
    return [
        spec.path
        for spec in form.specs.values()
        if "calculate" in spec.rules and not spec.is_meta and not any(spec.path.startswith(f"{r}/") for r in repeats)
    ]


def _plan_toggles(session: FormSession, plan: Plan) -> None:
    answered = [(str(path), str(value)) for _what, path, value in (one for one in plan.fill if one[0] == "set")]
    step = max(1, len(answered) // MOST_TOGGLES)
    for path, value in answered[::step]:
        if session.node(path).value != value:
            continue
        before = session.answers(everything=True)
        other = next((one for one in _values(session, path) if one != value), "")
        session.answer(path, other)
        fits = session.node(path).violation is None
        session.answer(path, value)
        if fits and session.answers(everything=True) == before:
            plan.toggle.append((path, other, value))
