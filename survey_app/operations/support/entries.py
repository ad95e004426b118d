"""What the store says about households that a programme is worked out from: forms, families, devices given before."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping

from survey_app.join import Current
from survey_app.operations.duplicates import verdicts
from survey_app.operations.in_force import in_force
from survey_app.operations.outcomes import SPLIT
from survey_app.operations.units import given
from survey_app.records import Household, Round, flatten
from survey_app.store import Store
from survey_app.support.families import Families, Link
from survey_app.support.programme import OFFICIAL_POVERTY
from survey_app.support.ranking import Entry
from survey_app.support.register import DELIVERED, Record, Register

_ID_LENGTHS = (9, 12)


def newest_forms(store: Store) -> dict[str, Current]:
    """Return the newest form of each household that counts in the round: neither void nor of one that withdrew."""
    now = store.round()
    return _newest(store.currents(form=now.form_id if now is not None else ""), now)


def newest_of(store: Store, household: str) -> Current | None:
    """Return the newest form of a household that counts in the round, as ``newest_forms`` does."""
    now = store.round()
    found = store.currents(household=household, form=now.form_id if now is not None else "")
    return _newest(found, now).get(household)


def _newest(currents: Iterable[Current], now: Round | None) -> dict[str, Current]:
    found: dict[str, Current] = {}
    for current in currents:
        before = found.get(current.household)
        if in_force(current, now) and (
            before is None or (before.made_at, before.submission) < (current.made_at, current.submission)
        ):
            found[current.household] = current
    return found


def own_answers(current: Current) -> dict[str, str]:
    """Return the household's own answers by name."""
    flat = flatten(current.answers)
    return {address.rpartition("/")[2]: value for address, value in flat.items() if "[" not in address}


def entry_of(current: Current, home: Household | None) -> Entry:
    """Return a household as its form says now; the commune's own list says who is poor."""
    answers = own_answers(current)
    official = home.poverty if home is not None else ""
    answers[OFFICIAL_POVERTY] = official or answers.get("poverty_status", "")
    return Entry(current.household, answers, bool(current.conflicts))


def families_of(store: Store, homes: Iterable[Household], forms: Mapping[str, Current], register: Register) -> Families:
    """Return which households are one household for device support.

    Args:
        store: the store.
        homes: the lines of the household list.
        forms: the form of each household that counts (``newest_forms``).
        register: every record known here.
    """
    return Families(_links(store, homes), _people(forms, register))


def _links(store: Store, homes: Iterable[Household]) -> Iterator[Link]:
    for home in homes:
        if home.split_from:
            yield Link("split", home.id, home.split_from)
    for visit in store.visits():
        if visit.answers.get("outcome") == SPLIT:
            yield Link("split", str(visit.answers.get("other", "")), visit.household)
    for verdict in verdicts(store).values():
        if verdict.kind == "same":
            (kept,) = verdict.pair - {verdict.closed}
            yield Link("same", verdict.closed, kept)


def _people(forms: Mapping[str, Current], register: Register) -> dict[str, set[str]]:
    """Return the hashes of identity numbers by household: of the forms here, and of what deliveries kept."""
    found = {name: hashes_of(current, register.keys()) for name, current in forms.items()}
    for record in register.all:
        if record.hashes:
            found.setdefault(record.household, set()).update(record.hashes)
    return {name: hashes for name, hashes in found.items() if hashes}


def hashes_of(current: Current | None, keys: Collection[str]) -> set[str]:
    """Return keyed hashes of the identity numbers of the people of a form."""
    answers = flatten(current.answers) if current is not None else {}
    said = (value for address, value in answers.items() if address.endswith("/m_id_number"))
    numbers = ["".join(char for char in value if char.isdecimal()) for value in said]
    sound = [one for one in numbers if len(one) in _ID_LENGTHS and len(set(one)) > 1]
    return {
        hashlib.blake2b(one.encode(), key=bytes.fromhex(key), digest_size=16).hexdigest()
        for one in sound
        for key in keys
    }


def gifts_by_forms(store: Store, register: Register) -> Iterator[Record]:
    """Yield the devices that forms about device support say were given, as deliveries.

    A form about a delivery that the register knows too (same household, device and day) is the same delivery.
    """
    known = {(one.household, one.device, one.said.get("day", "")) for one in register.given()}
    for line in store.households(level="device_support"):
        for current in store.currents(household=line.household.id):
            if current.state == "void" or not given(current.answers):
                continue
            answers = own_answers(current)
            device, day = answers.get("ds_device", ""), answers.get("ds_delivery_date", "")
            if (line.household.about, device, day) in known:
                continue
            said = {"device": device, "place": line.household.village_code}
            yield Record(
                f"form {current.submission}", DELIVERED, answers.get("ds_program", ""), line.household.about,
                day or current.made_at, current.author, said=said,
            )  # fmt: skip
