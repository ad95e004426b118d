"""Indicators of a store against targets: as a table, as a summary for the window, as a report file.

Only what the submissions say now is counted, never the voided ones and never drafts. A question in conflict counts with
its provisional value, and how many submissions that concerns is told beside the figures.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from survey_app.errors import SurveyAppError
from survey_app.i18n import N_, _, language
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
from survey_app.indicators.disaggregations import ALL, disaggregation, disaggregations
from survey_app.indicators.disclosure import LEAST, WITHHELD, closure, withhold
from survey_app.indicators.engines import check_engine
from survey_app.indicators.figures import Figure
from survey_app.operations import rounds
from survey_app.operations.coverage import Coverage
from survey_app.operations.figures import beside, holding, marked
from survey_app.operations.forms import asked_forms
from survey_app.operations.in_force import counted, in_force
from survey_app.operations.levels import (
    OldUnits,
    Part,
    Villages,
    is_old,
    old_units_of,
    possible,
    rows_of_part,
)
from survey_app.operations.mixing import Mixing, expected_communes, held, left_out
from survey_app.operations.own_tables import with_own_tables
from survey_app.operations.published import READER, Published, published_in
from survey_app.operations.units import form_of_level
from survey_app.operations.villages import successors, told_of_now
from survey_app.places import OLD, catalogue_date, old_units
from survey_app.progress import SILENT, Monitor
from survey_app.records import HOUSEHOLD, Place, Round
from survey_app.store import Store, StoredForm
from survey_app.store.deeds import SETTING_CHANGED
from survey_app.xforms import FormDefinition, load_form

if TYPE_CHECKING:
    import pandas as pd

    from survey_app.join import Current

R = TypeVar("R")
INDICATORS_FILE = "indicators.csv"
TARGETS_FILE = "targets.csv"
_LEAST_FACT = "least"
LOWEST_LEAST = 3
"""Two people know each other's answer once a count of two is published."""
GROUPS = ("sex", "age_group", "poverty_status")
"""Breakdowns besides places that reports and copies for readers have."""
_INTERNAL = ["operator", "value", "target_id", "reason"]
OF_TARGETS = ("target", *_INTERNAL, "status")
"""Columns that comparing with targets adds."""


@dataclass(frozen=True)
class Basis:
    """What results are worked out from.

    Attributes:
        form: the round's own form.
        indicators: the indicators of all forms that the round asks.
        targets: what office documents say.
        round: the round, None in a store without one.
        places: the catalogue by code.
        listed: households on the list.
        design: how the round was sampled; None: everybody was to be asked.
        parts: the forms that the round asks, its own one first, each with its indicators.
        old: says the units of before 01/07/2025 where results are told in them, None for today's.
        others: figures of other sources, which stand beside the results and in none of them.
    """

    form: FormDefinition
    indicators: tuple[Indicator, ...]
    targets: tuple[Target, ...]
    round: Round | None
    places: Mapping[str, Place]
    listed: int
    design: Design | None = None
    parts: tuple[Part, ...] = ()
    old: OldUnits | None = None
    others: tuple[Figure, ...] = ()

    @property
    def on(self) -> dt.date | None:
        """Return the reference date of the round."""
        return _day(self.round.reference_date) if self.round else None

    @property
    def units(self) -> str:
        """Return the day of the units that results are told in, ``""`` for today's."""
        return OLD if self.old is not None else ""

    def in_units(self, batches: Iterator[Rows]) -> Iterator[Rows]:
        """Return rows with the codes of the units that results are told in."""
        return self.old.moved(batches) if self.old is not None else batches


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
        status: ``met``, ``not_met``, ``inconclusive``, ``not_comparable``, ``no_target``, or ``withheld``: then there
            are no figures but perhaps the denominator (NaN).
        gap: estimate less target, None when not comparable.
        source: the document that sets the target.
        statement: its sentence.
        due: last day of the target's period, None when open or without target.
        reason: why it cannot be compared, one of ``indicators.comparing.REASONS``, ``""`` when it can.
        unit: what the figure is in.
        ends: of a sample, the 95 % interval of the estimate; None where there is none.
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
    reason: str = ""
    unit: str = "%"
    ends: tuple[float, float] | None = None


