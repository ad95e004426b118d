"""The codebook beside the tables: every column with its question, every code with its words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from survey_app.i18n import _
from survey_app.reports.tables.coded import Coded
from survey_app.reports.tables.files import Parts, cut
from survey_app.reports.tables.plain import workbook
from survey_app.reports.tables.variables import Level, Variable

NAME = "codebook.xlsx"
_CELL_CHARACTERS = 32_767
_WRAPPED = {"text_wrap": True, "valign": "top"}


def write_codebook(
    files: Parts, levels: Sequence[Level], coded: Mapping[str, Sequence[Coded]], notes: Sequence[str]
) -> None:
    """Write the codebook as a workbook: about the tables, variables, codes.

    Args:
        files: the files of the export.
        levels: the tables.
        coded: for formats with names and numbers of their own, the columns of each table.
        notes: what a reader has to know, a sentence each.
    """
    with workbook(files, NAME) as book:
        about = book.add_worksheet(_("About"))
        about.set_column(0, 0, 110, book.add_format(_WRAPPED))
        for number, note in enumerate((*_joins(levels), *notes)):
            about.write_string(number, 0, note)
        heads = (_("Table"), _("Column"), _("Name in the file"), _("Question"), _("Kind"), _("Comes from"), _("Remark"))
        _Sheet(_("Variables"), heads, (14, 28, 28, 70, 16, 16, 50)).write(book, _variables(levels, coded))
        codes = (_("Table"), _("Column"), _("Code"), _("Value in the file"), _("Meaning"))
        _Sheet(_("Codes"), codes, (14, 28, 24, 16, 70)).write(book, _codes(levels, coded))


@dataclass(frozen=True)
class _Sheet:
    """A sheet of the codebook: its name, and head and width of each column."""

    name: str
    heads: Sequence[str]
    widths: Sequence[int]

    def write(self, book: Any, rows: Iterator[Sequence[str]]) -> None:
        """Write the rows as texts."""
        bold, wrapped = book.add_format({"bold": True, "bottom": 1}), book.add_format(_WRAPPED)
        sheet = book.add_worksheet(self.name)
        sheet.write_row(0, 0, self.heads, bold)
        sheet.freeze_panes(1, 2)
        for number, width in enumerate(self.widths):
            sheet.set_column(number, number, width, wrapped)
        last = 0
        for last, row in enumerate(rows, start=1):
            for column, text in enumerate(row):
                sheet.write_string(last, column, cut(text, _CELL_CHARACTERS))
        sheet.autofilter(0, 0, last, len(self.heads) - 1)


def _joins(levels: Sequence[Level]) -> Iterator[str]:
    for level in levels:
        keys = ", ".join(level.keys)
        if len(level.keys) == 1:
            yield _("Table “{table}”: one row a household; key: {keys}.").format(table=level.name, keys=keys)
        else:
            yield _("Table “{table}”: one row a line of the form; key: {keys}.").format(table=level.name, keys=keys)
    if len(levels) > 1:
        yield _("Tables are joined by the key columns they share.")


def _variables(levels: Sequence[Level], coded: Mapping[str, Sequence[Coded]]) -> Iterator[Sequence[str]]:
    for level in levels:
        named = {each.variable: each.name for each in coded.get(level.name, ())}
        for key in level.keys:
            yield level.name, key, named.get(key, key), "", _("key"), "", ""
        for variable in level.variables:
            name = named.get(variable.name, variable.name)
            yield level.name, variable.name, name, variable.label, _kind(variable), _origin(variable), _remark(variable)


def _kind(variable: Variable) -> str:
    return {
        "integer": _("whole number"),
        "decimal": _("number"),
        "code": _("one choice"),
        "codes": _("several choices"),
        "date": _("date"),
        "moment": _("date and time"),
        "text": _("text"),
    }[variable.kind]


def _origin(variable: Variable) -> str:
    if variable.asked:
        return _("asked")
    return _("calculated") if variable.calculated else _("filled in by the program")


def _remark(variable: Variable) -> str:
    if variable.stands_for:
        return _("Says why “{name}” has no answer.").format(name=variable.stands_for)
    if variable.version:
        return _("Only in version {version} of the form.").format(version=variable.version)
    return ""


def _codes(levels: Sequence[Level], coded: Mapping[str, Sequence[Coded]]) -> Iterator[Sequence[str]]:
    for level in levels:
        columns = {each.variable: each for each in coded.get(level.name, ())}
        for variable in level.variables:
            column = columns.get(variable.name)
            numbers = column.numbers if column is not None else {}
            for code in dict.fromkeys((*variable.choices, *numbers)):
                value = str(numbers[code]) if code in numbers else ""
                yield level.name, variable.name, code, value, variable.choices.get(code, "")
            for code, (number, label) in (column.missing if column is not None else {}).items():
                yield level.name, variable.name, code, _("missing {number}").format(number=number), label
