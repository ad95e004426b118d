"""Tables as R data frames in .rds files: the serialisation that ``readRDS`` reads.

The format is that of "R Internals", section 1.8 (serialization formats): version 3 in big-endian XDR, gzipped. Each
item begins with four bytes of flags: the type in the lowest eight bits, ``0x100`` for an object with a class, ``0x200``
for attributes, ``0x400`` for a tag; for strings the encoding (``0x8000`` for UTF-8, ``0x40000`` for ASCII).

What packages of R know: a question's ``label``; its choices as ``labels`` with the class ``haven_labelled``, codes
being texts as in the form; special answers as tagged missing values of numbers (``haven::na_tag``); dates and moments
as ``Date`` and ``POSIXct``. R itself needs no package to read the files. It was written here because the library that
writes R files (pyreadr) is under the AGPL.
"""

from __future__ import annotations

import datetime as dt
import gzip
import struct
from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO

from survey_app.reports.tables.coded import Coded, coded
from survey_app.reports.tables.files import Parts
from survey_app.reports.tables.typed import Staged, stage
from survey_app.reports.tables.variables import Level, Row

_NAME = 10_000
_SYMBOL, _PAIRS, _CHARACTER, _WHOLES, _NUMBERS, _TEXTS, _LIST = 1, 2, 9, 13, 14, 16, 19
_OBJECT, _ATTRIBUTES, _TAG = 0x100, 0x200, 0x400
_UTF8, _ASCII = 0x8000, 0x40000
_END = struct.pack(">i", 254)
_NO_TEXT = struct.pack(">ii", _CHARACTER, -1)
_NO_WHOLE = -(1 << 31)
_NO_NUMBER = 0x7FF00000_000007A2
_TAG_SHIFT = 32
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_R_VERSION, _OLDEST_R = 0x040000, 0x030500

Attributes = Mapping[str, bytes]


def write_rds(files: Parts, levels: Sequence[Level], rows: Iterator[Row]) -> list[list[Coded]]:
    """Write an .rds file with a data frame a level; return the columns."""
    written = []
    for staged in stage(files, levels, rows):
        columns = coded(staged, _NAME)
        with (
            files.new(f"{staged.level.name}.rds").open("wb") as plain,
            gzip.GzipFile(filename="", mode="wb", fileobj=plain, mtime=0) as file,
        ):
            _write_frame(file, staged, columns)
        written.append(columns)
    return written


def _write_frame(file: BinaryIO | gzip.GzipFile, staged: Staged, columns: Sequence[Coded]) -> None:
    choices = {variable.name: variable.choices for variable in staged.level.variables}
    kinds = staged.kinds
    count = len(columns[0].values)
    file.write(b"X\n" + struct.pack(">iii", 3, _R_VERSION, _OLDEST_R) + struct.pack(">i", 5) + b"UTF-8")
    file.write(struct.pack(">ii", _LIST | _OBJECT | _ATTRIBUTES, len(columns)))
    for column in columns:
        is_code = kinds.get(column.variable) == "code"
        file.write(_codes(column, choices[column.variable]) if is_code else _vector(column))
    names = [column.variable for column in columns]
    rows = struct.pack(">iiii", _WHOLES, 2, _NO_WHOLE, -count)  # R's short form of 1, 2, ... count
    file.write(_attributes({"names": _texts(names), "row.names": rows, "class": _texts(["data.frame"])}))


def _vector(column: Coded) -> bytes:
    label = {"label": _texts([column.label])} if column.label else {}
    if column.kind in ("integer", "decimal"):
        tags = {code: _LETTERS[place % len(_LETTERS)] for place, code in enumerate(column.missing)}
        numbers = [_number(value, tags) for value in column.values]
        if not column.missing:
            return _numbers(numbers, label)
        labels = _numbers(
            [_tagged(tag) for tag in tags.values()], {"names": _texts([text for _, text in column.missing.values()])}
        )
        return _numbers(
            numbers, {**label, "labels": labels, "class": _texts(["haven_labelled", "vctrs_vctr", "double"])}
        )
    if column.kind == "date":
        days = [_day(value) for value in column.values]
        return _numbers(days, {**label, "class": _texts(["Date"])})
    if column.kind == "moment":
        seconds = [_second(value) for value in column.values]
        return _numbers(seconds, {**label, "class": _texts(["POSIXct", "POSIXt"]), "tzone": _texts(["UTC"])})
    return _texts([value if isinstance(value, str) else None for value in column.values], label)


def _codes(column: Coded, choices: Mapping[str, str]) -> bytes:
    """Return a question with choices: its codes as texts, with the labels of all choices."""
    code_of = {number: code for code, number in column.numbers.items()}
    values = [code_of[value] if isinstance(value, int) else None for value in column.values]
    if not choices:
        return _texts(values, {"label": _texts([column.label])} if column.label else {})
    labels = _texts(list(choices), {"names": _texts(list(choices.values()))})
    kind = _texts(["haven_labelled", "vctrs_vctr", "character"])
    return _texts(values, {"label": _texts([column.label]), "labels": labels, "class": kind})


def _number(value: float | str | None, tags: Mapping[str, str]) -> bytes:
    if isinstance(value, str):
        return _tagged(tags[value])
    return struct.pack(">Q", _NO_NUMBER) if value is None else struct.pack(">d", value)


def _tagged(letter: str) -> bytes:
    """Return R's missing number with a letter in it, as the package haven reads it."""
    return struct.pack(">Q", _NO_NUMBER | ord(letter) << _TAG_SHIFT)


def _day(value: float | str | None) -> bytes:
    if not value:
        return struct.pack(">Q", _NO_NUMBER)
    return struct.pack(">d", (dt.date.fromisoformat(str(value)) - dt.date(1970, 1, 1)).days)


def _second(value: float | str | None) -> bytes:
    if not value:
        return struct.pack(">Q", _NO_NUMBER)
    moment = dt.datetime.fromisoformat(str(value)[:19]).replace(tzinfo=dt.UTC)
    return struct.pack(">d", moment.timestamp())


def _numbers(packed: Sequence[bytes], attributes: Attributes) -> bytes:
    return _head(_NUMBERS, len(packed), attributes) + b"".join(packed) + _attributes(attributes)


def _texts(texts: Sequence[str | None], attributes: Attributes | None = None) -> bytes:
    known: dict[str | None, bytes] = {None: _NO_TEXT}
    parts = [_head(_TEXTS, len(texts), attributes or {})]
    for text in texts:
        if text not in known:
            known[text] = _character(text or "")
        parts.append(known[text])
    return b"".join(parts) + _attributes(attributes or {})


def _character(text: str) -> bytes:
    content = text.encode()
    return struct.pack(">ii", _CHARACTER | (_ASCII if text.isascii() else _UTF8), len(content)) + content


def _head(kind: int, length: int, attributes: Attributes) -> bytes:
    flags = kind | (_ATTRIBUTES if attributes else 0) | (_OBJECT if "class" in attributes else 0)
    return struct.pack(">ii", flags, length)


def _attributes(attributes: Attributes) -> bytes:
    if not attributes:
        return b""
    parts = []
    for name, value in attributes.items():
        parts += [struct.pack(">ii", _PAIRS | _TAG, _SYMBOL), _character(name), value]
    return b"".join(parts) + _END
