"""The file of a workbook, looked at before it is read: is it a workbook at all, is it safe, and what would be lost."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from lxml import etree

from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.xforms.errors import Fault, unread

MAX_FILE_BYTES = 40_000_000
"""A workbook larger than this is refused: 20,000 villages with translations take 2 MB."""
MAX_UNPACKED_BYTES = 150_000_000
"""What an .xlsx may unpack to."""
MAX_PARTS = 5_000
_SHEETS = ("survey", "choices", "settings", "external_choices", "entities", "osm")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_DOC_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_CELL = re.compile(r"([A-Z]+)(\d+)")


@dataclass(eq=False)
class Row:
    """A row below the headings.

    Attributes:
        number: row of the sheet, from 1.
        cells: texts by heading, blank cells left out.
    """

    number: int
    cells: dict[str, str]


@dataclass(eq=False)
class Table:
    """A sheet.

    Attributes:
        headings: headings in order, as written.
        rows: rows in order.
    """

    headings: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)


@dataclass(eq=False)
class Book:
    """The sheets of a workbook.

    Attributes:
        tables: sheets by name in small letters; only those an XLSForm knows.
        names: names of all sheets as written.
        faults: what is wrong with the file itself.
        warnings: what the author may not have meant.
        label_columns: by question that takes its choices from a file, the file's column with the labels by language.
    """

    tables: dict[str, Table]
    names: tuple[str, ...] = ()
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    label_columns: dict[str, dict[str, str]] = field(default_factory=dict)

    def rows(self, sheet: str) -> list[Row]:
        """Return the rows of a sheet, none when there is no such sheet."""
        table = self.tables.get(sheet)
        return table.rows if table is not None else []


def unreadable(name: str, why: str = "") -> SurveyAppError:
    """Return the error of a workbook that cannot be read."""
    return SurveyAppError(
        "FRM-03",
        _("The workbook “{name}” cannot be read.").format(name=name),
        why or _("Open it in Excel, save it as .xlsx and try again."),
    )


def bytes_of(path: Path) -> bytes:
    """Return the content of a workbook.

    Raises:
        SurveyAppError: it is missing, empty, too large, or it cannot be read.
    """
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise unreadable(path.name, _("The file is too large."))
        data = path.read_bytes()
    except OSError as error:
        raise unread(path.name, error) from error
    if not data.strip():
        raise unreadable(path.name, _("The file is empty."))
    return data


def kind_of(data: bytes, path: Path) -> str:
    """Return what a workbook's content is, whatever it is called: ``.xlsx``, ``.xls``, ``.md`` or ``.csv``.

    Raises:
        SurveyAppError: it has a password, or it is no workbook.
    """
    if data[:8] == _OLE:
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise SurveyAppError(
                "FRM-04",
                _("The workbook “{name}” is locked with a password.").format(name=path.name),
                _("Open it in Excel, choose File, Info, Protect Workbook, remove the password, save it and try again."),
            )
        return ".xls"
    if data[:2] == b"PK":
        return ".xlsx"
    suffix = path.suffix.lower()
    if suffix in (".xlsx", ".xlsm", ".xls"):
        if suffix == ".xls" and data[:1] == b"\x09":  # Excel 2 to 4 have no container around the sheet
            return ".xls"
        why = _("It is not an Excel workbook, although its name ends in {suffix}. Save it in Excel as .xlsx.")
        raise unreadable(path.name, why.format(suffix=suffix))
    return suffix


def check_package(data: bytes, name: str) -> None:
    """Refuse an .xlsx that is damaged, unpacks to too much or declares entities.

    Raises:
        SurveyAppError: it is one of these.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
                raise unreadable(
                    name, _("The file unpacks to more than a workbook can need, which is refused for safety.")
                )
            for part in parts:
                if part.flag_bits & 1:
                    raise unreadable(name)
                if part.filename.lower().endswith((".xml", ".rels")):
                    with package.open(part) as content:
                        _check_part(content, name)
            if "xl/workbook.xml" not in package.namelist() and not _workbook_part(package):
                raise unreadable(name, _("It holds no Excel workbook. Save it in Excel as .xlsx."))
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, ValueError, zipfile.LargeZipFile) as error:
        raise unreadable(name, _("The file is damaged. Copy it anew from where it came from.")) from error
    except Exception as error:
        if isinstance(error, SurveyAppError):
            raise
        raise unreadable(name) from error  # zlib.error and others of the packing methods


