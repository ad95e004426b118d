"""Targets as the office documents state them: a table beside the indicators, edited in a spreadsheet.

Columns of ``targets.csv``:

=============================  ========================================================================================
id                             short name, unique
indicator                      key of the indicator
kind                           ``target``: to be reached · ``rule``: must hold · ``orientation``: a direction without a
                               date · ``actual``: a figure that was reported; only targets and rules give a status
scope_level                    ``national``, ``province``, ``commune`` or ``village``
scope_code                     code of the place as the document knew it, blank for the whole country
scope_name                     its name
scope_date                     day on which the code meant that place, for a code of before 01/07/2025: most codes of
                               communes were used again for another extent; blank: the code is today's
communes                       where the place no longer exists with that extent: codes of the communes that now make
                               it up, parted by blanks; they decide alone
period_start, period_end       dates; a blank end is open
subgroup                       blank, or the group it is about: ``a_level=province`` (a breakdown and its code), or
                               ``category=c_bts_2g`` (one share of a distribution)
operator                       ``>=`` ``>`` ``<=`` ``<`` ``=``, or ``~`` for "about", which is never a bar to be reached
value, unit                    number with decimal point or comma; the unit of the indicator, or ``count`` where a
                               report gives only the number of what the indicator is a share of
source                         number or name of the document
statement_vi                   its sentence, word for word
note_vi, note_en, confidence   remarks; ``high``, ``medium`` or ``low``
=============================  ========================================================================================
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from survey_app.i18n import _
from survey_app.indicators.definitions import UNITS, Indicator
from survey_app.indicators.faults import TableError, TableFault, nearest
from survey_app.indicators.tables import Source, TableRow, number_fault, number_in, one_of, read_table
from survey_app.places import codes_of
from survey_app.text import read_day
from survey_app.xforms.xpath import references

KINDS = ("target", "rule", "orientation", "actual")
SCOPES = ("national", "province", "commune", "village")
OPERATORS = (">=", ">", "<=", "<", "=", "~")

CONFIDENCE = ("high", "medium", "low")

_TABLE = "targets"
_NEEDED = ("id", "indicator", "kind", "scope_level", "period_start", "operator", "value")
_COLUMNS = (
    *("id", "indicator", "kind", "scope_level", "scope_code", "scope_name", "scope_date", "communes"),
    *("subgroup",),
    *("period_start", "period_end"),
    *("operator", "value", "unit", "source", "statement_vi", "note_vi", "note_en", "confidence"),
)
_DIGITS = {"province": 2, "commune": 5}
_SIGNS = {"≥": ">=", "≤": "<=", "≈": "~", "=>": ">=", "=<": "<="}


@dataclass(frozen=True)
class Target:
    """One statement of an office document about an indicator.

    Attributes:
        id: short unique name.
        indicator: key of the indicator.
        kind: one of ``KINDS``.
        scope_level: one of ``SCOPES``.
        scope_code: code of the place, ``""`` for the whole country.
        scope_name: its name.
        communes: codes of the communes that now make up the place; empty when the code says it.
        period_start: first day.
        period_end: last day, None when open.
        operator: one of ``OPERATORS``, as the document words it.
        value: number in ``unit``.
        unit: one of the units of indicators.
        source: the document.
        statement: its sentence in Vietnamese.
        notes: remarks in Vietnamese and English.
        confidence: ``"high"``, ``"medium"``, ``"low"`` or ``""``.
        group: breakdowns with the code that it is about; empty when about everybody.
        scope_date: ISO date on which the code meant the place, ``""`` for today's units.
    """

    id: str
    indicator: str
    kind: str
    scope_level: str
    scope_code: str
    scope_name: str
    communes: frozenset[str]
    period_start: dt.date
    period_end: dt.date | None
    operator: str
    value: float
    unit: str
    source: str
    statement: str
    notes: tuple[str, str]
    confidence: str
    group: frozenset[tuple[str, str]] = frozenset()
    scope_date: str = ""

    @property
    def bar(self) -> str:
        """Return operator and value as text, for example ``">= 70"``."""
        return f"{self.operator} {self.value:.10g}"


def load_targets(source: Source, indicators: Sequence[Indicator]) -> tuple[Target, ...]:
    """Return the targets of a table, in its order.

    Args:
        source: path of ``targets.csv`` or an .xlsx workbook, or its bytes.
        indicators: the indicators that targets may be about.

    Raises:
        TableError: with every fault of the table at once.
    """
    by_key = {indicator.key: indicator for indicator in indicators}
    faults: list[TableFault] = []
    found: list[Target] = []
    seen: dict[str, int] = {}
    for row in read_table(source, _TABLE, _COLUMNS, _NEEDED):
        reader = _Row(row, by_key)
        target = reader.target()
        if row["id"] and row["id"] in seen:
            reader.fault("id", _("The key “{key}” is already in row {row}.").format(key=row["id"], row=seen[row["id"]]))
        seen.setdefault(row["id"], row.number)
        faults += reader.faults
        if target is not None:
            found.append(target)
    if faults:
        raise TableError(_TABLE, faults)
    return tuple(found)


def _whole(code: str, level: str) -> str:
    """Return a place's code with the leading zeros that a spreadsheet takes off."""
    return code.zfill(_DIGITS[level]) if code.isdecimal() and level in _DIGITS else code


