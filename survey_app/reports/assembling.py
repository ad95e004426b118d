"""Puts a report together from compared tables; knows nothing of files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from survey_app.i18n import _, language, ngettext
from survey_app.indicators import FEWEST, Indicator, Target
from survey_app.indicators.faults import listing
from survey_app.records import Place, Round
from survey_app.reports.method import definitions, method, sources
from survey_app.reports.model import Report
from survey_app.reports.telling import BREAKDOWNS, Teller
from survey_app.reports.words import WITHHELD_MARK
from survey_app.text import show_date, show_number, show_percent

if TYPE_CHECKING:
    import pandas as pd

    from survey_app.xforms import FormDefinition


MOST_NAMED = 40
"""Most communes that a note names; it says how many there are."""


@dataclass(frozen=True)
class Reached:
    """Whom the figures of a place stand on; None: counts handed up by another office do not say.

    Attributes:
        listed: households on the list.
        submissions: submissions that count.
        complete: completed interviews.
        people: members of the completed ones.
        in_conflict: submissions that count with a provisional value.
        refused: households that refused.
        closed: households that ended otherwise: moved away, not found, another line of the list.
        handed_up: names of the communes whose counts their own offices handed up.
        missing: names of the communes that nothing has come from.
    """

    listed: int | None = 0
    submissions: int | None = 0
    complete: int | None = 0
    people: int | None = 0
    in_conflict: int = 0
    refused: int | None = 0
    closed: int | None = 0
    handed_up: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Facts:
    """What stands around the figures.

    Attributes:
        forms: the forms of the round, its own first, for the words of their choices.
        round: the round, None when there is none.
        places: the catalogue by code.
        place: code of the place that the report is about, ``""`` when it is all of the store.
        reached: whom the figures stand on.
        store_name: where the answers are.
        moment: when the report is made.
        least: fewest people or households that a figure may tell of, 0 when everything is shown.
        is_sample: the round is a sample and no full enumeration.
        made_by: who made the report, ``""`` when nobody said so.
    """

    forms: Sequence[FormDefinition]
    round: Round | None
    places: Mapping[str, Place]
    place: str
    reached: Reached
    store_name: str
    moment: dt.datetime
    least: int = 0
    is_sample: bool = False
    made_by: str = ""

    @property
    def place_name(self) -> str:
        """Return the name of the place, the store's name where the catalogue does not have it."""
        found = self.places.get(self.place)
        return found.name if found else self.store_name

    @property
    def committee_of(self) -> str:
        """Return the name of the place whose People's Committee reports; a village has none of its own."""
        found = self.places.get(self.place)
        above = self.places.get(found.parent) if found is not None and found.level == "village" else None
        return above.name if above else self.place_name


def assemble(
    indicators: Sequence[Indicator],
    targets: Sequence[Target],
    tables: Mapping[str, pd.DataFrame],
    facts: Facts,
    others: Sequence[Mapping[str, Any]] = (),
) -> Report:
    """Return the report.

    Args:
        indicators: all indicators.
        targets: all targets.
        tables: a compared table for names of ``BREAKDOWNS``; ``summary`` is always there.
        facts: what stands around the figures.
        others: figures of others, as ``Teller.others`` wants them.
    """
    teller = Teller(indicators, facts.forms, facts.places)
    frames = {name: list(_records(frame)) for name, frame in tables.items()}
    broken_down = [name for name in BREAKDOWNS if name != "summary" and name in frames]
    used = {str(row["target_id"]) for rows in (*frames.values(), others) for row in rows} - {""}
    asked = {str(row["indicator"]) for row in frames["summary"]}
    shown = [indicator for indicator in indicators if indicator.key in asked] or list(indicators)
    beside = (teller.others(others),) if others else ()
    return Report(
        title=_("Digital readiness of households"),
        subtitle=_subtitle(facts),
        place=facts.committee_of,
        day=facts.moment.date(),
        made=_("Made on {date} at {time} from {store}.").format(
            date=show_date(facts.moment.date()), time=f"{facts.moment:%H:%M}", store=facts.store_name
        ),
        about=_about(facts),
        coverage=_coverage(facts.reached),
        tables=(
            teller.summary(frames["summary"]),
            *beside,
            *(teller.table(name, frames[name], frames["summary"]) for name in broken_down),
            teller.answers(frames["summary"]),
        ),
        digests=(*beside, *(table for name in broken_down for table in teller.digests(name, frames[name]))),
        charts=tuple(teller.charts(frames)),
        method=method(facts.is_sample),
        definitions=definitions(shown),
        sources=sources([target for target in targets if target.id in used], indicators),
        notes=(*_notes(facts.reached), *_few_note(teller, frames), *_withheld_note(facts, frames)),
    )


