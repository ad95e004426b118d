"""Which column of a household list says what: proposed from its head, changeable by a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from survey_app.i18n import N_
from survey_app.operations.list_tables import Table
from survey_app.operations.old_encodings import decode, recognise
from survey_app.text import fold

FIELDS = {
    "number": N_("Household number"),
    "head_name": N_("Head of household"),
    "village": N_("Village"),
    "commune": N_("Commune, as it was or is"),
    "address": N_("Address"),
    "phone": N_("Telephone"),
    "size": N_("People"),
    "poverty": N_("Poverty status"),
    "near_poor": N_("Near-poor household (mark)"),
    "assigned_to": N_("In charge"),
}
"""What a column can say, with the words for it."""

_NAMES = {
    "number": (
        "so ho", "ma ho", "so thu tu ho", "stt ho", "ho so", "so hieu ho", "household number", "household no",
        "hh no", "stt", "tt", "so tt", "so thu tu", "no", "number",
    ),
    "head_name": (
        "ho va ten chu ho", "ho ten chu ho", "ten chu ho", "chu ho", "ho va ten", "ho ten", "ten ho", "ten",
        "head of household", "household head", "head name", "full name", "name",
    ),
    "village": (
        "thon", "ban", "xom", "ap", "to dan pho", "tdp", "khu pho", "buon", "lang", "khu dan cu", "thon ban",
        "thon/ban", "ten thon", "don vi", "khom", "village", "hamlet", "village name", "village code", "ma thon",
    ),
    "commune": (
        "ma xa cu", "xa cu", "ten xa cu", "ma xa", "xa", "xa phuong", "xa/phuong", "ma xa phuong", "ten xa", "phuong",
        "commune", "commune code", "old commune",
    ),
    "address": ("dia chi", "noi o", "cho o", "noi cu tru", "so nha", "dia chi thuong tru", "address", "street"),
    "phone": (
        "so dien thoai", "sdt", "dien thoai", "so dt", "dt", "di dong", "so dien thoai lien he", "lien he",
        "phone", "phone number", "telephone", "mobile",
    ),
    "size": (
        "so nhan khau", "nhan khau", "so khau", "so nguoi", "so thanh vien", "khau", "people", "persons",
        "household size", "size", "members",
    ),
    "poverty": ("ho ngheo", "dien ho", "loai ho", "phan loai ho", "tinh trang ngheo", "ngheo", "poverty", "poor"),
    "near_poor": ("ho can ngheo", "can ngheo", "near poor", "near-poor"),
    "assigned_to": (
        "nguoi phu trach", "can bo phu trach", "phu trach", "dieu tra vien", "dtv", "can bo", "enumerator",
        "in charge", "assigned to",
    ),
}  # fmt: skip
_HEAD_ROWS = 20


@dataclass(frozen=True)
class Layout:
    """How a table is to be read.

    Attributes:
        head: index of the row with the names of the columns; -1 when there is none.
        columns: field to index of its column.
        encodings: index of a column to its old encoding; only what a person agreed to.
        village: code of the village of all rows, used when no column says it.
        villages: folded name of a village as the file writes it to the code it stands for; ``NEW`` makes one,
            ``LEAVE_OUT`` rejects its rows.
    """

    head: int
    columns: Mapping[str, int]
    encodings: Mapping[int, str] = field(default_factory=dict)
    village: str = ""
    villages: Mapping[str, str] = field(default_factory=dict)


NEW, LEAVE_OUT = "+", "-"


def propose(table: Table) -> Layout:
    """Return the layout that the heads suggest; encodings are left to a person's consent."""
    scored = [(sum(_rank(name, cell)[0] > 1 for cell in row for name in FIELDS), -n) for n, row in _heads(table)]
    count, head = max(scored, default=(0, 0))
    if count < 1:
        return Layout(-1, {})
    return Layout(-head, _columns(table.rows[-head]))


def _heads(table: Table) -> list[tuple[int, tuple[str, ...]]]:
    return list(enumerate(table.rows[:_HEAD_ROWS]))


def _columns(row: Sequence[str]) -> dict[str, int]:
    ranked = sorted(
        ((_rank(name, cell), -column, name) for column, cell in enumerate(row) for name in FIELDS), reverse=True
    )
    chosen: dict[str, int] = {}
    for (strength, _order), column, name in ranked:
        if strength and name not in chosen and -column not in chosen.values():
            chosen[name] = -column
    return {name: chosen[name] for name in FIELDS if name in chosen}


def _rank(name: str, cell: str) -> tuple[int, int]:
    """Return how well a head fits a field (2 exactly, 1 it begins so), and how early the word stands in its list."""
    words = _NAMES[name]
    best = (0, 0)
    for text in {fold(cell), fold(decode(cell, recognise([cell])))}:
        plain = text.strip(" .:*()")
        if plain in words:
            best = max(best, (2, -words.index(plain)))
        for n, word in enumerate(words):
            if len(word) > 3 and plain.startswith(f"{word} "):
                best = max(best, (1, -n))
    return best


def old_columns(table: Table, layout: Layout) -> dict[int, str]:
    """Return the columns whose text is in an old encoding, with the encoding that was recognised."""
    found = {}
    for column in sorted(set(layout.columns.values())):
        encoding = recognise(row[column] for row in table.rows[layout.head + 1 :])
        if encoding:
            found[column] = encoding
    return found
