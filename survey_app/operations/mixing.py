"""Where each commune's figures come from: its bundles, or the aggregate that its office handed up; never both.

Of one series (office, commune, round, form) the aggregate with the highest number holds. A commune's figures come from
one source as a whole: from its answers here when they are at least as many as those any aggregate tells of, else from
the aggregate that tells of the most (then of the office whose id comes first). That depends on what is here and not on
the order or the time in which it came.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from survey_app.bundles.aggregates import Aggregate, known_aggregate
from survey_app.i18n import _, ngettext
from survey_app.indicators.adding import Counted, Mixture, Table, Tally, mix
from survey_app.indicators.engines import Engine
from survey_app.indicators.faults import listing
from survey_app.indicators.rows import Rows
from survey_app.operations.levels import Part
from survey_app.places import PlacesError, communes
from survey_app.records import Round
from survey_app.store import Store

if TYPE_CHECKING:
    import pandas as pd

BUNDLES, AGGREGATE, MISSING = "bundles", "aggregate", "missing"
OLDER, OTHER_ROUND, OTHER_FORM, OTHER_CATALOGUE = "older", "round", "form", "catalogue"


@dataclass(frozen=True)
class Held:
    """An aggregate that is here; its counts are read when they are needed.

    Attributes:
        aggregate: what it says, without its counts.
        file: name of the file it came in.
        taken_at: when it was taken in, ISO 8601.
        not_counted: why it cannot be counted in this round: one of the words above, ``""`` when it can.
    """

    aggregate: Aggregate
    file: str
    taken_at: str
    not_counted: str = ""


@dataclass(frozen=True)
class Source:
    """Where the figures of a commune come from.

    Attributes:
        commune: its code.
        name: its name.
        kind: ``"bundles"``, ``"aggregate"`` or ``"missing"``.
        listed: households on the list.
        submissions: forms that count.
        complete: of these, completed interviews.
        people: people in them.
        in_conflict: forms that hold a conflict.
        office: name of the office whose aggregate is counted.
        sequence: its number, 0 for bundles.
        made_at: when it was made, by that office's clock.
        remarks: what a person should know, in words: counted twice otherwise, defined differently, not to be used.
    """

    commune: str
    name: str
    kind: str
    listed: int = 0
    submissions: int = 0
    complete: int = 0
    people: int = 0
    in_conflict: int = 0
    office: str = ""
    sequence: int = 0
    made_at: str = ""
    remarks: tuple[str, ...] = ()


@dataclass
class Own:
    """What the answers in the store say of one place; filled while they are read.

    Attributes:
        submissions: submissions that count.
        complete: of these, completed interviews.
        people: members of the completed ones.
        in_conflict: of the submissions, those that still hold a conflict.
    """

    submissions: int = 0
    complete: int = 0
    people: int = 0
    in_conflict: int = 0


def held(store: Store, now: Round | None) -> list[Held]:
    """Return all aggregates, each with why it cannot be counted; those of one series by their numbers."""
    found = []
    for id_ in store.aggregate_ids():
        kept = store.aggregate(id_)
        if kept is not None:
            found.append(Held(replace(known_aggregate(kept.content), parts=()), kept.file, kept.taken_at))
    found.sort(key=lambda each: (each.aggregate.series, each.aggregate.sequence, each.aggregate.id))
    newest = {each.aggregate.series: each.aggregate.id for each in found}
    return [
        replace(each, not_counted=_unfit(each.aggregate, now, newest[each.aggregate.series] == each.aggregate.id))
        for each in found
    ]


def _unfit(one: Aggregate, now: Round | None, is_newest: bool) -> str:
    if now is None or one.round != now.code:
        return OTHER_ROUND
    if one.form != now.form_id:
        return OTHER_FORM
    if one.catalogue_date != now.catalogue_date:
        return OTHER_CATALOGUE
    return "" if is_newest else OLDER


UNFIT_WORDS = {
    OLDER: lambda one: _("No. {sequence} was replaced by a newer one.").format(sequence=one.sequence),
    OTHER_ROUND: lambda one: _("No. {sequence} is of another round ({round}).").format(
        sequence=one.sequence, round=one.round
    ),
    OTHER_FORM: lambda one: _("No. {sequence} is of another form ({form}).").format(
        sequence=one.sequence, form=one.form
    ),
    OTHER_CATALOGUE: lambda one: _("No. {sequence} uses the places as they were on {date}.").format(
        sequence=one.sequence, date=one.catalogue_date
    ),
}
"""Why an aggregate is not counted, in words."""


def winners(aggregates: Sequence[Held], own: Mapping[str, int]) -> dict[str, Held]:
    """Return the communes that are counted from an aggregate, and from which.

    Args:
        aggregates: what ``held`` gave.
        own: number of submissions that count here, by commune.
    """
    best: dict[str, Held] = {}
    for each in aggregates:
        commune, now = each.aggregate.commune, best.get(each.aggregate.commune)
        if not each.not_counted and (now is None or _weight(each) > _weight(now) or _is_before(each, now)):
            best[commune] = each
    return {
        commune: each for commune, each in best.items() if each.aggregate.coverage["submissions"] > own.get(commune, 0)
    }


def _weight(one: Held) -> int:
    return int(one.aggregate.coverage["submissions"])


def _is_before(one: Held, other: Held) -> bool:
    return _weight(one) == _weight(other) and one.aggregate.office < other.aggregate.office


def tallies_of(one: Aggregate) -> dict[str, Tally]:
    """Return the counts of each form of an aggregate, by the form's id."""
    return {str(part["form"]): _tally(part) for part in one.parts}


