"""What was decided and done about households: immutable records that merge by union.

A record is never changed. What no longer holds is **taken back** by another record that names it, so the state of a
household follows from the set of records alone: no clock, no order of arrival. Of what stands, the furthest counts:
delivered, then approved, then proposed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

OPENED = "support_opened"
PROPOSED, APPROVED, DELIVERED = "support_proposed", "support_approved", "support_delivered"
RETURNED, WITHDRAWN = "support_returned", "support_withdrawn"
INCLUDED, EXCLUDED = "support_included", "support_excluded"

_KEY = re.compile(r"[0-9a-f]{64}")

STAGES = (DELIVERED, APPROVED, PROPOSED)
"""From the furthest on."""
TAKING_BACK = (RETURNED, WITHDRAWN)
KINDS = (OPENED, *STAGES, *TAKING_BACK, INCLUDED, EXCLUDED)


@dataclass(frozen=True)
class Record:
    """One thing that was decided or done.

    Attributes:
        id: id of its revision.
        what: one of ``KINDS``.
        programme: code of the programme.
        household: UUID of the household; blank for ``OPENED``.
        at: ISO 8601, when, by the clock of that machine.
        by: id of the person.
        reason: why, in words.
        said: everything else by name: ``device``, ``place`` (code of the village), ``decision``, ``hashes``, ...
        takes_back: ids of the records that it takes back.
        round: code of the round in which it was noted.
    """

    id: str
    what: str
    programme: str
    household: str
    at: str
    by: str
    reason: str = ""
    said: Mapping[str, str] = field(default_factory=dict)
    takes_back: tuple[str, ...] = ()
    round: str = ""

    @property
    def device(self) -> str:
        """The device it is about, blank for none."""
        return self.said.get("device", "")

    @property
    def hashes(self) -> frozenset[str]:
        """Keyed hashes of the identity numbers of the people who were in the household then."""
        return frozenset(self.said.get("hashes", "").split())


class Register:
    """The records of all programmes.

    Args:
        records: in any order, with any repetition.
    """

    def __init__(self, records: Iterable[Record]) -> None:
        by_id = {record.id: record for record in records}
        gone = {name for record in by_id.values() if record.what in TAKING_BACK for name in record.takes_back}
        self.all = tuple(by_id[name] for name in sorted(by_id))
        """Every record, by id."""
        self.standing = tuple(record for record in self.all if record.id not in gone and record.what not in TAKING_BACK)
        """Those that nothing took back."""

    def given(self) -> tuple[Record, ...]:
        """Return the deliveries that stand, of every programme."""
        return tuple(record for record in self.standing if record.what == DELIVERED)

    def of(self, programme: str, household: str) -> tuple[Record, ...]:
        """Return what stands about a household in a programme, by id."""
        return tuple(
            record for record in self.standing if record.programme == programme and record.household == household
        )

    def furthest(self, programme: str) -> dict[str, Record]:
        """Return of each household the furthest record that stands; of equals the one with the smallest id."""
        found: dict[str, Record] = {}
        for record in self.standing:
            if record.programme != programme or record.what not in STAGES:
                continue
            before = found.get(record.household)
            if before is None or STAGES.index(record.what) < STAGES.index(before.what):
                found[record.household] = record
        return found

    def exceptions(self, programme: str) -> dict[str, Record]:
        """Return of each household the exception that stands; to leave out weighs more than to put in."""
        found: dict[str, Record] = {}
        for record in self.standing:
            if record.programme == programme and record.what in {INCLUDED, EXCLUDED}:
                before = found.get(record.household)
                if before is None or (before.what == INCLUDED and record.what == EXCLUDED):
                    found[record.household] = record
        return found

    def history(self, programme: str, household: str) -> tuple[Record, ...]:
        """Return everything that was ever noted about a household in a programme, by moment and id."""
        own = [record for record in self.all if record.programme == programme and record.household == household]
        return tuple(sorted(own, key=lambda record: (record.at, record.id)))

    def tables(self) -> dict[str, Record]:
        """Return of each programme the table that holds: one that no later table replaced; of several the greatest id.

        A table names in ``after`` the tables that its author had seen, so no clock is asked.
        """
        replaced = {name for one in self.all if one.what == OPENED for name in one.said.get("after", "").split()}
        return {record.programme: record for record in self.all if record.what == OPENED and record.id not in replaced}

    def keys(self) -> tuple[str, ...]:
        """Return the keys of all programmes, for hashing what is here as it was hashed elsewhere."""
        found = {record.said.get("key", "") for record in self.all if record.what == OPENED}
        return tuple(sorted(key for key in found if _KEY.fullmatch(key)))
