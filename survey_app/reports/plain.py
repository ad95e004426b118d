"""A report as CSV for other programs and any spreadsheet: figures as numbers, UTF-8 with byte order mark."""

from __future__ import annotations

import csv
from pathlib import Path

from survey_app.i18n import _
from survey_app.reports.model import Cell, Report, ReportTable
from survey_app.reports.words import status_word
from survey_app.text import for_spreadsheet


def write_csv(report: Report, path: Path) -> None:
    """Write one table (the summary) into a file that ends in ``.csv``, every table into a folder of any other name."""
    if path.suffix.lower() == ".csv":
        _write(report.tables[0], path)
        return
    path.mkdir(parents=True, exist_ok=True)
    for table in (*report.tables, report.definitions, report.sources):
        _write(table, path / f"{table.key}.csv")
    lines = [report.title, report.subtitle, report.made, *report.notes]
    lines += [f"{what}: {said}" for what, said in (*report.about, *report.coverage) if said]
    for section in report.method:
        lines += ["", section.title, *section.lines]
    (path / "method.txt").write_text("\n".join(lines) + "\n", encoding="utf-8-sig")


def _write(table: ReportTable, path: Path) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        grouped = bool(table.headings)
        writer.writerow([*([_("Group")] if grouped else []), *(column.title for column in table.columns)])
        group = ""
        for number, cells in enumerate(table.rows):
            if number in table.headings:
                group = for_spreadsheet(str(cells[0]))
                continue
            shown = [_plain(cell, column.kind) for cell, column in zip(cells, table.columns, strict=True)]
            writer.writerow([group, *shown] if grouped else shown)


def _plain(cell: Cell, kind: str) -> str:
    if cell is None:
        return ""
    if kind == "status":
        return status_word(str(cell))
    return f"{cell:.6g}" if isinstance(cell, float) else for_spreadsheet(str(cell))
