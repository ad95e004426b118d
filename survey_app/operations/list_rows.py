"""Rows of a household list as they are understood, and why some cannot be used."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from survey_app.i18n import N_, _
from survey_app.operations.list_columns import LEAVE_OUT, NEW, Layout
from survey_app.operations.list_tables import Table
from survey_app.operations.old_encodings import decode
from survey_app.operations.villages import successors
from survey_app.places import Conversion, old_communes
from survey_app.progress import Monitor
from survey_app.records import Enumerator, Household, Place
from survey_app.text import fold

REASONS = {
    "no_name": N_("No name of the head of household"),
    "total": N_("A total, not a household"),
    "no_village": N_("No village"),
    "unknown_village": N_("The village is not known"),
    "other_commune": N_("The commune is another one"),
    "bad_number": N_("The household number is not a whole number from 1 to 9999"),
    "skipped": N_("Left out: it looks like a household that is there already"),
}
"""Why a row is not imported."""

NOTES = {
    "phone": N_("The telephone number does not look like one; it is kept as it is"),
    "size": N_("The number of people cannot be read; it is left blank"),
    "poverty": N_("The poverty status cannot be read; it is left blank"),
    "assigned_to": N_("Nobody of this name is in the office; nobody is in charge"),
    "zero": N_("The zero that Excel dropped from the telephone number was put back"),
}
"""What was mended or left aside in a row that is imported."""

_KINDS = {
    "thon": "thon", "ban": "ban", "xom": "xom", "ap": "ap", "to dan pho": "to_dan_pho", "tdp": "to_dan_pho",
    "khu pho": "khu_pho", "buon": "buon", "lang": "lang", "khu": "khu", "khom": "khom", "phum": "phum", "soc": "soc",
}  # fmt: skip
_PHONE = re.compile(r"0(?:[35789]\d{8}|2\d{9})")
_LARGEST_NUMBER, _LARGEST_SIZE = 9999, 99
_STEP = 1000


@dataclass(frozen=True)
class KnownList:
    """What is here already, read in one go.

    Attributes:
        households: all households.
        villages: the villages of the office's commune.
        people: the enumerators.
        commune: code of the commune, blank when there is no round.
        commune_name: its name.
    """

    households: tuple[Household, ...]
    villages: tuple[Place, ...]
    people: tuple[Enumerator, ...]
    commune: str
    commune_name: str = ""


@dataclass(frozen=True)
class Entry:
    """A row as it is understood; fields as in ``Household``, blank or 0 when the row does not say.

    Attributes:
        row: line of the file, from 1.
        notes: keys of ``NOTES``.
    """

    row: int
    village: str
    number: int
    head_name: str
    address: str = ""
    phone: str = ""
    size: int = 0
    poverty: str = ""
    assigned_to: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rejected:
    """A row that is not imported.

    Attributes:
        row: line of the file, from 1.
        reason: a key of ``REASONS``.
        cells: the row as it stands in the file.
    """

    row: int
    reason: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class UnknownVillage:
    """A village that the file names and that is not known here.

    Attributes:
        key: folded name, as ``Layout.villages`` wants it.
        name: as the file writes it first.
        rows: number of rows that name it.
        near: villages with a similar name, the nearest first.
    """

    key: str
    name: str
    rows: int
    near: tuple[Place, ...]


class Reading:
    """Rows to entries; learns which villages are unknown on the way."""

    def __init__(self, known: KnownList, layout: Layout) -> None:
        self._layout = layout
        self._commune = known.commune
        self._name = known.commune_name
        self._sources = old_communes(known.commune)
        self._places = [place for place in known.villages if not place.until]
        self._codes = _village_index(known.villages)
        self._people = {fold(name): person.id for person in known.people for name in (person.name, person.id)}
        self._missing: dict[str, list[str]] = {}
        self._parts: dict[str, Conversion] = {}
        self.made: dict[str, Place] = {}

    def read(self, table: Table, monitor: Monitor) -> tuple[list[Entry], list[Rejected]]:
        """Return the rows that can be used, and those that cannot."""
        entries: list[Entry] = []
        rejected: list[Rejected] = []
        first, last = self._layout.head + 1, len(table.rows)
        for n in range(first, last):
            if n % _STEP == 0:
                monitor.step(n - first, last - first, _("Checking"))
            cells = table.rows[n]
            if not any(cell.strip() for cell in cells):
                continue
            found = self._entry(n + 1, cells)
            if isinstance(found, Entry):
                entries.append(found)
            else:
                rejected.append(Rejected(n + 1, found, cells))
        monitor.step(last - first, last - first, "")
        return entries, rejected

    def unknown(self) -> Iterator[UnknownVillage]:
        """Yield the villages nothing was said about."""
        names = {_bare(fold(place.name)): place for place in self._places}
        for key, written in self._missing.items():
            if key in self._parts:
                there = tuple(place for place in self._places if place.old == self._parts[key].code)
                yield UnknownVillage(key, written[0], len(written), there)
                continue
            near = difflib.get_close_matches(_bare(key), list(names), 3, 0.55)
            yield UnknownVillage(key, written[0], len(written), tuple(names[name] for name in near))

    def _text(self, name: str, cells: Sequence[str]) -> str:
        column = self._layout.columns.get(name)
        if column is None or column >= len(cells):
            return ""
        return " ".join(decode(cells[column], self._layout.encodings.get(column, "")).split())

    def _entry(self, row: int, cells: Sequence[str]) -> Entry | str:
        """Return the row as it is understood, or why it cannot be used."""
        head = self._text("head_name", cells)
        if not any(char.isalpha() for char in head):
            return "no_name"
        if re.match(r"(tong|cong)( cong| so)?\b(?! (van|thi))", fold(head)) and not self._text("village", cells):
            return "total"
        village = self._village(cells)
        if not self._codes.get(village) and village not in self.made:
            return village
        number = _whole(self._text("number", cells), 1, _LARGEST_NUMBER)
        if number is None:
            return "bad_number"
        phone, mended = _phone(self._text("phone", cells))
        size = _whole(self._text("size", cells), 0, _LARGEST_SIZE)
        poverty = _poverty(self._text("poverty", cells), self._text("near_poor", cells))
        wanted = self._text("assigned_to", cells)
        person = self._people.get(fold(wanted), "")
        notes = (
            *(("zero",) if mended else ()),
            *(("phone",) if phone and not _PHONE.fullmatch(re.sub(r"\D", "", phone)) else ()),
            *(("size",) if size is None else ()),
            *(("poverty",) if poverty is None else ()),
            *(("assigned_to",) if wanted and not person else ()),
        )
        address = _address(self._text("address", cells))
        return Entry(row, village, number, head, address, phone, size or 0, poverty or "", person, notes)

    def _village(self, cells: Sequence[str]) -> str:
        """Return the code of the row's village, or why there is none.

        Where a row only names the commune of before 01/07/2025, and that was split, a person says which village its
        part of the commune is.
        """
        name, commune = self._text("village", cells), self._text("commune", cells)
        was = self._was(commune) if commune and self._commune else None
        if commune and self._commune and was is None and not self._is_here(commune):
            return "other_commune"
        if not name and was is not None and was.relation == "split" and not self._layout.village:
            name = _("part of {commune} ({code})").format(commune=was.name, code=was.code)
            self._parts[fold(name)] = was
        if not name:
            return self._layout.village or "no_village"
        key = fold(name)
        said = self._layout.villages.get(key, "")
        if said == NEW and key in self._parts:  # a part of a commune is no village
            said = ""
        if said == NEW and self._commune:
            return self._make(key, name)
        if said in {NEW, LEAVE_OUT}:
            return "unknown_village"
        code = said or self._codes.get(key) or self._codes.get(_bare(key)) or ""
        if not code:
            self._missing.setdefault(key, []).append(name)
        return code or "unknown_village"

    def _was(self, text: str) -> Conversion | None:
        """Return the old commune that a row names by code or name, if a part of it went into this commune."""
        code = text.zfill(5) if text.isdecimal() else ""
        same = [each for each in self._sources if code == each.code or _is_named(text, each.name)]
        return same[0] if len(same) == 1 else None

    def _is_here(self, text: str) -> bool:
        """Tell whether a row names today's commune."""
        code = text.zfill(5) if text.isdecimal() else ""
        return code == self._commune or _is_named(text, self._name)

    def _make(self, key: str, name: str) -> str:
        found = next((code for code, place in self.made.items() if fold(place.name) == key), "")
        if found:
            return found
        taken = [*self._places, *self.made.values()]
        numbers = [int(tail) for place in taken if (tail := place.code.rpartition("-")[2]).isdecimal()]
        code = f"{self._commune}-{max(numbers, default=0) + 1:03d}"
        kind = next((kind for word, kind in _KINDS.items() if key.startswith(f"{word} ")), "thon")
        self.made[code] = Place(code, name, "village", kind, self._commune)
        return code


