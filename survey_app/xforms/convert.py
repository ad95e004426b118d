"""XLSForm workbook to XForm XML. The only place that loads pyxform."""

from __future__ import annotations

import contextlib
import io
import logging
import re
import warnings as python_warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from survey_app.i18n import _
from survey_app.xforms.columns import column_of
from survey_app.xforms.dialects import translate
from survey_app.xforms.errors import Fault, FormError
from survey_app.xforms.faults import fault_of_conversion
from survey_app.xforms.finishing import SHOWN, finish, keep_quotes, straight
from survey_app.xforms.locating import Outcome, fault_of_crash
from survey_app.xforms.sheets import Book, Row, Table, bytes_of, check_package, kind_of, look_into, unreadable
from survey_app.xforms.workbook import check_book, lines_of, rows_of_questions

_SHEETS = ("survey", "choices", "settings", "external_choices", "entities", "osm")
_MOST_ATTEMPTS = 15


_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Signs that cannot stand in XML."""


@dataclass(frozen=True)
class Converted:
    """An XForm made from a workbook.

    Attributes:
        xform: the XForm as XML text.
        rows: row of the sheet ``survey`` by name of the question.
        warnings: what the author may not have meant.
    """

    xform: str
    rows: Mapping[str, int]
    warnings: tuple[Fault, ...] = ()


def convert_workbook(path: str | Path) -> Converted:
    """Convert a workbook.

    Args:
        path: an .xlsx, .xls, .csv or .md file.

    Raises:
        FormError: the workbook has faults; all that were found are listed.
        SurveyAppError: the file cannot be read.
    """
    source = Path(path)
    book = read_book(source)
    strange = translate(book)
    faults, warnings = check_book(book)
    faults = [*strange.faults, *faults]
    xform = ""
    if not any(fault.row == 0 or _breaks_blocks(fault, book) for fault in faults):
        xform, more = _converted(book, faults, source.stem)
        faults += more
    if faults:
        raise FormError(sorted(faults, key=lambda fault: (fault.sheet != "survey", fault.sheet, fault.row)))
    return Converted(xform, rows_of_questions(book), (*strange.warnings, *warnings))


def _breaks_blocks(fault: Fault, book: Book) -> bool:
    """Tell whether a fault is about a row that begins or ends a group: without it the others cannot be read."""
    if fault.sheet != "survey":
        return False
    row = next((one for one in book.rows("survey") if one.number == fault.row), None)
    kinds = [text for heading, text in row.cells.items() if column_of(heading) == "type"] if row else []
    return any(kind[:5] == "begin" or kind[:3] == "end" for kind in kinds)


def read_book(source: Path) -> Book:
    """Return the sheets of a workbook.

    Raises:
        FormError: the headings cannot be told apart.
        SurveyAppError: the file cannot be read.
    """
    data = bytes_of(source)
    kind = kind_of(data, source)
    if kind == ".xlsx":
        check_package(data, source.name)
    from pyxform.errors import PyXFormError
    from pyxform.xls2json_backends import get_xlsform

    if kind in (".md", ".csv"):
        data = _as_utf8(data, source.name)
    try:
        with python_warnings.catch_warnings():
            python_warnings.simplefilter("ignore")
            found = get_xlsform(data, file_type=kind)
    except PyXFormError as error:
        fault = fault_of_conversion(error)
        if fault.message == _("The workbook cannot be read."):
            raise unreadable(source.name) from error
        raise FormError([fault]) from error
    except (MemoryError, RecursionError) as error:
        raise unreadable(source.name, _("The file is too large.")) from error
    except Exception as error:  # a damaged file fails in many ways inside the libraries that read it
        raise unreadable(source.name) from error
    book = Book(_tables(found), tuple(found.sheet_names or ()))
    if kind == ".xlsx":
        look_into(data, book)
    return book


def _as_utf8(data: bytes, name: str) -> bytes:
    try:
        return data.decode("utf-8-sig").encode()
    except UnicodeDecodeError as error:
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            with contextlib.suppress(UnicodeDecodeError):
                return data.decode("utf-16").encode()
        raise unreadable(name, _("Save it as “CSV UTF-8”.")) from error


def _tables(found: Any) -> dict[str, Table]:
    tables: dict[str, Table] = {}
    for sheet in _SHEETS:
        rows, header = getattr(found, sheet), getattr(found, f"{sheet}_header")
        if rows is None and header is None:
            continue
        headings = list(header[0]) if header else list(dict.fromkeys(key for row in rows or () for key in row))
        written = [heading for heading in headings if heading]
        tables[sheet] = Table(
            written,
            [
                Row(
                    number,
                    {key: _cleaned(str(text), column_of(key, sheet)) for key, text in row.items() if key and text},
                )
                for number, row in enumerate(rows or (), start=2)
            ],
        )
    return tables


def _cleaned(text: str, column: str) -> str:
    clean = _NO_XML.sub("", text.replace("\u00a0", " ")).strip()
    return clean if column in SHOWN else straight(clean)


def _converted(book: Book, faults: list[Fault], name: str) -> tuple[str, list[Fault]]:
    """Return the XForm and what the conversion found besides; rows with faults are set aside meanwhile."""
    aside = {(fault.sheet, fault.row) for fault in faults if fault.sheet in ("survey", "choices")}
    found: list[Fault] = []
    xform = ""
    for _attempt in range(_MOST_ATTEMPTS):
        try:
            xform = _convert(book, aside, name)
            break
        except _CrashError as error:
            if not faults and not found:  # else those may be the cause
                found.append(fault_of_crash(str(error), book, lambda part: _outcome(part, aside, name)))
            break
        except FormError as error:
            fault = error.faults[0]
            known = (fault.sheet, fault.row) in aside
            if not known and fault not in found:
                found.append(fault)
            if known or fault.sheet != "survey" or fault.row == 0 or _breaks_blocks(fault, book):
                break
            aside.add((fault.sheet, fault.row))
    return xform, found


class _CrashError(Exception):
    """The conversion has failed without a word for the author; the cause says how."""


def _outcome(book: Book, aside: set[tuple[str, int]], name: str) -> Outcome:
    try:
        _convert(book, aside, name)
    except _CrashError:
        return "crashed"
    except FormError:
        return "refused"
    return "converted"


def _convert(book: Book, aside: set[tuple[str, int]], name: str) -> str:
    from pyxform.errors import PyXFormError
    from pyxform.xls2xform import convert

    logging.getLogger("pyxform").setLevel(logging.ERROR)
    given = _given(book, aside, name)
    numbers = {sheet: [row.number for row in table.rows] for sheet, table in book.tables.items()}
    try:
        with contextlib.redirect_stdout(io.StringIO()), python_warnings.catch_warnings():
            python_warnings.simplefilter("ignore")
            result = convert(xlsform=given, validate=False, pretty_print=False, warnings=[], form_name="data")
    except PyXFormError as error:
        fault = fault_of_conversion(error, numbers, rows_of_questions(book))
        raise FormError([fault if fault.row else _by_parameter(fault, str(error), book)]) from error
    except RecursionError as error:
        raise FormError([Fault(_("Groups are nested too deeply."))]) from error
    except Exception as error:  # the conversion meets what it does not expect in many ways
        raise _CrashError(type(error).__name__) from error
    return finish(str(result.xform), book)


def _by_parameter(fault: Fault, message: str, book: Book) -> Fault:
    """Place a fault of the column ``parameters`` whose message names the parameter but no row."""
    for line in lines_of(book.rows("survey")):
        names = [part.partition("=")[0].strip() for part in line.get("parameters").split()]
        if any(name and name in message for name in names):
            return line.fault("parameters", fault.message, line.get("parameters"))
    return fault


def _given(book: Book, aside: set[tuple[str, int]], name: str) -> dict[str, Any]:
    given: dict[str, Any] = {"sheet_names": list(book.names), "fallback_form_name": name}
    for sheet, table in book.tables.items():
        rows = []
        for row in table.rows:
            cells = {heading: keep_quotes(column_of(heading, sheet), text) for heading, text in row.cells.items()}
            if (sheet, row.number) in aside:
                cells = _harmless(cells, sheet, row.number)
            rows.append({heading: text for heading, text in cells.items() if text})
        given[sheet] = rows
        given[f"{sheet}_header"] = [dict.fromkeys(table.headings)]
    return given


def _harmless(cells: dict[str, str], sheet: str, number: int) -> dict[str, str]:
    """Return a row with the same name that nothing is wrong with, so that the faults of other rows are found."""
    if sheet == "choices":
        found = {heading: text for heading, text in cells.items() if column_of(heading, sheet) == "list_name"}
        heading = next((one for one in cells if column_of(one, sheet) == "name"), "name")
        return {**found, heading: f"set_aside_{number}"}
    harmless: dict[str, str] = {}
    for heading, text in cells.items():
        column = column_of(heading)
        if column == "type":
            harmless[heading] = "hidden"
        elif column == "name" and not text.endswith("\0"):
            harmless[heading] = text if text.isidentifier() else f"set_aside_{number}"
    return harmless