def basis(store: Store, targets_file: Path | str | None = None, units: str = "") -> Basis:
    """Return the forms of the round with indicators, targets and places of a store.

    Args:
        store: an open store.
        targets_file: targets to be used instead of those beside the forms.
        units: ISO date of the administrative units to tell results in; today's when ``""``.

    Raises:
        SurveyAppError: the store has no form, or the round's own form no indicators, or there is no such catalogue.
        TableError: the tables have faults.
    """
    of = basis_of_answers(store, units)
    stored = with_own_tables(store, _form_of(store))
    if INDICATORS_FILE not in stored.files:
        message = _("The form “{form}” has no table of indicators.").format(form=stored.title or stored.id)
        raise SurveyAppError("RES-02", message, _("Add the file indicators.csv to the form and load it again."))
    beside_it = (with_own_tables(store, each) for each in _beside(store, stored))
    asked = [stored, *(each for each in beside_it if INDICATORS_FILE in each.files)]
    parts = tuple(_part(each) for each in asked)
    targets = [
        load_targets(each.files[TARGETS_FILE], part.indicators)
        for each, part in zip(asked, parts, strict=True)
        if TARGETS_FILE in each.files and not targets_file
    ]
    indicators = tuple(indicator for part in parts for indicator in part.indicators)
    if targets_file:
        targets = [load_targets(Path(targets_file), indicators)]
    told = tuple(target for group in targets for target in group)
    design = load_design(stored.files[DESIGN_FILE], of.form) if DESIGN_FILE in stored.files else None
    others = tuple(each.figure for each in holding(store))
    return replace(of, indicators=indicators, targets=told, parts=parts, design=design, others=others)


def _part(stored: StoredForm) -> Part:
    form = load_form(stored.xform.encode(), stored.files)
    return Part(form, stored.level, load_indicators(stored.files[INDICATORS_FILE], form))


def _beside(store: Store, own: StoredForm) -> list[StoredForm]:
    """Return the forms that are asked besides the round's own; in a store without a round the newest of each id."""
    if store.round() is not None:
        return [each.stored for each in asked_forms(store) if not each.own]
    newest = {form.id: form for form in store.forms()}
    return [form for form in newest.values() if form.id != own.id]


def basis_of_answers(store: Store, units: str = "") -> Basis:
    """Return the round's own form, round and places of a store, without indicators and targets.

    Raises:
        SurveyAppError: the store has no form, or there is no catalogue of that day.
    """
    stored = _form_of(store)
    form = load_form(stored.xform.encode(), stored.files)
    places = {place.code: place for place in store.places()}
    listed = sum(sum(counts.values()) for counts in store.status_counts().values())
    if not units or not is_old(catalogue_date(units)):
        return Basis(form, (), (), store.round(), places, listed)
    village = form_of_level(store, "village")
    old = old_units_of(store, places, village.id if village else "")
    then = {place.code: place for place in old_units()}
    for code, place in places.items():
        if place.level == "village":
            then[code] = replace(place, parent=old.of_village.get(code, ""))
    return Basis(form, (), (), store.round(), then, listed, old=old)


def _form_of(store: Store) -> StoredForm:
    """Return the form of the round, the newest one in a store without a round."""
    round_ = store.round()
    found = store.form(round_.form_id, round_.form_version) if round_ else None
    if found is None:
        forms = store.forms()
        found = next((form for form in reversed(forms) if form.level == HOUSEHOLD), forms[-1] if forms else None)
    if found is None:
        message = _("This store has no form yet.")
        raise SurveyAppError("RES-01", message, _("Set up a round with a form first."))
    return found


def counts(current: Current, of: Basis) -> bool:
    """Tell whether a submission counts: of the round and its own form, not void, of a household that is still in."""
    is_own = of.round is None or current.form_id == of.round.form_id
    return is_own and in_force(current, of.round)


