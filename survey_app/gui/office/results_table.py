"""The table view of one indicator: every group with its figures, sorted by any column, copied as text."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from survey_app import i18n
from survey_app.gui.office.figures import shown
from survey_app.gui.parts import Column, Table, word_of
from survey_app.i18n import _
from survey_app.text import show_number, sort_key

if TYPE_CHECKING:
    from survey_app.operations.results import Result

DASH = "–"


def _number(value: float) -> str:
    from survey_app.reports.words import WITHHELD_MARK

    return WITHHELD_MARK if math.isnan(value) else show_number(value, 0, i18n.language())


def _unknown(result: Result) -> str:
    from survey_app.reports.words import WITHHELD_MARK, figure

    if math.isnan(result.unknown):
        return WITHHELD_MARK
    share = 100 * result.unknown / result.denominator if result.denominator else None
    return figure(share, True)


def _interval(result: Result) -> str:
    from survey_app.reports.words import figure

    if result.ends is None:
        return DASH
    return " – ".join(figure(end, result.in_percent) for end in result.ends)


def _goal(result: Result) -> str:
    from survey_app.reports.words import target_figure

    operator = result.target.split(" ")[0] if result.target else ""
    return target_figure(operator, result.value, result.in_percent) or DASH


def _gap(result: Result) -> str:
    if result.gap is None:
        return DASH
    sign = "+" if result.gap >= 0 else "−"
    return f"{sign}{show_number(abs(result.gap), 1, i18n.language())}"


def _sortable(number: float) -> float:
    return -2.0 if math.isnan(number) else number


_SORTS: tuple[Callable[[Result], object], ...] = (
    lambda result: sort_key(result.place_name),
    lambda result: _sortable(result.numerator),
    lambda result: _sortable(result.denominator),
    lambda result: _sortable(result.unknown / result.denominator if result.denominator else -1.0),
    lambda result: -1.0 if result.estimate is None else result.estimate,
    lambda result: -1.0 if result.ends is None else result.ends[0],
    lambda result: -1.0 if result.value is None else result.value,
    lambda result: -1000.0 if result.gap is None else result.gap,
    lambda result: result.status,
)
"""What each column is sorted by."""


class ResultsTable(Table["Result"]):
    """Groups down, figures across; a click on a head, or S, sorts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        columns: tuple[Column[Result], ...] = (
            Column(lambda: self.group_word, lambda row: row.place_name, 0, "name"),
            Column(lambda: _("Numerator"), lambda row: _number(row.numerator), 104, "number", priority=2),
            Column(lambda: _("Denominator"), lambda row: _number(row.denominator), 112, "number"),
            Column(lambda: _("Unknown"), _unknown, 104, "number", priority=1),
            Column(lambda: _("Result"), shown, 100, "number"),
            Column(lambda: _("95 % interval"), _interval, 140, "number", priority=4),
            Column(lambda: _("Target"), _goal, 100, "number"),
            Column(lambda: _("Difference"), _gap, 104, "number", priority=3),
            Column(lambda: _("Against target"), lambda row: row.status, 168, "chip"),
        )
        self.group_word = ""
        self._sorted_by = 4
        self._falling = True
        self._found: list[Result] = []
        super().__init__(columns, parent=parent)
        head = self.horizontalHeader()
        head.setSectionsClickable(True)
        head.sectionClicked.connect(self.sort_by)

    def show_results(self, results: Sequence[Result], group_word: str) -> None:
        """Show the groups of one indicator."""
        self.group_word = group_word
        self._found = list(results)
        self._show()

    def sort_by(self, column: int) -> None:
        """Sort by a column; the same one again turns the order round."""
        self._falling = not self._falling if column == self._sorted_by else column > 0
        self._sorted_by = column
        self._show()

    def sort_next(self) -> None:
        """Sort by the next column that is shown, for the keyboard."""
        shown_columns = [n for n in range(len(_SORTS)) if not self.isColumnHidden(n)]
        after = [n for n in shown_columns if n > self._sorted_by]
        self.sort_by((after or shown_columns)[0])

    def _show(self) -> None:
        self.set_rows(self._sorted(self._found), lambda row: row.place)
        self.retranslate()

    def _sorted(self, results: Sequence[Result]) -> list[Result]:
        key = _SORTS[self._sorted_by]
        return sorted(results, key=key, reverse=self._falling)  # type: ignore[arg-type]

    def as_text(self, results: Sequence[Result]) -> str:
        """Return heads and rows parted by tabs, as a spreadsheet pastes them; sorted as the table is."""
        columns = self.rows_model.columns
        lines = ["\t".join(column.head() for column in columns)]
        for row in self._sorted(results):
            cells = [word_of(c.text(row)) if c.kind == "chip" else c.text(row) for c in columns]
            lines.append("\t".join(cells))
        return "\n".join(lines) + "\n"

    def copy(self, results: Sequence[Result]) -> None:
        """Put these rows on the clipboard as a table."""
        QGuiApplication.clipboard().setText(self.as_text(results))
