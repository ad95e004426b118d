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
communes                       where the place no longer exists with that extent: codes of the communes that now make
                               it up, parted by blanks; they decide alone
period_start, period_end       dates; a blank end is open
operator                       ``>=`` ``>`` ``<=`` ``<`` ``=``, or ``~`` for "about", which is never a bar to be reached
value, unit                    number with decimal point or comma; ``%`` or ``count``
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
from survey_app.indicators.definitions import Indicator
from survey_app.indicators.faults import TableError, TableFault, nearest
from survey_app.indicators.tables import Source, TableRow, number_fault, number_in, one_of, read_table
from survey_app.text import read_day

KINDS = ("target", "rule", "orientation", "actual")
SCOPES = ("national", "province", "commune", "village")
OPERATORS = (">=", ">", "<=", "<", "=", "~")
UNITS = ("%", "count")

_TABLE = "targets"
_NEEDED = ("id", "indicator", "kind", "scope_level", "period_start", "operator", "value")
_COLUMNS = (
    *("id", "indicator", "kind", "scope_level", "scope_code", "scope_name", "communes", "period_start", "period_end"),
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
        unit: ``"%"`` or ``"count"``.
        source: the document.
        statement: its sentence in Vietnamese.
        notes: remarks in Vietnamese and English.
        confidence: ``"high"``, ``"medium"``, ``"low"`` or ``""``.
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
        unit = row["unit"] or "%"
        self._words(operator, unit)
        start, end = self._day("period_start"), self._day("period_end")
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
        )

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
        )
        for column, text, allowed in checked:
            if text and (wrong := one_of(text, allowed)):
                self.fault(column, wrong)
        placed = row["scope_code"] or row["communes"] or row["scope_name"]
        if row["scope_level"] not in ("", "national") and not placed:
            self.fault("scope_code", _("Write which place is meant."))
        if key in self.indicators and unit in UNITS and (unit == "%") != self.indicators[key].in_percent:
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
