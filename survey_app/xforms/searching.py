"""The appearance ``search('file', ...)``: choices from a CSV file, written as a choice filter.

The rows of the question's list on the sheet ``choices`` name columns of the file: ``name`` the value, ``label`` the
words. ``search(file, how, column, text, column, text)`` filters them (1, 4 or 6 values; 3 for the second pair alone).
"""

from __future__ import annotations

import re
from collections.abc import Set

from survey_app.i18n import _
from survey_app.xforms.columns import column_of, language_of
from survey_app.xforms.errors import Fault
from survey_app.xforms.question_types import MULTIPLE, select_of
from survey_app.xforms.rewriting import arguments_of
from survey_app.xforms.sheets import Book, Row

_SEARCH = re.compile(r"\bsearch\s*\(")
_HOW = {
    "matches": "{column} = {text}",
    "contains": "contains({column}, {text})",
    "startswith": "starts-with({column}, {text})",
    "endswith": "ends-with({column}, {text})",
}
_COLUMN = re.compile(r"[^\W\d][\w.\-]*")


def searched(book: Book, faults: list[Fault], warnings: list[Fault]) -> None:
    """Write every question with the appearance ``search(...)`` as one that takes its choices from a file, in place."""
    table = book.tables.get("survey")
    used: dict[str, tuple[str, int, str, str]] = {}
    others: set[str] = set()
    for row in table.rows if table is not None else ():
        headings = {column_of(heading): heading for heading in reversed(list(row.cells))}
        appearance = row.cells.get(headings.get("appearance", ""), "")
        select = select_of(" ".join(row.cells.get(headings.get("type", ""), "").split()))
        found = _SEARCH.search(appearance)
        if select is None:
            continue
        if found is None:
            others.add(select[1])
            continue
        parts = list(arguments_of(appearance, found.end()))
        arguments = [appearance[first:last].strip() for first, last in parts]
        place = ("survey", row.number, headings["appearance"], row.cells.get(headings.get("name", ""), ""))
        try:
            nodes = _filter(arguments)
            columns = _columns(book, select[1], warnings, place)
        except ValueError as error:
            faults.append(Fault(str(error), *place, appearance))
            continue
        used[select[1]] = place
        book.label_columns[place[3]] = _by_language(book, select[1])
        _write(row, headings, _kind(select[0], arguments[0].strip("'\"")), nodes, columns)
        rest = (appearance[: found.start()] + appearance[parts[-1][1] + 1 :]).split()
        row.cells[headings["appearance"]] = " ".join(rest)
        if table is not None:
            table.headings += [heading for heading in row.cells if heading not in table.headings]
    for listed in others & used.keys():
        message = _("“search()” cannot be used with this list: give the question a list of its own.")
        faults.append(Fault(message, *used[listed]))
    _drop(book, used.keys() - others)


def _drop(book: Book, lists: Set[str]) -> None:
    """Take lists that only name columns of a file out of the sheet ``choices``."""
    choices = book.tables.get("choices")
    if choices is not None and lists:
        listed = [heading for heading in choices.headings if column_of(heading, "choices") == "list_name"]
        choices.rows = [row for row in choices.rows if not any(row.cells.get(one) in lists for one in listed)]


def _kind(command: str, file: str) -> str:
    name = file if file.lower().endswith(".csv") else f"{file}.csv"
    return f"select_multiple_from_file {name}" if command in MULTIPLE else f"select_one_from_file {name}"


def _filter(arguments: list[str]) -> str:
    if len(arguments) not in (1, 3, 4, 6) or len(arguments[0]) < 3:
        raise ValueError(_("“search()” takes 1, 4 or 6 values: file, how, column, text, column, text."))
    tests = []
    if len(arguments) >= 4:
        how = arguments[1].strip("'\"").lower()
        if how not in _HOW:
            raise ValueError(_("“search()” can look for: {ways}.").format(ways=", ".join(_HOW)))
        tests.append(_HOW[how].format(column=_column(arguments[2]), text=arguments[3]))
    if len(arguments) in (3, 6):
        tests.append(f"{_column(arguments[-2])} = {arguments[-1]}")
    return " and ".join(tests)


def _column(argument: str) -> str:
    name = argument.strip("'\"")
    if not _COLUMN.fullmatch(name):
        raise ValueError(_("“{name}” is not the name of a column.").format(name=name))
    return name


def _columns(book: Book, listed: str, warnings: list[Fault], place: tuple[str, int, str, str]) -> tuple[str, str]:
    """Return the columns of the file with value and words."""
    rows = []
    for row in book.rows("choices"):
        cells = {column_of(heading, "choices"): text for heading, text in reversed(row.cells.items())}
        if cells.get("list_name") == listed:
            rows.append(cells)
    named = [cells for cells in rows if not cells.get("name", "").lstrip("-").isdigit()]
    if not named:
        raise ValueError(_("The list “{name}” must name the columns of the file.").format(name=listed))
    if len(rows) > len(named):
        message = _("The choices of the list “{name}” with numbers as names are not added to those of the file.")
        warnings.append(Fault(message.format(name=listed), *place))
    value = _column(named[0].get("name", ""))
    label = named[0].get("label", "").split(",")[0].strip()
    return value, label if _COLUMN.fullmatch(label) else value


def _by_language(book: Book, listed: str) -> dict[str, str]:
    """Return the columns of the file with the words, by language; none when all languages have the same."""
    for row in book.rows("choices"):
        cells = {column_of(heading, "choices"): text for heading, text in row.cells.items()}
        if cells.get("list_name") == listed and not cells.get("name", "").lstrip("-").isdigit():
            named = {
                language_of(heading): text.split(",")[0].strip()
                for heading, text in row.cells.items()
                if column_of(heading, "choices") == "label"
            }
            columns = {language: name for language, name in named.items() if language and _COLUMN.fullmatch(name)}
            return columns if len(set(columns.values())) > 1 else {}
    return {}


def _write(row: Row, headings: dict[str, str], kind: str, nodes: str, columns: tuple[str, str]) -> None:
    row.cells[headings["type"]] = kind
    options = row.cells.get(headings.get("parameters", ""), "")
    written = f"{options} value={columns[0]} label={columns[1]}".strip()
    row.cells[headings.setdefault("parameters", "parameters")] = written
    before = row.cells.get(headings.get("choice_filter", ""), "")
    both = " and ".join(f"({one})" if " or " in one else one for one in (before, nodes) if one)
    if both:
        row.cells[headings.setdefault("choice_filter", "choice_filter")] = both
