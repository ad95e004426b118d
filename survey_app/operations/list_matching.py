"""Rows of a household list against the households that are there already."""

from __future__ import annotations

import functools
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from survey_app.i18n import N_
from survey_app.operations.list_rows import Entry, KnownList
from survey_app.records import Household
from survey_app.text import fold

Decision = Literal["same", "new", "skip"]
DECISIONS: tuple[Decision, ...] = ("same", "new", "skip")
"""What becomes of a row that looks like a household that is there: it is that one (which is brought up to date), it is
another one, or it is left out."""

LIKENESS = {
    "number": N_("Same number in the village"),
    "phone": N_("Same name and telephone"),
    "name": N_("Same name in the village"),
}
"""Why a row looks like a household that is there already."""
_USUAL: Mapping[str, Decision] = {"number": "skip", "phone": "skip", "name": "new"}


@dataclass(frozen=True)
class Question:
    """A row that looks like a household that is there already.

    Attributes:
        entry: the row.
        likeness: a key of ``LIKENESS``.
        household: the household it looks like; of an earlier row of the same file when ``twin_row`` is not 0.
        twin_row: line of that earlier row.
    """

    entry: Entry
    likeness: str
    household: Household
    twin_row: int = 0

    @property
    def usual(self) -> Decision:
        """Return what is done when nobody decides."""
        return _USUAL[self.likeness]


class Matching:
    """Entries to households: each household of the list is met by one row at most."""

    def __init__(
        self,
        known: KnownList,
        decisions: Mapping[int, Decision],
        otherwise: Decision | None,
        new_id: Callable[[], uuid.UUID],
    ) -> None:
        self._decisions, self._otherwise, self._new_id = decisions, otherwise, new_id
        self._met: set[str] = set()
        self._rows: dict[str, int] = {}
        self._by_number: dict[tuple[str, int], list[Household]] = {}
        self._by_name: dict[tuple[str, str], list[Household]] = {}
        self._by_phone: dict[tuple[str, str], list[Household]] = {}
        self._highest: dict[str, int] = {}
        for household in known.households:
            self._know(household)
        self.new: list[Household] = []
        self.changed: dict[str, Household] = {}
        self.same = 0
        self.questions: list[Question] = []
        self.skipped: list[int] = []

    def _know(self, household: Household) -> None:
        name, village = _folded(household.head_name), household.village_code
        self._by_number.setdefault((village, household.number), []).append(household)
        self._by_name.setdefault((village, name), []).append(household)
        if household.phone:
            self._by_phone.setdefault((name, _digits(household.phone)), []).append(household)
        self._highest[village] = max(self._highest.get(village, 0), household.number)

    def take(self, entries: Sequence[Entry]) -> None:
        """Match all entries: those that surely are a household of the list before the others."""
        rest = [entry for entry in entries if not self._take_known(entry)]
        for entry in rest:
            self._highest[entry.village] = max(self._highest.get(entry.village, 0), entry.number)
        for entry in rest:
            self._take_rest(entry)

    def _take_known(self, entry: Entry) -> bool:
        """Take an entry that is a household of the list beyond doubt."""
        named = self._by_name.get((entry.village, _folded(entry.head_name)), ())
        free = [each for each in named if each.id not in self._met]
        if entry.number:
            found = next((each for each in free if each.number == entry.number), None)
            taken = self._by_number.get((entry.village, entry.number), ())
            if found is None and taken:  # it was decided once that this is another one, and it got another number
                found = next((each for each in free if _brought(each, entry) == each), None)
        else:
            found = next((each for each in free if _brought(each, entry) == each), None)
            found = found or next((each for each in free if _may_be(each, entry)), None)
        if found is None:
            return False
        self._bring(found, entry)
        return True

    def _take_rest(self, entry: Entry) -> None:
        likeness, twin = self._like(entry)
        if twin is None:
            self._add(entry)
            return
        question = Question(entry, likeness, twin, self._rows.get(twin.id, 0))
        self.questions.append(question)
        decision = self._decisions.get(entry.row, self._otherwise or question.usual)
        if decision == "new":
            self._add(entry)
        elif decision == "same" and twin.id in {each.id for each in self.new}:
            place = next(n for n, each in enumerate(self.new) if each.id == twin.id)
            self.new[place] = replace(_brought(self.new[place], entry), head_name=entry.head_name)
        elif decision == "same":
            self._bring(twin, entry)
        else:
            self.skipped.append(entry.row)

    def _like(self, entry: Entry) -> tuple[str, Household | None]:
        name = _folded(entry.head_name)
        found = self._by_number.get((entry.village, entry.number)) if entry.number else None
        if found:
            return "number", found[0]
        found = self._by_phone.get((name, _digits(entry.phone))) if entry.phone else None
        if found:
            return "phone", found[0]
        found = self._by_name.get((entry.village, name))
        return ("name", found[0]) if found else ("", None)

    def _bring(self, household: Household, entry: Entry) -> None:
        self._met.add(household.id)
        after = replace(_brought(self.changed.get(household.id, household), entry), head_name=entry.head_name)
        if after == household:
            self.same += 1
        else:
            self.changed[household.id] = after

    def _add(self, entry: Entry) -> None:
        number = entry.number
        if not number or self._by_number.get((entry.village, number)):
            number = self._highest.get(entry.village, 0) + 1
        household = Household(
            str(self._new_id()),
            entry.village,
            number,
            entry.head_name,
            entry.address,
            entry.phone,
            entry.size,
            entry.assigned_to,
            entry.poverty,
        )
        self.new.append(household)
        self._rows[household.id] = entry.row
        self._know(household)


@functools.lru_cache(maxsize=1 << 17)
def _folded(name: str) -> str:
    return fold(name)


def _digits(phone: str) -> str:
    return re.sub(r"\D", "", phone)


def _brought(household: Household, entry: Entry) -> Household:
    """Return the household with what the row says; what the row leaves blank stays, and so do name and number."""
    return replace(
        household,
        address=entry.address or household.address,
        phone=entry.phone or household.phone,
        size=entry.size or household.size,
        poverty=entry.poverty or household.poverty,
        assigned_to=entry.assigned_to or household.assigned_to,
    )


def _may_be(household: Household, entry: Entry) -> bool:
    """Tell whether a row without a number may be this household of the same name: their telephones do not disagree."""
    return not (household.phone and entry.phone) or _digits(household.phone) == _digits(entry.phone)
