"""Workbooks of KoboToolbox and SurveyCTO: what differs from an XLSForm is put into its words, or named.

KoboToolbox: questions its form builder draws as one (``begin_score``, ``begin_rank``, ``begin_kobomatrix``) become
groups of ordinary questions with the names its own deployment gives them. SurveyCTO: fields only its app can fill in
stay blank, functions that are short for others are written out (``rewriting``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from survey_app.i18n import N_, _
from survey_app.xforms.columns import EXPRESSIONS, column_of
from survey_app.xforms.errors import Fault
from survey_app.xforms.finishing import SHOWN
from survey_app.xforms.rewriting import Layout, rewritten
from survey_app.xforms.searching import searched
from survey_app.xforms.sheets import Book, Row, Table

_RENAMED = {"calculate_here": "calculate", "simid": "simserial", "devicephonenum": "phonenumber"}
_BLANK = N_("“{type}” works only in SurveyCTO. The field stays blank; take the row out if nothing needs it.")
_ONLY_SURVEYCTO = (
    *("text audit", "audio audit", "speed violations count", "speed violations list", "speed violations audit"),
    *("sensor_statistic", "sensor_stream", "caseid", "comments", "enumerator"),
)
_OWN_COLUMNS = ("$", "kobo--", "_isrepeat", "select_from_list_name", "_or_other")
_WHOLE = re.compile(r"-?\d+\.0")
_QUOTED_NUMBER = re.compile(r"'-?\d+\.0'|\"-?\d+\.0\"")
_LIST_COLUMNS = {
    "begin_score": "kobo--score-choices",
    "begin_rank": "kobo--rank-items",
    "begin_kobomatrix": "kobo--matrix_list",
}


@dataclass
class Strange:
    """What was found.

    Attributes:
        faults: what has no counterpart.
        warnings: what was left out or changed.
    """

    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)


class _Cells:
    """A row by the usual names of its columns, to read and to change.

    Args:
        row: the row.
    """

    def __init__(self, row: Row) -> None:
        self.row = row
        self.headings = {column_of(heading): heading for heading in reversed(list(row.cells))}

    def get(self, column: str) -> str:
        heading = self.headings.get(column)
        return self.row.cells.get(heading, "").strip() if heading else ""

    def put(self, column: str, text: str) -> None:
        heading = self.headings.setdefault(column, column)
        self.row.cells[heading] = text

    def kind(self) -> str:
        return " ".join(self.get("type").split())


def translate(book: Book) -> Strange:
    """Put the rows of a workbook into the words of an XLSForm, in place."""
    found = Strange()
    table = book.tables.get("survey")
    if table is None:
        return found
    cells = [_Cells(row) for row in table.rows]
    for one in cells:
        _kobo_columns(one)
        _surveycto_type(one, found)
    rows = list(_expanded(cells, book, found))
    for row in rows:
        for heading in [one for one in row.cells if one.lower().startswith(_OWN_COLUMNS)]:
            del row.cells[heading]
    table.rows = rows
    _extend_headings(table)
    layout = Layout.of(rows)
    for row in rows:
        for heading, text in row.cells.items():
            if column_of(heading) in (*EXPRESSIONS, "default") and "(" in text:
                row.cells[heading] = rewritten(text, layout, row.number)
    _whole_numbers(book, found)
    searched(book, found.faults, found.warnings)
    return found


def _whole_numbers(book: Book, found: Strange) -> None:
    """Read ``1.0`` in the lists as ``1``: programs write the numbers of a column so when one of its cells is blank.

    Texts that the questions name in quotation marks stay as they are.
    """
    written = {text for row in book.rows("survey") for text in row.cells.values() if ".0" in text}
    named = {quoted[1:-1] for text in written for quoted in _QUOTED_NUMBER.findall(text)}
    for sheet in ("choices", "external_choices"):
        first: Fault | None = None
        for row in book.rows(sheet):
            for heading, text in row.cells.items():
                if text[-2:] == ".0" and text not in named and _WHOLE.fullmatch(text) and _is_data(heading, sheet):
                    row.cells[heading] = text[:-2]
                    message = _("Whole numbers written with “.0” are read without it: {number} for {text}.")
                    words = message.format(number=text[:-2], text=text)
                    first = first or Fault(words, sheet, row.number, heading)
        found.warnings += [first] if first is not None else []


def _is_data(heading: str, sheet: str) -> bool:
    column = column_of(heading, sheet)
    return column != "list_name" and column not in SHOWN


def _extend_headings(table: Table) -> None:
    table.headings = [one for one in table.headings if not one.lower().startswith(_OWN_COLUMNS)]
    for row in table.rows:
        table.headings += [heading for heading in row.cells if heading not in table.headings]


def _kobo_columns(cells: _Cells) -> None:
    kind = cells.kind()
    listed = cells.get("select_from_list_name")
    if listed and " " not in kind:
        cells.put("type", f"{kind} {listed}")
    if cells.get("_or_other").lower() in ("true", "yes") and not cells.kind().endswith("or_other"):
        cells.put("type", f"{cells.kind()} or_other")
    given = cells.get("$given_name") or cells.get("$autoname")
    if given and not cells.get("name") and not kind.startswith("end"):
        cells.put("name", given)


def _surveycto_type(cells: _Cells, found: Strange) -> None:
    kind = cells.kind()
    if kind in _RENAMED:
        cells.put("type", _RENAMED[kind])
    elif kind.startswith(_ONLY_SURVEYCTO):
        message = _(_BLANK).format(type=kind)
        found.warnings.append(
            Fault(message, "survey", cells.row.number, cells.headings.get("type", "type"), cells.get("name"))
        )
        cells.put("type", "hidden")
        if not cells.get("name"):
            cells.put("name", kind.split()[0])


def _expanded(cells: list[_Cells], book: Book, found: Strange) -> Iterator[Row]:
    """Yield the rows with the blocks of KoboToolbox written out."""
    place = 0
    while place < len(cells):
        here = cells[place]
        kind = here.kind().replace("begin ", "begin_", 1)
        expand = _EXPANDING.get(kind)
        if expand is None:
            yield here.row
            place += 1
            continue
        end = next((at for at in range(place, len(cells)) if _ends(cells[at], kind)), None)
        if end is None:
            message = _("The {kind} begins here but never ends.").format(kind=_("group"))
            found.faults.append(Fault(message, "survey", here.row.number, "type", here.get("name")))
            return
        items = _items(here, kind, book, found)
        yield from expand(here, cells[place + 1 : end], items, cells[end].row.number)
        place = end + 1


def _ends(cells: _Cells, kind: str) -> bool:
    return cells.kind().replace("end ", "end_", 1) == kind.replace("begin", "end", 1)


@dataclass(frozen=True)
class _List:
    name: str
    items: tuple[Mapping[str, str], ...]


def _items(cells: _Cells, kind: str, book: Book, found: Strange) -> _List:
    column = _LIST_COLUMNS[kind]
    name = cells.get(column)
    items = []
    for row in book.rows("choices"):
        by_column = {column_of(heading, "choices"): text for heading, text in row.cells.items()}
        if by_column.get("list_name") == name:
            items.append({**row.cells, "name": by_column.get("name", "")})
    if not name or not items:
        message = _("There is no list “{name}” on the sheet “choices”.").format(name=name)
        found.faults.append(Fault(message, "survey", cells.row.number, column, cells.get("name")))
    return _List(name, tuple(items))


def _shown(row: Row) -> dict[str, str]:
    return {heading: text for heading, text in row.cells.items() if column_of(heading) in ("label", "hint")}


def _begin(cells: _Cells, appearance: str = "field-list") -> Row:
    kept = {heading: text for heading, text in cells.row.cells.items() if column_of(heading) != "required"}
    row = Row(cells.row.number, kept)
    changed = _Cells(row)
    changed.put("type", "begin_group")
    changed.put("appearance", appearance)
    return row


def _score(begin: _Cells, inside: list[_Cells], items: _List, end: int) -> Iterator[Row]:
    name = begin.get("name")
    yield _begin(begin)
    header = {**_shown(begin.row), "type": f"select_one {items.name}", "name": f"{name}_header", "appearance": "label"}
    yield Row(begin.row.number, header)
    for cells in inside:
        cells.put("type", f"select_one {items.name}")
        cells.put("appearance", "list-nolabel")
        yield cells.row
    yield Row(end, {"type": "end_group"})


def _rank(begin: _Cells, inside: list[_Cells], items: _List, end: int) -> Iterator[Row]:
    name, refused = begin.get("name"), begin.get("kobo--rank-constraint-message")
    yield _begin(begin)
    yield Row(begin.row.number, {**_shown(begin.row), "type": "note", "name": f"{name}_label"})
    before: list[str] = []
    for cells in inside:
        cells.put("type", f"select_one {items.name}")
        cells.put("appearance", "minimal")
        if before:
            cells.put("constraint", " and ".join(f". != ${{{one}}}" for one in before))
            if refused:
                cells.put("constraint_message", refused)
        before.append(cells.get("name"))
        yield cells.row
    yield Row(end, {"type": "end_group"})


def _matrix(begin: _Cells, inside: list[_Cells], items: _List, end: int) -> Iterator[Row]:
    name = begin.get("name")
    names = [cells.get("name") for cells in inside]
    yield _begin(begin)
    for item in items.items:
        prefix = f"{name}_{item['name']}"
        labels = {heading: text for heading, text in item.items() if column_of(heading) == "label"}
        yield Row(begin.row.number, {**labels, "type": "begin_group", "name": prefix})
        for cells in inside:
            copied = {heading: _renamed(text, names, prefix) for heading, text in cells.row.cells.items()}
            row = Row(cells.row.number, copied)
            _Cells(row).put("name", f"{prefix}_{cells.get('name')}")
            yield row
        yield Row(end, {"type": "end_group"})
    yield Row(end, {"type": "end_group"})


def _renamed(text: str, names: list[str], prefix: str) -> str:
    for name in names:
        text = text.replace(f"${{{name}}}", f"${{{prefix}_{name}}}")
    return text


_EXPANDING: Mapping[str, Callable[[_Cells, list[_Cells], _List, int], Iterator[Row]]] = {
    "begin_score": _score,
    "begin_rank": _rank,
    "begin_kobomatrix": _matrix,
}
