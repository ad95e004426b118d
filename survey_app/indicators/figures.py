"""Figures that others keep: a statistical office, an operator, the police; a table edited in a spreadsheet.

They are another source of the same indicator and stand beside the survey's estimate with their source, never in one
sum with it. Columns, by either of their heads:

==================================  ===================================================================================
place, mã địa bàn                   code of the province, commune or village
indicator, chỉ số                   key of the indicator; one share of a distribution as ``key:category``
period, kỳ                          a day, ``2026-10``, ``2026-Q3`` or ``2026``
value, giá trị                      in the indicator's unit, with decimal point or comma; blank where both of the next
                                    two are there and it follows from them
numerator, tử số                    number of those who have it
denominator, mẫu số                 of how many
source, nguồn                       who keeps the figure
document, văn bản                   number or name of the paper it stands in; may be blank
==================================  ===================================================================================
"""

from __future__ import annotations

import calendar
import datetime as dt
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from survey_app.i18n import _
from survey_app.indicators.definitions import Indicator
from survey_app.indicators.faults import TableError, TableFault, nearest
from survey_app.indicators.tables import Source, TableRow, number_fault, number_in, one_of, read_table
from survey_app.records import Place
from survey_app.text import fold, read_day

COLUMNS = {
    "place": "Mã địa bàn",
    "indicator": "Chỉ số",
    "period": "Kỳ",
    "value": "Giá trị",
    "numerator": "Tử số",
    "denominator": "Mẫu số",
    "source": "Nguồn",
    "document": "Văn bản",
}
"""The columns, with the heads that an office's own table has."""
SURVEY = "survey"
"""Stands in the column ``source`` of what was counted from answers."""

_TABLE = "figures"
_NEEDED = ("place", "indicator", "period", "source")
_MONTH = re.compile(r"(\d{4})-(\d{1,2})|(\d{1,2})/(\d{4})")
_QUARTER = re.compile(r"(\d{4})-?q([1-4])|(?:q|quy )([1-4])[/ -](\d{4})")
_YEAR = re.compile(r"(?:nam )?(\d{4})")
_AGREES = 0.06
"""Most that a printed percentage may differ from its two counts: half of its last digit, and a little."""


@dataclass(frozen=True)
class Period:
    """What time a figure is about.

    Attributes:
        written: ``2026-10-31``, ``2026-10``, ``2026-Q3`` or ``2026``.
        end: its last day.
    """

    written: str
    end: dt.date


@dataclass(frozen=True)
class Figure:
    """A figure that somebody else keeps.

    Attributes:
        indicator: key of the indicator.
        category: the share of a distribution, ``""`` for all others.
        place: code of the place.
        period: as ``Period.written``.
        end: ISO date of the last day of the period.
        value: in the indicator's unit.
        numerator: None where only the value is known.
        denominator: None where only the value is known.
        source: who keeps it.
        document: the paper it stands in, ``""`` when nobody said.
    """

    indicator: str
    category: str
    place: str
    period: str
    end: str
    value: float
    numerator: float | None
    denominator: float | None
    source: str
    document: str = ""

    @property
    def about(self) -> tuple[str, str, str, str, str]:
        """Return what there can be only one figure of: a newer one takes the place of an older one."""
        return self.indicator, self.category, self.place, self.period, fold(self.source)

    def as_json(self) -> dict[str, Any]:
        """Return what a store keeps."""
        return asdict(self)


def read_period(text: str) -> Period | None:
    """Return the period that is written as a day, a month, a quarter or a year; None when it is none."""
    day = read_day(text)
    if day is not None:
        return Period(day.isoformat(), day)
    plain = fold(text).strip()
    if found := _MONTH.fullmatch(plain):
        year, month = int(found[1] or found[4]), int(found[2] or found[3])
        return Period(f"{year}-{month:02d}", _last(year, month)) if 1 <= month <= 12 and year else None
    if found := _QUARTER.fullmatch(plain):
        year, quarter = int(found[1] or found[4]), int(found[2] or found[3])
        return Period(f"{year}-Q{quarter}", _last(year, 3 * quarter)) if year else None
    found = _YEAR.fullmatch(plain)
    return Period(found[1], _last(int(found[1]), 12)) if found and int(found[1]) else None


