"""Tables as CSV, JSON Lines and an Excel workbook: every answer as it stands in the store, row by row."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import Any

from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.reports.tables.files import Parts, cut
from survey_app.reports.tables.variables import Level, Row
from survey_app.text import for_spreadsheet

_SHEET_ROWS = 1_048_576
_CELL_CHARACTERS = 32_767
_SHEET_NAME = 31


def write_csv(files: Parts, levels: Sequence[Level], rows: Iterator[Row]) -> None:
    """Write a CSV file a level: UTF-8; what a spreadsheet would run as a formula begins with an apostrophe."""
    columns = {level.name: level.columns for level in levels}
    with ExitStack() as opened:
        writers = {}
        for name, heads in columns.items():
            file = opened.enter_context(files.new(f"{name}.csv").open("w", encoding="utf-8", newline=""))
            writers[name] = csv.writer(file)
            writers[name].writerow(heads)
        for name, row in rows:
            writers[name].writerow([for_spreadsheet(row.get(column, "")) for column in columns[name]])


def write_jsonl(files: Parts, levels: Sequence[Level], rows: Iterator[Row]) -> None:
    """Write a file a level with one JSON object a line; blanks are left out."""
    columns = {level.name: level.columns for level in levels}
    with ExitStack() as opened:
        written = {
            name: opened.enter_context(files.new(f"{name}.jsonl").open("w", encoding="utf-8", newline="\n"))
            for name in columns
        }
        for name, row in rows:
            kept = {column: row[column] for column in columns[name] if row.get(column)}
            written[name].write(json.dumps(kept, ensure_ascii=False) + "\n")


def write_xlsx(files: Parts, levels: Sequence[Level], rows: Iterator[Row]) -> None:
    """Write one workbook with a sheet a level, everything as text.

    Raises:
        SurveyAppError: there are more rows than a sheet can hold.
    """
    columns = {level.name: level.columns for level in levels}
    with workbook(files, "answers.xlsx") as book:
        head = book.add_format({"bold": True, "bottom": 1})
        sheets = {name: book.add_worksheet(_sheet_name(name, number)) for number, name in enumerate(columns)}
        counts = dict.fromkeys(columns, 0)
        for name, sheet in sheets.items():
            sheet.write_row(0, 0, columns[name], head)
            sheet.freeze_panes(1, 1)
        for name, row in rows:
            counts[name] += 1
            if counts[name] >= _SHEET_ROWS:
                raise SurveyAppError("EXP-03", _("There are more rows than a worksheet can hold."), _("Choose CSV."))
            for number, column in enumerate(columns[name]):
                if row.get(column):
                    sheets[name].write_string(counts[name], number, cut(row[column], _CELL_CHARACTERS))


def _sheet_name(level: str, number: int) -> str:
    return level if len(level) <= _SHEET_NAME else f"{level[: _SHEET_NAME - 4]}_{number}"


def workbook(files: Parts, name: str) -> Any:
    """Return a new workbook in which a text is a text; it is written when its with-block ends."""
    import xlsxwriter

    # Rows stay in memory: xlsxwriter's other way keeps them in plain temporary files elsewhere on the disk.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    return xlsxwriter.Workbook(str(files.new(name)), options)
