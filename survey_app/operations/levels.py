"""The forms of a round, one a level, and their answers as rows that indicators can be counted from.

Indicators of one level may need what another level knows: coverage holds the complete households of a village against
the households that the village form tells of. Such facts stand in the rows as columns of their own
(``indicators.columns.BUILT_IN``), so that an indicator over two forms is an indicator like any other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from survey_app.errors import SurveyAppError
from survey_app.indicators import Codebook, Indicator, Rows, batches_of, codebook_of
from survey_app.indicators.columns import (
    DISTRICT,
    HOUSEHOLDS_COMPLETE,
    HOUSEHOLDS_POOR,
)
from survey_app.indicators.disaggregations import disaggregation
from survey_app.operations.in_force import counted
from survey_app.operations.support.counting import with_register
from survey_app.places import REFORM, Conversion, convert_old, old_communes
from survey_app.records import HOUSEHOLD, Place, Round
from survey_app.store import Store
from survey_app.xforms import FormDefinition

_POOR = ("poor", "near_poor")


@dataclass(frozen=True)
class Part:
    """One form of the round with its indicators.

    Attributes:
        form: the form.
        level: whom it is about.
        indicators: its indicators.
    """

    form: FormDefinition
    level: str
    indicators: tuple[Indicator, ...]

    @property
    def book(self) -> Codebook:
        """Return its questions as columns."""
        return self.indicators[0].book if self.indicators else codebook_of(self.form)


@dataclass
class Villages:
    """What household forms say about each village of each round; filled while they are read."""

    complete: Counter[tuple[str, str]] = field(default_factory=Counter)
    poor: Counter[tuple[str, str]] = field(default_factory=Counter)

    def watch(self, batches: Iterable[Rows]) -> Iterator[Rows]:
        """Pass batches on and count their complete households."""
        for batch in batches:
            for row in batch.household:
                if row.get("interview_result") == "complete":
                    here = row.get("campaign_code", ""), row.get("village_code", "")
                    self.complete[here] += 1
                    self.poor[here] += row.get("poverty_status") in _POOR
            yield batch

    def joined(self, batches: Iterable[Rows]) -> Iterator[Rows]:
        """Add to the rows of villages how many households were interviewed there."""
        for batch in batches:
            for row in batch.household:
                here = row.get("campaign_code", ""), row.get("village_code", "")
                row[HOUSEHOLDS_COMPLETE] = str(self.complete[here])
                row[HOUSEHOLDS_POOR] = str(self.poor[here])
            yield batch


def rows_of_part(
    store: Store,
    part: Part,
    now: Round | None,
    places: Mapping[str, Place],
    villages: Villages,
    *,
    every_round: bool = False,
) -> Iterator[Rows]:
    """Yield the rows of a form of another level, with what other forms know about its units."""
    found: Iterator[Rows] = batches_of(counted(store, part.form.id, now, every_round=every_round), part.book, places)
    if part.level == "village":
        return villages.joined(found)
    if part.level == "device_support":
        return with_register(store, found, places, None if every_round else now)
    return found


def possible(by: Sequence[str], book: Codebook) -> list[str]:
    """Return the breakdowns that a form has what they need for."""
    found = []
    for name in by:
        try:
            disaggregation(name, book)
        except SurveyAppError:
            continue
        found.append(name)
    return found


# --- units of before the reform ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OldUnits:
    """Says which province, district and commune of before 01/07/2025 a row lies in.

    Only the village knows: today's communes are made up of several. A row whose village does not say it keeps what all
    the communes it may be from have in common, and is unknown in the rest; no row is left out.

    Attributes:
        of_village: code of the old commune by code of the village, as far as known.
        today: how many rows were of each of today's communes; filled while they are moved.
    """

    of_village: Mapping[str, str]
    today: Counter[str] = field(default_factory=Counter)

    def moved(self, batches: Iterable[Rows]) -> Iterator[Rows]:
        """Put the old codes in the place of today's."""
        for batch in batches:
            for row in batch.household:
                self._move(row)
            yield batch

    def _move(self, row: dict[str, str]) -> None:
        known = self.of_village.get(row.get("village_code", ""), "")
        self.today[row.get("commune_code", "")] += 1
        may_be = (convert_old(known),) if known else old_communes(row.get("commune_code", ""))
        row["commune_code"] = _common(may_be, "code")
        row[DISTRICT] = _common(may_be, "district_code")
        row["province_code"] = _common(may_be, "province_code")


def _common(conversions: Sequence[Conversion], name: str) -> str:
    codes = {getattr(one, name) for one in conversions}
    return str(codes.pop()) if len(codes) == 1 else ""


def old_units_of(store: Store, places: Mapping[str, Place], village_form: str = "") -> OldUnits:
    """Return the old communes of the store's villages: from the list of places, else from the forms of the villages."""
    known = {code: place.old for code, place in places.items() if place.level == "village" and place.old}
    for current in store.currents(form=village_form) if village_form else ():
        row = _flat(current.answers)
        if current.state != "void" and row.get("v_commune_code_old"):
            known.setdefault(row.get("village_code", ""), row["v_commune_code_old"])
    return OldUnits({village: code for village, code in known.items() if convert_old(code).relation != "unknown"})


def _flat(answers: Mapping[str, object]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in answers.items():
        if isinstance(value, str):
            found[name] = value
        elif isinstance(value, Mapping):
            found |= _flat(value)
    return found


def is_old(units: str) -> bool:
    """Tell whether a day lies before the reform; ``""`` is today."""
    return "" < units < REFORM


__all__ = [
    "HOUSEHOLD",
    "OldUnits",
    "Part",
    "Villages",
    "is_old",
    "old_units_of",
    "possible",
    "rows_of_part",
]
