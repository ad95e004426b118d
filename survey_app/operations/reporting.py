"""Reports of a store: one file, or one for each commune or village, worked out from the same tables in one go."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from survey_app.clock import Clock, system_clock
from survey_app.disk import write_durably
from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.indicators.disaggregations import PLACE_LEVELS
from survey_app.operations.coverage import Coverage
from survey_app.operations.figures import beside, holding
from survey_app.operations.levels import possible
from survey_app.operations.mixing import AGGREGATE, MISSING, Source
from survey_app.operations.results import GROUPS, Basis, basis, least_for, published_tables, tables
from survey_app.progress import SILENT, Monitor
from survey_app.store import Store
from survey_app.store.deeds import EXPORTED
from survey_app.store.records import CLOSED, COMPLETE, REFUSED
from survey_app.text import tidy

if TYPE_CHECKING:
    import pandas as pd

    from survey_app.reports.assembling import Reached
    from survey_app.reports.model import Report

EACH = ("commune", "village")
"""Levels that a batch can have a report for each place of."""
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_MOST_LETTERS = 80
Tables = Mapping[str, "pd.DataFrame"]


def write_report(
    store: Store,
    format: str,
    path: Path | str,
    clock: Clock = system_clock,
    *,
    targets_file: Path | str | None = None,
    template_file: Path | str | None = None,
    monitor: Monitor = SILENT,
    least: int | None = None,
) -> Path:
    """Write the report of a store and return where it is.

    Args:
        store: an open store.
        format: one of ``reports.FORMATS``.
        path: file to write; for ``csv`` a folder, or a file for the one long table.
        clock: tells the moment written on the report.
        targets_file: targets to be used instead of those beside the form.
        template_file: the office's own Word template, for ``docx`` and the words of the office in ``pdf``.
        monitor: hears how far it is.
        least: withhold what tells of fewer people or households; 0: show all, for the office's own eyes;
            None: what the office has set.

    Raises:
        SurveyAppError: another format, a faulty template, or the file cannot be written; what was there before stays.
    """
    from survey_app.reports import check_format, write
    from survey_app.reports.telling import BREAKDOWNS
    from survey_app.reports.template import load_template

    check_format(format)
    template = load_template(Path(template_file)) if template_file else None
    of = basis(store, targets_file)
    least = least_for(store, least)
    found, coverage = _figures(store, of, BREAKDOWNS, monitor, least)
    place = of.round.commune_code if of.round else ""
    report = _Maker(store, of, coverage, clock, least).report(found, place, set(store.status_counts()), everything=True)
    written = write(report, format, Path(path), template)
    store.note_deed(EXPORTED, what="report", format=format)
    return written


def write_reports(
    store: Store,
    format: str,
    folder: Path | str,
    each: str,
    clock: Clock = system_clock,
    *,
    targets_file: Path | str | None = None,
    template_file: Path | str | None = None,
    monitor: Monitor = SILENT,
    least: int | None = None,
) -> list[Path]:
    """Write a report for every commune or village that answers came from, and return where they are.

    The tables are computed once and what is withheld is decided for all of them together, so that no report gives away
    what another one withholds. A report is whole or not there; when the work is stopped those that are done stay.

    Args:
        store, format, clock, targets_file, template_file, monitor, least: as in ``write_report``.
        folder: where they go; the names are fit for a FAT stick.
        each: one of ``EACH``.

    Raises:
        SurveyAppError: as ``write_report``; there is no such level, or there are no answers.
        Cancelled: the person stopped it.
    """
    from survey_app.reports import check_format, write
    from survey_app.reports.template import load_template

    check_format(format)
    template = load_template(Path(template_file)) if template_file else None
    of = basis(store, targets_file)
    least = least_for(store, least)
    wanted = _breakdowns_of(each)
    found, coverage = _figures(store, of, wanted, monitor, least)
    maker, written = _Maker(store, of, coverage, clock, least), []
    codes = [code for code in dict.fromkeys(found["summary"][each].astype(str)) if code not in ("all", "unknown")]
    if not codes:
        message = _("There are no answers yet, so there is nothing to report.")
        raise SurveyAppError("REP-05", message, _("Merge bundles first. No report was written."))
    for number, code in enumerate(codes):
        name = of.places[code].name if code in of.places else ""
        monitor.step(number, len(codes), name)
        report = maker.report(_slice(found, each, code, of), code, _villages(each, code, coverage, store))
        ending = "" if format == "csv" else f".{format}"
        written.append(write(report, format, Path(folder) / (safe_name(f"{code} {name}") + ending), template))
    monitor.step(len(codes), len(codes))
    store.note_deed(EXPORTED, what="report", format=format, rows=len(written))
    return written


def write_template(path: Path) -> Path:
    """Write the template that comes with the program, for an office to change in Word.

    Raises:
        SurveyAppError: the place cannot be written to.
    """
    from survey_app.reports.official import official_template

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_durably(path, official_template())
    except OSError as error:
        message = _("The template could not be written to {path}.").format(path=path)
        hint = _("Close the file if another program shows it, or choose another folder. Nothing else was changed.")
        raise SurveyAppError("REP-06", message, hint) from error
    return path


def safe_name(name: str) -> str:
    """Return a name for a file that every stick and system takes: no signs FAT forbids, not too long."""
    plain = " ".join(_FORBIDDEN.sub(" ", tidy(name)).split())[:_MOST_LETTERS].strip(" .")
    return plain or "_"


def _breakdowns_of(each: str) -> dict[str, tuple[str, ...]]:
    """Return the tables that reports of every place of a level are cut from.

    Raises:
        SurveyAppError: there is no such level.
    """
    if each not in EACH:
        message = _("There are no reports for each “{level}”.").format(level=each)
        raise SurveyAppError("REP-07", message, _("Available: {names}.").format(names=", ".join(EACH)))
    wanted: dict[str, tuple[str, ...]] = {"summary": (each,)}
    if each == "commune":
        wanted["villages"] = ("village",)
    return wanted | {"sex": (each, "sex"), "age": (each, "age_group"), "poverty": (each, "poverty_status")}


def _figures(
    store: Store, of: Basis, wanted: Mapping[str, Sequence[str]], monitor: Monitor, least: int
) -> tuple[Tables, Coverage]:
    asked = {name for name, by in wanted.items() if name == "summary" or _is_asked(by, of)}
    wanted = {name: by for name, by in wanted.items() if name in asked}
    if least:
        found, coverage = published_tables(store, of, list(wanted.values()), monitor=monitor, least=least)
    else:
        found, coverage = tables(store, of, list(wanted.values()), monitor=monitor)
    return dict(zip(wanted, found, strict=True)), coverage


def _is_asked(by: Sequence[str], of: Basis) -> bool:
    """Tell whether some form of the round asks what each of these breakdowns needs."""
    return all(any(possible([name], part.book) for part in of.parts) for name in by)


def _slice(found: Tables, each: str, code: str, of: Basis) -> Tables:
    """Return the part of each table that one place has."""
    cut: dict[str, pd.DataFrame] = {}
    for name, table in found.items():
        if each in table.columns:
            cut[name] = table[table[each] == code]
        else:
            inside = [_commune_of(one, of) == code for one in table["village"]]
            cut[name] = table[inside]
    return cut


def _commune_of(village: str, of: Basis) -> str:
    """Return the commune of a village; of one that only another office knows, what its code says."""
    return of.places[village].parent if village in of.places else village.partition("-")[0]


def _villages(each: str, code: str, coverage: Coverage, store: Store) -> set[str]:
    """Return the villages of a place."""
    known = set(coverage.by_village) | set(store.status_counts())
    return {code} if each == "village" else {one for one in known if one.partition("-")[0] == code}


def _survey_row(found: Tables, level: str, code: str, place: str, other: Mapping[Any, Any]) -> Mapping[str, Any] | None:
    """Return what the survey says of the indicator and place of a figure, None where no table has it."""
    for table in found.values():
        if [name for name in PLACE_LEVELS if name in table.columns] == [level]:
            here = table[table[level] == code]
        elif code == place and not any(name in table.columns for name in (*PLACE_LEVELS, *GROUPS)):
            here = table
        else:
            continue
        if any(name in table.columns for name in GROUPS):
            continue
        rows = here[(here["indicator"] == other["indicator"]) & (here["category"] == other["category"])]
        if len(rows):
            return {str(name): value for name, value in rows.iloc[0].items()}
    return None


def _handed_up(source: Source, place: str) -> Reached:
    """Return what counts that a commune handed up stand on; they do not say it of each village."""
    from survey_app.reports.assembling import Reached

    if place != source.commune:
        return Reached(None, None, None, None, 0, None, None, handed_up=(source.name,))
    counts = (source.listed, source.submissions, source.complete, source.people, source.in_conflict)
    return Reached(*counts, None, None, handed_up=(source.name,))


@dataclass(frozen=True)
class _Maker:
    """Puts reports of one store together."""

    store: Store
    of: Basis
    coverage: Coverage
    clock: Clock
    least: int

    def report(self, found: Tables, place: str, villages: set[str], *, everything: bool = False) -> Report:
        """Return the report of a place; ``everything``: of the whole store, whatever village answers come from."""
        from survey_app.reports.assembling import Facts, assemble

        facts = Facts(
            forms=[part.form for part in self.of.parts],
            round=self.of.round,
            places=self.of.places,
            place=place,
            reached=self._reached(place, villages, everything),
            store_name=self.store.name,
            moment=self.clock(),
            least=self.least,
            is_sample=self.of.design is not None,
            made_by=self._who(),
        )
        return assemble(self.of.indicators, self.of.targets, found, facts, list(self._others(found, place)))

    def _others(self, found: Tables, place: str) -> Iterator[Mapping[str, Any]]:
        """Yield the figures of others about a place and what lies in it, each with the survey's row of its place."""
        kept = [each.figure for each in holding(self.store)]
        for level in ("province", "commune", "village") if kept else ():
            for row in beside(kept, [level], self.of, self.coverage.within()).to_dict("records"):
                code = str(row[level])
                above = self.of.places.get(code)
                inside = [code, *([above.parent] if above else [])]
                if place in inside or not place:
                    survey = _survey_row(found, level, code, place, row)
                    yield {**{str(name): value for name, value in row.items()}, "place": code, "survey": survey}

    def _reached(self, place: str, villages: set[str], everything: bool) -> Reached:
        from survey_app.reports.assembling import Reached

        sources = {each.commune: each for each in self.coverage.sources if each.kind == AGGREGATE}
        if not everything and place.partition("-")[0] in sources:
            return _handed_up(sources[place.partition("-")[0]], place)
        outcomes = self.store.outcome_counts()
        ended = {COMPLETE: 0, REFUSED: 0, CLOSED: 0}
        listed = 0
        for village in villages & set(outcomes):
            for (status, end), count in outcomes[village].items():
                listed += count
                if (end or status) in ended:
                    ended[end or status] += count
        here = [self.coverage.by_village[one] for one in villages if one in self.coverage.by_village]
        if not everything:
            return Reached(
                listed,
                sum(each.submissions for each in here),
                sum(each.complete for each in here),
                sum(each.people for each in here),
                sum(each.in_conflict for each in here),
                ended[REFUSED],
                ended[CLOSED],
            )
        whole = self.coverage
        return Reached(
            whole.listed,
            whole.submissions,
            whole.complete,
            whole.people,
            whole.in_conflict,
            None if sources else ended[REFUSED],
            None if sources else ended[CLOSED],
            handed_up=tuple(each.name for each in sources.values()),
            missing=tuple(each.name for each in whole.sources if each.kind == MISSING),
        )

    def _who(self) -> str:
        return next((one.name for one in self.store.enumerators() if one.id == self.store.at_work), "")
