"""Copies for readers of figures: data files of their own in which no name stands.

Who can open a data file has its key, and another program shows everything in it; so what a reader may not see is not in
the reader's file. Such a copy (``kind`` ``reader``) has its own key and holds the figures of the round as they may
leave the office (``published``), the forms with their tables, the round and the places: no household, no answer,
nobody's name, no count of a few, no key of the office. It says what was known when it was made; a newer one takes its
place.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from pathlib import Path

from survey_app.clock import Clock, system_clock
from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.indicators import DESIGN_FILE
from survey_app.operations.access import needs
from survey_app.operations.levels import possible
from survey_app.operations.published import READER, keep
from survey_app.operations.results import (
    GROUPS,
    INDICATORS_FILE,
    OF_TARGETS,
    TARGETS_FILE,
    Basis,
    basis,
    least_of,
    publication,
    set_least,
)
from survey_app.operations.stores import create_store
from survey_app.progress import SILENT, Monitor
from survey_app.roles import DECIDE
from survey_app.store import Store, StoredForm
from survey_app.store.deeds import EXPORTED

TABLES = frozenset({INDICATORS_FILE, TARGETS_FILE, DESIGN_FILE, "exchange.csv"})
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
        SurveyAppError: nothing is there to be counted (``AGG-07``, ``AGG-08``).
    """
    of = basis(store)
    if of.round is None:
        raise SurveyAppError("AGG-07", _("This store has no round."), _("Set up a round with a form first."))
    least = least_of(store)
    shown, coverage = publication(store, of, _told_by(of), monitor=monitor, least=least)
    if not coverage.submissions:
        message = _("There is nothing to hand up: no form of this round has been merged here.")
        raise SurveyAppError("AGG-08", message, _("Merge bundles first."))
    name, device = store.name, uuid.uuid4().hex[:8]
    copy = create_store(path, passphrase, kind=READER, name=name, device=device, clock=clock)
    try:
        with copy, copy.together():
            for form in store.forms():
                copy.put_form(_bare(form))
            copy.put_places(store.places())
            copy.put_round(of.round)
            if least != least_of(copy):
                set_least(copy, least)
            plain = {by: table.drop(columns=list(OF_TARGETS)) for by, table in shown.items()}
            communes = keep(copy, plain, coverage, name)
    except BaseException:  # half a copy would only be in the way of the next one
        copy.path.unlink(missing_ok=True)
        raise
    store.note_deed(EXPORTED, what="reader", records=coverage.submissions)
    return ReaderCopy(copy.path, communes, coverage.submissions)


def _told_by(of: Basis) -> list[tuple[str, ...]]:
    """Return the breakdowns that a reader has: those of the reports of every village."""
    asked = [name for name in GROUPS if any(possible([name], part.book) for part in of.parts)]
    return [("village",), *(("village", name) for name in asked)]


def _bare(form: StoredForm) -> StoredForm:
    return replace(form, files={name: content for name, content in form.files.items() if name in TABLES})
