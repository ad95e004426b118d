"""SDMX 3.0: observations as SDMX-CSV 2.0, and the data structure they follow as an SDMX-JSON 2.0 structure message.

Dimensions are the indicator, the place, who keeps the figure (the survey or another source: two observations, never one
sum), one for each breakdown, the answer of a distribution, and the period. ``_T`` is
the total of a breakdown, ``_Z`` does not apply. The value stands beside numerator, denominator and unknown, so that
figures can be added up. A figure that is withheld has no value, the observation status ``Q`` (missing, suppressed) and
the confidentiality ``C``. Rows replace (``R``) what was sent before. Sources: the field guide of SDMX-CSV 2.0 and the
SDMX-JSON structure message of the SDMX Technical Working Group; code lists ``CL_OBS_STATUS`` and ``CL_CONF_STATUS``.
"""

from __future__ import annotations

import csv
import io
import re
from typing import Any

from survey_app.records import canonical
from survey_app.reports.exchange.observations import Dataset, Observation, number

TOTAL, NOT_APPLICABLE = "_T", "_Z"
_VERSION = "1.0.0"
MEASURES = ("OBS_VALUE", "NUMERATOR", "DENOMINATOR", "UNKNOWN")
ATTRIBUTES = ("UNIT_MEASURE", "OBS_STATUS", "CONF_STATUS")
DOCUMENT = "DOCUMENT"
"""The attribute that names the paper a figure of another source stands in."""
_CODED = {
    "UNIT_MEASURE": {"PT": "Percent", "NUMBER": "Number"},
    "OBS_STATUS": {"A": "Normal value", "M": "Missing value", "Q": "Missing value; suppressed"},
    "CONF_STATUS": {"F": "Free", "C": "Confidential statistical information"},
}


def id_of(code: str) -> str:
    """Return a code as an SDMX id: letters, digits, ``_``, ``@``, ``$`` and ``-``."""
    return re.sub(r"[^A-Za-z0-9_@$-]", "_", code.replace("+", "_PLUS"))


def agency_of(data: Dataset) -> str:
    """Return the agency: the office, as a name that begins with a letter."""
    plain = re.sub(r"[^A-Za-z0-9_-]", "_", data.office).upper()
    return plain if plain[:1].isalpha() else f"O_{plain}"


def flow_of(data: Dataset) -> str:
    """Return the id of the dataflow: one a form."""
    return "DF_" + id_of(data.form).upper().replace("-", "_")


def dimensions_of(data: Dataset) -> list[str]:
    """Return the ids of the dimensions but the period."""
    return ["INDICATOR", "REF_AREA", "SOURCE", *(id_of(name).upper() for name in data.breakdowns), "CATEGORY"]


