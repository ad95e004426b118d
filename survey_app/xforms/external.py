"""Secondary instances: written in the form, or in a file beside it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from lxml import etree

from survey_app.i18n import _
from survey_app.xforms.errors import Fault
from survey_app.xforms.texts import local_name
from survey_app.xforms.xpath.documents import DocumentError, parse_xml, read_list
from survey_app.xforms.xpath.frame import Secondary
from survey_app.xforms.xpath.tree import ELEMENT, ROOT, Row, XNode

LAST_SAVED = "jr://instance/last-saved"
ITEMSETS = "itemsets.csv"
"""The external choices of a workbook."""
MAX_LIST_BYTES = 40_000_000
"""A file with a list that is larger is not read: 20,000 villages take 2 MB."""
MAX_LIST_CELLS = 2_000_000


def read_external(
    instance: etree._Element, files: Mapping[str, bytes], folder: Path | None, warnings: list[Fault] | None = None
) -> Secondary:
    """Return a secondary instance; a file that is missing or unreadable makes it empty.

    Args:
        instance: the ``instance`` element.
        files: contents by file name.
        folder: where else to look.
        warnings: takes what is wrong with the file, by its name.
    """
    root = XNode(ROOT)
    source = instance.get("src") or ""
    inside = [child for child in instance if isinstance(child.tag, str)]
    if inside or not source:
        for child in inside:
            root.append(read_list(child))
        return Secondary(root)
    name = source.rpartition("/")[2]
    data = files.get(name)
    if data is None:
        data = beside(folder, name)
    told = "" if data is not None or source == LAST_SAVED else _("The file “{name}” is missing: its list is empty.")
    if data is not None:
        try:
            root.append(_read(name, source, data))
            told = _doubts(name, source, data, root.children[0])
        except _TooLargeError:
            told = _("The file “{name}” is too large: its list is empty.")
        except _UNREADABLE:
            told = _("The file “{name}” cannot be read: its list is empty.")
    if told and warnings is not None:
        warnings.append(Fault(told.format(name=name)))
    return Secondary(root)


class _TooLargeError(ValueError):
    """More than a list can need."""


_UNREADABLE = (DocumentError, ValueError, KeyError, TypeError, AttributeError, IndexError, csv.Error, RecursionError)


def _doubts(name: str, source: str, data: bytes, listed: XNode) -> str:
    """Return what the author may not know of a file that could be read, with ``{name}`` for its name; else blank."""
    if not listed.children:
        return _("The file “{name}” has no rows: its list is empty.")
    if _is_csv(name, source) and "\ufffd" in _text_of(data):
        return _("The file “{name}” is not UTF-8: some letters are wrong. Save it as “CSV UTF-8”.")
    return ""


def columns_of(listed: Secondary) -> frozenset[str]:
    """Return the columns that the rows of a list have, all rows together; nothing when there are no rows."""
    shapes: set[tuple[tuple[str, str], ...]] = set()
    names: set[str] = set()
    for row in (row for top in listed.root.children for row in top.children):
        if isinstance(row, Row):
            shapes.add(row.columns)
        else:
            names |= {cell.name for cell in (*row.children, *row.attributes)}
    return frozenset(names | {column for shape in shapes for column, _uri in shape})


def read_itemsets(files: Mapping[str, bytes], folder: Path | None) -> dict[str, Secondary]:
    """Return the lists of ``itemsets.csv`` (external choices of a workbook) by their ``list_name``."""
    data = files.get(ITEMSETS)
    if data is None:
        data = beside(folder, ITEMSETS)
    found: dict[str, Secondary] = {}
    try:
        items = read_csv(data).children if data is not None else []
    except _UNREADABLE:
        return found
    for item in items:
        names = [child.text for child in item.children if child.name == "list_name"]
        if names:
            if names[0] not in found:
                root = XNode(ROOT)
                root.append(XNode(ELEMENT, "root"))
                found[names[0]] = Secondary(root)
            found[names[0]].root.children[0].append(item)
    return found


def _is_plain(name: str) -> bool:
    """Tell whether this is the name of a file and no way to another folder, on any system."""
    return name not in {"", ".", ".."} and not any(char in name for char in "/\\:\0")


def lists_of(instances: Iterable[etree._Element]) -> tuple[str, ...]:
    """Return the names of the files with lists that a form looks for."""
    sources = [str(one.get("src")) for one in instances if one.get("src") and one.get("src") != LAST_SAVED]
    return (*dict.fromkeys(source.rpartition("/")[2] for source in sources), ITEMSETS)


def beside(folder: Path | None, name: str) -> bytes | None:
    """Return the content of a file that lies beside the form or in its folder ``media``; None when there is none."""
    if folder is None or not _is_plain(name):
        return None
    for candidate in (folder / name, folder / "media" / name):
        if candidate.is_file():
            return candidate.read_bytes()
    return None


def _is_csv(name: str, source: str) -> bool:
    return source.startswith("jr://file-csv/") or name.lower().endswith(".csv")


def _text_of(data: bytes) -> str:
    """Return the text of a table: UTF-8, or UTF-16 when it begins as such; letters that are neither are ``\\ufffd``."""
    return data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "replace")


def _read(name: str, source: str, data: bytes) -> XNode:
    if len(data) > MAX_LIST_BYTES:
        raise _TooLargeError
    if _is_csv(name, source):
        return read_csv(data)
    if name.lower().endswith(".geojson"):
        return read_geojson(data)
    return read_list(parse_xml(data))


def _table(rows: Iterable[dict[str, str]]) -> XNode:
    root = XNode(ELEMENT, "root")
    cells = 0
    shapes: dict[tuple[str, ...], tuple[tuple[str, str], ...]] = {}
    for row in rows:
        cells += len(row)
        if cells > MAX_LIST_CELLS:
            raise _TooLargeError
        names = tuple(name for name in row if name)
        if names not in shapes:
            shapes[names] = tuple((name, "") for name in names)
        root.append(Row("item", "", shapes[names], tuple(row[name] for name in names)))
    return root


def read_csv(data: bytes) -> XNode:
    """Return a table as ``root/item/<column>``; blank rows are left out.

    Args:
        data: text in UTF-8 or UTF-16 with a heading row; parted by what its headings have most of: commas,
            semicolons or tabs.
    """
    text = _text_of(data)
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    rows = csv.reader(io.StringIO(text), delimiter=delimiter)
    names = [name.strip() for name in next(rows, [])]
    return _table(dict(zip(names, row, strict=False)) for row in rows if any(cell.strip() for cell in row))


def read_geojson(data: bytes) -> XNode:
    """Return the features of a GeoJSON collection as ``root/item``: properties, ``id``, ``geometry`` as ODK text.

    A geometry that is no point, line or area is blank; the feature can still be chosen.
    """
    collection: dict[str, Any] = json.loads(data)
    rows: list[dict[str, str]] = []
    for feature in collection["features"]:
        row = {"geometry": _geometry(feature.get("geometry") or {})}
        if "id" in feature:
            row["id"] = str(feature["id"])
        for name, value in (feature.get("properties") or {}).items():
            row[str(name)] = "" if value is None else value if isinstance(value, str) else json.dumps(value)
        rows.append(row)
    return _table(rows)


def _geometry(geometry: dict[str, Any]) -> str:
    kind, points = geometry.get("type"), geometry.get("coordinates") or []
    if kind not in ("Point", "LineString", "Polygon") or not points:
        return ""
    if kind == "Point":
        points = [points]
    elif kind == "Polygon":
        points = points[0]
    return "; ".join(f"{point[1]} {point[0]} {point[2] if len(point) > 2 else 0} 0" for point in points)


__all__ = ["columns_of", "local_name", "read_csv", "read_external", "read_geojson"]