class _Row:
    """Reads one row; gathers what is wrong with it."""

    def __init__(self, row: TableRow, indicators: dict[str, Indicator]) -> None:
        self.row = row
        self.indicators = indicators
        self.faults: list[TableFault] = []

    def fault(self, column: str, message: str) -> None:
        self.faults.append(TableFault(self.row.number, column, message))

    def target(self) -> Target | None:
        row = self.row
        operator = _SIGNS.get(row["operator"], row["operator"])
        unit = row["unit"] or (self.indicators[row["indicator"]].unit if row["indicator"] in self.indicators else "%")
        self._words(operator, unit)
        start, end = self._day("period_start"), self._day("period_end")
        scope_day = self._day("scope_date")
        if start is not None and end is not None and end < start:
            self.fault("period_end", _("The period ends before it begins."))
        value = self._value(unit)
        if self.faults or start is None or value is None:
            return None
        return Target(
            id=row["id"],
            indicator=row["indicator"],
            kind=row["kind"],
            scope_level=row["scope_level"],
            scope_code=_whole(row["scope_code"], row["scope_level"]),
            scope_name=row["scope_name"],
            communes=frozenset(_whole(code, "commune") for code in row["communes"].split()),
            period_start=start,
            period_end=end,
            operator=operator,
            value=value,
            unit=unit,
            source=row["source"],
            statement=row["statement_vi"],
            notes=(row["note_vi"], row["note_en"]),
            confidence=row["confidence"],
            group=self._group(),
            scope_date=scope_day.isoformat() if scope_day is not None else "",
        )

    def _group(self) -> frozenset[tuple[str, str]]:
        pairs = [part.partition("=") for part in self.row["subgroup"].split(";") if part.strip()]
        return frozenset((name.strip(), code.strip()) for name, _sign, code in pairs)

    def _check_places(self) -> None:
        """Refuse codes that no place of the catalogue has, on the day that the code is meant for."""
        row, level = self.row, self.row["scope_level"]
        day = read_day(row["scope_date"][:10]) if row["scope_date"] else None
        code = _whole(row["scope_code"], level)
        wanted = [("scope_code", code.partition("-")[0], day.isoformat() if day else "")] if code else []
        wanted += [("communes", _whole(each, "commune"), "") for each in row["communes"].split()]
        for column, each, on in wanted if level in SCOPES else ():
            if each not in codes_of(on):
                message = _("There is no place with the code {code} in the catalogue.").format(code=each)
                self.fault(column, message)

    def _check_group(self) -> None:
        """Refuse a group that no row of the indicator's tables can be."""
        indicator = self.indicators.get(self.row["indicator"])
        for name, code in self._group() if indicator is not None else ():
            assert indicator is not None
            if name == "category":
                reads = references(indicator.numerator)
                known = indicator.parts or (indicator.book[reads[0]].choices if reads else ())
            else:
                known = indicator.book[name].choices if name in indicator.book else ()
            if not known:
                message = _("Write the group as a question and its code, for example {example}.")
                self.fault("subgroup", message.format(example="a_level=province"))
            elif wrong := one_of(code, known):
                self.fault("subgroup", wrong)

    def _words(self, operator: str, unit: str) -> None:
        row = self.row
        for column in _NEEDED:
            if not row[column]:
                self.fault(column, _("This cell must not be empty."))
        key = row["indicator"]
        if key and key not in self.indicators:
            message = _("There is no indicator “{key}”.").format(key=key)
            self.fault("indicator", message + nearest(key, self.indicators))
        checked = (
            ("kind", row["kind"], KINDS),
            ("scope_level", row["scope_level"], SCOPES),
            ("operator", operator, OPERATORS),
            ("unit", unit, UNITS),
            ("confidence", row["confidence"], CONFIDENCE),
        )
        for column, text, allowed in checked:
            if text and (wrong := one_of(text, allowed)):
                self.fault(column, wrong)
        placed = row["scope_code"] or row["communes"] or row["scope_name"]
        if row["scope_level"] not in ("", "national") and not placed:
            self.fault("scope_code", _("Write which place is meant."))
        self._check_places()
        self._check_group()
        counted = unit == "count" and row["kind"] == "actual"  # a report may give only the number itself
        fits = counted or key not in self.indicators or unit == self.indicators[key].unit
        if unit in UNITS and not fits:
            self.fault("unit", _("The indicator “{key}” is not measured in “{unit}”.").format(key=key, unit=unit))

    def _day(self, column: str) -> dt.date | None:
        text = self.row[column]
        day = read_day(text[:10]) if text else None
        if text and day is None:
            self.fault(column, _("“{text}” is not a date such as 2025-12-31 or 31/12/2025.").format(text=text))
        return day

    def _value(self, unit: str) -> float | None:
        text = self.row["value"].removesuffix("%").strip()
        if not text:
            return None
        value = number_in(text)
        if value is None:
            self.fault("value", number_fault(text))
        elif unit == "%" and not 0 <= value <= 100:
            self.fault("value", _("A percentage lies between 0 and 100."))
        return value
