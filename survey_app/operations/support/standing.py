"""A programme as it stands: the list from what forms and records say now, with the names it needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from survey_app.i18n import N_, _
from survey_app.operations.access import needs
from survey_app.operations.support.entries import (
    entry_of,
    families_of,
    gifts_by_forms,
    newest_forms,
    own_answers,
)
from survey_app.operations.support.programmes import latest, names_of, questions, table_of
from survey_app.operations.support.register import register_of
from survey_app.operations.support.who import must_be_supervisor
from survey_app.operations.units import allows_review
from survey_app.records import Household
from survey_app.roles import NAMES
from survey_app.store import Store
from survey_app.support import wording
from survey_app.support.programme import Programme, load_programme
from survey_app.support.ranking import Listed, Listing, rank
from survey_app.support.register import Register

STATUS_WORDS = {
    "delivered": N_("delivered"),
    "approved": N_("approved"),
    "proposed": N_("proposed"),
    "next": N_("may be proposed"),
    "waiting": N_("waiting list"),
    "held": N_("held back"),
    "out": N_("not eligible"),
}
"""The words for every status of a household."""


@dataclass(frozen=True)
class Named:
    """A household as a person reads it; one of another office has only its id and perhaps its village."""

    household: Household
    village: str

    @property
    def label(self) -> str:
        """Return number, head and village, or that it is not on the list here."""
        if self.household.head_name:
            return f"{self.household.number:03d} {self.household.head_name} ({self.village})"
        return _("a household of another list ({id})").format(id=self.household.id[:8])


@dataclass(frozen=True)
class Support:
    """A programme as it stands.

    Attributes:
        programme: its rules.
        listing: the list.
        register: every record known here.
        named: household by id, for every household the list or a reason names.
        switch_off: ids of households that lose the network when the old one is switched off, by village and number.
        not_consenting: how many interviewed households did not allow the review; they are not listed.
        not_interviewed: how many lines of the list have no complete form.
    """

    programme: Programme
    listing: Listing
    register: Register
    named: Mapping[str, Named]
    switch_off: tuple[str, ...]
    not_consenting: int
    not_interviewed: int

    def name(self, household: str) -> str:
        """Return which household an id means."""
        known = self.named.get(household)
        return known.label if known is not None else Named(Household(household, "", 0, ""), "").label

    def why(self, line: Listed) -> list[str]:
        """Return in words why a household stands where it does."""
        return wording.why(line, self.name)

    def ahead(self, line: Listed) -> str:
        """Return in words why a household comes before the next one; blank for the last."""
        return wording.say(line.ahead, self.name) if line.ahead is not None else ""


@needs(NAMES)
def read_support(store: Store, by: str, programme: str = "") -> Support:
    """Return a programme as it stands, from what the forms and records say now.

    Args:
        store: the store.
        by: id of a supervisor.
        programme: its code; blank when there is only one.

    Raises:
        TableError: the form of the round has not the questions any more that the table reads.
        SurveyAppError: no programme (``SUP-01``), several (``SUP-08``), or not a supervisor (``SUP-02``).
    """
    must_be_supervisor(store, by)
    store.note_look("support")
    return work_out(store, programme)


@needs(NAMES)
def read_programme(store: Store, by: str, programme: str = "") -> tuple[tuple[tuple[str, str], ...], Support]:
    """Return which programmes there are (code, name), and one as it stands: the newest when none is named.

    Raises:
        TableError, SurveyAppError: as ``read_support``.
    """
    register = register_of(store)
    return names_of(register), read_support(store, by, programme or latest(register))


def work_out(store: Store, programme: str) -> Support:
    """Return a programme as it stands, without asking who looks; for what was asked already."""
    register = register_of(store)
    rules = load_programme(table_of(register, programme).said["table"].encode(), questions(store))
    lines = {line.household.id: line for line in store.households()}
    homes = {name: line.household for name, line in lines.items()}
    forms = newest_forms(store)
    complete = {name: one for name, one in forms.items() if own_answers(one).get("interview_result") == "complete"}
    open_to_review = {name: one for name, one in complete.items() if allows_review(own_answers(one))}
    entries = [entry_of(one, homes.get(name)) for name, one in open_to_review.items()]
    gifts = list(gifts_by_forms(store, register))
    families = families_of(store, homes.values(), forms, register)
    listing = rank(rules, entries, families, register, gifts)
    wanted = {*homes, *(one.household for one in (*register.all, *gifts) if one.household)}
    villages = {place.code: place.name for place in store.places("village")}
    named = {name: _named(name, homes, villages, register) for name in wanted}
    losing = [entry.household for entry in entries if rules.switch_off and rules.switch_off.holds(entry.answers)]
    losing.sort(key=lambda name: _place_on_list(named.get(name), name))
    return Support(
        rules,
        listing,
        register,
        named,
        tuple(losing),
        len(complete) - len(open_to_review),
        sum(name not in complete and line.result != "duplicate" for name, line in lines.items()),
    )


def _place_on_list(named: Named | None, name: str) -> tuple[str, int, str]:
    return (named.household.village_code, named.household.number, name) if named is not None else ("", 0, name)


def _named(name: str, homes: Mapping[str, Household], villages: Mapping[str, str], register: Register) -> Named:
    home = homes.get(name)
    if home is not None:
        return Named(home, villages.get(home.village_code, home.village_code))
    place = next((one.said["place"] for one in register.all if one.household == name and one.said.get("place")), "")
    return Named(Household(name, place, 0, ""), villages.get(place, place))
