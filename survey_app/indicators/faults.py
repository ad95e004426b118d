"""What is wrong with a table of indicators or targets: every fault at once, with row, column and the nearest name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from survey_app.errors import SurveyAppError
from survey_app.i18n import _, ngettext

_SHOWN = 8


@dataclass(frozen=True)
class TableFault:
    """One thing an author has to mend.

    Attributes:
        row: number of the row as a spreadsheet shows it (the header is row 1); 0 for the table as a whole.
        column: name of the column, ``""`` for the whole row.
        message: what is wrong and, where there is one, the nearest name that exists.
    """

    row: int
    column: str
    message: str

    def __str__(self) -> str:
        if not self.row:
            return self.message
        place = _("row {row}").format(row=self.row)
        if self.column:
            place = _("row {row}, column {column}").format(row=self.row, column=self.column)
        return f"{place}: {self.message}"


class TableError(SurveyAppError):
    """A table that cannot be used; ``faults`` lists everything that has to be mended, in the order of the rows."""

    def __init__(self, table: str, faults: Iterable[TableFault]) -> None:
        self.faults: tuple[TableFault, ...] = tuple(sorted(faults, key=lambda fault: (fault.row, fault.column)))
        self.table = table
        count = len(self.faults)
        opening = ngettext(
            "The table {table} has {count} fault.", "The table {table} has {count} faults.", count
        ).format(table=table, count=count)
        lines = [str(fault) for fault in self.faults[:_SHOWN]]
        if count > _SHOWN:
            lines.append(_("… and {count} more").format(count=count - _SHOWN))
        super().__init__("IND-01", "\n".join([opening, *lines]), _("Mend the table and load it again."))


def nearest(name: str, known: Iterable[str]) -> str:
    """Return a clause that offers the nearest known name, or ``""`` when none is near."""
    found = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return " " + _("Did you mean “{name}”?").format(name=found[0]) if found else ""


def listing(names: Sequence[str], most: int = 12) -> str:
    """Return names for a message, cut short when there are many."""
    return ", ".join(names[:most]) + (", …" if len(names) > most else "")
