"""Workbooks of KoboToolbox and SurveyCTO: what differs from an XLSForm is put into its words, or named."""

from __future__ import annotations

from dataclasses import dataclass, field

from survey_app.xforms.errors import Fault
from survey_app.xforms.sheets import Book


@dataclass
class Strange:
    """What was found.

    Attributes:
        faults: what has no counterpart.
        warnings: what was left out or changed.
    """

    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)


def translate(book: Book) -> Strange:
    """Put the rows of a workbook into the words of an XLSForm, in place."""
    return Strange()
