"""Communes, villages and households for the demonstration: real communes of the catalogue, invented people.

Everything follows from the random numbers that are handed in. What a household is like (poverty, remoteness, whether it
lives online) is drawn first; people, devices and answers follow from that, so that the figures hang together.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from random import Random

from survey_app.operations.demo_names import full_name, surname
from survey_app.places import communes, find_place, provinces, village
from survey_app.records import Place

REFERENCE_DATE = dt.date(2026, 11, 1)
CATALOGUE_DATE = "2026-10-01"


@dataclass(frozen=True)
class Area:
    """A commune of the demonstration with its villages.

    Attributes:
        commune: the commune, as the catalogue has it.
        villages: its villages.
        peoples: shares of the ethnic groups (see ``demo_names.surname``).
        remoteness: 0 for a town, 1 for the mountains, one a village.
    """

    commune: Place
    villages: tuple[Place, ...]
    peoples: tuple[tuple[str, float], ...]
    remoteness: tuple[float, ...]


@dataclass(frozen=True)
class Person:
    """One member of a household.

    Attributes:
        name: full name.
        relation: code of the choice list ``relation``.
        sex: ``"male"`` or ``"female"``.
        born: date of birth.
        born_known: how much of it the household remembers: ``"year"``, ``"month"`` or ``"day"``.
        residence: code of the choice list ``residence``.
    """

    name: str
    relation: str
    sex: str
    born: dt.date
    born_known: str
    residence: str

    @property
    def age(self) -> int:
        """Age in completed years at the reference date, from the whole date of birth."""
        before = (REFERENCE_DATE.month, REFERENCE_DATE.day) < (self.born.month, self.born.day)
        return REFERENCE_DATE.year - self.born.year - before


@dataclass(frozen=True)
class Home:
    """A household as it is, whoever asks.

    Attributes:
        id: UUID of the household.
        village: where it lives.
        urban: whether its commune is a ward.
        number: running number in the village.
        address: hamlet or street.
        people: ethnic group.
        remoteness: 0 to 1.
        poverty: code of the choice list ``poverty_status``.
        online: how much of its life is digital, about -2 to 2; most traits depend on it.
        members: the people, the head first (in rare households the head was written second).
    """

    id: str
    village: Place
    urban: bool
    number: int
    address: str
    people: str
    remoteness: float
    poverty: str
    online: float
    members: tuple[Person, ...]

    @property
    def head(self) -> Person:
        """The head of household."""
        return next(person for person in self.members if person.relation == "head")


_NORTH_EAST = (("kinh", 0.30), ("tay", 0.60), ("mong", 0.10))
_NORTH_WEST = (("kinh", 0.25), ("thai", 0.40), ("mong", 0.30), ("tay", 0.05))
_LOWLAND = (("kinh", 0.97), ("tay", 0.03))


@dataclass(frozen=True)
class _Commune:
    code: str
    word: str
    villages: str
    peoples: tuple[tuple[str, float], ...]
    remoteness: float


_KNOWN = (
    # A commune of the former Bắc Kạn first: the household targets of its plans bind there.
    _Commune("02101", "Thôn", "Nà Pài|Khau Tổng|Bản Tèn|Nà Rẫy|Đồng Tâm|Bản Pá|Trung Tâm|Nà Vàu", _NORTH_EAST, 0.45),
    _Commune("03390", "Bản", "Nà Đon|Thống Nhất|Nà Phát|Hoa Vân|Pa Pe|Đoàn Kết|Nà Khum", _NORTH_WEST, 0.65),
    _Commune("09319", "Khu phố", "Đình Cả|Lộ Bao|Duệ Đông|Chợ Sơn|Hoài Thị|Lũng Sơn", _LOWLAND, 0.05),
    _Commune("23053", "Thôn", "Hồng Lâm|Hồng Thắng|Hồng Chính|Hồng Hải|Hồng Thịnh|Bàu Trắng", _LOWLAND, 0.35),
    _Commune("26158", "Ấp", "Phương Lâm|Phú Lợi|Giang Điền|Thanh Thọ|Trà Cổ|Ngọc Lâm", _LOWLAND, 0.25),
)
_PLAIN = "Tân Tiến|Đoàn Kết|Thống Nhất|Hòa Bình|Tân Lập|Đồng Tâm|Quyết Thắng|Phú Mỹ|Đông Hạ|Trung Thành"
_KINDS = {"Xóm": "xom", "Bản": "ban", "Khu phố": "khu_pho", "Thôn": "thon", "Ấp": "ap"}


def make_areas(rng: Random, count: int) -> tuple[Area, ...]:
    """Return ``count`` communes, the same ones first for every seed, with 5 to 8 villages each."""
    chosen = list(_KNOWN[:count])
    taken = {commune.code for commune in chosen}
    everywhere = [c for province in provinces(CATALOGUE_DATE) for c in communes(province.code, CATALOGUE_DATE)]
    others = [c for c in everywhere if c.code not in taken and c.kind != "dac_khu"]
    for place in rng.sample(others, count - len(chosen)):
        word = "Thôn" if place.kind == "xa" else "Khu phố"
        chosen.append(_Commune(place.code, word, _PLAIN, _LOWLAND, rng.random() * 0.6))
    return tuple(_area(rng, commune) for commune in chosen)


def _area(rng: Random, commune: _Commune) -> Area:
    names = commune.villages.split("|")
    picked = rng.sample(names, min(len(names), rng.randint(5, 8)))
    places = tuple(
        village(commune.code, n, f"{commune.word} {name}", _KINDS[commune.word])
        for n, name in enumerate(picked, start=1)
    )
    far = tuple(min(1.0, max(0.0, rng.gauss(commune.remoteness, 0.2))) for _ in places)
    return Area(find_place(commune.code, CATALOGUE_DATE), places, commune.peoples, far)


def make_homes(rng: Random, areas: Sequence[Area], count: int) -> tuple[Home, ...]:
    """Return ``count`` households, spread over the villages of all communes."""
    spots = [(area, n) for area in areas for n in range(len(area.villages))]
    sizes = [rng.uniform(0.7, 1.3) for _ in spots]
    counts: dict[int, int] = {}
    homes = []
    for spot in sorted(rng.choices(range(len(spots)), weights=sizes, k=count)):
        counts[spot] = counts.get(spot, 0) + 1
        homes.append(_home(rng, *spots[spot], counts[spot]))
    return tuple(homes)


def _home(rng: Random, area: Area, n: int, number: int) -> Home:
    far = area.remoteness[n]
    people = rng.choices([name for name, _ in area.peoples], weights=[share for _, share in area.peoples])[0]
    hard = 0.03 + 0.08 * far + (0.10 if people == "mong" else 0.04 if people == "thai" else 0.0)
    poverty = rng.choices(
        ("poor", "near_poor", "escaped", "unknown", "non_poor"),
        weights=(hard, hard * 0.8, 0.04, 0.01, max(0.1, 0.95 - 1.8 * hard)),
    )[0]
    online = rng.gauss(0.25, 0.8) - 0.5 * far - {"poor": 0.9, "near_poor": 0.5}.get(poverty, 0.0)
    home = Home(
        id=str(uuid.UUID(int=rng.getrandbits(128), version=4)),
        village=area.villages[n],
        urban=area.commune.kind == "phuong",
        number=number,
        address=_address(rng, area.commune.kind),
        people=people,
        remoteness=far,
        poverty=poverty,
        online=online,
        members=(),
    )
    return replace(home, members=_members(rng, people))


def _address(rng: Random, kind: str) -> str:
    if kind == "phuong":
        return f"Số {rng.randint(1, 180)}, ngõ {rng.randint(1, 40)}"
    return rng.choice(("", "", f"Cụm {rng.randint(1, 4)}", f"Tổ {rng.randint(1, 6)}", "Đầu xóm", "Gần nhà văn hóa"))


@dataclass
class _Family:
    """A household while its people are being thought up."""

    rng: Random
    people: str
    members: list[Person] = field(default_factory=list)

    def add(self, family: str, relation: str, sex: str, age: int) -> Person:
        """Add a person of about this age."""
        rng = self.rng
        day = REFERENCE_DATE - dt.timedelta(days=round(max(0, age) * 365.25) + rng.randint(1, 364))
        known = rng.choices(("year", "month", "day"), weights=(55, 5, 40) if age >= 60 else (9, 4, 87))[0]
        away = 0.10 if 17 <= age <= 35 and relation in {"child", "child_in_law"} else 0.01
        residence = rng.choices(("permanent", "temporary", "absent_6m"), weights=(0.96 - away, 0.04, away))[0]
        if relation == "head" or age < 15:
            residence = "permanent"
        name = full_name(rng, family, self.people, sex, day.year)
        self.members.append(Person(name, relation, sex, day, known, residence))
        return self.members[-1]

    def stranger(self) -> str:
        """Return the family name of somebody who married in."""
        return surname(self.rng, self.people)


def _members(rng: Random, people: str) -> tuple[Person, ...]:
    house = _Family(rng, people)
    size = rng.choices(range(1, 10), weights=(8, 15, 19, 27, 16, 9, 4, 2, 1))[0]
    age = min(92, max(22, round(rng.gauss(66, 9) if size == 1 else rng.gauss(49, 13))))
    sex = "male" if rng.random() < (0.3 if size == 1 else 0.74) else "female"
    family = house.stranger()
    father = family if sex == "male" else house.stranger()
    house.add(family, "head", sex, age)
    if size > 1 and rng.random() < 0.85:
        older = rng.randint(-2, 6) * (1 if sex == "male" else -1)
        spouse = house.stranger() if sex == "male" else father
        house.add(spouse, "spouse", _other(sex), max(20, age - older))
    if size > 4 and age < 60 and rng.random() < 0.6:
        parent_sex = rng.choice(("male", "female", "female"))
        parent = family if parent_sex == "male" else house.stranger()
        house.add(parent, "parent", parent_sex, age + rng.randint(20, 30))
    while len(house.members) < size:
        _add_younger(house, father, age, size - len(house.members))
    members = house.members
    if size > 1 and rng.random() < 0.012:  # somebody wrote the head down second
        members[0], members[1] = members[1], members[0]
    return tuple(members)


def _add_younger(house: _Family, family: str, head_age: int, wanted: int) -> None:
    """Add a child of the head; in an older household first a married one, then grandchildren."""
    rng = house.rng
    children = [person for person in house.members if person.relation == "child"]
    married = any(person.relation == "child_in_law" for person in house.members)
    age = min((child.age for child in children), default=head_age - rng.randint(17, 25)) - rng.randint(2, 4)
    if head_age >= 52 and wanted >= 2 and not married:
        sex = "male" if rng.random() < 0.8 else "female"
        child = house.add(family, "child", sex, max(22, min(age, 45)))
        house.add(house.stranger(), "child_in_law", _other(sex), max(20, child.age - rng.randint(-1, 4)))
    elif married and rng.random() < 0.8:
        house.add(family, "grandchild", rng.choice(("male", "female")), children[0].age - rng.randint(22, 32))
    else:
        house.add(family, "child", "male" if rng.random() < 0.52 else "female", age)


def _other(sex: str) -> str:
    return "female" if sex == "male" else "male"
