"""What is wrong with an XLSForm workbook: every fault at once, with its place, in an author's words.

The conversion stops at the first fault and speaks to programmers, so the sheets are looked through here before.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from survey_app.i18n import _
from survey_app.xforms.errors import Fault
from survey_app.xforms.xpath.compiler import find_function
from survey_app.xforms.xpath.errors import XPathError
from survey_app.xforms.xpath.nodes import Call, walk
from survey_app.xforms.xpath.parser import parse

Sheet = Sequence[Mapping[str, str]]

_NAME = re.compile(r"[^\W\d][\w.\-]*(?::[^\W\d][\w.\-]*)?")
_REFERENCE = re.compile(r"\$\{\s*(last-saved#)?([^}]*?)\s*\}")
_EXPRESSIONS = ("relevant", "constraint", "calculation", "required", "read_only", "repeat_count")
_ALIASES = {"readonly": "read_only", "calculate": "calculation", "repeatcount": "repeat_count", "relevance": "relevant"}
_FLAGS = frozenset(("yes", "no", "true", "false", "true()", "false()", "", "1", "0"))
_SELECT = re.compile(
    r"(select_one|select_multiple|rank|select one|select multiple|add select \w+ prompt using)\s+(\S+)"
)
_BLOCK = re.compile(r"(begin|end)[ _](group|repeat|loop)\b")


@dataclass
class _Block:
    kind: str
    row: int
    name: str
    names: dict[str, int] = field(default_factory=dict)


def faults_of_workbook(survey: Sheet, choices: Sheet, settings: Sheet = ()) -> list[Fault]:
    """Return everything that is wrong with the two sheets.

    Args:
        survey: rows of the sheet ``survey`` below the headings, by column; row 2 of the sheet comes first.
        choices: rows of the sheet ``choices``.
        settings: rows of the sheet ``settings``.
    """
    rows = [(number, _known_columns(row)) for number, row in enumerate(survey, start=2)]
    lists = {str(row.get("list_name") or row.get("list name") or "").strip() for row in choices} - {""}
    names = {str(row.get("name", "")).strip() for _number, row in rows} - {""}
    faults = [
        *_structure(rows),
        *(fault for number, row in rows for fault in _row(number, row, names, lists)),
        *_choices(choices, twice=any(row.get("allow_choice_duplicates", "").lower() == "yes" for row in settings)),
    ]
    return sorted(faults, key=lambda fault: (fault.sheet != "survey", fault.row))


def rows_of_questions(survey: Sheet) -> dict[str, int]:
    """Return the row of the sheet by the name of the question, the first where a name stands twice."""
    found: dict[str, int] = {}
    for number, row in enumerate(survey, start=2):
        found.setdefault(str(row.get("name") or "").strip(), number)
    return found


def _known_columns(row: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for column, value in row.items():
        name = str(column).strip().lower()
        found[_ALIASES.get(name, str(column).strip())] = str(value if value is not None else "").strip()
    return found


def _structure(rows: Sequence[tuple[int, Mapping[str, str]]]) -> Iterator[Fault]:
    """Yield names that are missing, impossible or taken, and groups that do not end."""
    blocks = [_Block("form", 1, "")]
    for number, row in rows:
        kind, name = row.get("type", ""), row.get("name", "")
        if not kind or _is_disabled(row):
            continue
        block = _BLOCK.match(kind)
        if block is not None and block[1] == "end":
            yield from _ended(blocks, number, kind, block[2])
            continue
        yield from _named(blocks[-1], number, name, kind)
        if block is not None:
            blocks.append(_Block(block[2], number, name))
    for block_open in blocks[1:]:
        yield _fault(
            block_open.row,
            "type",
            block_open.name,
            _("The {kind} begins here but never ends.").format(kind=_kind(block_open)),
        )


def _is_disabled(row: Mapping[str, str]) -> bool:
    return row.get("disabled", "").lower() in ("yes", "true", "true()")


def _kind(block: _Block) -> str:
    return _("repeat") if block.kind == "repeat" else _("group")


def _ended(blocks: list[_Block], number: int, kind: str, ended: str) -> Iterator[Fault]:
    if len(blocks) == 1:
        yield _fault(number, "type", "", _("“{type}” ends what never began.").format(type=kind))
    elif blocks[-1].kind != ended:
        last = blocks.pop()
        yield _fault(
            number,
            "type",
            last.name,
            _("“{type}” stands here, but the {kind} “{name}” of row {row} is still open.").format(
                type=kind, kind=_kind(last), name=last.name, row=last.row
            ),
        )
    else:
        blocks.pop()


def _named(block: _Block, number: int, name: str, kind: str) -> Iterator[Fault]:
    if not name:
        if kind not in _NAMELESS:
            yield _fault(number, "name", "", _("The question has no name."))
    elif not _NAME.fullmatch(name):
        yield _fault(
            number,
            "name",
            name,
            _("“{name}” cannot be a name: use letters, digits, “_”, “-” and “.”, and begin with a letter.").format(
                name=name
            ),
        )
    elif name.lower() in block.names:
        yield _fault(
            number, "name", name, _("The name is already used in row {row}.").format(row=block.names[name.lower()])
        )
    else:
        block.names[name.lower()] = number


_NAMELESS = frozenset(("note", "audit", "start", "end", "today", "deviceid", "username", "email", "phonenumber"))


def _row(number: int, row: Mapping[str, str], names: set[str], lists: set[str]) -> Iterator[Fault]:
    name = row.get("name", "")
    kind = row.get("type", "")
    if _is_disabled(row):
        return
    if not kind and any(row.get(column) for column in ("name", "relevant", "calculation", "constraint")):
        yield _fault(number, "type", name, _("The question has no type."))
    listed = _SELECT.match(kind)
    if listed is not None and not listed[2].startswith("${") and listed[2] not in lists:
        yield _unknown_list(number, name, listed[2], lists)
    for column, value in row.items():
        if "${" in value:
            yield from _references(number, column, name, value, names)
    for column in (*_EXPRESSIONS, "choice_filter"):
        text = row.get(column, "")
        if text and text.lower() not in _FLAGS:
            yield from _expression(number, column, name, text)


def _unknown_list(number: int, name: str, wanted: str, lists: set[str]) -> Fault:
    message = _("There is no list “{name}” on the sheet “choices”.").format(name=wanted)
    return _fault(number, "type", name, _suggest(message, wanted, lists))


def _suggest(message: str, wanted: str, known: set[str]) -> str:
    near = difflib.get_close_matches(wanted, sorted(known), 1, 0.5)
    return f"{message} {_('Do you mean “{name}”?').format(name=near[0])}" if near else message


def _references(number: int, column: str, name: str, value: str, names: set[str]) -> Iterator[Fault]:
    for match in _REFERENCE.finditer(value):
        wanted = match[2]
        if wanted not in names:
            message = _("“${{{name}}}” names no question of this form.").format(name=wanted)
            yield _fault(number, column, name, _suggest(message, wanted, names), match.group())
    if value.count("${") > len(_REFERENCE.findall(value)):
        yield _fault(number, column, name, _("After “${” the closing “}” is missing."), value)


def _expression(number: int, column: str, name: str, text: str) -> Iterator[Fault]:
    if text.count("${") > len(_REFERENCE.findall(text)):
        return
    whole = _REFERENCE.sub(lambda match: "${x}" if match[2] else match.group(), text)
    try:
        for part in walk(parse(whole)):
            if isinstance(part, Call):
                find_function(part.name)
    except XPathError as error:
        yield _fault(number, column, name, error.message, text)


def _choices(choices: Sheet, *, twice: bool) -> Iterator[Fault]:
    seen: dict[tuple[str, str], int] = {}
    for number, row in enumerate(choices, start=2):
        cells = {str(column).strip().lower(): str(value or "").strip() for column, value in row.items()}
        listed = cells.get("list_name") or cells.get("list name") or ""
        value = cells.get("name") or cells.get("value") or ""
        if listed and not value:
            yield Fault(_("The choice has no name."), "choices", number, "name")
        elif listed and " " in value:
            message = _("The name of a choice must not have blanks: “{name}”.").format(name=value)
            yield Fault(message, "choices", number, "name")
        elif listed and not twice and (listed, value) in seen:
            message = _("The choice “{name}” is already in row {row}.").format(name=value, row=seen[listed, value])
            yield Fault(message, "choices", number, "name")
        seen.setdefault((listed, value), number)


def _fault(row: int, column: str, question: str, message: str, expression: str = "") -> Fault:
    return Fault(message, "survey", row, column, question, expression)
