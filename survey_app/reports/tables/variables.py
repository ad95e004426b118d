"""What a form asks as the columns of tables: one table a level, joined by keys.

The **levels** are the household and one for every repeat: the first repeat is called ``member``, all others as in the
form. A table begins with its **keys**: ``submission_id``; for a repeat inside another one ``<level>_line`` of the line
it belongs to; for every repeat ``line``, a number its instance keeps when others are removed. Then come the questions
by their names, in the order of the form. When a name is asked twice in a level, the later one is called
``<group>.<name>``. What only older versions of the form asked comes last, so that no answer is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from survey_app.records import LINE
from survey_app.xforms import FormDefinition
from survey_app.xforms.plan import SPECIAL
from survey_app.xforms.spec import Spec
from survey_app.xforms.xpath import Path, XPathError, parse, walk

SUBMISSION = "submission_id"
LINE_COLUMN = "line"
HOUSEHOLD, MEMBER = "household", "member"

Kind = Literal["integer", "decimal", "code", "codes", "date", "moment", "text"]

_KINDS: dict[str, Kind] = {
    "int": "integer",
    "integer": "integer",
    "long": "integer",
    "decimal": "decimal",
    "date": "date",
    "dateTime": "moment",
}


@dataclass(frozen=True)
class Variable:
    """A question, calculation or hidden row as a column.

    Attributes:
        name: of the column.
        label: what is asked, in the language of the export.
        kind: ``integer``, ``decimal``, ``code`` (one choice), ``codes`` (several, parted by blanks), ``date``,
            ``moment`` (date and time) or ``text``.
        choices: code to label, in the order of the list; empty when the list depends on answers.
        asked: a person answers it; otherwise the program fills it in.
        calculated: it is worked out from other answers.
        sources: names that its calculation reads.
        stands_for: name of the column whose special answers (refused, not known) this one holds, ``""`` for others.
        preload: the program takes it from the machine or from who uses it.
        version: version of the form that asked it last, ``""`` for the version in use.
    """

    name: str
    label: str
    kind: Kind
    choices: Mapping[str, str]
    asked: bool = True
    calculated: bool = False
    sources: tuple[str, ...] = ()
    stands_for: str = ""
    preload: bool = False
    version: str = ""

    @property
    def is_free(self) -> bool:
        """Whether a person wrote the answer in words, or chose among words that a person wrote."""
        in_words = self.kind == "text" or (self.kind in ("code", "codes") and not self.choices)
        return self.asked and in_words


@dataclass(frozen=True)
class Level:
    """A table.

    Attributes:
        name: of the table: ``household``, ``member``, or that of the repeat.
        above: names of the levels that its repeat stands in, outermost first, the household left out.
        variables: its columns behind the keys.
        keyed: it has keys; a table of figures has none.
        lined: it is a repeat: a submission has several lines of it.
    """

    name: str
    above: tuple[str, ...]
    variables: tuple[Variable, ...]
    keyed: bool = True
    lined: bool = True

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns that say which row this is, and to which rows of other tables it belongs."""
        if not self.keyed:
            return ()
        if not self.lined:
            return (SUBMISSION,)
        return (SUBMISSION, *(f"{name}_line" for name in self.above), LINE_COLUMN)

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns in order."""
        return (*self.keys, *(variable.name for variable in self.variables))

    def without(self, names: Iterable[str]) -> Level:
        """Return the level without some of its variables."""
        gone = set(names)
        return replace(self, variables=tuple(each for each in self.variables if each.name not in gone))


Row = tuple[str, Mapping[str, str]]
"""Name of a level, and a row of its table: column to text; a blank may be missing."""


@dataclass(frozen=True)
class Layout:
    """The tables of a form, and where each answer goes.

    Attributes:
        levels: the household first, repeats in the order of the form.
        places: for each level, path below its repeat (names joined by ``/``) to the column.
        inner: for each level, path below its repeat of a repeat inside it to the name of that one's level.
    """

    levels: tuple[Level, ...]
    places: Mapping[str, Mapping[str, str]]
    inner: Mapping[str, Mapping[str, str]]

    def rows(self, submission: str, answers: Mapping[str, object]) -> Iterator[Row]:
        """Yield the rows of a submission: the household, then each line of a repeat followed by those inside it."""
        return self._rows(HOUSEHOLD, {SUBMISSION: submission}, answers)

    def _rows(self, level: str, keys: Mapping[str, str], answers: Mapping[str, object]) -> Iterator[Row]:
        row = dict(keys)
        repeats: list[tuple[str, Sequence[Mapping[str, object]]]] = []
        self._spread(level, answers, "", row, repeats)
        yield level, row
        below = {SUBMISSION: keys[SUBMISSION], **{name: text for name, text in keys.items() if name.endswith("_line")}}
        if level != HOUSEHOLD:
            below[f"{level}_line"] = keys[LINE_COLUMN]
        for name, instances in repeats:
            for instance in instances:
                yield from self._rows(name, {**below, LINE_COLUMN: str(instance[LINE])}, instance)

    def _spread(
        self,
        level: str,
        answers: Mapping[str, object],
        prefix: str,
        row: dict[str, str],
        repeats: list[tuple[str, Sequence[Mapping[str, object]]]],
    ) -> None:
        places = self.places[level]
        for name, value in answers.items():
            path = prefix + name
            if isinstance(value, str):
                # a question that moved into another group since is known by its name
                column = places.get(path) or places.get(name)
                if column is not None and (path in places or column not in row):
                    row[column] = value
            elif isinstance(value, Mapping):
                self._spread(level, value, f"{path}/", row, repeats)
            elif isinstance(value, list):
                inside = self.inner[level].get(path) or self.inner[level].get(name)
                if inside is not None:
                    repeats.append((inside, value))


def layout_of(forms: Sequence[FormDefinition], language_of: Callable[[FormDefinition], str]) -> Layout:
    """Return the tables of a form.

    Args:
        forms: versions of the form, the one in use first.
        language_of: language of a form in which questions and choices are to be called.
    """
    draft = _Draft()
    for form in forms:
        draft.read(form, language_of(form), "" if form is forms[0] else form.version)
    return draft.layout()


class _Draft:
    """Tables under way."""

    def __init__(self) -> None:
        self._above: dict[str, tuple[str, ...]] = {HOUSEHOLD: ()}
        self._variables: dict[str, dict[str, Variable]] = {HOUSEHOLD: {}}
        self._places: dict[str, dict[str, str]] = {HOUSEHOLD: {}}
        self._inner: dict[str, dict[str, str]] = {HOUSEHOLD: {}}

    def read(self, form: FormDefinition, language: str, version: str) -> None:
        """Add what a version of the form asks and no newer one did."""
        level_of: dict[str, str] = {form.root: HOUSEHOLD}
        for spec in form.specs.values():
            if spec.kind == "repeat":
                level_of[spec.path] = self._repeat(level_of, spec)
            elif _is_variable(spec):
                level, path = _place(level_of, spec)
                self._variable(level, path, _variable(form, spec, language, version))

    def _repeat(self, level_of: Mapping[str, str], spec: Spec) -> str:
        level, path = _place(level_of, spec)
        known = self._inner[level].get(path)
        if known is None:
            known = self._named(MEMBER if len(self._above) == 1 else re.sub(r"[^\w.-]", "_", spec.local))
            self._inner[level][path] = known
            self._inner[level].setdefault(spec.local, known)
            self._above[known] = self._above[level] if level == HOUSEHOLD else (*self._above[level], level)
            self._variables[known], self._places[known], self._inner[known] = {}, {}, {}
        return known

    def _named(self, wanted: str) -> str:
        """Return a name that no level has yet, also where a disk takes capitals for small letters."""
        taken, name, number = {each.casefold() for each in self._above}, wanted, 2
        while name.casefold() in taken:
            name, number = f"{wanted}_{number}", number + 1
        return name

    def _variable(self, level: str, path: str, variable: Variable) -> None:
        places, columns = self._places[level], self._variables[level]
        if path in places:
            return
        if variable.version and variable.name in columns:
            places[path] = variable.name  # it stood in another group then
            return
        reserved = {SUBMISSION, LINE_COLUMN, *(f"{name}_line" for name in self._above)}
        name = variable.name
        if name in columns or name in reserved:
            name = ".".join(path.split("/")[-2:]) if "/" in path else f"{name}_"
            while name in columns or name in reserved:
                name += "_"
        columns[name] = replace(variable, name=name)
        places[path] = name
        places.setdefault(variable.name, name)

    def layout(self) -> Layout:
        """Return the tables."""
        levels = tuple(
            Level(name, above, tuple(_linked(self._variables[name])), lined=name != HOUSEHOLD)
            for name, above in self._above.items()
        )
        return Layout(levels, self._places, self._inner)


def _linked(columns: Mapping[str, Variable]) -> Iterator[Variable]:
    for variable in columns.values():
        known = not variable.stands_for or variable.stands_for in columns
        yield variable if known else replace(variable, stands_for="")


def _is_variable(spec: Spec) -> bool:
    if spec.kind not in ("question", "value") or spec.children or spec.is_meta:
        return False
    is_note = "readonly" in spec.rules and spec.rules["readonly"].text.strip() == "true()"
    return not is_note or "calculate" in spec.rules


def _place(level_of: Mapping[str, str], spec: Spec) -> tuple[str, str]:
    """Return the level that a node stands in, and its path below that level's repeat."""
    above = spec.parent
    while above is not None and above.path not in level_of:
        above = above.parent
    start = above.path if above is not None else ""
    steps = spec.path[len(start) :].strip("/").split("/")
    return level_of.get(start, HOUSEHOLD), "/".join(step.rpartition(":")[2] for step in steps)


