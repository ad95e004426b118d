"""What is wrong with an XLSForm workbook: every fault at once, with its place, in an author's words.

The conversion stops at the first fault and speaks to programmers, so the sheets are looked through here before.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from survey_app.i18n import _
from survey_app.xforms.columns import EXPRESSIONS, KNOWN, ONE_LANGUAGE, column_of, language_of, meant
from survey_app.xforms.errors import Fault
from survey_app.xforms.expressions import FLAGS, REFERENCE, fault_of, near
from survey_app.xforms.question_types import (
    EXAMPLES,
    FROM_FILE,
    MULTIPLE,
    NEEDS_LIST,
    SETTINGS,
    block_of,
    is_asked,
    is_known,
    select_of,
)
from survey_app.xforms.sheets import Book, Row, Table

_NAME = re.compile(r"[^\W\d][\w.\-]*(?::[^\W\d][\w.\-]*)?")
_COLUMN = re.compile(r"[^\W\d][\w.\-]*(?:::?[^\W\d][^<>&\"']*)*")
_FILES = (".csv", ".xml", ".geojson")
MAX_DEPTH = 100
"""How deep groups may be nested."""
_MOST_SUGGESTIONS = 100
_NAMELESS = frozenset(("note", "audit"))
_SHOWN = ("label", "hint", "image", "audio", "video", "media")
_YES = frozenset(("yes", "true", "true()"))


@dataclass(frozen=True)
class Line:
    """A row of the sheet ``survey`` by the usual names of its columns.

    Attributes:
        number: row of the sheet.
        cells: texts by column; translated columns without their language, the first that is not blank.
        headings: heading as written, by column.
    """

    number: int
    cells: Mapping[str, str]
    headings: Mapping[str, str]

    def get(self, column: str) -> str:
        """Return the text of a column, ``""`` when blank."""
        return self.cells.get(column, "")

    def fault(self, column: str, message: str, expression: str = "", question: str | None = None) -> Fault:
        """Return a fault of this row."""
        name = self.get("name") if question is None else question
        return Fault(message, "survey", self.number, self.headings.get(column, column), name, expression)


@dataclass
class _Block:
    kind: str
    row: int
    name: str
    names: dict[str, int] = field(default_factory=dict)
    small: dict[str, int] = field(default_factory=dict)  # the same in small letters


def lines_of(rows: list[Row], sheet: str = "survey", misspelt: Mapping[str, str] | None = None) -> list[Line]:
    """Return the rows of a sheet by the usual names of its columns; ``misspelt`` headings as they are meant."""
    columns = dict(misspelt or {})
    found = []
    for row in rows:
        cells: dict[str, str] = {}
        headings: dict[str, str] = {}
        for heading, text in row.cells.items():
            column = columns.get(heading) or columns.setdefault(heading, column_of(heading, sheet))
            if text.strip() and column not in cells:
                cells[column] = " ".join(text.split()) if column == "type" else text.strip()
                headings[column] = heading
        found.append(Line(row.number, cells, headings))
    return found


def rows_of_questions(book: Book) -> dict[str, int]:
    """Return the row of the sheet by the name of the question, the first where a name stands twice."""
    found: dict[str, int] = {}
    for line in lines_of(book.rows("survey")):
        found.setdefault(line.get("name"), line.number)
    return found


def check_book(book: Book) -> tuple[list[Fault], list[Fault]]:
    """Return everything that is wrong with the sheets, and what the author may not have meant."""
    missing = [*_sheets(book), *_headings(book)]
    if any(fault.row == 0 for fault in missing):
        return [*book.faults, *missing], book.warnings
    misspelt = _misspelt(book, "survey")
    lines = [
        line for line in lines_of(book.rows("survey"), "survey", misspelt) if line.get("disabled").lower() not in _YES
    ]
    settings = next(iter(lines_of(book.rows("settings"), "settings")), Line(2, {}, {}))
    checking = _Checking(book, lines, settings)
    faults = [*book.faults, *missing, *checking.faults()]
    order = {"survey": 0, "choices": 1}
    faults.sort(key=lambda fault: (order.get(fault.sheet, 2), fault.row))
    return list(dict.fromkeys(faults)), [*book.warnings, *checking.warnings]


def _sheets(book: Book) -> Iterator[Fault]:
    if "survey" not in book.tables:
        names = {name for name in book.names if not name.startswith("_")}
        words = _("The workbook has no sheet “survey”.")
        near_name = next((name for name in sorted(names) if near("survey", {name}, 0.6)), "")
        if near_name:
            words += " " + _("Rename the sheet “{name}”.").format(name=near_name)
        elif names:
            words += " " + _("It has: {names}.").format(names=", ".join(sorted(names)))
        yield Fault(words)
    elif not any(row.cells for row in book.tables["survey"].rows):
        yield Fault(_("The sheet has no questions."), "survey")
    for sheet in ("choices", "settings"):
        if sheet not in book.tables:
            for name in book.names:
                if not name.startswith("_") and name.lower() != "survey" and near(sheet, {name}, 0.75):
                    message = _("Is the sheet “{name}” meant to be “{sheet}”? It is not read.")
                    book.warnings.append(Fault(message.format(name=name, sheet=sheet)))


def _headings(book: Book) -> Iterator[Fault]:
    for sheet, needed in (("survey", ("type",)), ("choices", ("list_name", "name"))):
        table = book.tables.get(sheet)
        if table is None or (sheet == "choices" and not any(row.cells for row in table.rows)):
            continue
        if sheet == "choices":
            _drop_notes(table, book)
        present = [column_of(heading, sheet) for heading in table.headings]
        found = _misspelt(book, sheet)
        for heading, known in found.items():
            message = _("The column “{heading}” is not known. Do you mean “{known}”?")
            yield Fault(message.format(heading=heading, known=known), sheet, 1, heading)
        for heading in table.headings:
            if column_of(heading, sheet) in ONE_LANGUAGE and language_of(heading):
                message = _("The column “{column}” cannot have a language: “{heading}”.")
                yield Fault(message.format(column=column_of(heading, sheet), heading=heading), sheet, 1, heading)
        for column in needed:
            if column not in present and column not in found.values():
                yield Fault(_("The column “{column}” is missing.").format(column=column), sheet, 0, column)


def _misspelt(book: Book, sheet: str) -> dict[str, str]:
    """Return the column that is probably meant, by heading nobody knows."""
    table = book.tables.get(sheet)
    headings = table.headings if table is not None else []
    present = [column_of(heading, sheet) for heading in headings]
    found = {heading: meant(heading, sheet, present) for heading in headings}
    return {heading: column_of(known, sheet) for heading, known in found.items() if known}


def _drop_notes(table: Table, book: Book) -> None:
    """Take columns out whose heading cannot be the name of a column of choices: authors keep notes there."""
    for heading in list(table.headings):
        column = column_of(heading, "choices")
        if column in KNOWN["choices"] or _COLUMN.fullmatch(heading) or (column in ("big-image", "media")):
            continue
        table.headings.remove(heading)
        for row in table.rows:
            row.cells.pop(heading, None)
        message = _("The column “{heading}” is not read: its heading has blanks or signs a name cannot have.")
        book.warnings.append(Fault(message.format(heading=heading), "choices", 1, heading))


class _Checking:
    """Looks through the rows of one workbook.

    Args:
        book: the workbook.
        lines: rows of the sheet ``survey`` that are not switched off.
        settings: the row of the sheet ``settings``.
    """

    def __init__(self, book: Book, lines: list[Line], settings: Line) -> None:
        self.book = book
        self.lines = lines
        self.warnings: list[Fault] = []
        self.suggested = 0
        self.choices = lines_of(book.rows("choices"), "choices", _misspelt(book, "choices"))
        self.outer = {line.get("list_name") for line in lines_of(book.rows("external_choices"), "external_choices")}
        self.lists = {line.get("list_name") for line in self.choices if line.get("list_name")}
        self.names = Counter(line.get("name") for line in lines if line.get("name"))
        self.known = {*self.names, "instanceID"}
        self.twice = settings.get("allow_choice_duplicates").lower() in _YES
        self.several = {
            select[1] for line in lines if (select := select_of(line.get("type"))) is not None and select[0] in MULTIPLE
        }

    def faults(self) -> Iterator[Fault]:
        """Yield everything that is wrong."""
        yield from self._structure()
        for line in self.lines:
            yield from self._type(line)
            yield from self._texts(line)
        yield from self._choices()

    def _structure(self) -> Iterator[Fault]:
        """Yield names that are missing, impossible or taken, and groups that do not end."""
        blocks = [_Block("form", 1, "")]
        repeats: dict[str, int] = {}
        for line in self.lines:
            kind = line.get("type")
            if not kind or kind in SETTINGS:
                continue
            block = block_of(kind)
            if block is not None and block[0] == "end":
                yield from _ended(blocks, line, kind, block[1])
                continue
            yield from self._named(blocks[-1], line, kind)
            if kind in ("csv-external", "xml-external") and any(one.kind == "repeat" for one in blocks):
                yield line.fault("type", _("A file cannot be named inside a repeat. Move this row out of it."))
            if block is not None:
                if len(blocks) == MAX_DEPTH:
                    yield line.fault("type", _("Groups are nested too deeply."))
                if block[1] == "repeat" and repeats.setdefault(line.get("name"), line.number) != line.number:
                    message = _("The repeat “{name}” of row {row} has the same name. Every repeat needs its own.")
                    name = line.get("name")
                    yield line.fault("name", message.format(name=name, row=repeats[name]))
                blocks.append(_Block(block[1], line.number, line.get("name")))
        for still_open in blocks[1:]:
            message = _("The {kind} begins here but never ends.").format(kind=_kind(still_open.kind))
            yield Fault(message, "survey", still_open.row, "type", still_open.name)

    def _named(self, block: _Block, line: Line, kind: str) -> Iterator[Fault]:
        name = line.get("name")
        if not name:
            if kind not in _NAMELESS:
                yield line.fault("name", _("The question has no name."))
        elif not _NAME.fullmatch(name):
            message = _("“{name}” cannot be a name: use letters, digits, “_”, “-” and “.”, and begin with a letter.")
            yield line.fault("name", message.format(name=name))
        elif name in block.names:
            yield line.fault("name", _("The name is already used in row {row}.").format(row=block.names[name]))
        else:
            alike = block.small.setdefault(name.lower(), line.number)
            if alike != line.number:
                message = _("The name differs from that of row {row} only in capital letters.").format(row=alike)
                self.warnings.append(line.fault("name", message))
            block.names[name] = line.number

    def _type(self, line: Line) -> Iterator[Fault]:
        kind = line.get("type")
        if not kind:
            if line.get("name") or line.get("label"):
                yield line.fault("type", _("The question has no type."))
            return
        select = select_of(kind)
        if select is not None:
            yield from self._list(line, *select)
        elif kind in NEEDS_LIST:
            message = _("After “{type}” the name of a list is missing, for example “{type} yes_no”.")
            yield line.fault("type", message.format(type=kind))
        elif not is_known(kind):
            yield self._unknown(line, kind)
        if kind == "calculate" and not line.get("calculation") and not line.get("default"):
            yield line.fault("calculation", _("The calculation is missing."))
        unseen = line.get("calculation") or line.get("trigger")  # worked out or set, and shown to nobody
        if is_asked(kind) and not unseen and not any(line.get(column) for column in _SHOWN):
            yield line.fault("label", _("A label is missing."))

    def _unknown(self, line: Line, kind: str) -> Fault:
        first, _blank, rest = kind.partition(" ")
        joined = kind.lower().replace(" ", "_").replace("-", "_")
        message = _("“{0}” is not a type of question.").format(kind)
        if joined in EXAMPLES or kind.lower() in EXAMPLES:
            message += " " + _("Do you mean “{name}”?").format(name=joined if joined in EXAMPLES else kind.lower())
        elif rest and not joined.startswith(("begin_", "end_")):
            message += near(first, frozenset(EXAMPLES), 0.6) or near(joined, frozenset(EXAMPLES), 0.6)
        else:
            message += near(joined, frozenset(EXAMPLES), 0.6)
        return line.fault("type", message)

    def _list(self, line: Line, command: str, wanted: str) -> Iterator[Fault]:
        if command in FROM_FILE:
            if not wanted.lower().endswith(_FILES):
                message = _("“{name}” is no file this can read: its name must end in {endings}.")
                yield line.fault("type", message.format(name=wanted, endings=", ".join(_FILES)))
        elif command == "select_one_external":
            if wanted not in self.outer:
                message = _("There is no list “{name}” on the sheet “{sheet}”.")
                words = message.format(name=wanted, sheet="external_choices")
                yield line.fault("type", words + near(wanted, self.outer - {""}))
            elif wanted in self.lists:
                message = _(
                    "The list “{name}” stands on both sheets, choices and external_choices: rename one of them."
                )
                yield line.fault("type", message.format(name=wanted))
        elif not wanted.startswith("${") and wanted not in self.lists and not wanted.endswith(_FILES):
            message = _("There is no list “{name}” on the sheet “choices”.").format(name=wanted)
            if not self.lists:
                message = _("The list “{name}” is missing: there are no lists on the sheet “choices”.").format(
                    name=wanted
                )
            yield line.fault("type", message + self._near(wanted, self.lists))

    def _texts(self, line: Line) -> Iterator[Fault]:
        for column, text in line.cells.items():
            if "${" in text:
                yield from self._references(line, column, text)
        for column in EXPRESSIONS:
            text = line.get(column)
            if text and text.lower() not in FLAGS:
                wrong = fault_of(text)
                if wrong:
                    yield line.fault(column, wrong, text)

    def _references(self, line: Line, column: str, text: str) -> Iterator[Fault]:
        for match in REFERENCE.finditer(text):
            wanted = match[2]
            if wanted not in self.known:
                message = _("“${{{name}}}” names no question of this form.").format(name=wanted)
                yield line.fault(column, message + self._near(wanted, self.names), match.group())
        if text.count("${") > len(REFERENCE.findall(text)):
            yield line.fault(column, _("After “${” the closing “}” is missing."), text)

    def _choices(self) -> Iterator[Fault]:
        seen: dict[tuple[str, str], int] = {}
        for line in self.choices:
            listed, value = line.get("list_name"), line.get("name")
            if not listed:
                if value and line.get("label"):
                    yield self._choice_fault(line, "list_name", _("The choice belongs to no list."))
                continue
            if not value:
                yield self._choice_fault(line, "name", _("The choice has no name."))
            elif " " in value and listed in self.several:
                message = _("The name of a choice must not have blanks: “{name}”.").format(name=value)
                yield self._choice_fault(line, "name", message)
            elif not self.twice and (listed, value) in seen:
                message = _("The choice “{name}” is already in row {row}.").format(name=value, row=seen[listed, value])
                yield self._choice_fault(line, "name", message)
            if not any(line.get(column) for column in _SHOWN):
                self.warnings.append(self._choice_fault(line, "label", _("A label is missing.")))
            if "${" in line.get("label"):
                for match in REFERENCE.finditer(line.get("label")):
                    if match[2] not in self.known:
                        message = _("“${{{name}}}” names no question of this form.").format(name=match[2])
                        yield self._choice_fault(
                            line, "label", message + self._near(match[2], self.names), match.group()
                        )
            seen.setdefault((listed, value), line.number)

    def _near(self, wanted: str, known: set[str] | Mapping[str, object]) -> str:
        self.suggested += 1
        return near(wanted, known) if self.suggested <= _MOST_SUGGESTIONS else ""

    def _choice_fault(self, line: Line, column: str, message: str, expression: str = "") -> Fault:
        return Fault(message, "choices", line.number, line.headings.get(column, column), "", expression)


def _kind(kind: str) -> str:
    return _("repeat") if kind == "repeat" else _("group")


def _ended(blocks: list[_Block], line: Line, kind: str, ended: str) -> Iterator[Fault]:
    if len(blocks) == 1:
        yield line.fault("type", _("“{type}” ends what never began.").format(type=kind), question="")
    elif blocks[-1].kind != ended:
        last = blocks.pop()
        message = _("“{type}” stands here, but the {kind} “{name}” of row {row} is still open.")
        words = message.format(type=kind, kind=_kind(last.kind), name=last.name, row=last.row)
        yield line.fault("type", words, question=last.name)
    else:
        blocks.pop()
