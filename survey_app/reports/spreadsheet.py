"""A report as an Excel workbook: made to be read, filtered and printed.

Figures are numbers. Results, gaps and totals are formulas over the cells beside them, each with its value worked out
already, so that viewers that do not compute show it too. What is withheld is not in the file at all."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from survey_app.i18n import _
from survey_app.reports.charts import Chart, picture, ranked_bars
from survey_app.reports.model import COUNTS, Cell, Goal, Report, ReportColumn, ReportTable
from survey_app.reports.words import goal_sign, status_word

_INK = "#16202B"
_QUIET = "#5B6775"
_HEAD = "#E8ECF1"
_LINE = "#DCE1E7"
_FONT = {"font_name": "Arial", "font_size": 10, "font_color": _INK, "valign": "vcenter"}
_STATUS_INK = {"met": "#146341", "not_met": "#A8201A", "inconclusive": "#744A00"}
_LINE_HIGH = 15
_UNIT = '" %"'
_PERCENT = f"0.0{_UNIT}"
_COUNT = "#,##0"
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_CHART_PX = 900


def write_xlsx(report: Report, path: Path) -> None:
    """Write the workbook: summary, a sheet a breakdown, charts, method and sources.

    Percentages are numbers from 0 to 100 shown with their sign, so that they can be sorted and copied as they read.
    """
    import xlsxwriter

    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    content = io.BytesIO()  # zip files fail in ways of their own on a full disk
    with xlsxwriter.Workbook(content, options) as book:
        book.set_properties({"title": report.title, "subject": report.subtitle, "comments": report.made})
        writer = _Writer(book)
        first, *others = report.tables
        writer.first(report, first)
        for table in others:
            writer.table(table)
        if report.charts:
            writer.charts(report.charts)
        writer.method(report)
    path.write_bytes(content.getbuffer())


class _Writer:
    """Writes the sheets of one workbook; remembers formats and names."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.names: set[str] = set()
        self.formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def style(self, **wishes: Any) -> Any:
        key = tuple(sorted(wishes.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format({**_FONT, **wishes})
        return self.formats[key]

    def sheet(self, title: str) -> Any:
        """Add a sheet ready for printing: A4 across, one page wide, page numbers."""
        plain = _FORBIDDEN.sub(" ", title)[:31].strip() or "Sheet"
        name, number = plain, 2
        while name.casefold() in self.names:
            name, number = f"{plain[:27]} ({number})", number + 1
        self.names.add(name.casefold())
        sheet = self.book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&8&A&R&8&P / &N")
        sheet.hide_gridlines(2)
        return sheet

    def first(self, report: Report, table: ReportTable) -> None:
        """Write the summary with the headings of the whole report above it."""
        sheet = self.sheet(table.title)
        sheet.write_string(0, 0, report.title, self.style(bold=True, font_size=16))
        sheet.write_string(1, 0, report.subtitle, self.style(font_size=11))
        covered = " · ".join(f"{what}: {how_much}" for what, how_much in report.coverage)
        sheet.write_string(2, 0, covered, self.style(font_color=_QUIET))
        row = 3
        for note in report.notes:
            sheet.write_string(row, 0, note, self.style(bold=True, font_color="#744A00"))
            row += 1
        sheet.write_string(row, 0, report.made, self.style(font_color=_QUIET, font_size=9))
        self._grid(sheet, table, row + 2)

    def table(self, table: ReportTable) -> None:
        """Write a table on a sheet of its own."""
        sheet = self.sheet(table.title)
        sheet.write_string(0, 0, table.title, self.style(bold=True, font_size=14))
        self._grid(sheet, table, 2)

    def _grid(self, sheet: Any, table: ReportTable, top: int) -> None:
        if table.note:
            sheet.write_string(top - 1, 0, table.note, self.style(font_color=_QUIET, font_size=9))
        for number, column in enumerate(table.columns):
            sheet.set_column(number, number, column.width)
        self._rows(sheet, table, top)
        sheet.freeze_panes(top + 1, 2 if [column.kind for column in table.columns[:2]] == ["text", "text"] else 1)
        sheet.repeat_rows(top)
        if table.rows and not table.headings:
            sheet.autofilter(top, 0, top + len(table.rows), len(table.columns) - 1)
        if not table.rows:
            sheet.write_string(top + 1, 0, _("No figures yet"), self.style(font_color=_QUIET))

    def _rows(self, sheet: Any, table: ReportTable, top: int) -> None:
        for number, column in enumerate(table.columns):
            side = "left" if column.kind in ("text", "status") else "right"
            head = self.style(bold=True, bg_color=_HEAD, bottom=1, text_wrap=True, align=side)
            sheet.write_string(top, number, column.title, head)
        sheet.set_row(top, 30)
        for offset, cells in enumerate(table.rows):
            row = top + 1 + offset
            if offset in table.headings:
                sheet.write_string(row, 0, str(cells[0]), self.style(bold=True, bottom=1, bottom_color=_LINE))
                continue
            lines = max(_lines(cell, column) for column, cell in zip(table.columns, cells, strict=True))
            if lines > 1:
                sheet.set_row(row, _LINE_HIGH * lines)
            for number, (column, cell) in enumerate(zip(table.columns, cells, strict=True)):
                formula = _formula(table, offset, number, top + 1)
                self._cell(sheet, (row, number), column, cell, formula, is_number=offset in table.numbers)

    def _cell(
        self, sheet: Any, at: tuple[int, int], column: ReportColumn, cell: Cell, formula: str, *, is_number: bool
    ) -> None:
        line = {"bottom": 1, "bottom_color": _LINE}
        if column.kind == "status":
            ink = _STATUS_INK.get(str(cell), _QUIET)
            sheet.write_string(*at, status_word(str(cell)), self.style(bold=True, font_color=ink, indent=1, **line))
        elif isinstance(cell, Goal):
            shown = f'"{goal_sign(cell.operator)} "#,##0.###{_UNIT if cell.in_percent else ""}'
            sheet.write_number(*at, cell.value, self.style(num_format=_whole(cell.value, shown), align="right", **line))
        elif isinstance(cell, str):
            side = "left" if column.kind == "text" else "right"
            sheet.write_string(*at, cell, self.style(text_wrap=True, align=side, **line))
        elif cell is None:
            sheet.write_string(*at, "–", self.style(align="right", font_color=_QUIET, **line))
        else:
            bold = {"bold": True} if column.kind in ("estimate", "percent") else {}
            style = self.style(num_format=_number_format(cell, column, is_number), align="right", **bold, **line)
            if formula:
                sheet.write_formula(*at, formula, style, cell)
            else:
                sheet.write_number(*at, cell, style)

    def charts(self, charts: Sequence[Chart]) -> None:
        """Put the charts below each other on one sheet, as pictures."""
        sheet = self.sheet(_("Charts"))
        row = 0
        for chart in charts:
            drawn = ranked_bars(chart, width_px=_CHART_PX, with_title=True)
            height_px = drawn.get_figheight() * drawn.dpi
            image = io.BytesIO(picture(drawn))
            place = {
                "image_data": image,
                "x_scale": 1.0,
                "y_scale": 1.0,
                "description": chart.title,
                "object_position": 3,
            }
            sheet.insert_image(row, 0, "chart.png", place)
            row += int(height_px / 20) + 2

    def method(self, report: Report) -> None:
        """Write how the figures are worked out, the definitions and the targets with their documents."""
        sheet = self.sheet(_("Method and sources"))
        sheet.write_string(0, 0, _("Method and sources"), self.style(bold=True, font_size=14))
        row = 2
        for what, said in (*report.about, *report.coverage):
            if said:
                sheet.write_string(row, 0, what, self.style(font_color=_QUIET))
                sheet.write_string(row, 1, said, self.style())
                row += 1
        row += 1
        wide = self.style(text_wrap=True, valign="top")
        for section in report.method:
            sheet.write_string(row, 0, section.title, self.style(bold=True))
            row += 1
            for line in section.lines:
                sheet.merge_range(row, 0, row, 5, line, wide)
                sheet.set_row(row, 15 * (1 + len(line) // 170))
                row += 1
            row += 1
        for table in (report.sources, report.definitions):
            sheet.write_string(row, 0, table.title, self.style(bold=True, font_size=12))
            self._rows(sheet, table, row + 1)
            row += len(table.rows) + 4
        for number in range(len(report.definitions.columns)):
            both = (report.sources, report.definitions)
            sheet.set_column(
                number, number, max(table.columns[number].width for table in both if number < len(table.columns))
            )


def _lines(cell: Cell, column: ReportColumn) -> int:
    """Return how many lines words take in their column; programs that open the file do not all find out themselves."""
    return max(1, math.ceil(len(cell) * 1.05 / column.width)) if isinstance(cell, str) else 1


def _number_format(cell: float, column: ReportColumn, is_number: bool) -> str:
    if column.kind == "gap":
        return "+0.0;-0.0;0.0"
    if column.kind in COUNTS or (column.kind == "estimate" and is_number):
        return _COUNT if float(cell).is_integer() else "#,##0.0"
    return _PERCENT


def _whole(value: float, shown: str) -> str:
    """Return a number format without a decimal point that nothing follows."""
    return shown.replace("#,##0.###", "#,##0") if value == int(value) else shown


def _formula(table: ReportTable, row: int, number: int, top: int) -> str:
    """Return the formula of a cell, ``""`` where there is a plain value.

    Args:
        table: the table.
        row: number of its row.
        number: number of the column.
        top: number of the sheet's row that the table's first row stands in.
    """
    from xlsxwriter.utility import xl_rowcol_to_cell

    kinds = {column.kind: n for n, column in enumerate(table.columns)}
    kind, cells = table.columns[number].kind, table.rows[row]

    def at(other: str, line: int = row) -> str:
        return str(xl_rowcol_to_cell(top + line, kinds[other]))  # type: ignore[index]

    def is_figure(other: str) -> bool:
        return isinstance(cells[kinds[other]], int | float | Goal)  # type: ignore[index]

    if row in table.totals and kind in ("numerator", "denominator", "unknown"):
        first, last = table.totals[row]
        return f"=SUM({at(kind, first)}:{at(kind, last)})"
    if kind in ("estimate", "percent") and row in table.shares:
        return f"=100*{at('numerator')}/{at('denominator')}"
    if kind == "gap" and cells[number] is not None and is_figure("estimate") and is_figure("target"):
        return f"={at('estimate')}-{at('target')}"
    return ""
