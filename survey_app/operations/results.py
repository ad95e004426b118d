"""Indicators of a store against targets: as a table, as a summary for the window, as a report file.

Only what the submissions say now is counted, never the voided ones and never drafts. A question in conflict counts with
its provisional value, and how many submissions that concerns is told beside the figures.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from survey_app.clock import Clock, system_clock
from survey_app.errors import SurveyAppError
from survey_app.i18n import _, language
from survey_app.indicators import (
    DESIGN_FILE,
    Design,
    Engine,
    Indicator,
    Rows,
    Target,
    Where,
    batches_of,
    compare,
    compute_all,
    estimate_all,
    load_design,
    load_indicators,
    load_targets,
)
from survey_app.indicators.engines import check_engine
from survey_app.operations.starting import withdrawn_since
from survey_app.progress import SILENT, Monitor
from survey_app.records import Place, Round
from survey_app.store import Store, StoredForm
from survey_app.xforms import FormDefinition, load_form

if TYPE_CHECKING:
    import pandas as pd

    from survey_app.join import Current

INDICATORS_FILE = "indicators.csv"
TARGETS_FILE = "targets.csv"
_INTERNAL = ["operator", "value", "target_id"]


@dataclass(frozen=True)
class Basis:
    """What results are worked out from.

    Attributes:
        form: the form of the round.
        indicators: its indicators.
        targets: what office documents say.
        round: the round, None in a store without one.
        places: the catalogue by code.
        listed: households on the list.
        design: how the round was sampled; None: everybody was to be asked.
    """

    form: FormDefinition
    indicators: tuple[Indicator, ...]
    targets: tuple[Target, ...]
    round: Round | None
    places: Mapping[str, Place]
    listed: int
    design: Design | None = None

    @property
    def on(self) -> dt.date | None:
        """Return the reference date of the round."""
        try:
            return dt.date.fromisoformat(self.round.reference_date) if self.round else None
        except ValueError:
            return None


@dataclass
class Coverage:
    """How much the results stand on; filled while the answers are read.

    Attributes:
        listed: households on the list.
        submissions: submissions that count.
        complete: of these, completed interviews.
        people: members of the completed ones.
        in_conflict: of the submissions, those that still hold a conflict.
        communes: codes of the communes they come from.
        provinces: codes of their provinces.
    """

    listed: int = 0
    submissions: int = 0
    complete: int = 0
    people: int = 0
    in_conflict: int = 0
    communes: set[str] = field(default_factory=set)
    provinces: set[str] = field(default_factory=set)

    def watch(self, batches: Iterable[Rows]) -> Iterator[Rows]:
        """Pass batches on and count them."""
        for batch in batches:
            self.submissions += len(batch.household)
            self.in_conflict += batch.in_conflict
            complete = {row["submission_id"] for row in batch.household if row.get("interview_result") == "complete"}
            self.complete += len(complete)
            self.people += sum(row["submission_id"] in complete for row in batch.member)
            self.communes.update(row.get("commune_code", "") for row in batch.household)
            self.provinces.update(row.get("province_code", "") for row in batch.household)
            yield batch

    def within(self) -> Where:
        """Return the place that all answers come from, as far as it is one."""
        communes, provinces = self.communes - {""}, self.provinces - {""}
        province = next(iter(provinces)) if len(provinces) == 1 else ""
        return Where(province, next(iter(communes)) if len(communes) == 1 else "")


@dataclass(frozen=True)
class Result:
    """One figure of one place, ready to be shown.

    Attributes:
        indicator: key of the indicator.
        name: its name in the language spoken now.
        short: its name for a narrow list.
        group: heading it is listed under.
        level: ``"household"`` or ``"member"``.
        headline: shown first.
        in_percent: the estimate is a percentage.
        place: code of the place, ``""`` for all.
        place_name: its name.
        numerator: rows that count.
        denominator: rows that belong.
        unknown: rows of the denominator that cannot be decided.
        estimate: percent or number, None when there is none.
        upper: the estimate if every unknown one counted, None when there is no estimate.
        target: for example ``">= 80"``, ``""`` when there is none.
        value: the target's value, None when there is none.
        status: ``met``, ``not_met``, ``inconclusive``, ``not_comparable`` or ``no_target``.
        gap: estimate less target, None when not comparable.
        source: the document that sets the target.
        statement: its sentence.
        due: last day of the target's period, None when open or without target.
    """

    indicator: str
    name: str
    short: str
    group: str
    level: str
    headline: bool
    in_percent: bool
    place: str
    place_name: str
    numerator: float
    denominator: float
    unknown: float
    estimate: float | None
    upper: float | None
    target: str
    value: float | None
    status: str
    gap: float | None
    source: str
    statement: str
    due: dt.date | None


def basis(store: Store, targets_file: Path | str | None = None) -> Basis:
    """Return form, indicators, targets and places of a store.

    Args:
        store: an open store.
        targets_file: targets to be used instead of those beside the form.

    Raises:
        SurveyAppError: the store has no form, or the form no indicators.
        TableError: the tables have faults.
    """
    stored = _form_of(store)
    if INDICATORS_FILE not in stored.files:
        message = _("The form “{form}” has no table of indicators.").format(form=stored.title or stored.id)
        raise SurveyAppError("RES-02", message, _("Add the file indicators.csv to the form and load it again."))
    of = basis_of_answers(store)
    indicators = load_indicators(stored.files[INDICATORS_FILE], of.form)
    source = Path(targets_file) if targets_file else stored.files.get(TARGETS_FILE)
    design = load_design(stored.files[DESIGN_FILE], of.form) if DESIGN_FILE in stored.files else None
    targets = load_targets(source, indicators) if source else ()
    return replace(of, indicators=indicators, targets=targets, design=design)


def basis_of_answers(store: Store) -> Basis:
    """Return form, round and places of a store, without indicators and targets.

    Raises:
        SurveyAppError: the store has no form.
    """
    stored = _form_of(store)
    form = load_form(stored.xform.encode(), stored.files)
    places = {place.code: place for place in store.places()}
    listed = sum(sum(counts.values()) for counts in store.status_counts().values())
    return Basis(form, (), (), store.round(), places, listed)


def _form_of(store: Store) -> StoredForm:
    """Return the form of the round, the newest one in a store without a round."""
    round_ = store.round()
    found = store.form(round_.form_id, round_.form_version) if round_ else None
    if found is None:
        forms = store.forms()
        found = forms[-1] if forms else None
    if found is None:
        message = _("This store has no form yet.")
        raise SurveyAppError("RES-01", message, _("Set up a round with a form first."))
    return found


def counted(store: Store, of: Basis) -> Iterator[Current]:
    """Return what counts: submissions of the round and its form, neither void nor of a household that withdrew."""
    return (current for current in store.currents() if counts(current, of))


def counts(current: Current, of: Basis) -> bool:
    """Tell whether a submission counts; see ``counted``."""
    in_round = of.round is None or (current.round == of.round.code and current.form_id == of.round.form_id)
    return in_round and current.state != "void" and not withdrawn_since(current.answers)


def tables(
    store: Store,
    of: Basis,
    breakdowns: Sequence[Sequence[str]],
    engine: str | Engine = "duckdb",
    monitor: Monitor = SILENT,
) -> tuple[list[pd.DataFrame], Coverage]:
    """Return a compared table for each breakdown, and what they stand on.

    Where the round is a sample the estimates are weighted and the tables have the columns of
    ``survey_app.indicators.estimating.INTERVALS``.

    Raises:
        SurveyAppError: a breakdown or the engine does not exist.
    """
    coverage = Coverage(listed=of.listed)
    batches = batches_of(counted(store, of), of.form, of.places)
    at = Engine(engine, store=store) if isinstance(engine, str) else replace(engine, store=store)
    rows = coverage.watch(_told(batches, of.listed, monitor))
    if of.design is None:
        found = compute_all(of.indicators, rows, breakdowns, at)
    else:
        found = estimate_all(of.indicators, rows, breakdowns, of.design, at)
    within = coverage.within()
    compared = [compare(table, of.indicators, of.targets, places=of.places, within=within, on=of.on) for table in found]
    return compared, coverage


def _told(batches: Iterable[Rows], total: int, monitor: Monitor) -> Iterator[Rows]:
    done = 0
    for batch in batches:
        yield batch
        done += len(batch.household)
        monitor.step(done, max(total, done), _("Counting answers"))


def indicator_table(
    store: Store,
    by: Sequence[str] = ("commune",),
    targets_file: Path | str | None = None,
    engine: str | Engine = "duckdb",
    monitor: Monitor = SILENT,
) -> pd.DataFrame:
    """Return every indicator of the store's form by some breakdowns, held against targets.

    Args:
        store: an open store.
        by: names of breakdowns, for example ``("commune", "sex")``; empty for the total.
        targets_file: targets to be used instead of those beside the form.
        engine: what computes; a name of ``ENGINES`` where nothing more need be known of it.
        monitor: hears how far it is.

    Returns:
        Columns ``indicator``, one a breakdown, ``category``, ``numerator``, ``denominator``, ``unknown``, ``estimate``
        (percent, or a number; NaN when there is none), ``target`` (for example ``">= 70"``) and ``status``; see
        ``survey_app.indicators.compute`` and ``comparing``. ``attrs["in_conflict"]`` is how many submissions count
        with a provisional value.

    Raises:
        SurveyAppError: see ``basis`` and ``tables``.
    """
    check_engine(engine if isinstance(engine, str) else engine.name)
    of = basis(store, targets_file)
    (table,), coverage = tables(store, of, [list(by)], engine, monitor)
    table = table.drop(columns=_INTERNAL)
    table.attrs["in_conflict"] = coverage.in_conflict
    return table


def summary(store: Store, targets_file: Path | str | None = None, monitor: Monitor = SILENT) -> tuple[Result, ...]:
    """Return every indicator over all answers, held against its target; distributions are left out.

    Raises:
        SurveyAppError: see ``basis``.
    """
    of = basis(store, targets_file)
    (table,), _coverage = tables(store, of, [[]], monitor=monitor)
    return results_of(table, of)


def results_of(table: pd.DataFrame, of: Basis, place: str = "") -> tuple[Result, ...]:
    """Return the rows of a compared table as plain data, distributions left out.

    Args:
        table: what ``tables`` gave.
        of: the basis.
        place: column that holds the place's code, ``""`` for a table without places.
    """
    by_key = {indicator.key: indicator for indicator in of.indicators}
    targets = {target.id: target for target in of.targets}
    found = []
    for numbered in table.to_dict("records"):
        row = {str(name): value for name, value in numbered.items()}
        indicator = by_key[row["indicator"]]
        if indicator.aggregate != "distribution":
            code = str(row[place]) if place else ""
            found.append(_result(row, indicator, code, targets.get(row["target_id"]), of))
    return tuple(found)


def _result(row: Mapping[str, Any], indicator: Indicator, code: str, target: Target | None, of: Basis) -> Result:
    numerator, denominator, unknown = float(row["numerator"]), float(row["denominator"]), float(row["unknown"])
    number, status = float(row["estimate"]), str(row["status"])
    estimate = None if math.isnan(number) else number
    share = (100.0 * unknown / denominator if denominator else 0.0) if indicator.in_percent else unknown
    is_compared = status in ("met", "not_met", "inconclusive") and target is not None and estimate is not None
    return Result(
        indicator=indicator.key,
        name=indicator.name(language()),
        short=indicator.short(language()),
        group=indicator.group,
        level=indicator.level,
        headline=indicator.headline,
        in_percent=indicator.in_percent,
        place=code,
        place_name=place_name(code, of.places) if code else "",
        numerator=numerator,
        denominator=denominator,
        unknown=unknown,
        estimate=estimate,
        upper=None if estimate is None else estimate + share,
        target=target.bar if target else "",
        value=target.value if target else None,
        status=status,
        gap=estimate - target.value if is_compared and target is not None and estimate is not None else None,
        source=target.source if target else "",
        statement=target.statement if target else "",
        due=target.period_end if target else None,
    )


def place_name(code: str, places: Mapping[str, Place]) -> str:
    """Return the name of a place, its code when the catalogue does not have it."""
    if code == "unknown":
        return _("Not known")
    return places[code].name if code in places else code


def write_report(
    store: Store,
    format: str,
    path: Path | str,
    clock: Clock = system_clock,
    *,
    targets_file: Path | str | None = None,
    monitor: Monitor = SILENT,
) -> Path:
    """Write the report of a store and return where it is.

    Args:
        store: an open store.
        format: ``xlsx`` or ``csv``.
        path: file to write; for ``csv`` a folder, or a file for the one long table.
        clock: tells the moment written on the report.
        targets_file: targets to be used instead of those beside the form.
        monitor: hears how far it is.

    Raises:
        SurveyAppError: another format, or the file cannot be written; what was there before stays.
    """
    from survey_app.reports import check_format, write
    from survey_app.reports.assembling import BREAKDOWNS, Facts, assemble

    check_format(format)
    of = basis(store, targets_file)
    found, coverage = tables(store, of, list(BREAKDOWNS.values()), monitor=monitor)
    facts = Facts(
        form=of.form,
        round=of.round,
        places=of.places,
        listed=coverage.listed,
        submissions=coverage.submissions,
        complete=coverage.complete,
        people=coverage.people,
        in_conflict=coverage.in_conflict,
        store_name=store.name,
        moment=clock(),
    )
    by_name = dict(zip(BREAKDOWNS, found, strict=True))
    return write(assemble(of.indicators, of.targets, by_name, facts), format, Path(path))
