"""Copies for readers of figures: data files of their own in which no name stands.

Who can open a data file has its key, and another program shows everything in it; so what a reader may not see is not in
the reader's file. Such a copy (``kind`` ``reader``) has its own key and holds the counts of the round
(``bundles.aggregates``), the forms with their tables, the round and the places: no household, no answer, nobody's name,
no key of the office. It says what was known when it was made; a newer one takes its place.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from survey_app.bundles.aggregates import known_aggregate
from survey_app.clock import Clock, stamp, system_clock
from survey_app.operations.access import needs
from survey_app.operations.aggregates import signed_counts
from survey_app.operations.stores import create_store
from survey_app.progress import SILENT, Monitor
from survey_app.roles import DECIDE
from survey_app.store import KeptAggregate, Store, StoredForm
from survey_app.store.deeds import EXPORTED

TABLES = frozenset({"indicators.csv", "targets.csv", "exchange.csv"})
"""What goes along with a form: lists and pictures beside it may name people."""


@dataclass(frozen=True)
class ReaderCopy:
    """A copy that was made.

    Attributes:
        path: the file.
        communes: number of communes whose counts stand in it, those of offices below included.
        submissions: forms that were counted.
    """

    path: Path
    communes: int
    submissions: int


@needs(DECIDE)
def write_reader_copy(
    store: Store, path: Path | str, passphrase: str, clock: Clock = system_clock, monitor: Monitor = SILENT
) -> ReaderCopy:
    """Make a copy for readers.

    Args:
        store: the office's store.
        path: where; nothing may be there.
        passphrase: opens the copy, and only it.
        clock: where the time comes from.
        monitor: hears how far it is.

    Raises:
        WeakPassphrase, AlreadyThere: nothing was made.
        SurveyAppError: nothing is there to be counted, or the round is a sample (``AGG-06`` to ``AGG-08``).
    """
    counts = [*_own(store, clock, monitor), *_handed_up(store)]
    name, device = store.name, uuid.uuid4().hex[:8]
    copy = create_store(path, passphrase, kind="reader", name=name, device=device, clock=clock)
    try:
        with copy:
            _fill(copy, store, counts)
    except BaseException:  # half a copy would only be in the way of the next one
        copy.path.unlink(missing_ok=True)
        raise
    found = [known_aggregate(each.content) for each in counts]
    communes, submissions = {each.commune for each in found}, sum(each.coverage["submissions"] for each in found)
    store.note_deed(EXPORTED, what="reader", records=submissions)
    return ReaderCopy(copy.path, len(communes), submissions)


def _own(store: Store, clock: Clock, monitor: Monitor) -> Iterator[KeptAggregate]:
    for content in signed_counts(store, clock, monitor):
        found = known_aggregate(content)
        yield KeptAggregate(found.id, f"{found.office}-{found.commune}", stamp(clock()), content)


def _handed_up(store: Store) -> Iterator[KeptAggregate]:
    for id_ in store.aggregate_ids():
        kept = store.aggregate(id_)
        if kept is not None:
            yield replace(kept, file=id_)


def _fill(copy: Store, store: Store, counts: list[KeptAggregate]) -> None:
    with copy.together():
        for form in store.forms():
            copy.put_form(_bare(form))
        copy.put_places(store.places())
        round_ = store.round()
        if round_ is not None:
            copy.put_round(round_)
        copy.put_aggregates(counts)


def _bare(form: StoredForm) -> StoredForm:
    return replace(form, files={name: content for name, content in form.files.items() if name in TABLES})