def _variable(form: FormDefinition, spec: Spec, language: str, version: str) -> Variable:
    question = form.questions.get(spec.path)
    control = question.control if question is not None else ""
    calculated = spec.rules.get("calculate")
    kind = _KINDS.get(spec.type, "text")
    if control in ("select1", "select", "rank"):
        kind = "code" if control == "select1" else "codes"
    is_special = question is not None and SPECIAL in question.appearance.split()
    return Variable(
        name=spec.local,
        label=question.label(language) if question is not None else "",
        kind=kind,
        choices={each.value: each.label(language) for each in question.choices} if question is not None else {},
        asked=question is not None and calculated is None,
        calculated=calculated is not None,
        sources=sources(calculated.text) if calculated is not None else (),
        stands_for=spec.local.removesuffix("_special") if is_special and spec.local.endswith("_special") else "",
        preload=bool(spec.preload) and spec.preload not in ("timestamp", "date"),
        version=version,
    )


def sources(expression: str) -> tuple[str, ...]:
    """Return the names that an expression reads, however it reaches them."""
    try:
        parts = list(walk(parse(expression)))
    except XPathError:
        return ()
    steps = (part.steps[-1].test for part in parts if isinstance(part, Path) and part.steps)
    return tuple(dict.fromkeys(steps))
