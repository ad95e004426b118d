"""What the screen of handed-up counts shows and does in the store's lane."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from survey_app.gui.lanes import LaneMonitor
from survey_app.i18n import N_, _, language, ngettext
from survey_app.text import show_date, show_number, sort_key

if TYPE_CHECKING:
    from survey_app.clock import Clock
    from survey_app.operations.aggregates import HandedUp, Standing, Taken
    from survey_app.operations.mixing import Held, Source
    from survey_app.store import Store

ALL, AGGREGATE, BUNDLES, MISSING, REMARKED = "all", "aggregate", "bundles", "missing", "remarked"
VIEWS = (
    (ALL, N_("All communes")),
    (AGGREGATE, N_("Handed up")),
    (BUNDLES, N_("From bundles")),
    (MISSING, N_("Nothing yet")),
    (REMARKED, N_("To look at")),
)
"""Which communes are shown, and the word for it."""


@dataclass(frozen=True)
class AggregatesFacts:
    """Where the figures of each commune come from.

    Attributes:
        standing: communes and aggregates; None while nothing was read.
        above: name of the office above that files are sealed to, ``""`` while its key was not given.
        may_hand_up: this office has answers of a full enumeration, which it can hand up as counts.
    """

    standing: Standing | None = None
    above: str = ""
    may_hand_up: bool = False

    def shown(self, view: str) -> list[Source]:
        """Return the communes of a view by name."""
        found = self.standing.sources if self.standing is not None else ()
        chosen = [each for each in found if view in {ALL, each.kind} or (view == REMARKED and each.remarks)]
        return sorted(chosen, key=lambda each: (sort_key(each.name), each.commune))

    def of(self, commune: str) -> list[Held]:
        """Return the aggregates of a commune, the newest first."""
        found = self.standing.aggregates if self.standing is not None else ()
        own = [each for each in found if each.aggregate.commune == commune]
        return sorted(own, key=lambda each: (each.aggregate.made_at, each.aggregate.sequence), reverse=True)


def read_facts(store: Store, monitor: LaneMonitor) -> AggregatesFacts:
    """Read where figures come from; all answers here are counted for it."""
    from survey_app.operations.aggregates import standing, superior_of
    from survey_app.operations.mixing import BUNDLES as COUNTED_HERE
    from survey_app.operations.results import basis

    found, above = standing(store, monitor), superior_of(store)
    may = basis(store).design is None and bool(found.of_kind(COUNTED_HERE))
    return AggregatesFacts(found, above.name if above else "", may)


def take_in(store: Store, paths: Sequence[Path], clock: Clock, monitor: LaneMonitor) -> Taken:
    """Take files in, and those that folders hold."""
    from survey_app.operations.aggregates import read_aggregates

    return read_aggregates(store, paths, monitor, clock)


def write_counts(
    store: Store, folder: Path, to: Path | None, *, is_open: bool, clock: Clock, monitor: LaneMonitor
) -> tuple[HandedUp, ...]:
    """Write this office's counts."""
    from survey_app.operations.aggregates import write_aggregates

    return write_aggregates(store, folder, to, is_open=is_open, clock=clock, monitor=monitor)


def drop(store: Store, id_: str) -> None:
    """Take an aggregate out again."""
    from survey_app.operations.aggregates import take_back

    take_back(store, id_)


def recognise(store: Store, path: Path) -> None:
    """Trust the signature of an office from now on, given its ``office.key``."""
    from survey_app.bundles.keys import load_office_key
    from survey_app.operations.merging import trust_office

    trust_office(store, load_office_key(path))


# --- words ---------------------------------------------------------------------------------------------------------


def forms_word(count: int) -> str:
    """Return how many forms."""
    return ngettext("{count} form", "{count} forms", count).format(count=show_number(count, 0, language()))


def source_words(source: Source) -> str:
    """Return everything that is known of a commune's figures, in sentences."""
    lines = []
    if source.kind == AGGREGATE:
        words = _("Counted by {office}, file no. {number}, made on {day}.")
        made = show_date(dt.datetime.fromisoformat(source.made_at).date())
        lines.append(words.format(office=source.office, number=source.sequence, day=made))
    elif source.kind == BUNDLES:
        lines.append(_("Counted here, from the bundles of its laptops."))
    else:
        lines.append(_("Nothing has come from this commune; it is in no sum."))
    if source.submissions:
        words = _("{forms}; {complete} interviews completed, {people} people.")
        numbers = (show_number(each, 0, language()) for each in (source.complete, source.people))
        complete, people = numbers
        lines.append(words.format(forms=forms_word(source.submissions), complete=complete, people=people))
    if source.listed:
        words = _("On the list: {count} households.")
        lines.append(words.format(count=show_number(source.listed, 0, language())))
    if source.in_conflict:
        lines.append(_("{forms} in conflict.").format(forms=forms_word(source.in_conflict)))
    return "\n".join((*lines, *([""] if source.remarks else []), *source.remarks))


def is_counted(held: Held, source: Source) -> bool:
    """Tell whether a commune's figures come from this aggregate."""
    one = held.aggregate
    is_source = source.kind == AGGREGATE and (source.office, source.sequence) == (one.office_name, one.sequence)
    return is_source and not held.not_counted


def state_words(held: Held, source: Source) -> str:
    """Return what became of an aggregate: counted, or why not."""
    from survey_app.operations.mixing import UNFIT_WORDS

    if held.not_counted:
        return UNFIT_WORDS[held.not_counted](held.aggregate)
    if is_counted(held, source):
        return _("The figures of this commune come from this file.")
    return _("Not counted: another source of this commune says more.")


def taken_words(taken: Taken) -> tuple[str, str, str]:
    """Return how a reading of files went: title, words, kind of strip."""
    counts = {outcome: taken.count(outcome) for outcome in ("new", "known", "refused")}
    words = _("{files} files in = {new} new + {known} known before + {refused} refused")
    said = words.format(files=len(taken.files), **counts)
    if taken.stopped:
        return _("Stopped between two files. Those before are taken in; the others can be chosen again."), said, "warn"
    if not taken.files:
        return _("There is no file of counts in this folder."), _("They end in .aggregate."), "warn"
    return said, _("The figures of this office hold them from now on."), "warn" if counts["refused"] else "ok"


def handed_words(written: Sequence[HandedUp]) -> tuple[str, str, str]:
    """Return what was written: title, words, kind of strip."""
    words = ngettext("{count} file written.", "{count} files written.", len(written)).format(count=len(written))
    where = str(written[0].path.parent)
    if written[0].sealed_to:
        return words, _("Only {office} can open them. {folder}").format(office=written[0].sealed_to, folder=where), "ok"
    said = _("Anybody can read these files, and small counts are exact: give them to the office above only.")
    return words, f"{said} {where}", "warn"