def tables(
    store: Store,
    of: Basis,
    breakdowns: Sequence[Sequence[str]],
    engine: str | Engine = "duckdb",
    monitor: Monitor = SILENT,
) -> tuple[list[pd.DataFrame], Coverage]:
    """Return a compared table for each breakdown, and what they stand on.

    A breakdown that a form has nothing for says ``all`` in the rows of its indicators.

    Where the round is a sample the estimates are weighted and the tables have the columns of
    ``survey_app.indicators.estimating.INTERVALS``.

    Raises:
        SurveyAppError: no form of the round has a breakdown, or the engine does not exist.
    """
    wanted = [_checked(by, of.parts) for by in breakdowns]
    if store.kind == READER:
        kept = published_of(store, of)
        within = kept.coverage.within()
        return [compared(of, kept.exact(by), within, RoundsTold()) for by in wanted], kept.coverage
    every_round = any("round" in by for by in breakdowns)
    at = Engine(engine, store=store) if isinstance(engine, str) else replace(engine, store=store)

    def count(part: Part, batches: Iterator[Rows], mixing: Mixing | None) -> list[pd.DataFrame]:
        design = of.design if part is of.parts[0] else None
        return _counted(part, batches, wanted, at, design=design, mixing=mixing)

    found, coverage = read_parts(store, of, count, monitor, every_round=every_round)
    within = coverage.within()
    whole = [_joined(one) for one in zip(*found, strict=True)]
    told = rounds_told(store, of) if every_round else RoundsTold()
    return [compared(of, table, within, told) for table in whole], coverage


def read_parts(
    store: Store,
    of: Basis,
    count: Callable[[Part, Iterator[Rows], Mixing | None], R],
    monitor: Monitor = SILENT,
    *,
    every_round: bool = False,
) -> tuple[list[R], Coverage]:
    """Read the answers of each form of the round once, and return what was made of each and what it stands on.

    Args:
        store: the store.
        of: forms, indicators and targets.
        count: makes something of a form, its rows, and what adds aggregates (None where there are none).
        monitor: hears how far it is.
        every_round: those of earlier rounds too.
    """
    own, *others = of.parts
    coverage, villages = Coverage(listed=of.listed), Villages()
    places = {place.code: place for place in store.places()}
    answers = counted(store, own.form.id, of.round, every_round=every_round)
    into = successors(places.values())
    answered = told_of_now(batches_of(answers, own.book, places), into)
    batches = villages.watch(_told(answered, of.listed, monitor))
    mixing = _mixing(store, of, coverage)
    found = [count(own, coverage.watch(of.in_units(batches)), mixing)]
    for part in others:
        rows = told_of_now(rows_of_part(store, part, of.round, places, villages, every_round=every_round), into)
        found.append(count(part, of.in_units(rows), mixing))
    if mixing is not None:
        coverage.take(mixing, listed_by_commune(store, places), expected_communes(store, of.round, has_aggregates=True))
    elif of.old is not None and store.aggregate_ids():
        coverage.sources = tuple(left_out(held(store, of.round), of.old.today))
    return found, coverage


def _mixing(store: Store, of: Basis, coverage: Coverage) -> Mixing | None:
    """Return what adds aggregates; None where there are none, or where counts alone are not enough.

    Estimates of a sample need its units, and old units need the village of each row.
    """
    if of.design is not None or of.old is not None or not store.aggregate_ids():
        return None
    return Mixing(store, held(store, of.round), coverage.by_commune)


def listed_by_commune(store: Store, places: Mapping[str, Place]) -> Mapping[str, int]:
    """Return how many households are on the list of each commune."""
    found: Counter[str] = Counter()
    for village, counts_ in store.status_counts().items():
        known = places.get(village)
        found[known.parent if known else village.partition("-")[0]] += sum(counts_.values())
    return found


