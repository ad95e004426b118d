"""Units of other levels than households: villages, communes, enterprises, agencies, requests for devices, figures.

A unit is a line of the list like a household, with its level beside it; its form is the one of the round that is about
that level. Villages and communes are units by themselves: every office and laptop gives the same one the same id, so
that forms filled in on two machines meet. The others are added by hand or brought in as a table, checked row by row.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from survey_app import roles
from survey_app.errors import SurveyAppError
from survey_app.i18n import N_, _
from survey_app.operations.access import needs
from survey_app.operations.list_tables import Table, read_table
from survey_app.operations.support.register import register_of
from survey_app.records import HOUSEHOLD, LEVELS, WITHDRAWN, Household, Place, flatten
from survey_app.store import Store, StoredForm
from survey_app.text import fold, tidy

UNIT_LEVELS = tuple(level for level in LEVELS if level != HOUSEHOLD)
"""The levels that have a list of their own beside the household list."""
BY_PLACE = ("village", "commune")
"""Levels whose units are the places themselves."""

GIVEN = ("delivered", "cash_paid")
"""What ``ds_status`` says of a request that ended with a device or money."""

NAMES = {
    "village": N_("Villages"),
    "commune": N_("Communes"),
    "enterprise": N_("Enterprises"),
    "agency": N_("Agencies"),
    "device_support": N_("Device support"),
    "figure": N_("Figures of others"),
}
"""What people call the list of a level."""

_REVIEW = "support_review"
_AGREED = {"agree", "agree_limited"}
_SPACE = uuid.UUID("6b0f4f0a-3f0e-5b0c-9d0f-2f6f5f0c7a11")
_HEADS = {
    "name": ("ten", "ten doanh nghiep", "ten co quan", "ten don vi", "name", "don vi"),
    "place": ("ma xa", "ma don vi hanh chinh", "ma dia ban", "xa", "place", "commune", "code", "ma"),
    "address": ("dia chi", "address"),
    "phone": ("dien thoai", "so dien thoai", "phone", "telephone"),
}


@dataclass(frozen=True)
class RowFault:
    """Why a row of a table was not taken.

    Attributes:
        row: the number the spreadsheet shows.
        column: what the column is called in the table, ``""`` when the whole row is meant.
        message: what is wrong.
    """

    row: int
    column: str
    message: str


@dataclass(frozen=True)
class UnitsRead:
    """What a table of units holds.

    Attributes:
        units: the rows that can be taken, as new lines.
        known: rows whose unit is on the list already; they change nothing.
        faults: the other rows.
    """

    units: tuple[Household, ...]
    known: int
    faults: tuple[RowFault, ...]


def form_of_level(store: Store, level: str) -> StoredForm | None:
    """Return the form that the round asks about a level, None when it asks none."""
    now = store.round()
    asked = [(now.form_id, now.form_version), *now.further] if now is not None else []
    found = (store.form(form_id, version) for form_id, version in asked)
    return next((form for form in found if form is not None and form.level == level), None)


def place_unit(place: Place) -> Household:
    """Return the unit that a village or commune is; the same place has the same id on every machine."""
    key = uuid.uuid5(_SPACE, f"{place.level} {place.code}")
    return Household(str(key), place.code, _number(place), place.name, level=place.level)


def _number(place: Place) -> int:
    digits = place.code.rpartition("-")[2]
    return int(digits) if digits.isdecimal() else 0


@needs(roles.DECIDE)
def bring_places(store: Store) -> int:
    """Put every village and commune of the store on the lists of their levels; return how many are new or renamed."""
    wanted = [place_unit(place) for level in BY_PLACE for place in store.places(level)]
    fresh = [unit for unit in wanted if (here := store.household(unit.id)) is None or here.head_name != unit.head_name]
    if fresh:
        store.put_households(fresh)
    return len(fresh)


@needs(roles.NAMES)
def add_unit(  # noqa: PLR0917 - the order of the form
    store: Store,
    level: str,
    name: str,
    place: str,
    address: str = "",
    phone: str = "",
    *,
    about: str = "",
    assigned_to: str = "",
    new_id: Callable[[], uuid.UUID] = uuid.uuid4,
) -> Household:
    """Add an enterprise, an agency, a request for a device or a figure to its list.

    Args:
        store: the store.
        level: one of ``UNIT_LEVELS`` that is not a place itself.
        name: what people call it.
        place: code of the village, commune or province it belongs to.
        address: where it is.
        phone: its number.
        about: of a request for a device, the household that asks.
        assigned_to: who is to fill its form in.
        new_id: makes its identity.

    Raises:
        SurveyAppError: name or place are missing or unknown, or a request names no household; nothing was added.
    """
    _check_new(level, tidy(name))
    if store.place(place) is None:
        raise SurveyAppError("UNI-02", _("This place is not on the list of places."), _("Choose a place first."))
    asking = store.household(about) if about else None
    if level == "device_support" and (asking is None or asking.level != HOUSEHOLD):
        message = _("A request for a device needs the household that asks.")
        raise SurveyAppError("UNI-03", message, _("Choose it first."))
    unit = Household(
        str(new_id()),
        place,
        store.next_household_number(place, level),
        tidy(name),
        tidy(address),
        tidy(phone),
        assigned_to=assigned_to,
        level=level,
        about=about,
    )
    store.add_households([unit], found_by=store.device)
    return unit


def _check_new(level: str, name: str) -> None:
    if level not in UNIT_LEVELS or level in BY_PLACE:
        message = _("Villages and communes come with the list of places.")
        raise SurveyAppError("UNI-01", message, _("Nothing was added."))
    if not name:
        raise SurveyAppError("UNI-04", _("The name is missing."), _("Enter the name first. Nothing was added."))


@needs(roles.NAMES)
def request_device(
    store: Store, household: str, assigned_to: str = "", new_id: Callable[[], uuid.UUID] = uuid.uuid4
) -> Household:
    """Add a request of a household for a device.

    Raises:
        SurveyAppError: the household is not on the list.
    """
    asking = store.household(household)
    name, place = (asking.head_name, asking.village_code) if asking else ("–", "")
    return add_unit(store, "device_support", name, place, about=household, assigned_to=assigned_to, new_id=new_id)


def root_household(store: Store, household: str) -> str:
    """Return the household that this one was split off from in the end; itself when from none."""
    seen: list[str] = []
    while household and household not in seen:
        seen.append(household)
        found = store.household(household)
        household = found.split_from if found is not None else ""
    return seen[-1] if seen else ""


def devices_given(store: Store) -> Mapping[str, set[str]]:
    """Return requests and deliveries that ended with a device or money, by the household all splits lead back to."""
    found: dict[str, set[str]] = {}
    for line in store.households(level="device_support"):
        for current in store.currents(household=line.household.id):
            if current.state != "void" and given(current.answers):
                found.setdefault(root_household(store, line.household.about), set()).add(line.household.id)
    for record in register_of(store).given():
        found.setdefault(root_household(store, record.household), set()).add(record.id)
    return found


def given(answers: Mapping[str, object]) -> bool:
    """Tell whether a request ended with a device or money."""
    inside = (value for value in answers.values() if isinstance(value, Mapping))
    return answers.get("ds_status") in GIVEN or any(given(value) for value in inside)


def known_of_unit(store: Store, unit: Household) -> dict[str, str]:
    """Return what the program knows about a unit, by the names of the hidden rows of its form."""
    found = {"unit_id": unit.id, "unit_name": unit.head_name}
    if unit.level == "device_support":
        others = devices_given(store).get(root_household(store, unit.about), set()) - {unit.id}
        found |= {"ds_hh_uuid": unit.about, "ds_prior_count": str(len(others))}
        found["ds_review_agreed"] = "yes" if _allows_review(store, unit.about) else "no"
    return found


def allows_review(answers: Mapping[str, str]) -> bool:
    """Tell whether a household's own answers (by name) let the commune review it for device support."""
    return answers.get("consent_answer") in _AGREED and _REVIEW in answers.get("consent_scope", "").split()


