"""Counts for the office above: a commune hands its counts up, a province takes them in and sees what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from survey_app.bundles import BundleError, NotSetUp, OfficeKey
from survey_app.bundles.aggregates import (
    LARGEST_BYTES,
    SUFFIX,
    Aggregate,
    NotAnAggregate,
    aggregate_bytes,
    known_aggregate,
    opened,
    parse_aggregate,
    sealed,
)
from survey_app.bundles.files import read_whole, write_verified
from survey_app.bundles.keys import OFFICE_IDENTITY, SIGNING_KEY, parse_office_key
from survey_app.bundles.reading import signers_of
from survey_app.clock import Clock, stamp, system_clock
from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.indicators import Rows, batches_of
from survey_app.indicators.adding import UPWARD, communes_of, part_of, tally
from survey_app.indicators.disaggregations import UNKNOWN
from survey_app.operations.coverage import Coverage
from survey_app.operations.handover import office_of
from survey_app.operations.in_force import counted
from survey_app.operations.keys import identities
from survey_app.operations.levels import Part, Villages, possible, rows_of_part
from survey_app.operations.mixing import Held, Source, expected_communes, held, sources_of, tally_json
from survey_app.operations.results import Basis, basis, listed_by_commune, tables
from survey_app.operations.villages import successors, told_of_now
from survey_app.places import PlacesError, find_place
from survey_app.progress import SILENT, Cancelled, Monitor
from survey_app.records import Place
from survey_app.store import KeptAggregate, Store
from survey_app.store.deeds import EXPORTED

SUPERIOR_KEY = "superior_key"
"""Name of the office store's secret: the ``office.key`` of the office above, once it was given."""


@dataclass(frozen=True)
class HandedUp:
    """An aggregate that was written.

    Attributes:
        path: the file.
        id: SHA-256 of the open file.
        commune: code of the commune.
        commune_name: its name.
        sequence: the number of the aggregate.
        submissions: forms that were counted.
        size_bytes: length of the file.
        sealed_to: name of the office that alone can open it, ``""`` for an open file.
    """

    path: Path
    id: str
    commune: str
    commune_name: str
    sequence: int
    submissions: int
    size_bytes: int
    sealed_to: str


# --- handing up ----------------------------------------------------------------------------------------------------


def superior_of(store: Store) -> OfficeKey | None:
    """Return the key of the office above, None as long as nobody has given it."""
    content = store.secret(SUPERIOR_KEY)
    return parse_office_key(content) if content else None


def write_aggregates(
    store: Store,
    folder: Path,
    to: Path | None = None,
    *,
    is_open: bool = False,
    clock: Clock = system_clock,
    monitor: Monitor = SILENT,
) -> tuple[HandedUp, ...]:
    """Write what was counted in each commune that has answers here, signed by this office.

    Args:
        store: the office's store.
        folder: where; made when it is not there.
        to: ``office.key`` of the office above, which the files are sealed to; it is remembered.
        is_open: seal them to nobody, although the office above is known.
        clock: where the time comes from.
        monitor: hears how far it is.

    Raises:
        NotSetUp: this store is not an office's.
        SurveyAppError: nothing is there to be counted; the round is a sample; the form does not ask for the commune.
        BundleError: the key is none, or a file could not be written; those written before stay.
    """
    secret = store.secret(SIGNING_KEY)
    if secret is None or store.secret(OFFICE_IDENTITY) is None:
        raise NotSetUp
    if to is not None:
        content = read_whole(to, 1 << 16)
        parse_office_key(content)
        store.put_secret(SUPERIOR_KEY, content)
    above = None if is_open else superior_of(store)
    written = []
    for each in _counts(store, clock, monitor):
        content = aggregate_bytes(each, secret)
        file = sealed(content, [above.recipient]) if above else content
        path = Path(folder) / f"{each.office}-{each.sequence:04d}-{each.commune}{SUFFIX}"
        write_verified(path, file)
        id_ = known_aggregate(content).id
        store.note_deed(EXPORTED, what="aggregate", aggregate=id_)
        counts = (each.sequence, each.coverage["submissions"], len(file))
        written.append(HandedUp(path, id_, each.commune, each.commune_name, *counts, above.name if above else ""))
    return tuple(written)


