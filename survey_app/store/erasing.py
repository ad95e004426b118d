"""Erasing a household: everything about it leaves the file, and what arrives later does not come in.

What a store holds is the set of its revisions without those of erased households, and the set of erasures. Both only
grow by union, so the order in which revisions and erasures arrive does not matter: an old bundle that is merged again
brings nothing back.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from survey_app.records import Erasure, Household
from survey_app.store import attachments, visits
from survey_app.store.content import Content
from survey_app.store.ids import among, chunks, listed, marks
from survey_app.store.records import OUT

_NAME_SPELLED = re.compile(rb':"([0-9a-f]{16}\.[a-z0-9]{1,5})"')
"""The name of an attachment as an answer in canonical JSON."""

_ERASURE = "household, author, device, made_at, reason, id"
_ROWS_OF_HOUSEHOLD = ("drafts", "discarded_drafts", "visits", "bundle_households")


def add(database: Any, content: Content, erasures: Iterable[Erasure], arrival: str) -> tuple[list[str], list[str]]:
    """Take in erasures; return the ids of those that are new, and the submissions that lost revisions."""
    new: list[Erasure] = []
    for erasure in erasures:
        row = (*(getattr(erasure, name) for name in _ERASURE.split(", ")), arrival)
        query = f"INSERT OR IGNORE INTO erasures ({_ERASURE}, arrival) VALUES ({marks(row)})"
        if database.execute(query, row).rowcount:
            new.append(erasure)
    touched: list[str] = []
    for chunk in chunks(sorted({erasure.household for erasure in new})):
        touched += _wipe(database, content, chunk)
    return [erasure.id for erasure in new], touched


def _wipe(database: Any, content: Content, households: list[str]) -> list[str]:
    """Take everything about these households out and return the submissions that lost revisions."""
    here, ids = among("household"), {"ids": listed(households)}
    query = f"SELECT submission FROM revisions WHERE {here} UNION SELECT submission FROM currents WHERE {here}"
    touched = [row[0] for row in database.execute(query, ids)]
    named = attached(database, content, here, ids)
    database.execute(f"INSERT INTO undoing SELECT position FROM revisions WHERE {here}", ids)
    database.execute(f"DELETE FROM revisions WHERE {here}", ids)
    database.execute("DELETE FROM undoing")
    database.execute(f"DELETE FROM currents WHERE {among('submission')}", {"ids": listed(touched)})
    for table in _ROWS_OF_HOUSEHOLD:
        database.execute(f"DELETE FROM {table} WHERE {here}", ids)
    database.execute(
        f"""UPDATE households SET head_name = '', address = '', phone = '', size = 0, poverty = '', split_from = '',
        words = '', digits = '' WHERE id IN ({marks(households)})""",
        households,
    )
    forget_attachments(database, content, named)
    visits.refresh(database, households)
    return touched


def attached(database: Any, content: Content, where: str, values: Sequence[int] | Mapping[str, str] = ()) -> set[str]:
    """Return the attachments that the revisions of a condition refer to."""
    rows = database.execute(f"SELECT answers FROM revisions WHERE {where}", values)
    return {name for row in rows for name in attachments.names_in(content.unpack_answers(row[0]))}


def forget_attachments(database: Any, content: Content, names: set[str]) -> None:
    """Remove attachments of revisions that are gone, unless another revision or a draft refers to them too."""
    if names:
        for chunk in chunks(sorted(names - _named_still(database, content, names))):
            database.execute(f"UPDATE attachments SET kept = 0 WHERE name IN ({marks(chunk)})", chunk)
    attachments.remove_unused(database)


def _named_still(database: Any, content: Content, names: set[str]) -> set[str]:
    """Return which of these attachments any revision refers to.

    Every answer here has to be looked at, so they are looked at as they are spelled: ten times as fast as reading them.
    """
    found: set[str] = set()
    for (packed,) in database.execute("SELECT answers FROM revisions"):
        spelled = content.unpack(packed)
        found |= names.intersection(name.decode() for name in _NAME_SPELLED.findall(spelled))
        if len(found) == len(names):
            break
    return found


def erased(database: Any, households: Collection[str]) -> set[str]:
    """Return which of these households were erased."""
    found: set[str] = set()
    for chunk in chunks(sorted(set(households))):
        query = f"SELECT household FROM erasures WHERE household IN ({marks(chunk)})"
        found |= {row[0] for row in database.execute(query, chunk)}
    return found


def without_traces(database: Any, households: Iterable[Household]) -> list[Household]:
    """Return the lines of the household list as they may be kept: of an erased household only place and number."""
    listed = list(households)
    gone = erased(database, [household.id for household in listed])
    return [_place_and_number(household) if household.id in gone else household for household in listed]


def _place_and_number(household: Household) -> Household:
    return replace(bare(household), size=0, poverty="", split_from="", about="")


def bare(household: Household) -> Household:
    """Return a line without what names people."""
    return replace(household, head_name="", address="", phone="")


def erasures(database: Any, waiting: bool = False) -> list[Erasure]:
    """Return the erasures known here, by id; ``waiting``: those that no receipt has confirmed or brought."""
    narrowed = f"""WHERE (arrival <> 'receipt' OR (SELECT value FROM facts WHERE name = 'kind') = 'office')
        AND carried_by NOT IN (SELECT bundle FROM bundle_notes WHERE direction = '{OUT}' AND confirmed_at <> '')"""
    rows = database.execute(f"SELECT {_ERASURE} FROM erasures {narrowed if waiting else ''} ORDER BY id")
    return [Erasure(*row) for row in rows]


def carried(database: Any, bundle: str, ids: Iterable[str]) -> None:
    """Note that a bundle written here carries these erasures."""
    database.conn.executemany("UPDATE erasures SET carried_by = ? WHERE id = ?", [(bundle, id_) for id_ in ids])