def _allows_review(store: Store, household: str) -> bool:
    """Tell whether the newest survey form of a household lets it be reviewed; a consent taken back does not."""
    found = [one for one in store.currents(household=household) if one.state != "void"] if household else []
    if not found:
        return False
    flat = flatten(max(found, key=lambda one: (one.made_at, one.submission)).answers)
    taken_back = any(address.endswith(WITHDRAWN) for address in flat)
    return not taken_back and allows_review({a.rpartition("/")[2]: v for a, v in flat.items() if "[" not in a})


# --- tables --------------------------------------------------------------------------------------------------------


def read_units(store: Store, level: str, source: Path) -> UnitsRead:
    """Read a table of enterprises or agencies; nothing is written.

    The columns are known by their heads: a name, the code of the commune (blank: the round's), and where there are
    such columns address and telephone.

    Raises:
        SurveyAppError: the file is no table, or has no column of names (``UNI-05``).
    """
    table = read_table(source)
    start, columns = _columns(table)
    taken = {(fold(line.household.head_name), line.household.village_code) for line in store.households(level=level)}
    round_ = store.round()
    units, faults, known = [], [], 0
    for number, cells in _filled(table, start):
        row = {name: tidy(cells[column]) for name, column in columns.items()}
        place = _place_code(row.get("place", ""), round_.commune_code if round_ else "")
        wrong = _wrong(store, row, place)
        if wrong is not None:
            faults.append(RowFault(number, table.rows[start][columns.get(wrong[0], columns["name"])], wrong[1]))
        elif (fold(row["name"]), place) in taken:
            known += 1
        else:
            taken.add((fold(row["name"]), place))
            key = str(uuid.uuid5(_SPACE, f"{level} {place} {fold(row['name'])}"))
            more = row.get("address", ""), row.get("phone", "")
            units.append(Household(key, place, 0, row["name"], *more, level=level))
    return UnitsRead(tuple(units), known, tuple(faults))