def _joined(tables_of_parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return the tables of all forms as one; what was not sampled is its own interval."""
    import pandas as pd

    whole = pd.concat(tables_of_parts, ignore_index=True) if len(tables_of_parts) > 1 else tables_of_parts[0]
    for end in ("lower", "upper"):
        if end in whole.columns:
            is_whole = whole.index >= len(tables_of_parts[0])
            whole.loc[is_whole, end] = whole.loc[is_whole, "estimate"]
    return whole


def _checked(by: Sequence[str], parts: Sequence[Part]) -> list[str]:
    """Return breakdowns, each once, that at least one form has what they need for."""
    names = list(dict.fromkeys(name.strip() for name in by if name.strip()))
    known = {name for part in parts for name in possible(names, part.book)}
    for name in names:
        if name not in known:
            disaggregations([name], parts[0].book)  # says what is wrong with it
    return names


def _counted(
    part: Part,
    batches: Iterator[Rows],
    breakdowns: Sequence[Sequence[str]],
    at: Engine,
    *,
    design: Design | None = None,
    mixing: Mixing | None = None,
) -> list[pd.DataFrame]:
    """Return a table for each breakdown, with a column for every name, whether or not the form has it."""
    own = [possible(by, part.book) for by in breakdowns]
    if mixing is not None:
        found = mixing.tables(part, batches, own, at)
    elif design is None:
        found = compute_all(part.indicators, batches, own, at)
    else:
        found = estimate_all(part.indicators, batches, own, design, at)
    for table, by in zip(found, breakdowns, strict=True):
        for place, name in enumerate(by, start=1):
            if name not in table.columns:
                table.insert(place, name, ALL)
    return found


@dataclass(frozen=True)
class RoundsTold:
    """What figures told by round need to know of each round.

    Attributes:
        dates: reference date of each round.
        otherwise: keys of the indicators that a round defined otherwise.
        titles: what people call it.
    """

    dates: Mapping[str, dt.date | None] = field(default_factory=dict)
    otherwise: Mapping[str, frozenset[str]] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)


def rounds_told(store: Store, of: Basis) -> RoundsTold:
    """Return what is known of the rounds of a store."""
    every = store.rounds()
    dates = {each.code: _day(each.reference_date) for each in every}
    otherwise = rounds.defined_otherwise(store, of.indicators, of.round)
    return RoundsTold(dates, otherwise, {each.code: each.title for each in every})


def compared(of: Basis, table: pd.DataFrame, within: Where, told: RoundsTold) -> pd.DataFrame:
    """Hold a table against the targets; what an earlier round found, against those that had begun then.

    Args:
        of: indicators and targets.
        table: what was counted.
        within: the place that all of it lies in, as far as it is one.
        told: what is known of the rounds; only a table by rounds needs it.
    """
    import pandas as pd

    by_round = "round" in table.columns and bool(told.dates)
    day = table["round"].map(lambda code: told.dates.get(code, of.on)) if by_round else None
    parts = [table] if day is None else [table[day == one] for one in day.unique()]
    on = [of.on] if day is None else list(day.unique())
    judged = [
        compare(part, of.indicators, of.targets, places=of.places, within=within, on=one, units=of.units)
        for part, one in zip(parts, on, strict=True)
    ]
    whole = judged[0] if len(judged) == 1 else pd.concat(judged).sort_index(kind="stable")
    if "withheld" in whole.columns:
        whole["status"] = whole["status"].mask(whole["withheld"], WITHHELD)
        whole["reason"] = whole["reason"].mask(whole["withheld"], "")
    return rounds.marked(whole, told.otherwise) if by_round else whole


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def published_tables(
    store: Store,
    of: Basis,
    breakdowns: Sequence[Sequence[str]],
    engine: str | Engine = "duckdb",
    monitor: Monitor = SILENT,
    *,
    least: int = LEAST,
) -> tuple[list[pd.DataFrame], Coverage]:
    """Return ``tables`` as they may leave the office: small counts withheld (``survey_app.indicators.disclosure``).

    Raises:
        SurveyAppError: as ``tables``; ``least`` is too low to protect anybody, or not that of a copy for readers.
    """
    check_least(least)
    if store.kind == READER:
        if least != least_of(store):
            message = _("This copy withholds figures of fewer than {count}.").format(count=least_of(store))
            raise SurveyAppError(
                "RES-10", message, _("Leave that number as it is, or ask the office for another copy.")
            )
        return tables(store, of, breakdowns, engine, monitor)
    shown, coverage = publication(store, of, breakdowns, engine, monitor, least=least)
    return [shown[tuple(_checked(by, of.parts))] for by in breakdowns], coverage


def publication(
    store: Store,
    of: Basis,
    breakdowns: Sequence[Sequence[str]],
    engine: str | Engine = "duckdb",
    monitor: Monitor = SILENT,
    *,
    least: int = LEAST,
) -> tuple[dict[tuple[str, ...], pd.DataFrame], Coverage]:
    """Return ``published_tables`` by breakdown, and beside them all tables that they add up to.

    Raises:
        SurveyAppError: as ``published_tables``.
    """
    wanted = closure([_checked(by, of.parts) for by in breakdowns])
    told = [by for by in wanted if all(any(possible([name], part.book) for part in of.parts) for name in by)]
    found, coverage = tables(store, of, told, engine, monitor)
    return withhold(dict(zip(told, found, strict=True)), of.indicators, of.places, least), coverage


def published_of(store: Store, of: Basis) -> Published:
    """Return the figures of a copy for readers.

    Raises:
        SurveyAppError: it holds none that this program can read.
    """
    order = {
        name: disaggregation(name, part.book)
        for part in reversed(of.parts)
        for name in GROUPS
        if possible([name], part.book)
    }
    return published_in(store, of.places, order)


def check_least(least: int) -> None:
    """Refuse a bound below which counts would be withheld that protects nobody.

    Raises:
        SurveyAppError: it is below ``LOWEST_LEAST``.
    """
    if least < LOWEST_LEAST:
        message = _("Figures of fewer than {count} people would be published.").format(count=LOWEST_LEAST)
        raise SurveyAppError("RES-06", message, _("Choose {count} or more.").format(count=LOWEST_LEAST))


def least_of(store: Store) -> int:
    """Return fewer than how many people or households nothing tells of that leaves this office.

    Not to be confused with ``indicators.FEWEST``: that keeps a rate from being drawn that one answer more or less would
    change too much, also for the office's own eyes; this protects people.
    """
    return int(store.fact(_LEAST_FACT) or LEAST)


def least_for(store: Store, asked: int | None) -> int:
    """Return ``least`` as it was asked for, or as the office has set it: a copy for readers has no other figures."""
    return least_of(store) if asked is None or (store.kind == READER and not asked) else asked


def set_least(store: Store, least: int) -> None:
    """Withhold from now on figures of fewer people or households in all that leaves this office.

    Raises:
        SurveyAppError: ``check_least``.
    """
    check_least(least)
    with store.together():
        store.put_fact(_LEAST_FACT, str(least))
        store.note_deed(SETTING_CHANGED, what="least", count=least)


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
    *,
    units: str = "",
    with_reasons: bool = False,
    least: int | None = 0,
) -> pd.DataFrame:
    """Return every indicator of the round's forms by some breakdowns, held against targets.

    Args:
        store: an open store.
        by: names of breakdowns, for example ``("commune", "sex")``; empty for the total.
        targets_file: targets to be used instead of those beside the form.
        engine: what computes; a name of ``ENGINES`` where nothing more need be known of it.
        monitor: hears how far it is.
        units: ISO date of the administrative units to tell results in; today's when ``""``.
        with_reasons: add ``reason`` (why it cannot be compared), ``target_source`` (document) and ``statement`` of the
            target.
        least: withhold what tells of fewer people or households, for figures that leave the office; 0: show all;
            None: as the office has set.

    Returns:
        Columns ``indicator``, one a breakdown, ``category``, ``numerator``, ``denominator``, ``unknown``, ``estimate``
        (percent, or a number; NaN when there is none), ``target`` (for example ``">= 70"``) and ``status``; see
        ``survey_app.indicators.compute`` and ``comparing``. ``attrs["in_conflict"]`` is how many submissions count
        with a provisional value. Where the store holds figures of others they stand behind the survey's own, and the
        columns ``source`` (``survey``, or who keeps the figure), ``period`` and ``document`` say whose each is.

    Raises:
        SurveyAppError: see ``basis`` and ``tables``.
    """
    check_engine(engine if isinstance(engine, str) else engine.name)
    of = basis(store, targets_file, units)
    least = least_for(store, least)
    if least:
        (table,), coverage = published_tables(store, of, [list(by)], engine, monitor, least=least)
    else:
        (table,), coverage = tables(store, of, [list(by)], engine, monitor)
    if "round" in table.columns:
        table = rounds.with_change(table, store.rounds())
    if of.others and not of.units and "round" not in table.columns:
        table = marked(table, beside(of.others, by, of, coverage.within()), of)
    said = {target.id: (target.source, target.statement) for target in of.targets}
    if with_reasons:
        table["reason"] = [reason_words(reason) for reason in table["reason"]]
        table["target_source"] = [said.get(key, ("", ""))[0] for key in table["target_id"]]
        table["statement"] = [said.get(key, ("", ""))[1] for key in table["target_id"]]
    table = table.drop(columns=[name for name in _INTERNAL if not (with_reasons and name == "reason")])
    table.attrs["in_conflict"] = coverage.in_conflict
    table.attrs["sources"] = coverage.sources
    table.attrs["least"] = least
    return table


REASON_WORDS = {
    "few": N_("Too few rows for a share."),
    "no_estimate": N_("There is no figure."),
    "about": N_("The document only says “about”."),
    "unit": N_("The document gives a number, the indicator is a share."),
    "orientation": N_("The document gives a direction without a date."),
    "group": N_("The document speaks of another group."),
    "place": N_("The document is for another place."),
    "time": N_("The document is for a later time."),
    "definition": N_("That round defined it otherwise."),
}
"""Why something is not held against a target, in words, by ``indicators.comparing.REASONS``."""


def reason_words(reason: str) -> str:
    """Return why something cannot be compared, ``""`` when it can."""
    return _(REASON_WORDS[reason]) if reason else ""


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
    names = names_of(map(str, table[place].unique()), of.places) if place else {}
    found = []
    for numbered in table.to_dict("records"):
        row = {str(name): value for name, value in numbered.items()}
        indicator = by_key[row["indicator"]]
        if not row["category"] and indicator.aggregate not in ("distribution", "shares"):
            code = str(row[place]) if place else ""
            found.append(_result(row, indicator, (code, names.get(code, "")), targets.get(row["target_id"])))
    return tuple(found)


def _result(row: Mapping[str, Any], indicator: Indicator, at: tuple[str, str], target: Target | None) -> Result:
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
        place=at[0],
        place_name=at[1],
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
        reason=str(row["reason"]),
        unit=indicator.unit,
        ends=_ends_of(row),
    )


def _ends_of(row: Mapping[str, Any]) -> tuple[float, float] | None:
    """Return the 95 % interval of a row of a sample; what was fully counted has none."""
    lower, upper = float(row.get("lower", math.nan)), float(row.get("upper", math.nan))
    return None if math.isnan(lower) or math.isnan(upper) or lower == upper else (lower, upper)


def place_name(code: str, places: Mapping[str, Place]) -> str:
    """Return the name of a place, its code when the catalogue does not have it."""
    if code == "unknown":
        return _("Not known")
    return places[code].name if code in places else code


def names_of(codes: Iterable[str], places: Mapping[str, Place]) -> dict[str, str]:
    """Return the names of places that stand in one table; of several with one name each is told by the unit above."""
    names = {code: place_name(code, places) for code in codes if code}
    often = Counter(names.values())
    above = {
        code: places.get(places[code].parent) for code, name in names.items() if often[name] > 1 and code in places
    }
    return {code: f"{name} ({unit.name})" if (unit := above.get(code)) else name for code, name in names.items()}
