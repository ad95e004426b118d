"""A newer official list of provinces and communes: read, looked at, put to use.

What was answered keeps the codes of its round's catalogue. A list changes names in the store where a unit stays what it
was; where a unit of this office ends or is split, that is said and stays for the next round.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from survey_app.clock import Clock, system_clock
from survey_app.errors import SurveyAppError
from survey_app.i18n import N_, _
from survey_app.indicators.faults import TableError, TableFault
from survey_app.indicators.tables import TableRow, read_table
from survey_app.operations.access import needs
from survey_app.places import Change, Listed, changes, install, load_catalogue
from survey_app.records import Place
from survey_app.roles import DECIDE
from survey_app.store import Store
from survey_app.store.deeds import TABLE_TAKEN_IN
from survey_app.text import fold, show_date

_TABLE = "places"
_NEEDED = ("code", "name")
COLUMNS = {
    "code": "Mã",
    "name": "Tên",
    "kind": "Cấp",
    "parent": "Mã tỉnh",
    "made_of": "Hình thành từ",
}
"""The columns and the heads that an official table has for them."""
_OTHER_HEADS = {"ma xa": "code", "ten xa": "name", "loai": "kind", "ma tp": "parent", "ma tinh/tp": "parent"}
_KINDS = {"tinh": "tinh", "thanh pho": "thanh_pho", "xa": "xa", "phuong": "phuong", "dac khu": "dac_khu"}
_OF_LEVEL = {"province": ("tinh", "thanh_pho"), "commune": ("xa", "phuong", "dac_khu")}
_FEWEST_SHARE = 0.5
KINDS = {
    "new": N_("new"),
    "dissolved": N_("dissolved"),
    "renamed": N_("renamed"),
    "moved": N_("to another province"),
    "split": N_("split"),
    "merged": N_("merged"),
}
"""What a change is called."""


@dataclass(frozen=True)
class ReadList:
    """A newer list, and what it changes.

    Attributes:
        file: its name.
        day: ISO date from which it holds.
        listed: its units.
        changes: against the list that would hold on that day without it.
        here: of these, those that concern a place of this office.
    """

    file: str
    day: str
    listed: tuple[Listed, ...]
    changes: tuple[Change, ...]
    here: tuple[Change, ...]

    def of_kind(self, kind: str) -> list[Change]:
        """Return the changes of a kind."""
        return [change for change in self.changes if change.kind == kind]


def check_list(path: Path, day: dt.date, places: Mapping[str, Place], clock: Clock = system_clock) -> ReadList:
    """Read a newer list and tell what it changes; nothing is changed.

    Args:
        path: CSV or .xlsx with the columns of ``COLUMNS``; ``kind`` may be left out where the name says it.
        day: from when it holds.
        places: the places of this office by code.
        clock: tells what day it is.

    Raises:
        TableError: the list has faults; all of them are listed.
        SurveyAppError: the day is still to come (``PLC-04``).
    """
    if day > clock().date():
        message = _("The list holds only from {day} on.").format(day=show_date(day))
        raise SurveyAppError("PLC-04", message, _("Bring it in on that day. Nothing was changed."))
    before = load_catalogue((day - dt.timedelta(days=1)).isoformat())
    heads = {fold(head): name for name, head in COLUMNS.items()} | _OTHER_HEADS
    rows = read_table(path, _TABLE, (*COLUMNS, *COLUMNS.values()), _NEEDED, lambda head: heads.get(fold(head), head))
    known = frozenset(place.code for place in before)
    reader = _Reader(known, {row["code"].zfill(2) for row in rows if len(row["code"]) <= 2})
    listed = tuple(each for row in rows if (each := reader.unit(row)) is not None)
    if not reader.faults and len(listed) < _FEWEST_SHARE * len(before):
        words = _("The list has {count} units, there are {known}. A list must name every province and commune.")
        reader.faults.append(TableFault(0, "", words.format(count=len(listed), known=len(before))))
    if reader.faults:
        raise TableError(_TABLE, reader.faults)
    found = changes(before, listed)
    here = tuple(one for one in found if any(place.code in places for place in (*one.before, *one.after)))
    return ReadList(path.name, day.isoformat(), listed, found, here)


class _Reader:
    """Reads the rows of a list; gathers what is wrong with them."""

    def __init__(self, known: frozenset[str], provinces: set[str]) -> None:
        self.known = known
        self.provinces = provinces
        self.faults: list[TableFault] = []
        self._seen: dict[str, int] = {}

    def unit(self, row: TableRow) -> Listed | None:
        before = len(self.faults)
        parent = row["parent"].zfill(2) if row["parent"].isdecimal() else row["parent"]
        level = "commune" if parent else "province"
        code = self._code(row, 5 if parent else 2)
        if not row["name"]:
            self._fault(row, "name", _("This cell must not be empty."))
        if parent and parent not in self.provinces:
            self._fault(row, "parent", _("There is no province with the code {code} in this list.").format(code=parent))
        kind = self._kind(row, level)
        made_of = tuple(part.zfill(len(code)) for part in row["made_of"].replace(",", " ").replace(";", " ").split())
        for part in made_of:
            if part not in self.known:
                words = _("There was no unit with the code {code} before.")
                self._fault(row, "made_of", words.format(code=part))
        if len(self.faults) > before:
            return None
        return Listed(Place(code, row["name"], level, kind, parent), () if made_of == (code,) else made_of)

    def _fault(self, row: TableRow, column: str, message: str) -> None:
        self.faults.append(TableFault(row.number, column, message))

    def _code(self, row: TableRow, digits: int) -> str:
        code = row["code"].zfill(digits)
        if not code.isdecimal() or len(code) != digits:
            self._fault(row, "code", _("A code has {count} digits.").format(count=digits))
        elif code in self._seen:
            self._fault(
                row, "code", _("The code {code} is already in row {row}.").format(code=code, row=self._seen[code])
            )
        self._seen.setdefault(code, row.number)
        return code

    def _kind(self, row: TableRow, level: str) -> str:
        said = fold(row["kind"] or row["name"]).replace("_", " ")
        kind = next((kind for word, kind in _KINDS.items() if said == word or said.startswith(f"{word} ")), "")
        if row["name"] and kind not in _OF_LEVEL[level]:
            words = _("It does not say what kind of unit this is: tỉnh, thành phố, xã, phường or đặc khu.")
            self._fault(row, "kind" if row["kind"] else "name", words)
        return kind


@needs(DECIDE)
def put_to_use(store: Store, read: ReadList) -> int:
    """Put a list to use on this machine, and its names in this office's store; return how many names changed there.

    Raises:
        SurveyAppError: the list cannot be written on this machine (``PLC-03``); nothing was changed.
    """
    try:
        install(read.day, read.listed)
    except OSError as error:
        message = _("The list of places could not be written on this machine.")
        raise SurveyAppError("PLC-03", message, _("Check the disk. Nothing was changed.")) from error
    renamed = {one.before[0].code: one.after[0] for one in read.of_kind("renamed")}
    fresh = [
        replace(place, name=renamed[place.code].name, kind=renamed[place.code].kind)
        for place in store.places()
        if place.code in renamed and place.level == renamed[place.code].level
    ]
    with store.together():
        store.put_places(fresh)
        store.note_deed(TABLE_TAKEN_IN, what="places", day=read.day, count=len(read.listed))
    return len(fresh)
