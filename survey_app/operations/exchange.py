"""Figures of a store for other systems: SDMX, DHIS2, ADX, and as labelled tables of Stata, SPSS and R.

What leaves the office this way is published: small counts are withheld (``results.published_tables``).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from survey_app.bundles.files import write_verified
from survey_app.errors import SurveyAppError
from survey_app.i18n import _, language
from survey_app.indicators.disclosure import LEAST
from survey_app.operations.figures import MARKS, beside
from survey_app.operations.levels import possible
from survey_app.operations.results import Basis, basis, least_for, published_tables, tables
from survey_app.progress import SILENT, Monitor
from survey_app.records import Round
from survey_app.reports.exchange import (
    Assignments,
    Dataset,
    Observation,
    adx_bytes,
    dhis2_bytes,
    load_mapping,
    sdmx_csv,
    sdmx_structure,
    values,
)
from survey_app.reports.exchange.mapping import NAME
from survey_app.reports.exchange.observations import SURVEY
from survey_app.reports.tables import Level, Variable, parts, write_tables
from survey_app.store import Store
from survey_app.store.deeds import EXPORTED
from survey_app.xforms import FormDefinition

if TYPE_CHECKING:
    import pandas as pd

MESSAGES = ("sdmx", "dhis2", "adx")
STATISTICS = ("stata", "spss", "r")
FORMATS = (*MESSAGES, *STATISTICS)
BREAKDOWNS = ("sex", "age_group", "poverty_status")
"""What figures of communes are broken down by, one at a time."""
_QUESTIONS = {"sex": "m_sex"}


def write_exchange(
    store: Store,
    format: str,
    path: Path,
    *,
    targets_file: Path | None = None,
    mapping_file: Path | None = None,
    least: int | None = None,
    monitor: Monitor = SILENT,
) -> tuple[Path, ...]:
    """Write the figures of each commune for another system and return the files.

    Args:
        store: an open store.
        format: one of ``FORMATS``.
        path: the file; for ``sdmx`` the data, the structure stands beside it as ``<name>.structure.json``; for
            ``stata``, ``spss`` and ``r`` a folder.
        targets_file: targets to be used instead of those beside the form.
        mapping_file: what things are called there (``reports.exchange.mapping``); else the one beside the form.
        least: fewest people or households a figure may tell of; 0: withhold nothing; None: what the office has set.
        monitor: hears how far it is.

    Raises:
        TableError: the mapping has faults.
        SurveyAppError: the store has no round, there is no figure for ADX (``REP-08``), or the place cannot be written
            to.
    """
    of = basis(store, targets_file)
    least = least_for(store, least)
    if of.round is None:
        raise SurveyAppError("AGG-07", _("This store has no round."), _("Set up a round with a form first."))
    stored = store.form(of.round.form_id, of.round.form_version)
    source = mapping_file or (stored.files.get(NAME) if stored else None)
    assigned = load_mapping(source) if source else Assignments()
    data = dataset(store, of, of.round, least, monitor)
    if format in STATISTICS:
        written = _write_tables(data, format, path)
    else:
        contents = {path: _message(data, format, assigned)}
        if format == "sdmx":
            contents[path.with_suffix(".structure.json")] = sdmx_structure(data)
        for file, content in contents.items():
            write_verified(file, content)
        written = tuple(contents)
    store.note_deed(EXPORTED, what="report", format=format)
    return written


def _message(data: Dataset, format: str, assigned: Assignments) -> bytes:
    if format == "sdmx":
        return sdmx_csv(data)
    if format == "dhis2":
        return dhis2_bytes(data, assigned)
    if not any(True for _one in values(data, assigned)):
        what = _("There is no figure to hand over: nothing was counted, or everything is withheld.")
        raise SurveyAppError("REP-08", what, _("An ADX file without a figure is not valid; nothing was written."))
    return adx_bytes(data, assigned)


def dataset(store: Store, of: Basis, now: Round, least: int = LEAST, monitor: Monitor = SILENT) -> Dataset:
    """Return the figures of every commune, for everybody and for the groups of each breakdown, and those of others.

    Raises:
        SurveyAppError: as ``published_tables``.
    """
    names = [name for name in BREAKDOWNS if any(possible([name], part.book) for part in of.parts)]
    wanted = [["commune"], *(["commune", name] for name in names)]
    if least:
        found, coverage = published_tables(store, of, wanted, monitor=monitor, least=least)
    else:
        found, coverage = tables(store, of, wanted, monitor=monitor)
    every = [one for by, table in zip(wanted, found, strict=True) for one in _observations(table, by[1:])]
    every += _observations(beside(of.others, ["commune"], of, coverage.within()), ())
    observations = sorted(every, key=lambda one: one.order)
    percent = frozenset(each.key for each in of.indicators if each.in_percent)
    return Dataset(
        *(store.device, now.form_id, now.code, now.reference_date, now.catalogue_date, tuple(observations)),
        *(tuple(names), _names(of, observations), percent),
    )


def _observations(table: pd.DataFrame, groups: Sequence[str]) -> Iterator[Observation]:
    for row in table.to_dict("records"):
        codes = tuple((name, str(row[name])) for name in groups)
        if any(code == "all" for _name, code in codes):
            continue
        withheld = bool(row.get("withheld", False))
        numbers: list[float | None] = [
            None if withheld else _number(row[name]) for name in ("numerator", "denominator", "unknown", "estimate")
        ]
        key = (str(row["indicator"]), str(row["commune"]), codes, str(row["category"]))
        numerator, denominator, unknown, estimate = numbers
        marks = [str(row.get(name, "")) for name in MARKS]
        yield Observation(*key, numerator, denominator, unknown, estimate, withheld, *marks)


def _number(value: Any) -> float | None:
    return None if value is None or math.isnan(float(value)) else float(value)


def _names(of: Basis, observations: Sequence[Observation]) -> dict[tuple[str, str], dict[str, str]]:
    """Return the words of everything that occurs, in English and Vietnamese as far as there are any."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for each in of.indicators:
        found["indicator", each.key] = {"en": each.name("en"), "vi": each.name_vi}
    found["source", SURVEY] = {"en": "This survey", "vi": "Khảo sát này"}
    for one in observations:
        if one.source:
            found["source", one.source_id] = {"en": one.source, "vi": one.source}
        if one.place in of.places:
            found["place", one.place] = {"en": of.places[one.place].name, "vi": of.places[one.place].name}
        for name, code in one.groups:
            found[name, code] = {tongue: _choice(of.form, name, code, tongue) for tongue in ("en", "vi")}
    return found


