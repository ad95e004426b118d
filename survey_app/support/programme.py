"""A programme of device support as a table that an office edits in Excel: ``programme.csv``.

One row a rule; ``row`` says of what kind it is:

* ``programme``: code, name and, in ``number``, how many households may be supported in all (blank: no limit);
* ``device``: what can be given, first one first, and in ``number`` how many there are (blank: no limit);
* ``group``: a target group; the first row has the first priority, a household is in the first group that fits;
* ``condition``: what must hold besides, for one ``device`` or, when blank, for all;
* ``first``: who comes first among equals; of two households the one for which ``when`` holds, or gives the larger
  number; -1 in ``number`` puts the smaller number first;
* ``switch_off``: who loses the network when the old one is switched off, for a list of its own.

``when`` is an expression of the form language over the household's answers. ``${official_poverty}`` is what the
commune's list says (``poor``, ``near_poor``, ...), and the answer ``poverty_status`` where the list says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from survey_app.i18n import _
from survey_app.indicators import Codebook, Column, TableError, TableFault
from survey_app.indicators.checking import check
from survey_app.indicators.faults import nearest
from survey_app.indicators.tables import TableRow, one_of, read_table
from survey_app.xforms.xpath import XPathError
from survey_app.xforms.xpath.over_answers import Over, over_answers

FILE = "programme.csv"
COLUMNS = ("row", "code", "device", "when", "number", "name_vi", "name_en")
KINDS = ("programme", "device", "group", "condition", "first", "switch_off")
NEEDED = ("programme", "device", "group")
"""Kinds of rows that no programme can do without."""
OFFICIAL_POVERTY = "official_poverty"
_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


@dataclass(frozen=True)
class Words:
    """A name in both languages."""

    vi: str
    en: str

    def spoken(self, language: str) -> str:
        """Return it in ``"vi"`` or ``"en"``."""
        return self.en if language == "en" else self.vi


@dataclass(frozen=True)
class Rule:
    """A row with a condition.

    Attributes:
        code: its code.
        words: what people call it.
        when: works it out from the answers.
        device: code of the device it is about, ``""`` for all.
        small_first: of a ``first`` row: the smaller number comes first.
    """

    code: str
    words: Words
    when: Over
    device: str = ""
    small_first: bool = False

    def holds(self, answers: Mapping[str, str]) -> bool:
        """Tell whether it holds; what cannot be worked out does not hold."""
        value = self._value(answers)
        return value if isinstance(value, bool) else value != "" if isinstance(value, str) else value > 0

    def amount(self, answers: Mapping[str, str]) -> float:
        """Return the number to compare by; a condition is 1 or 0, what is no number counts as 0."""
        value = self._value(answers)
        try:
            number = float(value or 0)
        except ValueError:
            return 0.0
        return number if number == number else 0.0  # noqa: PLR0124 - not-a-number is no reason to come first

    def _value(self, answers: Mapping[str, str]) -> bool | float | str:
        try:
            return self.when(answers)
        except XPathError:
            return False


@dataclass(frozen=True)
class Device:
    """What can be given.

    Attributes:
        code: ``"smartphone"``, ``"tablet"``, ...
        words: what people call it.
        quota: how many there are, None for no limit.
    """

    code: str
    words: Words
    quota: int | None


@dataclass(frozen=True)
class Programme:
    """The rules of a programme, in the order of the table; see above."""

    code: str
    words: Words
    cap: int | None
    devices: tuple[Device, ...]
    groups: tuple[Rule, ...]
    conditions: tuple[Rule, ...]
    firsts: tuple[Rule, ...]
    switch_off: Rule | None

    def device(self, code: str) -> Device | None:
        """Return a device by its code."""
        return next((one for one in self.devices if one.code == code), None)


def load_programme(source: str | Path | bytes, book: Codebook) -> Programme:
    """Read a programme.

    Args:
        source: the table, .csv or .xlsx, or its bytes.
        book: the questions of the household form.

    Raises:
        TableError: it cannot be used; ``faults`` lists every fault with row and column.
    """
    rows = read_table(source, FILE, COLUMNS, COLUMNS)
    return _Reader(rows, book).programme()


class _Reader:
    """Reads the rows and gathers their faults."""

    def __init__(self, rows: list[TableRow], book: Codebook) -> None:
        official = replace(book["poverty_status"], name=OFFICIAL_POVERTY) if "poverty_status" in book else None
        known = {**book.columns, OFFICIAL_POVERTY: official or Column(OFFICIAL_POVERTY, "household")}
        self.book = replace(book, columns=known)
        self.rows = rows
        self.faults: list[TableFault] = []
        self.devices = {row["code"] for row in rows if row["row"] == "device"}

    def programme(self) -> Programme:
        seen: set[tuple[str, str]] = set()
        for row in self.rows:
            self._common(row, seen)
        for kind in NEEDED:
            if not self._of(kind):
                self._fault(0, "row", _("A row “{kind}” is missing.").format(kind=kind))
        for kind in ("programme", "switch_off"):
            for row in self._of(kind)[1:]:
                self._fault(row.number, "row", _("There may be one row “{kind}” only.").format(kind=kind))
        devices = tuple(Device(row["code"], _words(row), self._limit(row)) for row in self._of("device"))
        rules = {kind: tuple(self._rule(row) for row in self._of(kind)) for kind in KINDS[2:]}
        heads = [(row["code"], _words(row), self._limit(row)) for row in self._of("programme")]
        if self.faults:
            raise TableError(FILE, self.faults)
        return Programme(
            *heads[0],
            devices,
            rules["group"],
            rules["condition"],
            rules["first"],
            next(iter(rules["switch_off"]), None),
        )

    def _of(self, kind: str) -> list[TableRow]:
        return [row for row in self.rows if row["row"] == kind]

    def _fault(self, row: int, column: str, message: str) -> None:
        if message:
            self.faults.append(TableFault(row, column, message))

    def _common(self, row: TableRow, seen: set[tuple[str, str]]) -> None:
        kind, code = row["row"], row["code"]
        self._fault(row.number, "row", one_of(kind, KINDS))
        if not _CODE.fullmatch(code):
            self._fault(row.number, "code", _("Write a code of small letters a–z, digits, “-” and “_”."))
        elif (kind, code) in seen:
            self._fault(row.number, "code", _("The code “{code}” is there twice.").format(code=code))
        seen.add((kind, code))
        for column in ("name_vi", "name_en"):
            if not row[column]:
                self._fault(row.number, column, _("The name is missing; it is shown and printed."))
        if row["device"] and (kind != "condition" or row["device"] not in self.devices):
            words = _("Only a condition names a device, and one that has a row “device”.")
            self._fault(row.number, "device", words + nearest(row["device"], self.devices))

    def _limit(self, row: TableRow) -> int | None:
        if not row["number"]:
            return None
        if not row["number"].isdecimal():
            self._fault(row.number, "number", _("Write a whole number, or leave it blank for no limit."))
            return None
        return int(row["number"])

    def _rule(self, row: TableRow) -> Rule:
        small_first = row["number"] == "-1"
        if row["number"] and (row["row"] != "first" or row["number"] not in {"1", "-1"}):
            self._fault(row.number, "number", _("Only a row “first” has a number here: 1 or -1."))
        try:
            tree, over = over_answers(row["when"])
        except XPathError as error:
            missing = _("The condition is missing.")
            self._fault(row.number, "when", error.message if row["when"] else missing)
            return Rule(row["code"], _words(row), lambda _answers: False)
        for message in check(tree, self.book, "household")[1]:
            self._fault(row.number, "when", message)
        return Rule(row["code"], _words(row), over, row["device"], small_first)


def _words(row: TableRow) -> Words:
    return Words(row["name_vi"], row["name_en"])
