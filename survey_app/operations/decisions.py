"""The report of every decision: what stood, what was chosen, what lost, who decided, why and when."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from survey_app import i18n
from survey_app.clock import Clock, stamp, system_clock
from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.operations.access import needs
from survey_app.operations.consent import moment_words
from survey_app.operations.tracing import BY_CHOICE, Change, Telling, Version
from survey_app.records import Household
from survey_app.roles import NAMES
from survey_app.store import Store
from survey_app.store.deeds import PRINTED
from survey_app.text import for_spreadsheet

CSV, PDF = ".csv", ".pdf"


@dataclass(frozen=True)
class Decided:
    """One decision about one question, or about a whole form.

    Attributes:
        household: its line on the list, ``None`` when not known here.
        village: name of its village.
        version: the version that decided, with who, when and why.
        change: what stood, what was chosen and what lost.
    """

    household: Household | None
    village: str
    version: Version
    change: Change


@needs(NAMES)
def decisions(store: Store, village: str = "", author: str = "", language: str = "") -> list[Decided]:
    """Return every decision that a person has made between versions, and every form made void, the newest first.

    Args:
        store: the office's store.
        village: only of this village; blank for all.
        author: only where this person gave one of the answers or decided; blank for all.
        language: ``"vi"`` or ``"en"``; the language spoken when blank.
    """
    found: list[Decided] = []
    for submission in store.decided():
        current = store.current(submission)
        household = store.household(current.household) if current is not None else None
        if village and (household is None or household.village_code != village):
            continue
        if author and author not in {each.author for each in store.revisions(submission)}:
            continue
        place = store.place(household.village_code) if household is not None else None
        for version in Telling(store, submission, language or i18n.language()).versions():
            if version.kind in {"choice", "void"}:
                told = [each for each in version.changes if each.how == BY_CHOICE or not each.address]
                found += [Decided(household, place.name if place else "", version, each) for each in told]
    return sorted(found, key=lambda each: each.version.at, reverse=True)


@needs(NAMES)
def write_decisions(  # noqa: PLR0917 - the order is that of ``decisions``
    store: Store,
    path: Path,
    village: str = "",
    author: str = "",
    language: str = "",
    clock: Clock = system_clock,
) -> Path:
    """Write the report of every decision as CSV or, by the ending ``.pdf``, as pages to print.

    Raises:
        SurveyAppError: the place cannot be written to; what was there before is as it was.
    """
    from survey_app.reports.typesetting import typeset, write_pages

    if path.suffix.lower() not in {CSV, PDF}:
        raise SurveyAppError(
            "HIS-03",
            _("The report of decisions is written as .csv or .pdf."),
            _("Give the file one of these endings. Nothing was written."),
        )
    found = decisions(store, village, author, language)
    heads, rows = _heads(), [_row(each) for each in found]
    if path.suffix.lower() == PDF:
        content = typeset(
            "decisions",
            {
                "language": language or i18n.language(),
                "title": _("Decisions about different answers"),
                "made": _("{office}, printed {moment}").format(office=store.name, moment=moment_words(stamp(clock()))),
                "heads": heads,
                "rows": rows,
                "none": _("Nothing has been decided yet."),
            },
        )
    else:
        content = table_bytes(heads, rows)
    written = write_pages(content, path)
    store.note_deed(PRINTED, what="decisions", rows=len(rows), format=path.suffix.lower().lstrip("."))
    return written


def table_bytes(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> bytes:
    """Return a table as CSV that spreadsheets open: UTF-8 with byte order mark, nothing that would run as a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(list(heads))
    writer.writerows([for_spreadsheet(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _heads() -> list[str]:
    return [
        *(_("Village"), _("Household"), _("About"), _("Question"), _("Stood before"), _("Chosen")),
        *(_("Not chosen"), _("Decided by"), _("When"), _("Reason")),
    ]


def _row(each: Decided) -> list[str]:
    line = f"{each.household.number:03d} {each.household.head_name}" if each.household is not None else "–"
    lost = "\n".join(f"{one.author}: {one.value}" for one in each.change.lost)
    change, version = each.change, each.version
    return [
        *(each.village, line, change.whose, change.question, change.before, change.after, lost),
        *(version.author, moment_words(version.at), version.reason),
    ]