@needs(roles.DECIDE)
def import_units(store: Store, read: UnitsRead) -> int:
    """Put the units of a table on their list in one step; return how many are new."""
    numbered: list[Household] = []
    for unit in read.units:
        with_number = sum(one.village_code == unit.village_code for one in numbered)
        number = store.next_household_number(unit.village_code, unit.level) + with_number
        numbered.append(
            Household(unit.id, unit.village_code, number, unit.head_name, unit.address, unit.phone, level=unit.level)
        )
    store.put_households(numbered)
    return len(numbered)


def _columns(table: Table) -> tuple[int, dict[str, int]]:
    """Return which row holds the heads, and which column is what."""
    for start, row in enumerate(table.rows[:20]):
        heads = [fold(cell).strip() for cell in row]
        found = {
            name: next(heads.index(word) for word in words if word in heads)
            for name, words in _HEADS.items()
            if any(word in heads for word in words)
        }
        if "name" in found:
            return start, found
    raise SurveyAppError(
        "UNI-05",
        _("The table has no column with the names."),
        _("Write “Tên” above the names and “Mã xã” above the codes of the communes. Nothing was imported."),
    )


def _filled(table: Table, start: int) -> Iterator[tuple[int, Sequence[str]]]:
    for number, cells in enumerate(table.rows[start + 1 :], start=start + 2):
        if any(cell.strip() for cell in cells):
            yield number, cells


def _place_code(text: str, otherwise: str) -> str:
    """Return a code with the leading zeros that a spreadsheet takes off."""
    if not text:
        return otherwise
    return text.zfill(5) if text.isdecimal() and len(text) > 2 else text


def _wrong(store: Store, row: Mapping[str, str], place: str) -> tuple[str, str] | None:
    if not row["name"]:
        return "name", _("The name is missing.")
    if store.place(place) is None:
        return "place", _("There is no place with the code {code} here.").format(code=place)
    return None