def sdmx_csv(data: Dataset) -> bytes:
    """Return the observations as SDMX-CSV 2.0."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    heads = [
        "STRUCTURE",
        "STRUCTURE_ID",
        "ACTION",
        *dimensions_of(data),
        "TIME_PERIOD",
        *MEASURES,
        *ATTRIBUTES,
        DOCUMENT,
    ]
    writer.writerow(heads)
    structure = f"{agency_of(data)}:{flow_of(data)}({_VERSION})"
    for one in data.observations:
        period = one.period or data.period[:7]
        writer.writerow(["dataflow", structure, "R", *_key(data, one), period, *_values(data, one), one.document])
    return text.getvalue().encode()


def _key(data: Dataset, one: Observation) -> list[str]:
    groups = dict(one.groups)
    parts = [id_of(groups[name]) if name in groups else TOTAL for name in data.breakdowns]
    category = id_of(one.category) if one.category else NOT_APPLICABLE
    return [id_of(one.indicator), id_of(one.place), one.source_id, *parts, category]


def _values(data: Dataset, one: Observation) -> list[str]:
    numbers = (one.estimate, one.numerator, one.denominator, one.unknown)
    status = "Q" if one.withheld else "M" if one.estimate is None else "A"
    unit = "PT" if one.indicator in data.percent else "NUMBER"
    return [*("" if each is None else number(each) for each in numbers), unit, status, "C" if one.withheld else "F"]


# --- the structure -------------------------------------------------------------------------------------------------


def sdmx_structure(data: Dataset) -> bytes:
    """Return the data structure, its dataflow, concepts and code lists as an SDMX-JSON structure message."""
    agency, flow = agency_of(data), flow_of(data)
    concepts = [*dimensions_of(data), "TIME_PERIOD", *MEASURES, *ATTRIBUTES, DOCUMENT]
    message = {
        "meta": {
            "id": f"{flow}_{id_of(data.round)}",
            "prepared": f"{data.period}T00:00:00+07:00",
            "test": False,
            "sender": {"id": agency},
            "contentLanguages": ["en", "vi"],
        },
        "data": {
            "dataflows": [
                {
                    **_named(agency, flow, data.form),
                    "structure": _urn("datastructure.DataStructure", agency, _dsd(data)),
                }
            ],
            "dataStructures": [
                {**_named(agency, _dsd(data), data.form), "dataStructureComponents": _components(data, agency)}
            ],
            "conceptSchemes": [
                {
                    **_named(agency, "CS_SURVEY", "Concepts"),
                    "concepts": [{"id": each, **_words({"en": each})} for each in concepts],
                }
            ],
            "codelists": [
                {
                    **_named(agency, f"CL_{name}", name),
                    "codes": [{"id": code, **_words(words)} for code, words in codes],
                }
                for name, codes in sorted(_codelists(data).items())
            ],
        },
    }
    return canonical(message) + b"\n"


def _dsd(data: Dataset) -> str:
    return flow_of(data).replace("DF_", "DSD_", 1)


def _components(data: Dataset, agency: str) -> dict[str, Any]:
    def component(name: str, representation: dict[str, Any], **more: Any) -> dict[str, Any]:
        concept = f"{_urn('conceptscheme.Concept', agency, 'CS_SURVEY')}.{name}"
        return {"id": name, "conceptIdentity": concept, "localRepresentation": representation, **more}

    def coded(name: str) -> dict[str, Any]:
        return {"enumeration": _urn("codelist.Codelist", agency, f"CL_{name}")}

    times = {"format": {"dataType": "ObservationalTimePeriod"}}
    return {
        "dimensionList": {
            "id": "DimensionDescriptor",
            "dimensions": [
                component(name, coded(name), position=n) for n, name in enumerate(dimensions_of(data), start=1)
            ],
            "timeDimension": component("TIME_PERIOD", times),
        },
        "measureList": {
            "id": "MeasureDescriptor",
            "measures": [component(name, {"format": {"dataType": "Double"}}, usage="optional") for name in MEASURES],
        },
        "attributeList": {
            "id": "AttributeDescriptor",
            "attributes": [
                component(name, coded(name), usage="mandatory", attributeRelationship={"observation": {}})
                for name in ATTRIBUTES
            ]
            + [
                component(
                    DOCUMENT,
                    {"format": {"dataType": "String"}},
                    usage="optional",
                    attributeRelationship={"observation": {}},
                )
            ],
        },
    }


def _codelists(data: Dataset) -> dict[str, list[tuple[str, dict[str, str]]]]:
    found = {name: [(code, {"en": words}) for code, words in codes.items()] for name, codes in _CODED.items()}
    columns: dict[str, tuple[str, set[str]]] = {
        "INDICATOR": ("indicator", {one.indicator for one in data.observations}),
        "REF_AREA": ("place", {one.place for one in data.observations}),
        "SOURCE": ("source", {one.source_id for one in data.observations}),
        "CATEGORY": ("category", {one.category for one in data.observations if one.category}),
    }
    for name in data.breakdowns:
        codes = {code for one in data.observations for own, code in one.groups if own == name}
        columns[id_of(name).upper()] = (name, codes)
    for column, (kind, codes) in columns.items():
        words = [(id_of(code), dict(data.names.get((kind, code), {"en": code}))) for code in sorted(codes)]
        special = {"CATEGORY": [(NOT_APPLICABLE, {"en": "Not applicable"})]}
        total = [] if column in ("INDICATOR", "REF_AREA", "SOURCE") else [(TOTAL, {"en": "Total"})]
        found[column] = [*special.get(column, total), *words]
    return found


def _named(agency: str, id_: str, name: str) -> dict[str, Any]:
    return {"id": id_, "agencyID": agency, "version": _VERSION, **_words({"en": name})}


def _words(words: dict[str, str]) -> dict[str, Any]:
    return {"name": words.get("en") or next(iter(words.values())), "names": words}


def _urn(kind: str, agency: str, id_: str) -> str:
    return f"urn:sdmx:org.sdmx.infomodel.{kind}={agency}:{id_}({_VERSION})"
