"""How a form is cut into sections, people and pages. Read once from the definition; knows no answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from survey_app.xforms.definition import BodyItem, FormDefinition

SOFT_CHECK = "soft-check"
"""Appearance of the row that asks why a doubtful answer is right; it is drawn inside the card above it."""

SPECIAL = "special-answer"
"""Appearance of the choice that says why the question above it has no answer: refused, not known, not applicable. It is
an ordinary row of the workbook, ``<name>_special``; the question above is required only while it is blank."""

ROSTER = "roster"
"""Appearance of the group inside a repeat whose questions are the columns of the table."""

AGE = "_age"

FIRST_COLUMNS = 4
"""So many questions make the table when no group has the appearance ``roster``."""


@dataclass(frozen=True)
class Part:
    """A run of questions under one heading.

    Attributes:
        path: generic path of the group the heading comes from, ``""`` when there is none.
        questions: generic paths of its questions, in order.
    """

    path: str
    questions: tuple[str, ...]


@dataclass(frozen=True)
class Roster:
    """A repeat: a table of lines, then a page for each line.

    Attributes:
        path: generic path of the repeat.
        columns: generic paths of the questions asked in the table.
        parts: what is asked on the page of a line.
    """

    path: str
    columns: tuple[str, ...]
    parts: tuple[Part, ...]

    @property
    def questions(self) -> tuple[str, ...]:
        """Every question of a line: those of the table, then those of the page."""
        return (*self.columns, *(path for part in self.parts for path in part.questions))


@dataclass(frozen=True)
class Section:
    """A top-level group of the form.

    Attributes:
        path: generic path; the form's root for questions outside any group.
        before: what is asked before the roster (everything when there is none).
        roster: the repeat inside this section.
        after: what is asked after the roster.
    """

    path: str
    before: tuple[Part, ...]
    roster: Roster | None
    after: tuple[Part, ...]


@dataclass(frozen=True)
class Plan:
    """The whole form.

    Attributes:
        sections: in order.
        checks: the soft checks of a question, by the question's generic path; they stand in no part.
        specials: the question that takes the place of an answer (see ``SPECIAL``), by the generic path of the question
            it stands for; it stands in no part.
        numbers: what is printed left of a question (``"4.06"``), by generic path; the same for every household.
        ages: the calculated age of a line, by the repeat's generic path: a value whose name ends in ``_age``.
    """

    sections: tuple[Section, ...]
    checks: Mapping[str, tuple[str, ...]]
    numbers: Mapping[str, str]
    ages: Mapping[str, str]
    specials: Mapping[str, str] = field(default_factory=dict)

    @property
    def rosters(self) -> tuple[Roster, ...]:
        """Every repeat of the form."""
        return tuple(s.roster for s in self.sections if s.roster)


def plan(form: FormDefinition) -> Plan:
    """Return how a form is walked through."""
    checks: dict[str, list[str]] = {}
    sections: list[Section] = []
    loose: list[BodyItem] = []
    for item in (*form.body, None):
        if item is not None and item.kind == "question":
            loose.append(item)
            continue
        if loose:
            sections.append(_section(form, form.root, loose, checks))
            loose = []
        if item is not None:
            inside = [item] if item.kind == "repeat" else list(item.children)
            sections.append(_section(form, item.path, inside, checks))
    kept = tuple(s for s in sections if s.before or s.roster or s.after)
    specials = {path: inner for path, found in checks.items() for inner in found if is_special(form, inner)}
    soft = {path: tuple(inner for inner in found if inner not in specials.values()) for path, found in checks.items()}
    found = Plan(kept, {path: inner for path, inner in soft.items() if inner}, _numbers(form, kept), {}, specials)
    return replace(found, ages=_ages(form, found.rosters))


def _ages(form: FormDefinition, rosters: Sequence[Roster]) -> dict[str, str]:
    values = [path for path in form.specs if path.endswith(AGE) and path not in form.questions]
    found = ((roster.path, [p for p in values if p.startswith(f"{roster.path}/")]) for roster in rosters)
    return {path: ages[0] for path, ages in found if ages}


def _numbers(form: FormDefinition, sections: Sequence[Section]) -> dict[str, str]:
    numbers: dict[str, str] = {}
    for number, section in enumerate(sections, start=1):
        inside = [path for part in section.before for path in part.questions]
        inside += section.roster.questions if section.roster else ()
        inside += [path for part in section.after for path in part.questions]
        asked = [path for path in inside if not (_is_note(form, path) or is_head(form, path))]
        numbers.update({path: f"{number}.{place:02d}" for place, path in enumerate(asked, start=1)})
    return numbers


def _is_note(form: FormDefinition, path: str) -> bool:
    """Return whether a question only says something: nobody may ever answer it."""
    rules = form.specs[path].own_rules
    return any(rule.kind == "readonly" and rule.text.replace(" ", "") == "true()" for rule in rules)


def is_head(form: FormDefinition, path: str) -> bool:
    """Return whether a question is the row above a table of choices: it shows them and is never answered."""
    question = form.questions[path]
    return question.control == "select1" and "label" in question.appearance.split()


def is_table_title(path: str) -> bool:
    """Return whether a question is the note that pyxform makes of the label of a group ``table-list``."""
    return path.rpartition("/")[2].startswith("generated_table_list_label")


def _section(form: FormDefinition, path: str, items: Sequence[BodyItem], checks: dict[str, list[str]]) -> Section:
    flat = list(_unfolded(items))
    at = next((i for i, item in enumerate(flat) if item.kind == "repeat"), len(flat))
    before = _parts(form, flat[:at], path, checks)
    if at == len(flat):
        return Section(path, before, None, ())
    return Section(path, before, _roster(form, flat[at], checks), _parts(form, flat[at + 1 :], path, checks))


def _unfolded(items: Sequence[BodyItem]) -> Iterator[BodyItem]:
    """Yield the items with groups around a repeat opened, so that a repeat stands by itself."""
    for item in items:
        if item.kind == "group" and _holds_repeat(item):
            yield from _unfolded(item.children)
        else:
            yield item


def _holds_repeat(item: BodyItem) -> bool:
    return item.kind == "repeat" or any(_holds_repeat(child) for child in item.children)


def _parts(
    form: FormDefinition, items: Sequence[BodyItem], heading: str, checks: dict[str, list[str]]
) -> tuple[Part, ...]:
    parts: list[Part] = []
    loose: list[str] = []
    for item in items:
        if item.kind == "question":
            if loose and (is_check(form, item.path) or is_special(form, item.path)):
                checks.setdefault(loose[-1], []).append(item.path)
            else:
                loose.append(item.path)
            continue
        if loose:
            parts.append(Part(heading, tuple(loose)))
            loose = []
        parts.extend(_parts(form, item.children, item.path, checks))
    if loose:
        parts.append(Part(heading, tuple(loose)))
    return tuple(parts)


def _roster(form: FormDefinition, repeat: BodyItem, checks: dict[str, list[str]]) -> Roster:
    parts = _parts(form, repeat.children, repeat.path, checks)
    table = {child.path for child in repeat.children if ROSTER in child.appearance.split()}
    columns = tuple(q for p in parts if p.path in table for q in p.questions)
    if not columns:
        columns = _first_columns(form, parts[0].questions if parts else ())
    rest = (Part(p.path, tuple(q for q in p.questions if q not in columns)) for p in parts)
    return Roster(repeat.path, columns, tuple(p for p in rest if p.questions))


def _first_columns(form: FormDefinition, questions: Sequence[str]) -> tuple[str, ...]:
    """Return what is asked in the table when the form does not say: the first questions that are short to answer."""
    found: list[str] = []
    for path in questions[:FIRST_COLUMNS]:
        question = form.questions[path]
        if question.control not in {"input", "select1"} or question.type in {"dateTime", "geopoint"}:
            break
        found.append(path)
    return tuple(found)


def is_check(form: FormDefinition, path: str) -> bool:
    """Return whether a question is a soft check."""
    return SOFT_CHECK in form.questions[path].appearance.split()


def is_special(form: FormDefinition, path: str) -> bool:
    """Return whether a question takes the place of the answer to the one above it."""
    question = form.questions[path]
    return question.control == "select1" and SPECIAL in question.appearance.split()