def _village_index(villages: Iterable[Place]) -> dict[str, str]:
    """Return code by code, by folded name, and by the name without its kind where only one village has it.

    A village that was joined with another one stands for that one; a closed one for none.
    """
    every = list(villages)
    places = [place for place in every if not place.until]
    gone = successors(every)
    bare: dict[str, list[str]] = {}
    for place in places:
        bare.setdefault(_bare(fold(place.name)), []).append(place.code)
    found = {name: codes[0] for name, codes in bare.items() if len(codes) == 1}
    older = {fold(place.name): gone[place.code] for place in every if place.code in gone} | gone
    return (
        older
        | found
        | {fold(place.name): place.code for place in places}
        | {place.code: place.code for place in places}
    )


_UNITS = ("xa ", "phuong ", "thi tran ", "dac khu ")


def _is_named(text: str, name: str) -> bool:
    """Tell whether a text is the name of a commune, with or without the word for its kind."""
    said, known = fold(text), fold(name)
    bare = next((known.removeprefix(word) for word in _UNITS if known.startswith(word)), known)
    return bool(said) and said in {known, bare}


def _bare(name: str) -> str:
    """Return a folded village name without the word for its kind."""
    return next((name.removeprefix(f"{kind} ") for kind in _KINDS if name.startswith(f"{kind} ")), name)


