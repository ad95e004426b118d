"""The household list after enrolment: the office writes one file for each laptop, and a laptop takes it in.

That is how another form or a new version of one, an updated list, a village that moved to somebody else, a new
enumerator, what other laptops noted at a household (moved away, another line of the list), holidays, and forms to be
corrected with what was asked about them reach a laptop that is in the field already.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from survey_app.bundles.errors import NotSetUp
from survey_app.bundles.files import read_whole, write_verified
from survey_app.bundles.keys import SIGNING_KEY
from survey_app.bundles.lists import (
    LAPTOP_IDENTITY,
    LARGEST_BYTES,
    SUFFIX,
    ListForAnother,
    NotAHouseholdList,
    OfficeList,
    list_bytes,
    parse_list,
)
from survey_app.clock import Clock, stamp, system_clock
from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.operations.access import needs
from survey_app.operations.comments import forms_wanted
from survey_app.operations.days_off import days_off, take_days_off
from survey_app.operations.forms import asked_forms
from survey_app.operations.handover import office_of
from survey_app.operations.keys import steps_of, take_new_key
from survey_app.operations.support.register import about
from survey_app.progress import SILENT, Monitor
from survey_app.records import HOUSEHOLD, LEVELS, VISIT, Household, Revision
from survey_app.roles import DECIDE
from survey_app.store import FROM_OFFICE, NEEDS_CORRECTION, Device, Store, StoredForm
from survey_app.text import fold

_MADE_AT = "list_made_at"


@dataclass(frozen=True)
class SentList:
    """A list that was written for a laptop.

    Attributes:
        path: the file.
        device: the laptop.
        households: number of households on it.
    """

    path: Path
    device: Device
    households: int


@dataclass(frozen=True)
class TakenList:
    """What taking a list in did.

    Attributes:
        households: number of households on it.
        new: of these, not known here before.
        changed: known, and brought up to date.
        visits: visits of others that were not known here.
        corrections: households that need correction now, because of what this list brought.
        made_at: when the office made it.
        forms: forms, or versions of forms, that were not here before.
    """

    households: int
    new: int
    changed: int
    visits: int
    corrections: int
    made_at: str
    forms: int = 0


@needs(DECIDE)
def write_lists(
    store: Store,
    folder: Path,
    devices: Sequence[str] = (),
    *,
    clock: Clock = system_clock,
    monitor: Monitor = SILENT,
) -> tuple[SentList, ...]:
    """Write the household list of each laptop, as the office has it now.

    Args:
        store: the office's store.
        folder: where; an older list of the same laptop is replaced.
        devices: only for these laptops; all that are not blocked when empty.
        clock: where the time comes from.
        monitor: hears of each laptop; may stop between two.

    Raises:
        NotSetUp: this store is not an office's.
        SurveyAppError: there is no laptop to write for (``LST-08``).
        NotWritten: a file could not be written; those written before stay.
    """
    secret, office = store.secret(SIGNING_KEY), office_of(store)
    if secret is None or store.kind != "office":
        raise NotSetUp
    laptops = [
        device
        for device in store.devices()
        if device.recipient and not device.revoked and (not devices or device.id in devices)
    ]
    if not laptops:
        raise SurveyAppError(
            "LST-08", _("There is no laptop to write a list for."), _("Enrol a laptop first. Nothing was written.")
        )
    made_at, noted, sent = stamp(clock()), _noted(store), []
    forms = tuple(each.stored for each in asked_forms(store))
    for number, device in enumerate(laptops):
        monitor.step(number, len(laptops), device.name)
        given = _list_for(store, device, office.id, made_at, noted, forms)
        stem = "-".join(re.findall(r"[\w]+", fold(device.name))) or device.id
        path = Path(folder) / f"{stem}-{device.id}{SUFFIX}"
        write_verified(path, list_bytes(given, secret, device.recipient))
        sent.append(SentList(path, device, len(given.households)))
    monitor.step(len(laptops), len(laptops), "")
    return tuple(sent)


def _noted(store: Store) -> dict[str, list[Revision]]:
    """Return the visits and comments of each household, and what the registers of device support say about it."""
    found: dict[str, list[Revision]] = {}
    for revision in (*store.visits(), *store.comments()):
        found.setdefault(about(revision), []).append(revision)
    return found


def _list_for(  # noqa: PLR0917
    store: Store,
    device: Device,
    office: str,
    made_at: str,
    noted: dict[str, list[Revision]],
    forms: tuple[StoredForm, ...],
) -> OfficeList:
    """Return what concerns a laptop: the villages it was set up for, and whatever its people are in charge of."""
    people = set(device.people)
    homes: list[Household] = [
        line.household
        for level in LEVELS
        for line in store.households(level=level)
        if not device.villages
        or (line.household.village_code in device.villages and level in (HOUSEHOLD, "village"))
        or line.household.assigned_to in people
    ]
    wanted = forms_wanted(store, homes, people, device.id)
    return OfficeList(
        office,
        device.id,
        made_at,
        tuple(store.places()),
        tuple(store.enumerators()),
        tuple(homes),
        (
            *(revision for household in homes for revision in noted.get(household.id, ())),
            *(revision for submission in sorted(wanted) for revision in store.revisions(submission)),
        ),
        store.round(),
        forms,
        steps_of(store),
        tuple(sorted(days_off(store))),
        tuple(each for each in store.devices() if each.recipient and each.id != device.id),
    )


def _colleagues(store: Store, given: OfficeList) -> list[Device]:
    """Return the other laptops that a list tells of; it never speaks for this laptop or the office itself."""
    return [laptop for laptop in given.laptops if laptop.id not in {store.device, given.office}]


def load_list(store: Store, path: Path, confirmed: str = "") -> TakenList:
    """Take in the office's household list; taking the same one in again changes nothing.

    Households found here, drafts and everything answered stay as they are.

    Args:
        store: the laptop's store.
        path: the file.
        confirmed: fingerprint of the office's new key, as digits or words, once a person has compared it.

    Raises:
        OfficeKeyReplaced: the office has a new key that nobody has compared yet; nothing was changed.
        NotAHouseholdList, ListForAnother, NewerFormat, NotSetUp: as the name says; nothing was changed.
        SurveyAppError: a newer list is here already (``LST-09``).
    """
    office, identity = office_of(store), store.secret(LAPTOP_IDENTITY)
    if identity is None:
        raise NotSetUp
    content = read_whole(path, LARGEST_BYTES, NotAHouseholdList())
    given, signer = parse_list(content, identity.decode(), office)
    if given.device != store.device or given.office != office.id:
        raise ListForAnother
    if given.made_at < store.fact(_MADE_AT):
        raise SurveyAppError(
            "LST-09",
            _("A newer household list is here already."),
            _("Ask the office for its latest file. The list here stays as it is."),
        )
    if signer != office:
        take_new_key(store, office, signer, given.keys, confirmed)
    known = {line.household.id: line.household for level in LEVELS for line in store.households(level=level)}
    fresh = [household for household in given.households if known.get(household.id) != household]
    forms = [form for form in given.forms if store.form(form.id, form.version) != form]
    with store.together():
        for form in forms:
            store.put_form(form)
        if given.round is not None and given.round != store.round():
            store.put_round(given.round)
        store.put_places(given.places)
        store.put_enumerators(given.enumerators)
        store.put_households(fresh)
        store.put_devices(_colleagues(store, given))
        before = {line.household.id for line in store.households(status=NEEDS_CORRECTION)}
        added = set(store.add_revisions(given.revisions, FROM_OFFICE).new)
        take_days_off(store, given.days_off)
        store.put_fact(_MADE_AT, given.made_at)
    after = {line.household.id for line in store.households(status=NEEDS_CORRECTION)}
    visits = sum(revision.kind == VISIT and revision.id in added for revision in given.revisions)
    new = sum(household.id not in known for household in fresh)
    return TakenList(
        len(given.households), new, len(fresh) - new, visits, len(after - before), given.made_at, len(forms)
    )
