"""Counts for DHIS2: the JSON of ``dataValueSets``, and ADX (IHE QRPH, ISO 20222) for whoever reads that.

Numerators, denominators and unknowns are sent, each as a data element; percentages are not, the other system works
them out from sums; only a figure of another source that gives no counts is sent as its value. What is withheld is left
out: both formats know no suppressed value. Without assignments a data element is called ``<indicator>.numerator``
and so on, a place and a group by their codes.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from survey_app.records import canonical
from survey_app.reports.exchange.mapping import Assignments
from survey_app.reports.exchange.observations import Dataset, Observation, number

_NAMESPACE = "urn:ihe:qrph:adx:2015"
_SCHEMES = (
    "dataSetIdScheme",
    "dataElementIdScheme",
    "orgUnitIdScheme",
    "categoryOptionComboIdScheme",
    "attributeOptionComboIdScheme",
)


@dataclass(frozen=True)
class Sent:
    """One value as DHIS2 takes it.

    Attributes:
        element: data element.
        place: organisation unit.
        period: as DHIS2 writes it.
        combination: category option combination, ``""`` for none.
        source: attribute option combination of a figure of another source, ``""`` for the survey's.
        groups: breakdown and code.
        value: the number.
    """

    element: str
    place: str
    period: str
    combination: str
    source: str
    groups: tuple[tuple[str, str], ...]
    value: str


def values(data: Dataset, assigned: Assignments) -> Iterator[Sent]:
    """Yield what is sent: of the survey its counts, of another source its counts, or its value where it gives no more.

    A figure of another source has its source as attribute option combination, so that it never takes the place of the
    survey's. Where a table of assignments names no sources, none of theirs is sent.
    """
    for one in data.observations:
        place = assigned.of("org_unit", one.place, one.place)
        combination = _combination(one, assigned)
        source = _source(one, assigned)
        if one.withheld or None in (place, combination, source):
            continue
        for part, count in _parts(one):
            name = f"{one.indicator}:{one.category}" if one.category else one.indicator
            element = assigned.of("data_element", name, f"{name.replace(':', '.')}.{part}", part)
            if element is not None:
                period = one.period.replace("-", "") or period_of(data, assigned)
                yield Sent(element, str(place), period, str(combination), str(source), one.groups, number(count))


def _parts(one: Observation) -> Iterator[tuple[str, float]]:
    """Yield the numbers of an observation that are sent."""
    counts = (("numerator", one.numerator), ("denominator", one.denominator), ("unknown", one.unknown))
    known = [(part, count) for part, count in counts if count is not None]
    if not one.source or len(known) > 1:
        yield from known
    elif one.estimate is not None:
        yield "value", one.estimate


def _source(one: Observation, assigned: Assignments) -> str | None:
    if not one.source:
        return ""
    is_named = not assigned.ids or any(kind == "attribute_option_combo" for kind, _code, _part in assigned.ids)
    return assigned.of("attribute_option_combo", one.source_id, one.source_id) if is_named else None


def _combination(one: Observation, assigned: Assignments) -> str | None:
    if not one.groups:
        return ""
    code = ";".join(f"{name}={value}" for name, value in sorted(one.groups))
    return assigned.of("category_option_combo", code, code)


def period_of(data: Dataset, assigned: Assignments) -> str:
    """Return the period as DHIS2 writes it: the month of the reference date unless another is assigned."""
    month = data.period[:7].replace("-", "")
    return assigned.of("period", data.round, month) or month


def dhis2_bytes(data: Dataset, assigned: Assignments) -> bytes:
    """Return the JSON that is sent to ``/api/dataValueSets``."""
    found = [
        {
            "dataElement": one.element,
            "period": one.period,
            "orgUnit": one.place,
            "value": one.value,
            **({"categoryOptionCombo": one.combination} if one.combination else {}),
            **({"attributeOptionCombo": one.source} if one.source else {}),
        }
        for one in values(data, assigned)
    ]
    message = {**dict.fromkeys(_SCHEMES, assigned.scheme), "dataValues": found}
    data_set = assigned.ids.get(("data_set", data.form, ""))
    return canonical({**message, "dataSet": data_set} if data_set else message) + b"\n"


def adx_bytes(data: Dataset, assigned: Assignments) -> bytes:
    """Return the ADX document: a group a place, period and source; groups of people as attributes of the values.

    ``exported`` is the day of reference, so that the same figures give the same bytes.
    """
    groups: dict[tuple[str, str, str], list[str]] = {}
    for one in values(data, assigned):
        parts = {re.sub(r"[^A-Za-z0-9_.-]", "_", name): code for name, code in one.groups}
        written = _attributes({"dataElement": one.element, "value": one.value, **parts})
        groups.setdefault((one.place, one.period, one.source), []).append(f"    <dataValue {written}/>\n")
    data_set = assigned.ids.get(("data_set", data.form, ""), data.form)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>\n',
        f'<adx xmlns="{_NAMESPACE}" exported="{data.period}T00:00:00+07:00">\n',
    ]
    for (place, period, source), inside in sorted(groups.items()):
        head = {"orgUnit": place, "period": interval_of(period), "dataSet": data_set}
        written = _attributes({**head, **({"source": source} if source else {})})
        lines += [f"  <group {written}>\n", *inside, "  </group>\n"]
    return "".join([*lines, "</adx>\n"]).encode()


def _attributes(named: Mapping[str, str]) -> str:
    return " ".join(f"{name}={quoteattr(text)}" for name, text in named.items())


def interval_of(period: str) -> str:
    """Return a period of DHIS2 as ADX writes it: the first day and how long it lasts."""
    year, rest = period[:4], period[4:]
    if not rest:
        return f"{year}-01-01/P1Y"
    if rest[0] in "QS":
        months = 3 if rest[0] == "Q" else 6
        return f"{year}-{(int(rest[1]) - 1) * months + 1:02d}-01/P{months}M"
    if len(rest) == 2:
        calendar.monthrange(int(year), int(rest))
        return f"{year}-{rest}-01/P1M"
    return f"{year}-{rest[:2]}-{rest[2:]}/P1D"
