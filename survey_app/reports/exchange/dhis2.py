"""Counts for DHIS2: the JSON of ``dataValueSets``, and ADX (IHE QRPH, ISO 20222) for whoever reads that.

Numerators, denominators and unknowns are sent, each as a data element; percentages are not, the other system works
them out from sums. What is withheld is left out: both formats know no suppressed value. Without assignments a data
element is called ``<indicator>.numerator`` and so on, a place and a group by their codes.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from xml.sax.saxutils import quoteattr

from survey_app.records import canonical
from survey_app.reports.exchange.mapping import PARTS, Assignments
from survey_app.reports.exchange.observations import Dataset, Observation, number

_NAMESPACE = "urn:ihe:qrph:adx:2015"
_SCHEMES = ("dataSetIdScheme", "dataElementIdScheme", "orgUnitIdScheme", "categoryOptionComboIdScheme")


def values(data: Dataset, assigned: Assignments) -> Iterator[tuple[str, str, str, Observation, str]]:
    """Yield data element, place, category option combination (``""``: none), the observation and the value."""
    for one in data.observations:
        place = assigned.of("org_unit", one.place, one.place)
        combination = _combination(one, assigned)
        name = f"{one.indicator}:{one.category}" if one.category else one.indicator
        for part in PARTS:
            count = getattr(one, part)
            element = assigned.of("data_element", name, f"{name.replace(':', '.')}.{part}", part)
            if one.withheld or count is None or None in (place, combination, element):
                continue
            yield str(element), str(place), str(combination), one, number(count)


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
    period = period_of(data, assigned)
    found = [
        {
            "dataElement": element,
            "period": period,
            "orgUnit": place,
            "value": value,
            **({"categoryOptionCombo": combination} if combination else {}),
        }
        for element, place, combination, _one, value in values(data, assigned)
    ]
    message = {**dict.fromkeys(_SCHEMES, assigned.scheme), "dataValues": found}
    data_set = assigned.ids.get(("data_set", data.form, ""))
    return canonical({**message, "dataSet": data_set} if data_set else message) + b"\n"


def adx_bytes(data: Dataset, assigned: Assignments) -> bytes:
    """Return the ADX document: a group a place, groups of people as attributes of the values.

    ``exported`` is the day of reference, so that the same figures give the same bytes.
    """
    groups: dict[str, list[str]] = {}
    for element, place, _groups, one, value in values(data, assigned):
        parts = {re.sub(r"[^A-Za-z0-9_.-]", "_", name): code for name, code in one.groups}
        attributes = {"dataElement": element, "value": value, **parts}
        written = " ".join(f"{name}={quoteattr(text)}" for name, text in attributes.items())
        groups.setdefault(place, []).append(f"    <dataValue {written}/>\n")
    data_set = assigned.ids.get(("data_set", data.form, ""), data.form)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>\n',
        f'<adx xmlns="{_NAMESPACE}" exported="{data.period}T00:00:00+07:00">\n',
    ]
    for place, inside in sorted(groups.items()):
        head = {"orgUnit": place, "period": interval_of(period_of(data, assigned)), "dataSet": data_set}
        written = " ".join(f"{name}={quoteattr(text)}" for name, text in head.items())
        lines += [f"  <group {written}>\n", *inside, "  </group>\n"]
    return "".join([*lines, "</adx>\n"]).encode()


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
