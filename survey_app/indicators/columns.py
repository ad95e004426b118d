"""The questions of a form as columns of answers: level, kind, codes, and when each is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from survey_app.records import HOUSEHOLD
from survey_app.xforms.xpath import Expr, references

Level = Literal["household", "member"]
Kind = Literal["number", "code", "codes", "text"]

MEMBER = "member"
LEVELS: tuple[Level, ...] = ("household", "member")
"""The two tables of answers of a form: a row a submission, called ``household`` whomever the form is about, and a row a
member, the instances of its repeat."""
UNKNOWN_CODES = frozenset({"dk", "unknown", "no_answer", "refused"})
"""Codes that mean that the person does not know or did not say. Where such a code stands in the place of an answer
(``<name>_special``), the answer itself is a blank that was asked, and that is unknown too."""
MODULES = "modules"
"""The question that holds which optional modules this round asks."""


@dataclass(frozen=True)
class Column:
    """A question as a column of answers.

    Attributes:
        name: name of the question.
        level: whose answer it is.
        kind: ``"number"``, ``"code"`` (one choice), ``"codes"`` (several, parted by blanks) or ``"text"``.
        choices: the codes that can be chosen, in the order of the list; empty when they are not known.
        relevant: the condition under which it is asked, with those of the groups around it; None when it is always
            asked, or when the condition cannot be put into SQL (then a blank counts as unknown).
        calculation: how a code or text is worked out from other questions; None for questions, numbers (which come out
            blank by themselves) and what cannot be put into SQL.
        filled: the program fills it in (no question in the body).
        sources: every question that its calculation reads, whether or not it can be put into SQL.
    """

    name: str
    level: Level
    kind: Kind = "text"
    choices: tuple[str, ...] = ()
    relevant: Expr | None = None
    calculation: Expr | None = None
    filled: bool = False
    sources: tuple[str, ...] = ()

    @property
    def is_free(self) -> bool:
        """Tell whether a person wrote the answer in words, or chose among words that a person wrote."""
        return not self.filled and (self.kind == "text" or (self.kind in ("code", "codes") and not self.choices))


@dataclass(frozen=True)
class Codebook:
    """The columns of a form by name.

    Attributes:
        columns: every question, calculation and hidden row.
        repeat: name of the repeat whose instances are the members, ``""`` when the form has none.
        about: whom the form is about, one of ``records.LEVELS``.
    """

    columns: Mapping[str, Column] = field(default_factory=dict)
    repeat: str = ""
    about: str = HOUSEHOLD

    @property
    def levels(self) -> tuple[str, ...]:
        """Return the levels an indicator of the form can count."""
        return (self.about, MEMBER) if self.repeat or self.about == HOUSEHOLD else (self.about,)

    def __contains__(self, name: object) -> bool:
        return name in self.columns

    def __getitem__(self, name: str) -> Column:
        return self.columns[name]

    def inputs(self, name: str) -> tuple[str, ...]:
        """Return the questions that decide whether a question was asked and, for a calculation, what it says."""
        column = self.columns[name]
        parts = [part for part in (column.relevant, column.calculation) if part is not None]
        return tuple(dict.fromkeys(read for part in parts for read in references(part)))

    def names(self, level: Level) -> tuple[str, ...]:
        """Return the names that an expression of a level may read: a member's may read the household's too."""
        return tuple(name for name, column in self.columns.items() if level == "member" or column.level == "household")


HEAD_SEX = "head_sex"
"""A column that ``rows_of`` works out: the sex of the member who is head of the household."""


DISTRICT = "district_code"
"""Of every form: the district, where results are told in the units of before 01/07/2025; blank in today's."""
HOUSEHOLDS_COMPLETE = "households_complete"
HOUSEHOLDS_POOR = "households_poor"
"""Of a village: how many households of it have a complete form, and how many of these are poor or near-poor."""
DS_HOUSEHOLD = "ds_household"
DS_DEVICES = "ds_devices"
"""Of a request for a device: the household it belongs to through splits, closed lines and people counted in both, and
how often that one was given a device or money, by forms and by the records of programmes."""


@dataclass(frozen=True)
class BuiltIn:
    """A column that is no question of the form.

    Attributes:
        column: the column.
        like: the question whose choices it has.
        about: level of the forms that have it; ``""`` for all.
    """

    column: Column
    like: str = ""
    about: str = HOUSEHOLD

    @property
    def name(self) -> str:
        """Return the column's name."""
        return self.column.name


BUILT_IN = (
    BuiltIn(Column(HEAD_SEX, "household", "code", filled=True), like="m_sex"),
    BuiltIn(Column(DISTRICT, "household", "text", filled=True), about=""),
    BuiltIn(Column(HOUSEHOLDS_COMPLETE, "household", "number", filled=True), about="village"),
    BuiltIn(Column(HOUSEHOLDS_POOR, "household", "number", filled=True), about="village"),
    BuiltIn(Column(DS_HOUSEHOLD, "household", "text", filled=True), about="device_support"),
    BuiltIn(Column(DS_DEVICES, "household", "number", filled=True), about="device_support"),
)