def _choice(form: FormDefinition, name: str, code: str, tongue: str) -> str:
    wanted = _QUESTIONS.get(name, name)
    question = next((each for path, each in form.questions.items() if path.endswith(f"/{wanted}")), None)
    spoken = next((one for one in form.languages if f"({tongue})" in one), form.default_language)
    labels = {each.value: each.label(spoken) for each in question.choices} if question else {}
    return labels.get(code, code)


# --- as labelled tables --------------------------------------------------------------------------------------------


def _write_tables(data: Dataset, format: str, folder: Path) -> tuple[Path, ...]:
    """Write the figures as one table with labels."""
    level = _level(data)
    try:
        with parts(folder) as files:
            write_tables(files, format, [level], _rows(data))
            return tuple(files.settle())
    except OSError as error:
        message = _("The report could not be written to {path}.").format(path=folder)
        hint = _("Close the file if it is open in Excel, or choose another folder. Nothing else was changed.")
        raise SurveyAppError("REP-02", message, hint) from error


def _level(data: Dataset) -> Level:
    tongue = language()

    def coded(name: str, label: str, kind: str) -> Variable:
        words = {code: texts.get(tongue, code) for (own, code), texts in data.names.items() if own == kind}
        total = {"_T": _("Total")} if kind in data.breakdowns else {}
        return Variable(name, label, "code", {**total, **words}, asked=False)

    def count(name: str, label: str, kind: Any = "decimal") -> Variable:
        return Variable(name, label, kind, {}, asked=False)

    titles = {"sex": _("Sex"), "age_group": _("Age group"), "poverty_status": _("Poverty status")}
    return Level(
        "indicators",
        (),
        (
            coded("indicator", _("Indicator"), "indicator"),
            coded("commune", _("Commune"), "place"),
            coded("source", _("Source"), "source"),
            Variable("period", _("Period"), "text", {}, asked=False),
            Variable("document", _("Document"), "text", {}, asked=False),
            *(coded(name, titles[name], name) for name in data.breakdowns),
            Variable("category", _("Answer"), "text", {}, asked=False),
            count("numerator", _("Numerator")),
            count("denominator", _("Denominator")),
            count("unknown", _("Not known")),
            count("estimate", _("Result")),
            Variable("withheld", _("Withheld"), "integer", {}, asked=False),
        ),
        keyed=False,
    )


def _rows(data: Dataset) -> Iterator[tuple[str, Mapping[str, str]]]:
    for one in data.observations:
        numbers = {name: getattr(one, name) for name in ("numerator", "denominator", "unknown", "estimate")}
        row = {
            "indicator": one.indicator, "commune": one.place,
            **dict.fromkeys(data.breakdowns, "_T"), **dict(one.groups),
            "source": one.source_id, "period": one.period or data.period[:7], "document": one.document,
            "category": one.category, "withheld": str(int(one.withheld)),
            **{name: repr(value) for name, value in numbers.items() if value is not None},
        }  # fmt: skip
        yield "indicators", row
