"""How many bits each agreement is worth: log2 of how often it is seen in one household to how often by chance.

The model of Fellegi and Sunter (1969) with the value-specific chances of Winkler (1988): that two people are both
called Nguyễn Văn Hùng says less than that both are called Quàng Thị Mị, and how much less is counted in the data at
hand. How often the same household is written down with a slip is set here by judgement.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from survey_app.linkage.entries import Entry, Person
from survey_app.linkage.names import Agreement, Name, compare_names, is_near_address, read_name

BirthAgreement = Literal["date", "year", "near", "other", ""]
"""``date``: day, month and year; ``year``: the year, and nothing that speaks against it; ``near``: a slip may explain
the difference; blank when one is unknown."""

MOST_NAME, MOST_DATE, MOST_PHONE, MOST_ADDRESS = 15.0, 13.0, 14.0, 6.0
SAME_IDENTITY, OTHER_IDENTITY = 18.0, -4.0
SAME_SEX, OTHER_SEX = 1.0, -4.5
OTHER_NAME, OTHER_BIRTH = -5.0, -5.0
OTHER_VILLAGE, OTHER_PHONE = -2.0, -1.5
MISSING_PERSON, EXTRA_PERSON = -3.0, -0.8
"""A member of the smaller household that the other one has not, and of the larger one."""
HEADS_AGREE = 1.0
DUPLICATE_SHARE = 0.01
"""Share of households that are entered twice, as expected before looking."""


class Known(NamedTuple):
    """A person as he or she is compared, worked out once: a tuple, because there are a great many.

    Attributes:
        names: number of the spelling of the name, the same for the same spelling.
        name: the name, ready to be compared.
        sex: see ``Person``.
        year: see ``Person``.
        date: the whole date of birth, ``None`` unless all of it is known.
        identity: see ``Person``.
        person: the person.
    """

    names: int
    name: Name
    sex: str
    year: int
    date: tuple[int, int, int] | None
    identity: str
    person: Person


class Weights:
    """The bits of every agreement among these households; counts what is common once.

    Args:
        entries: all households that are compared.
    """

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._read: dict[str, tuple[Name, int]] = {}
        self._by_number: list[Name] = []
        self.people: list[tuple[Known, ...]] = [self._known(entry) for entry in entries]
        self._households = max(len(entries), 2)
        everybody = [known for people in self.people for known in people]
        self._everybody = max(len(everybody), 2)
        self._full: Counter[str] = Counter()
        self._ends: Counter[tuple[str, str]] = Counter()
        self._given: Counter[str] = Counter()
        for number, count in Counter([known.names for known in everybody]).items():
            name = self._by_number[number]
            self._full[name.folded] += count
            self._ends[name.ends] += count
            self._given[name.given] += count
        self._years = Counter([known.year for known in everybody])
        self._dates = Counter([known.date for known in everybody if known.date])
        self._dated = max(self._dates.total(), 2)
        self._phones = Counter([phone for entry in entries for phone in entry.phones])
        self._villages = Counter([entry.village for entry in entries])
        self._addresses = Counter([entry.address for entry in entries if entry.address])
        self._agreed: dict[tuple[int, int], tuple[Agreement, float]] = {}
        self.prior = math.log2(2 * DUPLICATE_SHARE / self._households)
        """Bits that speak against any two households before they are compared."""

    def _known(self, entry: Entry) -> tuple[Known, ...]:
        people = entry.people or ((Person(entry.head),) if entry.head.strip() else ())
        found = []
        for person in people:
            name, number = self.name(person.name)
            found.append(Known(number, name, person.sex, person.year, person.date, person.identity, person))
        return tuple(found)

    def name(self, text: str) -> tuple[Name, int]:
        """Return a name and the number of its spelling."""
        found = self._read.get(text)
        if found is None:
            found = self._read[text] = (read_name(text), len(self._by_number))
            self._by_number.append(found[0])
        return found

    # people

    def names(self, one: int, other: int) -> tuple[Agreement, float]:
        """Return how two spellings agree, and the bits."""
        key = (one, other) if one <= other else (other, one)
        found = self._agreed.get(key)
        if found is None:
            found = self._agreed[key] = self._compare(*(self._by_number[number] for number in key))
        return found

    def _compare(self, one: Name, other: Name) -> tuple[Agreement, float]:
        agreement = compare_names(one, other)
        if agreement in {"other", ""}:
            return agreement, OTHER_NAME if agreement else 0.0
        common = max(self._full[one.folded], self._full[other.folded])
        whole = min(MOST_NAME, math.log2(0.85 * self._everybody / max(common - 1, 0.5)))
        if agreement in {"same", "order"}:
            return agreement, whole
        if agreement == "accents":
            return agreement, whole - 3
        if agreement == "short":
            short = min((one, other), key=lambda name: len(name.words))
            counted = self._given[short.given] if len(short.words) == 1 else self._ends[short.ends]
            return agreement, min(MOST_NAME, math.log2(0.3 * self._everybody / max(counted, 1)))
        return agreement, min(8.0, whole - 3)

    def birth(self, one: Known, other: Known) -> tuple[BirthAgreement, float]:
        """Return how two births agree, and the bits."""
        if not one.year or not other.year:
            return "", 0.0
        apart = abs(one.year - other.year)
        if one.date and other.date:
            if one.date == other.date:
                common = self._dates[one.date]
                return "date", min(MOST_DATE, math.log2(0.8 * self._dated / max(common - 1, 0.5)))
            same_day = one.date[1:] == other.date[1:] and one.date[1:] != (1, 1)
            turned = one.date[1:] == other.date[:0:-1]
            if same_day or (turned and not apart):
                return "near", 6.0
        year = math.log2(0.85 * self._everybody / max(self._years[one.year], self._years[other.year], 1))
        if apart == 0:
            return _same_year(one.person, other.person, min(7.0, year))
        if apart == 1:
            return (
                ("year", min(7.0, year - 1))
                if one.person.by_age or other.person.by_age
                else ("near", max(0.0, year - 4))
            )
        return ("near", -1.0) if apart <= 3 or is_turned(one.year, other.year) else ("other", OTHER_BIRTH)

    def person(self, one: Known, other: Known) -> tuple[float, Agreement, BirthAgreement, bool]:
        """Return the bits that two people are the same, and how name, birth and identity number agree."""
        agreement, bits = self.names(one.names, other.names)
        same_number = bool(one.identity) and one.identity == other.identity
        if one.identity and other.identity:
            bits += SAME_IDENTITY if same_number else OTHER_IDENTITY
        if one.sex and other.sex:
            bits += SAME_SEX if one.sex == other.sex else OTHER_SEX
        birth, more = self.birth(one, other)
        return bits + more, agreement, birth, same_number

    # households

    def village(self, one: str, other: str) -> float:
        """Return the bits of two villages."""
        if not one or not other:
            return 0.0
        return math.log2(0.9 * self._households / self._villages[one]) if one == other else OTHER_VILLAGE

    def phone(self, one: Iterable[str], other: Iterable[str]) -> float:
        """Return the bits of two sets of telephone numbers; a number that many give says little."""
        left, right = frozenset(one), frozenset(other)
        if not left or not right:
            return 0.0
        shared = left & right
        if not shared:
            return OTHER_PHONE
        rarest = min(self._phones[number] for number in shared)
        return max(0.0, min(MOST_PHONE, math.log2(0.6 * self._households / max(rarest - 2, 0.02))))

    def address(self, one: str, other: str) -> float:
        """Return the bits of two addresses; house numbers must be the same, words may hold a slip."""
        if not one or not other or not (one == other or is_near_address(one, other)):
            return 0.0
        common = max(self._addresses[one], self._addresses[other])
        bits = min(MOST_ADDRESS, math.log2(0.6 * self._households / max(common - 1, 1)))
        return max(0.0, bits if one == other else bits - 1)


def is_turned(one: int, other: int) -> bool:
    """Tell whether the last two digits were exchanged."""
    return one // 100 == other // 100 and one % 10 == other // 10 % 10 and one // 10 % 10 == other % 10


def _same_year(one: Person, other: Person, bits: float) -> tuple[BirthAgreement, float]:
    """Weigh what is known of month and day; the first of January stands for a day nobody knows."""
    months = (one.month, other.month)
    if not all(months) or (1, 1) in {(one.month, one.day), (other.month, other.day)}:
        return "year", bits
    if months[0] == months[1]:
        return "year", bits + 3
    return "year", bits - 2