def _whole(text: str, least: int, most: int) -> int | None:
    """Return a whole number, 0 for a blank, ``None`` when it cannot be read or is out of range."""
    if not text:
        return 0
    match = re.fullmatch(r"(?:hộ |h)?0*(\d{1,6})(?:[.,]0+)?(?: (?:người|khẩu|nk))?", text.casefold())
    number = int(match[1]) if match else -1
    return number if least <= number <= most else None


def _phone(text: str) -> tuple[str, bool]:
    """Return the number as it is dialled, and whether the zero that a spreadsheet dropped was put back."""
    digits = re.sub(r"\D", "", text.removesuffix(".0"))
    if digits.startswith("0084") or (digits.startswith("84") and len(digits) in {11, 12}):
        return f"0{digits.removeprefix('00').removeprefix('84')}", False
    if text.isdecimal() and _PHONE.fullmatch(f"0{digits}"):
        return f"0{digits}", True
    return (digits, False) if _PHONE.fullmatch(digits) else (text, False)


def _address(text: str) -> str:
    """Return the address; a house number like 12/3 that a spreadsheet took for a date is a house number again."""
    match = re.fullmatch(r"(\d{1,2}/\d{1,2})/20\d\d", text)
    return match[1] if match else text


def _poverty(text: str, near_mark: str) -> str | None:
    """Return the status that the official list gives, ``None`` when the words say something else."""
    words, near = fold(text), fold(near_mark)
    if near not in {"", "0", "-", "khong", "no"} and words in {"", "0", "-", "khong", "no"}:
        return "near_poor"
    if "can ngheo" in words or words in {"near_poor", "near poor", "hcn", "cn"}:
        return "near_poor"
    if "thoat" in words or words == "escaped":
        return "escaped"
    if words.startswith(("khong", "ko ")) or words in {"non_poor", "binh thuong", "no", "0", "-"}:
        return "non_poor" if words not in {"-", "0"} else ""
    if "ngheo" in words or words in {"poor", "x", "1", "co", "v", "hn", "yes"}:
        return "poor"
    return "" if not words else None