def _counts(store: Store, clock: Clock, monitor: Monitor) -> list[Aggregate]:
    """Return what was counted in each commune."""
    of = basis(store)
    if of.design is not None:
        message = _("The round is a sample: counts of those who were asked cannot be added up to estimates.")
        raise SurveyAppError("AGG-06", message, _("Hand the bundles up instead."))
    if of.round is None:
        raise SurveyAppError("AGG-07", _("This store has no round."), _("Set up a round with a form first."))
    reading = _Reading(store, of)
    found = [tally((part.form.id, part.form.version), part.indicators, rows) for part, rows in reading.parts(monitor)]
    codes = sorted({code for one in found for code in communes_of(one)} - {UNKNOWN})
    if not codes:
        message = _("There is nothing to hand up: no form of this round has been merged here.")
        raise SurveyAppError("AGG-08", message, _("Merge bundles first."))
    sequence, now, office = store.next_sequence(), stamp(clock()), office_of(store)
    home = of.round.commune_code if of.round.commune_code in codes else codes[0]
    made = []
    for code in codes:
        own = {code, UNKNOWN} if code == home else {code}
        place = _place(code, of.places, of.round.catalogue_date)
        made.append(
            Aggregate(
                *(store.device, office.name, sequence, now, code, place.name, place.parent),
                *(of.round.catalogue_date, of.round.code, of.round.reference_date, of.round.form_id),
                reading.coverage_of(code, code == home),
                [tally_json(part_of(one, own)) for one in found],
            )
        )
    return made


def _place(code: str, places: Mapping[str, Place], date: str) -> Place:
    if code in places:
        return places[code]
    try:
        return find_place(code, date)
    except PlacesError:
        return Place(code, code, "commune", "", "")


class _Reading:
    """Reads the answers of all forms and notes what they say of each place."""

    def __init__(self, store: Store, of: Basis) -> None:
        self.store, self.of = store, of
        self.coverage = Coverage(listed=of.listed)

    def parts(self, monitor: Monitor) -> Iterator[tuple[Part, Iterator[Rows]]]:
        """Yield each form with its rows; those of the first must be read before the next one's."""
        own, *others = self.of.parts
        villages = Villages()
        answers = counted(self.store, own.form.id, self.of.round)
        into = successors(self.store.places("village"))
        batches = villages.watch(told_of_now(batches_of(answers, own.book, self.of.places), into))
        yield own, self.coverage.watch(self._told(batches, monitor))
        for part in others:
            yield part, told_of_now(rows_of_part(self.store, part, self.of.round, self.of.places, villages), into)

    def _told(self, batches: Iterable[Rows], monitor: Monitor) -> Iterator[Rows]:
        done = 0
        for batch in batches:
            yield batch
            done += len(batch.household)
            monitor.step(done, max(self.of.listed, done), _("Counting answers"))

    def coverage_of(self, commune: str, is_home: bool) -> dict[str, int]:
        """Return what the counts of a commune stand on; the home one has what lies in no commune too."""
        codes = (commune, "") if is_home else (commune,)
        own = [self.coverage.by_commune[code] for code in codes if code in self.coverage.by_commune]
        return {
            "listed": listed_by_commune(self.store, self.of.places).get(commune, 0),
            "submissions": sum(each.submissions for each in own),
            "complete": sum(each.complete for each in own),
            "people": sum(each.people for each in own),
            "in_conflict": sum(each.in_conflict for each in own),
        }


# --- taking in -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TakenIn:
    """What became of one file.

    Attributes:
        file: its name.
        outcome: ``"new"``, ``"known"`` (the same was here) or ``"refused"``.
        office: name of the office that signed, ``""`` when refused.
        commune: code of the commune.
        commune_name: its name.
        sequence: the number of the aggregate.
        id: SHA-256 of the open file.
        code: code of the refusal.
        message: why it was refused.
        hint: what to do.
    """

    file: str
    outcome: str
    office: str = ""
    commune: str = ""
    commune_name: str = ""
    sequence: int = 0
    id: str = ""
    code: str = ""
    message: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Taken:
    """The balance of taking aggregates in: files in = new + known + refused.

    Attributes:
        files: a line for each file.
        stopped: the person stopped before the last file.
    """

    files: tuple[TakenIn, ...]
    stopped: bool = False

    def count(self, outcome: str) -> int:
        """Return how many files had an outcome."""
        return sum(each.outcome == outcome for each in self.files)