def _records(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    for row in frame.to_dict("records"):
        yield {str(name): value for name, value in row.items()}


def _subtitle(facts: Facts) -> str:
    if facts.round is None:
        return ""
    place = facts.places.get(facts.place)
    parts = [place.name if place else "", facts.round.title, _as_of(facts.round.reference_date)]
    return " · ".join(part for part in parts if part)


def _as_of(day: str) -> str:
    shown = _day(day)
    return _("as of {date}").format(date=shown) if shown else ""


def _day(day: str) -> str:
    try:
        return show_date(dt.date.fromisoformat(day))
    except ValueError:
        return ""


def _about(facts: Facts) -> tuple[tuple[str, str], ...]:
    now = facts.round
    sample = _("sample; figures are weighted and have 95 % intervals")
    kind = sample if facts.is_sample else _("full enumeration: every household on the list was to be asked")
    above = facts.places.get(facts.places[facts.place].parent) if facts.place in facts.places else None
    place = f"{facts.place_name}, {above.name}" if above else facts.place_name
    forms = "; ".join(f"{each.title or each.id}, {each.version}" for each in facts.forms)
    return (
        (_("Place"), place),
        (_("Round"), now.title if now else ""),
        (_("Reference date"), _day(now.reference_date) if now else ""),
        (_("Interviews from and to"), " – ".join(filter(None, (_day(now.starts), _day(now.ends)))) if now else ""),
        (_("Kind of survey"), kind),
        (_("Questionnaire and version"), forms),
        (_("Administrative units as of"), _day(now.catalogue_date) if now else ""),
        (_("Date of the figures"), f"{show_date(facts.moment.date())}, {facts.moment:%H:%M}"),
        (_("Made by"), facts.made_by),
    )


def _coverage(reached: Reached) -> tuple[tuple[str, str], ...]:
    def number(value: int | None) -> str:
        return "" if value is None else show_number(value, 0, language())

    def of_listed(value: int | None) -> str:
        is_share = value is not None and reached.listed
        share = show_percent(100.0 * (value or 0) / (reached.listed or 1), 1, language()) if is_share else ""
        return f"{number(value)} ({share})" if share else number(value)

    told = (
        (_("Households on the list"), number(reached.listed)),
        (_("Completed interviews"), of_listed(reached.complete)),
        (_("Refused"), of_listed(reached.refused)),
        (_("Moved away, not found, on the list twice"), of_listed(reached.closed)),
        (_("Not interviewed to the end yet"), of_listed(_left(reached))),
        (_("Questionnaires counted"), number(reached.submissions)),
        (_("People in completed interviews"), number(reached.people)),
    )
    return tuple(pair for pair in told if pair[1])


def _left(reached: Reached) -> int | None:
    """Return how many households of the list nothing is known of yet."""
    ended = (reached.complete, reached.refused, reached.closed)
    if reached.listed is None or None in ended:
        return None
    return max(reached.listed - sum(each or 0 for each in ended), 0)


def _notes(reached: Reached) -> tuple[str, ...]:
    if reached.submissions == 0:
        return (_("No questionnaires have been merged yet, so there are no figures."),)
    return tuple(_conditions(reached))


def _conditions(reached: Reached) -> Iterator[str]:
    """Yield what the figures of a place are to be read with."""
    if reached.in_conflict:
        words = ngettext(
            "{count} questionnaire still has conflicting answers; it counts with what stood before.",
            "{count} questionnaires still have conflicting answers; they count with what stood before.",
            reached.in_conflict,
        )
        yield words.format(count=reached.in_conflict)
    if reached.handed_up:
        words = _("Communes that handed up their own counts, with no questionnaires here ({count}): {names}.")
        yield words.format(count=len(reached.handed_up), names=listing(reached.handed_up, MOST_NAMED))
    if reached.missing:
        words = _("Communes that nothing has come from yet; they are in no sum ({count}): {names}.")
        yield words.format(count=len(reached.missing), names=listing(reached.missing, MOST_NAMED))


def _few_note(teller: Teller, frames: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterator[str]:
    if any(row["denominator"] and teller.is_of_few(row) for rows in frames.values() for row in rows):
        yield _("– no rate: fewer than {count} people or households stand behind it.").format(count=FEWEST)


def _withheld_note(facts: Facts, frames: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterator[str]:
    if any(row.get("withheld") for rows in frames.values() for row in rows):
        words = _("{mark} withheld: it tells of fewer than {count}, or would give such a figure away.")
        yield words.format(mark=WITHHELD_MARK, count=facts.least)