def _tally(part: Mapping[str, Any]) -> Tally:
    indicators = [
        Counted(each["key"], each["definition"], each["level"], tuple(each["columns"]), tuple(each["categories"]))
        for each in part["indicators"]
    ]
    tables = [
        Table(tuple(each["by"]), each["level"], {tuple(codes): tuple(numbers) for codes, numbers in each["rows"]})
        for each in part["tables"]
    ]
    return Tally(part["form"], part["version"], tuple(indicators), part["breakdowns"], tuple(tables))


def tally_json(one: Tally) -> dict[str, Any]:
    """Return a tally as an aggregate holds it; the opposite of what ``tallies_of`` reads."""
    return {
        "form": one.form,
        "version": one.version,
        "breakdowns": dict(one.breakdowns),
        "indicators": [
            {**vars(each), "columns": list(each.columns), "categories": list(each.categories)}
            for each in one.indicators
        ],
        "tables": [
            {
                "by": list(each.by),
                "level": each.level,
                "rows": [[list(codes), list(numbers)] for codes, numbers in sorted(each.rows.items())],
            }
            for each in one.tables
        ],
    }


@dataclass
class Mixing:
    """Tables from the answers here and from aggregates; made only where there are aggregates.

    Attributes:
        store: the store.
        aggregates: all that are here.
        own: what the answers say, by commune; filled while the round's own form is counted, which comes first.
        chosen: the communes that are counted from an aggregate, once that is known.
        remarks: what is to be said about these communes.
    """

    store: Store
    aggregates: list[Held]
    own: dict[str, Own]
    chosen: dict[str, Held] | None = None
    remarks: dict[str, dict[str, None]] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    """Communes of the tallies that are added just now, in their order."""

    def tables(
        self, part: Part, batches: Iterator[Rows], breakdowns: Sequence[Sequence[str]], at: Engine
    ) -> list[pd.DataFrame]:
        """Return what ``compute_all`` would give had all answers been here."""
        return self.mixed(part, batches, breakdowns, at).tables

    def mixed(self, part: Part, batches: Iterator[Rows], breakdowns: Sequence[Sequence[str]], at: Engine) -> Mixture:
        """Return tables and counts as if all answers had been here."""
        self.names = []

        def chosen() -> tuple[Collection[str], Iterator[Tally]]:
            self._settle()
            return (self.chosen or {}).keys(), self._tallies(part)

        made = mix(part.indicators, batches, breakdowns, at, chosen)
        for position, keys in made.differing.items():
            if not keys:
                continue
            words = _("Defined differently there, not added: {names}.")
            self._remark(self.names[position], words.format(names=listing(sorted(keys), 6)))
        for position, names in made.lacking.items():
            if not names:
                continue
            words = _("Left out where figures are broken down by: {names}.")
            self._remark(self.names[position], words.format(names=listing(sorted(names), 6)))
        return made

    def _settle(self) -> None:
        if self.chosen is None:
            self.chosen = winners(self.aggregates, {code: own.submissions for code, own in self.own.items()})

    def _tallies(self, part: Part) -> Iterator[Tally]:
        """Yield the counts of a form in the order of the communes, so that equal stores add in the same order."""
        for commune, each in sorted((self.chosen or {}).items()):
            kept = self.store.aggregate(each.aggregate.id)
            found = tallies_of(known_aggregate(kept.content)) if kept else {}
            if part.form.id not in found:
                words = _("Nothing was counted there of the form “{form}”.")
                self._remark(commune, words.format(form=part.form.title or part.form.id))
                continue
            if found[part.form.id].version != part.form.version:
                words = _("Version {there} of “{form}” was asked there, {here} is asked here.")
                form = part.form.title or part.form.id
                self._remark(
                    commune, words.format(there=found[part.form.id].version, form=form, here=part.form.version)
                )
            self.names.append(commune)
            yield found[part.form.id]

    def _remark(self, commune: str, words: str) -> None:
        self.remarks.setdefault(commune, {})[words] = None

    def sources(self, listed: Mapping[str, int], expected: Mapping[str, str]) -> tuple[Source, ...]:
        """Return where the figures of each commune come from, by code; see ``sources_of``."""
        self._settle()
        found = sources_of(self.aggregates, self.own, listed, expected)
        return tuple(replace(each, remarks=(*each.remarks, *self.remarks.get(each.commune, ()))) for each in found)


