"""Indicators as authors write them: a table beside the form, edited in a spreadsheet, checked as a whole.

Columns of ``indicators.csv``:

=================  ====================================================================================================
key                short name, unique; letters, digits and ``_``
name_vi, name_en   what people read
short_vi, short_en name for a narrow list; blank: the long one
headline           ``yes``: shown first, on screens and in reports
level              what is counted: whom the form is about (``household``, ``village``, ...), or ``member``
aggregate          ``ratio``: share of rows in percent · ``distribution``: share of each choice of a question ·
                   ``count``: rows · ``sum``: of a number · ``weighted_ratio``: sum over sum, in percent ·
                   ``shares``: share of each of several sums · ``root_ratio``: square root of sum over sum ·
                   ``difference``: sum less sum
numerator          condition in XLSForm language, ``selected(${internet_type}, 'fibre')``; for ``distribution`` the
                   question; for ``shares`` several questions parted by semicolons; for the others of sums a number
denominator        condition that says which rows belong (for a sum over or less another a number); may be blank for
                   ``count`` and ``sum``: then all rows do. Rows outside it are never in the numerator
unit               what the figure is in; blank: ``%``, or ``count`` for what is no share
each               question: its different values are counted instead of rows (``ratio`` and ``count`` only)
group              heading it is listed under
direction          ``up``: more is better · ``down``: less is better · ``zero``: there should be none
unknown            condition that makes a row undecided; blank: worked out (see ``survey_app.indicators.expressions``)
numerator_vi, …    numerator and denominator in words, both languages
note_vi, note_en   what must not be confused, for the reader
=================  ====================================================================================================
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from survey_app.i18n import _
from survey_app.indicators.checking import Type, check
from survey_app.indicators.codebook import codebook_of
from survey_app.indicators.columns import MEMBER, Codebook, Level
from survey_app.indicators.faults import TableError, TableFault, nearest
from survey_app.indicators.tables import Source, TableRow, one_of, read_table
from survey_app.xforms.xpath import Expr, Reference, XPathError, parse

if TYPE_CHECKING:
    from survey_app.xforms import FormDefinition

AGGREGATES = ("ratio", "distribution", "count", "sum", "weighted_ratio", "shares", "root_ratio", "difference")
DIRECTIONS = ("up", "down", "zero")
PERCENT = frozenset({"ratio", "distribution", "weighted_ratio", "shares"})
"""Aggregates whose estimate is a hundred times numerator over denominator."""
OF_SUMS = frozenset({"weighted_ratio", "shares", "root_ratio", "difference"})
"""Aggregates whose denominator is a sum and no number of rows: rows that lack a number are left out of both sums."""
UNITS = ("%", "per 100", "km", "count")
FULLY_COUNTED = frozenset({"village", "commune", "agency", "device_support"})
"""Levels of which there are few and all are asked: a share of five of them is a fact, no estimate."""

_TABLE = "indicators"
_NEEDED = ("key", "name_vi", "level", "aggregate", "numerator", "denominator")
_COLUMNS = (
    *(
        "key",
        "name_vi",
        "name_en",
        "short_vi",
        "short_en",
        "headline",
        "level",
        "aggregate",
        "numerator",
        "denominator",
    ),
    *("group", "direction", "unknown", "unit", "each"),
    *("numerator_vi", "numerator_en", "denominator_vi", "denominator_en", "note_vi", "note_en"),
)
_WORDED = ("short_", "numerator_", "denominator_", "note_")
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


@dataclass(frozen=True)
class Indicator:
    """One indicator, checked and ready to be computed.

    Attributes:
        key: short unique name.
        name_vi: name in Vietnamese.
        name_en: name in English.
        level: what is counted, for example ``"household"``, ``"village"`` or ``"member"``.
        aggregate: one of ``AGGREGATES``.
        numerator: syntax tree; for a distribution the ``Reference`` of the question; for shares their sum.
        denominator: syntax tree, None when every row belongs.
        unknown: syntax tree of the author's own rule, None when it is worked out.
        group: heading.
        direction: one of ``DIRECTIONS``.
        headline: shown first.
        words: the cells of ``short_…``, ``numerator_…``, ``denominator_…`` and ``note_…`` by column.
        numerator_text: the numerator as written.
        denominator_text: the denominator as written.
        book: the form's columns.
        unit: one of ``UNITS``.
        each: name of the question whose different values are counted, ``""`` where rows are.
        parts: names of the questions of shares.
    """

    key: str
    name_vi: str
    name_en: str
    level: str
    aggregate: str
    numerator: Expr
    denominator: Expr | None
    unknown: Expr | None
    group: str
    direction: str
    headline: bool
    words: dict[str, str] = field(hash=False)
    numerator_text: str
    denominator_text: str
    book: Codebook = field(repr=False, compare=False)
    unit: str = "%"
    each: str = ""
    parts: tuple[str, ...] = ()

    @property
    def rows(self) -> Level:
        """Return which table of answers is counted: the submissions (``"household"``) or the members in them."""
        return "member" if self.level == MEMBER else "household"

    @property
    def is_estimate(self) -> bool:
        """Tell whether few rows make the figure doubtful: shares of people, households, enterprises."""
        return self.aggregate in ("ratio", "distribution") and self.level not in FULLY_COUNTED

    def name(self, language: str) -> str:
        """Return the name in ``"vi"`` or ``"en"``; the Vietnamese one when the English one is missing."""
        return self.name_en if language == "en" and self.name_en else self.name_vi

    def short(self, language: str) -> str:
        """Return the name for a narrow list."""
        return self.words.get(f"short_{language}") or self.words.get("short_vi") or self.name(language)

    def worded(self, part: str, language: str) -> str:
        """Return ``"numerator"`` or ``"denominator"`` in words, the expression when there are none."""
        written = self.words.get(f"{part}_{language}") or self.words.get(f"{part}_vi", "")
        return written or (self.numerator_text if part == "numerator" else self.denominator_text)

    def note(self, language: str) -> str:
        """Return the remark for the reader, ``""`` when there is none."""
        return self.words.get(f"note_{language}") or self.words.get("note_vi", "")

    @property
    def fingerprint(self) -> str:
        """Return what tells this definition from another of the same key: what is counted, never how it is worded.

        Figures of two rounds or two sources may be compared only where it is the same.
        """
        parts = (
            *(self.level, self.aggregate, self.numerator, self.denominator, self.unknown),
            *(self.unit, self.each, self.parts),
        )
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]

    @property
    def in_percent(self) -> bool:
        """Tell whether the estimate is a percentage."""
        return self.unit == "%"

    @property
    def categories(self) -> tuple[str, ...]:
        """Return what a distribution or shares have a figure of each of; empty for all others."""
        if self.aggregate == "distribution" and isinstance(self.numerator, Reference):
            return self.book[self.numerator.name].choices
        return self.parts

    def value_of(self, numerator: float, denominator: float) -> float | None:
        """Return what follows from numerator and denominator, None where a share would be of nothing."""
        if self.aggregate == "difference":
            return numerator - denominator
        if self.aggregate not in PERCENT and self.aggregate != "root_ratio":
            return numerator
        if not denominator:
            return None
        return math.sqrt(numerator / denominator) if self.aggregate == "root_ratio" else 100.0 * numerator / denominator


def load_indicators(source: Source, form: FormDefinition | Codebook) -> tuple[Indicator, ...]:
    """Return the indicators of a table, in its order.

    Args:
        source: path of ``indicators.csv`` or an .xlsx workbook, or its bytes.
        form: the form that is asked, or its codebook.

    Raises:
        TableError: with every fault of the table at once.
    """
    book = form if isinstance(form, Codebook) else codebook_of(form)
    faults: list[TableFault] = []
    found: list[Indicator] = []
    seen: dict[str, int] = {}
    for row in read_table(source, _TABLE, _COLUMNS, _NEEDED):
        reader = _Row(row, book)
        indicator = reader.indicator()
        key = row["key"]
        if key and key in seen:
            reader.fault("key", _("The key “{key}” is already in row {row}.").format(key=key, row=seen[key]))
        seen.setdefault(key, row.number)
        faults += reader.faults
        if indicator is not None:
            found.append(indicator)
    if faults:
        raise TableError(_TABLE, faults)
    return tuple(found)


class _Row:
    """Reads one row; gathers what is wrong with it."""

    def __init__(self, row: TableRow, book: Codebook) -> None:
        self.row = row
        self.book = book
        self.faults: list[TableFault] = []

    def fault(self, column: str, message: str) -> None:
        self.faults.append(TableFault(self.row.number, column, message))

    def indicator(self) -> Indicator | None:
        row = self.row
        self._words()
        level: Level = "member" if row["level"] == MEMBER else "household"
        parts = self._parts(level) if row["aggregate"] == "shares" else ()
        numerator = self._expression("numerator", level)
        denominator = self._expression("denominator", level)
        unknown = self._expression("unknown", level)
        self._shape(row["aggregate"], numerator, denominator)
        unit = self._unit()
        self._each(level)
        if self.faults or numerator is None:
            return None
        words = {column: row[column] for column in _COLUMNS if column.startswith(_WORDED)}
        return Indicator(
            key=row["key"],
            name_vi=row["name_vi"],
            name_en=row["name_en"],
            level=row["level"],
            aggregate=row["aggregate"],
            numerator=numerator[0],
            denominator=denominator[0] if denominator else None,
            unknown=unknown[0] if unknown else None,
            group=row["group"],
            direction=row["direction"] or "up",
            headline=row["headline"] == "yes",
            words=words,
            numerator_text=row["numerator"],
            denominator_text=row["denominator"],
            book=self.book,
            unit=unit,
            each=row["each"].removeprefix("${").removesuffix("}"),
            parts=parts,
        )

    def _unit(self) -> str:
        unit = self.row["unit"] or ("%" if self.row["aggregate"] in PERCENT else "count")
        if wrong := one_of(unit, UNITS):
            self.fault("unit", wrong)
        return unit

    def _each(self, level: Level) -> None:
        name = self.row["each"].removeprefix("${").removesuffix("}")
        if not name:
            return
        if self.row["aggregate"] not in ("ratio", "count"):
            self.fault("each", _("Only a share of rows or a count can count different values."))
        if name not in self.book.names(level):
            message = _("The form has no question “{name}”.").format(name=name)
            self.fault("each", message + nearest(name, self.book.names(level)))

    def _parts(self, level: Level) -> tuple[str, ...]:
        """Return the questions of shares, and put their sum in the place of the numerator."""
        texts = [text.strip() for text in self.row["numerator"].split(";") if text.strip()]
        names = [text.removeprefix("${").removesuffix("}") for text in texts]
        for text, name in zip(texts, names, strict=True):
            if text != f"${{{name}}}" or name not in self.book.names(level) or self.book[name].kind != "number":
                message = _("Shares need questions for numbers, parted by semicolons: ${a}; ${b}. This is none: {text}")
                self.fault("numerator", message.format(text=text, a="{a}", b="{b}"))
        self.row.cells["numerator"] = " + ".join(texts)
        return tuple(names)

    def _words(self) -> None:
        row = self.row
        for column in ("key", "name_vi", "level", "aggregate", "numerator"):
            if not row[column]:
                self.fault(column, _("This cell must not be empty."))
        if row["key"] and not _KEY.fullmatch(row["key"]):
            self.fault("key", _("A key has letters, digits and _ only and begins with a letter."))
        choices: tuple[tuple[str, Sequence[str]], ...] = (
            ("level", self.book.levels),
            ("aggregate", AGGREGATES),
            ("direction", DIRECTIONS),
            ("headline", ("yes", "no")),
        )
        for column, allowed in choices:
            if row[column] and (wrong := one_of(row[column], allowed)):
                self.fault(column, wrong)

    def _expression(self, column: str, level: Level) -> tuple[Expr, Type] | None:
        text = self.row[column]
        if not text:
            return None
        try:
            expr = parse(text)
        except XPathError as error:
            self.fault(column, error.message)
            return None
        type_, faults = check(expr, self.book, level)
        for message in dict.fromkeys(faults):
            self.fault(column, message)
        if column == "unknown" and not faults and type_ not in ("boolean", "any"):
            self.fault(column, _("This must be a condition (yes or no)."))
        return expr, type_

    def _shape(
        self, aggregate: str, numerator: tuple[Expr, Type] | None, denominator: tuple[Expr, Type] | None
    ) -> None:
        """Hold numerator and denominator against what the aggregate needs."""
        if aggregate in PERCENT | OF_SUMS and denominator is None and not self.row["denominator"]:
            self.fault("denominator", _("A share needs a denominator."))
        if self.faults or numerator is None:
            return
        expr, type_ = numerator
        if aggregate in ("ratio", "count") and type_ not in ("boolean", "any"):
            self.fault("numerator", _("This must be a condition (yes or no)."))
        if aggregate in OF_SUMS | {"sum"} and type_ == "boolean":
            self.fault("numerator", _("This must be a number."))
        if aggregate == "distribution":
            column = self.book[expr.name] if isinstance(expr, Reference) else None
            if column is None or column.kind not in ("code", "codes"):
                self.fault("numerator", _("A distribution needs one question with a list of choices: ${name}."))
            elif not column.choices:
                self.fault("numerator", _("The choices of “{name}” are not a fixed list.").format(name=column.name))
        wanted = "number" if aggregate in OF_SUMS else "boolean"
        if denominator is not None and denominator[1] not in (wanted, "any", "text" if wanted == "number" else "any"):
            message = _("This must be a number.") if wanted == "number" else _("This must be a condition (yes or no).")
            self.fault("denominator", message)