def _last(year: int, month: int) -> dt.date:
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def load_figures(
    source: Source, indicators: Sequence[Indicator], place_of: Callable[[str], Place | None]
) -> tuple[Figure, ...]:
    """Return the figures of a table, in its order.

    Args:
        source: path of a CSV or .xlsx table, or its bytes.
        indicators: the indicators that figures may be of.
        place_of: gives the place of a code, None when there is none.

    Raises:
        TableError: with every fault of the table at once.
    """
    by_key = {indicator.key: indicator for indicator in indicators}
    heads = {fold(head): column for column, head in COLUMNS.items()}
    faults: list[TableFault] = []
    found: list[Figure] = []
    seen: dict[tuple[str, str, str, str, str], int] = {}
    known = (*COLUMNS, *COLUMNS.values())
    for row in read_table(source, _TABLE, known, _NEEDED, lambda head: heads.get(fold(head), head)):
        reader = _Row(row, by_key, place_of)
        figure = reader.figure()
        if figure is not None and figure.about in seen:
            words = _("The same figure of this source stands in row {row} already.")
            reader.fault("indicator", words.format(row=seen[figure.about]))
        elif figure is not None:
            seen[figure.about] = row.number
            found.append(figure)
        faults += reader.faults
    if faults:
        raise TableError(_TABLE, faults)
    return tuple(found)


class _Row:
    """Reads one row; gathers what is wrong with it."""

    def __init__(
        self, row: TableRow, indicators: dict[str, Indicator], place_of: Callable[[str], Place | None]
    ) -> None:
        self.row = row
        self.indicators = indicators
        self.place_of = place_of
        self.faults: list[TableFault] = []

    def fault(self, column: str, message: str) -> None:
        self.faults.append(TableFault(self.row.number, column, message))

    def figure(self) -> Figure | None:
        for column in _NEEDED:
            if not self.row[column]:
                self.fault(column, _("This cell must not be empty."))
        indicator, category = self._indicator()
        place = self._place()
        period = read_period(self.row["period"])
        if self.row["period"] and period is None:
            words = _("“{text}” is no day, month (2026-10), quarter (2026-Q3) or year.")
            self.fault("period", words.format(text=self.row["period"]))
        counts = self._counts(indicator)
        value = self._value(indicator, counts)
        if self.faults or indicator is None or period is None or value is None:
            return None
        about = (indicator.key, category, place, period.written, period.end.isoformat())
        return Figure(*about, value, *counts, self.row["source"], self.row["document"])

    def _indicator(self) -> tuple[Indicator | None, str]:
        key, _sign, category = self.row["indicator"].partition(":")
        indicator = self.indicators.get(key.strip())
        if key and indicator is None:
            message = _("There is no indicator “{key}”.").format(key=key)
            self.fault("indicator", message + nearest(key, self.indicators))
            return None, ""
        codes = indicator.categories if indicator else ()
        if codes and not category:
            words = _("Name one of its answers, for example {example}.")
            self.fault("indicator", words.format(example=f"{key}:{codes[0]}"))
        elif codes and (wrong := one_of(category.strip(), codes)):
            self.fault("indicator", wrong)
        elif category and not codes:
            self.fault("indicator", _("The indicator “{key}” has no answers to choose from.").format(key=key))
        return indicator, category.strip()

    def _place(self) -> str:
        code = self.row["place"]
        code = code.zfill(2 if len(code) <= 2 else 5) if code.isdecimal() else code
        if code and self.place_of(code) is None:
            self.fault("place", _("There is no place with the code {code} in the catalogue.").format(code=code))
        return code

    def _number(self, column: str) -> float | None:
        text = self.row[column].removesuffix("%").strip()
        number = number_in(text) if text else None
        if text and number is None:
            self.fault(column, number_fault(text))
        elif number is not None and column == "denominator" and number <= 0:
            self.fault(column, _("This must be a number above 0."))
        return number

    def _counts(self, indicator: Indicator | None) -> tuple[float | None, float | None]:
        above, below = self._number("numerator"), self._number("denominator")
        if above is not None and below is not None and indicator is not None:
            if indicator.aggregate in ("ratio", "distribution", "shares") and above > below:
                self.fault("numerator", _("More have it than there are."))
        elif (self.row["numerator"] == "") != (self.row["denominator"] == ""):
            blank = "denominator" if self.row["denominator"] == "" else "numerator"
            self.fault(blank, _("Numerator and denominator belong together."))
        return above, below

    def _value(self, indicator: Indicator | None, counts: tuple[float | None, float | None]) -> float | None:
        written = self._number("value")
        above, below = counts
        if written is not None and indicator is not None and indicator.in_percent and not 0 <= written <= 100:
            self.fault("value", _("A percentage lies between 0 and 100."))
        if self.faults or indicator is None:
            return written
        follows = None if above is None or not below else indicator.value_of(above, below)
        if follows is None and written is None:
            self.fault("value", _("Write the value, or numerator and denominator."))
        elif follows is not None and written is not None and not math.isclose(follows, written, abs_tol=_AGREES):
            words = _("{value} does not follow from {numerator} of {denominator}.")
            self.fault("value", words.format(value=self.row["value"], numerator=f"{above:g}", denominator=f"{below:g}"))
        return follows if follows is not None else written