def sources_of(
    aggregates: Sequence[Held], own: Mapping[str, Own], listed: Mapping[str, int], expected: Mapping[str, str]
) -> tuple[Source, ...]:
    """Return where the figures of each commune come from, by code.

    Args:
        aggregates: what ``held`` gave.
        own: what the answers here say, by commune.
        listed: households on the list here, by commune.
        expected: names of the communes that should report, by code.
    """
    chosen = winners(aggregates, {code: each.submissions for code, each in own.items()})
    names = {each.aggregate.commune: each.aggregate.commune_name for each in aggregates} | dict(expected)
    codes = sorted({*expected, *(code for code in own if code), *(each.aggregate.commune for each in aggregates)})
    found = []
    for code in codes:
        theirs = [each for each in aggregates if each.aggregate.commune == code]
        one, mine = chosen.get(code), own.get(code, Own())
        remarks = tuple(_remarks(theirs, one, mine))
        if one is not None:
            about = one.aggregate
            counts: dict[str, Any] = dict(about.coverage)
            made: dict[str, Any] = {"office": about.office_name, "sequence": about.sequence, "made_at": about.made_at}
            found.append(Source(code, names.get(code, code), AGGREGATE, **counts, **made, remarks=remarks))
        else:
            kind = BUNDLES if mine.submissions else MISSING
            counts = {"listed": listed.get(code, 0), **vars(mine)}
            found.append(Source(code, names.get(code, code), kind, **counts, remarks=remarks))
    return tuple(found)


def left_out(aggregates: Sequence[Held], own: Mapping[str, int]) -> Iterator[Source]:
    """Yield the communes whose aggregates cannot be told in the units of before 01/07/2025: only villages know those.

    Args:
        aggregates: what ``held`` gave.
        own: number of submissions here, by commune.
    """
    words = _("Its handed-up counts cannot be told in units of before 01/07/2025; they are left out.")
    for commune, each in sorted(winners(aggregates, own).items()):
        about = each.aggregate
        yield Source(commune, about.commune_name, MISSING, office=about.office_name, remarks=(words,))


def _remarks(theirs: Sequence[Held], chosen: Held | None, own: Own) -> Iterator[str]:
    """Yield what is to be said about a commune: what else there is of it, and what cannot be counted."""
    usable = [each for each in theirs if not each.not_counted]
    for each in usable:
        if each is not chosen and chosen is not None:
            yield _("{office} handed up counts of it too ({count}); they are not added.").format(
                office=each.aggregate.office_name, count=_forms(_weight(each))
            )
        elif each is not chosen:
            yield _("An aggregate is here too ({count}); its bundles are counted, once.").format(
                count=_forms(_weight(each))
            )
    if chosen is not None and own.submissions:
        yield _("Bundles are here too ({count}); the aggregate says more and is counted, once.").format(
            count=_forms(own.submissions)
        )
    for each in theirs:
        if each.not_counted not in ("", OLDER):
            yield UNFIT_WORDS[each.not_counted](each.aggregate)
    newest = [(each.aggregate.series, each.aggregate.sequence) for each in theirs]
    if any(newest.count(one) > 1 for one in newest):
        yield _("Two different aggregates have the same number: ask the office to write a new one.")


def _forms(count: int) -> str:
    return ngettext("{count} form", "{count} forms", count).format(count=count)


def expected_communes(store: Store, now: Round | None, has_aggregates: bool) -> dict[str, str]:
    """Return the communes that should report, by code: of an office above communes those of the catalogue.

    An office is above communes when it knows several, has aggregates, or its round is for no single commune.
    """
    known = {place.code: place.name for place in store.places("commune")}
    is_above = has_aggregates or len(known) > 1 or (now is not None and now.commune_code not in known)
    if not is_above or now is None:
        return known
    found: dict[str, str] = {}
    for province in store.places("province"):
        try:
            found |= {place.code: place.name for place in communes(province.code, now.catalogue_date)}
        except PlacesError:
            continue
    return found | known
