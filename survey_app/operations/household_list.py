"""Bringing a household list in: every row is checked against what is here before anything is written.

``check_list`` is pure: it says which rows are new, which bring a household of the list up to date, which say nothing
new, which look like a household that is there already (a person decides), and which are rejected and why.
``import_list`` writes what was checked in one transaction. The same file imported again changes nothing.
"""

from __future__ import annotations

import csv
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from survey_app.disk import sync_file
from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.operations.access import needs
from survey_app.operations.list_columns import Layout
from survey_app.operations.list_matching import DECISIONS, LIKENESS, Decision, Matching, Question
from survey_app.operations.list_rows import NOTES, REASONS, Entry, KnownList, Reading, Rejected, UnknownVillage
from survey_app.operations.list_tables import Table
from survey_app.progress import SILENT, Monitor
from survey_app.records import Household, Place
from survey_app.roles import DECIDE
from survey_app.store import Store
from survey_app.text import for_spreadsheet

__all__ = [
    "DECISIONS",
    "LIKENESS",
    "NOTES",
    "REASONS",
    "Checked",
    "Decision",
    "Entry",
    "Imported",
    "KnownList",
    "Question",
    "Rejected",
    "UnknownVillage",
    "check_list",
    "import_list",
    "known_list",
    "write_rejected",
]

_STEP = 1000


@dataclass(frozen=True)
class Checked:
    """What importing would do.

    Attributes:
        new: households to be added.
        changed: households to be brought up to date.
        same: number of rows that say nothing new.
        questions: rows a person decides about, with what they look like; what was decided is already in the rest.
        rejected: rows that are not imported.
        notes: line of the file to what was mended or left aside.
        unknown: villages a person has to say something about.
        villages: villages to be made.
    """

    new: tuple[Household, ...] = ()
    changed: tuple[Household, ...] = ()
    same: int = 0
    questions: tuple[Question, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    notes: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    unknown: tuple[UnknownVillage, ...] = ()
    villages: tuple[Place, ...] = ()


def known_list(store: Store) -> KnownList:
    """Read what a list is checked against."""
    round_ = store.round()
    commune = round_.commune_code if round_ else ""
    here = [place for place in store.places("village") if not commune or place.parent == commune]
    households = tuple(line.household for line in store.households())
    place = store.place(commune)
    return KnownList(households, tuple(here), tuple(store.enumerators()), commune, place.name if place else "")


# --- checking ------------------------------------------------------------------------------------------------------


def check_list(
    known: KnownList,
    table: Table,
    layout: Layout,
    decisions: Mapping[int, Decision] | None = None,
    *,
    otherwise: Decision | None = None,
    new_id: Callable[[], uuid.UUID] = uuid.uuid4,
    monitor: Monitor = SILENT,
) -> Checked:
    """Return what importing the table would do. Reads and changes nothing but its arguments.

    Args:
        known: what is here.
        table: the file.
        layout: which column says what.
        decisions: line of the file to what was decided about it.
        otherwise: what is done with the rest; ``None``: what is usual for the likeness.
        new_id: makes identities.
        monitor: hears how many rows are read; may stop the work.

    Raises:
        SurveyAppError: no column holds the name of the head of household (``LST-02``).
        Cancelled: the person stopped.
    """
    if "head_name" not in layout.columns:
        raise SurveyAppError(
            "LST-02",
            _("No column is named as the one with the head of household."),
            _("Say which column holds the names. Nothing was imported."),
        )
    reading = Reading(known, layout)
    entries, rejected = reading.read(table, monitor)
    matching = Matching(known, {**(decisions or {})}, otherwise, new_id)
    matching.take(entries)
    left_out = [Rejected(row, "skipped", table.rows[row - 1]) for row in matching.skipped]
    return Checked(
        tuple(matching.new),
        tuple(matching.changed.values()),
        matching.same,
        tuple(matching.questions),
        tuple(sorted([*rejected, *left_out], key=lambda each: each.row)),
        {entry.row: entry.notes for entry in entries if entry.notes},
        tuple(reading.unknown()),
        tuple(reading.made.values()),
    )


# --- writing -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Imported:
    """What importing did, in rows.

    Attributes:
        new: households added.
        changed: households brought up to date.
        same: rows that said nothing new.
        rejected: rows that were not imported.
        villages: villages made.
    """

    new: int
    changed: int
    same: int
    rejected: int
    villages: int


@needs(DECIDE)
def import_list(store: Store, checked: Checked, monitor: Monitor = SILENT) -> Imported:
    """Write what was checked: all of it, or nothing when the person stops or the disk fails.

    Raises:
        SurveyAppError: a village has to be made and this is not the office (``LST-03``), or a household that would be
            changed is not here any more (``LST-04``).
        StoreError, Cancelled: nothing was changed.
    """
    if checked.villages and store.kind != "office":
        raise SurveyAppError(
            "LST-03",
            _("Only the commune office can add a village."),
            _("Choose the village that is meant, or leave its rows out. Nothing was imported."),
        )
    rows = [*checked.changed, *checked.new]
    with store.together():
        if any(store.household(household.id) is None for household in checked.changed):
            raise SurveyAppError(
                "LST-04", _("The list has changed meanwhile."), _("Check the file again. Nothing was imported.")
            )
        store.put_places(checked.villages)
        for start in range(0, len(rows), _STEP):
            monitor.step(start, len(rows), _("Writing"))
            store.put_households(rows[start : start + _STEP])
        monitor.step(len(rows), len(rows), "")
    return Imported(len(checked.new), len(checked.changed), checked.same, len(checked.rejected), len(checked.villages))


def write_rejected(checked: Checked, table: Table, path: Path) -> Path:
    """Write the rows that are not imported with their reasons as a table that Excel opens; return the file.

    Raises:
        SurveyAppError: it cannot be written (``LST-05``).
    """
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([_("Row"), _("Reason"), *[""] * table.width])
            for each in checked.rejected:
                writer.writerow([each.row, _(REASONS[each.reason]), *map(for_spreadsheet, each.cells)])
            for row, notes in sorted(checked.notes.items()):
                words = "; ".join(_(NOTES[note]) for note in notes)
                writer.writerow([row, words, *map(for_spreadsheet, table.rows[row - 1])])
        sync_file(path)
    except OSError as error:
        raise SurveyAppError(
            "LST-05", _("The report of the rows could not be written."), _("Choose another folder. The list is safe.")
        ) from error
    return path