def aggregate_files(paths: Iterable[Path]) -> list[Path]:
    """Return the files that are meant: a file is itself, a folder is the aggregates directly in it, by name."""
    files: list[Path] = []
    for path in map(Path, paths):
        files += sorted(path.glob(f"*{SUFFIX}")) if path.is_dir() else [path]
    return files


def read_aggregates(
    store: Store, paths: Iterable[Path], monitor: Monitor = SILENT, clock: Clock = system_clock
) -> Taken:
    """Take aggregates in, in any order, as often as one likes; a bad one never stops the others.

    Args:
        store: the store of the office above.
        paths: files, or folders whose aggregates are meant.
        monitor: hears of each file; may stop the work between two.
        clock: where the time comes from.

    Raises:
        NotSetUp: this store is not an office's.
        StoreError: the store cannot be written; the files taken in before stay.
    """
    identity, signers = identities(store), signers_of(each for each in store.devices() if not each.recipient)
    files = aggregate_files(paths)
    lines: list[TakenIn] = []
    for n, path in enumerate(files):
        try:
            monitor.step(n, len(files), path.name)
        except Cancelled:
            return Taken(tuple(lines), stopped=True)
        try:
            content = opened(read_whole(path, LARGEST_BYTES, NotAnAggregate()), identity)
            found = parse_aggregate(content, signers)
        except BundleError as error:
            lines.append(TakenIn(path.name, "refused", code=error.code, message=error.message, hint=error.hint))
            continue
        is_new = store.put_aggregates([KeptAggregate(found.id, path.name, stamp(clock()), content)])
        about = (found.office_name, found.commune, found.commune_name, found.sequence, found.id)
        lines.append(TakenIn(path.name, "new" if is_new else "known", *about))
    return Taken(tuple(lines))


class NoSuchAggregate(SurveyAppError):  # noqa: N818 - the name says what is wrong
    """No aggregate, or more than one, begins so."""

    def __init__(self) -> None:
        super().__init__(
            "AGG-09", _("There is no such aggregate here."), _("Choose one from the list. Nothing was changed.")
        )


def take_back(store: Store, begins: str) -> Aggregate:
    """Take an aggregate out again; the one that it had replaced counts again.

    Args:
        store: the store of the office above.
        begins: id of the aggregate, or how it begins.

    Raises:
        NoSuchAggregate: none, or more than one, begins so.
    """
    found = [each.aggregate for each in held(store, store.round()) if begins and each.aggregate.id.startswith(begins)]
    if len(found) != 1 or not store.drop_aggregate(found[0].id):
        raise NoSuchAggregate
    return found[0]


# --- what is here --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """How an office above communes stands.

    Attributes:
        sources: where the figures of each commune come from, or that there are none.
        aggregates: every aggregate that is here.
    """

    sources: tuple[Source, ...]
    aggregates: tuple[Held, ...]

    def of_kind(self, kind: str) -> Sequence[Source]:
        """Return the communes whose figures come from there."""
        return [each for each in self.sources if each.kind == kind]


def standing(store: Store, monitor: Monitor = SILENT) -> Standing:
    """Return where the figures of each commune come from, what is missing, and what is defined differently.

    Raises:
        SurveyAppError: the store has no form with indicators.
        Cancelled: the person stopped it.
    """
    of = basis(store)
    here = held(store, of.round)
    if here and of.design is None:  # what is defined differently is found when figures are added
        broken_down = [[name] for name in UPWARD if any(possible([name], part.book) for part in of.parts)]
        _tables, coverage = tables(store, of, [[], *broken_down], monitor=monitor)
        return Standing(coverage.sources, tuple(here))
    reading = _Reading(store, of)
    _part, batches = next(reading.parts(monitor))
    for _batch in batches:
        pass
    expected = expected_communes(store, of.round, bool(here))
    found = sources_of(here, reading.coverage.by_commune, listed_by_commune(store, of.places), expected)
    return Standing(found, tuple(here))
