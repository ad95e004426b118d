"""Figures that others keep, taken in as tables: looked at first, then kept, replaced by newer ones, or taken back.

They are never counted together with answers. A figure holds until a newer table has one of the same indicator, place,
period and source.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from survey_app.clock import Clock, stamp, system_clock
from survey_app.disk import write_durably
from survey_app.errors import SurveyAppError
from survey_app.i18n import _, language
from survey_app.indicators import Indicator, Target, Where, compare
from survey_app.indicators.disaggregations import ALL, PLACE_LEVELS
from survey_app.indicators.figures import COLUMNS, SURVEY, Figure, load_figures
from survey_app.operations.access import needs
from survey_app.places import PlacesError, find_place
from survey_app.records import Place
from survey_app.roles import DECIDE
from survey_app.store import KeptTable, Store

if TYPE_CHECKING:
    import pandas as pd

    from survey_app.operations.results import Basis

KIND = "figures"
MARKS = ("source", "period", "document")
"""Columns that figures of others have besides those of results."""


@dataclass(frozen=True)
class Kept:
    """A figure that holds, with the table it came in.

    Attributes:
        figure: the figure.
        table: id of the table.
    """

    figure: Figure
    table: str


@dataclass(frozen=True)
class FiguresRead:
    """What a table of figures would do.

    Attributes:
        file: its name.
        figures: all of its figures.
        new: those of which there was none.
        replaced: pairs of the figure that holds now and the one that takes its place.
        same: how many are here already, exactly so.
    """

    file: str
    figures: tuple[Figure, ...]
    new: tuple[Figure, ...]
    replaced: tuple[tuple[Figure, Figure], ...]
    same: int


@dataclass(frozen=True)
class TakenInTable:
    """A table of figures that is here.

    Attributes:
        id: SHA-256 of its content.
        file: name of the file it came in.
        taken_at: when, ISO 8601.
        figures: how many it holds.
        holding: how many of them hold; the others were replaced by newer ones.
        sources: who keeps them.
    """

    id: str
    file: str
    taken_at: str
    figures: int
    holding: int
    sources: tuple[str, ...]


def check_figures(store: Store, path: Path, of: Basis | None = None) -> FiguresRead:
    """Read a table of figures and tell what it would do; nothing is changed.

    Args:
        store: the store.
        path: CSV or .xlsx.
        of: what results are worked out from, where it is known already.

    Raises:
        TableError: the table has faults; all of them are listed, nothing of it is taken.
        SurveyAppError: the store has no form with indicators.
    """
    basis_ = of or _basis(store)
    date = basis_.round.catalogue_date if basis_.round else ""
    figures = load_figures(path, basis_.indicators, lambda code: place_of(code, basis_.places, date))
    now = {kept.figure.about: kept.figure for kept in holding(store)}
    new = tuple(each for each in figures if each.about not in now)
    replaced = tuple((now[each.about], each) for each in figures if now.get(each.about, each) != each)
    return FiguresRead(path.name, figures, new, replaced, len(figures) - len(new) - len(replaced))


def _basis(store: Store) -> Basis:
    from survey_app.operations.results import basis

    return basis(store)


def place_of(code: str, places: Mapping[str, Place], date: str) -> Place | None:
    """Return the place of a code: of the store, else of the catalogue of a day."""
    if code in places:
        return places[code]
    try:
        return find_place(code, date)
    except PlacesError:
        return None


@needs(DECIDE)
def take_in_figures(store: Store, read: FiguresRead, clock: Clock = system_clock) -> KeptTable:
    """Keep the figures of a table that was looked at; return what is kept.

    Raises:
        SurveyAppError: nothing in it is new (``FIG-01``).
    """
    if not read.new and not read.replaced:
        message = _("Every figure of {file} is here already, exactly so.").format(file=read.file)
        raise SurveyAppError("FIG-01", message, _("Nothing was changed."))
    content = json.dumps([figure.as_json() for figure in read.figures], ensure_ascii=False, sort_keys=True).encode()
    id_ = hashlib.sha256(b"\0".join((KIND.encode(), b"", content))).hexdigest()
    table = KeptTable(id_, KIND, "", read.file, stamp(clock()), content)
    store.put_table(table)
    return table


def _figures_in(table: KeptTable) -> list[Figure]:
    return [Figure(**fields) for fields in json.loads(table.content)]


def holding(store: Store) -> list[Kept]:
    """Return the figures that hold, by indicator, place, source and period."""
    found: dict[tuple[str, ...], Kept] = {}
    for table in store.kept_tables(KIND):
        for figure in _figures_in(table):
            found[figure.about] = Kept(figure, table.id)
    return sorted(found.values(), key=lambda kept: (*kept.figure.about[:3], kept.figure.source, kept.figure.end))


def taken_in(store: Store) -> list[TakenInTable]:
    """Return the tables of figures that are here, the newest first."""
    holds = holding(store)
    found = []
    for table in reversed(store.kept_tables(KIND)):
        figures = _figures_in(table)
        sources = tuple(dict.fromkeys(each.source for each in figures))
        count = sum(kept.table == table.id for kept in holds)
        found.append(TakenInTable(table.id, table.file, table.taken_at, len(figures), count, sources))
    return found


@needs(DECIDE)
def take_back_figures(store: Store, begins: str) -> KeptTable:
    """Take a table of figures out again; what it had replaced holds again.

    Raises:
        SurveyAppError: no table, or more than one, begins so (``FIG-02``).
    """
    found = [table for table in store.kept_tables(KIND) if begins and table.id.startswith(begins)]
    if len(found) != 1 or not store.drop_table(found[0]):
        message = _("There is no such table of figures here.")
        raise SurveyAppError("FIG-02", message, _("Choose one from the list. Nothing was changed."))
    return found[0]


def write_empty_table(store: Store, path: Path) -> Path:
    """Write a table to fill in: the heads, and a row for each indicator with the commune of the round.

    Raises:
        SurveyAppError: the place cannot be written to.
    """
    of = _basis(store)
    place = of.round.commune_code if of.round else ""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([*COLUMNS.values(), _("Name")])
    for indicator in of.indicators:
        for category in indicator.categories or ("",):
            key = f"{indicator.key}:{category}" if category else indicator.key
            writer.writerow([place, key, *[""] * (len(COLUMNS) - 2), indicator.name(language())])
    try:
        write_durably(path, out.getvalue().encode("utf-8-sig"))
    except OSError as error:
        message = _("The table could not be written to {path}.").format(path=path)
        raise SurveyAppError("FIG-03", message, _("Choose another folder. Nothing else was changed.")) from error
    return path


# --- beside the survey ---------------------------------------------------------------------------------------------


def beside(
    figures: Sequence[Figure], by: Sequence[str], of: Basis, within: Where, only: Collection[str] = ()
) -> pd.DataFrame:
    """Return the figures of others that belong beside a table of results, held against the targets of their day.

    Args:
        figures: the figures that hold.
        by: breakdowns of the table. With a level of places: the figures of places of that level; without any: those of
            the place that all answers come from.
        of: what results are worked out from.
        within: where all answers lie.
        only: keys of the indicators that are wanted; all when empty.

    Returns:
        The columns of ``compare``, and ``MARKS``. What is not known is NaN; nothing is withheld: the figures are not
        of this office.
    """
    import pandas as pd

    wanted = [name for name in by if name in PLACE_LEVELS]
    known = {indicator.key for indicator in of.indicators}
    rows = []
    for figure in figures:
        place = place_of(figure.place, of.places, of.round.catalogue_date if of.round else "")
        if place is None or figure.indicator not in known or (only and figure.indicator not in only):
            continue
        belongs = wanted[-1] == place.level if wanted else figure.place in (within.commune or within.province, "")
        if belongs:
            rows.append(_row(figure, by, place, of.places))
    columns = ["indicator", *dict.fromkeys(by), "category", "numerator", "denominator", "unknown", "estimate", *MARKS]
    table = pd.DataFrame(rows, columns=[*columns, "end"])
    return _compared(table, of.indicators, of.targets, of, within)


def _row(figure: Figure, by: Sequence[str], place: Place, places: Mapping[str, Place]) -> dict[str, Any]:
    codes = dict.fromkeys(by, ALL)
    above: Place | None = place
    while above is not None:
        if above.level in codes:
            codes[above.level] = above.code
        above = places.get(above.parent)
    counts = [math.nan if each is None else each for each in (figure.numerator, figure.denominator)]
    return {
        "indicator": figure.indicator,
        **codes,
        "category": figure.category,
        "numerator": counts[0],
        "denominator": counts[1],
        "unknown": 0.0,
        "estimate": figure.value,
        "source": figure.source,
        "period": figure.period,
        "document": figure.document,
        "end": figure.end,
    }


def _compared(
    table: pd.DataFrame, indicators: Sequence[Indicator], targets: Sequence[Target], of: Basis, within: Where
) -> pd.DataFrame:
    """Hold each figure against the targets that had begun on the last day of its period."""
    import pandas as pd

    parts = [
        compare(part, indicators, targets, places=of.places, within=within, on=dt.date.fromisoformat(str(end)))
        for end, part in table.groupby("end", sort=False)
    ]
    found = pd.concat(parts).sort_index(kind="stable") if parts else compare(table, indicators, targets)
    return found.drop(columns=["end"]).assign(unknown=math.nan)


def marked(survey: pd.DataFrame, others: pd.DataFrame, of: Basis) -> pd.DataFrame:
    """Return results of the survey and figures of others in one table that says of each row whose it is.

    The figures of an indicator and place stand behind the survey's own.
    """
    import pandas as pd

    day = of.round.reference_date if of.round else ""
    own = survey.assign(source=SURVEY, period=day, document="")
    whole = pd.concat([own, others], ignore_index=True) if len(others) else own
    order = {key: n for n, key in enumerate(dict.fromkeys(own["indicator"]))}
    ranked = whole.assign(rank=[order.get(key, len(order)) for key in whole["indicator"]])
    found = ranked.sort_values("rank", kind="stable").drop(columns=["rank"]).reset_index(drop=True)
    found.attrs.update(survey.attrs)
    return found