def _check_part(content: IO[bytes], name: str) -> None:
    head = content.read(4096).replace(b"\0", b"").upper()
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise unreadable(name, _("The file declares entities of its own, which is refused for safety."))


def _workbook_part(package: zipfile.ZipFile) -> str:
    return next((part for part in package.namelist() if part.lower().endswith("workbook.xml")), "")


def look_into(data: bytes, book: Book) -> None:
    """Note what reading an .xlsx loses without a word: results of formulas, errors, merged cells, hidden rows."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            for sheet, part in _parts_of(package):
                table = book.tables.get(sheet)
                if table is not None:
                    with package.open(part) as content:
                        _look_at(content, sheet, table, book)
    except (KeyError, etree.XMLSyntaxError, zipfile.BadZipFile, ValueError):
        return  # the reading itself will say what is wrong


def _parts_of(package: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    relations = etree.fromstring(package.read("xl/_rels/workbook.xml.rels"), _parser())
    targets = {str(one.get("Id")): str(one.get("Target")) for one in relations}
    workbook = etree.fromstring(package.read("xl/workbook.xml"), _parser())
    found = [(str(one.get("name")).lower(), str(one.get(_DOC_REL))) for one in workbook.iter(f"{_MAIN}sheet")]
    for sheet, relation in found:
        target = targets.get(relation, "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if (sheet in _SHEETS or len(found) == 1) and part in package.namelist():
            yield (sheet if sheet in _SHEETS else "survey"), part


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


def _look_at(content: IO[bytes], sheet: str, table: Table, book: Book) -> None:
    headings: dict[str, str] = {}
    used = {row.number for row in table.rows if row.cells}
    hidden: list[int] = []
    for _event, element in etree.iterparse(content, tag=(f"{_MAIN}row", f"{_MAIN}mergeCell"), resolve_entities=False):
        if element.tag == f"{_MAIN}mergeCell":
            _merged(str(element.get("ref") or ""), sheet, headings, used, book)
            continue
        number = int(element.get("r") or 0)
        if element.get("hidden") in ("1", "true") and number in used:
            hidden.append(number)
        for cell in element:
            is_plain = number != 1 and cell.get("t") != "e" and (not len(cell) or cell[0].tag != f"{_MAIN}f")
            place = None if is_plain else _CELL.fullmatch(str(cell.get("r") or ""))
            if place is None:
                continue
            if number == 1:
                headings[place[1]] = ""
            _cell(cell, sheet, number, place[1], book)
        element.clear()
    if hidden:
        rows = ", ".join(map(str, hidden[:10])) + ("…" if len(hidden) > 10 else "")
        book.warnings.append(Fault(_("Hidden rows are part of the form: {rows}.").format(rows=rows), sheet, hidden[0]))


def _cell(cell: etree._Element, sheet: str, row: int, letters: str, book: Book) -> None:
    value = cell.findtext(f"{_MAIN}v")
    if cell.get("t") == "e":
        message = _("The cell {cell} shows the error {error} of a formula.").format(cell=f"{letters}{row}", error=value)
        book.faults.append(Fault(message, sheet, row, letters))
    elif _is_formula_without_result(cell, value):
        message = _(
            "The result of the formula in the cell {cell} is not in the file. Open the workbook in Excel and save it, "
            "or write the result in its place."
        ).format(cell=f"{letters}{row}")
        book.faults.append(Fault(message, sheet, row, letters))


def _is_formula_without_result(cell: etree._Element, value: str | None) -> bool:
    if cell.find(f"{_MAIN}f") is None or value or cell.find(f"{_MAIN}is") is not None:
        return False
    return value is None or cell.get("t") != "str"


def _merged(ref: str, sheet: str, headings: dict[str, str], used: set[int], book: Book) -> None:
    corners = [_CELL.fullmatch(part) for part in ref.split(":")]
    if len(corners) != 2 or corners[0] is None or corners[1] is None:
        return
    first, last = int(corners[0][2]), int(corners[1][2])
    if (
        first != last
        and corners[0][1] in headings
        and any(row in used for row in range(first, min(last, first + 999) + 1))
    ):
        message = _("The cells {cells} are merged: only the first row has their value. Take the merge back.")
        book.warnings.append(Fault(message.format(cells=ref), sheet, first))
