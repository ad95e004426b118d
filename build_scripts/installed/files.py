"""Is a file what its name says? Looked at with the standard library alone, so that anybody can run the check."""

from __future__ import annotations

import csv
import gzip
import json
import sqlite3
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree


def rows(path: Path) -> int:
    """Return how many rows of answers or figures a file holds; 1 for a document with content.

    Raises:
        ValueError: the file is not of its kind.
        KeyError: nothing is known of this ending.
        Exception: the file cannot be read as what it says it is.
    """
    return _READERS[path.suffix.lower()](path)


def _must(true: bool, what: str) -> None:
    if not true:
        raise ValueError(what)


def _csv(path: Path) -> int:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return sum(1 for _row in csv.DictReader(file))


def _office(inside: str) -> Callable[[Path], int]:
    def read(path: Path) -> int:
        with zipfile.ZipFile(path) as file:
            _must(file.testzip() is None, "a broken archive")
            root = ElementTree.fromstring(file.read(inside))
        _must(len(list(root.iter())) > 5, "an empty document")
        return 1

    return read


def _pdf(path: Path) -> int:
    content = path.read_bytes()
    _must(content.startswith(b"%PDF-") and b"%%EOF" in content[-1024:], "no PDF")
    return 1


def _json(path: Path) -> int:
    found = json.loads(path.read_text(encoding="utf-8"))
    return len(found.get("dataValues", [0])) if isinstance(found, dict) else len(found)


def _lines(path: Path) -> int:
    return sum(1 for line in path.read_text(encoding="utf-8").splitlines() if isinstance(json.loads(line), dict))


def _text(path: Path) -> int:
    return len(path.read_text(encoding="utf-8-sig").split())


def _xml(path: Path) -> int:
    return sum(1 for _element in ElementTree.parse(path).iter()) - 1


def _sqlite(path: Path) -> int:
    base = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        names = [name for (name,) in base.execute("select name from sqlite_master where type = 'table'")]
        return sum(base.execute(f'select count(*) from "{name}"').fetchone()[0] for name in names)
    finally:
        base.close()


def _parquet(path: Path) -> int:
    content = path.read_bytes()
    _must(content[:4] == content[-4:] == b"PAR1", "no Parquet")
    (footer,) = struct.unpack("<I", content[-8:-4])
    _must(0 < footer < len(content), "a Parquet file without a footer")
    return 1


def _stata(path: Path) -> int:
    content = path.read_bytes()
    if content.startswith(b"<stata_dta>"):
        at = content.index(b"<N>") + 3
        return int(struct.unpack("<Q", content[at : at + 8])[0])
    _must(content[0] in (113, 114, 115), "no Stata file")
    return int(struct.unpack("<I", content[6:10])[0])


def _spss(path: Path) -> int:
    head = path.read_bytes()[:176]
    _must(head[:4] in (b"$FL2", b"$FL3"), "no SPSS file")
    return int(struct.unpack("<i", head[80:84])[0])


def _r(path: Path) -> int:
    content = path.read_bytes()
    content = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
    _must(content[:2] == b"X\n" and b"data.frame" in content, "no data frame of R")
    return 1


_READERS: dict[str, Callable[[Path], int]] = {
    ".csv": _csv,
    ".xlsx": _office("xl/workbook.xml"),
    ".docx": _office("word/document.xml"),
    ".pdf": _pdf,
    ".json": _json,
    ".dhis2": _json,
    ".jsonl": _lines,
    ".txt": _text,
    ".xml": _xml,
    ".adx": _xml,
    ".sqlite": _sqlite,
    ".parquet": _parquet,
    ".dta": _stata,
    ".sav": _spss,
    ".rds": _r,
}
